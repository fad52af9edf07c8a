"""Every kind of step has a wording, every kind of block a renderer: found by iterating the unions."""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

import jacocalc as jc
from jacocalc import document
from jacocalc.asked import Asked
from jacocalc.document import Block, Equation, Plus, Times, Written
from jacocalc.explain.exercises import sheet
from jacocalc.explain.page import explain
from jacocalc.explain.wordings import EXPLAIN
from jacocalc.linear import ASCII, PAPER, write
from jacocalc.notation import PI, Expr, Matrix, Product, Sum, Symbol, integer
from jacocalc.render.boxes import Drawing, draw, width_of
from jacocalc.render.html import to_html
from jacocalc.render.inline import inline
from jacocalc.render.latex import to_latex
from jacocalc.render.latex_formulas import latex
from jacocalc.render.markdown import to_markdown
from jacocalc.render.mathml import mathml
from jacocalc.render.speech import spoken, to_speech
from jacocalc.render.text import _ROLES, to_text
from jacocalc.steps import Step
from jacocalc.verdicts import Exercise
from tests.test_api import QUESTIONS, solved

X = Symbol("x")
SAMPLES: dict[str, Written] = {
    "Name": document.Name("f", vector=True),
    "Subscripted": document.Subscripted(document.Name("J"), X),
    "At": document.At(document.Name("f"), (X, integer(2))),
    "PartialOf": document.PartialOf(Symbol("f_1"), X),
    "Operator": document.Operator(X, X + 1),
    "JacobianRatio": document.JacobianRatio(("x", "y"), ("s", "t")),
    "Circle": document.Circle((document.Name("g"), document.Name("f"))),
    "Times": document.Times((X, X)),
    "Plus": document.Plus((X, X)),
    "Transpose": document.Transpose(document.Grid(((X, X),))),
    "Grid": document.Grid(((X, integer(1)), (integer(0), X))),
    "Tuple": document.Tuple((X, X)),
    "Shape": document.Shape(3, 2),
    "Space": document.Space("n"),
    "Arrow": document.Arrow((X, X)),
    "SumOver": document.SumOver(Symbol("k"), "m", X),
    "Dots": document.Dots(),
    "Norm": document.Norm(X),
    "Gradient": document.Gradient(document.Name("L"), X),
    "Layered": document.Layered("h", Symbol("l")),
    "Decimal": document.Decimal("1.5e-30"),
    "SecondPartialOf": document.SecondPartialOf(Symbol("f"), X, Symbol("y")),
    "Operated": document.Operated("Delta", Symbol("f")),
    "Opposite": document.Opposite(document.Grid(((X, X), (X, X)))),
    "Inverse": document.Inverse(document.Grid(((X, X), (X, X)))),
    "Absolute": document.Absolute(document.At(document.Name("det"), (X,))),
    "Bracketed": document.Bracketed(document.Times((document.Shape(1, 2), document.Shape(2, 3)))),
    "Root": document.Root(document.At(document.Name("det"), (X,))),
    "Differentials": document.Differentials((X, Symbol("theta"))),
    "Integral": document.Integral(document.Name("D"), document.Times((X, X)), (X, Symbol("theta"))),
}


def test_every_step_has_a_wording() -> None:
    assert set(EXPLAIN) == set(typing.get_args(Step))


def test_every_step_kind_occurs_in_the_questions() -> None:
    seen = {type(step) for number in range(len(QUESTIONS)) for step in solved(number).derivation.steps}
    seen |= {type(step) for step in jc.jacobian("f(x, y) = [x y, x]", at="1,2").derivation.steps}
    seen |= {type(step) for step in jc.compose("x = s t", "z = x^2").derivation.steps}
    seen |= {type(step) for step in jc.hessian("f: R^n -> R^m", "g: R^m -> R").derivation.steps}
    seen |= {type(step) for step in jc.hessian("f(x, y) = x^2 - y^4", at="0, 0").derivation.steps}
    seen |= {type(step) for step in jc.implicit("x^2 + y^2 = 1", solve_for="y").derivation.steps}
    layer = "f(x, y, z) = [x y + z, y^2 - x, z + x y]"
    seen |= {type(step) for step in jc.compose(*[layer] * 20, at="1/2, 1/3, 1/5").derivation.steps}
    assert seen == set(typing.get_args(Step))


