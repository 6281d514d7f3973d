"""A rendered template becomes blocks: headings numbered, tables and charts with their captions.

A template writes a block that is no text as a line that begins with a control character. Data
holds none (``clean_text``), so that a name cannot become a heading, a table or a paragraph.
"""

from collections.abc import Iterable

from grid_assessment.bulletin.content.drafts import Draft
from grid_assessment.bulletin.document import Block, Heading, Paragraph

_MARK = "\x01"
_SEPARATOR = "\x02"
_CHINESE_DIGITS = "零一二三四五六七八九"
_NAMES = {"table": "表", "chart": "图"}


def chinese_number(number: int) -> str:
    """Return a number from 1 to 99 in Chinese: 一, 十, 十一, 二十, 二十一."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _CHINESE_DIGITS[ones]
    first = "" if tens == 1 else _CHINESE_DIGITS[tens]
    return f"{first}十{_CHINESE_DIGITS[ones] if ones else ''}"


class Numbering:
    """The numbers of a document's headings, tables and charts."""

    def __init__(self, drafts: dict[str, Draft]) -> None:
        """Begin at one; a table has its number from the first place that names it."""
        self._drafts = drafts
        self._headings = [0, 0, 0, 0]
        self._numbers: dict[str, dict[str, int]] = {"table": {}, "chart": {}}

    def heading(self, level: int, text: str) -> str:
        """Return the line of a heading of level 1 to 4."""
        return f"\n{_MARK}heading{_SEPARATOR}{level}{_SEPARATOR}{text}\n"

    def table(self, name: str) -> str:
        """Return the line of a table; nothing where it has no rows."""
        return f"\n{_MARK}table{_SEPARATOR}{name}\n" if self._drafts[name].rows else ""

    def chart(self, name: str) -> str:
        """Return the line of a chart; nothing where it has nothing to draw."""
        return f"\n{_MARK}chart{_SEPARATOR}{name}\n" if self._drafts[name].rows else ""

    def see(self, kind: str, name: str) -> str:
        """Return 表1 or 图1 as a sentence names it."""
        numbers = self._numbers[kind]
        return f"{_NAMES[kind]}{numbers.setdefault(name, len(numbers) + 1)}"

    def blocks(self, rendered: str) -> Iterable[Block]:
        """Yield the blocks of a rendered template; an empty line ends a paragraph."""
        text = ""
        for line in [*rendered.split("\n"), ""]:
            if line.startswith(_MARK):
                if text:
                    yield Paragraph(text)
                text = ""
                yield self._marked(*line.removeprefix(_MARK).split(_SEPARATOR))
            elif line.strip():
                text += line.strip()
            elif text:
                yield Paragraph(text)
                text = ""

    def _marked(self, kind: str, name: str, text: str = "") -> Block:
        if kind == "heading":
            return self._heading(int(name), text)
        draft = self._drafts[name]
        caption = f"{self.see(kind, name)}　{draft.title}"
        return draft.table(caption) if kind == "table" else draft.chart(caption)

    def _heading(self, level: int, text: str) -> Heading:
        self._headings[level - 1] += 1
        self._headings[level:] = [0] * (len(self._headings) - level)
        number = self._headings[level - 1]
        shown = {
            1: f"{chinese_number(number)}、",
            2: f"（{chinese_number(number)}）",
            3: f"{number}.",
            4: f"（{number}）",
        }[level]
        return Heading(level, shown, text)
