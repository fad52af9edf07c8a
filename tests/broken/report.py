"""What is said at the end: a table of rooms and operators, the survivors with their lines, and whether it is enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.broken.mutants import ROOMS, Mutant
from tests.broken.operators import OPERATORS
from tests.broken.reasons import reason_of
from tests.broken.running import KILLED, Found

ENOUGH = 0.98


@dataclass(frozen=True)
class Tally:
    """Mutants, those found by a test, and those that cannot matter."""

    all: int = 0
    killed: int = 0
    reasoned: int = 0

    @property
    def share(self) -> float:
        """Found by a test, of those that can matter."""
        return self.killed / (self.all - self.reasoned) if self.all > self.reasoned else 1.0


def tally(pairs: Iterable[tuple[Mutant, Found]]) -> Tally:
    """Count."""
    counted = [(found.outcome == KILLED, bool(reason_of(mutant))) for mutant, found in pairs]
    return Tally(len(counted), sum(killed for killed, _ in counted), sum(why and not killed for killed, why in counted))


def report(mutants: Iterable[Mutant], results: Mapping[str, Found]) -> Iterator[str]:
    """The lines of the report."""
    pairs = [(mutant, results[mutant.key]) for mutant in mutants if mutant.key in results]
    yield from _table(pairs)
    for mutant, found in pairs:
        if found.outcome != KILLED:
            yield f"\nsurvived {found.green} green tests: {mutant.name} in {mutant.inside}\n{mutant.diff}"
            yield f"  reason: {reason_of(mutant) or '—'}"
    whole = tally(pairs)
    yield (
        f"\n{whole.all} mutants, {whole.killed} turn the tests red ({whole.killed / max(whole.all, 1):.1%}), "
        f"{whole.reasoned} cannot matter, {whole.all - whole.killed - whole.reasoned} are missed: {whole.share:.1%}"
    )


def _table(pairs: list[tuple[Mutant, Found]]) -> Iterator[str]:
    """Found/all for every operator and room; what cannot matter is left out of both."""
    yield "| operator | " + " | ".join(ROOMS) + " | all |\n|---|" + "---:|" * (len(ROOMS) + 1)
    for operator in (*OPERATORS, "all"):
        mine = [pair for pair in pairs if operator in (pair[0].operator, "all")]
        cells = [_cell([pair for pair in mine if pair[0].room == room]) for room in ROOMS]
        yield f"| {operator} | " + " | ".join((*cells, _cell(mine))) + " |"


def _cell(pairs: list[tuple[Mutant, Found]]) -> str:
    counted = tally(pairs)
    return f"{counted.killed}/{counted.all - counted.reasoned}" if counted.all else ""
