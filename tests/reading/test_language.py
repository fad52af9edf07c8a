"""The language that people type: each row is what is typed and how it is read, or why it is refused."""

from __future__ import annotations

import pytest

from jacocalc.errors import ReadError
from jacocalc.linear import paper, strict
from jacocalc.notation import Applied, Expr, Matrix, Power, Product, Quotient, Symbol, integer
from jacocalc.reading.parser import read_expression
from jacocalc.reading.points import read_value
from jacocalc.reading.scope import Scope

NAMES = ["x", "y", "z", "a", "b", "n", "theta", "alpha", "x1", "x_2", "yhat"]


def read(text: str, loose: bool | None = None) -> tuple[Expr, list[str]]:
    scope = Scope.of(NAMES, loose=loose)
    return read_expression(text, scope), scope.notes


ACCEPTED = [
    ("2xy", "2*x*y"),
    ("2x(y+1)", "2*x*(y + 1)"),
    ("√x√y + 2√x∛y", "sqrt(x)*sqrt(y) + 2*sqrt(x)*cbrt(y)"),
    ("(x+1)(y-1)", "(x + 1)*(y - 1)"),
    ("x y", "x*y"),
    ("x(x+1)", "x*(x + 1)"),
    ("ln(2) 2^x", "ln(2)*2^x"),
    ("(x + 1) 2^x", "(x + 1)*2^x"),
    ("ax + by", "a*x + b*y"),
    ("xe^y", "x*e^y"),
    ("cos 2e^x", "cos(2*e^x)"),
    ("pix", "pi*x"),
    ("2πx", "2*pi*x"),
    ("xsin(y)", "x*sin(y)"),
    ("xcos θ", "x*cos(theta)"),
    ("xsin y", "x*sin(y)"), ("xsin^2 y", "x*sin(y)^2"), ("xsin²(y)", "x*sin(y)^2"), ("xln|y|", "x*ln(abs(y))"),
    ("xatan2(y, x)", "x*atan2(y, x)"),
    ("sinx", "sin(x)"), ("sinxy", "sin(x*y)"), ("cos2x", "cos(2*x)"), ("2xlnx^2", "2*x*ln(x^2)"),
    ("lnlnx", "ln(ln(x))"),
    ("sinxcosy", "sin(x)*cos(y)"), ("sinxcos(y)", "sin(x)*cos(y)"), ("sin^2xcosy", "sin(x)^2*cos(y)"),
    ("2xcos2xsinx + 1", "2*x*cos(2*x)*sin(x) + 1"), ("exsinhxy", "e*x*sinh(x*y)"), ("sinpix", "sin(pi*x)"),
    ("2sin xcos x", "2*sin(x)*cos(x)"), ("sin xycos y", "sin(x*y)*cos(y)"), ("cos x sinx", "cos(x)*sin(x)"),
    ("e^sinx", "e^sin(x)"), ("x^2sinx", "x^2*sin(x)"), ("sqrt2/2", "sqrt(2)/2"), ("xln2", "x*ln(2)"),
    ("costheta", "cos(theta)"), ("xlog_2y", "x*log(y, 2)"),
    ("xcos 2y", "x*cos(2*y)"), ("log_e x", "ln(x)"), (r"\log_e(xy)", "ln(x*y)"),
    ("x_1 + x₁ + x_{1}", "x1 + x1 + x1"),
    ("x2 + x₂", "x_2 + x_2"),
    ("ŷ + yhat + y\u0302", "yhat + yhat + yhat"),
    ("θ^2", "theta^2"),
    ("x**2", "x^2"),
    ("Abs(x) + Max(x, y) - Min(x, y)", "abs(x) + max(x, y) - min(x, y)"),
    ("-x^2", "-x^2"),
    ("(-x)^2", "(-x)^2"),
    ("x^-1", "x^(-1)"),
    ("2^3^2", "2^3^2"),
    ("ab^2", "a*b^2"),
    ("x^2y", "x^2*y"),
    ("sin 2x", "sin(2*x)"),
    ("sin xy", "sin(x*y)"),
    ("cos 2π x", "cos(2*pi*x)"),
    ("x sin pi x cos 2 pi x^2", "x*sin(pi*x)*cos(2*pi*x^2)"),
    ("sin x cos y", "sin(x)*cos(y)"),
    ("x sin y", "x*sin(y)"),
    ("sin^2 x", "sin(x)^2"),
    ("sin²x", "sin(x)^2"),
    ("sin^2(x)", "sin(x)^2"),
    ("sin(x)^2", "sin(x)^2"),
    ("sin x^2", "sin(x^2)"),
    ("sin x + y", "sin(x) + y"),
    ("ln x", "ln(x)"),
    ("log x", "ln(x)"),
    ("sin cos x", "sin(cos(x))"),
    ("1/2 x", "1/2*x"),
    ("1/2 (x-y)^2", "1/2*(x - y)^2"),
    ("3/4 sin x", "3/4*sin(x)"),
    ("1/(x sqrt(2π)) e^(-y)", "1/(x*sqrt(2*pi))*e^(-y)"), ("x/(y + 1)^2 z/(z + 2)", "x/(y + 1)^2*z/(z + 2)"),
    ("e^x", "e^x"),
    ("e^x y", "e^x*y"),
    ("e^2x", "e^2*x"),
    ("x^1/2", "x^1/2"),
    ("3e + 2", "3*e + 2"),
    ("3e", "3*e"),
    ("log10(x)", "log(x, 10)"),
    ("log_2 x", "log(x, 2)"), ("log_e x + log_e(2)", "ln(x) + ln(2)"),
    ("log2(x)", "log(x, 2)"),
    ("atan2(y, x)", "atan2(y, x)"),
    ("root(x, 3)", "root(x, 3)"),
    ("|x|", "abs(x)"),
    ("|x - 1|y", "abs(x - 1)*y"),
    ("| |x| - 1|", "abs(abs(x) - 1)"),
    ("|x||y|", "abs(x)*abs(y)"),
    ("|x| y |z|", "abs(x)*y*abs(z)"),
    ("|x·|y|·z|", "abs(x·abs(y)·z)"),
    ("2|x| - 3|y|", "2*abs(x) - 3*abs(y)"),
    ("[|x|y, z|a|]", "[[abs(x)*y], [z*abs(a)]]"),
    ("√x + √(x+1) + √2", "sqrt(x) + sqrt(x + 1) + sqrt(2)"),
    ("log₂x + log_2x + log2 x", "log(x, 2) + log(x, 2) + log(x, 2)"),
    ("log(x, y) + log(8, 2)", "log(x, y) + log(8, 2)"),
    ("x ‐ y ‑ z — a", "x - y - z - a"),
    ("√(x)^2 + √2 x + √2·x + √(2)x", "sqrt(x)^2 + sqrt(2)*x + sqrt(2)·x + sqrt(2)*x"),
    ("∛x", "cbrt(x)"),
    ("x·y × 2", "x·y·2"),
    ("x − y", "x - y"),
    ("½x", "1/2*x"),
    ("x²⁻¹", "x^(2 - 1)"),
    ("𝑥 + 𝒚", "x + y"),
    ("(x + 1）", "x + 1"),
    ("x\u200b + y", "x + y"),
    ("sin\u2061(x) + x\u2062sin\u20612\u2062y", "sin(x) + x*sin(2*y)"),
    ("x ✕ y", "x·y"),
    ("sin.(x) + x.^2", "sin(x) + x^2"),
    ("3 (2) + x (2) y + x·(2)", "3*2 + x*2*y + x·2"),
    ("(3/5) (0.1) + (4/5) (2)", "3/5*0.1 + 4/5*2"),
    ("x - y (0.05)", "x - y*0.05"),
    ("0.5x", "0.5*x"),
    (".5", ".5"),
    ("x/y/z", "x/y/z"),
    ("x/y*z", "x/y*z"),
    ("x/(2y)", "x/(2*y)"),
    ("2x/3", "2*x/3"),
    ("x^2/2", "x^2/2"),
    ("x - -y", "x - (-y)"),
    ("x + (-2)", "x + (-2)"),
    ("piecewise(x if x > 0, 0 otherwise)", "piecewise(x if x > 0, 0 otherwise)"),
    ("piecewise(1 if 0 < x <= 1 and y != 0, 2 if x = 3 or (x > 5))",
     "piecewise(1 if (0 < x and x <= 1) and y != 0, 2 if x = 3 or x > 5)"),
    ("max(x, y, 0) + min(x, 1)", "max(x, y, 0) + min(x, 1)"),
    ("σ(x) + sigmoid(x)", "sigmoid(x) + sigmoid(x)"),
    ("arctan x + tg x", "atan(x) + tan(x)"),
    ("sin(x) y", "sin(x)*y"),
    ("cos^-2(x)", "cos(x)^(-2)"),
    ("e^(x) y", "e^x*y"),
    ("[x y, x]", "[[x*y], [x]]"),
    ("y (1/2 x)", "y*(1/2*x)"),
    ("sin(x)(y+1)", "sin(x)*(y + 1)"),
    ("max{0, x}", "max(0, x)"),
    ("[1, 2; 3, 4]", "[[1, 2], [3, 4]]"),
    ("[[1, 2], [3, 4]]", "[[1, 2], [3, 4]]"),
    ("{x, y}", "[[x], [y]]"),
    ("(x, y)", "[[x], [y]]"),
    ("(x; y)", "[[x], [y]]"),
    ("(cos x, -y sin x; sin x, y cos x)", "[[cos(x), -y*sin(x)], [sin(x), y*cos(x)]]"),
    ("((x, y), (y, x))", "[[x, y], [y, x]]"),
    ("[(x, y), (y, x)]", "[[x, y], [y, x]]"),
    ("((x + 1), (y))", "[[x + 1], [y]]"),
    ("[2x y^2 + 1; 2 x^2 y]", "[[2*x*y^2 + 1], [2*x^2*y]]"),
    ("[[2x y^2 + 1], [2x^2 y]]", "[[2*x*y^2 + 1], [2*x^2*y]]"),
    ("[[2 x y], [x y]]", "[[2*x*y], [x*y]]"),
    ("[x y; x]", "[[x*y], [x]]"),
    ("max((x), (y))", "max(x, y)"),
    ("np.sin(x)*np.pi + math.exp(-y**2)", "sin(x)*pi + exp(-y^2)"),
    ("x*sp.sqrt(y)", "x*sqrt(y)"),
    ("Matrix([[1, x], [y, 0]])", "[[1, x], [y, 0]]"),
    ("Matrix([x, y])", "[[x], [y]]"),
    ("np.array([[1, x], [y, 0]])", "[[1, x], [y, 0]]"),
    ("2 sp.Matrix([[x], [y]])", "2*[[x], [y]]"),
    ("sin x/cos x", "sin(x)/cos(x)"),
    ("2 ln x / sin y + 1", "2*ln(x)/sin(y) + 1"),
    ("sin 2x/(1 + cos 2x)", "sin(2*x)/(1 + cos(2*x))"),
    ("2 cos x (-sin x)", "2*cos(x)*(-sin(x))"),
    ("2^x ln 2 (1 + sin x)", "2^x*ln(2)*(1 + sin(x))"),
    ("sin^2 x*(1 + cos y)^2", "sin(x)^2*(1 + cos(y))^2"),
    (r"2\frac{x}{2}", "2*(x/2)"),
    (r"0.5\frac12", "0.5*(1/2)"),
    ("x i + y j", "x*[[1], [0], [0]] + y*[[0], [1], [0]]"),
    ("2xi - yj", "2*x*[[1], [0], [0]] - y*[[0], [1], [0]]"),
    ("cos x i + sin x j", "cos(x)*[[1], [0], [0]] + sin(x)*[[0], [1], [0]]"),
    ("x/2 i + y/x k", "x/2*[[1], [0], [0]] + y/x*[[0], [0], [1]]"),
    ("x î + y k̂", "x*[[1], [0], [0]] + y*[[0], [0], [1]]"),
    ("x^{2}î + xyk̂", "x^2*[[1], [0], [0]] + x*y*[[0], [0], [1]]"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "meant"), ACCEPTED)
