"""Accumulation without a full Jacobian: a row from the left (VJP), a column from the right (JVP), stage by stage.

    x̄ᵀ = ȳᵀ J_h(v) · J_g(u) · J_f(x)      from the outermost stage inwards, each product a row
    ẏ  = J_h(v) · (J_g(u) · (J_f(x) ẋ))    from the innermost stage outwards, each product a column

The two are coded apart, so that ⟨u, Jv⟩ = ⟨Jᵀu, v⟩ is a test of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jacocalc.algebra.convert import symbol, to_sympy
from jacocalc.algebra.values import exact
from jacocalc.derive.chain import (
    Work,
    composed,
    decimals_only,
    local_steps,
    shapes,
    stages_at,
    substituted,
    verified_whole,
)
from jacocalc.derive.jacobians import exact_matrix
from jacocalc.derive.matrices import written_norm, written_product
from jacocalc.derive.roads import derivative, same_values, sample_points
from jacocalc.errors import JacocalcError, TooLarge
from jacocalc.evaluate.equality import Outcome, worst
from jacocalc.functions import Chain, Point, along, weighted
from jacocalc.notation import ZERO, Expr, Matrix, column, row, substitute, tree_size
from jacocalc.options import LIMITS
from jacocalc.steps import JacobianAt, LocalJacobian, StageValue, Step, Substituted, UnitVector, VectorProduct


def vector_jacobian(work: Work, vector: tuple[Expr, ...]) -> Matrix | None:
    """vᵀJ, 1×n; the steps go into ``work``.  None where only decimals fit the page."""
    locals_ = _opened(work)
    known = len(work.steps)
    try:
        return _from_left(work, locals_, vector)
    except TooLarge:
        if work.at is None:
            raise
        del work.steps[known:]
        decimals_only(work, whole=weighted(work.chain, vector))
        return None


def _from_left(work: Work, locals_: list[LocalJacobian], vector: tuple[Expr, ...]) -> Matrix:
    values, stages = _stages(work, locals_)
    last = len(stages) - 1
    work.steps += values
    current = row(vector)
    for one in reversed(stages):
        written = written_product(current, one.result)
        result = _value(work, written)
        product = VectorProduct(True, one.stage, one.stage, last, one.arguments, current, one.result, written, result)
        work.steps += [*_shown(one), product]
        current = result
    _verify_row(work, vector, current)
    return current


def jacobian_vector(work: Work, vector: tuple[Expr, ...], unit: bool) -> Matrix | None:
    """Jv, m×1; the steps go into ``work``.  None where only decimals fit the page."""
    locals_ = _opened(work)
    direction = _unit(work, vector) if unit else vector
    known = len(work.steps)
    try:
        return _from_right(work, locals_, direction)
    except TooLarge:
        if work.at is None:
            raise
        del work.steps[known:]
        decimals_only(work, whole=along(work.chain, work.at, direction), start=replace(work.at, coordinates=(ZERO,)))
        return None


def _from_right(work: Work, locals_: list[LocalJacobian], direction: tuple[Expr, ...]) -> Matrix:
    values, stages = _stages(work, locals_)
    current = column(direction)
    for one in stages:
        written = written_product(one.result, current)
        result = _value(work, written)
        product = VectorProduct(False, one.stage, 0, one.stage, one.arguments, one.result, current, written, result)
        work.steps += [*values[one.stage : one.stage + 1], *_shown(one), product]
        current = result
    _verify_column(work, direction, current)
    return current


def _opened(work: Work) -> list[LocalJacobian]:
    if len(work.chain.stages) > 1:
        work.steps.append(shapes(work.chain))
        work.steps += [work.composition] if work.composition and work.at is None else []
    return local_steps(work)


def _unit(work: Work, vector: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """v/‖v‖.  Raises JacocalcError for v = 0."""
    norm = written_norm(vector)
    length = exact(norm)
    if length == ZERO:
        raise JacocalcError("the vector is 0 and has no direction", hint="a directional derivative needs v ≠ 0")
    result = exact_matrix(column(tuple(entry / length for entry in vector)))
    work.steps.append(UnitVector(column(vector), norm, length, result))
    return result.entries


def _value(work: Work, written: Matrix) -> Matrix:
    return work.printed(written) if work.at is None else exact_matrix(written)


def _stages(
    work: Work, locals_: list[LocalJacobian]
) -> tuple[Sequence[StageValue], Sequence[JacobianAt | Substituted]]:
    """The values of the stages, where there is a point, and J of each where it is taken."""
    if work.at is not None:
        return stages_at(work, locals_)
    return (), substituted(work, locals_)


def _shown(one: JacobianAt | Substituted) -> list[Step]:
    """What is shown of J of a stage: nothing new where its own variables were inserted."""
    return [] if isinstance(one, Substituted) and one.stage == 0 else [one]


# -- the second road ----------------------------------------------------------------------------------


def conventional(work: Work) -> bool:
    return any(isinstance(step, JacobianAt) and step.conventional for step in work.steps)


def _verify_row(work: Work, vector: tuple[Expr, ...], result: Matrix) -> None:
    """vᵀJ is the row of first derivatives of the scalar vᵀy."""
    if conventional(work):
        return
    extended = weighted(work.chain, vector)
    work.outcomes.append(verified_whole(extended, _written(extended, work), result, work.at))


def _written(chain: Chain, work: Work) -> Matrix | None:
    formula = composed(chain, work.options)
    return None if formula is None else formula.written


def _verify_column(work: Work, vector: tuple[Expr, ...], result: Matrix) -> None:
    """Jv is the derivative of F(a + t v) by t at t = 0; without a point at three sample points a."""
    if conventional(work):
        return
    if work.at is not None:
        work.outcomes.append(_along(work, work.at, vector, result))
        return
    chain, written = work.chain, work.written
    if written is not None and not chain.abstract and _proved_along(written, chain.inputs, vector, result):
        work.outcomes.append((Outcome.PROVED, 0))
        return
    names = (*chain.inputs, *chain.parameters)
    found: list[tuple[Outcome, int]] = []
    for sample in sample_points(len(names), 9):
        values = dict(zip(names, sample, strict=True))
        point = Point(tuple(sample[: len(chain.inputs)]), tuple((name, values[name]) for name in chain.parameters))
        there = result.map(lambda entry, bound=values: substitute(entry, bound))  # type: ignore[misc]
        outcome = _attempt(work, point, vector, there)
        found += [outcome] if outcome[0] is not Outcome.UNDECIDED else []
        if len(found) == 3:
            break
    agreed = Outcome.AGREES if found else Outcome.UNDECIDED
    work.outcomes.append((worst([agreed, *(one for one, _ in found)]), len(found)))


def _proved_along(values: Matrix, inputs: tuple[str, ...], vector: tuple[Expr, ...], result: Matrix) -> bool:
    """Whether Σ_j v_j ∂F_i/∂x_j, by SymPy from the composed function, is proved to be entry i."""
    if sum(map(tree_size, (*values.entries, *result.entries))) > LIMITS.proof:
        return False
    letters = [symbol(name) for name in inputs]
    weights = [to_sympy(entry) for entry in vector]
    wholes = [to_sympy(value) for value in values.entries]
    sums = [sum(v * derivative(whole, x) for v, x in zip(weights, letters, strict=True)) for whole in wholes]
    return all(same_values(total, entry, {}) for total, entry in zip(sums, result.entries, strict=True))


def _attempt(work: Work, point: Point, vector: tuple[Expr, ...], result: Matrix) -> tuple[Outcome, int]:
    try:
        return _along(work, point, vector, result, direct=False)
    except (TooLarge, ZeroDivisionError):
        return Outcome.UNDECIDED, 0


def _along(
    work: Work, point: Point, vector: tuple[Expr, ...], result: Matrix, direct: bool = True
) -> tuple[Outcome, int]:
    """The derivative of F(a + t v) by t at t = 0; ``direct``: also by differentiation, not by values alone."""
    extended = along(work.chain, point, vector)
    moved = replace(point, coordinates=(ZERO,))
    return verified_whole(extended, _written(extended, work) if direct else None, result, moved)
