-- One row per month and ranked district: its patrols beside its own trailing months, of the
-- groups that had a required grid-day in any month.
with

patrols as (
    select
        patrols.assessment_month,
        patrols.assessment_group_code,
        patrols.district_code,
        patrols.district_name,
        patrols.required_grid_day_count,
        patrols.covered_grid_day_count,
        patrols.patrol_coverage_rate
    from marts.patrol_coverage_monthly as patrols
    inner join marts.dim_districts as districts
        on patrols.district_code = districts.district_code
    where districts.is_ranked
),

with_history as (
    select
        *,
        sum(required_grid_day_count) over (partition by assessment_group_code)
            as group_required_count,
        sum(required_grid_day_count) over (
            partition by assessment_month, assessment_group_code
        ) as month_required_count,
        sum(required_grid_day_count) over (
            partition by district_code
            order by assessment_month
            range between
            interval 1 month preceding
            and interval 1 month preceding
        ) as previous_required_count,
        count(patrol_coverage_rate) over trailing_months
            as history_month_count,
        sum(covered_grid_day_count) over trailing_months
        / nullif(sum(required_grid_day_count) over trailing_months, 0)
            as trailing_coverage_rate,
        stddev_samp(patrol_coverage_rate) over trailing_months
            as coverage_spread
    from patrols
    window
        trailing_months as (
            partition by district_code
            order by assessment_month
            range between
            to_months($trailing_month_count) preceding
            and interval 1 month preceding
        )
)

select
    assessment_month,
    district_code,
    district_name,
    assessment_month is not distinct from (
        select assessment_month from latest_complete_month
    ) as is_latest_complete_month,
    coalesce(
        assessment_month <= (
            select assessment_month from latest_complete_month
        ),
        false
    ) as is_complete_month,
    history_month_count,
    month_required_count,
    required_grid_day_count,
    case
        when previous_required_count >= $minimum_required_count
            then required_grid_day_count / previous_required_count
    end as required_ratio,
    patrol_coverage_rate,
    case
        when history_month_count >= $minimum_history_month_count
            then abs(patrol_coverage_rate - trailing_coverage_rate)
                / greatest(coverage_spread, $smallest_spread)
    end as coverage_deviation
from with_history
where group_required_count > 0
order by
    assessment_month,
    district_code
