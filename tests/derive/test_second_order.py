"""Hessians, critical points, Newton's method, divergence and curl, against textbooks and SymPy."""

from __future__ import annotations

import pytest
import sympy

import jacocalc as jc
from jacocalc.derive import matrices
from jacocalc.derive.roads import against_differences, written_on_tape
from jacocalc.derive.second_roads import verify_hessian_on_tape
from jacocalc.errors import JacocalcError, NotDifferentiable, ShapeError, TooLarge
from jacocalc.evaluate.equality import Outcome
from jacocalc.evaluate.fields import Balls
from jacocalc.evaluate.numbers import chain_tape
from jacocalc.functions import Chain, Point
from jacocalc.linear import paper
from jacocalc.notation import ZERO, Matrix, integer
from jacocalc.reading.definitions import read_function
from jacocalc.reading.points import read_value
from jacocalc.steps import CriticalPoint, Curl, Decimals, Divergence, Laplacian, NewtonStep, SecondOrderChain

x, y, z = (sympy.Symbol(name, real=True) for name in "xyz")


def found(solution: jc.Solution, kind: type) -> list:  # type: ignore[type-arg]
    return [step for step in solution.derivation.steps if isinstance(step, kind)]


KINDS = [
    ("x^4 + y^4 - 4x y + 1", (0, 0), "saddle", ["4", "-4"]),
    ("x^4 + y^4 - 4x y + 1", (1, 1), "minimum", ["16", "8"]),
    ("x^4 + y^4 - 4x y + 1", (-1, -1), "minimum", ["16", "8"]),
    ("x^3 - 3x y + y^3", (1, 1), "minimum", ["9", "3"]),
    ("x^3 - 3x y + y^3", (0, 0), "saddle", ["3", "-3"]),
    ("4 - x^2 - y^2", (0, 0), "maximum", ["-2", "-2"]),
    ("x^2 - y^2", (0, 0), "saddle", ["2", "-2"]),
    ("x^4 + y^4", (0, 0), "degenerate", ["0", "0"]),
    ("x^2 + y^4", (0, 0), "degenerate", ["2", "0"]),
    ("x^2 y - x^2 - 2 y^2", (2, 2), "regular", []),
    ("e^(x y)", (0, 0), "saddle", ["1", "-1"]),
    ("x y + 1/x + 1/y", (1, 1), "minimum", ["3", "1"]),
    ("sin x sin y", ("pi/2", "pi/2"), "maximum", ["-1", "-1"]),
    ("x^2 + x y + y^2", (0, 0), "minimum", ["3", "1"]),
    ("x^2 + 3x y + y^2", (0, 0), "saddle", ["5", "-1"]),
    ("x^2 + x y", (0, 0), "saddle", ["√2 + 1", "1 - √2"]),
]


@pytest.mark.parametrize(("body", "at", "kind", "values"), KINDS)
def test_kinds_of_critical_points(body: str, at: tuple[object, ...], kind: str, values: list[str]) -> None:
    (step,) = found(jc.hessian(f"f(x, y) = {body}", at=at), CriticalPoint)
    assert step.result == kind
    assert [paper(value) for value in step.eigenvalues] == values


def test_three_inputs() -> None:
    (step,) = found(jc.hessian("f(x, y, z) = x^2 + y^2 + z^2 + x y + y z", at=(0, 0, 0)), CriticalPoint)
    assert step.result == "minimum"
    assert [paper(value) for value in step.eigenvalues] == ["√2 + 2", "2", "2 - √2"]
    (step,) = found(jc.hessian("f(x, y, z) = x^2 + 2y^2 - z^2 + x y z + x y + 3y z", at=(0, 0, 0)), CriticalPoint)
    assert step.result == "saddle"


def test_eigenvalues_without_a_short_form_are_decimals() -> None:
    (step,) = found(jc.hessian("f(x, y, z) = x^2 + 2y^2 + 3z^2 + x y + y z/3 + x z/5", at=(0, 0, 0)), CriticalPoint)
    assert (step.result, step.eigenvalues, len(step.decimals)) == ("minimum", (), 3)


