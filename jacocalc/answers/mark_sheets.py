"""Marks → CSV for a spreadsheet, JSON (schema 1), and JUnit XML for autograders: texts, a row or a test for every mark.

In CSV a cell that a spreadsheet would run as a formula has an apostrophe before it, answers such as -1/2 or =2x too;
``rosters`` takes it off again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from jacocalc.answers.journal import verdict_record
from jacocalc.marks import MARK_COLUMNS, ClassSummary, Mark, QuestionTally
from jacocalc.reading.rosters import harmless
from jacocalc.verdicts import CORRECT, UNREADABLE, WRONG

SCHEMA = 1
_QUOTED = re.compile(r'[,;\t"\r\n]|^\s|\s$')
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_csv(marks: Sequence[Mark]) -> str:
    """The marks with the columns student, question, answer, outcome, certainty, score, max_score, mistakes, message."""
    lines = [",".join(MARK_COLUMNS)]
    lines += [",".join(map(_cell, _cells(mark))) for mark in marks]
    return "\n".join(lines) + "\n"


def _cells(mark: Mark) -> tuple[str, ...]:
    texts = (mark.student, mark.question, mark.answer, mark.outcome, mark.certainty)
    numbers = (number(mark.score), number(mark.max_score))
    return (*map(harmless, texts), *numbers, *map(harmless, (" ".join(mark.mistakes), mark.message)))


def _cell(text: str) -> str:
    """In quotation marks where any separator stands in it, so that no part of it begins a cell of its own."""
    text = text.replace("\0", "\ufffd")
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def number(value: float) -> str:
    """3, 2.5 or 0.333333."""
    return f"{round(value, 6):g}" if abs(value) < 1e5 else repr(round(value, 6)).removesuffix(".0")


def to_json(title: str, marks: Sequence[Mark], summary: ClassSummary) -> str:
    """Schema 1: the verdicts in the order of the rows, and the summary."""
    record = {
        "schema": SCHEMA, "title": title, "marks": [_record(mark) for mark in marks],
        "summary": {
            "students": summary.students, "rows": summary.rows,
            "questions": [_tally(tally) for tally in summary.tallies],
            "no_such_question": [_tally(tally) for tally in summary.others],
        },
    }  # fmt: skip
    return json.dumps(record, ensure_ascii=False, indent=1).encode("utf-8", "replace").decode() + "\n"


def _record(mark: Mark) -> dict[str, Any]:
    row = {"student": mark.student, "question": mark.question, "answer": mark.answer}
    others = {"others": dict(mark.row.others)} if mark.row.others else {}
    return row | others | verdict_record(mark.verdict)


def _tally(tally: QuestionTally) -> dict[str, Any]:
    mistakes = [{"code": one.code, "count": one.count, "words": one.words} for one in tally.mistakes]
    return {"question": tally.question, "answers": tally.total, **dict(tally.outcomes),
            "mean": round(tally.mean, 6), "mistakes": mistakes}  # fmt: skip


def to_junit(title: str, marks: Sequence[Mark]) -> str:
    """A testsuite with a testcase a row: ``failure`` is wrong, ``error`` unreadable, ``skipped`` undecided."""
    counts = {name: sum(_child(mark) == name for mark in marks) for name in ("failure", "error", "skipped")}
    attributes = {
        "name": _xml(title), "tests": str(len(marks)), "failures": str(counts["failure"]),
        "errors": str(counts["error"]), "skipped": str(counts["skipped"]),
    }  # fmt: skip
    root = ElementTree.Element("testsuites", attributes)
    suite = ElementTree.SubElement(root, "testsuite", attributes)
    for mark in marks:
        _testcase(suite, mark)
    ElementTree.indent(root)
    return "<?xml version='1.0' encoding='utf-8'?>\n" + ElementTree.tostring(root, encoding="unicode") + "\n"


def _child(mark: Mark) -> str:
    return {CORRECT: "", WRONG: "failure", UNREADABLE: "error"}.get(mark.outcome, "skipped")


def _testcase(suite: ElementTree.Element, mark: Mark) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=_xml(mark.question), name=_xml(mark.student))
    properties = ElementTree.SubElement(case, "properties")
    for name, value in (("score", mark.score), ("max_score", mark.max_score)):
        ElementTree.SubElement(properties, "property", name=name, value=number(value))
    if kind := _child(mark):
        first = mark.message.partition("\n")[0]
        said = {"message": _xml(first), "type": _xml(" ".join(mark.mistakes) or mark.outcome)}
        ElementTree.SubElement(case, kind, said).text = _xml(mark.message)
    ElementTree.SubElement(case, "system-out").text = _xml(mark.answer)


def _xml(text: str) -> str:
    """Only characters that XML allows."""
    return _NO_XML.sub("\ufffd", text)
