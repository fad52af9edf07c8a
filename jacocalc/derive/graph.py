"""The computational graph of a chain, and backpropagation on it, at a point or in formulas.

    forward pass    the value of every node, from the inputs to the outputs
    backward pass   v̄ = Σ over the users w of v of w̄ · ∂w/∂v, from the outputs back to the inputs

The graph is the shared tape on which equal subexpressions are one node.  In the picture numbers stand inside
the formulas, a subtracted term needs no node of its own, and of a piecewise function the branch that applies
at the point is drawn.  Every value is reached twice: along the formulas that are shown, and in ball arithmetic
on the tape.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from jacocalc.derive.chain import Work, composed, verified_whole
from jacocalc.derive.graph_amounts import (
    Amounts,
    Formulas,
    Numbers,
    Pass,
    balls_of,
    differ,
    disagreement,
    exactly,
    passes,
    shown,
)
from jacocalc.derive.graph_nodes import Graph, branches_need_a_point
from jacocalc.derive.kinks import derivatives_at
from jacocalc.derive.points import PointCheck
from jacocalc.derive.roads import against_differences, at_points, sample_points
from jacocalc.errors import JacocalcError, NotDifferentiable
from jacocalc.evaluate.accumulation import dense, forward
from jacocalc.evaluate.equality import Outcome
from jacocalc.evaluate.fields import Balls
from jacocalc.evaluate.numbers import chain_tape, coordinates_of
from jacocalc.evaluate.tape import Node
from jacocalc.functions import Chain, Point, VectorFunction, weighted
from jacocalc.linear import paper
from jacocalc.notation import Expr, Matrix, Piecewise, walk
from jacocalc.steps import AdjointSum, BackwardPass

_BITS = 512
_SAMPLES = 3


def computational_graph(work: Work, weights: tuple[Expr, ...]) -> Matrix | None:
    """J, or the row vᵀJ for the vector ``weights``, at the point if there is one; the steps go into ``work``.

    None where the result is too long.  Raises DomainError, NotDifferentiable, Undecided, TooLarge, and JacocalcError
    for branches without a point.
    """
    _refuse_unspecified(work.chain)
    graph = _graph(work.chain, work.at)
    backward = passes(graph, weights)
    amounts = _amounts(graph, backward, work)
    sums = [amounts.backward(one) for one in backward]
    work.steps += [amounts.nodes(), amounts.forward(), *map(_shortened, sums), graph.stored()]
    pairs = _by_forward(graph, backward)
    for place in _places(graph):
        _compare(graph, pairs, place)
        if isinstance(amounts, Formulas):
            amounts.compare(place)
    return _result(work, weights, graph, backward, sums)


def _refuse_unspecified(chain: Chain) -> None:
    for stage in chain.stages:
        if stage.abstract:
            hint = "ask gradient or compose: they show what depends on what, and the chain rule in partial derivatives"
            raise JacocalcError(f"{stage.unknown} is unspecified and has no values", hint=hint)


def _graph(chain: Chain, at: Point | None) -> Graph:
    """The nodes that are drawn; without branches they are counted before values are found, which takes longer."""
    branches = any(isinstance(part, Piecewise) for stage in chain.stages for one in stage.values for part in walk(one))
    if at is None:
        if branches:
            raise branches_need_a_point()
        return Graph(chain, None)
    coordinates = coordinates_of(chain, at)
    plain = None if branches else Graph(chain, coordinates)
    followed = _followed(chain, at)
    return plain or Graph(followed, coordinates)


def _amounts(graph: Graph, backward: Sequence[Pass], work: Work) -> Amounts:
    return Formulas(graph) if graph.coordinates is None else Numbers(graph, backward, work.options.digits)


def _places(graph: Graph) -> list[Sequence[Expr]]:
    """Where two roads are compared: at the point, or at some sample points."""
    given = len(graph.inputs) + len(graph.parameters)
    return [graph.coordinates] if graph.coordinates is not None else [*sample_points(given, _SAMPLES)]


def _shortened(one: BackwardPass) -> BackwardPass:
    """The pass with its amounts as they are shown."""
    return replace(one, sums=tuple(map(_shortened_sum, one.sums)), result=tuple(map(shown, one.result)))


def _shortened_sum(line: AdjointSum) -> AdjointSum:
    terms = (replace(term, adjoint=shown(term.adjoint), value=shown(term.value)) for term in line.terms)
    return replace(line, terms=tuple(terms), result=shown(line.result))


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
        current = tuple(exactly(value) or value for value in values)
    return Chain(tuple(stages))


def _smooth(check: PointCheck, stage: VectorFunction) -> None:
    """Raise unless the rules give every derivative of the stage at the point."""
    for place in derivatives_at(check).rows:
        raise NotDifferentiable(
            f"{paper(stage.values[place])} has a derivative at {check.place()}, but not by the rules, so that "
            "local derivatives are missing in its graph",
            hint="jacobian gives it, by the definition of the derivative",
        )


# -- the result, by other roads -----------------------------------------------------------------------


def _result(
    work: Work, weights: tuple[Expr, ...], graph: Graph, backward: list[Pass], sums: list[BackwardPass]
) -> Matrix | None:
    """J, one row for each backward pass, compared with a road of its own."""
    chain = weighted(work.chain, weights) if weights else work.chain
    entries = [[amount.exact for amount in one.result] for one in sums]
    rows = tuple(tuple(entry for entry in line if entry is not None) for line in entries)
    if any(None in line for line in entries):
        work.outcomes.append(_by_values(chain, work.at, graph, [node for one in backward for node in one.row]))
        return None
    formula = composed(chain, work.options)
    result = Matrix(rows)
    work.outcomes.append(verified_whole(chain, formula.written if formula else None, result, work.at))
    return result


def _by_values(chain: Chain, at: Point | None, graph: Graph, flat: list[Node]) -> tuple[Outcome, int]:
    """The adjoints on the tape against difference quotients of values."""
    on_tape, bits = chain_tape(chain), _BITS + 64 * len(chain.stages)

    def ours(point: list[Any]) -> list[Any]:
        return graph.tape.evaluate(flat, point, Balls())

    return at_points(chain, at, lambda point: against_differences(on_tape, point, ours, bits))


def _by_forward(graph: Graph, backward: Sequence[Pass]) -> list[tuple[Node, Node]]:
    """The adjoint of every input in every pass, and the same derivative by forward accumulation."""
    tape = graph.tape
    columns = list(zip(*dense(tape, forward(tape, graph.outputs, graph.inputs), len(graph.inputs)), strict=True))
    pairs: list[tuple[Node, Node]] = []
    for one in backward:
        weights = [tape.build(weight, {}) for weight in one.weights]
        other = [tape.add(tape.multiply(pair) for pair in zip(weights, line, strict=True)) for line in columns]
        pairs += zip(one.row, other, strict=True)
    return pairs


def _compare(graph: Graph, pairs: Sequence[tuple[Node, Node]], place: Sequence[Expr]) -> None:
    """Raise RoadsDisagree where forward accumulation gives another row at the place."""
    values = balls_of(graph.on_tape, [node for pair in pairs for node in pair], place)
    if values and any(differ(values[a], values[b]) for a, b in pairs):
        raise disagreement("the backward pass", "forward accumulation")
