"""erf and 1 − erf against balls, at its seams, and as a kernel."""

from __future__ import annotations

import math

import flint
import numpy as np
import pytest

from jacocalc.compiled.error_function import erf, erfc


def test_units_of_the_last_place() -> None:
    """Red for any wrong digit of a coefficient that matters, and at the seams 15/32, 4 and 6."""
    drawn = np.random.default_rng(0)
    seams = [np.nextafter(s, t) for s in (15 / 32, 4.0, 6.0) for t in (0, 9)] + [15 / 32, 4.0, 6.0]
    points = np.concatenate([
        drawn.uniform(-6.5, 6.5, 4000), drawn.uniform(-0.6, 0.6, 2000), 10 ** drawn.uniform(-300, 0, 500), seams,
    ])  # fmt: skip
    found = erf(points)
    worst = 0.0
    with flint.ctx.workprec(120):
        for point, value in zip(points.tolist(), found.tolist(), strict=True):
            exact = flint.arb(point).erf()
            units = float(abs(exact - flint.arb(value)).mid()) / math.ulp(value)
            assert abs(point) < 0.6 or units <= 2.1
            worst = max(worst, units)
    assert worst <= 4


def test_digits_of_what_is_left() -> None:
    """Red where 1 − erf u is a difference of two numbers near 1, and at the seams ±15/32 and 4."""
    drawn = np.random.default_rng(0)
    seams = [np.nextafter(s, t) for s in (-15 / 32, 15 / 32, 4.0) for t in (-9, 9)] + [-15 / 32, 15 / 32, 4.0, 0.0]
    points = np.concatenate([drawn.uniform(-7, 26.5, 4000), drawn.uniform(-0.6, 0.6, 2000), seams])
    found = erfc(points)
    with flint.ctx.workprec(1500):
        for point, value in zip(points.tolist(), found.tolist(), strict=True):
            exact = 1 - flint.arb(point).erf()
            assert float(abs(exact - flint.arb(value)).mid()) <= 5 * math.ulp(value)


def test_what_is_left_far_out() -> None:
    found = erfc(np.array([math.inf, 1e300, 28.0, -7.0, -math.inf, math.nan])).tolist()
    assert found[:5] == [0, 0, 0, 2, 2]
    assert math.isnan(found[5])
    assert 0 < erfc(np.array([27.0]))[0] < 1e-310
    assert erfc(np.array([1.0], np.float32)).dtype == np.float32


def test_infinite_values_signs_and_precisions() -> None:
    found = erf(np.array([[0.0, -0.0], [math.inf, -math.inf], [40.0, math.nan]]))
    assert found[:2].tolist() == [[0.0, 0.0], [1.0, -1.0]]
    assert math.copysign(1, found[0, 1]) == -1
    assert found[2, 0] == 1
    assert math.isnan(found[2, 1])
    single = erf(np.array([0.3, 2.0], np.float32))
    assert single.dtype == np.float32
    assert single.tolist() == pytest.approx([math.erf(0.3), math.erf(2.0)], rel=1e-7)
    assert erf(np.array([1, 2])).dtype == np.float64
    assert erf(np.empty(0)).shape == (0,)


def test_in_place_and_in_slices() -> None:
    """Red where u is written before it is read."""
    u = np.linspace(-3, 3, 40).reshape(4, 10)
    wanted = erf(u)
    whole = np.zeros((4, 20))
    assert erf(u, out=whole[:, ::2]).base is whole
    assert (whole[:, ::2] == wanted).all()
    erf(u, u)
    assert (u == wanted).all()
