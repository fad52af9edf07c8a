"""Many points: compiling a Jacobian and evaluating it at N points, one thread, every library in the same rounds.

Each library has a process of its own: a new array costs a multiple where another library has left the heap such that
its pages go back to the system after every call.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing.connection import Connection
from typing import Any
from unittest.mock import patch

import numpy as np

from tests.benchmarks import problems
from tests.benchmarks.ours import Ours
from tests.benchmarks.peers import peer
from tests.benchmarks.problems import Problem
from tests.benchmarks.tables import Table, progress, side_by_side

PEERS = ("SymPy", "SymEngine", "CasADi", "CasADi C", "JAX", "PyTorch")
PROBLEMS: tuple[Callable[[], Problem], ...] = (
    problems.pollu, problems.bundle_adjustment, partial(problems.spherical_harmonics, 10), problems.matrix_products,
    partial(problems.layers, 8, 20),
)  # fmt: skip
WRITING = "only filling the array"  # the least that any of them needs
IN_A_ROW = 3  # evaluations in a round: the first meets what the other libraries have left in the cache
SLOW = {"SymPy": 2000, "JAX": 6000, "PyTorch": 6000}  # outputs times inputs beyond which compiling takes minutes


def tables(short: bool) -> Iterator[Table]:
    """Nanoseconds a point, and seconds to compile."""
    names = _names(short)
    count, rounds = (64, 2) if short else (1000, 25)
    rows, better = [], []
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, OMP_NUM_THREADS="1", JACOCALC_CACHE=folder):
        for make in PROBLEMS[:1] if short else PROBLEMS:
            progress(f"points of {make().name}")
            problem, found = make(), measured(make, count, rounds, names)
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


def measured(
    make: Callable[[], Problem], count: int, rounds: int, names: Sequence[str]
) -> dict[str, tuple[float, float]]:
    """For each library (seconds to compile, nanoseconds a point), the quickest of several rounds."""
    size = make().inputs * make().outputs
    asked = [name for name in (*names, WRITING) if size <= SLOW.get(name, 10**9)]
    context = multiprocessing.get_context("spawn")
    pipes, found = {}, {}
    for name in asked:
        pipes[name], theirs = context.Pipe()
        context.Process(target=_worker, args=(theirs, name, make, count), daemon=True).start()
        theirs.close()  # so that a process that ends early is an error here, not a wait for ever
        found[name] = pipes[name].recv(), math.inf
    for name in asked * rounds:
        pipes[name].send(True)
        found[name] = found[name][0], min(found[name][1], 1e9 * pipes[name].recv() / count)
    for pipe in pipes.values():
        pipe.send(False)
    return found


def _worker(pipe: Connection, name: str, make: Callable[[], Problem], count: int) -> None:
    """Say how long compiling takes, then, as often as asked, how long one evaluation at all points takes at best."""
    problem = make()
    noise = np.random.default_rng(1).standard_normal((count, problem.inputs))
    points = np.array([float(c) for c in problem.point]) * (1 + 0.01 * noise)
    if name == WRITING:
        written = np.empty((count, problem.outputs, problem.inputs))
        work: Callable[[], object] = partial(written.fill, 1.0)
        pipe.send(0.0)
    else:
        found: Any = Ours("c" if name.endswith("C") else "numpy") if name.startswith("jacocalc") else peer(name)
        start = time.perf_counter()
        work = partial(found.compile(problem), points)
        work()
        pipe.send(time.perf_counter() - start)
    while pipe.recv():
        pipe.send(side_by_side([work], IN_A_ROW)[0])


def _cell(found: tuple[float, float] | None) -> str:
    if found is None:
        return "–"
    return f"{found[1]:,.0f} ({found[0]:.2g})" if found[0] else f"{found[1]:,.0f}"
