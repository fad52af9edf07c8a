"""How gradients shrink or grow with depth: singular values of the products J_L · … · J_k, outermost inwards.

The largest singular value of J_L ⋯ J_k bounds the gradient that reaches stage k: ‖∇‖ ≤ σ_max ‖∇_y‖.
"""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np

from jacocalc.errors import JacocalcError
from jacocalc.evaluate.fields import Unsettled, precision
from jacocalc.evaluate.numbers import ball, coordinates_of
from jacocalc.evaluate.stagewise import Stagewise
from jacocalc.functions import Chain, Point, VectorFunction
from jacocalc.known_functions import SMALL_DERIVATIVES
from jacocalc.notation import Call, walk
from jacocalc.steps import NormsByDepth

_BITS, _BITS_OF_A_STAGE = 512, 16
_DIGITS = 4
_SURE = 10**6  # times as large as its radius is a number that is shown with four digits
_LOST = 1e-10  # of the largest singular value: below that doubles do not show four digits of another one
_LARGEST = 40


def norms_by_depth(chain: Chain, at: Point) -> NormsByDepth | None:
    """The table by depth; None where a value is not settled or a stage is too large."""
    if any(max(int(stage.n), int(stage.m)) > _LARGEST for stage in chain.stages):
        return None
    bits = _BITS + _BITS_OF_A_STAGE * len(chain.stages)
    try:
        with mpmath.workprec(bits), precision(bits):
            return _table(chain, Stagewise(chain).factors([ball(one, bits) for one in coordinates_of(chain, at)]))
    except (Unsettled, JacocalcError, ZeroDivisionError):
        return None


def _table(chain: Chain, jacobians: list[Any]) -> NormsByDepth:
    last = len(jacobians) - 1
    rows, sizes, own = [], [], []
    product = None
    for place in range(last, -1, -1):
        product = jacobians[place] if product is None else product * jacobians[place]
        largest, smallest = _singular(product)
        local = _by_doubles(jacobians[place])[0]
        rows.append((place, _said(local), _said(largest), _said(smallest)))
        sizes.append(largest)
        own.append(local)
    kind = _kind(sizes)
    pick = max if kind == "exploding" else min
    cause = last - pick(range(len(own)), key=lambda k: own[k])
    if kind == "zero":
        cause = last - sizes.index(0)
    return NormsByDepth(tuple(rows), _levels(sizes), kind, cause, _known(chain.stages[cause]))


def _singular(matrix: Any) -> tuple[Any, Any]:
    """The largest and the smallest singular value, by doubles as far as these are sharp."""
    largest, smallest = _by_doubles(matrix)
    return largest, smallest if smallest > _LOST * largest else _smallest(matrix)


def _smallest(matrix: Any) -> Any:
    """One that doubles lose beside the largest: 1/σ_max(A⁻¹); 0 where no digits are left of it.

    Of a matrix that is not square, the root of that of AAᵀ or AᵀA.
    """
    rows, columns = matrix.nrows(), matrix.ncols()
    if rows != columns:
        turned = matrix.transpose()
        return mpmath.sqrt(_smallest(matrix * turned if rows < columns else turned * matrix))
    try:
        return 1 / _by_doubles(matrix.inv())[0]
    except (ZeroDivisionError, Unsettled):
        return mpmath.mpf(0)


def _by_doubles(matrix: Any) -> tuple[Any, Any]:
    """The largest and the smallest singular value of the matrix, brought to the size of 1 for doubles.

    Raises Unsettled where the balls leave too few digits.
    """
    entries = [entry.mid() for entry in matrix.entries()]
    scale, radius = max(map(abs, entries)), max(entry.rad() for entry in matrix.entries())
    if not radius < scale / _SURE:
        if scale.is_zero() and radius.is_zero():
            return mpmath.mpf(0), mpmath.mpf(0)
        raise Unsettled("singular values")
    scaled = np.array([float(entry / scale) for entry in entries]).reshape(matrix.nrows(), matrix.ncols())
    values = np.linalg.svd(scaled, compute_uv=False)
    size = mpmath.ldexp(*map(int, scale.man_exp()))
    return size * float(values[0]), size * float(values[-1])


def _said(value: Any) -> str:
    return str(mpmath.nstr(value, _DIGITS, min_fixed=-4, max_fixed=6)) if value else "0"


def _kind(sizes: list[Any]) -> str:
    """Judged by the mean factor of a stage."""
    if not sizes[-1]:
        return "zero"
    factor = float(sizes[-1] ** (mpmath.mpf(1) / len(sizes)))
    return "vanishing" if factor < 0.75 else "exploding" if factor > 1.5 else "steady"


def _levels(sizes: list[Any]) -> tuple[int, ...]:
    logs = [float(mpmath.log(size)) if size else -math.inf for size in sizes]
    finite = [log for log in logs if math.isfinite(log)]
    if not finite:
        return tuple(0 for _ in logs)
    low, high = min(finite), max(finite)
    span = max(high - low, math.log(10))
    return tuple(round(7 * max(0.0, 1 - (high - log) / span)) if math.isfinite(log) else 0 for log in logs)


def _known(stage: VectorFunction) -> tuple[str, ...]:
    calls = (node.function for c in stage.values for node in walk(c) if isinstance(node, Call))
    found = set(calls)
    return tuple(name for name in SMALL_DERIVATIVES if name in found)
