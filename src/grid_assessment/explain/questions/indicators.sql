-- The indicators that lost points, the greatest loss of the total first.
select
    indicator_scores.indicator_code,
    mechanism_scores.mechanism_name,
    indicator_scores.indicator_name,
    indicator_scores.full_marks,
    indicator_scores.score,
    indicator_scores.lost_score,
    failures.failing_count,
    indicator_scores.denominator
from indicator_scores_monthly as indicator_scores
inner join mechanism_scores_monthly as mechanism_scores
    on
        indicator_scores.assessment_month = mechanism_scores.assessment_month
        and indicator_scores.district_code = mechanism_scores.district_code
        and indicator_scores.mechanism_code = mechanism_scores.mechanism_code
left join (
    select
        indicator_code,
        cast(sum(failing_count) as bigint) as failing_count
    from score_loss_drivers_monthly
    where
        assessment_month = $month
        and district_code = $district_code
        and item_code = 'none'
    group by indicator_code
) as failures
    on indicator_scores.indicator_code = failures.indicator_code
where
    indicator_scores.assessment_month = $month
    and indicator_scores.district_code = $district_code
    and indicator_scores.lost_score > 0
order by
    indicator_scores.lost_score * mechanism_scores.total_weight desc,
    mechanism_scores.display_order asc,
    indicator_scores.indicator_code asc
