"""Are two expressions equal?  Structure, then a proof under a budget, then balls at sample points.

Proof: the difference is 0 as a quotient of polynomials with its functions as independent letters, or it is
expanded under a budget; where that leaves 0 the two are equal.  Nothing here calls an unbounded simplification.
"""

from __future__ import annotations

import pickle
from enum import StrEnum
from typing import Any

import sympy
from sympy.polys.fields import field

from jacocalc.errors import LimitReached
from jacocalc.evaluate.budget import within
from jacocalc.options import LIMITS

_QUICK = 30
_CALLS = 600_000
_LETTERS = 12


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
    if _zero_in_field(difference):
        return True
    if difference.count_ops() <= _QUICK:
        return _expanded_to_zero(difference)
    try:
        return within(_CALLS, _expanded_to_zero, difference)
    except (LimitReached, pickle.PicklingError, AttributeError, TypeError):
        return False


def _zero_in_field(expr: Any) -> bool:
    """Whether the expression is 0 as a quotient of polynomials in its functions, roots and symbols as letters."""
    kept = _outermost(expr)
    if not kept or len(kept) > _LETTERS:
        return False
    _, *generators = field([f"_{k}" for k in range(len(kept))], sympy.QQ)
    bound = dict(zip(kept, generators, strict=True))
    try:
        return not _element(expr, bound, generators[0].field)
    except ZeroDivisionError:
        return False


def _is_arithmetic(node: Any) -> bool:
    return bool(node.is_Add or node.is_Mul or (node.is_Pow and node.exp.is_Integer))


def _outermost(expr: Any) -> list[Any]:
    """The parts that are no sums, products or whole powers, each once."""
    found: dict[Any, None] = {}
    stack = [expr]
    while stack:
        node = stack.pop()
        if _is_arithmetic(node):
            stack += node.args if not node.is_Pow else [node.base]
        elif not node.is_Rational:
            found.setdefault(node)
    return list(found)


def _element(node: Any, bound: dict[Any, Any], into: Any) -> Any:
    """The expression in the field of fractions."""
    if node in bound:
        return bound[node]
    if node.is_Rational:
        return into(sympy.QQ(int(node.p), int(node.q)))
    parts = [_element(part, bound, into) for part in ([node.base] if node.is_Pow else node.args)]
    if node.is_Pow:
        return parts[0] ** int(node.exp)
    total = parts[0]
    for part in parts[1:]:
        total = total + part if node.is_Add else total * part
    return total


def _expanded_to_zero(difference: Any) -> bool:
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
