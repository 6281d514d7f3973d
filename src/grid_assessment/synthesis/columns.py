"""Columns of whole numbers that stand for the texts of the raw contract, decoded when written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from grid_assessment.synthesis.clock import NO_TIME
from grid_assessment.synthesis.streams import Bools, Ints

EMPTY = NO_TIME
# Numbers of a further series (void or rejected cases) start at a multiple of this.
SERIES = 1_000_000_000
_FLAGS = {"": EMPTY, "false": 0, "true": 1}


class Kind(StrEnum):
    """What the whole numbers of a column stand for."""

    CODE = "code"
    FLAG = "flag"
    NUMBER = "number"
    SERIAL = "serial"
    TIME = "time"


@dataclass(frozen=True)
class Column:
    """One column: ``EMPTY`` is an empty cell.

    Attributes:
        kind: CODE, a place in ``labels``; FLAG, 0 or 1; NUMBER; TIME, seconds since 1970 (local);
            SERIAL, ``series * SERIES + number``, written as ``labels[series]`` and the number.
        values: one whole number a row.
        labels: texts of codes, or prefixes of the series.
        widths: digits that the numbers of each series are filled to.

    """

    kind: Kind
    values: Ints
    labels: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()

    def take(self, places: Ints | Bools) -> "Column":
        """Return the rows at ``places``, or those where it is true."""
        return replace(self, values=self.values[places])

    def emptied(self, where: Bools) -> "Column":
        """Return the column with empty cells where ``where`` is true."""
        return replace(self, values=np.where(where, EMPTY, self.values))

    def matches(self, text: str) -> Bools:
        """Tell by row whether a code, flag or number is this text."""
        if self.kind is Kind.CODE:
            wanted = self.labels.index(text) if text in self.labels else -1
        else:
            wanted = _FLAGS[text] if self.kind is Kind.FLAG else int(text or EMPTY)
        found: Bools = self.values == wanted
        return found

    def texts(self) -> list[str]:
        """Return all cells as text."""
        if self.kind is Kind.TIME:
            moments = np.datetime_as_string(self.values.astype("datetime64[s]")).tolist()
            return ["" if text == "NaT" else text.replace("T", " ") for text in moments]
        return [self._text(value) for value in self.values.tolist()]

    def _text(self, value: int) -> str:
        if value == EMPTY:
            return ""
        if self.kind is Kind.CODE:
            return self.labels[value]
        if self.kind is Kind.FLAG:
            return "true" if value else "false"
        if self.kind is Kind.SERIAL:
            series, number = divmod(value, SERIES)
            return f"{self.labels[series]}{number:0{self.widths[series]}d}"
        return str(value)


Table = dict[str, Column]


def codes(labels: Sequence[str], values: Ints) -> Column:
    """Return a column of places in ``labels``."""
    return Column(Kind.CODE, values, tuple(labels))


def flags(values: Bools) -> Column:
    """Return a column of true and false."""
    return Column(Kind.FLAG, values.astype(np.int64))


def numbers(values: Ints) -> Column:
    """Return a column of whole numbers."""
    return Column(Kind.NUMBER, values)


def times(values: Ints) -> Column:
    """Return a column of local times in seconds."""
    return Column(Kind.TIME, values)


def serials(prefixes: Mapping[str, int], count: int) -> Column:
    """Return running numbers 1 to ``count`` of the first series; prefixes with their digits."""
    return Column(
        Kind.SERIAL,
        np.arange(1, count + 1, dtype=np.int64),
        tuple(prefixes),
        tuple(prefixes.values()),
    )


def of_texts(texts: Sequence[str]) -> Column:
    """Return a column of any texts, an empty one being an empty cell."""
    places: dict[str, int] = {}
    values = [places.setdefault(text, len(places)) if text else EMPTY for text in texts]
    return codes(list(places), np.array(values, dtype=np.int64))


def rows_in(table: Table) -> int:
    """Return the number of rows of a table."""
    return len(next(iter(table.values())).values)


def take(table: Table, places: Ints | Bools) -> Table:
    """Return the rows of a table at ``places``, or those where it is true."""
    return {name: column.take(places) for name, column in table.items()}


def concatenated(tables: Iterable[Table]) -> Table:
    """Return tables of equal columns and labels below one another."""
    parts = list(tables)
    return {
        name: replace(column, values=np.concatenate([part[name].values for part in parts]))
        for name, column in parts[0].items()
    }
