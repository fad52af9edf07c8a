"""A whole class: marks for every row of a table of answers, and an assertion for autograders.

>>> import jacocalc as jc
>>> problems = '''
... functions = "f(x, y) = x^2 y"
... [[question]]
... name = "q1"
... ask = "gradient"
... functions = ["f"]
... '''
>>> jc.grade(problems, [("Ada", "q1", "[2xy, x^2]"), ("Bob", "q2", "[1, 2]")])
<ClassMarks of 2 answers: 1 correct, 1 unreadable>
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jacocalc import sources
from jacocalc.answers import mark_sheets
from jacocalc.answers.grading import Progress, grade_rows, placed
from jacocalc.answers.journal import Journal
from jacocalc.answers.mistake_words import mistake_words
from jacocalc.answers.row_judges import GradedQuestion, RowLimits
from jacocalc.asked import Problem
from jacocalc.displayed import Displayed
from jacocalc.document import Document
from jacocalc.errors import JacocalcError, LimitReached, MissingExtra
from jacocalc.explain.class_report import class_report
from jacocalc.marks import MARK_COLUMNS, OUTCOMES, AnswerRow, ClassSummary, Mark, summarised
from jacocalc.reading.problems import read_file, read_problem
from jacocalc.reading.rosters import read_roster, roster_of, rows_of
from jacocalc.render.html import to_html
from jacocalc.render.markdown import to_markdown
from jacocalc.render.text import to_text
from jacocalc.saving import save
from jacocalc.verdicts import CORRECT, Exercise, Verdict, Wanted

_WRITERS = {".json": "to_json", ".xml": "to_junit"}
_PATIENCE = 10


class ClassMarks(Displayed, Sequence[Mark]):
    """The marks of a class, in the order of the rows: a sequence of Mark, with ``.summary()`` and ways to write it.

    >>> marks = grade(["exercise-1"], [("Ada", "exercise-1", "[[3e + 2, e + 2], [e + 4, 3]]")], jobs=1)
    >>> marks[0].student, marks[0].outcome, marks[0].score
    ('Ada', 'correct', 4.0)
    >>> len(marks), marks.summary().tallies[0].mean
    (1, 1.0)
    """

    def __init__(self, title: str, rows: Sequence[Mark], questions: Sequence[str]) -> None:
        self.title = title
        self.rows = tuple(rows)
        self.questions = tuple(questions)

    def summary(self) -> ClassSummary:
        """How each question went, and which mistakes were made how often."""
        words = mistake_words(code for mark in self.rows for code in mark.mistakes)
        return summarised(self.title, self.rows, self.questions, words)

    def document(self) -> Document:
        """The summary as a page."""
        return class_report(self.summary())

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str:
        """The marks as CSV; formulas are kept from running in a spreadsheet.  Also written to a file, if one is named.

        ``grade`` reads it again: the apostrophes before such cells are taken off.
        """
        return _saved(mark_sheets.to_csv(self.rows), path)

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str:
        """The verdicts as JSON, schema 1."""
        return _saved(mark_sheets.to_json(self.title, self.rows, self.summary()), path)

    def to_junit(self, path: str | os.PathLike[str] | None = None) -> str:
        """The verdicts as JUnit XML: a testcase a row."""
        return _saved(mark_sheets.to_junit(self.title, self.rows), path)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write JSON (.json), JUnit XML (.xml) or else CSV, in one stroke."""
        getattr(self, _WRITERS.get(Path(path).suffix.lower(), "to_csv"))(path)

    def to_text(self, width: int = 80) -> str:
        """The summary as text."""
        return to_text(self.document(), width)

    def to_markdown(self) -> str:
        """The summary as Markdown."""
        return to_markdown(self.document())

    def to_html(self) -> str:
        """The summary as an HTML page."""
        return to_html(self.document())

    def records(self) -> list[dict[str, Any]]:
        """A dict for each row, for a data frame."""
        return [
            {name: getattr(mark, name) for name in MARK_COLUMNS} | {"mistakes": " ".join(mark.mistakes)}
            for mark in self.rows
        ]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: Any) -> Any:
        return self.rows[place]

    def __iter__(self) -> Iterator[Mark]:
        return iter(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ClassMarks) and self._said() == other._said()

    def __hash__(self) -> int:
        return hash(self._said())

    def _said(self) -> tuple[object, ...]:
        return self.title, self.rows, self.questions

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        counts = Counter(mark.outcome for mark in self.rows)
        said = ", ".join(f"{counts[one]} {one}" for one in OUTCOMES if counts[one])
        return f"<ClassMarks of {len(self.rows)} answers{f': {said}' if said else ''}>"


