-- The ten most frequent categories of each class in all months, with their shares.
select
    totals.assessment_month,
    totals.class_code,
    categories.category_name,
    totals.registered_count,
    totals.class_share,
    totals.category_rank
from marts.case_totals_by_category_monthly as totals
inner join marts.dim_case_categories as categories
    on totals.category_code = categories.category_code
where totals.category_rank <= 10 and totals.case_type_code = 'all'
order by totals.assessment_month, totals.class_code, totals.category_rank
