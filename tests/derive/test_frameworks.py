"""What PyTorch and JAX return at kinks, and our weight of the right side that gives the same."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

import jacocalc as jc

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
