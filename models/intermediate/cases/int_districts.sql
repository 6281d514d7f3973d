{{ config(materialized='ephemeral') }}

-- One row per district; an absent assessment group or city is `none`.
with

districts as (select * from {{ ref('stg_districts') }})

select
    coalesce(city_code, 'none') as city_code,
    district_code,
    district_name,
    coalesce(assessment_group_code, 'none') as assessment_group_code,
    required_category_count,
    is_ranked
from districts
