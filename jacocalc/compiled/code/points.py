"""Where the code of a function checks itself: a point at which all that it computes is finite and nothing jumps nearby.

The same points in every run, near and far, of all signs.  Differences with a step of 10^−6 are right to 5 digits for
most functions, but not for 10^9 + sin x or sin(10^9 x): another step may do, or fewer digits.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from jacocalc.compiled.failures import values_at
from jacocalc.compiled.kernels import Array, Job
from jacocalc.compiled.numpy_kernel import NumpyKernel
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.tape import compared_in

_RANGES = ((0.3, 1.7), (-1.7, 1.7), (0.05, 0.45), (-0.45, 0.45), (1.1, 4.0), (-9.0, 9.0), (5.0, 90.0), (200.0, 9e3))
_ENOUGH = 4 * len(_RANGES)  # points that are tried where one of them has values
_ROUNDS = 100
_NEAR = 1e-3
_STEPS = range(-8, 14)
_WELL = 2e-6  # an error that leaves room for the rounding of other machines
_ROOM = 5
_LEAST = 300  # nothing counts as 0
_BESIDE = 0.1  # a step is good only if another one beside it is
_TRIED = 4
_JUMPING = ("abs", "sign", "max", "min")


@dataclass(frozen=True)
class Check:
    """Where derivatives are compared with differences of a step of 10^−step, and to how many digits they agree.

    ``small``: entries below 10^−small count as 0.
    """

    point: tuple[float, ...]
    step: int = 6
    digits: int = 5
    small: int = 3


def check_of(jobs: Mapping[str, Job], inputs: int) -> Check:
    """The first smooth point where enough digits agree, else of some the one with the most; else any with values.

    ``inputs``: how many of the numbers of a point derivatives are taken by.  Raises JacocalcError where none is found.
    """
    differences = _Differences(jobs, inputs)
    found: list[Check] = []
    finite: Array | None = None
    with np.errstate(all="ignore"):
        for tried, point in enumerate(_candidates(jobs["value"].inputs)):
            if tried >= _ENOUGH and (found or finite is not None):
                break
            marks = [_smooth(job, point) for job in jobs.values()]
            if all(smooth for smooth, _ in marks):
                found.append(differences.fitting(point))
            elif finite is None and all(known for _, known in marks):
                finite = point
            if len(found) == _TRIED or any(check.digits == Check.digits for check in found):
                break
        if not found:
            if finite is None:
                raise JacocalcError("no point is found with values of it and its derivatives, to check the code at")
            found.append(differences.fitting(finite))
    return max(found, key=lambda check: check.digits)


class _Differences:
    """Derivatives beside differences of what they are derivatives of."""

    def __init__(self, jobs: Mapping[str, Job], inputs: int) -> None:
        self.inputs = inputs
        self.kernels = [NumpyKernel(job, np.float64) for job in jobs.values()]

    def fitting(self, point: Array) -> Check:
        """The usual step where it does, else the best one, with room for the rounding of other machines."""
        usual = Check(tuple(map(float, point)))
        slopes = [self._run(kernel, point[None]) for kernel in self.kernels[1:]]
        if any(0 < abs(found).max() < 10.0**-usual.small for found in slopes):
            exact = self._fitting(replace(usual, small=_LEAST), point, slopes)
            if exact.digits == usual.digits:
                return exact
        return self._fitting(usual, point, slopes)

    def _fitting(self, usual: Check, point: Array, slopes: Sequence[Array]) -> Check:
        def error(step: float) -> float:
            return self._error(point, step, slopes, 10.0**-usual.small)

        if error(usual.step) <= _WELL:
            return usual
        tried = ((max(_WELL, error(step), error(step + _BESIDE)), abs(step - usual.step), step) for step in _STEPS)
        least, _, step = min(tried)
        digits = min(usual.digits, math.floor(-math.log10(_ROOM * least))) if least < math.inf else 0
        return replace(usual, step=step, digits=digits) if digits > 0 else replace(usual, digits=1)

    def _error(self, point: Array, step: float, slopes: Sequence[Array], small: float) -> float:
        """The largest difference, relative to the largest entry."""
        change = 10.0**-step
        moves = np.eye(self.inputs, len(point)) * change
        errors = []
        for kernel, found in zip(self.kernels, slopes, strict=False):
            apart = self._run(kernel, point + moves) - self._run(kernel, point - moves)
            expected = (apart / (2 * change)).T.ravel()
            errors.append(float(abs(found[0] - expected).max() / max(abs(expected).max(), small)))
        return max(errors) if all(map(math.isfinite, errors)) else math.inf

    def _run(self, kernel: NumpyKernel, points: Array) -> Array:
        results = np.empty((len(points), kernel.job.width))
        kernel.run(np.ascontiguousarray(points), results)
        return results


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
