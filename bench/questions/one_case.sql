-- One case of a month by its number: the row behind a figure.
select cases.*
from marts.fct_cases as cases
where
    cases.assessment_month = date '{month}'
    and cases.case_id = (
        select max(others.case_id)
        from marts.fct_cases as others
        where others.assessment_month = date '{month}'
    )
