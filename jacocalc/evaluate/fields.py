"""The fields in which a tape is evaluated: exact rationals, and Arb balls that enclose the true value.

A ball that cannot settle a comparison raises Unsettled; a higher precision may.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, Inexact, Overflow, Underflow, localcontext
from fractions import Fraction
from typing import Any

import flint

from jacocalc.algebra.domain import compare
from jacocalc.known_functions import KNOWN

_BITS = 100_000


class Unsettled(Exception):
    """The precision does not settle a comparison, or the value is not rational."""


class Rationals:
    """Exact fractions; what is not rational raises Unsettled."""

    def attempt(self, work: Callable[..., Any], *arguments: Any) -> Fraction | None:
        """The result of a piece of work; None where it is not rational."""
        try:
            return work(*arguments)  # type: ignore[no-any-return]
        except Unsettled:
            return None

    def number(self, value: Fraction) -> Fraction:
        return Fraction(value)  # of integers 1/3 and 2 ** -3 would be floats

    def constant(self, name: str) -> Fraction:
        raise Unsettled(name)

    def add(self, terms: Sequence[Fraction]) -> Fraction:
        return self._small(sum(terms, Fraction(0)))

    def multiply(self, factors: Sequence[Fraction]) -> Fraction:
        result = Fraction(1)
        for factor in factors:
            result = self._small(result * factor)
        return result

    def divide(self, over: Fraction, under: Fraction) -> Fraction:
        if under == 0:
            raise Unsettled("division by zero")
        return over / under

    def power(self, base: Fraction, exponent: int) -> Fraction:
        if (base == 0 and exponent < 0) or self._bits(base) * abs(exponent) > _BITS:
            raise Unsettled("power")
        return base**exponent

    def raised(self, base: Fraction, exponent: Fraction) -> Fraction:
        if exponent.denominator == 1:
            return self.power(base, int(exponent))
        raise Unsettled("power")

    def call(self, function: str, arguments: Sequence[Fraction]) -> Fraction:
        first = arguments[0]
        match function:
            case "abs":
                return abs(first)
            case "max":
                return max(arguments)
            case "min":
                return min(arguments)
            case "sign":
                return Fraction((first > 0) - (first < 0))
            case "floor" | "ceil":
                return Fraction(math.floor(first) if function == "floor" else math.ceil(first))
            case "sin" | "tan" | "asin" | "atan" | "sinh" | "tanh" | "erf" if first == 0:
                return Fraction(0)
            case "cos" | "cosh" | "exp" if first == 0:
                return Fraction(1)
            case "ln" if first == 1:
                return Fraction(0)
        raise Unsettled(function)

    def compare(self, relation: str, left: Fraction, right: Fraction) -> bool:
        return compare(relation, left, right)

    def undefined(self) -> Fraction:
        raise Unsettled("undefined")

    @staticmethod
    def _bits(value: Fraction) -> int:
        return value.numerator.bit_length() + value.denominator.bit_length()

    def _small(self, value: Fraction) -> Fraction:
        if self._bits(value) > _BITS:
            raise Unsettled("too many digits")
        return value


class Balls:
    """Arb balls; set the precision around the evaluation with ``precision(bits)``."""

    def number(self, value: Fraction) -> Any:
        return flint.arb(flint.fmpq(value.numerator, value.denominator))

    def constant(self, name: str) -> Any:
        return flint.arb.pi() if name == "pi" else flint.arb.const_e()

    def add(self, terms: Sequence[Any]) -> Any:
        result = terms[0]
        for term in terms[1:]:
            result = result + term
        return result

    def multiply(self, factors: Sequence[Any]) -> Any:
        result = factors[0]
        for factor in factors[1:]:
            result = result * factor
        return result

    def divide(self, over: Any, under: Any) -> Any:
        return over / under

    def power(self, base: Any, exponent: int) -> Any:
        """By squaring: the library's own power is undefined for a ball that holds 0."""
        result, square, left = flint.arb(1), base, abs(exponent)
        while left:
            if left & 1:
                result = result * square
            square = square * square
            left >>= 1
        return 1 / result if exponent < 0 else result

    def raised(self, base: Any, exponent: Any) -> Any:
        if base.is_zero() and exponent > 0:
            return base
        return (base.log() * exponent).exp()

    def call(self, function: str, arguments: Sequence[Any]) -> Any:
        first = arguments[0]
        match function:
            case "abs":
                return abs(first)
            case "sign":
                return self._sign(first)
            case "max" | "min":
                result = first
                for other in arguments[1:]:
                    result = result.max(other) if function == "max" else result.min(other)
                return result
            case "atan2":
                return flint.arb.atan2(first, arguments[1])
            case "root":
                return self._root(first, int(arguments[1].unique_fmpz()))
        if function in _CALLS:
            return _CALLS[function](*arguments)
        return getattr(first, KNOWN[function].ball)()

    def _sign(self, value: Any) -> Any:
        if value > 0 or value < 0 or value.is_zero():
            return value.sgn()
        raise Unsettled("sign")

    def _root(self, value: Any, index: int) -> Any:
        if value.is_zero():
            return value
        if value < 0 and index % 2:
            return -((-value).root(index))
        if value > 0:
            return value.root(index)
        raise Unsettled("root")

    def compare(self, relation: str, left: Any, right: Any) -> bool:
        difference = left - right
        if difference.is_zero():
            return relation in ("<=", ">=", "=")
        if difference > 0:
            return relation in (">", ">=", "!=")
        if difference < 0:
            return relation in ("<", "<=", "!=")
        raise Unsettled("comparison")

    def undefined(self) -> Any:
        return flint.arb.nan()


