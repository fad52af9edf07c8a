"""A job → NumPy calls in blocks of points: every line is one call that writes where its value is kept.

A block is as long as fits the cache together with all places, so that what one line writes the next one finds there,
but never so short that the calls themselves take the time.
"""

from __future__ import annotations

import math
import pickle
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from jacocalc.compiled.error_function import erf, erfc
from jacocalc.compiled.kernels import Array, Job, Seen, constant, remade
from jacocalc.compiled.schedule import placed
from jacocalc.evaluate.tape import Node
from jacocalc.known_functions import NUMPY_NAMES

_CACHE = 1 << 22  # bytes for all places of a block
_LONGEST, _SHORTEST = 4096, 1024  # points: below that the calls cost more than what a smaller cache gives
_ROOM = 1 << 28  # bytes that a block may take in all
_DENSE, _NARROW = 4, 64  # entries of a row for each that varies, and entries that may always have rows of their own
_ACROSS = 512  # entries that are turned at once: their lines of the cache stay in it
_PADDING = 8
Step: TypeAlias = tuple[Callable[..., Any], tuple[int, ...], int]


class NumpyKernel:
    """The lines of a job as calls on rows of a buffer.

    Unless most entries are constant, each has a row of its own, behind the inputs: lines write there, what does not
    vary stands there from the beginning, and all rows are turned into results together.
    """

    worth = math.inf

    def __init__(self, job: Job, dtype: Any) -> None:
        self.job = job
        self.dtype = np.dtype(dtype)
        tape, results = job.schedule.tape, job.schedule.results
        self.dense = job.width <= max(_DENSE * len(results), _NARROW)
        rows = _rows(job) if self.dense else list(dict.fromkeys(results))
        self.places, self.count = placed(job.schedule, [*tape.inputs, *rows])
        constants = _constants(job)
        self.values = [constant(tape, node, self.dtype) for node in constants]
        self.places |= {node: self.count + i for i, node in enumerate(constants)}
        self.steps = [self._step(node) for node in job.schedule.order]
        self.sources = [self.places[node] for node in results]
        self.copies = [
            (job.inputs + position, place)
            for position, place in zip(job.positions, self.sources, strict=True)
            if self.dense and place != job.inputs + position
        ]
        self.results = slice(job.inputs, job.inputs + len(rows))
        self.varying = list(_stretches(sorted(set(self.sources))))
        each = max(self.count, 1) * self.dtype.itemsize
        length = max(_SHORTEST, min(_LONGEST, _CACHE // each // 64 * 64))
        self.length = max(1, min(length, _ROOM // each))
        self.template = job.template(self.dtype)
        self.local = threading.local()

    def __reduce__(self) -> Any:
        """Another process makes its own kernel, once for the same job."""
        return remade, (type(self), pickle.dumps(self.job), self.dtype.str)

    def _step(self, node: Node) -> Step:
        """The call of one line."""
        tape = self.job.schedule.tape
        arguments = tuple(self.places[argument] for argument in tape.arguments[node])
        target, name = self.places[node], tape.names[node]
        if name == "select":
            return chooser(tape.payloads[node], tape.arguments[node]), arguments, target
        if name == "call":
            name = tape.payloads[node]
        function = ufunc(name)
        return function if len(arguments) <= 2 else _folded(function), arguments, target

    def run(self, points: Array, results: Array) -> Seen:
        """Fill the results, block by block, and say what was seen."""
        starts = range(0, len(points), self.length)
        said: list[str] = []
        with np.errstate(all="ignore", over="call", divide="call", call=lambda what, _: said.append(what)):
            found = [self._block(points[i : i + self.length], results[i : i + self.length]) for i in starts]
        return (Seen.NOTHING if all(found) else Seen.NOT_FINITE) | (Seen.INFINITE if said else Seen.NOTHING)

    def _block(self, points: Array, results: Array) -> bool:
        """Fill the results of a block, and say whether all are finite."""
        buffer = self._buffer(len(points))[:, : len(points)]
        buffer[: self.job.inputs] = points.T
        rows = [*buffer, *self.values]
        for function, arguments, target in self.steps:
            function(*[rows[place] for place in arguments], rows[target])
        if self.dense:
            kept = buffer[self.results]
            for row, place in self.copies:
                buffer[row] = buffer[place]
            for j in range(0, self.job.width, _ACROSS):
                results[:, j : j + _ACROSS] = kept[j : j + _ACROSS].T
        else:
            results[...] = self.template
            results[:, self.job.positions] = buffer[self.sources].T
        parts = (buffer[rows] for rows in self.varying)
        return all(math.isfinite(part.sum()) or bool(np.isfinite(part).all()) for part in parts)

    def _buffer(self, points: int) -> Array:
        """The places of this thread, their length no power of two: a column is then not all in one set of the cache."""
        found: Array | None = getattr(self.local, "buffer", None)
        if found is None or found.shape[1] < points:
            found = self.local.buffer = np.empty((self.count, points + _PADDING), self.dtype)
            if self.dense:
                found[self.results] = self.template[:, None]
        return found


def _rows(job: Job) -> list[Node]:
    """The node that each entry is computed as, −1, −2, … where it is constant, an input or the same as another."""
    rows = list(range(-1, -1 - job.width, -1))
    first: dict[Node, int] = {}
    for position, node in zip(job.positions, job.schedule.results, strict=True):
        if first.setdefault(node, position) == position and job.schedule.tape.names[node] != "input":
            rows[position] = node
    return rows


def _constants(job: Job) -> list[Node]:
    """The numbers that lines read."""
    tape = job.schedule.tape
    read = (argument for node in job.schedule.order for argument in tape.arguments[node])
    return list(dict.fromkeys(node for node in read if tape.names[node] in ("number", "constant")))


def _stretches(numbers: Sequence[int]) -> Iterator[slice]:
    """The numbers as slices of neighbours."""
    starts = [i for i, number in enumerate(numbers) if not i or number != numbers[i - 1] + 1]
    for start, end in pairwise([*starts, len(numbers)]):
        yield slice(numbers[start], numbers[end - 1] + 1)


def _folded(function: Callable[..., Any]) -> Callable[..., None]:
    """max(a, b, c, …) by calls of two; the first parts are read before the target is written."""

    def fold(*rows: Array) -> None:
        *parts, target = rows
        total = function(parts[0], parts[1])
        for part in parts[2:-1]:
            function(total, part, total)
        function(total, parts[-1], target)

    return fold


def chooser(payload: Any, arguments: Sequence[Node]) -> Callable[..., None]:
    """The value of the first condition that holds, NaN where none does and nothing else is said."""
    conditions, count = payload
    place = {node: i for i, node in enumerate(arguments)}

    def choose(*rows: Array) -> None:
        *parts, target = rows
        otherwise = parts[count - 1] if count > len(conditions) else np.nan
        for condition, value in reversed(list(zip(conditions, parts, strict=False))):
            otherwise = np.where(_holds(condition, parts, place), value, otherwise)
        target[...] = otherwise

    return choose


def _holds(condition: Any, parts: Sequence[Array], place: dict[Node, int]) -> Any:
    if condition[0] == "compare":
        return COMPARISONS[condition[1]](parts[place[condition[2]]], parts[place[condition[3]]])
    joined = np.logical_and if condition[0] == "and" else np.logical_or
    found = _holds(condition[1], parts, place)
    for part in condition[2:]:
        found = joined(found, _holds(part, parts, place))
    return found


def _greater(u: Array, v: Array, out: Array | None = None) -> Array:
    """max(u, v); NumPy's own takes ``out`` by its name only."""
    return np.maximum(u, v, out=out)


def _smaller(u: Array, v: Array, out: Array | None = None) -> Array:
    return np.minimum(u, v, out=out)


COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "=": np.equal, "!=": np.not_equal,
}  # fmt: skip
_OWN = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "sqrt", "cbrt", "abs", "sign", "hypot", "log1p", "expm1",
        "floor", "ceil")  # fmt: skip
UFUNCS: dict[str, Callable[..., Any]] = {
    "add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide, "negate": np.negative,
    "raise": np.power, "erf": erf, "erfc": erfc, "max": _greater, "min": _smaller, "atan2": np.arctan2,
    **{name: getattr(np, NUMPY_NAMES.get(name, name)) for name in (*_OWN, *NUMPY_NAMES)},
}  # fmt: skip


@cache
def ufunc(name: str) -> Callable[..., Any]:
    """What computes an operation on arrays; functions that NumPy lacks are loaded where they occur."""
    if name in UFUNCS:
        return UFUNCS[name]
    from jacocalc.evaluate.special_values import special

    return special(name)
