{{ config(materialized='ephemeral') }}

-- One row per calendar date.
{{ reference_rows('working_calendar') }}
