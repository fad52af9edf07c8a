"""Points on a side that no sample has reached: |x² − 21x + 110| is without its bars but between 10 and 11.

A side is a condition.  Its height is an expression that is positive where the condition holds; from a few samples it
is climbed, along one variable after the other, until it is positive.  A polynomial of one variable has all its
zeros isolated instead, which also tells that a side is empty.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import Any, TypeAlias

import sympy

from jacocalc.algebra.convert import FAILURES, to_sympy
from jacocalc.evaluate.fields import precision
from jacocalc.evaluate.samples import Coordinates, Missing, Program, Samples
from jacocalc.notation import Call, Comparison, Expr, Junction, names, tree_size, walk

_MOST_DEGREE = 40
_MOST_BITS = 300  # of the coefficients, times the degree
_WIDTHS = (2, 6, 10)  # digits to which zeros are isolated
_MOST_SIZE = 200
_MOST_VARIABLES = 6
_STARTS = 4
_ROUNDS = 3
_STEPS = 40
_MOST_SUMMITS = 5
_AROUND = tuple(sign * size for size in (0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0) for sign in (-1, 1))
_GOLDEN = (math.sqrt(5) - 1) / 2
Point: TypeAlias = tuple[float, ...]
Height: TypeAlias = Callable[[Point], float]


def points_on(side: Expr, samples: Samples) -> list[Coordinates]:
    """Points at which the side holds, if any is found."""
    height = _height(side)
    if not samples.free or height is None or tree_size(height) > _MOST_SIZE:
        return []
    if len(samples.variables) == 1:
        between = _between_zeros([node for node in walk(side) if isinstance(node, Comparison)])
        if between is not None:
            return [(value,) for value in between]
    if len(samples.variables) > _MOST_VARIABLES:
        return []
    starts = samples.points or samples.rejected
    return list(_climbed(_measured(height, samples.variables), starts[:_STARTS]))


def is_empty(side: Expr) -> bool:
    """Whether the side is empty: proved, for a polynomial of one variable."""
    if not isinstance(side, Comparison) or side.relation not in ("<", ">"):
        return False
    between = _between_zeros([side])
    if between is None:
        return False
    program = Program(side.left - side.right, tuple(dict.fromkeys(names(side))))
    values = [program.at((value,)) for value in between]
    wanted = 1 if side.relation == ">" else -1
    return not any(isinstance(value, Missing) or value * wanted > 0 for value in values)


def _height(side: Expr) -> Expr | None:
    """What is positive where the side holds."""
    match side:
        case Comparison(">" | ">=", left, right):
            return left - right
        case Comparison("<" | "<=", left, right):
            return right - left
        case Junction(word, parts):
            heights = [height for part in parts if (height := _height(part)) is not None]
            return Call("min" if word == "and" else "max", tuple(heights)) if heights else None
    return None


# -- one variable, exactly ----------------------------------------------------------------------------


def _between_zeros(sides: Sequence[Comparison]) -> list[Fraction] | None:
    """Two values between any two neighbouring zeros of left − right, and one beyond the outermost of them; None for
    others than polynomials of one variable with rational coefficients."""
    polynomials = [_polynomial(side.left - side.right) for side in sides]
    known = [polynomial for polynomial in polynomials if polynomial is not None]
    if not known or len(known) < len(polynomials) or len({polynomial.gens for polynomial in known}) > 1:
        return None
    polynomial = math.prod(known[1:], start=known[0]).sqf_part()
    bits = max(int(coefficient).bit_length() for coefficient in polynomial.clear_denoms()[1].all_coeffs())
    if polynomial.degree() * bits > _MOST_BITS:  # its zeros may lie so close that nobody tells them apart
        return None
    for digits in _WIDTHS:
        width = sympy.Rational(1, 10**digits)
        found = [(_fraction(low), _fraction(high)) for (low, high), _ in polynomial.intervals(eps=width)]
        if all(left[1] < right[0] for left, right in pairwise(found)):
            return list(_in_gaps(found))
    return None


def _polynomial(expr: Expr) -> Any:
    if len(set(names(expr))) != 1 or tree_size(expr) > _MOST_SIZE:
        return None
    try:
        written = to_sympy(expr)
        (letter,) = written.free_symbols
        if not written.is_polynomial(letter) or sympy.degree(written, letter) > _MOST_DEGREE:
            return None
        return sympy.Poly(written, letter, domain="QQ")
    except FAILURES:
        return None


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _in_gaps(zeros: Sequence[tuple[Fraction, Fraction]]) -> Iterator[Fraction]:
    if not zeros:
        yield Fraction(1)
        return
    yield simplest(zeros[0][0] - 2, zeros[0][0] - 1)
    for (_, low), (high, _) in pairwise(zeros):
        yield from off_the_middle(low, high)
    yield simplest(zeros[-1][1] + 1, zeros[-1][1] + 2)


def off_the_middle(low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Two simple fractions between the two; not their mean, at which what is symmetrical has no slope."""
    eighth = (high - low) / 8
    return simplest(low + eighth, low + 3 * eighth), simplest(high - 3 * eighth, high - eighth)


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the least denominator in low < x < high (Stern and Brocot)."""
    if low < 0 < high:
        return Fraction(0)
    if high <= 0:
        return -simplest(-high, -low)
    whole = low.numerator // low.denominator
    if whole + 1 < high:
        return Fraction(whole + 1)
    low, high = low - whole, high - whole
    if low:
        return whole + 1 / simplest(1 / high, 1 / low)
    return whole + Fraction(1, high.denominator // high.numerator + 1)


# -- climbing -----------------------------------------------------------------------------------------


def _measured(height: Expr, variables: tuple[str, ...]) -> Height:
    """The height as a number, −∞ where there is none."""
    program = Program(height, variables)

    def measured(point: Point) -> float:
        with precision(64):
            value = program.once(tuple(map(Fraction, point)))
        return -math.inf if isinstance(value, Missing) else float(value.mid())

    return measured


def _climbed(height: Height, starts: Sequence[Coordinates]) -> Iterator[Coordinates]:
    """Points with a positive height, from one of the starts."""
    for start in starts:
        point = tuple(map(float, start))
        for _ in range(_ROUNDS):
            before = point
            for place in range(len(point)):
                point = _highest(height, point, place)
            if height(point) > 0:
                yield from dict.fromkeys(_beside(height, point))
                return
            if point == before:
                break


def _highest(height: Height, start: Point, place: int) -> Point:
    """The first positive summit along a line, from 0 on; the highest one where none is."""

    def at(value: float) -> Point:
        return (*start[:place], value, *start[place + 1 :])

    grid = sorted({start[place], 0.0, *_AROUND, *(start[place] + step for step in _AROUND)})
    heights = [-math.inf, *(height(at(value)) for value in grid), -math.inf]
    around = zip(heights, heights[1:], heights[2:], strict=False)
    summits = [k for k, (left, here, right) in enumerate(around) if left <= here >= right and here > -math.inf]
    best = start
    for k in sorted(summits, key=lambda k: abs(grid[k]))[:_MOST_SUMMITS]:
        found = _refined(lambda x: height(at(x)), grid[max(k - 1, 0)], grid[min(k + 1, len(grid) - 1)])
        best = max(best, at(found), at(grid[k]), key=height)
        if height(best) > 0:
            break
    return best


def _refined(height: Callable[[float], float], low: float, high: float) -> float:
    """The highest place between two, by golden sections."""
    for _ in range(_STEPS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if height(left) < height(right):
            low = left
        else:
            high = right
    return (low + high) / 2


def _beside(height: Height, summit: Point) -> Iterator[Coordinates]:
    """Simple points beside a summit, then the summit itself, at which many derivatives are 0."""
    for signs in sorted(product((1, -1, 0), repeat=len(summit)), key=lambda signs: signs.count(0)):
        for power in range(1, 24):
            step = Fraction(1, 2**power)
            if height(_moved(summit, signs, step)) > 0:
                moved = _moved(summit, signs, 2 * step / 5)
                near = tuple(simplest(Fraction(x) - step / 5, Fraction(x) + step / 5) for x in moved)
                yield near if height(tuple(map(float, near))) > 0 else tuple(map(Fraction, moved))
                break


def _moved(point: Point, signs: Sequence[int], step: Fraction) -> Point:
    return tuple(x + sign * float(step) for x, sign in zip(point, signs, strict=True))
