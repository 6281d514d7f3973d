{{ config(materialized='ephemeral') }}

-- One row per named set (@) of members of figures and member of it.
with

case_sources as (select * from {{ ref('dim_case_sources') }}),

case_categories as (select * from {{ ref('dim_case_categories') }}),

mechanisms as (select * from {{ ref('stg_mechanisms') }}),

set_members as (
    select
        '@sources' as member_set,
        source_code as member_code,
        source_name as member_name
    from case_sources
    union all
    select
        '@municipal_sources' as member_set,
        source_code as member_code,
        source_name as member_name
    from case_sources
    where tier_code = 'municipal'
    union all
    select
        '@categories' as member_set,
        category_code as member_code,
        category_name as member_name
    from case_categories
    {%- for class_code in ['event', 'component', 'complaint_response'] %}
    union all
    select
        '@{{ class_code }}_categories' as member_set,
        concat('{{ class_code }}|', category_code) as member_code,
        category_name as member_name
    from case_categories
    where '{{ class_code }}' in ('complaint_response', class_code)
    {%- endfor %}
    union all
    select
        '@mechanisms' as member_set,
        mechanism_code as member_code,
        max(mechanism_name) as member_name
    from mechanisms
    group by mechanism_code
)

select
    member_set,
    member_code,
    member_name,
    count(*) over (partition by member_set) as member_count
from set_members
