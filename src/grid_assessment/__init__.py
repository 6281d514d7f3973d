"""The ``grid`` command: moves, checks and draws; every figure is made by the SQL models."""
