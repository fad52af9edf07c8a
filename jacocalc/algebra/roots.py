"""Roots as they stand in formulas: of which index, of what, and beside which others.

    ∛u has the index 3 and is u^(1/3)        ∛(8/27) is 2/3, √2 no rational number
    √u + x²/√u has a root above and below    (x²)² + (√y)² has powers that a rule inserted
"""

from __future__ import annotations

from fractions import Fraction
from typing import TypeGuard

from jacocalc.algebra.like_terms import Terms
from jacocalc.notation import (
    ONE,
    Call,
    Constant,
    Expr,
    Minus,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    as_rational,
    children,
    exponent_value,
    factors_of,
)

_MAX_BITS = 512


def root_index(expr: Expr) -> int:
    """2 for √u, 3 for ∛u, n for the n-th root; 0 for what is no root, or has no whole index above 0."""
    match expr:
        case Call("sqrt"):
            return 2
        case Call("cbrt"):
            return 3
        case Call("root", (_, Number(Fraction(numerator=index, denominator=1)))) if index > 0:
            return index
    return 0


def as_root(factor: Expr) -> tuple[Expr, Fraction]:
    """u and 1/n for the n-th root of u; what is no root and 1."""
    index = root_index(factor)
    return (factor.arguments[0], Fraction(1, index)) if index and isinstance(factor, Call) else (factor, Fraction(1))


def _fraction_above(factor: Expr) -> tuple[Expr, Fraction]:
    """u and p for a factor u^p; of the k-th power of a root that root and k/n."""
    base, power = factor, Fraction(1)
    if isinstance(base, Power) and (raised := as_rational(base.exponent)) is not None:
        base, power = base.base, raised
    return (base, power / index) if (index := root_index(base)) else (base, power)


def is_constant_root(expr: Expr) -> TypeGuard[Call]:
    """Whether it is the square root of a number or of π."""
    return isinstance(expr, Call) and expr.function == "sqrt" and isinstance(expr.arguments[0], Number | Constant)


def whole_root(number: Fraction, index: int) -> Fraction | None:
    """The rational n-th root of a number; None where there is none, or the number is 0 or long."""
    if number == 0 or max(abs(number.numerator), number.denominator).bit_length() > _MAX_BITS:
        return None
    over, under = (round(part ** (1 / index)) for part in (abs(number.numerator), number.denominator))
    found = Fraction(over if number > 0 else -over, under)
    return found if found**index == number else None


def meets_its_root(kept: Terms) -> bool:
    """Whether a root stands below in one term and above in another, as in √u + x²/√u and ∛u + x/(∛u)²."""
    above: set[tuple[Expr, Fraction]] = set()
    below: set[tuple[Expr, Fraction]] = set()
    for body, _ in kept:
        over, under = (body.numerator, body.denominator) if isinstance(body, Quotient) else (body, None)
        for part, sign, roots in ((over, 1, above), (under, -1, below)):
            powers = map(_fraction_above, factors_of(part or ONE))
            found = [(base, power) for base, power in powers if power.denominator > 1]
            roots |= {(base, sign * power % 1) for base, power in found}
    return not above.isdisjoint(below)


def has_inserted(expr: Expr) -> bool:
    """Whether a term has a power of a product, a fraction, a power or a root: (x²)², as it arises from u²."""
    match expr:
        case Power(base, exponent) if exponent_value(exponent) is not None:
            return isinstance(base, Product | Quotient | Power | Negative) or (
                isinstance(base, Call) and base.function == "sqrt"
            )
        case Sum() | Minus() | Negative() | Product() | Quotient():
            return any(map(has_inserted, children(expr)))
    return False
