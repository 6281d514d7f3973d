"""Personal data: nothing of a person but a keyed hash leaves the export, wherever one looks."""

import gzip
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest
from conftest import PROJECT_DIR
from ingest_support import (
    DELIVERED,
    KUNMING_MAPPING,
    PERSON_KEY,
    PLAIN_HEADER,
    PLAIN_MAPPING,
    PLAIN_ROW,
    Outcome,
    Row,
    csv_text,
    grid,
    ingest,
    ingest_kunming,
    kunming_rows,
    landed_files,
    landed_rows,
    plain_mapping,
    write_csv,
    write_plain,
)
from secret_search import places_of
from test_ingest import write_parquet, write_xlsx

from grid_assessment.ingest.personal import person_hash

NAME, PHONE, CARD = "欧阳测试某", "13987654321", "53010219900307123X"
STORY, STAFF, SHORTENED = "楼下烧烤摊扰民请速处理", "SUP-774411", "1.39877E+10"
SECRETS = [SHORTENED, NAME, PHONE, "139-8765-4321", CARD, STORY, STAFF, STAFF.lower(), PERSON_KEY]


def personal_rows(count: int) -> list[Row]:
    """Return rows of an export in which every personal column is filled, some rows being bad."""
    rows = []
    for number, made in enumerate(kunming_rows(count)):
        row = made | {
            "上报人": NAME,
            "上报人电话": [PHONE, f"+86 {PHONE}", "139-8765-4321", "１３９８７６５４３２１"][
                number % 4
            ],
            "监督员工号": f"{STAFF.lower()} " if number % 2 else STAFF,
            "问题描述": f"{STORY}，联系{NAME}{PHONE}",
            "身份证号": CARD,
        }
        # Rejected rows, whose text the warehouse keeps: a bad time, an unknown code, a bad number.
        if number % 20 == 7:
            row |= [{"结案时间": "昨天"}, {"所属区域": "未知区"}, {"基本案件数": "x"}][number % 3]
        rows.append(row)
    return rows


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ingest exports full of persons and build; return the folder with all that came of it."""
    folder = tmp_path_factory.mktemp("persons")
    exports = folder / "exports"
    exports.mkdir()
    result = folder / "result"
    rows = personal_rows(1200)
    # A spreadsheet has shortened one phone; the name of a file is a person's.
    rows[3]["上报人电话"] = SHORTENED
    told = [
        ingest_kunming(result / "landing", write_csv(exports / f"{NAME}{PHONE}.csv", rows[:500])),
        ingest_kunming(result / "landing", write_xlsx(exports / f"{STAFF}.xlsx", rows[500:900])),
        ingest_kunming(result / "landing", write_parquet(exports / "c.parquet", rows[900:])),
    ]
    assert [(outcome.exit_code, outcome.err) for outcome in told] == [(0, "")] * 3
    shutil.rmtree(exports)
    completed = subprocess.run(
        [str(Path(sys.executable).parent / "grid"), "build", "--raw-source", "landing"],
        cwd=PROJECT_DIR,
        env={
            **os.environ,
            "GRID_LANDING_DIR": str(result / "landing"),
            "GRID_WAREHOUSE_DIR": str(result / "warehouse"),
            "DBT_LOG_PATH": str(result / "logs"),
            "GRID_PERSON_KEY": PERSON_KEY,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    (result / "build.txt").write_text(completed.stdout + completed.stderr, encoding="utf-8")
    return result


def test_no_personal_value_is_anywhere(warehouse: Path) -> None:
    assert places_of(SECRETS, warehouse) == []
    kinds = {path.suffix for path in warehouse.rglob("*")}
    assert {".parquet", ".duckdb", ".html", ".json", ".log"} <= kinds


def test_what_lands_instead_is_one_hash_a_person(warehouse: Path) -> None:
    key = PERSON_KEY.encode()
    with duckdb.connect(str(warehouse / "warehouse" / "landing.duckdb"), read_only=True) as found:
        persons = found.execute(
            "select distinct reporter_key, supervisor_code from marts.fct_cases"
        ).fetchall()
        # The shortened phone is no person; its row is rejected, and says no more than that.
        shortened = found.execute(
            "select reason_code, raw_row from marts.rejected_rows where raw_row like '%(personal)%'"
        ).fetchall()
        rejected = found.execute("select count(*) from marts.rejected_rows").fetchone()
    assert persons == [(person_hash(key, PHONE), person_hash(key, STAFF))]
    assert [row[0] for row in shortened] == ["unparsable_value"]
    assert '"reporter_key":"(personal)"' in re.sub(r'": "', '":"', shortened[0][1])
    assert rejected == (61,)


def test_the_search_finds_what_is_hidden(tmp_path: Path) -> None:
    rows = [{"a": NAME, 'b"c': "x"}]
    write_parquet(tmp_path / "hidden.parquet", [{"a": "y", "b": f"x{NAME}x"}] * 3000)
    (tmp_path / "hidden.source").unlink(missing_ok=True)
    with duckdb.connect(str(tmp_path / "base.duckdb")) as connection:
        connection.execute("create table rows as select ? as a from range(3000)", [NAME])
        connection.execute("create schema s; create view s.v as select a[2:] as part from rows")
        connection.execute(f'create table one as select 1 as "{NAME}"')
        connection.execute(
            f"copy one to '{tmp_path}/told.parquet' (format parquet, kv_metadata {{of: '{PHONE}'}})"
        )
    (tmp_path / "x.gz").write_bytes(gzip.compress(NAME.encode()))
    write_csv(tmp_path / "x.utf16", rows, "utf-16")
    write_csv(tmp_path / "x.gbk", rows, "gbk")
    (tmp_path / "x.json").write_text('{"a": "\\u6b27\\u9633\\u6d4b\\u8bd5\\u67d0"}')
    (tmp_path / f"{NAME}.txt").write_text("nothing")
    (tmp_path / "good.txt").write_text("nothing")
    found = "\n".join(places_of([NAME, "阳测试某", PHONE], tmp_path))
    assert f"hidden.parquet, column b, 3000 rows: {NAME}" in found
    assert f'base.duckdb: "main"."rows", column a, 3000 rows: {NAME}' in found
    assert 'base.duckdb: "s"."v", column part, 3000 rows: 阳测试某' in found
    assert f'base.duckdb: "main"."one", column {NAME}, 1 rows: {NAME}' in found
    assert f"told.parquet: metadata, column value, 1 rows: {PHONE}" in found
    for name in (
        "x.utf16: bytes",
        "x.gbk: bytes",
        "x.json: bytes",
        "x.gz: bytes",
        f"{NAME}.txt: name",
    ):
        assert f"{tmp_path}/{name}" in found
    assert "good.txt" not in found


def test_a_row_of_data_where_the_header_should_be_is_not_shown(tmp_path: Path) -> None:
    row = dict(zip(PLAIN_HEADER, [NAME, PHONE, CARD, STORY, "e", "f", "g"], strict=True))
    for path in (
        write_csv(tmp_path / "c.csv", [dict(zip(row.values(), row, strict=True))]),
        write_xlsx(tmp_path / "c.xlsx", [dict(zip(row.values(), row, strict=True))]),
        write_parquet(tmp_path / "c.parquet", [dict(zip(row.values(), row, strict=True))]),
    ):
        outcome = ingest(tmp_path / "out", path, mapping=plain_mapping(tmp_path))
        assert outcome.exit_code == 2
        assert "header_row" in outcome.err
        assert not any(secret in outcome.err for secret in SECRETS)


def personal_mapping(folder: Path, entry: str) -> Path:
    return plain_mapping(folder, PLAIN_MAPPING.replace("closed_at: closed", entry))


def damaged_parquet(path: Path) -> Path:
    """Write a Parquet file whose text ends in half a character: DuckDB quotes it in its message."""
    duckdb.execute(
        "copy (select "
        + ", ".join(f"'{PHONE}{NAME}' as \"{name}\"" for name in PLAIN_HEADER)
        + f") to '{path}' (format parquet, compression uncompressed)"
    )
    path.write_bytes(path.read_bytes().replace(NAME.encode(), NAME.encode()[:-1] + b"\xff"))
    return path


def damaged_workbook(path: Path) -> Path:
    """Write a workbook with a name in a cell of numbers: openpyxl quotes it in its exception."""
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(PLAIN_HEADER)
    workbook.worksheets[0].append([424242] * len(PLAIN_HEADER))
    workbook.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(b"424242", f"{PHONE}{NAME}".encode()))
    return path


def test_damaged_files_show_no_cell(tmp_path: Path) -> None:
    """What other libraries say about a damaged file can hold a cell of it."""
    wide = openpyxl.Workbook()
    wide.worksheets[0].append(PLAIN_HEADER)
    wide.worksheets[0].append([PHONE + NAME] * 8)
    wide.save(tmp_path / "wide.xlsx")
    ragged = tmp_path / "ragged.csv"
    ragged.write_text(csv_text(PLAIN_HEADER, [[NAME, PHONE]]), encoding="utf-8")
    quote = tmp_path / "quote.csv"
    quote.write_text(csv_text(PLAIN_HEADER, []) + f'"{NAME}"{PHONE},1\n', encoding="utf-8")
    cut = tmp_path / "cut.csv"
    cut.write_bytes(csv_text(PLAIN_HEADER, []).encode() + PHONE.encode() + b"\xff\xff\n")
    files = [
        damaged_parquet(tmp_path / "c.parquet"),
        damaged_workbook(tmp_path / "c.xlsx"),
        tmp_path / "wide.xlsx", ragged, quote, cut,
    ]  # fmt: skip
    for path in files:
        outcome = ingest(tmp_path / "out", path, mapping=plain_mapping(tmp_path))
        assert outcome.exit_code == 2, path
        assert not any(secret in outcome.err + outcome.out for secret in SECRETS), outcome.err


def hashes(folder: Path, normalize: str, *cells: str) -> list[object]:
    """Return what cells of a hashed column land as."""
    mapping = personal_mapping(
        folder, f"reporter_key: {{from: closed, personal: hash, normalize: {normalize}}}"
    )
    rows = [[f"{number:03d}", *PLAIN_ROW[1:6], cell] for number, cell in enumerate(cells)]
    assert ingest(folder / normalize, write_plain(folder / "c.csv", *rows),
                  mapping=mapping).exit_code == 0  # fmt: skip
    return [row[0] for row in landed_rows(folder / normalize, "reporter_key")]


def test_one_person_is_one_hash_as_the_mapping_says(tmp_path: Path) -> None:
    key = PERSON_KEY.encode()
    plain = hashes(tmp_path, "[]", "ab 1", " ab 1\u3000", "AB 1", "", "\u200b")
    assert plain == [person_hash(key, "ab 1")] * 2 + [person_hash(key, "AB 1"), None, None]
    folded = hashes(tmp_path, "[width, blanks, upper]", "ab 1", "ＡＢ\u3000１", "Ab\t1")
    assert folded == [person_hash(key, "AB1")] * 3
    digits = hashes(tmp_path, "digits", "139-8765 4321", "１３９８７６５４３２１", "tel", "—")
    assert digits == [person_hash(key, PHONE)] * 2 + [None, None]
    steps = "[digits, {remove: '^86'}]"
    assert hashes(tmp_path, steps, f"+86{PHONE}", PHONE) == [person_hash(key, PHONE)] * 2
    # Another file, another name, another month: the same person.
    assert hashes(tmp_path, "width", PHONE) == [person_hash(key, PHONE)]


def test_the_hash_is_hmac_sha256() -> None:
    """RFC 4231, test case 2."""
    assert person_hash(b"Jefe", "what do ya want for nothing?") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


def with_key(folder: Path, key: str | None) -> Outcome:
    mapping = personal_mapping(folder, "reporter_key: {from: closed, personal: hash}")
    environment = {} if key is None else {"GRID_PERSON_KEY": key}
    return grid("ingest", write_plain(folder / "c.csv"), "--mapping", mapping, "--out",
                folder / "out", "--delivered-at", DELIVERED, **environment)  # fmt: skip


@pytest.mark.parametrize("key", [None, "", " ", "fifteen-letters", " fifteen-letters  "])
def test_a_missing_or_short_key_is_asked_for_and_never_printed(
    key: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRID_PERSON_KEY", raising=False)
    outcome = with_key(tmp_path, key)
    assert outcome.exit_code == 2
    assert outcome.err.startswith("grid: GRID_PERSON_KEY: the mapping hashes personal columns")
    assert "fifteen" not in outcome.err + outcome.out
    assert not (tmp_path / "out").exists()


def test_blanks_around_the_key_and_odd_bytes_in_it_do_no_harm(tmp_path: Path) -> None:
    odd = os.fsdecode(b"\xff\xfe a key of sixteen bytes")
    for key in (odd, f" {odd}\n"):
        outcome = with_key(tmp_path, key)
        assert (outcome.exit_code, outcome.err) == (0, "")
        assert "sixteen" not in outcome.out
    assert "already ingested" in outcome.out
    assert len(landed_files(tmp_path / "out")) == 1


def test_kept_and_dropped_personal_columns(tmp_path: Path) -> None:
    mapping = personal_mapping(
        tmp_path,
        "reporter_key: {from: closed, personal: keep}\n"
        "  supervisor_code: {from: boss, personal: drop}\npersonal: [closed, boss]",
    )
    path = write_plain(tmp_path / f"{PHONE}.csv", [*PLAIN_ROW[:6], "hashed-by-the-source"])
    assert ingest(tmp_path / "out", path, mapping=mapping).exit_code == 0
    assert landed_rows(tmp_path / "out", "reporter_key, supervisor_code") == [
        ("hashed-by-the-source", None)
    ]
    (file,) = landed_files(tmp_path / "out")
    assert re.fullmatch("20210406T093000-cases-[0-9a-f]{8}", file.stem)


def test_the_example_knows_its_persons() -> None:
    sample = (KUNMING_MAPPING.parent / "cases_sample.csv").read_text(encoding="utf-8")
    mapping = KUNMING_MAPPING.read_text(encoding="utf-8")
    assert "问题描述" in sample
    assert "personal: [上报人, 上报人电话, 监督员, 监督员工号, 问题描述, 事发位置]" in mapping
