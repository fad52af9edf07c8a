"""Accidental agreement: a common mistake that gives the right answer at the chosen point.

An exercise at which a transposed matrix is right, or J_g at x instead of f(x), does not tell those who know from
those who guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from itertools import pairwise

from jacocalc.algebra.values import exact
from jacocalc.derive.answer import derive
from jacocalc.errors import JacocalcError
from jacocalc.notation import Expr, Matrix, as_rational, substitute, summed
from jacocalc.options import Options
from jacocalc.questions import Compose, GradientOf, HessianOf
from jacocalc.steps import Derivation, JacobianAt, LocalJacobian
from jacocalc.verdicts import Exercise


def accidental(exercise: Exercise) -> list[str]:
    """The codes of common mistakes that give the right answer."""
    return accidents_of(derive(exercise.question, Options()))


def accidents_of(derivation: Derivation) -> list[str]:
    """The same for a question that is derived."""
    right = derivation.result
    if not isinstance(right, Matrix) or derivation.question.at is None:
        return []
    return [code for code, make in _COMMON.items() if any(_same(wrong, right) for wrong in make(derivation))]


def _same(wrong: Matrix, right: Matrix) -> bool:
    return wrong.shape == right.shape and all(
        as_rational(exact(a - b)) == 0 for a, b in zip(wrong.entries, right.entries, strict=True)
    )


Wrong = Iterator[Matrix]


def _transposed(derivation: Derivation) -> Wrong:
    result = derivation.result
    symmetric = isinstance(derivation.question, HessianOf | GradientOf)
    if isinstance(result, Matrix) and not symmetric and result.shape != (1, 1):
        yield result.transposed


def _factors(derivation: Derivation) -> list[Matrix]:
    """The Jacobians of the stages at their points, innermost first."""
    found = {step.stage: step.result for step in derivation.steps if isinstance(step, JacobianAt)}
    composed = isinstance(derivation.question, Compose) and len(found) > 1
    return [found[place] for place in sorted(found)] if composed else []


def _times(left: Matrix, right: Matrix) -> Matrix:
    columns = right.transposed.rows
    entries = [[exact(summed([a * b for a, b in zip(row, column, strict=True)])) for column in columns]
               for row in left.rows]  # fmt: skip
    return Matrix(tuple(map(tuple, entries)))


def _order(derivation: Derivation) -> Wrong:
    factors = _factors(derivation)
    if factors and all(a.shape[1] == b.shape[0] for a, b in pairwise(factors)):
        yield reduce(_times, factors)


def _outer_at_x(derivation: Derivation) -> Wrong:
    """J_g at x, where it should be at f(x)."""
    factors, at = _factors(derivation), derivation.question.at
    outer = {step.stage: step.result for step in derivation.steps if isinstance(step, LocalJacobian)}
    if len(factors) != 2 or at is None or len(at.coordinates) != factors[1].shape[1] or 1 not in outer:
        return
    values = dict(zip(derivation.question.chain.stages[1].inputs, at.coordinates, strict=True))
    try:
        yield _times(outer[1].map(lambda entry: exact(substitute(entry, values))), factors[0])
    except JacocalcError:
        return


def _outer_only(derivation: Derivation) -> Wrong:
    yield from _factors(derivation)[-1:]


def _inner_only(derivation: Derivation) -> Wrong:
    yield from _factors(derivation)[:1]


def _entrywise(combine: Callable[[Expr, Expr], Expr]) -> Callable[[Derivation], Wrong]:
    def make(derivation: Derivation) -> Wrong:
        factors = _factors(derivation)
        if factors and len({factor.shape for factor in factors}) == 1:
            grids = zip(*(factor.entries for factor in factors), strict=True)
            entries = [exact(reduce(combine, entry)) for entry in grids]
            width = factors[0].shape[1]
            yield Matrix(tuple(tuple(entries[i : i + width]) for i in range(0, len(entries), width)))

    return make


_COMMON: dict[str, Callable[[Derivation], Wrong]] = {
    "transposed": _transposed,
    "order": _order,
    "outer-at-x": _outer_at_x,
    "inner-factor-missing": _outer_only,
    "outer-factor-missing": _inner_only,
    "elementwise": _entrywise(lambda a, b: a * b),
    "sum": _entrywise(lambda a, b: a + b),
}
