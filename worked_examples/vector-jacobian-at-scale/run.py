"""vᵀJ of h = tanh(W x) beside the two passes written by hand: values, time, memory beyond the weights.

    python run.py [--size 10000] [--single] [--times 9]

The derivation is shown by ``jacocalc examples vector-jacobian-at-scale``.  Memory is what tracemalloc, to which NumPy
reports its arrays, saw at most during one call.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

import jacocalc as jc

PROGRAM = "x: n; W: m x n\nh = tanh(W x)"


def main() -> int:
    """Print the comparison; 1 where the values are not the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10_000, help="rows and columns of W")
    parser.add_argument("--single", action="store_true", help="float32 rather than float64")
    parser.add_argument("--times", type=int, default=9, help="how often each is run")
    options = parser.parse_args()
    n = options.size
    dtype: np.dtype[Any] = np.dtype(np.float32 if options.single else np.float64)

    drawn = np.random.default_rng(0)
    W = drawn.standard_normal((n, n)).astype(dtype)
    x, v = (drawn.standard_normal(n).astype(dtype) for _ in range(2))
    x /= n**0.5
    compiled = jc.compile(PROGRAM, wrt="x", outputs=["h"])

    def ours() -> Any:
        return compiled.vjp({"x": x, "W": W}, {"h": v})["x"]

    def by_hand() -> Any:
        h = np.tanh(W @ x)
        return W.T @ (v * (1 - h * h))

    print(f"W: {n} x {n} {dtype}, {W.nbytes / 1e6:.1f} MB; J would be as large")
    memory = _peak(ours)
    found, wanted = ours(), by_hand()
    error = float(abs(found - wanted).max() / abs(wanted).max())
    mine, theirs = _median(ours, options.times), _median(by_hand, options.times)
    print(f"peak memory beyond the weights (tracemalloc, first call, buffers included): {memory / 1e6:.2f} MB")
    print(f"largest relative difference from the form by hand: {error:.1e}")
    print(
        f"compiled {mine * 1e3:.2f} ms, by hand {theirs * 1e3:.2f} ms (medians of {options.times}): {mine / theirs:.2f}"
    )
    return 0 if error < 100 * float(np.finfo(dtype).eps) * n**0.5 else 1


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
