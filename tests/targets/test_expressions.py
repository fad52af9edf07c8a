"""Terms as expressions: the text that people would write, and the value that the interpreter gives."""

from __future__ import annotations

import importlib.util
import math
import random
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from jacocalc.evaluate.arrays import Values
from jacocalc.functions import Size
from jacocalc.known_functions import ENTRYWISE
from jacocalc.programs import Assignment
from jacocalc.reading.programs import read_program
from jacocalc.targets.expressions import Expressions
from jacocalc.targets.forms import Forms
from jacocalc.targets.julia_forms import HELPERS as JULIA_HELPERS
from jacocalc.targets.julia_forms import JULIA
from jacocalc.targets.libraries import JAX, NUMPY, NUMPY_HELPERS, TORCH, TORCH_HELPERS
from jacocalc.targets.lines import Target
from jacocalc.targets.matlab_forms import HELPERS as MATLAB_HELPERS
from jacocalc.targets.matlab_forms import MATLAB
from jacocalc.terms import (
    ONE,
    SCALAR,
    Elementwise,
    Extent,
    Eye,
    Hadamard,
    Inverted,
    Ones,
    Operation,
    Opposite,
    Over,
    Plus,
    Raised,
    Scalar,
    Scaled,
    Shape,
    Term,
    Times,
    Transposed,
    Var,
)

Array = Any
SIZES = {"n": 3, "m": 2, "k": 4}
DECLARED = (
    "x: n; y: n; u: m; A: m x n; B: n x k; C: n x n invertible; D: n x n; E: m x k; r: 1 x n; s: scalar; c: scalar"
)
VARIABLES = read_program(f"{DECLARED}; L = s").declared


def writer(forms: Forms, flat: bool = True) -> Expressions:
    def name(target: Target) -> str:
        assert isinstance(target, Var)
        return target.key

    def size(size: Size) -> str:
        return str(size)

    def generic(function: str, order: int) -> str:
        return "d" * order + function

    return Expressions(forms, name, size, generic, flat, "C")


def term_of(formula: str) -> Term:
    statement = read_program(f"{DECLARED}; out = {formula}").statements[0]
    assert isinstance(statement, Assignment)
    return statement.term


def flat(array: Array, shape: Shape) -> Array:
    return array.reshape([size for size, said in zip(array.shape, shape, strict=True) if said != 1])


def shaped(shape: Shape) -> tuple[int, int]:
    return (SIZES.get(str(shape[0]), 1), SIZES.get(str(shape[1]), 1))


def values() -> Values:
    rng = np.random.default_rng(1)
    known: dict[Term, Array] = {var: rng.normal(size=shaped(var.shape)) for var in VARIABLES}
    known |= {var: known[var] + 4 * np.eye(3) for var in VARIABLES if "invertible" in var.facts}
    return Values(known, SIZES)


def names_in_numpy(known: Values) -> dict[str, Any]:
    found: dict[str, Any] = {"np": np, "math": math, **SIZES}
    found |= {var.key: flat(known.known[var], var.shape) for var in VARIABLES}
    for helper in ("math", *NUMPY_HELPERS):
        if helper != "math":
            exec(NUMPY_HELPERS[helper], found)
    return found


ROWS = [
    ("x y'", "np.outer(x, y)"),
    ("x' y", "x @ y"),
    ("x' D y", "x @ D @ y"),
    ("A x", "A @ x"),
    ("A C x", "A @ (C @ x)"),
    ("x' D", "x @ D"),
    ("A C B", "A @ C @ B"),
    ("A ones(n)", "A.sum(axis=1)"),
    ("ones(m)' A", "A.sum(axis=0)"),
    ("A' ones(m)", "A.sum(axis=0)"),
    ("ones(n)' x", "np.sum(x)"),
    ("A B + u ones(k)'", "A @ B + u[:, None]"),
    ("A + ones(m) x'", "A + x"),
    ("u ones(k)'", "u[:, None] + np.zeros((m, k))"),
    ("E .* (E ones(k) ones(k)')", "E * E.sum(axis=1, keepdims=True)"),
    ("diag(u) A", "u[:, None] * A"),
    ("A diag(x)", "A * x"),
    ("diag(x) y", "x * y"),
    ("diag(x)", "np.diag(x)"),
    ("diag(D)", "np.diag(D)"),
    ("tr(C' D)", "np.sum(C * D)"),
    ("tr(D C')", "np.sum(D * C)"),
    ("tr(D C)", "np.trace(D @ C)"),
    ("C^-1 x", "np.linalg.solve(C, x)"),
    ("x' C^-1", "np.linalg.solve(C.T, x)"),
    ("C^-T x", "np.linalg.solve(C.T, x)"),
    ("x' C^-1 y", "x @ np.linalg.solve(C, y)"),
    ("C^-1 B", "np.linalg.solve(C, B)"),
    ("C^-T", "np.linalg.inv(C).T"),
    ("D C^-1", "D @ np.linalg.inv(C)"),
    ("logdet(C)", "np.linalg.slogdet(C)[1]"),
    ("1/2 ||x - y||^2", "0.5 * np.sum((x - y) ** 2)"),
    ("||A||_F", "np.linalg.norm(A)"),
    ("1/(2n) ||x||^2", "np.sum(x**2) / (2 * n)"),
    ("A B / sqrt(n)", "A @ B / np.sqrt(n)"),
    ("x - (x' y) y", "x - (x @ y) * y"),
    ("-A x", "-A @ x"),
    ("ones(n) - x .* x", "1 - x * x"),
    ("x - mean(x)", "x - np.mean(x)"),
    ("s ones(n)", "np.full(n, s)"),
    ("ones(m, n)", "np.ones((m, n))"),
    ("I(n) - D", "np.eye(n) - D"),
    ("x ./ y", "x / y"),
    ("ones(n) ./ x", "1 / x"),
    ("r x", "r @ x"),
    ("x r", "np.outer(x, r)"),
    ("(A + A)'", "(A + A).T"),
    ("x - (y - x)", "x - (y - x)"),
    ("s^2 x", "s**2 * x"),
    ("1/3 x", "x / 3"),
    ("2/3 x", "2 / 3 * x"),
    ("relu(x)", "np.maximum(x, 0)"),
    ("sigmoid(x)", "sigmoid(x)"),
    ("softplus(x)", "np.logaddexp(0, x)"),
    ("softmax_rows(A)", "softmax(A, axis=1)"),
    ("logsumexp(x)", "logsumexp(x)"),
]


