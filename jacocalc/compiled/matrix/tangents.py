"""Forward mode on the graph: the tangent of every node from the tangents of inputs, one rule for each kind of node.

A tangent broadcasts to the shape of its node, as a node broadcasts to the shape of its value; None is 0.  At the tie of
a maximum the second part counts, as in the backward pass for relu at 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from jacocalc.compiled.matrix.functions import KINDS, Named, generic
from jacocalc.compiled.matrix.graph import Graph, Sizes, exponential
from jacocalc.compiled.matrix.lowering import Equation
from jacocalc.errors import JacocalcError

_FUNCTIONS = {kind: name for name, kind in KINDS.items()}


class Tangents:
    """Tangents in a graph; ``directions`` are those of its inputs, ``functions`` says what generic functions are."""

    def __init__(self, graph: Graph, directions: Mapping[int, int], functions: Mapping[str, Named]) -> None:
        self.graph = graph
        self.functions = functions
        self.known: dict[int, int | None] = dict(directions)

    def of(self, node: int) -> int | None:
        """The tangent of a node.  Raises JacocalcError where a derivative is not known."""
        for number in range(node + 1):  # parts are earlier nodes
            if number not in self.known:
                self.known[number] = self._made(number)
        return self.known[node]

    def _made(self, number: int) -> int | None:
        node = self.graph[number]
        if all(self.known[part] is None for part in node.parts):
            return None
        rule = _RULES.get(node.kind)
        if rule is not None:
            return rule(self, number)
        slope = generic(self.graph, {}, _FUNCTIONS.get(node.kind, node.kind), 1, node.parts[0])
        return self.graph.apply("multiply", slope, self.some(node.parts[0]))

    def some(self, part: int) -> int:
        """The tangent of a node that has one."""
        found = self.known[part]
        assert found is not None
        return found

    def spread(self, part: int) -> int:
        """The tangent in the shape of its node, 0 where it has none."""
        found, shape = self.known[part], self.graph[part].shape
        made = self.graph.constant(0.0) if found is None else found
        same = self.graph[made].shape == shape and not self.graph.is_kind(made, "constant")
        return made if same or shape == (1, 1) else self.graph.full(made, shape)

    def sum(self, *terms: int | None) -> int | None:
        """The sum of those that are not 0."""
        total: int | None = None
        for term in terms:
            if term is not None:
                total = term if total is None else self.graph.apply("add", total, term)
        return total

    def times(self, factor: Callable[[], int], part: int) -> int | None:
        """Factor ⊙ dA"""
        tangent = self.known[part]
        return None if tangent is None else self.graph.apply("multiply", factor(), tangent)


Rule = Callable[[Tangents, int], int | None]


# -- entry by entry -----------------------------------------------------------------------------------


def _add(t: Tangents, number: int) -> int | None:
    """d(A + B) = dA + dB"""
    return t.sum(*(t.known[part] for part in t.graph[number].parts))


def _subtract(t: Tangents, number: int) -> int | None:
    """d(A − B) = dA − dB"""
    a, b = (t.known[part] for part in t.graph[number].parts)
    return t.sum(a, None if b is None else t.graph.apply("negative", b))


def _multiply(t: Tangents, number: int) -> int | None:
    """d(A ⊙ B) = B ⊙ dA + A ⊙ dB"""
    a, b = t.graph[number].parts
    return t.sum(t.times(lambda: b, a), t.times(lambda: a, b))


def _divide(t: Tangents, number: int) -> int | None:
    """d(A ⊘ B) = (dA − (A ⊘ B) ⊙ dB) ⊘ B"""
    a, b = t.graph[number].parts
    below = t.times(lambda: t.graph.apply("negative", number), b)
    above = t.sum(t.known[a], below)
    return None if above is None else t.graph.apply("divide", above, b)


def _reciprocal(t: Tangents, number: int) -> int | None:
    """d(1/A) = −dA/A², d(1/(1 + eᵘ)) = −eᵘ/(1 + eᵘ)² du"""
    graph, part = t.graph, t.graph[number].parts[0]
    power = exponential(graph, part)
    if power is None:
        return t.times(lambda: graph.apply("negative", graph.apply("square", number)), part)
    slope = graph.apply("divide", power, graph.apply("square", part))
    return t.times(lambda: graph.apply("negative", slope), graph[power].parts[0])


def _power(t: Tangents, number: int) -> int | None:
    """d(aᵇ) = b aᵇ⁻¹ da + aᵇ log a db"""
    a, b = t.graph[number].parts
    graph = t.graph

    def base() -> int:
        less = graph.apply("subtract", b, graph.constant(1.0))
        return graph.apply("multiply", b, graph.apply("power", a, less))

    return t.sum(
        t.times(base, a),
        t.times(lambda: graph.apply("multiply", number, graph.apply("log", a)), b),
    )


def _of_first(slope: Callable[[Graph, int, int], int]) -> Rule:
    """df(u) = f′(u) ⊙ du; the slope is made from u and from f(u)."""

    def rule(t: Tangents, number: int) -> int | None:
        part = t.graph[number].parts[0]
        return t.times(lambda: slope(t.graph, part, number), part)

    return rule


def _larger(t: Tangents, number: int, swapped: bool) -> int | None:
    """The tangent of the larger part (the smaller one), of a constant or the second at a tie."""
    a, b = t.graph[number].parts
    if t.graph.is_kind(a, "constant"):
        a, b = b, a
    first = t.graph.apply("greater", *((b, a) if swapped else (a, b)))
    rest = t.times(lambda: t.graph.apply("subtract", t.graph.constant(1.0), first), b)
    return t.sum(t.times(lambda: first, a), rest)


def _logaddexp(t: Tangents, number: int) -> int | None:
    """d log(eᵃ + eᵇ) = e^(a − it) da + e^(b − it) db"""
    a, b = t.graph[number].parts

    def share(part: int) -> Callable[[], int]:
        return lambda: t.graph.apply("exp", t.graph.apply("subtract", part, number))

    return t.sum(t.times(share(a), a), t.times(share(b), b))


def _where(t: Tangents, number: int) -> int | None:
    condition, above, below = t.graph[number].parts
    zero = t.graph.constant(0.0)
    parts = tuple(zero if t.known[part] is None else t.some(part) for part in (above, below))
    if parts == (zero, zero):
        return None
    return t.graph.make("where", (condition, *parts), t.graph[number].shape)


def _python(t: Tangents, number: int) -> int | None:
    """Functions of the caller's own: the next of (σ, σ′, …)."""
    node = t.graph[number]
    for name, given in t.functions.items():
        if not isinstance(given, str) and any(one is node.detail for one in given):
            order = next(place for place, one in enumerate(given) if one is node.detail) + 1
            slope = generic(t.graph, t.functions, name, order, node.parts[0])
            return t.graph.apply("multiply", slope, t.some(node.parts[0]))
    raise JacocalcError("the derivative of a function is not known")


