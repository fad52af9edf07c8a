"""Matrices of notation: products entry by entry, determinants, rank."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import sympy
from sympy.combinatorics import Permutation

from jacocalc.algebra.convert import from_sympy, to_sympy
from jacocalc.algebra.values import exact, shorter_expanded, simplest
from jacocalc.errors import JacocalcError, LimitReached
from jacocalc.evaluate.budget import within
from jacocalc.evaluate.equality import proved_equal
from jacocalc.evaluate.fields import Unsettled, precision
from jacocalc.evaluate.numbers import ball
from jacocalc.evaluate.quotients import rank_of_quotients
from jacocalc.known_functions import sqrt
from jacocalc.notation import (
    ONE,
    ZERO,
    Applied,
    Expr,
    Matrix,
    Minus,
    Negative,
    Power,
    Product,
    Sum,
    Symbol,
    as_rational,
    children,
    integer,
    names,
    postorder,
    rational,
    rebuild,
    summed,
)

_SCREEN = 128
_WRITTEN = 4
_CALLS = 1_500_000


def written_product(left: Matrix, right: Matrix, dot: bool = True) -> Matrix:
    """Entry (i, j) written as Σ_k left_ik · right_kj, every term kept: 0·2 + cos(4)·4."""
    middle = range(left.shape[1])

    def entry(i: int, j: int) -> Expr:
        terms = tuple(Product((left.rows[i][k], right.rows[k][j]), dot=dot) for k in middle)
        return summed(terms)

    return Matrix(tuple(tuple(entry(i, j) for j in range(right.shape[1])) for i in range(left.shape[0])))


def written_norm(entries: Sequence[Expr]) -> Expr:
    """‖v‖ = √(v₁² + v₂² + …), nothing calculated."""
    return sqrt(summed(tuple(Power(entry, integer(2)) for entry in entries)))


def determinant(matrix: Matrix) -> tuple[Expr, Expr]:
    """(the expansion as it is written, its value): ad − bc, cofactors of the first row; beyond 4×4 the value alone."""
    n = matrix.shape[0]
    written = _cofactors(matrix.rows) if n <= _WRITTEN else exact(from_sympy(_by_minors(to_sympy(matrix))))
    if n > 2 and _may_be_zero(written) and _at_most(matrix, n - 1):
        return (written if n <= _WRITTEN else ZERO), ZERO
    return written, exact(written)


def _by_minors(matrix: Any) -> Any:
    """The shorter of the expansion along rows, those with most zeros first and each minor once, and its terms."""
    n = matrix.shape[0]
    order = sorted(range(n), key=lambda i: sum(entry != 0 for entry in matrix.row(i)))

    @cache
    def below(k: int, columns: tuple[int, ...]) -> Any:
        """The minor of the rows from the k-th on in these columns."""
        if k == n:
            return sympy.S.One
        row = matrix.row(order[k])
        terms = (
            (-1) ** i * row[j] * below(k + 1, (*columns[:i], *columns[i + 1 :]))
            for i, j in enumerate(columns)
            if row[j] != 0
        )
        total = sympy.Add(*terms)
        return simplest(total) if total.free_symbols else total

    found = Permutation(order).signature() * below(0, tuple(range(n)))
    return shorter_expanded(found)


def _cofactors(rows: tuple[tuple[Expr, ...], ...]) -> Expr:
    """Σ_j (−1)^j a_1j det(minor), every term kept."""
    if len(rows) == 1:
        return rows[0][0]
    terms: list[Expr] = []
    for j, entry in enumerate(rows[0]):
        term = Product((entry, _cofactors(minor(Matrix(rows), 0, j).rows)), dot=True)
        terms.append(Minus(term) if j % 2 else term)
    return Sum(tuple(terms))


def adjugate(matrix: Matrix) -> Matrix:
    """adj A: entry (i, j) is the cofactor (−1)^(i+j) det A without row j and column i; A · adj A = det A · I."""
    n = matrix.shape[0]
    if n == 1:
        return Matrix(((ONE,),))

    def entry(i: int, j: int) -> Expr:
        rest = minor(matrix, j, i)
        value = determinant(rest)[1] if n > 2 else rest.rows[0][0]
        return exact(Negative(value)) if (i + j) % 2 else value

    return Matrix(tuple(tuple(entry(i, j) for j in range(n)) for i in range(n)))


def columns_at(matrix: Matrix, places: Sequence[int]) -> Matrix:
    """The columns at these places."""
    return Matrix(tuple(tuple(row[j] for j in places) for row in matrix.rows))


def minor(matrix: Matrix, i: int, j: int) -> Matrix:
    """The matrix without row i and column j."""
    return Matrix(tuple(row[:j] + row[j + 1 :] for k, row in enumerate(matrix.rows) if k != i))


def settled(matrix: Matrix) -> Matrix:
    """The matrix with 0 for every entry that is proved to be 0."""
    return matrix.map(lambda entry: ZERO if _may_be_zero(entry) and proved_equal(to_sympy(entry), 0) else entry)


def _may_be_zero(entry: Expr) -> bool:
    """Unless a value at one point says otherwise."""
    entry = _with_letters(entry)
    letters = dict.fromkeys(names(entry))
    try:
        with precision(_SCREEN):
            values = {name: ball(rational(Fraction(5 + 2 * k, 7)), _SCREEN) for k, name in enumerate(letters)}
            found = ball(entry, _SCREEN, values)
            return not found.is_finite() or bool(found.contains(0))
    except (Unsettled, JacocalcError, ZeroDivisionError):
        return True


def _with_letters(expr: Expr) -> Expr:
    """One letter for all values of f_x, wherever they are taken: what is 0 for any f is 0 where these are alike."""
    nodes = postorder(expr)
    if not any(isinstance(node, Applied) for node in nodes):
        return expr
    found: dict[Expr, Expr] = {}
    for node in nodes:
        letter = isinstance(node, Applied) and Symbol(f"{node.function} {node.component} {node.derivatives}")
        found[node] = letter or rebuild(node, tuple(found[part] for part in children(node)))
    return found[expr]


def rank(matrix: Matrix) -> int | None:
    """The rank of a matrix of closed entries; None where a zero cannot be proved.

    Balls show that it is not less, quotients of polynomials that it is not more; only a matrix of which they say
    different things is eliminated in formulas, which grow.
    """
    matrix = _different_rows(_different_rows(matrix).transposed).transposed
    least = _pivots(matrix)
    if least == min(matrix.shape) or _at_most(matrix, least):
        return least
    try:
        return within(_CALLS, _eliminated, matrix)
    except LimitReached:
        return None


def _at_most(matrix: Matrix, found: int) -> bool:
    """Whether the rank is proved to be no larger, the entries being quotients of polynomials."""
    try:
        return within(_CALLS, rank_of_quotients, [[to_sympy(entry) for entry in row] for row in matrix.rows]) <= found
    except LimitReached:
        return False


def _eliminated(matrix: Matrix) -> int | None:
    """The rank by elimination, the pivots certainly not 0; None where that is unsettled."""
    rows = [[to_sympy(entry) for entry in row] for row in matrix.rows]
    found = 0
    while rows and rows[0]:
        pivot = _pivot(rows)
        if pivot is None:
            return None
        if pivot == (-1, -1):
            return found
        found += 1
        i, j = pivot
        top = rows.pop(i)
        kept = [k for k in range(len(top)) if k != j]
        rows = [[simplest(sympy.expand(row[k] - row[j] * top[k] / top[j])) for k in kept] for row in rows]
    return found


def _different_rows(matrix: Matrix) -> Matrix:
    """The rows without those of zeros and without repetitions, which has the same rank."""
    rows = (row for row in matrix.rows if any(as_rational(entry) != 0 for entry in row))
    return Matrix(tuple(dict.fromkeys(rows)))


def _pivots(matrix: Matrix) -> int:
    """How many pivots balls find that are certainly not 0: at most the rank."""
    with precision(_SCREEN):
        try:
            rows = [[ball(entry, _SCREEN) for entry in row] for row in matrix.rows]
        except (Unsettled, JacocalcError, ZeroDivisionError):
            return 0
        found = 0
        while rows and rows[0]:
            i, j, pivot = max(
                ((i, j, abs(value).lower()) for i, row in enumerate(rows) for j, value in enumerate(row)),
                key=lambda place: place[2],
            )
            if not pivot > 0:
                break
            found += 1
            top = rows.pop(i)
            rows = [[row[k] - row[j] * top[k] / top[j] for k in range(len(top)) if k != j] for row in rows]
    return found


def _pivot(rows: list[list[Any]]) -> tuple[int, int] | None:
    """The place of an entry that is certainly not 0; (−1, −1) if all are 0; None if that is unsettled."""
    unsettled = False
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            if value == 0:
                continue
            if _certainly_nonzero(value):
                return i, j
            unsettled = unsettled or not proved_equal(value, sympy.S.Zero)
    return None if unsettled else (-1, -1)


def _certainly_nonzero(value: Any) -> bool:
    if value.is_Rational:
        return bool(value != 0)
    try:
        found = ball(from_sympy(value), 256)
    except (Unsettled, JacocalcError):
        return False
    return bool(found.is_finite() and not found.contains(0))
