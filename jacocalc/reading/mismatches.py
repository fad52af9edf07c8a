"""What is said where shapes do not fit: both shapes, and what was probably meant."""

from __future__ import annotations

import re

from jacocalc.programs import shape_text
from jacocalc.term_writing import paper_term
from jacocalc.terms import SCALAR, Adjoint, Term, Transposed, Var

_CANNOT = {
    "+": "cannot be added", "-": "cannot be subtracted", "⊙": "cannot be multiplied entry by entry",
    "⊘": "cannot be divided entry by entry", "·": "cannot be multiplied",
}  # fmt: skip


def mismatch(left: Term, right: Term, sign: str) -> tuple[str, str]:
    """(message, hint) for two terms that a sign cannot join."""
    a, b = left.shape, right.shape
    what = f"{sized(left)} and {sized(right)}"
    hint = ""
    if sign == "·":
        hint = _product_hint(left, right)
    elif SCALAR in (a, b):
        square = b if a == SCALAR else a
        hint = f"write I({square[0]}) for the identity, or ones({square[0]}, {square[1]}) for every entry"
    elif a == b[::-1]:
        hint = f"transpose one of them: {primed(right)}"
    return f"{what}: they {_CANNOT[sign]}", hint


def _product_hint(left: Term, right: Term) -> str:
    a, b = left.shape, right.shape
    if a == b and a[1] == 1:
        x, y = typed(left), typed(right)
        return f"{x}' {y} is the inner product, {x} {y}' the outer product, {x} .* {y} is entry by entry"
    if a[0] == b[0]:
        return f"did you mean {primed(left)} {typed(right)}?"
    if a[1] == b[1]:
        return f"did you mean {typed(left)} {primed(right)}?"
    return "the columns on the left must be the rows on the right"


def typed(term: Term) -> str:
    """The term as a person would type it as a factor."""
    text = f"d{term.of.key}" if isinstance(term, Adjoint) and isinstance(term.of, Var) else paper_term(term)
    return text if re.fullmatch(r"\w+", text) else f"({text})"


def primed(term: Term) -> str:
    """The transpose of the term, typed."""
    return typed(term.body) if isinstance(term, Transposed) else f"{typed(term)}'"


def named_term(term: Term) -> str:
    """The term in a message, cut where it is long."""
    text = paper_term(term)
    return text if len(text) <= 30 else text[:27] + "…"


def sized(term: Term) -> str:
    """W x is m×1"""
    return f"{named_term(term)} is {shape_text(term.shape)}"
