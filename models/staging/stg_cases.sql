{{ config(materialized='view') }}

-- One row per landed row of cases: accepted, superseded or rejected. A view:
-- the rows are stored once, in fct_cases.
with

case_versions as {{ not_materialized() }} (
    select * from {{ ref('stg_case_versions') }}
),

landed_rows as (
    {{ raw_rows('cases') | indent(4) }}
),

-- Not written as `not exists`: Spark would move it below the columns that it
-- names, and cut load and month out of the path at every comparison.
marked_rows as (
    select
        landed_rows.*,
        case_versions.load_id is not null as is_contested
    from landed_rows
    left join case_versions
        on
            landed_rows.load_id = case_versions.load_id
            and landed_rows.folder_month = case_versions.folder_month
            and landed_rows.row_number = case_versions.row_number
),

-- A row without a breach whose case has no other row: nothing to decide.
uncontested_rows as (
    select
        {{ row_columns('cases') | indent(8) }},
        landed_date as assessment_month,
        'accepted' as row_status_code,
        cast(null as string) as reason_codes,
        cast(null as string) as raw_row
    from marked_rows
    where not is_contested
),

all_rows as (
    select * from uncontested_rows
    union all
    select
        load_id,
        folder_month,
        landed_month,
        row_number,
        natural_key,
        {%- for column in var('raw_contract').cases.columns %}
        {{ column }},
        {%- endfor %}
        assessment_month,
        row_status_code,
        reason_codes,
        raw_row
    from case_versions
)

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
    assessment_month,
    row_status_code,
    reason_codes,
    raw_row
from all_rows
