"""Derivatives on the tape: all orders of accumulation give one Jacobian; sparsity; SymPy in and out."""

from __future__ import annotations

import pickle
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jacocalc.evaluate import accumulation
from jacocalc.evaluate.accumulation import (
    costs,
    forward,
    gradient,
    hessian,
    hvp,
    jacobian,
    jvp,
    mixed,
    operations,
    reverse,
    sparsity,
    vjp,
)
from jacocalc.evaluate.fields import Balls, ball_of, precision
from jacocalc.evaluate.rows import Rows, settled
from jacocalc.evaluate.tape import Node, Tape
from jacocalc.notation import Expr
from jacocalc.reading.points import read_value
from tests.laws.expressions import NAMES, cases, expressions, positive_values


def tape_of(listed: list[Expr]) -> tuple[Tape, list[Node]]:
    tape = Tape()
    bound = {name: tape.input() for name in NAMES}
    return tape, tape.build_all(listed, bound)


def numbers(tape: Tape, nodes: list[Node], values: list[Fraction]) -> list[Any]:
    with precision(300):
        return tape.evaluate(nodes, [ball_of(value) for value in values], Balls())


def close(a: Any, b: Any) -> bool:
    with precision(300):
        return bool(abs(a - b) < ball_of(Fraction(1, 10**40)) * (1 + abs(a)))


def flat(tape: Tape, rows: Rows) -> list[Node]:
    return [node for row in accumulation.dense(tape, rows, len(NAMES)) for node in row]


@given(st.lists(expressions(NAMES, 5), min_size=2, max_size=4), positive_values())
@cases(25)
def test_every_order_of_accumulation_gives_the_same_jacobian(listed: list[Expr], values: list[Fraction]) -> None:
    tape, outputs = tape_of(listed)
    ways = [numbers(tape, flat(tape, way(tape, outputs, tape.inputs)), values) for way in (forward, reverse, mixed)]
    for one, other, third in zip(*ways, strict=True):
        assert close(one, other)
        assert close(one, third)


@pytest.mark.parametrize(
    ("text", "slopes"),
    [("piecewise(x^2 if x > 1, 3x y otherwise)", (6, 0)), ("piecewise(x^2 if x > 4, 3x y otherwise)", (6, 9)),
     ("max(x y, x^2)", (6, 0)), ("min(x y, x^2)", (2, 3)), ("abs(y - x) x", (4, -3))],
)  # fmt: skip
def test_the_slope_of_the_branch_that_holds(text: str, slopes: tuple[int, int]) -> None:
    """At x = 3, y = 2."""
    tape, outputs = tape_of([read_value(text, NAMES)])
    found = numbers(tape, gradient(tape, outputs[0], tape.inputs)[:2], [Fraction(3), Fraction(2), Fraction(5)])
    assert all(close(one, ball_of(Fraction(slope))) for one, slope in zip(found, slopes, strict=True))


@given(st.lists(expressions(NAMES, 4), min_size=2, max_size=3), positive_values())
@cases(15)
def test_products_with_vectors_are_products_with_the_jacobian(listed: list[Expr], values: list[Fraction]) -> None:
    tape, outputs = tape_of(listed)
    v, w = [tape.number(k) for k in (2, -3, 5)], [tape.number(k) for k in (7, -1, 4)][: len(outputs)]
    grid = accumulation.dense(tape, jacobian(tape, outputs, tape.inputs), 3)
    ahead = [tape.add(tape.times(entry, x) for entry, x in zip(row, v, strict=True)) for row in grid]
    back = [tape.add(tape.times(row[j], y) for row, y in zip(grid, w, strict=True)) for j in range(3)]
    found = jvp(tape, outputs, tape.inputs, v) + vjp(tape, outputs, tape.inputs, w)
    for one, other in zip(numbers(tape, found, values), numbers(tape, ahead + back, values), strict=True):
        assert close(one, other)


@given(expressions(NAMES, 4), positive_values())
@cases(15)
def test_the_hessian_is_symmetric_and_its_products_are_right(expr: Expr, values: list[Fraction]) -> None:
    tape, (output,) = tape_of([expr])
    grid = accumulation.dense(tape, hessian(tape, output, tape.inputs), 3)
    v = [tape.number(k) for k in (2, -3, 5)]
    product = [tape.add(tape.times(entry, x) for entry, x in zip(row, v, strict=True)) for row in grid]
    found = numbers(tape, [*hvp(tape, output, tape.inputs, v), *grid[0], *grid[1], *grid[2]], values)
    wanted = numbers(tape, [*product, *(grid[j][i] for i in range(3) for j in range(3))], values)
    assert all(map(close, found, wanted))


