"""The differential against textbooks: estimates with dx, and the part linear in dx."""

from __future__ import annotations

import pytest
import sympy

import jacocalc as jc
from jacocalc.errors import JacocalcError
from jacocalc.linear import paper
from jacocalc.steps import ChangeGiven, Increment, LinearError

ESTIMATES = [
    ("z = x^2 + 3x y - y^2", (2, 3), "0.05, -0.04", "0.65", "0.6449"),
    ("V(r, h) = pi r^2 h/3", (10, 25), "0.1, 0.1", "62.83185307", "63.3041"),
    ("f(x, y) = x e^(x y)", (1, 0), "0.1, -0.1", "0.0", "-0.0145825"),
    ("f(x) = sqrt(x)", (4,), "0.1", "0.025", "0.0248457"),
]


@pytest.mark.parametrize(("text", "at", "vector", "df", "delta"), ESTIMATES)
def test_estimates_of_textbooks(text: str, at: tuple[int, ...], vector: str, df: str, delta: str) -> None:
    solution = jc.differential(text, at=at, vector=vector)
    step = next(step for step in solution.derivation.steps if isinstance(step, ChangeGiven))
    assert float(step.decimals[0][0]) == pytest.approx(float(df), rel=1e-5)
    assert float(step.decimals[0][1]) == pytest.approx(float(delta), rel=1e-5)


def test_the_differential_stands_where_the_moved_point_is_outside_the_domain() -> None:
    solution = jc.differential("f(x, y) = ln(x) + y", at=(1, 2), vector="-3, 1")
    step = next(step for step in solution.derivation.steps if isinstance(step, ChangeGiven))
    assert solution.result == sympy.Matrix([-2])
    assert (step.increment, step.decimals) == (None, ())
    assert "f(-2, 3) is not defined" in solution.to_text()
    assert jc.replay(solution.to_json()).outcome == "agrees"


LINEAR = [
    ("f(x, y) = [x + 2y, 3x - y + 5]", "0", "0"),
    ("f(x) = [1, 2; 3, 4; 5, 6] x", "0", "0"),
    ("f(x, y) = [x y, x^2]", "dx dy", "dx^2"),
]


@pytest.mark.parametrize(("text", "first", "second"), LINEAR)
def test_the_terms_of_higher_order(text: str, first: str, second: str) -> None:
    step = next(s for s in jc.differential(text).derivation.steps if isinstance(s, Increment))
    assert step.rest is not None
    assert [paper(entry) for entry in step.rest.entries[:2]] == [first, second]


def test_what_is_no_polynomial_has_no_sorted_rest() -> None:
    step = next(s for s in jc.differential("f(x) = sin x").derivation.steps if isinstance(s, Increment))
    assert step.rest is None


def test_the_result_is_a_column_in_dx() -> None:
    dx, dy = (sympy.Symbol(name, real=True) for name in ("dx", "dy"))
    assert jc.differential("f(x, y) = [x y, x^2]", at=(2, 3)).result == sympy.Matrix([3 * dx + 2 * dy, 4 * dx])


def test_the_error_falls_faster_than_the_step() -> None:
    step = next(s for s in jc.differential("f(x, y) = [e^x y, sin(x y)]", at=(0, 1)).derivation.steps
                if isinstance(s, LinearError))  # fmt: skip
    ratios = [float(row[2]) for row in step.result]
    assert ratios[0] > 5 * ratios[1] > 25 * ratios[2]


def test_names_that_are_taken() -> None:
    result = jc.differential("f(x, dx) = x dx").result
    assert {str(symbol) for symbol in result.free_symbols} == {"x", "dx", "delta_x", "delta_dx"}


@pytest.mark.parametrize(
    ("at", "vector", "message"),
    [(None, "1", "needs a point"), (1, "1, 2", "needs a vector with 1 entry")],
)
def test_bad_input(at: int | None, vector: str, message: str) -> None:
    with pytest.raises(JacocalcError, match=message):
        jc.differential("f(x) = ln x", at=at, vector=vector)
