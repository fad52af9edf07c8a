"""Kinks and borders that pass through a point: do f or its partials jump across them close to the point?

A kink |u| and a border u = 0 between two formulas are crossings.  Across one, where nothing else happens,

    f = G(x, |u|)               ∂f/∂x_j jumps by 2 ∂G/∂|u| |∂u/∂x_j|
    f = A for u > 0, else B     f jumps by A − B, ∂f/∂x_j by ∂(A − B)/∂x_j

A jump that is not 0 at points of u = 0 arbitrarily close to a disproves C¹; they are looked for on straight lines.
Where every jump vanishes on all of u = 0, as a multiple of u does, and G, or A and B, are smooth around a, f is C¹.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias

import sympy

from jacocalc.algebra.convert import from_sympy, symbol, to_sympy
from jacocalc.derive.forms import Unknown
from jacocalc.derive.germs import Outside
from jacocalc.derive.kinks import Kinks
from jacocalc.derive.limits import Path, Spot, paths
from jacocalc.derive.partials import partial
from jacocalc.derive.points import PointCheck
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.equality import proved_equal
from jacocalc.functions import VectorFunction
from jacocalc.notation import (
    ZERO,
    Call,
    Comparison,
    Expr,
    Matrix,
    Negative,
    Piecewise,
    Product,
    Symbol,
    children,
    integer,
    names,
    rebuild,
    substitute,
)

Finding: TypeAlias = tuple[str, str, tuple[Expr, ...]]  # answer, reason, formulas
_LETTER = "_crossed"


@dataclass(frozen=True)
class Crossing:
    """u = 0, where ``values`` and ``slopes`` jump; ``beside`` is all else that must be smooth.

    ``plane`` has the rational c_j of u = Σ c_j x_j + c; it is empty where u is not of degree one.
    """

    u: Any
    plane: Mapping[str, Any]
    values: tuple[Expr, ...]
    slopes: Mapping[str, Expr]
    beside: Expr


def across(spot: Spot, formula: Expr) -> Finding | None:
    """(answer, reason, formulas), where the crossings decide whether f is C¹."""
    try:
        found = _kinks(spot, formula) or _borders(spot, formula)
    except JacocalcError:
        return None
    for crossing in found or ():
        jump = _jump(spot, crossing)
        if jump:
            return jump
    return ("yes", "creases-vanish", ()) if found and all(map(_vanishes, found)) else None


# -- finding them -------------------------------------------------------------------------------------


def kinks_at(spot: Spot, formula: Expr) -> Kinks:
    """The kinks of another formula at the point."""
    function = VectorFunction("f", spot.inputs, (formula,), len(spot.inputs), 1, scalar=True)
    return Kinks(PointCheck(function, spot.values), formula)


def _kinks(spot: Spot, formula: Expr) -> list[Crossing] | None:
    """Every |u| that is 0 at the point, where these are all that meets it."""
    plain = from_sympy(_factored(to_sympy(without_extremes(formula))))
    found = dict.fromkeys(kinks_at(spot, plain).found)
    if not found or not all(isinstance(kink, Call) and kink.function == "abs" for kink in found):
        return None
    return [_kink(spot, plain, kink) for kink in found]


def _factored(whole: Any) -> Any:
    """|x² − y²| = |x − y||x + y|"""

    def factors(u: Any) -> Any:
        if not u.is_polynomial():
            return sympy.Abs(u)
        constant, found = sympy.factor_list(u)
        return sympy.Mul(abs(constant), *(sympy.Abs(factor) ** power for factor, power in found))

    return whole.replace(sympy.Abs, factors)


def _kink(spot: Spot, formula: Expr, kink: Expr) -> Crossing:
    u = children(kink)[0]
    lifted = _replaced(formula, kink, Symbol(_LETTER))
    slope = substitute(partial(lifted, _LETTER).result, {_LETTER: ZERO})
    slopes = {name: Product((slope, partial(u, name).result)) for name in names(u) if name in spot.inputs}
    return Crossing(to_sympy(u), _plane(u, spot.inputs), (), slopes, substitute(lifted, {_LETTER: ZERO}))


def _borders(spot: Spot, formula: Expr) -> list[Crossing] | None:
    """One border between two formulas that are smooth around the point; sign(u) may have a third value on it."""
    match list(dict.fromkeys(kinks_at(spot, formula).found)):
        case [Piecewise(((first, Comparison("<" | "<=" | ">" | ">=", left, right)),), Expr() as second) as node]:
            u: Expr = left - right
            branches: tuple[Expr, ...] = (first, second)
        case [Call("sign", (Expr() as inner,)) as node]:
            u, branches = inner, (integer(1), integer(-1), ZERO)
        case _:
            return None
    sides = [_replaced(formula, node, value) for value in branches]
    if any(kinks_at(spot, side).found for side in sides):
        return None
    jumps = tuple(sides[0] - side for side in sides[1:])
    slopes = {name: partial(jumps[0], name).result for name in names(u) if name in spot.inputs}
    return [Crossing(to_sympy(u), _plane(u, spot.inputs), jumps, slopes, Matrix((jumps,)))]


def _plane(u: Expr, inputs: tuple[str, ...]) -> dict[str, Any]:
    """The c_j of u = Σ c_j x_j + c, all rational; nothing where u is not of degree one."""
    letters = [symbol(name) for name in inputs]
    try:
        poly = sympy.Poly(to_sympy(u), *letters)
    except sympy.PolynomialError:
        return {}
    if poly.total_degree() != 1 or not all(c.is_Rational for c in poly.coeffs()):
        return {}
    found = {name: poly.coeff_monomial(letter) for name, letter in zip(inputs, letters, strict=True)}
    return {name: c for name, c in found.items() if c != 0}


def _replaced(expr: Expr, part: Expr, by: Expr) -> Expr:
    return by if expr == part else rebuild(expr, tuple(_replaced(child, part, by) for child in children(expr)))


# -- the jumps ----------------------------------------------------------------------------------------


def _vanishes(crossing: Crossing) -> bool:
    """Whether nothing jumps on u = 0."""
    jumps = [to_sympy(jump) for jump in (*crossing.values, *crossing.slopes.values())]
    if not crossing.plane:
        return all(_is_multiple(jump, crossing.u) for jump in jumps)
    letter = symbol(next(iter(crossing.plane)))
    (solved,) = sympy.solve(crossing.u, letter)
    return all(proved_equal(jump.subs(letter, solved), sympy.S.Zero) for jump in jumps)


def _is_multiple(jump: Any, u: Any) -> bool:
    """Whether the numerator is u times a polynomial in the letters and functions that stand in both."""
    try:
        return bool(sympy.reduced(sympy.numer(sympy.together(jump)), [u])[1] == 0)
    except sympy.PolynomialError:
        return False


def _jump(spot: Spot, crossing: Crossing) -> Finding | None:
    """Points of u = 0 arbitrarily close to a at which f or a partial jumps."""
    for path in _inside(spot, crossing):
        shown = spot.shown(path)
        if any(_differs_from_zero(spot, path, crossing, value) for value in crossing.values):
            return "no", "gap", (shown,)
        for name, slope in crossing.slopes.items():
            if _differs_from_zero(spot, path, crossing, slope):
                return "no", "crease", (Symbol(name), shown)
    return None


def _inside(spot: Spot, crossing: Crossing) -> list[Path]:
    """Straight paths a + t d inside u = 0: Σ c_j d_j = 0 for a plane."""
    if crossing.plane:
        return _in_plane(spot, crossing.plane)
    straight = [path for path in paths(len(spot.inputs)) if all(set(powers) <= {1} for powers in path)]
    return [path for path in straight if _is_inside(spot, path, crossing.u)]


def _is_inside(spot: Spot, path: Path, u: Any) -> bool:
    t = sympy.Symbol(_LETTER, real=True)
    moved = {symbol(name): spot.start[name] + t * powers.get(1, 0)
             for name, powers in zip(spot.inputs, path, strict=True)}  # fmt: skip
    return proved_equal(u.subs(moved, simultaneous=True), sympy.S.Zero)


def _in_plane(spot: Spot, plane: Mapping[str, Any]) -> list[Path]:
    scale = sympy.ilcm(1, *(c.q for c in plane.values()))
    whole = {name: int(c * scale) for name, c in plane.items()}
    directions = [{name: 1} for name in spot.inputs if name not in plane]
    directions += [{a: whole[b], b: -whole[a]} for a, b in combinations(plane, 2)]
    directions += [_sum(one, other) for one, other in combinations(directions, 2)]
    both = [{name: s * c for name, c in d.items()} for d in directions for s in (1, -1)]
    return [tuple({1: d[name]} if name in d else {} for name in spot.inputs) for d in both]


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    total = {name: one.get(name, 0) + other.get(name, 0) for name in (*one, *other)}
    return {name: c for name, c in total.items() if c}


def _differs_from_zero(spot: Spot, path: Path, crossing: Crossing, jump: Expr) -> bool:
    """Whether the jump is not 0 at the points of the path close to a, and nothing else happens there."""
    beside = spot.on(path)
    try:
        return beside.rules_hold(crossing.beside) and beside.germ(jump).low is not None
    except (Outside, Unknown):
        return False


# -- |u| for all kinks --------------------------------------------------------------------------------


def without_extremes(expr: Expr) -> Expr:
    """relu(u) = (u + |u|)/2, max(u, v) = (u + v + |u − v|)/2, min(u, v) = (u + v − |u − v|)/2, |u v| = |u||v|."""
    parts = tuple(map(without_extremes, children(expr)))
    match expr:
        case Call("abs", (Product(),)):
            return Product(tuple(Call("abs", (factor,)) for factor in children(parts[0])))
    if not isinstance(expr, Call) or expr.function not in ("max", "min", "relu"):
        return rebuild(expr, parts)
    if expr.function == "relu":
        parts = (*parts, ZERO)
    result = parts[0]
    for other in parts[1:]:
        gap: Expr = Call("abs", (result - other,))
        result = (result + other + (gap if expr.function != "min" else Negative(gap))) / 2
    return result
