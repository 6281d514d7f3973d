-- Every figure of the bulletin of a district in the last twelve months.
select
    figures.assessment_month,
    figures.figure_code,
    figures.member_code,
    figures.printed_value
from marts.bulletin_figures_monthly as figures
where
    figures.district_code = '{district}'
    and figures.assessment_month between date '{year_start}' and date '{month}'
order by figures.figure_code, figures.member_code, figures.assessment_month
