"""Conditions: where formulas are defined, which of them follow from others, which always hold."""

from __future__ import annotations

import pytest

from jacocalc.algebra.domain import collected, compare, conditions_of, excluding, surely, without_redundant
from jacocalc.linear import paper
from jacocalc.notation import Comparison
from jacocalc.reading.points import read_value

CONDITIONS = [
    ("x/x", ["x ≠ 0"]),
    ("(x^2 - 1)/(x - 1)", ["x ≠ 1"]),
    ("e^(ln(x))", ["x > 0"]),
    ("sqrt(x)", ["x > 0"]),
    ("ln(x^2 + 1)", []),
    ("x/2", []),
    ("1/(x^2 + 1)", []),
    ("log(x, 2)", ["x > 0"]),
    ("x^(-2)", ["x ≠ 0"]),
    ("x^y", ["x > 0"]),
    ("x^(3 - 1)", []), ("x^(-2 - 1)", ["x ≠ 0"]), ("x^(2·3)", []), ("x^(5/3 - 1)", ["x > 0"]), ("x^(2(1 + 1/2))", []),
    ("2^x", []), ("0^x", ["x > 0"]), ("0^(x^2 + 1)", []),
    ("asin(x)", ["x > -1", "x < 1"]),
    ("|x|", ["x ≠ 0"]),
    ("tan(x)", ["cos(x) ≠ 0"]),
    ("asec(x)", ["|x| > 1"]),
    ("acoth(x)", ["|x| > 1"]),
    ("asech(x)", ["x > 0", "x < 1"]),
    ("acosh(x)", ["x > 1"]),
    ("root(x, 4)", ["x > 0"]),
    ("root(x, 3)", ["x ≠ 0"]),
    ("log(x, y)", ["x > 0", "y > 0", "y ≠ 1"]),
    ("1/sec(x)", ["cos(x) ≠ 0"]), ("ln(sec(x))", ["cos(x) > 0"]), ("sqrt(csc(x))", ["sin(x) > 0"]),
    ("acosh(1/x)", ["x > 0", "x < 1"]), ("acosh(2/(x - y))", ["x - y > 0", "x - y < 2"]),
    ("max(x, -x)", ["x ≠ 0"]), ("min(x, 1 - x)", ["x ≠ 1/2"]),
    ("1/(x^2 + y^2)", ["x^2 + y^2 ≠ 0"]),
    ("max(x, y)", ["x ≠ y"]), ("max(x, y) + 1/(2y - 2x)", ["x ≠ y"]),
    ("piecewise(x^2 if x > 0, x otherwise)", ["x ≠ 0"]),
    ("piecewise(1 if x < 0 or y > 1, 0 otherwise)", ["x ≠ 0", "y ≠ 1"]),
    # where no piece applies nothing is defined
    ("piecewise(1 if x > 0)", ["x > 0"]), ("piecewise(x if x >= 1)", ["x > 1"]),
    ("piecewise(x if x > 0, y if x <= 0)", ["x ≠ 0"]), ("piecewise(x if x > y, y if x < y)", ["x ≠ y"]),
    ("piecewise(0 if x < 0, x if 0 <= x and x <= 1, 1 if x > 1)", ["x ≠ 0", "x ≠ 1"]),
    ("piecewise(x if x != 0)", ["x ≠ 0"]), ("piecewise(x if x > y and y > 0)", ["x > y", "y > 0"]),
    ("piecewise(x if x < 0, 2x if x > 1)", ["x < 0 or x > 1"]),
    ("piecewise(1 if x != 0 or y > 1, 0 otherwise)", ["x ≠ 0", "y ≠ 1"]),
    ("piecewise(1 if x != 0 or y != 0, 0 otherwise)", ["x ≠ 0 or y ≠ 0"]),
    ("piecewise(1 if x = 0 and y = 0, 0 otherwise)", ["x ≠ 0 or y ≠ 0"]),
    ("piecewise(1 if x > 0 and y > 1, 0 otherwise)", ["x ≠ 0", "y ≠ 1"]),
    ("piecewise(x^2 if x > 1, sqrt(x) otherwise)", ["x ≠ 1", "x > 0"]),
    ("piecewise(ln(x) if x > 1, 1/(x + 3) otherwise)", ["x ≠ 1", "x ≠ -3"]),
    ("piecewise(x^2 sin(1/x) if x != 0, 0 otherwise)", ["x ≠ 0"]),
    ("piecewise(x y/(x^2 + y^4) if x != 0 or y != 0, 0 otherwise)", ["x ≠ 0 or y ≠ 0"]),
    ("piecewise(x y/(|x| + |y|) if x != 0 or y != 0, 0 otherwise)", ["x ≠ 0", "y ≠ 0"]),
    ("piecewise((x^2 - y^2)/(x - y) if x != y, 2x otherwise)", ["x ≠ y"]),
    ("piecewise(sqrt(x - 2) if x > 1, 0 otherwise)", ["x < 1 or x > 2"]),
    ("piecewise(0 if x < 1, sqrt(1 - x) if x < 2, |x| otherwise)", ["x < 1 or x > 2"]),
    ("piecewise(sqrt(y) if x > 1, 0 otherwise)", ["x ≠ 1", "x < 1 or y > 0"]),
    ("piecewise(sqrt(4 - x^2) if |x| < 2, 0 otherwise)", ["|x| ≠ 2"]),
    ("piecewise(|x| if x < 1, 1 otherwise)", ["x ≠ 1", "x ≠ 0"]),
    ("ln(x^2)", ["x ≠ 0"]),
    ("1/gamma(x + 1)", ["x + 1 > 0 or sin(π(x + 1)) ≠ 0"]),
    ("1/(x y^3)", ["x ≠ 0", "y ≠ 0"]),
    ("ln(x^3)", ["x > 0"]), ("sqrt(x x x)", ["x > 0"]), ("ln(x^3 y^2)", ["x > 0", "y ≠ 0"]), ("ln(x e^y)", ["x > 0"]),
    ("ln(1/cos(x))", ["cos(x) > 0"]), ("ln(-2x^3/(1 + y^2))", ["x < 0"]), ("ln(x |y|)", ["y ≠ 0", "x > 0"]),
    ("ln(x/y)", ["x/y > 0"]), ("ln(x^2 (2 - y))", ["y < 2", "x ≠ 0"]), ("ln(x y x)", ["y > 0", "x ≠ 0"]),
    ("ln(-x)", ["x < 0"]),
    ("1/x^y + ln(2^y)", ["x > 0"]),
    ("atan2(y, x)", ["y ≠ 0 or x > 0"]),
    ("sqrt(x^2 + y^2) + atan2(y, x)", ["y ≠ 0 or x > 0"]),
    ("ln((1 - x)^2 + 2y^2) + 1/(x - 1)", ["x ≠ 1"]),
    ("ln(x^2 + y^2) + 1/(x + y)", ["x^2 + y^2 > 0", "x + y ≠ 0"]),
    ("ln(x^2 - y^2) + 1/x", ["x^2 - y^2 > 0", "x ≠ 0"]),
    ("|x| + |-x|", ["x ≠ 0"]),
    ("ln(x) + 1/x", ["x > 0"]),
    ("x^(3/2)", ["x > 0"]),
    ("(x - 1)^(5/2)", ["x > 1"]),
    ("(x^2 + y^2)^(3/2)", []),
    ("ln(x/2 + 1)", ["x > -2"]),
    ("sqrt(3 - 2y)", ["y < 3/2"]),
    ("asin(2x)", ["x > -1/2", "x < 1/2"]),
    ("ln(x - pi)", ["x > π"]),
    ("ln(x + y)", ["x + y > 0"]),
    ("sqrt(x - 1) + ln(x) + 1/x", ["x > 1"]),
    ("ln(1 - x) + 1/(x - 1)", ["x < 1"]),
    ("ln(x) + 1/(x - 1)", ["x > 0", "x ≠ 1"]),
    ("1/sqrt(x + y)", ["x + y > 0"]),
    ("1/(x + y)^(3/2)", ["x + y > 0"]),
    ("1/root(x + y, 4)", ["x + y > 0"]),
    ("x/(y/2)", ["y ≠ 0"]),
    ("sqrt(cbrt(x - 1))", ["x > 1"]), ("sqrt(x sqrt(x))", ["x > 0"]), ("ln(y e^x)", ["y > 0"]),
    ("ln(|x| sqrt(y))", ["x ≠ 0", "y > 0"]), ("1/ln(x)", ["x > 0", "x ≠ 1"]),
    ("1/sqrt(ln(x - 1))", ["x > 2"]), ("1/sinh(y - 1)", ["y ≠ 1"]), ("ln(1/x^2)", ["x ≠ 0"]),
    ("1/(x/(y - 1))", ["y ≠ 1", "x ≠ 0"]),
    # what holds because the parts are defined, or by the signs of letters
    ("ln(sqrt(x + y))", ["x + y > 0"]), ("ln(cbrt(x + y))", ["x + y > 0"]),
    ("tan(x)/(1 + tan(x)^2)", ["cos(x) ≠ 0"]), ("1/(1 + ln(x)^2)", ["x > 0"]),
    ("ln(x + sqrt(x^2 + 1))", []), ("ln(sqrt(x^2 + y^2 + 1) - x)", []),
    ("ln(x + sqrt(x^2 + y^2))", ["x^2 + y^2 > 0", "x + √(x^2 + y^2) > 0"]),
    ("ln(x + sqrt(x^2 - 1))", ["x^2 - 1 > 0", "x + √(x^2 - 1) > 0"]),
    ("sqrt(x + sqrt(x))", ["x > 0"]), ("ln(x e^x) + sqrt(x)", ["x > 0"]),
    ("ln(x + y) + ln(x) + ln(y)", ["x > 0", "y > 0"]),
    ("ln(x + y) + ln(x) + ln(y - 1)", ["x > 0", "y > 1"]), ("ln(x - y) + ln(x) + ln(-y)", ["x > 0", "y < 0"]),
    ("ln(x + y) + ln(x) + 1/y", ["x + y > 0", "x > 0", "y ≠ 0"]), ("ln(x + y) + ln(x) + ln(y + 1)",
     ["x + y > 0", "x > 0", "y > -1"]), ("ln(x + y) + ln(x) + ln(-x)", ["x + y > 0", "x > 0", "x < 0"]),
    # products and powers
    ("sqrt(x^2/y)", ["y > 0", "x ≠ 0"]), ("sqrt(x^2 y)", ["y > 0", "x ≠ 0"]), ("ln(e^x y)", ["y > 0"]),
    ("ln(x y)", ["xy > 0"]), ("sqrt(x/y)", ["x/y > 0"]), ("sqrt(x/y) + sqrt(x y)", ["xy > 0"]),
    ("x/(x^4 + 2x^2 y^2 + y^4)", ["x^2 + y^2 ≠ 0"]), ("1/(x^2 - 2x y + y^2)", ["x - y ≠ 0"]),
    ("1/(2x^2 + 4x + 2)", ["x ≠ -1"]), ("ln(y^3 + 3y^2 x + 3y x^2 + x^3)", ["y + x > 0"]),
    ("1/(2x y - x^2 - y^2)", ["2xy - x^2 - y^2 ≠ 0"]), ("1/(x^2 + 2x y)", ["x^2 + 2xy ≠ 0"]),
    ("ln(1 - sin(x)^2) + tan(x)", ["cos(x) ≠ 0"]), ("1/(1 - cos(2x)^2)", ["sin(2x) ≠ 0"]),
    ("1/sqrt(cosh(x)^2 - 1)", ["x ≠ 0"]),
    ("ln(ln(x))", ["x > 1"]), ("1/ln(x + y)", ["x + y > 0", "x + y ≠ 1"]), ("ln(ln(ln(x)))", ["x > 1", "ln(x) > 1"]),
    ("1/(e^x - 1)", ["x ≠ 0"]), ("ln(1 - e^x)", ["x < 0"]), ("sqrt(e^(x y) - 1)", ["xy > 0"]),
    ("1/(e^x - 2)", ["e^x - 2 ≠ 0"]),
]


