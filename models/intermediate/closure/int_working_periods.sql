{{ config(materialized='table') }}

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

calendar_periods as (
    select
        working_days.calendar_date,
        working_days.is_working_day,
        periods.period_number,
        periods.start_second,
        case
            when working_days.is_working_day
                then periods.end_second - periods.start_second
            else 0
        end as period_seconds
    from working_days
    cross join periods
)

select
    calendar_date,
    period_number,
    is_working_day,
    start_second,
    period_seconds,
    cast(
        sum(period_seconds) over (
            order by calendar_date, period_number
            rows between unbounded preceding and current row
        ) - period_seconds as bigint
    ) as seconds_before,
    cast(
        sum(period_seconds) over (
            order by calendar_date, period_number
            rows between unbounded preceding and current row
        ) as bigint
    ) as seconds_after
from calendar_periods
