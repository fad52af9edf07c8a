"""Signs that show in a formula without computing: minus signs that move, and what is nowhere below 0.

    −(1 − x)/(1 + x)³ is (x − 1)/(1 + x)³        −(−a − b) is a + b        x² + 1 is above 0
"""

from __future__ import annotations

from collections.abc import Sequence

from jacocalc.notation import (
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
    children,
    exponent_value,
    factors_of,
    unsigned,
)


def negated(total: Expr) -> Expr | None:
    """−(−a − b) as a + b; None for what is no sum, or has another sign."""
    if isinstance(total, Sum) and all(isinstance(term, Minus | Negative) for term in total.terms):
        return Sum(tuple(map(unsigned, total.terms)))
    return None


def one_turned(factors: Sequence[Expr]) -> list[Expr] | None:
    """Minus the product of the factors, by b − a for their one difference a − b; None unless there is just one."""
    differences = [(i, turned) for i, factor in enumerate(factors) if (turned := _turned(factor)) is not None]
    if len(differences) != 1:
        return None
    ((place, turned),) = differences
    return [*factors[:place], turned, *factors[place + 1 :]]


def _turned(expr: Expr) -> Expr | None:
    """a − b → b − a; None for what is no difference."""
    match expr:
        case Sum((first, Minus(second))) if not isinstance(first, Negative):
            return Sum((second, Minus(first)))
    return None


def without_minus(expr: Expr) -> Expr:
    """(x − 1)/(1 + x)³ for −(1 − x)/(1 + x)³."""
    match expr:
        case Negative(Quotient(over, under)):
            turned = one_turned(factors_of(over))
            if turned is not None:
                return Quotient(Product(tuple(turned)) if len(turned) > 1 else turned[0], under)
    return expr


def least_sign(expr: Expr) -> int | None:
    """1 for what is above 0 and 0 for what is not below it, wherever it is defined; None where that does not show."""
    match expr:
        case Number(value):
            return None if value < 0 else int(value > 0)
        case Constant() | Call("exp" | "cosh"):
            return 1
        case Call("sqrt" | "abs"):
            return 0
        case Power(base, exponent):
            power = exponent_value(exponent)
            return 0 if power is not None and power % 2 == 0 else least_sign(base)
        case Sum() | Product() | Quotient():
            found = [least_sign(part) for part in children(expr)]
            known = [least for least in found if least is not None]
            return None if len(known) < len(found) else max(known) if isinstance(expr, Sum) else min(known)
    return None
