"""Computational graphs: nodes, values, local derivatives, adjoints and stored values, against textbooks."""

from __future__ import annotations

from typing import Any

import pytest
import sympy

import jacocalc as jc
from jacocalc.derive import graph, graph_amounts
from jacocalc.errors import DomainError, JacocalcError, NotDifferentiable, RoadsDisagree, ShapeError, TooLarge
from jacocalc.evaluate.accumulation import forward
from jacocalc.linear import paper
from jacocalc.steps import Amount, BackwardPass, ForwardPass, GraphNodes, StoredValues

PRODUCT, NEURON = "f(x, y) = x y + sin x", "n(w0, w1, w2; x0, x1) = sigmoid(w0 x0 + w1 x1 + w2)"


def step_of(solution: jc.Solution, kind: type) -> Any:
    return next(step for step in solution.derivation.steps if isinstance(step, kind))


def said(amount: Amount) -> str:
    return amount.decimal if amount.exact is None else paper(amount.exact)


def formulas(solution: jc.Solution) -> dict[str, str]:
    graph: GraphNodes = step_of(solution, GraphNodes)
    return {node.name: paper(node.formula) for node in graph.nodes if node.formula is not None}


def values(solution: jc.Solution) -> dict[str, str]:
    return {node.name: said(node.value) for node in step_of(solution, GraphNodes).nodes}


def locals_of(solution: jc.Solution) -> dict[tuple[str, str], tuple[str, str]]:
    edges = step_of(solution, GraphNodes).result
    return {(e.end, e.start): (paper(e.local), said(e.value)) for e in edges if e.local is not None and e.value}


def adjoints(solution: jc.Solution) -> dict[str, str]:
    return {line.node: said(line.result) for line in step_of(solution, BackwardPass).sums}


# -- the classic examples -----------------------------------------------------------------------------

