"""One entry of an answer beside the right one: values first, then decimals, then where it is defined.

A decimal that is not exact is a ball of half its last digit.  It is accepted where the ball of the whole answer holds
the right value and is narrower than half a unit of its third significant digit, at every sample point.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any

import flint

from jacocalc.algebra.domain import conditions_of, without_redundant
from jacocalc.evaluate.equality import Equality, Outcome, equality, light
from jacocalc.evaluate.fields import Balls, Unsettled, ball_of, precision
from jacocalc.evaluate.samples import BITS, Coordinates, Missing, Samples, sharp
from jacocalc.evaluate.screen import Witness, differ
from jacocalc.evaluate.tape import Tape
from jacocalc.notation import (
    ZERO,
    Comparison,
    Expr,
    Minus,
    Negative,
    Number,
    Power,
    Product,
    Symbol,
    names,
    rebuild,
    walk,
)
from jacocalc.notation import children as parts_of
from jacocalc.verdicts import CORRECT, UNDECIDED, WRONG, Wanted

_SIGNIFICANT = 3
_DOUBLE = 16
_MOST_CONDITIONS = 12
_RELATIVE = Fraction(1, 200)
_SLACK = 1 + Fraction(1, 10**6)  # radii of balls are rounded up


@dataclass(frozen=True)
class Compared:
    """What is known of one entry.

    ``code`` names what is wrong with a decimal: digits (too few), rounding (cut off), decimals (an exact form is
    wanted).  ``decimal``: it is right as a decimal only.  ``unreached``: sides of kinks that were not seen.
    """

    outcome: str
    proved: bool = False
    points: int = 0
    witness: Witness | None = None
    restriction: tuple[Expr, ...] = ()
    undefined_at: tuple[tuple[str, str], ...] = ()
    unreached: tuple[Expr, ...] = ()
    decimal: bool = False
    code: str = ""


def compare(expected: Expr, given: Expr, samples: Samples, wanted: Wanted) -> Compared:
    """The given entry against the expected one at the sample points."""
    found = equality(expected, given, samples)
    if found.outcome is Outcome.PROVED and _cancels(given):
        return Compared(WRONG, code="digits")
    rounded = _as_decimal(expected, given, samples, wanted) if found.outcome is not Outcome.PROVED else None
    if rounded is not None and found.outcome is Outcome.DIFFERENT:
        witness = found.screening.witness if rounded.outcome == WRONG else None
        return Compared(rounded.outcome, False, rounded.points, witness, decimal=rounded.decimal, code=rounded.code)
    return _exactly(expected, given, samples, found)


def _exactly(expected: Expr, given: Expr, samples: Samples, found: Equality) -> Compared:
    screening = found.screening
    if found.outcome is Outcome.DIFFERENT:
        return Compared(WRONG, False, screening.agreed, screening.witness)
    if found.outcome is Outcome.UNDECIDED:
        undefined = screening.undefined and not screening.unsettled
        place = _place(samples, screening.gap)
        return Compared(WRONG if undefined else UNDECIDED, undefined_at=place, unreached=screening.unreached,
                        code="undefined" if undefined else "")  # fmt: skip
    proved = found.outcome is Outcome.PROVED
    if _nowhere(expected, given, samples):
        return Compared(WRONG, undefined_at=_place(samples, samples.points[0]), code="undefined")
    restriction = restrictions(expected, given, samples)
    place = _place(samples, screening.gap) if screening.undefined and not restriction else ()
    return Compared(CORRECT, proved, screening.agreed, None, restriction, place, screening.unreached)


def _place(samples: Samples, point: Coordinates | None) -> tuple[tuple[str, str], ...]:
    if point is None or not all(isinstance(c, Fraction) for c in point):
        return ()
    return tuple((name, str(c)) for name, c in zip(samples.variables, point, strict=True))


# -- decimals -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rounded:
    outcome: str
    points: int = 0
    decimal: bool = False
    code: str = ""


def literals(expr: Expr) -> tuple[Number, ...]:
    """The decimals that were typed."""
    return tuple(node for node in walk(expr) if isinstance(node, Number) and node.literal)


def _as_decimal(expected: Expr, given: Expr, samples: Samples, wanted: Wanted) -> _Rounded | None:
    """The verdict on an answer with decimals; None where there are none, or where they are simply wrong."""
    typed = literals(given)
    if not typed and wanted.rtol is None:
        return None
    ball_names = {number: f"_{k}" for k, number in enumerate(typed)}
    program, node = _program(_with_names(given, ball_names), (*samples.variables, *ball_names.values()))
    balls = [_half_unit(number) for number in typed]
    codes: list[str] = []
    for point, right in zip(samples.points, samples.values(expected), strict=True):
        if isinstance(right, Missing):
            continue
        with precision(BITS[0]):
            codes.append(_judged(_at(program, node, point, balls), right, wanted, bool(point)))
    if not codes or "other" in codes:
        return None
    if wanted.exact and typed:
        return _Rounded(WRONG, code="decimals")
    worst = next((code for code in ("rounding", "digits") if code in codes), "")
    return _Rounded(WRONG, code=worst) if worst else _Rounded(CORRECT, len(codes), decimal=True)


def _cancels(given: Expr) -> bool:
    """Whether decimals cancel so that no digit of the value is left: 1000000·0.123 − 122994."""
    typed = literals(given)
    if not typed or names(given):
        return False
    ball_names = {number: f"_{k}" for k, number in enumerate(typed)}
    program, node = _program(_with_names(given, ball_names), tuple(ball_names.values()))
    with precision(BITS[0]):
        value = _at(program, node, (), [_half_unit(number) for number in typed])
        return not value.mid().is_zero() and not abs(value.mid()) > value.rad()


def _with_names(expr: Expr, known: dict[Number, str]) -> Expr:
    if isinstance(expr, Number):
        return Symbol(known[expr]) if expr in known else expr
    parts = parts_of(expr)
    return rebuild(expr, tuple(_with_names(part, known) for part in parts)) if parts else expr


def _program(expr: Expr, variables: tuple[str, ...]) -> tuple[Tape, int]:
    tape = Tape()
    bound = {name: tape.input() for name in variables}
    return tape, tape.build(expr, bound)


def _half_unit(number: Number) -> Any:
    """0.333 as the ball 0.333 ± 0.0005; what has 16 digits or more may be a double, with its own rounding."""
    whole, _, decimals = number.literal.partition(".")
    radius = Fraction(1, 2 * 10 ** len(decimals))
    if len((whole + decimals).lstrip("0")) >= _DOUBLE:
        radius = max(radius, number.value / 2**52)
    with precision(BITS[0]):
        return flint.arb(ball_of(number.value).mid(), ball_of(radius))


def _at(tape: Tape, node: int, point: Coordinates, balls: list[Any]) -> Any:
    coordinates = [ball_of(c) if isinstance(c, Fraction) else c for c in point]
    try:
        return tape.evaluate([node], [*coordinates, *balls], Balls())[0]
    except (Unsettled, ZeroDivisionError, ValueError, OverflowError):
        return flint.arb.nan()


def _judged(given: Any, right: Any, wanted: Wanted, varies: bool) -> str:
    """"" where the decimal is right; digits, rounding, or other where it is another number.

    Of a formula with variables the leading digit changes from point to point, so half a unit of 1.00 is asked for.
    """
    if not given.is_finite():
        return "other"
    middle = given.mid()
    if wanted.rtol is not None and abs(middle - right) <= ball_of(wanted.rtol) * abs(right):
        return ""
    radius = flint.arb(given.rad())
    if radius.is_zero():
        return "other"
    allowed = abs(middle) * ball_of(_RELATIVE) if varies else _half_of_third_digit(middle)
    narrow = bool(radius <= allowed * ball_of(_SLACK))
    if given.overlaps(right):
        return "" if narrow else "digits"
    return "rounding" if narrow and abs(middle - right) <= 2 * radius * ball_of(_SLACK) else "other"


def _half_of_third_digit(value: Any) -> Any:
    """Half a unit of the third significant digit; 0 for 0, which has none."""
    if value.is_zero() or value.contains(0):
        return flint.arb(0)
    power = (abs(value).log() / flint.arb(10).log()).floor()
    return flint.arb(10) ** (power - (_SIGNIFICANT - 1)) / 2


# -- where an answer is defined -----------------------------------------------------------------------


def restrictions(expected: Expr, given: Expr, samples: Samples) -> tuple[Expr, ...]:
    """The conditions of the given formula that the expected one does not need."""
    if not samples.variables:
        return ()
    known = set(_domain(expected))
    added = tuple(c for c in _domain(given) if c not in known and light(c))
    candidates = without_redundant(added[:_MOST_CONDITIONS])
    return tuple(c for c in candidates if isinstance(c, Comparison) and _bites(c, expected, samples))


def _nowhere(expected: Expr, given: Expr, samples: Samples) -> bool:
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
        zeros = islice(_zeros(condition, samples), 3)
        return any(_defined_near(expected, z, samples) or _defined_at(expected, z, condition, samples) for z in zeros)
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
        case Power(base, _) | Negative(base) | Minus(base):
            yield base
            yield from _factors(base)
        case Product(factors):
            for factor in factors:
                yield factor
                yield from _factors(factor)


def _bisected(base: Expr, low: Coordinates, high: Coordinates, variables: tuple[str, ...]) -> Coordinates:
    probe = Samples(variables, [])
    for k in range(_HALVINGS):
        middle = tuple((a + b) / 2 for a, b in zip(low, high, strict=True))
        probe.points.append(middle)
        value = probe.values(base)[k]
        if isinstance(value, Missing) or not (value > 0 or value < 0):
            return middle
        low, high = (low, middle) if value > 0 else (middle, high)
    return low


def _defined_at(expected: Expr, near: Coordinates, condition: Comparison, samples: Samples) -> bool:
    """Whether the expected formula has a value at the simple fraction that is the zero, though not around it."""
    point = tuple(c.limit_denominator(1000) for c in near)
    exact = Samples(samples.variables, [point])
    difference = exact.values(condition.left - condition.right)[0]
    if isinstance(difference, Missing) or not difference.is_zero():
        return False
    return not isinstance(exact.values(expected)[0], Missing)


def _defined_near(expected: Expr, point: Coordinates, samples: Samples) -> bool:
    """Whether the expected formula has a bounded value on a small box around the point."""
    width = ball_of(Fraction(1, 10**25))
    with precision(BITS[0]):
        around = [flint.arb(ball_of(c).mid(), width) for c in point]
        tape, node = _program(expected, samples.variables)
        return bool(_at(tape, node, tuple(around), []).is_finite())


def matches(left: Expr, given: Expr, samples: Samples) -> bool:
    """Whether the two have the same values at these points, a decimal as far as it goes."""
    if left == given:
        return True
    apart = [
        differ(a, b)
        for a, b in zip(samples.values(left), samples.values(given), strict=True)
        if not isinstance(a, Missing) and not isinstance(b, Missing)
    ]
    if apart and not any(apart) and None not in apart:
        return True
    if not literals(given) or not apart:
        return False
    found = _as_decimal(left, given, samples, Wanted())
    return found is not None and found.outcome == CORRECT
