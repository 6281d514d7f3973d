"""The lineage picture as SVG: panels, edges and boxes, without scripts or anything from outside."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from grid_assessment.lineage.graph import FIRST_COLUMN, LAYERS, TWO_COLUMNS
from grid_assessment.lineage.layout import LINE_HEIGHT, Block, Item
from grid_assessment.lineage.text import FONT_SIZE, LINE_WIDTH, text_width

WIDTH = 1600
MARGIN = 14.0
BOX_WIDTH = LINE_WIDTH + 10
PANEL_MARGIN = 5.0
PITCH = (WIDTH - 2 * (MARGIN + PANEL_MARGIN) - BOX_WIDTH) / 8
TOP = 66.0
FONTS = (
    "Arial, Helvetica, 'Liberation Sans', 'Noto Sans CJK SC', 'Source Han Sans SC', "
    "'Microsoft YaHei', 'PingFang SC', 'WenQuanYi Micro Hei', sans-serif"
)
# layer -> line, box, panel
COLOURS = {
    "raw": ("#6b7280", "#e5e7eb", "#f7f7f9"),
    "staging": ("#2563eb", "#dbeafe", "#f3f8ff"),
    "intermediate": ("#0f766e", "#ccf0ea", "#f0fbf9"),
    "core": ("#b45309", "#fde7c2", "#fff9ee"),
    "bulletin": ("#7c3aed", "#e9defd", "#f8f4ff"),
    "assessment": ("#be123c", "#fdd9e0", "#fff4f6"),
    "audit": ("#3f6212", "#dff0c0", "#f8fcef"),
}
CAPTIONS = {
    "raw": "原始数据 raw",
    "staging": "贴源层 staging",
    "intermediate": "中间层 intermediate",
    "core": "集市 · 核心 core",
    "bulletin": "集市 · 通报 bulletin",
    "assessment": "集市 · 考核 assessment",
    "audit": "总表 · 审计 audit",
}
TITLE = "From raw data to the district ranking 从原始数据到区域排名"


def draw(columns: Sequence[Sequence[Block]]) -> str:
    """Return the SVG text of a laid-out graph."""
    bottom = max(block.y + block.height for blocks in columns for block in blocks)
    height = round(TOP + bottom + MARGIN)
    blocks = [block for column in columns for block in column]
    items = [item for block in blocks for item in block.items]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" font-family="{FONTS}" font-size="{FONT_SIZE:g}">',
            f"<title>{TITLE}</title>",
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            *captions(),
            *(line for block in blocks if block.is_panel for line in panel(block)),
            '<g fill="none">',
            *(line for item in items for line in edges(item)),
            "</g>",
            *(line for item in items if item.lines for line in box(item)),
            "</svg>",
            "",
        ]
    )


def left_of(column: int) -> float:
    """Return the left edge of the boxes of a column."""
    return MARGIN + PANEL_MARGIN + column * PITCH


def captions() -> Iterator[str]:
    """Yield the name of every layer above its columns."""
    for layer in LAYERS:
        left = left_of(FIRST_COLUMN[layer]) - PANEL_MARGIN
        width = BOX_WIDTH + 2 * PANEL_MARGIN + (PITCH if layer in TWO_COLUMNS else 0)
        line = COLOURS[layer][0]
        yield (
            f'<rect x="{left:.1f}" y="14" width="{width:.1f}" height="26" rx="4" fill="{line}"/>'
            f'<text x="{left + width / 2:.1f}" y="31" text-anchor="middle" fill="#ffffff" '
            f'font-size="12">{CAPTIONS[layer]}</text>'
        )


def panel(block: Block) -> Iterator[str]:
    """Yield the ground of a panel and the name of its folder."""
    first = block.items[0]
    line, _, ground = COLOURS[first.node.layer]
    left = left_of(first.column) - PANEL_MARGIN
    yield (
        f'<rect x="{left:.1f}" y="{TOP + block.y:.1f}" width="{BOX_WIDTH + 2 * PANEL_MARGIN:.1f}" '
        f'height="{block.height:.1f}" rx="5" fill="{ground}" stroke="{line}" '
        'stroke-opacity="0.25"/>'
        f'<text x="{left + PANEL_MARGIN:.1f}" y="{TOP + block.y + 12.5:.1f}" fill="{line}" '
        f'font-size="10">{escape(first.node.folder)}</text>'
    )


def edges(item: Item) -> Iterator[str]:
    """Yield the curves that end in a box or passage, and the line through a passage."""
    x, y = left_of(item.column), TOP + item.middle
    for source in item.left:
        is_short = bool(source.lines and item.lines)
        start_x, start_y = left_of(source.column) + BOX_WIDTH, TOP + source.middle
        bend = (x - start_x) / 2
        yield stroke(
            source,
            f"M{start_x:.1f},{start_y:.1f}C{start_x + bend:.1f},{start_y:.1f} "
            f"{x - bend:.1f},{y:.1f} {x:.1f},{y:.1f}",
            is_short,
        )
    if not item.lines:
        yield stroke(item, f"M{x:.1f},{y:.1f}h{BOX_WIDTH:.1f}", is_short=False)
    for source in item.own_column:
        right, start_y = x + BOX_WIDTH, TOP + source.middle
        bulge = min(34.0, 12 + abs(y - start_y) / 6)
        yield stroke(
            source,
            f"M{right:.1f},{start_y:.1f}C{right + bulge:.1f},{start_y:.1f} "
            f"{right + bulge:.1f},{y:.1f} {right + 5:.1f},{y:.1f}",
            is_short=True,
        )
        yield (f'<path d="M{right:.1f},{y:.1f}l6,-3v6z" fill="{COLOURS[source.node.layer][0]}"/>')


def stroke(source: Item, path: str, is_short: bool) -> str:
    """Return a curve in the colour of where it comes from; edges past a column are lighter."""
    width, opacity = ("1.2", "0.7") if is_short else ("0.9", "0.42")
    return (
        f'<path d="{path}" stroke="{COLOURS[source.node.layer][0]}" '
        f'stroke-width="{width}" stroke-opacity="{opacity}"/>'
    )


def box(item: Item) -> Iterator[str]:
    """Yield the box of a node with its name; a model that is not stored has a dashed border."""
    node = item.node
    line, ground, _ = COLOURS[node.layer]
    x, y = left_of(item.column), TOP + item.y
    dashes = "" if node.is_stored else ' stroke-dasharray="3 2"'
    yield f'<g id="{escape(node.key)}"><title>{escape(node.name)}</title>'
    yield (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{BOX_WIDTH:.1f}" height="{item.height:.1f}" rx="3" '
        f'fill="{ground}" stroke="{line}"{dashes}/>'
    )
    for number, text in enumerate(item.lines):
        baseline = y + 3.5 + LINE_HEIGHT * number + FONT_SIZE - 1.5
        yield (
            f'<text x="{x + 5:.1f}" y="{baseline:.1f}" textLength="{text_width(text):.1f}" '
            f'lengthAdjust="spacingAndGlyphs" fill="#111827">{escape(text)}</text>'
        )
    yield "</g>"
