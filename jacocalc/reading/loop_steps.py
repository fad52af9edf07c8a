"""Loops over one letter begin at one step and end at one: earlier steps stand before them, written out.

for t = 1..T: h_t = W x_t;  for t = 2..T: d_t = h_t - h_{t-1};  L = Σ_{t=1}^T h_t
    →   h_1 = W x_1;  for t = 2..T: h_t = W x_t;  for t = 2..T: d_t = h_t - h_{t-1};  L = h_1 + Σ_{t=2}^T h_t

Post-condition: every loop and every sum over t has the same bounds, and what x_t: n declares besides x_first, …, x_T,
as x_1 above, is declared by itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from jacocalc.errors import ReadError
from jacocalc.programs import Assignment, Loop, Program, Statement, body_of
from jacocalc.terms import Index, Plus, Summed, Term, Var, parts_of, shifted, subterms, variables_of, with_parts

_MOST = 50


def from_one_step(
    declared: Sequence[Var], statements: Iterable[Statement], text: str
) -> tuple[list[Var], list[Statement], dict[str, int]]:
    """All that is declared, the statements, and where the loops over a letter begin now that did not.

    Raises ReadError where loops or sums over one letter end at different steps.
    """
    made = list(statements)
    moved: dict[str, int] = {}
    for letter in dict.fromkeys(one.letter for one in made if isinstance(one, Loop)):
        ranges = list(_ranges(made, letter))
        _refuse_two_ends(ranges, text)
        starts = [one.first.offset for one in ranges if not one.first.letter]
        first = max(starts)
        if first - min(starts) > _MOST:
            raise ReadError(f"loops over {letter} begin more than {_MOST} steps apart", text=text, end=len(text))
        if first > min(starts):
            made = list(chain.from_iterable(_begun(one, letter, first) for one in made))
        if any(isinstance(one, Loop) and one.first.offset < first for one in ranges):
            moved[letter] = first
    return [one for var in declared for one in _with_members(var, declared, made)], made, moved


def begin_as_written(program: Program, loop: Loop) -> int:
    """The step at which a loop began before earlier steps were written out."""
    made = set(program.assignments)
    begin = loop.first.offset
    while made.issuperset(_at_step(loop, begin - 1)):
        begin -= 1
    return begin


def _at_step(loop: Loop, step: int) -> Iterator[Assignment]:
    """The body of a loop at a number."""
    return (one.shifted(loop.letter, Index("", step)) for one in loop.body)


def _ranges(statements: Iterable[Statement], letter: str) -> Iterator[Loop | Summed]:
    """The loops over a letter and the sums over it."""
    for statement in statements:
        if isinstance(statement, Loop) and statement.letter == letter:
            yield statement
        for assignment in body_of(statement):
            for node in subterms(assignment.term):
                if isinstance(node, Summed) and node.letter == letter:
                    yield node


def _refuse_two_ends(ranges: Sequence[Loop | Summed], text: str) -> None:
    letter, ends = ranges[0].letter, list(dict.fromkeys(str(one.last) for one in ranges))
    if len(ends) > 1:
        start = max(text.rfind(ends[1]), 0)
        raise ReadError(
            f"loops and sums over {letter} end at {ends[0]} and at {ends[1]}", text=text, start=start,
            end=start + len(ends[1]), hint="give them the same end, or letters and variables of their own",
        )  # fmt: skip


def _begun(statement: Statement, letter: str, first: int) -> Iterator[Statement]:
    """The steps of a loop before the first one, then the loop from there."""
    body = tuple(Assignment(one.variable, _split(one.term, letter, first), one.implicit) for one in body_of(statement))
    if not isinstance(statement, Loop):
        yield from body
        return
    if statement.letter != letter:
        yield Loop(statement.letter, statement.first, statement.last, body)
        return
    whole = Loop(letter, statement.first, statement.last, body)
    for step in range(statement.first.offset, first):
        yield from _at_step(whole, step)
    yield replace(whole, first=Index("", first))


def _split(term: Term, letter: str, first: int) -> Term:
    """Σ_{t=1}^T h_t → h_1 + Σ_{t=2}^T h_t"""
    if not parts_of(term):
        return term
    parts = [_split(part, letter, first) for part in parts_of(term)]
    if isinstance(term, Plus):  # the terms of a sum in a sum are terms of the outer one
        return Plus(tuple(chain.from_iterable(
            new.terms if isinstance(new, Plus) and isinstance(old, Summed) else (new,)
            for old, new in zip(term.terms, parts, strict=True)
        )))  # fmt: skip
    if not isinstance(term, Summed) or term.letter != letter or term.first.letter or term.first.offset >= first:
        return with_parts(term, tuple(parts))
    early = [shifted(parts[0], letter, Index("", step)) for step in range(term.first.offset, first)]
    return Plus((*early, Summed(letter, Index("", first), term.last, parts[0])))


def _with_members(var: Var, declared: Sequence[Var], statements: Sequence[Statement]) -> Iterator[Var]:
    """x_t, and x_0 or x_1 where they are read before the first step of the loops over t."""
    yield var
    letter = "" if var.index is None else var.index.letter
    first = next((one.first for one in statements if isinstance(one, Loop) and one.letter == letter), None)
    if first is None:
        return
    read = {part for one in statements for line in body_of(one) for part in variables_of(line.term)}
    members = {shifted(part, letter, first) for part in read if part.name == var.name and part.index is not None}
    early = [_step(one) for one in members if isinstance(one, Var)]
    for step in range(min([*early, first.offset]), first.offset):
        found = shifted(var, letter, Index("", step))
        if isinstance(found, Var) and found not in declared:
            yield found


def _step(var: Var) -> int:
    """The number that the index is; T comes after all of them."""
    return var.index.offset if var.index is not None and not var.index.letter else sys.maxsize
