"""Which tests run through which lines: measured once, file by file of the tests, kept in the cache.

Every file of tests gets so many seconds and its tests are taken in a fixed mixed order, so that the map of a long
file is a fair share of it.  Work that jacocalc does in a fork is done in the test's own process here, since a fork
takes what it has measured with it.
"""

from __future__ import annotations

import json
import random
import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.broken.forks import Ended, in_fork, pytest_here
from tests.broken.mutants import ROOMS, ROOT, Mutant

# Files that start processes, browsers or compilers, or that hold words and pictures only.
_LEFT_OUT = (
    "tests/benchmarks", "tests/broken", "tests/pictures", "tests/render", "tests/reading", "tests/targets",
    "tests/answers/test_cluster.py", "tests/answers/test_grading.py", "tests/compiled/test_code.py",
    "tests/compiled/test_code_command.py", "tests/compiled/test_examples_at_scale.py",
    "tests/derive/test_frameworks.py",
)  # fmt: skip
_ALSO = ("tests/test_api.py", "tests/test_exercises.py", "tests/test_worked_examples.py", "tests/test_practice.py")
_LONGEST_TEST = 20.0


@dataclass(frozen=True)
class Covering:
    """The seconds of every test that is green, and the tests of every line."""

    seconds: dict[str, float]
    lines: dict[str, dict[int, list[str]]]

    def tests_of(self, mutant: Mutant) -> list[str]:
        """Those that run the broken line, then those that run a line that names the broken function or table, its
        neighbours, and its module; quick ones first."""
        lines = self.lines.get(mutant.file, {})
        near = range(mutant.line - _NEAR, mutant.line + _NEAR)
        found: list[str] = []
        for group in ([mutant.line], mutant.mentions, near, lines):
            tests = {test for line in group for test in lines.get(line, [])} - {*found}
            found += self._varied(tests, mutant)
        return found

    def _varied(self, tests: set[str], mutant: Mutant) -> list[str]:
        """One of each file in turn, the quickest of it first; the files of the mutant's own room before others."""
        files: dict[str, list[str]] = defaultdict(list)
        for test in sorted(tests, key=lambda test: (self.seconds[test], test)):
            files[test.split("::")[0]].append(test)
        own = Path(mutant.file.replace("jacocalc", "tests", 1)).parent.as_posix()
        order = sorted(files, key=lambda file: (Path(file).parent.as_posix() != own, self.seconds[files[file][0]]))
        return [test for turn in zip_longest(*(files[file] for file in order)) for test in turn if test is not None]


_NEAR = 12


def test_files() -> list[str]:
    """The files of tests that are measured."""
    found = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").glob("*/**/test_*.py"))
    return [*_ALSO, *(file for file in found if not file.startswith(_LEFT_OUT))]


def measured(tree: Path, file: str, seconds: float) -> dict[str, Any]:
    """What the tests of one file run through."""
    try:
        return in_fork(tree, _measure, file, seconds, seconds=2 * seconds + 60)  # type: ignore[no-any-return]
    except Ended as error:
        return {"file": file, "ended": str(error), "tests": {}, "lines": {}}


def read(path: Path) -> Covering:
    """The map that was written, one file of tests a line."""
    seconds: dict[str, float] = {}
    lines: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    records = {record["file"]: record for record in map(json.loads, path.read_text("utf-8").splitlines())}
    for record in records.values():  # the latest of each file
        names = list(record["tests"])
        seconds |= {name: spent for name, spent in record["tests"].items() if spent is not None}
        for module, found in record["lines"].items():
            for line, tests in found.items():
                lines[module][int(line)] += [names[k] for k in tests if record["tests"][names[k]] is not None]
    return Covering(seconds, lines)


# -- in the fork ------------------------------------------------------------------------------------------------------


def _measure(file: str, seconds: float) -> dict[str, Any]:
    import coverage

    rooms = [room if room.endswith(".py") else f"{room}/*" for room in ROOMS.values()]
    counting = coverage.Coverage(data_file=None, config_file=False, include=[str(Path.cwd() / room) for room in rooms])
    recorder = _Recorder(counting, seconds)
    counting.start()
    pytest_here([file], recorder)
    counting.stop()
    names = list(recorder.tests)
    places = {name: k for k, name in enumerate(names)}
    data, lines = counting.get_data(), {}
    for module in data.measured_files():
        found = data.contexts_by_lineno(module).items()
        own = {line: sorted(places[name] for name in tests if name in places) for line, tests in found}
        lines[Path(module).relative_to(Path.cwd()).as_posix()] = {line: tests for line, tests in own.items() if tests}
    return {"file": file, "tests": recorder.tests, "lines": lines}


class _TooLong(BaseException):
    """A test that takes longer than it may here."""


class _Recorder:
    """The plugin: one context of coverage for each test, its seconds, None where it is not green."""

    def __init__(self, counting: Any, seconds: float) -> None:
        self.counting = counting
        self.left = seconds
        self.tests: dict[str, float | None] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        random.Random(0).shuffle(items)

    def pytest_collection_finish(self) -> None:
        from jacocalc.evaluate import budget

        forked, attempt = budget._in_fork, budget._attempt
        budget._in_fork = (
            lambda seconds, budget, work, arguments: attempt((budget[0], 0.0), work, arguments)
            if budget is not None else forked(seconds, budget, work, arguments)
        )  # fmt: skip
        signal.signal(signal.SIGALRM, self._stop)

    @staticmethod
    def _stop(_signal: int, _frame: FrameType | None) -> None:
        raise _TooLong

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.counting.switch_context(item.nodeid)
        signal.setitimer(signal.ITIMER_REAL, _LONGEST_TEST)
        start = time.monotonic()
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            spent = time.monotonic() - start
            self.tests.setdefault(item.nodeid, spent)
            self.left -= spent
            if self.left < 0:
                item.session.shouldstop = "the time of this file is over"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self.tests[report.nodeid] = None
