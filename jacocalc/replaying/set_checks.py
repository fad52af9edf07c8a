"""Sets of points: where a determinant is 0, and where the formulas hold.

A set is compared with its truth on its own borders: points of every case that is stated must lie in the set, and
points of the set that are found without looking at the cases must lie in one of them.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import islice

from jacocalc.algebra.domain import collected, conditions_of, inside, moving, untied
from jacocalc.evaluate.fields import Balls, ball_of
from jacocalc.linear import paper
from jacocalc.notation import PI, ZERO, Comparison, Expr, Junction, Piecewise, Symbol, children, integer, names
from jacocalc.questions import ImplicitFunction
from jacocalc.replaying.balls import Ball, determinant, number, product, transposed, vanishes
from jacocalc.replaying.case import Case
from jacocalc.replaying.implicit_checks import block_of
from jacocalc.replaying.places import Place, concrete
from jacocalc.replaying.report import Unknown, Wrong, asked
from jacocalc.replaying.roots import Coordinates, sinks, zeros
from jacocalc.steps import Assumed, SingularSet, ZeroCase

_CLOSE = Fraction(1, 10**25)
_ENOUGH = 4
_TRIES = 40
_MANY = 12  # points on one border, some of which lie where all other conditions hold


@dataclass(frozen=True)
class _Space:
    """Points of a chain: numbers for its inputs, then for its parameters."""

    case: Case

    @property
    def names(self) -> tuple[str, ...]:
        """What the numbers are called."""
        return (*self.case.chain.inputs, *self.case.chain.parameters)

    def place(self, point: Coordinates) -> Place:
        """The place of a point."""
        count = len(self.case.chain.inputs)
        parameters = dict(zip(self.case.chain.parameters, point[count:], strict=True))
        return Place(self.case.chain.stages, point[:count], parameters)

    def random(self, seed: str) -> Iterator[Coordinates]:
        """Points near 0 and farther away."""
        seeded = random.Random(seed)
        for turn in range(_TRIES):
            size = (2, 10, 60)[turn % 3]
            yield [ball_of(Fraction(seeded.randint(-997 * size, 997 * size), 1009)) for _ in self.names]


@dataclass(frozen=True)
class _Gap:
    """left − right of a comparison: a number at every point, from what enters a stage (from 0)."""

    space: _Space
    left: Expr
    right: Expr = ZERO
    stage: int = 0

    def __call__(self, point: Coordinates) -> Ball:
        place = self.space.place(point)
        given = dict(zip(self.space.names, point, strict=True))
        if self.stage:
            entering = place.values[self.stage]
            if None in entering:
                return None
            given = {**place.parameters, **dict(zip(place.stages[self.stage].inputs, entering, strict=True))}
        strange = set(names(self.left)) | set(names(self.right))
        if not strange <= set(given):
            raise Wrong("result", f"{min(strange - set(given))} is not known here")
        found = [number(concrete(side), given) for side in (self.left, self.right)]
        return None if None in found else found[0] - found[1]


def _holds(
    space: _Space, condition: Expr, point: Coordinates, stage: int = 0, close: Fraction = _CLOSE
) -> bool | None:  # fmt: skip
    """Whether a condition holds, numbers that are so ``close`` being equal; None where it has no value."""
    if isinstance(condition, Junction):
        parts = [_holds(space, part, point, stage, close) for part in condition.conditions]
        if None in parts:
            return None
        return all(parts) if condition.word == "and" else any(parts)
    if not isinstance(condition, Comparison):
        raise Wrong("result", "it is no condition")
    gap = _Gap(space, condition.left, condition.right, stage)(point)
    if gap is None:
        return None
    near = abs(gap) < ball_of(close)
    return Balls().compare(condition.relation, gap * 0 if near else gap.mid(), ball_of(Fraction(0)))


def _points(space: _Space, conditions: Sequence[Expr], stage: int = 0) -> Iterator[Coordinates]:
    """Points at which all these comparisons hold: equations are solved, other conditions are looked at."""
    equations = [one for one in conditions if isinstance(one, Comparison) and one.relation == "="]
    fixed: dict[int, Expr] = {}
    for one in [*equations]:
        if not stage and isinstance(one.left, Symbol) and one.left.name in space.names and not names(one.right):
            fixed[space.names.index(one.left.name)] = one.right
            equations.remove(one)
    gaps = [_Gap(space, one.left, one.right, stage) for one in equations]
    for point in _solutions(space, fixed, gaps):
        if all(_holds(space, one, point, stage) for one in conditions):
            yield point


def _solutions(space: _Space, fixed: dict[int, Expr], gaps: list[_Gap]) -> Iterator[Coordinates]:
    """Zeros of all gaps, some coordinates being fixed."""
    values = {place: number(value, {}) for place, value in fixed.items()}
    if None in values.values():
        return
    free = [k for k in range(len(space.names)) if k not in values]
    for turn, start in enumerate(space.random("solutions")):
        for place, value in values.items():
            start[place] = value
        if not gaps:
            yield start
            continue
        moving = free if len(gaps) == 1 else free[turn % len(free) :][: len(gaps)]
        if len(moving) < len(gaps) or (len(gaps) > 1 and turn > 2 * _ENOUGH):
            return

        def whole(numbers: Coordinates, start: Coordinates = start, moving: list[int] = moving) -> Coordinates:
            point = list(start)
            for place, value in zip(moving, numbers, strict=True):
                point[place] = value
            return point

        def total(numbers: Coordinates, whole=whole) -> Ball:  # type: ignore[no-untyped-def]
            heights = [gap(whole(numbers)) for gap in gaps]
            if None in heights:
                return None
            return heights[0] if len(heights) == 1 else sum((h * h for h in heights[1:]), heights[0] * heights[0])

        for found in zeros(total, len(moving), f"solutions {turn}", lines=1):
            yield whole(found)


# -- where a determinant is 0 -------------------------------------------------------------------------


def singular_set(case: Case, step: SingularSet) -> None:
    """det J (or det JᵀJ) is 0 at points of every case, and at no point that is found outside all of them."""
    space = _Space(case)
    away = [_determinant(space, [*place.inputs, *place.parameters.values()]) for place in case.free]
    known = [value for value in away if value is not None]
    if not known:
        raise Unknown("everywhere", "no value to compare with")
    case.counted += len(known)
    case.told("everywhere", step.everywhere, all(map(vanishes, known)))
    if step.everywhere:
        case.told("result", step.result, ())
        return
    stage = case.chain.stages[0]
    domain = collected(stage.values, stage.inputs)
    for k, one in enumerate(step.result):
        _zero_case(space, one, domain, f"result[{k}]")
    _nowhere_else(space, step, domain)


def _determinant(space: _Space, point: Coordinates) -> Ball:
    j = space.place(point).jacobian(0, space.case.last)
    if any(value is None for row in j for value in row):
        return None
    return determinant(j) if len(j) == len(j[0]) else determinant(product(transposed(j), j))


def _inside(space: _Space, domain: Sequence[Expr], point: Coordinates) -> bool:
    return all(_holds(space, condition, point) for condition in domain)


def _zero_case(space: _Space, one: ZeroCase, domain: tuple[Expr, ...], name: str) -> None:
    """The determinant is 0 at points of the case; its multiples of π are all solutions."""
    conditions = one.equation.conditions if isinstance(one.equation, Junction) else (one.equation,)
    limits = [c for c in domain if not (isinstance(c, Comparison) and c.relation == "!=")]
    if not any(set(names(limit)) & set(names(one.equation)) for limit in limits):
        space.case.told(f"{name}.sure", one.sure, True)
    points = [point for point in islice(_points(space, conditions), _ENOUGH) if _inside(space, domain, point)]
    if one.sure and not points:
        raise Unknown(f"{name}.equation", "no point of it is found")
    for point in points:
        value = _determinant(space, point)
        if value is not None:
            space.case.counted += 1
            if not vanishes(value) and not sinks(partial(_determinant, space), point):
                raise Wrong(f"{name}.equation", "the determinant is not 0 there")
    for k, multiple in enumerate(one.multiples):
        _multiples(space, conditions, multiple, points, f"{name}.multiples[{k}]")


def _multiples(
    space: _Space, conditions: Sequence[Expr], multiple: tuple[Expr, Expr, Expr], points: list[Coordinates], name: str
) -> None:  # fmt: skip
    """u = a + ckπ solves one of the equations for every whole k, and every solution is of this form."""
    u, a, c = multiple
    pi = Balls().constant("pi")
    turn, start = number(c, {}), number(a, {})
    if turn is None or start is None or not turn > ball_of(_CLOSE):
        raise Wrong(name, "its parts are no numbers, or its step is not positive")
    waves = [one for one in conditions if isinstance(one, Comparison) and set(names(u)) <= set(names(one))]
    if not waves:
        raise Wrong(name, "it solves no equation of the case")
    for point in points:
        angle = _Gap(space, u)(point)
        if angle is not None:
            count = (angle - start) / (turn * pi)
            if not abs(count - round(float(count))) < ball_of(_CLOSE):
                raise Wrong(name, "there are solutions between them")
            space.case.counted += 1
    for k in (0, 1, 2, 5):
        gap = _Gap(space, u, a + integer(k) * c * PI)
        for point in islice(_solutions(space, {}, [gap]), 1):
            if not any(_holds(space, one, point) for one in waves):
                raise Wrong(name, f"{paper(u)} with k = {k} is no solution")
            space.case.counted += 1


def _nowhere_else(space: _Space, step: SingularSet, domain: tuple[Expr, ...]) -> None:
    for point in zeros(partial(_determinant, space), len(space.names), "singular"):
        if not space.place(point).defined or not _inside(space, domain, point):
            continue
        space.case.counted += 1
        if not any(_holds(space, one.equation, point) for one in step.result):
            where = ", ".join(f"{name} = {x.str(6, radius=False)}" for name, x in zip(space.names, point, strict=True))
            raise Wrong("result", f"the determinant is 0 at {where} too")


# -- where the formulas hold --------------------------------------------------------------------------


def assumed(case: Case, step: Assumed) -> None:
    """The set of the conditions is the one that a fresh look at the formulas gives: outside one, outside the other."""
    case.told("result", step.result, case.derivation.assumptions)
    if len(set(step.result)) < len(step.result):
        raise Wrong("result", "a condition stands twice")
    space = _Space(case)
    stages = enumerate(case.chain.stages)
    fresh = {(one, k): None for k, stage in stages for v in stage.values for one in needs(v, stage.inputs)}
    if set(step.result) == {one for one, _ in fresh}:
        return  # of a long chain: the conditions of each stage in its own inputs
    for one in step.result:
        for point in _enough(case, _violating(space, one, 0)):
            if not _outside(space, fresh, point) and not _block_vanishes(space, point):
                raise Wrong("result", "a condition is not needed")
    for one, stage in fresh:
        for point in _violating(space, one, stage):
            case.counted += 1
            if not _outside(space, dict.fromkeys((one, 0) for one in step.result), point):
                raise Wrong("result", "a condition is missing")
    for point in _flat_block(space):
        if not _outside(space, dict.fromkeys((one, 0) for one in step.result), point):
            raise Wrong("result", "det ∂F/∂y is 0 where they hold")


def _enough(case: Case, points: Iterator[Coordinates]) -> Iterator[Coordinates]:
    """A few of the points, counted.  Raises Unknown where there is none."""
    found = list(islice(points, _MANY + _ENOUGH))
    if not found:
        raise Unknown("result", "no place is found where a condition fails")
    case.counted += len(found)
    yield from found


def _outside(space: _Space, conditions: Iterable[tuple[Expr, int]], point: Coordinates) -> bool:
    """Whether one of the conditions fails, or has no value."""
    return not all(_holds(space, one, point, stage) for one, stage in conditions)


def _violating(space: _Space, condition: Expr, stage: int) -> Iterator[Coordinates]:
    """Points where a condition fails or has no value: on its border if that is excluded, and beyond."""
    if isinstance(condition, Junction) and condition.word == "or":
        parts = [one for one in condition.conditions if isinstance(one, Comparison)]
        for relations in ({"!=", "<", ">"}, {"!="}):  # on the border of all, and beyond that of x > 0
            edges = [Comparison("=", one.left, one.right) for one in parts if one.relation in relations]
            failing = (point for point in _points(space, edges, stage) if not _holds(space, condition, point, stage))
            yield from islice(failing, _ENOUGH)
        return
    if isinstance(condition, Junction):
        for one in condition.conditions:
            yield from _violating(space, one, stage)
        return
    if not isinstance(condition, Comparison):
        raise Wrong("result", "it is no condition")
    if condition.relation in ("!=", "<", ">"):
        edge = Comparison("=", condition.left, condition.right)
        yield from islice(_points(space, [edge], stage), _MANY)
    exact = Fraction(0)  # t^a is small far out, not 0
    yield from (point for point in space.random("beyond") if not _holds(space, condition, point, stage, exact))


def _block(space: _Space, point: Coordinates) -> Ball:
    """det ∂F/∂y of an implicit function."""
    question = asked(space.case.derivation, ImplicitFunction)
    block = block_of(space.case, space.place(point), question.solve_for)
    return None if any(value is None for row in block for value in row) else determinant(block)


def _implicit(space: _Space) -> bool:
    question = space.case.derivation.question
    return isinstance(question, ImplicitFunction) and question.at is None


def _block_vanishes(space: _Space, point: Coordinates) -> bool:
    if not _implicit(space):
        return False
    value = _block(space, point)
    return value is None or bool(abs(value) < ball_of(_CLOSE))


def _flat_block(space: _Space) -> Iterator[Coordinates]:
    """Points where det ∂F/∂y = 0."""
    if _implicit(space):
        yield from zeros(partial(_block, space), len(space.names), "block")


def needs(expr: Expr, inputs: Collection[str]) -> Iterator[Expr]:
    """What every part of a formula needs to be defined and smooth; of a piecewise function only the borders."""
    stack, parts = [expr], moving((expr,), inputs)
    while stack:
        node = stack.pop()
        if isinstance(node, Piecewise):
            yield from collected((node,))
            continue
        stack += children(node)
        if node in parts:
            yield from (inside(condition.holds) for condition in conditions_of(node))
        else:
            yield from (condition.holds for condition in conditions_of(node) if not condition.smooth)
        yield from untied(node, parts)