def test_accepted(typed: str, meant: str) -> None:
    assert strict(read(typed)[0]) == meant


@pytest.mark.parametrize("typed", [typed for typed, _ in ACCEPTED])
def test_what_is_written_reads_back_as_the_same_tree(typed: str) -> None:
    expr, _ = read(typed)
    scope = Scope.of(NAMES)
    scope.verbatim = True
    assert read_expression(strict(expr), scope) == expr


NOTED = [
    ("e^2x", "(e^2)·x"),
    ("x^1/2", "(x^1)/2"),
    ("1/2 x", "1/2"), ("1/(2y) x", "(1/(2y))"),
    ("xsin(y)", "x·sin"),
    ("cos x (-sin x)", "cos x is read as cos(x)"), ("ln x/(2 + ln y)", "ln x is read as ln(x)"),
    ("sin2x", "sin2x is read as sin(2x)"), ("lnx^2", "lnx^2 is read as ln(x^2)"), ("sinxy", "sinxy is read as sin(xy)"),
    ("sinxcos(y)", "sinxcos is read as the product sin(x)·cos(…)"),
    ("σ(x)", "sigmoid"),
    ("[x y; x]", "the blanks in [x y; x] are read as products"),
    ("sin -x", "sin(-x)"),
    ("np.multiply(x, y)", "multiply(x, y) is read as xy"),
    ("log1p(x y)", "log1p(x) is read as ln(1 + x)"),
    ("sin(np.deg2rad(x))", "deg2rad(x) is read as πx/180"), ("asind(x/2)", "asind(x) is read as 180 asin(x)/π"),
    ("abs2(x)", "abs2(x) is read as x^2"), ("xlogy(x, y)", "xlogy(x, y) is read as x ln(y)"),
    ("clip(y, 0, 1)", "clip(x, a, b) is read as max(a, min(x, b))"),
    ("sqrt x+1", "sqrt x+1 is read as √x + 1"), ("√x-y", "√x-y is read as √x - y"),
    ("2 sqrt x^2+y", "sqrt x^2+y is read as"),
    ("sh 2x", "sh is read as sinh"), ("gamma(x)", "gamma is read as the gamma function"),
    (r"\Gamma(x)", "Gamma is read as the gamma function"), ("beta(x, 2)", "beta(x, y) is read as Γ(x) Γ(y)/Γ(x + y)"),
    ("e^-x^2/2", "e^-x^2/2 is read as (e^-x^2)/2"),
    ("e^−x/y", "e^−x/y is read as (e^−x)/y"),
    ("x^-2/3", "x^-2/3 is read as (x^-2)/3; a root is x^(-2/3)"),
]


