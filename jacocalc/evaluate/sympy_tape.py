"""SymPy → tape: every different part of an expression once.

Reading is iterative, so the depth of an expression is no limit.  What SymPy writes as a power of −1 is a quotient
here: the factors above, the factors below, one division.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
        self.whole = any(key.args for key in names)  # some name stands for more than a letter
        self.seen: dict[int, Node] = {}
        self.depths: list[int] = []  # of the nodes of the tape: how many operations stand in each other

    def node(self, expr: Any) -> Node:
        """The node of an expression, the nodes of its parts first."""
        seen, begun, stack = self.seen, set(), [expr]
        while stack:
            top = stack[-1]
            key = id(top)
            if key not in seen:
                if key not in begun:
                    missing = [part for part in self.parts(top) if id(part) not in seen]
                    if missing:
                        begun.add(key)
                        stack += reversed(missing)
                        continue
                seen[key] = self.made(top)
            stack.pop()
        return seen[id(expr)]

    def parts(self, expr: Any) -> Sequence[Any]:
        """What must be known before the expression: a reciprocal factor of a product needs its base only."""
        if self.whole and expr in self.names:
            return ()
        if expr.is_Add:
            return expr.args  # type: ignore[no-any-return]
        if expr.is_Mul:
            return [factor if (base := _base(factor)) is None else base for factor in expr.args]
        if expr.is_Pow:
            exponent = expr.args[1]
            return (expr.args[0],) if exponent.is_Rational else expr.args
        if type(expr) in FUNCTIONS:
            return expr.args  # type: ignore[no-any-return]
        return ()

    def made(self, expr: Any) -> Node:
        """The node of an expression whose parts are seen."""
        if self.whole or not expr.args:
            found = self.names.get(expr)
            if found is not None:
                return found
        if expr.is_Add:
            return self.tape.add(self.by_depth([self.seen[id(term)] for term in expr.args]))
        if expr.is_Mul:
            return self.product(expr)
        if expr.is_Pow:
            return self.power(*expr.args)
        if function := function_of(expr):
            return self.tape.call(function, tuple(self.seen[id(argument)] for argument in expr.args))
        return self.other(expr)

    def by_depth(self, nodes: list[Node]) -> list[Node]:
        """The terms of a sum, or factors, as they were before SymPy made one sum of y + z where y was a sum.

        What stood in it is less deep than what was added, so that y is found again, and is one node.
        """
        if len(nodes) > 2:
            depths, arguments = self.depths, self.tape.arguments
            for node in range(len(depths), len(arguments)):
                depths.append(1 + max([depths[below] for below in arguments[node]], default=0))
            nodes.sort(key=depths.__getitem__)
        return nodes

    def product(self, expr: Any) -> Node:
        above, below = [], []
        for factor in expr.args:
            base = _base(factor)
            if base is None:
                above.append(self.seen[id(factor)])
            else:
                below.append(self.power(base, -factor.args[1]))
        over = self.tape.multiply(self.by_depth(above))
        return self.tape.divide(over, self.tape.multiply(self.by_depth(below))) if below else over

    def power(self, base: Any, exponent: Any) -> Node:
        tape, node = self.tape, self.seen[id(base)]
        if exponent.is_Integer:
            whole = int(exponent.p)
            return tape.power(node, whole) if whole > 0 else tape.divide(tape.number(1), tape.power(node, -whole))
        if not exponent.is_Rational:
            return tape.raised(node, self.seen[id(exponent)], None)
        value = Fraction(int(exponent.p), int(exponent.q))
        if value.denominator == 2:
            raised = tape.power(tape.call("sqrt", (node,)), abs(value.numerator))
            return raised if value > 0 else tape.divide(tape.number(1), raised)
        return tape.raised(node, tape.number(value), value)

    def other(self, expr: Any) -> Node:
        """A number, a constant, or what the whitelist of notation knows."""
        if expr.is_Integer:
            return self.tape.number(int(expr.p))
        if expr.is_Rational:
            return self.tape.number(Fraction(int(expr.p), int(expr.q)))
        if isinstance(expr, sympy.Symbol):
            raise JacocalcError(
                f"{expr.name} occurs but is not among the inputs", hint=f"add {expr.name} to the inputs"
            )
        bound = {key.name: node for key, node in self.names.items() if isinstance(key, sympy.Symbol)}
        return self.tape.build(from_sympy(expr), bound)


def _base(factor: Any) -> Any:
    """b of a factor b^−q with a number q > 0, else None."""
    if factor.is_Pow:
        base, exponent = factor.args
        if exponent.is_Rational and exponent.p < 0:
            return base
    return None
