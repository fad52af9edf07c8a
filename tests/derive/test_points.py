"""Where a function is undefined or has no derivative: an honest error; where it has one after all: the value."""

from __future__ import annotations

from typing import Any

import pytest
import sympy

import jacocalc as jc
from jacocalc.errors import DomainError, JacocalcError, NotDifferentiable, TooLarge, Undecided

UNDEFINED = [
    ("f(x) = ln(x)", "0", "ln is undefined at x = 0"),
    ("f(x) = 1/x", "0", "division by zero"),
    ("f(x, y) = x/(x^2 + y^2)", "0,0", "division by zero"),
    ("f(x) = sqrt(x)", "-1", "it needs x ≥ 0"),
    ("f(x) = x/x", "0", "division by zero"),
    ("f(x) = (x^2 - 1)/(x - 1)", "1", "division by zero"),
    ("f(x) = e^(ln(x))", "-1", "ln is undefined"),
    ("f(x) = x^(1/3)", "-8", "undefined"),
    ("f(x) = tan(x)", "pi/2", "tan is undefined"),
    ("f(x) = asin(x)", "2", "asin is undefined"),
    ("f(x, y) = x^y", "-2, 1/2", "undefined"),
    ("f(x) = 0·ln(x)", "0", "ln is undefined"),
    ("f(x) = piecewise(1 if x > 0)", "-1", "no branch"),
    ("f(x) = asin(2) x", None, "asin is undefined"),
    ("f(x, y) = x/(y - y)", None, "division by zero"),
    ("f(x, y) = x sqrt(-y^2)", None, "has no derivative anywhere: it needs -y\\^2 > 0"),
    ("f(x, y) = atan2(y, x)", "0,0", "atan2 is undefined"),
]


@pytest.mark.parametrize(("text", "at", "message"), UNDEFINED)
def test_undefined(text: str, at: str | None, message: str) -> None:
    with pytest.raises(DomainError, match=message):
        jc.jacobian(text, at=at)


KINKED = [
    ("f(x) = |x|", "0", "-1 from the left and 1 from the right"),
    ("f(x) = relu(x)", "0", "0 from the left and 1 from the right"),
    ("f(x, y) = max(x, y)", "1,1", "0 from the left and 1 from the right"),
    ("f(x) = min(x, x^2)", "1", "2 from the left and 1 from the right"),
    ("f(x) = 3|2x - 2|", "1", "-6 from the left and 6 from the right"),
    ("f(x) = sqrt(x^2)", "0", "-1 from the left and 1 from the right"),
    ("f(x, y) = sqrt(x^2 + y^2)", "0,0", "-1 from the left and 1 from the right"),
    ("f(x) = cbrt(x)", "0", r"\+infinity"),
    ("f(x) = sqrt(x)", "0", "boundary of the domain"),
    ("f(x) = piecewise(x if x < 0, 2x otherwise)", "0", "1 from the left and 2 from the right"),
    ("f(x) = asin(x)", "1", "boundary of the domain"),
    ("f(x) = x^(3/2)", "0", "boundary of the domain"),
    ("f(x) = x sqrt(x)", "0", "boundary of the domain"),
    ("f(x, y) = min(|x|, |y|)", "0,0", r"along \(1, 1\) the derivative is 1"),
    ("f(x, y) = sin(min(|x|, |y|)) + x", "0,0", "along"),
    ("f(x, y) = max(-|x|, -|y|)", "0,0", "along"),
    ("f(x, y) = min(max(x, 0), max(y, 0))", "0,0", "along"),
    ("f(x, y) = |x - y| - |x + y|", "0,0", "derivative"),
    ("f(x) = piecewise(1 if x >= 0, 0 otherwise)", "0", "not continuous"),
    ("f(x) = sign(x)", "0", "not continuous"),
    ("f(x) = atan2(x, -1)", "0", "not continuous"),
    ("f(x, y) = atan2(y, x)", "-1, 0", "not continuous"),
]


@pytest.mark.parametrize(("text", "at", "message"), KINKED)
def test_not_differentiable(text: str, at: str, message: str) -> None:
    with pytest.raises(NotDifferentiable, match=message):
        jc.jacobian(text, at=at)


SMOOTH_AFTER_ALL = [
    ("f(x) = relu(x) - relu(-x)", "0", 1),
    ("f(x) = x|x|", "0", 0),
    ("f(x) = |x^2|", "0", 0),
    ("f(x) = |x|^2", "0", 0),
    ("f(x) = max(x, x)", "3", 1),
    ("f(x) = piecewise(x^2 sin(1/x) if x != 0, 0 otherwise)", "0", 0),
    ("f(x) = piecewise(x^2 if x < 1, 2x - 1 otherwise)", "1", 2),
    ("f(x) = |x|", "-3", -1),
    ("f(x) = cbrt(x)", "-8", sympy.Rational(1, 12)),
    ("f(x) = root(x, 5)", "-32", sympy.Rational(1, 80)),
    ("f(x; n) = x^n", "-2, n=3", 12),
    ("f(x; n) = x^n", "0, n=2", 0),
    ("f(x) = 1/2 ||(x, x)||^2", "0", 0),
]


@pytest.mark.parametrize(("text", "at", "value"), SMOOTH_AFTER_ALL)
def test_differentiable_at_a_kink_of_a_part(text: str, at: str, value: object) -> None:
    solution = jc.jacobian(text, at=at)
    assert solution.result == sympy.ImmutableMatrix([[value]])
    assert solution.verified in ("proved", "agrees")


def test_what_cannot_be_settled_is_undecided() -> None:
    with pytest.raises(Undecided) as caught:
        jc.jacobian("f(x, y) = piecewise(x^2 sin(1/(x - 3y)) + y if x != 0, y otherwise)", at="0,0")
    assert caught.value.exit_status == 3


