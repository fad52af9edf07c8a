"""Terms as they are written: on paper, in LaTeX, in words, in MathML, and strictly, so that they are read back."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from jacocalc import document
from jacocalc.document import Document, Equation, Prose, Section, Written
from jacocalc.linear import ASCII, PAPER, paper_name
from jacocalc.notation import Call, Power, Product, Symbol, integer
from jacocalc.programs import Program
from jacocalc.reading.programs import names_of, read_program, read_term
from jacocalc.reading.term_names import Names
from jacocalc.render.boxes import Drawing, draw, narrowed, width_of
from jacocalc.render.inline import inline, plain
from jacocalc.render.latex import to_latex
from jacocalc.render.latex_formulas import latex
from jacocalc.render.latex_signs import escape, latex_name
from jacocalc.render.mathml import mathml
from jacocalc.render.mathml_elements import mathml_name
from jacocalc.render.speech import spoken
from jacocalc.render.spoken_words import spoken_name
from jacocalc.render.text import to_text
from jacocalc.term_writing import strict_term
from jacocalc.terms import (
    ZERO,
    Differential,
    Elementwise,
    Hadamard,
    Ones,
    Opposite,
    Plus,
    Term,
    Times,
    Transposed,
    Var,
    subterms,
)

PROGRAM = read_program("""x: n; y: n; yhat: n; w: n; b: m; theta: n; W: m x n; A: n x n; B: n x n
a: scalar; c: scalar; loss: scalar; phi: elementwise; V: k x k; h_0: k; u_t: k
for t = 1..T:
    h_t = tanh(V h_{t-1} + u_t)
z = W x + b
L = 1/2 ||z - b||^2""")
LAYERS = read_program("""a^(0): n_0; W^(l): n_l x n_{l-1}; b^(l): n_l
for l = 1..D:
    z^(l) = W^(l) a^(l-1) + b^(l)
    a^(l) = sigma(z^(l))
