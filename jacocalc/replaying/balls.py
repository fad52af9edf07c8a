"""Numbers of notation, and matrices of numbers: balls of 1600 bits, compared to 60 digits.

A matrix is a list of rows.  Everything here is to be used within ``precision(BITS)``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

from jacocalc.digits import fraction, power_of_ten
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.fields import Balls, Unsettled, ball_of, decimal
from jacocalc.evaluate.tape import Node, Tape
from jacocalc.notation import Expr
from jacocalc.replaying.report import Unknown, Wrong

BITS = 1600
AGREE = Fraction(1, 10**60)
ROUGHLY = Fraction(1, 10**20)  # for derivatives from their definition, where differences settle slowly
_FAR = re.compile(r"(\|v\| < 10\^-|-?\d(\.\d+)?e[-+]?)\d{4,20}")  # decimals that may be too far to be read
Ball: TypeAlias = Any
Grid: TypeAlias = list[list[Ball]]


@lru_cache(maxsize=4000)
def _tape(expr: Expr, names: tuple[str, ...], strict: bool) -> tuple[Tape, Node]:
    tape = Tape(strict=strict)
    return tape, tape.build(expr, {name: tape.input() for name in names})


def number(expr: Expr, values: Mapping[str, Ball], strict: bool = False) -> Ball:
    """The value of notation whose symbols have these values; None where it has none or none is settled.

    ``strict``: 0 times a part without a value has none.
    """
    try:
        tape, node = _tape(expr, tuple(values), strict)
        found = tape.evaluate([node], list(values.values()), Balls())[0]
    except (Unsettled, JacocalcError, ZeroDivisionError, ValueError, KeyError):
        return None
    return found if found.is_finite() else None


def close(a: Ball, b: Ball, within: Fraction = AGREE) -> bool:
    """Whether two balls agree to so many digits; numbers below 10⁻⁶⁰ by their distance."""
    scale = abs(a).max(abs(b)).max(ball_of(AGREE))
    return bool(abs(a - b) < ball_of(within) * scale)


def vanishes(a: Ball) -> bool:
    """Whether a ball is 0 as far as 60 digits tell."""
    return bool(abs(a) < ball_of(AGREE))


def shown(a: Ball | None) -> str:
    """A ball in a message."""
    return "no value" if a is None else (decimal(a, 6) or a.str(6, radius=False))


def rounds_to(text: str, value: Ball, digits: int, padded: bool = True) -> bool:
    """Whether a decimal is the value rounded to so many digits; ``|v| < 10^-k`` says how small it is.

    ``padded``: zeros at the end are written.
    """
    if text.startswith("|v| < 10^-"):
        return not abs(value) > ball_of(power_of_ten(text.removeprefix("|v| < 10^")))
    if vanishes(value):
        return fraction(text) == 0
    given = ball_of(fraction(text))
    whole = not padded or _significant(text) == digits
    return close(given, value) or (whole and close(given, value, Fraction(6, 10**digits)))


def unread(name: str, text: str) -> Wrong | Unknown:
    """What it means that a decimal cannot be read."""
    if _FAR.fullmatch(text):
        return Unknown(name, "numbers that are so large or so small are not compared")
    return Wrong(name, f"{text[:60]} is no decimal")


def _significant(text: str) -> int:
    """The number of significant digits of a decimal."""
    return len(text.partition("e")[0].lstrip("-").replace(".", "").lstrip("0"))


# -- matrices -----------------------------------------------------------------------------------------


def product(a: Grid, b: Grid) -> Grid:
    """A B, row by column."""
    return [[_total([x * y for x, y in zip(row, column, strict=True)]) for column in zip(*b, strict=True)] for row in a]


def transposed(a: Grid) -> Grid:
    """Rows for columns."""
    return [list(row) for row in zip(*a, strict=True)]


def plus(a: Grid, b: Grid) -> Grid:
    """A + B."""
    return [[x + y for x, y in zip(row, other, strict=True)] for row, other in zip(a, b, strict=True)]


def times(c: Ball, a: Grid) -> Grid:
    """c A."""
    return [[c * x for x in row] for row in a]


def column(entries: Sequence[Ball]) -> Grid:
    """The column with these entries."""
    return [[entry] for entry in entries]


def identity(n: int) -> Grid:
    """I."""
    return [[ball_of(Fraction(i == j)) for j in range(n)] for i in range(n)]


def trace(a: Grid) -> Ball:
    """The sum of the diagonal."""
    return _total([a[i][i] for i in range(len(a))])


def norm(entries: Sequence[Ball]) -> Ball:
    """√Σv²."""
    total = _total([entry * entry for entry in entries])
    if not total.contains(0):
        return total.sqrt()
    return ball_of(Fraction(0)).union(total.upper().sqrt())


def determinant(a: Grid) -> Ball:
    """det A, by elimination; of two rows ad − bc, so that no entry close to 0 is divided by."""
    if len(a) == 2:
        return a[0][0] * a[1][1] - a[0][1] * a[1][0]
    found, _, rank = _eliminated(a, [[] for _ in a])
    return found if rank == len(a) else ball_of(Fraction(0))


def inverse(a: Grid) -> Grid | None:
    """A⁻¹, by elimination; None where A has none."""
    _, right, rank = _eliminated(a, identity(len(a)))
    return right if rank == len(a) else None


def rank(a: Grid) -> int:
    """The number of pivots, where 60 digits tell a pivot from 0."""
    return _eliminated(a, [[] for _ in a])[2]


def _eliminated(a: Grid, b: Grid) -> tuple[Ball, Grid, int]:
    """(determinant, A⁻¹ B, rank) by Gauss–Jordan with the largest pivot of each column."""
    left, right = [list(row) for row in a], [list(row) for row in b]
    value, place = ball_of(Fraction(1)), 0
    for column in range(len(a[0])):
        if place == len(left):
            break
        best = max(range(place, len(left)), key=lambda i: float(abs(left[i][column]).mid()))
        pivot = left[best][column]
        if vanishes(pivot):
            continue
        if best != place:
            left[place], left[best], right[place], right[best] = left[best], left[place], right[best], right[place]
            value = -value
        value = value * pivot
        left[place] = [x / pivot for x in left[place]]
        right[place] = [x / pivot for x in right[place]]
        for i in range(len(left)):
            if i != place:
                factor = left[i][column]
                left[i] = [x - factor * y for x, y in zip(left[i], left[place], strict=True)]
                right[i] = [x - factor * y for x, y in zip(right[i], right[place], strict=True)]
        place += 1
    return value, right, place


def _total(terms: Sequence[Ball]) -> Ball:
    return sum(terms[1:], terms[0])
