"""The judge of rows: one child for many rows, another one where that child was ended or is short of memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jacocalc import classroom
from jacocalc.answers.row_judges import RowJudge, RowLimits
from tests.answers import fake_judges

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no limits to test")

PROBLEMS = '[[question]]\nname = "q"\nask = "jacobian"\nfunctions = ["f(x) = x^2"]\n'
LATE = "undecided: the limit of 2 s is reached"
FULL = "undecided: the limit of 1,000 MB of memory is reached"
# The answers, what is said of each, and which child says so where it says anything.
ROWS = [
    (["right", "wrong 1", "right"], ["correct", "wrong", "correct"], "000"),
    (["right", "endless", "right", "right"], ["correct", LATE, "correct", "correct"], "011"),
    (["kept", "kept", "right"], ["correct", "correct", "correct"], "011"),
    (["large", "right"], [FULL, "correct"], "0"),
]


@pytest.mark.parametrize(("answers", "said", "children"), ROWS, ids=[" ".join(answers) for answers, *_ in ROWS])
def test_the_child_of_a_judge(
    answers: list[str], said: list[str], children: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv(fake_judges.LOG, str(log))
    (one,) = classroom._questions(PROBLEMS)[1]
    judge = RowJudge(RowLimits(2.0, 1000, fake_judges.hostile))
    prepared = judge.prepare(one)
    verdicts = [judge.judge(prepared, answer) for answer in answers]
    judge.close()
    assert [v.message.removeprefix("This is ").rstrip(".") if v.outcome == "undecided" else v.outcome
            for v in verdicts] == said  # fmt: skip
    numbers = [line.split()[0] for line in log.read_text().splitlines()]
    order = list(dict.fromkeys(numbers))
    assert "".join(str(order.index(number)) for number in numbers) == children
