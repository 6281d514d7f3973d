"""The bulletin as an editable document in the customary form of official ones (公文)."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from io import BytesIO
from itertools import chain
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt
from docx.table import Table as DocxTable
from docx.table import _Row
from docx.text.paragraph import Paragraph as DocxParagraph

from grid_assessment.bulletin.document import (
    Block,
    Bulletin,
    Cell,
    Chart,
    Heading,
    Paragraph,
    Table,
)
from grid_assessment.bulletin.docx_styles import (
    BODY_SIZE,
    CAPTION,
    ENDING,
    SIGNATURE,
    TABLE_TEXT,
    set_font_fallbacks,
    set_page,
    set_styles,
)
from grid_assessment.bulletin.text import clean_text

TEXT_WIDTH, PICTURE_WIDTH = Cm(15.6), Cm(13)
SIGNATURE_MARGIN = Cm(1.1)
_TITLE_LENGTH = 18
_MANY_COLUMNS = 8
_DENSE_MARGIN = Cm(0.05)
_FEW_DIGITS, _TITLE_DIGITS, _MOST_DIGITS, _CENTRED_CHARACTERS = 6, 8, 60, 12
_LATIN_WORD = re.compile(r"[!-~]+")


def write_docx(bulletin: Bulletin, path: Path, pictures: Mapping[str, bytes]) -> None:
    """Write a bulletin as a Word document.

    Args:
        bulletin: the document.
        path: the file to write.
        pictures: a PNG for each chart, by the chart's name.
    """
    document = docx.Document()
    set_page(document)
    set_styles(document)
    set_font_fallbacks(document)
    properties = document.core_properties
    properties.title = clean_text(bulletin.title)
    properties.author = clean_text(bulletin.issuing_body)
    properties.comments = ""
    properties.created = properties.modified = datetime(
        bulletin.assessment_month.year, bulletin.assessment_month.month, 1
    )
    document.add_paragraph(_title(bulletin.title), style="Title")
    _write_blocks(document, bulletin.blocks, pictures)
    _write_signature(document, bulletin)
    for title, blocks in bulletin.annexes:
        heading = document.add_paragraph(clean_text(title), style="Heading 1")
        heading.paragraph_format.page_break_before = True
        _write_blocks(document, blocks, pictures)
    _write_copy_line(document, bulletin)
    document.save(str(path))


def _title(title: str) -> str:
    """Divide a title behind its month where a line does not hold it."""
    cleaned = clean_text(title)
    before, month, after = cleaned.rpartition("月")
    return f"{before}{month}\n{after}" if after and len(cleaned) > _TITLE_LENGTH else cleaned


def _write_blocks(
    document: Document, blocks: Iterable[Block], pictures: Mapping[str, bytes]
) -> None:
    for block in blocks:
        match block:
            case Heading():
                text = f"{block.number}{clean_text(block.text)}"
                document.add_paragraph(text, style=f"Heading {block.level}")
            case Paragraph():
                document.add_paragraph(clean_text(block.text), style="Body Text")
            case Table():
                _write_table(document, block)
            case Chart():
                _write_chart(document, block, pictures[block.name])


def _write_chart(document: Document, chart: Chart, picture: bytes) -> None:
    paragraph = document.add_paragraph(style=CAPTION)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run().add_picture(BytesIO(picture), width=PICTURE_WIDTH)
    for properties in paragraph._p.iter(qn("wp:docPr")):
        properties.set("descr", clean_text(_alternative_text(chart)))
        properties.set("title", clean_text(chart.caption))
    document.add_paragraph(clean_text(chart.caption), style=CAPTION)


def _alternative_text(chart: Chart) -> str:
    """Say in words what a chart shows: each series with its printed values."""
    told = []
    for series in chart.series:
        values = (
            f"{category}{cell.text}"
            for category, cell in zip(chart.categories, series.cells, strict=True)
        )
        told.append(f"{series.name}（{series.unit}）：{'，'.join(values)}")
    return f"{chart.caption}。{'；'.join(told)}。"


def _write_table(document: Document, table: Table) -> None:
    caption = document.add_paragraph(clean_text(table.caption), style=CAPTION)
    caption.paragraph_format.keep_with_next = True
    written = document.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    written.style = "Table Grid"
    written.alignment = WD_TABLE_ALIGNMENT.CENTER
    written.autofit = False
    is_dense = len(table.columns) > _MANY_COLUMNS
    size = Pt(8) if is_dense else Pt(10.5)
    widths = _widths(table)
    for column, width in zip(written.columns, widths, strict=True):
        column.width = width
    rows = list(written.rows)
    header = tuple(Cell(column.title) for column in table.columns)
    is_centred = [
        column.kind != "text"
        or all(len(row[place].text) <= _CENTRED_CHARACTERS for row in table.rows)
        for place, column in enumerate(table.columns)
    ]
    for number, (row, contents) in enumerate(zip(rows, (header, *table.rows), strict=True)):
        _write_row(row, contents, widths, is_centred if number else [True] * len(widths))
        _set_row(row, size, is_header=number == 0)
    if is_dense:
        _make_dense(written, rows[0])
    if table.note:
        note = document.add_paragraph(f"注：{clean_text(table.note)}", style=TABLE_TEXT)
        note.paragraph_format.space_after = Pt(6)
    else:
        document.add_paragraph(style=TABLE_TEXT)


def _make_dense(table: DocxTable, header: _Row) -> None:
    """Leave little beside the texts, and give what stands in brackets a line of its own."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(_DENSE_MARGIN.twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tblPr.find(qn("w:tblLook")).addprevious(margins)
    for cell in header.cells:
        for run in cell.paragraphs[0].runs:
            run.text = run.text.replace("（", "\n（")


