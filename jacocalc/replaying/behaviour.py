"""How a function behaves near a point, from its values along curves through it: what they show, and what they do not.

A curve is a + (c₁ h^{e₁}, …, c_n h^{e_n}) for h = 2⁻²⁰, 2⁻⁵⁰, 2⁻⁸⁰.  A gap that shrinks by much from one h to the next
vanishes, one that does not shrink stays; between them nothing is said.  Values show that a limit fails, and that it
holds along all curves that were looked at; where a formula has no pieces, that is taken for the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property, partial
from itertools import pairwise, product

from jacocalc.evaluate.fields import ball_of
from jacocalc.known_functions import JUMPING
from jacocalc.notation import Call, Expr, Piecewise, walk
from jacocalc.replaying.balls import Ball, norm
from jacocalc.replaying.places import Place

_SCALES = (20, 50, 80)
_SHRINKS = Fraction(1, 2**5)
_NOTHING = Fraction(1, 2**60)
_SLOPE_STEP = Fraction(1, 2**300)
_EXPONENTS = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1))
_FACTORS = ((Fraction(1), Fraction(1)), (Fraction(1), Fraction(-1)), (Fraction(-3, 7), Fraction(8, 5)))
YES, NO, OPEN = "yes", "no", "undecided"

Curve = Callable[[int], list[Ball]]  # of the scale: the change of every input


def _power(scale: int, exponent: int, factor: Fraction) -> Ball:
    return ball_of(factor * Fraction(1, 2 ** (scale * exponent)))


def curves(count: int) -> Iterator[Curve]:
    """Both ways along every axis, and curves through every pair of axes."""
    for j, factor in product(range(count), (Fraction(5, 4), Fraction(-4, 3))):
        yield partial(_along, [(1, factor if k == j else Fraction(0)) for k in range(count)])
    for exponents, factors, turn in product(_EXPONENTS, _FACTORS, (0, 1)) if count > 1 else ():
        sides = [(k + turn) % 2 for k in range(count)]
        longer = [Fraction(k + 3, 3 + turn * k) for k in range(count)]
        yield partial(_along, [(exponents[s], factors[s] * more) for s, more in zip(sides, longer, strict=True)])


def _along(powers: list[tuple[int, Fraction]], scale: int) -> list[Ball]:
    """c h^e for every input."""
    return [_power(scale, exponent, factor) for exponent, factor in powers]


def trend(gaps: Sequence[Ball]) -> str:
    """yes where gaps vanish, no where they stay or have no value, undecided between."""
    if any(gap is None or not gap.is_finite() for gap in gaps):
        return NO
    sizes = [abs(gap) for gap in gaps]
    if all(size < ball_of(_NOTHING) for size in sizes[1:]):
        return YES
    if all(after < ball_of(_SHRINKS) * before for before, after in pairwise(sizes)):
        return YES
    highest = sizes[0].max(sizes[1]).max(sizes[2])
    stays = sizes[2] > ball_of(Fraction(1, 2)) * sizes[0] and all(size > highest / 100 for size in sizes)
    return NO if stays else OPEN


def together(trends: Sequence[str]) -> str:
    """no if one is no, yes if all are yes."""
    return NO if NO in trends else YES if trends and set(trends) == {YES} else OPEN


class Behaviour:
    """One component at a point, with its value there (or the limit that fills a hole)."""

    def __init__(self, place: Place, component: int, value: Ball) -> None:
        self.place = place
        self.component = component
        self.value = value
        self.count = len(place.inputs)

    def at(self, change: Sequence[Ball]) -> Ball:
        """f(a + change)."""
        return self.place.moved(0, 0, change)[self.component]

    def gap(self, change: Sequence[Ball]) -> Ball:
        """f(a + change) − f(a)."""
        there = self.at(change)
        return None if there is None else there - self.value

    @cached_property
    def continuous(self) -> str:
        """Whether gaps vanish along all curves that stay where f is defined."""
        seen = [[self.gap(curve(scale)) for scale in _SCALES] for curve in curves(self.count)]
        return together([trend(gaps) for gaps in seen if None not in gaps])

    def quotients(self, j: int, sign: int) -> list[Ball]:
        """(f(a ± h e_j) − f(a))/±h for smaller and smaller h."""
        found = []
        for scale in (*_SCALES, 300):
            change = [_power(scale, 1, Fraction(sign * (k == j))) for k in range(self.count)]
            gap = self.gap(change)
            found.append(None if gap is None else gap / change[j])
        return found

    @cached_property
    def slopes(self) -> list[Ball] | None:
        """The partials; None where one of them does not exist."""
        return None if self.partials != YES else [self.quotients(j, 1)[-1] for j in range(self.count)]

    @cached_property
    def partials(self) -> str:
        """Whether the quotients from both sides settle at one number."""
        found = []
        for j in range(self.count):
            left, right = self.quotients(j, -1), self.quotients(j, 1)
            if None in left or None in right:
                return NO
            found += [trend([a - b for a, b in zip(left, right, strict=True)][:3]),
                      *(trend([q - side[-1] for q in side[:3]]) for side in (left, right))]  # fmt: skip
        return together(found)

    @cached_property
    def differentiable(self) -> str:
        """Whether f(a + v) − f(a) − ∇f · v vanishes beside ‖v‖."""
        if self.slopes is None:
            return self.partials
        found = []
        for curve in curves(self.count):
            rests = []
            for scale in _SCALES:
                change = curve(scale)
                gap = self.gap(change)
                linear = sum((s * v for s, v in zip(self.slopes, change, strict=True)), ball_of(Fraction(0)))
                rests.append(None if gap is None else (gap - linear) / norm(change))
            found.append(trend(rests))
        return together(found)

    @cached_property
    def smooth(self) -> str:
        """Whether the partials beside the point tend to those at it."""
        if self.slopes is None:
            return self.partials
        found = []
        for curve in curves(self.count):
            for j in range(self.count):
                found.append(trend([self._slope_gap(curve(scale), j) for scale in _SCALES]))
        return together(found)

    def _slope_gap(self, change: list[Ball], j: int) -> Ball:
        """∂f/∂x_j beside the point less that at it; None where the sides differ."""
        step = ball_of(_SLOPE_STEP)
        sides: list[Ball] = []
        middle = self.at(change)
        for sign in (-1, 1):
            moved = [c + sign * step if k == j else c for k, c in enumerate(change)]
            there = self.at(moved)
            sides.append(None if there is None or middle is None else (there - middle) / (sign * step))
        assert self.slopes is not None
        if None in sides or not abs(sides[0] - sides[1]) < ball_of(_NOTHING) * abs(sides[1]).max(ball_of(Fraction(1))):
            return None
        return sides[0] - self.slopes[j]

    def side(self, j: int, sign: int) -> str:
        """What the quotients to one side do: finite, plus, minus, outside, jump; empty where that is not seen."""
        quotients = self.quotients(j, sign)
        if None in quotients:
            return "outside"
        if trend([q - quotients[-1] for q in quotients[:3]]) == YES:
            return "finite"
        gaps = [q * _power(scale, 1, Fraction(1)) for q, scale in zip(quotients, _SCALES, strict=False)]
        if trend(gaps) == NO:
            return "jump"
        if abs(quotients[2]) > 100 * abs(quotients[0]) and trend(gaps) == YES:
            return "plus" if quotients[2] > 0 else "minus"
        return ""


def in_pieces(expr: Expr) -> bool:
    """Whether a formula has pieces, which curves through several inputs may miss."""
    jumping = (*JUMPING, "step")
    return any(isinstance(n, Piecewise) or (isinstance(n, Call) and n.function in jumping) for n in walk(expr))


def bends(expr: Expr) -> bool:
    """Whether a formula has kinks or pieces."""
    kinked = ("abs", "relu", "leaky_relu", "elu", "max", "min", "sqrt", "cbrt", "root")
    return in_pieces(expr) or any(isinstance(n, Call) and n.function in kinked for n in walk(expr))
