-- One row per month, assessment group and district (or `all`): required and
-- covered grid-days, and required and covered categories.
with

case_counts as (select * from {{ ref('fct_monthly_case_counts') }}),

case_sources as (select * from {{ ref('dim_case_sources') }}),

district_months as (select * from {{ ref('int_district_months') }}),

patrol_days as (select * from {{ ref('fct_patrol_days') }}),

counted_patrol_days as (
    select
        assessment_month,
        assessment_group_code,
        district_code,
        cast(
            case when is_required then 1 else 0 end as bigint
        ) as required_grid_day_count,
        cast(
            case when is_covered then 1 else 0 end as bigint
        ) as covered_grid_day_count
    from patrol_days
    where is_counted
),

grid_days_by_district as (
    {{ sum_counts_by(
        'counted_patrol_days',
        by=['assessment_month', 'assessment_group_code'],
        or_all=['district_code'],
        counts=['required_grid_day_count', 'covered_grid_day_count']
    ) | indent(4) }}
),

categories_by_district as (
    select
        case_counts.assessment_month,
        case_counts.district_code,
        cast(
            count(distinct case_counts.category_code) as bigint
        ) as registered_category_count
    from case_counts
    inner join case_sources
        on case_counts.source_code = case_sources.source_code
    where
        case_sources.tier_code = 'district'
        and case_counts.registered_count > 0
    group by
        case_counts.assessment_month,
        case_counts.district_code
),

district_categories as (
    select
        district_months.assessment_month,
        district_months.assessment_group_code,
        district_months.district_code,
        cast(
            coalesce(district_months.required_category_count, 0) as bigint
        ) as required_category_count,
        least(
            coalesce(categories_by_district.registered_category_count, 0),
            cast(
                coalesce(district_months.required_category_count, 0) as bigint
            )
        ) as covered_category_count
    from district_months
    left join categories_by_district
        on
            district_months.assessment_month
            = categories_by_district.assessment_month
            and district_months.district_code
            = categories_by_district.district_code
    where district_months.district_code <> 'all'
),

category_coverage_by_district as (
    {{ sum_counts_by(
        'district_categories',
        by=['assessment_month', 'assessment_group_code'],
        or_all=['district_code'],
        counts=['required_category_count', 'covered_category_count']
    ) | indent(4) }}
),

completed_with_spine as (
    select
        district_months.assessment_month,
        district_months.assessment_group_code,
        district_months.district_code,
        district_months.district_name,
        coalesce(
            grid_days_by_district.required_grid_day_count, 0
        ) as required_grid_day_count,
        coalesce(
            grid_days_by_district.covered_grid_day_count, 0
        ) as covered_grid_day_count,
        category_coverage_by_district.required_category_count,
        category_coverage_by_district.covered_category_count
    from district_months
    left join grid_days_by_district
        on
            district_months.assessment_month
            = grid_days_by_district.assessment_month
            and district_months.assessment_group_code
            = grid_days_by_district.assessment_group_code
            and district_months.district_code
            = grid_days_by_district.district_code
    left join category_coverage_by_district
        on
            district_months.assessment_month
            = category_coverage_by_district.assessment_month
            and district_months.assessment_group_code
            = category_coverage_by_district.assessment_group_code
            and district_months.district_code
            = category_coverage_by_district.district_code
)

select
    *,
    {{ rate('covered_grid_day_count', 'required_grid_day_count') }}
        as patrol_coverage_rate,
    {{ rate('covered_category_count', 'required_category_count') }}
        as category_coverage_rate
from completed_with_spine