def _settled(value: Any) -> Any:
    """The whole number that is the only one in a ball."""
    whole = value.unique_fmpz()
    if whole is None:
        raise Unsettled("a step")
    return flint.arb(whole)


def _polygamma(order: Any, value: Any) -> Any:
    """ψ⁽ⁿ⁾, real for real numbers; n = 0 has a function of its own"""
    return value.digamma() if order.is_zero() else flint.acb(value).polygamma(flint.acb(order)).real


_CALLS: dict[str, Callable[..., Any]] = {  # with more than the value itself
    "floor": lambda u: _settled(u.floor()), "ceil": lambda u: _settled(u.ceil()), "polygamma": _polygamma,
    "besselj": lambda n, u: u.bessel_j(n), "bessely": lambda n, u: u.bessel_y(n),
    "besseli": lambda n, u: u.bessel_i(n), "besselk": lambda n, u: u.bessel_k(n),
    "airyaiprime": lambda u: u.airy_ai(derivative=1), "airybiprime": lambda u: u.airy_bi(derivative=1),
}  # fmt: skip


def precision(bits: int) -> Any:
    """A context in which balls are computed with this many bits."""
    return flint.ctx.workprec(bits)


def ball_of(value: Fraction) -> Any:
    """The ball of a fraction."""
    return Balls().number(value)


def newton_step(jacobian: Sequence[Sequence[Any]], values: Sequence[Any]) -> Any:
    """The column d with J d = −F, in balls.  Raises ZeroDivisionError where J may be singular."""
    return flint.arb_mat(jacobian).solve(flint.arb_mat([[-value] for value in values]))


def decimal(value: Any, digits: int) -> str | None:
    """The value rounded to ``digits`` significant digits, each proved; None where the ball is too wide."""
    if value.is_zero():
        return "0"
    if not value.is_finite() or value.contains(0):
        return None
    try:
        found = {text for end in (value.lower(), value.upper()) for text in _rounded(end, digits)}
    except (Overflow, Underflow, MemoryError, OverflowError):
        return _beyond(value)
    return found.pop() if len(found) == 1 else None


_BOUND_BITS = 320


def _beyond(value: Any) -> str:
    """A bound for a value whose exponent is too long to write."""
    with precision(_BOUND_BITS):
        size = abs(value).log() / flint.arb(10).log()
        return f"|v| > 10^{_floor(size.lower())}" if size > 0 else f"|v| < 10^{-_floor((-size).lower())}"


def _floor(end: Any) -> Any:
    """⌊v⌋ of an end of a ball, however long it is."""
    mantissa, exponent = end.mid().man_exp()
    return mantissa << int(exponent) if exponent >= 0 else mantissa >> int(-exponent)


def exact_decimal(value: Fraction, digits: int) -> str:
    """A fraction rounded to ``digits`` significant digits; one that has no more of them ends without zeros."""
    with localcontext() as context:
        context.prec = digits
        context.clear_flags()
        found = Decimal(value.numerator) / Decimal(value.denominator)
        return _written(found if context.flags[Inexact] else found.normalize(), context)


_PLACES = 16  # of an exact number that is written without an exponent
_EXACT = 10**5  # bits of a number that is written out to be rounded
_GUARD = 25  # digits beyond those that are shown, where it would be too long


def _rounded(end: Any, digits: int) -> set[str]:
    """The end of a ball, m 2^k, to so many significant digits; two roundings where k is too long to tell which."""
    mantissa, exponent = (int(part) for part in end.man_exp())
    with localcontext() as context:
        context.prec = digits
        context.Emax, context.Emin, context.traps[Underflow] = MAX_EMAX, MIN_EMIN, True
        context.clear_flags()
        if 0 <= exponent < _EXACT:
            return {_written(+Decimal(mantissa << exponent), context)}
        if -_EXACT < exponent < 0:
            return {_written(Decimal(mantissa) / Decimal(1 << -exponent), context)}
        context.prec = digits + _GUARD
        near = Decimal(mantissa) * Decimal(2) ** exponent
        off = near.scaleb(2 - digits - _GUARD)  # a hundred units of the last digit that was computed
        ends = near - off, near + off
        context.prec = digits
        return {_written(+one, context) for one in ends}


def _written(value: Decimal, context: Context) -> str:
    """Without an exponent where no zeros have to stand for digits that were rounded away."""
    places = context.prec if context.flags[Inexact] else max(context.prec, _PLACES)
    if -6 <= value.adjusted() < places:
        return f"{value:f}"
    return f"{value:E}".replace("E+", "e").replace("E", "e")


def bounded(value: Any) -> str:
    """What is said of a ball about 0.  One as wide as 1 says nothing: so wide are those of values beyond all bounds."""
    small = value.is_finite() and abs(value) < 1
    return f"|v| < 10^-{magnitude_bound(value)}" if small else "undecided"


def magnitude_bound(value: Any) -> int:
    """k with |value| < 10^-k, for a ball that holds 0."""
    if not value.is_finite():
        return 0
    upper = abs(value).upper()
    return 0 if upper >= 1 else int(-(upper.log() / flint.arb(10).log()).floor().unique_fmpz() - 1)
