"""Second derivatives: Hessians by second differences, the second-order chain rule, critical points, Newton's steps."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, repeat

from jacocalc import steps
from jacocalc.evaluate.fields import ball_of
from jacocalc.questions import HessianOf
from jacocalc.replaying.balls import (
    ROUGHLY,
    Ball,
    Grid,
    column,
    determinant,
    identity,
    inverse,
    plus,
    product,
    times,
    trace,
    transposed,
    vanishes,
)
from jacocalc.replaying.case import Case
from jacocalc.replaying.chain_checks import at_of, partial, stage_of
from jacocalc.replaying.places import Place
from jacocalc.replaying.report import Unknown, Wrong
from jacocalc.replaying.spectra import TINY, above, check_eigenvalues

_NEWTON_DIGITS = 10
_APART = Fraction(1, 10**40)  # what differs by more is not equal


def component_of(case: Case, stage: int, component: int) -> None:
    """Whether the stage has the component.  Raises Wrong."""
    if not 0 <= component < len(stage_of(case, stage).values):
        raise Wrong("component", f"there is no component {component}")


def second_partials(case: Case, step: steps.SecondPartials) -> None:
    """∂²f/∂x_i∂x_j = ∂/∂x_i (∂f/∂x_j)."""
    component_of(case, step.stage, step.component)
    stage, places = case.chain.stages[step.stage], case.local[step.stage]
    value = stage.values[step.component]
    for i, row in enumerate(step.partials):
        for j, one in enumerate(row):
            name = f"partials[{i}][{j}]"
            case.told(f"{name}.by", one.by, stage.inputs[i])
            case.equal(f"{name}.of", one.of, lambda p, j=j: p.slope_of(value, stage.inputs[j], stage.inputs), places)
            partial(case, one, places, stage.inputs, name)
    case.equal("result", step.result, lambda p: p.hessian(0, 0, step.component), places)


def hessian_at(case: Case, step: steps.HessianAt) -> None:
    """H at what enters the stage."""
    component_of(case, step.stage, step.component)
    case.equal("arguments", step.arguments, lambda p: column(p.entering(step.stage)), case.fixed)
    case.equal("result", step.result, lambda p: p.hessian(step.stage, step.stage, step.component), case.fixed)
    case.same("inserted", step.inserted, step.result, case.fixed)


def hessian_inserted(case: Case, step: steps.HessianInserted) -> None:
    """H_g(f(x))."""
    component_of(case, step.stage, step.component)
    case.equal("arguments", step.arguments, lambda p: column(p.entering(step.stage)), case.free)
    case.equal("result", step.result, lambda p: p.hessian(step.stage, step.stage, step.component), case.free)


def second_order_chain(case: Case, step: steps.SecondOrderChain) -> None:
    """H_{g∘f} = J_fᵀ H_g J_f + Σ_i ∂g/∂z_i H_{f_i}."""
    component_of(case, step.stage, step.component)
    places, s, c = at_of(case, step.at, 0), step.stage, step.component
    case.equal("jacobian", step.jacobian, lambda p: p.jacobian(0, s - 1), places)
    case.equal("outer", step.outer, lambda p: p.hessian(s, s, c), places)

    def half(place: Place) -> Grid:
        return product(place.hessian(s, s, c), place.jacobian(0, s - 1))

    def quadratic(place: Place) -> Grid:
        return product(transposed(place.jacobian(0, s - 1)), half(place))

    case.equal("half", step.half, half, places)
    case.equal("quadratic", step.quadratic, quadratic, places)
    seen = [term.inner for term in step.terms]
    if len(set(seen)) < len(seen):
        raise Wrong("terms", "a term stands twice")
    for k, term in enumerate(step.terms):
        _weighed(case, term, s, c, places, f"terms[{k}]")

    def total(place: Place) -> Grid:
        found = quadratic(place)
        for term in step.terms:
            found = plus(found, case.numbers(term.result, place))
        return found

    case.equal("result", step.result, lambda p: p.hessian(0, s, c), places)
    case.equal("result", step.result, total, places)


def _weighed(case: Case, term: steps.WeighedHessian, s: int, c: int, places: list[Place], name: str) -> None:
    if not 0 <= term.inner < len(case.chain.stages[s - 1].values):
        raise Wrong(f"{name}.inner", f"there is no component {term.inner}")

    def weight(place: Place) -> Ball:
        return place.jacobian(s, s)[c][term.inner]

    case.equal(f"{name}.weight", term.weight, weight, places)
    case.equal(f"{name}.hessian", term.hessian, lambda p: p.hessian(0, s - 1, term.inner), places)
    case.equal(f"{name}.result", term.result, lambda p: times(weight(p), p.hessian(0, s - 1, term.inner)), places)


def laplacian(case: Case, step: steps.Laplacian) -> None:
    """tr H."""
    component_of(case, case.last, step.component)
    case.fields(step, ("written", "result"), lambda p: trace(p.hessian(0, case.last, step.component)), case.here)


# -- critical points ----------------------------------------------------------------------------------


def critical_point(case: Case, step: steps.CriticalPoint) -> None:
    """The gradient and H, the eigenvalues by the characteristic polynomial, the kind by their signs."""
    (place,) = case.fixed
    hessian = place.hessian(0, case.last, 0)
    case.equal("gradient", step.gradient, lambda p: transposed(p.jacobian(0, case.last)), case.fixed)
    case.equal("hessian", step.hessian, lambda p: hessian, case.fixed)
    values = [place.number(value) for value in step.eigenvalues]
    if values:
        _characteristic(case, hessian, values)
    if step.decimals:
        check_eigenvalues(hessian, step.decimals)
        case.counted += len(step.decimals)
    for name, value in zip(("discriminant[0]", "discriminant[1]"), step.discriminant, strict=False):
        case.equal(name, value, lambda p: determinant(hessian), case.fixed)
    gradient = [row[0] for row in transposed(place.jacobian(0, case.last))]
    if step.result not in ("asymmetric", "undecided"):
        case.told("result", step.result, kind_of(gradient, hessian))
    elif step.result == "asymmetric":
        case.told("result", all(map(_symmetric, combinations(range(len(hessian)), 2), repeat(hessian))), False)


def _symmetric(pair: tuple[int, int], hessian: Grid) -> bool:
    i, j = pair
    return vanishes(hessian[i][j] - hessian[j][i])


def _characteristic(case: Case, hessian: Grid, values: list[Ball]) -> None:
    """det(tI − H) = Π (t − λ) for more t than there are eigenvalues."""
    case.told("eigenvalues", len(values), len(hessian))
    for t in range(1, len(hessian) + 2):
        at = ball_of(Fraction(7 * t, 3))
        left = determinant(plus(times(at, identity(len(hessian))), times(ball_of(Fraction(-1)), hessian)))
        right = ball_of(Fraction(1))
        for value in values:
            right = right * (at - value)
        case.counted += 1
        away, scale = abs(left - right), abs(left).max(ball_of(Fraction(1)))
        if away > ball_of(_APART) * scale:
            raise Wrong("eigenvalues", "they are not the roots of det(tI - H)")
        if not away < ball_of(ROUGHLY) * scale:
            raise Unknown("eigenvalues", "differences tell too little of det(tI - H)")


def signature(hessian: Grid) -> tuple[int, int]:
    """The numbers of positive and of negative eigenvalues."""
    return above("result", hessian, ball_of(TINY)), len(hessian) - above("result", hessian, ball_of(-TINY))


def kind_of(gradient: list[Ball], hessian: Grid) -> str:
    """By the numbers of positive and of negative eigenvalues."""
    if not all(vanishes(value) for value in gradient):
        return "regular"
    positive, negative = signature(hessian)
    if positive and negative:
        return "saddle"
    if positive + negative < len(hessian):
        return "degenerate"
    return "minimum" if positive else "maximum"


# -- Newton's method ----------------------------------------------------------------------------------


def newton_step(case: Case, step: steps.NewtonStep) -> None:
    """x⁺ = x + d with J(x) d = −f(x), from the point on, as often as the number of the step says."""
    question = case.derivation.question
    case.told("minimum", step.minimum, isinstance(question, HessianOf))
    if not 1 <= step.number <= question.newton:  # type: ignore[union-attr]
        raise Wrong("number", "there is no such step")
    (point,) = case.fixed
    place = Place(point.stages, point.inputs, point.parameters)
    for turn in range(1, step.number + 1):
        value = column(place.jacobian(0, case.last)[0] if step.minimum else place.values[-1])
        matrix = place.hessian(0, case.last, 0) if step.minimum else place.jacobian(0, case.last)
        back = inverse(matrix)
        if back is None:
            raise Unknown("matrix", "it has no inverse")
        change = times(ball_of(Fraction(-1)), product(back, value))
        after = [x + d[0] for x, d in zip(place.inputs, change, strict=True)]
        if turn == step.number:
            _newton_numbers(case, step, place.inputs, value, matrix, change, after)
        place = Place(place.stages, [one.mid() for one in after], place.parameters)


def _newton_numbers(
    case: Case, step: steps.NewtonStep, start: list[Ball], value: Grid, matrix: Grid, change: Grid, after: list[Ball]
) -> None:
    known = {"start": start, "value": [v[0] for v in value], "change": [d[0] for d in change], "result": after}
    for name, numbers in known.items():
        case.decimals(name, getattr(step, name), numbers, _NEWTON_DIGITS)
    case.told("matrix", len(step.matrix), len(matrix))
    for texts, row in zip(step.matrix, matrix, strict=True):
        case.decimals("matrix", texts, row, _NEWTON_DIGITS)
