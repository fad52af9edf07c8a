"""Derivatives as central differences of values of 100 digits: right to more than 35 digits.

    (f(a + h) − f(a − h))/2h            h = 10⁻³⁰, an error of f‴h²/6
    second derivatives                  h = 10⁻²⁰, from f at a ± h eᵢ ± h eⱼ
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from tests.oracles.spaces import real

Values: TypeAlias = Sequence[Any]
Mapping: TypeAlias = Callable[[list[Any]], list[Any]]
FIRST, SECOND = real.mpf(10) ** -30, real.mpf(10) ** -20


def moved(a: Values, *steps: tuple[int, Any]) -> list[Any]:
    """a with a step along some axes."""
    found = list(a)
    for axis, step in steps:
        found[axis] = found[axis] + step
    return found


def jacobian(f: Mapping, a: Values) -> list[list[Any]]:
    """[∂f_i/∂x_j], row i for component i."""
    columns = []
    for j in range(len(a)):
        above, below = f(moved(a, (j, FIRST))), f(moved(a, (j, -FIRST)))
        columns.append([(p - q) / (2 * FIRST) for p, q in zip(above, below, strict=True)])
    return [list(row) for row in zip(*columns, strict=True)]


def directional(f: Mapping, a: Values, v: Values) -> list[Any]:
    """J v, as one difference along v."""
    above = f([x + FIRST * d for x, d in zip(a, v, strict=True)])
    below = f([x - FIRST * d for x, d in zip(a, v, strict=True)])
    return [(p - q) / (2 * FIRST) for p, q in zip(above, below, strict=True)]


def hessians(f: Mapping, a: Values) -> list[list[list[Any]]]:
    """[∂²f_k/∂x_i∂x_j], one matrix for each component."""
    h, n = SECOND, len(a)
    found: dict[tuple[int, int], list[Any]] = {}
    centre = f(list(a))
    for i in range(n):
        for j in range(i, n):
            if i == j:
                pairs = zip(f(moved(a, (i, h))), centre, f(moved(a, (i, -h))), strict=True)
                found[i, i] = [(p - 2 * c + q) / h**2 for p, c, q in pairs]
                continue
            corners = [f(moved(a, (i, s * h), (j, t * h))) for s, t in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
            found[i, j] = [(p - q - r + s) / (4 * h**2) for p, q, r, s in zip(*corners, strict=True)]
    return [[[found[min(i, j), max(i, j)][k] for j in range(n)] for i in range(n)] for k in range(len(centre))]


def solved(rows: Sequence[Values], right: Values) -> list[Any]:
    """A x = b by elimination with pivots."""
    n = len(right)
    grid = [[*row, b] for row, b in zip(rows, right, strict=True)]
    for k in range(n):
        best = max(range(k, n), key=lambda i: abs(grid[i][k]))
        grid[k], grid[best] = grid[best], grid[k]
        for i in range(k + 1, n):
            factor = grid[i][k] / grid[k][k]
            grid[i] = [p - factor * q for p, q in zip(grid[i], grid[k], strict=True)]
    x: list[Any] = [real.mpf(0)] * n
    for k in reversed(range(n)):
        x[k] = (grid[k][n] - sum(grid[k][j] * x[j] for j in range(k + 1, n))) / grid[k][k]
    return x


def determinant(rows: Sequence[Values]) -> Any:
    """det A, by elimination with pivots."""
    grid, found = [list(row) for row in rows], real.mpf(1)
    n = len(grid)
    for k in range(n):
        best = max(range(k, n), key=lambda i: abs(grid[i][k]))
        if grid[best][k] == 0:
            return real.mpf(0)
        if best != k:
            grid[k], grid[best], found = grid[best], grid[k], -found
        found *= grid[k][k]
        for i in range(k + 1, n):
            factor = grid[i][k] / grid[k][k]
            grid[i] = [p - factor * q for p, q in zip(grid[i], grid[k], strict=True)]
    return found


def product(left: Sequence[Values], right: Sequence[Values]) -> list[list[Any]]:
    """A B."""
    return [[sum(p * q for p, q in zip(row, column, strict=True)) for column in zip(*right, strict=True)]
            for row in left]  # fmt: skip
