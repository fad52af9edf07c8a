"""A graph in layers: every edge goes forward, few edges cross, nothing lies on anything else.

1. A node stands one layer behind the last of those that it is computed from; what is given stands right before its
   first use.  2. An edge over several layers gets a bend in each of them.  3. Within the layers the order is improved
   by sweeps: each node towards the mean place of its neighbours, then neighbours exchanged where that saves crossings.
4. Heights: each node as near to the mean height of its neighbours as the order and the gaps allow (least squares).

Lengths are in points; x grows to the right, y upwards.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 12
_PASSES = 20


@dataclass(frozen=True)
class Layout:
    """The middle of every node; the way of every edge from side to side, level wherever it passes a layer."""

    places: Mapping[str, tuple[float, float]]
    routes: Mapping[tuple[str, str], tuple[tuple[float, float], ...]]
    layers: Mapping[str, int]
    crossings: int


def layout(
    nodes: Sequence[str],
    edges: Sequence[tuple[str, str]],
    sizes: Mapping[str, tuple[float, float]],
    between: Mapping[tuple[str, str], float] | None = None,
    gap: float = 22.0,
) -> Layout:
    """Places for nodes of these sizes; ``between`` is the room that what is written on an edge needs."""
    depth = layers_of(nodes, edges)
    whole = _Bent(nodes, edges, depth)
    order = whole.ordered()
    heights = {key: sizes[key][1] if key in sizes else 0.0 for key in whole.depth}
    y = _heights(order, whole, heights, gap)
    columns = _columns(depth, sizes, between or {})
    places = {key: (columns[depth[key]][0], y[key]) for key in nodes}
    routes = {edge: tuple(_route(way, whole, columns, sizes, y)) for edge, way in whole.ways.items()}
    return Layout(places, routes, depth, crossings(order, whole.pairs))


def _route(
    way: Sequence[str],
    whole: _Bent,
    columns: Sequence[tuple[float, float]],
    sizes: Mapping[str, tuple[float, float]],
    y: Mapping[str, float],
) -> Iterator[tuple[float, float]]:
    """From the right side of the first node to the left side of the last, through whole columns on one level."""
    for place, key in enumerate(way):
        middle, width = columns[whole.depth[key]]
        half = sizes[key][0] / 2 if key in sizes else width / 2
        sides = [-width / 2, width / 2]
        if place == 0:
            sides = [half, width / 2]
        elif place == len(way) - 1:
            sides = [-width / 2, -half]
        for side in dict.fromkeys(sides):
            yield (middle + side, y[key])


def layers_of(nodes: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The layer of every node; nodes come before what is computed from them."""
    into: dict[str, list[str]] = {key: [] for key in nodes}
    out: dict[str, list[str]] = {key: [] for key in nodes}
    for start, end in edges:
        into[end].append(start)
        out[start].append(end)
    depth: dict[str, int] = {}
    for key in nodes:
        depth[key] = max((depth[start] + 1 for start in into[key]), default=0)
    for key in nodes:
        if not into[key] and out[key]:
            depth[key] = min(depth[end] for end in out[key]) - 1
    return depth


class _Bent:
    """The graph with a bend wherever an edge passes a layer: all edges go from one layer to the next."""

    def __init__(self, nodes: Sequence[str], edges: Sequence[tuple[str, str]], depth: Mapping[str, int]) -> None:
        self.depth = dict(depth)
        self.ways: dict[tuple[str, str], list[str]] = {}
        self.pairs: list[tuple[str, str]] = []
        for start, end in dict.fromkeys(edges):
            bends = [f"{start} {end} {layer}" for layer in range(depth[start] + 1, depth[end])]
            self.depth |= {bend: layer for layer, bend in enumerate(bends, depth[start] + 1)}
            self.ways[start, end] = [start, *bends, end]
            self.pairs += pairwise(self.ways[start, end])
        self.before: dict[str, list[str]] = {key: [] for key in self.depth}
        self.after: dict[str, list[str]] = {key: [] for key in self.depth}
        for start, end in self.pairs:
            self.before[end].append(start)
            self.after[start].append(end)

    def ordered(self) -> list[list[str]]:
        """The layers, each in the order with the fewest crossings that the sweeps find."""
        order: list[list[str]] = [[] for _ in range(max(self.depth.values(), default=0) + 1)]
        for key, layer in self.depth.items():
            order[layer].append(key)
        best, fewest = [list(layer) for layer in order], crossings(order, self.pairs)
        for sweep in range(_SWEEPS):
            if not fewest:
                break
            forward = sweep % 2 == 0
            self._swept(order, forward)
            self._exchanged(order)
            found = crossings(order, self.pairs)
            if found < fewest:
                best, fewest = [list(layer) for layer in order], found
        return best

    def _swept(self, order: list[list[str]], forward: bool) -> None:
        """Each layer by the mean places of the neighbours in the one before (or after) it."""
        neighbours = self.before if forward else self.after
        for layer in order if forward else reversed(order):
            place = {key: i for one in order for i, key in enumerate(one)}
            mean = {key: _mean([place[other] for other in neighbours[key]], place[key]) for key in layer}
            layer.sort(key=mean.__getitem__)

    def _exchanged(self, order: list[list[str]]) -> None:
        """Neighbours in a layer exchanged as long as that saves crossings."""
        for layer in order:
            place = {key: i for one in order for i, key in enumerate(one)}
            for i in range(len(layer) - 1):
                one, other = layer[i], layer[i + 1]
                if self._between(one, other, place) > self._between(other, one, place):
                    layer[i], layer[i + 1] = other, one

    def _between(self, one: str, other: str, place: Mapping[str, int]) -> int:
        """How many edges of two nodes cross, the first standing before the second."""
        return sum(
            place[a] > place[b]
            for side in (self.before, self.after)
            for a in side[one]
            for b in side[other]
        )  # fmt: skip


