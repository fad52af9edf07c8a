"""Questions and their results, against SymPy on the composed expression; the seeds' examples line for line."""

from __future__ import annotations

from dataclasses import replace

import flint
import pytest
import sympy

import jacocalc as jc
from jacocalc.algebra.convert import symbol, to_sympy
from jacocalc.derive.chain import composed, composed_size
from jacocalc.derive.matrices import rank
from jacocalc.derive.roads import by_quotients, derivative, same_values
from jacocalc.derive.sample_functions import verify_unspecified
from jacocalc.errors import DomainError, JacocalcError, RoadsDisagree, ShapeError, TooLarge
from jacocalc.functions import Chain
from jacocalc.linear import paper
from jacocalc.notation import ZERO, Applied, Expr, Matrix, children, rebuild, tree_size
from jacocalc.options import Options
from jacocalc.reading.definitions import read_function
from jacocalc.reading.points import read_value
from jacocalc.steps import JacobianAt, Leibniz, LocalJacobian, MatrixProduct, StageValue

x, y, s, t = (sympy.Symbol(name, real=True) for name in "xyst")
F, G = "f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, sin(v)]"


def rows(matrix: Matrix) -> list[list[str]]:
    return [[paper(entry) for entry in row] for row in matrix.rows]


def test_section_3_as_the_document_writes_it() -> None:
    solution = jc.compose(F, G, at=(1, 2))
    steps = solution.derivation.steps
    value = next(step for step in steps if isinstance(step, StageValue))
    assert rows(value.inserted) == [["1^2 + 2"], ["2·1·2"]]
    assert rows(value.result) == [["3"], ["4"]]
    outer, inner = (step for step in steps if isinstance(step, JacobianAt))
    assert rows(outer.inserted) == [["1", "1"], ["2·3", "0"], ["0", "cos(4)"]]
    assert rows(inner.inserted) == [["2·1", "1"], ["2·2", "2·1"]]
    product = next(step for step in steps if isinstance(step, MatrixProduct))
    assert rows(product.written) == [
        ["1·2 + 1·4", "1·1 + 1·2"],
        ["6·2 + 0·4", "6·1 + 0·2"],
        ["0·2 + cos(4)·4", "0·1 + cos(4)·2"],
    ]
    assert rows(product.result) == [["6", "3"], ["12", "6"], ["4 cos(4)", "2 cos(4)"]]
    assert solution.verified == "proved"


@pytest.mark.parametrize(
    "text",
    ["cbrt(6x)", "cbrt(x^2)", "root(x, 5) x", "sign(x^2 - 1)", "x |x|", "|sin x|", "tan(tan(x))", "(2x)^e"],
)
def test_first_and_second_derivatives_are_proved(text: str) -> None:
    assert (jc.jacobian(f"f(x) = {text}").verified, jc.hessian(f"f(x) = {text}").verified) == ("proved", "proved")


def test_exercise_1() -> None:
    solution = jc.compose("f(x, y) = [e^x + y, x^2 y]", "g(u, v) = [uv, u + v^2]", at=(1, 1))
    e = sympy.E
    assert solution.result == sympy.ImmutableMatrix([[3 * e + 2, e + 2], [e + 4, 3]])
    assert isinstance(solution.derivation.result, Matrix)
    assert rows(solution.derivation.result) == [["3e + 2", "e + 2"], ["e + 4", "3"]]


def test_composition_is_simultaneous_substitution() -> None:
    solution = jc.compose("f(x, y) = [e^x + y, x^2 y]", "g(x, y) = [x y, x + y^2]")
    assert sympy.expand(solution.result[0, 1] - (x**2 * y + x**2 * (sympy.exp(x) + y))) == 0


CHAINS = [
    (["f(x, y) = [x y, x + y]", "g(u, v) = [u/v, e^u]", "h(a, b) = [a b, ln(a^2 + 1)]"]),
    (["f(t) = [cos t, sin t, t]", "g(u, v, w) = u v w"]),
    (["f(x, y) = sqrt(x^2 + y^2 + 1)", "g(u) = [u, 1/u, atan(u)]"]),
    (["x = s t, y = s + t^2", "z = x^2 y"]),
    (["f(x, y) = [x, y, x y]", "g(u, v, w) = [u - w, tanh(v)]"]),
    (["f(x; a) = [a x, x^2]", "g(u, v; a) = u v + a"]),
]


@pytest.mark.parametrize("texts", CHAINS)
def test_chains_equal_the_derivative_of_the_composed_function(texts: list[str]) -> None:
    solution = jc.compose(*texts)
    functions = [jc.function(text) for text in texts]
    whole = functions[0]
    for outer in functions[1:]:
        whole = outer @ whole
    assert whole.components is not None
    direct = sympy.Matrix(whole.components).jacobian(whole.inputs)
    point = {symbol: sympy.Rational(k + 2, 7) for k, symbol in enumerate((*whole.inputs, *whole.parameters))}
    assert all(abs(sympy.N(value, 30)) < 1e-20 for value in (solution.result - direct).subs(point))
    assert solution.verified in ("proved", "agrees")


