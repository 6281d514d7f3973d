"""``grid bulletin`` on a published version: its files, its refusals, and that it is all or none."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from publishing_support import Site, built_site

from grid_assessment.bulletin.city import CityTexts, read_city_texts
from grid_assessment.bulletin.command import file_stem
from grid_assessment.bulletin.files import files_in_place
from grid_assessment.errors import GridError

FINDING = """
    insert into marts.bulletin_audit_findings by name
    select 'x' as finding_code, 'computed' as edition_code,
        date '2021-03-01' as assessment_month, 'main_urban' as assessment_group_code,
        'parts_against_whole' as rule_code, 'registered_count:all:all' as figure_codes,
        'case' as unit, '各区之和与合计不符' as explanation, 1 as expected, 2 as found,
        1 as difference
"""


@pytest.fixture(scope="module")
def site(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A published sample; February has a contradiction, March has none."""
    site = built_site(sample_warehouse, tmp_path_factory.mktemp("bulletin") / "warehouse")
    with duckdb.connect(str(site.database)) as connection:
        connection.execute(FINDING.replace("2021-03", "2021-02"))
    assert site.publish()[0] == 0
    return site


@pytest.fixture
def out(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "made" / "here"


def names(out: Path) -> list[str]:
    return sorted(path.name for path in out.iterdir())


def test_all_formats_of_a_month(site: Site, out: Path) -> None:
    code, output = site.run("bulletin", "--month", "2021-03", "--out", str(out))
    assert code == 0, output
    assert names(out) == [f"bulletin-2021-03.{one}" for one in ("docx", "html", "pdf", "xlsx")]
    assert output.split() == [
        str(out / f"bulletin-2021-03.{one}") for one in ("docx", "pdf", "html", "xlsx")
    ]
    assert (out / "bulletin-2021-03.pdf").read_bytes()[:5] == b"%PDF-"


def test_one_format_replaces_its_file_and_no_other(site: Site, out: Path) -> None:
    out.mkdir(parents=True)
    (out / "bulletin-2021-03.xlsx").write_text("old")
    (out / "bulletin-2021-03.docx").write_text("kept")
    arguments = ("bulletin", "--month", "2021-03", "--format", "XLSX", "--out", str(out))
    code, output = site.run(*arguments, "--group", "main_urban")
    assert code == 0, output
    assert (out / "bulletin-2021-03.xlsx").read_bytes()[:2] == b"PK"
    assert (out / "bulletin-2021-03.docx").read_text() == "kept"
    assert len(names(out)) == 2


def test_findings_stop_the_bulletin_before_anything_is_written(site: Site, out: Path) -> None:
    code, output = site.run("bulletin", "--month", "2021-02", "--out", str(out))
    assert code == 1
    assert "各区之和与合计不符" in output
    assert "--allow-findings" in output
    assert not out.exists()
    arguments = ("--format", "docx", "--allow-findings", "--out", str(out))
    code, output = site.run("bulletin", "--month", "2021-02", *arguments)
    assert code == 0, output
    assert names(out) == ["bulletin-2021-02.docx"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--month", "2021-07"), "not published; there are: 2021-02, 2021-03"),
        (("--month", "2021-13"), "expected YYYY-MM"),
        (("--month", "2021-03", "--format", "docx,odt"), "expected some of docx,pdf,html,xlsx"),
        (("--month", "2021-03", "--format", ","), "expected some of docx,pdf,html,xlsx"),
        (("--month", "2021-03", "--group", "north"), "there are: main_urban"),
    ],
)
def test_bad_input_is_told_with_what_there_is(
    site: Site, out: Path, arguments: tuple[str, ...], message: str
) -> None:
    code, output = site.run("bulletin", *arguments, "--out", str(out))
    assert code == 2
    assert message in output
    assert not out.exists()


def test_nothing_published_and_a_version_older_than_the_audit(
    sample_warehouse: Path, tmp_path: Path
) -> None:
    site = built_site(sample_warehouse, tmp_path / "warehouse")
    code, output = site.run("bulletin", "--month", "2021-03", "--out", str(tmp_path / "out"))
    assert (code, "run grid build" in output) == (2, True)
    assert site.publish()[0] == 0
    database = site.published / "current" / "marts.duckdb"
    database.chmod(0o644)
    with duckdb.connect(str(database)) as connection:
        connection.execute("drop table marts.bulletin_audit_findings")
    code, output = site.run("bulletin", "--month", "2021-03", "--out", str(tmp_path / "out"))
    assert code == 2
    assert "older than the audit" in output


def test_files_appear_all_or_none(tmp_path: Path) -> None:
    def write_and_fail() -> None:
        with files_in_place(tmp_path) as folder:
            (folder / "one").write_text("half")
            raise GridError("no font")

    with pytest.raises(GridError, match="no font"):
        write_and_fail()
    assert names(tmp_path) == []
    with files_in_place(tmp_path) as folder:
        (folder / "one").write_text("whole")
        assert not (tmp_path / "one").exists()
    assert names(tmp_path) == ["one"]


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(GridError, match="cannot be written"), files_in_place(tmp_path / "file"):
        pass


def test_a_group_is_named_where_there_are_several() -> None:
    month = date(2021, 3, 1)
    assert file_stem(month, "main_urban", is_named=False) == "bulletin-2021-03"
    assert file_stem(month, "../a b", is_named=True) == "bulletin-2021-03-___a_b"
    assert file_stem(month, "主城", is_named=True) == "bulletin-2021-03-主城"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("title = 'x'", "title: unknown; expected one of: area_name"),
        ("basis = 'x'", "basis: expected a list of texts"),
        ("area_name = 1", "area_name: expected a text"),
        ("parts = [{name = 'x'}]", "parts: expected tables with name and districts"),
        ("groups = 1", "groups: expected tables"),
        ("area_name = ", "not readable as TOML"),
    ],
)
def test_a_city_file_that_is_wrong_is_told(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "bulletin.toml").write_text(content)
    with pytest.raises(GridError, match=r"bulletin\.toml: ") as error:
        read_city_texts(tmp_path, "any")
    assert message in str(error.value)


def test_a_group_overrides_the_city_and_without_a_file_all_is_neutral(tmp_path: Path) -> None:
    assert read_city_texts(tmp_path, "any") == CityTexts()
    (tmp_path / "bulletin.toml").write_text(
        "area_name = '甲市'\n[groups.outer]\narea_name = '乙县'\nbasis = ['《丙》']\n",
        encoding="utf-8",
    )
    assert read_city_texts(tmp_path, "inner") == CityTexts(area_name="甲市")
    assert read_city_texts(tmp_path, "outer") == CityTexts(area_name="乙县", basis=("《丙》",))
