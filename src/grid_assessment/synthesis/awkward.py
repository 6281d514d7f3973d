"""Awkward rows: earlier states, repeats, void cases, corrections, rows that break the contract."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from grid_assessment.synthesis.columns import EMPTY, Table, rows_in
from grid_assessment.synthesis.streams import Ints

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
        table: the rows of the full load, ``replaced`` ones excepted.
        late: rows of the correction.
        replaced: texts of rows of the full load, by their place in the table.
        extra, correction: texts of further rows of the two loads.

    """

    dataset: str
    month: date
    table: Table
    late: list[Table] = field(default_factory=list)
    replaced: dict[int, Row] = field(default_factory=dict)
    extra: list[Row] = field(default_factory=list)
    correction: list[Row] = field(default_factory=list)

    @property
    def row_count(self) -> int:
        """Rows of the full load before the extra ones."""
        return rows_in(self.table)

    def row(self, index: int) -> Row:
        """Return a copy of one row of the full load."""
        one = np.array([index])
        return {name: column.take(one).texts()[0] for name, column in self.table.items()}

    def replace(self, index: int, row: Row) -> None:
        """Put a row in the place of one of the full load."""
        self.replaced[index] = row

    def load_id(self, load: str) -> str:
        """Return the load's name, which says that the data is synthetic."""
        return f"synthetic-{self.month:%Y-%m}-{'01-full' if load == 'full' else '02-correction'}"

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
    for _ in range(min(counts["corrected"], len(plain))):
        index = plain.pop()
        final = delivery.row(index)
        delivery.correction.append(final)
        delivery.replace(index, _earlier_state(final))
    for _ in range(min(counts["out_of_order"], len(plain))):
        delivery.correction.append(_earlier_state(delivery.row(plain.pop())))
    for _ in range(min(counts["repeated"], len(plain))):
        delivery.extra.append(delivery.row(plain.pop()))
    for number in range(1, min(counts["void"], len(plain)) + 1):
        case_id = f"KM{delivery.month:%Y%m}-V{number:05d}"
        delivery.extra.append({**delivery.row(plain.pop()), "case_id": case_id, "is_void": "true"})


def plain_cases(delivery: Delivery) -> Ints:
    """Return the places of ordinary cases: handled, closed, with a deadline of their own."""
    table = delivery.table
    wanted = np.ones(delivery.row_count, dtype=np.bool_)
    for name in ("closed_at", "handled_at", "due_at"):
        wanted &= table[name].values != EMPTY
    for name in ("deferred_until", "extended_due_at"):
        wanted &= table[name].values == EMPTY
    return np.flatnonzero(wanted)


def _spread_cases(delivery: Delivery) -> list[int]:
    """Return the places of a few ordinary cases, spread over the month."""
    plain = plain_cases(delivery)
    return [int(place) for place in plain[:: max(1, len(plain) // 60)]]


class _Sources:
    """Places of accepted rows to make awkward ones from; each place is used once."""

    def __init__(self, deliveries: Mapping[str, Delivery]) -> None:
        self._deliveries = deliveries
        self._used: dict[str, set[int]] = {name: set() for name in deliveries}
        self._spread = {name: _spread_places(delivery) for name, delivery in deliveries.items()}

    def take(self, dataset: str, where: Mapping[str, str]) -> int | None:
        """Return the next place whose row has the values of ``where``, or None."""
        delivery, used = self._deliveries[dataset], self._used[dataset]
        fitting = np.ones(delivery.row_count, dtype=np.bool_)
        for name, value in where.items():
            fitting &= delivery.table[name].matches(value)
        for place in self._spread[dataset]:
            if place not in used and fitting[place]:
                used.add(place)
                return place
        return None


def _spread_places(delivery: Delivery) -> list[int]:
    """Return places spread over the table: ordinary cases, or all rows, those far apart first."""
    if delivery.dataset == "cases":
        return _spread_cases(delivery)
    step = max(1, delivery.row_count // 12)
    return [place for first in range(step) for place in range(first, delivery.row_count, step)]


def add_awkward_rows(
    deliveries: Mapping[str, Delivery], entries: Mapping[str, list[dict[str, Any]]]
) -> None:
    """Add earlier states, repeats and rejected rows, as ``awkward.yml`` describes them.

    A dataset without a fitting row gets none.
    """
    sources = _Sources(deliveries)
    for entry in entries["earlier"]:
        delivery = deliveries[entry["dataset"]]
        place = sources.take(delivery.dataset, entry.get("where", {}))
        if place is not None:
            row = delivery.row(place)
            delivery.correction.append(row)
            delivery.replace(place, _changed(row, entry["set"]))
    for entry in entries["repeated"]:
        delivery = deliveries[entry["dataset"]]
        place = sources.take(delivery.dataset, {})
        if place is not None:
            delivery.extra.append(delivery.row(place))
    for number, entry in enumerate(entries["rejected"], 1):
        delivery = deliveries[entry["dataset"]]
        place = sources.take(delivery.dataset, entry.get("where", {}))
        if place is not None:
            _add_rejected(delivery, delivery.row(place), entry, number)


def _add_rejected(delivery: Delivery, row: Row, entry: Mapping[str, Any], number: int) -> None:
    """Add one rejected row, or two that conflict."""
    if entry["new_key"]:
        name = _KEY_COLUMNS[delivery.dataset]
        row[name] = f"{row[name].partition('-')[0]}-R{number:05d}"
    row = _changed(row, entry["set"])
    rows = delivery.rows_of(entry["load"])
    rows.append(row)
    if "twice" in entry:
        rows.append(_changed(row, entry["twice"]))
