-- How close are the ranks, and what separates a district from the one ahead?
-- 各区名次差距有多大？与前一名的差距主要在哪项指标？
--
-- One row per ranked district. How to read: points_to_next is what the district
-- lacks to reach the total of the next better one (NULL for the first);
-- points_ahead is what it has in hand over the next worse one (NULL for the
-- last). largest_gap_* is the indicator in which the district ahead has the
-- most weighted points more; a gap far above points_to_next means that the
-- district is better elsewhere. Equal totals share a rank and are no
-- neighbours.
with

indicator_scores as (
    select *
    from {{ ref('indicator_scores_monthly') }}
    where assessment_month = {{ analysis_month() }}
),

mechanism_scores as (
    select *
    from {{ ref('mechanism_scores_monthly') }}
    where assessment_month = {{ analysis_month() }}
),

rankings as (
    select *
    from {{ ref('district_ranking_monthly') }}
    where
        assessment_month = {{ analysis_month() }}
        and district_rank is not null
),

weighted_scores as (
    select
        indicator_scores.district_code,
        indicator_scores.indicator_code,
        indicator_scores.indicator_name,
        cast(
            indicator_scores.score * mechanism_scores.total_weight
            as decimal(9, 4)
        ) as points
    from indicator_scores
    inner join mechanism_scores
        on
            indicator_scores.district_code = mechanism_scores.district_code
            and indicator_scores.mechanism_code
            = mechanism_scores.mechanism_code
),

better_districts as (
    select
        rankings.district_code,
        better.district_code as next_district_code,
        better.district_name as next_district_name,
        better.total_score as next_total_score,
        row_number() over (
            partition by rankings.district_code
            order by better.total_score asc, better.district_code asc
        ) as nearness
    from rankings
    inner join rankings as better
        on
            rankings.assessment_group_code = better.assessment_group_code
            and rankings.total_score < better.total_score
),

worse_totals as (
    select
        rankings.district_code,
        max(worse.total_score) as total_score
    from rankings
    inner join rankings as worse
        on
            rankings.assessment_group_code = worse.assessment_group_code
            and rankings.total_score > worse.total_score
    group by rankings.district_code
),

indicator_gaps as (
    select
        better_districts.district_code,
        weighted_scores.indicator_code,
        weighted_scores.indicator_name,
        scores_ahead.points - weighted_scores.points as gap_points,
        row_number() over (
            partition by better_districts.district_code
            order by
                scores_ahead.points - weighted_scores.points desc,
                weighted_scores.indicator_code asc
        ) as gap_rank
    from better_districts
    inner join weighted_scores
        on better_districts.district_code = weighted_scores.district_code
    inner join weighted_scores as scores_ahead
        on
            better_districts.next_district_code = scores_ahead.district_code
            and weighted_scores.indicator_code = scores_ahead.indicator_code
    where better_districts.nearness = 1
)

select
    rankings.assessment_month,
    rankings.assessment_group_code,
    rankings.district_code,
    better_districts.next_district_code,
    indicator_gaps.indicator_code as largest_gap_indicator_code,
    rankings.district_name,
    better_districts.next_district_name,
    indicator_gaps.indicator_name as largest_gap_indicator_name,
    rankings.district_rank,
    rankings.total_score,
    better_districts.next_total_score - rankings.total_score as points_to_next,
    rankings.total_score - worse_totals.total_score as points_ahead,
    indicator_gaps.gap_points as largest_gap_points
from rankings
left join better_districts
    on
        rankings.district_code = better_districts.district_code
        and better_districts.nearness = 1
left join worse_totals
    on rankings.district_code = worse_totals.district_code
left join indicator_gaps
    on
        rankings.district_code = indicator_gaps.district_code
        and indicator_gaps.gap_rank = 1
where {{ in_analysis_district('rankings.district_code') }}
order by
    rankings.assessment_group_code asc,
    rankings.district_rank asc,
    rankings.district_code asc
