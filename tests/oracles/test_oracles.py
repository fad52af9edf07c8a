"""A fixed share of the oracles' cases; a thousand of each kind under HYPOTHESIS_PROFILE=full, and by the command."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
import sympy

from jacocalc.known_functions import ORDERED, SPECIAL
from tests.oracles import matrices, roads
from tests.oracles.cases import Case, run
from tests.oracles.chains import wanted_jacobian
from tests.oracles.differences import hessians, jacobian
from tests.oracles.drawing import Drawer, Given, Posed
from tests.oracles.kinds import KINDS
from tests.oracles.spaces import COMPLEX, REAL, SYMBOLIC, WRITTEN, Unfit, jax_space, real, torch_space
from tests.oracles.sympy_values import value_of
from tests.oracles.trees import Tree, call, name, number, value
from tests.oracles.writing import Habit, typed
from tests.shares import FULL

SEED = Random().randrange(10**6) if FULL else 0
FEW = {"check": 2, "check decimals": 2, "point": 3, "backprop": 3, "jacobian": 3, "differential": 3}
COUNT = 6


@pytest.mark.parametrize("kind", KINDS)
def test_generated_questions_are_answered_as_by_independent_roads(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is wrong, and hardly anything is left open or refused."""
    if not FULL:
        monkeypatch.setattr(roads, "SLOW", ())
        monkeypatch.setattr(matrices, "torch_arrays", _absent)
    count = 1000 if FULL else FEW.get(kind, COUNT)
    tally = run(kind, KINDS[kind], count, SEED)
    assert not tally.wrong, "\n".join(tally.wrong)
    assert len(tally.undecided) + len(tally.refused) <= max(1, count // 10), "\n".join(tally.undecided + tally.refused)


def _absent() -> None:
    raise ImportError


# -- the oracle itself --------------------------------------------------------------------------------

X = name("x")
NAMED = sorted({*REAL.basic, *WRITTEN} - {"odd_root", *SYMBOLIC.refused})
PLACES = [Fraction(7, 3), Fraction(-7, 3), Fraction(2, 7), Fraction(-2, 7)]


def _called(function: str) -> Tree:
    if function in ("max", "min", "atan2", "power"):
        return call(function, X, number(Fraction(5, 2)))
    if function in ORDERED:
        return call(function, number(Fraction(1)), X)
    return call(function, X)


@pytest.mark.parametrize("function", NAMED)
def test_every_function_is_the_same_in_every_space(function: str) -> None:
    """Values in doubles, of SymPy, of the complex step; derivatives of SymPy's diff."""
    tree, tried = _called(function), 0
    for place in PLACES:
        try:
            wanted = value(tree, REAL, {"x": REAL.number(place)})
        except Unfit:
            continue
        tried += 1
        symbolic = value(tree, SYMBOLIC, {"x": sympy.Symbol("x", real=True)})
        assert abs(value_of(symbolic, {"x": REAL.number(place)}) - wanted) < real.mpf(10) ** -90
        posed = Posed((Given("f", ("x",), (tree,)),), (number(place),))
        grid = jacobian(posed.function(), posed.place())
        assert roads.spread(posed, grid, roads.by_sympy) == ""
        if function not in COMPLEX.refused and function != "gelu":
            assert abs(value(tree, COMPLEX, {"x": complex(place)}) - complex(wanted)) < 1e-12
            assert roads.spread(posed, grid, roads.complex_step) == ""
            assert roads.complex_step(posed) is not None
    assert tried


def test_array_libraries_agree_too() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("jax")
    for function in sorted({*NAMED} - SPECIAL):
        for place in PLACES:
            try:
                wanted = value(_called(function), REAL, {"x": REAL.number(place)})
            except Unfit:
                continue
            for space in (torch_space(), jax_space()):
                assert abs(float(value(_called(function), space, {"x": space.number(place)})) - float(wanted)) < 1e-10


def test_differences_are_right_to_thirty_five_digits() -> None:
    x, y = real.mpf(2) / 7, real.mpf(3) / 5
    tree = call("sin", X * name("y")) * call("exp", X)

    def f(at: list[object]) -> list[object]:
        return [value(tree, REAL, dict(zip("xy", at, strict=True)))]

    grid = jacobian(f, [x, y])
    assert abs(grid[0][1] - x * real.cos(x * y) * real.exp(x)) < real.mpf(10) ** -50
    second = hessians(f, [x, y])[0]
    assert abs(second[1][1] + x**2 * real.sin(x * y) * real.exp(x)) < real.mpf(10) ** -35
    mixed = (real.cos(x * y) - x * y * real.sin(x * y) + x * real.cos(x * y)) * real.exp(x)
    assert abs(second[0][1] - mixed) < real.mpf(10) ** -35


def test_an_oracle_objects_to_a_wrong_answer() -> None:
    """Of a spoiled solution every kind of first derivative complains, and a false 0 is seen."""
    posed = Posed((Given("f", ("x", "y"), (X * name("y") ** number(2), call("sin", X))),), (number(2), number(3)))
    wanted, spread = wanted_jacobian(posed, Random(0))
    assert not spread
    assert [[round(float(v), 6) for v in row] for row in wanted] == [[9, 12], [-0.416147, 0]]
    wrong = [[*row] for row in wanted]
    wrong[1][0] += real.mpf(10) ** -25
    assert "by_sympy says" in roads.spread(posed, wrong, roads.by_sympy)
    tally = run("wrong", lambda rng: Case("", lambda: 1, lambda _: "no"), 3)
    assert (tally.cases, len(tally.wrong)) == (3, 3)


def test_a_tree_knows_how_people_type_it() -> None:
    tree = -(call("abs", X) * number(Fraction(1, 2))) + call("sin", X) ** number(2) / (X - number(1))
    assert typed(tree) == "-abs(x)*(1/2) + sin(x)^2/(x - 1)"
    glued = Habit(star=" ", bars=True, squared=True, decimals=True)
    assert typed(tree, glued) == "-|x| 0.5 + sin^2(x)/(x - 1)"
    assert typed(number(3) * X * call("ln", X), Habit(glued=True)) == "(3x) ln(x)"


def test_draws_are_the_same_for_the_same_seed() -> None:
    first, second = (Drawer(Random(7)).posed(2) for _ in range(2))
    assert (first.texts, first.at) == (second.texts, second.at)


def test_a_question_that_the_oracle_cannot_tell_is_drawn_again() -> None:
    drawn: list[float] = []

    def make(rng: Random) -> Case:
        drawn.append(rng.random())
        if len(drawn) < 3:
            raise Unfit("too large")
        return Case("a question", lambda: 1, lambda found: f"{found} is wrong")

    assert run("none", make, 1).wrong == ["[0] a question: 1 is wrong"]
    assert len({*drawn}) == 3


def test_an_oracle_that_never_can_tell_fails() -> None:
    def make(rng: Random) -> Case:
        raise Unfit("too large")

    assert "the oracle fails" in run("none", make, 1).wrong[0]
