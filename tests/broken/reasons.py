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


REASONS: tuple[Reason, ...] = ()


def reason_of(mutant: Mutant) -> str:
    """Why this survivor cannot matter; nothing where nobody has said so."""
    place = (mutant.file.removeprefix("jacocalc/"), mutant.inside, mutant.operator, mutant.was)
    return next((row.why for row in REASONS if (row.file, row.inside, row.operator, row.was) == place), "")
