-- One row per district of the last months: how the moments of its cases are distributed.
with

cases as (
    select
        assessment_month,
        district_code,
        cast(registered_at as date) as registered_date,
        registered_at = date_trunc('day', registered_at) as is_midnight,
        hours_to_close
    from marts.fct_cases
    where
        not is_void
        and assessment_month > cast(
            getvariable('latest_month') - to_months($checked_month_count) as date
        )
),

registered_days as (
    select
        assessment_month,
        district_code,
        registered_date,
        count(*) as day_count
    from cases
    group by
        assessment_month,
        district_code,
        registered_date
),

days as (
    select
        assessment_month,
        district_code,
        max(day_count) as largest_day_count,
        count(*) as day_with_case_count
    from registered_days
    group by
        assessment_month,
        district_code
),

moments as (
    select
        assessment_month,
        district_code,
        count(*) as registered_count,
        count(*) filter (where is_midnight) as midnight_count,
        count(hours_to_close) as closed_count,
        count(*) filter (where hours_to_close = 0) as closed_at_once_count,
        median(hours_to_close) as median_hours_to_close
    from cases
    group by
        assessment_month,
        district_code
)

select
    moments.assessment_month,
    moments.district_code,
    moments.assessment_month is not distinct from (
        select assessment_month from latest_complete_month
    ) as is_latest_complete_month,
    moments.registered_count,
    moments.midnight_count / moments.registered_count as midnight_share,
    days.largest_day_count / moments.registered_count as largest_day_share,
    days.day_with_case_count
    / day(last_day(moments.assessment_month)) as day_with_case_share,
    case
        when moments.closed_count >= $minimum_closed_count
            then moments.median_hours_to_close
    end as median_hours_to_close,
    case
        when moments.closed_count >= $minimum_closed_count
            then moments.closed_at_once_count / moments.closed_count
    end as closed_at_once_share
from moments
inner join days
    on
        moments.assessment_month = days.assessment_month
        and moments.district_code = days.district_code
where moments.registered_count >= $minimum_registered_count
order by
    moments.assessment_month,
    moments.district_code
