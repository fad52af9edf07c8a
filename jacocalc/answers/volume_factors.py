"""The factor of volumes that a student gives: |det J| = |r|, dV = ρ² sin φ dρ dθ dφ, and √2 r for √2|r|, where r ≥ 0.

|J| may be the determinant or its absolute value.  Bars may be left out under a condition that the answer names, or
where what stands between them is positive for small positive coordinates, as distances and polar angles are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from jacocalc.answers.chains import judge_line
from jacocalc.answers.curve_branches import said_conditions
from jacocalc.answers.marking import Marker
from jacocalc.answers.reference import Reference, as_matrix
from jacocalc.evaluate.samples import Missing, Program
from jacocalc.linear import paper
from jacocalc.notation import ZERO, Call, Comparison, Expr, Matrix, name_key, names
from jacocalc.questions import VolumeOf
from jacocalc.verdicts import CORRECT, WRONG, Line, Submission, Verdict, Wanted

_BARS = re.compile(r"\|+.+\||abs\(.+\)")
_BARE = re.compile(r"\|J(?:_\w+)?\|")
_DETERMINANT = re.compile(r"(?:det)?J(?:_\w+)?|det|[∂d]\(.+\)/[∂d]\(.+\)")
_MEASURE = re.compile(r"d[A-Z]|(?:area|volume|scale|scaling)factor")
_CHANGES = re.compile(r"(?:d[a-z](?:_\d+)?){2,}")


def of_volume(submission: Submission) -> Submission:
    """|r| dr dθ is dV: what has differentials behind it and no name before."""
    lines = tuple(line if line.name else replace(line, name="dV") for line in submission.lines)
    return replace(submission, lines=lines)


def factors_judged(
    marker: Marker, submission: Submission, line: Line, others: Sequence[Line], wanted: Wanted
) -> tuple[Verdict, tuple[Line, ...]]:
    """The verdict on a line, or on the first of the others that gives a wrong factor of volumes; those left over."""
    beside = [other for other in others if _gives_number(marker.reference, other)]
    found = [factor_judged(marker, submission, one, judge_line(marker, one, wanted), wanted) for one in (line, *beside)]
    verdict = next((one for one in found if one.outcome != CORRECT), found[0])
    return verdict, tuple(other for other in others if other not in beside)


def factor_judged(marker: Marker, submission: Submission, line: Line, found: Verdict, wanted: Wanted) -> Verdict:
    """The verdict on a line that gives the factor of volumes; for others ``found``, that on the determinant."""
    reference = marker.reference
    if not isinstance(reference.question, VolumeOf):
        return found
    value, last = reference.values[0].entries[0], reference.chain.stages[-1]
    given = line.sides[-1].values[0]
    positive = not isinstance(given, Matrix) and _positive(given)
    if last.m == last.n:
        measure = _is_measure(reference, line.name)
        absolute = bool(_BARS.fullmatch(line.name)) and not _BARE.fullmatch(line.name)
        absolute = absolute or (measure and not positive)
        either = measure or _BARE.fullmatch(line.name)
        if not absolute and (found.outcome == CORRECT or not either):
            return found
        value = Call("abs", (value,))
        sized = _judged(reference, value, (), line, wanted)
        found = sized if absolute or sized.outcome == CORRECT else found
    if found.outcome != WRONG or isinstance(given, Matrix):
        return found
    said = tuple(said_conditions(submission.conditions, reference))
    without_bars = (*said, Comparison(">=", given, ZERO))
    for branch in (said, without_bars if positive else ()):
        judged = _judged(reference, value, branch, line, wanted) if branch else found
        if judged.outcome == CORRECT:
            where = f"where {' and '.join(map(paper, branch))}"
            return replace(judged, restriction=where, message=f"Correct {where} ({judged.certainty}).")
    return found


def _judged(reference: Reference, value: Expr, branch: tuple[Expr, ...], line: Line, wanted: Wanted) -> Verdict:
    return judge_line(Marker(Reference(reference.derivation, (as_matrix(value),), branch)), line, wanted)


def _gives_number(reference: Reference, line: Line) -> bool:
    """Whether a line says by its name what the determinant or the factor is, and not at a point of its own."""
    if not isinstance(reference.question, VolumeOf) or line.point or isinstance(line.sides[-1].values[0], Matrix):
        return False
    named = any(pattern.fullmatch(line.name) for pattern in (_DETERMINANT, _BARE, _BARS))
    return named or _is_measure(reference, line.name)


def _is_measure(reference: Reference, name: str) -> bool:
    """dA, dV, and dx dy of coordinates that are no inputs, in any order"""
    if not _CHANGES.fullmatch(name):
        return bool(_MEASURE.fullmatch(name))
    labels = [name_key(one) for one in re.split(r"d(?=[a-z])", name)[1:]]
    inputs = set(map(name_key, reference.chain.inputs))
    return len(set(labels)) == len(labels) == reference.chain.stages[-1].m and not inputs & set(labels)


def _positive(given: Expr) -> bool:
    """Whether it is positive where all letters are small and positive."""
    letters = names(given)
    point = tuple(Fraction(1, k + 2) for k in range(len(letters)))
    value = Program(given, letters).once(point)
    return not isinstance(value, Missing) and value > 0
