"""``dbt source freshness`` in landing mode: the newest landing file's time, a warning, no error."""

import json
import os
import time
from pathlib import Path

import pytest
from conftest import LANDING, run_dbt
from ingest_support import ingest, plain_mapping, write_plain

DAY = 86_400
WARNED_AFTER_DAYS = 35


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("freshness")


def freshness(warehouse: Path, landing: Path, *selected: str) -> tuple[dict[str, str], str]:
    """Return the status by dataset (sources.json) and dbt's output; dbt must end with 0."""
    completed = run_dbt(
        ["source", "freshness", *LANDING, *selected],
        warehouse,
        {"GRID_LANDING_DIR": str(landing)},
    )
    assert completed.returncode == 0, completed.stdout
    results = json.loads((warehouse / "target" / "sources.json").read_text(encoding="utf-8"))
    return (
        {result["unique_id"].split(".")[-1]: result["status"] for result in results["results"]},
        completed.stdout,
    )


@pytest.mark.parametrize("name", ["landing", "it's [a]*? {b} {{ 1/0 }} 案件 ]x"])
def test_the_newest_file_counts_and_no_file_is_no_data(
    name: str, warehouse: Path, tmp_path: Path
) -> None:
    landing = tmp_path / name
    mapping = plain_mapping(tmp_path)
    for number in (1, 2):
        options = ("--load-id", f"load_{number}")
        assert ingest(landing, write_plain(tmp_path / "c.csv"), mapping=mapping,
                      options=options).exit_code == 0  # fmt: skip
    old, new = sorted((landing / "cases").rglob("*.parquet"))
    # The load_id that sorts first may be the newest load.
    os.utime(new, (0, time.time() - 400 * DAY))
    os.utime(old, (0, time.time() - (WARNED_AFTER_DAYS - 1) * DAY))
    statuses, output = freshness(warehouse, landing)
    assert statuses.pop("cases") == "pass"
    assert set(statuses.values()) == {"warn"}
    assert len(statuses) == 6
    assert f"dataset whistles: no data, no landing file under {landing}" in output
    assert "dataset cases" not in output
    os.utime(old, (0, time.time() - (WARNED_AFTER_DAYS + 1) * DAY))
    assert freshness(warehouse, landing, "--select", "source:landing.cases")[0] == {"cases": "warn"}


def test_a_folder_with_a_backslash_is_named(warehouse: Path, tmp_path: Path) -> None:
    completed = run_dbt(
        ["compile", "--select", "stg_cases", *LANDING],
        warehouse,
        {"GRID_LANDING_DIR": str(tmp_path / "back\\slash")},
    )
    assert completed.returncode == 2
    assert "GRID_LANDING_DIR: the folder" in completed.stdout
    assert "has a backslash in its name" in completed.stdout
