-- The cases of a month by district and class: volume, closed, on time.
select
    cases.district_code,
    cases.class_code,
    count(*) as registered_count,
    count(*) filter (where cases.is_closed) as closed_count,
    count(*) filter (where cases.timeliness_code = 'on_time') as on_time_count
from marts.fct_cases as cases
where cases.assessment_month = date '{month}' and not cases.is_void
group by cases.district_code, cases.class_code
order by cases.district_code, cases.class_code
