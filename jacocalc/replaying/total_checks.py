"""The total probability: the sums over cells and over intervals taken again, from values of f alone.

In a sum over small cells p_Y(f(c)) times the volume of the image is p_X(c) times the volume of the cell, since both
Jacobians are those of the values; a sum over intervals of one input holds the true lengths |f(b) − f(a)|.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product

from jacocalc.evaluate.fields import Balls, ball_of
from jacocalc.functions import VectorFunction
from jacocalc.questions import VolumeOf
from jacocalc.replaying.balls import Ball, close, determinant, rounds_to, shown, vanishes
from jacocalc.replaying.case import Case
from jacocalc.replaying.places import Place
from jacocalc.replaying.report import Unknown, Wrong, asked
from jacocalc.steps import TotalProbability

_CELLS = {1: 64, 2: 32, 3: 16}
_INTERVALS = (256, 512)
_ENDS = {"normal": (-8, 8), "uniform": (0, 1)}
_DIGITS = 12
_SHARPEST = 20  # beyond that many digits of the difference from 1 nothing is claimed
_LOOKED_AT = 7


def total_probability(case: Case, step: TotalProbability) -> None:
    """Σ p_Y over all that the inputs can be, or why there is no sum."""
    question = asked(case.derivation, VolumeOf)
    case.told("density", step.density, question.density)
    if step.method not in ("intervals", "cells"):
        _no_sum(case, step)
        return
    stage = case.chain.stages[0]
    case.told("method", step.method == "intervals" and len(stage.inputs) > 1, False)
    points = _INTERVALS[-1] if step.method == "intervals" else _CELLS.get(len(stage.inputs))
    case.told("points", step.points, points)
    found = _over_intervals(case) if step.method == "intervals" else _over_cells(case)
    case.counted += 1
    gap = abs(found - 1)
    if not rounds_to(step.result, found, _DIGITS) and not (step.result == "1" and gap < ball_of(Fraction(1, 10**11))):
        raise Wrong("result", f"it says {step.result}, but it is {shown(found)}")
    if not 0 <= step.bound <= 10**3 or not gap < ball_of(Fraction(1, 10**step.bound)):
        raise Wrong("bound", f"the sum differs from 1 by {shown(gap)}")
    if step.bound < _SHARPEST and gap < ball_of(Fraction(1, 10 ** (step.bound + 1))):
        raise Wrong("bound", f"the sum differs from 1 by {shown(gap)} only")


def _no_sum(case: Case, step: TotalProbability) -> None:
    """Parameters without values, too many inputs, several points of one image; nothing is summed."""
    stage, at = case.chain.stages[0], case.derivation.question.at
    case.told("result", (step.result, step.points, step.bound), ("", 0, 0))
    given = set() if at is None else {name for name, _ in at.parameters}
    why = {
        "parameters": not set(stage.parameters) <= given, "inputs": len(stage.inputs) not in _CELLS,
        "unsettled": True, "refuted": _refuted(case, stage),
    }  # fmt: skip
    case.told("method", why.get(step.method, False), True)
    if step.method == "unsettled":
        raise Unknown("method", "a sum that did not settle is not taken again")


def _refuted(case: Case, stage: VectorFunction) -> bool:
    """Whether f′ has both signs, or f one value at a point and at its mirror image."""
    uniform = asked(case.derivation, VolumeOf).density == "uniform"
    points = [_START[: len(stage.inputs)], _BEYOND[: len(stage.inputs)]][: 1 if uniform else 2]
    for point in points:
        values = _place(case, stage, point).values[1]
        for other in _mirrored(point):
            inside = not uniform or all(0 < x < 1 for x in other)
            pairs = zip(values, _place(case, stage, other).values[1], strict=True)
            if inside and all(a is not None and b is not None and close(a, b) for a, b in pairs):
                return True
    slopes = [_place(case, stage, (Fraction(k, 23),)).jacobian(0, 0)[0][0] for k in _SLOPES] if len(point) == 1 else []
    return {True, False} <= {bool(slope > 0) for slope in slopes if slope is not None and not vanishes(slope)}


_START = (Fraction(1, 8), Fraction(11, 40), Fraction(3, 40), Fraction(7, 40), Fraction(13, 40), Fraction(9, 40))
_BEYOND = (Fraction(13, 10), Fraction(17, 10), Fraction(6, 5), Fraction(19, 10), Fraction(23, 10), Fraction(29, 10))
_SLOPES = (1, 3, 5, 9, 14, 19, 22, -4, -17, -31, -60, 40, 75)


def _mirrored(point: tuple[Fraction, ...]) -> Iterator[tuple[Fraction, ...]]:
    """−a, 1 − a, 1/2 − a; one coordinate with the other sign; two coordinates exchanged."""
    for middle in (Fraction(0), Fraction(1), Fraction(1, 2)):
        yield tuple(middle - x for x in point)
    for j in range(len(point)):
        yield (*point[:j], -point[j], *point[j + 1 :])
    for i, j in combinations(range(len(point)), 2):
        swapped = list(point)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        yield tuple(swapped)


def _place(case: Case, stage: VectorFunction, point: tuple[Fraction, ...]) -> Place:
    at = case.derivation.question.at
    parameters = {} if at is None else {name: case.fixed[0].number(value) for name, value in at.parameters}
    return Place([stage], [ball_of(x) for x in point], parameters)


def _density(density: str, point: tuple[Fraction, ...]) -> Ball:
    if density == "uniform":
        return ball_of(Fraction(1))
    squares = ball_of(sum((x * x for x in point), Fraction(0)))
    return (-squares / 2).exp() / (2 * Balls().constant("pi")).sqrt() ** len(point)


def _centres(density: str, count: int, shift: Fraction) -> list[Fraction]:
    low, high = _ENDS[density]
    return [low + (high - low) * (k + shift) / Fraction(count) for k in range(count)]


def _over_cells(case: Case) -> Ball:
    """Σ p_X(c) · volume; f and its determinant are looked at in a few of the cells."""
    stage, density = case.chain.stages[0], asked(case.derivation, VolumeOf).density
    size = len(stage.inputs)
    count = _CELLS[size]
    low, high = _ENDS[density]
    axes = [_centres(density, count, Fraction(1, 2) + Fraction(j + 1, 29)) for j in range(size)]
    points = list(product(*axes))
    for point in points[:: len(points) // _LOOKED_AT]:
        j = _place(case, stage, point).jacobian(0, 0)
        if any(value is None for row in j for value in row) or vanishes(determinant(j)):
            raise Unknown("result", "f has no determinant in a cell")
    one = ball_of(Fraction(1))
    for axis in axes:  # p_X is a product over the inputs
        one = one * sum((_density(density, (x,)) for x in axis), ball_of(Fraction(0)))
    return one * ball_of(Fraction(high - low, count)) ** size


def _over_intervals(case: Case) -> Ball:
    """Σ p_X(c)/|f′(c)| · |f(b) − f(a)|, sharpened by a sum over twice as many intervals."""
    coarse, fine = (_sum_of_intervals(case, count) for count in _INTERVALS)
    return (4 * fine - coarse) / 3


def _sum_of_intervals(case: Case, count: int) -> Ball:
    stage, density = case.chain.stages[0], asked(case.derivation, VolumeOf).density
    low, high = _ENDS[density]
    ends = [_place(case, stage, (low + Fraction(high - low) * k / count,)).values[1][0] for k in range(count + 1)]
    total = ball_of(Fraction(0))
    for k, centre in enumerate(_centres(density, count, Fraction(1, 2))):
        slope = _place(case, stage, (centre,)).jacobian(0, 0)[0][0]
        if None in (ends[k], ends[k + 1], slope) or vanishes(slope):
            raise Unknown("result", "f has no slope in an interval")
        total = total + _density(density, (centre,)) / abs(slope) * abs(ends[k + 1] - ends[k])
    return total
