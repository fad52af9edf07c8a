"""The other roads to derivatives of implicit functions.

identity:    F_x + F_y J_y = 0, proved symbolically, whatever way the system was solved
total:       ∂y_j/∂x_k + ∂y_j/∂y · y_k for the formula of y_j: the second derivative, proved or by values
differences: F(a ± h, y) = 0 solved for y by Newton's method in balls; quotients of the solutions
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import flint

from jacocalc.algebra.convert import from_sympy, symbol, to_sympy
from jacocalc.derive.roads import agreement, all_close, derivative, in_roots, same_values, shown
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.accumulation import dense, forward
from jacocalc.evaluate.equality import Outcome, proved_equal
from jacocalc.evaluate.fields import Balls, newton_step
from jacocalc.evaluate.numbers import ball
from jacocalc.evaluate.samples import Missing, sampled, sharp
from jacocalc.evaluate.tape import Tape
from jacocalc.functions import Point, VectorFunction
from jacocalc.notation import Expr, Matrix
from jacocalc.steps import Blocks

_BITS = 2048
_FIRST = 400
_SECOND = 300


def verify_identity(blocks: Blocks, result: Matrix) -> tuple[Outcome, int]:
    """Proved where F_x + F_y J_y is 0 entry by entry."""
    total = to_sympy(blocks.by_independent) + to_sympy(blocks.by_dependent) * to_sympy(result)
    same = all(proved_equal(in_roots(entry), 0 * entry) for entry in total)
    return (Outcome.PROVED if same else Outcome.UNDECIDED), 0


def verify_second_at(
    stage: VectorFunction, at: Point, blocks: Blocks, first: Matrix, result: Matrix
) -> tuple[Outcome, int]:
    """Proved where SymPy's total derivative of −F_j/F_y takes these values at the point; else by differences."""
    whole, y = to_sympy(stage.values[0]), symbol(blocks.dependent[0])
    letters = [symbol(name) for name in blocks.independent]
    point = {symbol(name): to_sympy(c) for name, c in zip(stage.inputs, at.coordinates, strict=True)}
    point |= {symbol(name): to_sympy(c) for name, c in at.parameters}
    slopes = [-derivative(whole, x) / derivative(whole, y) for x in letters]
    pairs = [
        (derivative(slopes[j], x) + derivative(slopes[j], y) * slopes[k], result.rows[j][k])
        for j in range(len(letters)) for k, x in enumerate(letters)
    ]  # fmt: skip
    if all(same_values(total, entry, point) for total, entry in pairs):
        return Outcome.PROVED, 0
    return verify_at(stage, at, blocks, first, result)


def verify_second(
    blocks: Blocks, first: Matrix, result: Matrix, parameters: tuple[str, ...] = ()
) -> tuple[Outcome, int]:
    """Proved where y_jk is the total derivative of y_j by x_k; else their values at sample points.

    Raises RoadsDisagree.
    """
    y = symbol(blocks.dependent[0])
    slopes = [in_roots(to_sympy(entry)) for entry in first.rows[0]]
    letters = [symbol(name) for name in blocks.independent]
    pairs = [
        (derivative(slope, x) + derivative(slope, y) * slopes[k], result.rows[j][k])
        for j, slope in enumerate(slopes) for k, x in enumerate(letters)
        if k >= j or result.rows[j][k] != result.rows[k][j]
    ]  # fmt: skip
    if all(same_values(total, entry, {}) for total, entry in pairs):
        return Outcome.PROVED, 0
    return _by_values(pairs, (*blocks.independent, *blocks.dependent, *parameters))


