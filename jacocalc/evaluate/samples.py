"""Sample points, and the values of expressions there as balls.

Points are rational and the same every time.  They visit every sign orthant (all up to six variables, a sample
that shows every pair of signs beyond) at several scales; more are made on demand, near and far.  A value is a
finite ball, UNDEFINED, or UNSETTLED where the highest precision does not tell.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from fractions import Fraction
from functools import cached_property, partial
from itertools import islice, product
from typing import Any, TypeAlias

from jacocalc import notation
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.fields import Balls, Rationals, Unsettled, ball_of, precision
from jacocalc.evaluate.numbers import holds
from jacocalc.evaluate.tape import Tape
from jacocalc.notation import ONE, ZERO, Expr, Symbol, children, names, rebuild, walk

BITS = (320, 1280)
_RELATIVE = 200
_SCALES = (Fraction(1), Fraction(1, 3), Fraction(3), Fraction(1, 10**3), Fraction(1, 10**6))
_MORE_SCALES = (Fraction(1, 10), Fraction(10), Fraction(1), Fraction(1, 3), Fraction(30), Fraction(3), Fraction(100))
_FAR_SCALES = tuple(Fraction(10) ** power for power in (3, 4, 6, 9, 15, 30))  # where a switch such as x - 1000 turns
_ALL_ORTHANTS = 6
_MORE = 60


class Missing(StrEnum):
    """Why there is no value."""

    UNDEFINED = "undefined"
    UNSETTLED = "unsettled"


Value: TypeAlias = Any  # a finite arb ball, or Missing
Coordinates: TypeAlias = tuple[Any, ...]  # fractions, or balls for points of a curve


def first_points(count: int) -> list[Coordinates]:
    """Points in every sign orthant: at each scale, from 3 to a millionth, up to three variables; in turn beyond."""
    if count == 0:
        return [()]
    source = random.Random(count)
    signs = list(product((1, -1), repeat=count)) if count <= _ALL_ORTHANTS else _covering(count, source)
    if count <= 3:
        return [_point(sign, scale, source) for scale in _SCALES for sign in signs]
    return [_point(sign, _SCALES[k % len(_SCALES)], source) for k, sign in enumerate(signs)]


def more_points(count: int, scales: Sequence[Fraction]) -> Iterator[Coordinates]:
    """Points without end, at these scales in turn, with all signs."""
    source = random.Random(1000 + count)
    while count:
        for scale in scales:
            yield _point([source.choice((1, -1)) for _ in range(count)], scale, source)


def _covering(count: int, source: random.Random) -> list[tuple[int, ...]]:
    """Random signs and their opposites: 24 pairs show any two of 200 variables with all four pairs of signs."""
    found: list[tuple[int, ...]] = []
    for _ in range(24):
        signs = tuple(source.choice((1, -1)) for _ in range(count))
        found += [signs, tuple(-sign for sign in signs)]
    return found


def _point(signs: Sequence[int], scale: Fraction, source: random.Random) -> Coordinates:
    return tuple(sign * scale * Fraction(source.randrange(37, 97), 67) for sign in signs)


def sampled(
    variables: Sequence[str], positive: frozenset[str] = frozenset(), domain: Sequence[Expr] = ()
) -> Samples:
    """The sample points of these variables; those in ``positive`` are positive everywhere."""
    count = len(variables)

    def inside(point: Coordinates) -> Coordinates:
        return tuple(abs(c) if name in positive else c for name, c in zip(variables, point, strict=True))

    limits = tuple(notation.Comparison(">", Symbol(name), ZERO) for name in variables if name in positive)
    further = (map(inside, islice(more_points(count, scales), _MORE)) for scales in (_MORE_SCALES, _FAR_SCALES))
    return Samples(variables, list(map(inside, first_points(count))), further, positive, True, (*domain, *limits))


class Samples:
    """Values of expressions in these variables at points; each expression is evaluated once.

    ``more``: further points in lots, for pairs of which the first ones show too little.
    ``positive``: variables of which only positive values count; ``free``: any other point would do as well;
    ``domain``: conditions under which points count.
    """

    def __init__(
        self,
        variables: Sequence[str],
        points: Sequence[Coordinates],
        more: Iterable[Iterable[Coordinates]] = (),
        positive: frozenset[str] = frozenset(),
        free: bool = False,
        domain: Sequence[Expr] = (),
    ) -> None:
        self.variables = tuple(variables)
        self.positive = positive
        self.free = free
        self.domain = tuple(c for c in domain if set(names(c)) <= set(self.variables))
        self._signs: dict[Expr, Program] = {}
        self.points: list[Coordinates] = []
        self.rejected: list[Coordinates] = []
        self._take(points)
        self._more = iter(more)
        self._values: dict[Expr, list[Value]] = {}

    def extend(self) -> bool:
        """Take the next lot of further points; whether there was one."""
        further = list(next(self._more, ()))
        self._take(further)
        return bool(further)

    @cached_property
    def wide(self) -> tuple[Coordinates, ...]:
        """All further points that count, and not the first ones."""
        other = sampled(self.variables, self.positive, self.domain)
        while other.extend():
            pass
        first = set(self.points)
        return tuple(point for point in other.points if point not in first)

    def _take(self, points: Iterable[Coordinates]) -> None:
        for point in points:
            (self.points if self._inside(point) else self.rejected).append(point)

    def _inside(self, point: Coordinates) -> bool:
        """Whether no condition of the domain surely fails."""

        def sign(expr: Expr) -> int | None:
            program = self._signs.setdefault(expr, Program(expr, self.variables))
            value = program.at(point)
            if isinstance(value, Missing):
                return None
            return 1 if value > 0 else -1 if value < 0 else 0 if value.is_zero() else None

        return all(holds(condition, sign) is not False for condition in self.domain)

    def values(self, expr: Expr) -> list[Value]:
        """The value at every point."""
        known = self._values.setdefault(expr, [])
        if len(known) < len(self.points):
            program = Program(expr, self.variables)
            known += [program.at(point) for point in self.points[len(known) :]]
        return known


class Program:
    """One expression on a tape; its conditions are settled exactly at rational points where that is possible."""

    def __init__(self, expr: Expr, variables: Sequence[str]) -> None:
        self.expr = expr
        self.variables = tuple(variables)
        self.branching = any(isinstance(node, notation.Piecewise) for node in walk(expr))
        self.tape = Tape(strict=True)
        names = {name: self.tape.input() for name in variables}
        self.node = self.tape.build(expr, names)
        self._parts: dict[Expr, Program] = {}  # conditions, and what is left where branches are chosen

    def at(self, point: Coordinates) -> Value:
        """The value at the precision that makes it sharp, or at the highest one."""
        if self.branching and all(isinstance(c, Fraction) for c in point):
            chosen = _chosen(self.expr, partial(self._rational_sign, point))
            if chosen != self.expr:
                return self._part(chosen).at(point)
        found: Value = Missing.UNSETTLED
        for bits in BITS:
            with precision(bits):
                found = self.once(point)
                if not isinstance(found, Missing) and sharp(found):
                    return found
        return found

    def _part(self, expr: Expr) -> Program:
        if expr not in self._parts:
            self._parts[expr] = Program(expr, self.variables)
        return self._parts[expr]

    def _rational_sign(self, point: Coordinates, expr: Expr) -> int | None:
        value = self._part(expr).rational(point)
        return None if value is None else (value > 0) - (value < 0)

    def rational(self, point: Coordinates) -> Fraction | None:
        """The value at a point of fractions, where it is a fraction."""
        return self.tape.rationals([self.node], point, Rationals())[0]

    def straight_zero(self, low: Coordinates, high: Coordinates) -> Coordinates | None:
        """The zero between two points, where the values at both and there lie on one line."""
        first, last = self.rational(low), self.rational(high)
        if first is None or last is None or first == last:
            return None
        share = first / (first - last)
        point = tuple(a + share * (b - a) for a, b in zip(low, high, strict=True))
        return point if self.rational(point) == 0 else None

    def once(self, point: Coordinates) -> Value:
        """The value at the precision that is set around; the coordinates may be wide balls."""
        numbers = [ball_of(c) if isinstance(c, Fraction) else c for c in point]
        try:
            value = self.tape.evaluate([self.node], numbers, Balls())[0]
        except (Unsettled, OverflowError, MemoryError):
            return Missing.UNSETTLED
        except (ZeroDivisionError, ValueError, JacocalcError):
            return Missing.UNDEFINED
        return value if value.is_finite() else Missing.UNDEFINED


_NO_BRANCH = notation.Quotient(ONE, ZERO)


def _chosen(expr: Expr, sign: Callable[[Expr], int | None]) -> Expr:
    """The expression with the branch that holds in place of each piecewise one, as far as the signs tell."""
    if isinstance(expr, notation.Piecewise):
        for value, when in expr.branches:
            held = holds(when, sign)
            if held is None:
                return expr
            if held:
                return _chosen(value, sign)
        return _NO_BRANCH if expr.otherwise is None else _chosen(expr.otherwise, sign)
    parts = children(expr)
    return rebuild(expr, tuple(_chosen(part, sign) for part in parts)) if parts else expr


def sharp(value: Any) -> bool:
    """Whether a ball is narrow against its size (against 1, where it may be 0)."""
    size = abs(value).upper()
    return bool(value.rad() * (1 << _RELATIVE) <= (size if size > 1 else 1))
