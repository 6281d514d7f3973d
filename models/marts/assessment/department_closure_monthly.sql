-- One row per month, city and department.
with

districts as (select * from {{ ref('int_districts') }}),

responsibility_counts as (
    select * from {{ ref('fct_monthly_responsibility_counts') }}
),

rule_parameters as (select * from {{ ref('int_rule_parameters') }}),

counts_with_city as (
    select
        responsibility_counts.*,
        districts.city_code
    from responsibility_counts
    inner join districts
        on responsibility_counts.district_code = districts.district_code
),

counts_by_department as (
    {{ sum_counts_by(
        'counts_with_city',
        by=['assessment_month', 'city_code', 'department_code']
    ) | indent(4) }}
),

rates_by_department as (
    select
        counts_by_department.*,
        {{ case_rates() | indent(8) }},
        coalesce(
            counts_by_department.department_code <> 'none'
            and counts_by_department.registered_count
            >= rule_parameters.parameter_value,
            false
        ) as is_ranked
    from counts_by_department
    left join rule_parameters
        on
            counts_by_department.assessment_month
            = rule_parameters.assessment_month
            and rule_parameters.parameter_code
            = 'department_minimum_registered_count'
)

select
    *,
    {{ rank_among_ranked(
        'closure_rate', ['assessment_month', 'city_code']
    ) | indent(4) }} as closure_rank,
    {{ rank_among_ranked(
        'on_time_closure_rate', ['assessment_month', 'city_code']
    ) | indent(4) }} as on_time_closure_rank
from rates_by_department
