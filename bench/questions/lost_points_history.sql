-- Points lost by district and mechanism in all months.
select
    scores.assessment_month,
    scores.district_name,
    scores.mechanism_code,
    sum(scores.lost_score) as lost_score
from marts.indicator_scores_monthly as scores
group by scores.assessment_month, scores.district_name, scores.mechanism_code
order by scores.assessment_month, lost_score desc nulls last, scores.district_name
