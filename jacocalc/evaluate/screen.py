"""Do two expressions have the same values?  A certified screen, and the sides of kinks that it has seen.

Disjoint balls prove that two values differ: that point is the witness.  Points at which the reference is
undefined are skipped; points at which only the other one is undefined are counted.  A switch is an expression
whose sign chooses a branch (the inside of |u|, the difference of two arguments of max, the base under
√(u²), both sides of a condition): each sign of it that occurs in the domain must have been seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from jacocalc.algebra.domain import surely
from jacocalc.evaluate.fields import decimal, precision
from jacocalc.evaluate.samples import BITS, Coordinates, Missing, Samples, Value, sharp
from jacocalc.notation import ZERO, Call, Comparison, Expr, Junction, Number, Piecewise, Power, as_rational, walk

_ENOUGH = 4
_DIGITS = 6
_MOST_DIGITS = 80


@dataclass(frozen=True)
class Witness:
    """A point at which two values differ, all in decimals."""

    point: tuple[tuple[str, str], ...]
    expected: str
    given: str


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
    """The pair at the sample points, and at more of them where the first ones show too little."""
    found = _screened(expected, given, samples)
    while found.witness is None and (found.agreed < _ENOUGH or found.unreached) and samples.extend():
        found = _screened(expected, given, samples)
    return found


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
    return Screening(agreed, undefined, unsettled, None, gap, tuple(_unreached(expected, given, samples)))


def _witness(expected: Expr, given: Expr, samples: Samples, point: Coordinates) -> Witness:
    """The point, or one of small whole numbers at which the values differ as well."""
    if samples.free:
        nice = Samples(samples.variables, _nice(point))
    else:
        nice = Samples(samples.variables, [point])
    pairs = zip(nice.points, nice.values(expected), nice.values(given), strict=True)
    place, left, right = next(
        (place, a, b) for place, a, b in pairs
        if not isinstance(a, Missing) and not isinstance(b, Missing) and differ(a, b)
    )  # fmt: skip
    digits = _DIGITS
    while _shown(left, digits) == _shown(right, digits) and digits < _MOST_DIGITS:
        digits *= 2
    shown = tuple((name, _shown(c)) for name, c in zip(samples.variables, place, strict=True))
    return Witness(shown, _shown(left, digits), _shown(right, digits))


def _nice(point: Coordinates) -> list[Coordinates]:
    """Small whole numbers with the signs of the point, then the point itself."""
    signs = [1 if c > 0 else -1 for c in point]
    starts = (1, 2, 3)
    whole = [tuple(Fraction(sign * (k + start)) for k, sign in enumerate(signs)) for start in starts]
    return [*whole, point]


def _shown(value: Any, digits: int = _DIGITS) -> str:
    """A fraction as it is; a ball in decimals, without zeros at its end."""
    if isinstance(value, Fraction):
        return str(value)
    with precision(BITS[0]):
        text = decimal(value, digits)
    if text is None:
        return value.str(digits, radius=False)  # type: ignore[no-any-return]
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


# -- kinks --------------------------------------------------------------------------------------------


def switches(expr: Expr) -> Iterator[Expr]:
    """The expressions whose sign chooses a branch."""
    for node in walk(expr):
        match node:
            case Call("abs" | "sign" | "relu" | "leaky_relu" | "elu", (u,)):
                yield u
            case Call("max" | "min", arguments):
                yield from (a - b for a, b in combinations(dict.fromkeys(arguments), 2))
            case Call("sqrt", (Power(base, Number(exponent)),)) if exponent % 2 == 0:
                yield base
            case Power(Power(base, Number(exponent)), outer) if exponent % 2 == 0 and _fractional(outer):
                yield base
            case Piecewise(branches, _):
                yield from (side for _, when in branches for side in _sides(when))


def _fractional(exponent: Expr) -> bool:
    value = as_rational(exponent)
    return value is not None and value.denominator != 1


def _sides(condition: Expr) -> Iterator[Expr]:
    match condition:
        case Comparison("=" | "!=", _, _):
            return
        case Comparison(_, left, right):
            yield left if right == ZERO else left - right
        case Junction(_, conditions):
            for part in conditions:
                yield from _sides(part)


def _unreached(expected: Expr, given: Expr, samples: Samples) -> Iterator[Expr]:
    """The sides of kinks that occur at sample points of the domain, but never where the two were compared."""
    left, right = samples.values(expected), samples.values(given)
    compared = [not isinstance(a, Missing) and not isinstance(b, Missing) for a, b in zip(left, right, strict=True)]
    for switch in dict.fromkeys((*switches(expected), *switches(given))):
        signs = [_sign(value) for value in samples.values(switch)]
        seen = {sign for sign, here in zip(signs, compared, strict=True) if here}
        outside = {sign for sign, a in zip(signs, left, strict=True) if a is Missing.UNDEFINED}
        for sign, relation, opposite in ((1, ">", "<"), (-1, "<", ">")):
            if sign not in seen and sign not in outside and not surely(Comparison(f"{opposite}=", switch, ZERO)):
                yield Comparison(relation, switch, ZERO)
    yield from _branches_unreached(expected, given, samples, compared)


def _branches_unreached(
    expected: Expr, given: Expr, samples: Samples, compared: Sequence[bool]
) -> Iterator[Expr]:
    """The conditions of branches of which no point was compared; x = 0 is a single place, and is not asked for."""
    for node in dict.fromkeys((*walk(expected), *walk(given))):
        if isinstance(node, Piecewise):
            for _, when in node.branches:
                held = _held(when, samples)
                if not any(h and here for h, here in zip(held, compared, strict=True)) and isinstance(when, Junction):
                    yield when


def _held(condition: Expr, samples: Samples) -> list[bool]:
    """At which points a condition holds, as far as balls tell; an equation counts as holding everywhere."""
    match condition:
        case Comparison("=" | "!=", _, _):
            return [True] * len(samples.points)
        case Comparison(relation, left, right):
            wanted = 1 if relation in (">", ">=") else -1
            return [_sign(value) == wanted for value in samples.values(left - right)]
        case Junction(word, conditions):
            parts = [_held(part, samples) for part in conditions]
            join = all if word == "and" else any
            return [join(column) for column in zip(*parts, strict=True)]
    raise TypeError(f"no truth for {type(condition).__name__}")


def _sign(value: Value) -> int:
    if isinstance(value, Missing):
        return 0
    return 1 if value > 0 else -1 if value < 0 else 0
