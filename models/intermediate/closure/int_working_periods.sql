{{ config(materialized='ephemeral') }}

-- One row per working period of each working day, on one running count of
-- working seconds; and per day without work an empty one, so that every date is
-- found.
with

working_days as (select * from {{ ref('stg_working_calendar') }}),

working_periods as (select * from {{ ref('stg_working_hours') }}),


periods as (
    select
        period_number,
        {{ second_of_day('start_time') }} as start_second,
        {{ second_of_day('end_time') }} as end_second
    from working_periods
),

-- The seconds of a day that a period answers for: from its start, the first
-- from midnight, until the next one starts.
spanned_periods as (
    select
        *,
        case
            when lag(start_second) over (order by start_second) is null then 0
            else start_second
        end as from_second,
        coalesce(
            lead(start_second) over (order by start_second), 86400
        ) as until_second,
        sum(end_second - start_second) over () as day_seconds
    from periods
),

calendar_periods as (
    select
        working_days.calendar_date,
        working_days.is_working_day,
        periods.period_number,
        periods.start_second,
        periods.from_second,
        periods.until_second,
        cast(periods.day_seconds as bigint) as day_seconds,
        case
            when working_days.is_working_day
                then periods.end_second - periods.start_second
            else 0
        end as period_seconds
    from working_days
    cross join spanned_periods as periods
),

counted_periods as (
    select
        *,
        cast(
            sum(period_seconds) over (
                order by calendar_date, start_second
                rows between unbounded preceding and current row
            ) as bigint
        ) as seconds_after
    from calendar_periods
)

select
    calendar_date,
    period_number,
    is_working_day,
    start_second,
    from_second,
    until_second,
    period_seconds,
    day_seconds,
    seconds_after - period_seconds as seconds_before,
    seconds_after,
    -- All working days are equally long: the count of seconds numbers them.
    case
        when period_seconds > 0
            then {{ integer_divide(
                'seconds_after + day_seconds - 1', 'day_seconds'
            ) }}
    end as working_day_number
from counted_periods
