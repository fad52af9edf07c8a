"""Compiled programs give what the derivation gives, in both precisions, with buffers that never show through."""

from __future__ import annotations

import importlib.util
import pickle
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest

import jacocalc as jc
from jacocalc.compiled.matrix.cotangents import paired
from jacocalc.compiled.matrix.programs import CompiledProgram
from jacocalc.derive.matrix.backprop import Backward, default_wrt, loss_of
from jacocalc.derive.matrix.numbers import random_values
from jacocalc.derive.matrix.prepare import prepared
from jacocalc.errors import DomainError, JacocalcError, ShapeError
from jacocalc.programs import Program
from jacocalc.reading.programs import read_program
from jacocalc.terms import Var
from tests.shares import share
from tests.targets.programs import PROGRAMS

Array = Any
MORE = {
    "stable functions": """x: n; y: n
u = softplus(-x)
v = log(sigmoid(x))
L = sum(u .* y) + sum(log(1 + exp(x))) + logsumexp(x) + sum(exp(x) - 1) + sum(v)""",
    "sums and means of products": """A: m x n; B: n x m; x: n
C = A B
L = sum(C) + mean(A) + var(x) + tr(A B) + sum(A ones(n)) + ||A ones(n) x'||_F^2""",
    "both sides of an inverse": """A: n x n invertible; B: n x n; x: n
u = B A^-1 x
L = ||u||^2 + tr(B A^-1) + x' A^-1 x""",
    "softmax along both axes": """Z: m x n; G: m x n
L = sum(G .* softmax_rows(Z)) + sum(G .* softmax_columns(Z))""",
    "numbers in odd places": """x: n; s: scalar
a = erf(1) + ||2||^2 + tr(s)
L = a sum(x) + s^2 exp(-2) + sum(ones(n) .* ones(n)) + gelu(s)""",
    "one step of a long sum": """x: n; W: n x n
a = tanh(W x)
b = tanh(W a + x)
c = tanh(W b + a)
d = tanh(W c + b + a)
L = ||d + c + b + a||^2""",
}
ALL = {**PROGRAMS, **MORE}
CHAIN = """x_0: n; W: n x n; y: n
for t = 1..24: x_t = tanh(W x_{t-1})
L = 1/2 ||x_24 - y||^2"""
CHECKPOINTS: tuple[Any, ...] = (None, "auto", [])
NET = """x: n; W: m x n; b: m; U: k x m; y: k sums to 1
z = W x + b
h = tanh(z)
L = -y' log(softmax(U h))"""


def compiled(text: str, wrt: tuple[str, ...] = (), **options: Any) -> CompiledProgram:
    program = prepared(read_program(text))
    loss = loss_of(program)
    chosen = tuple(var for var in program.declared if var.key in wrt) or default_wrt(program, loss)
    return CompiledProgram(program, loss, chosen, Backward(program, loss, chosen).run(), **options)


@cache
def case(name: str) -> tuple[dict[str, Any], dict[str, str], dict[str, Any]]:
    """Values, names of generic functions, and what the derivation gives there."""
    run = random_values(prepared(read_program(ALL[name])), 1)
    arrays = {key: value for key, value in run.given.items() if not isinstance(value, str)} | run.ends
    arrays = {key: value if isinstance(value, int) else np.array(value) for key, value in arrays.items()}
    generic = {key: value for key, value in run.given.items() if isinstance(value, str)}
    return arrays, generic, jc.backprop(ALL[name]).evaluate({**arrays, **generic})


def close(found: Array, wanted: Array, tolerance: float) -> bool:
    wanted = np.asarray(wanted)
    return found.shape == wanted.shape and bool((abs(found - wanted) <= tolerance * (1 + abs(wanted).max())).all())


def net(seed: int = 0, sizes: tuple[int, int, int] = (5, 7, 3)) -> dict[str, Array]:
    n, m, k = sizes
    drawn = np.random.default_rng(seed)
    y = drawn.random(k)
    shapes: dict[str, tuple[int, ...]] = {"x": (n,), "W": (m, n), "b": (m,), "U": (k, m)}
    return {**{name: drawn.standard_normal(shape) for name, shape in shapes.items()}, "y": y / y.sum()}


def same(left: Mapping[str, Array], right: Mapping[str, Array]) -> bool:
    return left.keys() == right.keys() and all(left[key].tobytes() == right[key].tobytes() for key in left)


# -- values -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_the_numbers_of_the_derivation(name: str) -> None:
    """Red for a wrong sign or operand in any kernel, an axis, a buffer given away too early, a result not filled."""
    arrays, generic, wanted = case(name)
    made = compiled(ALL[name], generic=generic)
    loss = made.loss.key
    empty = {key: np.full(np.shape(array), np.nan) for key, array in wanted.items() if key != loss}
    value, found = made.value_and_gradient(arrays, out=empty)
    assert value == pytest.approx(wanted[loss], rel=1e-12)
    assert made.value(arrays) == pytest.approx(value, rel=1e-14)
    assert found.keys() == wanted.keys() - {loss}
    for key, array in found.items():
        assert close(array, wanted[key], 1e-12), key
    assert same(found, made.gradient(arrays))


