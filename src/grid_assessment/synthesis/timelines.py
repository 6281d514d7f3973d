"""When cases are registered, due, handled and closed: each has its planned state at the cutoff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from grid_assessment.synthesis.clock import NO_TIME, WorkingClock, seconds
from grid_assessment.synthesis.months import default_cutoff, next_month
from grid_assessment.synthesis.reference import Categories
from grid_assessment.synthesis.streams import Bools, Ints, skewed, weighted

STATES = [
    "closed_on_time",
    "closed_late",
    "closed_no_deadline",
    "open_overdue",
    "open_not_due",
    "open_no_deadline",
]
ON_TIME, LATE, CLOSED_NO_DEADLINE, OVERDUE, NOT_DUE, _OPEN_NO_DEADLINE = range(len(STATES))
EARLY = {"closed_late", "open_overdue"}
UNLIMITED = {"closed_no_deadline", "open_no_deadline"}
_HOUR, _DAY = 3600, 86400
_EARLY_DAYS = 15
_TURN_OF_CUTOFF = 2


@dataclass(frozen=True)
class MonthClock:
    """A month's bounds and cutoff in seconds, the working clock and the rhythm of reporting."""

    month: date
    clock: WorkingClock
    rhythm: Mapping[str, Any]

    @property
    def start(self) -> int:
        """First second of the month."""
        return seconds(datetime(self.month.year, self.month.month, 1))

    @property
    def day_count(self) -> int:
        """Days of the month."""
        return (next_month(self.month) - self.month).days

    @property
    def cutoff(self) -> int:
        """Last second that counts for the month."""
        return seconds(default_cutoff(self.month))

    @property
    def last_event_end(self) -> int:
        """Where events end that the deliveries still know: a few days after the cutoff."""
        return self.cutoff + 2 * _DAY

    def draw_times(self, rng: np.random.Generator, size: int, day_count: int | None = None) -> Ints:
        """Draw times within the first ``day_count`` days (default: the month)."""
        days = [self.start + _DAY * day for day in range(day_count or self.day_count)]
        off = int(self.rhythm["day_off_weight"])
        day_weights = [10 if self.clock.is_working_day(day) else off for day in days]
        drawn = np.array(days, dtype=np.int64)[weighted(rng, day_weights, size)]
        hours = weighted(rng, self.rhythm["hour_weights"], size)
        return drawn + hours * _HOUR + rng.integers(0, _HOUR, size)

    def short_limits(self, categories: Categories) -> Bools:
        """Tell by category whether a case of the first half is due before the cutoff."""
        latest = np.full(len(categories.codes), self.start + _EARLY_DAYS * _DAY, dtype=np.int64)
        due = self.clock.deadlines(latest, categories.limits, categories.is_working_limit)
        is_short: Bools = (due != NO_TIME) & (due <= self.cutoff - _DAY)
        return is_short


@dataclass
class Timeline:
    """Event times of all cases in seconds, or ``NO_TIME``; ``deadline`` is the one in force."""

    registered: Ints
    deadline: Ints
    due: Ints
    extended: Ints
    deferred: Ints
    handled: Ints
    closed: Ints


def draw_timeline(
    states: Ints,
    category: Ints,
    categories: Categories,
    month: MonthClock,
    rng: np.random.Generator,
) -> Timeline:
    """Draw event times that put every case into its state (index into ``STATES``) at the cutoff."""
    size = len(states)
    is_early = (states == LATE) | (states == OVERDUE)
    registered = np.where(
        is_early, month.draw_times(rng, size, _EARLY_DAYS), month.draw_times(rng, size)
    )
    limits, is_working = categories.limits[category], categories.is_working_limit[category]
    computed = month.clock.deadlines(registered, limits, is_working)
    empty = np.full(size, NO_TIME, dtype=np.int64)
    explicit = (rng.integers(0, 100, size) < 45) & (computed != NO_TIME)
    line = Timeline(
        registered=registered,
        deadline=computed.copy(),
        due=np.where(explicit, computed, NO_TIME),
        extended=empty.copy(),
        deferred=empty.copy(),
        handled=empty.copy(),
        closed=empty.copy(),
    )
    _pull_forward(line, is_early, month.cutoff)
    _put_off(line, np.flatnonzero(states == NOT_DUE), month.cutoff)
    _extend(line, (states == ON_TIME) & (rng.integers(0, 100, size) < 2), month.cutoff)
    _close(line, states, month, rng)
    return line


def _pull_forward(line: Timeline, is_early: Bools, cutoff: int) -> None:
    """Give late and overdue cases of a long limit a due date well before the cutoff."""
    wrong = is_early & ((line.deadline == NO_TIME) | (line.deadline > cutoff - _DAY))
    early = line.registered + (cutoff - line.registered) // 3
    line.due = np.where(wrong, early, line.due)
    line.deadline = np.where(wrong, early, line.deadline)


