"""The committed working calendar is the generated one, and knows days that everybody knows."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest

from grid_assessment.working_calendar import (
    LAST_YEAR,
    last_published_year,
    statutory_holidays,
    write_calendar,
)

SEED = Path(__file__).parents[2] / "seeds" / "reference" / "working_calendar.csv"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with SEED.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def working_days(rows: list[dict[str, str]]) -> dict[str, str]:
    return {row["calendar_date"]: row["is_working_day"] for row in rows}


def test_committed_seed_equals_generated_calendar() -> None:
    generated = io.StringIO()
    write_calendar(generated)
    assert SEED.read_bytes().decode("utf-8") == generated.getvalue()


def test_every_day_from_2015_to_2030_stands_exactly_once(rows: list[dict[str, str]]) -> None:
    first, last = date(2015, 1, 1), date(2030, 12, 31)
    expected = [str(first + timedelta(days=n)) for n in range((last - first).days + 1)]
    assert [row["calendar_date"] for row in rows] == expected


def test_cells_are_of_the_allowed_values(rows: list[dict[str, str]]) -> None:
    assert {row["is_working_day"] for row in rows} == {"true", "false"}
    for row in rows:
        year = int(row["calendar_date"][:4])
        assumed = year > last_published_year()
        assert row["basis"] == ("assumed" if assumed else "published")
        assert row["note"] or not assumed


# Typed by hand after the yearly notices of 国务院办公厅, not read from a library.
@pytest.mark.parametrize(
    ("day", "is_working_day"),
    [
        ("2015-01-04", "true"),  # Sunday, make-up day of New Year
        ("2015-09-03", "false"),  # 70 years after the war, Thursday
        ("2015-09-04", "false"),  # the bridge day after it
        ("2015-09-06", "true"),  # Sunday, its make-up day
        ("2019-05-02", "false"),  # Labour Day made four days long
        ("2019-05-05", "true"),  # Sunday, its make-up day
        ("2020-01-19", "true"),  # Sunday, make-up day of the Spring Festival
        ("2020-01-31", "false"),  # the Spring Festival of 2020 was prolonged to 2 February
        ("2020-02-01", "false"),  # Saturday, was to be a make-up day before that
        ("2020-02-03", "true"),  # Monday, work again
        ("2020-10-08", "false"),  # National Day and Mid-Autumn fell together: eight days
        ("2021-02-07", "true"),  # Sunday, make-up day of the Spring Festival
        ("2021-02-10", "true"),  # Wednesday, the day before the festival
        *((f"2021-02-{day}", "false") for day in range(11, 18)),  # Spring Festival
        ("2021-02-18", "true"),  # Thursday, work again
        ("2021-02-20", "true"),  # Saturday, make-up day of the Spring Festival
        ("2021-02-21", "false"),  # a plain Sunday
        ("2021-03-08", "true"),  # a plain Monday of the sample month
        ("2021-03-13", "false"),  # a plain Saturday of the sample month
        ("2021-04-05", "false"),  # Tomb-Sweeping Day, on the Monday after Sunday the 4th
        ("2021-04-06", "true"),  # Tuesday, the cutoff of March 2021
        ("2021-04-25", "true"),  # Sunday, make-up day of Labour Day
        ("2021-09-18", "true"),  # Saturday, make-up day of Mid-Autumn
        ("2021-10-09", "true"),  # Saturday, make-up day of National Day
        ("2024-02-09", "true"),  # New Year's Eve of 2024 was not a holiday
        ("2025-01-28", "false"),  # New Year's Eve, statutory since 2025
        ("2025-05-02", "false"),  # the second day of Labour Day, statutory since 2025
        ("2026-02-14", "true"),  # Saturday, make-up day of the Spring Festival
        ("2026-02-23", "false"),  # Monday, the ninth day of the Spring Festival
    ],
)
def test_known_day(working_days: dict[str, str], day: str, is_working_day: str) -> None:
    assert working_days[day] == is_working_day


def test_assumed_years_have_the_holidays_of_the_law_and_no_make_up_days(
    rows: list[dict[str, str]],
) -> None:
    assumed = [row for row in rows if row["basis"] == "assumed"]
    days_off = {row["calendar_date"] for row in assumed if row["is_working_day"] == "false"}
    for row in assumed:
        if date.fromisoformat(row["calendar_date"]).weekday() >= 5:
            assert row["calendar_date"] in days_off
    # 2027: the Spring Festival is 6 February, Dragon Boat 9 June, Mid-Autumn 15 September.
    for day in ("02-05", "02-06", "02-07", "02-08", "04-05", "06-09", "09-15", "10-01"):
        assert f"2027-{day}" in days_off


@pytest.mark.parametrize("year", range(last_published_year() + 1, LAST_YEAR + 1))
def test_the_law_gives_thirteen_days_a_year(year: int) -> None:
    """Days that a weekend swallows come back on working days (Article 6), so weekdays count 13."""
    weekdays_off = [day for day in statutory_holidays(year) if day.weekday() < 5]
    # Mid-Autumn of 2028 is a day of National Day.
    assert len(weekdays_off) == (12 if year == 2028 else 13)
