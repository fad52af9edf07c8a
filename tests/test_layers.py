"""Graphs in layers, of any shape: nothing lies on anything else, lines go forward, few of them cross."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from random import Random

import pytest

from jacocalc import layers
from jacocalc.layers import Arrow, Box, Layout, Point, in_layers

Sizes = dict[str, tuple[float, float]]
Graph = tuple[Sizes, list[Arrow]]


def graph(nodes: str, *edges: str) -> Graph:
    """Small nodes of one letter, edges of two without labels."""
    return dict.fromkeys(nodes, (30.0, 20.0)), [Arrow(*edge) for edge in edges]


def tangled(count: int, seed: int) -> Graph:
    """So many nodes of different sizes, each computed from up to three of those before it; some labels."""
    draw = Random(seed)
    sizes = {f"n{i}": (draw.uniform(30, 150), draw.uniform(20, 80)) for i in range(count)}
    pairs = [(j, i) for i in range(1, count) for j in draw.sample(range(max(0, i - 9), i), min(i, draw.randint(0, 3)))]
    return sizes, [Arrow(f"n{a}", f"n{b}", *draw.choice([(0, 0), (60, 20), (12, 30)])) for a, b in pairs]


GRAPHS: dict[str, Graph] = {
    "none": ({}, []), "one": graph("a"), "two": graph("ab"), "an edge": graph("ab", "ab"),
    "a long edge": graph("abcd", "ab", "bc", "cd", "ad"),
    "parallel": ({"a": (30, 20), "b": (30, 20)}, [Arrow("a", "b", 50, 15), Arrow("a", "b", 70, 15)]),
    "used five times": (dict.fromkeys("abcdef", (60, 40)), [Arrow("a", key, 90, 18) for key in "bcdef"]),
    **{f"tangled {count}": tangled(count, count) for count in (6, 12, 25, 50)},
}  # fmt: skip
LAYOUTS = {(name, down): in_layers(*GRAPHS[name], down) for name in GRAPHS for down in (False, True)}
each_layout = pytest.mark.parametrize(("name", "down"), LAYOUTS)


def turned(point: Point, found: Layout) -> Point:
    """(along, across)"""
    return point[::-1] if found.down else point


def drawn(route: tuple[Point, ...], found: Layout) -> Iterator[Point]:
    """Points on a line as it is drawn: Bézier curves, level at every point of the route."""
    for before, after in pairwise(route):
        (x, y), (u, v) = turned(before, found), turned(after, found)
        for t in (0.02, *(k / 16 for k in range(1, 16)), 0.98):
            along = x + (u - x) * (1.5 * t * (1 - t) + t**3)
            yield turned((along, y + (v - y) * (3 * t**2 - 2 * t**3)), found)


def with_labels(name: str, down: bool) -> dict[str, Box]:
    """The nodes, and the labels by their numbers."""
    found, arrows = LAYOUTS[name, down], GRAPHS[name][1]
    labels = {str(i): box for i, (box, arrow) in enumerate(zip(found.labels, arrows, strict=True)) if arrow.width}
    return {**found.nodes, **labels}


@each_layout
def test_nodes_and_labels_have_places_of_their_own(name: str, down: bool) -> None:
    boxes, found = with_labels(name, down), LAYOUTS[name, down]
    assert [(box.width, box.height) for box in found.nodes.values()] == list(GRAPHS[name][0].values())
    for box, arrow in zip(found.labels, GRAPHS[name][1], strict=True):
        assert not arrow.width or (box.width, box.height) == (arrow.width, arrow.height)
    assert not any(one.meets(other) for one, other in combinations(boxes.values(), 2))
    for box in boxes.values():
        assert min(box.x, box.y) >= -1e-6
        assert box.x + box.width <= found.width + 1e-6
        assert box.y + box.height <= found.height + 1e-6


def inside(box: Box, x: float, y: float) -> bool:
    return box.x + 0.01 < x < box.x + box.width - 0.01 and box.y + 0.01 < y < box.y + box.height - 0.01


@each_layout
def test_lines_go_forward_from_side_to_side_and_over_nothing(name: str, down: bool) -> None:
    found = LAYOUTS[name, down]
    boxes = with_labels(name, down)
    for arrow, route in zip(GRAPHS[name][1], found.routes, strict=True):
        along = [turned(point, found)[0] for point in route]
        assert all(before < after for before, after in pairwise(along))
        start, end = found.nodes[arrow.start], found.nodes[arrow.end]
        leaves = (start.x + start.width / 2, start.y + start.height) if down else (
            start.x + start.width, start.y + start.height / 2)  # fmt: skip
        arrives = (end.x + end.width / 2, end.y) if down else (end.x, end.y + end.height / 2)
        assert route[0] == pytest.approx(leaves)
        assert route[-1] == pytest.approx(arrives)
        for x, y in drawn(route, found):
            assert not [key for key, box in boxes.items() if inside(box, x, y)], arrow


@each_layout
def test_a_label_is_at_its_own_line(name: str, down: bool) -> None:
    """Above it, or to its right: one side of the label is on the line, for its whole length."""
    found = LAYOUTS[name, down]
    for arrow, box, route in zip(GRAPHS[name][1], found.labels, found.routes, strict=True):
        side = (box.x, box.y) if down else (box.x, box.y + box.height)
        begins, across = turned(side, found)
        ends = begins + (box.height if down else box.width)
        links = pairwise(turned(point, found) for point in route)
        level = [(x, u) for (x, y), (u, v) in links if y == v == pytest.approx(across)]
        assert not arrow.width or any(x <= begins + 1e-6 and ends <= u + 1e-6 for x, u in level), arrow


@each_layout
def test_what_is_counted_is_what_crosses(name: str, down: bool) -> None:
    """Two lines cross in a stretch if they change their order; those with an end in common do not count there."""
    found = LAYOUTS[name, down]

    def cuts(one: Arrow, way: tuple[Point, ...], other: Arrow, road: tuple[Point, ...]) -> int:
        above, below = (dict(turned(p, found) for p in points) for points in (way, road))
        order = [above[x] - below[x] for x in sorted(above.keys() & below.keys()) if above[x] != below[x]]
        return sum((before < 0) != (after < 0) for before, after in pairwise(order))

    listed = list(zip(GRAPHS[name][1], found.routes, strict=True))
    assert sum(cuts(*one, *other) for one, other in combinations(listed, 2)) == found.crossings


def test_the_order_is_far_better_than_the_given_one(monkeypatch: pytest.MonkeyPatch) -> None:
    graphs = [tangled(20, seed) for seed in range(8)]
    found = [in_layers(*one).crossings for one in graphs]
    monkeypatch.setattr(layers, "_SWEEPS", 0)
    given = [in_layers(*one).crossings for one in graphs]
    assert all(few < many / 2 for few, many in zip(found, given, strict=True))
    assert sum(found) <= 90  # over 100 without exchanges, over 400 as given


@pytest.mark.parametrize(
    ("found", "fewest"),
    [
        (graph("abcdef", "af", "be", "cd"), 0),
        (graph("abcd", "ac", "bd", "ad", "bc"), 1),  # no order of this one has fewer
        (graph("abcdef", "ad", "ae", "af", "bd", "be", "bf", "cd", "ce", "cf"), 9),
        (graph("abcdefg", "ae", "bd", "cg", "ef", "df"), 0),
    ],
)
def test_crossings_are_undone(found: Graph, fewest: int) -> None:
    assert in_layers(*found).crossings == fewest


def test_what_is_given_stands_right_before_its_first_use() -> None:
    boxes = in_layers(*graph("xyuvwz", "xu", "uv", "vw", "yw")).nodes
    assert boxes["x"].x < boxes["u"].x < boxes["v"].x < boxes["w"].x
    assert boxes["y"].x == boxes["v"].x
    assert boxes["z"].x == boxes["x"].x


def test_a_line_with_room_is_straight() -> None:
    found = in_layers(*graph("abc", "ab", "bc"))
    assert len({y for route in found.routes for _, y in route}) == 1
    long = in_layers(*GRAPHS["a long edge"]).routes[-1]
    assert len({round(y, 2) for _, y in long[2:-2]}) == 1


@pytest.mark.parametrize("down", [False, True])
def test_the_layout_is_the_same_each_time(down: bool) -> None:
    assert in_layers(*tangled(30, 4), down) == in_layers(*tangled(30, 4), down)