def _put_off(line: Timeline, places: Ints, cutoff: int) -> None:
    """Make open cases not due: by turns deferred, extended, or due at the cutoff or later."""
    for turn, place in enumerate(places.tolist()):
        if turn % 3 == 0:
            line.deferred[place] = cutoff + 20 * _DAY
        elif turn % 3 == 1:
            line.due[place] = line.registered[place] + _DAY
            line.extended[place] = line.deadline[place] = cutoff + 9 * _DAY
        elif line.deadline[place] < cutoff or turn == _TURN_OF_CUTOFF:
            line.due[place] = line.deadline[place] = cutoff


def _extend(line: Timeline, chosen: Bools, cutoff: int) -> None:
    """Extend some deadlines by two days, so that only the extension makes their closing on time."""
    chosen = chosen & (line.deadline != NO_TIME) & (line.deadline + 2 * _DAY <= cutoff)
    line.extended = np.where(chosen, line.deadline + 2 * _DAY, line.extended)
    line.due = np.where(chosen, line.deadline, line.due)
    line.deadline = np.where(chosen, line.extended, line.deadline)


def _close(line: Timeline, states: Ints, month: MonthClock, rng: np.random.Generator) -> None:
    """Draw closing and handling times by state."""
    cutoff, registered = month.cutoff, line.registered
    limit = np.where(line.deadline == NO_TIME, cutoff, np.minimum(line.deadline, cutoff))
    prompt = registered + 60 + skewed(rng, limit - registered - 60)
    prompt = np.where(
        line.extended != NO_TIME, line.due + 1 + skewed(rng, limit - line.due), prompt
    )
    after = line.deadline + 1 + skewed(rng, np.minimum(cutoff - line.deadline, 6 * _DAY))
    is_late = states == LATE
    is_prompt = (states == ON_TIME) | (states == CLOSED_NO_DEADLINE)
    line.closed = np.where(is_prompt, prompt, np.where(is_late, after, NO_TIME))
    is_open = ~is_late & ~is_prompt
    afterwards = cutoff + 1 + skewed(rng, np.full(len(states), 2 * _DAY, dtype=np.int64))
    still_open = rng.integers(0, 2, len(states)) == 0
    line.closed = np.where(is_open & ~still_open, afterwards, line.closed)
    share = rng.integers(300, 990, len(states))
    handled = registered + (line.closed - registered) // 1000 * share
    line.handled = np.where(line.closed == NO_TIME, NO_TIME, handled)
    _touch_bounds(line, states, cutoff)


def _touch_bounds(line: Timeline, states: Ints, cutoff: int) -> None:
    """Put closings on the deadline, on the cutoff, and one second after the deadline."""
    plain = (states == ON_TIME) & (line.extended == NO_TIME)
    inside = np.flatnonzero(plain & (line.deadline <= cutoff))
    for place in (*inside[:2].tolist(), *inside[-2:].tolist()):
        line.closed[place] = line.deadline[place]
    for place in np.flatnonzero(plain & (line.deadline > cutoff))[:2].tolist():
        line.closed[place] = cutoff
    for place in np.flatnonzero(states == LATE)[:1].tolist():
        line.closed[place] = line.deadline[place] + 1


def place_moments(
    line: Timeline,
    category: Ints,
    categories: Categories,
    month: MonthClock,
    moments: list[dict[str, Any]],
) -> None:
    """Move on-time cases without due_at to the given registration times of this month.

    Args:
        line: changed in place.
        category: category index of each case.
        categories: the catalogue.
        month: the month.
        moments: registered_at, limit_unit and at_deadline (closed exactly then) of each.

    """
    units = np.array(categories.limit_units)[category]
    is_on_time = (line.closed <= line.deadline) & (line.closed <= month.cutoff)
    free = is_on_time & (line.closed != NO_TIME) & (line.due == NO_TIME)
    free &= (line.extended == NO_TIME) & (line.deferred == NO_TIME)
    for moment in moments:
        at = datetime.fromisoformat(moment["registered_at"])
        places = np.flatnonzero(free & (units == moment["limit_unit"]))
        if at.date().replace(day=1) != month.month or not len(places):
            continue
        place = places[len(places) // 2]
        limit, is_working = (
            categories.limits[category[[place]]],
            categories.is_working_limit[category[[place]]],
        )
        registered = np.array([seconds(at)], dtype=np.int64)
        deadline = int(month.clock.deadlines(registered, limit, is_working)[0])
        last = min(deadline, month.cutoff)
        line.registered[place], line.deadline[place] = registered[0], deadline
        line.closed[place] = last if moment["at_deadline"] else last - (last - registered[0]) // 3
        line.handled[place] = registered[0] + (line.closed[place] - registered[0]) // 2
        free[place] = False


def day_text(month: date, day: int) -> str:
    """Return the ISO date of a day (0: the first) of the month."""
    return (month + timedelta(days=day)).isoformat()
