"""A GraphScene on a sheet: layers from left to right, values in black, adjoints in colour, derivatives on the edges."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from jacocalc.pictures.canvas import BLACK, BLUE, GREY, INK, VERMILION, Sheet
from jacocalc.pictures.layers import layout
from jacocalc.pictures.network import Box, GraphScene
from jacocalc.pictures.stages import Array
from jacocalc.pictures.typesetting import typeset

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PAD, _LINE, _MARGIN = 8.0, 5.0, 10.0  # points
_FACES = {"input": "#E8F3FB", "parameter": "#F3F4F6", "inner": "#FFFFFF", "output": "#FDF3E1"}
_SMALL = 9.5
_KEY = 90.0
_COLOURS = (("values", BLACK), ("adjoints", INK[VERMILION]), ("local derivatives", INK[BLUE]))
_SPOTS = (0.45, 0.38, 0.52, 0.3, 0.6, 0.22, 0.68, 0.75)

Rectangle = tuple[float, float, float, float]  # left, bottom, right, top


def draw_graph(scene: GraphScene) -> Sheet:
    """Boxes and curved edges; the sheet is as large as the graph needs."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4, 4), dpi=72)
    ruler = _Ruler(FigureCanvasAgg(figure), figure)
    lines = {box.key: _lines(box) for box in scene.boxes}
    sizes = {key: ruler.stacked(listed) for key, listed in lines.items()}
    labels = {(tie.start, tie.end): typeset(tie.local) for tie in scene.ties}
    extents = {edge: ruler.size(label, _SMALL) for edge, label in labels.items() if label}
    found = layout([box.key for box in scene.boxes], list(labels), sizes, {e: w for e, (w, _) in extents.items()})
    rectangles = {key: _around(found.places[key], sizes[key]) for key in sizes}
    axes = _sheet(figure, [*rectangles.values(), *((x, y, x, y) for route in found.routes.values() for x, y in route)])
    placed: list[Rectangle] = []
    for edge, route in found.routes.items():
        way = _way(route)
        _edge(axes, way)
        if edge in extents:
            spot = _free(_samples(way), extents[edge], placed, list(rectangles.values()))
            placed.append(_around(spot, extents[edge]))
            axes.text(*spot, labels[edge], ha="center", va="center", fontsize=_SMALL, color=INK[BLUE], zorder=4,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2})  # fmt: skip
    for box in scene.boxes:
        _draw_box(axes, box, lines[box.key], rectangles[box.key], ruler)
    return Sheet(figure, trimmed=False)


class _Ruler:
    """How large a text is, in points."""

    def __init__(self, canvas: Any, figure: Figure) -> None:
        self._renderer = canvas.get_renderer()
        self._text = figure.text(0, 0, "")
        self._known: dict[tuple[str, float], tuple[float, float]] = {}

    def size(self, text: str, fontsize: float) -> tuple[float, float]:
        """Width and height."""
        if (text, fontsize) not in self._known:
            self._text.set(text=text, fontsize=fontsize)
            extent = self._text.get_window_extent(self._renderer)
            self._text.set_text("")
            self._known[text, fontsize] = float(extent.width), float(extent.height)
        return self._known[text, fontsize]

    def stacked(self, lines: Sequence[tuple[str, str]]) -> tuple[float, float]:
        """The size of a box around these lines."""
        sizes = [self.size(text, 11) for text, _ in lines]
        return (max(width for width, _ in sizes) + 2 * _PAD,
                sum(height for _, height in sizes) + _LINE * (len(sizes) - 1) + 2 * _PAD)  # fmt: skip


def _lines(box: Box) -> list[tuple[str, str]]:
    """The lines of a box with their colours."""
    black = [typeset(box.head), typeset((box.value[0].lstrip(), *box.value[1:])) if box.value else ""]  # type: ignore[union-attr]
    return [(text, BLACK) for text in black if text] + [(typeset(one), INK[VERMILION]) for one in box.adjoints]


def _around(middle: tuple[float, float], size: tuple[float, float]) -> Rectangle:
    (x, y), (width, height) = middle, size
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _sheet(figure: Figure, rectangles: Sequence[Rectangle]) -> Axes:
    """Axes in points around all boxes, without a frame."""
    found = np.array(rectangles)
    left, bottom = found[:, :2].min(axis=0) - (_MARGIN, _MARGIN + 24)
    right, top = found[:, 2:].max(axis=0) + _MARGIN
    right = max(right, left + _KEY * 3)
    figure.set_size_inches(max(right - left, 72) / 72, max(top - bottom, 72) / 72)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(left, right), ylim=(bottom, top))
    axes.set_axis_off()
    for place, (text, color) in enumerate(_COLOURS):
        axes.text((left + right) / 2 + (place - 1) * _KEY, bottom + 12, text, color=color, ha="center", va="center")
    return axes


def _way(route: Sequence[tuple[float, float]]) -> Array:
    """The corners of Bézier curves along the route, level at every point of it."""
    points = [np.array(point, float) for point in route]
    corners = [points[0]]
    for start, end in pairwise(points):
        reach = np.array([(end[0] - start[0]) * 0.45, 0])
        corners += [start + reach, end - reach, end]
    return np.array(corners)


def _edge(axes: Axes, way: Array) -> None:
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    codes = [Path.MOVETO, *[Path.CURVE4] * (len(way) - 1)]
    axes.add_patch(FancyArrowPatch(path=Path(way, codes), arrowstyle="-|>", mutation_scale=10, color=GREY, lw=1.1,
                                   shrinkA=0, shrinkB=0, zorder=1))  # fmt: skip


def _samples(way: Array) -> list[tuple[float, float]]:
    """Points of the curves between the columns, the middle of the first one first, away from the arrow."""
    found = []
    curves = [way[k : k + 4] for k in range(0, len(way) - 1, 3)]
    between = [corners for corners in curves if corners[0][1] != corners[3][1]] or curves
    for t in _SPOTS:
        for a, b, c, d in between:
            found.append((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d)
    return [(float(x), float(y)) for x, y in found]


def _free(
    spots: Sequence[tuple[float, float]],
    size: tuple[float, float],
    placed: Sequence[Rectangle],
    boxes: Sequence[Rectangle],
) -> tuple[float, float]:
    """The first spot where a label covers nothing, else that where it covers least."""

    def covered(spot: tuple[float, float]) -> float:
        own = _around(spot, (size[0] + 4, size[1] + 3))
        return sum(_overlap(own, other) for other in (*placed, *boxes))

    return min(spots, key=covered)


def _overlap(one: Rectangle, other: Rectangle) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width * height if width > 0 and height > 0 else 0.0


def _draw_box(axes: Axes, box: Box, lines: Sequence[tuple[str, str]], around: Rectangle, ruler: _Ruler) -> None:
    from matplotlib.patches import FancyBboxPatch

    left, bottom, right, top = around
    style = "round,pad=0,rounding_size=" + ("8" if box.place == "inner" else "3" if box.place == "output" else "14")
    dashes: Any = (0, (4, 2)) if box.place == "parameter" else "-"
    width = 2.0 if box.place == "output" else 1.0
    axes.add_patch(FancyBboxPatch((left, bottom), right - left, top - bottom, boxstyle=style, ls=dashes, lw=width,
                                  facecolor=_FACES[box.place], edgecolor=BLACK, zorder=3))  # fmt: skip
    y = top - _PAD
    for text, color in lines:
        height = ruler.size(text, 11)[1]
        axes.text((left + right) / 2, y - height / 2, text, ha="center", va="center", color=color, zorder=5)
        y -= height + _LINE
