-- One row per district of the latest complete month: the days on which it sent nothing, where its
-- own cases of the same weekday (this month and the trailing ones) let some be expected. Days
-- before the first case of the window are no silence: the district was not there yet.
with

latest_month as (
    select getvariable('latest_complete_month') as assessment_month
),

cases_by_day as (
    select
        district_code,
        cast(registered_at as date) as registered_date,
        count(*) as day_count
    from marts.fct_cases
    where
        assessment_month between
        cast(
            getvariable('latest_complete_month')
            - to_months($trailing_month_count) as date
        )
        and getvariable('latest_complete_month')
    group by
        district_code,
        registered_date
),

first_days as (
    select
        district_code,
        min(registered_date) as first_date
    from cases_by_day
    group by district_code
),

calendar as (
    select
        first_days.district_code,
        cast(days.day_at as date) as calendar_date
    from first_days
    cross join latest_month
    cross join unnest(
        generate_series(
            cast(first_days.first_date as timestamp),
            cast(last_day(latest_month.assessment_month) as timestamp),
            interval 1 day
        )
    ) as days (day_at)
),

days as (
    select
        calendar.district_code,
        calendar.calendar_date,
        coalesce(cases_by_day.day_count, 0) as day_count,
        avg(coalesce(cases_by_day.day_count, 0)) over (
            partition by
                calendar.district_code,
                isodow(calendar.calendar_date)
        ) as expected_count
    from calendar
    left join cases_by_day
        on
            calendar.district_code = cases_by_day.district_code
            and calendar.calendar_date = cases_by_day.registered_date
),

days_of_month as (
    select
        days.*,
        latest_month.assessment_month,
        days.expected_count >= $minimum_expected_count as is_checked,
        days.expected_count >= $minimum_expected_count
        and days.day_count = 0 as is_silent
    from days
    cross join latest_month
    where days.calendar_date >= latest_month.assessment_month
),

-- Silent days in a row share the difference between the date and their number.
silent_runs as (
    select
        district_code,
        min(calendar_date) as first_date,
        max(calendar_date) as last_date,
        sum(expected_count) as expected_count
    from (
        select
            *,
            calendar_date - cast(
                row_number() over (
                    partition by district_code
                    order by calendar_date
                ) as integer
            ) as run_start
        from days_of_month
        where is_silent
    )
    group by
        district_code,
        run_start
),

silent_texts as (
    select
        district_code,
        string_agg(
            concat(
                first_date,
                case when last_date > first_date then concat(' to ', last_date) end,
                ' (0 cases, expected ',
                cast(round(expected_count) as bigint),
                ')'
            ),
            ', '
            order by first_date
        ) as silent_days
    from silent_runs
    group by district_code
)

select
    days_of_month.assessment_month,
    days_of_month.district_code,
    districts.district_name,
    silent_texts.silent_days,
    case
        when count(*) filter (where days_of_month.is_checked) > 0
            then count(*) filter (where days_of_month.is_silent)
    end as silent_day_count
from days_of_month
left join silent_texts
    on days_of_month.district_code = silent_texts.district_code
left join marts.dim_districts as districts
    on days_of_month.district_code = districts.district_code
group by
    days_of_month.assessment_month,
    days_of_month.district_code,
    districts.district_name,
    silent_texts.silent_days
order by days_of_month.district_code
