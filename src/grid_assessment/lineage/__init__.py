"""The lineage picture of the project, drawn from dbt's manifest."""
