-- Cases by district and source in all months, against the same month of the year before.
select
    totals.assessment_month,
    totals.district_code,
    totals.source_code,
    totals.registered_count,
    a_year_ago.registered_count as registered_count_a_year_ago
from marts.case_totals_by_district_source_monthly as totals
inner join marts.dim_assessment_months as months
    on totals.assessment_month = months.assessment_month
left join marts.case_totals_by_district_source_monthly as a_year_ago
    on
        months.month_a_year_ago = a_year_ago.assessment_month
        and totals.assessment_group_code = a_year_ago.assessment_group_code
        and totals.district_code = a_year_ago.district_code
        and totals.source_code = a_year_ago.source_code
        and totals.case_type_code = a_year_ago.case_type_code
where totals.case_type_code = 'all'
order by totals.assessment_month, totals.district_code, totals.source_code
