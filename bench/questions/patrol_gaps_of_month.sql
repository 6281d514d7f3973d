-- The grids that missed most of the patrols that a month required.
select
    patrol_days.district_code,
    patrol_days.grid_code,
    count(*) filter (where patrol_days.is_required) as required_count,
    count(*) filter (where patrol_days.is_required and not patrol_days.is_covered) as missed_count
from marts.fct_patrol_days as patrol_days
where patrol_days.assessment_month = date '{month}' and patrol_days.is_counted
group by patrol_days.district_code, patrol_days.grid_code
order by missed_count desc, patrol_days.grid_code
limit 50