@pytest.mark.parametrize(
    ("body", "decimals"),
    [
        ("x^2 + 2y^2 - 3z^2 + x y + 3y z", ("5.12839", "1.71069", "-6.83909")),  # 5.128394736…
        ("500000x^2 + 2y^2 - 3z^2 + x y + 3y z", ("1.00000e6", "4.83095", "-6.83095")),
        ("10^300 (x^2 + 2y^2 - 3z^2 + x y + 3y z)", ("5.12839e300", "1.71069e300", "-6.83909e300")),
        ("x^2/10^9 + 2y^2 - 3z^2 + x y/10^10 + 3y z", ("4.83095", "2.00000e-9", "-6.83095")),
    ],
)
def test_decimals_of_eigenvalues(body: str, decimals: tuple[str, ...]) -> None:
    solution = jc.hessian(f"f(x, y, z) = {body}", at=(0, 0, 0))
    (step,) = found(solution, CriticalPoint)
    assert step.decimals == decimals
    assert "≈" in solution.to_text()


def test_an_eigenvalue_that_is_0_is_told_from_small_ones() -> None:
    (step,) = found(jc.hessian("f(x, y, z, w) = x^2 + 2y^2 - 3z^2 + x y + 3y z + w^4", at=(0, 0, 0, 0)), CriticalPoint)
    assert step.decimals == ("5.12839", "1.71069", "0", "-6.83909")


LONG = [
    "f(x, y, z) = [x y, y z, z x]", "g(a, b, c) = [sqrt(1 + a^2 + b^2), ln(1 + c^2), a/(1 + b^2)]",
    "h(p, q, r) = [sin(p q), cos(q r), exp(r)]", "k(u, v, w) = [u v w, u + v + w, u^2 + v^2 + w^2]",
]  # fmt: skip


def test_a_hessian_that_fills_books_is_not_written_out() -> None:
    """At a point there are decimals."""
    with pytest.raises(TooLarge, match="too long to write out"):
        jc.hessian(*LONG)
    solution = jc.hessian(*LONG, "l(u, v, w) = u/(1 + v^2 + w^2)", at=(1, 2, 3))
    with pytest.raises(TooLarge):
        _ = solution.result
    assert found(solution, Decimals)


HESSIANS = [
    "x^2 y^3", "e^(x y)", "sin(x) cos(y)", "ln(x^2 + y^2)", "x^y", "sqrt(x y)", "atan2(y, x)", "x/(x + y)",
    "sigmoid(x y)", "max(x, 2y) + x^2", "piecewise(x^3 if x > 0, y^3 otherwise)",
]  # fmt: skip


@pytest.mark.parametrize("body", HESSIANS)
def test_against_sympy(body: str) -> None:
    solution = jc.hessian(f"f(x, y) = {body}", at=("3/2", "1/3"))
    value = jc.function(f"f(x, y) = {body}").components
    assert value is not None
    expected = sympy.hessian(value[0], (x, y)).subs({x: sympy.Rational(3, 2), y: sympy.Rational(1, 3)})
    for ours, theirs in zip(solution.result, expected, strict=True):
        assert abs(sympy.N(ours - theirs, 40)) < 1e-30
    assert solution.verified in ("proved", "agrees")


CHAINS = [
    (["f(x, y) = [x^2 + y, 2xy]", "g(u, v) = u^2 v"], (1, 2), [[176, 82], [82, 32]]),
    (["f(x) = [cos x, sin x]", "g(u, v) = u^2 - v^2"], (0,), [[-4]]),
    (["f(x) = x^2", "g(u) = u^3"], (2,), [[30 * 16]]),
    (["f(x) = x^2", "g(u) = u^3", "h(v) = v + 1"], (2,), [[480]]),
]


