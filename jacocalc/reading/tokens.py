"""Text → tokens, whether it is plain or LaTeX."""

from __future__ import annotations

import re
from functools import lru_cache

from jacocalc.options import LIMITS, Limits
from jacocalc.reading.lexer import Token, tokenize
from jacocalc.reading.printouts import in_our_words

_ANGLED = re.compile(
    r"(?:(?<=[-=≈:,;(\[{+·*/\n$])|(?<=->)|(?<=\bis)|(?<=[>)\]]\.)|(?<=[>)\]] \.)|\A)(\s*+)"
    r"<(?![=<])([^<>=\n]*+)(?<![-=])>(?!>)"
    r"|(?<=[\w)\]}])(\s*+)<([^<>=\n,]++,[^<>=\n]++)>(?!=)(?=\s*+(?:[·*/)\]=]|\.(?!\d)|\Z))"  # no comparison ends so
)
_BARRED = re.compile(r"\|([^|]*+)\|")
_ENTRIES = re.compile(r"(?!\s)(?:[^\s(),;\[\]]|\([^()]*+\))+")
_UNFINISHED = re.compile(r"[-−+*/^·]|[*/^·].*|.*[-−+*/^·]")
_ALIGNED = re.compile(r"&\s*+=|=\s*+&(?!&)")


def is_latex(text: str) -> bool:
    """Whether a text is LaTeX: a command, a dollar sign, a group behind a caret, a comma in braces, or x &= …"""
    signs = "\\" in text or "$" in text or "^{" in text or "{,}" in text
    return signs or ("&" in text and bool(_ALIGNED.search(text)))


def tokens_of(
    text: str, matrix: bool = False, latex: bool | None = None, limits: Limits = LIMITS
) -> list[Token]:
    """The tokens of a text, plain or LaTeX (None: recognised by itself); ``matrix``: of a matrix-level program.

    Raises ReadError.
    """
    return list(_cut(angled(text), matrix, latex, limits))


@lru_cache(maxsize=4)  # one text is tried as a relation, a definition, an answer …
def _cut(text: str, matrix: bool, latex: bool | None, limits: Limits) -> tuple[Token, ...]:
    if latex is None:
        latex = "\\" in text or "$" in text if matrix else is_latex(text)
    if not latex:
        tokens = tokenize(text, matrix, limits)
        return tuple(tokens if matrix else in_our_words(tokens))
    from jacocalc.reading.latex import tokens_of_latex  # most texts are plain

    return tuple(tokens_of_latex(text, matrix))


def angled(text: str) -> str:
    """⟨a, b⟩ typed as <a, b>, where an operand has to stand: the brackets that it stands for, column by column.

    So also the bars around |a, b; c, d| and |a b; c d|, a determinant.
    """
    if "<" in text:
        text = _ANGLED.sub(lambda found: f"{found[1] or found[3] or ''}⟨{found[2] or found[4]}⟩", text)
    return _BARRED.sub(_determinant, text) if "|" in text and ";" in text else text


def _determinant(found: re.Match[str]) -> str:
    """|a, b; c, d| with brackets of its own, where it has as many rows as columns; else as it is."""
    rows = found[1].split(";")
    if len(rows) < 2 or re.search("[=<>≤≥]", found[1]):
        return found[0]
    listed = [row if "," in row else _with_commas(row) for row in rows]
    square = all(len(_ENTRIES.sub("a", row).split(",")) == len(rows) for row in listed)
    return f"⎸{';'.join(listed)}⎹" if square else found[0]


def _with_commas(row: str) -> str:
    """2x 1 → 2x,1, unless a piece is no whole entry, as in 2x - 1"""
    pieces = list(_ENTRIES.finditer(row))
    if any(_UNFINISHED.fullmatch(piece[0]) for piece in pieces):
        return row
    signs = list(row)
    for piece in pieces[1:]:
        signs[piece.start() - 1] = ","
    return "".join(signs)