CLASSICS = [
    ("f(x, y, z) = (x + y) z", (-2, 5, -4), {"v2": "1", "v1": "-4", "x": "-4", "y": "-4", "z": "3"}),
    (PRODUCT, (2, 3), {"v3": "1", "v2": "1", "v1": "1", "x": "cos(2) + 3", "y": "2"}),
    ("g(a, b) = (a + b)(b + 1)", (2, 1), {"v3": "1", "v2": "3", "v1": "2", "a": "2", "b": "5"}),
    ("f(x) = x x x", 2, {"v1": "1", "x": "12"}),
    ("f(x) = x + x", 5, {"v1": "1", "x": "2"}),
    ("f(x, y) = x/y", (6, 2), {"v1": "1", "x": "1/2", "y": "-3/2"}),
    ("f(x, y) = max(x, y)", (4, -1), {"v1": "1", "x": "1", "y": "0"}),
    ("f(x, y, z, w) = 2(x y + max(z, w))", (3, -4, 2, -1),
     {"v4": "1", "v3": "2", "v2": "2", "v1": "2", "x": "-8", "y": "6", "z": "2", "w": "0"}),
    ("f(x1, x2) = ln(x1) + x1 x2 - sin(x2)", (2, 5),
     {"v4": "1", "v3": "-1", "v2": "1", "v1": "1", "x1": "11/2", "x2": "2 - cos(5)"}),
    ("f(x, y, z) = (2 x)(2 y z)", (2, -1, 3), {"v3": "1", "v2": "4", "v1": "-6", "x": "-12", "y": "24", "z": "-8"}),
    ("f(x) = -x", 3, {"v1": "1", "x": "-1"}),
    ("f(x) = x", 3, {"x": "1"}),
    ("f(x, y) = 7", (1, 2), {"v1": "1", "x": "0", "y": "0"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "expected"), CLASSICS, ids=[text for text, _, _ in CLASSICS])
def test_adjoints_of_textbook_graphs(text: str, at: object, expected: dict[str, str]) -> None:
    solution = jc.graph(text, at=at)
    assert adjoints(solution) == expected
    assert solution.verified == "proved"
    assert solution.result == jc.jacobian(text, at=at).result


CONSTANTS = ["f(x) = [1, 1 + x]", "f(x) = [4, 4x]", "f(x) = [1, 1/x]", "f(x) = [2, (x + 2)^2]", "f(x) = [x + 1, 1, 1]"]


@pytest.mark.parametrize("text", CONSTANTS)
def test_a_constant_component_has_no_adjoint_from_its_users(text: str) -> None:
    """The literal 1 of 1 + x is the same node as the component 1."""
    assert jc.graph(text, at=2).result == jc.jacobian(text, at=2).result


def test_a_parameter_as_a_component_has_its_seed_alone() -> None:
    text, at = "f(x; p) = [p, p x]", "x = 2, p = 3"
    assert jc.graph(text, at=at).result == jc.jacobian(text, at=at).result
    weighted = jc.graph("f(x) = [1, 1 + x]", at=1, vector=(5, 3))
    assert adjoints(weighted) == {"v2": "3", "v1": "5", "x": "3"}


@pytest.mark.parametrize(
    ("text", "value"), [("f(x, y) = 2^x", "1/8"), ("f(x, y) = y + 5^(-2)", "26/25"), ("f(x, y) = y/3", "1/3")]
)
def test_numbers_on_a_drawn_graph_stay_exact(text: str, value: str) -> None:
    """Of integers 2 ** -3 and 1/3 would be floats."""
    page = jc.graph(text, at=(-3, 1)).to_text()
    assert value in page


# -- without a point ----------------------------------------------------------------------------------

IN_LETTERS = [
    ("f(x, y, z) = (x + y) z", {"v2": "1", "v1": "z", "x": "z", "y": "z", "z": "x + y"}),
    (PRODUCT, {"v3": "1", "v2": "1", "v1": "1", "x": "y + cos(x)", "y": "x"}),
    ("f(x, y) = x/y", {"v1": "1", "x": "1/y", "y": "-x/y^2"}),
    ("f(x) = exp(x^2)", {"v2": "1", "v1": "exp(x^2)", "x": "2x exp(x^2)"}),
    ("f(x; a) = a x^2", {"v2": "1", "v1": "a", "x": "2xa"}),
    ("f(x) = ln(x - 1)", {"v2": "1", "v1": "1/(x - 1)", "x": "1/(x - 1)"}),
    ("f(x, y) = |x| y", {"v2": "1", "v1": "y", "x": "y sign(x)", "y": "|x|"}),
    ("f(x, y) = 7", {"v1": "1", "x": "0", "y": "0"}),
]


@pytest.mark.parametrize(("text", "expected"), IN_LETTERS, ids=[text for text, _ in IN_LETTERS])
def test_adjoints_are_formulas_in_the_inputs(text: str, expected: dict[str, str]) -> None:
    solution = jc.graph(text)
    assert adjoints(solution) == expected
    assert solution.verified == "proved"
    assert sympy.simplify(solution.result - jc.jacobian(text).result).is_zero_matrix
    assert jc.from_json(solution.to_json()) == solution
    assert jc.replay(solution)


def test_a_chain_and_a_vector_in_letters() -> None:
    solution = jc.graph("f(x, y) = [x^2 y, x + y]", "g(u, v) = [u v, e^u]", vector=(1, 2))
    assert values(solution)["w4"] == "x^2 y(x + y)"
    assert solution.result == jc.vjp("f(x, y) = [x^2 y, x + y]", "g(u, v) = [u v, e^u]", vector=(1, 2)).result
    assert "x̄ = w̄₁·2x + w̄₃·1 = y(x + y + 2 exp(x^2 y))·2x + x^2 y·1" in solution.to_text()
    assert jc.replay(solution)


def test_what_is_too_long_for_the_page_keeps_its_names() -> None:
    """Written out, x + sin x twelve times over has thousands of terms."""
    solution = jc.graph(*(f"{name}(x) = x + sin x" for name in "fghpqrabcdmn"))
    page = solution.to_text()
    assert (solution.derivation.result, solution.verified) == (None, "agrees")
    assert "v̄₁ = v̄₂·1\n" in page
    assert "(x) = [x̄]" in page
    assert jc.replay(solution)


def test_the_sigmoid_neuron() -> None:
    solution = jc.graph(NEURON, at="w0=2, w1=-3, w2=-3, x0=-1, x1=-2")
    assert formulas(solution) == {"v1": "w₀ x₀", "v2": "w₁ x₁", "v3": "v₁ + v₂ + w₂", "v4": "σ(v₃)"}
    graph: GraphNodes = step_of(solution, GraphNodes)
    assert graph.nodes[-1].value.decimal == "0.731059"
    backward: BackwardPass = step_of(solution, BackwardPass)
    found = {line.node: line.result.decimal for line in backward.sums}
    assert found["v3"] == "0.196612"
    assert [found[name] for name in ("w0", "w1", "w2")] == ["-0.196612", "-0.393224", "0.196612"]
    assert "x0" not in found
    assert locals_of(solution)["v4", "v3"][0] == "v₄(1 - v₄)"


def test_the_product_and_its_sine() -> None:
    solution = jc.graph(PRODUCT, at=(2, 3))
    assert formulas(solution) == {"v1": "xy", "v2": "sin(x)", "v3": "v₁ + v₂"}
    assert values(solution) == {"x": "2", "y": "3", "v1": "6", "v2": "sin(2)", "v3": "sin(2) + 6"}
    assert locals_of(solution) == {
        ("v1", "x"): ("y", "3"), ("v1", "y"): ("x", "2"), ("v2", "x"): ("cos(x)", "cos(2)"),
        ("v3", "v1"): ("1", "1"), ("v3", "v2"): ("1", "1"),
    }  # fmt: skip
    assert step_of(solution, ForwardPass).result[0][0] == "f"
    fan_out = next(line for line in step_of(solution, BackwardPass).sums if line.node == "x")
    assert [(term.user, paper(term.local)) for term in fan_out.terms] == [("v1", "y"), ("v2", "cos(x)")]


# -- nodes --------------------------------------------------------------------------------------------

FORMULAS = [
    ("f(x, y) = x - 2y", (1, 2), ["2y", "x - v₁"]),
    ("f(x) = 1 - x", 1, ["1 - x"]),
    ("f(x) = sin(x)^2 + sin(x)", 1, ["sin(x)", "v₁^2", "v₂ + v₁"]),
    ("f(x) = exp(-x)", 1, ["-x", "exp(v₁)"]),
    ("f(x) = -3x", 1, ["3x", "-v₁"]),
    ("f(x) = e^2 x + 2pi", 1, ["e^2 x", "v₁ + 2π"]),
    ("f(x) = exp(2) x", 1, ["e^2 x"]),
    ("f(x) = x^x", 2, ["x^x"]),
    ("f(x; a) = a^2 x", "3, a=2", ["a^2", "v₁ x"]),
    ("f(v, v1) = v v1 + 1", (1, 2), ["v v₁", "w₁ + 1"]),
    ("f(x) = relu(x) + tan(x) + cbrt(x)", 8, ["relu(x)", "tan(x)", "∛x", "v₁ + v₂ + v₃"]),
    ("f(x) = piecewise(x^2 sin(1/x) if x < 0, 3x otherwise)", 1, ["3x"]),
    ("f(x) = 1/2 (x - 1)^2", 3, ["x - 1", "v₁^2", "1/2 v₂"]),
]


@pytest.mark.parametrize(("text", "at", "expected"), FORMULAS, ids=[text for text, _, _ in FORMULAS])
def test_formulas_in_the_names_of_their_arguments(text: str, at: object, expected: list[str]) -> None:
    assert list(formulas(jc.graph(text, at=at)).values()) == expected


LOCALS = [
    ("f(x, y) = x/y", (6, 2), {"x": "1/y", "y": "-x/y^2"}),
    ("f(x) = exp(x)", 1, {"x": "v₁"}),
    ("f(x) = tanh(x)", 1, {"x": "1 - v₁^2"}),
    ("f(x) = sqrt(x)", 4, {"x": "1/(2v₁)"}),
    ("f(x) = x^3", 2, {"x": "3x^2"}),
    ("f(x) = x x", 2, {"x": "2x"}),
    ("f(x, y) = x^y", (2, 3), {"x": "yx^(y - 1)", "y": "v₁ ln(x)"}),
    ("f(x) = |x|", -2, {"x": "sign(x)"}),
    ("f(x) = relu(x)", -2, {"x": "0"}),
    ("f(x) = elu(x)", 2, {"x": "1"}),
    ("f(x) = elu(x)", -2, {"x": "exp(x)"}),
    ("f(x, y) = y - x", (1, 2), {"y": "1", "x": "-1"}),
    ("f(x) = (5x)^2", 1, {"x": "5", "v1": "2v₁"}),
]


@pytest.mark.parametrize(("text", "at", "expected"), LOCALS, ids=[text for text, _, _ in LOCALS])
def test_local_derivatives(text: str, at: object, expected: dict[str, str]) -> None:
    assert {start: local for (_, start), (local, _) in locals_of(jc.graph(text, at=at)).items()} == expected


def test_stages_written_as_equations_name_their_nodes() -> None:
    graph: GraphNodes = step_of(jc.graph("x = s t, y = s + t^2", "z = x^2 y", at=(1, 2)), GraphNodes)
    assert {node.name: node.labels for node in graph.nodes if node.labels} == {"v1": ("x",), "v3": ("y",), "v5": ("z",)}


def test_parameters_have_values_but_no_adjoints() -> None:
    solution = jc.graph("f(x; a) = a^2 x", at="3, a=2")
    graph: GraphNodes = step_of(solution, GraphNodes)
    assert {node.name: node.place for node in graph.nodes} == {
        "x": "input", "a": "parameter", "v1": "inner", "v2": "output"}  # fmt: skip
    assert adjoints(solution) == {"v2": "1", "x": "4"}
    assert locals_of(solution) == {("v2", "x"): ("v₁", "4")}


def test_long_numbers_are_given_in_certified_decimals() -> None:
    solution = jc.graph("f(x) = " + "exp(sin(tanh(" * 3 + "x" + ")))" * 3, at="1/3", digits=12)
    forward: ForwardPass = step_of(solution, ForwardPass)
    exact = sympy.Rational(1, 3)
    for _ in range(3):
        exact = sympy.exp(sympy.sin(sympy.tanh(exact)))
    assert forward.result[0][1].decimal == str(sympy.N(exact, 12))
    assert solution.verified in ("proved", "agrees")


# -- several components -------------------------------------------------------------------------------


def test_each_component_has_a_backward_pass() -> None:
    solution = jc.graph("f(x, y) = [x y, x/y - 2x]", at=(2, 3))
    assert [step.of for step in solution.derivation.steps if isinstance(step, BackwardPass)] == ["f_1", "f_2"]
    assert solution.result == sympy.ImmutableMatrix([[3, 2], [sympy.Rational(-5, 3), sympy.Rational(-2, 9)]])


VECTORS = [
    ("f(x, y) = [x y, x y + x]", (2, 3), (1, 2), [11, 6]),
    ("f(x, y) = [x y, x y]", (2, 3), (1, 2), [9, 6]),
    ("f(x, y) = [x, 3, x + y]", (2, 3), (1, 5, -1), [0, -1]),
    ("f(x, y) = [x y, x]", (2, 3), (0, 0), [0, 0]),
    ("f(x, y) = [x y, x]", (2, 3), (0, "1/2"), [sympy.Rational(1, 2), 0]),
]


@pytest.mark.parametrize(("text", "at", "vector", "expected"), VECTORS)
def test_a_vector_weighs_the_components(text: str, at: object, vector: object, expected: list[object]) -> None:
    solution = jc.graph(text, at=at, vector=vector)
    assert solution.result == sympy.ImmutableMatrix([expected])
    assert [float(entry) for entry in solution.numeric()[0]] == [float(entry) for entry in solution.result]
    assert solution.verified == "proved"


def test_an_output_that_is_used_begins_with_its_weight() -> None:
    backward: BackwardPass = step_of(jc.graph("f(x) = [x^2, sin(x^2)]", at=1, vector=(3, 2)), BackwardPass)
    first = next(line for line in backward.sums if line.node == "v1")
    assert (paper(first.seed) if first.seed else "", len(first.terms), said(first.result)) == ("3", 1, "2 cos(1) + 3")


# -- what is stored -----------------------------------------------------------------------------------

STORED = [
    ("f(x, y) = x y", (2, 3), {"x": ("v1",), "y": ("v1",)}),
    ("f(x, y) = x + 2y", (2, 3), {}),
    ("f(x) = exp(sin(x))", 2, {"x": ("v1",), "v2": ("v2",)}),
    ("f(x) = tanh(3x)^2", 2, {"v2": ("v2", "v3")}),
    ("f(x, y) = x/y", (2, 3), {"x": ("v1",), "y": ("v1",)}),
    ("f(x) = relu(2x)", 2, {"v1": ("v2",)}),
    ("f(x; a) = a x", "2, a=3", {"a": ("v1",)}),
]


@pytest.mark.parametrize(("text", "at", "needs"), STORED, ids=[text for text, _, _ in STORED])
def test_what_a_backward_pass_stores(text: str, at: object, needs: dict[str, tuple[str, ...]]) -> None:
    stored: StoredValues = step_of(jc.graph(text, at=at), StoredValues)
    assert dict(stored.needs) == needs
    assert stored.result == 8 * len(needs)


# -- chains, limits, errors ---------------------------------------------------------------------------


def test_a_chain_is_one_graph() -> None:
    texts = ["f(x, y) = [x^2 + y, 2x y]", "g(u, v) = [u + v, u^2, sin(v)]"]
    solution = jc.graph(*texts, at=(1, 2))
    assert solution.result == jc.compose(*texts, at=(1, 2)).result
    assert solution.verified == "proved"


def test_a_deep_chain_is_drawn_and_checked() -> None:
    layer = "f(x, y) = [tanh(x + 2y), tanh(x - y)]"
    solution = jc.graph(*[layer] * 6, at=("1/2", "1/3"))
    assert solution.verified == "agrees"
    with pytest.raises(TooLarge):
        _ = solution.result
    shown = [[amount.decimal for amount in s.result] for s in solution.derivation.steps if isinstance(s, BackwardPass)]
    assert shown == [list(row) for row in solution.numeric(6)]
    assert "(see below)" in solution.to_text()


ERRORS = [
    (["f(x) = |x|"], 0, NotDifferentiable, "from the left"),
    (["f(x) = relu(x) - relu(-x)"], 0, NotDifferentiable, "not by the rules"),
    (["f(x, y) = max(x, y)"], (1, 1), NotDifferentiable, "from the left"),
    (["f(x) = [x, -x]", "g(u, v) = max(u, v)"], 0, NotDifferentiable, "from the left"),
    (["f(x) = x - 1", "g(u) = ln(u)"], 1, DomainError, "ln is undefined"),
    (["f(x) = 1/(x - 1)"], 1, DomainError, "division by zero"),
    (["g(x, y)"], (1, 2), JacocalcError, "g is unspecified and has no values"),
    (["g: R^2 -> R^2"], (1, 2), JacocalcError, "g is unspecified and has no values"),
    (["f(x; a) = a x"], 1, JacocalcError, "the value of the parameter a is not given"),
    (["f(x) = " + " + ".join(f"sin({k}x)" for k in range(1, 120))], 1, TooLarge, "239 nodes"),
    (["f(x) = 1/(x - 1) + " + " + ".join(f"sin({k}x)" for k in range(1, 120))], 1, TooLarge, "nodes"),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "at", "kind", "message"), ERRORS)
