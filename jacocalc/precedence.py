"""Where brackets and multiplication signs belong: one table for all who write notation.

A writer asks :func:`brackets` for a part at its place, and :func:`joiner` for two neighbouring factors.
"""

from __future__ import annotations

from enum import Enum

from jacocalc.notation import (
    Applied,
    Call,
    Comparison,
    Constant,
    Expr,
    Junction,
    Matrix,
    Minus,
    Negative,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
)

_STRENGTH: dict[type[Expr], int] = {
    Junction: 0, Comparison: 0, Sum: 1, Minus: 1, Negative: 2, Product: 3, Quotient: 3, Power: 5,
    Number: 6, Constant: 6, Symbol: 6, Call: 6, Applied: 6, Piecewise: 6, Matrix: 6,
}  # fmt: skip


class Place(Enum):
    """Where a part stands in its whole; the value is the least strength that goes without brackets."""

    FIRST_TERM = 2
    TERM = 3
    NEGATED = 3.1
    FIRST_FACTOR = 3.2
    FACTOR = 3.3
    NUMERATOR = 3.4
    DENOMINATOR = 5
    BASE = 6
    EXPONENT = 5.1


def strength(expr: Expr) -> int:
    """How tightly a node binds: 0 for conditions, 6 for atoms."""
    return _STRENGTH.get(type(expr), 6)


def brackets(expr: Expr, place: Place, strict: bool = False) -> bool:
    """Whether the part needs brackets at its place on one line; ``strict``: so that reading gives the very tree."""
    if isinstance(expr, Product):
        inside = place in (Place.FIRST_FACTOR, Place.FACTOR)
        starts_low = place is Place.FACTOR and isinstance(first_factor(expr), Quotient | Negative)
        return place.value >= 5 or (inside and strict) or starts_low
    if isinstance(expr, Quotient):
        if place is Place.FIRST_FACTOR:
            return not strict and not (is_whole(expr.numerator) and is_whole(expr.denominator))
        return place.value >= 3.3 and not (place is Place.NUMERATOR and strict)
    return strength(expr) < int(place.value)


def first_factor(expr: Expr) -> Expr:
    """The first factor of a product of products."""
    return first_factor(expr.factors[0]) if isinstance(expr, Product) else expr


def is_whole(expr: Expr) -> bool:
    """Whether the node is a number without a decimal point."""
    return isinstance(expr, Number) and not expr.literal


def first(expr: Expr) -> Expr:
    """The leftmost node that is written."""
    match expr:
        case Sum(terms):
            return first(terms[0])
        case Product(factors):
            return first(factors[0])
        case Quotient(over, _):
            return first(over)
        case Power(base, _):
            return first(base)
        case _:
            return expr


def last(expr: Expr) -> Expr:
    """The rightmost node that is written, powers being one node."""
    match expr:
        case Product(factors):
            return last(factors[-1])
        case Negative(operand):
            return last(operand)
        case _:
            return expr


def is_no_coefficient(expr: Expr) -> bool:
    """Whether the node is a number that is multiplied with a dot, as it only stands for a variable: 0·cos(0), 1·e^x."""
    return isinstance(expr, Number) and expr.value in (0, 1)


def is_letter(expr: Expr) -> bool:
    """Whether the node is written as one letter."""
    return isinstance(expr, Constant) or (isinstance(expr, Symbol) and len(expr.name) == 1)


def joiner(left: Expr, right: Expr, left_bracketed: bool, right_bracketed: bool) -> str:
    """What stands between two neighbouring factors: nothing, a space, or a dot."""
    tail, head = last(left), first(right)
    base = right.base if isinstance(right, Power) else right
    if is_no_coefficient(tail) or (isinstance(base, Symbol) and tail == base):
        return "·"  # 1·e^x is no number 1e, and x·x^2 no name xx
    if isinstance(right, Power) and isinstance(base, Constant) and is_letter(tail) and not left_bracketed:
        return " "  # y e^x
    if right_bracketed:
        if isinstance(right, Negative | Quotient):
            return "·"
        return "" if (left_bracketed or isinstance(tail, Number | Symbol | Constant)) else " "
    if isinstance(head, Number | Negative | Quotient):
        return "·"
    if left_bracketed:
        return " " if isinstance(head, Call | Piecewise | Applied) else ""
    if isinstance(tail, Number):
        return " " if isinstance(head, Call | Applied | Piecewise) and not _rooted(head) else ""
    if isinstance(tail, Call) and _rooted(tail):
        return "·"
    if is_letter(tail) and is_letter(head):
        return ""
    return " "


def _rooted(expr: Expr) -> bool:
    return isinstance(expr, Call) and expr.function in ("sqrt", "cbrt")
