"""Notation to SymPy and back."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

import jacocalc as jc
from jacocalc.algebra.convert import from_sympy, to_sympy
from jacocalc.errors import JacocalcError
from jacocalc.known_functions import KNOWN, ORDERED, SPECIAL
from jacocalc.linear import paper
from jacocalc.notation import ZERO, Call, Comparison, Expr, Number, Symbol
from jacocalc.reading.points import read_value

X, Y = sympy.symbols("x y")
K = sympy.Symbol("k", integer=True)


@pytest.mark.parametrize("row", [r for r in KNOWN.values() if r.name != "root"], ids=lambda r: r.name)
def test_every_known_function_goes_to_sympy(row: object) -> None:
    from jacocalc.known_functions import KnownFunction

    assert isinstance(row, KnownFunction)
    arguments: tuple[Expr, ...] = tuple(Symbol(name) for name in "xy"[: max(row.arity[0], 1)])
    if row.name in ORDERED:
        arguments = (Number(Fraction(2)), Symbol("x"))
    value = to_sympy(Call(row.name, arguments))
    assert value.free_symbols == {sympy.Symbol(a.name, real=True) for a in arguments if isinstance(a, Symbol)}
    if row.name in SPECIAL:
        assert from_sympy(value) == Call(row.name, arguments)


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
     (sympy.Heaviside(X, 1), "piecewise(0 if x < 0, 1 otherwise)"), (sympy.digamma(X), "digamma(x)"),
     (sympy.beta(X, Y), "Γ(x) Γ(y)/Γ(x + y)"), (sympy.factorial(X), "Γ(x + 1)"),
     (sympy.binomial(X, Y), "Γ(x + 1)/(Γ(x - y + 1) Γ(y + 1))"), (2 - 3 * sympy.EulerGamma, "3 digamma(1) + 2"),
     (sympy.EulerGamma**2, "digamma(1)^2"), (sympy.zeta(3) * X, "-x polygamma(2, 1)/2"),
     (sympy.frac(X), "x - ⌊x⌋"), (sympy.harmonic(X), "digamma(x + 1) - digamma(1)"), (sympy.Li(X), "li(x) - li(2)"),
     (sympy.zeta(5), "-polygamma(4, 1)/24"), (sympy.Catalan, "polygamma(1, 1/4)/8 - π^2/8")],
)  # fmt: skip
def test_functions_of_sympy_that_are_written_by_others(given: sympy.Expr, written: str) -> None:
    assert paper(from_sympy(given)) == written


@pytest.mark.parametrize("given", [sympy.zeta(3), sympy.zeta(6), sympy.EulerGamma, sympy.Catalan])
def test_numbers_that_sympy_has_names_for_keep_their_values(given: sympy.Expr) -> None:
    found = to_sympy(from_sympy(given))
    assert abs(found.evalf(40) - given.evalf(40)) < sympy.Float("1e-35")


@pytest.mark.parametrize("given", [sympy.besselj(X, Y), sympy.polygamma(X, Y), sympy.polygamma(sympy.S.Half, X)])
def test_an_order_is_a_number(given: sympy.Expr) -> None:
    with pytest.raises(JacocalcError, match=r"the order of .* is a"):
        from_sympy(given)


def test_another_branch_is_refused() -> None:
    with pytest.raises(JacocalcError, match="another branch of the Lambert W function"):
        from_sympy(sympy.LambertW(X, -1))
    with pytest.raises(JacocalcError, match="another branch"):
        jc.compile(sympy.LambertW(X, -1), inputs=(X,))
    with pytest.raises(JacocalcError, match="the order of besselj is a number"):
        jc.compile(sympy.besselj(X, Y), inputs=(X, Y))


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


def test_what_has_no_real_value_fulfils_no_condition_and_is_sorted_with_nothing() -> None:
    assert to_sympy(Comparison(">", read_value("acos(ln(3))", []), ZERO)) is sympy.false
    assert to_sympy(read_value("min(ln(-2x^4), x)", ["x"])) is sympy.nan
    with pytest.raises(JacocalcError, match="hold nowhere: they need"):
        jc.compose("f(x) = (x*x)^2", "g(p) = ln(min(ln(-2p), 3p/4))")


def test_an_inequality_that_sympy_turns_round_and_round_stays() -> None:
    text = "piecewise(1 if -2(x + y) < (x/2 + y)^(3/2), 0 if (x/2 + y)^(3/2) < -2(x + y))"
    assert isinstance(to_sympy(read_value(text, ["x", "y"])), sympy.Piecewise)
