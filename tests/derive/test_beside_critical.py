"""Critical points that the Hessian leaves open: their kinds as books have them, laws, and values beside the point."""

from __future__ import annotations

import random

import mpmath
import pytest
import sympy

import jacocalc as jc
from jacocalc.linear import paper
from jacocalc.steps import BesideCritical, CriticalPoint


def beside(text: str, at: object) -> BesideCritical | None:
    found = [step for step in jc.hessian(text, at=at).derivation.steps if isinstance(step, BesideCritical)]
    return found[0] if found else None


def kind(body: str, at: tuple[object, ...] = (0, 0), inputs: str = "x, y") -> str:
    found = beside(f"f({inputs}) = {body}", at)
    return found.result if found else "open"


KINDS = [
    ("x^4 + y^4", "strict minimum", "form"),
    ("x^2 - y^4", "saddle", "curves"),
    ("x^2 + y^4", "strict minimum", "form"),
    ("x^3 + y^3", "saddle", "curves"),
    ("x^2 + y^3", "saddle", "curves"),
    ("x^3 - 3x y^2", "saddle", "curves"),  # the monkey saddle
    ("(y - x^2) (y - 2x^2)", "saddle", "curves"),  # Peano: a minimum on every line
    ("3x^4 - 4x^2 y + y^2", "saddle", "curves"),
    ("x^2 - 2x y + y^2", "minimum", "valley"),
    ("x^2 y^2", "minimum", "sign"),
    ("-x^4 y^2", "maximum", "sign"),
    ("cos(x^2 + y^2)", "strict maximum", "form"),
    ("x^4 - y^4", "saddle", "curves"),
    ("x^4 - 6x^2 y^2 + y^4", "saddle", "curves"),
    ("x^4 + x^2 y^2 + y^4", "strict minimum", "form"),
    ("x^4 - 2x^2 y^2 + y^4", "minimum", "sign"),
    ("e^(x^4 + y^4)", "strict minimum", "form"),
    ("1 - x^2 y^2", "maximum", "sign"),
    ("x^4 + y^6", "strict minimum", "form"),
    ("x^2 y + x y^2", "saddle", "curves"),
    ("x^4 + y^4 - 2(x - y)^2", "saddle", "curves"),
    ("(x + y)^2 + y^4", "strict minimum", "valley"),
    ("-(x + y)^2 - x^6", "strict maximum", "valley"),
    ("(y - x^2)^2", "minimum", "valley"),
    ("(y - x^2)^2 + x^6", "strict minimum", "valley"),
    ("(y - x^2)^2 - x^7", "saddle", "curves"),
    ("x^2 + 2sqrt(2) x y + 2y^2 + y^4", "strict minimum", "valley"),
    ("(y - sin x)^2", "minimum", "sign"),
    ("x^2 + y^2 x^2", "minimum", "valley"),
    ("|x|^3 - y^2", "saddle", "curves"),
    ("ln(1 + x^4 + y^4)", "strict minimum", "form"),
    ("sqrt(1 + x^2 y^2)", "open", ""),
    ("e^x/(e^x + e^y) + e^y/(e^x + e^y)", "constant", "constant"),
    ("3", "constant", "constant"),
]


@pytest.mark.parametrize(("body", "wanted", "reason"), KINDS)
def test_kinds_from_books(body: str, wanted: str, reason: str) -> None:
    solution = jc.hessian(f"f(x, y) = {body}", at=(0, 0))
    (critical,) = [step for step in solution.derivation.steps if isinstance(step, CriticalPoint)]
    assert critical.result == "degenerate"
    found = beside(f"f(x, y) = {body}", (0, 0))
    assert (found.result, found.reason) == (wanted, reason) if found else wanted == "open"
    assert jc.replay(solution), jc.replay(solution).message
    assert jc.from_json(solution.to_json()).to_json() == solution.to_json()


ONE_INPUT = [
    ("x^3", 0, "neither", "6"), ("x^4", 0, "strict minimum", "24"), ("1 - x^6", 0, "strict maximum", "-720"),
    ("(x - 1)^5", 1, "neither", "120"), ("x - sin(x)", 0, "neither", "1"), ("cos(x^2)", 0, "strict maximum", "-12"),
    ("|x|^3", 0, "minimum", "|x|^3"), ("relu(x)^4", 0, "minimum", "relu(x)^4"),
    ("x^3 + |x|^3", 0, "open", ""),
]  # fmt: skip


