"""Personal columns: what may become of them, and the keyed hash that stands for a person."""

import hashlib
import hmac
import os
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import reduce

from grid_assessment.errors import GridError
from grid_assessment.ingest.parsing import SPOILT_CELL
from grid_assessment.ingest.text import BLANKS

TREATMENTS = ("hash", "drop", "keep")
SHORTEST_KEY = 16

HASH_PATTERN = "[0-9a-f]{64}"
UNREADABLE = "(personal)"
"""What stands for a personal cell that a spreadsheet has shortened: many persons would be one."""

Normalize = Callable[[str], str]


def _width(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _blanks(text: str) -> str:
    return "".join(char for char in text if char not in BLANKS and not char.isspace())


def _digits(text: str) -> str:
    return re.sub("[^0-9]", "", _width(text))


STEPS: dict[str, Normalize] = {
    "width": _width,
    "blanks": _blanks,
    "upper": str.upper,
    "digits": _digits,
}
"""Named steps of ``normalize``: full-width letters, inner blanks, case, all but digits."""


def removal(pattern: str) -> Normalize:
    """Return the step that takes away what a regular expression finds.

    Raises:
        ValueError: not a regular expression.
    """
    try:
        found = re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return lambda text: found.sub("", text)


def person_key() -> bytes:
    """Return the key of personal columns from GRID_PERSON_KEY; blanks around it are no part of it.

    Raises:
        GridError: not set, or shorter than 16 characters.
    """
    key = os.environ.get("GRID_PERSON_KEY", "").strip()
    if len(key) < SHORTEST_KEY:
        raise GridError(
            "GRID_PERSON_KEY: the mapping hashes personal columns; set this environment variable to"
            f" a secret of at least {SHORTEST_KEY} characters, the same for every delivery"
        )
    return os.fsencode(key)


def person_hash(key: bytes, text: str) -> str:
    """Return the hexadecimal HMAC-SHA256 of a personal value."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def hashed_cell(
    text: str, key: bytes, steps: Iterable[Normalize], missing: frozenset[str]
) -> str | None:
    """Return what a personal cell lands as.

    Args:
        text: the cell, without surrounding blanks.
        key: of the hash.
        steps: the mapping's ``normalize``, in order: one person written in two ways is one person.
        missing: texts that mean "no value", before the steps and after them.

    Returns:
        The hash, None for no value, UNREADABLE for a value that a spreadsheet has lost.
    """
    if text in missing:
        return None
    if re.fullmatch(SPOILT_CELL, text):
        return UNREADABLE
    normalized = reduce(lambda value, step: step(value), steps, text).strip(BLANKS)
    return None if normalized in missing else person_hash(key, normalized)
