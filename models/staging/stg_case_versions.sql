{{ built_by_month('cases', month_column='landed_month') }}

-- One row per landed row of cases that is rejected or whose case has several
-- landed rows: accepted, superseded or rejected. All other rows of a landing
-- are accepted as they are (stg_cases).
{%- set is_month_to_build = is_month_to_build('landed_month') %}
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
        'registered_after_cutoff': 'typed_rows.registered_at > month_cutoffs.cutoff_at',
    },
    extra_ctes=cutoffs_of_months('typed_rows', 'registered_at'),
    extra_joins='left join month_cutoffs on '
        ~ first_of_month('typed_rows.registered_at') ~ ' = month_cutoffs.own_month',
    fixes_month=true,
    repeated_keys=repeated_keys_of('cases', is_month_to_build),
    contested_only=true,
    row_sets=rows_to_judge('cases', is_month_to_build)
) }}

select
    load_id,
    folder_month,
    landed_month,
    row_number,
    natural_key,
    case_id,
    updated_at,
    registered_at,
    source_code,
    platform_code,
    dispatch_target_code,
    department_code,
    district_code,
    street_code,
    community_code,
    grid_code,
    category_code,
    is_complaint_response,
    is_key,
    base_case_count,
    due_at,
    extended_due_at,
    deferred_until,
    handled_at,
    closed_at,
    rework_count,
    handler_role_code,
    supervisor_code,
    reporter_key,
    is_void,
    own_month as assessment_month,
    row_status_code,
    reason_codes,
    raw_row
from all_rows
where {{ is_month_to_build }}
