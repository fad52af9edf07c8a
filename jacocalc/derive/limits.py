"""Limits at a point: disproved along paths, proved by orders of vanishing.

    f has no limit, or another one than claimed     two paths, or one, along which the limits differ
    f oscillates                                    two sequences: where u = 2kπ and where u = π/2 + 2kπ, u → ∞
    f(a + h) → L                                    |f(a + h) − L| ≤ C r^k with k > 0 (germs, some weights)
    f(a + h) − f(a) − L·h = o(‖h‖)                  … with k greater than every weight, since ‖h‖ ≥ c r^(max w)

Every limit along a path is confirmed by a value in ball arithmetic close to the point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Any, TypeAlias

import sympy

from jacocalc.algebra.convert import from_sympy, to_sympy
from jacocalc.algebra.tidy import tidy
from jacocalc.derive.forms import Unknown, coefficient_sign
from jacocalc.derive.germs import Beside, Branch, Germ, Outside, along, letters
from jacocalc.errors import JacocalcError, RoadsDisagree
from jacocalc.evaluate.fields import Unsettled
from jacocalc.evaluate.numbers import ball
from jacocalc.known_functions import JUMPING
from jacocalc.notation import (
    PI,
    ZERO,
    Call,
    Comparison,
    Expr,
    Junction,
    Matrix,
    Piecewise,
    Product,
    Sum,
    Symbol,
    children,
    integer,
    rational,
    rebuild,
    row,
    substitute,
    walk,
)

Path: TypeAlias = tuple[Mapping[int, Any], ...]  # h_j(t) = Σ c t^p, as {p: c}

FINITE, PLUS, MINUS, OUTSIDE, OSCILLATES, UNKNOWN = "finite", "plus", "minus", "outside", "oscillates", "unknown"
JUMP = "jump"
_PHASES = ((ZERO, 0, 1), (PI / 2, 1, 0), (PI, 0, -1), (-PI / 2, -1, 0))
_BITS = 16384
_SLOWEST = Fraction(1, 10)  # slower limits than t^(1/10) are not confirmed
_MOST_BRANCHES = 12
_MANY = 4


@dataclass(frozen=True)
class Approach:
    """Where u goes along a path; with a ``phase`` (v, φ): on the points of the path where v = φ + 2kπ."""

    end: str
    value: Any = None
    phase: tuple[Expr, Expr] | None = None

    @property
    def expr(self) -> Expr:
        """The limit as notation."""
        return from_sympy(self.value)


@dataclass(frozen=True)
class Spot:
    """A formula, its inputs and the point: ``values`` binds inputs and parameters to closed notation."""

    formula: Expr
    inputs: tuple[str, ...]
    values: Mapping[str, Expr]

    @property
    def start(self) -> dict[str, Any]:
        return {name: to_sympy(value) for name, value in self.values.items()}

    def other(self, formula: Expr) -> Spot:
        return Spot(formula, self.inputs, self.values)

    def on(self, path: Path) -> Beside:
        """The germs along a path."""
        return Beside(along(self.start, self.inputs, path), (1,), path=True)

    def around(self, weights: tuple[int, ...]) -> Beside:
        """The germs around the point."""
        return Beside(letters(self.start, self.inputs), weights, path=False)

    def moved(self, path: Path, t: Expr) -> tuple[Expr, ...]:
        """The point a + h(t)."""
        return tuple(
            tidy(Sum((self.values[name], *(from_sympy(sympy.S(c)) * t**p for p, c in powers.items()))))
            for name, powers in zip(self.inputs, path, strict=True)
        )

    @property
    def letter(self) -> Expr:
        """The parameter of paths: t, unless that is taken."""
        return Symbol(next(name for name in ("t", "s", "r", "tau", "w") if name not in self.values))

    @property
    def whole(self) -> Expr:
        """The whole number of phases: k, unless that is taken."""
        return Symbol(next(name for name in ("k", "l", "m", "n", "q") if name not in self.values))

    def shown(self, path: Path) -> Matrix:
        """(t, t²), for the page."""
        return row(self.moved(path, self.letter))


# -- paths --------------------------------------------------------------------------------------------


def axis(n: int, j: int, sign: int) -> Path:
    """t ↦ ± t e_j"""
    return tuple({1: sign} if i == j else {} for i in range(n))


_STRAIGHT = ((1, 1), (1, -1), (-1, 1), (-1, -1), (1, 2), (2, 1))
_CURVES: tuple[tuple[Mapping[int, int], Mapping[int, int]], ...] = (
    ({1: 1}, {2: 1}), ({2: 1}, {1: 1}), ({1: 1}, {2: -1}), ({2: -1}, {1: 1}), ({1: 1}, {3: 1}), ({3: 1}, {1: 1}),
    ({2: 1}, {3: 1}), ({3: 1}, {2: 1}), ({1: 1}, {1: 1, 2: 1}), ({1: 1}, {1: -1, 2: 1}), ({1: 1, 2: 1}, {1: 1}),
    ({1: 1}, {1: -1, 3: 1}), ({1: 1}, {1: 1, 3: 1}),
)  # fmt: skip


def paths(n: int) -> Iterator[Path]:
    """Axes, other lines, then curves."""
    for j in range(n):
        yield axis(n, j, 1)
        yield axis(n, j, -1)
    if n > _MANY:
        return
    if n > 2:
        yield from (tuple({1: s} for s in signs) for signs in product((1, -1), repeat=n))
    for i, j in list(combinations(range(n), 2))[:6]:
        for pair in (*(({1: a}, {1: b}) for a, b in _STRAIGHT), *_CURVES):
            yield tuple(pair[0] if k == i else pair[1] if k == j else {} for k in range(n))


def slowest(path: Path) -> int:
    """‖h(t)‖ is of the order t^p."""
    return min(p for powers in path for p in powers)


# -- along a path -------------------------------------------------------------------------------------


def approach(spot: Spot, path: Path, minus: Callable[[Beside], Germ] | None = None, power: int = 0) -> list[Approach]:
    """Where (u − minus)/t^power goes along a path; several where it oscillates; an unknown one if nothing is proved."""
    beside = spot.on(path)

    def end(formula: Expr) -> Approach:
        return _end(beside, formula, minus, power)

    first = end(spot.formula)
    if first.end != UNKNOWN:
        return [_confirmed(first, spot, path, beside, minus, power)]
    try:
        formula = beside.resolved(spot.formula)
    except (Outside, Unknown):
        return [first]
    for v in _oscillating(beside, formula):
        found = []
        for phase, sine, cosine in _PHASES:
            held = _held(formula, v, sine, cosine)
            one = _confirmed(end(held), spot.other(held), path, beside, minus, power)
            found.append(Approach(one.end, one.value, (v, phase)))
        settled = [one for one in found if one.end in (FINITE, PLUS, MINUS)]
        if len({(one.end, one.value) for one in settled}) > 1:
            return settled
    return [first]


def _end(beside: Beside, formula: Expr, minus: Callable[[Beside], Germ] | None, power: int) -> Approach:
    try:
        germ = shifted(beside, formula, minus, power)
        value = beside.limit_value(germ)
    except Outside:
        return Approach(OUTSIDE)
    except Unknown:
        return Approach(UNKNOWN)
    if value is not None:
        return Approach(FINITE, value)
    if germ.diverges and germ.sign:
        return Approach(PLUS if germ.sign > 0 else MINUS)
    return Approach(UNKNOWN)


def shifted(beside: Beside, formula: Expr, minus: Callable[[Beside], Germ] | None, power: int) -> Germ:
    """(u − minus)/t^power"""
    germ = beside.germ(formula)
    if minus is not None:
        germ = beside.add(germ, beside.scale(minus(beside), sympy.S.NegativeOne))
    return beside.multiply(germ, beside.made({(-power,): sympy.S.One})) if power else germ


def _oscillating(beside: Beside, formula: Expr) -> list[Expr]:
    """The arguments of sine and cosine that grow beyond all bounds, continuously."""
    found = {node.arguments[0]: None for node in walk(formula) if isinstance(node, Call) and node.function in _WAVES}
    return [v for v in found if _continuous(v) and _diverges(beside, v)]


_WAVES = ("sin", "cos")


def _continuous(formula: Expr) -> bool:
    return not any(
        isinstance(n, Piecewise) or (isinstance(n, Call) and n.function in (*JUMPING, "atan2")) for n in walk(formula)
    )


def _diverges(beside: Beside, formula: Expr) -> bool:
    try:
        return beside.germ(formula).diverges
    except (Outside, Unknown):
        return False


def _held(formula: Expr, v: Expr, sine: int, cosine: int) -> Expr:
    """The formula with sin v and cos v replaced by numbers."""
    if formula in (Call("sin", (v,)), Call("cos", (v,))):
        return integer(sine if formula == Call("sin", (v,)) else cosine)
    return rebuild(formula, tuple(_held(part, v, sine, cosine) for part in children(formula)))


# -- the other road -----------------------------------------------------------------------------------


def _confirmed(
    found: Approach, spot: Spot, path: Path, beside: Beside, minus: Callable[[Beside], Germ] | None, power: int
) -> Approach:
    """The approach if a value in ball arithmetic agrees with it.  Raises RoadsDisagree where it does not."""
    if found.end not in (FINITE, PLUS, MINUS):
        return found
    rate = _rate(shifted(beside, spot.formula, minus, power), beside) if found.end == FINITE else _SLOWEST
    if rate < _SLOWEST:
        return Approach(UNKNOWN)
    gaps: list[Any] = []
    for size in (int(120 / rate), int(960 / rate)):
        value = _value(spot, path, rational(Fraction(1, 2**size)), minus, power)
        if value is None or not value.is_finite():
            break
        if _agrees(found, value):
            return found
        gaps += [abs(value - ball(found.expr, _BITS))] if found.end == FINITE else []
    if len(gaps) == 2 and gaps[1] > 1e-3 and 2 * gaps[1] > gaps[0]:
        raise RoadsDisagree(
            "a limit and the values close to the point disagree; nothing is shown",
            hint="this is a fault of jacocalc: please report the input",
        )
    return Approach(UNKNOWN)


def _agrees(found: Approach, value: Any) -> bool:
    if found.end == FINITE:
        return bool(abs(value - ball(found.expr, _BITS)) < 1e-6)
    return bool((value if found.end == PLUS else -value) > 100)


def _rate(germ: Germ, beside: Beside) -> Fraction:
    """u − lim u is of the order t^rate."""
    rates = [beside.degree(k) for k in germ.terms if k != beside.origin]
    return Fraction(min([Fraction(1), germ.order, *rates]))


def _value(spot: Spot, path: Path, t: Expr, minus: Callable[[Beside], Germ] | None, power: int) -> Any | None:
    coordinates = dict(zip(spot.inputs, spot.moved(path, t), strict=True))
    try:
        found = _settled(spot, path, {**spot.values, **coordinates})
        taken = ball(_polynomial(minus(spot.on(path)), t), _BITS) if minus is not None else 0
        return (found - taken) / ball(t**power, _BITS)
    except (Unsettled, JacocalcError, ArithmeticError, ValueError):
        return None


def _settled(spot: Spot, path: Path, values: Mapping[str, Expr]) -> Any:
    """f in balls; where they settle no sign, with 0 for all that is 0 along the path: 2/7 − 2/7 is no ball of 0."""
    try:
        return ball(substitute(spot.formula, values), _BITS)
    except Unsettled:
        return ball(substitute(_with_zeros(spot.on(path), spot.formula), values), _BITS)


def _with_zeros(beside: Beside, formula: Expr) -> Expr:
    if isinstance(formula, Comparison) and _vanishes(beside, formula.left - formula.right):
        return Comparison(formula.relation, ZERO, ZERO)
    if not isinstance(formula, Comparison | Junction) and _vanishes(beside, formula):
        return ZERO
    return rebuild(formula, tuple(_with_zeros(beside, part) for part in children(formula)))


def _vanishes(beside: Beside, formula: Expr) -> bool:
    try:
        return beside.germ(formula).vanishes
    except (Outside, Unknown):
        return False


def _polynomial(germ: Germ, t: Expr) -> Expr:
    terms = tuple(Product((from_sympy(c), t ** int(k[0]))) if k[0] else from_sympy(c) for k, c in germ.terms.items())
    return Sum((ZERO, *terms))


# -- what is taken away -------------------------------------------------------------------------------


def linear(spot: Spot, value: Expr, slopes: tuple[Expr, ...] = ()) -> Callable[[Beside], Germ]:
    """h ↦ f(a) + L·h"""

    def germ(beside: Beside) -> Germ:
        total = beside.constant(to_sympy(value))
        for name, slope in zip(spot.inputs, slopes, strict=False):
            step = beside.add(beside.values[name], beside.constant(-to_sympy(spot.values[name])))
            total = beside.add(total, beside.scale(step, to_sympy(slope)))
        return total

    return germ


# -- slopes -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Slope:
    """A one-sided derivative: ``end`` is finite, plus, minus, outside, jump, oscillates or unknown."""

    end: str
    value: Expr | None = None


def slope(spot: Spot, value: Expr, j: int, sign: int) -> Slope:
    """lim (f(a + s t e_j) − f(a))/(s t) as t → 0 from above, s = ±1."""
    path = axis(len(spot.inputs), j, sign)
    beside = [one.end == FINITE and differs(one.value, to_sympy(value)) for one in approach(spot, path)]
    if any(beside):
        return Slope(JUMP)
    found = approach(spot, path, linear(spot, value), 1)
    if len(found) > 1:
        return Slope(OSCILLATES)
    end = found[0].end
    if end == FINITE:
        return Slope(FINITE, from_sympy(sympy.expand(sign * found[0].value)))
    flipped = {PLUS: MINUS, MINUS: PLUS} if sign < 0 else {}
    return Slope(flipped.get(end, end))


def differs(one: Any, other: Any) -> bool:
    """Whether two exact numbers are proved to differ."""
    try:
        return coefficient_sign(one - other) != 0
    except Unknown:
        return False


def bent_path(spot: Spot, value: Expr, slopes: tuple[Expr, ...]) -> Path | None:
    """A path along which f(a + h) − f(a) − L·h is not o(‖h‖)."""
    for path in paths(len(spot.inputs)):
        rest = approach(spot, path, linear(spot, value, slopes), slowest(path))
        if any(one.end in (PLUS, MINUS) or (one.end == FINITE and differs(one.value, sympy.S.Zero)) for one in rest):
            return path
    return None


# -- around the point ---------------------------------------------------------------------------------

_WEIGHTS = ((1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (3, 2), (2, 3))


def weights_of(n: int) -> list[tuple[int, ...]]:
    """All ones first, then unequal ones."""
    if n == 2:
        return list(_WEIGHTS)
    return [(1,) * n, *(tuple(2 if i == j else 1 for i in range(n)) for j in range(n) if n <= 4)]


@dataclass(frozen=True)
class Bound:
    """|u| ≤ C r^order, where |h_j| ≤ r^(w_j)."""

    weights: tuple[int, ...]
    order: Fraction


def bound(spot: Spot, minus: Callable[[Beside], Germ], steep: bool = False) -> Bound | None:
    """A proof of u − minus → 0, or with ``steep`` of u − minus = o(‖h‖); None where none is found."""
    for weights in weights_of(len(spot.inputs)):
        beside = spot.around(weights)
        try:
            taken = beside.scale(minus(beside), sympy.S.NegativeOne)
            order = min(_size(beside.within(region), f, taken) for f, region in formulas(beside, spot.formula))
        except (Outside, Unknown):
            continue
        if order > (max(weights) if steep else 0):
            return Bound(weights, order)
    return None


def _size(beside: Beside, formula: Expr, taken: Germ) -> Fraction:
    order: Fraction = beside.tied(beside.add(beside.germ(formula), taken)).size
    return order


def formulas(beside: Beside, expr: Expr) -> list[Branch]:
    """All formulas without cases that the function may have beside the point, and where.  Raises Unknown."""
    if isinstance(expr, Piecewise):
        return [
            (formula, (*region, *more))
            for value, region in beside.possible(expr)
            for formula, more in formulas(beside, value)
        ]
    found = [
        (rebuild(expr, tuple(formula for formula, _ in parts)), tuple(c for _, region in parts for c in region))
        for parts in product(*(formulas(beside, part) for part in children(expr)))
    ]
    if len(found) > _MOST_BRANCHES:
        raise Unknown
    return found
