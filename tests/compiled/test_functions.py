"""Compiled functions: both back ends against balls, shapes, batches, failures."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import re
import shlex
import subprocess
import sys
import tracemalloc
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import nullcontext
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import jacocalc as jc
from jacocalc.compiled.c_driver import driver_source
from jacocalc.compiled.c_kernel import FLAGS, NoCompiler, compiler
from jacocalc.compiled.c_source import Source
from jacocalc.compiled.failures import Overflowed
from jacocalc.compiled.functions import CompiledFunction
from jacocalc.compiled.kernels import job_of
from jacocalc.errors import JacocalcError, ShapeError
from jacocalc.evaluate.accumulation import dense, forward, hessian
from jacocalc.evaluate.fields import Balls, Unsettled, ball_of, precision
from jacocalc.evaluate.tape import Tape
from jacocalc.known_functions import KNOWN, ORDERED, SPECIAL
from jacocalc.notation import Call, Expr, Number, Symbol, children, integer
from jacocalc.reading.definitions import read_function
from tests.laws.expressions import NAMES, cases, expressions
from tests.shares import share

F = "f(x, y) = [x^2 + y, 2xy]"
G = "g(u, v) = [u + v, u^2, sin(v)]"
BACKENDS = ("numpy", "c")


def has_compiler() -> bool:
    try:
        compiler()
    except NoCompiler:
        return False
    return True


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    if request.param == "c" and not has_compiler():
        pytest.skip("no C compiler")
    return str(request.param)


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Libraries of the tests in a folder of their own."""
    before = os.environ.get("JACOCALC_CACHE")
    os.environ["JACOCALC_CACHE"] = str(tmp_path_factory.mktemp("libraries"))
    yield
    os.environ.pop("JACOCALC_CACHE")
    if before is not None:
        os.environ["JACOCALC_CACHE"] = before


def compiled_of(listed: list[Expr], names: tuple[str, ...], backend: str) -> CompiledFunction:
    tape = Tape(kept=KNOWN)
    bound = {name: tape.input() for name in names}
    return CompiledFunction(tape, tape.build_all(listed, bound), names, backend=backend)


def exactly(listed: list[Expr], names: tuple[str, ...], point: list[float]) -> tuple[list[float], list[list[float]]]:
    """Values and Jacobian in balls of 400 bits, from the notation itself: no stable forms, no lowering."""
    tape = Tape()
    bound = {name: tape.input() for name in names}
    outputs = tape.build_all(listed, bound)
    grid = dense(tape, forward(tape, outputs, tape.inputs), len(names))
    with precision(400):
        given_ = [ball_of(Fraction(value)) for value in point]
        found = tape.evaluate([*outputs, *(n for row in grid for n in row)], given_, Balls())
        numbers = [float(value.mid()) for value in found]
    m, n = len(listed), len(names)
    return numbers[:m], [numbers[m + i * n : m + (i + 1) * n] for i in range(m)]


def near(found: Any, wanted: Any, rtol: float = 1e-9, atol: float = 1e-9) -> None:
    np.testing.assert_allclose(found, np.array(wanted), rtol=rtol, atol=atol)


@given(st.lists(expressions(NAMES, 5), min_size=25, max_size=25))
@cases(4)
def test_both_back_ends_agree_with_balls_on_generated_functions(listed: list[Expr]) -> None:
    points = [[0.5, 1.25, 0.75], [1.5, 0.25, 2.0]]
    for backend in BACKENDS if has_compiler() else BACKENDS[:1]:
        c = compiled_of(listed, NAMES, backend)
        values, jacobians = c.value(points), c.jacobian(points)
        for k, point in enumerate(points):
            wanted = exactly(listed, NAMES, point)
            scale = np.maximum(1, np.abs(wanted[0]))
            near(values[k] / scale, wanted[0] / scale)
            scale = np.maximum(1, np.abs(wanted[1]).max(axis=1))[:, None]
            near(jacobians[k] / scale, wanted[1] / scale)


def arguments_of(name: str) -> list[tuple[Expr, ...]]:
    u, v = Symbol("u"), Symbol("v")
    if name == "root":
        return [(u, Number(Fraction(k))) for k in (2, 3, 4, 5)]
    if name in ORDERED:
        return [(integer(k), u) for k in (0, 1, 4)]
    if name.startswith("fresnel"):  # sin(π u²/2) has few digits for a large u
        return [(u / 10,)]
    return [(u, v)] if KNOWN[name].arity[0] == 2 or name in ("max", "min") else [(u,)]


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_every_known_function_is_compiled_right(name: str, backend: str) -> None:
    """Values and derivatives at every point of a grid where balls have both."""
    lacking = backend == "c" and name in SPECIAL and name not in ("floor", "ceil")
    for arguments in arguments_of(name)[: 1 if lacking else None]:
        said = pytest.warns(RuntimeWarning, match="is no function of C; NumPy is used instead")
        with said if lacking else nullcontext():
            check_on_a_grid(Call(name, arguments), backend)


def test_what_c_has_stays_in_c() -> None:
    """Red where a derivative with a function that C lacks takes the value to NumPy as well, or is said twice."""
    c = jc.compile("f(x) = gamma(x)", backend="c")
    with pytest.warns(RuntimeWarning, match="the polygamma function is no function of C") as said:
        near(c.gradient([[1.0], [2.0]]), [[-np.euler_gamma], [1 - np.euler_gamma]])
    assert [one.filename for one in said] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        c.gradient([1.0])
    assert c.backend == "c"
    assert c.value([4.0]) == 6


def check_on_a_grid(one: Expr, backend: str) -> None:
    c = compiled_of([one], ("u", "v"), backend)
    seen = 0
    for u in (-7.5, -1.5, -0.75, -0.25, 0.125, 0.5, 0.875, 1.75, 30.25):
        for v in (0.625, 2.0):
            try:
                value, row = exactly([one], ("u", "v"), [u, v])
            except (Unsettled, ZeroDivisionError):
                continue
            if not np.isfinite([*value, *row[0]]).all():
                continue
            seen += 1
            near(c.value([u, v])[0], value[0], 8e-15, 1e-300)
            near(c.jacobian([u, v])[0], row[0], 2e-13, 1e-16)
    assert seen >= 4


def test_the_chain_of_the_first_example(backend: str) -> None:
    c = jc.compile(F, G, backend=backend)
    near(c.jacobian([1.0, 2.0]), [[6, 3], [12, 6], [4 * np.cos(4), 2 * np.cos(4)]])
    X = np.random.default_rng(1).standard_normal((7, 3, 2))
    assert c.value(X).shape == (7, 3, 3)
    J = c.jacobian(X)
    assert J.shape == (7, 3, 3, 2)
    V, W = np.ones((7, 3, 2)), np.arange(3.0)
    near(c.jvp(X, V), np.einsum("...ij,...j->...i", J, V))
    near(c.vjp(X, W), np.einsum("...ij,i->...j", J, W))


def test_hessians(backend: str) -> None:
    c = jc.compile("f(x, y, z) = x^2 y + sin(x y) e^z", backend=backend)
    point = [0.3, -1.2, 0.5]
    tape = Tape()
    bound = {name: tape.input() for name in "xyz"}
    on_tape = jc.function("f(x, y, z) = x^2 y + sin(x y) e^z").stages[0].values[0]
    grid = dense(tape, hessian(tape, tape.build(on_tape, bound), tape.inputs), 3)
    with precision(200):
        wanted = [[float(v.mid()) for v in tape.evaluate(row, [ball_of(Fraction(p)) for p in point], Balls())]
                  for row in grid]  # fmt: skip
    found = c.hessian(point)
    near(found, wanted)
    near(c.hvp(point, [1.0, 2.0, -1.0]), found @ [1, 2, -1])
    near(c.gradient(point), c.jacobian(point)[0])
    several = jc.compile(F, G, backend=backend).hessian(np.ones((4, 2)))
    assert several.shape == (4, 3, 2, 2)
    near(several[0, 1], [[2 * 2 * (2 * 1 + 2), 4], [4, 2]])  # ∂² (x² + y)²


def test_parameters(backend: str) -> None:
    c = jc.compile("f(x, y; a, b) = [a x^2, b x y]", backend=backend)
    near(c.value([2.0, 3.0], a=5, b=0.5), [20, 3])
    near(c.value(np.ones((3, 2)), a=np.arange(3.0), b=2), [[0, 2], [1, 2], [2, 2]])
    near(c.jvp([2.0, 3.0], [1.0, 0.0], a=1, b=1), [4, 3])
    assert c.jacobian([2.0, 3.0], a=1, b=1).shape == (2, 2)
    with pytest.raises(JacocalcError, match="parameter b is not given"):
        c.value([1.0, 2.0], a=1)
    with pytest.raises(JacocalcError, match="c is not a parameter of f"):
        c.value([1.0, 2.0], a=1, b=1, c=1)


def test_an_input_of_an_outer_function_hides_a_parameter_of_the_inner_one() -> None:
    c = jc.compile("f(t; a) = a t", "g(a) = a^2 + 1")
    near(c.value([3.0], a=2), 37)
    near(c.gradient([3.0], a=2), [24])


def test_single_precision(backend: str) -> None:
    c = jc.compile(F, G, backend=backend)
    X = np.random.default_rng(2).standard_normal((11, 2)).astype(np.float32)
    found = c.jacobian(X)
    assert found.dtype == np.float32
    near(found, c.jacobian(X.astype(float)), 1e-5, 1e-5)
    assert c.value(np.ones((2, 2), int)).dtype == np.float64
    assert c.value(np.ones((2, 2), ">f4")).dtype == np.float32


def test_a_batch_of_any_length_is_the_same_row_by_row(backend: str) -> None:
    """Lengths around the lanes and the blocks: no point is lost, doubled or mixed up."""
    c = jc.compile("f(x, y) = [x y, x - y, e^x, 3, 0]", backend=backend)
    X = np.random.default_rng(3).standard_normal((8200, 2))
    whole = c.jacobian(X)
    for length in (0, 1, 2, 3, 4, 5, 7, 8, 9, 4095, 4096, 4097, 8191, 8192, 8193):
        assert c.jacobian(X[:length]).tobytes() == whole[:length].tobytes()
    assert c.jacobian(X[::-1][:5]).tobytes() == whole[::-1][:5].tobytes()