@pytest.mark.parametrize("name", ALL)
def test_single_precision_stays_single(name: str) -> None:
    """Red where a buffer or a constant is float64, and where a result is too far off."""
    arrays, generic, wanted = case(name)
    single = {key: value if isinstance(value, int) else value.astype(np.float32) for key, value in arrays.items()}
    made = compiled(ALL[name], generic=generic)
    value, found = made.value_and_gradient(single)
    assert value == pytest.approx(wanted[made.loss.key], rel=1e-4)
    for key, array in found.items():
        assert array.dtype == np.float32
        assert close(array, wanted[key], 1e-4), key


@pytest.mark.parametrize("checkpoint", [[], "auto"], ids=["none kept", "auto"])
@pytest.mark.parametrize("name", share(ALL, 2))
def test_checkpoints_give_the_same_bytes(name: str, checkpoint: Any) -> None:
    """Red where a value that is made again reads a buffer that was given away, or is made from other parts."""
    arrays, generic, _ = case(name)
    value, found = compiled(ALL[name], generic=generic).value_and_gradient(arrays)
    again, other = compiled(ALL[name], generic=generic, checkpoint=checkpoint).value_and_gradient(arrays)
    assert again == value
    assert same(found, other)


def test_values_that_are_named_are_kept() -> None:
    """Red where names of families or of single steps are not found, or where kept values are made again."""
    arrays = {"x_0": np.ones(4), "W": np.eye(4) / 2, "y": np.zeros(4)}
    plain = compiled(CHAIN)
    wanted = plain.gradient(arrays)
    kept = {}
    for names in ([], ["x_12"], ["x_8", "x_16"], ["x"]):
        made = compiled(CHAIN, checkpoint=names)
        assert same(made.gradient(arrays), wanted)
        kept[len(names), tuple(names)] = made.memory(arrays).kept
    assert plain.memory(arrays).kept > 24 * 32
    assert list(kept.values()) == [0, 32, 64, 24 * 32]


def test_numbers_for_functions_that_would_overflow() -> None:
    """Red where sigmoid, softplus, log softmax or log σ are written as their formulas: inf, nan or 0 come out."""
    made = compiled("x: n; y: n\nL = sum(softplus(x)) + sum(log(sigmoid(x)) .* y) + sum(sigmoid(x))")
    value, found = made.value_and_gradient({"x": np.array([-800.0, 800.0]), "y": np.ones(2)})
    assert value == pytest.approx(800 - 800 + 1, abs=1e-12)
    assert np.isfinite(found["x"]).all()


@pytest.mark.parametrize(
    ("text", "z", "value", "slopes"),
    [("L = ln(sum(exp(z)))", [800, 0], 800, [1, 0]), ("L = -y' ln(softmax(z))", [800, 0], 800, [1, -1]),
     ("L = -sum(ln(1 - sigmoid(z)))", [800, -800], 800, [1, 0]), ("L = sum(ln(sigmoid(z)))", [800, -800], -800, [0, 1]),
     ("L = sum(elu(z))", [800, -800], 799, [1, 0]), ("L = sum(ln(1 + exp(z)))", [800, -800], 800, [1, 0]),
     ("L = sum(ln(exp(z) + 1) .* y)", [0, 800], 800, [0, 1]),
     ("p = sigmoid(z)\nL = -sum(y .* ln(p) + (1 - y) .* ln(1 - p))", [800, -800], 1600, [1, -1]),
     ("p = softmax(z)\nq = p\nL = -y' ln(p) + sum(q)", [800, 0], 801, [1, -1]),
     ("L = -y'(exp(z) / sum(exp(z)))", [800, 800], -0.5, [0.25, -0.25]),
     ("p = exp(z) / sum(exp(z))\nL = -y' ln(p)", [800, 0], 800, [1, -1]),
     ("L = sum((e^z - e^-z) ./ (e^z + e^-z))", [800, -800], 0, [0, 0]),
     ("L = sum((exp(z) - exp(-z)) ./ (exp(-z) + exp(z)))", [-800, 0], -1, [0, 1]),
     ("L = -y'(exp(z) ./ (ones(n) sum(exp(z))))", [800, 800], -0.5, [0.25, -0.25]),
     ("e = exp(z)\ns = sum(e)\np = e/s\nL = -y' p", [800, 800], -0.5, [0.25, -0.25]),
     ("e = exp(z)\ns = ones(n)'e\np = 1/s e\nL = -y' ln(p)", [800, 0], 800, [1, -1]),
     ("e = exp(z)\ns = sum(e)\nL = ln(s) - y' z", [800, 0], 800, [1, -1]),
     ("e = exp(z)\ns = 1 + e\nL = sum(ln(s) .* y)", [0, 800], 800, [0, 1]),
     ("e = exp(z)\nf = exp(-z)\nL = sum((e - f) ./ (e + f))", [-800, 0], -1, [0, 1]),
     ("E = exp(z z')\ns = E ones(n)\nP = E ./ (s ones(n)')\nL = y' P y", [0, 30], 1, [0, 0]),
     ("E = exp(z z')\nL = y' (E ./ (ones(n) ones(n)' E)) y", [0, 30], 1, [0, 0])],
)  # fmt: skip
def test_what_overflows_as_it_is_written(text: str, z: list[float], value: float, slopes: list[float]) -> None:
    """Red where e^800 is computed: inf or nan comes out."""
    made = jc.compile(f"z: n; y: n\n{text}", wrt=["z"])
    found, gradients = made.value_and_gradient({"z": np.array(z, dtype=float), "y": np.array([0.0, 1.0])})
    assert found == pytest.approx(value, abs=1e-12)
    assert gradients["z"] == pytest.approx(np.array(slopes), abs=1e-12)
    made = compiled("z: n; y: n sums to 1\np = softmax(z)\nL = -y' log(p)")
    value, found = made.value_and_gradient({"z": np.array([0.0, 2000.0]), "y": np.array([0.5, 0.5])})
    assert value == 1000.0
    assert found["z"].tolist() == [-0.5, 0.5]
    elu = compiled("x: n; W: n x n\nL = sum(elu(W x))").gradient({"x": np.array([900.0, 1.0]), "W": np.eye(2)})
    assert elu["x"].tolist() == [1.0, 1.0]


