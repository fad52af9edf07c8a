"""The summary of a class → a page: for each question how it went, and which mistakes were made how often."""

from __future__ import annotations

from collections.abc import Sequence

from jacocalc.document import Block, Document, Prose, Section, Table, Text
from jacocalc.marks import OUTCOMES, ClassSummary, MistakeCount, QuestionTally
from jacocalc.options import Detail

_FEW = 3


def class_report(summary: ClassSummary) -> Document:
    """The page: a table of the questions, then the mistakes of each."""
    sections = [Section(("Marks",), _marks(summary), Detail.BRIEF, key=True)]
    sections += [
        Section((f"Mistakes in {tally.question}",), (_mistakes(tally.mistakes, tally.total),), Detail.NORMAL)
        for tally in summary.tallies
        if tally.mistakes
    ]
    return Document((f"Class summary: {summary.title}",), tuple(sections))


def _marks(summary: ClassSummary) -> tuple[Block, ...]:
    headings: tuple[Text, ...] = (("question",), ("answers",), *((one,) for one in OUTCOMES), ("mean score",))
    rows = tuple(_row(tally) for tally in summary.tallies)
    said = f"{_count(summary.rows, 'answer')} by {_count(summary.students, 'student')}."
    blocks: list[Block] = [Prose((said,))]
    if rows:
        blocks.append(Table(headings, rows))
    if summary.others:
        blocks.append(Prose((_unknown(summary.others),)))
    return tuple(blocks)


def _row(tally: QuestionTally) -> tuple[Text, ...]:
    numbers = (str(tally.total), *(str(number) for _, number in tally.outcomes), f"{100 * tally.mean:.0f} %")
    return ((tally.question,), *((number,) for number in numbers))


def _mistakes(mistakes: Sequence[MistakeCount], total: int) -> Table:
    rows = tuple(((f"{one.count} of {total}",), (one.code,), (one.words,)) for one in mistakes)
    return Table((("answers",), ("mistake",), ("what it is",)), rows)


def _unknown(others: Sequence[QuestionTally]) -> str:
    """What is left over: names that are no questions."""
    total = sum(tally.total for tally in others)
    names = [tally.question[:40] or "(no name)" for tally in others]
    more = ", …" if len(names) > _FEW else ""
    return f"{_count(total, 'answer')} to no question of the file: {', '.join(names[:_FEW])}{more}."


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
