"""Large batches: the points in parts, on the threads of this process or on any executor, with progress.

A kernel that lets go of the interpreter (C does, NumPy does inside its calls) gains from threads.  An executor of
other processes or machines gets the job once for each part and makes its own kernel, kept by its content.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from typing import Any, TypeAlias

import numpy as np

from jacocalc.compiled.kernels import Array, Kernel

Progress: TypeAlias = Callable[[int, int], object]  # points done, points in all
_THREADS = os.cpu_count() or 1
_MOST = 65_536  # points of a part
_WORTH = 1 << 21  # numbers computed or written from which threads pay


def run(
    kernel: Kernel,
    points: Array,
    results: Array,
    work: int,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> bool:
    """Fill the results, and say whether all are finite.

    ``work``: about how many numbers one point computes and writes.
    """
    threads = _THREADS
    if executor is None and progress is None and (threads == 1 or len(points) * work < _WORTH):
        return kernel.run(points, results)
    parts = list(_parts(len(points), threads))
    if executor is not None:
        return _on_executor(kernel, points, results, parts, executor, progress)
    with ThreadPoolExecutor(threads) as pool:
        done = {pool.submit(kernel.run, points[part], results[part]): part for part in parts}
        return _report(done, len(points), progress)


def _parts(count: int, threads: int) -> Iterator[slice]:
    """Slices of about equal length, no fewer than the threads, none above the limit."""
    pieces = max(threads, -(-count // _MOST))
    length = max(1, -(-count // pieces))
    return (slice(start, min(start + length, count)) for start in range(0, count, length))


def _report(done: dict[Any, slice], count: int, progress: Progress | None) -> bool:
    finished, finite = 0, True
    for future in as_completed(done):
        finite &= future.result()
        finished += done[future].stop - done[future].start
        if progress is not None:
            progress(finished, count)
    return finite


def _on_executor(
    kernel: Kernel, points: Array, results: Array, parts: list[slice], executor: Executor, progress: Progress | None
) -> bool:
    """Parts elsewhere: each comes back as an array of its own."""
    futures = {executor.submit(_alone, kernel, points[part], results.shape[1]): part for part in parts}
    finished, finite = 0, True
    for future in as_completed(futures):
        part = futures[future]
        results[part], good = future.result()
        finite &= good
        finished += part.stop - part.start
        if progress is not None:
            progress(finished, len(points))
    return finite


def _alone(kernel: Kernel, points: Array, width: int) -> tuple[Array, bool]:
    results = np.empty((len(points), width), points.dtype)
    return results, kernel.run(points, results)
