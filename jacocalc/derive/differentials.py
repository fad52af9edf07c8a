"""The differential df = f′(x)[dx], and f(x + dx) − f(x) with the part linear in dx picked out.

df_i = Σ_j ∂f_i/∂x_j dx_j
f(x + dx) − f(x) = df + terms of higher order in dx      (none for f(x) = Ax + b)
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import sympy

from jacocalc.algebra.convert import from_sympy, symbol, to_sympy
from jacocalc.algebra.tidy import tidy
from jacocalc.algebra.values import exact, order_of
from jacocalc.derive.chain import Work, all_parameters, local_steps
from jacocalc.derive.jacobians import exact_matrix, inserted_at, jacobian_at, short_enough, stage_value
from jacocalc.derive.matrices import written_norm
from jacocalc.errors import DomainError, JacocalcError, TooLarge, Undecided
from jacocalc.evaluate.equality import Outcome, proved_equal
from jacocalc.evaluate.numbers import matrix_numbers
from jacocalc.functions import Point, VectorFunction
from jacocalc.notation import (
    ONE,
    ZERO,
    Expr,
    Matrix,
    Minus,
    Negative,
    Number,
    Power,
    Product,
    Symbol,
    as_rational,
    column,
    exponent_value,
    integer,
    rational,
    substitute,
    summed,
    tree_size,
    walk,
)
from jacocalc.options import LIMITS
from jacocalc.questions import DifferentialOf
from jacocalc.steps import ChangeGiven, Differential, Increment, LinearError

_SHRINKING = (Fraction(1, 10), Fraction(1, 100), Fraction(1, 1000))
_LARGEST = 300
_HIGHEST = 50
_DIGITS = 6


def differential(work: Work, question: DifferentialOf) -> Matrix:
    """df, a column in dx, dy, …, or in numbers where the change is given; the steps go into ``work``."""
    stage = question.chain.stages[0]
    changes = change_names(stage)
    local = local_steps(work)[0]
    jacobian, at = local.result, ()
    if work.at is not None:
        parameters, at = all_parameters(work), work.at.coordinates  # type: ignore[assignment]
        work.steps += short_enough(lambda: [stage_value(stage, 0, at, parameters)])
        here = jacobian_at(stage, local, at, parameters)
        work.steps.append(here)
        jacobian = here.result
    written = column(tuple(_row(row, changes) for row in jacobian.rows))
    result = column(tuple(_shortened(row, changes) for row in jacobian.rows))
    work.steps.append(Differential(at, changes, jacobian, written, result))
    _increment(work, stage, changes, at, result)
    if work.at is not None and not stage.abstract:
        if question.vector:
            result = _given(work, stage, jacobian, work.at, question.vector)
        error = _linear_error(stage, jacobian, work.at, question.vector or (integer(1),) * len(changes))
        work.steps += [error] if error else []
    return result


def change_names(stage: VectorFunction) -> tuple[str, ...]:
    """dx, dy, …; other names where those are taken."""
    taken = {*stage.inputs, *stage.parameters}
    plain = tuple(f"d{name}" for name in stage.inputs)
    return plain if not taken & set(plain) else tuple(f"delta_{name}" for name in stage.inputs)


def _row(partials: tuple[Expr, ...], changes: tuple[str, ...]) -> Expr:
    terms = tuple(Product((p, Symbol(dx))) for p, dx in zip(partials, changes, strict=True))
    return summed(terms)


def _shortened(partials: tuple[Expr, ...], changes: tuple[str, ...]) -> Expr:
    """Σ ∂f/∂x_j dx_j without the terms that are 0, every dx_j behind its factor."""
    terms: list[Expr] = []
    for p, dx in zip(map(tidy, partials), changes, strict=True):
        if p == ZERO:
            continue
        negative = isinstance(p, Negative)
        factor = p.operand if isinstance(p, Negative) else p
        term: Expr = Symbol(dx) if factor == ONE else Product((factor, Symbol(dx)))
        sign = Minus if terms else Negative
        terms.append(sign(term) if negative else term)
    return summed(tuple(terms)) if terms else ZERO


# -- f(x + dx) − f(x) ---------------------------------------------------------------------------------


def _increment(
    work: Work, stage: VectorFunction, changes: tuple[str, ...], at: tuple[Expr, ...], linear: Matrix
) -> None:
    if stage.abstract:
        return
    starts = at or tuple(map(Symbol, stage.inputs))
    moved = {name: start + Symbol(dx) for name, start, dx in zip(stage.inputs, starts, changes, strict=True)}
    given = dict(work.at.parameters) if work.at is not None else {}
    inserted = column(tuple(substitute(value, {**given, **moved}) for value in stage.values))
    if sum(map(tree_size, inserted.entries)) > _LARGEST:
        return
    before = stage.at(starts, tuple(given.items()))
    rests = [_rest(a, b, c, changes) for a, b, c in zip(inserted.entries, before.entries, linear.entries, strict=True)]
    rest = column(tuple(r for r in rests if r is not None)) if None not in rests else None
    work.steps.append(Increment(at, changes, inserted, linear, rest))
    if rest is not None:
        work.outcomes.append((Outcome.PROVED, 0))


def _rest(moved: Expr, before: Expr, linear: Expr, changes: tuple[str, ...]) -> Expr | None:
    """The terms of higher order; None where f is no polynomial in dx, its linear terms are not df, or they are long."""
    if any(isinstance(node, Power) and (exponent_value(node.exponent) or 0) > _HIGHEST for node in walk(moved)):
        return None
    letters = [symbol(name) for name in changes]
    difference = sympy.expand(to_sympy(moved) - to_sympy(before))
    try:
        terms = sympy.Poly(difference, *letters).terms()
    except sympy.PolynomialError:
        return None
    if any(coefficient.free_symbols & set(letters) for _, coefficient in terms):
        return None
    first = sum((c * _power(letters, k) for k, c in terms if sum(k) == 1), sympy.S.Zero)
    constant = sum((c for k, c in terms if sum(k) == 0), sympy.S.Zero)
    if constant != 0 or not proved_equal(first, to_sympy(linear)):
        return None
    higher = sum((c * _power(letters, k) for k, c in terms if sum(k) > 1), sympy.S.Zero)
    found = from_sympy(higher, order_of(moved))
    return found if tree_size(found) <= LIMITS.operations else None


def _power(letters: list[Any], exponents: tuple[int, ...]) -> Any:
    return sympy.Mul(*(letter**k for letter, k in zip(letters, exponents, strict=True)))


# -- numbers ------------------------------------------------------------------------------------------


def _given(work: Work, stage: VectorFunction, jacobian: Matrix, at: Point, change: tuple[Expr, ...]) -> Matrix:
    """df for numbers dx, and the true change beside it where f(a + dx) is defined."""
    written = column(tuple(
        summed(tuple(Product((p, dx), dot=True) for p, dx in zip(row, change, strict=True))) for row in jacobian.rows
    ))  # fmt: skip
    result = exact_matrix(written)
    moved = column(tuple(_moved(a, dx) for a, dx in zip(at.coordinates, change, strict=True)))
    try:
        increment = _increase(stage, at, moved.entries)
    except DomainError:
        increment = None
    pairs = zip(result.entries, increment.entries if increment else (), strict=increment is not None)
    texts = [_decimals(column((df, delta, delta - df))) for df, delta in pairs]
    decimals = tuple((one[0], one[1], one[2]) for one in texts)
    work.steps.append(ChangeGiven(at.coordinates, change, written, result, moved, increment, decimals))
    return result


def _moved(start: Expr, change: Expr) -> Expr:
    """a + dx; as a decimal where one of them is a decimal."""
    total = exact(start + change)
    value = as_rational(total)
    typed = any(isinstance(node, Number) and "." in node.literal for end in (start, change) for node in walk(end))
    if not typed or value is None:
        return total
    shown = Number(abs(value), f"{Decimal(abs(value.numerator)) / value.denominator}")
    return shown if value >= 0 else Negative(shown)


def _increase(stage: VectorFunction, at: Point, moved: tuple[Expr, ...]) -> Matrix:
    """f(a + dx) − f(a), as it is inserted where its value is too long.  Raises DomainError where f is undefined."""
    parameters = dict(at.parameters)
    try:
        after, before = (stage_value(stage, 0, where, parameters).result for where in (moved, at.coordinates))
        return exact_matrix(_difference(after, before))
    except TooLarge:
        return _difference(*(inserted_at(stage, where, parameters) for where in (moved, at.coordinates)))


def _difference(after: Matrix, before: Matrix) -> Matrix:
    return column(tuple(a - b for a, b in zip(after.entries, before.entries, strict=True)))


def _decimals(matrix: Matrix) -> list[str]:
    return [row[0] for row in matrix_numbers(matrix, _DIGITS)]


def _linear_error(
    stage: VectorFunction, jacobian: Matrix, at: Point, direction: tuple[Expr, ...]
) -> LinearError | None:
    """‖f(a + t v) − f(a) − t J v‖ for t = 1/10, 1/100, 1/1000; None where f is not defined so near."""
    rows = []
    for t in _SHRINKING:
        try:
            norm = _error(stage, jacobian, at, tuple(Product((rational(t), v)) for v in direction))
        except (DomainError, Undecided, TooLarge, JacocalcError):
            return None
        size, ratio = _decimals(column((norm, norm / rational(t))))
        rows.append((str(float(t)), size, ratio))
    return LinearError(direction, tuple(rows))


def _error(stage: VectorFunction, jacobian: Matrix, at: Point, change: tuple[Expr, ...]) -> Expr:
    moved = tuple(exact(a + dx) for a, dx in zip(at.coordinates, change, strict=True))
    increment = _increase(stage, at, moved)
    gaps = []
    for delta, row in zip(increment.entries, jacobian.rows, strict=True):
        linear = summed(tuple(Product((p, dx)) for p, dx in zip(row, change, strict=True)))
        gaps.append(exact(delta - linear))
    return exact(written_norm(gaps))
