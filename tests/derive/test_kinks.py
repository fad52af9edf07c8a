"""--kink: the weight of the right side, and what PyTorch and JAX return at the same points."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from fractions import Fraction

import pytest
import sympy

import jacocalc as jc
from jacocalc.errors import NotDifferentiable, ReadError

AT_KINKS = [
    ("f(x) = |x|", "0", "1/2", [0]),
    ("f(x) = |x|", "0", "left", [-1]),
    ("f(x) = |x|", "0", "right", [1]),
    ("f(x) = |x|", "0", "1/4", [Fraction(-1, 2)]),
    ("f(x) = relu(x)", "0", "0", [0]),
    ("f(x) = relu(x)", "0", "1/3", [Fraction(1, 3)]),
    ("f(x) = relu(3x) + x", "0", "right", [4]),
    ("f(x, y) = max(x, y)", "1, 1", "0", [Fraction(1, 2), Fraction(1, 2)]),
    ("f(x, y) = min(x, y, x)", "1, 1", "1", [Fraction(2, 3), Fraction(1, 3)]),
    ("f(x) = piecewise(x if x < 0, 3x otherwise)", "0", "1/2", [2]),
    ("f(x) = |x|^3 + |x|", "0", "right", [1]),
]


@pytest.mark.parametrize(("text", "at", "kink", "row"), AT_KINKS)
def test_the_weight_of_the_right_side(text: str, at: str, kink: str, row: list[Fraction | int]) -> None:
    solution = jc.jacobian(text, at=at, kink=kink)
    assert list(solution.result) == [sympy.Rational(value) for value in row]
    assert "convention" in solution.to_text()
    assert jc.from_json(solution.to_json()).to_json() == solution.to_json()


def test_a_derivative_that_exists_needs_no_convention() -> None:
    solution = jc.jacobian("f(x) = relu(x) - relu(-x)", at=0, kink=0)
    assert solution.result == sympy.ImmutableMatrix([[1]])
    assert "convention" not in solution.to_text()


def test_a_jump_has_no_convention() -> None:
    with pytest.raises(NotDifferentiable, match="not continuous"):
        jc.jacobian("f(x) = sign(x)", at=0, kink="1/2")


@pytest.mark.parametrize("kink", ["2", "-1", "middle", "x"])
def test_bad_weights(kink: str) -> None:
    with pytest.raises(ReadError):
        jc.jacobian("f(x) = |x|", at=0, kink=kink)


# function, our weight that gives the framework's value, the value
PYTORCH = [("relu", "0", 0.0), ("abs", "1/2", 0.0), ("max", "0", 0.5), ("min", "0", 0.5)]
JAX = [("relu", "0", 0.0), ("abs", "1", 1.0), ("max", "0", 0.5), ("min", "0", 0.5)]


@pytest.mark.parametrize(("name", "kink", "value"), PYTORCH)
def test_what_pytorch_returns(name: str, kink: str, value: float) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    x = torch.zeros((), requires_grad=True)
    y = torch.zeros((), requires_grad=True)
    calls = {"relu": lambda: torch.relu(x), "abs": lambda: torch.abs(x), "max": lambda: torch.maximum(x, y),
             "min": lambda: torch.minimum(x, y)}  # fmt: skip
    calls[name]().backward()
    assert float(x.grad) == value == _ours(name, kink)


def test_what_jax_returns() -> None:
    """In a process of its own: JAX starts threads, which do not go with forks."""
    if importlib.util.find_spec("jax") is None:
        pytest.skip("JAX is not installed")
    calls = {"relu": "jax.nn.relu(x)", "abs": "jax.numpy.abs(x)", "max": "jax.numpy.maximum(x, 0.0)",
             "min": "jax.numpy.minimum(x, 0.0)"}  # fmt: skip
    slopes = ", ".join(f"float(jax.grad(lambda x: {calls[name]})(0.0))" for name, _, _ in JAX)
    done = subprocess.run(
        [sys.executable, "-c", f"import jax; print({slopes})"], capture_output=True, text=True, check=True
    )
    assert [*map(float, done.stdout.split())] == [value for _, _, value in JAX]
    assert [_ours(name, kink) for name, kink, _ in JAX] == [value for _, _, value in JAX]


def _ours(name: str, kink: str) -> float:
    if name in ("max", "min"):
        return float(jc.jacobian(f"f(x, y) = {name}(x, y)", at=(0, 0), kink=kink).result[0, 0])
    return float(jc.jacobian(f"f(x) = {name}(x)", at=0, kink=kink).result[0, 0])
