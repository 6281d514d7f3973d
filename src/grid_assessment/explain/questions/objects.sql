-- An indicator's failing cases, checks, findings or grid-days one by one, the oldest first.
select
    kind,
    object_id,
    case when place_code = 'none' then '' else place_code end as place,
    category_name,
    strftime(happened_at, '%Y-%m-%d') as happened_on,
    state
from failures
where indicator_code = $indicator_code
order by
    happened_at asc,
    object_id asc
