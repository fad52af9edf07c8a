"""The operations of both passes as one graph at numbers for sizes; equal operations are one node.

A node is an array of two axes.  Its parts are earlier nodes, so the order of making is an order of running.
Elementwise operations broadcast as NumPy's do: a node is as small as what it is made of, and u vᵀ is the product
of a column and a row.  A node is made in a form that does not overflow or cancel where one is known:

    log(eᵃ/s) → a − log s     log(1 + eᵃ) → logaddexp(0, a)     eᵃ − 1 → expm1 a     log(1 + a) → log1p a
    log(1/(1 + eᵃ)) → −logaddexp(0, a)     (1 − [a > 0]) eᵃ → (1 − [a > 0]) e^min(a, 0)
    b/(1 + eᵃ)ᵏ → b σ(−a)ᵏ     b eʲᵃ/(1 + eᵃ)ᵏ → b σ(a)ʲ σ(−a)ᵏ⁻ʲ, where σ(a) = 1/(1 + e⁻ᵃ)
    √⟨A, A⟩, √(Σ A²) → ‖A‖
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable
from dataclasses import dataclass

Sizes = tuple[int, int]

UNARY = frozenset({
    "negative", "absolute", "sign", "exp", "expm1", "log", "log1p", "sqrt", "cbrt", "reciprocal", "square",
    "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh",
})  # fmt: skip
BINARY = frozenset({"add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "logaddexp", "greater"})
ELEMENTWISE = UNARY | BINARY
_COMMUTE = ("add", "multiply", "maximum", "minimum", "logaddexp")
_FOLDED: dict[str, Callable[..., float]] = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv,
    "negative": operator.neg, "maximum": max, "minimum": min,
}  # fmt: skip
_WRITTEN_OUT = 4  # x³ is x x x


@dataclass(frozen=True)
class Node:
    """An operation on earlier nodes; ``detail``: the value of a constant, the axis of a sum, the name of an input."""

    kind: str
    parts: tuple[int, ...]
    shape: Sizes
    detail: Hashable = None


@dataclass(frozen=True)
class Value:
    """A node, and the shape to which it broadcasts."""

    node: int
    shape: Sizes


class Graph:
    """Nodes by number; the same operation on the same parts is made once."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._numbers: dict[Node, int] = {}

    def __getitem__(self, number: int) -> Node:
        return self.nodes[number]

    def make(self, kind: str, parts: tuple[int, ...], shape: Sizes, detail: Hashable = None) -> int:
        """The number of the node, an old one where there is one."""
        node = Node(kind, parts, shape, detail)
        found = self._numbers.setdefault(node, len(self.nodes))
        if found == len(self.nodes):
            self.nodes.append(node)
        return found

    def copy(self) -> Graph:
        """A graph of the same nodes that grows by itself."""
        other = Graph()
        other.nodes, other._numbers = self.nodes.copy(), self._numbers.copy()
        return other

    def made(self, kind: str, parts: tuple[int, ...], shape: Sizes) -> int | None:
        """The number of a node where there is one already."""
        return self._numbers.get(Node(kind, parts, shape))

    def constant(self, value: float) -> int:
        """A number; 0 and −0 are two."""
        return self.make("constant", (), (1, 1), float(value).hex())

    def value_of(self, number: int) -> float | None:
        """The value of a constant, else None."""
        node = self.nodes[number]
        return float.fromhex(str(node.detail)) if node.kind == "constant" else None

    def is_kind(self, number: int, kind: str) -> bool:
        """Whether the node is of this kind."""
        return self.nodes[number].kind == kind

    def transpose(self, a: int) -> int:
        """Aᵀ, a view"""
        node = self.nodes[a]
        if node.kind == "transpose":
            return node.parts[0]
        return a if node.shape == (1, 1) else self.make("transpose", (a,), node.shape[::-1])

    def apply(self, kind: str, *parts: int) -> int:
        """An elementwise operation, parts broadcast, in a short and stable form."""
        values = [self.value_of(part) for part in parts]
        if kind in _FOLDED and None not in values and not (kind == "divide" and values[1] == 0):
            return self.constant(_FOLDED[kind](*values))
        short = _SHORTER[kind](self, *parts) if kind in _SHORTER else None
        if short is not None:
            return short
        ordered = tuple(sorted(parts)) if kind in _COMMUTE else parts
        rows, columns = zip(*(self.nodes[part].shape for part in parts), strict=True)
        return self.make(kind, ordered, (max(rows), max(columns)))

    def matmul(self, a: int, b: int) -> int:
        """A B; a row times a matrix is the transpose of a matrix times a column, so that both are one node."""
        (rows, inner), (_, columns) = self.nodes[a].shape, self.nodes[b].shape
        if inner == 1:
            return self.apply("multiply", a, b)
        if rows == 1 and columns != 1:
            return self.transpose(self.matmul(self.transpose(b), self.transpose(a)))
        if rows == columns == 1:
            return self.inner(self.transpose(a), b)
        return self.make("matmul", (a, b), (rows, columns))

    def inner(self, a: int, b: int) -> int:
        """⟨A, B⟩, the sum of the products of entries"""
        if self.nodes[a].shape == (1, 1):
            return self.apply("multiply", a, b)
        if self.is_kind(a, "transpose") and (self.is_kind(b, "transpose") or 1 in self.nodes[a].shape):
            a, b = self.transpose(a), self.transpose(b)
        return self.make("inner", (min(a, b), max(a, b)), (1, 1))

    def reduce(self, kind: str, a: int, axis: int) -> int:
        """The sum or the maximum along an axis, which is kept."""
        node = self.nodes[a]
        if node.shape[axis] == 1:
            return a
        if node.kind == "transpose":
            return self.transpose(self.reduce(kind, node.parts[0], 1 - axis))
        return self.make(kind, (a,), (1, node.shape[1]) if axis == 0 else (node.shape[0], 1), axis)

    def full(self, a: int, shape: Sizes, name: str = "") -> int:
        """A copied into an array of its own."""
        return self.make("full", (a,), shape, name)


