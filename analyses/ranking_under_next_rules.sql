-- What would the month's ranking have been under the next rules?
-- 如果用下一版考核指标为本月打分，排名会怎样？
--
-- One row per ranked district. How to read: rank_difference above 0 means that
-- the district would stand better. The measures of the month are scored again
-- with the indicators in force on rules_date: the day that the variable
-- analysis_rules_date gives, else the next day on which indicators change, else
-- the month itself (then nothing differs). An assessed score keeps its part of
-- the full marks (1.90 of 2 becomes 0.95 of 1). The weights of the mechanisms
-- stay those of the month. A mechanism that is not in force in the month, such
-- as the third-party inspection, has no scores to apply: it is left out of the
-- total and named in left_out_mechanism_codes, as if all districts had the same
-- marks in it.
with

indicator_scores as (
    select *
    from {{ ref('indicator_scores_monthly') }}
    where assessment_month = {{ analysis_month() }}
),

indicators as (select * from {{ ref('dim_indicators') }}),

measures as (
    select *
    from {{ ref('indicator_measures_monthly') }}
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
    where assessment_month = {{ analysis_month() }}
),

rules as (
    {%- if var('analysis_rules_date', none) is none %}
    select
        coalesce(min(effective_from), {{ analysis_month() }}) as rules_date
    from indicators
    where effective_from > {{ analysis_month() }}
    {%- else %}
    select cast('{{ var("analysis_rules_date") }}' as date) as rules_date
    {%- endif %}
),

other_indicators as (
    select indicators.*
    from indicators
    inner join rules
        on {{ is_in_force('indicators', 'rules.rules_date') | indent(8) }}
),

joined_to_measures as (
    select
        rankings.district_code,
        other_indicators.indicator_code,
        other_indicators.mechanism_code,
        other_indicators.scoring_method,
        other_indicators.when_no_data,
        other_indicators.full_marks,
        other_indicators.bonus_cap,
        other_indicators.target_value,
        other_indicators.unit_points,
        measures.numerator,
        measures.denominator,
        {{ score_of_fraction(
            millionths('indicator_scores.measure_value')
            ~ ' * ' ~ millionths('other_indicators.full_marks'),
            hundredths_of(millionths('indicator_scores.full_marks'))
        ) | indent(8) }} as scaled_score
    from rankings
    cross join other_indicators
    left join measures
        on
            rankings.district_code = measures.district_code
            and other_indicators.measure_code = measures.measure_code
            and other_indicators.scoring_method <> 'assessed'
    left join indicator_scores
        on
            rankings.district_code = indicator_scores.district_code
            and other_indicators.indicator_code
            = indicator_scores.indicator_code
            and indicator_scores.scoring_method = 'assessed'
),

capped_awards as (
    select
        *,
        case
            when scaled_score > full_marks + bonus_cap
                then full_marks + bonus_cap
            else scaled_score
        end as awarded_score
    from joined_to_measures
),

scored_from_data as (
    select
        *,
        {{ score() | indent(8) }} as data_score
    from capped_awards
),

scored as (
    select
        *,
        case
            when data_score is not null then data_score
            when when_no_data = 'full_marks' then full_marks
            when when_no_data = 'zero' then cast(0 as decimal(6, 2))
        end as score
    from scored_from_data
),

scores_by_mechanism as (
    select
        district_code,
        mechanism_code,
        case when count(*) = count(score) then sum(score) end as score
    from scored
    group by
        district_code,
        mechanism_code
),

totals as (
    select
        scores_by_mechanism.district_code,
        case
            when
                count(mechanism_scores.mechanism_code)
                = count(scores_by_mechanism.score) filter (
                    where mechanism_scores.mechanism_code is not null
                )
                then cast(
                    {{ divide_half_away(
                        'sum(' ~ millionths('mechanism_scores.total_weight')
                        ~ ' * ' ~ millionths('scores_by_mechanism.score') ~ ')',
                        '10000000000'
                    ) | indent(20) }} * cast(0.01 as decimal(3, 2))
                    as decimal(6, 2)
                )
        end as other_total_score,
        coalesce(
            {{ join_texts(
                'case when mechanism_scores.mechanism_code is null'
                ~ ' then scores_by_mechanism.mechanism_code end',
                'scores_by_mechanism.mechanism_code'
            ) | indent(12) }},
            'none'
        ) as left_out_mechanism_codes
    from scores_by_mechanism
    left join mechanism_scores
        on
            scores_by_mechanism.district_code = mechanism_scores.district_code
            and scores_by_mechanism.mechanism_code
            = mechanism_scores.mechanism_code
    group by scores_by_mechanism.district_code
),

ranked as (
    select
        rankings.assessment_month,
        rankings.assessment_group_code,
        rankings.district_code,
        rankings.district_name,
        totals.left_out_mechanism_codes,
        rankings.district_rank,
        rankings.total_score,
        totals.other_total_score,
        {{ rank_among_ranked(
            'totals.other_total_score',
            ['rankings.assessment_group_code'],
            'true'
        ) | indent(8) }} as other_rank,
        rules.rules_date
    from rankings
    inner join totals
        on rankings.district_code = totals.district_code
    cross join rules
)

select
    assessment_month,
    assessment_group_code,
    district_code,
    district_name,
    left_out_mechanism_codes,
    district_rank,
    other_rank,
    district_rank - other_rank as rank_difference,
    total_score,
    other_total_score,
    other_total_score - total_score as score_difference,
    rules_date
from ranked
where {{ in_analysis_district() }}
order by
    assessment_group_code asc,
    other_rank asc nulls last,
    district_code asc
