"""The bulletin as PDF: all texts, embedded fonts, vector charts, the same bytes twice."""

import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from bulletin_sample import sample_bulletin, texts

from grid_assessment.bulletin import fonts
from grid_assessment.bulletin.charts import draw_charts
from grid_assessment.bulletin.document import (
    Bulletin,
    Cell,
    Column,
    Heading,
    Paragraph,
    Table,
)
from grid_assessment.bulletin.write_pdf import write_pdf
from grid_assessment.errors import GridError


def poppler(tool: str, *arguments: str) -> str:
    """Run a tool of the Debian package poppler-utils."""
    program = shutil.which(tool)
    assert program, f"{tool} is missing: apt-get install poppler-utils"
    return subprocess.run([program, *arguments], capture_output=True, check=True).stdout.decode(
        errors="replace"
    )


def without_spaces(text: str) -> str:
    """Return a text without what separates words, and where one may be divided."""
    return re.sub(r"[\s\u200b]", "", text)


@pytest.fixture(scope="module")
def bulletin() -> Bulletin:
    return sample_bulletin()


@pytest.fixture(scope="module")
def pdf(bulletin: Bulletin, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "bulletin.pdf"
    write_pdf(bulletin, draw_charts(bulletin), path)
    return path


def test_every_text_is_printed_as_it_is(pdf: Path, bulletin: Bulletin) -> None:
    printed = without_spaces(poppler("pdftotext", "-raw", str(pdf), "-"))
    missing = [text for text in texts(bulletin) if without_spaces(text) not in printed]
    assert not missing


def test_annexes_are_listed_before_the_signature_and_copies_are_last(
    pdf: Path, bulletin: Bulletin
) -> None:
    text = poppler("pdftotext", "-raw", str(pdf), "-")
    pages = [page for page in map(without_spaces, text.split("\f")) if page]
    titles = [title for title, _ in bulletin.annexes]
    ending = without_spaces("".join([*titles, bulletin.issuing_body, bulletin.issued_on]))
    assert any(ending in page for page in pages)
    copies = f"抄送：{bulletin.copy_to}{bulletin.issuing_body}{bulletin.issued_on}印发"
    assert without_spaces(copies) in pages[-1]
    assert ending not in pages[-1]
    assert sum(page.count("注：") for page in pages) == 1


def test_a_name_of_one_long_word_stays_on_the_page(bulletin: Bulletin, tmp_path: Path) -> None:
    long = "Neighbourhood" * 12
    table = Table(
        "long",
        "表1　长名称",
        (Column("类别", "text"), Column("件数", "count")),
        ((Cell(long), Cell("731", Decimal(731))),),
    )
    bulletin = Bulletin(bulletin.assessment_month, "通报", "中心", (Paragraph(long), table))
    write_pdf(bulletin, {}, tmp_path / "long.pdf")
    boxes = poppler("pdftotext", "-bbox", str(tmp_path / "long.pdf"), "-")
    ends = [float(end) for end in re.findall('xMax="([0-9.]+)"', boxes)]
    assert max(ends) <= (210 - 26) / 25.4 * 72 + 1
    printed = without_spaces(poppler("pdftotext", "-raw", str(tmp_path / "long.pdf"), "-"))
    assert printed.replace("731", "").count(long) == 2


def test_charts_are_vector(pdf: Path) -> None:
    assert len(poppler("pdfimages", "-list", str(pdf)).splitlines()) == 2


def test_fonts_are_embedded_and_chinese(pdf: Path) -> None:
    rows = poppler("pdffonts", str(pdf)).splitlines()[2:]
    assert rows
    for row in rows:
        embedded, _, has_unicode = row.split()[-5:-2]
        assert (embedded, has_unicode) == ("yes", "yes"), row
        assert "CJK" in row


def test_document_says_what_it_is(pdf: Path, bulletin: Bulletin) -> None:
    lines = poppler("pdfinfo", "-isodates", str(pdf)).splitlines()
    information = {name: value.strip() for name, _, value in (x.partition(":") for x in lines)}
    assert information["Title"] == bulletin.title
    assert information["Author"] == bulletin.issuing_body
    assert information["CreationDate"].startswith("2021-03-01T00:00:00")
    assert information["Tagged"] == "yes"
    assert information["Page size"].endswith("(A4)")


def test_long_table_repeats_its_header(pdf: Path) -> None:
    pages = poppler("pdftotext", "-raw", str(pdf), "-").split("\f")
    streets = [without_spaces(page) for page in pages if "办事处" in page]
    assert len(streets) > 1
    assert all("街道立案数结案数结案率名次" in page for page in streets)


def test_titles_of_the_score_table_keep_their_words(pdf: Path) -> None:
    """A title of four characters stands in one line, and its full marks below it."""
    lines = poppler("pdftotext", "-raw", str(pdf), "-").splitlines()
    words = [word for line in lines for word in line.split()]
    for word in ("管理机制", "监督机制", "专项考核", "附加分"):
        assert word in words


def test_pages_are_numbered(pdf: Path) -> None:
    pages = poppler("pdftotext", str(pdf), "-").split("\f")[:-1]
    for number, page in enumerate(pages, start=1):
        assert f"—{number}—" in without_spaces(page)


def test_headings_are_bookmarks(pdf: Path, bulletin: Bulletin) -> None:
    pages = poppler("pdftohtml", "-xml", "-i", "-stdout", str(pdf))
    outline = pages[pages.index("<outline>") :]
    for block in bulletin.blocks:
        assert not isinstance(block, Heading) or escape(block.number + block.text) in outline
    assert outline.index(bulletin.annexes[0][0]) < outline.index(bulletin.annexes[1][0])


def test_parts_are_tagged(pdf: Path) -> None:
    tags = {word.rstrip(":") for word in poppler("pdfinfo", "-struct", str(pdf)).split()}
    assert {"H1", "H2", "H3", "H4", "Table", "THead", "TH", "TD", "Caption", "Figure"} <= tags


def test_the_same_bulletin_gives_the_same_bytes(
    pdf: Path, bulletin: Bulletin, tmp_path: Path
) -> None:
    again = tmp_path / "again.pdf"
    write_pdf(bulletin, draw_charts(bulletin), again)
    assert again.read_bytes() == pdf.read_bytes()


def test_bare_bulletin_is_printed(tmp_path: Path, bulletin: Bulletin) -> None:
    bare = Bulletin(bulletin.assessment_month, "#strong[通报]", "中心", ())
    write_pdf(bare, {}, tmp_path / "bare.pdf")
    assert "#strong[通报]" in poppler("pdftotext", str(tmp_path / "bare.pdf"), "-")


def test_without_a_chinese_font_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bulletin: Bulletin
) -> None:
    drawings = draw_charts(bulletin)
    monkeypatch.setattr(fonts, "_system_families", lambda: frozenset({"DejaVu Sans"}))
    with pytest.raises(GridError, match="fonts-noto-cjk"):
        write_pdf(bulletin, drawings, tmp_path / "boxes.pdf")
    assert not list(tmp_path.iterdir())