def test_errors(texts: list[str], at: object, kind: type[JacocalcError], message: str) -> None:
    with pytest.raises(kind, match=message) as caught:
        jc.graph(*texts, at=at)
    assert "--kink T takes" not in caught.value.hint


@pytest.mark.parametrize("text", ["f(x, y) = max(x, y)", "f(x) = piecewise(x^2 if x > 0, -x otherwise)"])
def test_branches_need_a_point(text: str) -> None:
    with pytest.raises(JacocalcError, match="which branch of the graph applies depends on the point") as caught:
        jc.graph(text)
    assert "--at" in caught.value.hint


def test_bad_questions() -> None:
    with pytest.raises(JacocalcError, match="point needs a point"):
        jc.point(PRODUCT)
    with pytest.raises(ShapeError, match="vector with 1 entry"):
        jc.graph(PRODUCT, at=(2, 3), vector=(1, 2))


# -- roads that differ ---------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [None, (2, 3)])
def test_forward_accumulation_refutes_a_wrong_row(monkeypatch: pytest.MonkeyPatch, at: object) -> None:
    monkeypatch.setattr(graph, "forward", lambda tape, outputs, inputs: forward(tape, outputs, inputs[::-1]))
    with pytest.raises(RoadsDisagree, match="the backward pass and forward accumulation disagree"):
        jc.graph(PRODUCT, at=at)


@pytest.mark.parametrize(
    ("at", "said"), [(None, "formulas and the nodes of the graph"), ((2, 3), "exact values and ball arithmetic")]
)
def test_the_tape_refutes_a_wrong_value(monkeypatch: pytest.MonkeyPatch, at: object, said: str) -> None:
    """Twice the value: what is shown is not what the node has."""
    name = "tidy" if at is None else "exact"
    shown = getattr(graph_amounts, name)
    monkeypatch.setattr(graph_amounts, name, lambda closed: shown(closed + closed))
    with pytest.raises(RoadsDisagree, match=f"{said} disagree"):
        jc.graph(PRODUCT, at=at)
