"""Formulas in words: different formulas are said differently."""

from __future__ import annotations

import pytest

import jacocalc as jc
from jacocalc.reading.points import read_value
from jacocalc.render.speech import spoken

PAIRS = [
    ("sin(x)^2", "sin(x^2)"), ("sin(x)/y", "sin(x/y)"), ("sin(x y)", "sin(x) y"), ("ln(x)^y", "ln(x^y)"),
    ("sqrt(x y)", "sqrt(x) y"), ("|x y|", "|x| y"), ("exp(x)/2", "exp(x/2)"), ("max(x, y) + 1", "max(x, y + 1)"),
    ("sin(x) cos(y)", "sin(x cos(y))"), ("x/(y z)", "(x/y) z"), ("(x + y) z", "x + y z"), ("x^(y z)", "x^y z"),
    ("-(x + y)", "-x + y"), ("(-x)^2", "-x^2"), ("x - (y - z)", "x - y - z"), ("log_2(x)^2", "log_2(x^2)"),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_different_formulas_sound_different(left: str, right: str) -> None:
    assert spoken(read_value(left, "xyz")) != spoken(read_value(right, "xyz"))


def test_a_formula() -> None:
    assert spoken(read_value("2x^2 + sin(x y)", "xy")) == (
        "2 times x squared plus the sine of the quantity x times y end quantity"
    )


@pytest.mark.parametrize(("text", "said"), [
    ("besselj(2, x)", "the Bessel function of the first kind of order 2 of x"), ("floor(x)", "the floor of x"),
    ("digamma(x)", "the digamma function of x"), ("polygamma(3, x)", "the polygamma function of order 3 of x"),
    ("gamma(x)", "the gamma function of x"), ("Ci(x)", "the cosine integral of x"),
])  # fmt: skip
def test_functions_beyond_the_elementary_ones(text: str, said: str) -> None:
    assert spoken(read_value(text, "xy")) == said


def test_what_announces_a_formula_ends_in_a_colon() -> None:
    said = jc.implicit("x^2 + y^2 = 1", solve_for="y").to_speech()
    assert "Where F of x, y = 0, this is shorter:\n" in said
    assert ":." not in said


def test_a_remark_behind_an_equation_is_a_sentence() -> None:
    said = jc.gradient("F(x, y) = x^2 + y^2", at="3, 4").to_speech()
    assert " 0. The gradient is normal to it.\n" in said
    assert "minus 1. For l = 1, …, L; y = h of layer L." in jc.compose("f_1 ... f_L").to_speech()


def test_what_is_taken_away_is_not_said_to_be_added() -> None:
    assert "z of 2 plus dx minus z of 2" in jc.differential("z(x) = x^2", at="2").to_speech()
