-- From a district's closure score to the key cases that cost it points.
select
    scores.indicator_name,
    scores.score,
    scores.lost_score,
    cases.case_id,
    cases.street_code,
    cases.registered_at
from marts.indicator_scores_monthly as scores
inner join marts.fct_cases as cases
    on
        scores.assessment_month = cases.assessment_month
        and scores.district_code = cases.district_code
where
    scores.assessment_month = date '{month}'
    and cases.assessment_month = date '{month}'
    and scores.district_code = '{district}'
    and scores.measure_code = 'key_case_closure_rate'
    and cases.is_key
    and not cases.is_closed
    and not cases.is_void
order by cases.registered_at, cases.case_id
limit 500
