"""Answers as students write them: each row is what was typed and what is read."""

from __future__ import annotations

import random
import sys
from collections import Counter
from contextlib import suppress

import pytest

from jacocalc.errors import JacocalcError, ReadError, ShapeError
from jacocalc.linear import strict
from jacocalc.notation import Matrix, Number, walk
from jacocalc.reading.answer_layout import looks_like_document
from jacocalc.reading.answer_names import result_name
from jacocalc.reading.answers import answer_echo, read_answer

NAMES = ["x", "y", "u", "v", "r", "theta", "z", "dx", "dy", "dr", "dtheta"]
A = r"\begin{bmatrix} 6 & 3 \\ 12 & 6 \end{bmatrix}"

ONE_VALUE = [
    ("[[6, 3], [12, 6]]", "[[6, 3], [12, 6]]"),
    ("[6, 3; 12, 6]", "[[6, 3], [12, 6]]"),
    ("Matrix([[6, 3], [12, 6]])", "[[6, 3], [12, 6]]"),
    ("sympy.Matrix([[2*x, sqrt(2)], [x**2, 6]])", "[[2*x, sqrt(2)], [x^2, 6]]"),
    ("np.array([[6, 3], [12, 6]])", "[[6, 3], [12, 6]]"),
    ("Matrix([6, np.pi*x])", "[[6], [pi*x]]"),
    ("{{6, 3}, {12, 6}}", "[[6, 3], [12, 6]]"),
    (A, "[[6, 3], [12, 6]]"),
    (rf"$${A}.$$", "[[6, 3], [12, 6]]"),
    (rf"\[ \boxed{{{A}}} \]", "[[6, 3], [12, 6]]"),
    (rf"\( \displaystyle {A} \),", "[[6, 3], [12, 6]]"),
    (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "[[1, 2], [3, 4]]"),
    (r"\left(\begin{smallmatrix}1&2\\3&4\end{smallmatrix}\right)", "[[1, 2], [3, 4]]"),
    (r"\left[\begin{array}{r|r} 1 & -2 \\[4pt] 3 & 4 \\ \end{array}\right]", "[[1, -2], [3, 4]]"),
    (r"\begin{bmatrix*}[r] 1 & -2 \end{bmatrix*}", "[[1, -2]]"),
    ("[[1,2],[3,4]]^T", "[[1, 3], [2, 4]]"),
    ("[[1,2],[3,4]]ᵀ", "[[1, 3], [2, 4]]"),
    ("[1; 2]'", "[[1, 2]]"),
    (r"\begin{bmatrix}1&2\end{bmatrix}^\top", "[[1], [2]]"),
    (r"\begin{bmatrix}1&2\end{bmatrix}^{T}", "[[1], [2]]"),
    (r"\begin{bmatrix}1&2\end{bmatrix}^{\mathsf{T}}", "[[1], [2]]"),
    ("([[1,2],[3,4]]·[[0,1],[1,0]])^T", "[[2, 4], [1, 3]]"),
    ("[[1, 2]]·[[x], [y]]", "[[x + 2*y]]"),
    ("[[1, 2]] * [[x], [y]]", "[[x + 2*y]]"),
    (r"\begin{bmatrix}1&2\end{bmatrix}\begin{bmatrix}x\\y\end{bmatrix}", "[[x + 2*y]]"),
    (r"\begin{bmatrix}1&2\end{bmatrix}\cdot\begin{bmatrix}x\\y\end{bmatrix}", "[[x + 2*y]]"),
    (r"\underbrace{\begin{bmatrix}1&2\end{bmatrix}}_{J_g}\begin{bmatrix}x\\y\end{bmatrix}", "[[x + 2*y]]"),
    (r"\frac{1}{2}\begin{pmatrix}x & y\end{pmatrix}", "[[1/2*x, 1/2*y]]"),
    ("(1, 2)·[[x, 0], [0, y]]", "[[x, 2*y]]"),
    ("(2, 4)·(x, y)", "2*x + 4*y"),
    ("(2, 4)^T·(x, y)", "[[2*x + 4*y]]"),
    ("(1, 2)^T·[[x, 0], [0, y]]", "[[x, 2*y]]"),
    ("[2, 4]·[x, y]^T", "[[2*x, 2*y], [4*x, 4*y]]"),
    ("[[2], [4]]·(x, y)^T", "[[2*x, 2*y], [4*x, 4*y]]"),
    ("[[1, 2]]·(x, y)^T", "[[x + 2*y]]"),
    ("[[1, 0], [0, 1]]·[2, 4]·(x, y)^T", "[[2*x, 2*y], [4*x, 4*y]]"),
    ("[x; y]^T", "[[x, y]]"),
    ("(x; y)^T", "[[x, y]]"),
    (r"\frac{(x,y,z)^T}{\sqrt{2}}", "[[x/sqrt(2)], [y/sqrt(2)], [z/sqrt(2)]]"),
    ("(cos r, -x sin r; sin r, x cos r)", "[[cos(r), -x*sin(r)], [sin(r), x*cos(r)]]"),
    ("((6, 3), (12, 6))", "[[6, 3], [12, 6]]"),
    ("((6, 3), (12, 6))·(x, y)", "[[6*x + 3*y], [12*x + 6*y]]"),
    (r"(1,3)\begin{pmatrix}2&1\\4&2\end{pmatrix}", "[[2 + 3*4, 1 + 3*2]]"),
    ("[2x y^2 + 1; 2 x^2 y]", "[[2*x*y^2 + 1], [2*x^2*y]]"),
    (r"\begin{vmatrix} x & 1 \\ 2 & y \end{vmatrix}", "x*y - 2"),
    ("|[[x, 1], [2, y]]|", "x*y - 2"),
    ("|x, 1; 2, y|", "x*y - 2"),
    ("|x 1; 2 y|", "x*y - 2"),
    ("|x^2 -1; (x + 1) y|", "x^2*y - (-(x + 1))"),
    ("3|1 0 0; 0 x 0; 0 0 y|", "3*(x*y)"),
    ("<2, 12>.<4, 3>", "2*4 + 12*3"),
    ("<2, 12> . <4, 3>", "2*4 + 12*3"),
    ("1/5 <2, 12>·<4, 3>", "1/5*(2*4 + 12*3)"),
    ("<2, 12>·(1/5)<4, 3>", "1/5*(2*4 + 12*3)"),
    ("(2i + 12j)·(4i + 3j)", "2*4 + 12*3"),
    (r"\begin{pmatrix}2\\12\end{pmatrix}\cdot\begin{pmatrix}4\\3\end{pmatrix}", "2*4 + 12*3"),
    (r"\det\begin{bmatrix} x & 1 \\ 2 & y \end{bmatrix}", "x*y - 2"),
    ("det [[1, 0, 0], [0, x, 0], [0, 0, y]]", "x*y"),
    (r"\dfrac{\sin^2 x}{2}", "sin(x)^2/2"),
    (r"\operatorname{sech}(\mathbf{x})\,\cos\theta", "sech(x)*cos(theta)"),
    (r"2x\,\mathrm{d}x + r\,\mathrm{d}\theta", "2*x*dx + r*dtheta"),
    ("2x dx + 2ydy", "2*x*dx + 2*y*dy"),
    ("r dθ", "r*dtheta"),
    ("6.", "6"),
    (".5", ".5"),
    ("$0.50$", "0.50"),
    ("0.333...", "0.333…"),
    ("0.333…", "0.333…"),
    (r"0.333\ldots", "0.333…"),
    ("[[0.333…, 1]]", "[[0.333…, 1]]"),
    ("0.5(4)", "0.5*4"),
    ("So the Jacobian is [[1, 2]].", "[[1, 2]]"),
    (r"The answer is $\begin{bmatrix}1&2\end{bmatrix}$.", "[[1, 2]]"),
    (r"x^2 \quad\text{for all } ", "x^2"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), ONE_VALUE)
