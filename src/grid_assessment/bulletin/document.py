"""The bulletin as a document: what every format writes, and nothing about any format.

``content`` fills it from the published marts, ``write_docx``, ``write_pdf``, ``write_html`` and
``write_xlsx`` print it. Every text is final: a number in it is the printed value of one figure.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Kind = Literal["text", "count", "percent", "score", "rank", "area"]


@dataclass(frozen=True)
class Heading:
    """A numbered heading: level 1 一、, level 2 （一）, level 3 1., level 4 （1）."""

    level: int
    number: str
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text."""

    text: str


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its printed text and the exact printed value, by which it is sorted.

    ``value`` is None in a text cell and where there is no data; a percentage is in percent.
    """

    text: str
    value: Decimal | None = None


@dataclass(frozen=True)
class Column:
    """A column of a table: its title and the kind of its cells."""

    title: str
    kind: Kind
    decimal_places: int = 0


@dataclass(frozen=True)
class Table:
    """A table with a caption (表1 …), an identifier for anchors and sheet names, and notes.

    ``has_total``: the last row sums the others up, and stays last however they are sorted.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    has_total: bool = False


@dataclass(frozen=True)
class Series:
    """One series of a chart: values in the order of the chart's categories, as printed.

    ``mark`` is how it is drawn: bars on the left axis, a line on the right one.
    """

    name: str
    unit: str
    cells: tuple[Cell, ...]
    mark: Literal["bar", "line"] = "bar"


@dataclass(frozen=True)
class Chart:
    """A chart with a caption (图1 …): categories (districts, kinds of problem) and series."""

    name: str
    caption: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    is_horizontal: bool = False


Block = Heading | Paragraph | Table | Chart


@dataclass(frozen=True)
class Bulletin:
    """A whole bulletin: title, opening paragraph with its basis, body, annexes, and the ending."""

    assessment_month: date
    title: str
    issuing_body: str
    blocks: tuple[Block, ...]
    copy_to: str = ""
    issued_on: str = ""
    annexes: tuple[tuple[str, tuple[Block, ...]], ...] = field(default=())
    """Each annex: its title (附件1 …) and its blocks."""
    figures: Table | None = None
    """Every figure of the month, for the workbook."""