@pytest.mark.parametrize(("texts", "at", "expected"), CHAINS)
def test_the_second_order_chain_rule(texts: list[str], at: tuple[int, ...], expected: list[list[int]]) -> None:
    solution = jc.hessian(*texts, at=at)
    assert solution.result == sympy.Matrix(expected)
    assert solution.verified == "proved"
    assert len(found(solution, SecondOrderChain)) == len(texts) - 1


def test_each_term_is_shown() -> None:
    (step,) = found(jc.hessian(*CHAINS[0][0], at=(1, 2)), SecondOrderChain)
    assert [paper(entry) for entry in step.quadratic.entries] == ["128", "64", "64", "32"]
    assert [paper(term.weight) for term in step.terms] == ["24", "9"]
    assert [paper(entry) for entry in step.terms[1].result.entries] == ["0", "18", "18", "0"]


@pytest.mark.parametrize(
    ("more", "corner"),
    [("w^3", "16 + 16t^2"), (" + ".join(f"w^{k}" for k in range(3, 60)), "16 + 16t^2")],
)
def test_products_are_shortened_unless_an_entry_is_long(more: str, corner: str) -> None:
    """8(1 + t)² + 8(1 − t)² is 16t² + 16; beside the second derivative of a long polynomial it stays as it is."""
    squares = "f(t, x) = [(1 + t)^2, (1 - t)^2, x]"
    (step,) = found(jc.hessian(squares, f"g(u, v, w) = u^2 + v^2 + {more}"), SecondOrderChain)
    first, *_, last = map(paper, step.quadratic.entries)
    assert first == corner
    assert last.startswith("6x")


UNSPECIFIED = [
    ("x = r cos(t), y = r sin(t)", "f(x, y)", "∂²f/∂x² cos(t)^2 + 2 ∂²f/∂x∂y cos(t) sin(t) + ∂²f/∂y² sin(t)^2"),
    ("h(x, t; a) = [x + a t, x - a t]", "f(u, v)", "∂²f/∂u² + 2 ∂²f/∂u∂v + ∂²f/∂v²"),
    ("h(x, y) = [x^2 - y^2, 2x y]", "f(u, v)", "4x^2 ∂²f/∂u² + 8xy ∂²f/∂u∂v + 4y^2 ∂²f/∂v² + 2 ∂f/∂u"),
]
LAPLACIANS = [
    ("r = sqrt(x^2 + y^2 + z^2)", "f(r)", "∂²f/∂r² + 2(∂f/∂r)/√(x^2 + y^2 + z^2)"),
    ("x = e^s cos t, y = e^s sin t", "f(x, y)", "e^(2s) (∂²f/∂x² + ∂²f/∂y²)"),
    ("h(x, y) = [x^2 - y^2, 2x y]", "f(u, v)", "4(x^2 + y^2)(∂²f/∂u² + ∂²f/∂v²)"),
]

IN_UNSPECIFIED = [  # the second derivatives of the outer function first, as books write the chain rule
    (["x = x(s, t), y = y(s, t)", "z = f(x, y)"],
     "∂²f/∂x² (∂x/∂s)^2 + 2 ∂²f/∂x∂y ∂x/∂s ∂y/∂s + ∂²f/∂y² (∂y/∂s)^2 + ∂f/∂x ∂²x/∂s² + ∂f/∂y ∂²y/∂s²"),
    (["z = f(x, y), x = g(t), y = h(t)"],
     "∂²f/∂x² g′(t)^2 + 2 ∂²f/∂x∂y g′(t) h′(t) + ∂²f/∂y² h′(t)^2 + ∂f/∂x g″(t) + ∂f/∂y h″(t)"),
    (["y = f(u), u = g(v), v = h(x)"],
     "∂²f/∂u² (∂g/∂v)^2 (∂h/∂x)^2 + ∂f/∂u ∂²g/∂v² (∂h/∂x)^2 + ∂f/∂u ∂g/∂v ∂²h/∂x²"),
    (["f(x, y); y(x); g(x) = f(x, y(x))"],
     "D₁₁f(x, y(x)) + 2 D₁₂f(x, y(x)) y′(x) + D₂₂f(x, y(x)) y′(x)^2 + D₂f(x, y(x)) y″(x)"),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "corner"), IN_UNSPECIFIED)