def test_points_lie_as_the_kernels_read_them(backend: str) -> None:
    """Red where arrays that are put together keep an order of their own: vectors, parameters, one point for many."""
    X, V = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    c = jc.compile("f(x, y) = [x^2 y, x + y]", backend=backend)
    for x in (X, np.asfortranarray(X), np.repeat(X, 2, axis=1)[:, ::2], X[::-1][::-1]):
        for v in (V, np.asfortranarray(V), V[::-1][::-1]):
            assert c.jvp(x, v).tolist() == [[4, 1], [9, 1], [85, 2]]
            assert c.vjp(x, v).tolist() == [[4, 1], [1, 1], [61, 26]]
    p = jc.compile("f(x, y; a) = [a x, y]", backend=backend)
    assert p.value([1.0, 2.0], a=np.array([1.0, 2.0, 3.0])).tolist() == [[1, 2], [2, 2], [3, 2]]
    assert p.value(np.asfortranarray(X), a=2.0).tolist() == [[2, 2], [6, 4], [10, 6]]
    grid = np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)[..., :2])
    assert p.value(grid, a=np.array([[1.0], [2.0]])).tolist() == [
        [[0, 1], [4, 5], [8, 9]], [[24, 13], [32, 17], [40, 21]]
    ]  # fmt: skip


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_an_input_that_is_a_result_is_looked_at(bad: float, backend: str) -> None:
    for text in ("f(x, y) = [x, y, 3]", "f(x, y) = [x, x, y, x + y, x y, 7 y, 8 y, 9 y, 2 y]"):
        c = jc.compile(text, backend=backend)
        with pytest.warns(Overflowed, match="x is (nan|inf) at x = "):
            c.value([bad, 1.0])
    with pytest.warns(Overflowed, match="x is (nan|inf) at x = "):
        jc.compile("f(x, y) = [x, y, x y]", backend=backend).jacobian([bad, 1.0])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("width", [3, 4, 7, 8, 9, 15, 63, 64, 65, 71, 130])
def test_rows_of_any_width(width: int, dtype: Any, backend: str) -> None:
    """Entries that vary, numbers and zeros, whatever the steps are in which rows are written."""
    tape = Tape()
    x = tape.input()
    entries = [tape.number((0, 5)[k % 2]) if k % 5 > 2 else tape.times(tape.number(k + 1), x) for k in range(width)]
    c = CompiledFunction(tape, entries, ["x"], backend=backend)
    X = np.arange(1, 38, dtype=dtype)[:, None]
    wanted = np.stack([np.full(37, (0, 5)[k % 2]) if k % 5 > 2 else (k + 1) * X[:, 0] for k in range(width)], 1)
    for count in (1, 16, 37):
        np.testing.assert_array_equal(c.value(X[:count]), wanted[:count])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("function", ["chunk0", "run"])
def test_a_kernel_leaves_vector_registers_clean(function: str, dtype: Any, tmp_path: Path) -> None:
    """Other code in the process runs several times slower while their upper halves are in use."""
    if not has_compiler():
        pytest.skip("no C compiler")
    tape = Tape()
    kernel = Source(job_of(tape, {0: tape.call("sin", (tape.input(),))}, 1), np.dtype(dtype))
    source = kernel.text() if function == "chunk0" else driver_source(np.dtype(dtype))
    (tmp_path / "kernel.c").write_text(source)
    flags = [flag for flag in FLAGS if flag != "-shared"]
    subprocess.run([*compiler(), *flags, "-S", "-o", "kernel.s", "kernel.c"], cwd=tmp_path, check=True)
    listing = (tmp_path / "kernel.s").read_text()
    if "ymm" not in listing and "zmm" not in listing:
        pytest.skip("no wide vector registers here")
    assert "vzeroupper" in listing.split(f"\n{function}:")[1]


def test_what_one_chunk_hands_to_the_next_is_the_same_in_both_back_ends() -> None:
    """Over 2,000 operations, four chunks in C: red for a value that is kept in another one's slot."""
    if not has_compiler():
        pytest.skip("no C compiler")

    def deep(x: Any) -> list[Any]:
        current = list(x)
        for _ in range(6):
            following = [*current[1:], *current[:2]]
            current = [np.sin(u) * v + w for u, v, w in zip(current, following, following[1:], strict=False)]
        return current

    f = jc.trace(deep, 12)
    X = np.random.default_rng(8).uniform(0.1, 0.9, (9, 12))
    by_numpy, by_c = jc.compile(f), jc.compile(f, backend="c")
    assert by_numpy.operations("jacobian") > 2_000
    near(by_c.jacobian(X), by_numpy.jacobian(X), 1e-10, 1e-10)


def test_large_batches_on_threads_and_executors(backend: str) -> None:
    c = jc.compile(F, G, backend=backend)
    X = np.random.default_rng(4).standard_normal((200_000, 2))
    seen: list[tuple[int, int]] = []
    whole = c.jacobian(X, progress=lambda done, count: seen.append((done, count)))
    assert seen[-1] == (200_000, 200_000)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    near(whole[[0, 99_999, 199_999]], [c.jacobian(X[i]) for i in (0, 99_999, 199_999)])
    with ThreadPoolExecutor(3) as pool:
        assert c.jacobian(X, executor=pool).tobytes() == whole.tobytes()
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as processes:
        assert c.jacobian(X[:1000], executor=processes).tobytes() == whole[:1000].tobytes()


def test_what_an_executor_has_not_begun_is_called_off_where_progress_raises() -> None:
    class Waiting(Executor):
        """Computes the first part at once and leaves the others waiting."""

        def __init__(self) -> None:
            self.sent: list[Future[Any]] = []

        def submit(self, call: Any, /, *given: Any, **named: Any) -> Future[Any]:
            self.sent.append(Future())
            if len(self.sent) == 1:
                self.sent[0].set_result(call(*given, **named))
            return self.sent[-1]

    def stop(done: int, count: int) -> None:
        raise KeyboardInterrupt

    executor = Waiting()
    with pytest.raises(KeyboardInterrupt):
        jc.compile(F, G).value(np.ones((200_000, 2)), executor=executor, progress=stop)
    assert len(executor.sent) > 1
    assert all(future.cancelled() for future in executor.sent[1:])


def test_results_go_where_they_are_wanted(backend: str) -> None:
    c = jc.compile(F, backend=backend)
    X, out = np.ones((5, 2)), np.zeros((5, 2, 2))
    assert c.jacobian(X, out=out) is out
    near(out, np.broadcast_to([[2, 1], [2, 2]], (5, 2, 2)))
    turned, halves = np.zeros((2, 2, 5)).T, np.zeros((5, 2, 2), np.float32)
    for other in (turned, halves, np.zeros((5, 2, 4))[..., ::2]):  # no kernel can write to these themselves
        assert c.jacobian(X, out=other) is other
        near(other, out)
    with pytest.raises(ShapeError, match=r"\(5, 2\), the result \(5, 2, 2\)"):
        c.jacobian(X, out=np.zeros((5, 2)))
    with pytest.raises(JacocalcError, match="int64 cannot hold"):
        c.jacobian(X, out=np.zeros((5, 2, 2), int))


def test_an_array_that_is_filled_needs_no_other(backend: str) -> None:
    c = jc.compile(F, backend=backend)
    X, peaks = np.ones((20_000, 2)), []
    out = c.jacobian(X)
    for given_array in (None, out):
        tracemalloc.start()
        c.jacobian(X, out=given_array)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] - out.nbytes / 2


def test_points_may_be_replaced_by_the_result(backend: str) -> None:
    c = jc.compile("f(x, y) = [y + 1, x y]", backend=backend)
    X = np.array([[2.0, 3.0], [4.0, 5.0]])
    assert c.value(X, out=X) is X
    near(X, [[4, 6], [6, 20]])


def test_exact_real_numbers_are_numbers(backend: str) -> None:
    """Red where 10³⁰ or 1/3 is refused because NumPy keeps it as an object."""
    c = jc.compile("f(x, y) = x y", backend=backend)
    assert c.value([10**30, 2]) == 2e30
    assert c.value([[Fraction(1, 3), 3], [sympy.Rational(1, 4), sympy.Float(0.5)]]).tolist() == [1, 0.125]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: c.value(np.ones((4, 3))), r"2 inputs, the last axis of an array of the shape \(4, 3\) has 3"),
        (lambda c: jc.compile("g(x) = x^2").value([1.0, 2.0]), r"g has 1 input, the last axis of .* \(2,\) has 2"),
        (lambda c: c.vjp(np.ones((4, 2)), np.ones((4, 2))), r"^the vector of g∘f has 3 entries, .* \(4, 2\) has 2"),
        (lambda c: c.vjp(np.ones((4, 2)), np.ones((5, 3))), r"\(4,\) and \(5,\)"),
        (lambda c: c.gradient(np.ones(2)), "3 components"),
        (lambda c: c.value(np.ones(2, complex)), "complex128 cannot hold"),
        (lambda c: c.value(np.ones(2, np.float16)), "float16 cannot hold"),
        (lambda c: c.value(["a", "b"]), "cannot hold"),
        (lambda c: c.value([None, 1.0]), "arrays of object cannot hold"),
        (lambda c: c.value([10**400, 1]), "float64 cannot hold a number of the array"),
        (lambda c: c.value([[1.0, 2.0], [3.0]]), "no array of numbers: .* inhomogeneous"),
        (lambda c: c.value(np.ma.masked_array([1.0, 2.0], [False, True])), "some entries .* are masked"),
        (lambda c: c.operations("nosuch"), "a result is one of"),
        (lambda c: c.losses([1.0, 2.0], "jvp"), "losses are found for"),
        (lambda c: c.value(np.ones((4, 2)), executor=3), "an executor .*, not int"),
        (lambda c: c.value(np.ones((4, 2)), executor=ThreadPoolExecutor), "an executor .*, not the class Thread"),
        (lambda c: c.value(np.ones((4, 2)), progress=3), "progress is a function"),
        (lambda c: c.value(np.ones((4, 2)), out=[1]), "out is an array"),
    ],
)
def test_what_does_not_fit_is_refused(call: Any, message: str) -> None:
    with pytest.raises(JacocalcError, match=message):
        call(jc.compile(F, G))


def test_a_type_that_cannot_hold_a_constant_is_refused(backend: str) -> None:
    c = jc.compile("f(x) = 10^300 x", backend=backend)
    near(c.value([1.0]), 1e300)
    with pytest.raises(JacocalcError, match=r"float32 cannot hold the number 10\^300"):
        c.value(np.ones(1, np.float32))
    with pytest.raises(JacocalcError, match=r"float32 cannot hold the number 10\^-60"):
        jc.compile("f(x) = 10^-60 x", backend=backend).value(np.ones(1, np.float32))


# -- stable forms -------------------------------------------------------------------------------------

