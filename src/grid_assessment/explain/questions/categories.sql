-- The categories of an indicator's failures, the greatest loss first.
select
    coalesce(categories.category_name, '不分小类') as category_name,
    drivers.failing_count,
    drivers.lost_score
from score_loss_drivers_monthly as drivers
left join dim_case_categories as categories
    on drivers.category_code = categories.category_code
where
    drivers.assessment_month = $month
    and drivers.district_code = $district_code
    and drivers.indicator_code = $indicator_code
    and drivers.item_code = 'none'
order by
    drivers.lost_score desc,
    drivers.failing_count desc,
    drivers.category_code asc
