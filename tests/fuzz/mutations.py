"""Small random changes: of a text, of data in JSON, of the words of a command."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from random import Random
from typing import Any

ALPHABET = (
    "xyzuvabefgnit0123456789+-*/^()[]{}|,;:.=<>! \\_'&$%#@~`?\"²³½√∛πθσŷ×·−→≤≠xхᵀ٣\n\t\r\x00\x1b\u200b\u202e\ud800"
)
PIECES = [
    "sin", "cos", "ln", "sqrt", "piecewise(", " if ", " otherwise", "\\frac{", "\\begin{bmatrix}", "\\end{bmatrix}",
    "\\\\", "R^", "->", "e^", "log_", "x_{", "||", "1/2", "\\left(", "\\right)", "max(", "f(x, y) = ", "\\sqrt[",
    "\\begin{cases}", "\\text{", "\\boxed{", "^T", "$$", "```", "sum(", "for t = 1..T:\n ", "W: m x n; ", "∂L/∂",
    "\\sum_{i=1}^{3} ", "∏_{k=0}^9 ",
    "9^9^9", "1e400", "(((((((((", "\\def\\x{\\x\\x}", "\\input{x}", '"""', "[[question]]", "__import__('os')", "\r\n",
]  # fmt: skip
LONGEST = 3_000
_LONG = 12_000
ODD: list[Any] = [
    None, True, False, 0, -1, 2, 10**30, 0.5, 1e308, float("nan"), float("inf"), "", "x", "\x00", "1e999999999", "-",
    "__import__('os').system('true')", [], {}, [[]], [[[[]]]], [None], {"kind": "Chain"}, {"kind": "Matrix"},
]  # fmt: skip


def random_text(source: Random) -> str:
    """Signs without order."""
    return "".join(source.choices(ALPHABET, k=source.randrange(1, 40)))


def mutated(text: str, corpus: Sequence[str], source: Random) -> str:
    """A text with one to four changes; now and then it is a long one."""
    for _ in range(source.randrange(1, 5)):
        text = _once(text, corpus, source)
    if source.random() < 0.01:
        at, to = _span(text, source)
        return (text[:at] + (text[at:to] or text) * source.randrange(2, 2_000) + text[to:])[:_LONG]
    return text[:LONGEST]


def _once(text: str, corpus: Sequence[str], source: Random) -> str:
    at, to = _span(text, source)
    match source.randrange(6):
        case 0:
            return text[:at] + source.choice(ALPHABET) + text[at:]
        case 1:
            return text[:at] + text[to:]
        case 2:
            return text[:at] + source.choice(PIECES) + text[to:]
        case 3:
            return text[:at] + text[at:to] * 2 + text[to:]
        case 4:
            return text[:at] + source.choice(corpus)[: source.randrange(20)] + text[at:]
        case _:
            other = source.choice(corpus)
            return text[:at] + other[source.randrange(len(other) + 1) :]


def _span(text: str, source: Random) -> tuple[int, int]:
    at, to = sorted((source.randrange(len(text) + 1), source.randrange(len(text) + 1)))
    return at, to


def changed(record: Any, source: Random) -> Any:
    """Data in which one part is left out, doubled, exchanged for another part of it, or odd."""
    record = copy.deepcopy(record)
    holder, key = _place(record, source)
    if holder is None:
        return source.choice(ODD)
    match source.randrange(5):
        case 0:
            del holder[key]
        case 1:
            part, other = _place(record, source)
            holder[key] = copy.deepcopy(record if part is None else part[other])
        case 2 if isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        case 3 if isinstance(holder[key], str):
            holder[key] = _once(holder[key], PIECES, source)
        case _:
            holder[key] = source.choice(ODD)
    return record


def _place(record: Any, source: Random) -> tuple[Any, Any]:
    """A part at random: what holds it, and where; the deeper the likelier."""
    holder: Any = None
    key: Any = None
    while isinstance(record, dict | list) and record and (holder is None or source.random() < 0.9):
        holder, key = record, source.choice(list(record)) if isinstance(record, dict) else source.randrange(len(record))
        record = holder[key]
    return holder, key


def mutated_json(text: str, corpus: Sequence[str], source: Random) -> str:
    """JSON with a change of its data, or of its text."""
    if source.random() < 0.2:
        return _once(text, corpus, source)
    record = json.loads(text)
    for _ in range(source.randrange(1, 3)):
        record = changed(record, source)
    return json.dumps(record)


def mutated_words(words: Sequence[str], others: Sequence[Sequence[str]], source: Random) -> list[str]:
    """The words of a command with up to two changes: one left out, doubled, mutated, or from another command."""
    made = list(words)
    for _ in range(source.randrange(3)):
        place = source.randrange(1, len(made) + 1)
        match source.randrange(7):
            case 0:
                made[place : place + 1] = []
            case 1:
                made[place:place] = made[place : place + 1]
            case 2:
                made[place:place] = [source.choice(source.choice(others))]
            case 3:
                other = source.choice(others)
                at = source.randrange(len(other))
                made[place:place] = other[at : at + 2]
            case _ if place < len(made):
                made[place] = mutated(made[place], PIECES, source)
            case _:
                made.append(random_text(source))
    return made
