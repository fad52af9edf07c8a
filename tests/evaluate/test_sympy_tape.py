"""SymPy in and out of the tape."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given

from jacocalc.algebra.convert import to_sympy
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.sympy_tape import read_sympy
from jacocalc.evaluate.tape import Tape
from jacocalc.evaluate.writing import notation_of
from jacocalc.notation import Expr, Symbol
from tests.evaluate.test_accumulation import close, numbers, tape_of
from tests.laws.expressions import NAMES, cases, expressions, positive_values


@given(expressions(NAMES, 6), positive_values())
@cases(40)
def test_sympy_comes_in_with_its_value(expr: Expr, values: list[Fraction]) -> None:
    written = to_sympy(expr)
    tape = Tape()
    bound = {sympy.Symbol(name, real=True): tape.input() for name in NAMES}
    (node,) = read_sympy(tape, [written], bound)
    other, (direct,) = tape_of([expr])
    (one,), (two,) = numbers(tape, [node], values), numbers(other, [direct], values)
    assert close(one, two)
    back = to_sympy(notation_of(tape, [node], {n: Symbol(s.name) for s, n in bound.items()})[0])
    again = Tape()
    bound = {sympy.Symbol(name, real=True): again.input() for name in NAMES}
    assert close(numbers(again, read_sympy(again, [back], bound), values)[0], one)


def test_sympy_expressions_that_are_deep_or_share_their_parts() -> None:
    x = sympy.Symbol("x")
    shared = x
    for _ in range(60):
        shared = sympy.Add(sympy.sin(shared), sympy.cos(shared))
    tape = Tape()
    start = time.monotonic()
    read_sympy(tape, [shared], {x: tape.input()})
    assert len(tape) == 181
    assert time.monotonic() - start < 10  # 2^60 parts when it is read as a tree


@pytest.mark.parametrize("joined", [sympy.Add, sympy.Mul])
def test_sums_and_products_that_sympy_made_one_are_nested_again(joined: Any) -> None:
    """y_i = sin x_i + cos x_{i+1} + x_{i+2}, again and again: SymPy writes each as one long sum."""
    symbols = values = list(sympy.symbols("x:6"))
    for _ in range(4):
        after = zip(values, values[1:] + values[:1], values[2:] + values[:2], strict=True)
        values = [joined(sympy.sin(a), sympy.cos(b), c) for a, b, c in after]
    tape = Tape()
    read_sympy(tape, values, {symbol: tape.input() for symbol in symbols})
    assert len(tape) == 6 + 4 * 6 * 4


X, Y = sympy.symbols("x y", real=True)


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        (X**-2, 0.25),
        (X ** sympy.Rational(-3, 2), 2**-1.5),
        (Y / (X * sympy.sqrt(X)), 3 / 2**1.5),
        (2**X, 4),
        (X**Y, 8),
        (-X / 3, -2 / 3),
        (sympy.Max(X, Y), 3),
        (sympy.Abs(X - Y), 1),
        (sympy.Piecewise((X, X > Y), (Y, True)), 3),
        (X**0.5, 2**0.5),
        (sympy.exp(X) * sympy.pi, 2.718281828459045**2 * 3.141592653589793),
    ],
)
def test_what_sympy_writes_in_its_own_way(expr: Any, value: float) -> None:
    tape = Tape()
    (node,) = read_sympy(tape, [expr], {s: tape.input() for s in (X, Y)})
    assert float(numbers(tape, [node], [Fraction(2), Fraction(3)])[0].mid()) == pytest.approx(value)


def test_expressions_that_are_made_one_by_one_are_told_apart() -> None:
    """Parts are known by identity, which another object may take over when the first one is gone."""
    tape = Tape()
    x = tape.input()
    made = (sympy.Add._from_args((X, sympy.Integer(1 + k % 7))) for k in range(1000))
    found = read_sympy(tape, made, {X: x})
    assert found == [tape.plus(x, tape.number(1 + k % 7)) for k in range(1000)]


def test_a_symbol_that_is_not_an_input_is_refused() -> None:
    tape = Tape()
    with pytest.raises(JacocalcError, match="y occurs but is not among the inputs"):
        read_sympy(tape, [sympy.Symbol("y")], {sympy.Symbol("x"): tape.input()})


def test_what_was_added_is_deeper_than_what_it_was_added_to() -> None:
    """a + sin a stands in sin(a + sin a) b and is found again in a + sin a + sin(a + sin a) b."""
    a, b = sympy.symbols("a b")
    inner = a + sympy.sin(a)
    tape = Tape()
    read_sympy(tape, [inner + sympy.sin(inner) * b], {a: tape.input(), b: tape.input()})
    assert len(tape) == 7


def test_a_name_may_stand_for_more_than_a_letter() -> None:
    value = sympy.Function("f")(X)
    tape = Tape()
    x, f = tape.input(), tape.input()
    assert read_sympy(tape, [X * value], {X: x, value: f}) == [tape.times(x, f)]
    assert read_sympy(tape, [value + 1], {value: f}) == [tape.plus(f, tape.number(1))]
