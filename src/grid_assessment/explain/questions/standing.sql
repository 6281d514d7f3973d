-- Total, rank and gap of the district, or what it lacks for a rank.
select
    ranking.district_name,
    ranking.district_code,
    ranking.total_score,
    ranking.district_rank,
    ranking.rank_low,
    ranking.rank_high,
    ranking.previous_total_score,
    ranking.previous_rank,
    ranking.rank_change,
    ranking.unranked_reason,
    (
        select string_agg(indicator_name, '、' order by indicator_code)
        from indicator_scores_monthly
        where
            assessment_month = $month
            and district_code = $district_code
            and score is null
    ) as indicators_without_score,
    exists (
        select 1
        from omission_monthly
        where
            assessment_month = $month
            and district_code = $district_code
            and case_type_code = 'key'
            and omission_low is not null
    ) as has_interval,
    better.next_total_score,
    better.next_rank,
    better.points_to_next_rank,
    better.next_district_names
from district_ranking_monthly as ranking
left join (
    select
        own.district_code,
        min(next_ones.total_score) as next_total_score,
        min(next_ones.district_rank) as next_rank,
        min(next_ones.total_score) - min(own.total_score) as points_to_next_rank,
        string_agg(next_ones.district_name, '、' order by next_ones.district_code)
            as next_district_names
    from district_ranking_monthly as own
    inner join district_ranking_monthly as next_ones
        on
            own.assessment_month = next_ones.assessment_month
            and own.assessment_group_code = next_ones.assessment_group_code
            and next_ones.district_rank = (
                select max(ahead.district_rank)
                from district_ranking_monthly as ahead
                where
                    ahead.assessment_month = own.assessment_month
                    and ahead.assessment_group_code = own.assessment_group_code
                    and ahead.district_rank < own.district_rank
            )
    where
        own.assessment_month = $month
        and own.district_code = $district_code
    group by own.district_code
) as better
    on ranking.district_code = better.district_code
where
    ranking.assessment_month = $month
    and ranking.district_code = $district_code
