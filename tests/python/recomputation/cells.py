"""One cell of text becomes one typed value, or is unparsable."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

TRUE_WORDS = frozenset({"true", "t", "1", "yes", "y"})
FALSE_WORDS = frozenset({"false", "f", "0", "no", "n"})
INTEGER_LIMIT = 2**31
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIMESTAMP = re.compile(
    _DATE.pattern + r"(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?)?"
)
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")
_DECIMAL_TYPE = re.compile(r"decimal\(([0-9]+),\s*([0-9]+)\)")


def _boolean(text: str) -> bool:
    word = text.lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError(f"not a boolean: {text!r}")


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"not an integer: {text!r}")
    value = int(text)
    if not -INTEGER_LIMIT <= value < INTEGER_LIMIT:
        raise ValueError(f"not a 32-bit integer: {text!r}")
    return value


def _decimal(text: str, precision: int, scale: int) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"not a decimal: {text!r}")
    value = Decimal(text)
    unit = Decimal(1).scaleb(-scale)
    if value % unit != 0:
        raise ValueError(f"more than {scale} decimals: {text!r}")
    if abs(value) >= Decimal(10) ** (precision - scale):
        raise ValueError(f"more than {precision} digits: {text!r}")
    return value


def _date(text: str) -> date:
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError(f"not a date: {text!r}")
    return date(*(int(part) for part in match.groups()))


def _timestamp(text: str) -> datetime:
    match = _TIMESTAMP.fullmatch(text)
    if not match:
        raise ValueError(f"not a timestamp: {text!r}")
    *parts, fraction = match.groups()
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    microsecond = int((fraction or "").ljust(6, "0"))
    return datetime(year, month, day, hour, minute, second, microsecond)


def seconds_of_day(text: str) -> int:
    """Return the seconds since midnight of a clock time; 24:00 is the day's end."""
    match = _TIME.fullmatch(text)
    if not match:
        raise ValueError(f"not a time: {text!r}")
    hour, minute, second = (int(part or 0) for part in match.groups())
    return hour * 3600 + minute * 60 + second


_PARSERS: dict[str, Callable[[str], Any]] = {
    "varchar": str,
    "boolean": _boolean,
    "integer": _integer,
    "date": _date,
    "timestamp": _timestamp,
    "time": seconds_of_day,
}


def parsed(text: str, type_name: str) -> Any:
    """Return the value of a cell; raise ValueError where the text is not of the type."""
    decimal_type = _DECIMAL_TYPE.fullmatch(type_name)
    if decimal_type:
        return _decimal(text, int(decimal_type[1]), int(decimal_type[2]))
    return _PARSERS[type_name](text)


def as_text(value: Any) -> str:
    """Return a typed key value as text; NULL is the empty string."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return str(value)
