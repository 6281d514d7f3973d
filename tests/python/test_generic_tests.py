"""The generic test trusted_mart passes a sound mart and fails a mart with one flaw, by its name.

A throw-away dbt project holds one model a case; the checks under test are the project's own files.
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import PROJECT_DIR, run_dbt

SOUND_ROWS = [
    # month, type, registered, closed, rate, previous, change, change_rate
    ("'2021-01-01'", "'key'", 3, 2, "0.666667", "null", "null", "null"),
    ("'2021-01-01'", "'routine'", 0, 0, "null", "null", "null", "null"),
    ("'2021-01-01'", "'all'", 3, 2, "0.666667", "null", "null", "null"),
    ("'2021-02-01'", "'key'", 8, 1, "0.125000", 3, 5, "1.666667"),
    ("'2021-02-01'", "'routine'", 1, 1, "1.000000", 0, 1, "null"),
    ("'2021-02-01'", "'all'", 9, 2, "0.222222", 16, -7, "-0.437500"),
]
COLUMNS = (
    "assessment_month",
    "case_type_code",
    "registered_count",
    "closed_count",
    "closure_rate",
    "previous_registered_count",
    "registered_change_count",
    "change_rate",
)
# flaw -> (row, column, value put there, the checks that must say so)
FLAWS: dict[str, tuple[int, str, object, set[str]]] = {
    "null_key": (0, "case_type_code", "null", {"case_type_code is not null"}),
    "repeated_key": (1, "case_type_code", "'key'", {"key is unique"}),
    "negative_count": (1, "closed_count", -1, {"closed_count is zero or more"}),
    "null_count": (0, "registered_count", "null", {"registered_count is zero or more"}),
    "rate_above_one": (4, "closed_count", 2, {"closure_rate: numerator <= denominator"}),
    "rate_off_by_the_last_digit": (0, "closure_rate", "0.666666", {"closure_rate equals"}),
    "rate_rounded_up_from_below_half": (5, "closure_rate", "0.222223", {"closure_rate equals"}),
    "rate_missing": (3, "closure_rate", "null", {"closure_rate is null exactly"}),
    "rate_zero_without_denominator": (1, "closure_rate", "0", {"closure_rate is null exactly"}),
    "rate_one_without_denominator": (1, "closure_rate", "1", {"closure_rate is null exactly"}),
    "change_of_the_wrong_sign": (5, "change_rate", "0.437500", {"change_rate equals"}),
    "change_without_previous": (0, "change_rate", "0", {"change_rate is null exactly"}),
    "whole_is_not_the_sum": (2, "registered_count", 4, {"case_type_code: all is the sum"}),
}


def model_sql(rows: Sequence[tuple[object, ...]]) -> str:
    """Return a model of inline rows with the contract's types."""
    types = ["date", "varchar", "bigint", "bigint", "decimal(9, 6)", "bigint", "bigint"]
    types.append("decimal(18, 6)")
    return "\nunion all\n".join(
        "select "
        + ", ".join(
            f"cast({value} as {kind}) as {column}"
            for value, kind, column in zip(row, types, COLUMNS, strict=True)
        )
        for row in rows
    )


def flawed_rows(flaw: str) -> list[tuple[object, ...]]:
    """Return the sound rows with one value replaced."""
    row, column, value, _ = FLAWS[flaw]
    rows = [list(sound) for sound in SOUND_ROWS]
    rows[row][COLUMNS.index(column)] = value
    return [tuple(changed) for changed in rows]


def properties(name: str) -> dict[str, object]:
    """Return the properties of one model: declarations and the test."""
    rate = {"numerator": "closed_count", "denominator": "registered_count"}
    change = {
        "numerator": "registered_change_count",
        "denominator": "previous_registered_count",
        "can_exceed_one": True,
    }
    signed = {"config": {"meta": {"is_signed": True}}}
    return {
        "name": name,
        "config": {
            "meta": {
                "grain": ["assessment_month", "case_type_code"],
                "wholes": ["case_type_code"],
            }
        },
        "columns": [
            *({"name": column} for column in COLUMNS[:4]),
            {"name": "closure_rate", "config": {"meta": {"rate": rate}}},
            {"name": "previous_registered_count", **signed},
            {"name": "registered_change_count", **signed},
            {"name": "change_rate", "config": {"meta": {"rate": change}}},
        ],
        "data_tests": [{"trusted_mart": {"name": f"trusted_{name}"}}],
    }


