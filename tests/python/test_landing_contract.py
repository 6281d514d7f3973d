"""A landing folder or city pack that breaks the contract as a whole is named, never guessed at."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest
from conftest import LANDING, PROJECT_DIR, run_dbt

GOOD_ROW = (
    "select 'c1' as case_id, timestamp '2021-04-01' as updated_at,"
    " timestamp '2021-03-01' as registered_at, 'hotline' as source_code,"
    " 'district' as platform_code, '530102' as district_code, '10101' as category_code"
)

# A column beyond the contract, with fields that are named like columns of it.
INNER = "{'is_void': true, 'district_code': '530103'}"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("contract")


def compile_cases(warehouse: Path, landing: Path, reference: Path | None = None) -> tuple[int, str]:
    """Compile stg_cases over a landing folder; return the exit code and the output in one line."""
    completed = run_dbt(
        ["compile", "--no-write-json", "--select", "stg_cases", "stg_districts", *LANDING],
        warehouse,
        {
            "GRID_LANDING_DIR": str(landing),
            "GRID_REFERENCE_DIR": str(reference or PROJECT_DIR / "seeds/reference"),
        },
    )
    return completed.returncode, " ".join(completed.stdout.split())


def land(landing: Path, sql: str, dataset: str = "cases", load_id: str = "load-1") -> Path:
    """Write one landing file and return its path."""
    folder = landing / dataset / "month=2021-03"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{load_id}.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy ({sql}) to '{path}' (format parquet)")
    return path


def test_optional_columns_may_be_absent_or_of_no_type(warehouse: Path, tmp_path: Path) -> None:
    land(tmp_path, GOOD_ROW + ", null as closed_at, 1::bigint as base_case_count")
    code, output = compile_cases(warehouse, tmp_path)
    assert code == 0, output


# Files that keep to the contract, and what is_void and rework_count are in them.
FILES: list[tuple[str, bool | None, int | None]] = [
    (GOOD_ROW, None, None),
    (f"select district_code, * exclude (district_code) from ({GOOD_ROW})", None, None),
    (f"{GOOD_ROW}, true as is_void", True, None),
    (f"{GOOD_ROW}, 1::utinyint as rework_count", None, 1),
    (f"{GOOD_ROW}, 9999999999 as rework_count", None, 9999999999),
    (f"{GOOD_ROW}, {INNER} as extra", None, None),
    (f"select [1] as extra, * from ({GOOD_ROW})", None, None),
    (f"{GOOD_ROW}, 'x.csv' as filename, 7 as file_row_number", None, None),
]


@pytest.mark.parametrize("step", [1, -1], ids=["one order", "the other"])
def test_each_file_is_read_by_the_columns_of_the_contract(
    warehouse: Path, tmp_path: Path, step: int
) -> None:
    expected = []
    for number, (sql, is_void, rework_count) in enumerate(FILES[::step]):
        path = land(tmp_path, sql.replace("'c1'", f"'c{number}'"), load_id=f"load-{number}")
        expected.append((f"c{number}", "530102", is_void, rework_count, str(path), 0))
    code, output = compile_cases(warehouse, tmp_path)
    assert code == 0, output
    read = re.search(r"read_parquet\([^)]*\)", output)
    assert read
    rows = duckdb.sql(
        "select case_id, district_code, is_void, rework_count, filename, file_row_number"
        f" from {read[0]} order by all"
    ).fetchall()
    assert rows == expected


@pytest.mark.parametrize("beside", ["", f", {INNER} as extra"], ids=["missing", "a field"])
def test_a_missing_required_column_is_named(warehouse: Path, tmp_path: Path, beside: str) -> None:
    path = land(tmp_path, f"select * exclude (district_code){beside} from ({GOOD_ROW})")
    code, output = compile_cases(warehouse, tmp_path)
    assert code == 2
    assert f"dataset cases, file {path}, column district_code: the required column" in output


@pytest.mark.parametrize(
    ("column", "found", "expected"),
    [
        ("registered_at", "varchar", "timestamp"),
        ("due_at", "timestamptz", "timestamp"),
        ("base_case_count", "double", "integer"),
    ],
)
def test_a_column_of_another_type_is_named(
    warehouse: Path, tmp_path: Path, column: str, found: str, expected: str
) -> None:
    value = {"timestamp": "2021-03-01 08:00:00", "integer": "1"}[expected]
    rest = (
        f"select * exclude (registered_at) from ({GOOD_ROW})"
        if column == "registered_at"
        else GOOD_ROW
    )
    path = land(tmp_path, f"select *, cast('{value}' as {found}) as {column} from ({rest})")
    code, output = compile_cases(warehouse, tmp_path)
    assert code == 2
    assert f"dataset cases, file {path}, column {column}: its type is" in output
    assert f"expected {expected}" in output


def test_a_column_of_fields_is_named(warehouse: Path, tmp_path: Path) -> None:
    path = land(tmp_path, f"{GOOD_ROW}, {{'at': timestamp '2021-03-02'}} as closed_at")
    code, output = compile_cases(warehouse, tmp_path)
    assert code == 2
    assert f"dataset cases, file {path}, column closed_at: its type is nested" in output


def test_cases_without_any_file_is_an_error(warehouse: Path, tmp_path: Path) -> None:
    code, output = compile_cases(warehouse, tmp_path)
    assert code == 2
    assert f"dataset cases: no file matches {tmp_path}" in output


def test_a_missing_reference_file_or_column_is_named(warehouse: Path, tmp_path: Path) -> None:
    land(tmp_path / "landing", GOOD_ROW)
    pack = tmp_path / "pack"
    shutil.copytree(PROJECT_DIR / "seeds/reference", pack)
    text = (pack / "districts.csv").read_text(encoding="utf-8")
    (pack / "districts.csv").write_text(text.replace("is_ranked", "ranked", 1), encoding="utf-8")
    code, output = compile_cases(warehouse, tmp_path / "landing", pack)
    assert code == 2
    assert f"reference file {pack}/districts.csv: column is_ranked is missing" in output
    (pack / "districts.csv").unlink()
    code, output = compile_cases(warehouse, tmp_path / "landing", pack)
    assert code == 2
    assert f"reference file {pack}/districts.csv is missing" in output
