-- The districts whose code or name is the one asked for; without any, those whose name holds it.
with

found as (
    select
        district_code,
        district_name,
        is_ranked,
        $district in (district_code, district_name) as is_exact
    from dim_districts
    where
        $district in (district_code, district_name)
        or contains(district_name, $district)
)

select
    district_code,
    district_name,
    is_ranked
from found
where is_exact = (select bool_or(is_exact) from found)
order by district_code