def test_a_program_with_outputs_has_no_loss() -> None:
    made = jc.compile("x: n; W: m x n; h = tanh(W x)", outputs=["h"], wrt=["x"])
    arrays = {"x": np.ones(3), "W": np.ones((2, 3))}
    for asked in (made.value, made.gradient, made.value_and_gradient):
        with pytest.raises(JacocalcError, match="compiled with outputs= has no loss") as caught:
            asked(arrays)
        assert 'vjp(arrays, {"h": v})' in caught.value.hint
    with pytest.raises(ShapeError, match="v_for_h is m×1"):
        made.vjp(arrays, {"h": np.ones(3)})


def test_small_values_keep_their_digits() -> None:
    """Red where exp(x) − 1 and log(1 + x) are computed as they stand."""
    made = compiled("x: n\nL = sum(exp(x) - 1) + sum(log(1 + x))")
    assert made.value({"x": np.array([1e-18])}) == pytest.approx(2e-18, rel=1e-12)


def test_pytorch_agrees() -> None:
    """An oracle that shares nothing with this code."""
    if importlib.util.find_spec("torch") is None:
        pytest.skip("torch is not installed")
    import torch

    arrays = net(3)
    leaves = {key: torch.tensor(value, requires_grad=True) for key, value in arrays.items()}
    h = torch.tanh(leaves["W"] @ leaves["x"] + leaves["b"])
    loss = -(leaves["y"] * torch.log_softmax(leaves["U"] @ h, 0)).sum()
    loss.backward()
    value, found = compiled(NET).value_and_gradient(arrays)
    assert value == pytest.approx(float(loss.detach()), rel=1e-13)
    for key, array in found.items():
        assert close(array, leaves[key].grad.numpy(), 1e-13), key


def test_the_derivative_of_a_generic_function() -> None:
    """Red where σ′ or σ″ of a named function is another, or where a pair of functions is not used."""
    text = "z: n; y: n\nh = sigma'(z)\nL = sum(h .* y)"
    z, y = np.array([0.3, -1.2, 2.0]), np.array([1.0, -2.0, 0.5])
    for name in ("tanh", "sigmoid", "gelu", "silu", "softplus", "sin", "sqrt", "elu", "relu", "cbrt", "atan", "acoth"):
        at = z if name not in ("sqrt", "acoth", "cbrt") else z**2 + 1.5
        wanted = jc.backprop(text).evaluate({"z": at, "y": y, "sigma": name})
        value, found = compiled(text, generic={"sigma": name}).value_and_gradient({"z": at, "y": y})
        assert value == pytest.approx(wanted["L"], rel=1e-12), name
        assert close(found["z"], wanted["z"], 1e-12), name
    functions = (np.sin, np.cos, lambda u: -np.sin(u))
    value, found = compiled(text, generic={"sigma": functions}).value_and_gradient({"z": z, "y": y})
    assert value == pytest.approx(float((np.cos(z) * y).sum()))
    assert close(found["z"], -np.sin(z) * y, 1e-14)
    with pytest.raises(JacocalcError, match="the derivative of order 2 of sigma is needed"):
        compiled(text, generic={"sigma": functions[:2]}).gradient({"z": z, "y": y})


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_large_products_of_a_column_and_a_row_have_the_bytes_of_small_ones(dtype: Any) -> None:
    """∂(yᵀ W x)/∂W = y xᵀ and ∂(xᵀ V y)/∂V = x yᵀ."""
    r = np.random.default_rng(5)
    x, y = r.standard_normal(90).astype(dtype), r.standard_normal(60).astype(dtype)
    W, V = np.zeros((60, 90), dtype), np.zeros((90, 60), dtype)
    made = compiled("x: n; y: m; W: m x n; V: n x m; L = y' W x + x' V y", wrt=("W", "V"))
    found = made.gradient({"x": x, "y": y, "W": W, "V": V})
    assert found["W"].tobytes() == np.multiply.outer(y, x).tobytes()
    assert found["V"].tobytes() == np.multiply.outer(x, y).tobytes()


