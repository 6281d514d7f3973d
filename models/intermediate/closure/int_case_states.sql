{{ config(materialized='ephemeral') }}

-- One row per case, with its state as of the cutoff of its month.
with

cases as (select * from {{ ref('int_case_deadlines') }}),


cases_with_closure as (
    select
        *,
        coalesce(closed_at <= cutoff_at, false) as is_closed
    from cases
),

cases_with_timeliness as (
    select
        *,
        case
            when deadline_at is null then 'no_deadline'
            when is_closed and closed_at <= deadline_at then 'on_time'
            when is_closed then 'late'
            when deferred_until > cutoff_at or deadline_at >= cutoff_at
                then 'not_due'
            else 'overdue_open'
        end as timeliness_code
    from cases_with_closure
)

select
    assessment_month,
    cutoff_at,
    case_id,
    source_code,
    platform_code,
    dispatch_target_code,
    department_code,
    assessment_group_code,
    district_code,
    street_code,
    community_code,
    grid_code,
    class_code,
    category_code,
    handler_role_code,
    timeliness_code,
    supervisor_code,
    reporter_key,
    base_case_count,
    rework_count,
    is_complaint_response,
    is_key,
    is_void,
    is_closed,
    registered_at,
    due_at,
    extended_due_at,
    deferred_until,
    deadline_at,
    handled_at,
    closed_at,
    updated_at,
    load_id,
    timeliness_code in ('on_time', 'late', 'overdue_open') as is_should_close,
    case
        when is_closed
            then cast(
                {{ divide_half_away(
                    microseconds_between('registered_at', 'closed_at'),
                    '36000000'
                ) }} * cast(0.01 as decimal(3, 2))
                as decimal(12, 2)
            )
    end as hours_to_close
from cases_with_timeliness
