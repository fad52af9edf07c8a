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
from functools import wraps
from typing import ParamSpec, TypeVar

from jacocalc.evaluate.choices import choice_partials, choice_row, is_choice
from jacocalc.evaluate.elimination import Pairs, eliminated, narrowest
from jacocalc.evaluate.local_derivatives import partials, partials_of_power
from jacocalc.evaluate.rows import Row, Rows, add_multiple, add_row, plain, product, settled, signed, total, unsigned
from jacocalc.evaluate.tape import Node, Tape
from jacocalc.known_functions import BENT

P = ParamSpec("P")
T = TypeVar("T")
_SUMS = ("add", "subtract", "negate")  # whose local derivatives are 1 and −1
_TWO = ("multiply", "add", "subtract")  # the usual operations, differentiated without a list of pairs
_NARROW = 2  # inputs or outputs below twice as many have no narrow place that pays


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


def forward(
    tape: Tape, outputs: Sequence[Node], inputs: Sequence[Node], order: Iterable[Node] | None = None
) -> Rows:
    """J (outputs × inputs) by forward accumulation; ``order``: all that depends on the inputs, where it is known."""
    one = tape.number(1)
    rows = forward_rows(tape, outputs, {node: {j: one} for j, node in enumerate(inputs)}, order)
    return settled(tape, [rows.get(output, {}) for output in outputs], outputs)


@uncollected
def forward_rows(
    tape: Tape, outputs: Sequence[Node], seeds: Mapping[Node, Row], order: Iterable[Node] | None = None
) -> dict[Node, Row]:
    """The rows of all nodes that the outputs need, signed, from those of some nodes."""
    rows: dict[Node, Row] = dict(seeds)
    names, arguments = tape.names, tape.arguments
    for node in tape.needed(outputs) if order is None else order:
        a = arguments[node]
        if not a or node in seeds:
            continue
        name, row = names[node], None
        if len(a) == 2 and name in _TWO:
            first, second = rows.get(a[0]), rows.get(a[1])
            if name == "multiply":
                row = _product_row(tape, a, first, second)
            else:
                row = _sum_row(tape, first, second, name == "subtract")
        elif not rows.keys().isdisjoint(a):
            row = _general_row(tape, node, rows)
        if row:
            rows[node] = row
    return rows


def _product_row(tape: Tape, factors: tuple[Node, ...], first: Row | None, second: Row | None) -> Row | None:
    """d(a b) = a db + b da; None is 0"""
    row: dict[int, Node] = {}
    if second is not None:
        add_multiple(tape, row, factors[0], second)
    if first is not None:
        add_multiple(tape, row, factors[1], first)
    return row


def _sum_row(tape: Tape, first: Row | None, second: Row | None, minus: bool) -> Row | None:
    """d(a ± b) = da ± db; None is 0"""
    if second is None:
        return first
    row = {} if first is None else dict(first)
    add_row(tape, row, second, minus)
    return row


def _general_row(tape: Tape, node: Node, rows: Mapping[Node, Row]) -> Row:
    """Σ ∂node/∂argument · row of the argument, signed; of a choice the choice among the rows."""
    if is_choice(tape, node):
        return choice_row(tape, node, {part: plain(tape, rows[part]) for part in tape.arguments[node] if part in rows})
    row: dict[int, Node] = {}
    for argument, local in partials(tape, node, rows):
        add_multiple(tape, row, local, rows[argument])
    return row


def reverse(
    tape: Tape, outputs: Sequence[Node], inputs: Sequence[Node], order: Sequence[Node] | None = None
) -> Rows:
    """J (outputs × inputs) by reverse accumulation: each node carries its sparse column ∂output/∂node."""
    one = tape.number(1)
    if len(outputs) == 1:
        found = adjoints(tape, {outputs[0]: one}, inputs)
        return [{j: found[node] for j, node in enumerate(inputs) if node in found}]
    seeds: dict[Node, dict[int, Node]] = {}
    for i, output in enumerate(outputs):
        seeds.setdefault(output, {})[i] = one
    columns = reverse_columns(tape, seeds, inputs, order)
    rows: list[dict[int, Node]] = [{} for _ in outputs]
    for j, node in enumerate(inputs):
        for i, entry in columns.get(node, {}).items():
            rows[i][j] = entry
    return settled(tape, rows, outputs)


