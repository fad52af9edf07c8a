"""The computational graph of a chain at a point, and backpropagation on it.

    forward pass    the value of every node, from the inputs to the outputs
    backward pass   v̄ = Σ over the users w of v of w̄ · ∂w/∂v, from the outputs back to the inputs

The graph is the shared tape on which equal subexpressions are one node.  In the picture numbers stand inside
the formulas, a subtracted term needs no node of its own, and of a piecewise function the branch that applies
at the point is drawn.  Every value is reached twice: exactly, along the formulas that are shown, and in ball
arithmetic on the tape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from jacocalc.algebra.values import exact
from jacocalc.derive.chain import Work, composed, verified_whole
from jacocalc.derive.graph_nodes import Graph
from jacocalc.derive.kinks import derivatives_at
from jacocalc.derive.points import PointCheck
from jacocalc.derive.roads import against_differences, close
from jacocalc.errors import JacocalcError, LimitReached, NotDifferentiable, RoadsDisagree
from jacocalc.evaluate.accumulation import adjoints, dense, forward
from jacocalc.evaluate.budget import within
from jacocalc.evaluate.equality import Outcome
from jacocalc.evaluate.fields import Balls, Unsettled, precision
from jacocalc.evaluate.numbers import ChainTape, ball, chain_tape, coordinates_of, node_numbers
from jacocalc.evaluate.tape import Node
from jacocalc.functions import Chain, Point, VectorFunction, weighted
from jacocalc.linear import paper
from jacocalc.notation import (
    ONE,
    ZERO,
    Expr,
    Matrix,
    Piecewise,
    Product,
    Sum,
    as_rational,
    names,
    substitute,
    tree_size,
    walk,
)
from jacocalc.steps import (
    AdjointSum,
    AdjointTerm,
    Amount,
    BackwardPass,
    ForwardPass,
    GraphEdge,
    GraphNode,
    GraphNodes,
)

_BITS = 512
_DIGITS = 6
_PLAIN = 12
_WRITTEN_OUT = 60
_LONGEST = 400
_SMALL = 40
_CALLS = 500_000


def computational_graph(work: Work, weights: tuple[Expr, ...]) -> Matrix | None:
    """J at the point, or the row vᵀJ for the vector ``weights``; the steps go into ``work``.

    None where the exact result is too long.  Raises DomainError, NotDifferentiable, Undecided, TooLarge.
    """
    assert work.at is not None
    _refuse_unspecified(work.chain)
    coordinates = coordinates_of(work.chain, work.at)
    graph = _graph(work.chain, work.at, coordinates)
    passes = [_Pass(graph, *one) for one in _scalars(graph, weights)]
    amounts = _Amounts(graph, passes, coordinates, work.options.digits or _DIGITS)
    backward = [amounts.backward(one) for one in passes]
    work.steps += [amounts.nodes(), amounts.forward(), *map(_shortened, backward), graph.stored()]
    return _result(work, weights, graph, passes, backward)


def _refuse_unspecified(chain: Chain) -> None:
    for stage in chain.stages:
        if not stage.specified:
            raise JacocalcError(f"{stage.name} is unspecified and has no values")


def _graph(chain: Chain, at: Point, coordinates: Sequence[Expr]) -> Graph:
    """The nodes that are drawn; without branches they are counted before values are found, which takes longer."""
    branches = any(isinstance(part, Piecewise) for stage in chain.stages for one in stage.values for part in walk(one))
    plain = None if branches else Graph(chain, coordinates)
    followed = _followed(chain, at)
    return plain or Graph(followed, coordinates)


# -- the branches that apply --------------------------------------------------------------------------


def _followed(chain: Chain, at: Point) -> Chain:
    """The chain with the branches that apply at the point, where every rule holds."""
    current, parameters = at.coordinates, dict(at.parameters)
    stages = []
    for stage in chain.stages:
        check = PointCheck(stage, stage.bound(current, at.parameters))
        check.defined()
        _smooth(check, stage)
        given = {name: parameters[name] for name in stage.parameters}
        stages.append(replace(stage, components=tuple(map(check.resolved, stage.values))))
        values = stages[-1].at(current, tuple(given.items())).entries
        current = tuple(_exactly(value) or value for value in values)
    return Chain(tuple(stages))


def _smooth(check: PointCheck, stage: VectorFunction) -> None:
    """Raise unless the rules give every derivative of the stage at the point."""
    for place in derivatives_at(check).rows:
        raise NotDifferentiable(
            f"{paper(stage.values[place])} has a derivative at {check.place()}, but not by the rules, so that "
            "local derivatives are missing in its graph",
            hint="jacobian gives it, by the definition of the derivative",
        )


# -- backward passes ----------------------------------------------------------------------------------


def _scalars(graph: Graph, weights: tuple[Expr, ...]) -> list[tuple[str, tuple[Expr, ...]]]:
    """What is differentiated: Σ weight · component, or each component by itself."""
    labels = graph.chain.stages[-1].labels
    if weights:
        taken = {*graph.names.values(), *labels}
        return [(next(letter for letter in ("s", "t", "r", "L", "S", "total") if letter not in taken), weights)]
    return [(label, tuple(ONE if i == j else ZERO for j in range(len(labels)))) for i, label in enumerate(labels)]


class _Pass:
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


def _users(graph: Graph) -> dict[Node, list[Node]]:
    found: dict[Node, list[Node]] = {node: [] for node in graph.nodes}
    for user in graph.nodes:
        for argument in graph.edges[user]:
            found[argument].append(user)
    return found


# -- numbers ------------------------------------------------------------------------------------------


class _Amounts:
    """Exact values along the shown formulas, beside the decimals and balls of the same nodes of the tape."""

    def __init__(self, graph: Graph, passes: list[_Pass], coordinates: list[Expr], digits: int) -> None:
        self.graph = graph
        self.users = _users(graph)
        wanted = {*graph.nodes, *(local for edges in graph.edges.values() for local in edges.values())}
        wanted |= {one.adjoints[node] for one in passes for node in graph.nodes if node in one.adjoints}
        nodes = sorted(wanted)
        self.decimals = dict(zip(nodes, node_numbers(graph.on_tape, nodes, coordinates, digits), strict=True))
        self.balls = _balls(graph.on_tape, nodes, coordinates)
        self.values: dict[str, Amount] = {}
        for node in graph.nodes:
            self.values[graph.names[node]] = self._value(node)
        self.locals = {(user, start): self._local(user, start) for user in graph.nodes for start in graph.edges[user]}

    def _value(self, node: Node) -> Amount:
        formula = self.graph.formula(node)
        if formula is None:
            given = [*self.graph.inputs, *self.graph.parameters]
            return self._amount(self.graph.coordinates[given.index(node)], node)
        return self._at(formula, node)

    def _at(self, formula: Expr, node: Node) -> Amount:
        """A formula in the names of nodes, at their values."""
        values = {name: self.values[name].exact for name in names(formula)}
        known = {name: value for name, value in values.items() if value is not None}
        return self._amount(substitute(formula, known) if len(known) == len(values) else None, node)

    def _amount(self, closed: Expr | None, node: Node) -> Amount:
        """The exact value of closed notation, compared with the ball of the node."""
        found = None if closed is None else _exactly(closed)
        if found is not None and node in self.balls and _differ(ball(found, _BITS), self.balls[node]):
            raise _disagreement("exact values", "ball arithmetic")
        plain = found is not None and as_rational(found) is not None and len(paper(found)) <= _PLAIN
        return Amount(found, "" if plain else self.decimals[node])

    # -- steps --------------------------------------------------------------------------------------

    def nodes(self) -> GraphNodes:
        g = self.graph
        nodes = tuple(
            GraphNode(g.names[node], g.place(node), g.labels(node), g.formula(node), _shown(self.values[g.names[node]]))
            for node in g.nodes
        )
        edges = tuple(self._edge(user, argument) for user in g.nodes for argument in g.arguments(user))
        return GraphNodes(nodes, edges)

    def _edge(self, user: Node, argument: Node) -> GraphEdge:
        start, end = self.graph.names[argument], self.graph.names[user]
        if argument not in self.graph.edges[user]:
            return GraphEdge(start, end, None, None)
        local, value = self.locals[user, argument]
        return GraphEdge(start, end, local, _shown(value))

    def _local(self, user: Node, argument: Node) -> tuple[Expr, Amount]:
        local = self.graph.local(user, argument)
        return local, self._at(local, self.graph.edges[user][argument])

    def forward(self) -> ForwardPass:
        labels = self.graph.chain.stages[-1].labels
        values = (_shown(self.values[self.graph.names[output]]) for output in self.graph.outputs)
        return ForwardPass(tuple(zip(labels, values, strict=True)))

    def backward(self, one: _Pass) -> BackwardPass:
        """The sums, from the outputs back; the inputs last, in their own order."""
        g = self.graph
        reached = [node for node in reversed(g.nodes) if node in one.adjoints]
        found: dict[Node, AdjointSum] = {}
        for node in [*(n for n in reached if n not in g.inputs), *g.inputs]:
            found[node] = self._sum(node, one, found)
        labels = g.chain.stages[-1].labels
        weights = tuple((label, weight) for label, weight in zip(labels, one.weights, strict=True) if weight != ZERO)
        return BackwardPass(one.of, weights, tuple(found.values()), tuple(found[node].result for node in g.inputs))

    def _sum(self, node: Node, one: _Pass, found: Mapping[Node, AdjointSum]) -> AdjointSum:
        """v̄ = Σ w̄ · ∂w/∂v over the users w of v."""
        terms = []
        for user in self.users[node]:
            if user in found:
                local, value = self.locals[user, node]
                terms.append(AdjointTerm(self.graph.names[user], local, found[user].result, value))
        seed = one.seeds.get(node)
        name = self.graph.names[node]
        if node not in one.adjoints:
            return AdjointSum(name, seed, tuple(terms), Amount(ZERO))
        return AdjointSum(name, seed, tuple(terms), self._amount(_total(seed, terms), one.adjoints[node]))


def _total(seed: Expr | None, terms: Sequence[AdjointTerm]) -> Expr | None:
    """The sum in exact numbers; None where one of them is not exact."""
    parts = [] if seed is None else [seed]
    for term in terms:
        if term.adjoint.exact is None or term.value.exact is None:
            return None
        parts.append(Product((term.adjoint.exact, term.value.exact)))
    return Sum(tuple(parts)) if len(parts) != 1 else parts[0]


def _exactly(closed: Expr) -> Expr | None:
    """The exact value of closed notation, while it is short enough to go on with."""
    if tree_size(closed) > _LONGEST:
        return None
    try:
        found = exact(closed) if tree_size(closed) <= _SMALL else within(_CALLS, exact, closed)
    except LimitReached:
        return None
    return found if tree_size(found) <= _LONGEST else None


def _shown(amount: Amount) -> Amount:
    """An amount of the page: what is too long to be written there is given in decimals only."""
    long = amount.exact is not None and len(paper(amount.exact)) > _WRITTEN_OUT
    return Amount(None, amount.decimal) if long else amount


def _shortened(one: BackwardPass) -> BackwardPass:
    """The pass with its amounts as they are shown."""
    return replace(one, sums=tuple(map(_shortened_sum, one.sums)), result=tuple(map(_shown, one.result)))


def _shortened_sum(line: AdjointSum) -> AdjointSum:
    terms = (replace(term, adjoint=_shown(term.adjoint), value=_shown(term.value)) for term in line.terms)
    return replace(line, terms=tuple(terms), result=_shown(line.result))


def _balls(on_tape: ChainTape, nodes: Sequence[Node], coordinates: Sequence[Expr]) -> dict[Node, Any]:
    """The nodes in ball arithmetic; nothing where a comparison is not settled."""
    try:
        with precision(_BITS):
            found = on_tape.evaluate(nodes, [ball(c, _BITS) for c in coordinates], Balls())
    except Unsettled:
        return {}
    return dict(zip(nodes, found, strict=True))


# -- the result, by other roads -----------------------------------------------------------------------


def _result(
    work: Work, weights: tuple[Expr, ...], graph: Graph, passes: list[_Pass], backward: list[BackwardPass]
) -> Matrix | None:
    """J, one row for each backward pass, compared with forward accumulation and with a road of its own."""
    _compare_forward(graph, passes)
    chain = weighted(work.chain, weights) if weights else work.chain
    entries = [[amount.exact for amount in one.result] for one in backward]
    rows = tuple(tuple(entry for entry in line if entry is not None) for line in entries)
    if any(None in line for line in entries):
        flat = [node for one in passes for node in one.row]
        work.outcomes.append(_by_values(chain, graph, flat))
        return None
    formula = composed(chain, work.options)
    result = Matrix(rows)
    work.outcomes.append(verified_whole(chain, formula.written if formula else None, result, work.at))
    return result


def _by_values(chain: Chain, graph: Graph, flat: list[Node]) -> tuple[Outcome, int]:
    """The adjoints on the tape against difference quotients of values."""
    bits = _BITS + 64 * len(chain.stages)
    outcome = against_differences(
        chain_tape(chain), graph.coordinates, lambda at: graph.tape.evaluate(flat, at, Balls()), bits
    )
    if outcome is Outcome.DIFFERENT:
        raise _disagreement("the backward pass", "differences of values")
    return outcome, int(outcome is Outcome.AGREES)


def _compare_forward(graph: Graph, passes: list[_Pass]) -> None:
    """Raise RoadsDisagree where forward accumulation gives another row."""
    tape = graph.tape
    columns = list(zip(*dense(tape, forward(tape, graph.outputs, graph.inputs), len(graph.inputs)), strict=True))
    for one in passes:
        weights = [tape.build(weight, {}) for weight in one.weights]
        other = [tape.add(tape.multiply(pair) for pair in zip(weights, line, strict=True)) for line in columns]
        values = _balls(graph.on_tape, [*one.row, *other], graph.coordinates)
        if values and any(_differ(values[a], values[b]) for a, b in zip(one.row, other, strict=True)):
            raise _disagreement("the backward pass", "forward accumulation")


def _differ(one: Any, other: Any) -> bool:
    """Whether two balls certainly have different values."""
    with precision(_BITS):
        return close(one, other) is False


def _disagreement(one: str, other: str) -> RoadsDisagree:
    return RoadsDisagree(
        f"{one} and {other} disagree; nothing is shown", hint="this is a fault of jacocalc: please report the input"
    )
