-- Open cases by district and age in all months.
select
    backlog.assessment_month,
    backlog.district_name,
    backlog.age_band_code,
    backlog.open_count
from marts.open_case_backlog_monthly as backlog
order by backlog.assessment_month, backlog.district_name, backlog.age_band_code
