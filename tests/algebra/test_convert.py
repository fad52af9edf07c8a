"""Notation to SymPy and back."""

from __future__ import annotations

import pytest
import sympy

import jacocalc as jc
from jacocalc.algebra.convert import from_sympy, to_sympy
from jacocalc.errors import JacocalcError
from jacocalc.known_functions import KNOWN
from jacocalc.linear import paper
from jacocalc.notation import Call, Symbol
from jacocalc.reading.points import read_value

X, Y = sympy.symbols("x y")
K = sympy.Symbol("k", integer=True)


@pytest.mark.parametrize("row", [r for r in KNOWN.values() if r.name != "root"], ids=lambda r: r.name)
def test_every_known_function_goes_to_sympy(row: object) -> None:
    from jacocalc.known_functions import KnownFunction

    assert isinstance(row, KnownFunction)
    arguments = tuple(Symbol(name) for name in "xy"[: max(row.arity[0], 1)])
    value = to_sympy(Call(row.name, arguments))
    assert value.free_symbols == {sympy.Symbol(a.name, real=True) for a in arguments}


def test_no_complex_number_stands_for_a_real_one() -> None:
    """SymPy writes atan2 as a logarithm where it does not find the signs."""
    written = read_value("y atan2(1 - acsc(2^(1/5)), 1 - 2 acsc(2^(1/5)))", ["y"])
    assert not to_sympy(written).has(sympy.I)
    solution = jc.jacobian("f(x, y) = y atan2(x - acsc(2^(1/5)), x - 2 acsc(2^(1/5)))", at=(1, 2))
    assert not solution.result.has(sympy.I)


def test_symbols_handed_in_are_used() -> None:
    x = sympy.Symbol("x", positive=True)
    assert to_sympy(read_value("x^2", ["x"]), {"x": x}) == x**2


@pytest.mark.parametrize("text", ["x^2*y + sin(x)/y", "exp(x)*sqrt(y)", "x^(1/3)", "Abs"])
def test_there_and_back(text: str) -> None:
    value = to_sympy(read_value(text.replace("Abs", "|x|"), ["x", "y"]))
    assert to_sympy(from_sympy(value)) == value


def test_terms_come_back_in_the_order_of_their_first_symbols() -> None:
    x, y, z = (sympy.Symbol(name, real=True) for name in "xyz")
    assert paper(from_sympy(y + x * z, {x: 0, y: 1, z: 2})) == "xz + y"
    assert paper(from_sympy(y + x * z, {y: 0, x: 1, z: 2})) == "y + xz"


def test_a_letter_stands_before_an_exponential_and_that_before_a_function() -> None:
    x, y = (sympy.Symbol(name, real=True) for name in "xy")
    found = sympy.cos(x) * sympy.exp(x * y) * x * sympy.pi * sympy.E
    assert paper(from_sympy(found, {sympy.exp(x * y): 0, sympy.cos(x): 1, x: 2})) == "eπx e^(xy) cos(x)"


def test_a_minus_before_one_difference_turns_it_round() -> None:
    x, y, z = (sympy.Symbol(name, real=True) for name in "xyz")
    order = {x: 0, y: 1, z: 2}
    assert paper(from_sympy((x - y) / (x + y) * -2, order)) == "2(y - x)/(x + y)"
    assert paper(from_sympy(-((x - y) ** 2) * (x + y), order)) == "-(x + y)(x - y)^2"
    assert paper(from_sympy((x - y) * (x - z) * -1, order)) == "-(x - y)(x - z)"


@pytest.mark.parametrize(
    ("expr", "hint"),
    [
        (sympy.Sum(X**K, (K, 1, 3)), ".doit()"),
        (sympy.Integral(X * Y, (Y, 0, 1)), ".doit()"),
        (sympy.real_root(X, 3), "real=True"),
        (2 * sympy.re(X), "real=True"),
    ],
    ids=str,
)
def test_what_can_be_handed_in_otherwise_has_a_hint(expr: sympy.Expr, hint: str) -> None:
    with pytest.raises(JacocalcError) as caught:
        from_sympy(expr)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("given", "written"),
    [(sympy.erfc(X), "1 - erf(x)"), (sympy.sinc(2 * X), "piecewise(sin(2x)/(2x) if x ≠ 0, 1 otherwise)"),
     (sympy.Heaviside(X, 1), "piecewise(0 if x < 0, 1 otherwise)")],
)  # fmt: skip
def test_functions_of_sympy_that_are_written_by_others(given: sympy.Expr, written: str) -> None:
    assert paper(from_sympy(given)) == written


def test_what_is_held_back_from_sympy_comes_back() -> None:
    assert paper(from_sympy(2 * sympy.UnevaluatedExpr(X**2 + X * Y) * X)) == "2x(xy + x^2)"


def test_only_known_functions_come_back() -> None:
    with pytest.raises(JacocalcError, match="not among the functions"):
        from_sympy(sympy.zeta(sympy.Symbol("x")))


@pytest.mark.parametrize("function", ["sinh", "cosh", "tanh", "coth", "sech", "csch"])
def test_functions_of_an_inverse_hyperbolic_cotangent_below_minus_one(function: str) -> None:
    """sinh(acoth(z)) = 1/(z √(1 − 1/z²)), where z < −1 has no real √(z − 1)."""
    found = to_sympy(read_value(f"{function}(acoth(2/5 - e))", []))
    roots = [power for power in found.atoms(sympy.Pow) if not power.exp.is_integer]
    assert all(root.base.is_positive for root in roots)
    z = sympy.Rational(2, 5) - sympy.E
    wanted = getattr(sympy, function)(sympy.log((z + 1) / (z - 1)) / 2)
    assert abs((found - wanted).evalf(30)) < sympy.Float("1e-25")


@pytest.mark.parametrize("function", ["sec", "csc"])
@pytest.mark.parametrize("inner", ["cosh(1)", "sech(1)"])
@pytest.mark.parametrize("shift", ["pi", "pi/2", "25pi/7"])
def test_reciprocals_of_shifted_hyperbolic_functions_stay_real(function: str, inner: str, shift: str) -> None:
    """SymPy shifts sec and csc by parts of π, rewrites what is inside by sec(i x), and may fail over it."""
    found = to_sympy(read_value(f"{function}({inner} + {shift})", []))
    assert not found.has(sympy.I)
    under = {"sec": sympy.cos, "csc": sympy.sin}[function]
    z = to_sympy(read_value(f"{inner} + {shift}", []))
    assert abs((found - 1 / under(z.evalf(40))).evalf(30)) < sympy.Float("1e-25")


def test_a_relation_between_pieces_comes_back() -> None:
    x, y = (sympy.Symbol(name, real=True) for name in "xy")
    value = from_sympy(sympy.Piecewise((x, sympy.ITE(x > 0, y > 1, y < 2)), (y, True)))
    assert paper(value) == "piecewise(x if (x ≤ 0 or y > 1) and (x > 0 or y < 2), y otherwise)"