@uncollected
def reverse_columns(
    tape: Tape, seeds: Mapping[Node, Row], inputs: Sequence[Node], order: Sequence[Node] | None
) -> dict[Node, dict[int, Node]]:
    """The columns of the nodes between inputs and outputs, signed, from those of the outputs.

    ``order``: those that depend on the inputs, where they are known.
    """
    if order is None:
        needed = tape.needed(seeds)
        active = _dependents(tape, needed, inputs)
        order = [node for node in needed if node in active]
    else:
        active = dict.fromkeys(order, True)
    columns = {node: dict(column) for node, column in seeds.items()}
    names, arguments = tape.names, tape.arguments
    local_shares = _local_shares(tape, order, active, inputs)
    for node in reversed(order):
        column = columns.get(node)
        a = arguments[node]
        if not column or not a:
            continue
        if len(a) == 2 and names[node] in _TWO:
            if names[node] != "multiply":
                for part, minus in ((a[0], False), (a[1], names[node] == "subtract")):
                    if part in active:
                        add_row(tape, columns.setdefault(part, {}), column, minus)
                continue
            pairs: Iterable[tuple[Node, Node]] = (a, a[::-1])
        else:
            pairs = local_shares(node)
        for part, local in pairs:
            if part in active:
                add_multiple(tape, columns.setdefault(part, {}), local, column)
    return columns


@uncollected
def adjoints(tape: Tape, seeds: Mapping[Node, Node], inputs: Sequence[Node] | None = None) -> dict[Node, Node]:
    """∂s/∂node for s = Σ seed · output, from the outputs back, for each node that s depends on."""
    order = tape.needed(seeds)
    active = None if inputs is None else _dependents(tape, order, inputs)
    names, arguments = tape.names, tape.arguments
    one, zero, local_shares = tape.number(1), tape.number(0), _local_shares(tape, order, active, inputs)
    found = {node: signed(tape, seed) for node, seed in seeds.items()}
    for node in reversed(order):
        adjoint = found.get(node)
        a = arguments[node]
        if adjoint is None or not a:
            continue
        name = names[node]
        if len(a) == 2 and name in _TWO:
            first, second = a
            if name == "multiply":
                pairs = [(first, second), (second, first)]
            else:
                pairs = [(first, one), (second, one if name == "add" else ~one)]
        elif name == "power":
            pairs = partials_of_power(tape, node, a)
        else:
            pairs = local_shares(node)
        for argument, local in pairs:
            if active is None or argument in active:
                share = adjoint if local == one else product(tape, local, adjoint)
                before = found.get(argument)
                if before is not None:
                    found[argument] = total(tape, before, share)
                elif share != zero:
                    found[argument] = share
    listed = found if inputs is None else inputs
    return {node: unsigned(tape, found[node]) for node in listed if node in found}


def _local_shares(
    tape: Tape, order: Sequence[Node], active: Container[Node] | None, inputs: Sequence[Node] | None
) -> Callable[[Node], Pairs]:
    """∂node/∂argument; of a choice ∂node/∂input at once, by forward accumulation, where 0 times the derivative of a
    branch that does not apply could be no number."""
    names = tape.names
    choices = [node for node in order if names[node] in ("select", "call") and is_choice(tape, node)]
    if not choices or inputs is None:
        return lambda node: partials(tape, node, active)
    finite = _finite(tape, order, len(inputs) <= _ROWS)
    singular = [node for node in choices if not finite.issuperset(tape.arguments[node])]
    rows = forward_rows(tape, singular, {node: {j: tape.number(1)} for j, node in enumerate(inputs)})
    jumps = {node: [(inputs[j], entry) for j, entry in plain(tape, rows.get(node, {})).items()] for node in singular}
    jumps |= {node: choice_partials(tape, node) for node in choices if node not in jumps}
    return lambda node: jumps[node] if node in jumps else partials(tape, node, active)


