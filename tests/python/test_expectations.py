"""The gate of expectations: it passes on good data, and every single expectation can fail."""

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from grid_assessment.errors import GridError
from grid_assessment.expectations import (
    check_database,
    load_suites,
    prepare,
    read_frame,
    read_frames,
    validate_frames,
)
from grid_assessment.gate_result import Outcome

FOLDER = Path(__file__).parents[2] / "great_expectations"
SUITES: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((FOLDER / "expectations").glob("*.json"))
}
NAMES = [
    (suite, str(expectation["meta"]["name"]))
    for suite, content in SUITES.items()
    for expectation in content["expectations"]
]

# What makes each expectation fail: the value that its column gets in every row.
DOCTORED: dict[tuple[str, str], float | None] = {
    ("case_closures", "largest_closing_day_share"): 0.31,
    ("case_closures", "late_closed_share"): 0.021,
    ("case_closures", "late_share"): 0.51,
    ("case_totals_by_category_monthly", "largest_category_share"): 0.51,
    ("case_totals_by_category_monthly", "largest_category_share_is_ordinary"): 0.26,
    ("case_totals_by_category_monthly", "concentration"): 0.004,
    ("case_totals_by_category_monthly", "category_count_ratio"): 0.6,
    ("case_totals_by_district_monthly", "registered_ratio"): 2.1,
    ("case_totals_by_district_monthly", "registered_ratio_of_latest_month"): 0.1,
    ("case_totals_by_district_monthly", "volume_deviation"): 4.1,
    ("case_totals_by_district_monthly", "closure_deviation"): 4.1,
    ("case_totals_by_district_monthly", "closure_deviation_of_latest_month"): 8.1,
    ("case_totals_by_district_monthly", "on_time_deviation"): 4.1,
    ("case_totals_by_district_monthly", "on_time_deviation_of_latest_month"): 8.1,
    ("case_totals_by_district_monthly", "rework_deviation"): 4.1,
    ("dim_assessment_months", "no_month_is_missing"): 2,
    ("district_ranking_monthly", "every_district_is_ranked"): None,
    ("district_ranking_monthly", "score_share"): 1.07,
    ("district_ranking_monthly", "score_share_is_ordinary"): 0.49,
    ("district_ranking_monthly", "scores_differ"): 0.0,
    ("district_ranking_monthly", "score_change"): 0.16,
    ("district_ranking_monthly", "score_change_of_latest_month"): 0.31,
    ("district_ranking_monthly", "rank_change"): 0.8,
    ("fct_cases", "median_hours_to_close"): 0.0,
    ("fct_cases", "median_hours_to_close_of_latest_month"): 2161.0,
    ("fct_cases", "closed_at_once_share"): 0.6,
    ("fct_cases", "midnight_share"): 0.11,
    ("fct_cases", "largest_day_share"): 0.31,
    ("fct_cases", "largest_day_share_of_latest_month"): 0.61,
    ("fct_cases", "day_with_case_share"): 0.4,
    ("fct_monthly_case_counts", "on_time_share"): 0.09,
    ("fct_monthly_case_counts", "overdue_open_share"): 0.31,
    ("fct_monthly_case_counts", "late_share"): 0.41,
    ("fct_monthly_case_counts", "not_due_share"): 0.51,
    ("fct_monthly_case_counts", "no_deadline_share"): 0.51,
    ("fct_monthly_case_counts", "timeliness_change"): 0.21,
    ("fct_monthly_case_counts", "source_change"): 0.16,
    ("fct_monthly_case_counts", "class_change"): 0.16,
    ("fct_monthly_case_counts", "platform_change"): 0.21,
    ("fct_monthly_case_counts", "share_change_of_latest_month"): 0.51,
    ("load_summary", "load_rejected_rate"): 0.06,
    ("load_summary", "load_is_mostly_accepted"): 0.51,
    ("load_summary", "dataset_rejected_rate"): 0.21,
    ("omission_monthly", "month_has_key_checks"): 0,
    ("omission_monthly", "district_has_key_checks"): 0,
    ("omission_monthly", "checked_ratio"): 0.2,
    ("omission_monthly", "sample_omission_rate"): 0.61,
    ("omission_monthly", "omission_deviation"): 4.1,
    ("omission_monthly", "omission_deviation_of_latest_month"): 8.1,
    ("patrol_coverage_monthly", "month_has_required_grid_days"): 0,
    ("patrol_coverage_monthly", "district_has_required_grid_days"): 0,
    ("patrol_coverage_monthly", "required_ratio"): 2.1,
    ("patrol_coverage_monthly", "patrol_coverage_rate"): 0.49,
    ("patrol_coverage_monthly", "coverage_deviation"): 4.1,
    ("patrol_coverage_monthly", "coverage_deviation_of_latest_month"): 8.1,
    ("registered_days", "silent_day_count"): 1,
    ("vanished_categories", "category_has_not_vanished"): 0,
}


