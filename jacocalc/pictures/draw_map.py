"""A MapScene on a sheet: one panel for each space, in rows, an arrow with the name of the function between two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from jacocalc.pictures.canvas import BLACK, BLUE, DASHES, DIRECTIONS, GREY, INK, INK_GREY, SKY, Sheet
from jacocalc.pictures.mapping import SQUARES, STRAIGHT, MapScene, Space
from jacocalc.pictures.stages import Array
from jacocalc.pictures.typesetting import formula, typeset

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PANEL, _GAP, _ABOVE, _LINE = 3.3, 1.05, 0.45, 0.42  # inches
_IN_A_ROW = 4
_UNSEEN = 1.0  # points
_PALE_SKY = "#B4DDF4"  # SKY at 0.45 on white


def draw_map(scene: MapScene) -> Sheet:
    """The spaces from left to right."""
    from matplotlib.figure import Figure

    count = len(scene.spaces)
    across = min(count, _IN_A_ROW)
    down = -(-count // _IN_A_ROW)
    below = 0.42 + _LINE * max(len(space.labels) + bool(space.measure) for space in scene.spaces)
    width, height = across * (_PANEL + _GAP), down * (_PANEL + below + _ABOVE) + 0.4
    figure = Figure(figsize=(width, height))
    for place, space in enumerate(scene.spaces):
        left = (place % across) * (_PANEL + _GAP) + 0.7 * _GAP
        bottom = height - (place // across + 1) * (_PANEL + _ABOVE + below) + below
        box = (left / width, bottom / height, _PANEL / width, _PANEL / height)
        axes = figure.add_axes(box, projection="3d" if len(space.corner) == 3 else None)
        _PANELS[len(space.corner)](axes, space, len(scene.inputs), place == 0)
        _below(axes, space)
        if place:
            _between(figure, (left - 0.62 * _GAP) / width, (bottom + _PANEL / 2) / height, scene, place)
    _legend(figure, scene, 0.4 / height)
    for text in scene.said:
        figure.text(0.5, -0.35 / height, typeset(text), ha="center", va="center", color=INK_GREY)
    return Sheet(figure)


def _between(figure: Figure, x: float, y: float, scene: MapScene, place: int) -> None:
    """f with an arrow below it, between two panels."""
    name = formula(scene.functions[place - 1])
    figure.text(x, y, f"{name}\n$\\longrightarrow$", ha="center", va="center", fontsize=15, linespacing=0.9)


def _plane(axes: Axes, space: Space, n: int, first: bool) -> None:
    _grid_lines(axes, space)
    if space.surface is not None:
        _folded(axes, space.surface)
    elif n == 2:
        axes.fill(*_outline(space.cell).T, color=SKY, alpha=0.45, lw=0)
    for line in space.cell:
        axes.plot(*line.T, color=BLUE, lw=1.8 if n < 3 else 1.2, solid_capstyle="round")
    if not first:
        for line in space.edges:
            axes.plot(*line.T, color=BLACK, lw=1.3, ls=(0, (4, 2)), zorder=4)
    axes.set_xlim(space.low[0], space.high[0])
    axes.set_ylim(space.low[1], space.high[1])
    for color, arrow in zip(DIRECTIONS, space.arrows, strict=False):
        draw_arrow(axes, arrow[0], arrow[1], color)
    axes.plot(*space.corner, "o", color=BLACK, ms=5, zorder=7)
    plane_frame(axes, formula(space.axes[0]), formula(space.axes[1]))


def _folded(axes: Axes, sheet: Array) -> None:
    """The image of the whole square in small pieces, one colour however many of them lie on each other."""
    from matplotlib.collections import PolyCollection

    corners = np.stack([sheet[:-1, :-1], sheet[1:, :-1], sheet[1:, 1:], sheet[:-1, 1:]], axis=2).reshape(-1, 4, 2)
    pieces = corners[np.isfinite(corners).all(axis=(1, 2))]
    axes.add_collection(PolyCollection(list(pieces), facecolor=_PALE_SKY, edgecolor=_PALE_SKY, lw=0.5, zorder=0.5))


def draw_arrow(axes: Axes, tail: Any, tip: Any, color: str) -> None:
    """A strong arrow from one point to another, a fine one where it is short, none where it cannot be seen.

    The limits of the axes are set before, as the head is no longer than half the arrow.
    """
    points = _points(axes, np.array([tail, tip]))
    if points < _UNSEEN:
        return
    head, line = _sizes(points)
    form = {"arrowstyle": "-|>", "color": color, "lw": line, "shrinkA": 0, "shrinkB": 0, "mutation_scale": head}
    axes.annotate("", tuple(tip), tuple(tail), zorder=6, annotation_clip=False, arrowprops=form)


def _points(axes: Any, ends: Array) -> float:
    """The length of a line on the sheet, in points."""
    first, last = axes.transData.transform(ends)
    return float(np.linalg.norm(last - first) * 72 / axes.get_figure(root=True).dpi)


def _sizes(points: float) -> tuple[float, float]:
    """The scale of a head, which is 0.4 of it long and has a point, and the width of the line."""
    return min(14.0, points), min(2.2, points / 5)


def _arrow_in_space(ends: Array, color: str) -> Artist:
    """The same arrow in three dimensions: its head lies in the sheet, so that it is never seen from its edge."""
    from matplotlib.patches import FancyArrowPatch
    from mpl_toolkits.mplot3d.proj3d import proj_transform

    class ArrowInSpace(FancyArrowPatch):
        def do_3d_projection(self) -> float:
            x, y, depth = proj_transform(*ends.T, self.axes.M)  # type: ignore[union-attr]
            flat = np.stack([x, y], axis=-1)
            points = _points(self.axes, flat)
            head, line = _sizes(points)
            self.set_mutation_scale(head)
            self.set_linewidth(line)
            self.set_visible(points >= _UNSEEN)
            self.set_positions(tuple(flat[0]), tuple(flat[1]))
            return float(np.min(depth))

    return ArrowInSpace((0, 0), (1, 1), arrowstyle="-|>", color=color, shrinkA=0, shrinkB=0, zorder=6)


def plane_frame(axes: Axes, right: str, up: str) -> None:
    """Few round ticks, two sides of the frame, and the names of the axes at their ends."""
    from matplotlib.ticker import MaxNLocator

    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=3)
    for axis, place in ((axes.xaxis, 0.0), (axes.yaxis, 0.1)):  # a power of ten stands apart from the axis' name
        axis.get_offset_text().set(x=place, ha="left")
    axes.set_xlabel(right, loc="right", labelpad=1)
    axes.text(0, 1.03, up, transform=axes.transAxes, ha="center", va="bottom", fontsize=11)


def _outline(edges: tuple[Array, ...]) -> Array:
    """The boundary of a square from its edges, once around; those along one direction come first."""
    bottom, top, left, right = edges
    return np.concatenate([bottom, right, top[::-1], left[::-1]])


def _grid_lines(axes: Any, space: Space) -> None:
    for color, dashes, family in zip(DIRECTIONS, DASHES, space.lines, strict=False):
        for line in family:
            axes.plot(*line.T, color=color, lw=0.9, ls=dashes, alpha=0.55, zorder=1)


def _line(axes: Axes, space: Space, n: int, first: bool) -> None:
    """A space of one dimension: the true image above the line, the linear one below it."""
    for color, dashes, family in zip(DIRECTIONS, DASHES, space.lines, strict=False):
        for line in family if n == 1 else ():
            axes.plot(line[:, 0], np.zeros(len(line)), color=color, lw=0.9, ls=dashes, alpha=0.6)
    reach = np.concatenate([line[:, 0] for line in space.cell])
    low, high = np.nanmin(reach), np.nanmax(reach)
    axes.fill_between([low, high], 0.02, 0.10, color=SKY, alpha=0.6, lw=0)
    axes.plot([low, high], [0.02, 0.02], color=BLUE, lw=1.8)
    axes.set_xlim(space.low[0], space.high[0])
    axes.set_ylim(-0.75, 0.75)
    for k, (color, arrow) in enumerate(zip(DIRECTIONS, space.arrows, strict=False)):
        height = -0.1 - 0.12 * k
        draw_arrow(axes, (arrow[0, 0], height), (arrow[1, 0], height), color)
        axes.plot([arrow[0, 0]] * 2, [0, height], color=GREY, lw=0.7, ls=":")
    axes.plot(space.corner[0], 0, "o", color=BLACK, ms=5, zorder=7)
    axes.axhline(0, color=GREY, lw=0.8, zorder=0)
    plane_frame(axes, formula(space.axes[0]), "")
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


def _solid(axes: Any, space: Space, n: int, first: bool) -> None:
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection

    axes.set_proj_type("persp", focal_length=0.6)
    axes.computed_zorder = False
    if n < 3:
        _grid_lines(axes, space)
    if space.surface is not None:
        axes.plot_surface(*np.moveaxis(space.surface, -1, 0), color=SKY, alpha=0.55, lw=0, zorder=2, shade=False)
    for line in space.cell:
        axes.plot(*line.T, color=BLUE, lw=1.6, zorder=3)
    if not first:
        for line in space.edges:
            axes.plot(*line.T, color=BLACK, lw=1.2, ls=(0, (4, 2)), zorder=4)
        if n == 2:
            axes.add_collection3d(Poly3DCollection([_outline(space.edges)], facecolor=GREY, alpha=0.18, zorder=4))
    for color, arrow in zip(DIRECTIONS, space.arrows, strict=False):
        axes.add_artist(_arrow_in_space(arrow, color))
    axes.scatter(*space.corner[:, None], color=BLACK, s=22, zorder=7, depthshade=False)
    axes.set(xlim=(space.low[0], space.high[0]), ylim=(space.low[1], space.high[1]),
             zlim=(space.low[2], space.high[2]))  # fmt: skip
    axes.set_box_aspect((1, 1, 1), zoom=1.08)
    solid_frame(axes, [formula(axis) for axis in space.axes])


def solid_frame(axes: Any, names: list[str]) -> None:
    """Names and few ticks for a space of three dimensions, its walls left white."""
    from matplotlib.ticker import MaxNLocator

    for axis, name in zip((axes.xaxis, axes.yaxis, axes.zaxis), names, strict=True):
        axis.set_major_locator(MaxNLocator(4))
        power = _scaled(axis)
        name += power
        axis.set_pane_color((1, 1, 1, 0))
        axis._axinfo["grid"].update({"color": "#D1D5DB", "linewidth": 0.5})
        axis.set_label_text(name)
        axis.set_rotate_label(False)
        axis.labelpad = 6 if power else -2
    axes.tick_params(pad=-1, labelsize=8)


def _scaled(axis: Any) -> str:
    """The power of ten taken out of the numbers at an axis, behind its name: where Matplotlib puts it, names stand."""
    low, high = sorted(axis.get_view_interval())
    largest = max(abs(low), abs(high))
    power = int(np.floor(np.log10(largest))) if largest else 0
    if -4 < power < 5 or high - low < 1e-4 * largest:
        return ""
    axis.set_major_formatter(lambda value, _: f"{value / 10.0**power:.6g}".replace("-", "−"))
    return f" $(\\times 10^{{{power}}})$"


def _below(axes: Any, space: Space) -> None:
    """The title above; below it the columns of J in the colours of their arrows, and the area."""
    axes.set_title(typeset(space.title), pad=10)
    write = axes.text2D if len(space.corner) == 3 else axes.text
    y = -0.6 / _PANEL
    for color, label in zip(DIRECTIONS, space.labels, strict=False):
        write(0.5, y, typeset(label), color=INK[color], transform=axes.transAxes, ha="center", va="center", fontsize=11)
        y -= _LINE / _PANEL
    if space.measure:
        write(0.5, y, typeset(space.measure), transform=axes.transAxes, ha="center", va="center", fontsize=11)


_PANELS = {1: _line, 2: _plane, 3: _solid}


def _legend(figure: Figure, scene: MapScene, y: float) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    n = len(scene.inputs)
    square, straight = SQUARES[n - 1], STRAIGHT[n - 1]
    handles: list[Any] = [
        Line2D([], [], color=color, ls=dashes, lw=1.1, label=f"{formula(name)} changes")
        for color, dashes, name in zip(DIRECTIONS, DASHES, scene.inputs, strict=False)
    ]
    if n == 2:
        handles.append(Patch(facecolor=SKY, alpha=0.6, edgecolor=BLUE, label=f"{square} and its image"))
    else:
        handles.append(Line2D([], [], color=BLUE, lw=1.8, label=f"{square} and its image"))
    if n > 1:
        handles.append(Line2D([], [], color=BLACK, ls=(0, (4, 2)), lw=1.3, label=f"{straight} under $J$"))
    columns = (len(handles) + 1) // 2 if len(scene.spaces) == 2 else len(handles)
    figure.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, y), ncols=columns)
