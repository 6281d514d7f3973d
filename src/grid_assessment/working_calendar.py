"""Make ``seeds/reference/working_calendar.csv``: which days of 2015 to 2030 are working days.

Run ``python -m grid_assessment.working_calendar > seeds/reference/working_calendar.csv``.

Up to the last year that the installed ``chinesecalendar`` knows, the days are those that the State
Council announced: statutory holidays and make-up working days (basis ``published``). The years
beyond have weekends and the holidays that the law itself fixes (全国年节及纪念日放假办法 in force
since 2025-01-01, with its Article 6: a holiday that falls on a weekend is taken on a working day),
without make-up working days, because none is announced yet (basis ``assumed``).
"""

import csv
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple, TextIO

import chinese_calendar  # type: ignore[import-untyped]
import holidays
from chinese_calendar import constants

FIRST_YEAR = 2015
LAST_YEAR = 2030
SATURDAY = 5
ASSUMED_NOTE = "The State Council has not announced this year"


class CalendarDay(NamedTuple):
    """One row of the seed; the field names are its header.

    Attributes:
        calendar_date: the day.
        is_working_day: ``true`` or ``false``.
        basis: ``published`` (announced by the State Council) or ``assumed``.
        note: the holiday behind an unusual day, or why the day is assumed; may be empty.

    """

    calendar_date: date
    is_working_day: str
    basis: str
    note: str


def last_published_year() -> int:
    """Return the last year whose holidays the installed ``chinesecalendar`` knows."""
    last_holiday: date = max(constants.holidays)
    return last_holiday.year


def published_day(day: date) -> CalendarDay:
    """Return a day as the State Council announced it.

    Raises:
        NotImplementedError: ``chinesecalendar`` does not know the year of ``day``.

    """
    is_working_day = chinese_calendar.is_workday(day)
    note = ""
    if day in constants.workdays:
        note = f"Make-up working day of {holiday_name(constants.workdays[day])}"
    elif day in constants.holidays:
        note = holiday_name(constants.holidays[day])
    return CalendarDay(day, str(is_working_day).lower(), "published", note)


def holiday_name(english_name: str) -> str:
    """Return the Chinese and the English name of a holiday of ``chinesecalendar``."""
    return f"{constants.Holiday(english_name).chinese} ({english_name})"


@cache
def statutory_holidays(year: int) -> frozenset[date]:
    """Return the days off that the law itself gives in a year, days in lieu of weekends included.

    Source: the China calendar of ``holidays``, which computes the lunar dates.
    """
    return frozenset(holidays.country_holidays("CN", years=year, observed=True))


def assumed_day(day: date) -> CalendarDay:
    """Return a day of a year that is not announced: the law's holidays and weekends are off."""
    is_off = day.weekday() >= SATURDAY or day in statutory_holidays(day.year)
    return CalendarDay(day, str(not is_off).lower(), "assumed", ASSUMED_NOTE)


def calendar_days() -> Iterator[CalendarDay]:
    """Yield every day from ``FIRST_YEAR`` to ``LAST_YEAR``, in order."""
    day = date(FIRST_YEAR, 1, 1)
    published_until = last_published_year()
    while day.year <= LAST_YEAR:
        yield published_day(day) if day.year <= published_until else assumed_day(day)
        day += timedelta(days=1)


def write_calendar(stream: TextIO) -> None:
    """Write the seed as CSV with a header."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(CalendarDay._fields)
    writer.writerows(calendar_days())


if __name__ == "__main__":
    write_calendar(sys.stdout)
