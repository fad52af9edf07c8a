"""Matrix programs of our own: every term knows its shape, its text, and its value on arrays of any library.

Arrays have two axes throughout; a vector is a column, a scalar 1×1.  ``Arrays`` says how a library does what is not an
operator: numbers of 100 digits in NumPy's object arrays, and PyTorch's doubles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from tests.oracles.differences import determinant, solved
from tests.oracles.spaces import REAL, Space, real, torch_space

Shape = tuple[int, int]
SCALAR: Shape = (1, 1)


@dataclass(frozen=True)
class Arrays:
    """The operations of a library; see the module's head."""

    space: Space
    entrywise: Callable[[Callable[[Any], Any], Any], Any]
    inverse: Callable[[Any], Any]
    determinant: Callable[[Any], Any]
    ones: Callable[[int, int], Any]
    number: Callable[[Fraction], Any]
    stacked: Callable[[Sequence[Sequence[Any]]], Any]

    def each(self, name: str, array: Any) -> Any:
        """A function, entry by entry."""
        return self.entrywise(lambda u: self.space.apply(name, (u,)), array)

    def total(self, array: Any) -> Any:
        """The sum of all entries, 1×1."""
        m, n = array.shape
        return self.ones(1, m) @ array @ self.ones(n, 1)

    def diagonal(self, vector: Any) -> Any:
        """diag x."""
        n = vector.shape[0]
        return (vector @ self.ones(1, n)) * self.unit(n)

    def unit(self, n: int) -> Any:
        """I."""
        return self.stacked([[int(i == j) for j in range(n)] for i in range(n)])

    def softmax(self, vector: Any) -> Any:
        """exp x / Σ exp x, of every column."""
        powers = self.each("exp", vector)
        return powers / (self.ones(vector.shape[0], vector.shape[0]) @ powers)


def _object(rows: Sequence[Sequence[Any]]) -> Any:
    found = np.empty((len(rows), len(rows[0])), dtype=object)
    for i, row in enumerate(rows):
        for j, one in enumerate(row):
            found[i, j] = real.mpf(one)
    return found


def _inverse(array: Any) -> Any:
    n = array.shape[0]
    columns = [solved(array.tolist(), [real.mpf(int(i == j)) for i in range(n)]) for j in range(n)]
    return _object([list(row) for row in zip(*columns, strict=True)])


EXACT = Arrays(
    REAL, lambda f, a: _object([[f(u) for u in row] for row in a.tolist()]), _inverse,
    lambda a: _object([[determinant(a.tolist())]]), lambda m, n: _object([[1] * n] * m), REAL.number, _object,
)  # fmt: skip


def torch_arrays() -> Arrays:
    """PyTorch's doubles; ImportError where it is not installed."""
    import torch

    double = torch.float64
    return Arrays(
        torch_space(), lambda f, a: f(a), torch.linalg.inv, lambda a: torch.linalg.det(a).reshape(1, 1),
        lambda m, n: torch.ones((m, n), dtype=double), lambda q: torch.tensor(float(q), dtype=double),
        lambda rows: torch.tensor(rows, dtype=double),
    )  # fmt: skip