@pytest.mark.parametrize(("text", "conditions"), CONDITIONS)
def test_conditions_are_kept(text: str, conditions: list[str]) -> None:
    found = collected((read_value(text, ["x", "y"]),))
    assert [paper(condition) for condition in found] == conditions


FIXED = [
    ("x asin(1)", []),
    ("x acos(-1)", []),
    ("x + cbrt(0) + |0| + relu(0)", []),
    ("x atan2(0, -1)", []),
    ("x sqrt(2 - 2)", []),
    ("x acos(pi/pi)", []),
    ("x sqrt(pi - pi)", []),
    ("|y| x", []),
    ("sqrt(y) x", ["y ≥ 0"]),
    ("ln(y) x", ["y > 0"]),
    ("y^(3/2) x", ["y ≥ 0"]),
    ("x max(y, 1)", []),
    ("max(x, y, 1)", ["x ≠ y", "x ≠ 1"]), ("max(x, max(x, y))", ["x ≠ y"]), ("min(2, min(2, x))", ["x ≠ 2"]),
    ("atan2(y, -1) x", []),
    ("piecewise(x if y > 0, 2x otherwise)", []),
    ("piecewise(x if x > y and y > 0, 2x otherwise)", ["x ≠ y"]),
    ("|x y|", ["x ≠ 0", "y ≠ 0"]),
    ("|x - y|", ["x - y ≠ 0"]),
]


