{{ config(tags=['checks_months']) }}

{%- set is_month_to_check = is_month_to_check(
    'assessment_month', dataset='marts'
) %}
-- backlog(m) = backlog(m-1) + registered(m) - closed between the two cutoffs:
-- of this month's cases those closed by its cutoff, of earlier ones those
-- closed after the previous cutoff. Checked where the district has the previous
-- calendar month, and in its first month.
with

backlog as (select * from {{ ref('open_case_backlog_monthly') }}),

cases as (select * from {{ ref('fct_cases') }}),

case_counts as (select * from {{ ref('fct_monthly_case_counts') }}),

months as (select * from {{ ref('dim_assessment_months') }}),

previous_cutoffs as (
    select
        months.assessment_month,
        months.cutoff_at,
        months.previous_month,
        previous_months.cutoff_at as previous_cutoff_at
    from months
    left join months as previous_months
        on months.previous_month = previous_months.assessment_month
),

totals as (
    select
        *,
        min(assessment_month) over (
            partition by district_code
        ) as first_month
    from backlog
    where age_band_code = 'all' and district_code <> 'all'
),

own_movements as (
    select
        assessment_month,
        district_code,
        sum(registered_count) as registered_count,
        sum(closed_count) as closed_count
    from case_counts
    group by
        assessment_month,
        district_code
),

first_cutoff as (
    select min(previous_cutoff_at) as cutoff_at
    from previous_cutoffs
    where {{ is_month_to_check }}
),

-- Months whose own cutoff lies after that of a later month, at which a case may
-- still be open that is closed at its own.
overtaken_months as (
    select distinct months.assessment_month
    from months
    inner join months as later_months
        on
            months.assessment_month < later_months.assessment_month
            and months.cutoff_at > later_months.cutoff_at
),

late_closings as (
    select
        cases.assessment_month,
        cases.district_code,
        cases.closed_at,
        cast(cases.closed_at as date) as closed_date
    from cases
    cross join first_cutoff
    where
        not cases.is_void
        and cases.closed_at > first_cutoff.cutoff_at
        and (
            not cases.is_closed
            or cases.assessment_month in (
                select overtaken_months.assessment_month from overtaken_months
            )
        )
),

closing_dates as (select distinct closed_date from late_closings),

-- The months between whose cutoffs a day lies, wholly or in part.
closing_months as (
    select
        closing_dates.closed_date,
        previous_cutoffs.*
    from closing_dates
    inner join previous_cutoffs
        on
            closing_dates.closed_date
            >= cast(previous_cutoffs.previous_cutoff_at as date)
            and closing_dates.closed_date
            <= cast(previous_cutoffs.cutoff_at as date)
),

-- Such a case closes in the month whose cutoff is the first one not before it.
late_movements as (
    select
        closing_months.assessment_month,
        late_closings.district_code,
        count(*) as closed_count
    from late_closings
    inner join closing_months
        on late_closings.closed_date = closing_months.closed_date
    where
        late_closings.closed_at <= closing_months.cutoff_at
        and late_closings.closed_at > closing_months.previous_cutoff_at
        and late_closings.assessment_month < closing_months.assessment_month
    group by
        closing_months.assessment_month,
        late_closings.district_code
),

movements as (
    select
        coalesce(
            own_movements.assessment_month, late_movements.assessment_month
        ) as assessment_month,
        coalesce(
            own_movements.district_code, late_movements.district_code
        ) as district_code,
        coalesce(own_movements.registered_count, 0) as registered_count,
        coalesce(own_movements.closed_count, 0)
        + coalesce(late_movements.closed_count, 0) as closed_count
    from own_movements
    full outer join late_movements
        on
            own_movements.assessment_month = late_movements.assessment_month
            and own_movements.district_code = late_movements.district_code
)

select
    totals.assessment_month,
    totals.district_code,
    totals.open_count,
    previous_totals.open_count as previous_open_count,
    movements.registered_count,
    movements.closed_count
from totals
inner join previous_cutoffs
    on totals.assessment_month = previous_cutoffs.assessment_month
left join totals as previous_totals
    on
        previous_cutoffs.previous_month = previous_totals.assessment_month
        and totals.district_code = previous_totals.district_code
left join movements
    on
        totals.assessment_month = movements.assessment_month
        and totals.district_code = movements.district_code
where
    {{ is_month_to_check | replace(
        'assessment_month', 'totals.assessment_month'
    ) }}
    and (
        previous_totals.assessment_month is not null
        or totals.assessment_month = totals.first_month
    )
    and previous_cutoffs.cutoff_at >= coalesce(
        previous_cutoffs.previous_cutoff_at, previous_cutoffs.cutoff_at
    )
    and (
        totals.open_count
        = coalesce(previous_totals.open_count, 0)
        + coalesce(movements.registered_count, 0)
        - coalesce(movements.closed_count, 0)
    ) is not true
