"""Equality: the screen finds what random points miss, and says what it has not seen."""

from __future__ import annotations

import pytest

from jacocalc.evaluate.equality import Outcome, equality, light
from jacocalc.evaluate.kinks import switches
from jacocalc.evaluate.samples import first_points, sampled
from jacocalc.linear import paper
from jacocalc.notation import Expr
from jacocalc.reading.parser import read_expression
from jacocalc.reading.scope import Scope


def read(text: str) -> Expr:
    return read_expression(text, Scope.of(["x", "y"]))


PROVED, AGREES, DIFFERENT = Outcome.PROVED, Outcome.AGREES, Outcome.DIFFERENT
# (the first, the second, what is known, a side that is not reached)
PAIRS = [
    ("sin(2x)", "2 sin(x) cos(x)", PROVED, ""), ("cos(2x)", "1 - 2sin(x)^2", PROVED, ""),
    ("1/(x - x^2)^(3/2)", "8/(1 - (2x - 1)^2)^(3/2)", PROVED, ""),
    ("csc(x)", "sec(x/2)^2/(2tan(x/2))", PROVED, ""), ("tan(x/2)", "sin(x)/(1 + cos(x))", PROVED, ""),
    ("tan(x/4 - y/6)", "(1 - cos(x/2 - y/3))/sin(x/2 - y/3)", PROVED, ""),
    ("|sin(x/2)|", "sqrt((1 - cos(x))/2)", PROVED, ""), ("tan(x/2 + pi/4)", "sec(x) + tan(x)", PROVED, ""),
    ("sin(x + pi/4)", "(sin(x) + cos(x))/sqrt(2)", PROVED, ""),
    ("tan(x)^2 + 1", "sec(x)^2", PROVED, ""), ("asinh(x)", "ln(x + sqrt(x^2 + 1))", PROVED, ""),
    ("tanh(x)", "(e^(2x) - 1)/(e^(2x) + 1)", PROVED, ""), ("sqrt(3 + 2sqrt(2))", "1 + sqrt(2)", PROVED, ""),
    ("(1 + tan(x)^2)(1 + tan(tan(x))^2)", "sec(x)^2 sec(tan(x))^2", PROVED, ""),
    ("sec(x)^2 ln(1/cos(x)) + tan(x)^2", "(1 + tan(x)^2) ln(1/cos(x)) + tan(x) sin(x)/cos(x)", PROVED, ""),
    ("pi x^pi/x", "pi x^(pi - 1)", PROVED, ""), ("x^(1 + sqrt(2))", "x x^sqrt(2)", PROVED, ""),
    ("ln 12", "2 ln 2 + ln 3", PROVED, ""), ("max(x, 20) + x", "x + max(20, x)", PROVED, ""),
    ("sqrt(e^(x/y))", "e^(x/(2y))", PROVED, ""), ("cbrt(e^(x/y))^2", "e^(2x/(3y))", PROVED, ""),
    ("e^(y + tan(x)) sec(x)^2", "e^(y + tan(x)) (1 + tan(x)^2)", PROVED, ""),
    ("sin(cot(x)) csc(x)^3", "sin(cot(x)) (1 + cot(x)^2) csc(x)", PROVED, ""),
    ("x/cbrt(x)^2", "cbrt(x)", PROVED, ""), ("|x|^(7/3)", "x^2 |x|^(1/3)", PROVED, ""),
    ("(x^2 + y)^(5/3)/(x^2 + y)^(1/6)", "(x^2 + y)^(3/2)", PROVED, ""),
    ("ln(x^2)", "2ln(x)", PROVED, ""), ("atan(x) + atan(1/x)", "pi/2", DIFFERENT, ""),
    # what lies between kinks, beyond them and on borders
    ("x", "x + relu(x - 100) relu(101 - x)", DIFFERENT, ""), ("x", "x + max(0, |x| - 10^20)", DIFFERENT, ""),
    ("x", "piecewise(x if x < 10^30, x + 1 otherwise)", DIFFERENT, ""), ("max(x, 1000)", "1000", DIFFERENT, ""),
    ("x", "piecewise(1 if x = 0, x otherwise)", DIFFERENT, ""),
    ("x", "piecewise(x if x != 1/7919, 5 otherwise)", DIFFERENT, ""),
    ("x y", "piecewise(x y if x != 2y, 1 otherwise)", DIFFERENT, ""),
    ("piecewise(1 if x > 5 and x < 5.0001, 0 otherwise)", "0", DIFFERENT, ""),
    ("x", "x + relu(x^2 - 2) relu(2.00001 - x^2)", DIFFERENT, ""),
    ("relu(1/1000 - (x - 3/7)^2 - (y - 2/7)^2)", "0", DIFFERENT, ""),
    ("x + relu(sin(x) - 2)", "x", AGREES, "sin(x) - 2 > 0"), ("|x^2 + 1|", "x^2 + 1", PROVED, ""),
    # differences that are small, or steep
    ("1/3", "1/3 + 1/10^40", DIFFERENT, ""), ("sin(x)", "sin(x) + e^(-1000)", DIFFERENT, ""),
    ("sign(x)", "tanh(10^9 x)", DIFFERENT, ""), ("x", "x + 10^(-300) x", DIFFERENT, ""),
    ("relu(x)", "10^(-30) softplus(10^30 x)", DIFFERENT, ""), ("x + e^(-10^6 x^2)", "x", DIFFERENT, ""),
    # zero times what is undefined
    ("x", "x + 0 ln(x - x)", Outcome.UNDECIDED, ""), ("x", "x + 0/(x - x)", Outcome.UNDECIDED, ""),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "outcome", "unseen"), PAIRS, ids=[f"{p[0]} ~ {p[1]}" for p in PAIRS])
