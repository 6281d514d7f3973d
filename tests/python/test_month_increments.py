"""Whatever comes, goes, changes or breaks: months built one by one equal a build of everything."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from conftest import LANDING, WITHOUT_TESTS, edit_csv, run_dbt
from recomputation.random_rows import write_random_city

BIG_MODELS = (
    "stg_case_versions",
    "fct_cases",
    "fct_monthly_case_counts",
    "fct_monthly_responsibility_counts",
)
MARTS_BY_MONTH = ("bulletin_figures_monthly", "open_case_backlog_monthly")


class City:
    """A landing folder with a shelf of files that have not landed, and a warehouse that grows."""

    def __init__(self, folder: Path, seed: int) -> None:
        """Write a random city and give it an empty warehouse."""
        self.folder = folder
        self.shelf = folder / "shelf"
        self.landing, self.reference = write_random_city(folder, seed)
        self.environment = {
            "GRID_LANDING_DIR": str(self.landing),
            "GRID_REFERENCE_DIR": str(self.reference),
        }
        self.warehouse = folder / "grown"
        self.warehouse.mkdir()

    def files(self, dataset: str = "*") -> list[Path]:
        """Return the landed files, in order."""
        return sorted(self.landing.glob(f"{dataset}/month=*/*.parquet"))

    def withdraw(self, *paths: Path) -> None:
        """Move landed files to the shelf; size and time stay theirs."""
        for path in paths:
            target = self.shelf / path.relative_to(self.landing)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)

    def land(self, *paths: Path) -> None:
        """Move files from the shelf back to where they land."""
        for path in paths:
            target = self.landing / path.relative_to(self.shelf)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)

    def shelved(self) -> list[Path]:
        """Return the files on the shelf, in order."""
        return sorted(self.shelf.glob("*/month=*/*.parquet"))

    @property
    def database(self) -> Path:
        """The database of the grown warehouse."""
        return self.warehouse / "landing.duckdb"

    def build(self, warehouse: Path, *arguments: str) -> Path:
        """Build a warehouse and return its database."""
        warehouse.mkdir(exist_ok=True)
        built = run_dbt(
            ["build", *LANDING, *(arguments or WITHOUT_TESTS)],
            warehouse,
            self.environment,
        )
        assert built.returncode == 0, built.stdout[-6000:]
        return warehouse / "landing.duckdb"

    def grow(self) -> Path:
        """Build the grown warehouse once more."""
        return self.build(self.warehouse)

    def build_anew(self) -> Path:
        """Build everything from nothing; only what dbt has parsed is kept from the time before."""
        fresh = self.folder / "fresh"
        (fresh / "landing.duckdb").unlink(missing_ok=True)
        return self.build(fresh)

    def edit_reference(self, name: str, edit: Callable[[list[dict[str, str]]], None]) -> None:
        """Change the rows of one reference file."""
        edit_csv(self.reference / f"{name}.csv", edit)


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[City, Path]:
    """Return a city whose months are all built, and a copy of its folder."""
    city = City(tmp_path_factory.mktemp("city"), 33)
    city.grow()
    # Copied with the times of change, by which files are told apart.
    return city, shutil.copytree(city.folder, tmp_path_factory.mktemp("copy") / "city")


@pytest.fixture
def built_city(built_once: tuple[City, Path]) -> City:
    """Return the city as it was when all its months had been built."""
    city, copy = built_once
    shutil.rmtree(city.folder)
    shutil.copytree(copy, city.folder)
    return city


def differing_marts(left: Path, right: Path) -> list[str]:
    """Return the marts whose rows differ in any way between two databases."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{left}' as l (read_only)")
        connection.execute(f"attach '{right}' as r (read_only)")
        marts = connection.execute(
            "select table_name, string_agg(column_name, ', ' order by column_index)"
            " from duckdb_columns() where database_name = 'l' and schema_name = 'marts'"
            " group by table_name order by table_name"
        ).fetchall()
        assert len(marts) > 30
        differing = []
        for mart, columns in marts:
            one, other = (f"select {columns} from {side}.marts.{mart}" for side in "lr")
            found = connection.execute(
                f"select count(*) from (({one} except all {other})"
                f" union all ({other} except all {one}))"
            ).fetchone()
            if found != (0,):
                differing.append(mart)
    return differing


