"""Derivatives at points where the rules do not hold: kinks, borders of pieces, boundaries of the domain.

    all smooth pieces that meet there have one gradient      → that gradient
    D f(a)[d] for max, min, |·|, relu (exact, by directions)  → not differentiable if it is not linear in d
    one-sided limits of difference quotients                 → their value where they agree (one input)

D|u|[d] = |D u[d]| at u = 0; D max(u, v)[d] = max(D u[d], D v[d]) at a tie; smooth parts by their rules
(A. Shapiro, On concepts of directional differentiability, 1990).  What is not settled is Undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import sympy

from jacocalc.algebra.convert import FAILURES, from_sympy, to_sympy
from jacocalc.algebra.domain import conditions_of, moving, surely
from jacocalc.algebra.values import exact
from jacocalc.derive.partials import partial
from jacocalc.derive.points import PointCheck
from jacocalc.errors import DomainError, JacocalcError, NotDifferentiable, Undecided
from jacocalc.evaluate.budget import within
from jacocalc.evaluate.equality import surely_equal
from jacocalc.evaluate.numbers import sign_of
from jacocalc.known_functions import BENT, JUMPING
from jacocalc.linear import paper, paper_name
from jacocalc.notation import (
    ONE,
    ZERO,
    Call,
    Comparison,
    Expr,
    Junction,
    Negative,
    Piecewise,
    Symbol,
    children,
    integer,
    rational,
    rebuild,
    substitute,
    summed,
    tree_size,
    walk,
)

_OUTSIDE = Call("outside", ())
_PLUS = Call("infinity", ())
_MINUS = Negative(_PLUS)
_JUMP = Call("jump", ())
_CALLS = 1_500_000
_CONVENTION = "--kink T takes (1 - T)·left + T·right"
_REPORT = "jacocalc point says more"
_NEAR = Fraction(1, 2**120)


@dataclass(frozen=True)
class Exceptions:
    """Rows of J_f(a) that the rules do not give: by the definition of the derivative, or by a convention."""

    rows: Mapping[int, tuple[Expr, ...]]
    by_convention: tuple[int, ...]


def derivatives_at(check: PointCheck, kink: Expr | None = None) -> Exceptions:
    """∂f_i/∂x_j where the rules do not hold at the point.

    Where the derivative exists all the same it is given.  Where it has two sides and ``kink`` is a weight t,
    the convention of automatic differentiation is applied at each kink: |·| gives 2t − 1, relu gives t, a
    tie of max or min the mean, a border of pieces (1 − t)·left + t·right.

    Raises NotDifferentiable with the one-sided derivatives, Undecided where nothing is settled.
    """
    rows: dict[int, tuple[Expr, ...]] = {}
    conventional: list[int] = []
    for i, component in enumerate(check.components):
        one = Kinks(check, component)
        try:
            row = one.row()
        except (NotDifferentiable, Undecided):
            if kink is None:
                raise
            row = one.by_convention(kink)
            conventional.append(i)
        if row:
            rows[i] = tuple(row)
    return Exceptions(rows, tuple(conventional))


def axis_derivative(check: PointCheck, component: Expr, j: int) -> Expr:
    """∂component/∂x_j at the point, the limit of difference quotients from both sides.

    Raises NotDifferentiable where they differ, Undecided where they are not settled.
    """
    one = Kinks(check, component)
    left, right = one.limit(j, -1), one.limit(j, 1)
    one.compare_sides(j, left, right)
    if left is None or right is None:
        raise one.unsettled()
    return right


class Kinks:
    """One component at one point."""

    def __init__(self, check: PointCheck, component: Expr) -> None:
        self.check = check
        self.component = component
        self.inputs = check.function.inputs
        self.found: list[Expr] = []
        self.moving = moving((component,), self.inputs)
        check.visit(component, self._gather)

    def row(self) -> list[Expr]:
        """The partials by the definition of the derivative; empty where the rules hold."""
        if not self.found:
            return []
        if self.lipschitz:
            return self._by_pieces()
        return self._by_limits()

    # -- finding them -------------------------------------------------------------------------------

    def _gather(self, node: Expr) -> None:
        """Note a part that has no derivative by the rules; what depends on no input has derivative 0."""
        if node not in self.moving:
            return
        if isinstance(node, Piecewise):
            if any(self._met(condition) for _, condition in node.branches):
                self.found.append(node)
        elif isinstance(node, Call) and node.function in ("max", "min"):
            tied = self.tied(node)
            if len(tied) > 1 and not self.moving.isdisjoint(tied):
                self.found.append(node)
        elif any(self._fails(condition.holds, condition.smooth) for condition in conditions_of(node)):
            self.found.append(node)

    def _fails(self, condition: Expr, smooth: bool) -> bool:
        """Whether the rule does not hold here: the condition fails, or the point lies on its boundary."""
        holds = self.check.holds(condition)
        if holds is None:
            raise Undecided(f"whether {paper(condition)} at {self.check.place()} is undecided")
        if smooth or not holds:
            return not holds
        closed = isinstance(condition, Comparison) and condition.relation in ("<=", ">=") and not surely(condition)
        return closed and self._on_border(condition)

    def _met(self, condition: Expr) -> bool:
        """Whether a border that moves with an input passes through the point, or may jump there."""
        if isinstance(condition, Junction):
            met = [part for part in condition.conditions if self._met(part)]
            others = (part for part in condition.conditions if part not in met)
            return bool(met) and not any(self.check.holds(part) is (condition.word == "or") for part in others)
        return condition in self.moving and (self._on_border(condition) or self._jumps(condition))

    def _jumps(self, condition: Expr) -> bool:
        """Whether a side of the condition may jump at the point."""
        for node in walk(condition):
            if isinstance(node, Piecewise) or (isinstance(node, Call) and node.function == "atan2"):
                return True
            jumping = isinstance(node, Call) and node.function in JUMPING
            if jumping and not all(self.check.holds(one.holds) for one in conditions_of(node)):
                return True
        return False

    def _on_border(self, condition: Expr) -> bool:
        if isinstance(condition, Junction):
            return any(map(self._on_border, condition.conditions))
        assert isinstance(condition, Comparison)
        sign = self.check.sign(condition.left - condition.right)
        if sign is None:
            raise Undecided(f"whether {paper(condition)} at {self.check.place()} is undecided")
        return sign == 0

    def tied(self, node: Call) -> list[Expr]:
        """The arguments that attain the maximum (or minimum) at the point."""
        best: list[Expr] = []
        for argument in node.arguments:
            if not best:
                best = [argument]
                continue
            sign = self.check.sign(argument - best[0])
            if sign is None:
                where = self.check.place()
                raise Undecided(f"whether {paper(argument)} = {paper(best[0])} at {where} is undecided")
            sign = sign if node.function == "max" else -sign
            best = [argument] if sign > 0 else [*best, argument] if sign == 0 else best
        return best

    # -- beside the point ---------------------------------------------------------------------------

    def beside(self, node: Expr) -> Expr:
        """A part as it is all around the point: relu(relu(x)) is relu(0) where x < 0, |x - 1| is -(x - 1) at 0."""
        if node not in self.moving:
            return node
        found = rebuild(node, tuple(map(self.beside, children(node))))
        if not isinstance(found, Call) or found.function not in BENT or any(map(self._jumps, found.arguments)):
            return found
        if found.function in ("max", "min"):
            tied = dict.fromkeys(self.tied(found))
            return found if len(tied) > 1 else next(iter(tied))
        u = found.arguments[0]
        below = Negative(u) if found.function == "abs" else ZERO
        return {1: u, -1: below}.get(self.check.sign(u) or 0, found)

    # -- pieces and directions ----------------------------------------------------------------------

    def _by_pieces(self) -> list[Expr]:
        gradient = self.one_gradient()
        if gradient:
            return gradient
        axes = [[integer(int(i == j)) for i in range(len(self.inputs))] for j in range(len(self.inputs))]
        row = []
        for j, axis in enumerate(axes):
            right = self.slope(self.component, axis)
            left = exact(Negative(self.slope(self.component, [exact(Negative(d)) for d in axis])))
            self.compare_sides(j, left, right)
            row.append(right)
        if len(self.inputs) == 1:
            return row
        self._refuse_bent(row)
        raise self.unsettled()

    def one_gradient(self) -> list[Expr]:
        """The gradient that all smooth pieces have; empty where they differ, or are too many to tell."""
        rows = self.pieces() if len(dict.fromkeys(self.found)) <= 6 else []
        return rows[0] if rows and all(row == rows[0] for row in rows) else []

    def differ(self) -> bool:
        """Whether kinks meet the point, of |·|, relu, max and min alone, and their pieces have several gradients."""
        return self.lipschitz and not self.one_gradient()

    @property
    def lipschitz(self) -> bool:
        """Whether there are kinks, and all are of |·|, relu, max or min."""
        return bool(self.found) and all(isinstance(k, Call) and k.function in BENT for k in self.found)

    def pieces(self) -> list[list[Expr]]:
        """The gradients of all smooth pieces that meet at the point."""
        choices: list[dict[Expr, Expr]] = [{}]
        for kink in dict.fromkeys(self.found):
            assert isinstance(kink, Call)
            choices = [{**choice, kink: option} for choice in choices for option in self._options(kink)]
        rows = []
        for choice in choices:
            piece = _replaced(self.component, choice)
            rows.append([exact(substitute(partial(piece, name).result, self.check.values)) for name in self.inputs])
        return rows

    def _options(self, kink: Call) -> list[Expr]:
        u = kink.arguments[0]
        if kink.function == "abs":
            return [u, Negative(u)]
        return [u, ZERO] if kink.function == "relu" else self.tied(kink)

    def slope(self, node: Expr, direction: list[Expr]) -> Expr:
        """D node(a)[direction]."""
        steps = dict(zip(self.inputs, direction, strict=True))
        return exact(self._through_kinks(node, steps, lambda kink: self._kink_slope(kink, direction)))

    def _through_kinks(self, node: Expr, steps: Mapping[str, Expr], slope: Callable[[Expr], Expr]) -> Expr:
        """Σ ∂g/∂x_j d_j + Σ ∂g/∂k_i s_i for node = g(x, k) with its outermost kinks k_i, which have the slopes s_i."""
        letters = {kink: f"_kink{i}" for i, kink in enumerate(self._kinked_parts(node))}
        plain = _replaced(node, {kink: Symbol(letter) for kink, letter in letters.items()})
        bound = {letter: substitute(kink, self.check.values) for kink, letter in letters.items()}
        terms: list[Expr] = [partial(plain, name).result * step for name, step in steps.items()]
        terms += [partial(plain, letter).result * slope(kink) for kink, letter in letters.items()]
        return substitute(summed(terms), {**self.check.values, **bound})

    def _kinked_parts(self, node: Expr) -> list[Expr]:
        """The outermost kinks that are reached."""
        if node in self.found:
            return [node]
        return list(dict.fromkeys(kink for part in children(node) for kink in self._kinked_parts(part)))

    def _kink_slope(self, kink: Expr, direction: list[Expr]) -> Expr:
        assert isinstance(kink, Call)
        parts = self.tied(kink) if kink.function in ("max", "min") else list(kink.arguments)
        slopes = tuple(self.slope(part, direction) for part in parts)
        return exact(Call("max", (*slopes, ZERO)) if kink.function == "relu" else Call(kink.function, slopes))

    def _refuse_bent(self, row: list[Expr]) -> None:
        """Raise if D f[d] differs from Σ ∂f/∂x_j d_j in some direction."""
        for steps in product((1, -1, 0, 2), repeat=min(len(self.inputs), 3)):
            direction = [integer(k) for k in (*steps, *[0] * (len(self.inputs) - len(steps)))]
            along = self.slope(self.component, direction)
            linear = exact(summed([p * d for p, d in zip(row, direction, strict=True)]))
            if along != linear and sign_of(along - linear) in (1, -1):
                arrow = f"({', '.join(map(paper, direction))})"
                raise NotDifferentiable(
                    f"{paper(self.component)} is not differentiable at {self.check.place()}: along {arrow} the "
                    f"derivative is {paper(along)}, but its partial derivatives would give {paper(linear)}",
                    **self.check.caret(self.found[0]),
                )

    # -- conventions --------------------------------------------------------------------------------

    def by_convention(self, t: Expr) -> list[Expr]:
        """The row with the weight t for the right side at each kink."""
        if self.lipschitz:
            return [exact(self._weighted(self.component, name, t)) for name in self.inputs]
        row = []
        for j in range(len(self.inputs)):
            left, right = self.limit(j, -1), self.limit(j, 1)
            if left is None or right is None or not (finite(left) and finite(right)):
                self.compare_sides(j, left, right)
                raise self.unsettled()
            row.append(exact((ONE - t) * left + t * right))
        return row

    def _weighted(self, node: Expr, name: str, t: Expr) -> Expr:
        return self._through_kinks(node, {name: ONE}, lambda kink: self._weighted_kink(kink, name, t))

    def _weighted_kink(self, kink: Expr, name: str, t: Expr) -> Expr:
        assert isinstance(kink, Call)
        if kink.function in ("max", "min"):
            tied = self.tied(kink)
            return summed([self._weighted(part, name, t) for part in tied]) / integer(len(tied))
        weight = t if kink.function == "relu" else 2 * t - 1
        return weight * self._weighted(kink.arguments[0], name, t)

    # -- limits -------------------------------------------------------------------------------------

    def _by_limits(self) -> list[Expr]:
        sides = [(self.limit(j, -1), self.limit(j, 1)) for j in range(len(self.inputs))]
        for j, (left, right) in enumerate(sides):
            self.compare_sides(j, left, right)
        right = sides[0][1]
        if len(self.inputs) == 1 and right is not None:
            return [right]
        return self._by_orders()

    def _by_orders(self) -> list[Expr]:
        """f(a + h) − f(a) − L·h = o(‖h‖) proved, or disproved along a path."""
        from jacocalc.derive.limits import Spot, bent_path, bound, linear, slope

        spot = Spot(self.component, self.inputs, self.check.values)
        value = exact(substitute(self.check.resolved(self.component), self.check.values))
        sides = [slope(spot, value, j, 1) for j in range(len(self.inputs))]
        sides += [slope(spot, value, j, -1) for j in range(len(self.inputs))]
        if any(side.value is None for side in sides):
            raise self.unsettled()
        row = tuple(side.value for side in sides[: len(self.inputs)] if side.value is not None)
        if bound(spot, linear(spot, value, row), steep=True) is not None:
            return list(row)
        path = bent_path(spot, value, row)
        if path is not None:
            raise NotDifferentiable(
                f"{paper(self.component)} is not differentiable at {self.check.place()}: along "
                f"({', '.join(map(paper, spot.shown(path).entries))}) it leaves the map of its partial derivatives",
                hint=_REPORT,
                **self.check.caret(self.found[0]),
            )
        raise self.unsettled()

    def limit(self, j: int, sign: int) -> Expr | None:
        """lim (f(a + t e_j) − f(a))/t as t → 0 from one side, by SymPy, confirmed by a value near 0."""
        name = self.inputs[j]
        start = self.check.values[name]
        near = {**self.check.values, name: start + rational(sign * _NEAR)}
        beside = PointCheck(self.check.function, near)
        try:
            beside.defined_part(self.component)
            branch = beside.resolved(self.component)
        except DomainError:
            return _OUTSIDE
        except Undecided:
            return None
        here = substitute(self.check.resolved(self.component), self.check.values)
        difference = substitute(branch, near) - here
        if sign_of(Call("abs", (difference,)) - rational(Fraction(1, 1000)), 4096) == 1:
            return _JUMP
        if tree_size(branch) > 150:
            return None
        others = {other: value for other, value in self.check.values.items() if other != name}
        value = _limit_at_zero(substitute(branch, others), name, start, here, sign)
        return None if value is None else self._confirmed(value, difference, sign)

    def _confirmed(self, value: Any, difference: Expr, sign: int) -> Expr | None:
        if value in (sympy.oo, -sympy.oo):
            return _PLUS if value == sympy.oo else _MINUS
        try:
            found = from_sympy(value)
            quotient = difference * integer(sign * 2**120)
            gap = sign_of(Call("abs", (quotient - found,)) - rational(Fraction(1, 10**6)), 4096)
        except JacocalcError:
            return None
        return found if gap == -1 else None

    # -- what is said -------------------------------------------------------------------------------

    def compare_sides(self, j: int, left: Expr | None, right: Expr | None) -> None:
        """Raise NotDifferentiable where the sides are known and differ."""
        name, place = paper_name(self.inputs[j]), self.check.place()
        if not {_OUTSIDE, _JUMP} & {left, right} and (left is None or right is None or agree(left, right)):
            return
        kink = self.found[0]
        raise NotDifferentiable(
            f"{paper(self.component)} is not {_reason(left, right, name, place)}",
            hint=self._hint(kink, left, right),
            **self.check.caret(kink),
        )

    def _hint(self, kink: Expr, left: Expr | None, right: Expr | None) -> str:
        cause = "" if kink == self.component else f"the cause is {paper(kink)}"
        two_sides = left is not None and right is not None and finite(left) and finite(right)
        return "; ".join(part for part in (cause, _CONVENTION if two_sides else "", _REPORT) if part)

    def unsettled(self) -> Undecided:
        """What is raised where nothing is settled."""
        return Undecided(
            f"whether {paper(self.component)} is differentiable at {self.check.place()} is undecided: "
            f"{paper(self.found[0])} has no derivative by the rules there"
        )


def _reason(left: Expr | None, right: Expr | None, name: str, place: str) -> str:
    if _JUMP in (left, right):
        return f"continuous at {place}, so it has no derivative by {name} there"
    if _OUTSIDE in (left, right):
        inside = right if left == _OUTSIDE else left
        only = "" if inside is None or inside == _OUTSIDE else f" ({_said(inside)})"
        return (
            f"differentiable at {place}: by {name}, on the boundary of the domain there is a one-sided "
            f"derivative only{only}"
        )
    assert left is not None
    assert right is not None
    sides = f"{_said(left)} from the left and {_said(right)} from the right"
    return f"differentiable at {place}: by {name} the derivative is {sides}"


def _limit_at_zero(line: Expr, name: str, start: Expr, here: Expr, sign: int, positive: str = "") -> Any | None:
    """The limit in SymPy under a budget; None where it gives none."""
    try:
        value = within(_CALLS, _sympy_limit, line, name, start, here, sign, positive)
    except FAILURES:
        return None
    if value in (sympy.oo, -sympy.oo):
        return value
    real = value.is_finite and value.is_real and not value.has(sympy.AccumBounds, sympy.Limit)
    return value if real else None


def _sympy_limit(line: Expr, name: str, start: Expr, here: Expr, sign: int, positive: str) -> Any:
    """lim (f(a + sign·t) − f(a))/(sign·t) as t → 0 from above."""
    t = sympy.Symbol("t", positive=True)
    moved = to_sympy(line).subs(sympy.Symbol(name, real=True), to_sympy(start) + sign * t)
    known = {sympy.Symbol(positive, real=True): sympy.Symbol(positive, positive=True)}
    return sympy.limit(((moved - to_sympy(here)) / (sign * t)).subs(known), t, 0, "+")


def limit_beside(line: Expr, name: str, start: Expr, here: Expr, sign: int, positive: str) -> Expr | None:
    """lim (f(a + t) − f(a))/t as t → 0 from one side, by SymPy, with a parameter that is positive."""
    value = _limit_at_zero(line, name, start, substitute(here, {name: start}), sign, positive)
    if value in (sympy.oo, -sympy.oo):
        return _PLUS if value == sympy.oo else _MINUS
    try:
        return None if value is None else from_sympy(value)
    except JacocalcError:
        return None


def agree(left: Expr, right: Expr) -> bool:
    """Whether both sides are finite and proved to be equal."""
    return finite(left) and finite(right) and surely_equal(left, right)


def finite(side: Expr) -> bool:
    """Whether a side is a number or a formula."""
    return side not in (_OUTSIDE, _PLUS, _MINUS, _JUMP)


def _said(side: Expr) -> str:
    return {_PLUS: "+infinity", _MINUS: "-infinity"}.get(side) or paper(side)


def _replaced(expr: Expr, parts: Mapping[Expr, Expr]) -> Expr:
    """Parts replaced, also inside what replaces them."""
    if expr in parts:
        return _replaced(parts[expr], parts)
    return rebuild(expr, tuple(_replaced(part, parts) for part in children(expr)))
