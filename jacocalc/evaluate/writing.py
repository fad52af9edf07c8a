"""A tape → notation: what is shown of a graph, a node at a time or with all that it needs.

Notation that shares its parts is as small as the graph; only writing it out is long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from jacocalc.evaluate.stable_forms import STABLE
from jacocalc.evaluate.tape import Node, Operation, Tape
from jacocalc.notation import (
    Call,
    Comparison,
    Constant,
    E,
    Expr,
    Junction,
    Minus,
    Negative,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    as_rational,
    integer,
    rational,
    symbols,
    with_differences,
)


def notation_of(tape: Tape, nodes: Sequence[Node], inputs: Mapping[Node, Expr]) -> list[Expr]:
    """The nodes as notation in the names of the inputs, equal parts being one object.

    A sum that is used once, as the head of another one, is written in one row with it; products likewise.
    """
    order = tape.needed(nodes)
    joined = _joined(tape, order, nodes)
    done: dict[Node, Any] = dict(inputs)
    for node in order:
        if node not in done and node not in joined:
            done[node] = _written(tape, node, done, joined)
            hash(done[node])  # from the parts up, so that a deep formula is never hashed in one go
    return [done[node] for node in nodes]


_ROWS = {"add": ("add", "subtract"), "subtract": ("add", "subtract"), "multiply": ("multiply",)}


def _joined(tape: Tape, order: Sequence[Node], results: Sequence[Node]) -> set[Node]:
    """The sums and products that are written in one row with the one that they begin."""
    uses = Counter(argument for node in order for argument in tape.arguments[node])
    uses.update(results)
    pairs = [node for node in order if tape.names[node] in _ROWS and len(tape.arguments[node]) == 2]
    heads = ((node, tape.arguments[node][0]) for node in pairs)
    return {head for node, head in heads if uses[head] == 1 and tape.names[head] in _ROWS[tape.names[node]]}


def _written(tape: Tape, node: Node, done: Mapping[Node, Expr], joined: set[Node]) -> Expr:
    operation = tape.operation(node)
    if operation.name == "select":
        return _piecewise(operation, done)
    if operation.name in _ROWS and operation.arguments[0] in joined:
        return _row(tape, node, done, joined)
    return written_operation(operation, [done[argument] for argument in operation.arguments])


def _row(tape: Tape, node: Node, done: Mapping[Node, Expr], joined: set[Node]) -> Expr:
    """a + b − c or a b c from pairs"""
    product = tape.names[node] == "multiply"
    parts: list[Expr] = []
    while True:
        name, (head, last) = tape.names[node], tape.arguments[node]
        parts.append(Minus(done[last]) if name == "subtract" else done[last])
        if head not in joined:
            parts.append(done[head])
            break
        node = head
    return _product(*reversed(parts)) if product else _sum(*reversed(parts))


def written_operation(operation: Operation, parts: Sequence[Expr]) -> Expr:
    """One operation as notation."""
    match operation.name:
        case "number":
            return rational(operation.payload)
        case "constant":
            return Constant(operation.payload)
        case "power":
            return Power(parts[0], integer(operation.payload))
        case "call":
            return _call(operation.payload, tuple(parts))
        case _:
            return _WRITTEN[operation.name](*parts)


def _call(function: str, arguments: tuple[Expr, ...]) -> Expr:
    """A number e² is written as a power, exp(u) as a function; a stable form by the functions that people know."""
    if function in STABLE:
        return STABLE[function].lowered(*arguments)
    closed = function == "exp" and not symbols(arguments[0])
    return Power(E, arguments[0]) if closed else Call(function, arguments)


def _sum(*terms: Expr) -> Expr:
    """a − b for a + (−b), 1 − a for −a + 1; the terms of a sum at its head stand in one row with the others."""
    if isinstance(terms[0], Negative) and as_rational(terms[-1]) is not None:
        terms = (terms[-1], *terms[:-1])
    return Sum(with_differences(terms))


def _product(*factors: Expr) -> Expr:
    """−2a for (−2)a, a² for a·a"""
    if len(factors) == 2 and factors[0] is factors[1]:
        return Power(factors[0], integer(2))
    if isinstance(factors[0], Negative):
        return Negative(Product((factors[0].operand, *factors[1:])))
    return Product(factors)


def _difference(a: Expr, b: Expr) -> Expr:
    return Sum((a, Minus(b)))


_WRITTEN: dict[str, Callable[..., Expr]] = {
    "add": _sum, "subtract": _difference, "multiply": _product, "negate": Negative, "divide": Quotient,
    "raise": Power, "select": lambda chosen: chosen,
}  # fmt: skip


def _piecewise(operation: Operation, done: Mapping[Node, Expr]) -> Expr:
    conditions, count = operation.payload
    values = [done[argument] for argument in operation.arguments[:count]]
    branches = tuple(zip(values, (_condition(c, done) for c in conditions), strict=False))
    return Piecewise(branches, values[-1] if count > len(conditions) else None)


def _condition(condition: Any, done: Mapping[Node, Expr]) -> Expr:
    if condition[0] == "compare":
        return Comparison(condition[1], done[condition[2]], done[condition[3]])
    parts: Iterable[Expr] = (_condition(part, done) for part in condition[1:])
    return Junction(condition[0], tuple(parts))
