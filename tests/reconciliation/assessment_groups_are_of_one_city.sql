{{ config(description=(
    'An assessment group, `none` included, holds districts of one city only:'
    ~ ' totals, shares and ranks are made inside groups. Give the districts of'
    ~ ' each city groups of their own in districts.csv.'
)) }}

-- An assessment group belongs to exactly one city, so that no total and no rank
-- is made of two. Districts without a group form the group `none`.
with

districts as (select * from {{ ref('int_districts') }})

select
    assessment_group_code,
    min(city_code) as city_code,
    max(city_code) as other_city_code,
    'districts of an assessment group lie in different cities; give each city'
    || ' groups of its own in districts.csv' as problem
from districts
group by assessment_group_code
having min(city_code) <> max(city_code)
