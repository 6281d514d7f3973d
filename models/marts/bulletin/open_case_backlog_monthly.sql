-- One row per month, assessment group, district (or `all`) and age band (or
-- `all`): cases of that month or before that are open at its cutoff.
with

age_bands as (select * from {{ ref('int_backlog_age_bands') }}),

cases as (select * from {{ ref('fct_cases') }}),

district_months as (select * from {{ ref('int_district_months') }}),

months as (select * from {{ ref('int_assessment_months') }}),

open_cases as (
    select
        months.assessment_month,
        cases.assessment_group_code,
        cases.district_code,
        greatest(
            {{ integer_divide(
                microseconds_between('cases.registered_at', 'months.cutoff_at'),
                '86400000000'
            ) }},
            0
        ) as age_days
    from cases
    inner join months
        on
            cases.assessment_month <= months.assessment_month
            and (
                cases.closed_at is null
                or cases.closed_at > months.cutoff_at
            )
    where not cases.is_void
),

banded_cases as (
    select
        open_cases.assessment_month,
        open_cases.assessment_group_code,
        open_cases.district_code,
        age_bands.age_band_code,
        1 as open_count
    from open_cases
    inner join age_bands
        on
            open_cases.age_days >= age_bands.minimum_age_days
            and open_cases.age_days
            <= coalesce(age_bands.maximum_age_days, open_cases.age_days)
),

counts_by_district as (
    {{ sum_counts_by(
        'banded_cases',
        by=['assessment_month', 'assessment_group_code'],
        or_all=['district_code', 'age_band_code'],
        counts=['open_count']
    ) | indent(4) }}
),

bands as (
    select age_band_code
    from age_bands
    union all
    select 'all' as age_band_code
)

select
    district_months.assessment_month,
    district_months.assessment_group_code,
    district_months.district_code,
    bands.age_band_code,
    district_months.district_name,
    coalesce(counts_by_district.open_count, 0) as open_count
from district_months
cross join bands
left join counts_by_district
    on
        district_months.assessment_month = counts_by_district.assessment_month
        and district_months.assessment_group_code
        = counts_by_district.assessment_group_code
        and district_months.district_code = counts_by_district.district_code
        and bands.age_band_code = counts_by_district.age_band_code
