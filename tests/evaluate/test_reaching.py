"""Sides of kinks that samples miss: points on them, or that they are empty."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jacocalc.evaluate.equality import Outcome, equality
from jacocalc.evaluate.reaching import is_empty, points_on, simplest
from jacocalc.evaluate.samples import Samples, sampled
from jacocalc.linear import paper
from jacocalc.notation import ZERO, Call, Comparison, Expr
from jacocalc.reading.parser import read_expression
from jacocalc.reading.scope import Scope


def read(text: str) -> Expr:
    return read_expression(text, Scope.of(["x", "y"]))


# (what has the sign, the sign, where it was seen)
NARROW = [
    ("x^2 - 21x + 110", "<", "x"), ("x^2 - 6x + 8.99", "<", "x"), ("x^4 - 4x^2 + 3.9999", "<", "x"),
    ("(x - 7)^2 (x - 8)^2 - 1/10^6", "<", "x"), ("x^2 - 10^6 x + 249999999999", "<", "x"),
    ("x^3 - 33x^2 + 362x - 1320", "<", "x"), ("10^(-8) - (x - 2/3)^2", ">", "x"), ("-1 - x", ">", "x"),
    ("sin(x) + 0.99", "<", "x"), ("sin(x)^2 - 0.99", ">", "x"), ("cos(2x) + 0.98", "<", "x"),
    ("1 - x^2 - (y - 20)^2", ">", "xy"), ("2 - |x - 7| - |y - 9|", ">", "xy"), ("sin(x) + sin(y) + 1.98", "<", "xy"),
    ("1 - (x - 7)^2 - (y + 9)^2", ">", "xy"), ("1/1000 - (x - 3/7)^2 - (y - 2/7)^2", ">", "xy"),
]  # fmt: skip
NAMES = [f"{text} {relation} 0" for text, relation, _ in NARROW]


@pytest.mark.parametrize(("text", "relation", "variables"), NARROW, ids=NAMES)
def test_narrow_sides_are_reached(text: str, relation: str, variables: str) -> None:
    side = Comparison(relation, read(text), ZERO)
    assert not is_empty(side)
    inside = sampled(list(variables), domain=[side])
    inside.points.clear()
    inside._take(points_on(side, sampled(list(variables))))
    assert inside.points


@pytest.mark.parametrize(("text", "relation", "variables"), NARROW, ids=NAMES)
def test_what_forgets_a_narrow_side_is_different(text: str, relation: str, variables: str) -> None:
    """|u| is u or −u beside it, and the slope of a symmetrical u is 0 in its middle."""
    inside = read(text)
    other = inside if relation == "<" else -inside
    found = equality(Call("abs", (inside,)), other, sampled(list(variables)))
    assert found.outcome is Outcome.DIFFERENT


@pytest.mark.parametrize(
    ("text", "relation", "empty"),
    [("x^2 + x + 1", "<", True), ("x^4 + x + 1", "<", True), ("x^2", "<", True), ("x^2 - 2x + 1", "<", True),
     ("x^2 - 2x + 0.9999", "<", False), ("-x^4", ">", True), ("x^5", "<", False), ("x - x", "<", False),
     ("sin(x) + 2", "<", False), ("x^2 + y^2", "<", False), ("x^2 + 1", "<=", False), ("pi x^2 + 1", "<", False)],
)  # fmt: skip
def test_sides_are_empty_where_it_is_proved(text: str, relation: str, empty: bool) -> None:
    assert is_empty(Comparison(relation, read(text), ZERO)) is empty


@pytest.mark.parametrize(
    ("one", "other"),
    [("1/(x - 100) - 1/(101 - x)", "0"), ("ln(x - 100) + ln(101 - x)", "1"), ("acos(x - 50)", "asin(x - 50)"),
     ("sqrt(sin(x) - 0.999)", "0"), ("sqrt(1 - (x - 7)^2 - (y + 9)^2)", "0")],
)  # fmt: skip
def test_narrow_domains_are_reached(one: str, other: str) -> None:
    variables = ["x", "y"] if "y" in one else ["x"]
    limits = {"1/(x - 100) - 1/(101 - x)": [read("x - 100"), read("101 - x")]}.get(one, [])
    samples = sampled(variables, domain=[Comparison(">", limit, ZERO) for limit in limits])
    assert equality(read(one), read(other), samples).outcome is Outcome.DIFFERENT


def test_a_side_that_may_be_empty_is_still_named() -> None:
    found = equality(read("|x^4 + sin(x) + 2| + sin(2x)"), read("x^4 + sin(x) + 2 + 2 sin(x) cos(x)"), sampled(["x"]))
    assert found.outcome is Outcome.AGREES
    assert [paper(side) for side in found.screening.unreached] == ["x^4 + sin(x) + 2 < 0"]
    found = equality(read("|x^4 + x + 1| + sin(2x)"), read("x^4 + x + 1 + 2 sin(x) cos(x)"), sampled(["x"]))
    assert (found.outcome, found.screening.unreached) == (Outcome.AGREES, ())


@given(st.fractions(max_denominator=10**6), st.fractions(min_value=Fraction(1, 10**6), max_denominator=10**6))
def test_the_simplest_fraction_between_two(low: Fraction, width: Fraction) -> None:
    found = simplest(low, low + width)
    assert low < found < low + width
    for denominator in range(1, min(found.denominator, 60)):
        above = (low * denominator).__floor__() + 1
        assert Fraction(above, denominator) >= low + width


def test_nothing_is_looked_for_on_curves_at_borders_or_in_long_formulas() -> None:
    side = Comparison("<", read("sin(x) + 0.99"), ZERO)
    assert points_on(side, sampled(["x"]))
    assert points_on(side, Samples(["x"], [(Fraction(1),)])) == []  # the points of a curve are given
    assert points_on(Comparison("=", read("sin(x)"), ZERO), sampled(["x"])) == []
    long = read(" + ".join(f"sin({k}x)^2" for k in range(2, 60))) - read("58")
    assert points_on(Comparison("<", long, ZERO), sampled(["x"])) == []


@pytest.mark.parametrize(
    "text", ["x^40 - 2(10^9 x - 1)^2", "x^20 - 2(10^3 x - 1)^2", "x^16 - 2(2000x - 1)^2", "x^20 - 2(30x - 1)^2"]
)
def test_zeros_that_lie_very_close_are_not_told_apart_for_ever(text: str) -> None:
    """Mignotte's polynomials: two zeros of the first are 10^-180 apart."""
    start = time.process_time()
    side = Comparison("<", read(text), ZERO)
    assert not is_empty(side)
    points_on(side, sampled(["x"]))
    assert time.process_time() - start < 10
