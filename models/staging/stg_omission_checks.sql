-- One row per landed row of omission checks: accepted, superseded or rejected.
with

case_categories as (select * from {{ ref('stg_case_categories') }}),

districts as (select * from {{ ref('stg_districts') }}),

{{ judged_rows('omission_checks') }}

select
    load_id,
    folder_month,
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
