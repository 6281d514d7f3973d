"""Random streams and integer arithmetic that give the same rows on every machine."""

import hashlib
from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def stream(seed: int, month: date, dataset: str, city_number: int = 1) -> np.random.Generator:
    """Return the random generator (PCG64) of one dataset in one month.

    Args:
        seed: the user's seed.
        month: first day of the month.
        dataset: name of the dataset; streams do not disturb each other.
        city_number: of several synthetic cities, from 1; each has streams of its own.

    """
    name = f"{seed}|{month.isoformat()}|{dataset}"
    if city_number > 1:
        name += f"|{city_number}"
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` units in proportion to integer weights; the shares add up exactly.

    Raises:
        ValueError: all weights are zero while there are units to split.

    """
    whole = sum(weights)
    if whole == 0:
        if total:
            raise ValueError("units to split, but no weight")
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares


def weighted(rng: np.random.Generator, weights: Sequence[int], size: int) -> Ints:
    """Draw ``size`` indexes with the given integer weights (no floating point)."""
    limits = np.cumsum(np.asarray(weights, dtype=np.int64))
    return np.searchsorted(limits, rng.integers(0, limits[-1], size), side="right").astype(np.int64)


def skewed(rng: np.random.Generator, spans: Ints) -> Ints:
    """Draw a whole number in [0, span) for each span, small ones more often."""
    first, second = rng.integers(1, 1000, len(spans)), rng.integers(1, 1000, len(spans))
    return np.maximum(spans, 0) * first // 1000 * second // 1000


def keyed_hashes(prefix: str, numbers: Sequence[int]) -> list[str]:
    """Return one 16-digit hexadecimal pseudonym a number."""
    return [
        hashlib.sha256(f"synthetic|{prefix}|{number}".encode()).hexdigest()[:16]
        for number in numbers
    ]
