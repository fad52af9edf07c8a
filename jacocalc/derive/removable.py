"""Quotients of analytic functions whose zeros cancel: sin(xy)/(xy), (eˣʸ − 1)/x, (sin x − sin y)/(x − y).

An analytic u that is 0 where a polynomial l is, with its derivatives across up to order m − 1, is l^m v with v analytic
where l = 0 is smooth (∇l ≠ 0): Hadamard's lemma, with l as a coordinate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy

from jacocalc.algebra.convert import from_sympy, to_sympy
from jacocalc.notation import Expr


def divides(under: Expr, over: Expr, point: Mapping[Any, Any]) -> bool:
    """Whether the polynomial ``under`` divides ``over``, analytic at the point, among the functions analytic there."""
    value = to_sympy(over)
    return all(
        not any(map(sympy.expand, _across(value, factor, times - 1, point) or [1]))
        for factor, times in _factors(to_sympy(under))
        if factor.subs(point).is_zero is not False
    )


def continues(
    value: Expr, border: Expr, other: Expr, point: Mapping[Any, Any], is_analytic: Callable[[Expr], bool]
) -> bool:
    """Whether u/v, whose zeros cancel, is analytic at the point with the value ``other`` where the border is 0."""
    over, under = sympy.fraction(sympy.together(to_sympy(value)))
    if not (is_analytic(from_sympy(over)) and is_analytic(other)):
        return False
    if not divides(from_sympy(under), from_sympy(over), point):
        return False
    zeros = {factor: times for factor, times in _factors(under) if factor.subs(point).is_zero is not False}
    borders = {factor for factor, _ in _factors(to_sympy(border))}
    return zeros.keys() <= borders and all(
        _is_left(over, under, to_sympy(other), factor, zeros.get(factor, 0), point) for factor in borders
    )


def _is_left(over: Any, under: Any, other: Any, factor: Any, times: int, point: Mapping[Any, Any]) -> bool:
    """Whether over/under tends to the other value where the factor tends to 0 (l'Hôpital's rule, ``times`` times)."""
    if factor.subs(point).is_zero is False:
        return True
    parts = [_across(part, factor, order, point) for part, order in ((over, times), (under, times), (other, 0))]
    if not all(parts):
        return False
    above, below, value = (part[-1] for part in parts)
    return bool(sympy.cancel(above / below - value) == 0)


def _factors(polynomial: Any) -> list[tuple[Any, int]]:
    """The irreducible factors and their multiplicities.  Raises PolynomialError for what is no polynomial."""
    return list(sympy.factor_list(polynomial)[1])


def _across(value: Any, factor: Any, times: int, point: Mapping[Any, Any]) -> list[Any]:
    """A value and its derivatives up to order ``times`` across {factor = 0}; none where that is not smooth."""
    for letter in sorted(factor.free_symbols, key=str):
        if sympy.degree(factor, letter) == 1 and factor.coeff(letter).subs(point).is_zero is False:
            solved = -factor.coeff(letter, 0) / factor.coeff(letter)
            return [value.diff(letter, order).subs(letter, solved) for order in range(times + 1)]
    return []
