"""What a kernel computes, whatever runs it: entries of one result, as nodes, at every point of a batch.

A kernel takes the points as rows of numbers (inputs, then parameters, then what a product multiplies with) and fills
the results, a row of ``width`` numbers for each point.  Entries that do not vary, zeros above all, stand in a template;
only the others are computed, each once.
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from jacocalc.compiled.lowering import lowered
from jacocalc.compiled.schedule import FREE, Schedule, scheduled
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.tape import Node, Tape

Array = np.ndarray[Any, np.dtype[Any]]
CONSTANTS = {"pi": math.pi, "e": math.e}


class Seen(IntFlag):
    """What a kernel has seen while it ran: results that are not finite, operations that overflowed or divided by 0."""

    NOTHING = 0
    NOT_FINITE = 1
    INFINITE = 2


class Kernel(Protocol):
    """Something that fills results; ``worth``: how many numbers a batch computes or writes before threads pay."""

    worth: float

    def run(self, points: Array, results: Array) -> Seen:
        """``points``: (N, inputs), rows one after the other in memory; ``results``: (N, width), likewise.

        Results are looked at while they are in the cache; overflows are what the processor's flags say, which may be
        of a branch that no point takes.
        """


@dataclass(frozen=True)
class Job:
    """The entries of one result: ``schedule.results`` at ``positions`` of a row, constants in the template."""

    schedule: Schedule
    positions: tuple[int, ...]
    width: int
    constants: Mapping[int, Node]

    @property
    def inputs(self) -> int:
        """How many numbers a point has."""
        return len(self.schedule.tape.inputs)

    @property
    def places(self) -> list[int]:
        """The positions of all entries that can be other than 0."""
        return sorted((*self.positions, *self.constants))

    def at(self, places: Sequence[int]) -> Job:
        """The job of the entries at these positions alone, in their order."""
        rank = {place: k for k, place in enumerate(places)}
        found = {**self.constants, **dict(zip(self.positions, self.schedule.results, strict=True))}
        return _of_lowered(self.schedule.tape, {rank[p]: found[p] for p in sorted(found) if p in rank}, len(rank))

    def template(self, dtype: Any) -> Array:
        """A row with the entries that do not vary.  Raises JacocalcError for numbers that the type cannot hold."""
        row = np.zeros(self.width, dtype)
        for position, node in self.constants.items():
            row[position] = constant(self.schedule.tape, node, dtype)
        return row


def job_of(source: Tape, entries: Mapping[int, Node], width: int) -> Job:
    """The job that computes ``entries``: position in the row → node; all others are 0."""
    listed = sorted(entries)
    tape, nodes = lowered(source, [entries[position] for position in listed])
    return _of_lowered(tape, dict(zip(listed, nodes, strict=True)), width)


def _of_lowered(tape: Tape, found: Mapping[int, Node], width: int) -> Job:
    constants = {position: node for position, node in found.items() if tape.names[node] in FREE[1:]}
    varying = [position for position in found if position not in constants]
    schedule = scheduled(tape, [found[position] for position in varying])
    return Job(schedule, tuple(varying), width, constants)


def constant(tape: Tape, node: Node, dtype: Any) -> Any:
    """A number or a constant of the tape.  Raises JacocalcError where the type cannot hold it."""
    if tape.names[node] == "constant":
        return dtype.type(CONSTANTS[tape.payloads[node]])
    exact = tape.numbers[node]
    try:
        with np.errstate(over="ignore"):
            value = dtype.type(float(exact))
    except OverflowError:
        value = dtype.type(np.inf)
    if not np.isfinite(value) or (value == 0 and exact != 0):
        size = len(str(abs(exact.numerator))) - len(str(exact.denominator))
        raise JacocalcError(
            f"{dtype} cannot hold the number {'-' if exact < 0 else ''}10^{size} of the formula",
            hint="use float64" if dtype == np.float32 else "",
        )
    return value


@lru_cache(maxsize=64)
def remade(kind: Callable[[Job, Any], Kernel], job: bytes, dtype: str) -> Kernel:
    """The kernel of a job that came from another process."""
    return kind(pickle.loads(job), dtype)
