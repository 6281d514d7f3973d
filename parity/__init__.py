"""The proof that DuckDB and Apache Spark make the same rows of the same landing (docs/spark.md)."""
