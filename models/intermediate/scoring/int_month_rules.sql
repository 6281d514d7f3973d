{{ config(materialized='ephemeral') }}

-- One row per month: whether its scores stand on the same indicators and
-- mechanisms as those of the month before and of a year ago. Only another
-- revision of the rules makes scores incomparable; a month that does not exist
-- does not.
with

indicators as (select * from {{ ref('int_month_indicators') }}),

mechanisms as (select * from {{ ref('int_month_mechanisms') }}),

months as (select * from {{ ref('int_assessment_months') }}),

rule_rows as (
    select
        assessment_month,
        concat(
            indicator_code,
            ' of ', mechanism_code,
            ' ', scoring_method,
            ' ', measure_code,
            ' ', when_no_data,
            ' ', full_marks,
            ' ', bonus_cap,
            ' ', coalesce(target_value, 0),
            ' ', coalesce(unit_points, 0)
        ) as rule_row
    from indicators
    union all
    select
        assessment_month,
        concat(
            mechanism_code, ' ', full_marks, ' ', total_weight
        ) as rule_row
    from mechanisms
),

rules_in_force as (
    select
        months.assessment_month,
        months.previous_month,
        months.month_a_year_ago,
        coalesce(
            {{ join_texts('rule_rows.rule_row', 'rule_rows.rule_row') }}, 'none'
        ) as rules
    from months
    left join rule_rows
        on months.assessment_month = rule_rows.assessment_month
    group by
        months.assessment_month,
        months.previous_month,
        months.month_a_year_ago
)

select
    this_month.assessment_month,
    this_month.previous_month,
    this_month.month_a_year_ago,
    coalesce(
        this_month.rules = previous_month.rules, true
    ) as has_rules_of_previous_month,
    coalesce(
        this_month.rules = a_year_ago.rules, true
    ) as has_rules_of_a_year_ago
from rules_in_force as this_month
left join rules_in_force as previous_month
    on this_month.previous_month = previous_month.assessment_month
left join rules_in_force as a_year_ago
    on this_month.month_a_year_ago = a_year_ago.assessment_month
