"""The kind of a critical point that the Hessian leaves open, by what is proved of f − f(a) beside the point a.

    f − f(a) = 0, proved                 constant
    one input                            the first derivative that is not 0
    a definite form of lowest order      strict minimum or maximum; h may have weights, y² + x⁴ being of order 4
    two curves, opposite signs           saddle point
    H has the eigenvalue 0 once          f is convex across the curve on which the other partials vanish, hence
                                         nowhere less than on it beside the point: its values there decide
    f − f(a) is nowhere below 0          minimum, strict if every input has an even power of its own

What none of these proves stays open.  The lowest term on a curve is confirmed by a value in ball arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import chain, pairwise
from math import factorial, inf
from typing import Any, TypeAlias

import sympy

from jacocalc.algebra.convert import from_sympy, to_sympy
from jacocalc.algebra.tidy import tidy
from jacocalc.algebra.values import exact
from jacocalc.derive.crossings import kinks_at
from jacocalc.derive.forms import Terms, Unknown, coefficient_sign, even_sign
from jacocalc.derive.germs import Beside, Germ, Outside
from jacocalc.derive.limits import FINITE, Path, Spot, approach, axis, paths, weights_of
from jacocalc.derive.partials import partial
from jacocalc.derive.short_forms import notation
from jacocalc.errors import JacocalcError, LimitReached, RoadsDisagree, Undecided
from jacocalc.evaluate.budget import within
from jacocalc.evaluate.equality import proved_equal
from jacocalc.notation import ZERO, Expr, Power, Product, Sum, Symbol, names, substitute, summed, terms_of
from jacocalc.steps import AlongCurve, BesideCritical, CriticalPoint

Road: TypeAlias = Callable[[Spot, CriticalPoint], BesideCritical | None]

_CALLS = 5_000_000
_MOST_TURNS = 8
_EXTREMES = {1: "minimum", -1: "maximum"}


def beside_critical(spot: Spot, value: Expr, critical: CriticalPoint) -> BesideCritical | None:
    """The kind of a degenerate critical point of a formula with this value there; None where nothing is proved."""
    closed = substitute(spot.formula, {k: v for k, v in spot.values.items() if k not in spot.inputs})
    try:
        return within(_CALLS, _decided, spot.other(_less(closed, value, spot.inputs)), critical)
    except LimitReached:
        return None


def _less(formula: Expr, value: Expr, inputs: tuple[str, ...]) -> Expr:
    """f − f(a): 1 − x⁶ → −x⁶ where the value is 1."""
    terms = terms_of(formula)
    moving = tuple(term for term in terms if set(names(term)) & set(inputs))
    fixed = tuple(term for term in terms if term not in moving)
    if moving and exact(Sum((ZERO, *fixed)) - value) == ZERO:
        return tidy(Sum((ZERO, *moving)))
    return formula - value


def _decided(gap: Spot, critical: CriticalPoint) -> BesideCritical | None:
    roads = (_one_input, _one_sign) if len(gap.inputs) == 1 else (_definite, _opposite, _valley, _one_sign)
    return _constant(gap, critical) or next((found for road in roads if (found := _proved(road, gap, critical))), None)


def _proved(road: Road, gap: Spot, critical: CriticalPoint) -> BesideCritical | None:
    """What one road proves.  Raises RoadsDisagree, LimitReached."""
    try:
        return road(gap, critical)
    except (RoadsDisagree, LimitReached):
        raise
    except (Unknown, Outside, Undecided, JacocalcError):
        return None


def _constant(gap: Spot, critical: CriticalPoint) -> BesideCritical | None:
    """f − f(a) = 0."""
    flat = all(entry == ZERO for entry in critical.hessian.entries)
    if not flat or not proved_equal(to_sympy(gap.formula), sympy.S.Zero):
        return None
    return BesideCritical("constant", (), None, (), True, "constant")


# -- on curves ----------------------------------------------------------------------------------------


def _germ(beside: Beside, formula: Expr) -> Germ | None:
    try:
        return beside.germ(formula)
    except (Unknown, Outside):
        return None


def _lowest(gap: Spot, path: Path) -> tuple[Any, Any] | None:
    """(m, c): f − f(a) = c t^m + … on the path, (∞, 0) where it is 0; None where that is not known."""
    beside = gap.on(path)
    germ = _germ(beside, gap.formula)
    if germ is None or not (germ.terms or germ.vanishes):
        return None
    m = germ.size
    return m, next((c for k, c in germ.terms.items() if beside.degree(k) == m), sympy.S.Zero)


def _sign(found: tuple[Any, Any] | None) -> int | None:
    return None if found is None else coefficient_sign(found[1])


def _curve(gap: Spot, path: Path) -> AlongCurve | None:
    """The path with the lowest term of f − f(a) on it, where a value in balls agrees.  Raises RoadsDisagree."""
    found, curve = _lowest(gap, path), gap.shown(path).entries
    if found is None:
        return None
    m, c = found
    if m == inf:
        return AlongCurve(curve, ZERO, 0, True)
    if m.denominator != 1 or approach(gap, path, power=int(m))[0].end != FINITE:
        return None
    germ = gap.on(path).germ(gap.formula)
    whole = germ.order == inf and len(germ.terms) == 1
    return AlongCurve(curve, _monomial(c, (gap.letter,), (m,)), coefficient_sign(c), whole)


def _curves(gap: Spot, reason: str, ways: Iterable[Path], result: str) -> BesideCritical | None:
    found = tuple(_curve(gap, path) for path in ways)
    known = tuple(one for one in found if one is not None)
    return BesideCritical(reason, known, None, (), True, result) if len(known) == len(found) else None


def _opposite(gap: Spot, _: CriticalPoint) -> BesideCritical | None:
    """Two curves on which f − f(a) has opposite signs."""
    first: dict[int | None, Path] = {}
    for path in chain(paths(len(gap.inputs)), _between(gap)):
        first.setdefault(_sign(_lowest(gap, path)), path)
        if 1 in first and -1 in first:
            return _curves(gap, "curves", (first[1], first[-1]), "saddle")
    return None


def _between(gap: Spot) -> Iterator[Path]:
    """Curves (± t^v, s t^w) with s between the roots of a lowest form, for two inputs."""
    for weights in weights_of(2) if len(gap.inputs) == 2 else ():
        found = _lowest_form(gap, weights)
        if found and all(c.is_Rational for c in found[0].values()):
            for side in (1, -1):
                line = sympy.Poly({(int(j),): c * side ** int(i) for (i, j), c in found[0].items()}, sympy.Dummy())
                yield from (({weights[0]: side}, {weights[1]: s}) for s in _beside_roots(line))


def _beside_roots(line: Any) -> list[Any]:
    """Numbers between the real roots and to both sides of them."""
    roots = [interval for interval, _ in line.intervals(eps=sympy.Rational(1, 100))] if line.degree() > 0 else []
    if not roots:
        return [sympy.S.One]
    inner = [sympy.nsimplify((b + c) / 2) for (_, b), (c, _) in pairwise(roots)]
    return [sympy.floor(roots[0][0]) - 1, *inner, sympy.ceiling(roots[-1][1]) + 1]


# -- around the point ---------------------------------------------------------------------------------


def _lowest_form(gap: Spot, weights: tuple[int, ...]) -> tuple[Terms, Germ] | None:
    beside = gap.around(weights)
    germ = _germ(beside, gap.formula)
    if germ is None or not germ.terms:
        return None
    return {k: c for k, c in germ.terms.items() if beside.degree(k) == germ.size}, germ


def _definite(gap: Spot, _: CriticalPoint) -> BesideCritical | None:
    """The form of lowest order is 0 at h = 0 only."""
    for weights in weights_of(len(gap.inputs)):
        found = _lowest_form(gap, weights)
        if found and found[1].sign and found[1].low == found[1].size:
            form, germ = found
            whole = germ.order == inf and len(form) == len(germ.terms)
            return BesideCritical("form", (), _written(gap, form), weights, whole, f"strict {_EXTREMES[germ.sign]}")
    return None


def _one_sign(gap: Spot, _: CriticalPoint) -> BesideCritical | None:
    """f − f(a) ≥ 0 for all small h, or ≤ 0; as it is written or in factors."""
    for formula in _forms(gap):
        germ = _germ(gap.around((1,) * len(gap.inputs)), formula)
        if germ and germ.sign:
            strict = germ.low is not None or (germ.order == inf and even_sign(germ.terms))
            result = ("strict " if strict else "") + _EXTREMES[germ.sign]
            return BesideCritical("sign", (), formula, (), True, result)
    return None


def _forms(gap: Spot) -> Iterator[Expr]:
    yield gap.formula
    value = to_sympy(gap.formula)
    if value.is_polynomial():
        yield notation(sympy.factor(value), gap.formula)


def _written(gap: Spot, terms: Terms) -> Expr:
    """Σ c (x − a)^i (y − b)^j, the highest powers of x first."""
    bases = [tidy(Symbol(name) - gap.values[name]) for name in gap.inputs]
    return tidy(summed([_monomial(terms[k], bases, k) for k in sorted(terms, reverse=True)]))


def _monomial(c: Any, bases: Iterable[Expr], powers: Iterable[Any]) -> Expr:
    moved = (Power(base, from_sympy(sympy.S(p))) for base, p in zip(bases, powers, strict=True) if p)
    return tidy(Product((from_sympy(c), *moved)))


def _one_input(gap: Spot, _: CriticalPoint) -> BesideCritical | None:
    """f^(m)(a) = m! c, the first derivative that is not 0, where f(a + h) − f(a) = c h^m + …"""
    found = _lowest_form(gap, (1,))
    if not found or kinks_at(gap, gap.formula).found:
        return None
    (((m,), c),) = found[0].items()
    result = "neither" if m % 2 else f"strict {_EXTREMES[coefficient_sign(c)]}"
    return BesideCritical("derivative", (), exact(from_sympy(c * factorial(int(m)))), (int(m),), True, result)


# -- a Hessian with the eigenvalue 0 once -------------------------------------------------------------


def _valley(gap: Spot, critical: CriticalPoint) -> BesideCritical | None:
    """f on the curve where ∂f/∂x_i = 0 for all i but one: H without that row and column is definite."""
    known = [coefficient_sign(to_sympy(value)) for value in critical.eigenvalues] or [
        (number > 0) - (number < 0) for number in map(Decimal, critical.decimals)
    ]
    if known.count(0) != 1 or kinks_at(gap, gap.formula).found:
        return None
    across, n = next(filter(None, known)), len(known)
    hessian = to_sympy(critical.hessian)
    j = next(j for j in range(n) if coefficient_sign(hessian.minor(j, j)))
    ways = [_critical_curve(gap, hessian, j, side) for side in (1, -1)]
    signs = [_sign(_lowest(gap, path)) for path in ways]
    if -across in signs:
        pair = (axis(n, int(j == 0), 1), ways[signs.index(-across)])
        return _curves(gap, "curves", pair[::across], "saddle")
    return _curves(gap, "valley", ways, ("" if 0 in signs else "strict ") + _EXTREMES[across])


def _critical_curve(gap: Spot, hessian: Any, j: int, side: int) -> Path:
    """x_j = a_j ± t and h_i(t) with ∂f/∂x_i = O(t^r), so far that the term t^m of f is settled, m < 2r.

    Raises Unknown.
    """
    others = [i for i in range(len(gap.inputs)) if i != j]
    slopes = [partial(gap.formula, gap.inputs[i]).result for i in others]
    back = hessian.extract(others, others).inv()
    path: Path = tuple({1: side} if i == j else {} for i in range(len(gap.inputs)))
    for _ in range(_MOST_TURNS):
        beside = gap.on(path)
        germs = [beside.germ(slope) for slope in slopes]
        r = min(germ.size for germ in germs)
        found = _lowest(gap, path)
        if found and (found[0] < 2 * r or r == inf):
            return path
        rest = sympy.Matrix([germ.terms.get((r,), sympy.S.Zero) for germ in germs])
        if rest.is_zero_matrix or r.denominator != 1:
            break
        change = dict(zip(others, -back * rest, strict=True))
        path = tuple(
            {**powers, r: sympy.expand(change[i])} if change.get(i, 0) != 0 else powers for i, powers in enumerate(path)
        )
    raise Unknown
