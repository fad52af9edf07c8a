"""The statements of a program's text, and whether a text is a program: what is told without reading it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

EXAMPLE = "x: n; W: m x n; y: m; L = 1/2 ||W x - y||^2"
_FACTS = "scalar|real|elementwise|symmetric|invertible|sums|positive|psd|spd|SPD|PSD|(?:rows|columns)\\s+sum"
_SIZE = rf"(?:[A-Za-z](?=x[A-Za-z]\b)|(?!(?:{_FACTS})\b)[A-Za-z]\w*(?:_\{{[\w+-]+\}})?|\d+)"
# Spaces are taken whole (*+): a long gap could be divided among them in very many ways.
_DECLARED = re.compile(
    r"\s*+(?P<names>[^:∈=]++)(?:∈\s*+(?P<real>[ℝR](?!\w))|(?::|∈)\s*+(?:(?:ℝ\s*+\^?|R\s*+\^)\s*+[({]?\s*+)?"
    rf"(?:(?P<rows>{_SIZE})(?:\s*+(?:[x×*]|\\times)\s*+(?P<columns>{_SIZE}))?\s*+[)}}]?)?)"
    r"\s*+,?\s*+(?P<facts>(?:SPD|PSD|[a-z])(?:SPD|PSD|[-a-z ,1])*+)?\s*+"
)
_SAYS = re.compile(r":|∈|\\?\bin\b")
_NAME = r"\s*+\\?[^\W\d][\w{}]*+\s*+"
_NEXT = re.compile(rf",(?=\s*+(?!(?:{_FACTS})\b){_NAME}(?:,{_NAME})*+(?:{_SAYS.pattern}))")
_RAISED = str.maketrans("ᵈⁱʲᵏᵐⁿᵖʳᵗˣ", "dijkmnprtx")
_PHRASE = re.compile(
    r"\\(?:in|colon)\b|(?<=\s)in(?=\s+[RℝS𝕊])|\\mathbb\s*\{?\s*R\s*\}?|\\(?:quad|qquad|text|mathrm)\b|(?<!\\)\\\\|[$]|\\[\[\]]"
)
_OF_NUMBERS = re.compile(r"(?<=:)\s*+[(\[]\s*+(?P<rows>\w++)\s*+,\s*+(?P<columns>\w*+)\s*+[)\]]")  # A: (3, 4), x: (4,)
_SYMMETRIC = re.compile(  # X ∈ S^n, S^n_+, S_{++}^n
    r"(?:∈|:)\s*+(?:S|𝕊|\\mathbb\s*+\{?\s*+S\s*+\}?)\s*+(?:_\s*+\{?(?P<below>\++)\}?\s*+)?\^\s*+\{?\s*+(?P<size>[A-Za-z0-9]++)\s*+\}?\s*+"
    r"(?:_\s*+\{?\s*+(?P<behind>\++)\s*+\}?)?\s*+\Z"
)
_DISPLAY = re.compile(
    r"(?:(?:\$\$|\\\[)\s*+)?\\begin\s*\{(align(?:ed|at)?|gather(?:ed)?|equation|split|multline|eqnarray|flalign)(\*?)\}(?:\s*\{\d+\})?"
    r"(?P<rows>(?:(?!\\begin\b).)*?)\\end\s*\{\1\2\}(?:\s*(?:\$\$|\\\]))?",
    re.DOTALL,
)
_ROW_END = re.compile(r"\\\\(?:\[[-\w.]*\])?\s*")
_MOST_NESTED = 3
_LINE_END = re.compile(r"\\\\[^\S\n]*(?=\n|\Z)|&")
_PUNCTUATION = re.compile(r"[,.](?=\s*\Z)")
_SIGNS = re.compile(r"&|\\(?:label|tag)\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])|(?<!\\)%[^\n]*")


def laid_flat(text: str) -> str:
    """Each row of a display, \\begin{align} … \\end{align}, as a statement; what goes on from a row as its rest.

    Every sign keeps its column.
    """
    for _ in range(_MOST_NESTED if "\\begin" in text else 0):
        text = _DISPLAY.sub(_flat, text)
    return _LINE_END.sub(_blank, text)


def _flat(display: re.Match[str]) -> str:
    rows = _SIGNS.sub(_blank, display["rows"])
    place, flat = 0, ""
    for end in _ROW_END.finditer(rows):
        begins = re.match(r"\s*[^\s=][^=]*?(?:=|:|\\in\b|∈)", _ROW_END.split(rows[end.end() :], maxsplit=1)[0])
        row = rows[place : end.start()]
        flat += (_PUNCTUATION.sub(" ", row) + ";" if begins else row).ljust(end.end() - place)
        place = end.end()
    flat = (flat + _PUNCTUATION.sub(" ", rows[place:])).replace("\n", " ")
    before, after = display.start("rows") - display.start(), display.end() - display.end("rows")
    return ";".ljust(before) + flat + ";".rjust(after)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def is_program(text: str) -> bool:
    """Whether a text declares variables with shapes and computes something from them."""
    text = laid_flat(text)
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
                for first, last in _declarations(piece):
                    yield start + begin + first, start + begin + last, indent
                begin = place + 1
        start += len(line) + 1


def _declarations(piece: str) -> Iterator[tuple[int, int]]:
    """Where the declarations of x: n, y: n stand, and where a statement does, without the blanks around it."""
    begins = [0]
    for comma in _NEXT.finditer(piece) if "=" not in piece and _SAYS.search(piece) else ():
        if _SAYS.search(piece, begins[-1], comma.start()):
            begins.append(comma.end())
    for first, end in pairwise([*begins, len(piece) + 1]):
        part = piece[first : end - 1]
        if part.strip():
            yield first + len(part) - len(part.lstrip()), first + len(part.rstrip())


def declaration(piece: str) -> re.Match[str] | None:
    """The names, sizes and facts of ``W: m x n, invertible``; nothing where a statement declares nothing."""
    signs = {"\\in": "∈", "in": "∈", "\\mathbb": "R"}
    plain = _PHRASE.sub(lambda m: signs.get(m[0][:7].rstrip(" {R}"), "").ljust(len(m[0])), piece.translate(_RAISED))
    if "=" in plain or piece.lstrip().startswith("for "):
        return None
    return _DECLARED.fullmatch(_SYMMETRIC.sub(_symmetric, _OF_NUMBERS.sub(_sized, plain)))


def _sized(found: re.Match[str]) -> str:
    """3 x 4 for (3, 4), 4 for (4,)"""
    rows, columns = found["rows"], found["columns"]
    return (f"{rows} x {columns}" if columns else rows).rjust(len(found[0]))


def _symmetric(found: re.Match[str]) -> str:
    """n x n symmetric for S^n and S^n_+, spd for S^n_++"""
    definite = "++" in (found["below"], found["behind"])
    return f": {found['size']} x {found['size']} {'spd' if definite else 'symmetric'}"
