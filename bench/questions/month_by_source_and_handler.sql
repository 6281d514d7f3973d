-- The cases of a month by source and handler, with the hours to closing at the median.
select
    cases.source_code,
    cases.handler_role_code,
    count(*) as registered_count,
    median(cases.hours_to_close) as median_hours_to_close
from marts.fct_cases as cases
where cases.assessment_month = date '{month}' and not cases.is_void
group by cases.source_code, cases.handler_role_code
order by registered_count desc