def test_every_block_has_a_role() -> None:
    assert set(_ROLES) == set(typing.get_args(Block))


def test_every_written_form_has_a_sample() -> None:
    kinds = {kind.__name__ for kind in typing.get_args(Written)} - {"Expr", "Term"}
    assert set(SAMPLES) == kinds


@pytest.mark.parametrize("item", SAMPLES.values(), ids=SAMPLES.keys())
def test_every_written_form_is_written_in_every_way(item: Written) -> None:
    assert inline(item, PAPER)
    assert latex(item)
    assert draw(item, Drawing(PAPER, True, 80)).lines
    assert ElementTree.fromstring(f"<math>{mathml(item)}</math>")
    assert spoken(item)


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_no_line_is_wider_than_the_page(number: int, width: int) -> None:
    page = explain(solved(number).derivation)
    widest = max(width_of(line) for line in to_text(page, width).splitlines())
    assert widest <= width


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_latex_is_balanced(number: int) -> None:
    text = to_latex(explain(solved(number).derivation), standalone=True)
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")
    assert text.count(r"\begin{") == text.count(r"\end{")
    assert text.count("$") % 2 == 0
    assert text.isascii()


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_html_is_well_formed_and_fetches_nothing(number: int) -> None:
    text = to_html(explain(solved(number).derivation))
    body = text[text.index("<main>") : text.index("</body>")].replace("&#160;", " ")
    assert ElementTree.fromstring(body)
    assert "<script" not in text
    assert "http" not in text


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_markdown_fences_are_closed(number: int) -> None:
    text = to_markdown(explain(solved(number).derivation))
    assert text.count("```") % 2 == 0
    assert text.count("$`") == text.count("`$")


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_speech_is_plain_words(number: int) -> None:
    text = to_speech(explain(solved(number).derivation))
    assert not set(text) & set("⎡⎣∂∇√^_{}\\$")


def test_names_and_titles_are_escaped() -> None:
    page = document.Document(
        ("<b>&",), (document.Section(("*x* $",), (document.Prose(("<i> & _ #",)),)),), ("<!-- -->",)
    )
    assert "<b>" not in to_html(page)
    assert "<i>" not in to_html(page)
    assert r"\_" in to_latex(page)
    assert r"\*x\*" in to_markdown(page)


BOXES = [
    (Matrix(((integer(1), X), (X + 1, integer(0)))), ["⎡   1    x ⎤", "⎣ x + 1  0 ⎦"]),
    (Matrix(((X, integer(2)),)), ["[x  2]"]),
    ((X + 1) / (X**2 + 1), [" x + 1 ", "───────", "x^2 + 1"]),
    (X / integer(2), ["x/2"]),
    (integer(3) * ((X + 1) / (X**2 + 1)), ["   x + 1 ", "3 ───────", "  x^2 + 1"]),
]


@pytest.mark.parametrize(("item", "lines"), BOXES)
def test_two_dimensions(item: Expr, lines: list[str]) -> None:
    assert list(draw(item, Drawing(PAPER, True, 80)).lines) == lines


def test_a_long_equation_is_broken_before_its_signs() -> None:
    from jacocalc.render.boxes import equation

    long = Symbol("a" * 30)
    box = equation(Equation((X, long, long, long)), Drawing(PAPER, True, 60))
    assert [line.rstrip() for line in box.lines] == [f"x = {'a' * 30}", f"  = {'a' * 30}", f"  = {'a' * 30}"]


def test_no_dot_stands_before_a_sum() -> None:
    sums = Times((document.Dots(), document.SumOver(Symbol("k"), "", X)))
    assert inline(sums) == "⋯ Σ_k x"
    assert latex(sums) == r"\cdots \sum_{k} x"
    assert "·" not in mathml(sums)
    assert spoken(sums) == "and so on, the sum over k of x"


def test_pi_stands_apart_from_letters_in_ascii() -> None:
    k = Symbol("k")
    cases = ((integer(2), k, PI), "2k pi"), ((PI, X), "pi x"), ((integer(2), PI), "2pi"), ((k, X), "kx")
    assert [write(Product(factors), ASCII) for factors, _ in cases] == [wanted for _, wanted in cases]


