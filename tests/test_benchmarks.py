"""The problems of the benchmark are what they say, and every peer that is here derives them rightly."""

from __future__ import annotations

import cmath
import math
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy

from tests.benchmarks import peers, problems
from tests.benchmarks.peers import Array, Peer
from tests.benchmarks.problems import Problem

ROOT = Path(__file__).parent.parent
SMALL = (
    problems.pollu(),
    problems.bundle_adjustment(),
    problems.spherical_harmonics(2),
    problems.matrix_products(2),
    problems.tanh_layers(1, 3),
)


def values(problem: Problem, x: Any) -> list[Any]:
    """The outputs in Python's floats."""
    return problem.function([float(number) for number in x], math)


def complex_step(problem: Problem, x: Array) -> Array:
    """The Jacobian without differences: f(x + i·h·e_j) = f(x) + i·h·∂f/∂x_j, up to h²."""
    columns = []
    for j in range(problem.inputs):
        moved = problem.function([complex(number, 1e-30 * (i == j)) for i, number in enumerate(x)], cmath)
        columns.append([complex(output).imag / 1e-30 for output in moved])
    return np.array(columns).T


def points(problem: Problem) -> Array:
    """Three points, the problem's own first."""
    return np.outer([1, 1.01, 0.98], peers.point(problem))


def found(name: str) -> Peer:
    """The peer of this name, or a skip that says why it is missing."""
    peer = peers.peer(name)
    if isinstance(peer, str):
        pytest.skip(f"{name}: {peer}")
    return peer


# -- the problems -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("problem", [*SMALL, *problems.deriving()], ids=lambda problem: problem.name)
def test_sizes_and_finite_values(problem: Problem) -> None:
    outputs = values(problem, problem.point)
    assert (len(problem.point), len(outputs)) == (problem.inputs, problem.outputs)
    assert all(map(math.isfinite, outputs))


def test_exact_types_stay_exact() -> None:
    m = peers.namespace(sympy, sympy.Rational)
    for problem in (problems.pollu(), problems.bundle_adjustment(), problems.tanh_layers(1, 3)):
        outputs = problem.function([sympy.Rational(number) for number in problem.point], m)
        assert not any(sympy.sympify(output).has(sympy.Float) for output in outputs)
        assert [float(output) for output in outputs] == pytest.approx(values(problem, problem.point), rel=1e-9)


START = {"NO": 0.2, "O3": 0.04, "HCHO": 0.1, "CO": 0.3, "ALD": 0.01, "SO2": 0.007}


def test_pollu_starts_with_the_rates_worked_out_by_hand() -> None:
    rates = dict(
        zip(problems.SPECIES, values(problems.pollu(), [START.get(s, 0) for s in problems.SPECIES]), strict=True)
    )
    meeting, splitting, aldehyde = 26.6 * 0.2 * 0.04, (0.00086 * 0.1, 0.00082 * 0.1), 0.00013 * 0.01
    expected = {
        "NO2": meeting,
        "NO": -meeting,
        "O3P": 0.0175 * 0.04,
        "O3": -meeting - (0.00035 + 0.0175) * 0.04,
        "HO2": 2 * splitting[0] + aldehyde,
        "HCHO": -sum(splitting),
        "CO": sum(splitting) + aldehyde,
        "ALD": -aldehyde,
        "MEO2": aldehyde,
        "O1D": 0.00035 * 0.04,
    }
    assert rates == pytest.approx({species: expected.get(species, 0) for species in problems.SPECIES})


def test_pollu_keeps_nitrogen_and_sulphur() -> None:
    nitrogen = {"NO2": 1, "NO": 1, "PAN": 1, "HNO3": 1, "NO3": 1, "N2O5": 2}
    rates = problems.pollu().function(problems.pollu().point, peers.namespace(math, Fraction))
    for atoms in (nitrogen, {"SO2": 1, "SO4": 1}):
        assert sum(atoms.get(species, 0) * rate for species, rate in zip(problems.SPECIES, rates, strict=True)) == 0


