"""A Verdict → a page: how the answer was read, what is said of it, and the mark of every entry."""

from __future__ import annotations

from jacocalc.document import Block, Document, Prose, Section, Table, Text
from jacocalc.options import Detail
from jacocalc.verdicts import CORRECT, UNDECIDED, UNREADABLE, WRONG, Verdict

_HEADS = {CORRECT: "Correct", WRONG: "Not right", UNDECIDED: "Undecided", UNREADABLE: "Unreadable"}


def verdict_page(verdict: Verdict, title: str) -> Document:
    """The page: the verdict, and a table of the entries where there are several."""
    blocks: list[Block] = []
    if verdict.read:
        blocks.append(Prose((f"Read as: {verdict.read}",)))
    blocks += [Prose((line,)) for line in verdict.message.splitlines() if line.strip()]
    if verdict.outcome in (CORRECT, WRONG) and verdict.max_score > 1:
        blocks.append(Prose((f"Score: {_number(verdict.score)} of {_number(verdict.max_score)}.",)))
    sections = [Section((_HEADS[verdict.outcome],), tuple(blocks), Detail.BRIEF, key=True)]
    if len(verdict.entries) > 1:
        sections.append(Section(("Entry by entry",), (_entries(verdict),), Detail.FULL))
    return Document((f"Checking: {title}",), tuple(sections))


def _entries(verdict: Verdict) -> Table:
    rows: tuple[tuple[Text, ...], ...] = tuple(
        ((entry.name,), (entry.outcome,), (entry.given,), (" ".join(entry.mistakes),)) for entry in verdict.entries
    )
    return Table((("entry",), ("outcome",), ("given",), ("mistakes",)), rows)


def _number(value: float) -> str:
    return f"{value:g}"