def built_months(
    database: Path, models: tuple[str, ...] = BIG_MODELS
) -> dict[tuple[str, str], str]:
    """Return the run that built each month of each of some models."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select model_name, landed_month, invocation_id from intermediate.built_months"
        ).fetchall()
    return {(model, month): run for model, month, run in rows if model in models}


def rebuilt(before: dict[tuple[str, str], str], after: dict[tuple[str, str], str]) -> set[str]:
    """Return the months that any model built anew between two states."""
    return {key[1] for key, run in after.items() if before.get(key) != run}


def test_any_sequence_of_loads_equals_one_build_of_everything(tmp_path: Path) -> None:
    """Each step changes the inputs in another way; after each, both warehouses are equal."""
    city = City(tmp_path, 21)
    cases = city.files("cases")
    last_month = cases[-1].parent
    city.withdraw(*city.files()[1::3])
    city.withdraw(*city.files("cases")[1::2])

    def land_half() -> None:
        city.land(*city.shelved()[::2])

    def withdraw_loads() -> None:
        city.withdraw(*city.files("cases")[::4], *city.files("omission_checks")[:1])

    def cure_rejects() -> None:
        def add_category(rows: list[dict[str, str]]) -> None:
            rows.append({**rows[0], "category_code": "unheard_of"})

        city.edit_reference("case_categories", add_category)

    def land_rest_and_die() -> None:
        city.land(*city.shelved())
        city.build(city.warehouse, "--select", "+stg_case_versions", *WITHOUT_TESTS)

    def move_a_cutoff() -> None:
        month = cases[0].parent.name.partition("=")[2]

        def set_cutoff(rows: list[dict[str, str]]) -> None:
            rows[:] = [row for row in rows if not row["assessment_month"].startswith(month)]
            rows.append({"assessment_month": f"{month}-01", "cutoff_at": f"{month}-20 12:00:00"})

        city.edit_reference("assessment_periods", set_cutoff)

    def lose_a_month() -> None:
        city.withdraw(*sorted(last_month.glob("*.parquet")))

    steps = [land_half, withdraw_loads, cure_rejects, land_rest_and_die, move_a_cutoff]
    city.grow()
    for step in [*steps, lose_a_month]:
        step()
        assert differing_marts(city.grow(), city.build_anew()) == [], step.__name__


def test_only_the_month_of_a_late_version_is_built_again(built_city: City) -> None:
    """Nothing changed: nothing is built; a late version of a case rebuilds its month alone."""
    city, database = built_city, built_city.database
    first = built_months(database)
    assert rebuilt({}, first) == {path.parent.name[-7:] for path in city.files("cases")}

    city.grow()
    assert rebuilt(first, built_months(database)) == set()

    oldest = city.files("cases")[0]
    late = oldest.with_name("z-late.parquet")
    with duckdb.connect() as connection:
        # A case of one row, so that no other month knows it.
        copied = connection.execute(
            "copy (select * replace (updated_at + interval 300 day as updated_at)"
            f" from read_parquet('{oldest}') where case_id in ("
            f" select case_id from read_parquet('{city.landing}/cases/*/*.parquet',"
            " union_by_name = true)"
            " group by case_id having count(*) = 1) limit 1)"
            f" to '{late}' (format parquet)"
        ).fetchone()
    assert copied == (1,)
    city.grow()
    changed = built_months(database)
    assert rebuilt(first, changed) == {oldest.parent.name[-7:]}
    assert differing_marts(database, city.build_anew()) == []


def test_marts_are_built_from_the_first_changed_month_on(built_city: City) -> None:
    """What a month is compared with may have changed; what lies before the change has not."""
    city, database = built_city, built_city.database
    big, marts = built_months(database), built_months(database, MARTS_BY_MONTH)
    months = sorted({month for _, month in big})
    assert len(months) > 2

    withdrawn = [path for path in city.files("whistles") if path.parent.name[-7:] == months[-2]]
    assert withdrawn
    city.withdraw(*withdrawn)
    city.grow()
    assert rebuilt(big, built_months(database)) == set()
    assert rebuilt(marts, built_months(database, MARTS_BY_MONTH)) == set(months[-2:])
    assert differing_marts(database, city.build_anew()) == []


def test_what_a_run_of_some_models_made_is_built_again(built_city: City) -> None:
    """A model that is built while those before it are not is not what its months should be."""
    city = built_city
    city.withdraw(*city.files("cases")[::2])
    city.build(city.warehouse, "--select", "+int_month_inputs", *WITHOUT_TESTS)
    stale = ("fct_monthly_case_counts", *MARTS_BY_MONTH)
    city.build(city.warehouse, "--select", *stale, *WITHOUT_TESTS)
    assert differing_marts(city.grow(), city.build_anew()) == []


def test_code_of_another_version_builds_every_month_again(built_city: City) -> None:
    """The fingerprint holds the code: a table of another version is built anew, columns and all."""
    city, database = built_city, built_city.database
    first = built_months(database)
    with duckdb.connect(str(database)) as connection:
        connection.execute("update intermediate.built_months set fingerprint = 'older code'")
        connection.execute("alter table marts.fct_cases drop column hours_to_close")
    city.grow()
    assert rebuilt(first, built_months(database)) == {month for _, month in first}
    assert differing_marts(database, city.build_anew()) == []
