"""Where a function jumps between two samples: what is drawn through there would be false, so it is a gap.

    f(l), f(r) apart  →  halve [l, r] again and again on the side of the greater change
    a continuous f changes less and less; over a jump the change stays, at a pole it grows, or f is undefined there
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from jacocalc.pictures.stages import Array

Values = Callable[[Array], Array]
_HALVINGS = 24
_STAYS = 0.5  # of the change at the start
_SEEN = 0.02  # of the height: smaller jumps are not seen
_ROUNDING = 1e-9  # of the value


def without_jumps(value: Values, points: Array, found: Array) -> Array:
    """``found``, the values at a line or a net of points, NaN at one side of each jump between neighbours.

    ``points`` and ``found`` have one direction last; the side that stays is the one nearer to the usual height.
    """
    kept = found.copy()
    known = found[np.isfinite(found).all(axis=-1)]
    if not len(known):
        return kept
    far = np.linalg.norm(found - np.median(known, axis=0), axis=-1)
    for axis in range(found.ndim - 1):
        before, behind = (_along(axis, slice(None, -1)), _along(axis, slice(1, None)))
        jumps = _jumps(value, points[before], points[behind], found[before], found[behind])
        first = far[before] > far[behind]
        kept[before][jumps & first] = np.nan
        kept[behind][jumps & ~first] = np.nan
    return kept


def _along(axis: int, part: slice) -> tuple[slice, ...]:
    return (*[slice(None)] * axis, part)


def _jumps(value: Values, left: Array, right: Array, low: Array, high: Array) -> Array:
    """Whether the values jump between neighbours."""
    change = np.max(np.abs(high - low), axis=-1)
    known = low[np.isfinite(low).all(axis=-1)]
    if not len(known):
        return np.zeros(change.shape, bool)
    height = float(np.max(np.percentile(known, 90, axis=0) - np.percentile(known, 10, axis=0)))
    rounding = _ROUNDING * np.maximum(np.max(np.abs(low), axis=-1), np.max(np.abs(high), axis=-1))
    asked = (change > _SEEN * height) & (change > rounding)
    found = np.zeros(change.shape, bool)
    if asked.any():
        found[asked] = _stays(value, left[asked], right[asked], low[asked], high[asked])
    return found


def _stays(value: Values, left: Array, right: Array, low: Array, high: Array) -> Array:
    """Whether the change from l to r stays while they approach each other."""
    start = np.max(np.abs(high - low), axis=-1)
    undefined = np.zeros(start.shape, bool)
    for _ in range(_HALVINGS):
        middle = (left + right) / 2
        between = value(middle)
        lower, upper = (np.max(np.abs(between - end), axis=-1) for end in (low, high))
        undefined |= np.isnan(lower)
        below = (lower > upper)[..., None]
        left, right = np.where(below, left, middle), np.where(below, middle, right)
        low, high = np.where(below, low, between), np.where(below, between, high)
    return np.asarray(undefined | (np.max(np.abs(high - low), axis=-1) > _STAYS * start))
