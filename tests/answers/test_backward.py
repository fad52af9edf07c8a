"""Backward passes that people write: the first wrong line, the slip, and the right formula."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

import jacocalc as jc
from jacocalc.answers.backward_mistakes import SLIPS, wrong_formulas
from jacocalc.derive.matrix.prepare import prepared
from jacocalc.program_steps import AdjointOf
from jacocalc.solutions import Solution
from jacocalc.term_writing import ascii_term

PROGRAMS = {
    "two-layer": "two-layer",
    "softmax": "softmax-cross-entropy",
    "batch": "batch",
    "square": "x: n; W: n x n; y: n; z = W x; h = tanh(z); o = W h; L = 1/2 ||o - y||^2",
    "generic": "x: n; W: n x n; b: n; y: n; z = W x + b; h = sigma(z); r = h + x; L = 1/2 ||r - y||^2",
    "mask": "M: n x n; W: n x n; V: n x n; Y: n x n; Z = W .* M; R = Z V; L = 1/2 ||R - Y||_F^2",
    "rnn-T": "rnn-T",
    "deep": "deep",
}


@cache
def solved(name: str) -> Solution:
    """The derivation of a program, once."""
    return jc.backprop(PROGRAMS[name])


RIGHT = [
    ("two-layer", "dyhat = yhat - y\ndU = dyhat h'\ndc = dyhat\ndh = U' dyhat\ndz = dh .* sigma'(z)\ndW = dz x'"),
    ("two-layer", "∂L/∂W = (∂L/∂z) xᵀ; ∂L/∂z = ∂L/∂h ⊙ σ′(z)"),
    ("two-layer", "dL_dW = dL_dz*x'"),
    ("two-layer", "dL/dW = dz x'; grad_U = (yhat - y) h'"),
    ("two-layer", r"\frac{\partial L}{\partial W} = dz x^\top"),
    ("two-layer", "dz = diag(sigma'(z)) U' (yhat - y)"),
    ("two-layer", "dW = (U' (yhat - y) .* sigma'(z)) x'"),
    ("softmax", "dz = p - y; dW = (p - y) x'; dx = W' dz"),
    ("softmax", "dz = (diag(p) - p p') dp"),
    ("batch", "dA = (A - Y)/N; db = dZ ones(N); dX = W' dZ"),
    ("square", "dW = do h' + dz x'; dz = dh .* (1 - h.^2)"),
    ("deep", "dy = y - h_L; dW_l = dz_l h_{l-1}'; dh_l = W_{l+1}' dz_{l+1}; dx = dh_0"),
    ("rnn-T", "dz_t = dh_t .* sigma'(z_t); dh_t = (h_t - y_t) + W_h' dz_{t+1}"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "answer"), RIGHT, ids=lambda v: str(v)[:40])
def test_right_lines(name: str, answer: str) -> None:
    verdict = solved(name).check(answer)
    assert (verdict.outcome, verdict.mistakes) == ("correct", ()), verdict.message
    assert verdict.score == verdict.max_score == len(verdict.entries)
    assert verdict.certainty == "agrees at 2 points"


WRONG = [
    ("two-layer", "dz = dh", "activation", "The factor σ′(z) is missing"),
    ("two-layer", "dz = dh .* sigma(z)", "value-for-derivative", "σ(z) stands where σ′(z) belongs"),
    ("two-layer", "dz = dh .* sigma'(h)", "operand", "h stands where z belongs"),
    ("two-layer", "dW = x dz'", "transposed", "It is the transpose of the gradient"),
    ("two-layer", "dW = dh x'", "adjoint", "∂L/∂h stands where ∂L/∂z belongs"),
    ("two-layer", "dU = dyhat x'", "operand", "x stands where h belongs"),
    ("two-layer", "dU = 2 dyhat h'", "factor", "a factor 2 too much"),
    ("two-layer", "dyhat = y - yhat", "sign", "The sign is the other way round"),
    ("two-layer", "dyhat = y - yhat", "difference", "y - ŷ stands where ŷ - y belongs"),
    ("two-layer", "dh = U dyhat", "shape", "U is k×m and ∂L/∂ŷ is k×1: they cannot be multiplied (did you"),
    ("two-layer", "dW = dz x", "shape", "cannot be multiplied"),
    ("two-layer", "dU = h dyhat'", "transposed", "k×m"),
    ("softmax", "dz = dp .* p", "softmax-diagonal", "not diagonal"),
    ("softmax", "dz = y - p", "sign", "p - y"),
    ("batch", "dA = A - Y", "scale", "he factor 1/N is missing"),
    ("batch", "db = dZ", "shape", "k×N"),
    ("square", "dW = dz x'", "use", "he contribution through o is missing"),
    ("square", "dx = W dz", "missing-transpose", "The transpose in Wᵀ is missing"),
    ("square", "dz = dh .* (1 - h)", "activation-derivative", "h stands where h ⊙ h belongs"),
    ("square", "dz = dh .* (1 + h.^2)", "activation-derivative", "belongs"),
    ("generic", "dx = W' dz", "use", "through r"),
    ("mask", "dW = dZ * M", "elementwise", "entrywise product"),
    ("rnn-T", "dz_t = dh_t", "activation", "σ′(z_t)"),
]


@pytest.mark.parametrize(("name", "answer", "code", "words"), WRONG, ids=lambda v: str(v)[:40])
def test_wrong_lines_are_named(name: str, answer: str, code: str, words: str) -> None:
    verdict = solved(name).check(answer)
    assert verdict.outcome == "wrong"
    assert code in verdict.mistakes, verdict
    assert words in verdict.message


def test_a_wrong_line_is_marked_once() -> None:
    answer = "dyhat = yhat - y; dh = U dyhat; dz = dh .* sigma'(z); dW = dz x'"
    verdict = solved("two-layer").check(answer)
    assert [entry.outcome for entry in verdict.entries] == ["correct", "wrong", "correct", "correct"]
    assert verdict.message.startswith("The first line that is not right: dh")
    assert (verdict.score, verdict.max_score) == (3.0, 4.0)


UNREADABLE = ["", "dq = 3", "dW", "dW = ", "dW = dz @@ x", "dW = foo(x)", "dW = dz x' +", "dz = [1, 2]", "dW = ((((x"]


@pytest.mark.parametrize("answer", UNREADABLE)
def test_what_cannot_be_read_never_raises(answer: str) -> None:
    assert solved("two-layer").check(answer).outcome == "unreadable"


@pytest.mark.parametrize("name", ["two-layer", "softmax", "batch", "square", "generic", "mask"])
def test_every_slip_made_on_purpose_is_rejected_or_the_same_value(name: str) -> None:
    """A slip is wrong unless its formula has the value of the right one; then it must be accepted."""
    solution = solved(name)
    program = prepared(solution.question.program)  # type: ignore[union-attr]
    named = total = 0
    for step in solution.derivation.steps:
        if isinstance(step, AdjointOf):
            for slip, _, wrong in list(wrong_formulas(step, program, set(solution.adjoints)))[:12]:
                verdict = solution.check(f"d{step.variable.key} = {ascii_term(wrong)}")
                if verdict.outcome == "correct":
                    continue
                total += 1
                named += slip.code in verdict.mistakes
                assert verdict.outcome == "wrong", verdict
    assert total
    assert named / total >= 0.95


def test_every_slip_has_words_and_a_code_of_its_own() -> None:
    assert len({slip.code for slip in SLIPS}) == len(SLIPS)
    assert all(slip.words for slip in SLIPS)


def gradients(values: Mapping[str, Any]) -> dict[str, Any]:
    """The two-layer network's backward pass in NumPy, right."""
    x, weights, b, u, c, y = (values[name] for name in ("x", "W", "b", "U", "c", "y"))
    h = np.tanh(weights @ x + b)
    error = u @ h + c - y
    dz = (u.T @ error) * (1 - h * h)
    return {"W": np.outer(dz, x), "db": dz, "dU": np.outer(error, h), "c": error}


