-- One row per month and district: this month's volume and rates beside the district's own
-- trailing months. NULL where there is too little to compare with.
with

districts as (
    select
        *,
        assessment_month is not distinct from (
            select assessment_month from latest_complete_month
        ) as is_latest_complete_month
    from marts.case_totals_by_district_monthly
    where case_type_code = 'all'
),

with_history as (
    select
        *,
        count(*) over trailing_months as history_month_count,
        sum(registered_count) over previous_month as previous_registered_count,
        sum(closed_count) over trailing_months as trailing_closed_count,
        sum(registered_count) over trailing_months as trailing_registered_count,
        sum(on_time_count) over trailing_months as trailing_on_time_count,
        sum(should_close_count) over trailing_months
            as trailing_should_close_count,
        sum(reworked_count) over trailing_months as trailing_reworked_count,
        stddev_samp(closure_rate) over trailing_months as closure_spread,
        stddev_samp(on_time_closure_rate) over trailing_months
            as on_time_spread,
        stddev_samp(rework_rate) over trailing_months as rework_spread,
        count(nullif(registered_count, 0)) over volume_months
            as volume_history_month_count,
        median(nullif(registered_count, 0)) over volume_months
            as expected_count,
        stddev_samp(nullif(registered_count, 0)) over volume_months
            as volume_spread
    from districts
    window
        trailing_months as (
            partition by district_code
            order by assessment_month
            range between
            to_months($trailing_month_count) preceding
            and interval 1 month preceding
        ),
        volume_months as (
            partition by district_code
            order by assessment_month
            range between
            to_months($volume_month_count) preceding
            and interval 1 month preceding
        ),
        previous_month as (
            partition by district_code
            order by assessment_month
            range between
            interval 1 month preceding
            and interval 1 month preceding
        )
)

select
    assessment_month,
    district_code,
    district_name,
    is_latest_complete_month,
    history_month_count,
    registered_count,
    case
        when previous_registered_count >= $minimum_registered_count
            then registered_count / previous_registered_count
    end as registered_ratio,
    volume_history_month_count,
    cast(round(expected_count) as bigint) as expected_count,
    case
        when
            is_latest_complete_month
            and volume_history_month_count >= $minimum_history_month_count
            and expected_count >= $minimum_registered_count
            then abs(registered_count - expected_count) / greatest(
                sqrt(expected_count),
                least(
                    greatest(
                        volume_spread, $smallest_volume_spread * expected_count
                    ),
                    $largest_volume_spread * expected_count
                )
            )
    end as volume_deviation,
    closure_rate,
    on_time_closure_rate,
    rework_rate,
    case
        when history_month_count >= $minimum_history_month_count
            then abs(
                closure_rate
                - trailing_closed_count / nullif(trailing_registered_count, 0)
            ) / greatest(closure_spread, $smallest_spread)
    end as closure_deviation,
    case
        when history_month_count >= $minimum_history_month_count
            then abs(
                on_time_closure_rate
                - trailing_on_time_count
                / nullif(trailing_should_close_count, 0)
            ) / greatest(on_time_spread, $smallest_spread)
    end as on_time_deviation,
    case
        when history_month_count >= $minimum_history_month_count
            then abs(
                rework_rate
                - trailing_reworked_count
                / nullif(trailing_should_close_count, 0)
            ) / greatest(rework_spread, $smallest_spread)
    end as rework_deviation
from with_history
order by
    assessment_month,
    district_code
