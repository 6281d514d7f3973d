-- One row per landed row of indicator deductions: accepted, superseded or
-- rejected.
with

districts as (select * from {{ ref('stg_districts') }}),

indicators as (select * from {{ ref('stg_indicators') }}),

indicator_codes as (select distinct indicator_code from indicators),

{{ judged_rows('indicator_deductions',
    extra_reasons={
        'not_first_of_month': 'extract(day from typed_rows.assessment_month) <> 1',
    }
) }}

select
    load_id,
    folder_month,
    row_number,
    natural_key,
    assessment_month,
    district_code,
    indicator_code,
    item_number,
    points,
    reason,
    evidence_reference,
    row_status_code,
    reason_codes,
    raw_row
from all_rows
