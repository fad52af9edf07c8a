"""The backward pass as documents write it, through layers, loops, equations and update steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import jacocalc as jc
from jacocalc.errors import JacocalcError, RoadsDisagree, ShapeError
from jacocalc.evaluate.program_samples import layer_sizes
from jacocalc.program_steps import (
    AdjointOf,
    Conditions,
    DescentStep,
    HessianTerm,
    ImplicitAdjoint,
    LocalDerivative,
    LoopAdjoints,
    PassCosts,
    StageJacobian,
)
from jacocalc.programs import at_sizes
from jacocalc.reading.programs import read_program
from jacocalc.solutions import Solution
from jacocalc.terms import Times

TWO_LAYER = """
x: n;  W: m x n;  b: m;  U: k x m;  c: k;  y: k
z = W x + b
h = sigma(z)
yhat = U h + c
L = 1/2 ||yhat - y||^2
"""


def adjoints(solution: Solution) -> dict[str, str]:
    """Every adjoint as it is written."""
    return {name: str(term) for name, term in solution.adjoints.items()}


def test_the_two_layer_network_as_the_document_writes_it() -> None:
    found = jc.backprop(TWO_LAYER, wrt="W, b, U, c")
    assert adjoints(found) == {
        "yhat": "ŷ - y",
        "U": "(ŷ - y)hᵀ",
        "c": "ŷ - y",
        "h": "Uᵀ(ŷ - y)",
        "z": "∂L/∂h ⊙ σ′(z)",
        "W": "(∂L/∂z)xᵀ",
        "b": "∂L/∂z",
    }
    assert list(found.adjoints) == ["yhat", "U", "c", "h", "z", "W", "b"]
    assert found.verified == "agrees"


def test_the_page_shows_every_line_with_its_shape() -> None:
    page = jc.backprop(TWO_LAYER, wrt="W, b, U, c").to_text(100, "full")
    for line in (
        "∂L/∂ŷ = ŷ - y                                 k; squared norm in L",
        "∂L/∂U = (∂L/∂ŷ)hᵀ = (ŷ - y)hᵀ                 k×m; product in ŷ",
        "∂L/∂h = Uᵀ(∂L/∂ŷ) = Uᵀ(ŷ - y)                 m; product in ŷ",
        "∂L/∂z = ∂L/∂h ⊙ σ′(z)                         m; elementwise σ in h",
        "∂L/∂W = (∂L/∂z)xᵀ                             m×n; product in z",
        "∂L/∂b = ∂L/∂z                                 m; sum in z",
        "∂ŷ/∂h = U                                     k×m, a matrix",
        "∂h/∂z = diag(σ′(z))                           m×m, a matrix",
        "∂ŷ/∂U is a third-order tensor (k × k×m); its product with ∂L/∂ŷ is (∂L/∂ŷ)hᵀ",
        "50-digit difference quotients at n = 3, m = 2, k = 4",
    ):
        assert line in " ".join(page.split("\n  ")), line


def test_local_derivatives_are_matrices_or_products() -> None:
    steps = jc.backprop(TWO_LAYER).derivation.steps
    found = {(s.of.key, s.by.key): s for s in steps if isinstance(s, LocalDerivative)}
    assert str(found["yhat", "h"].result) == "U"
    assert str(found["h", "z"].result) == "diag(σ′(z))"
    assert found["yhat", "U"].result is None
    assert str(found["yhat", "U"].product) == "(∂L/∂ŷ)hᵀ"


def test_without_wrt_data_that_only_the_loss_sees_are_left_out() -> None:
    assert set(jc.backprop(TWO_LAYER).result) == {"x", "W", "b", "U", "c"}
    assert set(jc.backprop("A: m x n; x: n; b: m; L = ||A x - b||^2").result) == {"A", "x", "b"}
    assert set(jc.backprop(TWO_LAYER, wrt="y").result) == {"y"}
    skip_gram = "u: d; v: d; N: k x d; L = -log(sigmoid(u' v)) - sum(log(sigmoid(-N v)))"
    assert set(jc.backprop(skip_gram).result) == {"u", "v", "N"}


ACTIVATIONS = [
    ("sigmoid", "∂L/∂h ⊙ h ⊙ (1_n - h)"),
    ("tanh", "∂L/∂h ⊙ (1_n - h ⊙ h)"),
    ("relu", "∂L/∂h ⊙ [z > 0]"),
    ("exp", "∂L/∂h ⊙ h"),
    ("softplus", "∂L/∂h ⊙ sigmoid(z)"),
    ("sigma", "∂L/∂h ⊙ σ′(z)"),
]


@pytest.mark.parametrize(("name", "written"), ACTIVATIONS)
def test_activations_give_their_own_derivative(name: str, written: str) -> None:
    found = jc.backprop(f"x: n; W: n x n; z = W x; h = {name}(z); L = sum(h .* h .* h)")
    assert adjoints(found)["z"] == written


def test_a_kink_is_said() -> None:
    page = jc.backprop("x: n; W: n x n; y: n; z = W x; h = relu(z); L = 1/2 ||h - y||^2").to_text()
    assert "no entry of z is 0, where the function has a kink" in page


SECOND = [
    ("x: n; A: m x n; b: m; f = ||A x - b||^2", "x", "2 Aᵀ A"),
    ("X: n x n invertible; f = logdet(X)", "X", "-tr(X⁻¹ dX X⁻¹ dX)"),
    ("S: n x n symmetric invertible; f = logdet(S)", "S", "-⟨S⁻¹ dS S⁻¹, dS⟩"),
    ("A: m x n; X: n x k; B: m x k; f = 1/2 ||A X - B||^2", "X", "⟨Aᵀ A dX, dX⟩"),
    ("X: n x n; f = tr(X^3)", "X", "3 tr((X dX + dX X)dX)"), ("X: n x n; f = tr(X)", "X", "0"),
]


@pytest.mark.parametrize(("text", "by", "written"), SECOND, ids=[row[0] for row in SECOND])
def test_second_differentials(text: str, by: str, written: str) -> None:
    found = jc.differential(text, of="f", wrt=by, second=True)
    (step,) = (step for step in found.derivation.steps if isinstance(step, HessianTerm))
    assert str(step.result) == written
    assert found.verified == "agrees"
    assert jc.replay(found.to_json())


SUMMING_TO_1 = [
    ("z: m x k; y: m x k rows one-hot; E = z; p = np.exp(E) / np.exp(E).sum(axis=1, keepdims=True); "
     "L = -np.sum(y * np.log(p))", "p - y"),
    ("z: m x k; y: m x k columns one-hot; p = np.exp(z) / np.exp(z).sum(axis=0); L = -np.sum(y * np.log(p))", "p - y"),
    ("z, y: k; e = exp(z); p = e / sum(e); L = -y' log(p)", "sum(y) p - y"),
    ("z: k; y: k one-hot; e = exp(z); s = ones(k)' e; p = e / s; L = -y' log(p)", "p - y"),
    ("z: m x k; y: m x k rows one-hot; E = np.exp(z); p = E / E.sum(axis=1, keepdims=True); "
     "L = -np.sum(y * np.log(p)) / m", "(1/m)(p - y)"),
    ("z: m x k; y: m x k columns one-hot; E = np.exp(z); s = E.sum(axis=0); p = E / s; L = -np.sum(y * np.log(p))",
     "p - y"),
    ("z: m x k; y: m x k; L = sum(log(exp(z) 1)) - dot(y, z)", "softmax_rows(z) - y"),
    ("z: k; y: k one-hot; e: scalar; q = (1 - e) y + e/k ones(k); L = -q' log(softmax(z))", "softmax(z) - q"),
    ("z: k; y: k one-hot; q = 0.9 y + 0.1/k 1_k; p = softmax(z); L = -q' log(p)", "p - q"),
    ("z: k; t, w: k sums to 1; c: scalar; q = c t + (1 - c) w; L = logsumexp(z) - q' z", "softmax(z) - q"),
    ("z: k; y: k one-hot; c: scalar; q = c y; p = softmax(z); L = -q' log(p)", "sum(q) p - q"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "written"), SUMMING_TO_1, ids=[row[0] for row in SUMMING_TO_1])
def test_what_is_computed_may_sum_to_1(text: str, written: str) -> None:
    assert str(jc.backprop(text, wrt="z").expanded["z"]) == written


def test_of_positive_definite_matrices_no_condition_is_said() -> None:
    declared = "x, m: n; S, T: n x n symmetric{}; c: scalar positive; "
    text = declared + "L = logdet(S) + (x - m)' (c S + T)^-1 (x - m) + ln(1 + x' S x)"
    assert "hold where" not in jc.backprop(text.format(" positive definite"), wrt="x").to_text()
    page = jc.backprop(text.format(""), wrt="x").to_text()
    assert "det of S is positive" in page
    assert "c S + T is invertible" in page


def test_three_times_the_sums_of_rows_are_no_softmax() -> None:
    found = jc.backprop("X: m x n; C: m x n; E = exp(X); L = sum(C .* (E ./ (E ones(n, 3) ones(n, 3)')))")
    assert "softmax" not in found.to_text()


def test_softmax_with_cross_entropy() -> None:
    text = "x: n; W: k x n; b: k; y: k{}; z = W x + b; p = softmax(z); L = -y' log(p)"
    general, one = jc.backprop(text.format("")), jc.backprop(text.format(" sums to 1"))
    assert adjoints(general)["z"] == "sum(y) p - y"
    assert adjoints(one)["z"] == "p - y"
    assert adjoints(one)["x"] == "Wᵀ(p - y)"
    assert adjoints(one)["W"] == "(p - y)xᵀ"
    step = next(s for s in one.derivation.steps if isinstance(s, AdjointOf) and s.variable.key == "z")
    assert str(step.general) == "sum(y) p - y"
    assert "∂p_i/∂z_j = p_i(δ_ij - p_j)" in one.to_text()


@pytest.mark.parametrize("rest", ["L = -y' log(p) + 1/2 ||z||^2", "q = z + y; L = -y' log(p) + sum(q .* q)"])
def test_the_proof_in_components_is_for_logits_that_are_used_once(rest: str) -> None:
    found = jc.backprop(f"z: n; y: n sums to 1; p = softmax(z); {rest}", wrt="z")
    assert "δ_ij" not in found.to_text()
    assert jc.replay(found.to_json())


def test_the_entropy_of_softmax_is_multiplied_out_where_terms_cancel() -> None:
    found = jc.backprop("z: n; p = softmax(z); H = -sum(p .* ln(p))")
    assert str(found.expanded["z"]) == "(pᵀ ln(p))p - p ⊙ ln(p)"


def test_of_several_scalars_the_last_is_the_loss() -> None:
    text = "z: n; p = softmax(z); H = -sum(p .* ln(p)); G = ||z||^2"
    assert "H is computed too; --loss H differentiates it" in jc.backprop(text).derivation.notes
    assert jc.backprop(text, loss="H").derivation.notes == ()


LOSSES = [
    ("L = softplus(z) - y z", "(sigmoid(z) - y)x"),
    ("L = log(1 + exp(z)) - y z", "(sigmoid(z) - y)x"),
    ("L = relu(1 - y z)", "-y [1 - y z > 0] x"),
    ("L = (z - y)^2", "2(z - y)x"),
    ("L = exp(z) - y z", "(exp(z) - y)x"),
]


@pytest.mark.parametrize(("loss", "written"), LOSSES)
def test_losses(loss: str, written: str) -> None:
    found = jc.backprop(f"x: n; w: n; b: scalar; y: scalar; z = w'x + b; {loss}", wrt="w")
    assert str(found.expanded["w"]) == written


SHORTER = [
    ("X: N x n; w: n; u: N; p = 1/(1 + exp(-X w)); L = -mean(u .* log(p) + (1 - u) .* log(1 - p))", "w",
     "(1/N)Xᵀ(p - u)"),
    ("v: d; U: k x d; L = -sum(log(sigmoid(-U v)))", "U", "sigmoid(U v) vᵀ"),
    ("x, a: n; y: scalar; p = 1/(1 + exp(-a' x)); L = -y log(p) - (1 - y) log(1 - p)", "a", "(p - y)x"),
    ("z, y: n; L = y' (exp(z) ./ (exp(z) + 1))", "z", "y ⊙ sigmoid(z) ⊙ (1_n - sigmoid(z))"),
    ("z, y: n; e = exp(-z); s = 1 ./ (1 + e); L = y' s", "z", "y ⊙ s ⊙ (1_n - s)"),
    ("z, y: n; a = exp(z); b = exp(-z); s = (a - b) ./ (a + b); L = y' s", "z", "y ⊙ (1_n - s ⊙ s)"),
    ("z: n; y: n one-hot; p = exp(z)/sum(exp(z)); L = -y' log(p)", "z", "p - y"),
    ("c, x: n; L = log(1 - exp(c' x)/(1 + exp(c' x)))", "c", "-sigmoid(cᵀ x) x"),
    ("w: n; x_i: n; y_i: scalar; for i = 1..N: l_i = (y_i - w' x_i)^2\nL = sum_i l_i", "w",
     "Σ_{i=1}^N (-2(y_i - wᵀ x_i)x_i)"),
    ("x: n; A: n x n; L = x' A x / (x' x)", "x", "(1/(xᵀ x))(A + Aᵀ - 2 L I_n)x"),
    ("x: n; S: n x n symmetric positive definite; L = exp(-1/2 x' S^-1 x) / sqrt((2 pi)^n det(S))", "S",
     "1/2 L(S⁻¹ x xᵀ S⁻¹ - S⁻¹)"),
    ("x: n; c: scalar positive; L = exp(-||x||^2)/sqrt(c)", "c", "-L/(2 c)"),
    ("x, y: n; L = 1/||x - y||", "x", "-(1/‖x - y‖^3)(x - y)"),
    ("x, w: n; L = x' w/(||x|| ||w||)", "x", "(1/‖x‖)(w/‖w‖ - (L/‖x‖)x)"),
    ("W: m x n; x: n; L = log(sum(exp(W x)))", "x", "Wᵀ softmax(W x)"),
    ("v, u: d; U: d x k; L = -log(exp(u' v)/sum(exp(U' v)))", "v", "U softmax(Uᵀ v) - u"),
    ("x: n; L = sum((x - mean(x)).^2)/n", "x", "(2/n)(x - mean(x) 1_n)"),
    ("x: n; L = sum((x - 1/n sum(x)).^2)", "x", "2(x - (sum(x)/n)1_n)"),
    ("X: m x n; B: m x m; L = ||X X' - B||^2", "X", "2(2 X Xᵀ - B - Bᵀ)X"),
    ("A: n x n; P: n x n symmetric; L = tr((A - P)(A - P)')", "P", "2 P - A - Aᵀ"),
    ("X: N x n; W: n x k; T: N x k; P = softmax_rows(X W); L = -sum(T .* log(P))/N", "W",
     "(1/N)Xᵀ(P ⊙ (T 1_k 1_kᵀ) - T)"),
    ("X: N x D; g: D; L = sum((X ./ g).^2)", "g", "-2(diag(Xᵀ X) ⊘ g.^3)"),
    ("x, g, d: n; e: scalar positive; m = mean(x); v = var(x); h = (x - m)/sqrt(v + e); L = d' (g .* h)", "x",
     "(1/sqrt(v + e))(d ⊙ g - ((x - m 1_n)ᵀ(d ⊙ g)/(n(v + e)))(x - m 1_n) - (sum(d ⊙ g)/n)1_n)"),
    ("x, d: n; e: scalar positive; c = x - mean(x); s = sqrt(mean(c.^2) + e); L = d' c / s", "x",
     "(1/s)(d - (L/(s n))c - (sum(d)/n)1_n)"),
    ("X, G: N x D; m = np.mean(X, axis=0); C = X - m; s = np.sqrt(np.mean(C**2, axis=0)); h = C / s; L = np.sum(G * h)",
     "X", "G diag(1_D ⊘ s) - (1/N)((1_N(diag(Cᵀ G) ⊘ s.^3)ᵀ) ⊙ C) - (1/N)1_N 1_Nᵀ G diag(1_D ⊘ s)"),
    ("X: N x D; m = X' ones(N)/N; L = sum((X - ones(N) m').^2)", "X", "2(X - 1_N mᵀ)"),
    ("X: N x d; w: d; y: N; L = 1/N sum(log(1 + exp(-y .* (X w))))", "w", "-(1/N)Xᵀ(sigmoid(-y ⊙ (X w)) ⊙ y)"),
    ("X, Y: N x d; L = 1/N sum(log(exp(X Y') ones(N)))", "Y", "(1/N)softmax_rows(X Yᵀ)ᵀ X"),
]


@pytest.mark.parametrize(("text", "by", "written"), SHORTER, ids=[row[0] for row in SHORTER])
def test_gradients_are_short(text: str, by: str, written: str) -> None:
    assert str(jc.backprop(text, wrt=by).expanded[by]) == written


def test_what_cancels_in_a_part_stays_in_its_bracket() -> None:
    text = "z: n; W: d x n; x: d; u: n; r = sigmoid(W (z .* u)); L = 1/2 ||z||^2 - x' log(r) - (1 - x)' log(1 - r)"
    found = jc.backprop(text, wrt="z, W")
    assert str(found.expanded["z"]) == "z + (Wᵀ(r - x)) ⊙ u"
    assert str(found.expanded["W"]) == "(r - x)(z ⊙ u)ᵀ"


def test_weight_sharing_sums_over_uses() -> None:
    found = jc.backprop("x: n; W: n x n; y: n; h = tanh(W x); o = tanh(W h); L = 1/2 ||o - y||^2", wrt="W")
    (step,) = [s for s in found.derivation.steps if isinstance(s, AdjointOf) and s.variable.key == "W"]
    assert len(step.uses) == 2
    assert [use.statement.key for use in step.uses] == ["o", "h"]


def test_a_batch_sums_the_bias_over_the_samples() -> None:
    found = jc.backprop("X: n x N; W: k x n; b: k; Y: k x N; Z = W X + b; L = 1/(2N) ||Z - Y||_F^2")
    assert adjoints(found) == {
        "Z": "(1/N)(Z - Y)", "W": "(1/N)(Z - Y)Xᵀ", "b": "(1/N)(Z - Y)1_N", "X": "(1/N)Wᵀ(Z - Y)",
    } or adjoints(found)["b"] == "(∂L/∂Z)1_N"  # fmt: skip
    assert str(found.expanded["W"]) == "(1/N)(Z - Y)Xᵀ"


def test_the_deep_network_of_any_depth() -> None:
    found = jc.backprop("deep")
    assert adjoints(found)["W_l"] == "(∂loss/∂z^(l))(h^(l-1))ᵀ"
    assert adjoints(found)["b_l"] == "∂loss/∂z^(l)"
    assert adjoints(found)["z_l"] == "∂loss/∂h^(l) ⊙ σ′(z^(l))"
    assert adjoints(found)["h_l"] == "(W^(l+1))ᵀ(∂loss/∂z^(l+1))"
    assert "∂h^(l)/∂h^(l-1) = diag(σ′(z^(l))) W^(l)" in found.to_text()


def test_through_time_with_a_symbolic_number_of_steps() -> None:
    found = jc.backprop("rnn-T", wrt="W_h")
    assert adjoints(found)["h_t"] == "h_t - y_t + W_hᵀ(∂L/∂z_{t+1})"
    assert adjoints(found)["W_h"] == "Σ_{t=1}^T (∂L/∂z_t)h_{t-1}ᵀ"
    assert "∂h_t/∂h_{t-1} = diag(σ′(z_t)) W_h" in found.to_text()


LOOP_WITH_AN_ERROR = """x_t: n; W: m x m; U: m x n; V: k x m; h_0: m; y_t: k
for t = 1..T:
    h_t = tanh(W h_{t-1} + U x_t)
    e_t = V h_t - y_t
    l_t = ||e_t||^3
