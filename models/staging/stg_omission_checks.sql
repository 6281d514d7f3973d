{{ built_by_month('omission_checks', month_column='landed_month') }}

-- One row per landed row of omission checks: accepted, superseded or rejected.
{%- set is_month_to_build = is_month_to_build('landed_month') %}
with

case_categories as (select * from {{ ref('stg_case_categories') }}),

districts as (select * from {{ ref('stg_districts') }}),

{{ judged_rows('omission_checks',
    repeated_keys=repeated_keys_of('omission_checks', is_month_to_build),
    row_sets=rows_to_judge('omission_checks', is_month_to_build)
) }}

select
    load_id,
    folder_month,
    landed_month,
    row_number,
    natural_key,
    check_id,
    checked_at,
    district_code,
    category_code,
    grid_code,
    coalesce(is_key, false) as is_key,
    coalesce(is_omitted, false) as is_omitted,
    own_month as assessment_month,
    row_status_code,
    reason_codes,
    raw_row
from all_rows
where {{ is_month_to_build }}
