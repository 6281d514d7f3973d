"""The analyses compile, run on the sample, give the described columns and agree with the marts."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from conftest import PROJECT_DIR, run_dbt

Row = dict[str, Any]
Answers = dict[str, list[Row]]

ANALYSES = PROJECT_DIR / "analyses"
DESCRIBED = {
    analysis["name"]: analysis["columns"]
    for analysis in yaml.safe_load((ANALYSES / "_analyses.yml").read_text("utf-8"))["analyses"]
}
NAMES = sorted(DESCRIBED)
HUNDREDTH = Decimal("0.01")
MILLIONTH = Decimal("0.000001")


def fetch(database: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    cursor = database.execute(sql)
    columns = [column[0] for column in cursor.description or []]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def run_analyses(database: Path, target: Path, variables: Mapping[str, str]) -> Answers:
    """Compile all analyses in one dbt call and run them; the compilation opens no database."""
    completed = run_dbt(
        [
            *("compile", "--no-populate-cache", "--select", "resource_type:analysis"),
            *("--vars", yaml.safe_dump(dict(variables))),
        ],
        target,
    )
    assert completed.returncode == 0, completed.stdout[-4000:]
    compiled = target / "target/compiled/grid_assessment/analyses"
    with duckdb.connect(str(database), read_only=True) as connection:
        return {
            name: fetch(connection, (compiled / f"{name}.sql").read_text("utf-8")) for name in NAMES
        }


@pytest.fixture(scope="module")
def answers(sample_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    return run_analyses(sample_database, tmp_path_factory.mktemp("analyses"), {})


@pytest.fixture(scope="module")
def marts(sample_database: Path) -> Iterable[duckdb.DuckDBPyConnection]:
    """Return a connection whose table `analysed` holds the latest month."""
    with duckdb.connect(str(sample_database), read_only=True) as connection:
        connection.execute("set schema = 'marts'")
        connection.execute(
            "create temp table analysed as"
            " select max(assessment_month) as assessment_month from dim_assessment_months"
        )
        yield connection


def sums(rows: Iterable[Row], key: str, value: str) -> dict[str, Any]:
    totals: dict[str, Any] = defaultdict(int)
    for row in rows:
        totals[row[key]] += row[value]
    return dict(totals)


def half_up(value: Decimal, unit: Decimal) -> Decimal:
    return value.quantize(unit, ROUND_HALF_UP)


def test_every_analysis_is_described() -> None:
    assert {path.stem for path in ANALYSES.glob("*.sql")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_file_begins_with_its_question(name: str) -> None:
    english, chinese, *_ = (ANALYSES / f"{name}.sql").read_text("utf-8").splitlines()
    assert re.fullmatch(r"-- [A-Z].*\?", english)
    assert re.fullmatch(r"-- .*[一-龥]？", chinese)


@pytest.mark.parametrize("name", NAMES)
def test_no_month_and_no_district_is_written_down(name: str, marts: Any) -> None:
    code = re.sub(r"--.*", "", (ANALYSES / f"{name}.sql").read_text("utf-8"))
    districts = marts.execute("select district_code, district_name from dim_districts").fetchall()
    assert [word for district in districts for word in district if word in code] == []
    assert re.findall(r"\d{4}-\d{2}", code.replace("9999-12-31", "")) == []


@pytest.mark.parametrize("name", NAMES)
def test_an_analysis_gives_rows_with_the_described_columns(name: str, answers: Answers) -> None:
    assert answers[name]
    assert list(answers[name][0]) == [column["name"] for column in DESCRIBED[name]]


@pytest.mark.parametrize("name", NAMES)
def test_the_rows_are_of_the_latest_month(name: str, answers: Answers, marts: Any) -> None:
    (latest,) = marts.execute("select assessment_month from analysed").fetchone()
    assert {row["assessment_month"] for row in answers[name]} == {latest}


@pytest.mark.parametrize("name", NAMES)
def test_every_rate_declares_its_counts_and_equals_them(name: str, answers: Answers) -> None:
    for column in DESCRIBED[name]:
        if not column["name"].endswith(("_rate", "_share")):
            continue
        counts = column["config"]["meta"]["rate"]
        for row in answers[name]:
            whole = row[counts["denominator"]]
            rate = half_up(Decimal(row[counts["numerator"]]) / whole, MILLIONTH) if whole else None
            assert row[column["name"]] == rate, row


def test_indicator_changes_add_up_to_the_change_of_the_total(answers: Answers) -> None:
    rows = answers["score_changes_by_indicator"]
    assert sums(rows, "district_code", "points_difference") == {
        row["district_code"]: row["total_difference"] for row in rows
    }
    assert [row["rank_change"] for row in rows] == sorted(row["rank_change"] for row in rows)


def test_open_cases_by_street_add_up_to_the_backlog(answers: Answers, marts: Any) -> None:
    rows = answers["oldest_open_cases_by_street"]
    backlog = marts.execute(
        "select district_code, open_count from open_case_backlog_monthly"
        " natural join analysed"
        " where age_band_code = 'all' and district_code <> 'all' and open_count > 0"
    ).fetchall()
    assert sums(rows, "district_code", "open_count") == dict(backlog)
    oldest = marts.execute(
        "select cases.district_code, cases.street_code, min(cases.registered_at)"
        " from fct_cases as cases, dim_assessment_months as months natural join analysed"
        " where not cases.is_void and cases.registered_at <= months.cutoff_at"
        " and coalesce(cases.closed_at > months.cutoff_at, true)"
        " group by cases.district_code, cases.street_code"
    ).fetchall()
    assert {
        (row["district_code"], row["street_code"]): row["oldest_registered_at"] for row in rows
    } == {(district, street): registered_at for district, street, registered_at in oldest}
    assert all(
        row["overdue_open_count"] + row["deferred_count"] <= row["open_count"] for row in rows
    )
    assert all(
        earlier["oldest_registered_at"] <= later["oldest_registered_at"]
        for earlier, later in pairwise(rows)
    )


def test_departments_outside_districts_equal_the_platform(answers: Answers, marts: Any) -> None:
    rows = answers["departments_outside_districts"]
    counts = ("registered_count", "closed_count", "on_time_count", "overdue_open_count")
    platform = marts.execute(
        f"select {', '.join(f'sum({count})' for count in counts)}"
        " from platform_closure_monthly natural join analysed"
        " where platform_code = 'municipal' and district_code = 'none'"
        " and dispatch_target_code in ('municipal_department', 'other')"
    ).fetchone()
    assert tuple(sum(row[count] for row in rows) for count in counts) == platform
    assert all(row["open_count"] == row["registered_count"] - row["closed_count"] for row in rows)
    assert rows[0]["open_count"] == max(row["open_count"] for row in rows) > 0


def test_repeats_are_the_cases_after_the_first(answers: Answers, marts: Any) -> None:
    rows = answers["repeat_problem_grids"]
    (repeats,) = marts.execute(
        "select count(*) - count(distinct (district_code, grid_code, category_code))"
        " from fct_cases natural join analysed where not is_void and grid_code <> 'none'"
    ).fetchone()
    assert sum(row["repeat_count"] for row in rows) == repeats
    assert all(row["returned_count"] <= row["repeat_count"] for row in rows)
    assert all(row["repeat_count"] == row["registered_count"] - 1 for row in rows)
    # Each repeat is seen anew: every earlier case of the place was closed when it was registered.
    returned = marts.execute(
        "select count(*) from fct_cases as later join analysed using (assessment_month)"
        " where not later.is_void and later.grid_code <> 'none' and 1 <= ("
        " select case when bool_and(coalesce(earlier.closed_at < later.registered_at, false))"
        " then 1 else 0 end from fct_cases as earlier where not earlier.is_void"
        " and (earlier.assessment_month, earlier.district_code, earlier.grid_code,"
        " earlier.category_code) = (later.assessment_month, later.district_code, later.grid_code,"
        " later.category_code)"
        " and (earlier.registered_at, earlier.case_id) < (later.registered_at, later.case_id))"
    ).fetchone()
    assert (sum(row["returned_count"] for row in rows),) == returned


def test_reworked_cases_equal_the_district_totals(answers: Answers, marts: Any) -> None:
    rows = answers["reworked_cases"]
    totals = marts.execute(
        "select district_code, reworked_count from case_totals_by_district_monthly"
        " natural join analysed where case_type_code = 'all' and reworked_count > 0"
    ).fetchall()
    assert sums(rows, "district_code", "reworked_count") == dict(totals)
    for row in rows:
        assert row["reworked_count"] <= min(row["should_close_count"], row["sent_back_count"])
        assert row["failed_after_rework_count"] <= row["reworked_count"]
        assert row["grid_member_reworked_count"] <= row["reworked_count"]


def test_the_next_rules_change_only_what_they_weigh_otherwise(answers: Answers, marts: Any) -> None:
    rows = answers["ranking_under_next_rules"]
    marked_otherwise = fetch(
        marts,
        "select scores.district_code, scores.scoring_method, scores.numerator, scores.denominator,"
        " scores.measure_value, scores.full_marks, scores.score, other.full_marks as other_marks"
        " from indicator_scores_monthly as scores natural join analysed"
        " join dim_indicators as other on scores.indicator_code = other.indicator_code"
        " and other.full_marks <> scores.full_marks"
        " and other.effective_from = (select min(effective_from) from dim_indicators"
        " where effective_from > scores.assessment_month)",
    )
    differences: dict[str, Decimal] = defaultdict(Decimal)
    for indicator in marked_otherwise:
        if indicator["scoring_method"] == "assessed":
            part = indicator["measure_value"] / indicator["full_marks"]
        else:
            part = Decimal(indicator["numerator"]) / indicator["denominator"]
        if indicator["scoring_method"] == "inverse_rate":
            part = 1 - part
        other_score = half_up(indicator["other_marks"] * part, HUNDREDTH)
        differences[indicator["district_code"]] += other_score - indicator["score"]
    assert {row["district_code"]: row["score_difference"] for row in rows} == dict(differences)
    assert any(differences.values())
    for row in rows:
        better = [other for other in rows if other["other_total_score"] > row["other_total_score"]]
        assert row["other_rank"] == 1 + len(better)
        assert row["rank_difference"] == row["district_rank"] - row["other_rank"]
        assert row["left_out_mechanism_codes"] == "third_party"


def test_month_district_and_rules_can_be_chosen(
    sample_database: Path, marts: Any, tmp_path: Path
) -> None:
    month, district_code, district_name = marts.execute(
        "select months.previous_month, districts.district_code, districts.district_name"
        " from dim_assessment_months as months natural join analysed, dim_districts as districts"
        " order by districts.district_code desc limit 1"
    ).fetchone()
    chosen = run_analyses(
        sample_database,
        tmp_path,
        {
            "analysis_month": f"{month:%Y-%m}",
            "analysis_district": district_name,
            "analysis_rules_date": month.isoformat(),
        },
    )
    for rows in chosen.values():
        assert {row["assessment_month"] for row in rows} <= {month}
        assert {row.get("district_code", district_code) for row in rows} <= {district_code}
    (ranking,) = chosen["ranking_under_next_rules"]
    assert (ranking["rank_difference"], ranking["score_difference"]) == (0, 0)
    assert ranking["left_out_mechanism_codes"] == "none"