def test_pollu_reaches_the_published_state_after_an_hour() -> None:
    integrate = pytest.importorskip("scipy.integrate")
    published = {"NO2": 0.5646255480022769e-1, "OH": 0.1464541863493966e-6, "N2O5": 0.5682943292316392e-4}
    start = [START.get(species, 0) for species in problems.SPECIES]
    problem = problems.pollu()
    run = integrate.solve_ivp(lambda t, y: values(problem, y), (0, 60), start, method="LSODA", rtol=1e-6, atol=1e-12)
    reached = dict(zip(problems.SPECIES, run.y[:, -1], strict=True))
    assert {species: reached[species] for species in published} == pytest.approx(published, rel=1e-4)


def test_bundle_adjustment_turns_by_the_exponential_of_the_cross_product() -> None:
    problem = problems.bundle_adjustment()
    x = peers.point(problem)
    u, v, w = x[:3]
    cross = np.array([[0, -w, v], [w, 0, -u], [-v, u, 0]])
    rotation = sum(np.linalg.matrix_power(cross, k) / math.factorial(k) for k in range(20))
    turned = problems.rotated(list(x[:3]), list(x[9:]), math)
    assert turned == pytest.approx(rotation @ x[9:])
    assert math.hypot(*turned) == pytest.approx(math.hypot(*x[9:]))
    P = rotation @ x[9:] + x[3:6]
    p = -P[:2] / P[2]
    square = float(p @ p)
    expected = x[6] * (1 + x[7] * square + x[8] * square**2) * p - np.array([12.3, -45.6])
    assert values(problem, x) == pytest.approx(expected)


def test_a_quarter_turn_follows_the_right_hand() -> None:
    assert problems.rotated([0, 0, math.pi / 2], [1, 0, 0], math) == pytest.approx([0, 1, 0])


def test_spherical_harmonics_of_low_degree() -> None:
    x, y, z = problems.spherical_harmonics(2).point
    harmonics = problems.spherical_harmonics(2).function((x, y, z), peers.namespace(math, Fraction))
    assert harmonics == [1, y, z, x, 2 * x * y, 3 * y * z, (3 * z * z - 1) / 2, 3 * x * z, x * x - y * y]


def test_spherical_harmonics_are_orthogonal_on_the_sphere() -> None:
    degree = 6
    z, weights = np.polynomial.legendre.leggauss(degree + 1)
    around = 2 * math.pi * np.arange(2 * degree + 1) / (2 * degree + 1)
    radius = np.sqrt(1 - z**2)[:, None]
    inputs = (radius * np.cos(around), radius * np.sin(around), z[:, None] + 0 * around)
    harmonics = problems.spherical_harmonics(degree).function(inputs, np)
    table = np.array([value + 0 * inputs[0] for value in harmonics])
    table /= np.sqrt((table**2 * weights[:, None]).sum((1, 2)))[:, None, None]
    assert np.einsum("ijk,ljk,j->il", table, table, weights) == pytest.approx(np.eye((degree + 1) ** 2), abs=1e-12)


def test_matrix_products() -> None:
    problem = problems.matrix_products()
    A, B, C = peers.point(problem).reshape(3, 5, 5)
    assert values(problem, problem.point) == pytest.approx((A @ B @ C).ravel())


@pytest.mark.parametrize(
    ("problem", "layer"),
    [
        (problems.layers(8, 20), lambda x: np.sin(x) + np.cos(np.roll(x, -1)) + np.roll(x, -2)),
        (problems.sine_chain(8), lambda x: np.sin(x - np.roll(x, -1) * np.roll(x, -2))),
    ],
    ids=lambda part: getattr(part, "name", ""),
)
def test_layers(problem: Problem, layer: Callable[[Array], Array]) -> None:
    x = peers.point(problem)
    for _ in range(8):
        x = layer(x)
    assert values(problem, problem.point) == pytest.approx(x)


def test_tanh_layers() -> None:
    problem = problems.tanh_layers(2, 4)
    x = peers.point(problem)
    i, j = np.indices((4, 4))
    for layer in range(2):
        x = np.tanh(((3 * i + 5 * j + 7 * layer) % 11 - 5) / 11 @ x + (np.arange(4) % 3 - 1) / 3)
    assert values(problem, problem.point) == pytest.approx(x)


