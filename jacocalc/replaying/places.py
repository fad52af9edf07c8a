"""Where a derivation is looked at: a place gives numbers to the inputs, and by differences to every derivative.

Derivatives are (f(a + h) − f(a − h))/2h with h = 2⁻³⁰⁰, at a point that was asked for with h = 2⁻²⁸⁰ too: what changes
between them, as that of x |x|^(1/5) at 0, may still be far from its limit.  Functions that are given by their sizes
only stand for polynomials with fixed coefficients, so that a chain of them has values too.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from itertools import islice

from jacocalc import notation
from jacocalc.evaluate.fields import ball_of
from jacocalc.functions import Chain, VectorFunction
from jacocalc.known_functions import BENT
from jacocalc.notation import ZERO, Expr, children, integer, postorder, rebuild, walk
from jacocalc.replaying.balls import ROUGHLY, Ball, Grid, close, identity, number, product

_STEP, _COARSE = Fraction(1, 2**300), Fraction(1, 2**280)
_SLOWEST = 16  # how often what changes between them may still change, as 1/ln h
_SHRINKING = Fraction(99, 100)  # from the coarse step to the fine one


# -- unspecified functions ----------------------------------------------------------------------------


@lru_cache(maxsize=4000)
def concrete(expr: Expr) -> Expr:
    """Unspecified functions replaced by polynomials of degree 3, their partials by those of the polynomials."""
    if not any(isinstance(node, notation.Applied) for node in walk(expr)):
        return expr
    done: dict[Expr, Expr] = {}
    for node in postorder(expr):
        parts = tuple(done[part] for part in children(node))
        done[node] = _polynomial(node, parts) if isinstance(node, notation.Applied) else rebuild(node, parts)
    return done[expr]


def _polynomial(node: notation.Applied, arguments: tuple[Expr, ...]) -> Expr:
    seeded = random.Random(f"{node.function} {node.component}")
    count = len(arguments)
    powers = [tuple(int(k in (i, j)) + int(k == i == j) for k in range(count))
              for i in range(count) for j in range(i, count)]  # fmt: skip
    terms = [(seeded.choice((-1, 1)) * _size(seeded), power) for power in powers]
    for i in range(count):  # c (a u³ - b u), so that every partial derivative is 0 somewhere
        sign = seeded.choice((-1, 1))
        terms += [(side * sign * _size(seeded), tuple(int(k == i) * degree for k in range(count)))
                  for side, degree in ((-1, 1), (1, 3))]  # fmt: skip
    for k in node.derivatives:
        terms = [(c * power[k - 1], tuple(p - (i == k - 1) for i, p in enumerate(power)))
                 for c, power in terms if power[k - 1]]  # fmt: skip
    return notation.summed([_monomial(c, power, arguments) for c, power in terms]) if terms else ZERO


def _size(seeded: random.Random) -> Fraction:
    return Fraction(seeded.randint(1, 9), 4)


def _monomial(coefficient: Fraction, powers: tuple[int, ...], arguments: tuple[Expr, ...]) -> Expr:
    found: Expr = notation.rational(coefficient)
    for argument, power in zip(arguments, powers, strict=True):
        if power:
            found = found * argument ** integer(power)
    return found


# -- places -------------------------------------------------------------------------------------------


class Place:
    """Numbers for the inputs and the parameters of a chain; ``kink`` is the weight of the right side, if any."""

    def __init__(
        self, stages: Sequence[VectorFunction], inputs: Sequence[Ball], parameters: Mapping[str, Ball],
        kink: Expr | None = None, exact: bool = False,
    ) -> None:  # fmt: skip
        self.stages = stages
        self.parameters = dict(parameters)
        self.kink = kink
        self.exact = exact
        self.inputs = list(inputs)
        self._jacobians: dict[tuple[int, int], Grid] = {}
        self._hessians: dict[tuple[int, int, int], Grid] = {}

    @cached_property
    def values(self) -> list[list[Ball]]:
        """The values of the stages, one after the other; None among them where a stage is undefined."""
        found = [self.inputs]
        for stage in self.stages:
            found.append(self._through(stage, found[-1]))
        return found

    @property
    def defined(self) -> bool:
        """Whether every stage has a value."""
        return all(value is not None for values in self.values for value in values)

    def entering(self, stage: int) -> list[Ball]:
        """What a stage is applied to."""
        return self.values[stage]

    @cached_property
    def names(self) -> dict[str, Ball]:
        """The numbers by name: the inputs of every stage, those of the innermost before all others."""
        found: dict[str, Ball] = {}
        for stage, values in zip(self.stages, self.values, strict=False):
            for name, value in zip(stage.inputs, values, strict=False):
                if value is not None:
                    found.setdefault(name, value)
        return {**found, **self.parameters}

    def number(self, expr: Expr, more: Mapping[str, Ball] | None = None) -> Ball | None:
        """The value of a formula here."""
        return number(concrete(expr), {**self.names, **(more or {})})

    def _through(self, stage: VectorFunction, arguments: Sequence[Ball]) -> list[Ball]:
        if any(value is None for value in arguments):
            return [None] * len(stage.values)
        names = {**self.parameters, **dict(zip(stage.inputs, arguments, strict=True))}
        return [number(concrete(value), names) for value in stage.values]

    def moved(self, first: int, last: int, changes: Sequence[Ball]) -> list[Ball]:
        """Stages first … last applied to what enters the first, moved by the changes."""
        values = [value + change for value, change in zip(self.entering(first), changes, strict=True)]
        for stage in self.stages[first : last + 1]:
            values = self._through(stage, values)
        return values

    # -- derivatives ----------------------------------------------------------------------------------

    def jacobian(self, first: int, last: int) -> Grid:
        """J of the stages first … last at what enters the first: the product of the stages' own."""
        if first > last:
            return identity(len(self.entering(first)))
        if (first, last) not in self._jacobians:
            own = self._own(last)
            self._jacobians[first, last] = own if first == last else product(own, self.jacobian(first, last - 1))
        return self._jacobians[first, last]

    def _own(self, stage: int) -> Grid:
        """J of one stage, by differences."""
        function, arguments = self.stages[stage], self.entering(stage)
        rows = []
        for component in function.values:
            expr = concrete(component)
            rows.append([self.slope(expr, function.inputs, arguments, j) for j in range(len(arguments))])
        return rows

    def slope(self, expr: Expr, inputs: Sequence[str], arguments: Sequence[Ball], place: int) -> Ball | None:
        """∂expr/∂(input) at the arguments; at a kink of an exact place with the weight of the convention."""
        names = {**self.parameters, **dict(zip(inputs, arguments, strict=True))}
        if self.kink is not None and self._bends(expr, names, inputs[place]):
            straight = straightened(expr, names, self.kink)
            return None if straight == expr else self.slope(straight, inputs, arguments, place)

        def quotient(step: Ball) -> Ball | None:
            left, right = _beside(expr, names, inputs[place], step)
            return (right - left) / (2 * step) if left is not None and right is not None else None

        return self._settled(quotient)

    def _settled(self, quotient: Callable[[Ball], Ball | None]) -> Ball | None:
        """A difference quotient, at an exact place as wide as it may still change."""
        fine = quotient(ball_of(_STEP))
        if not self.exact or fine is None:
            return fine
        coarse = quotient(ball_of(_COARSE))
        if coarse is None:
            return None
        change = _SLOWEST * (fine - coarse)
        return (fine - change).union(fine + change)

    def _bends(self, expr: Expr, names: Mapping[str, Ball], name: str) -> bool:
        """Whether the slopes to both sides of an exact place differ, and not the less the smaller the step is."""
        if not self.exact or not _kinked(expr):
            return False
        middle, gaps = number(expr, names), []
        for step in (ball_of(_COARSE), ball_of(_STEP)):
            left, right = _beside(expr, names, name, step)
            if left is None or middle is None or right is None:
                return True
            slopes = (right - middle) / step, (middle - left) / step
            if close(*slopes, ROUGHLY):
                return False
            gaps.append(abs(slopes[0] - slopes[1]))
        return not gaps[1] < gaps[0] * ball_of(_SHRINKING)

    def bent(self, stage: int) -> tuple[int, ...]:
        """The components of a stage that have a kink here along some input."""
        function = self.stages[stage]
        names = {**self.parameters, **dict(zip(function.inputs, self.entering(stage), strict=True))}
        exprs = map(concrete, function.values)
        return tuple(i for i, expr in enumerate(exprs) if any(self._bends(expr, names, n) for n in function.inputs))

    def hessian(self, first: int, last: int, component: int) -> Grid:
        """H of one component of the stages first … last."""
        which = (first, last, component)
        if which not in self._hessians:
            self._hessians[which] = self._second(*which)
        return self._hessians[which]

    def _second(self, first: int, last: int, component: int) -> Grid:
        """∂/∂x_i of ∂f/∂x_j by differences, the inner step far below the outer one."""
        count = len(self.entering(first))

        def value(i: int, outer: Ball, j: int, inner: Ball) -> Ball:
            changes = [ball_of(Fraction(0))] * count
            changes[i] = changes[i] + outer
            changes[j] = changes[j] + inner
            return self.moved(first, last, changes)[component]

        def second(i: int, j: int, step: Ball) -> Ball | None:
            inner = step * step
            four = [value(i, a * step, j, b * inner) for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
            return None if None in four else (four[0] - four[1] - four[2] + four[3]) / (4 * step * inner)

        return [[self._settled(partial(second, i, j)) for j in range(count)] for i in range(count)]

    def slope_of(self, expr: Expr, by: str, inputs: Sequence[str]) -> Ball | None:
        """∂expr/∂by of any formula in the names of this place."""
        return self.slope(concrete(expr), inputs, [self.names[name] for name in inputs], inputs.index(by))


def _beside(expr: Expr, names: Mapping[str, Ball], name: str, step: Ball) -> tuple[Ball | None, Ball | None]:
    """The values at a − h and a + h along one input."""
    return number(expr, {**names, name: names[name] - step}), number(expr, {**names, name: names[name] + step})


def _kinked(expr: Expr) -> bool:
    bent = (isinstance(node, notation.Call) and node.function in BENT for node in walk(expr))
    return any(bent) or any(isinstance(node, notation.Piecewise) for node in walk(expr))


def straightened(expr: Expr, names: Mapping[str, Ball], weight: Expr) -> Expr:
    """The kinks met at the place replaced by lines: relu(u) by t u, |u| by (2t − 1) u, max(a, b) by (a + b)/2."""
    done: dict[Expr, Expr] = {}
    for node in postorder(expr):
        parts = tuple(done[part] for part in children(node))
        done[node] = rebuild(node, parts)
        if isinstance(node, notation.Call) and node.function in BENT:
            values = [number(argument, names) for argument in node.arguments]
            if node.function in ("abs", "relu") and values[0] is not None and values[0].contains(0):
                done[node] = (weight if node.function == "relu" else integer(2) * weight - 1) * parts[0]
            elif len(values) == 2 and None not in values and (values[0] - values[1]).contains(0):
                done[node] = (parts[0] + parts[1]) / 2
    return done[expr]


_RANGES = ((-96, 96), (8, 96), (-40, 40), (64, 256), (1, 40), (-400, 400), (100, 2000))
_TRIES, _PLACES = 40, 2


def random_places(chain: Chain, seed: str = "replay") -> list[Place]:
    """Places with rational coordinates at which every stage is defined."""
    defined = (place for place in _places(chain, random.Random(seed)) if place.defined)
    return list(islice(defined, _PLACES))


def _places(chain: Chain, seeded: random.Random) -> Iterator[Place]:
    for turn in range(_TRIES * len(_RANGES)):
        low, high = _RANGES[turn % len(_RANGES)]
        size = len(chain.inputs) + len(chain.parameters)
        numbers = [ball_of(Fraction(seeded.randint(low * 97, high * 97), 64 * 97)) for _ in range(size)]
        parameters = dict(zip(chain.parameters, numbers[len(chain.inputs) :], strict=True))
        yield Place(chain.stages, numbers[: len(chain.inputs)], parameters)
