"""The judge beyond single answers: parts with errors carried forward, chains of equalities, reports, forms, limits."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import pytest
import sympy

import jacocalc as jc
from jacocalc.answers.reference import Reference, curve_points
from jacocalc.cli import run_command
from jacocalc.errors import JacocalcError, ReadError
from jacocalc.questions import ImplicitFunction
from jacocalc.verdicts import CORRECT, UNDECIDED, UNREADABLE, WRONG, Verdict

CHAIN = jc.compose("f(x, y) = [e^x + y, x^2 y]", "g(u, v) = [uv, u + v^2]", at=(1, 1))
SYMBOLIC = jc.compose("f(x, y) = [e^x + y, x^2 y]", "g(u, v) = [uv, u + v^2]")
THREE = jc.compose("f(x) = [x^2, x + 1]", "g(u, v) = [u v, u - v]", "h(a, b) = a^2 + b", at=2)
GRADIENT = jc.gradient("f(x, y) = [x + y, x y]", "L(u, v) = u^2 + v", at=(1, 2))
ROUNDED = jc.compose("f(x) = sqrt(x)", "g(u) = u^3", at=2)
RIGHT_F, RIGHT_G = "J_f = [[e, 1], [2, 1]]", "J_g = [[1, e + 1], [1, 2]]"
RESULT = "J = [[3e + 2, e + 2], [e + 4, 3]]"

# (solution, answer, outcome, score, of, a part of the message)
PARTS = [
    (CHAIN, f"{RIGHT_F}; {RIGHT_G}; {RESULT}", CORRECT, 12, 12, "Every part is right"),
    (CHAIN, f"{RIGHT_F}; z = [e + 1, 1]; {RIGHT_G}; {RESULT}", CORRECT, 14, 14, "Every part is right"),
    (CHAIN, f"f(1,1) = (e + 1, 1)\n{RIGHT_F}\n{RIGHT_G}\n{RESULT}", CORRECT, 14, 14, "Every part is right"),
    (CHAIN, rf"$$J_f = \begin{{bmatrix}} e & 1 \\ 2 & 1 \end{{bmatrix}}$$; {RESULT}", CORRECT, 8, 8, "Every part"),
    # J_f is wrong in one entry; the product is what it leads to: only J_f loses a mark.
    (CHAIN, f"J_f = [[e, 1], [2, 2]]; {RIGHT_G}; J = [[3e + 2, 2e + 3], [e + 4, 5]]", WRONG, 11, 12, "carried forward"),
    # The same wrong J_f and a product that follows from nothing.
    (CHAIN, f"J_f = [[e, 1], [2, 2]]; {RIGHT_G}; J = [[3e + 2, 9], [e + 4, 5]]", WRONG, 9, 12, "wrong in row 2"),
    # The right product beside a wrong J_f counts as it stands.
    (CHAIN, f"J_f = [[e, 1], [2, 2]]; {RIGHT_G}; {RESULT}", WRONG, 11, 12, "J: right"),
    # z is wrong, J_g is right for that z, and so is the product.
    (CHAIN, "z = [e, 1]; J_g = [[1, e], [1, 2]]; J = [[3e, e + 1], [e + 4, 3]]", WRONG, 9, 10, "carried forward"),
    # z is wrong, and the product is that of the Jacobians there: J_g is not written, or written in u and v.
    (CHAIN, "z = [e, 1]; J = [[3e, e + 1], [e + 4, 3]]", WRONG, 5, 6, "Right with your own z: carried forward"),
    (CHAIN, "z = [e, 1]; J_g = [[v, u], [1, 2v]]; J = [[3e, e + 1], [e + 4, 3]]", WRONG, 9, 10, "with your own z"),
    (THREE, "z_2 = [11, 1]; J = 22*16 + 3", WRONG, 2, 3, "Right with your own z_2: carried forward"),
    # z is rounded, which is right; J_g = 3z² follows from the rounded one: 3*1.41^2, not 6.
    (ROUNDED, "z = 1.41; J_g = 5.9643; J = 2.12", CORRECT, 3, 3, "J_g: Right for your own value: carried forward"),
    # Errors that make everything trivial are not carried forward.
    (CHAIN, f"J_f = [[0, 0], [0, 0]]; {RIGHT_G}; J = [[0, 0], [0, 0]]", WRONG, 4, 12, "trivial"),
    (CHAIN, f"J_f = [[1, 0], [0, 1]]; {RIGHT_G}; J = [[1, e + 1], [1, 2]]", WRONG, None, None, "trivial"),
    (CHAIN, f"J_f = [[2, 0], [0, 2]]; {RIGHT_G}; J = [[2, 2e + 2], [2, 4]]", WRONG, None, None, "trivial"),
    (CHAIN, f"J_f = [[0, 1], [1, 0]]; {RIGHT_G}; J = [[e + 1, 1], [2, 1]]", WRONG, None, None, "trivial"),
    (CHAIN, "z = [0, 0]; J_g = [[0, 0], [1, 0]]; J = [[0, 0], [e, 1]]", WRONG, None, None, "trivial"),
    # A part is not the answer, and what stands there twice counts once.
    (CHAIN, RIGHT_F, WRONG, 4, 8, "the result: is missing"), (CHAIN, "z = (e + 1, 1)", WRONG, 2, 6, "is missing"),
    (CHAIN, f"{RIGHT_F}; {RIGHT_F}; {RIGHT_F}; J = [[1, 2], [3, 4]]", WRONG, 4, 8, "J: 0 of 4"),
    (SYMBOLIC, "J_f = [[e^x, 1], [2x y, x^2]]; J_g = [[v, u], [1, 2v]]; J = [[x^2 y e^x + 2x y(e^x + y), "
               "x^2 y + x^2 (e^x + y)], [e^x + 4x^3 y^2, 1 + 2x^4 y]]", CORRECT, 12, 12, "Every part"),
    (THREE, "J_f = [[4], [1]]; z_1 = [4, 3]; J_g = [[3, 4], [1, -1]]; z_2 = [12, 1]; J_h = [24, 1]; J = 387", CORRECT,
     2 + 2 + 4 + 2 + 2 + 1, 13, "Every part"),
    (GRADIENT, "J_f = [[1, 1], [2, 1]]; [8, 7]", CORRECT, 6, 6, "Every part"),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "outcome", "score", "of", "said"), PARTS, ids=range(len(PARTS)))
def test_parts(solution: jc.Solution, answer: str, outcome: str, score: float | None, of: float, said: str) -> None:
    verdict = solution.check(answer)
    assert verdict.outcome == outcome, verdict
    assert said in verdict.message
    if score is not None:
        assert (verdict.score, verdict.max_score) == (score, of)


@pytest.mark.parametrize(("part", "code"), [("[[4, 1]]", "transposed"), ("[[4, 1, 2]]", "shape"), ("[4]", "shape")])
def test_a_part_of_another_shape(part: str, code: str) -> None:
    verdict = THREE.check(f"J_f = {part}; J = 387")
    assert [(entry.outcome, entry.mistakes) for entry in verdict.entries] == [(WRONG, (code,)), (CORRECT, ())]
    assert (verdict.score, verdict.max_score, verdict.mistakes) == (1, 3, (code,))


# (answer, outcome, the first step that is not right or 0, a part of the message)
PRODUCT = "[[1, e + 1], [1, 2]] [[e, 1], [2, 1]]"
STEPS = [
    (f"J = {PRODUCT} = [[3e + 2, e + 2], [e + 4, 3]]", CORRECT, 0, "Every step follows"),
    (f"J = {PRODUCT}\n = [[e + 2e + 2, 1 + e + 1], [e + 4, 1 + 2]]\n = [[3e + 2, e + 2], [e + 4, 3]]", CORRECT, 0, ""),
    (f"J = {PRODUCT} = [[3e + 2, e + 3], [e + 4, 3]]", WRONG, 2, "Step 2 does not follow from step 1: row 1, column 2"),
    (f"J = {PRODUCT} = [[3e + 2, e + 3], [e + 4, 3]] = [[2 + 3e, 3 + e], [4 + e, 3]]", WRONG, 2, "follows from it"),
    ("J = [[e, 1], [2, 1]] [[1, e + 1], [1, 2]] = [[e + 1, e^2 + e + 2], [3, 2e + 4]]", WRONG, 1, "another order"),
    (f"J = {PRODUCT} = [[3e + 2, e + 2], [e + 4, 4]] = [[3e + 2, e + 2], [e + 4, 3]]", WRONG, 2, "right all the same"),
    (f"J = {PRODUCT} = [3e + 2, e + 2]", WRONG, 2, "the shapes differ"),
    (r"J = \begin{bmatrix} 1 & e+1 \\ 1 & 2 \end{bmatrix} \begin{bmatrix} e & 1 \\ 2 & 1 \end{bmatrix} \\"
     r" &= \begin{bmatrix} 3e + 2 & e+2 \\ e+4 & 3 \end{bmatrix}", CORRECT, 0, "Every step follows"),
    (f"J = {PRODUCT} = [[10.15, 4.72], [6.72, 3]]", CORRECT, 0, "Every step follows"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "outcome", "first", "said"), STEPS, ids=[s[0][:60] for s in STEPS])
def test_chains_of_equalities(answer: str, outcome: str, first: int, said: str) -> None:
    verdict = CHAIN.check(answer)
    assert verdict.outcome == outcome, verdict
    assert said in verdict.message
    wrong = [k for k, entry in enumerate(verdict.entries, 1) if entry.outcome == WRONG]
    assert (wrong[0] if wrong else 0) == first
    assert verdict.max_score == 4  # of the result, not of the steps
    assert (verdict.score == 4) == (outcome == CORRECT)


@pytest.mark.parametrize(
    "answer",
    [[[8], [7]], (8, 7.0), sympy.Matrix([8, 7]), np.array([[8], [7]]), np.array([8.0, 7.0]), [sympy.Integer(8), 7]],
    ids=repr,
)
def test_an_answer_need_not_be_text(answer: Any) -> None:
    assert GRADIENT.check(answer).outcome == CORRECT
    assert GRADIENT.check([answer[1], answer[0]]).outcome == WRONG


# The share of right steps, but never less than the result at the end is worth.
HALF_CHAINS = [
    (CHAIN, f"J = {PRODUCT} = [[3e + 2, e + 2], [e + 4, 4]]", 3, ()),
    (CHAIN, f"J = {PRODUCT} = [[1, 2], [3, 4]]", 2, ()),
    (GRADIENT, "[[8], [7]] = [[8, 7]]", 1, ("transposed",)),
    (GRADIENT, "[[8], [7]] = [[8, 7, 1]]", 1, ("shape",)),
    # a side that says the same again is no step; from a wrong first side steps lead to half of the marks
    (GRADIENT, "(1, 1) = (1, 1) = (1, 1) = (1, 1)", 0, ()), (GRADIENT, "0 = 0", 0, ("shape",)),
    (GRADIENT, "(9, 9) = (8 + 1, 9) = (4 + 5, 9) = (5 + 4, 9)", 1, ()),
    (GRADIENT, "1 = 2 - 1 = 3 - 2", 0, ("shape",)), (GRADIENT, "(8, 7) = (8, 7) = (8, 6)", 1, ()),
]  # fmt: skip


def test_all_entries_in_one_list_are_worth_half() -> None:
    verdict = SECOND.check("6, 4, 4, 2")
    assert (verdict.outcome, verdict.score, verdict.max_score, verdict.mistakes) == (WRONG, 2, 4, ("shape",))


@pytest.mark.parametrize(("solution", "answer", "score", "codes"), HALF_CHAINS)
def test_what_a_chain_that_breaks_is_worth(
    solution: jc.Solution, answer: str, score: float, codes: tuple[str, ...]
) -> None:
    verdict = solution.check(answer)
    assert (verdict.outcome, verdict.score) == (WRONG, score), verdict
    assert set(codes) <= set(verdict.mistakes)


ROWS = ["[[8, 7]] = [8, 7]", "[8, 7] = [[8, 7]]", "[[8], [7]] = [8, 7]", "[8, 7] = [[8], [7]]"]


@pytest.mark.parametrize("answer", ROWS)
def test_a_list_without_rows_takes_the_orientation_of_the_side_beside_it(answer: str) -> None:
    assert [entry.outcome for entry in GRADIENT.check(answer).entries][1] == CORRECT


# J is [[2x, 1], [3y, 3x]]; the last side is its transpose.
SLIPS = [("[[2x, 1], [3y, 3x]]", ("transposed",)), ("[[2x, 5], [3y, 3x]]", ())]


@pytest.mark.parametrize(("before", "codes"), SLIPS)
def test_a_slip_is_named_only_after_a_side_that_is_right(before: str, codes: tuple[str, ...]) -> None:
    verdict = jc.jacobian("f(x, y) = [x^2 + y, 3x y]").check(f"J = {before} = [[2x, 3y], [1, 3x]]")
    assert verdict.entries[1].outcome == WRONG
    assert verdict.entries[1].mistakes == codes


def test_a_rule_of_differentiation_explains_no_step_from_the_right_formula() -> None:
    solution = jc.gradient("L(x, y) = x^2 y + e^(x y)", at=(1, 0))  # x² + x·xy e^(xy − 1) would be 1 there
    verdict = solution.check("L_x = 2xy + y e^(xy); L_y = x^2 + x e^(xy); ∇L(1, 0) = (0, 1)")
    assert (verdict.score, verdict.mistakes) == (1, ("arithmetic",)), verdict.message


DOCUMENT = r"""# My solution

First I compute the Jacobians of f and g.

$$J_f = \begin{bmatrix} e & 1 \\ 2 & 1 \end{bmatrix}$$

Then with z = f(1,1) = (e + 1, 1):

$$J_g = \begin{bmatrix} 1 & e+1 \\ 1 & 2 \end{bmatrix}$$

and finally

$$J = \begin{bmatrix} 1 & e+1 \\ 1 & 2 \end{bmatrix} \begin{bmatrix} e & 1 \\ 2 & 1 \end{bmatrix}
    = \begin{bmatrix} 3e + 2 & e+2 \\ e+4 & 3 \end{bmatrix}$$