@pytest.mark.parametrize(("formula", "text"), ROWS)
def test_formulas_in_numpy(formula: str, text: str) -> None:
    term, known = term_of(formula), values()
    assert writer(NUMPY).text(term) == text
    found = eval(text, names_in_numpy(known))
    expected = flat(known.of(term), term.shape)
    assert np.shape(found) == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("formula", "matlab", "julia"),
    [
        ("x y'", "x * y'", "x * y'"),
        ("x' y", "x' * y", "dot(x, y)"),
        ("x' D", "x' * D", "D' * x"),
        ("A B + u ones(k)'", "A * B + u", "A * B .+ u"),
        ("A + ones(m) x'", "A + x'", "A .+ x'"),
        ("A ones(n)", "sum(A, 2)", "vec(sum(A, dims=2))"),
        ("diag(u) A", "u .* A", "u .* A"),
        ("A diag(x)", "A .* x'", "A .* x'"),
        ("C^-1 x", "C \\ x", "C \\ x"),
        ("x' C^-1", "x' / C", "C' \\ x"),
        ("A .* (s A)", "A .* (s * A)", "A .* (s * A)"),
        ("tanh(x)", "tanh(x)", "tanh.(x)"),
        ("tanh(s)", "tanh(s)", "tanh(s)"),
        ("x.^2", "x.^2", "x.^2"),
        ("s^2", "s^2", "s^2"),
        ("ones(n) - x", "1 - x", "1 .- x"),
        ("||A||^2", "sum(sum(A.^2))", "sum(A.^2)"),
    ],
)
def test_formulas_in_matlab_and_julia(formula: str, matlab: str, julia: str) -> None:
    assert writer(MATLAB, flat=False).text(term_of(formula)) == matlab
    assert writer(JULIA).text(term_of(formula)) == julia


# -- functions ----------------------------------------------------------------------------------------

_WITHIN = {"acosh": 2.0, "acoth": 2.0, "asec": 2.0, "acsc": 2.0}


@pytest.mark.parametrize("target", ["numpy", "jax", "torch"])
@pytest.mark.parametrize("name", [*ENTRYWISE, "step"])
def test_functions_have_the_values_of_the_table(name: str, target: str) -> None:
    if importlib.util.find_spec(target) is None:
        pytest.skip(f"{target} is not installed")
    known = values()
    x = Var("x", ("n", 1))
    known.known[x] = np.array([[0.3], [0.7], [0.2]]) + _WITHIN.get(name, 0.0)
    forms, names = _library(target, flat(known.known[x], x.shape))
    found = eval(writer(forms).text(Elementwise(name, x)), names)
    np.testing.assert_allclose(np.asarray(found), flat(known.of(Elementwise(name, x)), x.shape), rtol=1e-12)


def _library(target: str, x: Array) -> tuple[Forms, dict[str, Any]]:
    if target == "numpy":
        return NUMPY, {**names_in_numpy(values()), "x": x}
    if target == "jax":
        jax = pytest.importorskip("jax")
        jax.config.update("jax_enable_x64", True)
        return JAX, {"jax": jax, "jnp": jax.numpy, "x": x}
    torch = pytest.importorskip("torch")
    names = {"torch": torch, "math": math, "x": torch.tensor(x)}
    for helper in TORCH_HELPERS.values():
        exec(helper, names)
    return TORCH, names


