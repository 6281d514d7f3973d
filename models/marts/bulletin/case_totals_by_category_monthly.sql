{{ built_by_month('marts') }}

-- One row per month, assessment group, class (or `all`), category and case type
-- that has a case.
with

case_counts as (
    select * from {{ ref('fct_monthly_case_counts') }}
    where {{ is_month_to_build('assessment_month', is_date=true) }}
),

counts_by_category as (
    {{ sum_counts_by(
        'case_counts',
        by=['assessment_month', 'assessment_group_code', 'category_code'],
        or_all=['class_code', 'case_type_code']
    ) | indent(4) }}
),

counts_with_whole as (
    select
        *,
        cast(sum(registered_count) over (
            partition by
                assessment_month,
                assessment_group_code,
                class_code,
                case_type_code
        ) as bigint) as class_registered_count,
        cast(row_number() over (
            partition by
                assessment_month,
                assessment_group_code,
                class_code,
                case_type_code
            order by registered_count desc, category_code asc
        ) as bigint) as category_rank
    from counts_by_category
)

select
    *,
    {{ case_rates() | indent(4) }},
    {{ rate('registered_count', 'class_registered_count') }} as class_share
from counts_with_whole
