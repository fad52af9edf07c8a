"""A FlowScene on a sheet: norms over the stages, powers of ten where they span decades, 0 on a line of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from jacocalc.pictures.canvas import BLUE, GREY, VERMILION, Sheet
from jacocalc.pictures.flow import FlowScene, Logarithms
from jacocalc.pictures.typesetting import formula

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NAMED = 16
_ROWS: tuple[tuple[str, str, str, Any, str], ...] = (
    ("own", "stage alone, largest", GREY, (0, (1.5, 1.5)), "^"),
    ("smallest", "back to here, smallest", VERMILION, (0, (5, 2)), "s"),
    ("largest", "back to here, largest", BLUE, "-", "o"),
)
_ALIKE = ("back to here, largest = smallest", "back to here, the only singular value")


def draw_flow(scene: FlowScene) -> Sheet:
    """The stages from left to right; the backward pass goes from right to left."""
    from matplotlib.figure import Figure

    count = len(scene.names)
    figure = Figure(figsize=(min(max(5.2, 0.55 * count + 2), 14), 3.9))
    axes = figure.add_axes((0.12, 0.2, 0.86, 0.64))
    known = [value for row in (scene.own, scene.largest, scene.smallest) for value in row if value is not None]
    zero = any(value is None for row in (scene.own, scene.largest, scene.smallest) for value in row)
    low, high = _range(known)
    floor = low - 0.16 * (high - low)
    alike = scene.smallest == scene.largest
    for name, label, color, dashes, marker in _ROWS:
        if alike and name == "smallest":  # it would lie under the largest
            continue
        if alike and name == "largest":
            label = _ALIKE[scene.only]
        row: Logarithms = getattr(scene, name)
        x, y = np.arange(1, count + 1), np.array([np.nan if value is None else value for value in row])
        axes.plot(x, y, color=color, ls=dashes, marker=marker, ms=5.5 if count <= 40 else 3, lw=1.8, label=label)
        nothing = np.isnan(y)
        axes.plot(x[nothing], np.full(nothing.sum(), floor), marker, color=color, ms=6, mfc="white", clip_on=False)
    if zero:
        axes.axhline(floor, color=GREY, lw=0.8, ls=":")
    axes.axhline(0, color=GREY, lw=0.6, zorder=0)
    _scale(axes, low, high, floor if zero else None)
    _stages(axes, scene)
    axes.set_title("singular values of $J$, from the last stage back to each stage", fontsize=11, pad=30)
    figure.legend(loc="upper center", bbox_to_anchor=(0.55, 0.925), ncols=3, fontsize=9, handlelength=2.6)
    return Sheet(figure)


def _range(known: list[float]) -> tuple[float, float]:
    """At least one decade."""
    low, high = (min(known), max(known)) if known else (-0.5, 0.5)
    middle, half = (low + high) / 2, max((high - low) / 2, 0.5)
    return middle - half, middle + half


def _scale(axes: Axes, low: float, high: float, floor: float | None) -> None:
    """Powers of ten at the ticks, 1, 2, 5 between them where there are few; 0 below them."""
    from matplotlib.ticker import MaxNLocator

    if high - low <= 2.5:
        decades = range(int(np.floor(low)) - 1, int(np.ceil(high)) + 1)
        parts = [decade + step for decade in decades for step in np.log10([1, 2, 5])]
        ticks = [value for value in parts if low - 0.05 <= value <= high + 0.05]
        names = [f"{10**value:.3g}" for value in ticks]
    else:
        ticks = [float(value) for value in MaxNLocator(7, integer=True).tick_values(low, high)]
        ticks = [value for value in ticks if low - 0.5 <= value <= high + 0.5]
        names = [f"$10^{{{round(value)}}}$" for value in ticks]
    if floor is not None:
        ticks, names = [floor, *ticks], ["0", *names]
    axes.set_yticks(ticks, names)
    margin = 0.06 * (high - low)
    axes.set_ylim((low if floor is None else floor) - margin, high + margin)
    axes.spines[["top", "right"]].set_visible(False)


def _stages(axes: Axes, scene: FlowScene) -> None:
    """The numbers of the stages, and their names where there is room."""
    from matplotlib.ticker import MaxNLocator

    count = len(scene.names)
    if count <= _NAMED:
        axes.set_xticks(range(1, count + 1), [f"{k}\n{formula(name)}" for k, name in enumerate(scene.names, 1)])
    else:
        axes.xaxis.set_major_locator(MaxNLocator(12, integer=True))
    axes.set_xlim(0.6, count + 0.4)
    axes.set_xlabel("stage        $\\longleftarrow$ backward pass", loc="center", labelpad=4)
