"""A product z = W x, elementwise steps on vectors like z, and a product Wᵀ d: one walk over the rows of W.

    z = W x;  h = φ(z, …);  d = ψ(h, …);  Wᵀ d    →    for each block of rows:  z_b = W_b x;  d_b;  dx += W_bᵀ d_b

W is read once where it is too large for the cache.  What belongs to a group is found by what reads what: all that lies
between the two products takes one row after the other.  A loss that nothing between them reads comes after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jacocalc.compiled.matrix.graph import ELEMENTWISE, Graph, Sizes
from jacocalc.compiled.matrix.kernels import Array, Kernel

LARGE = 32 << 20  # bytes of W: what is smaller is still in the cache when it is read again
BLOCK = 500_000  # entries: OpenBLAS gives a product from 460,800 entries on to all its threads
_BY_ROWS = ELEMENTWISE | {"where", "erf", "full"}
Makings = Sequence[tuple[int, tuple[int, ...]]]


def least(dtype: np.dtype[Any]) -> int:
    """The entries of the smallest matrix that is walked over in blocks."""
    return LARGE // dtype.itemsize


def spare(shape: Sizes) -> int:
    """The entries that a group needs beside its values: Wᵀ d of a block."""
    return shape[1]


# -- which makings form a group ---------------------------------------------------------------------------


def grouped(graph: Graph, made: Makings, entries: int) -> list[tuple[int, ...]]:
    """Makings, (node, parts), in an order in which each group is one entry; W has at least so many entries."""
    units: list[tuple[int, ...]] = [(place,) for place in range(len(made))]
    place = 0
    while place < len(units):
        first = units[place][0]
        if len(units[place]) == 1 and _is_product(graph, made[first], entries):
            units = _with_group(graph, made, units, place) or units
        place += 1
    return units


def _is_product(graph: Graph, making: tuple[int, tuple[int, ...]], entries: int) -> bool:
    """Whether this is W x for a column x and a large W that lies row by row."""
    node = graph[making[0]]
    if node.kind != "matmul" or node.shape[1] != 1:
        return False
    matrix = graph[node.parts[0]]
    return matrix.kind != "transpose" and matrix.shape[0] * matrix.shape[1] >= entries


def _with_group(graph: Graph, made: Makings, units: list[tuple[int, ...]], place: int) -> list[tuple[int, ...]] | None:
    """The units where the product W x at this place is one with the next Wᵀ d that needs it; None where none is."""
    first = units[place][0]
    rows, matrix = graph[made[first][0]].shape, made[first][1][0]
    reached, after = {first}, list[int]()
    for end in range(place + 1, len(units)):
        if not any(part in reached for one in units[end] for part in made[one][1]):
            continue
        reached |= set(units[end])
        after.append(end)
        last = units[end][0]
        if len(units[end]) > 1 or not _turns_back(graph, made, last, matrix):
            continue
        between = _between(made, reached, first, last)
        if not all(graph[made[one][0]].kind in _BY_ROWS and graph[made[one][0]].shape == rows for one in between):
            continue
        group = (first, *sorted(between), last)
        inside = {unit for unit in after if units[unit][0] in group}
        before = [units[unit] for unit in range(place + 1, end) if unit not in after]
        rest = [units[unit] for unit in after if unit not in inside]
        return [*units[:place], *before, group, *rest, *units[end + 1 :]]
    return None


def _turns_back(graph: Graph, made: Makings, last: int, matrix: int) -> bool:
    """Whether this is Wᵀ d for a column d."""
    number, parts = made[last]
    node = graph[number]
    if node.kind != "matmul" or node.shape[1] != 1 or not graph.is_kind(made[parts[0]][0], "transpose"):
        return False
    return made[parts[0]][1] == (matrix,)


def _between(made: Makings, reached: set[int], first: int, last: int) -> set[int]:
    """What needs the first making and is needed by the last."""
    found: set[int] = set()
    stack = [last]
    while stack:
        for part in made[stack.pop()][1]:
            if part in reached and part != first and part not in found:
                found.add(part)
                stack.append(part)
    return found


# -- how a group runs -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A kernel, the places of its arrays in the list of all, and which of them are cut into rows."""

    kernel: Kernel
    places: tuple[int, ...]
    cut: tuple[bool, ...]


class Blocks:
    """The steps of a group on blocks of rows; ``part`` has the entries of ``spare``."""

    def __init__(self, kernels: Sequence[Kernel], shapes: Sequence[Sequence[Sizes]], part: Array) -> None:
        self.rows, self.columns = shapes[0][0]
        self.part = part.reshape(self.columns, 1)
        counted = 0
        steps: list[Step] = []
        for number, (kernel, own) in enumerate(zip(kernels, shapes, strict=True)):
            cut = tuple(shape[0] == self.rows for shape in own)
            if number == 0:
                cut = (True, False, True)
            steps.append(Step(kernel, tuple(range(counted, counted + len(own))), cut))
            counted += len(own)
        *self.steps, self.last = steps

    def __call__(self, *arrays: Array) -> None:
        """Fill what all steps fill: total ← Σ W_bᵀ d_b over the blocks of rows."""
        matrix, right, total = arrays[0], arrays[self.last.places[1]], arrays[self.last.places[-1]]
        calls = [
            (step.kernel, [(arrays[place], cut) for place, cut in zip(step.places, step.cut, strict=True)])
            for step in self.steps
        ]
        length = self._length(matrix)
        for first in range(0, self.rows, length):
            rows = slice(first, first + length)
            for kernel, operands in calls:
                kernel(*[array[rows] if cut else array for array, cut in operands])
            np.matmul(matrix[rows].T, right[rows], self.part if first else total)
            if first:
                np.add(total, self.part, total)

    def _length(self, matrix: Array) -> int:
        """The rows of a block; all of them where a row does not lie in one piece."""
        return self.rows if matrix.strides[1] != matrix.itemsize else -(-BLOCK // self.columns)
