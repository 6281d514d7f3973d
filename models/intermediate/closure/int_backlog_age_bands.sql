{{ config(materialized='ephemeral') }}

-- One row per age band of open cases.
with

age_bands as (select * from {{ ref('backlog_age_bands') }})

select
    age_band_code,
    age_band_name,
    minimum_age_days,
    maximum_age_days,
    display_order
from age_bands
