-- One row per month, assessment group, district (or `all`) and level (or
-- `all`).
with

district_months as (select * from {{ ref('int_district_months') }}),

whistles as (select * from {{ ref('fct_whistles') }}),

counted_whistles as (
    select
        assessment_month,
        assessment_group_code,
        district_code,
        level_code,
        1 as whistle_count,
        case when is_answered then 1 else 0 end as answered_count,
        case when is_resolved then 1 else 0 end as resolved_count
    from whistles
    where is_counted
),

whistles_by_district as (
    {{ sum_counts_by(
        'counted_whistles',
        by=['assessment_month', 'assessment_group_code'],
        or_all=['district_code', 'level_code'],
        counts=['whistle_count', 'answered_count', 'resolved_count']
    ) | indent(4) }}
),

completed_with_spine as (
    select
        district_months.assessment_month,
        district_months.assessment_group_code,
        district_months.district_code,
        levels.level_code,
        district_months.district_name,
        {{ zero_filled(
            'whistles_by_district',
            ['whistle_count', 'answered_count', 'resolved_count']
        ) | indent(8) }}
    from district_months
    cross join {{ code_list(
        'level_code',
        var('raw_contract').whistles.columns.level_code.codes + ['all']
    ) }} as levels
    left join whistles_by_district
        on
            district_months.assessment_month
            = whistles_by_district.assessment_month
            and district_months.assessment_group_code
            = whistles_by_district.assessment_group_code
            and district_months.district_code
            = whistles_by_district.district_code
            and levels.level_code = whistles_by_district.level_code
)

select
    *,
    {{ rate('answered_count', 'whistle_count') }} as answered_rate,
    {{ rate('resolved_count', 'whistle_count') }} as resolved_rate
from completed_with_spine