def test_one_value(text: str, value: str) -> None:
    submission = read_answer(text, NAMES)
    assert [line.name for line in submission.lines] == [""]
    (side,) = submission.lines[0].sides
    assert [strict(v) for v in side.values] == [value]
    assert text[side.start : side.start + len(side.text)] == side.text


FLAT = [
    ("[6, 12]", True), ("(6, 12)", True), ("{6, 12}", True), ("6, 12", True), (r"\left( 6, 12 \right)", True),
    (r"\langle 6, 12 \rangle", True), ("⟨6, 12⟩", True), ("<6, 12>", True),
    ("3[2, 4]", True), ("∇f = 6, 12", True), ("[6, 12].", True),
    ("[[6], [12]]", False), ("[6; 12]", False), (r"\begin{pmatrix}6\\12\end{pmatrix}", False),
    ("[[6, 12]]^T", False), ("[[1, 0], [0, 1]]·[6, 12]", False),
    (r"\left[\begin{array}{c}6\\12\end{array}\right]", False),
    ("(6, 12)^T", False), ("[6, 12]^T", False), ("(6,12)ᵀ", False), (r"(6, 12)^\top", False), ("(6, 12)^{T}", False),
    (r"\left(6, 12\right)^{\mathsf{T}}", False), ("3(2, 4)^T", False), ("(3(2, 4))^T", False), ("-(6, 12)'", False),
    (r"\frac{(12, 24)^T}{2}", False), ("[[1, 0], [0, 1]]·(6, 12)^T", False), ("(1, 2)^T + [[5], [10]]", False),
    ("6,12", True), ("3,14", True), ("1,0", True), ("0, 5", True), ("[0,75]", True), ("(1,05)", True),
    ("(6; 12)", False), ("([6], [12])", False), ("((6), (12))", True), ("((6, 12))", True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "flat"), FLAT)
def test_a_list_without_rows_is_told_from_a_column(text: str, flat: bool) -> None:
    side = read_answer(text, NAMES).lines[-1].sides[-1]
    (value,) = side.values
    assert isinstance(value, Matrix)
    assert value.shape == (2, 1)
    assert side.flat is flat


@pytest.mark.parametrize("text", ["2, 3; x, y", "2, 3\nx, y", "J = 2, 3;\nx, y", "[2, 3]\n[x, y]"])
def test_rows_on_lines_of_their_own_are_flat(text: str) -> None:
    assert [[side.flat for side in line.sides] for line in read_answer(text, NAMES).lines] == [[True], [True]]


def test_a_transposed_list_is_echoed_as_the_column_that_is_read() -> None:
    (side,) = read_answer("[14, 7]^T", NAMES).lines[0].sides
    assert side.typed == side.values


