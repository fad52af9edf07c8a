"""Text → tokens, whether it is plain or LaTeX."""

from __future__ import annotations

import re
from functools import lru_cache

from jacocalc.options import LIMITS, Limits
from jacocalc.reading.lexer import Token, tokenize

_MATRICES = ("Matrix", "ImmutableMatrix", "ImmutableDenseMatrix", "MutableDenseMatrix", "array")  # SymPy's and NumPy's
_ANGLED = re.compile(r"(?:(?<=[-=,;(\[{+·*/\n])|\A)(\s*+)<(?![=<])([^<>=\n]*+)(?<![-=])>(?![=>])")


def is_latex(text: str) -> bool:
    """Whether a text is LaTeX: a command, a dollar sign, or a group behind a caret."""
    return "\\" in text or "$" in text or "^{" in text


def tokens_of(
    text: str, matrix: bool = False, latex: bool | None = None, limits: Limits = LIMITS
) -> list[Token]:
    """The tokens of a text, plain or LaTeX (None: recognised by itself); ``matrix``: of a matrix-level program.

    Raises ReadError.
    """
    return list(_cut(text if matrix else angled(text), matrix, latex, limits))


@lru_cache(maxsize=4)  # one text is tried as a relation, a definition, an answer …
def _cut(text: str, matrix: bool, latex: bool | None, limits: Limits) -> tuple[Token, ...]:
    if latex is None:
        latex = "\\" in text or "$" in text if matrix else is_latex(text)
    if not latex:
        tokens = tokenize(text, matrix, limits)
        return tuple(tokens if matrix else _without_makers(tokens))
    from jacocalc.reading.latex import tokens_of_latex  # most texts are plain

    return tuple(tokens_of_latex(text, matrix))


def _without_makers(tokens: list[Token]) -> list[Token]:
    """Matrix([[a, b], [c, d]]), as SymPy prints it, is the list inside."""
    opened: list[int] = []
    closed: dict[int, int] = {}
    left_out: set[int] = set()
    for place, token in enumerate(tokens):
        if token.text in ("(", "["):
            opened.append(place)
        elif token.text in (")", "]") and opened:
            start = opened.pop()
            closed[start] = place
            made = start and tokens[start].text == "(" and tokens[start - 1].text in _MATRICES
            if made and tokens[start + 1].text == "[" and closed.get(start + 1) == place - 1:
                left_out |= {start - 1, start, place}
    return [token for place, token in enumerate(tokens) if place not in left_out] if left_out else tokens


def angled(text: str) -> str:
    """⟨a, b⟩ typed as <a, b>, where an operand has to stand: the brackets that it stands for, column by column."""
    return _ANGLED.sub(r"\1⟨\2⟩", text) if "<" in text else text
