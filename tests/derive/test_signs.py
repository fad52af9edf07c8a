"""The sign of a formula, everywhere or where conditions hold; each row is true by school algebra."""

from __future__ import annotations

import pytest

from jacocalc.algebra.convert import to_sympy
from jacocalc.derive.signs import facts_of, sign
from jacocalc.reading.branches import condition
from jacocalc.reading.parser import Parser
from jacocalc.reading.points import read_value
from jacocalc.reading.scope import Scope

SIGNS = [
    ("0", "", "zero"),
    ("-3", "", "negative"),
    ("x^2 + y^2", "", "nonnegative"),
    ("-x^2 - 1", "", "negative"),
    ("x^2 - 2x", "", "unknown"),
    ("x^2 - 2x + 2", "", "positive"),
    ("x^2 - 2x + 2", "x^2 - 2x + 2 >= 0", "positive"),
    ("2 + cos(x)", "", "positive"),
    ("cos(x) - 2", "", "negative"),
    ("3 - sin(x) cos(y)", "", "positive"),
    ("3 - |2 sin(x)|", "", "positive"),
    ("sin(x)^2 - 2", "", "negative"),
    ("sin(x)^3 - 2", "", "negative"),
    ("cosh(x) - 1/2", "", "positive"),
    ("tanh(x) - 2", "", "negative"),
    ("1 - tanh(x)", "", "positive"),
    ("tanh(x) - 1", "", "negative"),
    ("tanh(x) + 1", "", "positive"),
    ("1 - tanh(x)^2", "", "positive"),
    ("1 - sin(y) tanh(x)", "", "positive"),
    ("sin(x)^2 + tanh(x)^2", "", "nonnegative"),
    ("1 - sin(x)", "", "nonnegative"),
    ("x^2 (tanh(x) - 1) (tanh(x) + 1)", "", "nonpositive"),
    ("2 - 2 erf(x y)", "", "positive"),
    ("2 atan(x) - pi", "", "negative"),
    ("2 asin(x) - pi", "", "nonpositive"),
    ("4 - acos(x)", "", "positive"),
    ("1 + sin(x) + e^x", "", "positive"),
    ("sin(x)", "", "unknown"),
    ("x - y", "x > 0; y > 0", "unknown"),
    ("x + y", "x > 0; y >= 0", "positive"),
    ("x + y", "x >= 0; y >= 0", "nonnegative"),
    ("-x - y", "x > 0; y > 0", "negative"),
    ("-x - y", "x >= 0; y >= 0", "nonpositive"),
    ("x - y", "x > y", "positive"),
    ("x - y", "x < y", "negative"),
    ("-2x", "x > 0", "negative"),
    ("x", "x > 1", "positive"), ("x - 2", "x >= 3", "positive"), ("1 - 2x", "x > 1/2", "negative"),
    ("x", "x > -1", "unknown"), ("x", "1/x > 1", "positive"),
    ("-x", "1/x < -2", "positive"), ("2 - x", "x < 1", "positive"),
    ("x y", "x > 0; y < 0", "negative"),
    ("x y", "x >= 0; y < 0", "nonpositive"),
    ("x y", "y < 0", "unknown"),
    ("x^2 + 4x y", "x y > 0", "positive"),
    ("1 - x^2", "1 + x > 0; 1 - x > 0", "positive"),
    ("1/(x^2 - 1)", "|x| < 1", "negative"),
    ("x^3", "x < 0", "negative"),
    ("x^3", "x <= 0", "nonpositive"),
    ("x^3", "x > 0", "positive"),
    ("sqrt(x)", "x >= 0", "nonnegative"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where", "expected"), SIGNS)
def test_the_sign_where_conditions_hold(text: str, where: str, expected: str) -> None:
    conditions = [condition(Parser(part, Scope.of(["x", "y"]))) for part in where.split("; ") if part]
    assert sign(to_sympy(read_value(text, ["x", "y"])), facts_of(conditions)) == expected