SEVERAL = [
    "[[2, 0], [0, 2]], [[0, 1], [1, 0]]", "[[2, 0], [0, 2]] and [[0, 1], [1, 0]]",
    "[[[2, 0], [0, 2]], [[0, 1], [1, 0]]]", "([2, 0; 0, 2], [0, 1; 1, 0])",
    r"$\begin{pmatrix}2&0\\0&2\end{pmatrix}\quad\text{and}\quad\begin{pmatrix}0&1\\1&0\end{pmatrix}$",
    "H = [[2, 0], [0, 2]], [[0, 1], [1, 0]]",
]  # fmt: skip


@pytest.mark.parametrize("text", SEVERAL)
def test_several_matrices(text: str) -> None:
    (line,) = read_answer(text, NAMES).lines
    assert [strict(value) for value in line.sides[-1].values] == ["[[2, 0], [0, 2]]", "[[0, 1], [1, 0]]"]


RESULT_NAMES = [
    ("J", "J"), ("J_f", "J_f"), ("J_f(x, y)", "J_f"), ("J_{g∘f}(1,1)", "J_g∘f"),
    (r"J_{\mathbf{g} \circ \mathbf{f}}", "J_g∘f"),
    (r"\mathbf{J}_{\mathbf{f}}(\mathbf{x})", "J_f"), (r"J_f\left(1,2\right)", "J_f"), ("J_y", "J_y"),
    ("J_{g o f}", "J_g∘f"),
    ("Df", "Df"), ("Df(1,2)", "Df"), ("D_v f", "D_vf"), ("f'(x)", "f'"), ("y'", "y'"), (r"\nabla L", "∇L"),
    ("∇f(1,2)", "∇f"), ("grad f", "∇f"), ("H", "H"), ("H_f(1, 2)", "H_f"), ("z", "z"), ("f(1, 2)", "f(1,2)"),
    ("g(f(x))", "g(f(x))"), ("(g∘f)(1,2)", "g∘f(1,2)"), ("f_1(1,2)", "f_1(1,2)"), ("f_x(1,2)", "f_x"),
    ("det J", "detJ"), ("|J|", "|J|"), ("|J_f|", "|J_f|"), ("|J(1, 2)|", "|J|"),
    (r"\det J_f", "detJ_f"), (r"\det(J_f(1,2))", "detJ_f"),
    ("dy/dx", "dy/dx"), (r"\frac{dy}{dx}", "dy/dx"), (r"\frac{\mathrm{d}y}{\mathrm{d}x}", "dy/dx"),
    (r"\left.\frac{dy}{dx}\right|_{(1,1)}", "dy/dx"), (r"\frac{\partial f_1}{\partial x}", "∂f_1/∂x"),
    ("∂f₁/∂x₂", "∂f_1/∂x_2"), (r"\partial f/\partial x", "∂f/∂x"), ("∂f/∂x(1,2)", "∂f/∂x"), ("∂²f/∂x²", "∂^2f/∂x^2"),
    (r"\frac{\partial^2 f}{\partial x \partial y}", "∂^2f/∂x∂y"), (r"\frac{\partial r}{\partial\theta}", "∂r/∂theta"),
    ("dr/dθ", "dr/dtheta"), ("dz", "dz"), ("v^T J", "v^TJ"), ("vᵀJ_f", "v^TJ_f"), (r"v^{\top} J_f", "v^TJ_f"),
    ("f_xx", "f_xx"), ("f_{xy}", "f_xy"), ("F_x", "F_x"), ("z_x", "z_x"), ("xbar", "xbar"), ("x̄", "xbar"),
    ("ȳ", "ybar"), (r"\bar{x}", "xbar"), (r"\overline{x}", "xbar"), (r"\bar x_1", "xbar_1"), ("x̄₁", "xbar_1"),
    (r"\bar{x_1}", "xbar_1"), (r"\hat{y}", "yhat"), (r"\bar{\theta}", "thetabar"), ("dx", "dx"), ("x_bar", "x_bar"),
    (r"\nicefrac{dy}{dx}", "dy/dx"), ("d/dx f", "df/dx"), (r"\frac{\partial}{\partial\theta} f_1", "∂f_1/∂theta"),
    ("∂/∂x f(x, y)", "∂f/∂x"), (r"\frac{d}{dx}(x^2 y)", "d/dx"), (r"\frac{d}{dx} x^3", "d/dx"),
    ("d/dx ln(x^2 + 1)", "d/dx"), (r"\frac{d}{dx}\ln(x^2+1)", "d/dx"), ("∂/∂x sin(x y)", "∂/∂x"),
    ("d/dx sin x", "d/dx"),
    (r"\frac{\partial}{\partial y} x\sin y", "∂/∂y"), ("d/dx [x sin x]", "d/dx"), ("d/dx 3 cos x", "d/dx"),
    ("d/dx (x/2) e^(3x)", "d/dx"), ("d/dx sqrt(x)", "d/dx"), ("d/dx sigma", "dsigma/dx"),
    ("d/dx exp(-x)/x", "d/dx"),
    ("∂²/∂x∂y f", "∂^2f/∂x∂y"), ("H(f1)", "Hf_1"),
    ("(a) J_f", "J_f"), ("So the Jacobian is J_f", "J_f"), ("Jacobian", "J"), ("Answer", ""), ("2x + 1", ""),
    ("[[1, 2]]", ""), ("", ""), ("3", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), RESULT_NAMES)
def test_names_of_results(text: str, name: str) -> None:
    assert result_name(text) == name


