"""Text as it goes into messages: one line, bounded, printable."""

LONGEST_QUOTE = 60
# Blanks around a cell are no part of it: exports pad codes with tabs and ideographic spaces.
BLANKS = " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u2028\u2029\u3000\u200b\ufeff"


def quoted(value: object) -> str:
    """Return a file name or a cell in quotes, on one line, printable, at most 60 characters.

    Args:
        value: anything from outside: a path, a header cell, a YAML value.
    """
    text = str(value).encode("utf-8", "backslashreplace").decode("utf-8")
    if len(text) > LONGEST_QUOTE:
        text = text[: LONGEST_QUOTE - 1] + "…"
    return "'" + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text) + "'"


def shown(value: object) -> str:
    """Return a path or another program's message as one printable line, not shortened."""
    text = str(value).encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def listed(values: list[str], most: int = 12) -> str:
    """Return names separated by commas, the first ``most`` of them."""
    names = [quoted(value) for value in values[:most]]
    if len(values) > most:
        names.append(f"and {len(values) - most} more")
    return ", ".join(names) or "none"
