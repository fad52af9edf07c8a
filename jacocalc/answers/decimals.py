"""Decimals in an answer.

A decimal that is not exact is a ball of half its last digit.  It is accepted where the ball of the whole answer holds
the right value and is narrower than half a unit of its third significant digit, at every sample point.  The digits of
0.666…, which are said to go on, may be cut off.

A whole number is exact, unless it has six significant digits and the right value is no whole number: 33178120 for
5 e^(5π) is rounded like 3.3178120e7, the zeros at its end counting for nothing beyond the sixth digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

from jacocalc.evaluate.fields import ball_of, precision
from jacocalc.evaluate.samples import BITS, Coordinates, Missing, Program, Samples, Value
from jacocalc.notation import Expr, Negative, Number, Symbol, names, rebuild, walk
from jacocalc.notation import children as parts_of
from jacocalc.verdicts import CORRECT, WRONG, Wanted

_SIGNIFICANT = 3
_SIGNIFICANT_OF_WHOLE = 6
_DOUBLE = 16
_LONGEST = 10**10_000
_RELATIVE = Fraction(1, 200)
_NEARLY = 1 + Fraction(1, 64)  # half a unit of the last digit, and what was lost before it was rounded
_SLACK = _NEARLY + Fraction(1, 10**6)  # radii of balls are rounded up
_BORDER = 1 + Fraction(1, 10**12)  # 0.95 is no exact middle of a ball, and is 1 to 5 of 100 all the same


@dataclass(frozen=True)
class Rounded:
    """What is known of an answer with decimals; ``decimal``: right as far as its digits go."""

    outcome: str
    points: int = 0
    decimal: bool = False
    code: str = ""


def literals(expr: Expr) -> tuple[Number, ...]:
    """The decimals that were typed."""
    return tuple(node for node in walk(expr) if isinstance(node, Number) and node.literal)


def as_decimal(
    expected: Expr, given: Expr, samples: Samples, wanted: Wanted, witness: Coordinates = ()
) -> Rounded | None:
    """The verdict on an answer with decimals; None where there are none, or where they are simply wrong.

    ``witness``: where the two differ as formulas.  Decimals that the right formula has too are exact where it has
    letters, and so are short ones, 0.5, if the answer is right with them so.
    """
    whole = _long_whole(given)
    theirs = {node.value for node in walk(expected) if isinstance(node, Number)} if names(expected) else set()
    typed = (whole,) if whole else tuple(number for number in literals(given) if number.value not in theirs)
    if not typed and (wanted.rtol is None or _number(given) is None):
        return None
    points = (*samples.points, *([witness] if witness else []))
    right = (*samples.values(expected), *([Program(expected, samples.variables).at(witness)] if witness else []))
    long = tuple(number for number in typed if whole or _significant(number) >= _SIGNIFICANT)
    found = _rounded(given, long, samples.variables, points, right, wanted) if long else None
    if found is not None and found.outcome == CORRECT:
        return found
    return _rounded(given, typed, samples.variables, points, right, wanted)


def _rounded(
    given: Expr, typed: Sequence[Number], variables: Sequence[str], points: Sequence[Coordinates],
    values: Sequence[Value], wanted: Wanted,
) -> Rounded | None:  # fmt: skip
    """The verdict where these numbers are rounded and all others are exact."""
    ball_names = {number: f"_{k}" for k, number in enumerate(typed)}
    program = Program(_with_names(given, ball_names), (*variables, *ball_names.values()))
    balls = [_half_unit(number) for number in typed]
    long = all(_significant(number) >= _SIGNIFICANT for number in typed)
    cancelling = long and bool(len(typed) > 1 or variables)  # where its terms cancel, a sum has fewer digits
    codes: list[str] = []
    for point, right in zip(points, values, strict=True):
        if isinstance(right, Missing):
            continue
        with precision(BITS[0]):
            if any(not number.literal for number in typed) and _whole(right) is not None:
                return None
            codes.append(_judged(program.once((*point, *balls)), right, wanted, bool(point) or cancelling))
            if codes[-1] == "other" and wanted.rtol is None and _cut_off(given, right):
                codes[-1] = _said_to_go_on(given, long)
    if not codes or "other" in codes:
        return None
    if wanted.exact and typed:
        return Rounded(WRONG, code="decimals")
    if cancelling and 2 * codes.count("digits") <= len(codes):
        codes = [code for code in codes if code != "digits"]
    worst = next((code for code in ("rounding", "digits") if code in codes), "")
    return Rounded(WRONG, code=worst) if worst else Rounded(CORRECT, len(codes), decimal=True)


def _significant(number: Number) -> int:
    """How many digits were typed, without the zeros in front."""
    return len(_digits(number).replace(".", "").lstrip("0"))


def _digits(number: Number) -> str:
    """0.333 of 0.333…"""
    return number.literal.rstrip("…")


def _number(given: Expr) -> Number | None:
    """−3 or 7, which may stand for a rounded value."""
    bare = given.operand if isinstance(given, Negative) else given
    return bare if isinstance(bare, Number) else None


def _long_whole(given: Expr) -> Number | None:
    """A whole number with so many significant digits that nobody meets a value with it by chance."""
    number = _number(given)
    if number is None or number.literal or number.value.denominator != 1:
        return None
    return number if len(str(abs(number.value.numerator))) >= _SIGNIFICANT_OF_WHOLE else None


def cancels(given: Expr) -> bool:
    """Whether decimals cancel so that no digit of the value is left: 1000000·0.123 − 122994."""
    typed = literals(given)
    if not typed or names(given):
        return False
    ball_names = {number: f"_{k}" for k, number in enumerate(typed)}
    program = Program(_with_names(given, ball_names), tuple(ball_names.values()))
    with precision(BITS[0]):
        value = program.once(tuple(map(_half_unit, typed)))
        if isinstance(value, Missing):
            return False
        return not value.mid().is_zero() and not abs(value.mid()) > value.rad()


def _with_names(expr: Expr, known: dict[Number, str]) -> Expr:
    if isinstance(expr, Number):
        return Symbol(known[expr]) if expr in known else expr
    parts = parts_of(expr)
    return rebuild(expr, tuple(_with_names(part, known) for part in parts)) if parts else expr


def _half_unit(number: Number) -> Any:
    """0.333 as the ball 0.333 ± 0.0005; what has 16 digits or more may be a double, computed with a few roundings."""
    if not number.literal:
        digits = str(number.value.numerator)
        zeros = len(digits) - max(len(digits.rstrip("0")), _SIGNIFICANT_OF_WHOLE)
        return flint.arb(ball_of(number.value).mid(), flint.arb(10) ** zeros / 2)
    whole, _, decimals = _digits(number).partition(".")
    radius = Fraction(1, 2 * 10 ** len(decimals))
    if len((whole + decimals).lstrip("0")) >= _DOUBLE:
        radius = max(radius, number.value / 2**48)
    radius *= _NEARLY
    with precision(BITS[0]):
        return flint.arb(ball_of(number.value).mid(), ball_of(radius))


def _judged(given: Any, right: Any, wanted: Wanted, varies: bool) -> str:
    """"" where the decimal is right; digits, or other where it is another number.

    Fewer digits than three are enough for a coarse ``rtol``, so that an answer beyond it is wrong, not too short.
    Of a formula with variables the leading digit changes from point to point, so half a unit of 1.00 is asked for.
    """
    if isinstance(given, Missing):
        return "other"
    middle = given.mid()
    if wanted.rtol is not None and abs(middle - right) <= ball_of(wanted.rtol * _BORDER) * abs(right):
        return ""
    radius = flint.arb(given.rad())
    if radius.is_zero():
        return "other"
    allowed = abs(middle) * ball_of(_RELATIVE) if varies else _half_of_third_digit(middle)
    narrow = bool(radius <= allowed * ball_of(_SLACK))
    if not given.overlaps(right):
        return "other"
    coarse = wanted.rtol is not None and ball_of(wanted.rtol) > ball_of(_RELATIVE)
    return "" if narrow else "other" if coarse else "digits"


def _cut_off(given: Expr, right: Any) -> bool:
    """0.666 for 2/3: the digits of the value, the rest left out instead of rounded."""
    number = _number(given)
    if number is None or not number.literal or bool(right < 0) != isinstance(given, Negative):
        return False
    digits = len(_digits(number).partition(".")[2])
    return bool(_whole((abs(right) * 10**digits).floor()) == number.value * 10**digits)


def _said_to_go_on(given: Expr, long: bool) -> str:
    """"" for 0.666…, whose digits are said to go on, where there are three; digits for 0.6…, rounding for 0.666."""
    number = _number(given)
    return "rounding" if number is None or not number.literal.endswith("…") else "" if long else "digits"


def _whole(value: Any) -> int | None:
    """The only whole number in a ball; None where there is none, are several, or it is longer than any answer."""
    found = value.unique_fmpz() if abs(value) < _LONGEST else None
    return None if found is None else int(found)


def _half_of_third_digit(value: Any) -> Any:
    """Half a unit of the third significant digit; 0 for 0, which has none."""
    if value.is_zero() or value.contains(0):
        return flint.arb(0)
    power = (abs(value).log() / flint.arb(10).log()).floor()
    return flint.arb(10) ** (power - (_SIGNIFICANT - 1)) / 2
