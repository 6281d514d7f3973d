-- The open and overdue cases of a district in a month, the longest overdue first.
select
    cases.case_id,
    cases.street_code,
    cases.grid_code,
    cases.department_code,
    cases.category_code,
    cases.registered_at,
    cases.deadline_at
from marts.fct_cases as cases
where
    cases.assessment_month = date '{month}'
    and cases.district_code = '{district}'
    and cases.timeliness_code = 'overdue_open'
    and not cases.is_void
order by cases.deadline_at, cases.case_id
limit 500