@pytest.mark.parametrize("at", [(0, 0), (-1, 2), ("1/2", "-3"), ("pi", "sqrt(2)"), (0.5, 0.25)])
def test_the_result_at_a_point_is_the_symbolic_result_there(at: tuple[object, ...]) -> None:
    symbolic = jc.compose(F, G).result
    point = dict(zip((x, y), jc.compose(F, G, at=at).derivation.question.at.coordinates, strict=True))  # type: ignore[union-attr]
    from jacocalc.algebra.convert import to_sympy

    values = {symbol: to_sympy(value) for symbol, value in point.items()}
    assert sympy.simplify(jc.compose(F, G, at=at).result - symbolic.subs(values)) == sympy.zeros(3, 2)


def test_leibniz_form_of_equation_stages() -> None:
    solution = jc.compose("x = s t, y = s + t^2", "z = x^2 y")
    step = next(step for step in solution.derivation.steps if isinstance(step, Leibniz))
    assert [[(paper(a), paper(b)) for a, b in entry] for entry in step.sums[0]] == [
        [("2xy", "t"), ("x^2", "1")],
        [("2xy", "s"), ("x^2", "2t")],
    ]
    assert rows(step.result) == [["2xyt + x^2", "2xys + 2x^2 t"]]


def test_stacked_functions() -> None:
    solution = jc.jacobian("f(x, y) = 3x^2 y", "g(x, y) = 2x + y^8")
    assert solution.result == sympy.ImmutableMatrix([[6 * x * y, 3 * x**2], [2, 8 * y**7]])
    with pytest.raises(ShapeError, match="share their inputs"):
        jc.jacobian("f(x, y) = x", "g(u) = u")


def test_a_linear_map_is_its_own_jacobian() -> None:
    assert jc.jacobian("f(x) = [1, 2; 3, 4; 5, 6] x").result == sympy.ImmutableMatrix([[1, 2], [3, 4], [5, 6]])


def test_the_gradient_is_a_column() -> None:
    assert jc.gradient("L(x, y) = x^2 y", at=(1, 2)).result == sympy.ImmutableMatrix([4, 1])
    through = jc.gradient("f(x, y) = [x y, x + y]", "L(u, v) = u^2 + v").result
    assert sympy.expand(through - sympy.ImmutableMatrix([2 * x * y**2 + 1, 2 * x**2 * y + 1])) == sympy.zeros(2, 1)
    with pytest.raises(ShapeError, match="scalar function"):
        jc.gradient(F)


@pytest.mark.parametrize(
    ("texts", "size"),
    [
        (["f(x, y) = x y"], 3),  # the product and its two factors
        (["f(x) = [x, x^2]"], 1 + 3),
        (["f(x, y) = x y", "g(u) = u + 1"], 1 + 3 + 1),
        (["f(x, y) = x y", "g(u) = u + 1", "h(v) = v^v"], 1 + 5 + 5),
        (["f(x) = [x^2, sin(x)]", "g(u, v) = u v"], 1 + 3 + 2),
    ],
)
def test_the_size_of_a_composition_is_that_of_its_formula(texts: list[str], size: int) -> None:
    chain = Chain(tuple(map(read_function, texts)))
    assert composed_size(chain) == size
    formula = composed(chain, Options())
    assert formula is not None
    assert sum(map(tree_size, formula.written.entries)) == size


@pytest.mark.parametrize(
    ("text", "at", "determinant", "rank"),
    [
        ("f(r, theta) = [r cos(theta), r sin(theta)]", "2, pi/3", "2", 2),
        ("f(x, y) = [x + y, 2x + 2y]", "1, 1", "0", 1),
        ("f(x, y, z) = [x y, y z, z x]", "1, 2, 3", "12", 3),
        ("f(x, y) = [sin(x) y, cos(x) y]", "1, 0", "0", 1),
    ],
)
def test_determinant_and_rank(text: str, at: str, determinant: str, rank: int) -> None:
    from jacocalc.steps import Determinant, Rank

    steps = jc.jacobian(text, at=at).derivation.steps
    assert [paper(step.result) for step in steps if isinstance(step, Determinant)] == [determinant]
    assert [step.result for step in steps if isinstance(step, Rank)] == [rank]


SPHERE = (
    "f(r, a, b, c, d, p) = [r cos(a), r sin(a) cos(b), r sin(a) sin(b) cos(c), r sin(a) sin(b) sin(c) cos(d),"
    " r sin(a) sin(b) sin(c) sin(d) cos(p), r sin(a) sin(b) sin(c) sin(d) sin(p)]"
)
RING = "f(a, b, c, d, p, q) = [a^2 + b c, b^2 + c d, c^2 + d p, d^2 + p q, p^2 + q a, q^2 + a b]"


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        (SPHERE, "", "r^5 sin(a)^4 sin(b)^3 sin(c)^2 sin(d)"),
        (SPHERE, "2, pi/3, pi/4, pi/6, pi/3, pi/5", "9√6/16"),
        (RING, "1, 2, 3, 4, 5, 6", "19728"),
        ("f(a, b, c, d, p) = [b, a + b, sqrt(2) c + d, c + sqrt(2) d, pi p + a c]", "1, 2, 3, 4, 5", "-π"),
    ],
)
def test_determinants_beyond_four_rows_are_short(text: str, at: str, expected: str) -> None:
    from jacocalc.steps import Determinant

    steps = jc.jacobian(text, at=at or None).derivation.steps
    (found,) = (step.result for step in steps if isinstance(step, Determinant))
    assert paper(found) == expected