def test_a_python_function_of_arrays() -> None:
    assert solved("two-layer").check(gradients, sigma="tanh").outcome == "correct"


FUNCTIONS = [
    (lambda v: {"U": gradients(v)["dU"].T}, "transposed"),
    (lambda v: {"c": 2 * gradients(v)["c"]}, "factor"),
    (lambda v: {"c": -gradients(v)["c"]}, "sign"),
    (lambda v: {"W": np.ones(3)}, "shape"),
    (lambda v: {"W": np.outer(v["U"].T @ gradients(v)["c"], v["x"])}, "adjoint"),
]


@pytest.mark.parametrize(("function", "code"), FUNCTIONS, ids=[row[1] for row in FUNCTIONS])
def test_wrong_functions_are_named(function: Any, code: str) -> None:
    verdict = solved("two-layer").check(function, sigma="tanh")
    assert verdict.outcome == "wrong"
    assert code in verdict.mistakes


@pytest.mark.parametrize("function", [lambda v: 1 / 0, lambda v: 3, lambda v: {"q": 1}])
def test_functions_that_fail_are_unreadable(function: Any) -> None:
    assert solved("two-layer").check(function).outcome == "unreadable"


@pytest.mark.parametrize("value", ["text", [[1], [1, 2]], None, 1j * np.ones((2, 3)), {"a": 1}])
def test_gradients_that_are_no_arrays_of_numbers_are_unreadable(value: Any) -> None:
    verdict = solved("two-layer").check(lambda v: {"W": value})
    assert verdict.outcome == "unreadable"
    assert "no array of real numbers" in verdict.message