"""


def test_a_document_is_judged_by_its_mathematics() -> None:
    verdict = CHAIN.check(DOCUMENT)
    assert (verdict.outcome, [entry.name for entry in verdict.entries]) == (CORRECT, ["J_f", "z", "J_g", "J"])
    wrong = CHAIN.check(DOCUMENT.replace("e+4 & 3", "e+4 & 5"))
    assert (wrong.outcome, [entry.outcome for entry in wrong.entries]) == (WRONG, [CORRECT, CORRECT, CORRECT, WRONG])


CIRCLE = jc.implicit("x^2 + y^2 = 25", solve_for="y")
SPHERE = jc.implicit("x^2 + y^2 + z^2 = 9", solve_for="z", at=(1, 2, 2))
BALL = jc.implicit("x^2 + y^2 + z^2 = 9", solve_for="z")
SECOND = jc.hessian("h(x, y) = x^3 + x y^2", at=(1, 2))
ENTRIES = [
    (SECOND, "h_xx = 6, h_xy = 4, h_yy = 2", CORRECT), (SECOND, "H_11=6, H_12=4, H_21=4, H_22=2", CORRECT),
    (SECOND, "h_{xx} = 6, h_{xy} = h_{yx} = 4, h_{yy} = 2", CORRECT), (SECOND, "h_xx = 6, h_xy = 5, h_yy = 2", WRONG),
    (SECOND, r"\frac{\partial^2 h}{\partial x^2}=6, \frac{\partial^2 h}{\partial x\partial y}=4, "
             r"\frac{\partial^2 h}{\partial y^2} = 2", CORRECT),
    (SECOND, "(6, 4), (4, 2)", CORRECT), (SECOND, "[6, 4], [4, 2]", CORRECT), (SECOND, "(6, 4), (4, 3)", WRONG),
    *((SECOND, typed, outcome) for typed, outcome in (
        ("[6 -4; 4 -2]", WRONG), ("[1 1/2; 2 3/4]", WRONG), ("| 6 -4 |\n| 4 -2 |", WRONG), ("[6 4]", UNREADABLE))),
    (SECOND, "[6 4; 4 3]", WRONG), (jc.jacobian("f(x, y) = [x + y, x - y]"), "[1 1; 1 -1]", CORRECT),
    *((SECOND, typed, CORRECT) for typed in (
        "[6 4; 4 2]", "[[6. 4.]\n [4. 2.]]", "[[6 4], [4 2]]", "6 4\n4 2", "H = [6 4\n     4 2]",
        *(f"{name} =\n\n    6.0000    4.0000\n    4.0000    2.0000\n" for name in ("H", "ans")),
        "| 6 4 |\n| 4 2 |", "(6 4)\n(4 2)", "[6 4]\n[4 2]")),
    (CIRCLE, "F_x = 2x\nF_y = 2y\ny' = -x/y", CORRECT), (CIRCLE, "F_x = 2x\nF_y = 2y\ny' = x/y", WRONG),
    (SPHERE, "∂z/∂x = -x/z = -1/2\n∂z/∂y = -y/z = -1", CORRECT),
    (jc.jacobian("f(x) = x^2 e^(3x)"), "f(x) = x^2 e^(3x)\nf'(x) = 2x e^(3x) + 3x^2 e^(3x)", CORRECT),
    (jc.jacobian("f(x) = x^2 e^(3x)"), "u = x^2, v = e^(3x)\nf' = 2x e^(3x) + 3x^2 e^(3x)", CORRECT),
    (jc.jacobian("f(x, y) = [x y, x + y]"), "∂f_1/∂x = y; ∂f_1/∂y = x; J = [[y, x], [1, 1]]", CORRECT),
    (jc.jacobian("f(x, y; T) = x^T y"), "[T x^(T - 1) y, x^T]", CORRECT),
    (jc.jacobian("f(x, y; T) = x^T y"), "[T x^(T - 1) y, x^T]^T", WRONG),
    (jc.jacobian("f(x, y) = [x y, x + y]"), "y, x\n1, 1", CORRECT),
    (jc.hessian("f(x, y) = x^2 y^3"), "f_xx = 2y^3, f_xy = 6x y^2, f_yx = 6x y^2, f_yy = 6x^2 y", CORRECT),
    (jc.hessian("f(x, y) = [x^2 y, y^3]"), "[[2y, 2x], [2x, 0]]\n[[0, 0], [0, 6y]]", CORRECT),
    (jc.graph("f(x, y) = x y", at=(2, 3)), "xbar = 3, ybar = 2", CORRECT),
    (jc.vjp("f(x, y) = [x y, x + y]", at=(1, 2), vector=(1, 3)), "(1, 3) [[2, 1], [1, 1]] = (5, 4)", CORRECT),
    (jc.jacobian("f(x) = x/3"), "1/3 = 0.33", CORRECT), (jc.jacobian("f(x) = x/3"), "1/3 = 0.34", WRONG),
    *((jc.gradient("f(x, y) = x^2 y", at=(1, 2)), typed, CORRECT) for typed in (
        "f_x = 2xy, f_y = x^2, at (1, 2): (4, 1)", "f_x = 2xy; f_y = x^2; at (1, 2): f_x = 4, f_y = 1",
        "f_x = 2xy, f_y = x^2. At (1, 2): f_x = 4 and f_y = 1", "∇f = (2xy, x^2); at (1, 2): (4, 1)")),
    (jc.gradient("f(x, y) = x^2 y", at=(1, 2)), "f_x = 2xy, f_y = x^2, at (1, 2): (4, 2)", WRONG),
    (jc.gradient("f(x, y) = x^2 y", at=(1, 2)), "f_x = 2xy, f_y = x^2. At (1, 2): f_x = 4, f_y = 2", WRONG),
    (jc.gradient("f(x, y) = x^2 y"), "f_x = 2xy, f_y = x^2, at (3, 2): (12, 9)", CORRECT),
    (jc.jacobian("f(x) = sin x", at=1), "cos(1) = 0.54", CORRECT),
    (jc.jacobian("f(x) = sin x", at=1), "sin(1) = 0.5403", WRONG),
    (jc.gradient("L(x, y) = x^2 y"), "∂L/∂x = 2x y, ∂L/∂y = x^2", CORRECT),
    *((jc.gradient("L(x, y) = x^2 y"), typed, CORRECT) for typed in (
        "2L_x = 4x y, L_y = x^2", "3L_x = 6x y; 2L_y = 2x^2", r"2\frac{\partial L}{\partial x} = 4xy, L_y = x^2")),
    (jc.gradient("L(x, y) = x^2 y"), "2L_x = 2x y, L_y = x^2", WRONG),
    (SECOND, "h_xx = 6, 1/2 h_xy = 2, h_yy = 2", CORRECT), (SECOND, "2*h_xx = 12, h_xy = 4, h_yy = 2", CORRECT),
    (jc.gradient("L(x, y) = x^2 y"), "L_x = 2x y\nL_y = 2x", WRONG),
    (jc.jacobian("f(x, y) = [x y, x + y]"),
     "∂f_1/∂x = y; ∂f_1/∂y = x; ∂f_2/∂x = 1; ∂f_2/∂y = 1", CORRECT),
    (jc.jacobian("f(x, y) = [x y, x + y]"),
     r"\frac{\partial f_1}{\partial x} = y \\ \frac{\partial f_1}{\partial y} = x \\"
     r" \frac{\partial f_2}{\partial x} = 1 \\ \frac{\partial f_2}{\partial y} = 1", CORRECT),
    (jc.hessian("f(x, y) = [x^2 y, y^3]"), "H_1 = [[2y, 2x], [2x, 0]]; H_2 = [[0, 0], [0, 6y]]", CORRECT),
    (jc.hessian("f(x, y) = [x^2 y, y^3]"), "H(f1) = [[2y, 2x], [2x, 0]]; H(f2) = [[0, 0], [0, 6y]]", CORRECT),
    (jc.hessian("f(x, y) = [x^2 y, y^3]"), "H_2 = [[0, 0], [0, 6y]]; H_1 = [[2y, 2x], [2x, 0]]", CORRECT),
    (jc.implicit("x + y + z = 1", "x y z = 1", solve_for="y,z"), "dy/dx = (x y - y z)/(x z - x y); "
     "dz/dx = (y z - x z)/(x z - x y)", CORRECT),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "outcome"), ENTRIES, ids=[e[1][:50] for e in ENTRIES])
def test_entries_one_by_one(solution: jc.Solution, answer: str, outcome: str) -> None:
    assert solution.check(answer).outcome == outcome


KINK = jc.point("f(x) = |x|", at=0)
REPORTS = [
    ("no", CORRECT, 1, 1), ("not differentiable", CORRECT, 1, 1), ("yes", WRONG, 0, 1),
    ("continuous but not differentiable", CORRECT, 2, 2), ("defined, continuous, not differentiable", CORRECT, 3, 3),
    ("continuous: no, differentiable: no", WRONG, 1, 2), ("It is continuous and differentiable.", WRONG, 1, 2),
    ("7", UNREADABLE, 0, 1), ("perhaps", UNREADABLE, 0, 1),
    ("differentiable: no, differentiable: yes", UNREADABLE, 0, 1),
    ("I am not sure it is differentiable", UNREADABLE, 0, 1), ("Is it differentiable?", UNREADABLE, 0, 1),
    ("it is not not differentiable", UNREADABLE, 0, 1), ("not differentiable since f'(0) = 5", UNREADABLE, 0, 1),
    ("defined: yes", WRONG, 1, 2), ("not C1", CORRECT, 1, 1),
    ("neither continuous nor differentiable", WRONG, 1, 2), ("neither defined nor continuous", WRONG, 0, 3),
    ("not only continuous but also differentiable", WRONG, 1, 2), ("the derivative does not exist", CORRECT, 1, 1),
    ("not differentiable at x = 0", CORRECT, 1, 1), ("not differentiable at the origin", CORRECT, 1, 1),
    ("not differentiable at 2", UNREADABLE, 0, 1), ("f'(2) does not exist", UNREADABLE, 0, 1),
    ("f'(0) does not exist", CORRECT, 1, 1), ("not twice differentiable", UNREADABLE, 0, 1),
    ("left derivative -1, right derivative 1, so not differentiable", CORRECT, 1, 1),
    ("partially differentiable", WRONG, 0, 2), ("not partially differentiable", CORRECT, 2, 2),
    # What follows counts where that from which it follows is right.
    ("not continuous", WRONG, 0, 2), ("undefined", WRONG, 0, 2), ("continuous", WRONG, 1, 2), ("C1", WRONG, 0, 1),
]  # fmt: skip
HOLE = jc.point("g(t) = (t^2 - 9)/(t - 3)", at=3)
HOLE_REPORTS = [
    ("undefined", CORRECT, 2, 2), ("not defined", CORRECT, 2, 2), ("not continuous", CORRECT, 2, 2),
    ("not defined, not continuous, not differentiable", CORRECT, 3, 3), ("g is not defined at 3", CORRECT, 2, 2),
    ("neither defined nor continuous", CORRECT, 3, 3), ("g(3) is undefined", CORRECT, 2, 2),
    ("undefined but continuous", WRONG, 2, 3), ("not defined, differentiable: yes", WRONG, 1, 2),
    ("undefined derivative", CORRECT, 1, 1), ("defined", WRONG, 0, 2), ("f is not defined at 3", UNREADABLE, 0, 1),
    ("g(t) is not differentiable at t = 6/2", CORRECT, 1, 1), ("not defined at t = 2", UNREADABLE, 0, 1),
]  # fmt: skip
FLAT = jc.point("f(x, y) = piecewise(x^2 y^2/(x^2 + y^2) if x != 0 or y != 0, 0 otherwise)", at=(0, 0))
FLAT_REPORTS = [
    ("not only continuous but also differentiable", CORRECT, 2, 2), ("differentiable", CORRECT, 1, 1),
    ("partially differentiable only", UNREADABLE, 0, 1), ("continuous", WRONG, 1, 2), ("not continuous", WRONG, 0, 2),
    ("partial derivatives exist", WRONG, 1, 2), ("no doubt differentiable", CORRECT, 1, 1),
    ("differentiable at (0, 0)", CORRECT, 1, 1), ("differentiable at 0", CORRECT, 1, 1),
    ("differentiable at (1, 0)", UNREADABLE, 0, 1), ("differentiable except at the origin", UNREADABLE, 0, 1),
]  # fmt: skip
SECONDS = [  # the score of a first and of second derivatives, half of the marks each
    (CIRCLE, "y' = -x/y, y'' = -25/y^3", 1, 1), (CIRCLE, "y' = -x/y, y'' = 25/y^3", 0.5, 1),
    (CIRCLE, "y' = x/y, y'' = -25/y^3", 0.5, 1), (CIRCLE, "y' = x/y, y'' = 25/y^3", 0, 1),
    (CIRCLE, "y'' = -25/y^3", 1, 1), (CIRCLE, "y'' = 25/y^3", 0, 1),
    (SPHERE, "z_x = -1/2, z_y = -1, z_xy = -1/4, z_yy = 1", 1.5, 2),
    (SPHERE, "z_x = -1/2, z_y = 1, z_xy = -1/4", 1.5, 2),
    (SPHERE, "z_xy = -1/4, z_yy = 1", 1, 2), (SPHERE, "z_yx = -1/4, z_xx = -5/8", 2, 2),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "score", "of"), SECONDS, ids=[row[1] for row in SECONDS])
def test_second_derivatives_beside_the_first(solution: jc.Solution, answer: str, score: float, of: float) -> None:
    verdict = solution.check(answer)
    assert (verdict.score, verdict.max_score) == (score, of), verdict
    assert (verdict.outcome == CORRECT) == (score == of)


OTHERS = [(HOLE, *row) for row in HOLE_REPORTS] + [(FLAT, *row) for row in FLAT_REPORTS]


@pytest.mark.parametrize(("solution", "answer", "outcome", "score", "of"), OTHERS)
def test_reports_on_other_points(solution: jc.Solution, answer: str, outcome: str, score: float, of: float) -> None:
    verdict = solution.check(answer)
    assert (verdict.outcome, verdict.score, verdict.max_score) == (outcome, score, of), verdict


def test_a_report_says_what_follows_and_what_is_not_judged() -> None:
    assert HOLE.check("undefined").read == "defined: no, so differentiable: no"
    assert FLAT.check("differentiable, f(0, 0) = 0").message == "Correct. Note: “f(0, 0) = 0” is not judged."
    refused = FLAT.check("nowhere near differentiable").message
    assert "“near” cannot be read here" in refused
    assert "hint: say yes or no" in refused


@pytest.mark.parametrize(("answer", "outcome", "score", "of"), REPORTS)
def test_reports_in_words(answer: str, outcome: str, score: float, of: float) -> None:
    verdict = KINK.check(answer)
    assert (verdict.outcome, verdict.score, verdict.max_score) == (outcome, score, of), verdict


def test_partials_are_taken_to_suffice_only_where_they_exist() -> None:
    body = "piecewise(x y/(x^2 + y^2) if x != 0 or y != 0, 0 otherwise)"
    assert jc.point(f"f(x, y) = {body}", at=(0, 0)).check("yes").mistakes == ("partials-suffice",)
    assert KINK.check("yes").mistakes == ("report",)


FORMS = [
    ("f(x) = (x + 1)^2", "2(x + 1)", "expanded", "form-expanded"), ("f(x) = (x + 1)^2", "2x + 2", "expanded", ""),
    ("f(x) = x^3/3 + x^2 + x", "(x + 1)^2", "expanded", "form-expanded"),
    ("f(x) = x^3/3 + x^2 + x", "x^2 + 2x + 1", "expanded", ""), ("f(x) = ln(x + 1)", "(x + 1)^(-1)", "expanded", ""),
    ("f(x) = x^3 - 3x", "3x^2 - 3", "factored", "form-factored"),
    ("f(x) = x^3 - 3x", "3(x^2 - 1)", "factored", "form-factored"),
    ("f(x) = x^3 - 3x", "3(x - 1)(x + 1)", "factored", ""), ("f(x) = x^3 + 3x", "3(x^2 + 1)", "factored", ""),
    ("f(x) = 6x", "2*3", "evaluated", "form-evaluated"), ("f(x) = 6x", "6", "evaluated", ""),
    ("f(x) = 6x", "6.0", "evaluated", ""), ("f(x) = x/2", "1/2", "evaluated", ""),
    ("f(x) = x/2", "2/4", "evaluated", "form-evaluated"), ("f(x) = x sin(1)", "sin(1)", "evaluated", ""),
    ("f(x) = 6x y", "2*3 y", "evaluated", "form-evaluated"),
    ("f(x) = 6x", "[[2]] [[3]]", "evaluated", "form-evaluated"), ("f(x) = 6x", "12/2", "evaluated", "form-evaluated"),
    ("f(x) = x sin(pi/6)", "sin(pi/6)", "evaluated", "form-evaluated"),
    ("f(x) = x/sqrt(32)", "1/(4sqrt(2))", "evaluated", ""),
]  # fmt: skip


@pytest.mark.parametrize(("function", "answer", "form", "code"), FORMS)
def test_the_form_is_judged_apart_from_the_value(function: str, answer: str, form: str, code: str) -> None:
    function = function.replace("f(x) = 6x y", "f(x; y) = 6x y")
    verdict = jc.jacobian(function).check(answer, form=form)
    assert verdict.mistakes == ((code,) if code else ())
    assert (verdict.outcome, verdict.score) == ((WRONG, 0.5) if code else (CORRECT, 1))
    assert not code or "value is right" in verdict.message


SQUARE, AT_THREE = jc.jacobian("f(x) = x^2"), jc.jacobian("f(x) = x^2", at=3)
LOGARITHM, ROOT = jc.jacobian("f(x) = x ln(x^2)"), jc.jacobian("f(x) = x |x|")
NOWHERE = [
    (SQUARE, "2x + 0/(x - x)", "undefined", ""), (SQUARE, "2x + 0 sqrt(-1 - x^2)", "undefined", ""),
    (SQUARE, "2x + 0/((x + 1)^50 - (x + 1)^50)", "undefined", ""), (SQUARE, "2x + 0/(|x| - x)", "", "|x| - x ≠ 0"),
    (SQUARE, "2x + 0 ln(x)", "", "x > 0"), (SQUARE, "2x x/x", "", "x ≠ 0"), (SQUARE, "2x/1", "", ""),
    (AT_THREE, "6 + 0/(1 - 1)", "undefined", ""), (AT_THREE, "6 + 0 ln(0 - 1)", "undefined", ""),
    (AT_THREE, "6 + 0/sin(pi)", "undefined", ""), (AT_THREE, "6/(2 - 1)", "", ""),
    (LOGARITHM, "2 + ln(x) + ln(-x)", "undefined", ""), (LOGARITHM, "2 + 2ln(-x)", "", "x < 0"),
    (LOGARITHM, "2 + 2ln|x|", "", ""), (ROOT, "2sqrt(x) sqrt(-x)", "undefined", ""),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "code", "restriction"), NOWHERE, ids=[n[1] for n in NOWHERE])
def test_an_answer_that_is_defined_nowhere_is_undefined(
    solution: jc.Solution, answer: str, code: str, restriction: str
) -> None:
    verdict = solution.check(answer)
    assert (verdict.outcome, verdict.mistakes) == ((WRONG, (code,)) if code else (CORRECT, ()))
    assert verdict.restriction == (f"where your answer is defined: {restriction}" if restriction else "")


RULE = jc.compose("f: R^n -> R^m", "g: R^m -> R^p", "h: R^p -> R^q")
RULES = [
    ("J_h(g(f(x))) J_g(f(x)) J_f(x)", CORRECT, ()), ("J = J_h·J_g·J_f", CORRECT, ()), ("JhJgJf", CORRECT, ()),
    (r"J_{\mathbf{h}}(\mathbf{g}(\mathbf{f}(\mathbf{x}))) \cdot J_{\mathbf g}(\mathbf f(\mathbf x)) J_{\mathbf f}(x)",
     CORRECT, ()),
    ("J_f J_g J_h", WRONG, ("order",)), ("J_g J_f", WRONG, ("outer-missing",)), ("J_h J_g", WRONG, ("inner-missing",)),
    ("Dh(g(f(x))) Dg(f(x)) Df(x)", CORRECT, ()), ("h'(g(f(x)))·g'(f(x))·f'(x)", CORRECT, ()), ("h'g'f'", CORRECT, ()),
    ("D(h∘g∘f)(x) = Dh((g∘f)(x)) ∘ Dg(f(x)) ∘ Df(x)", CORRECT, ()), ("∂h/∂g ∂g/∂f ∂f/∂x", CORRECT, ()),
    (r"\frac{\partial h}{\partial g}\frac{\partial g}{\partial f}\frac{\partial f}{\partial x}", CORRECT, ()),
    ("dh/dv dg/du df/dx", CORRECT, ()),
    ("dy/dv dv/du du/dx", CORRECT, ()),
    ("∂h/∂g · ∂g/∂u · ∂u/∂x", CORRECT, ()),
    ("du/dx dv/du dy/dv", UNREADABLE, ()),
    ("J_h(v) J_g(u) J_f(x)", CORRECT, ()), ("J_h(g(u)) J_g(u) J_f(x)", CORRECT, ()),
    (r"J_h(z)\,J_g(y)\,J_f(x)", CORRECT, ()),
    ("J_h(x) J_g(x) J_f(x)", WRONG, ("outer-at-x",)), ("h'(g(x)) g'(f(x)) f'(x)", WRONG, ("outer-at-x",)),
    ("J_h(f(g(x))) J_g(f(x)) J_f(x)", WRONG, ("outer-at-x",)), ("J_h(g(f(a))) J_g(a) J_f(a)", WRONG, ("outer-at-x",)),
    ("J_h J_g J_f^T", WRONG, ("transposed",)), ("f'g'h'", WRONG, ("order",)),
    ("J_h + J_g + J_f", WRONG, ("sum",)), ("J_h ⊙ J_g ⊙ J_f", WRONG, ("elementwise",)), ("h g f", UNREADABLE, ()),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "outcome", "codes"), RULES)
def test_the_rule_itself(answer: str, outcome: str, codes: tuple[str, ...]) -> None:
    verdict = RULE.check(answer)
    assert (verdict.outcome, verdict.mistakes) == (outcome, codes), verdict


VARIABLES = [
    (jc.differential("f(x, y) = x^2 y"), ("x", "y", "dx", "dy")),
    (jc.differential("f(x, y) = x^2 y", at=(1, 2)), ("dx", "dy")),
    (jc.differential("f(x, y) = x^2 y", at=(1, 2), vector="0.1, 0.2"), ()),
    (jc.jacobian("f(x, y; a) = a x y"), ("x", "y", "a")),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "variables"), VARIABLES, ids=range(len(VARIABLES)))
def test_what_an_answer_may_contain(solution: jc.Solution, variables: tuple[str, ...]) -> None:
    assert Reference(solution.derivation).variables == variables


def test_points_of_a_curve_without_rational_points() -> None:
    question = jc.implicit("x^2 + y^2 = 3", solve_for="y").question
    assert isinstance(question, ImplicitFunction)
    x, y = next(curve_points(question))
    assert isinstance(x, Fraction)
    assert (y * y).contains(3 - flint.fmpq(x.numerator, x.denominator) ** 2)
    assert float(y.rad()) < 1e-30


RELU, ABSOLUTE = jc.jacobian("f(x) = relu(x)"), jc.jacobian("f(x) = abs(x)")
RAMP, PARABOLA = jc.jacobian("f(x) = x relu(x)"), jc.jacobian("f(x) = x^2")
CASES = [
    (RELU, "1[x>0]", CORRECT), (RELU, "[x > 0]", CORRECT), (RELU, "$[x > 0]$", CORRECT),
    (RELU, r"\[[x > 0]\]", CORRECT), (RELU, "f'(x) = $[x > 0]$", CORRECT), (RELU, "(x > 0)", CORRECT),
    (RELU, "1_{x>0}", CORRECT),
    (RELU, r"\mathbb{1}[x>0]", CORRECT), (RELU, r"\mathbf{1}_{x>0}", CORRECT), (RELU, "I(x > 0)", CORRECT),
    (RELU, "x > 0 ? 1 : 0", CORRECT), (RELU, "f'(x) = x > 0 ? 1 : 0", CORRECT), (RELU, "(x > 0 ? 1 : 0)", CORRECT),
    (RELU, "1 if x > 0 else 0", CORRECT), (RELU, "np.where(x > 0, 1, 0)", CORRECT), (RELU, "1 - [x < 0]", CORRECT),
    (RELU, "x>0: 1; x<0: 0", CORRECT), (RELU, "x < 0: 0\nx > 0: 1", CORRECT),
    (RELU, "1 if x > 0, 0 otherwise", CORRECT),
    (RELU, "x < 0 ? 0 : x < 1 ? 1 : 1", CORRECT), (ABSOLUTE, "x>0: 1; x<0: -1", CORRECT),
    (ABSOLUTE, "1 for x > 0, -1 for x < 0", CORRECT), (ABSOLUTE, "[x>0] - [x<0]", CORRECT),
    (RAMP, "2x[x > 0]", CORRECT), (RAMP, "2x 1[x > 0]", CORRECT), (RAMP, "x > 0: 2x; x < 0: 0", CORRECT),
    (PARABOLA, "2x [x>0]", CORRECT), (PARABOLA, "2x for x > 0", CORRECT), (PARABOLA, "2x, x > 0", CORRECT),
    (RELU, "1[x<0]", WRONG), (RELU, "[x < 0]", WRONG), (RELU, "x > 0 ? 0 : 1", WRONG), (RELU, "x > 0 ? 1 : 2", WRONG),
    (RELU, "x>0: 1; x<0: 1", WRONG), (RELU, "0 if x > 0 else 1", WRONG), (RELU, "x > 1 ? 1 : 0", WRONG),
    (RELU, "x>0: 0; x<0: 0", WRONG), (ABSOLUTE, "x>0: -1; x<0: 1", WRONG), (ABSOLUTE, "[x>0] + [x<0]", WRONG),
    (ABSOLUTE, "x > 0 ? 1 : 0", WRONG), (RAMP, "[x > 0]", WRONG), (PARABOLA, "2x[x>0]", WRONG),
    (RELU, "x ? 1 : 0 > 0", UNREADABLE), (RELU, "x > 0 ?", UNREADABLE), (RELU, "x > 0 ? 1", UNREADABLE),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "outcome"), CASES, ids=[answer for _, answer, _ in CASES])
def test_cases_as_people_write_them(solution: jc.Solution, answer: str, outcome: str) -> None:
    verdict = solution.check(answer)
    assert verdict.outcome == outcome, verdict


# Of f = A x in x, which is A; of s = x'A x in x, which is (A + A')x.
LINEAR = jc.differential("x: n; A: m x n; f = A x", of="f", wrt="x")
QUADRATIC = jc.differential("x: n; A: n x n; s = x' A x", of="s", wrt="x")
SQUARES = jc.differential("x: n; A: m x n; b: m; L = ||A x - b||^2", of="L", wrt="x")
TWICE = jc.differential("X: n x n; F = X X", of="F", wrt="X")
INVERTED = jc.differential("X: n x n invertible; a: n; b: n; s = a' X^-1 b", of="s", wrt="X")
DAMPED = jc.differential("x: n; A: n x n; lambda: scalar; f = A x + lambda x", of="f", wrt="x")
PENCIL = jc.differential("t: scalar; A, B: n x n; F = (A + t B)^-1", of="F", wrt="t")
LIKELIHOOD = jc.differential("z: k; y: k one-hot; p = softmax(z); L = -log(y' p)", of="L", wrt="z")
RELATIVE = jc.differential("z: k; y: k one-hot; p = softmax(z); L = sum(y .* log(y ./ p))", of="L", wrt="z")
SUM_OF_ALL = jc.differential("A: m x n; b: n; f = 1^T A b", of="f", wrt="A")
LAYER = jc.differential("x: n; W: m x n; b, y: m; z = W x + b; a = relu(z); L = 1/2 ||a - y||^2", of="L", wrt="W")
TERMS = [
    (PENCIL, "-(A + t B)^-1 B (A + t B)^-1", CORRECT, ()), (PENCIL, "dF = -dt F B F", CORRECT, ()),
    (PENCIL, "F B F", WRONG, ("sign",)), (PENCIL, "-(F B F)'", WRONG, ("transposed",)),
    (LINEAR, "A", CORRECT, ()), (LINEAR, "A dx", CORRECT, ()), (LINEAR, "df = A dx", CORRECT, ()),
    (LINEAR, "A'", WRONG, ("transposed",)), (LINEAR, "-A", WRONG, ("sign",)), (LINEAR, "2A", WRONG, ("factor",)),
    (LINEAR, "df = 2A dx", WRONG, ("factor",)), (LINEAR, "A A", WRONG, ("shape",)),
    (QUADRATIC, "A x + A' x", CORRECT, ()), (QUADRATIC, "ds = x' (A + A') dx", CORRECT, ()),
    (LINEAR, "A A A", WRONG, ("shape",)), (LINEAR, "A @@", UNREADABLE, ()), (LINEAR, "[1, 2]", UNREADABLE, ()),
    (QUADRATIC, "2A x", WRONG, ("missing-transpose",)), (QUADRATIC, "A x", WRONG, ("term",)),
    (QUADRATIC, "x' (A + A')", WRONG, ("transposed",)),
    (QUADRATIC, "-(A + A') x", WRONG, ("sign",)), (QUADRATIC, "(A - A') x", WRONG, ("term-sign",)),
    (QUADRATIC, "[A + A.T] @ x", CORRECT, ()), (QUADRATIC, "(A + A' + I) x", WRONG, ()),
    (SQUARES, "2A.T (A x - b)", CORRECT, ()), (SQUARES, "A'(A x - b)", WRONG, ("scale",)),
    (SQUARES, "2A'(A x + b)", WRONG, ("term-sign",)), (SQUARES, "2A (A x - b)", WRONG, ("shape",)),
    (TWICE, "2X dX", WRONG, ("order",)), (TWICE, "X dX + dX X", CORRECT, ()),
    (INVERTED, r"-X^{-\top} a b^\top X^{-\top}", CORRECT, ()), (INVERTED, "-X⁻ᵀ a b' X⁻ᵀ", CORRECT, ()),
    (INVERTED, "-X^-1 a b' X^-1", WRONG, ("missing-transpose",)), (INVERTED, "X⁻ᵀ a b' X⁻ᵀ", WRONG, ("sign",)),
    (DAMPED, "A + lambda I", CORRECT, ()), (DAMPED, "A + I lambda", CORRECT, ()), (DAMPED, "A + I", WRONG, ("scale",)),
    (DAMPED, "A + lambda", WRONG, ("shape",)), (DAMPED, "A .* I + lambda I", WRONG, ()),
    (DAMPED, "A + tr(I) I", UNREADABLE, ()),
    (LIKELIHOOD, "p - y", CORRECT, ()), (LIKELIHOOD, "p - (y .* p)/(y' p)", CORRECT, ()),
    (LIKELIHOOD, "y - p", WRONG, ("sign",)), (RELATIVE, "p - y", CORRECT, ()), (RELATIVE, "p - 1", WRONG, ()),
    (SUM_OF_ALL, "1 b^T", CORRECT, ()), (SUM_OF_ALL, r"\mathbf{1} b^\top", CORRECT, ()),
    (SUM_OF_ALL, "b 1^T", WRONG, ("transposed",)),
    (LAYER, "((a - y) .* [z > 0]) x'", CORRECT, ()), (LAYER, "(a - y) x'", WRONG, ("activation",)),
    (LAYER, "(a - y) .* [z > 0]", WRONG, ("factor-missing",)),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "outcome", "codes"), TERMS, ids=[answer for _, answer, *_ in TERMS])
def test_derivatives_of_matrix_programs(
    solution: jc.Solution, answer: str, outcome: str, codes: tuple[str, ...]
) -> None:
    verdict = solution.check(answer)
    assert (verdict.outcome, verdict.mistakes) == (outcome, codes), verdict


HOSTILE = [
    "9^9^9", "((((9^900)^900)^900)^900)^900", "+".join(["x"] * 2000), "(" * 200, "sin(" * 25 + "x" + ")" * 25,
    "(x + 1)^500 (x + 2)^500 (x + 3)^500", "e^(e^(e^(e^(e^x))))", "2^(2^(2^(2^(2^9))))", "1/(x - x)", "x/0",
    "7(x+1)^6 sin((x+1)^7)", "40(x+5)^3 cos(10(x+5)^4)", "[[1, 2], [3, 4]]" * 30, "\\frac{1}{" * 29 + "x" + "}" * 29,
    "__import__('os').system('true')", "x.__class__", "\x00", "‮x", "ｘ", "x" * 20_000, "∞", "NaN", "lambda: 0",
    "(x^2 + 1)^12/(x^2 + 1)^11 * (x^3 + x + 1)^12/(x^3 + x + 1)^12 + 0*x^900",
]  # fmt: skip


@pytest.mark.parametrize("answer", HOSTILE, ids=[h[:30].replace("\x00", "NUL") for h in HOSTILE])
def test_hostile_answers_get_a_verdict_in_time(answer: str) -> None:
    start = time.process_time()
    verdict = jc.jacobian("f(x) = sin((x + 1)^7)").check(answer)
    assert verdict.outcome in (WRONG, UNREADABLE, UNDECIDED)
    assert verdict.message
    assert time.process_time() - start < 20


SUMS_OF_DECIMALS = [  # (right, given, the code)
    ("x/3 + 2/3", "0.333x + 0.667", ""), ("cos x + 1/3", "0.333 + cos x", ""), ("x/3 + y/3", "0.333x + 0.333y", ""),
    ("pi x + e y", "3.14x + 2.72y", ""), ("x/2 + 1/3", "0.5x + 0.333", ""), ("2pi + e", "6.28 + 2.72", ""),
    ("2/3 x^(-1/3)", "0.667x^(-0.333)", ""), ("x/3", "0.33x", "digits"), ("x/3 + 2/3", "0.333x + 0.677", None),
    ("x/3 + 2/3", "0.3x + 0.667", "digits"), ("pi - e", "3.14 - 2.72", "digits"),
    # what stands in the right formula is exact, and so is what no digits can save
    ("|x^2 - 2x + 0.999|", "x^2 - 2x + 0.999", None), ("max(sin x, 0.9999)", "0.9999", None),
    ("|sin x + 0.99|", "sin x + 0.99", None), ("sqrt((sin x - 0.999)^2)", "0.999 - sin x", None),
]  # fmt: skip


@pytest.mark.parametrize(("right", "given", "code"), SUMS_OF_DECIMALS)
def test_sums_of_decimals(right: str, given: str, code: str | None) -> None:
    """Where the terms of a sum cancel it has fewer digits than each of them: that is no fault of the answer."""
    verdict = jc.equivalent(right, given)
    expected = (CORRECT, ()) if code == "" else (WRONG, (code,) if code else ())
    assert (verdict.outcome, verdict.mistakes) == expected, verdict


THIRDS = jc.gradient("f(x, y) = (2x + y)/3")


@pytest.mark.parametrize(("given", "outcome"), [
    *((f"f_x {said}, f_y = 1/3", CORRECT) for said in (
        "= about 0.667", "≈ 0.667", "~ 0.667", "is approximately 0.667", "= 2/3 or 0.667", "= 2/3 (≈ 0.667)",
        "= 2/3, i.e. about 0.667", "= 0.667 (3 s.f.)", "= 0.667 to three decimal places", "= 0.667 (approx.)")),
    *((given, CORRECT) for given in (
        "(≈0.667, about 0.333)", "(2/3 ≈ 0.667, 1/3 ≈ 0.333)", "(2/3, 1/3) ~ (0.667, 0.333)", "~0.667, ~0.333",
        "<2/3, 1/3> ≈ <0.667, 0.333>", r"\begin{pmatrix} 2/3 \approx 0.667 \\ 1/3 \end{pmatrix}",
        "0.667, 0.333 (3dp)", "(2/3, 1/3) (exact)", "2/3, 1/3 exactly", r"f_x = 2/3 ($\approx 0.667$), f_y = 1/3",
        "f_x = **2/3** (≈ 0.667), f_y = **1/3** (≈ 0.333)", "(2/3 (≈ 0.667), 1/3 (≈ 0.333))", "(2/3 or 0.667, 1/3)",
        "f_x = 2/3 (≈ 0.667) and f_y = 1/3 (≈ 0.333)", r"\left(\frac23 (\approx 0.667), \frac13\right)")),
    (r"f_x = \frac{2}{3}\ (\approx 0.667), f_y = \frac13", UNREADABLE),
    ("(≈0.677, ≈0.333)", WRONG), ("(2/5 ≈ 0.667, 1/3)", WRONG), ("f_x = about 0.677, f_y = 1/3", WRONG),
    ("f_x = 2 or 2.5, f_y = 1/3", UNREADABLE), ("f_x = 2/3 or 1.5, f_y = 1/3", WRONG),
])  # fmt: skip
def test_what_says_that_a_number_is_rounded(given: str, outcome: str) -> None:
    assert THIRDS.check(given).outcome == outcome


@pytest.mark.parametrize("given", [
    "2/3, about 0.667", "f'(1.5) is about 0.667", "2/3 (≈ 0.667) is the slope", r"$\frac{2}{3} (\approx 0.667)$",
    r"2/3 ($\approx 0.667$)", r"$\frac23$ ($\approx 0.667$)", "**2/3** (≈ 0.667)", "2/3 (exact)", "0.667 (approx.)",
])  # fmt: skip
def test_a_rounded_number_behind_the_only_one_is_no_factor(given: str) -> None:
    assert jc.jacobian("f(x) = ln(x)", at="3/2").check(given).outcome == CORRECT


def test_sf_and_dp_may_be_products() -> None:
    assert jc.gradient("g(s, f) = 3/2 s f^2").check("3/2 f^2, 3 sf").outcome == CORRECT


@pytest.mark.parametrize(("given", "code"), [
    ("0.666...", ""), ("0.6666…", ""), (r"0.666\ldots", ""), ("0.667…", ""), ("0.666", "rounding"), ("0.6…", "digits"),
    ("0.665…", None), ("-0.666…", "sign"), ("2·0.333…", ""),
])  # fmt: skip
def test_digits_that_go_on_may_be_cut_off(given: str, code: str | None) -> None:
    verdict = jc.jacobian("f(x) = 2x/3").check(given)
    expected = (CORRECT, ()) if code == "" else (WRONG, (code,) if code else ())
    assert (verdict.outcome, verdict.mistakes) == expected, verdict


COMPOSED = jc.compose("f(x, y) = [x y, x + 2y]", "g(u, v) = [u^2 v, u - v^2]", at=(1, 2))
PLAIN = jc.jacobian("f(x, y) = [x^2 y, 5x + sin(y)]")
CYLINDRICAL = jc.jacobian("x = r cos t, y = r sin t, z = z")
PLANE = jc.gradient("f(x, y) = x^2 + y^2")
INNER = jc.compose("f(x) = x^2", "g(u) = sin u")
DAMPING = jc.jacobian("f(x) = e^(2x) sin x")
ROUND = jc.gradient("f(x, y) = sqrt(x^2 + y^2)")
SQUARE = jc.jacobian("f(x) = x^2")
INDEXED = jc.gradient("L(x1, x2) = x1^2 x2")
CURVE = jc.jacobian("r(t) = (cos t, sin t, t)")
PIPE, PRODUCTS = jc.jacobian("r(u, v) = (cos u, sin u, v)"), jc.jacobian("r(x, y) = (x y, x)")
CAPITAL = jc.jacobian("F(x, y) = (x y, x)", at=(1, 2))
PRODUCTS_AT, PRODUCTS_TWICE = jc.jacobian("r(x, y) = (x y, x)", at=(1, 2)), jc.jacobian("r(x, y) = (2x y, 2x + y)")
FOLIUM = jc.implicit("x^3 + y^3 = 6x y", solve_for="y")
PLANE_AXIS, SPREAD = jc.gradient("f(x, y) = x^2"), jc.jacobian("f(z) = [z, z^2]")
CURVES = jc.implicit("x^2 + y^2 + z^2 = 1", "x + y + z = 0", solve_for=["y", "z"])
EXPONENTIAL = jc.jacobian("f(x) = e^(-3x)")
NUMBERED = jc.hessian("f(x1, x2) = x1^2 x2 + x2^3")
UNEQUAL = jc.hessian("f(x, y) = piecewise(x y (x^2 - y^2)/(x^2 + y^2) if (x, y) != 0, 0 otherwise)", at=(0, 0))
SADDLE = jc.hessian("f(x, y) = x^2 - y^2")
CRITICAL = jc.gradient("f(x, y) = x^2 + y^2", at=(0, 0))
OUTER_HESSIAN = jc.hessian("f(x, y) = [x y, x^2]", "L(u, v) = u^2 v")
DIRECTION = jc.jvp("T(x, y) = x^2 y", at=(1, 2), vector=(3, 4), unit=True)
SQUARE_AT = jc.jacobian("f(x) = x^2", at=3)
SECOND_AT = jc.hessian("f(x) = x^4 - 2x^2", at=1)
TOTAL = jc.differential("z = x^2 + 3x y")
SLOPES = jc.jacobian("f(x, y) = x^2 y", at=(1, 2))
TANGENT = jc.implicit("x^2 + y^2 = 25", solve_for="y", at=(3, 4))
FLAT_HESSIAN = jc.hessian("f(x, y) = 3x + 2y")
ANALYTIC = jc.jacobian("f(x, y) = [x^2 - y^2, 2x y]")
POLAR = jc.volume("p(r, t) = [r cos t, r sin t]")
POWER = jc.jacobian("f(x) = (3x + 1)^5")
PLANE_AT = jc.gradient("f(x, y) = x^2 + y^2", at=(1, 2))
CHANGES = jc.differential("f(x, y) = [x^2 - y^2, 2x y]", at=(1, 2))
OUTSIDE, RATIO = jc.differential("v = y cos xy"), jc.differential("f(x, y) = x^2/(2y^2 + 2)")
CHANGE = jc.differential("z = x^2 y", at=(1, 2), vector=(Fraction(1, 10), Fraction(-1, 5)))
CUBIC = jc.implicit("x^2 + x y + y^3 = 7", solve_for="y")
WHOLE = jc.compose("x = s t, y = s + t^2", "z = x^2 y")
J_COMPOSED, J_PLAIN = "J = [[44, 28], [-8, -19]]", "J = [[2xy, x^2], [5, cos y]]"
CIRCLE_POINT = jc.implicit("x^2 + y^2 = 25", solve_for="y", at=(3, 4))
BESIDE = [  # what stands beside the result is not judged
    *((PLANE, f"The gradient is the vector of partial derivatives, {said} (2x, 2y)", CORRECT, "Correct (proved).")
      for said in ("so it's", "so it is", "so it’s")),
    (PLANE, "Each entry is a partial derivative, so it is (2x, y)", WRONG, "1 of 2"),
    (jc.gradient("f(x, y, z) = x + y^2 + z"), "1, 2y, so it is (1, 2y, 1)", WRONG, ""),
    *((PLANE_AT, f"(2x, 2y)\n{said}(2, 4)", CORRECT, "Every step follows") for said in (
        "Plugging in x=1, y=2 gives ", "Plug in (1, 2): ", "Substituting (1, 2) we get ", "Step 2: plug in (1,2)\n",
        "Now plug in x = 1 and y = 2.\n", "Step 2: substitute x = 1, y = 2:\n")),
    (PLANE_AT, "(2x, 2y)\nPlugging in x=1, y=2 gives (2, 3)", WRONG, "Step 2 does not follow"),
    (PLANE, "(2x, 2y), plugging in (1, 2) gives (2, 4)", CORRECT, "a value at a point is not judged"),
    (SQUARE, "f' = 2x, plugging in x = 3 we get f'(3) = 6", CORRECT, "f' at a point is not judged"),
    (PLANE_AT, "(2x, 2y), plugging in x = 1, y = 2 gives (2, 4)", CORRECT, "Every step follows"),
    *((PLANE, said, CORRECT, "“treat y as constant” is not judged") for said in (
        "∂f/∂x = 2x (treat y as constant), ∂f/∂y = 2y", "∂f/∂x = 2x (treat y as constant)\n∂f/∂y = 2y")),
    (PLANE, "f_x = 2x, treating y as a constant; f_y = 2y (x is held constant)", CORRECT, "“x is held constant” is"),
    (PLANE, "f_x = 2x (treat y as constant), f_y = 3y (treat x as constant)", WRONG, "1 of 2"),
    *((SQUARE, f"2x {said} power rule", CORRECT, "power rule” is not judged") for said in (
        "<- using", "<-- by the", "← the", "<- the")),
    *((SQUARE, f"2x{said}", CORRECT, "is not judged") for said in (
        " for all x in R", ", x in R", " where x is real", " (x is a real number)")),
    (PLANE_AT, "2x = 2, 2y = 4", UNREADABLE, "between which entries"),
    (jc.implicit("x^2 + y^2 = 25", solve_for="y"), "-x/√(25 - x^2) for y > 0", CORRECT,
     "Correct where y > 0 (agrees at 10 points).\n"),
    *((BALL, f"2x + 2z z_x = 0{sign} z_x = -x/z, z_y = {z_y}", outcome, "")
      for sign in (" =>", "\n", ";") for z_y, outcome in (("-y/z", CORRECT), ("y/z", WRONG))),
    (SQUARE_AT, "1,000 + 6 - 1000", UNREADABLE, "a comma stands in a number"),
    (SQUARE_AT, "y - 9 = 6(x - 3)", UNREADABLE, "the equation of a tangent"),
    (SQUARE_AT, "m = 6, y - 9 = 6(x - 3)", CORRECT, "y-9 is not judged"),
    (SQUARE_AT, "m = 5, y - 9 = 5(x - 3)", WRONG, "5"),
    (CIRCLE_POINT, "y - 4 = -3/4 (x - 3)", UNREADABLE, "the equation of a tangent"),
    (SQUARE, "x <- using the power rule", WRONG, ""), (SQUARE, "2x <- x", UNREADABLE, ""),
    *((PLANE, said, CORRECT, "Correct (proved).") for said in (
        "it's (2x, 2y)", "So it’s (2x, 2y)", "∇f: it's (2x, 2y)")),
    (COMPOSED, f"{J_COMPOSED}; det J = -612", CORRECT, "Correct (proved)."),
    (COMPOSED, f"{J_COMPOSED}, rank J = 2", CORRECT, "Correct (proved)."),
    (COMPOSED, f"J_f = [[2, 1], [1, 2]]; {J_COMPOSED}; det J = 3", WRONG, "det J is -612, and not 3"),
    (PLAIN, f"{J_PLAIN}, det J = 2xy cos y - 5x^2", CORRECT, "Correct (proved)."),
    (PLAIN, "J = [[2xy, x^2], [5, sin y]], det J = 0", WRONG, "3 of 4"),
    (PLAIN, f"{J_PLAIN}\nJ(1, 0) = [[0, 1], [5, 1]]", CORRECT, "J at a point is not judged"),
    (SQUARE, "f'(x) = 2x, f''(x) = 2", CORRECT, "f'' is not judged"),
    (SQUARE, "f'(x) = 2x\nf'(1) = 2", CORRECT, "f' at a point is not judged"),
    *((PLANE, said, CORRECT, "a value at a point is not judged") for said in (
        "(2x, 2y), at (1, 2): (2, 4)", "(2x, 2y)\nat (0.5, 1): (1, 2)", "(2x, 2y) at x = 1, y = 2: (2, 4)",
        "∇f = (2x, 2y); x = 1, y = 2: (2, 4)", "(2x, 2y)\n(2, 4) for x = 1, y = 2")),
    *((SQUARE, said, CORRECT, "a value at a point is not judged") for said in (
        "f'(x) = 2x\nx = 3: 6", "f' = 2x\nwhen x = 3, 6", "2x; 6 at x = 3")),
    (SQUARE, "f(x) = x^2; 6 at x = 3", WRONG, "yours is 6"), (SQUARE, "x\nx = 3: 6", WRONG, "yours is 1"),
    (PLANE, "(2x, 2x), at (1, 2): (2, 2)", WRONG, "1 of 2"), (PLANE, "(2x, 2y) = (2, 4)", WRONG, "Step 2 does not"),
    (PLANE, "∇f(1, 2) = (2x, 2y) = (2, 4)", CORRECT, "∇f at a point is not judged"),
    *((PLANE, said, CORRECT, "∇f at a point is not judged") for said in (
        "At (1, 2), ∇f = (2x, 2y) = (2, 4)", "At x = 1, y = 2: ∇f = (2x, 2y) = (2, 4)",
        "∇f = (2x, 2y) = (2, 4) at (1, 2)", "∇f = (2x, 2y) = (2, 4) for x = 1, y = 2",
        "∇f = (2x, 2y)|_{(1, 2)} = (2, 4)", r"\nabla f = \left. (2x, 2y) \right|_{x=1, y=2} = (2, 4)")),
    (PLANE, "(2x, 2y)|_{(1, 2)} = (2, 4)", CORRECT, "a value at a point is not judged"),
    (PLANE, "At (1, 2), ∇f = (2x, 2x) = (2, 2)", WRONG, "1 of 2"),
    (PLANE, "f_x = 2x at (1, 2), f_y = 2y; ∇f = (2x, 2y)", CORRECT, ""),
    (PLANE, "f_x(1, 2) = 2x = 2, f_y(1, 2) = 2y = 4", CORRECT, "f_y at a point are not judged"),
    (PLANE, "f_x = 2x, f_y = 2y; at (1, 2): f_x = 2, f_y = 4", CORRECT, "f_y at a point are not judged"),
    (PLAIN, f"{J_PLAIN}; at (1, 0): [[0, 1], [5, 1]]", CORRECT, "J at a point is not judged"),
    (SQUARE, "f'(1) = 2x = 2", CORRECT, "f' at a point is not judged"), (SQUARE, "at x = 1: 2", WRONG, "at x = 1:"),
    (SADDLE, "f_xx = 2, f_xy = 0, f_yy = -2, at (1, 1): f_xx = 2", CORRECT, ""),
    (SQUARE, "f(x) = x^2 => f'(x) = 2x", CORRECT, "f(x) is not judged"),
    (SQUARE, "f'(1) = 2", WRONG, ""),
    # what stands on the left
    *((SQUARE, f"{left} = 2x", UNREADABLE, "is not what is asked for") for left in ("f''(x)", "(df/dx)^2", "f'^2")),
    (COMPOSED, "det J = -612", UNREADABLE, "is not what is asked for"),
    (SQUARE, "-f'(x) = -2x", CORRECT, ""), (SQUARE, "-f' = 2x", WRONG, ""), (SQUARE, "2 df/dx = 4x", CORRECT, ""),
    (SQUARE, "2 df/dx = 2x", WRONG, ""), (SQUARE, "0 f' = 0", WRONG, ""), (SQUARE, "1/(df/dx) = 1/(2x)", CORRECT, ""),
    (SQUARE, "1/(df/dx) = 2x", WRONG, ""), (SQUARE, "1/2 f' = x", CORRECT, ""),
    *((jc.volume("x = v/u, y = u^2 - 4v^2"), *row) for row in (
        ("8v^2/u^2 - 2", CORRECT, "by (u, v); the page has the inputs as they first appear, (v, u)."),
        ("J(u, v) = 8v^2/u^2 - 2", CORRECT, "by (u, v)"), ("J(v, u) = 8v^2/u^2 - 2", WRONG, "opposite sign"),
        ("2 - 8v^2/u^2", CORRECT, ""), (r"\frac{\partial(x,y)}{\partial(u,v)} = 2 - 8v^2/u^2", WRONG, "opposite sign"),
    )),
    (jc.jacobian("x = v/u, y = u^2 - 4v^2"), "[[-v/u^2, 1/u], [2u, -8v]]", CORRECT, "by (u, v)"),
    (jc.jacobian("x = v/u, y = u^2 - 4v^2"), "[[1/u, -v/u^2], [2u, -8v]]", WRONG, ""),
    *((solve("z = y/x"), "(-y/x^2, 1/x)", CORRECT, "by (x, y)") for solve in (jc.gradient, jc.jacobian)),
    (jc.gradient("z = y/x", at="x = 1, y = 2"), "(-2, 1)", CORRECT, "by (x, y)"),
    (jc.gradient("z = y/x"), "(1/x, -y/x^2)", CORRECT, ""), (jc.gradient("z = x/y"), "(-x/y^2, 1/y)", WRONG, ""),
    (jc.gradient("z(y, x) = y/x"), "(-y/x^2, 1/x)", WRONG, ""),
    (jc.hessian("z = y/x"), "[[2y/x^3, -1/x^2], [-1/x^2, 0]]", CORRECT, "by (x, y)"),
    (jc.implicit("z y + x z^3 = 1", solve_for="z"), "(-z^3/(y + 3x z^2), -z/(y + 3x z^2))", CORRECT, "by (x, y)"),
    (jc.jacobian("x = u^2 v, y = v"), "∂(x, y)/∂(v, u) = [[u^2, 2uv], [1, 0]]", CORRECT, ""),
    (jc.jacobian("x = u^2 v, y = v"), "∂(y, x)/∂(v, u) = [[1, 0], [u^2, 2uv]]", CORRECT, ""),
    (jc.jacobian("x = u^2 v, y = v"), "∂(x, y)/∂(v, u) = [[2uv, u^2], [0, 1]]", WRONG, ""),
    (jc.jacobian("x = u^2 v, y = v", at="1, 2"), r"\frac{\partial(x, y)}{\partial(v, u)}(2, 1) = [[1, 4], [1, 0]]",
     CORRECT, ""),
    (jc.implicit("u + v = x y", "u v = x", solve_for="u, v"),
     "∂(u, v)/∂(y, x) = [[u x/(u - v), (u y - 1)/(u - v)], [-v x/(u - v), (1 - v y)/(u - v)]]", CORRECT, ""),
    (jc.volume("x = r cos t, y = r sin t"), "∂(x, y)/∂(t, r) = -r", CORRECT, ""),
    (jc.volume("x = r cos t, y = r sin t"), "∂(y, x)/∂(t, r) = r", CORRECT, ""),
    (jc.volume("x = r cos t, y = r sin t"), "∂(x, y)/∂(r, t) = -r", WRONG, ""),
    (PLAIN, "J^T = [[2xy, 5], [x^2, cos y]]", CORRECT, ""), (PLAIN, "-J = [[-2xy, -x^2], [-5, -cos y]]", CORRECT, ""),
    (PLAIN, "J^T = [[2xy, x^2], [5, cos y]]", WRONG, ""), (PLAIN, "2J = [[2xy, x^2], [5, cos y]]", WRONG, ""),
    (PLAIN, "J^-1 = [[2xy, x^2], [5, cos y]]", UNREADABLE, "is not what is asked for"),
    *((CUBIC, f"{left} = -(2x + y)/(x + 3y^2)", UNREADABLE, "is not what is asked for")
      for left in ("dx/dy", "y'''", "d^2x/dy^2", "F_x", "x", "y'(x + 3y^2)")),
    (CUBIC, "y'' = -(2x + y)/(x + 3y^2)", WRONG, "no first derivative is given"),
    (CUBIC, "y'(x + 3y^2) = -2x - y => y' = -(2x + y)/(x + 3y^2)", CORRECT, "y'(x+3y^2) is not judged"),
    (CUBIC, "dy/dx (x + 3y^2) = -2x - y, dy/dx = -(2x + y)/(x + 3y^2)", CORRECT, "is not judged"),
    (CUBIC, "-dy/dx = (2x + y)/(x + 3y^2)", CORRECT, ""), (CUBIC, "-dy/dx = -(2x + y)/(x + 3y^2)", WRONG, ""),
    (CUBIC, "y'(2) = -(2x + y)/(x + 3y^2)", CORRECT, ""),
    (CUBIC, "2x + y + x dy/dx + 3y^2 dy/dx = 0 => dy/dx = -(2x + y)/(x + 3y^2)", CORRECT, ""),
    (CUBIC, r"2x + y + (x + 3y^2)\frac{dy}{dx} = 0 \\ \frac{dy}{dx} = -\frac{2x + y}{x + 3y^2}", CORRECT, ""),
    (CUBIC, "(2x + y) dx + (x + 3y^2) dy = 0, dy/dx = (2x + y)/(x + 3y^2)", WRONG, "minus sign"),
    *((CUBIC, typed, UNREADABLE, "an equation that holds the derivative")
      for typed in ("2x + y + (x + 3y^2) y' = 0", "2x + y + x dy/dx + 3y^2 dy/dx = 0",
                    "(2x + y) dx + (x + 3y^2) dy = 0")),
    (CUBIC, "x^2 + x y + y^3 - 7 = 0\n-(2x + y)/(x + 3y^2)", CORRECT, "a line before is not judged"),
    (jc.jacobian("y = a x^2 + b x + c"), "2a x + b", WRONG, "The inputs are a, x, b, c, as they first appear; y(…; …)"),
    # the second derivative, which the page has too
    (CIRCLE, "y' = -x/y, y'' = -25/y^3", CORRECT, "proved"), (CIRCLE, "d^2y/dx^2 = -25/y^3", CORRECT, "no first"),
    (CIRCLE, "y' = -x/y ⇒ y'' = -(y - x y')/y^2 = -(x^2 + y^2)/y^3 = -25/y^3", CORRECT, "proved"),
    (CIRCLE, "y' = -x/y, y'' = 25/y^3", WRONG, "The derivative is right; y'' is not: "),
    (CIRCLE, "y' = x/y, y'' = -25/y^3", WRONG, "minus sign"), (CIRCLE, "y' = -x/y, y''' = 0", CORRECT, "not judged"),
    (CIRCLE_POINT, "y' = -3/4; y'' = -25/64", CORRECT, "proved"),
    (CIRCLE_POINT, "y' = -3/4; y'' = 25/64", WRONG, "The derivative is right"),
    (SPHERE, "z_x = -1/2, z_y = -1, z_xy = -1/4", CORRECT, "proved"),
    (SPHERE, "z_x = -1/2, z_y = -1, z_xy = 1/4, z_yy = -1", WRONG, "z_xy is not: "),
    # one branch of the curve
    (CIRCLE, "-x/sqrt(25 - x^2) for y > 0", CORRECT, "Correct where y > 0 (agrees"),
    (CIRCLE, "-x/sqrt(25 - x^2), y < 0", WRONG, ""), (CIRCLE, "-x/sqrt(25 - x^2)", WRONG, ""),
    (CIRCLE, "y = sqrt(25 - x^2), y' = -2x/(2sqrt(25 - x^2)) = -x/sqrt(25 - x^2)", CORRECT, "where y = √(25 - x^2)"),
    (CIRCLE, "y = -sqrt(25 - x^2), dy/dx = x/sqrt(25 - x^2)", CORRECT, ""),
    (CIRCLE, "y = sqrt(25 - x^2), dy/dx = x/sqrt(25 - x^2)", WRONG, "y is not judged"),
    # letters of the student's own
    (POWER, "u = 3x + 1, f'(x) = 5u^4·3 = 15(3x + 1)^4", CORRECT, "u is not judged"),
    (POWER, "u = 3x + 1, f'(x) = 15u^4", CORRECT, ""), (POWER, "u = 3x + 1, f'(x) = 5u^4", WRONG, ""),
    (POWER, "u = 3x, f'(x) = 15u^4", WRONG, ""), (POWER, "f'(x) = 15u^4", UNREADABLE, "u is not declared"),
    # what u and v stand for, before the formula or behind it
    (INNER, "cos(u)·2x where u = x^2", CORRECT, "u is not judged"), (INNER, "cos(u)·2x, u = x^2", CORRECT, ""),
    (INNER, r"\cos(u)\cdot 2x, \quad u = x^2", CORRECT, ""), (INNER, "u = x^2\ny' = 2x cos u", CORRECT, ""),
    (INNER, "y' = 2x cos(u)\nu = x^2", CORRECT, ""), (INNER, "y' = v cos(w) with w = x^2 and v = 2x", CORRECT, ""),
    (INNER, "Let u = x^2. Then dy/dx = 2x cos(u).", CORRECT, ""), (INNER, "y' = 2x cos(w); w = x^2", CORRECT, ""),
    (INNER, r"\text{Let } u = x^2. \text{ Then } \frac{dy}{dx} = 2x\cos u", CORRECT, ""),
    (INNER, "cos(u)·2x where u = x", WRONG, "instead of at the inner value"), (INNER, "u = 2x\n2x cos u", WRONG, ""),
    (INNER, "cos(u)·2x", WRONG, "insert u = x^2"), (INNER, "2x cos(w)", UNREADABLE, "w is not declared"),
    (WHOLE, "[2xyt + 2x^2 s, 2xys + x^2·2t] where x = s t, y = s^2 + t^2", WRONG, ""),
    (CHAIN, "[[v, u], [1, 2v]]·[[e, 1], [2, 1]] where u = e + 1 and v = 1", CORRECT, ""),
    (CHAIN, "[[v, u], [1, 2v]]·[[e, 1], [2, 1]], u = e + 1, v = 2", WRONG, ""),
    (CHAIN, f"u = e + 1, v = 1; J_g = [[v, u], [1, 2v]]; {RIGHT_F}; {RESULT}", CORRECT, "Every part"),
    (ROUND, "(cos θ, sin θ) with θ = atan2(y, x)", CORRECT, ""),
    (ROUND, "[x/r, y/r], r = sqrt(x^2 + y^2)", CORRECT, ""),
    (ROUND, r"\theta = \operatorname{atan2}(y, x), \nabla f = (\cos\theta, \sin\theta)", CORRECT, ""),
    (ROUND, r"(\sin\theta, \cos\theta) \text{ where } \theta = \operatorname{atan2}(y, x)", WRONG, ""),
    (CURVE, r"\dot{x} = -\sin t, \dot{y} = \cos t, \dot{z} = 1", CORRECT, ""),
    (CURVE, "ẋ = cos t, ẏ = sin t, ż = 1", WRONG, ""),
    # square brackets around a sum
    (DAMPING, "e^(2x)[2 sin x + cos x]", CORRECT, ""), (DAMPING, "[2 sin x + cos x] e^(2x)", CORRECT, ""),
    (DAMPING, r"e^{2x}\left[2\sin x + \cos x\right]", CORRECT, ""), (DAMPING, "e^(2x)[sin x + cos x]", WRONG, ""),
    (POWER, "15[3x + 1]^4", CORRECT, ""), (POWER, "5[3x + 1]^4·[3]", CORRECT, ""), (POWER, "15[3x + 1]", WRONG, ""),
    (PLANE, "[2[x], 2[y]]", CORRECT, ""), (PLANE, "f_x = [x + x], f_y = 2[y + 0]", CORRECT, ""),
    (PLANE, "2[x y]", UNREADABLE, ""), (THREE, "[[x y] [x y]]", UNREADABLE, ""), (INNER, "[u v][1; x]", UNREADABLE, ""),
    # decimal commas, blanks, entries on lines of their own
    (jc.jacobian("f(x) = pi x^2", at=1), "6,28", UNREADABLE, "decimals have a point, 6.28"),
    (PLANE_AT, "(1,5; 1,5)", UNREADABLE, "(1.5; 1.5)"), (PLANE_AT, "2\n4", CORRECT, ""),
    (SECOND, "6,4;4,2", CORRECT, ""), (SADDLE, "2,0;0,-2", CORRECT, ""), (SADDLE, "2,0\n0,2", WRONG, ""),
    (PLANE_AT, "0,5; 1,5", UNREADABLE, "0.5"), (PLANE_AT, "4\n2", WRONG, ""), (PLANE_AT, "(2,4)", CORRECT, ""),
    (PLAIN, "2xy x^2\n5 cos y", UNREADABLE, "every line is one number"),
    (PLAIN, "2xy  - x^2\n5  cos y", UNREADABLE, "every line is one number"), (PLANE_AT, "2 4", UNREADABLE, "two ways"),
    *((flat, typed, WRONG, f"Row by row, {right} of 4") for flat, typed, right in (
        (PLAIN, "[2xy, x^2, 5, cos y]", 4), (SECOND, "[6,4,4,2]", 4), (SECOND, "6, 4, 4, 3", 3))),
    # names of second derivatives and of differentials; inputs with digits
    *((INDEXED, f"∂L/∂x1 = 2x1 x2, {by} = x1^2", CORRECT, "") for by in ("∂L/∂x2", "dL/dx2", "∂L/∂x_2", "∂L/∂x₂")),
    (INDEXED, "∂L/∂x2 = 2x1 x2, ∂L/∂x1 = x1^2", WRONG, "0 of 2"),
    (jc.hessian("L(x1, x2) = x1^2 - x2^2"), "∂²L/∂x1² = 2, ∂²L/∂x1∂x2 = 0, ∂²L/∂x2² = -2", CORRECT, ""),
    *((jc.hessian("f(t) = t^4"), f"{left} = 12t^2", CORRECT, "")
      for left in ("d²f/dt²", "d^2f/dt^2", r"\frac{d^2f}{dt^2}", "f''(t)")),
    (jc.implicit("P V = R T; R", solve_for="P"), "(∂P/∂V)_T = -P/V, (∂P/∂T)_V = R/V", CORRECT, ""),
    (SADDLE, "d2f/dx2 = 2, d2f/dxdy = 0, d2f/dy2 = -2", CORRECT, ""),
    (SADDLE, "d²f/dx² = 2, d²f/dxdy = 0, d²f/dy² = 2", WRONG, "3 of 4"),
    (jc.hessian("f(x, y) = [x^2 y, x y^2]"), "∇²f₁ = [[2y, 2x], [2x, 0]], Hf_2 = [[0, 2y], [2y, 2x]]", CORRECT, ""),
    (OUTSIDE, "-y^2 sin xy dx + (cos xy - xy sin xy) dy", CORRECT, ""), (OUTSIDE, "sin xy dx + cos xy dy", WRONG, ""),
    (OUTSIDE, r"-y^2\sin xy\,\mathrm{d}x + (\cos xy - xy\sin xy)\,dy", CORRECT, ""),
    (OUTSIDE, "-y^2 sin xydx + (cos xy - xy sin xy)dy", CORRECT, ""),
    (RATIO, "x/(y^2 + 1) dx - x^2 y/(y^2 + 1)^2 dy", CORRECT, ""), (RATIO, "x/2y dx - dy", UNREADABLE, "two ways"),
    (CHANGES, "df1 = 2dx - 4dy, df2 = 4dx + 2dy", CORRECT, ""), (CHANGES, "2dx - 4dy; 4dx + 2dy", CORRECT, ""),
    (CHANGES, "df1 = 4dx + 2dy, df2 = 2dx - 4dy", WRONG, ""),
    (CHANGE, "dz = 2xy dx + x^2 dy = 4 dx + dy = 0.4 - 0.2 = 0.2", CORRECT, ""),
    (CHANGE, "dz = 2xy dx + x^2 dy = 4 dx + 2 dy = 0.2", WRONG, ""),
    # what leads up to the entries
    (COMPOSED, "J_g(2, 5) J_f(1, 2) = [[44, 28], [-8, -19]]", CORRECT, ""),
    (COMPOSED, "J_g(f(1, 2)) · J_f(1, 2) = [[44, 28], [-8, -18]]", WRONG, "3 of 4"),
    (PLANE, "f = x^2 + y^2, f_x = 2x, f_y = 2y", CORRECT, "f is not judged"),
    (PLANE, "u = x^2, v = y^2, f_x = 2x, f_y = 2x", WRONG, "1 of 2"),
    # an entry that is given twice
    (SADDLE, "f_xx = 2, f_xy = 0, f_yx = 1, f_yy = -2", WRONG, "Row 2, column 1"),
    *((UNEQUAL, f"f_xx = 0, f_yy = 0, {mixed}", outcome, "") for mixed, outcome in (
        ("f_xy = -1, f_yx = 1", CORRECT), ("f_12 = -1, f_21 = 1", CORRECT), ("f_xy = 1, f_yx = -1", WRONG),
        ("∂²f/∂x∂y = 1, ∂²f/∂y∂x = -1", CORRECT), ("∂²f/∂x∂y = -1, ∂²f/∂y∂x = 1", WRONG))),
    (SADDLE, "f_xx = 2, f_xy = 1, f_yx = 0, f_yy = -2", WRONG, "3 of 4 entries are right. Row 1, column 2"),
    (SADDLE, "f_xx = 2, f_xy = 0, H_12 = 1, f_yy = -2", WRONG, "Step 2 does not follow"),
    (PLANE, "f_x = 2x, ∂f/∂x = 3x, f_y = 2y", WRONG, "Step 2 does not follow"),
    (PLANE, "f_x = 3x, f_x = 2x, f_y = 2y", WRONG, "not"),
    (PLANE, "f_x = x + x, f_y = y + y, f_x = 2x, f_y = 2y", CORRECT, "Every step follows"),
    (PLANE, "f_x = 2x, f_y = 2y, f_z = 0", UNREADABLE, "f_z is"), (PLANE, "f_x = 2x, f_y = 2y, J = (1, 1)", WRONG, ""),
    (SADDLE, "f_x = 2x, f_y = -2y, f_xx = 2, f_xy = 0, f_yy = -2", CORRECT, "f_x, f_y are not judged"),
    (SADDLE, "f_x = 2x, f_y = -2y, f_xx = 2, f_xy = 0, f_yy = 2", WRONG, "3 of 4"),
    # partials before the whole are the first step to it
    (PLANE, "f_x = 2x, f_y = 2y, ∇f = (2x, 2y)", CORRECT, "Every step follows"),
    (PLANE, "f_x = 2x, f_y = y; ∇f = (2x, 2y)", WRONG, "The first step is not right: 1 of 2 entries are right."),
    (PLANE, "f_y = y\n(2x, 2y)", WRONG, "The result at the end is right all the same"),
    (PLANE, "f_x = 2x, f_y = 2y, ∇f = (2x, 2x)", WRONG, "Step 2 does not follow from step 1"),
    (PLANE, "f_x = 2x, f_y(0, 1) = 2, |∇f| = 2, ∇f = (2x, 2y)", CORRECT, "f_y at a point is not judged"),
    (PLANE_AT, "f_x = 2x, f_y = 2y, ∇f = (2, 4)", CORRECT, "Every step follows"),
    (PLANE_AT, "f_x = 2, f_y = y^2; ∇f = (2, 4)", WRONG, "the formula is not: entry 2"),
    (SADDLE, "f_x = 1, f_xx = 2, f_xy = 0; H = [[2, 0], [0, -2]]", CORRECT, "f_x is not judged"),
    (SADDLE, "f_xx = 2, f_yy = 2; H = [[2, 0], [0, -2]]", WRONG, "The first step is not right"),
    (SADDLE, "[[2, 0], [0, -2]]; f_xx = 2, f_yy = -2", CORRECT, "Every step follows"),
    (PLANE, "∇f = (2x, 2y); f_x = x", WRONG, "The first step is not right"),
    (WHOLE, "z_x = 1, z_s = 3s^2t^2; J = [3s^2 t^2 + 2s t^4, 2s^3 t + 4s^2 t^3]", WRONG, "z_x is not judged"),
    (jc.compose("f(x, y) = [x + y, y]", "g(x, y) = x y"), "g_x = y, g_y = x; J = [y, x + 2y]", CORRECT, "not judged"),
    (SADDLE, "H = [[2, 0], [0, -2]]; det H = -4", CORRECT, "Correct (proved)."),
    (SADDLE, "f_xx = 2, f_xy = 0, f_yy = -2, D = -4", CORRECT, "Correct (proved)."),
    (SADDLE, "H = [[2, 0], [0, 2]], D = 4", WRONG, ""),
    (WHOLE, "z = s^3 t^2 + s^2 t^4; J = [3s^2 t^2 + 2s t^4, 2s^3 t + 4s^2 t^3]", CORRECT, "z is not judged"),
    (WHOLE, "z_x = 2xy, z_y = x^2, x_s = t, z_s = 3s^2t^2 + 2st^4, z_t = 2s^3t + 4s^2t^3", CORRECT, "are not judged"),
    (WHOLE, "z = x^2 y, z_s = 3s^2 t^2 + 2s t^4, z_t = 2s^3 t", WRONG, "1 of 2"),
    (COMPOSED, "J(1, 2) = [[44, 28], [-8, -19]]", CORRECT, ""), (POLAR, "det J = r", CORRECT, ""),
    (POLAR, "J = [[cos t, -r sin t], [sin t, r cos t]]; det J = r", CORRECT, "J is not judged"),
    # entries and rows by their names
    (PLAIN, "J11 = 2xy, J12 = x^2, J21 = 5, J22 = cos y", CORRECT, ""),
    (PLAIN, "J_{11} = 2xy, J_{12} = x^2, J_{22} = cos y, J_{21} = 5", CORRECT, ""),
    (PLAIN, "J11 = 2xy, J12 = 5, J21 = x^2, J22 = cos y", WRONG, "transposed"),
    (PLAIN, "∇f1 = (2xy, x^2); ∇f2 = (5, cos y)", CORRECT, ""),
    (PLAIN, "∇f1 = (2xy, 5); ∇f2 = (x^2, cos y)", WRONG, "transposed"),
    (COMPOSED, "∂h1/∂x = 44, ∂h1/∂y = 28, ∂h2/∂x = -8, ∂h2/∂y = -19", CORRECT, ""),
    (COMPOSED, "∂f1/∂x = 44, ∂f1/∂y = 28, ∂f2/∂x = -8, ∂f2/∂y = -19", WRONG, ""),
    *((PLAIN, typed, CORRECT, "") for typed in (
        "a11 = 2xy, a12 = x^2, a21 = 5, a22 = cos y", "row 1: 2xy, x^2; row 2: 5, cos y",
        "first row: 2xy, x^2; second row: 5, cos y")),
    (PLAIN, "column 1: 2xy, 5; column 2: x^2, cos y", UNREADABLE, "give the rows"),
    (PLAIN, "a = 2xy, b = x^2, c = 5, d = cos y", UNREADABLE, "not clear what a, b, c stands for"),
    (PLAIN, "[[2xy, x^2], [5, cos y]], det J = 2xy cos y - 5x^2", CORRECT, "Correct (proved)."),
    (PLAIN, "[[2xy, x^2], [5, cos y]]\n|J| = 2xy cos y - 5x^2", CORRECT, "Correct (proved)."),
    (PLANE, "f_x = [2x], f_y = [[2y]]", CORRECT, ""), (PLANE, "f_x = [2x, 1], f_y = 2y", UNREADABLE, "one number"),
    (PLANE, "f_x = [2x]", WRONG, "∂f/∂y is missing"), (PLANE, "f_x = [2x, 1]", UNREADABLE, "not [2x, 1]"),
    (PLANE, "x: 2x, y: 2y", UNREADABLE, "not clear what x stands for"),
    *((PLANE, typed, CORRECT, "") for typed in (
        "wrt x: 2x; wrt y: 2y", "with respect to x: 2x, with respect to y: 2y", "by y: 2y; by x: 2x")),
    *((PLANE, typed, CORRECT, "∇f| is not judged") for typed in (
        "(2x, 2y), |∇f| = 2sqrt(x^2 + y^2)", "|grad f| = 2sqrt(x^2 + y^2), grad f = (2x, 2y)")),
    (PLANE, r"\nabla f = (2x, 2y), \|\nabla f\| = 2\sqrt{x^2 + y^2}", CORRECT, "‖∇f‖ is not judged"),
    (PLANE, "∇f = (2x, 2x) and ||∇f|| = 2sqrt(x^2 + y^2)", WRONG, "1 of 2"),
    (PLANE, "[f_x, f_y] = [2x, 2y]", CORRECT, ""), (PLANE, "[f_x, f_y] = [2x, 2x]", WRONG, "1 of 2"),
    (SADDLE, "[[f_xx, f_xy], [f_yx, f_yy]] = [[2, 0], [0, -2]]", CORRECT, ""),
    (SADDLE, r"H = \begin{pmatrix} f_{xx} & f_{xy} \\ f_{yx} & f_{yy} \end{pmatrix} = [[2, 0], [0, 2]]", WRONG, "3 of"),
    *((PLANE, typed, CORRECT, "") for typed in (
        "d/dx: 2x, d/dy: 2y", "d/dx f = 2x, d/dy f = 2y",
        r"\frac{\partial}{\partial y} f = 2y; \frac{\partial}{\partial x} f = 2x",
        "d/dx(x^2 + y^2) = 2x, d/dy(x^2 + y^2) = 2y")),
    (PLANE, "d/dx f = 2y, d/dy f = 2x", WRONG, ""),
    (SADDLE, "f''_xx = 2, f''_xy = 0, f''_yy = -2", CORRECT, ""),
    (SADDLE, "∂²/∂x² f = 2, ∂²/∂x∂y f = 0, ∂²/∂y² f = 2", WRONG, "3 of 4"),
    (SADDLE, "∂2/∂x2 f = 2, f_xy = 0, ∂2/∂y2 f = -2", CORRECT, ""),
    (SADDLE, "d2/dx2 f = 2, d2/dxdy f = 0, d2/dy2 f = 2", WRONG, "3 of 4"),
    (NUMBERED, "∂²f/∂x2∂x1 = 2x1, ∂²f/∂x1² = 2x2, ∂²f/∂x2² = 6x2", CORRECT, "Correct (proved).\n"),
    (PLANE, "wrt x: 2y; wrt y: 2x", WRONG, ""), (SADDLE, "f_11 = 2, f_12 = f_21 = 0, f_22 = -2", CORRECT, ""),
    (SADDLE, "f_11 = 2, f_12 = 0, f_21 = 0, f_22 = 2", WRONG, "3 of 4"),
    (SADDLE, "[[2, 0], [0, -2]], D = -4", CORRECT, "Correct (proved)."),
    (SADDLE, "A = 2, B = 0, C = -2", UNREADABLE, "not clear what A, B stands for"),
    # a student's own names, places instead of names, columns, wide spaces between equations
    (PLANE, "z_x = 2x, z_y = 2y", CORRECT, ""), (PLANE, "∂z/∂y = 2y, ∂z/∂x = 2x", CORRECT, ""),
    (PLANE, "z_x = 2y, z_y = 2x", WRONG, ""), (PLANE, "z_x = 2x, w_y = 2y", UNREADABLE, "not those of this question"),
    (SADDLE, "g_xx = 2, g_xy = 0, g_yy = -2", CORRECT, ""), (SADDLE, "g_xx = 2, g_xy = 0, g_yy = 2", WRONG, "3 of 4"),
    (SADDLE, "z_x = 2x, z_y = -2y, z_xx = 2, z_xy = z_yx = 0, z_yy = -2", CORRECT, "z_x, z_y are not judged"),
    (SADDLE, "∂²w/∂x² = 2, ∂²w/∂x∂y = 0, ∂²w/∂y² = -2", CORRECT, ""),
    (SADDLE, "f_xx = 2, z_xy = 0, f_yy = -2", WRONG, ""),
    (SADDLE, "z_xx = 2, z_yy = -2", WRONG, "2 of 4 entries are right; f_xy and f_yx are missing."),
    # a formula without a name, and its value at a point of one's own
    *((PLANE, typed, CORRECT, "∇f at a point is not judged") for typed in (
        "(2x, 2y), ∇f(1, 2) = (2, 4)", "2x, 2y; grad f(1, 2) = (2, 4)", "2x, 2y, ∇f(1, 2) = (2, 4)")),
    (PLANE, "(2x, y), ∇f(1, 2) = (2, 2)", WRONG, "1 of 2"), (PLANE, "x^2 + y^2, ∇f(1, 2) = (2, 4)", WRONG, "0 of 2"),
    (PLAIN, "[[2xy, x^2], [5, cos y]], J(1, 0) = [[0, 1], [5, 1]]", CORRECT, "J at a point is not judged"),
    (SQUARE, "2x, f'(3) = 6", CORRECT, "f' at a point is not judged"), (SQUARE, "x, f'(3) = 6", WRONG, "yours is 1"),
    (PLANE, "f_1 = 2x, f_2 = 2y", CORRECT, ""), (PLANE, "D_1 f = 2x, D_2 f = 2y", CORRECT, ""),
    (PLANE, "∂₁f = 2y, ∂₂f = 2x", WRONG, ""), (PLANE, r"\partial_x f = 2x, \partial_y f = 2y", CORRECT, ""),
    (PLANE, r"f_x = 2x \quad f_y = 2y", CORRECT, ""), (PLANE, r"f_x = 2x \qquad f_y = 2x", WRONG, ""),
    (PLANE, r"\frac{\partial f}{\partial x} = 2x \quad \frac{\partial f}{\partial y} = 2y", CORRECT, ""),
    (PLANE, r"\nabla f = \quad (2x, 2y)", CORRECT, ""),
    (PLAIN, "u_x = 2xy, u_y = x^2, v_x = 5, v_y = cos y", CORRECT, ""),
    (PLAIN, "v_x = 5, v_y = cos y, u_x = 2xy, u_y = x^2", CORRECT, ""),
    (PLAIN, "u_x = 5, u_y = cos y, v_x = 2xy, v_y = x^2", WRONG, ""),
    (PLAIN, "f_x = (2xy, 5), f_y = (x^2, cos y)", CORRECT, ""),
    (PLAIN, "f_x = (2xy, x^2), f_y = (5, cos y)", WRONG, ""),
    (CURVE, "x' = -sin t, y' = cos t, z' = 1", CORRECT, ""),
    (CURVE, "z' = 1, y'(t) = cos t, x'(t) = -sin t", CORRECT, ""),
    (CURVE, "r_1' = -sin t, r_2' = cos t, r_3' = 1", CORRECT, ""), (CURVE, "x' = cos t, y' = sin t, z' = 1", WRONG, ""),
    (CURVES, "y' = (z - x)/(y - z), z' = (x - y)/(y - z)", CORRECT, ""),
    (PLANE, "f'_x = 2x, f'_y = 2y", CORRECT, ""), (PLANE, "f_y' = 2y, f_x' = 2x", CORRECT, ""),
    (PLANE, "f_x = 2x f_y = 2y", CORRECT, ""), (PLANE, "fx = 2x  fy = 2y", CORRECT, ""),
    (PLANE, "Gradient: <2x, 2y>", CORRECT, ""), (PLANE, "the gradient is <2x, 2x>", WRONG, "1 of 2"),
    (PLANE, "f_x = 2x, f_y = 2x f_x", UNREADABLE, ""),
    # partials of which some are missing, and steps of each
    (WHOLE, "dz/ds = 2xyt + x^2", WRONG, "1 of 2 entries are right; ∂z/∂t is missing. x, y must not be left in"),
    (WHOLE, "dz/ds = 2xyt + x", WRONG, "0 of 2 entries are right; ∂z/∂t is missing."),
    (WHOLE, "∂z/∂t = 2s(s t)(s + t^2) + 2t(s t)^2", WRONG, "1 of 2 entries are right; ∂z/∂s is missing."),
    (PLANE, "f_x = 2x", WRONG, "1 of 2 entries are right; ∂f/∂y is missing."),
    (PLANE, "∂f/∂y = x", WRONG, "0 of 2 entries are right; ∂f/∂x is missing. Entry 2: at x = 1, y = 2 the right"),
    (PLAIN, "∂f₁/∂x = 2xy, ∂f₂/∂x = 5", WRONG, "2 of 4 entries are right; ∂f_1/∂y and ∂f_2/∂y are missing."),
    (CYLINDRICAL, "x_r = cos t, x_t = -r sin t, x_z = 0, y_r = sin t, y_t = r cos t, y_z = 0", WRONG,
     "6 of 9 entries are right; ∂z/∂r and ∂z/∂t and ∂z/∂z are missing."),
    (SADDLE, "f_xx = 2, f_yy = -2", WRONG, "2 of 4 entries are right; f_xy and f_yx are missing."),
    (SADDLE, "f_xx = 2, f_xy = 0, f_yy = -2", CORRECT, ""), (SQUARE, "f' = 2x", CORRECT, ""),
    *((SADDLE, f"f_{{xx}} = 2, {mixed}, f_{{yy}} = -2", CORRECT, "Correct (proved).\n")
      for mixed in ("f_{xy} = f_{yx} = 0", "f_xy = f_yx = 0", "∂²f/∂x∂y = ∂²f/∂y∂x = 0", "d^2f/dxdy = d^2f/dydx = 0")),
    *((FLAT_HESSIAN, typed, CORRECT, "Correct (proved).\n") for typed in (
        "f_xx = f_xy = f_yx = f_yy = 0", "f_xx = f_xy = f_yy = 0", r"f_{xx} = f_{xy} = f_{yy} = 0", "f_11=f_12=f_22=0",
        "∂²f/∂x² = ∂²f/∂x∂y = ∂²f/∂y² = 0")),
    (FLAT_HESSIAN, "f_xx = f_xy = f_yy = 1", WRONG, "0 of 4"),
    (FLAT_HESSIAN, "f_xx = f_yy = 0", WRONG, "2 of 4 entries are right; f_xy and f_yx are missing."),
    (ANALYTIC, "u_x = v_y = 2x, v_x = 2y, u_y = -2y", CORRECT, "Correct (proved).\n"),
    (ANALYTIC, "∂u/∂x = ∂v/∂y = 2x + 0 = 2x, ∂u/∂y = -2y, ∂v/∂x = 2y", CORRECT, "Every step follows"),
    (ANALYTIC, "u_x = v_y = 2x, u_y = v_x = 2y", WRONG, "3 of 4"),
    *((FLAT_HESSIAN, typed, CORRECT, "Correct (proved).\n")
      for typed in ("0", "H = 0", r"\mathbf{0}", "**0**", "∇²f = 0")),
    *((CRITICAL, typed, CORRECT, "Correct (proved).\n") for typed in ("0", "∇f(0, 0) = 0", r"\vec 0")),
    (TANGENT, "-3/4, tangent: 3x + 4y = 25", CORRECT, "tangent is not judged"),
    (TANGENT, "dy/dx = -3/4, tangent: 3x + 4y = 25", CORRECT, ""),
    (TANGENT, "3/4, tangent: 3x - 4y = -7", WRONG, "minus"),
    (TANGENT, "-3/4, tangent line: y = -(3/4) x + 25/4", CORRECT, "y is not judged"),
    *((SLOPES, f"(4, 1), {beside}", CORRECT, "not judged") for beside in (
        "linear approximation: 2 + 4(x - 1) + (y - 2)", "linearization: L(x, y) = 4x + y - 4",
        "tangent plane: z = 4x + y - 4")),
    (POLAR, "|r| dr dt", CORRECT, ""), (POLAR, "abs(r) dr dt", CORRECT, ""), (POLAR, "r dr dt", CORRECT, ""),
    (POLAR, "|r|", WRONG, "det J keeps its sign"), (POLAR, "-r dr dt", WRONG, ""), (POLAR, "2|r| dr dt", WRONG, ""),
    *((TOTAL, typed, CORRECT, "Correct (proved).\n") for typed in (
        "(2x + 3y)Δx + 3x Δy", "Δz ≈ (2x + 3y)Δx + 3xΔy", r"(2x+3y)\Delta x + 3x\,\Delta y",
        "dz = (2x + 3y)Delta_x + 3x dy")),
    (TOTAL, "(2x + 3y)Δx + 3y Δy", WRONG, ""),
    (WHOLE, "∂z/∂s = 2x y t + x^2, ∂z/∂u = 0", UNREADABLE, "∂z/∂u is by no input of the question"),
    (PLANE, "2x : (x^2 + 1)", UNREADABLE, "a colon stands behind a formula"), (PLANE, "∇f: (2x, 2y)", CORRECT, ""),
    (SLOPES, "(1, 2): (4, 1)", UNREADABLE, "a colon"), (SLOPES, "f_x: 4, f_y: 1", CORRECT, ""),
    (OUTER_HESSIAN, "f_xx = 12x²y², f_xy = 8x³y, f_yy = 2x⁴", CORRECT, ""),
    (OUTER_HESSIAN, "f_xx = 12x²y², f_xy = 8x³y, f_yy = 2x²", WRONG, "3 of 4"),
    (GRADIENT, "f_x = 8, f_y = 7", CORRECT, ""), (GRADIENT, "f_x = 8, f_y = 6", WRONG, "1 of 2"),
    (CURVE, "r' = (-sin t, cos t, 1), |r'| = √2", CORRECT, "not judged"),
    (CURVE, "v(t) = (-sin t, cos t, 1), |v| = √2", CORRECT, "|v| is not judged"),
    (CURVE, "v = (sin t, cos t, 1), ||v|| = √2", WRONG, "2 of 3"), (PLANE_AT, "v = (2, 4), |v| = √20", CORRECT, "|v|"),
    *((DIRECTION, typed, CORRECT, "not judged") for typed in (
        "u = (3/5, 4/5), D_uT = (4, 1)·u = 16/5", "g = (4, 1), u = (3/5, 4/5), g·u = 16/5",
        "v = (3, 4), |v| = 5, u = v/|v| = (3/5, 4/5), D = 16/5")),
    (DIRECTION, "u = (3/5, 4/5), D_uT = (4, 1)·u = 17/5", WRONG, "yours is 17/5"),
    (DIRECTION, "v = (3, 4), D = (4, 1)·(3, 4) = 16", WRONG, "the product with the vector itself"),
    (jc.differential("X: n x n invertible; Y = X^-1"), "-(X^-T ⊗ X^-1)", UNREADABLE, "a Kronecker product"),
    (SQUARE_AT, "y'|x=3 = 6", CORRECT, ""), (SQUARE_AT, "2x |x = 3 = 6", CORRECT, ""),
    (SQUARE_AT, "y'|x=3 = 5", WRONG, ""),
    *((SQUARE_AT, typed, UNREADABLE, "no answer is given\n") for typed in (
        "-", "I don't know.", "idk", "don’t know", "no idea", "  ")),
    *((SECOND_AT, typed, CORRECT, "") for typed in (
        "d^2f/dx^2 = 8", "d²y/dx² = 8", r"\frac{d^2 y}{dx^2} = 8", "f'(1) = 0, f''(1) = 8",
        "f' = 4x^3 - 4x, f'' = 12x^2 - 4, f''(1) = 8", "f'' = 12x^2 - 4, f''(1) = 8 > 0, minimum")),
    *((PLANE_AXIS, typed, CORRECT, "is read as the unit vector (1, 0)") for typed in (
        "2x i", "∇f = 2xi", r"2x\hat{i}")),
    (PLANE_AXIS, "2x j", WRONG, "0 of 2"), (CURVE, "-sin t i + cos t j", WRONG, "2 of 3"),
    (SPREAD, "i + 2z j", CORRECT, ""),
    *((PIPE, typed, CORRECT, "(1, 0, 0)") for typed in (
        "r_u = -sin u i + cos u j, r_v = k", "∂r/∂u = -sin u î + cos u ĵ; ∂r/∂v = 1k̂")),
    (PIPE, "r_u = -sin u i + cos u j, r_v = u k", WRONG, "5 of 6"), (SQUARE, "2x i", UNREADABLE, "imaginary unit"),
    (PRODUCTS, "r_x = y i + j, r_y = x i", CORRECT, ""),
    *((FOLIUM, f"{equation}{end} (6y-3x^2)/(3y^2-6x)", CORRECT, "not judged") for end in ("\ndy/dx =", ", so y' =")
      for equation in (
          "3x^2 + 3y^2 dy/dx = 6y + 6x dy/dx", r"3x^2 + 3y^2 \frac{dy}{dx} = 6y + 6x \frac{dy}{dx}",
          "3x^2 + 3y^2 dy/dx = 6(y + x dy/dx)\n(3y^2 - 6x) dy/dx = 6y - 3x^2", "3x^2 dx + 3y^2 dy = 6y dx + 6x dy",
          "3x^2dx + 3y^2dy = 6ydx + 6xdy")),
    *((CAPITAL, typed, CORRECT, "") for typed in ("F1_x=2 F1_y=1 F2_x=1 F2_y=0", "F_x = (2, 1) F_y = (1, 0)")),
    (FOLIUM, "3x^2 + 3y^2 dy/dx = 6y + 6x dy/dx; dy/dx = (6y+3x^2)/(3y^2-6x)", WRONG, ""),
    (FOLIUM, "3x^2 + 3y^2 dy/dx = 6y + 6x dy/dx", UNREADABLE, "an equation that holds the derivative"),
    *((PLANE, typed, UNREADABLE, "this is a differential") for typed in ("df = 2x dx + 2y dy", "2x dx + 2y dy")),
    (SQUARE, "df = 2x dx", UNREADABLE, "this is a differential"),
    (SQUARE, "f' = 2x, df = 2x dx", CORRECT, "not judged"),
    (PLANE, "df = 2x dx + 2y dy\n∇f = (2x, 2x)", WRONG, "1 of 2"),
    (DIRECTION, "<4,1>·<3/5,4/5>=16/5", CORRECT, ""), (DIRECTION, "<4,1>·<3/5,4/5>=16", WRONG, ""),
    *((PRODUCTS_AT, typed, CORRECT, "") for typed in (
        "[2; 1],[1; 0]", "(2, 1)^T, (1, 0)^T", "[2, 1], [1, 0]", "r1_x=2 r1_y=1 r2_x=1 r2_y=0",
        "r_1 = (2, 1), r_2 = (1, 0)", "r_2(1, 2) = (1, 0), r_1(1, 2) = (2, 1)", "R1 = (2, 1); R2 = (1, 0)")),
    (PRODUCTS_AT, "r_1 = (1, 0), r_2 = (2, 1)", WRONG, "two rows swapped"),
    (PRODUCTS_AT, "r_1(2, 1) = (2, 1), r_2(1, 2) = (1, 0)", WRONG, "said to be at"),
    (PRODUCTS_TWICE, "[2y; 2],[2x; 1]", CORRECT, ""), (PRODUCTS_TWICE, "[2y; 2x],[2; 1]", WRONG, "transposed"),
    (PRODUCTS_TWICE, "(2y 2x; 2 sin x^0)", UNREADABLE, ""),
    (PRODUCTS_TWICE, "(2y x^2; 2 y)", UNREADABLE, "blanks may part entries"),
    (SECOND_AT, "f'(1) = 8, f''(1) = 0", WRONG, "yours is 0"),
    (SECOND_AT, "f' = 4x^3 - 4x, f'' = 12x^2, f''(1) = 12", WRONG, ""),
    *((PLANE, typed, CORRECT, "Correct (proved).") for typed in (
        *(f"{sign} f_x = 2x\n{sign} f_y = 2y" for sign in ("-", "–", "*", "•")), "- ∂f/∂x: 2x\n - ∂f/∂y: 2y",
        "Partial derivatives:\n- ∂f/∂x = 2x\n- ∂f/∂y = 2y", "• 2x\n• 2y", "* 2x\n* 2y", "- ∇f = -(2x, 2y)")),
    (PLANE, "- f_x = 2x\n- f_y = 2x", WRONG, "1 of 2"), (PLANE, "-f_x = 2x\n-f_y = 2y", WRONG, "0 of 2"),
    (PLANE, "- 2x\n- 2y", WRONG, "0 of 2"),
    *((CIRCLE, typed, CORRECT, "not judged") for typed in (
        "2x + 2y y' = 0\n-x = y y'\n-x/y = y'", "2x dx + 2y dy = 0\n2y dy = -2x dx\ndy/dx = -x/y",
        "2x + 2y(dy/dx) = 0 → dy/dx = -x/y", "2x + 2y y' = 0 -> y' = -x/y", "-2x = 2y dy/dx\ndy/dx = -x/y")),
    *((CIRCLE, typed, UNREADABLE, "an equation that holds the derivative") for typed in (
        "-x = y y'", "0 = 2x + 2y dy/dx", "-2x = (y + y) y'")),
    *((BALL, typed, UNREADABLE, "an equation that holds the derivative") for typed in (
        "z z_x = -x", "z z_x = -x, z z_y = -y", "2z_x z = -2x", "∂z/∂x z = -x", "2x + 2z z_x = 0")),
    (BALL, "z z_x = -x, z z_y = -y; z_x = -x/z, z_y = -y/z", CORRECT, "not judged"),
    *((jc.implicit("x^2 + x_1^3 + 3xi + z^2 = 9", solve_for="z"), typed, CORRECT, "Correct (proved).") for typed in (
        "z_x = -x/z, z_x_1 = -3x_1^2/(2z), z_xi = -3/(2z)",
        "2∂z/∂x = -2x/z, ∂z/∂x_1 = -3x_1^2/(2z), ∂z/∂xi = -3/(2z)")),
    (CIRCLE, "2y' = -2x/y", CORRECT, "Correct (proved)."),
    (BALL, "2x + 2z z_x = 0; 2y + 2z z_y = 0; z_x = -x/z, z_y = y/z", WRONG, "1 of 2"),
    (CIRCLE, "-x/y = y'", CORRECT, ""), (CIRCLE, "-x = y y'\nx/y = y'", WRONG, ""),
    *((PLANE, typed, CORRECT, "Correct (proved).\n") for typed in (
        "f_x → 2x, f_y → 2y", "∇f -> (2x, 2y)", "I got (2x, 2y)", "I think it is (2x, 2y)",
        "First, f_x = 2x. Next, f_y = 2y.")),
    (PLAIN, "[[2xy, x^2]; [5, cos y]]", CORRECT, ""), (PLAIN, "[[2xy, x^2]; [5, sin y]]", WRONG, "3 of 4"),
    (PLAIN, "[[2xy; x^2]; [5; cos y]]", UNREADABLE, ""), (PLAIN, "I got [[2xy, x^2], [5, cos y]]", CORRECT, ""),
    *((INNER, typed, CORRECT, "Correct (proved).\n") for typed in (
        "[2x cos x^2]", "[[2x cos x^2]]", "f'(x) → 2x cos(x^2)")),
    # rows and entries by their places
    *((PLAIN, typed, CORRECT, "Correct (proved).\n") for typed in (
        *(typed.format("(2xy, x^2)", "(5, cos y)") for typed in (
            "Row 1: {}, Row 2: {}", "Row 2: {1}\nRow 1: {0}", "row1 = {}, row2 = {}", "first row: {}, second row: {}",
            "row one: {}; row two: {}", "row_2 = {1}, row_1 = {0}", "J = {}\n    {}", "J_f(x, y) =\n{}\n{}",
            "J: {};\n{}")),
        *(", ".join(f"{name} = {entry}" for name, entry in zip(names, ("2xy", "x^2", "5", "cos y"), strict=True))
          for names in (
            ("J[1,1]", "J[1,2]", "J[2,1]", "J[2,2]"), ("J[0][0]", "J[0][1]", "J[1][0]", "J[1][1]"),
            ("J_{1,1}", "J_{1,2}", "J_{2,1}", "J_{2,2}"), ("J(1,1)", "J(1,2)", "J(2,1)", "J(2,2)"))))),
    (PLAIN, "Row 1: (5, cos y), Row 2: (2xy, x^2)", WRONG, "two rows swapped"),
    (PLAIN, "J = (2xy, x^2)\n    (5, sin y)", WRONG, "3 of 4"),
    (PLAIN, "J[1,1] = 2xy, J[2,1] = x^2, J[1,2] = 5, J[2,2] = cos y", WRONG, "transposed"),
    (PLAIN, f"{J_PLAIN}\nJ(1, 0) = (0, 1)\n(5, 1)", CORRECT, "J at a point is not judged"),
    (COMPOSED, f"{J_COMPOSED}\n[1, 2]\n[3, 4]", WRONG, "0 of 4"),
    (jc.compose("f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, v^2]", at=(1, 2)),
     "J_f = [2, 1]\n[4, 2]\nJ_g = [1, 1]\n[6, 0]\n[0, 8]\nJ = [6, 3]\n[12, 6]\n[32, 16]", CORRECT, "Every part is"),
    (PLAIN, "2xy, x^2\n5, cos y\n2xy, x^2\n5, cos(-y)", CORRECT, "Every step follows"),
    *((SADDLE, typed, CORRECT, "Correct (proved).\n") for typed in (
        "H = (2, 0)\n(0, -2)", "H[1,1] = 2, H[1,2] = 0, H[2,1] = 0, H[2,2] = -2",
        "H(1,1) = 2, H(1,2) = 0, H(2,1) = 0, H(2,2) = -2, det H = -4", "Row 1: 2, 0; Row 2: 0, -2",
        "D^2 f = [[2, 0], [0, -2]]", "D²f(x, y) = [[2, 0], [0, -2]]", "D_11 f = 2, D_12 f = 0, D_22 f = -2",
        "∂_x² f = 2, ∂_x∂_y f = 0, ∂_y² f = -2", "∂_xx f = 2, ∂_xy f = 0, ∂_yy f = -2")),
    *((PLANE, typed, CORRECT, "Correct (proved).\n") for typed in (
        "first component: 2x, second component: 2y", "x-component: 2x, y-component: 2y", "Row 1: 2x, Row 2: 2y",
        "∂x = 2x, ∂y = 2y", r"\begin{cases} f_x = 2x \\ f_y = 2y \end{cases}", "Vector([2*x, 2*y])",
        "second entry: 2y; first entry: 2x")),
    *((PLAIN, typed, CORRECT, "Correct (proved).\n") for typed in (
        "x-component: 2xy, x^2\ny-component: 5, cos y", "y-component: (5, cos y), x-component: (2xy, x^2)")),
    (jc.jacobian("f(u, v) = [u^2, u v]"), "v-component: (v, u)\nu-component: (2u, 0)", CORRECT, "Correct (proved).\n"),
    *((jc.jacobian("r(t) = [sin t, t^2]"), typed, CORRECT, "Correct (proved).\n") for typed in (
        "x-component: cos t\ny-component: 2t", "second component: 2t, first component: cos t")),
    (PLANE, "∇f = <f_x, f_y> = <2x, 2y>", CORRECT, ""),
    (PLANE, "first component: 2y, second component: 2x", WRONG, "0 of 2"),
    (ANALYTIC, "u_x = v_y = 2x, u_y = -v_x = -2y", CORRECT, "Correct (proved).\n"),
    (ANALYTIC, "∂u/∂x = ∂v/∂y = 2x, ∂u/∂y = -∂v/∂x = -2y", CORRECT, ""),
    (ANALYTIC, "u_x = -v_y = 2x, u_y = -v_x = -2y", WRONG, "3 of 4"),
    (ANALYTIC, "-u_y = v_x = 2y, u_x = v_y = 2x", CORRECT, ""),
    (ANALYTIC, "-u_y = v_x = 2x, u_x = v_y = 2x", WRONG, ""),
    (PLANE, "-f_x = -2x, -f_y = -2y", CORRECT, "Correct (proved).\n"), (PLANE, "-f_x = 2x, f_y = 2y", WRONG, "1 of 2"),
    (PLANE, "f_x = 2x, f_y = 2y, f_xy = 0", CORRECT, "f_xy is not judged"),
    (PLANE, "f_x = 2x, f_y = 2x, f_xx = 2, f_yy = 2", WRONG, "1 of 2"),
    (PLAIN, "f = 0", WRONG, "1×1"),
    *((FLAT_HESSIAN, typed, UNREADABLE, "not what is asked for") for typed in (
        "f_x = f_y = 0", "∇f = 0", "f = 0", "D = 0")),
    (CRITICAL, "f_x = f_y = f_z = 0", UNREADABLE, "f_z is by no input"), (CRITICAL, "f_x = f_y = 0", CORRECT, ""),
    *((SECOND_AT, typed, UNREADABLE, "is not what is asked for") for typed in (
        "d³f/dx³ = 8", "d²x/df² = 8", "f''' = 8", "f'(1) = 8", "f' = 8", "df/dx = 8", "y'(1) = 0")),
    *((SECOND_AT, typed, CORRECT, "") for typed in ("f″ = 8", "f̈ = 8", "f″(1) = 8")),
    (FLAT_HESSIAN, "[0]", WRONG, "a list of 1"), (FLAT_HESSIAN, "1", WRONG, "1×1"), (PLANE_AT, "0", WRONG, "1×1"),
    (FLAT_HESSIAN, "[0, 0]", WRONG, "a list of 2"), (CRITICAL, "[0, 0, 0]", WRONG, "a list of 3"),
    (PLANE, "f_y, f_x = 2y, 2x", CORRECT, ""), (PLANE, "f_y, f_x = 2x, 2y", WRONG, "0 of 2"),
    (PLANE, "(2y, 2x)", WRONG, "two rows swapped; row 1 belongs to input 1."),
    (CURVE, "(cos t, -sin t, 1)", WRONG, "two rows swapped; row 1 belongs to component 1."),
    (PLANE, "f_x = 2x + 0y = 2x, f_y = 2y", CORRECT, "Every step follows"),
    (POLAR, "[[cos t, -r sin t], [sin t, r cos t]]", WRONG, "a determinant is one number"),
    (EXPONENTIAL, "-3e^-3x", WRONG, "If you mean 3e^(-3x), it is right"),
    (PLANE, "f_x = 2y = 2x, f_y = 2y", WRONG, "The first step is not right"),
    (PLANE, "f_x = 2x, f_y = y + y = 2y = 3y", WRONG, "Step 3 does not follow from step 2"),
]  # fmt: skip


RADIUS, RADIUS_AT = jc.jacobian("r(x, y) = sqrt(x^2 + y^2)"), jc.jacobian("r(x, y) = sqrt(x^2 + y^2)", at=(3, 4))
INVERSE = jc.jacobian("r = sqrt(x^2 + y^2), t = atan(y/x)")
GROWTH, GROWING = jc.gradient("f(x, y) = e^(x y)"), jc.jacobian("f(x) = e^(3x)")
RESULTS = [  # the name of the result in the answer
    *((RADIUS, typed, CORRECT, "Correct (proved).\n") for typed in (
        "[x/r, y/r]", "(x, y)/r", "1/r (x, y)", "∇r = 1/r (x, y)",
        "r_x = x/r, r_y = y/r", r"\frac{1}{r}(x, y)", "[x/r(x, y), y/r(x, y)]")),
    (RADIUS, "r^2 = x^2 + y^2, r_x = x/r, r_y = y/r", CORRECT, "a line before is not judged"),
    (RADIUS, "r^2 = x^2 + y^2; r_x = x/r, r_y = x/r", WRONG, "1 of 2"),
    (RADIUS, "[x/r, x/r]", WRONG, "1 of 2"), (RADIUS, "[x/r^2, y/r^2]", WRONG, "0 of 2"),
    (RADIUS, "[x/r, y/r] where r = √(x² + y²)", CORRECT, ""), (RADIUS, "rx = x/r, ry = y/r", UNREADABLE, ""),
    (RADIUS_AT, "[3/r, 4/r]", WRONG, "r must not be left in: insert r = √(3^2 + 4^2)"),
    (RADIUS_AT, "[x/r, y/r] = [3/5, 4/5]", CORRECT, "Every step follows"),
    (RADIUS_AT, "r = 5, r_x = x/r = 3/5, r_y = y/r = 4/5", CORRECT, "Every step follows"),
    (RADIUS_AT, "r = 5, r_x = x/r = 3/5, r_y = y/r = 3/5", WRONG, ""),
    (INVERSE, "[[x/r, y/r], [-y/r^2, x/r^2]]", CORRECT, ""), (INVERSE, "[[x/r, y/r], [-y/r, x/r]]", WRONG, "2 of 4"),
    (INVERSE, "r_x = x/r, r_y = y/r, t_x = -y/r², t_y = x/r²", CORRECT, ""),
    (GROWTH, "(y f, x f)", CORRECT, ""), (GROWTH, "f (y, x)", CORRECT, ""), (GROWTH, "f(y, x)", UNREADABLE, ""),
    (GROWTH, "f (x, y)", WRONG, "two rows swapped"), (GROWTH, "f_x = y f(x, y), f_y = x f(x, y)", CORRECT, ""),
    (GROWTH, "(x f, y f)", WRONG, "two rows swapped"), (GROWTH, "fx = y f, fy = x f", UNREADABLE, "f is not declared"),
    (GROWING, "f'(x) = 3f(x)", CORRECT, ""), (GROWING, "f' = 3f", CORRECT, ""),
    (GROWING, "f = e^(2x), f' = 3f", WRONG, "yours is"), (GROWING, "f = e^(3x), f' = 3f", CORRECT, ""),
    (GROWING, "f(x) = e^(2x), f'(x) = 3f(x)", WRONG, "yours is"),
    (GROWING, "f(x)(1 + 2)", CORRECT, ""), (GROWING, "f(3x)", UNREADABLE, ""),
    (jc.hessian("f(x, y) = e^(x y)"), "f_xx = y^2 f, f_xy = (1 + x y) f, f_yy = x^2 f", CORRECT, ""),
    (jc.compose("x = r cos t, y = r sin t", "z = e^(x y)"), "z_r = r z sin 2t, z_t = r^2 z cos 2t", CORRECT, ""),
    (jc.differential("z = e^(x y)"), "dz = z (y dx + x dy)", CORRECT, ""),
    (jc.jacobian("y = e^(3x)"), "y' = 3y", CORRECT, ""), (jc.jacobian("y = e^(3x)"), "y' = y", WRONG, ""),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "outcome", "said"), RESULTS, ids=[row[1] for row in RESULTS])
def test_the_name_of_the_result_in_the_answer(solution: jc.Solution, answer: str, outcome: str, said: str) -> None:
    verdict = solution.check(answer)
    assert verdict.outcome == outcome, verdict
    assert said in verdict.message + "\n"


FACTORED, OF_A_SQUARE = jc.jacobian("f(x) = x^3 e^x"), jc.jacobian("f(x) = sin(x^2)")
RIGHT = "3x^2 e^x + x^3 e^x"
FACTORS = [  # the rules in letters of the student's own, which may be the function's
    *((FACTORED, typed, CORRECT, "not judged") for typed in (
        f"f' = 3x^2, g' = e^x, so f'g + fg' = {RIGHT}", f"f = x^3, g = e^x, f' = 3x^2, g' = e^x, f'g + fg' = {RIGHT}",
        f"f' = 3x^2, g' = e^x, {RIGHT}", f"f = x^3, f' = 3x^2, g = e^x, g' = e^x, (fg)' = {RIGHT}",
        f"f' = 3x^2; g' = e^x; y' = {RIGHT}", f"f' = {RIGHT}, u' = 3x^2, v' = e^x")),
    (FACTORED, f"f'g + fg' = {RIGHT}", CORRECT, "Correct (proved).\n"),
    (FACTORED, "f'g + fg' = 3x^2 e^x", WRONG, "(uv)′"),
    (FACTORED, "f' = 3x^2, g' = e^x, f'g + fg' = 3x^2 e^x", WRONG, "(uv)′"),
    (FACTORED, "f' = 3x^2, g' = e^x", WRONG, ""), (FACTORED, "u' = 3x, v' = e^x", UNREADABLE, "the parts u', v'"),
    (FACTORED, "f' g + f g' where f = x^3, g = e^x", UNREADABLE, "prime"), (FACTORED, "f' = e^x, g' = 3x^2", WRONG, ""),
    (jc.jacobian("f(x) = sin(x)/x"), "(f'g - fg')/g^2 = (x cos x - sin x)/x^2", CORRECT, ""),
    (OF_A_SQUARE, "u = x^2, f' = cos u, u' = 2x, f'(u) u' = 2x cos(x^2)", CORRECT, ""),
    (OF_A_SQUARE, "dy/du = cos u, du/dx = 2x, dy/dx = 2x cos(x^2)", CORRECT, "u is not declared"),
    (OF_A_SQUARE, "dy/du = cos u, du/dx = 2x, dy/dx = 2x cos u", UNREADABLE, "u is not declared"),
    (jc.implicit("x^2 + y^2 = 25", solve_for="y"), "x + y y' = 0", UNREADABLE, "an equation that holds the derivative"),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "outcome", "said"), FACTORS, ids=[row[1] for row in FACTORS])
def test_rules_in_letters(solution: jc.Solution, answer: str, outcome: str, said: str) -> None:
    verdict = solution.check(answer)
    assert verdict.outcome == outcome, verdict
    assert said in verdict.message + "\n"


SADDLE_AT_ORIGIN = jc.hessian("f(x, y) = x^2 - y^2", at=(0, 0))
BOWL = jc.hessian("f(x, y) = x^2 + y^2", at=(0, 0))
SADDLE_AT = jc.hessian("f(x, y) = x^2 - y^2", at=(0, 0))
KINDS = [  # what is said of the point behind a right Hessian: (solution, answer, score, a part of the message)
    (BOWL, "[[2, 0], [0, 2]] minimum", 4, "Correct (proved)."), (BOWL, "[[2, 0], [0, 2]], positive definite", 4, ""),
    (BOWL, "[[2, 0], [0, 2]] maximum", 2, "the point is not a local maximum: it is a local minimum"),
    (BOWL, "H = [[2, 0], [0, 2]], so it is a saddle point", 2, "not a saddle point"),
    (BOWL, "f_xx = 2, f_xy = 0, f_yy = 2; D = 4 > 0, f_xx = 2 > 0 ⇒ max", 2, "not a local maximum"),
    (BOWL, "[[2, 0], [0, 2]], negative definite, a minimum", 2, "it is not negative definite: it is positive definite"),
    (SADDLE_AT, "[[2, 0], [0, -2]], D = -4", 4, "Correct (proved)."),
    (SADDLE_AT, "[[2, 0], [0, -2]], D = 5", 2, "D is -4, and not 5"),
    (SADDLE_AT, "[[2, 0], [0, -2]]; D = 2·2 - 0 = 4 > 0: saddle", 4, ""),  # f_xy² - f_xx f_yy is called D too
    (SADDLE_AT, "[[2, 0], [0, -2]], det H = 4", 2, "det H is -4, and not 4"),
    (SADDLE_AT, "f_xx = 2, f_xy = 0, f_yy = -2; det = 4 > 0, f_xx = 2 > 0", 2, "det H is -4, and not 4"),
    (SADDLE_AT, "[[2, 0], [0, -2]], trace = 0", 4, ""), (SADDLE_AT, "[[2, 0], [0, -2]], tr H = 4", 2, "tr H is 0"),
    (SADDLE_AT, "[[2, 0], [0, -2]], eigenvalues 2 and -2: saddle", 4, ""),
    (SADDLE_AT, "[[2, 0], [0, -2]], eigenvalues are 2, 2", 4, "is not judged"),
    (BOWL, "H(0, 0) = [[2, 0], [0, 2]]\neigenvalues: 2, 2 (both positive)\n=> positive definite => min", 4, ""),
    (BOWL, "H(0, 0) = [[2, 0], [0, 2]]\neigenvalues: 2, 3 (both positive)", 2, "the eigenvalues are 2, 2, and not 3"),
    (BOWL, "f_xx = 2, f_yy = 2, f_xy = 0. H = [[2, 0], [0, 2]]. det H = 4 > 0 so local min.", 4, ""),
    (BOWL, "[[2, 0], [0, 2]]; positive definite => min", 4, "Correct (proved)."),
    (SADDLE_AT, "[[2, 0], [0, -2]], eigenvalues are 2, -1, saddle", 2, "the eigenvalues are 2, -2, and not -1"),
    (BOWL, "[[2, 0], [0, 2]], trace 4, determinant 4", 4, "Correct (proved)."),
    (BOWL, "[[2, 0], [0, 2]], trace 4, determinant 5", 2, "det H is 4, and not 5"),
    (BOWL, "[[2, 0], [0, 2]]; tr 4, det 5", 2, "det H is 4, and not 5"), (BOWL, "[[2, 0], [0, 2]] tr 4 det 4", 4, ""),
    (BOWL, "[[2, 0], [0, 2]], trace: 4, determinant: 4", 4, "Correct (proved)."),
    (BOWL, "[[2, 0], [0, 2]], trace: 5, determinant: 4", 2, "tr H is 4"),
    (BOWL, "[[2, 0], [0, 2]], det 4 and trace 5", 2, "tr H is 4, and not 5"),
    (BOWL, "[[2, 0], [0, 1]], D = 5", 3, "3 of 4"), (SADDLE, "H = [[2, 0], [0, -2]], det H = 4", 2, "and not 4"),
    (jc.hessian("f(x, y) = x^2 y"), "[[2y, 2x], [2x, 0]], D = -4x^2", 4, "Correct (proved)."),
    (jc.hessian("f(x, y) = x^2 y"), "[[2y, 2x], [2x, 0]], D = 4xy", 2, "D is -4x^2, and not 4xy"),
    (BOWL, "[[2, 0], [0, 2]], max eigenvalue 2", 4, "is not judged"), (BOWL, "[[2, 0], [0, 3]] maximum", 3, "3 of 4"),
    (BOWL, "[[2, 0], [0, 2]], an extremum", 4, "is not judged"),
    (BOWL, "[[2, 0], [0, 2]] is not a maximum", 4, "Correct (proved)."), (BOWL, "[[2, 0], [0, 2]], no maximum", 4, ""),
    (BOWL, "[[2, 0], [0, 2]], not a minimum", 2, "but the point is a local minimum."),
    (BOWL, "[[2, 0], [0, 2]], neither a max nor a min", 2, "but the point is a local minimum."),
    (BOWL, "[[2, 0], [0, 2]]: it is not a maximum but a minimum", 4, ""),
    (BOWL, "[[2, 0], [0, 2]] (positive definite)", 4, ""), (BOWL, "[[2, 0], [0, 2]] (indefinite)", 2, "not indefinite"),
    (BOWL, "[[2, 0], [0, 2]], positive semidefinite", 4, "Correct (proved)."),
    (BOWL, "[[2, 0], [0, 2]] so it is positive definite, i.e. a minimum", 4, "Correct (proved)."),
    (BOWL, "[[2, 0], [0, 2]], not positive definite", 2, "but it is positive definite."),
    (BOWL, "[[2, 0], [0, 2]] is not a saddle and a maximum", 4, ""),
    (SADDLE_AT, "[[2, 0], [0, -2]], neither a maximum nor a minimum, so a saddle point", 4, "Correct (proved)."),
    (jc.hessian("f(x) = x^3", at=0), "0, neither a minimum nor a maximum", 1, "Correct (proved)."),
    (jc.hessian("f(x, y) = x^2 + y^2", at=(1, 1)), "[[2, 0], [0, 2]], minimum", 2, "the gradient is not 0 there"),
    (jc.hessian("f(x, y) = x^2 + y^2", at=(1, 1)), "[[2, 0], [0, 2]], indefinite", 2, "it is positive definite"),
    (jc.hessian("f(x, y) = x^2 + y^2"), "[[2, 0], [0, 2]], a maximum", 2, "the critical point is not"),
    (jc.hessian("f(x, y) = x^4 + y^4", at=(0, 0)), "[[0, 0], [0, 0]], saddle", 2, "it is a local minimum"),
    (jc.hessian("f(x, y) = x^4 + y^4", at=(0, 0)), "[[0, 0], [0, 0]], positive definite", 2, "it is positive semi"),
    (jc.hessian("f(x) = x^3", at=0), "0, minimum", 0.5, "it is neither a minimum nor a maximum"),
    (jc.hessian("f(x) = x^3", at=0), "0, a saddle point", 1, "is not judged"),
    (BOWL, "[[2, 0], [0, 2]], det = 4 > 0 and f_xx = 2 > 0, so min", 4, "Correct (proved)."),
    (BOWL, "[[2, 0], [0, 2]], D = 4 > 0", 4, "Correct (proved)."),
    (BOWL, "[[2, 0], [0, 2]], eigenvalues 2 and 2", 4, "Correct (proved)."),
    (BOWL, "[[2, 0], [0, 2]], det = 4 > 0, f_xx = 3 > 0, so min", 2, "f_xx is 2, and not 3"),
    (BOWL, "[[2, 0], [0, 2]], det = 4 > 0 and g_xx = 3 > 0, so min", 4, "is not judged"),
    (BOWL, "[[2, 0], [0, 2]], det = 4 < 0, so min", 4, "is not judged"),
    (BOWL, "[[2, 0], [0, 2]], eigenvalues 2, 2 (both negative)", 4, "is not judged"),
    *((jc.hessian("f(x, y) = x^3 + x^2 + y^2"), f"[[6x + 2, 0], [0, 2]], at (0, 0){said}", 4, "is not judged")
      for said in (": D = 4 > 0, min", ": det H = 4", " f_xx = 2 > 0, min", " eigenvalues 2, 2")),
    *((BOWL, f"[[2, 0], [0, 2]]{said}", 4, "Correct (proved).") for said in (
        " so it's a local min", ", it’s a minimum", ", tr = 4", ", |H| = 4", ". tr H = 4, det H = 4, minimum",
        ", det = 4 and tr = 4 so it must be a minimum", ", cannot be a maximum", ", can't be a saddle",
        ", it isn't a maximum", " isn’t a saddle", ", a maximum it cannot be", ", a saddle it is not",
        ", it can not be a max or a saddle", ", it's not a saddle, it's a min")),
    *((BOWL, f"[[2, 0], [0, 2]]{said}", 2, "is a local minimum") for said in (
        " so it's a local max", ", cannot be a minimum", ", it isn't a min", ", it's not a min", ", can't be a min",
        ", a minimum it is not", ", not a saddle, it's a max", ", isn't a min, it's a saddle")),
    *((BOWL, f"[[2, 0], [0, 2]]{said}", 2, "is 4, and not 5") for said in (
        ", tr = 5", ", |H| = 5", " det = 5 so min", ", det = 5 so it's a minimum")),
    *((BOWL, f"[[2, 0], [0, 2]], it {said} a minimum", 4, "is not judged") for said in ("cannot not be", "isn't not")),
    (BOWL, "[[2, 0], [0, 2]] which is neither positive nor negative definite", 2, "but it is positive definite."),
    (BOWL, "[[2, 0], [0, 2]], both eigenvalues are negative so minimum", 2, "not negative definite"),
    (BOWL, "[[2, 0], [0, 2]], both eigenvalues are positive so minimum", 4, "Correct (proved)."),
    (BOWL, "[[2, 0], [0, 2]], it's not a saddle, it's a saddle", 2, "the point is not a saddle point"),
    (BOWL, "[[2, 0], [0, 2]], no extremum", 2, "it is a local minimum"),
    (BOWL, "[[2, 0], [0, 2]], not singular and indefinite", 4, "is not judged"),
    (SADDLE_AT, "[[2, 0], [0, -2]], not an extremum", 4, "Correct (proved)."),
    *((SADDLE_AT, f"[[2, 0], [0, -2]]{said}", 2, right) for said, right in (
        (", rank 1", "rank H is 2, and not 1"), (", singular", "its rank is 2"), (", not symmetric", "it is symmetric"),
        (", positive semidefinite", "it is indefinite"), (", not invertible", "it is invertible"))),
    *((SADDLE_AT, f"[[2, 0], [0, -2]]{said}", 4, "Correct (proved).") for said in (
        ", symmetric", ", symmetric and indefinite", ", non-singular", ", not singular", ", so H is invertible",
        ", symmetric, indefinite", ", not positive semidefinite", ", full rank", ", rank 2")),
    (SADDLE, "[[2, 0], [0, -2]], convex", 2, "it is not convex: it is indefinite"),
    (SADDLE_AT, "[[2, 0], [0, -2]], f is convex", 4, "is not judged"),
    (SADDLE, "[[2, 0], [0, -2]], indefinite", 4, "Correct (proved)."),
    (SADDLE, "[[2, 0], [0, -2]], minimum", 2, "the critical point is not a local minimum: it is a saddle point"),
    (jc.hessian("f(x, y) = x^2 y"), "[[2y, 2x], [2x, 0]], positive definite", 4, "is not judged"),
    (jc.hessian("f(x, y) = x^2 y"), "[[2y, 2x], [2x, 0]], symmetric", 4, "Correct (proved)."),
    (jc.hessian("L(x, y, λ) = x^2 + y^2 - λ(x + y - 1)", at="1/2, 1/2, 1"),
     "[[2, 0, -1], [0, 2, -1], [-1, -1, 0]], minimum", 9, "is not judged"),
    (jc.hessian("L(x, y, λ) = x^2 + y^2 - λ(x + y - 1)"),
     "[[2, 0, -1], [0, 2, -1], [-1, -1, 0]], saddle", 9, "Correct (proved)."),
    *((SADDLE_AT, f"[[2, 0], [0, -2]]{said}", 4, "Correct (proved).") for said in (
        " det = -4 so saddle", ", det = -4 so saddle", ", det = −4 hence it's a saddle", ", |H| = -4 => saddle")),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "score", "said"), KINDS, ids=[row[1] for row in KINDS])
def test_the_kind_of_the_point_behind_a_hessian(solution: jc.Solution, answer: str, score: float, said: str) -> None:
    """[[2, 0], [0, 2]] maximum: half of the marks, as for one of two steps"""
    verdict = solution.check(answer)
    assert (verdict.score, verdict.outcome == CORRECT) == (score, score == verdict.max_score), verdict
    assert said in verdict.message
    assert "Note" not in verdict.message or said != "Correct (proved)."


@pytest.mark.parametrize("answer", ["minimum", "a saddle point", "det H > 0, so it is a local minimum"])
def test_a_kind_without_a_hessian_is_no_unknown_name(answer: str) -> None:
    verdict = BOWL.check(answer)
    assert verdict.outcome == UNREADABLE
    assert f"write it first, then the kind of the point: […], {answer}" in verdict.message


CUBE_AT = jc.jacobian("f(x) = x^3", at=1)
CIRCLE_AT = jc.implicit("x^2 + y^2 = 25", solve_for="y", at=(3, 4))
CIRCLE_OF = jc.implicit("f(x, y; r) = x^2 + y^2 - r^2", solve_for="y", at="x=3, y=-4, r=5")
LETTERS = [  # letters that are left in at a point: (solution, answer, outcome, marks, a part of the message)
    (CUBE_AT, "f'(1) = 3x^2 = 3x·x = 3", CORRECT, 1, "Every step follows"),
    (CUBE_AT, "f'(1) = 3x^2 = 3x = 3", WRONG, 2 / 3, "from step 1: at the point they are equal, as formulas they are"),
    (CUBE_AT, "3x", WRONG, 0, "the formula is not"), (PLANE_AT, "(2x, 2y) = (2x, 4) = (2, 4)", CORRECT, 2, ""),
    (PLANE_AT, "(2x, 2y) = (2x, y^2) = (2, 4)", WRONG, 4 / 3, "row 2, column 1: at the point they are equal"),
    # on a curve letters may stand for each other
    *((CIRCLE_AT, f"{left}-x/{right}", WRONG, 0.5, "The formula is right") for left in ("", "-x/y = ")
      for right in ("y", "4", "sqrt(25 - x^2)")),
    (CIRCLE_AT, "-sqrt(25 - y^2)/y", WRONG, 0.5, "The formula is right"),
    (CIRCLE_AT, "-x/y = -x/sqrt(25 - x^2) = -3/4", CORRECT, 1, ""),
    (CIRCLE_AT, "-9/(4x)", WRONG, 0, "formula is not"), (CIRCLE_AT, "-x/y = -9/(4x) = -3/4", WRONG, 2 / 3, ""),
    (CIRCLE_OF, "x/sqrt(25 - x^2)", WRONG, 0.5, "The formula is right"), (CIRCLE_OF, "9/(4x)", WRONG, 0, ""),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "outcome", "score", "said"), LETTERS, ids=[row[1] for row in LETTERS])
def test_letters_left_in_at_a_point(solution: jc.Solution, answer: str, outcome: str, score: float, said: str) -> None:
    verdict = solution.check(answer)
    assert verdict.outcome == outcome, verdict
    assert verdict.score == pytest.approx(score)
    assert said in verdict.message


SQUARE_AT = jc.jacobian("f(x) = x^2", at=3)
SPELLED = [  # ordinary ways to write a right answer: (solution, the answer, an answer of the same form that is wrong)
    (PLANE_AT, "f_x, f_y = 2, 4", "f_x, f_y = 2, 3"), (PLANE_AT, "f_x, f_y = 2x, 2y = 2, 4", "f_x, f_y = 2x, y = 2, 4"),
    (PLANE_AT, "f_x = 2x → 2, f_y = 2y → 4", "f_x = 2x -> 2, f_y = 2y -> 2"), (PLANE_AT, "‹2, 4›", "‹4, 2›"),
    (PLANE_AT, "(2x, 2y) → (2, 4)", "(2x, 2y) → (2, 2)"),
    (PLANE_AT, r"\begin{pmatrix} 2x \\ 2y \end{pmatrix} \to \begin{pmatrix} 2 \\ 4 \end{pmatrix}", "(2x, y) -> (2, 2)"),
    (SADDLE, "f_xx = 2 > 0, f_xy = 0, f_yy = -2 < 0", "f_xx = 2 > 0, f_xy = 0, f_yy = 2 > 0"),
    (SADDLE, "f_xx = 2 > 0\nf_xy = 0\nf_yy = -2", "f_xx = 1 > 0\nf_xy = 0\nf_yy = -2"),
    (SADDLE, r"f_{xx} = 2 > 0, \quad f_{xy} = 0, \quad f_{yy} = -2", r"f_{xx} = 2 > 0, f_{xy} = 1, f_{yy} = -2"),
    (PLANE_AT, "f_x = 2x at (1, 2) is 2, f_y = 2y at (1, 2) is 4", "f_x = 2x at (1, 2) is 2, f_y = 2y at (1, 2) is 2"),
    (SQUARE_AT, "f' = 2x, at x = 3 it is 6", "f' = 2x, at x = 3 it is 5"),
    (SQUARE_AT, "2x, at x = 3 it is 6", "2x, at x = 3 it is 5"),
    (SQUARE_AT, "f' = 2x so at x = 3: 6", "f' = 2x so at x = 3: 5"),
    (SQUARE_AT, "f' = 2x, so at x = 3 it equals 6", "f' = 2x, so at x = 3 it equals 5"),
    (PLANE_AT, r"\nabla f = (2x, 2y) \to (2, 4)", r"\nabla f = (2x, 2y) \rightarrow (2, 2)"),
    (PLANE, "∇f is <2x, 2y>", "∇f is <2x, 2x>"), (PLANE, "f_x is 2x and f_y is 2y", "f_x equals 2x, f_y equals 2x"),
    (PLANE, "the partial f_x is 2x; the partial derivative f_y is 2y", "partial f_x = 2x, partial f_y = 2x"),
    (PLANE, "partial f/partial x = 2x, partial f/partial y = 2y", "partial f/partial x is x, partial f/partial y = y"),
    (SQUARE, "f'(x) is 2x", "f'(x) is x"), (PLANE, "'2x, 2y", "'2x, x"), (PLANE, "[2x, 2y].T", "[2y, 2x].T"),
    (PLANE, "Matrix([[2*x, 2*y]]).T", "Matrix([[2*x, 2*x]]).T"),
    (jc.jvp("f(x, y) = x^2 + y^2", at=(1, 2), vector=(3, 4)), "(2, 4).(3, 4)", "[2, 4].[3, 3]"),
    (SADDLE, "diag(2, -2)", "diag(2, 2)"), (SADDLE, r"H = \operatorname{diag}(2, -2)", r"H = \mathrm{diag}(-2, 2)"),
    (SADDLE, "2 diag([1, -1])", "diag([2, 2])"),
    (CHAIN, "u = e + 1, v = 1, [[3e + 2, e + 2], [e + 4, 3]]", "u = e + 1, v = 1, [[3e + 2, e + 2], [e + 4, u]]"),
    # rows without commas between the entries, or between the rows
    *((PLAIN, typed.format("cos y"), typed.format("sin y")) for typed in (
        "[2xy, x^2\n 5, {}]", "[2xy, x^2] [5, {}]", "J = (2xy, x^2) (5, {})", "2xy  x^2\n5  {}", "2xy\tx^2\n5\t{}",
        "| 2xy  x^2 |\n| 5  {} |", "| 2xy | x^2 |\n| 5 | {} |", "| 2xy | x^2 |\n|---|:-:|\n| 5 | {} |",
        r"2xy & x^2 \\ 5 & {}", "[2xy  x^2\n 5  {}]")),
    *((PLANE, typed.format("2y"), typed.format("2x")) for typed in (
        "2x\t{}", "2x  {}", "2x & {}", "| 2x | {} |", "(2x  {})", "[2x\t{}]", "| 2x |\n|---|\n| {} |")),
    (jc.jacobian("f(x, y) = x^2 - y^2"), "2x i  -2y j", "2x i  -2x j"), (PLANE, "2x  e_1 + 2y e_2", "2x  e_1 + y e_2"),
    *((SADDLE, typed.format("-2"), typed.format("2")) for typed in (
        "Row 1: 2 0\nRow 2: 0 {}", "[2 0], [0 {}]", "(2 0; 0 {})", "[2 0; 0 {}]", "[2, 0\n0, {}]", "2 0\n0 {}",
        "[[2 0]\n [0 {}]]", "[[2 0] [0 {}]]", "H = [2 0\n 0 {}]", "row 1 is 2 0; row 2 is 0 {}")),
    (PLANE, "the partial with respect to x is 2x, the partial with respect to y is 2y",
     "the partial with respect to x is 2x, the partial with respect to y is 2x"),
    (PLAIN, "The first row is (2xy, x^2) and the second row is (5, cos y)", "Row 1 is 2xy, x^2; row 2 is 5, sin y"),
    (PLANE, "$< 2x, 2y >$", "$<2x, 2x>$"), (PLANE, r"$\nabla f = <2x, 2y>$", r"$\nabla f = <2x, y>$"),
    (PLANE, r"\underline{\underline{(2x, 2y)}}", r"\underline{(2x, 2x)}"), (PLANE, "(2x, 2y) ✓", "(2x, 2x) ✔"),
    (PLANE, r"2x\,\hat{e}_x + 2y\,\hat{e}_y", r"2x \hat{e}_1 + 2x \hat{e}_2"),
    (PLAIN, r"\begin{array}{c|c} 2xy & x^2 \\ \hline 5 & \cos y \end{array}",
     r"\begin{array}{cc} 2xy & x^2 \\ \hline 5 & \sin y \end{array}"),
    # differences beside a comma are one entry, and a line may break within a product
    *((SECOND, typed.format(4), typed.format(3)) for typed in ("[[10 -4, 4], [{}, 2]]", "[10 -4, 4; {}, 5 -3]",
                                                              "[[10 -4, 4], [8 -{}, 2]]")),
    (PLANE_AT, "(2, 2[3 -1])", "(2, 2[3 -2])"), (PLANE_AT, "([3 -1], [5 -1])", "([3 -1], [5 -2])"),
    (jc.gradient("f(x, y, z) = xy + yz"), "[y, x\n + z, y]", "[y, x\n + y, y]"),
    (jc.gradient("f(x, y, z) = xyz"), "[yz, x\n z, xy]", "[yz, y\n z, xy]"),
    # a column has one entry in a row, which its blanks do not part
    (jc.gradient("f(x, y, z) = xyz"), "[y z; x z; x y]", "[y z; x z; x z]"),
    (jc.gradient("f(x, y) = x^2 sin(y) + 3y"), "[2 x sin(y); x^2 cos(y) + 3]", "[2 x sin(y); x^2 cos(y) - 3]"),
    (PLANE_AT, "[2 4]", "[2 5]"), (PLANE_AT, "∇f = [2. 4.]", "∇f = [2. -4.]"), (SLOPES, "[4 1]", "[4 -1]"),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "right", "wrong"), SPELLED, ids=[row[1] for row in SPELLED])
def test_ordinary_ways_to_write_an_answer(solution: jc.Solution, right: str, wrong: str) -> None:
    assert solution.check(right).outcome == CORRECT
    assert solution.check(wrong).outcome == WRONG


@pytest.mark.parametrize(
    "answer", ["2x → 2, 2y → 4", "x -> 2x", "(x, y) → (2x, 2y)", "(x, y) → (2, 4)", "f' is positive"]
)
def test_what_may_be_meant_in_many_ways_is_not_judged(answer: str) -> None:
    assert PLANE_AT.check(answer).outcome == UNREADABLE


OWN_POINTS = [  # numbers where formulas are asked for: (solution, answer, where they are right)
    (PLANE, "(2, 4)", "These are the values at x = 1, y = 2: the formula is asked for"), (PLANE, "(2, 3)", ""),
    (PLANE, "at (1, 2): (2, 4)", "at x = 1, y = 2"), (PLANE, "(0, 0)", ""), (PLANE_AT, "(2, 2)", ""),
    (SQUARE, "f'(1) = 2", "This is the value at x = 1"), (SQUARE, "f'(x) = 5", ""), (SADDLE, "[[2, 2], [2, 2]]", ""),
    (CIRCLE, "-3/4", "This is the value at x = 3, y = 4"),
    (jc.hessian("f(x, y) = x^2 y"), "[[4, 2], [2, 0]]", "at x = 1, y = 2"),
    (jc.jacobian("f(x) = e^x"), "e", "at x = 1"), (jc.jacobian("f(x, y; a) = a x y"), "(6, 3)", "y = 2, a = 3"),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "said"), OWN_POINTS, ids=[row[1] for row in OWN_POINTS])
def test_values_at_a_point_that_nobody_gave(solution: jc.Solution, answer: str, said: str) -> None:
    verdict = solution.check(answer)
    assert (verdict.outcome, "point-of-own" in verdict.mistakes) == (WRONG, bool(said)), verdict
    assert said in verdict.message


IN_NAMES = [  # what is said in names only is not judged; (answer, outcome, marks)
    ("J_f = [[2, 1], [1, 2]]; J_g = [[20, 4], [1, -10]]; J = J_g J_f", WRONG, (8, 12)),
    (f"J_f = [[2, 1], [1, 2]]; J_g = [[20, 4], [1, -10]]; J = J_g J_f = {J_COMPOSED[4:]}", CORRECT, (12, 12)),
    (f"{J_COMPOSED[4:]} = J_g J_f", CORRECT, (4, 4)), ("J = J_g J_f", UNREADABLE, (0, 4)),
    ("J = J_g J_f; J = J_g J_f", UNREADABLE, (0, 4)), ("J_f = [[2, 1], [1, 2]]; J = foo baz", UNREADABLE, (0, 4)),
    # the result is right, and what leads to it is not
    (f"J = [[44, 28], [-8, -18]] = {J_COMPOSED[4:]}", WRONG, (3, 4)),
    (f"J = [[1, 2], [3, 4]] = {J_COMPOSED[4:]}", WRONG, (2, 4)),
    (f"{J_COMPOSED} = [[44, 28], [-8, -18]]", WRONG, (3, 4)),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "outcome", "marks"), IN_NAMES, ids=[row[0] for row in IN_NAMES])
def test_names_and_sides_that_lead_to_the_result(answer: str, outcome: str, marks: tuple[float, float]) -> None:
    verdict = COMPOSED.check(answer)
    assert (verdict.outcome, (verdict.score, verdict.max_score)) == (outcome, marks), verdict


@pytest.mark.parametrize("answer", ["(2 y(x) - x^2)/(y(x)^2 - 2x)", "y'(x) = (2y(x) - x^2)/(y (x)^2 - 2x)"])
def test_the_function_that_equations_define_may_be_written_with_its_input(answer: str) -> None:
    solution = jc.implicit("x^3 + y^3 = 6x y", solve_for="y")
    assert solution.check(answer).outcome == CORRECT
    assert solution.check(answer.replace("- 2x", "+ 2x")).outcome == WRONG
    assert jc.jacobian("f(x, y) = y x").check("[y, x(1)]").outcome == CORRECT  # a product as ever


KINKED = [
    ("|x - 2|", "1", ("absolute-value",)), ("|x^2 - 4|", "2x", ("absolute-value",)), ("(x - 2)|x - 2|", "2(x - 2)", ()),
    ("|x - 2|", "sgn(2 - x)", ("sign", "absolute-value")), ("|sin x|", "|cos x|", ()), ("|x + 3|", "-1", ()),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "answer", "mistakes"), KINKED)
def test_a_mistake_explains_an_answer_on_both_sides_of_a_kink(
    formula: str, answer: str, mistakes: tuple[str, ...]
) -> None:
    verdict = jc.jacobian(f"f(x) = {formula}").check(answer)
    assert (verdict.outcome, verdict.mistakes) == (WRONG, mistakes)


def test_one_entry_that_is_alone_is_not_the_only_wrong_one() -> None:
    assert PLANE.check("f_x = x^2, f_y = 2y").mistakes == ("arithmetic",)
    verdict = PLANE.check("f_x = 2x, f_x = x^2")
    assert verdict.mistakes == ("missing",)
    assert "Only" not in verdict.message


SQUARE_AT = jc.jacobian("f(x) = x^2", at=3)
PLANE_AT_POINT = jc.gradient("L(x, y) = x^2 + 3x y", at=(1, 2))
MATRIX_AT = jc.jacobian("f(x, y) = [x^2 + y, 2x y]", at=(1, 2))
CIRCLING = jc.jacobian("r(t) = (cos t, sin t)", at=0)
CUBE = jc.jacobian("f(x) = x^3")
SUM_AT, ROOT_AT = jc.jacobian("f(x) = x^2 + x^3", at=2), jc.jacobian("f(x) = sin x", at="pi/3")
SO = [  # a side that follows: (solution, answer, the marks)
    (CUBE, "f' = 3x, so 3x^2", 0.5), (CUBE, "f' = 3x^2, so 3x", 0.5), (CUBE, "3x^2, hence 3x^2", 1),
    (CUBE, "f' = 3x\n3x^2", 0.5), (CUBE, "f'(x) = 3x => 3x^2", 0.5), (CUBE, "df/dx = 3x; 3x^2", 0.5),
    (CUBE, "f' = 3x^2\n3x^2", 1),
    (CUBE, "u' = 3x\n3x^2", 1), (CUBE, "f(x) = x^3, so 3x^2", 1), (CUBE, "y = x^3, thus 3x^2", 1),
    (CUBE, "f(x) = x^3 so f'(x) = 3x^2", 1),
    (SUM_AT, "2x + 3x^2, so 16", 1), (SUM_AT, "f' = 2x + 3x^2 so 16", 1), (SUM_AT, "f' = 2x + 3x^2, so 15", 0.5),
    (SUM_AT, "f(2) = 12 so f'(2) = 16", 1), (SUM_AT, "f' = 2x thus 16", 0.5),
    *((PLANE, f"f_x = 2x, f_y = 2y{so}", 2) for so in (", so (2x, 2y)", " so ∇f = (2x, 2y)", ", thus [2x, 2y]")),
    (PLANE, "f_x = 2x, f_y = 2y, so (2x, y)", 1), (jc.jacobian("f(s, o) = [s o, s]"), "[[o, s], [1, 0]]", 4),
    (jc.jacobian("f(s, o) = s^2 o^3"), "(2 so^3, 3 s^2 o^2)", 2),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "score"), SO, ids=[row[1] for row in SO])
def test_what_follows_by_so_is_another_side(solution: jc.Solution, answer: str, score: float) -> None:
    assert solution.check(answer).score == score


SINE_PRODUCT, POWER_PRODUCT = jc.jacobian("f(x) = x^2 sin x"), jc.gradient("f(x, y) = x^2 y^3")
SAID_FUNCTIONS = [  # (solution, answer, the marks)
    (CUBE, "d/dx x^3 = 3x^2", 1), (CUBE, "d/dx x^2 = 3x^2", 0.5), (CUBE, r"\frac{d}{dx}(x^2) = 3x^2", 0.5),
    (CUBE, "(x^2)' = 3x^2", 0.5), (CUBE, "(x^3)' = 3x^2", 1),
    (CUBE, r"\frac{d}{dx}\left(x \cdot x^2\right) = 3x^2", 1),
    (CUBE, "d/dx f(x) = 3x^2", 1), (CUBE, "d/dx [x^3] = 3x^2", 1), (CUBE, "d/dx = 3x^2", 1), (CUBE, "d/dx x^2 = 2x", 0),
    (SUM_AT, "d/dx (x^2 + x^3)|_{x=2} = 16", 1), (SUM_AT, "d/dx (x^2 - x^3)|_{x=2} = 16", 0.5),
    *((SINE_PRODUCT, f"{before}{name}2x sin x + x^2 cos x", 1) for name in ("", "f' = ") for before in (
        "d/dx(x^2) = 2x, d/dx(sin x) = cos x, so ", "d/dx x^2 = 2x\nd/dx sin x = cos x\n",
        "(x^2)' = 2x; (sin x)' = cos x; ")),
    (SINE_PRODUCT, "d/dx x^2 = 2x\nd/dx sin x = cos x\nd/dx x^2 sin x = 2x sin x + x^2 cos x", 1),
    (SINE_PRODUCT, "d/dx(x^2) = 2x, d/dx(sin x) = cos x, so 2x cos x", 0),
    (CIRCLE_POINT, "d/dx(x^2 + y^2) = 0, 2x + 2y y' = 0, y' = -3/4", 1), (CIRCLE_POINT, "d/dx(y) = -3/4", 1),
    (jc.compose("u = x^2 + 1", "y = u^3"), "d/du(u^3) = 3u^2, d/dx(x^2 + 1) = 2x, dy/dx = 6x(x^2 + 1)^2", 1),
    (POWER_PRODUCT, "∂/∂x(x^2) = 2x, ∂/∂y(y^3) = 3y^2, ∇f = (2x y^3, 3x^2 y^2)", 2),
    (POWER_PRODUCT, "∂/∂x(x^2) = 2x, f_x = 2x y^3, f_y = 3x^2 y^2", 2),
    (POWER_PRODUCT, "∂/∂x(x^2 y^3) = 2x y^3, ∂/∂y(x^2 y^3) = 3x^2 y^2", 2),
    (jc.jacobian("f(x, y) = [x y, y]"), "∂/∂x(x y) = y, ∂/∂y(x y) = x, ∂/∂x(y) = 0, ∂/∂y(y) = 1", 0),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "score"), SAID_FUNCTIONS, ids=[row[1] for row in SAID_FUNCTIONS])
def test_the_function_that_is_said_to_be_differentiated(solution: jc.Solution, answer: str, score: float) -> None:
    verdict = solution.check(answer)
    assert verdict.score == score, verdict
    assert ("is not the function" in verdict.message) == (score == 0.5)


BEHIND = [  # what is said behind the result: (solution, answer, score, a part of the message)
    (PLANE_AT_POINT, "∇L = (8, 3), L(1, 2) = 7", 2, "Correct (proved)."), (PLANE_AT_POINT, "∇L = (8, 3), L = 7", 2, ""),
    (PLANE_AT_POINT, "(8, 3), L(1, 2) = 7", 2, ""), (PLANE_AT_POINT, "(8, 3), norm = sqrt(73)", 2, ""),
    (PLANE_AT_POINT, "∇L = (8, 3), u = (8, 3)/sqrt(73)", 2, ""),
    (PLANE_AT_POINT, "∇L(1, 2) = (8, 3), tangent plane z = 7 + 8(x - 1) + 3(y - 2)", 2, ""),
    (PLANE_AT_POINT, "∇L = (8, 3), D_u L = 11/sqrt(2)", 2, ""), (PLANE_AT_POINT, "L_x = 8, L_y = 3, D_u L = 5", 2, ""),
    (PLANE_AT_POINT, "∇L = (9, 3), u = (8, 3)", 1, "u is not judged"), (PLANE_AT_POINT, "∇L = (8, 4), L = 7", 1, ""),
    (SQUARE_AT, "f'(3) = 6, f(3) = 9", 1, "Correct (proved)."), (SQUARE_AT, "f' = 6, y = 6x - 9", 1, ""),
    (SQUARE_AT, "when x = 3, 2x = 6", 1, ""), (SQUARE_AT, "let x = 3: f' = 2x = 6", 1, "Every step follows"),
    (SQUARE_AT, "when x = 4, 2x = 8", 0.5, "does not follow"), (SQUARE_AT, "2x, plug in x = 3 to get 6", 1, ""),
    (SQUARE_AT, "f'(3) = 5, f(3) = 6", 0, "yours is 5"), (SQUARE_AT, "f(3) = 9, f'(3) = 6", 1, ""),
    (MATRIX_AT, "J = [[2, 1], [4, 2]], f(1, 2) = (3, 4)", 4, ""), (MATRIX_AT, "[[2, 1], [4, 2]] det = 0", 4, ""),
    (MATRIX_AT, "J = [[2, 1], [4, 2]]; L(x, y) = (3, 4) + [[2, 1], [4, 2]](x - 1, y - 2)", 4, ""),
    (MATRIX_AT, "J = [[2, 1], [4, 3]], A = [[2, 1], [4, 2]]", 3, "A is not judged"),
    (jc.implicit("x^2 + y^2 = 25", solve_for="y", at=(3, 4)), "y' = -3/4, y = 4", 1, ""),
    (jc.jvp("T(x, y) = x^2 y", at=(1, 2), vector=(3, 4)), "D_vT = 16, T(1, 2) = 2", 1, ""),
    (jc.jvp("T(x, y) = x^2 y", at=(1, 2), vector=(3, 4)), "∇T = (4, 1), D_v T = 16", 1, ""),
    (PLANE_AT_POINT, "∇L = (8, 3), (8, 3)/sqrt(73)", 2, "Correct (proved)."),
    (PLANE_AT_POINT, "∇L = (8, 3), (1, 2)", 1, "does not follow"),
    (PLANE_AT_POINT, "∇L = (8, 3), (0.936, 0.351)", 2, ""),
    (PLANE_AT_POINT, "∇L = (2x, 3x), (8, 3)", 1, "The first step is not right"),
    (MATRIX_AT, "J = [[2, 1], [4, 2]], [[2, 0], [0, 1]]", 2, "does not follow"),
    (MATRIX_AT, "J = [2, 1], [4, 2]", 4, "Correct (proved)."), (MATRIX_AT, "J = [2, 1], [4, 3]", 3, ""),
    (MATRIX_AT, "J = [[x, 0], [0, 0]], [[2, 1], [4, 2]]", 2, "does not follow"),
    (jc.jacobian("f(x, y) = [x^2, y]"), "J = [[x, 0], [0, 1]], [[2x, 0], [0, 1]]", 3, "The first step is not right"),
    (jc.jacobian("r(t) = (t^2, t)"), "v(t) = (1, 1), (2t, 1)", 1, "The first step is not right"),
    *((jc.compose("f(x, y) = [x y, x]", "g(u, v) = u v", at=(1, 2)), f"{name} = [0, 0], [4, 1]", 1, "The first step")
      for name in ("J", "(g∘f)'")),
    (jc.compose("f(x) = x^2", "g(u) = sin u", at=1), "5, (g∘f)' = 2cos 1", 1, "a line before is not judged"),
    (jc.compose("f(x) = x^2", "g(u) = sin u", at=1), "2cos 1, (g∘f)' = 5", 0, "yours is 5"),
    (PLANE_AT_POINT, "∇L = (8, 4), (8, 3)", 1, "yours is 4"), (PLANE_AT_POINT, "∇L = (2x + 3y, 3x), (8, 3)", 2, ""),
    (PLANE_AT_POINT, "∇L = (8, 3), -∇L = (-8, -3)", 2, ""), (PLANE_AT_POINT, "∇L = (8, 4), -∇L = (-8, -3)", 1, ""),
    (PLANE_AT_POINT, "∇L = (8, 3), ∇L/|∇L| = (8, 3)/sqrt(73)", 2, "∇L/|∇L| is not judged"),
    (PLANE_AT_POINT, r"\nabla L = (8, 3), \frac{\nabla L}{\|\nabla L\|} = (8, 3)/\sqrt{73}", 2, ""),
    (jc.jvp("T(x, y) = x^2 y", at=(1, 2), vector=(3, 4)), "Jv = 16, J = [4, 1]", 1, "J is not judged"),
    (jc.jvp("T(x, y) = x^2 y", at=(1, 2), vector=(3, 4)), "D_v T = 15; ∇T = (4, 1)", 0, "yours is 15"),
    *((jc.implicit("x^2 + y^2 = 25", solve_for="y", at=(3, 4)), f"y' = -x/y, y'(3) = -3/4, {tangent}", 1, "not judged")
      for tangent in ("y - 4 = -3/4 (x - 3)", "tangent: y - 4 = -3/4 (x - 3)", "tangent line: y = -3/4 x + 25/4",
                      "y = 4 - 3/4 (x - 3)")),
    (jc.implicit("x^2 + y^2 = 25", solve_for="y", at=(3, 4)), "-3/4, y = -3/4 x + 25/4", 1, "y is not judged"),
    (jc.implicit("x^2 + y^2 = 25", solve_for="y", at=(3, 4)), "y' = 3/4, y - 4 = -3/4 (x - 3)", 0, "yours is 3/4"),
    (jc.implicit("x^2 + y^2 = 25", solve_for="y"), "y' = -x/y, y'(3) = -3/4, y - 4 = -3/4 (x - 3)", 1, "not judged"),
    (jc.jacobian("r(t) = (t^2, t)"), "v = (2t, 1), v(1) = (2, 1), a = (2, 0)", 2, ""),
    (SQUARE_AT, "f'(3) = 6, y - 9 = 6(x - 3)", 1, ""), (SQUARE_AT, "6, y = 6x - 9", 1, ""),
    (SQUARE_AT, "m = 6; y = 6x - 9", 1, "y is not judged"), (SQUARE_AT, "m = 5; y = 5x - 6", 0, ""),
    # words between the formula and its value, and behind a matrix
    *((SQUARE_AT, typed, 1, "") for typed in (
        "2x at x = 3 is 6", "2x evaluated at x = 3 is 6", "f'(x) = 2x gives 6", "f'(x) = 2x, which gives 6",
        "at x = 3 we get 6", "substitute x = 3 into 2x to get 6", "Plugging x = 3 into 2x gives 6")),
    *((SQUARE_AT, typed, 0.5, "does not follow") for typed in (
        "2x at x = 3 is 7", "f'(x) = 2x gives 7", "substitute x = 3 into 2x to get 7")),
    (SQUARE_AT, "at x = 3 we get 7", 0, "yours is 7"), (SQUARE_AT, "setting x = 3 gives 7", 0, ""),
    *((MATRIX_AT, typed, 4, "") for typed in (
        "J = [[2x, 1], [2y, 2x]] at (1, 2) gives [[2, 1], [4, 2]]", "[[2x, 1], [2y, 2x]] at (1, 2) is [[2, 1], [4, 2]]",
        "J = [[2, 1], [4, 2]], det(J) = 0, not invertible", "J = [[2, 1], [4, 2]], singular",
        "[[2, 1], [4, 2]], determinant 0", "J = [[2, 1], [4, 2]], determinant 0, not invertible",
        "[[2, 1], [4, 2]] singular", "[[2, 1], [4, 2]], rank 1", "J = [[2, 1], [4, 2]], so J is singular",
        "J = [[2, 1], [4, 2]]. The matrix is singular.", "J = [[2, 1], [4, 2]] (not invertible)",
        "[[2, 1], [4, 2]] has determinant 0", "[[2, 1], [4, 2]], which has rank 1", "[[2, 1], [4, 2]] with rank 1",
        "J = [[2, 1], [4, 2]], the determinant is 0", "f(1, 2) = (3, 4), [[2, 1], [4, 2]]")),
    (MATRIX_AT, "J = [[2, 1], [4, 3]], so J is singular", 3, "3 of 4"),
    *((MATRIX_AT, f"J = [[2, 1], [4, 2]]{said}", 2, right) for said, right in (
        (", det J = 3", "det J is 0, and not 3"), (", determinant 7", "det J is 0"), (", rank 2", "rank J is 1"),
        (", invertible", "it is not invertible: its rank is 1"), (", nonsingular", "it is not invertible"),
        (" (full rank)", "it is not of full rank: its rank is 1"), (", so J is not singular", "it is singular"),
        (", symmetric", "it is not symmetric"), (", |J| = 1", "det J is 0, and not 1"), (", trace 5", "tr J is 4"))),
    *((INNER, typed, 1, "") for typed in (
        "f' = 2x, g' = cos u, 2x cos(x²)", "f'(x) = 2x, g'(u) = cos u, so 2x cos(x^2)", "u = x^2, 2x cos(x^2)",
        "du/dx = 2x, dy/du = cos u, 2x cos(x^2)", "g(f(x)) = sin(x^2), 2x cos(x^2)",
        "u = x^2, u' = 2x, 2x cos(x^2)")),
    (jc.compose("x = t^2, y = e^t", "z = x y"), "x' = 2t, y' = e^t, 2t e^t + t^2 e^t", 1, ""),
    (jc.compose("x = t^2, y = e^t", "z = x y"), "x' = 2t, y' = e^t, 2t e^t - t^2 e^t", 0, ""),
    (jc.compose("x = t^2, y = e^t", "z = x y"), "z' = 2t e^t + t^2 e^t, 5", 0, ""),
    (INNER, "f' = 2x, g' = cos u, 2x cos x", 0, "yours is"), (INNER, "y' = 2x cos(x^2), 5", 0, "a list of 2"),
    (jc.compose("f(x) = x^2", "g(u) = 3u", at=2), "f'(2) = 4, g'(4) = 3, 4·3 = 12", 1, ""),
    (jc.compose("f(x) = x^2", "g(u) = 3u", at=2), "f'(2) = 4, g'(4) = 3, 4·3 = 13", 0.5, "does not follow"),
    (PLANE_AT, "fx(1,2) = 2, fy(1,2) = 4", 2, ""),
    *((jc.compose("x = t^2, y = e^t", "z = x y"), f"2ty + xe^t {said}", 1, "") for said in (
        "where x = t^2 and y = e^t", "with x = t^2, y = e^t")),
    (SQUARE_AT, "f'(x) = 2x, 6", 1, ""), (SQUARE_AT, "f'(x) = 2x, 7", 0.5, "does not follow"),
    *((MATRIX_AT, f"J = [[2, 1], [4, 2]]{said}", score, "") for said, score in (
        (", singular since det J = 0", 4), (" is singular because det J = 0", 4), (", det J = 0 so singular", 4),
        (", trace(J) = 4", 4), (", rank(J) = 1", 4), (", invertible since det = -5 ≠ 0", 2),
        (", det J = -5 ≠ 0 so invertible", 2), (", rank(J) = 2", 2))),
    (COMPOSED, "J_f = [[2, 1], [1, 2]], J_g = [[20, 4], [1, -10]], [[44, 28], [-8, -19]], det = -612", 12, "Every"),
    (MATRIX_AT, "J = [[2, 1], [4, 2]], locally invertible", 4, "is not judged"),
    *((MATRIX_AT, f"[[2, 1], [4, 2]]{said}", score, "") for said, score in (
        ("; rank 1", 4), ("; det 0", 4), (", tr 4", 4), ("; rank 2", 2), ("; det 3", 2),
        (", singular by the test", 4))),
    *((MATRIX_AT, f"[[2, 1], [4, 2]]{said}", 4, "is not judged") for said in (
        "; unstable node", ", a stable spiral point", ", asymptotically stable", "; unstable; center", "; λ = 2 ± 2",
        "; eigenvalues 2 ± √4, unstable", r", \lambda_{1,2} = 2 \pm 2", "; star node")),
    (MATRIX_AT, "[[2, 1], [4, 2]], singular everywhere", 4, "is not judged"),
    *((MATRIX_AT, f"[[2, 1], [4, 2]]{said}", score, "") for said, score in (
        (". det J = 0.", 4), (". det J = 2.", 2), (" so det J = 0", 4), (" with det J = 3", 2))),
    (MATRIX_AT, "[[2, 1], [4, 2]], never singular", 2, "but it is singular"),
    (jc.jacobian("f(x, y) = [2x + y, 4x + 2y]"), "[[2, 1], [4, 2]], singular everywhere", 4, "Correct (proved)."),
    *((MATRIX_AT, f"[[2, 1], [4, 2]], {said}", score, right) for said, score, right in (
        ("singular but not symmetric", 4, "Correct (proved)."), ("singular but symmetric", 2, "it is not symmetric"),
        ("neither symmetric nor invertible", 4, "Correct (proved)."), ("non singular", 2, "it is not invertible"),
        ("isn't invertible", 4, "Correct (proved)."), ("not invertible, and not symmetric", 4, "Correct (proved)."))),
    (MATRIX_AT, "[[2, 1], [4, 2]], invertible at every point", 2, "its rank is 1"),
    *((jc.jacobian("f(x, y) = [sin x, cos(x + y)]"), f"[[c1, 0], [-s12, -s12]]{said}", score, "") for said, score in (
        (" where c1 = cos x, s12 = sin(x + y)", 4), (", c1 = cos x, s12 = sin(x + y)", 4),
        (" with c1 = cos x, s12 = sin(x - y)", 2))),
    (jc.jacobian("f(x, y) = [sin x, cos(x + y)]"),
     r"\begin{bmatrix} c_1 & 0 \\ -s_{12} & -s_{12} \end{bmatrix}, c_1 = \cos x, s_{12} = \sin(x + y)", 4, ""),
    *((jc.jacobian("f(x, y) = [e^x, y]"), f"[[e^x, 0], [0, 1]]{said}", score, "") for said, score in (
        ("; det J = e^x ≠ 0, invertible everywhere", 4), (", det J = e^{x} > 0", 4), (", det J = e^(2x) > 0", 2))),
    (jc.jacobian("f(x, y) = [y, x]"), "[[0, 1], [1, 0]], |J| = 1", 4, "Correct (proved)."),
    (jc.jacobian("f(x, y) = [y, x]"), "[[0, 1], [1, 0]], det J = 1", 2, "det J is -1, and not 1"),
    (jc.jacobian("f(x, y) = [y, x]"), "[[0, 1], [1, 0]], |J| = 1, det J = -1", 4, "Correct (proved)."),
    (jc.jacobian("f(x, y) = [y, x]"), "[[0, 1], [1, 0]], |det J| = -1", 2, "|det J| is 1, and not -1"),
    (jc.jacobian("f(x, y) = [x, y, x + y]"), "[[1, 0], [0, 1], [1, 1]], full rank", 6, "Correct (proved)."),
    (jc.jacobian("f(x, y) = [x, y, x + y]"), "[[1, 0], [0, 1], [1, 1]], invertible", 6, "is not judged"),
    (jc.jacobian("f(x, y) = [x^2, y]"), "[[2x, 0], [0, 1]], invertible", 4, "is not judged"),
    (jc.volume("f(x, y) = [2x + y, x + 3y]"), "[[2, 1], [1, 3]] has determinant 5", 1, ""),
    (jc.volume("f(x, y) = [2x + y, x + 3y]"), "5, so J is invertible", 1, ""),
    (jc.gradient("L(x, y) = x^2 + 3x y"), "2x + 3y, 3x, L(1, 2) = 7", 2, "L(1,2) at a point is not judged"),
    (PLANE_AT_POINT, "L(1, 2) = 7, (8, 3)", 2, ""), (PLANE_AT_POINT, "L(1, 2) = 7, (8, 4)", 1, "yours is 4"),
    (jc.volume("f(x, y) = [2x + y, x + 3y]"), "J = [[2, 1], [1, 3]], determinant 5", 1, ""),
    (jc.volume("f(x, y) = [2x + y, x + 3y]"), "J = [[2, 1], [1, 3]], determinant 6", 0, ""),
    (BOWL, "[[2, 0], [0, 2]], λ1 = 2, λ2 = 2", 4, "not judged"),
    (BOWL, "H = [[2, 0], [0, 2]], min at (0, 0), f(0, 0) = 0", 4, "not judged"),
    (BOWL, "H = [[2, 0], [0, 2]], local max, f(0, 0) = 0", 2, "a local minimum"),
    (BOWL, "[[2, 0], [0, 2]], neither", 2, "not of neither kind: it is a local minimum"),
    (SADDLE_AT_ORIGIN, "[[2, 0], [0, -2]]; neither", 4, "Correct (proved)."),
    (CIRCLING, "v = (0, 1), a = (-1, 0)", 2, "a is not judged"), (CIRCLING, "v(0) = (1, 0), a(0) = (0, 1)", 0, ""),
    (CIRCLING, "velocity = (0, 1), acceleration = (-1, 0)", 2, ""), (CIRCLING, "v = (0, 1), speed = 1", 2, ""),
    (CIRCLING, "T = (1, 0), v = (0, 1), N = (-1, 0)", 2, ""),
    (COMPOSED, "J_f = [[2, 1], [1, 2]], J_g = [[20, 4], [1, -10]], [[44, 28], [-8, -19]]", 12, "Every part is right"),
    (COMPOSED, "J_g = [[20, 4], [1, -10]], [[44, 28], [-8, -18]]", 7, "the result: 3 of 4"),
    (COMPOSED, "Df = [[2, 1], [1, 2]], Dg = [[20, 4], [1, -10]], A = [[44, 28], [-8, -19]]", 4, ""),
    (COMPOSED, "f' = [[2, 1], [1, 2]], g' = [[20, 4], [1, -10]], h' = [[44, 28], [-8, -19]]", 4, ""),
    (COMPOSED, "Jg*Jf = [[20, 4], [1, -10]]·[[2, 1], [1, 2]] = [[44, 28], [-8, -19]]", 4, ""),
    (COMPOSED, "Jg(2, 5)·Jf(1, 2) = [[44, 28], [-8, -18]]", 3, "3 of 4"),
    (BOWL, "[[2, 0], [0, 2]], D(0, 0) = 4", 4, "Correct (proved)."),
    (BOWL, "[[2, 0], [0, 2]], D(0, 0) = 5", 2, "D is 4, and not 5"),
    (BOWL, "f_xx = 2, f_xy = 0, f_yy = 2, D(0, 0) = 4", 4, ""),
    (BOWL, "[[2, 0], [0, 2]], D(1, 1) = 5", 4, "not judged"),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "score", "said"), BEHIND, ids=[row[1] for row in BEHIND])
def test_what_is_said_behind_the_result_is_not_the_answer(
    solution: jc.Solution, answer: str, score: float, said: str
) -> None:
    verdict = solution.check(answer)
    assert (verdict.score, verdict.outcome == CORRECT) == (score, score == verdict.max_score), verdict.message
    assert said in verdict.message


SPHERE = jc.volume("x = rho sin(phi) cos(theta), y = rho sin(phi) sin(theta), z = rho cos(phi)")
MEASURES = [  # a density with the differentials of all inputs behind it
    (POLAR, "r dr dt", CORRECT), (POLAR, "dx dy = r drdt", CORRECT), (POLAR, r"dA = r\,dt\,dr", CORRECT),
    (POLAR, "|J| dr dt = r dr dt", CORRECT), (POLAR, "r*dr*dt", CORRECT), (POLAR, r"$r\,\mathrm{d}r\,dt$", CORRECT),
    (POLAR, "-r dr dt", WRONG), (POLAR, "r^2 dr dt", WRONG), (POLAR, "r dr", UNREADABLE),
    (POLAR, "r dr dr", UNREADABLE),
    (POLAR, "dr dt", UNREADABLE), (SPHERE, "dV = rho^2 sin(phi) drho dphi dtheta", CORRECT),
    (SPHERE, "ρ² sin φ dρ dθ dφ", CORRECT), (SPHERE, r"\rho^2 \sin\phi \, d\rho \, d\phi \, d\theta", CORRECT),
    (SPHERE, "rho sin(phi) drho dphi dtheta", WRONG),
    # d and du are names of the question
    (jc.volume("f(u, v; d) = [d u^2/2, d v^2]"), "2 d u d v", CORRECT),
    (jc.volume("f(u; du) = du u^2"), "2 u du", CORRECT), (jc.volume("f(u; d) = d u^2"), "2 d u", CORRECT),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "outcome"), MEASURES, ids=[row[1] for row in MEASURES])
def test_differentials_behind_a_density_are_no_part_of_it(solution: jc.Solution, answer: str, outcome: str) -> None:
    assert solution.check(answer).outcome == outcome


SUMS = jc.volume("x = u + v, y = u - v")
CONE = jc.volume("x = r cos t, y = r sin t, z = r")
FACTORS = [  # a row: the solution, the answer, the outcome, where it is right
    *((SUMS, answer, CORRECT, "") for answer in (
        "|det J| = 2", "|J| = 2", "J = -2", "dx dy = 2 du dv", r"dA = 2\,du\,dv", "|∂(x, y)/∂(u, v)| = 2",
        "|J| = |-2| = 2", "dy dx = 2 du dv", "|J| = 2, det J = -2", "det J = -2, |det J| = 2", "|J| = |det J| = 2",
        "|J(u, v)| = -2", "area factor = 2",
    )),
    *((SUMS, answer, WRONG, "") for answer in (
        "det J = 2", "2", "|det J| = -2", "dA = 4 du dv", "dA = -2 du dv", "dx dy = -2 du dv", "det J = 2, |det J| = 2",
        "det J = 2; dA = 2 du dv", "|det J| = 3; det J = -2", "area factor = -2",
    )),
    (POLAR, "dx dy = |r| dr dt", CORRECT, ""), (POLAR, "|det J| = -r for r < 0", CORRECT, "where r < 0"),
    (POLAR, "|det J| = r, r > 0", CORRECT, "where r > 0"), (POLAR, "|det J| = r for r < 0", WRONG, ""),
    (POLAR, "|det J| = |r|", CORRECT, ""), (POLAR, "|det J| = r", CORRECT, "where r ≥ 0"), (POLAR, "|r|", WRONG, ""),
    (POLAR, "|det J| = -r", WRONG, ""), (POLAR, "dA = -r dr dt", WRONG, ""),
    (CONE, "√2 r", CORRECT, "where √2·r ≥ 0"), (CONE, "√2 |r|", CORRECT, ""),
    (CONE, "-√2 r", WRONG, ""), (CONE, "r", WRONG, ""),
    (jc.volume("x = u + v, y = u - v", at="1, 2"), "|det J| = 2", CORRECT, ""),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "outcome", "where"), FACTORS, ids=[row[1] for row in FACTORS])
def test_a_factor_of_volumes_is_an_absolute_value(solution: jc.Solution, answer: str, outcome: str, where: str) -> None:
    verdict = solution.check(answer)
    assert (verdict.outcome, verdict.restriction) == (outcome, where), verdict.message


@pytest.mark.parametrize(("solution", "answer", "outcome", "said"), BESIDE, ids=[row[1] for row in BESIDE])
def test_what_stands_beside_the_result(solution: jc.Solution, answer: str, outcome: str, said: str) -> None:
    verdict = solution.check(answer)
    assert verdict.outcome == outcome, verdict
    assert said in verdict.message + "\n"


@pytest.mark.parametrize(
    "answer",
    ["∇f1 = (2xy, x^2); ∇f2 = (5, cos y)", "∇f_2 = (5, cos y); ∇f_1 = (2xy, x^2)",
     "f_x = (2xy, 5), f_y = (x^2, cos y)", "2xy, x^2\n5, cos y"],
)  # fmt: skip
def test_rows_and_columns_that_are_judged_are_not_called_set_aside(answer: str) -> None:
    verdict = PLAIN.check(answer)
    assert (verdict.outcome, "judged" in verdict.message) == (CORRECT, False), verdict


def test_numbers_of_a_computation_have_its_roundings() -> None:
    solution = jc.jacobian("f(x, y) = [x^2 + x y, y/3]", at=(1, 1))
    assert solution.check(np.array([[3, 1], [0, 1 / 3]], dtype=np.float32)).outcome == CORRECT
    assert solution.check(np.array([[3, 1], [0, 0.3334]], dtype=np.float32)).outcome == WRONG
    assert solution.check([[3.0000000000000013, 1], [6.1e-17, 1 / 3]]).outcome == CORRECT
    assert solution.check([[3.000000000001, 1], [0, 1 / 3]]).outcome == WRONG
    assert solution.check([[3, 1], [1e-9, 1 / 3]]).outcome == WRONG
    assert solution.check([["2 + 1", "1"], ["0", "1/3"]]).outcome == CORRECT
    small = jc.jacobian("f(x) = e^x", at=-50)
    assert small.check(float(small.result[0])).outcome == CORRECT
    pair = jc.jacobian("f(x, y) = [e^x, y]", at=(-50, 1))
    assert pair.check([[float(small.result[0]), 0.0], [0.0, 1.0]]).outcome == CORRECT
    assert pair.check([[0.0, 0.0], [0.0, 1.0]]).outcome == WRONG
    assert solution.check([[float("nan"), 1], [0, 1 / 3]]).outcome == UNREADABLE
    with pytest.raises(JacocalcError, match="not bool"):
        solution.check(True)


DECIMALS = [  # (f′(1), the answer, the code)
    ("2/3", "0.667", ""), ("2/3", "0.666", "rounding"), ("2/3", "0.67", "digits"), ("1/3", "0.334", None),
    ("6", "6.01", None), ("6", "5.999", None), ("6", "6.00", ""), ("1/3", "1/3 + 0.0001", None),
    ("-2/3", "-0.666", "rounding"), ("sqrt(3)/2", "0.867", None), ("sqrt(3)/2", "0.866", ""),
    ("5e^(5pi)", "33178120", ""), ("5e^(5pi)", "33178121", None), ("-5e^(5pi)", "-33178120", ""),
    ("5e^(5pi)", "33178100", ""), ("5e^(5pi)", "33178000", None), ("100000 sqrt(2)", "141421", ""),
    ("10000 sqrt(2)", "14142", None), ("6291456 - 16pi/15", "6291456", None), ("1234567", "1234570", None),
    ("651020 + 1/6", "651020", ""), ("651024 + 1/6", "651020", None), ("6510203 + 1/6", "6510200", ""),
    ("6510206 + 1/6", "6510200", None), ("1000000/3", "333333", ""), ("1 + 1/10^7", "1.00000", ""),
    ("1/2 + 1/10^7", "0.500000", ""), ("1 + 1/10^5", "1.00000", None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "answer", "code"), DECIMALS)
def test_decimals(value: str, answer: str, code: str | None) -> None:
    verdict = jc.jacobian(f"f(x) = ({value})·x", at=1).check(answer)
    expected = (CORRECT, ()) if code == "" else (WRONG, (code,) if code else ())
    assert (verdict.outcome, verdict.mistakes) == expected, verdict


TWO_STAGES = jc.compose("f(x) = x^2", "g(u) = u^3", at=2)
SUM_PRODUCT_AT = jc.compose("f(x, y) = [x + y, x y]", "g(u, v) = u^2 + v", at=(1, 1))
BOWL_AT = jc.hessian("f(x, y) = x^2 + y^2", at=(1, 1))
CURVE_AT = jc.implicit("x^2 + y^2 = 2", solve_for="y", at=(1, 1))
SPHERE_AT = jc.implicit("x^2 + y^2 + z^2 = 3", solve_for="z", at=(1, 1, 1))
SAID_POINTS = [  # (solution, answer, the marks, whether another point is named)
    (SUM_AT, "f'(3) = 16", 0.5, True), (SUM_AT, "16 at x = 3", 0.5, True), (SUM_AT, "df/dx|_{x=3} = 16", 0.5, True),
    (SUM_AT, "At x = 3: f' = 16", 0.5, True), (SUM_AT, "f'(3) = 33", 0, True), (SUM_AT, "f'(2) = 33", 0, False),
    (SUM_AT, "f'(2) = 16", 1, False), (SUM_AT, "f'(2.0) = 16", 1, False), (SUM_AT, "16 at x = 2", 1, False),
    (SUM_AT, "f'(x) = 16", 1, False), (SUM_AT, "f'(3) = 33, f'(2) = 16", 1, False),
    (SUM_AT, "f'(2) = 16, f'(3) = 33", 1, False), (SUM_AT, "f(3) = 36, f'(2) = 16", 1, False),
    (SUM_AT, "f'(x) = 2x + 3x^2, f'(3) = 16", 0.5, False), (ROOT_AT, "f'(pi/3) = 1/2", 1, False),
    (ROOT_AT, "f'(1.047) = 1/2", 1, False), (ROOT_AT, r"f'(\pi/6) = 1/2", 0.5, True),
    (PLANE_AT, "f_x(2, 1) = 2, f_y(2, 1) = 4", 1, True), (PLANE_AT, "f_x(1, 2) = 2, f_y(1, 2) = 4", 2, False),
    (PLANE_AT, r"\nabla f\left(2, 1\right) = (2, 4)", 1, True), (PLANE_AT, "∇f(1, 2) = (2, 4)", 2, False),
    (PLANE_AT, "f_x = 2 at (2, 1), f_y = 4", 1, True), (PLANE_AT, "∇f(x, y) = (2, 4)", 2, False),
    (TWO_STAGES, "g'(4) = 48, f'(2) = 4, so g'(4) f'(2) = 192", 1, False), (TWO_STAGES, "(g∘f)'(3) = 192", 0.5, True),
    (TWO_STAGES, "J_g(4) = 48, J_f(2) = 4, J = 192", 3, False), (TWO_STAGES, "J(3) = 192", 0.5, True),
    (SUM_PRODUCT_AT, "g_x(1, 1) = 5, g_y(2, 1) = 5", 1, True), (SUM_PRODUCT_AT, "g_u(2, 1) = 4, J = (5, 5)", 2, False),
    *((SUM_PRODUCT_AT, said, 2, False) for said in (
        "(g∘f)_x(1, 1) = 5, (g∘f)_y(1, 1) = 5", "∂(g∘f)/∂x = 5, ∂(g∘f)/∂y = 5", "D_1(g∘f) = 5, D_2(g∘f) = 5",
        r"\frac{\partial (g \circ f)}{\partial x} = 5, (g∘f)_y = 5", "g_1(2, 1) = 4, g_2(2, 1) = 1, J = (5, 5)")),
    (SUM_PRODUCT_AT, "(g∘f)_x(1, 1) = 5, (g∘f)_y(1, 2) = 5", 1, True),
    (SUM_PRODUCT_AT, "∇g(2, 1) = (4, 1), J = (5, 5)", 2, False), (SUM_PRODUCT_AT, "J(2, 1) = (5, 5)", 1, True),
    (BOWL_AT, "∂²f/∂x²(1, 1) = 2, ∂²f/∂x∂y(2, 1) = 0, ∂²f/∂y²(1, 1) = 2", 2, True),
    (BOWL_AT, "∂²f/∂x²(1, 1) = 2, ∂²f/∂x∂y(1, 1) = 0, ∂²f/∂y²(1, 1) = 2", 4, False),
    (SECOND_AT, "f''(1) = 8", 1, False), (SECOND_AT, "f''(3) = 8", 0.5, True), (SECOND_AT, "y''(3) = 8", 0.5, True),
    (SECOND_AT, "f'(3) = 96, f''(1) = 8", 1, False), (SECOND_AT, "f''(3) = 104, f''(1) = 8", 1, False),
    (PLANE_AT, "(∂f/∂x)(1, 2) = 2, (∂f/∂y)(1, 2) = 4", 2, False),
    (PLANE_AT, "2f_x(1, 2) = 4, f_y(1, 2) = 4", 2, False), (PLANE_AT, "2f_x(1, 3) = 4, f_y(1, 2) = 4", 1, True),
    (PLANE_AT, "f_x(1, 2), f_y(1, 2) = 2, 4", 2, False), (PLANE_AT, "f_x(2, 1), f_y(1, 2) = 2, 4", 1, True),
    (PLANE_AT, "f_x(1, 2), f_y(1, 2) = 4, 2", 0, False),
    (PLANE_AT, "f_1(1, 2) = 2, f_2(1, 2) = 4", 2, False), (PLANE_AT, "f_1(1, 2) = 2, f_2(1, 3) = 4", 1, True),
    (PLANE_AT, r"\left(\frac{\partial f}{\partial x}\right)_{(1, 2)} = 2, (∂f/∂y)_(1, 2) = 4", 2, False),
    (PLANE_AT, r"\left(\frac{\partial f}{\partial x}\right)_{(1, 2)} = 2, (∂f/∂y)_(1, 3) = 4", 1, True),
    (SUM_AT, "f'() = 16", 1, False),
    *((SQUARE_AT, typed.format(x), score, x == 4) for x, score in ((3, 1), (4, 0.5)) for typed in (
        "x = {}: 6", "x={}: f'(x) = 6", "When x = {}, f' = 6", "for x = {}, f'(x) = 6", "6 when x = {}",
        "6 for x = {}")),
    (SUM_AT, "(df/dx)_{x=2} = 16", 1, False), (SUM_AT, "(df/dx)_{x=3} = 16", 0.5, True),
    (CURVE_AT, "(dy/dx)_(1, 1) = -1", 1, False), (CURVE_AT, "(dy/dx)(2y) = -2x, dy/dx = -1", 1, False),
    (CURVE_AT, "y'(2) = -1", 0.5, True), (CURVE_AT, "dy/dx|_{x=2} = -1", 0.5, True),
    (CURVE_AT, "y'(1) = -1", 1, False), (CURVE_AT, "dy/dx|_{(1, 1)} = -1", 1, False),
    (SPHERE_AT, "z_x(1, 1) = -1, z_y(2, 1) = -1", 1, True), (SPHERE_AT, "z_x(1, 1) = z_y(1, 1) = -1", 2, False),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer", "score", "other"), SAID_POINTS, ids=[row[1] for row in SAID_POINTS])
def test_the_point_at_which_a_value_is_said_to_be(
    solution: jc.Solution, answer: str, score: float, other: bool
) -> None:
    verdict = solution.check(answer)
    assert (verdict.score, "another-point" in verdict.mistakes) == (score, other), verdict
    assert ("said to be at" in verdict.message) == other


def test_rtol_is_for_rounded_numbers() -> None:
    third = jc.jacobian("f(x) = x/3", at=1)
    assert third.check("0.34", rtol=0.05).outcome == CORRECT
    assert third.check("334/1000", rtol=0.05).outcome == WRONG
    assert third.check("0.3", rtol=0.05).mistakes == ()
    assert third.check("0.33", rtol=0.001).mistakes == ("digits",)
    assert jc.jacobian("f(x) = 6x").check("6.02", rtol=0.01).outcome == CORRECT
    assert [jc.equivalent("1", said, rtol=0.05).outcome for said in ("0.95", "1.05")] == [CORRECT, CORRECT]
    assert [jc.equivalent("1", said, rtol=0.05).outcome for said in ("0.949999", "1.050001")] == [WRONG, WRONG]


def test_rows_that_are_missing_and_rows_that_are_there() -> None:
    verdict = jc.jacobian("f(x, y) = [x y, x + y]").check("[[y, x]]")
    assert (verdict.outcome, verdict.score, verdict.mistakes) == (WRONG, 2, ("missing", "shape"))
    assert [entry.outcome for entry in verdict.entries] == [CORRECT, CORRECT, WRONG, WRONG]
    assert "row 2 is missing" in verdict.message


@pytest.mark.parametrize(("solution", "answer", "said"), [
    (PLANE_AT, "z = 5 + 2(x-1) + 4(y-2)", "the derivative is its slopes"), (PLANE_AT, "2x + 4y - 5", "its slopes"),
    (jc.jacobian("f(x, y) = x^2 + y^2", at=(1, 2)), "L(x, y) = 5 + 2(x-1) + 4(y-2)", "its slopes"),
    (jc.jacobian("f(x) = x^3", at=2), "y = 8 + 12(x - 2)", "the derivative is its slope."),
    (jc.jacobian("f(x; a) = a x^2", at="x=3, a=2"), "18 + 12(x - 3)", "its slope."),
])  # fmt: skip
def test_the_tangent_plane_is_not_the_derivative(solution: jc.Solution, answer: str, said: str) -> None:
    verdict = solution.check(answer)
    assert (verdict.outcome, verdict.score, verdict.mistakes) == (WRONG, 0, ("linear-approximation",))
    assert "This is the linear approximation of the function: " in verdict.message
    assert said in verdict.message


@pytest.mark.parametrize(("vector", "answer"), [(None, "8 + 12dx"), (0.1, "9.2"), (0.1, "8 + 12·0.1")])
def test_the_linear_approximation_is_not_the_differential(vector: float | None, answer: str) -> None:
    verdict = jc.differential("f(x) = x^3", at=2, vector=vector).check(answer)
    assert (verdict.outcome, verdict.mistakes) == (WRONG, ("linear-approximation",)), verdict
    assert "the differential is what is added to the value" in verdict.message


@pytest.mark.parametrize("answer", ["5", "5 + 2(x-1) + 4(y-1)", "x^2 + y^2", "2(x-1) + 4(y-2)"])
def test_the_value_alone_and_other_planes_are_no_linear_approximation(answer: str) -> None:
    assert "linear-approximation" not in PLANE_AT.check(answer).mistakes


# (solution, answer, the mistakes): every value is right as soon as the values of the variables are inserted.
LEFT_IN = [
    (SYMBOLIC, "[[v e^x + 2x y u, v + x^2 u], [e^x + 4x y v, 1 + 2x^2 v]]", ("intermediates",)),
    (jc.jacobian("f(x, y) = [x^2 + y, 2x y]", at=(1, 2)), "[[2x, 1], [2y, 2x]]", ("point-not-inserted",)),
]


@pytest.mark.parametrize(("solution", "answer", "codes"), LEFT_IN, ids=[row[2][0] for row in LEFT_IN])
def test_half_of_the_marks_where_variables_are_left_in(
    solution: jc.Solution, answer: str, codes: tuple[str, ...]
) -> None:
    verdict = solution.check(answer)
    assert (verdict.outcome, verdict.score, verdict.max_score, verdict.mistakes) == (WRONG, 2, 4, codes)


def test_a_wrong_answer_beside_steps_of_newton_is_wrong() -> None:
    solution = jc.jacobian("f(x, y) = [x^2 + y^2 - 4, x y - 1]", at="2, 1/2", newton=2)
    assert solution.check("[[4, 1], [1/2, 3]]").score == 3


# (solution, answer, the score): the value at the point is right; a formula that is right only there earns nothing.
RIGHT_AT_THE_POINT = [
    (jc.jacobian("f(x) = x^3", at=1), "3x^2", 0.5),
    (jc.jacobian("f(x) = x^3", at=1), "3x", 0),
    (jc.gradient("f(x, y) = x^2 y", at=(1, 2)), "(4x, 1)", 1),
    (jc.gradient("f(x, y) = x^2 y", at=(1, 2)), "(2x y, x)", 0.5),
    (jc.compose("f(x, y) = [x^2 + y, 2x y]", "g(u, v) = u^2", at=(1, 2)), "[4x u, 2u]", 1),
    (jc.compose("f(x, y) = [x^2 + y, 2x y]", "g(u, v) = u^2", at=(1, 2)), "[4x^2 u, 2u]", 0.5),
    (jc.hessian("f(x, y) = x^3 + y^3", at=(1, 1)), "[[6x^2, 0], [0, 6y]]", 1.5),
    (jc.implicit("x^2 + y^2 = 25", solve_for="y", at=(3, 4)), "-x/sqrt(25 - x^2)", 0.5),
]


@pytest.mark.parametrize(("solution", "answer", "score"), RIGHT_AT_THE_POINT, ids=[r[1] for r in RIGHT_AT_THE_POINT])
def test_a_formula_that_is_left_in_is_that_of_the_derivative(solution: jc.Solution, answer: str, score: float) -> None:
    verdict = solution.check(answer)
    right = 2 * score == verdict.max_score
    assert (verdict.outcome, verdict.score, verdict.mistakes == ("point-not-inserted",)) == (WRONG, score, right)
    assert ("The formula is right" in verdict.message) == right


def test_a_step_that_is_right_only_at_the_point_does_not_follow() -> None:
    assert "first step is not right" in jc.jacobian("f(x) = x^3", at=1).check("f'(x) = 3x; f'(1) = 3").message


def test_a_hessian_that_is_missing_and_one_that_is_there() -> None:
    solution = jc.hessian("f(x, y) = [x^2 y, y^3]")
    for answer, score, code in (("H_1 = [[2y, 2x], [2x, 0]]", 4, "missing"), ("H_2 = [[0, 0], [0, 5y]]", 3, "missing"),
                                ("H_1 = [[1, 2], [3, 4]]; H_1 = [[2y, 2x], [2x, 0]]", 4, "missing"),
                                ("H_1 = [[2y, 2x]]", 0, "shape")):  # fmt: skip
        verdict = solution.check(answer)
        assert (verdict.outcome, verdict.score, verdict.max_score) == (WRONG, score, 8)
        assert code in verdict.mistakes


def test_entries_with_mistakes_of_their_own_are_named_apart() -> None:
    verdict = jc.jacobian("f(x, y) = [sin(x^2), tan(y)]").check("[[cos(x^2), 0], [0, -1/cos(y)^2]]")
    assert [entry.mistakes for entry in verdict.entries] == [("inner-derivative-forgotten",), (), (), ("sign",)]
    assert "row 2, column 2 matches the right result with the opposite sign" in verdict.message


def test_the_ways_part_at_a_derivative_written_as_on_the_page() -> None:
    assert "part at df/dx = " in jc.jacobian("f(x) = sin(x^2)").check("cos(x^2)").message
    assert "part at ∂f/∂x = " in jc.jacobian("f(x, y) = sin(x^2) + y").check("[cos(x^2), 1]").message


# (solution, answer, the mistakes of each entry): what no mistake explains has none.
UNEXPLAINED = [
    (jc.gradient("f(x, y) = sin(x^2) + tan(y)"), "[cos(x^2), 7]", [("inner-derivative-forgotten",), ()]),
    (jc.gradient("f(x, y) = besselj(0, x^2) + gamma(y^2)"), "[-besselj(1, x^2), gamma(y^2) digamma(y^2)]",
     [("inner-derivative-forgotten",), ("inner-derivative-forgotten",)]),
    (jc.gradient("f(x, y) = x/3 + y^2"), "[0.3, 7]", [("digits",), ()]),
]


@pytest.mark.parametrize(("solution", "answer", "codes"), UNEXPLAINED, ids=[row[1] for row in UNEXPLAINED])
def test_a_mistake_is_that_of_the_entries_which_it_explains(
    solution: jc.Solution, answer: str, codes: list[tuple[str, ...]]
) -> None:
    assert [entry.mistakes for entry in solution.check(answer).entries] == codes


@pytest.mark.parametrize(("answer", "codes"), [("[[x, y], [y, x]]", ()), ("[[x, 7], [7, 7]]", ()),
                                               ("[[x, 1], [2, 2x]]", ("power-rule",))])  # fmt: skip
def test_mistakes_that_explain_fewer_than_half_of_the_wrong_entries_are_not_named(
    answer: str, codes: tuple[str, ...]
) -> None:
    assert jc.jacobian("f(x, y) = [x^2 + y, 2x y]").check(answer).mistakes == codes


@pytest.mark.parametrize(
    ("function", "answer", "said"),
    [("f(x) = arcsin(3x)", "1/sqrt(1 - 9x^2)", "At x = 1/10 the"),
     ("f(x, y) = arcsin(5x y)", "[y/sqrt(1 - 25x^2 y^2), 0]", "at x = 1/10, y = 1/5 the")],
)  # fmt: skip
def test_the_point_at_which_an_answer_is_wrong_is_a_short_one(function: str, answer: str, said: str) -> None:
    assert said in jc.jacobian(function).check(answer).message


def test_a_constant_factor_left_out_explains_all_entries() -> None:
    verdict = jc.gradient("L(x, y) = ln(x^2 + y^2)/3", at=(1, 2)).check("[2/5, 4/5]")
    assert verdict.mistakes == ("constant-factor",)


def test_where_there_is_no_derivative() -> None:
    done = command("jacobian", "f(x) = |x|", "--at", "0", "--answer", "does not exist")
    assert (done.returncode, "Correct" in done.stdout) == (0, True)
    assert command("jacobian", "f(x) = |x|", "--at", "0", "--answer", "1").returncode == 1
    assert jc.jacobian("f(x) = x^2", at=1).check("does not exist").mistakes == ("exists",)


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jacocalc", *words], capture_output=True, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


# (words, exit status, a part of stdout, a part of stderr)
COMMANDS = [
    (["check", "exercise-1", "[[3e + 2, e + 2], [e + 4, 3]]"], 0, "Correct (proved).", ""),
    (["check", "exercise-1", "[[3e + 2, e + 4], [e + 2, 3]]"], 1, "transposed", ""),
    (["check", "exercise-1", "[[3e + 2, e + 2], [e + 4"], 2, "is never closed", ""),
    (["check", "exercise-1", "[[10.2, 4.72], [6.72, 3]]", "--exact"], 1, "exact form is wanted", ""),
    (["check", "exercise-1", "[[10, 4.7], [6.7, 3]]", "--rtol", "0.02"], 0, "Correct as a decimal", ""),
    (["check", "exercise-2", "x"], 2, "", "answered in words"),
    (["check", "exercize-1", "x"], 2, "", "did you mean exercise-1?"),
    (["check", "chain-rule/2/7", "["], 2, "error", ""),
    (["check", "exercise-1", "1", "--rtol", "two"], 2, "", "rtol is a number"),
    (["check", "exercise-1", "1", "--form", "pretty"], 2, "", "form is one of"),
    (["check", "exercise-1", "[[3e + 2, e + 2], [e + 4, 3]]", "--format", "json"], 0, '"outcome": "correct"', ""),
    (["check", "exercise-1", "[[3e + 2, 0], [e + 4, 3]]", "--format", "html"], 1, "<html", ""),
    (["hessian", "f(x, y) = x^2 y", "--answer", "[[2y, 2x], [2x, 0]]"], 0, "Correct", ""),
    (["vjp", "f", "g", "--at", "1,2", "--vector", "1,0,0", "--answer", "6, 3"], 0, "Correct", ""),
    (["jvp", "f(x, y) = x^2 y", "--at", "1,2", "--vector", "3,4", "--unit", "--answer", "16"], 1, "unit", ""),
    (["implicit", "x^2 + y^2 = 25", "--solve-for", "y", "--answer", "x/y"], 1, "minus sign", ""),
    (["volume", "x = r cos t, y = r sin t", "--answer", "r"], 0, "Correct", ""),
    (["point", "f(x) = |x|", "--at", "0", "--answer", "not differentiable"], 0, "Correct", ""),
    (["backprop", "two-layer", "--answer", "dU = dyhat h'"], 0, "right", ""),
    (["differential", "x: n; A: m x n; f = A x", "--of", "f", "--wrt", "x", "--answer", "A'"], 1, "transpose", ""),
]  # fmt: skip


@pytest.mark.parametrize(("words", "status", "out", "err"), COMMANDS, ids=[" ".join(c[0])[:60] for c in COMMANDS])
def test_commands(words: list[str], status: int, out: str, err: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(words) == status
    printed, said = capsys.readouterr()
    assert out in " ".join(printed.split()) + (said if status == 2 else "")
    assert max(map(len, printed.splitlines()), default=0) <= 80 or "{" in printed or "<html" in printed
    assert err in said
    assert "Traceback" not in said


def test_answers_that_are_objects() -> None:
    x, y = sympy.symbols("x y", real=True)
    solution = jc.jacobian("f(x, y) = [x y, x^2]")
    assert solution.check(sympy.Matrix([[y, x], [2 * x, 0]])).outcome == CORRECT
    assert solution.check([[y, x], [2 * x, 1]]).outcome == WRONG
    assert jc.check("exercise-1", [[10.15484548537714, 4.718281828459045], [6.718281828459045, 3]]).outcome == CORRECT
    with pytest.raises(JacocalcError, match="an answer is text"):
        solution.check(object())


@pytest.mark.parametrize("check", [SQUARE.check, lambda answer: jc.check(SQUARE, answer)])
def test_objects_that_are_no_values_are_unreadable(check: Callable[[Any], Verdict]) -> None:
    x = sympy.Symbol("x", real=True)
    assert check(sympy.Poly(2 * x)).outcome == CORRECT
    for answer, said in (
        (sympy.zoo, "zoo is no value"), ([1, sympy.nan], "nan is no value"), (x * sympy.oo, "is no value"),
        (sympy.Lambda(x, 2 * x), "Lambda is not among"), (sympy.I, "not among"), (float("nan"), ""),
    ):  # fmt: skip
        verdict = check(answer)
        assert verdict.outcome == UNREADABLE
        assert said in verdict.message


def test_the_options_of_a_check_are_named() -> None:
    assert {"exact", "rtol", "form"} <= set(inspect.signature(SQUARE.check).parameters)
    for check in (SQUARE.check, lambda answer, **options: jc.check(SQUARE, answer, **options)):
        with pytest.raises(JacocalcError, match="exakt is no option of a check"):
            check("2x", exakt=True)


def test_a_tolerance_is_for_decimals() -> None:
    solution = jc.jacobian("f(x) = [3x, x]", at=1)
    assert solution.check("[[3.1], [1]]", rtol=0.05).outcome == CORRECT
    assert "The tolerance is for decimals, and 22/7 is exact." in solution.check("[[22/7], [1]]", rtol=0.05).message
    assert "tolerance" not in solution.check("[[4], [1]]", rtol=0.05).message + solution.check("[[22/7], [1]]").message


def test_a_function_that_is_defined_nowhere_is_said_to_be() -> None:
    verdict = jc.jacobian("f(x) = ln(sin x - 2)").check("0")
    assert (verdict.outcome, "No point was found at which" in verdict.message) == (UNDECIDED, True)


def test_the_letter_i_is_no_imaginary_unit() -> None:
    assert jc.equivalent("e^(i pi)", "-1").message.endswith("i is a real variable here, not the imaginary unit.")
    assert "Note" not in jc.equivalent("i x", "x i").message + jc.equivalent("x", "2x").message


def test_an_unreadable_answer_is_worth_nothing_of_as_much_as_a_readable_one() -> None:
    verdicts = [PLANE.check(answer) for answer in ("(2x, 2y", "2x + q, 2y", "(2x, y)")]
    assert [(v.outcome == UNREADABLE, v.score, v.max_score) for v in verdicts] == [
        (True, 0, 2), (True, 0, 2), (False, 1, 2)]  # fmt: skip


@pytest.mark.parametrize("answer", ["?", "2x, ?", "(?, 2y)", "??", "…"])
def test_a_mark_in_place_of_an_entry_is_no_condition(answer: str) -> None:
    verdict = PLANE.check(answer)
    assert (verdict.outcome, "a number or a formula belongs here" in verdict.message) == (UNREADABLE, True)


def test_pairs_that_are_objects() -> None:
    x, y = sympy.Symbol("x"), sympy.Symbol("y", real=True)
    assert jc.equivalent(x**2 - 1, (x - 1) * (x + 1)).certainty == "proved"
    assert jc.equivalent(sympy.Matrix([[x, y]]), "[x, y]").outcome == CORRECT
    assert jc.equivalent([[1, 2]], [[1, 3]]).outcome == WRONG
    assert jc.equivalent(object(), "x").outcome == UNREADABLE
    assert jc.equivalent(0.1 + 0.2, 0.3).outcome == jc.equivalent(0.3, 0.1 + 0.2).outcome == CORRECT
    assert jc.equivalent(0.31, 0.3).outcome == jc.equivalent("1/3", 0.3).outcome == WRONG
    with pytest.raises(JacocalcError, match="positive, negative, real, not prime"):
        jc.equivalent("x", "x", assume={"x": "prime"})


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [("x", "|x|", "At x = -1 the right value is -1, yours is 1"), ("x/(x + 1)", "1", "At x = -2 the right value is 2"),
     ("ln(-x)", "ln(x)", "ln(x) is undefined at x = -"), ("|x| (x + 2)/(x + 2)", "-x", ": x ≠ -2")],
)  # fmt: skip
def test_what_is_said_of_a_negative_variable_is_said_of_it(left: str, right: str, said: str) -> None:
    verdict = jc.equivalent(left, right, assume={sympy.Symbol("x"): "negative"})
    assert said in verdict.message
    assert (verdict.entries[0].expected, verdict.entries[0].given) == (left, right)


@pytest.mark.parametrize("assume", ["x > 0", [sympy.Symbol("x") > 0], {"x": 1}])
def test_assumptions_are_names_with_a_word(assume: Any) -> None:
    with pytest.raises(JacocalcError, match="assum"):
        jc.equivalent("x", "|x|", assume=assume)


def test_exercises_by_name() -> None:
    assert jc.check("exercise-1", "[[3e + 2, e + 2], [e + 4, 3]]").certainty == "proved"
    with pytest.raises(ReadError, match="no exercise"):
        jc.check("exercise-7", "1")
    with pytest.raises(JacocalcError, match="answered in words"):
        jc.check("exercise-3", "because")


def test_a_verdict_is_undecided_when_its_time_is_over() -> None:
    code = "import jacocalc as jc; print(jc.check('exercise-1', '[[1, 2], [3, 4]]', timeout=1e-6))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert done.stdout == "This is undecided: the limit of 1e-06 s is reached.\n"


def test_the_same_verdict_twice() -> None:
    answers = ["[[3e + 2, e + 2], [e + 4, 3]]", "[[3e + 2, e + 2], [e + 4, 4]]", "[[", "1"]
    assert [CHAIN.check(a) for a in answers] == [CHAIN.check(a) for a in answers]


@pytest.mark.parametrize("answer", ["1.5", "-2.25e300", "12345678901", "1.5 + 2.25"])
def test_decimals_beside_values_of_any_size(answer: str) -> None:
    """The only whole number in a ball is asked for; that of e^e^e^3 would not fit into the memory."""
    assert jc.equivalent("e^(e^(e^3))", answer).outcome in (WRONG, UNREADABLE)
    assert jc.jacobian("f(x) = e^(e^(3x))", at=7).check(answer).outcome in (WRONG, UNREADABLE)


def test_the_inner_value_is_called_as_on_the_page() -> None:
    chain = jc.compose("f(x, y) = x^2 + y^2", "g(u) = sqrt(u)", at="3, 4")
    assert [entry.name for entry in chain.check("w = 25\nJ_f = [6, 8]").entries][:1] == ["w"]
    assert chain.check("w = 24\nJ_f = [6, 8]\nJ = [3/5, 4/5]").entries[0].outcome == WRONG
