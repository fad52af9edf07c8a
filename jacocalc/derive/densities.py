"""Densities carried by a map: p_Y(f(x)) = p_X(x)/|det J_f(x)|, and whether all probability arrives.

The total is a sum over cells: p_Y(f(c)) times the volume of the image of the cell around c, which comes from
*values* of f, not from its Jacobian.  With one input, the images of neighbouring intervals fill the axis of
y, so the sum is the integral of p_Y over y.  With more, each cell is shrunk around c, its image measured by
the differences of f along its edges, and enlarged again.

    normal inputs: [−8, 8]ⁿ holds all but 10⁻¹⁴ of the probability; equal steps are spectrally accurate there
    uniform inputs: (0, 1)ⁿ
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import flint
import sympy

from jacocalc.algebra.convert import symbol, to_sympy
from jacocalc.algebra.domain import collected
from jacocalc.algebra.tidy import tidy
from jacocalc.derive.roads import sample_points
from jacocalc.derive.signs import facts_of, sign
from jacocalc.errors import DomainError, RoadsDisagree
from jacocalc.evaluate.fields import Balls, Unsettled, ball_of, decimal, magnitude_bound, precision
from jacocalc.evaluate.numbers import sign_of
from jacocalc.evaluate.tape import Tape
from jacocalc.functions import Chain, VectorFunction
from jacocalc.known_functions import ln, sqrt
from jacocalc.linear import paper
from jacocalc.notation import (
    ONE,
    PI,
    ZERO,
    Comparison,
    E,
    Expr,
    Minus,
    Negative,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    depends,
    integer,
    rational,
    substitute,
    summed,
)
from jacocalc.steps import CarriedDensity, TotalProbability, VolumeFactor

_BITS = 192
_EDGE = 48
_DIGITS = 12
_FINE = (256, 512)
_COARSE = {1: 64, 2: 32, 3: 16}
_TOLERANCE = Fraction(1, 10**6)
_GROSS = Fraction(1, 10**4)


# -- formulas -----------------------------------------------------------------------------------------


def carried(function: VectorFunction, factor: VolumeFactor, density: str) -> CarriedDensity:
    """p_X, p_Y(f(x)) = p_X(x)/|det J_f(x)| and its logarithm."""
    over, under, log = _FORMULAS[density](function.inputs)
    given = tidy(Quotient(over, under))
    result = tidy(Quotient(over, Product((under, factor.result))))
    whole = None if factor.logarithm is None else tidy(Sum((*log, Minus(factor.logarithm))))
    return CarriedDensity(density, given, Quotient(given, factor.result), whole, result)


def _normal(inputs: tuple[str, ...]) -> tuple[Expr, Expr, tuple[Expr, ...]]:
    """e^(−(x² + y²)/2) over (2π)^(n/2), and the terms of its logarithm."""
    squares = tuple(Power(Symbol(name), integer(2)) for name in inputs)
    half = Quotient(summed(squares), integer(2))
    circle = Product((integer(2), PI))
    size = Fraction(len(inputs), 2)
    under: Expr = sqrt(circle) if size == Fraction(1, 2) else circle if size == 1 else Power(circle, rational(size))
    return Power(E, Negative(half)), under, (Negative(half), Minus(Product((rational(size), ln(circle)))))


def _uniform(inputs: tuple[str, ...]) -> tuple[Expr, Expr, tuple[Expr, ...]]:
    """1 on (0, 1)ⁿ, whose logarithm is 0."""
    del inputs
    return ONE, ONE, (ZERO,)


_FORMULAS = {"normal": _normal, "uniform": _uniform}


# -- is the map injective? ----------------------------------------------------------------------------


def injective(chain: Chain, factor: VolumeFactor, domain: tuple[Expr, ...]) -> str:
    """affine, triangular, monotone or rising where one of these proves it; refuted by f′ or values; else assumed.

    ``domain`` are conditions on the inputs; f is looked at where they hold.
    """
    if _same_value_twice(chain, domain):
        return "refuted"
    line = len(chain.inputs) == 1
    if line and all(map(_is_half_line, domain)):
        return _on_an_interval(chain, factor, domain)
    rows = factor.matrix.rows
    if domain:
        return "assumed"
    if not any(depends(entry, name) for entry in factor.matrix.entries for name in chain.inputs):
        return "affine" if sign(to_sympy(factor.determinant)).strict else "assumed"
    strict = factor.triangular and all(sign(to_sympy(rows[i][i])).strict for i in range(len(rows)))
    return "triangular" if strict else "assumed"


def _is_half_line(condition: Expr) -> bool:
    """x > a, linear in the input: the values for which several of these hold are an interval."""
    if not isinstance(condition, Comparison) or condition.relation in ("=", "!="):
        return False
    side = to_sympy(condition.left - condition.right)
    return len(side.free_symbols) == 1 and bool(side.is_polynomial()) and sympy.degree(side) == 1


def _on_an_interval(chain: Chain, factor: VolumeFactor, domain: tuple[Expr, ...]) -> str:
    """By the sign of f′."""
    derivative = to_sympy(factor.determinant)
    found = sign(derivative, facts_of(domain))
    if found.strict:
        return "monotone" if domain or derivative.free_symbols & {symbol(chain.inputs[0])} else "affine"
    if (found.upward or found.downward) and derivative.is_polynomial() and len(derivative.free_symbols) == 1:
        return "rising"
    return "refuted" if _takes_both_signs(chain, factor.determinant, domain) else "assumed"


def covered_twice(chain: Chain, factor: VolumeFactor, density: str) -> bool:
    """Whether two points of the region where the inputs are certainly have one image."""
    if density == "normal":
        return injective(chain, factor, ()) == "refuted"
    unit = tuple(Comparison(">", Symbol(n), ZERO) for n in chain.inputs)
    return _same_value_twice(chain, (*unit, *(Comparison("<", Symbol(n), ONE) for n in chain.inputs)))


def _same_value_twice(chain: Chain, domain: tuple[Expr, ...]) -> bool:
    """Whether f has exactly one value at two points: mirrored, or with two coordinates exchanged."""
    if chain.parameters or len(chain.inputs) > len(_INSIDE):
        return False
    formulas = [to_sympy(value) for value in chain.stages[0].values]
    letters = [symbol(name) for name in chain.inputs]
    if any(formula.has(sympy.Piecewise) or formula.count_ops() > _LONGEST for formula in formulas):
        return False
    for point in _INSIDE[: len(letters)], _BESIDE[: len(letters)]:
        for other in _partners(point):
            pair = [dict(zip(letters, place, strict=True)) for place in (point, other)]
            if all(_holds(domain, place) for place in pair) and all(_equal_there(one, *pair) for one in formulas):
                return True
    return False


_INSIDE = tuple(sympy.Rational(k, 40) for k in (5, 11, 3, 7, 13, 9))
_BESIDE = tuple(sympy.Rational(k, 10) for k in (13, 17, 12, 19, 23, 29))
_LONGEST = 80


def _partners(point: Sequence[Any]) -> Iterator[list[Any]]:
    """−a, 1 − a, 1/2 − a, one coordinate with the other sign, two coordinates exchanged."""
    for middle in (0, 1, sympy.S.Half):
        yield [middle - a for a in point]
    for i, a in enumerate(point):
        yield [*point[:i], -a, *point[i + 1 :]]
        for j in range(i):
            yield [point[j] if k == i else a if k == j else b for k, b in enumerate(point)]


def _holds(domain: tuple[Expr, ...], place: Mapping[Any, Any]) -> bool:
    return all(to_sympy(condition).subs(place) == True for condition in domain)  # noqa: E712


def _equal_there(formula: Any, one: Mapping[Any, Any], other: Mapping[Any, Any]) -> bool:
    """Equal real values by SymPy's evaluation alone."""
    value = formula.subs(one)
    return bool(value == formula.subs(other) and value.is_real and value.is_finite)


