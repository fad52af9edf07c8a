"""(0,5x, 2y) and max(0,5; x): a comma between two digits may be the decimal comma of other countries.

It may be where blanks stand elsewhere in a list, where semicolons part the arguments of a function, and where a list
cannot stand, in x^(2,5) and x/(2,5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from jacocalc.errors import ReadError
from jacocalc.known_functions import SPELLINGS
from jacocalc.reading.brackets import BRACKETS, CLOSERS
from jacocalc.reading.lexer import Token


@dataclass
class _Listed:
    """What was seen of a list: its first comma between digits, whether it has blanks, semicolons, what is before."""

    comma: int = 0
    roomy: bool = False
    rows: bool = False
    called: bool = False
    scalar: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether the comma may be decimal."""
        return self.comma > 0 and (self.called if self.rows else self.roomy or self.scalar)


def refuse_decimal_commas(text: str, tokens: Sequence[Token]) -> None:
    """Raise ReadError for (0,5x, 2y); (1,2,x) has no blank and [1,2; 3,4] has rows, so both are lists."""
    opened = [_Listed()]
    for at, (before, token) in enumerate(pairwise(tokens), 1):
        if token.text in CLOSERS:
            listed = opened.pop() if len(opened) > 1 else _Listed()
            if listed.doubtful:
                raise _two_ways(text, *tokens[listed.comma - 1 : listed.comma + 2])
            continue
        listed = opened[-1]
        listed.rows = listed.rows or token.text == ";"
        listed.roomy = listed.roomy or (before.text not in BRACKETS and text[token.start - 1].isspace())
        if not listed.comma and token.text == "," and _between_digits(before, tokens[min(at + 1, len(tokens) - 1)]):
            listed.comma = at
        if token.text in BRACKETS:
            opened.append(_Listed(called=before.text in SPELLINGS, scalar=before.text in ("^", "/")))


def _between_digits(before: Token, after: Token) -> bool:
    return before.text.isdigit() and after.text.isdigit() and before.end + 1 == after.start


def _two_ways(text: str, before: Token, comma: Token, after: Token) -> ReadError:
    return ReadError(
        f"“{text[before.start : after.end]}” can be read in two ways", text=text, start=comma.start, end=comma.end,
        hint=f"write {before.text}.{after.text} for the decimal, or {before.text}, {after.text}",
    )  # fmt: skip
