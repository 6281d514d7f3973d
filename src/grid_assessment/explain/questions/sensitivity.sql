-- What would reach the next rank, the fewest first; then what cannot.
select
    indicator_name,
    failing_count,
    needed_count,
    points_to_next_rank,
    next_rank
from rank_sensitivity_monthly
where
    assessment_month = $month
    and district_code = $district_code
    and next_rank is not null
    and failing_count > 0
order by
    needed_count asc nulls last,
    indicator_code asc
