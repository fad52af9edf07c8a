"""J dx in forward mode: differences of values, the backward pass the other way round, and every kind of node."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from jacocalc.compiled.matrix import graph as nodes
from jacocalc.compiled.matrix.tangents import _RULES, Tangents
from jacocalc.derive.matrix.prepare import prepared
from jacocalc.errors import JacocalcError, ShapeError
from jacocalc.reading.programs import read_program
from tests.compiled.test_compiled_programs import ALL, case, compiled, with_vectors

Array = Any
LAYERS = "x: n; W: m x n; b: m; U: k x m\nh = tanh(W x + b)\np = softmax(U h)\nA = W .* W"


def drawn(seed: int, arrays: dict[str, Any]) -> dict[str, Array]:
    random = np.random.default_rng(seed)
    return {key: random.standard_normal(np.shape(array)) for key, array in arrays.items()}


def layers(seed: int = 0) -> dict[str, Array]:
    return drawn(seed, {"x": np.empty(3), "W": np.empty((4, 3)), "b": np.empty(4), "U": np.empty((2, 4))})


@pytest.mark.parametrize("name", ALL)
def test_along_a_direction_a_loss_changes_by_its_gradient(name: str) -> None:
    """⟨∂L/∂W, dW⟩ = dL for every program: red for a wrong rule of any node that a program has."""
    arrays, generic, _ = case(name)
    made = compiled(ALL[name], generic=generic)
    gradient = made.gradient(arrays)
    directions = drawn(7, gradient)
    for var in prepared(read_program(ALL[name])).declared:
        if "symmetric" in var.facts and var.key in directions:
            directions[var.key] += directions[var.key].T
    wanted = sum(float((gradient[key] * directions[key]).sum()) for key in gradient)
    size = sum(float(abs(gradient[key] * directions[key]).sum()) for key in gradient)
    found = made.jvp(arrays, directions)
    assert list(found) == [made.loss.key]
    assert isinstance(found[made.loss.key], float)
    assert found[made.loss.key] == pytest.approx(wanted, rel=1e-11, abs=1e-12 * size)


def test_differences_of_the_outputs() -> None:
    """Red where a sign or an operand is wrong in both modes alike, and where outputs take each other's place."""
    made = with_vectors(LAYERS, ("x", "W", "b", "U"), ("h", "p", "A"))
    arrays, directions, step = layers(0), layers(1), 1e-6

    def outputs(t: float) -> dict[str, Array]:
        x, W, b, U = (arrays[key] + t * directions[key] for key in "xWbU")
        h = np.tanh(W @ x + b)
        powers = np.exp(U @ h)
        return {"h": h, "p": powers / powers.sum(), "A": W * W}

    found = made.jvp(arrays, directions)
    assert list(found) == ["h", "p", "A"]
    for key, array in found.items():
        slope = (outputs(step)[key] - outputs(-step)[key]) / (2 * step)
        assert array.shape == slope.shape
        assert np.allclose(array, slope, rtol=1e-7, atol=1e-9), key


def test_both_modes_are_transposes_of_each_other() -> None:
    """⟨v, J dx⟩ = ⟨vᵀJ, dx⟩, also where only some variables move."""
    made = with_vectors(LAYERS, ("x", "W", "b", "U"), ("h", "p", "A"))
    arrays = layers(0)
    vectors = drawn(3, {"h": np.empty(4), "p": np.empty(2), "A": np.empty((4, 3))})
    back = made.vjp(arrays, vectors)
    for names in ("x", "W", "b", "U", "xU", "xWbU"):
        directions = {key: value for key, value in layers(5).items() if key in names}
        forth = made.jvp(arrays, directions)
        left = sum(float((vectors[key] * forth[key]).sum()) for key in vectors)
        right = sum(float((back[key] * directions[key]).sum()) for key in directions)
        assert left == pytest.approx(right, rel=1e-12), names


def test_what_does_not_move_is_zero_in_its_shape() -> None:
    made = with_vectors(LAYERS, ("x", "W"), ("h", "A"))
    found = made.jvp(layers(), {"x": np.ones(3)})
    assert found["A"].tolist() == np.zeros((4, 3)).tolist()
    assert abs(found["h"]).min() > 0


def test_precision_and_errors() -> None:
    made = with_vectors(LAYERS, ("x", "W"), ("h",))
    single = {key: value.astype(np.float32) for key, value in layers().items()}
    assert made.jvp(single, {"x": single["x"]})["h"].dtype == np.float32
    with pytest.raises(JacocalcError, match="the direction of x is float64 and its value is float32"):
        made.jvp(single, {"x": np.ones(3)})
    with pytest.raises(ShapeError, match="x is n×1, but its value is 4×1: n is 3 already"):
        made.jvp(layers(), {"x": np.ones(4)})
    with pytest.raises(JacocalcError, match="q is no declared variable"):
        made.jvp(layers(), {"q": np.ones(3)})
    with pytest.raises(ShapeError, match="A is declared symmetric, but its direction is not"):
        compiled("x: n; A: n x n symmetric\nL = x' A x").jvp(
            {"x": np.ones(2), "A": np.eye(2)}, {"A": np.eye(2)[::-1] * [1, 2]}
        )
    with pytest.raises(JacocalcError, match="no direction is given"):
        made.jvp(layers(), {})


def test_a_function_of_the_callers_own() -> None:
    """Red where σ is taken for σ′."""
    text = "x: n; y: n\nh = sigma(x)\nL = sum(h .* y)"
    made = compiled(text, generic={"sigma": (np.sin, np.cos)})
    x, y = np.array([0.3, -2.0]), np.array([1.0, 3.0])
    assert made.jvp({"x": x, "y": y}, {"x": y})["L"] == pytest.approx(float((np.cos(x) * y * y).sum()), rel=1e-14)


AT = {"log": 0.7, "sqrt": 0.7, "arccosh": 1.7, "log1p": 0.4, "reciprocal": -0.6, "arcsin": 0.3, "arccos": 0.3,
      "arctanh": 0.3, "cbrt": -0.8}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(nodes.UNARY | nodes.BINARY))
def test_every_elementwise_operation(kind: str) -> None:
    """Each against a difference: red for a missing row, and for a wrong one."""
    u, v, du, dv, step = AT.get(kind, 0.45), 0.6, 0.8, -0.3, 1e-6
    function = getattr(np, kind)
    arity = 1 if kind in nodes.UNARY else 2
    graph = nodes.Graph()
    a, b, da, db = (graph.make("input", (), (1, 1), name) for name in ("a", "b", "da", "db"))
    node = graph.make(kind, (a, b)[:arity], (1, 1))
    change = Tangents(graph, {a: da, b: db}, {}).of(node)
    values = {a: u, b: v, da: du, db: dv}

    def value(number: int) -> float:
        made = graph[number]
        constant = graph.value_of(number)
        if number in values or constant is not None:
            return values[number] if constant is None else constant
        return float(getattr(np, made.kind)(*map(value, made.parts)))

    after, before = ((u + step * du, v + step * dv), (u - step * du, v - step * dv))
    slope = (float(function(*after[:arity])) - float(function(*before[:arity]))) / (2 * step)
    assert (0.0 if change is None else value(change)) == pytest.approx(slope, rel=1e-6, abs=1e-9)


def test_every_kind_of_node_has_a_rule_or_a_formula() -> None:
    """Red where a kernel is added without a rule."""
    from jacocalc.compiled.matrix.kernels import _KERNELS

    assert set(_KERNELS) - set(_RULES) == {"squares", "eye"}  # of the backward pass alone; without parts
