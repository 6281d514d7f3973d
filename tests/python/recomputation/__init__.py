"""A second implementation of the specification in plain Python with exact fractions.

It shares no code with the warehouse: it reads the raw rows and the reference files, judges every
row, and computes every count, rate, score and rank from its definition.
"""

from .city import Recomputation, recompute, recompute_landing, recompute_seeds

__all__ = ["Recomputation", "recompute", "recompute_landing", "recompute_seeds"]
