-- The closure of every street of a district in all months.
select
    streets.assessment_month,
    streets.street_code,
    streets.closure_rate,
    streets.closure_rank
from marts.street_closure_monthly as streets
where streets.district_code = '{district}'
order by streets.street_code, streets.assessment_month
