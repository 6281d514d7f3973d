-- Ranks and totals of all districts in all months.
select
    ranking.assessment_month,
    ranking.district_name,
    ranking.total_score,
    ranking.district_rank,
    ranking.rank_change
from marts.district_ranking_monthly as ranking
order by ranking.assessment_month, ranking.district_rank nulls last, ranking.district_code
