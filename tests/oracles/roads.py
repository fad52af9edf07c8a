"""Other roads to a Jacobian, each by somebody else's derivatives: they must agree with the differences as well.

A road gives None where it does not lead there: no library, a function it does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy

from tests.oracles.drawing import Posed
from tests.oracles.spaces import COMPLEX, REAL, SYMBOLIC, Unfit, jax_space, real, torch_space
from tests.oracles.sympy_values import value_of

STEP = 1e-150
Grid = list[list[Any]]


def complex_step(posed: Posed) -> Grid | None:
    """∂f/∂x = Im f(x + ih)/h: no difference is taken, so nothing cancels."""
    try:
        f, a = posed.function(COMPLEX), posed.place(COMPLEX)
        moved = [[x + 1j * STEP * (i == j) for i, x in enumerate(a)] for j in range(len(a))]
        columns = [[v.imag / STEP for v in f(point)] for point in moved]
    except (Unfit, OverflowError, ZeroDivisionError, ValueError):
        return None
    return [list(row) for row in zip(*columns, strict=True)]


def by_sympy(posed: Posed) -> Grid | None:
    """SymPy's diff of the composed expression, which is built from the same trees."""
    inputs = [sympy.Symbol(f"in_{one}", real=True) for one in posed.inputs]
    composed = posed.function(SYMBOLIC)(inputs)
    names = dict(zip((one.name for one in inputs), posed.place(), strict=True))
    return [[value_of(sympy.diff(component, one), names) for one in inputs] for component in composed]


def by_torch(posed: Posed) -> Grid | None:
    """PyTorch's reverse mode."""
    try:
        import torch

        space = torch_space()
    except ImportError:
        return None
    at = [torch.tensor(float(v), dtype=torch.float64, requires_grad=True) for v in posed.place()]
    grid = []
    for component in posed.function(space)(at):
        found: Sequence[Any] = [None] * len(at)
        if component.requires_grad:
            found = torch.autograd.grad(component, at, allow_unused=True, retain_graph=True)
        grid.append([0.0 if g is None else float(g) for g in found])
    return grid


def by_jax(posed: Posed) -> Grid | None:
    """JAX's reverse mode."""
    try:
        import jax
        import jax.numpy as jnp

        space = jax_space()
    except ImportError:
        return None
    f = posed.function(space)
    at = [jnp.asarray(float(v)) for v in posed.place()]
    rows = []
    for k in range(posed.m):
        rows.append([float(g) for g in jax.grad(lambda x, k=k: jnp.asarray(f(x)[k], dtype=float))(at)])
    return rows


EXACT: tuple[Callable[[Posed], Grid | None], ...] = (by_sympy,)
ROADS = (complex_step, by_sympy)
SLOW = (by_torch, by_jax)


def spread(posed: Posed, wanted: Grid, road: Callable[[Posed], Grid | None]) -> str:
    """What the road says else, or nothing."""
    found = road(posed)
    if found is None:
        return ""
    rtol = real.mpf(10) ** -30 if road in EXACT else real.mpf(10) ** -6
    for i, (row, other) in enumerate(zip(wanted, found, strict=True)):
        for j, (p, q) in enumerate(zip(row, other, strict=True)):
            if abs(p - REAL.kept(real.mpf(q))) > rtol * (1 + abs(p)):
                said = f"{real.nstr(real.mpf(q), 20)}, differences {real.nstr(p, 20)} at [{i}][{j}]"
                return f"{road.__name__} says {said}"
    return ""
