"""The form of an answer, judged on what was typed: evaluated, expanded, factored.

The value is right already when this is asked; what is missing is said apart from it.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy

from jacocalc.algebra.convert import to_sympy
from jacocalc.algebra.values import exact
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.budget import within
from jacocalc.evaluate.equality import light
from jacocalc.linear import paper
from jacocalc.notation import (
    Expr,
    Matrix,
    Minus,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    as_rational,
    entries_of,
    names,
    rational,
    tree_size,
    walk,
)

_CALLS = 300_000


def missing_form(typed: Expr, form: str) -> str:
    """What is missing for this form, in words; "" where nothing is."""
    if not isinstance(typed, Matrix) and any(isinstance(node, Matrix) for node in walk(typed)):
        return f"{paper(typed)} can be multiplied out" if form == "evaluated" else ""
    entries = entries_of(typed)
    found = (_CHECKS[form](entry) for entry in entries)
    return next((said for said in found if said), "")


def _evaluated(entry: Expr) -> str:
    """Numbers are worked out: 12, not 6·2."""
    if isinstance(entry, Number) and entry.literal:
        return ""
    for node in walk(entry):
        if not names(node) and not isinstance(node, Number) and _shorter(node):
            return f"{paper(node)} can be evaluated: {paper(exact(node))}"
        numbers = [part for part in _joined(node) if as_rational(part) is not None]
        if len(numbers) > 1:
            return f"the numbers in {paper(node)} can be put together"
    return ""


def _joined(node: Expr) -> tuple[Expr, ...]:
    return node.terms if isinstance(node, Sum) else node.factors if isinstance(node, Product) else ()


def _shorter(node: Expr) -> bool:
    """Whether a closed part is a fraction that is not written in lowest terms: 6·2, 2/4, sin(π/6)."""
    if not light(node):
        return False
    value = as_rational(node)
    if value is not None:
        return node != rational(value)
    try:
        found = exact(node)
    except JacocalcError:
        return False
    return as_rational(found) is not None and tree_size(found) < tree_size(node)


def _expanded(entry: Expr) -> str:
    """Products of sums are multiplied out."""
    for node in walk(entry):
        factors = node.factors if isinstance(node, Product) else ()
        sums = [factor for factor in factors if isinstance(factor, Sum)]
        if sums:
            return f"{paper(node)} can be expanded"
        if isinstance(node, Power) and isinstance(node.base, Sum) and (as_rational(node.exponent) or 0) > 1:
            return f"{paper(node)} can be expanded"
    return ""


def _factored(entry: Expr) -> str:
    """A product of factors that cannot be split further over the rational numbers."""
    if not light(entry):
        return ""
    for factor in _typed_factors(entry):
        if isinstance(factor, Sum):
            try:
                splits = within(_CALLS, _splits, factor)
            except JacocalcError:
                continue
            if splits:
                return f"{paper(factor)} can be factored"
    return ""


def _typed_factors(entry: Expr) -> list[Expr]:
    match entry:
        case Product(factors):
            return [part for factor in factors for part in _typed_factors(factor)]
        case Quotient(over, under):
            return _typed_factors(over) + _typed_factors(under)
        case Negative(operand) | Minus(operand):
            return _typed_factors(operand)
        case Power(base, _):
            return _typed_factors(base)
        case _:
            return [entry]


def _splits(factor: Expr) -> bool:
    """Whether the sum has a factor of its own, a number apart from 1 included."""
    whole = sympy.factor(to_sympy(factor))
    if whole.is_Add:
        return False
    coefficient, rest = whole.as_coeff_Mul()
    return bool(rest.is_Mul or rest.is_Pow or abs(coefficient) != 1)


_CHECKS: dict[str, Callable[[Expr], str]] = {"evaluated": _evaluated, "expanded": _expanded, "factored": _factored}
