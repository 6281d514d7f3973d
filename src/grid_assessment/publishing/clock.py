"""Times of builds: UTC, to the second, as text without a zone."""

from datetime import UTC, datetime

_FORM = "%Y-%m-%d %H:%M:%S"


def now() -> datetime:
    """Return the time of now: UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def now_text() -> str:
    """Return the time of now as ``2026-04-03 09:30:00`` (UTC)."""
    return now().strftime(_FORM)


def seconds_since(text: str) -> float:
    """Return the seconds from a time as ``now_text`` writes it until now."""
    return (now() - datetime.strptime(text, _FORM).replace(tzinfo=UTC)).total_seconds()


def duration(seconds: float) -> str:
    """Return a duration in its two largest units, for instance ``3 d 4 h`` or ``12 s``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"), (rest, "s"))
    told = [f"{count} {unit}" for count, unit in parts if count]
    return " ".join(told[:2]) or "0 s"