@pytest.mark.parametrize(("typed", "said"), NOTED)
def test_notes_tell_how_it_was_read(typed: str, said: str) -> None:
    assert any(said in note for note in read(typed)[1])


@pytest.mark.parametrize(
    "typed", ["2xy", "x^2/2", "sin x", "x^2y", "e^x", "e^(-x)/2", "e⁻ˣ/2", "e^-x /2", "x^-y", "√x+√y"]
)
def test_plain_spellings_need_no_note(typed: str) -> None:
    assert read(typed)[1] == []


# typed, column of the caret, words of the message, words of the hint
REFUSED = [
    ("sin x y", 0, "two ways", "sin(x)·y or sin(x·y)"),
    ("sin x/2", 0, "two ways", "sin(x)/2 or sin(x/2)"),
    ("sin x (y + 1)", 0, "two ways", "sin(x)·(y + 1) or sin(x·(y + 1))"),
    ("cos 2π(x + sin y)", 0, "two ways", "cos(2π·(x + sin(y)))"), ("sin 2 (x + cos y)", 0, "two ways", ""),
    ("exp -x^2/(2 ln y)", 0, "two ways", ""), (r"\cos 2\frac{\sin x}{y}", 0, "two ways", ""),
    ("ln 2(x + ln y)", 0, "two", ""),
    ("arctan y/(x cos y)", 0, "two ways", "arctan(y)/(x cos(y)) or arctan(y/(x cos(y)))"),
    ("sin x*2", 0, "two ways", "sin(x)*2"),
    ("sin^-1 x", 0, "two ways", "asin(x) or 1/sin(x)"),
    ("sin^-1(x+y)", 0, "two ways", "asin(x + y) or 1/sin(x + y)"),
    ("ln^-1 y", 0, "two ways", "exp(y) or 1/ln(y)"),
    ("sin^2 x y", 0, "two ways", "sin(x)^2·y or sin(x·y)^2"),
    ("x^2 3", 0, "two ways", "x^2·3 or (x^2)^3"),
    ("x½", 0, "two ways", "x·(1/2) or x^(1/2)"),
    ("x 1/2", 0, "two ways", "x·(1/2) or x^(1/2)"),
    ("1/2x", 0, "two ways", "(1/2)·x or 1/(2x)"),
    ("x + y (2)", 6, "two ways", "leave the number of the equation out"),
    ("x y  (2.1)", 5, "two ways", "factor 2.1 in front"),
    ("x/2y", 0, "two ways", "(x/2)·y or x/(2y)"),
    ("a/b z", 0, "two ways", "(a/b)·z or a/(bz)"),
    ("1/x(y+1)", 0, "two ways", "(1/x)·(y + 1)"),
    ("3e+2", 0, "two ways", "3·10^2 or 3·e + 2"),
    ("3e2", 0, "two ways", "3·10^2"),
    ("[x y]", 0, "two ways", "[x, y]"),
    ("[x y; y x]", 0, "two ways", ""),
    ("[x -y; y x]", 0, "two ways", ""),
    ("[[x y], [y x]]", 1, "two ways", ""),
    ("[[x y], [y, x]]", 1, "two ways", ""),
    ("[[x y]]", 1, "two ways", ""),
    ("[2·[x y], 1]", 3, "two ways", ""),
    ("[|[x y]|, [x]]", 2, "two ways", ""),
    ("(x, y; x)", 0, "rows have lengths 2, 1", ""),
    ("((x, y), (x, y, z))", 0, "rows have lengths 2, 3", ""),
    ("[x^2 y^2]", 0, "two ways", "[x^2, y^2] or [x^2·y^2]"),
    ("[x ln y]", 0, "two ways", "[x, ln y] or [x·ln y]"),
    ("[x y (x + 1)]", 0, "two ways", "[x, y] or [x·y]"),
    ("[x y x^2; 0 1]", 10, "two ways", "0·1 or 0, 1"),
    ("[x 2^y]", 1, "two ways", "x·2^y or x, 2^y"),
    ("[x^2 1]", 1, "two ways", "x^2·1 or x^2, 1"),
    ("([x, x^2 1])", 5, "two ways", "x^2·1 or x^2, 1"),
    ("Matrix(x, y)", 0, "Matrix is not a known function", ""),
    ("Matrix([x, y]", 0, "Matrix is not a known function", ""),
    ("np.", 2, "not part of the language", ""),
    ("x.y", 1, "not part of the language", ""),
    ("||x|", 0, "“||” is closed by “|”", "|…| for the absolute value"),
    ("[sin(x) y]", 0, "two ways", ""),
    ("softmax(x, y)[1]", 13, "an index is not read", ""),
    ("[x, y][1]", 6, "an index is not read", ""),
    ("1/-2 x", 0, "two ways", ""),
    ("x/-2y", 0, "two ways", "(x/(-2))·y or x/((-2)y)"),
    ("e^αx", 0, "two ways", "e^(αx) or e^α·x"),
    ("2^x1x2", 0, "two ways", ""),
    ("x^2 2^x", 0, "“x^2 2^x” can be read in two ways", "write x^2·2^x or (x^2)^(2^x)"),
    ("x 2^(y + 1) z", 0, "“x 2^(y + 1)” can be read in two ways", "write x·2^(y + 1) or x^(2^(y + 1))"),
    ("1/(2y^2)||x - z||^2", 0, "two ways", "write (1/(2y^2))·(||x - z||^2) or 1/(2y^2 ||x - z||^2)"),
    ("(x+1)2", 0, "two ways", "(x + 1)·2"),
    ("x 2", 0, "two ways", "x·2"),
    ("2 3", 0, "two ways", "2·3"),
    ("e^xy", 0, "two ways", "e^(xy) or e^x·y"),
    ("2^xy", 0, "two ways", "2^(xy)"),
    ("sqrt[3](x)", 0, "square brackets", "root(x, 3)"),
    ("∜x", 0, "fourth root", "root(x, 4)"),
    ("³√x", 0, "found “³”", "cbrt(x) and root(x, 4)"),
    (r"\frac{d}{dx} x^2", 6, "a derivative is computed here", "jacobian shows all"),
    (r"\frac{\partial z}{\partial x}", 6, "a partial derivative is computed here", "jacobian shows all"),
    ("cos ye^x", 0, "two ways", "cos(y)·e^x or cos(y·e^x)"),
    (r"\sin^2 ye^{2x}", 0, "two ways", "e^(2x)"),
    ("sin -xe^y", 0, "two ways", "sin(-x)·e^y or sin(-x·e^y)"),
    ("ln 2xe^y", 0, "two ways", "ln(2·x)·e^y or ln(2·x·e^y)"),
    ("||x|-1|", 0, "two ways", "write | |x|-1|"),
    ("|x|y|z|", 0, "two ways", "|x| y |z| or |x·|y|·z|"),
    ("|x |y| z|", 0, "two ways", "|x| y |z| or |x·|y|·z|"),
    ("|2|x|-y|", 0, "two ways", "|2| x |-y| or |2·|x|-y|"),
    ("z + |x|y + a|b|", 4, "two ways", "|x| y + a |b|"),
    ("|1 - 2|x||", 8, "never closed", "|1 - 2·|x||"),
    ("x +", 3, "end of the text", ""),
    ("* x", 0, "found “*”", ""),
    ("x^^2", 2, "found “^”", ""),
    ("(x", 0, "never closed", "add “)”"),
    ("x)", 1, "closes nothing", ""),
    ("(x]", 2, "closed by", ""),
    ("[x,,y]", 3, "missing", ""),
    ("[[1,2],[3]]", 0, "rows have lengths 2, 1", ""),
    ("sin", 0, "needs an argument", ""),
    ("sin()", 3, "needs an argument", ""),
    ("sin(x,y)", 0, "1 argument, not 2", ""),
    ("sni(x)", 0, "not a known function", "did you mean sin?"),
    ("Sin(x)", 0, "not a known function", "did you mean sin?"),
    ("cso(x)", 0, "not a known function", "did you mean cos?"),
    ("tna(x)", 0, "not a known function", "did you mean tan?"),
    ("In(x)", 0, "not a known function", "did you mean ln?"),
    ("w", 0, "not declared", "declare it"),
    ("X", 0, "not declared", "did you mean x?"),
    ("kappa", 0, "not declared", ""),
    ("nan", 0, "real number", ""),
    ("inf + x", 0, "real number", ""),
    ("2i", 1, "real number", "a i + 0 j"),
    ("x k", 2, "k is not declared", "declare it"),
    ("(i)(j - w)", 8, "w is not declared", "declare it"),
    ("1/0", 2, "division by zero", ""),
    ("sqrt(-1)", 0, "not real", ""),
    ("(-8)^(1/3)", 4, "fractional exponent", "cbrt(-8)"),
    ("ln(0)", 0, "undefined", ""),
    ("9^9^9^9", 3, "exponent over", ""),
    ("2^99999", 1, "exponent over", ""),
    ("10000!", 5, "whole number up to 20", ""),
    ("1" * 61, 0, "61 digits", ""),
    ("(" * 31 + "x" + ")" * 31, 30, "nested more than 30", ""),
    ("__import__('os').system('id')", 0, "not part of the language", ""),
    ("().__class__", 2, "not part of the language", ""),
    ("lambda x: x", 0, "not declared", ""),
    ("х + 1", 0, "cyrillic small letter ha", "Latin letter x"),
    ("٣x", 0, "arabic-indic digit three", ""),
    ("x\x00", 1, "U+0000", ""),
    ("x\x1b[31m", 1, "U+001B", ""),
    ("x\u202e", 1, "U+202E", ""),
    ("x = 1", 2, "found “=”", "equation"),
    ("1,5", 1, "found “,”", "written with a point"),
    ("x'", 1, "prime", ""),
    ("", 0, "found nothing", ""),
    ("   ", 0, "found nothing", ""),
    ("piecewise(x)", 11, "if", ""),
    ("root(x, 1/2)", 0, "whole number", ""),
    ("x w", 2, "not declared", "declare it"),
    ("wx y", 0, "not declared", "as the product w·x, w would"),
    ("e^-xy", 0, "two ways", "e^(-xy) or e^(-x)·y"),
    ("e^-αx", 0, "two ways", "e^(-αx) or e^(-α)·x"),
    ("1½ x", 0, "two ways", "1·(1/2) or 3/2"),
    ("2 1/2 x", 0, "two ways", "2·(1/2) or 5/2"),
    (r"x + 2\frac12", 4, "two ways", r"\frac{5}{2} or 2 \cdot \frac12"),
    (r"1\frac{1}{3} x", 0, "two ways", r"\frac{4}{3} or 1 \cdot \frac{1}{3}"),
    (r"x^{10} y^10", 8, "two ways", "^{10}; without braces only the first digit"),
    ("sin x/x", 0, "two ways", "sin(x)/x or sin(x/x)"),
    ("0xa + 1", 0, "“0xa” is read in two ways", "base 10"),
    ("y + Α", 4, "greek capital letter alpha", "Latin letter A"),
    ("x ± 1", 2, "plus-minus sign", "with + or with -"),
    ("sin'(x)", 3, "a prime is not read", "write what sin′ is"),
    ("inv sin x", 0, "inv is not declared", ""),
    ("ln π x", 0, "two ways", "ln(π)·x or ln(π·x)"),
    ("sqrt 2 pi x", 0, "two ways", ""),
    ("wx", 0, "not declared", "as the product w·x, w would have to be declared"),
    ("pi_x", 0, "not declared", ""),
    ("√xy", 0, "a root without brackets", "√(…), or (√x) for the root alone"),
    ("1 + 2√2x", 5, "a root without brackets", "√(…), or (√2) for the root alone"),
    ("√2(x+1)", 0, "a root without brackets", ""),
    ("√x² + y²", 0, "a root without brackets", ""),
    ("∛x^2", 0, "a root without brackets", "∛(…), or (∛x)"),
    ("x + log2x", 4, "“log2x” can be read in two ways", "log_2(x) or log(2x)"),
    ("log10y", 0, "two ways", "log_10(y) or log(10y)"),
    ("log(2, x)", 0, "two ways", "log(x, 2), the base at the end, or ln(2)/ln(x)"),
    ("log(e, x y)", 0, "two ways", "log(xy, e)"),
    ("y + d/dx (x^2 y)", 4, "a derivative is computed here, not read", "write out what it is"),
    ("2 dx/dy", 2, "a derivative is computed here, not read", "write out what it is"),
    ("d^2y/dx^2 + y", 0, "a derivative is computed here, not read", ""),
    (r"y + \frac{d x}{d y}", 10, "a derivative is computed here, not read", ""),
    (r"\frac{d (x^2 + y)}{dx}", 6, "a derivative is computed here, not read", ""),
    (r"\frac{d^{2} y}{d\theta^2}", 6, "a derivative is computed here, not read", ""),
    ("y + ∂x/∂y", 4, "“∂” (partial differential) is not part of the language", "write out what it is"),
    ("2 + x[1]^2", 5, "an index is not read", "an entry is a name of its own: f(x_1, x_2, …)"),
    ("1.5e-3*", 0, "“1.5e-3” can be read", "1.5·10^-3"),
]


