"""Large batches: the points in parts, on the threads of this process or on any executor, with progress.

A kernel that lets go of the interpreter gains from threads: C does for the whole batch, NumPy only inside its calls,
which are too short to pay.  An executor of other processes or machines gets the job once for each part and makes its
own kernel, kept by its content.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from functools import reduce
from operator import or_
from typing import Any, TypeAlias

import numpy as np

from jacocalc.compiled.kernels import Array, Kernel, Seen

Progress: TypeAlias = Callable[[int, int], object]  # points done, points in all
_THREADS = os.cpu_count() or 1
_MOST = 65_536  # points of a part


def run(
    kernel: Kernel,
    points: Array,
    results: Array,
    work: int,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Seen:
    """Fill the results, and say what was seen.

    ``work``: about how many numbers one point computes and writes.
    """
    if executor is None and progress is None and (_THREADS == 1 or len(points) * work < kernel.worth):
        return kernel.run(points, results)
    parts = list(_parts(len(points), _THREADS))
    if executor is not None:
        sent = {executor.submit(_alone, kernel, points[part], results.shape[1]): part for part in parts}
        placed = (_placed(results, part, *found) for part, found in _finished(sent, len(points), progress))
        return reduce(or_, placed, Seen.NOTHING)
    with ThreadPoolExecutor(_THREADS) as pool:
        begun = {pool.submit(kernel.run, points[part], results[part]): part for part in parts}
        return reduce(or_, (found for _, found in _finished(begun, len(points), progress)), Seen.NOTHING)


def _parts(count: int, threads: int) -> Iterator[slice]:
    """Slices of about equal length, no fewer than the threads, none above the limit."""
    pieces = max(threads, -(-count // _MOST))
    length = max(1, -(-count // pieces))
    return (slice(start, min(start + length, count)) for start in range(0, count, length))


def _finished(futures: dict[Any, slice], count: int, progress: Progress | None) -> Iterator[tuple[slice, Any]]:
    """The parts as they are done, each with what came of it; those not yet begun are called off where one fails."""
    done = 0
    try:
        for future in as_completed(futures):
            part = futures[future]
            yield part, future.result()
            done += part.stop - part.start
            if progress is not None:
                progress(done, count)
    finally:
        for future in futures:
            future.cancel()


def _placed(results: Array, part: slice, found: Array, seen: Seen) -> Seen:
    """A part that was computed elsewhere, put where it belongs."""
    results[part] = found
    return seen


def _alone(kernel: Kernel, points: Array, width: int) -> tuple[Array, Seen]:
    results = np.empty((len(points), width), points.dtype)
    return results, kernel.run(points, results)
