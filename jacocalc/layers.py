"""A graph in layers: where nodes, labels and lines stand so that nothing lies on anything else.

1. A node stands in the layer behind the last of its arguments; what is given, in the one before its first use.
2. Between two layers of nodes is one of labels.  A line has a place of its own in every layer that it passes,
   its label the last of them; it runs level through whole layers, and between neighbouring ones only.
3. Order: sweeps take every node towards the mean of its neighbours, then neighbours in a layer are exchanged where that
   saves crossings; the best order is kept.
4. Each line as straight as order and room allow (least squares).

Layers follow each other to the right, or ``down``; x grows to the right, y downwards.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_NODES, _LINES = 18.0, 9.0  # room between two nodes of a layer, beside a label or a line
_LINE = 6.0  # room for a line that passes
_AHEAD, _STEEP, _FAR = 18.0, 0.3, 70.0  # room between layers: the least, of the longest way across, the most
_STRAIGHT = 4.0  # how much more a bend in the midst of a line counts than one at its ends
_SWEEPS, _PASSES = 24, 40

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle of the picture."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: Box) -> bool:
        """Whether two rectangles overlap."""
        apart = self.x + self.width <= other.x or other.x + other.width <= self.x
        return not (apart or self.y + self.height <= other.y or other.y + other.height <= self.y)


@dataclass(frozen=True)
class Arrow:
    """A line from one node to another, with room for its label (none: 0)."""

    start: str
    end: str
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True)
class Layout:
    """Where everything is; a label stands above its line, or to its right where the graph runs ``down``.

    A route goes from side to side of its nodes: level from one point to the next, or by a curve that is level at both.
    """

    nodes: Mapping[str, Box]
    labels: tuple[Box, ...]
    routes: tuple[tuple[Point, ...], ...]
    width: float
    height: float
    down: bool
    crossings: int


@dataclass(frozen=True, eq=False)
class _Place:
    """What stands in a layer: a node, a label with its line, or a line that passes.

    Sizes are along the direction of the layers and across it; ``port`` is from its beginning across to its line.
    """

    layer: int
    along: float
    across: float
    port: float
    node: bool = False


_Layers = list[list[_Place]]
_Link = tuple[_Place, _Place]


def in_layers(nodes: Mapping[str, tuple[float, float]], arrows: Sequence[Arrow], down: bool = False) -> Layout:
    """The graph of nodes of these sizes, each listed after its arguments."""
    depth = _depths(nodes, arrows)
    standing = {key: _node(2 * depth[key], *_turned(size, down)) for key, size in nodes.items()}
    bent = [_bent(standing[one.start], standing[one.end]) for one in arrows]
    order = _ordered(_by_layer([*standing.values(), *(bend for way in bent for bend in way[1:-1])]), _links(bent))
    ways = [_labelled(way, _turned((one.width, one.height), down), down) for way, one in zip(bent, arrows, strict=True)]
    layers = _with_labels(order, ways)
    sheet = _Sheet(layers, _links(ways), down)
    width, height = _turned((sheet.ends[-1], sheet.highest), down) if layers else (0.0, 0.0)
    return Layout(
        nodes={key: sheet.box(place) for key, place in standing.items()},
        labels=tuple(sheet.box(way[-2]) for way in ways),
        routes=tuple(tuple(dict.fromkeys(sheet.route(way))) for way in ways),
        width=width, height=height, down=down, crossings=_crossings(order, _links(bent)),
    )  # fmt: skip


def _turned(pair: tuple[float, float], down: bool) -> tuple[float, float]:
    """(x, y) ↔ (along, across)"""
    return (pair[1], pair[0]) if down else pair


def _depths(nodes: Iterable[str], arrows: Sequence[Arrow]) -> dict[str, int]:
    """The longest way to each node; to what is given, one less than to its first user."""
    before: dict[str, list[str]] = {key: [] for key in nodes}
    after: dict[str, list[str]] = {key: [] for key in before}
    for one in arrows:
        before[one.end].append(one.start)
        after[one.start].append(one.end)
    depth: dict[str, int] = {}
    for key, arguments in before.items():
        depth[key] = max((depth[start] + 1 for start in arguments), default=0)
    late = {key: min(depth[end] for end in after[key]) - 1 for key in before if after[key] and not before[key]}
    return depth | late


# -- ways ---------------------------------------------------------------------------------------------


def _node(layer: int, along: float, across: float) -> _Place:
    return _Place(layer, along, across, across / 2, node=True)


def _line(layer: int) -> _Place:
    return _Place(layer, 0.0, _LINE, _LINE / 2)


def _bent(start: _Place, end: _Place) -> list[_Place]:
    """The way from node to node, with a bend in each layer of nodes between."""
    return [start, *map(_line, range(start.layer + 2, end.layer, 2)), end]


def _labelled(way: Sequence[_Place], label: tuple[float, float], down: bool) -> list[_Place]:
    """The way with a place in the layers of labels too; its label has the last of them."""
    whole = [way[0]]
    for place in way[1:]:
        whole += [_line(place.layer - 1), place]
    if any(label):
        whole[-2] = _Place(way[-1].layer - 1, *label, 0.0 if down else label[1])
    return whole


def _links(ways: Iterable[Sequence[_Place]]) -> list[_Link]:
    return [link for way in ways for link in pairwise(way)]


def _by_layer(places: Sequence[_Place]) -> _Layers:
    """The layers of nodes, from the first on, each with its places in the order given."""
    layers: _Layers = [[] for _ in range(max((place.layer // 2 + 1 for place in places), default=0))]
    for place in places:
        layers[place.layer // 2].append(place)
    return layers


def _with_labels(order: _Layers, ways: Sequence[Sequence[_Place]]) -> _Layers:
    """A layer of labels after every layer of nodes but the last, by the mean of where their lines come from and go.

    No two lines cross twice: where neither end of one stands behind that of the other, its label does not either.
    """
    rank = {place: (i + 0.5) / len(layer) for layer in order for i, place in enumerate(layer)}
    labels: list[list[tuple[float, _Place]]] = [[] for _ in order[1:]]
    for way in ways:
        for before, place, after in zip(way[::2], way[1::2], way[2::2], strict=False):
            labels[place.layer // 2].append((rank[before] + rank[after], place))
    layers = order[:1]
    for found, layer in zip(labels, order[1:], strict=True):
        layers += [[place for _, place in sorted(found, key=lambda pair: pair[0])], layer]
    return layers


# -- order --------------------------------------------------------------------------------------------


def _ordered(order: _Layers, links: Sequence[_Link]) -> _Layers:
    """The order with the fewest crossings that is found; the given one where none has fewer."""
    before, after = _neighbours(links)
    best, fewest = order, _crossings(order, links)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        order = _swept(order, before) if sweep % 2 == 0 else _swept(order[::-1], after)[::-1]
        _exchange(order, (before, after))
        found = _crossings(order, links)
        if found < fewest:
            best, fewest = [list(layer) for layer in order], found
    return best


def _neighbours(links: Iterable[_Link]) -> tuple[dict[_Place, list[_Place]], dict[_Place, list[_Place]]]:
    """What stands before each place that has something before it; what stands after."""
    before: dict[_Place, list[_Place]] = {}
    after: dict[_Place, list[_Place]] = {}
    for start, end in links:
        before.setdefault(end, []).append(start)
        after.setdefault(start, []).append(end)
    return before, after


def _swept(order: _Layers, neighbours: Mapping[_Place, list[_Place]]) -> _Layers:
    """Each layer by the mean rank of the neighbours in the one that was sorted before."""
    swept: _Layers = []
    rank: dict[_Place, float] = {}
    for layer in order:
        mean = {place: float(i) for i, place in enumerate(layer)}
        for place in layer:
            near = [rank[other] for other in neighbours.get(place, ())]
            mean[place] = sum(near) / len(near) if near else mean[place]
        swept.append(sorted(layer, key=mean.__getitem__))
        rank = {place: float(i) for i, place in enumerate(swept[-1])}
    return swept


def _exchange(order: _Layers, sides: Sequence[Mapping[_Place, list[_Place]]]) -> None:
    """Neighbours in a layer change places as long as that saves crossings."""
    rank = {place: i for layer in order for i, place in enumerate(layer)}

    def crossed(one: _Place, other: _Place) -> int:
        """How many of their lines cross, the first standing before the second."""
        return sum(rank[a] > rank[b] for side in sides for a in side.get(one, ()) for b in side.get(other, ()))

    saved = True
    while saved:
        saved = False
        for layer in order:
            for i in range(len(layer) - 1):
                one, other = layer[i], layer[i + 1]
                if crossed(one, other) > crossed(other, one):
                    layer[i], layer[i + 1] = other, one
                    rank[other], rank[one] = i, i + 1
                    saved = True


def _crossings(order: _Layers, links: Iterable[_Link]) -> int:
    """How many pairs of lines cross, each going from one layer to the next."""
    rank = {place: i for layer in order for i, place in enumerate(layer)}
    between: dict[int, list[tuple[int, int]]] = {}
    for start, end in links:
        between.setdefault(start.layer, []).append((rank[start], rank[end]))
    total = 0
    for found in between.values():
        seen: list[int] = []
        for _, target in sorted(found):
            total += len(seen) - bisect_right(seen, target)
            insort(seen, target)
    return total


# -- lines --------------------------------------------------------------------------------------------


def _straightened(layers: _Layers, links: Iterable[_Link]) -> dict[_Place, float]:
    """Where each line is, across: min Σ weight · (line − next)² over all links, in order and apart.

    The sum is convex and each layer has its own constraints, so that taking the least for one layer after the other,
    the rest being fixed, comes as near to the least of all as one likes.
    """
    pulls: dict[_Place, list[tuple[_Place, float]]] = {place: [] for layer in layers for place in layer}
    for start, end in links:
        weight = 1.0 if start.node or end.node else _STRAIGHT
        pulls[start].append((end, weight))
        pulls[end].append((start, weight))
    lines = dict.fromkeys(pulls, 0.0)
    for _ in range(_PASSES // 2):
        for layer in (*layers, *reversed(layers)):
            lines |= zip(layer, _apart(layer, [_mean(lines, pulls[place]) for place in layer]), strict=True)
    return lines


def _mean(lines: Mapping[_Place, float], pulls: Sequence[tuple[_Place, float]]) -> tuple[float, float]:
    """The weighted mean of lines, and the sum of the weights; next to nothing pulls what has no line."""
    total = sum(weight for _, weight in pulls)
    return (sum(lines[other] * weight for other, weight in pulls) / total, total) if total else (0.0, 1e-6)


def _apart(layer: Sequence[_Place], wanted: Sequence[tuple[float, float]]) -> Iterator[float]:
    """The lines nearest to those wanted, each with its weight, in order and apart.

    Without the room between them this is a monotone regression: runs that would overlap share their mean.
    """
    offsets, used = [], 0.0
    for place, after in zip(layer, (*layer[1:], None), strict=True):
        offsets.append(used + place.port)
        used += place.across + (_NODES if after and place.node and after.node else _LINES)
    runs: list[tuple[float, float, int]] = []
    for (value, weight), offset in zip(wanted, offsets, strict=True):
        mean, count = value - offset, 1
        while runs and runs[-1][0] > mean:
            other, more, others = runs.pop()
            mean = (mean * weight + other * more) / (weight + more)
            weight, count = weight + more, count + others
        runs.append((mean, weight, count))
    means = [mean for mean, _, count in runs for _ in range(count)]
    return (mean + offset for mean, offset in zip(means, offsets, strict=True))


class _Sheet:
    """Coordinates: each layer as wide as its widest place, further from the next where lines between them are steep."""

    def __init__(self, layers: _Layers, links: Sequence[_Link], down: bool) -> None:
        lines = _straightened(layers, links)
        least = min((line - place.port for place, line in lines.items()), default=0.0)
        self.down = down
        self.lines = {place: line - least for place, line in lines.items()}
        self.highest = max((line - place.port + place.across for place, line in self.lines.items()), default=0.0)
        across = [0.0 for _ in layers]
        for start, end in links:
            across[start.layer] = max(across[start.layer], abs(lines[start] - lines[end]))
        self.widths = [max((place.along for place in layer), default=0.0) for layer in layers]
        self.starts: list[float] = []
        self.ends: list[float] = []
        used = 0.0
        for width, way in zip(self.widths, across, strict=True):
            self.starts.append(used)
            self.ends.append(used + width)
            used += width + min(max(_AHEAD, _STEEP * way), _FAR)

    def box(self, place: _Place) -> Box:
        """Where a place is, in the middle of its layer."""
        corner = self._sides(place)[0], self.lines[place] - place.port
        return Box(*_turned(corner, self.down), *_turned((place.along, place.across), self.down))

    def _sides(self, place: _Place) -> tuple[float, float]:
        begins = self.starts[place.layer] + (self.widths[place.layer] - place.along) / 2
        return begins, begins + place.along

    def route(self, way: Sequence[_Place]) -> Iterator[Point]:
        """From the side of the first node to that of the last, through whole layers on one level."""
        for place in way:
            first = self._sides(place)[1] if place is way[0] else self.starts[place.layer]
            last = self._sides(place)[0] if place is way[-1] else self.ends[place.layer]
            yield _turned((first, self.lines[place]), self.down)
            yield _turned((last, self.lines[place]), self.down)
