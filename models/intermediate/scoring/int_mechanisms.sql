{{ config(materialized='ephemeral') }}

-- One row per mechanism and validity.
select
    mechanism_code,
    mechanism_name,
    full_marks,
    total_weight,
    effective_from,
    effective_to
from {{ ref('stg_mechanisms') }}
