"""Like terms: which are alike in whatever order their parts stand, and how a number, a body and factors are written.

    xy and yx, a − b and −b + a are alike        −3 and x as −3x        3/2 and x/y as 3x/(2y)        eˣ and x² as x² eˣ

A term is a number and a body, which is None where the term is a number.
"""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from typing import TypeAlias

from jacocalc.notation import (
    ONE,
    ZERO,
    Constant,
    Expr,
    Minus,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    exponent_value,
    factors_of,
    integer,
    opposite,
    rational,
    with_differences,
)

Terms: TypeAlias = list[tuple[Expr | None, Fraction]]


def like_key(body: Expr | None) -> Hashable:
    """The same for like terms, in whatever order their factors stand."""
    match body:
        case Product(factors):
            return ("product", frozenset(factors))
        case Quotient(over, under):
            return ("quotient", like_key(over), like_key(under))
        case _:
            return body


def term_set(base: Sum) -> frozenset[Expr]:
    """The terms, the same in whatever order they stand."""
    return frozenset(Minus(term.operand) if isinstance(term, Negative) else term for term in base.terms)


def opposite_term_set(base: Sum) -> frozenset[Expr]:
    """Those of b − a for a − b."""
    return frozenset(map(opposite, base.terms))


def written_terms(kept: Terms) -> tuple[Expr, ...]:
    """2x − 3 for 2 of x and −3"""
    return with_differences([with_coefficient(coefficient, body) for body, coefficient in kept])


def with_coefficient(coefficient: Fraction, body: Expr | None) -> Expr:
    """The notation of coefficient · body: −3x, x/2, 3x/(2y)."""
    if coefficient == 0:
        return ZERO
    if body is None:
        return rational(coefficient)
    size = abs(coefficient)
    over, under = (body.numerator, body.denominator) if isinstance(body, Quotient) else (body, ONE)
    over = _times(size.numerator, over)
    under = _times(size.denominator, under)
    whole = over if under == ONE else Quotient(over, under)
    return whole if coefficient > 0 else Negative(whole)


def _times(number: int, body: Expr) -> Expr:
    if number == 1:
        return body
    if body == ONE:
        return integer(number)
    return Product((integer(number), *factors_of(body)))


def ordered_product(factors: list[Expr]) -> Expr | None:
    """Letters and their powers first, then the rest; both in the order of first appearance."""
    if not factors:
        return None
    ordered = [f for f in factors if is_plain(f)] + [f for f in factors if not is_plain(f)]
    return ordered[0] if len(ordered) == 1 else Product(tuple(ordered))


def is_plain(factor: Expr) -> bool:
    """Whether it is a letter, a number or a power of one."""
    base = factor.base if isinstance(factor, Power) and exponent_value(factor.exponent) is not None else factor
    return isinstance(base, Symbol | Constant | Number)
