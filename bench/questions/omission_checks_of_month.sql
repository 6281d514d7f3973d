-- The omission checks of a month by district and category.
select
    checks.district_code,
    checks.category_code,
    count(*) as checked_count,
    count(*) filter (where checks.is_omitted) as omitted_count
from marts.fct_omission_checks as checks
where checks.assessment_month = date '{month}' and checks.is_counted
group by checks.district_code, checks.category_code
order by omitted_count desc, checks.district_code, checks.category_code
