{{ config(materialized='ephemeral') }}

-- One row per month, district, indicator and item of evidence: the current one.
with

deductions as (select * from {{ ref('stg_indicator_deductions') }})

select
    assessment_month,
    district_code,
    indicator_code,
    item_number,
    reason,
    evidence_reference,
    points,
    load_id
from deductions
where row_status_code = 'accepted'
