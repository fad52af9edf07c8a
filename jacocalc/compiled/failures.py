"""Where numbers fail: the operation that overflowed or has no value, and those that cancel, at one point.

Every operation is done in double precision and in balls side by side.  An operation that loses digits is one whose
result in doubles is further from the truth than its arguments: the digits lost there are the difference.  An infinite
value that a later operation swallows, c/∞ = 0, is worth a word where the result is not the true one: 1/(1 + e^800) is
right, x/√(x² + 1) at 1e200 is not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from jacocalc.compiled.harmless import LEAST, WRONG
from jacocalc.compiled.kernels import Array, Job, Kernel, Seen, constant
from jacocalc.compiled.numpy_kernel import chooser, ufunc
from jacocalc.compiled.schedule import FREE
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.fields import Balls, Unsettled, ball_of, precision
from jacocalc.evaluate.tape import Node, Tape
from jacocalc.evaluate.writing import notation_of
from jacocalc.linear import paper
from jacocalc.notation import Symbol, tree_size

_BITS = (400, 3200)  # of balls: the first that tell the results apart, numbers up to 2^1024 among them
_TOLD, _SMALL = 64, -1100  # bits of a result that suffice, and the exponent below which it counts as 0
_LONG = 60  # parts of a formula that is written out
_LOST = 3  # digits from which a loss is worth a word
_PART = 4096  # points that a kernel runs again to find those where something is infinite
_TABLED = 1 << 22  # numbers that are looked at for infinite ones in one call
_PROVED, _WORK = 8, 20_000  # points at which results are compared with the truth, and operations of all of them


class Overflowed(RuntimeWarning):
    """A result is infinite or not a number; the message names the operation."""


@dataclass(frozen=True)
class Loss:
    """``formula`` = ``value`` has lost ``digits`` decimal digits of the about 16 of a double."""

    formula: str
    value: float
    digits: int

    def __str__(self) -> str:
        return f"{self.formula} loses {self.digits} of 16 digits here: it is about {self.value:.6g}"


def values_at(job: Job, point: Array) -> dict[Node, Any]:
    """Every operation of the job at one point, as single numbers of the point's type."""
    return {node: row[0] for node, row in _rows(job, point[None]).items()}


def _rows(job: Job, points: Array) -> dict[Node, Array]:
    """Every operation of the job, a row of its values at the points."""
    tape = job.schedule.tape
    rows: dict[Node, Array] = dict(zip(tape.inputs, points.T, strict=True))
    with np.errstate(all="ignore"):
        for node in tape.needed(job.schedule.results):
            if node not in rows:
                rows[node] = _row(tape, node, rows, points)
    return rows


def _row(tape: Tape, node: Node, values: dict[Node, Array], points: Array) -> Array:
    name = tape.names[node]
    target = np.empty(len(points), points.dtype)
    if name in FREE:
        target[...] = constant(tape, node, points.dtype)
        return target
    rows = [values[part] for part in tape.arguments[node]]
    if name == "select":
        chooser(tape.payloads[node], tape.arguments[node])(*rows, target)
    else:
        function = ufunc(tape.payloads[node] if name == "call" else name)
        total = rows[0]
        for row in rows[1:-1]:
            total = function(total, row)
        function(*([total, rows[-1]] if len(rows) > 1 else [total]), target)
    return target


def first_failure(job: Job, point: Array, names: Sequence[str]) -> str:
    """The first operation at a point that has no finite value although its arguments have one, in words."""
    tape = job.schedule.tape
    values = values_at(job, point)
    where = _where(point, names)
    for j, value in enumerate(point):
        if not np.isfinite(value):
            return f"{names[j]} is {value} at {where}"
    for node in tape.needed(job.schedule.results):
        parts = [values[part] for part in tape.arguments[node]]
        if not np.isfinite(values[node]) and all(map(np.isfinite, parts)):
            if tape.names[node] == "select":
                border = _on_border(tape.payloads[node][0], values)
                hint = "; at a kink, kink=t says which" if border else ""
                return f"no branch of {_written(tape, node, names)} applies at {where}{hint}"
            what = "has no value" if np.isnan(values[node]) else "overflows" if all(parts) else "is infinite"
            return f"{_written(tape, node, names)} {what} at {where}"
    return f"a result is not finite at {where}"


