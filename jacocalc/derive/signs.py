"""The sign of a formula over all real values of its variables, where it can be proved.

    by SymPy's assumptions        x² + y² ≥ 0,  e^x > 0
    by ranges of values           2 + cos v > 0, since cos v lies in [−1, 1];  1 − tanh v > 0, since it is never 1
    by Sturm's theorem            x² − 2x + 2 > 0, since it has no real root
    by conditions                 x² + 4xy > 0 where xy > 0,  1/(x² − 1) < 0 where |x| < 1

What cannot be proved is "unknown".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from itertools import combinations
from math import prod
from typing import Any, TypeAlias

import sympy

from jacocalc.algebra.convert import to_sympy
from jacocalc.notation import Call, Comparison, Expr, Number

Facts: TypeAlias = "tuple[tuple[Any, Sign], ...]"
Range: TypeAlias = tuple[Any, Any]
_ALL: Range = (-sympy.oo, sympy.oo)
_MOST_OPERATIONS = 200
_MOST_DEGREE = 30
_MOST_FACTS = 6


class Sign(StrEnum):
    """What is known of the sign of a formula."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    ZERO = "zero"
    NONNEGATIVE = "nonnegative"
    NONPOSITIVE = "nonpositive"
    UNKNOWN = "unknown"

    @property
    def strict(self) -> bool:
        """Whether the formula is never 0."""
        return self in (Sign.POSITIVE, Sign.NEGATIVE)

    @property
    def upward(self) -> bool:
        """Whether the formula is never below 0."""
        return self in (Sign.POSITIVE, Sign.NONNEGATIVE)

    @property
    def downward(self) -> bool:
        """Whether the formula is never above 0."""
        return self in (Sign.NEGATIVE, Sign.NONPOSITIVE)


def sign(value: Any, facts: Facts = ()) -> Sign:
    """The sign of a SymPy expression in real symbols, everywhere or where the facts hold."""
    found = _everywhere(value)
    if found.strict or value.count_ops() > _MOST_OPERATIONS:
        return found
    known = _by_facts(value, facts)
    return found if known is Sign.UNKNOWN else known


def _everywhere(value: Any) -> Sign:
    if value.is_zero:
        return Sign.ZERO
    if value.count_ops() > _MOST_OPERATIONS:
        return Sign.UNKNOWN
    found = _assumed(value)
    if not found.strict:
        try:
            found = _by_range(value, found)
        except TypeError:  # two numbers that SymPy cannot compare
            return found
    return found if found.strict or not _no_root(value) else _at_zero(value)


def _assumed(value: Any) -> Sign:
    if value.is_positive:
        return Sign.POSITIVE
    if value.is_negative:
        return Sign.NEGATIVE
    return Sign.NONNEGATIVE if value.is_nonnegative else Sign.NONPOSITIVE if value.is_nonpositive else Sign.UNKNOWN


def _by_range(value: Any, otherwise: Sign) -> Sign:
    low, high = bounds(value)
    if low > 0 or (low == 0 and _stays_off(value, 0)):
        return Sign.POSITIVE
    if high < 0 or (high == 0 and _stays_off(value, 1)):
        return Sign.NEGATIVE
    if otherwise is not Sign.UNKNOWN:
        return otherwise
    return Sign.NONNEGATIVE if low == 0 else Sign.NONPOSITIVE if high == 0 else otherwise


def _no_root(value: Any) -> bool:
    """Whether the value is a polynomial of one variable, with rational coefficients and without a real root."""
    if len(value.free_symbols) != 1 or not value.is_polynomial():
        return False
    (letter,) = value.free_symbols
    try:
        poly = sympy.Poly(value, letter, domain=sympy.QQ)
    except sympy.CoercionFailed:
        return False
    return bool(0 < poly.degree() <= _MOST_DEGREE and poly.count_roots() == 0)


def _at_zero(value: Any) -> Sign:
    (letter,) = value.free_symbols
    return Sign.POSITIVE if value.subs(letter, 0) > 0 else Sign.NEGATIVE


# -- facts --------------------------------------------------------------------------------------------


def facts_of(conditions: Iterable[Expr]) -> Facts:
    """u > v as the sign of u − v, |u| < 1 as that of 1 − u²; conditions that are no order say nothing."""
    found = tuple(fact for condition in conditions for fact in _facts(condition))
    return found + _products(found[:_MOST_FACTS])


def _products(facts: Facts) -> Facts:
    """1 − x² > 0 where 1 + x > 0 and 1 − x > 0."""
    pairs = combinations(facts, 2)
    return tuple(
        (sympy.expand(a * b), _signed_product([one, other]))
        for (a, one), (b, other) in pairs
        if a.free_symbols == b.free_symbols
    )


def _facts(condition: Expr) -> Facts:
    match condition:
        case Comparison("<" | "<=" as relation, Call("abs", (u,)), Number(value)) if value > 0:
            return ((sympy.expand(to_sympy(Number(value)) ** 2 - to_sympy(u) ** 2), _ORDERS[relation[1:] or "strict"]),)
        case Comparison(">" | ">=" as relation, left, right):
            return ((to_sympy(left) - to_sympy(right), _ORDERS[relation[1:] or "strict"]),)
        case Comparison("<" | "<=" as relation, left, right):
            return ((to_sympy(right) - to_sympy(left), _ORDERS[relation[1:] or "strict"]),)
    return ()


_ORDERS = {"strict": Sign.POSITIVE, "=": Sign.NONNEGATIVE}
_OPPOSITE = {
    Sign.POSITIVE: Sign.NEGATIVE, Sign.NEGATIVE: Sign.POSITIVE, Sign.NONNEGATIVE: Sign.NONPOSITIVE,
    Sign.NONPOSITIVE: Sign.NONNEGATIVE,
}  # fmt: skip


