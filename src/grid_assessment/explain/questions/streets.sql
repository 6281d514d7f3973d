-- An indicator's failing cases by street, the most first; checks and grid-days have no street.
select
    case when place_code = 'none' then '街道不明' else place_code end as street,
    count(*) as failing_count
from failures
where
    indicator_code = $indicator_code
    and kind = '案件'
group by place_code
order by
    failing_count desc,
    place_code asc
