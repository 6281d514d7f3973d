"""A table before it has its number, and the chart that can be drawn from its rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from grid_assessment.bulletin.content.figures import NO_DATA, NONE, Figure, Figures
from grid_assessment.bulletin.document import Cell, Chart, Column, Series, Table

DISTRICT = Column("区属", "text")
WHOLE = Cell("合计")
ABSENT = Cell(NO_DATA)


@dataclass(frozen=True)
class Line:
    """A column of the table that the chart draws, by its place in the row."""

    place: int
    name: str
    unit: str
    mark: Literal["bar", "line"] = "bar"


@dataclass(frozen=True)
class Draft:
    """A table and its chart; ``total`` is the last row, which no chart draws."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    note: str = ""
    lines: tuple[Line, ...] = ()
    is_horizontal: bool = False

    def table(self, caption: str) -> Table:
        """Return the table under its numbered caption."""
        total = () if self.total is None else (self.total,)
        rows = (*self.rows, *total)
        return Table(self.name, caption, self.columns, rows, self.note, has_total=bool(total))

    def chart(self, caption: str) -> Chart:
        """Return the chart under its numbered caption."""
        return Chart(
            name=self.name,
            caption=caption,
            categories=tuple(row[0].text for row in self.rows),
            series=tuple(
                Series(line.name, line.unit, tuple(row[line.place] for row in self.rows), line.mark)
                for line in self.lines
            ),
            is_horizontal=self.is_horizontal,
        )


@dataclass(frozen=True)
class Measure:
    """A column of a table by district: a figure code, its member and the title to print."""

    title: str
    code: str
    member: str = NONE

    def column(self, figures: Figures) -> Column:
        """Return the column as its figures are printed."""
        found = figures.districts(self.code, self.member)
        found += [one for one in [figures.find(self.code, self.member)] if one is not None]
        kind, places = (found[0].kind, found[0].decimal_places) if found else ("count", 0)
        return Column(self.title, kind, places)


def district_draft(
    figures: Figures,
    name: str,
    title: str,
    measures: Sequence[Measure],
    ordered_by: int = 0,
) -> Draft:
    """Return a table of districts, in the order of one of its measures, the city last.

    Args:
        figures: the figures of the month.
        name: the name of table and chart.
        title: the caption without its number.
        measures: the columns after the districts.
        ordered_by: the place of the measure whose order the districts have.
    """
    order = measures[ordered_by]
    rows = tuple(
        (
            Cell(figure.district),
            *(
                cell_of(figures.find(measure.code, measure.member, figure.district_code))
                for measure in measures
            ),
        )
        for figure in figures.districts(order.code, order.member)
        if any(
            (found := figures.find(one.code, one.member, figure.district_code)) is not None
            and found.value is not None
            for one in measures
        )
    )
    city = [figures.find(measure.code, measure.member) for measure in measures]
    total = (WHOLE, *(cell_of(figure) for figure in city)) if any(city) and rows else None
    columns = (DISTRICT, *(measure.column(figures) for measure in measures))
    return Draft(name, title, columns, rows, total)


def member_draft(
    figures: Figures,
    name: str,
    titles: tuple[str, str],
    members: Sequence[Figure],
    measures: Sequence[tuple[str, str]],
) -> Draft:
    """Return a table of members of the city (sources, categories), as ordered.

    Args:
        figures: the figures of the month.
        name: the name of table and chart.
        titles: the caption without its number, and the title of the first column.
        members: the figures that lead the rows.
        measures: title and figure code of the further columns.
    """
    columns = [Column(titles[1], "text")]
    for title, code in measures:
        found = next((one for one in map(_of(figures, code), members) if one is not None), None)
        columns.append(
            Column(title, found.kind, found.decimal_places) if found else Column(title, "count")
        )
    rows = tuple(
        (
            Cell(member.member),
            *(cell_of(figures.find(code, member.member_code)) for _, code in measures),
        )
        for member in members
    )
    return Draft(name, titles[0], tuple(columns), rows)


def cell_of(figure: Figure | None) -> Cell:
    """Return the cell of a figure, a dash where there is none."""
    return ABSENT if figure is None else figure.cell


def _of(figures: Figures, code: str) -> Callable[[Figure], Figure | None]:
    return lambda member: figures.find(code, member.member_code)
