"""Backward passes that people write: the first wrong line, the slip, and the right formula."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
import pytest

import jacocalc as jc
from jacocalc import sources
from jacocalc.answers.backward import Judge
from jacocalc.answers.backward_mistakes import SLIPS, most_special, wrong_formulas
from jacocalc.answers.mistake_words import mistake_words
from jacocalc.derive.matrix.prepare import prepared
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.fields import precision
from jacocalc.evaluate.programs import BITS
from jacocalc.linear import ASCII
from jacocalc.program_steps import AdjointOf
from jacocalc.solutions import Solution
from jacocalc.term_writing import Linear
from jacocalc.terms import Term

PROGRAMS = {
    "two-layer": "two-layer",
    "softmax": "softmax-cross-entropy",
    "batch": "batch",
    "square": "x: n; W: n x n; y: n; z = W x; h = tanh(z); o = W h; L = 1/2 ||o - y||^2",
    "generic": "x: n; W: n x n; b: n; y: n; z = W x + b; h = sigma(z); r = h + x; L = 1/2 ||r - y||^2",
    "mask": "M: n x n; W: n x n; V: n x n; Y: n x n; Z = W .* M; R = Z V; L = 1/2 ||R - Y||_F^2",
    "three": "x: n; W: m x n; V: n x m; y: n; z = W x; h = sigmoid(z); o = V h; L = 1/2 ||o - y||^2",
    "product": "A: n x n; X: n x n; Y: n x n; Z = A X; L = 1/2 ||Z - Y||_F^2",
    "three-squares": "A: n x n; B: n x n; C: n x n; x: n; y: n; z = A B C x; L = 1/2 ||z - y||^2",
    "inverse": "A: n x n invertible; x: n; y: n; z = A^-1 x; L = 1/2 ||z - y||^2",
    "symmetric": "x: n; S: n x n symmetric; y: n; L = 1/2 ||S x - y||^2",
    "ridge": "X: N x n; w: n; y: N; lambda: scalar; r = X w - y; L = 1/2 ||r||^2 + lambda/2 ||w||^2",
    "cross-entropy": "x: n; w: n; b: scalar; y: scalar; z = w' x + b; p = sigmoid(z)\n"
    "L = -y log(p) - (1 - y) log(1 - p)",
    "relu": "x: n; W: m x n; U: n x m; y: n; z = W x; h = relu(z); o = x + U h; L = 1/2 ||o - y||^2",
    "outer": "x: n; W: m x n; y: m; z = W x; L = 1/2 ||z - y||^2",
    "layer": "x: n; W: m x n; b, y: m; z = W x + b; a = relu(z); L = 1/2 ||a - y||^2",
    "one-hinge": "x, w: n; y: scalar; L = relu(1 - y (w' x))",
    "logdet": "X: n x n invertible; f = log det X",
    "attention": "S: n x n; V: n x d; G: n x d; P = softmax_rows(S); O = P V; L = sum(G .* O)",
    "batch-norm": "X: N x D; g, b: D; G: N x D; mu = X.mean(axis=0); v = X.var(axis=0); H = (X - mu) / np.sqrt(v + 1);"
    "L = np.sum(G * (g * H + b))",
    "triplet": "a, p, q: n; m: scalar; L = max(0, ||a - p||^2 - ||a - q||^2 + m)",
}
PROGRAMS |= {name: name for name in ("rnn", "rnn-T", "deep", "batch-rows", "affine-flow", "logistic")}


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
    ("logdet", "X^-T"), ("logdet", "inv(X).T"), ("logdet", "np.linalg.inv(X).T"), ("logdet", r"X^{-\top}"),
    ("logdet", "d f/dX = X^-T"),
    ("relu", "do = o - y; dh = U' do; dz = np.where(z > 0, dh, 0)"), ("relu", "dz = where(z > 0, U' (o - y), 0)"),
    ("relu", "dz = t .* (z > 0) where t = U' (o - y)"), ("relu", "dz = t .* (z > 0), with t = U' (o - y)"),
    ("batch-norm", "dH = G * g\ndX = (dH - dH.mean(axis=0) - H * (dH * H).mean(axis=0)) / np.sqrt(v + 1)"),
    ("batch", "dA = A - Y\ndA /= N\ndb = dZ ones(N)"), ("ridge", "dw = X.T @ r\ndw += lambda * w"),
    ("ridge", "dr = r\ndw = lambda*w\ndw += X.T.dot(dr)"), ("ridge", "dw = -X.T @ r; dw -= lambda * w; dw *= -1"),
    ("attention", "dP = G @ V.T\ndS = P * (dP - np.sum(P * dP, axis=1, keepdims=True))"),
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
    ("batch", "db = dZ", "batch-sum", "The sum over the examples is missing"),
    ("square", "dW = dz x'", "use", "he contribution through o is missing"),
    ("square", "dx = W dz", "missing-transpose", "The transpose in Wᵀ is missing"),
    ("square", "dz = dh .* (1 - h)", "activation-derivative", "h stands where h ⊙ h belongs"),
    ("square", "dz = dh .* (1 + h.^2)", "activation-derivative", "belongs"),
    ("generic", "dx = W' dz", "use", "through r"),
    ("mask", "dW = dZ * M", "elementwise", "entrywise product"),
    ("rnn-T", "dz_t = dh_t", "activation", "σ′(z_t)"),
    ("two-layer", "dW = 0", "zero", "The gradient is not 0"),
    ("two-layer", "dW = zeros(m, n)", "zero", "The gradient is not 0"),
    ("two-layer", "dz = dh .* sigma'(z) .* sigma'(z)", "activation-twice", "The factor σ′(z) is there twice"),
    ("two-layer", "dW = (dz .* sigma'(z)) x'", "activation-twice", "The factor σ′(z) is there twice"),
    ("square", "dz = dh .* h .* (1 - h)", "activation-rule", "h ⊙ (1_n - h) stands where 1_n - h ⊙ h belongs"),
    ("three", "dz = dh .* (1 - h.^2)", "activation-rule", "1_m - h ⊙ h stands where h ⊙ (1_m - h) belongs"),
    ("three", "dz = dh .* h", "value-for-derivative", "h stands where h ⊙ (1_m - h) belongs"),
    ("two-layer", "dU = dyhat z'", "before-activation", "z stands where h belongs"),
    ("batch-rows", "dZ = dA .* (1 - step(Z))", "mask-side", "The mask [Z > 0] is the other way round"),
    ("two-layer", "dz = sigma'(z)", "upstream", "The factor ∂L/∂h is missing: the chain rule"),
    ("two-layer", "dW = x'", "upstream", "1×n, but W and its gradient are m×n. The factor ∂L/∂z is missing"),
    ("two-layer", "db = 1", "upstream", "The factor ∂L/∂z is missing"),
    ("logistic", "dw = x", "upstream", "The factor ∂L/∂z is missing"),
    ("two-layer", "dW = dyhat x'", "adjoint", "k×n, but W and its gradient are m×n. ∂L/∂ŷ stands where"),
    ("square", "dh = do", "factor-missing", "The factor Wᵀ is missing"),
    ("two-layer", "dW = dz", "factor-missing", "The factor xᵀ is missing"),
    ("product", "dX = A dZ", "missing-transpose", "The transpose in Aᵀ is missing"),
    ("product", "dZ = Z - Y'", "extra-transpose", "Y is transposed where it should not be"),
    ("product", "dA = dZ' X'", "extra-transpose", "∂L/∂Z is transposed where it should not be"),
    ("product", "dX = dZ A'", "order", "in the other order"),
    ("three-squares", "dx = B' C' A' dz", "order", "in the other order"),
    ("three-squares", "dx = C' A' B' dz", "order", "in the other order"),
    ("symmetric", "dx = S S x", "term", "The term -y is missing"),
    ("affine-flow", "dx = A^-1 dz", "inverse", "A⁻¹ stands where Aᵀ belongs"),
    ("inverse", "dx = A' dz", "inverse", "A stands where A⁻¹ belongs"),
    ("inverse", "dx = A^-1 dz", "missing-transpose", "The transpose in A⁻ᵀ is missing"),
    ("product", "dX = A' .* dZ", "elementwise", "The entrywise product"),
    ("generic", "dW = dz .* x", "elementwise", "The entrywise product"),
    ("generic", "dW = dz' x", "inner-for-outer", "The inner product"),
    ("three", "dh = W do", "next-layer", "W stands where Vᵀ belongs"),
    ("deep", "dW_l = dz_l h_l'", "time-step", "h^(l) stands where h^(l-1) belongs"),
    ("rnn-T", "dh_t = h_t - y_t + W_h' dz_t", "time-step", "∂L/∂z_t stands where ∂L/∂z_{t+1} belongs"),
    ("rnn", "dh_2 = W' dz_2", "time-step", "∂L/∂z₂ stands where ∂L/∂z₃ belongs"),
    ("rnn-T", "dW_h = dz_T h_{T-1}'", "last-step", "This is the part of t = T alone"),
    ("square", "dW = do h' + 2 dz x'", "use-twice", "The contribution through z is counted twice"),
    ("softmax", "dz = p", "term", "The term -y is missing"),
    ("two-layer", "dU = yhat h'", "term", "The term -y is missing"),
    ("softmax", "dz = p + y", "term-sign", "The sign of y is the other way round"),
    ("softmax", "dz = p - 2 y", "term-factor", "The term y has a factor 2 too much"),
    ("ridge", "dw = X' r + lambda/2 w", "term-factor", "The term λ w has a factor 1/2 too much"),
    ("cross-entropy", "dp = -y/p - (1 - y)/(1 - p)", "term-sign", "The sign of (1 - y)/(1 - p)"),
    ("batch", "dW = dZ X'/N", "scale-twice", "The factor 1/N is there once more"),
    ("batch", "db = dZ' ones(k)", "sum-axis", "The sum is over the other index"),
    ("symmetric", "dS = (S x - y) x'", "symmetric", "symmetric part"),
    ("symmetric", "dS = (S x - y) x' + x (S x - y)'", "symmetric", "symmetric part"),
    ("softmax", "dp = -y", "denominator", "The denominator p is missing"),
    ("softmax", "dp = -y .* log(p)", "log-derivative", "ln(p) stands where 1_k ⊘ p belongs"),
    ("softmax", "dz = dp", "softmax-missing", "The Jacobian of softmax is missing"),
    ("product", "dA = dZ A'", "operand", "A stands where X belongs"),
]


@pytest.mark.parametrize(("name", "answer", "code", "words"), WRONG, ids=lambda v: str(v)[:40])
def test_wrong_lines_are_named(name: str, answer: str, code: str, words: str) -> None:
    verdict = solved(name).check(answer)
    assert verdict.outcome == "wrong"
    assert code in verdict.mistakes, verdict
    assert words in verdict.message


def test_every_slip_has_an_answer_here() -> None:
    assert {code for _, _, code, _ in WRONG} == {"shape", *(slip.code for slip in SLIPS)}


def test_a_wrong_line_is_marked_once() -> None:
    answer = "dyhat = yhat - y; dh = U dyhat; dz = dh .* sigma'(z); dW = dz x'"
    verdict = solved("two-layer").check(answer)
    assert [entry.outcome for entry in verdict.entries] == ["correct", "wrong", "correct", "correct"]
    assert verdict.message.startswith("The first line that is not right: dh")
    assert (verdict.score, verdict.max_score) == (3.0, 4.0)


UNREADABLE = ["", "dq = 3", "dW", "dW = ", "dW = dz @@ x", "dW = foo(x)", "dW = dz x' +", "dz = [1, 2]", "dW = ((((x",
              "dW = dz x'" + " +\ndz x'" * 100]


@pytest.mark.parametrize(
    ("program", "answers"),
    [
        ("X: m x n; L = mean(X)", ["(1/(m n))1_{m×n}", r"\frac{1}{m n} \mathbf{1}_{m \times n}"]),
        ("X: 3 x 4; L = mean(X)", ["1/12·1_{3×4}", "1/12 1_3 1_4'", r"\frac{1}{12} \mathbf{1}_{3 \times 4}"]),
        ("X: 12; L = mean(X)", ["1/12·1_{12}", r"\frac{1}{12} \mathbf{1}_{12}"]),
        ("X: 3 x 3; L = tr(X)", ["I_3", "I_{3}"]),
    ],
)
def test_ones_and_identities_are_read_as_a_page_writes_them(program: str, answers: list[str]) -> None:
    solution = jc.backprop(program)
    for answer in [str(solution.result["X"]), *answers]:
        assert solution.check(f"dX = {answer}").outcome == "correct", answer


@pytest.mark.parametrize("answer", UNREADABLE)
def test_what_cannot_be_read_never_raises(answer: str) -> None:
    assert solved("two-layer").check(answer).outcome == "unreadable"


@pytest.mark.parametrize("name", ["two-layer", "softmax", "batch", "square", "generic", "mask"])
def test_every_slip_made_on_purpose_is_rejected_or_the_same_value(name: str) -> None:
    """A slip is wrong unless its formula has the value of the right one; then it must be accepted."""
    solution = solved(name)
    program = prepared(solution.question.program)  # type: ignore[union-attr]
    named = 0
    for step in solution.derivation.steps:
        if isinstance(step, AdjointOf):
            for slip, _, wrong in list(wrong_formulas(step, program, set(solution.adjoints)))[::6]:
                verdict = solution.check(f"d{step.variable.key} = {Linear(ASCII).write(wrong)}")
                if verdict.outcome == "correct":
                    continue
                named += 1
                assert verdict.outcome == "wrong", verdict
                assert {slip.code, *slip.unless} & set(verdict.mistakes), (slip, verdict)
    assert named > 10


def test_nearly_all_wrong_formulas_are_named_uniquely() -> None:
    """Over all programs that have names: at least 95 of 100 different wrong formulas are one slip only."""
    counts: Counter[bool] = Counter()
    named = (one for example in sources.example_names() for _, one in sources.example(example).programs)
    for program in named:
        if not program.output.is_scalar:
            continue
        judge = Judge(jc.backprop(program).derivation)
        with precision(BITS):
            points = list(islice(judge._exact_points(), 2))
            for step in judge.adjoints.values():
                counts.update(len(codes) == 1 for codes in named_slips(judge, step, points))
    assert counts.total() > 2000
    assert counts[True] / counts.total() >= 0.95, counts


def named_slips(judge: Judge, step: AdjointOf, points: list[Any]) -> list[list[str]]:
    """The codes of every different wrong value that the slips on one adjoint lead to."""
    groups: list[tuple[Any, list[Any], list[str]]] = []
    right = judge_values(judge, step, points, step.applied)
    for slip, _, wrong in wrong_formulas(step, judge.program, judge.derived):
        found = judge_values(judge, step, points, wrong)
        if found is None or found == right:
            continue
        known = next((codes for shape, values, codes in groups if (shape, values) == (wrong.shape, found)), None)
        if known is None:
            groups.append((wrong.shape, found, known := []))
        known.append(slip.code)
    return [most_special(set(codes)) for _, _, codes in groups]


def judge_values(judge: Judge, step: AdjointOf, points: list[Any], term: Term) -> list[Any] | None:
    """The entries of a formula at the sample points, to twelve digits; None where it has no value."""
    try:
        arrays = [point.values.of(place(term)) for point in points for place in judge._places(step, point)]
    except JacocalcError:
        return None
    return [[f"{float(entry.mid()):.12g}" for entry in array.flat] for array in arrays]


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


def test_gradients_that_the_question_names_and_the_answer_leaves_out_are_missing() -> None:
    solution = jc.backprop("two-layer", wrt="W, b, U")
    verdict = solution.check("dz = dh .* sigma'(z); dW = dz x'")
    assert (verdict.outcome, verdict.mistakes, verdict.certainty) == ("wrong", ("missing",), "none")
    assert (verdict.score, verdict.max_score) == (2.0, 4.0)
    assert verdict.message == "All 2 lines are right, but db and dU are missing."
    right, missing = verdict.entries[:2], verdict.entries[2:]
    assert [entry.outcome for entry in right] == ["correct", "correct"]
    assert [(e.name, e.outcome, e.given, e.expected, e.mistakes) for e in missing] == [
        ("db", "wrong", "", "∂L/∂z", ("missing",)),
        ("dU", "wrong", "", "(ŷ - y)hᵀ", ("missing",)),
    ]
    assert {entry.message for entry in missing} == {"is missing"}


def test_what_is_wrong_and_what_is_missing_are_said_together() -> None:
    verdict = jc.backprop("two-layer", wrt="W, U").check("∂L/∂W = -dz x'")
    assert (verdict.outcome, verdict.mistakes, verdict.certainty) == ("wrong", ("sign", "missing"), "witness")
    assert (verdict.score, verdict.max_score) == (0.0, 2.0)
    assert verdict.message.endswith("dU is missing.")
    assert "The sign is the other way round" in verdict.message


def test_nothing_is_missing_where_all_is_handed_in_or_nothing_is_named() -> None:
    asked = jc.backprop("two-layer", wrt="W, U")
    assert asked.check("∂L/∂U = dyhat h'; grad_W = dz x'").outcome == "correct"
    assert asked.check(gradients, sigma="tanh").outcome == "correct"
    assert solved("two-layer").check("dW = dz x'").outcome == "correct"


def test_what_cannot_be_read_is_not_missing() -> None:
    verdict = jc.backprop("two-layer", wrt="W, U").check("dW = dz @@ x")
    assert (verdict.outcome, verdict.mistakes, verdict.max_score) == ("unreadable", (), 1.0)


def test_a_function_may_leave_gradients_out() -> None:
    verdict = jc.backprop("two-layer", wrt="W, b, U").check(lambda v: {"W": gradients(v)["W"]}, sigma="tanh")
    assert (verdict.outcome, verdict.mistakes) == ("wrong", ("missing",))
    assert verdict.message == "This is right, but db and dU are missing."
    assert (verdict.score, verdict.max_score) == (1.0, 3.0)


def test_gradients_in_a_loop_that_are_missing() -> None:
    verdict = jc.backprop("rnn-T", wrt="W_h, b").check("dW_h = sum_t dz_t h_{t-1}'")
    assert [(e.name, e.outcome) for e in verdict.entries] == [("dW_h", "correct"), ("db", "wrong")]


def test_codes_have_words_for_the_summary_of_a_class() -> None:
    codes = [slip.code for slip in SLIPS] + ["missing"]
    assert set(mistake_words(codes)) == set(codes)


def test_a_python_function_of_arrays() -> None:
    assert solved("two-layer").check(gradients, sigma="tanh").outcome == "correct"


FUNCTIONS = [
    (lambda v: {"U": gradients(v)["dU"].T}, "transposed"),
    (lambda v: {"c": 2 * gradients(v)["c"]}, "factor"),
    (lambda v: {"c": -gradients(v)["c"]}, "sign"),
    (lambda v: {"W": np.ones(3)}, "shape"),
    (lambda v: {"W": np.outer(v["U"].T @ gradients(v)["c"], v["x"])}, "adjoint"),
    (lambda v: {"W": gradients(v)["db"]}, "factor-missing"),
    (lambda v: {"W": 0}, "zero"),
    (lambda v: {"U": gradients(v)["c"] @ v["c"]}, "shape"),
]


@pytest.mark.parametrize(("function", "code"), FUNCTIONS, ids=[row[1] for row in FUNCTIONS])
def test_wrong_functions_are_named(function: Any, code: str) -> None:
    verdict = solved("two-layer").check(function, sigma="tanh")
    assert verdict.outcome == "wrong"
    assert code in verdict.mistakes
    assert ("the transpose of the gradient" in verdict.message) == (code == "transposed")


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


FEW_POINTS = [
    ("c, x: n; A: m x n; b: m; L = c' x - sum(log(b - A x))", "c + A' (1 ./ (b - A x))", "A' (1 ./ (b - A x)) - c"),
    ("x, l, u: n; L = -sum(log(x - l)) - sum(log(u - x))", "1 ./ (u - x) - 1 ./ (x - l)", "1 ./ (u - x)"),
]


@pytest.mark.parametrize(("program", "right", "wrong"), FEW_POINTS)
def test_where_a_program_is_hardly_anywhere_defined_points_are_looked_for(program: str, right: str, wrong: str) -> None:
    solution = jc.backprop(program, wrt="x")
    assert (solution.verified, solution.check(right).outcome, solution.check(wrong).outcome) == (
        "agrees", "correct", "wrong")  # fmt: skip


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


AFFINE = "x: n; W: m x n; b: m; y: m; z = W x + b; h = tanh(z); L = 1/2 ||h - y||^2"


@cache
def affine() -> Solution:
    """One layer, its weights and its bias asked for."""
    return jc.backprop(AFFINE, wrt="W, b")


CIRCLES = [
    ("dW = dW", {"dW": "dW is explained by itself"}),
    ("dW = dW + 0*W", {"dW": "dW is explained by itself"}),
    ("dz = 2 dz - dz", {"dz": "dz is explained by itself"}),
    ("dW = dz x' + 0*dW", {"dW": "dW is explained by itself"}),
    ("dz = db\ndb = dz", {"dz": "dz and db explain each other", "db": "db and dz explain each other"}),
    ("dz = db", {"dz": "dz is explained by db, which follows from dz"}),
    ("delta = dz; dz = delta", {"dz": "dz is explained by itself"}),
    ("dh = dz ./ (1 - h.^2); dz = db; db = dh .* (1 - h.^2)", {"dh": "dh, dz and db explain each other"}),
    ("dW = dz x' + W - W; dh = dz ./ (1 - h.^2)", {"dh": "dh is explained by dz, which follows from dh"}),
]


@pytest.mark.parametrize(("answer", "said"), CIRCLES, ids=[row[0] for row in CIRCLES])
def test_what_is_explained_by_itself_gets_no_marks(answer: str, said: dict[str, str]) -> None:
    verdict = affine().check(answer)
    found = {entry.name: entry for entry in verdict.entries if entry.mistakes == ("circular",)}
    assert verdict.outcome == "wrong"
    assert verdict.certainty == "none"
    assert said.items() <= {name: entry.message.split(".")[0] for name, entry in found.items()}.items()
    assert {entry.outcome for entry in found.values()} == {"wrong"}


NO_CIRCLES = [
    "dW = dz x'; db = dz",
    "dz = db; db = (h - y) .* (1 - h.^2); dW = db x'",
    "db = dz; dz = dh .* (1 - h.^2); dh = h - y; dW = dz x'",
    "∂L/∂W = dW = dz x'; db = dz = (h - y) .* (1 - h.^2)",
]


@pytest.mark.parametrize("answer", NO_CIRCLES)
def test_gradients_may_be_used_that_come_later_or_have_their_own_line(answer: str) -> None:
    assert affine().check(answer).outcome == "correct"


def test_a_wrong_value_in_a_circle_keeps_its_own_name() -> None:
    verdict = affine().check("dW = 0*dW; db = -db")
    assert verdict.mistakes == ("zero", "sign")


def test_circles_over_the_steps_of_a_loop() -> None:
    right = "dh_t = (h_t - y_t) + W_h' dz_{t+1}; dz_t = dh_t .* sigma'(z_t); dW_h = sum_t dz_t h_{t-1}'"
    assert solved("rnn-T").check(right).outcome == "correct"
    verdict = solved("rnn-T").check("dh_t = dh_t; dW_h = sum_t dz_t h_{t-1}'")
    assert [entry.mistakes for entry in verdict.entries] == [("circular",), ()]


@pytest.mark.parametrize("answer", ["dz_t = dh_t .* sigma'(z_1)", "dz_t = dh_t .* sigma'(z_2)"])
def test_a_line_of_a_loop_is_right_only_where_it_is_right_at_every_step(answer: str) -> None:
    assert solved("rnn-T").check(answer).outcome == "wrong"


def test_no_derived_pass_explains_itself() -> None:
    """What we derive is right as an answer: by the adjoints, and with the short ones inserted."""
    named = [one for example in sources.example_names() for _, one in sources.example(example).programs]
    checked = 0
    for program in named:
        if not program.output.is_scalar or any(one.implicit for one in program.assignments):
            continue
        solution = jc.backprop(program)
        for form in ("applied", "result"):
            steps = Judge(solution.derivation).adjoints.values()
            answer = "\n".join(f"d{step.variable.key} = {Linear(ASCII).write(getattr(step, form))}" for step in steps)
            verdict = solution.check(answer)
            assert verdict.outcome == "correct", verdict.message
            checked += 1
    assert checked > 20


PRIMES = [
    ("tanh", "tanh'(z)"), ("tanh", r"\tanh'(z)"), ("tanh", r"\tanh^{\prime}(z)"), ("sigmoid", "sigmoid'(z)"),
    ("sigmoid", r"\sigma'(z)"), ("sigmoid", "σ(z) .* (1 - σ(z))"), ("relu", "relu'(z)"), ("softplus", "softplus'(z)"),
    ("exp", "exp'(z)"), ("gelu", "gelu'(z)"), ("sin", "sin'(z)"), ("cos", "sin''(z)"),
    ("leaky_relu", "leaky_relu'(z)"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "prime"), PRIMES)
def test_the_derivative_of_a_named_activation(function: str, prime: str) -> None:
    verdict = jc.backprop(AFFINE.replace("tanh", function)).check(f"dz = (h - y) .* {prime}")
    assert verdict.outcome == "correct", verdict.message


def test_the_derivative_of_another_activation_is_wrong() -> None:
    assert affine().check("dz = (h - y) .* sigmoid'(z)").outcome == "wrong"
    verdict = affine().check("dz = (h - y) .* sigma'(z)")
    assert verdict.outcome == "unreadable"
    assert "σ is no function of this program" in verdict.message


def test_the_forward_pass_is_not_judged() -> None:
    answer = "z = W x + b; h = tanh(W x + b); L = 1/2 ||h - y||^2; dL = 1; dz = (h - y) .* tanh'(z); W = dz x'; db = dz"
    verdict = affine().check(answer)
    assert (verdict.outcome, verdict.max_score) == ("correct", 3.0)
    assert [entry.name for entry in verdict.entries] == ["dz", "W", "db"]
    assert verdict.message == "All 3 lines are right.\nNot judged: z, h, L and dL (the forward pass)."
    alone = affine().check("z = dh .* tanh'(z)")
    assert (alone.outcome, alone.entries) == ("unreadable", ())
    assert "Not judged: z" in alone.message
    steps = solved("rnn-T").check("z_{t-1} = W_h h_{t-2}; z_3 = W_h h_2; dz_t = dh_t .* sigma'(z_t)")
    assert (steps.outcome, steps.max_score) == ("correct", 1.0)
    assert steps.message.endswith("and z_3 (the forward pass).")


DELTAS = [
    ("two", "delta = (h - y) .* tanh'(z)\ndW = delta x'\ndb = delta"),
    ("two", r"\delta = (h-y) \odot \tanh'(z) \\ \frac{\partial L}{\partial W} = \delta x^\top \\ \nabla_b L = \delta"),
    ("two", "δ = ∂L/∂z = (h - y) ⊙ tanh′(z)\n∂L/∂W = δ xᵀ\n∂L/∂b = δ"),
    ("two", "dz = delta = (h - y) .* tanh'(z)\ndW = delta x'\ndb = delta"),
    ("two", "delta^(2) = (h - y) .* tanh'(z); dW = delta^(2) x'; db = delta^(2)"),
    ("two", "e = h - y; dout = e .* (1 - h.^2); dW = dout x'; db = dout"),
    ("rnn-T", "delta_t = dh_t .* sigma'(z_t); dW_h = sum_t delta_t h_{t-1}'; dz_t = delta_t"),
    ("deep", r"\delta^{(l)} = dh^{(l)} \odot \sigma'(z^{(l)}) \\ dW^{(l)} = \delta^{(l)} (h^{(l-1)})^\top"),
]


@pytest.mark.parametrize(("name", "answer"), DELTAS, ids=[row[1][:30] for row in DELTAS])
def test_names_of_the_writers_own(name: str, answer: str) -> None:
    verdict = (affine() if name == "two" else solved(name)).check(answer)
    assert verdict.outcome == "correct", verdict.message
    assert "Not judged:" in verdict.message
    assert not {"delta", "e", "dout"} & {entry.name for entry in verdict.entries}


REDEFINED = [
    ("two", "delta = h - y; delta = delta .* tanh'(z); dW = delta x'; db = delta"),
    ("two", "delta^(2) = h - y; delta^(2) = delta^(2) .* tanh'(z); dW = delta^(2) x'; db = delta^(2)"),
    ("rnn-T", "delta_t = dh_t; delta_t = delta_t .* sigma'(z_t); dz_t = delta_t"),
]


@pytest.mark.parametrize(("name", "answer"), REDEFINED, ids=[row[1][:30] for row in REDEFINED])
def test_the_last_definition_of_an_own_name_counts(name: str, answer: str) -> None:
    verdict = (affine() if name == "two" else solved(name)).check(answer)
    assert verdict.outcome == "correct", verdict.message
    assert verdict.message.count("(your own name)") == 1
    assert "forward pass" not in verdict.message


def test_own_names_do_not_make_wrong_lines_right() -> None:
    verdict = affine().check("delta = h - y; dW = delta x'; db = delta")
    assert [entry.mistakes for entry in verdict.entries] == [("adjoint",), ("adjoint",)]
    assert affine().check("delta = W y; dW = delta x'").outcome == "unreadable"


@pytest.mark.parametrize("end", ["(2", "(21", "((2)", "(", "{(2)", "(2))"])
def test_an_index_above_that_is_never_closed(end: str) -> None:
    assert affine().check(f"delta^(2) = dz; db = delta^{end}").outcome == "unreadable"


def test_own_names_are_bounded() -> None:
    doubled = "\n".join(f"a{n + 1} = a{n} + a{n}" for n in range(1, 60))
    verdict = affine().check(f"a1 = h - y\n{doubled}\ndb = a60")
    assert verdict.outcome == "unreadable"
    assert "more than 3,000 parts" in verdict.message
    again = "a1 = a1 + a1\n" * 60
    assert "more than 3,000 parts" in affine().check(f"a1 = h - y\n{again}db = a1").message
    primes = "tanh''(" * 12 + "z" + ")" * 12
    assert "more than 3,000 parts" in affine().check(f"db = {primes}").message


LAYOUTS = [
    r"\begin{aligned} dW &= dz x^T \\ db &= dz \end{aligned}",
    r"\begin{align*} \frac{\partial L}{\partial W} &= dz x^\top \\[4pt] db &= dz \end{align*}",
    r"\[\frac{\partial L}{\partial W} = \frac{\partial L}{\partial z} x^\top\] \[db = dz\]",
    r"\[dW = dz x^\top\] \[db = dz\]",
    "$dW = dz x^T$, $db = dz$.",
    "$$\\frac{\\partial \\mathcal{L}}{\\partial \\mathbf{W}} = dz x^T$$ and $$db = dz$$",
    "The gradients are:\n- dW = dz x'\n- db = dz",
    "Backward pass\n\n* **dW** = dz x'\n* **db** = dz",
    "1. dW = dz x'\n2. db = dz",
    "Hence dW = dz x', where db = dz.",
    "dW = dz x'\n   = ((h - y) .* (1 - h.^2)) x'\ndb := dz",
    "dW = dz x' = ((h - y) .* (1 - h.^2)) x'; db = dz",
    "dW = ((h - y) .*\n      (1 - h.^2)) x'\ndb = h - y\n     - (h - y) .* h.^2",
    "```python\ndW = dz x'  # an outer product\ndb = dz\n```",
    r"\boxed{dW = dz x^T}" + "\n" + r"\text{and } db = dz",
    "dL/dW = dL/dz x'\ndL/db = dL/dz",
]


@pytest.mark.parametrize("answer", LAYOUTS)
def test_layouts(answer: str) -> None:
    verdict = affine().check(answer)
    assert (verdict.outcome, verdict.score, verdict.max_score) == ("correct", 2.0, 2.0), verdict.message


def test_every_side_of_a_chain_must_be_right() -> None:
    for answer in ("dW = dz x' = dh x'", "dW = dh x' = dz x'"):
        verdict = affine().check(f"{answer}; db = dz")
        assert [entry.outcome for entry in verdict.entries] == ["wrong", "correct"]
        assert verdict.mistakes == ("adjoint",)


SAID = [
    ("0", "Line 1 (“0”) cannot be read: a line is dW = formula"),
    ("dW = dz x'\n\ndb = dz @@ 2", "Line 2 (“db = dz @@ 2”) cannot be read: expected a number"),
    ("dW = ", "Line 1 (“dW =”) cannot be read: no formula stands behind “=”"),
    ("= 3", "Line 1 (“= 3”) cannot be read: a line is dW = formula"),
    ("dq = 3", "Line 1 (“dq = 3”) cannot be read: no gradient is called dq; known are"),
    ("dW ≈ dz x'", "cannot be read: a line is dW = formula"),
]


@pytest.mark.parametrize(("answer", "said"), SAID, ids=[row[0] for row in SAID])
def test_which_line_cannot_be_read(answer: str, said: str) -> None:
    verdict = affine().check(answer)
    assert verdict.outcome == "unreadable"
    assert said in verdict.message
    assert "error" not in verdict.message


def test_answers_to_one_question_do_not_change_each_other() -> None:
    """The judge of a question is kept; what an answer defines and hands in is not."""
    solution = affine()
    right = "delta = (h - y) .* tanh'(z); dW = delta x'; db = delta"
    assert solution.check(right).outcome == "correct"
    assert solution.check("dW = delta x'; db = delta").outcome == "unreadable"
    assert solution.check("dW = dz x'").mistakes == ("missing",)
    assert solution.check(right) == solution.check(right)
    assert solved("two-layer").check("dW = dz x'").outcome == "correct"


READINGS = [
    # a vector of ones, where the shape asks for it
    ("batch", "db = dZ 1", "correct"), ("batch", r"db = \frac1N (A-Y) \mathbf{1}", "wrong"),
    ("batch", r"db = dZ \mathbb{1}", "correct"), ("batch", "db = dZ 𝟏", "correct"),
    ("batch", "db = dZ ones", "correct"),
    ("batch", "db = (1^T dZ')'", "correct"), ("batch", "db = 1 dZ", "wrong"), ("batch", "db = A 1", "wrong"),
    ("batch", "db = dZ' 1", "wrong"), ("batch", "db = dZ", "wrong"), ("batch", "dW = dZ X' 1", "correct"),
    ("batch", "dA = (A - Y) 1/N", "correct"), ("two-layer", "db = 1", "wrong"),
    # the derivative of relu
    ("relu", "dz = dh .* (z > 0)", "correct"), ("relu", "dz = dh .* 1[z > 0]", "correct"),
    ("relu", "dz = dh .* [z > 0]", "correct"), ("relu", r"dz = dh \odot \mathbb{1}[z>0]", "correct"),
    ("relu", "dz = dh .* 1_{z>0}", "correct"), ("relu", r"dz = dh \odot \mathbf{1}_{z \gt 0}", "correct"),
    ("relu", "dz = dh .* I(z > 0)", "correct"), ("relu", "dz = dh .* (0 < z)", "correct"),
    ("relu", "dz = dh .* (z >= 0)", "correct"), ("relu", "dz = dh .* (h > 0)", "correct"),
    ("relu", "dz = dh .* (1 - [z <= 0])", "correct"), ("relu", "dz = dh .* (z < 0)", "wrong"),
    ("relu", "dz = dh .* (z <= 0)", "wrong"), ("relu", "dz = dh .* (h >= 0)", "wrong"),
    ("relu", "dz = dh .* (h < 0)", "wrong"), ("relu", "dz = dh .* (z > 1)", "wrong"),
    ("relu", "dz = dh .* (dh > 0)", "wrong"), ("relu", "dz = [z > 0]", "wrong"),
    ("relu", "dz = dh .* (z > x)", "wrong"), ("relu", "dz = dh .* (0 < z < 1)", "unreadable"),
    ("relu", "dz = dh .* [z]", "wrong"), ("relu", "dz = dh .* [z, 0]", "unreadable"),
    ("layer", "dW = ((a - y) .* [z > 0]) x'", "correct"), ("layer", "dW = (a - y) x'", "wrong"),
    ("one-hinge", "dw = -y [1 - y w' x > 0] x", "correct"), ("one-hinge", "dw = -y x", "wrong"),
    ("one-hinge", "dw = 0 x", "wrong"), ("triplet", "da = 2(q - p)", "wrong"), ("triplet", "da = 0 a", "wrong"),
    # * entry by entry
    ("relu", "dz = dh * relu'(z)", "correct"), ("relu", "dz = dh * (z > 0)", "correct"),
    ("square", "dz = W.T @ do * (1 - h*h)", "correct"), ("square", "dz = dh * (1 + h*h)", "wrong"),
    ("square", "dz = W.T @ do * (1 - np.square(h))", "correct"), ("batch", "db = dZ.sum(axis=1)", "correct"),
    ("batch", "db = np.sum(dZ, axis=1, keepdims=True)", "correct"), ("batch", "db = dZ.sum(axis=0)", "wrong"),
    ("mask", "dW = dZ * M", "wrong"), ("relu", "dz = dh * x", "wrong"), ("relu", "dz = dh relu'(z)", "wrong"),
    # spellings
    ("outer", r"dW = \left[ z - y \right] x^\top", "correct"), ("outer", "dW = [z - y] {x}^{T}", "correct"),
    ("outer", "dW = (z - y) ⊗ x", "correct"), ("outer", r"dW = (z - y) \otimes x", "correct"),
    ("outer", "dW = x ⊗ (z - y)", "wrong"), ("outer", "dW = z ⊗ W", "wrong"), ("outer", "dW = (y - z) ⊗ x", "wrong"),
    ("outer", "dW = np.outer(z - y, x)", "correct"), ("outer", "dW = np.outer(x, z - y)", "wrong"),
    ("outer", "dx = W.T @ (z - y)", "correct"), ("outer", "dx = W @ (z - y)", "wrong"),
    ("outer", "∂W = δxᵀ, δ = z - y", "correct"), ("outer", "dW = δ xᵀ; δ = r; r = z - y", "correct"),
    ("outer", "∂W = δxᵀ, δ = y - z", "wrong"), ("outer", "dW = δ xᵀ; δ = r; r = δ", "unreadable"),
    ("outer", "g_z = z - y; g_W = g_z x'; g_x = W.T g_z", "correct"), ("outer", "g_W = g_x x'", "wrong"),
    ("outer", "g_q = z - y", "unreadable"),
    ("ridge", "dw = (X'X + lambda I) w - X'y", "correct"), ("ridge", "dw = (X'X + I) w - X'y", "wrong"),
    ("ridge", "dw = (X'X + lambda) w - X'y", "wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "answer", "outcome"), READINGS, ids=[f"{row[0]} {row[1]}" for row in READINGS])
def test_looser_spellings(name: str, answer: str, outcome: str) -> None:
    verdict = solved(name).check(answer)
    assert verdict.outcome == outcome, verdict.message


@cache
def ridge() -> Solution:
    """One gradient is asked for."""
    return jc.backprop(PROGRAMS["ridge"], wrt="w")


ALONE = [
    ("X^T (Xw - y) + lambda w", "correct"), ("dr = r\nX' dr + lambda w", "correct"), ("= X' r + lambda w", "correct"),
    ("X^T (Xw - y)", "wrong"), ("lambda w", "wrong"), ("X' r + lambda", "wrong"), ("dw", "wrong"),
    ("X' r @@ w", "unreadable"), ("X' r; lambda w", "unreadable"), ("dw = X' r + lambda w; lambda w", "unreadable"),
    ("The answer", "unreadable"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "outcome"), ALONE, ids=[row[0] for row in ALONE])
def test_a_formula_alone_where_one_gradient_is_asked_for(answer: str, outcome: str) -> None:
    verdict = ridge().check(answer)
    assert verdict.outcome == outcome, verdict.message


NET = "x: 2; W: 2 x 2; b: 2; u: 2; t: scalar; z = W x + b; h = relu(z); yhat = u' h; L = 1/2 (yhat - t)^2"
AT = {"x": [1, 2], "W": [[1, -1], [2, 1]], "b": [0, -1], "u": [3, 2], "t": 1}


@cache
def in_numbers(function: str = "relu") -> Solution:
    """A small network with numbers."""
    return jc.backprop(NET.replace("relu", function), at=AT)


NUMBERS = [
    ("dW = [[0,0],[10,20]]; db = [0,10]; du = [0,15]", "correct"), ("dW = [0, 0; 10, 20]; db = [0; 10]", "correct"),
    (r"dW = \begin{pmatrix} 0 & 0 \\ 10 & 20 \end{pmatrix}", "correct"), ("db = (0,10)^T; du = (0, 15)", "correct"),
    (r"db = \begin{bmatrix}0\\10\end{bmatrix}", "correct"), ("dW = np.array([[0, 0], [10, 20]])", "correct"),
    ("dW = [[ 0.  0.]\n [10. 20.]]", "correct"), ("db = [[0], [10]]; du = [[0, 15]]", "correct"),
    ("dyhat = 5", "correct"), ("dyhat = 6 - 1", "correct"), ("dyhat = 10/2", "correct"), ("dyhat = 5.0", "correct"),
    ("dW = np.outer([0, 10], [1, 2])", "correct"), ("dW = [0, 10] x'", "correct"), ("dW = (0, 10)^T (1, 2)", "correct"),
    ("du = 5 h = [0, 15]", "correct"), ("e = 5; du = e h", "correct"), ("dz = [0, 10]; dW = dz x'; db = dz", "correct"),
    ("dyhat = yhat - t; du = dyhat h; dz = dyhat u .* step(z); dW = dz x'", "correct"),
    ("dW = [[0,10],[0,20]]", "wrong"), ("dW = [[0,0],[10,21]]", "wrong"), ("db = [10, 0]", "wrong"),
    ("db = [0, 10, 0]", "wrong"), ("db = 10", "wrong"), ("dW = [0, 0, 10, 20]", "wrong"), ("dyhat = 4", "wrong"),
    ("dyhat = 4.9", "wrong"), ("dyhat = -5", "wrong"), ("du = 4 h", "wrong"), ("dyhat = yhat", "wrong"),
    ("du = 5 h = [0, 14]", "wrong"), ("du = [0, 15] = 4 h", "wrong"), ("dW = [[0], [10]]^T", "wrong"),
    ("dz = dh .* h", "wrong"), ("db = h", "wrong"), ("dW = x dz'", "wrong"), ("db = 0", "wrong"),
    ("dW = [[0, 0], [10]]", "unreadable"), ("db = [0, 10", "unreadable"), ("db = [u, 10]", "unreadable"),
    ("db = []", "unreadable"), ("db = [0, ten]", "unreadable"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "outcome"), NUMBERS, ids=[row[0] for row in NUMBERS])
def test_numbers_where_the_question_has_numbers(answer: str, outcome: str) -> None:
    verdict = in_numbers().check(answer)
    assert verdict.outcome == outcome, verdict.message


def test_decimals_are_rounded_and_need_three_digits() -> None:
    exact = in_numbers("tanh").check("du = [0, 0]").entries[0].expected.strip("[]").split(", ")
    rounded = [[f"{float(entry):.{digits}f}" for entry in exact] for digits in (4, 2)]
    for entries, outcome in ((rounded[0], "correct"), (rounded[0][::-1], "wrong"), (["0.1234"] * 2, "wrong")):
        assert in_numbers("tanh").check(f"du = [{', '.join(entries)}]").outcome == outcome
    assert in_numbers("tanh").check(f"du = [{float(exact[0]):.1g}, {float(exact[1]):.1g}]").outcome == "wrong"


def test_what_is_said_of_numbers() -> None:
    said = in_numbers().check("db = [0, 9]").message
    assert "Entry 2 is not right. The right one is db = [0, 10]." in said
    transposed = in_numbers().check("dW = [[0, 10], [0, 20]]")
    assert transposed.mistakes == ("transposed",)
    refused = solved("two-layer").check("dW = [[1, 2], [3, 4]]").message
    assert "this question has no numbers" in refused
