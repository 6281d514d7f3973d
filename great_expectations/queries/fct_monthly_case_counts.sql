-- One row per month (of the last ones), assessment group, kind of share (timeliness, source, class, platform) and
-- code: the share of registered cases, and its change against the preceding calendar month.
-- A code that vanishes keeps a row with the share 0.
with

case_counts as (
    select
        assessment_month,
        coalesce(assessment_group_code, 'none') as assessment_group_code,
        source_code,
        class_code,
        platform_code,
        registered_count,
        on_time_count,
        should_close_count - on_time_count - overdue_open_count as late_count,
        overdue_open_count,
        not_due_count,
        no_deadline_count
    from marts.fct_monthly_case_counts
    where
        assessment_month > cast(
            getvariable('latest_month') - to_months($checked_month_count) as date
        )
),

group_months as (
    select
        assessment_month,
        assessment_group_code,
        sum(registered_count) as group_count,
        sum(on_time_count) as on_time,
        sum(late_count) as late,
        sum(overdue_open_count) as overdue_open,
        sum(not_due_count) as not_due,
        sum(no_deadline_count) as no_deadline
    from case_counts
    group by
        assessment_month,
        assessment_group_code
),

code_counts as (
    select
        assessment_month,
        assessment_group_code,
        'timeliness' as share_kind,
        share_code,
        share_count
    from group_months
    unpivot (
        share_count for share_code in (
            on_time, late, overdue_open, not_due, no_deadline
        )
    )
    union all
    select
        assessment_month,
        assessment_group_code,
        'source' as share_kind,
        source_code as share_code,
        sum(registered_count) as share_count
    from case_counts
    group by
        assessment_month,
        assessment_group_code,
        source_code
    union all
    select
        assessment_month,
        assessment_group_code,
        'class' as share_kind,
        class_code as share_code,
        sum(registered_count) as share_count
    from case_counts
    group by
        assessment_month,
        assessment_group_code,
        class_code
    union all
    select
        assessment_month,
        assessment_group_code,
        'platform' as share_kind,
        platform_code as share_code,
        sum(registered_count) as share_count
    from case_counts
    group by
        assessment_month,
        assessment_group_code,
        platform_code
),

codes as (
    select distinct
        assessment_group_code,
        share_kind,
        share_code
    from code_counts
),

shares as (
    select
        group_months.assessment_month,
        codes.assessment_group_code,
        codes.share_kind,
        codes.share_code,
        group_months.group_count,
        coalesce(code_counts.share_count, 0)
        / nullif(group_months.group_count, 0) as share
    from group_months
    inner join codes
        on group_months.assessment_group_code = codes.assessment_group_code
    left join code_counts
        on
            group_months.assessment_month = code_counts.assessment_month
            and codes.assessment_group_code = code_counts.assessment_group_code
            and codes.share_kind = code_counts.share_kind
            and codes.share_code = code_counts.share_code
),

compared_with_previous as (
    select
        *,
        any_value(share) over previous_month as previous_share,
        any_value(group_count) over previous_month as previous_group_count
    from shares
    window
        previous_month as (
            partition by assessment_group_code, share_kind, share_code
            order by assessment_month
            range between
            interval 1 month preceding
            and interval 1 month preceding
        )
)

select
    assessment_month,
    assessment_group_code,
    share_kind,
    share_code,
    assessment_month is not distinct from (
        select assessment_month from latest_complete_month
    ) as is_latest_complete_month,
    coalesce(
        assessment_month <= (
            select assessment_month from latest_complete_month
        ),
        false
    ) as is_complete_month,
    group_count,
    case when group_count >= $minimum_group_count then share end as share,
    case
        when least(group_count, previous_group_count) >= $minimum_group_count
            then abs(share - previous_share)
    end as share_change
from compared_with_previous
order by
    assessment_month,
    assessment_group_code,
    share_kind,
    share_code