# -- buffers ------------------------------------------------------------------------------------------


def test_no_value_of_a_call_shows_in_the_next() -> None:
    """Red where a buffer is not filled again, as an accumulator that starts at 0 would not be."""
    for name in ("recurrent", "deep", "attention", "equilibrium", "a decoder"):
        arrays, generic, wanted = case(name)
        made = compiled(ALL[name], generic=generic)
        other = {key: value if isinstance(value, int) else value * 0.5 for key, value in arrays.items()}
        made.gradient(other)
        found = made.gradient(arrays)
        assert all(close(found[key], wanted[key], 1e-12) for key in found), name


def test_results_are_the_callers_own() -> None:
    """Red where a result is a buffer, so that a later call writes over it, or where an input is handed out."""
    made = compiled(NET)
    first = made.gradient(net(0))
    before = {key: array.copy() for key, array in first.items()}
    made.gradient(net(1))
    assert same(first, before)
    arrays = {"x": np.array([1.0, 2.0]), "y": np.array([3.0, 5.0])}
    inner = compiled("x: n; y: n; L = x' y", wrt=("x", "y"))
    found = inner.gradient(arrays)
    found["x"][0] = 99.0
    assert arrays["y"].tolist() == [3.0, 5.0]
    twice = compiled("x: n; y: n; z: n; L = ||x + y||^2 + sum(z)", wrt=("x", "y")).gradient({**arrays, "z": np.ones(2)})
    assert twice["x"].tolist() == [8.0, 14.0]
    twice["x"][0] = 99.0
    assert twice["y"].tolist() == [8.0, 14.0]


def test_results_in_arrays_that_are_handed_in() -> None:
    """Red where out= is copied into another array, or where only some of the results may be given."""
    made, arrays = compiled(NET), net(0)
    wanted = made.gradient(arrays)
    out = {"W": np.full((7, 5), np.nan), "b": np.full(7, np.nan)}
    _, found = made.value_and_gradient(arrays, out=out)
    assert found["W"] is out["W"]
    assert found["b"] is out["b"]
    assert same(found, wanted)
    assert made.gradient(net(1), out=found)["W"] is out["W"]
    assert not same(found, wanted)


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ({"q": np.empty(5)}, "there is no gradient by q"),
        ({"W": np.empty((5, 7))}, r"out\['W'\] has the shape \(5, 7\), but its result \(7, 5\)"),
        ({"W": np.empty((7, 5), np.float32)}, r"out\['W'\] is float32, but its result is float64"),
        ({"W": np.empty((14, 5))[::2]}, r"out\['W'\] must be writeable and lie in one piece"),
        ({"W": [[0.0]]}, r"out\['W'\] is list, but its result is float64"),
    ],
)
def test_arrays_that_cannot_take_a_result(out: dict[str, Any], message: str) -> None:
    with pytest.raises(JacocalcError, match=message):
        compiled(NET).gradient(net(0), out=out)


def test_a_result_never_overwrites_an_input() -> None:
    """Red where memory that is shared is not found: W would change while it is still read."""
    made, arrays = compiled(NET), net(0)
    with pytest.raises(JacocalcError, match="shares memory with"):
        made.gradient(arrays, out={"W": arrays["W"]})
    both = np.empty(12)
    with pytest.raises(JacocalcError, match="shares memory with"):
        made.gradient(arrays, out={"x": both[:5], "b": both[4:11]})
    made.gradient(arrays, out={"x": both[:5], "b": both[5:]})


def test_inputs_of_any_layout_stay_as_they_are() -> None:
    """Red where an input is written to, or read as if it lay row by row."""
    made, arrays = compiled(NET), net(0)
    wanted = made.gradient(arrays)
    other = {**arrays, "W": np.asfortranarray(arrays["W"]), "U": np.repeat(arrays["U"], 2, axis=1)[:, ::2]}
    for array in other.values():
        array.flags.writeable = False
    found = made.gradient(other)
    assert all(close(found[key], wanted[key], 1e-14) for key in wanted)


def test_a_deep_chain_needs_less_with_checkpoints() -> None:
    """Red where recomputed values are all made at once, or where what is kept does not end."""
    arrays = {"x_0": np.ones(1000), "W": np.eye(1000), "y": np.zeros(1000)}
    one = 1000 * 8
    plain, spaced, none = (compiled(CHAIN, ("x_0",), checkpoint=c).memory(arrays) for c in CHECKPOINTS)
    assert plain.kept >= 24 * one
    assert plain.peak >= 24 * one
    assert spaced.kept <= 6 * one
    assert spaced.peak <= 13 * one
    assert none.kept <= 2 * one
    assert plain.inputs == 8 * (1000 + 1000 * 1000 + 1000)
    assert plain.results == 8 * (1000 + 1)
    sized = compiled(CHAIN, ("x_0",), checkpoint="auto").memory({"n": 1000})
    assert sized == spaced


