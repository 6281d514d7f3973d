"""Fixtures that all Python tests share: a dbt runner, and the sample built once."""

import csv
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import dbt_process
import pytest

PROJECT_DIR = Path(__file__).resolve().parents[2]
LANDING = ("--vars", "{raw_source: landing}")
# They give their own rows, so that one run is enough: test_unit_tests.py.
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
# Nor are dbt's artifacts read of such a build, which cost as much as some ten models.
WITHOUT_TESTS = (*WITHOUT_UNIT_TESTS, "test", "--no-write-json")

# dbt parses everything anew where the path of the warehouse is another one: all warehouses have the
# path of one link, and what was parsed for one is copied to the next.
_SHARED = tempfile.TemporaryDirectory(prefix="grid-tests-")
_parsed: dict[tuple[Path, str], Path] = {}


def run_dbt(
    arguments: Sequence[str],
    warehouse: Path,
    environment: Mapping[str, str] | None = None,
    project_dir: Path = PROJECT_DIR,
) -> subprocess.CompletedProcess[str]:
    """Run dbt on the project with a warehouse folder of its own; output is captured as text.

    Args:
        arguments: dbt's command line, for instance ``["build"]``.
        warehouse: GRID_WAREHOUSE_DIR; the target folder lies in it as well.
        environment: variables to set besides.
        project_dir: the dbt project.
    """
    link = Path(_SHARED.name) / "warehouse"
    link.unlink(missing_ok=True)
    link.symlink_to(warehouse, target_is_directory=True)
    parsed = warehouse / "target" / "partial_parse.msgpack"
    variables = arguments[arguments.index("--vars") + 1] if "--vars" in arguments else ""
    known = _parsed.setdefault((project_dir, variables), parsed)
    if known.is_file() and not parsed.is_file():
        parsed.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(known, parsed)
    folders = ("--target-path", str(warehouse / "target"), "--log-path", str(warehouse / "logs"))
    variables_set = {**os.environ, "GRID_WAREHOUSE_DIR": str(link), **(environment or {})}
    return dbt_process.run([*arguments, *folders], project_dir, variables_set)


def edit_csv(path: Path, change: Callable[[list[dict[str, str]]], None]) -> None:
    """Change the rows of a CSV file, for instance of a reference file."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        columns, rows = list(reader.fieldnames or ()), list(reader)
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="session")
def sample_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the warehouse folder of one ``dbt build`` on the sample seeds, data tests included."""
    warehouse = tmp_path_factory.mktemp("sample")
    completed = run_dbt(["build", *WITHOUT_UNIT_TESTS], warehouse)
    assert completed.returncode == 0, completed.stdout[-8000:]
    return warehouse


@pytest.fixture(scope="session")
def sample_database(sample_warehouse: Path) -> Path:
    """Return the DuckDB file of the built sample."""
    return sample_warehouse / "seed.duckdb"


@pytest.fixture(scope="session")
def sample_project_environment(sample_warehouse: Path) -> dict[str, str]:
    """Return the environment in which dbt commands hit the built sample."""
    return {**os.environ, "GRID_WAREHOUSE_DIR": str(sample_warehouse)}
