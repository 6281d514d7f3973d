-- The counts of a month by district, source and case type, with rates.
select
    counts.district_code,
    sources.source_name,
    counts.case_type_code,
    sum(counts.registered_count) as registered_count,
    sum(counts.closed_count) / nullif(sum(counts.registered_count), 0) as closure_rate,
    sum(counts.on_time_count) / nullif(sum(counts.should_close_count), 0) as on_time_rate
from marts.fct_monthly_case_counts as counts
inner join marts.dim_case_sources as sources
    on counts.source_code = sources.source_code
where counts.assessment_month = date '{month}'
group by counts.district_code, sources.source_name, counts.case_type_code
order by counts.district_code, sources.source_name, counts.case_type_code
