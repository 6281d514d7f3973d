{{ config(materialized='ephemeral') }}

-- One row per source.
{{ reference_rows('case_sources') }}