def _mean(places: Sequence[int], own: int) -> float:
    """The mean of the places of neighbours; the own place where there are none."""
    return sum(places) / len(places) if places else float(own)


def crossings(order: Sequence[Sequence[str]], pairs: Sequence[tuple[str, str]]) -> int:
    """How many pairs of edges cross, edges going from one layer to the next."""
    place = {key: (layer, i) for layer, keys in enumerate(order) for i, key in enumerate(keys)}
    total = 0
    by_layer: dict[int, list[tuple[int, int]]] = {}
    for start, end in pairs:
        by_layer.setdefault(place[start][0], []).append((place[start][1], place[end][1]))
    for found in by_layer.values():
        seen: list[int] = []
        for _, target in sorted(found):
            total += len(seen) - bisect_left(seen, target + 1)
            insort(seen, target)
    return total


# -- places -------------------------------------------------------------------------------------------


def _columns(
    depth: Mapping[str, int], sizes: Mapping[str, tuple[float, float]], between: Mapping[tuple[str, str], float]
) -> list[tuple[float, float]]:
    """The middle and the width of each layer: as wide as its nodes, with room for what stands on the edges."""
    count = max(depth.values(), default=0) + 1
    width = [max((sizes[key][0] for key, layer in depth.items() if layer == k), default=0.0) for k in range(count)]
    room = [max([38.0, *(w + 26 for (start, _), w in between.items() if depth[start] == k)]) for k in range(count)]
    middles = [width[0] / 2]
    for k in range(1, count):
        middles.append(middles[-1] + width[k - 1] / 2 + room[k - 1] + width[k] / 2)
    return list(zip(middles, width, strict=True))


def _heights(order: list[list[str]], whole: _Bent, heights: Mapping[str, float], gap: float) -> dict[str, float]:
    """The middle of each node and bend; the first of a layer stands at the top."""
    y: dict[str, float] = {}
    for layer in order:
        wanted = [0.0] * len(layer)
        y |= dict(zip(layer, _spread(wanted, [heights[key] for key in layer], gap), strict=True))
    for step in range(_PASSES):
        for layer in order if step % 2 == 0 else list(reversed(order)):
            wanted = []
            for key in layer:
                near = [*whole.before[key], *whole.after[key]]
                wanted.append(sum(y[other] for other in near) / len(near) if near else y[key])
            y |= dict(zip(layer, _spread(wanted, [heights[key] for key in layer], gap), strict=True))
    return y


def _spread(wanted: Sequence[float], heights: Sequence[float], gap: float) -> list[float]:
    """Heights next to the wanted ones (least squares) that keep the order, from the top down, and the gaps.

    With the gaps taken out this is a monotone regression: neighbours that violate the order share their mean.
    """
    offset = [0.0]
    for above, below in pairwise(heights):
        offset.append(offset[-1] + (above + below) / 2 + gap)
    blocks: list[tuple[float, int]] = []
    for value in (-(height + o) for height, o in zip(wanted, offset, strict=True)):
        blocks.append((value, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (mean, count), (other, more) = blocks[-2:]
            blocks[-2:] = [((mean * count + other * more) / (count + more), count + more)]
    flat = [mean for mean, count in blocks for _ in range(count)]
    return [-(value + o) for value, o in zip(flat, offset, strict=True)]
