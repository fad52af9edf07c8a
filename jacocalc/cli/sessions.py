"""A practice session: asks, reads, judges, gives hints, shows solutions, keeps a score.

What is typed is an answer or one word of COMMANDS.  An answer that cannot be read or judged costs no attempt.  Every
count is kept as soon as it is known, so leaving at any moment, however, loses nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import takewhile

from jacocalc.answers.topics import TITLES
from jacocalc.answers.tutoring import Lesson, Tutor, without_result
from jacocalc.cli.progress import Progress, Record, Records
from jacocalc.cli.talk import Talk
from jacocalc.document import Document, Section
from jacocalc.explain.exercises import statement_page
from jacocalc.explain.page import explain
from jacocalc.functions import count
from jacocalc.options import Detail
from jacocalc.sources import exercise, exercise_names, topics
from jacocalc.verdicts import CORRECT, UNREADABLE, WRONG

_PATIENCE = 3
_SOLVED_FOR_NEXT_LEVEL = 3
_PROMPT = "answer> "


# -- which exercises, in which order -------------------------------------------------------------------


def in_turn(topic: str, level: int | None, seed: int | None, records: Callable[[], Records]) -> Iterator[str]:
    """The exercises of a topic that are not solved yet, then generated ones; with a seed those from it on.

    Where no level is asked for, three generated exercises solved lead to the next one.
    """

    def open_still(name: str) -> bool:
        return not records().get(name, Record()).solved

    if seed is None and topic in topics():
        yield from (name for name in exercise_names(topic) if open_still(name) and _has_level(name, level))
    number = 1 if seed is None else seed
    while topic in TITLES:
        name = f"{topic}/{level or _level(topic, records())}/{number}"
        if seed is not None or open_still(name):
            yield name
        number += 1


def _has_level(name: str, level: int | None) -> bool:
    return level is None or exercise(name).level == level


def _level(topic: str, records: Records) -> int:
    """One more for every three generated exercises of the level that are solved."""
    for level in (1, 2):
        start = f"{topic}/{level}/"
        if sum(bool(record.solved) for name, record in records.items() if name.startswith(start)) < (
            _SOLVED_FOR_NEXT_LEVEL
        ):
            return level
    return 3


# -- the session --------------------------------------------------------------------------------------


@dataclass
class Score:
    """What was done in this session."""

    exercises: int = 0
    solved: int = 0
    attempts: int = 0
    hints: int = 0

    def said(self) -> str:
        """Solved: 2 of 3 exercises, with 4 answers and 1 hint."""
        exercises, answers = count(self.exercises, "exercise"), count(self.attempts, "answer")
        return f"Solved: {self.solved} of {exercises}, with {answers} and {count(self.hints, 'hint')}."


class Turn(Enum):
    """What follows."""

    STAY = auto()
    NEXT = auto()
    END = auto()


class Session:
    """One exercise after the other, until there are no more or the learner leaves."""

    def __init__(self, tutor: Tutor, progress: Progress, file: str = "") -> None:
        self.tutor = tutor
        self.progress = progress
        self.file = file
        self.talk = Talk()
        self.score = Score()

    def run(self, names: Iterator[str]) -> None:
        """The whole session; Ctrl-C and the end of the input end it like quit."""
        try:
            self._all(names)
        except (KeyboardInterrupt, EOFError):
            if sys.stdin is not None and sys.stdin.isatty():
                self.talk.say()  # the prompt's line
        finally:
            self.tutor.end()
        self.talk.say(self.score.said())

    def _all(self, names: Iterator[str]) -> None:
        for name in names:
            lesson = self.tutor.lesson(name, self.file)
            if not self.score.exercises:
                self.talk.say("Type your answer, or: hint, solution, skip, quit, help.\n")
            if self._exercise(lesson) is Turn.END:
                return
        self.talk.say("There are no more exercises that are not solved.")

    def _exercise(self, lesson: Lesson) -> Turn:
        at = Place(lesson)
        self.score.exercises += 1
        self.talk.show(statement_page(lesson.exercise))
        if lesson.exercise.explained:
            self.talk.say("This is answered in words: think of your own, then press Enter to read the explanation.")
        turn = Turn.STAY
        while turn is Turn.STAY:
            text = self.talk.ask(_PROMPT)
            command = COMMANDS.get(text.strip().casefold())
            if command is not None:
                turn = command(self, at)
            elif lesson.exercise.explained:
                turn = solution(self, at)
            elif text.strip():
                turn = self._judged(at, text)
        return turn

    def _judged(self, at: Place, text: str) -> Turn:
        verdict = self.tutor.judged(at.name, self.file, text)
        if verdict.read and verdict.outcome != UNREADABLE:
            self.talk.say(f"Read as: {verdict.read}")
        self.talk.say(f"{without_result(verdict)}\n")
        if verdict.outcome not in (CORRECT, WRONG):
            return Turn.STAY
        solved = verdict.outcome == CORRECT
        self.score.attempts += 1
        self.score.solved += solved
        self.progress.add(at.name, attempts=1, solved=int(solved))
        at.wrong += not solved
        if not solved and at.wrong % _PATIENCE == 0:
            self.talk.say("hint helps you on; solution shows the worked solution.\n")
        return Turn.NEXT if solved else Turn.STAY


class Place:
    """Where the learner is in an exercise: hints taken, and answers that were wrong."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.name = lesson.exercise.name
        self.hints = 0
        self.wrong = 0

    def next_hint(self) -> str | Document | None:
        """The next hint, then the steps before the result one by one; None where there are no more."""
        hints = self.lesson.hints
        if self.hints < len(hints):
            return hints[self.hints]
        steps = self._steps()
        place = self.hints - len(hints)
        if place >= len(steps):
            return None
        return Document((f"Step {place + 1} of the worked solution",), (steps[place],))

    def _steps(self) -> list[Section]:
        return list(takewhile(lambda one: not one.key, self.solution().sections))

    def solution(self) -> Document:
        """The worked solution, without what is given: that stands in the exercise."""
        page = explain(self.lesson.derivation)
        shown = (one for one in page.sections if one.detail != Detail.FULL and one.blocks)
        return Document(page.title, tuple(one for one in shown if one.heading != ("Given",)))


