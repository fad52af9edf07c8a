"""Generated exercises: the same everywhere, read again from their text, derived, short, and without accidents."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction

import pytest

import jacocalc as jc
from jacocalc.algebra.values import exact
from jacocalc.answers import generated
from jacocalc.answers.accidents import accidental, accidents_of
from jacocalc.answers.draws import Draw, Variable, component, composition, quotient
from jacocalc.answers.generated import TOPICS, generate, named
from jacocalc.answers.generators import MAKERS, Unsuitable
from jacocalc.answers.hints import hints
from jacocalc.answers.topics import TITLES, topic_of
from jacocalc.asked import Asked, Problem
from jacocalc.cli import run_command
from jacocalc.derive.answer import derive
from jacocalc.errors import JacocalcError, ReadError
from jacocalc.linear import strict
from jacocalc.notation import Call, Constant, Matrix, Power, Quotient, as_rational, integer, names, walk
from jacocalc.options import Options
from jacocalc.program_steps import Gradients
from jacocalc.reading.definitions import read_function
from jacocalc.solutions import Solution
from jacocalc.sources import asked_question
from jacocalc.steps import Derivation
from jacocalc.verdicts import Exercise
from tests.shares import FULL, share

ASKS = {"chain-rule": "compose", "critical-point": "hessian", "directional-derivative": "jvp", "vector-jacobian": "vjp",
        "jacobian-vector": "jvp", "matrix-differential": "differential"}  # fmt: skip
_SLOW = ("volume", "jacobian-vector")
_MORE = range(20, 30) if FULL else ()
SEEDS = [(topic, level, seed) for topic in TOPICS for level in (1, 2, 3)
         for seed in (*((3, 0) if level == 1 and topic not in _SLOW else (0,)), *_MORE)]  # fmt: skip


@pytest.mark.parametrize(("topic", "level", "seed"), share(SEEDS, 2), ids=lambda v: str(v))
def test_every_topic_and_level(topic: str, level: int, seed: int) -> None:
    exercise = generate(topic, seed, level)
    assert (exercise.name, exercise.topic, exercise.level) == (f"{topic}/{level}/{seed}", topic, level)
    assert exercise.asked.name == exercise.name
    assert exercise.asked.ask == ASKS.get(topic, topic)
    assert exercise.title == TITLES[topic]
    assert asked_question(exercise.asked, Problem("", (), ())) == exercise.question
    derivation = derive(exercise.question, Options())
    assert derivation.verified.result in ("proved", "agrees")
    assert not derivation.notes, "the text is read without a remark"
    assert accidents_of(derivation) == []
    assert 2 <= len(exercise.hints) <= 3
    assert exercise.hints == hints(derivation)
    check_short(derivation)


def check_short(derivation: Derivation) -> None:
    """At a point the entries are short, and not all 0."""
    result = derivation.result
    if isinstance(result, Gradients) or derivation.question.at is None:
        return
    assert result is not None
    matrices = result if isinstance(result, tuple) else (result,)
    entries = [entry for one in matrices for entry in (one.entries if isinstance(one, Matrix) else (one,))]
    assert all(len(strict(entry)) <= 24 for entry in entries)
    assert any(strict(entry) != "0" for entry in entries)


_PROGRAM = """
from jacocalc.answers.generated import named
for name in {names!r}:
    exercise = named(name)
    print(name, exercise.asked, exercise.hints)
