"""Matrices in what was read: A x, 2[x, y], ‖v‖, det A and softmax(v) written out by entries, shapes checked."""

from __future__ import annotations

from jacocalc.errors import ShapeError
from jacocalc.notation import (
    ONE,
    ZERO,
    Call,
    Comparison,
    Expr,
    Junction,
    Matrix,
    Minus,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    children,
    column,
    entries_of,
    integer,
    rebuild,
    summed,
    walk,
    with_differences,
)
from jacocalc.options import LIMITS


def by_entries(expr: Expr, text: str) -> Expr:
    """The expression with all matrix arithmetic done by entries: a Matrix, or a scalar without any.

    Raises ShapeError, naming both shapes, where sizes do not fit.
    """
    if not any(isinstance(node, Matrix) or _is_vector_call(node) for node in walk(expr)):
        return expr
    return _Entries(text).visit(expr)


def vector_input(expr: Expr, name: str) -> int:
    """k if the expression multiplies a matrix of k > 1 columns by the symbol (f(x) = A x), else 0."""
    for node in walk(expr):
        if isinstance(node, Product):
            for left, right in zip(node.factors, node.factors[1:], strict=False):
                if isinstance(left, Matrix) and isinstance(right, Symbol) and right.name == name:
                    return left.shape[1] if left.shape[1] > 1 else 0
    return 0

_LARGEST_DETERMINANT = 4
_LONGEST_PRODUCT = 60


def _is_vector_call(node: Expr) -> bool:
    return isinstance(node, Call) and node.function in ("norm", "softmax", "det")


class _Entries:
    def __init__(self, text: str) -> None:
        self.text = text

    def visit(self, expr: Expr) -> Expr:
        match expr:
            case Matrix():
                return Matrix(tuple(tuple(self.scalar(entry) for entry in row) for row in expr.rows), expr.span)
            case Sum(terms):
                return self.sum(expr, [self.visit(term) for term in terms])
            case Minus(operand) | Negative(operand):
                inner = self.visit(operand)
                return inner.map(_opposite) if isinstance(inner, Matrix) else rebuild(expr, (inner,))
            case Product(factors):
                return self.product(expr, [self.visit(factor) for factor in factors])
            case Quotient(over, under):
                top, bottom = self.visit(over), self.scalar(under)
                if isinstance(top, Matrix):
                    return top.map(lambda entry: Quotient(entry, bottom))
                return rebuild(expr, (top, bottom))
            case Power(Call("norm", arguments), Number(2)):
                return self.squares(arguments)
            case Comparison("=" | "!=" as relation, left, right):
                return self.comparison(expr, relation, self.visit(left), self.visit(right))
            case Call("norm", arguments):
                return self.norm(arguments)
            case Call("softmax", arguments):
                return self.softmax(arguments, expr)
            case Call("det", arguments):
                return self.determinant(self.visit(arguments[0]), expr)
            case _:
                return rebuild(expr, tuple(self.scalar(part) for part in children(expr)))

    def scalar(self, expr: Expr) -> Expr:
        value = self.visit(expr)
        if isinstance(value, Matrix):
            if value.shape == (1, 1):
                return value.rows[0][0]
            raise self.error(f"a {_shape(value)} matrix stands where a number is expected", expr)
        return value

    def sum(self, expr: Expr, terms: list[Expr]) -> Expr:
        matrices = [term for term in terms if isinstance(term, Matrix)]
        if not matrices:
            return rebuild(expr, tuple(terms))
        for term, written in zip(terms, children(expr), strict=True):
            if not isinstance(term, Matrix):
                raise self.error("a number cannot be added to a matrix", written)
            if term.shape != matrices[0].shape:
                raise self.error(f"a {_shape(matrices[0])} and a {_shape(term)} matrix cannot be added", written)
        rows, columns = matrices[0].shape
        return Matrix(
            tuple(tuple(_added([m.rows[i][j] for m in matrices]) for j in range(columns)) for i in range(rows)),
            expr.span,
        )

    def product(self, expr: Expr, factors: list[Expr]) -> Expr:
        scalars = [factor for factor in factors if not isinstance(factor, Matrix)]
        matrices = [factor for factor in factors if isinstance(factor, Matrix)]
        if not matrices:
            return rebuild(expr, tuple(factors))
        if len(matrices) > _LONGEST_PRODUCT:
            raise self.error(f"a product of {len(matrices)} matrices; at most {_LONGEST_PRODUCT} are multiplied", expr)
        result = matrices[0]
        for right in matrices[1:]:
            if result.shape[1] != right.shape[0]:
                raise self.error(f"a {_shape(result)} matrix cannot be multiplied by a {_shape(right)} matrix", expr)
            terms = result.shape[0] * result.shape[1] * right.shape[1]
            result = _multiplied(result, right) if terms <= LIMITS.operations else result
            if terms > LIMITS.operations or not _fits(result):
                raise self.error(f"the product written out is longer than {LIMITS.operations:,} symbols", expr)
        return result.map(lambda entry: _scaled(scalars, entry)) if scalars else result

    def norm(self, arguments: tuple[Expr, ...]) -> Expr:
        value = self.visit(arguments[0]) if len(arguments) == 1 else column(tuple(map(self.scalar, arguments)))
        if not isinstance(value, Matrix):
            return Call("abs", (value,))
        squares = tuple(Power(entry, integer(2)) for entry in value.entries)
        return Call("sqrt", (squares[0] if len(squares) == 1 else Sum(squares),))

    def squares(self, arguments: tuple[Expr, ...]) -> Expr:
        """‖v‖² is v₁² + v₂² + …, without a root."""
        value = self.visit(arguments[0]) if len(arguments) == 1 else column(tuple(map(self.scalar, arguments)))
        entries = entries_of(value)
        squared = tuple(Power(entry, integer(2)) for entry in entries)
        return squared[0] if len(squared) == 1 else Sum(squared)

    def comparison(self, expr: Expr, relation: str, left: Expr, right: Expr) -> Expr:
        """(x, y) ≠ (0, 0) is x ≠ 0 or y ≠ 0, and so is (x, y) ≠ 0."""
        if isinstance(left, Matrix) and right == ZERO:
            right = left.map(lambda _: ZERO)
        if not (isinstance(left, Matrix) and isinstance(right, Matrix)):
            return rebuild(expr, (self.scalar(left), self.scalar(right)))
        if left.shape != right.shape:
            raise self.error(f"a {_shape(left)} and a {_shape(right)} matrix cannot be compared", expr)
        parts = tuple(Comparison(relation, a, b) for a, b in zip(left.entries, right.entries, strict=True))
        return Junction("and" if relation == "=" else "or", parts)

    def softmax(self, arguments: tuple[Expr, ...], expr: Expr) -> Expr:
        value = self.visit(arguments[0])
        entries = value.entries if isinstance(value, Matrix) else tuple(map(self.scalar, arguments))
        if len(entries) < 2:
            raise self.error("softmax takes a vector: softmax(x, y)", expr)
        powers = tuple(Call("exp", (entry,)) for entry in entries)
        return column(tuple(Quotient(power, Sum(powers)) for power in powers))

    def determinant(self, value: Expr, expr: Expr) -> Expr:
        """det A = Σ_j (−1)^(1+j) a_1j det A_1j"""
        if not isinstance(value, Matrix):
            return value
        size = value.shape[0]
        if value.shape != (size, size) or size > _LARGEST_DETERMINANT:
            raise self.error(f"a determinant of a {_shape(value)} matrix is not read here", expr)
        return _determinant(value.rows)

    def error(self, message: str, place: Expr) -> ShapeError:
        start, end = place.span or (0, len(self.text))
        return ShapeError(message, text=self.text, start=start, end=end)


