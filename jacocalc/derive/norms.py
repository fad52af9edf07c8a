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

_BITS = 256
_DIGITS = 4
_LOST = 1e-10  # of the largest singular value: below that doubles do not show four digits of another one
_LARGEST = 40


def norms_by_depth(chain: Chain, at: Point) -> NormsByDepth | None:
    """The table by depth; None where a value is not settled or a stage is too large."""
    if any(max(int(stage.n), int(stage.m)) > _LARGEST for stage in chain.stages):
        return None
    try:
        jacobians = _stage_jacobians(chain, at)
    except (Unsettled, JacocalcError, ZeroDivisionError):
        return None
    with mpmath.workprec(_BITS), precision(_BITS):
        return _table(chain, jacobians)


def _stage_jacobians(chain: Chain, at: Point) -> list[Any]:
    """J of each stage at its own point, as numbers without radius."""
    with precision(_BITS):
        found = Stagewise(chain).factors([ball(coordinate, _BITS) for coordinate in coordinates_of(chain, at)])
        for matrix in found:
            if not all(entry.is_finite() for entry in matrix.entries()):
                raise Unsettled("not a finite number")
        return [matrix.mid() for matrix in found]


def _number(value: Any) -> Any:
    return mpmath.mpf(value.mid().str(60, radius=False))


def _table(chain: Chain, jacobians: list[Any]) -> NormsByDepth:
    last = len(jacobians) - 1
    rows, sizes, own = [], [], []
    product = None
    for place in range(last, -1, -1):
        product = jacobians[place] if product is None else product * jacobians[place]
        largest, smallest = _singular(product)
        local = _singular(jacobians[place])[0]
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
    """The largest and the smallest singular value, by doubles as far as these are sharp.

    A smallest one that is lost beside the largest is the reciprocal of the largest one of the inverse.
    """
    values = _doubles(matrix)
    if values[-1] > _LOST * values[0]:
        return values[0], values[-1]
    rows, columns = matrix.nrows(), matrix.ncols()
    if rows == columns and values[0]:
        try:
            smallest = 1 / _doubles(matrix.inv())[0]
        except ZeroDivisionError:
            return _many_digits(matrix)
        return values[0], smallest if smallest > values[0] * mpmath.mpf(2) ** (-_BITS // 2) else mpmath.mpf(0)
    return _many_digits(matrix)


def _doubles(matrix: Any) -> list[Any]:
    """The singular values of the matrix, brought to the size of 1 for doubles."""
    entries = [entry.mid() for entry in matrix.entries()]
    scale = max(map(abs, entries))
    if scale.is_zero():
        return [mpmath.mpf(0)]
    scaled = np.array([float(entry / scale) for entry in entries]).reshape(matrix.nrows(), matrix.ncols())
    return [_number(scale) * mpmath.mpf(float(value)) for value in np.linalg.svd(scaled, compute_uv=False)]


def _many_digits(matrix: Any) -> tuple[Any, Any]:
    rows = [[_number(matrix[i, j]) for j in range(matrix.ncols())] for i in range(matrix.nrows())]
    values = list(mpmath.svd_r(mpmath.matrix(rows), compute_uv=False))
    tiny = max(values) * mpmath.mpf(2) ** (-_BITS // 2)
    values = [mpmath.mpf(0) if value <= tiny else value for value in values]
    return max(values), min(values)


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