def test_a_determinant_that_fills_pages_is_left_out() -> None:
    from jacocalc.steps import Determinant, Rank

    text = (
        "f(a, b, c, d, p) = [sqrt(a + b + c + d + p), e^(a b) + c d p, sin(a + b + c + d p), ln(a b c d p),"
        " (a + b)/(c + d + p)]"
    )
    steps = jc.jacobian(text, at="1, 2, 3, sqrt(2), pi").derivation.steps
    assert not any(isinstance(step, Determinant) for step in steps)
    assert [step.result for step in steps if isinstance(step, Rank)] == [5]


def test_a_determinant_that_is_too_long_to_write_out_withholds_no_matrix() -> None:
    from jacocalc.steps import Determinant

    found = jc.jacobian("f(x, y) = [x^900 y, x y^900]", at=(9, 9))
    assert found.result[0, 0] == 900 * 9**900
    assert not any(isinstance(step, Determinant) for step in found.derivation.steps)


@pytest.mark.parametrize(
    ("asked", "at", "first"),
    [("f(x) = x^1000", 17, 1000 * 17**999), ("f(x, y) = [70 x^999, 70 y^999]", (17, 17), 70 * 999 * 17**998)],
    ids=["linearisation", "divergence"],
)
def test_what_follows_from_a_matrix_and_is_too_long_withholds_no_matrix(asked: str, at: object, first: int) -> None:
    found = jc.jacobian(asked, at=at)
    assert found.result[0, 0] == first
    assert jc.replay(found).outcome == "agrees"


def test_a_length_or_a_change_that_is_too_long_withholds_no_gradient_and_no_differential() -> None:
    found = jc.gradient("f(x, y) = x^1000 + y", at=(17, 1))
    assert list(found.result) == [1000 * 17**999, 1]
    assert jc.replay(found).outcome == "agrees"
    df = jc.differential("f(x) = x^1000", at=17, vector=(1,))
    assert list(df.result) == [1000 * 17**999]
    assert "f(18) - f(17) = 18^1000 - 17^1000" in (page := df.to_text())
    assert len(page) < 20_000  # not the thousand terms of higher order


def test_softmax_loses_one_dimension() -> None:
    from jacocalc.steps import Determinant, Rank

    total = "(e^x + e^y + e^z + e^w)"
    parts = ", ".join(f"e^{name}/{total}" for name in "xyzw")
    steps = jc.jacobian(f"f(x, y, z, w) = [{parts}]", at="0, 1, ln(2), sqrt(2)").derivation.steps
    assert [step.result for step in steps if isinstance(step, Determinant)] == [ZERO]
    assert [step.result for step in steps if isinstance(step, Rank)] == [3]


RANKS = [
    (["1", "2"], ["2", "4"], 1), (["sqrt(2)", "2"], ["1", "sqrt(2)"], 1), (["e", "pi"], ["1", "1/e"], 2),
    (["0", "0"], ["0", "0"], 0), (["0", "1"], ["e^(-200)", "0"], 2), (["1", "1"], ["1", "1 + 10^(-50)"], 2),
    (["sin(1)^2 + cos(1)^2 - 1", "0"], ["0", "1"], 1), (["1", "2", "3"], ["2", "4", "6"], 1),
    (["e", "0", "e", "1"], ["2", "0", "2", "3"], 2), (["e", "0", "e"], ["e", "0", "e"], 1), (["0", "1"], ["0", "e"], 1),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "expected"), RANKS)
def test_the_rank_of_numbers(first: list[str], second: list[str], expected: int) -> None:
    rows = tuple(tuple(read_value(text, []) for text in row) for row in (first, second))
    assert rank(Matrix(rows)) == expected
    assert rank(Matrix(rows).transposed) == expected


def test_the_linearisation_touches_the_function() -> None:
    from jacocalc.algebra.convert import to_sympy
    from jacocalc.steps import Linearisation

    solution = jc.jacobian("f(x, y) = [x^2 y, e^x + y]", at="1, 2")
    line = next(step for step in solution.derivation.steps if isinstance(step, Linearisation))
    values = to_sympy(line.result)
    point = {x: 1, y: 2}
    assert values.subs(point) == sympy.Matrix([2, sympy.E + 2])
    assert values.jacobian([x, y]) == solution.result


# -- unspecified functions ----------------------------------------------------------------------------


def test_unspecified_functions_leave_their_partials_standing() -> None:
    solution = jc.compose("f: R^2 -> R^2", "g: R^2 -> R")
    assert "Subs" not in str(solution.result)
    assert {str(f.func) for f in solution.result.atoms(sympy.core.function.AppliedUndef)} >= {"D1_g", "D2_g", "D1_f1"}
    assert solution.verified == "agrees"


def test_a_specified_function_inside_an_unspecified_one() -> None:
    solution = jc.compose("f(x, y) = [x y, x]", "g(u, v)")
    d1, d2 = sympy.Function("D1_g")(x * y, x), sympy.Function("D2_g")(x * y, x)
    assert solution.result == sympy.ImmutableMatrix([[d1 * y + d2, d1 * x]])


