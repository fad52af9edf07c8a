"""--kink: the weight of the right side."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

import jacocalc as jc
from jacocalc.derive.limits import Spot
from jacocalc.errors import NotDifferentiable, ReadError
from jacocalc.notation import ZERO, Comparison, Expr, Piecewise, Symbol, integer, names, postorder
from jacocalc.steps import Decimals

AT_KINKS = [
    ("f(x) = |x|", "0", "1/2", [0]),
    ("f(x) = |x|", "0", "left", [-1]),
    ("f(x) = |x|", "0", "right", [1]),
    ("f(x) = |x|", "0", "1/4", [Fraction(-1, 2)]),
    ("f(x) = relu(x)", "0", "0", [0]),
    ("f(x) = relu(x)", "0", "1/3", [Fraction(1, 3)]),
    ("f(x) = relu(3x) + x", "0", "right", [4]),
    ("f(x, y) = max(x, y)", "1, 1", "0", [Fraction(1, 2), Fraction(1, 2)]),
    ("f(x, y) = min(x, y, x)", "1, 1", "1", [Fraction(2, 3), Fraction(1, 3)]),
    ("f(x) = piecewise(x if x < 0, 3x otherwise)", "0", "1/2", [2]),
    ("f(x) = |x|^3 + |x|", "0", "right", [1]),
]


@pytest.mark.parametrize(("text", "at", "kink", "row"), AT_KINKS)
def test_the_weight_of_the_right_side(text: str, at: str, kink: str, row: list[Fraction | int]) -> None:
    solution = jc.jacobian(text, at=at, kink=kink)
    assert list(solution.result) == [sympy.Rational(value) for value in row]
    assert "convention" in solution.to_text()
    assert jc.from_json(solution.to_json()).to_json() == solution.to_json()


def test_numbers_say_nothing_of_a_kink_in_a_chain_that_is_too_long_to_write() -> None:
    """|x| at 0 before nine stages whose exact values are not written out: refused, or undecided with a convention."""
    stages = ["f(x, y) = [|x|, y]", *["s(x, y) = [sin(x - x y) + 1/3, cos(x + y^2)]"] * 9]
    with pytest.raises(NotDifferentiable):
        jc.compose(*stages, at="0, 1")
    (*_, decimals) = (s for s in jc.compose(*stages, at="0, 1", kink="1").derivation.steps if isinstance(s, Decimals))
    assert [row[0] for row in decimals.result] == ["undecided", "undecided"]


def test_a_derivative_that_exists_needs_no_convention() -> None:
    solution = jc.jacobian("f(x) = relu(x) - relu(-x)", at=0, kink=0)
    assert solution.result == sympy.ImmutableMatrix([[1]])
    assert "convention" not in solution.to_text()


def test_a_jump_has_no_convention() -> None:
    with pytest.raises(NotDifferentiable, match="not continuous"):
        jc.jacobian("f(x) = sign(x)", at=0, kink="1/2")


@pytest.mark.parametrize("kink", ["2", "-1", "middle", "x"])
def test_bad_weights(kink: str) -> None:
    with pytest.raises(ReadError):
        jc.jacobian("f(x) = |x|", at=0, kink=kink)


def test_branches_beside_a_point_are_chosen_once_in_each_shared_part() -> None:
    x, y = Symbol("x"), Symbol("y")
    turned: Expr = Piecewise(((x, Comparison(">", x ** integer(2) + y ** integer(2), ZERO)),), ZERO)
    plain: Expr = x
    for _ in range(100):
        turned, plain = turned * turned + y, plain * plain + y
    found = Spot(turned, ("x", "y"), {"x": ZERO, "y": ZERO}).around((1, 1)).resolved(turned)
    assert names(found) == names(plain)
    assert len(list(postorder(found))) == len(list(postorder(plain)))
