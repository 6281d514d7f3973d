-- One row per district of the latest complete month and the ones just before it: the day with
-- most closures, and what was changed only after the cutoff (and some days for the delivery).
-- Closures that count although their case was changed that late are told apart only where most of
-- the month stood by then: where all of it is late, the whole delivery was.
with

cases as (
    select
        assessment_month,
        district_code,
        is_closed,
        cutoff_at,
        updated_at,
        cast(closed_at as date) as closed_date,
        updated_at > cutoff_at + to_days($tolerated_day_count) as is_late
    from marts.fct_cases
    where
        not is_void
        and assessment_month between
        cast(
            getvariable('latest_complete_month')
            - to_months($checked_month_count - 1) as date
        )
        and getvariable('latest_complete_month')
),

closures_by_day as (
    select
        assessment_month,
        district_code,
        closed_date,
        count(*) as day_count
    from cases
    where is_closed
    group by
        assessment_month,
        district_code,
        closed_date
),

largest_days as (
    select
        assessment_month,
        district_code,
        max(day_count) as largest_day_count,
        max_by(closed_date, (day_count, -epoch(closed_date))) as largest_day
    from closures_by_day
    group by
        assessment_month,
        district_code
),

counts as (
    select
        assessment_month,
        district_code,
        any_value(cutoff_at) as cutoff_at,
        count(*) as registered_count,
        count(*) filter (where is_late) as late_count,
        max(updated_at) as last_change_at,
        count(*) filter (where is_closed) as closed_count,
        count(*) filter (where is_closed and is_late) as late_closed_count
    from cases
    group by
        assessment_month,
        district_code
)

select
    counts.assessment_month,
    counts.district_code,
    districts.district_name,
    counts.cutoff_at,
    counts.last_change_at,
    counts.registered_count,
    counts.late_count,
    counts.closed_count,
    counts.late_closed_count,
    largest_days.largest_day,
    largest_days.largest_day_count,
    case
        when counts.registered_count >= $minimum_registered_count
            then counts.late_count / counts.registered_count
    end as late_share,
    case
        when counts.closed_count >= $minimum_closed_count
            then largest_days.largest_day_count / counts.closed_count
    end as largest_day_share,
    case
        when
            counts.closed_count >= $minimum_closed_count
            and counts.late_count
            <= $largest_late_share * counts.registered_count
            then counts.late_closed_count / counts.closed_count
    end as late_closed_share
from counts
left join largest_days
    on
        counts.assessment_month = largest_days.assessment_month
        and counts.district_code = largest_days.district_code
left join marts.dim_districts as districts
    on counts.district_code = districts.district_code
order by
    counts.assessment_month desc,
    counts.district_code
