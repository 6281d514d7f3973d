{{ built_by_month('marts') }}

{%- set is_month_to_build = is_month_to_build(
    'assessment_month', is_date=true
) %}
{%- set registered_day = days_begun(
    'once_open_cases.registered_at', 'clocks.cutoff_clock'
) %}
{#- a case without closing closes after every cutoff -#}
{%- set closed_day = 'coalesce(' ~ days_begun(
    'once_open_cases.closed_at', 'clocks.cutoff_clock'
) ~ ', 999999999)' %}
-- One row per month, assessment group, district (or `all`) and age band (or
-- `all`): cases of that month or before that are open at its cutoff.
with

age_bands as (select * from {{ ref('int_backlog_age_bands') }}),

cases as {{ not_materialized() }} (
    select * from {{ ref('fct_cases') }}
),

district_months as (
    select * from {{ ref('int_district_months') }}
    where {{ is_month_to_build }}
),

months as (
    select
        *,
        {{ clock_microseconds('cutoff_at') }} as cutoff_clock,
        {{ days_begun('cutoff_at', clock_microseconds('cutoff_at')) }}
            as cutoff_day
    from {{ ref('int_assessment_months') }}
),

months_to_build as (
    select * from months
    where {{ is_month_to_build }}
),

first_cutoff as (
    select min(cutoff_at) as cutoff_at from months_to_build
),

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

-- Only a case that is open at the first cutoff it meets is open at any. What is
-- closed by the first cutoff of all is open at none.
once_open_cases as (
    select
        cases.assessment_month,
        cases.assessment_group_code,
        cases.district_code,
        cases.registered_at,
        cases.closed_at
    from cases
    cross join first_cutoff
    where
        not cases.is_closed
        and not cases.is_void
        and (cases.closed_at > first_cutoff.cutoff_at) is not false
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

clocks as (select distinct cutoff_clock from months_to_build),

-- Days begin at the clock time of a cutoff (normally midnight): cases of one
-- day are then open at the same cutoffs, at the same age in whole days.
counted_days as (
    select
        once_open_cases.assessment_month,
        once_open_cases.assessment_group_code,
        once_open_cases.district_code,
        clocks.cutoff_clock,
        {{ registered_day }} as registered_day,
        {{ closed_day }} as closed_day,
        cast(count(*) as bigint) as open_count
    from once_open_cases
    cross join clocks
    group by
        once_open_cases.assessment_month,
        once_open_cases.assessment_group_code,
        once_open_cases.district_code,
        clocks.cutoff_clock,
        {{ registered_day }},
        {{ closed_day }}
),

closing_days as (
    select distinct
        assessment_month,
        cutoff_clock,
        closed_day
    from counted_days
),

-- The cutoffs at which the cases of a month are open, by day of closing.
open_spans as (
    select
        closing_days.assessment_month,
        closing_days.cutoff_clock,
        closing_days.closed_day,
        months.assessment_month as open_month,
        months.cutoff_day
    from closing_days
    inner join months_to_build as months
        on
            closing_days.cutoff_clock = months.cutoff_clock
            and closing_days.assessment_month <= months.assessment_month
            and closing_days.closed_day > months.cutoff_day
),

counted_ages as (
    select
        open_spans.open_month as assessment_month,
        counted_days.assessment_group_code,
        counted_days.district_code,
        greatest(open_spans.cutoff_day - counted_days.registered_day, 0)
            as age_days,
        counted_days.open_count
    from counted_days
    inner join open_spans
        on
            counted_days.assessment_month = open_spans.assessment_month
            and counted_days.cutoff_clock = open_spans.cutoff_clock
            and counted_days.closed_day = open_spans.closed_day
),

ages as (select distinct age_days from counted_ages),

bands_of_ages as (
    select
        ages.age_days,
        age_bands.age_band_code
    from ages
    inner join age_bands
        on
            ages.age_days >= age_bands.minimum_age_days
            and ages.age_days
            <= coalesce(age_bands.maximum_age_days, ages.age_days)
),

banded_cases as (
    select
        counted_ages.assessment_month,
        counted_ages.assessment_group_code,
        counted_ages.district_code,
        bands_of_ages.age_band_code,
        counted_ages.open_count
    from counted_ages
    inner join bands_of_ages
        on counted_ages.age_days = bands_of_ages.age_days
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
