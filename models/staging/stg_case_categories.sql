-- One row per category.
{{ reference_rows('case_categories') }}
