"""Python code that is traced: what comes out is the function that the code computes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import jacocalc as jc
from jacocalc.errors import JacocalcError


def rosenbrock(x: Any) -> Any:
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(len(x) - 1))


def by_halves(x: Any) -> Any:
    out = np.zeros_like(x)
    out[: len(x) // 2] = np.sin(x[: len(x) // 2])
    out[len(x) // 2 :] = x[len(x) // 2 :] * 2.5
    return out


def filled(act: Callable[[Any, Any], object]) -> Callable[..., Any]:
    """What a function of NumPy puts into an array of ones."""

    def code(x: Any) -> Any:
        out = np.ones_like(x) * 1.0
        act(x, out)
        return out

    return code


W = np.array([[1.0, -2.0, 0.5], [0.25, 3.0, 1.0]])
SOME = np.array([True, False, True])
CODES: list[tuple[Callable[..., Any], int | tuple[int, ...]]] = [
    (lambda x, y: [x**2 + y, 2 * x * y], 2),
    (lambda x: x**2 / (1 + x), 1),
    (rosenbrock, 5),
    (lambda x: np.tanh(W @ x), 3),
    (lambda x: np.dot(x[:2], W) - x, 3),
    (lambda x: np.maximum(x, 0.5) + np.minimum(x[::-1], 1), 3),
    (lambda x: np.where(x > 0.6, x**2, np.exp(-x)), 3),
    (lambda x: np.where(x <= 0.6, x**2, np.exp(-x)), 3),
    (lambda x: np.where(x >= 0.6, x**2, np.exp(-x)), 3),
    (lambda x: np.where((x > 0.2) & (x < 0.8), x, 1 / x), 3),
    (lambda x: np.linalg.norm(x) * np.sum(x) / np.mean(x), 3),
    (lambda x: x.var() + x.max() - x.min() + x.prod(), 4),
    (lambda x: np.hypot(x[0], x[1]) + np.arctan2(x[1], 2.0) + np.cbrt(x[0]), 2),
    (lambda x: np.logaddexp(x[0], x[1]) + np.log1p(x[0]) + np.expm1(x[1]), 2),
    (lambda x: np.sqrt(x) ** 3 + x**0.5 + 2.0**x + np.log2(x) + np.log10(x) + np.abs(-x), 2),
    (by_halves, 4),
    (lambda *a: a[0] * a[1] - a[2], 3),
    (lambda x: np.clip(x, 0.3, 0.6) + np.min(x) - np.max(x), 3),
    (lambda x: x[0] ** 2, (1,)),
    (lambda pi, sin: pi * sin, 2),
    (lambda A: A @ A.T, (2, 3)),
    (lambda A: np.outer(A[0], A[1]).sum(axis=0), (2, 3)),
    (lambda x: np.concatenate([x, np.cumsum(x[::-1] ** 2)]), 3),
    (lambda x: np.einsum("i,ij->j", x[:2], W), 3),
    (lambda x: np.square(x) + np.reciprocal(x) + np.arcsinh(x) + np.float64(2) * x, 2),
    (lambda x: np.sign(x) * np.cosh(x) - np.arccos(x), 2),
    (lambda x: np.log(x) + 2 * np.arcsin(x) + 3 * np.arctan(x) + 5 * np.arctanh(x) + 7 * np.arccosh(1 + x), 2),
    (lambda x, y: np.square(np.array([x, y])) - np.log(np.array([y, 2 * x])), 2),
    (lambda x, y: [-x, 0 - y, 2.0**x * y**x], 2),
    (lambda x, y: [np.where(x < y, x, 3 * y), np.where(y <= x, x, 3 * y)], 2),
    (lambda x, y: [np.where(x > y, x, 3 * y), np.where(y >= x, x, 3 * y)], 2),
    (lambda x, y: np.where(np.logical_and(x > 0.2, y < 0.9), x, 3 * y), 2),
    (lambda x: x.clip(0.3, 0.6) + np.deg2rad(x) * np.degrees(x), 3),
    (lambda x: (x > 0.5) * x + (x > 0.3).astype(float) - x.astype(float), 3),
    (lambda x: np.where(~((x > 0.5) & (x < 0.8)), x, 0) + np.where(np.logical_not(x >= 0.4), 2, x), 3),
    (lambda x: [np.linalg.norm(x, 3), np.linalg.norm(x - 0.5, np.inf), np.linalg.norm(x, ord=1), np.linalg.norm(x, 2),
                np.linalg.norm(x - 0.5, -np.inf), np.linalg.norm(x - 0.5, 0.5)], 3),
    (lambda A: np.linalg.norm(A, 3, axis=0) - np.linalg.norm(A, np.inf, 1) * A[0], (2, 2)),
    (lambda A: np.linalg.norm(A, 2, axis=1) - np.linalg.norm(A[0], 3, 0, True), (2, 2)),
    (lambda x: np.piecewise(x, [x < 0.5], [lambda u, k, c: k * u + c, 7], 2, c=3), 3),
    (filled(lambda x, out: np.linalg.multi_dot([np.outer(x, x), x], out=out)), 3),
    (lambda A: np.linalg.matrix_power(A, 3) - np.linalg.multi_dot([A, A.T, A]), (2, 2)),
    (lambda A: np.linalg.matrix_power(A + np.eye(2), -2) + np.linalg.matrix_power(A + np.eye(2), -1), (2, 2)),
    (lambda A: np.linalg.norm(A[0], np.arange(9)[3]) + np.linalg.norm(A, np.arange(9, dtype=np.int32)[1]), (2, 2)),
    (lambda A: np.linalg.norm(A, axis=1) + np.linalg.norm(A), (2, 2)),
    (lambda A: np.linalg.det(A) * np.linalg.inv(A + 2 * np.eye(3)) + np.linalg.solve(A + np.eye(3), A.T), (3, 3)),
    (lambda A: np.linalg.solve(A + np.eye(4), [1, 2, 3, 4]) * np.linalg.det(A + 3 * np.eye(4)), (4, 4)),
    (lambda A: np.linalg.slogdet(A - 2 * np.eye(3))[0] * A + np.linalg.slogdet(-A - 2 * np.eye(3)).logabsdet, (3, 3)),
    (lambda x: np.linalg.solve(np.array([[2.0, 1], [1, 3]]), x) * np.linalg.inv(np.outer(x[:1], x[:1])).sum(), 2),
    (lambda a, b, c, d: np.linalg.det(np.stack([np.stack([a, b]), np.stack([c, d])])), 4),
    (lambda x: np.select([x < 0.3, x < 0.6], [x**2, np.exp(x)], x - 1) + np.select([x > 0.5], [x]), 4),
    (lambda x: np.piecewise(x, [x < 0.3, x > 0.6], [lambda u: u**2, np.exp, 7]), 4),
    (lambda x: np.piecewise(x, [x > 0.2, x > 0.6], [3, lambda u: 1 / u]), 4),
    (lambda x: np.sinc(x) + np.sinc(x[0] - x[0]) + np.heaviside(x - 0.5, 0.3) * np.copysign(x, 0.4 - x[::-1]), 3),
    (lambda x, y: np.select([x < y, x > 2], [x, y], 1) * np.piecewise(x, [x < y], [np.sin, np.cos]), 2),
    (lambda x: [np.max(x, initial=0.9), x.max(initial=0.9), np.minimum.reduce(x, initial=0.3), np.amin(x, 0, None)], 3),
    (lambda x: np.add.reduce(x, initial=5) - x.sum(initial=x[0]) * np.logaddexp.reduce(x, initial=1.0), 3),
    (lambda x: np.clip(x, a_min=0.4, a_max=0.6) - x.clip(min=0.5) * np.clip(x, a_min=None, a_max=0.5), 3),
    (filled(lambda x, out: np.multiply(x, 2, out=out, where=SOME)), 3),
    (filled(lambda x, out: np.divide(1, x, out=out, where=x > 0.5)), 3),
    (filled(lambda x, out: np.clip(x, 0.4, 0.6, out=out)), 3),
    (filled(lambda x, out: np.matmul(np.outer(x, x), x, out=out)), 3),
    (filled(lambda x, out: np.max(np.outer(x, x), axis=0, out=out)), 3),
    (lambda x: np.concatenate([x[:1], [x[1] * x[0], 2], np.vstack([x, [x[0], 1, x[1]]])[1]]), 3),
    (lambda x: [x[0] + x[1:1].sum(), x[1] * x[1:1].prod(), np.sum(x[1:1])], 2),
    (lambda x: np.mean(x > 0.5) * x + np.count_nonzero(x > 0.3) + np.count_nonzero(x), 4),
    (lambda x: x + (x > 0.4).sum() - np.cumsum(x > 0.5), 4),
    (lambda x: np.where((x > 0.3) & SOME, x, 0) + np.where(SOME | (x > 0.6), 2, x) * np.logical_and(SOME, x < 0.5), 3),
    (lambda x: np.where((x > 0.3) ^ (x > 0.6), x, 0) + np.where(np.logical_xor(x > 0.5, SOME), 2, x), 3),
    (lambda x: ((x > 0.3) + (x > 0.6)) * x + np.where((x > 0.3) * (x < 0.6), 2, x), 3),
    (lambda x: np.where(np.any(x > 0.8), x, 2 * x) - np.where(np.all(np.stack([x > 0.2, x < 0.9]), axis=0), x, 3), 3),
    (lambda x, y: (x > 0.5) + y - (1 - (y > 0.5)) * x + 2 * (x < y) + np.where(True & (x < y), x, 1), 2),
    (lambda x: (x > 0.5).astype(int) * x + (x > 0.5)[0] + np.where((x - x[0]).astype(bool), x, 1), 3),
    (lambda x: np.where(x <= x, np.sin(x), x**2) + np.where(x != x, 1, x), 3),
    (filled(lambda x, out: out.__setitem__(x > 0.5, 2)), 3),
    (filled(lambda x, out: out.__setitem__(x > 0.5, x[1])), 3),
    (filled(lambda x, out: out.__setitem__(x[0] > 0.5, x)), 3),
    (lambda x: [x[0].item() + np.sum(x, dtype=float), np.ptp(x), math.floor(3 * x[0]), math.ceil(x[1] / 2)], 2),
    (lambda x: np.vectorize(lambda u, v: u**2 + v)(x, 2.0) + np.logaddexp2(x, 1.5) + np.i0(x) + np.astype(x, float), 3),
    (lambda A: np.linalg.norm(A, 1) + np.linalg.norm(A, np.inf) * np.linalg.norm(A, -1) + np.linalg.outer(A[0], A[1]),
     (2, 3)),
    (lambda A: np.linalg.trace(A @ A.T) * np.linalg.diagonal(A) + np.linalg.vecdot(A, A), (2, 2)),
    (lambda x: np.average([1.0, 3.0, 4.0], weights=x) + np.average(x, weights=[1, 2, 4]) * np.average(x), 3),
    (lambda A: np.average(A, axis=1, weights=A**2) + np.average(A, axis=1, weights=A[0]), (2, 3)),
    (lambda x: np.interp(2 * x, [0.2, 0.5, 1.1], [3, 2, 5.0]) + np.interp(0.3, [0, 1, 2], x, left=7), 3),
    (lambda x: np.gradient(x) + np.gradient(x**2, 0.1) + np.gradient(x, [0.0, 0.3, 1.0], edge_order=2), 3),
    (lambda x: np.sum(x**2, where=SOME) + np.prod(x, where=x > 0.3) * x.sum(where=SOME) - np.mean(x, where=SOME), 3),
    (lambda A: np.sum(A, axis=1, where=A > 0.5) + np.mean(A, 1, where=SOME) * np.sum(A, 0, where=A < 0.9)[0], (2, 3)),
    (lambda A: np.mean(A, axis=0, where=A < 2) * A.prod(axis=0, where=A > 0.5, initial=2), (2, 3)),
    (lambda x: (x - 0.5) ** (x > 0.5) + 3 * x ** (x[0] > 0.5) + 2 ** (x > 0.4), 3),
    (lambda x: np.where(np.isclose(x, x[0]), 1, x) * np.isclose(x, 2 * x) + np.allclose(x, x, 1e-3), 3),
    (lambda A: np.cov(A) - np.cov(A[:, :2], rowvar=False, ddof=0) * np.cov(A[0], bias=True), (2, 3)),
    (lambda x: np.linspace(x[0], x[1], 5) * np.linspace(0, x[2], 5, endpoint=False), 3),
    (lambda x: np.concatenate([np.linspace(x, x**2, 4, axis=1)[0], np.linspace(x[0], x[1], 0)]), 3),
    (lambda A: np.cov(A, aweights=[1.0, 2, 1]), (2, 3)),
    (lambda x: (x - 0.5) ** np.where(x > 0.5, x, 2) + (x - 0.5) ** np.where(x > 0.7, 0.5, np.where(x > 0.5, 3, 1)), 3),
]


@pytest.mark.parametrize(("code", "n"), CODES, ids=range(len(CODES)))
def test_traced_code_computes_what_the_code_computes(code: Callable[..., Any], n: Any) -> None:
    f = jc.trace(code, n)
    shape = (n,) if isinstance(n, int) else n
    X = np.random.default_rng(1).uniform(0.1, 0.95, (4, *shape))
    c = jc.compile(f)
    for x in X:
        separate = isinstance(n, int) and (code.__code__.co_flags & 4 or code.__code__.co_argcount == n)
        wanted = np.ravel(np.array(code(*x) if separate else code(x), float))
        np.testing.assert_allclose(np.ravel(c.value(x.ravel())), wanted, rtol=1e-13)


@pytest.mark.parametrize("code", [
    lambda x: np.where((x > 0) == (x < 1), x, 2 * x), lambda x: np.where((x > 0) != (x > 1), x, 2 * x),
    lambda x: np.where((x[0] > 0) == (x[1] > 0), x, 2 * x), lambda x: np.where((x[1] > 0) != True, x, 2 * x),  # noqa: E712
])  # fmt: skip
def test_two_conditions_that_agree_are_no_kink(code: Callable[[Any], Any]) -> None:
    x = np.array([0.5, -2.0])
    np.testing.assert_allclose(jc.compile(jc.trace(code, 2)).jacobian(x), np.diag(code(x) / x))


def test_a_chosen_exponent_is_a_choice_of_powers() -> None:
    x = np.array([-2.0, 0.5, 3.0])
    f = jc.trace(lambda x: x ** np.where(x > 2, x, np.where(x > 0, 0.5, 2)), 3)
    slopes = [-4, 0.5**0.5, 27 * (1 + np.log(3))]
    np.testing.assert_allclose(jc.compile(f).jacobian(x), np.diag(slopes))


def test_functions_of_scipy() -> None:
    special = pytest.importorskip("scipy.special")

    def code(x: Any) -> Any:
        return special.expit(x) + special.erf(x) * special.log_expit(x) - special.logit(x / 10 + 0.4)

    x = np.array([-2.0, 0.3, 5.0])
    np.testing.assert_allclose(jc.compile(jc.trace(code, 3)).value(x), code(x), rtol=1e-13)
    pairs: list[Any] = [special.xlogy, special.xlog1py, special.rel_entr, np.heaviside, np.copysign]
    for function in (special.erfc, special.ndtr, special.entr, np.sinc, *pairs):
        at = np.array([0.3, 5.0, 0.0, -0.0][: 4 if function in pairs else 3])
        traced = jc.compile(jc.trace(function, len(at)) if function not in pairs else
                            jc.trace(lambda x, act=function: act(x, x[::-1] + 0.1), 4))  # fmt: skip
        expected = function(at, at[::-1] + 0.1) if function in pairs else function(at)
        np.testing.assert_allclose(traced.value(at), expected, rtol=1e-13, atol=1e-16)
    smooth = (special.gamma, special.gammaln, special.psi, special.digamma, special.expi, special.erfi, special.j0,
              special.k1, np.floor, np.ceil, lambda x: special.iv(2, x), lambda x: special.yv(0.5, x), special.exp10,
              special.exp1)  # fmt: skip
    at = np.array([0.3, 0.7, 5.25])
    for function in (*smooth, lambda x: special.erfinv(x / 9)):
        np.testing.assert_allclose(jc.compile(jc.trace(function, 3)).value(at), function(at), rtol=1e-13)
    with pytest.raises(JacocalcError, match="the order of a Bessel function is a number"):
        jc.trace(lambda x: special.jv(x, x), 2)
    with pytest.raises(JacocalcError, match=r"^exprel cannot be traced"):
        jc.trace(special.exprel, 2)
    for refused in (special.logsumexp, special.softmax):
        with pytest.raises(JacocalcError, match=r"line \d+ of <lambda>") as caught:
            jc.trace(lambda x, refused=refused: refused(x), 3)
        assert "np.logaddexp.reduce(x) is ln Σ e^x" in caught.value.hint


def test_names_and_texts() -> None:
    f = jc.trace(lambda x, y: [x**2 + y, 2 * x * y], 2, name="f")
    assert repr(f) == "function('f(x, y) = [x^2 + y, 2xy]')"
    assert f == jc.function("f(x, y) = [x^2 + y, 2xy]")
    assert repr(jc.trace(lambda x, y: 2 * x - y + x * y * (1 - x), 2, name="f")) == (
        "function('f(x, y) = 2x - y + xy(1 - x)')"
    )
    assert [str(s) for s in jc.trace(rosenbrock, 3).inputs] == ["x_1", "x_2", "x_3"]
    assert jc.trace(rosenbrock, 3).name == "rosenbrock"
    assert [str(s) for s in jc.trace(lambda x1, x_1: x1 - x_1, 2).inputs] == ["x_1", "x_2"]  # else both are x₁
    assert jc.gradient(jc.trace(rosenbrock, 3), at=(1, 1, 2)).result.T.tolist() == [[0, -400, 200]]


def branching(x: Any) -> Any:
    y = x[0] * 2
    if y > 1:
        return y
    return x[1]


def into_zeros(x: Any) -> Any:
    y = np.zeros(2)
    y[0] = x[0]
    return y


REFUSED = [
    (branching, r"branches on a value: line \d+ of branching: if y > 1:", "np.where"),
    (lambda x: math.sin(x[0]), "needs a number", "np.sin"),
    (lambda x: np.max(x, initial=0, where=x > 1), "np.max with where= cannot", "np.max of what is chosen"),
    (lambda x: np.multiply(x, 2, where=x > 1), "leaves entries without a value", "np.where"),
    (lambda x: np.linalg.norm(x, ord=0), "branches on a value", ""),
    (lambda x: np.gradient(x, x[0]), "the traced code needs a number", ""),
    (lambda x: max(x[0], x[1]), "branches on a value", "np.maximum"),
    (lambda x: [1, 2, 3][x[0]], "needs a whole number", ""),
    (lambda x: np.linalg.inv(np.outer(x, x).repeat(3, 0).repeat(3, 1)), r"np.linalg.inv cannot be traced: line \d+ of ",
     "up to 4×4 it can; else a program at matrix level: jc.backprop"),
    (lambda x: np.linalg.det(np.stack([x, x, x])), "LinAlgError: .* must be square", ""),
    (lambda a, b: np.linalg.det(np.array([[a, b], [b, 1.0]])), r"cannot be traced \(.*'det' input", "np.stack([a, b])"),
    (lambda a, b: np.linalg.solve([[a, b], [b, a]], [1, 2]), "cannot be traced", "one input that is an array"),
    (lambda a, b: np.sin(np.array([a, 1.0])), "no callable sin method", "np.stack([a, b]) makes an array"),
    (lambda a, b: np.linalg.inv(np.array([[a, b], [b, 1.0]])), "cannot be traced", "np.stack([a, b])"),
    (lambda x: np.rint(x), r"np.rint cannot be traced: line \d+ of <lambda>: ", ""),
    (lambda x: x[0] * 1j, r"1j is not a real number that can be traced: line \d+ of <lambda>: ", ""),
    (lambda x: (x[0] > 0) + (x[1] > 0), "adds conditions: line", "np.where(condition, 1, 0)"),
    (lambda x: x[0] * float("inf"), "is not a real number", ""),
    (lambda x: [], "returns nothing", ""),
    (lambda x: [[x[0], x[1]], [x[1]]], "the rows of the list .* have different lengths", ""),
    (lambda x: None, "returns nothing", ""),
    (lambda x: "text", "is not a real number", ""),
    (lambda x: np.nan_to_num(np.log(x)), "np.nan_to_num cannot be traced", "np.where"),
    (lambda x: round(x[0]), "takes a remainder or rounds: line", "np.where can say its pieces"),
    (lambda x: np.round(x, 1), "np.round cannot be traced", "np.where can say its pieces"),
    (lambda x: math.trunc(x[0]), "takes a remainder or rounds: line", "np.where can say its pieces"),
    (lambda x: x[x > 1], r"cannot be traced \(IndexError: .*\): line \d+ of <lambda>", "keeps the shape"),
    (lambda x: np.rint(x), "np.rint cannot be traced", "np.where can say its pieces"),
    (lambda x: np.linalg.cholesky(np.outer(x, x)), "np.linalg.cholesky cannot be traced", ""),
    (lambda x, y, z: x, "the code takes 3 arguments, but is traced with 2", "n = 3 for 3 numbers"),
    (lambda x: x[0] % 2, r"takes a remainder or rounds: line \d+ of <lambda>", "np.where can say its pieces"),
    (lambda x: 7 // x[0], "takes a remainder or rounds: line", "np.where can say its pieces"),
    (into_zeros, "needs a number|cannot be traced", "np.zeros_like"),
]


@pytest.mark.parametrize(("code", "message", "hint"), REFUSED, ids=range(len(REFUSED)))
def test_what_has_no_single_formula_is_refused_with_its_line(code: Callable[..., Any], message: str, hint: str) -> None:
    with pytest.raises(JacocalcError, match=message) as caught:
        jc.trace(code, 2)
    assert hint in caught.value.hint


def test_a_name_that_is_none_is_refused_and_that_of_code_is_replaced() -> None:
    with pytest.raises(JacocalcError, match="'1f' is no name of a function"):
        jc.trace(lambda x: x, 1, name="1f")
    size: Any = np.int64(1)
    assert repr(jc.trace(lambda x: x, size)) == "function('f(x) = x')"


@pytest.mark.parametrize("n", [0, -1, 1.5, (), (2, 0)])
def test_the_number_of_inputs_is_checked(n: Any) -> None:
    with pytest.raises(JacocalcError, match="number of inputs"):
        jc.trace(lambda x: x, n)


def test_a_chain_of_5000_operations_deep_meets_no_recursion_limit() -> None:
    def deep(x: Any) -> Any:
        for _ in range(5_000):
            x = np.exp(-x) + 0.5
        return x

    f = jc.trace(deep, 1)
    c = jc.compile(f)
    assert c.operations("value") == 15_000
    x, slope = 0.3, 1.0
    for _ in range(5_000):
        x, slope = math.exp(-x) + 0.5, -slope * math.exp(-x)
    assert c.value([0.3]) == pytest.approx(x, rel=1e-12)
    assert c.gradient([0.3])[0] == pytest.approx(slope, rel=1e-9, abs=1e-300)
    assert hash(f) == hash(jc.trace(deep, 1))
    assert repr(f) == "<function deep: R^1 -> R^1>"


@pytest.mark.parametrize("code", [lambda v: v[0] ** 2, lambda v: len(v) * v, lambda v: sum(v)])
def test_a_number_that_is_taken_for_an_array_says_how_to_ask_for_one(code: Callable[[Any], Any]) -> None:
    with pytest.raises(JacocalcError) as caught:
        jc.trace(code, 1)
    assert caught.value.hint == "an input of size 1 is a number; (1,) gives an array with one entry"
    assert jc.trace(lambda v: v[0] ** 2, (1,))
