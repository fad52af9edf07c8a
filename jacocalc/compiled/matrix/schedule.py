"""The graph of both passes → the order in which it runs, and where every value is kept.

A buffer whose value nothing reads any more is given to the next value with as many entries; an elementwise operation
writes over an operand that ends with it.  With checkpoints only some values of the forward pass are kept for the
backward pass; the others are made again, each once, from the nearest that are kept, when the backward pass first reads
them.  Sums of the backward pass are added up as soon as their parts are there, so that the parts can go.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from jacocalc.compiled.matrix.fusion import grouped, spare
from jacocalc.compiled.matrix.graph import ELEMENTWISE, Graph, Sizes

GIVEN = ("input", "constant")  # what no step makes


@dataclass(frozen=True)
class Made:
    """One making of a node from earlier makings; a node of the forward pass may be made twice."""

    node: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Schedule:
    """What is made, in order; ``buffers[i]`` is the number of the buffer of making i, ``results`` whose are handed out.

    ``capacities`` are the entries of each buffer, ``kept`` the entries that the forward pass keeps for the backward.
    ``groups`` are (first, last) of the makings that run as one, see ``fusion``, with a buffer for each.
    """

    graph: Graph
    made: tuple[Made, ...]
    results: Mapping[str, int]
    buffers: Mapping[int, int]
    capacities: tuple[int, ...]
    kept: int
    groups: Mapping[tuple[int, int], int]

    def shape(self, making: int) -> Sizes:
        """The shape of what is made."""
        return self.graph[self.made[making].node].shape


def scheduled(
    graph: Graph, results: Mapping[str, int], boundary: int, keep: Collection[int] | None, large: int
) -> Schedule:
    """The schedule for these results; nodes before ``boundary`` are the forward pass, ``keep`` are the kept ones.

    Matrices of at least ``large`` entries are walked over in blocks of rows where that is possible.
    """
    order = _Order(graph, boundary, frozenset(results.values()))
    order.make(keep)
    kept = _kept(graph, order)
    units = grouped(graph, [(one.node, one.parts) for one in order.made], large)
    places = {old: place for place, old in enumerate(old for unit in units for old in unit)}
    made = [Made(order.made[old].node, tuple(places[part] for part in order.made[old].parts)) for old in places]
    groups = [(places[unit[0]], places[unit[-1]]) for unit in units if len(unit) > 1]
    placed = {name: places[order.latest[node]] for name, node in results.items()}
    return _placed(graph, made, placed, groups, kept)


def read_backward(graph: Graph, results: Collection[int], boundary: int) -> list[int]:
    """The values of the forward pass that the backward pass reads, in order."""
    needed = _closure(graph, results, frozenset())
    read = {
        base_of(graph, part) for node in needed if node >= boundary for part in graph[node].parts if part < boundary
    }
    return sorted(node for node in read if graph[node].kind not in GIVEN)


def spaced(graph: Graph, read: list[int]) -> frozenset[int]:
    """About √L of L values, evenly spaced; numbers are all kept."""
    large = [node for node in read if entries(graph[node].shape) > 1]
    stride = max(1, math.isqrt(max(0, len(large) - 1)) + 1)
    return frozenset({*large[stride - 1 :: stride], *(set(read) - set(large))})


def entries(shape: Sizes) -> int:
    """How many entries a matrix has."""
    return shape[0] * shape[1]


def base_of(graph: Graph, node: int) -> int:
    """What a transpose is a view of."""
    return graph[node].parts[0] if graph[node].kind == "transpose" else node


def _closure(graph: Graph, wanted: Collection[int], known: Collection[int]) -> set[int]:
    """The nodes that the wanted ones need, those that are known and theirs left out."""
    found: set[int] = set()
    stack = [node for node in wanted if node not in known]
    while stack:
        node = stack.pop()
        if node not in found:
            found.add(node)
            stack.extend(part for part in graph[node].parts if part not in known)
    return found


# -- the order ----------------------------------------------------------------------------------------


@dataclass
class _Order:
    """Makings in order; ``latest`` is the newest making of each node, ``forward`` their number after the first pass."""

    graph: Graph
    boundary: int
    wanted: frozenset[int]
    made: list[Made] = field(default_factory=list)
    latest: dict[int, int] = field(default_factory=dict)
    forward: int = 0

    def make(self, keep: Collection[int] | None) -> None:
        """The forward pass as far as it is needed, then the backward pass."""
        needed = _closure(self.graph, self.wanted, frozenset())
        first = [node for node in needed if node < self.boundary]
        if keep is not None:
            kept = {base_of(self.graph, node) for node in keep} & needed
            first = list(_closure(self.graph, [node for node in self.wanted if node < self.boundary] + list(kept), ()))
        for node in sorted(first):
            self._emit(node)
        self.forward = len(self.made)
        if keep is not None:
            stay = kept | {node for node in first if self.graph[node].kind in GIVEN} | self.wanted
            self.latest = {node: place for node, place in self.latest.items() if node in stay}
        backward = sorted(node for node in needed if node >= self.boundary)
        backward.sort(key=lambda node: self.graph[node].kind not in GIVEN)
        for node in _eager(self.graph, backward):
            for missing in sorted(_closure(self.graph, self.graph[node].parts, self.latest)):
                self._emit(missing)
            self._emit(node)

    def _emit(self, node: int) -> None:
        parts = tuple(self.latest[part] for part in self.graph[node].parts)
        self.latest[node] = len(self.made)
        self.made.append(Made(node, parts))


_SUMS = ("add", "subtract", "squares")
_FEED = ("multiply", "matmul", "negative", "transpose")


def _eager(graph: Graph, order: list[int]) -> Iterator[int]:
    """The nodes in order, but sums, and products that only go into sums, as soon as they can be made.

    One that reads the forward pass alone comes when another node reads the same, so that no value is made for it.
    """
    own = set(order)
    users: dict[int, list[int]] = defaultdict(list)
    for node in order:
        for part in dict.fromkeys(graph[node].parts):
            users[part].append(node)
    eager: set[int] = set()
    for node in reversed(order):
        kind, after = graph[node].kind, users[node]
        if kind in _SUMS or (kind in _FEED and after and all(user in eager for user in after)):
            eager.add(node)
    missing = {node: len(own & set(graph[node].parts)) for node in order}
    done: set[int] = set()
    for start in order:
        stack = [start]
        while stack:
            node = stack.pop()
            if node in done:
                continue
            done.add(node)
            yield node
            for user in users[node]:
                missing[user] -= 1
            beside = [user for part in graph[node].parts if part not in own for user in users[part]]
            stack += [user for user in reversed(beside + users[node]) if user in eager and not missing[user]]


# -- the places ---------------------------------------------------------------------------------------


def _placed(
    graph: Graph, made: list[Made], results: dict[str, int], groups: list[tuple[int, int]], kept: int
) -> Schedule:
    """Buffers for all that is made, by the last step that reads it; a group takes none of its own back before its end.

    A group has one buffer more.
    """
    roots, ends = _ends(graph, made)
    own = _own(graph, made) - set(results.values())
    closing = {step: last for first, last in groups for step in range(first, last + 1)}
    waiting: set[int] = set()
    extra: dict[tuple[int, int], int] = {}
    buffers: dict[int, int] = {}
    capacities: list[int] = []
    free: dict[int, list[int]] = defaultdict(list)

    def taken(count: int) -> int:
        if not free[count]:
            capacities.append(count)
            free[count].append(len(capacities) - 1)
        return free[count].pop()

    for step, one in enumerate(made):
        node = graph[one.node]
        if node.kind == "transpose":
            continue
        over = {roots[part] for part in one.parts if ends[roots[part]] == step} & own
        views = {roots[part] for part in one.parts if roots[part] != part}
        early = {root for root in over if node.kind in ELEMENTWISE and root not in views}
        if step in closing:
            waiting |= over
            over, early = (waiting, set()) if closing[step] == step else (set(), set())
        _release(early, buffers, capacities, free)
        if step in own:
            buffers[step] = taken(entries(node.shape))
        if closing.get(step) == step:
            group = next(group for group in groups if group[1] == step)
            count = spare(graph[made[made[group[0]].parts[0]].node].shape)
            extra[group] = taken(count)
            free[count].append(extra[group])
            waiting = set()
        _release(over - early, buffers, capacities, free)
    return Schedule(graph, tuple(made), results, buffers, tuple(capacities), kept, extra)


def _ends(graph: Graph, made: list[Made]) -> tuple[list[int], list[int]]:
    """What each making is a view of, and the last step that reads it."""
    roots = list(range(len(made)))
    ends = [0] * len(made)
    for step, one in enumerate(made):
        if graph[one.node].kind == "transpose":
            roots[step] = roots[one.parts[0]]
        for part in one.parts:
            ends[roots[part]] = step
    return roots, ends


def _own(graph: Graph, made: list[Made]) -> set[int]:
    """The makings that fill an array."""
    return {place for place, one in enumerate(made) if graph[one.node].kind not in (*GIVEN, "transpose")}


def _kept(graph: Graph, order: _Order) -> int:
    """The entries that the forward pass keeps for the backward pass, those of results left out."""
    _, ends = _ends(graph, order.made)
    own = _own(graph, order.made) - {order.latest[node] for node in order.wanted}
    return sum(entries(graph[order.made[place].node].shape) for place in own if place < order.forward <= ends[place])


def _release(ended: set[int], buffers: dict[int, int], capacities: list[int], free: dict[int, list[int]]) -> None:
    for place in sorted(ended):
        free[capacities[buffers[place]]].append(buffers[place])
