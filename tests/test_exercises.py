"""The exercises: each has a title, hints and a solution that is derived and verified; names are found or guessed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
import sympy

from jacocalc import api, solutions, sources
from jacocalc.answers.accidents import accidental
from jacocalc.answers.cases import Case
from jacocalc.answers.mistakes import wrong_answers
from jacocalc.errors import JacocalcError, ReadError
from jacocalc.questions import ComposeLayers, Question
from jacocalc.reading.problems import read_file
from jacocalc.solutions import Solution
from jacocalc.verdicts import FORMS
from tests.shares import share

NAMES = sources.exercise_names()
TOPICS = [topic for topic in sources.topics() if topic != sources.SEEDS]
CONSTANTS = {"e": sympy.E, "pi": sympy.pi}


@cache
def solution(name: str) -> Solution:
    return solutions.answer(sources.exercise(name).question)


@pytest.mark.parametrize("name", NAMES)
def test_every_exercise_has_a_verified_solution(name: str) -> None:
    assert solution(name).verified in ("proved", "agrees")


@pytest.mark.parametrize("name", NAMES)
def test_every_exercise_has_a_title_and_hints(name: str) -> None:
    exercise = sources.exercise(name)
    assert exercise.name == name == exercise.asked.name
    assert exercise.title
    assert exercise.title != exercise.topic
    assert exercise.level in (1, 2, 3)
    assert 1 <= len(exercise.hints) <= 3
    assert len(set(exercise.hints)) == len(exercise.hints)
    assert all(hint[0].strip() and hint.endswith((".", "?")) and len(hint) < 200 for hint in exercise.hints)
    assert set(exercise.wanted.form) <= set(FORMS)
    assert exercise.wanted.form == exercise.asked.form


def test_names_titles_and_hints_are_all_different() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 66 + 4
    exercises = [sources.exercise(name) for name in NAMES]
    assert not [title for title, times in Counter(e.title for e in exercises).items() if times > 1]
    assert not [hint for hint, times in Counter(h for e in exercises for h in e.hints).items() if times > 1]
    assert not [key for key, times in Counter(str(e.question) for e in exercises).items() if times > 1]


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_numbered_and_has_all_levels(topic: str) -> None:
    names = sources.exercise_names(topic)
    assert names == [f"{topic}-{number}" for number in range(1, len(names) + 1)]
    assert {sources.exercise(name).level for name in names} == {1, 2, 3}
    assert all(sources.exercise(name).topic == topic for name in names)


def test_every_kind_of_question_is_practised() -> None:
    asked = {type(sources.exercise(name).question) for name in NAMES}
    assert asked == set(get_args(Question)) - {ComposeLayers}


def test_the_exercises_of_the_document() -> None:
    names = ["exercise-1", "exercise-2", "exercise-3", "exercise-4"]
    assert sources.exercise_names(sources.SEEDS) == names
    assert [sources.exercise(name).explained for name in names] == [False, True, True, False]
    assert [name for name in NAMES if sources.exercise(name).explained] == ["exercise-2", "exercise-3"]
    assert "Why the Jacobians are multiplied as matrices" in solution("exercise-3").to_text()


def written(name: str) -> list[str]:
    """The ways to write the answer of an exercise, without spaces."""
    result = solution(name).result
    if isinstance(result, dict) and solution(name).question.chain.stages:
        return []  # a report about a point
    values = [str(value) for value in result.values()][:1] if isinstance(result, dict) else []
    for one in result if isinstance(result, tuple) else [result] if isinstance(result, sympy.Basic) else []:
        flat = ",".join(map(str, one)) if isinstance(one, sympy.MatrixBase) else str(one)
        rows = str(one.tolist()) if isinstance(one, sympy.MatrixBase) else ""
        values += [rows, f"[{flat}]", f"({flat})", f"={flat}", f"is{flat}."]
    return [value.replace(" ", "").replace("-", "−") for value in values if len(value) > 3]


@pytest.mark.parametrize("name", [name for name in NAMES if not sources.exercise(name).explained])
def test_a_hint_does_not_give_the_answer_away(name: str) -> None:
    hints = " ".join(sources.exercise(name).hints).replace(" ", "").replace("-", "−")
    assert not [value for value in written(name) if value and value in hints]


@pytest.mark.parametrize("name", [name for name in NAMES if sources.exercise(name).asked.answer])
def test_stored_answers_are_the_derived_ones(name: str) -> None:
    exercise, result = sources.exercise(name), sympy.Matrix([solution(name).result])
    inputs = [symbol for symbol in result.free_symbols if symbol.name not in CONSTANTS]
    names = [*exercise.question.chain.inputs, *(symbol.name for symbol in inputs)]
    answer = sympy.Matrix([api.read(exercise.asked.answer, list(dict.fromkeys(names)))])
    difference = result - answer.reshape(*result.shape)
    own = {symbol: sympy.Symbol(symbol.name, real=True) for symbol in difference.free_symbols}
    assert sympy.simplify(difference.subs(own)) == sympy.zeros(*result.shape)


GROSS = {"transposed", "order", "outer-at-x", "elementwise", "added", "from-the-other-side"}


@pytest.mark.parametrize(
    "name", share((n for n in NAMES if n.startswith(("chain-rule", "vector", "jacobian", "implicit"))), 3)
)
def test_the_point_tells_a_common_mistake_from_the_right_answer(name: str) -> None:
    assert not GROSS & set(accidental(sources.exercise(name)))


@pytest.mark.parametrize("name", share(NAMES, 3))
def test_every_answer_can_be_compared_with_wrong_ones(name: str) -> None:
    """All kinds with formulas have mistakes, and none of the makers fails."""
    derivation = solution(name).derivation
    wrong = wrong_answers(derivation)
    assert bool(wrong) == (Case.fits(derivation) and derivation.question.chain.specified)


# -- names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("chain-rul-7", "did you mean chain-rule-7?"),
        ("exercise-5", "did you mean exercise-"),
        ("chain-rule", "did you mean chain-rule-"),
        ("../exercise-1", "did you mean exercise-1?"),
        ("xyz", "known are backprop, chain-rule"),
        ("", "known are backprop, chain-rule"),
    ],
)
def test_unknown_exercises(name: str, hint: str) -> None:
    with pytest.raises(ReadError, match="there is no exercise") as error:
        sources.exercise(name)
    assert error.value.hint.startswith(hint)


def test_unknown_topics() -> None:
    with pytest.raises(ReadError, match="no exercises about “hesian”") as error:
        sources.exercise_names("hesian")
    assert error.value.hint == "did you mean hessian?"


def test_numbers_are_ordered_as_numbers() -> None:
    assert NAMES.index("chain-rule-2") < NAMES.index("chain-rule-10")
    assert [topic for topic in sources.topics() if not sources.exercise_names(topic)] == []


def test_exercises_are_no_worked_examples() -> None:
    assert "exercises" not in sources.example_names()
    assert "exercise-3" in sources.example_names()


HOMEWORK = """
title = "Homework"
functions = "f(x, y) = [x^2, xy]"
[programs]
p = "x: n; w: n; L = (w' x)^2"