STABLE = [
    ("ln(1 + x)", 1e-18, 1e-18, 1.0),
    ("ln(1 - x)", 1e-18, -1e-18, -1.0),
    ("e^x - 1", 1e-18, 1e-18, 1.0),
    ("1 - cos x", 1e-9, 5e-19, 1e-9),
    ("ln(1 + e^x)", 1000.0, 1000.0, 1.0),
    ("ln(1 + e^x)", -700.0, np.exp(-700.0), np.exp(-700.0)),
    ("1/(1 + e^(-x))", -700.0, np.exp(-700.0), np.exp(-700.0)),
    ("1/(1 + e^(-x))", 1000.0, 1.0, 0.0),
    ("e^x/(1 + e^x)", 1000.0, 1.0, 0.0),
    ("e^x/(1 + e^x)^2", 700.0, np.exp(-700.0), -np.exp(-700.0)),
    ("e^(-x)/(1 + e^(-x))^2", -700.0, np.exp(-700.0), np.exp(-700.0)),
    ("e^x/(1 + e^x)^2", 1000.0, 0.0, 0.0),
    ("2/(1 + e^x)^3", -700.0, 2.0, -6 * np.exp(-700.0)),
    ("e^x/(e^x + e^(2x) + e^(3x))", 1000.0, 0.0, 0.0),
    ("ln(e^x + e^(2x) + e^(x/2))", 900.0, 1800.0, 2.0),
    ("sqrt(x^2 + x^2)", 1e200, np.sqrt(2) * 1e200, np.sqrt(2)),
    ("sqrt(x^2)", -1e200, 1e200, -1.0),
    ("x/(1 + e^(-x))", 1000.0, 1000.0, 1.0),
    ("sigmoid(x)", -745.0, np.exp(-745.0), np.exp(-745.0)),
    ("softplus(x)", 1e5, 1e5, 1.0),
    ("ln(sigmoid(x))", -800.0, -800.0, 1.0),
    ("ln(1/(1 + e^(-x)))", -800.0, -800.0, 1.0),
    ("ln(1 - sigmoid(x))", 800.0, -800.0, -1.0),
    ("1 - sigmoid(x)", 700.0, np.exp(-700.0), -np.exp(-700.0)),
    ("ln(e^x/(e^x + e^(2x) + e^(3x)))", 800.0, -1600.0, -2.0),
    ("ln(2e^x + 3e^(-x))", 800.0, 800 + np.log(2), 1.0),
    ("ln(2e^x + 3e^(-x))", -800.0, 800 + np.log(3), -1.0),
    ("ln(e^x + e^x)", 900.0, 900 + np.log(2), 1.0),
    ("ln(2 + e^x)", 800.0, 800.0, 1.0),
    ("ln(1 + 2e^x)", -700.0, 2 * np.exp(-700.0), 2 * np.exp(-700.0)),
    ("6e^x/(2e^x + 3)", 800.0, 3.0, 0.0),
    ("6/(2e^x + 3)", 800.0, 0.0, 0.0),
    ("6/(2e^x + 3)", -700.0, 2.0, -4 / 3 * np.exp(-700.0)),
    ("6e^x/(2e^x + 1)", 700.0, 3.0, 1.5 * np.exp(-700.0)),
    ("e^x/(2 + e^x + e^(2x))", 800.0, 0.0, 0.0),
    ("ln(cosh x)", 800.0, 800 - np.log(2), 1.0),
    ("ln(cosh x)", -1e4, 1e4 - np.log(2), -1.0),
    ("ln(cosh x)", 1e-6, 5e-13, 1e-6),
    ("ln(cosh x)", 0.0, 0.0, 0.0),
    ("ln((1 + e^x)^(-2))", 720.0, -1440.0, -2.0),
    ("ln((1 + e^(-x))^2)", -800.0, 1600.0, -2.0),
    ("ln(1 - tanh(x)^2)", 800.0, 2 * np.log(2) - 1600, -2.0),
    ("sinh(x)^2/cosh(x)^2", 720.0, 1.0, 0.0),
    ("3*sinh(x)^2/(2cosh(x)^3)", 400.0, 3 * np.exp(-400.0), -3 * np.exp(-400.0)),
    ("sinh(x)^3/cosh(x)", 1e-3, np.sinh(1e-3) ** 3 / np.cosh(1e-3),
     3 * np.sinh(1e-3) ** 2 - np.sinh(1e-3) ** 4 / np.cosh(1e-3) ** 2),
    ("1 - tanh(x)^2", 25.0, 4 * np.exp(-50.0), -8 * np.exp(-50.0)),
    ("tanh(x)^2 - 1", -25.0, -4 * np.exp(-50.0), -8 * np.exp(-50.0)),
    ("sinh(x)/cosh(x)", 800.0, 1.0, 0.0),
    ("cosh(x)/sinh(x)", -800.0, -1.0, 0.0),
    ("(cosh(x) - 1)/sinh(x)", 1500.0, 1.0, 0.0),
    ("(1 - cosh(x))/(3sinh(x))", 1e-9, -5e-10 / 3, -0.5 / 3),
    ("(cosh(2x) + 1)/sinh(2x)", 900.0, 1.0, 0.0),
    ("(cosh(x) - 1)^2/sinh(x)", 2.0, np.tanh(1.0) * (np.cosh(2.0) - 1),
     2 * (np.cosh(2.0) - 1) - (np.cosh(2.0) - 1)**2 * np.cosh(2.0) / np.sinh(2.0)**2),
    ("3/cosh(x)", 800.0, 0.0, 0.0),
    ("x/sinh(x)", -800.0, 0.0, 0.0),
    ("1/(e^x - 1)", 800.0, 0.0, 0.0),
    ("1/(e^x - 1)", 400.0, np.exp(-400.0), -np.exp(-400.0)),
    ("x/(e^x - 1)", 400.0, 400 * np.exp(-400.0), -399 * np.exp(-400.0)),
    ("x/(e^x - 1)", -800.0, 800.0, -1.0),
    ("e^x/(e^x - 1)", 800.0, 1.0, 0.0),
    ("3e^x/(e^x - 1)^2", 400.0, 3 * np.exp(-400.0), -3 * np.exp(-400.0)),
    ("1/(1 - e^(-x))", -800.0, 0.0, 0.0),
    ("x^3/(e^x - 1)", 800.0, 0.0, 0.0),
    ("1/(1 - e^x)", 800.0, 0.0, 0.0),
    ("x/(1 - e^x)", 400.0, -400 * np.exp(-400.0), 399 * np.exp(-400.0)),
    ("(e^x + 1)/(e^x - 1)", 800.0, 1.0, 0.0),
    ("(e^x - e^(-x))/(e^x + e^(-x))", -800.0, -1.0, 0.0),
    ("(e^(-x) - e^x)/(e^x + e^(-x))", 30.0, -1.0, -4 * np.exp(-60.0)),
    ("(e^x + e^(-x))/(e^x - e^(-x))", 30.0, 1.0, -4 * np.exp(-60.0)),
    ("(1 - e^(-2x))/(1 + e^(-2x))", 1e-12, 1e-12, 1.0),
    ("(6e^x - 4)/(3e^x + 2)", 800.0, 2.0, 0.0),
    ("(6e^x - 4)/(3e^x + 2)", 0.0, 0.4, 24 / 25),
    ("(3e^x - 2)/(3e^x + 3)", 0.0, 1 / 6, 5 / 12),
    ("tanh(x)", 30.0, 1.0, 4 * np.exp(-60.0)),
    ("1 - erf(x)", 10.0, 2.0884875837625446e-45, -2 / np.sqrt(np.pi) * np.exp(-100.0)),
    ("erf(x) - 1", 10.0, -2.0884875837625446e-45, 2 / np.sqrt(np.pi) * np.exp(-100.0)),
    ("1 + erf(x)", -10.0, 2.0884875837625446e-45, 2 / np.sqrt(np.pi) * np.exp(-100.0)),
    ("(1 + erf(x/sqrt(2)))/2", -12.0, 1.7764821120776781e-33, 2.1463837356630605e-32),
    ("ln(1 - erf(x))", 26.0, -679.83119976319423, -52.038404851964310),
    ("gelu(x)", -12.0, -2.1317785344932148e-32, -2.5578956616748956e-31),
    ("sigmoid(x)", 300.0, 1.0, np.exp(-300.0)),
    ("sech(x)", 711.0, 2 * np.exp(-711.0), -2 * np.exp(-711.0)),
    ("elu(x)", 1e-20, 1e-20, 1.0),
    ("elu(x)", -1e-20, -1e-20, 1.0),
    ("ln(x^2)", -1e200, 400 * np.log(10), -2e-200),
    ("ln(x^2)", 1e-200, -400 * np.log(10), 2e200),
    ("ln(x^-3)", 1e-150, 450 * np.log(10), -3e150),
    ("ln(1 - e^(-x))", 40.0, -np.exp(-40.0), np.exp(-40.0)),
    ("ln(1 - e^(-x))", 1e-10, np.log(-np.expm1(-1e-10)), 1e10),
    ("ln(1 - e^x)", -700.0, -np.exp(-700.0), -np.exp(-700.0)),
    ("(1 + e^(-x))^(-1)", -708.0, np.exp(-708.0), np.exp(-708.0)),
    ("x (1 + e^(-x))^(-2)", -300.0, -300 * np.exp(-600.0), -599 * np.exp(-600.0)),
    ("1/cosh(x)^2", 700.0, 0.0, 0.0),
    ("1 - 1/cosh(x)^2", 1e-12, 1e-24, 2e-12),
    ("1/(2cosh(x)^2)", 300.0, 2 * np.exp(-600.0), -4 * np.exp(-600.0)),
    ("3 sinh(x)/cosh(x)^2", 300.0, 6 * np.exp(-300.0), -6 * np.exp(-300.0)),
    ("2/(e^x + e^(-x))", 700.0, 2 * np.exp(-700.0), -2 * np.exp(-700.0)),
    ("4/(e^x + e^(-x))^2", 300.0, 4 * np.exp(-600.0), -8 * np.exp(-600.0)),
    ("(e^x - e^(-x))/2", 1e-18, 1e-18, 1.0),
    ("(e^x - e^(-x))/(2cosh x)", 800.0, 1.0, 0.0),
    ("(e^(-x) - e^x)/2", 710.0, -np.sinh(710.0), -np.cosh(710.0)),
    ("ln(e^x + e^(-x))", 1e-12, np.log(2), 1e-12),
    ("ln((e^x + e^(-x))/2)", 1e-6, 5e-13, 1e-6),
    ("ln((e^x + e^(2x) + 1)/3)", 900.0, 1800 - np.log(3), 2.0),
    ("ln(2cosh x)", 800.0, 800.0, 1.0),
    ("ln(1 + tanh(x))", -400.0, np.log(2) - 800, 2.0),
    ("sigmoid(x) (1 - sigmoid(x))", 1e-12, 0.25, -1e-12 / 8),
    ("3e^x/(1 + e^x)^2", 1e-12, 0.75, -3e-12 / 8),
    ("e^x/(1 + e^x)^3", -1e-12, 0.125, -1 / 16),
    ("(1 + tanh(x/2))/2", -40.0, np.exp(-40.0), np.exp(-40.0)),
    ("1/2 - tanh(x)/2", 40.0, np.exp(-80.0), -2 * np.exp(-80.0)),
    ("1/2 + erf(x/sqrt(2))/2", -12.0, 1.7764821120776781e-33, 2.1463837356630605e-32),
    ("2 - 2cos x", 1e-9, 1e-18, 2e-9),
    ("1 + cos x", 3.1415, 4.2923438476993609e-9, -9.2653589660490252e-5),
    ("3e^x - 3", 1e-18, 3e-18, 3.0),
    ("(2e^x - 2)/(e^x + 1)", 1e-18, 1e-18, 1.0),
    ("cosh(x) - 1", 1e-9, 5e-19, 1e-9),
    ("2sigmoid(2x) - 1", 1e-18, 1e-18, 1.0),
    ("1 - 2/(e^(2x) + 1)", -1e-18, -1e-18, 1.0),
    ("2^x - 1", 1e-18, np.log(2) * 1e-18, np.log(2)),
    ("1/(1 + 10^(-x))", -300.0, 1e-300, np.log(10) * 1e-300),
    ("ln(1 + 2^x)", 1e4, np.log(2) * 1e4, np.log(2)),
    ("ln(1 + e^x) - x", 40.0, np.exp(-40.0), -np.exp(-40.0)),
    ("x - ln(1 + e^x)", 40.0, -np.exp(-40.0), np.exp(-40.0)),
    ("x + ln(1 + e^(-x))", -40.0, np.exp(-40.0), np.exp(-40.0)),
    ("e^x/(2 + e^x)", 40.0, 1.0, 2 * np.exp(-40.0)),
    ("e^x/(e^x + e^(2x))", -40.0, 1.0, -np.exp(-40.0)),
    ("1/(2 + 3e^x)^2", 300.0, np.exp(-600.0) / 9, -2 / 9 * np.exp(-600.0)),
    ("(x^2 + x^2)^(1/2)", 1e200, np.sqrt(2) * 1e200, np.sqrt(2)),
    ("(x^2 + x^2)^(3/2)", 0.0, 0.0, 0.0),
    ("x^5/(x^2 + x^2)^(3/2)", 1e40, 1e80 / np.sqrt(8), 2e40 / np.sqrt(8)),
    ("sqrt(x^2 + 4x^2)", 1e200, np.sqrt(5) * 1e200, np.sqrt(5)),
    ("sqrt((x - 1)^2 + x^2/9)", -1e200, np.sqrt(10) / 3 * 1e200, -np.sqrt(10) / 3),
    ("ln((1 + x)/(1 - x))", 1e-18, 2e-18, 2.0),
]


