-- One row per month, assessment group, platform, dispatch target (or `all`) and
-- district: `none` for cases dispatched to no district, `all` for every case.
with

case_counts as (select * from {{ ref('fct_monthly_case_counts') }}),

district_months as (select * from {{ ref('int_district_months') }}),

dispatched_counts as (
    select
        assessment_month,
        assessment_group_code,
        platform_code,
        dispatch_target_code,
        case
            when dispatch_target_code = 'district' then district_code
            else 'none'
        end as district_code,
        {{ case_counts() | join(',\n        ') }}
    from case_counts
),

counts_by_platform as (
    {{ sum_counts_by(
        'dispatched_counts',
        by=['assessment_month', 'assessment_group_code', 'platform_code'],
        or_all=['dispatch_target_code', 'district_code']
    ) | indent(4) }}
),

targets as (
    select *
    from {{ code_list(
        'dispatch_target_code',
        ['district', 'municipal_department', 'other', 'all']
    ) }} as targets
),

spine as (
    select
        district_months.assessment_month,
        district_months.assessment_group_code,
        platforms.platform_code,
        targets.dispatch_target_code,
        district_months.district_code
    from district_months
    cross join {{ code_list(
        'platform_code',
        var('raw_contract').cases.columns.platform_code.codes
    ) }} as platforms
    cross join targets
    where
        targets.dispatch_target_code in ('district', 'all')
        or (
            district_months.district_code = 'all'
            and platforms.platform_code = 'municipal'
        )
),

placed_nowhere as (
    select
        assessment_month,
        assessment_group_code,
        platform_code,
        dispatch_target_code,
        'none' as district_code
    from spine
    where
        district_code = 'all'
        and platform_code = 'municipal'
        and dispatch_target_code <> 'district'
),

whole_spine as (
    select * from spine
    union all
    select * from placed_nowhere
),

completed_with_spine as (
    select
        whole_spine.assessment_month,
        whole_spine.assessment_group_code,
        whole_spine.platform_code,
        whole_spine.dispatch_target_code,
        whole_spine.district_code,
        {{ zero_filled('counts_by_platform') | indent(8) }}
    from whole_spine
    left join counts_by_platform
        on
            whole_spine.assessment_month = counts_by_platform.assessment_month
            and whole_spine.assessment_group_code
            = counts_by_platform.assessment_group_code
            and whole_spine.platform_code = counts_by_platform.platform_code
            and whole_spine.dispatch_target_code
            = counts_by_platform.dispatch_target_code
            and whole_spine.district_code = counts_by_platform.district_code
)

select
    *,
    {{ case_rates() | indent(4) }}
from completed_with_spine
