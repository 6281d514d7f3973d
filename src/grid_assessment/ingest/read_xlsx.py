"""Reads delivered Excel workbooks (.xlsx)."""

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any

import openpyxl

from grid_assessment.errors import GridError
from grid_assessment.ingest.header import column_positions, is_blank
from grid_assessment.ingest.mapping import Mapping
from grid_assessment.ingest.text import listed, shown

# Excel keeps 15 digits of a number.
EXACT_NUMBERS = 1e15
# A cell with a formula and no result; the empty text, of type str, is one.
RESULTLESS = re.compile(
    rb"<(?:\w+:)?c (?![^>]*t=.str.)[^>]*>\s*"
    rb"(?:<(?:\w+:)?f(?: [^>]*)?>[^<]*</(?:\w+:)?f>|<(?:\w+:)?f(?: [^>]*)?/>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
CHUNK = 1 << 20


def cell_text(value: object) -> str | None:
    """Return a cell as the text that the same cell has in a CSV export.

    Dates become ISO text, 3.0 becomes 3; a number of more digits than Excel keeps becomes
    scientific notation, which no contract type reads.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        if abs(value) >= EXACT_NUMBERS:
            return f"{value:.14e}"
        return str(int(value)) if float(value).is_integer() else repr(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value.isoformat()} 00:00:00"
    # Of a datetime: YYYY-MM-DD HH:MM:SS.
    return str(value)


def _sheet_rows(workbook: Any, name: str) -> Iterator[list[str | None]]:
    sheet = workbook[name]
    # Some programs write a wrong extent, at which openpyxl would stop reading.
    sheet.reset_dimensions()
    for cells in sheet.iter_rows(values_only=True):
        yield [cell_text(cell) for cell in cells]


def _sheet_name(workbook: Any, path: Path, mapping: Mapping) -> str:
    """Return the sheet that the mapping names, else the only one that holds anything."""
    names = [sheet.title for sheet in workbook.worksheets]
    if mapping.sheet is not None:
        if mapping.sheet not in names:
            raise GridError(
                f"{shown(path)}: no sheet {listed([mapping.sheet])}; found {listed(names)}; correct"
                f" {shown(mapping.path)}"
            )
        return mapping.sheet
    filled = [name for name in names if not all(map(is_blank, _sheet_rows(workbook, name)))]
    if not filled:
        raise GridError(f"{shown(path)}: every sheet is empty; expected a header and rows")
    if len(filled) > 1:
        raise GridError(
            f"{shown(path)}: sheets {listed(filled)} all hold something; name one of them in"
            f" {shown(mapping.path)} (sheet: …)"
        )
    return str(filled[0])


def _lacks_results(path: Path) -> bool:
    """Tell whether a program that does not compute has written a formula into the workbook."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                with archive.open(name) as stream:
                    end = b""
                    while chunk := stream.read(CHUNK):
                        if RESULTLESS.search(end + chunk):
                            return True
                        end = chunk[-16384:]
    return False


def _written_rows(path: Path, name: str, header_row: int) -> Iterator[Sequence[object]]:
    """Yield what is written in the rows below a header: formulas and not their results.

    There are none where every formula has a result: to read twice takes twice as long.
    """
    if not _lacks_results(path):
        return
    workbook = openpyxl.load_workbook(path, read_only=True)
    try:
        sheet = workbook[name]
        sheet.reset_dimensions()
        yield from sheet.iter_rows(min_row=header_row + 1, values_only=True)
    finally:
        workbook.close()


def _rows(path: Path, mapping: Mapping) -> Iterator[Sequence[str | None]]:
    workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        name = _sheet_name(workbook, path, mapping)
        place = f"sheet {listed([name])}, row"
        rows = _sheet_rows(workbook, name)
        header = next(islice(rows, mapping.header_row - 1, None), [])
        while header and not (header[-1] or "").strip():
            header.pop()
        positions = column_positions(path, f"{place} {mapping.header_row}", header, mapping)
        # Without end, so that it is the rows themselves that end the loop.
        written_rows = chain(_written_rows(path, name, mapping.header_row), repeat(()))
        for number, (cells, written) in enumerate(
            zip(rows, written_rows, strict=False), start=mapping.header_row + 1
        ):
            picked = [cells[each] if each < len(cells) else None for each in positions]
            for each, cell in zip(positions, picked, strict=True):
                if cell is None and each < len(written) and written[each] is not None:
                    raise GridError(
                        f"{shown(path)}: {place} {number}: column {listed([header[each] or ''])}"
                        " holds a formula without its result; open the workbook in Excel, save it"
                        " and deliver it again"
                    )
            if not is_blank(cells[len(header) :]):
                raise GridError(
                    f"{shown(path)}: {place} {number}: a cell to the right of the last header"
                    f" ({len(header)} columns); give it a header, or clear it"
                )
            if not is_blank(cells):
                yield picked
    finally:
        workbook.close()


def xlsx_rows(path: Path, mapping: Mapping) -> Iterator[Sequence[str | None]]:
    """Yield the cells of the mapped columns of each row of a workbook's sheet, as text.

    Raises:
        GridError: not a workbook, no such sheet, several to choose from, no header, a missing
            column.
        OSError: the file cannot be opened.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield from _rows(path, mapping)
        except (GridError, OSError):
            raise
        # openpyxl answers a damaged workbook with whatever exception its XML led to; the words of
        # the exception can hold a cell.
        except Exception as error:
            raise GridError(
                f"{shown(path)}: not a whole .xlsx workbook ({type(error).__name__});"
                " copy the file again, or save it anew as .xlsx"
            ) from None