"""


def test_same_bytes_in_every_run() -> None:
    names = ["chain-rule/2/7", "gradient/1/3", "backprop/3/1", "jacobian/3/2"]
    code = _PROGRAM.format(names=names)
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True)
    here = "".join(f"{name} {one.asked} {one.hints}\n" for name in names for one in [named(name)])
    assert done.stdout.decode() == here


def test_a_hint_names_the_point_as_it_is_written() -> None:
    assert named("gradient/1/3").hints[-1] == "Differentiate first, and insert (-2, 3) afterwards."


F, G = "f(x, y) = [x^2 + y, 2x y, x - y]", "g(u, v, w) = [u v, w]"
# (the question, a part of every hint in order)
TOLD = [
    (jc.compose(F, G), ["J_g · J_f: the outer Jacobian stands on the left", "there are 6, in 3 rows and 2 columns",
                        "Insert the components of f into J_g"]),
    (jc.compose(F, G, at=(1, 2)), ["J_g · J_f", "there are 6", "f(1, 2) = (3, 4, -1): J_g is taken there"]),
    (jc.compose("f: R^n -> R^m", "g: R^m -> R^p"), ["a product of 2 Jacobians, the outermost first", "at which point"]),
    (jc.compose("f_1 ... f_L"), ["h⁽¹⁾ = f₁(x), h⁽²⁾ = f₂(h⁽¹⁾)", "The Jacobian of the last layer stands on the left"]),
    (jc.jacobian(F, at=(1, 2)), ["of f: there are 6", "For ∂/∂x hold y fixed", "insert (1, 2) afterwards"]),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "told"), TOLD, ids=range(len(TOLD)))
def test_hints_are_those_of_the_kind_of_question(solution: Solution, told: list[str]) -> None:
    assert len(solution.hints) == len(told)
    for hint, part in zip(solution.hints, told, strict=True):
        assert part in hint


def test_seeds_and_levels_differ() -> None:
    texts = {named(f"gradient/{level}/{seed}").asked.functions for level in (1, 2) for seed in (1, 2, 3)}
    assert len(texts) == 6


@pytest.mark.parametrize("name", ["hessian/2/3", "implicit/2/3", "vector-jacobian/2/3", "backprop/2/3"])
def test_an_exercise_can_be_pasted_into_a_command(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = named(name).asked
    options = {"--at": asked.at, "--vector": asked.vector, "--solve-for": asked.solve_for, "--wrt": asked.wrt}
    words = [word for option, value in options.items() if value for word in (option, value)]
    texts = [asked.program] if asked.program else list(asked.functions)
    assert run_command([asked.ask, *texts, *words]) == 0
    assert "hecked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "message"),
    [("chain-rul/1/1", "did you mean chain-rule?"), ("chain-rule/4/1", "not 4"), ("chain-rule/1", "topic/level/seed"),
     ("chain-rule/one/2", "topic/level/seed"), ("nosuch/1/2", "known are"), (f"gradient/1/{'9' * 50}", "topic/level")],
)  # fmt: skip
def test_names_that_are_none(name: str, message: str) -> None:
    with pytest.raises((ReadError, JacocalcError)) as caught:
        named(name)
    assert message in caught.value.report()


def test_every_maker_has_a_title() -> None:
    assert tuple(MAKERS) == tuple(TITLES) == TOPICS
    assert topic_of("chain-rule-12") == topic_of("chain-rule/2/7") == "chain-rule"


POINTS = [(-3, 2), (-1, 3), (2, -2), (3, -1)]


def value(text: str, x: int, y: int) -> Fraction | None:
    """The value of f(x, y) = … there, where it is rational."""
    return as_rational(exact(read_function(text).at((integer(x), integer(y))).entries[0]))


@pytest.mark.parametrize(("x", "y"), POINTS)
def test_a_drawn_composition_is_rational_at_the_point(x: int, y: int) -> None:
    """e^0, ln 1, sin 0, a cube of ±1, the root of a square."""
    for seed in range(80):
        formula = composition(Draw(str(seed)), (Variable("x", x), Variable("y", y)))
        assert value(f"f(x, y) = {formula}", x, y) is not None, formula


@pytest.mark.parametrize(("x", "y"), POINTS)
def test_a_drawn_denominator_is_1_or_minus_1_or_2_at_the_point(x: int, y: int) -> None:
    for seed in range(40):
        _, below = quotient(Draw(str(seed)), (Variable("x", x), Variable("y", y))).split("/")
        assert value(f"f(x, y) = {below}", x, y) in (1, -1, 2), below


# (level, whether there is more than polynomials, how many inputs stand in one function, power or quotient)
LEVELS = [(1, False, 1), (2, True, 1), (3, True, 2)]


@pytest.mark.parametrize(("level", "elementary", "together"), LEVELS)
def test_levels_add_elementary_functions_then_quotients_and_compositions(
    level: int, elementary: bool, together: int
) -> None:
    point = (Variable("x", 2), Variable("y", 3))
    formulas = [component(Draw(str(seed)), point, level) for seed in range(60)]
    read = read_function(f"f(x, y) = [{', '.join(formulas)}]")
    drawn = [node for formula in read.components or () for node in walk(formula)]
    assert any(isinstance(node, Call | Constant | Quotient) for node in drawn) == elementary
    assert max(len(set(names(node))) for node in drawn if isinstance(node, Call | Power | Quotient)) == together


def drafts(topic: str, level: int) -> Iterator[Asked]:
    """What the maker of a topic draws."""
    for seed in range(60):
        try:
            yield MAKERS[topic](Draw(str(seed)), level)
        except Unsuitable:
            continue


@pytest.mark.parametrize("topic", ["vector-jacobian", "jacobian-vector"])
@pytest.mark.parametrize("level", [1, 2])
def test_products_with_a_vector_go_through_one_stage_at_level_1_and_two_at_level_2(topic: str, level: int) -> None:
    assert {len(one.functions) for one in drafts(topic, level)} == {level}


def test_a_drawn_quadratic_form_opens_up_and_down_alike() -> None:
    """It is a(x − p)² + b(x − p)(y − q) + c(y − q)², so a is its value at (p + 1, q)."""
    found = set()
    for one in drafts("critical-point", 1):
        p, q = map(int, one.at.split(","))
        assert value(one.functions[0], p, q) == 0
        found.add(value(one.functions[0], p + 1, q))
    assert found == {1, 2, -1, -2}


def asked(ask: str, *functions: str, at: str = "") -> Exercise:
    question = Asked("e", ask, functions, at)
    return Exercise("e", "t", "T", question, asked_question(question, Problem("", (), ())))


@pytest.mark.parametrize(
    ("exercise", "code"),
    [
        (asked("jacobian", "f(x, y) = [x^2 + 4y, 2x y]", at="2, 2"), "transposed"),
        (asked("jacobian", "f(x, y) = [3x + y, x y^2]", at="2, 3"), ""),
        (asked("compose", "f(x, y) = [x^2, y]", "g(u, v) = [u v, v^2]", at="1, 3"), "outer-at-x"),
        (asked("gradient", "f(x, y) = x^2 y", at="1, 3"), "power-rule"),
        (asked("gradient", "f(x, y) = 3x^2 y", at="2, 3"), ""),
    ],
    ids=["symmetric", "not symmetric", "f(P) = P", "all powers are 1", "good"],
)
def test_the_linter_finds_accidental_agreement(exercise: Exercise, code: str) -> None:
    found = accidental(exercise)
    assert (code in found) if code else (not found)


def test_a_slip_that_changes_no_formula_is_no_accident() -> None:
    """e^(x − 2) has the inner derivative 1: whoever forgets it has made no mistake."""
    found = accidental(asked("gradient", "f(x, y) = y^2 e^(x - 2)", at="2, 3"))
    assert "inner-derivative-forgotten" not in found


def test_letters_left_in_at_a_point_are_no_accident() -> None:
    """J_f is 0 at x = 1: 2u · 0 has the right value, but whoever leaves u in has not inserted the point."""
    found = accidental(asked("compose", "f(x) = x^2 - 2x", "g(u) = u^2", at="1"))
    assert "outer-missing" in found
    assert "intermediates" not in found


def test_drafts_with_an_accident_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The generator takes the first draft without one, not the first draft."""
    tried: list[Derivation] = []

    def refuse_two(derivation: Derivation) -> list[str]:
        tried.append(derivation)
        return ["transposed"] if len(tried) < 3 else []

    monkeypatch.setattr(generated, "accidents_of", refuse_two)
    exercise = generate("gradient", 5)
    assert len(tried) == 3
    assert exercise.question == tried[-1].question


def test_curves_of_level_1_are_polynomials_and_those_of_level_2_are_not() -> None:
    def with_functions(level: int) -> set[bool]:
        curves = (read_function(one.functions[0]) for one in drafts("implicit", level))
        return {any(isinstance(node, Call) for value in curve.values for node in walk(value)) for curve in curves}

    assert with_functions(1) == {False}
    assert True in with_functions(2)


def test_differentials_of_level_1_have_the_variable_once_but_for_squares() -> None:
    def times_in(one: Asked) -> int:
        formula = one.program.partition("f = ")[2]
        return len(re.findall(rf"\b{one.wrt}\b", formula)) + formula.count("^2")

    assert {times_in(one) for one in drafts("matrix-differential", 1)} == {1, 2}
    assert not any("||" in one.program and "A" in one.program for one in drafts("matrix-differential", 1))
    assert all(times_in(one) >= 2 for one in drafts("matrix-differential", 2))
