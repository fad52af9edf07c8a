"""Second derivatives at a point a where the rules do not hold: ∂/∂x_i of ∂f/∂x_j by limits of difference quotients.

    ∂f/∂x_j at a + t e_i     by the rules; where they do not hold there either,
                             lim (f(a + t e_i + s e_j) − f(a + t e_i))/s as s → 0, for t > 0 and for t < 0
    ∂f/∂x_j at a             its true value

Raises NotDifferentiable where a limit does not exist, Undecided where one is not settled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from jacocalc.algebra.values import exact
from jacocalc.derive.kinks import Kinks, agree, axis_derivative, finite, limit_beside
from jacocalc.derive.partials import partial
from jacocalc.derive.points import PointCheck
from jacocalc.errors import DomainError, NotDifferentiable, Undecided
from jacocalc.evaluate.numbers import sign_of
from jacocalc.functions import VectorFunction
from jacocalc.linear import paper, paper_name
from jacocalc.notation import Call, Comparison, Expr, Junction, Matrix, Piecewise, Symbol, integer, rational, substitute

_T = "_t"
_CLOSE = Fraction(1, 2**20)
_CLOSEST = Fraction(1, 2**120)
_CLOSER = Fraction(1, 2**2400)
_HALVES = ((">", 1), ("<", -1))


def second_by_limits(
    stage: VectorFunction, values: Mapping[str, Expr], component: Expr, first: Sequence[Expr]
) -> Matrix:
    """H(a) of a component whose gradient at a is ``first``."""
    around = Kinks(PointCheck(stage, values), component).beside(component)
    lines = _Lines(stage, values, around)
    n = range(int(stage.n))
    return Matrix(tuple(tuple(lines.second(i, j, first[j]) for j in n) for i in n))


@dataclass(frozen=True)
class _Lines:
    """A formula ``around`` a, on the lines through a along the axes."""

    stage: VectorFunction
    values: Mapping[str, Expr]
    around: Expr

    def second(self, i: int, j: int, first: Expr) -> Expr:
        """∂/∂x_i of ∂f/∂x_j at a, where ∂f/∂x_j is ``first``."""
        given = Piecewise(self._beside(i, j), first)
        return axis_derivative(self._check(given, self.values), given, i)

    def _beside(self, i: int, j: int) -> tuple[tuple[Expr, Expr], ...]:
        """∂f/∂x_j on the line along e_i without a: formulas, and where they hold."""
        smooth = all(self._smooth(i, sign) for _, sign in _HALVES)
        if smooth or i == j:
            off = tuple(Comparison("!=", Symbol(name), self.values[name]) for name in self.stage.inputs)
            formula = self.around if smooth else self._kept(self.around, i)
            return ((self._partial(formula, j), Junction("or", off) if len(off) > 1 else off[0]),)
        x, a = Symbol(self.stage.inputs[i]), self.values[self.stage.inputs[i]]
        return tuple((self._half(i, j, sign), Comparison(relation, x, a)) for relation, sign in _HALVES)

    def _partial(self, formula: Expr, j: int) -> Expr:
        return partial(formula, self.stage.inputs[j]).result

    def _kept(self, formula: Expr, *kept: int) -> Expr:
        """The values of all inputs but these inserted."""
        names = [self.stage.inputs[i] for i in kept]
        return substitute(formula, {name: value for name, value in self.values.items() if name not in names})

    def _check(self, formula: Expr, values: Mapping[str, Expr]) -> PointCheck:
        return PointCheck(replace(self.stage, components=(formula,), m=1), values)

    def _near(self, i: int, step: Fraction) -> Kinks:
        """f at a + t e_i for one t"""
        name = self.stage.inputs[i]
        near = {**self.values, name: exact(self.values[name] + rational(step))}
        return Kinks(self._check(self.around, near), self.around)

    def _smooth(self, i: int, sign: int) -> bool:
        """Whether the rules hold on one half of the line along e_i, or f is not defined there."""
        near = self._near(i, sign * _CLOSEST)
        try:
            near.check.defined()
        except DomainError:
            return True
        return not near.found

    def _half(self, i: int, j: int, sign: int) -> Expr:
        """∂f/∂x_j on one half of the line along e_i."""
        if self._smooth(i, sign):
            return self._kept(self._partial(self.around, j), i)
        left, right = (self._one_sided(i, j, sign, side) for side in (-1, 1))
        one, other = (substitute(end, {_T: rational(_CLOSE)}) for end in (left, right))
        if not (finite(left) and finite(right)) or sign_of(one - other) in (1, -1):
            by = paper_name(self.stage.inputs[j])
            raise NotDifferentiable(f"{paper(self.around)} has no derivative by {by} where {self._place(i, sign)}")
        if not agree(left, right):
            raise self._unsettled(i, j, sign)
        name = self.stage.inputs[i]
        return substitute(right, {_T: integer(sign) * (Symbol(name) - self.values[name])})

    def _one_sided(self, i: int, j: int, sign: int, side: int) -> Expr:
        """lim (f(a + t e_i + s e_j) − f(a + t e_i))/s from one side of s = 0, as a formula in |t|."""
        across = self.stage.inputs[j]
        near, close = self._near(i, sign * _CLOSEST), self._near(i, sign * _CLOSE)
        beside = {**near.check.values, across: exact(self.values[across] + rational(side * _CLOSER))}
        on, off = (self._along(check.resolved(self.around), i, j, sign)
                   for check in (near.check, self._check(self.around, beside)))
        found = limit_beside(off, across, self.values[across], on, side, _T)
        number = close.limit(j, side)
        if found is None or number is None:
            raise self._unsettled(i, j, sign)
        gap = Call("abs", (substitute(found, {_T: rational(_CLOSE)}) - number,))
        if found != number and not (finite(found) and finite(number) and sign_of(gap - rational(_CLOSE)) == -1):
            raise self._unsettled(i, j, sign)
        return found

    def _along(self, formula: Expr, i: int, j: int, sign: int) -> Expr:
        """A formula in x_j and |t|, where x_i = a_i + t."""
        name = self.stage.inputs[i]
        return substitute(self._kept(formula, i, j), {name: self.values[name] + integer(sign) * Symbol(_T)})

    def _place(self, i: int, sign: int) -> str:
        """x = 0, y > 0"""
        relations = ["=" if k != i else ">" if sign > 0 else "<" for k in range(int(self.stage.n))]
        parts = zip(self.stage.inputs, relations, strict=True)
        return ", ".join(f"{paper_name(name)} {relation} {paper(self.values[name])}" for name, relation in parts)

    def _unsettled(self, i: int, j: int, sign: int) -> Undecided:
        return Undecided(
            f"whether there is a second derivative is undecided: {paper(self.around)} has no derivative by "
            f"{paper_name(self.stage.inputs[j])} by the rules where {self._place(i, sign)}"
        )