# -- the words that may be typed instead of an answer --------------------------------------------------

Command = Callable[[Session, Place], Turn]


def hint(session: Session, at: Place) -> Turn:
    """The next hint; after the last one the first steps of the worked solution"""
    found = at.next_hint()
    if found is None:
        session.talk.say("There are no more hints: only the result is missing.\n")
        return Turn.STAY
    at.hints += 1
    session.score.hints += 1
    session.progress.add(at.name, hints=1)
    if isinstance(found, str):
        session.talk.say(f"{found}\n")
    else:
        session.talk.show(found)
    return Turn.STAY


def solution(session: Session, at: Place) -> Turn:
    """The worked solution, then the next exercise"""
    session.talk.show(at.solution())
    return Turn.NEXT


def skip(session: Session, at: Place) -> Turn:
    """The next exercise"""
    return Turn.NEXT


def leave(session: Session, at: Place) -> Turn:
    """The end: your score is said and your progress is kept"""
    return Turn.END


def assist(session: Session, at: Place) -> Turn:
    """These lines"""
    width = max(map(len, _LISTED))
    lines = [f"{word:<{width}}  {_LISTED[word].__doc__}" for word in _LISTED]
    session.talk.say("\n".join([*lines, "Anything else is an answer: [[1, 2], [3, 4]], 2/3, e^x, or LaTeX.", ""]))
    return Turn.STAY


_LISTED: dict[str, Command] = {"hint": hint, "solution": solution, "skip": skip, "quit": leave, "help": assist}
COMMANDS: dict[str, Command] = {**_LISTED, "exit": leave, "?": assist}
