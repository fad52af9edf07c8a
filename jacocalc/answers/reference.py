"""The right answer to a question, ready for comparison: its values, its shape, and the points to compare at.

With a point the values are numbers.  Without one they are formulas in the inputs and parameters, compared at sample
points; an implicit derivative is compared at points of the curve only, since two right formulas may differ beside it.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import islice, product
from typing import Any

import flint

from jacocalc.answers.letters import Letters
from jacocalc.derive.differentials import change_names
from jacocalc.evaluate.accumulation import dense, forward
from jacocalc.evaluate.fields import Balls, Rationals, Unsettled, ball_of, newton_step, precision
from jacocalc.evaluate.samples import BITS, Coordinates, Missing, Program, Samples, sampled
from jacocalc.evaluate.tape import Tape
from jacocalc.functions import Point
from jacocalc.notation import Applied, Expr, Matrix, Symbol
from jacocalc.questions import DifferentialOf, ImplicitFunction, VolumeOf
from jacocalc.reading.partial_names import unspecified_in
from jacocalc.steps import Derivation


class Reference:
    """What an answer is compared with: the result of a derivation, or other values in its place.

    ``branch``: conditions under which it is compared, on a part of a curve; ``own``: the values are a student's.
    """

    def __init__(
        self, derivation: Derivation, values: tuple[Matrix, ...] | None = None, branch: tuple[Expr, ...] = ()
    ) -> None:
        self.branch = branch
        self.derivation = derivation
        self.question = derivation.question
        self.chain = self.question.chain
        self.own = values is not None
        found = _result(derivation) if values is None else values
        abstract = self.chain.abstract
        self.letters = Letters(found, self._inner) if abstract else Letters((), {})
        self.values = tuple(value.map(self.letters.of) for value in found) if abstract else found

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the answer, or of each of its matrices."""
        return self.values[0].shape

    @property
    def at_point(self) -> bool:
        """Whether the answer has no variables."""
        return self.question.at is not None

    @cached_property
    def assumptions(self) -> tuple[Expr, ...]:
        """The conditions under which the question has an answer."""
        return tuple(map(self.letters.of, self.derivation.assumptions))

    # -- names --------------------------------------------------------------------------------------

    @property
    def changes(self) -> tuple[str, ...]:
        """dx, dy, … of a differential that has no numbers for them."""
        if isinstance(self.question, DifferentialOf) and not self.question.vector:
            return change_names(self.chain.stages[0])
        return ()

    @property
    def variables(self) -> tuple[str, ...]:
        """What the right answer may contain."""
        if self.at_point:
            given = {name for name, _ in self.question.at.parameters} if self.question.at is not None else set()
            return (*(name for name in self.chain.parameters if name not in given), *self.changes, *self.letters.names)
        return (*self.chain.inputs, *self.chain.parameters, *self.changes, *self.letters.names)

    @property
    def labels(self) -> tuple[str, ...]:
        """What has derivatives: the components of the outermost stage, or what equations are solved for."""
        question = self.question
        return question.solve_for if isinstance(question, ImplicitFunction) else self.chain.stages[-1].labels

    @property
    def free_inputs(self) -> list[str]:
        """The inputs that the derivatives are by."""
        solved = self.question.solve_for if isinstance(self.question, ImplicitFunction) else ()
        return [name for name in self.chain.inputs if name not in solved]

    @property
    def intermediates(self) -> tuple[str, ...]:
        """Inputs of the outer stages that are no variables: u, v; not z of z = f(x, y), where f has no formula."""
        inner = {*self.chain.inputs, *self.chain.parameters, *self.unspecified}
        found = (name for stage in self.chain.stages[1:] for name in stage.inputs if name not in inner)
        return tuple(dict.fromkeys(found))

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that is read in an answer; what must not be left in is named, not refused."""
        changes = change_names(self.chain.stages[0]) if isinstance(self.question, DifferentialOf) else ()
        return tuple(dict.fromkeys((*self.chain.inputs, *self.chain.parameters, *self.intermediates, *changes)))

    @property
    def unspecified(self) -> dict[str, Applied]:
        """What functions without formulas are called."""
        return unspecified_in(self.chain.stages)

    @cached_property
    def insertions(self) -> dict[str, Expr]:
        """What intermediates, results and, at a point, the inputs stand for."""
        return self._inner | self.outputs

    @cached_property
    def outputs(self) -> dict[str, Expr]:
        """What the results themselves are called: r of r = √(x² + y²), f of f(x, y) = e^(xy)."""
        last, known = self.chain.stages[-1], self._inner
        inner = len(self.chain.stages) == 1 or set(last.inputs) <= set(known)
        if self.own or self.chain.abstract or not inner or isinstance(self.question, ImplicitFunction | VolumeOf):
            return {}
        parameters = tuple(self.question.at.parameters) if self.question.at is not None else ()
        values = last.at(tuple(known.get(name, Symbol(name)) for name in last.inputs), parameters).entries
        taken = {*self.names, *self.variables, *self.unspecified}
        return {n: value for n, value in zip(last.labels, values, strict=True) if n not in taken}

    @cached_property
    def _inner(self) -> dict[str, Expr]:
        """What intermediates and, at a point, the inputs stand for."""
        at = self.question.at
        found: dict[str, Expr] = {}
        current: Sequence[Expr] = tuple(map(Symbol, self.chain.inputs))
        if at is not None:
            current = at.coordinates
            found |= dict(zip(self.chain.inputs, at.coordinates, strict=True)) | dict(at.parameters)
        if isinstance(self.question, DifferentialOf) and self.question.vector:
            found |= dict(zip(change_names(self.chain.stages[0]), self.question.vector, strict=True))
        parameters = tuple(at.parameters) if at is not None else ()
        for inner, outer in zip(self.chain.stages, self.chain.stages[1:], strict=False):
            if not inner.specified:
                break
            current = inner.at(tuple(current), parameters).entries
            found |= {n: value for n, value in zip(outer.inputs, current, strict=True) if n in self.intermediates}
        return found

    # -- points -------------------------------------------------------------------------------------

    @cached_property
    def samples(self) -> Samples:
        """The points to compare at."""
        if isinstance(self.question, ImplicitFunction) and not self.at_point and not self.chain.abstract:
            points = list(islice(curve_points(self.question), _ON_CURVE))
            if points:
                return Samples((*self.chain.inputs, *self.chain.parameters), points, domain=self.branch)
        return sampled(self.variables, domain=(*self.assumptions, *self.branch))


def as_matrix(value: Expr) -> Matrix:
    """A number is a matrix of one entry."""
    return value if isinstance(value, Matrix) else Matrix(((value,),))


# -- points of a curve --------------------------------------------------------------------------------

_ON_CURVE = 16
_WHOLE = 6
_STARTS = 400
_NEAR, _NEARNESS = 8, 1_000
_FLOAT_STEPS = 60
_STEPS = 12


def curve_points(question: ImplicitFunction) -> Iterator[Coordinates]:
    """Points with F(x, y) = 0: rational x and parameters, y certified balls."""
    search = _Curve(question)
    yield from islice(search.whole_points(), _WHOLE)
    source = random.Random(11)
    for k in range(_STARTS):
        scale = (1, 3, Fraction(1, 3), 5)[k % 4]
        start = [source.choice((1, -1)) * scale * Fraction(source.randrange(17, 97), 61) for _ in search.names]
        found = search.solved(start)
        if found is not None:
            yield found


def near_points(question: ImplicitFunction, point: Point, fixed: Collection[str]) -> Iterator[Coordinates]:
    """Points with F(x, y) = 0 on the branch of a point, a little beside it; what is fixed stays, if not all x are."""
    search, inputs = _Curve(question), question.chain.stages[0].inputs
    known = dict(zip(inputs, point.coordinates, strict=True)) | dict(point.parameters)
    given = [Program(known[name], ()).once(()) for name in search.names]
    if any(isinstance(value, Missing) for value in given):
        return
    free = [name for name in search.names if name not in question.solve_for]
    moving = [name for name in free if name not in fixed] or [name for name in free if name in inputs]
    for k in range(1, _NEAR + 1):
        moved = [_short(value) for value in given]
        for j in map(search.names.index, moving):
            moved[j] += Fraction((-1) ** (k >> j) * (k + j), _NEARNESS) * (1 + abs(round(moved[j])))
        found = search.solved(moved)
        if found is not None:
            yield found


def _short(ball: Any) -> Fraction:
    """A fraction near a value, which is exact where that is short."""
    mantissa, exponent = ball.mid().man_exp()
    return (Fraction(int(mantissa)) * Fraction(2) ** int(exponent)).limit_denominator(_NEARNESS)


class _Curve:
    """F(x, y) = 0 on a tape, to be solved for y."""

    def __init__(self, question: ImplicitFunction) -> None:
        stage = question.chain.stages[0]
        self.names = (*stage.inputs, *stage.parameters)
        self.tape = Tape()
        nodes = {name: self.tape.input() for name in self.names}
        parameters = {name: nodes[name] for name in stage.parameters}
        self.values = self.tape.apply(stage, [nodes[name] for name in stage.inputs], parameters)
        self.places = [self.names.index(name) for name in question.solve_for]
        by = [nodes[name] for name in question.solve_for]
        self.matrix = dense(self.tape, forward(self.tape, self.values, by), len(by))

    def whole_points(self) -> Iterator[Coordinates]:
        """Points of small whole numbers, where there are any: a person checks those first."""
        if len(self.names) > 3:
            return
        for numbers in product((1, 2, 3, 4, 5, 0, -1, -2, -3, -4, -5), repeat=len(self.names)):
            point = tuple(map(Fraction, numbers))
            values = self.tape.rationals(self.values, point, Rationals())
            if all(value == 0 for value in values):
                yield point

    def solved(self, start: list[Fraction]) -> Coordinates | None:
        """The point with y from Newton's method, certified by an interval step; None where that fails."""
        try:
            with precision(64):
                rough = self._newton([ball_of(c) for c in start], _FLOAT_STEPS)
            with precision(BITS[-1]):
                exact: list[Any] = [ball_of(c) for c in start]
                for place in self.places:
                    exact[place] = rough[place]
                sharp = self._newton(exact, _STEPS)
                return self._certified(start, sharp)
        except (Unsettled, ZeroDivisionError, ValueError, OverflowError):
            return None

    def _newton(self, current: list[Any], steps: int) -> list[Any]:
        for _ in range(steps):
            change = self._step(current, current)
            for k, place in enumerate(self.places):
                current[place] = (current[place] + change[k, 0]).mid()
        return current

    def _step(self, at: list[Any], around: list[Any]) -> Any:
        """−J(around)⁻¹ F(at)"""
        value = self.tape.evaluate(self.values, at, Balls())
        grid = [self.tape.evaluate(r, around, Balls()) for r in self.matrix]
        if not all(entry.is_finite() for r in grid for entry in r):
            raise ZeroDivisionError
        return newton_step(grid, value)

    def _certified(self, start: list[Fraction], point: list[Any]) -> Coordinates | None:
        radius = flint.arb(2) ** (-BITS[-1] // 2)
        around = list(point)
        for place in self.places:
            around[place] = flint.arb(point[place].mid(), radius)
        change = self._step(point, around)
        found: list[Any] = list(start)
        for k, place in enumerate(self.places):
            moved = point[place] + change[k, 0]
            if not around[place].contains(moved):
                return None
            found[place] = moved
        return tuple(found)


def _result(derivation: Derivation) -> tuple[Matrix, ...]:
    found = derivation.result
    assert isinstance(found, Expr | tuple)
    return tuple(map(as_matrix, found if isinstance(found, tuple) else (found,)))