@pytest.mark.parametrize(("text", "name"), [row for row in RESULT_NAMES if row[1]])
def test_a_name_before_the_answer(text: str, name: str) -> None:
    (line,) = read_answer(f"{text} = 6", NAMES).lines
    assert (line.name, [strict(v) for side in line.sides for v in side.values]) == (name, ["6"])


LINES = [
    ("J = [[1, 2]]·[[3], [4]] = 11", [("J", "[[3 + 2*4]]", "11")]),
    ("J = 2x\n  = x + x\n≈ 3", [("J", "2*x", "x + x", "3")]),
    ("J =\n[[1, 2],\n [3, 4]]", [("J", "[[1, 2], [3, 4]]")]),
    (r"\begin{align} J &= 2x \\ &= \boxed{x + x} \end{align}", [("J", "2*x", "x + x")]),
    (r"\begin{align*} z_x &= 2x \\ z_y &= 3 \end{align*}", [("z_x", "2*x"), ("z_y", "3")]),
    (r"\boxed{J = 2x}", [("J", "2*x")]),
    (r"J = 2x \\ = x + x", [("J", "2*x", "x + x")]),
    (r"J \approx 0.33", [("J", "0.33")]),
    ("∂f/∂x = 2x, ∂f/∂y = 2y", [("∂f/∂x", "2*x"), ("∂f/∂y", "2*y")]),
    ("∂f/∂x = 2x; ∂f/∂y = 2y", [("∂f/∂x", "2*x"), ("∂f/∂y", "2*y")]),
    ("∂f/∂x = 2x,\n∂f/∂y = 2y.", [("∂f/∂x", "2*x"), ("∂f/∂y", "2*y")]),
    (r"$z_x = 2x$ and $z_y = 2y$", [("z_x", "2*x"), ("z_y", "2*y")]),
    (r"\begin{align*} z_{x} &= 2x & z_{y} &= 2y \\ z_{xy} &= 3 & z_{yy} &= 2\,. \end{align*}",
     [("z_x", "2*x"), ("z_y", "2*y"), ("z_xy", "3"), ("z_yy", "2")]),
    (r"\frac{\partial z}{\partial x}(x,y) &= 2x & \frac{\partial z}{\partial y}(x,y) &= 2y",
     [("∂z/∂x", "2*x"), ("∂z/∂y", "2*y")]),
    (r"$z_x(x,y) = 2x$\qquad $z_y(x,y) = 2y$", [("z_x", "2*x"), ("z_y", "2*y")]),
    (r"\begin{align*} f(0,1) &= 2 & z_W(A,W) &= 3 \end{align*}", [("f(0,1)", "2"), ("z_W", "3")]),
    (r"z_x = 2\qquad z_y = \left<2x, 2y\right>", [("z_x", "2"), ("z_y", "[[2*x], [2*y]]")]),
    (r"$z_{xx}=2$\quad $z_{xy}=z_{yx}=3$\quad $z_{yy}=4$",
     [("z_xx", "2"), ("z_xy, z_yx", "3"), ("z_yy", "4")]),
    ("f_x = f_y = f_z = 0", [("f_x, f_y, f_z", "0")]), ("z_x = f_x = 2x", [("z_x, f_x", "2*x")]),
    ("dz/dt = ∂z/∂t = 3", [("dz/dt", "3")]), ("u_x = v_y = 2x = x + x", [("u_x, v_y", "2*x", "x + x")]),
    (r"\frac{\partial f}{\partial x} = 2x, \quad \frac{\partial f}{\partial y} = 2y",
     [("∂f/∂x", "2*x"), ("∂f/∂y", "2*y")]),
    ("x = 3", [("x", "3")]),
    ("dx = 3", [("dx", "3")]),
    ("z = x^2 = 4", [("z", "x^2", "4")]),
    ("dz = 2x dx", [("dz", "2*x*dx")]),
    ("x(x + 1) = x^2 + x", [("", "x*(x + 1)", "x^2 + x")]),
    ("2x·3 = 6x", [("", "2*x*3", "6*x")]),
    ("J_f: [[1, 2]]", [("J_f", "[[1, 2]]")]),
    ("Answer: J = 3", [("J", "3")]),
    ("Finally, det J = 3", [("detJ", "3")]),
    ("= 3", [("", "3")]),
    ("J = J_g · J_f = [[1, 2]]", [("J", "[[1, 2]]")]),
    ("J = A B = [[1, 2]]", [("J", "[[1, 2]]")]),
    ("y' = -F_x/F_y = -2x/(2y) = -x/y", [("y'", "-2*x/(2*y)", "-x/y")]),
    (r"y' = -\frac{F_x}{F_y} = -\frac{x}{y}", [("y'", "-x/y")]),
    ("-F_x/F_y = -x/y", [("", "-x/y")]),
    ("dz = z_x dx + z_y dy = 2x dx + dy", [("dz", "2*x*dx + dy")]),
    ("D = f_xx f_yy - f_xy^2 = 4x - 1", [("D", "4*x - 1")]),
    ("z_t = z_x·x_t + z_y·y_t = 3", [("z_t", "3")]),
    ("=> 2x", [("", "2*x")]), ("⟹ J = 2x", [("J", "2*x")]), ("so 2x", [("", "2*x")]), ("Hence J = 2x", [("J", "2*x")]),
    ("J = x + x\n=> J = 2x", [("J", "x + x"), ("J", "2*x")]),
    ("**2x**", [("", "2*x")]), ("**J = 2x**", [("J", "2*x")]), ("J = **2x**.", [("J", "2*x")]),
    ("**J** = 2x", [("J", "2*x")]), ("- **Answer:** J = x**2", [("J", "x^2")]), ("**x**2**", [("", "x^2")]),
    ("`2x`", [("", "2*x")]), ("J = `[[1, 2]]`", [("J", "[[1, 2]]")]), ("`J` = ``2x``", [("J", "2*x")]),
    (r"\nicefrac{1}{2}", [("", "1/2")]),
    ("dz/dt = ∂z/∂x dx/dt + ∂z/∂y dy/dt = 2x + 3y", [("dz/dt", "2*x + 3*y")]),
    ("v^T J = [1, 2]·[[6, 3], [12, 6]] = [30, 15]", [("v^TJ", "[[6 + 2*12, 3 + 2*6]]", "[[30], [15]]")]),
    ("x^2\n2x", [("", "x^2"), ("", "2*x")]),
    ("2, 3; x, y", [("", "[[2], [3]]"), ("", "[[x], [y]]")]),
    ("J = 2, 3\nx, y", [("J", "[[2], [3]]"), ("", "[[x], [y]]")]),
    ("[[1, 2]]\n[[3, 4]]", [("", "[[1, 2]]"), ("", "[[3, 4]]")]),
    (r"J = 2x \Rightarrow J = x + x", [("J", "2*x"), ("J", "x + x")]),
    ("# Solution\nBy the chain rule we multiply.\n\n$$\nJ_f = 2x\n$$\nand so $J = 3 = x$ as $f$ says.\n\n"
     "```math\nJ_g = 4\n```\n```\ncode = 1\n```\n- det J = 5\n",
     [("J_f", "2*x"), ("J", "3", "x"), ("J_g", "4"), ("detJ", "5")]),
    ("The matrix J is found by\n$$J = 2x$$ and it is further\n$$= x + x$$", [("J", "2*x", "x + x")]),
    ("Let $f(x, y) = q$. Then $J = 2x$ as we know.", [("J", "2*x")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "lines"), LINES)
def test_lines(text: str, lines: list[tuple[str, ...]]) -> None:
    submission = read_answer(text, NAMES)
    read = [(line.name, *(strict(v) for side in line.sides for v in side.values)) for line in submission.lines]
    assert read == lines
    for side in (side for line in submission.lines for side in line.sides):
        assert text[side.start : side.start + len(side.text)] == side.text


def test_what_was_typed_is_kept_beside_the_value() -> None:
    typed = r"J = \begin{bmatrix}0.50&2\end{bmatrix}\begin{bmatrix}x\\y\end{bmatrix}"
    side = read_answer(typed, NAMES).lines[0].sides[0]
    assert strict(side.typed[0]) == "[[0.50, 2]]*[[x], [y]]"
    assert strict(side.values[0]) == "[[0.50*x + 2*y]]"
    assert "0.50" in {node.literal for node in walk(side.typed[0]) if isinstance(node, Number)}


def test_notes() -> None:
    assert any("coefficient" in note for note in read_answer("1/2 (x - y)^2", NAMES).notes)
    assert any("formula in names" in note for note in read_answer("J = J_g J_f = 3", NAMES).notes)
    assert any("q is not declared" in n for n in read_answer("We say $f = q$ here.\nSo $J = 2$.", NAMES).notes)
    (root,) = read_answer("(x^2 + y^2)^-1/2", NAMES).notes
    assert root == "(x^2 + y^2)^-1/2 is read as ((x^2 + y^2)^-1)/2; a root is (x^2 + y^2)^(-1/2)"


@pytest.mark.parametrize("typed", [
    "2x i + 2y j", "2xi + 2yj", "2(x i + y j)", "J = 2x î + 2y ĵ", r"2x\,\mathbf{i} + 2y\,\mathbf{j}", "2 i x + 2y j",
    r"$2x\hat{\imath} + 2y\hat{\jmath}$", r"\nabla f = 2x\vec{i} + 2y\vec{\jmath}", "2x i + 2y j + 0 i",
])  # fmt: skip
def test_a_vector_in_unit_vectors(typed: str) -> None:
    submission = read_answer(typed, ["x", "y"])
    (side,) = submission.lines[0].sides
    assert [strict(value) for value in side.values] == ["[[2*x], [2*y]]"]
    assert side.flat
    assert "unit vectors (1, 0), (0, 1)" in submission.notes[-1]


def test_unit_vectors_are_two_where_nothing_tells_of_a_third() -> None:
    def shape(typed: str, *names: str) -> tuple[int, int]:
        (value,) = read_answer(typed, names).lines[0].sides[0].values
        assert isinstance(value, Matrix)
        return value.shape

    assert shape("2i + 3j", "x", "y", "a") == (2, 1)
    assert shape("2i + 3j", "x", "y", "z") == (3, 1)
    assert shape("2i + 3k", "r") == (3, 1)


def test_i_alone_is_told_how_a_vector_is_written() -> None:
    with pytest.raises(ReadError, match="imaginary unit") as caught:
        read_answer("2x i", NAMES)
    assert caught.value.hint == "a vector is written a i + 0 j, or [a, 0]"


@pytest.mark.parametrize(("text", "values"), [
    ("3x^2|_{x=2} = 12", ["3*x^2", "12"]), ("x y|_(1, 2) = 2", ["x*y", "2"]),
    ("3x|x||_{x=-2} = 4", ["3*x*abs(x)", "4"]), (r"\left. 3x^2 \right|_{x=2} = 12", ["3*x^2", "12"]),
    (r"3x^2\Big|_{2} = 12", ["3*x^2", "12"]),
    ("(x, y) at (1, 2) = (1, 2)", ["[[x], [y]]", "[[1], [2]]"]), ("x^2 at x = 2, y = 1 = 4", ["x^2", "4"]),
    ("The gradient at (-2, 3) is (2, 1).", ["[[2], [1]]"]), ("the derivative of f at x = 2 is 10", ["10"]),
    ("At x = 2, y = 3 the slope is 4", ["4"]), ("the derivative at 2 is 10", ["10"]),
])  # fmt: skip
def test_where_a_value_is_taken(text: str, values: list[str]) -> None:
    (line,) = read_answer(text, NAMES).lines
    assert [strict(value) for side in line.sides for value in side.values] == values


BEHIND = [
    ("2x, x > 0", "2*x", "the condition x > 0 is not judged"),
    ("2x for x > 0", "2*x", "the condition x > 0 is not judged"),
    ("2x for $x > 0$", "2*x", "the condition x > 0 is not judged"),
    ("$2x$, $x > 0$.", "2*x", "the condition x > 0 is not judged"),
    (r"$2x, \quad x \neq 0$", "2*x", r"the condition x \neq 0 is not judged"),
    (r"\[ J = 2x \quad x \in \mathbb{R} \]", "2*x", r"the condition x \in \mathbb{R} is not judged"),
    (r"2x \text{ for } x \ge 0", "2*x", r"the condition x \ge 0 is not judged"),
    (r"2x \qquad (x, y \ne 0)", "2*x", r"the condition x, y \ne 0 is not judged"),
    ("2x (x > 0)", "2*x", "the condition x > 0 is not judged"),
    ("J = 2x if 0 < x < 1 and y ≠ 0", "2*x", "the condition 0 < x < 1 and y ≠ 0 is not judged"),
    ("2x, (x, y) ≠ (0, 0)", "2*x", "the condition (x, y) ≠ (0, 0) is not judged"),
    ("2x, x ∈ (0, 1)", "2*x", "the condition x ∈ (0, 1) is not judged"),
    ("[2x, 3], x >= 0", "[[2*x], [3]]", "the condition x >= 0 is not judged"),
    ("2x, 3, x >= 0", "[[2*x], [3]]", "the condition x >= 0 is not judged"),
    ("2x for x ∈ [0, ∞)", "2*x", "the condition x ∈ [0, ∞) is not judged"),
    ("[[2, x]] for all (x, y)", "[[2, x]]", "the condition all (x, y) is not judged"),
    ("2x for all x", "2*x", "the condition all x is not judged"),
    (r"2x, \forall x \in \mathbb{R}", "2*x", r"the condition x \in \mathbb{R} is not judged"),
    ("1/x provided x > 0", "1/x", "the condition x > 0 is not judged"),
    ("J = 4 at x = 1, y = 2", "4", "the condition x = 1, y = 2 is not judged"),
    ("J = 4 at (1, 2)", "4", "“at (1, 2)” is not judged"),
    ("4 at the point (1,2).", "4", "“at the point (1,2)” is not judged"),
    ("J = 2x by the product rule", "2*x", "“by the product rule” is not judged"),
    ("2x as required.", "2*x", "“as required” is not judged"),
    (r"2x \quad \text{by the chain rule}", "2*x", "“by the chain rule” is not judged"),
    ("x sin x (product rule)", "x*sin(x)", "“product rule” is not judged"),
    ("x (by inspection)", "x", "“by inspection” is not judged"),
    ("2x by differentiating with respect to x", "2*x", "“by differentiating with respect to x” is not judged"),
    ("2x because f = x^2 + 3", "2*x", "“because f = x^2 + 3” is not judged"),
    ("[[2, x]], so (1, 1) is a local minimum", "[[2, x]]", "“so (1, 1) is a local minimum” is not judged"),
    ("J = 3, a saddle point", "3", "“a saddle point” is not judged"),
    *((f"[[2, x]]{said}", "[[2, x]]", f"“{said.strip(' ,.;')}” is not judged") for said in (
        " local min", " positive definite", "; det H = 27 > 0 and f_xx = 6 > 0 => local minimum", ", det = 27 > 0",
        ", D = 36 - 9 = 27 > 0, f_xx = 6 > 0: local minimum", " → saddle", r" \Rightarrow saddle", ". Local minimum.",
        ", eigenvalues 3 and 9, so minimum", "; both eigenvalues are positive")),
    ("[[2, x]]\nf_xx f_yy - f_xy^2 = 27 > 0", "[[2, x]]", "“f_xx f_yy - f_xy^2 = 27 > 0” is not judged"),
    ("[[2, x]] local min since det = 27 > 0", "[[2, x]]", "“since det = 27 > 0” is not judged"),
    ("1/x; x > 0", "1/x", "the condition x > 0 is not judged"),
    ("2x, D = 4 > 0 and f_xx = 2 > 0, so it is a minimum", "2*x",
     "“D = 4 > 0 and f_xx = 2 > 0, so it is a minimum” is not judged"),
    ("2x for x > 0 by the chain rule", "2*x", "“by the chain rule” is not judged"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "note"), BEHIND)
def test_what_stands_behind_a_value_is_not_judged(text: str, value: str, note: str) -> None:
    submission = read_answer(text, NAMES)
    (line,) = submission.lines
    assert [strict(v) for v in line.sides[-1].values] == [value]
    assert note in submission.notes
    assert text[line.sides[-1].start :].startswith(line.sides[-1].text)


@pytest.mark.parametrize("text", [
    "x and y", "sin x", "x y (x y)", "2x (x + 1)", "(x, y)", "J at (1, 2) = 3", "x = 3", "dy/dx = 3", "x\ny",
    "J = 2x, K_y = 2", "2x·(sin x)", "piecewise(x if x > 0, 0 otherwise)", "gradient at x = 3",
])  # fmt: skip
def test_no_value_is_taken_for_an_aside(text: str) -> None:
    assert not any("not judged" in note for note in read_answer(text, NAMES).notes)


@pytest.mark.parametrize("text", [
    "2x, x > 0, -2x, x < 0", "2x if x > 0, -2x", "x > 0 ?", "x ? 2 : x > 0", "2x if x > 0, -2x if y", "2x, x, y > 0",
    "x > 0", "2x by x", "2x for q > 0 and w", "2u·2x where u = x^2",
])  # fmt: skip
def test_branches_and_what_is_unclear_are_refused(text: str) -> None:
    with pytest.raises(ReadError):
        read_answer(text, NAMES)


@pytest.mark.parametrize(("text", "value"), [
    ("x^2 if x > 0, 0 otherwise", "piecewise(x^2 if x > 0, 0 otherwise)"),
    ("2x for x > 0\n-2x for x < 0", "piecewise(2*x if x > 0, -2*x if x < 0)"),
    ("2x if x > 0; -2x if x < 0", "piecewise(2*x if x > 0, -2*x if x < 0)"),
    ("x > 0 ? 2x : -2x", "piecewise(2*x if x > 0, -2*x otherwise)"),
    ("f'(x) = x > 0: 1; else: 0", "piecewise(1 if x > 0, 0 otherwise)"),
    ("piecewise(max(x, y) if x > 0, 0 if x < 0)", "piecewise(max(x, y) if x > 0, 0 if x < 0)"),
    ("2x[x > 0]", "2*x*piecewise(1 if x > 0, 0 otherwise)"),
])  # fmt: skip
def test_cases_in_all_spellings(text: str, value: str) -> None:
    (line,) = read_answer(text, NAMES).lines
    assert [strict(v) for v in line.sides[-1].values] == [value]


def test_letters_that_make_a_word_stay_a_product() -> None:
    value = read_answer("4 at (1, 2)", ["a", "t"]).lines[0].sides[0].values[0]
    assert strict(value) == "[[4*a*t], [4*a*t*2]]"
    by_the_rule = read_answer("4t by the product rule", ["a", "b", "t", "y"])
    assert strict(by_the_rule.lines[0].sides[0].values[0]) == "4*t"


def test_one_condition_on_several_lines_is_no_branch() -> None:
    submission = read_answer(r"J &= 2x & (x > 0) \\ &= x + x & (x>0)", NAMES)
    assert [[strict(side.values[0]) for side in line.sides] for line in submission.lines] == [["2*x", "x + x"]]


ECHOES = [
    (f"J = {A}", "J = [[6, 3], [12, 6]]"),
    (r"\nabla f = \begin{pmatrix} 2x \\ \cos(\theta) \end{pmatrix}", "∇f = [2x, cos(θ)]"),
    ("J = [[1,2]]·[[3],[4]]\n= 11", "J = [[1, 2]]·[3, 4] = 11"),
    ("[1, 2; 3, 4], [5, 6; 7, 8]", "[[1, 2], [3, 4]], [[5, 6], [7, 8]]"),
]


@pytest.mark.parametrize(("text", "echo"), ECHOES)
def test_echo(text: str, echo: str) -> None:
    assert answer_echo(read_answer(text, NAMES)) == echo


DOCUMENTS = [
    ("# Title\nJ = 2", True), ("We now use the rule.\nJ = 2", True), ("Then $J = 2$.", True),
    ("J = [[xy, xz], [yz, x]]", False), ("J = $2x$", False), ("dz/dt = $2x = 3$", False), ("x^2\n2x", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "document"), DOCUMENTS)
def test_documents_are_told_from_answers(text: str, document: bool) -> None:
    assert looks_like_document(text) is document


REFUSED = [
    ("", 0, "nothing", "for example"),
    ("q", 0, "q is not declared", "the variables here are x, y"),
    ("J = [[1, q], [2, 3]]", 9, "q is not declared", "the variables here"),
    (r"\[ J = \begin{bmatrix} 1 \\ q \end{bmatrix} \]", 28, "q is not declared", "the variables here"),
    ("x = 1\ny = 2 + q", 14, "q is not declared", "the variables here"),
    ("2x + q = 3", 5, "q is not declared", ""),
    ("J = [[1, 2], [3]]", 4, "lengths 2, 1", ""),
    ("J = [[1, 2]]·[[3, 4]]", 4, "1×2 matrix cannot be multiplied by a 1×2", ""),
    ("J =", 3, "missing", ""),
    ("1,, 2", 2, "missing", ""),
    ("[1, 2], 3", 0, "mixed", ""),
    ("[[1, 2], [3, 4]", 0, "never closed", ""),
    (r"J = \begin{bmatrix} 1 & 2", 4, "without", ""),
    (r"\begin{tikzpicture}x\end{tikzpicture}", 0, "not read here", ""),
    ("J = 3e2", 4, "two ways", "3·10^2"),
    ("$1e-3$", 1, "two ways", "1·10^-3"),
    ("J = sin x y", 4, "two ways", "sin(x·y)"),
    ("30°", 2, "degrees", "pi/6"),
    (r"30^\circ", 2, "degrees", "pi/6"),
    ("50%", 2, "per cent", "1/4"),
    ("x = ±2", 4, "two values", ""),
    (r"\pm 2", 0, "two values", ""),
    ("-0,75", 2, "a comma stands in a number",
     "decimals are written with a point: -0.75; a list has a space after its comma: -0, 75"),
    ("0,333", 1, "a comma", "0.333"),
    ("x = 0,5.", 5, "a comma", "0.5"),
    ("$3,1415$", 2, "a comma", "3.1415"),
    ("1,05", 1, "a comma", "1.05"),
    ("0{,}75", 1, "a comma", "with a point"),
    ("0.(3)", 0, "repeating", "1/3"),
    ("x = 2.(3)", 4, "repeating", "1/3"),
    (r"0.\overline{3}", 0, "repeating", "1/3"),
    ("x^T", 2, "T is not declared", ""),
    ("(x + 1)'", 7, "prime", ""),
    ("J = x_q + 1", 4, "x_q is not declared", ""),
    ("J = [[x_q, 1]] = [[1, 1]]", 6, "x_q is not declared", ""),
    ("`2x", 0, "", ""),
    ("x ** = 2", 4, "", ""),
    ("x = " * 60 + "1", 199, "at most 50", ""),
    ("x\n" * 300, 0, "at most 200", ""),
    ("x," * 500 + "x", 0, "at most 400", ""),
    ("x" * 10_001, 0, "at most 10,000", ""),
    ("(" + "[[x, y], [x, y]]" * 50 + ")^T", 0, "longer than", ""),
    ("[[x]]·" * 70 + "x", 0, "at most 60", ""),
]


@pytest.mark.parametrize(("text", "start", "message", "hint"), REFUSED)
def test_refused_with_a_caret(text: str, start: int, message: str, hint: str) -> None:
    with pytest.raises((ReadError, ShapeError)) as caught:
        read_answer(text, NAMES)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.start == start
    assert caught.value.text in ("", " ", text)


HOSTILE = ["[" * 5000, "(" * 9000, r"\boxed{" * 1400, "x=" * 4900, "$" * 9999, "$$x\n" * 2000, "```math\n" * 1200,
           r"\frac{" * 1600, "\\" * 9999, "x'" * 4000, "J_" * 4000 + "=3", "[[x,y],[x,y]]" * 700, "a $x=1$ " * 1200,
           "abc def ghi = [x\n" * 500, "x^" * 4900, "(a) " * 2400 + "x=3",
           "∂z/∂x " + "d" * 100 + "x/dt = 3", "2x " + "for x > 0 and " * 700 + "x > 0", "x for" * 1900,
           "2 by the " * 1100, "x, " * 3300 + "x > 0", "x > 0\n" * 1600, "x (" * 3000 + "x > 0)", "**x" * 3300,
           "`x" * 5000, "x as a " * 1400, "0.(3" * 2500, r"\bar{" * 1900, "(x, y)^T" * 1200,
           "z = 1" + " " * 9990, "z = 1" + "\n" * 9000, "z = 1" + "\n " * 4900 + "x", "z = 1" + "so " * 3300,
           "J_" + "a" * 290 + "( = 3", "a_" * 140 + "! = 3", "(" * 290 + " = 3", "d/" + "d" * 290 + " = 3"]  # fmt: skip


CALLS_A_CHARACTER = 150


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_costs_little(text: str) -> None:
    """Functions are called, those of the interpreter among them, in proportion to the length of the text."""
    calls: Counter[str] = Counter()
    sys.setprofile(lambda _frame, event, _argument: calls.update((event,)))
    try:
        with suppress(JacocalcError):
            read_answer(text, NAMES)
    finally:
        sys.setprofile(None)
    assert calls["call"] + calls["c_call"] < CALLS_A_CHARACTER * len(text)


CORPUS: list[str] = [
    *(row[0] for row in ONE_VALUE), *(row[0] for row in FLAT), *(row[0] for row in RESULT_NAMES),
    *(row[0] for row in LINES), *(row[0] for row in BEHIND), *(row[0] for row in REFUSED[:-6]), *SEVERAL,
]  # fmt: skip
PIECES = [
    "=", "\n", ",", r"\\", "$", "$$", "&", "[", "]", "{", "}", "(", ")", "^T", "'", ":", ";", r"\boxed{",
    r"\end{align}", r"\begin{bmatrix}", r"\end{bmatrix}", r"\text{and}", r"\left", "```", "# ", "|", "∂", "°",
    "det ", "\x00", "𝑥", "`",
]  # fmt: skip


def test_nothing_but_our_own_errors() -> None:
    source = random.Random(11)
    for _ in range(3_000):
        text = source.choice(CORPUS)
        for _ in range(source.randrange(1, 4)):
            at, to = sorted((source.randrange(len(text) + 1), source.randrange(len(text) + 1)))
            middle = source.choice([source.choice(PIECES), text[at:to] * 2, "", source.choice(CORPUS)[:20]])
            text = text[:at] + middle + text[to if source.random() < 0.5 else at :]
        with suppress(JacocalcError):
            answer_echo(read_answer(text, NAMES))
