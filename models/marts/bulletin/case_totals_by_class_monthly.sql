-- One row per month, assessment group and class.
with

case_counts as (select * from {{ ref('fct_monthly_case_counts') }}),

district_months as (select * from {{ ref('int_district_months') }}),

case_categories as (select * from {{ ref('dim_case_categories') }}),

group_months as (
    select
        assessment_month,
        assessment_group_code
    from district_months
    where district_code = 'all'
),

classes as (
    select 'complaint_response' as class_code
    union
    select class_code
    from case_categories
),

counts_by_class as (
    {{ sum_counts_by(
        'case_counts',
        by=['assessment_month', 'assessment_group_code', 'class_code']
    ) | indent(4) }}
),

completed_with_spine as (
    select
        group_months.assessment_month,
        group_months.assessment_group_code,
        classes.class_code,
        {{ zero_filled('counts_by_class') | indent(8) }}
    from group_months
    cross join classes
    left join counts_by_class
        on
            group_months.assessment_month = counts_by_class.assessment_month
            and group_months.assessment_group_code
            = counts_by_class.assessment_group_code
            and classes.class_code = counts_by_class.class_code
),

counts_with_whole as (
    select
        *,
        cast(sum(registered_count) over (
            partition by assessment_month, assessment_group_code
        ) as bigint) as group_registered_count
    from completed_with_spine
)

select
    *,
    {{ case_rates() | indent(4) }},
    {{ rate('registered_count', 'group_registered_count') }}
        as registered_share
from counts_with_whole
