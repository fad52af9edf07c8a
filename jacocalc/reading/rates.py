"""The left sides of systems of differential equations → the names of rates, ẋ and ẏ; of recurrences → x_new.

x' = -y, y' = x    x'(t) = -y(t), y'(t) = x(t)    dx/dt = -y, dy/dt = x    \\frac{dx}{dt} = …    [x; y]' = [-y; x]
x_{n+1} = 1 - a x_n^2 + y_n, y_{n+1} = b x_n

One rate alone is one by the time, of what occurs behind it, dN/dt = r N(1 - N/K): y' = 2xy does not say what y is.
The states are the inputs, other letters parameters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jacocalc.reading.brackets import BRACKETS, CLOSERS
from jacocalc.reading.lexer import Token

_NAME, _TIME = r"([^\W\d_]\w*)", r"([^\W\d_])"
_RATE = re.compile(
    rf"(?:{_NAME} '(?: \( {_TIME} \))?|d ?{_NAME} / d ?{_TIME}|\( \( d ?{_NAME} \) / \( d ?{_TIME} \) \)) ="
)
_NEXT = re.compile(r"(?<=[^\W_]_)\{([A-Za-z])\s*\+\s*1\}")
_GIVEN = re.compile(rf"{_NEXT.pattern}(?=\s*&?\s*=)")
_NEW = "{new}"
_LONGEST = 12  # tokens of \frac{d x}{d t} =
_PRIMES = ("'", "′", "’", r"^\prime", r"^{\prime}")


def begins_with_rate(words: Sequence[str]) -> bool:
    """Whether x' = or dx/dt = stands here."""
    return bool(_RATE.match(" ".join(words[:_LONGEST])))


def with_rates(tokens: list[Token], text: str) -> list[Token]:
    """The tokens with the names of rates on the left, where all equations, or a column, have them."""
    found: list[Token] = []
    states: list[str] = []
    at, times = 0, set()
    while at < len(tokens):
        begins = not found or found[-1].text in (",", ";", "and")
        match = _RATE.match(" ".join(token.text for token in tokens[at : at + _LONGEST])) if begins else None
        if match is None:
            found.append(tokens[at])
            at += 1
            continue
        behind = at + match[0].count(" ")
        states.append(match[1] or match[3] or match[5])
        found.append(tokens[at]._replace(kind="name", text=_rate(states[-1]), end=tokens[behind - 1].end))
        times.add(match[2] or match[4] or match[6] or "")
        at = behind
    alone = times == {"t"} and any(token.text == state for state in states for token in found)
    rates = len(times) == 1 and (len(states) > 1 or alone)
    return _without_time(found, states, *times) if rates else _column(tokens, text)


def _without_time(tokens: list[Token], states: Sequence[str], time: str) -> list[Token]:
    """y for y(t), where y is a state and not t too."""
    called = ["(", time, ")"]
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        found.append(tokens[at])
        state = tokens[at].text in states and time not in states
        at += 4 if state and [token.text for token in tokens[at + 1 : at + 4]] == called else 1
    return found


def _column(tokens: list[Token], text: str) -> list[Token]:
    """[x; y]' = … with [xdot; ydot] = …"""
    words = [token.text for token in tokens]
    closer = next((at for at, word in enumerate(words) if word in CLOSERS), 0)
    primed = words[closer + 1 : closer + 3] == ["'", "="] and words[0] in BRACKETS
    if not primed or text[tokens[closer + 1].start : tokens[closer + 1].end].replace(" ", "") not in _PRIMES:
        return tokens
    inside = [one._replace(text=_rate(one.text)) if one.kind == "name" else one for one in tokens[:closer]]
    return [*inside, tokens[closer], *tokens[closer + 2 :]]


def with_steps(text: str) -> tuple[str, str]:
    """x_{n+1} = … as x_{new} = …, no longer than it was, and the index n; the text as it is, where it has none."""
    indices = {found[1] for found in _GIVEN.finditer(text)}
    if len(indices) != 1:
        return text, ""
    (index,) = indices
    return _NEXT.sub(lambda found: _NEW.ljust(len(found[0])) if found[1] == index else found[0], text), index


def _rate(name: str) -> str:
    """x′ is ẋ, x_1′ is ẋ_1, x1′ is ẋ1."""
    stem = name.partition("_")[0].rstrip("0123456789")
    return f"{stem}dot{name[len(stem) :]}"
