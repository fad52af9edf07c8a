"""The published table of answer pairs: what the judgement of each has to be.

The table (pairs.toml) was written from the mathematics alone, before there was a judge; its head says what a row means.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from jacocalc.answers.judge import judge
from jacocalc.asked import Asked, Problem
from jacocalc.checking import check, equivalent
from jacocalc.derive.answer import derive
from jacocalc.errors import NotDifferentiable
from jacocalc.options import Options
from jacocalc.questions import Question
from jacocalc.sources import asked_question
from jacocalc.steps import Derivation
from jacocalc.verdicts import CORRECT, UNDECIDED, UNREADABLE, WRONG, Exercise, Verdict, Wanted

TABLE = tomllib.loads((Path(__file__).parent / "pairs.toml").read_text(encoding="utf-8"))
OUTCOMES = {CORRECT, WRONG, UNDECIDED, UNREADABLE}
KEYS = {"outcome", "certainty", "restriction", "code", "codes", "why"}


@dataclass(frozen=True)
class Case:
    """A row of the table, with the place of its group."""

    group: int
    title: str
    row: Mapping[str, Any]

    @property
    def question(self) -> bool:
        """Whether it is an answer to a question; else it is a pair of expressions."""
        return "answer" in self.row

    @property
    def outcomes(self) -> set[str]:
        """The outcomes that are right."""
        named = self.row["outcome"]
        return {named} if isinstance(named, str) else set(named)

    def __str__(self) -> str:
        said = self.row["answer"] if self.question else f"{self.row['left']} ~ {self.row['right']}"
        return f"{self.title}: {said}"[:90]


CASES = [
    Case(place, group["title"], row)
    for kind in ("pairs", "questions")
    for place, group in enumerate(TABLE[kind])
    for row in group["rows"]
]


@cache
def asked(group: int) -> tuple[Asked, Question]:
    """The question of a group, in words and as data."""
    keys = {key.replace("-", "_"): value for key, value in TABLE["questions"][group].items() if key != "rows"}
    keys |= {"name": keys.pop("title"), "functions": tuple(keys.get("functions", ()))}
    words = Asked(**keys)
    return words, asked_question(words, Problem("", (), ()))


@cache
def derived(group: int) -> Derivation | None:
    """The derivation of a question, once; None where there is no derivative."""
    try:
        return derive(asked(group)[1], Options())
    except NotDifferentiable:
        return None


def wanted_of(row: Mapping[str, Any]) -> Wanted:
    """How an answer is wanted."""
    said = row.get("wanted", {})
    rtol = Fraction(said["rtol"]) if "rtol" in said else None
    return Wanted(said.get("exact", False), rtol, tuple(said.get("form", ())))


def verdict_on(case: Case) -> Verdict:
    """The judgement that is tested."""
    row = case.row
    if not case.question:
        return equivalent(row["left"], row["right"], assume=row.get("assume"))
    derivation = derived(case.group)
    if derivation is not None:
        return judge(derivation, row["answer"], wanted_of(row))
    words, question = asked(case.group)
    return check(Exercise(case.title, "", case.title, words, question), row["answer"])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_judgement_is_the_table_s(case: Case) -> None:
    verdict, row = verdict_on(case), case.row
    assert verdict.outcome in case.outcomes, verdict
    assert verdict.certainty.startswith(row.get("certainty", "")), verdict
    if "restriction" in row:
        assert bool(verdict.restriction) == row["restriction"], verdict
    codes = {row["code"]} if "code" in row else set(row.get("codes", ()))
    assert not codes or codes & set(verdict.mistakes), verdict
    assert verdict.message


def test_the_table_says_each_thing_once_and_in_known_words() -> None:
    said = Counter((case.question, case.group, str({k: v for k, v in case.row.items() if k not in KEYS}))
                   for case in CASES)  # fmt: skip
    assert [key for key, times in said.items() if times > 1] == []
    assert len(CASES) >= 600
    for case in CASES:
        rest = {"answer", "wanted"} if case.question else {"left", "right", "assume"}
        assert set(case.row) <= KEYS | rest
        assert case.outcomes <= OUTCOMES
        assert not {"code", "codes"} & set(case.row) or case.outcomes == {WRONG}
