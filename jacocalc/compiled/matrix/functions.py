"""Functions entry by entry → nodes of the graph: tanh u, gelu u, σ′(u) for a σ that is named.

What NumPy has is one node; other functions are written by their stable form here, or by the formula of the table of
known functions.  Derivatives of a named function come from that table by the rules of sums, products and chains.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from jacocalc.compiled.matrix.graph import UNARY, Graph
from jacocalc.errors import JacocalcError
from jacocalc.known_functions import KNOWN, NUMPY_NAMES
from jacocalc.notation import (
    ONE,
    ZERO,
    Call,
    Constant,
    Expr,
    Minus,
    Negative,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
)

Named: TypeAlias = str | Sequence[Callable[[Any], Any]]

_U = Symbol("u")
KINDS = {**NUMPY_NAMES, "abs": "absolute"}  # of nodes, where the function has another name


def _sigmoid(graph: Graph, u: int) -> int:
    """1/(1 + e⁻ᵘ): where e⁻ᵘ overflows, the value is 0"""
    powers = graph.apply("exp", graph.apply("negative", u))
    return graph.apply("reciprocal", graph.apply("add", graph.constant(1.0), powers))


def _softplus(graph: Graph, u: int) -> int:
    return graph.apply("logaddexp", graph.constant(0.0), u)


def _relu(graph: Graph, u: int) -> int:
    return graph.apply("maximum", u, graph.constant(0.0))


def _step(graph: Graph, u: int) -> int:
    return graph.apply("greater", u, graph.constant(0.0))


def _silu(graph: Graph, u: int) -> int:
    return graph.apply("multiply", u, _sigmoid(graph, u))


def _elu(graph: Graph, u: int) -> int:
    """max(u, 0) + expm1(min(u, 0))"""
    below = graph.apply("expm1", graph.apply("minimum", u, graph.constant(0.0)))
    return graph.apply("add", _relu(graph, u), below)


def _erf(graph: Graph, u: int) -> int:
    return graph.make("erf", (u,), graph[u].shape)


_STABLE: dict[str, Callable[[Graph, int], int]] = {
    "sigmoid": _sigmoid, "softplus": _softplus, "relu": _relu, "step": _step, "silu": _silu, "elu": _elu, "erf": _erf,
}  # fmt: skip


def applied(graph: Graph, name: str, u: int) -> int:
    """f(u) for a known function f."""
    if name in _STABLE:
        return _STABLE[name](graph, u)
    called = KINDS.get(name, name)
    if called in UNARY:
        return graph.apply(called, u)
    lowered = KNOWN[name].lowered
    if lowered is None:
        raise TypeError(f"no operations for {name}")
    return _formula(graph, lowered(_U), u)


def generic(graph: Graph, functions: Mapping[str, Named], name: str, order: int, u: int) -> int:
    """The derivative of this order of a function at u; a generic one is what ``functions`` says.

    Raises JacocalcError where what it says has no such derivative.
    """
    if name not in functions:
        return _derived(graph, name, order, u)
    given = functions[name]
    if isinstance(given, str):
        return _derived(graph, given, order, u)
    if order >= len(given):
        raise JacocalcError(f"the derivative of order {order} of {name} is needed", hint=f"give {order + 1} functions")
    return graph.make("python", (u,), graph[u].shape, given[order])


def _derived(graph: Graph, name: str, order: int, u: int) -> int:
    if name == "step":
        return graph.constant(0.0) if order else _step(graph, u)
    expr: Expr = Call(name, (_U,))
    for _ in range(order):
        expr = _slope(expr)
    return _formula(graph, expr, u)


# -- notation of one variable -------------------------------------------------------------------------


def _slope(expr: Expr) -> Expr:
    """The derivative by u."""
    match expr:
        case Number() | Constant():
            return ZERO
        case Symbol():
            return ONE
        case Sum(terms):
            return Sum(tuple(map(_slope, terms)))
        case Minus(a) | Negative(a):
            return Negative(_slope(a))
        case Product(factors):
            turns = range(len(factors))
            return Sum(tuple(Product(tuple(_slope(f) if i == j else f for j, f in enumerate(factors))) for i in turns))
        case Quotient(a, b):
            return Quotient(Sum((Product((_slope(a), b)), Minus(Product((a, _slope(b)))))), Product((b, b)))
        case Power(a, Number(value)):
            return Product((Number(value), Power(a, Number(value - 1)), _slope(a)))
        case Piecewise(branches, otherwise):
            rest = None if otherwise is None else _slope(otherwise)
            return Piecewise(tuple((_slope(value), where) for value, where in branches), rest)
        case Call(name, (a, *others)):
            return Product((KNOWN[name].derivatives[0](a, *others), _slope(a)))
    raise TypeError(f"no derivative for {type(expr).__name__}")


def _formula(graph: Graph, expr: Expr, u: int) -> int:
    """A formula of u as nodes."""

    def folded(kind: str, parts: Sequence[Expr]) -> int:
        total = visit(parts[0])
        for part in parts[1:]:
            total = graph.apply(kind, total, visit(part))
        return total

    def visit(node: Expr) -> int:
        match node:
            case Number(value):
                return graph.constant(float(value))
            case Constant(name):
                return graph.constant(math.pi if name == "pi" else math.e)
            case Symbol():
                return u
            case Sum(terms):
                return folded("add", terms)
            case Product(factors):
                return folded("multiply", factors)
            case Minus(a) | Negative(a):
                return graph.apply("negative", visit(a))
            case Quotient(a, b):
                return graph.apply("divide", visit(a), visit(b))
            case Power(a, b):
                return graph.apply("power", visit(a), visit(b))
            case Piecewise(((value, _), *_), otherwise):
                return branches(visit(value), visit(otherwise or node.branches[-1][0]))
            case Call("max" | "min" as name, arguments):
                return folded(f"{name}imum", arguments)
            case Call("root", (a, Number(value))) if value == Fraction(3):
                return graph.apply("cbrt", visit(a))
            case Call(name, (a,)):
                return applied(graph, name, visit(a))
        raise TypeError(f"no operations for {type(node).__name__}")

    def branches(above: int, below: int) -> int:
        """The one value where u > 0, else the other: all branches of the table part there."""
        return graph.make("where", (_step(graph, u), above, below), graph[u].shape)

    return visit(expr)