def configuration(suite: str, name: str) -> dict[str, Any]:
    expectations: list[dict[str, Any]] = SUITES[suite]["expectations"]
    return next(found for found in expectations if found["meta"]["name"] == name)


@pytest.fixture(scope="module")
def frames(sample_database: Path) -> dict[str, pd.DataFrame]:
    return read_frames(sample_database, FOLDER, load_suites(FOLDER))


def evaluate(suite: str, name: str, frame: pd.DataFrame, folder: Path) -> tuple[Outcome, bool]:
    """Return the outcome of one expectation alone, and whether the gate lets the build pass."""
    (folder / "expectations").mkdir(parents=True)
    content = SUITES[suite] | {"expectations": [configuration(suite, name)]}
    (folder / "expectations" / f"{suite}.json").write_text(json.dumps(content), encoding="utf-8")
    gate, _ = validate_frames(load_suites(folder), {suite: frame})
    return gate.outcomes[0], gate.passed


def test_every_suite_has_a_query_and_says_who_and_why() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for suite, content in SUITES.items():
        assert content["name"] == suite
        assert (FOLDER / "queries" / f"{suite}.sql").is_file()
        assert content["meta"]["grain"]
        for expectation in content["expectations"]:
            assert expectation["severity"] in ("critical", "warning")
            assert expectation["description"].endswith(".")
            assert set(expectation["meta"]) - {"figures"} == {"name", "owner", "why"}


def test_every_expectation_has_a_doctored_input() -> None:
    assert sorted(DOCTORED) == sorted(NAMES)


def test_grain_of_every_frame_is_its_key(frames: dict[str, pd.DataFrame]) -> None:
    for suite, frame in frames.items():
        assert len(frame)
        for expectation in SUITES[suite]["expectations"]:
            assert set(expectation["meta"].get("figures", [])) <= set(frame.columns)
        assert not frame.duplicated(SUITES[suite]["meta"]["grain"]).any(), suite
        assert not frame[SUITES[suite]["meta"]["grain"]].isna().any().any(), suite


def test_gate_passes_on_the_sample(sample_database: Path, tmp_path: Path) -> None:
    gate = check_database(sample_database, FOLDER, tmp_path / "docs")
    assert gate.passed
    assert [outcome for outcome in gate.outcomes if not outcome.is_met] == []
    assert len(gate.outcomes) == len(NAMES)
    unchecked = {outcome.name for outcome in gate.outcomes if not outcome.checked_count}
    # Two months are no history; nothing else may be without a row to check.
    assert all("deviation" in name or "vanished" in name for name in unchecked)
    assert sum(outcome.checked_count for outcome in gate.outcomes) > 300