@pytest.mark.parametrize(
    ("text", "at", "said", "hint"),
    [("f(r, t; m) = r^m cos(m t)", "1, 0", "parameter m is not given", "the formulas without a point hold for every m"),
     ("f(x, y) = x^2 y", "a, b", "a is not declared", "the formulas without a point hold at every (x, y)")],
)  # fmt: skip
def test_where_a_point_has_letters_the_hint_names_the_formulas(text: str, at: str, said: str, hint: str) -> None:
    with pytest.raises(JacocalcError, match=said) as caught:
        jc.gradient(text, at=at)
    assert hint in caught.value.hint


def test_an_unspecified_function_at_a_point_keeps_its_partials() -> None:
    solution = jc.compose("f(x, y) = [x y, x]", "g: R^2 -> R", at="1, 2")
    d1, d2 = sympy.Function("D1_g")(2, 1), sympy.Function("D2_g")(2, 1)
    assert solution.result == sympy.ImmutableMatrix([[2 * d1 + d2, d1]])
    assert solution.verified == "agrees"
    assert jc.from_json(solution.to_json()).to_json() == solution.to_json()
    assert jc.jacobian("g: R^2 -> R^2", at="1, 2").result.shape == (2, 2)
    assert jc.gradient("g: R^2 -> R", at="1, 2").result.shape == (2, 1)


CALLS = [  # functions without formulas inside formulas, as chapters on the chain rule have them
    ("f: R -> R; z(x, y) = y f(x^2 - y^2)",
     "[2xy f′(x^2 - y^2), f(x^2 - y^2) - 2y^2 f′(x^2 - y^2)]", "f′(x^2 - y^2)"),
    ("f(r); g(s); u(x, t; c) = f(x - c t) + g(x + c t)",
     "[f′(x - ct) + g′(x + ct), -c f′(x - ct) + c g′(x + ct)]", "g′(x + ct)"),
    ("f(r); u(x, t; c) = f(x - c t) + f(x + c t)",
     "[f′(x - ct) + f′(x + ct), -c f′(x - ct) + c f′(x + ct)]", "f′(x - ct)"),
    ("F: R^2 -> R; u(x, y) = F(x y, y/x)",
     "[y D₁F(xy, y/x) - y D₂F(xy, y/x)/x^2, x D₁F(xy, y/x) + D₂F(xy, y/x)/x]", "D₂F(xy, y/x)"),
    ("f: R -> R; z(x, y) = x f(x)", "[f(x) + x f′(x), 0]", "f′(x)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "partials", "shown"), CALLS)
def test_a_function_without_a_formula_inside_a_formula(text: str, partials: str, shown: str) -> None:
    """Each of its derivatives is written where it is taken: −c f′(x − ct) + c f′(x + ct) is not 0."""
    for solution in (jc.jacobian(text), jc.gradient(text), jc.hessian(text), jc.differential(text)):
        assert solution.verified == "agrees"
        assert jc.from_json(solution.to_json()) == solution
        assert jc.replay(solution)
        assert shown in jc.from_json(solution.to_json()).to_text()
    local = next(step for step in jc.jacobian(text).derivation.steps if isinstance(step, LocalJacobian))
    assert f"[{', '.join(map(paper, local.result.entries))}]" == partials
    assert "chain rule" in jc.jacobian(text).to_text() or "f(x)" in text


BY_INPUTS = [  # where every value of f is f(x, y) its partials are ∂f/∂x; a function at two places has D₁f(a, b)
    (["f(x, y); g(x, y); h = f(x, y) g(x, y)"], "[∂f/∂x g(x, y) + f(x, y) ∂g/∂x, ∂f/∂y g(x, y) + f(x, y) ∂g/∂y]"),
    (["f(x, y); w(s, t) = f(s, t) + f(t, s)"], "[D₁f(s, t) + D₂f(t, s), D₂f(s, t) + D₁f(t, s)]"),
    (["x = f(t)", "z = x f(x)"], "[(f(f(t)) + f(t) f′(f(t))) f′(t)]"),
    (["f(t)", "z = x f(x)"], "[(f(f(t)) + f(t) f′(f(t))) f′(t)]"),
    (["x = f(s, t), y = s", "z = f(x, y)"],
     "[D₁f(f(s, t), s) D₁f(s, t) + D₂f(f(s, t), s), D₁f(f(s, t), s) D₂f(s, t)]"),
    (["g: R^2 -> R^2", "z(x, y) = y g_1(x, x)"], "[g₂(u₁, u₂) (D₁g₁(g₁(u₁, u₂), g₁(u₁, u₂)) + "
     "D₂g₁(g₁(u₁, u₂), g₁(u₁, u₂))) D₁g₁(u₁, u₂) + g₁(g₁(u₁, u₂), g₁(u₁, u₂)) ∂g₂/∂u₁, "
     "g₂(u₁, u₂) (D₁g₁(g₁(u₁, u₂), g₁(u₁, u₂)) + D₂g₁(g₁(u₁, u₂), g₁(u₁, u₂))) D₂g₁(u₁, u₂) + "
     "g₁(g₁(u₁, u₂), g₁(u₁, u₂)) ∂g₂/∂u₂]"),
    (["f(x, y); w = x f(x, y), x = s t, y = s + t"],
     "[t(f(st, s + t) + st ∂f/∂x) + st ∂f/∂y, s(f(st, s + t) + st ∂f/∂x) + st ∂f/∂y]"),
    (["V: R -> R; dq/dt = p/m, dp/dt = -V'(q); m"], "[0, 1/m, -V″(q), 0]"),
    (["f: R -> R; F(x, y) = f(y) + f'(y)(x - y)"], "[f′(y), f″(y) (x - y)]"),
    (["f(x, y); F = x f_x(x, y) + y f_2(x, y)"],
     "[∂f/∂x + x ∂²f/∂x² + y ∂²f/∂x∂y, x ∂²f/∂x∂y + ∂f/∂y + y ∂²f/∂y²]"),
    (["f, g: R -> R; z(x, y) = xf(y) + yg(x)"], "[f(y) + y g′(x), x f′(y) + g(x)]"),
    (["f: R -> R; z = 2xyf'(x)"], "[2y f′(x) + 2xy f″(x), 2x f′(x)]"),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "partials"), BY_INPUTS)
def test_partials_by_the_names_of_the_inputs_or_by_their_places(texts: list[str], partials: str) -> None:
    solution = jc.compose(*texts)
    assert (solution.verified, bool(jc.replay(solution))) == ("agrees", True)
    found = solution.derivation.result
    assert isinstance(found, Matrix)
    assert f"[{', '.join(map(paper, found.entries))}]" == partials
    again = jc.from_json(solution.to_json())
    assert (again, again.to_text(), again.to_json()) == (solution, solution.to_text(), solution.to_json())


def test_where_a_partial_by_names_is_taken_is_said() -> None:
    page = jc.compose("f(x, y); w = x f(x, y), x = s t, y = s + t").to_text()
    assert "each partial derivative of f is taken at (st, s + t)" in page


@pytest.mark.parametrize("stages", [30, 70, 200])
def test_a_long_chain_of_scalar_stages_is_read_back(stages: int) -> None:
    """Written out, 70 stages have more brackets in each other than are read."""
    bodies = ["sin(x)", "x^2 + 1", "exp(-x)"]
    solution = jc.compose(*(f"f_{k}(x) = {bodies[k % 3]}" for k in range(stages)))
    assert (jc.from_json(solution.to_json()), bool(jc.replay(solution))) == (solution, True)


CHAINS_OF_CALLS = [
    (["x = g(t), y = h(t)", "z = f(x, y)"], "dz/dt = ∂z/∂x · dx/dt + ∂z/∂y · dy/dt = ∂f/∂x · g′(t) + ∂f/∂y · h′(t)"),
    (["z = f(x, y), x = x(s, t), y = y(s, t)"],
     "∂z/∂s = ∂z/∂x · ∂x/∂s + ∂z/∂y · ∂y/∂s = ∂f/∂x · ∂x/∂s + ∂f/∂y · ∂y/∂s"),
    (["V = 1/3 pi r^2 h, r = r(t), h = h(t)"], "[2π r(t) h(t)/3  π r(t)^2/3] · ⎡ r′(t) ⎤"),
    (["f: R -> R; z = y f(u), u = x^2 - y^2"], "∂z/∂u · ∂u/∂x + ∂z/∂y · ∂y/∂x = y f′(u) · 2x + f(u) · 0"),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "written"), CHAINS_OF_CALLS)
