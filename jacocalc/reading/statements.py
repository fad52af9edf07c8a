"""The statements of a program's text, and whether a text is a program: what is told without reading it."""

from __future__ import annotations

import re
from collections.abc import Iterator

EXAMPLE = "x: n; W: m x n; y: m; L = 1/2 ||W x - y||^2"
_FACTS = "scalar|real|elementwise|symmetric|invertible|sums|positive"
_SIZE = rf"(?:[A-Za-z](?=x[A-Za-z]\b)|(?!(?:{_FACTS})\b)[A-Za-z]\w*(?:_\{{[\w+-]+\}})?|\d+)"
# Spaces are taken whole (*+): a long gap could be divided among them in very many ways.
_DECLARED = re.compile(
    r"\s*+(?P<names>[^:∈=]++)(?:∈\s*+(?P<real>[ℝR](?!\w))|(?::|∈)\s*+(?:(?:ℝ\s*+\^?|R\s*+\^)\s*+[({]?\s*+)?"
    rf"(?:(?P<rows>{_SIZE})(?:\s*+(?:[x×*]|\\times)\s*+(?P<columns>{_SIZE}))?\s*+[)}}]?)?)"
    r"\s*+,?\s*+(?P<facts>[a-z][a-z ,1]*+)?\s*+"
)
_RAISED = str.maketrans("ᵈⁱʲᵏᵐⁿᵖʳᵗˣ", "dijkmnprtx")
_PHRASE = re.compile(
    r"\\(?:in|colon)\b|(?<=\s)in(?=\s+[Rℝ])|\\mathbb\s*\{?\s*R\s*\}?|\\(?:quad|qquad|text|mathrm)\b|(?<!\\)\\\\|[$]|\\[\[\]]"
)


def is_program(text: str) -> bool:
    """Whether a text declares variables with shapes and computes something from them."""
    parts = [text[a:b] for a, b, _ in statements_of(text)]
    return any(declaration(part) for part in parts) and (len(parts) > 1 or "\n" in text)


def statements_of(text: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, indentation) of every statement; semicolons and line ends part them outside brackets."""
    start = 0
    for line in text.split("\n"):
        body = line.split("#", 1)[0]
        body = re.split(r"(?<![\\])%", body, maxsplit=1)[0]
        indent = len(body) - len(body.lstrip())
        level, begin = 0, 0
        for place, sign in enumerate([*body, ";"]):
            level += (sign in "([") - (sign in ")]")
            if place == len(body) or (sign == ";" and level <= 0):
                piece = body[begin:place]
                if piece.strip():
                    left = begin + len(piece) - len(piece.lstrip())
                    yield start + left, start + place - (len(piece) - len(piece.rstrip())), indent
                begin = place + 1
        start += len(line) + 1


def declaration(piece: str) -> re.Match[str] | None:
    """The names, sizes and facts of ``W: m x n, invertible``; nothing where a statement declares nothing."""
    signs = {"\\in": "∈", "in": "∈", "\\mathbb": "R"}
    plain = _PHRASE.sub(lambda m: signs.get(m[0][:7].rstrip(" {R}"), "").ljust(len(m[0])), piece.translate(_RAISED))
    if "=" in plain or piece.lstrip().startswith("for "):
        return None
    return _DECLARED.fullmatch(plain)