@pytest.mark.parametrize(("suite", "name"), NAMES, ids=[f"{suite}-{name}" for suite, name in NAMES])
def test_expectation_fails_on_a_doctored_frame(
    suite: str, name: str, frames: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    column = configuration(suite, name)["kwargs"]["column"]
    good, _ = evaluate(suite, name, frames[suite], tmp_path / "good")
    assert good.is_met
    doctored = frames[suite].assign(**{column: DOCTORED[suite, name]})
    outcome, passed = evaluate(suite, name, doctored, tmp_path / "doctored")
    assert not outcome.is_met
    assert outcome.unexpected_count > 0
    assert outcome.problem == ""
    assert passed == (outcome.severity == "warning")
    assert column in outcome.unexpected_rows[0]


@pytest.mark.parametrize(
    ("suite", "name"),
    [(suite, name) for suite, name in NAMES if name.endswith("of_latest_month")],
)
def test_a_running_month_stops_no_build_by_its_history(
    suite: str, name: str, frames: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    column = configuration(suite, name)["kwargs"]["column"]
    running = frames[suite].assign(
        **{column: DOCTORED[suite, name], "is_latest_complete_month": False}
    )
    outcome, passed = evaluate(suite, name, running, tmp_path)
    assert passed
    assert outcome.checked_count == 0


def test_a_column_that_is_missing_is_a_failure(
    frames: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    frame = frames["load_summary"].drop(columns="dataset_rejected_rate")
    outcome, passed = evaluate("load_summary", "dataset_rejected_rate", frame, tmp_path)
    assert not passed
    assert "dataset_rejected_rate" in outcome.problem


def test_a_broken_suite_is_named(tmp_path: Path) -> None:
    with pytest.raises(GridError, match="no expectation suite"):
        load_suites(tmp_path)
    (tmp_path / "expectations").mkdir()
    (tmp_path / "expectations" / "x.json").write_text('{"name": "x", "expectations": [{}]}')
    with pytest.raises(GridError, match=r"x\.json: not an expectation suite"):
        load_suites(tmp_path)


def test_data_docs_ask_no_other_host(sample_database: Path, tmp_path: Path) -> None:
    docs = tmp_path / "data_docs" / "seed"
    for _ in range(2):  # the second time it replaces what is there
        check_database(sample_database, FOLDER, docs)
    pages = {path: path.read_text(encoding="utf-8") for path in docs.rglob("*.html")}
    assert len(list((docs / "validations").rglob("*.html"))) == len(SUITES)
    assert [path.name for path in docs.parent.iterdir()] == ["seed"]
    index = pages[docs / "index.html"]
    for suite, content in SUITES.items():
        assert suite in index
        assert content["expectations"][0]["meta"]["why"] in index.replace("&#x27;", "'")
    for link in re.findall(r"href='([^']*)'", index):
        assert (docs / link).is_file()
    for path, page in pages.items():
        assert not re.search(r"<(script|img|link|iframe)\b|url\(|@import|https?://", page), path


MONTHS = [date(2021, month, 1) for month in range(1, 7)]


@pytest.fixture
def six_months() -> duckdb.DuckDBPyConnection:
    """Return a database with six months, the last of which has its cutoff on 2021-07-06."""
    connection = duckdb.connect()
    connection.execute("create schema marts")
    connection.execute(
        "create table marts.dim_assessment_months (assessment_month date, cutoff_at timestamp)"
    )
    for month in MONTHS:
        cutoff_at = datetime(2021, month.month + 1, 6)
        connection.execute(
            "insert into marts.dim_assessment_months values (?, ?)", [month, cutoff_at]
        )
    connection.execute("""
        create table marts.fct_cases (updated_at timestamp, district_code varchar default '1');
        create table marts.dim_districts (district_code varchar, city_code varchar);
        insert into marts.dim_districts values ('1', 'north'), ('2', 'south');
        create table marts.fct_monthly_case_counts (assessment_month date, district_code varchar);
    """)
    return connection


def district_rows(connection: duckdb.DuckDBPyConnection, closed_counts: list[int]) -> pd.DataFrame:
    """Return the frame of one district with 100 cases a month, of which so many are closed."""
    connection.execute("""
        create table marts.case_totals_by_district_monthly (
            assessment_month date, district_code varchar, district_name varchar,
            case_type_code varchar, registered_count bigint, closed_count bigint,
            should_close_count bigint,
            on_time_count bigint, reworked_count bigint, closure_rate decimal(9, 6),
            on_time_closure_rate decimal(9, 6), rework_rate decimal(9, 6)
        )""")
    for month, closed in zip(MONTHS, closed_counts, strict=False):
        connection.execute(
            "insert into marts.case_totals_by_district_monthly"
            " values (?, '1', 'one', 'all', 100, ?, 100, ?, 0, ?, ?, 0)",
            [month, closed, closed, closed / 100, closed / 100],
        )
    name = "case_totals_by_district_monthly"
    prepare(connection, FOLDER)
    return read_frame(connection, FOLDER, name, SUITES[name]["meta"]["parameters"])


def test_a_month_is_held_against_its_own_trailing_months(
    six_months: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    six_months.execute("insert into marts.fct_cases (updated_at) values ('2021-07-05 12:00:00')")
    frame = district_rows(six_months, [95, 96, 94, 95, 95, 40])
    assert frame["closure_deviation"].isna().tolist() == [True] * 3 + [False] * 3
    # No month before spread more than the floor of 0.02: (0.95 - 0.40) / 0.02.
    assert frame["closure_deviation"].iloc[-1] == pytest.approx(27.5)
    assert frame["is_latest_complete_month"].tolist() == [False] * 5 + [True]
    outcome, passed = evaluate(
        "case_totals_by_district_monthly", "closure_deviation_of_latest_month", frame, tmp_path
    )
    assert not passed
    assert outcome.unexpected_rows == ("2021-06-01 1: closure_deviation 27.5",)


@pytest.mark.parametrize(
    ("last_change", "latest"),
    [("2021-07-04 23:59:59", 4), ("2021-07-05 00:00:00", 5), ("2021-01-20 00:00:00", None)],
)
def test_a_month_is_complete_when_the_data_reach_its_cutoff(
    six_months: duckdb.DuckDBPyConnection, last_change: str, latest: int | None
) -> None:
    six_months.execute("insert into marts.fct_cases (updated_at) values (?)", [last_change])
    frame = district_rows(six_months, [95] * 6)
    assert frame["is_latest_complete_month"].tolist() == [index == latest for index in range(6)]


@pytest.mark.parametrize(
    ("second_city_begins", "last_change", "latest"),
    [
        ("2021-01-01", "2021-06-20 00:00:00", 4),
        ("2021-01-01", "2021-07-05 00:00:00", 5),
        # Having begun a month, a city is waited for; a city without the month is not.
        ("2021-06-01", "2021-06-20 00:00:00", 4),
        (None, "2021-05-20 00:00:00", 5),
    ],
)
def test_a_month_is_complete_when_every_city_that_has_it_reaches_its_cutoff(
    six_months: duckdb.DuckDBPyConnection,
    second_city_begins: str | None,
    last_change: str,
    latest: int,
) -> None:
    six_months.execute(
        "insert into marts.fct_cases values ('2021-07-05', '1'), (?, '2')", [last_change]
    )
    six_months.execute(
        "insert into marts.fct_monthly_case_counts"
        " select assessment_month, '1' from marts.dim_assessment_months union all"
        " select assessment_month, '2' from marts.dim_assessment_months"
        " where assessment_month >= ?",
        [second_city_begins],
    )
    frame = district_rows(six_months, [95] * 6)
    assert frame["is_latest_complete_month"].tolist() == [index == latest for index in range(6)]


def test_a_month_that_is_missing_is_no_previous_month(
    six_months: duckdb.DuckDBPyConnection,
) -> None:
    six_months.execute("insert into marts.fct_cases (updated_at) values ('2021-07-05')")
    district_rows(six_months, [95] * 6)
    six_months.execute(
        "delete from marts.case_totals_by_district_monthly where assessment_month = '2021-05-01'"
    )
    name = "case_totals_by_district_monthly"
    frame = read_frame(six_months, FOLDER, name, SUITES[name]["meta"]["parameters"])
    assert frame["registered_ratio"].isna().tolist() == [True, False, False, False, True]


def test_a_source_that_vanishes_keeps_a_row(six_months: duckdb.DuckDBPyConnection) -> None:
    six_months.execute("""
        create or replace table marts.fct_monthly_case_counts as
        select
            month as assessment_month, 'g' as assessment_group_code, '1' as district_code,
            source as source_code,
            'event' as class_code, 'district' as platform_code, 300 as registered_count,
            300 as on_time_count, 300 as should_close_count, 0 as overdue_open_count,
            0 as not_due_count, 0 as no_deadline_count
        from (values
            (date '2021-01-01', 'hotline'), (date '2021-01-01', 'patrol'),
            (date '2021-02-01', 'patrol')
        ) as rows (month, source)
    """)
    prepare(six_months, FOLDER)
    name = "fct_monthly_case_counts"
    frame = read_frame(six_months, FOLDER, name, SUITES[name]["meta"]["parameters"])
    sources = frame[(frame["share_kind"] == "source") & (frame["assessment_month"] == "2021-02-01")]
    assert dict(zip(sources["share_code"], sources["share"], strict=True)) == {
        "hotline": 0,
        "patrol": 1,
    }
    assert sources["share_change"].tolist() == [0.5, 0.5]


def test_a_month_without_key_checks_is_seen(six_months: duckdb.DuckDBPyConnection) -> None:
    six_months.execute("""
        create or replace table marts.dim_districts as
        select '1' as district_code, 'none' as city_code, true as is_ranked
    """)
    six_months.execute("""
        create table marts.omission_monthly as
        select
            month as assessment_month, grp as assessment_group_code, '1' as district_code,
            'one' as district_name, 'key' as case_type_code, checked as checked_count,
            0 as omitted_count, case when checked > 0 then 0.0 end as sample_omission_rate
        from (values
            (date '2021-01-01', 'g', 30), (date '2021-02-01', 'g', 0),
            (date '2021-01-01', 'without', 0)
        ) as rows (month, grp, checked)
    """)
    prepare(six_months, FOLDER)
    name = "omission_monthly"
    frame = read_frame(six_months, FOLDER, name, SUITES[name]["meta"]["parameters"])
    assert frame["month_checked_count"].tolist() == [30, 0]
