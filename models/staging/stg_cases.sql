-- One row per landed row of cases: accepted, superseded or rejected.
with

assessment_periods as (select * from {{ ref('stg_assessment_periods') }}),

case_categories as (select * from {{ ref('stg_case_categories') }}),

case_sources as (select * from {{ ref('stg_case_sources') }}),

districts as (select * from {{ ref('stg_districts') }}),

rule_parameters as (select * from {{ ref('rule_parameters') }}),

{{ judged_rows('cases',
    extra_reasons={
        'unknown_code': (
            "typed_rows.platform_code = 'municipal' and typed_rows.dispatch_target_code"
            ~ " not in ('district', 'municipal_department', 'other')"
        ),
        'missing_dispatch_target': (
            "typed_rows.platform_code = 'municipal'"
            ~ ' and typed_rows.dispatch_target_code is null'
        ),
        'closed_before_registered': 'typed_rows.closed_at < typed_rows.registered_at',
        'handled_before_registered': 'typed_rows.handled_at < typed_rows.registered_at',
        'registered_after_cutoff': 'typed_rows.registered_at > ' ~ cutoff_at(
            first_of_month('typed_rows.registered_at')
        ),
    },
    extra_joins=cutoff_joins(first_of_month('typed_rows.registered_at')),
    fixes_month=true
) }}

select
    load_id,
    folder_month,
    row_number,
    natural_key,
    case_id,
    updated_at,
    registered_at,
    source_code,
    platform_code,
    case
        when platform_code = 'district' then 'district'
        else dispatch_target_code
    end as dispatch_target_code,
    department_code,
    district_code,
    street_code,
    community_code,
    grid_code,
    category_code,
    coalesce(is_complaint_response, false) as is_complaint_response,
    is_key,
    coalesce(base_case_count, 1) as base_case_count,
    due_at,
    extended_due_at,
    deferred_until,
    handled_at,
    closed_at,
    coalesce(rework_count, 0) as rework_count,
    handler_role_code,
    supervisor_code,
    reporter_key,
    coalesce(is_void, false) as is_void,
    own_month as assessment_month,
    row_status_code,
    reason_codes,
    raw_row
from all_rows
