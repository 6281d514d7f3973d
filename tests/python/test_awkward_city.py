"""Awkward packs and rows that keep to the contract: the figures stay those of the rules."""

from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from conftest import LANDING, WITHOUT_UNIT_TESTS, edit_csv, run_dbt
from recomputation import recompute_landing
from recomputation.comparing import differences
from recomputation.random_rows import write_random_city
from recomputation.reference import next_month

Rows = list[dict[str, str]]


class AwkwardCity:
    """A random city whose pack and rows are changed, and its warehouse."""

    def __init__(self, folder: Path) -> None:
        """Write the city and its awkward rows."""
        self.folder = folder
        self.landing, self.reference = write_random_city(folder, 30)
        names = sorted(path.name for path in (self.landing / "cases").iterdir())
        self.months = [date.fromisoformat(f"{name.partition('=')[2]}-01") for name in names]
        self._change_the_pack()
        self._land_conflicts()
        self._land_large_numbers()

    def _change_the_pack(self) -> None:
        first, second = self.months[:2]

        def number_periods_backwards(rows: Rows) -> None:
            for number, row in enumerate(reversed(rows), start=1):
                row["period_number"] = str(number)

        def set_limits(rows: Rows) -> None:
            rows[0].update(limit_value="", limit_unit="working_days")
            rows[1].update(limit_value="0.12345", limit_unit="working_days")

        def leave_out_a_group(rows: Rows) -> None:
            for row in rows:
                row["city_code"] = ""
            rows[2]["assessment_group_code"] = ""

        def begin_a_mechanism_later(rows: Rows) -> None:
            for row in rows:
                if row["mechanism_code"] == "linkage" and not row["effective_to"]:
                    row["effective_from"] = second.isoformat()
            rows[:] = [
                row for row in rows if row["mechanism_code"] != "linkage" or not row["effective_to"]
            ]

        def overtake_a_cutoff(rows: Rows) -> None:
            late = datetime.combine(next_month(second), datetime.min.time()) + timedelta(days=20)
            never = "9999-12-31 23:59:59"
            rows[:] = [
                {"assessment_month": first.isoformat(), "cutoff_at": f"{late}"},
                {"assessment_month": self.months[-1].isoformat(), "cutoff_at": never},
            ]

        for name, change in {
            "working_hours": number_periods_backwards,
            "case_categories": set_limits,
            "districts": leave_out_a_group,
            "mechanisms": begin_a_mechanism_later,
            "assessment_periods": overtake_a_cutoff,
        }.items():
            edit_csv(self.reference / f"{name}.csv", change)

    def land(self, dataset: str, month: date, load_id: str, *replacements: str) -> None:
        """Land the first row of a dataset in a month's folder, once with each replacement."""
        folder = self.landing / dataset / f"month={month:%Y-%m}"
        folder.mkdir(exist_ok=True)
        files = sorted(str(path) for path in (self.landing / dataset).glob("*/*.parquet"))
        rows = " union all ".join(
            f"select * replace ({replacement})"
            f" from (from read_parquet({files}, union_by_name = true) limit 1)"
            for replacement in replacements
        )
        with duckdb.connect() as connection:
            connection.execute(f"copy ({rows}) to '{folder / load_id}.parquet' (format parquet)")

    def _land_conflicts(self) -> None:
        first, second = self.months[:2]
        key = f"'stray' as grid_code, date '{first}' as patrol_date"
        # Two rows of one load in the folders of two months, of which one is the wrong one.
        self.land("patrols", first, "stray", f"{key}, 2 as completed_pass_count")
        self.land("patrols", second, "stray", f"{key}, 1 as completed_pass_count")
        # No street is not the street without a name.
        case = (
            f"'street' as case_id, timestamp '{second}' as registered_at, null as handled_at,"
            " null as closed_at"
        )
        streets = (f"{case}, {street} as street_code" for street in ("null", "''"))
        self.land("cases", second, "streets", *streets)

    def _land_large_numbers(self) -> None:
        last = self.months[-1]
        self.land(
            "cases", last, "large",
            f"'large' as case_id, timestamp '{last}' as registered_at, null as closed_at,"
            " null as handled_at, 2147483647 as base_case_count, true as is_key,"
            " false as is_void, 'sanitation_worker' as handler_role_code",
        )  # fmt: skip
        self.land(
            "satellite_findings", last, "large",
            f"'large' as finding_id, timestamp '{last}' as found_at, 99999999999.9 as area_m2",
        )  # fmt: skip

    def build(self) -> list[str]:
        """Build with all data tests and return what differs from the recomputation."""
        built = run_dbt(
            ["build", *LANDING, *WITHOUT_UNIT_TESTS],
            self.folder,
            {
                "GRID_LANDING_DIR": str(self.landing),
                "GRID_REFERENCE_DIR": str(self.reference),
            },
        )
        assert built.returncode == 0, built.stdout[-8000:]
        return differences(
            self.folder / "landing.duckdb", recompute_landing(self.landing, self.reference)
        )

    def reasons(self, dataset: str, load_id: str) -> list[str]:
        """Return the reasons by which a load's rows were rejected."""
        with duckdb.connect(str(self.folder / "landing.duckdb"), read_only=True) as connection:
            rows = connection.execute(
                "select all_reasons from marts.rejected_rows where dataset = ? and load_id = ?"
                " order by all_reasons",
                [dataset, load_id],
            ).fetchall()
        return [reasons for (reasons,) in rows]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> AwkwardCity:
    return AwkwardCity(tmp_path_factory.mktemp("awkward"))


def test_an_awkward_city_equals_its_recomputation(city: AwkwardCity) -> None:
    assert city.build() == []
    assert city.reasons("cases", "streets") == ["conflicting_duplicate"] * 2


def test_a_conflict_across_folders_outlives_an_increment(city: AwkwardCity) -> None:
    conflicts = ["conflicting_duplicate", "outside_folder_month,conflicting_duplicate"]
    for month in city.months[:2]:
        city.land("patrols", month, "later", f"'later' as grid_code, date '{month}' as patrol_date")
        assert city.build() == []
        assert city.reasons("patrols", "stray") == conflicts


def test_a_landing_without_an_accepted_case_is_built(tmp_path: Path) -> None:
    """Every case is rejected: no month exists, and nothing stops."""
    landing, reference = write_random_city(tmp_path, 30)
    edit_csv(reference / "case_sources.csv", lambda rows: rows.clear())
    built = run_dbt(
        ["build", *LANDING, *WITHOUT_UNIT_TESTS],
        tmp_path,
        {"GRID_LANDING_DIR": str(landing), "GRID_REFERENCE_DIR": str(reference)},
    )
    assert built.returncode == 0, built.stdout[-8000:]
    with duckdb.connect(str(tmp_path / "landing.duckdb"), read_only=True) as connection:
        counts = connection.execute(
            "select (select count(*) from marts.fct_cases),"
            " (select count(*) from marts.district_ranking_monthly),"
            " (select count(*) > 0 from marts.rejected_rows where dataset = 'cases')"
        ).fetchall()
    assert counts == [(0, 0, True)]
