-- The mechanisms in the order of the bulletin, with what their indicators lost.
select
    mechanism_scores.mechanism_name,
    mechanism_scores.full_marks,
    mechanism_scores.score,
    mechanism_scores.total_weight,
    sum(indicator_scores.lost_score) as lost_score,
    cast(
        sum(indicator_scores.lost_score) * mechanism_scores.total_weight as decimal(18, 4)
    ) as weighted_lost_score
from mechanism_scores_monthly as mechanism_scores
left join indicator_scores_monthly as indicator_scores
    on
        mechanism_scores.assessment_month = indicator_scores.assessment_month
        and mechanism_scores.district_code = indicator_scores.district_code
        and mechanism_scores.mechanism_code = indicator_scores.mechanism_code
where
    mechanism_scores.assessment_month = $month
    and mechanism_scores.district_code = $district_code
group by
    mechanism_scores.mechanism_name,
    mechanism_scores.full_marks,
    mechanism_scores.score,
    mechanism_scores.total_weight,
    mechanism_scores.display_order
order by mechanism_scores.display_order
