-- One row per landed row of whistles: accepted, superseded or rejected.
with

districts as (select * from {{ ref('stg_districts') }}),

{{ judged_rows('whistles') }}

select
    load_id,
    folder_month,
    row_number,
    natural_key,
    whistle_id,
    blown_at,
    district_code,
    level_code,
    answered_at,
    resolved_at,
    own_month as assessment_month,
    row_status_code,
    reason_codes,
    raw_row
from all_rows
