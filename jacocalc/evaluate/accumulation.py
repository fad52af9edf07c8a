"""Derivatives on a tape: the chain rule, applied to nodes in one order or another.

Every function here adds nodes to the tape that it is given and changes nothing else of it.

    forward    each node carries its sparse row ∂node/∂input: about one product and one sum for every non-zero
               entry of the rows of its arguments
    reverse    each output sends its adjoints ∂output/∂node back: the same for every output that depends on a node
    mixed      nodes are eliminated in the order of least cost (``elimination``)
    jacobian   mixed where the graph has a narrow place, else the one of the first two that needs fewer operations,
               which the sparsity of both tells beforehand

A Hessian is the forward accumulation of an adjoint pass; vᵀJ is one adjoint pass, Jv one forward pass with one row.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import wraps
from itertools import repeat
from typing import ParamSpec, TypeAlias, TypeVar

from jacocalc.evaluate.choices import by_side, choice_row, is_choice, within_domain
from jacocalc.evaluate.elimination import eliminated, narrowest
from jacocalc.evaluate.stable_forms import formulas_of
from jacocalc.evaluate.tape import UNSAID, Node, Rational, Tape

P = ParamSpec("P")
T = TypeVar("T")
_NARROW = 2  # inputs or outputs below twice as many have no narrow place that pays
Row: TypeAlias = Mapping[int, Node]
Rows: TypeAlias = list[Row]  # a sparse matrix: for each row {column: entry}; no entry is a zero


# -- local derivatives --------------------------------------------------------------------------------


def partials(tape: Tape, node: Node, active: Container[Node] | None = None) -> list[tuple[Node, Node]]:
    """(argument, ∂node/∂argument) for each argument that the node depends on directly, of those that are active.

    A piecewise node has no such rule: ``choice_row`` takes the derivative of the branch that applies.
    """
    a = tape.arguments[node]
    rule = _RULES.get(tape.names[node])
    if rule is None:
        raise TypeError(f"no partials for {tape.names[node]}")
    if active is None:
        return rule(tape, node, a)
    if len(a) == 1:
        return rule(tape, node, a) if a[0] in active else []
    return [pair for pair in rule(tape, node, a, active) if pair[0] in active]


Pairs: TypeAlias = list[tuple[Node, Node]]


def _sum(tape: Tape, node: Node, a: tuple[Node, ...], active: Container[Node] | None = None) -> Pairs:
    """∂(u + v)/∂u = 1"""
    one = tape.number(1)
    return [(a[0], one), (a[1], one)] if len(a) == 2 else [(term, one) for term in a]


def _difference(tape: Tape, node: Node, a: tuple[Node, ...], active: Container[Node] | None = None) -> Pairs:
    """∂(u − v)/∂u = 1, ∂(u − v)/∂v = −1"""
    return [(a[0], tape.number(1)), (a[1], tape.number(-1))]


def _product(tape: Tape, node: Node, a: tuple[Node, ...], active: Container[Node] | None = None) -> Pairs:
    """∂(u v)/∂u = v"""
    if len(a) == 2:
        return [(a[0], a[1]), (a[1], a[0])]
    return [(factor, tape.multiply((*a[:i], *a[i + 1 :]))) for i, factor in enumerate(a)]


def _negative(tape: Tape, node: Node, a: tuple[Node, ...], active: Container[Node] | None = None) -> Pairs:
    """∂(−u)/∂u = −1"""
    return [(a[0], tape.number(-1))]


def _power(tape: Tape, node: Node, a: tuple[Node, ...], active: Container[Node] | None = None) -> Pairs:
    """∂(u^k)/∂u = k u^(k−1)"""
    k = tape.payloads[node]
    return [(a[0], tape.multiply((tape.number(k), tape.power(a[0], k - 1))))]  # not times: 2v stays 2v for v = 5x


def _quotient(tape: Tape, node: Node, a: tuple[Node, ...], active: Container[Node] | None = None) -> Pairs:
    """∂(u/v)/∂u = 1/v, ∂(u/v)/∂v = −(u/v)/v"""
    found = []
    if active is None or a[0] in active:
        found.append((a[0], tape.divide(tape.number(1), a[1])))
    if active is None or a[1] in active:
        found.append((a[1], tape.negate(tape.divide(node, a[1]))))
    return found


def _raised(tape: Tape, node: Node, a: tuple[Node, ...], active: Container[Node] | None = None) -> Pairs:
    """∂(u^v)/∂u = v u^(v−1), ∂(u^v)/∂v = u^v ln u"""
    found = []
    if active is None or a[0] in active:
        value = tape.numbers.get(a[1])
        lower = tape.number(value - 1) if value is not None else tape.add((a[1], tape.number(-1)))
        found.append((a[0], tape.multiply((a[1], tape.raised(a[0], lower, tape.numbers.get(lower))))))
    if active is None or a[1] in active:
        found.append((a[1], tape.multiply((node, tape.call("ln", (a[0],))))))
    return found


_SIDES: dict[str, tuple[Rational, Rational]] = {  # slopes for u > 0 and for u < 0
    "abs": (1, -1), "relu": (1, 0), "leaky_relu": (1, Fraction(1, 100)), "sign": (0, 0),
}  # fmt: skip


def _call(tape: Tape, node: Node, a: tuple[Node, ...], active: Container[Node] | None = None) -> Pairs:
    """The formulas of the table."""
    function = tape.payloads[node]
    if function in ("max", "min"):
        return _extreme(tape, function, a)
    if function == "logsumexp":  # e^(u_i − lse), never above 1
        return [(u, tape.call("exp", (tape.minus(u, node),))) for u in a if active is None or u in active]
    if tape.kink is not UNSAID and function in _SIDES:
        right, left = _SIDES[function]
        return [(a[0], by_side(tape, a[0], tape.number(right), tape.number(left)))]
    formulas = zip(a, formulas_of(function).derivatives, strict=False)
    wanted = ((u, formula) for u, formula in formulas if active is None or u in active)
    return [(u, within_domain(tape, function, u, tape.formula(formula, a))) for u, formula in wanted]


def _extreme(tape: Tape, function: str, arguments: tuple[Node, ...]) -> list[tuple[Node, Node]]:
    """∂max(a, b, …)/∂a is 1 where a is the greatest, 0 where it is not, undefined at a tie."""
    relation = ">" if function == "max" else "<"
    one, zero = tape.number(1), tape.number(0)
    result = []
    for i, argument in enumerate(arguments):
        others = [other for j, other in enumerate(arguments) if j != i]
        wins = ("and", *(("compare", relation, argument, other) for other in others))
        loses = ("or", *(("compare", relation, other, argument) for other in others))
        result.append((argument, tape.select((wins, loses), (one, zero)) if others else one))
    return result


def uncollected(work: Callable[P, T]) -> Callable[P, T]:
    """The work without searches for cycles meanwhile: it makes many small tuples and no cycle; this halves the time."""

    @wraps(work)
    def paused(*arguments: P.args, **options: P.kwargs) -> T:
        enabled = gc.isenabled()
        gc.disable()
        try:
            return work(*arguments, **options)
        finally:
            if enabled:
                gc.enable()

    return paused


_RULES: dict[str, Callable[..., Pairs]] = {
    **dict.fromkeys(("input", "number", "constant"), lambda tape, node, a, active=None: []),
    "add": _sum, "subtract": _difference, "multiply": _product, "negate": _negative, "divide": _quotient,
    "power": _power, "raise": _raised, "call": _call,
}  # fmt: skip


# -- accumulation -------------------------------------------------------------------------------------


def forward(tape: Tape, outputs: Sequence[Node], inputs: Sequence[Node]) -> Rows:
    """J (outputs × inputs) by forward accumulation."""
    one = tape.number(1)
    rows = forward_rows(tape, outputs, {node: {j: one} for j, node in enumerate(inputs)})
    return [rows.get(output, {}) for output in outputs]


@uncollected
def forward_rows(tape: Tape, outputs: Sequence[Node], seeds: Mapping[Node, Row]) -> dict[Node, Row]:
    """The rows of all nodes that the outputs need, from those of some nodes."""
    rows: dict[Node, Row] = dict(seeds)
    arguments = tape.arguments
    for node in tape.needed(outputs):
        if node in seeds or rows.keys().isdisjoint(arguments[node]):
            continue
        if is_choice(tape, node):
            rows[node] = choice_row(tape, node, rows)
            continue
        row: dict[int, Node] = {}
        for argument, local in partials(tape, node, rows):
            tape.add_multiple(row, local, rows[argument])
        if row:
            rows[node] = row
    return rows


def reverse(tape: Tape, outputs: Sequence[Node], inputs: Sequence[Node]) -> Rows:
    """J (outputs × inputs) by reverse accumulation: each node carries its sparse column ∂output/∂node."""
    one = tape.number(1)
    if len(outputs) == 1:
        found = adjoints(tape, {outputs[0]: one}, inputs)
        return [{j: found[node] for j, node in enumerate(inputs) if node in found}]
    seeds: dict[Node, dict[int, Node]] = {}
    for i, output in enumerate(outputs):
        seeds.setdefault(output, {})[i] = one
    columns = reverse_columns(tape, seeds, inputs)
    rows: list[dict[int, Node]] = [{} for _ in outputs]
    for j, node in enumerate(inputs):
        for i, entry in columns.get(node, {}).items():
            rows[i][j] = entry
    return list(rows)


@uncollected
def reverse_columns(
    tape: Tape, seeds: Mapping[Node, Row], inputs: Sequence[Node] | None = None
) -> dict[Node, dict[int, Node]]:
    """The columns of all nodes that the outputs need, from those of the outputs.

    ``inputs``: only of nodes that depend on these.
    """
    order = tape.needed(seeds)
    active = None if inputs is None else _dependents(tape, order, inputs)
    columns = {node: dict(column) for node, column in seeds.items()}
    arguments, local_shares = tape.arguments, _local_shares(tape, order, active, inputs)
    for node in reversed(order):
        column = columns.get(node)
        if not column or not arguments[node]:
            continue
        for argument, local in local_shares(node):
            below = columns.get(argument)
            if below is None:
                below = columns[argument] = {}
            tape.add_multiple(below, local, column)
    return columns


@uncollected
def adjoints(tape: Tape, seeds: Mapping[Node, Node], inputs: Sequence[Node] | None = None) -> dict[Node, Node]:
    """∂s/∂node for s = Σ seed · output, from the outputs back, for each node that s depends on."""
    order = tape.needed(seeds)
    active = None if inputs is None else _dependents(tape, order, inputs)
    plus, times, names, arguments = tape.plus, tape.times, tape.names, tape.arguments
    one, zero, local_shares = tape.number(1), tape.number(0), _local_shares(tape, order, active, inputs)
    found = dict(seeds)
    for node in reversed(order):
        adjoint = found.get(node)
        a = arguments[node]
        if adjoint is None or not a:
            continue
        if names[node] == "multiply" and len(a) == 2:  # the usual cases, without a list of pairs
            pairs: Iterable[tuple[Node, Node]] = ((a[0], a[1]), (a[1], a[0]))
        elif names[node] == "add":
            pairs = zip(a, repeat(one))
        else:
            pairs = local_shares(node)
        for argument, local in pairs:
            if active is not None and argument not in active:
                continue
            share = adjoint if local == one else times(adjoint, local)
            before = found.get(argument)
            if before is not None:
                found[argument] = plus(before, share)
            elif share != zero:
                found[argument] = share
    return found


def _local_shares(
    tape: Tape, order: Sequence[Node], active: Container[Node] | None, inputs: Sequence[Node] | None
) -> Callable[[Node], Pairs]:
    """∂node/∂argument; of a choice ∂node/∂input at once, by forward accumulation of its branches."""
    choices = [node for node in order if is_choice(tape, node)] if inputs is not None else []
    if not choices or inputs is None:
        return lambda node: partials(tape, node, active)
    rows = forward_rows(tape, choices, {node: {j: tape.number(1)} for j, node in enumerate(inputs)})
    jumps = {node: [(inputs[j], entry) for j, entry in rows.get(node, {}).items()] for node in choices}
    return lambda node: jumps[node] if node in jumps else partials(tape, node, active)


def _dependents(tape: Tape, order: Sequence[Node], inputs: Sequence[Node]) -> dict[Node, bool]:
    """The nodes among these that depend on one of the inputs."""
    found, arguments = dict.fromkeys(inputs, True), tape.arguments
    for node in order:
        if not found.keys().isdisjoint(arguments[node]):
            found[node] = True
    return found


def jacobian(tape: Tape, outputs: Sequence[Node], inputs: Sequence[Node]) -> Rows:
    """J (outputs × inputs) in the order of accumulation that needs fewer operations."""
    if min(len(outputs), len(inputs)) > 2 * _NARROW:
        order = tape.needed(outputs)
        if 2 * narrowest(tape, order, _dependents(tape, order, inputs)) <= min(len(outputs), len(inputs)):
            return mixed(tape, outputs, inputs)
    if len(outputs) == 1 < len(inputs):
        return reverse(tape, outputs, inputs)
    ahead, back = costs(tape, outputs, inputs)
    return (reverse if back < ahead else forward)(tape, outputs, inputs)


@uncollected
def mixed(tape: Tape, outputs: Sequence[Node], inputs: Sequence[Node]) -> Rows:
    """J (outputs × inputs) by elimination: where fewer values pass through the middle than go in and come out."""
    order = tape.needed(outputs)
    shares = _local_shares(tape, order, _dependents(tape, order, inputs), inputs)
    return list(eliminated(tape, order, outputs, inputs, shares))


def costs(tape: Tape, outputs: Sequence[Node], inputs: Sequence[Node]) -> tuple[int, int]:
    """The products that forward and reverse accumulation form, an edge of the graph at a time, from sparsity alone."""
    order = tape.needed(outputs)
    below = _sets(tape, order, inputs)
    above: dict[Node, int] = {}
    for i, output in enumerate(outputs):
        above[output] = above.get(output, 0) | 1 << i
    ahead = back = 0
    for node in reversed(order):
        reached = above.get(node, 0)
        for argument in tape.arguments[node]:
            if argument in below:
                above[argument] = above.get(argument, 0) | reached
                ahead += below[argument].bit_count()
                back += reached.bit_count()
    return ahead, back


def _sets(tape: Tape, order: Sequence[Node], inputs: Sequence[Node]) -> dict[Node, int]:
    """For each node the inputs that it depends on, as the bits of a number."""
    found = {node: 1 << j for j, node in enumerate(inputs)}
    for node in order:
        if node not in found:
            bits = 0
            for argument in tape.arguments[node]:
                bits |= found.get(argument, 0)
            if bits:
                found[node] = bits
    return found


def sparsity(tape: Tape, outputs: Sequence[Node], inputs: Sequence[Node]) -> list[list[int]]:
    """For each output the inputs that it depends on, in order: where J can be other than 0."""
    found = _sets(tape, tape.needed(outputs), inputs)
    return [[j for j in range(len(inputs)) if found.get(output, 0) >> j & 1] for output in outputs]


def gradient(tape: Tape, output: Node, inputs: Sequence[Node]) -> list[Node]:
    """∂output/∂input for each input, by one pass of adjoints."""
    found, zero = adjoints(tape, {output: tape.number(1)}, inputs), tape.number(0)
    return [found.get(node, zero) for node in inputs]


def hessian(tape: Tape, output: Node, inputs: Sequence[Node]) -> Rows:
    """∂²output/∂inputs² (n×n): forward accumulation of the gradient."""
    return forward(tape, gradient(tape, output, inputs), inputs)


def dense(tape: Tape, rows: Sequence[Row], width: int) -> list[list[Node]]:
    """The matrix with its zeros."""
    zero = tape.number(0)
    return [[row.get(j, zero) for j in range(width)] for row in rows]


def jvp(tape: Tape, outputs: Sequence[Node], inputs: Sequence[Node], vector: Sequence[Node]) -> list[Node]:
    """Jv: one forward pass with one entry a node."""
    rows = forward_rows(tape, outputs, {node: {0: v} for node, v in zip(inputs, vector, strict=True)})
    zero = tape.number(0)
    return [rows.get(output, {}).get(0, zero) for output in outputs]


def vjp(tape: Tape, outputs: Sequence[Node], inputs: Sequence[Node], vector: Sequence[Node]) -> list[Node]:
    """vᵀJ: one pass of adjoints, an output that occurs twice with the sum of its weights."""
    seeds: dict[Node, Node] = {}
    for output, weight in zip(outputs, vector, strict=True):
        seeds[output] = tape.plus(seeds[output], weight) if output in seeds else weight
    found = adjoints(tape, seeds, inputs)
    zero = tape.number(0)
    return [found.get(node, zero) for node in inputs]


def hvp(tape: Tape, output: Node, inputs: Sequence[Node], vector: Sequence[Node]) -> list[Node]:
    """Hv: the forward pass of the adjoint pass, about twice the gradient."""
    return jvp(tape, gradient(tape, output, inputs), inputs, vector)


def operations(tape: Tape, nodes: Sequence[Node]) -> int:
    """The operations that these nodes need: a sum or product of k parts counts k − 1, a call or a power one."""
    return sum(_cost(tape, node) for node in tape.needed(nodes))


def _cost(tape: Tape, node: Node) -> int:
    name = tape.names[node]
    if name in ("input", "number", "constant"):
        return 0
    return max(len(tape.arguments[node]) - 1, 1) if name in ("add", "multiply") else 1