@pytest.mark.parametrize(("formula", "x", "value", "slope"), STABLE)
def test_stable_forms_are_recognised(formula: str, x: float, value: float, slope: float, backend: str) -> None:
    c = jc.compile(f"f(x) = {formula}", backend=backend)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        near(c.value([x]), value, 1e-12, 0)
        near(c.gradient([x]), [slope], 1e-9, 1e-300)


INVERSES = ("asin", "acos", "acosh", "asinh", "atanh", "acoth", "asec", "acsc", "asech", "acsch")


@pytest.mark.parametrize("name", INVERSES)
def test_inverse_functions_keep_their_digits_beside_1_and_far_out(name: str, backend: str) -> None:
    """Red where 1 − u² is computed as it stands, 1/u is rounded beside 1, or u² overflows."""
    tape, seen = Tape(), 0
    u = tape.input()
    value = tape.call(name, (u,))
    (slope,) = dense(tape, forward(tape, [value], [u]), 1)[0]
    nodes = [value, slope, hessian(tape, value, [u])[0][0]]
    c = jc.compile(f"f(x) = {name}(x)", backend=backend)
    for x in (1 - 1e-8, 1 + 1e-9, 1 + 2e-8, -(1 - 1e-10), -(1 + 1e-9), 0.3, -0.7, 3.0, 1e-150, 1e150, -1e160, 1e300):
        try:
            with precision(4000):
                wanted = [float(one.mid()) for one in tape.evaluate(nodes, [ball_of(Fraction(x))], Balls())]
        except (Unsettled, ZeroDivisionError):
            continue
        if np.isfinite(wanted).all():
            seen += 1
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                found = c.value([x]), c.gradient([x])[0], c.hessian([x])[0, 0]
            for one, exact in zip(found, wanted, strict=True):
                near(one, exact, 2e-14, 1e-300)
    assert seen >= 3


def test_the_second_derivative_of_a_sigmoid_keeps_its_digits_beside_0(backend: str) -> None:
    """Red where σ(−u) − σ(u) is a difference."""
    c = jc.compile("f(x, y) = [sigmoid(x), sigmoid(y)^2]", backend=backend)
    for x in (1e-8, -1e-150):
        near(c.hessian([x, 1.0])[0, 0, 0], -x / 8, 1e-14, 0)
        near(c.hessian([x, 0.0])[1, 1, 1], 1 / 8, 1e-14, 0)