def swallowed(kernel: Kernel, job: Job, points: Array, found: Array, names: Sequence[str]) -> str:
    """An operation that is infinite where a result is finite and wrong, in words; else nothing.

    The kernel says where to look.  The truth is what balls say, at a few of the points only: those at which other
    operations are infinite.
    """
    operations = max(1, job.schedule.operations)
    different: dict[tuple[int, int], int] = {}
    for row, pattern in _suspected(kernel, job, points, found):
        different.setdefault(pattern, row)
    for row in list(different.values())[: min(_PROVED, max(1, _WORK // operations))]:
        said = _hidden(job, points[row], found[row], names)
        if said:
            return said
    return ""


def _suspected(kernel: Kernel, job: Job, points: Array, found: Array) -> Iterator[tuple[int, tuple[int, int]]]:
    """The finite points with a finite result where an operation is infinite, as far as so many numbers are looked at.

    Each with the first operation that is, and how many are.
    """
    operations = max(1, job.schedule.operations)
    left, length = _TABLED, max(1, min(_PART, _TABLED // operations))
    for start in range(0, len(points), length):
        part = points[start : start + length]
        if left > 0 and kernel.run(part, np.empty((len(part), found.shape[1]), found.dtype)) & Seen.INFINITE:
            left -= len(part) * operations
            rows = _rows(job, part)
            infinite = np.array([np.isinf(rows[node]) for node in job.schedule.order])
            first, count = infinite.argmax(axis=0), infinite.sum(axis=0)
            finite = np.isfinite(part).all(axis=1) & np.isfinite(found[start : start + length]).any(axis=1)
            hidden = (count > 0) & finite
            yield from ((start + int(i), (int(first[i]), int(count[i]))) for i in np.flatnonzero(hidden))


def _hidden(job: Job, point: Array, found: Array, names: Sequence[str]) -> str:
    """The first infinite operation at a point where a finite entry is not what balls say, or has no value at a pole."""
    tape, values = job.schedule.tape, values_at(job, point)
    infinite = [node for node in job.schedule.order if np.isinf(values[node])]
    node, reached = infinite[0], set(infinite)
    for one in job.schedule.order:
        if not reached.isdisjoint(tape.arguments[one]):
            reached.add(one)
    exact, bits = _truth(job, point)
    with precision(bits):
        pairs = zip(found[list(job.positions)], job.schedule.results, strict=True)
        looked_at = [(value, entry) for value, entry in pairs if entry in reached and np.isfinite(value)]
        entries = [(value, exact.get(entry, Balls().undefined())) for value, entry in looked_at]
        wrong = [(value, float(truth.mid())) for value, truth in entries if _is_wrong(value, truth)]
        decided = all(truth.is_finite() for _, truth in entries)
    said = f"{_written(tape, node, names)} {{}} at {_where(point, names)}"
    if wrong:
        value, truth = wrong[0]
        return f"{said.format('overflows')}: a result that is computed from it is {value:.6g} instead of {truth:.6g}"
    at_pole = not all(values[part] for part in tape.arguments[node])
    if at_pole and not decided:
        return f"{said.format('is infinite')}: a result that is computed from it has no value there"
    return "" if decided else f"{said.format('overflows')}: a result that is computed from it may be wrong"


def _is_wrong(value: Any, exact: Any) -> bool:
    """Whether a result lacks most digits of the truth; numbers of the size of the least ones are all alike."""
    if not exact.is_finite():
        return False
    apart = abs(ball_of(Fraction(float(value))) - exact)
    return bool(apart > WRONG * abs(exact) and apart > LEAST * float(np.finfo(value.dtype).tiny))


def _on_border(condition: Any, values: Mapping[Node, Any]) -> bool:
    """Whether two sides that these conditions compare are equal."""
    if condition and condition[0] == "compare":
        return bool(values[condition[2]] == values[condition[3]])
    return any(_on_border(part, values) for part in condition if isinstance(part, tuple))


def losses(job: Job, point: Array, names: Sequence[str]) -> list[Loss]:
    """The operations that lose digits at a point, the worst first, where the results suffer from it."""
    tape = job.schedule.tape
    order = tape.needed(job.schedule.results)
    exact, bits = _truth(job, point)
    with precision(bits):
        values = values_at(job, point)
        errors = {node: _error(values[node], exact.get(node)) for node in order}
    if max((errors[node] for node in job.schedule.results), default=0) < _LOST:
        return []
    found = [Loss(_written(tape, node, names), float(values[node]), round(lost))
             for node, lost in _lost(tape, order, errors)]  # fmt: skip
    return sorted(found, key=lambda loss: -loss.digits)


def _lost(tape: Tape, order: Sequence[Node], errors: dict[Node, float]) -> Iterator[tuple[Node, float]]:
    """Operations whose result has many fewer digits right than each of their arguments."""
    for node in order:
        before = max((errors[part] for part in tape.arguments[node]), default=0.0)
        if errors[node] - before >= _LOST:
            yield node, errors[node] - before


def _truth(job: Job, point: Array) -> tuple[dict[Node, Any], int]:
    """Balls of all operations, in the first precision in which those of the results are narrow; and the precision."""
    tape, exact, bits = job.schedule.tape, dict[Node, Any](), 0
    for bits in _BITS:
        with precision(bits):
            given = [ball_of(Fraction(float(value))) for value in point]
            exact = _exactly(tape, tape.needed(job.schedule.results), given)
            if all(_is_narrow(exact.get(node)) for node in job.schedule.results):
                break
    return exact, bits


def _is_narrow(exact: Any) -> bool:
    """Whether more than the digits of a double are known, or that it is 0 in doubles."""
    if exact is None or not exact.is_finite():
        return False
    return bool(exact.rel_accuracy_bits() >= _TOLD or abs(exact) < ball_of(Fraction(2) ** _SMALL))


def _exactly(tape: Tape, order: Sequence[Node], point: Sequence[Any]) -> dict[Node, Any]:
    """Balls of all operations, as far as they are defined."""
    found: dict[Node, Any] = {}
    for node in order:
        try:
            found[node] = tape.evaluated(node, point, Balls(), found)
        except (Unsettled, KeyError, ZeroDivisionError, ValueError, JacocalcError):
            continue
    return found


def _error(value: Any, exact: Any) -> float:
    """The decimal digits that a double lacks: 0 where it is right to the last one, 16 where nothing of it is."""
    if exact is None or not exact.is_finite() or not np.isfinite(value):
        return 0.0
    truth = exact.mid()
    if truth == 0:
        return 0.0 if value == 0 else 16.0
    relative = abs((ball_of(Fraction(float(value))) - truth) / truth)
    size = float(relative.mid())
    return min(16.0, max(0.0, 16.0 + math.log10(size))) if size > 0 else 0.0


def _written(tape: Tape, node: Node, names: Sequence[str]) -> str:
    """The formula of a node; a long one by its outermost operation."""
    symbols = {given: Symbol(name) for given, name in zip(tape.inputs, names, strict=False)}
    formula = notation_of(tape, [node], symbols)[0]
    if tree_size(formula) <= _LONG:
        return paper(formula)
    name = tape.payloads[node] if tape.names[node] == "call" else tape.names[node]
    return f"operation {node} ({name} of a long formula)"


def _where(point: Array, names: Sequence[str]) -> str:
    shown = [f"{name} = {value:.6g}" for name, value in zip(names, point[:6], strict=False)]
    return ", ".join([*shown, *(["…"] if len(point) > 6 else [])])
