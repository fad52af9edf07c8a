"""Where the numbers of level curves stand: few, upright, apart from one another, from the frame and from what is drawn.

Lengths are parts of the width of the picture.  Of each level the place is taken that is the furthest from all else;
a level without a place that is far enough has no number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from jacocalc.pictures.stages import Array

_WIDE, _HIGH = 0.075, 0.035  # from the frame to the middle of a number
_APART = 0.16
_CLEAR = 0.07  # from the curve of the point, and from its arrow
_MOST = 9


@dataclass(frozen=True, eq=False)
class Label:
    """A level with the place of its number."""

    level: float
    place: Array


def labels(levels: Sequence[tuple[float, Array]], kept_clear: Array, low: Array, high: Array) -> tuple[Label, ...]:
    """Places on the curves (a level, the points of its curve), away from the points of ``kept_clear``."""
    return tuple(_labels(levels, (kept_clear - low) / (high - low), low, high))


def _labels(levels: Sequence[tuple[float, Array]], drawn: Array, low: Array, high: Array) -> Iterator[Label]:
    taken = np.empty((0, 2))
    for level, curve in levels:
        places = (curve - low) / (high - low)
        inside = np.logical_and(places > (_WIDE, _HIGH), places < (1 - _WIDE, 1 - _HIGH)).all(axis=1)
        room = np.minimum(_distance(places, drawn) / _CLEAR, _distance(places, taken) / _APART)
        room = np.where(inside, np.minimum(room, 2), 0)
        if len(room) and np.max(room) >= 1 and len(taken) < _MOST:
            best = int(np.argmax(room))
            taken = np.concatenate([taken, places[best : best + 1]])
            yield Label(level, curve[best])


def _distance(places: Array, others: Array) -> Array:
    """How far each place is from the nearest of the others."""
    if not len(others):
        return np.full(len(places), np.inf)
    return np.asarray(np.min(np.linalg.norm(places[:, None] - others[None], axis=-1), axis=1))
