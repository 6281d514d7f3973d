"""Boston 2015: the mapping and the city pack cover every value, and the rows come through."""

import csv
import gzip
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import yaml
from ingest_support import FIXTURES, ROOT, ingest, landed_files, landed_rows

from grid_assessment.project import project_vars

CITY = ROOT / "examples" / "boston311"
MONTH = FIXTURES / "boston311-2015-12.csv.gz"
YEAR = ROOT.parent / "shared" / "realdata" / "boston311-2015.csv.gz"
EXPORTED_AT = "2016-01-13 00:00:00"


def exports() -> list[object]:
    """Return the month in the repository and, where it lies beside the project, the whole year."""
    year = [pytest.param(YEAR, id="year")] if YEAR.exists() else []
    return [pytest.param(MONTH, id="month"), *year]


def source_rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def codes(file: str, column: str) -> set[str]:
    with (CITY / "reference" / f"{file}.csv").open(encoding="utf-8", newline="") as stream:
        return {row[column] for row in csv.DictReader(stream)}


@pytest.mark.parametrize("path", exports())
def test_mapping_and_pack_cover_every_value(path: Path) -> None:
    mapping = yaml.safe_load((CITY / "mapping.yml").read_text(encoding="utf-8"))["columns"]
    rows = list(source_rows(path))
    sources = {row["Source"] for row in rows}
    assert sources <= set(mapping["source_code"]["values"])
    assert set(mapping["source_code"]["values"].values()) == codes("case_sources", "source_code")
    districts = {row["pwd_district"] or mapping["district_code"]["when_missing"] for row in rows}
    assert districts == codes("districts", "district_code")
    assert {row["TYPE"] for row in rows} <= codes("case_categories", "category_code")


def test_the_pack_has_the_reference_contract_s_files_and_columns() -> None:
    contract = project_vars(ROOT)["reference_contract"]
    assert {path.stem for path in (CITY / "reference").glob("*.csv")} == set(contract)
    for name, rule in contract.items():
        with (CITY / "reference" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        columns = rule["columns"]
        assert list(rows[0]) == [
            c for c in columns if c in rows[0] or not columns[c].get("optional")
        ]
        keys = [tuple(row[column] for column in rule["key"]) for row in rows]
        assert len(keys) == len(set(keys))
        required = [
            c
            for c, column in columns.items()
            if not (column.get("optional") or column.get("nullable"))
        ]
        assert all(row[column] for row in rows for column in required)


def test_the_marks_of_the_pack_add_up() -> None:
    marks = duckdb.execute(
        "select full_marks, (select sum(full_marks) from read_csv(?)) from read_csv(?)",
        [str(CITY / "reference" / f"{name}.csv") for name in ("indicators", "mechanisms")],
    ).fetchall()
    assert marks == [(100, 100)]
    assert codes("indicators", "mechanism_code") == codes("mechanisms", "mechanism_code")
    assert codes("indicators", "basis") == {"assumed"}


@pytest.mark.parametrize("path", exports())
def test_every_row_comes_through(path: Path, tmp_path: Path) -> None:
    outcome = ingest(tmp_path, path, mapping=CITY / "mapping.yml", delivered_at=EXPORTED_AT)
    assert (outcome.exit_code, outcome.err) == (0, "")
    assert "unparsed cells: 0" in outcome.out
    columns = """case_id, registered_at, due_at, closed_at, district_code, street_code,
        community_code, department_code, category_code, unparsed"""
    landed = landed_rows(tmp_path, columns)

    def moment(text: str) -> datetime | None:
        return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p") if text else None

    expected = [
        (row["CASE_ENQUIRY_ID"], moment(row["OPEN_DT"]), moment(row["TARGET_DT"]),
         moment(row["CLOSED_DT"]), row["pwd_district"] or "unassigned", row["neighborhood"] or None,
         row["ward"] or None, row["Department"] or None, row["TYPE"], None)
        for row in source_rows(path)
    ]  # fmt: skip
    assert landed == sorted(expected, key=lambda row: row[0])


# Rows; with a target and a flag and accepted; closed before they were opened; without a district.
COUNTS = {MONTH: (8162, 6457, 20, 642), YEAR: (121145, 93944, 197, 11103)}


@pytest.mark.parametrize("path", exports())
def test_the_city_s_own_flag_follows_from_the_landed_times(path: Path, tmp_path: Path) -> None:
    ingest(tmp_path, path, mapping=CITY / "mapping.yml", delivered_at=EXPORTED_AT)
    files = [str(file) for file in landed_files(tmp_path)]
    found = duckdb.execute(
        """
        with flags as (
            select CASE_ENQUIRY_ID as case_id, OnTime_Status as flag
            from read_csv(?, all_varchar = true)
        ),
        judged as (
            select *, flag is not null and due_at is not null as is_flagged,
                coalesce(closed_at < registered_at, false) as is_early,
                case when closed_at is not null then closed_at <= due_at
                    else due_at >= timestamp '2016-01-13' end as is_in_time
            from read_parquet(?, hive_partitioning = false) join flags using (case_id)
        )
        select count(*),
            count(*) filter (is_flagged and not is_early),
            count(*) filter (is_early),
            count(*) filter (district_code = 'unassigned'),
            count(*) filter (is_flagged and not is_early
                and (flag = 'ONTIME') is distinct from is_in_time)
        from judged
        """,
        [str(path), files],
    ).fetchone()
    assert found == (*COUNTS[path], 0)
