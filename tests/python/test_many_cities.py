"""Several cities in one warehouse: each has the figures that it would have alone.

Three cities with different months are built together, the first of them also alone, with a pack
that names no city.
"""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from conftest import LANDING, PROJECT_DIR, WITHOUT_TESTS, WITHOUT_UNIT_TESTS, run_dbt

from grid_assessment.errors import GridError
from grid_assessment.project import raw_contract
from grid_assessment.synthesis.command import synthesize

SCALE = ("--scale", "0.01")
MODELS = [*LANDING, *WITHOUT_TESTS]
CHECKED = [*LANDING, *WITHOUT_UNIT_TESTS]
OWN_PACK = PROJECT_DIR / "seeds" / "reference"

# How rows of the first city are told from those of others; the first column that a mart has.
OF_FIRST_CITY = {
    "city_code": "city_code = 'city_001'",
    "assessment_group_code": "assessment_group_code = 'main_urban'",
    "district_code": "length(district_code) = 6",
    "load_id": "not contains(load_id, '-c00')",
    "assessment_month": "assessment_month < '2021-04-01'",
}


def generate(*arguments: str) -> str:
    result = CliRunner().invoke(synthesize, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.parquet")}


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the landing of one city and of three, and the pack of the three."""
    folder = tmp_path_factory.mktemp("cities")
    generate("--months", "2021-02..2021-03", *SCALE, "--out", str(folder / "one"))
    generate(
        "--months", "2021-02..2021-04", *SCALE, "--out", str(folder / "three"),
        "--cities", "3", "--reference-out", str(folder / "pack"),
    )  # fmt: skip
    # The first city ends a month before the third, the second begins a month after it.
    for path in (folder / "three").rglob("*.parquet"):
        if path.name.startswith(("synthetic-2021-04-0", "synthetic-2021-02-c002")):
            path.unlink()
    return folder


@pytest.fixture(scope="module")
def built(cities: Path) -> Path:
    """Build the first city alone, and the three with their data tests."""
    for landing, pack, arguments in (("one", OWN_PACK, MODELS), ("three", "pack", CHECKED)):
        completed = run_dbt(
            ["build", *arguments],
            cities / f"warehouse_{landing}",
            {"GRID_LANDING_DIR": str(cities / landing), "GRID_REFERENCE_DIR": str(cities / pack)},
        )
        assert completed.returncode == 0, completed.stdout[-8000:]
    return cities


@pytest.fixture(scope="module")
def databases(built: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open both databases as ``one`` and ``three``."""
    with duckdb.connect() as connection:
        for name in ("one", "three"):
            path = built / f"warehouse_{name}" / "landing.duckdb"
            connection.execute(f"attach '{path}' as {name} (read_only)")
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return connection.execute(sql).fetchall()


def test_a_city_has_the_rows_that_it_has_alone(databases: duckdb.DuckDBPyConnection) -> None:
    columns: dict[str, list[str]] = {}
    for table, column in rows(
        databases,
        "select table_name, column_name from duckdb_columns()"
        " where database_name = 'one' and schema_name = 'marts'",
    ):
        columns.setdefault(str(table), []).append(str(column))
    assert len(columns) > 35
    different = {}
    for table, names in columns.items():
        where = next((OF_FIRST_CITY[name] for name in OF_FIRST_CITY if name in names), "true")
        listed = ", ".join(f'"{name}"' for name in names if name != "city_code")
        alone = f"select {listed} from one.marts.{table}"
        together = f"select {listed} from three.marts.{table} where {where}"
        for sql in (f"{alone} except all {together}", f"{together} except all {alone}"):
            found = rows(databases, sql)
            if found:
                different[table] = found[:3]
    assert different == {}


def test_ranks_restart_in_each_city(databases: duckdb.DuckDBPyConnection) -> None:
    first = rows(
        databases,
        "select assessment_month, assessment_group_code, min(district_rank), count(*)"
        " from three.marts.district_ranking_monthly group by all order by all",
    )
    assert {(rank, count) for _, _, rank, count in first} == {(1, 8)}
    months = [(f"{month:%m}", str(group)[:8]) for month, group, _, _ in first]
    assert months == [
        ("02", "city_003"), ("02", "main_urb"), ("03", "city_002"), ("03", "city_003"),
        ("03", "main_urb"), ("04", "city_002"), ("04", "city_003"),
    ]  # fmt: skip
    for mart in ("street_closure_monthly", "department_closure_monthly"):
        place = "assessment_group_code" if mart.startswith("street") else "city_code"
        ranks = rows(
            databases,
            f"select {place}, min(closure_rank) from three.marts.{mart} group by all order by all",
        )
        assert [rank for _, rank in ranks] == [1, 1, 1]


def test_no_key_is_of_two_cities(databases: duckdb.DuckDBPyConnection, cities: Path) -> None:
    for dataset, contract in raw_contract().items():
        key = ", ".join(contract["key"])
        files = f"{cities}/three/{dataset}/*/*.parquet"
        shared = rows(
            databases,
            f"select {key} from read_parquet('{files}', filename = true)"
            f" where concat({key}) <> ''"
            " and district_code not in ('530198', '530199', '530999', '5301')"
            f" group by {key} having count(distinct regexp_extract(filename, '-c00[0-9]-')) > 1",
        )
        assert shared == [], dataset


def test_cities_are_drawn_and_not_copied(databases: duckdb.DuckDBPyConnection) -> None:
    totals = rows(
        databases,
        "select list(registered_count order by district_code) as counts"
        " from three.marts.case_totals_by_district_monthly"
        " where assessment_month = '2021-03-01' and case_type_code = 'all'"
        " group by assessment_group_code",
    )
    assert len({str(counts) for (counts,) in totals}) == 3
    assert len({sum(counts) for (counts,) in totals}) == 1  # type: ignore[call-overload]


def test_a_group_of_two_cities_fails_by_name(built: Path, tmp_path: Path) -> None:
    shutil.copytree(built / "warehouse_three", tmp_path / "warehouse")
    pack = shutil.copytree(built / "pack", tmp_path / "pack")
    path = pack / "districts.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("city_002_main_urban", "main_urban"), encoding="utf-8")
    completed = run_dbt(
        ["build", *LANDING, "--select", "stg_districts", "reference_data_is_consistent"],
        tmp_path / "warehouse",
        {"GRID_LANDING_DIR": str(built / "three"), "GRID_REFERENCE_DIR": str(pack)},
    )
    assert completed.returncode == 1
    assert "Failure in test reference_data_is_consistent" in completed.stdout


def test_the_first_city_is_the_single_one(tmp_path: Path) -> None:
    """Byte by byte; a city does not depend on how many there are, nor on the months beside it."""
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    generate("--months", "2020-05", *SCALE, "--out", str(one))
    generate(
        "--months", "2020-04..2020-05", *SCALE, "--out", str(two),
        "--cities", "2", "--reference-out", str(tmp_path / "pack"),
    )  # fmt: skip
    generate(
        "--months", "2020-05", *SCALE, "--out", str(three),
        "--cities", "3", "--reference-out", str(tmp_path / "pack"),
    )  # fmt: skip
    of_three, of_two = contents(three), contents(two)
    assert {name: of_three[name] for name in contents(one)} == contents(one)
    may = {name: cells for name, cells in of_two.items() if "synthetic-2020-05" in name}
    assert may.items() <= of_three.items()
    assert any("-c002-" in name for name in may)
    # Equal texts of the three cities: the persons' pseudonyms are different ones.
    shared = duckdb.execute(
        "select count(*) from (select supervisor_code"
        f" from read_parquet('{three}/cases/*/*.parquet', filename = true)"
        " where supervisor_code is not null group by supervisor_code"
        " having count(distinct regexp_extract(filename, '-c00[0-9]-')) > 1)"
    ).fetchall()
    assert shared == [(0,)]


def test_the_pack_is_the_own_one_with_all_districts(tmp_path: Path) -> None:
    output = generate(
        "--months", "2021-02", *SCALE, "--out", str(tmp_path / "landing"),
        "--cities", "2", "--reference-out", str(tmp_path / "pack"),
    )  # fmt: skip
    assert [line.partition(":")[0] for line in output.splitlines()][1:3] == [
        "2021-02 city_001",
        "2021-02 city_002",
    ]
    own, pack = OWN_PACK, tmp_path / "pack"
    for path in own.glob("*.csv"):
        if path.name != "districts.csv":
            assert (pack / path.name).read_bytes() == path.read_bytes()

    def districts(folder: Path) -> list[dict[str, str]]:
        with (folder / "districts.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    first = [{**row, "city_code": "city_001"} for row in districts(own)]
    assert districts(pack)[:8] == first
    for column in ("district_code", "district_name"):
        assert len({row[column] for row in districts(pack)}) == 16
    assert {row["assessment_group_code"] for row in districts(pack)[8:]} == {"city_002_main_urban"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--cities", "0"), "--cities 0: expected a number from 1 to 999"),
        (("--cities", "1000"), "--cities 1000: expected"),
        (("--cities", "2"), "--cities 2: say where the city pack"),
        (("--cities", "2", "--as-seeds", "--reference-out", "pack"), "--as-seeds: the sample"),
        (("--cities", "2", "--reference-out", str(OWN_PACK)), "name another folder"),
    ],
)
def test_cities_that_cannot_be_made(
    arguments: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    with pytest.raises(GridError, match=message):
        generate("--months", "2021-02", *SCALE, "--out", str(tmp_path / "out"), *arguments)
