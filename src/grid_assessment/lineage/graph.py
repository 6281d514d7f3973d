"""Read from dbt's manifest what the lineage picture shows: nodes, their folders and columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Layers from left to right; staging and intermediate are two columns wide, so that a model which
# reads its own layer stands to the right of what it reads.
LAYERS = ("raw", "staging", "intermediate", "core", "bulletin", "assessment", "audit")
FIRST_COLUMN = {
    "raw": 0,
    "staging": 1,
    "intermediate": 3,
    "core": 5,
    "bulletin": 6,
    "assessment": 7,
    "audit": 8,
}
TWO_COLUMNS = ("staging", "intermediate")
COLUMN_COUNT = 9


@dataclass(frozen=True)
class Node:
    """A model, seed or source.

    Attributes:
        key: dbt's unique id.
        name: the name in the box.
        layer: one of LAYERS.
        folder: the caption of the panel it stands in, for instance ``closure``.
        column: where it stands, 0 to COLUMN_COUNT - 1.
        is_stored: whether the warehouse holds a table or view of it; ephemeral models it does not.
        parents: keys of the nodes it reads, sorted.
    """

    key: str
    name: str
    layer: str
    folder: str
    column: int
    is_stored: bool
    parents: tuple[str, ...]


def read_nodes(manifest: Mapping[str, Any]) -> dict[str, Node]:
    """Return the nodes of a manifest by key, parents before children.

    Args:
        manifest: dbt's ``manifest.json`` as parsed.
    """
    found: dict[str, Mapping[str, Any]] = {
        key: node
        for key, node in {**manifest["nodes"], **manifest["sources"]}.items()
        if node["resource_type"] in ("model", "seed", "source")
    }
    nodes: dict[str, Node] = {}

    def visit(key: str) -> None:
        if key in nodes:
            return
        parents = tuple(sorted(set(found[key].get("depends_on", {}).get("nodes", [])) & set(found)))
        for parent in parents:
            visit(parent)
        nodes[key] = make_node(key, found[key], [nodes[parent] for parent in parents])

    for key in sorted(found):
        visit(key)
    return nodes


def make_node(key: str, node: Mapping[str, Any], parents: list[Node]) -> Node:
    """Return a node of the manifest with its place in the picture.

    A mart that reads a layer to its right, as the collection of all figures does, stands last.
    """
    folders = [folder for folder in node["fqn"][1:-1] if folder != "marts"]
    layer = folders[0] if node["resource_type"] == "model" else "raw"
    column = FIRST_COLUMN[layer]
    if layer in TWO_COLUMNS and any(parent.layer == layer for parent in parents):
        column += 1
    if any(parent.column > column for parent in parents):
        column = COLUMN_COUNT - 1
    return Node(
        key=key,
        name=node["name"],
        layer=layer,
        folder=folders[-1],
        column=column,
        is_stored=node.get("config", {}).get("materialized") != "ephemeral",
        parents=tuple(parent.key for parent in parents),
    )
