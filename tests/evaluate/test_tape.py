"""Making nodes: what is folded, what is one node, and in which order parts stand."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from jacocalc.evaluate.fields import Rationals
from jacocalc.evaluate.tape import Tape
from jacocalc.reading.definitions import read_function


def test_parts_stand_in_the_order_in_which_they_were_written() -> None:
    tape = Tape()
    x, y, z = (tape.input() for _ in range(3))
    product = tape.multiply((z, tape.number(3), x, y))
    number, rest = tape.arguments[product]
    assert tape.numbers[number] == 3
    assert tape.arguments[rest] == (tape.times(z, x), y)
    assert tape.arguments[tape.times(z, x)] == (z, x)
    total = tape.add((y, x, z))
    assert tape.arguments[total] == (tape.plus(y, x), z)
    assert tape.arguments[tape.plus(y, x)] == (y, x)


def test_equal_nodes_are_one_whatever_their_order() -> None:
    tape = Tape()
    x, y = tape.input(), tape.input()
    assert tape.times(x, y) == tape.times(y, x)
    assert tape.plus(x, y) == tape.plus(y, x)
    assert tape.minus(x, y) != tape.minus(y, x)


def test_a_function_takes_its_inputs_and_its_parameters() -> None:
    tape = Tape()
    x, y, a = (tape.input() for _ in range(3))
    (node,) = tape.apply(read_function("f(u, v; a) = a u - v"), [x, y], {"a": a})
    assert tape.rationals([node], [Fraction(2), Fraction(3), Fraction(5)], Rationals()) == [Fraction(7)]


class Counted(Rationals):
    """Counts the sums that are made."""

    def __init__(self) -> None:
        self.sums = 0

    def add(self, terms: Sequence[Fraction]) -> Fraction:
        self.sums += 1
        return super().add(terms)


def test_along_an_input_only_what_depends_on_it_is_made_again() -> None:
    count = 40
    inputs = [f"x_{i}" for i in range(count)]
    function = read_function(f"f({', '.join(inputs)}) = ({', '.join(f'{x} + {x}^2' for x in inputs)}, x_1)")
    tape = Tape()
    moved = [tape.input() for _ in inputs]
    nodes = tape.apply(function, moved, {})
    at, steps = [Fraction(i + 1) for i in range(count)], (Fraction(1, 2), Fraction(-1, 2))
    field = Counted()
    found = list(tape.along(nodes, moved, at, steps, field))
    assert field.sums == count + 2 * count  # each once where it stays, and twice where it moves
    for i, sides in enumerate(found):
        for step, side in zip(steps, sides, strict=True):
            moved_to = [value + step * (i == j) for j, value in enumerate(at)]
            assert side == tape.evaluate(nodes, moved_to, Rationals())
