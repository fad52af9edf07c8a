"""A schedule that runs: its buffers, allocated once, and its steps, each a NumPy call that fills one of them.

One workspace serves one call at a time.  Inputs are never copied nor written to.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from jacocalc.compiled.matrix.fusion import Blocks, least
from jacocalc.compiled.matrix.kernels import Array, Kernel, kernel
from jacocalc.compiled.matrix.lowering import Equation
from jacocalc.compiled.matrix.schedule import Schedule, scheduled
from jacocalc.errors import DomainError

_ALIGNED = 64  # bytes: the vectors of every processor begin there, so that rounding does not change from run to run
_ITERATIONS = 3000


class Stuck(Exception):
    """A node has no value, and why."""

    def __init__(self, node: int, reason: str) -> None:
        super().__init__(reason)
        self.node = node


_Step = tuple[Kernel, tuple[Array, ...] | None, tuple[int, ...]]


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
        self.steps: list[_Step] = []
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
                shapes = [schedule.shape(part) for part in one.parts]
                run = kernel(node, shapes) if equation is None else partial(_settle, _Fixed(equation, dtype))
                self.steps.append(self._step(run, (*one.parts, place)))
        self.calls = list(self._calls(storages))

    def _step(self, run: Kernel, places: tuple[int, ...]) -> _Step:
        """A call with its arrays, where they are the same ones in every call."""
        arrays = tuple(self.values[place] for place in places)
        return run, None if any(array is None for array in arrays) else arrays, places

    def _calls(self, storages: list[Array]) -> Iterator[_Step]:
        """The steps, those of a group as one."""
        groups = {first: (last, buffer) for (first, last), buffer in self.schedule.groups.items()}
        end = -1
        for step in self.steps:
            place = step[2][-1]
            if place in groups:
                end, buffer = groups[place]
                inside = [one for one in self.steps if place <= one[2][-1] <= end]
                shapes = [[self.schedule.shape(part) for part in places] for _, _, places in inside]
                blocks = Blocks([kernel for kernel, _, _ in inside], shapes, storages[buffer])
                yield self._step(blocks, tuple(part for _, _, places in inside for part in places))
            elif place > end:
                yield step

    def _view(self, place: int, whole: int) -> None:
        """A transpose is taken once where its array stays, and in every call where that is handed in or out."""
        if self.values[whole] is not None:
            self.values[place] = self.values[whole].T
        else:
            self.views.append((place, whole))

    def run(self, inputs: Mapping[str, Array], results: Mapping[str, Array]) -> bool:
        """Fill the results, arrays of two axes, from the inputs, and say whether something was infinite on the way.

        Raises Stuck where an inverse fails.
        """
        values = self._bound(inputs, results)
        places: tuple[int, ...] = ()
        said: list[str] = []
        try:
            with np.errstate(all="ignore", over="call", divide="call", call=lambda what, _: said.append(what)):
                for function, arrays, places in self.calls:
                    function(*(arrays or [values[place] for place in places]))
        except np.linalg.LinAlgError as error:
            raise Stuck(self.schedule.made[places[-1]].node, str(error)) from None
        return bool(said)

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


class Workspaces:
    """Workspaces of one schedule, each lent to one call at a time."""

    def __init__(self, schedule: Schedule, dtype: np.dtype[Any]) -> None:
        self.schedule = schedule
        self.dtype = dtype
        self._idle: deque[Workspace] = deque()

    def run(
        self, inputs: Mapping[str, Array], results: Mapping[str, Array], statement: Callable[[int], str]
    ) -> bool:
        """As that of a workspace; ``statement`` says to which one a node belongs.  Raises DomainError."""
        with self.lent() as workspace:
            try:
                return workspace.run(inputs, results)
            except Stuck as stuck:
                raise DomainError(f"{statement(stuck.node)} has no value: {stuck}") from None

    @contextmanager
    def lent(self) -> Iterator[Workspace]:
        """A workspace that no other call has."""
        try:
            workspace = self._idle.pop()
        except IndexError:
            workspace = Workspace(self.schedule, self.dtype)
        try:
            yield workspace
        finally:
            self._idle.append(workspace)


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
        self.workspace = Workspace(scheduled(graph, {"": equation.result}, len(graph.nodes), None, least(dtype)), dtype)
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
