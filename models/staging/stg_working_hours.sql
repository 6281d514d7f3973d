{{ config(materialized='ephemeral') }}

-- One row per working period of a day.
{{ reference_rows('working_hours') }}
