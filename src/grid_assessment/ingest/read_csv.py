"""Reads delivered CSV: UTF-8 with or without a byte order mark, or GB18030; plain or gzip."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, cast

from grid_assessment.errors import GridError
from grid_assessment.ingest.header import column_positions, is_blank
from grid_assessment.ingest.mapping import Mapping
from grid_assessment.ingest.text import shown

CHUNK = 1 << 20
# Characters of a cell; Python's own limit is shorter than a text that somebody pasted.
LONGEST_CELL = 100_000_000
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Python's own words for it do not help a reader.
CSV_PROBLEMS = {
    "field larger than field limit": "a cell without end: a quote before it is not closed",
    "unexpected end of data": "a quoted cell is not closed before the end of the file",
}


def _open(path: Path) -> IO[bytes]:
    """Open a file for reading, through gzip when its first bytes say so."""
    stream = path.open("rb")
    is_gzip = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    if not is_gzip:
        return stream
    stream.close()
    return cast(IO[bytes], gzip.open(path, "rb"))


def _undecodable(path: Path, encoding: str) -> int | None:
    """Return the line of the first bytes that are not of the encoding, or None.

    Raises:
        GridError: UTF-16 or other text with NUL bytes.
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    with _open(path) as stream:
        while True:
            chunk = stream.read(CHUNK)
            if b"\0" in chunk or (line == 1 and chunk.startswith(UTF16_MARKS)):
                at = line + chunk[: max(chunk.find(b"\0"), 0)].count(b"\n")
                raise GridError(
                    f"{shown(path)}: line {at}: NUL bytes or UTF-16 text; expected UTF-8 or"
                    " GB18030: export it again as CSV UTF-8"
                )
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return line + error.object.count(b"\n", 0, error.start)
            if not chunk:
                return None
            line += chunk.count(b"\n")


def _encoding(path: Path, mapping: Mapping) -> str:
    """Return the encoding that decodes the whole file: the mapping's, else UTF-8, else GB18030."""
    with _open(path) as stream:
        has_mark = stream.read(3) == codecs.BOM_UTF8
    candidates = ["utf-8", "gb18030"] if mapping.encoding == "auto" else [mapping.encoding]
    if has_mark and mapping.encoding == "auto":
        candidates = ["utf-8"]
    lines = []
    for candidate in candidates:
        line = _undecodable(path, candidate)
        if line is None:
            return candidate
        lines.append(f"line {line} is not {candidate.upper()}")
    raise GridError(
        f"{shown(path)}: {', '.join(lines)}; export it again in UTF-8 or GB18030, or name the"
        f" encoding in {shown(mapping.path)}"
    )


def _records(path: Path, mapping: Mapping) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each record's last line and its cells; blank lines are left out."""
    encoding = _encoding(path, mapping).replace("utf-8", "utf-8-sig")
    with io.TextIOWrapper(_open(path), encoding=encoding, newline="") as text:
        csv.field_size_limit(LONGEST_CELL)
        reader = csv.reader(text, delimiter=mapping.delimiter, strict=True)
        try:
            for cells in reader:
                if cells:
                    yield reader.line_num, cells
        except csv.Error as error:
            problem = CSV_PROBLEMS.get(str(error).partition(" (")[0], str(error))
            raise GridError(
                f"{shown(path)}: line {reader.line_num}: {problem}; expected cells separated by"
                f" {mapping.delimiter!r} and quotes doubled inside quoted cells"
            ) from None


def csv_rows(path: Path, mapping: Mapping) -> Iterator[Sequence[str | None]]:
    """Yield the cells of the mapped columns of each row of a CSV file.

    Raises:
        GridError: undecodable bytes, no header, a missing column, a ragged or ill-quoted line, a
            damaged gzip stream.
        OSError: the file cannot be opened.
    """
    try:
        records = _records(path, mapping)
        line, header = 0, [""]
        for _ in range(mapping.header_row):
            line, header = next(records, (line, [""]))
        positions = column_positions(path, f"line {max(line, 1)}", header, mapping)
        for line, cells in records:
            if len(cells) != len(header):
                if is_blank(cells):
                    continue
                raise GridError(
                    f"{shown(path)}: line {line}: {len(cells)} cells, expected {len(header)} as in"
                    " the header; export the file again, or correct the line"
                )
            if not is_blank(cells):
                yield [cells[position] for position in positions]
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise GridError(
            f"{shown(path)}: the gzip stream is damaged or cut off ({shown(error)}); copy the file"
            " again"
        ) from None
