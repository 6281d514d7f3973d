-- One row per month and assessment group: how concentrated the cases are on few categories.
with

categories as (
    select
        assessment_month,
        assessment_group_code,
        category_code,
        registered_count,
        class_registered_count as group_count,
        class_share as category_share
    from marts.case_totals_by_category_monthly
    where
        class_code = 'all'
        and case_type_code = 'all'
),

concentrations as (
    select
        assessment_month,
        assessment_group_code,
        max(group_count) as group_count,
        count(*) filter (where registered_count > 0) as category_count,
        arg_max(category_code, registered_count) as largest_category_code,
        max(category_share) as largest_category_share,
        sum(category_share * category_share) as concentration
    from categories
    group by
        assessment_month,
        assessment_group_code
),

compared_with_previous as (
    select
        *,
        any_value(category_count) over previous_month
            as previous_category_count,
        any_value(group_count) over previous_month as previous_group_count
    from concentrations
    window
        previous_month as (
            partition by assessment_group_code
            order by assessment_month
            range between
            interval 1 month preceding
            and interval 1 month preceding
        )
)

select
    assessment_month,
    assessment_group_code,
    assessment_month is not distinct from (
        select assessment_month from latest_complete_month
    ) as is_latest_complete_month,
    group_count,
    category_count,
    largest_category_code,
    case
        when group_count >= $minimum_group_count then largest_category_share
    end as largest_category_share,
    case
        when group_count >= $minimum_group_count then concentration
    end as concentration,
    case
        when least(group_count, previous_group_count) >= $minimum_group_count
            then category_count / nullif(previous_category_count, 0)
    end as category_count_ratio
from compared_with_previous
order by
    assessment_month,
    assessment_group_code
