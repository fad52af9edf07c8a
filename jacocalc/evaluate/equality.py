"""Are two expressions equal?  Structure, then a proof under a budget, then balls at sample points.

Proof: the difference is expanded, or brought over one denominator with its functions as independent
letters; where that leaves 0 the two are equal.  Nothing here calls an unbounded simplification.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import sympy

from jacocalc.options import LIMITS


class Outcome(StrEnum):
    """What is known of an equality, from the best to the worst."""

    PROVED = "proved"
    AGREES = "agrees"
    UNDECIDED = "undecided"
    DIFFERENT = "different"


_RANK = [Outcome.PROVED, Outcome.AGREES, Outcome.UNDECIDED, Outcome.DIFFERENT]


def worst(outcomes: list[Outcome]) -> Outcome:
    """The weakest of several outcomes; proved for none."""
    return max(outcomes, key=_RANK.index, default=Outcome.PROVED)


def proved_equal(left: Any, right: Any) -> bool:
    """Whether two SymPy expressions are proved equal within the budget; False says nothing."""
    if left == right:
        return True
    difference = left - right
    if difference == 0:
        return True
    if not _affordable(difference):
        return False
    if sympy.expand(difference) == 0:
        return True
    basic = _by_sine_and_exponential(difference)
    numerator = sympy.fraction(sympy.together(basic))[0]
    if not _affordable(numerator):
        return False
    return bool(sympy.expand(_squares(sympy.expand(numerator))) == 0)


def _affordable(expr: Any) -> bool:
    if expr.count_ops() > LIMITS.proof:
        return False
    if expr.has(sympy.Heaviside, sympy.DiracDelta, sympy.Piecewise, sympy.Derivative, sympy.Max, sympy.Min):
        return False
    return all(not (p.exp.is_Integer and abs(p.exp) > 12 and p.base.is_Add) for p in expr.atoms(sympy.Pow))


_RATIOS = {
    sympy.tan: lambda u: sympy.sin(u) / sympy.cos(u),
    sympy.cot: lambda u: sympy.cos(u) / sympy.sin(u),
    sympy.sec: lambda u: 1 / sympy.cos(u),
    sympy.csc: lambda u: 1 / sympy.sin(u),
    sympy.sinh: lambda u: (sympy.exp(u) - sympy.exp(-u)) / 2,
    sympy.cosh: lambda u: (sympy.exp(u) + sympy.exp(-u)) / 2,
    sympy.tanh: lambda u: (sympy.exp(u) - sympy.exp(-u)) / (sympy.exp(u) + sympy.exp(-u)),
    sympy.coth: lambda u: (sympy.exp(u) + sympy.exp(-u)) / (sympy.exp(u) - sympy.exp(-u)),
    sympy.sech: lambda u: 2 / (sympy.exp(u) + sympy.exp(-u)),
    sympy.csch: lambda u: 2 / (sympy.exp(u) - sympy.exp(-u)),
}


def _by_sine_and_exponential(expr: Any) -> Any:
    """Quotients of sines and cosines for the other trigonometric functions, exponentials for hyperbolic ones."""
    for kind, ratio in _RATIOS.items():
        if expr.has(kind):
            expr = expr.replace(kind, ratio)
    return expr


def _squares(expr: Any) -> Any:
    """cos² u → 1 − sin² u in every even power."""
    for cosine in expr.atoms(sympy.cos):
        letter = sympy.Dummy()
        poly = expr.xreplace({cosine: letter})
        if not poly.is_polynomial(letter):
            continue
        sine = sympy.sin(cosine.args[0])
        terms = sympy.Poly(poly, letter).terms()
        expr = sympy.Add(*(c * cosine ** (k % 2) * (1 - sine**2) ** (k // 2) for (k,), c in terms))
    return expr
