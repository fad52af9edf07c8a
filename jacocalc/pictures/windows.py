"""How much of a space is shown: the side h of the square at a point, and the part of the plane around it.

The side is 1 unless the function bends too much over it: then the largest of 1/2, 1/5, 1/10, 1/20, … over which the
image and the parallelogram are alike.  A region is as large as 60 samples across it can show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np

from jacocalc.pictures.stages import Array

_ALIKE = 0.7  # of the size of the parallelogram: how far the image of the square may lie from it
_SAMPLES = 60
_ROUGH = 0.3
_FLAT = 0.15  # of the height: what the middle half of the samples takes up at least
_LARGE = 1e6
_NOTHING = 1e-13  # of the longest side: what rounding leaves of one that is 0
_NEAR, _FAR = 3.0, 7.0  # half sizes of what must be seen


def sizes(point: Array) -> Iterator[Fraction]:
    """1, 1/2, 1/5, 1/10, …; larger ones where the coordinates are so large that 1 is lost beside them."""
    largest = float(np.max(np.abs(point), initial=0.0))
    start = Fraction(10) ** max(0, int(np.floor(np.log10(largest / _LARGE))) + 1) if largest > _LARGE else Fraction(1)
    for decade in range(9):
        for part in (1, 2, 5):
            yield start / (part * 10**decade)


def side(image: Callable[[Array], Array], point: Array, jacobian: Array) -> Fraction:
    """The side of the square: of all sizes the largest with a faithful image, else the largest with an image."""
    inside = unit_cube(len(point))
    finite: Fraction | None = None
    for size in sizes(point):
        change = image(point + float(size) * inside) - image(point[None, :])
        linear = float(size) * inside @ jacobian.T
        if not np.isfinite(change).all():
            continue
        finite = finite or size
        if np.max(np.abs(change - linear)) <= _ALIKE * np.max(np.abs(linear)):
            return size
    return finite or Fraction(1)


def unit_cube(n: int) -> Array:
    """Points of [0, 1]ⁿ, evenly in every direction."""
    axes = np.meshgrid(*[np.linspace(0, 1, 5)] * n, indexing="ij")
    return np.stack([axis.ravel() for axis in axes], axis=-1)


def radius(value: Callable[[Array], Array], point: Array, start: Fraction = Fraction(2)) -> Fraction:
    """How far around the point a scalar function is shown: the largest 2, 1, 2/5, … that 60 samples can show."""
    steps = np.linspace(-1, 1, _SAMPLES + 1)
    lines = np.concatenate([steps[:, None] * np.eye(len(point))[i] for i in range(len(point))])
    for size in sizes(point):
        found = value(point + float(size * start) * lines).reshape(len(point), -1)
        if _is_shown(found):
            return size * start
    return start


def _is_shown(found: Array) -> bool:
    """Whether the samples follow the curve: most are there, and neighbours say where one is, most of all the point."""
    if np.isfinite(found).mean() < 0.45:
        return False
    for line in found:
        height = np.nanmax(line) - np.nanmin(line) if np.isfinite(line).any() else 0.0
        bends = np.abs(np.diff(line, 2))
        near = bends[len(bends) // 2 - 1 : len(bends) // 2 + 2]
        bends = bends[np.isfinite(bends)]
        if height and len(bends) and max(np.percentile(bends, 80), np.max(near)) > _ROUGH * height:
            return False
        if height and not _is_balanced(line, height):
            return False
    return True


def _is_balanced(line: Array, height: float) -> bool:
    """Whether the middle half of the samples takes up a part of the height that can be seen."""
    middle = line[len(line) // 4 : -len(line) // 4]
    middle = middle[np.isfinite(middle)]
    return not len(middle) or float(np.max(middle) - np.min(middle)) > _FLAT * height


def view(needed: Array, wanted: Array) -> tuple[Array, Array]:
    """The corners of what is shown: all that is needed, and of what is wanted all, or the part that is not far away."""
    low, high = np.nanmin(needed, axis=0), np.nanmax(needed, axis=0)
    reach = max(float(np.max(high - low)) / 2, 1e-9 * max(1.0, float(np.max(np.abs(needed)))))
    middle = (low + high) / 2
    seen = wanted[np.isfinite(wanted).all(axis=1)]
    if len(seen):
        reach *= _FAR if np.max(np.abs(seen - middle)) <= _FAR * reach else _NEAR
        low = np.minimum(low, np.maximum(seen.min(axis=0), middle - reach))
        high = np.maximum(high, np.minimum(seen.max(axis=0), middle + reach))
    return low, high


def squared(low: Array, high: Array) -> tuple[Array, Array, bool]:
    """The same region with equal sides and a margin, so that areas look as they are; not where it is too narrow."""
    sides = high - low
    longest = float(np.max(sides)) or 1.0
    equal = bool(np.min(sides) * 8 >= longest) or bool(np.min(sides) <= _NOTHING * longest)
    half = np.full_like(sides, longest / 2) if equal else np.where(sides > 0, sides, longest) / 2
    middle, half = (low + high) / 2, 1.08 * half
    return middle - half, middle + half, equal
