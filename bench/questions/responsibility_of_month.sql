-- The counts of a month by department and street.
select
    counts.department_code,
    counts.street_code,
    sum(counts.should_close_count) as should_close_count,
    sum(counts.on_time_count) as on_time_count,
    sum(counts.reworked_count) as reworked_count
from marts.fct_monthly_responsibility_counts as counts
where counts.assessment_month = date '{month}'
group by counts.department_code, counts.street_code
order by should_close_count desc, counts.department_code, counts.street_code
