-- The cases of a month by day and platform.
select
    cast(cases.registered_at as date) as registered_date,
    cases.platform_code,
    count(*) as registered_count,
    avg(cases.hours_to_close) as average_hours_to_close
from marts.fct_cases as cases
where cases.assessment_month = date '{month}' and not cases.is_void
group by cast(cases.registered_at as date), cases.platform_code
order by registered_date, cases.platform_code
