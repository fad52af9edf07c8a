"""Is a function defined at a point?  Every condition of every part that is reached must hold there.

What cannot be settled is Undecided, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jacocalc.algebra.domain import Condition, conditions_of, moving, never, surely
from jacocalc.algebra.tidy import tidy
from jacocalc.algebra.values import exact
from jacocalc.errors import DomainError, JacocalcError, Undecided
from jacocalc.evaluate.equality import proof
from jacocalc.evaluate.numbers import holds as truth
from jacocalc.evaluate.numbers import sign_of
from jacocalc.functions import VectorFunction
from jacocalc.known_functions import SPECIAL
from jacocalc.linear import paper, paper_name
from jacocalc.notation import (
    ZERO,
    Call,
    Comparison,
    Expr,
    Junction,
    Matrix,
    Piecewise,
    Power,
    Symbol,
    as_rational,
    children,
    column,
    exponent_value,
    names,
    rebuild,
    substitute,
    tree_size,
    walk,
)


def needed(condition: Condition) -> Expr:
    """What a value needs: x^y has one for x > 0, and where x = 0 and y > 0."""
    match condition:
        case Condition(Comparison(">", base, right), Power(_, exponent)) if exponent_value(exponent) is None:
            if as_rational(base) is not None:
                return condition.holds
            there = substitute(exponent, {base.name: ZERO}) if isinstance(base, Symbol) else exponent
            upward = Comparison(">", there, ZERO)
            if surely(upward):
                return Comparison(">=", base, right)
            at_zero = Junction("and", (Comparison("=", base, right), upward))
            return condition.holds if never(upward) else Junction("or", (condition.holds, at_zero))
    return condition.holds


def _is_above(condition: Expr) -> bool:
    """u > 0 for what is not constant."""
    return isinstance(condition, Comparison) and condition.relation == ">" and bool(names(tidy(condition.left)))


class PointCheck:
    """One stage at one point: ``values`` binds every input and parameter to closed notation.

    ``components`` are the stage's components with the values of the parameters inserted, so that x^n at
    n = 3 is the power x³.
    """

    def __init__(self, function: VectorFunction, values: Mapping[str, Expr]) -> None:
        self.function = function
        self.values = {name: values[name] for name in (*function.inputs, *function.parameters) if name in values}
        given = {name: self.values[name] for name in function.parameters if name in values}
        self.components = tuple(substitute(c, given) for c in function.values) if given else function.values

    def defined(self) -> None:
        """Raise DomainError unless every component is defined at the point."""
        for component in self.components:
            self.visit(component, self._must_hold)

    def inserted(self) -> Matrix:
        """f(a) with the numbers inserted into the branches that apply."""
        resolved = (self.resolved(value) for value in self.function.values)
        return column(tuple(substitute(value, self.values) for value in resolved))

    # -- walking the parts that are reached ---------------------------------------------------------

    def somewhere(self) -> None:
        """Raise DomainError where a part without variables is undefined: ln(-1) x, x/(y − y)."""
        parts = moving(self.components, self.function.inputs)
        for component in self.components:
            for node in walk(component):
                for condition in conditions_of(node):
                    if not condition.smooth and self._never(condition.holds):
                        raise DomainError(self._why(condition), **self.caret(node))
                    if condition.smooth and node in parts and _is_above(condition.holds) and never(condition.holds):
                        said = f"{paper(node)} has no derivative anywhere: it needs {paper(condition.holds)}"
                        raise DomainError(said, **self.caret(node))

    def _never(self, condition: Expr) -> bool:
        match condition:
            case Comparison(_, left, right) if not names(left - right):
                return self.holds(condition) is False
            case Comparison("!=", left, right):
                return tidy(left - right) == ZERO
        return never(condition)

    def visit(self, expr: Expr, look: Callable[[Expr], None]) -> None:
        """Look at every part that is reached at the point, parts before wholes, equal parts once."""
        seen: set[Expr] = set()

        def visit(node: Expr) -> None:
            if node in seen:
                return
            seen.add(node)
            if isinstance(node, Piecewise):
                look(node)
                visit(self._applying(node))
                return
            for part in children(node):
                visit(part)
            look(node)

        visit(expr)

    def _applying(self, node: Piecewise) -> Expr:
        """The branch that applies.  Raises DomainError where there is none."""
        branch = self._branch(node)
        if branch is None:
            raise DomainError(f"no branch of the piecewise function applies at {self.place()}", **self.caret(node))
        return branch

    def _branch(self, node: Piecewise) -> Expr | None:
        for value, condition in node.branches:
            applies = self.holds(condition)
            if applies is None:
                raise Undecided(f"whether {paper(condition)} at {self.place()} is undecided")
            if applies:
                return value
        return node.otherwise

    def sign(self, expr: Expr) -> int | None:
        """−1, 0 or 1 at the point; None where that is not settled."""
        closed = substitute(expr, self.values)
        found = sign_of(closed)
        if found is None and tree_size(closed) < 200:
            try:
                value = exact(closed)
                return 0 if value == ZERO or proof(value, ZERO) else sign_of(value)
            except JacocalcError:
                return None
        return found

    def holds(self, condition: Expr) -> bool | None:
        return truth(condition, self.sign)

    def _must_hold(self, node: Expr) -> None:
        condition = self.failing(node)
        if condition is not None:
            raise DomainError(self._why(condition), hint=self._hint(node), **self.caret(node))

    def failing(self, node: Expr) -> Condition | None:
        """The condition for which the node is undefined at the point, if there is one.  Raises Undecided."""
        for condition in conditions_of(node):
            if condition.smooth:
                continue
            holds = self.holds(condition.holds)
            if holds is None:
                raise Undecided(f"whether {paper(node)} is defined at {self.place()} is undecided")
            if not holds and not self._zero_to_positive(node):
                return condition
        return None

    def _zero_to_positive(self, node: Expr) -> bool:
        """0^y is 0 for y > 0."""
        return isinstance(node, Power) and self.sign(node.base) == 0 and self.sign(node.exponent) == 1

    def _hint(self, node: Expr) -> str:
        if isinstance(node, Power) and exponent_value(node.exponent) is not None and self.sign(node.base) == -1:
            return (
                f"for the real root of negative numbers write cbrt({paper(node.base)}) or root({paper(node.base)}, n)"
            )
        return ""

    def _why(self, condition: Condition) -> str:
        name = paper(condition.part)
        if isinstance(condition.part, Call) and condition.part.function not in SPECIAL:
            name = condition.part.function
        match condition.holds:
            case Comparison("!=", left, right) if right == ZERO:
                reason = f"{paper(left)} is 0" if isinstance(condition.part, Call) else "division by zero"
                return f"{name} is undefined{self._at()}: {reason}"
        return f"{name} is undefined{self._at()}: it needs {paper(needed(condition))}"

    def _at(self) -> str:
        return f" at {self.place()}" if self.values else ""

    def place(self) -> str:
        """x = 1, y = 2"""
        return ", ".join(f"{paper_name(name)} = {paper(value)}" for name, value in self.values.items())

    def caret(self, node: Expr) -> dict[str, Any]:
        """Where the part stands in the text of the definition."""
        if not node.span or not self.function.text or node.span[1] > len(self.function.text):
            return {}
        return {"text": self.function.text, "start": node.span[0], "end": node.span[1]}

    def defined_part(self, component: Expr) -> None:
        """Raise DomainError unless this component is defined at the point."""
        self.visit(component, self._must_hold)

    def resolved(self, expr: Expr) -> Expr:
        """The component with every piecewise replaced by the branch that applies at the point."""
        done: dict[Expr, Expr] = {}

        def made(node: Expr) -> Expr:
            if isinstance(node, Piecewise):
                branch = self._branch(node)
                return ZERO if branch is None else resolve(branch)
            return rebuild(node, tuple(map(resolve, children(node))))

        def resolve(node: Expr) -> Expr:
            if node not in done:
                done[node] = made(node)
            return done[node]

        return resolve(expr)
