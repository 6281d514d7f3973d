-- One row per month and ranked district, also where no rules are in force.
-- rank_low and rank_high: its ranks if the rate of omission, which is known
-- from a sample only, were at the better or the worse end of its interval.
{%- set mechanism_codes = [
    'management', 'supervision', 'handling', 'assessment', 'grid_model',
    'linkage', 'escalation', 'special', 'bonus', 'third_party',
] %}
{%- set weighted_score = millionths('mechanism_scores.total_weight')
    ~ ' * ' ~ hundredths('mechanism_scores.score') %}
{%- set total_at_end = total_of_weighted(
    '(ranked.exact_total + changes_at_ends.exact_change)'
) %}
with

district_months as (select * from {{ ref('int_district_months') }}),

indicator_scores as (select * from {{ ref('indicator_scores_monthly') }}),

mechanism_scores as (select * from {{ ref('mechanism_scores_monthly') }}),

months as (select * from {{ ref('int_assessment_months') }}),

omission as (select * from {{ ref('omission_monthly') }}),

totals as (
    select
        district_months.assessment_month,
        district_months.assessment_group_code,
        district_months.district_code,
        district_months.district_name,
        {%- for mechanism_code in mechanism_codes %}
        max(
            case
                when mechanism_scores.mechanism_code = '{{ mechanism_code }}'
                    then mechanism_scores.score
            end
        ) as {{ mechanism_code }}_score,
        {%- endfor %}
        case
            when count(*) = count(mechanism_scores.score)
                then {{ total_of_weighted(
                    'sum(' ~ weighted_score ~ ')'
                ) | indent(20) }}
        end as total_score,
        sum({{ weighted_score }}) as exact_total,
        count(mechanism_scores.mechanism_code) as mechanism_count
    from district_months
    left join mechanism_scores
        on
            district_months.assessment_month
            = mechanism_scores.assessment_month
            and district_months.district_code = mechanism_scores.district_code
    where district_months.is_ranked
    group by
        district_months.assessment_month,
        district_months.assessment_group_code,
        district_months.district_code,
        district_months.district_name
),

reasons as (
    select
        assessment_month,
        district_code,
        concat(
            'no data: ', {{ join_texts('indicator_code', 'indicator_code') }}
        ) as unranked_reason
    from indicator_scores
    where score is null
    group by
        assessment_month,
        district_code
),

ranked as (
    select
        totals.*,
        {{ rank_among_ranked(
            'totals.total_score',
            ['totals.assessment_month', 'totals.assessment_group_code'],
            'true'
        ) | indent(8) }} as district_rank,
        case
            when totals.mechanism_count = 0
                then 'no data: no mechanism is in force'
            when totals.total_score is null
                then coalesce(
                    reasons.unranked_reason, 'no data: a mechanism in force'
                    || ' has no indicator in force'
                )
        end as unranked_reason
    from totals
    left join reasons
        on
            totals.assessment_month = reasons.assessment_month
            and totals.district_code = reasons.district_code
),

-- The indicators of a sampled rate, with each end of its interval as the rate
-- in millionths; a deduction by single findings has no rate.
omission_ends as (
    select
        indicator_scores.assessment_month,
        indicator_scores.district_code,
        indicator_scores.mechanism_code,
        ends.end_code,
        indicator_scores.scoring_method,
        indicator_scores.full_marks,
        indicator_scores.target_value,
        indicator_scores.unit_points,
        cast(null as decimal(6, 2)) as awarded_score,
        indicator_scores.score as score_of_sample,
        cast(
            case
                when ends.end_code = 'low' then omission.omission_low
                else omission.omission_high
            end * 1000000 as bigint
        ) as numerator,
        case
            when omission.checked_count > 0 then 1000000 else 0
        end as denominator
    from indicator_scores
    inner join omission
        on
            indicator_scores.assessment_month = omission.assessment_month
            and indicator_scores.district_code = omission.district_code
            and omission.case_type_code = case indicator_scores.measure_code
                when 'key_sample_omission_rate' then 'key'
                when 'sample_omission_rate' then 'all'
            end
    cross join {{ code_list('end_code', ['low', 'high']) }} as ends
    where indicator_scores.scoring_method <> 'unit_deduction'
),

scores_at_ends as (
    select
        *,
        {{ score() | indent(8) }} as score_at_end
    from omission_ends
),

changes_at_ends as (
    select
        scores_at_ends.assessment_month,
        scores_at_ends.district_code,
        scores_at_ends.end_code,
        sum(
            {{ millionths('mechanism_scores.total_weight') }}
            * {{ hundredths('scores_at_ends.score_at_end') }}
            - {{ millionths('mechanism_scores.total_weight') }}
            * {{ hundredths('scores_at_ends.score_of_sample') }}
        ) as exact_change
    from scores_at_ends
    inner join mechanism_scores
        on
            scores_at_ends.assessment_month = mechanism_scores.assessment_month
            and scores_at_ends.district_code = mechanism_scores.district_code
            and scores_at_ends.mechanism_code = mechanism_scores.mechanism_code
    where scores_at_ends.score_at_end is not null
    group by
        scores_at_ends.assessment_month,
        scores_at_ends.district_code,
        scores_at_ends.end_code
),

totals_at_ends as (
    select
        ranked.assessment_month,
        ranked.assessment_group_code,
        ranked.district_code,
        greatest(
            ranked.total_score, coalesce(max({{ total_at_end }}), 0)
        ) as best_total_score,
        least(
            ranked.total_score,
            coalesce(min({{ total_at_end }}), ranked.total_score)
        ) as worst_total_score
    from ranked
    left join changes_at_ends
        on
            ranked.assessment_month = changes_at_ends.assessment_month
            and ranked.district_code = changes_at_ends.district_code
    where ranked.total_score is not null
    group by
        ranked.assessment_month,
        ranked.assessment_group_code,
        ranked.district_code,
        ranked.total_score
),

rank_intervals as (
    select
        totals_at_ends.assessment_month,
        totals_at_ends.district_code,
        1 + count(*) filter (
            where rivals.total_score > totals_at_ends.best_total_score
        ) as rank_low,
        1 + count(*) filter (
            where rivals.total_score > totals_at_ends.worst_total_score
        ) as rank_high
    from totals_at_ends
    left join ranked as rivals
        on
            totals_at_ends.assessment_month = rivals.assessment_month
            and totals_at_ends.assessment_group_code
            = rivals.assessment_group_code
            and totals_at_ends.district_code <> rivals.district_code
    group by
        totals_at_ends.assessment_month,
        totals_at_ends.district_code
)

select
    ranked.assessment_month,
    ranked.assessment_group_code,
    ranked.district_code,
    ranked.district_name,
    {%- for mechanism_code in mechanism_codes %}
    ranked.{{ mechanism_code }}_score,
    {%- endfor %}
    ranked.total_score,
    ranked.district_rank,
    previous.total_score as previous_total_score,
    previous.district_rank as previous_rank,
    previous.district_rank - ranked.district_rank as rank_change,
    ranked.unranked_reason,
    rank_intervals.rank_low,
    rank_intervals.rank_high
from ranked
inner join months
    on ranked.assessment_month = months.assessment_month
left join ranked as previous
    on
        months.previous_month = previous.assessment_month
        and ranked.district_code = previous.district_code
left join rank_intervals
    on
        ranked.assessment_month = rank_intervals.assessment_month
        and ranked.district_code = rank_intervals.district_code
