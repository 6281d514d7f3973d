-- Two months of cases by category: which categories grew most.
select
    cases.category_code,
    count(*) filter (where cases.assessment_month = date '{month}') as registered_count,
    count(*) filter (where cases.assessment_month = date '{previous_month}') as previous_count
from marts.fct_cases as cases
where
    cases.assessment_month between date '{previous_month}' and date '{month}'
    and not cases.is_void
group by cases.category_code
order by registered_count - previous_count desc, cases.category_code
limit 20
