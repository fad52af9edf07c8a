"""What the nodes of a computational graph, its local derivatives and its adjoints come to, and the steps that say so.

At a point they are numbers: exact along the formulas that are shown, and in decimals and balls on the tape.
Without one they are formulas in the inputs, as far as these are short enough for a page.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from jacocalc.algebra.tidy import tidy
from jacocalc.algebra.values import exact
from jacocalc.derive.graph_nodes import Graph
from jacocalc.derive.roads import close, written_on_tape
from jacocalc.errors import LimitReached, RoadsDisagree
from jacocalc.evaluate.accumulation import adjoints
from jacocalc.evaluate.budget import within
from jacocalc.evaluate.fields import Balls, Unsettled, precision
from jacocalc.evaluate.numbers import ChainTape, ball, node_numbers
from jacocalc.evaluate.tape import Node
from jacocalc.linear import paper
from jacocalc.notation import ONE, ZERO, Expr, Product, Sum, Symbol, as_rational, names, substitute, tree_size
from jacocalc.steps import AdjointSum, AdjointTerm, Amount, BackwardPass, ForwardPass, GraphEdge, GraphNode, GraphNodes

_BITS = 512
_DIGITS = 6
_PLAIN = 12
_WRITTEN_OUT = 60
_LONGEST = 400
_SMALL = 40
_CALLS = 500_000


# -- backward passes ----------------------------------------------------------------------------------


class Pass:
    """One backward pass on the tape: the adjoints of ``of`` = Σ weight · output."""

    def __init__(self, graph: Graph, of: str, weights: tuple[Expr, ...]) -> None:
        self.of = of
        self.weights = weights
        self.seeds: dict[Node, Expr] = {}
        for output, weight in zip(graph.outputs, map(exact, weights), strict=True):
            if weight != ZERO:
                self.seeds[output] = exact(self.seeds[output] + weight) if output in self.seeds else weight
        tape = graph.tape
        seeds = {node: tape.build(seed, {}) for node, seed in self.seeds.items()}
        found = {node: adjoint for node, adjoint in adjoints(tape, seeds).items() if node in graph.active}
        self.adjoints = {**seeds, **found}  # a constant is not a variable: no user gives it a share
        self.row = [self.adjoints.get(node, tape.number(0)) for node in graph.inputs]


def passes(graph: Graph, weights: tuple[Expr, ...]) -> list[Pass]:
    """A pass for what is differentiated: Σ weight · component, or each component by itself."""
    labels = graph.chain.stages[-1].labels
    if weights:
        taken = {*graph.names.values(), *labels}
        of = next(letter for letter in ("s", "t", "r", "L", "S", "total") if letter not in taken)
        return [Pass(graph, of, weights)]
    units = (tuple(ONE if i == j else ZERO for j in range(len(labels))) for i in range(len(labels)))
    return [Pass(graph, label, unit) for label, unit in zip(labels, units, strict=True)]


# -- what everything comes to -------------------------------------------------------------------------


class Amounts(ABC):
    """Values of nodes and local derivatives, the steps made of them, and the pass after pass of their adjoints."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._users: dict[Node, list[Node]] = {node: [] for node in graph.nodes}
        for user in graph.nodes:
            for argument in graph.edges[user]:
                self._users[argument].append(user)
        self._values: dict[str, Amount] = {}
        for node in graph.nodes:
            self._values[graph.names[node]] = self._value(node)
        self._locals = {(user, start): self._local(user, start) for user in graph.nodes for start in graph.edges[user]}

    @abstractmethod
    def _given(self, node: Node) -> Amount:
        """An input or a parameter."""

    @abstractmethod
    def _amount(self, closed: Expr | None, node: Node) -> Amount:
        """What a formula comes to that has the value of a node of the tape; None where a part of it is too long."""

    def _value(self, node: Node) -> Amount:
        formula = self.graph.formula(node)
        return self._given(node) if formula is None else self._inserted(formula, node)

    def _local(self, user: Node, argument: Node) -> tuple[Expr, Amount]:
        local = self.graph.local(user, argument)
        return local, self._inserted(local, self.graph.edges[user][argument])

    def _inserted(self, formula: Expr, node: Node) -> Amount:
        """A formula in the names of nodes, with what these come to."""
        values = {name: self._values[name].exact for name in names(formula)}
        known = {name: value for name, value in values.items() if value is not None}
        return self._amount(substitute(formula, known) if len(known) == len(values) else None, node)

    # -- steps --------------------------------------------------------------------------------------

    def nodes(self) -> GraphNodes:
        """The nodes with their values, and the edges with their local derivatives."""
        g = self.graph
        nodes = tuple(
            GraphNode(g.names[n], g.place(n), g.labels(n), g.formula(n), shown(self._values[g.names[n]]))
            for n in g.nodes
        )
        edges = tuple(self._edge(user, argument) for user in g.nodes for argument in g.arguments(user))
        return GraphNodes(nodes, edges)

    def _edge(self, user: Node, argument: Node) -> GraphEdge:
        start, end = self.graph.names[argument], self.graph.names[user]
        if argument not in self.graph.edges[user]:
            return GraphEdge(start, end, None, None)
        local, value = self._locals[user, argument]
        return GraphEdge(start, end, local, shown(value))

    def forward(self) -> ForwardPass:
        """The values of the components."""
        labels = self.graph.chain.stages[-1].labels
        values = (shown(self._values[self.graph.names[output]]) for output in self.graph.outputs)
        return ForwardPass(tuple(zip(labels, values, strict=True)))

    def backward(self, one: Pass) -> BackwardPass:
        """The sums, from the outputs back; the inputs last, in their own order."""
        g = self.graph
        reached = [node for node in reversed(g.nodes) if node in one.adjoints]
        found: dict[Node, AdjointSum] = {}
        for node in [*(n for n in reached if n not in g.inputs), *g.inputs]:
            found[node] = self._sum(node, one, found)
        labels = g.chain.stages[-1].labels
        weights = tuple((label, weight) for label, weight in zip(labels, one.weights, strict=True) if weight != ZERO)
        return BackwardPass(one.of, weights, tuple(found.values()), tuple(found[node].result for node in g.inputs))

    def _sum(self, node: Node, one: Pass, found: Mapping[Node, AdjointSum]) -> AdjointSum:
        """v̄ = Σ w̄ · ∂w/∂v over the users w of v."""
        terms = []
        for user in self._users[node]:
            if user in found:
                local, value = self._locals[user, node]
                terms.append(AdjointTerm(self.graph.names[user], local, found[user].result, value))
        seed = one.seeds.get(node)
        name = self.graph.names[node]
        if node not in one.adjoints:
            return AdjointSum(name, seed, tuple(terms), Amount(ZERO))
        return AdjointSum(name, seed, tuple(terms), self._amount(_total(seed, terms), one.adjoints[node]))


