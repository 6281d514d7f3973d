"""Months: parsing ``2021-02..2021-03``, first days and default cutoffs."""

import re
from datetime import date, datetime, timedelta

from grid_assessment.errors import GridError

_MONTH = re.compile(r"((?!0000)[0-9]{4})-(0[1-9]|1[0-2])")
_CUTOFF_DAY = 6


def next_month(month: date) -> date:
    """Return the first day of the following month."""
    return (month + timedelta(days=32)).replace(day=1)


def default_cutoff(month: date) -> datetime:
    """Return 00:00 on the 6th of the next month: the cutoff without a row in assessment_periods."""
    following = next_month(month)
    return datetime(following.year, following.month, _CUTOFF_DAY)


def _parse_month(text: str) -> date:
    found = _MONTH.fullmatch(text)
    if found is None:
        raise GridError(
            f"--months: {text!r} is no month; expected YYYY-MM or a range, e.g. 2021-02..2021-03"
        )
    return date(int(found[1]), int(found[2]), 1)


def parse_months(text: str) -> list[date]:
    """Return the first days of the months of ``YYYY-MM`` or ``YYYY-MM..YYYY-MM``, in order.

    Raises:
        GridError: not of that form, or the first month is after the last.

    """
    first_text, _, last_text = text.partition("..")
    first, last = _parse_month(first_text), _parse_month(last_text or first_text)
    if first > last:
        raise GridError(
            f"--months: {first_text} is after {last_text}; write the earlier month first"
        )
    months = [first]
    while months[-1] < last:
        months.append(next_month(months[-1]))
    return months
