{{ config(materialized='ephemeral') }}

-- One row per month and rule parameter in force on its first day.
with

months as (select * from {{ ref('int_assessment_months') }}),

rule_parameters as (select * from {{ ref('rule_parameters') }})

select
    months.assessment_month,
    rule_parameters.parameter_code,
    rule_parameters.parameter_value
from months
inner join rule_parameters
    on {{ is_in_force('rule_parameters', 'months.assessment_month') }}
