"""Volumes: textbook determinants and area elements, where they vanish, inverses, densities, bad input."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
import sympy

import jacocalc as jc
from jacocalc.algebra.convert import to_sympy
from jacocalc.derive.short_forms import logarithm, magnitude, shortest
from jacocalc.derive.signs import Sign, bounds, facts_of, sign
from jacocalc.derive.volumes import names_of_outputs
from jacocalc.errors import (
    DomainError,
    JacocalcError,
    NotDifferentiable,
    RoadsDisagree,
    ShapeError,
    TooLarge,
    Undecided,
)
from jacocalc.evaluate.equality import Outcome
from jacocalc.linear import paper
from jacocalc.notation import ZERO, Comparison, Expr, Matrix, Symbol
from jacocalc.reading.definitions import read_function
from jacocalc.reading.points import read_value
from jacocalc.steps import (
    CarriedDensity,
    ChangeOfVariables,
    DensityRule,
    GramDeterminant,
    LocalInverse,
    SingularPoint,
    SingularSet,
    TotalProbability,
    VolumeFactor,
)
from tests.shares import share


def steps(solution: jc.Solution, kind: type) -> list[object]:
    return [step for step in solution.derivation.steps if isinstance(step, kind)]


def only(solution: jc.Solution, kind: type) -> object:
    (found,) = steps(solution, kind)
    return found


def singular(solution: jc.Solution) -> list[str]:
    """The cases in which the determinant is 0."""
    found = only(solution, SingularSet)
    assert isinstance(found, SingularSet)
    return ["everywhere"] if found.everywhere else [paper(case.equation) for case in found.result]


SPHERICAL = "f(rho, phi, theta) = [rho sin phi cos theta, rho sin phi sin theta, rho cos phi]"

# function, det J, |det J|, where det J = 0
DETERMINANTS = [
    ("f(r, theta) = [r cos theta, r sin theta]", "r", "|r|", ["r = 0"]),
    ("f(r, theta, z) = [r cos theta, r sin theta, z]", "r", "|r|", ["r = 0"]),
    (SPHERICAL, "ρ^2 sin(φ)", "ρ^2 |sin(φ)|", ["ρ = 0", "sin(φ) = 0"]),
    ("f(rho, theta, phi) = [rho sin phi cos theta, rho sin phi sin theta, rho cos phi]",
     "-ρ^2 sin(φ)", "ρ^2 |sin(φ)|", ["ρ = 0", "sin(φ) = 0"]),
    ("x = (u^2 - v^2)/2, y = u v", "u^2 + v^2", "u^2 + v^2", ["u = 0 and v = 0"]),
    ("f(u, v; a) = [a cosh u cos v, a sinh u sin v]", "a^2 (sinh(u)^2 + sin(v)^2)", "a^2 (sinh(u)^2 + sin(v)^2)",
     ["a = 0", "u = 0 and sin(v) = 0"]),
    ("x = u/v, y = v", "1/v", "1/|v|", []),
    ("f(x, y) = [cos x - 2x, y]", "-sin(x) - 2", "sin(x) + 2", []),
    ("f(x, y) = [softplus(x) - x, y]", "σ(x) - 1", "1 - σ(x)", []),
    ("f(x, y) = [tanh(x)^3, -y]", "-3 tanh(x)^2 (1 - tanh(x)^2)", "3(1 - tanh(x))(tanh(x) + 1) tanh(x)^2", ["x = 0"]),
    ("f(x, y; a, b, c, d) = [a x + b y, c x + d y]", "ad - bc", "|ad - bc|", ["ad - bc = 0"]),
    ("u = x + y, v = x/y", "-(x + y)/y^2", "|x + y|/y^2", ["x = -y"]),
    ("f(x, y) = [2x + y, x + y]", "1", "1", []),
    ("f(x, y) = [x + y, 2x + 2y]", "0", "0", ["everywhere"]),
    ("f(x, y) = [3x/5 - 4y/5, 4x/5 + 3y/5]", "1", "1", []),
    ("f(x, y; t) = [x cos t - y sin t, x sin t + y cos t]", "1", "1", []),
    ("f(x, y) = [y, x]", "-1", "1", []),
    ("f(x, y) = [x + y, x y]", "x - y", "|x - y|", ["x = y"]),
    ("f(u, v) = [u^2 v, u v^2]", "3u^2 v^2", "3u^2 v^2", ["u = 0", "v = 0"]),
    ("f(x, y) = [e^x cos y, e^x sin y]", "e^(2x)", "e^(2x)", []),
    ("f(x, y; s, t) = [x, y e^(s x) + t x]", "e^(sx)", "e^(sx)", []),
    ("f(x, y, z) = [x, y + x^2, z + x y]", "1", "1", []),
    ("f(x) = x^3 - 3x", "3x^2 - 3", "|3x^2 - 3|", ["x = -1", "x = 1"]),
    ("f(x) = x^3/3 - 2x", "x^2 - 2", "|x^2 - 2|", ["x = -√2", "x = √2"]),
    ("f(x) = x^3 + x", "3x^2 + 1", "3x^2 + 1", []),
    ("f(x) = x^3/3 - x^2 + 2x", "x^2 - 2x + 2", "x^2 - 2x + 2", []),
    ("f(x) = 2x + cos x", "2 - sin(x)", "2 - sin(x)", []),
    ("f(x) = ln x", "1/x", "1/x", []),
    ("f(x) = x ln x", "ln(x) + 1", "|ln(x) + 1|", ["ln(x) + 1 = 0"]),
    ("f(x) = x^2 ln x", "2x ln(x) + x", "x |2 ln(x) + 1|", ["2 ln(x) + 1 = 0"]),
    ("f(x) = x^2/2 + 1/x", "x - 1/x^2", "", ["x = 1"]),
    ("f(x) = tan x", "sec(x)^2", "sec(x)^2", []),
    ("f(x, y) = [cos x, sin y]", "-sin(x) cos(y)", "|sin(x) cos(y)|", ["sin(x) = 0", "cos(y) = 0"]),
    ("f(x, y) = [sinh x, tanh y]", "cosh(x) (1 - tanh(y)^2)", "", [""]),
    ("f(w, x, y, z) = [w x, x y, y z, z w]", "0", "0", ["everywhere"]),
    ("f(x, y) = [sin(2x) - 2 sin(x) cos(x) + y, y]", "0", "0", ["everywhere"]),
    ("f(x, y) = [relu(x) + y, y]", "", "", ["x < 0"]),
    ("f(x, y) = [piecewise(x^2 if x > 0, x^2 - x otherwise), y]", "", "", []),
    ("f(x, y) = [asin(x), y]", "1/√(1 - x^2)", "1/√(1 - x^2)", []),
    ("f(x, y) = [sqrt(1 - x), sqrt(y)]", "", "1/(4√(1 - x)·√y)", []),
    ("f(x) = -ln(x)", "-1/x", "1/x", []),
    ("f(x) = atanh(x)", "", "1/(1 - x^2)", []),
    ("f(x) = sin(2x)", "", "", ["cos(2x) = 0"]),
    ("f(w, x, y, z) = [2w + x, x + y, y - z, w z]", "", "", [""]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "size", "zeros"), DETERMINANTS, ids=[case[0] for case in DETERMINANTS])
def test_determinants_of_the_textbooks(text: str, value: str, size: str, zeros: list[str]) -> None:
    solution = jc.volume(text)
    factor = only(solution, VolumeFactor)
    assert isinstance(factor, VolumeFactor)
    assert not value or paper(factor.determinant) == value
    assert not size or paper(factor.result) == size
    assert zeros == [""] or singular(solution) == zeros
    assert solution.verified in ("proved", "agrees")
    if not solution.result.has(sympy.Piecewise):
        direct = sympy.Matrix(jc.function(text).components).jacobian(jc.function(text).inputs).det()
        assert sympy.simplify(direct - solution.result) == 0


# function, where the determinant is 0, and the multiples of π that solve that: u = a + ckπ
ZEROS = [
    ("f(r, a, b, c) = [r cos a, r sin a cos b, r sin a sin b cos c, r sin a sin b sin c]",
     ["r = 0", "sin(a) = 0: a, 0, 1", "sin(b) = 0: b, 0, 1"]),
    ("f(u, v, p; a) = [a sinh u sin v cos p, a sinh u sin v sin p, a cosh u cos v]",
     ["a = 0", "u = 0", "sin(v) = 0: v, 0, 1"]),
    ("f(u, v, p; a) = [a cosh u cos v cos p, a cosh u cos v sin p, a sinh u sin v]",
     ["a = 0", "u = 0 and sin(v) = 0: v, 0, 1", "cos(v) = 0: v, π/2, 1"]),
    ("f(s, t, p; a) = [a sinh(t) cos(p)/(cosh(t) - cos(s)), a sinh(t) sin(p)/(cosh(t) - cos(s)), "
     "a sin(s)/(cosh(t) - cos(s))]", ["a = 0", "t = 0"]),
    ("f(u, v, w) = [u v cos(w), u v sin(w), (u^2 - v^2)/2]", ["u = 0", "v = 0"]),
    ("f(x, y) = [x y/(x + y), x - y]", []),
    ("f(x) = sec(x) + tan(x)", []),
    ("f(x) = x + cos(x)", ["1 - sin(x) = 0: x, π/2, 2"]),
    ("f(x) = x - cos(2x)/2", ["sin(2x) + 1 = 0: x, 3π/4, 1"]),
    ("f(x) = x + tan(x)", []),
    ("f(x) = 2x - tan(x)", ["2 cos(x)^2 - 1 = 0"]),
    ("f(t) = [sin t, sin 2t, sin 3t]", []),
    ("f(t) = [cos t, cos 2t]", ["sin(2t) = 0 and sin(t) = 0: t, 0, 1"]),
    ("f(t) = [sin 2t, cos 3t]", []),
    ("f(t) = [cos 2t, cos 3t]", ["sin(2t) = 0 and sin(3t) = 0: t, 0, 1"]),
    ("f(u, v) = [u^2, v^2, u v]", ["u = 0 and v = 0"]),
    ("f(u, v) = [(1 + (v/2) cos(u/2)) cos u, (1 + (v/2) cos(u/2)) sin u, (v/2) sin(u/2)]",
     ["16v cos(u/2) + 4v^2 cos(u/2)^2 + v^2 + 16 = 0"]),
    ("f(x, y) = [tanh(x), x y]", ["x = 0"]),
    ("f(x, y) = [x tanh(y), cos(x)]", ["x = 0", "sin(x) = 0: x, 0, 1"]),
    ("f(x, y) = [tanh(x)^3, y]", ["x = 0"]),
    ("f(x) = ln(cosh(x)) - x", []),
    ("f(x) = ln(cosh(2x)) + x", ["2 tanh(2x) + 1 = 0"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "zeros"), ZEROS, ids=[text for text, _ in ZEROS])
def test_sets_of_zeros_hold_nothing_impossible(text: str, zeros: list[str]) -> None:
    """Red where cos u = 0 and sin u = 0 is a case, where u = 0 and v = 0 stands beside u = 0, or outside the domain."""
    found = only(jc.volume(text), SingularSet)
    assert isinstance(found, SingularSet)
    said = [
        paper(case.equation) + "".join(f": {', '.join(map(paper, one))}" for one in case.multiples)
        for case in found.result
    ]
    assert said == zeros


# function, √det(JᵀJ), where it is 0
ELEMENTS = [
    ("f(phi, theta; R) = [R sin phi cos theta, R sin phi sin theta, R cos phi]", "R^2 |sin(φ)|",
     ["R = 0", "sin(φ) = 0"]),
    ("f(u, v; a, b) = [(b + a cos v) cos u, (b + a cos v) sin u, a sin v]", "|b + a cos(v)| |a|",
     ["a = 0", "b + a cos(v) = 0"]),
    ("f(u, v) = [(2 + cos v) cos u, (2 + cos v) sin u, sin v]", "cos(v) + 2", []),
    ("f(r, theta) = [r cos theta, r sin theta, r]", "√2·|r|", ["r = 0"]),
    ("f(t; a, b) = [a cos t, a sin t, b t]", "√(a^2 + b^2)", ["a = 0 and b = 0"]),
    ("f(t) = [cos t, sin t]", "1", []),
    ("f(t) = [t, t^2]", "√(4t^2 + 1)", []),
    ("f(t) = [t^2, t^3]", "√(9t^2 + 4)·|t|", ["t = 0"]),
    ("f(x, y) = [x, y, x^2 + y^2]", "√(4x^2 + 4y^2 + 1)", []),
    ("f(x, y) = [x, y, x y]", "√(x^2 + y^2 + 1)", []),
    ("f(x, y; a, b) = [x, y, a x + b y]", "√(a^2 + b^2 + 1)", []),
    ("f(u, v) = [u + v, u - v, u, v]", "3", []),
    ("f(u, v) = [u + v, 2u + 2v, 3u + 3v]", "0", ["everywhere"]),
    ("x = cos t, y = sin t, z = t", "√2", []),
    ("f(t) = [t - sin t, 1 - cos t]", "√(2 - 2 cos(t))", ["sin(t/2) = 0"]),
    ("f(x, y) = [x, y, sqrt(1 - x^2 - y^2)]", "1/√(1 - x^2 - y^2)", []),
    ("f(x, y; R) = [x, y, sqrt(R^2 - x^2 - y^2)]", "|R|/√(R^2 - x^2 - y^2)", []),
    ("f(x, y) = [x, y, sqrt(9 - x^2 - y^2)]", "3/√(9 - x^2 - y^2)", []),
    ("f(x, y) = [x, y, sqrt(x^2 - y^2)]", "√2·|x|/√(x^2 - y^2)", []),
    ("f(x, y) = [x, y, sqrt(4 - x^2)]", "2/√(4 - x^2)", []),
    ("f(x) = [x, sqrt(1 - x^2)]", "1/√(1 - x^2)", []),
    ("f(x, y) = [x, y, sqrt(x y)]", "√(x/(4y) + y/(4x) + 1)", []),
    ("f(u, v) = [u^2, u v, u]", "√(4u^2 + 1)·|u|", ["u = 0"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "zeros"), ELEMENTS, ids=[case[0] for case in ELEMENTS])
def test_lengths_and_areas_of_the_textbooks(text: str, value: str, zeros: list[str]) -> None:
    solution = jc.volume(text)
    factor = only(solution, GramDeterminant)
    assert isinstance(factor, GramDeterminant)
    assert paper(factor.result) == value
    assert singular(solution) == zeros
    assert solution.verified in ("proved", "agrees")


def _letters(text: str) -> list[str]:
    function = read_function(text)
    return [*function.inputs, *function.parameters]


FORMS = [
    ("r cos(t)^2 + r sin(t)^2", "r"),
    ("cosh(x)^2 - sinh(x)^2", "1"), ("y sech(x)^2 + y tanh(x)^2", "y"), ("1 - tanh(x)^2", "1 - tanh(x)^2"),
    ("cosh(x)^4 (1 - tanh(x)^2)^2 + sinh(x)^2", "cosh(x)^2"), ("cos(x)^2 (1 + tan(x)^2)", "1"),
    ("1/(x y^2 + x^2 y)", "1/(x y (x + y))"),
    ("(1 - tanh(x)^2) sech(x)", "sech(x)^3"),
    ("3 r cos(t)^4 sin(t)^2 + 3 r cos(t)^2 sin(t)^4", "3 r cos(t)^2 sin(t)^2"),
    ("cosh(x)^2 cos(y)^2 - sinh(x)^2 cos(y)^2 + sin(y)^2", "1"),
    ("sin(x)^2 cos(y)^2 + sin(x)^2 sin(y)^2 + cos(x)^2", "1"),
    ("x^2/x - y/1", "x - y"),
    ("(x^2 - y^2)/(x - y)", "x + y"),
    ("e^x e^y", "e^(x + y)"),
    ("sqrt(x)^2", "x"),
    ("cos(2x) - cos(x)^2 + sin(x)^2", "0"),
    ("sin(x + y) - sin(x) cos(y) - cos(x) sin(y)", "0"),
    ("sin(2 x cos(y)) - 2 sin(x cos(y)) cos(x cos(y)) + sin(cos(x + y))^2 + cos(cos(x + y))^2", "1"),
    ("-x (x cos(x y) - sin(y)) sin(x + y) cos(x cos(x + y)) - x (x (sin(x y) + cos(y)) sin(x cos(x + y)) sin(x + y)"
     " + (x cos(x y) - sin(y)) cos(x cos(x + y))) sin(x + y)",
     "x (-x sin(x + y) (sin(x y) + cos(y)) sin(x cos(x + y)) - 2 (x cos(x y) - sin(y)) cos(x cos(x + y))) sin(x + y)"),
    ("sin(x + y) cos(x) - sin(x) cos(x + y) + x (cos(x) cos(y) - sin(x) sin(y))", "sin(y) + x cos(x + y)"),
    ("sin(x + y) cos(x) y - sin(x) cos(x + y) y", "y sin(y)"),
    ("(x cos(x) + y cos(x + y)) (sin(x + y) cos(x) - sin(x) cos(x + y))", "(x cos(x) + y cos(x + y)) sin(y)"),
    ("max(x, y)", "max(x, y)"),
    ("2", "2"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "wanted"), FORMS)
def test_short_forms(given: str, wanted: str) -> None:
    letters = ["r", "t", "x", "y"]
    value, other = (to_sympy(read_value(text, letters)) for text in (given, wanted))
    assert shortest([value]) == [other]


SIGNS = [
    ("x^2 + 1", Sign.POSITIVE), ("-x^2 - 1", Sign.NEGATIVE), ("x^2", Sign.NONNEGATIVE), ("-x^2", Sign.NONPOSITIVE),
    ("x", Sign.UNKNOWN), ("x - x", Sign.ZERO), ("e^x", Sign.POSITIVE), ("2 + cos(x)", Sign.POSITIVE),
    ("1 + cos(x)", Sign.NONNEGATIVE), ("cos(x) - 3", Sign.NEGATIVE), ("x^2 - 2x + 2", Sign.POSITIVE),
    ("2x - x^2 - 2", Sign.NEGATIVE), ("x^2 - 2x", Sign.UNKNOWN), ("3 - sin(x)^3 cos(y)", Sign.POSITIVE),
    ("tanh(x) + 2", Sign.POSITIVE), ("cosh(x) - 1", Sign.NONNEGATIVE), ("cosh(x) - 2", Sign.UNKNOWN),
    ("sqrt(2) - 2", Sign.NEGATIVE),
    ("2 - e^(sin(x))", Sign.UNKNOWN), ("3 - e^(sin(x))", Sign.POSITIVE), ("|x| + |y| + 1", Sign.POSITIVE),
    ("x^4 + x + 1", Sign.POSITIVE), ("sin(x) cos(y) - 1", Sign.NONPOSITIVE),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), SIGNS)
def test_signs_that_can_be_proved(text: str, wanted: Sign) -> None:
    assert sign(to_sympy(read_value(text, ["x", "y"]))) is wanted


@pytest.mark.parametrize(("text", "_"), SIGNS)
def test_ranges_hold_all_values(text: str, _: Sign) -> None:
    value = to_sympy(read_value(text, ["x", "y"]))
    low, high = bounds(value)
    for k in range(-12, 13):
        found = value.subs({"x": sympy.Rational(k, 3)}).subs({s: sympy.Rational(k, 3) for s in value.free_symbols})
        found = found.subs({s: sympy.Rational(5 - k, 7) for s in found.free_symbols})
        tolerance = sympy.Rational(1, 10**20)
        assert low - tolerance <= sympy.N(found, 30) <= high + tolerance


@pytest.mark.parametrize(
    "text", ["x y^2", "-x^3", "x/(1 + y^2)", "e^x (y - 1)^2 sin(x)", "2", "-2/3", "x^2 (2 + cos(y))/y"]
)
def test_magnitude_and_logarithm(text: str) -> None:
    value = to_sympy(read_value(text, ["x", "y"]))
    size, log = magnitude(value), logarithm(value)
    for point in ((2, 3), (-2, 3), (Fraction(1, 3), -4), (-5, Fraction(-1, 7))):
        given = dict(zip(sorted(value.free_symbols, key=str), map(sympy.sympify, point), strict=False))
        assert abs(sympy.N(abs(value.subs(given)) - size.subs(given), 30)) < 1e-20
        assert abs(sympy.N(sympy.log(abs(value.subs(given))) - log.subs(given), 30)) < 1e-20


FACTS = [
    ("1/(x^2 - 1)", ["x + 1", "1 - x"], Sign.NEGATIVE), ("x^2 + 4 x y + y^2", ["x y"], Sign.POSITIVE),
    ("-2x", ["x"], Sign.NEGATIVE), ("x y", ["x"], Sign.UNKNOWN), ("x^3 y", ["x", "y"], Sign.POSITIVE),
    ("x - 1", ["x"], Sign.UNKNOWN), ("1/sqrt(x - y)", ["x"], Sign.POSITIVE), ("x y", ["x + y"], Sign.UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("text", "positive", "wanted"), FACTS)
def test_signs_that_follow_from_conditions(text: str, positive: list[str], wanted: Sign) -> None:
    conditions = [Comparison(">", read_value(one, ["x", "y"]), ZERO) for one in positive]
    assert sign(to_sympy(read_value(text, ["x", "y"])), facts_of(conditions)) is wanted


def test_the_bars_of_a_single_letter_may_be_left_out_and_no_others() -> None:
    words = "bars may be left out where"
    assert f"{words} r ≥ 0" in jc.volume("f(r, t) = [r cos t, r sin t]").to_text()
    assert words not in jc.volume("f(x, y) = [x ln(y), y]").to_text()
    assert words not in jc.volume("f(x, y) = [x + y, x y]").to_text()


def test_zeros_are_solved_and_claimed_only_within_the_domain() -> None:
    assert "that is t = 2kπ with a whole number k. There the tangent vector is 0." in " ".join(
        jc.volume("f(t) = [t - sin t, 1 - cos t]").to_text().split()
    )
    text = " ".join(jc.volume("f(x, y) = [x^2/2 - x y, sqrt(x) - y]").to_text().split())
    assert "is 0 where y = x - √x/2, if that happens within the domain." in text


def test_a_long_determinant_is_not_solved_for_a_letter() -> None:
    for terms, solved in ((3, True), (400, False)):
        powers = " + ".join(f"y^{k}" for k in range(1, terms))
        (zeros,) = singular(jc.volume(f"f(x, y) = [x^2/2 + x ({powers}), y]"))
        assert zeros.startswith("x = -") is solved, zeros


def test_zeros_of_piecewise_determinants_are_not_listed() -> None:
    assert not steps(jc.volume("f(x, y) = [max(x, y), min(x, y)]"), SingularSet)


# -- at a point ---------------------------------------------------------------------------------------

POINTS = [
    ("f(r, theta) = [r cos theta, r sin theta]", "2, pi/3", "2"),
    ("f(r, theta) = [r cos theta, r sin theta]", "-2, 1", "-2"),
    (SPHERICAL, "2, pi/2, 0", "4"),
    ("f(x, y) = [x + y, x y]", "1, 3", "-2"),
    ("f(x; a) = e^(a x)", "x = 0, a = 3", "3"),
    ("f(x, y) = [x |x|, y]", "0, 1", "0"),
    ("f(x, y) = [relu(x), y]", "2, 1", "1"),
    ("f(t) = [t^2, t^3]", "1", "sqrt(13)"),
    ("f(phi, theta; R) = [R sin phi cos theta, R sin phi sin theta, R cos phi]", "phi=pi/6, theta=0, R=2", "2"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "value"), POINTS)
def test_at_a_point(text: str, at: str, value: str) -> None:
    solution = jc.volume(text, at=at)
    assert solution.result == to_sympy(read_value(value, ()))
    assert solution.verified in ("proved", "agrees")
    assert solution.numeric(12) == (jc.volume(text, at=at, digits=12).numeric(12)[0],)


def test_the_inverse_matrix() -> None:
    solution = jc.volume("f(r, theta) = [r cos theta, r sin theta]", at="2, pi/3")
    symbolic, there = steps(solution, LocalInverse)
    assert isinstance(symbolic, LocalInverse)
    assert isinstance(there, LocalInverse)
    assert [paper(entry) for entry in symbolic.result.entries] == ["cos(θ)", "sin(θ)", "-sin(θ)/r", "cos(θ)/r"]
    assert [paper(entry) for entry in there.result.entries] == ["1/2", "√3/2", "-√3/4", "1/4"]
    assert (paper(symbolic.back), paper(there.back)) == ("1/r", "1/2")


def test_sums_in_the_inverse_matrix_stand_in_one_order() -> None:
    inverse = only(jc.volume("x = u/(u + v), y = v/(u + v)^2"), LocalInverse)
    assert isinstance(inverse, LocalInverse)
    written = [paper(entry) for matrix in (inverse.adjugate, inverse.result) for entry in matrix.entries]
    assert "2v/(u + v)^3" in written
    assert not any("v + u" in entry for entry in written)


def test_letters_in_the_inverse_matrix_stand_in_one_order() -> None:
    inverse = only(jc.volume("x = u(1 - v), y = u v(1 - w), z = u v w"), LocalInverse)
    assert isinstance(inverse, LocalInverse)
    second = [paper(entry) for entry in inverse.adjugate.rows[1]]
    assert second == ["-uv^2", "uv(1 - v)", "uv(1 - v)"]


@pytest.mark.parametrize("text", share((case[0] for case in DETERMINANTS if case[3] != ["everywhere"]), 3))
def test_the_inverse_is_that_of_linear_algebra(text: str) -> None:
    for step in steps(jc.volume(text), LocalInverse):
        assert isinstance(step, LocalInverse)
        jacobian = sympy.Matrix(jc.function(text).components).jacobian(jc.function(text).inputs)
        error = jacobian * to_sympy(step.result) - sympy.eye(jacobian.shape[0])
        given = {s: sympy.Rational(3 + k, 7) for k, s in enumerate(sorted(error.free_symbols, key=str))}
        assert max(map(abs, error.subs(given).evalf(30))) < 1e-20


def test_a_singular_point_is_said_plainly() -> None:
    solution = jc.volume("f(x, y) = [x^2 - y^2, 2 x y]", at="0, 0")
    found = only(solution, SingularPoint)
    assert isinstance(found, SingularPoint)
    assert found.result == 0
    assert len(steps(solution, LocalInverse)) == 1
    assert "the inverse function theorem says nothing there" in " ".join(solution.to_text().split())


def test_the_chain_rule_of_determinants() -> None:
    """det J_{g∘f} = det J_g(f(x)) · det J_f(x)."""
    f, g = jc.function("f(x, y) = [x + y^2, x y]"), jc.function("g(u, v) = [u v, u - v^3]")
    inner, outer = jc.volume(f).result, jc.volume(g).result
    composed = (g @ f).jacobian.det()
    assert f.components is not None
    there = outer.subs(dict(zip(g.inputs, f.components, strict=True)), simultaneous=True)
    assert sympy.expand(composed - there * inner) == 0


# -- integrals and densities --------------------------------------------------------------------------

OUTPUTS = [
    ("f(r, theta) = [r, theta]", ("x", "y")), ("f(u, v, w) = [u, v, w]", ("x", "y", "z")), ("f(x) = x^2", ("y",)),
    ("f(x, y) = [x, y]", ("y_1", "y_2")), ("f(y) = y^2", ("y_1",)), ("p = u v, q = u - v", ("p", "q")),
    ("f(x, y1) = [x, y1]", ("z_1", "z_2")), ("f(a, b, c, d) = [a, b, c, d]", ("y_1", "y_2", "y_3", "y_4")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), OUTPUTS)
def test_the_outputs_have_names_of_their_own(text: str, names: tuple[str, ...]) -> None:
    assert names_of_outputs(read_function(text)) == names


INJECTIVE = [
    ("f(x) = e^x", "monotone"), ("f(x) = x^2", "refuted"), ("f(x) = x^3 - 3x", "refuted"), ("f(x) = x^3", "rising"),
    ("f(x) = 2x + cos x", "monotone"), ("f(x) = ln x", "monotone"), ("f(x, y) = [2x + y, x + y]", "affine"),
    ("f(x, y) = [x, y e^x + x^2]", "triangular"), ("f(x, y) = [x, x y]", "assumed"),
    ("f(r, t) = [r cos t, r sin t]", "assumed"), ("f(x; a) = a x", "assumed"), ("f(x) = -ln(x)", "monotone"),
    ("f(x) = |x|", "refuted"), ("f(x, y) = [x^2 - y^2, 2x y]", "refuted"), ("f(x, y) = [x + y, x y]", "refuted"),
    ("f(x) = 1/x", "assumed"), ("f(x) = tan x", "assumed"), ("f(x) = sin(2 pi x)", "refuted"),
    ("f(x) = x^2 ln x", "refuted"), ("f(x) = 2x + 3", "affine"), ("f(x, y) = [max(x, y), min(x, y)]", "refuted"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), INJECTIVE)
def test_injectivity_is_proved_refuted_or_assumed(text: str, wanted: str) -> None:
    found = only(jc.volume(text), ChangeOfVariables)
    assert isinstance(found, ChangeOfVariables)
    assert found.injective == wanted


# function, density, p_Y(f(x)), how its total is found
DENSITIES = [
    ("f(x) = e^x", "normal", "exp(-x^2/2 - x)/sqrt(2 pi)", "intervals"),
    ("f(x) = 2x + 3", "normal", "exp(-x^2/2)/(2 sqrt(2 pi))", "intervals"),
    ("f(x) = sigmoid(x)", "normal", "exp(-x^2/2)/(sqrt(2 pi) sigmoid(x) (1 - sigmoid(x)))", "intervals"),
    ("f(x) = x^3", "normal", "exp(-x^2/2)/(3 x^2 sqrt(2 pi))", "cells"),
    ("f(x) = e^(e^x)", "normal", "exp(-x^2/2 - x - e^x)/sqrt(2 pi)", "cells"),
    ("f(x) = x^2", "uniform", "1/(2|x|)", "intervals"),
    ("f(x) = -ln x", "uniform", "|x|", ""),
    ("f(x) = tan(x)", "uniform", "cos(x)^2", "intervals"),
    ("f(x, y) = [x, y e^(x/2) + 3x]", "normal", "exp(-(x^2 + y^2)/2 - x/2)/(2 pi)", "cells"),
    ("f(x, y) = [x cos y, x sin y]", "uniform", "1/|x|", "cells"),
    ("f(x, y, z) = [x, y + x^2, z e^x]", "normal", "exp(-(x^2 + y^2 + z^2)/2 - x)/(2 pi)^(3/2)", "cells"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "density", "value", "method"), DENSITIES)
def test_densities_of_the_textbooks(text: str, density: str, value: str, method: str) -> None:
    solution = jc.volume(text, density=density)
    found, total = only(solution, CarriedDensity), only(solution, TotalProbability)
    assert isinstance(found, CarriedDensity)
    assert isinstance(total, TotalProbability)
    wanted = to_sympy(read_value(value, _letters(text)))
    given = {s: sympy.Rational(3 + k, 7) for k, s in enumerate(sorted(wanted.free_symbols, key=str))}
    assert abs(sympy.N((to_sympy(found.result) - wanted).subs(given), 30)) < 1e-20
    assert found.logarithm is not None
    assert abs(sympy.N((sympy.exp(to_sympy(found.logarithm)) - wanted).subs(given), 30)) < 1e-20
    assert not method or total.method == method
    assert total.bound >= 6


def test_the_density_of_the_lognormal_in_its_own_variable() -> None:
    """p(y) = e^(−(ln y)²/2)/(y √(2π))."""
    found = only(jc.volume("f(x) = e^x", density="normal"), CarriedDensity)
    assert isinstance(found, CarriedDensity)
    y = sympy.Symbol("y", positive=True)
    own = to_sympy(found.result).subs(sympy.Symbol("x", real=True), sympy.log(y))
    assert sympy.simplify(own - sympy.exp(-(sympy.log(y) ** 2) / 2) / (y * sympy.sqrt(2 * sympy.pi))) == 0


def test_both_signs_are_derived_and_agree() -> None:
    found = only(jc.volume("f(x, y) = [x, y e^(x/2) + 3x]"), DensityRule)
    assert isinstance(found, DensityRule)
    assert found.back is not None
    assert found.result is not None
    assert sympy.simplify(to_sympy(found.back) * to_sympy(found.determinant)) == 1
    assert paper(found.result) == "x/2"
    assert [paper(entry) for entry in found.diagonal] == ["1", "e^(x/2)"]


def test_parameters_without_values_are_said() -> None:
    text = "f(x, y; s) = [x, y e^(s x)]"
    found = only(jc.volume(text, density="normal"), TotalProbability)
    assert isinstance(found, TotalProbability)
    assert found.method == "parameters"
    found = only(jc.volume(text, density="normal", at="x=0, y=1, s=1/2"), TotalProbability)
    assert isinstance(found, TotalProbability)
    assert found.method == "cells"


def test_a_wrong_determinant_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from jacocalc.derive import densities, volumes

    function = read_function("f(x, y) = [x^2 + y, x - y^3]")
    wrong = read_value("6x y^2 + 2", ["x", "y"])
    with pytest.raises(RoadsDisagree):
        densities.total_probability(function, wrong, "normal", {})

    def negated(matrix: Matrix) -> tuple[Expr, Expr]:
        return Symbol("x"), Symbol("x")

    monkeypatch.setattr(volumes, "determinant", negated)
    with pytest.raises(RoadsDisagree):
        jc.volume("f(x, y) = [x^2 + y, x - y^3]")


def test_a_third_derivative_that_is_large_is_no_disagreement() -> None:
    """At 1 the slope of x + 10^400 (x − 1)³ is 1; its difference quotients with steps of 2^-682 are off by 2^-35."""
    solution = jc.volume("f(x, y) = [x + 10^400 (x - 1)^3, y]", at=(1, 1))
    assert solution.result == 1
    assert solution.verified in ("proved", "agrees")


def test_what_seems_to_vanish_is_not_divided_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """A determinant that is 0 everywhere but is not recognised as 0: undecided, never divided by."""
    from jacocalc.derive import volumes

    monkeypatch.setattr(volumes, "short", lambda exprs, _: tuple(exprs))
    monkeypatch.setattr(volumes, "shortest", list)
    with pytest.raises(Undecided, match="seems to be 0 everywhere"):
        jc.volume("f(x, y) = [sin(2x) - 2 sin(x) cos(x) + y, y]")


def test_a_rotation_and_its_scale_have_the_volume_zero() -> None:
    """The first column of the rotation of a quaternion is a unit vector, so that only three numbers are free."""
    size = "(q^2 + x^2 + y^2 + z^2)"
    column = f"(q^2 + x^2 - y^2 - z^2)/{size}, 2(x y - q z)/{size}, 2(x z + q y)/{size}"
    assert jc.volume(f"f(q, x, y, z) = [{column}, ln{size}]").result == 0


def test_images_that_lie_side_by_side_are_not_said_to_overlap() -> None:
    text = " ".join(jc.volume("f(x) = x^2", density="uniform").to_text().split())
    assert "The images do not overlap" in text


@pytest.mark.parametrize("text", ["f(x) = x^2", "f(x, y) = [x + y, x y]"])
def test_no_density_where_several_points_have_one_image(text: str) -> None:
    solution = jc.volume(text, density="normal")
    assert "no density is shown" in solution.to_text().replace("\n  ", " ")
    assert not any(isinstance(step, CarriedDensity) for step in solution.derivation.steps)


def test_no_hint_names_an_option_that_is_not_there() -> None:
    with pytest.raises(NotDifferentiable) as caught:
        jc.volume("f(x, y) = [|x|, y]", at="0, 1")
    assert "--kink" not in caught.value.hint


# -- bad input ----------------------------------------------------------------------------------------

BAD = [
    ("f(x, y) = x y", {}, ShapeError, "it has no determinant"),
    ("f(x, y): R^2 -> R^2", {}, JacocalcError, "unspecified"),
    ("f: R^n -> R^n", {}, JacocalcError, "unspecified"),
    ("f(t) = [t, t^2]", {"density": "normal"}, ShapeError, "square"),
    ("f(x) = x", {"density": "cauchy"}, JacocalcError, "one of normal, uniform"),
    ("f(x, y) = [|x|, y]", {"at": "0, 1"}, NotDifferentiable, "1 from the right"),
    ("f(x, y) = [ln x, y]", {"at": "-1, 1"}, DomainError, "x > 0"),
    ("f(x) = ln x", {"density": "normal"}, DomainError, "normal inputs take every real value"),
    ("f(x) = sqrt(x - 1/2)", {"density": "uniform"}, DomainError, "between 0 and 1"),
    ("f(x; a) = a x", {"at": "1"}, JacocalcError, "parameter a"),
    ("f(a, b, c, d, e1, g, h) = [a b, b c, c d, d e1, e1 g, g h, h a]", {}, TooLarge, "7×7"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "options", "error", "words"), BAD)
def test_bad_input(text: str, options: dict[str, str], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        jc.volume(text, at=options.get("at"), density=options.get("density", ""))


def test_a_large_triangular_map_is_no_trouble() -> None:
    text = "f(a, b, c, d, p, g, h) = [a, b + a, c + b, d c, p + a, g e^p, h + g^2]"
    solution = jc.volume(text)
    assert str(solution.result) == "c*exp(p)"
    assert solution.verified in (Outcome.PROVED, Outcome.AGREES)


def test_every_format() -> None:
    solution = jc.volume("f(x, y) = [x, y e^(x/2) + 3x]", at="1, 2", density="normal", digits=8)
    assert jc.from_json(solution.to_json()).to_json() == solution.to_json()
    written = [
        solution.to_text(),
        solution.to_latex(),
        solution.to_markdown(),
        solution.to_html(),
        solution.to_speech(),
    ]
    assert all(text.strip() for text in written)


PIECES = [  # det J where the samples that come first all lie in a piece in which it is 0; 0 in each piece
    ("f(x, y) = [min(x, y), x^2]", lambda x, y: -2 * x if y < x else 0),
    ("f(x, y) = [2 piecewise(y if y <= 2, x otherwise), y]", lambda x, y: 2 if y > 2 else 0),
    ("f(x, y) = [3x y, 1/max(4, y)]", lambda x, y: -3 * y / y**2 if y > 4 else 0),
    ("f(x, y) = [piecewise(x - 5 if x != 1, y otherwise), x^2 + x]", lambda x, y: 0),
]


@pytest.mark.parametrize(("text", "expected"), PIECES, ids=[text for text, _ in PIECES])
def test_determinants_in_pieces(text: str, expected: Callable[[Fraction, Fraction], Fraction]) -> None:
    found = jc.volume(text).result
    x, y = (sympy.Symbol(name, real=True) for name in "xy")
    for a, b in ((1, 3), (3, 1), (2, 5), (5, 7)):
        at = (Fraction(2 * a + 1, 2), Fraction(b))
        assert found.subs({x: sympy.Rational(*at[0].as_integer_ratio()), y: b}) == expected(*at)


@pytest.mark.parametrize(("text", "size", "log"), [
    ("x = sqrt(3 - 2u), y = v/sqrt(3 - 2u)", "1/(3 - 2u)", "-ln(3 - 2u)"),
    ("x = p e^q, y = q e^p", "e^p e^q |1 - pq|", "p + ln(|1 - pq|) + q"),
    ("x = 1/(1 - u)^2, y = v", "2/(|1 - u|·(1 - u)^2)", "ln(2) - 3 ln(|1 - u|)"),
    ("x = u^2/v, y = v^2 (1 - u)", "|u(4 - 5u)|", "ln(|4 - 5u|) + ln(|u|)"),
])  # fmt: skip
def test_what_stands_between_bars_stands_in_the_determinant(text: str, size: str, log: str) -> None:
    solution = jc.volume(text)
    factor = only(solution, VolumeFactor)
    assert isinstance(factor, VolumeFactor)
    assert factor.logarithm is not None
    assert (paper(factor.result), paper(factor.logarithm)) == (size, log)
    assert "|-" not in solution.to_text()
    assert jc.replay(solution.to_json()).outcome != "wrong"


def test_a_determinant_that_is_too_long_at_a_point_is_given_by_its_formula_and_in_decimals() -> None:
    found = jc.volume("f(x, y) = [x^1000 y, x]", at=(100, 1))
    assert found.numeric(5) == (("-1e2000",),)
    page = found.to_text()
    assert "|det J_f| = x^1000" in page
    assert "det J_f(100, 1) ≈ -1e2000" in page
    with pytest.raises(TooLarge):
        _ = found.result
    assert jc.volume("f(x) = [x^1000, x]", at=17).numeric(3) == (("1.65e1232",),)
    with pytest.raises(NotDifferentiable):
        jc.volume("f(x, y) = [x^1000 y, |x - 100|]", at=(100, 1))
