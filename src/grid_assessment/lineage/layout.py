"""Where everything in the lineage picture stands.

The layered drawing of Sugiyama, Tagawa and Toda (1981). What a node sends past a column runs
through one passage there, however many nodes read it; in each column the panels and passages are
ordered by the mean place of their neighbours, and then moved as near to them as the others allow.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from grid_assessment.lineage.graph import COLUMN_COUNT, Node
from grid_assessment.lineage.text import wrapped

SWEEPS = 40
LINE_HEIGHT = 12.0
BOX_PADDING = 8.0
BOX_GAP = 6.0
PANEL_HEAD = 18.0
PANEL_FOOT = 7.0
BLOCK_GAP = 12.0
PASSAGE_HEIGHT = 0.0


@dataclass
class Item:
    """A node's box, or the passage of a node's edges through a column.

    Attributes:
        node: the node, or the one whose edges pass.
        column: the column it stands in.
        height: in pixels; zero for a passage.
        lines: the name, broken into lines; empty for a passage.
        y: the upper edge, set by the layout.
        left: the items of lower columns that it is joined with; the same for right.
        own_column: the items of the same column that it reads.
    """

    node: Node
    column: int
    height: float
    lines: tuple[str, ...]
    y: float = 0.0
    left: list["Item"] = field(default_factory=list)
    right: list["Item"] = field(default_factory=list)
    own_column: list["Item"] = field(default_factory=list)

    @property
    def middle(self) -> float:
        """The height at which edges meet it."""
        return self.y + self.height / 2


@dataclass
class Block:
    """A panel of boxes (the models of one folder in one column) or one passage.

    Attributes:
        items: from top to bottom.
        is_panel: whether it is a panel.
        y: the upper edge, set by the layout.
    """

    items: list[Item]
    is_panel: bool
    y: float = 0.0

    @property
    def height(self) -> float:
        """From the upper to the lower edge."""
        boxes = sum(item.height + BOX_GAP for item in self.items) - BOX_GAP
        return PANEL_HEAD + boxes + PANEL_FOOT if self.is_panel else boxes

    def move(self, y: float) -> None:
        """Put the block and its items at a height."""
        self.y = y
        y += PANEL_HEAD if self.is_panel else 0
        for item in self.items:
            item.y = y
            y += item.height + BOX_GAP


def lay_out(nodes: dict[str, Node]) -> list[list[Block]]:
    """Return the blocks of every column, from top to bottom, at their heights."""
    columns = make_blocks(join(nodes))
    for blocks in columns:
        stack(blocks)
    for number in range(SWEEPS):
        left_to_right = number % 2 == 0
        for blocks in columns if left_to_right else reversed(columns):
            order(blocks, (lambda item: item.left) if left_to_right else (lambda item: item.right))
            stack(blocks)
    for number in range(SWEEPS):
        for blocks in columns if number % 2 else reversed(columns):
            settle(blocks)
    top = min(block.y for blocks in columns for block in blocks)
    for blocks in columns:
        for block in blocks:
            block.move(round(block.y - top, 1))
    return columns


def join(nodes: dict[str, Node]) -> list[Item]:
    """Return the boxes of all nodes and the passages between them, joined with each other."""
    boxes: dict[str, Item] = {}
    passages: dict[tuple[str, int], Item] = {}
    for key, node in nodes.items():
        lines = wrapped(node.name)
        height = LINE_HEIGHT * len(lines) + BOX_PADDING
        box = boxes[key] = Item(node, node.column, height, lines)
        for parent in (boxes[parent_key] for parent_key in node.parents):
            if parent.column == node.column:
                box.own_column.append(parent)
                continue
            last = parent
            for column in range(parent.column + 1, node.column):
                place = (parent.node.key, column)
                if place not in passages:
                    passages[place] = Item(parent.node, column, PASSAGE_HEIGHT, ())
                    connect(last, passages[place])
                last = passages[place]
            connect(last, box)
    return [*boxes.values(), *passages.values()]


def connect(left: Item, right: Item) -> None:
    """Join two items of neighbouring columns."""
    left.right.append(right)
    right.left.append(left)


def make_blocks(items: Iterable[Item]) -> list[list[Block]]:
    """Return the blocks of every column, in the order of layers, folders and names."""
    panels: dict[tuple[int, str, str], list[Item]] = defaultdict(list)
    columns: list[list[Block]] = [[] for _ in range(COLUMN_COUNT)]
    for item in sorted(items, key=lambda item: item.node.key):
        if item.lines:
            panels[item.column, item.node.layer, item.node.folder].append(item)
        else:
            columns[item.column].append(Block([item], is_panel=False))
    for (column, _, _), members in sorted(panels.items(), key=lambda panel: panel[0]):
        columns[column].append(Block(members, is_panel=True))
    return columns


def order(blocks: list[Block], neighbours: Callable[[Item], Sequence[Item]]) -> None:
    """Sort blocks, and the items of each, by the mean height of their neighbours on one side."""

    def wish(item: Item) -> float:
        near = neighbours(item)
        return fmean(other.middle for other in near) if near else item.middle

    for block in blocks:
        block.items.sort(key=wish)
    blocks.sort(key=lambda block: fmean(wish(item) for item in block.items))


def stack(blocks: Sequence[Block]) -> None:
    """Put blocks one under the other, the middle of the column at zero."""
    y = -sum(block.height + BLOCK_GAP for block in blocks) / 2
    for block in blocks:
        block.move(y)
        y += block.height + BLOCK_GAP


def settle(blocks: Sequence[Block]) -> None:
    """Move blocks, in their order, as near to all their neighbours as the others allow.

    Least squares under an order, by pooling adjacent violators: blocks that would overlap form a
    pool, which stands at the mean of what its members wish for.
    """
    pools: list[tuple[list[Block], list[float]]] = []
    offset = 0.0
    for block in blocks:
        wishes = [
            fmean(other.middle for other in item.left + item.right) - (item.middle - block.y)
            for item in block.items
            if item.left or item.right
        ]
        pools.append(([block], [(fmean(wishes) if wishes else block.y) - offset]))
        offset += block.height + BLOCK_GAP
        while len(pools) > 1 and fmean(pools[-2][1]) > fmean(pools[-1][1]):
            upper, lower = pools[-2], pools.pop()
            pools[-1] = (upper[0] + lower[0], upper[1] + lower[1])
    offset = 0.0
    for members, wishes in pools:
        for block in members:
            block.move(fmean(wishes) + offset)
            offset += block.height + BLOCK_GAP
