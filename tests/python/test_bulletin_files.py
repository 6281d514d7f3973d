"""The files of a bulletin, opened: the document with python-docx, the workbook with openpyxl."""

import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import docx
import duckdb
import openpyxl
import pytest
from bulletin_support import (
    GROUP,
    ISSUED_ON,
    MARCH,
    ONE_PIXEL,
    Made,
    Month,
    bulletin_of,
    by_district,
    charts,
    headings,
    paragraphs,
    tables,
)
from conftest import PROJECT_DIR
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from openpyxl.workbook import Workbook

from grid_assessment.bulletin.city import CityTexts, Part, read_city_texts
from grid_assessment.bulletin.content import Issue, read_bulletin
from grid_assessment.bulletin.content.findings import Finding
from grid_assessment.bulletin.document import Bulletin, Table
from grid_assessment.bulletin.write_docx import write_docx
from grid_assessment.bulletin.write_xlsx import INDEX, sheet_name, write_xlsx

HOSTILE = (
    '=HYPERLINK("http://x")',
    "+1+1",
    "-2",
    "@SUM(A1)",
    "<b>&amp;</b>",
    "{{ 7*7 }}{% raw %}",
    "坏\x00\x01\x0b名\ufffe\n一、假标题",
    "#set text(red)",
    "\u202e反\u2066序\u2069",
)
FINDING = Finding(
    "parts_against_whole",
    "registered_count:all:all",
    Decimal("100.000000"),
    Decimal("101.500000"),
    Decimal("1.500000"),
    "各区立案量之和为101.5件，与合计100件不符。",
)


@pytest.fixture(scope="module")
def bulletin(sample_database: Path) -> Bulletin:
    city = read_city_texts(PROJECT_DIR / "seeds" / "reference", GROUP)
    with duckdb.connect(str(sample_database), read_only=True) as connection:
        return read_bulletin(connection, MARCH, GROUP, Issue(city, ISSUED_ON, (FINDING,)))


def written_docx(bulletin: Bulletin, folder: Path) -> Document:
    path = folder / "bulletin.docx"
    write_docx(bulletin, path, dict.fromkeys(charts(bulletin), ONE_PIXEL))
    return docx.Document(str(path))


def written_xlsx(bulletin: Bulletin, folder: Path) -> Workbook:
    path = folder / "bulletin.xlsx"
    write_xlsx(bulletin, path)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def document(bulletin: Bulletin, tmp_path_factory: pytest.TempPathFactory) -> Document:
    return written_docx(bulletin, tmp_path_factory.mktemp("docx"))


