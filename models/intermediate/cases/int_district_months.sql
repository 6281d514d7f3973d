{{ config(materialized='table') }}

-- One row per month, assessment group and district, and one for the whole group
-- (`all`): the spine that every mart by district starts from.
with

districts as (select * from {{ ref('int_districts') }}),

months as (select * from {{ ref('int_assessment_months') }}),


district_months as (
    select
        months.assessment_month,
        districts.assessment_group_code,
        districts.district_code,
        districts.district_name,
        districts.required_category_count,
        districts.is_ranked
    from months
    cross join districts
),

group_months as (
    select distinct
        assessment_month,
        assessment_group_code
    from district_months
)

select
    assessment_month,
    assessment_group_code,
    district_code,
    district_name,
    required_category_count,
    is_ranked
from district_months
union all
select
    assessment_month,
    assessment_group_code,
    'all' as district_code,
    '全部' as district_name,
    cast(null as integer) as required_category_count,
    false as is_ranked
from group_months
