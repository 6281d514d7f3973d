-- One row, or none: the latest month whose cutoff the delivered data reach. A month that is still
-- running is not held against its history by the expectations that stop a build.
select max(months.assessment_month) as assessment_month
from marts.dim_assessment_months as months
where
    months.cutoff_at - to_days($tolerated_day_count) <= (
        select max(cases.updated_at) from marts.fct_cases as cases
    )
having max(months.assessment_month) is not null
