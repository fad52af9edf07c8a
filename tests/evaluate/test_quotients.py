"""Quotients of polynomials in functions: what is 0 there, and the largest rank that a matrix can have."""

from __future__ import annotations

import pytest
import sympy

from jacocalc.algebra.convert import to_sympy
from jacocalc.evaluate.quotients import rank_of_quotients, zero_quotient
from jacocalc.reading.points import read_value

NAMES = ["x", "y"]
SUM = "(e^x + e^y + e^2)"
SOFTMAX = [
    [f"e^x/{SUM} - e^(2x)/{SUM}^2", f"-e^(x + y)/{SUM}^2", f"-e^(x + 2)/{SUM}^2"],
    [f"-e^(x + y)/{SUM}^2", f"e^y/{SUM} - e^(2y)/{SUM}^2", f"-e^(y + 2)/{SUM}^2"],
    [f"-e^(x + 2)/{SUM}^2", f"-e^(y + 2)/{SUM}^2", f"e^2/{SUM} - e^4/{SUM}^2"],
]


@pytest.mark.parametrize(
    ("text", "zero"),
    [
        ("1/(x - y) - 1/(x + y) - 2y/(x^2 - y^2)", True), ("(x + sin(y))^2 - x^2 - 2x sin(y) - sin(y)^2", True),
        ("1/(x - y) - 1/(x + y) + 2y/(x^2 - y^2)", False), ("e^(x/2)/(1 + e^x) - 1/(e^(x/2) + e^(-x/2))", True),
        ("e^(2x + y)/(e^x + 1) - e^x e^y/(1 + e^(-x))", True), ("e^(2x)/(e^x + 1) - e^x/(e^x + 1)", False),
        ("sqrt(1 - x^2) - sqrt((1 - x)(1 + x))", True), ("sqrt(x + sqrt(y))^2 sqrt(y) - x sqrt(y) - y", True),
        ("|x|^(2/3) x - |x|^(5/3) sign(x)", True), ("|x|^(2/3) x - |x|^(5/3)", False), ("sign(x)^2 - 1", False),
        ("sech(x)^2 + tanh(x)^2 - 1", True), ("sec(x)^2 + tan(x)^2 - 1", False), ("sqrt(x^2 + y) - x - y", False),
        ("(e^2 - 1)/(e - 1) - e - 1", True), ("sqrt(2) sqrt(x) - sqrt(2x)", True), ("1/(x - x)", False),
        ("(1 + x/|x|)/(x + |x|) - 1/x", True), ("(1 - x/|x|)/(x - |x|) - 1/x", True),
        ("(1 - x/|x|)/(x - |x|) - 1/|x|", False), ("1/(sec(x)^2 - tan(x)^2 - 1)", False),
        ("1/(x - x^2)^(3/2) - 1", False),
        ("1/(3^|x| + 1)^(1/2) - 1", False), ("sqrt(x - 1) sqrt(x + 1) - sqrt(x^2 - 1)", True),
        ("|x y| - |x| |y|", True), ("sqrt(x/y) |y| - sqrt(x y)", True), ("sqrt(x/y) y - sqrt(x y)", False),
        ("1/sqrt(x/y) - sqrt(y/x)", True), ("sqrt(x/y)/x - 1/sqrt(x y)", False), ("sqrt(x/y)/|x| - 1/sqrt(x y)", True),
        ("sqrt(6x) - sqrt(2) sqrt(3x)", True),
        ("(1 + sqrt(x^3 y - x^2 y)) (|x y - y| - x y + y)", False), ("sqrt(sin(x)) (|sin(x)| - sin(x))", True),
        ("(1 + sqrt(x^3 y - x^2 y)) (|x y - y| - x y + y) x", True), ("cbrt(x)^3 - x", True),
        ("sqrt(sqrt(x) - 1) sqrt(sqrt(x) + 1) - sqrt(x - 1)", True),
        ("sqrt(cosh(x) - 1) sqrt(cosh(x) + 1) - |sinh(x)|", False), ("acos(x)^(1/3) acos(x)^(2/3) - acos(x)", True),
        ("sqrt(3/x - 1) sqrt(3/x + 1) - sqrt(9 - x^2)/|x|", True),
        ("sqrt(1 - x^2/|x|^(4/3)) - sqrt(1 - |x|^(2/3))", True),
        ("sin(sqrt(x)) + |x| - x", False), ("|x|^(1/3) x^2 - |x|^(7/3)", True), ("(-x)^(1/2) - |x|^(1/2)", True),
        ("e - 1", False), ("e x - x", False), ("(1 + e)^2 - 1 - 2e - e^2", True), ("(e + e^2)/e - 1 - e", True),
        ("(1 + sqrt(sqrt(x) y)) (|y| - y)", False), ("(1 + sqrt(sqrt(x) y)) (|y| - y) x", True),
        ("ln(x^3/y) - 3ln|x| + ln|y|", True), ("ln(12x) - 2ln(2) - ln(3) - ln(x)", True), ("ln(x^2) - ln(x)", False),
        ("ln(sqrt(x) cbrt(y)/sqrt(2)) - ln(x)/2 - ln(y)/3 + ln(2)/2", True), ("ln(x)^2 - 2ln(x)", False),
        ("ln(e^(x/2) sin(x)^2) - x/2 - 2ln|sin(x)|", True), ("ln(e x^2 - e) - 1 - ln(x - 1) - ln(x + 1)", True),
        ("ln(ln(x^2)) - ln(2) - ln(ln|x|)", True), ("ln(x + y) - ln(x) - ln(y)", False), ("ln(x - x) - 1", False),
        ("x ln(x^2/y)/ln(x^4/y^2) - x/2", True), ("ln(e) - e", False), ("ln(2x) - ln(x) - 1", False),
        ("(1 + x^(1/3) + (x y)^(1/3)) (|y| - y)", False), ("(1 + sqrt(e^x y)) (|y| - y)", True),
    ],
)  # fmt: skip
def test_quotients_that_are_zero(text: str, zero: bool) -> None:
    assert zero_quotient(to_sympy(read_value(text, NAMES))) is zero


