-- Every figure of the bulletin of a month.
select *
from marts.bulletin_figures_monthly as figures
where figures.assessment_month = date '{month}'
order by figures.section, figures.figure_code, figures.district_code, figures.member_code
