"""Inputs through a door, measured: what broke through, what took too long to be refused, how the memory grew."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from jacocalc.errors import JacocalcError
from tests.fuzz.doors import Door, Reader
from tests.fuzz.mutations import random_text

_AGAIN = 3
_SHOWN = 100


@dataclass
class Found:
    """What came of the inputs of one door; times are in seconds of the processor."""

    name: str
    count: int = 0
    refused: int = 0
    broken: list[tuple[str, BaseException]] = field(default_factory=list)
    slow: list[tuple[str, float]] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    slowest_read: tuple[float, str] = (0.0, "")
    seconds: float = 0.0
    growth: int = 0

    def lines(self) -> Iterator[str]:
        """The figures, then the inputs that should not be."""
        yield (f"{self.name:<10}{self.count:>10,} inputs, {self.refused:,} refused, {len(self.broken)} broke through, "
               f"{len(self.slow)} slow; {self.seconds:,.0f} s, memory + {self.growth / 1e6:,.0f} MB")  # fmt: skip
        yield f"          slowest to be refused {self.slowest[0] * 1000:.0f} ms: {shown(self.slowest[1])}"
        yield f"          slowest to be read    {self.slowest_read[0] * 1000:.0f} ms: {shown(self.slowest_read[1])}"
        for text, error in self.broken[:20]:
            yield f"  broken: {type(error).__name__}: {str(error)[:_SHOWN]}: {text[:2000]!r}"
        for text, spent in self.slow[:20]:
            yield f"  slow: {spent * 1000:.0f} ms: {text[:2000]!r}"


def shown(text: str) -> str:
    """An input, cut short."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text):,} characters)")


def inputs(door: Door, count: int, seed: int) -> Iterator[str]:
    """Random texts and changes of real ones."""
    source = Random(f"{door.name} {seed}")
    for _ in range(count):
        if source.random() < 0.1:
            yield random_text(source)
        else:
            yield door.mutate(source.choice(door.corpus), door.corpus, source)


def attack(door: Door, count: int, seed: int) -> Found:
    """So many inputs through a door, to its readers in turn."""
    found = Found(door.name)
    start, before = time.process_time(), memory()
    for place, text in enumerate(inputs(door, count, seed)):
        _try(door, door.readers[place % len(door.readers)], text, found)
    found.seconds = time.process_time() - start
    found.growth = memory() - before
    return found


def memory() -> int:
    """The bytes that this process holds."""
    gc.collect()
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _try(door: Door, reader: Reader, text: str, found: Found) -> None:
    found.count += 1
    try:
        spent, refused = _timed(reader, text)
        if refused and spent > door.seconds:
            # A pause of the collector or the first use of a table is not the reader's.
            spent = min(spent, *(_timed(reader, text)[0] for _ in range(_AGAIN)))
            if spent > door.seconds:
                found.slow.append((text, spent))
    except Exception as error:
        found.broken.append((text, error))
        return
    found.refused += refused
    if refused:
        found.slowest = max(found.slowest, (spent, text))
    else:
        found.slowest_read = max(found.slowest_read, (spent, text))


def _timed(reader: Reader, text: str) -> tuple[float, bool]:
    """The time that it took, and whether the input was refused."""
    start = time.process_time()
    try:
        reader(text)
    except JacocalcError:
        return time.process_time() - start, True
    return time.process_time() - start, False