@pytest.fixture(scope="module")
def workbook(bulletin: Bulletin, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return written_xlsx(bulletin, tmp_path_factory.mktemp("xlsx"))


def style_names(document: Document) -> Iterator[tuple[str, str]]:
    for paragraph in document.paragraphs:
        assert paragraph.style is not None
        yield str(paragraph.style.name), paragraph.text


def test_the_document_has_title_headings_and_text_in_order(
    document: Document, bulletin: Bulletin
) -> None:
    written = list(style_names(document))
    assert written[0] == ("Title", "昆明市主城区2021年3月\n城市网格化管理通报")
    found = [text for style, text in written if style.startswith("Heading")]
    titles = [title for title, _ in bulletin.annexes]
    assert found == [*headings(bulletin), *titles]
    assert len(titles) == 3
    annexes = [one for one in document.paragraphs if one.text in titles][-3:]
    assert all(one.paragraph_format.page_break_before for one in annexes)
    texts = [text for style, text in written if style == "Body Text"]
    assert [text for text in texts if text not in titles] == paragraphs(bulletin)
    assert [text for text in texts if text in titles] == titles


def test_the_document_lists_its_annexes_is_signed_and_ends_with_the_copies(
    document: Document, bulletin: Bulletin
) -> None:
    written = [(style, text) for style, text in style_names(document) if text.strip()]
    titles = [title for title, _ in bulletin.annexes]
    signed = written.index(("Signed", f"{bulletin.issuing_body}\n2021年4月8日"))
    assert written[signed - len(titles) : signed] == [("Body Text", title) for title in titles]
    assert written[signed + 1] == ("Heading 1", titles[0])
    assert written[-2:] == [
        ("Ending", f"抄送：{bulletin.copy_to}"),
        ("Ending", f"{bulletin.issuing_body}\t2021年4月8日印发"),
    ]


def test_the_tables_of_the_document_are_those_of_the_bulletin(
    document: Document, bulletin: Bulletin
) -> None:
    for written, table in zip(document.tables, tables(bulletin).values(), strict=True):
        rows = [[cell.text for cell in row.cells] for row in written.rows]
        assert [title.replace("\n（", "（") for title in rows[0]] == [
            column.title for column in table.columns
        ]
        assert rows[1:] == [[cell.text for cell in row] for row in table.rows]
        first, *others = written._tbl.tr_lst
        assert first.find(".//" + qn("w:tblHeader")) is not None
        assert all(row.find(".//" + qn("w:tblHeader")) is None for row in others)


def test_every_program_sees_the_same_widths_of_columns(document: Document) -> None:
    """LibreOffice reads the grid of a table, Word its cells."""
    for written in document.tables:
        widths = [cell.width for cell in written.rows[0].cells]
        assert [column.width for column in written.columns] == widths
        assert all(width is not None for width in widths)


def test_a_column_of_names_is_centred_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    names = {"A": "短区", "B": "名称很长很长很长很长很长的区", "C": "丙区", "D": "丁区"}
    figures = by_district("patrol_coverage_rate", ("1", "2", "3", "4"))
    (table,) = written_docx(bulletin_of(Month(figures, names)), tmp_path).tables
    alignments = {row.cells[0].paragraphs[0].alignment for row in list(table.rows)[1:]}
    assert alignments == {None}


def test_captions_stand_at_their_tables_and_pictures(
    document: Document, bulletin: Bulletin
) -> None:
    captions = [text for style, text in style_names(document) if style == "Caption" and text]
    expected = [one.caption for one in tables(bulletin).values()]
    expected += [one.caption for one in charts(bulletin).values()]
    assert sorted(captions) == sorted(expected)
    descriptions = [
        properties.get("descr", "") for properties in document.element.iter(qn("wp:docPr"))
    ]
    assert len(descriptions) == len(charts(bulletin)) == 9
    for description, chart in zip(descriptions, charts(bulletin).values(), strict=True):
        assert description.startswith(chart.caption)
        assert all(name in description for name in chart.categories)


def test_the_form_is_that_of_an_official_document(document: Document) -> None:
    section = document.sections[0]
    assert section.page_width and section.page_height
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21, 29.7)
    assert "PAGE" in section.footer._element.xml
    body = document.styles["Body Text"]
    normal = document.styles["Normal"]
    assert normal.font.size == Pt(16)
    assert normal.paragraph_format.line_spacing == Pt(28)
    assert 'w:firstLineChars="200"' in body.element.xml
    for name, font in (("Title", "方正小标宋简体"), ("Heading 1", "黑体"), ("Heading 2", "楷体")):
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == font
        assert fonts.get(qn("w:eastAsiaTheme")) is None


def test_fonts_have_others_that_stand_in_for_them(bulletin: Bulletin, tmp_path: Path) -> None:
    written_docx(bulletin, tmp_path)
    with zipfile.ZipFile(tmp_path / "bulletin.docx") as package:
        fonts = package.read("word/fontTable.xml").decode()
    for name in ("方正小标宋简体", "仿宋", "黑体", "楷体"):
        assert re.search(f'<w:font w:name="{name}"><w:altName w:val="[^"]+"/>', fonts)


def test_the_same_bulletin_is_the_same_document(bulletin: Bulletin, tmp_path: Path) -> None:
    contents = []
    for _ in range(2):
        written_docx(bulletin, tmp_path)
        with zipfile.ZipFile(tmp_path / "bulletin.docx") as package:
            contents.append({name: package.read(name) for name in package.namelist()})
    assert contents[0] == contents[1]


def test_the_workbook_has_a_sheet_for_every_table(workbook: Workbook, bulletin: Bulletin) -> None:
    captions = [*(one.caption for one in tables(bulletin).values()), "全部数据"]
    assert workbook.sheetnames[0] == INDEX
    assert [sheet.cell(1, 1).value for sheet in workbook.worksheets[1:]] == captions
    listed = [row[0].value for row in workbook[INDEX].iter_rows(min_row=3)]
    assert listed == captions
    for row in workbook[INDEX].iter_rows(min_row=3):
        assert row[0].hyperlink is not None
        target = re.fullmatch(r"'(.+)'!A1", str(row[0].hyperlink.location))
        assert target and target[1] in workbook.sheetnames
    for sheet in workbook.worksheets[1:]:
        assert sheet.freeze_panes == "B4"


