-- One row per month and ranked district: its checks of key cases beside its own trailing months,
-- of the groups that had such a check in any month. The spread of a sample rate is at least the
-- binomial one of a sample of this size.
with

omission as (
    select
        omission.assessment_month,
        omission.assessment_group_code,
        omission.district_code,
        omission.district_name,
        omission.checked_count,
        omission.omitted_count,
        omission.sample_omission_rate
    from marts.omission_monthly as omission
    inner join marts.dim_districts as districts
        on omission.district_code = districts.district_code
    where
        omission.case_type_code = 'key'
        and districts.is_ranked
),

with_history as (
    select
        *,
        sum(checked_count) over (partition by assessment_group_code)
            as group_checked_count,
        sum(checked_count) over (
            partition by assessment_month, assessment_group_code
        ) as month_checked_count,
        sum(checked_count) over (
            partition by district_code
            order by assessment_month
            range between
            interval 1 month preceding
            and interval 1 month preceding
        ) as previous_checked_count,
        count(sample_omission_rate) over trailing_months
            as history_month_count,
        sum(omitted_count) over trailing_months
        / nullif(sum(checked_count) over trailing_months, 0)
            as trailing_omission_rate,
        stddev_samp(sample_omission_rate) over trailing_months
            as omission_spread
    from omission
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
    month_checked_count,
    checked_count,
    case
        when previous_checked_count >= $minimum_checked_count
            then checked_count / previous_checked_count
    end as checked_ratio,
    sample_omission_rate,
    case
        when
            history_month_count >= $minimum_history_month_count
            and checked_count > 0
            then abs(sample_omission_rate - trailing_omission_rate)
                / greatest(
                    omission_spread,
                    sqrt(
                        trailing_omission_rate
                        * (1 - trailing_omission_rate)
                        / checked_count
                    ),
                    $smallest_spread
                )
    end as omission_deviation
from with_history
where group_checked_count > 0
order by
    assessment_month,
    district_code