def grade(
    problems: Any,
    answers: Any,
    *,
    output: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    scheduler: str = "",
    jobs: int | None = None,
    row_timeout: float = 10.0,
    memory: int = 1000,
    progress: Progress | None = None,
) -> ClassMarks:
    """A mark for every row, in order.

    ``problems``: a problem file (its path or its text), exercises by name, or the name of a topic: its exercises, and
    the generated ones that rows name (chain-rule/2/7).
    ``answers``: a CSV file (its path or its text) with the columns student, question, answer; a data frame; or
    (student, question, answer) one after another.  Rows are judged on all cores (``jobs``), by an ``executor``, or by
    the Dask cluster of a ``scheduler``; each costs at most ``row_timeout`` seconds and ``memory`` megabytes and is
    undecided beyond.  With ``output`` the marks are written there (.csv, .json, .xml), and after an interruption the
    same call goes on where it was.  ``progress(done, total)`` is called as rows are done.

    >>> grade(["exercise-1"], [("Ada", "exercise-1", "[[3e + 2, e + 2], [e + 4, 3]]"),
    ...                        ("Bob", "exercise-1", "[[1, 0], [0, 1]]")], jobs=1)
    <ClassMarks of 2 answers: 1 correct, 1 wrong>

    Raises ReadError for files that cannot be read, JacocalcError for questions that cannot be derived.
    """
    rows = _rows(answers)
    title, questions = _questions(problems, rows)
    _check(jobs, row_timeout, memory, output, answers, problems)
    limits = RowLimits(float(row_timeout), int(memory))
    with _cluster(scheduler, executor) as used, Journal(_journal_of(output)) as journal:
        marks = grade_rows(
            rows, questions, limits=limits, jobs=jobs, executor=used, journal=journal, progress=progress,
            version=_version(),
        )  # fmt: skip
        found = ClassMarks(title, marks, [one.name for one in questions])
        if output is not None:
            found.save(output)
            journal.remove()
    return found


def _version() -> str:
    from jacocalc import __version__

    return __version__


def _check(jobs: int | None, row_timeout: float, memory: int, output: Any, answers: Any, problems: Any) -> None:
    if jobs is not None and not 1 <= jobs <= 1000:
        raise JacocalcError(f"jobs is a number of cores, not {jobs}")
    if not row_timeout > 0:
        raise JacocalcError(f"row_timeout is a positive number of seconds, not {row_timeout}")
    if not memory >= 100:
        raise JacocalcError(f"memory is at least 100 (megabytes), not {memory}")
    for given, what in ((answers, "the answers"), (problems, "the problems")):
        if output is not None and _is_path(given) and os.path.realpath(output) == os.path.realpath(given):
            raise JacocalcError(f"{output} holds {what}; the marks need a file of their own")
    if output is not None and Path(output).suffix.lower() not in ("", ".csv", ".json", ".xml", ".txt"):
        raise JacocalcError(f"{output}: marks are written as .csv, .json or .xml")


# -- what is given ------------------------------------------------------------------------------------


def _is_path(given: Any) -> bool:
    return isinstance(given, os.PathLike) or (isinstance(given, str) and "\n" not in given)


def _rows(answers: Any) -> list[AnswerRow]:
    if _is_path(answers):
        return read_roster(Path(answers), str(answers))
    if isinstance(answers, str):
        return roster_of(answers)
    if not hasattr(answers, "__iter__"):
        raise JacocalcError(f"answers are a CSV file or rows, not {type(answers).__name__}")
    return rows_of(answers)


