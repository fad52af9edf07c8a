"""The result of a whole derivation, from the question alone."""

from __future__ import annotations

from collections.abc import Callable

from jacocalc import questions
from jacocalc.replaying.balls import Grid, determinant, product, transposed
from jacocalc.replaying.case import Case
from jacocalc.replaying.chain_checks import stage_of, vector_of
from jacocalc.replaying.implicit_checks import implicit_jacobian_at
from jacocalc.replaying.places import Place
from jacocalc.replaying.report import asked
from jacocalc.steps import Decimals, StageDecimals

Value = Callable[[Case, Place], Grid]


def _whole(case: Case, place: Place) -> Grid:
    return place.jacobian(0, case.last)


def _volume(case: Case, place: Place) -> Grid:
    j = _whole(case, place)
    return [[determinant(j) if len(j) == len(j[0]) else determinant(product(transposed(j), j)).sqrt()]]


def _change(case: Case, place: Place) -> Grid:
    """The numbers given for dx; else those that the names of the changes stand for."""
    question = asked(case.derivation, questions.DifferentialOf)
    return [[value] for value in ([place.number(v) for v in question.vector] or case.weights.values())]


RESULTS: dict[type, Value] = {
    questions.Compose: _whole,
    questions.JacobianOf: _whole,
    questions.DifferentialOf: lambda case, place: product(_whole(case, place), _change(case, place)),
    questions.GradientOf: lambda case, place: transposed(_whole(case, place)),
    questions.VectorJacobian: lambda case, place: product(transposed(vector_of(case, place)), _whole(case, place)),
    questions.JacobianVector: lambda case, place: product(_whole(case, place), vector_of(case, place)),
    questions.HessianOf: lambda case, place: place.hessian(0, case.last, 0),
    questions.ImplicitFunction: implicit_jacobian_at,
    questions.VolumeOf: _volume,
}


def result_at(case: Case, place: Place) -> Grid:
    """What the question asks for, as numbers."""
    return RESULTS[type(case.derivation.question)](case, place)


def check_result(case: Case) -> None:
    """The result of the derivation, each of the Hessians of a vector function included.  Raises Wrong, Unknown."""
    found, question = case.derivation.result, case.derivation.question
    if found is None:
        return
    if isinstance(found, tuple):
        case.told("result", len(found), len(case.chain.stages[-1].values))
        for k, one in enumerate(found):
            case.equal(f"result[{k}]", one, lambda p, k=k: p.hessian(0, case.last, k), case.here)
    elif type(question) in RESULTS:
        case.equal("result", found, lambda p: result_at(case, p), case.here)  # type: ignore[arg-type]


def decimals(case: Case, step: Decimals) -> None:
    """The digits of the result."""
    (place,) = case.fixed
    truth = result_at(case, place)
    case.told("result", [len(row) for row in step.result], [len(row) for row in truth])
    for texts, values in zip(step.result, truth, strict=True):
        case.decimals("result", texts, values, step.digits)


def stage_decimals(case: Case, step: StageDecimals) -> None:
    """The digits of the value of a stage."""
    stage_of(case, step.stage)
    (place,) = case.fixed
    case.decimals("result", step.result, place.values[step.stage + 1], step.digits)
