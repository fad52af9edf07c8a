"""df = f′(x)[dx] by components: the differential, the increment, numbers for dx, the error of the linear part."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

from jacocalc.digits import fraction
from jacocalc.evaluate.fields import ball_of
from jacocalc.questions import DifferentialOf
from jacocalc.replaying.balls import Ball, Grid, column, norm, product
from jacocalc.replaying.case import Case
from jacocalc.replaying.chain_checks import at_of
from jacocalc.replaying.places import Place
from jacocalc.replaying.report import Unknown, Wrong, asked
from jacocalc.steps import ChangeGiven, Differential, Increment, LinearError

_DIGITS = 6


def _changes(case: Case, names: tuple[str, ...]) -> dict[str, Ball]:
    """Numbers for dx, dy, ….  Raises Wrong where the names do not fit."""
    case.told("changes", len(names), len(case.chain.inputs))
    for name, given in zip(case.chain.inputs, names, strict=True):
        if name not in given or given == name:
            raise Wrong("changes", f"{given} is no change of {name}")
    seeded = random.Random("changes")
    case.weights = {name: ball_of(Fraction(seeded.randint(20, 90), 97)) for name in names}
    return case.weights


def differential(case: Case, step: Differential) -> None:
    """df_i = Σ_j ∂f_i/∂x_j dx_j."""
    places, dx = at_of(case, step.at, 0), _changes(case, step.changes)
    case.equal("jacobian", step.jacobian, lambda p: p.jacobian(0, 0), places)
    case.fields(step, ("written", "result"), lambda p: _linear(p, list(dx.values())), places, more=dx)


def _linear(place: Place, change: list[Ball]) -> Grid:
    return product(place.jacobian(0, 0), column(change))


def increment(case: Case, step: Increment) -> None:
    """f(x + dx) = f(x) + the linear part + the rest."""
    places, dx = at_of(case, step.at, 0), _changes(case, step.changes)
    values = list(dx.values())
    case.equal("inserted", step.inserted, lambda p: column(p.moved(0, 0, values)), places, more=dx)
    case.equal("linear", step.linear, lambda p: _linear(p, values), places, more=dx)

    def rest(place: Place) -> Grid:
        rows = zip(place.moved(0, 0, values), place.values[1], _linear(place, values), strict=True)
        return [[None if a is None else a - b - c[0]] for a, b, c in rows]

    if step.rest is not None:
        case.equal("rest", step.rest, rest, places, more=dx)


def change_given(case: Case, step: ChangeGiven) -> None:
    """df for numbers dx beside Δf = f(a + dx) − f(a)."""
    question = asked(case.derivation, DifferentialOf)
    (place,) = at_of(case, step.at, 0)
    case.same("change", step.change, question.vector, case.fixed)
    dx = [place.number(value) for value in question.vector]
    after = place.moved(0, 0, dx)
    linear = _linear(place, dx)
    true = [None if b is None else b - a for a, b in zip(place.values[1], after, strict=True)]
    case.fields(step, ("written", "result"), lambda p: linear, case.fixed)
    case.equal("moved", step.moved, lambda p: column([a + d for a, d in zip(p.inputs, dx, strict=True)]), case.fixed)
    if step.increment is None:
        case.told("increment", None in after, True)
        case.told("decimals", step.decimals, ())
        return
    case.equal("increment", step.increment, lambda p: column(true), case.fixed)
    case.told("decimals", len(step.decimals), len(true))
    for texts, (df,), delta in zip(step.decimals, linear, true, strict=True):
        case.decimals("decimals", texts, [df, delta, delta - df], _DIGITS, padded=False)


def linear_error(case: Case, step: LinearError) -> None:
    """‖f(a + t v) − f(a) − t J v‖, and that over t, for smaller and smaller t."""
    question = asked(case.derivation, DifferentialOf)
    (place,) = case.fixed
    ones = [ball_of(Fraction(1))] * len(place.inputs)
    direction = [place.number(value) for value in question.vector] or ones
    case.equal("direction", step.direction, lambda p: column(direction), case.fixed)
    times = [fraction(t) for t, _, _ in step.result]
    for before, after in pairwise([Fraction(1), *times]):
        case.told("result", after, before / 10)
    for t, size, ratio in step.result:
        small = [ball_of(fraction(t)) * value for value in direction]
        there, linear = place.moved(0, 0, small), _linear(place, small)
        if None in there:
            raise Unknown("result", "the function is not defined there")
        gap = norm([b - a - c[0] for a, b, c in zip(place.values[1], there, linear, strict=True)])
        case.decimals("result", (size, ratio), [gap, gap / ball_of(fraction(t))], _DIGITS, padded=False)
