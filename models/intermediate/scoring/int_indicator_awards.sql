{{ config(materialized='ephemeral') }}

-- One row per month, district and indicator with an awarded score: the current
-- one.
with

assessments as (select * from {{ ref('stg_indicator_assessments') }})

select
    assessment_month,
    district_code,
    indicator_code,
    awarded_score,
    load_id
from assessments
where row_status_code = 'accepted'
