"""Where the code of a function checks itself: a point at which all that it computes is finite and nothing jumps nearby.

The same points in every run, near and far, of all signs.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np

from jacocalc.compiled.failures import values_at
from jacocalc.compiled.kernels import Array, Job
from jacocalc.evaluate.tape import compared_in

_RANGES = ((0.3, 1.7), (-1.7, 1.7), (0.05, 0.45), (-0.45, 0.45), (1.1, 4.0), (-9.0, 9.0), (5.0, 90.0), (200.0, 9e3))
_ROUNDS = 4
_NEAR = 1e-3
_JUMPING = ("abs", "sign", "max", "min")


def sample_point(jobs: Sequence[Job]) -> Array:
    """The first point that will do; else the first at which the results are finite; else any."""
    candidates = list(_candidates(jobs[0].inputs))
    finite: Array | None = None
    with np.errstate(all="ignore"):
        for point in candidates:
            marks = [_smooth(job, point) for job in jobs]
            if all(smooth for smooth, _ in marks):
                return point
            if finite is None and all(known for _, known in marks):
                finite = point
    return candidates[0] if finite is None else finite


def _candidates(count: int) -> Iterator[Array]:
    source = random.Random(count)
    for _ in range(_ROUNDS):
        for low, high in _RANGES:
            yield np.array([round(source.uniform(low, high), 2) for _ in range(count)])


def _smooth(job: Job, point: Array) -> tuple[bool, bool]:
    """Whether every operation is finite and no condition is close to changing; whether the results are finite."""
    tape, values = job.schedule.tape, values_at(job, point)
    known = all(np.isfinite(values[node]) for node in job.schedule.results)
    smooth = known and all(map(np.isfinite, values.values()))
    for node in job.schedule.order:
        pairs: list[tuple[int, int]] = []
        if tape.names[node] == "select":
            for condition in tape.payloads[node][0]:
                compared = compared_in(condition)
                pairs += list(zip(compared[::2], compared[1::2], strict=True))
        elif tape.names[node] == "call" and tape.payloads[node] in _JUMPING:
            a = tape.arguments[node]
            smooth = smooth and (len(a) > 1 or abs(values[a[0]]) > _NEAR)
            pairs = [(one, other) for i, one in enumerate(a) for other in a[:i]]
        smooth = smooth and all(abs(values[a] - values[b]) > _NEAR for a, b in pairs)
    return smooth, known
