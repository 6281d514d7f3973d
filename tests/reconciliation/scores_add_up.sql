-- Scores within their marks and equal to their recomputation without division;
-- mechanism = sum of its indicators; total = weighted sum of its mechanisms,
-- rounded half up; a missing part makes the whole NULL and nothing else does.
-- The drivers of an indicator add up to its lost score and to what it counts
-- against the district, an assessed one's points to what its score lacks.
with

indicator_scores as (select * from {{ ref('indicator_scores_monthly') }}),

mechanism_scores as (select * from {{ ref('mechanism_scores_monthly') }}),

rankings as (select * from {{ ref('district_ranking_monthly') }}),

score_loss_drivers as (
    select * from {{ ref('score_loss_drivers_monthly') }}
),

exact_scores as (
    select
        *,
        cast(
            case scoring_method
                when 'rate' then numerator
                when 'inverse_rate' then denominator - numerator
                when 'target_rate' then numerator
            end as decimal(28, 0)
        ) as earned_count,
        cast(
            cast(denominator as decimal(19, 0)) * case
                when scoring_method = 'target_rate' then target_value
                else cast(1 as decimal(9, 6))
            end as decimal(28, 6)
        ) as earnable_count
    from indicator_scores
),

wrong_indicators as (
    select
        'indicator ' || indicator_code as what,
        assessment_month,
        district_code,
        score as found
    from exact_scores
    where
        (
            score is null
            or score between 0 and full_marks + bonus_cap
        ) is not true
        or (
            score is null
            or lost_score = case
                when mechanism_code = 'bonus' or score > full_marks then 0
                else full_marks - score
            end
        ) is not true
        or (has_data or score is not distinct from case when_no_data
            when 'full_marks' then full_marks
            when 'zero' then 0
        end) is not true
        or (
            not has_data
            or scoring_method in ('assessed', 'unit_deduction')
            or (
                scoring_method = 'target_rate'
                and earned_count >= earnable_count
                and score = full_marks
            )
            or (
                full_marks * earned_count
                >= (score - cast(0.005 as decimal(6, 3))) * earnable_count
                and full_marks * earned_count
                < (score + cast(0.005 as decimal(6, 3))) * earnable_count
            )
        ) is not true
        or (
            not has_data
            or scoring_method <> 'unit_deduction'
            or abs(score - greatest(0, full_marks - unit_points * numerator))
            <= cast(0.005 as decimal(6, 3))
        ) is not true
        or (
            scoring_method = 'assessed'
            or has_data = (coalesce(denominator, 0) > 0)
        ) is not true
),

summed_indicators as (
    select
        assessment_month,
        district_code,
        mechanism_code,
        case when count(*) = count(score) then sum(score) end as score
    from indicator_scores
    group by
        assessment_month,
        district_code,
        mechanism_code
),

wrong_mechanisms as (
    select
        'mechanism ' || mechanism_scores.mechanism_code as what,
        mechanism_scores.assessment_month,
        mechanism_scores.district_code,
        mechanism_scores.score as found
    from mechanism_scores
    left join summed_indicators
        on
            mechanism_scores.assessment_month
            = summed_indicators.assessment_month
            and mechanism_scores.district_code = summed_indicators.district_code
            and mechanism_scores.mechanism_code
            = summed_indicators.mechanism_code
    where mechanism_scores.score is distinct from summed_indicators.score
),

summed_mechanisms as (
    select
        assessment_month,
        district_code,
        case
            when count(*) = count(score) then sum(total_weight * score)
        end as total_score
    from mechanism_scores
    group by
        assessment_month,
        district_code
),

wrong_totals as (
    select
        'total' as what,
        rankings.assessment_month,
        rankings.district_code,
        rankings.total_score as found
    from rankings
    full outer join summed_mechanisms
        on
            rankings.assessment_month = summed_mechanisms.assessment_month
            and rankings.district_code = summed_mechanisms.district_code
    where
        (
            (
                rankings.total_score is null
                and summed_mechanisms.total_score is null
                and rankings.unranked_reason is not null
                and rankings.district_rank is null
            )
            or (
                summed_mechanisms.total_score
                >= rankings.total_score - cast(0.005 as decimal(6, 3))
                and summed_mechanisms.total_score
                < rankings.total_score + cast(0.005 as decimal(6, 3))
                and rankings.unranked_reason is null
                and rankings.district_rank is not null
            )
        ) is not true
),

summed_drivers as (
    select
        assessment_month,
        district_code,
        indicator_code,
        sum(lost_score) as lost_score,
        sum(failing_count) as failing_count,
        sum(points) as points,
        min(lost_score) as least_lost_score
    from score_loss_drivers
    group by
        assessment_month,
        district_code,
        indicator_code
),

wrong_drivers as (
    select
        'drivers of ' || indicator_scores.indicator_code as what,
        indicator_scores.assessment_month,
        indicator_scores.district_code,
        summed_drivers.lost_score as found
    from indicator_scores
    left join summed_drivers
        on
            indicator_scores.assessment_month = summed_drivers.assessment_month
            and indicator_scores.district_code = summed_drivers.district_code
            and indicator_scores.indicator_code
            = summed_drivers.indicator_code
    where
        (
            coalesce(summed_drivers.lost_score, 0)
            = coalesce(indicator_scores.lost_score, 0)
            and coalesce(summed_drivers.least_lost_score, 0) >= 0
        ) is not true
        or (
            indicator_scores.scoring_method = 'assessed'
            or coalesce(indicator_scores.lost_score, 0) = 0
            or summed_drivers.failing_count
            = coalesce(
                case
                    when
                        indicator_scores.scoring_method
                        in ('rate', 'target_rate')
                        then
                            indicator_scores.denominator
                            - indicator_scores.numerator
                    else indicator_scores.numerator
                end, 0
            )
        ) is not true
        or (
            indicator_scores.scoring_method <> 'assessed'
            or indicator_scores.score is null
            or coalesce(summed_drivers.points, 0) = case
                when indicator_scores.mechanism_code = 'bonus' then 0
                else indicator_scores.full_marks
            end - indicator_scores.score
        ) is not true
)

select * from wrong_indicators
union all
select * from wrong_drivers
union all
select * from wrong_mechanisms
union all
select * from wrong_totals
