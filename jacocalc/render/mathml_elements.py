"""The elements of MathML Core that formulas are made of."""

from __future__ import annotations

import re
from html import escape

from jacocalc.functions import Size
from jacocalc.linear import ACCENTS, indices, letters, split_name
from jacocalc.term_writing import split_size

_MARKS = {"hat": "^", "bar": "¯", "tilde": "~", "dot": "˙", "vec": "→"}
INFIX = ' form="infix"'  # of an operator at the head of a part
TIGHT = ' lspace="0" rspace="0"'
_INDEX_PARTS = re.compile(r"[0-9]+|[^\W\d_]+|.")


def mo(sign: str, attributes: str = "") -> str:
    """An operator."""
    return f"<mo{attributes}>{escape(sign)}</mo>"


def row(*parts: str) -> str:
    """Elements side by side."""
    return f"<mrow>{''.join(parts)}</mrow>"


def fraction(over: str, under: str) -> str:
    """A fraction."""
    return f"<mfrac>{row(over)}{row(under)}</mfrac>"


def fenced(inner: str, left: str = "(", right: str = ")") -> str:
    """Brackets that grow with what they hold."""
    tall = any(mark in inner for mark in ("<mfrac", "<mtable", "<msup", "<munderover", "<msqrt", "<mroot"))
    grows = f' stretchy="{str(tall).lower()}" lspace="0" rspace="0"'
    return row(mo(left, f' form="prefix"{grows}'), inner, mo(right, f' form="postfix"{grows}'))


def mathml_name(name: str, vector: bool = False, below: str = "") -> str:
    """θ, x₁, ŷ, bold f; names of several letters upright; ``below``: one more index."""
    stem, accent, subscript = split_name(name)
    letter = letters(stem)
    style = ' class="vector"' if vector else ""
    base = f"<mi{style}>{escape(letter)}</mi>"
    if accent in ACCENTS:
        base = f'<mover accent="true">{base}{mo(_MARKS[accent])}</mover>'
    pieces = [_subscript(part) for part in indices(subscript)] if subscript else []
    pieces += [index_elements(below)] if below else []
    inner = pieces[0] if len(pieces) == 1 else row(mo(",").join(pieces))
    return f"<msub>{base}{inner}</msub>" if pieces else base


def _subscript(text: str) -> str:
    return f"<mn>{text}</mn>" if text.isdigit() else f"<mi>{escape(text)}</mi>"


def index_elements(text: str) -> str:
    """The index of a step: t − 1."""
    return row(*(_subscript(part) if part.isalnum() else mo(part.replace("-", "−"), TIGHT)
                 for part in _INDEX_PARTS.findall(text)))  # fmt: skip


def mathml_size(size: Size) -> str:
    """A number of rows or columns: 3, n, n with an index."""
    if isinstance(size, int):
        return f"<mn>{size}</mn>"
    stem, index = split_size(size)
    return mathml_name(stem, below=index)