@pytest.mark.parametrize(("body", "at", "wanted", "terms"), ONE_INPUT)
def test_one_input_by_the_first_derivative_that_is_not_0(body: str, at: int, wanted: str, terms: str) -> None:
    found = beside(f"f(x) = {body}", (at,))
    assert (found.result, found.terms and paper(found.terms)) == (wanted, terms) if found else wanted == "open"


def test_other_points_three_inputs_parameters_and_chains() -> None:
    assert kind("(x - 1)^4 + 3(y - 2)^6", (1, 2)) == "strict minimum"
    assert kind("sin(x + y)", ("pi/2", 0)) == "maximum"
    assert kind("(x - sqrt(2))^4 + (x y - 2)^2", ("sqrt(2)", "sqrt(2)")) == "strict minimum"
    assert kind("x^2 + y^2 + z^4", (0, 0, 0), "x, y, z") == "strict minimum"
    assert kind("x y z", (0, 0, 0), "x, y, z") == "saddle"
    assert kind("x^2 + 2y^2 + 3z^2 + x y/3 + y z/5 + w^4 - w^2 x", (0, 0, 0, 0), "x, y, z, w") == "strict minimum"
    chain = jc.hessian("f(x, y; a) = [x^2, a y^4]", "g(u, v) = u - v", at="x=0, y=0, a=2")
    assert [step.result for step in chain.derivation.steps if isinstance(step, BesideCritical)] == ["saddle"]
    assert jc.replay(chain)


def test_a_constant_function_of_one_input_and_of_a_chain() -> None:
    assert "The function is constant" in jc.hessian("f(x) = sin(x)^2 + cos(x)^2", at=1).to_text()
    chain = jc.hessian("f(t) = [cos t, sin t]", "g(x, y) = x^2 + y^2", at=2)
    assert [step.result for step in chain.derivation.steps if isinstance(step, BesideCritical)] == ["constant"]
    assert jc.replay(chain)


TURNED = {"saddle": "saddle", "open": "open", **{
    f"{word}{one}": f"{word}{other}" for word in ("", "strict ")
    for one, other in (("minimum", "maximum"), ("maximum", "minimum"))
}}  # fmt: skip
SOME = [row for row in KINDS if row[2] in ("form", "curves", "valley") and "x|" not in row[0]][::2]


@pytest.mark.parametrize(("body", "wanted", "reason"), SOME)
def test_a_positive_factor_keeps_the_kind_and_a_negative_one_turns_it(body: str, wanted: str, reason: str) -> None:
    assert kind(f"3 ({body})") == wanted
    assert kind(f"-({body})/2") == TURNED[wanted]


LINEAR = [("(x + 2y)", "(x - y)"), ("(3x - y)", "x"), ("y", "(2x + y)")]


@pytest.mark.parametrize(("one", "other"), LINEAR)
@pytest.mark.parametrize("body", ["u^4 + v^4", "u^2 - v^4", "u^2 + v^4", "u^3 - 3u v^2", "(u - v^2) (u - 2v^2)", "u^2"])
def test_a_linear_change_of_variables_keeps_the_kind(body: str, one: str, other: str) -> None:
    changed = body.replace("u", one).replace("v", other)
    assert kind(changed) == kind(body, inputs="u, v") != "open"


@pytest.mark.parametrize("body", ["x^2 - y^4", "x^3 + y^3", "(y - x^2) (y - 2x^2)", "x^4 - y^4"])
@pytest.mark.parametrize("higher", ["x^5", "- 7y^6", "x^3 y^3", "sin(x^5 + y^7)"])
def test_higher_terms_keep_a_saddle(body: str, higher: str) -> None:
    assert kind(f"{body} + ({higher})") == "saddle"


EXTREMES = [row[:2] for row in KINDS if row[1].endswith("imum")]


@pytest.mark.parametrize(("body", "wanted"), EXTREMES)
def test_values_beside_a_minimum_or_maximum(body: str, wanted: str) -> None:
    x, y = sympy.symbols("x y", real=True)
    value = jc.read(body, variables=["x", "y"])
    gap = sympy.lambdify((x, y), value - value.subs({x: 0, y: 0}), "mpmath")
    seeded = random.Random(body)
    sign = 1 if wanted.endswith("minimum") else -1
    with mpmath.workdps(60):
        for _ in range(200):
            found = sign * gap(*(seeded.uniform(-0.02, 0.02) for _ in range(2)))
            assert found > 0 if wanted.startswith("strict") else found > -1e-50
