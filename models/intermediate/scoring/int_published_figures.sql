{{ config(materialized='ephemeral') }}

-- One row per figure of an issued bulletin, with the assessment group that the
-- bulletin is about: the group of most of the districts that it names. A
-- bulletin that names no district of this city is another city's and left out.
with

districts as (select * from {{ ref('int_districts') }}),

published_figures as (select * from {{ ref('published_figures') }}),

named_districts as (
    select
        published_figures.assessment_month,
        districts.assessment_group_code,
        row_number() over (
            partition by published_figures.assessment_month
            order by
                count(distinct districts.district_code) desc,
                districts.assessment_group_code asc
        ) as group_order
    from published_figures
    inner join districts
        on published_figures.district_code = districts.district_code
    group by
        published_figures.assessment_month,
        districts.assessment_group_code
)

select
    published_figures.assessment_month,
    named_districts.assessment_group_code,
    published_figures.figure_code,
    published_figures.district_code,
    published_figures.member_code,
    published_figures.printed_name,
    published_figures.section,
    published_figures.printed_text,
    published_figures.value
from published_figures
inner join named_districts
    on
        published_figures.assessment_month = named_districts.assessment_month
        and named_districts.group_order = 1
