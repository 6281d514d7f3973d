"""The warehouse equals a second implementation in exact fractions."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from recomputation import Recomputation, recompute_landing, recompute_seeds
from recomputation.comparing import MAPPINGS, REJECTED_COLUMNS, differences
from recomputation.contract import PROJECT_DIR
from recomputation.random_rows import write_random_city

REFERENCE_DIR = PROJECT_DIR / "seeds" / "reference"


def test_the_sample_warehouse_equals_the_recomputation(sample_database: Path) -> None:
    recomputed = recompute_seeds(PROJECT_DIR / "seeds" / "raw", REFERENCE_DIR)
    assert differences(sample_database, recomputed) == []


@pytest.fixture(scope="module")
def random_city(tmp_path_factory: pytest.TempPathFactory) -> Recomputation:
    return recompute_landing(*write_random_city(tmp_path_factory.mktemp("city"), 1))


def test_every_landed_row_has_one_verdict(random_city: Recomputation) -> None:
    for row in random_city.marts["load_summary"].values():
        verdicts = row["accepted_count"] + row["superseded_count"] + row["rejected_count"]
        assert row["landed_count"] == verdicts


def test_a_seed_gives_the_same_city_again(tmp_path: Path, random_city: Recomputation) -> None:
    again = recompute_landing(*write_random_city(tmp_path, 1))
    assert again == random_city


_DUCK_TYPES = (
    (bool, "boolean"),
    (int, "bigint"),
    (Decimal, "decimal(18, 6)"),
    (datetime, "timestamp"),
    (date, "date"),
)


def _duck_type(values: list[Any]) -> str:
    for value in values:
        for python_type, name in _DUCK_TYPES:
            if isinstance(value, python_type):
                return name
    return "varchar"


def _create(
    connection: duckdb.DuckDBPyConnection, name: str, columns: list[str], rows: list[list[Any]]
) -> None:
    types = [
        f"{column} {_duck_type([row[place] for row in rows])}"
        for place, column in enumerate(columns)
    ]
    connection.execute(f"create table marts.{name} ({', '.join(types)})")
    if rows:
        marks = ", ".join("?" for _ in columns)
        connection.executemany(f"insert into marts.{name} values ({marks})", rows)


@pytest.fixture(scope="module")
def faithful_database(tmp_path_factory: pytest.TempPathFactory, random_city: Recomputation) -> Path:
    """Write the recomputation as if it were the marts."""
    path = tmp_path_factory.mktemp("faithful") / "faithful.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for name, rows in random_city.marts.items():
            columns = list(dict.fromkeys(column for row in rows.values() for column in row))
            values = [[*key, *(row.get(column) for column in columns)] for key, row in rows.items()]
            _create(connection, name, [*MAPPINGS[name].grain, *columns], values)
        rejected = [list(row) for row in random_city.rejected_rows.elements()]
        _create(connection, "rejected_rows", list(REJECTED_COLUMNS), rejected)
        for statement in (
            "alter table marts.open_case_backlog_monthly add column age_band_code varchar"
            " default 'days_0_7'",
            "alter table marts.district_ranking_monthly add column unranked_reason varchar",
            "update marts.district_ranking_monthly set unranked_reason = 'r' where is_unranked",
            "alter table marts.district_ranking_monthly drop column is_unranked",
        ):
            connection.execute(statement)
    return path


def test_marts_equal_to_the_recomputation_have_no_difference(
    faithful_database: Path, random_city: Recomputation
) -> None:
    assert differences(faithful_database, random_city) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "update marts.omission_monthly set omission_high = omission_high + 0.000001"
            " where omission_high is not null",
            "omission_high: recomputed",
        ),
        (
            "update marts.district_ranking_monthly set district_rank = null"
            " where district_rank = 1",
            "district_rank: recomputed 1, mart NULL",
        ),
        (
            "delete from marts.case_totals_monthly where case_type_code = 'key'",
            "not in the mart",
        ),
        (
            "insert into marts.mechanism_scores_monthly"
            " select * replace ('x' as mechanism_code) from marts.mechanism_scores_monthly limit 1",
            "not in the recomputation",
        ),
        (
            "insert into marts.case_totals_by_class_monthly"
            " select * replace ('x' as class_code, 1 as closed_count)"
            " from marts.case_totals_by_class_monthly limit 1",
            "not in the recomputation",
        ),
        ("insert into marts.load_summary from marts.load_summary limit 1", "repeated"),
        ("delete from marts.rejected_rows where reason_code = 'unknown_code'", "mart 0"),
        ("alter table marts.whistles_monthly drop column answered_count", "no column answered"),
        ("alter table marts.patrol_coverage_monthly drop column district_code", "no grain column"),
        ("drop table marts.fct_cases", "fct_cases"),
    ],
)
def test_a_changed_mart_is_found(
    tmp_path: Path,
    faithful_database: Path,
    random_city: Recomputation,
    statement: str,
    found: str,
) -> None:
    changed = tmp_path / "changed.duckdb"
    changed.write_bytes(faithful_database.read_bytes())
    with duckdb.connect(str(changed)) as connection:
        connection.execute(statement)
    messages = differences(changed, random_city)
    assert messages
    assert all(found in message or "more differences" in message for message in messages)


def test_rows_without_counts_and_rows_of_the_whole_may_stand_beyond(
    tmp_path: Path, faithful_database: Path, random_city: Recomputation
) -> None:
    changed = tmp_path / "changed.duckdb"
    changed.write_bytes(faithful_database.read_bytes())
    with duckdb.connect(str(changed)) as connection:
        connection.execute(
            "insert into marts.grid_member_handling_monthly (assessment_month,"
            " assessment_group_code, district_code, registered_count)"
            " values ('2021-03-01', 'main_urban', '530199', 0), ('2021-03-01', 'g', 'all', 5)"
        )
    assert differences(changed, random_city) == []
