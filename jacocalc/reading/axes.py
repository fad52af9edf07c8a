"""Sums and the like along an axis of a matrix, as NumPy and PyTorch say it, in products with ones.

    sum(X, axis=1), X.sum(1)           X 1_n           sum(X, axis=0)      Xᵀ 1_m
    sum(X, axis=0, keepdims=True)      1_mᵀ X          mean(X, axis=0)     Xᵀ 1_m/m
    softmax(X, axis=-1)                of every row    softmax(X, dim=0)   of every column
    sum(X, dims=2)                     X 1_n           as Julia counts them

A vector has the axis 0 only, along which all of it lies.  The variance divides by n, that of PyTorch by n - 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from jacocalc.functions import Size
from jacocalc.reading import norms
from jacocalc.reading.array_signs import is_numpy, is_torch
from jacocalc.reading.mismatches import sized
from jacocalc.term_writing import paper_term
from jacocalc.terms import (
    Elementwise,
    Extent,
    Ones,
    Operation,
    Opposite,
    Over,
    Plus,
    Raised,
    Scalar,
    Scaled,
    Term,
    Times,
    Transposed,
    Zeros,
)

if TYPE_CHECKING:
    from jacocalc.reading.lexer import Token
    from jacocalc.reading.terms import TermParser

_FROM_0, _FROM_1, _KEPT = ("axis", "dim"), "dims", ("keepdims", "keepdim")
NAMED = (*_FROM_0, _FROM_1, *_KEPT)
_SAID = {"True": True, "False": False}
_LESS = {"ddof": {"0": 0, "1": 1}, "correction": {"0": 0, "1": 1}, "unbiased": {"False": 0, "True": 1}}
SPREADS = ("var", "std")
_OF_ONE_SHAPE = ("softmax", "log_softmax")  # with their argument
_NUMPY_NAME = re.compile(r"\b(?:np|numpy|jnp)\.\Z")
_ORDERS = ("ord", "p")
_HINT = "sum(X, axis=1) adds up every row"


def is_given(parser: TermParser, name: str, method: bool = False) -> bool:
    """Whether the brackets at the cursor hold an axis: sum(X, axis=0), and X.sum(0) where a method is called."""
    inside = parser.inside()
    if name not in _OF_ONE or parser.names.verbatim or not parser.sees("("):
        return False
    if name == "norm":  # norm(x, 1) is another norm
        return any(token.text in (*_FROM_0, _FROM_1) for token in inside)
    return bool(inside) if method else any(token.text == "," for token in inside)


class _Options(NamedTuple):
    """The axis, whether it is kept, what is taken from the n that a variance divides by, and the p of a norm."""

    axis: int | None
    keeps: bool
    less: int | None
    order: int


def along(parser: TermParser, name: str, token: Token, base: Term | None) -> Term:
    """The function along an axis, its argument among the brackets or, of a method, before the point."""
    parser.open()
    counted = base is not None or is_numpy(parser)
    if base is None:
        base = parser.argument()
        parser.take()
    place = parser.token
    if place.kind == "number" and not counted:
        hint = f"write axis={place.text}, where the first is 0, or dims={place.text}, where it is 1"
        raise parser.error(f"the axis “{place.text}” can be read in two ways", place, hint)
    axis, keeps, less, order = _options(parser, name)
    end = parser.before
    parser.close()
    vector = base.shape[1] == 1
    if axis is None and less is not None and vector:
        axis = 0
    last = axis == -1 and parser.names.is_column(base)  # of one entry
    if axis is None or last or not -2 + vector <= axis <= 1 - vector:
        said = "the only axis of a vector is 0" if vector else "the axes of a matrix are 0 and 1"
        raise parser.error(f"{said}: {sized(base)}", place, _HINT, end.end)
    if vector and name in SPREADS:
        return spread(parser, name, Operation("var", (base,)), base.shape[0], token, less)
    if vector and name == "norm":
        return norms.of_order(parser, base, str(order), token)
    if vector:
        return parser.applied(name, 0, [base], token)
    of_many = partial(_norm, order) if name == "norm" else _ALONG[name]
    found = (_OF_ONE[name] if base.shape[axis] == 1 else of_many)(base, axis % 2)
    if name in SPREADS:
        found = spread(parser, name, found, base.shape[axis], token, less)
    if keeps and found.shape[1] == 1:
        parser.names.widened.add(found)
    if not keeps and found.shape[0] == 1 and name not in _OF_ONE_SHAPE:
        found = _upright(found)
    parser.names.note(f"{name} along the axis {axis % 2} of {paper_term(base)} is {paper_term(found)}")
    return found


def spread(
    parser: TermParser, name: str, variance: Term, size: Size, token: Token, less: int | None = None
) -> Term:
    """The variance as it is said, n/(n - 1) of that by n in PyTorch; std is its root."""
    arrays = is_numpy(parser) or is_torch(parser)
    if name == "std" and less is None and not arrays:
        raise parser.error("std can be read in two ways", token, "write sqrt(var(x)), where var divides by n")
    if less is None:
        less = int(is_torch(parser) and not _NUMPY_NAME.search(parser.text, 0, token.start))
    if less and size == 1:
        raise parser.error(f"the {name} of one number is not defined where n - 1 divides", token)
    if arrays:
        parser.names.note(f"{name} divides by {'n - 1, as in PyTorch' if less else 'n, as in NumPy'}")
    if less:
        one = Scalar(Fraction(1))
        factor = Over(number(size), Plus((number(size), Opposite(one))))
        variance = Times((factor, variance)) if variance.is_scalar else Scaled(factor, variance)
    return Elementwise("sqrt", variance) if name == "std" else variance


def _options(parser: TermParser, name: str) -> _Options:
    """axis=0, keepdims=True, or the axis alone; dims=1 is the first, which is kept; of a variance ddof=1"""
    axis, keeps, less, order = None, False, None, 0
    while True:
        word = parser.token
        named = parser.following.text == "="
        if named:
            parser.take()
            parser.take()
        if named and word.text in _KEPT and parser.token.text in _SAID:
            keeps = _SAID[parser.take().text]
        elif named and name in SPREADS and parser.token.text in _LESS.get(word.text, ()):
            less = _LESS[word.text][parser.take().text]
        elif name == "norm" and not order and (not named or word.text in _ORDERS) and _is_order(parser.token.text):
            order = int(parser.take().text)
        elif axis is None and (not named or word.text in (*_FROM_0, _FROM_1)):
            axis = _axis(parser)
            if named and word.text == _FROM_1:
                axis, keeps = axis - 1, True
        else:
            raise parser.error(f"{word.text}{'=…' if named else ''} is not read here", word, _HINT)
        if not parser.sees(","):
            return _Options(axis, keeps, less, order or 2)
        parser.take()


def _axis(parser: TermParser) -> int:
    sign = -1 if parser.sees("-") and parser.take() else 1
    value = parser.take()
    if not value.text.isdigit():
        raise parser.error("an axis is 0, 1 or -1", value, _HINT)
    return sign * int(value.text)


def _upright(row: Term) -> Term:
    """The column with the entries of a row: Xᵀ 1 of 1ᵀ X"""
    match row:
        case Times((Transposed(ones), matrix)):
            return Times((Transposed(matrix), ones))
        case Over(above, below):
            return Over(_upright(above), below)
        case Scaled(scalar, body):
            return Scaled(scalar, _upright(body))
        case Elementwise(function, body):
            return Elementwise(function, _upright(body))
    return Transposed(row)


def number(size: Size) -> Term:
    """A size as a term."""
    return Scalar(Fraction(size)) if isinstance(size, int) else Extent(size)


def _sum(matrix: Term, axis: int) -> Term:
    """1ᵀ X, X 1"""
    size = matrix.shape[axis]
    return Times((matrix, Ones((size, 1)))) if axis else Times((Transposed(Ones((size, 1))), matrix))


def _mean(matrix: Term, axis: int) -> Term:
    """1ᵀ X/m, X 1/n"""
    return Over(_sum(matrix, axis), number(matrix.shape[axis]))


def _variance(matrix: Term, axis: int) -> Term:
    """The mean of (X - m)², entry by entry"""
    size, mean = matrix.shape[axis], _mean(matrix, axis)
    spread = Times((mean, Transposed(Ones((size, 1))))) if axis else Times((Ones((size, 1)), mean))
    return _mean(Raised(Plus((matrix, Opposite(spread))), Scalar(Fraction(2))), axis)


def _is_order(text: str) -> bool:
    """1, 2, 3, …: the norm of order 0 counts entries"""
    return text.isdigit() and int(text) > 0


def _norm(order: int, matrix: Term, axis: int) -> Term:
    """(Σ |x|^p)^(1/p) of every row or column"""
    power, size = Scalar(Fraction(order)), Elementwise("abs", matrix)
    if order <= 2:
        return _sum(size, axis) if order == 1 else Elementwise("sqrt", _sum(Raised(matrix, power), axis))
    return Raised(_sum(Raised(size, power), axis), Scalar(1 / power.value))


def _softmax(matrix: Term, axis: int) -> Term:
    return Operation("softmax_rows" if axis else "softmax_columns", (matrix,))


_ALONG: dict[str, Callable[[Term, int], Term]] = {
    "sum": _sum, "mean": _mean, "var": _variance, "std": _variance, "softmax": _softmax,
    "log_softmax": lambda matrix, axis: Elementwise("ln", _softmax(matrix, axis)),
    "logsumexp": lambda matrix, axis: Elementwise("ln", _sum(Elementwise("exp", matrix), axis)),
}  # fmt: skip
_OF_ONE: dict[str, Callable[[Term, int], Term]] = {  # along an axis of one entry
    "norm": lambda row, axis: Elementwise("abs", row),
    **dict.fromkeys(SPREADS, lambda row, axis: Zeros(row.shape)),
    **dict.fromkeys(("sum", "mean", "logsumexp"), lambda row, axis: row),
    "softmax": lambda row, axis: Ones(row.shape), "log_softmax": lambda row, axis: Zeros(row.shape),
}  # fmt: skip
