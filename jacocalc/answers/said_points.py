"""At which point an answer is said to be: f′(3) = 16 is no derivative at 2, whatever the value is.

What is said at another point stands beside what is said at the point that is asked for; alone, it is worth half.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jacocalc.answers.comparison import compare
from jacocalc.answers.entry_names import (
    left_over,
    of_a_stage,
    of_first_order,
    partial_named,
    row_named,
    says_result,
    says_whole,
)
from jacocalc.answers.judged_lines import set_aside
from jacocalc.answers.kinds import halved
from jacocalc.answers.reference import Reference
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.samples import sampled
from jacocalc.linear import paper, paper_name
from jacocalc.notation import Expr, name_key
from jacocalc.reading.points import read_point
from jacocalc.verdicts import CORRECT, WRONG, EntryVerdict, Line, Submission, Verdict, Wanted

_CODE = "another-point"
Said = Mapping[str, Expr]  # the coordinates that are said, by the names of the inputs


def beside_the_point(reference: Reference, lines: Sequence[Line]) -> tuple[Line, ...]:
    """f′(3) = 33 beside f′(2) = 16, where the point is 2; ∇g(2, 1) of the outer of two stages beside J"""
    lines, _ = set_aside(reference, lines)
    elsewhere = [line for line in lines if _said_elsewhere(reference, line)]
    here = {line.name for line in lines if line not in elsewhere}
    outer: tuple[Line, ...] = ()
    if len(reference.chain.stages) > 1 and any(not name or says_whole(reference, name) for name in here):
        outer = tuple(line for line in left_over(reference, elsewhere) if says_whole(reference, line.name))
    return tuple(line for line in elsewhere if line.name in here or line in outer)


def point_judged(reference: Reference, submission: Submission, verdict: Verdict) -> Verdict:
    """The verdict with the point at which values are said to be: where it is another, right ones are worth half."""
    if reference.question.at is None or verdict.outcome not in (CORRECT, WRONG):
        return verdict
    beside, (lines, _) = beside_the_point(reference, submission.lines), set_aside(reference, submission.lines)
    said = (_said_elsewhere(reference, line) for line in lines if line not in beside)
    other = next((point for point in said if point), {})
    if not other:
        return verdict
    one = verdict.max_score == 1
    there, right = _named(other), _named(_asked(reference, other))
    where = f"said to be at {there}: the point is {right}."
    if verdict.outcome == WRONG:
        said_there = f"{verdict.message} {'It is' if one else 'The values are'} {where}"
        return replace(verdict, mistakes=(*verdict.mistakes, _CODE), message=said_there)
    message = f"The {'value is right, but it is' if one else 'values are right, but they are'} {where}"
    return halved(verdict, EntryVerdict("the point", WRONG, there, right, (_CODE,), message))


def _said_elsewhere(reference: Reference, line: Line) -> Said:
    """The first point that is not the one asked for, if no point of the line is, or one of f_x(2, 1), f_y(1, 2) = …"""
    if reference.question.at is None or not _of_result(reference, line):
        return {}
    said = [point for text in line.points if (point := _coordinates(reference, text))]
    others = [point for point in said if _is_another(reference, point)]
    return others[0] if others and (others == said or len(line.names) > 1) else {}


def _of_result(reference: Reference, line: Line) -> bool:
    """Whether a line has no name, or one of the result or an entry; of several stages g′(3) and ∂z/∂u are their own."""
    name, several = line.name, reference.chain.stages[1:]
    if not name or "∘" in name:
        return True
    if of_first_order(reference, name):
        return False
    entry = line not in left_over(reference, [line]) or (_is_list(line) and row_named(reference, name) > 0)
    by = name_key(partial_named(name)[1])
    if not several or not by:
        return entry or (says_result(name) and not of_a_stage(reference, name) and not (several and "_" in name))
    inner = any(by == name_key(one) for stage in several for one in stage.inputs)
    return entry and by in map(name_key, reference.chain.inputs) and not inner


def _is_list(line: Line) -> bool:
    """f_1(1, 2) = (4, 1), a row; f_1(1, 2) = 3 is a value."""
    return all(len(side.listed) > 1 for side in line.sides)


def _coordinates(reference: Reference, text: str) -> Said:
    """The coordinates that are said, of an implicit function those of its inputs too; none where they do not fit."""
    for inputs in (reference.chain.inputs, tuple(reference.free_inputs)):
        try:
            return dict(zip(inputs, read_point(text, inputs, reference.chain.parameters).coordinates, strict=True))
        except JacocalcError:
            continue
    return {}


def _asked(reference: Reference, said: Said) -> Said:
    """The same coordinates of the point that is asked for."""
    at = reference.question.at
    asked = dict(zip(reference.chain.inputs, at.coordinates, strict=True)) if at is not None else {}
    return {name: asked[name] for name in said}


def _is_another(reference: Reference, said: Said) -> bool:
    """Whether a coordinate differs, by more than the rounding of a decimal."""
    pairs = zip(_asked(reference, said).values(), said.values(), strict=True)
    return any(compare(one, other, sampled(()), Wanted()).outcome == WRONG for one, other in pairs)


def _named(said: Said) -> str:
    """x = 2, y = 1"""
    return ", ".join(f"{paper_name(name)} = {paper(value)}" for name, value in said.items())
