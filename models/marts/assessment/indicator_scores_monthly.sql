-- One row per month, ranked district and indicator in force.
with

awards as (select * from {{ ref('int_indicator_awards') }}),

district_months as (select * from {{ ref('int_district_months') }}),

indicators as (select * from {{ ref('int_month_indicators') }}),

measures as (select * from {{ ref('indicator_measures_monthly') }}),

-- An assessed indicator has an award, any other a measure.
sourced_indicators as (
    select
        *,
        case
            when scoring_method = 'assessed' then indicator_code
        end as awarded_indicator_code,
        case
            when scoring_method <> 'assessed' then measure_code
        end as counted_measure_code
    from indicators
),

joined_to_measures as (
    select
        district_months.assessment_month,
        district_months.assessment_group_code,
        district_months.district_code,
        district_months.district_name,
        indicators.indicator_code,
        indicators.indicator_name,
        indicators.mechanism_code,
        indicators.full_marks,
        indicators.bonus_cap,
        indicators.scoring_method,
        indicators.measure_code,
        indicators.target_value,
        indicators.unit_points,
        indicators.when_no_data,
        indicators.basis,
        measures.numerator,
        measures.denominator,
        awards.awarded_score
    from district_months
    inner join sourced_indicators as indicators
        on district_months.assessment_month = indicators.assessment_month
    left join measures
        on
            district_months.assessment_month = measures.assessment_month
            and district_months.district_code = measures.district_code
            and indicators.counted_measure_code = measures.measure_code
    left join awards
        on
            district_months.assessment_month = awards.assessment_month
            and district_months.district_code = awards.district_code
            and indicators.awarded_indicator_code = awards.indicator_code
    where district_months.is_ranked
),

scored_from_data as (
    select
        *,
        {{ score() | indent(8) }} as data_score
    from joined_to_measures
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
    basis,
    when_no_data,
    numerator,
    denominator,
    case
        when scoring_method = 'assessed'
            then cast(awarded_score as decimal(18, 6))
        when scoring_method = 'unit_deduction' and denominator > 0
            then cast(numerator as decimal(18, 6))
        when scoring_method <> 'unit_deduction'
            then {{ rate('numerator', 'denominator', can_exceed_one=true) }}
    end as measure_value,
    full_marks,
    bonus_cap,
    target_value,
    unit_points,
    score,
    case
        when score is null then null
        when mechanism_code = 'bonus' or score >= full_marks
            then cast(0 as decimal(6, 2))
        else cast(full_marks - score as decimal(6, 2))
    end as lost_score,
    data_score is not null as has_data
from scored
