"""``grid ingest``: every encoding and format lands the same rows, once, in their months."""

import csv
import gzip
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest
from ingest_support import (
    DELIVERED,
    KUNMING_MAPPING,
    PERSON_KEY,
    PLAIN_MAPPING,
    PLAIN_ROW,
    Row,
    csv_text,
    ingest,
    ingest_kunming,
    kunming_rows,
    landed_files,
    landed_rows,
    plain_mapping,
    write_csv,
    write_plain,
)

from grid_assessment.ingest.personal import person_hash
from grid_assessment.project import raw_contract

TIMES = ["立案时间", "处置截止时间", "结案时间"]
NUMBERS = ["基本案件数", "返工次数"]


def write_gzip(path: Path, rows: list[Row]) -> Path:
    plain = write_csv(path.with_suffix(".plain"), rows, "gb18030")
    path.write_bytes(gzip.compress(plain.read_bytes(), mtime=0))
    return path


def write_quoted_with_mark(path: Path, rows: list[Row]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_padded(path: Path, rows: list[Row]) -> Path:
    """Cells padded as exports pad them, blank lines between the rows."""
    padded = [{key: f"\t{cell}\u3000" for key, cell in row.items()} for row in rows]
    write_csv(path, padded)
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n\n"))
    return path


def write_slashes(path: Path, rows: list[Row]) -> Path:
    """Another of the mapping's time formats."""
    changed = [row | {name: row[name].replace("-", "/") for name in TIMES} for row in rows]
    return write_csv(path, changed)


def typed_cell(name: str, text: str) -> object:
    if not text:
        return None
    if name in TIMES:
        return datetime.fromisoformat(text)
    return float(text) if name in NUMBERS else text


def write_xlsx(path: Path, rows: list[Row], is_typed: bool = False) -> Path:
    workbook = openpyxl.Workbook()
    workbook.create_sheet("Sheet2")
    sheet = workbook.worksheets[0]
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([typed_cell(name, cell) if is_typed else cell for name, cell in row.items()])
    workbook.save(path)
    return path


def write_xlsx_typed(path: Path, rows: list[Row]) -> Path:
    return write_xlsx(path, rows, is_typed=True)


def write_parquet(path: Path, rows: list[Row], is_typed: bool = False) -> Path:
    source = write_csv(path.with_suffix(".source"), rows)
    replacements = [f'cast("{name}" as timestamp) as "{name}"' for name in TIMES]
    replacements += [f'cast("{name}" as double) as "{name}"' for name in NUMBERS]
    replaced = f"replace ({', '.join(replacements)})" if is_typed else ""
    duckdb.execute(
        f"copy (select * {replaced} from read_csv('{source}', all_varchar = true))"
        f" to '{path}' (format parquet)"
    )
    return path


def write_parquet_typed(path: Path, rows: list[Row]) -> Path:
    return write_parquet(path, rows, is_typed=True)


FORMS: dict[str, tuple[str, Callable[[Path, list[Row]], Path]]] = {
    "gb18030": ("cases.csv", lambda path, rows: write_csv(path, rows, "gb18030")),
    "gb18030 gzip": ("cases.csv.gz", write_gzip),
    "utf-8 with mark": ("cases.csv", lambda path, rows: write_csv(path, rows, "utf-8-sig")),
    "utf-8 with mark, quoted": ("cases.csv", write_quoted_with_mark),
    "padded cells": ("cases.txt", write_padded),
    "slashes in times": ("cases.csv", write_slashes),
    "xlsx of text": ("cases.xlsx", write_xlsx),
    "xlsx of dates and floats": ("cases.xlsx", write_xlsx_typed),
    "parquet of text": ("cases.parquet", write_parquet),
    "parquet of types": ("cases.parquet", write_parquet_typed),
}


@pytest.fixture(scope="module")
def rows_of_utf8(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    folder = tmp_path_factory.mktemp("utf8")
    outcome = ingest_kunming(folder / "landing", write_csv(folder / "c.csv", kunming_rows(600)))
    assert (outcome.exit_code, outcome.err) == (0, "")
    return landed_rows(folder / "landing")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_lands_the_same_rows(
    form: str, tmp_path: Path, rows_of_utf8: list[tuple[object, ...]]
) -> None:
    name, write = FORMS[form]
    outcome = ingest_kunming(tmp_path / "landing", write(tmp_path / name, kunming_rows(600)))
    assert (outcome.exit_code, outcome.err) == (0, "")
    assert landed_rows(tmp_path / "landing") == rows_of_utf8


def test_landing_files_have_the_contract_s_types_and_lie_in_their_month(tmp_path: Path) -> None:
    ingest_kunming(tmp_path / "landing", write_csv(tmp_path / "c.csv", kunming_rows(600)))
    files = landed_files(tmp_path / "landing")
    assert [path.parent.name for path in files] == ["month=2021-02", "month=2021-03"]
    expected = [(n, str(r["type"])) for n, r in raw_contract("cases")["columns"].items()]
    for path in files:
        schema = duckdb.execute(
            "describe from read_parquet(?, hive_partitioning = false)", [str(path)]
        )
        assert [(row[0], row[1].lower()) for row in schema.fetchall()] == [
            *expected, ("unparsed", "varchar")
        ]  # fmt: skip
        months = duckdb.execute("select distinct strftime(registered_at, 'month=%Y-%m')"
                                " from read_parquet(?)", [str(path)])  # fmt: skip
        assert months.fetchall() == [(path.parent.name,)]


def test_names_become_codes_and_persons_become_keyed_hashes(tmp_path: Path) -> None:
    sample = KUNMING_MAPPING.parent / "cases_sample.csv"
    outcome = ingest_kunming(tmp_path / "landing", sample)
    assert "4 rows" in outcome.out
    assert "unparsed cells: 0" in outcome.out
    columns = "source_code, district_code, category_code, is_complaint_response, is_void, unparsed"
    rows = landed_rows(tmp_path / "landing", columns)
    assert rows[0] == ("district_supervisor", "530102", "10101", False, False, None)
    assert rows[2][3] is True
    assert rows[3][4] is True
    keys = landed_rows(tmp_path / "landing", "reporter_key")
    assert keys[2] == (person_hash(PERSON_KEY.encode(), "13800000000"),)
    assert keys[0] == (None,)
    landed = b"".join(path.read_bytes() for path in landed_files(tmp_path / "landing"))
    assert b"13800000000" not in landed
    assert "示例".encode() not in landed


def test_three_deliveries_complete_corrected_and_bad(tmp_path: Path) -> None:
    """The later delivery wins; a bad row keeps its text and is never dropped."""
    complete = kunming_rows(1500)
    correction = [row | {"结案时间": "2021-04-05 12:00:00"} for row in complete[100:400]]
    bad = [dict(row) for row in complete[:6]]
    bad[0]["结案时间"] = "昨天"
    bad[1]["立案时间"] = "2021-02-30 08:00:00"
    bad[2]["基本案件数"] = "1.5"
    bad[3]["所属区域"] = "未知区"
    bad[4]["结案时间"] = "2021-03-05T08:30:00+08:00"
    bad[5]["任务号"] = ""
    out = tmp_path / "landing"
    deliveries = [(complete, "2021-04-06"), (correction, "2021-04-08"), (bad, "2021-04-10")]
    for number, (rows, delivered_at) in enumerate(deliveries):
        # The alphabet of the names runs against time.
        path = write_csv(tmp_path / f"{'zyx'[number]}.csv", rows)
        assert ingest_kunming(out, path, delivered_at=delivered_at).exit_code == 0
    loads = sorted({path.stem for path in landed_files(out)})
    # A mapping with persons in it: the file's name may be one, and is no part of the load's.
    assert [load.split("-")[:2] for load in loads] == [
        ["20210406T000000", "cases"], ["20210408T000000", "cases"], ["20210410T000000", "cases"]
    ]  # fmt: skip
    files = [str(path) for path in landed_files(out)]
    per_load = duckdb.execute(
        "select parse_filename(filename, true) as load_id, count(*), count(unparsed)"
        " from read_parquet(?, filename = true) group by load_id order by load_id", [files]
    ).fetchall()  # fmt: skip
    assert [row[1:] for row in per_load] == [(1500, 0), (300, 0), (6, 4)]
    latest = duckdb.execute(
        "select count(*) filter (closed = timestamp '2021-04-05 12:00:00') from ("
        "select arg_max(closed_at, (updated_at, filename)) as closed"
        " from read_parquet(?, filename = true) group by case_id)", [files]
    ).fetchall()  # fmt: skip
    assert latest == [(300,)]
    bad_file = next(path for path in landed_files(out) if path.stem == loads[2])
    query = "select unparsed from read_parquet(?) where unparsed is not null order by 1"
    assert {row[0] for row in duckdb.execute(query, [str(bad_file)]).fetchall()} <= {
        '{"closed_at":"昨天"}', '{"closed_at":"2021-03-05T08:30:00+08:00"}',
        '{"base_case_count":"1.5"}',
    }  # fmt: skip
    # A row without a readable month lies in the folder of the delivery's month.
    lost = out / "cases" / "month=2021-04" / f"{loads[2]}.parquet"
    assert landed_rows(lost.parent, "registered_at, unparsed") == [
        (None, '{"registered_at":"2021-02-30 08:00:00"}')
    ]
    assert landed_rows(out, "count(*) filter (district_code = '未知区')", "1") == [(1,)]


def test_ingesting_twice_changes_nothing(tmp_path: Path) -> None:
    path, out = write_csv(tmp_path / "c.csv", kunming_rows(600)), tmp_path / "landing"
    ingest_kunming(out, path)
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in landed_files(out)}
    outcome = ingest_kunming(out, path, path)
    assert outcome.exit_code == 0
    assert "already ingested" in outcome.out
    after = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in landed_files(out)}
    assert before == after
    # Half of a load that a killed run left behind is completed, byte by byte the same.
    next(iter(before)).unlink()
    assert "already" not in ingest_kunming(out, path).out
    assert {file: file.read_bytes() for file in landed_files(out)} == {
        file: content for file, (content, _) in before.items()
    }


