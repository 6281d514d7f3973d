{{ config(materialized='table') }}

-- One row per month, assessment group and district, and one for the whole group
-- (`all`): the spine that every mart by district starts from. A city has the
-- months in which it has an accepted case, whatever months other cities have.
with

case_counts as (select * from {{ ref('fct_monthly_case_counts') }}),

districts as (select * from {{ ref('int_districts') }}),

city_months as (
    select distinct
        case_counts.assessment_month,
        districts.city_code
    from case_counts
    inner join districts
        on case_counts.district_code = districts.district_code
),

district_months as (
    select
        city_months.assessment_month,
        districts.assessment_group_code,
        districts.district_code,
        districts.district_name,
        districts.required_category_count,
        districts.is_ranked
    from city_months
    inner join districts
        on city_months.city_code = districts.city_code
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
