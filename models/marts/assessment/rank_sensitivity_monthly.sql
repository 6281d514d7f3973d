-- One row per month, ranked district and indicator that counts: how many more
-- successes (closed, on time, not reworked, not omitted, covered, handled) of
-- this indicator alone reach the total of the nearest better district.
--
-- The rounding is undone step by step, in whole numbers, so that no count has
-- to be tried: the smallest exact total that rounds to the better one, the
-- smallest indicator score that gives it, the smallest count that rounds to it.
with

indicator_scores as (select * from {{ ref('indicator_scores_monthly') }}),

mechanism_scores as (select * from {{ ref('mechanism_scores_monthly') }}),

rankings as (select * from {{ ref('district_ranking_monthly') }}),

-- Weights in millionths, scores in hundredths: totals in a hundred-millionths.
exact_totals as (
    select
        assessment_month,
        district_code,
        sum(
            {{ millionths('total_weight') }} * {{ hundredths('score') }}
        ) as exact_total
    from mechanism_scores
    group by
        assessment_month,
        district_code
),

next_better as (
    select
        rankings.assessment_month,
        rankings.district_code,
        min(better.total_score) as total_score,
        max(better.district_rank) as district_rank
    from rankings
    inner join rankings as better
        on
            rankings.assessment_month = better.assessment_month
            and rankings.assessment_group_code = better.assessment_group_code
            and rankings.total_score < better.total_score
    group by
        rankings.assessment_month,
        rankings.district_code
),

counting_indicators as (
    select
        indicator_scores.*,
        {{ failing_count(
            'indicator_scores.scoring_method',
            'indicator_scores.numerator',
            'indicator_scores.denominator'
        ) | indent(8) }} as failing_count,
        rankings.total_score,
        rankings.district_rank,
        next_better.total_score as next_total_score,
        next_better.district_rank as next_rank,
        {{ millionths('mechanism_scores.total_weight') }} as weight_millionths,
        {{ hundredths('next_better.total_score') }} * 1000000 - 500000
        - exact_totals.exact_total as lacking_total
    from indicator_scores
    left join mechanism_scores
        on
            indicator_scores.assessment_month
            = mechanism_scores.assessment_month
            and indicator_scores.district_code = mechanism_scores.district_code
            and indicator_scores.mechanism_code
            = mechanism_scores.mechanism_code
    inner join rankings
        on
            indicator_scores.assessment_month = rankings.assessment_month
            and indicator_scores.district_code = rankings.district_code
    left join exact_totals
        on
            indicator_scores.assessment_month = exact_totals.assessment_month
            and indicator_scores.district_code = exact_totals.district_code
    left join next_better
        on
            indicator_scores.assessment_month = next_better.assessment_month
            and indicator_scores.district_code = next_better.district_code
    where indicator_scores.scoring_method <> 'assessed'
),

needed_scores as (
    select
        *,
        {{ hundredths('score') }} + {{ divide_up(
            'lacking_total', 'weight_millionths'
        ) }} as needed_hundredths
    from counting_indicators
),

-- Twice the least score that rounds up to the needed one, in hundredths.
reachable_scores as (
    select
        *,
        case
            when
                has_data
                and needed_hundredths <= {{ hundredths('full_marks') }}
                then 2 * needed_hundredths - 1
        end as doubled_hundredths
    from needed_scores
),

needed_counts as (
    select
        *,
        case scoring_method
            when 'rate' then {{ successes_for_score() }} - numerator
            when 'target_rate'
                then {{ successes_for_score('target_value') }} - numerator
            when 'inverse_rate'
                then {{ successes_for_score() }} - (denominator - numerator)
            when 'unit_deduction' then numerator - {{ integer_divide(
                millionths('full_marks') ~ ' - 5000 * doubled_hundredths',
                'nullif(' ~ millionths('unit_points') ~ ', 0)'
            ) }}
        end as least_count
    from reachable_scores
)

select
    assessment_month,
    assessment_group_code,
    district_code,
    indicator_code,
    district_name,
    indicator_name,
    mechanism_code,
    scoring_method,
    measure_code,
    total_score,
    district_rank,
    next_total_score,
    next_rank,
    next_total_score - total_score as points_to_next_rank,
    cast(failing_count as bigint) as failing_count,
    cast(
        case when least_count <= failing_count then least_count end as bigint
    ) as needed_count
from needed_counts
