"""Laws of accumulation and of second derivatives over generated functions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, reject
from hypothesis import strategies as st

import jacocalc as jc
from jacocalc.derive.answer import derive
from jacocalc.errors import DomainError, NotDifferentiable, TooLarge
from jacocalc.evaluate.fields import Balls, ball_of, precision
from jacocalc.evaluate.numbers import chain_tape
from jacocalc.functions import Chain, Point, VectorFunction
from jacocalc.notation import Expr, Matrix, Symbol, integer, rational, substitute
from jacocalc.options import Options
from jacocalc.questions import Compose, HessianOf, JacobianVector, Question, VectorJacobian
from tests.laws.expressions import NAMES, cases, expressions, positive_values
from tests.laws.test_laws import balls, close, function, vectors

whole_numbers = st.lists(st.integers(-5, 5), min_size=2, max_size=2)


def answered(question: Question) -> Any:
    try:
        return derive(question, Options()).result
    except (DomainError, NotDifferentiable, TooLarge):
        reject()


def _without_z(expr: Expr) -> Expr:
    return substitute(expr, {"z": Symbol("x")})


def two_stages(inner: list[Expr], outer: list[Expr]) -> Chain:
    return Chain((function("f", NAMES, inner), function("g", NAMES, outer)))


outers = st.lists(expressions(NAMES, 4), min_size=2, max_size=2)


@given(vectors(3), outers, whole_numbers, st.lists(st.integers(-5, 5), min_size=3, max_size=3), positive_values())
@cases(12)
def test_u_times_jv_is_jtu_times_v(
    inner: list[Expr], outer: list[Expr], u: list[int], v: list[int], values: list[Fraction]
) -> None:
    """⟨u, Jv⟩ = ⟨Jᵀu, v⟩, the two coded apart."""
    chain = two_stages(inner, outer)
    left = answered(JacobianVector(chain, tuple(map(integer, v))))
    right = answered(VectorJacobian(chain, tuple(map(integer, u))))
    one, other = balls(left, values), balls(right, values)
    with precision(300):
        first = sum((a * b for a, b in zip(u, one, strict=True)), ball_of(Fraction(0)))
        second = sum((a * b for a, b in zip(other, v, strict=True)), ball_of(Fraction(0)))
    assert close([first], [second])


@given(vectors(3), outers, positive_values())
@cases(10)
def test_forward_reverse_best_and_direct_agree(inner: list[Expr], outer: list[Expr], values: list[Fraction]) -> None:
    last = VectorFunction("h", ("x", "y"), (_without_z(outer[0]),), 2, 1, scalar=True)
    chain = Chain((*two_stages(inner, outer).stages, last))
    results = [answered(Compose(chain, order=order)) for order in ("forward", "reverse", "best")]
    if None in results:
        reject()
    on_tape = chain_tape(chain)
    with precision(300):
        numbers = [ball_of(value) for value in values]
        direct = on_tape.evaluate([n for row in on_tape.jacobian() for n in row], numbers, Balls())
    if not all(entry.is_finite() for entry in direct):  # the rules say nothing at √u (u − u) for u = 0
        reject()
    for result in results:
        assert close(balls(result, values), direct)


@given(vectors(3), expressions(NAMES, 4), positive_values())
@cases(10)
def test_the_hessian_through_a_chain_is_that_of_the_composition(
    inner: list[Expr], outer: Expr, values: list[Fraction]
) -> None:
    """J_fᵀ H_g J_f + Σ ∂g/∂z_i H_{f_i} against the tape differentiated twice."""
    chain = Chain((function("f", NAMES, inner), VectorFunction("g", NAMES, (outer,), 3, 1, scalar=True)))
    result = answered(HessianOf(chain))
    on_tape = chain_tape(chain)
    second = [node for row in on_tape.hessian(0) for node in row]
    with precision(300):
        direct = on_tape.evaluate(second, [ball_of(value) for value in values], Balls())
    assert close(balls(result, values), direct)


@given(vectors(3), outers, positive_values(), whole_numbers)
@cases(8)
def test_at_a_point_vjp_is_the_row_of_the_jacobian(
    inner: list[Expr], outer: list[Expr], values: list[Fraction], u: list[int]
) -> None:
    chain = two_stages(inner, outer)
    at = Point(tuple(map(rational, values)))
    whole, row = answered(Compose(chain, at)), answered(VectorJacobian(chain, tuple(map(integer, u)), at))
    if whole is None:
        reject()
    entries = balls(whole, [], ())
    with precision(300):
        expected = [sum((c * entries[3 * i + j] for i, c in enumerate(u)), ball_of(Fraction(0))) for j in range(3)]
    assert isinstance(row, Matrix)
    assert close(balls(row, [], ()), expected)


FIFTY = [
    ("x^2 y^3 + sin(x y)", (0.7, 1.3)), ("e^(x y)/(1 + x^2)", (0.4, -0.8)), ("sqrt(x^2 + y^2)", (1.5, 2.5)),
    ("atan2(y, x) + ln(x + y^2)", (1.1, 0.6)), ("sigmoid(x - y) tanh(x y)", (0.3, 0.9)), ("x^y", (1.7, 2.2)),
]  # fmt: skip


@pytest.mark.parametrize(("body", "at"), FIFTY)
def test_hessians_against_fifty_digit_differences(body: str, at: tuple[float, float]) -> None:
    """mpmath's differences of values, with h = 10^-15 and 50 digits."""
    text = f"f(x, y) = {body}"
    (formula,) = jc.function(text).components or ()
    value = sympy.lambdify(sympy.symbols("x y", real=True), formula, "mpmath")
    ours = jc.hessian(text, at=tuple(map(str, at))).result
    with mpmath.workdps(50):
        point = [mpmath.mpf(str(c)) for c in at]
        for (i, j), order in {(0, 0): (2, 0), (0, 1): (1, 1), (1, 0): (1, 1), (1, 1): (0, 2)}.items():
            theirs = mpmath.diff(value, point, order)
            assert abs(theirs - mpmath.mpf(str(sympy.N(ours[i, j], 50)))) < mpmath.mpf(10) ** -12


