"""Mistakes in differentiating: a rule remembered wrongly, integrated instead, a formula read in another way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial

from jacocalc.algebra.tidy import tidy
from jacocalc.answers.cases import Case, diagonal_of, jacobian_of
from jacocalc.answers.making import Made, Mistake, jacobian_name
from jacocalc.answers.other_readings import otherwise_read
from jacocalc.answers.slips import RIGHT, Manner, integrated, manners, slipped, slope
from jacocalc.functions import VectorFunction
from jacocalc.linear import paper, paper_name
from jacocalc.notation import Expr, Matrix, Quotient, Sum
from jacocalc.questions import HessianOf, ImplicitFunction


def _slips(case: Case, manner: Manner) -> Made:
    """One rule remembered wrongly: in one stage, or in all of them."""
    if isinstance(case.question, HessianOf):
        yield from _slipped_hessian(case, manner)
        return
    wrong = [_slipped_jacobian(stage, manner) for stage in case.stages]
    changed = [k for k, stage in enumerate(case.stages) if wrong[k] != _slipped_jacobian(stage, RIGHT)]
    groups = [[k] for k in changed] + ([changed] if len(changed) > 1 else [])
    for group in groups:
        mixed = [wrong[k] if k in group else case.locals[k] for k in range(len(wrong))]
        values = case.answered(case.placed(mixed))
        if values is not None:
            yield values, partial(_parting, case, group[0], wrong[group[0]])


@lru_cache(maxsize=256)
def _slipped_jacobian(stage: VectorFunction, manner: Manner) -> Matrix:
    """J_f in this manner, as the rules leave it: only its values are compared."""
    return Matrix(tuple(tuple(slope(value, name, manner) for name in stage.inputs) for value in stage.values))


def _parting(case: Case, place: int, wrong: Matrix) -> str:
    """at ∂f₁/∂x = 2x: you have x²"""
    stage = case.stages[place]
    for label, mine, theirs in zip(stage.labels, case.locals[place].rows, wrong.rows, strict=True):
        for name, right, other in zip(stage.inputs, mine, theirs, strict=True):
            if tidy(right) != (tidied := tidy(other)):
                d = "d" if len(stage.inputs) == 1 else "∂"
                what = f"{d}{paper_name(label)}/{d}{paper_name(name)}"
                return f"the ways part at {what} = {paper(right)}, where this mistake gives {paper(tidied)}"
    return ""


def _slipped_hessian(case: Case, manner: Manner) -> Made:
    """A slip in the second derivative, or in both."""
    if len(case.stages) > 1:
        return
    stage = case.stages[0]
    right = _second(stage, RIGHT)
    for matrices in (_second(stage, manner, RIGHT), _second(stage, manner)):
        if matrices != right:
            placed = tuple(case.inserted(matrix, stage, case.start) for matrix in matrices)
            yield placed, "the ways part at the second derivatives"


@lru_cache(maxsize=4)
def _second(stage: VectorFunction, manner: Manner, first: Manner | None = None) -> tuple[Matrix, ...]:
    """The Hessians in this manner, of first derivatives in this one or another."""
    found = []
    for value in stage.values:
        slopes = [slipped(value, name, first or manner) for name in stage.inputs]
        found.append(Matrix(tuple(tuple(slope(entry, name, manner) for name in stage.inputs) for entry in slopes)))
    return tuple(found)


def _integrated(case: Case) -> Made:
    """x⁴/4 for x³; a number at a point is such a value by chance"""
    at_point = case.question.at is not None
    if at_point or isinstance(case.question, HessianOf | ImplicitFunction) or len(case.stages) > 1:
        return
    stage = case.stages[0]
    rows = [[integrated(value, name) for name in stage.inputs] for value in stage.values]
    if any(entry is None for r in rows for entry in r):
        return
    whole = Matrix(tuple(tuple(entry for entry in r if entry is not None) for r in rows))
    values = case.answered([case.inserted(whole, stage, case.start)])
    if values is not None:
        yield values, f"{jacobian_name(stage)} comes from differentiating"


def _read_otherwise(case: Case) -> Made:
    """f read with e^2x as e^(2x)"""
    changed = [tuple(otherwise_read(value) for value in stage.values) for stage in case.stages]
    if not any(value is not None for values in changed for value in values):
        return
    stages = [
        replace(stage, components=tuple(new or old for new, old in zip(values, stage.values, strict=True)))
        for stage, values in zip(case.stages, changed, strict=True)
    ]
    values = case.answered(case.placed([jacobian_of(stage) for stage in stages]))
    if values is not None:
        read = next(v for stage, made in zip(case.stages, changed, strict=True)
                    for v, new in zip(stage.values, made, strict=True) if new is not None)  # fmt: skip
        yield values, f"the formula is read as {paper(read)}"


def _softmax_diagonal(case: Case) -> Made:
    """∂p_i/∂z_j = p_i(1 − p_i) on the diagonal and 0 beside it"""
    for place, stage in enumerate(case.stages):
        if stage.n != stage.m or not all(_is_share(value) for value in stage.values):
            continue
        cut = diagonal_of(case.locals[place])
        values = case.answered(case.placed([cut if k == place else m for k, m in enumerate(case.locals)]))
        if values is not None:
            yield values, "every p_i depends on every z_j: ∂p_i/∂z_j = −p_i p_j beside the diagonal"


def _is_share(value: Expr) -> bool:
    """e^a/(e^a + e^b + …)"""
    match value:
        case Quotient(over, Sum(terms)):
            return over in terms
        case _:
            return False


def _by_manner(manner: Manner) -> Callable[[Case], Made]:
    return lambda case: _slips(case, manner)


RULE_MISTAKES: tuple[Mistake, ...] = (
    *(Mistake(manner.code, f"a slip in a rule, {manner.said}", _by_manner(manner)) for manner in manners()),
    Mistake("integrated", "an integral instead of a derivative", _integrated),
    Mistake("other-reading", "the function's formula read in another way", _read_otherwise),
    Mistake("softmax-diagonal", "the Jacobian of the softmax with its diagonal only", _softmax_diagonal),
)  # fmt: skip
