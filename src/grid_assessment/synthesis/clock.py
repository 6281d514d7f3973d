"""Deadlines: plain and working limits, for whole columns at once."""

import csv
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np

from grid_assessment.errors import GridError
from grid_assessment.synthesis.streams import Bools, Ints

NO_TIME = np.iinfo(np.int64).min
_HOUR, _DAY = 3600, 86400


def seconds(moment: datetime) -> int:
    """Return a local time as seconds since 1970-01-01 00:00, the unit of time columns."""
    return int((moment - datetime(1970, 1, 1)).total_seconds())


class WorkingClock:
    """The working time of a city, from ``working_calendar.csv`` and ``working_hours.csv``.

    Args:
        reference_dir: folder of the reference files.

    Raises:
        GridError: one of the two files is missing.

    """

    def __init__(self, reference_dir: Path) -> None:
        """Lay out all working periods one after the other."""
        calendar, hours = (
            reference_dir / "working_calendar.csv",
            reference_dir / "working_hours.csv",
        )
        for path in (calendar, hours):
            if not path.is_file():
                raise GridError(f"{path}: missing; deadlines need it")
        with hours.open(encoding="utf-8", newline="") as stream:
            periods = sorted(
                (_of_day(r["start_time"]), _of_day(r["end_time"])) for r in csv.DictReader(stream)
            )
        with calendar.open(encoding="utf-8", newline="") as stream:
            days = {
                r["calendar_date"]: r["is_working_day"] == "true" for r in csv.DictReader(stream)
            }
        self._days = {
            seconds(datetime.fromisoformat(day)): works for day, works in sorted(days.items())
        }
        starts = [day + start for day, works in self._days.items() if works for start, _ in periods]
        ends = [day + end for day, works in self._days.items() if works for _, end in periods]
        self._starts, self._ends = np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64)
        self._used = np.cumsum(self._ends - self._starts)
        self.day_seconds = sum(end - start for start, end in periods)

    def covers(self, first: datetime, last: datetime) -> bool:
        """Tell whether the calendar has every day from ``first`` to ``last``."""
        return all(day in self._days for day in range(seconds(first), seconds(last), _DAY))

    def is_working_day(self, day: int) -> bool:
        """Tell whether the day that starts at ``day`` (seconds) is worked."""
        return self._days[day]

    def limit_seconds(self, value: str, unit: str) -> int:
        """Return a limit in seconds of its own kind of time; 0 where the category has no limit."""
        if not value:
            return 0
        lengths = {
            "working_hours": _HOUR,
            "calendar_hours": _HOUR,
            "working_days": self.day_seconds,
            "calendar_days": _DAY,
        }
        return int(Decimal(value) * lengths[unit])

    def deadlines(self, registered: Ints, limits: Ints, is_working: Bools) -> Ints:
        """Return the instants at which limits are used up.

        Args:
            registered: registration times in seconds.
            limits: limits in seconds; 0 means none.
            is_working: whether a limit runs in working time only.

        Returns:
            Deadlines in seconds; ``NO_TIME`` where there is no limit.

        """
        period = np.searchsorted(self._starts, registered, side="right") - 1
        unused = np.maximum(self._ends[period] - registered, 0)
        target = self._used[period] - unused + limits
        last = np.searchsorted(self._used, target, side="left")
        working = self._ends[last] - (self._used[last] - target)
        return np.where(limits == 0, NO_TIME, np.where(is_working, working, registered + limits))


def _of_day(text: str) -> int:
    hour, minute, second = (int(part) for part in text.split(":"))
    return hour * _HOUR + minute * 60 + second