def test_rosenbrock() -> None:
    assert values(problems.rosenbrock(9), [1] * 9) == [0]
    assert not complex_step(problems.rosenbrock(9), np.ones(9)).any()
    assert values(problems.rosenbrock(2), [-1.2, 1]) == pytest.approx([24.2])


# -- the peers --------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")  # PyTorch says so of itself
@pytest.mark.parametrize("name", peers.PEERS)
def test_jacobians(name: str) -> None:
    peer = found(name)
    for problem in SMALL:
        at = points(problem)
        computed = peer.compile(problem)(at)
        assert computed.shape == (len(at), problem.outputs, problem.inputs)
        for matrix, x in zip(computed, at, strict=True):
            expected = complex_step(problem, x)
            assert matrix == pytest.approx(expected, rel=1e-9, abs=1e-12 * abs(expected).max()), problem.name


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")  # PyTorch says so of itself
@pytest.mark.parametrize("name", peers.PEERS)
def test_hessians(name: str) -> None:
    problem = problems.rosenbrock(4)
    x = peers.point(problem)
    expected = np.diag([*(1200 * x[:-1] ** 2 - 400 * x[1:] + 2), 0]) + np.diag([0, 200, 200, 200])
    expected += np.diag(-400 * x[:-1], 1) + np.diag(-400 * x[:-1], -1)
    assert found(name).compile(problem, second=True)(x[None])[0] == pytest.approx(expected)


@pytest.mark.parametrize("name", ["SymPy", "SymEngine", "CasADi"])
def test_operations_of_values_and_jacobian_together(name: str) -> None:
    problem = Problem("sine of a product", 2, 1, lambda x, m: [m.sin(x[0] * x[1])], (Fraction(1), Fraction(2)))
    peer = found(name)
    assert peer.operations(problem) == 5  # xy, sin, cos, and cos times each
    assert peer.operations(problem, values=False) == 4


COUNTED = """x + y + z: 2   x - y: 1   1 - x: 1   -x: 1   -x - y: 2   -2*x - y: 2   -3*x + y: 2   -x*y: 2   3*x*y: 2
x/y: 1   1/x: 1   -1/x: 1   2/x: 1   1/(x*y): 2   x/(y*z): 2   x**2: 1   x**-2: 2   sqrt(x): 1   1/sqrt(x): 2
sin(x)**2*y: 3   exp(-x): 2   exp(x)*y + 1: 3   x*y - z*y/x: 4   pi*x: 1   x - x*y*z: 3"""


@pytest.mark.parametrize("row", [row for line in COUNTED.splitlines() for row in line.split("   ")])
@pytest.mark.parametrize("name", ["SymPy", "SymEngine"])
def test_counting(name: str, row: str) -> None:
    text, expected = row.split(": ")
    peer = found(name)
    library = getattr(peer, "library")  # noqa: B009 (it is no part of the protocol)
    assert peers.count(library.sympify(text)) == int(expected)


def test_a_missing_peer_is_named_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "PEERS", {"Nothing": lambda: peers.load("no_such_library")})
    assert peers.available() == []
    assert peers.missing() == {"Nothing": "No module named 'no_such_library'"}


# -- what takes too long ----------------------------------------------------------------------------------


def test_limited() -> None:
    assert peers.limited(lambda: 6 * 7, 60) == 42
    start = time.monotonic()
    assert peers.limited(lambda: time.sleep(60), 0.1) is None
    assert time.monotonic() - start < 30
    with pytest.raises(ZeroDivisionError):
        peers.limited(lambda: 1 // 0, 60)


def test_the_short_form_runs() -> None:
    """Every table of speed is printed; ours is never the one that reaches a limit."""
    words = [sys.executable, "-m", "tests.benchmarks", "--short", "--only", "deriving,chains,points,scale,commands"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=240, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")]
    assert done.stdout.count("| --- |") >= 7
    assert not [row for row in rows if row[1].startswith(">")]
    assert {row[0].strip("| ") for row in rows} >= {
        "spherical harmonics 20", "20 layers of width 20", "Rosenbrock 1,000", "POLLU",
    }  # fmt: skip
