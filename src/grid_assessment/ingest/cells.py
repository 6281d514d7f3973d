"""From a row of source cells to a row of contract cells, still as text."""

from collections.abc import Callable, Sequence

from grid_assessment.ingest.columns import Column
from grid_assessment.ingest.lookup import KEY_SEPARATOR
from grid_assessment.ingest.mapping import Mapping
from grid_assessment.ingest.personal import hashed_cell, person_key
from grid_assessment.ingest.text import BLANKS

SourceRow = Sequence[str | None]
RowFunction = Callable[[SourceRow], list[str | None]]


def _cell_function(column: Column, positions: dict[str, int], missing: frozenset[str],
                   key: bytes) -> Callable[[SourceRow], str | None]:  # fmt: skip
    """Return the function that makes one contract cell from a source row."""
    places = [positions[source] for source in column.sources]
    last = places[-1]
    values = column.values

    def plain(row: SourceRow) -> str | None:
        text = (row[last] or "").strip(BLANKS)
        return column.when_missing if text in missing else text

    def mapped(row: SourceRow) -> str | None:
        cells = [(row[place] or "").strip(BLANKS) for place in places]
        if cells[-1] in missing:
            return column.when_missing
        joined = KEY_SEPARATOR.join(cells)
        if values is not None and joined in values:
            return values[joined]
        return cells[-1] if column.passes_unlisted else column.when_unlisted

    def hashed(row: SourceRow) -> str | None:
        return hashed_cell((row[last] or "").strip(BLANKS), key, column.normalize, missing)

    if column.personal == "hash":
        return hashed
    return plain if values is None else mapped


def row_function(mapping: Mapping) -> RowFunction:
    """Return the function that makes a row of contract cells from a row of source cells.

    Both are text; the source cells are in the order of ``mapping.source_columns()``, the contract
    cells in the order of ``mapping.columns``. Blanks around a cell are cut, missing cells are None
    or the mapping's value, value maps are applied, personal cells are hashed or dropped.

    Raises:
        GridError: a personal column, and no GRID_PERSON_KEY.
    """
    key = b""
    if any(column.personal == "hash" for column in mapping.columns):
        key = person_key()
    positions = {name: place for place, name in enumerate(mapping.source_columns())}

    def constant_function(text: str | None) -> Callable[[SourceRow], str | None]:
        return lambda _: text

    functions = [
        constant_function(column.constant)
        if not column.sources or column.personal == "drop"
        else _cell_function(column, positions, mapping.missing, key)
        for column in mapping.columns
    ]
    return lambda row: [function(row) for function in functions]
