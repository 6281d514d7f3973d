-- One row per landed row of indicator assessments: accepted, superseded or
-- rejected.
with

districts as (select * from {{ ref('stg_districts') }}),

indicators as (select * from {{ ref('stg_indicators') }}),

indicator_codes as (select distinct indicator_code from indicators),

{{ judged_rows('indicator_assessments',
    extra_reasons={
        'not_first_of_month': 'extract(day from typed_rows.assessment_month) <> 1',
        'score_out_of_range': (
            'typed_rows.awarded_score < 0 or typed_rows.awarded_score'
            ~ ' > indicators.full_marks + coalesce(indicators.bonus_cap, 0)'
        ),
    },
    extra_joins=in_force_join('indicators', 'indicator_code')
) }}

select
    load_id,
    folder_month,
    row_number,
    natural_key,
    assessment_month,
    district_code,
    indicator_code,
    awarded_score,
    row_status_code,
    reason_codes,
    raw_row
from all_rows