def _by_values(pairs: list[tuple[Any, Expr]], letters: tuple[str, ...]) -> tuple[Outcome, int]:
    """How many sample points show that SymPy's expressions and ours have the same values.  Raises RoadsDisagree."""
    samples = sampled(letters)
    try:
        values = [(samples.values(from_sympy(total)), samples.values(entry)) for total, entry in pairs]
    except (JacocalcError, TypeError):  # functions without formulas
        return Outcome.UNDECIDED, 0
    fewest = len(samples.points)
    for both in values:
        sure = [(a, b) for a, b in zip(*both, strict=True) if not isinstance(a, Missing) and not isinstance(b, Missing)]
        if not all(a.overlaps(b) for a, b in sure):
            return shown(Outcome.DIFFERENT), 0
        fewest = min(fewest, sum(sharp(a) and sharp(b) for a, b in sure))
    return (Outcome.AGREES if fewest else Outcome.UNDECIDED), fewest


def verify_at(
    stage: VectorFunction, at: Point, blocks: Blocks, first: Matrix, second: Matrix | None = None
) -> tuple[Outcome, int]:
    """Difference quotients of solutions of F(x, y) = 0 near the point.  Raises RoadsDisagree."""

    def verdicts(_bits: int) -> Iterable[bool | None]:
        near = _Solutions(stage, at, blocks)
        theirs = near.second() if second is not None else near.first()
        return all_close([ball(entry, _BITS) for entry in (second or first).entries], theirs)

    outcome = agreement((_BITS,), verdicts)
    if outcome is Outcome.AGREES and second is None and verify_identity(blocks, first)[0] is Outcome.PROVED:
        return Outcome.PROVED, 0
    return shown(outcome), int(outcome is Outcome.AGREES)


class _Solutions:
    """y(x) near the point, as numbers."""

    def __init__(self, stage: VectorFunction, at: Point, blocks: Blocks) -> None:
        self.inputs, self.blocks = stage.inputs, blocks
        self.start = [ball(c, _BITS) for c in at.coordinates]
        given = dict(at.parameters)
        self.parameters = [ball(given[name], _BITS) for name in stage.parameters]
        self.tape = Tape()
        nodes = [self.tape.input() for _ in stage.inputs]
        bound = {name: self.tape.input() for name in stage.parameters}
        self.values = self.tape.apply(stage, nodes, bound)
        places = [stage.inputs.index(name) for name in blocks.dependent]
        self.matrix = dense(self.tape, forward(self.tape, self.values, [nodes[j] for j in places]), len(places))
        self.places = places

    def at(self, shift: dict[str, Any]) -> list[Any]:
        """y with F(x + shift, y) = 0, from the point's y."""
        current = [
            (value + shift.get(name, 0)).mid() for name, value in zip(self.inputs, self.start, strict=True)
        ]  # fmt: skip
        for _ in range(14):
            numbers = [*current, *self.parameters]
            value = self.tape.evaluate(self.values, numbers, Balls())
            grid = [self.tape.evaluate(row, numbers, Balls()) for row in self.matrix]
            change = newton_step(grid, value)
            for k, place in enumerate(self.places):
                current[place] = (current[place] + change[k, 0]).mid()
        return [current[place] for place in self.places]

    def first(self) -> list[Any]:
        """∂y_i/∂x_j row by row."""
        step = flint.arb(1) / (1 << _FIRST)
        columns = []
        for name in self.blocks.independent:
            right, left = self.at({name: step}), self.at({name: -step})
            columns.append([(a - b) / (2 * step) for a, b in zip(right, left, strict=True)])
        return [entry for row in zip(*columns, strict=True) for entry in row]

    def second(self) -> list[Any]:
        """∂²y/∂x_j∂x_k row by row."""
        step = flint.arb(1) / (1 << _SECOND)
        names = self.blocks.independent

        def value(one: str, a: int, other: str, b: int) -> Any:
            shift = {one: a * step}
            shift[other] = shift.get(other, 0) + b * step
            return self.at(shift)[0]

        def quotient(one: str, other: str) -> Any:
            corners = value(one, 1, other, 1) - value(one, 1, other, -1)
            return (corners - value(one, -1, other, 1) + value(one, -1, other, -1)) / (4 * step * step)

        return [quotient(one, other) for one in names for other in names]
