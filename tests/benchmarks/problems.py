"""The problems that speed is measured on, each written from its equations as ordinary Python.

In: the inputs, scalars of any type that adds, multiplies, divides and takes whole powers, and a namespace ``m``
with ``sin``, ``cos``, ``exp``, ``log``, ``sqrt`` and ``tanh`` for them.  Out: the list of outputs; one that depends
on no input may be a plain number.  A fixed number that is not whole is made by ``m.rational`` from a fraction, by
``float`` where the namespace has no such thing: so ``math`` will do for ``m``, and exact types stay exact.  Long sums
are made by ``m.total`` where there is one: SymPy is quadratic in a sum that grows term by term.

Nothing here knows a library.  ``point`` is a rational point about which every output is smooth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

Function: TypeAlias = Callable[[Sequence[Any], Any], list[Any]]


@dataclass(frozen=True)
class Problem:
    """A function from so many inputs to so many outputs, and a point to look at it."""

    name: str
    inputs: int
    outputs: int
    function: Function
    point: tuple[Fraction, ...]


def constant(m: Any, value: Fraction) -> Any:
    """A fixed number in the type that the namespace is for."""
    return getattr(m, "rational", float)(value)


def total(terms: Sequence[Any]) -> Any:
    """The sum, from the left, of one or more terms."""
    result = terms[0]
    for term in terms[1:]:
        result = result + term
    return result


# -- chemical kinetics ------------------------------------------------------------------------------------

SPECIES = (
    "NO2",
    "NO",
    "O3P",
    "O3",
    "HO2",
    "OH",
    "HCHO",
    "CO",
    "ALD",
    "MEO2",
    "C2O3",
    "CO2",
    "PAN",
    "CH3O",
    "HNO3",
    "O1D",
    "SO2",
    "SO4",
    "NO3",
    "N2O5",
)
REACTIONS = (  # rate constant (per minute, ppm), what reacts, what it becomes
    ("0.350", "NO2", "NO O3P"),
    ("26.6", "NO O3", "NO2"),
    ("12300", "HO2 NO", "NO2 OH"),
    ("0.00086", "HCHO", "HO2 HO2 CO"),
    ("0.00082", "HCHO", "CO"),
    ("15000", "HCHO OH", "HO2 CO"),
    ("0.00013", "ALD", "MEO2 HO2 CO"),
    ("24000", "ALD OH", "C2O3"),
    ("16500", "C2O3 NO", "NO2 MEO2 CO2"),
    ("9000", "C2O3 NO2", "PAN"),
    ("0.022", "PAN", "C2O3 NO2"),
    ("12000", "MEO2 NO", "CH3O NO2"),
    ("1.88", "CH3O", "HCHO HO2"),
    ("16300", "NO2 OH", "HNO3"),
    ("4800000", "O3P", "O3"),
    ("0.00035", "O3", "O1D"),
    ("0.0175", "O3", "O3P"),
    ("100000000", "O1D", "OH OH"),
    ("444000000000", "O1D", "O3P"),
    ("1240", "SO2 OH", "SO4 HO2"),
    ("2.10", "NO3", "NO"),
    ("5.78", "NO3", "NO2 O3P"),
    ("0.0474", "NO2 O3", "NO3"),
    ("1780", "NO3 NO2", "N2O5"),
    ("3.12", "N2O5", "NO3 NO2"),
)


def pollu() -> Problem:
    """POLLU: y' = gains − losses of 20 species in 25 reactions, each at the rate k·(product of what reacts).

    J. G. Verwer, Gauss-Seidel iteration for stiff ODEs from chemical kinetics, SIAM J. Sci. Comput. 15 (1994).
    """

    def function(x: Sequence[Any], m: Any) -> list[Any]:
        amount = dict(zip(SPECIES, x, strict=True))
        gains: dict[str, list[Any]] = {name: [] for name in SPECIES}
        losses: dict[str, list[Any]] = {name: [] for name in SPECIES}
        for speed, before, after in REACTIONS:
            rate = constant(m, Fraction(speed))
            for name in before.split():
                rate = rate * amount[name]
            for name in before.split():
                losses[name].append(rate)
            for name, count in Counter(after.split()).items():
                gains[name].append(rate if count == 1 else count * rate)
        return [balance(gains[name], losses[name]) for name in SPECIES]

    def balance(gained: list[Any], lost: list[Any]) -> Any:
        if not gained:
            return -total(lost)
        return total(gained) - total(lost) if lost else total(gained)

    return Problem("POLLU", 20, 20, function, tuple(Fraction(i + 1, 100) for i in range(20)))


# -- computer vision --------------------------------------------------------------------------------------


def bundle_adjustment() -> Problem:
    """How far the image of a point lies from the feature that was measured; 12 inputs, 2 outputs.

    Inputs: rotation r (3), translation t (3), focal length f, distortions k₁ and k₂, point X (3).  The measured
    feature is a fixed number.  P = R(r)·X + t, p = −(P₁, P₂)/P₃, residual = f·(1 + k₁|p|² + k₂|p|⁴)·p − feature;
    Rodrigues: R(r)·X = X cos θ + (u × X) sin θ + u (u · X)(1 − cos θ), θ = |r|, u = r/θ.

    S. Agarwal, N. Snavely, S. Seitz, R. Szeliski, Bundle adjustment in the large, ECCV 2010.
    """
    feature = (Fraction(123, 10), Fraction(-456, 10))

    def function(x: Sequence[Any], m: Any) -> list[Any]:
        focal, first, second = x[6:9]
        X, Y, Z = (turned + shift for turned, shift in zip(rotated(x[0:3], x[9:12], m), x[3:6], strict=True))
        p, q = -X / Z, -Y / Z
        square = p * p + q * q
        scale = focal * (1 + square * (first + second * square))
        return [scale * p - constant(m, feature[0]), scale * q - constant(m, feature[1])]

    point = "1/10 -1/5 3/10 1/2 -1/3 -4 500 1/50 -1/200 1 1/2 -2"
    return Problem("bundle adjustment", 12, 2, function, tuple(map(Fraction, point.split())))


def rotated(r: Sequence[Any], X: Sequence[Any], m: Any) -> list[Any]:
    """X turned by the angle |r| about r (Rodrigues)."""
    angle = m.sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2])
    u, v, w = (component / angle for component in r)
    cos, sin = m.cos(angle), m.sin(angle)
    along = (u * X[0] + v * X[1] + w * X[2]) * (1 - cos)
    return [
        X[0] * cos + (v * X[2] - w * X[1]) * sin + u * along,
        X[1] * cos + (w * X[0] - u * X[2]) * sin + v * along,
        X[2] * cos + (u * X[1] - v * X[0]) * sin + w * along,
    ]


# -- spherical harmonics ----------------------------------------------------------------------------------


def spherical_harmonics(degree: int) -> Problem:
    """The real spherical harmonics Q_l^m(z)·c_m and Q_l^m(z)·s_m on the unit sphere, each up to a fixed factor.

    c_m + i·s_m = (x + i·y)^m, and Legendre's recursion (l − m) Q_l^m = (2l − 1) z Q_{l−1}^m − (l + m − 1) Q_{l−2}^m
    from Q_m^m = 1.  Ordered by l = 0, 1, … and within it by m = −l, …, l, the sines first.

    P.-P. Sloan, Efficient spherical harmonic evaluation, J. Computer Graphics Techniques 2 (2013).
    """

    def function(inputs: Sequence[Any], m: Any) -> list[Any]:
        x, y, z = inputs
        cosines, sines = [1, x], [0, y]
        while len(cosines) <= degree:
            c, s = cosines[-1], sines[-1]
            cosines.append(x * c - y * s)
            sines.append(x * s + y * c)
        columns = [legendre(z, order, m) for order in range(degree + 1)]
        rows = []
        for l in range(degree + 1):  # noqa: E741
            rows += [columns[order][l] * sines[order] for order in range(l, 0, -1)]
            rows += [columns[order][l] * cosines[order] for order in range(l + 1)]
        return rows

    def legendre(z: Any, order: int, m: Any) -> dict[int, Any]:
        column: dict[int, Any] = {order: 1}
        for l in range(order + 1, degree + 1):  # noqa: E741
            first = constant(m, Fraction(2 * l - 1, l - order)) * z
            if l == order + 1:
                column[l] = first
            else:
                second = constant(m, Fraction(l + order - 1, l - order))
                column[l] = first * column[l - 1] - second * column[l - 2]
        return column

    point = (Fraction(2, 7), Fraction(3, 7), Fraction(6, 7))
    return Problem(f"spherical harmonics {degree}", 3, (degree + 1) ** 2, function, point)


# -- algebra and chains of layers -------------------------------------------------------------------------


def matrix_products(size: int = 5) -> Problem:
    """Two products in a row: the entries of A·B·C from those of A, B and C, all by rows (5×5: R⁷⁵ → R²⁵)."""

    def function(x: Sequence[Any], m: Any) -> list[Any]:
        A, B, C = (x[i * size**2 : (i + 1) * size**2] for i in range(3))
        return product(product(A, B), C)

    def product(A: Sequence[Any], B: Sequence[Any]) -> list[Any]:
        indices = range(size)
        return [total([A[i * size + k] * B[k * size + j] for k in indices]) for i in indices for j in indices]

    point = tuple(Fraction((7 * i) % 11 - 5, 4 + i % 3) for i in range(3 * size**2))
    return Problem(f"two {size}×{size} matrix products", 3 * size**2, size**2, function, point)


def repeated(layer: Callable[[Any, Any, Any, Any], Any], depth: int) -> Function:
    """So many layers, each y_i = layer(x_i, x_{i+1}, x_{i+2}, m) with indices in a circle."""

    def function(x: Sequence[Any], m: Any) -> list[Any]:
        values, width = list(x), len(x)
        for _ in range(depth):
            values = [layer(values[i], values[(i + 1) % width], values[(i + 2) % width], m) for i in range(width)]
        return values

    return function


def spread(width: int) -> tuple[Fraction, ...]:
    """Points spread evenly between 0 and 1."""
    return tuple(Fraction(i + 1, width + 1) for i in range(width))


def layers(depth: int, width: int) -> Problem:
    """Sparse layers y_i = sin x_i + cos x_{i+1} + x_{i+2}: whose Jacobian fills up with depth."""
    function = repeated(lambda a, b, c, m: m.sin(a) + m.cos(b) + c, depth)
    return Problem(f"{depth} layers of width {width}", width, width, function, spread(width))


def sine_chain(depth: int, width: int = 8) -> Problem:
    """Sines and products, y_i = sin(x_i − x_{i+1}·x_{i+2}): neither J nor the values grow or die away."""
    function = repeated(lambda a, b, c, m: m.sin(a - b * c), depth)
    return Problem(f"{depth} sine layers of width {width}", width, width, function, spread(width))


def tanh_layers(depth: int, width: int) -> Problem:
    """Dense layers y = tanh(W·x + b), the weights (3i + 5j + 7·layer mod 11 − 5)/11 and biases (i mod 3 − 1)/3."""

    def function(x: Sequence[Any], m: Any) -> list[Any]:
        values = list(x)
        for layer in range(depth):
            values = [m.tanh(total([*weighted(values, layer, i, m), bias(i, m)])) for i in range(width)]
        return values

    def weighted(values: list[Any], layer: int, i: int, m: Any) -> list[Any]:
        weights = [Fraction((3 * i + 5 * j + 7 * layer) % 11 - 5, 11) for j in range(width)]
        return [constant(m, weight) * value for weight, value in zip(weights, values, strict=True) if weight]

    def bias(i: int, m: Any) -> Any:
        return constant(m, Fraction(i % 3 - 1, 3))

    return Problem(f"{depth} dense tanh layers of width {width}", width, width, function, spread(width))


def rosenbrock(inputs: int) -> Problem:
    """Σ 100·(x_{i+1} − x_i²)² + (1 − x_i)², least (0) where all are 1; for gradients and Hessians.

    H. H. Rosenbrock, An automatic method for finding the greatest or least value of a function, 1960.
    """

    def function(x: Sequence[Any], m: Any) -> list[Any]:
        terms = [100 * (after - before**2) ** 2 + (1 - before) ** 2 for before, after in pairwise(x)]
        return [getattr(m, "total", total)(terms)]

    point = tuple(Fraction(i % 7 - 2, 3) for i in range(inputs))
    return Problem(f"Rosenbrock {inputs:,}", inputs, 1, function, point)


def deriving() -> tuple[Problem, ...]:
    """The problems of the table of deriving, the easy ones first."""
    return (
        pollu(),
        bundle_adjustment(),
        spherical_harmonics(10),
        matrix_products(),
        spherical_harmonics(20),
        layers(8, 20),
        layers(20, 20),
        rosenbrock(1_000),
    )
