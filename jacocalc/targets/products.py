"""Products of matrices → code: which function of the library a column, a row and a matrix make together.

    u vᵀ   outer(u, v)          A x   product            1ᵀ A   sums of columns      A⁻¹ B   solve(A, B)
    xᵀ y   dot                  xᵀ A  row times matrix   A 1    sums of rows         diag(v) A   rows scaled
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from jacocalc.targets.chains import Chain, Factors, inverse_of, is_column_of_ones, is_diagonal, is_row_of_ones, kind_of
from jacocalc.targets.forms import Piece
from jacocalc.terms import Shape, Term, Transposed

if TYPE_CHECKING:
    from jacocalc.targets.expressions import Expressions


def product(code: Expressions, chain: Chain, shape: Shape) -> Piece:
    """Scalars, then what is left: nothing, a chain of matrices, or a column times a row."""
    above = [code.loose(factor) for factor in chain.above] + [wide(code, factors) for factors in chain.numbers]
    below = [code.loose(factor) for factor in chain.below]
    rest = remainder(code, chain)
    if rest is not None and rest.text == "1":
        rest = None
    if not above and rest is not None:
        total, rest = rest, None
    else:
        total = scaled(code, above) if above else Piece("1")
    if below:
        total = code.form("over", shape, total, scaled(code, below), covers=total.covers)
    return total if rest is None else code.form("scale", shape, total, rest, covers=rest.covers)


def scaled(code: Expressions, pieces: list[Piece]) -> Piece:
    """a * b * c of scalars."""
    total = pieces[0]
    for piece in pieces[1:]:
        total = code.form("scale", (1, 1), total, piece)
    return total


def remainder(code: Expressions, chain: Chain) -> Piece | None:
    """What is no number in a product; a factor of ones spreads the other."""
    left, right = chain.left, chain.right
    if left and right:
        if is_row_of_ones(right) and is_column_of_ones(left):
            return Piece("1")
        if is_row_of_ones(right):
            return column(code, left)
        if is_column_of_ones(left):
            return code.form("row", (1, right[-1].shape[1]), wide(code, right), covers=frozenset({1}))
        outer = (left[0].shape[0], right[-1].shape[1])
        return code.form("outer", outer, wide(code, left), wide(code, right))
    only = left or right
    if not only:
        return None
    if len(only) == 1:
        return code.loose(only[0])
    return wide(code, only)


def column(code: Expressions, factors: Factors) -> Piece:
    """A column that is repeated: b[:, None], and A.sum(axis=1, keepdims=True)."""
    rows = factors[0].shape[0]
    if is_column_of_ones(factors[1:]) and _is_plain(factors[0]):
        return code.form("row_sums_kept", (rows, 1), code.full(factors[0]), covers=frozenset({0}))
    return code.form("column", (rows, 1), wide(code, factors), covers=frozenset({0}))


def _is_plain(factor: Term) -> bool:
    return inverse_of(factor) is None and not is_diagonal(factor)


def wide(code: Expressions, factors: Factors) -> Piece:
    """A product whose inner sizes are no 1: a row or none, matrices, a column or none."""
    if len(factors) == 1:
        return code.full(factors[0])
    return _WAYS[kind_of(factors[0]) + kind_of(factors[-1])](code, factors, (factors[0].shape[0], factors[-1].shape[1]))


def _number(code: Expressions, factors: Factors, shape: Shape) -> Piece:
    """xᵀ … y; a sum where one of them is 1"""
    if is_row_of_ones(factors[:1]):
        return code.form("sum", (factors[1].shape[0], 1), wide(code, factors[1:]), covers=frozenset())
    if is_column_of_ones(factors[-1:]):
        return code.form("sum", (1, factors[-1].shape[0]), wide(code, factors[:-1]), covers=frozenset())
    if code.forms["dot"].chain and all(map(_is_plain, factors)):
        return code.form("dot", shape, wide(code, factors[:-1]), code.full(factors[-1]))
    return code.form("dot", shape, code.full(factors[0]), wide(code, factors[1:]))


def _column(code: Expressions, factors: Factors, shape: Shape) -> Piece:
    """A … x, from the right; A 1 sums the rows"""
    first, inverse = factors[0], inverse_of(factors[0])
    if inverse is not None:
        return code.form("solve", shape, code.full(inverse), wide(code, factors[1:]))
    if is_diagonal(first):
        return code.form("hadamard", shape, code.full(first.arguments[0]), wide(code, factors[1:]))
    if is_column_of_ones(factors[1:]):
        if code.flat and isinstance(first, Transposed):
            return code.form("column_sums", shape, code.full(first.body))
        return code.form("row_sums", shape, code.full(first))
    return code.form("product", shape, code.full(first), wide(code, factors[1:]))


def _row(code: Expressions, factors: Factors, shape: Shape) -> Piece:
    """xᵀ … A, from the left; 1ᵀ A sums the columns"""
    last, inverse = factors[-1], inverse_of(factors[-1])
    before = wide(code, factors[:-1])
    if inverse is not None and code.flat:
        return code.form("solve", shape, code.transposed(inverse), before)
    if inverse is not None:
        return code.form("solve_row", shape, before, code.full(inverse))
    if is_diagonal(last):
        return code.form("hadamard" if code.flat else "scale_columns", shape, before, code.full(last.arguments[0]))
    if is_row_of_ones(factors[:-1]):
        if code.flat and isinstance(last, Transposed):
            return code.form("row_sums", shape, code.full(last.body))
        return code.form("column_sums", shape, code.full(last))
    return code.form("vector_matrix", shape, before, code.full(last))


def _matrix(code: Expressions, factors: Factors, shape: Shape) -> Piece:
    """A … B"""
    first, last, inverse = factors[0], factors[-1], inverse_of(factors[0])
    if inverse is not None:
        return code.form("solve", shape, code.full(inverse), wide(code, factors[1:]))
    if is_diagonal(first):
        return code.form("scale_rows", shape, code.full(first.arguments[0]), wide(code, factors[1:]))
    if is_diagonal(last):
        return code.form("scale_columns", shape, wide(code, factors[:-1]), code.full(last.arguments[0]))
    return code.form("product", shape, wide(code, factors[:-1]), code.full(last))


_WAYS: dict[str, Callable[[Expressions, Factors, Shape], Piece]] = {
    "RC": _number, "MC": _column, "RM": _row, "MM": _matrix,
}  # fmt: skip
