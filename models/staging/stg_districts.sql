-- One row per district.
{{ reference_rows('districts') }}
