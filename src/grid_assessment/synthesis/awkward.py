"""Awkward rows: earlier states, repeats, void cases, corrections, rows that break the contract."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from grid_assessment.synthesis.cities import FIRST_CITY, SyntheticCity
from grid_assessment.synthesis.columns import EMPTY, Table, rows_in
from grid_assessment.synthesis.streams import Bools

Row = dict[str, str]
_RELATIVE = re.compile(r"([a-z_]+)([+-]\d+)")
_KEY_COLUMNS = {
    "cases": "case_id",
    "omission_checks": "check_id",
    "patrols": "grid_code",
    "satellite_findings": "finding_id",
    "whistles": "whistle_id",
}
_NOT_YET = ("handled_at", "closed_at", "handler_role_code")


@dataclass
class Delivery:
    """The loads of one dataset for one month: a full load and a correction weeks later.

    Attributes:
        table: the rows that count, in the full load unless ``replaced``.
        further: rows of the full load besides.
        late: rows of the correction.
        replaced: texts of rows of the full load, by their place in the table.
        extra, correction: texts of further rows of the two loads.
        city: whose rows they are.
        is_used: places from which an awkward row was made; each serves once.

    """

    dataset: str
    month: date
    table: Table
    further: list[Table] = field(default_factory=list)
    late: list[Table] = field(default_factory=list)
    replaced: dict[int, Row] = field(default_factory=dict)
    extra: list[Row] = field(default_factory=list)
    correction: list[Row] = field(default_factory=list)
    city: SyntheticCity = FIRST_CITY
    is_used: Bools = field(init=False)

    def __post_init__(self) -> None:
        """Start with every place unused."""
        self.is_used = np.zeros(self.row_count, dtype=np.bool_)

    @property
    def row_count(self) -> int:
        """Rows that count."""
        return rows_in(self.table)

    def row(self, index: int) -> Row:
        """Return a copy of one row of the table."""
        return self.rows([index])[0]

    def rows(self, places: Sequence[int]) -> list[Row]:
        """Return copies of rows of the table."""
        texts = [column.take(np.array(places)).texts() for column in self.table.values()]
        return [dict(zip(self.table, cells, strict=True)) for cells in zip(*texts, strict=True)]

    def fitting(self, where: Mapping[str, str]) -> Bools:
        """Tell by place whether the row is unused and has the values of ``where``."""
        fitting = ~self.is_used
        for name, value in where.items():
            fitting &= self.table[name].matches(value)
        return fitting

    def load_id(self, load: str) -> str:
        """Return the load's name, which says that the data is synthetic."""
        order = "01-full" if load == "full" else "02-correction"
        return f"synthetic-{self.month:%Y-%m}-{self.city.load_prefix}{order}"

    def rows_of(self, load: str) -> list[Row]:
        """Return the list that rows of a load beside the table go to."""
        return self.extra if load == "full" else self.correction


def _moved(text: str, seconds: int) -> str:
    """Return a date or timestamp text, ``seconds`` later."""
    moment = datetime.fromisoformat(text) + timedelta(seconds=seconds)
    return str(moment)[: len(text)]


def _changed(row: Row, changes: Mapping[str, str]) -> Row:
    """Return the row with new values; ``column+SECONDS`` is relative to a column of the old row."""
    changed = dict(row)
    for name, value in changes.items():
        relative = _RELATIVE.fullmatch(value)
        changed[name] = _moved(row[relative[1]], int(relative[2])) if relative else value
    return changed


def _earlier_state(row: Row) -> Row:
    """Return the case as it was just after registration."""
    return {
        **row,
        **dict.fromkeys(_NOT_YET, ""),
        "rework_count": "0",
        "updated_at": _moved(row["registered_at"], 30),
    }


def add_case_versions(delivery: Delivery, counts: Mapping[str, int]) -> None:
    """Add corrected, out-of-order, repeated and void cases; what counts stays what it is."""
    plain = _spread_cases(delivery)
    delivery.is_used[plain] = True
    for _ in range(min(counts["corrected"], len(plain))):
        index = plain.pop()
        final = delivery.row(index)
        delivery.correction.append(final)
        delivery.replaced[index] = _earlier_state(final)
    for _ in range(min(counts["out_of_order"], len(plain))):
        delivery.correction.append(_earlier_state(delivery.row(plain.pop())))
    for _ in range(min(counts["repeated"], len(plain))):
        delivery.extra.append(delivery.row(plain.pop()))
    for number in range(1, min(counts["void"], len(plain)) + 1):
        case_id = f"{delivery.city.key_prefix('KM', delivery.month)}V{number:05d}"
        delivery.extra.append({**delivery.row(plain.pop()), "case_id": case_id, "is_void": "true"})


