"""A SlopeScene on a sheet: graphs with tangents; level curves with gradients, a surface with its tangent plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from jacocalc.pictures.canvas import BLACK, BLUE, GREEN, GREY, INK, INK_GREY, VERMILION, Sheet
from jacocalc.pictures.draw_map import draw_arrow, plane_frame, solid_frame
from jacocalc.pictures.labels import labels
from jacocalc.pictures.slopes import Curve, Slice, SlopeScene
from jacocalc.pictures.stages import Array
from jacocalc.pictures.typesetting import formula, number, typeset

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.contour import QuadContourSet

_PANEL, _GAP = 3.6, 0.95  # inches
_HEIGHTS = "cividis"  # colours that grow lighter evenly, also for colour-blind eyes and in grey
_IN_A_ROW = 4
_THIN = 4  # samples of the net along one piece of the surface
_ARROW, _TANGENT = 0.24, 0.32  # of the width: the arrow of the gradient, half the tangent of the level curve


def draw_slopes(scene: SlopeScene) -> Sheet:
    """Panels from left to right, what is said of the gradient below."""
    from matplotlib.figure import Figure

    solid = len(scene.slices) == 1
    count = len(scene.curves) + len(scene.slices) + solid
    across = min(count, _IN_A_ROW)
    down = -(-count // across)
    pitch = _PANEL + 1.3 if scene.curves else _PANEL + 0.6
    said = scene.said[len(scene.curves) == 1 :]  # one curve has its slope written below it
    width, height = across * (_PANEL + _GAP) + 0.4, down * pitch + 0.3 + 0.35 * len(said)
    figure = Figure(figsize=(width, height))
    for place in range(count):
        left = (place % across) * (_PANEL + _GAP) + 0.7
        bottom = height - (place // across + 1) * pitch + (0.85 if scene.curves else 0.15)
        box = (left / width, bottom / height, _PANEL / width, _PANEL / height)
        if scene.curves:
            _curve(figure.add_axes(box), scene.curves[place])
        elif solid and place == 1:
            _surface(figure.add_axes(box, projection="3d"), scene.slices[0], formula(scene.value))
        else:
            _contours(figure.add_axes(box), scene.slices[place])
    for line, text in enumerate(said):
        color = INK[VERMILION] if text is scene.said[0] else BLACK
        y = (0.35 * (len(said) - line) - 0.15) / height
        figure.text(0.5, y, typeset(text), ha="center", va="center", color=color)
    return Sheet(figure)


def _curve(axes: Axes, curve: Curve) -> None:
    a, b = curve.point
    axes.plot(curve.x, curve.y, color=BLUE, lw=1.8)
    low, high = _range(curve)
    ends = np.array([curve.x[0], curve.x[-1]])
    axes.plot(ends, curve.tangent(ends), color=VERMILION, lw=1.6, ls=(0, (5, 2)))
    axes.plot([a, a], [low, b], color=GREY, lw=0.7, ls=":")
    axes.plot([ends[0], a], [b, b], color=GREY, lw=0.7, ls=":")
    axes.plot(a, b, "o", color=BLACK, ms=5, zorder=7)
    axes.set_xlim(ends[0], ends[1])
    axes.set_ylim(low, high)
    axes.set_title(typeset(curve.title), pad=16)
    plane_frame(axes, formula(curve.axes[0]), formula(curve.axes[1]))
    said = typeset(curve.slope_label)
    axes.text(0.5, -0.2, said, color=INK[VERMILION], transform=axes.transAxes, ha="center", va="center")


def _range(curve: Curve) -> tuple[float, float]:
    """The heights that are shown: those of the curve, without the few that lie far off."""
    y = curve.y[np.isfinite(curve.y)]
    low, high = np.percentile(y, [2, 98]) if len(y) else (curve.point[1] - 1, curve.point[1] + 1)
    span = max(high - low, 1e-9 * max(1.0, abs(curve.point[1])), 0.15 * abs(curve.slope) * np.ptp(curve.x))
    whole_low, whole_high = (np.min(y), np.max(y)) if len(y) else (low, high)
    low, high = max(whole_low, low - 0.6 * span), min(whole_high, high + 0.6 * span)
    low, high = min(low, curve.point[1] - 0.15 * span), max(high, curve.point[1] + 0.15 * span)
    return float(low - 0.06 * span), float(high + 0.06 * span)


def _contours(axes: Axes, part: Slice) -> None:
    levels = _levels(part)
    if len(levels) > 1:
        axes.contourf(part.x, part.y, part.heights, levels=levels, cmap=_HEIGHTS, alpha=0.28, extend="both")
        lines = axes.contour(part.x, part.y, part.heights, levels=levels, colors=GREY, linewidths=0.8)
        through = axes.contour(part.x, part.y, part.heights, levels=[part.height], colors=BLUE, linewidths=2)
        _numbers(axes, part, lines, through)
    step = float(part.at[0, 1, 0] - part.at[0, 0, 0])
    tails, arrows = part.at.reshape(-1, 2), 0.85 * step * part.field.reshape(-1, 2)
    shown = np.isfinite(arrows).all(axis=1) & (np.abs(arrows).max(axis=1) > 0)
    axes.quiver(*tails[shown].T, *arrows[shown].T, angles="xy", scale_units="xy", scale=1, color=GREEN, width=0.004,
                zorder=4)  # fmt: skip
    axes.set_xlim(part.x.min(), part.x.max())
    axes.set_ylim(part.y.min(), part.y.max())
    if part.gradient.any():
        axes.plot(*_tangent(part).T, color=BLACK, lw=1.1, ls=(0, (4, 2)), zorder=5)
        draw_arrow(axes, part.point, part.point + _along(part) * np.ptp(part.x) * _ARROW, VERMILION)
    axes.plot(*part.point, "o", color=BLACK, ms=5, zorder=7)
    axes.set_title(typeset(part.title), pad=8)
    plane_frame(axes, *map(formula, part.axes))


def _levels(part: Slice) -> Array:
    """Round heights, evenly between those of nearly all of the net."""
    from matplotlib.ticker import MaxNLocator

    heights = part.heights[np.isfinite(part.heights)]
    low, high = np.percentile(heights, [3, 97]) if len(heights) else (0.0, 0.0)
    if high - low <= 1e-12 * max(1.0, abs(high)):
        return np.array([])
    return np.asarray(MaxNLocator(11).tick_values(low, high))


def _numbers(axes: Axes, part: Slice, lines: QuadContourSet, through: QuadContourSet) -> None:
    """The heights on their curves, upright on white, so that none loses its sign in the curve."""
    low, high = np.array([part.x.min(), part.y.min()]), np.array([part.x.max(), part.y.max()])
    kept_clear = np.concatenate([*through.allsegs[0], _arrow(part), _tangent(part)])[::2]
    curves = [(float(v), np.concatenate(curve)) for v, curve in zip(lines.levels, lines.allsegs, strict=True) if curve]
    written = {value: formula(number(value)) for value, _ in curves}
    if len(set(written.values())) < len(curves):  # high above 0, heights differ in digits that are not written
        return
    for label in labels(curves, kept_clear, low, high):
        x, y = label.place
        axes.text(x, y, written[label.level], fontsize=8, color=INK_GREY, ha="center", va="center",
                  zorder=4.5, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2, "alpha": 0.9})  # fmt: skip


def _arrow(part: Slice) -> Array:
    """Points of the arrow of the gradient."""
    return np.asarray(part.point + np.linspace(0, 1, 20)[:, None] * _along(part) * np.ptp(part.x) * _ARROW)


def _tangent(part: Slice) -> Array:
    """Points of the tangent of the level curve, across the gradient."""
    right, up = _along(part)
    return np.asarray(part.point + np.linspace(-1, 1, 41)[:, None] * np.array([-up, right]) * np.ptp(part.x) * _TANGENT)


def _along(part: Slice) -> Array:
    """The direction of the gradient; 0 where it has none."""
    return np.asarray(part.gradient / (np.linalg.norm(part.gradient) or 1.0))


def _surface(axes: Any, part: Slice, name: str) -> None:
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection

    axes.computed_zorder = False
    axes.set_proj_type("persp", focal_length=0.6)
    low, high = _heights(part)
    blocks = _blocks(part, low, high)
    if blocks:
        sheet = Poly3DCollection(blocks, cmap=_HEIGHTS, alpha=0.6, lw=0.2, edgecolor=(1, 1, 1, 0.5), zorder=1)
        sheet.set_array(np.array([block[:, 2].mean() for block in blocks]))
        axes.add_collection3d(sheet)
    half = _half(part, low, high)
    u, v = np.meshgrid(part.point[0] + half * np.array([-1, 1]), part.point[1] + half * np.array([-1, 1]))
    plane = part.plane(u, v)
    axes.plot_surface(u, v, plane, color=VERMILION, alpha=0.35, lw=1, edgecolor=VERMILION, zorder=2,
                      shade=False)  # fmt: skip
    axes.scatter(*part.point[:, None], part.height, color=BLACK, s=24, zorder=7, depthshade=False)
    axes.set(xlim=(part.x.min(), part.x.max()), ylim=(part.y.min(), part.y.max()))
    axes.set_zlim(min(low, plane.min()), max(high, plane.max()))
    axes.set_box_aspect((1, 1, 0.8), zoom=0.95)
    solid_frame(axes, [*map(formula, part.axes), name])


def _blocks(part: Slice, low: float, high: float) -> list[Array]:
    """The surface in pieces: none over a jump, and each without its corners that are not shown."""
    shown = np.where((part.heights < low) | (part.heights > high), np.nan, part.heights)
    net = np.stack([part.x, part.y, shown], axis=-1)
    found = []
    for i in range(0, len(net) - 1, _THIN):
        for j in range(0, len(net) - 1, _THIN):
            corners = net[[i, i + _THIN, i + _THIN, i], [j, j, j + _THIN, j + _THIN]]
            corners = corners[np.isfinite(corners).all(axis=1)]
            block = np.s_[i : i + _THIN + 1, j : j + _THIN + 1]
            torn = part.jumps[block].any() or (len(corners) == 4 and np.isnan(part.heights[block]).any())
            if len(corners) > 2 and not torn:
                found.append(corners)
    return found


def _half(part: Slice, low: float, high: float) -> float:
    """Half the side of the tangent plane, so small that it does not leave the heights by far."""
    steep = float(np.abs(part.gradient).sum())
    room = max(high - part.height, part.height - low, 0.3 * (high - low))
    return float(min(np.ptp(part.x) * 0.25, room / steep if steep else np.inf))


def _heights(part: Slice) -> tuple[float, float]:
    """Between which heights the surface is shown: all, unless a few lie far off; near a pole those around the point."""
    heights = part.heights[np.isfinite(part.heights)]
    if not len(heights):
        return part.height - 1, part.height + 1
    low, high = np.percentile(heights, [4, 96])
    span = (0.5 if part.jumps.any() else 3) * (high - low) or 1.0
    low, high = max(heights.min(), low - span), min(heights.max(), high + span)
    return float(min(low, part.height)), float(max(high, part.height))