@pytest.mark.parametrize("formula", ["relu(x) max(x, 0)", "coth(x)/tanh(x)", "leaky_relu(x) max(x, x/100)"])
def test_factors_that_are_one_when_written_out_are_multiplied(formula: str, backend: str) -> None:
    """Red where their product becomes a power, which no machine has."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = jc.compile(f"f(x) = {formula}", backend=backend).value([[2.0], [3.0]])
    assert found == pytest.approx(1 / np.tanh([2, 3]) ** 2 if "coth" in formula else [4, 9])


@pytest.mark.parametrize("formula", ["asin(x - x)", "acos(x - x)", "atanh(x - x) + x^2"])
def test_a_difference_of_equals_in_a_derivative(formula: str, backend: str) -> None:
    """Red where (1 − u)(1 + u) becomes a square: u = x − x is its own negative."""
    c = jc.compile(f"f(x, y) = {formula}", backend=backend)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert c.gradient([3.0, 1.0]).tolist() == [6.0 if "^" in formula else 0, 0]


def test_softmax_does_not_overflow(backend: str) -> None:
    c = jc.compile(
        "f(x, y, z) = [e^x/(e^x + e^y + e^z), e^y/(e^x + e^y + e^z), e^z/(e^x + e^y + e^z)]", backend=backend
    )
    found = c.value([1000.0, 1000.0, -1000.0])
    near(found, [0.5, 0.5, 0])
    near(c.jacobian([1000.0, 1000.0, -1000.0]), [[0.25, -0.25, 0], [-0.25, 0.25, 0], [0, 0, 0]])


# -- kinks and branches -------------------------------------------------------------------------------

BRANCHES = [
    ("piecewise(sqrt(x) if x > 0, 0 otherwise)", -1.0, 0.0, 0.0),  # √x is undefined where it does not apply
    ("piecewise(sqrt(x) if x > 0, 0 otherwise)", 4.0, 2.0, 0.25),
    ("piecewise(sqrt(x) if x >= 0, x^2 if x < 0)", -3.0, 9.0, -6.0),
    ("piecewise(ln x if x > 1, x - 1 if x > 0 and x <= 1, 2x otherwise)", 0.5, -0.5, 1.0),
    ("piecewise(ln x if x > 1, x - 1 if x > 0 and x <= 1, 2x otherwise)", -0.5, -1.0, 2.0),
    ("piecewise(ln x if x > 1, x - 1 if x > 0 and x <= 1, 2x otherwise)", 2.0, np.log(2), 0.5),
    ("max(x, 1/x)", 2.0, 2.0, 1.0),
    ("min(x, x^2, 3)", 5.0, 3.0, 0.0),
]


@pytest.mark.parametrize(("formula", "x", "value", "slope"), BRANCHES)
def test_a_branch_that_does_not_apply_spoils_nothing(
    formula: str, x: float, value: float, slope: float, backend: str
) -> None:
    c = jc.compile(f"f(x) = {formula}", backend=backend)
    near(c.value([x]), value)
    near(c.gradient([x]), [slope])
    near(c.vjp([x], [2.0]), [2 * slope])
    near(c.jvp([x], [3.0]), 3 * slope)


KINKS = [
    ("|x|", (-1.0, 0.0, 1.0)),
    ("relu(x)", (0.0, 0.5, 1.0)),
    ("leaky_relu(x)", (0.01, 0.505, 1.0)),
    ("max(x, 2x)", (1.5, 1.5, 1.5)),
    ("min(x, 2x, 6x)", (3.0, 3.0, 3.0)),
    ("max(x, 2x, 1)", (0.0, 0.0, 0.0)),
    ("piecewise(x if x >= 0, 3x otherwise)", (1.0, 1.0, 1.0)),
]


@pytest.mark.parametrize(("formula", "slopes"), KINKS)
def test_kinks(formula: str, slopes: tuple[float, ...], backend: str) -> None:
    """NaN and a warning, or the convention that is asked for; elsewhere the same."""
    plain = jc.compile(f"f(x) = {formula}", backend=backend)
    if formula != "max(x, 2x, 1)":
        with pytest.warns(Overflowed, match="no branch of .* applies at x = 0; at a kink, kink=t says which"):
            assert np.isnan(plain.gradient([0.0])).all()
    for t, slope in zip(("left", 0.5, 1), slopes, strict=True):
        c = jc.compile(f"f(x) = {formula}", backend=backend, kink=t)
        near(c.gradient([0.0]), [slope])
        near(c.gradient([-2.0]), plain.gradient([-2.0]))
        near(c.gradient([2.0]), plain.gradient([2.0]))


@pytest.mark.parametrize(
    "formula", ["|x|", "relu(x)", "sign(x)", "max(x, 2x)", "piecewise(x^2 if x > 0, -x^2 otherwise)"]
)
def test_where_a_first_derivative_jumps_there_is_no_second(formula: str, backend: str) -> None:
    c = jc.compile(f"f(x, y) = y + {formula}", backend=backend)
    with pytest.warns(Overflowed, match="no branch"):
        second = c.hessian([0.0, 3.0])
    assert np.isnan(second[0, 0])
    near(second.ravel()[1:], [0, 0, 0])
    near(c.hessian([5.0, 3.0])[1], [0, 0])


@pytest.mark.parametrize(
    "formula", ["sign(x)", "piecewise(1 if x > 0, 0 otherwise)", "piecewise(1 if x < y, 2 otherwise)"]
)
def test_a_jump_has_no_derivative(formula: str, backend: str) -> None:
    for output in (formula, f"[{formula}, x y, y]"):  # by adjoints, and by rows
        c = jc.compile(f"f(x, y) = {output}", backend=backend)
        with pytest.warns(Overflowed, match="no branch"):
            assert np.isnan(c.jacobian([0.0, 0.0])[0, 0])
        near(c.jacobian([1.0, 3.0])[0], [0, 0])


JUMPING_INSIDE = [  # f jumps although what is compared is not equal there
    ("max(|x|, 2 sign(x - 1))^2", 1.0), ("min(1, atan2(x, -1))", 0.0), ("x |x| + min(1, atan2(x, -1))", 0.0),
    ("piecewise(x^2 if sign(x - 1) < 1/2, 2 otherwise)", 1.0),
    ("max(x, 2 sign(x), 3 sign(x - 1), sign(x - 2), 7 sign(x - 3))", 3.0),
    ("piecewise(x^2 if piecewise(x if x <= 1, 3x otherwise) < 3, 7 otherwise)", 1.0),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "x"), JUMPING_INSIDE)
def test_where_what_is_compared_jumps_there_is_no_derivative(formula: str, x: float, backend: str) -> None:
    c = jc.compile(f"f(x) = {formula}", backend=backend)
    for name, more in (("gradient", ()), ("hessian", ()), ("vjp", ([1.0],)), ("jvp", ([1.0],)), ("hvp", ([1.0],))):
        with pytest.warns(Overflowed, match="no branch"):
            assert np.isnan(getattr(c, name)([x], *more)).all()
    assert np.isfinite(c.gradient([[x - 0.25], [x + 0.25]])).all()


BORDERS = [  # the first branch whose condition holds is the one: a border of an earlier condition is a border
    ("piecewise(-x if x < 0, x if x < 1, 1 otherwise)", (0, 1)),
    ("piecewise(x if x < 1, 2x - 1 if x < 2, 4x - 5 if x < 3, 7 otherwise)", (1, 2, 3)),
    ("piecewise(x if x <= 1, 2x - 1 if x <= 2, 3 otherwise)", (1, 2)),
    ("piecewise(x if x > 2 or x < 0, 2x if x < 1, x + 1 otherwise)", (0, 1, 2)),
]


@pytest.mark.parametrize(("formula", "kinks"), BORDERS)
def test_every_border_of_branches_is_a_kink(formula: str, kinks: tuple[int, ...], backend: str) -> None:
    c = jc.compile(f"f(x) = {formula}", backend=backend)
    for kink in kinks:
        with pytest.warns(Overflowed, match="no branch"):
            assert np.isnan(c.gradient([float(kink)])).all()
        step = 1e-6
        for x in (kink - 0.25, kink + 0.25):
            near(c.gradient([x]), (c.value([x + step]) - c.value([x - step])) / (2 * step), 1e-6)
        chosen = jc.compile(f"f(x) = {formula}", backend=backend, kink=0.5).gradient([float(kink)])
        assert np.isfinite(chosen).all()


ALONE = [  # a branch on u = v has no inside
    "piecewise(0 if x = 0, e^x - 1 otherwise)",
    "piecewise(7 if x = 0, x otherwise)",
    "piecewise(x^2 if x < 0, x if x = 0, x^2 otherwise)",
]


@pytest.mark.parametrize("formula", ALONE)
def test_a_branch_on_a_point_gives_no_derivative_there(formula: str, backend: str) -> None:
    c = jc.compile(f"f(x) = {formula}", backend=backend)
    with pytest.warns(Overflowed, match="no branch"):
        assert np.isnan(c.gradient([0.0])).all()
    assert np.isfinite(c.gradient([[-1.0], [1.0]])).all()


def test_on_the_cut_of_atan2_there_is_no_derivative_by_y(backend: str) -> None:
    """The page says so too; by x the angle π is constant there, and a convention goes on over the cut."""
    X = np.array([[0.0, -2.0], [1e-9, -2.0], [0.0, 2.0], [-1.0, 0.0]])
    smooth = np.stack([X[:, 1], -X[:, 0]], 1) / (X**2).sum(axis=1, keepdims=True)
    near(jc.compile("f(y, x) = atan2(y, x)", backend=backend, kink=0.5).gradient(X), smooth)
    c = jc.compile("f(y, x) = atan2(y, x)", backend=backend)
    with pytest.warns(Overflowed, match="no branch of .* applies at y = 0, x = -2"):
        found = c.gradient(X)
    near(found[1:], smooth[1:])
    assert np.isnan(found[0, 0])
    assert found[0, 1] == 0
    near(jc.compile("f(x) = atan2(x, x)", backend=backend).gradient([[-1.0], [2.0]]), [[0], [0]])


MEETING = [
    ("piecewise(x^2 if piecewise(x if x > 0, x^3 otherwise) > -5, 3 otherwise)", 0.0, 0.0), ("x |x|", 0.0, 0.0),
    ("|x|^2", 0.0, 0.0), ("max(x, 0)^2", 0.0, 0.0), ("relu(x) leaky_relu(x)", 0.0, 0.0),
    ("piecewise(x^2/2 if |x| <= 1, |x| - 1/2 otherwise)", -1.0, -1.0), ("cos|x|", 0.0, 0.0),
    ("piecewise(x^2/2 if |x| <= 0.1, 0.1(|x| - 0.05) otherwise)", 0.1, 0.1),  # sides that differ by rounding
    ("piecewise(0 if x <= 0, 3x^2 - 2x^3 if x < 1, 1 otherwise)", 1.0, 0.0),
    ("piecewise(x^2 if x != 0, 0 otherwise)", 0.0, 0.0), ("max(x, x^2, x^3) (x - 1)", 1.0, 1.0),
    ("relu(x) - relu(-x)", 0.0, 1.0), ("max(x, 3) + min(x, 3)", 3.0, 1.0), ("|3 - x| + 2min(x, 3)", 3.0, 1.0),
    ("piecewise(x if x <= 0, 2x otherwise) - max(0, x)", 0.0, 1.0), ("leaky_relu(-x) - leaky_relu(x)", 0.0, -1.01),
    ("relu(-2x) - 2relu(x) + |x| |3x|", 0.0, -2.0), ("relu(x) - 2relu(-x)", 0.0, np.nan),
    ("max(x, 3) - min(x, 3)", 3.0, np.nan),
    ("|x|", 0.0, np.nan), ("relu(x) + relu(-x)", 0.0, np.nan), ("x^2/|x|", 0.0, np.nan), ("ln|x|", 0.0, np.nan),
    ("piecewise(x^2 if x < 0, x^3 if x > 0)", 0.0, np.nan), ("piecewise(2x if x > 1, x + 2 otherwise)", 1.0, np.nan),
    ("piecewise(x^2 if x < 1, 2x otherwise)", 1.0, np.nan),
    ("piecewise(x^2 if x < 1, ln(x - 1) otherwise)", 1.0, np.nan),
    # a branch that never applies, or only where it equals another one
    ("max(1, -sgn(x) - 5) + x", 0.0, 1.0), ("piecewise(x if x^2 >= 0, 2x otherwise)", 0.0, 1.0),
    ("min(|x| + 3, x, 3 + x^4)", 0.0, 1.0), ("piecewise(|x| if e^x < -1, 2x if sin x <= 1, 0 otherwise)", 0.0, 2.0),
    ("sqrt(x^6)", 0.0, 0.0), ("max(|x|, -x^2)", 0.0, np.nan), ("|x^3| + min(0, relu(x) - 1)", 0.0, np.nan),
    ("max(1, -sgn(x)) + x", 0.0, 1.0), ("max(1/2, sgn(x)) + x", 0.0, np.nan), ("|x^2 + 1| x", 0.0, 1.0),
    ("piecewise(sin x if x <= x, |x| otherwise)", 0.0, 1.0), ("piecewise(|x| if x^2 != x^2, 3x otherwise)", 0.0, 3.0),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::jacocalc.compiled.failures.Overflowed")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("formula", "x", "slope"), MEETING)
def test_where_all_branches_have_one_derivative_it_is_that_of_the_function(
    formula: str, x: float, slope: float, dtype: Any, backend: str
) -> None:
    """Red for NaN where branches meet smoothly, and for a number where they only meet, or do not."""
    c = jc.compile(f"f(x, y) = {formula} + y", backend=backend)
    X = np.array([[x, 2.0], [x + 0.5, 2.0]], dtype)
    tolerance = 1e-13 if dtype is np.float64 else 1e-5
    for found in (c.gradient(X)[0], c.jacobian(X, sparse=True)[0], c.vjp(X, np.ones(2, dtype))[0]):
        assert found.dtype == dtype
        near(found, [slope, 1], tolerance, tolerance)
    near(c.jvp(X[0], np.array([3.0, 0.0], dtype)), 3 * slope, tolerance, tolerance)
    near(pickle.loads(pickle.dumps(c)).gradient(X)[0], [slope, 1], tolerance, tolerance)


def test_no_value_appears_where_a_branch_that_is_left_out_has_none(backend: str) -> None:
    c = jc.compile("f(x) = [max(2, sin(ln x)), piecewise(1 if 1/x > -1/x^2 - 5, 2 otherwise), |√x|]", backend=backend)
    with pytest.warns(RuntimeWarning):
        assert np.isnan(c.value([-1.0])[[0, 2]]).all()
    near(c.value([4.0]), [2, 1, 2])


SECOND = [
    ("relu(relu(x))", -1.0, 0.0), ("relu(3 relu(x) - relu(x))", -1.0, 0.0), ("|relu(x)| + x^2", -1.0, 2.0),
    ("|x|^3", 0.0, 0.0), ("x |x| x", 0.0, 0.0), ("cos|x|", 0.0, -1.0), ("max(x, x^2, x^3)", 2.0, 12.0),
    ("relu(x) - relu(-x) + x^2", 0.0, 2.0), ("piecewise(x^3 if x < 0, sin(x^3) otherwise)", 0.0, 0.0),
    ("piecewise(sin x if x < 0, x - x^3/6 otherwise)", 0.0, 0.0), ("relu(x)^2 + relu(-x)^2", 0.0, 2.0),
    ("x |x|", 0.0, np.nan), ("|x|", 0.0, np.nan), ("relu(x)", 0.0, np.nan), ("max(x^2, 2x - 1)", 1.0, np.nan),
    ("piecewise(x^3 if x < 0, x^3 + 1 otherwise)", 0.0, np.nan), ("|x| + x^2", 0.0, np.nan),
    ("piecewise(e^x if x < 0, 1 - x + x^2/2 otherwise)", 0.0, np.nan),
    ("|x^2|", 0.0, 2.0), ("relu(x^2)", 0.0, 2.0), ("max(0, x^2 + x^4)", 0.0, 2.0), ("min(-x^2, 0)", 0.0, -2.0),
    ("sqrt(x^4)", 0.0, 2.0), ("|x^2 (1 + sin x)|", 0.0, 2.0), ("leaky_relu(2 - cosh(x) - 3)", 0.0, -0.01),
    ("|x^2 (1/2 + sin x)|", 0.0, np.nan),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::jacocalc.compiled.failures.Overflowed")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("formula", "x", "second"), SECOND)
def test_where_all_branches_have_one_second_derivative_it_is_that_of_the_function(
    formula: str, x: float, second: float, dtype: Any, backend: str
) -> None:
    """Red for NaN where first and second derivatives agree, and for a number where the first ones do not."""
    c = jc.compile(f"f(x, y) = {formula} + x y^2", backend=backend)
    X, expected = np.array([[x + 0.5, 2.0], [x, 2.0]], dtype), [[second, 4.0], [4.0, 2 * x]]
    tolerance = 1e-13 if dtype is np.float64 else 1e-5
    found = c.hessian(X)
    assert found.dtype == dtype
    assert np.isfinite(found[0]).all()
    near(found[1], expected, tolerance, tolerance)
    at = tuple(zip(*c.hessian_sparsity, strict=True))
    near(c.hessian(X, sparse=True)[1], np.array(expected)[at], tolerance, tolerance)
    near(c.hvp(X, np.array([1.0, 0.0], dtype))[1, 0], second, tolerance, tolerance)


@pytest.mark.filterwarnings("ignore::jacocalc.compiled.failures.Overflowed")
def test_each_component_and_parameters_have_second_derivatives_of_their_own(backend: str) -> None:
    c = jc.compile("f(x, y; a) = [|x - a|^3, |x - a| + y^2, x^2 y]", backend=backend)
    found = c.hessian([[2.0, 3.0], [5.0, 3.0]], a=[2.0, 5.0])
    for k, x in enumerate([2.0, 5.0]):
        near(found[k], [[[0, 0], [0, 0]], [[np.nan, 0], [0, 2]], [[6, 2 * x], [2 * x, 0]]])
    sparse = c.hessian([2.0, 3.0], a=2.0, sparse=True)
    near(sparse, [found[0][place] for place in c.hessian_sparsity])


def test_many_kinks_at_once_and_parameters(backend: str) -> None:
    """Of choices by one sign there are two ways, not 2⁴⁰."""
    turns = np.arange(1.0, 21)
    c = jc.compile(jc.trace(lambda x: np.sum(np.maximum(turns * x[0], 0) - np.maximum(-turns * x[0], 0)), (1,)))
    near(c.gradient([0.0]), [210])
    c = jc.compile(jc.trace(lambda x: np.stack([np.sum(x * np.abs(x)), np.sum(np.maximum(x, 0) ** 2)]), 20))
    X = np.random.default_rng(7).standard_normal((3000, 20))
    X[1234, [3, 5, 17]] = X[2999, 0] = 0
    near(c.jacobian(X), np.stack([2 * np.abs(X), 2 * np.maximum(X, 0)], 1))
    p = jc.compile("f(x; c) = piecewise(x^2/2 if |x| <= c, c (|x| - c/2) otherwise)", backend=backend)
    near(p.gradient([[2.0], [0.5], [3.0]], c=np.array([2.0, 0.5, 2.0])), [[2], [0.5], [2]])


OUTSIDE = [
    ("ln(x)", -1.0), ("acosh(x)", -2.0), ("atanh(x)", 2.0), ("acoth(x)", 0.5), ("asech(x)", -0.5), ("ln(ln(x))", 0.5),
    ("log_2(x)", -1.0), ("ln(x) - ln(x)", -1.0), ("sqrt(x)", -1.0), ("asin(x)", 2.0), ("ln(1 + x)", -3.0),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "x"), OUTSIDE)
def test_outside_the_domain_there_is_no_derivative(formula: str, x: float, backend: str) -> None:
    c = jc.compile(f"f(x) = {formula}", backend=backend)
    for name, given_ in (("value", ([x],)), ("gradient", ([x],)), ("vjp", ([x], [1.0])), ("jvp", ([x], [1.0]))):
        with pytest.warns(Overflowed):
            assert np.isnan(getattr(c, name)(*given_)).all()


@pytest.mark.parametrize(("formula", "x"), [
    ("loggamma(x)", -0.5), ("Ci(x)", -1.0), ("Chi(x)", -1.0), ("bessely(0, x)", -1.0), ("lambertw(x)", -1.0),
    ("li(x)", -1.0), ("gamma(x)", -2.0), ("erfinv(x)", 1.5), ("floor(x)/x", 0.0),
])  # fmt: skip
def test_outside_the_domain_of_functions_beyond_the_elementary_ones(formula: str, x: float) -> None:
    test_outside_the_domain_there_is_no_derivative(formula, x, "numpy")


def test_a_step_has_no_slope_at_a_whole_number_unless_one_is_asked_for() -> None:
    with pytest.warns(Overflowed, match="u ≠ ⌊u⌋|x ≠ ⌊x⌋"):
        assert np.isnan(jc.compile("f(x) = floor(x)").gradient([2.0])).all()
    assert jc.compile("f(x) = x floor(x)", kink=1).gradient([2.0]) == 2
    assert jc.compile("f(x) = x floor(x)").gradient([2.5]) == 2


LARGE = [("coth(x)", 20.0, 1.0, -1 / np.sinh(20.0) ** 2), ("coth(x)", 800.0, 1.0, 0.0), ("elu(x)", 0.0, 0.0, 1.0),
         ("sech(x)", 800.0, 0.0, 0.0), ("csch(x)", 800.0, 0.0, 0.0)]  # fmt: skip


@pytest.mark.parametrize(("formula", "x", "value", "slope"), LARGE)
def test_functions_are_differentiated_by_their_own_rows(
    formula: str, x: float, value: float, slope: float, backend: str
) -> None:
    c = jc.compile(f"f(x) = {formula}", backend=backend)
    near(c.value([x]), value, 1e-14, 1e-300)
    near(c.gradient([x]), [slope], 1e-13, 1e-300)


def test_names_that_are_taken_are_given_as_parameters(backend: str) -> None:
    c = jc.compile("f(x; out, executor) = out x + executor", backend=backend)
    near(c.value([2.0], parameters={"out": 3, "executor": 4}), 10)


@pytest.mark.parametrize("length", [0, 7, 3000, 8000, 12000, 15000])
def test_a_damaged_library_is_made_again(length: int, tmp_path: Path) -> None:
    """Half a file would end the process."""
    if not has_compiler():
        pytest.skip("no C compiler")
    script = "import jacocalc as jc; print(jc.compile('f(x) = 23 x^3 + 4', backend='c').value([2.0]))"
    for _ in range(2):
        environment = {**os.environ, "JACOCALC_CACHE": str(tmp_path)}
        words = [sys.executable, "-W", "error", "-c", script]
        done = subprocess.run(words, capture_output=True, text=True, env=environment)
        assert done.stdout == "188.0\n", done.stderr
        kernel, driver = tmp_path.glob("*.so")
        kernel.write_bytes(kernel.read_bytes()[:length])
        driver.write_bytes(driver.read_bytes()[:length])


@pytest.mark.parametrize("folder", ["/proc", "/dev/null/x", "read-only", "taken"])
def test_a_cache_that_cannot_be_used_is_done_without(folder: str, tmp_path: Path) -> None:
    """A folder of the process itself takes its place, and goes when it ends."""
    if not has_compiler():
        pytest.skip("no C compiler")
    cache = tmp_path / folder if "/" not in folder else Path(folder)
    if folder == "read-only":
        cache.mkdir(mode=0o500)
    elif folder == "taken":
        cache.write_text("a file")
    (tmp_path / "own").mkdir()
    script = "import jacocalc as jc; print(jc.compile('f(x) = 23 x^3 + 4', backend='c').value([2.0]))"
    environment = {**os.environ, "JACOCALC_CACHE": str(cache), "TMPDIR": str(tmp_path / "own")}
    words = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(words, capture_output=True, text=True, env=environment)
    assert done.stdout == "188.0\n", done.stderr
    assert not list((tmp_path / "own").iterdir())


def test_flags_may_stand_behind_the_compiler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if not has_compiler():
        pytest.skip("no C compiler")
    monkeypatch.delenv("CC", raising=False)
    (path,) = compiler()
    monkeypatch.setenv("CC", f"{path} -DNAMED='a b'")
    assert compiler() == (path, "-DNAMED=a b")
    near(jc.compile("f(x) = 31 x^3 + 5", backend="c").value([2.0]), 253)
    for name in ("a cc", "one's"):
        odd = tmp_path / name
        odd.symlink_to(path)
        monkeypatch.setenv("CC", str(odd))
        assert compiler() == (str(odd),)
    monkeypatch.setenv("CC", "gcc '")
    with pytest.raises(NoCompiler, match="CC cannot be read"):
        compiler()


def test_a_compiler_that_makes_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "/bin/true")
    with pytest.warns(RuntimeWarning, match="the C compiler failed: it made no library; NumPy is used instead"):
        near(jc.compile("f(x) = 29 x^3 + 5", backend="c").value([2.0]), 237)


def test_a_library_of_another_processor_is_not_taken(tmp_path: Path) -> None:
    """In a folder that several machines share: red where only the compiler's version tells libraries apart."""
    if not has_compiler():
        pytest.skip("no C compiler")
    made = tmp_path / "made"
    for processor in ("one", "one", "another"):
        script = tmp_path / "cc"
        called = shlex.join(compiler())
        script.write_text(f'#!/bin/sh\ncase "$*" in *-###*) echo {processor} >&2;; *) exec {called} "$@";; esac\n')
        script.chmod(0o755)
        asked = "import jacocalc as jc; jc.compile('f(x) = x^3', backend='c').value([2.0])"
        words = [sys.executable, "-W", "error", "-c", asked]
        subprocess.run(words, check=True, env={**os.environ, "JACOCALC_CACHE": str(made), "CC": str(script)})
        assert len(list(made.glob("*.so"))) == {"one": 2, "another": 4}[processor]


