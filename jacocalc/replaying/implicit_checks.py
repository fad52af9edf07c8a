"""Implicit functions: F(a) = 0, the blocks of J_F, −[∂F/∂y]⁻¹ ∂F/∂x, and second derivatives."""

from __future__ import annotations

from fractions import Fraction

from jacocalc import steps
from jacocalc.evaluate.fields import ball_of
from jacocalc.questions import ImplicitFunction
from jacocalc.replaying.balls import Ball, Grid, column, determinant, inverse, product, times
from jacocalc.replaying.case import Case
from jacocalc.replaying.chain_checks import at_of
from jacocalc.replaying.places import Place
from jacocalc.replaying.report import Unknown, asked


def names_of(case: Case) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(independent, dependent) names: x and y of F(x, y) = 0."""
    question = asked(case.derivation, ImplicitFunction)
    inputs = question.chain.inputs
    return tuple(name for name in inputs if name not in question.solve_for), question.solve_for


def block_of(case: Case, place: Place, names: tuple[str, ...]) -> Grid:
    places = [case.chain.inputs.index(name) for name in names]
    return [[row[j] for j in places] for row in place.jacobian(0, 0)]


def _inverse(case: Case, place: Place) -> Grid:
    found = inverse(block_of(case, place, names_of(case)[1]))
    if found is None:
        raise Unknown("result", "∂F/∂y has no inverse here")
    return found


def implicit_jacobian_at(case: Case, place: Place) -> Grid:
    """−[∂F/∂y]⁻¹ ∂F/∂x as numbers."""
    return times(ball_of(Fraction(-1)), product(_inverse(case, place), block_of(case, place, names_of(case)[0])))


def _said(case: Case, step: steps.Blocks | steps.ImplicitJacobian) -> None:
    independent, dependent = names_of(case)
    case.told("independent", step.independent, independent)
    case.told("dependent", step.dependent, dependent)


def on_curve(case: Case, step: steps.OnCurve) -> None:
    """F(a) = 0."""
    case.equal("arguments", step.arguments, lambda p: column(p.inputs), case.fixed)
    case.fields(step, ("inserted", "result"), lambda p: column([ball_of(Fraction(0)) for _ in p.values[1]]), case.fixed)
    case.equal("result", step.result, lambda p: column(p.values[1]), case.fixed)


def blocks(case: Case, step: steps.Blocks) -> None:
    """∂F/∂x and ∂F/∂y."""
    _said(case, step)
    places = at_of(case, step.at, 0)
    case.equal("by_independent", step.by_independent, lambda p: block_of(case, p, names_of(case)[0]), places)
    case.equal("by_dependent", step.by_dependent, lambda p: block_of(case, p, names_of(case)[1]), places)


def block_determinant(case: Case, step: steps.BlockDeterminant) -> None:
    """det ∂F/∂y."""
    case.told("dependent", step.dependent, names_of(case)[1])
    places = at_of(case, step.at, 0)
    case.fields(step, ("written", "result"), lambda p: determinant(block_of(case, p, names_of(case)[1])), places)


def block_inverse(case: Case, step: steps.BlockInverse) -> None:
    """[∂F/∂y]⁻¹ = adj/det."""
    case.told("dependent", step.dependent, names_of(case)[1])

    def value(place: Place) -> Ball:
        return determinant(block_of(case, place, names_of(case)[1]))

    case.equal("determinant", step.determinant, value, case.here)
    case.equal("adjugate", step.adjugate, lambda p: times(value(p), _inverse(case, p)), case.here)
    case.equal("result", step.result, lambda p: _inverse(case, p), case.here)


def implicit_jacobian(case: Case, step: steps.ImplicitJacobian) -> None:
    """J_y = −[∂F/∂y]⁻¹ ∂F/∂x."""
    _said(case, step)
    places = at_of(case, step.at, 0)
    case.equal("inverse", step.inverse, lambda p: _inverse(case, p), places)
    case.equal("by_independent", step.by_independent, lambda p: block_of(case, p, names_of(case)[0]), places)
    case.equal("result", step.result, lambda p: implicit_jacobian_at(case, p), places)


def implicit_second(case: Case, step: steps.ImplicitSecond) -> None:
    """∂²y/∂x_j∂x_k = −(F_jk + F_jy y_k + F_yk y_j + F_yy y_j y_k)/F_y."""
    independent, dependent = names_of(case)
    case.told("independent", step.independent, independent)
    case.told("dependent", (step.dependent,), dependent)
    places = at_of(case, step.at, 0)
    case.equal("second", step.second, lambda p: _hessian(case, p), places)
    case.equal("slopes", step.slopes, lambda p: column(implicit_jacobian_at(case, p)[0]), places)
    case.fields(step, ("written", "result"), lambda p: _second(case, p), places)


def second_on_curve(case: Case, step: steps.SecondOnCurve) -> None:
    """result = ∂²y/∂x_j∂x_k − multiple · F."""
    independent, dependent = names_of(case)
    case.told("independent", step.independent, independent)
    case.told("dependent", (step.dependent,), dependent)

    def truth(place: Place) -> Grid:
        value, multiples = place.values[1][0], case.numbers(step.multiples, place)
        return [[None if multiple is None else entry - multiple * value for entry, multiple in zip(*rows, strict=True)]
                for rows in zip(_second(case, place), multiples, strict=True)]  # fmt: skip

    case.equal("result", step.result, truth, case.free)


def _hessian(case: Case, place: Place) -> Grid:
    """The Hessian of F, x first, then y."""
    h = place.hessian(0, 0, 0)
    independent, dependent = names_of(case)
    order = [case.chain.inputs.index(name) for name in (*independent, *dependent)]
    return [[h[i][j] for j in order] for i in order]


def _second(case: Case, place: Place) -> Grid:
    """The second derivatives as numbers."""
    h, y = _hessian(case, place), implicit_jacobian_at(case, place)[0]
    under, n = block_of(case, place, names_of(case)[1])[0][0], len(y)
    return [[-(h[j][k] + h[j][n] * y[k] + h[n][k] * y[j] + h[n][n] * y[j] * y[k]) / under for k in range(n)]
            for j in range(n)]  # fmt: skip
