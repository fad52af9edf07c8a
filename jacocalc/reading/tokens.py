"""Text → tokens, whether it is plain or LaTeX."""

from __future__ import annotations

import re
from functools import lru_cache

from jacocalc.options import LIMITS, Limits
from jacocalc.reading.lexer import Token, tokenize
from jacocalc.reading.printouts import in_our_words

_ANGLED = re.compile(
    r"(?:(?<=[-=:,;(\[{+·*/\n])|(?<=->)|(?<=\bis)|\A)(\s*+)<(?![=<])([^<>=\n]*+)(?<![-=])>(?![=>])"
)
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
    """⟨a, b⟩ typed as <a, b>, where an operand has to stand: the brackets that it stands for, column by column."""
    return _ANGLED.sub(r"\1⟨\2⟩", text) if "<" in text else text
