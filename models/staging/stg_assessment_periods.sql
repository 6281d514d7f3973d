{{ config(materialized='ephemeral') }}

-- One row per month whose cutoff is set.
{{ reference_rows('assessment_periods') }}
