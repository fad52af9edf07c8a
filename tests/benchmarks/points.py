"""Many points: compiling a Jacobian and evaluating it at N points, one thread, every library in the same rounds."""

from __future__ import annotations

import math
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from typing import Any
from unittest.mock import patch

import numpy as np

from tests.benchmarks import problems
from tests.benchmarks.ours import Ours
from tests.benchmarks.peers import peer
from tests.benchmarks.problems import Problem
from tests.benchmarks.tables import Table, progress, side_by_side

PEERS = ("SymPy", "SymEngine", "CasADi", "CasADi C", "JAX", "PyTorch")
WRITING = "only filling the array"  # the least that any of them needs
SLOW = {"SymPy": 2000, "JAX": 6000, "PyTorch": 6000}  # outputs times inputs beyond which compiling takes minutes


def tables(short: bool) -> Iterator[Table]:
    """Nanoseconds a point, and seconds to compile."""
    names = _names(short)
    count, rounds = (64, 2) if short else (1000, 25)
    listed = [problems.pollu()] if short else [
        problems.pollu(), problems.bundle_adjustment(), problems.spherical_harmonics(10), problems.matrix_products(),
        problems.layers(8, 20),
    ]  # fmt: skip
    rows, better = [], []
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, OMP_NUM_THREADS="1", JACOCALC_CACHE=folder):
        for problem in listed:
            progress(f"points of {problem.name}")
            found = measured(problem, count, rounds, names)
            rows.append([problem.name, *(_cell(found.get(name)) for name in (*names, WRITING))])
            rivals = [found[name][1] for name in ("SymEngine", "CasADi C") if name in found]
            if rivals and "jacocalc C" in found:
                better.append(min(rivals) / found["jacocalc C"][1])
    if better:
        mean = math.exp(sum(map(math.log, better)) / len(better))
        last = f"geometric mean of the better of SymEngine and CasADi C over jacocalc C: {mean:.2f} ×"
        rows.append([last, *[""] * (len(names) + 1)])
    title = f"A Jacobian at N = {count:,} points (ns a point, wall; compiling in s in brackets)"
    yield Table(title, ["problem", *names, WRITING], rows)


def _names(short: bool = False) -> list[str]:
    peers = PEERS[:3] if short else PEERS
    return ["jacocalc NumPy", "jacocalc C", *(name for name in peers if not isinstance(peer(name), str))]


def measured(problem: Problem, count: int, rounds: int, names: Sequence[str]) -> dict[str, tuple[float, float]]:
    """For each library (seconds to compile, nanoseconds a point)."""
    noise = np.random.default_rng(1).standard_normal((count, problem.inputs))
    points = np.array([float(c) for c in problem.point]) * (1 + 0.01 * noise)
    compiled: dict[str, tuple[float, Any]] = {}
    for name in names:
        if problem.inputs * problem.outputs > SLOW.get(name, 10**9):
            continue
        found: Any = Ours("c" if name.endswith("C") else "numpy") if name.startswith("jacocalc") else peer(name)
        start = time.perf_counter()
        function = found.compile(problem)
        function(points)
        compiled[name] = time.perf_counter() - start, function
    written = np.empty((count, problem.outputs, problem.inputs))
    compiled[WRITING] = 0.0, lambda points: written.fill(1.0)
    times = side_by_side([lambda f=f: f(points) for _, f in compiled.values()], rounds)  # type: ignore[misc]
    return {name: (one[0], 1e9 * t / count) for (name, one), t in zip(compiled.items(), times, strict=True)}


def _cell(found: tuple[float, float] | None) -> str:
    if found is None:
        return "–"
    return f"{found[1]:,.0f} ({found[0]:.2g})" if found[0] else f"{found[1]:,.0f}"
