"""A network on a sheet: layers from left to right, values in black, adjoints in colour, derivatives on the edges."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from jacocalc.document import Network, NetworkNode
from jacocalc.layers import Arrow, Box, Layout, Point, in_layers
from jacocalc.pictures.canvas import BLACK, BLUE, GREY, INK, VERMILION, Sheet
from jacocalc.pictures.typesetting import typeset

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PAD, _LINE, _MARGIN = 8.0, 5.0, 10.0  # points
_FACES = {"input": "#E8F3FB", "parameter": "#F3F4F6", "inner": "#FFFFFF", "output": "#FDF3E1"}
_SMALL = 9.5
_KEY = 90.0
_COLOURS = (("values", BLACK), ("adjoints", INK[VERMILION]), ("local derivatives", INK[BLUE]))
_AROUND = 6.0  # room around the label of an edge


def draw_graph(network: Network) -> Sheet:
    """Boxes and curved edges; the sheet is as large as the graph needs."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4, 4), dpi=72)
    ruler = _Ruler(FigureCanvasAgg(figure), figure)
    lines = {node.key: _lines(node) for node in network.nodes}
    labels = [typeset(edge.local) for edge in network.edges]
    arrows = [Arrow(one.start, one.end, *ruler.around(label)) for one, label in zip(network.edges, labels, strict=True)]
    graph = in_layers({key: ruler.stacked(listed) for key, listed in lines.items()}, arrows)
    axes = _sheet(figure, graph)
    for route in graph.routes:
        _edge(axes, route)
    for label, box in zip(labels, graph.labels, strict=True):
        axes.text(*_middle(box), label, ha="center", va="center", fontsize=_SMALL, color=INK[BLUE])
    for node in network.nodes:
        _draw_node(axes, node, lines[node.key], graph.nodes[node.key], ruler)
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

    def around(self, label: str) -> tuple[float, float]:
        """The room for a label of an edge; none where nothing is written."""
        if not label:
            return 0.0, 0.0
        width, height = self.size(label, _SMALL)
        return width + _AROUND, height + _AROUND

    def stacked(self, lines: Sequence[tuple[str, str]]) -> tuple[float, float]:
        """The size of a box around these lines."""
        sizes = [self.size(text, 11) for text, _ in lines]
        return (max(width for width, _ in sizes) + 2 * _PAD,
                sum(height for _, height in sizes) + _LINE * (len(sizes) - 1) + 2 * _PAD)  # fmt: skip


def _lines(node: NetworkNode) -> list[tuple[str, str]]:
    """The lines of a node with their colours."""
    black = [typeset(node.name), typeset((node.value[0].lstrip(), *node.value[1:])) if node.value else ""]  # type: ignore[union-attr]
    return [(text, BLACK) for text in black if text] + [(typeset(one), INK[VERMILION]) for one in node.adjoints]


def _middle(box: Box) -> Point:
    return box.x + box.width / 2, box.y + box.height / 2


def _sheet(figure: Figure, graph: Layout) -> Axes:
    """Axes in points around the graph, y downwards, without a frame."""
    width = max(graph.width, _KEY * 3)
    left, right = (graph.width - width) / 2 - _MARGIN, (graph.width + width) / 2 + _MARGIN
    bottom = graph.height + _MARGIN + 24
    figure.set_size_inches((right - left) / 72, (bottom + _MARGIN) / 72)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(left, right), ylim=(bottom, -_MARGIN))
    axes.set_axis_off()
    for place, (text, color) in enumerate(_COLOURS):
        axes.text((left + right) / 2 + (place - 1) * _KEY, bottom - 12, text, color=color, ha="center", va="center")
    return axes


def _edge(axes: Axes, route: Sequence[Point]) -> None:
    """Bézier curves along the route, level at every point of it."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    corners = [route[0]]
    for (x, y), (u, v) in pairwise(route):
        corners += [((x + u) / 2, y), ((x + u) / 2, v), (u, v)]
    codes = [Path.MOVETO, *[Path.CURVE4] * (len(corners) - 1)]
    axes.add_patch(FancyArrowPatch(path=Path(corners, codes), arrowstyle="-|>", mutation_scale=10, color=GREY, lw=1.1,
                                   shrinkA=0, shrinkB=0, zorder=1))  # fmt: skip


def _draw_node(axes: Axes, node: NetworkNode, lines: Sequence[tuple[str, str]], box: Box, ruler: _Ruler) -> None:
    from matplotlib.patches import FancyBboxPatch

    style = "round,pad=0,rounding_size=" + ("8" if node.place == "inner" else "3" if node.place == "output" else "14")
    dashes: Any = (0, (4, 2)) if node.place == "parameter" else "-"
    width = 2.0 if node.place == "output" else 1.0
    axes.add_patch(FancyBboxPatch((box.x, box.y), box.width, box.height, boxstyle=style, ls=dashes, lw=width,
                                  facecolor=_FACES[node.place], edgecolor=BLACK, zorder=3))  # fmt: skip
    y = box.y + _PAD
    for text, color in lines:
        height = ruler.size(text, 11)[1]
        axes.text(_middle(box)[0], y + height / 2, text, ha="center", va="center", color=color, zorder=5)
        y += height + _LINE