def test_a_load_id_with_other_content_is_refused(tmp_path: Path) -> None:
    out, mapping = tmp_path / "landing", plain_mapping(tmp_path)
    path = write_plain(tmp_path / "c.csv")
    options = ("--load-id", "fixed-1")
    assert ingest(out, path, mapping=mapping, options=options).exit_code == 0
    before = {file: file.read_bytes() for file in landed_files(out)}
    assert [file.stem for file in before] == ["fixed-1"]
    other_month = [PLAIN_ROW[0], "2021-02-01 08:00:00", *PLAIN_ROW[2:]]
    for row in (["2", *PLAIN_ROW[1:]], other_month):
        write_plain(path, row)
        outcome = ingest(out, path, mapping=mapping, options=options)
        assert outcome.exit_code == 2
        assert "other content" in outcome.err
        assert {file: file.read_bytes() for file in landed_files(out)} == before
    # The same rows written by another program are the same content.
    target = next(iter(before))
    duckdb.execute(f"copy (from read_parquet('{target}', hive_partitioning = false))"
                   f" to '{tmp_path / 'again.parquet'}' (compression gzip)")  # fmt: skip
    (tmp_path / "again.parquet").replace(target)
    write_plain(path)
    assert "already ingested" in ingest(out, path, mapping=mapping, options=options).out


