-- The assessed indicators that have evidence or lack some: their account, full
-- marks and what the items take off, add and leave open.
select
    indicator_scores.indicator_code,
    mechanism_scores.mechanism_name,
    indicator_scores.indicator_name,
    case
        when indicator_scores.mechanism_code = 'bonus' then cast(0 as decimal(6, 2))
        else indicator_scores.full_marks
    end as marks_before_items,
    coalesce(sum(-drivers.points) filter (
        where drivers.item_code <> 'no_evidence' and drivers.points < 0
    ), 0) as added_points,
    coalesce(sum(drivers.points) filter (
        where drivers.item_code <> 'no_evidence' and drivers.points > 0
    ), 0) as deducted_points,
    indicator_scores.score,
    greatest(0, max(drivers.points) filter (
        where drivers.item_code = 'no_evidence'
    )) as deducted_without_evidence,
    greatest(0, -max(drivers.points) filter (
        where drivers.item_code = 'no_evidence'
    )) as added_without_evidence
from indicator_scores_monthly as indicator_scores
inner join mechanism_scores_monthly as mechanism_scores
    on
        indicator_scores.assessment_month = mechanism_scores.assessment_month
        and indicator_scores.district_code = mechanism_scores.district_code
        and indicator_scores.mechanism_code = mechanism_scores.mechanism_code
inner join score_loss_drivers_monthly as drivers
    on
        indicator_scores.assessment_month = drivers.assessment_month
        and indicator_scores.district_code = drivers.district_code
        and indicator_scores.indicator_code = drivers.indicator_code
where
    indicator_scores.assessment_month = $month
    and indicator_scores.district_code = $district_code
    and indicator_scores.scoring_method = 'assessed'
group by
    indicator_scores.indicator_code,
    mechanism_scores.mechanism_name,
    indicator_scores.indicator_name,
    indicator_scores.mechanism_code,
    indicator_scores.full_marks,
    indicator_scores.score,
    indicator_scores.lost_score,
    mechanism_scores.display_order
order by
    indicator_scores.lost_score desc,
    mechanism_scores.display_order asc,
    indicator_scores.indicator_code asc
