"""Functions of NumPy on arrays of numbers that are not known yet, written by those that can be traced.

Each takes what NumPy's own takes and gives what it gives; NotImplemented where NumPy's own code is left to act.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

SMALL = tuple((size, size) for size in range(1, 5))  # shapes of matrices whose minors are written out


# -- choices ------------------------------------------------------------------------------------------


def _select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """The value of the first condition that holds."""
    found = default
    for condition, value in reversed(list(zip(condlist, choicelist, strict=True))):
        found = np.where(condition, value, found)
    return found


def _piecewise(x: Any, condlist: Sequence[Any], funclist: Sequence[Any], *more: Any, **named: Any) -> Any:
    """Of conditions that hold together the value of the last, the one behind all of them where none holds."""
    conditions = list(condlist) if isinstance(condlist, list | tuple) else [condlist]
    values = [value(x, *more, **named) if callable(value) else value for value in funclist]
    found = values[len(conditions)] if len(values) > len(conditions) else 0
    for condition, value in zip(conditions, values, strict=False):
        found = np.where(condition, value, found)
    return found


def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """The line between two neighbours, the first or the last value beyond all of them."""
    if period is not None:
        return NotImplemented
    at = np.array(x) if isinstance(x, list | tuple) else x
    found = fp[-1] if right is None else right
    for k in reversed(range(len(xp) - 1)):
        line = fp[k] + (at - xp[k]) * (fp[k + 1] - fp[k]) / (xp[k + 1] - xp[k])
        found = np.where(at <= xp[k + 1], line, found)
    return np.where(at < xp[0], fp[0] if left is None else left, found)


# -- sums ---------------------------------------------------------------------------------------------


def _mean(a: Any, axis: Any = None, *, keepdims: bool = False, where: Any = True) -> Any:
    """The sum over the number of entries where a mask holds."""
    if where is True:
        return NotImplemented
    along = {"axis": axis, "keepdims": keepdims}
    return np.sum(a, where=where, **along) / np.sum(np.multiply(where, np.ones(np.shape(a))), **along)


def _average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    """Σwa/Σw; weights of one axis are spread over the others."""
    if returned or isinstance(axis, tuple):
        return NotImplemented
    along = {"axis": axis, "keepdims": keepdims}
    if weights is None:
        return np.mean(a, **along)
    if np.shape(weights) != np.shape(a):
        weights = np.reshape(weights, [-1 if k == axis % np.ndim(a) else 1 for k in range(np.ndim(a))])
    return np.sum(np.multiply(a, weights), **along) / np.sum(weights, **along)


def _cov(
    m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None, **weights: Any
) -> Any:
    """Σ (x − mean)(x − mean)ᵀ/(n − 1) for the columns x, or the rows"""
    if y is not None or weights:
        return NotImplemented
    rows = np.atleast_2d(m) if rowvar or np.ndim(m) == 1 else np.transpose(m)
    centred = rows - np.mean(rows, axis=1, keepdims=True)
    free = np.shape(rows)[1] - (1 - bias if ddof is None else ddof)
    return np.squeeze(centred @ centred.T / free)


def _gradient(f: Any, *spacing: Any, **options: Any) -> Any:
    """Differences, which are linear in f: the sum of f's entries times the differences of unit arrays."""
    if any(np.asarray(step).dtype == object for step in spacing):
        return NotImplemented
    units = np.eye(np.size(f)).reshape(-1, *np.shape(f))
    parts = [np.gradient(unit, *spacing, **options) for unit in units]
    if isinstance(parts[0], tuple):
        return tuple(np.tensordot(np.ravel(f), part, 1) for part in zip(*parts, strict=True))
    return np.tensordot(np.ravel(f), parts, 1)


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:  # noqa: A002 (NumPy's name)
    """√Σx² of an array; of vectors (Σ|x|^p)^(1/p), the greatest or the least |x| for p = ±∞; of a matrix p = ±1, ±∞."""
    along = {"axis": axis, "keepdims": keepdims}
    if ord is None:
        return np.sqrt(np.sum(np.multiply(x, x), **along))
    if not isinstance(ord, int | float | np.integer) or ord in (0, 2):
        return NotImplemented
    sizes, extreme = np.abs(x), np.max if ord > 0 else np.min
    if axis is None and np.ndim(x) == 2 and abs(ord) in (1, math.inf):
        return extreme(np.sum(sizes, axis=0 if abs(ord) == 1 else 1, keepdims=keepdims), keepdims=keepdims)
    if not isinstance(axis, int) and not (axis is None and np.ndim(x) == 1):
        return NotImplemented
    if math.isinf(ord):
        return extreme(sizes, **along)
    return np.sum(sizes, **along) if ord == 1 else np.sum(sizes**ord, **along) ** (1 / Fraction(float(ord)))


