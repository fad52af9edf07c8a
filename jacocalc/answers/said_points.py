"""At which point an answer is said to be: f′(3) = 16 is no derivative at 2, whatever the value is.

What is said at another point stands beside what is said at the point that is asked for; alone, it is worth half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jacocalc.answers.comparison import compare
from jacocalc.answers.entry_names import of_a_stage, partial_named, says_result
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


def beside_the_point(reference: Reference, lines: Sequence[Line]) -> tuple[Line, ...]:
    """f′(3) = 33 beside f′(2) = 16, where the point is 2"""
    lines, _ = set_aside(reference, lines)
    elsewhere = [line for line in lines if _said_elsewhere(reference, line)]
    here = {line.name for line in lines if line not in elsewhere}
    return tuple(line for line in elsewhere if line.name in here)


def point_judged(reference: Reference, submission: Submission, verdict: Verdict) -> Verdict:
    """The verdict with the point at which values are said to be: where it is another, right ones are worth half."""
    at = reference.question.at
    if at is None or verdict.outcome not in (CORRECT, WRONG):
        return verdict
    beside, (lines, _) = beside_the_point(reference, submission.lines), set_aside(reference, submission.lines)
    said = (_said_elsewhere(reference, line) for line in lines if line not in beside)
    other = next((point for point in said if point), ())
    if not other:
        return verdict
    one = verdict.max_score == 1
    there, right = _named(reference, other), _named(reference, at.coordinates)
    where = f"said to be at {there}: the point is {right}."
    if verdict.outcome == WRONG:
        said_there = f"{verdict.message} {'It is' if one else 'The values are'} {where}"
        return replace(verdict, mistakes=(*verdict.mistakes, _CODE), message=said_there)
    message = f"The {'value is right, but it is' if one else 'values are right, but they are'} {where}"
    return halved(verdict, EntryVerdict("the point", WRONG, there, right, (_CODE,), message))


def _said_elsewhere(reference: Reference, line: Line) -> tuple[Expr, ...]:
    """The first of the points that the line says, if all are others than the one that is asked for."""
    if reference.question.at is None or not _of_result(reference, line.name):
        return ()
    said = [point for text in line.points if (point := _coordinates(reference, text))]
    return said[0] if said and all(_is_another(reference, point) for point in said) else ()


def _of_result(reference: Reference, name: str) -> bool:
    """Whether a line has no name, or one of the result; of several stages g′(3) and ∂z/∂u are their own."""
    if len(reference.chain.stages) == 1 or not name:
        return not name or says_result(name)
    by = name_key(partial_named(name)[1])
    inner = bool(by) and by not in map(name_key, reference.chain.inputs)
    return "∘" in name or (says_result(name) and not inner and not of_a_stage(reference, name) and "_" not in name)


def _coordinates(reference: Reference, text: str) -> tuple[Expr, ...]:
    """The coordinates that are said; none where they are no numbers, or too few."""
    try:
        return read_point(text, reference.chain.inputs, reference.chain.parameters).coordinates
    except JacocalcError:
        return ()


def _is_another(reference: Reference, point: Sequence[Expr]) -> bool:
    """Whether a coordinate differs, by more than the rounding of a decimal."""
    asked = reference.question.at.coordinates if reference.question.at is not None else ()
    pairs = zip(asked, point, strict=True)
    return any(compare(one, other, sampled(()), Wanted()).outcome == WRONG for one, other in pairs)


def _named(reference: Reference, point: Sequence[Expr]) -> str:
    """x = 2, y = 1"""
    pairs = zip(reference.chain.inputs, point, strict=True)
    return ", ".join(f"{paper_name(name)} = {paper(value)}" for name, value in pairs)
