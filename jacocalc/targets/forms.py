"""How a language writes an operation: a template, how tightly the result binds, and what its operands must.

Strengths are those of all our languages: a + b binds less than −a, that less than the matrix product, then
a * b and a / b, powers, and atoms.  The key of a form may end in the number of axes it is for: "sum/2".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from jacocalc.terms import Shape

SUM, SIGNED, MATRIX, PRODUCT, POWER, ATOM = 1, 2, 3, 4, 5, 6


Axes: TypeAlias = frozenset[int]


def axes_of(shape: Shape) -> Axes:
    """The axes that are longer than 1: 0 for the rows, 1 for the columns."""
    return frozenset(axis for axis in (0, 1) if shape[axis] != 1)


@dataclass(frozen=True)
class Piece:
    """The text of a term, its strength, and the axes along which its value really extends (0 rows, 1 columns)."""

    text: str
    strength: int = ATOM
    covers: Axes = frozenset()


@dataclass(frozen=True)
class Form:
    """A template, its strength, the least strengths of its operands, and a helper function that it calls.

    ``chain``: a first operand of the same strength needs no brackets; ``inherits``: the result binds no more
    tightly than the first operand; ``tight``: the template between names.
    """

    template: str
    strength: int = ATOM
    least: tuple[int, ...] = (0, 0)
    helper: str = ""
    chain: bool = False
    inherits: bool = False
    tight: str = ""


Forms: TypeAlias = Mapping[str, Form]
Needs: TypeAlias = Mapping[str, tuple[str, ...]]
"""The helpers that a helper calls."""


def with_needs(helpers: Iterable[str], needs: Needs) -> tuple[str, ...]:
    """Every helper once, behind those that it calls."""
    return tuple(dict.fromkeys(name for helper in helpers for name in (*needs.get(helper, ()), helper)))


def applied(form: Form, operands: tuple[Piece, ...], dot: str = "", **named: str) -> tuple[str, int]:
    """Text and strength of a form at its operands, in brackets where they bind less tightly than demanded."""
    if form.template == "{0}":
        return operands[0].text, operands[0].strength
    texts = []
    for place, piece in enumerate(operands):
        least = form.least[min(place, len(form.least) - 1)]
        chained = form.chain and place == 0 and piece.strength == form.strength
        texts.append(piece.text if piece.strength >= least or chained else f"({piece.text})")
    simple = form.tight and all(text.replace("_", "a").replace(".", "a").isalnum() for text in texts)
    text = (form.tight if simple else form.template).format(*texts, dot=dot, **named)
    return text, min(form.strength, operands[0].strength) if form.inherits else form.strength


def call(name: str, helper: str = "") -> Form:
    """f(a), f(a, b)"""
    return Form(name + "({0})", helper=helper)


def operators(product: str, entrywise: str, divide: str) -> dict[str, Form]:
    """The arithmetic that all languages share, with their signs for the three kinds of product.

    Where a scalar multiple is written like a matrix product, A .* (c * B) keeps its brackets.
    """
    return {
        "plus": Form("{0} + {1}", SUM, (SUM, MATRIX)),
        "minus": Form("{0} - {1}", SUM, (SUM, MATRIX)),
        "opposite": Form("-{0}", SIGNED, (MATRIX,)),
        "scale": Form("{0} * {1}", PRODUCT, (PRODUCT, PRODUCT)),
        "hadamard": Form(f"{{0}} {entrywise} {{1}}", PRODUCT, (PRODUCT, PRODUCT if product != "*" else POWER)),
        "over": Form("{0} / {1}", PRODUCT, (MATRIX, POWER), inherits=True),
        "divide": Form(f"{{0}} {divide} {{1}}", PRODUCT, (PRODUCT, POWER)),
        "product": Form(f"{{0}} {product} {{1}}", MATRIX, (POWER, POWER), chain=True),
    }


MATRIX_LANGUAGE: dict[str, Form] = {  # Julia and MATLAB, where matrices are part of the language
    **operators("*", ".*", "./"),
    "power": Form("{0} .^ {1}", POWER, (ATOM, ATOM), tight="{0}.^{1}"),
    "power/0": Form("{0}^{1}", POWER, (ATOM, ATOM)),
    "transpose": Form("{0}'", ATOM, (ATOM,)),
    "solve": Form("{0} \\ {1}", MATRIX, (POWER, POWER)),
    "inverse": call("inv"),
    "scale_rows": Form("{0} .* {1}", PRODUCT, (PRODUCT, POWER)),
    "scale_columns": Form("{0} .* {1}'", PRODUCT, (PRODUCT, ATOM)),
    "column": Form("{0}"),
    "ones": Form("ones({shape})"),
    "zeros": Form("zeros({shape})"),
    "det": call("det"),
    "diagonal": call("diag"),
    "kron": Form("kron({0}, {1})"),
    "softmax": Form("softmax({0}, 1)", helper="softmax"),
    "softmax_rows": Form("softmax({0}, 2)", helper="softmax"),
    "softmax_columns": Form("softmax({0}, 1)", helper="softmax"),
    "logsumexp": call("logsumexp", "logsumexp"),
    "pi": Form("pi"),
    "e": Form("exp(1)"),
    "size": Form("size({0}, {1})"),
    "shape/2": Form("{0}, {1}"),
}

# 1/tan(u), arctan(1/u): functions that are written by others where a library lacks them.
RECIPROCALS = {"cot": "tan", "sec": "cos", "csc": "sin", "coth": "tanh", "sech": "cosh", "csch": "sinh"}
AT_RECIPROCAL = {"acot": "atan", "asec": "acos", "acsc": "asin", "acoth": "atanh", "asech": "acosh", "acsch": "asinh"}
