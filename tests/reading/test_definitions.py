"""Definitions, stages, points and files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jacocalc.algebra.tidy import expand
from jacocalc.errors import JacocalcError, ReadError, ShapeError
from jacocalc.functions import Chain, VectorFunction, chain
from jacocalc.linear import paper, paper_name, strict
from jacocalc.reading.definitions import linked, read_definitions, read_function, read_layers
from jacocalc.reading.points import read_changes, read_point, read_vector
from jacocalc.reading.problems import read_file, read_problem
from jacocalc.reading.relations import read_implicit
from jacocalc.reading.staged import read_stages


def bodies(text: str) -> list[str]:
    return [strict(value) for value in read_function(text).values]


DEFINED = [
    ("f(x, y) = [x^2 + y, 2xy]", ["x^2 + y", "2*x*y"]),
    ("f(x, y) = (x^2 + y, 2xy)", ["x^2 + y", "2*x*y"]),
    ("f(x, y) = {x^2 + y, 2xy}", ["x^2 + y", "2*x*y"]),
    ("f(x, y) = [x^2 + y; 2xy]", ["x^2 + y", "2*x*y"]),
    ("f(x, y) = 3x^2 y", ["3*x^2*y"]),
    ("f(x,y;a,b)=[a x^2, b x y]", ["a*x^2", "b*x*y"]),
    ("f(t) = (cos t, sin t, t)", ["cos(t)", "sin(t)", "t"]),
    ("f(x, y) = [[1, 2], [3, 4]] [x, y]", ["x + 2*y", "3*x + 4*y"]),
    ("f(x) = [1, 0; 3, -4] x", ["x1", "3*x1 - 4*x2"]),
    ("f(x, y) = 2[x, y] - [1, y]", ["2*x - 1", "2*y - y"]),
    ("f(x, y) = ||[x, y]||", ["sqrt(x^2 + y^2)"]),
    ("f(x, y) = softmax(x, y)", ["exp(x)/(exp(x) + exp(y))", "exp(y)/(exp(x) + exp(y))"]),
    ("f = 3x^2 y", ["3*x^2*y"]),
    ("x = s t, y = s + t^2", ["s*t", "s + t^2"]),
    ("f = [x^2 + y, 2xy]", ["x^2 + y", "2*x*y"]),
    ("f(e) = e^2", ["e^2"]),
    ("q = 2costs", ["2*costs"]),
    ("f_θ(x; w_α, w_{β}) = w_alpha x + w_β", ["w_alpha*x + w_beta"]),
    (r"f_θ(x; w_α, w_{β}) = w_\alpha x + w_{β}", ["w_alpha*x + w_beta"]),
    ("F(x, y) = -y i + x j", ["-y", "x"]),
    ("f: R^2 -> R^2, f(x, y) = (x + y, x y)", ["x + y", "x*y"]),
    ("f: R^2 -> R^2, (x, y) ↦ (x + y, x y)", ["x + y", "x*y"]),
    ("[x, y] -> [x + y, x y]", ["x + y", "x*y"]), ("f: [x; y] ↦ [x + y; x y]", ["x + y", "x*y"]),
    ("f: R^2 -> R^2, [x; y] -> [x + y; x y]", ["x + y", "x*y"]), ("f = [x, y] -> (x + y, x y)", ["x + y", "x*y"]),
    (r"f: \mathbb{R}^2 \to \mathbb{R}^2, \begin{pmatrix}x\\y\end{pmatrix} \mapsto (x + y, xy)", ["x + y", "x*y"]),
    (r"f\colon \mathbb{R}^2 \to \mathbb{R}^2, (x, y) \mapsto (x + y, x y)", ["x + y", "x*y"]),
    ("f: R2 -> R2, f(x, y) = (x + y, x y)", ["x + y", "x*y"]),
    ("f: R2 -> R, f(x, y) = x + y", ["x + y"]),
    ("f: R1 -> R1^2", ["R1^2"]),
    ("f: (x, y; a) -> a x y", ["a*x*y"]),
    ("(x, y) -> [x + y, x y]", ["x + y", "x*y"]),
    ("t -> (cos t, sin t)", ["cos(t)", "sin(t)"]),
    ("z = f(x, y) = x^2 y", ["x^2*y"]),
    ("f = @(x, y) x.^2 + y./2.*x", ["x^2 + y/2*x"]),
    ("@(x, y) [x^2; y]", ["x^2", "y"]),
    ("f := (x, y) -> x^2*y", ["x^2*y"]),
    ("f = x -> x^2", ["x^2"]),
    ("lambda x, y: x**2 + y", ["x^2 + y"]),
    ("g = lambda x, y: [x**2, y]", ["x^2", "y"]),
    ("def f(x, y): return [x**2, y]", ["x^2", "y"]),
    ("def f(x: float, y: float) -> float: return x**2*y", ["x^2*y"]),
    ("f[x_, y_] := x^2 y", ["x^2*y"]),
    ("f[x_,y_]={x^2+y,Sin[x y]}", ["x^2 + y", "sin(x*y)"]),
    ("f[{x_, y_}] := {x^2 + y, 2 x y}", ["x^2 + y", "2*x*y"]),
    ("f[x_Real, y1_?NumericQ] := x^2 + y1^2", ["x^2 + y1^2"]),
    ("f = Function[{x, y}, {x^2 y, x + y}]", ["x^2*y", "x + y"]),
    ("f = Function[x, Log[2, x]]", ["log(x, 2)"]),
    ("f(x::Real) = x^2", ["x^2"]),
    ("f(x::T, y::T)::T where {T<:Real} = [x^2 + y; 2x*y]", ["x^2 + y", "2*x*y"]),
    ("function f(x, y)\n    return x^2 + y\nend", ["x^2 + y"]),
    ("function z = f(x, y)\n  z = x^2*y;\nend", ["x^2*y"]),
    ("f <- function(x, y) x^2 * y", ["x^2*y"]),
    ("f <- function(x, y) { c(x^2 + y, 2*x*y) }", ["x^2 + y", "2*x*y"]),
    ("f = function(x, y) { return(x^2 * y); }", ["x^2*y"]),
    ("f <- function(c, y) c(y + 1)", ["c*(y + 1)"]),
    ("const f = (x, y) => x**2*y;", ["x^2*y"]),
    ("x => { return x^2; }", ["x^2"]),
    ("f = (x, y) => {x, y}", ["x", "y"]),
    ("double f(double x, const double y) { return x*x*y; }", ["x*x*y"]),
    ("f := proc(x, y) x^2*y end proc:", ["x^2*y"]),
    ("syms x y real; f(x, y) = x^2*y;", ["x^2*y"]),
    ("x, y = sp.symbols('x y')\nf = x**2*y", ["x^2*y"]),
    ("f: (x, y) |-> x^2 y", ["x^2*y"]),
    ("f∶ℝ²→ℝ, (x,y)⟼x²y", ["x^2*y"]),
    ("f(lambda) = lambda^2", ["lambda^2"]),
    ("lambda = 2x + y", ["2*x + y"]),
    ("x = u^2 and y = u v", ["u^2", "u*v"]),
    ("x = u^2\n  y = u v\nz = sin u", ["u^2", "u*v", "sin(u)"]),
    ("x = u^2 \n y = u v\t\nz = sin u", ["u^2", "u*v", "sin(u)"]),
    ("f(u, v) = [u,\n v]", ["u", "v"]),
    ("x = σ τ, y = (τ^2 − σ^2)/2", ["sigma*tau", "(tau^2 - sigma^2)/2"]),
    (r"x = \sigma \tau, y = \tau^2 - \sigma^{2}", ["sigma*tau", "tau^2 - sigma^2"]),
    ("h = σ(z), k = σ z", ["sigmoid(z)", "sigmoid(z)"]),
    ("x' = σ(y - x), y' = x; σ", ["sigma*(y - x)", "x"]),
    ("dx/dt = y, dy/dt = μ(1 - x^2)y - x; μ", ["y", "mu*(1 - x^2)*y - x"]),
    ("x' = y, y' = ε(1 - x^2)y - x", ["y", "epsilon*(1 - x^2)*y - x"]),
    ("N' = rN(1 - N/K) - bNP, P' = cP(N - d); r, K, b, c, d", ["r*N*(1 - N/K) - b*N*P", "c*P*(N - d)"]),
    ("x' = ax(1 - x) - y, y' = by(x - y)", ["a*x*(1 - x) - y", "b*y*(x - y)"]),
    ("u = ab(x + y), v = x; a, b", ["a*b*(x + y)", "x"]),
    ("f(x, v; Δt) = (x + vΔt, v + Δt^2)", ["x + v*Delta_t", "v + Delta_t^2"]),
    (r"f(x, v; \Delta t) = \begin{bmatrix} x + v\Delta t \\ v\end{bmatrix}", ["x + v*Delta_t", "v"]),
    ("u = x + vΔt, w = v; Δt", ["x + v*Delta_t", "v"]),
    ("f(x, Δ, t) = x Δt", ["x*Delta*t"]), ("f(x, δ) = δx", ["delta*x"]),
    ("x(u, v) = u v, y(u, v) = u + v", ["u*v", "u + v"]),
    ("f_1(x, y) = x y; f_2(x, y) = [x, y]'·[1, 1]", ["x*y", "x + y"]),
    ("x = r cos t, y = r sin t, z = z", ["r*cos(t)", "r*sin(t)", "z"]),
    ("f(x, y) = x^2 y.", ["x^2*y"]),
    ("f(x, y) = [x^2 y, 2.];", ["x^2*y", "2"]),
    ("F(x, y; a) = a x i + y j", ["a*x", "y"]),
    ("F(x, y, z) = xy i + yz k", ["x*y", "0", "y*z"]),
    ("r(t) = cos t i + sin t j + t k", ["cos(t)", "sin(t)", "t"]),
    (r"r(t) = e^{2t}\,\mathbf{i} - \ln t\,\mathbf{j}", ["e^(2*t)", "-ln(t)"]),
    ("F(x, y) = (x i + y j)/(x^2 + y^2)", ["x/(x^2 + y^2)", "y/(x^2 + y^2)"]),
    ("f(i, j) = i + 2j", ["i + 2*j"]),
    ("F(x, y) = -y e_x + x e_y", ["-y", "x"]),
    (r"F(x, y) = x\,\mathbf{e}_1 + xy\,\mathbf{e}_2", ["x", "x*y"]),
    (r"F(x, y, z) = y\hat{x} - x\hat{\mathbf{y}}", ["y", "-x", "0"]),
    ("F(x_1, x_2, x_3) = x_3 e_1 + e2", ["x_3", "1", "0"]),
    ("F(x, y) = x x̂ + y ŷ", ["x", "y"]),
    ("f(x, e_1) = x e_1", ["x*e_1"]),
    ("y = σ₁ x + sigma2", ["sigma1*x + sigma2"]),
    ("f(x, i) = x i", ["x*i"]),
    ("(u, v) = (x^2 - y^2, 2xy)", ["x^2 - y^2", "2*x*y"]),
    ("[u; v] = [x + y; xy]", ["x + y", "x*y"]),
    ("(u, v) = f(x, y) = (x + y, xy)", ["x + y", "x*y"]),
    ("T: (u, v) ↦ (x, y) = (u + v, uv)", ["u + v", "u*v"]),
    ("f(x, y) = (f_1(x, y), f_2(x, y)) = (x + y, xy)", ["x + y", "x*y"]),
    (r"f(x, y) = \begin{bmatrix} u \\ v \end{bmatrix} = \begin{bmatrix} x \\ y \end{bmatrix}", ["x", "y"]),
    (r"f\begin{pmatrix} x \\ y \end{pmatrix} = \begin{pmatrix} x + y \\ xy \end{pmatrix}", ["x + y", "x*y"]),
    ("f([x; y]) = [x + y; xy]", ["x + y", "x*y"]),
    ("f((x, y)) = x + y", ["x + y"]),
    (r"{\displaystyle f(x,y)={\frac {x}{y}}.}", ["x/y"]),
    (r"{\begin{aligned}x&=st;\\y&=s^{2}.\end{aligned}}", ["s*t", "s^2"]),
    ("f := (x, y) -> <x, y>", ["x", "y"]),
    ("f(x) ≡ x^2", ["x^2"]),
    ("f: R × R -> R, f(x, y) = x y", ["x*y"]),
    (r"f\colon \mathbb{R}^2 \times \mathbb{R} \to \mathbb{R}^{+}, f(x, y, z) = x^2", ["x^2"]),
    ("f: U ⊂ R^2 -> R, f(x, y) = x y", ["x*y"]),
    (r"f: \Omega \subseteq \mathbb{R}^2 \to \mathbb{R}, (x, y) \mapsto x y", ["x*y"]),
    ("f: D -> R, f(x, y) = x y", ["x*y"]), ("f: R^2 -> R given by f(x, y) = x y", ["x*y"]),
    (r"\[f(x, y) = x y^2.\]", ["x*y^2"]), (r"$$f(x, y) = x y^{2}. $$", ["x*y^2"]),
    (r"\(f(x) = \sqrt{x}.\)", ["sqrt(x)"]),
    ("f(x_1, …, x_4) = x_4 max(x_1, ..., x_3)", ["x_4*max(x_1, x_2, x_3)"]),
    (r"f(x_1, x_2, \ldots, x_4) = x_3", ["x_3"]),
    ("f(x) = Piecewise[{{x^2, x > 0}, {Sin[x], x < -1 || x == 0}}, 2]",
     ["piecewise(x^2 if x > 0, sin(x) if x < -1 or x = 0, 2 otherwise)"]),
    ("f(x) = np.where(x > 0, x, 0)", ["piecewise(x if x > 0, 0 otherwise)"]),
    ("f[x_] := 2 If[x > 0 && x < 1, Sin[x], 0]", ["2*piecewise(sin(x) if x > 0 and x < 1, 0 otherwise)"]),
    ("f[x_, E_] := {2E x^E, Pi x}", ["2*E*x^E", "pi*x"]), ("f[x_] := x + 2E^(Pi x)", ["x + 2*e^(pi*x)"]),
    ("f(x) = If(x < 0, -x, x < 1, x^2, x)", ["piecewise(-x if x < 0, x^2 if x < 1, x otherwise)"]),
    ("f(x) = x if x > 0 else 0", ["piecewise(x if x > 0, 0 otherwise)"]),
    ("f(x) = x^2 for x >= 0, -x for x < 0", ["piecewise(x^2 if x >= 0, -x if x < 0)"]),
    ("f(x) = x^2 when x >= 0 and -x when x < 0", ["piecewise(x^2 if x >= 0, -x if x < 0)"]),
    ("f(x) = x^2, x >= 0; -x, x < 0", ["piecewise(x^2 if x >= 0, -x if x < 0)"]),
    ("f(x) = {x^2 if x >= 0, -x otherwise}", ["piecewise(x^2 if x >= 0, -x otherwise)"]),
    ("f(x) = x^2 if x > 0, otherwise 3x", ["piecewise(x^2 if x > 0, 3*x otherwise)"]),
    ("f(x, y) = y sin(1/x), f(0, y) = 0", ["piecewise(0 if x = 0, y*sin(1/x) otherwise)"]),
    ("f(x, y) = acos(x) + xsin(y)", ["acos(x) + x*sin(y)"]), ("f(x; a) = asin(x/a)", ["asin(x/a)"]),
    ("f(x; a) = acos(x)", ["acos(x)"]), ("f(x, cosx) = xcosx", ["x*cosx"]),
    ("f(x; a) = acos(x) + ax", ["acos(x) + a*x"]),
    ("f(x) = x^2 sin(1/x) for x ≠ 0 and f(0) = 0", ["piecewise(x^2*sin(1/x) if x != 0, 0 if x = 0)"]),
    (r"$f(x) = x^2 \sin(1/x)$ for $x \neq 0$, $f(0) = 0$.", ["piecewise(x^2*sin(1/x) if x != 0, 0 if x = 0)"]),
    ("f(x, y) = x/y, f(0, 0) = 0", ["piecewise(0 if x = 0 and y = 0, x/y otherwise)"]),
    ("f(x, y) = xy if (x, y) ≠ (0, 0), 0 if (x, y) = (0, 0)",
     ["piecewise(x*y if x != 0 or y != 0, 0 if x = 0 and y = 0)"]),
    ("def f(x): return 2*(x if x > 1 else 1 if x == 0 else 0) + x",
     ["2*piecewise(x if x > 1, 1 if x = 0, 0 otherwise) + x"]),
    ("f(x, y) = x > 0 && y > 0 ? x : x < -1 ? y : 0",
     ["piecewise(x if x > 0 and y > 0, y if x < -1, 0 otherwise)"]),
    ("f(x, y) = [x if x > 0 else 0, cos(y < 0 ? y : 1)]",
     ["piecewise(x if x > 0, 0 otherwise)", "cos(piecewise(y if y < 0, 1 otherwise))"]),
    ("u = x if x > 0 else y, v = x < y ? 1 : 0",
     ["piecewise(x if x > 0, y otherwise)", "piecewise(1 if x < y, 0 otherwise)"]),
    ("f(x) = 2 Piecewise[{{x, x > 0 && x < 1}}] + 1", ["2*piecewise(x if x > 0 and x < 1, 0 otherwise) + 1"]),
    (r"f(x) \equiv x^{2}", ["x^2"]),
]


@pytest.mark.parametrize(("text", "expected"), DEFINED)
def test_definitions(text: str, expected: list[str]) -> None:
    assert bodies(text) == expected


@pytest.mark.parametrize(
    "introduction",
    ["Find the Jacobian matrix of {}", "Compute the gradient of the function {}", "Let {}", "Given: {}", "1. {}",
     "2) {}", "a) {}", "(b) {}", "(iv){}", "Example 3: {}", "Exercise 2.1 (b): {}", "Q1. {}", "Problem 3b. Let {}",
     "the function {}", "“{}”", '"{}"', "`{}`", "Let f be given by {}", "Suppose that {}",
     "Let f be the function {}", "Let ${}$", r"\text{{Let }} {}", r"\text{{Consider the function:}} {}", "Sei {}",
     "Gegeben sei die Funktion {}", "Soit {}", "Soit la fonction {}", "Sea {}", "Sia {}", "Seja {}", "Пусть {}"],
)  # fmt: skip
def test_what_introduces_a_definition_is_left_out(introduction: str) -> None:
    for text in ("f(x, y) = [a x, y]", "f(a, x) = [a x, x]", "(u, v) = [a x, x]", "let = a x", "sea = x", "F = x"):
        text = text.replace("a x", "x y" if "y" in text else "a x")
        assert bodies(introduction.format(text)) == bodies(text)


def test_a_function_between_sets_is_given_by_its_formula() -> None:
    for said in ("be given by", "be defined by", "is given by", "is the function"):
        f = read_function(f"Let f: R^2 -> R^2 {said} f(x, y) = (x y, x)")
        assert (f.name, f.inputs, f.m) == ("f", ("x", "y"), 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("f(x, y) = 2 + [x - 10 cos(y)]", ["2 + (x - 10 cos(y))"]),
     ("f(x, y) = 100[x - y]", ["100(x - y)"]), ("f(x, y) = 2{x + 3[y - 2(x + 1)]} - {x - y}",
      ["2(x + 3(y - 2(x + 1))) - (x - y)"]),
     (r"f(x, y) = \left[x + 1\right] y", ["(x + 1)y"]), (r"f(x, y) = \{x + 1\} y", ["(x + 1)y"]),
     ("f(x, y) = -{-x}(y + 1)", ["-(-x)(y + 1)"]),
     (r"f(x, y) = x\left[x - 10 y\right] + 1", ["x(x - 10y) + 1"]),
     (r"f(x, y) = \left[1 + x^2 (y + 1)\right]\left[3 + x (1 - y)\right]", ["(1 + x^2 (y + 1))(3 + x(1 - y))"]),
     (r"f(x, y) = -\exp\left[-2 \sqrt{x}\right]", ["-exp(-2√x)"]),
     (r"f(x, y) = \sum_{i=1}^{2} [x^i - 10 \cos(i y)]", ["(x - 10 cos(y)) + (x^2 - 10 cos(2y))"]),
     ("f(x, y) = x[y + 1]", None), ("f(x, y) = x[2]", None),
     ("f(x, y) = 2 [x -1 y]", None), ("f(x, y) = [[x + 1] [y + 2]]", None), ("f(x, y) = [x + 2 y]", None)],
)  # fmt: skip
def test_square_brackets_around_an_operand(text: str, expected: list[str] | None) -> None:
    """x [y + 1] is x (y + 1); where blanks may be commas, or an index is meant, it is refused."""
    if expected is not None:
        assert [paper(body) for body in read_function(text).components or ()] == expected
        return
    with pytest.raises(ReadError, match=r"two ways|an index"):
        read_function(text)


@pytest.mark.parametrize("text", ["Find dz/dt if z = x y", "Determinez the map f(x) = x", "xy z = 3", "(x) y = 3"])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(ReadError, match="an equation of a stage begins with one name") as caught:
        read_function(text)
    assert "write f(x, y) = …, or x = …" in caught.value.hint


def test_inputs_and_parameters() -> None:
    f = read_function("f(x, y; a, b) = a x + b y")
    assert (f.inputs, f.parameters, f.n, f.m, f.scalar) == (("x", "y"), ("a", "b"), 2, 1, True)


def test_entries_of_a_vector_are_names_of_their_own() -> None:
    with pytest.raises(ReadError) as caught:
        read_function("f(x) = [x_1^2 + x_2, x_1]")
    assert caught.value.hint == "an entry is a name of its own: f(x_1, x_2, …)"


@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        ("f: R^3 -> R, f(x) = x_1^2 + x_3", ("x_1", "x_2", "x_3")),
        (r"f: R^2 -> R, f(x) = \sum_{i=1}^{2} x_i^2", ("x_1", "x_2")),
        ("f: R^2 -> R, x ↦ x_1 x_2", ("x_1", "x_2")),
        ("f: R -> R, f(x) = x^2", ("x",)),
    ],
)
def test_a_vector_of_a_known_size_has_entries(text: str, inputs: tuple[str, ...]) -> None:
    """f: ℝ³ → ℝ says what x is in f(x) = x_1² + x_3."""
    assert read_function(text).inputs == inputs


def test_several_names_on_the_left_are_the_outputs() -> None:
    f = read_function("(x, y) = (r cos t, r sin t)")
    assert (f.name, f.inputs, f.outputs) == ("(x, y)", ("r", "t"), ("x", "y"))


@pytest.mark.parametrize(
    ("text", "inputs", "formula"),
    [
        ("f = xsin(y)", "x y", "x sin(y)"), ("f = 2xsin(y) + y", "x y", "2x sin(y) + y"),
        ("z = rcosθ", "r theta", "r cos(θ)"),
        ("z = rcos t", "r t", "r cos(t)"), ("f = xln y", "x y", "x ln(y)"), ("f = xln|y|", "x y", "x ln(|y|)"),
        ("f = xsin^2 x", "x", "x sin(x)^2"), ("f = xysqrt(z)", "x y z", "xy √z"),
        ("T = Aexp(-t/τ)", "A t tau", "A exp(-t/τ)"), ("f = xe^y", "x y", "x e^y"), ("f = esin(y)", "y", "e sin(y)"),
        ("v = vmax S/(K + S)", "vmax S K", "vmax S/(K + S)"),
        ("y = log_2(x)", "x", "log_2(x)"), ("y = log2(x)", "x", "log_2(x)"), ("y = log_b x", "b x", "log(x, b)"),
        ("y = log_pi(x)", "x", "log(x, π)"), ("y = log_π x", "x", "log(x, π)"),
        ("y = log_b^2(x)", "b x", "log(x, b)^2"),
        ("L = log_p + log_prior", "log_p log_prior", "log_p + log_prior"),
        ("y = x log_b z", "x b z", "x log(z, b)"),
        ("L = log_p/x", "log_p x", "log_p/x"), ("L = log_p^2", "log_p", "log_p^2"),
        ("y = log_0 x", "log_0 x", "log₀ x"),
        ("y = log_max x", "log_max x", "log_max x"),
        ("y = xlog_2(z)", "x z", "x log_2(z)"), ("y = xlog_b z", "x b z", "x log(z, b)"),
        ("y = plog2(p)", "p", "p log_2(p)"),
        ("V = pisin^2 x", "x", "π sin(x)^2"), ("z = xerfc(y)", "x y", "x(1 - erf(y))"), ("z = fabs x", "x", "|x|"),
        ("z = lnx", "x", "ln(x)"), ("z = xlny + ylnx", "x y", "x ln(y) + y ln(x)"), ("z = sqrtxy", "x y", "√(xy)"),
        ("z = sin2x", "x", "sin(2x)"), ("z = xsinycos x", "x y", "x sin(y) cos(x)"), ("y = lnlnx", "x", "ln(ln(x))"),
        ("y = x(sqrt6 + sqrt2)/4", "x", "x(√6 + √2)/4"), ("z = xln2", "x", "x ln(2)"),
    ],
)  # fmt: skip
def test_a_new_letter_in_front_of_a_known_function_is_a_factor(text: str, inputs: str, formula: str) -> None:
    function = read_function(text)
    assert (" ".join(function.inputs), paper(function.values[0])) == (inputs, formula)


@pytest.mark.parametrize(("text", "said", "hint"), [
    ("z = mgsin θ", "“mgsin θ”", "mg sin(θ) or mgsin·θ"), ("S = nRln V", "“nRln V”", "nR ln(V) or nRln·V"),
    ("z = stsin |y|", "“stsin |”", "st sin(…)"),
    ("z = xlg |y|", "“xlg |”", "x log10(…) or x·l·g·…"), ("x = acos t, y = bsin t", "“acos”", "a cos or arccos"),
    ("x = bcos(t), y = asin(t)", "“asin”", "a sin or arcsin"),
    ("f(t; a, b) = (acos t, bsin t)", "“acos”", "a cos or arccos"),
    ("f(a, t) = acos t", "“acos”", "a cos or arccos"),
])  # fmt: skip
def test_letters_glued_to_a_function_that_may_be_another_name(text: str, said: str, hint: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_function(text)
    assert said in caught.value.message
    assert hint in caught.value.hint


def test_polar_coordinates_without_blanks() -> None:
    assert [paper(value) for value in read_function("x = rcosθ, y = rsinθ").values] == ["r cos(θ)", "r sin(θ)"]
    assert [paper(value) for value in read_function("x = r cost, y = r sint").values] == ["r cos(t)", "r sin(t)"]


@pytest.mark.parametrize(("text", "hint"), [
    ("xsin(y)", "write f(x, y) = xsin(y)"), ("absin(z)", ""), ("f = absin(z)", ""),
    ("f = xmax(y, z)", "did you mean max?"), ("y = frac(x)", "x - floor(x)"), ("y = ellipk(x)", "no formula"),
])  # fmt: skip
def test_a_known_function_behind_letters_is_no_function_without_a_formula(text: str, hint: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_function(text)
    assert hint in caught.value.hint


def test_equations_take_inputs_in_order_of_first_appearance_and_say_so() -> None:
    f = read_function("x = s t, y = r + s")
    assert f.inputs == ("s", "t", "r")
    assert f.labels == ("x", "y")
    assert any("s, t, r" in note for note in f.notes)


@pytest.mark.parametrize(
    ("text", "sizes", "inputs"),
    [
        ("g: R^2 -> R^3", (2, 3), ("u1", "u2")),
        ("f: R -> R^2", (1, 2), ("x",)),
        ("g: R^m -> R^p", ("m", "p"), ()),
        ("g: ℝ² → ℝ³", (2, 3), ("u1", "u2")),
        ("g: R2 -> R3", (2, 3), ("u1", "u2")),
        ("g(u, v)", (2, 1), ("u", "v")),
        ("g: R × R^2 -> R^2", (3, 2), ("u1", "u2", "u3")),
        ("g: U ⊂ R^m -> R", ("m", 1), ()),
        ("z(x1, x2, x3): R^3 -> R^2", (3, 2), ("x1", "x2", "x3")),
        ("z(a, b) -> R^2", (2, 2), ("a", "b")),
    ],
)
def test_unspecified(text: str, sizes: tuple[object, object], inputs: tuple[str, ...]) -> None:
    g = read_function(text)
    assert ((g.n, g.m), g.inputs, g.specified) == (sizes, inputs, False)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("f: R -> R; z = y f(x^2 - y^2)", "y f(x^2 - y^2)"),
        ("f(r); g(s); u(x, t; c) = f(x - c t) + g(x + c t)", "f(x - ct) + g(x + ct)"),
        ("f: ℝ → ℝ\nz = x f(y/x)", "x f(y/x)"),
        (r"f: \mathbb{R} \to \mathbb{R}; z = x f\left(\frac{y}{x}\right)", "x f(y/x)"),
        ("F: R^2 -> R; h(x, y) = x^2 F(y/x, x y)", "x^2 F(y/x, xy)"),
        ("g: R^2 -> R^2; h(x, y) = g_1(x, y) g_2(y, x)", "g₁(x, y) g₂(y, x)"),
        ("f, g: R -> R; u = f(x) + g(y)", "f(x) + g(y)"),
        ("f: R^2 -> R and g, h: R -> R\nu = f(x, y) + g(x) h(y)", "f(x, y) + g(x) h(y)"),
        ("f(t), g(t); u = f(x) + g(y)", "f(x) + g(y)"),
        ("Let f: R -> R; u = f(x y)", "f(xy)"),
        (r"\phi, \psi \colon \mathbb{R} \to \mathbb{R}; z = \phi(x)\psi(y)", "φ(x) ψ(y)"),
        ("z = f(x - y), where f is a differentiable function", "f(x - y)"),
        ("z = f(x - y, y - x) where f is differentiable.", "f(x - y, y - x)"),
        ("z = h(x - y), where h is arbitrary", "h(x - y)"),
        ("u(x, t; c) = f(x - c t) + g(x + c t), where f and g are arbitrary twice differentiable functions",
         "f(x - ct) + g(x + ct)"),
        ("Let f and g be arbitrary functions; u = f(x) + g(y)", "f(x) + g(y)"),
        ("w = f(x - y, z), where f has continuous second-order partial derivatives", "f(x - y, z)"),
        ("f: R -> R; z = f'(x) + y f''(x)", "f′(x) + y f″(x)"),
        ("f: R -> R; z = f′(x) f″(y)", "f′(x) f″(y)"),
        ("f: R -> R; z = f‴(x) + f⁗(y)", "f‴(x) + f′′′′(y)"),
        ("f: R -> R; z = f^(3)(x y)", "f‴(xy)"),
        (r"f: R -> R; z = f^{(2)}(x) + y f^{(3)}\left(x\right)", "f″(x) + y f‴(x)"),
        (r"f: R -> R; z = f^{\prime}(x) + f^{\prime\prime}\left(\frac{x}{y}\right)", "f′(x) + f″(x/y)"),
        ("f(x, y); z = x f_x(x, y) + y f_2(x, y)", "x D₁f(x, y) + y D₂f(x, y)"),
        ("f: R -> R; z = f(x) + xf(y)", "f(x) + x f(y)"),
    ],
)
def test_a_function_without_a_formula_is_called_where_it_is_declared_in_front(text: str, formula: str) -> None:
    function = read_function(text)
    assert (paper(function.values[0]), function.abstract) == (formula, True)
    assert function.notes[0].endswith("is any differentiable function")
    assert not any("does not occur" in note for note in function.notes)


def test_a_hint_declares_no_function_that_is_known() -> None:
    with pytest.raises(ReadError) as caught:
        read_function("u(x, y) = beta(x, 2) li(x) F(x, y)")
    assert "“F: R^2 -> R; u(x, y) = " in caught.value.hint


@pytest.mark.parametrize("said", ["a is arbitrary", "a is an arbitrary constant", "A is arbitrary"])
def test_what_is_arbitrary_need_not_be_a_function(said: str) -> None:
    text = f"z = {said[0]}(x - y) where {said}"
    with pytest.raises(ReadError):
        read_function(text)
    with pytest.raises(ReadError, match="“where” is a word"):
        read_implicit(text)


def test_a_vector_of_many_entries_is_written_out() -> None:
    assert len(read_function("f: R^100 -> R, f(x) = sum_{i=1}^100 i x_i^2").inputs) == 100


@pytest.mark.parametrize(("text", "said"), [
    ("f(a, b, e) = a e^b", 1), ("f(x; e) = e^(-x)", 1), ("f(d, e) = d e", 0), ("f(x) = e^x", 0), ("f(e) = 2e", 0),
])  # fmt: skip
def test_an_input_e_that_is_raised_is_noted_not_to_be_the_constant(text: str, said: int) -> None:
    assert sum(note.startswith("e is read as the variable e") for note in read_function(text).notes) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [("f: R -> R; g: R -> R; z = f(x)", ["g is declared, but does not occur"]),
     ("g: R -> R; h: R -> R; z = f(x, y), x = t^2, y = h(t)", ["g is declared, but does not occur"]),
     ("g: R^2 -> R^2; z = g_1(x, y)", []), ("f: R^2 -> R; f(x, y) = x y", [])],
)  # fmt: skip
def test_a_function_that_is_declared_and_not_called_is_noted(text: str, said: list[str]) -> None:
    notes = [note for stage in read_stages(text) for note in stage.notes]
    assert [note for note in notes if "does not occur" in note] == said


@pytest.mark.parametrize(
    ("text", "inputs", "formulas"),
    [
        ("x = g(t), y = h(t)", ("t",), ["g(t)", "h(t)"]),
        ("x = x(s, t), y = y(s, t)", ("s", "t"), ["x(s, t)", "y(s, t)"]),
        ("x = g(t), y = t^2", ("t",), ["g(t)", "t^2"]),
        ("r = φ(u, v); θ = u v", ("u", "v"), ["φ(u, v)", "uv"]),
    ],
)
def test_a_function_without_a_formula_may_be_all_of_an_equation(
    text: str, inputs: tuple[str, ...], formulas: list[str]
) -> None:
    function = read_function(text)
    assert (function.inputs, list(map(paper, function.values)), function.abstract) == (inputs, formulas, True)


@pytest.mark.parametrize(
    ("text", "said", "start"),
    [
        ("f: R^2 -> R; z = y f(x^2 - y^2)", "f takes 2 arguments, not 1", 19),
        ("f: R -> R; z = y f(x) + g(x)", "“g(x)” can be read in two ways", 24),
        ("f(r); f(x) = f(x) + 1", "f is defined by itself", 6),
        (f"f: R -> R; z = f{40 * chr(39)}(x)", "more than 30 primes stand in a row", 55),
        ("f(r); f(s, t); z = f(x)", "f is declared twice", 6),
        ("f: R^2 -> R^2; f1: R -> R; z = f1(x)", "f1 is a component of f", 15),
        ("f1: R -> R; f: R^2 -> R^2; z = f1(x)", "f1 is a component of f", 12),
    ],
)
def test_errors_behind_a_declaration_keep_their_places(text: str, said: str, start: int) -> None:
    with pytest.raises(ReadError, match=re.escape(said)) as caught:
        read_function(text)
    assert (caught.value.text, caught.value.start) == (text, start)


@pytest.mark.parametrize(
    ("before", "text", "inputs"),
    [
        ("z: R^3 -> R^2", "y: R^2 -> R", ("u1", "u2")),
        ("f(x) = [x, x^2]", "L: R^2 -> R", ("x1", "x2")),
        ("f(x) = x^2", "L: R -> R", ("u",)),
        ("f(u) = u^2", "g: R -> R", ("v",)),
        ("z: R^3 -> R^2", "y(x1, x2): R^2 -> R", ("x1", "x2")),
        ("y: R^2 -> R", "y: R^2 -> R", ("x1", "x2")),
    ],
)
def test_inputs_without_names_are_not_those_of_another_function(
    before: str, text: str, inputs: tuple[str, ...]
) -> None:
    inner = read_function(before)
    assert read_function(text, {inner.name: inner}).inputs == inputs


REFUSED = [
    ("f(x, x) = x", "named twice"),
    ("D1_f: R -> R", "D1_f is a partial derivative of f"),
    ("f(x y) = x", "separated by commas"),
    ("sin(x) = x", "known function"),
    ("e(x) = x", "fixed meaning"),
    ("f(x) = f(x) + 1", "defined by itself"),
    ("f(x) = x, 2x", "several entries need brackets"),
    ("f(x) = 0,5x", "several entries need brackets"),
    ("f(x) =", "expected the body"),
    ("f(x", "never closed"),
    ("f() = 1", "name of an input"),
    ("f(2) = 1", "name of an input"),
    ("f(x,) = x", "name of an input"),
    ("f(sin) = 1", "fixed meaning"),
    ("x^2 + y^2 = 25", "begins with one name"),
    ("x = x + 1", "both sides"),
    ("x = s, x = t", "given twice"),
    ("f = 3", "no variable"),
    ("f(x, y) = [1, 2; 3, 4]", "2×2 matrix"),
    ("f(x, y) = [1, 2; 3, 4] [x, y, 1]", "2×2 matrix cannot be multiplied by a 3×1"),
    ("f(x, y) = [x, y] + 1", "cannot be added"),
    ("g: R^2", "expected R^n -> R^m"),
    ("g: R^2 -> S", "expected R^n"),
    ("g(u): R^2 -> R", "names 1 inputs"),
    ("f = @(x) [x(1)^2 + x(2); 2x(1)x(2)]", "can be read in two ways"),
    ("f(x) = 3 + x(2)", "can be read in two ways"),
    ("(u, v) = (x, y, x y)", "2 names on the left, but 3 entries"),
    ("(u, v) = (x, y), w = x", "3 names on the left, but 2 entries"),
    ("(u, v) = x^2", "2 names on the left, but 1 entry"),
    ("f(x, y) = (u, v) = (x, y, x y)", "2 names, but 3 components"),
    ("f(x, y) = (x, y) = (x^2, y)", "expected the end"),
    ("f(x, y) = (sin, y) = (x^2, y)", "needs an argument"),
    ("hello", "needs “=”"),
    ("xy^= 25", "begins with one name"),
    ("y = x^{2", "never closed"),
    ("T:", "expected R^n -> R^m"),
    ("", "found nothing"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_refused(text: str, message: str) -> None:
    with pytest.raises((ReadError, ShapeError), match=message.replace("^", r"\^").replace("(", r"\(")):
        read_function(text)


@pytest.mark.parametrize(
    ("typed", "written"),
    [("Piecewise((x, x > 0), (0, True))", "piecewise(x if x > 0, 0 otherwise)"),
     ("Piecewise[{{x^2, x < 0}, {x, x >= 0}}]", "piecewise(x^2 if x < 0, x if x ≥ 0, 0 otherwise)"),
     ("Piecewise[{{x^2, x > 0}, {-x, True}}]", "piecewise(x^2 if x > 0, -x otherwise)"),
     ("piecewise(-x if x < 0, x if x >= 0)", "piecewise(-x if x < 0, x if x ≥ 0)"),
     ("Piecewise((x, x < 0), (x^2, x >= 0))", "piecewise(x if x < 0, x^2 if x ≥ 0)"),
     ("UnitStep[x] + LogisticSigmoid[x] + Erfc[x] + Ramp[x]",
      "piecewise(1 if x ≥ 0, 0 otherwise) + σ(x) + (1 - erf(x)) + relu(x)"),
     ("Math.pow(x, 2) + Math.sin(x)", "x^2 + sin(x)"),
     ("piecewise(x > 0, x, 0)", "piecewise(x if x > 0, 0 otherwise)"),
     ("piecewise(x < 0, -x, x < 1, x^2, x)", "piecewise(-x if x < 0, x^2 if x < 1, x otherwise)"),
     ("np.where((x > 0) & (x < 1), x, 0)", "piecewise(x if x > 0 and x < 1, 0 otherwise)"),
     ("where(Ne(x, 0), where(x > 1, 1, x), 0)",
      "piecewise(piecewise(1 if x > 1, x otherwise) if x ≠ 0, 0 otherwise)"),
     ("If[x > 0, x^2, x] + ifelse(x > 0, x, 1)",
      "piecewise(x^2 if x > 0, x otherwise) + piecewise(x if x > 0, 1 otherwise)"),
     ("np.maximum(0, x) + fabs(x)", "max(0, x) + |x|"),
     ("2*Piecewise((sin(x)/x, Ne(x, 0)), (1, True))", "2 piecewise(sin(x)/x if x ≠ 0, 1 otherwise)"),
     ("Piecewise((x, (x > 1) | (x < 0)), (2, (x > 0) & Eq(x, 1)))",
      "piecewise(x if x > 1 or x < 0, 2 if x > 0 and x = 1)"),
     ("piecewise(x if x > 0 && x < 1, 0 otherwise)", "piecewise(x if x > 0 and x < 1, 0 otherwise)")],
)  # fmt: skip
def test_cases_as_sympy_prints_them(typed: str, written: str) -> None:
    assert paper(read_function(f"f(x) = {typed}").values[0]) == written


@pytest.mark.parametrize(
    ("typed", "message"),
    [("Piecewise((x, x > 0), 0)", "expected a pair"), ("Piecewise((x, True))", "needs a branch"),
     ("Piecewise((x))", "expected a comma"), ("Piecewise((x, x > 0), (1, True), (2, x < 0))", "expected “)”"),
     ("Piecewise", "Piecewise needs branches"), ("Piecewise((x, x > 0)", "never closed")],
)  # fmt: skip
def test_cases_that_sympy_would_not_print(typed: str, message: str) -> None:
    with pytest.raises(ReadError, match=re.escape(message)):
        read_function(f"f(x) = {typed}")


def test_functions_call_functions_defined_before() -> None:
    found = read_definitions("f(x) = x^2\n# a comment\nh(x, y) = f(x + 1) y\ng(x, y) = [f(x), h(y, x)]")
    assert strict(found["h"].values[0]) == "(x + 1)^2*y"
    assert [strict(v) for v in found["g"].values] == ["x^2", "(y + 1)^2*x"]


def test_a_vector_function_may_be_the_argument_of_another() -> None:
    found = read_definitions("f(x, y) = [x + y, x y]\ng(u, v) = [u^2, v]\nh(x, y) = g(f(x, y))\nk(x, y) = f_2(x, y)")
    assert [strict(v) for v in found["h"].values] == ["(x + y)^2", "x*y"]
    assert [strict(v) for v in found["k"].values] == ["x*y"]


def test_an_error_in_a_file_names_the_line() -> None:
    with pytest.raises(ReadError, match="line 2: sni is not a known function"):
        read_definitions("f(x) = x\ng(x) = sni(x)")
    with pytest.raises(ReadError, match="line 2: f is defined twice"):
        read_definitions("f(x) = x\nf(x) = 2x")


def test_definitions_go_on_while_brackets_are_open() -> None:
    assert [strict(v) for v in read_definitions("f(x) = [x,\n  2x\n]")["f"].values] == ["x", "2*x"]


def test_windows_files_are_read() -> None:
    assert list(read_definitions("\ufefff(x) = x\r\n\tg(x) = 2x\r\n")) == ["f", "g"]


# -- stages -------------------------------------------------------------------------------------------


def stages(*texts: str) -> Chain:
    found: list[VectorFunction] = []
    for text in texts:
        found.append(read_function(text, {}, found[-1].outputs if found else ()))
    return chain(linked(found))


@pytest.mark.parametrize(
    ("text", "inputs"),
    [("y = det [a, b; c, d]", "a b c d"), ("y = |a b; c d|", "a b c d"), ("y = clip(x, a, b)", "x a b"),
     ("u = x y, v = det [z, y; x, t]", "x y z t"), ("y = sum_{k=1}^{2} x_k t", "x_1 x_2 t")],
)  # fmt: skip
def test_inputs_of_equations_stand_in_the_order_in_which_they_are_typed(text: str, inputs: str) -> None:
    assert read_function(text).inputs == tuple(inputs.split())


def test_equation_stages_meet_by_name_in_the_order_of_the_outputs() -> None:
    assert stages("x = s t, y = s + t^2", "z = y + x^2").stages[1].inputs == ("x", "y")


def test_a_name_used_again_later_is_carried_through() -> None:
    found = stages("x = s t", "z = x + s^2")
    assert found.stages[0].outputs == ("x", "s")
    assert found.inputs == ("s", "t")


@pytest.mark.parametrize("text", ["x = g(t)", "x = g(s, t)"])
def test_a_name_is_carried_beside_a_function_without_a_formula(text: str) -> None:
    found = stages(text, "z = x t")
    assert list(map(paper, found.stages[0].values)) == [text.removeprefix("x = "), "t"]
    assert (found.stages[0].m, found.stages[0].outputs) == (2, ("x", "t"))


def test_a_quantity_of_an_earlier_stage_is_no_function() -> None:
    found: dict[str, VectorFunction] = {}
    for text in ("r = s^2 + t^2", "w = r - s", "z = r w"):
        stage = read_function(text, found, tuple(found)[-1:])
        found[stage.name] = stage
    assert linked(list(found.values()))[-1].inputs == ("w", "r")
    with pytest.raises(ReadError, match="r is a function"):
        read_function("z = r w", {"r": read_function("r(x) = x")}, ("w",))


def test_a_name_that_no_stage_gives_is_refused() -> None:
    with pytest.raises(ReadError, match="given by no stage"):
        stages("x = s t", "z = x + k")


def test_sizes_must_meet_and_both_are_named() -> None:
    with pytest.raises(ShapeError, match=r"R\^2 -> R\^2\), but g takes 3 inputs \(R\^3 -> R\^1"):
        stages("f(x, y) = [x, y]", "g(u, v, w) = u")


def test_symbolic_sizes_are_bound_where_they_meet_a_number() -> None:
    found = stages("f(x, y) = [x, y, x]", "g: R^m -> R^p")
    assert (found.stages[1].n, found.stages[1].m) == (3, "p")


@pytest.mark.parametrize(
    ("text", "inputs", "parameters"),
    [("x = a cosh u cos v, y = a sinh u sin v; a", "u v", "a"), ("x = a u; y = b v; a, b", "u v", "a b"),
     (r"$x = a u$; $y = v$; $a$", "u v", "a"), ("x = u; y = v;", "u v", ""), ("z = a x^2 y; a", "x y", "a"),
     ("x = au cos v, y = bu sin v; a, b", "u v", "a b"), ("x = au + bv, y = cu + dv; a, b, c, d", "u v", "a b c d")],
)  # fmt: skip
def test_names_behind_equations_are_parameters(text: str, inputs: str, parameters: str) -> None:
    found = read_function(text)
    assert (found.inputs, found.parameters) == (tuple(inputs.split()), tuple(parameters.split()))


@pytest.mark.parametrize("text", ["x = t; y", "x = u; y = u v; x", "x = a u; a b", "x = a u; 2"])
def test_what_is_no_parameter_behind_equations(text: str) -> None:
    with pytest.raises(ReadError):
        read_function(text)


def test_a_parameter_named_like_an_inner_input_is_refused() -> None:
    with pytest.raises(ShapeError, match="parameter x"):
        stages("f(x) = x^2", "g(u; x) = u x")


def test_one_parameter_spelled_in_two_ways_is_one() -> None:
    assert stages("f(x; k1) = k1 x", "g(u; k_1) = k_1 u").parameters == ("k1",)


@pytest.mark.parametrize("text", ["f_1 ... f_L", "f_1, ..., f_L", "f_1 f_2 … f_L", "f_1..f_L"])
def test_layers(text: str) -> None:
    assert read_layers(text) == ("f", "L")


def test_not_layers() -> None:
    assert read_layers("f g") is None


# -- points -------------------------------------------------------------------------------------------

POINTS = [
    ("1,2", ["1", "2"]),
    ("(1, 2)", ["1", "2"]),
    ("[1, 2]", ["1", "2"]),
    ("x=1, y=2", ["1", "2"]), ("E, Pi", ["e", "pi"]),
    ("x = 1 and y = pi", ["1", "pi"]), ("x = 1, and y = 2", ["1", "2"]), (r"x = 1 \text{ and } y = 2", ["1", "2"]),
    ("y=2, x=1", ["1", "2"]),
    ("pi/2, sqrt(2)", ["pi/2", "sqrt(2)"]),
    ("-1, 0.5", ["-1", "0.5"]),
    ("1; 2", ["1", "2"]),
    ("x: 1, y: 2", ["1", "2"]),
    ("{x: 1, y: 2}", ["1", "2"]),
    ("{y -> 2, x -> 1}", ["1", "2"]),
    ("y → 2, x -> 1", ["1", "2"]),
    ("(x, y) = (1, 2)", ["1", "2"]),
    (r"(y, x) = \left(2, 1\right)", ["1", "2"]),
    ("(x_0, y_0) = (1, 2)", ["1", "2"]),
    (r"y_{0} = 2, x_0 = 1", ["1", "2"]),
    ("P(1, 2)", ["1", "2"]),
    ("P = (1, 2)", ["1", "2"]),
    (r"P_0 = \left(1, 2\right)", ["1", "2"]),
]


@pytest.mark.parametrize(
    ("text", "inputs"),
    [("x' = -y, y' = x", "x y"), (r"\dot x = -y, \dot y = x - 3x^2", "x y"), ("x_1' = x_2, x_2' = -x_1", "x_1 x_2"),
     (r"\begin{aligned} x' &= t - y & y' &= x \end{aligned}", "x y; t"), ("xdot = y, v = x", "y x"),
     ("dx/dt = -y, dy/dt = x", "x y"), ("dx_1/dt = x_2\n dx_2/dt = -x_1", "x_1 x_2"), ("x' = -y\ny' = x", "x y"),
     ("x'(t) = -y(t), y'(t) = x(t)", "x y"), ("x'(t) = t - y, y'(t) = x", "x y; t"), ("x'(t) = -y\ny'(t) = x", "x y"),
     ("dx/dt = -y(t) \ndy/dt = x(t)", "x y"), (r"x'(t) &= -y(t) \\ y'(t) &= x(t)", "x y"),
     (r"\frac{dx}{dt} = y - 1 \\ \frac{dy}{dt} = x^2", "x y"), ("[x; y]' = [-y; x]", "x y"),
     (r"\begin{cases} \dfrac{\mathrm dx}{\mathrm dt} = y, \\ \dfrac{\mathrm dy}{\mathrm dt} = x \end{cases}", "x y"),
     (r"\begin{align} \frac{d\theta}{dt} &= \omega \\ \frac{d\omega}{dt} &= -\sin\theta \end{align}", "theta omega"),
     (r"\frac{dS}{dt} = -\beta S I, \quad \frac{dI}{dt} = \beta S I - I", "S I; beta"),
     ("dx/dt = a x - b x y, dy/dt = -c y + d x y", "x y; a b c d"), ("x' = y, y' = -g", "x y; g"),
     ("dx/dt = a x - b y, dy/dt = x; b", "x y; b a"), ("dx/dt = 2t, dy/dt = cos t", "t"),
     ("dx/dt = sigma*(y - x), dy/dt = r x - y - x z, dz/dt = x y - b z", "x y z; sigma r b"),
     ("dN/dt = rN(1 - N/K)", "N; r K"), (r"\dot x = r x - x^3", "x; r"), ("x'(t) = a x(t) + t", "x; a t"),
     (r"\dot x = a t", "a t"),
     (r"\begin{bmatrix}x\\y\end{bmatrix}' = \begin{bmatrix}-y\\x\end{bmatrix}", "x y"),
     (r"\begin{pmatrix}x\\y\end{pmatrix}^\prime = \begin{pmatrix}-y\\x\end{pmatrix}", "x y")],
)  # fmt: skip
def test_states_stand_in_the_order_of_their_rates(text: str, inputs: str) -> None:
    found = read_function(text)
    assert (found.inputs, found.parameters) == tuple(tuple(part.split()) for part in f"{inputs};".split(";")[:2])


@pytest.mark.parametrize(
    ("text", "inputs"),
    [("x_{n+1} = 1 - a x_n^2 + y_n, y_{n+1} = b x_n", "x_n y_n; a b"),
     ("x_{n+1} = 1 - ax_n^2 + y_n, y_{n+1} = bx_n", "x_n y_n; a b"), ("x_{n+1} = rx_n(1 - x_n)", "x_n; r"),
     ("N_{t+1} = kN_t + abN_t^2", "N_t; k a b"),
     ("x_{n+1} = r x_n (1 - x_n)", "x_n; r"),
     (r"N_{t+1} = \lambda N_t e^{-a P_t} \\ P_{t+1} = N_t (1 - e^{-a P_t})", "N_t P_t; lambda a"),
     ("x_{k + 1} = x_k + h v_k\nv_{k + 1} = v_k - h x_k", "x_k v_k; h"),
     ("p_{n+1} = p_n - h q_n, q_{n+1} = q_n + h p_{n+1}; h", "p_n q_n; h"),
     (r"x_{n+1} &= x_n + h v_{n+1} \\ v_{n+1} &= v_n - h x_n", "x_n v_n; h"), ("w_new = w_k - h g", "w_k h g")],
)  # fmt: skip
def test_a_recurrence_has_its_states_as_inputs(text: str, inputs: str) -> None:
    found = read_function(text)
    assert (found.inputs, found.parameters) == tuple(tuple(part.split()) for part in f"{inputs};".split(";")[:2])
    assert all(label.endswith("_new") for label in found.labels or (found.name,))


def test_a_next_state_in_another_recurrence_is_inserted() -> None:
    found = read_function("p_{n+1} = p_n - h q_n, q_{n+1} = q_n + h p_{n+1}; h")
    assert [paper(value) for value in found.values] == ["p_n - h q_n", "q_n + h(p_n - h q_n)"]
    assert "p_{n+1} is inserted where q_{n+1} uses it" in found.notes


@pytest.mark.parametrize(
    ("text", "said"),
    [("x_{n+1} = x_n + x_{n+1}^2", "x_{n+1} depends on itself"), ("y = x_{n+1}", "a subscript that is not read here"),
     ("x_{n+1} = x_n + y_{n+1}, y_{n+1} = y_n - x_{n+1}", "x_{n+1} and y_{n+1} depend on each other")],
)  # fmt: skip
def test_an_implicit_recurrence_is_refused(text: str, said: str) -> None:
    with pytest.raises(ReadError, match=re.escape(said)):
        read_function(text)


def test_a_factor_may_be_glued_to_a_state() -> None:
    found = read_function("x_1' = ax_1 - x_1x_2, x_2' = bx_1(x_2 - 1)")
    assert [paper(value) for value in found.values] == ["a x₁ - x₁ x₂", "b x₁(x₂ - 1)"]
    assert (found.inputs, found.parameters) == (("x_1", "x_2"), ("a", "b"))


def test_the_rate_of_x1_is_written_as_that_of_x_1_is() -> None:
    numbered = read_function("x1' = x2, x2' = -x1")
    assert (numbered.inputs, [paper_name(label) for label in numbered.labels]) == (("x1", "x2"), ["ẋ₁", "ẋ₂"])


@pytest.mark.parametrize(
    ("text", "inputs", "values"),
    [("F = -y i + x j", "x y", "-y | x"), ("F = y e_x + x e_y + z e_z", "x y z", "y | x | z"),
     (r"\mathbf{F} = xy\,\mathbf{i} + y^2\,\mathbf{j}", "x y", "xy | y^2"), ("F = y z i + x j", "x y z", "yz | x | 0"),
     ("r = cos t i + sin t j + t k", "t", "cos(t) | sin(t) | t"), ("F = i + x j", "x", "1 | x"),
     ("F = a k + b j", "a b", "0 | b | a"), ("F = x_2 e_2 + x_1 e_1", "x_2 x_1", "x₁ | x₂"),
     ("F = a y i + x j", "a x y", "ay | x"), ("F = [-y, x]", "y x", "-y | x"), ("F = <y z, x>", "y z x", "yz | x"),
     # letters like others
     ("z = i^2 + j^2", "i j", "i^2 + j^2"), ("s = i j + x", "i j x", "ij + x"), ("f = x k + y", "x k y", "xk + y"),
     ("u = x i + j, v = y", "x i j y", "xi + j | y"), ("s = i + j", "i j", "i + j")],
)  # fmt: skip
def test_a_field_in_an_equation(text: str, inputs: str, values: str) -> None:
    found = read_function(text)
    assert (found.inputs, " | ".join(map(paper, found.values))) == (tuple(inputs.split()), values)


@pytest.mark.parametrize(
    ("text", "hint"),
    [("dx/dt = sigma(y - x), dy/dt = x", "write σ·(…) for the product, sigmoid(…) for the function")],
)  # fmt: skip
def test_a_greek_letter_before_a_bracket_among_rates(text: str, hint: str) -> None:
    with pytest.raises(ReadError) as refused:
        read_function(text)
    assert refused.value.hint == hint


@pytest.mark.parametrize(
    "text",
    ["y' = 2x", "y' = 2x y", "dy/dx = 2x", "dx/dt = a t", "dx/dt = y, dy/ds = x", "x' = y, z = x",
     "x'(t) = y, y'(s) = x", "(u, v)^T = [x; y]"],
)
def test_what_is_no_system_of_rates(text: str) -> None:
    with pytest.raises(ReadError, match="begins with one name"):
        read_function(text)


@pytest.mark.parametrize(
    ("text", "point"),
    [(r"$f(x,y) = x/y;\, (1,1)$", "(1,1)"), ("f(x,y)=x^2 y at (1,2)", "(1,2)"),
     ("f(x, y) = x y, P(1, 2)", "P(1, 2)"), (r"f(x, y) = x y \text{ at } (1, 2).", "(1, 2)"),
     ("f(x, y) = [x, y] at the point x = 1, y = pi/2", "x = 1, y = pi/2")],
)  # fmt: skip
def test_a_point_behind_a_definition_has_the_option_in_the_hint(text: str, point: str) -> None:
    with pytest.raises(ReadError, match="a point stands behind the definition") as caught:
        read_function(text)
    assert caught.value.hint == f"give it apart: --at “{point}”, in Python at="


@pytest.mark.parametrize("text", ["f(x, y) = x, y", "f(x, y) = x q, (1, 2)", "f(x, y) = x y at (1, 2, 3)"])
def test_no_point_stands_behind_these(text: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_function(text)
    assert "a point" not in caught.value.message


VECTORS = [
    ("1, 2", "12"), ("[1; 2]", "12"), ("i + 2j", "12"), ("2k - i", "-102"),
    (r"$\vec v = \langle 1, 2\rangle$.", "12"), ("u = (1, 2)", "12"), (r"\left< 1, 2\right>", "12"),
    ("v = i + 2j", "12"), (r"\mathbf{u} = \mathbf{i} + 2\mathbf{j} - 3\mathbf{k}", "12-3"), ("A = -i + 2j", "-12"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "entries"), VECTORS)
def test_vectors(text: str, entries: str) -> None:
    assert "".join(map(strict, read_vector(text))) == entries


@pytest.mark.parametrize(
    "text",
    ["0.1, 2", "dx = 0.1, dtheta = 2", "dθ = 2, dx = 0.1", "Δx = 0.1, Δθ = 2", r"\Delta x = 0.1, \Delta\theta = 2",
     r"\mathrm{d}x = 0.1,\ \mathrm{d}\theta = 2", "x = 0.1; theta = 2", "v = (0.1, 2)", "0.1 i + 2j",
     "dx/dt = 0.1, dθ/dt = 2"],
)  # fmt: skip
def test_changes_of_inputs_are_given_by_name_too(text: str) -> None:
    assert list(map(strict, read_changes(text, ("x", "theta"), 2))) == ["0.1", "2"]


def test_a_name_that_begins_with_d_is_itself() -> None:
    assert list(map(strict, read_changes("d = 1, depth = 2", ("depth", "d"), 2))) == ["2", "1"]
    assert list(map(strict, read_changes("dd = 1, ddepth = 2", ("depth", "d"), 2))) == ["2", "1"]


@pytest.mark.parametrize("text", ["dx = 1, dx = 2", "dx = 1, dy = 2", "dx = 1, 2"])
def test_changes_of_other_names_are_refused(text: str) -> None:
    with pytest.raises((ReadError, ShapeError)):
        read_changes(text, ("x", "theta"), 2)


@pytest.mark.parametrize(
    ("text", "plain", "places"),
    [("f(x) = ln x, x > 0", "f(x) = ln x", ["x > 0"]),
     ("f(x, y) = ln(xy), x > 0, y > 0", "f(x, y) = ln(xy)", ["x > 0, y > 0"]),
     ("f(x, y) = x/y where y ≠ 0", "f(x, y) = x/y", ["y ≠ 0"]),
     (r"f(x) = \ln x \quad \text{for } x > 0", "f(x) = ln x", ["x > 0"]),
     ("f(t) = (cos t, sin t), 0 ≤ t ≤ 2π", "f(t) = (cos t, sin t)", ["0 ≤ t ≤ 2π"]),
     ("f(t) = (cos t, sin t), t ∈ [0, 2π]", "f(t) = (cos t, sin t)", ["t ∈ [0, 2π]"]),
     ("f(x, y) = x y for all (x, y) ∈ ℝ²", "f(x, y) = x y", ["(x, y) ∈ ℝ²"]),
     (r"f(x, y) = xy \quad (x, y \in \mathbb{R}).", "f(x, y) = xy", [r"(x, y \in \mathbb{R})"]),
     ("f(x) = x^2, x ∈ R, x > 0", "f(x) = x^2", ["x ∈ R, x > 0"]),
     ("f(x, y) = x y, x ∈ [0, 1], y ∈ {1, 2}", "f(x, y) = x y", ["x ∈ [0, 1], y ∈ {1, 2}"]),
     ("f(t) = t^2, t ∈ ]0, 1[", "f(t) = t^2", ["t ∈ ]0, 1["]),
     ("x = r cos θ, y = r sin θ for r > 0", "x = r cos θ, y = r sin θ", ["r > 0"]),
     ("x = r cos θ, y = r sin θ, r > 0, 0 < θ < 2π", "x = r cos θ, y = r sin θ", ["r > 0", "0 < θ < 2π"])],
)  # fmt: skip
def test_where_the_inputs_lie_is_left_out_with_a_note(text: str, plain: str, places: list[str]) -> None:
    function, same = read_function(text), read_function(plain)
    assert (function.inputs, function.components) == (same.inputs, same.components)
    noted = [note for note in function.notes if note not in same.notes]
    assert noted == [f"“{place}” says where the inputs lie; it is left out" for place in places]


@pytest.mark.parametrize("text", [
    "f(x) = x^2 for x ∈ [0, 1], x for x > 1", "f(x, y) = x y for (x, y) ∈ D, 0 otherwise", "f(x) = x, x ∈ D, 0, x > 1",
    "f(x) = x^2 for x ∈ [0, 1], x", r"f(x) = x^2 \text{ for } x \in D, 0 \text{ else}",
    "f(x) = x, x ∈ D and 0 if x > 2",
])  # fmt: skip
def test_a_case_behind_a_set_is_not_left_out(text: str) -> None:
    with pytest.raises(ReadError):
        read_function(text)


@pytest.mark.parametrize(
    ("text", "plain", "units"),
    [(r"P(T, V) = 8 T/V \,\textrm{atm}", "P(T, V) = 8 T/V", ["atm"]),
     (r"$V = \pi r^2 h \text{ cm}^3$", "V = pi r^2 h", ["cm"]),
     (r"x = 2t~\mbox{m/s}, y = t^2", "x = 2t, y = t^2", ["m/s"]),
     (r"\begin{aligned} x &= 2t\,\mathrm{cm} \\ y &= 3 \,\mathrm{cm} + t\,\mathrm{min} \end{aligned}",
      "x = 2t, y = 3 + t", ["cm", "min"])],
)  # fmt: skip
def test_units_behind_a_formula_are_left_out_with_a_note(text: str, plain: str, units: list[str]) -> None:
    function, same = read_function(text), read_function(plain)
    assert function.components == same.components
    assert function.inputs == same.inputs
    assert function.notes == (*same.notes, *(f"the unit {unit} is left out" for unit in units))


@pytest.mark.parametrize(
    ("text", "formula"),
    [(r"f(x, m) = x \text{m}", "x*m"), (r"f(x, m) = x\,\mathrm{m} + m", "x*m + m"), (r"f(x, m) = \text{m} x", "m*x"),
     (r"z = x \cdot \text{m}", "x·m"), (r"z = x + \text{h}", "x + h"), (r"z = 2 x_{\text{in}}", "2*x_in"),
     (r"V = \pi r^2 \text{h}", "pi*r^2*h"), (r"E = q \textrm{V}", "q*V")],
)  # fmt: skip
def test_a_name_is_no_unit(text: str, formula: str) -> None:
    assert [strict(component) for component in read_function(text).components or ()] == [formula]


@pytest.mark.parametrize(
    ("text", "size", "entries"),
    [(r"-2\mathbf{i}", 2, "-20"), (r"3\hat{\jmath}", 3, "030"), ("2k", 3, "002"), ("i + j", 3, "110"),
     ("ihat", 2, "10"), ("2 e_1", 4, "2000"), ("k", 2, "001"), ("2", 3, "2")],
)  # fmt: skip
def test_one_unit_vector_is_a_vector_of_the_size_that_is_asked_for(text: str, size: int, entries: str) -> None:
    assert "".join(map(strict, read_vector(text, size))) == entries


@pytest.mark.parametrize("size", [0, 1, "n"])
def test_one_unit_vector_alone_has_no_size(size: int | str) -> None:
    with pytest.raises(ReadError, match="the imaginary unit"):
        read_vector("2i", size)


@pytest.mark.parametrize(("text", "expected"), POINTS)
def test_points(text: str, expected: list[str]) -> None:
    assert [strict(c) for c in read_point(text, ["x", "y"]).coordinates] == expected


def test_a_name_of_an_input_is_that_input_at_a_point() -> None:
    assert [strict(c) for c in read_point("x_10 = 1, x_1 = 2", ["x_1", "x_10"]).coordinates] == ["2", "1"]
    assert [strict(value) for _, value in read_point("A = 3, x_0 = 1", ["x_0"], ["A"]).parameters] == ["3"]
    with pytest.raises(ReadError, match="x_10 is not an input"):
        read_point("x_10 = 1, x_2 = 2", ["x_1", "x_2"])


@pytest.mark.parametrize("text", ["1,5; 2,5", "x = 1,5; y = 2"])
def test_a_decimal_comma_in_a_point_has_a_hint(text: str) -> None:
    with pytest.raises(JacocalcError) as caught:
        read_point(text, ["x", "y"])
    assert "with a point" in caught.value.hint


def test_parameters_are_given_by_name() -> None:
    point = read_point("1, 2, a=3", ["x", "y"], ["a"])
    assert [(name, strict(value)) for name, value in point.parameters] == [("a", "3")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1", r"1 coordinate, but the function takes 2 inputs \(x, y\)"),
        ("1,2,3", "3 coordinates"),
        ("x=1", "no value for y"),
        ("x=1, x=2", "given twice"),
        ("q=1, x=2", "not an input"),
        ("1, y=2", "either in order or by name"),
        ("a, b", "not declared"),
        ("", "found nothing"),
        ("1,", "end of the text"),
        ("(x, y) = (1, 2, 3)", "2 names, but 3 coordinates"),
        ("(x, y) = 1, 2", "expected the end"),
        ("(x, x, y) = (1, 2)", "x is given twice"),
        ("(x, q) = (1, 2)", "q is not an input"),
        ("(x) = (1)", "no value for y"),
    ],
)
def test_bad_points(text: str, message: str) -> None:
    with pytest.raises(JacocalcError, match=message):
        read_point(text, ["x", "y"])


# -- files --------------------------------------------------------------------------------------------

GOOD = 'title = "T"\nfunctions = """\nf(x) = x^2\n"""\n[[question]]\nask = "jacobian"\nfunctions = ["f"]\nat = "1"\n'


def test_a_problem_file() -> None:
    problem = read_problem(GOOD, "p.toml")
    assert problem.title == "T"
    assert problem.questions[0].ask == "jacobian"
    assert problem.questions[0].at == "1"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title =", "title", "not valid TOML"),
        ('"jacobian"', '"integral"', "p.toml, line 5: question 1 asks “integral”.*known are compose"),
        ('"jacobian"', '"jacobain"', "asks “jacobain”.*did you mean jacobian"),
        ('["f"]', "[]", "needs functions"),
        ("x^2", "x^^2", "p.toml, line 3: expected"),
        ('at = "1"', "at = 1", "p.toml, line 5: question 1: at is written as text in quotation marks"),
        ('at = "1"', 'att = "1"', "p.toml, line 5: question 1 has an unknown key “att”.*did you mean at"),
    ],
)
def test_bad_problem_files(old: str, new: str, message: str) -> None:
    """The question and the key are named, and what was probably meant."""
    with pytest.raises(JacocalcError) as caught:
        read_problem(GOOD.replace(old, new), "p.toml")
    assert re.search(message, f"{caught.value} {caught.value.hint}", re.DOTALL)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (GOOD + '[[question]]\nask = "no"\n', "p.toml, line 9: question 2 asks"),
        (GOOD.replace("\n", "\r\n") + '[[ question ]]\r\nask = "no"\r\n', "p.toml, line 9: question 2 asks"),
        ('title = """\n[[question]]\n"""\n[[question]]\nask = "no"\n', "p.toml: question 1 asks"),
        ('question = [{ask = "no"}]\n', "p.toml: question 1 asks"),
        ("functions = 'f(x) = x +'", "p.toml, line 1: expected"),
        ("title = 'T'\nfunctions = \'\'\'f(x) = x\n\ng(x) = x +\'\'\'", "p.toml, line 4: expected"),
    ],
)
def test_a_bad_problem_file_says_which_line(text: str, place: str) -> None:
    """Of the file, not of the definitions in it; none where headings cannot be told apart."""
    with pytest.raises(JacocalcError) as caught:
        read_problem(text, "p.toml")
    assert str(caught.value).startswith(place)


PRACTICE = """title = "S"
level = 2
hints = ["a", "b"]
form = "expanded"
explained = true
statement = "Differentiate."
"""


def test_a_question_for_practice() -> None:
    asked = read_problem(GOOD + PRACTICE, "p.toml").questions[0]
    assert (asked.title, asked.statement, asked.hints) == ("S", "Differentiate.", ("a", "b"))
    assert (asked.level, asked.form, asked.explained) == (2, ("expanded",), True)
    plain = read_problem(GOOD, "p.toml").questions[0]
    assert (plain.level, plain.hints, plain.form, plain.explained) == (1, (), (), False)
    listed = read_problem(GOOD + 'form = ["evaluated", "factored"]\nhints = "one"', "p.toml").questions[0]
    assert (listed.form, listed.hints) == (("evaluated", "factored"), ("one",))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("level = 2", "level = 4", "level is 1, 2 or 3, not 4"),
        ("level = 2", "level = 0", "level is 1, 2 or 3, not 0"),
        ("level = 2", 'level = "2"', "level is a whole number"),
        ('["a", "b"]', '["a", 2]', "hints are a list of texts"),
        ('["a", "b"]', '["a", " "]', "hints are a list of texts"),
        ('"expanded"', '"expandd"', "form is any of evaluated, expanded, factored, not expandd"),
        ("true", '"yes"', "explained is true or false"),
        ('"Differentiate."', "3", "statement is written as text"),
    ],
)
def test_bad_questions_for_practice(old: str, new: str, message: str) -> None:
    with pytest.raises(JacocalcError, match=message):
        read_problem(GOOD + PRACTICE.replace(old, new), "p.toml")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    large = tmp_path / "large.toml"
    large.write_bytes(b" " * 1_000_001)
    for path, message in [
        (tmp_path / "missing.toml", "does not exist"),
        (tmp_path, "is a folder"),
        (binary, "not UTF-8"),
        (large, "larger than"),
    ]:
        with pytest.raises(ReadError, match=message):
            read_file(path)


@pytest.mark.parametrize(
    ("text", "column"),
    [("f(x, y) = (0,5x, 2y)", 12), ("f(x, y) = (1,5 x + 2,5 y)", 12), ("f(x, y) = [x, max(1,5 x, y)]", 19),
     (r"f(x, y) = \left(0,5 x, y\right)", 17), ("f(x) = max(0,5; x)", 12), ("f(x) = [x, min(x;1,5x)]", 18),
     ("f(x) = x^(2,5)", 11), (r"f(x) = x^{2,5}", 11), (r"f(x) = \frac{x}{2,5}", 17), ("f(x) = x/(2,5)", 11)],
)  # fmt: skip
def test_a_comma_that_may_be_decimal_is_refused(text: str, column: int) -> None:
    with pytest.raises(ReadError, match="can be read in two ways") as caught:
        read_function(text)
    assert caught.value.start == column
    assert read_function(text.replace(",5", ".5")).m in (1, 2)
    if ";" in text or "(x, y)" in text:
        assert read_function(text.replace(",5", ", 5")).m in (1, 2, 3)


@pytest.mark.parametrize(
    "text",
    ["f(x)=(1,2,x)", "f(x) = (1,2,x )", "f(x, y) = [1,2; 3,4] [x, y]", "f(x1,x2) = (x1,2x2)", "f(x) = [max(0,1), x]"],
)
def test_a_comma_without_blanks_beside_it_is_a_comma(text: str) -> None:
    assert read_function(text).values


@pytest.mark.parametrize("text", ["F(x, y) = <x y, -y>", "F(x, y) = 2·<x y, -y> - < x y, -y >", "F(x, y) = ⟨x y, -y⟩"])
def test_angle_brackets_hold_a_vector(text: str) -> None:
    values = read_function(text).values
    assert [paper(expand(value)) for value in values] == ["xy", "-y"]


@pytest.mark.parametrize("text", ["f(x, y) = x < y", "f(x, y) = <x, y", "f(x, y) = <= x", "f(x, y) = [x, <]"])
def test_a_sign_of_comparison_is_no_bracket(text: str) -> None:
    with pytest.raises(ReadError, match="<"):
        read_function(text)


APPLIED = [  # what stands before it gives these; the text; name, inputs of the function without a formula
    ((), "u = f(x, y)", ("f", ("x", "y"))),
    (("x", "y"), "u = f(x, y)", ("f", ("x", "y"))),
    (("x", "y"), "f: R^2 -> R", ("f", ("x", "y"))),
    (("x", "y"), "f: R^3 -> R", ("f", ("x1", "x2", "x3"))),
    (("s",), "z = f(s)", ("f", ("s",))),
    ((), "x = g(t)", ("g", ("t",))),
]  # fmt: skip


@pytest.mark.parametrize(("outputs", "text", "expected"), APPLIED)
def test_a_function_of_which_only_the_inputs_are_said(
    outputs: tuple[str, ...], text: str, expected: tuple[str, tuple[str, ...]]
) -> None:
    function = read_function(text, {}, outputs)
    assert not function.specified
    assert function.outputs == ((text[0],) if "=" in text else ())
    assert (function.name, function.inputs) == expected


@pytest.mark.parametrize(
    ("outputs", "text", "inputs"),
    [((), "y = a(x + 1)", ("a", "x")), ((), "u = k(x + 1, y)", ("k", "x", "y")), ((), "z = sin(x)", ("x",)),
     ((), "z = 2(x - y)", ("x", "y")), ((), "z = x(x + 1)", ("x",)), ((), "z = f + f(x - y)", ("f", "x", "y")),
     ((), "z = f (x - y)", ("f", "x", "y")), ((), "z = g(2 + 3) t^2", ("g", "t")),
     (("f", "x"), "z = f(x - 1)", ("f", "x")),
     (("x", "y"), "z = x(y)", ("x", "y")), ((), "z = a x + a(x)", ("a", "x")), ((), "z = max(x, y)", ("x", "y")),
     ((), "z = x(y), w = x + y", ("x", "y")), ((), "x = g(t), y = g", ("g", "t")),
     ((), "y = b(c), d = b^2", ("b", "c")),
     ((), "y = Δx(x + 1)", ("Delta_x", "x")), ((), r"y = \Delta t (v + a \Delta t(v - 1))", ("Delta_t", "v", "a"))],
)  # fmt: skip
def test_products_with_brackets_stay_products(outputs: tuple[str, ...], text: str, inputs: tuple[str, ...]) -> None:
    function = read_function(text, {}, outputs)
    assert (function.specified, function.inputs) == (True, inputs)


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [("y = 2 a(x)", "“a(x)” can be read in two ways", "write a·x for the product; a function without a formula is "),
     ("x = 2 g(t), y = t", "“g(t)” can be read in two ways", "in front: “g: R -> R; x = 2 g(t), y = t”"),
     ("x = g(s, t) + s, y = h(s, t)", "g is not a known function",
      "“g: R^2 -> R; h: R^2 -> R; x = g(s, t) + s, y = h(s, t)”"),
     ("w = f(x, y) + z", "f is not a known function", "is declared in front: “f: R^2 -> R; w = f(x, y) + z”"),
     ("x = x + 1", "x stands on both sides", "give the new quantity another name"),
     ("w = xy + yz, x = r cos t", "x is computed beside what uses it",
      "write two stages, the inner first: “x = r cos t” “w = xy + yz”"),
     ("z = x^2 y, where x = s t and y = s", "x is computed beside", "“x = s t, y = s” “z = x^2 y”"),
     ("r = s^2 + t^2\nw = r - s", "r is computed beside what uses it", "“r = s^2 + t^2” “w = r - s”"),
     ("a = s t, b = a + s, c = a b", "a is computed beside", "write one stage behind the other, the inner first"),
     ("g(s, t) = f(2s + 3t, 3s - 2t)", "f is not a known function",
      "a stage of its own, behind its arguments: “x(s, t) = 2s + 3t, y(s, t) = 3s - 2t” “g = f(x, y)”"),
     ("z = f(2s + t, s - t)", "f is not a known function", "“x = 2s + t, y = s - t” “z = f(x, y)”"),
     ("z = f(x^2 - y^2)", "can be read in two ways", "“u = x^2 - y^2” “z = f(u)”"),
     ("u(x, t; c) = f(x - c t)", "f is not a known function", "“w(x, t; c) = x - c t” “u = f(w)”"),
     ("w = f(xz, yz)", "f is not a known function", "“u = xz, v = yz” “w = f(u, v)”"),
     ("w = f (xz, yz)", "f is not a known function", "“u = xz, v = yz” “w = f(u, v)”"),
     ("z = f(u v, u)", "f is not a known function", "“x = u v, y = u” “z = f(x, y)”"),
     ("z = φ(x y, x)", "phi is not a known function", "“u = x y, v = x” “z = phi(u, v)”"),
     ("z = f(x, y) where x = 2s + t and y = s - t", "x is computed beside what uses it",
      "“x = 2s + t, y = s - t” “z = f(x, y)”"),
     ("z = f(x, y), x = 2s + t, y = s - t", "x is computed beside", "“x = 2s + t, y = s - t” “z = f(x, y)”"),
     ("z = x^2 y where x = 2s + t and y = s - t", "x is computed beside", "“x = 2s + t, y = s - t” “z = x^2 y”"),
     ("f(x, y) = logsumexp(x, y)", "logsumexp is not a known function", "write ln(e^x + e^y)"),
     ("f(x) = trunc(x)", "trunc is not a known function", "what jumps"),
     ("f(x) = np.where(x, 1, 0)", "where is not a known function", "write piecewise(x if x > 0"),
     ("f(x) = x if x > 0", "expected “else” and a value", "cases are written piecewise(x if x > 0"),
     ("f(x) = x > 0 ? x", "expected “:” and the other value", "cases are written piecewise("),
     ("f(x) = x ? x : 0", "expected a comparison", ""),
     ("f(x) = np.where(x > 0, x)", "where says no value for where no condition holds", "cases are written"),
     ("f(x) = if x > 0 then x", "is a word of the language", "cases are written piecewise("),
     ("f(x) = piecewise(x > 0, x)", "piecewise says no value", "cases are written piecewise("),
     ("f(x) = e^(-x^2/(2σ^2))", "sigma needs an argument", "a parameter f(x; sigma)"),
     ("Q(K, L) = A K^a", "A is not declared", "declare it: Q(K, L, A), or as a parameter Q(K, L; A)"),
     ("g(x; a) = a b x", "b is not declared", "declare it: g(x, b; a), or as a parameter g(x; a, b)"),
     ("u(x, y) = x, v(x, y) = a", "a is not declared", "declare it: u(x, y, a), or as a parameter u(x, y; a)"),
     ("h(x) = x_1 + x_2", "x_1 is not declared", "an entry is a name of its own: h(x_1, x_2, …)"),
     ("f: R^500 -> R, f(x) = x_1 x_500", "x has 500 entries; at most 100 are written out", ""),
     ("q = cost p", "cost is not a name", "did you mean cos(t)?"),
     ("z = exp2x", "exp2 is not a name", "did you mean exp(2)?"),
     ("y = sin2", "sin2 is not a name", "did you mean sin(2)?"),
     ("z = lnb", "lnb is not a name", "did you mean ln(b)?"),
     ("f(a, x) = asinx", "asinx can be cut into names in more than one way", "write asin(x) or a sin(x)"),
     ("f(p, x) = expx", "expx can be cut into names in more than one way", "write e·x·p·x or exp(x)"),
     ("f(x) = e^xsinx", "“e^xsinx” can be read in two ways", "write e^(x sin(x)) or e^x·sin(x)"),
     ("f(x) = sqrt2x", "“sqrt2x” can be read in two ways", "write sqrt(2)·x or sqrt(2·x)"),
     ("z = xlog2", "xlog2 is not a name", "did you mean x log(2)?"),
     ("z = sigmax", "sigmax is not a name", "did you mean sigma(x)?"),
     ("z = sin2pixcosy", "pixcosy is not a name", "did you mean pix cos(y)?"),
     ("z = sum_{k=1}^3 coskxsiny", "coskxsiny is not a name", "did you mean cos(kx) sin(y)?"),
     ("f(x) = xlog2", "xlog2 is not declared", "did you mean x log(2)?"),
     ("f(x) = sine x", "sine is not declared", "write sin(x)"),
     ("f(x) = sin2(x)", "sin2 is not a known function", ""),
     ("f(x, y) = ||x|-|y||", "bars can be read in two ways", "write | |x|-|y||, with a blank between the bars"),
     ("f(x, y) = [||x|·2 - y|, max(|x|, y)]", "bars can be read in two ways", "write | |x|·2 - y|, with a blank"),
     ("f(x, y) = ||x|-1|+||y|-1|", "bars can be read in two ways", "write | |x|-1|+||y|-1|, with a blank between"),
     ("f(x, y) = ||x|+|y|", "“||x|+|y|” has an odd number of bars", "||…|| is the norm, | |x| - 1| has a blank"),
     (r"f(x) = \log_a x", "the base a is not declared", "declare it: f(x, a), or as a parameter f(x; a)"),
     ("f(x) = log_b(x)", "the base b is not declared", "declare it: f(x, b)"),
     (r"f(x) = \mathbf{x}^T\mathbf{x}", "T is not declared", "write x_1^2 + x_2^2, or a program: x: n; L = x' x"),
     ("f(x) = x^{T} A x", "T is not declared", "or a program: x: n; L = x' x"),
     ("f(x, y) = [x, y,]", "an entry is missing", "leave out the comma, or write the entry behind it"),
     ("f(x, y) = (x, y, )", "an entry is missing", "leave out the comma"),
     ("f(x, y) = max(x, y,)", "an argument is missing", "leave out the comma"),
     ("f(x, y,) = x", "expected the name of an input", "leave out the comma"),
     ("F(x, y, y') = sqrt(1 + y'^2)", "an input has no prime", "name it ydot, or p"),
     ("f(x, y) = 0,5x + 1,5y", "several entries need brackets", "decimals are written with a point: 0.5"),
     ("Jacobian([r*cos(t), r*sin(t)], [r, t])", "Jacobian is a command", "write f(r, t) = [r*cos(t), r*sin(t)]"),
     ("diff(x^2*y, x)", "diff is a command", "write f(x; y) = x^2*y; the command says what is asked of f"),
     ("D[{x^2 y, Sin[x]}, {{x, y}}]", "D is a command", "write f(x, y) = {x^2 y, Sin[x]}"),
     ("Matrix([x**2*y, x]).jacobian([x, y])", "jacobian is a command", "write f(x, y) = Matrix([x**2*y, x])"),
     ("diff(exp(x*y), x, 2, y)", "diff is a command", "write f(x, y) = exp(x*y)"),
     ("hessian(x^2*g(y), [x, y])", "hessian is a command", "write f(x, y) = …, with all inputs"),
     ("cos(x)", "a definition needs “=” or an arrow", "write f(x) = cos(x)"),
     ("x^2 y", "a definition needs “=” or an arrow", "write f(x, y) = x^2 y"),
     (r"f(x_1, \dots, x_n) = x_1", "found “\\dots”", "write the inputs out, f(x_1, x_2, x_3)"),
     ("f(x_1, …, y_3) = x_1", "found “…”", "write the inputs out"),
     ("f: (0, ∞) -> R, f(x) = ln x", "“∞” (infinity)", "what says where the inputs lie is left out"),
     ("f: [0, 1] -> R, f(x) = x", "expected R^n", "f: R^2 -> R^3; what says where the inputs lie is left out"),
     (r"f: \mathbb{R} \setminus \{0\} \to \mathbb{R}, f(x) = 1/x", "is not read here", "is left out"),
     ("f(x) = sin 30°", "found “°”", "radians"),
     ("f(x) = 5% x", "found “%”", "5/100"),
     ("f(x) = Pi x", "Pi is not declared", "did you mean pi?"),
     ("f(x, Δ t) = x", "inputs are separated by commas", "did you mean Delta, t?; a change is one name, Delta_t or dt"),
     ("f(x, t) = x + Δt", "Delta_t is not declared", "declare it: f(x, t, Delta_t)"),
     ("f(x, t) = x + δ", "delta is not declared", "declare it: f(x, t, delta)"),
     ("f(r, θ) = r e_r", "e_r is not declared", "unit vectors are i, j, k and e_x, e_y, e_z"),
     ("f(x_1) = Sum(x_1^k, (k, 1, 3))", "Sum is not a known function", "sum_{k=1}^{3} x^k"),
     ("f(x_1) = sum_i x_i", "sum_i is not declared", "sum_{k=1}^{3} x^k"),
     ("f(x) = phi x", "phi is not declared", "declare it: f(x, phi)"),
     ("f(x, y) = 3x2 + y", "x2 is not declared", "write x^2 for the power, else declare it: f(x, y, x2)"),
     ("f(x1, x2) = x12", "x12 is not declared", "write x1^2 for the power"),
     ("f(x) = 1 000 x", "“1 000” can be read in two ways", "1·000 or 1000"),
     ("f(x) = 1 2 x", "“1 2” can be read in two ways", "1·2 or 1, 2"),
     ("f(x) = sin−1 x", "“sin−1 x” can be read in two ways", "write asin(x) or sin(-1)·x"),
     ("f(x) = tan−1(x + 1)", "can be read in two ways", "write atan(x + 1) or tan(-1)·(x + 1)"),
     ("f(x, y) = arctan(y, x)", "takes 1 argument", "atan2(y, x)"),
     ("f(x) = mod(x, 2)", "mod is not a known function", "what jumps"),
     ("z = f(x - y)", "“f(x - y)” can be read in two ways", "write f·(x - y) for the product; a function without a "),
     ("z = f(x + a t) + g(x - a t)", "“f(x + a t)” can be read in two ways",
      "“f: R -> R; g: R -> R; z = f(x + a t) + g(x - a t)”"),
     ("L(q, v) = T(v) - V(q)", "T is not a known function", "“T: R -> R; V: R -> R; L(q, v) = T(v) - V(q)”"),
     ("q' = v, v' = -V'(q)", "a prime is not read here", "write “V: R -> R; …” in front"),
     ("z = xf(y)", "xf is not a known function", "x·f(…) needs “f: R -> R; …” in front, a function xf “xf: R -> R; …”"),
     ("z = y^2 f(x/y)", "“f(x/y)” can be read in two ways", "write f·(x/y) for the product"),
     ("z = x g((x + 1) y)", "“g((x + 1) y)” can be read in two ways", "write g·((x + 1) y) for the product"),
     ("A = ½absinC", "absinC is not a name", "did you mean ab sin(C)?"),
     ("y = lg x", "“lg x” can be read in two ways", "write log10(x) or l·g·x"),
     ("y = lgx", "“lgx” can be read in two ways", "write log10(x) or l·g·x"),
     ("z = xlg y", "“xlg y” can be read in two ways", "write x log10(y) or x·l·g·y"),
     ("y = 2chx", "“chx” can be read in two ways", "write cosh(x) or c·h·x"),
     ("y = logsumexp(x)", "logsumexp is not a known function", "write ln(e^x + e^y)"),
     ("f(x) = ch", "ch is not declared", "write cosh(x) for ch x"),
     ("f(x) = pow(x)", "pow takes 2 arguments, not 1", ""),
     ("f(x) = square([x, 1])", "square takes a number, not a list", ""),
     ("f(x) = power(x, 2000)", "an exponent over 1,000", ""),
     ("f(x) = divide(x, 0)", "division by zero", ""),
     ("f(x) = nthRoot(x, x)", "the index of a root is a whole number: root(x, 3)", ""),
     ("f(t, g) = 2tg - g", "tg needs an argument", "the product is t·g"),
     ("f(x) = th^-1 x", "“th^-1 x” can be read in two ways", "write atanh(x) or 1/th(x)"),
     ("z = gamma(x) + y", "“gamma(x)” can be read in two ways", "for the product, tgamma(x) for the gamma"),
     ("f(x) = γ(x)", "gamma is not a known function", "“gamma: R -> R; f(x) = γ(x)”"),
     ("f(x) = gamma x", "gamma is not declared", "declare it: f(x, gamma)"),
     ("f(x) = psi(x)", "psi is not a known function", "write digamma(x)"),
     ("f(x) = W(x)", "W is not a known function", "write lambertw(x)"),
     ("f(x) = J_n(x)", "J_n is not a known function", "besselj(0, x)"),
     ("f(x) = gamma^2 x", "gamma is not declared", "declare it: f(x, gamma)"),
     ("f(x) = J_0(x, 1)", "J_0 takes 1 argument: J_0(x)", ""),
     ("f(x) = k0 x", "k0 is not declared", "declare it: f(x, k0)"),
     ("f(x) = zeta(x)", "zeta is not a known function", "no formula is known here for its derivative; a"),
     ("f(x) = ellipk(x)", "ellipk is not a known function", "“ellipk: R -> R; f(x) = ellipk(x)”"),
     ("f(x) = polylog(2, x)", "polylog is not a known function", "“polylog: R^2 -> R; f(x) = polylog(2, x)”"),
     ("f(x, n) = besselj(n, x)", "the order of besselj is a number: besselj(0, x)", ""),
     ("f(x) = polygamma(-1, x)", "the order of polygamma is a whole number up to 1000: polygamma(1, x)", ""),
     ("f(x) = besselj(x)", "besselj takes 2 arguments, not 1", ""),
     (r"z = \frac{dx}{dt} y", "a derivative is computed here", "write out what it is"),
     (r"z = \frac{d x_1}{d t} + \frac{d^2 x}{dt^2}", "a derivative is computed here", "write out what it is"),
     ("z = dx_1/dt + y", "a derivative is computed here", "write out what it is"),
     ("f: R -> R; z = f^2(x)", "“f^2(x)” can be read in two ways", "write f(x)^2 or f(f(x))"),
     (r"f: R -> R; z = f^{3}(x)", "can be read in two ways", "write f(x)^3; a derivative is f^(3)(x)"),
     ("y = J_1(x) + x", "J_1 is not a known function", "besselj(0, x)"),
     ("f: R -> R; z = f^-1(x)", "“f^-1(x)” can be read in two ways", "write f(x)^-1, or declare the inverse function"),
     ("f: R -> R; z = f^(99)(x)", "more than 30 primes", ""),
     ("P = P(V,T) with V = V(T,P)", "P is a function here, and stands without its", "“F(P, V, T) = 0”"),
     ("F(x, y) = G(x, y)", "G is not a known function", "“G: R^2 -> R; F(x, y) = G(x, y)”"),
     ("f(x, n) = J_n(x)", "J_n is not a known function", "the order of a Bessel function is a number: besselj(0, x)"),
     (r"z = \frac{dxy}{dy}", "a derivative is computed here", "write out what it is"),
     (r"z = \frac{d (x^2 y)}{dy}", "a derivative is computed here", "write out what it is"),
     ("y = Mod[x, 3]", "Mod is not a known function", ""), ("z = Plus[x, y]", "Plus is not a known function", ""),
     ("y = J_n(x)", "J_n is not a known function", "besselj(0, x)"),
     ("y = sinc x", "sinc is not a name", "write sin(x)/x"),
     ("f(x) = int(e^(-t^2), t, 0, x)", "int is not a known function", "write the function that it is"),
     ("f(x) = besselI(x, 0)", "besselI is not a known function", "besselj(0, x)"),
     ("f(x, y) = dot([x, y], [y, x])", "dot is not a known function", "write x_1 y_1 + x_2 y_2"),
     (r"f(x) = \dbinom{n}{x}", "\\dbinom is not a command", "n over 2"),
     ("f(x) = x^2, 3x, x > 0", "found “>”", "what says where the inputs lie is left out"),
     ("f(x) = x^2, x > 0, 3x", "found “>”", "what says where the inputs lie is left out"),
     ("f(x) = x (x > 0)", "found “>”", "what says where the inputs lie is left out"),
     ("f(x) = ln x if x > 0", "expected “else”", "cases are written piecewise"),
     ("f(x) = x^2, x = 1", "a point stands behind the definition", "--at “x = 1”"),
     ("f(x) = f(x - 1), f(0) = 1", "f is defined by itself", "recursion is not read"),
     ("f(x) = x ∈ R", "“∈” (element of)", "what says where the inputs lie is left out"),
     (r"f(x) = x \bmod 2", "\\bmod is not a command", "what jumps"),
     ("f(x, y) = x_{1,2}", "a subscript that is not read here", "a subscript is a number or a name"),
     ("f(x) = h_theta x", "h_theta is not declared", "declare it: f(x, h_theta)"),
     ("f(x) = ⌊x)", "“⌊” is closed by “)”", "close it with “⌋”")],
)  # fmt: skip
def test_what_looks_like_a_function_is_no_product(text: str, said: str, hint: str) -> None:
    with pytest.raises(ReadError, match=re.escape(said)) as caught:
        read_function(text)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "meant"),
    [(r"z = \frac{d x}{d + y}", "z = d x/(d + y)"), ("z = d/d_0 + x", "z = d/d_0 + x"),
     ("y = square(x)", "y = x^2"), ("y = sh(x)", "y = sinh x"), ("y = ch x + x sh x", "y = cosh x + x sinh x"),
     ("z = hypot(x, y)", "z = sqrt(x^2 + y^2)"), ("f(x) = sh^2 x - ch 2x th x", "f(x) = sinh^2 x - cosh 2x tanh x"),
     ("f(x, y) = [e^x sen y, e^x cos y]", "f(x, y) = [e^x sin y, e^x cos y]"),
     ("f(x) = x arcsen^2 x + senh 2x tgh x", "f(x) = x arcsin^2 x + sinh 2x tanh x"),
     (r"f(x) = \sen x \cotg x - \arctg x", "f(x) = sin x cot x - arctan x"),
     ("f(x) = Arctan x + Arctg 2x + Arcsin(x)", "f(x) = arctan x + arctan 2x + arcsin x"),
     ("f(x) = argsh x + argth(x) + Arsh(x/2)", "f(x) = arsinh x + artanh x + arsinh(x/2)"),
     ("f(s, n) = sen", "f(s, n) = s e n"),
     ("f(θ, θdot_1) = θdot_1² cos θ", "f(theta, thetadot_1) = thetadot_1^2 cos θ"),
     ("f(β, βhat) = β βhat", "f(beta, betahat) = beta betahat"),
     (r"f(x) = \sh x \ch x", "f(x) = sinh x cosh x"), (r"f(x) = \operatorname{erfc}(x)", "f(x) = 1 - erf(x)"),
     (r"f(x) = \mathrm{erfc}\,x", "f(x) = 1 - erf(x)"), ("f(x) = x erfc 2x", "f(x) = x (1 - erf(2x))"),
     (r"y = \operatorname{erfc}x^2", "y = 1 - erf(x^2)"), ("f(x) = erfc^2 x", "f(x) = (1 - erf(x))^2"),
     ("y = square^2 + x", "y = square^2 + x"),
     ("f(x) = erfc^2(x + 1)", "f(x) = (1 - erf(x + 1))^2"),
     ("f(x) = torch.pow(x, 2)", "f(x) = x^2"), ("f(c, h) = ch(c + 1)", "f(c, h) = c h (c + 1)"),
     ("f(x) = ⌊x⌋ ⌈2x⌉", "f(x) = floor(x) ceil(2x)"), (r"f(x) = \lfloor x \rfloor^2", "f(x) = floor(x)^2"),
     ("f(x) = heaviside(x)", "f(x) = piecewise(1 if x > 0, 0 if x < 0)"),
     ("f(x) = UnitStep(x)", "f(x) = piecewise(1 if x >= 0, 0 otherwise)"),
     ("f(x) = digamma(x) + trigamma(2x)", "f(x) = polygamma(0, x) + polygamma(1, 2x)"),
     ("f(x) = gamma(x) + Gamma(x) Γ(x)", "f(x) = gammafn(x) + gammafn(x) gammafn(x)"),
     (r"f(x) = x \Gamma(x)", "f(x) = x gammafn(x)"), ("f(x) = special.gammaln(x)", "f(x) = loggamma(x)"),
     ("f(x, y) = beta(x, y)", "f(x, y) = gammafn(x) gammafn(y)/gammafn(x + y)"),
     ("f(x, gamma) = gamma(x + 1)", "f(x, gamma) = gamma (x + 1)"), ("f(C, i) = Ci(i + 1)", "f(C, i) = C i (i + 1)"),
     ("f(x, Γ) = Γ(x)", "f(x, Γ) = Γ x"), ("y = gamma (x + 1)", "y = γ (x + 1)"), ("y = Si(x)", "y = SinIntegral(x)"),
     ("y = Ci (x + 1)", "y = C i (x + 1)"),
     ("f(x) = J_0(x) + K_{12}(2x)", "f(x) = besselj(0, x) + besselk(12, 2x)"),
     ("f(x, J_0) = J_0(x + 1)", "f(x, J_0) = J_0 (x + 1)"), ("f(x) = Γ²(x)", "f(x) = gammafn(x)^2"),
     (r"f(x) = \Gamma^{2}\left(x\right)", "f(x) = gammafn(x)^2"), ("f(x) = Si^2(x)", "f(x) = SinIntegral(x)^2"),
     ("f(x) = factorial(x)", "f(x) = gammafn(x + 1)"),
     ("f(x) = np.log1p(x)/2", "f(x) = ln(1 + x)/2"), ("f(p, log1) = log1 p", "f(p, log1) = log1(p)")],
)  # fmt: skip
def test_functions_that_are_read_by_what_they_are(text: str, meant: str) -> None:
    function = read_function(text)
    assert function.components is not None
    assert function.components == read_function(meant).components


@pytest.mark.parametrize(
    ("text", "name", "inputs", "outputs"),
    [("x(u, v) = u v, y(u, v) = u", "(x, y)", ("u", "v"), ("x", "y")),
     ("f_1(x, y) = x, f_2(x, y) = y", "f", ("x", "y"), ()),
     ("f1(x, y) = y and f2(x, y) = x", "f", ("x", "y"), ()), ("h: (y, x) -> x y", "h", ("y", "x"), ()),
     ("f: R -> R, f(x | a) = a x", "f", ("x",), ()), (r"p(x|\mu,\sigma) = |x-\mu|/\sigma", "p", ("x",), ()),
     (r"f(x, y \mid a)", "f", ("x", "y"), ()),
     ("(y, x) -> x", "f", ("y", "x"), ()), ("x = r t, z = z", "(x, z)", ("r", "t", "z"), ("x", "z"))],
)  # fmt: skip
def test_heads_of_books(text: str, name: str, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> None:
    function = read_function(text)
    assert (function.name, function.inputs, function.outputs) == (name, inputs, outputs)


@pytest.mark.parametrize(
    ("text", "said"),
    [("f: R^3 -> R^2, f(x, y) = (x, y)", "f has 2 inputs, but is declared with 3"),
     ("f[x_, y_] := x z", "z is not declared"), ("f(x::Vector) = x", "expected the name of an input, found “:”"),
     ("f = Function[x, x^2] + 1", "Function is not a known function"), ("f = Function[x, x^2", "not a known"),
     ("f <- function(x) { a <- x; a }", "a is not declared"), ("f[x_1] := x", "x is not declared"),
     ("f = 1.5D-3*x", "“1.5D-3” can be read in two ways"), ("f = 1.0d0*x", "“1.0d0” can be read in two ways"),
     ("f: R^2 -> R^3, (x, y) -> (x, y)", "f has 2 components, but is declared with 3"),
     ("f: R^2, f(x, y) = x", "expected R"), ("f: R -> , f(x) = x", "expected R"), ("f: -> R, f(x) = x", "expected R"),
     ("f: R^2; (x, y) -> x", "expected R"), ("f(x) = x, f(x) = 2x", "f is given twice"),
     ("f(|x|) = x", "expected the name of an input"), ("f(x|a|b) = x", "expected the name of an input"),
     ("x1(t) = t, x_1(t) = t^2", "x_1 is given twice"),
     ("(u; v) = (x, y)", "no parameter stands on the left"), ("z = z", "z stands on both sides"),
     ("x = x + y, z = z", "x stands on both sides"),
     ("f_1(x, y) = [x, y], f_2(x, y) = x", "f_1 is one number here"), ("x = [s, t], y = s", "x is one number here"),
     ("x(u, v) = u, y(u) = v", "y is not a known function"), ("f: (x, x) -> x", "x is named twice")],
)  # fmt: skip
def test_heads_that_do_not_fit(text: str, said: str) -> None:
    with pytest.raises(ReadError, match=said):
        read_function(text)


def test_a_function_that_is_known_is_applied() -> None:
    known = read_function("f(x, y) = x y")
    assert read_function("u = f(x, y)", {"f": known}).specified


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        (["f(x, y) = x^2 y", "g(r, t) = [r cos t, r sin t]"], "in the other order they fit"),
        (["f(x, y)", "x = r cos(t), y = r sin(t)"], "in the other order they fit"),
        (["f(x, y) = x^2 y", "g(a, b, c) = [a, b, c]"], r"compose f g is g\(f\(x\)\)"),
    ],
)
def test_the_order_of_functions(written: list[str], hint: str) -> None:
    with pytest.raises(ShapeError) as caught:
        stages(*written)
    assert re.search(f"the inner function comes first[:;] {hint}", caught.value.hint)


@pytest.mark.parametrize(
    "written",
    [["f(e, x) = e exp(x)"], ["f(x; e) = e + softplus(x)"], ["f(e) = [e, e^2]", "g(u, v) = u sigmoid(v)"]],
)
def test_a_variable_called_e_beside_powers_of_eulers_number_is_refused(written: list[str]) -> None:
    with pytest.raises(JacocalcError, match="e is a variable here"):
        stages(*written)


def test_a_variable_called_e_where_eulers_number_cannot_come_out() -> None:
    assert stages("f(E; e) = E - e sin(E)").parameters == ("e",)


@pytest.mark.parametrize(
    ("written", "hint"),
    [("1 1/2", "write 1·(1/2) or 3/2"), ("1 .5/2", "1, (.5/2)"), ("1 1/0", "1, (1/0)"), ("1 2/.5", "1, (2/.5)")],
)
def test_a_number_behind_a_number(written: str, hint: str) -> None:
    with pytest.raises(ReadError, match="two ways") as caught:
        read_function(f"f(x) = {written}", {})
    assert hint in caught.value.hint
