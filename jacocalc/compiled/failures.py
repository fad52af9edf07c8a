"""Where numbers fail: the operation that overflowed or has no value, and those that cancel, at one point.

Every operation is done in double precision and in balls of 200 bits side by side.  An operation that loses digits is
one whose result in doubles is further from the truth than its arguments: the digits lost there are the difference.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from jacocalc.compiled.kernels import Array, Job, constant
from jacocalc.compiled.numpy_kernel import UFUNCS, chooser
from jacocalc.compiled.schedule import FREE
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.fields import Balls, Unsettled, ball_of, precision
from jacocalc.evaluate.tape import Node, Tape
from jacocalc.evaluate.writing import notation_of
from jacocalc.linear import paper
from jacocalc.notation import Symbol, tree_size

_BITS = 400
_LONG = 60  # parts of a formula that is written out
_LOST = 3.0  # digits from which a loss is worth a word


class Overflowed(RuntimeWarning):
    """A result is infinite or not a number; the message names the operation."""


class Cancelled(RuntimeWarning):
    """A result has lost digits by cancellation; the message names the operation and the digits."""


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
    tape, dtype = job.schedule.tape, point.dtype
    values: dict[Node, Any] = dict(zip(tape.inputs, point, strict=True))
    with np.errstate(all="ignore"):
        for node in tape.needed(job.schedule.results):
            if node not in values:
                values[node] = _value(tape, node, values, dtype)
    return values


def _value(tape: Tape, node: Node, values: dict[Node, Any], dtype: np.dtype[Any]) -> Any:
    name = tape.names[node]
    if name in FREE:
        return constant(tape, node, dtype)
    rows = [np.array([values[part]], dtype) for part in tape.arguments[node]]
    target = np.empty(1, dtype)
    if name == "select":
        chooser(tape.payloads[node], tape.arguments[node])(*rows, target)
    else:
        function = UFUNCS[tape.payloads[node] if name == "call" else name]
        total = rows[0]
        for row in rows[1:-1]:
            total = function(total, row)
        function(*([total, rows[-1]] if len(rows) > 1 else [total]), target)
    return target[0]


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


def _on_border(condition: Any, values: Mapping[Node, Any]) -> bool:
    """Whether two sides that these conditions compare are equal."""
    if condition and condition[0] == "compare":
        return bool(values[condition[2]] == values[condition[3]])
    return any(_on_border(part, values) for part in condition if isinstance(part, tuple))


def losses(job: Job, point: Array, names: Sequence[str]) -> list[Loss]:
    """The operations that lose digits at a point, the worst first, where the results suffer from it."""
    tape = job.schedule.tape
    order = tape.needed(job.schedule.results)
    with precision(_BITS):
        exact = _exactly(tape, order, [ball_of(Fraction(float(value))) for value in point])
        values = values_at(job, point)
        errors = {node: _error(values[node], exact.get(node)) for node in order}
    if max((errors[node] for node in job.schedule.results), default=0) < _LOST:
        return []
    found = [Loss(_written(tape, node, names), float(values[node]), min(16, round(lost)))
             for node, lost in _lost(tape, order, errors)]  # fmt: skip
    return sorted(found, key=lambda loss: -loss.digits)


def _lost(tape: Tape, order: Sequence[Node], errors: dict[Node, float]) -> Iterator[tuple[Node, float]]:
    """Operations whose result has many fewer digits right than each of their arguments."""
    for node in order:
        before = max((errors[part] for part in tape.arguments[node]), default=0.0)
        if errors[node] - before >= _LOST:
            yield node, errors[node] - before


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
    return max(0.0, 16.0 + math.log10(size)) if size > 0 else 0.0


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