def test_pairs(one: str, other: str, outcome: Outcome, unseen: str) -> None:
    variables = [name for name in "xy" if name in one.replace("max", "") + other.replace("max", "").replace("exp", "")]
    found = equality(read(one), read(other), sampled(variables))
    assert found.outcome is outcome, found
    assert unseen in [*map(paper, found.screening.unreached), ""]
    assert bool(found.screening.unreached) == bool(unseen) or outcome is not AGREES


SWITCHES = [
    ("(x^2)^(1/2)", ["x"]), ("(x^2)^(3/2)", ["x"]), ("(x^2)^3", []), ("(x^2)^y", []), ("(x^3)^(1/2)", []),
    ("sqrt(x^2)", ["x"]), ("max(x, y)", ["x - y"]), ("|x y|", ["x y"]),
    ("sqrt((x - 1)^2 (y - 2)^4 y)", ["x - 1", "y - 2"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), SWITCHES)
def test_a_branch_is_chosen_by_the_sign_of(text: str, found: list[str]) -> None:
    assert list(switches(read(text))) == list(map(read, found))


LIGHT = [
    ("x + y", True), ("x + 1000000000", True), ("x + 1000000001", False), ("x/1000000001", False),
    ("(x + y)^8", True), ("(x + y)^9", False), ("(1 + x^3)^3", True), ("(1 + x^2)^4", False),
    ("(x + y)(x + 1)(y + 1)(x + 2)(y + 2)(x + 3)(y + 3)(x + 4)", True),
    ("(x + y)(x + 1)(y + 1)(x + 2)(y + 2)(x + 3)(y + 3)(x + 4)(y + 4)", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "costs_little"), LIGHT)
def test_short_expressions_with_small_numbers_and_exponents_are_light(text: str, costs_little: bool) -> None:
    """Multiplied out, eight sums of two have 2⁸ terms, nine have 2⁹."""
    assert light(read(text)) is costs_little


def test_every_orthant_is_visited_up_to_six_variables_and_every_pair_of_signs_beyond() -> None:
    for count in range(1, 7):
        assert len({tuple(c > 0 for c in point) for point in first_points(count)}) == 2**count
    points = [tuple(c > 0 for c in point) for point in first_points(40)]
    for i in range(40):
        for j in range(i):
            assert len({(point[i], point[j]) for point in points}) == 4


def test_points_outside_the_domain_are_not_asked() -> None:
    inside = sampled(["x"])
    condition = read("piecewise(1 if x > 0)").branches[0][1]  # type: ignore[attr-defined]
    limited = sampled(["x"], domain=[condition])
    assert any(point[0] < 0 for point in inside.points)
    assert all(point[0] > 0 for point in limited.points)
    assert equality(read("1/x"), read("1/|x|"), limited).outcome is AGREES
    assert equality(read("1/x"), read("1/|x|"), inside).outcome is DIFFERENT


def test_positive_variables_are_positive_at_every_point() -> None:
    samples = sampled(["x", "y"], frozenset({"x"}))
    while samples.extend():
        pass
    assert all(point[0] > 0 for point in samples.points)
    assert {point[1] > 0 for point in samples.points} == {True, False}
    assert equality(read("sqrt(x^2)"), read("x"), sampled(["x"], frozenset({"x"}))).outcome is PROVED


def test_the_witness_is_a_point_of_small_whole_numbers_where_there_is_one() -> None:
    found = equality(read("x y"), read("x + y"), sampled(["x", "y"]))
    assert found.screening.witness is not None
    assert found.screening.witness.point == (("x", "1"), ("y", "2"))
    assert (found.screening.witness.expected, found.screening.witness.given) == ("2", "3")


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [("1/3", "1/3 + 1/10^40", ("0.333333", "0.333333 + 1e-40")),
     ("1/3", "1/3 - 1/10^40", ("0.333333", "0.333333 - 1e-40")),
     ("1/3", "1/3 + 1/10^9", ("0.333333333333", "0.333333334333"))],
)  # fmt: skip
def test_values_that_are_nearly_equal_are_shown_by_their_distance(one: str, other: str, shown: tuple[str, str]) -> None:
    witness = equality(read(one), read(other), sampled([])).screening.witness
    assert witness is not None
    assert (witness.expected, witness.given) == shown


def test_the_same_points_every_time() -> None:
    assert first_points(3) == first_points(3)
    assert sampled(["x"]).points == sampled(["x"]).points
