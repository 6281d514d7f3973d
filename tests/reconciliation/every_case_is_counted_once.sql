{{ config(tags=['checks_months']) }}

-- Every accepted case stands in fct_cases with exactly one timeliness, and the
-- count facts add up to the cases.
{%- set is_month_to_check = is_month_to_check('assessment_month') %}
with

case_loads as (select * from {{ ref('int_case_loads') }}),

cases as (select * from {{ ref('fct_cases') }}),

case_counts as (select * from {{ ref('fct_monthly_case_counts') }}),

responsibility_counts as (
    select * from {{ ref('fct_monthly_responsibility_counts') }}
),

counted as (
    select
        assessment_month,
        sum(accepted_count) as accepted_count,
        0 as case_count,
        0 as timely_count,
        0 as fact_count,
        0 as timely_fact_count,
        0 as responsibility_count
    from case_loads
    where {{ is_month_to_check }} and accepted_count > 0
    group by assessment_month
    union all
    select
        assessment_month,
        0 as accepted_count,
        count(*) as case_count,
        count(*) filter (
            where
            timeliness_code in (
                'no_deadline', 'on_time', 'late', 'not_due', 'overdue_open'
            )
            and is_should_close
            = (timeliness_code in ('on_time', 'late', 'overdue_open'))
            and (timeliness_code = 'no_deadline') = (deadline_at is null)
        ) as timely_count,
        0 as fact_count,
        0 as timely_fact_count,
        0 as responsibility_count
    from cases
    where {{ is_month_to_check }}
    group by assessment_month
    union all
    select
        assessment_month,
        0 as accepted_count,
        0 as case_count,
        0 as timely_count,
        sum(registered_count + void_count) as fact_count,
        sum(
            should_close_count + not_due_count + no_deadline_count + void_count
        ) as timely_fact_count,
        0 as responsibility_count
    from case_counts
    where {{ is_month_to_check }}
    group by assessment_month
    union all
    select
        assessment_month,
        0 as accepted_count,
        0 as case_count,
        0 as timely_count,
        0 as fact_count,
        0 as timely_fact_count,
        sum(registered_count + void_count) as responsibility_count
    from responsibility_counts
    where {{ is_month_to_check }}
    group by assessment_month
),

counts_by_month as (
    select
        assessment_month,
        sum(accepted_count) as accepted_count,
        sum(case_count) as case_count,
        sum(timely_count) as timely_count,
        sum(fact_count) as fact_count,
        sum(timely_fact_count) as timely_fact_count,
        sum(responsibility_count) as responsibility_count
    from counted
    group by assessment_month
)

select *
from counts_by_month
where
    (
        accepted_count = case_count
        and accepted_count = timely_count
        and accepted_count = fact_count
        and accepted_count = timely_fact_count
        and accepted_count = responsibility_count
    ) is not true