def are_plain(delivery: Delivery) -> Bools:
    """Tell by place which cases are ordinary: handled, closed, with a deadline of their own."""
    table = delivery.table
    plain = np.ones(delivery.row_count, dtype=np.bool_)
    for name in ("closed_at", "handled_at", "due_at"):
        plain &= table[name].values != EMPTY
    for name in ("deferred_until", "extended_due_at"):
        plain &= table[name].values == EMPTY
    return plain


def _spread_cases(delivery: Delivery) -> list[int]:
    """Return the places of a few ordinary cases, spread over the month."""
    plain = np.flatnonzero(are_plain(delivery))
    return [int(place) for place in plain[:: max(1, len(plain) // 60)]]


def _spread_places(delivery: Delivery) -> list[int]:
    """Return places spread over the table: ordinary cases, or all rows, those far apart first."""
    if delivery.dataset == "cases":
        return _spread_cases(delivery)
    step = max(1, delivery.row_count // 12)
    places = np.arange(delivery.row_count)
    return [int(place) for place in places[np.argsort(places % step, kind="stable")]]


def _take_place(delivery: Delivery, where: Mapping[str, str]) -> int | None:
    """Return the next unused place whose row has the values of ``where``, or None."""
    fitting = delivery.fitting(where)
    for place in _spread_places(delivery):
        if fitting[place]:
            delivery.is_used[place] = True
            return place
    return None


@dataclass(frozen=True)
class Oddity:
    """One entry of ``awkward.yml``.

    Attributes:
        kind: earlier (the first load was wrong), repeated or rejected.
        entry: dataset, what is different, and what a fitting row must have.
        number: part of the new key, where the row gets one.

    """

    kind: str
    entry: Mapping[str, Any]
    number: int

    @property
    def where(self) -> Mapping[str, str]:
        """Values that a row must have to serve."""
        found: Mapping[str, str] = self.entry.get("where", {})
        return found

    def add(self, delivery: Delivery, place: int, row: Row) -> None:
        """Add what becomes of a row, given its place and its texts."""
        if self.kind == "earlier":
            delivery.correction.append(row)
            delivery.replaced[place] = _changed(row, self.entry["set"])
        elif self.kind == "repeated":
            delivery.extra.append(row)
        else:
            _add_rejected(delivery, row, self.entry, self.number)


def oddities(entries: Mapping[str, list[dict[str, Any]]]) -> list[Oddity]:
    """Return the entries of ``awkward.yml``, numbered by kind."""
    return [
        Oddity(kind, entry, number)
        for kind in ("earlier", "repeated", "rejected")
        for number, entry in enumerate(entries[kind], 1)
    ]


def add_awkward_rows(
    deliveries: Mapping[str, Delivery], entries: Mapping[str, list[dict[str, Any]]]
) -> None:
    """Add one row for every entry of ``awkward.yml``; a dataset without a fitting row gets none."""
    for oddity in oddities(entries):
        delivery = deliveries[oddity.entry["dataset"]]
        place = _take_place(delivery, oddity.where)
        if place is not None:
            oddity.add(delivery, place, delivery.row(place))


def _add_rejected(delivery: Delivery, row: Row, entry: Mapping[str, Any], number: int) -> None:
    """Add one rejected row, or two that conflict."""
    if entry["new_key"]:
        name = _KEY_COLUMNS[delivery.dataset]
        row[name] = f"{row[name].partition('-')[0]}-R{number:05d}"
    row = _changed(row, entry["set"])
    rows = [row, _changed(row, entry["twice"])] if "twice" in entry else [row]
    # Two equal rows would not conflict: the row has the other value already.
    if rows[0] != rows[-1] or len(rows) == 1:
        delivery.rows_of(entry["load"]).extend(rows)
