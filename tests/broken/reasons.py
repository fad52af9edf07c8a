"""Survivors that cannot matter: where → why.

A row names the file, the function or table, the operator and the line as it was; ``why`` says which values cannot
differ, or that only the work differs and never a result.  A row whose line is gone is an error.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.broken.mutants import Mutant


@dataclass(frozen=True)
class Reason:
    """Why a breakage changes no result."""

    file: str
    inside: str
    operator: str
    was: str
    why: str


REASONS: tuple[Reason, ...] = (
    Reason(
        "derive/norms.py", "norms_by_depth", "extreme",
        "if any(max(int(stage.n), int(stage.m)) > _LARGEST for stage in chain.stages):",
        "a limit of the work: a wide stage with few components is worked out all the same",
    ),
    Reason(
        "algebra/values.py", "_node_bits", "sign",
        "return value.numerator.bit_length(), value.denominator.bit_length() - 1",
        "two bits of an estimate that is compared with a limit of 4,096",
    ),
    Reason(
        "evaluate/samples.py", "_FAR_SCALES", "order",
        "_FAR_SCALES = tuple(Fraction(10) ** power for power in (3, 4, 6, 9, 15, 30))",
        "other far scales, from 3^10 to 30^10, at which values are compared as well",
    ),
    Reason(
        "answers/reference.py", "_Curve.whole_points", "minus",
        "for numbers in product((1, 2, 3, 4, 5, 0, -1, -2, -3, -4, -5), repeat=len(self.names)):",
        "which whole numbers are tried first in the search for a point on the curve; there are others",
    ),
    Reason(
        "evaluate/samples.py", "more_points", "sign",
        "source = random.Random(1000 + count)",
        "another seed: further points at the same scales, with signs as random, at which values are compared as well",
    ),
)  # fmt: skip


def reason_of(mutant: Mutant) -> str:
    """Why this survivor cannot matter; nothing where nobody has said so."""
    place = (mutant.file.removeprefix("jacocalc/"), mutant.inside, mutant.operator, mutant.was)
    return next((row.why for row in REASONS if (row.file, row.inside, row.operator, row.was) == place), "")