def _total(seed: Expr | None, terms: Sequence[AdjointTerm]) -> Expr | None:
    """The sum; None where a part of it is too long."""
    parts = [] if seed is None else [seed]
    for term in terms:
        if term.adjoint.exact is None or term.value.exact is None:
            return None
        parts.append(Product((term.value.exact, term.adjoint.exact)))
    return Sum(tuple(parts)) if len(parts) != 1 else parts[0]


def shown(amount: Amount) -> Amount:
    """An amount of the page: what is too long to be written there is given in decimals only, if it is a number."""
    long = amount.exact is not None and len(paper(amount.exact)) > _WRITTEN_OUT
    return Amount(None, amount.decimal) if long else amount


# -- at a point ---------------------------------------------------------------------------------------


class Numbers(Amounts):
    """Exact values along the shown formulas, beside the decimals and balls of the same nodes of the tape."""

    def __init__(self, graph: Graph, backward: Sequence[Pass], digits: int | None) -> None:
        coordinates = graph.coordinates or ()
        wanted = {*graph.nodes, *(local for edges in graph.edges.values() for local in edges.values())}
        wanted |= {one.adjoints[node] for one in backward for node in graph.nodes if node in one.adjoints}
        nodes = sorted(wanted)
        self._coordinates = dict(zip([*graph.inputs, *graph.parameters], coordinates, strict=True))
        decimals = node_numbers(graph.on_tape, nodes, list(coordinates), digits or _DIGITS)
        self._decimals = dict(zip(nodes, decimals, strict=True))
        self._balls = balls_of(graph.on_tape, nodes, coordinates)
        super().__init__(graph)

    def _given(self, node: Node) -> Amount:
        return self._amount(self._coordinates[node], node)

    def _amount(self, closed: Expr | None, node: Node) -> Amount:
        """The exact value of closed notation, compared with the ball of the node."""
        found = None if closed is None else exactly(closed)
        if found is not None and node in self._balls and differ(ball(found, _BITS), self._balls[node]):
            raise disagreement("exact values", "ball arithmetic")
        plain = found is not None and as_rational(found) is not None and len(paper(found)) <= _PLAIN
        return Amount(found, "" if plain else self._decimals[node])


