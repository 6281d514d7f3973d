"""The bulletin as PDF, set by typst: every text and chart goes to the template as data."""

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from grid_assessment.bulletin.charts import Drawing
from grid_assessment.bulletin.document import Block, Bulletin, Chart, Heading, Paragraph
from grid_assessment.bulletin.fonts import page_fonts


def write_pdf(bulletin: Bulletin, drawings: Mapping[str, Drawing], path: Path) -> None:
    """Write a bulletin as a tagged PDF with bookmarks and vector charts.

    The same bulletin gives the same bytes: its date is that of the assessment month.

    Args:
        bulletin: the document.
        drawings: its charts, by name.
        path: file to write.

    Raises:
        GridError: no Chinese font is installed.
    """
    content = {
        "fonts": page_fonts(),
        "title": bulletin.title,
        "issuing_body": bulletin.issuing_body,
        "year": bulletin.assessment_month.year,
        "month": bulletin.assessment_month.month,
        "copy_to": bulletin.copy_to,
        "issued_on": bulletin.issued_on,
        "blocks": _blocks(bulletin.blocks, drawings),
        "annexes": [[title, _blocks(annex, drawings)] for title, annex in bulletin.annexes],
    }
    template = files("grid_assessment.bulletin") / "templates" / "bulletin.typ"
    inputs = {"bulletin": json.dumps(content, ensure_ascii=False)}
    pdf = typst.compile(template.read_bytes(), format="pdf", sys_inputs=inputs, timestamp=0)
    path.write_bytes(pdf)


def _blocks(blocks: Iterable[Block], drawings: Mapping[str, Drawing]) -> list[dict[str, Any]]:
    return [_block(block, drawings) for block in blocks]


def _block(block: Block, drawings: Mapping[str, Drawing]) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {
            "kind": "heading",
            "level": block.level,
            "number": block.number,
            "text": block.text,
        }
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": block.text}
    if isinstance(block, Chart):
        series = "、".join(one.name for one in block.series)
        return {
            "kind": "chart",
            "caption": block.caption,
            "alternative": f"{block.caption}：{series}",
            "svg": drawings[block.name].svg,
        }
    return {
        "kind": "table",
        "caption": block.caption,
        "titles": [column.title for column in block.columns],
        "is_text": [column.kind == "text" for column in block.columns],
        "rows": [[cell.text for cell in row] for row in block.rows],
        "note": block.note,
    }
