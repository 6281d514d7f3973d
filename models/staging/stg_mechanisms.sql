{{ config(materialized='ephemeral') }}

-- One row per mechanism and validity.
{{ reference_rows('mechanisms') }}
