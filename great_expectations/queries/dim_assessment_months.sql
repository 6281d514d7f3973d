-- One row per month: how many months lie between it and the month before it in the table; NULL
-- for the first.
select
    assessment_month,
    date_diff(
        'month',
        lag(assessment_month) over (order by assessment_month),
        assessment_month
    ) as months_since_previous
from marts.dim_assessment_months
order by assessment_month