def test_the_chain_rule_for_functions_without_formulas(texts: list[str], written: str) -> None:
    solution = jc.compose(*texts)
    assert written in solution.to_text(), solution.to_text()
    assert (solution.verified, bool(jc.replay(solution))) == ("agrees", True)
    again = jc.from_json(solution.to_json())
    assert (again, again.to_text()) == (solution, solution.to_text())


def test_a_function_without_a_formula_inside_a_formula_at_a_point() -> None:
    """u_t(1, 2) = −3f′(−5) + 3g′(7)"""
    solution = jc.jacobian(CALLS[1][0], at="1, 2, c=3")
    f, g = sympy.Function("D1_f"), sympy.Function("D1_g")
    assert solution.result == sympy.ImmutableMatrix([[f(-5) + g(7), 3 * g(7) - 3 * f(-5)]])
    assert (solution.verified, bool(jc.replay(solution))) == ("agrees", True)


@pytest.mark.parametrize("swapped", ["f", "g"])
def test_the_sample_functions_tell_two_functions_apart(swapped: str) -> None:
    chain = jc.function(CALLS[1][0]).stages
    found = jc.jacobian(CALLS[1][0]).derivation.result
    assert isinstance(found, Matrix)
    wrong = found.map(lambda entry: exchanged(entry, swapped))
    with pytest.raises(RoadsDisagree):
        verify_unspecified(Chain(chain), wrong, None)


def exchanged(expr: Expr, one: str) -> Expr:
    """The other of f and g in the place of one of them."""
    found = rebuild(expr, tuple(exchanged(part, one) for part in children(expr)))
    other = {"f": "g", "g": "f"}[one]
    return replace(found, function=other) if isinstance(found, Applied) and found.function == one else found


