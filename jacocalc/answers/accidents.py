"""Accidental agreement: a common mistake that gives the right answer at the chosen point.

An exercise at which a transposed matrix is right, or J_g at x instead of f(x), does not tell those who know from
those who guess.
"""

from __future__ import annotations

from collections.abc import Sequence

from jacocalc.answers.cases import Case, without_point
from jacocalc.answers.making import result_of
from jacocalc.answers.mistakes import MISTAKES
from jacocalc.answers.reference import as_matrix
from jacocalc.answers.slips import manners
from jacocalc.derive.answer import derive
from jacocalc.evaluate.samples import Missing, Samples, sampled
from jacocalc.evaluate.screen import differ
from jacocalc.notation import Expr, entries_of, names
from jacocalc.options import Options
from jacocalc.steps import Derivation
from jacocalc.verdicts import Exercise

_SLIPS = frozenset(manner.code for manner in manners())
_COMMON_SLIPS = frozenset({"inner-derivative-forgotten", "power-rule", "sine-cosine-sign"})
_HARMLESS = frozenset({"absolute-value-of-determinant", "degrees"})  # right where it is positive, and at the angle 0
ALL = frozenset(mistake.code for mistake in MISTAKES)
COMMONEST = ALL - _SLIPS - _HARMLESS | _COMMON_SLIPS


def accidental(exercise: Exercise) -> list[str]:
    """The codes of mistakes that give the right answer; none for what has no formulas to compare."""
    return accidents_of(derive(exercise.question, Options()), ALL)


def accidents_of(derivation: Derivation, codes: frozenset[str] = COMMONEST) -> list[str]:
    """The same for a question that is derived, and for mistakes with these codes.

    A slip in a rule counts only where the wrong formula is another one: e^(x − 1) has the inner derivative 1.
    """
    found = _agreeing(derivation, codes - _HARMLESS)
    slips = _SLIPS.intersection(found)
    formulas = without_point(derivation.question) if slips else None
    if formulas is None:
        return found
    always = _agreeing(derive(formulas, Options()), slips)
    return [code for code in found if code not in always]


def _agreeing(derivation: Derivation, codes: frozenset[str]) -> list[str]:
    """The codes of the mistakes that give the right result."""
    if not Case.fits(derivation):
        return []
    case = Case(derivation)
    right = result_of(case)
    wrong = (one for one in MISTAKES if right and one.code in codes)
    return list(dict.fromkeys(one.code for one in wrong if any(_agree(right, values) for values, _ in one.make(case))))


def _agree(right: Sequence[Expr], wrong: Sequence[Expr]) -> bool:
    """Whether all entries have the same values at the sample points, where both have any."""
    if [as_matrix(value).shape for value in right] != [as_matrix(value).shape for value in wrong]:
        return False
    variables = tuple(dict.fromkeys(name for value in (*right, *wrong) for name in names(value)))
    samples = sampled(variables)
    pairs = [pair for a, b in zip(right, wrong, strict=True) for pair in zip(entries_of(a), entries_of(b), strict=True)]
    return all(a == b or _same(a, b, samples) for a, b in pairs)


def _same(right: Expr, wrong: Expr, samples: Samples) -> bool:
    pairs = zip(samples.values(right), samples.values(wrong), strict=True)
    apart = [differ(a, b) for a, b in pairs if not isinstance(a, Missing) and not isinstance(b, Missing)]
    return bool(apart) and not any(apart)
