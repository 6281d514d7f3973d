-- One row per month that has an accepted case.
select
    assessment_month,
    previous_month,
    month_a_year_ago,
    cutoff_at
from {{ ref('int_assessment_months') }}
