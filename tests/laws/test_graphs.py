"""Laws of computational graphs: the adjoints are the Jacobian, whatever the functions are."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, reject
from hypothesis import strategies as st

from jacocalc.derive.answer import derive
from jacocalc.errors import JacocalcError
from jacocalc.exchange import from_json, to_json
from jacocalc.functions import Chain, Point
from jacocalc.notation import Expr, Matrix, Number, Sum, integer, rational
from jacocalc.options import Options
from jacocalc.questions import Compose, GraphOf, JacobianOf
from jacocalc.steps import BackwardPass, Derivation, GraphNodes, StoredValues
from tests.laws.expressions import NAMES, cases, positive_values
from tests.laws.test_laws import balls, close, function, vectors

LAW = cases(15)


def graph_of(chain: Chain, values: list[Fraction], vector: tuple[Expr, ...] = ()) -> Derivation:
    try:
        return derive(GraphOf(chain, Point(tuple(map(rational, values))), vector), Options())
    except JacocalcError:
        reject()


def jacobian_of(chain: Chain, values: list[Fraction]) -> Matrix:
    at = Point(tuple(map(rational, values)))
    found = derive(Compose(chain, at) if len(chain.stages) > 1 else JacobianOf(chain, at), Options()).result
    if not isinstance(found, Matrix):
        reject()
    return found


def same(left: object, right: Matrix) -> bool:
    if not isinstance(left, Matrix):
        reject()
    assert left.shape == right.shape
    return close(balls(left, [], ()), balls(right, [], ()))


@LAW
@given(vectors(2), positive_values())
def test_the_adjoints_of_the_inputs_are_the_jacobian(components: list[Expr], values: list[Fraction]) -> None:
    chain = Chain((function("f", NAMES, components),))
    found = graph_of(chain, values)
    assert found.verified.result in ("proved", "agrees")
    assert same(found.result, jacobian_of(chain, values))


@LAW
@given(vectors(3), vectors(1), positive_values())
def test_a_chain_is_one_graph(inner: list[Expr], outer: list[Expr], values: list[Fraction]) -> None:
    chain = Chain((function("f", NAMES, inner), function("g", NAMES, outer)))
    found = graph_of(chain, values)
    assert same(found.result, jacobian_of(chain, values))


@LAW
@given(vectors(2), positive_values(), st.lists(st.integers(-3, 3), min_size=2, max_size=2))
def test_a_vector_takes_the_sum_of_the_rows(components: list[Expr], values: list[Fraction], weights: list[int]) -> None:
    chain = Chain((function("f", NAMES, components),))
    found = graph_of(chain, values, tuple(map(integer, weights)))
    rows = jacobian_of(chain, values).rows
    expected = tuple(
        Sum(tuple(integer(w) * line[j] for w, line in zip(weights, rows, strict=True))) for j in range(len(NAMES))
    )
    assert same(found.result, Matrix((expected,)))


@LAW
@given(vectors(2), positive_values())
def test_every_graph_is_in_order_and_reads_back(components: list[Expr], values: list[Fraction]) -> None:
    found = graph_of(Chain((function("f", NAMES, components),)), values)
    graph = next(step for step in found.steps if isinstance(step, GraphNodes))
    place = {node.name: i for i, node in enumerate(graph.nodes)}
    assert len(place) == len(graph.nodes)
    assert all(place[edge.start] < place[edge.end] for edge in graph.result)
    assert len({(edge.start, edge.end) for edge in graph.result}) == len(graph.result)
    stored = next(step for step in found.steps if isinstance(step, StoredValues))
    assert {name for name, _ in stored.needs} <= set(place)
    passes = [step for step in found.steps if isinstance(step, BackwardPass)]
    assert all(line.result.exact is not None or line.result.decimal for one in passes for line in one.sums)
    longest = [node for node in graph.nodes if isinstance(node.value.exact, Number)]
    if all(len(str(node.value.exact)) < 60 for node in longest):
        text = to_json(found)
        assert to_json(from_json(text)[0]) == text
