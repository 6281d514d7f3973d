"""Text of the data as it may stand in a document: one line, and no character that no file holds."""

import re
import unicodedata

_NO_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp", "Cn"})
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of all that follows, beyond the name that holds them."""


def clean_text(text: str) -> str:
    """Return a text on one line, without control characters, surrogates and unassigned ones.

    XML and spreadsheets refuse them, and the templates of the sentences use one as a mark of
    their own, which data must not be able to write. Marks of direction are left out too: they
    would turn the sentence behind a name around.
    """
    kept = "".join(
        " " if unicodedata.category(char) in _NO_TEXT else char for char in _DIRECTION.sub("", text)
    )
    return re.sub(" +", " ", kept).strip()