def _linspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, axis: int = 0, **options: Any) -> Any:
    """(1 − t) start + t stop for t = 0, 1/(num − 1), …"""
    if options or not num:
        return NotImplemented
    parts = [Fraction(k, max(num - endpoint, 1)) for k in range(num)]
    return np.stack([start * (1 - t) + stop * t for t in parts], axis=axis)


# -- small matrices -----------------------------------------------------------------------------------


def _minor(array: Any, row: int, column: int) -> Any:
    """The array without a row and a column."""
    return np.delete(np.delete(array, row, 0), column, 1)


def _determinant(array: Any) -> Any:
    """Σ ± a_1j times the minor of a_1j"""
    if len(array) == 1:
        return array[0, 0]
    return sum((-1) ** j * (entry * _determinant(_minor(array, 0, j))) for j, entry in enumerate(array[0]))


def _solved(array: Any, right: Any) -> Any:
    """A⁻¹ b = adj(A) b/det A, by Cramer's rule"""
    places = range(len(array))
    if len(array) == 1:
        return right / array[0, 0]
    minors = [[(-1) ** (i + j) * _determinant(_minor(array, j, i)) for j in places] for i in places]
    return np.array(minors, dtype=object) @ right / _determinant(array)


class _SignAndLogarithm(NamedTuple):
    sign: Any
    logabsdet: Any


def _sign_and_logarithm(array: Any) -> _SignAndLogarithm:
    determinant = _determinant(array)
    return _SignAndLogarithm(np.sign(determinant), np.log(np.abs(determinant)))


def _matrix_power(array: Any, n: int) -> Any:
    """A A … A, or that of A⁻¹; I and A are left to NumPy."""
    if n < 0:
        return np.linalg.matrix_power(np.linalg.inv(array), -n)
    return np.linalg.multi_dot([array] * n) if n > 1 else NotImplemented


def _if_small(by_minors: Callable[..., Any]) -> Callable[..., Any]:
    """What minors give, of a square array of some few rows."""
    return lambda array, *others: (
        by_minors(*map(np.asarray, (array, *others))) if np.shape(array) in SMALL else NotImplemented
    )


WRITTEN: dict[str, Callable[..., Any]] = {
    "select": _select, "piecewise": _piecewise, "interp": _interp, "mean": _mean, "average": _average,
    "cov": _cov, "gradient": _gradient, "norm": _norm, "matrix_power": _matrix_power, "linspace": _linspace,
    "isclose": lambda a, b, rtol=1e-5, atol=1e-8: np.abs(np.subtract(a, b)) <= atol + rtol * np.abs(b),
    "allclose": lambda *given, **options: np.all(np.isclose(*given, **options)),
    "ptp": lambda a, *given, **options: np.max(a, *given, **options) - np.min(a, *given, **options),
    "count_nonzero": lambda a, axis=None, *, keepdims=False: np.sum(a.astype(bool), axis=axis, keepdims=keepdims),
    "det": _if_small(_determinant), "slogdet": _if_small(_sign_and_logarithm), "solve": _if_small(_solved),
    "inv": _if_small(lambda array: _solved(array, np.eye(len(array), dtype=object))),
}  # fmt: skip
