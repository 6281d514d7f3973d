-- Where do the oldest open cases lie, street by street?
-- 各街道积压最久的未结案件在哪里？
--
-- One row per district and street that has open cases. How to read: the streets
-- with the oldest case come first. A case is open when it was registered in the
-- month or before and is not closed at the month's cutoff, as in
-- open_case_backlog_monthly, whose totals these counts add up to. overdue_share
-- is the part of the open cases past their deadline at that cutoff; deferred
-- cases are never past it. The street `none` stands for cases without a street.
with

case_categories as (select * from {{ ref('dim_case_categories') }}),

cases as (
    select *
    from {{ ref('fct_cases') }}
    where
        assessment_month <= {{ analysis_month() }}
        and not is_void
        and {{ in_analysis_district() }}
),

districts as (select * from {{ ref('dim_districts') }}),

months as (
    select *
    from {{ ref('dim_assessment_months') }}
    where assessment_month = {{ analysis_month() }}
),

open_cases as (
    select
        months.assessment_month,
        cases.district_code,
        cases.street_code,
        cases.case_id,
        cases.category_code,
        cases.department_code,
        cases.registered_at,
        {{ integer_divide(
            microseconds_between('cases.registered_at', 'months.cutoff_at'),
            '86400000000'
        ) }} as age_days,
        coalesce(cases.deferred_until > months.cutoff_at, false)
            as is_deferred,
        coalesce(cases.deadline_at < months.cutoff_at, false)
            as is_past_deadline,
        row_number() over (
            partition by cases.district_code, cases.street_code
            order by cases.registered_at, cases.case_id
        ) as age_rank
    from cases
    cross join months
    where cases.closed_at is null or cases.closed_at > months.cutoff_at
),

counts_by_street as (
    select
        assessment_month,
        district_code,
        street_code,
        cast(count(*) as bigint) as open_count,
        cast(
            count(*) filter (where is_past_deadline and not is_deferred)
            as bigint
        ) as overdue_open_count,
        cast(
            count(*) filter (where is_deferred) as bigint
        ) as deferred_count
    from open_cases
    group by
        assessment_month,
        district_code,
        street_code
)

select
    counts_by_street.assessment_month,
    counts_by_street.district_code,
    counts_by_street.street_code,
    open_cases.case_id as oldest_case_id,
    open_cases.department_code as oldest_case_department_code,
    districts.district_name,
    case_categories.category_name as oldest_case_category_name,
    counts_by_street.open_count,
    counts_by_street.overdue_open_count,
    counts_by_street.deferred_count,
    {{ rate(
        'counts_by_street.overdue_open_count', 'counts_by_street.open_count'
    ) | indent(4) }} as overdue_share,
    open_cases.age_days as oldest_age_days,
    open_cases.registered_at as oldest_registered_at
from counts_by_street
inner join open_cases
    on
        counts_by_street.district_code = open_cases.district_code
        and counts_by_street.street_code = open_cases.street_code
        and open_cases.age_rank = 1
inner join districts
    on counts_by_street.district_code = districts.district_code
inner join case_categories
    on open_cases.category_code = case_categories.category_code
order by
    open_cases.registered_at asc,
    counts_by_street.district_code asc,
    counts_by_street.street_code asc
