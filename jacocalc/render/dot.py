"""Document → the text of its network in the language of Graphviz: inputs at the left, outputs at the right."""

from __future__ import annotations

from collections.abc import Iterable

from jacocalc.document import Document, Network, NetworkNode, Text
from jacocalc.errors import JacocalcError
from jacocalc.render.inline import prose

_SHAPES = {
    "input": "shape=ellipse", "parameter": 'shape=ellipse, style="dashed"', "inner": 'shape=box, style="rounded"',
    "output": "shape=box, penwidth=2",
}  # fmt: skip
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "&": "&amp;"})


def to_dot(document: Document) -> str:
    """The network of the page.  Raises JacocalcError where there is none."""
    return digraph(network_of(document, "dot"))


def network_of(document: Document, form: str) -> Network:
    """The network of a page.  Raises JacocalcError where there is none."""
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Network):
                return block
    raise JacocalcError(f"only a graph can be written as {form}", hint="ask for it with: jacocalc graph F")


def digraph(network: Network) -> str:
    """Nodes with name, formula, value and adjoint; edges with their local derivatives."""
    lines = ["rankdir=LR;", 'node [fontname="serif"];', 'edge [fontname="serif", fontsize=11];']
    lines += [f"{node.key} [{_SHAPES[node.place]}, label={_quoted(lines_of(node))}];" for node in network.nodes]
    lines += [f"{edge.start} -> {edge.end}{_label(edge.local)};" for edge in network.edges]
    return "digraph computation {\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def lines_of(node: NetworkNode) -> list[str]:
    """v₁ = x y, then = its value, then its adjoint."""
    listed: list[Text] = [(*node.name, *node.value), *node.adjoints]
    if node.formula:
        listed = [(*node.name, " = ", *node.formula), node.value, *node.adjoints]
    return [prose(line).strip() for line in listed if line]


def _label(local: Text) -> str:
    return f" [label={_quoted([prose(local)])}]" if local else ""


def _quoted(lines: Iterable[str]) -> str:
    """A string of DOT; a backslash before n begins a new line."""
    return '"' + "\\n".join(line.translate(_ESCAPES) for line in lines) + '"'
