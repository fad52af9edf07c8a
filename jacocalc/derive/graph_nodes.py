"""The nodes of the computational graph that are drawn, their names and formulas, and the values they keep.

The graph is the shared tape (``evaluate.tape``) on which equal subexpressions are one node.  Numbers stand
inside the formulas, a subtracted term needs no node of its own, and of a choice the branch that applies at
the point is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from jacocalc.algebra.tidy import tidy
from jacocalc.errors import JacocalcError, TooLarge, Undecided
from jacocalc.evaluate.fields import Balls, Unsettled, precision
from jacocalc.evaluate.local_derivatives import partials
from jacocalc.evaluate.numbers import ChainTape, ball
from jacocalc.evaluate.tape import Node, Operation
from jacocalc.evaluate.writing import written_operation
from jacocalc.functions import Chain
from jacocalc.linear import split_name
from jacocalc.notation import Expr, Symbol
from jacocalc.steps import StoredValues

_MOST_NODES = 200
_PRECISIONS = (64, 256, 1024)
_BYTES = 8


def branches_need_a_point() -> JacocalcError:
    """What is said of branches without a point."""
    hint = "add --at 1,2 (in Python at=(1, 2))"
    return JacocalcError("which branch of the graph applies depends on the point", hint=hint)


class Graph:
    """The part of the tape that is drawn: inputs, parameters, what depends on them, and the outputs."""

    def __init__(self, chain: Chain, coordinates: Sequence[Expr] | None) -> None:
        self.chain = chain
        self.coordinates = coordinates
        self.on_tape = ChainTape(chain.stages, chain.parameters, len(chain.inputs), drawn=True)
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
        return self.tape.operation(node)

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
        for argument, local in partials(self.tape, node) if node in self.active else ():
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
                done[top] = written_operation(self._operation(top), [done[part] for part in parts])
        return done[node]

    def _parts(self, node: Node) -> Sequence[Node]:
        """The arguments; of a choice only the one that applies at the point."""
        operation = self._operation(node)
        return operation.arguments if operation.name != "select" else [self._chosen(node)]

    def _chosen(self, node: Node) -> Node:
        if self.coordinates is None:
            raise branches_need_a_point()
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
