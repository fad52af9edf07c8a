"""Formulas with unspecified functions, gathered by their values: each is a sum of products of these, with coefficients.

r cos t (r f_xx cos t + f_xy) + r sin t r f_xx sin t  →  r² f_xx + r f_xy cos t
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy.core.function import AppliedUndef

from jacocalc.algebra.convert import from_sympy, to_sympy
from jacocalc.algebra.tidy import tidy
from jacocalc.algebra.values import order_of, with_unspecified
from jacocalc.derive.short_forms import notation, shortest
from jacocalc.errors import LimitReached
from jacocalc.evaluate.budget import within
from jacocalc.notation import Applied, Expr, Matrix, Product, in_rows, summed, tree_size, walk

_CALLS = 3_000_000
_LONG = 1000
_AHEAD = 10**6
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
    return in_rows(written, matrix.shape[1])


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
    """The sum; the values, and the letters of the coefficients, in the order in which ``alike`` has them.

    Those of f at values of other such functions come first, the second derivatives before the first:
    f_xx x_s² + 2 f_xy x_s y_s + f_yy y_s² + f_x x_ss + f_y y_ss.
    """
    nodes = [node for node in walk(alike) if isinstance(node, Applied)]
    places = {to_sympy(node): place for place, node in enumerate(nodes)}
    depths = {value: _nesting(value) for value in places}
    order = {value: place - _AHEAD * depths.get(value, 0) for value, place in order_of(alike).items()}

    def first(term: tuple[Any, Any]) -> tuple[int, int, str]:
        inside = [node for node in sympy.preorder_traversal(term[0]) if node in places]
        deepest = max(map(depths.__getitem__, inside), default=0)
        ahead = [node for node in inside if depths[node] == deepest]
        most = max((len(nodes[places[node]].derivatives) for node in ahead if deepest), default=0)
        return -most, min(map(places.__getitem__, ahead), default=len(places)), str(term)

    parts = [
        Product((with_unspecified(from_sympy(part, order), alike), notation(sympy.factor_terms(coefficient), alike)))
        for part, coefficient in sorted(terms, key=first)
    ]
    return tidy(summed(parts))


def _nesting(value: Any) -> int:
    """2 for f(g(h(x))), 0 for h(x)."""
    inside = [part for argument in value.args for part in argument.atoms(AppliedUndef)]
    return 1 + max(map(_nesting, inside)) if inside else 0