@pytest.mark.parametrize(("typed", "column", "message", "hint"), REFUSED, ids=lambda v: str(v)[:20])
def test_refused_with_a_caret_and_a_hint(typed: str, column: int, message: str, hint: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(typed)
    error = caught.value
    assert message in error.message
    assert hint in error.hint
    assert "\n" not in error.message
    if typed.strip():
        assert error.start == column


def test_a_long_line_is_refused_before_it_is_read() -> None:
    with pytest.raises(ReadError, match="12,000 characters"):
        read("x+" * 6000)


@pytest.mark.parametrize(("loose", "meant"), [(True, "1/2*x"), (False, "1/(2*x)")])
def test_juxtaposition_settles_a_product_behind_a_slash(loose: bool, meant: str) -> None:
    assert strict(read("1/2x", loose)[0]) == meant


def test_the_caret_stands_under_the_place() -> None:
    with pytest.raises(ReadError) as caught:
        read("x + sni(y)")
    assert caught.value.report().splitlines() == [
        "error: sni is not a known function",
        "  x + sni(y)",
        "      ^^^",
        "hint: did you mean sin?",
    ]


# typed, the columns of a terminal before the caret and under it: wide characters take two, marks above others none
CARETS = [
    ("x + 1/2y", 4, 4),
    ("𝑥 + 1/2𝑦", 4, 4),
    ("（x） + 1/2y", 8, 4),
    ("ｘ ＋ １/2y", 6, 5),
    ("y\u0302 + 1/2y", 4, 4),
    ("x\u200b + 1/2y", 5, 4),
    ("x\t+ 1/2y", 4, 4),
    ("x + 漢", 4, 2),
    ("x + x\u0301", 4, 1),
    ("x +\n（y） + 1/2y", 8, 4),
]


@pytest.mark.parametrize(("typed", "before", "under"), CARETS)
def test_the_caret_counts_columns(typed: str, before: int, under: int) -> None:
    with pytest.raises(ReadError) as caught:
        read(typed)
    assert caught.value.report().splitlines()[2] == f"  {' ' * before}{'^' * under}"


PAPER = [
    ("2*x*y", "2xy"),
    ("4*cos(4)", "4 cos(4)"),
    ("2·1·2", "2·1·2"),
    ("0*cos(0)", "0·cos(0)"),
    ("-1*sqrt(x)", "-1·√x"),
    ("2·0*e^1", "2·0·e^1"),
    ("1^2 + 2", "1^2 + 2"),
    ("(-3)^2", "(-3)^2"),
    ("5 - (-2)", "5 - (-2)"),
    ("x*(-y)", "x·(-y)"),
    ("cos(4)*4", "cos(4)·4"),
    ("x1*x_2", "x₁ x₂"),
    ("theta*x", "θ x"),
    ("sqrt(2)*x", "√2·x"),
    ("abs(x)", "|x|"),
    ("x/(2*y)", "x/(2y)"),
    ("(x + 1)^2", "(x + 1)^2"),
    ("x*sin(y)", "x sin(y)"),
    ("e^x*y", "e^x y"),
    ("x*y^2", "xy^2"),
    ("y*(1/2*x)", "y(1/2 x)"),
    ("(2/0.5)*x", "(2/0.5)x"),
    ("[x, y + 1]", "[x, y + 1]"),
]


@pytest.mark.parametrize(("meant", "written"), PAPER)
def test_written_as_on_paper(meant: str, written: str) -> None:
    assert paper(read(meant)[0]) == written


U, X, Y = (Symbol(name) for name in "uxy")
PARTIAL = Applied("f", 0, (1,), (U,), ("u",))
SLASHED = [
    (Quotient(PARTIAL, X), "(∂f/∂u)/x"),
    (Quotient(Product((integer(2), Y, PARTIAL)), X), "2y(∂f/∂u)/x"),
    (Quotient(Product((integer(2), PARTIAL)), X), "2(∂f/∂u)/x"),
    (Quotient(PARTIAL, PARTIAL), "(∂f/∂u)/(∂f/∂u)"),
    (Power(PARTIAL, integer(2)), "(∂f/∂u)^2"),
    (Product((Y, PARTIAL)), "y ∂f/∂u"),
]


@pytest.mark.parametrize(("expr", "written"), SLASHED, ids=[written for _, written in SLASHED])
def test_a_partial_beside_a_slash_stands_in_brackets(expr: Expr, written: str) -> None:
    assert paper(expr) == written


def test_letters_are_not_run_together_into_a_declared_name() -> None:
    expr = read_expression("x y + xy", Scope.of(["x", "y", "xy"]))
    assert paper(expr) == "x·y + xy"
    assert read_expression(paper(expr), Scope.of(["x", "y", "xy"])) != read_expression(
        "2xy", Scope.of(["x", "y", "xy"])
    )


@pytest.mark.parametrize("text", ["√" * 999 + "x", "ln^-" * 999 + "x", "x^" + "-" * 999 + "x"], ids=["root", "ln", "x"])
def test_what_nests_without_brackets_is_bounded(text: str) -> None:
    with pytest.raises(ReadError, match=r"nested too deep|in a row"):
        read_value(text, ["x"])
    assert read_value("sqrt(sin(" * 14 + "x" + "))" * 14, ["x"])


def test_long_lists_are_read() -> None:
    """700 entries are fewer than 3,000 symbols."""
    found = read_value("[" + ", ".join(["x1"] * 700) + "]", ["x1"])
    assert isinstance(found, Matrix)
    assert found.shape == (700, 1)