def _questions(problems: Any, rows: Sequence[AnswerRow] = ()) -> tuple[str, list[GradedQuestion]]:
    """A title and the questions.  Raises ReadError, JacocalcError."""
    if isinstance(problems, Problem):
        return problems.title, _of_problem(problems)
    if isinstance(problems, str) and problems in sources.topics() and not Path(problems).exists():
        return problems, _of_topic(problems, rows)
    if _is_path(problems):
        return _of_file(read_file(Path(problems), str(problems)), str(problems))
    if isinstance(problems, str):
        return _of_file(read_problem(problems, "the problems"), "the problems")
    if isinstance(problems, Exercise) or not isinstance(problems, Iterable):
        problems = [problems]
    named = problems.items() if isinstance(problems, Mapping) else [("", one) for one in problems]
    return "exercises", [_of_exercise(_exercise(one), name) for name, one in named]


def _of_topic(topic: str, rows: Sequence[AnswerRow]) -> list[GradedQuestion]:
    """The exercises of a topic, and the generated ones that rows name; a name that means nothing stays unknown."""
    found = [_of_exercise(sources.exercise(name)) for name in sources.exercise_names(topic)]
    for name in dict.fromkeys(row.question for row in rows if row.question.startswith(f"{topic}/")):
        from jacocalc.answers.generated import named

        with suppress(JacocalcError):
            found.append(_of_exercise(named(name), name))
    return found


def _of_file(problem: Problem, name: str) -> tuple[str, list[GradedQuestion]]:
    if not problem.questions:
        raise JacocalcError(f"{name} has no questions", hint="questions are written under [[question]]")
    return problem.title, _of_problem(problem)


def _of_problem(problem: Problem) -> list[GradedQuestion]:
    made = []
    for asked in problem.questions:
        try:
            question = sources.asked_question(asked, problem)
        except JacocalcError as error:
            raise placed(error, asked.name) from None
        made.append(
            GradedQuestion(asked.name, question, Wanted(form=asked.form), asked.answer, asked.points, asked.explained)
        )
    return made


def _of_exercise(one: Exercise, name: str = "") -> GradedQuestion:
    asked = one.asked
    return GradedQuestion(name or one.name, one.question, one.wanted, asked.answer, asked.points, one.explained)


def _exercise(given: Any) -> Exercise:
    if isinstance(given, Exercise):
        return given
    if isinstance(given, str):
        return sources.exercise(given)
    raise JacocalcError(f"an exercise or the name of one is expected, not {type(given).__name__}")


# -- what is written ----------------------------------------------------------------------------------


def _journal_of(output: str | os.PathLike[str] | None) -> Path | None:
    """The journal beside the output; none beside what is no file, such as a pipe."""
    if output is None or (os.path.exists(output) and not os.path.isfile(output)):
        return None
    return Path(f"{os.fspath(output)}.part")


def _saved(text: str, path: str | os.PathLike[str] | None) -> str:
    """Write a text in one stroke: whoever reads the file sees the old one or the new one.  Raises JacocalcError."""
    if path is None:
        return text
    save(path, text.encode("utf-8", "replace"))
    return text


# -- where it runs ------------------------------------------------------------------------------------


@contextmanager
def _cluster(address: str, executor: Executor | None) -> Iterator[Executor | None]:
    """The executor of a Dask cluster, or the one that is given.  Raises MissingExtra, LimitReached."""
    if not address:
        yield executor
        return
    if executor is not None:
        raise JacocalcError("an executor or a scheduler is given, not both")
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtra(
            "a Dask cluster needs the package distributed", hint="pip install 'jacocalc[cluster]'"
        ) from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError):
        raise LimitReached(f"no scheduler answers at {address}", hint="--scheduler tcp://host:8786") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise LimitReached(f"the scheduler at {address} has no workers") from None
        yield client.get_executor(pure=False)


# -- an assertion -------------------------------------------------------------------------------------


def assert_correct(question: Any, answer: Any, *, hint: bool = True, **manner: Any) -> Verdict:
    """The verdict on an answer that is right; AssertionError with the verdict's message where it is not.

    For nbgrader, Otter and pytest.  ``question``, ``answer`` and ``manner`` are those of ``check``.  Without ``hint``
    the message does not say more than the outcome.

    >>> assert_correct("exercise-1", "[[3e + 2, e + 2], [e + 4, 3]]").outcome
    'correct'
    """
    from jacocalc.checking import check

    verdict = check(question, answer, **manner)
    if verdict.outcome != CORRECT:
        raise AssertionError(verdict.message if hint else f"The answer is {verdict.outcome}.")
    return verdict
