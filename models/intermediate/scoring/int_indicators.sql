{{ config(materialized='ephemeral') }}

-- One row per indicator and validity; an absent bonus cap is zero.
with

indicators as (select * from {{ ref('stg_indicators') }})

select
    indicator_code,
    indicator_name,
    mechanism_code,
    scoring_method,
    coalesce(measure_code, 'none') as measure_code,
    when_no_data,
    basis,
    basis_note,
    full_marks,
    coalesce(bonus_cap, cast(0 as decimal(6, 2))) as bonus_cap,
    target_value,
    unit_points,
    effective_from,
    effective_to
from indicators
