"""Sums that are the power of something shorter: x⁴ + 2x²y² + y⁴ = (x² + y²)², 1 − sin² u = cos² u."""

from __future__ import annotations

from typing import Any

from sympy import Poly

from jacocalc.algebra.convert import from_sympy, symbol, to_sympy
from jacocalc.algebra.tidy import tidy
from jacocalc.notation import ONE, Call, Expr, Minus, Power, Product, Sum, Symbol, integer, names, summed, tree_size

_LARGEST = 60
_TWO = integer(2)


def whole_power(total: Sum) -> tuple[Expr, int] | None:
    """(u, k) where the sum is c uᵏ with c > 0 and k > 1; None where that is not seen."""
    return _of_circle(total) or (_of_polynomial(total) if tree_size(total) <= _LARGEST else None)


def _of_circle(total: Sum) -> tuple[Expr, int] | None:
    """1 − sin² u = cos² u, sec² u − 1 = tan² u, cosh² u − 1 = sinh² u"""
    match total.terms:
        case (first, Minus(Power(Call(function, (u,)), square))) if first == ONE and square == _TWO:
            other = {"sin": "cos", "cos": "sin"}.get(function)
        case (Power(Call(function, (u,)), square), Minus(one)) if one == ONE and square == _TWO:
            other = {"sec": "tan", "csc": "cot", "cosh": "sinh"}.get(function)
        case _:
            return None
    return (Call(other, (u,)), 2) if other else None


def _of_polynomial(total: Sum) -> tuple[Expr, int] | None:
    letters = names(total)
    value = to_sympy(total)
    generators = [symbol(letter) for letter in letters]
    if not letters or not value.is_polynomial(*generators):
        return None
    poly = Poly(value, *generators)
    if not (poly.domain.is_ZZ or poly.domain.is_QQ):
        return None
    factor, found = poly.factor_list()
    if len(found) != 1 or found[0][1] == 1 or factor < 0:
        return None
    base, exponent = found[0]
    return _written(base, letters), exponent


def _written(poly: Any, letters: tuple[str, ...]) -> Expr:
    """The polynomial, letters in the order of the author, the highest powers of the first one first."""
    terms = []
    for powers, factor in poly.terms():
        raised = (Power(Symbol(letter), integer(power)) for letter, power in zip(letters, powers, strict=True))
        terms.append(tidy(Product((from_sympy(factor), *raised))))
    return tidy(summed(terms))
