-- One row per landed row of satellite findings: accepted, superseded or
-- rejected.
with

districts as (select * from {{ ref('stg_districts') }}),

{{ judged_rows('satellite_findings') }}

select
    load_id,
    folder_month,
    row_number,
    natural_key,
    finding_id,
    found_at,
    district_code,
    area_m2,
    coalesce(is_checked, false) as is_checked,
    coalesce(is_handled, false) as is_handled,
    own_month as assessment_month,
    row_status_code,
    reason_codes,
    raw_row
from all_rows
