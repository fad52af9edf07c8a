"""The computational graph of a page as it is drawn: its Network with texts short enough for boxes and edges."""

from __future__ import annotations

from dataclasses import replace

from jacocalc.document import Document, Network, NetworkEdge, NetworkNode, Text
from jacocalc.pictures.typesetting import spoken
from jacocalc.render.dot import network_of

_WIDE = 30  # letters of a formula in a box
_ON_EDGE = 20
_ADJOINTS = 4


def drawn_network(page: Document) -> Network:
    """The network of a page, the formula of a node behind its name.  Raises JacocalcError where there is none."""
    network = network_of(page, "a picture")
    return Network(tuple(map(_node, network.nodes)), tuple(map(_edge, network.edges)))


def _node(node: NetworkNode) -> NetworkNode:
    """v₁ = x y, below it = 6, below that v̄₁ = 1; a long formula is left out."""
    head: Text = (*node.name, " = ", *node.formula) if node.formula else node.name
    if len(spoken(head)) > _WIDE:
        head = (*node.name, " = …")
    adjoints = node.adjoints if len(node.adjoints) <= _ADJOINTS else (*node.adjoints[: _ADJOINTS - 1], ("…",))
    return replace(node, name=head, formula=(), adjoints=adjoints)


def _edge(edge: NetworkEdge) -> NetworkEdge:
    """cos(x) ≈ −0.416, or its number alone where that is long."""
    if len(spoken(edge.local)) <= _ON_EDGE:
        return edge
    *_, sign, number = ("", "", *edge.local)
    return replace(edge, local=("≈ ", number) if isinstance(sign, str) and "≈" in sign else (number,))


def graph_words(network: Network, name: str, point: str) -> str:
    """What is seen, in words."""
    listed = "; ".join(
        ", ".join([spoken(node.name) + spoken(node.value), *map(spoken, node.adjoints)]) for node in network.nodes[:40]
    )
    more = "; …" if len(network.nodes) > 40 else ""
    return (
        f"The computational graph of {name} at {point}, from the inputs at the left to the outputs at the right: "
        f"{len(network.nodes)} nodes and {len(network.edges)} edges. {listed}{more}."
    )