PROVED_BY_ORDERS = [
    ("f(x, y) = sqrt(x^4 + y^4)", [[0, 0]]),
    ("f(x, y) = piecewise(x y (x^2 - y^2)/(x^2 + y^2) if x != 0 or y != 0, 0 otherwise)", [[0, 0]]),
    ("f(x, y) = piecewise(2x - y + (x^2 + y^2) sin(1/(x^2 + y^2)) if x^2 + y^2 > 0, 0 otherwise)", [[2, -1]]),
]


@pytest.mark.parametrize(("text", "row"), PROVED_BY_ORDERS)
def test_isolated_points_of_several_inputs(text: str, row: list[list[int]]) -> None:
    assert jc.jacobian(text, at="0,0").result == sympy.ImmutableMatrix(row)


def test_partials_without_a_derivative() -> None:
    text = "f(x, y) = piecewise(x^2 y/(x^2 + y^2) if x != 0 or y != 0, 0 otherwise)"
    with pytest.raises(NotDifferentiable, match=r"along \(t, t\)") as caught:
        jc.jacobian(text, at="0,0")
    assert "jacocalc point says more" in caught.value.hint


def test_zero_to_a_positive_power_is_defined() -> None:
    with pytest.raises(JacocalcError) as caught:
        jc.jacobian("f(x, y) = x^y", at="0,1")
    assert not isinstance(caught.value, DomainError) or "0^1" not in caught.value.message


def test_the_error_points_into_the_definition() -> None:
    with pytest.raises(DomainError) as caught:
        jc.jacobian("f(x) = x + ln(x - 1)", at="1")
    assert caught.value.text[caught.value.start : caught.value.end] == "ln(x - 1)"


def test_a_row_by_the_definition_says_so() -> None:
    page = jc.jacobian("f(x) = x|x|", at="0").to_text()
    assert "by the definition of the derivative" in page


def test_only_the_branch_that_applies_is_inserted() -> None:
    page = jc.jacobian("f(x) = piecewise(sin(x)/x if x != 0, 1 otherwise)", at="0").to_text()
    assert "0/0" not in page
    assert "f(0) = 1" in page


def test_a_value_too_long_to_write_still_has_numbers() -> None:
    solution = jc.jacobian("f(x) = x^x", at=100000)
    with pytest.raises(TooLarge):
        _ = solution.result
    assert solution.numeric(8)[0][0].endswith("e500001")
    assert "In decimals" in solution.to_text()


def test_conditions_are_about_the_innermost_inputs() -> None:
    assert [str(c) for c in jc.compose("f(x) = x^2", "g(u) = sqrt(u)").assumptions] == ["Ne(x, 0)"]


@pytest.mark.parametrize(
    "text",
    ["tan(pi/2) x", "x/sin(pi)", "x/ln(1)", "cot(0) x", "x/(sin(1)^2 + cos(1)^2 - 1)", "sec(pi/2) + x", "x/(x - x)",
     "x/(sqrt(3 + 2sqrt(2)) - 1 - sqrt(2))", "x/(ln 12 - 2 ln 2 - ln 3)", "x^(1/2 - 1/2)/(2 - sqrt(4))",
     "x ln(cos(pi))"],
)  # fmt: skip
@pytest.mark.parametrize("ask", [jc.jacobian, jc.hessian, jc.gradient])
def test_what_is_undefined_everywhere_has_no_derivative(ask: Any, text: str) -> None:
    with pytest.raises(DomainError, match="is undefined"):
        ask(f"f(x) = {text}")


def test_what_is_nearly_undefined_has_one() -> None:
    assert jc.jacobian("f(x) = x/(sqrt(3 + 2sqrt(2)) - 1 - sqrt(2) + 1/10^30)").verified in ("proved", "agrees")


CONSTANT_PARTS = [
    ("f(x) = x asin(1)", "2", sympy.pi / 2),
    ("f(x) = x acos(-1)", "2", sympy.pi),
    ("f(x) = x + sqrt(0) + cbrt(0) + |0|", "2", 1),
    ("f(x) = x atan2(0, -1)", "2", sympy.pi),
    ("f(x) = x + x sqrt(pi - pi)", "2", 1),
    ("f(x) = x + acos(pi/pi)", "2", 1),
    ("f(x; a) = |a| x", "2, a=0", 0),
    ("f(x; a) = |a| x", "2, a=-3", 3),
    ("f(x; a) = sqrt(a) x + x", "2, a=0", 1),
    ("f(x; a) = x max(a, 1)", "2, a=1", 1),
    ("f(x; a) = max(x, a, 1)", "2, a=1", 1),
    ("f(x; a) = max(x, a, 1)", "0, a=1", 0),
    ("f(x; a) = piecewise(x if a > 0, 2x otherwise)", "2, a=0", 2),
    ("f(x; a) = piecewise(x if a >= 0, 2x otherwise)", "2, a=0", 1),
    ("f(x; a) = piecewise(3x if a = 0, 2x otherwise)", "2, a=0", 3),
]


@pytest.mark.parametrize(("text", "at", "slope"), CONSTANT_PARTS)
def test_a_part_without_inputs_need_not_be_smooth(text: str, at: str, slope: Any) -> None:
    solution = jc.jacobian(text, at=at)
    assert list(solution.result) == [slope]
    assert "rules do not hold" not in solution.to_text()


@pytest.mark.parametrize(("text", "at"), [("f(x; a) = |a| x^2", "1, a=0"), ("f(x) = x^2 asin(1)", "1")])
def test_a_hessian_asks_no_more_of_them(text: str, at: str) -> None:
    page = jc.hessian(text, at=at).to_text()
    assert "rules do not hold" not in page
    assert "hold where" not in page
