"""The tests against one mutant: a few quick ones that run through it, and, where those are green, many more."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.broken.forks import Ended, in_fork, pytest_here
from tests.broken.mutants import Mutant
from tests.broken.trees import broken

KILLED, SURVIVED, UNKNOWN = "killed", "survived", "unknown"


@dataclass(frozen=True)
class Found:
    """What became of one mutant: the test that turned red and what it said, or how many stayed green."""

    key: str
    room: str
    operator: str
    outcome: str
    by: str = ""
    said: str = ""
    green: int = 0
    seconds: float = 0.0
    rounds: int = 0

    def as_json(self) -> dict[str, Any]:
        """A line of the progress file."""
        return asdict(self)


@dataclass(frozen=True)
class Round:
    """So many tests of so many files, for so many seconds; ``others``: and those that the map has not reached."""

    tests: int
    files: int
    seconds: float
    others: bool = False

    def share(self, tests: Sequence[str]) -> list[str]:
        """The first of these tests."""
        files = list(dict.fromkeys(test.split("::")[0] for test in tests))[: self.files]
        return [test for test in tests if test.split("::")[0] in files][: self.tests]


ROUNDS = (Round(12, 2, 10.0), Round(40, 8, 15.0), Round(1000, 60, 80.0, others=True))
_LONGEST = 12.0  # seconds that a test may take, beyond ten times what it took before


def fate(
    tree: Path, mutant: Mutant, tests: Sequence[str], expected: dict[str, float], rounds: Sequence[Round] = ROUNDS
) -> Found:
    """What the tests say of the mutant, round by round until one is red."""
    start, green = time.monotonic(), 0

    def found(outcome: str, by: str, said: str) -> Found:
        spent = round(time.monotonic() - start, 1)
        return Found(mutant.key, mutant.room, mutant.operator, outcome, by, said, green, spent, len(rounds))

    with broken(tree, mutant):
        for bound in rounds:
            if bound.others:
                tests = sorted(tests, key=lambda test: not test.startswith(_own_tests(mutant)))
            part = bound.share(tests)
            if not part:
                break
            red, said, passed = run(tree, part, bound.seconds, expected, bound.others)
            tests = [test for test in tests if test not in passed]  # what time did not allow comes again
            green += len(passed)
            if red:
                return found(KILLED, red, said)
    return found(SURVIVED, "", "")


def _own_tests(mutant: Mutant) -> str:
    """The file of tests that bears the module's name, if there is one."""
    room, _, module = mutant.file.replace("jacocalc", "tests", 1).rpartition("/")
    return f"{room}/test_{module}"


def run(
    tree: Path, tests: Sequence[str], seconds: float, expected: dict[str, float], others: bool = False
) -> tuple[str, str, list[str]]:
    """(the first red test or "", what it said, those that were green) in that tree."""
    watch = _Watch(list(tests), seconds, expected, others)
    try:
        red, said, green = in_fork(tree, _tests, watch, seconds=2 * seconds + 120)
    except Ended as error:
        return tests[0], str(error), []
    return red, said, green


# -- in the fork ------------------------------------------------------------------------------------------------------


def _tests(watch: _Watch) -> tuple[str, str, list[str]]:
    pytest_here(["-x", *dict.fromkeys(test.split("::")[0] for test in watch.order)], watch)
    return watch.red, watch.said, watch.green


class _Watch:
    """The plugin: these tests in this order, an alarm for each, the first that is red."""

    def __init__(self, tests: list[str], seconds: float, expected: dict[str, float], others: bool) -> None:
        self.order = {test: k for k, test in enumerate(tests)}
        self.end = time.monotonic() + seconds
        self.expected = expected
        self.others = others
        self.red, self.said = "", ""
        self.green: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        listed = sorted((item for item in items if item.nodeid in self.order), key=lambda i: self.order[i.nodeid])
        others = [item for item in items if self.others and item.nodeid not in self.expected]
        items[:] = listed + [item for item in others if item.nodeid not in self.order]
        self.end = max(self.end, time.monotonic() + 5)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, _LONGEST + 10 * self.expected.get(nodeid, 0.0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.red:
            self.red, self.said = report.nodeid, _last_line(report)
        self.green += [report.nodeid] if report.when == "call" and report.passed else []

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        if time.monotonic() > self.end:
            item.session.shouldstop = "the time of this round is over"

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.red:
            self.red, self.said = report.nodeid or "collection", _last_line(report)


def _last_line(report: pytest.TestReport | pytest.CollectReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    lines = (crash.message if crash is not None else str(report.longrepr)).strip().splitlines() or [""]
    return lines[0 if crash is not None else -1][:160]