Value = Callable[[Arrays, Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Term:
    """A term: its shape, its text (``level`` 0 a sum, 1 a product, 2 a power, 3 an atom), and its value."""

    shape: Shape
    text: str
    level: int
    value: Value

    def at(self, level: int) -> str:
        """The text, in brackets if it binds less than the place needs."""
        return self.text if self.level >= level else f"({self.text})"


def variable(called: str, shape: Shape) -> Term:
    """A declared or computed variable."""
    return Term(shape, called, 3, lambda _, names: names[called])


def scalar(q: Fraction) -> Term:
    """A number ≥ 0."""
    text = str(q.numerator) if q.denominator == 1 else f"({q.numerator}/{q.denominator})"
    return Term(SCALAR, text, 3, lambda arrays, _: arrays.stacked([[1]]) * arrays.number(q))


def plus(a: Term, b: Term) -> Term:
    """A + B"""
    return Term(a.shape, f"{a.at(0)} + {b.at(1)}", 0, lambda s, n: a.value(s, n) + b.value(s, n))


def minus(a: Term, b: Term) -> Term:
    """A − B"""
    return Term(a.shape, f"{a.at(0)} - {b.at(1)}", 0, lambda s, n: a.value(s, n) - b.value(s, n))


def times(a: Term, b: Term) -> Term:
    """A B"""
    shape = (a.shape[0], b.shape[1])
    return Term(shape, f"{a.at(2)} {b.at(2)}", 1, lambda s, n: a.value(s, n) @ b.value(s, n))


def scaled(c: Term, a: Term) -> Term:
    """c A with a scalar c"""
    return Term(a.shape, f"{c.at(2)} * {a.at(2)}", 1, lambda s, n: c.value(s, n) * a.value(s, n))


def hadamard(a: Term, b: Term) -> Term:
    """A ⊙ B"""
    return Term(a.shape, f"{a.at(2)} .* {b.at(2)}", 0, lambda s, n: a.value(s, n) * b.value(s, n))


def over(a: Term, c: Term) -> Term:
    """A/(c² + 1) with a scalar c"""
    return Term(a.shape, f"{a.at(2)}/({c.at(2)}^2 + 1)", 1,
                lambda s, n: a.value(s, n) / (c.value(s, n) * c.value(s, n) + 1))  # fmt: skip


def divided(a: Term, b: Term) -> Term:
    """A ⊘ (B ⊙ B + 1)"""
    return Term(a.shape, f"{a.at(2)} ./ ({b.at(2)}.^2 + ones({_size(b.shape)}))", 0,
                lambda s, n: a.value(s, n) / (b.value(s, n) * b.value(s, n) + 1))  # fmt: skip


def _size(shape: Shape) -> str:
    return str(shape[0]) if shape[1] == 1 else f"{shape[0]}, {shape[1]}"


def transposed(a: Term) -> Term:
    """Aᵀ"""
    return Term((a.shape[1], a.shape[0]), f"{a.at(3)}'", 2, lambda s, n: a.value(s, n).T)


def each(name: str, a: Term) -> Term:
    """f(A), entry by entry"""
    return Term(a.shape, f"{name}({a.text})", 3, lambda s, n: s.each(name, a.value(s, n)))


def safe(name: str, a: Term) -> Term:
    """ln or √ of A ⊙ A + 1"""
    inner = f"{a.at(2)}.^2 + ones({_size(a.shape)})" if a.shape != SCALAR else f"{a.at(2)}^2 + 1"
    return Term(a.shape, f"{name}({inner})", 3, lambda s, n: s.each(name, a.value(s, n) * a.value(s, n) + 1))


def inverse(a: Term) -> Term:
    """A⁻¹"""
    return Term(a.shape, f"{a.at(3)}^-1", 2, lambda s, n: s.inverse(a.value(s, n)))


def softmax(a: Term) -> Term:
    """The softmax of a vector."""
    return Term(a.shape, f"softmax({a.text})", 3, lambda s, n: s.softmax(a.value(s, n)))


def softmax_rows(a: Term) -> Term:
    """The softmax of every row."""
    return Term(a.shape, f"softmax_rows({a.text})", 3, lambda s, n: s.softmax(a.value(s, n).T).T)


def softmax_columns(a: Term) -> Term:
    """The softmax of every column."""
    return Term(a.shape, f"softmax_columns({a.text})", 3, lambda s, n: s.softmax(a.value(s, n)))


def outer(a: Term, b: Term) -> Term:
    """a bᵀ of two vectors"""
    return Term((a.shape[0], b.shape[0]), f"outer({a.text}, {b.text})", 3, lambda s, n: a.value(s, n) @ b.value(s, n).T)


def diagonal(a: Term) -> Term:
    """diag a of a vector"""
    return Term((a.shape[0], a.shape[0]), f"diag({a.text})", 3, lambda s, n: s.diagonal(a.value(s, n)))


def centred(a: Term) -> Term:
    """a − mean(a) of a vector"""
    k = a.shape[0]
    return Term(a.shape, f"{a.at(1)} - mean({a.text}) ones({k})", 0,
                lambda s, n: a.value(s, n) - s.total(a.value(s, n)) / k * s.ones(k, 1))  # fmt: skip


def to_scalar(name: str, a: Term) -> Term:
    """tr, det, logdet, sum, mean, var, norms, logsumexp."""
    text = {"norm": f"||{a.text}||", "norm2": f"||{a.text}||^2"}.get(name, f"{name}({a.text})")
    return Term(SCALAR, text, 3 if name != "norm2" else 2, lambda s, n: _SCALARS[name](s, a.value(s, n)))


def _variance(s: Arrays, a: Any) -> Any:
    count = a.shape[0] * a.shape[1]
    mean = s.total(a) / count
    rest = a - mean * s.ones(*a.shape)
    return s.total(rest * rest) / count


_SCALARS: dict[str, Callable[[Arrays, Any], Any]] = {
    "tr": lambda s, a: s.total(a * s.unit(a.shape[0])), "det": lambda s, a: s.determinant(a),
    "logdet": lambda s, a: s.each("ln", s.determinant(a)), "sum": lambda s, a: s.total(a),
    "mean": lambda s, a: s.total(a) / (a.shape[0] * a.shape[1]), "var": _variance,
    "norm": lambda s, a: s.each("sqrt", s.total(a * a)), "norm2": lambda s, a: s.total(a * a),
    "logsumexp": lambda s, a: s.each("ln", s.total(s.each("exp", a))),
}  # fmt: skip
