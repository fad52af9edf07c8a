"""Continuity and differentiability of one component at a point where it has a value.

    rules hold around the point                         yes throughout: smooth functions composed
    |·|, max, min, relu: one gradient in all pieces     differentiable
        D f(a)[d] ≠ Σ ∂f/∂x_j d_j for some d            not differentiable (in two inputs finitely many d decide)
    f(a + h) − f(a) − L·h = o(‖h‖) by orders            differentiable; along a path not: not differentiable
    every ∂f/∂x_j → its value at a, by orders           C¹; along a path not: not C¹
    f or ∂f/∂x_j jumps across points close to a         not C¹; across none: C¹ (``crossings``)

Yes and no are proofs; what has neither is undecided.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from itertools import count
from math import ceil

import sympy

from jacocalc.algebra.convert import from_sympy, to_sympy
from jacocalc.algebra.domain import negation
from jacocalc.algebra.values import exact
from jacocalc.derive.crossings import across, kinks_at, without_extremes
from jacocalc.derive.forms import Unknown
from jacocalc.derive.germs import Beside, Outside
from jacocalc.derive.kinks import Kinks
from jacocalc.derive.limits import (
    FINITE,
    JUMP,
    MINUS,
    OUTSIDE,
    PLUS,
    UNKNOWN,
    Approach,
    Bound,
    Path,
    Slope,
    Spot,
    approach,
    axis,
    bound,
    differs,
    formulas,
    linear,
    paths,
    slope,
    slowest,
    weights_of,
)
from jacocalc.derive.partials import partial
from jacocalc.derive.points import PointCheck
from jacocalc.derive.removable import continues
from jacocalc.derive.roads import Claim, verify
from jacocalc.errors import JacocalcError, LimitReached, RoadsDisagree, Undecided
from jacocalc.evaluate.equality import Outcome, surely_equal
from jacocalc.evaluate.numbers import sign_of
from jacocalc.functions import Chain, Point, VectorFunction
from jacocalc.known_functions import JUMPING
from jacocalc.notation import (
    ONE,
    PI,
    ZERO,
    Call,
    Comparison,
    Expr,
    Matrix,
    Piecewise,
    Power,
    Product,
    Sum,
    Symbol,
    integer,
    rational,
    row,
    substitute,
)
from jacocalc.steps import Decided, OneSided

QUESTIONS = ("defined", "continuous", "partials", "differentiable", "C1")
YES, NO, OPEN = "yes", "no", "undecided"
_MOST_SHOWN = 12
_SHORT = 100


class Regularity:
    """How smooth f is at the point, where it has the value; ``kinks`` is None for a hole that the value fills."""

    def __init__(self, spot: Spot, value: Expr, kinks: Kinks | None) -> None:
        self.spot, self.value, self.kinks = spot, value, kinks
        self.n = len(spot.inputs)

    def answers(self) -> tuple[Decided, ...]:
        """Continuous, partials exist, differentiable, C¹."""
        smooth = self._smooth()
        if smooth:
            return tuple(Decided(name, YES, *smooth[name == "partials"]) for name in QUESTIONS[1:])
        continuous = self.continuous()
        partials = self.partials()
        differentiable = self.differentiable(continuous, partials)
        return continuous, partials, differentiable, self.continuously_differentiable(differentiable)

    # -- rules --------------------------------------------------------------------------------------

    def _smooth(self) -> tuple[tuple[str, tuple[Expr, ...]], tuple[str, tuple[Expr, ...]]] | None:
        """The reasons where the rules hold around the point, of f or of a formula that is the same function."""
        if self.kinks is None:
            return None
        if not self.kinks.found:
            return ("smooth", ()), ("values", self._by_rules(self.spot.formula))
        plain = self._same()
        if plain is None:
            return None
        return ("same", (plain,)), ("values", self._by_rules(plain))

    def _same(self) -> Expr | None:
        """A formula without kinks that is the same function: relu(x) − relu(−x) = x."""
        if not self.lipschitz:
            return None
        try:
            plain = from_sympy(sympy.expand(to_sympy(without_extremes(self.spot.formula))))
            kinks = kinks_at(self.spot, plain)
        except (JacocalcError, Undecided):
            return None
        return None if kinks.found else plain

    def _check(self, formula: Expr) -> PointCheck:
        function = VectorFunction("f", self.spot.inputs, (formula,), self.n, 1, scalar=True)
        return PointCheck(function, self.spot.values)

    def _by_rules(self, formula: Expr) -> tuple[Expr, ...]:
        """The partials at the point by the rules, confirmed by differences; none where they are too long."""
        check = self._check(formula)
        values = self.spot.values
        try:
            found = [partial(formula, name).result for name in self.spot.inputs]
            entries = tuple(exact(substitute(check.resolved(entry), values)) for entry in found)
            closed = substitute(formula, {k: v for k, v in values.items() if k not in self.spot.inputs})
            claim = Claim((closed,), self.spot.inputs, Matrix((entries,)))
            chain = Chain((VectorFunction("f", self.spot.inputs, (closed,), self.n, 1, scalar=True),))
            outcome, _ = verify(claim, chain, Point(tuple(values[name] for name in self.spot.inputs)))
        except LimitReached:
            return ()
        return entries if outcome in (Outcome.PROVED, Outcome.AGREES) else ()

    @property
    def lipschitz(self) -> bool:
        """Whether all that meets the point are kinks of |·|, max, min and relu."""
        return self.kinks is not None and self.kinks.lipschitz

    # -- continuous ---------------------------------------------------------------------------------

    @cached_property
    def ways(self) -> list[tuple[Path, list[Approach]]]:
        """Where f goes along each path."""
        return [(path, approach(self.spot, path)) for path in paths(self.n)]

    @property
    def border(self) -> Path | None:
        """A path along which f is undefined close to the point."""
        if self.lipschitz:
            return None
        return next((path for path, found in self.ways if found[0].end == OUTSIDE), None)

    @property
    def composed(self) -> bool:
        """Whether f is composed of continuous functions: all but sign, atan2 and cases are."""
        return self.kinks is not None and all(map(_is_continuous, self.kinks.found))

    def continuous(self) -> Decided:
        """f(a + h) → f(a)?"""
        inside = self.border is not None
        if self.composed:
            return self._said(1, YES, "inside" if inside else "composed")
        witness = self._discontinuous()
        if self.n == 1:
            return witness or self._from_both_sides()
        proof = bound(self.spot, linear(self.spot, self.value))
        if witness and proof:
            raise disagreement()
        if witness:
            return witness
        return self._said(1, YES, "bounded", self._bound(proof, 0)) if proof else self._said(1, OPEN, "unsettled")

    def _from_both_sides(self) -> Decided:
        ends = {one.end for _, found in self.ways for one in found}
        if ends == {OUTSIDE}:
            return self._said(1, YES, "isolated")
        if ends == {FINITE, OUTSIDE}:
            return self._said(1, YES, "limit-inside", (self.value,))
        return self._said(1, YES, "sides", (self.value,)) if ends == {FINITE} else self._said(1, OPEN, "unsettled")

    def _discontinuous(self) -> Decided | None:
        """A path along which f does not tend to f(a); another limit beside it where there is one."""
        limits = [(path, found[0]) for path, found in self.ways if found[0].end == FINITE and len(found) == 1]
        away = next(((path, end) for path, end in limits if differs(end.value, to_sympy(self.value))), None)
        if away:
            other = next(((p, e) for p, e in limits if differs(e.value, away[1].value)), None)
            if self.n == 1 and len(limits) == 2:
                left, right = limits[1][1].expr, limits[0][1].expr
                return self._said(1, NO, *(("two-sides", (left, right)) if other else ("moved", (left, self.value))))
            if other:
                return self._said(1, NO, "paths", (*self._end(*other), *self._end(*away)))
            return self._said(1, NO, "path", (*self._end(*away), self.value))
        for path, found in self.ways:
            if len(found) > 1:
                reason, shown = oscillation(self.spot, path, found)
                return self._said(1, NO, reason, shown)
            if found[0].end in (PLUS, MINUS):
                return self._said(1, NO, "infinite", (self.spot.shown(path),))
        return None

    def _end(self, path: Path, end: Approach) -> tuple[Expr, Expr]:
        return self.spot.shown(path), end.expr

    def _bound(self, proof: Bound, least: int) -> tuple[Expr, ...]:
        """(r^order, weights): |f − f(a)| ≤ C r^order with |h_j| ≤ r^(w_j), for an order > ``least``"""
        order = rational(_plain(proof.order, least))
        power = Symbol("r") if order == ONE else Power(Symbol("r"), order)
        return power, row(tuple(map(integer, proof.weights)))

    # -- partials -----------------------------------------------------------------------------------

    @cached_property
    def slopes(self) -> list[tuple[Slope, Slope]]:
        """The one-sided derivatives by each input, from the left and from the right."""
        return [
            (slope(self.spot, self.value, j, -1), slope(self.spot, self.value, j, 1)) for j in range(self.n)
        ]  # fmt: skip

    @property
    def sides(self) -> tuple[OneSided, ...]:
        """The one-sided derivatives for the page, where they do not agree."""
        if (self.kinks is not None and not self.kinks.found) or self.gradient is not None:
            return ()
        return tuple(
            OneSided(name, left.end, left.value, right.end, right.value)
            for name, (left, right) in zip(self.spot.inputs, self.slopes, strict=True)
        )

    @cached_property
    def gradient(self) -> tuple[Expr, ...] | None:
        """The partials, where all are proved to exist."""
        found = [right.value for left, right in self.slopes if _same(left, right)]
        return tuple(v for v in found if v is not None) if len(found) == self.n else None

    def partials(self) -> Decided:
        """Do both one-sided derivatives exist and agree, for each input?"""
        if self.gradient is not None:
            return self._said(2, YES, "values", self.gradient)
        for name, (left, right) in zip(self.spot.inputs, self.slopes, strict=True):
            reason = _broken(left, right)
            if reason:
                values = tuple(v for v in (left.value, right.value) if v is not None)
                return self._said(2, NO, reason, (Symbol(name), *values))
        return self._said(2, OPEN, "unsettled")

    # -- differentiable -----------------------------------------------------------------------------

    def differentiable(self, continuous: Decided, partials: Decided) -> Decided:
        """f(a + h) = f(a) + L·h + o(‖h‖)?"""
        for earlier, reason in ((continuous, "not-continuous"), (partials, "no-partials")):
            if earlier.answer == NO:
                return self._said(3, NO, "no-derivative" if self.n == 1 and earlier is partials else reason)
        if self.border is not None:
            return self._said(3, NO, "border", (self.spot.shown(self.border),))
        if partials.answer == OPEN or self.gradient is None:
            return self._said(3, OPEN, "unsettled")
        if self.n == 1:
            return self._said(3, YES, "one-input")
        return self._by_pieces() or self._by_orders()

    def _by_pieces(self) -> Decided | None:
        """Kinks of |·|, max, min, relu: by the pieces, or by directions."""
        if self.kinks is None or not self.kinks.lipschitz or self.gradient is None:
            return None
        if self.kinks.one_gradient():
            return self._said(3, YES, "pieces", (row(self.gradient),))
        directions = rays(self.kinks) if self.n == 2 else _directions(self.n)
        for direction in directions:
            along = self.kinks.slope(self.kinks.component, direction)
            flat = exact(_dot(self.gradient, direction))
            if along != flat and sign_of(along - flat) in (1, -1):
                return self._said(3, NO, "direction", (row(tuple(direction)), along, flat))
            if self.n == 2 and along != flat and sign_of(along - flat) is None:
                return None
        return self._said(3, YES, "linear") if self.n == 2 and directions else None

    def _by_orders(self) -> Decided:
        assert self.gradient is not None
        tangent = linear(self.spot, self.value, self.gradient)
        witness = self._bent()
        proof = bound(self.spot, tangent, steep=True)
        if witness and proof:
            raise disagreement()
        if witness:
            return witness
        if proof:
            return self._said(3, YES, "remainder", self._bound(proof, max(proof.weights)))
        return self._said(3, OPEN, "unsettled")

    def _bent(self) -> Decided | None:
        """A path along which f(a + h) − f(a) − L·h is not o(‖h‖)."""
        assert self.gradient is not None
        tangent = linear(self.spot, self.value, self.gradient)
        for path in paths(self.n):
            found = approach(self.spot, path, tangent, slowest(path))
            away = [one for one in found if _is_away(one)]
            if not away:
                continue
            end = away[0]
            if end.phase or end.end != FINITE:
                return self._said(3, NO, "steep", (self.spot.shown(path),))
            if all(set(powers) <= {1} for powers in path):
                direction = [integer(powers.get(1, 0)) for powers in path]
                flat = exact(_dot(self.gradient, direction))
                along = exact(flat + end.expr)
                return self._said(3, NO, "direction", (row(tuple(direction)), along, flat))
            power = self.spot.letter if slowest(path) == 1 else Power(self.spot.letter, integer(slowest(path)))
            return self._said(3, NO, "curve", (self.spot.shown(path), power, end.expr))
        return None

    # -- C¹ -----------------------------------------------------------------------------------------

    def continuously_differentiable(self, differentiable: Decided) -> Decided:
        """Do the partials exist close to a, and tend to those at a?"""
        if differentiable.answer == NO:
            return self._said(4, NO, "not-differentiable")
        if self.gradient is None:
            return self._said(4, OPEN, "unsettled")
        if differentiable.answer == OPEN:
            return self._derivative_away() or self._said(4, OPEN, "unsettled")
        proof = self._derivatives_from_both_sides() if self.n == 1 else self._derivatives_by_orders()
        witness = self._derivative_away()
        if proof and witness:
            raise disagreement()
        return witness or proof or self._continued() or self._across() or self._said(4, OPEN, "unsettled")

    def _continued(self) -> Decided | None:
        """(eˣʸ − 1)/x where x ≠ 0 and y otherwise, which is a power series."""
        formula = self.spot.formula
        if not isinstance(formula, Piecewise) or not _has_two(formula):
            return None
        value, condition = formula.branches[0]
        other = formula.otherwise or formula.branches[1][0]
        if not isinstance(condition, Comparison) or condition.relation != "!=":
            return None
        beside = self.spot.around((1,) * self.n)
        try:
            proved = continues(value, condition.left - condition.right, other, beside.point(), beside.is_analytic)
        except (Unknown, Outside, JacocalcError, sympy.PolynomialError):
            return None
        return self._said(4, YES, "continued", (value,)) if proved else None

    def _derivatives_from_both_sides(self) -> Decided | None:
        assert self.gradient is not None
        for sign in (1, -1):
            ends = self._derivative_along(axis(1, 0, sign), 0)
            if [one.end for one in ends] != [FINITE] or _is_away(ends[0], self.gradient[0]):
                return None
        return self._said(4, YES, "derivative-tends", self.gradient)

    def _derivative_along(self, path: Path, j: int) -> list[Approach]:
        """Where ∂f/∂x_j goes along a path on which, and beside which, the rules hold."""
        beside = self.spot.on(path)
        try:
            formula = beside.resolved(self.spot.formula, strictly=True)
        except (Outside, Unknown):
            return [Approach(UNKNOWN)]
        if not beside.rules_hold(formula):
            return [Approach(UNKNOWN)]
        return approach(self.spot.other(partial(formula, self.spot.inputs[j]).result), path)

    def _derivative_away(self) -> Decided | None:
        """A path along which some ∂f/∂x_j does not tend to its value at the point."""
        assert self.gradient is not None
        for path in paths(self.n):
            for j, name in enumerate(self.spot.inputs):
                found = self._derivative_along(path, j)
                away = [one for one in found if _is_away(one, self.gradient[j])]
                if away and len(found) > 1:
                    reason, shown = oscillation(self.spot, path, found)
                    return self._said(4, NO, f"derivative-{reason}", (Symbol(name), *shown))
                if away and away[0].end != FINITE:
                    return self._said(4, NO, "derivative-infinite", (Symbol(name), self.spot.shown(path)))
                if away:
                    shown = (Symbol(name), self.spot.shown(path), away[0].expr, self.gradient[j])
                    return self._said(4, NO, "derivative-path", shown)
        return None

    def _derivatives_by_orders(self) -> Decided | None:
        assert self.gradient is not None
        for weights in weights_of(self.n):
            formula = self._single(self.spot.around(weights))
            if formula is not None:
                break
        else:
            return None
        proofs = []
        for name, value in zip(self.spot.inputs, self.gradient, strict=True):
            derivative = self.spot.other(partial(formula, name).result)
            proofs.append(bound(derivative, linear(derivative, value)))
        return self._said(4, YES, "derivatives-tend", self.gradient) if all(proofs) else None

    def _single(self, beside: Beside) -> Expr | None:
        """The formula of f all around the point, if the rules hold for it there."""
        try:
            found = formulas(beside, self.spot.formula)
        except (Outside, Unknown):
            return None
        return found[0][0] if len(found) == 1 and beside.rules_hold(found[0][0]) else None

    def _across(self) -> Decided | None:
        """Kinks of |·|, max, min, relu and borders of pieces: jumps at points close to a."""
        if self.kinks is None or self.n == 1:
            return None
        found = across(self.spot, self.spot.formula)
        return None if found is None else self._said(4, *found)

    def _said(self, place: int, answer: str, reason: str, shown: tuple[Expr, ...] = ()) -> Decided:
        return Decided(QUESTIONS[place], answer, reason, shown)


def _has_two(formula: Piecewise) -> bool:
    """Whether there is one formula where a condition holds, and one where it does not."""
    if len(formula.branches) == 1:
        return formula.otherwise is not None
    conditions = [condition for _, condition in formula.branches]
    return formula.otherwise is None and len(conditions) == 2 and conditions[1] == negation(conditions[0])


def _plain(order: Fraction, least: int) -> Fraction:
    """An order that is as short as can be shown: of 1999/1000 > 1 the smaller one 3/2 is claimed."""
    if order >= _MOST_SHOWN:
        return Fraction(_MOST_SHOWN)
    below = (Fraction(ceil(order * q) - 1, q) for q in count(1))
    return order if order.denominator <= _SHORT else next(p for p in below if p > least)


# -- what is proved of an approach --------------------------------------------------------------------


def _is_away(end: Approach, value: Expr = ZERO) -> bool:
    return end.end in (PLUS, MINUS) or (end.end == FINITE and differs(end.value, to_sympy(value)))


def oscillation(spot: Spot, path: Path, found: Sequence[Approach]) -> tuple[str, tuple[Expr, ...]]:
    """(code, formulas) of an approach with two ends: the path, v, and its phases with their limits."""
    finite = [one for one in found if one.end == FINITE]
    ends = finite if len({one.value for one in finite}) > 1 else sorted(found, key=lambda one: one.end != FINITE)
    one = ends[0]
    other = next(e for e in ends if (e.end, e.value) != (one.end, one.value))
    if one.end != FINITE:
        return "infinite", (spot.shown(path),)
    v, first, second = _wave(one), _turned(one, spot.whole), _turned(other, spot.whole)
    shown = (spot.shown(path), v, first, one.expr, second)
    return ("oscillates", (*shown, other.expr)) if other.end == FINITE else ("swings", shown)


def _wave(end: Approach) -> Expr:
    assert end.phase is not None
    return end.phase[0]


def _turned(end: Approach, whole: Expr) -> Expr:
    """φ + 2kπ"""
    assert end.phase is not None
    phase, turns = end.phase[1], Product((integer(2), whole, PI))
    return turns if phase == ZERO else Sum((phase, turns))


def _same(left: Slope, right: Slope) -> bool:
    return left.value is not None and right.value is not None and surely_equal(left.value, right.value)


def _broken(left: Slope, right: Slope) -> str:
    """Why two one-sided derivatives make no derivative; nothing where that is not proved."""
    ends = {left.end, right.end}
    if JUMP in ends:
        return "jump"
    if OUTSIDE in ends:
        return "nowhere" if ends == {OUTSIDE} else "one-sided"
    if ends & {PLUS, MINUS}:
        return "vertical"
    if "oscillates" in ends:
        return "no-quotient"
    if left.value is not None and right.value is not None and differs(to_sympy(left.value), to_sympy(right.value)):
        return "two-sided"
    return ""


def _is_continuous(kink: Expr) -> bool:
    """u^v is: where u = 0 it needs v > 0, and tends to 0."""
    return isinstance(kink, Power) or (isinstance(kink, Call) and kink.function not in (*JUMPING, "atan2"))


def disagreement() -> RoadsDisagree:
    """A proof of yes beside a proof of no: a fault of ours."""
    return RoadsDisagree(
        "a proof and a witness disagree; nothing is shown",
        hint="this is a fault of jacocalc: please report the input",
    )


# -- directions ---------------------------------------------------------------------------------------


def _dot(slopes: Sequence[Expr], direction: Sequence[Expr]) -> Expr:
    return Sum(tuple(Product((p, d)) for p, d in zip(slopes, direction, strict=True)))


def _directions(n: int) -> list[list[Expr]]:
    straight = [path for path in paths(n) if all(set(powers) <= {1} for powers in path)]
    return [[integer(powers.get(1, 0)) for powers in path] for path in straight]


def rays(kinks: Kinks) -> list[list[Expr]]:
    """Two inputs: the rays between which D f[d] is linear; none where a sign is not settled.

    Between neighbouring rays, less than 180° apart, every argument of a kink has a derivative along d that
    is linear and of one sign.
    """
    found = [[integer(x), integer(y)] for x, y in ((1, 0), (0, 1), (-1, 0), (0, -1))]
    for part in kink_arguments(kinks):
        slopes = [kinks.slope(part, ray) for ray in found]
        signs = [sign_of(value) for value in slopes]
        if None in signs:
            return []
        refined: list[list[Expr]] = []
        for i, ray in enumerate(found):
            j = (i + 1) % len(found)
            refined.append(ray)
            if signs[i] * signs[j] == -1:  # type: ignore[operator]
                weights = (Call("abs", (slopes[j],)), Call("abs", (slopes[i],)))
                refined.append([exact(weights[0] * a + weights[1] * b) for a, b in zip(ray, found[j], strict=True)])
        found = refined
    return found


def kink_arguments(kinks: Kinks) -> list[Expr]:
    """What changes its sign at each kink, inner kinks first."""
    found: dict[Expr, None] = {}
    for kink in kinks.found:
        assert isinstance(kink, Call)
        if kink.function in ("max", "min"):
            tied = kinks.tied(kink)
            found |= {a - b: None for i, a in enumerate(tied) for b in tied[i + 1 :]}
        else:
            found[kink.arguments[0]] = None
    return list(found)
