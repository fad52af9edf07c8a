"""The computational graph of a page as what is drawn: lines in boxes, lines on edges.  Taken from its Network block."""

from __future__ import annotations

from dataclasses import dataclass

from jacocalc.document import Document, Network, NetworkEdge, NetworkNode, Text
from jacocalc.pictures.typesetting import spoken
from jacocalc.render.dot import network_of

_WIDE = 30  # letters of a formula in a box
_ON_EDGE = 20
_ADJOINTS = 4


@dataclass(frozen=True)
class Node:
    """A node: its name with its formula, its value, and its adjoints; ``place`` as in the Network."""

    key: str
    place: str
    head: Text
    value: Text
    adjoints: tuple[Text, ...]


@dataclass(frozen=True)
class Tie:
    """An edge and the local derivative on it; nothing where none is taken."""

    start: str
    end: str
    local: Text


@dataclass(frozen=True)
class GraphScene:
    """Nodes, each after those that it is computed from, and the edges between them."""

    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]


def graph_scene(page: Document) -> GraphScene:
    """The picture of the network of a page.  Raises JacocalcError where there is none."""
    network: Network = network_of(page, "a picture")
    ties = tuple(Tie(edge.start, edge.end, _on_edge(edge)) for edge in network.edges)
    return GraphScene(tuple(map(_node, network.nodes)), ties)


def _node(node: NetworkNode) -> Node:
    """v₁ = x y, below it = 6, below that v̄₁ = 1; a long formula is left out."""
    head: Text = (*node.name, " = ", *node.formula) if node.formula else node.name
    if len(spoken(head)) > _WIDE:
        head = (*node.name, " = …")
    adjoints = node.adjoints if len(node.adjoints) <= _ADJOINTS else (*node.adjoints[: _ADJOINTS - 1], ("…",))
    return Node(node.key, node.place, head, node.value, adjoints)


def _on_edge(edge: NetworkEdge) -> Text:
    """cos(x) ≈ −0.416, or its number alone where that is long."""
    if len(spoken(edge.local)) <= _ON_EDGE:
        return edge.local
    *_, sign, number = ("", "", *edge.local)
    return ("≈ ", number) if isinstance(sign, str) and "≈" in sign else (number,)


def graph_words(scene: GraphScene, name: str, point: str) -> str:
    """What is seen, in words."""
    listed = "; ".join(
        ", ".join([spoken(node.head) + spoken(node.value), *map(spoken, node.adjoints)]) for node in scene.nodes[:40]
    )
    more = "; …" if len(scene.nodes) > 40 else ""
    return (
        f"The computational graph of {name} at {point}, from the inputs at the left to the outputs at the right: "
        f"{len(scene.nodes)} nodes and {len(scene.ties)} edges. {listed}{more}."
    )
