{{ config(materialized='table') }}

-- One row per month with landed case rows.
with

cases as (select * from {{ ref('stg_cases') }})

select
    assessment_month,
    cast(
        concat(
            count(*),
            ' ',
            bit_xor(hash(hash(cases))),
            ' ',
            sum(hash(hash(cases)))
        ) as varchar
    ) as fingerprint
from cases
where assessment_month is not null
group by assessment_month
