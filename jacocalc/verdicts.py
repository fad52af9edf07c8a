"""What is handed in and what a judgement says of it, as data.

A Submission is what a student typed, read but not judged: lines ``name = side = side = …``.  An Exercise is a
question with hints and the manner in which its answer is wanted.  A Verdict has a mark for every entry.
"""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction

from jacocalc.asked import Asked
from jacocalc.displayed import Displayed
from jacocalc.notation import Expr, Matrix
from jacocalc.questions import Question
from jacocalc.records import record

CORRECT, WRONG, UNDECIDED, UNREADABLE = "correct", "wrong", "undecided", "unreadable"
FORMS = ("evaluated", "expanded", "factored")


@record
class Wanted:
    """How an answer is wanted.

    ``exact``: decimals count only where they are exact; ``rtol``: decimals may be off by this part of the value;
    ``form``: any of FORMS, judged on what was typed.
    """

    exact: bool = False
    rtol: Fraction | None = None
    form: tuple[str, ...] = ()


@record
class Side:
    """One side of an equals sign: ``values`` with products of matrices multiplied out, ``typed`` as it was typed.

    Several values stand for several matrices, one for each component (Hessians).  ``flat``: a list that was
    written without rows, [a, b] or a, b, which is held as a column and may be meant as a row.
    """

    values: tuple[Expr, ...]
    typed: tuple[Expr, ...]
    text: str
    start: int = 0
    flat: bool = False

    @property
    def listed(self) -> tuple[Expr, ...]:
        """The entries of the one matrix, or the values."""
        one = self.values[0] if len(self.values) == 1 else None
        return one.entries if isinstance(one, Matrix) else self.values


@record
class Line:
    """``name = side = side = …``; the name is "" where none was written, else canonical: J, J_f, z, dy/dx.

    ``point``: it is said at a point: f'(1), J(1, 0), at (1, 2).  ``points``: those, as typed.  ``of``: the formula
    that is differentiated, x² of d/dx x² = 2x.
    """

    name: str
    sides: tuple[Side, ...]
    point: bool = False
    points: tuple[str, ...] = ()
    of: Expr | None = None

    @property
    def names(self) -> list[str]:
        """f_x and f_y of a line f_x, f_y = 4, 1."""
        return self.name.split(", ")


@record
class Submission:
    """What was handed in, as it was read; the answer is the last side of the last line.

    ``conditions``: under which it is said to hold, x > 0, as typed.  ``kinds``: what it says of a point, as typed: a
    local minimum.
    """

    text: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@record
class Exercise:
    """A question for practice: ``asked`` as it was typed, ``hints`` from the gentlest on; level 1 is the easiest.

    ``explained``: the answer is an explanation (the worked solution), and there is nothing to check.
    """

    name: str
    topic: str
    title: str
    asked: Asked
    question: Question
    level: int = 1
    hints: tuple[str, ...] = ()
    wanted: Wanted = field(default_factory=Wanted)
    explained: bool = False


@record
class EntryVerdict:
    """One part of an answer: an entry of a matrix, or a line of a derivation or of a backward pass.

    ``given`` is how it was read, ``expected`` what is right; ``mistakes`` are codes, ``message`` says it in words.
    """

    name: str
    outcome: str
    given: str = ""
    expected: str = ""
    mistakes: tuple[str, ...] = ()
    message: str = ""


@record
class Verdict(Displayed):
    """A judgement: correct, wrong, undecided or unreadable.

    ``certainty``: proved; agrees, with the number of points; witness, with the point and both values; none.
    ``restriction``: “where your answer is defined: x > 0”, or nothing.  ``score`` of ``max_score`` counts parts that
    are right: one for each entry, half of one where only the form is not as wanted.  ``read`` is how the answer was
    read.
    """

    outcome: str
    certainty: str = "none"
    restriction: str = ""
    score: float = 0.0
    max_score: float = 1.0
    entries: tuple[EntryVerdict, ...] = ()
    mistakes: tuple[str, ...] = ()
    message: str = ""
    read: str = ""

    def __bool__(self) -> bool:
        """Whether the answer is right; what is undecided or unreadable is not known to be."""
        return self.outcome == CORRECT

    def __str__(self) -> str:
        return self.message


def undecided(why: str, read: str = "") -> Verdict:
    """The verdict where nothing can be said, and why."""
    return Verdict(UNDECIDED, message=f"This is undecided: {why}.", read=read)
