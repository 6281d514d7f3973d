-- One row per case whose deadline follows from its category's limit. Working
-- limits: the working seconds used up before registration plus the limit give a
-- point on the running count of working seconds; the deadline is the instant in
-- the first period that reaches it.
with

cases as (select * from {{ ref('int_current_cases') }}),

working_periods as (select * from {{ ref('int_working_periods') }}),


limited_cases as (
    select
        case_id,
        registered_at,
        limit_seconds,
        is_working_limit,
        cast(registered_at as date) as registered_date,
        date_trunc('second', registered_at) as registered_second
    from cases
    where
        limit_seconds is not null
        and due_at is null
        and extended_due_at is null
),

registered_points as (
    select
        limited_cases.case_id,
        min(working_periods.seconds_before)
        + sum(
            least(
                greatest(
                    {{ second_of_day('limited_cases.registered_second') }}
                    - working_periods.start_second,
                    0
                ),
                working_periods.period_seconds
            )
        )
        + max(limited_cases.limit_seconds) as limit_point
    from limited_cases
    inner join working_periods
        on limited_cases.registered_date = working_periods.calendar_date
    where
        limited_cases.is_working_limit
        and limited_cases.limit_seconds > 0
    group by limited_cases.case_id
),

working_deadlines as (
    select
        registered_points.case_id,
        {{ add_seconds(
            'cast(working_periods.calendar_date as timestamp)',
            'working_periods.start_second + registered_points.limit_point'
            ~ ' - working_periods.seconds_before'
        ) }} as deadline_at
    from registered_points
    inner join working_periods
        on
            registered_points.limit_point > working_periods.seconds_before
            and registered_points.limit_point <= working_periods.seconds_after
)

select
    limited_cases.case_id,
    case
        when not limited_cases.is_working_limit
            then {{ add_seconds(
                'limited_cases.registered_at', 'limited_cases.limit_seconds'
            ) }}
        when limited_cases.limit_seconds = 0 then limited_cases.registered_at
        else working_deadlines.deadline_at
    end as deadline_at
from limited_cases
left join working_deadlines
    on limited_cases.case_id = working_deadlines.case_id
