"""Document → the text of its network in the language of Mermaid, which GitHub draws in Markdown."""

from __future__ import annotations

from jacocalc.document import Document, Network, NetworkNode
from jacocalc.render.dot import lines_of, network_of
from jacocalc.render.inline import prose

_BRACKETS = {"input": ("([", "])"), "parameter": ("([", "])"), "inner": ("(", ")"), "output": ("[", "]")}
_SPECIAL = frozenset('"#&<>\\`*_~|;{}[]')


def to_mermaid(document: Document) -> str:
    """The network of the page.  Raises JacocalcError where there is none."""
    return flowchart(network_of(document, "mermaid"))


def flowchart(network: Network) -> str:
    """Nodes with name, formula, value and adjoint; edges with their local derivatives."""
    lines = [_node(node) for node in network.nodes]
    for edge in network.edges:
        label = f'|"{_escaped(prose(edge.local))}"|' if edge.local else ""
        lines.append(f"{edge.start} -->{label} {edge.end}")
    return "flowchart LR\n" + "".join(f"  {line}\n" for line in lines)


def _node(node: NetworkNode) -> str:
    left, right = _BRACKETS[node.place]
    return f'{node.key}{left}"{"<br/>".join(map(_escaped, lines_of(node)))}"{right}'


def _escaped(text: str) -> str:
    """Characters with a meaning of their own by their numbers."""
    return "".join(f"#{ord(c)};" if c in _SPECIAL else c for c in text)
