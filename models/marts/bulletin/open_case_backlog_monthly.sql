-- One row per month, assessment group, district (or `all`) and age band (or
-- `all`): cases of that month or before that are open at its cutoff.
with

age_bands as (select * from {{ ref('int_backlog_age_bands') }}),

cases as {{ not_materialized() }} (
    select * from {{ ref('fct_cases') }}
),

district_months as (select * from {{ ref('int_district_months') }}),

months as (select * from {{ ref('int_assessment_months') }}),

-- Months whose own cutoff is not the first one that their cases meet.
overtaken_months as (
    select
        months.assessment_month,
        min(later_months.cutoff_at) as first_cutoff_at
    from months
    inner join months as later_months
        on months.assessment_month < later_months.assessment_month
    group by
        months.assessment_month,
        months.cutoff_at
    having min(later_months.cutoff_at) < months.cutoff_at
),

-- Only a case that is open at the first cutoff it meets is open at any.
once_open_cases as (
    select
        assessment_month,
        assessment_group_code,
        district_code,
        registered_at,
        coalesce(closed_at, {{ end_of_time() }}) as closed_at
    from cases
    where not is_closed and not is_void
    union all
    select
        cases.assessment_month,
        cases.assessment_group_code,
        cases.district_code,
        cases.registered_at,
        cases.closed_at
    from cases
    inner join overtaken_months
        on cases.assessment_month = overtaken_months.assessment_month
    where
        cases.is_closed
        and not cases.is_void
        and cases.closed_at > overtaken_months.first_cutoff_at
),

open_cases as (
    select
        months.assessment_month,
        once_open_cases.assessment_group_code,
        once_open_cases.district_code,
        greatest(
            {{ integer_divide(
                microseconds_between(
                    'once_open_cases.registered_at', 'months.cutoff_at'
                ),
                '86400000000'
            ) }},
            0
        ) as age_days
    from once_open_cases
    inner join months
        on
            once_open_cases.assessment_month <= months.assessment_month
            and once_open_cases.closed_at > months.cutoff_at
),

-- Counted by age first: the bands then meet few rows.
counted_ages as (
    select
        assessment_month,
        assessment_group_code,
        district_code,
        age_days,
        cast(count(*) as bigint) as open_count
    from open_cases
    group by
        assessment_month,
        assessment_group_code,
        district_code,
        age_days
),

banded_cases as (
    select
        counted_ages.assessment_month,
        counted_ages.assessment_group_code,
        counted_ages.district_code,
        age_bands.age_band_code,
        counted_ages.open_count
    from counted_ages
    inner join age_bands
        on
            counted_ages.age_days >= age_bands.minimum_age_days
            and counted_ages.age_days
            <= coalesce(age_bands.maximum_age_days, counted_ages.age_days)
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
