"""Numbers that are too large to be computed are known before SymPy tries."""

from __future__ import annotations

from fractions import Fraction

import pytest

from jacocalc.algebra.convert import to_sympy
from jacocalc.algebra.towers import is_towering
from jacocalc.algebra.values import exact
from jacocalc.errors import TooLarge
from jacocalc.linear import paper
from jacocalc.notation import ONE, Call, Constant, Number, Power, Quotient
from jacocalc.reading.points import read_value

TOWERS = [
    "e^(e^(e^(e^5)))",
    "e^(-e^(e^(e^12)))",
    "1 + sin(e^(e^(e^12)))",
    "2^(e^(e^(e^12)))",
    "sinh(cosh(sinh(cosh(5))))",
    "tanh(1/sinh(e^(-e^(e^12))))",
    "x + erf((e^(e^(e^12)))^2)",
    "ln(1 + e^(e^(e^(e^5))))",
    "sigmoid(3 e^(e^(e^12)) - 5)",
    "gamma(10^6)", "x gamma(gamma(20))", "loggamma(1000) + x", "digamma(100001/2)", "polygamma(3, -e^7)",
]
LARGE = [
    "e^(e^(e^5))",
    "sin(e^(e^9))",
    "|e^(e^(e^9)) - 3|",
    "sqrt(1 + e^(e^(e^9)))",
    "e^(x^x^x)",
    "e^(-e^(-e^(-e^(-e^9))))",
    "1/(e^(e^9) - e^(e^9))",
    "10^900",
    "e^(1/(1 - 1))",
    "gamma(20)", "x gamma(x^2)", "gamma(-1/2)", "besselj(0, 10^12)", "floor(10^15/7)", "polygamma(900, 2)",
]


@pytest.mark.parametrize("text", TOWERS)
def test_towers_are_left_as_they_are(text: str) -> None:
    written = read_value(text, ["x"])
    assert is_towering(written)
    assert paper(exact(written)) == paper(written)
    with pytest.raises(TooLarge, match="too large to be computed"):
        to_sympy(written)


@pytest.mark.parametrize("text", LARGE)
def test_what_can_be_computed_is_no_tower(text: str) -> None:
    assert not is_towering(read_value(text, ["x"]))


@pytest.mark.parametrize("number", [Fraction(10**9_200), Fraction(1, 10**9_200)])
def test_a_long_number_is_large_too(number: Fraction) -> None:
    """SymPy's may have any length; those that are typed are bounded."""
    assert is_towering(Call("sin", (Number(number),))) == (number > 1)
    assert is_towering(Call("sin", (Quotient(ONE, Number(number)),))) == (number < 1)
    for inside in (Number(number), Quotient(ONE, Number(number))):
        assert is_towering(Call("sin", (Power(Constant("e"), Power(Constant("e"), inside)),))) == (
            (number > 1) == isinstance(inside, Number)
        )
