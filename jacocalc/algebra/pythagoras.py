"""Two squares of functions of one angle that are one square or none: cos² u + sin² u = 1, 1 + tan² u = sec² u."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction

from jacocalc.algebra.like_terms import Terms, like_key, ordered_product
from jacocalc.notation import ONE, Call, Minus, Number, Power, Quotient, Sum, exponent_value, factors_of

_PARTNERS = {
    "sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh", "tan": "sec", "sec": "tan", "cot": "csc", "csc": "cot",
    "tanh": "sech", "sech": "tanh", "coth": "csch", "csch": "coth",
}  # fmt: skip
_LESS = {"sinh", "tan", "cot", "csch"}  # whose square is subtracted: cosh² u − sinh² u = 1
_BESIDE_ONE = {  # tan² u + 1 = sec² u, sec² u − 1 = tan² u, −cos² u + 1 = −(−sin² u)
    "tan": (1, "sec", 1), "sec": (-1, "tan", 1), "cot": (1, "csc", 1), "csc": (-1, "cot", 1),
    "sinh": (1, "cosh", 1), "cosh": (-1, "sinh", 1), "sin": (-1, "cos", -1), "cos": (-1, "sin", -1),
    "sech": (-1, "tanh", -1), "csch": (1, "coth", 1), "coth": (-1, "csch", 1),
}  # fmt: skip


def with_one_pair_less(terms: Terms) -> Terms:
    """The terms after two of them became one; nothing without such a pair."""
    return _together(terms) or _beside_one(terms)


def squared_secant(total: Sum) -> Call | None:
    """sech u for 1 − tanh² u, the square of it; None for others."""
    match total.terms:
        case (one, Minus(Power(Call("tanh", arguments), exponent))) if one == ONE and exponent_value(exponent) == 2:
            return Call("sech", arguments)
    return None


def _together(kept: Terms) -> Terms:
    """a cos² u + a sin² u → a, a cosh² u − a sinh² u → a, a sec² u − a tan² u → a"""
    seen: dict[Hashable, int] = {}
    for i, (body, coefficient) in enumerate(kept):
        over, under = (body.numerator, body.denominator) if isinstance(body, Quotient) else (body, None)
        factors = factors_of(over or ONE)
        for factor in factors:
            match factor:
                case Power(Call(name, (u,)), Number(Fraction(numerator=2, denominator=1))) if name in _PARTNERS:
                    rest = [one for one in factors if one is not factor]
                    times = -coefficient if name in _LESS else coefficient
                    other = seen.get((frozenset(rest), under, u, times, _PARTNERS[name]))
                    if other is not None:
                        left = ordered_product(rest)
                        whole = left if under is None else Quotient(left or ONE, under)
                        return [*kept[:other], (whole, times), *kept[other + 1 : i], *kept[i + 1 :]]
                    seen[frozenset(rest), under, u, times, name] = i
    return []


def _beside_one(kept: Terms) -> Terms:
    """a + a tan² u → a sec² u, a sec² u − a → a tan² u, a − a cos² u → a sin² u"""
    places = {(like_key(body), coefficient): i for i, (body, coefficient) in enumerate(kept)}
    for i, (body, coefficient) in enumerate(kept):
        factors = factors_of(body or ONE)
        for factor in factors:
            if not (isinstance(factor, Power) and isinstance(factor.base, Call)):
                continue
            if exponent_value(factor.exponent) != 2:
                continue
            sign, partner, turned = _BESIDE_ONE.get(factor.base.function, (0, "", 1))
            rest = [one for one in factors if one is not factor]
            other = places.get((like_key(ordered_product(rest)), sign * coefficient)) if sign else None
            if other is not None:
                square = ordered_product([*rest, Power(Call(partner, factor.base.arguments), factor.exponent)])
                left = [one for k, one in enumerate(kept) if k not in (i, other)]
                return [*left[: min(i, other)], (square, turned * coefficient), *left[min(i, other) :]]
    return []
