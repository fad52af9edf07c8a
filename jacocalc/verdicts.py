"""What a judgement says, as data."""

from __future__ import annotations

from dataclasses import dataclass

CORRECT, WRONG, UNDECIDED, UNREADABLE = "correct", "wrong", "undecided", "unreadable"


@dataclass(frozen=True)
class EntryVerdict:
    """One part of an answer: an entry of a matrix, or a line of a backward pass.

    ``given`` is how it was read, ``expected`` what is right; ``mistakes`` are codes, ``message`` says it in words.
    """

    name: str
    outcome: str
    given: str = ""
    expected: str = ""
    mistakes: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True)
class Verdict:
    """A judgement: correct, wrong, undecided or unreadable.

    ``certainty``: proved; agrees, with the number of points; witness, with the point and both values; none.
    ``restriction`` says where the answer is defined.  ``score`` of ``max_score`` counts parts that are right.
    """

    outcome: str
    certainty: str = "none"
    restriction: str = ""
    score: float = 0.0
    max_score: float = 1.0
    entries: tuple[EntryVerdict, ...] = ()
    mistakes: tuple[str, ...] = ()
    message: str = ""

    def __str__(self) -> str:
        return self.message
