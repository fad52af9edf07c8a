"""Networks in every format: DOT and Mermaid that their programs can read, trees that name every node."""

from __future__ import annotations

import re

import pytest

import jacocalc as jc
from jacocalc import document
from jacocalc.cli import run_command
from jacocalc.document import Document, Network, NetworkEdge, NetworkNode, Section, as_tree
from jacocalc.errors import JacocalcError
from jacocalc.notation import Symbol
from jacocalc.render.dot import digraph, to_dot
from jacocalc.render.html import to_html
from jacocalc.render.inline import prose
from jacocalc.render.markdown import to_markdown
from jacocalc.render.mermaid import flowchart, to_mermaid
from jacocalc.render.speech import to_speech
from jacocalc.render.text import to_text

GRAPHS = [
    lambda: jc.graph("f(x, y) = x y + sin x", at=(2, 3)),
    lambda: jc.graph("f(theta, x_max, yhat; a) = [theta x_max + |yhat|, a sigmoid(yhat)]", at="1, 2, 3, a=4"),
    lambda: jc.graph("f(x, y) = x^2 y"),
    lambda: jc.graph("x = s t, y = s + t^2", "z = x^2 y", at=(1, 2)),
    lambda: jc.graph("f(x) = " + "tanh(" * 12 + "x" + ")" * 12, at=1),
    lambda: jc.graph("f(x, y) = [3, x]", at=(1, 2), vector=(1, 2)),
]

_STRING = r'"(?:[^"\\]|\\.)*"'
_ATTRIBUTE = rf"\w+=(?:\w+|{_STRING})"
_DOT_LINE = re.compile(
    rf"  (?:rankdir=LR|\w+ \[{_ATTRIBUTE}(?:, {_ATTRIBUTE})*\]|n\d+ -> n\d+(?: \[label={_STRING}\])?);"
)
_MERMAID_NODE = re.compile(r"""  (n\d+)(\(\["[^"]*"\]\)|\("[^"]*"\)|\["[^"]*"\])""")
_MERMAID_EDGE = re.compile(r"""  (n\d+) -->(?:\|"[^"]*"\|)? (n\d+)""")


@pytest.mark.parametrize("make", GRAPHS)
def test_dot_is_well_formed(make: object) -> None:
    assert callable(make)
    lines = make().to_dot().splitlines()
    assert (lines[0], lines[-1]) == ("digraph computation {", "}")
    assert all(_DOT_LINE.fullmatch(line) for line in lines[1:-1])
    known = {line.split()[0] for line in lines if line.startswith("  n") and "->" not in line}
    ends = {key for line in lines for key in re.findall(r"n\d+", line.split("[")[0]) if "->" in line}
    assert ends <= known


@pytest.mark.parametrize("make", GRAPHS)
def test_mermaid_is_well_formed(make: object) -> None:
    assert callable(make)
    lines = make().to_mermaid().splitlines()
    assert lines[0] == "flowchart LR"
    nodes = {found[1] for line in lines[1:] if (found := _MERMAID_NODE.fullmatch(line))}
    edges = [found for line in lines[1:] if (found := _MERMAID_EDGE.fullmatch(line))]
    assert len(nodes) + len(edges) == len(lines) - 1
    assert all({found[1], found[2]} <= nodes for found in edges)


def test_the_graph_as_text_of_two_languages() -> None:
    solution = jc.graph("f(x, y) = x y + sin x", at=(2, 3))
    dot, mermaid = solution.to_dot(), solution.to_mermaid()
    assert r'n4 [shape=box, penwidth=2, label="f = v₃ = v₁ + v₂\n= sin(2) + 6\nv̄₃ = 1"];' in dot
    assert 'n0 -> n3 [label="cos(x) = cos(2)"];' in dot
    assert '  n0(["x = 2<br/>x̄ = cos(2) + 3"])' in mermaid
    assert '  n0 -->|"y = 3"| n2' in mermaid


def network(name: str) -> Network:
    nodes = (
        NetworkNode("n0", "input", (name,), (), (" = ", name), ()),
        NetworkNode("n1", "output", ("f",), (name,), (" = ", "1"), ((name,),)),
    )
    return Network(nodes, (NetworkEdge("n0", "n1", Symbol("d"), (name,)),))


def page(block: Network) -> Document:
    return Document(("Title",), (Section(("The graph",), (block,)),))


HOSTILE = ['a"b', "a\\", "a\\nb", "<b>&", "`x`", "#35;", "{x}|y|", "x;y", "[z]"]


@pytest.mark.parametrize("name", HOSTILE)
def test_special_characters_are_escaped(name: str) -> None:
    assert all(_DOT_LINE.fullmatch(line) for line in digraph(network(name)).splitlines()[1:-1])
    drawn = flowchart(network(name))
    assert all(_MERMAID_NODE.fullmatch(line) or _MERMAID_EDGE.fullmatch(line) for line in drawn.splitlines()[1:])
    assert not set('`\\<>"#;') & set(re.sub(r"#\d+;|<br/>|\"|-->", "", drawn))
    assert "<b>" not in to_html(page(network(name)))


def test_other_pages_have_no_graph() -> None:
    solution = jc.jacobian("f(x) = x^2")
    for write, form in ((solution.to_dot, "dot"), (solution.to_mermaid, "mermaid")):
        with pytest.raises(JacocalcError, match=f"only a graph can be written as {form}"):
            write()
    assert to_dot(page(network("x"))).startswith("digraph")
    assert to_mermaid(page(network("x"))).startswith("flowchart")


@pytest.mark.parametrize("make", GRAPHS)
def test_the_tree_names_every_node_and_every_edge(make: object) -> None:
    assert callable(make)
    section = next(s for s in make().document().sections if any(isinstance(b, Network) for b in s.blocks))
    block = next(b for b in section.blocks if isinstance(b, Network))
    rows = [prose(text) for _, text in as_tree(block).rows]
    drawn = [row for row in rows if "(see " not in row]
    assert len(drawn) == len(block.nodes)
    roots = sum(depth == 0 for depth, _ in as_tree(block).rows)
    assert len(rows) - roots == len(block.edges)
    assert max(depth for depth, _ in as_tree(block).rows) <= document._DEEPEST


def test_a_graph_in_every_format() -> None:
    drawn = jc.graph("f(x, y) = x y + sin x", at=(2, 3)).document()
    text = to_text(drawn, 60)
    assert "├─ v₁ = xy = 6; v̄₁ = 1; ∂v₃/∂v₁ = 1" in text
    assert "└─ x (see above); ∂v₂/∂x = cos(x) = cos(2)" in text
    assert "```mermaid\nflowchart LR\n" in to_markdown(drawn)
    assert '<ul class="tree">' in to_html(drawn)
    assert "A graph of 5 nodes and 5 edges." in to_speech(drawn)
    ascii_page = to_text(drawn, 60, unicode=False)
    assert "|- v1 = x y = 6; vbar1 = 1; dv3/dv1 = 1" in ascii_page.replace("vbar_1", "vbar1").replace("xy", "x y")


@pytest.mark.parametrize(("form", "start"), [("dot", "digraph computation {"), ("mermaid", "flowchart LR")])
def test_the_formats_of_the_command_line(form: str, start: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["graph", "f(x) = x^2", "--at", "3", "--format", form]) == 0
    assert capsys.readouterr().out.startswith(start)
    assert run_command(["jacobian", "f(x) = x^2", "--format", form]) == 2
    assert f"only a graph can be written as {form}" in capsys.readouterr().err