def test_an_output_that_occurs_twice_has_the_sum_of_its_weights() -> None:
    tape, outputs = tape_of([read_value("x y", NAMES), read_value("x y", NAMES)])
    found = vjp(tape, outputs, tape.inputs, [tape.number(2), tape.number(3)])
    assert numbers(tape, found, [Fraction(7), Fraction(11), Fraction(1)]) == [55, 35, 0]
    first, second = reverse(tape, outputs, tape.inputs)
    assert first == second


def test_sparsity() -> None:
    tape, outputs = tape_of([read_value(t, NAMES) for t in ("x y", "3", "z^2 + 0*x", "sin(x) + z")])
    assert sparsity(tape, outputs, tape.inputs) == [[0, 1], [], [2], [0, 2]]
    rows = jacobian(tape, outputs, tape.inputs)
    assert [sorted(row) for row in rows] == [[0, 1], [], [2], [0, 2]]


def test_the_cheaper_order_is_taken() -> None:
    """One output of many inputs goes backwards, many outputs of one input forwards."""
    tape = Tape()
    inputs = [tape.input() for _ in range(50)]
    total = tape.call("sin", (tape.add(tape.times(a, b) for a, b in pairwise(inputs)),))
    ahead, back = costs(tape, [total], inputs)
    assert back < ahead / 2
    before = len(tape)
    jacobian(tape, [total], inputs)
    assert len(tape) - before < 200
    many = [tape.call("exp", (tape.times(inputs[0], tape.number(k)),)) for k in range(2, 50)]
    ahead, back = costs(tape, many, inputs[:1])
    assert ahead <= back


@pytest.mark.parametrize(
    ("listed", "count"),
    [(["-x y", "-x (y + z)"], 3),  # −x, −y and −y − z, since −y is there
     (["-x y", "-x ((z + 2) + y)"], 4),  # z + 2, which is there, and −y − (z + 2)
     (["-(3 + x)^2 y"], 6)],
)  # fmt: skip
def test_a_sign_goes_into_a_sum_where_that_saves_an_operation(listed: list[str], count: int) -> None:
    tape, outputs = tape_of([read_value(text, NAMES) for text in listed])
    entries = [node for row in jacobian(tape, outputs, tape.inputs) for node in row.values()]
    assert operations(tape, entries) == count


def test_sums_that_are_needed_anyway_are_not_taken_apart() -> None:
    """−(x + y + z) beside −x and x + y + z: one minus sign."""
    tape = Tape()
    x, y, z = (tape.input() for _ in range(3))
    total = tape.add((y, z, x))
    row, other = settled(tape, [{0: ~x, 1: ~y, 2: ~total}, {0: total}], [])
    assert other == {0: total}
    assert operations(tape, [*row.values(), total]) == 2 + 3
    alone = tape.add((tape.times(y, z), z, tape.times(x, z)))
    row, _ = settled(tape, [{0: ~tape.times(y, z), 1: ~alone}, {}], [])
    assert operations(tape, [*row.values()]) == 2 + 1 + 2  # yz, xz; −yz; −yz − z − xz


def test_signs_make_no_nodes_on_the_way() -> None:
    """(cos ∘ … ∘ cos)(x, y): each −sin u is a minus sign of the next product, so three operations are added a stage."""
    tape = Tape()
    x, y = tape.input(), tape.input()
    node = tape.plus(x, y)
    for _ in range(20):
        node = tape.call("cos", (node,))
    before = len(tape)
    (row,) = forward(tape, [node], [x, y])
    assert row[0] == row[1]
    assert len(tape) - before <= 20 * 3


def test_a_tape_that_was_stored_goes_on_alike() -> None:
    tape, outputs = tape_of([read_value(text, NAMES) for text in ("3x y - 2cos(x)/z", "-(x + 5y)^3 z")])
    stored = pickle.loads(pickle.dumps(tape))
    assert jacobian(stored, outputs, stored.inputs) == jacobian(tape, outputs, tape.inputs)
    assert stored.names == tape.names
    assert stored.arguments == tape.arguments


