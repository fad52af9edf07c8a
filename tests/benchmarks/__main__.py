"""Speed, side by side with peers in one run: ``python -m tests.benchmarks [--short] [--only NAME,…] [--plots FOLDER]``.

Prints tables in Markdown.  Ratios within one run are what counts; peers that are not installed are named and left out.
Names: deriving, chains, points, scale, commands, judging.  ``--short`` shows that all of it runs, not how fast.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.benchmarks import chains, commands, deriving, judging, points, scale
from tests.benchmarks.peers import missing
from tests.benchmarks.plots import write_plots
from tests.benchmarks.tables import Table

TABLES: dict[str, Callable[[bool], Iterator[Table]]] = {
    "deriving": deriving.tables, "chains": chains.tables, "points": points.tables, "scale": scale.tables,
    "commands": commands.tables, "judging": judging.tables,
}  # fmt: skip
_PACKAGES = ("sympy", "symengine", "casadi", "jax", "torch", "numpy", "python-flint")


def machine() -> str:
    """Python, versions, cores: what the figures depend on."""
    found = []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return f"Python {platform.python_version()}, {', '.join(found)}; {os.cpu_count()} cores, {platform.machine()}"


def main() -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--short", action="store_true", help="small problems, few runs")
    parser.add_argument("--only", default=",".join(TABLES), help="which tables")
    parser.add_argument("--plots", type=Path, default=None, help="a folder for growth curves (needs Matplotlib)")
    asked = parser.parse_args()
    print(machine())
    for name, reason in () if asked.short else missing().items():
        print(f"without {name}: {reason}")
    found = []
    for name in asked.only.split(","):
        if name not in TABLES:
            sys.exit(f"no table {name}; there are {', '.join(TABLES)}")
        for table in TABLES[name](asked.short):
            print(table.markdown(), flush=True)
            found.append(table)
    if asked.plots is not None:
        asked.plots.mkdir(parents=True, exist_ok=True)
        written = write_plots(found, asked.plots)
        print("\n" + ("\n".join(map(str, written)) or "no plots without Matplotlib"))


if __name__ == "__main__":
    main()
