"""Sparse rows on a tape, {column: entry}, whose entries have signs: ~node stands for −node.

A minus sign makes no node of its own on the way: it travels with the entry, turns sums into differences, and becomes a
node only where a row is handed out (``settled``).

    add_row         row ± other                     product, total    one entry
    add_multiple    row + factor · other            settled           a node for each entry
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from jacocalc.evaluate.tape import Node, Tape

Row: TypeAlias = Mapping[int, Node]
Rows: TypeAlias = list[Row]  # a sparse matrix: for each row {column: entry}; no entry is a zero
_SMALL = 2000  # nodes of a tape whose sums are taken apart for a sign


def signed(tape: Tape, node: Node) -> Node:
    """The node, or ~u where it is −u."""
    return ~tape.arguments[node][0] if tape.names[node] == "negate" else node


def unsigned(tape: Tape, entry: Node) -> Node:
    """The node that an entry stands for."""
    return tape.negate(~entry) if entry < 0 else entry


def product(tape: Tape, a: Node, b: Node) -> Node:
    """a · b"""
    negative = False
    if a < 0:
        a, negative = ~a, True
    if b < 0:
        b, negative = ~b, not negative
    found = tape.times(a, b)
    if found in tape.folded and found not in tape.numbers:
        found, negative = tape.arguments[found][0], not negative
    return ~found if negative else found


def total(tape: Tape, a: Node, b: Node) -> Node:
    """a + b"""
    if a < 0:
        if b < 0:
            return ~tape.plus(~a, ~b)
        a, b = b, a
    return tape.plus(a, b) if b >= 0 else tape.minus(a, ~b)


def add_multiple(tape: Tape, row: dict[int, Node], factor: Node, other: Row) -> None:
    """row + factor · other; no entry becomes a zero by its factor.  With ``add_row`` the most frequent work of all
    derivatives: what :meth:`Tape.times` does with two usual nodes is written out."""
    folded, names, arguments, products, one = tape.folded, tape.names, tape.arguments, tape.products, tape.one
    negative = factor < 0
    if negative:
        factor = ~factor
    number = factor in folded
    if number and (factor == one or factor not in tape.coefficients):
        _add_by_folded(tape, row, factor, other, negative)
        return
    empty = not row
    for j, entry in other.items():
        minus = negative
        if entry < 0:
            entry, minus = ~entry, not minus
        if entry in folded or entry == factor or (number and names[entry] == "multiply"):
            share = factor if entry == one else product(tape, factor, entry)
        else:
            pair = (factor, entry) if factor < entry else (entry, factor)
            new = len(names)
            share = products.setdefault(pair, new)
            if share == new:
                names.append("multiply")
                arguments.append(pair)
        if minus:
            share = ~share
        row[j] = share if empty or j not in row else total(tape, row[j], share)


def _add_by_folded(tape: Tape, row: dict[int, Node], factor: Node, other: Row, negative: bool) -> None:
    """The multiple by 1, by −u or by a number that is not above 0."""
    if factor == tape.one:
        add_row(tape, row, other, negative)
        return
    if factor not in tape.numbers:
        factor = tape.arguments[factor][0]
    elif tape.numbers[factor] == 0:
        return
    else:
        factor = tape.number(-tape.numbers[factor])
    add_multiple(tape, row, factor if negative else ~factor, other)


def add_row(tape: Tape, row: dict[int, Node], other: Row, minus: bool = False) -> None:
    """row ± other: what :func:`total` does with usual nodes is written out."""
    if not row and not minus:
        row.update(other)
        return
    folded, names, arguments, sums, differences = tape.folded, tape.names, tape.arguments, tape.sums, tape.differences
    for j, entry in other.items():
        a, b = row.get(j), ~entry if minus else entry
        if a is None:
            row[j] = b
            continue
        negative = a < 0 and b < 0
        if negative:
            a, b = ~a, ~b
        elif a < 0:
            a, b = b, a
        if a in folded or b in folded or ~b in folded:
            row[j] = total(tape, ~a, ~b) if negative else total(tape, a, b)
            continue
        if b >= 0:
            index, name, pair = sums, "add", (a, b) if a < b else (b, a)
        else:
            index, name, pair = differences, "subtract", (a, ~b)
        new = len(names)
        share = index.setdefault(pair, new)
        if share == new:
            names.append(name)
            arguments.append(pair)
        row[j] = ~share if negative else share


# -- rows that are handed out -------------------------------------------------------------------------


def plain(tape: Tape, row: Row) -> dict[int, Node]:
    """The row with a node for each entry."""
    return {j: unsigned(tape, entry) for j, entry in row.items()}


def settled(tape: Tape, rows: Sequence[Row], outputs: Iterable[Node]) -> Rows:
    """The rows of J with a node for each entry; a sign goes into a sum where that saves an operation."""
    entries = {entry for row in rows for entry in row.values()}
    negative = sorted(~entry for entry in entries if entry < 0)
    users: Counter[Node] | None = None
    if len(tape) < _SMALL and any(tape.names[node] == "add" for node in negative):
        sums = {*tape.sums.values()}
        users = Counter(filter(sums.__contains__, chain(chain.from_iterable(tape.arguments), entries, outputs)))
    known: dict[Node, Node] = {}
    for node in negative:
        known[node] = _negated_sum(tape, node, known, users) or tape.negate(node)
    return [{j: known[~entry] if entry < 0 else entry for j, entry in row.items()} for row in rows]


def _negated_sum(tape: Tape, node: Node, known: Mapping[Node, Node], users: Mapping[Node, int] | None) -> Node | None:
    """−(a + b) as −a − b, where −a is known or a number, or a is such a sum itself and nothing else needs either.

    ``users``: how many need each sum, None to look no deeper.
    """
    rest: list[Node] = []
    while tape.names[node] == "add" and not tape.drawn:
        a, b = tape.arguments[node]
        for part, other in ((a, b), (b, a)):
            if part in known or part in tape.numbers:
                found = known[part] if part in known else tape.number(-tape.numbers[part])
                for subtracted in (other, *reversed(rest)):
                    found = tape.add_node("subtract", (found, subtracted))
                return found
        inner = [part for part in (a, b) if users is not None and users[part] == 1 and tape.names[part] == "add"]
        if not inner or (not rest and users is not None and users[node]):
            return None
        node = inner[0]
        rest.append(b if node == a else a)
    return None
