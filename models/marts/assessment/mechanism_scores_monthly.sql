-- One row per month, ranked district and mechanism in force.
with

district_months as (select * from {{ ref('int_district_months') }}),

indicator_scores as (select * from {{ ref('indicator_scores_monthly') }}),

mechanisms as (select * from {{ ref('int_month_mechanisms') }}),

summed_indicators as (
    select
        assessment_month,
        district_code,
        mechanism_code,
        case
            when count(*) = count(score)
                then cast(sum(score) as decimal(6, 2))
        end as score
    from indicator_scores
    group by
        assessment_month,
        district_code,
        mechanism_code
)

select
    district_months.assessment_month,
    district_months.assessment_group_code,
    district_months.district_code,
    mechanisms.mechanism_code,
    district_months.district_name,
    mechanisms.mechanism_name,
    mechanisms.display_order,
    mechanisms.full_marks,
    mechanisms.total_weight,
    summed_indicators.score
from district_months
inner join mechanisms
    on district_months.assessment_month = mechanisms.assessment_month
left join summed_indicators
    on
        district_months.assessment_month = summed_indicators.assessment_month
        and district_months.district_code = summed_indicators.district_code
        and mechanisms.mechanism_code = summed_indicators.mechanism_code
where district_months.is_ranked
