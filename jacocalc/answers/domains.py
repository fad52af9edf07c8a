"""Where an answer is defined: the conditions that it adds to those of the right one.

A condition bites where it fails although the right formula has a value: at a sample point, or for u ≠ 0 at a zero of
u that bisection finds between sample points.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import Any

import flint

from jacocalc.algebra.domain import conditions_of, without_redundant
from jacocalc.evaluate.equality import light
from jacocalc.evaluate.fields import ball_of, precision
from jacocalc.evaluate.samples import BITS, Coordinates, Missing, Program, Samples, sharp
from jacocalc.notation import ZERO, Call, Comparison, Expr, Minus, Negative, Piecewise, Power, Product, names, walk

_MOST_CONDITIONS = 12


def restrictions(expected: Expr, given: Expr, samples: Samples) -> tuple[Expr, ...]:
    """The conditions of the given formula that the expected one does not need."""
    if not samples.variables:
        return ()
    known = set(_domain(expected))
    added = tuple(c for c in _domain(given) if c not in known and light(c))
    candidates = without_redundant(added[:_MOST_CONDITIONS])
    return tuple(c for c in candidates if isinstance(c, Comparison) and _bites(c, expected, samples))


def limited(given: Expr) -> bool:
    """Whether anything in the formula can be undefined; what cannot has only grown too large for a number."""
    return bool(_domain(given)) or any(isinstance(node, Piecewise) for node in walk(given))


def nowhere(expected: Expr, given: Expr, samples: Samples) -> bool:
    """Whether the given formula is defined at no sample point: 0/(x − x) is no 0, although 0 times anything is 0."""
    for condition in _domain(given):
        if isinstance(condition, Comparison) and not set(names(condition)) - set(samples.variables):
            both = list(zip(samples.values(condition.left - condition.right), samples.values(expected), strict=True))
            here = [value for value, right in both if not isinstance(right, Missing)]
            if here and all(not isinstance(v, Missing) and _fails(condition.relation, v) for v in here):
                return True
    return False


def _domain(expr: Expr) -> list[Expr]:
    """The conditions under which every part is defined."""
    return [c.holds for node in walk(expr) for c in conditions_of(node) if not c.smooth]


def _bites(condition: Comparison, expected: Expr, samples: Samples) -> bool:
    """Whether the condition fails somewhere where the expected formula has a value."""
    if set(names(condition)) - set(samples.variables):
        return False
    both = list(zip(samples.values(condition.left - condition.right), samples.values(expected), strict=True))
    if any(
        not isinstance(value, Missing) and not isinstance(here, Missing) and _fails(condition.relation, value)
        for value, here in both
    ):
        return True
    if condition.relation == "!=" and samples.free:
        return any(_defined_there(expected, zero, condition, samples) for zero in islice(_zeros(condition, samples), 3))
    return False


def _fails(relation: str, difference: Any) -> bool:
    sign = 1 if difference > 0 else -1 if difference < 0 else 0
    if relation == "!=":
        return bool(difference.is_zero()) or (sign == 0 and sharp(difference))
    return sign < 0 if relation in (">", ">=") else sign > 0 if relation in ("<", "<=") else False


_HALVINGS = 140


def _zeros(condition: Comparison, samples: Samples) -> Iterator[Coordinates]:
    """Points at which both sides are nearly equal: between sample points of different sign, by bisection."""
    difference = condition.left - condition.right
    for base in (condition.left, *_factors(condition.left)) if condition.right == ZERO else (difference,):
        values = samples.values(base)
        places = [(p, v) for p, v in zip(samples.points, values, strict=True) if not isinstance(v, Missing)]
        above = [p for p, v in places if v > 0]
        below = [p for p, v in places if v < 0]
        for low, high in zip(below[:3], above[:3], strict=False):
            yield _bisected(base, low, high, samples.variables)


def _factors(expr: Expr) -> Iterator[Expr]:
    """u under u², u and v in u v: a square does not change its sign where it is 0."""
    match expr:
        case Power(base, _) | Negative(base) | Minus(base) | Call("sqrt" | "cbrt" | "abs", (base,)):
            yield base
            yield from _factors(base)
        case Product(factors):
            for factor in factors:
                yield factor
                yield from _factors(factor)


def _bisected(base: Expr, low: Coordinates, high: Coordinates, variables: tuple[str, ...]) -> Coordinates:
    program = Program(base, variables)
    exact = program.straight_zero(low, high)
    if exact is not None:
        return exact
    for _ in range(_HALVINGS):
        middle = tuple((a + b) / 2 for a, b in zip(low, high, strict=True))
        value = program.at(middle)
        if isinstance(value, Missing) or not (value > 0 or value < 0):
            return middle
        low, high = (low, middle) if value > 0 else (middle, high)
    return low


def _defined_there(expected: Expr, near: Coordinates, condition: Comparison, samples: Samples) -> bool:
    """Whether the expected formula has a value around the zero, or at the simple fraction that it is."""
    point = tuple(c.limit_denominator(1000) for c in near)
    exact = Samples(samples.variables, [point], domain=samples.domain)
    if not exact.points:
        return False  # the question is not asked there
    if _defined_near(expected, near, samples):
        return True
    difference = exact.values(condition.left - condition.right)[0]
    if isinstance(difference, Missing) or not difference.is_zero():
        return False
    return not isinstance(exact.values(expected)[0], Missing)


def _defined_near(expected: Expr, point: Coordinates, samples: Samples) -> bool:
    """Whether the expected formula has a bounded value on a small box around the point."""
    width = ball_of(Fraction(1, 10**25))
    with precision(BITS[0]):
        around = [flint.arb(ball_of(c).mid(), width) for c in point]
        return not isinstance(Program(expected, samples.variables).once(tuple(around)), Missing)
