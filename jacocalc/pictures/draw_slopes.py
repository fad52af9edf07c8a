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
_ARROW = 0.24  # of the width: the arrow of the gradient


def draw_slopes(scene: SlopeScene) -> Sheet:
    """Panels from left to right, what is said of the gradient below."""
    from matplotlib.figure import Figure

    solid = len(scene.slices) == 1
    count = len(scene.curves) + len(scene.slices) + solid
    across = min(count, _IN_A_ROW)
    down = -(-count // across)
    pitch = _PANEL + 1.3 if scene.curves else _PANEL + 0.6
    width, height = across * (_PANEL + _GAP) + 0.4, down * pitch + 0.3 + 0.35 * len(scene.said)
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
    for line, text in enumerate(scene.said if not scene.curves or len(scene.curves) > 1 else ()):
        color = INK[VERMILION] if line == 0 else BLACK
        y = (0.35 * (len(scene.said) - line) - 0.15) / height
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
    length = float(np.linalg.norm(part.gradient))
    if length:
        along = part.gradient / length
        across = np.array([-along[1], along[0]]) * np.ptp(part.x) * 0.32
        tangent = np.stack([part.point - across, part.point + across])
        axes.plot(*tangent.T, color=BLACK, lw=1.1, ls=(0, (4, 2)), zorder=5)
        draw_arrow(axes, part.point, part.point + along * np.ptp(part.x) * _ARROW, VERMILION)
    axes.plot(*part.point, "o", color=BLACK, ms=5, zorder=7)
    axes.set_xlim(part.x.min(), part.x.max())
    axes.set_ylim(part.y.min(), part.y.max())
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
    kept_clear = np.concatenate([*through.allsegs[0], _arrow(part)])[::2]
    curves = [(float(v), np.concatenate(curve)) for v, curve in zip(lines.levels, lines.allsegs, strict=True) if curve]
    for label in labels(curves, kept_clear, low, high):
        axes.text(*label.place, formula(number(label.level)), fontsize=8, color=INK_GREY, ha="center", va="center",
                  zorder=4.5, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2, "alpha": 0.9})  # fmt: skip


def _arrow(part: Slice) -> Array:
    """Points of the arrow of the gradient."""
    tip = part.gradient / (np.linalg.norm(part.gradient) or 1.0) * np.ptp(part.x) * _ARROW
    return np.asarray(part.point + np.linspace(0, 1, 20)[:, None] * tip)


def _surface(axes: Any, part: Slice, name: str) -> None:
    axes.computed_zorder = False
    axes.set_proj_type("persp", focal_length=0.6)
    low, high = _heights(part)
    thin = slice(None, None, 4)
    x, y = part.x[thin, thin], part.y[thin, thin]
    z = np.where((part.heights < low) | (part.heights > high), np.nan, part.heights)[thin, thin]
    axes.plot_surface(x, y, z, cmap=_HEIGHTS, alpha=0.6, lw=0.2, edgecolor=(1, 1, 1, 0.5), rcount=31, ccount=31,
                      zorder=1)  # fmt: skip
    half = np.ptp(part.x) * 0.25
    u, v = np.meshgrid(part.point[0] + half * np.array([-1, 1]), part.point[1] + half * np.array([-1, 1]))
    plane = np.clip(part.plane(u, v), low - 0.5 * (high - low), high + 0.5 * (high - low))
    axes.plot_surface(u, v, plane, color=VERMILION, alpha=0.35, lw=1, edgecolor=VERMILION, zorder=2, shade=False)
    axes.scatter(*part.point[:, None], part.height, color=BLACK, s=24, zorder=7, depthshade=False)
    axes.set(xlim=(part.x.min(), part.x.max()), ylim=(part.y.min(), part.y.max()))
    axes.set_box_aspect((1, 1, 0.8), zoom=0.95)
    solid_frame(axes, [*map(formula, part.axes), name])


def _heights(part: Slice) -> tuple[float, float]:
    """Between which heights the surface is shown: all, unless a few lie far off."""
    heights = part.heights[np.isfinite(part.heights)]
    if not len(heights):
        return part.height - 1, part.height + 1
    low, high = np.percentile(heights, [4, 96])
    span = 3 * (high - low) or 1.0
    return float(max(heights.min(), low - span)), float(min(heights.max(), high + span))
