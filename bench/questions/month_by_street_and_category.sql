-- The cases of a month by street and category, the 100 most frequent, with their names.
select
    districts.district_name,
    cases.street_code,
    categories.category_name,
    count(*) as registered_count,
    count(*) filter (where cases.rework_count > 0) as reworked_count
from marts.fct_cases as cases
inner join marts.dim_districts as districts
    on cases.district_code = districts.district_code
inner join marts.dim_case_categories as categories
    on cases.category_code = categories.category_code
where cases.assessment_month = date '{month}' and not cases.is_void
group by districts.district_name, cases.street_code, categories.category_name
order by registered_count desc, cases.street_code, categories.category_name
limit 100