@pytest.mark.parametrize(("text", "conditions"), FIXED)
def test_only_parts_that_depend_on_a_variable_of_the_differentiation_must_be_smooth(
    text: str, conditions: list[str]
) -> None:
    found = collected((read_value(text, ["x", "y"]),), ["x"])
    assert [paper(condition) for condition in found] == conditions


@pytest.mark.parametrize(
    ("text", "needs"),
    [("2^x", 0), ("e^x", 0), ("2^(1/3)", 0), ("(1/2)^(-x)", 0), ("(-2)^x", 1), ("0^x", 1), ("y^x", 1)],
)
def test_a_power_of_a_positive_number_needs_nothing(text: str, needs: int) -> None:
    """Nor does the sign of anything decide about it, so that constants deep in its exponent may stay letters."""
    assert len(conditions_of(read_value(text, ["x", "y"]))) == needs


SURE = [
    ("x^2 + 1", ">", "0", True),
    ("x^2", ">", "0", False),
    ("x^2", ">=", "0", True),
    ("-1 - x^2", "<", "0", True),
    ("-x^2 - y^2", "<", "0", False),
    ("-x^2 - y^2", "<=", "0", True),
    ("e^x", "<=", "0", False),
    ("x^2 + 1", "!=", "0", True),
    ("x", "!=", "0", False),
    ("x - x", "=", "0", True),
    ("x", "=", "0", False),
    ("3", ">", "2", True),
    ("3", "<=", "2", False),
    ("pi", ">", "3", True),
    ("pi", "<", "3", False),
    ("x", "<", "x + 1", True),
    ("x^2 + x + 1", ">", "0", True),
    ("x^2 + x + 1", "!=", "0", True),
    ("x^2 + x + 1", "<", "0", False),
    ("x^2 + 2x + 1", "!=", "0", False),
    ("x^2 + x - 1", "!=", "0", False),
    ("x^3 + x + 1", "!=", "0", False),
    ("x - x^2 - 1", "<", "0", True),
    ("2x^4 - x + 1", ">", "0", True),
]


