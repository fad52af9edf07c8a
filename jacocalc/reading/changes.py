"""Δt as one name, Delta_t, where Δ alone is none: f(x, v; Δt) = (x + vΔt, v).

A change is Δ with one letter, a Greek one or one with an index behind it; in LaTeX a space between them says nothing.
"""

from __future__ import annotations

import re
from itertools import pairwise

from jacocalc.reading.lexer import GREEK, Token

_CHANGE = "Delta_"
_LETTER = re.compile(rf"(?:[^\W\d_]|{'|'.join(sorted(set(GREEK.values())))})(?:_?\d+|_\w+)?")


def change(token: Token, after: Token, text: str) -> str:
    """Delta_t of Δ and t; "" where they are no change."""
    sign = text[token.start : token.end]
    glued = not after.spaced if sign in ("Δ", "∆") else sign == "\\Delta"
    made = token.text == "Delta" and after.kind == "name" and glued and _LETTER.fullmatch(after.text)
    return f"{_CHANGE}{after.text}" if made else ""


def is_change(name: str) -> bool:
    """Whether a name is that of a change, Delta_t."""
    return bool(_LETTER.fullmatch(name.removeprefix(_CHANGE))) and name.startswith(_CHANGE)


def with_changes(tokens: list[Token], text: str) -> list[Token]:
    """The tokens with changes as one name, unless Δ is a name by itself somewhere."""
    names = [*(change(*pair, text) for pair in pairwise(tokens)), ""]
    if any(token.text == "Delta" and not name for token, name in zip(tokens, names, strict=True)):
        return tokens
    found: list[Token] = []
    for k, token in enumerate(tokens):
        if names[k]:
            found.append(token._replace(text=names[k], end=tokens[k + 1].end))
        elif not (k and names[k - 1]):
            found.append(token)
    return found
