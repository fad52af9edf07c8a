"""Brackets among tokens: which one closes which, and what stands outside of them.  Bars are matched by the parser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jacocalc.reading.lexer import Token

LISTS = {"(": ")", "[": "]", "{": "}", "⟦": "⟧"}  # what may hold a list
BRACKETS = {**LISTS, "⎸": "⎹", "⌊": "⌋", "⌈": "⌉"}  # also the bars of a determinant that is typed out
CLOSERS = frozenset(BRACKETS.values())


def step(token: Token) -> int:
    """1 where a bracket opens, -1 where one closes, else 0."""
    return (token.text in BRACKETS) - (token.text in CLOSERS)


def pairs(tokens: Sequence[Token]) -> Iterator[tuple[int, int, list[int]]]:
    """Where each bracket opens and closes, inner ones first, and where those open in which it stands."""
    opened: list[int] = []
    for at, token in enumerate(tokens):
        if token.text in BRACKETS:
            opened.append(at)
        elif token.text in CLOSERS and opened:
            yield opened.pop(), at, opened


def closed_at(tokens: Sequence[Token], at: int) -> int:
    """The place of the bracket that closes the one here, else 0."""
    level = 0
    for place in range(at, len(tokens)):
        level += step(tokens[place])
        if not level:
            return place
    return 0


def own_level(inside: Sequence[Token]) -> list[Token]:
    """What stands between two brackets, without what stands in further ones."""
    found, level = [], 0
    for token in inside:
        level -= token.text in CLOSERS
        if not level:
            found.append(token)
        level += token.text in BRACKETS
    return found


def parts(tokens: Sequence[Token], *signs: str) -> list[list[Token]]:
    """What stands between the signs that are outside brackets."""
    found: list[list[Token]] = [[]]
    level = 0
    for token in tokens:
        level += step(token)
        if token.text in signs and not level:
            found.append([])
        else:
            found[-1].append(token)
    return found


def list_end(tokens: Sequence[Token], at: int) -> int:
    """The place behind (x, y; a), a list of names that begins here, else 0."""
    if at >= len(tokens) or tokens[at].text != "(":
        return 0
    for place in range(at + 1, len(tokens)):
        if tokens[place].text == ")":
            return place + 1
        if tokens[place].kind != "name" and tokens[place].text not in (",", ";", "|"):
            return 0
    return 0