def test_all_tables_have_the_same_rows() -> None:
    languages = {"numpy": NUMPY, "jax": JAX, "torch": TORCH, "matlab": MATLAB, "julia": JULIA}
    own = {"torch": {"constant"}, "matlab": {"solve_row"}, "julia": {"plus_spread", "minus_spread", "dotted"}}
    for name, forms in languages.items():
        keys = {key.partition("/")[0] for key in forms if not key.startswith("c:")}
        assert keys - own.get(name, set()) == {key.partition("/")[0] for key in NUMPY}, name
    assert {f"f:{name}" for name in ENTRYWISE} <= set(NUMPY)


@pytest.mark.parametrize(
    ("forms", "helpers"), [(MATLAB, MATLAB_HELPERS), (JULIA, JULIA_HELPERS), (NUMPY, NUMPY_HELPERS)]
)
def test_helpers_are_written(forms: Forms, helpers: dict[str, str]) -> None:
    assert {form.helper for form in forms.values()} - {"", "math"} <= set(helpers)


# -- random terms -------------------------------------------------------------------------------------


class _Random:
    """Random terms of a shape, every kind among them."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def size(self) -> Size:
        sizes: list[Size] = ["n", "m", "k", 1]
        return self.rng.choice(sizes)

    def leaf(self, shape: Shape) -> Term:
        straight = [var for var in VARIABLES if var.shape == shape]
        turned = [Transposed(var) for var in VARIABLES if var.shape == shape[::-1] and not var.is_scalar]
        numbers: list[Term] = [Scalar(Fraction(2, 3)), Extent("n")] if shape == SCALAR else [Ones(shape)]
        if shape[0] == shape[1] != 1:
            numbers.append(Eye(shape[0]))
        return self.rng.choice([*straight * 3, *turned * 2, *numbers])

    def term(self, shape: Shape, depth: int) -> Term:
        if depth <= 0:
            return self.leaf(shape)
        make = self.rng.choice([self.sum, self.product, self.product, self.product, self.entrywise, self.called,
                                self.solved, self.operation])  # fmt: skip
        return make(shape, depth - 1)

    def sum(self, shape: Shape, depth: int) -> Term:
        return Plus((self.term(shape, depth), Opposite(self.term(shape, depth)), self.term(shape, depth)))

    def product(self, shape: Shape, depth: int) -> Term:
        sizes = [shape[0], self.size(), self.size(), shape[1]]
        if self.rng.random() < 0.5:
            del sizes[1]
        return Times(tuple(self.term((a, b), depth) for a, b in pairwise(sizes)))

    def entrywise(self, shape: Shape, depth: int) -> Term:
        a, b = self.term(shape, depth), self.term(shape, depth)
        positive = Plus((Raised(self.term(SCALAR, depth), Scalar(Fraction(2))), ONE))
        if shape == SCALAR:
            return self.rng.choice([Times((a, b)), Over(a, positive)])
        nonzero = Elementwise("exp", Elementwise("tanh", b))
        return self.rng.choice([Hadamard((a, b)), Over(a, positive), Over(a, nonzero),
                                Scaled(self.term(SCALAR, depth), b)])  # fmt: skip

    def called(self, shape: Shape, depth: int) -> Term:
        name = self.rng.choice(["tanh", "sigmoid", "relu", "cos"])
        turned = Transposed(self.term(shape[::-1], depth))
        return self.rng.choice([Elementwise(name, self.term(shape, depth)), turned])

    def solved(self, shape: Shape, depth: int) -> Term:
        def inverse(size: Size) -> Term:
            found = Inverted(Plus((self.leaf((size, size)), Scaled(Scalar(Fraction(6)), Eye(size)))))
            return self.rng.choice([found, Transposed(found)])

        if shape[0] != 1 and self.rng.random() < 0.5:
            return Times((inverse(shape[0]), self.term(shape, depth)))
        return Times((self.term(shape, depth), inverse(shape[1]))) if shape[1] != 1 else self.leaf(shape)

    def operation(self, shape: Shape, depth: int) -> Term:
        if shape == SCALAR:
            size, other = self.size(), self.size()
            a, square = self.term((size, other), depth), self.term((size, size), depth)
            return self.rng.choice([Operation("sum", (a,)), Operation("mean", (a,)), Operation("norm2", (a,)),
                                    Operation("inner", (a, self.term((size, other), depth))),
                                    Operation("tr", (square,))])  # fmt: skip
        if shape[1] == 1:
            return Operation("diagonal", (self.term((shape[0], shape[0]), depth),))
        if shape[0] == shape[1]:
            return Operation("diag", (self.term((shape[0], 1), depth),))
        return Operation(self.rng.choice(["softmax_rows", "softmax_columns"]), (self.term(shape, depth),))


@pytest.mark.parametrize("seed", range(120))
def test_random_terms_have_the_value_of_the_interpreter(seed: int) -> None:
    make, known = _Random(seed), values()
    shape: Shape = make.rng.choice([var.shape for var in VARIABLES])
    term = make.term(shape, 3)
    expected = np.broadcast_to(known.of(term), shaped(shape))
    found = eval(writer(NUMPY).text(term), names_in_numpy(known))
    assert np.shape(found) == flat(expected, shape).shape, term
    np.testing.assert_allclose(found, flat(expected, shape), rtol=1e-7, atol=1e-7 * float(abs(expected).max()))