L = ||a^(D)||^2""")

TABLE = [
    ("W x + b", "W x + b",
     r"W x + b",
     "W times x plus b"),
    ("-W x + b - z", "-W x + b - z",
     r"-W x + b - z",
     "minus W times x plus b minus z"),
    ("W'(z - b)", "Wᵀ(z - b)",
     r"W^\top (z - b)",
     "the transpose of W times the quantity z minus b end quantity"),
    ("1/2 (z - b)", "1/2 (z - b)",
     r"\frac{1}{2} (z - b)",
     "1/2 times the quantity z minus b end quantity"),
    ("dL_dz x'", "(∂L/∂z)xᵀ",
     r"\frac{\partial L}{\partial z} x^\top",
     "partial L by partial z times the transpose of x"),
    ("dL_dz'", "(∂L/∂z)ᵀ",
     r"\left(\frac{\partial L}{\partial z}\right)^\top",
     "the transpose of partial L by partial z"),
    ("dL_d(W x)", "∂L/∂(W x)",
     r"\frac{\partial L}{\partial (W x)}",
     "partial L by partial the quantity W times x end quantity"),
    ("inv(A)", "A⁻¹",
     r"A^{-1}",
     "the inverse of A"),
    ("inv(A)' x", "A⁻ᵀ x",
     r"A^{-\top} x",
     "the transpose of the inverse of A times x"),
    ("(A B)'", "(A B)ᵀ",
     r"(A B)^\top",
     "the transpose of the quantity A times B end quantity"),
    ("A (B x)", "A(B x)",
     r"A (B x)",
     "A times the quantity B times x end quantity"),
    ("1/2 ||z - b||^2", "1/2 ‖z - b‖²",
     r"\frac{1}{2} \lVert z - b \rVert^2",
     "1/2 times the squared norm of the quantity z minus b end quantity"),
    ("x/a", "x/a",
     r"\frac{x}{a}",
     "x over a"),
    ("dL_da/a z + dL_dz/sqrt(c)", "(1/a)(∂L/∂a)z + (1/sqrt(c))(∂L/∂z)",
     r"\frac{1}{a} \frac{\partial L}{\partial a} z + \frac{1}{\sqrt{c}} \frac{\partial L}{\partial z}",
     "the quantity 1 over a end quantity times partial L by partial a times z plus"
     " the quantity 1 over the square root of c end quantity times partial L by partial z"),
    ("2 dL_da/n x - dL_da c/a ones(n)", "(2/n)(∂L/∂a)x - (c/a)(∂L/∂a)1_n",
     r"\frac{2}{n} \frac{\partial L}{\partial a} x - \frac{c}{a} \frac{\partial L}{\partial a} \mathbf{1}_{n}",
     "the quantity 2 over n end quantity times partial L by partial a times x minus"
     " the quantity c over a end quantity times partial L by partial a times the vector of n ones"),
    ("1/n ones(n)", "(1/n)1_n",
     r"\frac{1}{n} \mathbf{1}_{n}",
     "the quantity 1 over n end quantity times the vector of n ones"),
    ("2*(1/n)*x", "2(1/n)x",
     r"2 \cdot \frac{1}{n} x",
     "2 times the quantity 1 over n end quantity times x"),
    ("2 ones(m, n)", "2·1_{m×n}",
     r"2 \cdot \mathbf{1}_{m \times n}",
     "2 times the m by n matrix of ones"),
    ("y ./ yhat", "y ⊘ ŷ",
     r"y \oslash \hat{y}",
     "y divided, entry by entry, by y hat"),
    ("(yhat - y) .* x", "(ŷ - y) ⊙ x",
     r"(\hat{y} - y) \odot x",
     "the quantity y hat minus y end quantity times, entry by entry, x"),
    ("(W x) .* z", "(W x) ⊙ z",
     r"(W x) \odot z",
     "the quantity W times x end quantity times, entry by entry, z"),
    ("z.^2", "z ⊙ z",
     r"z \odot z",
     "z squared entry by entry"),
    ("z.^3", "z.^3",
     r"z^{\odot 3}",
     "z cubed entry by entry"),
    ("a^2 c", "a^2 c",
     r"a^2 c",
     "a squared times c"),
    ("tanh(a)^2", "tanh(a)^2",
     r"\tanh(a)^2",
     "the quantity the hyperbolic tangent of a end quantity squared"),
    ("tanh(a^2)", "tanh(a^2)",
     r"\tanh(a^2)",
     "the hyperbolic tangent of the quantity a squared end quantity"),
    ("a^(-c)", "a^(-c)",
     r"a^{-c}",
     "a to the power the quantity minus c end quantity"),
    ("sigma'(z) .* (W x)", "σ′(z) ⊙ (W x)",
     r"\sigma'(z) \odot (W x)",
     "sigma prime of z times, entry by entry, the quantity W times x end quantity"),
    ("sigma''(z)", "σ′′(z)",
     r"\sigma''(z)",
     "sigma double prime of z"),
    ("A tanh(x)", "A tanh(x)",
     r"A \tanh(x)",
     "A times the hyperbolic tangent of x"),
    ("relu(z)", "relu(z)",
     r"\operatorname{ReLU}(z)",
     "the rectifier of z"),
    ("sqrt(x)'", "sqrt(x)ᵀ",
     r"(\sqrt{x})^\top",
     "the transpose of the square root of x"),
    ("exp(-a)", "exp(-a)",
     r"\exp(-a)",
     "the exponential of the quantity minus a end quantity"),
    ("ln(softmax(z))", "ln(softmax(z))",
     r"\ln(\operatorname{softmax}(z))",
     "the logarithm of the softmax of z"),
    ("abs(a)", "abs(a)",
     r"\lvert a \rvert",
     "the absolute value of a"),
    ("step(z)", "[z > 0]",
     r"\mathbf{1}[z > 0]",
     "the indicator that z is positive"),
    ("pi e^a", "π exp(a)",
     r"\pi \exp(a)",
     "pi times the exponential of a"),
    ("tr(A' B)", "tr(Aᵀ B)",
     r"\operatorname{tr}(A^\top B)",
     "the trace of the quantity the transpose of A times B end quantity"),
    ("det(A) inv(A)'", "det(A) A⁻ᵀ",
     r"\det(A) \, A^{-\top}",
     "the determinant of A times the transpose of the inverse of A"),
    ("logdet(A)", "log det(A)",
     r"\log\det(A)",
     "the logarithm of the determinant of A"),
    ("||x||", "‖x‖",
     r"\lVert x \rVert",
     "the norm of x"),
    ("x' A x/||x||^3", "xᵀ A x/‖x‖^3",
     r"\frac{x^\top A x}{\lVert x \rVert^3}",
     "the quantity the transpose of x times A times x end quantity over the quantity the norm of x end quantity cubed"),
    ("||x/||x||||", "‖x/‖x‖‖",
     r"\left\lVert \frac{x}{\lVert x \rVert} \right\rVert",
     "the norm of the quantity x over the norm of x end quantity"),
    ("dot(A, B)", "⟨A, B⟩",
     r"\langle A, B \rangle",
     "the inner product of A and B"),
    ("diag(x) A", "diag(x) A",
     r"\operatorname{diag}(x) \, A",
     "the diagonal matrix of x times A"),
    ("diag(A)", "diag(A)",
     r"\operatorname{diag}(A)",
     "the diagonal of A"),
    ("sum(x) mean(y)", "sum(x) mean(y)",
     r"\operatorname{sum}(x) \operatorname{mean}(y)",
     "the sum of the entries of x times the mean of y"),
    ("softmax_rows(W)", "softmax_rows(W)",
     r"\operatorname{softmax}_{\mathrm{rows}}(W)",
     "the softmax by rows of W"),
    ("I(n) - x x'", "I_n - x xᵀ",
     r"I_{n} - x x^\top",
     "the identity of size n minus x times the transpose of x"),
    ("zeros(m, n)", "0_{m×n}",
     r"0_{m \times n}",
     "the m by n matrix of zeros"),
    ("h_{t-1}'", "h_{t-1}ᵀ",
     r"h_{t-1}^\top",
     "the transpose of h sub t minus 1 end sub"),
    ("h_0", "h₀",
     r"h_{0}",
     "h 0"),
    ("sum(t=1..T, dL_dh_t h_{t-1}')", "Σ_{t=1}^T (∂L/∂h_t)h_{t-1}ᵀ",
     r"\sum_{t=1}^{T} \frac{\partial L}{\partial h_{t}} h_{t-1}^\top",
     "the sum over t from 1 to T of partial L by partial h sub t times the transpose of h sub t minus 1 end sub"),
    ("1/T sum(t=1..T, u_t)", "(1/T)(Σ_{t=1}^T u_t)",
     r"\frac{1}{T} \sum_{t=1}^{T} u_{t}",
     "the quantity 1 over T end quantity times the quantity the sum over t from 1 to T of u sub t end quantity"),
    ("loss x", "loss x",
     r"\mathrm{loss} \, x",
     "loss times x"),
    ("theta theta'", "θ θᵀ",
     r"\theta \theta^\top",
     "theta times the transpose of theta"),
]  # fmt: skip

IN_LAYERS = [
    ("W^(l) a^(l-1)", "W^(l) a^(l-1)",
     r"W^{(l)} a^{(l-1)}",
     "W of layer l times a of layer l minus 1 end layer"),
    ("W^(l)' dL_dz^(l)", "(W^(l))ᵀ(∂L/∂z^(l))",
     r"(W^{(l)})^\top \frac{\partial L}{\partial z^{(l)}}",
     "the transpose of W of layer l times partial L by partial z of layer l"),
    ("ones(n_{l-1})", "1_{n_{l-1}}",
     r"\mathbf{1}_{n_{l-1}}",
     "the vector of n sub l minus 1 end sub ones"),
]  # fmt: skip


def names(program: Program, verbatim: bool = False) -> Names:
    """What names mean in a program, with the adjoints of L."""
    found = names_of(program, "L")
    found.verbatim = verbatim
    return found


ROWS = [(read_term(text, names(program)), program, on_paper, in_latex, in_words)
        for program, table in ((PROGRAM, TABLE), (LAYERS, IN_LAYERS))
        for text, on_paper, in_latex, in_words in table]  # fmt: skip
TERMS = [row[0] for row in ROWS]
A, X = Var("A", ("n", "n")), Var("x", ("n", 1))
UNREAD = [Differential(X), Transposed(Elementwise("phi", X, 1)), Plus((X, Opposite(Plus((X, X)))))]
KINDS = {type(part): part for term in (*TERMS, *UNREAD) for part in subterms(term)}


@pytest.mark.parametrize(("term", "program", "on_paper", "in_latex", "in_words"), ROWS, ids=map(str, TERMS))
def test_a_term(term: Term, program: Program, on_paper: str, in_latex: str, in_words: str) -> None:
    assert inline(term) == on_paper
    assert latex(term) == in_latex
    assert spoken(term) == in_words
    assert read_term(strict_term(term), names(program, verbatim=True)) == term


def test_different_terms_are_written_differently() -> None:
    assert len(set(map(latex, TERMS))) == len(set(map(spoken, TERMS))) == len(set(map(mathml, TERMS))) == len(TERMS)


def test_every_kind_of_term_has_a_sample() -> None:
    assert set(KINDS) == set(Term.__subclasses__())


@pytest.mark.parametrize("term", [*KINDS.values(), *TERMS, *UNREAD], ids=str)
def test_every_term_is_written_in_every_way(term: Term) -> None:
    assert inline(term) == str(term)
    assert inline(term, ASCII).isascii()
    assert strict_term(term).isascii()
    assert "?" not in plain(str(term))
    assert latex(term).isascii()
    assert latex(term).count("{") == latex(term).count("}")
    assert ElementTree.fromstring(f"<math>{mathml(term)}</math>")
    assert not set(spoken(term)) & set("∂⊙⊘σπ√^_{}()\\$[]|'")
    assert draw(term, Drawing(PAPER, True, 80)).height == 1


AROUND: list[tuple[Written, str, str, str]] = [
    (document.Transpose(Plus((X, X))), "(x + x)ᵀ", r"(x + x)^{\top}", "the quantity x plus x end quantity transposed"),
    (document.Inverse(Times((A, A))), "(A A)⁻¹", r"(A A)^{-1}", "the inverse of the quantity A times A end quantity"),
    (document.Times((Plus((A, A)), X)), "(A + A) · x", r"(A + A) \cdot x",
     "the quantity A plus A end quantity times x"),
    (document.Times((A, Times((A, X)))), "A · A x", r"A \cdot A x", "A times A times x"),
    (document.Opposite(Plus((X, X))), "-(x + x)", "-(x + x)", "minus the quantity x plus x end quantity"),
    (document.Plus((X, Times((A, X)))), "x + A x", "x + A x", "x plus A times x"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "on_paper", "in_latex", "in_words"), AROUND)
def test_a_term_in_a_written_form(form: Written, on_paper: str, in_latex: str, in_words: str) -> None:
    assert inline(form) == on_paper
    assert latex(form) == in_latex
    assert spoken(form) == in_words
    assert mathml(form).count(">(<") == on_paper.count("(")


ELEMENTS = [
    (Transposed(X), "<msup><mrow><mi>x</mi></mrow><mrow>{top}</mrow></msup>"),
    (Transposed(Ones(("n", 1))), "<msubsup><mrow><mn>𝟏</mn></mrow><mrow><mi>n</mi></mrow><mrow>{top}</mrow></msubsup>"),
    (Times((A, X)), "<mi>A</mi><mo>\u2062</mo><mi>x</mi>"),
    (Times((A, Differential(X))), '<mi>A</mi><mspace width="0.17em"/><mi mathvariant="normal">d</mi><mi>x</mi>'),
    (Hadamard((X, X)), "<mi>x</mi><mo>⊙</mo><mi>x</mi>"),
    (Elementwise("phi", ZERO, 2), "<msup><mrow><mi>φ</mi></mrow><mrow><mo>′′</mo></mrow></msup><mo>\u2061</mo>{zero}"),
]
_TIGHT = ' lspace="0" rspace="0"'
_SIGNS = {
    "top": f'<mo form="prefix"{_TIGHT}>⊤</mo>',
    "zero": f'<mrow><mo form="prefix" stretchy="false"{_TIGHT}>(</mo><mn>0</mn>'
            f'<mo form="postfix" stretchy="false"{_TIGHT}>)</mo></mrow>',
}  # fmt: skip


@pytest.mark.parametrize(("term", "elements"), ELEMENTS, ids=[str(term) for term, _ in ELEMENTS])
def test_the_elements_of_a_term(term: Term, elements: str) -> None:
    assert mathml(term) == f"<mrow>{elements.format(**_SIGNS)}</mrow>"


SAID = [
    ("∂L/∂W = δ xᵀ, δ = Uᵀ(ŷ - y) ⊙ σ′(z)", "dL/dW = delta x^T, delta = U^T(yhat - y) .* sigma'(z)",
     r"$\partial$L/$\partial$W = $\delta$ x$^{\top}$, $\delta$ = U$^{\top}$($\hat{y}$ - y) $\odot$ $\sigma$$'$(z)"),
    ("‖x₁₂‖² → A⁻ᵀ × v̄", "||x_12||^2 -> A^-T x vbar",
     r"$\Vert$x$_{12}$$\Vert$$^{2}$ $\to$ A$^{-\top}$ $\times$ $\bar{v}$"),
    ("Σ 1ₙ ⊘ ∇ θ̂", "sum 1_n ./ grad thetahat", r"$\Sigma$ 1$_{n}$ $\oslash$ $\nabla$ $\hat{\theta}$"),
    ("K/√d and J ∇L, Jᵀ∇", "K/sqrt(d) and J grad L, J^T grad",
     r"K/$\surd$d and J $\nabla$L, J$^{\top}$$\nabla$"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ascii_text", "in_latex"), SAID)
def test_signs_in_plain_words(text: str, ascii_text: str, in_latex: str) -> None:
    assert plain(text) == ascii_text
    assert escape(text) == in_latex
    assert in_latex.isascii()


def page() -> Document:
    """All terms, in the text and as equations."""
    blocks = [block for term in (*TERMS, *UNREAD) for block in (Prose(("Then ", term, ".")), Equation((X, term)))]
    return Document(("All terms, σ′ ⊙ ŷ",), (Section(("The gradient by ", A), tuple(blocks)),))


def test_a_wide_term_is_wrapped() -> None:
    wide = Plus(tuple(TERMS[:30]))
    box = narrowed(wide, Drawing(PAPER, True, 60))
    assert box.height > 3
    assert max(map(width_of, box.lines)) <= 60
    assert max(map(len, to_text(page(), 60, unicode=False).splitlines())) <= 60


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_pdflatex_accepts_every_term(tmp_path: Path) -> None:
    path = tmp_path / "terms.tex"
    path.write_text(to_latex(page(), standalone=True), "ascii")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"-output-directory={tmp_path}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout[-1500:]
    assert "Overfull" not in done.stdout


def test_a_number_in_the_place_of_a_variable_has_a_dot() -> None:
    x = Symbol("x")
    for number, dot in ((0, True), (1, True), (2, False)):
        product = Product((integer(number), Call("cos", (x,))))
        assert (r"\cdot" in latex(product)) is dot
        assert ("·" in mathml(product)) is dot
        assert ("·" in inline(product)) is dot


def test_a_power_of_a_function_stands_apart_as_the_function_does() -> None:
    sine = Call("sin", (Symbol("x"),))
    thin = '<mi>r</mi><mspace width="0.17em"/>'
    assert all(thin in mathml(Product((Symbol("r"), factor))) for factor in (sine, Power(sine, integer(2))))
    assert thin not in mathml(Product((Symbol("r"), Power(Symbol("x"), integer(2)))))


@pytest.mark.parametrize(
    ("name", "on_paper", "in_latex", "said"),
    [("f_theta", "f_θ", r"f_{\theta}", "f theta"), ("f_theta_1", "f_θ_1", r"f_{\theta, 1}", "f theta 1"),
     ("x_max", "x_max", r"x_{\mathrm{max}}", "x max"), ("W_h_1", "W_h_1", "W_{h, 1}", "W h 1"),
     ("theta12", "θ₁₂", r"\theta_{12}", "theta 12")],
)  # fmt: skip
def test_subscripts(name: str, on_paper: str, in_latex: str, said: str) -> None:
    assert (paper_name(name), latex_name(name), spoken_name(name)) == (on_paper, in_latex, said)
    elements = mathml_name(name)
    assert (elements.count("θ"), elements.count("<mo>,</mo>")) == (on_paper.count("θ"), on_paper.count("_1"))
