"""LaTeX is a second front end to the same parser: each row is LaTeX and the plain text that means the same."""

from __future__ import annotations

import pytest

from jacocalc.errors import ReadError
from jacocalc.linear import strict
from jacocalc.reading.definitions import read_function
from jacocalc.reading.points import read_point, read_value
from jacocalc.reading.tokens import is_latex

NAMES = ["x", "y", "a", "b", "theta", "alpha", "x_1", "yhat", "x_max"]

SAME = [
    (r"\frac{x+1}{2y}", "(x + 1)/(2y)"),
    (r"\dfrac12 x", "(1/2) x"),
    (r"\tfrac{1}{2}x^2", "(1/2) x^2"),
    (r"\sqrt{x}", "sqrt(x)"),
    (r"{x+1 \over 2y} + {x \over {a \over b}}", "(x + 1)/(2y) + x/(a/b)"),
    (r"\color{red}{x} + \textcolor{blue}{y}\hspace{1cm} - \hspace*{-0.5em}\phantom{x}\color{red} 2", "x + y - 2"),
    (r"\operatorname{atan}_{2}{\left(y,x \right)} + \operatorname{atan_{2}}(y, x)", "atan2(y, x) + atan2(y, x)"),
    (r"\sqrt[3]{x+y}", "root(x + y, 3)"),
    (r"\left( x + 1 \right)^{2}", "(x + 1)^2"),
    (r"x \cdot y \times 2", "x·y·2"),
    (r"\sin^2 x + \sin^{2}(x)", "sin(x)^2 + sin(x)^2"),
    (r"\sin \theta x + \cos\theta \theta - \sin \theta", "sin(theta x) + cos(theta theta) - sin(theta)"),  # TeX's blank
    (r"\ln x + \log_2 x + \log_{10}(x)", "ln(x) + log2(x) + log10(x)"),
    (r"\log _{2} x + x _1 + x _ {1}", "log2(x) + x_1 + x_1"),
    (r"a \medspace b\thickspace\negthinspace x\/y\enskip", "a b x y"),
    (r"\mathop{\rm sinh} x + \mathop{\mathrm{sech}}(y)", "sinh(x) + sech(y)"),
    (r"\mathrm{2} x\text{-}y + \mathrm{3x}", "2 x - y + (3x)"),
    (r"\frac{(x + 1)(y)}{2x} + x^{\lfloor y \rfloor}", "((x + 1) y)/(2x) + x^⌊y⌋"),
    (r"\operatorname{sech}(x) + \arctan x", "sech(x) + atan(x)"),
    (r"e^{xy} + e^{-x^2/2}", "e^(xy) + e^(-x^2/2)"),
    (r"$e^xy$", "e^x y"),
    (r"\frac{1}{2} e^(-x y) + x^(2)y + x^{2}y^( -1 )", "(1/2) e^(-x y) + x^2 y + x^2 y^(-1)"),
    (r"e^\left(-x\right) + e^{-x} + (x + 1)^ (2)", "e^(-x) + e^(-x) + (x + 1)^2"),
    (r"2x^-1 \cdot y^-12 + e^-2x + y^{2}", "2 x^(-1)·y^(-12) + e^(-2) x + y^2"),
    (r"\sqrt(x + 1)\,y + 2\sqrt\left(x\right) + \sqrt (x)^2", "sqrt(x + 1) y + 2 sqrt(x) + sqrt(x)^2"),
    (r"\sqrt{x^-1} + \frac{x^-2}{y^-x} + 2^-\frac{x}{y}", "sqrt(x^(-1)) + x^(-2)/y^(-x) + 2^(-x/y)"),
    (r"\theta^{\alpha}", "theta^alpha"),
    (r"x_1 + x_{1}", "x_1 + x_1"),
    (r"x_{max} + x_{\mathrm{max}}", "x_max + x_max"),
    (r"\sin x1 + e^{x₁}", "sin(x_1) + e^(x_1)"),
    (r"\hat{y} + \hat y", "yhat + yhat"),
    (r"\mathbf{x} + \mathrm{y}", "x + y"),
    (r"|x| + \left|x-1\right| + \lvert y \rvert", "|x| + |x - 1| + |y|"),
    (r"\left|x\right|y\left|x\right|", "|x| y |x|"),
    (r"\left|2\left|x\right|-y\right| + \bigl|x|y| - 1\bigr|", "abs(2 |x| - y) + abs(x |y| - 1)"),
    (r"\lvert 2\lvert x\rvert - y\rvert", "abs(2 |x| - y)"),
    (r"2\,x\;y\!\quad", "2 x y"),
    (r"$x^2$", "x^2"),
    (r"\[ x^2 \]", "x^2"),
    (r"\pi x", "pi x"),
    (r"\frac{x_{1}}{x_{\mathrm{max}}} + \sqrt{x_{1}} + e^{x_{1}}", "x_1/x_max + sqrt(x_1) + e^(x_1)"),
    (r"\left[\begin{array}{c} x \\ y \end{array}\right]", "[x; y]"),
    (r"$x^2 + y$.", "x^2 + y"),
    (r"\max\{x, y\}", "max(x, y)"),
    ("piecewise(x^{2} if x != 0, 0 otherwise)", "piecewise(x^2 if x != 0, 0 otherwise)"),
    ("piecewise(x^{2} if x <= 0 and y >= 1, e^{x} otherwise)", "piecewise(x^2 if x <= 0 and y >= 1, e^x otherwise)"),
    ("piecewise(x^{2} if x == y, x**2 otherwise)", "piecewise(x^2 if x = y, x^2 otherwise)"),
    (r"\begin{cases} 1 & (x, y) \neq (0, 0) \\ 0 & \text{otherwise} \end{cases}",
     "piecewise(1 if x != 0 or y != 0, 0 otherwise)"),
    (r"\begin{bmatrix} x & y \\ 1 & 2 \end{bmatrix}", "[x, y; 1, 2]"),
    (r"\begin{pmatrix} x \\ y \end{pmatrix}", "[x; y]"),
    (r"\left[\begin{array}{cc} x & y \end{array}\right]", "[[[x, y]]]"),
    (r"\begin{cases} x^2 & x > 0 \\ 0 & \text{otherwise} \end{cases}", "piecewise(x^2 if x > 0, 0 otherwise)"),
    (r"\begin{cases} x, & \text{if } x \neq 0 \\ 1, & x = 0. \end{cases}", "piecewise(x if x != 0, 1 if x = 0)"),
    (r"\begin{cases} 1 & x \le 0 \text{ and } y \geq 1 \\ 2 & \text{else} \end{cases}",
     "piecewise(1 if x <= 0 and y >= 1, 2 otherwise)"),
    (r"\begin{cases} x, \text{ if } x > 0 \\ 0, \text{ otherwise} \end{cases}", "piecewise(x if x > 0, 0 otherwise)"),
    (r"\begin{cases} x & \text{für } x > 0 \text{ und } y > 0 \\ 0 & \text{sonst} \end{cases}",
     "piecewise(x if x > 0 and y > 0, 0 otherwise)"),
    (r"\begin{cases} x & \text{si } x > 0 \\ 0 & \text{sinon} \end{cases}", "piecewise(x if x > 0, 0 otherwise)"),
    (r"\begin{bmatrix} x \\\\ y \end{bmatrix}", "[x; y]"),
    (r"\begin{bmatrix} x \\[2pt] y \\* 1 \end{bmatrix}", "[x; y; 1]"),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "plain"), SAME)
