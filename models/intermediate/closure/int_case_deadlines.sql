-- One row per case: its current version with the deadline in force: the
-- extended one, else the given one, else the instant at which its category's
-- limit is used up. Working limits: the working seconds used up before
-- registration plus the limit give a point on the running count of working
-- seconds; the deadline is the instant in the first period that reaches it.
with

cases as (select * from {{ ref('int_current_cases') }}),

working_periods as (select * from {{ ref('int_working_periods') }}),


limited_cases as (
    select
        *,
        case
            when extended_due_at is null and due_at is null
                then limit_seconds
        end as computed_limit_seconds,
        case
            when
                extended_due_at is null
                and due_at is null
                and is_working_limit
                and limit_seconds > 0
                then cast(registered_at as date)
        end as clock_start_date,
        {{ second_of_day('registered_at') }} as registered_second
    from cases
),

started_cases as (
    select
        limited_cases.*,
        working_periods.day_seconds,
        working_periods.seconds_before
        + least(
            greatest(
                limited_cases.registered_second - working_periods.start_second,
                0
            ),
            working_periods.period_seconds
        )
        + limited_cases.limit_seconds as limit_point
    from limited_cases
    left join working_periods
        on
            limited_cases.clock_start_date = working_periods.calendar_date
            and limited_cases.registered_second >= working_periods.from_second
            and limited_cases.registered_second < working_periods.until_second
),

numbered_cases as (
    select
        *,
        {{ integer_divide('limit_point + day_seconds - 1', 'day_seconds') }}
            as last_working_day_number
    from started_cases
)

select
    numbered_cases.assessment_month,
    numbered_cases.cutoff_at,
    numbered_cases.case_id,
    numbered_cases.source_code,
    numbered_cases.platform_code,
    numbered_cases.dispatch_target_code,
    numbered_cases.department_code,
    numbered_cases.assessment_group_code,
    numbered_cases.district_code,
    numbered_cases.street_code,
    numbered_cases.community_code,
    numbered_cases.grid_code,
    numbered_cases.class_code,
    numbered_cases.category_code,
    numbered_cases.handler_role_code,
    numbered_cases.supervisor_code,
    numbered_cases.reporter_key,
    numbered_cases.base_case_count,
    numbered_cases.rework_count,
    numbered_cases.is_complaint_response,
    numbered_cases.is_key,
    numbered_cases.is_void,
    numbered_cases.registered_at,
    numbered_cases.due_at,
    numbered_cases.extended_due_at,
    numbered_cases.deferred_until,
    numbered_cases.handled_at,
    numbered_cases.closed_at,
    numbered_cases.updated_at,
    numbered_cases.load_id,
    case
        when numbered_cases.extended_due_at is not null
            then numbered_cases.extended_due_at
        when numbered_cases.due_at is not null then numbered_cases.due_at
        when numbered_cases.computed_limit_seconds = 0
            then numbered_cases.registered_at
        when not numbered_cases.is_working_limit
            then {{ add_seconds(
                'numbered_cases.registered_at',
                'numbered_cases.computed_limit_seconds'
            ) }}
        else {{ add_seconds(
            'cast(working_periods.calendar_date as timestamp)',
            'working_periods.start_second + numbered_cases.limit_point'
            ~ ' - working_periods.seconds_before'
        ) }}
    end as deadline_at
from numbered_cases
left join working_periods
    on
        numbered_cases.last_working_day_number
        = working_periods.working_day_number
        and numbered_cases.limit_point > working_periods.seconds_before
        and numbered_cases.limit_point <= working_periods.seconds_after
