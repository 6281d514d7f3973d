"""The workbook of a bulletin: an index, a sheet for every table, a sheet of all figures."""

import re
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from grid_assessment.bulletin.document import Bulletin, Cell, Table
from grid_assessment.bulletin.text import clean_text

INDEX = "目录"
_NUMBER = re.compile(r"([+-]?)[0-9]+(?:\.([0-9]+))?(%?)")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_NAME_LENGTH = 31
_HEADER_ROW = 3
_LONGEST_WIDTH = 48
_BOLD = Font(bold=True)
_FILL = PatternFill("solid", fgColor="DDE6F0")


def write_xlsx(bulletin: Bulletin, path: Path) -> None:
    """Write the tables of a bulletin as a workbook.

    Numbers are numbers in the format of their printed digits; every text is a text, never a
    formula.

    Args:
        bulletin: the document.
        path: the file to write.
    """
    workbook = Workbook()
    index = workbook.worksheets[0]
    index.title = INDEX
    _write_text(_cell(index, 1, 1), bulletin.title, bold=True)
    index.column_dimensions["A"].width = _LONGEST_WIDTH
    names = {INDEX}
    for row, table in enumerate(_tables(bulletin), start=_HEADER_ROW):
        name = sheet_name(table.caption, names)
        names.add(name)
        _write_table(workbook.create_sheet(name), table)
        cell = _cell(index, row, 1)
        _write_text(cell, table.caption)
        quoted = name.replace("'", "''")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!A1")
        cell.style = "Hyperlink"
        cell.data_type = "s"
    workbook.save(path)


def sheet_name(caption: str, taken: set[str]) -> str:
    """Return a caption as the name of a sheet: Excel's characters and length, and unique."""
    name = _FORBIDDEN.sub(" ", clean_text(caption)).strip("' ")[:_NAME_LENGTH].strip("' ")
    name = name or "表"
    unique, number = name, 1
    lower = {one.lower() for one in taken}
    while unique.lower() in lower:
        number += 1
        ending = f"_{number}"
        unique = f"{name[: _NAME_LENGTH - len(ending)]}{ending}"
    return unique


def _tables(bulletin: Bulletin) -> Iterator[Table]:
    for blocks in (bulletin.blocks, *(blocks for _, blocks in bulletin.annexes)):
        yield from (block for block in blocks if isinstance(block, Table))
    if bulletin.figures is not None:
        yield bulletin.figures


def _write_table(sheet: Worksheet, table: Table) -> None:
    _write_text(_cell(sheet, 1, 1), table.caption, bold=True)
    if table.note:
        _write_text(_cell(sheet, 2, 1), f"注：{table.note}")
    widths = []
    for place, column in enumerate(table.columns, start=1):
        cell = _cell(sheet, _HEADER_ROW, place)
        _write_text(cell, column.title, bold=True)
        cell.fill = _FILL
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        widths.append(_width(column.title))
    for number, row in enumerate(table.rows, start=_HEADER_ROW + 1):
        for place, content in enumerate(row, start=1):
            _write_cell(_cell(sheet, number, place), content)
            widths[place - 1] = max(widths[place - 1], _width(content.text))
    for place, width in enumerate(widths, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = min(_LONGEST_WIDTH, width + 3)
    sheet.freeze_panes = f"B{_HEADER_ROW + 1}"
    if table.rows:
        last = get_column_letter(len(table.columns))
        sorted_rows = len(table.rows) - table.has_total
        sheet.auto_filter.ref = f"A{_HEADER_ROW}:{last}{_HEADER_ROW + sorted_rows}"


def _cell(sheet: Worksheet, row: int, column: int) -> SheetCell:
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        raise TypeError(f"{sheet.title}: no cell is merged")
    return cell


def _write_cell(target: SheetCell, content: Cell) -> None:
    """Write a number with its printed digits; what is printed as words stays a text."""
    digits = _NUMBER.fullmatch(content.text)
    if content.value is None or digits is None:
        _write_text(target, content.text)
        return
    sign, decimals, percent = digits.groups()
    pattern = f"0.{'0' * len(decimals)}" if decimals else "0"
    pattern += '"%"' if percent else ""
    target.value = content.value
    target.number_format = f"+{pattern};-{pattern};{pattern}" if sign == "+" else pattern
    target.alignment = Alignment(horizontal="right")


def _write_text(target: SheetCell, text: str, *, bold: bool = False) -> None:
    """Write a text as such: one that begins with = is not a formula, and looks none to Excel."""
    cleaned = clean_text(text)
    target.value = cleaned
    target.data_type = "s"
    if cleaned[:1] in {"=", "+", "-", "@"}:
        target.quotePrefix = True
    if bold:
        target.font = _BOLD


def _width(text: str) -> int:
    """Return the width of a text in digits; a Chinese character takes two."""
    return sum(1 if char.isascii() else 2 for char in text)
