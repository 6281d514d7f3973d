-- One row per month and ranked district, also where no rules are in force.
{%- set mechanism_codes = [
    'management', 'supervision', 'handling', 'assessment', 'grid_model',
    'linkage', 'escalation', 'special', 'bonus', 'third_party',
] %}
with

district_months as (select * from {{ ref('int_district_months') }}),

indicator_scores as (select * from {{ ref('indicator_scores_monthly') }}),

mechanism_scores as (select * from {{ ref('mechanism_scores_monthly') }}),

months as (select * from {{ ref('int_assessment_months') }}),

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
                then cast(
                    {{ divide_half_away(
                        'sum(' ~ millionths('mechanism_scores.total_weight')
                        ~ ' * ' ~ millionths('mechanism_scores.score') ~ ')',
                        '10000000000'
                    ) }} * cast(0.01 as decimal(3, 2))
                    as decimal(6, 2)
                )
        end as total_score,
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
    ranked.unranked_reason
from ranked
inner join months
    on ranked.assessment_month = months.assessment_month
left join ranked as previous
    on
        months.previous_month = previous.assessment_month
        and ranked.district_code = previous.district_code