_MILD = frozenset({  # without exp, which overflows at 710
    "sin", "cos", "tanh", "sigmoid", "softplus", "logsumexp", "atan", "asinh", "erf",
})  # fmt: skip
_BENT = frozenset({*BENT, "leaky_relu", "sign"})  # no derivative at a kink, unless one is agreed
_ROWS = 16  # inputs up to which a kink within a choice has a row: beyond, 0 times its derivative is no number


def _finite(tape: Tape, order: Sequence[Node], at_kinks: bool) -> set[Node]:
    """The nodes whose derivatives by the inputs are finite, wherever these are numbers of an ordinary size.

    ``at_kinks``: also where |u| and the like have a kink.
    """
    names, payloads, arguments, listed = tape.names, tape.payloads, tape.arguments, set(order)
    found: set[Node] = set()
    calls = _MILD if tape.kink is None and at_kinks else _MILD | _BENT
    for node in order:
        name, a = names[node], arguments[node]
        divided = name == "divide" and a[1] not in tape.numbers
        steep = divided or name == "raise" or (name == "power" and payloads[node] < 0)
        mild = not steep and (name != "call" or payloads[node] in calls) and (name != "select" or calls is not _MILD)
        if mild and all(part in found or part not in listed for part in a):
            found.add(node)
    return found | {part for node in order for part in arguments[node] if part not in listed}


def _dependents(tape: Tape, order: Sequence[Node], inputs: Sequence[Node]) -> dict[Node, bool]:
    """The nodes among these that depend on one of the inputs."""
    found, arguments = dict.fromkeys(inputs, True), tape.arguments
    for node in order:
        if not found.keys().isdisjoint(arguments[node]):
            found[node] = True
    return found


def jacobian(tape: Tape, outputs: Sequence[Node], inputs: Sequence[Node]) -> Rows:
    """J (outputs × inputs) in the order of accumulation that needs fewer operations."""
    if len(outputs) == 1 < len(inputs):
        return reverse(tape, outputs, inputs)
    order = tape.needed(outputs)
    below = _sets(tape, order, inputs)
    fewer = min(len(outputs), len(inputs))
    if fewer > 2 * _NARROW and 2 * narrowest(tape, order, below) <= fewer:
        return mixed(tape, outputs, inputs)
    active = [node for node in order if node in below]
    ahead, back = _costs(tape, active, below, outputs)
    return (reverse if 10 * back < 9 * ahead else forward)(tape, outputs, inputs, active)


@uncollected
def mixed(tape: Tape, outputs: Sequence[Node], inputs: Sequence[Node]) -> Rows:
    """J (outputs × inputs) by elimination: where fewer values pass through the middle than go in and come out."""
    order = tape.needed(outputs)
    shares = _local_shares(tape, order, _dependents(tape, order, inputs), inputs)
    return settled(tape, eliminated(tape, order, outputs, inputs, shares), outputs)


def costs(tape: Tape, outputs: Sequence[Node], inputs: Sequence[Node]) -> tuple[int, int]:
    """What forward and reverse accumulation cost, from sparsity alone: the entries that go along the edges of the
    graph, eight times where they are multiplied."""
    order = tape.needed(outputs)
    below = _sets(tape, order, inputs)
    return _costs(tape, [node for node in order if node in below], below, outputs)


def _costs(tape: Tape, active: Sequence[Node], below: Mapping[Node, int], outputs: Sequence[Node]) -> tuple[int, int]:
    """The costs, where it is known which nodes depend on inputs, and ``below``, on which, as the bits of a number."""
    names, arguments = tape.names, tape.arguments
    above: dict[Node, int] = {}
    for i, output in enumerate(outputs):
        above[output] = above.get(output, 0) | 1 << i
    ahead = back = 0
    for node in reversed(active):
        reached, edges, width = above[node], 0, 0
        for argument in arguments[node]:
            bits = below.get(argument)
            if bits:
                above[argument] = above.get(argument, 0) | reached
                width += bits.bit_count()
                edges += 1
        if edges:
            weight = 1 if names[node] in _SUMS else 8
            ahead += weight * width
            back += weight * edges * reached.bit_count()
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
    return [plain(tape, rows.get(output, {})).get(0, zero) for output in outputs]


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
