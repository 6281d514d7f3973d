"""March 2021 at full scale: the marts equal the bulletin, but for what contradicts itself."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from conftest import LANDING, PROJECT_DIR, WITHOUT_UNIT_TESTS, run_dbt

from grid_assessment.synthesis.calibration import CALIBRATION_DIR
from grid_assessment.synthesis.command import synthesize

Key = tuple[str, str, str, str]
MARCH = "2021-03-01"
URBAN = frozenset({"530102", "530103", "530111", "530112", "530114"})
ZONES = frozenset({"530131", "530132", "530133"})


@dataclass(frozen=True)
class Ordering:
    """What the text says of districts: the first ones in order, from the top or the bottom."""

    figure: str
    member: str
    first: tuple[str, ...]
    among: frozenset[str] = URBAN | ZONES
    is_from_top: bool = True


ORDERINGS = [
    Ordering("district_closure_rate", "all", ("530133", "530131")),
    Ordering("district_closure_rate", "all", ("530112",), is_from_top=False),
    Ordering("dispatch_closure_rate", "municipal|district", ("530133", "530114", "530103")),
    Ordering("platform_closure_rate", "district|all", ("530132", "530131", "530133")),
    Ordering("key_closure_rate", "none", ("530133", "530114", "530111")),
    Ordering("grid_member_base_case_count", "none", ("530112", "530111", "530102")),
    Ordering("street_order_registered_count", "none", ("530111",), URBAN),
    Ordering("street_order_registered_count", "none", ("530133",), ZONES),
    Ordering("whistle_count", "all", ("530102",)),
    Ordering("whistle_score", "linkage", ("530114", "530102", "530103")),
]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def key_of(row: dict[str, str]) -> Key:
    return row["assessment_month"], row["figure_code"], row["district_code"], row["member_code"]


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calibrated") / "landing"
    result = CliRunner().invoke(
        synthesize, ["--months", "2021-02..2021-03", "--scale", "1", "--out", str(folder)]
    )
    assert result.exit_code == 0, result.output
    assert "not calibrated" not in result.output
    return folder


@pytest.fixture(scope="module")
def database(landing: Path) -> Path:
    warehouse = landing.parent / "warehouse"
    completed = run_dbt(
        ["build", *LANDING, *WITHOUT_UNIT_TESTS],
        warehouse,
        {
            "GRID_LANDING_DIR": str(landing),
            "GRID_REFERENCE_DIR": str(PROJECT_DIR / "seeds/reference"),
        },
    )
    assert completed.returncode == 0, completed.stdout[-8000:]
    return warehouse / "landing.duckdb"


@pytest.fixture(scope="module")
def computed(database: Path) -> dict[Key, tuple[Decimal, Decimal]]:
    """Return (value, printed value) of every figure of March."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select assessment_month, figure_code, district_code, member_code, value,"
            " printed_value from marts.bulletin_figures_monthly where assessment_month = ?",
            [MARCH],
        ).fetchall()
    return {(str(row[0]), *row[1:4]): (row[4], row[5]) for row in rows}


def test_the_figures_that_differ_are_exactly_those_listed_as_inconsistent(database: Path) -> None:
    """After the full month every consistent figure of the bulletin is a match."""
    listed = read(CALIBRATION_DIR / "inconsistent_figures.csv")
    printed = {
        key_of(row): Decimal(row["value"])
        for row in read(PROJECT_DIR / "seeds/published/published_figures.csv")
    }
    with duckdb.connect(str(database), read_only=True) as connection:
        reconciled = {
            (str(row[0]), *row[1:4]): (row[4], row[5])
            for row in connection.execute(
                "select assessment_month, figure_code, district_code, member_code,"
                " published_value, status_code from marts.published_reconciliation"
            ).fetchall()
        }
    assert all(row["reason"] for row in listed)
    assert {key: value for key, (value, _) in reconciled.items()} == printed
    assert {key_of(row): Decimal(row["printed_value"]) for row in listed}.items() <= printed.items()
    statuses = {key: status for key, (_, status) in reconciled.items()}
    assert {key for key, status in statuses.items() if status == "differs"} == {
        key_of(row) for row in listed
    }
    assert set(statuses.values()) == {"match", "differs"}


