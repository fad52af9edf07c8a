"""The tape, the fields, and certified decimals."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest
from hypothesis import given

import jacocalc as jc
from jacocalc.algebra.convert import to_sympy
from jacocalc.evaluate.accumulation import dense, forward, gradient, reverse
from jacocalc.evaluate.equality import proved_equal
from jacocalc.evaluate.fields import Balls, Rationals, ball_of, decimal, precision
from jacocalc.evaluate.numbers import chain_numbers, holds, matrix_numbers, rational_value, sign_of
from jacocalc.evaluate.tape import Tape
from jacocalc.functions import Point, chain
from jacocalc.notation import Expr, Matrix, integer
from jacocalc.reading.branches import condition
from jacocalc.reading.definitions import read_function
from jacocalc.reading.parser import Parser
from jacocalc.reading.points import read_point, read_value
from jacocalc.reading.scope import Scope
from tests.laws.expressions import NAMES, cases, expressions, positive_values


def tape_of(*texts: str) -> tuple[Tape, list[int], list[int]]:
    tape = Tape()
    names = {name: tape.input() for name in NAMES}
    return tape, [tape.build(read_value(text, NAMES), names) for text in texts], list(names.values())


def test_equal_nodes_are_one_node() -> None:
    tape, (left, right), _ = tape_of("sin(x y) + 1", "sin(x y) + 1")
    assert left == right
    before = len(tape)
    tape.build(read_value("sin(x y)", NAMES), {"x": 0, "y": 1, "z": 2})
    assert len(tape) == before


def test_keys_carry_the_type() -> None:
    tape = Tape()
    assert tape.add_node("number", (), Fraction(1)) != tape.add_node("number", (), True)


def test_forward_and_reverse_agree() -> None:
    tape, outputs, inputs = tape_of("x^2 y + sin(z)", "x/y", "e^(x z)")
    point = [Fraction(2), Fraction(3), Fraction(1, 2)]
    with precision(200):
        balls = [ball_of(c) for c in point]
        grids = [
            tape.evaluate([n for row in dense(tape, way(tape, outputs, inputs), 3) for n in row], balls, Balls())
            for way in (forward, reverse)
        ]
    assert all(a.overlaps(b) for a, b in zip(*grids, strict=True))
    assert abs(grids[0][0] - 12) < 1e-30


def test_exact_evaluation_is_exact() -> None:
    tape, outputs, inputs = tape_of("x^2/y - z", "max(x, y) + |z|")
    values = tape.evaluate(outputs, [Fraction(1, 3), Fraction(2), Fraction(-5)], Rationals())
    assert values == [Fraction(1, 18) + 5, Fraction(7)]
    row = dense(tape, forward(tape, outputs, inputs), 3)[0]
    jacobian = tape.evaluate(row, [Fraction(1, 3), Fraction(2), Fraction(-5)], Rationals())
    assert jacobian == [Fraction(1, 3), Fraction(-1, 36), Fraction(-1)]


def test_a_deep_chain_meets_no_recursion_limit() -> None:
    tape = Tape()
    node = x = tape.input()
    for _ in range(5_000):
        node = tape.call("sin", (tape.add((node, tape.number(Fraction(1, 2)))),))
    slope = gradient(tape, node, [x])
    with precision(64):
        assert tape.evaluate(slope, [ball_of(Fraction(1))], Balls())[0].is_finite()


@cases(100)
@given(expressions(), positive_values())
def test_tape_derivatives_equal_sympys(expr: Expr, values: list[Fraction]) -> None:
    tape = Tape()
    names = {name: tape.input() for name in NAMES}
    node = tape.build(expr, names)
    row = gradient(tape, node, list(names.values()))
    with precision(200):
        found = tape.evaluate(row, [ball_of(v) for v in values], Balls())
    whole = to_sympy(expr)
    with mpmath.workdps(40):
        for name, ours in zip(NAMES, found, strict=True):
            by = to_sympy(read_value(name, NAMES))
            point = {to_sympy(read_value(n, NAMES)): v for n, v in zip(NAMES, values, strict=True)}
            theirs = whole.diff(by).subs(point).evalf(40)
            assert abs(mpmath.mpf(str(theirs)) - mpmath.mpf(ours.mid().str(40, radius=False))) <= 1e-25 * (
                1 + abs(mpmath.mpf(str(theirs)))
            )


# -- decimals -----------------------------------------------------------------------------------------

DECIMALS = [
    ("4 cos(4)", 20, "-2.6145744834544476586"),
    ("1/3", 5, "0.33333"),
    ("2/3", 5, "0.66667"),
    ("1/2", 10, "0.5"),
    ("e^(-40)", 5, "4.2484e-18"),
    ("pi^40", 5, "7.6912e19"),
    ("12", 3, "12"),
    ("123456", 3, "1.23e5"),
    ("120000", 3, "120000"),
    ("1234567/7", 3, "1.76e5"),
    ("10^13 sqrt(2)", 10, "1.414213562e13"),
    ("1 + 10^(-14)", 10, "1.000000000"),
    ("9.99999", 3, "10.0"),
    ("1.50", 10, "1.5"),
    ("10^(-3)", 4, "0.001"),
    ("sin(10^22)", 15, "-0.852200849767189"),
    ("e^(pi sqrt(163)) - 262537412640768744", 6, "-7.49927e-13"),
    ("sin(1)^2 + cos(1)^2 - 1", 5, "|v| < 10^-"),
    ("exp(exp(1000))", 5, "undecided"),
    ("exp(10^25)", 5, "|v| > 10^4342944819032518276511289"),
    ("1/exp(10^25)", 5, "|v| < 10^-4342944819032518276511289"),
    ("exp(-exp(20))", 20, "6.6376630049705845920e-210704568"),  # 2^700,000,000 was written out
    ("exp(-exp(25))", 20, "5.9456818830480764414e-31271330453"),
    ("-exp(exp(20))", 20, "-1.5065543388556400372e210704567"),
]


@pytest.mark.parametrize(("text", "digits", "expected"), DECIMALS)
def test_every_digit_is_right(text: str, digits: int, expected: str) -> None:
    found = matrix_numbers(Matrix(((read_value(text, []),),)), digits)[0][0]
    assert found.startswith(expected) if expected.startswith("|v|") else found == expected


@pytest.mark.parametrize("body", ["x^3/3 + x/10^14", "10^13 sqrt(2) x", "1234567/7 x", "120000 x", "x/8"])
def test_a_replay_reads_rounded_decimals(body: str) -> None:
    solution = jc.jacobian(f"f(x) = {body}", at=1, digits=3)
    assert jc.replay(solution.to_json()).outcome in ("proved", "agrees")


def test_a_wide_ball_gives_no_decimal() -> None:
    with precision(10):
        assert decimal(ball_of(Fraction(1, 3)), 10) is None


@pytest.mark.parametrize("digits", [1, 5, 30, 200, 1000])
def test_digits_agree_with_mpmath(digits: int) -> None:
    found = matrix_numbers(Matrix(((read_value("tan(1) + ln(7)/sqrt(3)", []),),)), digits)[0][0]
    with mpmath.workdps(digits + 20):
        value = mpmath.tan(1) + mpmath.log(7) / mpmath.sqrt(3)
        assert abs(mpmath.mpf(found) - value) <= mpmath.mpf(10) ** (1 - digits)


def long_chain(length: int, body: str) -> tuple[Any, Point]:
    f = read_function(f"f(x, y, z) = {body}")
    return chain((f,) * length), read_point("1/2, 1/3, 1/5", ["x", "y", "z"])


def test_a_chain_of_fifty_layers_has_certified_digits() -> None:
    stages, point = long_chain(50, "[sin(x + y z), cos(y) - x, x y + sin(z)]")
    numbers = chain_numbers(stages, point, 12)
    again = chain_numbers(stages, point, 25)
    for row, longer in zip(numbers, again, strict=True):
        for text, other in zip(row, longer, strict=True):
            assert abs(float(text) - float(other)) <= 1e-11 * abs(float(other))


def test_the_cost_of_a_chain_grows_with_its_length_only() -> None:
    sizes = []
    for length in (20, 40):
        from jacocalc.evaluate.numbers import chain_tape

        on_tape = chain_tape(long_chain(length, "[sin(x + y z), cos(y) - x, x y + sin(z)]")[0])
        on_tape.jacobian()
        sizes.append(len(on_tape.tape))
    assert sizes[1] < 2.2 * sizes[0]


# -- signs and conditions -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sign"), [("1 - 1", 0), ("sqrt(2) - 1.4142135", 1), ("cos(4)", -1), ("sin(0)", 0), ("1/3 - 0.3333", 1)]
)
def test_signs(text: str, sign: int) -> None:
    assert sign_of(read_value(text, [])) == sign


def test_a_hidden_zero_is_not_guessed() -> None:
    assert sign_of(read_value("sin(1)^2 + cos(1)^2 - 1", [])) is None


def test_rational_values() -> None:
    assert rational_value(read_value("1/3 + 2^3", [])) == Fraction(25, 3)
    assert rational_value(read_value("sqrt(2)", [])) is None


@pytest.mark.parametrize(
    ("text", "truth"),
    [("1 < 2", True), ("2 <= 2 and 1 != 1", False), ("1 = 2 or 3 > 2", True), ("sqrt(2) > 1", True)],
)
def test_conditions(text: str, truth: bool) -> None:
    assert holds(condition(Parser(text, Scope())), sign_of) is truth


def test_an_undecided_part_does_not_spoil_a_settled_whole() -> None:
    hidden = "sin(1)^2 + cos(1)^2 > 1"
    assert holds(condition(Parser(f"1 < 2 or {hidden}", Scope())), sign_of) is True
    assert holds(condition(Parser(f"1 > 2 or {hidden}", Scope())), sign_of) is None


EQUAL = [
    ("(x + 1)^2", "x^2 + 2x + 1", True),
    ("1/x + 1/y", "(x + y)/(x y)", True),
    ("sin(x)^2", "1 - cos(x)^2", True),
    ("1/cos(x)^2", "1 + tan(x)^2", True),
    ("tanh(x)", "(e^(2x) - 1)/(e^(2x) + 1)", True),
    ("x^y x", "x^(y + 1)", True),
    ("(x^y + y^x)^(1/y - 1) (x^y + y^x)", "(x^y + y^x)^(1/y)", True),
    ("x^y", "x^(y + 10^(-30))", False),
    ("sin(x)", "cos(x)", False),
    ("x^2", "x^2 + 10^(-30)", False),
]


@pytest.mark.parametrize(("left", "right", "equal"), EQUAL)
def test_proofs_of_equality(left: str, right: str, equal: bool) -> None:
    assert proved_equal(*(to_sympy(read_value(t, ["x", "y"])) for t in (left, right))) is equal


def test_integers_stay_integers() -> None:
    assert rational_value(integer(-7)) == -7
