{{ config(materialized='table') }}

-- One row per month that has an accepted case, with its cutoff and rule
-- numbers.
with

case_loads as (select * from {{ ref('int_case_loads') }}),

assessment_periods as (select * from {{ ref('stg_assessment_periods') }}),

rule_parameters as (select * from {{ ref('rule_parameters') }}),


months as (
    select distinct assessment_month
    from case_loads
    where accepted_count > 0
),

months_with_cutoff as (
    select
        months.assessment_month,
        {{ add_months('months.assessment_month', -1) }} as preceding_month,
        {{ add_months('months.assessment_month', -12) }} as month_a_year_ago,
        {{ cutoff_at('months.assessment_month') | indent(8) }} as cutoff_at
    from months
    {{ cutoff_joins('months.assessment_month') | indent(4) }}
)

select
    months_with_cutoff.assessment_month,
    preceding_months.assessment_month as previous_month,
    months_a_year_ago.assessment_month as month_a_year_ago,
    months_with_cutoff.cutoff_at,
    preceding_months.cutoff_at as previous_cutoff_at
from months_with_cutoff
left join months_with_cutoff as preceding_months
    on months_with_cutoff.preceding_month = preceding_months.assessment_month
left join months_with_cutoff as months_a_year_ago
    on months_with_cutoff.month_a_year_ago = months_a_year_ago.assessment_month
