"""Compiled functions: values, Jacobians, products and Hessians at several points at once, against differences."""

from __future__ import annotations

import warnings
from random import Random
from typing import Any

import numpy as np

import jacocalc as jc
from tests.oracles.cases import Case, Maker
from tests.oracles.differences import directional, hessians, jacobian, product
from tests.oracles.drawing import Drawer, Posed
from tests.oracles.spaces import Unfit, real

RTOL, ATOL = 1e-9, 1e-7  # the second for what cancels, such as sec² − tan² near a pole
BATCH = 3


def _batch(rng: Random, posed: Posed) -> list[list[float]]:
    """Points beside that of the question, where the function is fit too."""
    found: list[list[float]] = []
    f = posed.function()
    base = [float(one) for one in posed.place()]
    while len(found) < BATCH:
        at = [x + rng.choice([0.0, 0.01, 0.1, 0.5]) * rng.uniform(-1, 1) for x in base]
        try:
            f([real.mpf(x) for x in at])
        except Unfit:
            continue
        found.append(at)
    return found


def _wanted(ask: str, posed: Posed, at: list[float], more: list[float]) -> Any:
    f, x = posed.function(), [real.mpf(one) for one in at]
    v = [real.mpf(one) for one in more]
    if ask == "value":
        return f(x)
    if ask == "jacobian":
        return jacobian(f, x)
    if ask == "hessian":
        return hessians(f, x)
    if ask == "jvp":
        return directional(f, x, v)
    return product([v], jacobian(f, x))[0]


def off(found: Any, wanted: Any) -> bool:
    """Whether doubles are off by more than their rounding, measured by the largest entry."""
    listed = np.array(wanted, dtype=float)
    scale = max(1.0, float(np.abs(listed).max(initial=0)))
    return not np.allclose(np.asarray(found), listed, rtol=RTOL, atol=ATOL * scale)


def case_of(ask: str, rng: Random) -> Case:
    """One method of a compiled function or chain."""
    stages = rng.choice([1, 1, 2])
    posed = Drawer(rng).posed(stages, size=8 if stages == 1 else 5)
    points = _batch(rng, posed)
    width = posed.m if ask == "vjp" else len(posed.inputs)
    vectors = [[rng.uniform(-2, 2) for _ in range(width)] for _ in points]
    given = {one: float(v) for one, v in posed.given().items()}
    wanted = [_wanted(ask, posed, at, more) for at, more in zip(points, vectors, strict=True)]

    def solve() -> Any:
        c = jc.compile(*posed.texts)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            more = (np.array(vectors),) if ask in ("vjp", "jvp") else ()
            return getattr(c, ask)(np.array(points), *more, parameters=given)

    def complaint(found: Any) -> str:
        for at, said, right in zip(points, found, wanted, strict=True):
            one = np.array(right, dtype=float)
            if off(np.reshape(said, one.shape), one):
                return f"at {at}: {np.array(said).tolist()}, not {one.tolist()}"
        return ""

    return Case(f"jc.compile({', '.join(map(repr, posed.texts))}).{ask}({points}, {given})", solve, complaint)


def _maker(ask: str) -> Maker:
    return lambda rng: case_of(ask, rng)


KINDS: dict[str, Maker] = {
    f"compile {ask}": _maker(ask) for ask in ("value", "jacobian", "vjp", "jvp", "hessian")
}  # fmt: skip
