"""Derivatives as textbooks print them."""

from __future__ import annotations

import pytest

import jacocalc as jc
from jacocalc.derive.partials import partial
from jacocalc.linear import paper
from jacocalc.notation import Matrix
from jacocalc.reading.points import read_value
from jacocalc.steps import Determinant, Divergence, ImplicitJacobian, MatrixProduct, SecondOrderChain, SecondPartials

INPUTS = ["x", "y"]

CASES = [
    # what all terms share stands in front, where it is more than numbers and letters
    ("x^2 e^(-x)", "x", "x e^(-x) (2 - x)"),
    ("e^(a x) sin(b x)", "x", "e^(ax) (a sin(bx) + b cos(bx))"),
    ("x y e^(-x^2 - y^2)", "x", "y e^(-x^2 - y^2) (1 - 2x^2)"),
    ("e^x/x^2", "x", "e^x (x - 2)/x^3"),
    ("e^y sin(x)/(cos(x) + 2)", "x", "e^y (1 + 2 cos(x))/(cos(x) + 2)^2"),
    ("cos(y) sinh(x)/(cosh(x) - 2)", "x", "cos(y) (1 - 2 cosh(x))/(cosh(x) - 2)^2"),
    ("x^2 (1 - x)^3", "x", "x·(1 - x)^2 (2 - 5x)"), ("x^2 (3 - x)^4", "x", "6x·(3 - x)^3 (1 - x)"),
    ("(2x + 1)^5 (x^3 - x + 1)^4", "x", "2·(2x + 1)^4 (x^3 - x + 1)^3 (17x^3 + 6x^2 - 9x + 3)"),
    ("x^3 - 4x^2 + 7", "x", "3x^2 - 8x"),
    # numbers before all, and squares of sums, where a sum is not alone
    ("(2x/(1 + x^2))^2", "x", "8x(1 - x^2)/(1 + x^2)^3"), ("e^(x^2 - 2x)", "x", "2e^(x^2 - 2x) (x - 1)"),
    ("(2x + 4) sin(y) x", "y", "x(2x + 4) cos(y)"),
    ("e^x/(1 + x^2)", "x", "e^x·(1 - x)^2/(1 + x^2)^2"), ("(1 + x^2)/e^x", "x", "-e^(-x)·(1 - x)^2"),
    ("x^2 y + x y^2", "x", "2xy + y^2"),
    ("(1 - x)^2 + 100(y - x^2)^2", "x", "-2(1 - x) - 400x(y - x^2)"),
    ("cos(x) + x^2", "x", "-sin(x) + 2x"),
    ("x^2/e^x", "x", "x e^(-x) (2 - x)"),
    ("e^(-x) cos(x)", "x", "-e^(-x) (cos(x) + sin(x))"),
    ("cos(x)/e^x", "x", "-e^(-x) (sin(x) + cos(x))"),
    ("cos(x)^2 csc(x)", "x", "-cos(x) (2 + cot(x)^2)"),
    # sizes and signs of products, which meet where both stay whole
    ("x/sqrt(abs(x/(1 + x)))", "x", "(1 + 2x)/(2√(|x/(1 + x)|) (1 + x))"), ("x^2/abs(x/y)", "x", "y sign(x/y)"),
    ("abs(x/y)/abs(x)", "x", "0"), ("abs(x/(x - 1))/(x - 1)", "x", "-sign(x/(x - 1)) (1 + x)/(x - 1)^3"),
    # multiplied out where terms cancel or meet
    ("x y (1 - x - y)", "x", "y - 2xy - y^2"), ("x (y + 2) (1 - x)", "x", "(y + 2)(1 - 2x)"),
    ("(x + y + c)(x y + c)", "x", "xy + c + y(x + y + c)"),
    ("e^x (sin(x) + cos(x))", "x", "2e^x cos(x)"),
    ("(2 - x^2) cos(x) + 2x sin(x)", "x", "x^2 sin(x)"),
    ("(besselj(0, x) - besselj(2, x))/2", "x", "(besselj(3, x) - 3 besselj(1, x))/4"),
    # over one denominator
    ("x sqrt(1 - x^2) + arcsin(x)", "x", "2√(1 - x^2)"),
    ("x sqrt(x^2 + 1) + ln(x + sqrt(x^2 + 1))", "x", "2√(x^2 + 1)"),
    ("arcsin((1 - x)/(1 + x))", "x", "-1/((1 + x) √x)"),
    ("arcsin(2x)", "x", "2/√(1 - 4x^2)"),
    ("(sqrt(x) + x)/x^2", "x", "-(3 + 2√x)/(2x^(5/2))"), ("(x^(1/2) + x)/x^2", "x", "-(3 + 2x^(1/2))/(2x^(5/2))"),
    ("x^a x^b", "x", "(a + b)x^(a + b - 1)"), ("x^a x^(1 - b)", "x", "(a + 1 - b)x^(a - b)"),
    ("x^(1/x)", "x", "x^(1/x) (1 - ln(x))/x^2"),
    ("ln(x^2 + 4)/2 - arctan(x/2)", "x", "(x - 2)/(x^2 + 4)"),
    ("arctan(x) + arctan(1/x)", "x", "0"),
    ("x/2 + y/3 + x y/5", "x", "1/2 + y/5"),
    ("sqrt(x) e^(-sqrt(x))", "x", "e^(-√x) (1 - √x)/(2√x)"),
    ("(1 + x^2)^(-3/2) + (1 - x)/(1 + x^2)", "x", "-3x/(1 + x^2)^(5/2) + (-1 - 2x + x^2)/(1 + x^2)^2"),
    # what a rule puts under a root and between bars
    ("arcsin(x^2)", "x", "2x/√(1 - x^4)"),
    ("arcsin(sqrt(x))", "x", "1/(2√(1 - x)·√x)"),
    ("(2x - 1)^3/(3x + 1)", "x", "3(4x + 3)·(2x - 1)^2/(3x + 1)^2"),
    ("(x^2 - 4)^3/(x + 1)", "x", "(5x^2 + 6x + 4)(x^2 - 4)^2/(x + 1)^2"),
    ("(2x - 1)^2 (3x + 1)^3", "x", "5(2x - 1)·(3x + 1)^2 (6x - 1)"),
    # sums of letters are cancelled beside what else is there, and stay as they stood below
    ("(1 - x)/(2sqrt(x) (1 + x)^2)", "x", "(-1 - 6x + 3x^2)/(4x √x·(1 + x)^3)"),
    ("e^x (x^2 - 1)/(x + 1)", "x", "x e^x"),
    ("(1 - x + x ln(x))/(x (1 - x)^2)", "x", "(2x^2 ln(x) - 3x^2 + 4x - 1)/(x^2·(1 - x)^3)"),
    ("x/(1 - x)^2", "x", "(1 + x)/(1 - x)^3"), ("(1 + x)/(1 - x)^3", "x", "2(2 + x)/(1 - x)^4"),
    ("x/sqrt(1 - x^2/4)", "x", "1/(1 - x^2/4)^(3/2)"), ("(1 + x/2)/sqrt(1 - x/2)", "x", "(6 - x)/(8·(1 - x/2)^(3/2))"),
    ("arccos(2x^2 - 1)", "x", "-2x/(|x| √(1 - x^2))"),
    ("arcsin(2x sqrt(1 - x^2))", "x", "(2 - 4x^2)/(|1 - 2x^2| √(1 - x^2))"),
    ("x arcsin(x/2) + sqrt(4 - x^2)", "x", "asin(x/2)"),
    ("x sqrt(4 - x^2)/2 + 2 arcsin(x/2)", "x", "√(4 - x^2)"),
    ("arcsec(2x)", "x", "1/(|x| √(4x^2 - 1))"),
    ("|3x|", "x", "3 sign(x)"),
    ("|x^2 + 1|", "x", "2x"),
    ("exp(-x^2/(2y^2))/(y sqrt(2 pi))", "y", "exp(-x^2/(2y^2)) (x^2 - y^2)/(y^4 √(2π))"),
    # letters before the bracket of a factor
    ("x(1 + a(x^2 + y^2) + b(x^2 + y^2)^2)", "y", "2xy(a + 2b(x^2 + y^2))"),
    ("(x^3 - x) sin(y)", "y", "(x^3 - x) cos(y)"), ("x(1 + a(x^2 + y)^2)", "x", "1 + a(x^2 + y)^2 + 4ax^2 (x^2 + y)"),
    # secants of a half
    ("ln(tan(x/2))", "x", "csc(x)"), ("ln(tan(x/2 + pi/4))", "x", "sec(x)"),
    ("ln(tan(pi/4 - x/2))", "x", "-sec(x)"), ("ln(coth(x/2))", "x", "-csch(x)"), ("ln(cot(x/2 - pi/4))", "x", "sec(x)"),
    ("ln(tan(x))", "x", "sec(x) csc(x)"),
    ("ln(tan(x/2))/2 - cos(x)/(2sin(x)^2)", "x", "1/sin(x)^3"),
    # roots of quotients, apart where the denominator is positive
    ("arcsin(x/sqrt(1 + x^2))", "x", "1/(1 + x^2)"), ("arccos(1/sqrt(1 + x^2))", "x", "x/(|x| (1 + x^2))"),
    ("sqrt((1 - x)/(1 + x))", "x", "-1/(√(1 - x)·(1 + x)^(3/2))"),
    ("sqrt(x/(x + 1))", "x", "1/(2√(x/(x + 1))·(x + 1)^2)"),
    ("arctan(sqrt((1 - x)/(1 + x)))", "x", "-1/(2√(1 - x)·√(1 + x))"),
    ("arcsin(sqrt(x/(1 + x)))", "x", "1/(2√x (1 + x))"),
    # no fraction in a fraction
    ("(x + 1/x)/sin(x)", "x", "(x^2 sin(x) - sin(x) - x^3 cos(x) - x cos(x))/(x^2 sin(x)^2)"),
    ("(1 + e^x)/(x + 1/x)", "x", "(x e^x (1 + x^2) - (1 + e^x)(x^2 - 1))/(1 + x^2)^2"),
    # the one root below gone by the conjugate, where no sum with it is left
    ("arctan((sqrt(1 + x^2) - 1)/x)", "x", "1/(2(1 + x^2))"), ("arctan(x + sqrt(1 + x^2))", "x", "1/(2(1 + x^2))"),
    ("artanh(x + sqrt(1 + x^2))", "x", "-1/(2x √(1 + x^2))"), ("x/(1 + sqrt(1 + x))", "x", "1/(2√(1 + x))"),
    ("arctan(y/(x + sqrt(x^2 + y^2)))", "x", "-y/(2(x^2 + y^2))"), ("x^2/(1 + sqrt(1 + x^2))", "x", "x/√(1 + x^2)"),
    ("sqrt(x^2 + x)", "x", "(2x + 1)/(2√(x^2 + x))"),
    ("x/(1 + sqrt(x))", "x", "(2 + √x)/(2·(1 + √x)^2)"), ("1/(1 + sqrt(x))", "x", "-1/(2√x·(1 + √x)^2)"),
    ("arctan(x y - sqrt(1 + x^2))", "x", "(y √(1 + x^2) - x)/((1 + (xy - √(1 + x^2))^2) √(1 + x^2))"),
    # cancelled
    ("arctan((1 + x)/(1 - x))", "x", "1/(1 + x^2)"),
    ("arctan((x + y)/(1 - x y))", "x", "1/(1 + x^2)"),
    ("arctan(2x/(1 - x^2))", "x", "2/(1 + x^2)"),
    ("arctan(sin(x)/(1 + cos(x)))", "x", "1/2"),
    ("arctan(tan(x))", "x", "1"),
    ("2x(1 - x)/(1/(1 - x))", "x", "2(1 - 3x)(1 - x)"),
    ("x^2/x^a", "x", "(2 - a)x^(1 - a)"),
    ("x/(1 + |x|)", "x", "1/(1 + |x|)^2"),
    ("tan(x)^3/3 + tan(x)", "x", "sec(x)^4"),
    ("tan(x)/sec(x)", "x", "cos(x)"), ("sec(x)/tan(x)", "x", "-csc(x) cot(x)"),
    ("tan(x)/(1 + tan(x)^2)", "x", "1 - 2 sin(x)^2"), ("x/sec(x)", "x", "cos(x) - x sin(x)"),
    ("ln(x) |x|", "x", "1 + ln(x)"), ("arccosh(x) |x|", "x", "x/√(x^2 - 1) + acosh(x)"),
    ("arccosh(1/x)", "x", "-1/(x √(1 - x^2))"), ("arcsech(x) - arccosh(1/x)", "x", "0"),
    ("sqrt(x) |y|", "y", "√x·sign(y)"),
    ("exp(2x)/(1 + exp(x))", "x", "exp(2x) (2 + exp(x))/(1 + exp(x))^2"), ("x e^x - e^(2x)", "x", "e^x (1 + x - 2e^x)"),
    ("erf(x/sqrt(2))/2", "x", "exp(-x^2/2)/√(2π)"),
    ("(exp(x) - exp(-x))/(exp(x) + exp(-x))", "x", "4/(exp(x) + exp(-x))^2"), ("Ei(ln(x))", "x", "1/ln(x)"),
    ("x - sin(x) cos(x)", "x", "2 sin(x)^2"),
    ("cos(x)^3/3 - cos(x)", "x", "sin(x)^3"),
    ("artanh(sin(x))", "x", "1/cos(x)"),
    ("arctan(sinh(x))", "x", "1/cosh(x)"),
    ("cosh(x) sinh(x) - x", "x", "2 sinh(x)^2"),
    # pieces in pieces
    ("max(0, min(x, 1))", "x", "piecewise(0 if x < 0, 1 if x > 0 and x < 1, 0 if x > 1)"),
    ("min(1, max(0, 2x - 1))", "x", "piecewise(0 if x > 1, 0 if x < 1/2, 2 if x < 1 and x > 1/2)"),
    ("max(x, y)", "x", "piecewise(1 if x > y, 0 if y > x)"),
    ("max(x, max(y, 1))", "x", "piecewise(1 if x > y and x > 1, 0 if y > x and y > 1, 0 if 1 > x and 1 > y)"),
    ("max(x, max(x, y))", "x", "piecewise(1 if x > y, 0 if y > x)"),
    ("max(min(x, 1), x^2)", "x", "piecewise(1 if x > x^2, 0 if 1 > x^2 and x > 1, 2x if x < x^2 or 1 < x^2)"),
    # one formula in pieces
    ("max(x, y)^2", "x", "piecewise(2x if x > y, 0 if y > x)"), ("min(x, y) max(x, y)", "x", "y"),
    ("piecewise(x if x >= 0, -x otherwise) x", "x", "piecewise(2x if x > 0, -2x if x < 0)"),
    # what applies on a border only is in no piece
    ("piecewise(x^2 if x < 0, x^3 if x >= 0, 0 otherwise)", "x", "piecewise(2x if x < 0, 3x^2 if x > 0)"),
    ("piecewise(x^2 if x < 0, x^3 if 0 < x and x < 1, x if x >= 1, 0 otherwise)", "x",
     "piecewise(2x if x < 0, 3x^2 if 0 < x and x < 1, 1 if x > 1)"),
    ("piecewise(x y if x < y, x^2 if x > y, 1 otherwise)", "x", "piecewise(y if x < y, 2x if x > y)"),
    ("relu(x)^2 + x", "x", "piecewise(2x + 1 if x > 0, 1 if x < 0)"),
    ("relu(x) sigmoid(x)", "x", "piecewise(σ(x) (1 + x - x σ(x)) if x > 0, 0 if x < 0)"),
    ("e^(-x) heaviside(x)", "x", "piecewise(-e^(-x) if x > 0, 0 if x < 0)"),
    ("min(x, 1 - x)^3", "x", "3 min(x, 1 - x)^2 piecewise(1 if x < 1 - x, -1 if 1 - x < x)"),
    ("relu(x) relu(y)", "x", "piecewise(relu(y) if x > 0, 0 if x < 0)"),
    # the author's order
    ("a + x^2 y - (b + 1)x", "x", "2xy - b - 1"),
    ("e^(-x) (x^2 + 1)/2", "x", "-e^(-x) (x - 1)^2/2"), ("-e^(-x) (x^2 + 1)", "x", "e^(-x) (x - 1)^2"),
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


CHAINS = [
    # multiplied out where that is shorter, what cancels cancelled, e^(ln u) = u
    (("x = s t, y = s + t^2", "z = x^2 y"), "[[3s^2 t^2 + 2st^4, 2s^3 t + 4s^2 t^3]]"),
    (("u = p + q, v = p - q", "z = u/v"), "[[-2q/(p - q)^2, 2p/(p - q)^2]]"),
    (("u = x^2 - y^2, v = x y", "z = u/v"), "[[y/x^2 + 1/y, -x/y^2 - 1/x]]"),
    (("x = ln s, y = ln t", "z = e^(x + y)"), "[[t, s]]"),
    (("x = ln(t^2 + 1), y = atan t, z = e^t", "w = 2y e^x - ln z"), "[[4t atan(t) + 1]]"),
    (("x = s t^2, y = s^2 t", "z = e^x sin y"),
     "[[t e^(st^2) (t sin(s^2 t) + 2s cos(s^2 t)), s e^(st^2) (2t sin(s^2 t) + s cos(s^2 t))]]"),
    (("f(x, y) = [x + y, x y, x - y]", "g(u, v, w) = [u^2 + v, w^2 - v]"), "[[2x + 3y, 3x + 2y], [2x - 3y, 2y - 3x]]"),
    (("f(x, y) = [x^2 - y^2, 2x y]", "g(u, v) = u^2 - v^2"), "[[4x^3 - 12xy^2, 4y^3 - 12x^2 y]]"),
    (("f(x, y) = [x/(x^2 + y^2), y/(x^2 + y^2)]", "g(u, v) = [u/(u^2 + v^2), v/(u^2 + v^2)]"), "[[1, 0], [0, 1]]"),
    (("f(x, y) = [e^(x + y), e^(x - y)]", "g(u, v) = [u v, u/v]"), "[[2e^(2x), 0], [0, 2e^(2y)]]"),
    (("f(x, y) = [x^2 + y, y^2]", "g(u, v) = [u + v, u v]", "h(a, b) = a b"),
     "[[4x^3 y^2 + 4xy^3 + 2xy^4, 6x^2 y^2 + 4x^2 y^3 + 4y^3 + 5y^4 + 2x^4 y]]"),
    # what was inserted is tidied inside of functions; no bars around what is positive
    (("x = r cos t, y = r sin t", "z = sqrt(x^2 + y^2)"), "[[r/|r|, 0]]"),
    (("x = 2s + 3t, y = 3s - 2t", "z = sqrt(x^2 + y^2)"), "[[13s/√(13s^2 + 13t^2), 13t/√(13s^2 + 13t^2)]]"),
    (("x = e^(2u) cos(3v), y = e^(2u) sin(3v)", "z = (2x - y)/(x + 3y)"), "[[0, -21/(cos(3v) + 3 sin(3v))^2]]"),
    (("x = u + v, y = u - v", "z = e^(x y)"), "[[2u e^(u^2 - v^2), -2v e^(u^2 - v^2)]]"),
    (("f(x, y) = [x/y, x y]", "g(u, v) = [sqrt(u v), sqrt(v/u)]"), "[[x/|x|, 0], [0, y/|y|]]"),
    (("f(t) = [t^2, 1/t]", "g(x, y) = ln(x y)/sqrt(x)"), "[[(1 - ln(t))/t^2]]"),
    (("f(x) = (1 - x)/(1 + x)", "g(u) = arcsin(u)"), "[[-1/((1 + x) √x)]]"),
    (("f(x) = x^2", "g(u) = |u|"), "[[2x]]"),
    # no minus first in a difference
    (("x = cos t, y = sin t", "z = x y"), "[[cos(t)^2 - sin(t)^2]]"),
    (("u = x - y, v = y - x", "z = f(u, v)"), "[[∂f/∂u - ∂f/∂v, ∂f/∂v - ∂f/∂u]]"),
]  # fmt: skip


@pytest.mark.parametrize(("functions", "expected"), CHAINS)
def test_a_composition_is_printed_as_its_derivative_is(functions: tuple[str, ...], expected: str) -> None:
    solution = jc.compose(*functions)
    (*_, product) = (step for step in solution.derivation.steps if isinstance(step, MatrixProduct))
    assert paper(product.result) == expected
    assert solution.verified in ("proved", "agrees")


FIELDS = [
    (Determinant, "f(u, v, φ) = [u v cos φ, u v sin φ, (u^2 - v^2)/2]", "uv^3 + u^3 v"),
    (Determinant, "f(r, t, p; R) = [(R + r cos t) cos p, (R + r cos t) sin p, r sin t]", "-r(R + r cos(t))"),
    (Determinant, "f(x, y) = [e^(2x) cos y, e^(3x) sin y]", "e^(5x) (3 - cos(y)^2)"),
    (Determinant, "f(x, y) = [x/(x^2 + y^2), y/(x^2 + y^2)]", "-1/(x^2 + y^2)^2"),
    # differences as the author has them
    (Determinant, "f(x, y) = [x/(1 - x y), y/(1 - x y)]", "(xy + 1)/(1 - xy)^3"),
    (Determinant, "f(s, t; a) = [a sinh(t)/(cosh t - cos s), a sin(s)/(cosh t - cos s)]", "a^2/(cosh(t) - cos(s))^2"),
    (Divergence, "F(x, y, z) = [x/sqrt(x^2 + y^2 + z^2), y/sqrt(x^2 + y^2 + z^2), z/sqrt(x^2 + y^2 + z^2)]",
     "2/√(x^2 + y^2 + z^2)"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "function", "expected"), FIELDS)
def test_determinants_and_divergences_are_printed_so_too(
    kind: type[Determinant | Divergence], function: str, expected: str
) -> None:
    steps = jc.jacobian(function).derivation.steps
    assert [paper(step.result) for step in steps if isinstance(step, kind)] == [expected]


IMPLICIT = [
    ("x^2/a^2 + y^2/b^2 = 1", "y", "[[-b^2 x/(a^2 y), b^2 x^2/(a^3 y), y/b]]", ["a ≠ 0", "b ≠ 0", "y ≠ 0"]),
    ("x^2 - 4x y + y^2 = 4", "y", "[[(x - 2y)/(2x - y)]]", ["2x - y ≠ 0"]),
    ("x y + y z + x z = 1", "z", "[[-(y + z)/(x + y), -(x + z)/(x + y)]]", ["y + x ≠ 0"]),
    ("y^2 (y^2 - 4) = x^2 (x^2 - 5)", "y", "[[(2x^3 - 5x)/(2y^3 - 4y)]]", ["y ≠ 0", "y^2 - 2 ≠ 0"]),
    ("2(x^2 + y^2)^2 = 25(x^2 - y^2)", "y", "[[(25x - 4x(x^2 + y^2))/(25y + 4y(x^2 + y^2))]]", ["y ≠ 0"]),
    ("x - z = arctan(y z)", "z", "[[(y^2 z^2 + 1)/(y^2 z^2 + y + 1), -z/(y^2 z^2 + y + 1)]]", ["1 + y^2 z^2 + y ≠ 0"]),
    ("F(x, y; a) = x^a y^(1 - a) - 5", "y", "[[ay/(x(a - 1))]]", ["x > 0", "y > 0", "a ≠ 1"]),
    ("cos(x y) = 1 + sin y", "y", "[[-y sin(xy)/(x sin(xy) + cos(y))]]", ["x sin(xy) + cos(y) ≠ 0"]),
]  # fmt: skip


@pytest.mark.parametrize(("equation", "letter", "expected", "conditions"), IMPLICIT)
def test_implicit_derivatives_and_where_they_hold(
    equation: str, letter: str, expected: str, conditions: list[str]
) -> None:
    solution = jc.implicit(equation, solve_for=letter)
    (*_, step) = (step for step in solution.derivation.steps if isinstance(step, ImplicitJacobian))
    assert paper(step.result) == expected
    assert [paper(condition) for condition in solution.derivation.assumptions] == conditions


SECOND = [
    (("x = s t, y = s - t", "z = e^(x y)"), "s e^(s^2 t - st^2) (4st^2 - 4s^2 t + s^3 - 2)"),
    (("f(x, y) = x y", "g(u) = sin u"), "-x^2 sin(xy)"),
    (("f(x, y) = [x - y, x y]", "g(u, v) = sin(u) v"), "-x(2 cos(x - y) + y sin(x - y))"),
    (("x = r cos t, y = r sin t", "z = ln(x^2 + y^2)"), "0"),
]


@pytest.mark.parametrize(("functions", "expected"), SECOND)
def test_second_derivatives_of_a_chain(functions: tuple[str, ...], expected: str) -> None:
    steps = jc.hessian(*functions).derivation.steps
    (*_, step) = (step for step in steps if isinstance(step, SecondOrderChain))
    assert paper(step.result.rows[-1][-1]) == expected


@pytest.mark.parametrize(
    ("function", "row"),
    [("f(x, y) = 1/sqrt(x^2 + y^2)", ["(2x^2 - y^2)/(x^2 + y^2)^(5/2)", "3xy/(x^2 + y^2)^(5/2)"]),
     ("f(x, y) = 1/(x^2 + y^2 + 1)", ["(6x^2 - 2y^2 - 2)/(x^2 + y^2 + 1)^3", "8xy/(x^2 + y^2 + 1)^3"]),
     ("f(x, y) = x y/(x^2 + y^2)", ["2xy(x^2 - 3y^2)/(x^2 + y^2)^3", "(6x^2 y^2 - x^4 - y^4)/(x^2 + y^2)^3"]),
     ("f(x, y) = (x^2 - y^2)/(x^2 + y^2)", ["4y^2 (y^2 - 3x^2)/(x^2 + y^2)^3", "8xy(x^2 - y^2)/(x^2 + y^2)^3"])],
)  # fmt: skip
def test_second_partial_derivatives_of_quotients(function: str, row: list[str]) -> None:
    """A minus in front turns the differences; the sums of a numerator are one where that is shorter."""
    steps = jc.hessian(function).derivation.steps
    (step,) = (step for step in steps if isinstance(step, SecondPartials))
    assert [paper(entry) for entry in step.result.rows[0]] == row


@pytest.mark.parametrize(
    "functions", [("f(x) = 1/(1 + e^(-x))", "g(y) = ln(y/(1 - y))"), ("f(x) = tanh(x)", "g(y) = artanh(y)")]
)
def test_a_condition_that_holds_always_is_not_printed(functions: tuple[str, str]) -> None:
    assert not jc.compose(*functions).derivation.assumptions


@pytest.mark.parametrize(("f", "written"), [
    ("f(x) = ln(x |x|)^2", "4 ln(x^2)/x"), ("f(x) = sin(x |x|) + ln x", "2x cos(x^2) + 1/x"),
])  # fmt: skip
def test_what_stood_in_bars_is_joined_with_what_stands_beside_it(f: str, written: str) -> None:
    """ln(x |x|) is ln(x²) where x > 0, not ln(x·x)."""
    result = jc.compose(f, "g(u) = u").derivation.result
    assert isinstance(result, Matrix)
    assert [paper(entry) for entry in result.entries] == [written]
