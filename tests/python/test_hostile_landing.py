"""Names of files and folders, and codes, are text everywhere: never SQL, Jinja or a path."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT_DIR
from ingest_support import ingest_kunming, kunming_rows, write_csv

HOSTILE_FOLDER = 'it\'s "a" [b]*? {c} {{ 1%0 }} {% raw %} 案件 $(touch pwned) `id` %s ;--'
HOSTILE_FILES = [
    "a'; drop table marts.fct_cases; --",
    "{{ 1%0 }} {% endif %}",
    "$(touch pwned)",
    "[x]*?",
    "line\nbreak",
    "案件" * 30,
    "..",
    "-- \\ back",
]
HOSTILE_CODES = [
    "../../etc/passwd",
    "'; drop schema marts cascade; --",
    "{{ 1%0 }}",
    "{{ env_var('HOME') }}",
    "$(touch pwned)",
    "%(x)s {0} \\",
    '"',
    "案\n件",
    "=cmd|' /C calc'!A0",
]


def quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def land(path: Path, case_id: str, **cells: str) -> None:
    """Write one landing file of one case, as a program that knows no manners would."""
    row = {
        "case_id": case_id,
        "source_code": "hotline",
        "platform_code": "district",
        "district_code": "530102",
        "category_code": "10101",
        "street_code": "1",
        **cells,
    }
    columns = ", ".join(f"{quoted(value)} as {name}" for name, value in row.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.execute(
        f"copy (select {columns}, timestamp '2021-04-01' as updated_at,"
        f' timestamp \'2021-03-01\' as registered_at, 1 as "a""b\'; drop table x")'
        f" to {quoted(path)} (format parquet)"
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a landing folder in which every name is hostile; return the warehouse folder."""
    folder = tmp_path_factory.mktemp("hostile") / HOSTILE_FOLDER
    landing, reference = folder / "landing", folder / "pack"
    # What dbt and DuckDB read as an address or a pattern is refused in the warehouse's path.
    warehouse = folder.parent / re.sub(r"[?*\[]", "!", HOSTILE_FOLDER) / "warehouse"
    shutil.copytree(PROJECT_DIR / "seeds" / "reference", reference)
    outcome = ingest_kunming(landing, write_csv(folder / "c.csv", kunming_rows(1200)))
    assert (outcome.exit_code, outcome.err) == (0, "")
    month = landing / "cases" / "month=2021-03"
    for number, name in enumerate(HOSTILE_FILES):
        land(month / f"{name}.parquet", f"file {number}")
    for number, code in enumerate(HOSTILE_CODES):
        land(month / f"codes-{number}.parquet", f"known {code}", street_code=code)
        land(month / f"unknown-{number}.parquet", f"unknown {code}", category_code=code)
    duckdb.execute(
        f"copy (from {quoted(month / 'codes-0.parquet')} limit 0)"
        f" to {quoted(month / 'without rows.parquet')} (format parquet)"
    )
    land(landing / "cases" / "month='; drop table x; --{{ 1%0 }}" / "m.parquet", "month")
    completed = subprocess.run(
        [str(Path(sys.executable).parent / "grid"), "build", "--raw-source", "landing"],
        cwd=PROJECT_DIR,
        env={
            **os.environ,
            "GRID_LANDING_DIR": str(landing),
            "GRID_REFERENCE_DIR": str(reference),
            "GRID_WAREHOUSE_DIR": str(warehouse),
            "DBT_LOG_PATH": str(warehouse / "logs"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return warehouse


def rows(warehouse: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(warehouse / "landing.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_files_are_named_as_they_are(built: Path) -> None:
    found = rows(built, "select load_id from marts.fct_cases where case_id like 'file %'")
    assert sorted(found) == sorted((name,) for name in HOSTILE_FILES)
    # The folder is of no month: its row is rejected, and nothing else happened.
    assert rows(
        built,
        "select folder_month, reason_code from marts.rejected_rows where load_id = 'm'",
    ) == [("'; drop table x; --{{ 1%0 }}", "outside_folder_month")]


def test_codes_land_as_they_are(built: Path) -> None:
    streets = rows(built, "select street_code from marts.fct_cases where case_id like 'known %'")
    assert sorted(streets) == sorted((code,) for code in HOSTILE_CODES)
    rejected = rows(
        built,
        "select natural_key, json_extract_string(raw_row, '$.category_code')"
        " from marts.rejected_rows where reason_code = 'unknown_code'",
    )
    assert sorted(rejected) == sorted((f"unknown {code}", code) for code in HOSTILE_CODES)


def test_nothing_was_run_and_nothing_lies_outside(built: Path) -> None:
    parts = sorted(
        path.relative_to(built.parent.parent) for path in built.parent.parent.glob("*/*")
    )
    assert [path.name for path in parts] == ["warehouse", "c.csv", "landing", "pack"]
    assert len({path.parent for path in parts}) == 2
    for place in (PROJECT_DIR, built.parent.parent, Path.home()):
        assert not list(place.glob("pwned"))
