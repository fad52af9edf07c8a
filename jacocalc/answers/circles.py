"""Lines of a backward pass that explain themselves: dW = dW, or dz = db beside db = dz.

A gradient is computed from those that its line uses; one without a line of its own is computed from the gradients
of the quantities that its variable enters.  A line whose gradient is computed from itself says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jacocalc.programs import Program
from jacocalc.terms import Adjoint, Index, Summed, Term, Var, parts_of, shifted, variables_of

Uses = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Explained:
    """A line: what it is called, and which gradients are used for each that it gives (those of a loop one by one)."""

    name: str
    uses: Uses


def consumers(flat: Program) -> dict[str, frozenset[str]]:
    """For each variable of a program without symbolic loops what is computed from it directly."""
    found: dict[str, set[str]] = {}
    for one in flat.assignments:
        for var in variables_of(one.term):
            if var != one.variable:
                found.setdefault(var.key, set()).add(one.variable.key)
    return {key: frozenset(others) for key, others in found.items()}


def adjoints_in(term: Term) -> Iterator[str]:
    """The variables whose gradients a formula holds, the steps of sums one by one."""
    match term:
        case Adjoint(_, Var() as of):
            yield of.key
        case Summed(letter, first, last, body) if not last.letter:
            for step in range(first.offset, last.offset + 1):
                yield from adjoints_in(shifted(body, letter, Index("", step)))
        case _:
            for part in parts_of(term):
                yield from adjoints_in(part)


def circular(lines: Sequence[Explained], later: Mapping[str, frozenset[str]]) -> dict[int, str]:
    """The places of the lines that explain themselves, with what is to be said."""
    edges, givers = dict(later), {}
    for line in lines:
        for key, uses in line.uses.items():
            if key not in givers or len(uses) < len(edges[key]):
                edges[key], givers[key] = uses, line.name
    found = {}
    for place, line in enumerate(lines):
        circle = next((way for key, uses in line.uses.items() if (way := _way(uses, key, edges)) is not None), None)
        if circle is not None:
            found[place] = _said(line.name, circle, givers)
    return found


def _way(starts: Iterable[str], goal: str, edges: Mapping[str, frozenset[str]]) -> list[str] | None:
    """The gradients on a shortest way from what a line uses to what it gives; None where there is none."""
    ways = {start: [start] for start in sorted(starts)}
    waiting = list(ways)
    for key in waiting:
        if key == goal:
            return ways[key][:-1]
        for following in sorted(edges.get(key, ())):
            if following not in ways:
                ways[following] = [*ways[key], following]
                waiting.append(following)
    return None


def _said(name: str, circle: list[str], givers: Mapping[str, str]) -> str:
    others = list(dict.fromkeys(givers[key] for key in circle if key in givers and givers[key] != name))
    if others:
        listed = ", ".join([name, *others[:-1]])
        return f"{listed} and {others[-1]} explain each other"
    if circle and circle[0] not in givers:
        return f"{name} is explained by d{circle[0]}, which follows from {name}"
    return f"{name} is explained by itself"
