"""Finds the mapped columns in a header, and rows that hold something."""

from collections.abc import Sequence
from pathlib import Path

from grid_assessment.errors import GridError
from grid_assessment.ingest.mapping import Mapping
from grid_assessment.ingest.text import BLANKS, listed, shown


def column_positions(
    path: Path, place: str, header: Sequence[str | None], mapping: Mapping
) -> list[int]:
    """Return where each of ``mapping.source_columns()`` stands in a header.

    Args:
        path: the delivered file, for the message.
        place: the header's place in it, such as ``line 1``.
        header: its cells.
        mapping: whose source columns are looked for, by their exact names.

    Raises:
        GridError: no header, a mapped column that is missing, or one that stands twice.
    """
    names = [(name or "").strip(BLANKS) for name in header]
    if not any(names):
        raise GridError(
            f"{shown(path)}: {place}: no header; expected the names of the columns"
            f" (header_row in {shown(mapping.path)} says in which row they stand)"
        )
    lacking = [name for name in mapping.source_columns() if name not in names]
    if len(lacking) == len(mapping.source_columns()):
        # A row of data where the header should be: its cells are shown to nobody.
        raise GridError(
            f"{shown(path)}: {place}: column {listed(lacking)} is missing, and so is every other"
            f" of the mapping; if the header stands elsewhere, or another character than"
            f" {mapping.delimiter!r} separates cells, say so in {shown(mapping.path)}"
            " (header_row: …, delimiter: …)"
        )
    if lacking:
        raise GridError(
            f"{shown(path)}: {place}: column {listed(lacking)} is missing; found"
            f" {listed(names, 30)}; correct {shown(mapping.path)}, or export the file again"
        )
    twice = [name for name in mapping.source_columns() if names.count(name) > 1]
    if twice:
        raise GridError(
            f"{shown(path)}: {place}: column {listed(twice)} stands twice; rename one of them"
        )
    return [names.index(name) for name in mapping.source_columns()]


def is_blank(cells: Sequence[str | None]) -> bool:
    """Tell whether no cell of a row holds anything."""
    return not any(cell and cell.strip(BLANKS) for cell in cells)
