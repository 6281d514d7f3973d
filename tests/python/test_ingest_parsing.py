"""Cells are read exactly or not at all: what Python writes, ingest reads back."""

import re
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_assessment.ingest.load_ids import check_load_id, derive_load_id
from grid_assessment.ingest.parsing import SPOILT_CELL, typed
from grid_assessment.ingest.personal import UNREADABLE, hashed_cell
from grid_assessment.ingest.text import BLANKS

MOMENTS = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2199, 12, 31))
FORMATS = ("%m/%d/%Y %I:%M:%S %p", "%Y年%m月%d日 %H时%M分%S秒", "%d.%m.%Y %H:%M:%S", "%Y%m%d%H%M%S")
SETTINGS = settings(max_examples=150, deadline=None, database=None)


def read(text: str, column_type: str, formats: tuple[str, ...] = ()) -> object:
    query = f"select {typed('t', column_type, formats)} from (select ? as t)"
    row = duckdb.execute(query, [text]).fetchone()
    assert row is not None
    return row[0]


@SETTINGS
@given(MOMENTS, st.sampled_from(FORMATS))
def test_timestamps_round_trip(moment: datetime, timestamp_format: str) -> None:
    whole = moment.replace(microsecond=0)
    text = whole.strftime(timestamp_format)
    assert read(text, "timestamp", (timestamp_format,)) == whole
    assert read(str(moment), "timestamp") == moment
    assert read(moment.isoformat(), "timestamp", (timestamp_format,)) == moment


@SETTINGS
@given(st.text("0123456789", min_size=8, max_size=16))
def test_digits_without_separators_need_all_their_places(digits: str) -> None:
    value = read(digits, "timestamp", ("%Y%m%d%H%M%S",))
    assert value is None or f"{value:%Y%m%d%H%M%S}" == digits


@SETTINGS
@given(MOMENTS, st.sampled_from(["Z", "+08:00", " +0800", " CST", "+08", " Asia/Shanghai"]))
def test_timestamps_with_zones_are_unparsable(moment: datetime, zone: str) -> None:
    assert read(moment.isoformat() + zone, "timestamp", FORMATS) is None


@SETTINGS
@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_and_never_an_error(text: str) -> None:
    text = text.replace("\0", "")
    for column_type in ("timestamp", "date", "boolean", "integer", "decimal(6,2)"):
        read(text, column_type, FORMATS)
    assert read(text, "varchar") == (None if re.fullmatch(SPOILT_CELL, text) else text)


@pytest.mark.parametrize("code", ["1E10", "0E00", "5e5", "E+05", "5.3E-02", "12E+05", "1E+5"])
def test_a_code_with_an_e_is_a_code(code: str) -> None:
    assert read(code, "varchar") == code


@pytest.mark.parametrize("code", ["#N/A1", "#1", "N/A", "#n/a", "#REF", "#"])
def test_a_code_with_a_hash_is_a_code(code: str) -> None:
    assert read(code, "varchar") == code


@pytest.mark.parametrize(
    "rest",
    ["5.30102E+11", "5E+11", "-1.5e+300", "+1E+05", "#REF!", "#N/A", "#NAME?", "#DIV/0!", "#NULL!"],
)
def test_what_a_spreadsheet_leaves_of_a_lost_value_is_refused(rest: str) -> None:
    """A long number cut short, a formula that failed."""
    assert read(rest, "varchar") is None
    assert hashed_cell(rest, b"k" * 16, [], frozenset()) == UNREADABLE
    assert hashed_cell(rest, b"k" * 16, [], frozenset({rest})) is None


@SETTINGS
@given(st.integers(-(2**40), 2**40), st.integers(0, 3))
def test_integers(number: int, zeros: int) -> None:
    text = str(number) + ("." + "0" * zeros if zeros else "")
    expected = number if -(2**31) <= number < 2**31 else None
    assert read(text, "integer") == expected
    assert read(f"{number}.5", "integer") is None


@SETTINGS
@given(st.decimals(-(10**7), 10**7, places=4))
def test_decimals_are_never_rounded(number: Decimal) -> None:
    value = read(f"{number:f}", "decimal(12,2)")
    assert value == (number if number == round(number, 2) else None)


@SETTINGS
@given(st.dates(date(1900, 1, 1), date(2199, 1, 1)))
def test_dates(day: date) -> None:
    assert read(str(day), "date") == day
    assert read(f"{day} 00:00:00", "date") == day
    assert read(f"{day} 00:00:01", "date") is None
    assert read(f"{day:%Y/%m/%d}", "date") is None
    assert read(f"{day:%Y/%m/%d}", "date", ("%Y/%m/%d",)) == day


@pytest.mark.parametrize(("column_type", "text"), [
    ("timestamp", "2021-02-29 00:00:00"), ("timestamp", "2021-03-05 24:00:00"),
    ("timestamp", "2021-03-05"), ("timestamp", "0000-00-00 00:00:00"), ("timestamp", "infinity"),
    ("timestamp", "2021-03-05 08:30:00.1234567"), ("timestamp", "44260.5"), ("timestamp", "now"),
    ("integer", "1e3"), ("integer", "1,000"), ("integer", "１２"), ("integer", "3."),
    ("decimal(6,2)", "12345.6"), ("decimal(6,2)", "1.234"), ("decimal(6,2)", ".5"),
    ("decimal(6,2)", "nan"), ("boolean", "yes"), ("boolean", "2"), ("varchar", "1.01001E+11"),
])  # fmt: skip
def test_what_is_not_of_the_type(column_type: str, text: str) -> None:
    assert read(text, column_type) is None


@SETTINGS
@given(MOMENTS, MOMENTS, st.text(), st.text(), st.sampled_from([".csv", ".csv.gz", ".xlsx"]))
def test_later_deliveries_have_greater_load_ids(
    one: datetime, other: datetime, name: str, other_name: str, ending: str
) -> None:
    """Bytewise, whatever the files are called; and a load_id is always a safe stem."""
    ids = [
        derive_load_id("x" + text.replace("/", "") + ending, moment, "ab" * 32)
        for moment, text in ((one, name), (other, other_name))
    ]
    if one != other:
        assert (ids[0].encode() < ids[1].encode()) == (one < other)
    for load_id in ids:
        assert check_load_id(load_id) == load_id


def test_blanks_are_all_that_python_calls_space() -> None:
    spaces = {chr(code) for code in range(0x3100) if chr(code).isspace()}
    typographic = {chr(code) for code in range(0x2000, 0x2010)} | {"\u1680", "\u202f", "\u205f"}
    assert spaces - typographic <= set(BLANKS)
