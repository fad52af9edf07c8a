"""Deriving: from SymPy expressions to the graph of the Jacobian, and the operations that are left after sharing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.benchmarks import problems
from tests.benchmarks.ours import Ours
from tests.benchmarks.peers import Peer, limited, peer
from tests.benchmarks.problems import Problem
from tests.benchmarks.tables import Table, progress, quickest, ratio, seconds

PEERS = ("SymPy", "SymEngine", "CasADi")


def libraries() -> list[Peer]:
    """Those of the peers that are here."""
    return [found for name in PEERS if not isinstance(found := peer(name), str)]


def timed(library: Any, work: str, prepared: Any, limit: float, runs: int) -> float | None:
    """CPU seconds of one derivation, in a child that is stopped at the limit."""
    return limited(lambda: quickest(lambda: getattr(library, work)(prepared), runs), limit)


def tables(short: bool) -> Iterator[Table]:
    """Times of J, times of H, operations."""
    limit, runs = (0.5, 1) if short else (30, 3)
    listed = [problems.spherical_harmonics(20), problems.layers(20, 20)] if short else list(problems.deriving())
    yield _times("jacobian", "derive", listed, limit, runs)
    second = [problems.rosenbrock(1000)]
    yield _times("Hessian", "hessian", second, limit, runs)
    yield _operations(listed[:1] if short else listed, limit / 2)


def _times(title: str, work: str, listed: list[Problem], limit: float, runs: int) -> Table:
    head = ["problem", "jacocalc, from SymPy", "back in SymPy", "jacocalc, from its own graph"]
    peers = libraries()
    head += [name for one in peers for name in (one.name, f"÷ {'from SymPy' if one.name == 'SymPy' else 'own graph'}")]
    rows = []
    for problem in listed:
        progress(f"{title} of {problem.name}")
        start = Ours().prepare(problem)
        ours = timed(Ours(), work, start, 30, runs) or timed(Ours(), work, start, 60, runs)  # a fork can hang
        back = timed(Ours(), "back", start, limit, runs) if work == "derive" else None
        own = timed(Ours(), f"{work}_graph", Ours().graphs(problem, 2 * runs), limit, 2 * runs)
        written = seconds(back, limit) if work == "derive" else "–"
        row = [problem.name, seconds(ours, limit), written, seconds(own, limit)]
        for one in peers:
            once = one.name == "SymPy"
            found = timed(one, work, start if once else one.prepare(problem), limit, 1 if once else 2 * runs)
            row += [seconds(found, limit), _times_faster(ours if once else own, found, limit)]
        rows.append(row)
    return Table(f"Deriving a {title} (CPU seconds; ÷ how many times longer than ours)", head, rows)


def _times_faster(ours: float | None, other: float | None, limit: float) -> str:
    if ours is None:
        return "–"
    return f"> {ratio(limit / ours)}" if other is None else ratio(other / ours)


def _operations(listed: list[Problem], limit: float) -> Table:
    rows = []
    for problem in listed:
        progress(f"operations of {problem.name}")
        ours = Ours().operations(problem)
        counts = [limited(lambda one=one, p=problem: one.operations(p), limit) for one in libraries()]  # type: ignore[misc]
        known = [count for count in counts if count is not None]
        best = ours / min(known) if known else None
        rows.append(
            [problem.name, f"{ours:,}", *(f"{count:,}" if count else f"> {limit:g} s" for count in counts), ratio(best)]
        )
    head = ["problem", "jacocalc", *(f"{one.name} + cse" for one in libraries()), "ours / best"]
    return Table("Operations of values and Jacobian after sharing", head, rows)
