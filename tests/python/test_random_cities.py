"""Any city that keeps to the contract: the warehouse equals the second implementation.

Each seed makes another city: ties, repeats, late versions, bad rows of every reason, cutoffs
inside the month, unranked districts, zero denominators; the last one is two cities.
"""

from pathlib import Path

import pytest
from conftest import LANDING, WITHOUT_UNIT_TESTS, run_dbt
from recomputation import recompute_landing
from recomputation.comparing import differences
from recomputation.random_rows import write_random_city

CHECKED = (*LANDING, *WITHOUT_UNIT_TESTS)


@pytest.mark.parametrize("seed", [11, 12, 16])
def test_a_random_city_equals_its_recomputation(tmp_path: Path, seed: int) -> None:
    landing, reference = write_random_city(tmp_path, seed)
    built = run_dbt(
        ["build", *CHECKED],
        tmp_path,
        {"GRID_LANDING_DIR": str(landing), "GRID_REFERENCE_DIR": str(reference)},
    )
    assert built.returncode == 0, built.stdout[-8000:]
    assert differences(tmp_path / "landing.duckdb", recompute_landing(landing, reference)) == []


def test_two_builds_of_the_same_rows_are_equal(tmp_path: Path) -> None:
    """Repeatable: built again into the same warehouse, every figure stays as it was."""
    landing, reference = write_random_city(tmp_path, 14)
    environment = {"GRID_LANDING_DIR": str(landing), "GRID_REFERENCE_DIR": str(reference)}
    recomputed = recompute_landing(landing, reference)
    for _ in range(2):
        built = run_dbt(["build", *CHECKED], tmp_path, environment)
        assert built.returncode == 0, built.stdout[-8000:]
        assert differences(tmp_path / "landing.duckdb", recomputed) == []