def _shape(matrix: Matrix) -> str:
    return "×".join(map(str, matrix.shape))


def _added(entries: list[Expr]) -> Expr:
    kept = [entry for entry in entries if entry != ZERO]
    if not kept:
        return ZERO
    return summed(with_differences(kept))


def _opposite(entry: Expr) -> Expr:
    return ZERO if entry == ZERO else Negative(entry)


def _scaled(scalars: list[Expr], entry: Expr) -> Expr:
    if entry == ZERO:
        return ZERO
    factors = [factor for factor in (*scalars, entry) if factor != ONE]
    return Product(tuple(factors)) if len(factors) > 1 else (factors[0] if factors else ONE)


def _times(left: Expr, right: Expr) -> Expr:
    if ZERO in (left, right):
        return ZERO
    if left == ONE:
        return right
    if right == ONE:
        return left
    if isinstance(left, Negative):
        inner = _times(left.operand, right)
        return Negative(inner)
    return Product((left, right))


def _fits(matrix: Matrix) -> bool:
    """Whether the entries, written out, stay below the limit; hashing or comparing them could take for ever."""
    stack, size = list(matrix.entries), 0
    while stack and size <= LIMITS.operations:
        stack += children(stack.pop())
        size += 1
    return size <= LIMITS.operations


def _determinant(rows: tuple[tuple[Expr, ...], ...]) -> Expr:
    if len(rows) == 1:
        return rows[0][0]
    terms = []
    for j, entry in enumerate(rows[0]):
        term = _times(entry, _determinant(tuple(row[:j] + row[j + 1 :] for row in rows[1:])))
        terms.append(Negative(term) if j % 2 and term != ZERO else term)
    return _added(terms)


def _multiplied(left: Matrix, right: Matrix) -> Matrix:
    """Entry (i, j) is Σ_k left_ik right_kj, zeros and ones dropped."""
    middle = range(left.shape[1])
    return Matrix(
        tuple(
            tuple(_added([_times(left.rows[i][k], right.rows[k][j]) for k in middle]) for j in range(right.shape[1]))
            for i in range(left.shape[0])
        )
    )