def test_latex_means_what_the_plain_text_means(latex: str, plain: str) -> None:
    if plain == "[[[x, y]]]":
        assert read_value(latex, NAMES).shape == (1, 2)  # type: ignore[attr-defined]
    else:
        assert strict(read_value(latex, NAMES)) == strict(read_value(plain, NAMES))


DEFINITIONS = [
    (r"\mathbf{f}(x,y) = \begin{bmatrix} x^2 + y \\ 2xy \end{bmatrix}", ["x^2 + y", "2*x*y"]),
    (r"\ell(\mu, \ell_0; \hbar) = \hbar \ell_0 \mu^2", ["hbar*l_0*mu^2"]),
    (r"f(\theta, r) = \begin{pmatrix} r\cos\theta \\ r\sin\theta \end{pmatrix}", ["r*cos(theta)", "r*sin(theta)"]),
    (r"x = s t, \; y = s + t^{2}", ["s*t", "s + t^2"]),
    (r"f(x,y) = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}\begin{bmatrix} x \\ y \end{bmatrix}",
     ["x + 2*y", "3*x + 4*y"]),
    (r"f: \mathbb{R}^2 \to \mathbb{R}^3", []),
    (r"\begin{align*} x &= s\cos t, \\ y &= s \\ &\quad + t \label{eq:1} \end{align*}", ["s*cos(t)", "s + t"]),
    (r"\begin{cases} x = s t \\ y = s + t. \end{cases}", ["s*t", "s + t"]),
    (r"\left\{\begin{aligned} x &= s \\ y &= t \end{aligned}\right.", ["s", "t"]),
    (r"\left\{\begin{array}{rcl} x &=& s \\ y &=& t \end{array}\right.", ["s", "t"]),
    (r"f(x) = \left\lbrace\begin{array}{ll} x^2 & \text{if } x > 0 \\ 0 & x \le 0 \end{array}\right. + 1",
     ["piecewise(x^2 if x > 0, 0 if x <= 0) + 1"]),
    (r"f(x, y) = \left\{\begin{array}{l} x \\ y \end{array}\right\}", ["x", "y"]),
    (r"\begin{eqnarray*} x &=& st \\ y &=& s + t \end{eqnarray*}", ["s*t", "s + t"]),
    (r"\begin{array}{rcl} x &=& st \\ y &=& s + t \end{array}", ["s*t", "s + t"]),
    (r"\begin{split} f(x) &= x \\ &+ 1 \end{split}", ["x + 1"]),
    (r"f_{\theta}(x; w_\alpha, w_{\max}) = w_{\alpha} x + w_{max}", ["w_alpha*x + w_max"]),
    (r"x = st \\ y = s + t", ["s*t", "s + t"]),
    (r"$f_1(x, y) = xy$, \\ $f_2(x, y) = x \\ + y$ \\", ["x*y", "x + y"]),
    (r"\begin{align*} x &= r \cos t & y &= r \sin t\,. \end{align*}", ["r*cos(t)", "r*sin(t)"]),
    (r"\begin{aligned} x &= s, & y &= t \\ z &= st & w &= s^2 \end{aligned}", ["s", "t", "s*t", "s^2"]),
    (r"x = st\qquad y = s\cos t", ["s*t", "s*cos(t)"]),
    ("x &= st & y &= 2s - t", ["s*t", "2*s - t"]), ("x &= st, \n y &= s", ["s*t", "s"]),
    (r"$\ds x = st$ \quad $y = s + t$", ["s*t", "s + t"]),
    (r"$x = st$ $y = s + t$", ["s*t", "s + t"]),
    (r"x(s, t) = st \quad\text{and}\quad y(s, t) = s", ["s*t", "s"]),
    (r"f(s, t) = s \quad + \quad t", ["s + t"]),
    (r"\pmb{r}(u, v) = \left< u\cos v, v \right>", ["u*cos(v)", "v"]),
    (r"r(u, v) = \bigl< u, v \bigr>", ["u", "v"]), (r"r(u, v) = \big< u, v \big>", ["u", "v"]),
    (r"\begin{align} f(x) &\coloneqq x \nonumber \\ &+ 1 \tag{3} \end{align}", ["x + 1"]),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "components"), DEFINITIONS)