def _takes_both_signs(chain: Chain, derivative: Expr, domain: tuple[Expr, ...]) -> bool:
    if chain.parameters:
        return False
    letter = symbol(chain.inputs[0])
    points = [*sample_points(1, 9), *([rational(Fraction(k, 7))] for k in range(1, 7))]
    points = [point for point in points if _holds(domain, {letter: to_sympy(point[0])})]
    values = [substitute(derivative, {chain.inputs[0]: point[0]}) for point in points]
    return {1, -1} <= {sign_of(value) for value in values}


# -- the total probability ----------------------------------------------------------------------------


def total_probability(
    function: VectorFunction, determinant: Expr, density: str, given: Mapping[str, Expr]
) -> TotalProbability:
    """Whether p_Y sums to 1.

    Raises DomainError where f is not defined on all that the inputs can be, RoadsDisagree where the sum is wrong.
    """
    if not set(function.parameters) <= set(given):
        return TotalProbability(density, "parameters", 0, 0, "")
    if len(function.inputs) not in _COARSE:
        return TotalProbability(density, "inputs", 0, 0, "")
    with precision(_BITS):
        grid = _Grid(_closed(function, given), substitute(determinant, given), density)
        grid.check_domain()
        try:
            return grid.total()
        except (Unsettled, ZeroDivisionError):
            return TotalProbability(density, "unsettled", 0, 0, "")


def _closed(function: VectorFunction, given: Mapping[str, Expr]) -> VectorFunction:
    """The function with the values of its parameters."""
    values = tuple(substitute(value, given) for value in function.values)
    return VectorFunction(function.name, function.inputs, values, function.n, function.m, text=function.text)


@dataclass(frozen=True)
class _Axis:
    """Where the inputs of a density lie."""

    start: int
    end: int
    said: str

    def centres(self, count: int, shift: Fraction) -> list[Fraction]:
        """The points of a grid, each in a cell of its own."""
        return [self.start + (self.end - self.start) * (k + shift) / Fraction(count) for k in range(count)]

    def edges(self, count: int) -> list[Fraction]:
        """The ends of the cells."""
        return [self.start + (self.end - self.start) * Fraction(k, count) for k in range(count + 1)]


