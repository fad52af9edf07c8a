"""The lines of both passes, in the order in which they run: data between the plan and the languages.

A target is a variable, or the adjoint of one; inside ``Each`` a family is written at its index, h_t.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from jacocalc.programs import Program
from jacocalc.terms import Adjoint, Index, Term, Var

Target: TypeAlias = Var | Adjoint


@dataclass(frozen=True)
class Let:
    """target = term"""

    target: Target
    term: Term


@dataclass(frozen=True)
class Start:
    """target = 0 in its shape, for what is added next."""

    target: Target


@dataclass(frozen=True)
class Add:
    """target = target + term"""

    target: Target
    term: Term


@dataclass(frozen=True)
class Settle:
    """The target solves target = term."""

    target: Var
    term: Term


@dataclass(frozen=True)
class Choice:
    """target = ``at_last`` where letter = last, else ``otherwise``."""

    target: Target
    letter: str
    last: Index
    at_last: Term
    otherwise: Term


@dataclass(frozen=True)
class Each:
    """The lines of a body for letter = first, …, last, or ``backwards``."""

    letter: str
    first: Index
    last: Index
    body: tuple[Line, ...]
    backwards: bool = False


Line: TypeAlias = Let | Start | Add | Settle | Choice | Each


@dataclass(frozen=True)
class Plan:
    """Both passes, checked at ``sizes``; ``shared`` names parts that several lines use."""

    program: Program
    loss: Var
    wrt: tuple[Var, ...]
    forward: tuple[Line, ...]
    backward: tuple[Line, ...]
    shared: tuple[Var, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)


def terms_of(line: Line) -> tuple[Term, ...]:
    """The terms that a line computes, those of a body included."""
    match line:
        case Let(_, term) | Add(_, term) | Settle(_, term):
            return (term,)
        case Choice(_, _, _, at_last, otherwise):
            return (at_last, otherwise)
        case Each(_, _, _, body):
            return tuple(term for inner in body for term in terms_of(inner))
        case Start():
            return ()
    raise TypeError(f"no terms in {type(line).__name__}")


def targets_of(line: Line) -> tuple[Target, ...]:
    """What a line computes."""
    if isinstance(line, Each):
        return tuple(target for inner in line.body for target in targets_of(inner))
    return (line.target,)


def mapped(line: Line, change: Callable[[Term], Term]) -> Line:
    """The line with every term changed; targets stay."""
    match line:
        case Let(target, term):
            return Let(target, change(term))
        case Add(target, term):
            return Add(target, change(term))
        case Settle(target, term):
            return Settle(target, change(term))
        case Choice():
            return replace(line, at_last=change(line.at_last), otherwise=change(line.otherwise))
        case Each():
            return replace(line, body=tuple(mapped(inner, change) for inner in line.body))
        case Start():
            return line
    raise TypeError(f"no way to change {type(line).__name__}")


def each_line(lines: tuple[Line, ...]) -> Iterator[Line]:
    """All lines, those of bodies after their heads."""
    for line in lines:
        yield line
        if isinstance(line, Each):
            yield from each_line(line.body)
