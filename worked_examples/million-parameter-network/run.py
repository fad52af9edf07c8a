"""The gradient of a network with a million parameters for one sample, beside backpropagation written by hand.

    python run.py [--size 1000] [--single] [--times 99]

``--size`` is the width m of the first layer: 784-m-m/5-10, 0.99 million parameters for 1000.  The derivation is shown
by ``jacocalc examples million-parameter-network``.  Both write into arrays that are allocated once.  Memory is what
tracemalloc, to which NumPy reports its arrays, saw at most during the first call.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import jacocalc as jc

Array = Any
PROGRAM = """
x: n;  W_1: m x n;  b_1: m;  W_2: k x m;  b_2: k;  W_3: p x k;  b_3: p;  y: p sums to 1
h_1 = tanh(W_1 x + b_1)
h_2 = tanh(W_2 h_1 + b_2)
yhat = softmax(W_3 h_2 + b_3)
L = -y' log(yhat)
"""
WEIGHTS = ("W_1", "b_1", "W_2", "b_2", "W_3", "b_3")


class ByHand:
    """Backpropagation as one would write it, with buffers."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.arrays = arrays
        self.results = {name: np.empty_like(arrays[name]) for name in WEIGHTS}
        first, second, third = (self.results[name] for name in ("b_1", "b_2", "b_3"))
        self.h1, self.h2, self.p = (np.empty_like(array) for array in (first, second, third))
        self.slope1, self.slope2 = (np.empty_like(array) for array in (first, second))

    def gradient(self) -> dict[str, Array]:
        """All six."""
        a, g, h1, h2, p = self.arrays, self.results, self.h1, self.h2, self.p
        np.tanh(np.add(np.matmul(a["W_1"], a["x"], out=h1), a["b_1"], out=h1), out=h1)
        np.tanh(np.add(np.matmul(a["W_2"], h1, out=h2), a["b_2"], out=h2), out=h2)
        np.add(np.matmul(a["W_3"], h2, out=p), a["b_3"], out=p)
        np.exp(np.subtract(p, p.max(), out=p), out=p)
        np.divide(p, p.sum(), out=p)
        np.subtract(p, a["y"], out=g["b_3"])
        np.multiply(g["b_3"][:, None], h2, out=g["W_3"])
        np.subtract(1, np.square(h2, out=self.slope2), out=self.slope2)
        np.multiply(np.matmul(g["b_3"], a["W_3"], out=g["b_2"]), self.slope2, out=g["b_2"])
        np.multiply(g["b_2"][:, None], h1, out=g["W_2"])
        np.subtract(1, np.square(h1, out=self.slope1), out=self.slope1)
        np.multiply(np.matmul(g["b_2"], a["W_2"], out=g["b_1"]), self.slope1, out=g["b_1"])
        np.multiply(g["b_1"][:, None], a["x"], out=g["W_1"])
        return g


def main() -> int:
    """Print the comparison; 1 where the values are not the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1000, help="the width of the first layer")
    parser.add_argument("--single", action="store_true", help="float32 rather than float64")
    parser.add_argument("--times", type=int, default=99, help="how often each is run")
    options = parser.parse_args()
    dtype: np.dtype[Any] = np.dtype(np.float32 if options.single else np.float64)

    widths = {"n": 784, "m": options.size, "k": max(1, options.size // 5), "p": 10}
    arrays = _arrays(widths, dtype)
    weights = sum(arrays[name].nbytes for name in WEIGHTS)
    compiled = jc.compile(PROGRAM, wrt=WEIGHTS)
    by_hand = ByHand(arrays)
    out = {name: np.empty_like(arrays[name]) for name in WEIGHTS}

    def ours() -> dict[str, Array]:
        found: dict[str, Array] = compiled.gradient(arrays, out=out)
        return found

    print(
        f"{'-'.join(map(str, widths.values()))} {dtype}: {weights // dtype.itemsize} parameters, {weights / 1e6:.2f} MB"
    )
    memory = _peak(ours)
    found, wanted = ours(), by_hand.gradient()
    error = max(float(abs(found[name] - wanted[name]).max() / abs(wanted[name]).max()) for name in WEIGHTS)
    mine, theirs = _median(ours, options.times), _median(by_hand.gradient, options.times)
    print(
        f"peak memory beyond weights and gradients (tracemalloc, first call, buffers included): {memory / 1e6:.2f} MB"
    )
    print(f"largest relative difference from the form by hand: {error:.1e}")
    print(
        f"compiled {mine * 1e3:.3f} ms, by hand {theirs * 1e3:.3f} ms (medians of {options.times}): {mine / theirs:.2f}"
    )
    return 0 if error < 1000 * float(np.finfo(dtype).eps) else 1


def _arrays(widths: Mapping[str, int], dtype: np.dtype[Any]) -> dict[str, Array]:
    """Weights, a sample, and the tenth class, one-hot."""
    n, m, k, p = widths.values()
    drawn = np.random.default_rng(0)
    shapes: dict[str, tuple[int, ...]] = {
        "x": (n,), "W_1": (m, n), "b_1": (m,), "W_2": (k, m), "b_2": (k,), "W_3": (p, k), "b_3": (p,),
    }  # fmt: skip
    made = {name: (drawn.standard_normal(shape) / shape[-1] ** 0.5).astype(dtype) for name, shape in shapes.items()}
    return {**made, "y": np.eye(p, dtype=dtype)[-1]}


def _median(run: Callable[[], Any], times: int) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def _peak(run: Callable[[], Any]) -> int:
    """The most bytes that were allocated at once during a call."""
    tracemalloc.start()
    run()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


if __name__ == "__main__":
    sys.exit(main())