def test_formulas_are_compared_only_where_all_functions_have_values() -> None:
    one, two, none = flint.arb(1), flint.arb(2), flint.arb("nan")
    assert by_quotients([one, one], lambda size: [none, two], 10) == [None, None]
    solution = jc.compose("f(x, y; k) = [k, y]", "g(p, q; k) = [p^(-1/2), q/|k|]")
    assert (str(solution.result[1, 1]), solution.verified) == ("1/k", "proved")


LETTERS_WITHIN = [
    ("sqrt(x^3)", "3√x/2"), ("cbrt(sqrt(x))", "1/(6x^(5/6))"), ("sqrt(x sqrt(x))", "3/(4x^(1/4))"),
    ("sqrt((2x + 1)^3)", "3√(2x + 1)"), ("sqrt(x - 3) cbrt(x - 3) + cot(x)/sec(x)", None), ("sqrt((x - 2)^3)", None),
    ("sqrt((1 - x)^5)", "-5·(1 - x)^(3/2)/2"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LETTERS_WITHIN)
def test_a_result_is_proved_where_the_letters_have_the_signs_that_the_function_needs(text: str, expected: str) -> None:
    solution = jc.jacobian(f"f(x) = {text}")
    found = solution.derivation.result
    assert isinstance(found, Matrix)
    assert (paper(found.entries[0]), solution.verified) == (expected or paper(found.entries[0]), "proved")
    assert jc.hessian(f"f(x) = {text}").verified == "proved"
    assert jc.volume(f"f(x, y) = [{text}, y]").verified == "proved"


@pytest.mark.parametrize("text", [
    "csc(x)/(1 + tan(x))/sqrt((x - 1)^3)", "cot(5x) + tan(x - 3)^3 csc(x - 3)",
    "1/cot(x - 2)/(cosh(x + 2)^2 - sech(x + 2)^2)", "sech(cot(2x)^2 csc(2x))/csch(cot(2x)^2 csc(2x))",
])  # fmt: skip
def test_quotients_of_sines_and_cosines_are_proved_as_such(text: str) -> None:
    assert (jc.jacobian(f"f(x) = {text}").verified, jc.hessian(f"f(x) = {text}").verified) == ("proved", "proved")


@pytest.mark.parametrize(("f", "g"), [
    ("[sqrt(y^3), sqrt(y^6)]", "cbrt(3u)"), ("[acosh(x - y), acosh(x^2 y)]", "u/v"), ("[asin(cbrt(2y)), x]", "u v"),
    ("[((y - y^3) y^4)^x, x]", "v"), ("[atan(x - y^3)/acosh(2x), y]", "u^2 v"), ("[sqrt(cbrt(x y)), x]", "v - sqrt(u)"),
    ("[sqrt(x + sqrt(y)), cbrt(x + sqrt(y))]", "e^(u/((u + v)^2 (u - v)^2))"),
    ("[asec(x), acsc(x^2 + y)]", "u v"),
])  # fmt: skip
def test_roots_of_products_and_what_the_domain_tells_are_proved(f: str, g: str) -> None:
    """√(u − 1) √(u + 1) is √(u² − 1), and a sign that the first stage needs holds in the whole chain."""
    assert jc.compose(f"f(x, y) = {f}", f"g(u, v) = {g}").verified == "proved"


@pytest.mark.parametrize("body", [
    "x*piecewise(x^2 if x > 1, x if x < 1)", "abs(x)*piecewise(sqrt(x) if x > 2, x^2 if x < 2)", "e^x relu(x)",
    "x*piecewise(x^2 if x >= 1, x otherwise)", "max(x, 2)^2",
])  # fmt: skip
def test_a_result_in_pieces_is_proved_piece_by_piece(body: str) -> None:
    assert jc.jacobian(f"f(x) = {body}").verified == "proved"
    assert jc.hessian(f"f(x) = {body}").verified == "proved"


@pytest.mark.parametrize(("entry", "same"), [
    ("piecewise(3x^2 if x > 1, 2x if x < 1)", True), ("piecewise(2x if x < 1, 3x^2 if x > 1)", True),
    ("piecewise(3x^2 if x > 1, 3x if x < 1)", False), ("piecewise(3x^2 if x > 2, 2x if x < 2)", False),
    ("piecewise(2x if x > 1, 3x^2 if x < 1)", False), ("piecewise(3x^2 if x > 0, 2x if x < 1)", False),
])  # fmt: skip
def test_pieces_are_proved_where_they_are_chosen(entry: str, same: bool) -> None:
    body = to_sympy(read_function("f(x) = x*piecewise(x^2 if x > 1, x if x < 1)").values[0])
    ours = read_function(f"f(x) = {entry}").values[0]
    assert same_values(derivative(body, symbol("x")), ours, {}) is same


def test_a_second_derivative_of_many_factors_is_proved_soon() -> None:
    equation = "cot(atan(x + a)) + cos(y/4)/(1 + cot(y/4)) + 1/cosh(y) - sqrt(x/a) = 0"
    assert jc.implicit(equation, solve_for="y").verified == "proved"
    assert jc.implicit("P = R T/(V - b) - a/(sqrt(T) V (V + b))", solve_for="V").verified == "proved"


def test_a_result_is_proved_at_coordinates_that_are_nested_roots() -> None:
    assert jc.jacobian("f(x) = e^(2x) cos(x)/(cos(x) + 2)^2", at="sqrt(3 + 2sqrt(2))").verified == "proved"


def test_what_sympy_finds_no_common_divisor_of_stays_as_it_is() -> None:
    solution = jc.implicit("f(x, y; a) = cbrt(x^(5/4)) + 1/((y - a)(a - y)^4) - 1/sqrt(1 - 1/x^4)", solve_for=["y"])
    assert solution.verified in ("proved", "agrees")


def test_powers_that_are_never_negative_hold_nowhere_below_zero() -> None:
    with pytest.raises(DomainError, match="hold nowhere: they need x - y > 0 and x - y < 0"):
        jc.compose("f(x, y) = [y, sqrt(x - y) (y - x)]", "g(u, v) = v^(5/2)")



def test_what_needs_values_names_the_function_that_has_none() -> None:
    text = CALLS[0][0]
    with pytest.raises(JacocalcError, match="f is unspecified and has no values") as caught:
        jc.graph(text)
    assert "ask gradient or compose" in caught.value.hint
    with pytest.raises(JacocalcError, match="f is unspecified and has no values"):
        jc.point(text, at=(1, 2))
    with pytest.raises(JacocalcError, match="an unspecified function has no values and cannot be compiled"):
        jc.compile(text)
    with pytest.raises(JacocalcError, match="f is unspecified: a volume factor needs its formulas"):
        jc.volume("f(r); T(x, y) = [x f(y), y]")


def test_a_level_set_of_a_function_without_a_formula() -> None:
    """F(x − az, y − bz) = 0: a z_x + b z_y = 1"""
    solution = jc.implicit("F(p, q); G(x, y, z; a, b) = F(x - a z, y - b z)", solve_for="z")
    z_x, z_y = solution.result
    a, b = sympy.symbols("a b", real=True)
    assert sympy.simplify(a * z_x + b * z_y) == 1
    assert (solution.verified, bool(jc.replay(solution))) == ("agrees", True)


def test_an_unspecified_function_alone_claims_no_check() -> None:
    page = jc.jacobian("g: R^2 -> R^2").to_text()
    assert "no formulas to compare" in page
    assert "another road" not in page


def test_different_functions_need_different_names() -> None:
    with pytest.raises(ShapeError, match="two different functions are called f"):
        jc.compose("f(x) = x^2", "f(x) = x + 1")
    with pytest.raises(ShapeError, match="different names"):
        jc.jacobian("f(x) = x", "f(x) = x^2")
    with pytest.raises(ShapeError, match="f1 is a component of f too"):
        jc.compose("f: R -> R^2", "f1: R^2 -> R")
    assert jc.compose("f(x) = x^2", "f(x) = x^2").result == sympy.ImmutableMatrix([[4 * x**3]])


def test_a_parameter_of_an_inner_call_must_be_declared() -> None:
    from jacocalc.errors import ReadError

    with pytest.raises(ReadError, match="parameter a"):
        jc.function("f(x) = x g(x)", functions=[jc.function("g(t; a) = a t")])


@pytest.mark.parametrize(
    "text", ["f(x) = asin(2 + x^2)", "f(x) = ln(-1 - x^2)", "f(x) = ln(x) + ln(-x)", "f(x) = [sqrt(x - 2), ln(1 - x)]"]
)
def test_a_function_that_is_defined_nowhere_is_refused(text: str) -> None:
    from jacocalc.errors import DomainError

    with pytest.raises(DomainError):
        jc.jacobian(text)


def test_a_tangent_of_many_terms_is_proved_by_squares() -> None:
    """sec² u = tan² u + 1 needs no sine of a sum taken apart, which is long."""
    assert jc.jacobian("f(x, y) = tan(x^3 - 3x^2 y^2 + 2y^4)").verified == "proved"


def test_the_order_of_the_inputs_is_told_once_where_there_are_several() -> None:
    assert jc.compose("x = t^2, y = t^3", "z = x y").derivation.notes == ()
    assert jc.jacobian("u = x^2", "v = y^2").derivation.notes == ("inputs in order of first appearance: x, y",)
    assert jc.jacobian("xdot = -y", "ydot = x").derivation.notes == ("inputs in the order of their rates: x, y",)
    field = jc.jacobian("F = -y i + x j")
    assert field.derivation.notes[-1] == "inputs in the order of the axes: x, y"
    assert "curl(F) = 1 - (-1) = 2" in field.to_text()
    assert "curl" not in jc.jacobian("F = [-y, x]").to_text()  # by (y, x) it would be 0
    with_parameter = jc.jacobian("xdot = a x - y", "ydot = b x")
    assert with_parameter.derivation.notes == (
        "inputs in the order of their rates: x, y; what has no rate is a parameter: a, b",
    )
    assert with_parameter.result.shape == (2, 2)
    assert jc.jacobian("u = x y", "v = y x").derivation.notes == ("inputs in order of first appearance: x, y",)


def test_the_value_of_an_unspecified_function_is_written_once() -> None:
    assert jc.compose("x = t^2, y = t^3", "f(x, y)").to_text().count(" f(t^2, t^3)\n") == 1
    assert "= g(x y, x) = " in jc.compose("f(x, y) = [x y, x]", "g: R^2 -> R^2").to_text().replace("xy", "x y")


def test_formulas_that_hold_nowhere_are_refused_with_the_reason() -> None:
    from jacocalc.errors import DomainError

    with pytest.raises(DomainError, match="hold nowhere: they need 1 < 1"):
        jc.compose("f(x) = [1, x]", "g(u, v) = v asin(u)")
    with pytest.raises(DomainError, match="hold nowhere: they need x > 0 and x < 0"):
        jc.compose("f(x) = [x, -x]", "g(u, v) = ln(u) + ln(v)")


def test_numbers_of_exact_values_round_half_even_as_decimals_do() -> None:
    assert jc.jacobian("f(x) = x^2/2", at="0.9985").numeric(3) == (("0.998",),)
    assert jc.jacobian("f(x) = max(x, x)", at=3).numeric() == (("1",),)
    assert jc.jacobian("f(x) = exp(exp(x))", at=50).numeric(5)[0][0].startswith("|v| > 10^")


def test_symbolic_sizes_give_the_rule() -> None:
    solution = jc.compose("f: R^n -> R^m", "g: R^m -> R^p", "h: R^p -> R^q")
    assert solution.result is None
    assert solution.formula == "J_{h∘g∘f}(x) = J_h(g(f(x))) · J_g(f(x)) · J_f(x)"
    text = solution.to_text(detail="full")
    assert "∂y_i/∂x_j = Σ_{l=1}^p Σ_{k=1}^m ∂h_i/∂v_l · ∂g_l/∂u_k · ∂f_k/∂x_j" in text
    assert "matrix product" in text


def test_a_symbolic_number_of_layers() -> None:
    assert jc.compose("f_1 ... f_L").formula == "J_y(x) = J_{f_L}(h^(L - 1)) · ⋯ · J_{f_2}(h^(1)) · J_{f_1}(x)"


# -- large chains -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stages", "entries"),
    [(("x = s - t, y = s + t", "z = x^2 - y^2"), "-4t | -4s"),
     (("u = 2x - y, v = x + 3y", "f = u^2 + v^2"), "10x + 2y | 2x + 20y"),
     (("x = r cos t, y = r sin t", "z = ln(x^2 + y^2)"), "2/r | 0"),
     (("x = r cos t, y = r sin t", "z = sqrt(x^2 + y^2)"), "r/|r| | 0"),
     (("f(x, y) = [2x, x y]", "g(u, v) = sqrt(1 - u^2 - v^2)"),
      "-(4x + xy^2)/√(1 - 4x^2 - x^2 y^2) | -x^2 y/√(1 - 4x^2 - x^2 y^2)"),
     (("x = ln t, y = t^2", "z = e^x y"), "3t^2"), (("u = sqrt(x)", "y = arcsin(u)"), "1/(2√(1 - x)·√x)")],
)  # fmt: skip
def test_the_entries_of_the_product_are_reduced(stages: tuple[str, ...], entries: str) -> None:
    solution = jc.compose(*stages)
    product = next(step for step in reversed(solution.derivation.steps) if isinstance(step, MatrixProduct))
    assert " | ".join(map(paper, product.result.entries)) == entries
    assert (solution.verified, bool(jc.replay(solution))) == ("proved", True)