@pytest.mark.parametrize(("given", "message"), [
    ({"wrt": ["b"]}, "the loss h is .*, not a scalar"), ({"wrt": ["b"], "kink": 0.5}, "belong to functions"),
    ({"wrt": ["b"], "backend": "c"}, "belong to functions"),
])  # fmt: skip
def test_what_a_program_cannot_be_asked(given: dict[str, Any], message: str) -> None:
    with pytest.raises(JacocalcError, match=message):
        jc.compile("x: n; W: m x n; b: m; h = tanh(W x + b)", **given)


@pytest.mark.filterwarnings("ignore::jacocalc.compiled.failures.Overflowed")
@pytest.mark.parametrize(("formula", "x", "slope"), [
    ("piecewise((exp(x) - 1)/x if x != 0, 1 otherwise)", 0, np.nan),
    ("piecewise(1 if x = 0, sin(x)/x otherwise)", 0, np.nan),
    ("piecewise(1 if x = 0, x if x > 0, 3x otherwise)", 0, np.nan), ("piecewise(x^2 if x != 1, 1 otherwise)", 2, 4),
    ("piecewise(x if x > 0 and x != 2, 3x otherwise)", 2, np.nan),
    ("piecewise(x if x > 0 and x != 2, 3x otherwise)", 0, 3),
    ("piecewise(x if x > 700, exp(x) otherwise)", 1000, 1), ("piecewise(x if x > 1, 5x if x > 0)", 1, 5),
])  # fmt: skip
def test_a_single_point_is_no_kink(formula: str, x: float, slope: float, backend: str) -> None:
    """Between two regions a convention can hold; at a point that has a value of its own there is no derivative."""
    c = jc.compile(f"f(x) = {formula}", backend=backend, kink=0.5)
    assert c.gradient([float(x)])[0] == pytest.approx(slope, nan_ok=True)


def test_a_value_that_is_missing_is_no_kink() -> None:
    with pytest.warns(Overflowed) as caught:
        jc.compile("f(x) = ln(x)", kink=0.5).gradient([-1.0])
    assert "kink=t" not in str(caught[0].message)


def test_shares_of_large_numbers_keep_their_digits(backend: str) -> None:
    near(jc.compile("f(x, y) = softmax(x, y)", backend=backend).value([1e12, 1e12]), [0.5, 0.5], 1e-15)
    c = jc.compile("f(x, y, z) = ln(e^x + e^y + e^z)", backend=backend)
    shares = np.exp([0.0, 1.0, -1.0]) / np.exp([0.0, 1.0, -1.0]).sum()
    near(c.gradient([1e12, 1e12 + 1, 1e12 - 1]), shares, 1e-14)
    near(c.hessian([1e12, 1e12 + 1, 1e12 - 1]), np.diag(shares) - np.outer(shares, shares), 1e-14)
    near(c.gradient(np.full(3, 1e6, np.float32)), np.full(3, 1 / 3), 1e-6)


