"""Awkward rows in proportion to the volume of a month of real size."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from grid_assessment.synthesis.awkward import Delivery, are_plain, oddities
from grid_assessment.synthesis.columns import EMPTY, SERIES, Column, Table, numbers, take, times
from grid_assessment.synthesis.streams import Ints, largest_remainder

_HOUR, _DAY = 3600, 86400


def _with(table: Table, columns: Mapping[str, Ints]) -> Table:
    """Return a table with other values in some columns."""
    changed = {name: replace(table[name], values=values) for name, values in columns.items()}
    return {**table, **changed}


def _written_over(column: Column, places: Ints, values: Ints) -> Column:
    """Return a column with other values at some places."""
    changed = column.values.copy()
    changed[places] = values
    return replace(column, values=changed)


def _early(table: Table) -> Table:
    """Return cases as they were just after registration."""
    registered = table["registered_at"].values
    empty = np.full(len(registered), EMPTY, dtype=np.int64)
    return {
        **_with(table, dict.fromkeys(("handled_at", "closed_at", "handler_role_code"), empty)),
        "rework_count": numbers(np.zeros(len(registered), dtype=np.int64)),
        "updated_at": times(registered + 30),
    }


class _CaseVersions:
    """Adds versions to the cases of one delivery; what counts stays what it is."""

    def __init__(
        self, delivery: Delivery, shares: Mapping[str, Any], cutoff: int, rng: np.random.Generator
    ) -> None:
        self._delivery, self._shares, self._cutoff, self._rng = delivery, shares, cutoff, rng
        self._free = rng.permutation(np.flatnonzero(are_plain(delivery) & ~delivery.is_used))
        self._beyond = delivery.row_count - int(shares["beyond"])

    def _chosen(self, kind: str) -> Ints:
        """Return places for one kind of version, each used once."""
        count = self._beyond * int(self._shares["cases"][kind]) // 10_000
        chosen, self._free = np.sort(self._free[:count]), self._free[count:]
        self._delivery.is_used[chosen] = True
        return chosen

    def _weeks_later(self, size: int) -> Ints:
        first, last = self._shares["late_days"]
        return self._cutoff + self._rng.integers(first * _DAY, last * _DAY, size)

    def add(self) -> None:
        """Add all kinds of versions."""
        self._close_later()
        self._correct()
        table = self._delivery.table
        self._delivery.late.append(_early(take(table, self._chosen("out_of_order"))))
        self._delivery.further.append(take(table, self._chosen("repeated")))
        self._void()

    def _close_later(self) -> None:
        """Close most of the cases that the full load has open, weeks after the cutoff."""
        table, rng = self._delivery.table, self._rng
        still_open = np.flatnonzero(table["closed_at"].values == EMPTY)
        count = len(still_open) * int(self._shares["closed_later_percent"]) // 100
        places = np.sort(rng.permutation(still_open)[:count])
        closed = self._weeks_later(count)
        handled = closed - rng.integers(_HOUR, 2 * _DAY, count)
        columns = {
            "handled_at": handled,
            "closed_at": closed,
            "updated_at": closed + rng.integers(60, 2 * _HOUR, count),
        }
        self._delivery.late.append(_with(take(table, places), columns))

    def _correct(self) -> None:
        """Give some cases an earlier state in the full load; the correction has the true one."""
        places = self._chosen("corrected")
        table = self._delivery.table
        final = take(table, places)
        is_late = self._rng.integers(0, 2, len(places)) == 0
        updated = np.where(is_late, self._weeks_later(len(places)), final["updated_at"].values)
        self._delivery.late.append(_with(final, {"updated_at": updated}))
        self._delivery.table = {
            name: _written_over(table[name], places, column.values)
            for name, column in _early(final).items()
        }

    def _void(self) -> None:
        """Add void cases; of every second one only the correction tells that it is void."""
        places = self._chosen("void")
        table = take(self._delivery.table, places)
        used = sum(row["is_void"] == "true" for row in self._delivery.extra)
        number = SERIES + used + np.arange(1, len(places) + 1)
        void = _with(table, {"case_id": number, "is_void": np.ones(len(places), dtype=np.int64)})
        is_told_late = number % 2 == 0
        earlier = _with(take(void, is_told_late), {})
        zeros = np.zeros(int(is_told_late.sum()), dtype=np.int64)
        self._delivery.further += [
            take(void, ~is_told_late),
            _with(earlier, {"is_void": zeros}),
        ]
        self._delivery.late.append(_with(earlier, {"updated_at": self._weeks_later(len(zeros))}))


def _add_oddities(
    delivery: Delivery,
    entries: Mapping[str, list[dict[str, Any]]],
    shares: Mapping[str, int],
    beyond: int,
    rng: np.random.Generator,
) -> None:
    """Repeat the entries of ``awkward.yml`` for a dataset until each kind has its share."""
    for kind, share in shares.items():
        own = [
            oddity
            for oddity in oddities(entries)
            if oddity.kind == kind and oddity.entry["dataset"] == delivery.dataset
        ]
        if not own:
            continue
        number = len(entries[kind])
        counts = largest_remainder(beyond * share // 10_000, [1] * len(own))
        for oddity, count in zip(own, counts, strict=True):
            fitting = delivery.fitting(oddity.where)
            if delivery.dataset == "cases":
                fitting &= are_plain(delivery)
            places = np.sort(rng.permutation(np.flatnonzero(fitting))[:count]).tolist()
            delivery.is_used[places] = True
            rows = delivery.rows(places) if places else []
            for place, row in zip(places, rows, strict=True):
                number += 1
                replace(oddity, number=number).add(delivery, place, row)


def add_in_proportion(
    delivery: Delivery, awkward: Mapping[str, Any], cutoff: int, rng: np.random.Generator
) -> None:
    """Add awkward rows to a delivery that is larger than a sample; a sample stays as it is.

    Args:
        delivery: the loads of a dataset.
        awkward: the content of ``awkward.yml``.
        cutoff: the month's cutoff in seconds.
        rng: the stream of the dataset's awkward rows.

    """
    shares = awkward["proportion"]
    beyond = delivery.row_count - int(shares["beyond"])
    if beyond <= 0:
        return
    kinds = {"rejected": shares["cases"]["rejected"]}
    if delivery.dataset == "cases":
        _CaseVersions(delivery, shares, cutoff, rng).add()
    else:
        kinds = shares["others"]
    _add_oddities(delivery, awkward, kinds, beyond, rng)
