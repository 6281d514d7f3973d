{{ config(materialized='ephemeral') }}

-- One row per month and mechanism in force on its first day.
with

mechanisms as (select * from {{ ref('stg_mechanisms') }}),

months as (select * from {{ ref('int_assessment_months') }})

select
    months.assessment_month,
    mechanisms.mechanism_code,
    mechanisms.mechanism_name,
    mechanisms.full_marks,
    mechanisms.total_weight,
    mechanisms.display_order
from months
inner join mechanisms
    on {{ is_in_force('mechanisms', 'months.assessment_month') }}