def test_a_gradient_through_the_greatest_of_many_costs_a_few_times_the_value() -> None:
    """One pass of adjoints through max and np.where as well, not a row of all inputs for each choice."""

    def attention(x: Any) -> Any:
        s = x[0] @ x[1].T
        e = np.exp(s - s.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True) @ x[2]

    def network(x: Any) -> Any:
        h = x
        for _ in range(3):
            h = np.where(h > 0, h, h / 10) @ (np.arange(36).reshape(6, 6) % 7 - 3)
        return np.max(h) * np.minimum(h[0], h[1])

    wide = jc.compile(jc.trace(lambda x: network(x[:6] + x[6:12] * x[12:]), 18))
    for c in (jc.compile(jc.trace(attention, (3, 8, 4))), wide):
        assert c.operations("vjp") < 4 * c.operations()
    c = jc.compile(jc.trace(network, 6))
    assert c.operations("vjp") < 6 * c.operations()


@pytest.mark.parametrize(
    ("text", "point", "wanted"),
    [
        ("f(x, y) = max(|x|, y)", [0, 3], [0, 1]),
        ("f(x, y) = piecewise(|x| if y < 0, y otherwise)", [0, 3], [0, 1]),
        ("f(x, y, z) = max(max(x, y), z)", [1, 1, 3], [0, 0, 1]),
        ("f(x, y, z, w, u) = max(x, y, z, w, u)", [1, 1, 2, 1, 1], [0, 0, 1, 0, 0]),
        ("f(x, y, z, w) = min(relu(x), |y|, z, w)", [0, 0, 1, -1], [0, 0, 0, 1]),
    ],
)
def test_a_kink_of_a_branch_that_does_not_apply_is_none(
    text: str, point: list[float], wanted: list[float], backend: str
) -> None:
    near(jc.compile(text, backend=backend).gradient(point), wanted)


def test_the_greatest_of_an_array_has_ties_only_at_the_top(backend: str) -> None:
    c = jc.compile(jc.trace(lambda x: np.max(x) + np.linalg.norm(x, np.inf), 4), backend=backend)
    near(c.gradient([1.0, 1.0, 0.0, 3.0]), [0, 0, 0, 2])
    c = jc.compile(jc.trace(lambda A: np.max(A, axis=1, keepdims=True) * A.min(axis=0), (2, 3)), backend=backend)
    A = np.array([[1.0, 5.0, 2.0], [3.0, 4.0, 7.0]])
    near(c.value(A.ravel()), (A.max(axis=1, keepdims=True) * A.min(axis=0)).ravel())


@pytest.mark.parametrize("count", [2, 3, 4, 5, 9])
def test_second_derivatives_of_the_greatest_of_many(count: int, backend: str) -> None:
    """H of max(x)² has a 2 at the greatest: red where a tie is asked for with an equation, which has no inside."""
    names = [f"x_{i}" for i in range(count)]
    c = jc.compile(f"f({', '.join(names)}) = max({', '.join(names)})^2", backend=backend)
    x = np.random.default_rng(count).permutation(count) + 1.0
    wanted = np.zeros((count, count))
    wanted[np.argmax(x), np.argmax(x)] = 2
    near(c.hessian(x), wanted)
    near(c.hvp(x, np.ones(count)), wanted.sum(axis=1))


@pytest.mark.parametrize("kink", [None, 0.5])
def test_choices_differentiate_as_in_jax(kink: Any, backend: str) -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    A, B = np.random.default_rng(3).standard_normal((2, 5, 5))

    def f(x: Any, m: Any) -> Any:
        leaky = m.where(A @ x > 0, A @ x, (B @ x) ** 3)
        return m.stack([m.max(leaky) * m.min(B @ x), m.where(x[0] > x[1], m.exp(x[2]) - 1, x[3] * x[4]),
                        m.maximum(m.maximum(x[0], x[1]), m.where(x[2] > 0, x[3], m.abs(x[4])))])  # fmt: skip

    c = jc.compile(jc.trace(lambda x: f(x, np), 5), backend=backend, kink=kink)
    for x in np.random.default_rng(4).standard_normal((10, 5)):
        J = np.asarray(jax.jacobian(lambda x: f(x, jax.numpy))(x))
        near(c.jacobian(x), J, 1e-12, 1e-12)
        near(c.vjp(x, [1.0, -2.0, 3.0]), [1.0, -2.0, 3.0] @ J, 1e-12, 1e-12)


def test_a_cotangent_of_a_scalar_function_has_the_shape_of_its_value() -> None:
    c = jc.compile("f(x, y) = x^2 y")
    for batch in ((), (4,), (4, 5), (3, 1)):
        X = np.random.default_rng(1).standard_normal((*batch, 2))
        W = np.random.default_rng(2).standard_normal(batch)
        near(c.vjp(X, W), W[..., None] * c.gradient(X))
        near(c.vjp(X, W[..., None]), c.vjp(X, W))


def test_a_kink_may_be_a_number_of_numpy() -> None:
    assert jc.compile("f(x) = |x|", kink=np.float32(0.75)).gradient([0.0]) == 0.5


@pytest.mark.parametrize("kink", [-1, 2, "above", True])
def test_a_kink_is_a_weight(kink: Any) -> None:
    with pytest.raises(JacocalcError, match="kink is a number from 0 to 1"):
        jc.compile("f(x) = |x|", kink=kink)


# -- honesty ------------------------------------------------------------------------------------------


def test_the_operation_that_overflows_is_named(backend: str) -> None:
    c = jc.compile("f(x, y) = e^(x^2) y + ln y", backend=backend)
    with pytest.warns(Overflowed, match=r"exp\(x\^2\) overflows at x = 40, y = 1, and at 1 more of 3 points"):
        c.value([[1.0, 2.0], [40.0, 1.0], [50.0, 1.0]])
    with pytest.warns(Overflowed, match=r"ln\(y\) has no value at x = 1, y = -1"):
        c.value([1.0, -1.0])
    with pytest.warns(Overflowed, match=r"ln\(xyz\) has no value at x = 1, y = 2, z = -3"):
        jc.compile("f(x, y, z) = ln(x y z)", backend=backend).value([1.0, 2.0, -3.0])
    with pytest.warns(Overflowed, match="y is nan"):
        c.value([1.0, np.nan])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        c.value([[1.0, 2.0], [3.0, 4.0]])
        jc.compile("f(x) = x", backend=backend).value([[1e200]])  # whose square is infinite, but not it


@pytest.mark.parametrize(
    ("text", "point", "said"),
    [
        ("f(x) = x/sqrt(x^2 + 1)", [1e200], r"x\^2 overflows at x = 1e\+200: a result .* is 0 instead of 1$"),
        ("f(x) = x/(x^2 + 1)", [1e200], "is 0 instead of 1e-200$"),
        ("f(x, y) = [y, x/sqrt(x^2 + y^2 + 1)]", np.array([3e20, 4e20], np.float32), "is 0 instead of 0.6$"),
        ("f(x) = exp(-1000x/sqrt(x^2 + 1))", [1e200], "is 1 instead of 0$"),
        ("f(x) = 1 - x/sqrt(x^2 + 1)", [1e200], "is 1 instead of 0$"),
        ("f(x) = x/sqrt(x^2 + 1) + 1/(1 + e^(x^2))", [1e200], "is 0 instead of 1$"),
        ("f(x, y) = (x^y)^(-1/1000)", [-1e200, 2.0], "may be wrong$"),
        ("f(x, y) = [1/(1 + e^x + x^2), (1 + y) - 1]", [800.0, 1e-17], ""),
        ("f(x) = arctan(e^x) e^-x", [800.0], ""),
        ("f(x) = 1/(1 + e^(2x) + x^2)", [800.0], ""),
        ("f(x) = arctan(x^3)", [1e150], ""),
        ("f(x) = e^(-1/x^2)", [0.0], r"1/x\^2 is infinite at x = 0: a result that is computed from it has no value"),
        ("f(x) = e^(2 ln x)", [0.0], r"ln\(x\) is infinite at x = 0: a result .* has no value there"),
        ("f(x) = piecewise(1/x if x > 0, x otherwise)", [0.0], ""),
    ],
)
def test_an_overflow_that_a_result_hides_is_said_where_the_result_is_wrong(
    text: str, point: Any, said: str, backend: str
) -> None:
    """Red where 0 = c/∞ passes for a value, and where e^800 is called wrong although 1/(1 + e^800) is not."""
    c = jc.compile(text, backend=backend)
    batch = np.ones((5000, c.n), np.asarray(point).dtype)
    batch[4321] = point
    for points in (point, batch):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            assert np.isfinite(c.value(points)).all()
        assert len(caught) == (1 if said else 0)
        if said:
            assert re.search(said, str(caught[0].message))
            assert caught[0].filename == __file__


def test_an_entry_that_is_infinite_hides_no_other_that_is_wrong(backend: str) -> None:
    c = jc.compile("f(x, y) = [x^3, x/sqrt(x^2 + 1), y]", backend=backend)
    with pytest.warns(Overflowed) as caught:
        assert c.value([1e200, 2.0]).tolist() == [np.inf, 0, 2]
    assert [re.sub(".* (at|is) ", "", str(one.message)) for one in caught] == ["x = 1e+200, y = 2", "0 instead of 1"]
    with pytest.warns(Overflowed) as caught:
        jc.compile("f(x) = [1/x, x]", backend=backend).value([0.0])
    assert len(caught) == 1


@pytest.mark.parametrize("point", [np.inf, np.nan])
def test_a_point_that_is_not_finite_is_no_overflow(point: float, backend: str) -> None:
    """Red where balls are asked for the truth at ∞, which they have not."""
    c = jc.compile("f(x, y) = [1/(1 + x^2), y/sqrt(y^2 + 1)]", backend=backend)
    with pytest.warns(Overflowed) as caught:
        found = c.value([[point, np.inf], [point, 1e200], [1.0, 1e200]])
    assert "is 0 instead of 1" in str(caught[-1].message)
    assert found[2].tolist() == [0.5, 0]


def test_rows_in_which_other_operations_overflow_are_looked_at(backend: str) -> None:
    c = jc.compile("f(x, y) = [1/(1 + e^x + x^2), y/sqrt(y^2 + 1)]", backend=backend)
    X = np.ones((1000, 2))
    X[:, 0] = 800
    X[501, 1] = 1e200
    with pytest.warns(Overflowed, match="is 0 instead of 1$"):
        c.value(X)


