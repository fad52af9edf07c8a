"""A tape → lines in the order in which they run, and the places where their values are kept.

The lines of one result stand together, so that a value dies soon after it is made; a place that holds a dead value is
given to the next one.  Results and inputs keep their places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jacocalc.evaluate.tape import Node, Tape


@dataclass(frozen=True)
class Schedule:
    """``order``: the nodes that are computed, parts before wholes; ``last_use``: the line after which each is dead."""

    tape: Tape
    results: tuple[Node, ...]
    order: tuple[Node, ...]
    last_use: dict[Node, int]

    @property
    def operations(self) -> int:
        """How many lines compute something."""
        return len(self.order)


FREE = ("input", "number", "constant")  # what needs no line of its own


def scheduled(tape: Tape, results: Sequence[Node]) -> Schedule:
    """The lines that the results need, result by result."""
    order: list[Node] = []
    seen: set[Node] = set()
    for result in results:
        stack = [(result, False)]
        while stack:
            node, ready = stack.pop()
            if ready:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                if tape.names[node] not in FREE:
                    stack.append((node, True))
                    stack.extend((part, False) for part in reversed(tape.arguments[node]))
    last_use = {part: line for line, node in enumerate(order) for part in tape.arguments[node]}
    return Schedule(tape, tuple(results), tuple(order), last_use)


class Places:
    """Places from 0 on, or from ``count`` on, each to be used again once it is free; ``count``: how many there are."""

    def __init__(self, count: int = 0) -> None:
        self.count = count
        self._free: list[int] = []

    def take(self) -> int:
        """The place that became free last, a new one where none is free."""
        if self._free:
            return self._free.pop()
        self.count += 1
        return self.count - 1

    def free(self, place: int) -> None:
        """The place may be taken again."""
        self._free.append(place)


def placed(schedule: Schedule, fixed: Sequence[Node]) -> tuple[dict[Node, int], int]:
    """A place for every computed node, the first ones for the fixed nodes in their order; how many places there are.

    An operand that dies gives its place to the result of the same line: elementwise work is done in place.
    """
    places = {node: place for place, node in enumerate(dict.fromkeys(fixed))}
    kept = len(places)
    others = Places(kept)
    for line, node in enumerate(schedule.order):
        for part in set(schedule.tape.arguments[node]):
            if part in places and places[part] >= kept and schedule.last_use[part] == line:
                others.free(places[part])
        if node not in places:
            places[node] = others.take()
    return places, others.count