# -- shorter and stable forms -------------------------------------------------------------------------


def _add(graph: Graph, a: int, b: int) -> int | None:
    for one, other in ((a, b), (b, a)):
        value = graph.value_of(one)
        if value == 0:
            return other
        if graph.is_kind(one, "negative"):
            return graph.apply("subtract", other, graph[one].parts[0])
        if value == -1 and graph.is_kind(other, "exp"):
            return graph.apply("expm1", graph[other].parts[0])
    return None


def _subtract(graph: Graph, a: int, b: int) -> int | None:
    if graph.is_kind(b, "negative"):
        return graph.apply("add", a, graph[b].parts[0])
    if graph.value_of(b) == 0:
        return a
    if graph.value_of(a) == 0:
        return graph.apply("negative", b)
    if graph.value_of(b) == 1 and graph.is_kind(a, "exp"):
        return graph.apply("expm1", graph[a].parts[0])
    return None


def _multiply(graph: Graph, a: int, b: int) -> int | None:
    for one, other in ((a, b), (b, a)):
        value = graph.value_of(one)
        if value == 1:
            return other
        if value == -1:
            return graph.apply("negative", other)
        if value == 0:
            return one
        if graph.is_kind(one, "negative"):
            return graph.apply("negative", graph.apply("multiply", graph[one].parts[0], other))
        if graph.is_kind(other, "exp") and _outside(graph, one, graph[other].parts[0]):
            below = graph.apply("minimum", graph[other].parts[0], graph.constant(0.0))
            return graph.apply("multiply", one, graph.apply("exp", below))
    return None


def _outside(graph: Graph, a: int, u: int) -> bool:
    """Whether A is 1 − [u > 0], which is 0 where eᵘ may overflow."""
    node = graph[a]
    if node.kind != "subtract" or graph.value_of(node.parts[0]) != 1:
        return False
    step = graph[node.parts[1]]
    return step.kind == "greater" and step.parts[0] == u and graph.value_of(step.parts[1]) == 0


def _divide(graph: Graph, a: int, b: int) -> int | None:
    if graph.value_of(b) == 1:
        return a
    if graph.value_of(a) == 1:
        return graph.apply("reciprocal", b)
    if graph.is_kind(a, "negative"):
        return graph.apply("negative", graph.apply("divide", graph[a].parts[0], b))
    return _shared(graph, a, b)


def _shared(graph: Graph, a: int, b: int) -> int | None:
    """A over a power of 1 + eᵘ, by sigmoids"""
    base, k = _root(graph, b)
    power = exponential(graph, base)
    if power is None:
        return None
    opposite = graph.apply("exp", graph.apply("negative", graph[power].parts[0]))
    share = graph.apply("reciprocal", graph.apply("add", graph.constant(1.0), opposite))
    rest, count = _without(graph, a, power)
    shares, more = min(k, count), max(0, count - k)
    below = graph.apply("reciprocal", base)
    for one, times in ((power, more), (share, shares), (below, k - shares)):
        rest = graph.apply("multiply", rest, _powered(graph, one, times))
    return rest


