"""erf and erfc of an array in NumPy: the rational approximations of W. J. Cody, Math. Comp. 23 (1969) 631–637.

    |u| ≤ 15/32:  erf u = u · P(u²)/Q(u²)
    |u| > 15/32:  erfc |u| = 1 − erf |u| = e^(−u²) · R(|u|)/S(|u|)
    |u| > 4:      erfc |u| = e^(−u²)/|u| · (1/√π − v · T(v)/U(v)), v = 1/u²

Within 4 units of the last place of a double, erf within 2 beyond 0.6, erfc within 5.  Beyond 4, erfc is below 2⁻²⁵, and
erf needs no more digits than the second form has there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = Any

_SMALL = 15 / 32
_LARGE = 4.0
_ONE = 6.0  # from here on erf is 1 in double precision
_ZERO = 30.0  # from here on erfc is 0
# The highest power first.
_P = (1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2, 3.77485237685302021e2,
      3.20937758913846947e3)  # fmt: skip
_Q = (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3)
_R = (2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1,
      2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3,
      1.23033935479799725e3)  # fmt: skip
_S = (1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
      3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3)  # fmt: skip

_T = (1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
      1.60837851487422766e-2, 6.58749161529837803e-4)  # fmt: skip
_U = (1.0, 2.56852019228982242, 1.87295284992346047, 5.27905102951428412e-1, 6.05183413124413191e-2,
      2.33520497626869185e-3)  # fmt: skip


def erf(u: Array, out: Array | None = None) -> Array:
    """erf u in the shape of u; ``out``, which may be u itself, takes it."""
    return _by_size(u, out, lambda near: near, _from_one)


def erfc(u: Array, out: Array | None = None) -> Array:
    """1 − erf u in the shape of u, with all its digits where it is small; ``out``, which may be u itself, takes it."""
    return _by_size(u, out, lambda near: 1 - near, _rest)


def _by_size(
    u: Array, out: Array | None, of_small: Callable[[Array], Array], of_large: Callable[[Array], Array]
) -> Array:
    """What is made of erf u where |u| is small, and of u where it is not."""
    given = np.asarray(u)
    flat = given.astype(np.float64, copy=False).reshape(-1)
    found = np.empty_like(flat)
    small = abs(flat) <= _SMALL
    near = flat[small]
    square = near * near
    found[small] = of_small(near * (_polynomial(_P, square) / _polynomial(_Q, square)))
    found[~small] = of_large(flat[~small])
    if out is None:
        return found.reshape(given.shape).astype(np.result_type(given, np.float32), copy=False)
    out[...] = found.reshape(given.shape)
    return out


def _from_one(far: Array) -> Array:
    """±(1 − e^(−u²) · R/S)"""
    size = np.minimum(abs(far), _ONE)
    return np.copysign(1 - np.exp(-size * size) * (_polynomial(_R, size) / _polynomial(_S, size)), far)


def _rest(far: Array) -> Array:
    """erfc u, 2 − erfc |u| where u < 0; e^(−u²) = e^(−c²) e^(−(u − c)(u + c)), c so short that c² is exact"""
    size = np.minimum(abs(far), _ZERO)
    found = _polynomial(_R, size) / _polynomial(_S, size)
    large = size > _LARGE
    inverse = 1 / size[large]
    square = inverse * inverse
    bent = square * (_polynomial(_T, square) / _polynomial(_U, square))
    found[large] = inverse * (1 / math.sqrt(math.pi) - bent)
    short = np.trunc(16 * size) / 16
    found *= np.exp((short - size) * (short + size))
    found *= np.exp(-short * short)
    return np.where(far < 0, 2 - found, found)


def _polynomial(coefficients: Sequence[float], u: Array) -> Array:
    """By Horner's rule."""
    total = np.full_like(u, coefficients[0])
    for coefficient in coefficients[1:]:
        total *= u
        total += coefficient
    return total
