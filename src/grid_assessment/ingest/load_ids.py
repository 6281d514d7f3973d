"""What a load is called: its delivery's time first, because load_ids are compared bytewise."""

import re
from datetime import datetime

from grid_assessment.errors import GridError
from grid_assessment.ingest.text import quoted

LONGEST_STEM = 40
FIRST_YEAR = 1900
ENDINGS = (".gz", ".csv", ".txt", ".tsv", ".xlsx", ".parquet")


def parse_delivered_at(text: str) -> datetime:
    """Return the time of ``--delivered-at`` (local, without a zone).

    Raises:
        GridError: not ``YYYY-MM-DD[ HH:MM:SS]``, or with a time zone.
    """
    try:
        delivered_at = datetime.fromisoformat(text.strip())
    except ValueError:
        delivered_at = None
    if delivered_at is None or delivered_at.tzinfo is not None or delivered_at.year < FIRST_YEAR:
        raise GridError(
            f"--delivered-at {quoted(text)}: expected a local time without a zone,"
            " such as 2021-04-06 09:30:00"
        )
    return delivered_at


def check_load_id(load_id: str) -> str:
    """Return a ``--load-id`` that is safe as a file's stem.

    Raises:
        GridError: anything but letters, digits, hyphen and underscore, or over 120 characters.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,119}", load_id):
        raise GridError(
            f"--load-id {quoted(load_id)}: expected letters, digits, '-' and '_', a letter or"
            " digit first, at most 120 characters"
        )
    return load_id


def derive_load_id(name: str, delivered_at: datetime, digest: str) -> str:
    """Return ``<delivery time>-<stem>-<hash>``: the same file gives the same load_id again.

    Args:
        name: the delivered file's; its stem is reduced to ASCII letters, digits and underscores.
        delivered_at: when it was delivered; a later delivery has the greater load_id.
        digest: hexadecimal SHA-256 of the delivered bytes; eight digits of it are used.
    """
    for ending in ENDINGS:
        if name.lower().endswith(ending):
            name = name[: -len(ending)]
    stem = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:LONGEST_STEM].strip("_")
    moment = f"{delivered_at:%Y%m%dT%H%M%S}"
    if delivered_at.microsecond:
        moment += f"{delivered_at.microsecond:06d}"
    return f"{moment}-{stem or 'delivery'}-{digest[:8]}"