# Months, cases and parts of a mart whose key (case, part) does not hold the month; March is
# checked; how many keys several rows have of which one is of March.
KEYS: dict[str, tuple[list[tuple[str, str, str]], int]] = {
    "other_keys_in_other_months": ([("02", "b", "x"), ("03", "a", "x"), ("04", "c", "x")], 0),
    "key_twice_in_the_month": ([("03", "a", "x"), ("03", "a", "x")], 1),
    "key_again_before": ([("02", "a", "x"), ("03", "a", "x"), ("03", "b", "x")], 1),
    "lowest_and_highest_key_again": (
        [("02", "a", "x"), ("03", "a", "x"), ("03", "b", "y"), ("03", "c", "z"), ("04", "c", "z")],
        2,
    ),
    "another_part_of_the_case": ([("02", "a", "x"), ("03", "a", "y"), ("03", "b", "x")], 0),
    "month_without_rows": ([("02", "a", "x"), ("02", "a", "x")], 0),
}


@pytest.fixture(scope="module")
def built_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build all fixtures once and return their project."""
    project = tmp_path_factory.mktemp("generic_tests")
    for folder in ("tests", "dialect", "months"):
        shutil.copytree(PROJECT_DIR / "macros" / folder, project / "macros" / folder)
    shutil.copytree(PROJECT_DIR / "tests/generic", project / "tests/generic")
    shutil.copy(PROJECT_DIR / "profiles.yml", project)
    (project / "dbt_project.yml").write_text(
        yaml.safe_dump(
            {
                "name": "grid_assessment",
                "profile": "grid_assessment",
                "flags": {"send_anonymous_usage_stats": False},
                "vars": {"raw_source": "seed"},
            }
        ),
        encoding="utf-8",
    )
    models: dict[str, Sequence[tuple[object, ...]]] = {
        "sound": SOUND_ROWS,
        **{flaw: flawed_rows(flaw) for flaw in FLAWS},
    }
    (project / "models").mkdir()
    for name, rows in models.items():
        (project / "models" / f"{name}.sql").write_text(model_sql(rows), encoding="utf-8")
    (project / "models/_models.yml").write_text(
        yaml.safe_dump({"version": 2, "models": [properties(name) for name in models]}),
        encoding="utf-8",
    )
    for name, (keys, _) in KEYS.items():
        (project / "models" / f"{name}.sql").write_text(
            "\nunion all\n".join(
                f"select cast('2021-{month}-01' as date) as assessment_month,"
                f" '{case}' as case_id, '{part}' as part_code"
                for month, case, part in keys
            ),
            encoding="utf-8",
        )
        (project / "tests" / f"keys_of_{name}.sql").write_text(
            "{{ repeated_keys(ref('" + name + "'), ['case_id', 'part_code'],"
            " \"assessment_month = cast('2021-03-01' as date)\") }}",
            encoding="utf-8",
        )
    completed = run_dbt(["build", "--store-failures"], project / "warehouse", None, project)
    assert len(failures_of_tests(project)) == len(models) + len(KEYS), completed.stdout
    return project


def failures_of_tests(project: Path) -> dict[str, int]:
    """Return the failures of each data test of the last build."""
    results = json.loads((project / "warehouse/target/run_results.json").read_text())["results"]
    return {
        row["unique_id"].split(".")[2]: row["failures"]
        for row in results
        if row["unique_id"].startswith("test.")
    }


@pytest.fixture(scope="module")
def failed_checks(built_project: Path) -> dict[str, set[str]]:
    """Return model -> the names of its failed checks."""
    with duckdb.connect(str(built_project / "warehouse/seed.duckdb"), read_only=True) as database:
        tables = database.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_name like 'trusted_%'"
        ).fetchall()
        return {
            name.removeprefix("trusted_"): {
                row[0]
                for row in database.execute(
                    f'select check_name from "{schema}"."{name}"'
                ).fetchall()
            }
            for schema, name in tables
        }


def test_a_sound_mart_passes(failed_checks: dict[str, set[str]]) -> None:
    assert failed_checks["sound"] == set()


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_fails_its_check(failed_checks: dict[str, set[str]], flaw: str) -> None:
    for expected in FLAWS[flaw][3]:
        assert any(check.startswith(expected) for check in failed_checks[flaw]), failed_checks[flaw]


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_compared_with_those_of_other_months(built_project: Path, name: str) -> None:
    assert failures_of_tests(built_project)[f"keys_of_{name}"] == KEYS[name][1]
