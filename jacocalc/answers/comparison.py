"""One entry of an answer beside the right one: values first, then decimals, then where it is defined."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from jacocalc.answers.decimals import as_decimal, cancels, literals
from jacocalc.answers.domains import limited, nowhere, restrictions
from jacocalc.evaluate.equality import Equality, Outcome, equality
from jacocalc.evaluate.samples import Coordinates, Missing, Samples
from jacocalc.evaluate.screen import Witness, differ
from jacocalc.notation import Expr
from jacocalc.verdicts import CORRECT, UNDECIDED, WRONG, Wanted


@dataclass(frozen=True)
class Compared:
    """What is known of one entry.

    ``code`` names what is wrong with a decimal: digits (too few), rounding (cut off), decimals (an exact form is
    wanted).  ``decimal``: it is right as a decimal only.  ``unreached``: sides of kinks that were not seen.
    """

    outcome: str
    proved: bool = False
    points: int = 0
    witness: Witness | None = None
    restriction: tuple[Expr, ...] = ()
    undefined_at: tuple[tuple[str, str], ...] = ()
    unreached: tuple[Expr, ...] = ()
    decimal: bool = False
    code: str = ""


def compare(expected: Expr, given: Expr, samples: Samples, wanted: Wanted) -> Compared:
    """The given entry against the expected one at the sample points."""
    found = equality(expected, given, samples)
    if found.outcome is Outcome.PROVED and cancels(given):
        return Compared(WRONG, code="digits")
    apart = found.screening.witness
    place = apart.place if apart is not None else ()
    rounded = as_decimal(expected, given, samples, wanted, place) if found.outcome is not Outcome.PROVED else None
    if rounded is not None and found.outcome is Outcome.DIFFERENT:
        witness = apart if rounded.outcome == WRONG else None
        return Compared(rounded.outcome, False, rounded.points, witness, decimal=rounded.decimal, code=rounded.code)
    return _exactly(expected, given, samples, found)


def _exactly(expected: Expr, given: Expr, samples: Samples, found: Equality) -> Compared:
    screening = found.screening
    if found.outcome is Outcome.DIFFERENT:
        return Compared(WRONG, False, screening.agreed, screening.witness)
    vacuous = found.outcome is Outcome.PROVED and screening.undefined and not screening.agreed and limited(given)
    if found.outcome is Outcome.UNDECIDED or vacuous:  # ln x + ln(−x) is ln(x²) wherever both are defined: nowhere
        undefined = screening.undefined and not screening.unsettled and limited(given)
        place = _place(samples, screening.gap)
        return Compared(WRONG if undefined else UNDECIDED, undefined_at=place, unreached=screening.unreached,
                        code="undefined" if undefined else "")  # fmt: skip
    proved = found.outcome is Outcome.PROVED
    if nowhere(expected, given, samples):
        return Compared(WRONG, undefined_at=_place(samples, samples.points[0]), code="undefined")
    restriction = restrictions(expected, given, samples)
    gap = screening.undefined and not restriction and limited(given)
    place = _place(samples, screening.gap) if gap else ()
    return Compared(CORRECT, proved, screening.agreed, None, restriction, place, screening.unreached)


def _place(samples: Samples, point: Coordinates | None) -> tuple[tuple[str, str], ...]:
    if point is None or not all(isinstance(c, Fraction) for c in point):
        return ()
    return tuple((name, str(c)) for name, c in zip(samples.variables, point, strict=True))


def matches(left: Expr, given: Expr, samples: Samples) -> bool:
    """Whether the two have the same values at these points, a decimal as far as it goes."""
    if left == given:
        return True
    apart = [
        differ(a, b)
        for a, b in zip(samples.values(left), samples.values(given), strict=True)
        if not isinstance(a, Missing) and not isinstance(b, Missing)
    ]
    if apart and not any(apart) and None not in apart:
        return True
    if not literals(given) or not apart:
        return False
    found = as_decimal(left, given, samples, Wanted())
    return found is not None and found.outcome == CORRECT