@pytest.mark.parametrize(
    ("text", "at"),
    [("f(x, y) = [x e^y, x + y^3]", (1.2, 0.7)), ("f(x, y, z) = [x y, y z, z x + x]", (0.5, 1.5, 2.5)),
     ("f(x, y) = [x^2 - y^2, 2x y]", (0.3, 0.4)), ("f(r, t) = [r cos t, r sin t]", (2.5, 0.8))],
)  # fmt: skip
def test_log_det_against_a_numeric_jacobian(text: str, at: tuple[float, ...]) -> None:
    """log |det J| against numpy's slogdet of a matrix of differences."""
    values = jc.function(text)
    inside = sympy.lambdify(values.inputs, list(values.components or ()), "numpy")
    step = 1e-6
    columns = []
    for j in range(len(at)):
        sides = [inside(*(c + sign * step * (i == j) for i, c in enumerate(at))) for sign in (1, -1)]
        columns.append((np.array(sides[0]) - np.array(sides[1])) / (2 * step))
    log = np.linalg.slogdet(np.array(columns).T)[1]
    assert float(sympy.log(abs(jc.volume(text, at=tuple(map(str, at))).result))) == pytest.approx(log, abs=1e-8)


@pytest.mark.parametrize("vector", [(1, 0), (2, -3)])
def test_the_adjoints_of_the_graph_are_the_vjp(vector: tuple[int, int]) -> None:
    stages = ("f(x, y) = [x y + sin x, e^y]", "g(u, v) = [u v, u^2 + v]")
    gap = jc.graph(*stages, at=(2, 1), vector=vector).result - jc.vjp(*stages, at=(2, 1), vector=vector).result
    assert gap.applyfunc(sympy.expand) == sympy.zeros(1, 2)
