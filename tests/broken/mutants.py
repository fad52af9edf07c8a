"""The mutants: every breakage of the rooms of mathematics, named, and a share of them drawn evenly."""

from __future__ import annotations

import ast
import difflib
import hashlib
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tests.broken.operators import Breakage, breakages

ROOT = Path(__file__).parents[2]
ROOMS = {
    "derive": "jacocalc/derive", "algebra": "jacocalc/algebra", "evaluate": "jacocalc/evaluate",
    "answers": "jacocalc/answers", "known functions": "jacocalc/known_functions.py",
}  # fmt: skip
# Modules of those rooms in which no mathematics is decided.
ASIDE = {
    "jacocalc/evaluate/budget.py": "starts, feeds and ends child processes",
    "jacocalc/answers/journal.py": "a file of what was graded",
    "jacocalc/answers/mark_sheets.py": "a file of marks",
    "jacocalc/answers/wording.py": "words",
    "jacocalc/answers/mistake_words.py": "words",
    "jacocalc/answers/reports.py": "words",
    "jacocalc/derive/matrix/costs.py": "counts operations, for the choice of a bracketing",
}


@dataclass(frozen=True)
class Mutant:
    """One file with one change: ``derive/partials.py:101:35 minus``; ``twin`` counts those of one place."""

    room: str
    file: str
    breakage: Breakage
    twin: int

    @property
    def operator(self) -> str:
        """The name of the operator."""
        return self.breakage.operator

    @property
    def line(self) -> int:
        """The line that is broken."""
        return self.breakage.line

    @property
    def inside(self) -> str:
        """The function or table."""
        return self.breakage.inside

    @cached_property
    def broken(self) -> str:
        """The file's text afterwards."""
        return self.breakage.applied(_source(self.file))

    @property
    def name(self) -> str:
        """Where and how; stable as long as the file is."""
        short = self.file.removeprefix("jacocalc/")
        return f"{short}:{self.line}:{self.breakage.column} {self.operator}" + (f" {self.twin}" if self.twin else "")

    @cached_property
    def key(self) -> str:
        """The name and a fingerprint of the broken file."""
        return f"{self.name} {hashlib.sha256(self.broken.encode()).hexdigest()[:12]}"

    @property
    def diff(self) -> str:
        """The changed lines, before and after."""
        before = _source(self.file).splitlines()
        lines = difflib.unified_diff(before, self.broken.splitlines(), n=0, lineterm="")
        return "\n".join(line for line in list(lines)[2:] if not line.startswith("@@"))

    @property
    def mentions(self) -> list[int]:
        """The lines of its file that name the function or table."""
        name = re.compile(rf"\b{self.inside.split('.')[-1]}\b")
        return [k for k, text in enumerate(_source(self.file).splitlines(), 1) if name.search(text)]

    @property
    def was(self) -> str:
        """The line before the change, without its indentation and its remark."""
        return _source(self.file).splitlines()[self.line - 1].split("  # ")[0].strip()


@cache
def _source(file: str) -> str:
    return (ROOT / file).read_text("utf-8")


def all_mutants() -> list[Mutant]:
    """All of them, room by room."""
    return [mutant for room in ROOMS for path in modules(room) for mutant in mutants_of(room, path)]


def modules(room: str) -> list[Path]:
    """The modules of a room in which mathematics is decided."""
    path = ROOT / ROOMS[room]
    found = [path] if path.is_file() else sorted(path.rglob("*.py"))
    return [one for one in found if one.relative_to(ROOT).as_posix() not in ASIDE]


@cache
def mutants_of(room: str, path: Path) -> tuple[Mutant, ...]:
    """The mutants of one module."""
    file = path.relative_to(ROOT).as_posix()
    found: list[Mutant] = []
    seen: dict[tuple[int, int, str], int] = defaultdict(int)
    for one in breakages(_source(file)):
        place = (one.line, one.column, one.operator)
        found.append(Mutant(room, file, one, seen[place]))
        seen[place] += 1
    return tuple(found)


def chosen(count: int, seed: int) -> list[Mutant]:
    """So many, evenly over the rooms, and in each room over its functions and tables; the same for the same seed."""
    rooms = {room: _in_turn([m for path in modules(room) for m in mutants_of(room, path)], seed) for room in ROOMS}
    found: list[Mutant] = []
    while len(found) < count and any(rooms.values()):
        for queue in rooms.values():
            mutant = next(iter(_sound(queue)), None) if len(found) < count else None
            found += [mutant] if mutant is not None else []
    return found


def _sound(queue: list[Mutant]) -> Iterator[Mutant]:
    """Those that compile and say something else, taken from the end."""
    while queue:
        mutant = queue.pop()
        try:
            broken = ast.parse(mutant.broken)
        except SyntaxError:
            continue
        if ast.dump(broken) != _meaning(mutant.file):
            yield mutant


@cache
def _meaning(file: str) -> str:
    return ast.dump(ast.parse(_source(file)))


_DECISIONS = ("junction", "denial", "comparison")


def _in_turn(mutants: Iterable[Mutant], seed: int) -> list[Mutant]:
    """Last first: one of each function, then another of each; signs, rules and orders before decisions.

    Every function has a draw of its own, so that a change elsewhere does not change what is drawn from it.
    """
    groups: dict[tuple[str, str], list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        groups[mutant.file, mutant.inside].append(mutant)
    draws = {place: random.Random(f"{seed} {place}") for place in groups}
    queues = [groups[place] for place in sorted(groups, key=lambda place: draws[place].random())]
    for place, queue in groups.items():
        draws[place].shuffle(queue)
        queue.sort(key=lambda mutant: mutant.operator not in _DECISIONS)
    order: list[Mutant] = []
    while queues:
        order += [queue.pop() for queue in queues]
        queues = [queue for queue in queues if queue]
    return order[::-1]
