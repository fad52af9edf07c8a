"""A case: a question as it is typed, who solves it, and who says what is wrong with the answer.

``run`` draws so many cases of a kind and counts: wrong (with the question, so that it can be typed again), undecided
(jacocalc said so, or reached a limit), refused (an error of ours, with its line).
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeAlias

from jacocalc.errors import JacocalcError, LimitReached, RoadsDisagree, Undecided
from tests.oracles.spaces import Unfit, real
from tests.oracles.sympy_values import value_of

TOLERANCE = real.mpf(10) ** -30
PATIENCE = 20.0  # seconds of processor time for one answer; more is counted as undecided
_DRAWS = 20
NOTHING = real.mpf(10) ** -34  # what a difference of an exact 0 may be


@dataclass(frozen=True)
class Case:
    """See the module's head; ``complaint`` gives "" where nothing is wrong, "undecided: …" where nothing is said."""

    asked: str
    solve: Callable[[], Any]
    complaint: Callable[[Any], str]


Maker: TypeAlias = Callable[[Random], Case]


@dataclass
class Tally:
    """What came of the cases of one kind."""

    kind: str
    cases: int = 0
    wrong: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def line(self) -> str:
        """One line of the table."""
        return (f"{self.kind:<22}{self.cases:>7}{len(self.wrong):>7}{len(self.undecided):>11}{len(self.refused):>9}"
                f"{self.seconds:>9.1f}")  # fmt: skip


HEAD = f"{'kind':<22}{'cases':>7}{'wrong':>7}{'undecided':>11}{'refused':>9}{'seconds':>9}"


def run(kind: str, make: Maker, count: int, seed: int = 0, first: int = 0) -> Tally:
    """So many cases of a kind; case k is the same whatever the count."""
    tally = Tally(kind)
    begun = time.monotonic()
    for k in range(first, first + count):
        tally.cases += 1
        try:
            case = _drawn(make, f"{kind} {seed} {k}")
        except Exception as error:
            tally.wrong.append(f"[{k}] the oracle fails: {type(error).__name__}: {error}")
            continue
        _tried(tally, case, f"[{k}] {case.asked}")
    tally.seconds = time.monotonic() - begun
    return tally


def _drawn(make: Maker, seed: str) -> Case:
    """A case; where the oracle itself cannot tell (numbers too large for it, nothing near), another one."""
    for again in range(_DRAWS):
        try:
            return make(Random(seed if again == 0 else f"{seed} again {again}"))
        except Unfit:
            continue
    raise Unfit(f"{_DRAWS} questions in a row")


class Slow(BaseException):
    """An answer takes too long; no Exception, so that nobody catches it on its way."""


@contextmanager
def _patient() -> Iterator[None]:
    def ring(*_: object) -> None:
        raise Slow

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _tried(tally: Tally, case: Case, asked: str) -> None:
    try:
        with _patient():
            solved = case.solve()
        said = case.complaint(solved)
    except Slow:
        tally.undecided.append(f"{asked}: no answer in {PATIENCE:g} seconds of processor time")
    except RoadsDisagree as error:
        tally.wrong.append(f"{asked}: {error}")
    except (Undecided, LimitReached) as error:
        tally.undecided.append(f"{asked}: {error}")
    except JacocalcError as error:
        tally.refused.append(f"{asked}: {error}")
    except Exception as error:
        tally.wrong.append(f"{asked}: {type(error).__name__}: {error}")
    else:
        if said.startswith("undecided"):
            tally.undecided.append(f"{asked}: {said}")
        elif said:
            tally.wrong.append(f"{asked}: {said}")


def differ(found: Any, wanted: Any) -> bool:
    """Whether two numbers differ in their first thirty digits."""
    return bool(abs(found - wanted) > TOLERANCE * abs(wanted) + NOTHING)


def entries(found: Any, wanted: Sequence[Sequence[Any]], names: dict[str, Any]) -> str:
    """What is wrong with a SymPy matrix whose values should be these."""
    shape = (len(wanted), len(wanted[0]))
    if tuple(found.shape) != shape:
        return f"the result is {found.shape}, not {shape}"
    for i in range(shape[0]):
        for j in range(shape[1]):
            said = value_of(found[i, j], names)
            if differ(said, wanted[i][j]):
                return f"[{i}][{j}] = {found[i, j]} is {real.nstr(said, 25)}, not {real.nstr(wanted[i][j], 25)}"
    return ""
