-- One row per landed row of patrols: accepted, superseded or rejected.
with

districts as (select * from {{ ref('stg_districts') }}),

{{ judged_rows('patrols') }}

select
    load_id,
    folder_month,
    row_number,
    natural_key,
    district_code,
    grid_code,
    patrol_date,
    required_pass_count,
    completed_pass_count,
    own_month as assessment_month,
    row_status_code,
    reason_codes,
    raw_row
from all_rows
