"""Implicit functions against textbooks, SymPy's idiff and 50-digit differences."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
import sympy

import jacocalc as jc
from jacocalc.algebra.values import cancelled
from jacocalc.derive.implicit_roads import verify_second
from jacocalc.errors import JacocalcError, ReadError, RoadsDisagree, ShapeError
from jacocalc.evaluate import equality
from jacocalc.linear import paper
from jacocalc.notation import Matrix, Number, Sum
from jacocalc.reading.relations import read_implicit
from jacocalc.steps import Blocks, ImplicitJacobian, ImplicitSecond, LocalJacobian, OnCurve, SecondOnCurve

x, y, z, u, v = (sympy.Symbol(name, real=True) for name in "xyzuv")

CURVES = [
    ("x^2 + y^2 = 25", -x / y),
    ("x^3 + y^3 = 6x y", (2 * y - x**2) / (y**2 - 2 * x)),
    ("x^4 + y^4 = 16", -(x**3) / y**3),
    ("x^2 + u y^2 = 1; u", -x / (u * y)),
    ("v x y^2 - x = u v; u, v", (1 - v * y**2) / (2 * v * x * y)),
    ("sqrt(x) + sqrt(y) = 1", -sympy.sqrt(y) / sympy.sqrt(x)),
    ("x e^y = x - y", (1 - sympy.exp(y)) / (1 + x * sympy.exp(y))),
    ("sin(x y) = x + y", (1 - y * sympy.cos(x * y)) / (x * sympy.cos(x * y) - 1)),
    ("y cos x = x^2 + y^2", (2 * x + y * sympy.sin(x)) / (sympy.cos(x) - 2 * y)),
    ("e^(x/y) = x - y", (y * (y - sympy.exp(x / y))) / (y**2 - x * sympy.exp(x / y))),
]


@pytest.mark.parametrize(("text", "expected"), CURVES)
def test_curves_of_textbooks(text: str, expected: sympy.Expr) -> None:
    solution = jc.implicit(text, solve_for="y")
    assert sympy.simplify(solution.result[0] - expected) == 0
    assert solution.verified == "proved"


@pytest.mark.parametrize(("text", "solve_for", "written"), [
    ("ln(x + y) = x y^2", "y", "(y^2 (x + y) - 1)/(1 - 2xy(x + y))"), ("y z = ln(x + z)", "z", "1/(y(x + z) - 1)"),
    ("x - z = arctan(y z)", "z", "(y^2 z^2 + 1)/(y^2 z^2 + y + 1)"), ("x^2/(x + y) = y^2 + 1", "y", "2y(x + y)^2"),
    ("cos(x y) = 1 + sin y", "y", "-y sin(xy)/(x sin(xy) + cos(y))"),
    ("x^3 + y^3 + z^3 + 6x y z = 1", "z", "-(x^2 + 2yz)/(2xy + z^2)"),
    ("x^2 y z + z^3 = ln z", "z", "-2xyz^2/(x^2 yz + 3z^3 - 1)"), ("x^3 + y^3 = 3a x y", "y", "(x^2 - ay)/(ax - y^2)"),
    ("cos(x - y) = x e^y", "y", "(sin(x - y) + e^y)/(sin(x - y) - x e^y)"), ("x^2 - e^y = y", "y", "2x/(e^y + 1)"),
    ("cbrt(x^2) + cbrt(y^2) = 4", "y", "-∛y/∛x"), ("cbrt(x) + cbrt(y) = 2", "y", "-(∛y)^2/(∛x)^2"),
    ("cbrt(x y) + y = 2", "y", "-y/(x + 3(∛(xy))^2)"),
])  # fmt: skip
def test_no_fraction_in_a_fraction(text: str, solve_for: str, written: str) -> None:
    result = jc.implicit(text, solve_for=solve_for).derivation.result
    assert isinstance(result, Matrix)
    said = [paper(entry) for entry in result.entries]
    assert any(written in entry for entry in said), said


SURFACES = [
    (
        "x^3 + y^3 + z^3 + 6x y z = 1",
        [-(x**2 + 2 * y * z) / (z**2 + 2 * x * y), -(y**2 + 2 * x * z) / (z**2 + 2 * x * y)],
    ),
    ("x^2 + 2y^2 + 3z^2 = 1", [-x / (3 * z), -2 * y / (3 * z)]),
    ("e^z = x y z", [y * z / (sympy.exp(z) - x * y), x * z / (sympy.exp(z) - x * y)]),
]


@pytest.mark.parametrize(("text", "expected"), SURFACES)
def test_surfaces_of_textbooks(text: str, expected: list[sympy.Expr]) -> None:
    result = jc.implicit(text, solve_for="z").result
    assert result.shape == (1, 2)
    assert sympy.simplify(result - sympy.Matrix([expected])) == sympy.zeros(1, 2)


def test_a_system_of_a_textbook() -> None:
    solution = jc.implicit("x u - y v = 0, y u + x v = 1", solve_for=["u", "v"])
    expected = sympy.Matrix([
        [-(x * u + y * v), x * v - y * u], [y * u - x * v, -(x * u + y * v)],
    ]) / (x**2 + y**2)  # fmt: skip
    assert sympy.simplify(solution.result - expected) == sympy.zeros(2, 2)
    assert [str(condition) for condition in solution.assumptions] in (["Ne(x**2 + y**2, 0)"], [])


def test_a_denominator_stands_in_one_order_on_a_page() -> None:
    text = jc.implicit("x u - y v = 0, y u + x v = 1", solve_for=["u", "v"]).to_text()
    assert "x^2 + y^2" in text
    assert "y^2 + x^2" not in text


def test_an_unspecified_system_is_solved_by_cramers_rule() -> None:
    """With g₁ = g₂ = 0: du₂/du₁ = -∂(g₁, g₂)/∂(u₁, u₃) / ∂(g₁, g₂)/∂(u₂, u₃), one fraction each."""
    solution = jc.implicit("g: R^3 -> R^2", solve_for=["u2", "u3"])
    inputs = sympy.symbols("u1:4", real=True)
    partial = {(k, i): sympy.Function(f"D{i}_g{k}")(*inputs) for k in (1, 2) for i in (1, 2, 3)}
    minor = {ij: partial[1, ij[0]] * partial[2, ij[1]] - partial[1, ij[1]] * partial[2, ij[0]]
             for ij in ((1, 3), (2, 1), (2, 3))}  # fmt: skip
    for entry, columns in zip(solution.result, [(1, 3), (2, 1)], strict=True):
        over, under = entry.as_numer_denom()
        assert sympy.expand(over * minor[2, 3] + under * minor[columns]) == 0
        assert entry.is_Mul
    assert solution.verified == "proved"


def test_a_partial_of_an_unspecified_function_is_not_said_to_be_itself() -> None:
    said = jc.implicit("F(x, y)", solve_for="y").to_text()
    assert "∂F/∂x = ∂F/∂x" not in said
    assert "∂F/∂y = ∂F/∂y" not in said
    assert "∂F/∂y    (must be different from 0)" in said
    assert "dy/dx = -(∂F/∂y)⁻¹ · ∂F/∂x" in said


POINTS = [
    ("x^3 + y^3 = 6x y", (3, 3), "-1"),
    ("sin(x + y) = y^2 cos x", (0, 0), "-1"),
    ("x^2 + x y + y^2 = 3", (1, 1), "-1"),
    ("x^2 + y^2 = (2x^2 + 2y^2 - x)^2", (0, "1/2"), "1"),
    ("2(x^2 + y^2)^2 = 25(x^2 - y^2)", (3, 1), "-9/13"),
    ("y^2(y^2 - 4) = x^2(x^2 - 5)", (0, -2), "0"),
]


@pytest.mark.parametrize(("text", "at", "expected"), POINTS)
def test_tangents_of_textbooks(text: str, at: tuple[object, ...], expected: str) -> None:
    solution = jc.implicit(text, solve_for="y", at=dict(zip("xy", at, strict=True)))
    assert solution.result == sympy.Matrix([sympy.Rational(expected)])
    assert solution.verified == "proved"


SECONDS = [
    ("x^2 + y^2 = 25", (3, 4), sympy.Rational(-25, 64)),
    ("x^4 + y^4 = 2", (1, 1), -6),
    ("x^3 + y^3 = 2", (1, 1), -4),
    ("x^2 + x y + y^2 = 3", (1, 1), sympy.Rational(-2, 3)),
    ("x y + e^y = e", (0, 1), sympy.exp(-2)),
]


@pytest.mark.parametrize(("text", "at", "expected"), SECONDS)
def test_second_derivatives_of_textbooks(text: str, at: tuple[int, int], expected: object) -> None:
    solution = jc.implicit(text, solve_for="y", at=at)
    step = next(step for step in solution.derivation.steps if isinstance(step, ImplicitSecond))
    assert sympy.simplify(jc.read(paper(step.result.entries[0]), []) - expected) == 0


@pytest.mark.parametrize("text", [text for text, _ in CURVES])
def test_the_second_derivative_against_sympy(text: str) -> None:
    left, right = (jc.read(side, [x, y, u, v]) for side in text.partition(";")[0].split("="))
    step = next(s for s in jc.implicit(text, solve_for="y").derivation.steps if isinstance(s, ImplicitSecond))
    ours = jc.read(paper(step.result.entries[0]), [x, y, u, v])
    theirs = sympy.idiff(left - right, y, x, 2)
    at = {x: sympy.Rational(3, 7), y: sympy.Rational(2, 5), u: 3, v: 2}
    assert abs(sympy.N((ours - theirs).subs(at), 40)) < 1e-30


def test_second_derivatives_in_both_orders_are_formed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The law of van der Waals: 15 second derivatives by 5 letters, not 25."""
    formed: list[object] = []

    def counted(*arguments: object) -> object:
        formed.append(arguments)
        return cancelled(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("jacocalc.derive.implicit_functions.cancelled", counted)
    solution = jc.implicit("(p + a/V^2)(V - b) = R T", solve_for="V")
    step = next(step for step in solution.derivation.steps if isinstance(step, ImplicitSecond))
    assert step.result == step.result.transposed
    assert len(formed) == 15 + 5 + 1
    assert "∂²V/∂p∂a = " in solution.to_text(detail="full")
    assert "∂²V/∂p∂a" not in solution.to_text()


@pytest.mark.parametrize(("text", "written"), [
    ("x^2 + y^2 = 1", "-1/y^3"), ("9x^2 + y^2 = 9", "-81/y^3"), ("x^4 + y^4 = 16", "-48x^2/y^7"),
    ("x^3 + y^3 = 6x y", "16xy/(2x - y^2)^3"), ("x^2 + x y + y^2 = 3", "-18/(x + 2y)^3"),
    ("sqrt(x) + sqrt(y) = 1", "1/(2x^(3/2))"), ("F(x, y; a, b) = x^2/a^2 + y^2/b^2 - 1", "-b^4/(a^2 y^3)"),
    ("x^(2/3) + y^(2/3) = 1", "1/(3x^(4/3) y^(1/3))"), ("x y^2 + y = 2", "2y^2 (6 - y)/(2xy + 1)^3"),
])  # fmt: skip
def test_the_second_derivative_is_shortened_with_the_equation(text: str, written: str) -> None:
    solution = jc.implicit(text, solve_for="y")
    (step,) = (step for step in solution.derivation.steps if isinstance(step, SecondOnCurve))
    assert paper(step.result.entries[0]) == written
    assert "0, this is shorter:" in solution.to_text()
    assert "SecondOnCurve" not in jc.replay(solution.to_json()).message


@pytest.mark.parametrize("text", [
    "sin(x y) = x + y", "ln(x y) = x + y", "x = y + e^y", "F(x, y; c) = y - c sin y - x", "x = sin y",
    "2^x + 2^y = 2^(x + y)",
])  # fmt: skip
def test_what_the_equation_makes_no_shorter_is_written_once(text: str) -> None:
    solution = jc.implicit(text, solve_for="y")
    assert not any(isinstance(step, SecondOnCurve) for step in solution.derivation.steps)


@pytest.mark.parametrize(
    ("text", "solve_for"),
    [("sin(x + y) cos(x - y) + z^2 = x z", "z"), ("F(x, y, z; a) = a sin(x + y) cos(x - y) + z^2 - x z", "z")],
)
def test_a_second_derivative_that_is_not_proved_is_compared_by_values(
    text: str, solve_for: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(equality, "_CALLS", 10_000)
    monkeypatch.setattr(equality, "_MANY_CALLS", 10_000)
    solution = jc.implicit(text, solve_for=solve_for)
    assert solution.verified == "agrees"
    assert "values of the second derivative by another road agree at" in solution.to_text()


@pytest.mark.parametrize(("text", "first", "second"), [
    ("F(x, y; α, β, u) = x^α y^β - u", "-α y/(β x)", "α y(α + β)/(β^2 x^2)"),
    ("F(x, y; δ, ρ, u) = (δ x^ρ + (1 - δ) y^ρ)^(1/ρ) - u", "-δ x^(ρ - 1) y^(1 - ρ)/(1 - δ)", None),
    ("F(x, y; ρ) = x^ρ + y^ρ - 1", "-x^(ρ - 1) y^(1 - ρ)", None), ("x^y = y^x", None, None),
    ("F(x, y; a, b) = a ln x + b ln y - 1", "-ay/(bx)", "ay(a + b)/(b^2 x^2)"),
])  # fmt: skip
def test_powers_with_letters_above_cancel_and_are_proved(text: str, first: str | None, second: str | None) -> None:
    """Indifference curves of Cobb–Douglas and CES functions."""
    solution = jc.implicit(text, solve_for="y")
    steps = solution.derivation.steps
    assert solution.verified == "proved"
    assert "^α ≠ 0" not in solution.to_text()
    for kind, written in ((ImplicitJacobian, first), (ImplicitSecond, second)):
        (step,) = (step for step in steps if isinstance(step, kind))
        assert written in (None, paper(step.result.entries[0]))


@pytest.mark.parametrize(("text", "second"), [
    ("2√y = x - y", "1/(2(√y + 1)^3)"), ("y + √(x y) = 1", "2y (√(xy) + x)^2/(x·(2√(xy) + x)^3)"),
    ("√(x^2 + y^2) = 3 arctan(y/x)",
     "-(x^2 + y^2 + 18)(x^2 + y^2)^2/((3x - y √(x^2 + y^2))^2 (x^2 y - 3x √(x^2 + y^2) + y^3))"),
])  # fmt: skip
def test_powers_of_sums_with_roots_are_not_multiplied_out(text: str, second: str) -> None:
    steps = jc.implicit(text, solve_for="y").derivation.steps
    assert [paper(step.result.entries[0]) for step in steps if isinstance(step, ImplicitSecond)] == [second]


def test_a_second_derivative_of_exponentials_is_proved() -> None:
    """e^(xyz) and e^(2xyz) are powers of one letter."""
    assert jc.implicit("e^(x y z) = x + y + z", solve_for="z").verified == "proved"


@pytest.mark.parametrize("text", [
    "sqrt(x^2 + y^2) = 1 + x^2 y", "sqrt(x) + sqrt(x + y) + sqrt(y) = 5", "sqrt(1 + sqrt(x^2 + y^2)) = x y",
    "|x y| + y^2 = x y", "cbrt(x y) + y^2 = x y",
    "root(x^2 y^3, 5) + y = 2", "root(x y^2, 5) = 1 + y", "cbrt(x/y) + y = 2", "1/cbrt(x - y) + y = 2",
])  # fmt: skip
def test_derivatives_with_roots_or_bars_are_proved(text: str) -> None:
    assert jc.implicit(text, solve_for="y").verified == "proved"


def test_a_wrong_second_derivative_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = jc.implicit("sqrt(x^2 + y^2) = 1 + x^2 y", solve_for="y").derivation.steps
    first = next(step for step in steps if isinstance(step, ImplicitJacobian))
    second = next(step for step in steps if isinstance(step, ImplicitSecond))
    local = next(step for step in steps if isinstance(step, LocalJacobian))
    row = local.result.rows[0]
    blocks = Blocks(("x",), ("y",), (), Matrix(((row[0],),)), Matrix(((row[1],),)))
    assert verify_second(blocks, first.result, second.result)[0] == "proved"
    monkeypatch.setattr("jacocalc.derive.implicit_roads.same_values", lambda *_: False)
    assert verify_second(blocks, first.result, second.result)[0] == "agrees"
    wrong = Matrix(((Sum((second.result.rows[0][0], Number(Fraction(1, 10**12)))),),))
    with pytest.raises(RoadsDisagree):
        verify_second(blocks, first.result, wrong)


def test_against_differences_of_solutions_with_fifty_digits() -> None:
    """y near (1, 1) on x² + xy + y³ = 3 by mpmath's root finder."""
    with mpmath.workdps(50):

        def solved(at: mpmath.mpf) -> mpmath.mpf:
            return mpmath.findroot(lambda w: at**2 + at * w + w**3 - 3, 1)

        slope = mpmath.diff(solved, 1, h=mpmath.mpf(10) ** -20)
    result = jc.implicit("x^2 + x y + y^3 = 3", solve_for="y", at=(1, 1)).result[0]
    assert abs(slope - mpmath.mpf(result.p) / result.q) < mpmath.mpf(10) ** -15


def test_a_definition_in_brackets_and_symbols_handed_in() -> None:
    solution = jc.implicit("F(x, y; r) = x^2 + y^2 - r^2", solve_for=sympy.Symbol("y"), at="x=3, y=4, r=5")
    assert solution.result == sympy.Matrix([sympy.Rational(-3, 4)])


def test_the_point_is_shown_to_be_on_the_curve() -> None:
    steps = jc.implicit("x^2 + y^2 = 25", solve_for="y", at=(3, 4)).derivation.steps
    step = next(step for step in steps if isinstance(step, OnCurve))
    assert paper(step.inserted) == "[[3^2 + 4^2 - 25]]"
    assert paper(step.result) == "[[0]]"


BAD = [
    ("x^2 + y^2 = 25", "y", (3, 5), "F is 9 at x = 3, y = 5, not 0"),
    ("x^2 + y^2 = 25", "y", (5, 0), "singular at the point"),
    ("x^2 + y^2 = 25", "z", None, "z does not occur"), ("x^2 + y^2 = 25; a", "y", None, "a does not occur"),
    ("x^2 + y^2 = 25", "x, y", None, "can be solved for 1 variable"),
    ("x + y = 0, 2x + 2y = 0", "x, y", None, "no variable is left"),
    ("x + y + z = 0, 2x + 2y - z = 0", "x, y", None, "singular"),
    ("x^2 = y^2 = 1", "y", None, "one equation, one"),
    ("x = sqrt(y)", "y", (1, -1), "sqrt is undefined"),
    ("cbrt(y) = x", "y", (0, 0), "not differentiable"),
    ("x^2 + y^2 - 25", "y", None, "an equation needs"), ("cos(x)*sin(y)", "y", None, "an equation needs"),
]


@pytest.mark.parametrize(("text", "solve_for", "at", "message"), BAD)
def test_bad_input(text: str, solve_for: str, at: tuple[int, ...] | None, message: str) -> None:
    with pytest.raises((JacocalcError, ShapeError), match=message):
        jc.implicit(text, solve_for=solve_for.split(", "), at=at)


def test_a_singular_point_says_what_to_solve_for_instead() -> None:
    with pytest.raises(JacocalcError) as caught:
        jc.implicit("x^2 + y^2 = 25", solve_for="y", at=(5, 0))
    assert "solve for x instead" in caught.value.hint


def test_a_name_that_also_stands_alone_is_no_function() -> None:
    question = jc.implicit("x_1(4 x_1 x_2) = 4", solve_for="x_2").derivation.question
    assert question.chain.stages[0].inputs == ("x_1", "x_2")
    with pytest.raises(ReadError, match="x_1 is not a known function"):
        jc.implicit("x_1(4 x_2) = 4", solve_for="x_2")


@pytest.mark.parametrize(
    ("written", "bare", "solve_for"), [("F(x, y) = 0", "F(x, y)", "y"), ("F(x,y,z)=0", "F(x, y, z)", "z")]
)
def test_an_unspecified_function_may_be_set_to_zero_as_in_books(written: str, bare: str, solve_for: str) -> None:
    found, expected = jc.implicit(written, solve_for=solve_for), jc.implicit(bare, solve_for=solve_for)
    assert found.to_text() == expected.to_text()


@pytest.mark.parametrize("level", ["c", "U_0", "5", "k"])
def test_a_level_of_a_function_without_a_formula_is_an_equation(level: str) -> None:
    """U(x, y) = c: dy/dx = −U_x/U_y, the marginal rate of substitution."""
    found = jc.implicit(f"U(x, y) = {level}", solve_for="y")
    assert found.result == jc.implicit("U(x, y) = 0", solve_for="y").result
    assert f"{level} is a constant" in " ".join(found.to_text().split())


UNSPECIFIED_SYSTEMS = [  # equations, what they are solved for, ∂y/∂x, what is not 0
    (["F(x, y, z) = 0, G(x, y, z) = 0"], "y, z",
     "[(∂F/∂z ∂G/∂x - ∂F/∂x ∂G/∂z)/(∂F/∂y ∂G/∂z - ∂F/∂z ∂G/∂y),"
     " (∂F/∂x ∂G/∂y - ∂F/∂y ∂G/∂x)/(∂F/∂y ∂G/∂z - ∂F/∂z ∂G/∂y)]",
     "[-(F_x G_z - F_z G_x)/(F_y G_z - F_z G_y), -(F_y G_x - F_x G_y)/(F_y G_z - F_z G_y)]"),
    (["F(x, u, v) = 0", "G(x, u, v) = c"], "u, v",
     "[(∂F/∂v ∂G/∂x - ∂F/∂x ∂G/∂v)/(∂F/∂u ∂G/∂v - ∂F/∂v ∂G/∂u),"
     " (∂F/∂x ∂G/∂u - ∂F/∂u ∂G/∂x)/(∂F/∂u ∂G/∂v - ∂F/∂v ∂G/∂u)]",
     "[-(F_x G_v - F_v G_x)/(F_u G_v - F_v G_u), -(F_u G_x - F_x G_u)/(F_u G_v - F_v G_u)]"),
    (["F(x, u, v) = 0", "u + v = x"], "u, v",
     "[-(∂F/∂x + ∂F/∂v)/(∂F/∂u - ∂F/∂v), (∂F/∂x + ∂F/∂u)/(∂F/∂u - ∂F/∂v)]",
     "-(F_x + F_v)/(F_u - F_v), (F_x + F_u)/(F_u - F_v)"),
]  # fmt: skip


@pytest.mark.parametrize(("equations", "solve_for", "expected", "answer"), UNSPECIFIED_SYSTEMS)
def test_several_equations_of_functions_without_formulas(
    equations: list[str], solve_for: str, expected: str, answer: str
) -> None:
    """F = 0 and G = 0: y′ = −∂(F, G)/∂(x, z) / ∂(F, G)/∂(y, z), the partials row by row"""
    solution = jc.implicit(*equations, solve_for=solve_for)
    found = solution.derivation.result
    assert isinstance(found, Matrix)
    assert f"[{', '.join(map(paper, found.entries))}]" == expected
    assert (solution.verified, bool(jc.replay(solution))) == ("agrees", True)
    assert (solution.check(answer).outcome, solution.check(expected).outcome) == ("correct", "correct")
    again = jc.from_json(solution.to_json())
    assert (again, again.to_text()) == (solution, solution.to_text())
    assert "∂F/∂x = " not in solution.to_text()


DECLARED_EQUATIONS = [  # of functions that are declared in front the left side is no definition
    ("F: R^2 -> R; G: R^2 -> R; F(x, y) = G(x, y)", "(∂G/∂x - ∂F/∂x)/(∂F/∂y - ∂G/∂y)"),
    ("F(x, y) = G(x, y), where F and G are differentiable", "(∂G/∂x - ∂F/∂x)/(∂F/∂y - ∂G/∂y)"),
    ("φ(x, y) = ψ(x, y)", "(∂ψ/∂x - ∂φ/∂x)/(∂φ/∂y - ∂ψ/∂y)"),
    ("f, g: R -> R; f(x) = g(y)", "f′(x)/g′(y)"), ("f: R -> R; f(x) = y^2", "f′(x)/(2y)"),
    ("F: R^2 -> R; F(x, y) = c", "-(∂F/∂x)/(∂F/∂y)"),
    ("f: R^2 -> R; f(x, y) = xy", "-y/x"), ("F(x, y) = xyy", "-y/(2x)"), ("F(x, y) = cd", "-(∂F/∂x)/(∂F/∂y)"),
    ("f: R^2 -> R\nf(x, y) = x^2 + y^2", "-x/y"),  # a type and a formula
]  # fmt: skip


@pytest.mark.parametrize(("text", "slope"), DECLARED_EQUATIONS)
def test_equations_between_functions_that_are_declared(text: str, slope: str) -> None:
    solution = jc.implicit(text, solve_for="y")
    found = solution.derivation.result
    assert isinstance(found, Matrix)
    assert (paper(found.rows[0][0]), bool(jc.replay(solution))) == (slope, True)
    assert solution.verified in ("proved", "agrees")


def test_what_is_0_is_not_called_as_a_function_that_is_declared() -> None:
    page = jc.implicit("F(u, v); F(x - z, y - z) = 0", solve_for="z").to_text()
    assert "G(x, z, y) = F(x - z, y - z)" in page


def test_a_function_without_a_formula_is_solved_for_at_its_own_inputs_and_without_a_point() -> None:
    with pytest.raises(ReadError, match="F is not a known function") as caught:
        jc.implicit("F(x - a z, y - b z) = 0", solve_for="z")
    assert "is declared in front: “F: R^2 -> R; F(x - a z, y - b z) = 0”" in caught.value.hint
    with pytest.raises(JacocalcError, match="whether it is 0 at the point is not known") as refused:
        jc.implicit("F(x, y, z) = 0", solve_for="z", at=(1, 2, 3))
    assert "leave the point out" in refused.value.hint


def test_a_known_function_set_to_zero_is_an_equation() -> None:
    assert jc.implicit("atan2(y - x, 1) = 0", solve_for="y").result == sympy.ImmutableMatrix([[1]])


def test_a_second_derivative_that_is_too_long_withholds_no_first() -> None:
    found = jc.implicit("x^616 - y = 0", solve_for="y", at=(100, "100^616"))
    assert list(found.result) == [616 * 100**615]
    assert jc.replay(found).outcome == "agrees"


def test_two_functions_without_formulas_are_set_equal() -> None:
    declared = jc.implicit("F: R^2 -> R; G: R^2 -> R; F(x, y) = G(x, y)", solve_for="y")
    assert jc.implicit("F(x, y) = G(x, y)", solve_for="y").result == declared.result
    assert str(jc.implicit("F(x, y) = x^2 + y^2 - 1", solve_for="y").result[0]) == "-x/y"


@pytest.mark.parametrize(
    ("text", "inputs", "value"),
    [("F(x, y, z) = z^2 + y e^x - 1 = 0", ("x", "y", "z"), "z^2 + y e^x - 1"),
     ("$G(x,y) = x^2 + y^2 = 25$", ("x", "y"), "x^2 + y^2 - 25"),
     (r"F(x, y; a) = a \sin x = y + 1", ("x", "y"), "a sin(x) - (y + 1)")],
)  # fmt: skip
def test_what_is_zero_may_be_named(text: str, inputs: tuple[str, ...], value: str) -> None:
    """F(x, y) = … = 0, with the inputs in its order."""
    function = read_implicit(text)
    assert (function.inputs, paper(function.values[0])) == (inputs, value)
    assert jc.implicit(text, solve_for=inputs[-1]).verified == "proved"
