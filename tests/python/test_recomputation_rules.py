"""The rules of the second implementation against expectations worked out by hand."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from recomputation import recompute_seeds
from recomputation.cases import competition_ranks, timeliness
from recomputation.cells import parsed
from recomputation.contract import PROJECT_DIR, raw_contract
from recomputation.deadlines import default_deadline, working_deadline
from recomputation.judging import judge
from recomputation.reading import LandedRow, read_seeds
from recomputation.reference import Reference, read_reference
from recomputation.rounding import change_rate, rate, rounded, wilson_interval
from recomputation.scoring import exact_score

REFERENCE_DIR = PROJECT_DIR / "seeds" / "reference"


@pytest.fixture(scope="module")
def reference() -> Reference:
    return read_reference(REFERENCE_DIR)


# --- Rounding -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (Fraction(1005, 1000), 2, "1.01"),
        (Fraction(1015, 1000), 2, "1.02"),
        (Fraction(1025, 1000), 2, "1.03"),
        (Fraction(-1005, 1000), 2, "-1.01"),
        (Fraction(10049999, 10000000), 2, "1.00"),
        (Fraction(1, 2_000_000), 6, "0.000001"),
        (Fraction(1, 3), 6, "0.333333"),
        (Fraction(2, 3), 6, "0.666667"),
    ],
)
def test_rounding_is_half_away_from_zero(value: Fraction, places: int, expected: str) -> None:
    assert str(rounded(value, places)) == expected


def test_a_zero_denominator_gives_null() -> None:
    assert rate(0, 0) is None
    assert rate(0, 3) == 0
    assert change_rate(2, None) is None
    assert change_rate(2, 0) is None
    assert change_rate(1, 3) == Decimal("-0.666667")
    assert change_rate(9, 3) == 2


# Newcombe (1998), table I, gives the score interval of these samples to four decimals.
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, "0.2553", "0.3662"),
        (15, 148, "0.0624", "0.1605"),
        (0, 20, "0.0000", "0.1611"),
        (1, 29, "0.0061", "0.1718"),
    ],
)
def test_wilson_interval_of_known_samples(successes: int, trials: int, low: str, high: str) -> None:
    found = [round(end, 4) for end in wilson_interval(successes, trials) if end is not None]
    assert found == [Decimal(low), Decimal(high)]


def test_wilson_interval_at_its_edges() -> None:
    assert wilson_interval(0, 0) == (None, None)
    # z squared / (n + z squared) with z = 1.959964
    assert wilson_interval(0, 10) == (Decimal("0.000000"), Decimal("0.277533"))
    assert wilson_interval(10, 10) == (Decimal("0.722467"), Decimal("1.000000"))


def test_equal_values_share_a_rank_and_the_next_is_skipped() -> None:
    scores = {("a",): 96, ("b",): 97, ("c",): 96, ("d",): 95, ("e",): 96}
    assert competition_ranks(scores) == {("a",): 2, ("b",): 1, ("c",): 2, ("d",): 5, ("e",): 2}


@pytest.mark.parametrize(
    ("method", "full_marks", "value", "expected"),
    [
        ("rate", "3", Fraction(335, 1000), "1.01"),  # 1.005
        ("inverse_rate", "15", Fraction(2007, 10000), "11.99"),  # 11.9895
        ("target_rate", "10", Fraction(9, 10), "9.47"),  # 9.473684...
        ("target_rate", "10", Fraction(96, 100), "10.00"),
        ("unit_deduction", "6", Fraction(1), "5.80"),
        ("unit_deduction", "6", Fraction(31), "0.00"),
    ],
)
def test_scores_by_hand(method: str, full_marks: str, value: Fraction, expected: str) -> None:
    indicator = {
        "scoring_method": method,
        "full_marks": Decimal(full_marks),
        "target_value": Decimal("0.95"),
        "unit_points": Decimal("0.2"),
    }
    assert str(rounded(exact_score(indicator, value), 2)) == expected


# --- Deadlines; Friday 2 April 2021 lies before three days off, Sunday 25 April is worked ---------


@pytest.mark.parametrize(
    ("registered_at", "limit", "unit", "expected"),
    [
        ("2021-03-01 07:00:00", "3.5", "working_hours", "2021-03-01 12:00:00"),
        ("2021-03-01 11:00:00", "1", "working_hours", "2021-03-01 12:00:00"),
        ("2021-03-01 11:00:00", "1.01", "working_hours", "2021-03-01 14:00:36"),
        ("2021-03-01 12:00:00", "1", "working_hours", "2021-03-01 15:00:00"),
        ("2021-03-01 12:30:00", "1", "working_hours", "2021-03-01 15:00:00"),
        ("2021-03-01 17:30:00", "0.5", "working_hours", "2021-03-02 09:00:00"),
        ("2021-03-01 10:00:00", "1", "working_days", "2021-03-02 10:00:00"),
        ("2021-03-01 08:30:00", "1", "working_days", "2021-03-01 17:30:00"),
        ("2021-03-05 16:30:00", "2", "working_hours", "2021-03-08 09:30:00"),
        ("2021-04-02 16:30:00", "2", "working_hours", "2021-04-06 09:30:00"),
        ("2021-04-24 10:00:00", "1", "working_days", "2021-04-25 17:30:00"),
        ("2021-03-01 11:59:59.9", "0.01", "working_hours", "2021-03-01 14:00:35"),
        ("2021-03-01 12:30:00", "0", "working_hours", "2021-03-01 12:30:00"),
        ("2021-04-02 16:30:00", "1.5", "calendar_days", "2021-04-04 04:30:00"),
        ("2021-04-02 16:30:00", "6", "calendar_hours", "2021-04-02 22:30:00"),
    ],
)
def test_deadlines_by_hand(
    reference: Reference, registered_at: str, limit: str, unit: str, expected: str
) -> None:
    found = default_deadline(datetime.fromisoformat(registered_at), Decimal(limit), unit, reference)
    assert found == datetime.fromisoformat(expected)


def test_a_calendar_that_ends_too_early_is_an_error() -> None:
    days = {date(2021, 3, 1): True, date(2021, 3, 2): False}
    assert working_deadline(datetime(2021, 3, 1, 8), 3600, [(0, 3600 * 9)], days)
    with pytest.raises(LookupError, match="2021-03-03"):
        working_deadline(datetime(2021, 3, 1, 8), 3601, [(0, 3600 * 9)], days)


@pytest.mark.parametrize(
    ("closed", "deferred", "deadline", "expected"),
    [
        (9, None, None, "no_deadline"),
        (9, None, 9, "on_time"),
        (9, None, 8, "late"),
        (10, None, 9, "late"),
        (11, None, 9, "overdue_open"),
        (11, None, 10, "not_due"),
        (None, 11, 9, "not_due"),
        (None, 10, 9, "overdue_open"),
    ],
)
def test_timeliness_at_a_cutoff_at_ten(
    closed: int | None, deferred: int | None, deadline: int | None, expected: str
) -> None:
    moments = [
        None if hour is None else datetime(2021, 4, 6, hour)
        for hour in (closed, deferred, deadline)
    ]
    assert timeliness(moments[0], moments[1], moments[2], datetime(2021, 4, 6, 10)) == expected


# --- Cells and verdicts -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "type_name", "expected"),
    [
        ("YES", "boolean", True),
        ("f", "boolean", False),
        ("+7", "integer", 7),
        ("12.50", "decimal(12,1)", Decimal("12.5")),
        ("2021-03-01", "timestamp", datetime(2021, 3, 1)),
        ("2021-03-01T08:30", "timestamp", datetime(2021, 3, 1, 8, 30)),
        ("2021-03-01 08:30:01.5", "timestamp", datetime(2021, 3, 1, 8, 30, 1, 500000)),
    ],
)
def test_parsable_cells(text: str, type_name: str, expected: object) -> None:
    assert parsed(text, type_name) == expected


@pytest.mark.parametrize(
    ("text", "type_name"),
    [
        ("on", "boolean"),
        ("1.0", "integer"),
        ("12.55", "decimal(12,1)"),
        ("10000", "decimal(6,2)"),
        ("2021-02-29", "date"),
        ("2021-03-01 08:30:00+08:00", "timestamp"),
        ("2021/03/01", "timestamp"),
    ],
)
def test_unparsable_cells(text: str, type_name: str) -> None:
    with pytest.raises(ValueError):
        parsed(text, type_name)


def _case(load_id: str, number: int, **values: Any) -> LandedRow:
    dataset = raw_contract()["cases"]
    cells = {
        "case_id": "c1",
        "updated_at": datetime(2021, 3, 3),
        "registered_at": datetime(2021, 3, 2),
        "source_code": "hotline",
        "platform_code": "district",
        "district_code": "530102",
        "category_code": "10101",
        **values,
    }
    ordered = tuple(cells.get(column.name) for column in dataset.columns)
    return LandedRow(dataset, load_id, number, None, ordered, {})


def test_one_of_identical_rows_is_current_and_conflicting_ones_are_both_rejected(
    reference: Reference,
) -> None:
    identical = [_case("a", number) for number in (1, 2, 3)]
    judgement = judge("cases", identical, reference)
    assert [row.row_number for row in judgement.current] == [1]
    assert len(judgement.superseded) == 2

    judgement = judge("cases", [*identical, _case("a", 4, rework_count=1)], reference)
    assert judgement.current == []
    assert {reasons for _, reasons in judgement.rejected} == {("conflicting_duplicate",)}


def test_versions_of_two_loads_do_not_conflict_and_loads_compare_bytewise(
    reference: Reference,
) -> None:
    rows = [_case("10", 1), _case("9", 1, rework_count=1), _case("B", 1), _case("b", 1)]
    judgement = judge("cases", rows, reference)
    assert [row.load_id for row in judgement.current] == ["b"]


def test_the_lowest_faultless_version_fixes_the_month(reference: Reference) -> None:
    moved = _case("b", 1, registered_at=datetime(2021, 4, 2), updated_at=datetime(2021, 4, 3))
    judgement = judge("cases", [moved, _case("c", 1)], reference)
    assert [row.load_id for row in judgement.current] == ["c"]
    assert [reasons for _, reasons in judgement.rejected] == [("registered_month_changed",)]
    # A faulty row fixes no month.
    judgement = judge("cases", [moved, _case("c", 1, source_code="fax")], reference)
    assert [row.load_id for row in judgement.current] == ["b"]


def test_reasons_stand_in_the_order_of_their_priority(reference: Reference) -> None:
    row = _case(
        "a",
        1,
        closed_at=datetime(2021, 3, 1),
        handled_at=datetime(2021, 3, 1),
        source_code="fax",
        platform_code="municipal",
    )
    [(_, reasons)] = judge("cases", [row], reference).rejected
    assert reasons == (
        "unknown_code",
        "missing_dispatch_target",
        "closed_before_registered",
        "handled_before_registered",
    )


# --- A city of three cases ----------------------------------------------------------------------

CASES = """\
load_id,case_id,updated_at,registered_at,source_code,platform_code,dispatch_target_code,district_code,category_code,closed_at,is_void
a,1,2021-03-02,2021-03-01 10:00,district_supervisor,district,,530102,10101,2021-03-01 15:00,
a,2,2021-03-02,2021-03-01 10:00,municipal_supervisor,municipal,other,530102,10101,,no
a,3,2021-03-02,2021-03-01 10:00,hotline,municipal,district,530102,10101,,YES
a,4,2021-03-02,2021-03-01 10:00,hotline,municipal,district,530102,10101,31/3/2021,
"""


def test_three_cases_by_hand(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(CASES, encoding="utf-8")
    recomputed = recompute_seeds(tmp_path, REFERENCE_DIR)
    march = date(2021, 3, 1)

    # The limit of 10101 is four working hours, used up at 16:00.
    assert recomputed.marts["case_totals_monthly"][(march, "main_urban", "all")] == {
        "registered_count": 2,
        "closed_count": 1,
        "should_close_count": 2,
        "on_time_count": 1,
        "overdue_open_count": 1,
        "reworked_count": 0,
        "base_case_count": 2,
        "void_count": 1,
        "closure_rate": Decimal("0.5"),
        "on_time_closure_rate": Decimal("0.5"),
        "rework_rate": Decimal(0),
    }
    assert recomputed.marts["open_case_backlog_monthly"] == {
        (march, "main_urban", "530102"): {"open_count": 1},
        (march, "main_urban", "all"): {"open_count": 1},
    }
    assert list(recomputed.rejected_rows.elements()) == [
        ("cases", "a", "4", "unparsable_value", "unparsable_value")
    ]
    ranking = recomputed.marts["district_ranking_monthly"][(march, "530102")]
    assert (ranking["total_score"], ranking["is_unranked"]) == (None, True)


def test_a_required_column_and_cases_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no rows"):
        read_seeds(tmp_path)
    (tmp_path / "cases.csv").write_text("load_id,case_id\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no column updated_at"):
        read_seeds(tmp_path)