def test_the_export_s_own_time_of_change_needs_no_delivery_time(tmp_path: Path) -> None:
    text = PLAIN_MAPPING.replace("columns:", "columns:\n  updated_at: closed")
    mapping, out = plain_mapping(tmp_path, text), tmp_path / "landing"
    unreadable = [PLAIN_ROW[0], "soon", *PLAIN_ROW[2:]]
    path = write_plain(tmp_path / "c.csv", PLAIN_ROW, unreadable)
    outcome = ingest(out, path, mapping=mapping, delivered_at=None)
    assert outcome.exit_code == 0
    # The newest row dates the load; the earliest month takes the row that has none.
    assert [file.parent.name for file in landed_files(out)] == ["month=2021-03"]
    assert landed_files(out)[0].stem.startswith("20210302T100000-c-")
    assert "without a readable month: 1 rows, in month=2021-03" in outcome.out
    write_plain(path, unreadable)
    outcome = ingest(out, path, mapping=mapping, delivered_at=None)
    assert outcome.exit_code == 2
    assert "no row has a readable registered_at" in outcome.err


def test_an_empty_export_lands_nothing(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(csv_text(list(kunming_rows(1)[0]), []), encoding="utf-8")
    outcome = ingest_kunming(tmp_path / "landing", path)
    assert (outcome.exit_code, outcome.err) == (0, "")
    assert "0 rows" in outcome.out
    assert not (tmp_path / "landing").exists()


def test_other_types_of_the_contract(tmp_path: Path) -> None:
    mapping = plain_mapping(tmp_path, """
dataset: satellite_findings
delimiter: ";"
header_row: 2
columns:
  finding_id: id
  found_at: {from: day, formats: ["%Y-%m-%d"]}
  district_code: {constant: "530102"}
  area_m2: area
  is_checked: {from: checked, values: {是: true, 否: false}}
  is_handled: {constant: false}
""")  # fmt: skip
    path = tmp_path / "c.csv"
    lines = ["三月图斑;;;", "id;day;area;checked", "1;2021-03-05;80726.60;是",
             "2;2021-3-6;80726.65;", "3;2021-03-07;1,5;否",
             "4;2021-03-07;12345678901.5;1"]  # fmt: skip
    path.write_text("\n".join(lines), encoding="utf-8")
    assert ingest(tmp_path / "landing", path, mapping=mapping).exit_code == 0
    rows = landed_rows(tmp_path / "landing", "found_at, cast(area_m2 as varchar), is_checked,"
                       " unparsed", "finding_id")  # fmt: skip
    assert rows == [
        (datetime(2021, 3, 5), "80726.6", True, None),
        (datetime(2021, 3, 6), None, None, '{"area_m2":"80726.65"}'),
        (datetime(2021, 3, 7), None, False, '{"area_m2":"1,5"}'),
        (datetime(2021, 3, 7), "12345678901.5", True, None),
    ]


def test_a_date_is_read_from_a_midnight_only(tmp_path: Path) -> None:
    mapping = plain_mapping(tmp_path, """
dataset: patrols
columns: {district_code: {constant: "530102"}, grid_code: grid, patrol_date: day,
          required_pass_count: need, completed_pass_count: need}
""")  # fmt: skip
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for cells in (["grid", "day", "need"], ["1", date(2021, 3, 5), 3], ["2", "2021-03-05", 3.0],
                  ["3", datetime(2021, 3, 5, 8), True],
                  [4.1010012407e17, "2021-03-05", 3],
                  [410100124080000100, "2021-03-05", 3]):  # fmt: skip
        sheet.append(cells)
    workbook.save(tmp_path / "p.xlsx")
    assert ingest(tmp_path / "out", tmp_path / "p.xlsx", mapping=mapping).exit_code == 0
    rows = landed_rows(tmp_path / "out", "grid_code, patrol_date, required_pass_count, unparsed",
                       "grid_code nulls last")  # fmt: skip
    assert rows[:2] == [("1", date(2021, 3, 5), 3, None), ("2", date(2021, 3, 5), 3, None)]
    assert rows[2][:3] == ("3", None, None)
    # A long number has lost its last digits in Excel: it is no code.
    assert [row[:3] for row in rows[3:]] == [(None, date(2021, 3, 5), 3)] * 2
    assert {row[3] for row in rows[3:]} == {
        '{"grid_code":"4.10100124070000e+17"}',
        '{"grid_code":"4.10100124080000e+17"}',
    }


def test_the_delivery_time_is_the_version_of_every_row(tmp_path: Path) -> None:
    ingest_kunming(tmp_path / "landing", write_csv(tmp_path / "c.csv", kunming_rows(3)))
    assert landed_rows(tmp_path / "landing", "distinct updated_at", "1") == [
        (datetime.fromisoformat(DELIVERED),)
    ]


def test_a_lookup_by_two_columns_a_mapped_null_and_a_dropped_person(tmp_path: Path) -> None:
    text = PLAIN_MAPPING.replace(
        "closed_at: closed", "reporter_key: {from: no such, personal: drop}"
    )
    text = text.replace(
        "source_code: source", "source_code: {from: source, values: {hotline: null}}"
    )
    lookup = "{file: groups.csv, from: [place, kind], to: code}"
    text = text.replace(
        "category_code: category",
        f"category_code: {{from: [district, category], lookup: {lookup}}}",
    )
    (tmp_path / "groups.csv").write_text("place,kind,code\n530102,10101,A\n530103,10101,B\n")
    rows = [[str(n), *PLAIN_ROW[1:3], place, *PLAIN_ROW[4:]] for n, place in
            enumerate(["530102", "530103", "530111"])]  # fmt: skip
    path = write_plain(tmp_path / "c.csv", *rows)
    outcome = ingest(tmp_path / "out", path, mapping=plain_mapping(tmp_path, text))
    assert (outcome.exit_code, outcome.err) == (0, "")
    assert landed_rows(tmp_path / "out", "category_code, source_code, reporter_key, unparsed") == [
        ("A", None, None, None), ("B", None, None, None), ("10101", None, None, None)
    ]  # fmt: skip
