"""Eigenvalues of symmetric matrices by Sylvester's law: A − tI = L D Lᵀ has a positive D for each eigenvalue above t.

Decimals of eigenvalues and of singular values are verified by counting eigenvalues to both sides of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from jacocalc.evaluate.fields import ball_of
from jacocalc.replaying.balls import Ball, Grid, product, transposed, unread
from jacocalc.replaying.report import Unknown, Wrong

_LONGEST = 60  # characters of a decimal
_DIGITS = 6  # of an eigenvalue
TINY = Fraction(1, 10**25)  # a decimal below that is an eigenvalue of 0


def fraction(name: str, text: str) -> Fraction:
    """The number that a decimal says.  Raises Wrong for what is none, Unknown for one that is too far."""
    try:
        if len(text) > _LONGEST or abs(int(text.lower().partition("e")[2] or 0)) > 10**4:
            raise ValueError
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise unread(name, text) from None


def half_unit(value: Fraction, digits: int) -> Fraction:
    """How far a number may be from its decimal of so many significant digits."""
    power = len(str(abs(value.numerator))) - len(str(value.denominator))
    if _ten(power) > abs(value):
        power -= 1
    return Fraction(51, 100) * _ten(power - digits + 1)


def _ten(power: int) -> Fraction:
    """10^power."""
    return Fraction(10**power) if power >= 0 else Fraction(1, 10**-power)


def above(name: str, matrix: Grid, t: Ball) -> int:
    """The number of eigenvalues of a symmetric matrix above t.  Raises Unknown where t is too near to one."""
    left = [[entry - t if i == j else entry for j, entry in enumerate(row)] for i, row in enumerate(matrix)]
    found = 0
    for k, row in enumerate(left):
        pivot = row[k]
        if not (pivot > 0 or pivot < 0):
            raise Unknown(name, "an eigenvalue is not told from its decimal")
        found += bool(pivot > 0)
        for below in left[k + 1 :]:
            factor = below[k] / pivot
            for j in range(k, len(left)):
                below[j] = below[j] - factor * row[j]
    return found


def check_eigenvalues(matrix: Grid, texts: Sequence[str]) -> None:
    """Decimals of all eigenvalues, the largest first."""
    name = "decimals"
    values = [fraction(name, text) for text in texts]
    if len(values) != len(matrix) or sorted(values, reverse=True) != values:
        raise Wrong(name, f"they are not the {len(matrix)} eigenvalues of H, the largest first")
    for k, (text, value) in enumerate(zip(texts, values, strict=True)):
        near = max(half_unit(value, _DIGITS), TINY)
        if above(name, matrix, ball_of(value + near)) > k or above(name, matrix, ball_of(value - near)) <= k:
            raise Wrong(name, f"{text} is no eigenvalue of H")


def gram(matrix: Grid) -> Grid:
    """J Jᵀ or Jᵀ J, whichever is smaller: its eigenvalues are the squares of the singular values."""
    other = transposed(matrix)
    return product(matrix, other) if len(matrix) <= len(other) else product(other, matrix)


def check_singular(name: str, squares: Grid, text: str, place: int, digits: int, zero: Ball) -> None:
    """The decimal of the singular value of this place, from the largest on; 0 where it is below ``zero``."""
    value = fraction(name, text)
    if value < 0:
        raise Wrong(name, "it is negative")
    if value == 0:
        low, high = ball_of(Fraction(-1)), zero * zero
    else:
        near = half_unit(value, digits)
        low, high = (ball_of((value + sign * near) ** 2) for sign in (-1, 1))
    if above(name, squares, high) > place or above(name, squares, low) <= place:
        raise Wrong(name, f"{text} is not the singular value")
