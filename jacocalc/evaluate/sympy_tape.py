"""SymPy → tape: every different part of an expression once.

Reading is iterative, so the depth of an expression is no limit.  What SymPy writes as a power of −1 is a quotient
here: the factors above, the factors below, one division.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy

from jacocalc.algebra.convert import FUNCTIONS, from_sympy, function_of
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.accumulation import uncollected
from jacocalc.evaluate.tape import Node, Tape


@uncollected
def read_sympy(tape: Tape, expressions: Iterable[Any], names: Mapping[Any, Node]) -> list[Node]:
    """The nodes of SymPy expressions whose symbols are bound to nodes.

    Raises JacocalcError for symbols that are not bound and functions outside the table.
    """
    reader, listed = _Reader(tape, names), list(expressions)  # held on to: parts are known by identity
    return [reader.node(expr) for expr in listed]


class _Reader:
    """``seen``: the node of every part by identity, which is cheaper than SymPy's equality; the tape merges equals."""

    def __init__(self, tape: Tape, names: Mapping[Any, Node]) -> None:
        self.tape = tape
        self.names = names
        self.seen: dict[int, Node] = {}
        self.depths: list[int] = []  # of the nodes of the tape: how many operations stand in each other

    def node(self, expr: Any) -> Node:
        """The node of an expression, the nodes of its parts first."""
        seen, stack = self.seen, [expr]
        while stack:
            top = stack[-1]
            if id(top) not in seen:
                parts = _parts(top)
                nodes: list[Any] = [*map(seen.get, map(id, parts))]
                if None in nodes:
                    stack += reversed(parts)
                    continue
                seen[id(top)] = _RULES.get(type(top), _Reader.other)(self, top, parts, nodes)
            stack.pop()
        return seen[id(expr)]

    def by_depth(self, nodes: list[Node]) -> list[Node]:
        """The terms of a sum, or factors, as they were before SymPy made one sum of y + z where y was a sum.

        What stood in it is less deep than what was added, so that y is found again, and is one node.
        """
        if len(nodes) > 2:
            depths = self.depths
            depth = depths.__getitem__
            for arguments in self.tape.arguments[len(depths) :]:
                depths.append(1 + max(map(depth, arguments)) if arguments else 1)
            nodes.sort(key=depth)
        return nodes

    def sum(self, expr: Any, terms: Sequence[Any], nodes: list[Node]) -> Node:
        return self.tape.add(self.by_depth(nodes))

    def product(self, expr: Any, parts: Sequence[Any], nodes: list[Node]) -> Node:
        tape, factors = self.tape, expr.args
        if parts is factors:
            return tape.multiply(self.by_depth(nodes))
        above, below = [], []
        for factor, part, node in zip(factors, parts, nodes, strict=True):
            if part is factor:
                above.append(node)
            else:
                below.append(self.raised(node, -factor.args[1]))
        over = tape.multiply(self.by_depth(above))
        return tape.divide(over, tape.multiply(self.by_depth(below))) if below else over

    def power(self, expr: Any, parts: Sequence[Any], nodes: list[Node]) -> Node:
        return self.raised(nodes[0], expr.args[1]) if len(nodes) == 1 else self.tape.raised(nodes[0], nodes[1], None)

    def raised(self, node: Node, exponent: Any) -> Node:
        """The power with a number for an exponent."""
        tape = self.tape
        if exponent.is_Integer:
            whole = int(exponent.p)
            return tape.power(node, whole) if whole > 0 else tape.divide(tape.number(1), tape.power(node, -whole))
        value = Fraction(int(exponent.p), int(exponent.q))
        if value.denominator == 2:
            raised = tape.power(tape.call("sqrt", (node,)), abs(value.numerator))
            return raised if value > 0 else tape.divide(tape.number(1), raised)
        return tape.raised(node, tape.number(value), value)

    def call(self, expr: Any, arguments: Sequence[Any], nodes: list[Node]) -> Node:
        return self.tape.call(function_of(expr), tuple(nodes))

    def other(self, expr: Any, parts: Sequence[Any], nodes: list[Node]) -> Node:
        """A number, what a name is bound to, a constant, or what the whitelist of notation knows."""
        if expr.is_Integer:
            return self.tape.number(int(expr.p))
        if expr.is_Rational:
            return self.tape.number(Fraction(int(expr.p), int(expr.q)))
        found = self.names.get(expr)
        if found is not None:
            return found
        if isinstance(expr, sympy.Symbol):
            raise JacocalcError(
                f"{expr.name} occurs but is not among the inputs", hint=f"add {expr.name} to the inputs"
            )
        bound = {key.name: node for key, node in self.names.items() if isinstance(key, sympy.Symbol)}
        return self.tape.build(from_sympy(expr), bound)


_RULES: dict[Any, Callable[[_Reader, Any, Sequence[Any], list[Node]], Node]] = {
    sympy.Add: _Reader.sum, sympy.Mul: _Reader.product, sympy.Pow: _Reader.power,
    **dict.fromkeys(FUNCTIONS, _Reader.call),
}  # fmt: skip


def _parts(expr: Any) -> Sequence[Any]:
    """What must be known before the expression: a reciprocal factor of a product needs its base only."""
    kind = type(expr)
    parts: Sequence[Any] = expr.args
    if kind is sympy.Mul:
        return [_base(factor) for factor in parts] if sympy.Pow in map(type, parts) else parts
    if kind is sympy.Pow:
        return parts[:1] if parts[1].is_Rational else parts
    return parts if kind in _RULES else ()


def _base(factor: Any) -> Any:
    """b of a factor b^−q with a number q > 0, else the factor."""
    if factor.is_Pow:
        base, exponent = factor.args
        if exponent.is_Rational and exponent.p < 0:
            return base
    return factor
