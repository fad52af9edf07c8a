"""Volumes and densities: determinants, inverses, √det JᵀJ, and densities carried along."""

from __future__ import annotations

from fractions import Fraction

from jacocalc import steps
from jacocalc.evaluate.fields import Balls, ball_of
from jacocalc.notation import Call, Expr, walk
from jacocalc.questions import VolumeOf
from jacocalc.replaying.balls import (
    AGREE,
    Ball,
    Grid,
    column,
    determinant,
    inverse,
    product,
    rank,
    times,
    transposed,
    vanishes,
)
from jacocalc.replaying.case import Case
from jacocalc.replaying.chain_checks import at_of
from jacocalc.replaying.places import Place
from jacocalc.replaying.report import Unknown, Wrong, asked


def _det(place: Place) -> Ball:
    return determinant(place.jacobian(0, 0))


def _one() -> Ball:
    return ball_of(Fraction(1))


def volume_factor(case: Case, step: steps.VolumeFactor) -> None:
    """det J, |det J|, ln |det J| and what is known of the sign."""
    places = at_of(case, step.at, 0)
    case.equal("matrix", step.matrix, lambda p: p.jacobian(0, 0), places)
    case.fields(step, ("applied", "determinant"), _det, places)
    case.equal("result", step.result, lambda p: abs(_det(p)), places)
    if step.logarithm is not None:
        case.equal("logarithm", step.logarithm, lambda p: abs(_det(p)).log(), places)
    triangular = len(case.chain.inputs) > 1 and all(_is_triangular(p.jacobian(0, 0)) for p in places)
    case.told("triangular", step.triangular, triangular)
    _sign(step, places)
    _barred(case, step.barred, (step.result, step.logarithm), places)


def _is_triangular(j: Grid) -> bool:
    n = len(j)
    above = (j[i][k] for i in range(n) for k in range(i + 1, n))
    below = (j[i][k] for i in range(n) for k in range(i))
    return all(map(vanishes, above)) or all(map(vanishes, below))


_SIGNS = {"positive": (1,), "negative": (-1,), "zero": (0,), "nonnegative": (0, 1), "nonpositive": (-1, 0)}


def _sign(step: steps.VolumeFactor, places: list[Place]) -> None:
    if step.sign in _SIGNS:
        for place in places:
            value = _det(place)
            seen = 0 if not abs(value) > ball_of(AGREE) else 1 if value > 0 else -1
            if seen not in _SIGNS[step.sign]:
                raise Wrong("sign", f"det J is not {step.sign} at a place")
    elif step.sign != "unknown":
        raise Wrong("sign", f"{step.sign} is no sign")
    elif step.at and abs(_det(places[0])) > 0:
        raise Wrong("sign", "it is known at a point")


def _barred(case: Case, barred: tuple[Expr, ...], shown: tuple[Expr | None, ...], places: list[Place]) -> None:
    """The factors between bars are, up to their signs, those of the formulas shown."""
    inside = {one.arguments[0] for expr in shown if expr is not None for one in walk(expr)
              if isinstance(one, Call) and one.function == "abs"}  # fmt: skip
    for k, factor in enumerate(barred):
        if not any(_same_size(case, factor, one, places) for one in inside):
            raise Wrong(f"barred[{k}]", "it does not stand between bars in the result")


def _same_size(case: Case, a: Expr, b: Expr, places: list[Place]) -> bool:
    try:
        case.same("barred", Call("abs", (a,)), Call("abs", (b,)), places)
    except (Wrong, Unknown):
        return False
    return True


def local_inverse(case: Case, step: steps.LocalInverse) -> None:
    """J⁻¹ = adj J / det J."""

    def back(place: Place) -> Grid:
        found = inverse(place.jacobian(0, 0))
        if found is None:
            raise Unknown("result", "J has no inverse here")
        return found

    places = at_of(case, step.at, 0)
    case.equal("determinant", step.determinant, _det, places)
    case.fields(step, ("reciprocal", "back"), lambda p: _one() / _det(p), places)
    case.equal("adjugate", step.adjugate, lambda p: times(_det(p), back(p)), places)
    case.equal("result", step.result, back, places)


def singular_point(case: Case, step: steps.SingularPoint) -> None:
    """The rank of J where det J = 0."""
    (place,) = at_of(case, step.at, 0)
    if step.result != -1:
        case.told("result", step.result, rank(place.jacobian(0, 0)))


def change_of_variables(case: Case, step: steps.ChangeOfVariables) -> None:
    """y = f(x), dy = |det J| dx."""
    stage = case.chain.stages[0]
    case.told("outputs", len(step.outputs), len(stage.values))
    if len(set(step.outputs)) < len(step.outputs):
        raise Wrong("outputs", "a name stands twice")
    case.equal("values", step.values, lambda p: column(p.values[1]), case.free)
    case.equal("result", step.result, lambda p: abs(_det(p)), case.free)


def density_rule(case: Case, step: steps.DensityRule) -> None:
    """p_Y(f(x)) = p_X(x)/|det J|; the diagonal of a triangular J; ln |det J|."""
    case.equal("determinant", step.determinant, _det, case.free)
    if step.diagonal:
        case.equal("diagonal", step.diagonal,
                   lambda p: column([p.jacobian(0, 0)[i][i] for i in range(len(p.inputs))]), case.free)  # fmt: skip
    if step.back is not None:
        case.equal("back", step.back, lambda p: _one() / _det(p), case.free)
    if step.result is not None:
        case.equal("result", step.result, lambda p: abs(_det(p)).log(), case.free)


def _density(case: Case, place: Place) -> Ball:
    """(2π)^(−n/2) e^(−‖x‖²/2), or 1 for uniform inputs."""
    if asked(case.derivation, VolumeOf).density == "uniform":
        return _one()
    found = _one()
    for x in place.inputs:
        found = found * (-(x * x) / 2).exp() / (2 * Balls().constant("pi")).sqrt()
    return found


def carried_density(case: Case, step: steps.CarriedDensity) -> None:
    """p_X and p_Y(f(x)) = p_X(x)/|det J|, and its logarithm."""
    question = asked(case.derivation, VolumeOf)
    case.told("density", step.density, question.density)
    case.equal("given", step.given, lambda p: _density(case, p), case.free)
    case.fields(step, ("applied", "result"), lambda p: _density(case, p) / abs(_det(p)), case.free)
    if step.logarithm is not None:
        case.equal("logarithm", step.logarithm, lambda p: (_density(case, p) / abs(_det(p))).log(), case.free)


def gram_determinant(case: Case, step: steps.GramDeterminant) -> None:
    """√det(JᵀJ)."""

    def gram(place: Place) -> Grid:
        return product(transposed(place.jacobian(0, 0)), place.jacobian(0, 0))

    def crossed(place: Place) -> Grid:
        (a1, b1), (a2, b2), (a3, b3) = place.jacobian(0, 0)
        return [[a2 * b3 - a3 * b2], [a3 * b1 - a1 * b3], [a1 * b2 - a2 * b1]]

    places = at_of(case, step.at, 0)
    case.equal("matrix", step.matrix, lambda p: p.jacobian(0, 0), places)
    case.fields(step, ("written", "product"), gram, places)
    case.fields(step, ("applied", "determinant"), lambda p: determinant(gram(p)), places)
    if step.cross is not None:
        case.equal("cross", step.cross, crossed, places)
    case.equal("result", step.result, lambda p: determinant(gram(p)).sqrt(), places)
    _barred(case, step.barred, (step.result,), places)
