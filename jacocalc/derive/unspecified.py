"""Formulas with unspecified functions, gathered by their values: each is a sum of products of these, with coefficients.

r cos t (r f_xx cos t + f_xy) + r sin t r f_xx sin t  →  r² f_xx + r f_xy cos t
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy.core.function import AppliedUndef

from jacocalc.algebra.convert import to_sympy
from jacocalc.algebra.tidy import tidy
from jacocalc.algebra.values import with_unspecified
from jacocalc.derive.short_forms import notation, shortest
from jacocalc.errors import LimitReached
from jacocalc.evaluate.budget import within
from jacocalc.notation import Applied, Expr, Matrix, Product, summed, tree_size, walk

_CALLS = 3_000_000
_LONG = 1000
Gathered = dict[Any, Any]


def gathered(matrix: Matrix, alike: Expr) -> Matrix:
    """Every entry as Σ coefficient · unspecified values, in the order of ``alike``, the coefficients short."""
    if any(tree_size(entry) > _LONG for entry in matrix.entries):
        return matrix.map(tidy)
    values = [to_sympy(entry) for entry in matrix.entries]
    letters = {applied: sympy.Dummy() for value in values for applied in value.atoms(AppliedUndef)}  # these pickle
    meant = {letter: applied for applied, letter in letters.items()}
    try:
        found = within(_CALLS, _by_letters, [value.xreplace(letters) for value in values], [*meant])
    except LimitReached:
        return matrix.map(tidy)
    sums = [{part.xreplace(meant): coefficient for part, coefficient in one.items()} for one in found]
    coefficients = iter(shortest([coefficient for one in sums for coefficient in one.values()]))
    written = [_written([(part, next(coefficients)) for part in one], alike) for one in sums]
    width = matrix.shape[1]
    return Matrix(tuple(tuple(written[i : i + width]) for i in range(0, len(written), width)))


def _by_letters(values: Sequence[Any], letters: Sequence[Any]) -> list[Gathered]:
    return [_gathered(value, letters) for value in values]


def _gathered(value: Any, letters: Sequence[Any]) -> Gathered:
    """product of letters → its coefficient"""
    found: Gathered = {}
    for term in sympy.Add.make_args(sympy.expand(value)):
        coefficient, part = term.as_independent(*letters, as_Add=False)
        found[part] = found.get(part, 0) + coefficient
    return found


def _written(terms: list[tuple[Any, Any]], alike: Expr) -> Expr:
    """The sum; the values, and the letters of the coefficients, in the order in which ``alike`` has them."""
    places = {to_sympy(node): place for place, node in enumerate(walk(alike)) if isinstance(node, Applied)}

    def first(term: tuple[Any, Any]) -> tuple[int, str]:
        inside = (places[node] for node in sympy.preorder_traversal(term[0]) if node in places)
        return min(inside, default=len(places)), str(term)

    parts = [
        Product((with_unspecified(notation(part, alike), alike), notation(sympy.factor_terms(coefficient), alike)))
        for part, coefficient in sorted(terms, key=first)
    ]
    return tidy(summed(parts))
