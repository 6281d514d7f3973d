"""Text of the data as it may stand in a document: one line, and no character that no file holds."""

import re
import unicodedata

_NO_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp", "Cn"})
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def clean_text(text: str) -> str:
    """Return a text on one line, without control characters, surrogates and unassigned ones.

    XML and spreadsheets refuse them, and the templates of the sentences use one as a mark of
    their own, which data must not be able to write. Nor may a name turn the direction of what
    stands behind it: a number would be read backwards (Unicode Technical Report 36, 2.9).
    """
    kept = "".join(" " if _is_no_text(char) else char for char in text)
    return re.sub(" +", " ", kept).strip()


def _is_no_text(char: str) -> bool:
    return unicodedata.category(char) in _NO_TEXT or unicodedata.bidirectional(char) in _TURNING
