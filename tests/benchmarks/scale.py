"""Matrix level at scale: a network of a million parameters, and vᵀJ of tanh(Wx), beside NumPy written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import jacocalc as jc
from tests.benchmarks.tables import Table, progress, side_by_side

NETWORK = """
x: n; W1: a x n; b1: a; W2: b x a; b2: b; W3: c x b; b3: c; y: c
h1 = tanh(W1 x + b1)
h2 = tanh(W2 h1 + b2)
z = W3 h2 + b3
L = logsumexp(z) - y' z
"""


def tables(short: bool) -> Iterator[Table]:
    """Milliseconds of ours and by hand, buffers allocated once in both."""
    rows = []
    sizes, rounds = ((20, 30, 10, 5), 3) if short else ((784, 1000, 200, 10), 200)
    for dtype in (np.float64, np.float32):
        progress(f"network in {np.dtype(dtype)}")
        ours, hand, memory = network(sizes, dtype)
        found = side_by_side([ours, hand], rounds)
        rows.append([f"gradient, {'-'.join(map(str, sizes))}, {np.dtype(dtype)}", *_times(found), memory])
    size, rounds = (200, 3) if short else (10_000, 10)
    progress(f"vᵀJ, {size:,} × {size:,}")
    ours, hand, memory = product(size)
    rows.append([f"vᵀJ of tanh(Wx), {size:,} × {size:,}, float64", *_times(side_by_side([ours, hand], rounds)), memory])
    head = ["problem", "jacocalc ms", "by hand ms", "ours / by hand", "buffers beyond weights and results"]
    yield Table("Matrix level (wall, quickest round)", head, rows)


def _times(found: list[float]) -> list[str]:
    return [f"{1000 * found[0]:.3g}", f"{1000 * found[1]:.3g}", f"{found[0] / found[1]:.2f}"]


def network(sizes: tuple[int, ...], dtype: Any) -> tuple[Callable[[], object], Callable[[], object], str]:
    """Ours, and the same passes by hand."""
    n, a, b, c = sizes
    r = np.random.default_rng(1)
    shapes = {"x": (n,), "W1": (a, n), "b1": (a,), "W2": (b, a), "b2": (b,), "W3": (c, b), "b3": (c,)}
    arrays = {name: (r.standard_normal(shape) / 10).astype(dtype) for name, shape in shapes.items()}
    arrays["y"] = np.eye(c, dtype=dtype)[0]
    wrt = ["W1", "b1", "W2", "b2", "W3", "b3"]
    program = jc.compile(NETWORK, wrt=wrt)
    out = {name: np.empty_like(arrays[name]) for name in wrt}
    mine = {name: np.empty_like(arrays[name]) for name in wrt}
    h1, h2, z, d1, d2 = (
        np.empty(a, dtype),
        np.empty(b, dtype),
        np.empty(c, dtype),
        np.empty(a, dtype),
        np.empty(b, dtype),
    )

    def by_hand() -> Any:
        x, y = arrays["x"], arrays["y"]
        np.tanh(np.add(np.dot(arrays["W1"], x, h1), arrays["b1"], h1), h1)
        np.tanh(np.add(np.dot(arrays["W2"], h1, h2), arrays["b2"], h2), h2)
        np.add(np.dot(arrays["W3"], h2, z), arrays["b3"], z)
        top = z.max()
        p = np.exp(z - top)
        total = p.sum()
        loss = top + np.log(total) - y @ z
        dz = np.subtract(p / total, y, mine["b3"])
        np.multiply.outer(dz, h2, out=mine["W3"])
        np.multiply(np.dot(arrays["W3"].T, dz, d2), np.subtract(1, np.multiply(h2, h2, h2), h2), mine["b2"])
        np.multiply.outer(mine["b2"], h1, out=mine["W2"])
        np.multiply(np.dot(arrays["W2"].T, mine["b2"], d1), np.subtract(1, np.multiply(h1, h1, h1), h1), mine["b1"])
        np.multiply.outer(mine["b1"], x, out=mine["W1"])
        return loss

    np.testing.assert_allclose(program.value_and_gradient(arrays, out)[0], by_hand(), rtol=1e-4)
    np.testing.assert_allclose(out["W1"], mine["W1"], rtol=1e-3, atol=1e-6)
    return lambda: program.value_and_gradient(arrays, out), by_hand, f"{program.memory(arrays).peak / 1000:,.0f} kB"


def product(size: int) -> tuple[Callable[[], object], Callable[[], object], str]:
    """vᵀJ, and the two passes over W by hand."""
    r = np.random.default_rng(2)
    W, x, v = r.standard_normal((size, size)) / size, r.standard_normal(size), r.standard_normal(size)
    program = jc.compile("x: n; W: m x n; h = tanh(W x)", outputs=["h"], wrt=["x"])
    out = {"x": np.empty(size)}
    h, dx = np.empty(size), np.empty(size)

    def by_hand() -> Any:
        np.tanh(np.dot(W, x, h), h)
        return np.dot(W.T, np.multiply(v, np.subtract(1, np.multiply(h, h, h), h), h), dx)

    program.vjp({"x": x, "W": W}, {"h": v}, out)
    np.testing.assert_allclose(out["x"], by_hand(), rtol=1e-9, atol=1e-12)
    memory = program.memory({"n": size, "m": size})
    return lambda: program.vjp({"x": x, "W": W}, {"h": v}, out), by_hand, f"{memory.peak / 1000:,.0f} kB"
