"""Growth curves, log-log, one picture for each table that has some; needs the plot extra."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.tables import Table


def write_plots(tables: Sequence[Table], folder: Path) -> list[Path]:
    """The pictures that were written; none without Matplotlib."""
    try:
        pyplot = importlib.import_module("matplotlib.pyplot")
    except ImportError:
        return []
    written = []
    for number, table in enumerate(table for table in tables if table.curves):
        figure, axes = pyplot.subplots(figsize=(7, 4.5), layout="constrained")
        for curve, style in zip(table.curves, ("o-", "s--", "^:", "D-."), strict=False):
            axes.loglog(curve.sizes, curve.costs, style, label=curve.name)
        axes.set(title=table.title, xlabel=table.head[0], ylabel="seconds")
        axes.grid(True, which="both", alpha=0.3)
        axes.legend()
        path = folder / f"growth-{number + 1}.png"
        figure.savefig(path, dpi=150)
        pyplot.close(figure)
        written.append(path)
    return written
