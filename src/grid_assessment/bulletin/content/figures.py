"""The figures of a month as the published mart has them, printed; SQL decides every order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from grid_assessment.bulletin.document import Cell, Kind
from grid_assessment.bulletin.text import clean_text

_QUERY = (Path(__file__).parent / "figures.sql").read_text(encoding="utf-8")
_UNITS = {
    "percent": "%",
    "score": "分",
    "m2": "平方米",
    "time": "次",
    "kind": "类",
    "case": "件",
    "finding": "件",
    "base_case": "个",
}
_KINDS: dict[str, Kind] = {"percent": "percent", "score": "score", "rank": "rank", "m2": "area"}
NO_DATA = "—"
ALL = "all"
NONE = "none"


def printed(value: Decimal, decimal_places: int) -> str:
    """Return a printed value as text; it has no more digits than its places."""
    return f"{value:.{decimal_places}f}"


@dataclass(frozen=True)
class Change:
    """The change of a figure against an earlier month.

    ``direction`` is ``rise``, ``fall`` or ``same``, and None where there is nothing to compare
    with; ``size`` is in the printed unit, ``percent`` of the earlier amount, both without sign.
    """

    direction: str | None
    is_comparable: bool
    size: str
    percent: str
    signed: Decimal | None
    signed_percent: Decimal | None


@dataclass(frozen=True)
class Figure:
    """One row of ``bulletin_figures_monthly`` as printed, and its place among others."""

    figure_code: str
    figure_name: str
    district_code: str
    district: str
    member_code: str
    own_member_code: str
    member: str
    class_code: str
    tier_code: str | None
    section: str
    unit: str
    value: Decimal | None
    decimal_places: int
    from_previous: Change
    from_a_year_ago: Change
    is_placed: bool
    place_from_top: int
    place_from_bottom: int
    member_row: int
    member_place: int
    is_counted_member: bool
    is_all_equal: bool
    is_common: bool
    is_whole: bool
    is_counted: bool

    @property
    def number(self) -> str:
        """The printed number without its unit; a dash where there is no data."""
        return NO_DATA if self.value is None else printed(self.value, self.decimal_places)

    @property
    def text(self) -> str:
        """The printed number with its unit: 98.97%, 312件, 6.00分; a full rate is 100%."""
        if self.value is None:
            return NO_DATA
        if self.is_whole:
            return "100%"
        return f"{self.number}{self.unit_name}"

    @property
    def unit_name(self) -> str:
        """The unit as it is written behind a number; nothing behind a rank."""
        return _UNITS.get(self.unit, "")

    @property
    def plain(self) -> str:
        """The number with its unit and no zeros behind the point: full marks of 4分."""
        if self.value is None:
            return NO_DATA
        return f"{self.value.normalize():f}{self.unit_name}"

    @property
    def kind(self) -> Kind:
        """How a column of such figures is printed and sorted."""
        return _KINDS.get(self.unit, "count")

    @property
    def cell(self) -> Cell:
        """The figure in a table: percentages with their sign, other units stand in the title."""
        return Cell(self.text if self.unit == "percent" else self.number, self.value)


def _change(row: dict[str, Any], suffix: str, is_comparable: str) -> Change:
    size, percent = row[f"size_{suffix}"], row[f"percent_{suffix}"]
    return Change(
        direction=row[f"direction_{suffix}"],
        is_comparable=row[is_comparable],
        size="" if size is None else printed(size, row["decimal_places"]),
        percent="" if percent is None else printed(percent, 2),
        signed=row[f"printed_change_{suffix}"],
        signed_percent=row[f"printed_change_percent_{suffix}"],
    )


def _figure(row: dict[str, Any]) -> Figure:
    return Figure(
        figure_code=row["figure_code"],
        figure_name=clean_text(row["figure_name"]),
        district_code=row["district_code"],
        district=clean_text(row["district_name"] or row["district_code"]),
        member_code=row["member_code"],
        own_member_code=row["own_member_code"],
        member=clean_text(row["member_name"] or row["own_member_code"]),
        class_code=row["class_code"],
        tier_code=row["tier_code"],
        section=row["section"],
        unit=row["printed_unit"],
        value=row["printed_value"],
        decimal_places=row["decimal_places"],
        from_previous=_change(row, "from_previous", "is_comparable"),
        from_a_year_ago=_change(row, "from_a_year_ago", "is_comparable_a_year_ago"),
        is_placed=row["is_placed"],
        place_from_top=row["place_from_top"],
        place_from_bottom=row["place_from_bottom"],
        member_row=row["member_row"],
        member_place=row["member_place"],
        is_counted_member=row["is_counted_member"],
        is_all_equal=row["is_all_equal"],
        is_common=row["is_common"],
        is_whole=bool(row["is_whole"]),
        is_counted=row["is_counted"],
    )


class Figures:
    """The figures of a month and group, in the order that the query gives them."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        """Keep the figures under their keys."""
        self._by_key: dict[tuple[str, str, str], Figure] = {}
        self._by_code: dict[str, list[Figure]] = {}
        for figure in figures:
            key = (figure.figure_code, figure.district_code, figure.member_code)
            self._by_key[key] = figure
            self._by_code.setdefault(figure.figure_code, []).append(figure)

    def __iter__(self) -> Iterator[Figure]:
        """Yield every figure."""
        return iter(self._by_key.values())

    def find(self, code: str, member: str = NONE, district: str = ALL) -> Figure | None:
        """Return one figure, or None where the month has no such row."""
        return self._by_key.get((code, district, member))

    def city(self, code: str, member: str = NONE) -> Figure | None:
        """Return a figure of the whole city with a value, else None."""
        figure = self.find(code, member)
        return None if figure is None or figure.value is None else figure

    def counted(self, code: str, member: str = NONE) -> Figure | None:
        """Return a count of the whole city, None where nothing was counted."""
        figure = self.find(code, member)
        return figure if figure is not None and figure.is_counted else None

    def districts(self, code: str, member: str = NONE) -> list[Figure]:
        """Return a figure's districts, the ranked ones first, from the highest value."""
        return [
            figure
            for figure in self._by_code.get(code, [])
            if figure.member_code == member and figure.district_code != ALL
        ]

    def members(self, code: str, class_code: str = NONE) -> list[Figure]:
        """Return a figure's members of the city, from the highest value; mechanisms in order."""
        return [
            figure
            for figure in self._by_code.get(code, [])
            if figure.class_code == class_code and figure.district_code == ALL
        ]


def read_figures(
    connection: duckdb.DuckDBPyConnection,
    month: date,
    group: str,
    districts: Sequence[str] | None = None,
) -> Figures:
    """Read the figures of a month and assessment group.

    Args:
        connection: a published version, or any database with the marts.
        month: the first day of the assessment month.
        group: the code of the assessment group.
        districts: the districts to place among each other; None for all and the city.
    """
    parameters = {
        "month": month,
        "group": group,
        "districts": None if districts is None else list(districts),
    }
    cursor = connection.execute(_QUERY, parameters)
    names = [column[0] for column in cursor.description or []]
    return Figures(_figure(dict(zip(names, row, strict=True))) for row in cursor.fetchall())