@pytest.mark.parametrize(("left", "relation", "right", "holds"), SURE)
def test_what_holds_for_all_real_values_is_sure(left: str, relation: str, right: str, holds: bool) -> None:
    one, other = (read_value(text, ["x", "y"]) for text in (left, right))
    assert surely(Comparison(relation, one, other)) == holds


EXCLUDING = [
    ("ln(x) + ln(-x)", ["x > 0", "x < 0"]),
    ("ln(x - 1) + sqrt(-x)", ["x > 1", "x < 0"]),
    ("asin(x + 3) + asin(x)", ["x < -2", "x > -1"]),
    ("acosh(x) + asin(x)", ["x > 1", "x < 1"]),
    ("ln(2x + 2y) + ln(-x - y)", ["2x + 2y > 0", "-x - y > 0"]),
    ("ln(x) + ln(1 - x)", []),
    ("ln(x) + ln(y) + ln(x - y)", []),
    ("asin(x) + 1/x", []),
    ("|x| + max(x, -x)", []),
]


@pytest.mark.parametrize(("text", "excluding_"), EXCLUDING)
def test_conditions_that_exclude_each_other(text: str, excluding_: list[str]) -> None:
    assert [paper(c) for c in excluding(collected((read_value(text, ["x", "y"]),)))] == excluding_