def test_a_narrow_place_is_found() -> None:
    """R³⁰ → R² → R³⁰ → …: the functions behind the narrow place multiply numbers, not rows of thirty."""
    tape = Tape()
    inputs = [tape.input() for _ in range(30)]
    middle = [
        tape.add(tape.call("sin", (tape.times(tape.number(k + i), x),)) for k, x in enumerate(inputs)) for i in (2, 3)
    ]
    outputs = [tape.plus(tape.times(tape.number(k), middle[0]), middle[1]) for k in range(2, 32)]
    for function in ("atan", "sin", "tanh", "exp"):
        outputs = [tape.call(function, (node,)) for node in outputs]
    counts = []
    for way in (forward, reverse, jacobian):
        before = len(tape)
        rows = way(tape, outputs, inputs)
        counts.append(len(tape) - before)
    assert counts[2] < 0.7 * min(counts[:2])
    with precision(200):
        at = [ball_of(Fraction(k, 50)) for k in range(30)]
        other = forward(tape, outputs, inputs)
        pairs = [(rows[i][j], other[i][j]) for i in (0, 17, 29) for j in (0, 13, 29)]
        assert all(close(*tape.evaluate(pair, at, Balls())) for pair in pairs)


def test_a_narrow_place_before_two_outputs_is_not_gone_around() -> None:
    """R⁵⁰ → R → R² → …: backwards each function multiplies a row of two, and nothing is left to gain."""
    tape = Tape()
    inputs = [tape.input() for _ in range(50)]
    middle = tape.add(tape.times(tape.number(k), x) for k, x in enumerate(inputs, 2))
    outputs = [tape.times(tape.number(k), middle) for k in (2, 3)]
    for function in ("sin", "tanh", "exp"):
        outputs = [tape.call(function, (node,)) for node in outputs]
    counts = {}
    for way in (forward, mixed, reverse, jacobian):
        counts[way] = operations(tape, [node for row in way(tape, outputs, inputs) for node in row.values()])
    assert counts[jacobian] == min(counts.values()) < counts[mixed]


def test_equal_parts_are_one_node_however_they_are_written() -> None:
    _, nodes = tape_of([read_value(t, NAMES) for t in ("x y - z", "y x - z", "-(z - x y)", "x*y + (-z)")])
    assert len(set(nodes)) == 1
    _, nodes = tape_of([read_value(t, NAMES) for t in ("x x", "x^2", "(-x)^2", "(-x)(-x)")])
    assert len(set(nodes)) == 1
    _, nodes = tape_of([read_value(t, NAMES) for t in ("2x/3", "(2/3) x", "x*2*(1/3)")])
    assert len(set(nodes)) == 1
    _, nodes = tape_of([read_value(t, NAMES) for t in ("x - y", "y - x")])
    assert len(set(nodes)) == 2


def test_a_hessian_of_many_variables_costs_what_is_in_it() -> None:
    tape = Tape()
    x = [tape.input() for _ in range(1000)]
    one, hundred = tape.number(1), tape.number(100)
    terms = [
        tape.plus(
            tape.times(hundred, tape.power(tape.minus(b, tape.power(a, 2)), 2)), tape.power(tape.minus(one, a), 2)
        )
        for a, b in pairwise(x)
    ]
    rows = hessian(tape, tape.add(terms), x)
    assert sum(map(len, rows)) == 1000 + 2 * 999
    assert len(tape) < 40_000
    assert gradient(tape, tape.add(terms), x)[0] != tape.number(0)


def test_a_place_half_as_wide_as_both_ends_is_narrow() -> None:
    """R⁸ → R⁴ → R⁸ → …: elimination forms fewer products than rows or columns of eight."""
    tape = Tape()
    inputs = [tape.input() for _ in range(8)]
    middle = [
        tape.add(tape.call("sin", (tape.times(tape.number(k + i), x),)) for k, x in enumerate(inputs)) for i in range(4)
    ]
    outputs = [tape.add(tape.times(tape.number(k + i), m) for i, m in enumerate(middle)) for k in range(2, 10)]
    for function in ("atan", "sin", "tanh"):
        outputs = [tape.call(function, (node,)) for node in outputs]
    counts = {}
    for way in (forward, mixed, reverse, jacobian):
        counts[way] = operations(tape, [node for row in way(tape, outputs, inputs) for node in row.values()])
    assert counts[jacobian] == counts[mixed] < min(counts[forward], counts[reverse])