def test_numbers_are_numbers_that_show_their_printed_digits(
    workbook: Workbook, bulletin: Bulletin
) -> None:
    assert bulletin.figures is not None
    printed = (*tables(bulletin).values(), bulletin.figures)
    numbers = 0
    for sheet, table in zip(workbook.worksheets[1:], printed, strict=True):
        assert [cell.value for cell in sheet[3]] == [column.title for column in table.columns]
        for cells, row in zip(sheet.iter_rows(min_row=4), table.rows, strict=True):
            for cell, expected in zip(cells, row, strict=True):
                assert shown(cell.value, cell.number_format) == expected.text
                if not isinstance(cell.value, str) and cell.value is not None:
                    assert Decimal(str(cell.value)) == expected.value
                    numbers += 1
    assert numbers > 2000


def shown(value: object, number_format: str) -> str:
    """Return what Excel shows of a cell in the formats that the workbook has."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    number = Decimal(str(value))
    pattern = number_format
    sections = number_format.split(";")
    if len(sections) == 3:
        pattern = sections[0] if number > 0 else sections[1] if number < 0 else sections[2]
        number = abs(number)
    match = re.fullmatch(r'([+-]?)0(?:\.(0+))?("%")?', pattern)
    assert match, number_format
    return f"{match[1]}{number:.{len(match[2] or '')}f}{'%' if match[3] else ''}"


def hostile_bulletin() -> Bulletin:
    names = dict(zip("ABCDEFGHI", HOSTILE, strict=True))
    figures = [Made("patrol_coverage_rate", number, one) for number, one in enumerate(names, 91)]
    figures += [Made("class_registered_count", 99, member="event")]
    for number, one in enumerate(names, 1):
        figures.append(Made("category_registered_count", number, member=f"event|{one}"))
        figures.append(Made("category_class_share", number, member=f"event|{one}"))
    city = CityTexts(area_name="{{ 7*7 }}", copy_to="=1+1", parts=(Part("<w:p>", ("A",)),))
    return bulletin_of(Month(figures, districts=names, categories=names), Issue(city))


def cleaned(name: str) -> str:
    turned = re.sub("[\u202e\u2066\u2069]", "", name)
    return re.sub(r"[\x00-\x1f\ufffe]+", " ", turned).strip()


def test_hostile_names_are_texts_in_the_document(tmp_path: Path) -> None:
    bulletin = hostile_bulletin()
    document = written_docx(bulletin, tmp_path)
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert {cleaned(name) for name in HOSTILE} <= cells
    texts = [text for style, text in style_names(document) if style == "Body Text"]
    assert any("坏 名 一、假标题" in text or "#set text(red)" in text for text in texts)
    assert headings(bulletin).count("一、考核得分与排名") == 1
    assert not any("假标题" in heading for heading in headings(bulletin))
    assert document.paragraphs[0].text.startswith("{{ 7*7 }}")
    everything = document.element.xml
    assert "49" not in re.sub(r"<[^>]*>", "", everything)


def test_hostile_names_are_texts_in_the_workbook(tmp_path: Path) -> None:
    workbook = written_xlsx(hostile_bulletin(), tmp_path)
    values = set()
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str):
                    values.add(cell.value)
    assert {cleaned(name) for name in HOSTILE} <= values


def test_sheet_names_are_excels_and_unique() -> None:
    assert sheet_name("表1　a/b:c*d?e[f]g\\h", set()) == "表1　a b c d e f g h"
    assert sheet_name("'x'", set()) == "x"
    assert sheet_name("*", set()) == "表"
    long = "表" * 40
    first = sheet_name(long, set())
    second = sheet_name(long, {first})
    assert (len(first), len(second), second[-2:]) == (31, 31, "_2")
    assert sheet_name("ABC", {"abc"}) == "ABC_2"


def test_allowed_findings_are_an_annex(bulletin: Bulletin, document: Document) -> None:
    title, blocks = bulletin.annexes[-1]
    assert title == "附件3　数据核查发现的问题"
    table = next(block for block in blocks if isinstance(block, Table))
    assert [cell.text for cell in table.rows[0]] == [
        *("1", FINDING.explanation, "100", "101.5", "1.5")
    ]
    assert FINDING.explanation in document.tables[-1].rows[1].cells[1].text


def test_a_bulletin_without_issuing_body_or_copies(tmp_path: Path) -> None:
    bulletin = bulletin_of(Month(by_district("patrol_coverage_rate", ("1", "2", "3", "4"))))
    written = list(style_names(written_docx(bulletin, tmp_path)))
    assert not any(style in {"Ending", "Signed"} for style, _ in written)
