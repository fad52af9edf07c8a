"""One walk over the rows of a large matrix: the same values, where it is allowed, and only there."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from jacocalc.compiled.matrix import fusion as row_blocks
from jacocalc.compiled.matrix.fusion import Blocks
from jacocalc.compiled.matrix.programs import CompiledProgram
from tests.compiled.test_compiled_programs import ALL, CHAIN, case, close, compiled, same, with_vectors
from tests.shares import share

LAYER = "x: n; W: m x n; b: m; y: m\n"
FUSED = {
    "a layer": "z = W x + b\nh = tanh(z)\nL = sum(h .* y)",
    "a loss that nothing reads": "h = tanh(W x)\nL = 1/2 ||h - y||^2",
    "a scalar that is known before": "s = b' y\nL = s sum(tanh(s W x + b) .* y)",
    "a mask": "L = sum(relu(W x + b) .* y)",
    "an erf": "L = sum(gelu(W x + b) .* y)",
    "another use of what lies between": "h = tanh(W x)\nL = sum(h .* h) + var(y)",
}
APART = {
    "a norm": "h = tanh(W x)\nL = sum(h / ||h|| .* y)",
    "a softmax": "L = -y' log(softmax(W x))",
    "a mean": "z = W x\nL = sum(tanh(z - mean(z) ones(m)) .* y)",
    "the loss itself": "h = tanh(W x)\nL = ||h - y||^4",
}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any matrix is large, and a block has a few rows."""
    monkeypatch.setattr(row_blocks, "LARGE", 0)
    monkeypatch.setattr(row_blocks, "BLOCK", 12)


def arrays(m: int = 23, n: int = 5, seed: int = 0) -> dict[str, Any]:
    drawn = np.random.default_rng(seed)
    shapes: dict[str, tuple[int, ...]] = {"x": (n,), "W": (m, n), "b": (m,), "y": (m,)}
    return {key: drawn.standard_normal(shape) for key, shape in shapes.items()}


def groups(made: CompiledProgram) -> int:
    """How many groups the last run had."""
    passes = next(reversed(made._passes.values()))
    return sum(
        isinstance(function, Blocks) for w in passes._workspaces.values() for function, _, _ in w._idle[-1].calls
    )


def unfused(text: str, given: dict[str, Any], **options: Any) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_blocks, "LARGE", 1 << 62)
        made = compiled(text, **options)
        found = made.value_and_gradient(given)
        assert groups(made) == 0
    return found


@pytest.mark.parametrize("m", [1, 2, 5, 23, 24])
@pytest.mark.parametrize("name", FUSED)
@pytest.mark.usefixtures("small")
def test_blocks_give_the_same_values(name: str, m: int) -> None:
    """Red where a block is left out or counted twice, a vector is cut that must not be (n = m), or a sum is lost."""
    text, given = LAYER + FUSED[name], arrays(m)
    value, found = unfused(text, given)
    made = compiled(text)
    again, other = made.value_and_gradient(given)
    assert groups(made) == (1 if m > 1 else 0)
    assert again == pytest.approx(value, rel=1e-13)
    assert all(close(other[key], found[key], 1e-13) for key in found)
    assert same(made.gradient(given), made.gradient(given))


@pytest.mark.parametrize("name", APART)
@pytest.mark.usefixtures("small")
def test_what_needs_all_rows_is_not_cut(name: str) -> None:
    """Red where a group is made by what the program looks like: the adjoint waits for all of h."""
    text, given = LAYER + APART[name], arrays()
    value, found = unfused(text, given)
    made = compiled(text)
    again, other = made.value_and_gradient(given)
    assert groups(made) == 0
    assert again == pytest.approx(value, rel=1e-14)
    assert all(close(other[key], found[key], 1e-14) for key in found)


@pytest.mark.parametrize("checkpoint", [None, "auto", []])
@pytest.mark.parametrize("name", share(ALL, 2))
@pytest.mark.usefixtures("small")
def test_all_programs_in_blocks(name: str, checkpoint: Any) -> None:
    """Red where a buffer is given on inside a group, or a step moves before what it reads."""
    given, generic, wanted = case(name)
    found = compiled(ALL[name], generic=generic, checkpoint=checkpoint).gradient(given)
    assert all(close(array, wanted[key], 1e-12) for key, array in found.items())


@pytest.mark.usefixtures("small")
def test_a_square_matrix_in_a_chain() -> None:
    """All vectors have one size, so that a buffer of the group would fit whatever comes: only the last step is one."""
    drawn = np.random.default_rng(0)
    given = {"x_0": drawn.standard_normal(9), "W": drawn.standard_normal((9, 9)), "y": drawn.standard_normal(9)}
    value, found = unfused(CHAIN, given)
    made = compiled(CHAIN)
    again, other = made.value_and_gradient(given)
    assert groups(made) == 1
    assert again == pytest.approx(value, rel=1e-12)
    assert all(close(other[key], found[key], 1e-11) for key in found)


@pytest.mark.usefixtures("small")
def test_layouts_precisions_and_warnings() -> None:
    """Red where a block warns, where columns are read as rows, and where float32 becomes float64."""
    text, given = LAYER + "L = sum(exp(W x + b) .* y)", arrays()
    made = compiled(text)
    wanted = made.gradient(given)
    turned = made.gradient({**given, "W": np.asfortranarray(given["W"])})
    assert all(close(turned[key], wanted[key], 1e-13) for key in wanted)
    single = made.gradient({key: value.astype(np.float32) for key, value in given.items()})
    assert {array.dtype for array in single.values()} == {np.dtype(np.float32)}
    assert all(close(single[key], wanted[key], 1e-4) for key in wanted)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compiled(LAYER + "L = sum(sigmoid(W x))").gradient({**given, "x": np.full(5, -1e4)})


@pytest.mark.usefixtures("small")
def test_a_vector_times_the_jacobian_in_blocks() -> None:
    given = arrays()
    made = with_vectors("x: n; W: m x n\nh = tanh(W x)", ("x",), ("h",))
    found = made.vjp({key: given[key] for key in "xW"}, {"h": given["y"]})
    assert groups(made) == 1
    assert close(found["x"], given["W"].T @ (given["y"] * (1 - np.tanh(given["W"] @ given["x"]) ** 2)), 1e-14)


def test_small_matrices_are_left_alone_and_large_ones_need_little() -> None:
    """Red where the sizes are not looked at, and where a block is copied."""
    text = "x: n; W: m x n\nh = tanh(W x)"
    made = with_vectors(text, ("x",), ("h",))
    given = arrays()
    made.vjp({key: given[key] for key in "xW"}, {"h": given["y"]})
    assert groups(made) == 0
    large = {"x": np.ones(2500), "W": np.zeros((2000, 2500))}
    made.vjp(large, {"h": np.ones(2000)})
    assert groups(made) == 1
    assert made.memory({"n": 10_000, "m": 10_000}).peak < 10_000_000