def test_a_harmless_overflow_is_not_looked_into_in_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red where a loop pays for the truth each time; wrong results are said each time."""
    looked: list[int] = []

    def look(*given: Any) -> str:
        looked.append(1)
        return ""

    monkeypatch.setattr("jacocalc.compiled.functions.swallowed", look)
    c = jc.compile("f(x) = 1/(1 + e^x + x^2)")
    for _ in range(100):
        c.value([800.0])
    assert len(looked) == 8
    monkeypatch.undo()
    c = jc.compile("f(x) = x/sqrt(x^2 + 1)")
    for _ in range(20):
        with pytest.warns(Overflowed, match="instead of 1"):
            c.value([1e200])


def test_an_overflow_in_one_of_many_parts_is_said(backend: str) -> None:
    """Red where parts that ran on other threads or processes keep it to themselves."""
    c = jc.compile("f(x) = x/sqrt(x^2 + 1)", backend=backend)
    points = np.ones((200_000, 1))
    points[150_000] = 1e200
    with ThreadPoolExecutor(2) as pool, pytest.warns(Overflowed, match="0 instead of 1"):
        c.value(points, executor=pool)


def test_cancellation_is_said_with_the_digits_that_are_lost() -> None:
    found = jc.compile("f(x) = x - sin x").losses([1e-4])
    assert [str(loss) for loss in found] == ["x - sin(x) loses 8 of 16 digits here: it is about 1.66667e-13"]
    assert jc.compile("f(x) = x - sin x").losses([2.0]) == []
    assert jc.compile("f(x) = e^x - 1").losses([1e-12]) == []
    assert jc.compile("f(x, y) = x/tan(y - x)").losses([700.0, 1e160])[0].digits == 16
    assert [loss.digits for loss in jc.compile("f(x, y) = (x + y) - x").losses([1e300, 1.0])] == [16]
    far_off = jc.compile("f(x, y, z) = (((x + y) - x) - y) z + 1/z").losses([1.0, 0.1, 1e200])
    assert [loss.digits for loss in far_off] == [15]
    worst = jc.compile("f(x, y) = (x + y)^2 - x^2 - 2x y").losses([1e8, 1e-8])
    assert worst[0].digits == 16
    assert [loss.digits for loss in jc.compile("f(x) = ln(1 + x) - x").losses([1e-6], "jacobian")] == [6]


@pytest.mark.parametrize("x", [[np.nan], [np.inf], np.empty((0, 1)), [[1e-4], [1e-5]]])
def test_losses_belong_to_one_point(x: Any) -> None:
    with pytest.raises(JacocalcError, match="at one point of 1 finite numbers"):
        jc.compile("f(x) = x - sin x").losses(x)


def test_a_compiler_that_fails_is_said_once_and_numpy_takes_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "cc"
    script.write_text("#!/bin/sh\necho 'no room on this machine' >&2\nexit 1\n")
    script.chmod(0o755)
    monkeypatch.setenv("CC", str(script))
    c = jc.compile("f(x) = 17 x^3 + 5", backend="c")
    known = {c}
    with pytest.warns(RuntimeWarning, match="no room on this machine; NumPy is used instead") as said:
        found = c.value([2.0])
    assert said[0].filename == __file__
    assert c in known
    near(found, 141)
    near(c.gradient([2.0]), [204])  # a second warning would be an error


def test_no_compiler_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CC", raising=False)
    with pytest.warns(RuntimeWarning, match="there is no C compiler; NumPy is used instead"):
        near(jc.compile("f(x) = 19 x^3 + 5", backend="c").value([2.0]), 157)


# -- as values ----------------------------------------------------------------------------------------


def test_a_long_traced_function_is_pickled() -> None:
    """Deeper than pickling can follow; parts that are shared stay shared."""

    def turned(x: Any) -> Any:
        for _ in range(3_000):
            x = np.sin(x) + x / 10
        return x

    f = jc.trace(turned, 2)
    again = pickle.loads(pickle.dumps(f))
    assert len(pickle.dumps(f)) < 2_000_000
    c = jc.compile(f)
    assert jc.compile(again).to_code() == c.to_code()
    kept = pickle.loads(pickle.dumps(c))
    assert kept.jacobian([0.3, 0.7]).tobytes() == c.jacobian([0.3, 0.7]).tobytes()
    assert kept.to_code() == c.to_code()


def test_where_equal_parts_were_read_is_kept_by_pickling() -> None:
    stage = read_function("f(x, y) = [1/x + 1/x, sin(1/x) / (1/x)]")
    again = pickle.loads(pickle.dumps(stage))
    spans = [[node.span for node in parts_of(one)] for one in (*stage.values, *again.values)]
    assert spans[:2] == spans[2:]
    assert (again, again.text, again.notes) == (stage, stage.text, stage.notes)


def parts_of(expr: Expr) -> list[Expr]:
    """All parts, each as often as it stands there."""
    return [expr, *(inner for part in children(expr) for inner in parts_of(part))]


def test_pickling(backend: str) -> None:
    c = jc.compile(F, G, backend=backend)
    before = c.jacobian([[1.0, 2.0]])
    again = pickle.loads(pickle.dumps(c))
    assert again.jacobian([[1.0, 2.0]]).tobytes() == before.tobytes()
    assert repr(again) == f"<compiled g∘f: ℝ^2 → ℝ^3, {backend}>"
    assert again == c
    assert len({again, c}) == 1


def test_compiled_functions_are_equal_where_all_that_was_said_is() -> None:
    made = jc.compile("f(x, y; a) = [a x y, |x|]", kink=0.5)
    others = [
        jc.compile("f(x, y; a) = [a y^2, |x|]", kink=0.5),
        jc.compile("f(x, y; a) = [a x y, |x|]", kink=0),
        jc.compile("f(x, y; b) = [b x y, |x|]", kink=0.5),
        jc.compile("f(x, y; a) = [|x|, a x y]", kink=0.5),
    ]
    made.jacobian([[1.0, 2.0]], a=3.0)
    assert made == jc.compile("f(x, y; a) = [a x y, |x|]", kink=0.5)
    assert all(made != other for other in others)
    assert len({made, *others}) == 5


def test_sparsity_and_operations() -> None:
    c = jc.compile("f(x, y, z) = [x y, 3, z^2 + 0 x]")
    assert c.sparsity == ((0, 0), (0, 1), (2, 2))
    assert c.operations("value") == 2
    assert (c.n, c.m) == (3, 3)


SPARSE = {
    "jacobian": ("f(x, y, z) = [x y, 3 z, z^2 + 0 x, 7]", ((0, 0), (0, 1), (1, 2), (2, 2))),
    "a linear one": ("f(x, y) = [2 x, x + y]", ((0, 0), (1, 0), (1, 1))),
    "nothing": ("f(x, y) = [1, 2]", ()),
}


@pytest.mark.parametrize(("text", "places"), SPARSE.values(), ids=SPARSE)
def test_only_the_entries_that_can_be_other_than_0(
    text: str, places: tuple[tuple[int, int], ...], backend: str
) -> None:
    c = jc.compile(text, backend=backend)
    points = np.arange(1, 1 + 5 * c.n, dtype=float).reshape(5, c.n) / 3
    whole, entries = c.jacobian(points), c.jacobian(points, sparse=True)
    assert c.sparsity == places
    assert entries.shape == (5, len(places))
    again = np.zeros_like(whole)
    for k, (i, j) in enumerate(c.sparsity):
        again[:, i, j] = entries[:, k]
    assert again.tobytes() == whole.tobytes()
    assert c.jacobian(points[0], sparse=True).shape == (len(places),)


def test_second_derivatives_that_can_be_other_than_0(backend: str) -> None:
    one = jc.compile("f(x, y, z) = x^2 y + 3 z", backend=backend)
    two = jc.compile("g(x, y) = [x^2, 5, x y]", backend=backend)
    assert one.hessian_sparsity == ((0, 0), (0, 1), (1, 0))
    assert one.hessian([2.0, 3.0, 4.0], sparse=True).tolist() == [6, 4, 4]
    assert two.hessian_sparsity == ((0, 0, 0), (2, 0, 1), (2, 1, 0))
    assert two.hessian([[2.0, 3.0]] * 2, sparse=True).tolist() == [[2, 1, 1]] * 2


def test_one_point_of_a_long_function_takes_little_memory(backend: str) -> None:
    """2,000 × 2,000 numbers would be 32 MB, and the operations at 1,024 points 50 MB."""
    c = jc.compile(jc.trace(lambda x: x * np.roll(x, 1), 2000), backend=backend)
    c.kernel("sparse jacobian")
    tracemalloc.start()
    found = c.jacobian(np.arange(2000.0), sparse=True)
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()
    assert found[:6].tolist() == [1999, 0, 1, 0, 2, 1]


SCRIPT = """
import hashlib, numpy as np, jacocalc as jc
from jacocalc.compiled.c_source import Source
c = jc.compile("f(x, y, z) = [e^(x y)/(1 + e^(x y)), x y z + sin(x y), max(x, y, z)]")
H = c.hessian(np.linspace(0.1, 2, 30).reshape(10, 3))
text = Source(c._job("hessian"), np.dtype(float)).text()
print(hashlib.sha256(H.tobytes()).hexdigest(), hashlib.sha256(text.encode()).hexdigest())
"""


def test_the_same_bytes_in_every_run() -> None:
    said = {
        subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True,
                       env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in share(("1", "2", "33"), 2)
    }  # fmt: skip
    assert len(said) == 1


def test_sympy_expressions_are_compiled() -> None:
    sympy = pytest.importorskip("sympy")
    x, y = sympy.symbols("x y")
    c = jc.compile(sympy.Matrix([x**2 * y, sympy.exp(-x) / y, x ** sympy.Rational(3, 2)]), inputs=(x, y))
    near(c.jacobian([4.0, 3.0]), [[24, 16], [-np.exp(-4) / 3, -np.exp(-4) / 9], [3, 0]])
    assert jc.compile(sympy.sin(x), inputs=(x,)).value([0.5]).shape == ()
    with pytest.raises(JacocalcError, match="y occurs but is not among the inputs"):
        jc.compile(x * y, inputs=(x,))


def test_gradients_equal_those_of_pytorch() -> None:
    torch = pytest.importorskip("torch")
    text = "f(x, y, z) = ln(1 + e^(x y)) + tanh(z)^3/sqrt(x^2 + y^2) + max(x, y) z"
    X = np.random.default_rng(5).standard_normal((50, 3))
    t = torch.tensor(X, requires_grad=True)
    x, y, z = t.unbind(-1)
    (torch.nn.functional.softplus(x * y) + z.tanh() ** 3 / torch.hypot(x, y) + torch.maximum(x, y) * z).sum().backward()
    near(jc.compile(text).gradient(X), t.grad.numpy(), 1e-12, 1e-12)


def test_jacobians_equal_those_of_jax() -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy

    def f(x: Any) -> Any:
        return jnp.stack([x[0] ** 3 * jnp.sin(x[1]), jnp.arctan2(x[0], x[1]), jnp.log1p(x[1] ** 2) / (1 + x[0] ** 2)])

    c = jc.compile("f(x, y) = [x^3 sin y, atan2(x, y), ln(1 + y^2)/(1 + x^2)]")
    X = np.random.default_rng(6).standard_normal((40, 2))
    near(c.jacobian(X), jax.vmap(jax.jacfwd(f))(X), 1e-12, 1e-12)
