"""Exercises and judgements for practice, each within its own limits.

The work is done in a child process: a judgement that never ends costs its own time and no more, and Ctrl-C at the
terminal does not reach it, so whoever asked may leave at any moment.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from jacocalc.errors import LimitReached
from jacocalc.evaluate.budget import Seat
from jacocalc.steps import Derivation
from jacocalc.verdicts import UNDECIDED, WRONG, Exercise, Verdict, undecided

T = TypeVar("T")
_STARTING = 30.0


@dataclass(frozen=True)
class Lesson:
    """An exercise with hints, and its worked solution."""

    exercise: Exercise
    hints: tuple[str, ...]
    derivation: Derivation


class Tutor:
    """Prepares and judges; ``seconds`` and ``memory`` (in megabytes) bound every single piece of work."""

    def __init__(self, seconds: float = 30.0, memory: int = 1000) -> None:
        self.seconds = seconds
        self.memory = memory
        self._seat: Seat | None = None

    def lesson(self, name: str, file: str = "") -> Lesson:
        """An exercise by name.  Raises ReadError, LimitReached, JacocalcError."""
        return self._ask(_lesson, name, file)

    def judged(self, name: str, file: str, answer: str) -> Verdict:
        """The verdict on an answer; undecided where the limits are reached."""
        try:
            return self._ask(_judged, name, file, answer)
        except LimitReached as error:
            return undecided(error.message)

    def accidents(self, name: str, file: str = "") -> list[str]:
        """The codes of mistakes that give the right answer.  Raises JacocalcError."""
        return self._ask(_accidents, name, file)

    def end(self) -> None:
        """End the child."""
        if self._seat is not None:
            self._seat.end()
            self._seat = None

    def _ask(self, work: Callable[..., T], *arguments: Any) -> T:
        extra = 0.0
        if self._seat is None or not self._seat.alive:
            self._seat, extra = Seat(self.memory), _STARTING
        return self._seat.ask(self.seconds + extra, work, *arguments)


def without_result(verdict: Verdict) -> str:
    """What a verdict says, without the right values: the learner may try again."""
    text = verdict.message
    if verdict.outcome not in (WRONG, UNDECIDED):
        return text
    for entry in verdict.entries:
        said, name = entry.message, _capital(entry.name)
        if said.startswith(_GIVES_AWAY):
            text = text.replace(f"{name}: {said}.", f"{name} is not right.")
            text = text.replace(f"{_capital(said)}.", "This is not right.")
    return _RIGHT_FORMULA.sub("", text)


_GIVES_AWAY = "the right value is "
_RIGHT_FORMULA = re.compile(r" The right one is [^\n]*")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# -- in the child -------------------------------------------------------------------------------------

_lessons: dict[tuple[str, str], Lesson] = {}
_KEPT = 50


def _lesson(name: str, file: str) -> Lesson:
    from jacocalc.answers.hints import hints
    from jacocalc.derive.answer import derive
    from jacocalc.options import Options

    found = _lessons.get((name, file))
    if found is None:
        exercise = exercise_named(name, file)
        derivation = derive(exercise.question, Options())
        found = Lesson(exercise, exercise.hints or hints(derivation), derivation)
        if len(_lessons) >= _KEPT:
            _lessons.clear()
        _lessons[name, file] = found
    return found


def exercise_named(name: str, file: str) -> Exercise:
    """An exercise of a file, a generated one (chain-rule/2/7), or one of those that come with the program.

    Raises ReadError, JacocalcError.
    """
    from jacocalc.answers.generated import is_generated, named
    from jacocalc.sources import exercise

    return exercise(name, file) if file or not is_generated(name) else named(name)


def _judged(name: str, file: str, answer: str) -> Verdict:
    from jacocalc.answers.judge import judge

    lesson = _lesson(name, file)
    return judge(lesson.derivation, answer, lesson.exercise.wanted)


def _accidents(name: str, file: str) -> list[str]:
    from jacocalc.answers.accidents import ALL, accidents_of

    exercise = exercise_named(name, file)
    return [] if exercise.explained else accidents_of(_lesson(name, file).derivation, ALL)