[[question]]
name = "first"
ask = "compose"
functions = ["f", "g(u, v) = u + v"]
at = "1, 2"
level = 2
hints = ["Go on."]
form = "evaluated"
[[question]]
name = "week-2"
title = "Second"
ask = "backprop"
program = "p"
[[question]]
name = "equations"
ask = "implicit"
functions = ["x^2 + y^2 + z^2 = 14", "x - 2y + z = 0"]
solve-for = "y, z"
"""


def test_exercises_of_a_problem_file(tmp_path: Path) -> None:
    path = tmp_path / "homework.toml"
    path.write_text(HOMEWORK, "utf-8")
    first = sources.exercise("first", str(path))
    assert (first.title, first.topic, first.level, first.hints) == ("Homework", "", 2, ("Go on.",))
    assert first.wanted.form == ("evaluated",)
    assert solutions.answer(first.question).result == sympy.Matrix([[4, 1]])
    second = sources.exercise("week-2", str(path))
    assert (second.title, second.topic, second.level) == ("Second", "week", 1)
    assert list(solutions.answer(second.question).result) == ["x", "w"]
    assert sources.exercise("equations", str(path)).question.chain.stages[0].labels == ("F_1", "F_2")
    with pytest.raises(ReadError, match="has no question “frist”") as error:
        sources.exercise("frist", str(path))
    assert error.value.hint == "did you mean first?"
    with pytest.raises(ReadError, match="does not exist"):
        sources.exercise("first", str(tmp_path / "none.toml"))


# -- what a look-up costs -----------------------------------------------------------------------------


def test_one_exercise_reads_one_file_and_loads_no_engine() -> None:
    code = (
        "import sys; from jacocalc import sources; from jacocalc.reading import problems\n"
        "read = []; real = problems.text_of\n"
        "problems.text_of = lambda path, name: read.append(path.stem) or real(path, name)\n"
        "sources.exercise('hessian-3'); print(*sorted(set(read)))\n"
        "print(*({'sympy', 'numpy', 'flint', 'mpmath'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["hessian", ""]


def test_exercise_files_define_everything_in_the_question() -> None:
    """So that every exercise stands alone, whatever f is elsewhere."""
    for topic in TOPICS:
        problem = read_file(sources.examples_folder() / "exercises" / f"{topic}.toml", topic)
        assert not problem.functions
        assert not problem.programs
        for asked in problem.questions:
            assert re.fullmatch(rf"{topic}-[1-9][0-9]*", asked.name)
            assert all("=" in text for text in (*asked.functions, asked.program or "="))


def test_a_bad_exercise_says_which_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(HOMEWORK.replace("level = 2", "level = 7"), "utf-8")
    with pytest.raises(JacocalcError, match=r"bad\.toml, line 7: question 1: level is 1, 2 or 3, not 7"):
        sources.exercise("first", str(path))
