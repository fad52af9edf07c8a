"""The answers that an author stored: one that is not the derived one is a mistake of the file."""

from __future__ import annotations

from jacocalc.errors import JacocalcError
from jacocalc.verdicts import CORRECT, UNDECIDED, Verdict


def refuse_wrong_key(name: str, stored: str, verdict: Verdict) -> None:
    """Raise JacocalcError naming both where the verdict on the stored answer is that it is wrong or unreadable."""
    if verdict.outcome not in (CORRECT, UNDECIDED):
        raise JacocalcError(
            f"question “{name}”: the stored answer {stored} is not the derived one",
            hint=" ".join(verdict.message.split()),
        )
