"""A chain at one point in numbers: every stage where it is taken, its Jacobian, and their product.

J_{f_L ∘ … ∘ f_1}(a) = J_{f_L}(a_{L−1}) · … · J_{f_1}(a), a_k = f_k(a_{k−1}).  A stage is differentiated once, however
often it occurs; at a point its entries are numbers, and products of matrices of balls cost little.  So a chain of L
stages costs L times one stage, whatever its precision.  Entries that are rational are followed exactly beside the
balls: a product is rational where all that enters it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import flint

from jacocalc.evaluate.accumulation import jacobian
from jacocalc.evaluate.fields import Balls, Rationals
from jacocalc.evaluate.rows import Rows
from jacocalc.evaluate.tape import Node, Tape
from jacocalc.functions import Chain, VectorFunction

Known: TypeAlias = list[list[Fraction | None]]
_SMALL = 100_000  # bits of numerator and denominator up to which rational entries are followed


@dataclass(frozen=True)
class _Stage:
    """One function on a tape of its own: values, and the entries of J that are not always 0."""

    tape: Tape
    outputs: list[Node]
    rows: Rows

    @property
    def entries(self) -> list[tuple[int, int, Node]]:
        return [(i, j, node) for i, row in enumerate(self.rows) for j, node in row.items()]


class Stagewise:
    """A chain, to be taken at points.  Raises JacocalcError for an unspecified stage."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        made: dict[VectorFunction, _Stage] = {}
        for stage in chain.stages:
            if stage not in made:
                made[stage] = _on_tape(stage)
        self.stages = [made[stage] for stage in chain.stages]

    def balls(self, coordinates: Sequence[Any]) -> tuple[list[list[Any]], Any]:
        """The values of every stage and J (an ``arb_mat``, m×n) at coordinates and parameters that are balls.

        Raises Unsettled where a branch is not settled at the precision that is set.
        """
        values, factors = self._taken(coordinates)
        product = factors[0]
        for factor in factors[1:]:
            product = factor * product
        return values, product

    def factors(self, coordinates: Sequence[Any]) -> list[Any]:
        """The Jacobian of each stage at its own point, innermost first."""
        return self._taken(coordinates)[1]

    def _taken(self, coordinates: Sequence[Any]) -> tuple[list[list[Any]], list[Any]]:
        current, parameters = self._split(coordinates)
        values, factors = [], []
        for function, stage in zip(self.chain.stages, self.stages, strict=True):
            listed = stage.entries
            numbers = [*current, *(parameters[name] for name in function.parameters)]
            found = stage.tape.evaluate([*stage.outputs, *(node for _, _, node in listed)], numbers, Balls())
            m = len(stage.outputs)
            matrix = flint.arb_mat(m, len(current))
            for (i, j, _), entry in zip(listed, found[m:], strict=True):
                matrix[i, j] = entry
            current = found[:m]
            values.append(current)
            factors.append(matrix)
        return values, factors

    def rationals(self, coordinates: Sequence[Fraction | None]) -> Known:
        """J as far as its entries are rational; None for the others."""
        current, parameters = self._split(coordinates)
        product: Known | None = None
        for function, stage in zip(self.chain.stages, self.stages, strict=True):
            listed = stage.entries
            numbers = [*current, *(parameters[name] for name in function.parameters)]
            found = stage.tape.rationals([*stage.outputs, *(node for _, _, node in listed)], numbers, Rationals())
            m = len(stage.outputs)
            matrix: Known = [[Fraction(0)] * len(current) for _ in range(m)]
            for (i, j, _), entry in zip(listed, found[m:], strict=True):
                matrix[i][j] = entry
            current = found[:m]
            product = matrix if product is None else _multiplied(matrix, product)
        assert product is not None
        return product

    def _split(self, coordinates: Sequence[Any]) -> tuple[list[Any], Mapping[str, Any]]:
        count = len(self.chain.inputs)
        return list(coordinates[:count]), dict(zip(self.chain.parameters, coordinates[count:], strict=True))


def _on_tape(stage: VectorFunction) -> _Stage:
    """Where the stage has no derivative, at kinks and ties, that is undefined."""
    tape = Tape(kink=None)
    inputs = [tape.input() for _ in stage.inputs]
    bound = {name: tape.input() for name in stage.parameters}
    outputs = tape.apply(stage, inputs, bound)
    return _Stage(tape, outputs, jacobian(tape, outputs, inputs))


def _multiplied(a: Known, b: Known) -> Known:
    """The product as far as it is rational: integers over one denominator where all of it is."""
    if all(None not in row for row in (*a, *b)):
        return _whole(a, b)
    columns = list(zip(*b, strict=True))
    return [[_entry(row, column) for column in columns] for row in a]


def _whole(a: Known, b: Known) -> Known:
    made = _matrix(a) * _matrix(b)
    entries = [[made[i, j] for j in range(len(b[0]))] for i in range(len(a))]
    return [[_small(Fraction(int(entry.p), int(entry.q))) for entry in row] for row in entries]


def _matrix(rows: Known) -> Any:
    return flint.fmpq_mat([[flint.fmpq(v.numerator, v.denominator) for v in row if v is not None] for row in rows])


def _entry(row: Sequence[Fraction | None], column: Sequence[Fraction | None]) -> Fraction | None:
    total = Fraction(0)
    for a, b in zip(row, column, strict=True):
        if a == 0 or b == 0:
            continue
        if a is None or b is None:
            return None
        total += a * b
    return _small(total)


def _small(value: Fraction) -> Fraction | None:
    return value if value.numerator.bit_length() + value.denominator.bit_length() <= _SMALL else None
