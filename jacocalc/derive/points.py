"""Is a function defined at a point, and is it differentiable there?

Defined: every condition of every part that is reached holds.  Differentiable: no part is at a kink, or
the pieces that meet there all have the same derivative, or the one-sided difference quotients have one
limit.  What cannot be settled is Undecided, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial as partial_call
from functools import reduce
from typing import Any

import sympy

from jacocalc.algebra.convert import from_sympy, to_sympy
from jacocalc.algebra.domain import Condition, conditions_of
from jacocalc.algebra.values import exact
from jacocalc.derive.partials import partial
from jacocalc.errors import DomainError, JacocalcError, NotDifferentiable, Undecided
from jacocalc.evaluate.equality import proved_equal
from jacocalc.evaluate.numbers import holds, sign_of
from jacocalc.functions import VectorFunction
from jacocalc.linear import paper, paper_name
from jacocalc.notation import (
    ZERO,
    Call,
    Comparison,
    Expr,
    Junction,
    Negative,
    Piecewise,
    Power,
    Symbol,
    children,
    integer,
    rational,
    rebuild,
    substitute,
    tree_size,
)

_LIPSCHITZ = ("abs", "max", "min", "relu")


class PointCheck:
    """One stage at one point: ``values`` binds every input and parameter to closed notation."""

    def __init__(self, function: VectorFunction, values: Mapping[str, Expr]) -> None:
        self.function = function
        self.values = dict(values)

    def defined(self) -> None:
        """Raise DomainError unless every component is defined at the point."""
        for component in self.function.values:
            self._visit(component, self._must_hold)

    def derivatives(self) -> dict[tuple[int, int], Expr]:
        """∂f_i/∂x_j where the rules do not hold at the point but the derivative exists all the same.

        Raises NotDifferentiable with the one-sided derivatives, Undecided where nothing is settled.
        """
        found: dict[tuple[int, int], Expr] = {}
        for i, component in enumerate(self.function.values):
            kinks: list[Expr] = []
            self._visit(component, partial_call(self._gather, kinks))
            if kinks:
                row = self._at_kink(component, kinks)
                found.update({(i, j): value for j, value in enumerate(row)})
        return found

    # -- walking the parts that are reached ---------------------------------------------------------

    def _visit(self, node: Expr, look: Callable[[Expr], None]) -> None:
        if isinstance(node, Piecewise):
            look(node)
            branch = self._branch(node)
            if branch is None:
                raise DomainError(
                    f"no branch of the piecewise function applies at {self._place()}", **self._caret(node)
                )
            self._visit(branch, look)
            return
        for part in children(node):
            self._visit(part, look)
        look(node)

    def _branch(self, node: Piecewise) -> Expr | None:
        for value, condition in node.branches:
            truth = self._holds(condition)
            if truth is None:
                raise Undecided(f"whether {paper(condition)} at {self._place()} is undecided")
            if truth:
                return value
        return node.otherwise

    def _sign(self, expr: Expr) -> int | None:
        closed = substitute(expr, self.values)
        found = sign_of(closed)
        if found is None and tree_size(closed) < 200:
            try:
                value = exact(closed)
            except JacocalcError:
                return None
            return 0 if value == ZERO or proved_equal(to_sympy(value), sympy.S.Zero) else sign_of(value)
        return found

    def _holds(self, condition: Expr) -> bool | None:
        return holds(condition, self._sign)

    def _must_hold(self, node: Expr) -> None:
        for condition in conditions_of(node):
            if condition.smooth:
                continue
            truth = self._holds(condition.holds)
            if truth is None:
                raise Undecided(f"whether {paper(node)} is defined at {self._place()} is undecided")
            if not truth and not self._zero_to_positive(node):
                raise DomainError(self._why(condition), hint=self._hint(node), **self._caret(node))

    def _zero_to_positive(self, node: Expr) -> bool:
        """0^y is 0 for y > 0."""
        return isinstance(node, Power) and self._sign(node.base) == 0 and self._sign(node.exponent) == 1

    def _hint(self, node: Expr) -> str:
        if isinstance(node, Power) and self._sign(node.base) == -1:
            return (
                f"for the real root of negative numbers write cbrt({paper(node.base)}) or root({paper(node.base)}, n)"
            )
        return ""

    def _why(self, condition: Condition) -> str:
        name = condition.part.function if isinstance(condition.part, Call) else paper(condition.part)
        match condition.holds:
            case Comparison("!=", left, right) if right == ZERO:
                reason = f"{paper(left)} is 0" if isinstance(condition.part, Call) else "division by zero"
                return f"{name} is undefined at {self._place()}: {reason}"
            case Comparison(relation, left, right):
                return f"{name} is undefined at {self._place()}: it needs {paper(left)} {relation} {paper(right)}"
        return f"{name} is undefined at {self._place()}: it needs {paper(condition.holds)}"

    def _place(self) -> str:
        return ", ".join(f"{paper_name(name)} = {paper(value)}" for name, value in self.values.items())

    def _caret(self, node: Expr) -> dict[str, Any]:
        if not node.span or not self.function.text or node.span[1] > len(self.function.text):
            return {}
        return {"text": self.function.text, "start": node.span[0], "end": node.span[1]}

    # -- kinks --------------------------------------------------------------------------------------

    def _gather(self, kinks: list[Expr], node: Expr) -> None:
        if isinstance(node, Piecewise):
            if any(self._on_border(condition) for _, condition in node.branches):
                kinks.append(node)
            return
        if isinstance(node, Call) and node.function in ("max", "min"):
            if len(self._tied(node)) > 1:
                kinks.append(node)
            return
        for condition in conditions_of(node):
            truth = self._holds(condition.holds)
            if truth is None:
                raise Undecided(f"whether {paper(node)} has a derivative at {self._place()} is undecided")
            if not truth:
                kinks.append(node)
                return

    def _on_border(self, condition: Expr) -> bool:
        if isinstance(condition, Junction):
            return any(map(self._on_border, condition.conditions))
        assert isinstance(condition, Comparison)
        sign = self._sign(condition.left - condition.right)
        if sign is None:
            raise Undecided(f"whether {paper(condition)} at {self._place()} is undecided")
        return sign == 0

    def _tied(self, node: Call) -> list[Expr]:
        """The arguments that attain the maximum (or minimum) at the point."""
        best: list[Expr] = []
        for argument in node.arguments:
            if not best:
                best = [argument]
                continue
            sign = self._sign(argument - best[0])
            if sign is None:
                raise Undecided(f"whether {paper(argument)} = {paper(best[0])} at {self._place()} is undecided")
            sign = sign if node.function == "max" else -sign
            best = [argument] if sign > 0 else [*best, argument] if sign == 0 else best
        return best

    def _at_kink(self, component: Expr, kinks: list[Expr]) -> list[Expr]:
        inputs = self.function.inputs
        lipschitz = all(isinstance(kink, Call) and kink.function in _LIPSCHITZ for kink in kinks)
        if lipschitz and len(kinks) <= 6:
            rows = self._pieces(component, kinks)
            if all(row == rows[0] for row in rows):
                return rows[0]
            sides = [
                (self._directional(component, j, -1), self._directional(component, j, 1)) for j in range(len(inputs))
            ]
        else:
            sides = [(self._limit(component, j, -1), self._limit(component, j, 1)) for j in range(len(inputs))]
        for j, (left, right) in enumerate(sides):
            self._compare_sides(component, kinks[0], j, left, right)
        values = [right for _, right in sides]
        if len(inputs) == 1 and values[0] is not None:
            return [values[0]]
        raise Undecided(
            f"whether {paper(component)} is differentiable at {self._place()} is undecided: "
            f"its partial derivatives exist, but {paper(kinks[0])} has no derivative by the rules there"
        )

    def _compare_sides(self, component: Expr, kink: Expr, j: int, left: Expr | None, right: Expr | None) -> None:
        name = paper_name(self.function.inputs[j])
        if left is None or right is None:
            raise Undecided(f"whether {paper(component)} has a derivative by {name} at {self._place()} is undecided")
        if left == right and _finite(left):
            return
        if _finite(left) and _finite(right) and proved_equal(to_sympy(left), to_sympy(right)):
            return
        one = f"{_said(left)} from the left and {_said(right)} from the right"
        if _OUTSIDE in (left, right):
            inside = right if left == _OUTSIDE else left
            one = f"on the boundary of the domain there is a one-sided derivative only ({_said(inside)})"
        raise NotDifferentiable(
            f"{paper(component)} is not differentiable at {self._place()}: by {name} the derivative is {one}"
            if _OUTSIDE not in (left, right)
            else f"{paper(component)} is not differentiable at {self._place()}: {one}",
            hint=f"the cause is {paper(kink)}",
            **self._caret(kink),
        )

    def _pieces(self, component: Expr, kinks: list[Expr]) -> list[list[Expr]]:
        """The gradients of all smooth pieces that meet at the point."""
        choices: list[dict[Expr, Expr]] = [{}]
        for kink in dict.fromkeys(kinks):
            assert isinstance(kink, Call)
            options = self._options(kink)
            choices = [{**choice, kink: option} for choice in choices for option in options]
        rows = []
        for choice in choices:
            piece = _replaced(component, choice)
            rows.append([exact(substitute(partial(piece, name).result, self.values)) for name in self.function.inputs])
        return rows

    def _options(self, kink: Call) -> list[Expr]:
        u = kink.arguments[0]
        if kink.function == "abs":
            return [u, Negative(u)]
        return [u, ZERO] if kink.function == "relu" else self._tied(kink)

    def _directional(self, node: Expr, j: int, sign: int) -> Expr | None:
        """sign · D f(a)[sign · e_j]: the right (sign 1) or left (−1) derivative by x_j.

        D|u|[d] = |D u[d]| at u = 0, D max(u, v)[d] = max(D u[d], D v[d]) at a tie; smooth parts by their rules.
        """
        moved = self._slope(node, j, sign)
        return None if moved is None else exact(Negative(moved) if sign < 0 else moved)

    def _slope(self, node: Expr, j: int, sign: int) -> Expr | None:
        name = self.function.inputs[j]
        kinked = {k: s for k in self._kinked_parts(node) if (s := self._kink_slope(k, j, sign)) is not None}
        letters = {k: f"_kink{i}" for i, k in enumerate(kinked)}
        plain = _replaced(node, {k: Symbol(letter) for k, letter in letters.items()})
        values = {**self.values, **{letter: substitute(k, self.values) for k, letter in letters.items()}}
        along = partial(plain, name).result
        total: list[Expr] = [substitute(Negative(along) if sign < 0 else along, values)]
        for k, letter in letters.items():
            outer = substitute(partial(plain, letter).result, values)
            total.append(outer * kinked[k])
        return exact(reduce(lambda a, b: a + b, total))

    def _kinked_parts(self, node: Expr) -> list[Expr]:
        """The outermost kinks that are reached."""
        if isinstance(node, Call) and node.function in _LIPSCHITZ and self._is_kink(node):
            return [node]
        return [k for part in children(node) for k in self._kinked_parts(part)]

    def _is_kink(self, node: Call) -> bool:
        if node.function in ("max", "min"):
            return len(self._tied(node)) > 1
        return self._sign(node.arguments[0]) == 0

    def _kink_slope(self, kink: Expr, j: int, sign: int) -> Expr | None:
        assert isinstance(kink, Call)
        slopes = [
            self._slope(argument, j, sign)
            for argument in (self._tied(kink) if kink.function in ("max", "min") else kink.arguments)
        ]
        if None in slopes:
            return None
        known = tuple(slope for slope in slopes if slope is not None)
        match kink.function:
            case "abs":
                return Call("abs", known)
            case "relu":
                return Call("max", (*known, ZERO))
            case name:
                return Call(name, known)

    def _limit(self, component: Expr, j: int, sign: int) -> Expr | None:
        """lim (f(a + t e_j) − f(a))/t as t → 0 from one side, by SymPy, confirmed by a value near 0."""
        name = self.function.inputs[j]
        t = sympy.Symbol("t", positive=True)
        near = {**self.values, name: self.values[name] + rational(Fraction(sign, 2**120))}
        check = PointCheck(self.function, near)
        try:
            check.defined_part(component)
            branch = check.resolved(component)
        except DomainError:
            return _OUTSIDE
        except Undecided:
            return None
        here = self.resolved(component)
        if tree_size(branch) > 150:
            return None
        line = to_sympy(substitute(branch, {n: v for n, v in self.values.items() if n != name}))
        x = sympy.Symbol(name, real=True)
        start = to_sympy(self.values[name])
        quotient = (line.subs(x, start + sign * t) - to_sympy(substitute(here, self.values))) / (sign * t)
        try:
            value = sympy.limit(quotient, t, 0, "+")
        except (NotImplementedError, ValueError, TypeError, RecursionError, AttributeError):
            return None
        return self._confirmed(value, branch, here, near, sign)

    def _confirmed(self, value: Any, branch: Expr, here: Expr, near: Mapping[str, Expr], sign: int) -> Expr | None:
        if value in (sympy.oo, -sympy.oo):
            return _PLUS if value == sympy.oo else _MINUS
        if not value.is_finite or not value.is_real or value.has(sympy.AccumBounds):
            return None
        quotient = (substitute(branch, near) - substitute(here, self.values)) * integer(sign * 2**120)
        found = from_sympy(value)
        gap = sign_of(Call("abs", (quotient - found,)) - rational(Fraction(1, 10**6)), 4096)
        return found if gap == -1 else None

    def defined_part(self, component: Expr) -> None:
        """Raise DomainError unless this component is defined at the point."""
        self._visit(component, self._must_hold)

    def resolved(self, node: Expr) -> Expr:
        """The component with every piecewise replaced by the branch that applies at the point."""
        if isinstance(node, Piecewise):
            branch = self._branch(node)
            return ZERO if branch is None else self.resolved(branch)
        return rebuild(node, tuple(self.resolved(part) for part in children(node)))


_OUTSIDE = Call("outside", ())
_PLUS = Call("infinity", ())
_MINUS = Negative(_PLUS)


def _finite(side: Expr) -> bool:
    return side not in (_OUTSIDE, _PLUS, _MINUS)


def _said(side: Expr) -> str:
    if side == _OUTSIDE:
        return "undefined"
    return {_PLUS: "+infinity", _MINUS: "-infinity"}.get(side) or paper(side)


def _replaced(expr: Expr, parts: Mapping[Expr, Expr]) -> Expr:
    if expr in parts:
        return parts[expr]
    return rebuild(expr, tuple(_replaced(part, parts) for part in children(expr)))
