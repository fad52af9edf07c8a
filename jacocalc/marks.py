"""A class as data: the rows that were handed in, a mark for each, and what they say together.

A Mark is one judged row; its ``score`` is out of ``max_score``.  A ClassSummary has a tally for every question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jacocalc.displayed import Displayed
from jacocalc.verdicts import CORRECT, UNDECIDED, UNREADABLE, WRONG, Verdict

COLUMNS = ("student", "question", "answer")
MARK_COLUMNS = (*COLUMNS, "outcome", "certainty", "score", "max_score", "mistakes", "message")
OUTCOMES = (CORRECT, WRONG, UNDECIDED, UNREADABLE)


@dataclass(frozen=True)
class AnswerRow:
    """One row as it was handed in; ``fault`` says why it cannot be judged, ``others`` are further columns."""

    student: str
    question: str
    answer: str
    others: tuple[tuple[str, str], ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class Mark(Displayed):
    """A row and the judgement of its answer."""

    row: AnswerRow
    verdict: Verdict

    @property
    def student(self) -> str:
        """Who handed it in."""
        return self.row.student

    @property
    def question(self) -> str:
        """The name of the question."""
        return self.row.question

    @property
    def answer(self) -> str:
        """What was typed."""
        return self.row.answer

    @property
    def outcome(self) -> str:
        """correct, wrong, undecided or unreadable."""
        return self.verdict.outcome

    @property
    def certainty(self) -> str:
        """How sure the judgement is."""
        return self.verdict.certainty

    @property
    def score(self) -> float:
        """The points that it gets."""
        return self.verdict.score

    @property
    def max_score(self) -> float:
        """The points that there are."""
        return self.verdict.max_score

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The codes of the mistakes that it matches."""
        return self.verdict.mistakes

    @property
    def message(self) -> str:
        """The judgement in words."""
        return self.verdict.message


@dataclass(frozen=True)
class MistakeCount:
    """How often a mistake was made; ``words`` say what it is, where they are known."""

    code: str
    count: int
    words: str = ""


@dataclass(frozen=True)
class QuestionTally:
    """The answers to one question: how many had each outcome, the mean of score/max_score, the mistakes."""

    question: str
    outcomes: tuple[tuple[str, int], ...]
    mean: float
    mistakes: tuple[MistakeCount, ...]

    @property
    def total(self) -> int:
        """How many answers there are."""
        return sum(number for _, number in self.outcomes)


@dataclass(frozen=True)
class ClassSummary(Displayed):
    """What a class did: ``tallies`` in the order of the questions, ``others`` of names that are no questions."""

    title: str
    students: int
    rows: int
    tallies: tuple[QuestionTally, ...] = ()
    others: tuple[QuestionTally, ...] = ()


def summarised(title: str, marks: Sequence[Mark], questions: Sequence[str], words: Mapping[str, str]) -> ClassSummary:
    """The summary of marks, without rows of separators; ``words`` say what the codes of mistakes mean."""
    marks = [mark for mark in marks if mark.student.strip() or mark.answer.strip()]
    by_name: dict[str, list[Mark]] = {name: [] for name in questions}
    for mark in marks:
        by_name.setdefault(mark.question, []).append(mark)
    tallies = {name: _tally(name, found, words) for name, found in by_name.items() if found}
    students = len({mark.student for mark in marks})
    known = tuple(tally for name, tally in tallies.items() if name in questions)
    others = tuple(tally for name, tally in tallies.items() if name not in questions)
    return ClassSummary(title, students, len(marks), known, others)


def _tally(name: str, marks: Sequence[Mark], words: Mapping[str, str]) -> QuestionTally:
    outcomes = Counter(mark.outcome for mark in marks)
    made = Counter(code for mark in marks for code in mark.mistakes)
    mean = sum(mark.score / mark.max_score for mark in marks if mark.max_score) / len(marks)
    listed = sorted(made.items(), key=lambda pair: (-pair[1], pair[0]))
    mistakes = tuple(MistakeCount(code, number, words.get(code, "")) for code, number in listed)
    return QuestionTally(name, tuple((one, outcomes[one]) for one in OUTCOMES), mean, mistakes)
