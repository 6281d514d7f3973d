"""When a case is due: walks the calendar day by day and period by period."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

from .reference import Reference

HOUR = 3600
DAY = 86400


def working_deadline(
    registered_at: datetime,
    limit_seconds: int,
    periods: list[tuple[int, int]],
    working_days: dict[date, bool],
) -> datetime:
    """Return the earliest instant at which the working seconds are used up.

    Raise LookupError where the calendar ends before that.
    """
    if limit_seconds == 0:
        return registered_at
    start = registered_at.replace(microsecond=0)
    day, clock = start.date(), start.hour * HOUR + start.minute * 60 + start.second
    remaining = limit_seconds
    while True:
        if day not in working_days:
            raise LookupError(f"the working calendar has no row for {day}")
        if working_days[day]:
            for opens, closes in periods:
                begins = max(opens, clock)
                available = max(0, closes - begins)
                if available and remaining <= available:
                    midnight = datetime.combine(day, time())
                    return midnight + timedelta(seconds=begins + remaining)
                remaining -= available
        day, clock = day + timedelta(days=1), 0


def default_deadline(
    registered_at: datetime,
    limit_value: Decimal | None,
    limit_unit: str | None,
    reference: Reference,
) -> datetime | None:
    """Return the deadline that a category's limit gives, or None where it has no limit."""
    if limit_value is None or limit_unit is None:
        return None
    limit = Fraction(limit_value)
    if limit_unit == "calendar_hours":
        return registered_at + timedelta(seconds=ceil(limit * HOUR))
    if limit_unit == "calendar_days":
        return registered_at + timedelta(seconds=ceil(limit * DAY))
    periods = reference.working_periods
    working_day = sum(closes - opens for opens, closes in periods)
    unit = {"working_hours": HOUR, "working_days": working_day}[limit_unit]
    return working_deadline(registered_at, ceil(limit * unit), periods, reference.working_days)