def exactly(closed: Expr) -> Expr | None:
    """The exact value of closed notation, while it is short enough to go on with."""
    if tree_size(closed) > _LONGEST:
        return None
    try:
        found = exact(closed) if tree_size(closed) <= _SMALL else within(_CALLS, exact, closed)
    except LimitReached:
        return None
    return found if tree_size(found) <= _LONGEST else None


# -- in the inputs ------------------------------------------------------------------------------------


class Formulas(Amounts):
    """Formulas in the inputs and parameters; each is compared with its node of the tape by :meth:`compare`."""

    def __init__(self, graph: Graph) -> None:
        self._stated: dict[Node, Expr] = {}
        super().__init__(graph)

    def _given(self, node: Node) -> Amount:
        return Amount(Symbol(self.graph.names[node]))

    def _amount(self, closed: Expr | None, node: Node) -> Amount:
        found = None if closed is None or tree_size(closed) > _LONGEST else tidy(closed)
        if found is not None:
            self._stated[node] = found
        return Amount(found)

    def compare(self, coordinates: Sequence[Expr]) -> None:
        """Raise RoadsDisagree where a formula has another value at the coordinates than its node."""
        entries, stated = written_on_tape(self.graph.chain, list(self._stated.values()))
        found = balls_of(self.graph.on_tape, list(self._stated), coordinates)
        try:
            with precision(_BITS):
                written = entries.evaluate(stated, [ball(c, _BITS) for c in coordinates], Balls())
        except Unsettled:
            return
        if any(differ(mine, found[node]) for node, mine in zip(self._stated, written, strict=True) if node in found):
            raise disagreement("formulas", "the nodes of the graph")


# -- balls --------------------------------------------------------------------------------------------


def balls_of(on_tape: ChainTape, nodes: Sequence[Node], coordinates: Sequence[Expr]) -> dict[Node, Any]:
    """The nodes in ball arithmetic; nothing where a comparison is not settled."""
    try:
        with precision(_BITS):
            found = on_tape.evaluate(nodes, [ball(c, _BITS) for c in coordinates], Balls())
    except Unsettled:
        return {}
    return dict(zip(nodes, found, strict=True))


def differ(one: Any, other: Any) -> bool:
    """Whether two balls certainly have different values."""
    with precision(_BITS):
        return close(one, other) is False


def disagreement(one: str, other: str) -> RoadsDisagree:
    """The error for two roads that lead to different values."""
    return RoadsDisagree(
        f"{one} and {other} disagree; nothing is shown", hint="this is a fault of jacocalc: please report the input"
    )