def _reciprocal(graph: Graph, a: int) -> int | None:
    base, k = _root(graph, a)
    power = exponential(graph, base)
    return None if power is None or k == 1 else _powered(graph, graph.apply("reciprocal", base), k)


def _root(graph: Graph, a: int) -> tuple[int, int]:
    """B and k of Bᵏ"""
    node = graph[a]
    if node.kind in ("square", "multiply"):
        (base, k), (other, more) = _root(graph, node.parts[0]), _root(graph, node.parts[-1])
        return (base, k + more) if base == other else (a, 1)
    return a, 1


def exponential(graph: Graph, a: int) -> int | None:
    """eᵘ of 1 + eᵘ"""
    node = graph[a]
    if node.kind != "add" or 1.0 not in (values := [graph.value_of(part) for part in node.parts]):
        return None
    other = node.parts[1 - values.index(1.0)]
    return other if graph.is_kind(other, "exp") else None


def _without(graph: Graph, a: int, factor: int) -> tuple[int, int]:
    """A without a factor, and how many times it has it"""
    node = graph[a]
    if a == factor:
        return graph.constant(1.0), 1
    if node.kind not in ("square", "multiply"):
        return a, 0
    (one, count), (other, more) = (_without(graph, part, factor) for part in (node.parts[0], node.parts[-1]))
    return (graph.apply("multiply", one, other), count + more) if count + more else (a, 0)


def _powered(graph: Graph, a: int, k: int) -> int:
    return graph.apply("power", a, graph.constant(k)) if k else graph.constant(1.0)


def _negative(graph: Graph, a: int) -> int | None:
    node = graph[a]
    if node.kind == "negative":
        return node.parts[0]
    return graph.apply("subtract", *reversed(node.parts)) if node.kind == "subtract" else None


def _power(graph: Graph, a: int, b: int) -> int | None:
    value = graph.value_of(b)
    if value == 0.5:
        return graph.apply("sqrt", a)
    if value == -0.5:
        return graph.apply("reciprocal", graph.apply("sqrt", a))
    if value is None or value != int(value) or not 1 <= abs(value) <= _WRITTEN_OUT:
        return None
    whole, made = int(abs(value)), a
    if whole > 1:
        made = graph.apply("square", a)
    if whole > 2:
        made = graph.apply("multiply", made, a) if whole == 3 else graph.apply("square", made)
    return made if value > 0 else graph.apply("reciprocal", made)


def _log(graph: Graph, a: int) -> int | None:
    node = graph[a]
    inner = graph[node.parts[0]] if node.parts else node
    if node.kind == "exp":
        return node.parts[0]
    if node.kind == "divide" and inner.kind == "exp":
        return graph.apply("subtract", inner.parts[0], graph.apply("log", node.parts[1]))
    if node.kind == "reciprocal":
        return graph.apply("negative", graph.apply("log", node.parts[0]))
    if node.kind == "add":
        for one, other in (node.parts, node.parts[::-1]):
            if graph.value_of(one) == 1:
                return graph.apply("log1p", other)
    return None


def _sqrt(graph: Graph, a: int) -> int | None:
    node = graph[a]
    if node.kind in ("sum", "total") and node.shape == (1, 1) and graph.is_kind(node.parts[0], "square"):
        return graph.make("norm", graph[node.parts[0]].parts, (1, 1))
    same = node.kind == "inner" and node.parts[0] == node.parts[1]
    return graph.make("norm", node.parts[:1], (1, 1)) if same else None


def _log1p(graph: Graph, a: int) -> int | None:
    return graph.apply("logaddexp", graph.constant(0.0), graph[a].parts[0]) if graph.is_kind(a, "exp") else None


def _squared(graph: Graph, a: int, b: int) -> int | None:
    return graph.apply("square", a) if a == b else _multiply(graph, a, b)


_SHORTER: dict[str, Callable[..., int | None]] = {
    "add": _add, "subtract": _subtract, "multiply": _squared, "divide": _divide, "negative": _negative,
    "power": _power, "log": _log, "reciprocal": _reciprocal, "log1p": _log1p, "sqrt": _sqrt,
}  # fmt: skip