@pytest.mark.parametrize(
    ("rows", "rank"),
    [
        (SOFTMAX, 2), ([["x", "y"], ["x^2", "x y"]], 1), ([["x", "y"], ["y", "x"]], 2), ([["x", "0"], ["0", "0"]], 1),
        ([["sqrt(2)", "e"], ["2e", "sqrt(2) e^2"]], 2), ([["1", "2"], ["2", "4"]], 1),
    ],
)  # fmt: skip
def test_the_rank_of_quotients_is_never_less_than_that_of_values(rows: list[list[str]], rank: int) -> None:
    """√2·√2 = 2 is not seen, and a matrix of numbers is left to others: these ranks are bounds."""
    assert rank_of_quotients([[to_sympy(read_value(entry, NAMES)) for entry in row] for row in rows]) == rank


def test_a_quotient_by_what_is_zero_has_no_rank() -> None:
    x = sympy.Symbol("x")
    hidden = sympy.Mul(x, 1 / sympy.Add(x, -x, evaluate=False), evaluate=False)
    assert rank_of_quotients([[hidden, x], [x, x]]) == 2


def test_what_stands_in_a_piece_tells_nothing_about_the_other_pieces() -> None:
    x = sympy.Symbol("x", real=True)
    pieces = sympy.Piecewise((sympy.sqrt(x), x > 0), (1, True))
    assert not zero_quotient(pieces * (abs(x) - x))
    assert zero_quotient(sympy.sqrt(x) * (abs(x) - x))


def test_what_would_be_too_large_is_not_multiplied_out() -> None:
    letters = sympy.symbols("a:n", real=True)
    assert not zero_quotient((sympy.Add(*letters) + 1) ** 30 - 1)
    assert not zero_quotient(sympy.Add(*sympy.symbols("x:30")))
