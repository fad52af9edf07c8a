"""Quotients of analytic functions whose zeros cancel: sin(xy)/(xy), (eˣʸ − 1)/x, (sin x − sin y)/(x − y).

An analytic u that is 0 where a polynomial l is, with its derivatives across up to order m − 1, is l^m v with v analytic
where l = 0 is smooth (∇l ≠ 0): Hadamard's lemma, with l as a coordinate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy

from jacocalc.algebra.convert import to_sympy
from jacocalc.notation import Expr


def divides(under: Expr, over: Expr, point: Mapping[Any, Any]) -> bool:
    """Whether the polynomial ``under`` divides ``over``, analytic at the point, among the functions analytic there."""
    value = to_sympy(over)
    return all(
        factor.subs(point).is_zero is False or _is_zero_on(factor, times, value, point)
        for factor, times in sympy.factor_list(to_sympy(under))[1]
    )


def _is_zero_on(factor: Any, times: int, value: Any, point: Mapping[Any, Any]) -> bool:
    """Whether the value and its derivatives up to order ``times`` − 1 are 0 where the factor is."""
    for letter in sorted(factor.free_symbols, key=str):
        if sympy.degree(factor, letter) == 1 and factor.coeff(letter).subs(point).is_zero is False:
            solved = -factor.coeff(letter, 0) / factor.coeff(letter)
            across = (value.diff(letter, order).subs(letter, solved) for order in range(times))
            return all(sympy.expand(one) == 0 for one in across)
    return False
