-- Why did a district rise or fall against the month before?
-- 某区本月总分和排名与上月相比为何升降？
--
-- One row per district and indicator that changed. How to read: the districts
-- that lost most ranks come first, and in each the indicators that cost it
-- most. points_difference is the indicator's part of the change of the total
-- (its score times the weight of its mechanism); the parts of a district add up
-- to total_difference, but for the rounding of weighted totals. Numerator and
-- denominator of both months tell whether the work or only its amount changed.
-- An indicator in force in one of the two months only counts 0 in the other. No
-- rows: the month before has no cases, or nothing changed.
with

indicator_scores as (
    select *
    from {{ ref('indicator_scores_monthly') }}
    where {{ in_analysis_district() }}
),

mechanism_scores as (select * from {{ ref('mechanism_scores_monthly') }}),

months as (
    select *
    from {{ ref('dim_assessment_months') }}
    where
        assessment_month = {{ analysis_month() }}
        and previous_month is not null
),

rankings as (select * from {{ ref('district_ranking_monthly') }}),

weighted_scores as (
    select
        indicator_scores.*,
        cast(
            indicator_scores.score * mechanism_scores.total_weight
            as decimal(9, 4)
        ) as points
    from indicator_scores
    inner join mechanism_scores
        on
            indicator_scores.assessment_month
            = mechanism_scores.assessment_month
            and indicator_scores.district_code
            = mechanism_scores.district_code
            and indicator_scores.mechanism_code
            = mechanism_scores.mechanism_code
),

scores_of_month as (
    select weighted_scores.*
    from weighted_scores
    inner join months
        on weighted_scores.assessment_month = months.assessment_month
),

scores_of_previous_month as (
    select weighted_scores.*
    from weighted_scores
    inner join months
        on weighted_scores.assessment_month = months.previous_month
),

compared_scores as (
    select
        coalesce(
            scores_of_month.district_code,
            scores_of_previous_month.district_code
        ) as district_code,
        coalesce(
            scores_of_month.indicator_code,
            scores_of_previous_month.indicator_code
        ) as indicator_code,
        coalesce(
            scores_of_month.indicator_name,
            scores_of_previous_month.indicator_name
        ) as indicator_name,
        coalesce(
            scores_of_month.mechanism_code,
            scores_of_previous_month.mechanism_code
        ) as mechanism_code,
        scores_of_previous_month.numerator as previous_numerator,
        scores_of_previous_month.denominator as previous_denominator,
        scores_of_month.numerator,
        scores_of_month.denominator,
        scores_of_previous_month.score as previous_score,
        scores_of_month.score,
        case
            when scores_of_previous_month.indicator_code is null then 0
            else scores_of_previous_month.points
        end as previous_points,
        case
            when scores_of_month.indicator_code is null then 0
            else scores_of_month.points
        end as points
    from scores_of_month
    full join scores_of_previous_month
        on
            scores_of_month.district_code
            = scores_of_previous_month.district_code
            and scores_of_month.indicator_code
            = scores_of_previous_month.indicator_code
)

select
    rankings.assessment_month,
    rankings.district_code,
    compared_scores.indicator_code,
    rankings.district_name,
    compared_scores.indicator_name,
    compared_scores.mechanism_code,
    rankings.previous_rank,
    rankings.district_rank,
    rankings.rank_change,
    rankings.total_score - rankings.previous_total_score as total_difference,
    compared_scores.previous_numerator,
    compared_scores.previous_denominator,
    compared_scores.numerator,
    compared_scores.denominator,
    compared_scores.previous_score,
    compared_scores.score,
    compared_scores.points - compared_scores.previous_points
        as points_difference
from compared_scores
inner join rankings
    on compared_scores.district_code = rankings.district_code
inner join months
    on rankings.assessment_month = months.assessment_month
where compared_scores.points is distinct from compared_scores.previous_points
order by
    rankings.rank_change asc nulls last,
    total_difference asc nulls last,
    rankings.district_code asc,
    points_difference asc nulls first,
    compared_scores.indicator_code asc
