"""``jacocalc check`` and ``--answer``: a verdict, printed.

Exit status: 0 correct, 1 wrong, 2 unreadable, 3 undecided.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jacocalc.cli.desk import Desk, taken
from jacocalc.cli.output import Output, tell, write
from jacocalc.options import Detail

if TYPE_CHECKING:
    from jacocalc.document import Document
    from jacocalc.questions import Question
    from jacocalc.verdicts import Verdict, Wanted

_WIDTH = 80
_STATUS = {"correct": 0, "wrong": 1, "unreadable": 2, "undecided": 3}


def check_exercise(
    name: str, answer: str, file: str, wanted: Mapping[str, Any], page: Output, detail: Detail, desk: Desk | None
) -> int:
    """Judge an answer to an exercise and print the verdict; the exit status."""
    from jacocalc import sources
    from jacocalc.reading.files import text_or_file

    found = sources.exercise(name, file) if file or "/" not in name else None  # before SymPy is loaded
    from jacocalc.answers.given import wanted_with
    from jacocalc.checking import exercise_of, refuse_unfit

    found = found or exercise_of(name, file)
    refuse_unfit(found)
    asked_for = wanted_with(found.wanted, **wanted)
    return judged(found.question, text_or_file(answer), asked_for, found.name, page, detail, desk)


def judged(
    question: Question, text: str, wanted: Wanted, title: str, page: Output, detail: Detail, desk: Desk | None = None
) -> int:
    """The verdict on a typed answer, printed; the exit status."""
    from jacocalc.checking import verdict_on

    verdict = verdict_on(question, text, wanted)
    if not taken(desk, verdict, page):
        write(_written(verdict, title, page, detail), page)
        if page.file and verdict.outcome == "unreadable":
            tell(plain_verdict(verdict).removesuffix("\n"))
    return _STATUS[verdict.outcome]


def _written(verdict: Verdict, title: str, page: Output, detail: Detail) -> str | Document:
    if page.form == "json":
        from jacocalc.checking import as_json

        return as_json(verdict)
    if page.form in ("terminal", "text") and detail is not Detail.FULL:
        return plain_verdict(verdict)
    from jacocalc.document import at_detail
    from jacocalc.explain.verdicts import verdict_page

    return at_detail(verdict_page(verdict, title), detail)


def plain_verdict(verdict: Verdict) -> str:
    """What is said, line by line: how the answer was read, the verdict, the score where there are several entries."""
    lines = [f"Read as: {verdict.read}"] if verdict.read and verdict.outcome != "unreadable" else []
    message = f"error: {verdict.message}" if verdict.outcome == "unreadable" else verdict.message
    lines.append(message)
    if verdict.outcome == "wrong" and verdict.max_score > 1:
        lines.append(f"Score: {verdict.score:g} of {verdict.max_score:g}")
    return "\n".join(row for line in lines for part in line.split("\n") for row in _wrapped(part)) + "\n"


def _wrapped(line: str) -> list[str]:
    """At most 80 columns; a line with a caret under it stays as it is."""
    return [line] if line.startswith(" ") else textwrap.wrap(line, _WIDTH, break_long_words=False) or [line]
