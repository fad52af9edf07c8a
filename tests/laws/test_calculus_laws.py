"""Laws of accumulation and of second derivatives over generated functions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given, reject
from hypothesis import strategies as st

from jacocalc.derive.answer import derive
from jacocalc.errors import DomainError, TooLarge
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
    except (DomainError, TooLarge):
        reject()


def _without_z(expr: Expr) -> Expr:
    return substitute(expr, {"z": Symbol("x")})


def two_stages(inner: list[Expr], outer: list[Expr]) -> Chain:
    return Chain((function("f", NAMES, inner), function("g", NAMES, outer)))


outers = st.lists(expressions(NAMES, 4), min_size=2, max_size=2)


@given(vectors(3), outers, whole_numbers, st.lists(st.integers(-5, 5), min_size=3, max_size=3), positive_values())
@cases(25)
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
@cases(20)
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
    for result in results:
        assert close(balls(result, values), direct)


@given(vectors(3), expressions(NAMES, 4), positive_values())
@cases(20)
def test_the_hessian_through_a_chain_is_that_of_the_composition(
    inner: list[Expr], outer: Expr, values: list[Fraction]
) -> None:
    """J_fᵀ H_g J_f + Σ ∂g/∂z_i H_{f_i} against the tape differentiated twice."""
    chain = Chain((function("f", NAMES, inner), VectorFunction("g", NAMES, (outer,), 3, 1, scalar=True)))
    result = answered(HessianOf(chain))
    on_tape = chain_tape(chain)
    first = on_tape.tape.reverse(on_tape.values[-1], on_tape.inputs)[0]
    second = [node for row in on_tape.tape.forward(first, on_tape.inputs) for node in row]
    with precision(300):
        direct = on_tape.evaluate(second, [ball_of(value) for value in values], Balls())
    assert close(balls(result, values), direct)


@given(vectors(3), outers, positive_values(), whole_numbers)
@cases(15)
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
