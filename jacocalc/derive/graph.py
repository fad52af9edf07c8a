"""The computational graph of a chain at a point, and backpropagation on it.

    forward pass    the value of every node, from the inputs to the outputs
    backward pass   v̄ = Σ over the users w of v of w̄ · ∂w/∂v, from the outputs back to the inputs

The graph is the shared tape on which equal subexpressions are one node.  In the picture numbers stand inside
the formulas, a subtracted term needs no node of its own, and of a piecewise function the branch that applies
at the point is drawn.  Every value is reached twice: exactly, along the formulas that are shown, and in ball
arithmetic on the tape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count

from jacocalc.algebra.tidy import tidy
from jacocalc.algebra.values import exact
from jacocalc.derive.chain import Work, composed, verified_whole
from jacocalc.derive.kinks import derivatives_at
from jacocalc.derive.points import PointCheck
from jacocalc.derive.roads import by_differences, close
from jacocalc.errors import JacocalcError, NotDifferentiable, RoadsDisagree, TooLarge, Undecided
from jacocalc.evaluate.equality import Outcome
from jacocalc.evaluate.fields import Balls, Unsettled, precision
from jacocalc.evaluate.numbers import ChainTape, ball, coordinates_of, node_numbers
from jacocalc.evaluate.tape import Node, Operation
from jacocalc.functions import Chain, Point, VectorFunction
from jacocalc.linear import paper, split_name
from jacocalc.notation import (
    ONE,
    ZERO,
    Call,
    Constant,
    E,
    Expr,
    Matrix,
    Minus,
    Negative,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    as_rational,
    integer,
    names,
    rational,
    substitute,
    tree_size,
)
from jacocalc.options import LIMITS
from jacocalc.steps import (
    AdjointSum,
    AdjointTerm,
    Amount,
    BackwardPass,
    Decimals,
    ForwardPass,
    GraphEdge,
    GraphNode,
    GraphNodes,
    StoredValues,
)

_MOST_NODES = 200
_BITS = 512
_PRECISIONS = (64, 256, 1024)
_DIGITS = 6
_PLAIN = 12
_BYTES = 8


def computational_graph(work: Work, weights: tuple[Expr, ...]) -> Matrix | None:
    """J at the point, or the row vᵀJ for the vector ``weights``; the steps go into ``work``.

    None where the exact result is too long.  Raises DomainError, NotDifferentiable, Undecided, TooLarge.
    """
    assert work.at is not None
    _refuse_unspecified(work.chain)
    coordinates = coordinates_of(work.chain, work.at)
    picture = _Picture(_followed(work.chain, work.at), coordinates)
    passes = [_Pass(picture, *one) for one in _scalars(picture, weights)]
    amounts = _Amounts(picture, passes, coordinates, work.options.digits or _DIGITS)
    backward = [amounts.backward(one) for one in passes]
    work.steps += [amounts.graph(), amounts.forward(), *backward, picture.stored()]
    return _result(work, weights, picture, passes, backward)


def _refuse_unspecified(chain: Chain) -> None:
    for stage in chain.stages:
        if not stage.specified:
            raise JacocalcError(f"{stage.name} is unspecified and has no values")


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
        current = _carried(stages[-1].at(current, tuple(given.items())))
    return Chain(tuple(stages))


def _smooth(check: PointCheck, stage: VectorFunction) -> None:
    """Raise unless the rules give every derivative of the stage at the point."""
    try:
        found = derivatives_at(check)
    except NotDifferentiable as error:
        if "--kink" in error.hint:
            error.hint = "a graph takes no convention at a kink; jacobian and compose do: --kink T"
        raise
    for place in found.rows:
        raise NotDifferentiable(
            f"{paper(stage.values[place])} has a derivative at {check.place()}, but not by the rules, so that "
            "local derivatives are missing in its graph",
            hint="jacobian gives it, by the definition of the derivative",
        )


def _carried(values: Matrix) -> tuple[Expr, ...]:
    """The exact values; as they were inserted where those are too long."""
    try:
        return values.map(exact).entries
    except TooLarge:
        return values.entries


# -- the picture --------------------------------------------------------------------------------------


class _Picture:
    """The part of the tape that is drawn: inputs, parameters, what depends on them, and the outputs."""

    def __init__(self, chain: Chain, coordinates: Sequence[Expr]) -> None:
        self.chain = chain
        self.coordinates = coordinates
        self.on_tape = ChainTape(chain.stages, chain.parameters, len(chain.inputs), whole=True)
        self.tape = self.on_tape.tape
        self.outputs = self.on_tape.values[-1]
        self.inputs = self.on_tape.inputs
        self.parameters = list(self.on_tape.parameters.values())
        given = [*self.inputs, *self.parameters]
        needed = sorted({*self.tape.needed(self.outputs), *given})
        live = self._dependents(needed, given)
        self.active = self._dependents(needed, self.inputs)
        self.absorbed = self._subtracted(needed) & live
        self.nodes = [node for node in needed if node in live - self.absorbed or node in self.outputs]
        if len(self.nodes) > _MOST_NODES:
            raise TooLarge(f"the graph has {len(self.nodes)} nodes, more than the {_MOST_NODES} that a page can show")
        self.names = self._named(given)
        self.edges = {node: self._edges(node) for node in self.nodes}

    def _operation(self, node: Node) -> Operation:
        return self.tape.operations[node]

    def _dependents(self, nodes: Iterable[Node], sources: Iterable[Node]) -> set[Node]:
        """The nodes that depend on one of the sources."""
        found = set(sources)
        for node in nodes:
            if not found.isdisjoint(self._operation(node).arguments):
                found.add(node)
        return found

    def _subtracted(self, nodes: list[Node]) -> set[Node]:
        """−b that occurs as a term of sums only: a − b is one node."""
        found = {node for node in nodes if self._operation(node).name == "negate"} - set(self.outputs)
        for node in nodes:
            if self._operation(node).name != "add":
                found -= set(self._operation(node).arguments)
        return found

    def _named(self, given: list[Node]) -> dict[Node, str]:
        """Inputs and parameters keep their names; the others are v1, v2, … in order of computation."""
        named = dict(zip(given, (*self.chain.inputs, *self.chain.parameters), strict=True))
        letter, number = _free_letter(self.chain), count(1)
        return {node: named.get(node) or f"{letter}{next(number)}" for node in self.nodes}

    def arguments(self, node: Node) -> list[Node]:
        """What the node is computed from, once each, as far as it is drawn."""
        found = (self._operation(a).arguments[0] if a in self.absorbed else a for a in self._operation(node).arguments)
        return list(dict.fromkeys(a for a in found if a in self.names))

    def _edges(self, node: Node) -> dict[Node, Node]:
        """∂node/∂argument for each argument that depends on an input; shares of one argument added up."""
        gathered: dict[Node, list[Node]] = {}
        for argument, local in self.tape.partials(node) if node in self.active else ():
            if argument in self.absorbed:
                argument, local = self._operation(argument).arguments[0], self.tape.negate(local)
            if argument in self.active:
                gathered.setdefault(argument, []).append(local)
        return {argument: self.tape.add(shares) for argument, shares in gathered.items()}

    def labels(self, node: Node) -> tuple[str, ...]:
        """The components that the node is; also those of inner stages that were written as equations."""
        found: list[str] = []
        for stage, values in zip(self.chain.stages, self.on_tape.values, strict=True):
            if stage.outputs or stage is self.chain.stages[-1]:
                found += [label for label, value in zip(stage.labels, values, strict=True) if value == node]
        return tuple(label for label in dict.fromkeys(found) if label != self.names[node])

    def place(self, node: Node) -> str:
        """Output, input, parameter or inner."""
        if node in self.outputs:
            return "output"
        return "input" if node in self.inputs else "parameter" if node in self.parameters else "inner"

    # -- formulas -----------------------------------------------------------------------------------

    def formula(self, node: Node) -> Expr | None:
        """The node in the names of its arguments; None for what is given."""
        if not self._operation(node).arguments and node in (*self.inputs, *self.parameters):
            return None
        return self._written(node, {a: Symbol(self.names[a]) for a in self.arguments(node)})

    def local(self, node: Node, argument: Node) -> Expr:
        """∂node/∂argument in the names of the node and of its arguments."""
        known = {a: Symbol(self.names[a]) for a in self._at_hand(node)}
        return tidy(self._written(self.edges[node][argument], known))

    def _at_hand(self, node: Node) -> list[Node]:
        """The nodes in which local derivatives are written: e^u and σ(u) in their own value, u/v in u and v."""
        own = [] if self._operation(node).name == "divide" else [node]
        return [*self.arguments(node), *own]

    def _written(self, node: Node, known: Mapping[Node, Expr]) -> Expr:
        """A node as notation, down to the known nodes."""
        done = dict(known)
        stack = [node]
        while stack:
            top = stack[-1]
            parts = self._parts(top) if top not in done else []
            missing = [part for part in parts if part not in done]
            if missing:
                stack += missing
                continue
            stack.pop()
            if top not in done:
                done[top] = _notation(self._operation(top), [done[part] for part in parts])
        return done[node]

    def _parts(self, node: Node) -> Sequence[Node]:
        """The arguments; of a choice only the one that applies at the point."""
        operation = self._operation(node)
        return operation.arguments if operation.name != "select" else [self._chosen(node)]

    def _chosen(self, node: Node) -> Node:
        for bits in _PRECISIONS:
            try:
                with precision(bits):
                    found = self.tape.chosen(node, [ball(c, bits) for c in self.coordinates], Balls())
            except Unsettled:
                continue
            if found is not None:
                return found
        raise Undecided("which branch of the graph applies at the point is undecided")

    # -- memory -------------------------------------------------------------------------------------

    def stored(self) -> StoredValues:
        """The nodes in which the local derivatives are written, and who needs them."""
        users: dict[Node, list[str]] = {}
        for node in self.nodes:
            for used in self._used(node):
                users.setdefault(used, []).append(self.names[node])
        needs = tuple((self.names[node], tuple(users[node])) for node in sorted(users))
        given = tuple(self.names[node] for node in sorted(users) if node in (*self.inputs, *self.parameters))
        return StoredValues(needs, given, _BYTES * len(needs))

    def _used(self, node: Node) -> set[Node]:
        """The values that the local derivatives of a node depend on, conditions included."""
        at_hand = set(self._at_hand(node))
        seen, stack = set(self.edges[node].values()), list(self.edges[node].values())
        while stack:
            top = stack.pop()
            more = set() if top in at_hand else set(self._operation(top).arguments) - seen
            seen |= more
            stack += more
        return seen & at_hand & set(self.names)


def _free_letter(chain: Chain) -> str:
    """A letter that no name of the question begins with."""
    listed = (name for s in chain.stages for name in (s.name, *s.inputs, *s.parameters, *s.labels))
    taken = {split_name(name)[0] for name in listed}
    return next((letter for letter in "vwuzqpkmnhab" if letter not in taken), "node")


def _notation(operation: Operation, parts: Sequence[Expr]) -> Expr:
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
    """A number e² is written as a power, exp(u) as a function."""
    return Power(E, arguments[0]) if function == "exp" and not names(arguments[0]) else Call(function, arguments)


def _sum(*terms: Expr) -> Expr:
    """a − b for a + (−b); 1 − a for −a + 1."""
    if isinstance(terms[0], Negative) and as_rational(terms[-1]) is not None:
        terms = (terms[-1], *terms[:-1])
    return Sum((terms[0], *(Minus(t.operand) if isinstance(t, Negative) else t for t in terms[1:])))


def _product(*factors: Expr) -> Expr:
    """−2a for (−2)a."""
    if isinstance(factors[0], Negative):
        return Negative(Product((factors[0].operand, *factors[1:])))
    return Product(factors)


_WRITTEN: dict[str, Callable[..., Expr]] = {
    "add": _sum, "multiply": _product, "negate": Negative, "divide": Quotient, "raise": Power,
    "select": lambda chosen: chosen,
}  # fmt: skip


# -- backward passes ----------------------------------------------------------------------------------


def _scalars(picture: _Picture, weights: tuple[Expr, ...]) -> list[tuple[str, tuple[Expr, ...]]]:
    """What is differentiated: Σ weight · component, or each component by itself."""
    labels = picture.chain.stages[-1].labels
    if weights:
        taken = {*picture.names.values(), *labels}
        return [(next(letter for letter in ("s", "t", "r", "L", "S", "total") if letter not in taken), weights)]
    return [(label, tuple(ONE if i == j else ZERO for j in range(len(labels)))) for i, label in enumerate(labels)]


class _Pass:
    """One backward pass on the tape: the adjoints of ``of`` = Σ weight · output."""

    def __init__(self, picture: _Picture, of: str, weights: tuple[Expr, ...]) -> None:
        self.of = of
        self.weights = weights
        self.seeds: dict[Node, Expr] = {}
        for output, weight in zip(picture.outputs, map(exact, weights), strict=True):
            if weight != ZERO:
                self.seeds[output] = exact(self.seeds[output] + weight) if output in self.seeds else weight
        tape = picture.tape
        self.adjoints = tape.adjoints({node: tape.build(seed, {}) for node, seed in self.seeds.items()})
        self.row = [self.adjoints.get(node, tape.number(0)) for node in picture.inputs]


def _users(picture: _Picture) -> dict[Node, list[Node]]:
    found: dict[Node, list[Node]] = {node: [] for node in picture.nodes}
    for user in picture.nodes:
        for argument in picture.edges[user]:
            found[argument].append(user)
    return found


# -- numbers ------------------------------------------------------------------------------------------


class _Amounts:
    """Exact values along the shown formulas, beside the decimals and balls of the same nodes of the tape."""

    def __init__(self, picture: _Picture, passes: list[_Pass], coordinates: list[Expr], digits: int) -> None:
        self.picture = picture
        self.users = _users(picture)
        wanted = {*picture.nodes, *(local for edges in picture.edges.values() for local in edges.values())}
        wanted |= {one.adjoints[node] for one in passes for node in picture.nodes if node in one.adjoints}
        nodes = sorted(wanted)
        self.decimals = dict(zip(nodes, node_numbers(picture.on_tape, nodes, coordinates, digits), strict=True))
        self.balls = _balls(picture.on_tape, nodes, coordinates)
        self.values: dict[str, Amount] = {}
        for node in picture.nodes:
            self.values[picture.names[node]] = self._value(node)

    def _value(self, node: Node) -> Amount:
        formula = self.picture.formula(node)
        if formula is None:
            given = [*self.picture.inputs, *self.picture.parameters]
            return self._amount(self.picture.coordinates[given.index(node)], node)
        return self._at(formula, node)

    def _at(self, formula: Expr, node: Node) -> Amount:
        """A formula in the names of nodes, at their values."""
        values = {name: self.values[name].exact for name in names(formula)}
        known = {name: value for name, value in values.items() if value is not None}
        return self._amount(substitute(formula, known) if len(known) == len(values) else None, node)

    def _amount(self, closed: Expr | None, node: Node) -> Amount:
        """The exact value of closed notation, compared with the ball of the node."""
        found = None if closed is None else _exactly(closed)
        if found is not None and node in self.balls and close(ball(found, _BITS), self.balls[node]) is False:
            raise RoadsDisagree(
                "exact values and ball arithmetic disagree; nothing is shown",
                hint="this is a fault of jacocalc: please report the input",
            )
        plain = found is not None and as_rational(found) is not None and len(paper(found)) <= _PLAIN
        return Amount(found, "" if plain else self.decimals[node])

    # -- steps --------------------------------------------------------------------------------------

    def graph(self) -> GraphNodes:
        p = self.picture
        nodes = tuple(
            GraphNode(p.names[node], p.place(node), p.labels(node), p.formula(node), self.values[p.names[node]])
            for node in p.nodes
        )
        edges = tuple(self._edge(user, argument) for user in p.nodes for argument in p.arguments(user))
        return GraphNodes(nodes, edges)

    def _edge(self, user: Node, argument: Node) -> GraphEdge:
        start, end = self.picture.names[argument], self.picture.names[user]
        if argument not in self.picture.edges[user]:
            return GraphEdge(start, end, None, None)
        return GraphEdge(start, end, *self._local(user, argument))

    def _local(self, user: Node, argument: Node) -> tuple[Expr, Amount]:
        local = self.picture.local(user, argument)
        return local, self._at(local, self.picture.edges[user][argument])

    def forward(self) -> ForwardPass:
        labels = self.picture.chain.stages[-1].labels
        values = (self.values[self.picture.names[output]] for output in self.picture.outputs)
        return ForwardPass(tuple(zip(labels, values, strict=True)))

    def backward(self, one: _Pass) -> BackwardPass:
        """The sums, from the outputs back; the inputs last, in their own order."""
        p = self.picture
        reached = [node for node in reversed(p.nodes) if node in one.adjoints and node in p.active | set(p.outputs)]
        found: dict[Node, AdjointSum] = {}
        for node in [*(n for n in reached if n not in p.inputs), *p.inputs]:
            found[node] = self._sum(node, one, found)
        labels = p.chain.stages[-1].labels
        weights = tuple((label, weight) for label, weight in zip(labels, one.weights, strict=True) if weight != ZERO)
        return BackwardPass(one.of, weights, tuple(found.values()), tuple(found[node].result for node in p.inputs))

    def _sum(self, node: Node, one: _Pass, found: Mapping[Node, AdjointSum]) -> AdjointSum:
        """v̄ = Σ w̄ · ∂w/∂v over the users w of v."""
        terms = []
        for user in self.users[node]:
            if user in found:
                local, value = self._local(user, node)
                terms.append(AdjointTerm(self.picture.names[user], local, found[user].result, value))
        seed = one.seeds.get(node)
        name = self.picture.names[node]
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
    if tree_size(closed) > LIMITS.proof:
        return None
    try:
        found = exact(closed)
    except TooLarge:
        return None
    return found if tree_size(found) <= LIMITS.proof else None


def _balls(on_tape: ChainTape, nodes: Sequence[Node], coordinates: Sequence[Expr]) -> dict[Node, object]:
    """The nodes in ball arithmetic; nothing where a comparison is not settled."""
    try:
        with precision(_BITS):
            found = on_tape.evaluate(nodes, [ball(c, _BITS) for c in coordinates], Balls())
    except Unsettled:
        return {}
    return dict(zip(nodes, found, strict=True))


# -- the result, by other roads -----------------------------------------------------------------------


def _result(
    work: Work, weights: tuple[Expr, ...], picture: _Picture, passes: list[_Pass], backward: list[BackwardPass]
) -> Matrix | None:
    """J, one row for each backward pass, compared with forward accumulation and with a road of its own."""
    _compare_forward(picture, passes)
    chain = _weighted(work.chain, weights) if weights else work.chain
    entries = [[amount.exact for amount in one.result] for one in backward]
    rows = tuple(tuple(entry for entry in line if entry is not None) for line in entries)
    if any(None in line for line in entries):
        flat = [node for one in passes for node in one.row]
        work.steps.append(_decimals(work, picture, flat))
        work.outcomes.append(_by_values(chain, work, picture, flat))
        return None
    formula = composed(chain, work.options)
    result = Matrix(rows)
    work.outcomes.append(verified_whole(chain, formula.written if formula else None, result, work.at))
    return result


def _decimals(work: Work, picture: _Picture, flat: list[Node]) -> Decimals:
    digits, width = work.options.digits or 10, len(picture.inputs)
    texts = node_numbers(picture.on_tape, flat, list(picture.coordinates), digits)
    return Decimals(digits, tuple(tuple(texts[i : i + width]) for i in range(0, len(texts), width)))


def _weighted(chain: Chain, weights: tuple[Expr, ...]) -> Chain:
    """The chain with the stage y ↦ Σ v_i y_i behind it: its Jacobian is vᵀJ."""
    inputs = tuple(f"y_{i}" for i in range(1, len(weights) + 1))
    total = Sum(tuple(weight * Symbol(name) for weight, name in zip(weights, inputs, strict=True)))
    return Chain((*chain.stages, VectorFunction("vᵀy", inputs, (total,), len(inputs), 1, scalar=True)))


def _by_values(chain: Chain, work: Work, picture: _Picture, flat: list[Node]) -> tuple[Outcome, int]:
    """The adjoints on the tape against difference quotients of values."""
    plain = ChainTape(chain.stages, chain.parameters, len(chain.inputs))
    bits = _BITS + 64 * len(chain.stages)
    outcome = by_differences(plain, picture.coordinates, picture.tape, flat, len(chain.inputs), bits)
    if outcome is Outcome.DIFFERENT:
        raise _disagreement("difference quotients of values")
    return outcome, int(outcome is Outcome.AGREES)


def _compare_forward(picture: _Picture, passes: list[_Pass]) -> None:
    """Raise RoadsDisagree where forward accumulation gives another row."""
    tape = picture.tape
    columns = list(zip(*tape.forward(picture.outputs, picture.inputs), strict=True))
    for one in passes:
        weights = [tape.build(weight, {}) for weight in one.weights]
        other = [tape.add(tape.multiply(pair) for pair in zip(weights, line, strict=True)) for line in columns]
        values = _balls(picture.on_tape, [*one.row, *other], picture.coordinates)
        if any(close(values[a], values[b]) is False for a, b in zip(one.row, other, strict=True) if values):
            raise _disagreement("forward accumulation")


def _disagreement(other: str) -> RoadsDisagree:
    return RoadsDisagree(
        f"the backward pass and {other} disagree; nothing is shown",
        hint="this is a fault of jacocalc: please report the input",
    )
