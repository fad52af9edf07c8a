"""A derivative of an implicit function that a student gives for one branch of the curve.

    -x/sqrt(25 - x^2) for y > 0        y = sqrt(25 - x^2), y' = -x/sqrt(25 - x^2)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jacocalc.answers.chains import judge_line
from jacocalc.answers.marking import Marker
from jacocalc.answers.reference import Reference
from jacocalc.errors import JacocalcError
from jacocalc.linear import paper
from jacocalc.notation import Comparison, Expr, Matrix, Piecewise, Symbol
from jacocalc.questions import ImplicitFunction
from jacocalc.reading.parser import read_expression
from jacocalc.reading.scope import Scope
from jacocalc.verdicts import CORRECT, Line, Submission, Verdict, Wanted


def right_on_a_branch(marker: Marker, submission: Submission, line: Line, wanted: Wanted) -> Verdict | None:
    """The verdict where the line is right on the branch that the submission names; None where it is not."""
    reference = marker.reference
    if not isinstance(reference.question, ImplicitFunction) or reference.at_point:
        return None
    said = said_conditions(submission.conditions, reference)
    branch = (*said, *_solved(submission.lines, reference.question.solve_for))
    if not branch:
        return None
    found = judge_line(Marker(Reference(reference.derivation, branch=branch)), line, wanted)
    if found.outcome != CORRECT:
        return None
    where = f"where {' and '.join(map(paper, branch))}"
    return replace(found, restriction=where, message=f"Correct {where} ({found.certainty}).")


def said_conditions(typed: Sequence[str], reference: Reference) -> list[Expr]:
    """y > 0 and x ≠ 0; none where one cannot be read."""
    found: list[Expr] = []
    try:
        for one in typed:
            case = read_expression(f"piecewise(1 if {one}, 0 otherwise)", Scope.of(reference.names))
            found += [when for _, when in case.branches] if isinstance(case, Piecewise) else []
    except JacocalcError:
        return []
    return found


def _solved(lines: Sequence[Line], solved: Sequence[str]) -> list[Expr]:
    """y = sqrt(25 - x^2) of a line that gives y itself."""
    sides = ((line.name, line.sides[-1].values) for line in lines if line.name in solved)
    return [Comparison("=", Symbol(name), values[0]) for name, values in sides if not isinstance(values[0], Matrix)]