def test_definitions(latex: str, components: list[str]) -> None:
    function = read_function(latex)
    assert [strict(value) for value in function.components or ()] == components


def test_points() -> None:
    assert [strict(c) for c in read_point(r"\frac{\pi}{2}, \sqrt{2}", ["x", "y"]).coordinates] == ["pi/2", "sqrt(2)"]


REFUSED = [
    (r"\input{/etc/passwd}", 0, "not a command"),
    (r"\def\x{\x\x}", 0, "not a command"),
    (r"\frac{x", 5, "never closed"),
    (r"\sqrt" * 99 + "x", 150, "nested more than 30 deep"),
    (r"\text{" + " " * 9000, 5, "never closed"),  # read once, not in every way to divide the gap
    (r"x}", 1, "closes nothing"),
    (r"\begin{bmatrix} x", 0, "without"),
    (r"\end{bmatrix}", 0, "without"),
    (r"\begin{bmatrix} x \end{pmatrix}", 18, "another"),
    (r"\begin{bmatrix} x & 1 \\ 2 \end{bmatrix}", 0, "lengths 2, 1"),
    (r"\begin{tikzpicture} \end{tikzpicture}", 0, "not read here"),
    (r"\begin{bmatrix} x & \end{bmatrix}", 0, "missing"),
    (r"\sin^{-1} x", 0, "two ways"),
    (r"\sin x y", 0, "two ways"),
    (r"\sin \theta x y", 0, "two ways"),
    (r"\partial x", 0, "computed here"),
    (r"\infty", 0, "infinity"),
    (r"\frac", 4, "needs an argument"),
    ("\\", 0, "alone"),
    (r"x^{\top}", 1, "transpose"),
    (r"\sqrt[3{x}", 0, "closed"),
    (r"{" * 40 + r"\pi", 30, "nested"),
    (r"\alpha_", 6, "subscript"),
    (r"$x^²7$", 3, "found “²”"),  # a digit for Python, but not one of 0 to 9
    (r"$x^27$", 2, "two ways"),
    (r"\begin{aligned} x \\ y \end{aligned}", 21, "line break"),
    (r"\begin{aligned} x \\ (y + 1) \end{aligned}", 21, "line break"),
    (r"\begin{cases} \end{cases}", 0, "missing"),
    (r"x \\ y", 2, "line break"),
    (r"\\frac{x}{y}", 0, "doubled"),
    (r"\\(x\\)", 0, "doubled"),
    (r"\begin{bmatrix} x \\ \\begin{bmatrix}", 21, "doubled"),
    (r"\sum x^i", 0, "a sum needs its bounds"),
    (r"x \in \mathbb{R}", 2, "∈"),
    (r"x \pm 1", 2, "two numbers"),
    (r"\lg x", 0, "not a command"),
    (r"2{,}5 x", 0, "“2{,}5” can be read in two ways"),
    (r"x^{2{,}5}", 3, "can be read in two ways"),
    (r"x \over y", 2, "written \\frac"),
    (r"{a \over b \over x}", 11, "one \\over"),
    (r"{\over x}", 1, "needs"),
    (r"\hspace", 6, "needs an argument"),
    (r"\frac{1 + (x}{y) + 2}", 10, "“(” is not closed inside the braces"),
    (r"x^{2)}", 4, "“)” closes nothing inside the braces"),
    (r"\sqrt[3)]{x}", 7, "“)” closes nothing"),
    (r"\begin{bmatrix} (x & y) \end{bmatrix}", 16, "“(” is not closed"),
    (r"\begin{cases} (x & x > 0) \\ y & x < 0 \end{cases}", 14, "“(” is not closed"),
    (r"x\text{ * }", 11, "after “*”"),
    (r"x + 50\% y", 6, "found “\\%”"),
]


@pytest.mark.parametrize(("latex", "column", "message"), REFUSED)
def test_refused_with_a_caret(latex: str, column: int, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_value(latex, NAMES)
    assert message in caught.value.message
    assert caught.value.start == column


@pytest.mark.parametrize(
    ("text", "latex"),
    [("x^2 + y", False), (r"\frac12", True), ("$x$", True), ("x^{2}", True), ("x &= y", True), ("x & y", False)],
)
def test_latex_is_recognised_by_itself(text: str, latex: bool) -> None:
    assert is_latex(text) is latex
