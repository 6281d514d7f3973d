{{ config(materialized='ephemeral') }}

-- One row per month and indicator in force on its first day.
with

indicators as (select * from {{ ref('int_indicators') }}),

months as (select * from {{ ref('int_assessment_months') }})

select
    months.assessment_month,
    indicators.indicator_code,
    indicators.indicator_name,
    indicators.mechanism_code,
    indicators.scoring_method,
    indicators.measure_code,
    indicators.when_no_data,
    indicators.basis,
    indicators.full_marks,
    indicators.bonus_cap,
    indicators.target_value,
    indicators.unit_points
from months
inner join indicators
    on {{ is_in_force('indicators', 'months.assessment_month') }}