# -- of matrices --------------------------------------------------------------------------------------


def _linear(t: Tangents, number: int) -> int | None:
    """dℓ(A) = ℓ(dA)"""
    node = t.graph[number]
    return t.graph.make(node.kind, (t.spread(node.parts[0]),), node.shape, node.detail)


def _transpose(t: Tangents, number: int) -> int | None:
    return t.graph.transpose(t.spread(t.graph[number].parts[0]))


def _summed(t: Tangents, number: int) -> int | None:
    """d Σ A = Σ dA"""
    node = t.graph[number]
    return t.graph.reduce(node.kind, t.spread(node.parts[0]), int(str(node.detail)))


def _bilinear(make: Callable[[Graph, int, int, Sizes], int]) -> Rule:
    """d(A ∘ B) = dA ∘ B + A ∘ dB"""

    def rule(t: Tangents, number: int) -> int | None:
        node = t.graph[number]
        a, b = node.parts
        left = None if t.known[a] is None else make(t.graph, t.spread(a), b, node.shape)
        right = None if t.known[b] is None else make(t.graph, a, t.spread(b), node.shape)
        return t.sum(left, right)

    return rule


def _norm(t: Tangents, number: int) -> int | None:
    """d‖A‖ = ⟨A/‖A‖, dA⟩"""
    a = t.graph[number].parts[0]
    return t.graph.inner(t.graph.apply("divide", a, number), t.spread(a))


def _inverse(t: Tangents, number: int) -> int | None:
    """d(A⁻¹) = −A⁻¹ dA A⁻¹"""
    change = t.spread(t.graph[number].parts[0])
    product = t.graph.matmul(t.graph.matmul(number, change), number)
    return t.graph.apply("negative", product)


