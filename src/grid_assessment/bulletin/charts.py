"""The charts of a bulletin, drawn: as vector for pages, as picture for the .docx."""

from dataclasses import dataclass

import vl_convert

from grid_assessment.bulletin.chart_specification import (
    VEGA_LITE_VERSION,
    Specification,
    specify,
)
from grid_assessment.bulletin.document import Bulletin, Chart
from grid_assessment.bulletin.fonts import require_cjk_font

PRINTED_WIDTH = 620
"""Width of a drawn chart in pixels, axes and legend included."""

PNG_SCALE = 2


@dataclass(frozen=True)
class Drawing:
    """A drawn chart: vector, picture of twice its size, and the specification it is drawn from."""

    svg: str
    png: bytes
    specification: Specification


def draw_charts(bulletin: Bulletin) -> dict[str, Drawing]:
    """Draw every chart of a bulletin, those of its annexes included.

    Args:
        bulletin: the document.

    Returns:
        Drawings by the name of their chart.

    Raises:
        GridError: no Chinese font is installed.
    """
    font = require_cjk_font()
    blocks = [*bulletin.blocks, *(block for _, annex in bulletin.annexes for block in annex)]
    return {block.name: draw_chart(block, font) for block in blocks if isinstance(block, Chart)}


def draw_chart(chart: Chart, font: str) -> Drawing:
    """Draw one chart.

    Args:
        chart: what to draw.
        font: family name of an installed font with Chinese glyphs.

    Returns:
        The chart at the width of a printed page.
    """
    specification = specify(chart, font)
    printed = specification | {"width": PRINTED_WIDTH}
    svg = vl_convert.vegalite_to_svg(printed, vl_version=VEGA_LITE_VERSION, allowed_base_urls=[])
    return Drawing(svg, vl_convert.svg_to_png(svg, scale=PNG_SCALE), specification)
