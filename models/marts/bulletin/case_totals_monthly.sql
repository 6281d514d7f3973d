-- One row per month, assessment group and case type (key, routine, all).
with

case_counts as (select * from {{ ref('fct_monthly_case_counts') }}),

district_months as (select * from {{ ref('int_district_months') }}),

group_months as (
    select
        assessment_month,
        assessment_group_code
    from district_months
    where district_code = 'all'
),

counts_by_group as (
    {{ sum_counts_by(
        'case_counts',
        by=['assessment_month', 'assessment_group_code'],
        or_all=['case_type_code']
    ) | indent(4) }}
),

completed_with_spine as (
    select
        group_months.assessment_month,
        group_months.assessment_group_code,
        case_types.case_type_code,
        {{ zero_filled('counts_by_group') | indent(8) }}
    from group_months
    cross join {{ case_types() }} as case_types
    left join counts_by_group
        on
            group_months.assessment_month = counts_by_group.assessment_month
            and group_months.assessment_group_code
            = counts_by_group.assessment_group_code
            and case_types.case_type_code = counts_by_group.case_type_code
),

counts_with_whole as (
    select
        *,
        max(
            case when case_type_code = 'all' then registered_count end
        ) over (
            partition by assessment_month, assessment_group_code
        ) as group_registered_count
    from completed_with_spine
)

select
    *,
    {{ case_rates() | indent(4) }},
    {{ rate('registered_count', 'group_registered_count') }}
        as registered_share
from counts_with_whole
