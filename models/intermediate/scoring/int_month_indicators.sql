{{ config(materialized='ephemeral') }}

-- One row per month and indicator in force on its first day.
with

indicators as (select * from {{ ref('int_indicators') }}),

months as (select * from {{ ref('int_assessment_months') }})

select
    months.assessment_month,
    indicators.*
from months
inner join indicators
    on {{ is_in_force('indicators', 'months.assessment_month') }}
