"""Tables and views of DuckDB are replaced whole or not at all, whatever had their name before."""

import shutil
from pathlib import Path

import duckdb
import pytest
from conftest import run_dbt


@pytest.fixture
def warehouse(sample_database: Path, tmp_path: Path) -> Path:
    shutil.copyfile(sample_database, tmp_path / sample_database.name)
    return tmp_path


def rows(warehouse: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(warehouse / "seed.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def execute(warehouse: Path, statement: str) -> None:
    with duckdb.connect(str(warehouse / "seed.duckdb")) as connection:
        connection.execute(statement)


KIND = "select table_type from information_schema.tables where table_name = '{}'"


def test_a_table_takes_the_place_of_a_view_and_keeps_its_comments(warehouse: Path) -> None:
    everything = "select * from marts.dim_districts order by all"
    comments = (
        "select column_name, comment from duckdb_columns() where table_name = 'dim_districts'"
        " union all"
        " select table_name, comment from duckdb_tables() where table_name = 'dim_districts'"
        " order by 1"
    )
    expected, told = rows(warehouse, everything), rows(warehouse, comments)
    assert expected
    assert all(comment for _, comment in told)
    execute(warehouse, "drop table marts.dim_districts")
    execute(warehouse, "create view marts.dim_districts as select 1 as district_code")
    assert run_dbt(["run", "--select", "dim_districts"], warehouse).returncode == 0
    assert rows(warehouse, KIND.format("dim_districts")) == [("BASE TABLE",)]
    assert rows(warehouse, everything) == expected
    assert rows(warehouse, comments) == told


def test_a_view_takes_the_place_of_a_table(warehouse: Path) -> None:
    everything = "select * from staging.stg_cases order by all"
    expected = rows(warehouse, everything)
    execute(warehouse, "drop view staging.stg_cases")
    execute(warehouse, "create table staging.stg_cases as select 1 as case_id")
    assert run_dbt(["run", "--select", "stg_cases"], warehouse).returncode == 0
    assert rows(warehouse, KIND.format("stg_cases")) == [("VIEW",)]
    assert rows(warehouse, everything) == expected


def test_a_table_that_cannot_be_made_stays_as_it_was(warehouse: Path) -> None:
    everything = "select * from intermediate.int_assessment_months order by all"
    expected = rows(warehouse, everything)
    assert expected
    execute(warehouse, "drop table staging.stg_case_versions")
    completed = run_dbt(["run", "--select", "int_assessment_months"], warehouse)
    assert completed.returncode == 1
    assert "stg_case_versions does not exist" in completed.stdout
    assert rows(warehouse, everything) == expected


def test_nothing_is_left_beside_what_was_replaced(warehouse: Path) -> None:
    names = "select table_schema, table_name from information_schema.tables order by all"
    before = rows(warehouse, names)
    completed = run_dbt(["run", "--select", "int_assessment_months", "stg_cases"], warehouse)
    assert completed.returncode == 0
    assert rows(warehouse, names) == before