L = sum_t l_t"""


def test_the_last_step_stands_after_what_it_needs() -> None:
    lines = jc.backprop(LOOP_WITH_AN_ERROR, wrt="W").to_text().splitlines()
    places = [next(i for i, line in enumerate(lines) if line.strip().startswith(start))
              for start in ("for t = T, …, 1:", "∂L/∂e_t =", "∂L/∂h_T = Vᵀ(∂L/∂e_T)", "∂L/∂h_t =")]  # fmt: skip
    assert places == sorted(places)
    lines = jc.backprop("rnn-T", wrt="b").to_text().splitlines()
    assert lines.index("  ∂L/∂h_T = h_T - y_T") < lines.index("  for t = T, …, 1:")


def test_what_only_the_last_step_gives_is_0_before() -> None:
    program = "x_t: n; W: n x n; h_0: n; for t = 1..T: h_t = tanh(W h_{t-1}); s_t = h_t + x_t; L = ||s_T||^2"
    page = " ".join(jc.backprop(program, wrt="W").to_text().split())
    assert "∂L/∂s_T = 2 s_T" in page
    assert "∂L/∂s_t = 0_n only for t < T; n; the loss does not depend on it" in page


def test_three_steps_written_out_are_the_symbolic_loop_at_three() -> None:
    head = "x_t: n; W: m x m; U: m x n; h_0: m; y: m\n"
    body = head + "for t = 1..{}:\n  h_t = tanh(W h_{{t-1}} + U x_t)\nL = ||h_{} - y||^2"
    flat, loop = (jc.backprop(body.format(end, end), wrt="W, U") for end in ("3", "T"))
    rng = np.random.default_rng(5)
    values: dict[str, Any] = {"W": rng.normal(size=(2, 2)), "U": rng.normal(size=(2, 3)), "h_0": rng.normal(size=2),
                              "y": rng.normal(size=2), **{f"x_{t}": rng.normal(size=3) for t in (1, 2, 3)}}  # fmt: skip
    one, other = flat.evaluate(values), loop.evaluate(values)
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_allclose(one[name], other[name], rtol=1e-12)


def test_an_equilibrium_layer_by_the_implicit_function_theorem() -> None:
    found = jc.backprop("equilibrium", wrt="W, U, b")
    assert adjoints(found)["b"] == "w ⊙ (1_m - h ⊙ h)"
    assert "w = (I_m - diag(1_m - h ⊙ h) W)⁻ᵀ(∂L/∂h)" in found.to_text(100)
    assert found.verified == "agrees"


def test_through_an_update_step() -> None:
    found = jc.backprop("meta-learning", wrt="theta, eta")
    assert adjoints(found)["theta"] == "(I_n - η Xᵀ X)(∂L₂/∂θ₁)"


def test_hessian_vector_products_and_gauss_newton() -> None:
    found = jc.backprop(TWO_LAYER, wrt="c", hessian_vector=True, gauss_newton=True)
    page = found.to_text(100)
    assert "dŷ = dc" in page
    assert "d(∂L/∂c) = dŷ" in page
    assert "Gauss-Newton matrix for c" in page
    with pytest.raises(JacocalcError, match="Gauss-Newton matrix needs"):
        jc.backprop("x: n; W: m x n; L = ||W x||^2", wrt="W", gauss_newton=True)
    with pytest.raises(JacocalcError, match="without equations"):
        jc.backprop("equilibrium", gauss_newton=True)


@pytest.mark.parametrize(
    ("program", "wrt", "changes"),
    [("x: n; L = exp(-x' x)", "x", ["dL = -2 L dxᵀ x", "d(∂L/∂x) = -2(dL x + L dx)"]),
     ("x: n; L = ||x||", "x", ["dL = xᵀ dx/L", "d(∂L/∂x) = (1/L)(dx - (dL/L)x)"]),
     ("A: n x n; L = det(A)", "A", ["dL = L tr(A⁻¹ dA)", "d(∂L/∂A) = dL A⁻ᵀ - L A⁻ᵀ dAᵀ A⁻ᵀ"]),
     ("x: n; W: n x n; h = W x; L = exp(h' x)", "W", ["dh = dW x", "dL = L dhᵀ x", "d(∂L/∂h) = dL x"])],
)  # fmt: skip
def test_a_loss_that_stands_in_its_gradient_changes_too(program: str, wrt: str, changes: list[str]) -> None:
    found = jc.backprop(program, wrt=wrt, hessian_vector=True)
    page = found.to_text(100)
    assert [line for line in changes if line not in page] == []
    assert jc.replay(found.to_json())


def test_nested_statements_are_taken_apart() -> None:
    found = jc.backprop("x: n; W: m x n; V: k x m; y: k; L = 1/2 ||V tanh(W x) - y||^2", wrt="V, W")
    assert adjoints(found)["V"] == "v₁ tanh(W x)ᵀ"
    assert any("v₁ names a part of L" in note for note in found.derivation.notes)


def test_a_symmetric_variable_has_a_symmetric_gradient() -> None:
    assert str(jc.backprop("A: n x n; S: n x n symmetric; L = tr(A S)").result["S"]) == "1/2 (A + Aᵀ)"
    assert str(jc.backprop("x: n; S: n x n symmetric; L = x'S x").result["S"]) == "x xᵀ"
    page = jc.differential("x: n; y: n; S: n x n symmetric; f = x'S y", wrt="S").to_text()
    assert "Books that count each entry off the diagonal once" in " ".join(page.split())


@pytest.mark.parametrize(
    ("program", "wrt", "change"),
    [("x: n; y: n; S: n x n symmetric; u = y' S x; L = u^2", "S, x", "d(∂L/∂x) = (d(∂L/∂u) S + (∂L/∂u)dS)y"),
     ("S: n x n symmetric; L = logdet(S)", "S", "d(∂L/∂S) = -S⁻¹ dS S⁻¹"),
     ("z: n; y: n sums to 1; L = -y' log(softmax(z))", "z, y", "d(∂L/∂z) = ")],
)  # fmt: skip
def test_directions_keep_the_facts_of_their_variables(program: str, wrt: str, change: str) -> None:
    found = jc.backprop(program, wrt=wrt, hessian_vector=True)
    assert change in found.to_text(100)
    assert jc.replay(found.to_json())


def test_what_the_next_step_sends_back_costs_too() -> None:
    program = "x_t: n; W: n x n; h_0: n; y: n; for t = 1..T: h_t = W h_{t-1} + x_t; L = ||h_T - y||^2"
    found = jc.backprop(program, wrt="W")
    (costs,) = [step for step in found.derivation.steps if isinstance(step, PassCosts)]
    assert str(costs.lines[0].backward) == "3 n^2"
    assert jc.replay(found).outcome == "agrees"


def test_entries_of_a_layer_and_of_a_step_keep_their_index() -> None:
    page = " ".join(jc.backprop("deep").to_text(detail="full").split())
    assert "∂z^(l)_i/∂W^(l)_jk = δ_ij h^(l-1)_k, so the sum over i leaves ∂loss/∂z^(l)_j h^(l-1)_k." in page
    rows = jc.backprop("h_0: n; W_t: n x n; for t = 1..T: h_t = W_t h_{t-1}; L = ||h_T||^2")
    assert "∂(h_t)_i/∂(W_t)_jl = δ_ij (h_{t-1})_l" in " ".join(rows.to_text(detail="full").split())
    assert "partial h sub t sub i by W sub t sub jl = delta ij h sub t minus 1" in rows.to_speech(detail="full")


@pytest.mark.parametrize("layer", ["tanh(W_l h_{l-1})", "W_l h_{l-1} + 1/n_l ones(n_l)"])
def test_layers_whose_last_size_is_not_declared_have_a_cost_and_are_read_back(layer: str) -> None:
    program = f"h_0: n_0\nfor l = 1..N:\n W_l: n_l x n_{{l-1}}\n h_l = {layer}\nJ = 1/n_N ||h_N - ones(n_N)||^2"
    found = jc.backprop(program)
    costs = next(step for step in found.derivation.steps if isinstance(step, PassCosts))
    assert str(costs.lines[-1].backward) == "2 n_N + 1"
    assert jc.from_json(found.to_json()) == found
    assert jc.replay(found.to_json())


def test_more_than_three_times_the_cost_has_its_reason() -> None:
    said = "and what has no name is computed again where it is used"
    for statements, expected in (("R = U V' - M; L = ||R||^2", False), ("L = ||U V' - M||^2", True)):
        page = jc.backprop(f"U: m x r; V: n x r; M: m x n; {statements}").to_text(detail="full")
        assert (said in " ".join(page.split())) == expected


def test_costs_grow_in_proportion() -> None:
    costs = next(s for s in jc.backprop(TWO_LAYER).derivation.steps if isinstance(s, PassCosts))
    forward, backward = costs.result
    assert 1 < backward / forward < 3
    assert [str(line.forward) for line in costs.lines[:2]] == ["m + 2 m n", "m"]
    assert {var.key for var in costs.stored} == {"z", "h", "yhat"}


@pytest.mark.parametrize(("product", "count"), [("x b' x", "3 n"), ("x x' x", "3 n"), ("A A x", "4 n^2")])
def test_a_chain_that_ends_as_it_begins_is_multiplied_from_its_column(product: str, count: str) -> None:
    steps = jc.backprop(f"x: n; b: n; A: n x n; u = {product}; L = sum(u)", wrt="x").derivation.steps
    assert str(next(s for s in steps if isinstance(s, PassCosts)).lines[0].forward) == count


def test_the_body_of_a_sum_over_steps_is_counted_once_for_each_step() -> None:
    text = "a: scalar; h_0: 1; y: 1\nfor t = 1..T:\n h_t = tanh(a h_{t-1})\nL = sum_t 1/2 ||h_t - y||^2"
    costs = next(s for s in jc.backprop(text, wrt=["a"]).derivation.steps if isinstance(s, PassCosts))
    assert str(costs.lines[1].forward) == "4 T"
    assert costs.result[0] == 10 * 2 + 10 * 4


@pytest.mark.parametrize(("text", "said"), [
    ("x: n; y = x .* tanh(x); L = sum(y)", "∂y/∂x = diag(tanh(x) + x ⊙ (1_n - tanh(x) ⊙ tanh(x)))"),
    ("x: n; y = x + x; L = sum(y)", "∂y/∂x = 2 I_n"),
    ("A: n x n; x: n; y = A x + A' x; L = sum(y)", "its product with ∂L/∂y is (∂L/∂y)xᵀ + x(∂L/∂y)ᵀ."),
])  # fmt: skip
def test_a_variable_used_twice_in_a_statement_has_one_jacobian(text: str, said: str) -> None:
    page = " ".join(jc.backprop(text).to_text(detail="full").split())
    assert page.count(said) == 1
    assert "δ_ij" not in page


CONDITIONS = [
    ("x: n; L = sum(ln(tanh(x)))", [("tanh(x)", "positive")]),
    ("x: n; L = sum(ln(exp(x)))", []),
    ("x: n; y: n; z = y/sum(x); L = ||z||^2", [("sum(x)", "nonzero")]),
    ("x: n; y: n; z = y/sum(exp(x)); L = ||z||^2", []),
    ("x: n; y: n; z = y ./ tanh(x); L = ||z||^2", [("tanh(x)", "nonzero entries")]),
    ("x: n; y: n; z = y/||x||; L = z'y", [("x", "nonzero")]),
    ("x: n; y: n; L = x'y/(||x|| ||y||)", [("x", "nonzero"), ("y", "nonzero")]),
    ("x: n; y: n; L = y'(x - mean(x))/sqrt(var(x) + 1)", []),
    ("x: n; e: scalar; L = 1/sqrt(var(x) + e)", [("var(x) + e", "positive")]),
    ("x: n; y: n; L = sum(ln(1 + x.^2 + y .* y)) + ln(2 + x'x) + 1/(1/3 + mean(|x - y|))", [("x - y", "kink")]),
    ("x: n; y: n; L = sum(ln(1 + x.^3)) + ln(1 + x'y)", [("1_n + x.^3", "positive"), ("1 + xᵀ y", "positive")]),
    ("z: n; y: n; p = softmax(z); L = -y'ln(p)", []),
    ("z: n; y: n; e = exp(z); s = sum(e); p = e/s; L = -y'ln(p)", []),
    ("z: n; y: n; p = sigmoid(z); L = -sum(y .* ln(p) + (1 - y) .* ln(1 - p))", []),
    ("z: n; y: n; p = tanh(z); L = -sum(y .* ln(p) + (1 - y) .* ln(1 - p))",
     [("p", "positive"), ("1_n - p", "positive")]),
    ("x: n; L = ln(x'x) + 1/(1 - ||x||^2)", [("xᵀ x", "positive"), ("1 - ‖x‖²", "nonzero")]),
    ("x: n; y: n; p = sigmoid(x); L = -y' log(p) - (1 - y)' log(1 - p)", []),
    ("x, y: n; p = softmax(x); L = -y' log(p)", []), ("x: n positive; L = sum(x .* log(x .* x))", []),
    ("x: n; W: m x n; L = sum(log(1 + exp(-W x))) + sum(log(cosh(W x)))", []),
    ("x: n; e: scalar positive; v = var(x); L = 1/sqrt(v + e)", []),
    ("x: n; a: scalar; L = sum(x.^(-1)) + a^(-2)", [("x", "nonzero entries"), ("a", "nonzero")]),
    ("x, y: n; a: scalar positive; L = sum(x.^(1/2)) + sum(y.^(-3/2)) + a^(-2)",
     [("x", "positive"), ("y", "positive")]),
    ("A: n x n invertible; B: n x n; L = tr((A + B)^-1)", [("A + B", "invertible")]),
    ("A, X: n x n invertible; L = det(A X') + tr((A X)^-1)", []),
    ("A: n x n; L = logdet(A) + tr(A^-1)", [("A", "positive determinant")]),
    ("A: n x n; L = ln(det(A)) + tr(A^-1)", [("A", "positive determinant")]),
]


@pytest.mark.parametrize(("text", "needed"), CONDITIONS)
def test_a_function_that_is_not_always_positive_is_a_condition(text: str, needed: list[tuple[str, str]]) -> None:
    steps = [s for s in jc.backprop(text).derivation.steps if isinstance(s, Conditions)]
    assert sorted((str(term), word) for one in steps for term, word in one.result) == sorted(needed)
    assert jc.replay(jc.backprop(text).to_json())


ERRORS = [
    ("x: n; y = 2 x", {}, "y is n×1; backprop needs a scalar loss"),
    ("x: n; L = sum(x)", {"wrt": "q"}, "the program has no variable q"),
    ("x: n; L = sum(x)", {"loss": "K"}, "the program computes no K"),
    ("nosuch", {}, "no program is called nosuch"),
    ("equilibrium", {"hessian_vector": True}, "programs without equations to be solved"),
    ("rnn-T", {"hessian_vector": True}, "programs without symbolic loops"),
    ("two-lyer", {}, "did you mean two-layer?"),
    ("x: n; L = sum(x)", {"update": "fast"}, "a rate is a number"),
    ("x: n; L = sum(x)", {"at": "x = [a, b]"}, "only numbers and constants can stand here"),
    ("x: n; y: n; L = x'y", {"at": {"y": [1]}}, "no value is given for x"),
    ("x: n; y: n; L = x'y", {"at": "x = [1, 2], y = [1, 2, 3]"}, "n is 2 already"),
    ("phi: elementwise; x: n; h = phi(x); L = sum(h)", {"at": "x = [1]"}, "phi is a generic function"),
]


@pytest.mark.parametrize(("text", "options", "message"), ERRORS, ids=[f"{row[0]} {row[1]}" for row in ERRORS])
def test_refusals(text: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(JacocalcError) as caught:
        jc.backprop(text, **options)
    assert message in caught.value.report()


LOOP = "x_t: n; W: n x n; h_0: n\nfor t = 1..T:\n  h_t = W h_{t-1} + x_t\nL = "
WHAT_A_READER_TRIED = [
    (jc.backprop, ("two-layer",), {"wrt": "L"}, "L is the loss itself"),
    (jc.backprop, (LOOP + "||h_3||^2",), {}, "h_3 is one step of a loop with a symbolic end"),
    (jc.backprop, (LOOP + "||x_1||^2 + ||h_T||^2",), {}, "x_1 is one step of a loop with a symbolic end"),
    (jc.backprop, ("softmax-cross-entropy",), {"at": "x=[1,2], W=[[1,0],[0,1]], b=[0,0], y=[1,1]"}, "entries sum to 2"),
    (jc.backprop, ("x: n; L = ||x||^2 / 0",), {}, "division by zero"),
    (jc.backprop, ("x: n; L = ||x||^2",), {"at": "x = [1], q = 2"}, "q is no declared variable"),
    (jc.backprop, ("x: n; L = ||x||^2",), {"update": "-1"}, "a rate is a positive number"),
    (jc.differential, ("A: m x n; B: n x k; C = A B",), {"wrt": "A,B"}, "taken by one variable"),
    (jc.differential, ("x: n; dx: n; f = dx' x",), {"wrt": "x"}, "dx is a variable of the program"),
    (jc.differential, ("x: n; f = x' x",), {"kronecker": True}, "nothing to stack"),
]


@pytest.mark.parametrize(
    ("ask", "given", "options", "message"), WHAT_A_READER_TRIED, ids=[r[3] for r in WHAT_A_READER_TRIED]
)
def test_what_a_reader_tried(ask: Any, given: tuple[str, ...], options: dict[str, Any], message: str) -> None:
    with pytest.raises(JacocalcError) as caught:
        ask(*given, **options)
    assert message in caught.value.report()
    assert caught.value.exit_status == 2


TWO_LOOPS = (
    "x_t: n; W: n x n; V: n x n; h_0: n; g_0: n\n"
    "for t = 1..T: h_t = tanh(W h_{t-1} + x_t)\nfor t = 1..T: g_t = tanh(V g_{t-1} + x_t)\nL = sum(h_T) + sum(g_T)"
)


def test_inputs_that_two_loops_read_get_the_sum_of_both() -> None:
    found = jc.backprop(TWO_LOOPS, wrt="x_t")
    assert found.verified == "agrees"
    (line,) = [step for step in found.derivation.steps if isinstance(step, LoopAdjoints) and len(step.result) == 2]
    assert str(line.result[1].result) == "∂L/∂g_t ⊙ (1_n - g_t ⊙ g_t) + ∂L/∂h_t ⊙ (1_n - h_t ⊙ h_t)"


def test_inputs_that_one_loop_of_two_reads_have_one_line() -> None:
    found = jc.backprop(TWO_LOOPS.replace("V g_{t-1} + x_t", "V g_{t-1} + h_t"), wrt="x_t")
    lines = [line for step in found.derivation.steps if isinstance(step, LoopAdjoints) for line in step.result]
    assert [line.variable.name for line in lines].count("x") == 1


def test_loops_with_two_letters_are_loops_with_one() -> None:
    other = TWO_LOOPS.replace("for t = 1..T: g_t = tanh(V g_{t-1} + x_t)", "for s = 1..T: g_s = tanh(V g_{s-1} + x_s)")
    assert jc.backprop(other, wrt="x_t").result == jc.backprop(TWO_LOOPS, wrt="x_t").result


def test_inputs_of_loops_with_other_ends_are_refused() -> None:
    text = TWO_LOOPS.replace("for t = 1..T: g_t = tanh(V g_{t-1} + x_t)", "for s = 1..S: g_s = V g_{s-1} + x_s")
    text = text.replace("g_T", "g_S")
    with pytest.raises(JacocalcError, match="loops and sums over t end at T and at S"):
        jc.backprop(text)


RECURRENT = "x_t: n; W: m x n; U: m x m; h_0: m\nfor t = 1..T: h_t = tanh(U h_{t-1} + W x_t)\n"
OTHER_STARTS = {
    "differences of steps": RECURRENT + "for t = 2..T: d_t = h_t - h_{t-1}\nL = sum_{t=2}^T ||d_t||^2",
    "the later loop first": "x_t: n; W: m x n\nfor t = 2..T: d_t = W (x_t - x_{t-1})\nfor t = 1..T: h_t = tanh(W x_t)\n"
                            "L = sum_t ||d_t||^2 + sum_t ||h_t||^2",
    "three steps later": RECURRENT + "v: m; for t = 4..T: s_t = v'(h_t .* h_{t-1})\nL = (sum_t s_t)^2 + ||h_T||^2",
    "two letters": RECURRENT + "for s = 2..T: d_s = h_s - h_{s-1}\nL = sum_s ||d_s||^2",
    "a sum from the second step on": RECURRENT + "L = sum_{t=2}^T ||h_t||^2",
    "a sum from the value given": RECURRENT + "L = sum_{t=0}^T ||h_t||^2",
    "a sum over differences": RECURRENT + "L = sum_{t=2}^T ||h_t - h_{t-1}||^2",
    "two sums": RECURRENT + "L = 1/T sum_{t=1}^T ||h_t||^2 + sum_{t=3}^T sum(h_t)",
    "inputs of the step before": "x_t: n; W: m x n\nfor t = 1..T: e_t = W x_t + tanh(W x_{t-1})\nL = ||e_T||^2",
    "the first value computed":
        "z: n; U: n x n; V: n x n\nh_0 = V z\nfor t = 1..T: h_t = tanh(U h_{t-1})\nL = sum(h_T)",
    "the second value computed": "z: n; U: m x m; V: m x n\nh_1 = V z\nfor t = 2..T: h_t = tanh(U h_{t-1})\n"
                                 "L = sum_{t=1}^T ||h_t||^2",
}  # fmt: skip


@pytest.mark.parametrize("text", OTHER_STARTS.values(), ids=list(OTHER_STARTS))
def test_loops_and_sums_that_begin_at_different_steps(text: str) -> None:
    found, written_out = jc.backprop(text), jc.backprop(text.replace("T", "5"))
    assert found.verified == "agrees"
    assert jc.replay(found).outcome == "agrees"
    seeded = np.random.default_rng(0)
    given = {
        var.key: seeded.normal(size=[at_sizes(size, {"n": 3, "m": 2}) for size in var.shape])
        for var in read_program(text.replace("T", "5")).declared
    }
    ours, theirs = found.evaluate({**given, "T": 5}), written_out.evaluate(given)
    assert set(ours) == set(theirs)
    compiled = jc.compile(text).gradient({**given, "T": 5})
    for name, gradient in theirs.items():
        assert np.allclose(ours[name], gradient)
        assert name == "L" or np.allclose(compiled[name], gradient)


def test_what_is_carried_is_what_its_own_loop_computes() -> None:
    lagged = jc.backprop(OTHER_STARTS["inputs of the step before"]).derivation.steps
    assert not any(isinstance(step, StageJacobian) for step in lagged)
    (stage,) = [step for step in jc.backprop(OTHER_STARTS["differences of steps"]).derivation.steps
                if isinstance(step, StageJacobian)]  # fmt: skip
    assert str(stage.result) == "diag(1_m - h_t ⊙ h_t) U"


def test_a_sum_over_all_steps_at_every_step_is_refused_at_its_place() -> None:
    text = "q_t: d; k_t: d; v_t: p\nfor t = 1..T:\n    o_t = sum_{s=1}^T exp(q_t'k_s) v_s\nL = sum_t ||o_t||^2"
    with pytest.raises(JacocalcError, match="k_s stands in a sum over s at every step of a loop") as caught:
        jc.backprop(text)
    assert text[caught.value.start : caught.value.end] == "o_t"
    assert jc.backprop(text.replace("T", "3")).verified == "agrees"


def test_a_family_is_asked_for_with_its_first_members() -> None:
    text = OTHER_STARTS["differences of steps"]
    for name in ("x", "x_t"):
        assert list(jc.backprop(text, wrt=name).result) == ["x_t", "x_1"]
    given = {"T": 2, "x_1": [1.0], "x_2": [2.0], "W": [[1.0]], "U": [[1.0]], "h_0": [0.5]}
    assert jc.compile(text, wrt="x_t").gradient(given).keys() == {"x_1", "x_2"}
    with pytest.raises(JacocalcError, match="T is at least 1"):
        jc.compile(text).value({**given, "T": 0})


def test_a_sum_over_the_steps_keeps_its_own_letter() -> None:
    text = "h_0: n; W: n x n; c: n; for t = 1..T: h_t = W h_{t-1}\nfor t = 1..T: s_t = c'tanh(h_t)\n"
    found = jc.backprop(text + "L = log(sum(t=1..T, exp(s_t)))", wrt="W,c")
    assert found.verified == "agrees"


def test_a_step_outside_a_loop() -> None:
    with pytest.raises(JacocalcError) as caught:
        jc.backprop("h_0: n; W: n x n\nh_t = W h_{t-1}  for t = 1..T\nL = sum(h_T)")
    assert "h_{t-1} is not declared" in caught.value.report()
    assert "for t = 1..T: h_t = …" in caught.value.report()


ENCODER = "W: n x n; h_0: n; g_0: n\nfor t = 1..T: h_t = tanh(W h_{t-1})\n"
READ_AT_EVERY_STEP = [
    (ENCODER + "for s = 1..S: g_s = tanh(W g_{s-1} + h_T)\nL = ||g_S||^2", "Σ_{s=1}^S ∂L/∂g_s ⊙ (1_n - g_s ⊙ g_s)"),
    (ENCODER + "for t = 1..T: g_t = tanh(W g_{t-1} + h_T)\nL = ||g_T||^2", "Σ_{t=1}^T ∂L/∂g_t ⊙ (1_n - g_t ⊙ g_t)"),
]


@pytest.mark.parametrize(("text", "formula"), READ_AT_EVERY_STEP, ids=["two letters", "one letter"])
def test_a_last_step_that_every_step_of_another_loop_reads(text: str, formula: str) -> None:
    found = jc.backprop(text)
    assert found.verified == "agrees"
    ends = [line.at_last for step in found.derivation.steps if isinstance(step, LoopAdjoints) for line in step.result
            if line.variable.name == "h"]  # fmt: skip
    assert [str(one) for one in ends] == [formula]


def test_a_first_value_that_every_step_reads() -> None:
    found = jc.backprop("W: n x n; h_0: n\nfor t = 1..T: h_t = tanh(W h_{t-1} + h_0)\nL = ||h_T||^2", wrt="h_0")
    assert found.verified == "agrees"
    assert "Σ_{t=1}^T" in str(found.result["h_0"])


def test_two_equations_have_two_adjoints_of_their_own() -> None:
    text = "x: n; W: n x n; V: n x n; h: n; g: n\nsolve h = tanh(W h + x)\nsolve g = tanh(V g + h + x)\nL = ||g||^2"
    found = jc.backprop(text)
    assert found.verified == "agrees"
    equations = [step for step in found.derivation.steps if isinstance(step, ImplicitAdjoint)]
    assert [step.name.name for step in equations] == ["w", "v"]
    assert jc.from_json(found.to_json()) == found


def test_the_adjoint_of_an_equation_of_numbers_is_a_quotient() -> None:
    found = jc.backprop("a: scalar; s: scalar\nsolve s = cos(a s)/2\nL = s^2 + a")
    assert "w = (1/(1 + 1/2 a sin(a s)))(∂L/∂s)" in found.to_text(100)
    assert jc.from_json(found.to_json()) == found
    assert jc.replay(found)


def test_an_equation_where_all_letters_are_taken() -> None:
    names = ("w", "v", "u", "q", "s", "w_1")
    declared = "; ".join(f"{name}: n" for name in (*names, "x", "h"))
    found = jc.backprop(f"{declared}\nsolve h = tanh(x)\nL = ||h + {' + '.join(names)}||^2", wrt="x")
    assert found.verified == "agrees"


def test_a_parameter_four_steps_from_the_loss() -> None:
    carried = "W: n x n; a_0: n; b_0: n; c_0: n; d_0: n\nfor t = 1..T:\n  a_t = tanh(b_{t-1})\n  b_t = tanh(c_{t-1})\n"
    found = jc.backprop(carried + "  c_t = tanh(d_{t-1})\n  d_t = tanh(W d_{t-1})\nL = ||a_T||^2", wrt="W")
    assert str(found.result["W"]) == "Σ_{t=1}^T (∂L/∂d_t ⊙ (1_n - d_t ⊙ d_t))d_{t-1}ᵀ"
    assert "T = 4" in found.derivation.verified.method  # at T = 3, L does not depend on W


def test_values_in_greek_and_in_powers_of_ten() -> None:
    page = jc.backprop("x: n; epsilon: scalar; L = epsilon ||x||^2", at="x = [1e-3, 2.5e2], ε = 2").to_text()
    assert "0.001" in page
    found = jc.backprop("x: n; epsilon: scalar; L = epsilon ||x||^2").evaluate({"x": [1.0, 2.0], "ε": 2})
    assert found["L"] == 10.0


def test_a_large_size_given_as_a_number_is_checked_by_sums() -> None:
    assert jc.backprop("x: 60; W: 40 x 60; L = ||W x||^2").verified == "agrees"


def test_gradients_print_as_mathematics() -> None:
    assert repr(jc.backprop(TWO_LAYER, wrt="W").result) == "{'W': (∂L/∂z)xᵀ}"


def test_a_loss_that_is_no_scalar_is_pointed_at() -> None:
    with pytest.raises(ShapeError) as caught:
        jc.backprop("x: n; A: n x n\nz = A x\n")
    assert caught.value.text[caught.value.start : caught.value.end] == "z"
    assert "did you want differential?" in caught.value.hint


def test_evaluate_gives_the_loss_and_gradients_in_the_shapes_of_their_variables() -> None:
    rng = np.random.default_rng(3)
    values: dict[str, Any] = {
        "x": rng.normal(size=3), "W": rng.normal(size=(2, 3)), "b": rng.normal(size=2), "U": rng.normal(size=(4, 2)),
        "c": rng.normal(size=4), "y": rng.normal(size=4), "sigma": "tanh",
    }  # fmt: skip
    found = jc.backprop(TWO_LAYER, wrt=["W", "c"]).evaluate(values)
    assert set(found) == {"L", "W", "c"}
    hidden = np.tanh(values["W"] @ values["x"] + values["b"])
    error = values["U"] @ hidden + values["c"] - values["y"]
    np.testing.assert_allclose(found["c"], error)
    np.testing.assert_allclose(
        found["W"], np.outer((values["U"].T @ error) * (1 - hidden**2), values["x"])
    )  # fmt: skip
    assert found["L"] == pytest.approx(0.5 * error @ error)
    own = jc.backprop(TWO_LAYER, wrt=["W"]).evaluate(
        {**values, "sigma": (np.tanh, lambda u: 1 - np.tanh(u) ** 2)}
    )  # fmt: skip
    np.testing.assert_allclose(own["W"], found["W"])


BAD_VALUES = [
    ({"x": [1, 2], "W": [[1, 2, 3]]}, "n is 2 already"),
    ({"x": [1, 2]}, "no value is given for W"),
    ({"x": [1, 2], "W": [[1, 2]], "q": 1}, "q is no declared variable"),
    ({"x": ["a"], "W": [[1]]}, "not an array of numbers"),
    ({"x": [10**400], "W": [[1]]}, "float64 cannot hold the value of x"),
    ({"x": [float("nan")], "W": [[1]]}, "is not finite"),
    ({"x": [[[1]]], "W": [[1]]}, "3 axes"),
]


@pytest.mark.parametrize(("values", "message"), BAD_VALUES)
def test_values_that_do_not_fit(values: dict[str, Any], message: str) -> None:
    with pytest.raises(JacocalcError, match=message):
        jc.backprop("x: n; W: m x n; L = ||W x||^2").evaluate(values)


def test_numbers_and_a_descent_step() -> None:
    page = jc.backprop("two-layer", wrt="W", at={"x": [1, 2], "W": [[1, 0], [-1, 1]], "b": [0, 1], "U": [[2, 1]],
                                                 "c": 1, "y": 3, "sigma": "relu"}, update=0.1).to_text()  # fmt: skip
    assert "L before: 2, after: 0.08" in page or "L before: 2" in page
    assert "∂L/∂W = ⎡ 4  8 ⎤" in page
    assert jc.backprop("two-layer", seed=1).to_text() == jc.backprop("two-layer", seed=1).to_text()


@pytest.mark.parametrize(
    ("program", "wrt", "moved"),
    [
        ("two-layer", "W", ["W"]),
        ("two-layer", "b, U", ["b", "U"]),
        (LOOP + "sum(h_T)", "h_0", ["h_0"]),
        (LOOP + "sum(h_T)", "x_t", ["x_1", "x_2", "x_3"]),
    ],
)
def test_a_descent_step_moves_what_is_asked_for_and_nothing_else(program: str, wrt: str, moved: list[str]) -> None:
    steps = jc.backprop(program, wrt=wrt, seed=1, update=0.1).derivation.steps
    (step,) = [step for step in steps if isinstance(step, DescentStep)]
    assert sorted(var.key for var in step.variables) == sorted(moved)


@pytest.mark.parametrize("name", ["transpose", "scale"])
def test_a_wrong_rule_is_never_shown(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from jacocalc.derive.matrix import pullbacks
    from jacocalc.derive.matrix.forms import number, times

    rule = pullbacks.RULES[Times]
    wrong = {
        "transpose": lambda node, g, out: [(part, times(number(2), term)) for part, term in rule.pull(node, g, out)],
        "scale": lambda node, g, out: [(part, times(number(-1), term)) for part, term in rule.pull(node, g, out)],
    }
    monkeypatch.setitem(pullbacks.RULES, Times, pullbacks.Rule("product", wrong[name]))
    with pytest.raises(RoadsDisagree):
        jc.backprop(TWO_LAYER)


def test_no_sample_point_means_undecided() -> None:
    assert jc.backprop("x: n; L = log(-x'x)").verified == "undecided"


KINKS = ["relu(A).^2", "elu(A)", "leaky_relu(A).^2", "exp(leaky_relu(A))", "A .* abs(A)", "relu(A - B)"]


@pytest.mark.parametrize("formula", KINKS)
def test_sample_points_keep_away_from_kinks(formula: str) -> None:
    assert jc.differential(f"A: m x n; B: m x n; F = {formula}", wrt="A").verified == "agrees"


def test_a_point_that_is_always_on_a_kink_is_undecided() -> None:
    assert jc.backprop("x: n; L = sum(relu(x - x))").verified == "undecided"
    assert jc.backprop("x: n; y: n; L = det(x y')").verified == "undecided"


def test_a_scalar_inside_a_chain_of_factors() -> None:
    assert str(jc.differential("x: n; f = x' x x").result["x"]) == "2 x xᵀ + (xᵀ x)I_n"
    assert str(jc.differential("x: n; A: n x n; f = x' A x x", wrt="x").result["x"]) == "x xᵀ(A + Aᵀ) + (xᵀ A x)I_n"


def test_a_sum_over_steps_without_an_index_is_a_multiple() -> None:
    assert str(jc.differential("y: n; A: T x n; f = sum(t = 1..T, y' y)", wrt="y").result["y"]) == "2 T y"


def test_spellings_of_one_name_are_one_variable() -> None:
    found = jc.backprop("h0: n; W: n x n; for t = 1..2: h_t = tanh(W h_{t-1})\nL = sum(h_2)", wrt="h0")
    assert found.evaluate({"h0": [1, 2], "W": [[1, 0], [0, 1]]})["h_0"].shape == (2,)


def test_no_value_where_the_formula_divides_by_zero() -> None:
    with pytest.raises(JacocalcError, match="has no value at these numbers"):
        jc.differential("x: n; f = ||x||").evaluate({"x": [0.0, 0.0]})


AS_A_PERSON = [
    ("x: n; a: scalar; F = a x", "a", "x"),
    ("x: n; a: scalar; F = x/a", "a", "-x/a^2"),
    ("x: n; A: n x n; f = (x' A x)^2", "x", "2(xᵀ A x)(A + Aᵀ)x"),
    ("X: n x n; f = ||X - X'||^2", "X", "4(X - Xᵀ)"),
    ("A: n x n; X: n x n; f = tr(X' (A .* X))", "X", "2(A ⊙ X)"),
    ("S: n x n symmetric; x: n; F = S' x", "x", "S"),
    ("x: n; y: n; A: n x n; f = x' diag(y) A x", "y", "x ⊙ (A x)"),
    ("x: n; y: n; F = x ./ y", "y", "-diag(x ⊘ (y ⊙ y))"),
    ("X: m x n; A: n x n; f = tr(A inv(X' X + I(n)))", "X", "-X(Xᵀ X + I_n)⁻¹(A + Aᵀ)(Xᵀ X + I_n)⁻¹"),
    ("x: n; f = sum(x')", "x", "1_n"),
    ("x: n; F = outer(x, x) x", "x", "(xᵀ x)I_n + 2 x xᵀ"),
    ("z: n; t: scalar; p = softmax(z/t)", "z", "(1/t)(diag(p) - p pᵀ)"),
]


@pytest.mark.parametrize(("text", "by", "written"), AS_A_PERSON, ids=[row[0] for row in AS_A_PERSON])
def test_results_as_a_person_would_write_them(text: str, by: str, written: str) -> None:
    assert str(jc.differential(text, wrt=by).result[by]) == written


def test_a_given_number_of_layers_from_the_last_to_the_first() -> None:
    found = jc.backprop("""
    x: n_0; W^(l): n_l x n_{l-1}; b^(l): n_l; y: n_3
    h^(0) = x
    for l = 1..3:
        z^(l) = W^(l) h^(l-1) + b^(l)
        h^(l) = sigma(z^(l))
    L = 1/2 ||h^(3) - y||^2
    """)
    assert list(found.adjoints)[:7] == ["h_3", "z_3", "W_3", "b_3", "h_2", "z_2", "W_2"]
    assert adjoints(found)["W_2"] == "(∂L/∂z^(2))(h^(1))ᵀ"
    assert found.verified == "agrees"


PRIMES = [
    ("tanh'(z)", "1 - tanh(z).^2"),
    ("\\tanh^{\\prime}(z)", "1 - tanh(z).^2"),
    ("sigmoid'(z)", "sigmoid(z) .* (1 - sigmoid(z))"),
    ("softplus'(z)", "sigmoid(z)"),
    ("sin''(z)", "-sin(z)"),
    ("relu'(z)", "step(z)"),
]


@pytest.mark.parametrize(("prime", "written"), PRIMES, ids=[row[0] for row in PRIMES])
def test_the_derivative_of_a_known_function_in_a_program(prime: str, written: str) -> None:
    program = "x: n; W: n x n; z = W x; d = {}; L = sum(d .* x)"
    values = {"x": np.array([1.0, 2.0]), "W": np.array([[0.25, -1.0], [0.5, 2.0]])}
    one, other = (jc.backprop(program.format(text), wrt="x, W") for text in (prime, written))
    assert one.verified == "agrees"
    assert jc.from_json(one.to_json()).derivation == one.derivation
    got, right = one.evaluate(values), other.evaluate(values)
    assert all(np.allclose(got[name], right[name]) for name in right)
    loop = jc.backprop(f"W: n x n; z_0: n\nfor t = 1..T: z_t = W {prime.replace('z', 'z_{t-1}')}\nL = sum(z_T)")
    assert loop.verified == "agrees"


def test_every_layer_has_a_size_however_short_another_loop_is() -> None:
    program = read_program(
        "x_t: m; W^(l): n_l x n_{l-1}; h^(0): n_0\n"
        "for l = 1..L:\n  h^(l) = tanh(W^(l) h^(l-1))\nfor t = 1..T:\n  s_t = sum(x_t)\nJ = sum(h^(L)) + s_T"
    )
    for sizes in ({"L": 3, "T": 1}, {"L": 1, "T": 3}):
        assert set(layer_sizes(program, sizes)) == {"n_0", "n_1", "n_2", "n_3"}


def test_steep_functions_agree_with_difference_quotients() -> None:
    """Third derivatives of cos(e^(a²) …) are 10^20 times the first ones, so the step has to be very small."""
    solution = jc.differential("A: 2 x 2 invertible; z = exp(A .* A); F = cos(z z)", of="F", wrt="A")
    assert solution.verified == "agrees"


@pytest.mark.parametrize(
    ("program", "asked"),
    [("x: n; U: m x n; V: k x m; y: k; h = tanh(U x); L = 1/2 ||V h - y||^2", ["x", "U", "V"]),
     ("X: N x n; W: n x k; Y: N x k; Z = X W; L = 1/2 ||Z - Y||^2", ["X", "W"]),
     ("X: N x n; W: n x k; Y: N x k; P = softmax_rows(X W); L = -tr(Y' ln(P))", ["X", "W"]),
     ("x: n; W: m x n; y: m; L = 1/2 ||W x - y||^2", ["x", "W", "y"])],
)  # fmt: skip
def test_a_matrix_before_what_is_computed_is_no_data(program: str, asked: list[str]) -> None:
    assert list(jc.backprop(program).result) == asked


@pytest.mark.parametrize(
    ("program", "adjoint", "expanded"),
    [
        ("y: n; S: n x n symmetric; s: scalar; K = S + s^2 I(n); L = -1/2 y' K^-1 y - 1/2 logdet(K)",
         {"K": "1/2 (K⁻¹ y yᵀ K⁻¹ - K⁻¹)", "S": "∂L/∂K"}, {"S": "1/2 (K⁻¹ y yᵀ K⁻¹ - K⁻¹)"}),
        ("S: n x n symmetric; W: n x k; p: n; C = W W' + diag(p); f = logdet(C) + tr(C^-1 S)",
         {"C": "C⁻¹ - C⁻¹ S C⁻¹", "W": "2(∂f/∂C)W", "p": "diag(∂f/∂C)"}, {"W": "2(C⁻¹ - C⁻¹ S C⁻¹)W"}),
        ("A, X: n x n; C = X + X'; f = tr(A C)", {"C": "Aᵀ", "X": "∂f/∂C + (∂f/∂C)ᵀ"}, {"X": "A + Aᵀ"}),
    ],
    ids=["covariance", "factors", "free"],
)  # fmt: skip
def test_what_is_computed_symmetric_is_its_own_transpose(
    program: str, adjoint: dict[str, str], expanded: dict[str, str]
) -> None:
    found = jc.backprop(program, wrt=[name for name in adjoint if name not in "KC"])
    assert found.verified == "agrees"
    assert bool(jc.replay(found.to_json()))
    shown = adjoints(found)
    assert {name: shown[name] for name in adjoint} == adjoint
    assert {name: str(found.expanded[name]) for name in expanded} == expanded
