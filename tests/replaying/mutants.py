"""Mutants of a derivation in JSON: every leaf of every step changed one at a time.

The data and its JSON are walked side by side, so that each leaf is known for a formula, a number or a name.
"""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Iterator
from typing import Any

from jacocalc.exchange import from_json
from jacocalc.notation import Expr, Matrix
from jacocalc.replaying.asked_for import ROWS
from jacocalc.terms import Term

Path = tuple[Any, ...]

NO_MATHEMATICS = {
    "rule": "the name of a rule, for the wording",
    "rules": "names of rules, for the wording",
    "mixed": "how equal mixed partials were verified",
    "reason": "why a question about a point is answered so, in a code for the wording",
    "shown": "the formulas that a reason is worded with",
    "injective": "why a map is injective, in a code for the wording",
    "by_limits": "how the entries were found, not what they are",
    "defined": "which rows come from the definition of the derivative: how they were found, not what they are",
    "outputs": "names for f(x), chosen freely",
}


CONTEXT = {"GraphNodes", "ForwardProgram", "Gradients", "DifferentialKind", "LocalDerivative", "ImplicitAdjoint",
           "ComponentReport"}  # fmt: skip  # steps that others are about
ASKED_FOR = {"Bracketing", "Assumed", *(step.__name__ for _, _, step, _ in ROWS)}
COUNTED = {"AdjointOf", "LoopAdjoints"}  # what the costs of the backward pass are counted in


@dataclasses.dataclass(frozen=True)
class Mutant:
    """A derivation in JSON with one leaf changed: the step, then those it is about; the path to the leaf; how."""

    kind: str
    path: Path
    change: str
    text: str = ""

    @property
    def sort(self) -> tuple[str, ...]:
        """The kind of step, the field and the kind of change, whichever entry it is."""
        fields = dict.fromkeys(part for part in self.path[2:] if isinstance(part, str))
        return (self.kind, *fields, self.change.rpartition("]")[2])


def mutants(text: str, kinds: set[str], tried: set[tuple[str, ...]] | None = None) -> Iterator[Mutant]:
    """Every mutant of the steps of these kinds; with ``tried`` one of each sort that is not among them."""
    derivation, _ = from_json(text)
    record = json.loads(text)
    for place, step in enumerate(derivation.steps):
        kind = type(step).__name__
        about = CONTEXT | ASKED_FOR | (COUNTED if kind == "PassCosts" else set())
        others = (one for k, one in enumerate(record["steps"]) if k != place and one["kind"] in about)
        kept = [record["steps"][place], *others]
        for path, value in _leaves(step, ()) if kind in kinds else ():
            if not set(path) & set(NO_MATHEMATICS):
                for change, new in _changes(value, _at(record["steps"][place], path)):
                    mutant = Mutant(kind, ("steps", 0, *path), change)
                    if tried is None or mutant.sort not in tried:
                        if tried is not None:
                            tried.add(mutant.sort)
                        changed = {**record, "steps": copy.deepcopy(kept)}
                        _put(changed["steps"][0], path, new)
                        yield dataclasses.replace(mutant, text=json.dumps(changed))


def value_at(text: str, path: Path) -> Any:
    """The leaf of a derivation in JSON, as data."""
    found: Any = from_json(text)[0]
    for part in path:
        found = getattr(found, part) if isinstance(part, str) else found[part]
    return found


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Expr | Term) or not (isinstance(value, tuple) or dataclasses.is_dataclass(value)):
        yield path, value
    elif isinstance(value, tuple):
        for k, item in enumerate(value):
            yield from _leaves(item, (*path, k))
    else:
        for field in dataclasses.fields(value):
            yield from _leaves(getattr(value, field.name), (*path, field.name))


def _changes(value: Any, written: Any) -> Iterator[tuple[str, Any]]:
    match value:
        case Matrix():
            yield from _matrices(written)
        case Expr() if written != "0":
            yield "+1", f"({written}) + 1"
            yield "sign", f"-({written})"
        case Expr():
            yield "+1", "1"
        case Term() if written == "0":
            yield "+1", "1"
        case Term():
            yield "doubled", f"2*({written})"
        case bool():
            yield "other", not value
        case int():
            yield "+1", value + 1
        case str() if _is_decimal(value):
            yield "+1", str(float(value) + 1)
        case str() if value:
            yield "other", "other"


def _is_decimal(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def _matrices(rows: list[list[str]]) -> Iterator[tuple[str, list[list[str]]]]:
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            yield f"[{i}][{j}]+1", _entry(rows, i, j, f"({entry}) + 1")
            if entry not in ("0", "0 + 0", "0·0"):
                yield f"[{i}][{j}]sign", _entry(rows, i, j, f"-({entry})")
    flipped = [list(row) for row in zip(*rows, strict=True)]
    if flipped != rows:
        yield "transposed", flipped
    first, last = rows[0][0], rows[-1][-1]
    if first != last:
        yield "swapped", _entry(_entry(rows, 0, 0, last), len(rows) - 1, len(rows[0]) - 1, first)


def _entry(rows: list[list[str]], i: int, j: int, entry: str) -> list[list[str]]:
    return [[entry if (k, m) == (i, j) else old for m, old in enumerate(row)] for k, row in enumerate(rows)]


def _at(record: Any, path: Path) -> Any:
    for part in path:
        record = record[part]
    return record


def _put(record: Any, path: Path, new: Any) -> None:
    for part in path[:-1]:
        record = record[part]
    record[path[-1]] = new
