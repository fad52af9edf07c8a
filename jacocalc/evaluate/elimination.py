"""Mixed accumulation: J by eliminating the nodes of the graph one by one, the cheapest first.

An edge of the linearised graph carries ∂node/∂argument.  To eliminate a node v is to join each edge into it with each
edge out of it, c_wu += c_wv · c_vu, which costs (edges in)·(edges out) products.  Eliminating from the inputs on is
forward accumulation, from the outputs back reverse accumulation; the order of least cost at each step (Markowitz) finds
the narrow places between: of R⁵⁰ → R² → R⁵⁰ it multiplies 50×2 by 2×50.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Container, Sequence

from jacocalc.evaluate.rows import add_multiple
from jacocalc.evaluate.tape import Node, Tape

Edges = dict[Node, dict[Node, Node]]
Pairs = list[tuple[Node, Node]]  # (argument, ∂node/∂argument)


def narrowest(tape: Tape, order: Sequence[Node], active: Container[Node]) -> int:
    """The fewest active values that are still needed at some point between inputs and outputs."""
    last = {part: i for i, node in enumerate(order) for part in tape.arguments[node] if part in active}
    alive, least, seen = 0, len(order), False
    ends = [0] * len(order)
    for place in last.values():
        ends[place] += 1
    for i, node in enumerate(order):
        if node in active:
            alive += 1
        alive -= ends[i]
        if tape.names[node] != "input":
            seen = True
        if seen and 0 < alive < least:
            least = alive
    return least


def eliminated(
    tape: Tape,
    order: Sequence[Node],
    outputs: Sequence[Node],
    inputs: Sequence[Node],
    shares: Callable[[Node], Pairs],
) -> list[dict[int, Node]]:
    """The sparse rows of J (outputs × inputs), signed; ``shares`` gives (argument, ∂node/∂argument) of a node."""
    before, after = _edges(tape, order, outputs, inputs, shares)
    wanted = [node for node in before if node >= 0 and node not in inputs]
    heap = [(len(before[node]) * len(after.get(node, ())), node) for node in wanted]
    heapq.heapify(heap)
    while heap:
        cost, node = heapq.heappop(heap)
        now = len(before[node]) * len(after.get(node, ()))
        if now > cost:
            heapq.heappush(heap, (now, node))
            continue
        _eliminate(tape, node, before, after)
    place = {node: j for j, node in enumerate(inputs)}
    return [{place[u]: entry for u, entry in before.get(-1 - i, {}).items()} for i in range(len(outputs))]


def _edges(
    tape: Tape,
    order: Sequence[Node],
    outputs: Sequence[Node],
    inputs: Sequence[Node],
    shares: Callable[[Node], Pairs],
) -> tuple[Edges, dict[Node, set[Node]]]:
    """The edges into each node, and where edges out of it lead; output i is also the sink −1 − i."""
    before: Edges = {}
    after: dict[Node, set[Node]] = {}
    known = set(inputs)
    for node in order:
        if node in known:
            continue
        into: dict[Node, Node] = {}
        for part, local in shares(node):
            if part in known:
                into[part] = tape.plus(into[part], local) if part in into else local
        if into:
            before[node] = into
            known.add(node)
            for part in into:
                after.setdefault(part, set()).add(node)
    for i, output in enumerate(outputs):
        if output in known:
            before[-1 - i] = {output: tape.number(1)}
            after.setdefault(output, set()).add(-1 - i)
    return before, after


def _eliminate(tape: Tape, node: Node, before: Edges, after: dict[Node, set[Node]]) -> None:
    into = before.pop(node)
    for part in into:
        after[part].discard(node)
    for user in sorted(after.pop(node, ())):
        factor = before[user].pop(node)
        add_multiple(tape, before[user], factor, into)
        for part in into:
            after[part].add(user)
