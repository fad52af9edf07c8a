"""A class with the real judge: the document's own exercises, hostile answers, and the assertion for autograders."""

from __future__ import annotations

import doctest
import os
import time
from pathlib import Path

import pytest

import jacocalc as jc
from jacocalc import classroom
from jacocalc.errors import JacocalcError, NotDifferentiable, ReadError
from jacocalc.sources import examples_folder

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no limits to test")

RIGHT = "[[3e + 2, e + 2], [e + 4, 3]]"
LATEX = r"$\begin{bmatrix} 3e + 2 & e + 2 \\ e + 4 & 3 \end{bmatrix}$"
TRANSPOSED = "[[3e + 2, e + 4], [e + 2, 3]]"
HOSTILE = ["9^9^9^9^9", "(" * 500, "x" * 9_000, "[[" + "1," * 4_000, "sin(" * 25 + "x" + ")" * 25, "\\frac" * 900,
           "((x+y)^999)^999", "__import__('os').abort()", "∂̈" * 900, "1" * 5_000]  # fmt: skip


def test_a_class_of_the_documents_exercise(tmp_path: Path) -> None:
    answers = tmp_path / "answers.csv"
    answers.write_text(
        "student,question,answer\n" + "".join(f'{name},exercise-1,"{text}"\n' for name, text in
                                              (("Ada", RIGHT), ("Bob", LATEX), ("Cem", TRANSPOSED), ("Dan", "[[3")))
    )  # fmt: skip
    problems = examples_folder() / "exercise-1" / "problem.toml"
    marks = jc.grade(problems, answers, output=tmp_path / "marks.csv", jobs=1)
    assert [m.outcome for m in marks] == ["correct", "correct", "wrong", "unreadable"]
    assert [m.score for m in marks] == [4, 4, pytest.approx(2), 0]
    assert {m.max_score for m in marks} == {4}
    assert "transposed" in marks[2].mistakes
    assert "^" in marks[3].message  # the caret under the place
    assert jc.grade(problems, tmp_path / "marks.csv", jobs=1).to_csv() == (tmp_path / "marks.csv").read_text()


def test_exercises_by_topic_and_by_name() -> None:
    marks = jc.grade("exercise", [("Ada", "exercise-1", RIGHT), ("Ada", "exercise-2", "by induction")], jobs=1)
    assert [m.outcome for m in marks] == ["correct", "undecided"]
    assert "answered in words" in marks[1].message
    assert jc.grade({"warm-up": "exercise-1"}, [("Ada", "warm-up", RIGHT)], jobs=1)[0].outcome == "correct"
    with pytest.raises(ReadError, match="there is no exercise"):
        jc.grade(["exercise-99"], [])
    with pytest.raises(JacocalcError, match="an exercise or the name of one"):
        jc.grade([7], [])


def test_generated_exercises_of_a_sheet_for_each_student() -> None:
    rows = [("Ada", "gradient/1/3", "1"), ("Bob", "gradient/1/4", "1"), ("Cem", "gradient/9/x", "1")]
    marks = jc.grade("gradient", rows, jobs=1)
    assert [m.outcome for m in marks] == ["wrong", "wrong", "unreadable"]
    assert "There is no question “gradient/9/x”" in marks[2].message


def test_a_gradient_that_is_not_handed_in_counts() -> None:
    problems = '[[question]]\nname = "q"\nask = "backprop"\nprogram = "two-layer"\nwrt = ["W", "U"]\n'
    marks = jc.grade(problems, [("Ada", "q", "dU = dyhat h'"), ("Bob", "q", "dU = dyhat h'; dW = dz x'")], jobs=1)
    assert [(m.score, m.max_score) for m in marks] == [(1, 2), (2, 2)]


def test_the_answer_that_there_is_no_derivative() -> None:
    problems = (
        'functions = "f(x) = |x|"\n[[question]]\nname = "q"\nask = "jacobian"\nfunctions = ["f"]\nat = "0"\n'
    )
    rows = [("Ada", "q", "it does not exist"), ("Bob", "q", "1")]
    with pytest.raises(NotDifferentiable, match="question “q”") as caught:
        jc.grade(problems, rows, jobs=1)
    assert 'answer = "does not exist"' in caught.value.hint
    marks = jc.grade(problems + 'answer = "does not exist"\n', rows, jobs=1)
    assert [(m.outcome, m.score, m.max_score) for m in marks] == [("correct", 1, 1), ("wrong", 0, 1)]


def test_hostile_answers_to_a_real_question() -> None:
    rows = [(f"s{i}", "exercise-1", text) for i, text in enumerate(HOSTILE)]
    start = time.monotonic()
    marks = jc.grade(["exercise-1"], [*rows, ("Ada", "exercise-1", RIGHT)], row_timeout=4, jobs=1)
    assert time.monotonic() - start < 60
    assert [m.answer for m in marks[:-1]] == HOSTILE
    assert "correct" not in [m.outcome for m in marks[:-1]]
    assert not [m.message for m in marks if "fault of jacocalc" in m.message]
    assert marks[-1].outcome == "correct"


def test_assert_correct() -> None:
    verdict = jc.assert_correct("exercise-1", RIGHT)
    assert (verdict.outcome, verdict.score) == ("correct", 4)
    solution = jc.gradient("f(x, y) = x^2 y")
    assert jc.assert_correct(solution, "[2xy, x^2]").outcome == "correct"
    assert jc.assert_correct(solution.question, "[2xy, x^2]").outcome == "correct"
    with pytest.raises(AssertionError, match="This matches"):
        jc.assert_correct("exercise-1", TRANSPOSED)
    with pytest.raises(AssertionError) as caught:
        jc.assert_correct("exercise-1", TRANSPOSED, hint=False)
    assert str(caught.value) == "The answer is wrong."
    with pytest.raises(AssertionError):
        jc.assert_correct("exercise-1", "[[3")
    with pytest.raises(AssertionError, match="exact"):
        jc.assert_correct(jc.jacobian("f(x) = x^2", at="1/6"), "0.333", exact=True)
    with pytest.raises(ReadError, match="there is no exercise"):
        jc.assert_correct("exercise-99", "1")
    with pytest.raises(JacocalcError, match="not int"):
        jc.assert_correct(7, "1")


def test_the_examples_in_the_words_of_the_module() -> None:
    assert doctest.testmod(classroom).failed == 0
