"""What reads what: for each kind of input its real examples, how they are changed, and all that reads them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import jacocalc as jc
from jacocalc.answers.given import wanted_with
from jacocalc.answers.journal import Journal
from jacocalc.answers.judge import says_nothing_exists
from jacocalc.answers.pass_reading import PassReader
from jacocalc.answers.rules import judge_rule
from jacocalc.cli.progress import Progress
from jacocalc.derive.matrix.prepare import prepared
from jacocalc.exchange import from_json
from jacocalc.program_steps import AdjointOf
from jacocalc.questions import BackpropOf
from jacocalc.reading.answer_names import lead_end, names_partials, names_result, result_name
from jacocalc.reading.answers import answer_echo, read_answer
from jacocalc.reading.claims import read_claims
from jacocalc.reading.definitions import is_definition, read_definitions, read_function, read_layers
from jacocalc.reading.matrices import by_entries
from jacocalc.reading.parser import read_expression
from jacocalc.reading.pass_layout import pass_lines
from jacocalc.reading.points import read_kink, read_point, read_value, read_vector
from jacocalc.reading.problems import read_problem
from jacocalc.reading.program_questions import read_rate
from jacocalc.reading.programs import names_of, read_program, read_term
from jacocalc.reading.questions import solved_for
from jacocalc.reading.relations import is_relation, read_implicit
from jacocalc.reading.rosters import roster_of
from jacocalc.reading.scope import Scope
from jacocalc.reading.statements import is_program
from jacocalc.reading.students import students_of
from jacocalc.reading.values import given_values, read_values
from jacocalc.sources import asked_question
from tests.fuzz import corpus
from tests.fuzz.mutations import mutated, mutated_json

Reader = Callable[[str], object]
NAMES = ["x", "y", "u", "v", "r", "theta", "z", "dx", "dy", "dr", "dtheta"]


@dataclass(frozen=True)
class Door:
    """``weight``: its share of all inputs; ``seconds``: within which it refuses, where that takes work to find out."""

    name: str
    corpus: Sequence[str]
    readers: Sequence[Reader]
    weight: int
    mutate: Callable[[str, Sequence[str], Random], str] = mutated
    seconds: float = 0.05


# -- readers that are a line or two ---------------------------------------------------------------------


def _open_expression(text: str) -> object:
    """An expression in which any variable may occur."""
    scope = Scope()
    scope.open = True
    return by_entries(read_expression(text, scope), text)


def _questions(text: str) -> object:
    """The questions of a problem file, each as far as it can be asked."""
    problem = read_problem(text, "file")
    for asked in problem.questions:
        with suppress(jc.errors.JacocalcError):
            asked_question(asked, problem)
    return problem


@cache
def _program() -> tuple[object, ...]:
    """A program with its adjoints, as the judge of backward passes has them."""
    solution = jc.backprop("two-layer")
    question = solution.derivation.question
    assert isinstance(question, BackpropOf)
    adjoints = {step.variable.key: step for step in solution.derivation.steps if isinstance(step, AdjointOf)}
    return prepared(question.program), adjoints


def _pass(text: str) -> object:
    program, adjoints = _program()
    reader = PassReader(program, "L", adjoints)  # type: ignore[arg-type]
    return reader.read(text), reader.note()


def _term(text: str) -> object:
    return read_term(text, names_of(_program()[0], "L", differentials=True))  # type: ignore[arg-type]


@cache
def _rule() -> object:
    return jc.compose("f: R^n -> R^m", "g: R^m -> R^p", "h: R^p -> R^q").derivation


def _data(text: str) -> object:
    """Values as JSON or TOML says them."""
    with suppress(json.JSONDecodeError, RecursionError):
        return given_values(json.loads(text))
    with suppress(tomllib.TOMLDecodeError, RecursionError):
        return given_values(tomllib.loads(text))
    return None


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory()


def _progress(text: str) -> object:
    """A file of progress, read and added to: what is damaged is set aside."""
    folder = Path(_folder().name) / "progress"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (folder / "progress.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    Progress(folder, lambda _: None).add("gradient/1/3", attempts=1)
    return Progress(folder, lambda _: None).read()


def _journal(text: str) -> object:
    """A journal of a grading that was interrupted: only what is a verdict counts."""
    path = Path(_folder().name) / "marks.csv.part"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with Journal(path) as journal:
        return [verdict.score + 1.0 for verdict in journal.taken.values()]


def _solution(text: str) -> object:
    """A solution that is read is one: it can be written again."""
    derivation, sources = from_json(text)
    jc.solutions.Solution(derivation, sources=sources)
    return derivation


DOORS = [
    Door("text", corpus.TEXTS, [
        read_function, read_definitions, read_implicit, _open_expression, is_relation, is_definition, read_layers,
        lambda text: read_value(text, ["x", "y"]), lambda text: read_point(text, ["x", "y"], ["a"]),
        lambda text: jc.read(text, ["x", "y"]),
    ], 32),
    Door("programs", corpus.PROGRAMS, [read_program, is_program, read_values], 20),
    Door("problems", corpus.PROBLEMS, [lambda text: read_problem(text, "file"), _questions], 8, mutated),
    Door("tables", corpus.TABLES, [roster_of, lambda text: students_of(text, "file")], 8),
    Door("points", corpus.POINTS, [
        lambda text: read_point(text, ["x", "y"]), read_vector, read_values, read_kink, read_rate, _data,
        lambda text: solved_for(text, ("x", "y")), lambda text: wanted_with(rtol=text, form=""),
        lambda text: wanted_with(form=text),
    ], 12),
    Door("answers", corpus.ANSWERS, [
        lambda text: answer_echo(read_answer(text, NAMES)), lambda text: answer_echo(read_answer(text, ["x"])),
        result_name, names_result, names_partials, lambda text: lead_end(text, frozenset(NAMES)), read_claims,
        says_nothing_exists, lambda text: judge_rule(_rule(), text),  # type: ignore[arg-type]
    ], 12),
    Door("passes", corpus.PASSES, [_pass, pass_lines, _term], 6),
    Door("solutions", corpus.SOLUTIONS, [_solution], 1, mutated_json),
    Door("records", corpus.RECORDS, [_progress, _journal], 1, mutated_json),
]  # fmt: skip
REPLAY = Door("replays", corpus.SMALL_SOLUTIONS, [jc.replay], 0, mutated_json, 5.0)