def test_the_second_order_chain_rule_in_letters(texts: list[str], corner: str) -> None:
    solution = jc.hessian(*texts)
    result = solution.derivation.result
    assert isinstance(result, Matrix)
    assert paper(result.rows[0][0]) == corner
    assert (solution.verified, bool(jc.replay(solution))) == ("agrees", True)


@pytest.mark.parametrize(("inner", "outer", "corner"), UNSPECIFIED)
def test_second_derivatives_of_an_unspecified_function_are_gathered(inner: str, outer: str, corner: str) -> None:
    solution = jc.hessian(inner, outer)
    (step,) = found(solution, SecondOrderChain)
    assert paper(step.result.rows[0][0]) == corner
    assert step.result.rows[0][1] == step.result.rows[1][0]
    assert solution.verified == "agrees"


def test_what_is_plainly_not_0_needs_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proof in a child process for each of 25 such entries took most of the time."""
    asked: list[object] = []
    monkeypatch.setattr(matrices, "proved_equal", lambda left, right: asked.append(left))
    jc.hessian("x = p q^2 r, y = p q^3, z = p^3", "u = u(x, y, z)")
    assert {*asked} <= {0}


def test_what_is_0_for_any_function_is_settled() -> None:
    equal = jc.hessian("f: R -> R; g(x, y) = f(x y) - f(y x) + x^2")
    assert (equal.result[0, 1], equal.result[1, 1]) == (0, 0)


IN_ORDER = [("g(u)", "xy ∂²g/∂u² + ∂g/∂u"), ("g(u) = sin u", "cos(xy) - xy sin(xy)")]


@pytest.mark.parametrize(("outer", "corner"), IN_ORDER)
def test_letters_stand_in_the_order_of_the_inputs(outer: str, corner: str) -> None:
    solution = jc.hessian("f(x, y) = x y", outer)
    (step,) = found(solution, SecondOrderChain)
    assert {paper(step.result.rows[0][1]), paper(step.result.rows[1][0])} == {corner}
    (laplacian,) = found(solution, Laplacian)
    assert "y^2 + x^2" not in paper(laplacian.result)
    assert "yx" not in paper(laplacian.result)


@pytest.mark.parametrize(("inner", "outer", "written"), LAPLACIANS)
def test_the_laplacian_in_other_coordinates(inner: str, outer: str, written: str) -> None:
    chain = jc.hessian(inner, outer)
    assert "The trace of the Hessian, the Laplacian in these inputs" in chain.to_text()  # r and t are not Cartesian
    (step,) = found(chain, Laplacian)
    assert paper(step.result) == written


def test_a_vector_function_has_a_hessian_for_each_component() -> None:
    matrices = jc.hessian("f(x, y) = [x^2 y, x y^2]").result
    assert matrices == (sympy.Matrix([[2 * y, 2 * x], [2 * x, 0]]), sympy.Matrix([[0, 2 * y], [2 * y, 2 * x]]))


def test_a_vector_chain_one_component_at_a_time() -> None:
    solution = jc.hessian("f(x, y) = [x y, x + y]", "g(u, v) = [u v, v^2]", at=(1, 1))
    inner = (x * y * (x + y), (x + y) ** 2)
    assert solution.result == tuple(sympy.hessian(e, (x, y)).subs({x: 1, y: 1}) for e in inner)


def test_a_fourth_derivative_that_is_large_is_no_disagreement() -> None:
    """At 1 the second derivative of x² + 10^800 (x − 1)⁴ is 2, and its quotients come to 2 with small steps only."""
    chain = Chain((read_function("f(x) = x^2 + 10^800 (x - 1)^4"),))
    assert verify_hessian_on_tape(chain, 0, Point((integer(1),))) == (Outcome.AGREES, 1)


@pytest.mark.parametrize(("text", "slope", "outcome"), [
    ("sin(10^900 x)", "10^900", Outcome.UNDECIDED), ("x + sin(x)", "1 + cos(x)", Outcome.AGREES),
    ("x + sin(x)", "cos(x)", Outcome.DIFFERENT), ("10^400 x^3 + x", "2", Outcome.DIFFERENT),
])  # fmt: skip
def test_a_quotient_far_from_its_limit_is_no_disagreement(text: str, slope: str, outcome: Outcome) -> None:
    """sin(10^900 x) swings some 10^78 times within the smallest step."""
    chain = Chain((read_function(f"f(x) = {text}"),))
    tape, nodes = written_on_tape(chain, [read_value(slope, ["x"])])
    found = against_differences(chain_tape(chain), [ZERO], lambda at: tape.evaluate(nodes, at, Balls()))
    assert found is outcome


def test_unspecified_second_partials_have_names() -> None:
    solution = jc.hessian("g: R^2 -> R")
    assert str(solution.result[0, 1]) == "D1D2_g(u1, u2)"
    assert jc.from_json(solution.to_json()).derivation == solution.derivation


def test_the_laplacian() -> None:
    (step,) = found(jc.hessian("f(x, y) = ln(x^2 + y^2)", at=(3, 4)), Laplacian)
    assert paper(step.result) == "0"
    (step,) = found(jc.hessian("f(x, y, z) = x^2 + y^2 + z^2"), Laplacian)
    assert paper(step.result) == "6"
    (step,) = found(jc.hessian("u(x, t; a) = sin(x - a t)"), Laplacian)
    assert paper(step.result) == "-sin(x - at) (a^2 + 1)"


FIELDS = [
    ("f(x, y, z) = [x z, x y z, -y^2]", ["z + xz", "-2y - xy", "x", "yz"]),
    ("f(x, y, z) = [y z, x z, x y]", ["0", "0", "0", "0"]),
    ("f(x, y) = [-y, x]", ["0", "2"]),
    ("f(x, y) = [x, y]", ["2", "0"]),
]


@pytest.mark.parametrize(("text", "expected"), FIELDS)
def test_divergence_and_curl(text: str, expected: list[str]) -> None:
    solution = jc.jacobian(text)
    (divergence,) = found(solution, Divergence)
    (curl,) = found(solution, Curl)
    assert [paper(divergence.result), *(paper(entry) for entry in curl.result.entries)] == expected


def test_no_curl_of_a_change_of_coordinates_or_of_four_inputs() -> None:
    assert not found(jc.jacobian("x = r cos t, y = r sin t"), Curl)
    assert not found(jc.jacobian("f(a, b, c, d) = [a, b, c, d]"), Curl)


SCHWARZ = "piecewise(x y (x^2 - y^2)/(x^2 + y^2) if x != 0 or y != 0, 0 otherwise)"


def test_mixed_partials_that_differ() -> None:
    solution = jc.hessian(f"f(x, y) = {SCHWARZ}", at=(0, 0))
    assert solution.result == sympy.Matrix([[0, 1], [-1, 0]])
    assert solution.verified == "agrees"
    (step,) = found(solution, CriticalPoint)
    assert step.result == "asymmetric"
    assert "Schwarz's theorem does not apply" in solution.to_text().replace("\n  ", " ")
    assert [str(condition) for condition in solution.assumptions] == ["Ne(x, 0) | Ne(y, 0)"]


def test_elsewhere_they_agree() -> None:
    result = jc.hessian(f"f(x, y) = {SCHWARZ}", at=(1, 2)).result
    assert result == result.T


# -- Newton -------------------------------------------------------------------------------------------


def test_newton_for_the_root_of_two() -> None:
    steps = found(jc.jacobian("f(x) = x^2 - 2", at=1, newton=4, digits=12), NewtonStep)
    assert [step.result[0] for step in steps] == [
        "1.5", "1.41666666667", "1.41421568627", "1.41421356237",
    ]  # fmt: skip
    assert steps[0].change == ("0.5",)


def test_newton_finds_the_minimum_of_a_quadratic_in_one_step() -> None:
    (step,) = found(jc.hessian("f(x, y) = x^2 + x y + y^2 - 3x", at=(5, 7), newton=1), NewtonStep)
    assert step.result == ("2", "-1")


BESIDE = [
    ("x^2 |x|^(1/3) + y^2", (0, 0), [[0, 0], [0, 2]]),
    ("x^2 |x|^(1/3) y", (0, 1), [[0, 0], [0, 0]]),
    ("max(x, 0)^3 + y^2", (0, 0), [[0, 0], [0, 2]]),
    ("x^2 max(x, 0) + x y", (0, 3), [[0, 1], [1, 0]]),
    ("relu(x)^2 relu(y)^2", (0, 0), [[0, 0], [0, 0]]),
    ("relu(x)^2 y", (0, 0), [[0, 0], [0, 0]]),
    ("sqrt(x^6) + y^2", (0, 0), [[0, 0], [0, 2]]),
    ("cbrt(x^8) + y^2", (0, 0), [[0, 0], [0, 2]]),
    ("x |x| y", (0, 0), [[0, 0], [0, 0]]),
    ("piecewise(x^3 if x > 0, -x^3 otherwise) + y^2", (0, 1), [[0, 0], [0, 2]]),
    ("(x - y)^2 sqrt(|x - y|) + x y", (1, 1), [[0, 1], [1, 0]]),
]


@pytest.mark.parametrize(("formula", "at", "expected"), BESIDE)
def test_second_derivatives_where_the_rules_fail_on_whole_lines(
    formula: str, at: tuple[int, int], expected: list[list[int]]
) -> None:
    assert jc.hessian(f"f(x, y) = {formula}", at=at).result == sympy.Matrix(expected)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("|x| |y|", "no derivative by y where x > 0, y = 0"),
        ("piecewise(x y^2 if x > 0, 0 otherwise)", "no derivative by x where x = 0, y > 0"),
        ("|x| y^2", "no derivative by x where x = 0, y > 0"),
        ("(x^2 + y^2) |x|", "no derivative by x where x = 0, y > 0"),
        ("(x^2 + y^2) sqrt(|x|)", "no derivative by x where x = 0, y > 0"),
    ],
)
def test_a_partial_that_exists_at_the_point_alone_has_no_derivative(formula: str, said: str) -> None:
    """f(x, y) = |x| |y| has the gradient 0 at 0, and ∂f/∂y nowhere else on the axis y = 0."""
    with pytest.raises(NotDifferentiable, match=said):
        jc.hessian(f"f(x, y) = {formula}", at=(0, 0))


BAD = [
    (lambda: jc.jacobian("f(x) = x^2 + 1", at=0, newton=2), JacocalcError, "singular"),
    (lambda: jc.jacobian("f(x, y) = x y", at=(1, 1), newton=2), JacocalcError, "as many components"),
    (lambda: jc.hessian("f(x) = x^2", newton=2), JacocalcError, "needs a point"),
    (lambda: jc.hessian("f(x) = x^2", at=1, newton=51), JacocalcError, "from 1 to 50"),
    (lambda: jc.hessian("f(x) = |x|", at=0), NotDifferentiable, "not differentiable"),
    (lambda: jc.hessian("f(x) = x |x|", at=0), NotDifferentiable, "no second derivative"),
    (lambda: jc.hessian("f(x) = x^(3/2)", at=0), JacocalcError, "one-sided|no second"),
]


@pytest.mark.parametrize(("ask", "kind", "message"), BAD)
def test_bad_input(ask: object, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        ask()  # type: ignore[operator]


@pytest.mark.parametrize("formula", ["x y/(x + y)", "(x^2 - 1)(y^2 - 1)", "e^x/(x + y^2)", "ln(x^2 + y^2)"])
def test_mixed_partials_that_are_equal_look_the_same(formula: str) -> None:
    hessian = jc.hessian(f"f(x, y) = {formula}").derivation.result
    assert isinstance(hessian, Matrix)
    assert hessian.rows[0][1] == hessian.rows[1][0]
    assert "yx" not in paper(hessian.rows[0][1])


@pytest.mark.parametrize(("text", "at", "expected"), [
    ("f(x) = relu(relu(x))", (-1,), [0]), ("f(x) = max(0, max(0, x)) + x^2", (-1,), [2]),
    ("f(x) = min(relu(x), relu(2x))", (-1,), [0]), ("f(x) = relu(relu(x)) + |x + 1|^3", (-1,), [0]),
    ("f(x) = |x - 1| |x|^3", (0,), [0]), ("f(x, y) = relu(relu(x y)) + x y", (1, -1), [0, 1, 1, 0]),
    ("f(x) = relu(piecewise(1 if x = 0, -1 otherwise)) x^2", (0,), [0]),
])  # fmt: skip
def test_branches_that_agree_all_around(text: str, at: tuple[int, ...], expected: list[int]) -> None:
    solution = jc.hessian(text, at=at)
    assert list(solution.result) == expected
    assert jc.replay(solution.to_json()).outcome == "agrees"


FOR_SIZES = [
    (["f: R^n -> R^m", "g: R^m -> R"],
     "H_{g∘f}(x) = J_f(x)ᵀ · H_g(f(x)) · J_f(x) + Σ_{k=1}^m ∂g/∂u_k · H_{f_k}(x)",
     "(n×m)(m×m)(m×n) + (n×n) = (n×n)"),
    (["f: R^n -> R^k", "g: R^k -> R"],
     "H_{g∘f}(x) = J_f(x)ᵀ · H_g(f(x)) · J_f(x) + Σ_{l=1}^k ∂g/∂u_l · H_{f_l}(x)",
     "+ Σ_{l=1}^k ∂g/∂u_l · ∂²f_l/∂x_i∂x_j"),
    (["f: R^n -> R", "g: R -> R"],
     "H_{g∘f}(x) = J_f(x)ᵀ · H_g(f(x)) · J_f(x) + dg/du · H_f(x)",
     "∂²g/∂x_i∂x_j = d²g/du² · ∂f/∂x_i · ∂f/∂x_j + dg/du · ∂²f/∂x_i∂x_j"),
    (["f: R^n -> R"], "H_f(x) = [∂²f/∂x_j∂x_k]", "It is (n×n)."),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "rule", "said"), FOR_SIZES)
def test_the_second_order_chain_rule_for_symbolic_sizes(texts: list[str], rule: str, said: str) -> None:
    solution = jc.hessian(*texts)
    assert (solution.result, solution.formula) == (None, rule)
    assert rule in solution.to_text()
    assert said in solution.to_text()
    assert jc.from_json(solution.to_json()) == solution
    assert jc.replay(solution)


def test_the_rule_of_a_hessian_whose_sizes_are_numbers() -> None:
    """That of the outermost function and of all before it, taken together."""
    solution = jc.hessian("f(x, y) = [x y, x]", "g(u, v) = [u v^2, u]", "h(a, b) = a b")
    inner, outer = "J_{g∘f}(x, y)", "H_h(g(f(x, y)))"
    terms = "Σ_{k=1}^2 ∂h/∂u_k · H_{g_k∘f}(x, y)"
    assert solution.formula == f"H_{{h∘g∘f}}(x, y) = {inner}ᵀ · {outer} · {inner} + {terms}"


@pytest.mark.parametrize(
    ("texts", "said"),
    [(["f: R^n -> R^m"], "only a scalar function has a Hessian"),
     (["f: R^n -> R^m", "g: R^m -> R^p", "h: R^p -> R"], "takes two functions")],
)  # fmt: skip
def test_what_has_no_hessian_where_a_size_is_a_symbol(texts: list[str], said: str) -> None:
    with pytest.raises(ShapeError, match=said):
        jc.hessian(*texts)
