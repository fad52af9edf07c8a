"""Gradients by depth: the singular values of products of Jacobians, by counting eigenvalues of JᵀJ."""

from __future__ import annotations

import math
from fractions import Fraction

from jacocalc.evaluate.fields import ball_of
from jacocalc.known_functions import SMALL_DERIVATIVES
from jacocalc.notation import Call, walk
from jacocalc.replaying.balls import Ball, Grid
from jacocalc.replaying.case import Case
from jacocalc.replaying.report import Unknown, Wrong
from jacocalc.replaying.spectra import check_singular, fraction, gram
from jacocalc.steps import NormsByDepth

_DIGITS = 4
_LOST = Fraction(1, 2**128)  # of the largest singular value: what is smaller is shown as 0
_NONE = Fraction(1, 2**400)  # what differences leave of an exact 0
_NEAR = 2e-3  # of two decimals with four digits
_HIGHEST = 7


def norms_by_depth(case: Case, step: NormsByDepth) -> None:
    """The singular values of each product, and what they say of the gradients."""
    case.told("rows", [row[0] for row in step.rows], list(range(case.last, -1, -1)))
    place = case.fixed[0] if case.fixed else None
    if place is None:
        raise Wrong("rows", "there is no point")
    for k, (stage, own, largest, smallest) in enumerate(step.rows):
        name, whole = f"rows[{k}]", place.jacobian(stage, case.last)
        _singular(case, name, place.jacobian(stage, stage), own, None)
        _singular(case, name, whole, largest, smallest)
    sizes = [float(fraction("rows", row[2])) for row in step.rows]
    case.told("result", _fits(step.result, sizes), True)
    _levels(step.levels, sizes)
    _cause(case, step, sizes)


def _singular(case: Case, name: str, matrix: Grid, largest: str, smallest: str | None) -> None:
    if any(value is None for row in matrix for value in row):
        raise Unknown(name, "no value to compare with")
    squares = gram(matrix)
    size = _size(matrix)
    case.counted += 1
    check_singular(name, squares, largest, 0, _DIGITS, ball_of(_NONE))
    if smallest is not None:
        check_singular(name, squares, smallest, len(squares) - 1, _DIGITS, (size * ball_of(_LOST)).max(ball_of(_NONE)))


def _size(matrix: Grid) -> Ball:
    """A bound for the singular values: the sum of the sizes of all entries."""
    return sum((abs(value) for row in matrix for value in row), ball_of(Fraction(0)))


def _fits(kind: str, sizes: list[float]) -> bool:
    """Whether the mean factor of a stage is of this kind, as far as four digits tell."""
    factor: float = sizes[-1] ** (1 / len(sizes))
    known = {
        "zero": sizes[-1] == 0, "vanishing": 0 < factor < 0.75 + _NEAR, "exploding": factor > 1.5 - _NEAR,
        "steady": 0.75 - _NEAR < factor < 1.5 + _NEAR,
    }  # fmt: skip
    return known.get(kind, False)


def _levels(levels: tuple[int, ...], sizes: list[float]) -> None:
    """Logarithms on a scale that ends at 7 and covers a factor of 10 at least."""
    logs = [math.log(size) if size else -math.inf for size in sizes]
    finite = [log for log in logs if math.isfinite(log)] or [0.0]
    span = max(max(finite) - min(finite), math.log(10))
    exact = [max(0.0, _HIGHEST * (1 - (max(finite) - log) / span)) if math.isfinite(log) else 0.0 for log in logs]
    near = 0.5 + _NEAR * _HIGHEST
    if len(levels) != len(sizes) or any(abs(a - b) > near for a, b in zip(levels, exact, strict=True)):
        raise Wrong("levels", f"they should be {[round(level) for level in exact]}")


def _cause(case: Case, step: NormsByDepth, sizes: list[float]) -> None:
    """The stage with the smallest (for exploding ones the largest) singular value of its own; the first that is 0."""
    if not 0 <= step.cause <= case.last:
        raise Wrong("cause", f"there is no stage {step.cause}")
    own = {row[0]: float(fraction("rows", row[1])) for row in step.rows}
    if step.result == "zero":
        case.told("cause", step.cause, step.rows[sizes.index(0)][0])
    elif step.result == "exploding":
        case.told("cause", own[step.cause] >= max(own.values()) * (1 - _NEAR), True)
    else:
        case.told("cause", own[step.cause] <= min(own.values()) * (1 + _NEAR), True)
    values = case.chain.stages[step.cause].values
    calls = {node.function for value in values for node in walk(value) if isinstance(node, Call)}
    case.told("functions", step.functions, tuple(name for name in SMALL_DERIVATIVES if name in calls))
