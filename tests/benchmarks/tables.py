"""What a benchmark prints: tables in Markdown, and what they are made with: medians, ratios, times."""

from __future__ import annotations

import gc
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Curve:
    """A growth curve: the sizes, and what each costs."""

    name: str
    sizes: Sequence[float]
    costs: Sequence[float]


@dataclass(frozen=True)
class Table:
    """A title that says what is measured and in what unit, a head, rows; curves to plot."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    curves: Sequence[Curve] = field(default=())

    def markdown(self) -> str:
        """The table with its title."""
        lines = [self.head, ["---"] * len(self.head), *self.rows]
        return f"\n**{self.title}**\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def quickest(work: Callable[[], object], runs: int) -> float:
    """CPU seconds of the quickest of several runs: what the work needs when nothing disturbs it."""
    found = []
    for _ in range(runs):
        gc.collect()
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def side_by_side(works: Sequence[Callable[[], object]], runs: int) -> list[float]:
    """Wall seconds of the quickest of several rounds, in each of which all works run one after the other."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for times, work in zip(found, works, strict=True):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
    return [min(times) for times in found]


def child(arguments: list[str]) -> float:
    """CPU seconds of a child process, whose modules are compiled once, as where a user starts it."""
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**usual, "PYTHONUTF8": "1"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def median(measure: Callable[[], float], runs: int) -> float:
    """The median of several measurements after one warm-up, which a single one has not."""
    if runs > 1:
        measure()
    return statistics.median(measure() for _ in range(runs))


def seconds(value: float | None, limit: float = 0) -> str:
    """0.0034; > 60 where the limit was reached."""
    return f"> {limit:g}" if value is None else f"{value:.3g}" if value < 100 else f"{value:.0f}"


def ratio(value: float | None) -> str:
    """1.5 ×, 2,300 ×"""
    return (
        "–"
        if value is None
        else f"{value:,.0f} ×"
        if value >= 100
        else f"{value:.2g} ×"
        if value < 10
        else f"{value:.0f} ×"
    )


def progress(what: str) -> None:
    """A word on the terminal while tables are made."""
    print(f"… {what}", file=sys.stderr, flush=True)