def test_sums_that_are_multiplied_keep_their_brackets_below_each_other() -> None:
    from jacocalc.render.boxes import narrowed

    sums = Sum((Symbol("a" * 12), X)), Sum((Symbol("b" * 12), X))
    for factors in (sums, tuple(Plus(one.terms) for one in sums)):
        box = narrowed(Times(factors), Drawing(PAPER, True, 20))
        assert [line.rstrip() for line in box.lines] == [f"({'a' * 12} + x)", f"· ({'b' * 12} + x)"]


PRODUCTS = {
    "chain": jc.compose("f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, sin(v)]"),
    "one in the middle": jc.compose("f(x, y) = x y", "g(t) = [t, t^2]"),
    "gradient": jc.gradient("f(x, y) = [x + y, xy]", "L(u, v) = u^2 + v", at=(1, 2)),
    "from the left": jc.vjp("f(x, y) = [x + y, x, 3]", at=(1, 2), vector=(1, 2, 5)),
    "from the right": jc.jvp("f(x, y) = [x + y, x, 3]", at=(1, 2), vector=(1, 2)),
    "differential": jc.differential("f(x, y) = [x^2 y, x + y, 3]"),
    "columns": jc.volume("f(u, v) = [u, v, u^2 + v^2]"),
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_entry_of_a_product_knows_its_row_and_its_column(name: str) -> None:
    sections = explain(PRODUCTS[name].derivation).sections
    equations = [block for section in sections for block in section.blocks if isinstance(block, Equation)]
    grids = [s for one in equations for s in one.sides if isinstance(s, document.Grid) and s.factors]
    assert grids
    for grid in grids:
        assert grid.factors is not None
        left, right = grid.factors
        for i, row in enumerate(grid.rows):
            for j in range(len(row)):
                column = [line[j] for line in right.rows]
                assert grid.pairs(i, j) == tuple(zip(left.rows[i], column, strict=True))


def test_what_is_inside_has_a_name_of_its_own() -> None:
    said = jc.jacobian("g(u, v, w) = [sqrt(u^2 + 1), e^(v w)]").to_text(width=200)
    assert "with u =" not in said
    assert "with s = u^2 + 1" in said
    assert "with u = x^2 + 1" in jc.jacobian("f(x) = sqrt(x^2 + 1)").to_text(width=200)


def test_a_gradient_of_symbolic_size_is_a_column() -> None:
    one = jc.gradient("f: R^n -> R")
    assert one._repr_latex_() == r"$\displaystyle \nabla f(\mathbf{x}) = J_{f}(\mathbf{x})^{\top}$"
    assert "∇f(x) = J_f(x)ᵀ    (a column (n×1)" in one.to_text()
    assert "The chain rule" not in one.to_text()
    chained = jc.gradient("f: R^n -> R^m", "L: R^m -> R").to_text()
    assert "∇(L∘f)(x) = J_f(x)ᵀ · J_L(f(x))ᵀ" in chained
    assert "∂L/∂x_j = Σ_{k=1}^m ∂L/∂u_k · ∂f_k/∂x_j" in chained


def test_a_jacobian_that_names_its_letters_is_not_said_to_be_at_them() -> None:
    assert "∇z(x, y) = (∂z/∂(x, y))ᵀ =" in jc.gradient("z = x^2 y").to_text()
    assert "= (∂(x, y)/∂(s, t))ᵀ · ∇_{(x, y)} z" in jc.gradient("x = s t, y = s", "z = x^2 y").to_text()
    assert "∇z(1, 2) = (∂z/∂(x, y) at (1, 2))ᵀ =" in jc.gradient("z = x^2 y", at=(1, 2)).to_text()


def test_a_component_of_a_function_with_an_index_has_one_name() -> None:
    """f₂₁ of f₂, like the entry a₂₁; of f₁₂ it is f_12_1, since f₁₂₁ could be f₁'s."""
    said = jc.compose("f_1: R^2 -> R^2", "f_2(u, v) = [u v, u]").to_text()
    assert "⎡ ∂f₁₁/∂x₁  ∂f₁₁/∂x₂ ⎤" in said
    assert "∂f₂₁/∂u = ∂/∂u (uv)" in said
    assert "f_1_1" not in said
    assert "∂f_12_1/∂x = ∂/∂x (xy)" in jc.jacobian("f_12(x, y) = [x y, x]").to_text()


def test_two_functions_of_symbolic_sizes_are_composed_once() -> None:
    said = jc.compose("f: R^n -> R^m", "g: R^m -> R^p").to_text()
    assert said.count("J_{g∘f}(x) = J_g(f(x)) · J_f(x)") == 2, "the chain rule, and the result"
    assert "∂y_i/∂x_j = Σ_{k=1}^m ∂g_i/∂u_k · ∂f_k/∂x_j" in said


def test_the_answer_on_a_sheet_is_named_as_in_its_solution() -> None:
    """dY = −Y dX Y of a linear map is no derivative ∂Y/∂X."""
    solution = jc.differential("X: n x n invertible; Y = X^-1", of="Y", wrt="X")
    asked = Asked("", "differential", (), of="Y", wrt="X")
    exercise = Exercise("one", "differential", "One", asked, solution.question)
    answers = to_text(sheet("A sheet", [exercise], [solution.derivation])).split("Answers")[1]
    assert "dY = -Y dX Y" in answers
    assert "∂Y" not in answers
    assert solution._repr_latex_().startswith(r"$\displaystyle \mathrm{d}Y = ")


_LONG = "f(x, y, z) = [x^2 + y z, sin(x y) + z^3, e^z y - x]"
SAID = [
    (lambda: jc.hessian("f(x) = x^4", at=0), "The second derivative is 0: it does not decide", "eigenvalues have"),
    (lambda: jc.hessian("f(x, y) = x^4 + y^4", at=(0, 0)), "No eigenvalues have different signs", "The second deriv"),
    (lambda: jc.hessian("f(x) = x^3", at=0), "of order 3, which is 6. Its order is odd.", "degenerate"),
    (lambda: jc.hessian("f(x, y) = x^2 - y^4", at=(0, 0)), "f(0, t) - f(0, 0) = -t^4 (negative)", "⋯"),
    (lambda: jc.hessian("f(x, y) = x^4 + y^4", at=(0, 0)), "- f(0, 0) = x^4 + y^4 Away from the point these", "⋯"),
    (lambda: jc.hessian("f(x, y) = sin(x)^4 + y^2", at=(0, 0)), "x being of order 1 and y of order 2.", "these"),
    (lambda: jc.hessian("f(x, y) = 1 - (x - y)^2 x^2", at=(0, 0)), "≤ 0 (close to the point)", "strict"),
    (lambda: jc.hessian("f(x, y) = -(x + y)^2 - y^4", at=(0, 0)), "concave across a curve", "convex"),
    (lambda: jc.implicit("F(x, y) = x^2 + y^2 - 25", solve_for="y", at=(3, 4)), "lies on the curve", "surface"),
    (lambda: jc.implicit("F(x, y, z) = x^2 + y^2 + z^2 - 9", solve_for="z", at=(1, 2, 2)), "on the surface", "curve"),
    (lambda: jc.backprop("X: m x n; L = ||X||^2"), "is Frobenius's", "deviations"),
    (lambda: jc.compose("x = r cos t, y = r sin t", "u = f(x, y)"), "u = f(r cos(t), r sin(t))", "z ="),
    (lambda: jc.hessian("x = r cos t, y = r sin t", "u = f(x, y)"), "∂²u/∂x∂y", "∂x ∂y"),
    (lambda: jc.gradient("f(x, y, z) = 2x + y^2 - z", at=(-1, 2, 0)),
     "plane of the level surface through the point 2(x + 1) + 4(y - 2) - z = 0 (", "line"),
    (lambda: jc.gradient("f(x, y) = y - 3x", at=(1, 2)),
     "line of the level curve through the point -3(x - 1) + (y - 2) = 0 (", "plane"),
    (lambda: jc.gradient("f(x, y) = x^2 + y^2", at=(0, 0)), "the gradient is 0", "tangent"),
    (lambda: jc.gradient("f(x, y) = x|x| + y", at=(0, 1)), "greatest rate", "tangent"),
    (lambda: jc.compose("g(t) = [t, t^2]", "f(x, y) = x y"), "z = f(g(t))", "y = f("),
    (lambda: jc.compose("g(t) = [t, t^2]", "f(u, v) = u v"), "y = f(g(t))", "z = f("),
    (lambda: jc.compose("f(x, y) = [x, x y]", "g(u, v) = [u, v^2]"), "y = g(f(x, y))", "z = g("),
    (lambda: jc.jacobian("f(x) = arcsin x"), "formulas hold where -1 < x < 1.", "x > -1"),
    (lambda: jc.jacobian("f(x, y) = ln(y) + arcsin x + 1/y"), "hold where y > 0, -1 < x < 1.", "x > -1"),
    (lambda: jc.volume(_LONG), "of about |det J_f| · dx dy dz", "that is"),
    (lambda: jc.volume(_LONG), "(x, y, z)) = J_f⁻¹ = (det J_f)⁻¹ · [1,1] e^z", "is 0 where"),
    (lambda: jc.volume(_LONG), "dy₁ dy₂ dy₃ = |det J_f| · dx dy dz", "ln(|2x"),
    (lambda: jc.volume(_LONG), "det J_{f⁻¹}(f(x, y, z)) = (det J_f)⁻¹ Check", "signs agree"),
    (lambda: jc.volume("f(u, v) = [u^2 v, sin(u v), u^3 + v^2 + u]"), "dS = √(det (J_fᵀ · J_f)) · du dv", "is 0 where"),
    (lambda: jc.volume("f(x, y) = [x^2 - y^2, 2x y]"), "dy₁ dy₂ = (4x^2 + 4y^2) · dx dy", "|det J_f| · dx"),
    (lambda: jc.backprop("x: n; L = ||x||^2 + var(x)"), "with 1/n and not 1/(n - 1)", "Frobenius"),
    (lambda: jc.backprop("S: n x n symmetric; a: n; L = a' S a"), "(G + Gᵀ)/2", "Frobenius"),
    (lambda: jc.backprop("x: n; L = sum(leaky_relu(x))"), "the slope on the left of ReLU and leaky ReLU", "JAX"),
]  # fmt: skip


@pytest.mark.parametrize(("solve", "said", "unsaid"), SAID, ids=[row[1] for row in SAID])
def test_what_a_reader_has_to_know_is_said(solve: Callable[[], jc.Solution], said: str, unsaid: str) -> None:
    page = " ".join(solve().to_text().split())
    assert said in page
    assert unsaid not in page


def test_the_inner_value_has_another_letter_than_the_whole() -> None:
    chain = ("f(x, y) = x^2 + y^2", "g(u) = sqrt(u)")
    for ask in (jc.compose, jc.hessian):
        solution = ask(*chain, at="3, 4")
        page = solution.to_text()
        assert "z = g(f(x, y))" in page
        assert "w = f(3, 4)" in page
        assert "z = f(3, 4)" not in page
        assert "z, equals f of 3, 4" not in solution.to_speech()
    assert "z = f(3, 4)" in jc.gradient(*chain, at="3, 4").to_text()  # no letter stands for the whole there
    assert "z = f(3)" in jc.compose("f(x) = x^2", "g(u) = sqrt(u)", at="3").to_text()


HELPERS = [
    (jc.jacobian, ("u(x, y) = ln(x^2 + y^2)",)),
    (jc.jacobian, ("f(x; u) = u + ln(x^2 + 1)",)),
    (jc.hessian, ("u(x, y) = ln(x^2 + y^2)",)),
    (jc.compose, ("x = alpha^2 beta, y = beta^2 gamma, t = gamma^2 alpha", "u = x e^(t y)")),
    (jc.compose, ("f(x) = ln(x^2 + 1)", "g(u) = u^2")),
]


@pytest.mark.parametrize(("ask", "texts"), HELPERS)
def test_the_letter_of_what_is_inside_means_nothing_else(ask: Any, texts: tuple[str, ...]) -> None:
    page = ask(*texts).to_text(detail="full")
    assert "with u =" not in " ".join(page.split())
    assert "with s =" in " ".join(page.split())


def test_a_vector_of_length_one_is_not_divided_by_it() -> None:
    text = to_text(explain(jc.jvp("f(x, y) = x y", at=(1, 2), vector=(1, 0), unit=True).derivation), width=80)
    assert "u = ⎡ 1 ⎤\n" in text
    assert "1/1" not in text


@pytest.mark.parametrize(("text", "shown"), [
    ("f(x) = x^x^x^x^x", "f(2) ≈ 2.003529930e19728\n"), ("f(x) = x^3", "f(2) = 2^3 = 8\n"),
])  # fmt: skip
def test_the_value_of_a_scalar_function_has_no_brackets(text: str, shown: str) -> None:
    assert shown in jc.jacobian(text, at=2).to_text()
