-- One row per month that has an accepted case.
with

months as (select * from {{ ref('int_assessment_months') }}),

month_rules as (select * from {{ ref('int_month_rules') }})

select
    months.assessment_month,
    months.previous_month,
    months.month_a_year_ago,
    months.cutoff_at,
    month_rules.has_rules_of_previous_month,
    month_rules.has_rules_of_a_year_ago
from months
inner join month_rules
    on months.assessment_month = month_rules.assessment_month
