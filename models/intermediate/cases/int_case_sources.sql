{{ config(materialized='ephemeral') }}

-- One row per case source; a source of neither tier has the tier `none`.
with

case_sources as (select * from {{ ref('stg_case_sources') }})

select
    source_code,
    source_name,
    coalesce(tier_code, 'none') as tier_code
from case_sources
