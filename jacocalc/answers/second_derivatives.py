"""The second derivatives of an implicit function, which its page has too: y″ beside y′, or alone.

    y' = -x/y, y'' = -25/y^3       right where both are; one of them is half
    z_xx = …, ∂²z/∂x∂y = …         judged where they stand, none is missed
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from jacocalc.answers.chains import judge_line
from jacocalc.answers.entry_names import second_names
from jacocalc.answers.marking import Marker
from jacocalc.answers.reference import Reference, as_matrix
from jacocalc.linear import paper_name
from jacocalc.notation import Expr, name_key
from jacocalc.steps import ImplicitSecond, SecondOnCurve
from jacocalc.verdicts import CORRECT, UNDECIDED, WRONG, EntryVerdict, Line, Submission, Verdict, Wanted


def seconds_apart(reference: Reference, submission: Submission) -> tuple[Submission, tuple[Line, ...]]:
    """The answer without the lines that give second derivatives, and those."""
    found = tuple(line for line in submission.lines if _values(reference, line))
    return replace(submission, lines=tuple(line for line in submission.lines if line not in found)), found


def _values(reference: Reference, line: Line) -> list[Expr]:
    """The right y″ or z_xy that a line gives, as it was computed and as it is on the curve; none of another line."""
    if reference.chain.abstract or (line.point and not reference.at_point):
        return []
    return [
        step.result.rows[i][j]
        for step in reference.derivation.steps
        if isinstance(step, ImplicitSecond | SecondOnCurve)
        for i, j in product(range(len(step.independent)), repeat=2)
        if name_key(line.name) in second_names(step.dependent, step.independent, i, j)
    ]


def seconds_judged(marker: Marker, lines: Sequence[Line], first: Verdict | None, wanted: Wanted) -> Verdict:
    """The verdict on second derivatives and, where it was given, on the first one."""
    judged = [_judged(marker.reference, line, wanted) for line in lines]
    entries = tuple(_entry(line, verdict) for line, verdict in zip(lines, judged, strict=True))
    worst = next((one for outcome in (WRONG, UNDECIDED) for one in judged if one.outcome == outcome), judged[-1])
    share, most = sum(one.outcome == CORRECT for one in judged) / len(judged), float(len(marker.expected))
    read = ", ".join(one.read for one in (*([] if first is None else [first]), *judged))
    if first is None:
        message = f"{worst.message} Note: no first derivative is given."
        return replace(worst, score=share * most, max_score=most, entries=entries, message=message, read=read)
    worst = worst if first.outcome == CORRECT != worst.outcome else first
    message, name = worst.message, paper_name(lines[judged.index(worst)].name) if worst is not first else ""
    if name:
        message = f"The derivative is right; {name} is {'not' if worst.outcome == WRONG else 'undecided'}: {message}"
    return replace(worst, score=(first.score + share * most) / 2, max_score=most, entries=(*first.entries, *entries),
                   message=message, read=read)  # fmt: skip


def _judged(reference: Reference, line: Line, wanted: Wanted) -> Verdict:
    """The verdict by the value as it was computed; where that is no proof, by the one on the curve."""
    of_values = (
        judge_line(Marker(Reference(reference.derivation, (as_matrix(value),), reference.branch)), line, wanted)
        for value in _values(reference, line)
    )
    found = next(of_values)
    return found if found.outcome == WRONG or found.certainty == "proved" else next(of_values, found)


def _entry(line: Line, verdict: Verdict) -> EntryVerdict:
    return EntryVerdict(paper_name(line.name), verdict.outcome, verdict.read, "", verdict.mistakes, verdict.message)
