"""Terms → arrays: one interpreter, over double precision or over Arb balls.

Every value is an array of two axes (rows, columns); balls stand in arrays of objects.  Generic elementwise
functions (σ) take the function that is given for them; ``sample`` stands in where a derivation is verified.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from itertools import repeat
from operator import add, mul
from typing import Any

import flint
import numpy as np

from jacocalc import terms
from jacocalc.errors import DomainError, JacocalcError
from jacocalc.evaluate.fields import Balls
from jacocalc.functions import Size
from jacocalc.known_functions import KNOWN, NUMPY_NAMES
from jacocalc.notation import Call, Constant, Expr, Minus, Negative, Number, Power, Product, Quotient, Sum, Symbol
from jacocalc.terms import Term, parts_of, shifted

Array = Any
U = Symbol("u")

# A smooth function without symmetry stands for a generic σ: u/2 + sin(u)/3 + u²/5, with all its derivatives.
SAMPLE: Expr = U / Number(Fraction(2)) + Call("sin", (U,)) / Number(Fraction(3)) + U**2 / Number(Fraction(5))
SAMPLE_DERIVATIVES: tuple[Expr, ...] = (
    SAMPLE,
    Quotient(Number(Fraction(1)), Number(Fraction(2)))
    + Call("cos", (U,)) / Number(Fraction(3))
    + Number(Fraction(2)) * U / Number(Fraction(5)),
    Number(Fraction(2, 5)) - Call("sin", (U,)) / Number(Fraction(3)),
    Negative(Call("cos", (U,)) / Number(Fraction(3))),
)


class Floats:
    """Double precision, by NumPy."""

    def number(self, value: Fraction) -> Array:
        return float(value)

    def constant(self, name: str) -> Array:
        return math.pi if name == "pi" else math.e

    def array(self, values: Any) -> Array:
        return np.array(values, dtype=np.float64)

    def full(self, shape: tuple[int, int], value: Fraction) -> Array:
        return np.full(shape, float(value))

    def apply(self, name: str, array: Array) -> Array:
        """A function of the table, entry by entry, in its stable form."""
        match name:
            case "sigmoid":
                return 0.5 * (1.0 + np.tanh(0.5 * array))
            case "softplus":
                return np.logaddexp(0.0, array)
            case "relu":
                return np.maximum(array, 0.0)
            case "step":
                return (array > 0).astype(np.float64)
            case "silu":
                return array * self.apply("sigmoid", array)
            case "erf":
                return np.vectorize(math.erf, otypes=[np.float64])(array)
        row = KNOWN[name]
        if row.ball:
            return getattr(np, NUMPY_NAMES.get(name, name))(array)
        assert row.lowered is not None
        return by_formula(row.lowered(U), array, self)

    def extreme(self, name: str, a: Array, b: Array) -> Array:
        return np.maximum(a, b) if name == "max" else np.minimum(a, b)

    def power(self, base: Array, exponent: Array) -> Array:
        return np.power(base, exponent)

    def inverse(self, array: Array) -> Array:
        return np.linalg.inv(array)

    def determinant(self, array: Array) -> Array:
        return np.linalg.det(array)

    def log_determinant(self, array: Array) -> Array:
        sign, value = np.linalg.slogdet(array)
        return value if sign > 0 else math.nan

    def shifted_exponentials(self, array: Array, axis: int) -> tuple[Array, Array]:
        """(maximum, exp(z − maximum)) along an axis."""
        top = array.max(axis=axis, keepdims=True)
        return top, np.exp(array - top)

    def log(self, array: Array) -> Array:
        return np.log(array)

    def root(self, array: Array) -> Array:
        return np.sqrt(array)


class BallArrays:
    """Arb balls of the precision that is set around the evaluation."""

    balls = Balls()

    def number(self, value: Fraction) -> Array:
        return self.balls.number(value)

    def constant(self, name: str) -> Array:
        return self.balls.constant(name)

    def array(self, values: Any) -> Array:
        return np.array(values, dtype=object)

    def full(self, shape: tuple[int, int], value: Fraction) -> Array:
        return np.full(shape, self.number(value), dtype=object)

    def apply(self, name: str, array: Array) -> Array:
        """A function of the table, entry by entry."""
        if name == "step":
            half = self.number(Fraction(1, 2))
            return self._each(lambda value: (self.balls.call("sign", [value]) + 1) * half, array)
        row = KNOWN[name]
        if row.ball:
            return self._each(lambda value: self.balls.call(name, [value]), array)
        assert row.lowered is not None
        return by_formula(row.lowered(U), array, self)

    @staticmethod
    def _each(function: Callable[[Any], Any], array: Array) -> Array:
        return np.frompyfunc(function, 1, 1)(array)

    def extreme(self, name: str, a: Array, b: Array) -> Array:
        return np.frompyfunc(lambda u, v: self.balls.call(name, [u, v]), 2, 1)(a, b)

    def power(self, base: Array, exponent: Array) -> Array:
        return np.frompyfunc(self._raised, 2, 1)(base, exponent)

    def _raised(self, base: Any, exponent: Any) -> Any:
        whole = exponent.unique_fmpz() if exponent.is_integer() else None
        return self.balls.power(base, int(whole)) if whole is not None else self.balls.raised(base, exponent)

    def inverse(self, array: Array) -> Array:
        return self._back(flint.arb_mat(array.tolist()).inv())

    def determinant(self, array: Array) -> Array:
        return flint.arb_mat(array.tolist()).det()

    def log_determinant(self, array: Array) -> Array:
        return self.determinant(array).log()

    @staticmethod
    def _back(matrix: Any) -> Array:
        rows, columns = matrix.nrows(), matrix.ncols()
        made = np.empty((rows, columns), dtype=object)
        for i in range(rows):
            for j in range(columns):
                made[i, j] = matrix[i, j]
        return made

    def shifted_exponentials(self, array: Array, axis: int) -> tuple[Array, Array]:
        """(0, exp(z)): balls do not overflow."""
        return self.full((1, 1), Fraction(0)), self.apply("exp", array)

    def log(self, array: Array) -> Array:
        return self.apply("ln", array)

    def root(self, array: Array) -> Array:
        return self.apply("sqrt", array)


FLOATS, BALLS = Floats(), BallArrays()
Arithmetic = Floats | BallArrays


def by_formula(expr: Expr, u: Array, field: Arithmetic) -> Array:
    """A formula of one variable u at every entry of an array."""

    def visit(node: Expr) -> Array:
        match node:
            case Number(value):
                return field.number(value)
            case Constant(name):
                return field.constant(name)
            case Symbol():
                return u
            case Sum(parts):
                return reduce(add, map(visit, parts))
            case Minus(operand) | Negative(operand):
                return -visit(operand)
            case Product(factors):
                return reduce(mul, map(visit, factors))
            case Quotient(a, b):
                return visit(a) / visit(b)
            case Power(base, Number(value)) if value.denominator == 1:
                return reduce(mul, repeat(visit(base), int(value)))
            case Call("max" | "min" as name, (a, b)):
                return field.extreme(name, visit(a), visit(b))
            case Call("root", (argument, Number(3))) if isinstance(field, Floats):
                return np.cbrt(visit(argument))
            case Call(name, arguments):
                inner = [visit(argument) for argument in arguments]
                if len(inner) == 1:
                    return field.apply(name, inner[0] if hasattr(inner[0], "shape") else field.array([[inner[0]]]))
                if isinstance(field, BallArrays):
                    return np.frompyfunc(lambda *v: field.balls.call(name, list(v)), len(inner), 1)(*inner)
        raise JacocalcError(f"{type(node).__name__} has no value here")

    found = visit(expr)
    return found if getattr(found, "shape", None) == u.shape else found + u * 0


Generic = Callable[[int, Array], Array]  # (order of the derivative, array) → array


def sample(field: Arithmetic) -> Generic:
    """The function that stands for a generic σ in a verification."""
    return lambda order, array: by_formula(SAMPLE_DERIVATIVES[order], array, field)


def number_of(size: Size, sizes: Mapping[str, int]) -> int:
    """The number that a size stands for.  Raises JacocalcError where it is not known."""
    if isinstance(size, int):
        return size
    if size not in sizes:
        raise JacocalcError(f"the size {size} is not known")
    return sizes[size]


class Values:
    """The value of terms where their variables have values.

    ``known``: Var, Adjoint and Differential terms with their arrays; ``sizes``: numbers for symbolic sizes and
    the ends of loops; ``generic``: the functions of generic names.
    """

    def __init__(
        self,
        known: Mapping[Term, Array],
        sizes: Mapping[str, int],
        field: Arithmetic = FLOATS,
        generic: Mapping[str, Generic] | None = None,
    ) -> None:
        self.known = dict(known)
        self.sizes = sizes
        self.field = field
        self.generic = generic or {}

    def size(self, size: Size) -> int:
        """The number that a size stands for."""
        return number_of(size, self.sizes)

    def of(self, term: Term) -> Array:
        """The array of a term.  Raises DomainError where a division or an inverse fails."""
        try:
            with np.errstate(all="ignore"):  # what is not finite is reported by those who show it
                return self._of(term)
        except (ZeroDivisionError, np.linalg.LinAlgError) as error:
            raise DomainError(f"{term} has no value: {error}") from None

    def _of(self, term: Term) -> Array:
        found = self.known.get(term)
        if found is not None:
            return found
        field = self.field
        match term:
            case terms.Scalar(value):
                return field.full((1, 1), value)
            case terms.Letter(name):
                return field.array([[field.constant(name)]])
            case terms.Extent(size):
                return field.full((1, 1), Fraction(self.size(size)))
            case terms.Ones((rows, columns)):
                return field.full((self.size(rows), self.size(columns)), Fraction(1))
            case terms.Zeros((rows, columns)):
                return field.full((self.size(rows), self.size(columns)), Fraction(0))
            case terms.Eye(size):
                count = self.size(size)
                made = field.full((count, count), Fraction(0))
                made[range(count), range(count)] = field.number(Fraction(1))
                return made
            case terms.Summed(letter, first, last, body):
                end = last.offset if not last.letter else self.sizes[last.letter] + last.offset
                steps = (shifted(body, letter, terms.Index("", step)) for step in range(first.offset, end + 1))
                return reduce(add, map(self._of, steps))
            case terms.Elementwise(function, body, order):
                return self._elementwise(function, order, self._of(body))
            case terms.Operation(name, arguments):
                return self._operation(name, [self._of(argument) for argument in arguments])
        values = [self._of(part) for part in parts_of(term)]
        if not values:
            raise JacocalcError(f"{term} has no value")
        return self._combined(term, values)

    def _combined(self, term: Term, values: list[Array]) -> Array:
        first = values[0]
        match term:
            case terms.Plus():
                return reduce(add, values)
            case terms.Opposite():
                return -first
            case terms.Times():
                numbers = all(part.is_scalar for part in term.factors)
                return reduce(mul, values) if numbers else _chain(values)
            case terms.Scaled():
                return first[0, 0] * values[1]
            case terms.Hadamard():
                return reduce(mul, values)
            case terms.Over(_, b):
                return first / (values[1][0, 0] if b.is_scalar else values[1])
            case terms.Raised():
                return self.field.power(first, values[1][0, 0])
            case terms.Transposed():
                return first.T
            case terms.Inverted():
                return self.field.inverse(first)
        raise TypeError(f"no value for {type(term).__name__}")

    def _elementwise(self, function: str, order: int, array: Array) -> Array:
        if function in self.generic:
            return self.generic[function](order, array)
        if function not in KNOWN and function != "step":
            raise JacocalcError(
                f"{'σ' if function == 'sigma' else function} is a generic function and has no values",
                hint=f'say which it is: {{"{function}": "tanh"}}',
            )
        if order:
            raise JacocalcError(f"{function} with a derivative has no value here")
        return self.field.apply(function, array)

    def _operation(self, name: str, values: list[Array]) -> Array:
        field, a = self.field, values[0]
        match name:
            case "tr":
                return _one(sum(a[i, i] for i in range(a.shape[0])), field)
            case "det":
                return _one(field.determinant(a), field)
            case "logdet":
                return _one(field.log_determinant(a), field)
            case "sum":
                return _one(a.sum(), field)
            case "mean":
                return _one(a.sum() / a.size, field)
            case "var":
                centred = a - a.sum() / a.size
                return _one((centred * centred).sum() / a.size, field)
            case "norm2":
                return _one((a * a).sum(), field)
            case "norm":
                return field.root(_one((a * a).sum(), field))
            case "inner":
                return _one((a * values[1]).sum(), field)
            case "diag":
                made = field.full((a.shape[0], a.shape[0]), Fraction(0))
                made[range(a.shape[0]), range(a.shape[0])] = a[:, 0]
                return made
            case "diagonal":
                return a[range(a.shape[0]), range(a.shape[0])].reshape(-1, 1)
            case "softmax" | "softmax_columns":
                _, exponentials = field.shifted_exponentials(a, 0)
                return exponentials / exponentials.sum(axis=0, keepdims=True)
            case "softmax_rows":
                _, exponentials = field.shifted_exponentials(a, 1)
                return exponentials / exponentials.sum(axis=1, keepdims=True)
            case "logsumexp":
                top, exponentials = field.shifted_exponentials(a, 0)
                return top + field.log(_one(exponentials.sum(), field))
        raise TypeError(f"no value for {name}")


def _chain(values: list[Array]) -> Array:
    """A product of arrays, from the side where it costs less."""
    if len(values) > 2 and values[-1].shape[1] < values[0].shape[0]:
        return reduce(lambda right, left: np.dot(left, right), reversed(values))
    return reduce(np.dot, values)


def _one(value: Any, field: Arithmetic) -> Array:
    return field.array([[value]])
