-- The streets of a month by closure rank.
select
    streets.closure_rank,
    streets.district_code,
    streets.street_code,
    streets.registered_count,
    streets.closure_rate,
    streets.on_time_closure_rate
from marts.street_closure_monthly as streets
where streets.assessment_month = date '{month}' and streets.is_ranked
order by streets.closure_rank, streets.street_code