def _solve(t: Tangents, number: int) -> int | None:
    """d(A⁻¹ B) = A⁻¹ (dB − dA A⁻¹ B)"""
    a, b = t.graph[number].parts
    moved = None if t.known[a] is None else t.graph.apply("negative", t.graph.matmul(t.spread(a), number))
    right = t.sum(None if t.known[b] is None else t.spread(b), moved)
    return None if right is None else t.graph.make("solve", (a, right), t.graph[number].shape)


def _logdet(t: Tangents, number: int) -> int | None:
    """d log det A = tr(A⁻¹ dA)"""
    a = t.graph[number].parts[0]
    solved = t.graph.make("solve", (a, t.spread(a)), t.graph[a].shape)
    return t.graph.make("trace", (solved,), (1, 1))


def _det(t: Tangents, number: int) -> int | None:
    """d det A = det A · tr(A⁻¹ dA)"""
    change = _logdet(t, number)
    assert change is not None
    return t.graph.apply("multiply", number, change)


def _settle(t: Tangents, number: int) -> int | None:
    """h = φ(h, a) → dh = ∂φ/∂h dh + ∂φ/∂a da, an equation of its own, iterated as the first is"""
    node = t.graph[number]
    equation = node.detail
    assert isinstance(equation, Equation)
    inner = equation.graph.copy()
    unknown = inner.make("input", (), equation.shape, ("tangent", equation.unknown))
    directions, changes, given = {equation.unknown: unknown}, list[int](), list[int]()
    for read, part in zip(equation.reads, node.parts, strict=True):
        if t.known[part] is not None:
            directions[read] = inner.make("input", (), inner[read].shape, ("tangent", read))
            changes.append(directions[read])
            given.append(t.spread(part))
    change = Tangents(inner, directions, t.functions).of(equation.result)
    assert change is not None
    result = inner.full(change, equation.shape, "tangent")
    reads = (equation.unknown, *equation.reads, *changes)
    made = replace(equation, name=f"d{equation.name}", graph=inner, unknown=unknown, reads=reads, result=result)
    return t.graph.make("settle", (number, *node.parts, *given), equation.shape, made)


def _none(t: Tangents, number: int) -> int | None:
    """What does not change, and the largest entry, which log Σ exp and softmax only subtract and add again"""
    return None


_RULES: dict[str, Rule] = {
    "add": _add, "subtract": _subtract, "multiply": _multiply, "divide": _divide, "power": _power,
    "reciprocal": _reciprocal,
    "negative": _of_first(lambda g, u, _: g.constant(-1.0)),
    "square": _of_first(lambda g, u, _: g.apply("multiply", g.constant(2.0), u)),
    "exp": _of_first(lambda g, _, f: f),
    "expm1": _of_first(lambda g, u, _: g.apply("exp", u)),
    "log1p": _of_first(lambda g, u, _: g.apply("reciprocal", g.apply("add", g.constant(1.0), u))),
    "sqrt": _of_first(lambda g, _, f: g.apply("divide", g.constant(0.5), f)),
    "cbrt": _of_first(lambda g, _, f: g.apply("divide", g.constant(1 / 3), g.apply("square", f))),
    "absolute": _of_first(lambda g, u, _: g.apply("sign", u)),
    "erf": _of_first(lambda g, u, _: g.apply(
        "multiply", g.constant(2 / math.sqrt(math.pi)), g.apply("exp", g.apply("negative", g.apply("square", u))))),
    "maximum": lambda t, number: _larger(t, number, False), "minimum": lambda t, number: _larger(t, number, True),
    "logaddexp": _logaddexp, "where": _where, "python": _python, "greater": _none, "sign": _none, "max": _none,
    "transpose": _transpose, "sum": _summed, "total": _linear, "full": _linear, "trace": _linear, "diag": _linear,
    "diagonal": _linear, "vec": _linear, "inverse": _inverse, "solve": _solve, "det": _det, "logdet": _logdet,
    "norm": _norm, "settle": _settle,
    "matmul": _bilinear(lambda g, a, b, _: g.matmul(a, b)), "inner": _bilinear(lambda g, a, b, _: g.inner(a, b)),
    "kron": _bilinear(lambda g, a, b, shape: g.make("kron", (a, b), shape)),
}  # fmt: skip
