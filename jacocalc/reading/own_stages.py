"""Where f has no formula it is a stage of its own: how z = f(2s + t, s - t) is written in two.

    z = f(2s + t, s - t)                     →  “x = 2s + t, y = s - t” “z = f(x, y)”
    g(s, t) = f(2s + t, s - t)               →  “x(s, t) = 2s + t, y(s, t) = s - t” “g = f(x, y)”
    z = f(x, y), x = 2s + t, y = s - t       →  “x = 2s + t, y = s - t” “z = f(x, y)”
    F(x - a z, y - b z) = 0                  →  “u = x - a z, v = y - b z” “F(u, v)”
"""

from __future__ import annotations

from collections.abc import Sequence

from jacocalc.reading.brackets import closed_at, parts
from jacocalc.reading.lexer import Token

BETWEEN_EQUATIONS = (",", ";", "where", "with", "and")
_LETTERS = {1: ("u", "w", "x"), 2: ("xy", "uv", "pq"), 3: ("xyz", "uvw", "pqr")}


def as_stages(text: str, tokens: Sequence[Token], at: int, head: str) -> str:
    """The two stages for the call of the name at a place; "" where the call is not all of its equation.

    ``head``: the inputs of the function that is being defined, (s, t).
    """
    equations = split(tokens[:-1])
    mine = next((one for one in equations if any(token is tokens[at] for token in one)), [])
    place = next((k for k, token in enumerate(mine) if token is tokens[at]), 0)
    end = closed_at(mine, place + 1)
    level = not place and [token.text for token in mine[end + 1 :]] == ["=", "0"]
    if not end or not (level or (mine[place - 1].text == "=" and end == len(mine) - 1)):
        return ""
    arguments, left = split(mine[place + 2 : end]), "" if level else f"{mine[0].text} = "
    others = [one for one in equations if one is not mine]
    if others and level:
        return ""
    if others:
        given = {one[0].text for one in others}
        asked = {token.text for argument in arguments for token in argument}
        whole = all(len(argument) == 1 for argument in arguments) and given == asked
        return f"“{', '.join(_typed(text, one) for one in others)}” “{_typed(text, mine)}”" if whole else ""
    used = {letter for token in mine for letter in token.text}
    letters = next((one for one in _LETTERS.get(len(arguments), ()) if not used & {*one}), "")
    if not letters:
        return ""
    pairs = zip(letters, arguments, strict=True)
    inner = ", ".join(f"{letter}{head} = {_typed(text, argument)}" for letter, argument in pairs)
    return f"“{inner}” “{left}{tokens[at].text}({', '.join(letters)})”"


def split(tokens: Sequence[Token]) -> list[list[Token]]:
    """What stands between commas and “where”, “with” and “and”."""
    return [part for part in parts(tokens, *BETWEEN_EQUATIONS) if part]


def with_commas(tokens: Sequence[Token]) -> list[Token]:
    """z = xy where x = s t: a comma before “where”, behind which an equation begins."""
    found: list[Token] = []
    for k, token in enumerate(tokens):
        if token.text in ("where", "with") and k and tokens[k + 2 : k + 3] and tokens[k + 2].text == "=":
            found += [] if found[-1].text in (",", ";") else [Token("op", ",", token.start, token.start, False)]
        found.append(token)
    return found


def _typed(text: str, tokens: Sequence[Token]) -> str:
    return text[tokens[0].start : tokens[-1].end]
