"""Text of the data as it may stand in a document: one line, and no character that no file holds."""

import re
import unicodedata

_NO_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp", "Cn"})


def clean_text(text: str) -> str:
    """Return a text on one line, without control characters, surrogates and unassigned ones.

    XML and spreadsheets refuse them, and the templates of the sentences use one as a mark of
    their own, which data must not be able to write.
    """
    kept = "".join(" " if unicodedata.category(char) in _NO_TEXT else char for char in text)
    return re.sub(" +", " ", kept).strip()
