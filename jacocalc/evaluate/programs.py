"""Programs → the values of all their variables, in floats or in balls; an equation h = φ(h) is solved on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np

from jacocalc.errors import DomainError
from jacocalc.evaluate.arrays import BALLS, FLOATS, Arithmetic, Array, Generic, Values, sample
from jacocalc.evaluate.fields import ball_of
from jacocalc.programs import Program
from jacocalc.terms import Term, Var

BITS = 640
_ITERATIONS = 3000
_CHORDS = 60


def forward(
    program: Program,
    given: Mapping[Term, Array],
    sizes: Mapping[str, int],
    field: Arithmetic = FLOATS,
    generic: Mapping[str, Generic] | None = None,
) -> Values:
    """All variables of a program without symbolic loops; one that is given is not computed.

    Raises DomainError where one has no value.
    """
    values = Values(given, sizes, field, generic)
    for assignment in program.assignments:
        if assignment.variable in given:
            continue
        if assignment.implicit:
            values.known[assignment.variable] = _solved(assignment.variable, assignment.term, values)
        else:
            values.known[assignment.variable] = values.of(assignment.term)
    return values


def in_balls(program: Program, given: Mapping[Term, Array], sizes: Mapping[str, int]) -> Values:
    """All variables in balls; a sample function stands for every generic one.  Raises DomainError."""
    return forward(program, given, sizes, BALLS, dict.fromkeys(("sigma", *program.functions), sample(BALLS)))


def _solved(variable: Var, term: Term, values: Values) -> Array:
    """The solution of h = φ(h) that iteration from 0 leads to, refined by chords.

    Raises DomainError where the iteration does not settle.
    """
    field = values.field
    shape = (values.size(variable.size[0]), values.size(variable.size[1]))
    tolerance = 2.0 ** (-48 if field is FLOATS else 60 - BITS)

    def step(current: Array) -> Array:
        values.known[variable] = current
        return middles(values.of(term))

    current = _iterated(step, field.full(shape, Fraction(0)), 2.0**-20)
    if field is not FLOATS and shape[1] == 1:
        current = _by_chords(step, current, tolerance)
    found = _iterated(step, current, tolerance)
    if not all(change <= tolerance for change in abs(step(found) - found).flat):
        raise DomainError(f"{variable} is not found: iterating its equation from 0 does not settle")
    return found


def _iterated(step: Callable[[Array], Array], current: Array, tolerance: float) -> Array:
    """h ← φ(h) until it changes by less than the tolerance, or for long enough."""
    for _ in range(_ITERATIONS):
        following = step(current)
        if all(change <= tolerance for change in abs(following - current).flat):
            return following
        current = following
    return current


def _by_chords(step: Callable[[Array], Array], current: Array, tolerance: float) -> Array:
    """h ← h − (I − J)⁻¹ (h − φ(h)) with J, from differences, at the first h: each step gains as many digits again."""
    count, width = current.shape[0], ball_of(Fraction(1, 2**80))
    columns = []
    for j in range(count):
        moved = current.copy()
        moved[j, 0] = moved[j, 0] + width
        columns.append((step(moved) - step(current)) / width)
    identity = BALLS.full((count, count), Fraction(0))
    identity[range(count), range(count)] = ball_of(Fraction(1))
    system = BALLS.inverse(middles(identity - np.concatenate(columns, axis=1)))
    for _ in range(_CHORDS):
        change = middles(np.dot(system, current - step(current)))
        current = middles(current - change)
        if all(size <= tolerance for size in abs(change).flat):
            break
    return current


def middles(array: Array) -> Array:
    """Balls shrunk to their middles, so that an iteration does not widen them."""
    return array if array.dtype != object else np.frompyfunc(lambda ball: ball.mid(), 1, 1)(array)
