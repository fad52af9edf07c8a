"""A schedule that runs: its buffers, allocated once, and its steps, each a NumPy call that fills one of them.

One workspace serves one call at a time.  Inputs are never copied nor written to.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from jacocalc.compiled.matrix_kernels import Array, Kernel, kernel
from jacocalc.compiled.matrix_lowering import Equation
from jacocalc.compiled.matrix_schedule import Schedule, scheduled
from jacocalc.errors import DomainError

_ALIGNED = 64  # bytes: the vectors of every processor begin there, so that rounding does not change from run to run
_ITERATIONS = 3000


class Stuck(Exception):
    """A node has no value, and why."""

    def __init__(self, node: int, reason: str) -> None:
        super().__init__(reason)
        self.node = node


class Workspace:
    """The buffers and the steps of a schedule in one precision; a step has its arrays where they are the same ones."""

    def __init__(self, schedule: Schedule, dtype: np.dtype[Any]) -> None:
        self.schedule = schedule
        graph, made = schedule.graph, schedule.made
        storages = [_aligned(count, dtype) for count in schedule.capacities]
        handed = {place: name for name, place in schedule.results.items()}
        self.values: list[Array] = [None] * len(made)
        self.inputs: list[tuple[int, str]] = []
        self.results = list(handed.items())
        self.views: list[tuple[int, int]] = []
        self.steps: list[tuple[Kernel, tuple[Array, ...] | None, tuple[int, ...]]] = []
        for place, one in enumerate(made):
            node = graph[one.node]
            if node.kind == "input":
                self.inputs.append((place, str(node.detail)))
            elif node.kind == "constant":
                self.values[place] = graph.value_of(one.node)
            elif node.kind == "transpose":
                self._view(place, one.parts[0])
            else:
                if place not in handed:
                    self.values[place] = storages[schedule.buffers[place]].reshape(node.shape)
                equation = node.detail if isinstance(node.detail, Equation) else None
                run = kernel(node) if equation is None else partial(_settle, _Fixed(equation, dtype))
                places = (*one.parts, place)
                arrays = tuple(self.values[part] for part in places)
                self.steps.append((run, None if any(array is None for array in arrays) else arrays, places))

    def _view(self, place: int, whole: int) -> None:
        """A transpose is taken once where its array stays, and in every call where that is handed in or out."""
        if self.values[whole] is not None:
            self.values[place] = self.values[whole].T
        else:
            self.views.append((place, whole))

    def run(self, inputs: Mapping[str, Array], results: Mapping[str, Array]) -> None:
        """Fill the results, arrays of two axes, from the inputs.  Raises Stuck where an inverse fails."""
        values = self._bound(inputs, results)
        places: tuple[int, ...] = ()
        try:
            with np.errstate(all="ignore"):
                for function, arrays, places in self.steps:
                    function(*(arrays or [values[place] for place in places]))
        except np.linalg.LinAlgError as error:
            raise Stuck(self.schedule.made[places[-1]].node, str(error)) from None

    def not_finite(self, inputs: Mapping[str, Array], results: Mapping[str, Array]) -> Iterator[int]:
        """The nodes that are not finite, in the order of running."""
        values = self._bound(inputs, results)
        with np.errstate(all="ignore"):
            for function, _, places in self.steps:
                function(*[values[place] for place in places])
                if not np.isfinite(values[places[-1]]).all():
                    yield self.schedule.made[places[-1]].node

    def _bound(self, inputs: Mapping[str, Array], results: Mapping[str, Array]) -> list[Array]:
        """The arrays of this call; those of the caller are not held on to."""
        values = self.values.copy()
        for place, name in self.inputs:
            values[place] = inputs[name]
        for place, name in self.results:
            values[place] = results[name]
        for place, whole in self.views:
            values[place] = values[whole].T
        return values


def _aligned(count: int, dtype: np.dtype[Any]) -> Array:
    raw = np.empty(count * dtype.itemsize + _ALIGNED, dtype=np.uint8)
    start = -raw.ctypes.data % _ALIGNED
    return raw[start : start + count * dtype.itemsize].view(dtype)


# -- equations ----------------------------------------------------------------------------------------


class _Fixed:
    """h ← φ(h) from h = 0."""

    def __init__(self, equation: Equation, dtype: np.dtype[Any]) -> None:
        graph = equation.graph
        self.equation = equation
        self.workspace = Workspace(scheduled(graph, {"": equation.result}, len(graph.nodes), None), dtype)
        self.keys = [str(graph[number].detail) for number in equation.reads]
        self.unknown = str(graph[equation.unknown].detail)
        self.pair = (np.empty(equation.shape, dtype), np.empty(equation.shape, dtype))
        self.rounding = float(np.finfo(dtype).eps)


def _settle(fixed: _Fixed, *arrays: Array) -> None:
    """The solution of h = φ(h) to rounding.  Raises DomainError where the iteration does not settle."""
    *reads, out = arrays
    inputs = dict(zip(fixed.keys, reads, strict=True))
    current, following = fixed.pair
    current[...] = 0
    for _ in range(_ITERATIONS):
        try:
            fixed.workspace.run({**inputs, fixed.unknown: current}, {"": following})
        except Stuck as stuck:
            raise DomainError(f"{fixed.equation.name} is not found: {stuck}") from None
        with np.errstate(all="ignore"):
            change, size = float(abs(following - current).max()), float(abs(following).max())
        if not math.isfinite(change):
            break
        if change <= 8 * fixed.rounding * (1 + size):
            out[...] = following
            return
        current, following = following, current
    raise DomainError(f"{fixed.equation.name} is not found: iterating its equation from 0 does not settle")