def _write_row(
    row: _Row, contents: tuple[Cell, ...], widths: list[Length], is_centred: list[bool]
) -> None:
    for cell, content, width, centred in zip(row.cells, contents, widths, is_centred, strict=True):
        cell.width = width
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = cell.paragraphs[0]
        paragraph.style = TABLE_TEXT
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(clean_text(content.text))


def _set_row(row: _Row, size: Pt, *, is_header: bool) -> None:
    """Set the letters of a row; the header recurs on every page, and no page divides a row."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_header:
        properties.append(OxmlElement("w:tblHeader"))
    for cell in row.cells:
        for run in cell.paragraphs[0].runs:
            run.font.size, run.font.bold = size, is_header


def _widths(table: Table) -> list[Length]:
    """Share the width of the text among the columns by their longest texts; titles take lines."""
    lengths = []
    for place, column in enumerate(table.columns):
        words = [len(word) + 3 for word in _LATIN_WORD.findall(column.title)]
        title = max(min(_digits(column.title), _TITLE_DIGITS), *words, 0)
        texts = chain((title,), (_digits(row[place].text) + 1 for row in table.rows))
        lengths.append(min(_MOST_DIGITS, max(_FEW_DIGITS, *texts)))
    whole = sum(lengths)
    return [Length(TEXT_WIDTH * length // whole) for length in lengths]


def _digits(text: str) -> int:
    """Return the width of a text in digits; a Chinese character takes two."""
    return sum(1 if char.isascii() else 2 for char in text)


def _write_signature(document: Document, bulletin: Bulletin) -> None:
    """List the annexes, each on its line, and sign: the issuing body above the date."""
    if bulletin.annexes:
        document.add_paragraph()
    for title, _ in bulletin.annexes:
        document.add_paragraph(clean_text(title), style="Body Text")
    lines = [clean_text(text) for text in (bulletin.issuing_body, bulletin.issued_on) if text]
    if not lines:
        return
    paragraph = document.add_paragraph("\n".join(lines), style=SIGNATURE)
    width = max(sum(0.6 if char.isascii() else 1 for char in line) for line in lines)
    left = TEXT_WIDTH - SIGNATURE_MARGIN - Pt(BODY_SIZE.pt * (width + 1))
    paragraph.paragraph_format.left_indent = Length(max(0, left))
    paragraph.paragraph_format.right_indent = SIGNATURE_MARGIN


def _write_copy_line(document: Document, bulletin: Bulletin) -> None:
    """Write between lines at the very end whom the bulletin goes to (版记)."""
    if not bulletin.copy_to:
        return
    document.add_paragraph()
    copy_to = document.add_paragraph(f"抄送：{clean_text(bulletin.copy_to)}", style=ENDING)
    copy_to.paragraph_format.keep_with_next = True
    issued = f"{clean_text(bulletin.issued_on)}印发" if bulletin.issued_on else ""
    last = document.add_paragraph(f"{clean_text(bulletin.issuing_body)}\t{issued}", style=ENDING)
    last.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    for paragraph in (copy_to, last):
        _draw_lines(paragraph)
        paragraph.paragraph_format.keep_together = True


def _draw_lines(paragraph: DocxParagraph) -> None:
    borders = OxmlElement("w:pBdr")
    for side in ("top", "bottom", "between"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "4"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"
    )