def test_buffers_are_given_on_within_a_call() -> None:
    """Red where every node has a buffer of its own: 60 of them."""
    text = "x: n\na = exp(x)\n" + "\n".join(f"{b} = tanh({a}) + 1" for a, b in zip("abcdef", "bcdefg", strict=True))
    made = compiled(text + "\nL = sum(g)")
    assert made.memory({"n": 1000}).peak < 10 * 8000


def test_threads_do_not_share_buffers() -> None:
    """Red where two calls run in one workspace."""
    made = compiled(NET)
    given = [net(seed, (60, 70, 50)) for seed in range(4)]
    wanted = [made.value_and_gradient(arrays) for arrays in given]

    def run(place: int) -> bool:
        return all(
            value == wanted[place][0] and same(found, wanted[place][1])
            for value, found in (made.value_and_gradient(given[place]) for _ in range(60))
        )

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(run, range(4)))


def test_pickles_without_its_buffers() -> None:
    """Red where a lock or a buffer is pickled, or an option is lost."""
    made = compiled(NET, checkpoint=["h"])
    before = len(pickle.dumps(made))
    wanted = made.gradient(net(0, (300, 300, 300)))
    text = pickle.dumps(made)
    assert len(text) == before
    again = pickle.loads(text)
    assert again.checkpoint == ("h",)
    assert again == made != compiled(NET)
    assert len({again, made, compiled(NET)}) == 2
    assert same(again.gradient(net(0, (300, 300, 300))), wanted)


def test_many_sizes_do_not_pile_up() -> None:
    """Red where the buffers of every size that was ever used are kept."""
    made = compiled(NET)
    for n in range(2, 30):
        made.gradient(net(0, (n, 4, 3)))
    assert len(made._passes) < 10


# -- vectors times Jacobians --------------------------------------------------------------------------


def with_vectors(text: str, wrt: tuple[str, ...], outputs: tuple[str, ...], **options: Any) -> CompiledProgram:
    program: Program = read_program(text)
    found = tuple(var for key in outputs if (var := program.find(key)) is not None)
    pair = paired(program, found)
    whole = prepared(pair.program)
    chosen: tuple[Var, ...] = tuple(var for var in whole.declared if var.key in wrt)
    steps = Backward(whole, pair.loss, chosen).run()
    return CompiledProgram(whole, pair.loss, chosen, steps, cotangents=pair.cotangents, **options)


def test_a_vector_times_the_jacobian() -> None:
    """Red where the vector meets the wrong output, or J instead of its transpose is applied."""
    drawn = np.random.default_rng(0)
    W, x = drawn.standard_normal((4, 3)), drawn.standard_normal(3)
    v, V = drawn.standard_normal(4), drawn.standard_normal((4, 3))
    made = with_vectors("x: n; W: m x n\nh = tanh(W x)\nA = W .* W", ("x", "W"), ("h", "A"))
    found = made.vjp({"x": x, "W": W}, {"h": v, "A": V})
    dz = v * (1 - np.tanh(W @ x) ** 2)
    assert close(found["x"], W.T @ dz, 1e-14)
    assert close(found["W"], np.outer(dz, x) + 2 * V * W, 1e-14)
    assert made.memory({"n": 1000, "m": 1000}).peak < 2.1 * 8 * 1000 * 1000
    with pytest.raises(JacocalcError, match="vectors are given for q, but the outputs are h, A"):
        made.vjp({"x": x, "W": W}, {"q": v})
    with pytest.raises(ShapeError, match="its value is 3×1: m is 4 already"):
        made.vjp({"x": x, "W": W}, {"h": x, "A": V})


# -- errors -------------------------------------------------------------------------------------------


def test_the_errors_of_an_evaluation() -> None:
    """Red where a message is another than that of ``Solution.evaluate``, also when shapes were seen before."""
    made, solution = compiled(NET), jc.backprop(NET)
    made.gradient(net(0))
    for change in ({"W": np.ones((7, 4))}, {"b": np.ones((2, 2, 2))}, {"q": np.ones(3)}, {"y": np.ones(3)},
                   {"U": np.ones((3, 6))}):  # fmt: skip
        with pytest.raises(JacocalcError) as wanted:
            solution.evaluate({**net(0), **change})
        with pytest.raises(type(wanted.value)) as found:
            made.gradient({**net(0), **change})
        assert found.value.report() == wanted.value.report()
    with pytest.raises(JacocalcError, match="no value is given for W"):
        made.gradient({"x": np.ones(3)})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.ones(5, np.float16), "the value of x has dtype float16"),
        (np.ones(5, np.complex128), "the value of x has dtype complex128"),
        (np.ones(5, np.float32), "x is float32 and W is float64: all arrays have one precision"),
        (np.array([None] * 5), "the value of x is not an array of numbers, its dtype is object"),
        (np.array(["1"] * 5), "the value of x is not an array of numbers, its dtype is <U1"),
        ([[1.0, 2.0], [3.0]], "the value of x is not an array of numbers"),
        ([10**400] * 5, "float64 cannot hold a number of the array"),
    ],
)
def test_what_is_no_array_of_one_precision(value: Any, message: str) -> None:
    with pytest.raises(JacocalcError, match=message):
        compiled(NET).gradient({**net(0), "x": value})


