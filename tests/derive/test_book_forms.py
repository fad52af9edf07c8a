"""Derivatives as textbooks print them."""

from __future__ import annotations

import pytest

import jacocalc as jc
from jacocalc.derive.partials import partial
from jacocalc.linear import paper
from jacocalc.reading.points import read_value

INPUTS = ["x", "y"]

CASES = [
    # what all terms share stands in front, where it is more than numbers and letters
    ("x^2 e^(-x)", "x", "x e^(-x) (2 - x)"),
    ("e^(a x) sin(b x)", "x", "e^(ax) (a sin(bx) + b cos(bx))"),
    ("x y e^(-x^2 - y^2)", "x", "y e^(-x^2 - y^2) (1 - 2x^2)"),
    ("e^x/x^2", "x", "e^x (x - 2)/x^3"),
    ("x^2 (1 - x)^3", "x", "x·(1 - x)^2 (2 - 5x)"),
    ("(2x + 1)^5 (x^3 - x + 1)^4", "x", "2·(2x + 1)^4 (x^3 - x + 1)^3 (17x^3 + 6x^2 - 9x + 3)"),
    ("x^3 - 4x^2 + 7", "x", "3x^2 - 8x"),
    ("x^2 y + x y^2", "x", "2xy + y^2"),
    ("(1 - x)^2 + 100(y - x^2)^2", "x", "-2(1 - x) - 400x(y - x^2)"),
    ("cos(x) + x^2", "x", "-sin(x) + 2x"),
    ("x^2/e^x", "x", "x e^(-x) (2 - x)"),
    ("e^(-x) cos(x)", "x", "-e^(-x) (cos(x) + sin(x))"),
    ("cos(x)/e^x", "x", "-e^(-x) (sin(x) + cos(x))"),
    ("cos(x)^2 csc(x)", "x", "-cos(x) csc(x) (2 sin(x) + cos(x) cot(x))"),
    # multiplied out where terms cancel
    ("e^x (sin(x) + cos(x))", "x", "2e^x cos(x)"),
    ("(2 - x^2) cos(x) + 2x sin(x)", "x", "x^2 sin(x)"),
    # over one denominator
    ("x sqrt(1 - x^2) + arcsin(x)", "x", "2√(1 - x^2)"),
    ("x sqrt(x^2 + 1) + ln(x + sqrt(x^2 + 1))", "x", "2√(x^2 + 1)"),
    ("x^(1/x)", "x", "x^(1/x) (1 - ln(x))/x^2"),
    ("ln(x^2 + 4)/2 - arctan(x/2)", "x", "(x - 2)/(x^2 + 4)"),
    ("arctan(x) + arctan(1/x)", "x", "0"),
    ("x/2 + y/3 + x y/5", "x", "1/2 + y/5"),
    ("sqrt(x) e^(-sqrt(x))", "x", "e^(-√x) (1 - √x)/(2√x)"),
    ("(1 + x^2)^(-3/2) + (1 - x)/(1 + x^2)", "x", "-3x/(1 + x^2)^(5/2) + (-1 - 2x + x^2)/(1 + x^2)^2"),
    # what a rule puts under a root and between bars
    ("arcsin(x^2)", "x", "2x/√(1 - x^4)"),
    ("arcsin(sqrt(x))", "x", "1/(2√(1 - x)·√x)"),
    ("x arcsin(x/2) + sqrt(4 - x^2)", "x", "asin(x/2)"),
    ("x sqrt(4 - x^2)/2 + 2 arcsin(x/2)", "x", "√(4 - x^2)"),
    ("arcsec(2x)", "x", "1/(|x| √(4x^2 - 1))"),
    ("|3x|", "x", "3 sign(x)"),
    ("|x^2 + 1|", "x", "2x"),
    ("exp(-x^2/(2y^2))/(y sqrt(2 pi))", "y", "exp(-x^2/(2y^2)) (x^2 - y^2)/(y^4 √(2π))"),
    # cancelled
    ("arctan((1 + x)/(1 - x))", "x", "1/(1 + x^2)"),
    ("arctan((x + y)/(1 - x y))", "x", "1/(1 + x^2)"),
    ("arctan(2x/(1 - x^2))", "x", "2/(1 + x^2)"),
    ("arctan(sin(x)/(1 + cos(x)))", "x", "1/2"),
    ("arctan(tan(x))", "x", "1"),
    ("2x(1 - x)/(1/(1 - x))", "x", "(2 - 6x)(1 - x)"),
    ("x^2/x^a", "x", "(2 - a)x^(1 - a)"),
    ("x/(1 + |x|)", "x", "1/(1 + |x|)^2"),
    ("tan(x)^3/3 + tan(x)", "x", "sec(x)^4"),
    ("tan(x)/sec(x)", "x", "1/sec(x)"),
    ("x - sin(x) cos(x)", "x", "2 sin(x)^2"),
    ("cos(x)^3/3 - cos(x)", "x", "sin(x)^3"),
    ("artanh(sin(x))", "x", "1/cos(x)"),
    ("arctan(sinh(x))", "x", "1/cosh(x)"),
    ("cosh(x) sinh(x) - x", "x", "2 sinh(x)^2"),
    # the author's order
    ("a + x^2 y - (b + 1)x", "x", "2xy - b - 1"),
    ("x/(x^2 + 1)", "x", "(1 - x^2)/(x^2 + 1)^2"),
    ("x y/(x^2 + y^2)", "x", "(y^3 - x^2 y)/(x^2 + y^2)^2"),
    ("y/(x^2 + y^2)", "x", "-2xy/(x^2 + y^2)^2"),
    ("(x^2 + x - 2)/(x^3 + 6)", "x", "(-x^4 - 2x^3 + 6x^2 + 12x + 6)/(x^3 + 6)^2"),
    ("(a x + b)/(c x + d)", "x", "(ad - bc)/(cx + d)^2"),
    ("x e^(-k x)", "x", "e^(-kx) (1 - kx)"),
    ("y^2 x^3", "x", "3y^2 x^2"),
    ("x^a y^(1 - a)", "y", "(1 - a)x^a y^(-a)"),
    ("(1 + x)(x + 2)/y", "x", "(2x + 3)/y"),
    ("x^2 (1 + e)/y", "x", "2x(1 + e)/y"),
    ("y arctan(x/y)", "x", "y^2/(x^2 + y^2)"),
    ("y^2 e^(-x/y)", "y", "e^(-x/y) (x + 2y)"),
    ("(x - y)(y - a)(a - x)", "y", "(a - x)(a + x - 2y)"),
    ("(1 + sqrt(2)) x^a y^b", "x", "a(1 + √2)x^(a - 1) y^b"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "by", "expected"), CASES)
def test_printed(text: str, by: str, expected: str) -> None:
    of = read_value(text, [*INPUTS, "a", "b", "c", "d", "k"])
    assert paper(partial(of, by, INPUTS).result) == expected


@pytest.mark.parametrize(
    ("text", "condition"),
    [("f(x) = arctan((1 + x)/(1 - x))", "x ≠ 1"), ("f(x, y) = arctan((x + y)/(1 - x y))", "1 - xy ≠ 0"),
     ("f(x) = x^2/(2x^2 + 2x)", "2x^2 + 2x ≠ 0")],
)  # fmt: skip
def test_where_the_formula_was_cancelled_the_condition_stays(text: str, condition: str) -> None:
    assert condition in jc.jacobian(text).to_text()