def test_the_audit_finds_the_contradictions_of_the_bulletin_and_none_in_our_own(
    database: Path,
) -> None:
    """Each finding names figures listed as inconsistent; together they name all but the rate."""
    listed = read(CALIBRATION_DIR / "inconsistent_figures.csv")
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            "select edition_code, assessment_month, rule_code, expected, found, figure_codes"
            " from marts.bulletin_audit_findings order by rule_code, found"
        ).fetchall()
    assert {(edition, str(month)) for edition, month, *_ in found} == {("published", MARCH)}
    assert [(rule, int(expected), int(value)) for _, _, rule, expected, value, _ in found] == [
        ("cases_above_base_cases", 24235, 65828),
        ("cases_above_base_cases", 33114, 98020),
        ("cases_above_base_cases", 30964, 99636),
        ("parts_against_whole", 155319, 263484),
        ("remainder_above_remainder", 644, 692),
    ]
    inconsistent = {":".join(key_of(row)[1:]) for row in listed}
    named = [set(codes.split(",")) for *_, codes in found]
    assert all(codes & inconsistent for codes in named)
    assert inconsistent - set().union(*named) == {"dispatch_closure_rate:all:municipal|district"}


@pytest.mark.parametrize("ordering", ORDERINGS, ids=lambda ordering: ordering.figure)
def test_the_orderings_of_the_text_hold(
    computed: dict[Key, tuple[Decimal, Decimal]], ordering: Ordering
) -> None:
    values = {
        district: computed[MARCH, ordering.figure, district, ordering.member][0]
        for district in ordering.among
    }
    count = len(ordering.first)
    ordered = sorted(values, key=lambda d: values[d], reverse=ordering.is_from_top)
    assert tuple(ordered[:count]) == ordering.first
    assert len({values[district] for district in ordered[: count + 1]}) == count + 1


def test_the_highest_omission_rates_are_those_printed(
    computed: dict[Key, tuple[Decimal, Decimal]],
) -> None:
    rates = {d: computed[MARCH, "district_omission_rate", d, "key"][1] for d in URBAN | ZONES}
    printed = {"530131", "530102", "530111"}
    assert min(rates[d] for d in printed) > max(rates[d] for d in rates.keys() - printed)
    assert max(rates, key=lambda d: rates[d]) == "530131"


def test_grid_members_close_all_but_in_three_districts(
    computed: dict[Key, tuple[Decimal, Decimal]],
) -> None:
    rates = {d: computed[MARCH, "grid_member_closure_rate", d, "none"][1] for d in URBAN | ZONES}
    assert {d for d, rate in rates.items() if rate < 100} == {"530111", "530112", "530132"}
    assert rates["530111"] > rates["530112"] == rates["530132"]


def test_street_order_rises_in_every_district_but_one(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select district_code, change_rate from marts.street_order_reports_monthly"
            " where assessment_month = ? and district_code <> 'all'",
            [MARCH],
        ).fetchall()
    assert len(rows) == 8
    assert {district for district, change in rows if not change > 0} == {"530132"}


def test_the_awkward_rows_are_in_proportion(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        loads = {
            load_id: counts
            for load_id, *counts in connection.execute(
                "select load_id, landed_count, accepted_count, superseded_count, rejected_count"
                " from marts.load_summary where dataset = 'cases' and load_id like '%2021-03%'"
            ).fetchall()
        }
        reasons = dict(
            connection.execute(
                "select reason_code, count(*) from marts.rejected_rows where dataset = 'cases'"
                " group by reason_code"
            ).fetchall()
        )
        open_count, later_count, void_count = connection.execute(
            "select count(*) filter (where not is_void and not is_closed),"
            " count(*) filter (where not is_void and not is_closed and closed_at > cutoff_at),"
            " count(*) filter (where is_void) from marts.fct_cases where assessment_month = ?",
            [MARCH],
        ).fetchall()[0]
    landed, _, superseded, rejected = loads["synthetic-2021-03-01-full"]
    late_landed, late_accepted, _, late_rejected = loads["synthetic-2021-03-02-correction"]
    assert 0.001 < (rejected + late_rejected) / landed < 0.005
    assert 0.01 < late_landed / landed < 0.02
    assert late_accepted > 0.8 * late_landed
    assert superseded > 0.01 * landed
    assert 0.003 < void_count / landed < 0.005
    assert 0.9 < later_count / open_count < 1
    assert reasons["registered_month_changed"] > 20
    assert set(reasons) >= {"conflicting_duplicate", "unknown_code", "unparsable_value"}
