"""Generated exercises: a topic, a level and a seed name one, the same on every machine.

A draft of ``generators`` is kept where it can be read without a note, is derived and confirmed, has a short result,
and where no common mistake gives the right answer by accident; else the next draft of the same seed is tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from jacocalc.answers.accidents import accidents_of
from jacocalc.answers.draws import Draw
from jacocalc.answers.generators import MAKERS, Unsuitable
from jacocalc.answers.hints import hints
from jacocalc.answers.topics import TITLES
from jacocalc.asked import Problem
from jacocalc.derive.answer import derive
from jacocalc.errors import JacocalcError, ReadError, did_you_mean
from jacocalc.evaluate.equality import Outcome
from jacocalc.linear import strict
from jacocalc.notation import Expr, Number, as_rational, entries_of, names, walk
from jacocalc.options import Options
from jacocalc.program_steps import Gradients
from jacocalc.sources import asked_question
from jacocalc.steps import Derivation
from jacocalc.verdicts import Exercise

TOPICS: tuple[str, ...] = tuple(MAKERS)
LEVELS = (1, 2, 3)
_DRAFTS = 1000
_TRIED = 25
_LONGEST = {True: 24, False: 60}
_LARGEST = 200


def generate(topic: str, seed: int, level: int = 1) -> Exercise:
    """The exercise of a topic, a seed and a level.

    Raises ReadError for a topic that there is none of, JacocalcError for another level.
    """
    if topic not in MAKERS:
        hint = did_you_mean(topic, TOPICS, f"known are {', '.join(TOPICS)}")
        raise ReadError(f"there is no topic “{topic}”", hint=hint)
    if level not in LEVELS:
        raise JacocalcError(f"level is {LEVELS[0]}, {LEVELS[1]} or {LEVELS[2]}, not {level}")
    name = f"{topic}/{level}/{seed}"
    best: Exercise | None = None
    fewest = 0
    for exercise, derivation in islice(_suitable(name, topic, level), _TRIED):
        accidents = len(accidents_of(derivation))
        if best is None or accidents < fewest:
            best, fewest = exercise, accidents
        if not fewest:
            break
    if best is None:
        raise JacocalcError(f"no exercise can be drawn for {name}", hint="try another seed")
    return best


def named(name: str) -> Exercise:
    """The generated exercise with this name: chain-rule/2/7 is topic, level and seed.

    Raises ReadError, JacocalcError.
    """
    parts = name.strip().split("/")
    if len(parts) != 3 or not all(_is_whole(part) for part in parts[1:]):
        raise ReadError(f"“{name}” names no generated exercise", hint="topic/level/seed, such as chain-rule/2/7")
    return generate(parts[0], int(parts[2]), int(parts[1]))


def is_generated(name: str) -> bool:
    """Whether a name is that of a generated exercise."""
    return "/" in name


def _is_whole(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit() and len(text) < 40


def _suitable(name: str, topic: str, level: int) -> Iterator[tuple[Exercise, Derivation]]:
    """The drafts of a seed, in order, that make a good exercise."""
    for attempt in range(_DRAFTS):
        try:
            asked = MAKERS[topic](Draw(f"{name}/{attempt}"), level)
            question = asked_question(asked, Problem("", (), ()))
            derivation = derive(question, Options())
        except (Unsuitable, JacocalcError):
            continue
        if derivation.verified.result != Outcome.UNDECIDED and not derivation.notes and _short(derivation):
            asked = replace(asked, name=name)
            title = TITLES[topic]
            yield Exercise(name, topic, title, asked, question, level, hints(derivation)), derivation


def _short(derivation: Derivation) -> bool:
    """Whether the result is short, and mostly not 0."""
    result = derivation.result
    if result is None or isinstance(result, Gradients):
        return result is not None
    matrices = result if isinstance(result, tuple) else (result,)
    entries = [entry for matrix in matrices for entry in entries_of(matrix)]
    zeros = sum(as_rational(entry) == 0 for entry in entries)
    return 3 * zeros <= len(entries) - (len(entries) == 1) and all(map(_is_short, entries))


def _is_short(entry: Expr) -> bool:
    """2e − 3, 45/2; formulas may be longer."""
    if len(strict(entry)) > _LONGEST[not names(entry)]:
        return False
    numbers = [part.value for part in walk(entry) if isinstance(part, Number)]
    return all(abs(number.numerator) <= _LARGEST and number.denominator <= _LARGEST for number in numbers)
