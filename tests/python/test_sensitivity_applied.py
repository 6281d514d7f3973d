"""The sensitivity, applied to the raw rows of a city, changes the rank, and one less does not.

Each indicator is moved by rows that count for it alone: omissions taken back, and late closings
made punctual, which were closed before and after.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from conftest import LANDING, WITHOUT_TESTS, run_dbt

from grid_assessment.cli import cli

MONTH = "2021-03-01"


@dataclass(frozen=True)
class Change:
    """What makes one more success: rows of a dataset, and the cell that changes in them."""

    dataset: str
    keys: str
    pool: str
    cell: str


CHANGES = {
    "key_sample_omission_rate": Change(
        "omission_checks",
        "check_id",
        "select check_id from fct_omission_checks where is_counted and is_key and is_omitted",
        "false as is_omitted",
    ),
    "on_time_closure_rate": Change(
        "cases",
        "case_id",
        "select case_id from fct_cases where not is_void and timeliness_code = 'late'",
        "registered_at as closed_at",
    ),
}


class City:
    """A landing folder and the warehouse that is built of it."""

    def __init__(self, folder: Path) -> None:
        """Land two months at a hundredth of the scale and build them."""
        self.folder = folder
        self.landing = folder / "landing"
        arguments = ["--months", "2021-02..2021-03", "--scale", "0.01", "--out", str(self.landing)]
        done = CliRunner().invoke(cli, ["synthesize", *arguments])
        assert done.exit_code == 0, done.output
        self.original = folder / "original"
        shutil.copytree(self.landing, self.original)
        self.build()

    def build(self) -> None:
        """Bring the ranking up to date with the landing folder."""
        built = run_dbt(
            [
                *("build", *LANDING, "--select"),
                *("+rank_sensitivity_monthly", *WITHOUT_TESTS),
            ],
            self.folder,
            {"GRID_LANDING_DIR": str(self.landing)},
        )
        assert built.returncode == 0, built.stdout[-4000:]

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """Return rows of the marts."""
        with duckdb.connect(str(self.folder / "landing.duckdb"), read_only=True) as connection:
            connection.execute("set schema = 'marts'")
            return connection.execute(sql).fetchall()

    def rank(self, district: str) -> object:
        """Return the rank of a district."""
        return self.ask(
            "select district_rank from district_ranking_monthly"
            f" where assessment_month = '{MONTH}' and district_code = '{district}'"
        )[0][0]

    def apply(self, change: Change, keys: list[object]) -> None:
        """Change the rows of some keys in the files as they were at first."""
        shutil.rmtree(self.landing)
        shutil.copytree(self.original, self.landing)
        changed = change.cell.rpartition(" as ")[::2]
        for path in (self.landing / change.dataset / f"month={MONTH[:7]}").glob("*.parquet"):
            with duckdb.connect() as connection:
                connection.execute(
                    f"create table landed as select * from read_parquet('{path}',"
                    " hive_partitioning = false)"
                )
                connection.execute(
                    f"update landed set {changed[1]} = {changed[0]}"
                    f" where list_contains($1, {change.keys})",
                    [keys],
                )
                connection.execute(f"copy landed to '{path}' (format parquet)")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    yield City(tmp_path_factory.mktemp("applied"))


@pytest.fixture(scope="module")
def needed(city: City) -> dict[object, tuple[str, int, list[object], int]]:
    """Return, by measure, the district that needs the fewest, how many, which rows and its rank."""
    found: dict[object, tuple[str, int, list[object], int]] = {}
    for measure, change in CHANGES.items():
        rows = city.ask(
            "select district_code, needed_count, district_rank from rank_sensitivity_monthly"
            f" where assessment_month = '{MONTH}' and measure_code = '{measure}'"
            " and needed_count is not null order by needed_count"
        )
        for district, count, rank in rows:
            keys = city.ask(
                f"{change.pool} and assessment_month = '{MONTH}' and district_code = '{district}'"
                " order by all"
            )
            if len(keys) >= int(str(count)):
                pool = [key for (key,) in keys]
                found[measure] = (str(district), int(str(count)), pool, int(str(rank)))
                break
    return found


@pytest.mark.parametrize("measure", list(CHANGES))
def test_the_count_improves_the_rank_and_one_less_does_not(
    city: City, needed: dict[object, tuple[str, int, list[object], int]], measure: str
) -> None:
    district, count, pool, rank = needed[measure]
    for applied, is_better in ((count - 1, False), (count, True)):
        city.apply(CHANGES[measure], pool[:applied])
        city.build()
        reached = city.rank(district)
        assert isinstance(reached, int)
        assert (reached < rank) is is_better, (district, applied, reached, rank)
