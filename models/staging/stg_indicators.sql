{{ config(materialized='ephemeral') }}

-- One row per indicator and validity.
{{ reference_rows('indicators') }}