@pytest.mark.parametrize("text", ["arcosh(x/10) + floor(x)", "arcosh(1/(20x)) + floor(x)"])
def test_values_are_compared_far_from_0_where_nothing_is_defined_near(text: str) -> None:
    solution = jc.jacobian(f"f(x) = {text}")
    assert (solution.verified, bool(jc.replay(solution))) == ("agrees", True)


def test_a_chain_with_large_higher_derivatives_is_verified_all_the_same() -> None:
    layer = "f(x, y, z) = [sin(x) + z, cos(y) - x, z + x y]"
    assert jc.compose(*[layer] * 50, at="1/2, 1/3, 1/5").verified == "agrees"


def test_a_wrong_jacobian_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    from jacocalc.errors import RoadsDisagree
    from jacocalc.known_functions import KNOWN, cos

    monkeypatch.setitem(KNOWN, "sin", replace(KNOWN["sin"], derivatives=(lambda u: -cos(u),)))
    for at in (None, "1"):
        with pytest.raises(RoadsDisagree) as caught:
            jc.jacobian("f(x) = sin(x)", at=at)
        assert caught.value.exit_status == 4


def test_a_chain_of_fifty_layers_ends_with_stages_and_numbers() -> None:
    layer = "f(x, y, z) = [x y + z, y^2 - x, z + x y]"
    solution = jc.compose(*[layer] * 50, at="1/2, 1/3, 1/5")
    assert solution.verified == "agrees"
    with pytest.raises(TooLarge):
        _ = solution.result
    assert len(solution.factors) == 50
    numbers = solution.numeric(8)
    assert len(numbers) == 3
    assert "In decimals" in solution.to_text()


def test_a_missing_parameter_is_asked_for() -> None:
    with pytest.raises(JacocalcError, match="value of the parameter a"):
        jc.jacobian("f(x; a) = a x", at="1")
    assert jc.jacobian("f(x; a) = a x", at="1, a=3").result == sympy.ImmutableMatrix([[3]])
