-- One row per month, assessment group and district (or `all`): cases that grid
-- members handled.
with

case_counts as (select * from {{ ref('fct_monthly_case_counts') }}),

district_months as (select * from {{ ref('int_district_months') }}),

grid_member_counts as (
    select *
    from case_counts
    where handler_role_code <> 'none'
),

counts_by_district as (
    {{ sum_counts_by(
        'grid_member_counts',
        by=['assessment_month', 'assessment_group_code'],
        or_all=['district_code']
    ) | indent(4) }}
),

whole_counts as (
    {{ sum_counts_by(
        'case_counts',
        by=['assessment_month', 'assessment_group_code'],
        or_all=['district_code'],
        counts=['registered_count']
    ) | indent(4) }}
),

completed_with_spine as (
    select
        district_months.assessment_month,
        district_months.assessment_group_code,
        district_months.district_code,
        district_months.district_name,
        {{ zero_filled('counts_by_district') | indent(8) }},
        coalesce(
            whole_counts.registered_count, 0
        ) as district_registered_count
    from district_months
    left join counts_by_district
        on
            district_months.assessment_month
            = counts_by_district.assessment_month
            and district_months.assessment_group_code
            = counts_by_district.assessment_group_code
            and district_months.district_code = counts_by_district.district_code
    left join whole_counts
        on
            district_months.assessment_month = whole_counts.assessment_month
            and district_months.assessment_group_code
            = whole_counts.assessment_group_code
            and district_months.district_code = whole_counts.district_code
)

select
    *,
    {{ case_rates() | indent(4) }},
    {{ rate('registered_count', 'district_registered_count') }}
        as grid_member_participation_rate
from completed_with_spine
