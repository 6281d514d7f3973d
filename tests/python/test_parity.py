"""The comparison of two engines finds every difference of a value, a type, a row or a table."""

from pathlib import Path

import duckdb
import pytest

from parity.compare import Comparison, compare_marts
from parity.months import Delivery

MART = """
    select
        date '2021-03-01' as assessment_month,
        '五华区' as district_name,
        cast(0.5 as decimal(9, 6)) as closure_rate,
        cast(null as bigint) as closure_rank
"""


def compared(folder: Path, spark_sql: str = MART, duckdb_sql: str = MART) -> Comparison:
    """Return the comparison of a mart made by one query here and by another there."""
    with duckdb.connect(str(folder / "seed.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.totals as {duckdb_sql}")
        (folder / "totals").mkdir()
        connection.execute(
            f"copy ({spark_sql}) to '{folder}/totals' (format parquet, per_thread_output)"
        )
    (found,) = compare_marts(folder / "seed.duckdb", folder)
    return found


def test_equal_rows_are_the_same(tmp_path: Path) -> None:
    found = compared(tmp_path)
    assert found.is_same
    assert (found.duckdb_rows, found.spark_rows) == (1, 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("0.5", "0.500001"),
        ("date '2021-03-01'", "date '2021-03-02'"),
        ("'五华区'", "'五华区 '"),
        ("cast(null as bigint)", "cast(0 as bigint)"),
    ],
    ids=["a millionth", "a day", "a blank", "NULL and zero"],
)
def test_a_differing_value_is_found(tmp_path: Path, before: str, after: str) -> None:
    found = compared(tmp_path, MART.replace(before, after))
    assert not found.is_same
    assert (found.only_duckdb, found.only_spark) == (1, 1)
    assert [line.split(":")[0] for line in found.examples] == ["only DuckDB", "only Spark"]


def test_a_repeated_row_is_found(tmp_path: Path) -> None:
    found = compared(tmp_path, f"{MART} union all {MART}")
    assert (found.only_duckdb, found.only_spark) == (0, 1)
    assert not found.is_same


@pytest.mark.parametrize("type_name", ["decimal(18, 6)", "double"])
def test_another_type_is_found(tmp_path: Path, type_name: str) -> None:
    found = compared(tmp_path, MART.replace("decimal(9, 6)", type_name))
    assert not found.is_same
    assert found.shape.startswith("closure_rate: DECIMAL(9,6) on DuckDB")


def test_a_missing_column_is_found(tmp_path: Path) -> None:
    found = compared(tmp_path, f"select * exclude (closure_rank) from ({MART})")
    assert found.shape == "closure_rank: BIGINT on DuckDB, missing on Spark"


def test_a_missing_table_is_found(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "seed.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.totals as {MART}")
    (found,) = compare_marts(tmp_path / "seed.duckdb", tmp_path)
    assert not found.is_same
    assert found.only_duckdb == 1


@pytest.mark.parametrize(("condition", "is_same"), [("false", True), ("true", False)])
def test_a_table_without_files_has_no_rows(tmp_path: Path, condition: str, is_same: bool) -> None:
    with duckdb.connect(str(tmp_path / "seed.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.totals as select * from ({MART}) where {condition}")
    (tmp_path / "totals").mkdir()
    (found,) = compare_marts(tmp_path / "seed.duckdb", tmp_path)
    assert found.is_same is is_same


def test_the_month_of_a_partition_is_a_date(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "seed.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.totals as {MART}")
        connection.execute(
            f"copy ({MART}) to '{tmp_path}/totals'"
            " (format parquet, partition_by (assessment_month))"
        )
    (found,) = compare_marts(tmp_path / "seed.duckdb", tmp_path)
    assert found.is_same


def test_deliveries_add_change_and_withdraw_months(tmp_path: Path) -> None:
    delivery = Delivery(tmp_path)
    files = []
    for step in delivery.steps:
        step()
        files.append({path.relative_to(tmp_path) for path in tmp_path.rglob("*.parquet")})
    first, second, third = files
    assert first < second
    assert third < second
    assert not any("2021-03-01-full" in path.name for path in third if path.parts[0] == "cases")
