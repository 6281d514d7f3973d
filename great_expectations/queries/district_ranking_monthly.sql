-- One row per month and ranked district: the total score as a share of the month's full marks,
-- so that any rule system can be judged by one bound.
with

rankings as (
    select
        *,
        assessment_month is not distinct from (
            select assessment_month from latest_complete_month
        ) as is_latest_complete_month,
        coalesce(
            assessment_month <= (
                select assessment_month from latest_complete_month
            ),
            false
        ) as is_complete_month
    from marts.district_ranking_monthly
),

full_scores as (
    select
        assessment_month,
        district_code,
        sum(total_weight * full_marks) as full_score
    from marts.mechanism_scores_monthly
    group by
        assessment_month,
        district_code
),

scores as (
    select
        rankings.*,
        full_scores.full_score,
        count(rankings.total_score) over (
            partition by
                rankings.assessment_month,
                rankings.assessment_group_code
        ) as ranked_count,
        max(rankings.total_score) over (
            partition by
                rankings.assessment_month,
                rankings.assessment_group_code
        ) - min(rankings.total_score) over (
            partition by
                rankings.assessment_month,
                rankings.assessment_group_code
        ) as score_spread
    from rankings
    left join full_scores
        on
            rankings.assessment_month = full_scores.assessment_month
            and rankings.district_code = full_scores.district_code
)

select
    assessment_month,
    district_code,
    district_name,
    is_latest_complete_month,
    is_complete_month,
    total_score,
    district_rank,
    total_score / nullif(full_score, 0) as score_share,
    case
        when ranked_count >= $minimum_ranked_count
            then score_spread / nullif(full_score, 0)
    end as score_spread_share,
    abs(total_score - previous_total_score)
    / nullif(full_score, 0) as score_change_share,
    case
        when ranked_count >= $minimum_ranked_count
            then abs(rank_change) / (ranked_count - 1)
    end as rank_change_share
from scores
order by
    assessment_month,
    district_code
