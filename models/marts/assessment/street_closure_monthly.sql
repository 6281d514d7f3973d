-- One row per month, district and street.
with

responsibility_counts as (
    select * from {{ ref('fct_monthly_responsibility_counts') }}
),

rule_parameters as (select * from {{ ref('int_rule_parameters') }}),

counts_by_street as (
    {{ sum_counts_by(
        'responsibility_counts',
        by=[
            'assessment_month',
            'assessment_group_code',
            'district_code',
            'street_code',
        ]
    ) | indent(4) }}
),

rates_by_street as (
    select
        counts_by_street.*,
        {{ case_rates() | indent(8) }},
        coalesce(
            counts_by_street.street_code <> 'none'
            and counts_by_street.registered_count
            >= rule_parameters.parameter_value,
            false
        ) as is_ranked
    from counts_by_street
    left join rule_parameters
        on
            counts_by_street.assessment_month
            = rule_parameters.assessment_month
            and rule_parameters.parameter_code
            = 'street_minimum_registered_count'
)

select
    *,
    {{ rank_among_ranked(
        'closure_rate', ['assessment_month', 'assessment_group_code']
    ) | indent(4) }} as closure_rank,
    {{ rank_among_ranked(
        'on_time_closure_rate', ['assessment_month', 'assessment_group_code']
    ) | indent(4) }} as on_time_closure_rank
from rates_by_street
