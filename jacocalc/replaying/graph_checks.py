"""The computational graph: values of nodes, local derivatives, adjoints by moving one node and all that follow it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from jacocalc.evaluate.fields import ball_of
from jacocalc.notation import Call, Expr, names, walk
from jacocalc.questions import GraphOf
from jacocalc.replaying.balls import Ball, close, number, vanishes
from jacocalc.replaying.case import Case
from jacocalc.replaying.places import Place, concrete
from jacocalc.replaying.report import Unknown, Wrong, asked
from jacocalc.steps import AdjointSum, Amount, BackwardPass, ForwardPass, GraphNode, GraphNodes, StoredValues

_DIGITS = 6
_CHOOSING = ("max", "min", "relu", "leaky_relu")
_STEP = Fraction(1, 2**300)


class Graph:
    """The nodes as they are stated, evaluated one after the other at a place; one of them may be moved."""

    def __init__(self, case: Case, place: Place) -> None:
        self.step = _graph_of(case)
        self.place = place
        self.values = self.evaluated({})

    def evaluated(self, moved: dict[str, Ball]) -> dict[str, Ball]:
        """The value of every node, some of them moved by so much."""
        given = {**dict(zip(self.place.stages[0].inputs, self.place.inputs, strict=True)), **self.place.parameters}
        found: dict[str, Ball] = {}
        for node in self.step.nodes:
            value = given.get(node.name) if node.formula is None else number(concrete(node.formula), found)
            found[node.name] = value + moved[node.name] if node.name in moved and value is not None else value
            if found[node.name] is None:
                raise Unknown(f"nodes[{node.name}]", "it has no value")
        return found

    def slope(self, of: list[tuple[Ball, str]], by: str) -> Ball:
        """How Σ weight · node changes with a node."""
        step = ball_of(_STEP)
        sides = [self.evaluated({by: sign * step}) for sign in (1, -1)]
        return sum(((w * (sides[0][n] - sides[1][n])) / (2 * step) for w, n in of), ball_of(Fraction(0)))

    def local(self, formula: Expr, start: str) -> Ball:
        """How the formula of a node changes with one of its arguments."""
        step = ball_of(_STEP)
        sides = [number(concrete(formula), {**self.values, start: self.values[start] + s * step}) for s in (1, -1)]
        if None in sides:
            raise Unknown("result", "a local derivative has no value")
        return (sides[0] - sides[1]) / (2 * step)


def _graph_of(case: Case) -> GraphNodes:
    """The graph of the derivation.  Raises Unknown where it has none."""
    found = [step for step in case.derivation.steps if isinstance(step, GraphNodes)]
    if not found:
        raise Unknown("nodes", "there is no graph")
    return found[0]


def _graphs(case: Case) -> list[Graph]:
    """The graph at the point, or at places for formulas where it has values."""
    places = case.here if case.fixed else [place for place in case.here if place.defined]
    if not places:
        raise Unknown("nodes", "no place was found where they have values")
    return [Graph(case, place) for place in places]


def amount(case: Case, name: str, given: Amount, value: Ball, place: Place) -> None:
    """A number, exact and in decimals; a formula, which has none and may be too long for the page."""
    if given.exact is not None:
        case.equal(f"{name}.exact", given.exact, lambda p: value, [place])
    if given.decimal:
        case.rounded(f"{name}.decimal", given.decimal, value, _DIGITS)
    elif given.exact is None and case.fixed:
        raise Unknown(name, "no number is stated")


def graph_nodes(case: Case, step: GraphNodes) -> None:
    """Values of all nodes and of all local derivatives; the outputs are the components of the outermost stage."""
    known: list[str] = []
    for k, node in enumerate(step.nodes):
        _place_of(case, node, k, known)
        known.append(node.name)
    stage = case.chain.stages[-1]
    for graph in _graphs(case):
        for k, node in enumerate(step.nodes):
            amount(case, f"nodes[{k}].value", node.value, graph.values[node.name], graph.place)
            for label in node.labels:
                if label in stage.labels:
                    _is_component(case, graph, node, stage.labels.index(label), k)
        _edges(case, graph, step)
    if len(set(known)) < len(known):
        raise Wrong("nodes", "a name stands twice")
    labelled = [label for node in step.nodes for label in node.labels]
    if not set(stage.labels) <= set(labelled):
        raise Wrong("nodes", "a component has no node")


def _place_of(case: Case, node: GraphNode, k: int, known: list[str]) -> None:
    first = case.chain.stages[0]
    places = {"input": first.inputs, "parameter": case.chain.parameters}
    computed = ("inner", "output") if node.formula is not None else ()
    given = ("output",) if node.name in (*first.inputs, *case.chain.parameters) else ()  # f(x, y) = [x, x y]
    if node.place not in (*places, *computed, *given):
        raise Wrong(f"nodes[{k}].place", f"{node.place} is no place")
    if node.place in places and node.name not in places[node.place]:
        raise Wrong(f"nodes[{k}].place", f"{node.name} is no {node.place}")
    if node.place == "output" and not node.labels:
        raise Wrong(f"nodes[{k}].place", "an output has a label")
    if node.place == "inner" and set(node.labels) & set(case.chain.stages[-1].labels):
        raise Wrong(f"nodes[{k}].place", "it is an output")
    if node.formula is not None and not set(names(node.formula)) <= set(known):
        raise Wrong(f"nodes[{k}].formula", "it uses a node that does not stand before it")


def _is_component(case: Case, graph: Graph, node: GraphNode, component: int, k: int) -> None:
    truth = graph.place.values[-1][component]
    value = graph.values[node.name]
    case.counted += 1
    if truth is not None and not close(truth, value):
        raise Wrong(f"nodes[{k}].labels", f"{node.name} is not the component {component + 1}")


def _edges(case: Case, graph: Graph, step: GraphNodes) -> None:
    nodes = {node.name: node for node in step.nodes}
    stated = [(edge.start, edge.end) for edge in step.result]
    wanted = {(name, node.name) for node in step.nodes if node.formula is not None for name in names(node.formula)}
    for k, edge in enumerate(step.result):
        if (edge.start, edge.end) not in wanted:
            raise Wrong(f"result[{k}].start", f"{edge.end} is not computed from {edge.start}")
        formula = nodes[edge.end].formula
        assert formula is not None
        value = graph.local(formula, edge.start)
        if edge.local is not None:
            case.equal(f"result[{k}].local", edge.local, lambda p, v=value: v, [graph.place], more=graph.values)
        if edge.value is not None:
            amount(case, f"result[{k}].value", edge.value, value, graph.place)
    if set(stated) != wanted or len(set(stated)) < len(stated):
        raise Wrong("result", "an edge is missing or stands twice")


def forward_pass(case: Case, step: ForwardPass) -> None:
    """The values of the components."""
    labels = case.chain.stages[-1].labels
    case.told("result", tuple(label for label, _ in step.result), labels)
    for place in case.here:
        for k, ((_, given), value) in enumerate(zip(step.result, place.values[-1], strict=True)):
            if value is not None:
                amount(case, f"result[{k}]", given, value, place)


def backward_pass(case: Case, step: BackwardPass) -> None:
    """v̄ = Σ over the users of v: their adjoints times local derivatives."""
    _weights(case, step)
    _order_of_sums(case, step)
    for graph in _graphs(case):
        weights = _weighted_nodes(graph, step)
        for k, one in enumerate(step.sums):
            _adjoint(case, graph, one, weights, f"sums[{k}]")
        inputs = [node.name for node in graph.step.nodes if node.formula is None and node.name in case.chain.inputs]
        case.told("result", len(step.result), len(inputs))
        for k, (given, name) in enumerate(zip(step.result, inputs, strict=True)):
            amount(case, f"result[{k}]", given, graph.slope(weights, name), graph.place)


def _weighted_nodes(graph: Graph, step: BackwardPass) -> list[tuple[Ball, str]]:
    """The components with their weights, as nodes."""
    labelled = {label: node.name for node in graph.step.nodes for label in node.labels}
    found = []
    for k, (label, weight) in enumerate(step.weights):
        if label not in labelled:
            raise Wrong(f"weights[{k}]", f"there is no component {label}")
        found.append((graph.place.number(weight), labelled[label]))
    return found


def _order_of_sums(case: Case, step: BackwardPass) -> None:
    """Each node once, behind all of its users."""
    known = {node.name for node in _graph_of(case).nodes}
    seen: set[str] = set()
    for k, one in enumerate(step.sums):
        if one.node not in known:
            raise Wrong(f"sums[{k}].node", f"there is no node {one.node}")
        if one.node in seen or not {term.user for term in one.terms} <= seen:
            raise Wrong(f"sums[{k}]", "a node stands twice, or before one of its users")
        seen.add(one.node)


def _weights(case: Case, step: BackwardPass) -> None:
    question = asked(case.derivation, GraphOf)
    labels = case.chain.stages[-1].labels
    if question.vector:
        if step.of in {*case.chain.inputs, *labels} and len(labels) > 1:
            raise Wrong("of", f"{step.of} is something else")
        expected = dict(zip(labels, question.vector, strict=True))
        for k, (label, weight) in enumerate(step.weights):
            if label not in expected:
                raise Wrong(f"weights[{k}]", f"there is no component {label}")
            case.same(f"weights[{k}]", weight, expected[label], case.here)
        return
    case.told("of", step.of in labels, True)
    case.told("weights", tuple(label for label, _ in step.weights), (step.of,))
    for _, weight in step.weights:
        case.equal("weights", weight, lambda p: ball_of(Fraction(1)), case.here)


def _adjoint(case: Case, graph: Graph, one: AdjointSum, weights: list[tuple[Ball, str]], name: str) -> None:
    total = graph.slope(weights, one.node)
    amount(case, f"{name}.result", one.result, total, graph.place)
    own = [weight for weight, node in weights if node == one.node]
    if one.seed is None and own and not all(w.is_zero() for w in own):
        raise Wrong(f"{name}.seed", "the node is an output")
    seed = sum(own, ball_of(Fraction(0)))
    if one.seed is not None:
        case.equal(f"{name}.seed", one.seed, lambda p: seed, [graph.place])
    total = total - seed
    formulas = {node.name: node.formula for node in graph.step.nodes}
    for k, term in enumerate(one.terms):
        formula = formulas.get(term.user)
        if formula is None or one.node not in names(formula):
            raise Wrong(f"{name}.terms[{k}].user", f"{term.user} does not use {one.node}")
        local, adjoint = graph.local(formula, one.node), graph.slope(weights, term.user)
        where = f"{name}.terms[{k}]"
        case.equal(f"{where}.local", term.local, lambda p, v=local: v, [graph.place], more=graph.values)
        amount(case, f"{where}.adjoint", term.adjoint, adjoint, graph.place)
        amount(case, f"{where}.value", term.value, local, graph.place)
        total = total - adjoint * local
    users = [term.user for term in one.terms]
    if len(set(users)) < len(users):
        raise Wrong(f"{name}.terms", "a user stands twice")
    if not vanishes(total):
        raise Wrong(f"{name}.terms", "their sum is not the adjoint")


def _choices(graph: GraphNodes) -> Iterator[tuple[str, Expr]]:
    """max(x, y) of a node that is x + max(x, y)."""
    for node in graph.nodes:
        for part in walk(node.formula) if node.formula is not None else ():
            if isinstance(part, Call) and part.function in _CHOOSING:
                yield node.name, part


def stored_values(case: Case, step: StoredValues) -> None:
    """A value is needed where it stands in the local derivative of one of its users, or decides which it is."""
    graph = _graph_of(case)
    needed: dict[str, set[str]] = {}
    for user, part in (*((edge.end, edge.local) for edge in graph.result), *_choices(graph)):
        for name in names(part) if part is not None else ():
            needed.setdefault(name, set()).add(user)
    said = {name: sorted(set(users)) for name, users in step.needs}
    case.told("needs", said, {name: sorted(users) for name, users in needed.items()})
    case.told("result", step.result, 8 * len(step.needs))
    plain = {node.name for node in graph.nodes if node.formula is None}
    case.told("given", sorted(set(step.given)), sorted(plain & set(needed)))
