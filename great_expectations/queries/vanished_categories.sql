-- One row per district (`all`: the assessment group) and category of the latest complete month and
-- the months before it: its cases now, where every one of the trailing months had it. A category
-- that the whole group lost is told once, a district without any case by its volume.
with

counts_by_category as (
    select
        assessment_month,
        coalesce(assessment_group_code, 'none') as assessment_group_code,
        coalesce(district_code, 'all') as district_code,
        category_code,
        sum(registered_count) as registered_count
    from marts.fct_monthly_case_counts
    where
        assessment_month between
        cast(
            getvariable('latest_complete_month')
            - to_months($trailing_month_count) as date
        )
        and getvariable('latest_complete_month')
    group by
        assessment_month,
        coalesce(assessment_group_code, 'none'),
        category_code,
        grouping sets ((district_code), ())
),

categories as (
    select
        assessment_group_code,
        district_code,
        category_code,
        coalesce(
            sum(registered_count) filter (
                where assessment_month = getvariable('latest_complete_month')
            ),
            0
        ) as present_count,
        count(*) filter (
            where
            assessment_month < getvariable('latest_complete_month')
            and registered_count > 0
        ) as history_month_count,
        avg(registered_count) filter (
            where assessment_month < getvariable('latest_complete_month')
        ) as expected_count
    from counts_by_category
    group by
        assessment_group_code,
        district_code,
        category_code
),

with_whole as (
    select
        *,
        sum(present_count) over (
            partition by assessment_group_code, district_code
        ) as district_count,
        max(present_count) filter (where district_code = 'all') over (
            partition by assessment_group_code, category_code
        ) as group_count
    from categories
)

select
    getvariable('latest_complete_month') as assessment_month,
    with_whole.assessment_group_code,
    with_whole.district_code,
    with_whole.category_code,
    coalesce(case_categories.category_name, with_whole.category_code)
        as category_name,
    cast(round(with_whole.expected_count) as bigint) as expected_count,
    case
        when
            with_whole.history_month_count = $trailing_month_count
            and with_whole.expected_count >= $minimum_expected_count
            and with_whole.district_count > 0
            and (
                with_whole.district_code = 'all'
                or with_whole.group_count > 0
            )
            then with_whole.present_count
    end as registered_count
from with_whole
left join marts.dim_case_categories as case_categories
    on with_whole.category_code = case_categories.category_code
order by
    with_whole.assessment_group_code,
    with_whole.district_code = 'all' desc,
    with_whole.expected_count desc,
    with_whole.district_code,
    with_whole.category_code
