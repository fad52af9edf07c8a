"""What runs for each kind of node: a function of the arrays of its parts, and of the array that it fills."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from jacocalc.compiled.error_function import erf
from jacocalc.compiled.matrix.graph import ELEMENTWISE, Node, Sizes
from jacocalc.compiled.numpy_kernel import UFUNCS

_LARGE = 4096  # entries of a product of a column and a row
_HUGE = np.float64(1e300)
Array = Any
Kernel = Callable[..., object]


def kernel(node: Node, shapes: Sequence[Sizes] = ()) -> Kernel:
    """The function of a node, the shapes of its parts given: its last argument is what it fills."""
    if node.kind == "multiply" and math.prod(node.shape) >= _LARGE:
        m, n = node.shape
        if tuple(shapes) in (((m, 1), (1, n)), ((1, n), (m, 1))):
            return _outer
    if node.kind in ELEMENTWISE and node.kind not in _KERNELS:
        found: Kernel = getattr(np, node.kind)
        return found
    if node.kind in ("sum", "max"):
        return partial(_REDUCED[node.kind], node.detail)
    return partial(_python, node.detail) if node.kind == "python" else _KERNELS[node.kind]


def _outer(a: Array, b: Array, out: Array) -> None:
    """u vᵀ, the factors in either order: einsum takes half the time of a product that is spread out"""
    column, row = (a, b) if a.shape[1] == 1 else (b, a)
    np.einsum("i,j->ij", column[:, 0], row[0], out=out)


def _sum(axis: int, a: Array, out: Array) -> None:
    np.add.reduce(a, axis=axis, out=out, keepdims=True)


def _max(axis: int, a: Array, out: Array) -> None:
    np.maximum.reduce(a, axis=axis, out=out, keepdims=True)


def _total(a: Array, out: Array) -> None:
    out[0, 0] = np.add.reduce(a, axis=None)


def _inner(a: Array, b: Array, out: Array) -> None:
    """⟨A, B⟩ without a copy; by BLAS where both lie in one piece"""
    pieces = a.flags.c_contiguous and b.flags.c_contiguous
    found = np.dot(a.reshape(-1), b.reshape(-1)) if pieces else np.einsum("ij,ij->", a, b)
    if math.isinf(found):  # neither of the two says so, as NumPy's own loops do
        np.multiply(_HUGE, _HUGE)
    out[0, 0] = found


def _norm(a: Array, out: Array) -> None:
    """‖A‖, by entries beside the largest one where their squares overflow or underflow"""
    found, limits, largest = np.einsum("ij,ij->", a, a), np.finfo(a.dtype), 1
    if not limits.tiny / limits.eps <= found < math.inf:
        largest = np.abs(a).max()
        if 0 < largest < math.inf:
            found = np.einsum("ij,ij->", a / largest, a / largest)
    out[0, 0] = largest * np.sqrt(found)


def _squares(total: Array, a: Array, out: Array) -> None:
    """Total + ‖A‖², in the fewest calls: it is added to every gradient"""
    np.add(total, np.vdot(a, a) if a.flags.c_contiguous else np.einsum("ij,ij->", a, a), out)


def _full(a: Array, out: Array) -> None:
    out[...] = a


def _eye(out: Array) -> None:
    out[...] = 0
    np.fill_diagonal(out, 1)


def _where(condition: Array, above: Array, below: Array, out: Array) -> None:
    out[...] = np.where(np.asarray(condition) > 0, above, below)


def _python(function: Any, a: Array, out: Array) -> None:
    out[...] = function(np.asarray(a))


def _trace(a: Array, out: Array) -> None:
    out[0, 0] = np.trace(a)


def _diag(a: Array, out: Array) -> None:
    out[...] = 0
    np.einsum("ii->i", out)[...] = a[:, 0]


def _diagonal(a: Array, out: Array) -> None:
    out[:, 0] = np.diagonal(a)


def _vec(a: Array, out: Array) -> None:
    """The columns, stacked"""
    out[:, 0] = a.T.reshape(-1)


def _kron(a: Array, b: Array, out: Array) -> None:
    out[...] = np.kron(a, b)


def _inverse(a: Array, out: Array) -> None:
    out[...] = np.linalg.inv(a)


def _solve(a: Array, b: Array, out: Array) -> None:
    out[...] = np.linalg.solve(a, b)


def _det(a: Array, out: Array) -> None:
    out[0, 0] = np.linalg.det(a)


def _logdet(a: Array, out: Array) -> None:
    sign, value = np.linalg.slogdet(a)
    out[0, 0] = value if sign > 0 else math.nan


_REDUCED: dict[str, Callable[..., None]] = {"sum": _sum, "max": _max}
_KERNELS: dict[str, Kernel] = {
    "maximum": UFUNCS["max"], "minimum": UFUNCS["min"], "matmul": np.matmul, "total": _total, "inner": _inner,
    "norm": _norm, "squares": _squares, "full": _full,
    "eye": _eye, "where": _where, "erf": erf, "trace": _trace, "diag": _diag, "diagonal": _diagonal, "vec": _vec,
    "kron": _kron, "inverse": _inverse, "solve": _solve, "det": _det, "logdet": _logdet,
}  # fmt: skip
