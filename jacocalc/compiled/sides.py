"""Where branches meet smoothly: the derivative on a border is the one that all branches have there.

On a border and at a tie a compiled derivative is NaN at first.  Near such a point f is everywhere one of the functions
f_c in which each choice that is open there takes one of its branches.  If these choices are continuous at the point and
all f_c have one derivative, it is that of f:

    f(x + h) = f_c(x + h) for some c, and f_c(x + h) = f(x) + f_c′(x) h + o(h) for every c

so x|x| has the derivative 0 at 0, and |x| has none.  If all f_c also have one second derivative, it is that of f, that
of the next term here: x²|x| has 0 at 0, and x|x| has none.  Choices between two by the sign of one quantity are made
together, so max(x, y) + min(x, y) has derivatives where x = y.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from jacocalc.compiled.kernels import Array, Kernel, job_of
from jacocalc.compiled.numpy_kernel import COMPARISONS, NumpyKernel
from jacocalc.evaluate.choices import branches, is_choice
from jacocalc.evaluate.tape import Node, Rational, Tape, made_on

Sign: TypeAlias = tuple[tuple[Node, ...], bool]
_MOST = 64  # functions f_c of one point
_MANY = 1000  # choices of a function
_PART = 4096  # points at a time
_CLOSE = 64  # units in the last place within which numbers are the same

_AS_CHOICES: dict[str, Callable[[Tape, Node], Node]] = {
    "abs": lambda tape, u: tape.call("max", (u, tape.negate(u))),
    "relu": lambda tape, u: tape.call("max", (u, tape.number(0))),
    "leaky_relu": lambda tape, u: tape.call("max", (u, tape.times(tape.number(Fraction(1, 100)), u))),
    "sign": lambda tape, u: tape.select(
        (("compare", ">", u, tape.number(0)), ("compare", "<", u, tape.number(0))),
        (tape.number(1), tape.number(-1), tape.number(0)),
    ),
}


class Sides:
    """A function whose choices are known, and the same function with its choices made from outside (``controlled``)."""

    def __init__(self, source: Tape, outputs: Sequence[Node]) -> None:
        self.tape = Tape(kept=source.kept)
        made = {node: self.tape.input() for node in source.inputs}
        for node in source.needed(outputs):
            rule = _AS_CHOICES.get(source.payloads[node]) if source.names[node] == "call" else None
            if rule is not None:
                made[node] = rule(self.tape, made[source.arguments[node][0]])
            elif node not in made:
                made[node] = made_on(self.tape, source, node, made)
        self.outputs = [made[output] for output in outputs]
        needed = self.tape.needed(self.outputs)
        found = [node for node in needed if is_choice(self.tape, node)]
        self.angles = [self.tape.arguments[node] for node in needed if self.tape.payloads.get(node) == "atan2"]
        self.choices = found if len(found) <= _MANY else []
        self.signs = [_sign(self.tape, node) for node in self.choices]
        parts = [*((node, *self.tape.arguments[node]) for node in self.choices), *self.angles]
        self.read = sorted({part for listed in parts for part in listed})
        self.job = job_of(self.tape, dict(enumerate(self.read)), len(self.read))

    def controlled(self) -> tuple[Tape, list[Node]]:
        """The function with an input more for each choice, the number of the branch that it takes."""
        tape = Tape(kept=self.tape.kept)
        made = {node: tape.input() for node in self.tape.inputs}
        numbers = {node: tape.input() for node in self.choices}
        for node in self.tape.needed(self.outputs):
            if node in numbers:
                listed = [made[branch] for branch in branches(self.tape, node)]
                bounds = [tape.number(k + Fraction(1, 2)) for k in range(len(listed) - 1)]
                made[node] = tape.select(tuple(("compare", "<", numbers[node], bound) for bound in bounds), listed)
            elif node not in made:
                made[node] = made_on(tape, self.tape, node, made)
        return tape, [made[output] for output in self.outputs]

    def settle(self, kernel: Callable[[], Kernel], points: Array, found: Array) -> None:
        """Replace what is NaN in a derivative by what all branches agree on.

        ``kernel``: the derivative of the controlled function, at points with the numbers of branches behind the inputs.
        """
        rows = np.flatnonzero(np.isnan(found).any(axis=1))
        with np.errstate(all="ignore"):
            for start in range(0, len(rows), _PART):
                self._settle(kernel, points, found, rows[start : start + _PART])

    def _settle(self, kernel: Callable[[], Kernel], points: Array, found: Array, rows: Array) -> None:
        opened = self._opened(np.ascontiguousarray(points[rows, : len(self.tape.inputs)]))
        functions = np.prod(list(_ways(opened, self.signs)), axis=0, dtype=float)
        several = (functions > 1) & (functions <= _MOST)
        rows = rows[several]
        if len(rows):
            agreed = self._agreed(kernel(), [one[:, several] for one in opened], points[rows], found.shape[1])
            found[rows] = np.where(np.isnan(found[rows]), agreed, found[rows])

    def _agreed(self, kernel: Kernel, opened: Sequence[Array], points: Array, entries: int) -> Array:
        """The results that are the same whichever branches are taken, NaN for the others."""
        before, behind = np.split(points, [len(self.tape.inputs)], axis=1)
        results: Array | None = None
        for numbers in _numbers(opened, self.signs):
            one = np.empty((len(points), entries), points.dtype)
            kernel.run(np.concatenate([before, numbers, behind], axis=1, dtype=points.dtype), one)
            results = one if results is None else np.where(_same(one, results), results, np.nan)
        assert results is not None
        return results

    def _opened(self, points: Array) -> list[Array]:
        """For each choice which branches may apply near the points, (branches, N); none where anything jumps."""
        values = np.empty((len(points), len(self.read)), points.dtype)
        NumpyKernel(self.job, points.dtype).run(points, values)
        rows = dict(zip(self.read, values.T, strict=True))
        jumps = np.any([np.zeros(len(points), bool), *((rows[y] == 0) & (rows[x] < 0) for y, x in self.angles)], axis=0)
        return [self._open(node, rows) & ~jumps for node in self.choices]

    def _open(self, node: Node, rows: Mapping[Node, Array]) -> Any:
        listed = np.array([rows[branch] for branch in branches(self.tape, node)])
        if self.tape.names[node] == "call":
            return np.equal(listed, rows[node])
        found, rest = [], np.ones(listed.shape[1:], bool)
        for condition in self.tape.payloads[node][0]:
            surely, perhaps = _near(condition, rows)
            found.append(rest & perhaps)
            rest = rest & ~surely
        if len(found) < len(listed):
            found.append(rest)
            rest = np.zeros_like(rest)
        reached = np.array(found)
        alone = reached.sum(axis=0) == 1
        continuous = (alone | (_same(listed, rows[node]) | ~reached).all(axis=0)) & ~rest
        return reached & continuous


def _sign(tape: Tape, node: Node) -> Sign | None:
    """The quantity whose sign chooses between two branches, and whether the first is that of a negative one."""
    if tape.names[node] == "call":
        (relation, *sides), count = (">" if tape.payloads[node] == "max" else "<", *tape.arguments[node]), 2
    else:
        conditions, count = tape.payloads[node]
        (relation, *sides) = conditions[0][1:] if len(conditions) == 1 else ("",)
    if len(sides) != 2 or count != 2 or relation[:1] not in ("<", ">"):
        return None
    quantity, negative = _difference(tape, *sides)
    return quantity, negative != (relation[0] == "<")


def _difference(tape: Tape, a: Node, b: Node) -> Sign:
    """Nodes whose difference has the sign of a − b, or the other one."""
    (u, c), (v, d) = _multiple(tape, a), _multiple(tape, b)
    if c == 0 or d == 0 or u == v:
        return (u if c else v), c < d
    return (min(a, b), max(a, b)), a > b


def _multiple(tape: Tape, node: Node) -> tuple[tuple[Node, ...], Rational]:
    """u and c of c u: a difference as both its nodes, another u as a node alone."""
    factor: Rational = 1 if tape.numbers.get(node) != 0 else 0
    while tape.names[node] == "negate" or (tape.names[node] == "multiply" and tape.arguments[node][0] in tape.numbers):
        factor *= -1 if tape.names[node] == "negate" else tape.numbers[tape.arguments[node][0]]
        node = tape.arguments[node][-1]
    if tape.names[node] != "subtract":
        return (node,), factor
    one, other = tape.arguments[node]
    return ((one, other), factor) if one < other else ((other, one), -factor)


def _ways(opened: Sequence[Array], signs: Sequence[Sign | None]) -> Iterator[Array]:
    """For each choice how many ways there are to make it; 1 where it is made with an earlier one."""
    made: dict[Any, Array] = {}
    for reached, sign in zip(opened, signs, strict=True):
        count = reached.sum(axis=0)
        before = made.setdefault(sign[0], np.zeros_like(count)) if sign else 0
        yield np.where((count == 2) & (before == 2), 1, count)
        if sign:
            made[sign[0]] = np.maximum(made[sign[0]], count)


def _numbers(opened: Sequence[Array], signs: Sequence[Sign | None]) -> Iterator[Array]:
    """All ways to choose among open branches, (N, choices); where there are fewer than elsewhere they come again."""
    ways = list(_ways(opened, signs))
    upto = [np.cumsum(one, axis=0) for one in opened]
    for way in range(np.prod(ways, axis=0).max()):
        rest, numbers, made = np.full(len(ways[0]), way), [], dict[Any, Array]()
        for reached, count, sign in zip(upto, ways, signs, strict=True):
            turn = rest % count
            if sign:
                both = reached[-1] == 2
                turn = np.where(both & (count == 1), made.get(sign[0], turn) ^ sign[1], turn)
                made[sign[0]] = np.where(both, turn ^ sign[1], made.get(sign[0], 0))
            numbers.append((reached > turn).argmax(axis=0))
            rest = rest // count
        yield np.array(numbers).T


def _near(condition: Any, rows: Mapping[Node, Array]) -> tuple[Any, Any]:
    """Whether a condition holds everywhere near the points, and whether it holds at some places near them."""
    if condition[0] == "compare":
        left, right = rows[condition[2]], rows[condition[3]]
        equal = left == right
        holds = COMPARISONS[condition[1]](left, right)
        return holds & ~equal, holds | equal
    join = np.logical_and if condition[0] == "and" else np.logical_or
    surely, perhaps = zip(*(_near(part, rows) for part in condition[1:]), strict=True)
    return join.reduce(surely), join.reduce(perhaps)


def _same(a: Array, b: Array) -> Any:
    """Whether numbers differ by no more than rounding does."""
    return np.abs(a - b) <= _CLOSE * np.finfo(a.dtype).eps * np.abs(b)
