-- The satellite findings and whistles of a month by district.
select
    'satellite findings' as kind,
    findings.district_code,
    count(*) as all_count,
    count(*) filter (where findings.is_handled) as done_count
from marts.fct_satellite_findings as findings
where findings.assessment_month = date '{month}'
group by findings.district_code
union all
select
    'whistles' as kind,
    whistles.district_code,
    count(*) as all_count,
    count(*) filter (where whistles.is_resolved) as done_count
from marts.fct_whistles as whistles
where whistles.assessment_month = date '{month}'
group by whistles.district_code
order by kind, district_code
