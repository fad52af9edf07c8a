"""A graph in layers: where nodes, labels and lines stand so that nothing lies on anything else.

Every node is in the layer after its arguments.  Between two layers of nodes is one of labels; a line that crosses a
layer has a place of its own there.  Within a layer all places follow each other, so no two of them overlap, and lines
run only between neighbouring layers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jacocalc.render.sprites import Box

_CROSSING = 12.0  # room for a line that goes through a layer
_BESIDE, _AHEAD = 18.0, 18.0  # room between places of a layer, between layers
_ROUNDS = 6


@dataclass(frozen=True)
class Arrow:
    """A line from one node to another, with room for its label."""

    start: str
    end: str
    width: float
    height: float


@dataclass(frozen=True)
class Drawn:
    """Where everything is; a path begins at its start and has a pair of points for each layer that it crosses."""

    nodes: Mapping[str, Box]
    labels: tuple[Box, ...]
    paths: tuple[tuple[tuple[float, float], ...], ...]
    width: float
    height: float
    down: bool


@dataclass
class _Item:
    """A place in a layer: a node, a label, or a line that passes; sizes along and across the layers' direction.

    ``port`` is where its line is, from its beginning across; ``line`` the same in the picture.
    """

    layer: int
    along: float
    across: float
    port: float
    before: list[_Item] = field(default_factory=list)
    after: list[_Item] = field(default_factory=list)
    line: float = 0.0


def in_layers(
    nodes: Mapping[str, tuple[float, float]], arrows: Sequence[Arrow], late: frozenset[str], down: bool
) -> Drawn:
    """The graph from left to right, or from the top ``down``; nodes of ``late`` stand just before their first user."""
    depth = _depths(nodes, arrows, late)
    items = {}
    for key, size in nodes.items():
        along, across = _turned(size, down)
        items[key] = _Item(2 * depth[key], along, across, across / 2)
    ways = [_way(items[one.start], items[one.end], _turned((one.width, one.height), down), down) for one in arrows]
    layers: list[list[_Item]] = [[] for _ in range(2 * max(depth.values()) + 1)]
    for item in (*items.values(), *(item for way in ways for item in way)):
        layers[item.layer].append(item)
    _order(layers)
    _settle(layers)
    return _placed(items, ways, arrows, layers, down)


def _turned(size: tuple[float, float], down: bool) -> tuple[float, float]:
    return (size[1], size[0]) if down else size


def _depths(nodes: Mapping[str, object], arrows: Sequence[Arrow], late: frozenset[str]) -> dict[str, int]:
    """The longest way to each node; nodes are given arguments first."""
    depth: dict[str, int] = {}
    for key in nodes:
        depth[key] = max((depth[one.start] + 1 for one in arrows if one.end == key), default=0)
    for key in late:
        depth[key] = min((depth[one.end] - 1 for one in arrows if one.start == key), default=depth[key])
    return depth


def _way(start: _Item, end: _Item, label: tuple[float, float], down: bool) -> list[_Item]:
    """A place in every layer between two nodes; the last one has the label above the line, or to its right."""
    way, previous = [], start
    for layer in range(start.layer + 1, end.layer):
        item = _Item(layer, 0.0, _CROSSING, _CROSSING / 2, [previous])
        if layer == end.layer - 1 and label[1]:
            item = _Item(layer, *label, 0.0 if down else label[1], [previous])
        previous.after.append(item)
        way.append(item)
        previous = item
    previous.after.append(end)
    end.before.append(previous)
    return way


def _order(layers: list[list[_Item]]) -> None:
    """Neighbours near each other: layers are sorted by the mean place of what comes before, then after, and again."""
    for round_ in range(_ROUNDS):
        for layer in layers if round_ % 2 == 0 else reversed(layers):
            places = {id(item): i for one in layers for i, item in enumerate(one)}

            def mean(item: _Item, forth: bool = round_ % 2 == 0, places: dict[int, int] = places) -> float:
                near = item.before if forth else item.after
                return sum(places[id(one)] for one in near) / len(near) if near else places[id(item)]

            layer.sort(key=mean)


def _settle(layers: list[list[_Item]]) -> None:
    """Every place as near to the middle of its neighbours as its layer allows."""
    for layer in layers:
        _place(layer, [0.0] * len(layer))
    for round_ in range(_ROUNDS):
        for layer in layers if round_ % 2 == 0 else reversed(layers):
            _place(layer, [_wanted(item) for item in layer])


def _wanted(item: _Item) -> float:
    near = [*item.before, *item.after]
    return sum(one.line for one in near) / len(near) if near else item.line


def _place(layer: list[_Item], wanted: list[float]) -> None:
    """The lines nearest to those wanted, in order and apart: the means of runs that would overlap."""
    offsets, used = [], 0.0
    for item in layer:
        offsets.append(used + item.port)
        used += item.across + _BESIDE
    runs: list[tuple[float, int]] = []
    for value, offset in zip(wanted, offsets, strict=True):
        mean, count = value - offset, 1
        while runs and runs[-1][0] > mean:
            before, more = runs.pop()
            mean, count = (mean * count + before * more) / (count + more), count + more
        runs.append((mean, count))
    starts = [mean for mean, count in runs for _ in range(count)]
    for item, start, offset in zip(layer, starts, offsets, strict=True):
        item.line = start + offset


def _placed(
    items: Mapping[str, _Item], ways: list[list[_Item]], arrows: Sequence[Arrow], layers: list[list[_Item]], down: bool
) -> Drawn:
    """Coordinates: layers one after the other, each as wide as its widest place."""
    everything = [item for layer in layers for item in layer]
    least = min(item.line - item.port for item in everything)
    starts, thick, used = [], [], 0.0
    for layer in layers:
        starts.append(used)
        thick.append(max((item.along for item in layer), default=0.0))
        used += thick[-1] + _AHEAD

    def box(item: _Item) -> Box:
        along = starts[item.layer] + (thick[item.layer] - item.along) / 2
        across = item.line - item.port - least
        return Box(across, along, item.across, item.along) if down else Box(along, across, item.along, item.across)

    def crossed(item: _Item) -> list[tuple[float, float]]:
        first, last, line = starts[item.layer], starts[item.layer] + thick[item.layer], item.line - least
        return [(line, first), (line, last)] if down else [(first, line), (last, line)]

    paths = []
    for arrow, way in zip(arrows, ways, strict=True):
        start, end = box(items[arrow.start]), box(items[arrow.end])
        points = [_side(start, down, True)]
        for item in way:
            points += crossed(item)
        paths.append((*points, _side(end, down, False)))
    boxes = {key: box(item) for key, item in items.items()}
    highest = max(item.line - item.port + item.across for item in everything) - least
    width, height = (highest, used - _AHEAD) if down else (used - _AHEAD, highest)
    return Drawn(boxes, tuple(box(way[-1]) for way in ways), tuple(paths), width, height, down)


def _side(box: Box, down: bool, leaving: bool) -> tuple[float, float]:
    """The middle of the side at which lines leave or arrive."""
    if down:
        return box.x + box.width / 2, box.y + (box.height if leaving else 0)
    return box.x + (box.width if leaving else 0), box.y + box.height / 2
