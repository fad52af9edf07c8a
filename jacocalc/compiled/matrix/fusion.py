"""A product z = W x, elementwise steps on vectors like z, and a product Wᵀ d: one walk over the rows of W.

    z = W x;  h = φ(z, …);  d = ψ(h, …);  Wᵀ d    →    for each block of rows:  z_b = W_b x;  d_b;  dx += W_bᵀ d_b

W is read once where it is too large for the cache.  What belongs to a group is found by what reads what: all that lies
between the two products takes one row after the other.  A loss that nothing between them reads comes after.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from jacocalc.compiled.matrix.graph import ELEMENTWISE, Graph, Sizes
from jacocalc.compiled.matrix.kernels import Array, Kernel

LARGE = 32 << 20  # bytes of W: what is smaller is still in the cache when it is read again
BLOCK = 220_000  # entries: a block stays in the cache of a core, and OpenBLAS gives it to no threads of its own
THREADS = 8
_SHARE = 4  # blocks that are worth a thread
_BY_ROWS = ELEMENTWISE | {"where", "erf", "full"}
Makings = Sequence[tuple[int, tuple[int, ...]]]


def least(dtype: np.dtype[Any]) -> int:
    """The entries of the smallest matrix that is walked over in blocks."""
    return LARGE // dtype.itemsize


def spare(shape: Sizes) -> int:
    """The entries that a group needs beside its values: Wᵀ d of a block for each thread, and of all its blocks."""
    return (2 * _threads(shape) - 1) * shape[1]


def _threads(shape: Sizes) -> int:
    """As many as there are processors; fewer where BLAS is told so, and for a smaller W."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    told = [os.environ.get(f"{library}_NUM_THREADS", "") for library in ("OPENBLAS", "MKL", "OMP")]
    bounds = [int(number) for number in told if number.isdecimal()]
    return max(1, min(allowed, THREADS, shape[0] * shape[1] // (_SHARE * BLOCK), *bounds))


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
    """The steps of a group on blocks of rows; ``parts`` has the entries of ``spare``.

    Each thread has the same rows in every call, and its sum of W_bᵀ d_b is added in the same order.
    """

    def __init__(self, kernels: Sequence[Kernel], shapes: Sequence[Sequence[Sizes]], parts: Array) -> None:
        self.rows, self.columns = shapes[0][0]
        count = parts.size // self.columns // 2 + 1
        self.starts = [self.rows * number // count for number in range(count + 1)]
        self.sums, self.parts = parts.reshape(-1, self.columns, 1)[count:], parts.reshape(-1, self.columns, 1)[:count]
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
        """Fill what all steps fill."""
        out = arrays[self.last.places[-1]]
        spans = list(pairwise(self.starts))
        if arrays[0].strides[1] != arrays[0].itemsize:
            self._walk(arrays, 0, self.rows, self.rows, out, self.parts[0])
        elif len(spans) == 1:
            self._walk(arrays, 0, self.rows, self._length, out, self.parts[0])
        else:
            with ThreadPoolExecutor(len(spans) - 1) as pool:
                turns = [
                    pool.submit(self._walk, arrays, *span, self._length, total, part)
                    for span, total, part in zip(spans[1:], self.sums, self.parts[1:], strict=True)
                ]
                self._walk(arrays, *spans[0], self._length, out, self.parts[0])
            for turn, total in zip(turns, self.sums, strict=True):
                turn.result()
                np.add(out, total, out)

    @property
    def _length(self) -> int:
        return max(1, BLOCK // self.columns)

    def _walk(self, arrays: Sequence[Array], start: int, end: int, length: int, total: Array, part: Array) -> None:
        """total ← Σ W_bᵀ d_b over the blocks of these rows.  A thread has warnings of its own."""
        matrix, right = arrays[0], arrays[self.last.places[1]]
        calls = [
            (step.kernel, [(arrays[place], cut) for place, cut in zip(step.places, step.cut, strict=True)])
            for step in self.steps
        ]
        with np.errstate(all="ignore"):
            for first in range(start, end, length):
                rows = slice(first, min(first + length, end))
                for kernel, operands in calls:
                    kernel(*[array[rows] if cut else array for array, cut in operands])
                np.matmul(matrix[rows].T, right[rows], part if first > start else total)
                if first > start:
                    np.add(total, part, total)
