"""Do two expressions have the same values?  A certified screen.

Disjoint balls prove that two values differ: that point is the witness.  Points at which the reference is
undefined are skipped; points at which only the other one is undefined are counted.  Where formulas change branches,
points on and between the borders are looked at as well (``kinks``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from jacocalc.algebra.domain import collected
from jacocalc.evaluate.fields import decimal, precision
from jacocalc.evaluate.kinks import points_between, points_within, unreached
from jacocalc.evaluate.reaching import is_empty, points_on
from jacocalc.evaluate.samples import BITS, Coordinates, Missing, Program, Samples, Value, sharp
from jacocalc.notation import Call, Expr, Junction, Power, exponent_value, walk

_ENOUGH = 4
_DIGITS = 6
_MOST_DIGITS = 24
_DEEP = 20_000
_DEEP_POINTS = 2
_INVERSES = frozenset({
    "sqrt", "cbrt", "root", "asin", "acos", "atan", "atan2", "acot", "asec", "acsc", "acosh", "asech", "lambertw",
})  # fmt: skip


@dataclass(frozen=True)
class Witness:
    """A point at which two values differ, all in decimals; ``place``: its coordinates as they are."""

    point: tuple[tuple[str, str], ...]
    expected: str
    given: str
    place: Coordinates = field(default=(), compare=False)


@dataclass(frozen=True)
class Screening:
    """What the points say of a pair.

    ``agreed``: at so many points the two values agree; ``undefined``: at so many the second has none although the
    first has; ``unsettled``: at so many nothing could be told; ``unreached``: sides of kinks not seen.
    """

    agreed: int = 0
    undefined: int = 0
    unsettled: int = 0
    witness: Witness | None = None
    gap: Coordinates | None = None
    unreached: tuple[Expr, ...] = ()


def differ(expected: Value, given: Value) -> bool | None:
    """Whether two balls are disjoint; None where they are too wide to tell."""
    with precision(BITS[-1]):
        if not expected.overlaps(given):
            return True
        return False if sharp(expected) and sharp(given) else None


def screen(expected: Expr, given: Expr, samples: Samples) -> Screening:
    """The pair at the sample points, at points between kinks, and at more where the first ones show too little."""
    found = _screened(expected, given, samples)
    if found.witness is not None:
        return found
    between = Samples(samples.variables, points_between(expected, given, samples), domain=samples.domain)
    near = _screened(expected, given, between)
    if near.witness is not None:
        return near
    unseen = tuple(unreached(expected, given, (samples, between)))
    sought = Samples(samples.variables, _sought((expected, given), unseen, found, samples), domain=samples.domain)
    beyond = _screened(expected, given, sought)
    if beyond.witness is not None:
        return beyond
    lots = (samples, between, sought)
    unseen = tuple(side for side in unreached(expected, given, lots) if not is_empty(side)) if unseen else ()
    while (found.agreed + beyond.agreed < _ENOUGH or unseen) and samples.extend():
        found = _screened(expected, given, samples)
        if found.witness is not None:
            return found
        still = set(unreached(expected, given, lots)) if unseen else set()
        unseen = tuple(side for side in unseen if side in still)
    return _joined((found, near, beyond), unseen)


def _sought(pair: tuple[Expr, Expr], unseen: Sequence[Expr], found: Screening, samples: Samples) -> list[Coordinates]:
    """Points on the sides that were not seen, and where both formulas are defined if they are so at no sample."""
    domain = () if found.agreed else (Junction("and", (*samples.domain, *collected(pair))),)
    return [point for side in (*unseen, *domain) for point in points_on(side, samples)]


def _joined(parts: Sequence[Screening], unseen: tuple[Expr, ...]) -> Screening:
    return Screening(sum(part.agreed for part in parts), sum(part.undefined for part in parts),
                     sum(part.unsettled for part in parts), None,
                     next((part.gap for part in parts if part.gap is not None), None), unseen)  # fmt: skip


def _screened(expected: Expr, given: Expr, samples: Samples) -> Screening:
    agreed = undefined = unsettled = 0
    gap = None
    for point, left, right in zip(samples.points, samples.values(expected), samples.values(given), strict=True):
        if left is Missing.UNDEFINED:
            continue
        if left is Missing.UNSETTLED or right is Missing.UNSETTLED:
            unsettled += 1
        elif right is Missing.UNDEFINED:
            undefined += 1
            gap = gap or point
        else:
            apart = differ(left, right)
            if apart:
                return Screening(agreed, undefined, unsettled, _witness(expected, given, samples, point), gap)
            agreed += apart is False
            unsettled += apart is None
    return Screening(agreed, undefined, unsettled, None, gap)


def screen_widely(expected: Expr, given: Expr, samples: Samples) -> Witness | None:
    """At all further points, and from border to border of the domain: where √(1 - 2x√(1 - x²)) is not √(1 - x²) - x.

    Other kinks than those of roots and inverse functions are seen already.
    """
    if not samples.free or not any(_turns(node) for side in (expected, given) for node in walk(side)):
        return None
    wide = Samples(samples.variables, list(samples.wide))
    within = Samples(samples.variables, list(points_within((expected, given), samples)), domain=samples.domain)
    return _screened(expected, given, wide).witness or _screened(expected, given, within).witness


def _turns(node: Expr) -> bool:
    """Whether its branch may change where nothing that is written is 0: √(x + 25 - 10√x) at 25."""
    if isinstance(node, Power):
        exponent = exponent_value(node.exponent)
        return exponent is None or exponent.denominator > 1
    return isinstance(node, Call) and node.function in _INVERSES


def screen_deeply(expected: Expr, given: Expr, samples: Samples) -> Witness | None:
    """At the points nearest to 0 with very many digits: whether the two differ after all, by very little."""
    places = zip(samples.points, samples.values(expected), samples.values(given), strict=True)
    here = [point for point, *pair in places if not any(isinstance(value, Missing) for value in pair)]
    for point in sorted(here, key=_size)[:_DEEP_POINTS]:
        with precision(_DEEP):
            values = [Program(side, samples.variables).once(point) for side in (expected, given)]
            if not any(isinstance(value, Missing) for value in values) and not values[0].overlaps(values[1]):
                return _shown_pair(samples.variables, point, *values)
    return None


def _size(point: Coordinates) -> float:
    return max((abs(float(c)) for c in point), default=0.0)


# -- witnesses ----------------------------------------------------------------------------------------


def _witness(expected: Expr, given: Expr, samples: Samples, point: Coordinates) -> Witness:
    """The point, or one of small whole numbers or short decimals at which the values differ as well."""
    tried = [_nice(point, scales) for scales in _NICE_SCALES] if samples.free else []
    nice = (Samples(samples.variables, points, domain=samples.domain) for points in (*tried, [point]))
    place, left, right = next(
        (place, a, b) for some in nice
        for place, a, b in zip(some.points, some.values(expected), some.values(given), strict=True)
        if not isinstance(a, Missing) and not isinstance(b, Missing) and differ(a, b)
    )  # fmt: skip
    return _shown_pair(samples.variables, place, left, right)


def _shown_pair(variables: Sequence[str], place: Coordinates, left: Any, right: Any) -> Witness:
    """Both values with as many digits as tell them apart, or the second by its distance from the first."""
    shown = tuple((name, _shown(c)) for name, c in zip(variables, place, strict=True))
    digits = _DIGITS
    while _shown(left, digits) == _shown(right, digits) and digits < _MOST_DIGITS:
        digits *= 2
    expected, given = _shown(left, digits), _shown(right, digits)
    if expected == given:
        expected = _shown(left, _DIGITS)
        gap = _shown(abs(right - left), 2)
        given = f"{expected} {'+' if right > left else '-'} {gap}"
    return Witness(shown, expected, given, place)


_NICE_SCALES = ((Fraction(1),), (Fraction(1, 10), Fraction(10), Fraction(1, 100), Fraction(100)))


def _nice(point: Coordinates, scales: Sequence[Fraction]) -> list[Coordinates]:
    """1, 2, … and 2, 3, … and 3, 4, … at each scale, with the signs of the point."""
    signs = [1 if c > 0 else -1 for c in point]
    starts = (1, 2, 3)
    return [tuple(scale * sign * (k + start) for k, sign in enumerate(signs)) for scale in scales for start in starts]


def _shown(value: Any, digits: int = _DIGITS) -> str:
    """A fraction as it is; a ball in decimals, without zeros at its end."""
    if isinstance(value, Fraction):
        return str(value)
    with precision(BITS[0]):
        text = decimal(value, digits)
    if text is None and value.contains(0) and abs(value) < 1:
        return "0"
    text = text or value.str(digits, radius=False)
    mantissa, e, exponent = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}{e}{exponent}"