_AXES = {
    "normal": _Axis(-8, 8, "normal inputs take every real value"),
    "uniform": _Axis(0, 1, "uniform inputs lie between 0 and 1"),
}


class _Grid:
    """A map on a tape, and sums over the cells of a grid."""

    def __init__(self, function: VectorFunction, determinant: Expr, density: str) -> None:
        self.function, self.density = function, density
        self.size = len(function.inputs)
        self.axis = _AXES[density]
        self.tape = Tape()
        bound = {name: self.tape.input() for name in function.inputs}
        self.values = [self.tape.build(value, bound) for value in function.values]
        self.determinant = self.tape.build(determinant, bound)
        self.domain = [
            (condition, self.tape.build(condition.left - condition.right, bound))
            for condition in collected(function.values, function.inputs)
            if isinstance(condition, Comparison) and condition.relation not in ("!=", "=")
        ]

    def check_domain(self) -> None:
        """Raise DomainError unless f is defined at every point of the grid."""
        for point in self.points():
            found = self.tape.evaluate([node for _, node in self.domain], point, Balls())
            for (condition, _), value in zip(self.domain, found, strict=True):
                if (value <= 0) if condition.relation.startswith(">") else (value >= 0):
                    raise DomainError(
                        f"{self.function.name} is not defined for all inputs: it needs {paper(condition)}, "
                        f"but {self.axis.said}"
                    )

    def points(self) -> Iterator[tuple[Any, ...]]:
        """The centres, a little beside the middle of their cells, so that no symmetry of f meets them."""
        count = _COARSE[self.size]
        shifts = [Fraction(1, 2) + Fraction(j + 1, 29) for j in range(self.size)]
        yield from product(*([ball_of(c) for c in self.axis.centres(count, shift)] for shift in shifts))

    def total(self) -> TotalProbability:
        """The sum over intervals of y where that settles it, else over cells."""
        if self.size == 1:
            try:
                coarse, fine = (self.over_intervals(count) for count in _FINE)
                found = (4 * fine - coarse) / 3
                if self._near(found, _TOLERANCE):
                    return self._said("intervals", _FINE[-1], found)
            except (Unsettled, ZeroDivisionError):
                pass
        found = self.over_cells()
        if not found.is_finite():
            return TotalProbability(self.density, "unsettled", 0, 0, "")
        if not self._near(found, _GROSS):
            raise RoadsDisagree(
                f"the carried density sums to {decimal(found, _DIGITS)} and not to 1; nothing is shown",
                hint="this is a fault of jacocalc: please report the input",
            )
        return self._said("cells", _COARSE[self.size], found)

    def _near(self, found: Any, tolerance: Fraction) -> bool:
        return bool(found.is_finite() and abs(found - 1) < ball_of(tolerance))

    def _said(self, method: str, points: int, found: Any) -> TotalProbability:
        text = decimal(found, _DIGITS)
        return TotalProbability(self.density, method, points, magnitude_bound(found - 1), text or "1")

    def over_intervals(self, count: int) -> Any:
        """Σ p_Y(y_c) |y_{k+1} − y_k|, y = f(x), over neighbouring intervals."""
        ends = [self.tape.evaluate(self.values, (ball_of(edge),), Balls())[0] for edge in self.axis.edges(count)]
        rising: set[bool] = set()
        total = flint.arb(0)
        for k, centre in enumerate(self.axis.centres(count, Fraction(1, 2))):
            point = (ball_of(centre),)
            length = ends[k + 1] - ends[k]
            rising.add(bool(length > 0))
            total += self._carried(point) * abs(length)
        if len(rising) > 1:
            raise Unsettled("the intervals lie on one another")
        return total

    def over_cells(self) -> Any:
        """Σ p_Y(f(c)) · volume of the image of the cell around c."""
        step = flint.arb(1) / (1 << _EDGE)
        cell = ball_of(Fraction(self.axis.end - self.axis.start, _COARSE[self.size])) ** self.size
        total = flint.arb(0)
        for point in self.points():
            total += self._carried(point) * self._image(point, step) * cell
        return total

    def _image(self, point: Sequence[Any], step: Any) -> Any:
        """The volume of the image of a small cell, by the differences of f along its edges, for each unit."""
        rows = []
        for j in range(self.size):
            ahead, behind = ([*point[:j], point[j] + side * step / 2, *point[j + 1 :]] for side in (1, -1))
            one, other = (self.tape.evaluate(self.values, place, Balls()) for place in (ahead, behind))
            rows.append([(a - b) / step for a, b in zip(one, other, strict=True)])
        return abs(flint.arb_mat(rows).det())

    def _carried(self, point: Sequence[Any]) -> Any:
        """p_X(x)/|det J(x)| = p_Y(f(x))."""
        value = self.tape.evaluate([self.determinant], point, Balls())[0]
        return self._given(point) / abs(value)

    def _given(self, point: Sequence[Any]) -> Any:
        if self.density == "uniform":
            return flint.arb(1)
        squares = sum((x * x for x in point), flint.arb(0))
        return (-squares / 2).exp() / (2 * flint.arb.pi()).sqrt() ** self.size