def test_whole_numbers_follow_the_other_arrays() -> None:
    """Red where integers stay integers, or make a float32 program float64."""
    made = compiled("x: n; y: n; s: scalar; L = s ||x - y||^2", wrt=("x",))
    assert made.gradient({"x": np.array([1, 2]), "y": [0, 0], "s": 3})["x"].tolist() == [6.0, 12.0]
    exact = {"x": [Fraction(1, 2), 10**20], "y": [0, 0], "s": Fraction(3, 2)}
    assert made.gradient(exact)["x"].tolist() == [1.5, 3e20]
    single = {"x": np.ones(2, np.float32), "y": np.array([0, 1]), "s": 0.5}
    assert made.gradient(single)["x"].dtype == np.float32


def test_a_generic_function_needs_a_name() -> None:
    text = "x: n; W: n x n\nh = sigma(W x)\nL = sum(h)"
    with pytest.raises(JacocalcError) as raised:
        compiled(text)
    assert raised.value.report().split("\n") == [
        "error: σ is a generic function and has no values", 'hint: say which it is: {"sigma": "tanh"}',
    ]  # fmt: skip
    for given in ("tangh", 3, ("tanh", "tanh")):
        with pytest.raises(JacocalcError, match="sigma is a generic function: give the name of a known one"):
            compiled(text, generic={"sigma": given})
    with pytest.raises(JacocalcError, match="the program has no generic function phi"):
        compiled(text, generic={"sigma": "tanh", "phi": "tanh"})
    with pytest.raises(JacocalcError, match="sigma is chosen when the program is compiled"):
        compiled(text, generic={"sigma": "tanh"}).value({"x": np.ones(2), "W": np.eye(2), "sigma": "tanh"})


def test_checkpoints_that_are_not_known() -> None:
    with pytest.raises(JacocalcError, match="the program computes no q, which checkpoint keeps"):
        compiled(NET, checkpoint=["q"]).gradient(net(0))
    with pytest.raises(JacocalcError, match='checkpoint is a list of variables, "auto" or None, not all'):
        compiled(NET, checkpoint="all")


def test_the_first_statement_that_is_not_finite_is_named() -> None:
    """Red where a later statement is named, or a value inside one that is finite as a whole."""
    made = compiled("x: n; c: n\nu = sigmoid(x)\nv = exp(c .* u)\nw = v .* v\nL = sum(w)")
    arrays = {"x": np.array([-900.0, 900.0]), "c": np.array([1.0, 500.0])}
    with pytest.warns(RuntimeWarning, match=r"^L is not finite: the first value that is not is w = v ⊙ v$"):
        assert made.value(arrays) == np.inf
    with pytest.warns(RuntimeWarning, match=r"^∂L/∂c is not finite: the first value that is not is"):
        made.gradient(arrays)
    with pytest.warns(RuntimeWarning, match="the first value that is not is the value of c"):
        made.value({"x": np.ones(2), "c": np.array([np.nan, 1.0])})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made.value_and_gradient({"x": np.array([-900.0, 900.0]), "c": np.ones(2)})


