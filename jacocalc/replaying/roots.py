"""Points where a function of several numbers is 0: along lines, and at places where it has a minimum.

A zero is far below what is beside it; what is only small there, as e^(-x²) is, is none.  Along a line g/g′ is 0 where
g is, and simply so even at a multiple zero, so Newton's method for g/g′ settles fast.  Zeros of g that fill no surface,
as those of u² + v², are places where ∇g = 0.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from jacocalc.evaluate.fields import ball_of
from jacocalc.replaying.balls import Ball, Grid, column, inverse, product, vanishes

Coordinates: TypeAlias = list[Ball]
Function: TypeAlias = Callable[[Coordinates], Ball]  # None where there is no value

_STEP = Fraction(1, 2**120)
_GRID = 36
_TURNS = 20
_FEW = 12  # for a minimum, where a turn costs more
_SEEN = 9  # turns after which a zero is near, or none
_NEARLY = Fraction(1, 10**90)
_NEAR = Fraction(1, 10**6)
_BESIDE, _BELOW = Fraction(1, 10**6), Fraction(1, 10**20)
_MOST = 4  # numbers that a minimum is looked for in


def zeros(function: Function, count: int, seed: str, lines: int = 2) -> Iterator[Coordinates]:
    """Zeros of a function of so many numbers, by lines with random directions and from random starts."""
    seeded = random.Random(seed)
    for turn in range(lines):
        reach = (6, 30)[turn % 2]
        start = _random(seeded, count, Fraction(reach, 4))
        way = [ball_of(Fraction(seeded.randint(400, 1000) * seeded.choice((-1, 1)), 1009)) for _ in start]
        for zero in _along(function, start, way, reach):  # it crosses every plane x = a that is near
            if sinks(function, zero):
                yield zero
    for turn in range(2 if count == 2 else 1 if 2 < count <= _MOST else 0):
        found = _flat(function, _random(seeded, count, Fraction((1, 4)[turn])))
        if found is not None and sinks(function, found):
            yield found


def sinks(function: Function, point: Coordinates) -> bool:
    """Whether a function is 0 at a point, as far as 20 digits of its values beside it tell."""
    here, seeded = function(point), random.Random("beside")
    way = [ball_of(_BESIDE * Fraction(seeded.randint(400, 1000), 1009)) for _ in point]
    beside = [function([x + sign * d for x, d in zip(point, way, strict=True)]) for sign in (1, -1)]
    return here is not None and any(one is not None and abs(here) < ball_of(_BELOW) * abs(one) for one in beside)


def _random(seeded: random.Random, count: int, size: Fraction) -> Coordinates:
    return [ball_of(size * Fraction(seeded.randint(-1000, 1000), 1009)) for _ in range(count)]


def _along(function: Function, start: Coordinates, way: Coordinates, reach: int) -> Iterator[Coordinates]:
    def at(t: Ball) -> Coordinates:
        return [x + t * d for x, d in zip(start, way, strict=True)]

    def value(t: Ball) -> Ball:
        return function(at(t))

    grid = [ball_of(Fraction(reach * (2 * k - _GRID), _GRID) + Fraction(1, 997)) for k in range(_GRID + 1)]
    heights = [value(t) for t in grid]
    seen: list[float] = []
    for t in _candidates(grid, heights):
        found = _refined(value, t)
        if found is not None and not any(abs(float(found) - old) < 1e-9 for old in seen):
            seen.append(float(found))
            yield at(found)


def _candidates(grid: list[Ball], heights: list[Ball]) -> Iterator[Ball]:
    """Where the sign changes, where the size is least, and where the function ends."""
    for (a, b), (left, right) in zip(pairwise(grid), pairwise(heights), strict=True):
        if left is not None and right is not None and left * right < 0:
            yield (a * abs(right) + b * abs(left)) / (abs(left) + abs(right))
        elif (left is None) != (right is None):
            yield b if left is None else a
    for k in range(1, len(grid) - 1):
        three = heights[k - 1 : k + 2]
        if None not in three and abs(three[1]) < abs(three[0]) and abs(three[1]) < abs(three[2]):
            yield grid[k]


def _refined(value: Callable[[Ball], Ball], t: Ball) -> Ball:
    """Newton's method for g/g′ from t on; None where it does not settle at a zero."""
    step = ball_of(_STEP)
    for turn in range(_TURNS):
        middle, ahead, behind = value(t), value(t + step), value(t - step)
        if middle is None or (ahead is None and behind is None) or (turn > _SEEN and abs(middle) > ball_of(_NEAR)):
            return None
        if middle.contains(0) or abs(middle) < ball_of(_NEARLY**2):
            return t
        slope, bend = _derivatives(middle, ahead, behind, step)
        under = slope * slope - middle * bend
        if not (under > 0 or under < 0):
            return None
        move = (middle * slope / under).mid()
        t = (t - move).mid()
        if abs(move) < ball_of(_NEARLY):
            height = value(t)  # at a pole the method settles too
            return t if height is not None and vanishes(height) else None
        if abs(t) > 10**6:
            return None
    return None


def _derivatives(middle: Ball, ahead: Ball, behind: Ball, step: Ball) -> tuple[Ball, Ball]:
    """g′ and g″; from one side only where the function ends."""
    if ahead is None or behind is None:
        one = (ahead - middle) / step if behind is None else (middle - behind) / step
        return one, one * 0
    return (ahead - behind) / (2 * step), (ahead - 2 * middle + behind) / (step * step)


def _flat(function: Function, start: Coordinates) -> Coordinates | None:
    """A zero where ∇g = 0, by Newton's method; None where it does not settle at a zero."""
    point = start
    for turn in range(_FEW):
        height = function(point)
        if height is None or (turn > _FEW // 2 and abs(height) > ball_of(_NEAR)):
            return None
        derivatives = _second_order(function, point)
        back = None if derivatives is None else inverse(derivatives[1])
        if derivatives is None or back is None:
            return None
        move = [row[0] for row in product(back, column(derivatives[0]))]
        if not all(value.is_finite() for value in move):
            return None
        point = [(x - d).mid() for x, d in zip(point, move, strict=True)]
        if all(abs(d) < ball_of(_NEARLY) for d in move):
            height = function(point)
            return point if height is not None and vanishes(height) else None
    return None


def _second_order(function: Function, point: Coordinates) -> tuple[Coordinates, Grid] | None:
    step, count = ball_of(_STEP), len(point)

    def value(moves: Sequence[tuple[int, int]]) -> Ball:
        there = list(point)
        for place, sign in moves:
            there[place] = there[place] + sign * step
        return function(there)

    corners = {}
    for i in range(count):
        for j in range(i, count):
            for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                corners[i, j, a, b] = value(((i, a), (j, b)))
    sides = [[value(((i, sign),)) for sign in (1, -1)] for i in range(count)]
    if None in corners.values() or any(None in pair for pair in sides):
        return None
    gradient = [(pair[0] - pair[1]) / (2 * step) for pair in sides]

    def second(i: int, j: int) -> Ball:
        i, j = min(i, j), max(i, j)
        total = corners[i, j, 1, 1] - corners[i, j, 1, -1] - corners[i, j, -1, 1] + corners[i, j, -1, -1]
        return total / (4 * step * step)

    return gradient, [[second(i, j) for j in range(count)] for i in range(count)]
