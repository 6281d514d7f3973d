"""A real city, from its own export to the ranking: ingest, build, all tests, its own verdicts.

The month in tests/python/fixtures always runs; the whole year runs besides where the shared
folder with the city's file lies next to the project.
"""

import csv
import gzip
import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from conftest import LANDING, PROJECT_DIR, WITHOUT_UNIT_TESTS, run_dbt

from grid_assessment.bulletin.city import read_city_texts
from grid_assessment.bulletin.content import Issue, read_bulletin
from grid_assessment.bulletin.document import Paragraph, Table
from grid_assessment.cli import cli

YEAR = PROJECT_DIR.parent / "shared/realdata/boston311-2015.csv.gz"
MONTH = PROJECT_DIR / "tests/python/fixtures/boston311-2015-12.csv.gz"
EXPORTS = {"month": MONTH} | ({"year": YEAR} if YEAR.exists() else {})
# What is known of the files: rows, accepted rows with target and flag, closed before opened,
# those of them with a flag, rows without a district.
KNOWN = {"month": (8162, 6457, 20, None, 642), "year": (121145, 93944, 197, 57, 11103)}
TIMESTAMP = "%m/%d/%Y %I:%M:%S %p"


@dataclass(frozen=True)
class City:
    """One export, and the warehouse that was built from it."""

    name: str
    rows: list[dict[str, str]]
    database: Path

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Run a query on the warehouse."""
        with duckdb.connect(str(self.database), read_only=True) as database:
            return database.execute(sql).fetchall()

    def closed_before_opened(self) -> list[dict[str, str]]:
        """Return the export's rows that were closed before they were opened."""
        return [
            row
            for row in self.rows
            if row["CLOSED_DT"]
            and datetime.strptime(row["CLOSED_DT"], TIMESTAMP)
            < datetime.strptime(row["OPEN_DT"], TIMESTAMP)
        ]


@pytest.fixture(scope="module", params=EXPORTS)
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> City:
    """Ingest one export and build the landing warehouse from it with the city pack."""
    export = EXPORTS[request.param]
    folder = tmp_path_factory.mktemp(f"boston_{request.param}")
    ingested = CliRunner().invoke(
        cli,
        [
            "ingest",
            str(export),
            "--mapping",
            str(PROJECT_DIR / "examples/boston311/mapping.yml"),
            "--out",
            str(folder / "landing"),
            "--delivered-at",
            "2016-01-13 00:00:00",
        ],
        catch_exceptions=False,
    )
    assert ingested.exit_code == 0, ingested.output
    built = run_dbt(
        ["build", *LANDING, *WITHOUT_UNIT_TESTS],
        folder,
        {
            "GRID_LANDING_DIR": str(folder / "landing"),
            "GRID_REFERENCE_DIR": str(PROJECT_DIR / "examples/boston311/reference"),
        },
    )
    assert built.returncode == 0, built.stdout[-8000:]
    with gzip.open(export, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return City(request.param, rows, folder / "landing.duckdb")


def test_timeliness_equals_the_citys_own_verdict(city: City) -> None:
    verdicts = {
        str(case_id): str(timeliness)
        for case_id, timeliness in city.query(
            "select case_id, timeliness_code from marts.fct_cases where deadline_at is not null"
        )
    }
    flagged = [
        row
        for row in city.rows
        if row["OnTime_Status"] and row["TARGET_DT"] and row["CASE_ENQUIRY_ID"] in verdicts
    ]
    expected = {"on_time": "ONTIME", "not_due": "ONTIME", "late": "OVERDUE"}
    expected["overdue_open"] = "OVERDUE"
    differing = [
        row for row in flagged if expected[verdicts[row["CASE_ENQUIRY_ID"]]] != row["OnTime_Status"]
    ]
    assert differing == []
    assert len(flagged) == KNOWN[city.name][1]


def test_rows_closed_before_opened_are_rejected_and_listed(city: City) -> None:
    early = city.closed_before_opened()
    listed = city.query("select natural_key, reason_code, raw_row from marts.rejected_rows")
    assert {key for key, _, _ in listed} == {row["CASE_ENQUIRY_ID"] for row in early}
    assert {reason for _, reason, _ in listed} == {"closed_before_registered"}
    assert all(json.loads(str(raw))["case_id"] == key for key, _, raw in listed)
    _, _, early_count, flagged_count, _ = KNOWN[city.name]
    assert len(listed) == early_count
    if flagged_count is not None:
        with_both = [row for row in early if row["OnTime_Status"] and row["TARGET_DT"]]
        assert len(with_both) == flagged_count


def test_every_row_is_accounted_for(city: City) -> None:
    [(landed, accepted, superseded, rejected)] = city.query(
        "select sum(landed_count), sum(accepted_count), sum(superseded_count),"
        " sum(rejected_count) from marts.load_summary where dataset = 'cases'"
    )
    assert landed == len(city.rows) == KNOWN[city.name][0]
    assert (accepted, superseded, rejected) == (
        len(city.rows) - len(city.closed_before_opened()),
        0,
        len(city.closed_before_opened()),
    )


def test_rows_without_a_district_are_counted_and_not_ranked(city: City) -> None:
    without = [row for row in city.rows if not row["pwd_district"]]
    assert len(without) == KNOWN[city.name][4]
    early = {row["CASE_ENQUIRY_ID"] for row in city.closed_before_opened()}
    [(registered,)] = city.query(
        "select sum(registered_count) from marts.case_totals_by_district_monthly"
        " where district_code = 'unassigned' and case_type_code = 'all'"
    )
    assert registered == sum(row["CASE_ENQUIRY_ID"] not in early for row in without)
    assert not city.query(
        "select * from marts.district_ranking_monthly where district_code = 'unassigned'"
    )


def test_every_ranked_district_has_a_rank(city: City) -> None:
    [(months, rows, ranked)] = city.query(
        "select count(distinct assessment_month), count(*), count(district_rank)"
        " from marts.district_ranking_monthly"
    )
    assert rows == ranked == 13 * int(str(months))


def test_the_bulletin_of_another_city_has_its_names(city: City) -> None:
    pack = PROJECT_DIR / "examples" / "boston311" / "reference"
    with duckdb.connect(str(city.database), read_only=True) as database:
        bulletin = read_bulletin(
            database, date(2015, 12, 1), "boston", Issue(read_city_texts(pack, "boston"))
        )
    text = "\n".join(one.text for one in bulletin.blocks if isinstance(one, Paragraph))
    assert bulletin.title == "Boston 2015年12月城市网格化管理通报"
    assert "City Worker App立案" in text
    assert "12月没有漏报抽查数据。" in text
    assert "昆明" not in text
    table = next(one for one in bulletin.blocks if isinstance(one, Table))
    assert len(table.rows) == 13