def _by_facts(value: Any, facts: Facts) -> Sign:
    """What a fact tells of the value or of its inverse, or a product or sum of parts of known signs."""
    for fact, known in facts:
        if value.free_symbols == fact.free_symbols:
            inverse = _signed_power(_by_fact(1 / value, fact, known), sympy.S.NegativeOne)
            found = _by_fact(value, fact, known)
            if found is not Sign.UNKNOWN or inverse is not Sign.UNKNOWN:
                return inverse if found is Sign.UNKNOWN else found
    match value:
        case sympy.Mul():
            return _signed_product([sign(part, facts) for part in value.args])
        case sympy.Add():
            return _signed_sum([sign(part, facts) for part in value.args])
        case sympy.Pow() if value.exp.is_Rational:
            return _signed_power(sign(value.base, facts), value.exp)
    return Sign.UNKNOWN


def _by_fact(value: Any, fact: Any, known: Sign) -> Sign:
    """x = (x − 1) + 1 > 0 where x − 1 > 0, and so of every multiple of the fact with a number beside it."""
    (number, moving), (start, rest) = value.as_coeff_Add(), fact.as_coeff_Add()
    ratio = sympy.cancel(moving / rest)
    if not ratio.is_Rational:
        return Sign.UNKNOWN
    found = known if ratio > 0 else _OPPOSITE[known]
    left = number - ratio * start
    return _signed_sum([found, _assumed(left)]) if left else found


def _signed_product(signs: list[Sign]) -> Sign:
    if not all(one.upward or one.downward for one in signs):
        return Sign.UNKNOWN
    upward = prod(1 if one.upward else -1 for one in signs) > 0
    found = Sign.POSITIVE if all(one.strict for one in signs) else Sign.NONNEGATIVE
    return found if upward else _OPPOSITE[found]


def _signed_sum(signs: list[Sign]) -> Sign:
    strict = any(one.strict for one in signs)
    if all(one.upward for one in signs):
        return Sign.POSITIVE if strict else Sign.NONNEGATIVE
    if all(one.downward for one in signs):
        return Sign.NEGATIVE if strict else Sign.NONPOSITIVE
    return Sign.UNKNOWN


def _signed_power(base: Sign, exponent: Any) -> Sign:
    """A root is not negative where it is real, a negative power not 0."""
    strict = base.strict or exponent < 0
    if not exponent.is_Integer or exponent % 2 == 0:
        return Sign.POSITIVE if strict else Sign.NONNEGATIVE
    if base.upward:
        return Sign.POSITIVE if strict else Sign.NONNEGATIVE
    if base.downward:
        return Sign.NEGATIVE if strict else Sign.NONPOSITIVE
    return Sign.UNKNOWN


# -- ranges -------------------------------------------------------------------------------------------


def bounds(value: Any) -> Range:
    """An interval that holds all values."""
    if value.is_number:
        return (value, value) if value.is_finite else _ALL
    match value:
        case sympy.Add():
            parts = [bounds(term) for term in value.args]
            return sum(low for low, _ in parts), sum(high for _, high in parts)
        case sympy.Mul():
            found: Range = (sympy.S.One, sympy.S.One)
            for factor in value.args:
                found = _product(found, bounds(factor))
            return found
        case sympy.Pow() if value.exp.is_Integer and value.exp > 0:
            return _power(bounds(value.base), int(value.exp))
    inside = _RANGES.get(value.func)
    if inside is not None:
        return inside(*map(bounds, value.args))
    return (sympy.S.Zero, sympy.oo) if value.is_nonnegative else _ALL


def _stays_off(total: Any, end: int) -> bool:
    """Whether some term of a sum never takes the value at that end of its range: −tanh² v never −1, e^v never 0."""
    return any(_misses(term, bounds(term)[end]) for term in sympy.Add.make_args(total))


def _misses(term: Any, end: Any) -> bool:
    """A product with a factor that reaches no end of its range reaches no end but 0."""
    if end == 0:
        return _assumed(term).strict
    return any(factor.as_base_exp()[0].func in _OPEN for factor in sympy.Mul.make_args(term))


def _product(left: Range, right: Range) -> Range:
    ends = [_times(a, b) for a in left for b in right]
    return min(ends), max(ends)


def _times(a: Any, b: Any) -> Any:
    return sympy.S.Zero if a == 0 or b == 0 else a * b


def _power(base: Range, exponent: int) -> Range:
    low, high = (end**exponent for end in base)
    if exponent % 2:
        return low, high
    return (sympy.S.Zero if base[0] <= 0 <= base[1] else min(low, high)), max(low, high)


def _between(low: Any, high: Any) -> Callable[[Range], Range]:
    return lambda _: (low, high)


_RANGES: dict[Any, Callable[[Range], Range]] = {
    sympy.sin: _between(-sympy.S.One, sympy.S.One),
    sympy.cos: _between(-sympy.S.One, sympy.S.One),
    sympy.tanh: _between(-sympy.S.One, sympy.S.One),
    sympy.erf: _between(-sympy.S.One, sympy.S.One),
    sympy.atan: _between(-sympy.pi / 2, sympy.pi / 2),
    sympy.asin: _between(-sympy.pi / 2, sympy.pi / 2),
    sympy.acos: _between(sympy.S.Zero, sympy.pi),
    sympy.sech: _between(sympy.S.Zero, sympy.S.One),
    sympy.cosh: _between(sympy.S.One, sympy.oo),
    sympy.exp: lambda inner: (sympy.exp(inner[0]), sympy.exp(inner[1])),
    sympy.Abs: lambda inner: (sympy.S.Zero, max(map(abs, inner))),
}
_OPEN = (sympy.tanh, sympy.erf, sympy.atan)  # functions that reach no end of their ranges