@pytest.mark.parametrize("size", [1e200, 1e-200, 1.0])
@pytest.mark.parametrize("norm", ["||x||", "sqrt(x'x)", "(x'x)^(1/2)", "sqrt(sum(x.^2))"])
def test_the_square_of_a_norm_may_overflow(norm: str, size: float) -> None:
    """Red where √(xᵀx) is computed as it is written: inf, and a gradient of 0."""
    made = jc.compile(f"x: n; L = {norm}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value, gradients = made.value_and_gradient({"x": np.array([3 * size, 4 * size])})
        moved = made.jvp({"x": np.array([3 * size, 4 * size])}, {"x": np.ones(2)})
    assert value == pytest.approx(5 * size)
    assert gradients["x"] == pytest.approx(np.array([0.6, 0.8]))
    assert moved["L"] == pytest.approx(1.4)


def test_large_gradients_are_not_called_infinite() -> None:
    """Red where a square that overflows is taken for a gradient that does."""
    made = compiled("x: n; W: m x n; v: m\nL = v' W x")
    arrays = {"x": np.full(3, 1e100), "W": np.ones((4, 3)), "v": np.full(4, 1e100)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert made.gradient(arrays)["W"].max() == pytest.approx(1e200)
    with pytest.warns(RuntimeWarning, match="∂L/∂W is not finite"):
        made.gradient({**arrays, "x": np.full(3, 1e300), "v": np.full(4, 1e300)})


@pytest.mark.parametrize(("dtype", "large"), [(np.float32, 1e20), (np.float64, 1e200)])
def test_an_overflow_that_a_result_hides_is_said_where_the_result_is_wrong(dtype: Any, large: float) -> None:
    """x/√(xᵀx/3 + 1) is computed as x/∞ = 0; red too where 1/(1 + e^900) = 0 is called wrong."""
    made = compiled("x: n; g: n\nh = x .* g/sqrt(x' x/3 + 1)\nL = sum(h)", wrt=("g",))
    arrays = {"x": np.array([large, 2 * large, 0], dtype), "g": np.ones(3, dtype)}
    said = rf"^L is finite but wrong: a part of h = .* overflows in {np.dtype(dtype)}$"
    with pytest.warns(RuntimeWarning, match=said) as caught:
        made.value_and_gradient(arrays)
    assert caught[0].filename == __file__
    mixed = {"x": np.array([large, 1.0, 0], dtype), "g": np.array([1, 1e3, 1], dtype)}
    summed = compiled("x: n; g: n; c: n; u = x ./ sqrt(x .* x + 1); L = sum(u .* g .* c)", wrt=("c",))
    with pytest.warns(RuntimeWarning, match="is finite but wrong"):
        summed.gradient({**mixed, "c": np.ones(3, dtype)})  # (1, 707, 0), of which the first comes out as 0
    with pytest.warns(RuntimeWarning, match="^∂L/∂g is finite but wrong: a part of h"):
        made.gradient(arrays)
    with pytest.warns(RuntimeWarning, match="^L is finite but wrong"):
        made.value(arrays)
    with pytest.warns(RuntimeWarning, match="^the derivative of L is finite but wrong: a value overflows"):
        made.jvp(arrays, {"g": np.ones(3, dtype)})
    inverse = compiled("A: n x n invertible; b: n\nu = A^-1 b\nL = sum(u)/(1 + u' u)")
    may = "is finite but wrong: a part of L" if dtype == np.float32 else "results may be wrong by that"
    with pytest.warns(RuntimeWarning, match=may):
        inverse.value({"A": np.eye(3, dtype=dtype) / dtype(1e10), "b": np.ones(3, dtype) * dtype(large / 1e5)})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert compiled("x: n\nL = 1/(1 + sum(exp(x) .* exp(x)))").value({"x": np.full(3, 900, dtype)}) == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_division_by_zero_that_a_result_hides_is_said(dtype: Any) -> None:
    """1/(x/y) is 0 in floating-point numbers where y = 0, and has no value there."""
    made = compiled("x: n; y: n\nL = sum(1 ./ (x ./ y))", wrt=("x",))
    arrays = {"x": np.ones(2, dtype), "y": np.array([0, 1], dtype)}
    with pytest.warns(RuntimeWarning, match="^a part of L = .* is infinite: results .* have no value there$"):
        assert made.value(arrays) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        far = compiled("x: n\nL = sum(1 ./ (1 + exp(x) .* exp(x)))")
        assert far.value({"x": np.array([2e4, -2e4], dtype)}) == 1


BY_HAND = [  # a formula of z, and of the sigmoid s of z: its slope
    ("1 ./ (1 + exp(-z))", lambda s: s * (1 - s)), ("1 ./ (1 + exp(z))", lambda s: -s * (1 - s)),
    ("exp(z) ./ (1 + exp(z))", lambda s: s * (1 - s)), ("1 ./ (1 + exp(z)).^2", lambda s: -2 * s * (1 - s) ** 2),
    ("exp(z) ./ (1 + exp(z)).^2", lambda s: s * (1 - s) * (1 - 2 * s)), ("sigmoid(z)", lambda s: s * (1 - s)),
    ("3 - 1 ./ (1 + exp(-z))", lambda s: -s * (1 - s)), ("log(1 ./ (1 + exp(-z)))", lambda s: 1 - s),
    ("-exp(-z) ./ (exp(-z) + 1)", lambda s: s * (1 - s)),
]  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("formula", "slope"), BY_HAND)
def test_a_sigmoid_that_is_written_by_hand_does_not_overflow(formula: str, slope: Any, dtype: Any) -> None:
    made = compiled(f"x: n; y: n\nz = 2 x\nL = sum(y .* ({formula}))")
    x, y = np.array([-2000, -800, -3, 0, 0.5, 3, 800, 2000], dtype), np.arange(1, 9).astype(dtype)
    wanted = 2 * slope(1 / (1 + np.exp(-np.clip(2 * x.astype(np.float64), -700, 700))))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss, gradients = made.value_and_gradient({"x": x, "y": y})
        along = made.jvp({"x": x, "y": y}, {"x": np.ones(8, dtype)})
    assert np.isfinite(loss)
    tolerance = 1e-6 if dtype == np.float32 else 1e-14
    np.testing.assert_allclose(gradients["x"], wanted * y, tolerance, tolerance)
    np.testing.assert_allclose(along["L"], wanted @ y, tolerance, tolerance)


def test_a_sigmoid_far_out_is_not_computed_twice() -> None:
    """Red where 1/(1 + e^800) = 0, which is right, makes both passes run again in a wider precision."""
    made = compiled("x: n; y: n\nL = sum(sigmoid(x) .* y)")
    assert made.value({"x": np.array([-800.0, 1.0]), "y": np.ones(2)}) == pytest.approx(1 / (1 + np.exp(-1)))
    assert len(made._passes) == 1
    made.value({"x": np.array([-800.0, 1.0]), "y": np.full(2, 1e300)})
    assert len(made._passes) == 1


def test_an_inverse_or_an_equation_without_a_value() -> None:
    made = compiled("A: n x n invertible; b: n\nu = A^-1 b\nL = ||u||^2")
    with pytest.raises(DomainError, match=r"u = A⁻¹ b has no value: Singular matrix"):
        made.value({"A": np.ones((2, 2)), "b": np.ones(2)})
    settles = compiled("x: n; W: n x n; h: n\nsolve h = W h + x\nL = ||h||^2")
    with pytest.raises(DomainError, match="h is not found: iterating its equation from 0 does not settle"):
        settles.value({"x": np.ones(2), "W": 2 * np.eye(2)})


def test_sigma_is_given_as_a_number_where_it_is_a_variable() -> None:
    text, given = "x: n; sigma: scalar positive; L = ||x||^2/(2 sigma^2)", {"x": [1.0, 2.0], "sigma": 2.0}
    value, found = jc.compile(text).value_and_gradient(given)
    assert (value, found["sigma"]) == (pytest.approx(5 / 8), pytest.approx(-5 / 8))
    assert jc.backprop(text).evaluate(given)["sigma"] == pytest.approx(-5 / 8)


def test_variables_are_named_in_greek_letters_too() -> None:
    text = "x: n; λ: scalar; L = λ ||x||^2"
    assert list(jc.backprop(text, wrt=["λ"]).result) == ["lambda"]
    assert jc.differential(text, of="L", wrt="λ").result.keys() == {"lambda"}
    assert list(jc.compile(text, wrt="λ").value_and_gradient({"x": [1.0, 2.0], "lambda": 3.0})[1]) == ["lambda"]


STEPS = "x_t: n; U: m x n; W: m x m; h_0: m; for t = 1..3: h_t = tanh(W h_{t-1} + U x_t); L = ||h_3||^2"


@pytest.mark.parametrize("name", ["h_0", "h0", "h₀"])
def test_names_of_members_in_all_spellings(name: str) -> None:
    assert repr(jc.compile(STEPS, wrt=[name])) == "<compiled program: L by h_0>"
    assert list(jc.backprop(STEPS, wrt=[name]).result) == ["h_0"]
    assert jc.compile(STEPS, wrt=["W"], outputs=["h2"]).cotangents.keys() == {"h_2"}


def test_a_family_is_named_by_its_stem() -> None:
    text = "h_0: n; x_t: n; W: n x n; for t = 1..T: h_t = tanh(W h_{t-1} + x_t); L = ||h_T||^2"
    assert list(jc.backprop(text, wrt="x").result) == ["x_t"]
    assert repr(jc.compile(text, wrt="x")) == "<compiled program: L by x_t>"
    with pytest.raises(JacocalcError, match="h is one of many"):
        jc.compile(text, wrt="h")


def test_values_that_have_no_names_are_refused() -> None:
    """Red where a list is asked for its items."""
    made, pair = jc.compile("x: n; L = ||x||^2"), jc.compile("x: n; h = tanh(x)", outputs=["h"])
    solution = jc.backprop("x: n; L = ||x||^2")
    evaluate: Any = solution.evaluate
    for call in (made.value, evaluate, lambda given: pair.vjp({"x": [1.0]}, given),
                 lambda given: made.jvp({"x": [1.0]}, given)):  # fmt: skip
        with pytest.raises(JacocalcError, match="values are given by name, not as list"):
            call([1.0])


def test_one_of_many_is_not_guessed() -> None:
    with pytest.raises(JacocalcError, match="x is one of many") as caught:
        jc.backprop(STEPS, wrt=["x"])
    assert caught.value.hint == "say which: x_1, x_2, x_3"


def test_a_generic_function_in_all_spellings() -> None:
    text = "x: n; φ: elementwise; L = sum(φ(x)) + sum(σ(x))"
    value = jc.compile(text, generic={"φ": "tanh", "σ": "exp"}).value({"x": [0.5]})
    assert value == pytest.approx(np.tanh(0.5) + np.exp(0.5))


@pytest.mark.parametrize("formula", ["logsumexp(x)", "sum(x)", "sum(softmax(x))"])
def test_empty_arrays_are_refused(formula: str) -> None:
    for run in (jc.compile(f"x: n; L = {formula}").value_and_gradient, jc.backprop(f"x: n; L = {formula}").evaluate):
        with pytest.raises(ShapeError, match="the value of x is empty, but a size is at least 1"):
            run({"x": np.zeros(0)})


def test_memory_by_sizes_that_are_whole_numbers() -> None:
    made = jc.compile("x: n; L = sum(x.^2)")
    assert made.memory({"n": np.int64(5)}) == made.memory({"n": 5})
    with pytest.raises(JacocalcError, match="n is -3, but a size is at least 1"):
        made.memory({"n": -3})
