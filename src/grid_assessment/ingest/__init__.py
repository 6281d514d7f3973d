"""``grid ingest``: a delivered export becomes landing files of the raw data contract."""
