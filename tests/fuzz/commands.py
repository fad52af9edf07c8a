"""Whole commands in this process: what the words of real ones become, run in an empty folder.

A command ends with status 0 to 3; what it says on stderr is an error, a hint and what shows the place.  One that would
run for long is ended, as the program's own watch ends it from outside, and counted.
"""

from __future__ import annotations

import io
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import FrameType

from jacocalc.cli import run_command
from tests.fuzz import corpus
from tests.fuzz.attack import memory
from tests.fuzz.mutations import PIECES, mutated, mutated_words

SECONDS = 5.0
MEMORY = 4_000_000_000
_LINES = 8
_FILES = ["out.html", "out.tex", "out.md", "out.json", "out.txt", "no/such", ".", "", "a\0b", "out.svg", "/dev/full"]
_WRITES = ("-o", "--output", "--animate", "--summary")
_FORMS = ["terminal", "text", "latex", "beamer", "markdown", "html", "json", "speech", "dot", "mermaid"]
_OPTIONS = [
    ["--at", "1,2"], ["--at", "x=0, y=1/3"], ["--kink", "1/2"], ["--digits", "8"], ["--detail", "full"], ["--unit"],
    ["--vector", "1,2"], ["--solve-for", "y"], ["--newton", "2"], ["--order", "best"], ["--from", "mine.toml"],
    ["--from", "."], ["--juxtaposition", "loose"], ["--density", "normal"], ["--answer", "[[1, 2]]"], ["--exact"],
    ["--rtol", "0.01"], ["--form", "factored"], ["--wrt", "W"], ["--random", "3"], ["--timeout", "2"], ["--loss", "L"],
    ["--standalone"], ["--animate", "out.svg"], ["-o", "out.html"], ["--target", "c"], ["--update", "0.1"],
    ["--detail", "brief"], ["--memory", "500"],
]  # fmt: skip


class _Late(BaseException):
    """The time of a command is over."""


@dataclass
class Ran:
    """What came of the commands."""

    count: int = 0
    ended: dict[int, int] = field(default_factory=dict)
    broken: list[tuple[list[str], str]] = field(default_factory=list)
    late: list[list[str]] = field(default_factory=list)
    slowest: tuple[float, list[str]] = (0.0, [])
    seconds: float = 0.0
    growth: int = 0

    def lines(self) -> Iterator[str]:
        """The figures, then the commands that should not be."""
        statuses = ", ".join(f"{count:,} with {status}" for status, count in sorted(self.ended.items()))
        yield (f"commands  {self.count:>10,}: {statuses}; {len(self.broken)} broke through, {len(self.late)} ended "
               f"after {SECONDS:g} s; {self.seconds:,.0f} s, memory + {self.growth / 1e6:,.0f} MB")  # fmt: skip
        yield f"          slowest {self.slowest[0]:.1f} s: {self.slowest[1]!r}"
        yield from (f"  broken: {why}: {words!r}" for words, why in self.broken[:20])
        yield from (f"  late: {words!r}" for words in self.late[:20])


def commands(count: int, seed: int) -> Iterator[list[str]]:
    """Real commands with changed words, options of others, other formats."""
    source = Random(f"commands {seed}")
    for _ in range(count):
        words = mutated_words(source.choice(corpus.COMMANDS), corpus.COMMANDS, source)
        if source.random() < 0.15:
            words[1:2] = [mutated(source.choice(corpus.TEXTS), PIECES, source)]
        known = corpus.OPTIONS.get(words[0], frozenset())
        for option in source.sample(_OPTIONS, source.randrange(4)):
            if option[0] in known or source.random() < 0.05:
                words += option
        if "--format" in known and source.random() < 0.3:
            words += ["--format", source.choice(_FORMS)]
        yield _harmless(words, source)


def _harmless(words: Sequence[str], source: Random) -> list[str]:
    """What is written is written here, to files without pictures; nothing is installed."""
    made: list[str] = []
    for word in words:
        if made and made[-1] in _WRITES:
            word = source.choice(_FILES)
        elif word not in _WRITES and (word.startswith(("-o", "--install")) or word.partition("=")[0] in _WRITES):
            continue
        made.append(word)
    return made


def attack_commands(count: int, seed: int) -> Ran:
    """So many commands, one after the other."""
    ran = Ran()
    with _folder(), _limited():
        start, before = time.process_time(), memory()
        for words in commands(count, seed):
            _try(words, ran)
        ran.seconds = time.process_time() - start
        ran.growth = memory() - before
    return ran


def _try(words: list[str], ran: Ran) -> None:
    ran.count += 1
    start = time.process_time()
    try:
        status, said = run(words)
    except _Late:
        ran.late.append(words)
        return
    except BaseException as error:
        ran.broken.append((words, f"{type(error).__name__}: {error}"[:200]))
        return
    ran.slowest = max(ran.slowest, (time.process_time() - start, words))
    ran.ended[status] = ran.ended.get(status, 0) + 1
    why = unfit(status, said)
    if why:
        ran.broken.append((words, why))


def unfit(status: int, said: str) -> str:
    """What is wrong with how a command ended, if anything is."""
    if status not in (0, 1, 2, 3):
        return f"status {status}, {said[:200]!r}"
    if "Traceback" in said or len(said.splitlines()) > _LINES:
        return f"stderr {said[:200]!r}"
    if status == 2 and not said.strip():
        return "nothing is said"
    return ""


def run(words: list[str]) -> tuple[int, str]:
    """The exit status of a command and what it says on stderr, or that it wrote a page; in a terminal that is none."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogateescape") for _ in range(2))
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), out, err
    try:
        with _alarm(SECONDS):
            status = run_command(words)
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
    out.flush()
    err.flush()
    written = err.buffer.getvalue().decode("utf-8", "replace")
    if status == 2 and not written:  # a verdict on an answer that cannot be read is the page that was asked for
        written = out.buffer.getvalue().decode("utf-8", "replace").strip()[:1]
    return status, written


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(_number: int, _frame: FrameType | None) -> None:
        raise _Late

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _folder() -> Iterator[None]:
    """A folder of one's own, with a problem file in it."""
    before, home = os.getcwd(), {name: os.environ.get(name) for name in ("HOME", "JACOCALC_DATA")}
    with TemporaryDirectory() as name:
        Path(name, "mine.toml").write_text(corpus.PROBLEMS[0], "utf-8")
        Path(name, "solution.json").write_text(corpus.SMALL_SOLUTIONS[0], "utf-8")
        os.chdir(name)
        os.environ |= {"HOME": name, "JACOCALC_DATA": name}
        try:
            yield
        finally:
            os.chdir(before)
            for key, value in home.items():
                _restore(key, value)


def _restore(key: str, value: str | None) -> None:
    os.environ.pop(key, None)
    if value is not None:
        os.environ[key] = value


@contextmanager
def _limited() -> Iterator[None]:
    """At most so much memory, as the program bounds it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
