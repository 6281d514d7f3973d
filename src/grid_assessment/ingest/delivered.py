"""What every reader of delivered files shares: which format a file has, its header, its rows."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from grid_assessment.errors import GridError
from grid_assessment.ingest.mapping import Mapping
from grid_assessment.ingest.read_csv import csv_rows
from grid_assessment.ingest.read_parquet import parquet_rows
from grid_assessment.ingest.read_xlsx import xlsx_rows
from grid_assessment.ingest.text import quoted, shown

TEXTS = (".csv", ".txt", ".tsv")
SUFFIXES = dict.fromkeys([*TEXTS, *(f"{ending}.gz" for ending in TEXTS)], "csv") | {
    ".xlsx": "xlsx",
    ".parquet": "parquet",
}
MAGIC = {b"PK\x03\x04": "xlsx", b"PAR1": "parquet", b"\xd0\xcf\x11\xe0": "xls"}


def _format(path: Path, mapping: Mapping) -> str:
    """Return csv, xlsx or parquet, checked against the file's first bytes."""
    named = mapping.format
    if named is None:
        endings = [f for ending, f in SUFFIXES.items() if path.name.lower().endswith(ending)]
        if not endings:
            raise GridError(
                f"{shown(path)}: the ending {quoted(path.suffix)} is not known; expected one of"
                f" {', '.join(SUFFIXES)}, or name the format in {shown(mapping.path)}"
            )
        named = endings[0]
    with path.open("rb") as stream:
        start = stream.read(4)
    if not start:
        raise GridError(f"{shown(path)}: the file is empty; expected a {named} file with a header")
    found = MAGIC.get(start, "csv")
    if found == "xls":
        raise GridError(f"{shown(path)}: an old Excel file (.xls); save it as .xlsx or .csv")
    if found != named:
        looks = "neither a workbook nor Parquet" if found == "csv" else f"a {found} file"
        raise GridError(
            f"{shown(path)}: expected {named}, but by its first bytes it is {looks}; give the file"
            " its right ending, or export it again"
        )
    return named


def read_rows(path: Path, mapping: Mapping) -> Iterator[Sequence[str | None]]:
    """Yield each row's cells of the mapped source columns as text, in the order of the file.

    Cells are in the order of ``mapping.source_columns()``; rows whose every cell is blank are not
    rows and are left out.

    Raises:
        GridError: the file cannot be read whole: one line with file, place, and what to do.
    """
    try:
        file_format = _format(path, mapping)
        if file_format == "xlsx":
            yield from xlsx_rows(path, mapping)
        elif file_format == "parquet":
            yield from parquet_rows(path, mapping)
        else:
            yield from csv_rows(path, mapping)
    except OSError as error:
        problem = error.strerror or error
        raise GridError(f"{shown(path)}: cannot be read: {shown(problem)}") from None


def digest_of(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file's bytes.

    Raises:
        GridError: the file cannot be opened.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        problem = error.strerror or error
        raise GridError(f"{shown(path)}: cannot be read: {shown(problem)}") from None