@pytest.mark.parametrize(
    ("relation", "below", "same", "above"),
    [("<", True, False, False), ("<=", True, True, False), (">", False, False, True),
     (">=", False, True, True), ("=", False, True, False), ("!=", True, False, True)],
)  # fmt: skip
def test_numbers_are_compared(relation: str, below: bool, same: bool, above: bool) -> None:
    assert [compare(relation, 1, 2), compare(relation, 2, 2), compare(relation, 2, 1)] == [below, same, above]


TOGETHER = [
    ("ln(1 - x^2) + sqrt(1 + x)", ["1 - x^2 > 0"]),
    ("ln(x) + 1/(x + 1)", ["x > 0"]),
    ("ln(x)/(x - 1)", ["x > 0", "x ≠ 1"]),
    ("arcsin((1 - x)/(1 + x))", ["x > 0"]),
    ("ln((1 + x)/(1 - x))", ["x > -1", "x < 1"]),
    ("sqrt((x - 1)/(x + 1))", ["|x| > 1"]), ("acos(1/x)", ["|x| > 1"]), ("sqrt((x - 1)/(x - 3))", ["x < 1 or x > 3"]),
    ("acos(1/x) + sqrt(x)", ["x > 1"]), ("acos(1/x) + ln(x - 2)", ["x > 2"]), ("asec(x) + 1/x", ["|x| > 1"]),
    ("sqrt((x - 1)/(x - 3)) + ln(x - 4)", ["x > 4"]), ("ln((x^2 - 2)/(x^2 + 1))", ["x^2 - 2 > 0"]),
    ("1/sqrt(x^2 - 2) + ln(x)", ["x^2 - 2 > 0", "x > 0"]),
    ("arccos((1 - x^2)/(1 + x^2))", ["x ≠ 0"]),
    ("ln(x^2 y^2)", ["x ≠ 0", "y ≠ 0"]),
    ("arcsin(2x/(1 + x^2))", ["x ≠ -1", "x ≠ 1"]),
]


@pytest.mark.parametrize(("text", "conditions"), TOGETHER)
def test_conditions_on_one_letter_are_taken_together(text: str, conditions: list[str]) -> None:
    found = collected((read_value(text, ["x", "y"]),))
    assert [paper(condition) for condition in found] == conditions


@pytest.mark.parametrize(
    ("text", "conditions"),
    [("max(0, min(x, 1))", ["x ≠ 1", "x ≠ 0"]), ("max(x, min(y, 1))", ["y ≠ 1", "x ≠ min(y, 1)"])],
)
def test_where_max_and_min_of_numbers_tie(text: str, conditions: list[str]) -> None:
    found = without_redundant(collected((read_value(text, ["x", "y"]),)))
    assert [paper(condition) for condition in found] == conditions
