"""``grid ingest``: what cannot be read ends in one clear line, exit code 2, and lands nothing."""

import gzip
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from ingest_support import (
    DELIVERED,
    PLAIN_HEADER,
    PLAIN_MAPPING,
    PLAIN_ROW,
    csv_text,
    grid,
    ingest,
    landed_files,
    landed_rows,
    plain_mapping,
    write_plain,
)
from test_ingest import write_parquet, write_xlsx

GOOD = csv_text(PLAIN_HEADER, [PLAIN_ROW] * 3)
AS_ROW = dict(zip(PLAIN_HEADER, PLAIN_ROW, strict=True))


def cut(write: Callable[[Path, list[dict[str, str]]], Path], length: int) -> Callable[[Path], None]:
    def write_cut(path: Path) -> None:
        write(path, [AS_ROW] * 500)
        path.write_bytes(path.read_bytes()[:length])

    return write_cut


def content(data: bytes | str) -> Callable[[Path], None]:
    def write_content(path: Path) -> None:
        path.write_bytes(data if isinstance(data, bytes) else data.encode())

    return write_content


def workbook(*sheets: list[list[object]]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for number, rows in enumerate(sheets):
            sheet = book.create_sheet(f"表{number + 1}")
            for row in rows:
                sheet.append(row)
        book.save(path)

    return write


def foreign_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no workbook")


def folder(path: Path) -> None:
    path.mkdir()


def nothing(_: Path) -> None:
    """Leave the file out."""


def narrow_parquet(path: Path) -> None:
    write_parquet(path, [{"id": "1"}])


HEADER: list[object] = list(PLAIN_HEADER)
ROW: list[object] = list(PLAIN_ROW)
UNREADABLE: dict[str, tuple[str, Callable[[Path], None], list[str]]] = {
    "missing file": ("c.csv", nothing, ["No such file"]),
    "folder": ("c.csv", folder, ["cannot be read"]),
    "empty": ("c.csv", content(""), ["empty", "header"]),
    "empty gzip": ("c.csv.gz", content(gzip.compress(b"")), ["line 1", "no header"]),
    "blank lines": ("c.csv", content("\r\n\r\n,,,\r\n"), ["no header"]),
    "unknown ending": ("c.ods", content(GOOD), ["'.ods'", ".xlsx"]),
    "missing column": ("c.csv", content(GOOD.replace("registered", "opened")),
                       ["line 1", "'registered' is missing", "'opened'"]),
    "mapped column twice": ("c.csv", content("id," + GOOD), ["'id' stands twice"]),
    "ragged line": ("c.csv", content(GOOD + "1,2021-03-01\r\n"), ["line 5", "2 cells, expected 7"]),
    "ragged line, long": ("c.csv", content(GOOD + ",".join(PLAIN_ROW) + ",x\r\n"),
                          ["line 5", "8 cells"]),
    "open quote": ("c.csv", content(GOOD + '"1,2,3\r\n'), ["line 5", "not closed"]),
    "text after a quote": ("c.csv", content(GOOD + '"1"x,2\r\n'), ["line 5"]),
    "undecodable": ("c.csv", content(GOOD.encode() + b"1,\xff\xfe,,,,,\r\n"),
                    ["line 5 is not UTF-8", "line 5 is not GB18030"]),
    "undecodable after a mark": (
        "c.csv", content("\ufeff".encode() + GOOD.encode() + "区".encode("gbk")),
        ["line 5 is not UTF-8"]),
    "cut in a character": ("c.csv", content(GOOD.encode() + "区".encode()[:2]), ["line 5"]),
    "utf-16": ("c.csv", content(GOOD.encode("utf-16")), ["line 1", "UTF-16"]),
    "nul byte": ("c.csv", content(GOOD + "\0"), ["line 5", "NUL"]),
    "cut gzip": ("c.csv.gz", content(gzip.compress(GOOD.encode() * 99)[:-20]), ["gzip", "cut off"]),
    "damaged gzip": ("c.csv.gz", content(b"\x1f\x8b" + b"\x00" * 40), ["gzip"]),
    "workbook under a wrong name": ("c.csv", workbook([HEADER]), ["expected csv", "xlsx"]),
    "no workbook": ("c.xlsx", content(GOOD), ["expected xlsx", "neither a workbook nor Parquet"]),
    "old workbook": ("c.xlsx", content(b"\xd0\xcf\x11\xe0\xa1\xb1"), ["old Excel", ".xlsx"]),
    "foreign zip": ("c.xlsx", foreign_zip, ["not a whole .xlsx"]),
    "cut workbook": ("c.xlsx", cut(write_xlsx, 3000), ["not a whole .xlsx"]),
    "empty sheets": ("c.xlsx", workbook([], []), ["every sheet is empty"]),
    "several sheets": ("c.xlsx", workbook([HEADER, ROW], [HEADER]), ["'表1', '表2'", "sheet"]),
    "sheet without a column": ("c.xlsx", workbook([HEADER[1:]]),
                               ["'表1'", "row 1", "'id' is missing"]),
    "sheet with a stray cell": ("c.xlsx", workbook([HEADER, ROW, [*ROW, 5]]), ["'表1'", "row 3"]),
    "formula without a result": ("c.xlsx", workbook([HEADER, ["=B2", *ROW[1:]]]),
                                 ["'表1'", "row 2", "'id'", "formula without its result"]),
    "cut Parquet": ("c.parquet", cut(write_parquet, 400), ["not a whole Parquet"]),
    "no Parquet": ("c.parquet", content(GOOD), ["expected parquet"]),
    "Parquet without a column": ("c.parquet", narrow_parquet, ["schema", "is missing"]),
}  # fmt: skip


def assert_one_line(err: str, *parts: str) -> None:
    assert err.startswith("grid: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    for part in parts:
        assert part in err


@pytest.mark.parametrize("case", UNREADABLE)
@pytest.mark.parametrize("is_first", [False, True])
def test_an_unreadable_file_is_refused_whole(case: str, is_first: bool, tmp_path: Path) -> None:
    """Nothing of it lands, nor of the good file that was given with it."""
    name, write, parts = UNREADABLE[case]
    delivered = tmp_path / "delivered"
    delivered.mkdir()
    write(delivered / name)
    good = write_plain(tmp_path / "good.csv")
    files = [delivered / name, good] if is_first else [good, delivered / name]
    outcome = ingest(tmp_path / "out", *files, mapping=plain_mapping(tmp_path))
    assert outcome.exit_code == 2
    assert outcome.out == ""
    assert_one_line(outcome.err, str(delivered / name), *parts)
    assert not (tmp_path / "out").exists()


def test_a_failure_leaves_what_was_landed_before(tmp_path: Path) -> None:
    mapping, out = plain_mapping(tmp_path), tmp_path / "out"
    ingest(out, write_plain(tmp_path / "good.csv"), mapping=mapping)
    before = landed_files(out)
    (tmp_path / "bad.csv").write_text("")
    assert ingest(out, tmp_path / "bad.csv", mapping=mapping).exit_code == 2
    assert landed_files(out) == before
    assert [path.name for path in out.iterdir()] == ["cases"]


def test_a_landing_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    outcome = ingest(
        tmp_path / "out", write_plain(tmp_path / "c.csv"), mapping=plain_mapping(tmp_path)
    )
    assert outcome.exit_code == 2
    assert_one_line(outcome.err, "cannot be written")


def test_a_part_that_cannot_be_moved_takes_the_others_back(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "cases").mkdir(parents=True)
    (out / "cases" / "month=2021-03").write_text("in the way")
    earlier = [PLAIN_ROW[0], "2021-02-01 08:00:00", *PLAIN_ROW[2:]]
    path = write_plain(tmp_path / "c.csv", earlier, PLAIN_ROW)
    outcome = ingest(out, path, mapping=plain_mapping(tmp_path))
    assert outcome.exit_code == 2
    assert_one_line(outcome.err)
    assert [file.name for file in landed_files(out)] == ["month=2021-03"]


MAPPINGS: dict[str, tuple[str, str, list[str]]] = {
    "not YAML": ("dataset: cases", "dataset: [cases", ["line", "not valid YAML"]),
    "a key twice": ("dataset: cases", "dataset: cases\ndataset: cases", ["'dataset' is given"]),
    "unknown key": ("dataset: cases", "dataset: cases\nsheets: a", ["unknown 'sheets'", "'sheet'"]),
    "unknown dataset": ("dataset: cases", "dataset: case", ["dataset", "'cases'"]),
    "no dataset": ("dataset: cases", "format: csv", ["dataset is missing"]),
    "unknown column": ("closed_at:", "closed:", ["columns", "unknown 'closed'"]),
    "required column": ("  district_code: district\n", "", ["requires 'district_code'"]),
    "unknown column key": ("{constant: district}", "{constnat: x}", ["platform_code", "constnat"]),
    "neither source nor constant": ("{constant: district}", "{values: {}}", ["either from"]),
    "constant off the list": ("{constant: district}", "{constant: city}", ["'city'", "municipal"]),
    "value of a wrong type": ("units", "{from: units, values: {一: one}}", ["integer", "'one'"]),
    "default of a wrong type": ("units", "{from: units, when_missing: 1.5}", ["put it in quotes"]),
    "unquoted yes": ("units", "{from: units, values: {yes: 1}}", ["in quotes"]),
    "unlisted without values": ("units", "{from: units, when_unlisted: 1}", ["needs values"]),
    "format": ("closed_at: closed", "closed_at: {from: closed, formats: ['%Y-%m-%d %Z']}", ["%Z"]),
    "half a format": ("closed_at: closed", "closed_at: {from: closed, formats: ['%H:%M']}", ["%Y"]),
    "twelve hours": ("closed_at: closed", "closed_at: {from: a, formats: ['%Y%m%d%I']}", ["%p"]),
    "personal": ("closed_at: closed", "reporter_key: {from: closed, personal: no}", ["hash, drop"]),
    "person not hashed": ("closed_at: closed", "reporter_key: closed", ["keyed hash", "keep"]),
    "personal column landing": ("columns:", "personal: [units]\ncolumns:",
                                ["columns.base_case_count", "'units' is personal"]),
    "hashed column landing twice": ("closed_at: closed", "reporter_key: {from: units, personal:"
                                    " hash}", ["columns.base_case_count", "'units' is personal"]),
    "a person when missing": ("closed_at: closed", "reporter_key: {from: closed, personal: hash,"
                              " when_missing: x}", ["when_missing"]),
    "unknown step": ("closed_at: closed", "reporter_key: {from: closed, personal: hash,"
                     " normalize: [trim]}", ["normalize", "'trim'", "'digits'", "remove"]),
    "bad expression": ("closed_at: closed", "reporter_key: {from: closed, personal: hash,"
                       " normalize: {remove: '('}}", ["normalize", "regular expression"]),
    "step without hash": ("closed_at: closed", "reporter_key: {from: closed, personal: keep,"
                          " normalize: digits}", ["normalize", "personal: hash"]),
    "hashed time": ("closed_at: closed", "closed_at: {from: closed, personal: hash}", ["varchar"]),
    "dropped key": ("case_id: id", "case_id: {from: id, personal: drop}", ["requires"]),
    "encoding": ("dataset: cases", "dataset: cases\nencoding: latin1", ["encoding", "gb18030"]),
    "delimiter": ("dataset: cases", "dataset: cases\ndelimiter: '::'", ["delimiter"]),
    "header row": ("dataset: cases", "dataset: cases\nheader_row: 0", ["header_row"]),
    "file format": ("dataset: cases", "dataset: cases\nformat: json", ["format", "parquet"]),
    "lookup file": ("category_code: category", "category_code: {from: category, lookup:"
                    " {file: none.csv, from: a, to: b}}", ["none.csv", "cannot be read"]),
    "lookup column": ("category_code: category", "category_code: {from: category, lookup:"
                      " {file: 'reference:districts', from: name, to: code}}", ["'name', 'code'"]),
    "lookup of two values": ("category_code: category", "category_code: {from: category, lookup:"
                             " {file: 'reference:case_categories', from: class_code,"
                             " to: category_code}}", ["line 3", "two values"]),
}  # fmt: skip


def test_codes_of_a_mapping_stay_as_they_are_written(tmp_path: Path) -> None:
    codes = "\n  street_code: {constant: 0101}\n  grid_code: {constant: 530_102}\n"
    mapping = plain_mapping(tmp_path, PLAIN_MAPPING.rstrip("\n") + codes)
    outcome = ingest(tmp_path / "out", write_plain(tmp_path / "c.csv"), mapping=mapping)
    assert outcome.exit_code == 0, outcome.err
    assert landed_rows(tmp_path / "out", "street_code, grid_code") == [("0101", "530_102")]


def test_a_long_cell_that_is_not_mapped_stops_nothing(tmp_path: Path) -> None:
    lines = write_plain(tmp_path / "c.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "long.tsv.gz"
    text = f"note,{lines[0]}\r\n{'x' * 200_000},{lines[1]}\r\n"
    path.write_bytes(gzip.compress(text.encode()))
    outcome = ingest(tmp_path / "out", path, mapping=plain_mapping(tmp_path))
    assert outcome.exit_code == 0, outcome.err
    assert len(landed_rows(tmp_path / "out")) == 1


@pytest.mark.parametrize("case", MAPPINGS)
def test_a_wrong_mapping_is_refused(case: str, tmp_path: Path) -> None:
    old, new, parts = MAPPINGS[case]
    assert PLAIN_MAPPING.count(old) == 1
    mapping = plain_mapping(tmp_path, PLAIN_MAPPING.replace(old, new))
    outcome = ingest(tmp_path / "out", write_plain(tmp_path / "c.csv"), mapping=mapping)
    assert outcome.exit_code == 2
    assert_one_line(outcome.err, "mapping.yml", *parts)


def test_usage_that_lacks_something(tmp_path: Path) -> None:
    path, out = write_plain(tmp_path / "c.csv"), tmp_path / "out"
    mapping = plain_mapping(tmp_path)
    outcome = ingest(out, path, mapping=mapping, delivered_at=None)
    assert_one_line(outcome.err, "updated_at", "--delivered-at")
    for wrong in ("yesterday", "2021-04-06T09:30:00+08:00", "2021-13-01"):
        outcome = ingest(out, path, mapping=mapping, delivered_at=wrong)
        assert_one_line(outcome.err, "--delivered-at", "without a zone")
    for wrong in ("../x", "a/b", ".hidden", "", "a b", "x" * 121, "a.b"):
        outcome = ingest(out, path, mapping=mapping, options=("--load-id", wrong))
        assert_one_line(outcome.err, "--load-id")
    other = write_plain(tmp_path / "d.csv")
    outcome = ingest(out, path, other, mapping=mapping, options=("--load-id", "a"))
    assert_one_line(outcome.err, "--load-id", "one file")
    patrols = "dataset: patrols\ncolumns: {district_code: a, grid_code: a, patrol_date: a," \
        " required_pass_count: a, completed_pass_count: a}"  # fmt: skip
    (tmp_path / "p.csv").write_text("a\n1\n")
    mapping = plain_mapping(tmp_path, patrols)
    outcome = ingest(out, tmp_path / "p.csv", mapping=mapping, delivered_at=None)
    assert_one_line(outcome.err, "no time to order this load by")
    text = PLAIN_MAPPING.replace(
        "closed_at: closed", "reporter_key: {from: closed, personal: hash}"
    )
    outcome = grid("ingest", path, "--mapping", plain_mapping(tmp_path, text), "--out", out,
                   "--delivered-at", DELIVERED, GRID_PERSON_KEY="short")  # fmt: skip
    assert_one_line(outcome.err, "GRID_PERSON_KEY")
    assert not out.exists()


HOSTILE_NAMES = [
    "a'; drop table staged; --.csv",
    "*[x]?.csv",
    "line\nbreak.csv",
    "..csv",
    "…/".replace("/", "") + "é 案件.CSV",
    "%s{0}$HOME`id`.csv",
    "-" * 9 + ".csv",
    os.fsdecode(b"\xff\xfe.csv"),
    "x" * 240 + ".csv",
    "案" * 80 + ".csv",
    "$(touch pwned).csv",
    "{{ env_var('HOME') }}.csv",
    'it\'s "quoted".csv',
    "a/../../x.csv",
    "a/~/month=2021-01.csv",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_file_name_never_becomes_a_path(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "b"
    (folder / "a" / "~").mkdir(parents=True)
    path, out = write_plain(folder / name), tmp_path / "out"
    mapping = plain_mapping(tmp_path)
    outcome = ingest(out, path, mapping=mapping)
    assert (outcome.exit_code, outcome.err) == (0, "")
    (file,) = landed_files(out)
    assert file.parent == out / "cases" / "month=2021-03"
    assert file.name.isascii()
    assert len(file.name) < 80
    assert outcome.out.count("\n") == 3
    assert not list(tmp_path.rglob("pwned")) + list(Path.cwd().glob("pwned"))
    path.write_text("", encoding="utf-8")
    assert_one_line(ingest(out, path, mapping=mapping).err, "empty")


def test_hostile_names_of_parquet_and_folders(tmp_path: Path) -> None:
    deep = tmp_path / "it's [a]*? folder"
    deep.mkdir()
    path = write_parquet(tmp_path / "c.parquet", [AS_ROW]).rename(deep / "c[1]*'.parquet")
    outcome = ingest(deep / "out", path, mapping=plain_mapping(tmp_path))
    assert (outcome.exit_code, outcome.err) == (0, "")
    (file,) = landed_files(deep / "out")
    assert file.parent == deep / "out" / "cases" / "month=2021-03"


def test_hostile_cells_land_as_they_are(tmp_path: Path) -> None:
    cells = ["'; drop table staged; --", '"', 'a","b', "line\nbreak", "\\N", "=cmd|' /C calc'!A0",
             "\U0001f4a9", "x" * 100_000, "{0}%s", "null", "\\", "a\r\nb", "\x01"]  # fmt: skip
    rows = [[cell, *PLAIN_ROW[1:6], cell] for cell in cells]
    out = tmp_path / "out"
    outcome = ingest(out, write_plain(tmp_path / "c.csv", *rows), mapping=plain_mapping(tmp_path))
    assert (outcome.exit_code, outcome.err) == (0, "")
    landed = landed_rows(out, "case_id, closed_at, json_extract_string(unparsed, '$.closed_at')")
    assert landed == [(cell, None, cell) for cell in sorted(cells)]
