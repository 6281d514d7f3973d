"""Completeness of a delivery: each warning fires with its figures, and only where it must."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from completeness_support import MARCH, Marts, evaluate

from grid_assessment.gate_result import Outcome

Evaluate = Callable[[str, str], Outcome]
SILENT = ("registered_days", "silent_day_count")
VOLUME = ("case_totals_by_district_monthly", "volume_deviation")
VANISHED = ("vanished_categories", "category_has_not_vanished")
DAY_SHARE = ("case_closures", "largest_closing_day_share")
LATE_CLOSED = ("case_closures", "late_closed_share")
LATE = ("case_closures", "late_share")


@pytest.fixture
def marts() -> Iterator[Marts]:
    made = Marts()
    yield made
    made.connection.close()


@pytest.fixture
def outcome(marts: Marts, tmp_path: Path) -> Evaluate:
    """Return the function that evaluates one expectation of a suite on the marts."""
    return partial(evaluate, marts, tmp_path / "suites")


def test_silent_days_are_named_with_what_was_expected(marts: Marts, outcome: Evaluate) -> None:
    marts.days("1", date(2020, 12, 1), date(2021, 2, 28))
    # Nothing on the first day, on two days in a row, and on the last day of the month.
    marts.days("1", date(2021, 3, 2), date(2021, 3, 9))
    marts.days("1", date(2021, 3, 12), date(2021, 3, 30))
    marts.days("2", date(2020, 12, 1), date(2021, 3, 31))
    found = outcome(*SILENT)
    assert found.checked_count == 2
    assert found.unexpected_rows == (
        "2021-03-01 1: silent_day_count 4, district_name 五华区, silent_days"
        " 2021-03-01 (0 cases, expected 11),"
        " 2021-03-10 to 2021-03-11 (0 cases, expected 22),"
        " 2021-03-31 (0 cases, expected 11)",
    )


def test_a_district_that_sent_nothing_all_month_is_named(marts: Marts, outcome: Evaluate) -> None:
    marts.days("1", date(2020, 12, 1), date(2021, 2, 28), 20)
    marts.days("2", date(2020, 12, 1), date(2021, 3, 31), 20)
    (row,) = outcome(*SILENT).unexpected_rows
    assert row.startswith("2021-03-01 1: silent_day_count 31, district_name 五华区, silent_days")
    assert "2021-03-01 to 2021-03-31 (0 cases, expected " in row


def test_days_that_are_never_busy_or_came_void_are_no_silence(
    marts: Marts, outcome: Evaluate
) -> None:
    # Only on working days, for three months: Saturdays and Sundays expect nothing.
    for number in range(121):
        day = date(2020, 12, 1) + timedelta(number)
        if day.isoweekday() < 6:
            marts.days("1", day, day)
    # A void case is a delivery.
    marts.days("2", date(2020, 12, 1), date(2021, 3, 30))
    marts.case("2", datetime(2021, 3, 31))
    marts.void(datetime(2021, 3, 31))
    found = outcome(*SILENT)
    assert (found.is_met, found.checked_count) == (True, 2)


def test_small_and_new_districts_are_not_called_silent(marts: Marts, outcome: Evaluate) -> None:
    # Below ten a day nothing is expected; a district that begins in mid-month was not there before.
    marts.days("1", date(2020, 12, 1), date(2021, 3, 15), 9)
    marts.days("3", date(2020, 12, 1), date(2021, 3, 31), 10)
    marts.days("2", date(2021, 3, 15), date(2021, 3, 31))
    found = outcome(*SILENT)
    assert (found.is_met, found.row_count, found.checked_count) == (True, 3, 2)
    # From its first day on it is held to what it sends: 12, 0, 12 and 12 would be nine a Wednesday.
    marts.connection.execute("delete from marts.fct_cases where registered_at::date = '2021-03-17'")
    assert outcome(*SILENT).unexpected_count == 0
    marts.days("2", date(2021, 3, 18), date(2021, 3, 31), 10)
    (row,) = outcome(*SILENT).unexpected_rows
    assert "2021-03-17 (0 cases, expected 15)" in row


def test_without_a_complete_month_nothing_is_checked(marts: Marts, outcome: Evaluate) -> None:
    marts.connection.execute("delete from marts.fct_cases")
    marts.case("1", datetime(2020, 12, 31, 23, 59))
    for check in (SILENT, VANISHED, ("case_closures", "late_share")):
        found = outcome(*check)
        assert (found.is_met, found.row_count) == (True, 0)


@pytest.mark.parametrize(
    ("history", "now", "expected"),
    [
        ([1000, 1000, 1000], 599, "volume_deviation 4.01, district_name 五华区, registered_count"
                                  " 599, expected_count 1000, volume_history_month_count 3"),
        ([1000, 1000, 1000], 600, None),
        ([1000, 1000, 1000], 1401, "registered_count 1401, expected_count 1000"),
        # One lost month does not move what is expected; a changeable district may change more.
        ([1000, 10, 1000], 300, None),
        ([1000, 10, 1000], 199, "registered_count 199, expected_count 1000"),
        ([1000, 1000, 1000], 0, "registered_count 0, expected_count 1000"),
        ([30, 30, 30], 9, None),
        ([30, 30, 30], 8, "registered_count 8, expected_count 30"),
        ([29, 29, 29], 0, None),
        ([1000, 1000], 1, None),
        # A month without any case is no history, nor is it expected to come again.
        ([0, 1000, 1000], 1, None),
    ],
)  # fmt: skip
def test_a_volume_is_held_against_the_district_s_own_year(
    marts: Marts, outcome: Evaluate, history: list[int], now: int, expected: str | None
) -> None:
    for number, count in enumerate(reversed(history)):
        marts.month(date(2021, 2 - number, 1) if number < 2 else date(2020, 12, 1), "1", count)
    marts.month(MARCH, "1", now)
    found = outcome(*VOLUME)
    assert found.is_met == (expected is None)
    assert (expected or "") in "".join(found.unexpected_rows)


def test_the_months_before_a_year_ago_are_forgotten(marts: Marts, outcome: Evaluate) -> None:
    for month in (date(2019, 12, 1), date(2020, 1, 1), date(2020, 2, 1)):
        marts.month(month, "1", 1000)
    marts.month(MARCH, "1", 1)
    assert outcome(*VOLUME).checked_count == 0
    for month in (date(2020, 3, 1), date(2020, 4, 1), date(2020, 5, 1)):
        marts.month(month, "1", 1000)
    assert outcome(*VOLUME).unexpected_count == 1


def three_months(marts: Marts, district: str, category: str, count: int) -> None:
    for month in (date(2020, 12, 1), date(2021, 1, 1), date(2021, 2, 1)):
        marts.counted(month, district, category, count)


def test_a_vanished_category_is_named_once(marts: Marts, outcome: Evaluate) -> None:
    for district in ("1", "2"):
        three_months(marts, district, "10101", 20)
        three_months(marts, district, "10102", 30)
        marts.counted(MARCH, district, "10102", 1)
    found = outcome(*VANISHED)
    # The whole group lost it: no line for each district.
    assert found.unexpected_rows == (
        "2021-03-01 main_urban all 10101: registered_count 0, category_name 暴露垃圾,"
        " expected_count 40",
    )
    marts.counted(MARCH, "2", "10101", 1)
    assert outcome(*VANISHED).unexpected_rows == (
        "2021-03-01 main_urban 1 10101: registered_count 0, category_name 暴露垃圾,"
        " expected_count 20",
    )


def test_categories_that_may_be_absent(marts: Marts, outcome: Evaluate) -> None:
    # Too few; not in every month before; new; a district that sent nothing at all.
    three_months(marts, "1", "10101", 19)
    marts.counted(date(2021, 1, 1), "1", "season", 900)
    marts.counted(date(2021, 2, 1), "1", "season", 900)
    marts.counted(date(2020, 12, 1), "1", "season", 0)
    marts.counted(MARCH, "1", "new", 500)
    three_months(marts, "2", "10102", 500)
    marts.counted(MARCH, "1", "10102", 1)
    found = outcome(*VANISHED)
    assert (found.is_met, found.checked_count) == (True, 1)
    marts.counted(MARCH, "2", "new", 1)
    assert [row[:25] for row in outcome(*VANISHED).unexpected_rows] == ["2021-03-01 main_urban 2 1"]


def test_a_group_without_a_name_has_its_categories(marts: Marts, outcome: Evaluate) -> None:
    for month in (date(2020, 12, 1), date(2021, 1, 1), date(2021, 2, 1)):
        marts.counted(month, "1", "unnamed", 50, group=None)
    marts.counted(MARCH, "1", "10102", 1, group=None)
    assert outcome(*VANISHED).unexpected_rows == (
        "2021-03-01 none all unnamed: registered_count 0, category_name unnamed, expected_count 50",
    )


def close_daily(marts: Marts, month: date, count: int, first: int = 1, last: int = 28) -> None:
    """Close so many cases on every day of a month."""
    for day in range(first, last + 1):
        opened = datetime(month.year, month.month, day, 8)
        marts.case("1", opened, count, closed_at=opened + timedelta(hours=5))


def test_closures_of_one_day_are_named(marts: Marts, outcome: Evaluate) -> None:
    close_daily(marts, MARCH, 1)
    # 28 days with one closure; 12 on the first instant of the cutoff are 12 of 40: 30 %.
    marts.case("1", datetime(2021, 3, 29), 12, closed_at=datetime(2021, 4, 6))
    assert outcome(*DAY_SHARE).is_met
    marts.case("1", datetime(2021, 3, 29), 1, closed_at=datetime(2021, 4, 6))
    assert outcome(*DAY_SHARE).unexpected_rows == (
        "2021-03-01 1: largest_day_share 0.3171, district_name 五华区, largest_day 2021-04-06,"
        " largest_day_count 13, closed_count 41",
    )
    # What was closed after the cutoff, or is void, is no closure of the month.
    marts.connection.execute("delete from marts.fct_cases where closed_at = '2021-04-06'")
    after = datetime(2021, 4, 6, 0, 0, 0, 1)
    marts.case("1", datetime(2021, 3, 29), 90, closed_at=after)
    marts.case("1", datetime(2021, 3, 30), 90, closed_at=datetime(2021, 4, 5))
    marts.void(datetime(2021, 3, 30))
    close_daily(marts, MARCH, 1)
    assert outcome(*DAY_SHARE).is_met


def test_a_few_closures_may_fall_on_one_day(marts: Marts, outcome: Evaluate) -> None:
    marts.case("1", datetime(2021, 3, 2), 29, closed_at=datetime(2021, 3, 3))
    marts.case("2", datetime(2021, 3, 2), 500)
    found = outcome(*DAY_SHARE)
    assert (found.row_count, found.checked_count) == (2, 0)
    marts.case("1", datetime(2021, 3, 2), 1, closed_at=datetime(2021, 3, 3))
    assert outcome(*DAY_SHARE).unexpected_count == 1


def test_closures_dated_back_behind_the_cutoff_are_told(marts: Marts, outcome: Evaluate) -> None:
    close_daily(marts, MARCH, 7)
    behind = datetime(2021, 4, 5, 23, 0)
    # Written until three days after the cutoff: the delivery was under way.
    marts.case("1", datetime(2021, 3, 31), 50, behind, updated_at=datetime(2021, 4, 9))
    # Four of 250: fewer than one in fifty.
    late = datetime(2021, 4, 9, 0, 0, 1)
    marts.case("1", datetime(2021, 3, 31), 4, behind, updated_at=late)
    # Changed late and open, or closed after the cutoff: nothing was dated back.
    marts.case("1", datetime(2021, 3, 31), 30, updated_at=late)
    marts.case("1", datetime(2021, 3, 31), 30, datetime(2021, 4, 7), updated_at=late)
    assert outcome(*LATE_CLOSED).is_met
    marts.case("1", datetime(2021, 3, 31), 2, behind, updated_at=datetime(2021, 5, 2))
    assert outcome(*LATE_CLOSED).unexpected_rows == (
        "2021-03-01 1: late_closed_share 0.02381, district_name 五华区, late_closed_count 6,"
        " closed_count 252, cutoff_at 2021-04-06, last_change_at 2021-05-02",
    )


def test_a_month_changed_as_a_whole_is_late_and_not_dated_back(
    marts: Marts, outcome: Evaluate
) -> None:
    late = datetime(2021, 4, 20)
    marts.case("1", datetime(2021, 3, 5), 50, datetime(2021, 3, 6), updated_at=late)
    marts.case("1", datetime(2021, 3, 5), 50, datetime(2021, 3, 6))
    # Half of it is the limit: the closures are still compared with the others.
    assert outcome(*LATE).is_met
    assert outcome(*LATE_CLOSED).unexpected_count == 1
    marts.case("1", datetime(2021, 3, 5), 1, updated_at=late)
    assert outcome(*LATE).unexpected_rows == (
        "2021-03-01 1: late_share 0.505, district_name 五华区, late_count 51, registered_count"
        " 101, cutoff_at 2021-04-06, last_change_at 2021-04-20",
    )
    assert outcome(*LATE_CLOSED).checked_count == 0


def test_only_the_last_three_complete_months_are_asked(marts: Marts, outcome: Evaluate) -> None:
    for month in (date(2020, 12, 1), date(2021, 1, 1)):
        opened = datetime(month.year, month.month, 5)
        marts.case("1", opened, 40, opened, updated_at=datetime(2021, 4, 5))
    marts.case("1", datetime(2021, 3, 5), 40, datetime(2021, 3, 6))
    # A month that is still running has closed what it has closed.
    marts.connection.execute(
        "insert into marts.dim_assessment_months values ('2021-04-01', '2021-05-06')"
    )
    marts.case("1", datetime(2021, 4, 5), 40, datetime(2021, 4, 5))
    found = outcome(*LATE)
    assert [row[:12] for row in found.unexpected_rows] == ["2021-01-01 1"]
    assert found.row_count == 2