NO_POINT = ["x: n; L = sum(log(-x.^2))", "x: n; y: n; L = det(x y')"]


@pytest.mark.parametrize("program", NO_POINT)
@pytest.mark.parametrize("answer", ["dx = 5 x", "dx = 5 x; dx = x'", lambda v: {"x": v["x"]}])
def test_without_a_point_to_compare_at_nothing_is_decided(program: str, answer: Any) -> None:
    verdict = jc.backprop(program, wrt="x").check(answer)
    assert (verdict.outcome, verdict.certainty, verdict.score) == ("undecided", "none", 0.0)
    assert verdict.message.startswith("This is undecided")


def test_a_transpose_is_named_only_where_it_is_one() -> None:
    found = jc.backprop("x_t: n; h_0: n; W: n x n\nfor t = 1..T: h_t = tanh(W h_{t-1} + x_t)\nL = sum(h_T)")
    assert "transposed" not in found.check("dh_t = x_t'").mistakes


def test_a_formula_of_another_shape_may_have_no_value() -> None:
    verdict = solved("two-layer").check("dW = log(-(yhat - y)' (yhat - y))")
    assert (verdict.outcome, verdict.mistakes) == ("wrong", ("shape",))


@pytest.mark.parametrize("letter", ["t", "k"])
def test_sums_over_the_steps_as_a_program_writes_them(letter: str) -> None:
    text = "W: n x n; h_0: n\nfor t = 1..T: h_t = tanh(W h_{t-1})\nL = sum(h_T)"
    written = "dW = sum_t (dh_t .* (1 - h_t.^2)) h_{t-1}'"
    text, written = (one.replace("_t", f"_{letter}").replace("t =", f"{letter} =") for one in (text, written))
    text = text.replace("{t-1}", f"{{{letter}-1}}")
    verdict = jc.backprop(text).check(written.replace("{t-1}", f"{{{letter}-1}}"))
    assert verdict.outcome == "correct", verdict.message
