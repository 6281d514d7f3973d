-- The grids of a month in which the same problem came back most often.
select
    cases.district_code,
    cases.grid_code,
    cases.category_code,
    count(*) as registered_count
from marts.fct_cases as cases
where cases.assessment_month = date '{month}' and not cases.is_void
group by cases.district_code, cases.grid_code, cases.category_code
having count(*) > 1
order by registered_count desc, cases.grid_code, cases.category_code
limit 50
