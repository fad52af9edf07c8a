"""Formulas on the curve F = 0, shortened with its equation: a/b with a = q F + r is r/b there.

−x²/y³ − 1/y  →  −1/y³ where x² + y² − 1 = 0
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Any

import sympy
from sympy.polys.polyerrors import BasePolynomialError

from jacocalc.algebra.convert import to_sympy
from jacocalc.derive.short_forms import notation
from jacocalc.errors import LimitReached
from jacocalc.evaluate.budget import within
from jacocalc.notation import Expr, names, tree_size

_CALLS = 3_000_000
_LONG = 200
_MOST = 3
_ORDERS = ("lex", "grevlex")


def shortened(formula: Expr, equation: Expr, inputs: Sequence[str]) -> tuple[Expr, Expr] | None:
    """(m, s) with formula = s + m · equation, s the shortest that is found; None where m = 0 or s is no shorter.

    A letter that the formula has not costs an operation: e sin E stays, though it is E − M on the curve.
    """
    if not names(formula) or max(tree_size(formula), tree_size(equation)) > _LONG:
        return None
    try:
        found = within(_CALLS, _shortened, to_sympy(formula), to_sympy(equation), tuple(inputs))
    except LimitReached:
        return None
    return None if found is None else (notation(found[0], equation), notation(found[1], equation))


def _shortened(formula: Any, equation: Any, inputs: tuple[str, ...]) -> tuple[Any, Any] | None:
    forms = [*_remainders(formula, equation, inputs), (sympy.S.Zero, formula)]
    best = min(forms, key=lambda form: (int(form[1].count_ops()), sympy.fraction(form[1])[0].is_Add, str(form[1])))
    brought = len(best[1].free_symbols - formula.free_symbols)
    return best if best[0] != 0 and best[1].count_ops() + brought < formula.count_ops() else None


def _remainders(formula: Any, equation: Any, inputs: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    """The formula divided by the equation as polynomials of what occurs in it, in every order of a few."""
    seen = set()
    over, under = sympy.fraction(sympy.together(formula))
    zero, below = (sympy.expand(part) for part in sympy.fraction(sympy.together(equation)))
    try:
        moving = [g for g in sympy.Poly(zero).gens if {letter.name for letter in g.free_symbols} & set(inputs)]
        if len(moving) > _MOST:
            return
        for generators in permutations(moving):
            for order in _ORDERS:
                (quotient,), rest = sympy.reduced(sympy.expand(over), [zero], *generators, order=order)
                if quotient not in seen and sympy.expand(over - quotient * zero - rest) == 0:
                    seen.add(quotient)
                    multiple = sympy.factor(quotient) * below / under
                    yield multiple, rest / under
                    yield multiple, _turned(sympy.factor(rest)) / under
    except BasePolynomialError:
        return


def _turned(product: Any) -> Any:
    """−2y²(y − 6) → 2y²(6 − y)"""
    factor, rest = product.as_coeff_Mul()
    parts = list(sympy.Mul.make_args(rest))
    for k, part in enumerate(parts):
        if factor.is_negative and part.is_Add and any(term.as_coeff_Mul()[0].is_negative for term in part.args):
            parts[k] = sympy.Add(*(-term for term in part.args))
            return sympy.Mul(-factor, *parts)
    return product
