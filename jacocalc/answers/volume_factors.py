"""The factor of volumes that a student gives: |det J| = |r|, dV = ρ² sin φ dρ dθ dφ, and √2 r for √2|r|, where r ≥ 0.

|J| may be the determinant or its absolute value.  Bars may be left out where what stands between them is positive for
small positive coordinates, as distances and polar angles are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from jacocalc.answers.chains import judge_line
from jacocalc.answers.marking import Marker
from jacocalc.answers.reference import Reference, as_matrix
from jacocalc.evaluate.samples import Missing, Program
from jacocalc.linear import paper
from jacocalc.notation import ZERO, Call, Comparison, Expr, Matrix, names
from jacocalc.questions import VolumeOf
from jacocalc.verdicts import CORRECT, WRONG, Line, Submission, Verdict, Wanted

_BARS = re.compile(r"\|+.+\||abs\(.+\)")
_MEASURE = re.compile(r"d[A-Z]")


def factor_judged(marker: Marker, submission: Submission, line: Line, found: Verdict, wanted: Wanted) -> Verdict:
    """The verdict on a line that gives the factor of volumes; for others ``found``, that on the determinant."""
    reference = marker.reference
    if not isinstance(reference.question, VolumeOf):
        return found
    value, last = reference.values[0].entries[0], reference.chain.stages[-1]
    bars = bool(_BARS.fullmatch(line.name))
    either = _is_measure(line.name, last.labels) or _is_bare(line.name, submission)
    if last.m == last.n:
        if not bars and (found.outcome == CORRECT or not either):
            return found
        value = Call("abs", (value,))
        sized = _judged(reference, value, (), line, wanted)
        found = sized if bars or sized.outcome == CORRECT else found
    given = line.sides[-1].values[0]
    if found.outcome != WRONG or isinstance(given, Matrix) or not _positive(given):
        return found
    condition = Comparison(">=", given, ZERO)
    without_bars = _judged(reference, value, (condition,), line, wanted)
    if without_bars.outcome != CORRECT:
        return found
    where = f"where {paper(condition)}"
    return replace(without_bars, restriction=where, message=f"Correct {where} ({without_bars.certainty}).")


def _judged(reference: Reference, value: Expr, branch: tuple[Expr, ...], line: Line, wanted: Wanted) -> Verdict:
    return judge_line(Marker(Reference(reference.derivation, (as_matrix(value),), branch)), line, wanted)


def _is_measure(name: str, labels: Sequence[str]) -> bool:
    """dA, dV and dx dy"""
    return bool(_MEASURE.fullmatch(name)) or name == "".join(f"d{label}" for label in labels)


def _is_bare(name: str, submission: Submission) -> bool:
    """|J|, which is read as det J"""
    return name.startswith("detJ") and "det" not in submission.text.lower()


def _positive(given: Expr) -> bool:
    """Whether it is positive where all letters are small and positive."""
    letters = names(given)
    point = tuple(Fraction(1, k + 2) for k in range(len(letters)))
    value = Program(given, letters).once(point)
    return not isinstance(value, Missing) and value > 0
