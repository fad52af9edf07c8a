"""Vector products, orders of multiplication and norms by depth, against textbooks and brute force."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import jacocalc as jc
from jacocalc.derive.bracketing import best
from jacocalc.errors import JacocalcError, ShapeError
from jacocalc.linear import paper
from jacocalc.steps import Bracketing, MatrixProduct, NormsByDepth, OrderAdvice, RowForm, VectorProduct
from tests.laws.expressions import cases

F, G, L = "f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, sin(v)]", "L(a, b, c) = a b + c"
sqrt, cos = sympy.sqrt, sympy.cos


def steps(solution: jc.Solution, kind: type) -> list:  # type: ignore[type-arg]
    return [step for step in solution.derivation.steps if isinstance(step, kind)]


# -- directional derivatives of textbooks -------------------------------------------------------------

DIRECTIONAL = [
    ("f(x, y) = x^2 y^3 - 4y", (2, -1), (2, 5), 32 / sqrt(29)),
    ("f(x, y, z) = x sin(y z)", (1, 3, 0), (1, 2, -1), -3 / sqrt(6)),
    ("f(x, y) = x e^y", (2, 0), ("-3/2", 2), 1),
    ("f(x, y) = x^3 - 3x y + 4y^2", (1, 2), ("sqrt(3)", 1), (13 - 3 * sqrt(3)) / 2),
    ("f(x, y) = e^x sin y", (0, "pi/3"), (-6, 8), (4 - 3 * sqrt(3)) / 10),
    ("f(x, y, z) = x y + y z + z x", (1, -1, 3), (1, 4, 2), 18 / sqrt(21)),
    ("f(x) = x^2", (3,), (-2,), -6),
]


@pytest.mark.parametrize(("text", "at", "vector", "expected"), DIRECTIONAL)
def test_directional_derivatives(
    text: str, at: tuple[object, ...], vector: tuple[object, ...], expected: object
) -> None:
    solution = jc.jvp(text, at=at, vector=vector, unit=True)
    assert sympy.simplify(solution.result[0] - expected) == 0
    assert solution.verified == "proved"


def test_without_unit_the_length_counts() -> None:
    assert jc.jvp("f(x, y) = x^2 y", at=(1, 2), vector=(3, 4)).result == sympy.Matrix([16])


# -- vjp and jvp --------------------------------------------------------------------------------------


def test_vjp_goes_from_the_outside_in_with_rows() -> None:
    solution = jc.vjp(F, G, L, at=(1, 2), vector=[1])
    products = steps(solution, VectorProduct)
    assert [product.stage for product in products] == [2, 1, 0]
    assert [product.result.shape for product in products] == [(1, 3), (1, 2), (1, 2)]
    assert [[paper(entry) for entry in product.result.entries] for product in products] == [
        ["9", "7", "1"], ["51", "cos(4) + 9"], ["4 cos(4) + 138", "2 cos(4) + 69"],
    ]  # fmt: skip
    assert not steps(solution, MatrixProduct)


def test_jvp_goes_from_the_inside_out_with_columns() -> None:
    products = steps(jc.jvp(F, G, L, at=(1, 2), vector=(1, -1)), VectorProduct)
    assert [product.stage for product in products] == [0, 1, 2]
    assert [product.result.shape for product in products] == [(2, 1), (3, 1), (1, 1)]


@pytest.mark.parametrize("at", [None, (1, 2), ("pi/2", -3)])
def test_products_are_the_jacobian_times_the_vector(at: object) -> None:
    whole = jc.compose(F, G, at=at).result
    v, w = sympy.Matrix([2, -1]), sympy.Matrix([[1, -2, 3]])
    assert sympy.simplify(jc.jvp(F, G, at=at, vector=v).result - whole * v) == sympy.zeros(3, 1)
    assert sympy.simplify(jc.vjp(F, G, at=at, vector=w).result - w * whole) == sympy.zeros(1, 2)


def test_a_scalar_gradient_is_the_vjp_with_one() -> None:
    gradient = jc.gradient(F, G, L, at=(1, 2))
    assert jc.vjp(F, G, L, at=(1, 2), vector=[1]).result == gradient.result.T
    (row,) = steps(gradient, RowForm)
    assert [paper(entry) for entry in row.result.entries] == ["4 cos(4) + 138", "2 cos(4) + 69"]


def test_unspecified_functions_have_products_too() -> None:
    solution = jc.vjp("f: R^2 -> R^2", "g: R^2 -> R", vector=[1])
    assert solution.verified == "agrees"
    assert "D1_f1" in str(solution.result)


BAD = [
    (lambda: jc.vjp(F, at=(1, 2), vector=(1, 2, 3)), "vᵀJ needs a vector with 2 entries"),
    (lambda: jc.jvp(F, at=(1, 2), vector=(1,)), "Jv needs a vector with 2 entries"),
    (lambda: jc.jvp(F, at=(1, 2), vector=(0, 0), unit=True), "the vector is 0"),
    (lambda: jc.vjp("f: R^n -> R^m", vector=(1,)), "sizes are symbols"),
    (lambda: jc.compose(F, G, order="sideways"), "order is one of"),
]


@pytest.mark.parametrize(("ask", "message"), BAD)
def test_bad_input(ask: object, message: str) -> None:
    with pytest.raises((JacocalcError, ShapeError), match=message):
        ask()  # type: ignore[operator]


# -- the order of multiplication ----------------------------------------------------------------------


def chain_of(*sizes: int) -> list[str]:
    return [f"f_{k}: R^{n} -> R^{m}" for k, (n, m) in enumerate(pairwise(sizes), 1)]


def test_the_matrix_chain_of_the_algorithms_textbook() -> None:
    solution = jc.compose(*chain_of(25, 20, 10, 5, 15, 35, 30), order="compare")
    costs = {step.order: paper(step.result) for step in steps(solution, Bracketing)}
    assert costs["best"] == "15125"
    assert costs["reverse"] == str(30 * 35 * 15 + 30 * 15 * 5 + 30 * 5 * 10 + 30 * 10 * 20 + 30 * 20 * 25)


def all_costs(sizes: tuple[int, ...]) -> list[int]:
    """The multiplications of every bracketing, by brute force."""
    if len(sizes) == 2:
        return [0]
    return [
        a + b + sizes[0] * sizes[k] * sizes[-1]
        for k in range(1, len(sizes) - 1)
        for a in all_costs(sizes[: k + 1])
        for b in all_costs(sizes[k:])
    ]


@given(st.lists(st.integers(1, 12), min_size=3, max_size=8))
@cases(60)
def test_best_is_the_least_of_all_bracketings(sizes: list[int]) -> None:
    plan = best(sizes)
    cost = sum(sizes[first] * sizes[split + 1] * sizes[last + 1] for first, split, last in plan)
    assert cost == min(all_costs(tuple(sizes)))
    assert plan[-1][0] == 0
    assert plan[-1][2] == len(sizes) - 2


def test_shapes_as_the_document_writes_them() -> None:
    text = jc.compose("f_1: R^n -> R^p", "f_2: R^p -> R^q", "f_3: R^q -> R", order="compare").to_text()
    assert "((1×q)(q×p))(p×n) = (1×p)(p×n) = (1×n) = ∇yᵀ" in text
    assert "(1×q)((q×p)(p×n)) = (1×q)(q×n) = (1×n) = ∇yᵀ" in text
    assert "q·p·n + 1·q·n" in text


@pytest.mark.parametrize(
    ("stages", "gradient"),
    [
        (("f(x, y) = [x + y, x]", "g(u, v) = [u v, u]", "L(p, q) = p q"), "∇zᵀ"),
        (("u = x y, v = x - y", "p = u v, q = u", "w = p q"), "∇wᵀ"),
    ],
)
def test_the_gradient_has_the_name_of_the_output(stages: tuple[str, ...], gradient: str) -> None:
    assert f"= (1×2) = {gradient}\n" in jc.compose(*stages, order="reverse").to_text()


def test_symbols_give_the_condition_and_no_best() -> None:
    solution = jc.compose("f: R^n -> R^p", "g: R^p -> R^q", "h: R^q -> R^m", order="compare")
    assert [step.order for step in steps(solution, Bracketing)] == ["forward", "reverse"]
    (advice,) = steps(solution, OrderAdvice)
    assert paper(advice.condition) == "1/n + 1/q < 1/m + 1/p"


@given(st.tuples(*[st.integers(1, 9)] * 4))
@cases(60)
def test_the_condition_says_when_reverse_costs_less(sizes: tuple[int, int, int, int]) -> None:
    n, p, q, m = sizes
    forward, reverse = q * p * n + m * q * n, m * q * p + m * p * n
    assert (reverse < forward) == (
        sympy.Rational(1, n) + sympy.Rational(1, q) < sympy.Rational(1, m) + sympy.Rational(1, p)
    )


def test_a_stored_jacobian_of_ten_thousand_by_ten_thousand() -> None:
    text = jc.compose("f: R^10000 -> R^10000", "L: R^10000 -> R", order="compare").to_text()
    assert "100,000,000 entries" in text


def test_zeros_of_the_structure_are_not_counted() -> None:
    solution = jc.compose("f(x, y) = [x, y]", "g(u, v) = [u^2, v^2]", "h(a, b) = a + b", order="forward")
    (step,) = steps(solution, Bracketing)
    assert (paper(step.result), paper(step.nonzero)) == ("12", "4")


@pytest.mark.parametrize("order", ["forward", "reverse", "best", "compare", ""])
def test_every_order_gives_the_same_jacobian(order: str) -> None:
    assert jc.compose(F, G, L, at=(1, 2), order=order).result == sympy.Matrix([[138 + 4 * cos(4), 69 + 2 * cos(4)]])


def test_reverse_multiplies_from_the_outside() -> None:
    products = steps(jc.compose(F, G, L, at=(1, 2), order="reverse"), MatrixProduct)
    assert [(p.first, p.split, p.last) for p in products] == [(1, 1, 2), (0, 0, 2)]


# -- depth --------------------------------------------------------------------------------------------


def test_singular_values_of_known_maps() -> None:
    solution = jc.compose(*["f(x, y) = [3x, y/2]"] * 3, at=(1, 1))
    (step,) = steps(solution, NormsByDepth)
    assert [row[1:] for row in step.rows] == [("3.0", "3.0", "0.5"), ("3.0", "9.0", "0.25"), ("3.0", "27.0", "0.125")]
    assert step.result == "exploding"


@pytest.mark.parametrize(
    ("outermost", "smallest"),
    [("g(x, y) = [x, y]", "1.0e-120"), ("g(x, y) = [2x, 0, y/10]", "1.0e-121"), ("g(x, y) = [x, 0]", "0"),
     ("g(x, y) = [x + y, 2x + 2y, 0]", "0")],
)  # fmt: skip
def test_a_singular_value_is_0_only_where_nothing_is_left_of_it(outermost: str, smallest: str) -> None:
    solution = jc.compose(*["f(x, y) = [x, y/1000]"] * 40, outermost, at=(1, 1))
    (step,) = steps(solution, NormsByDepth)
    assert step.rows[-1][-1] == smallest
    assert jc.replay(solution.to_json()).outcome == "agrees"


@pytest.mark.parametrize(
    ("stage", "at", "kind"),
    [("f(x) = sigmoid(x)", 1, "vanishing"), ("f(x) = 3x", 1, "exploding"), ("f(x) = -x", 1, "steady"),
     ("f(x) = x^2", 0, "zero")],
)  # fmt: skip
def test_the_kind_of_depth(stage: str, at: int, kind: str) -> None:
    (step,) = steps(jc.compose(*[stage] * 4, at=at), NormsByDepth)
    assert step.result == kind


STAGES = ["f(x, y) = [x + 2y, 3x - y, x y]", "g(u, v, w) = [u v, v - 2w]", "h(a, b) = [a + b, a^2, 3b]"]


def test_singular_values_of_products_that_do_not_commute() -> None:
    """Row k is J_h ⋯ J_k, in this order, against numpy."""
    solution = jc.compose(*STAGES, at=(1, 2))
    (step,) = steps(solution, NormsByDepth)
    factors = [np.array(matrix.tolist(), dtype=float) for matrix in solution.factors]
    product = np.eye(3)
    for place, own, largest, smallest in step.rows:
        product = product @ factors[place]
        values = np.linalg.svd(product, compute_uv=False)
        assert float(own) == pytest.approx(np.linalg.svd(factors[place], compute_uv=False)[0], rel=1e-3)
        assert (float(largest), float(smallest)) == pytest.approx((values[0], values[-1]), rel=1e-3)
    assert [place for place, *_ in step.rows] == [2, 1, 0]


def test_the_row_form_shows_its_factors_outermost_first() -> None:
    (row,) = steps(jc.gradient(F, G, L, at=(1, 2)), RowForm)
    shapes = [factor.shape for factor in row.factors]
    assert shapes == [(1, 3), (3, 2), (2, 2)]
    product = [sympy.Matrix(jc.read(paper(factor), [])) for factor in row.factors]
    assert sympy.simplify(product[0] * product[1] * product[2] - sympy.Matrix(jc.read(paper(row.result), []))) == (
        sympy.zeros(1, 2)
    )


def test_what_each_order_holds_and_keeps() -> None:
    """(5×7)(7×3)(3×2): the products held, and the numbers of the forward pass."""
    solution = jc.compose(*chain_of(2, 3, 7, 5), order="compare")
    held = {s.order: (paper(s.largest), paper(s.stored), paper(s.result)) for s in steps(solution, Bracketing)}
    assert held["forward"] == ("14", "7", str(7 * 3 * 2 + 5 * 7 * 2))
    assert held["reverse"] == ("15", "12", str(5 * 7 * 3 + 5 * 3 * 2))
