"""How wide a name is, and where it breaks into lines."""

FONT_SIZE = 11.0
LINE_WIDTH = 122.0
# Advance widths of Arial and Helvetica, in thousandths of the font size.
NARROW = {**dict.fromkeys("ijl", 222), **dict.fromkeys("ft", 278), "r": 333}
MIDDLE = dict.fromkeys("ckszvxy", 500)
WIDE = {"m": 833, "w": 722}
ADVANCES = {**NARROW, **MIDDLE, **WIDE}
USUAL_ADVANCE = 556


def text_width(text: str) -> float:
    """Return the width of a name in pixels."""
    return sum(ADVANCES.get(letter, USUAL_ADVANCE) for letter in text) * FONT_SIZE / 1000


def wrapped(name: str) -> tuple[str, ...]:
    """Return a name as lines that fit a box, broken after underscores."""
    words = name.replace("_", "_ ").split()
    lines = [words[0]]
    for word in words[1:]:
        if text_width(lines[-1] + word) <= LINE_WIDTH:
            lines[-1] += word
        else:
            lines.append(word)
    return tuple(lines)
