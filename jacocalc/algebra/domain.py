"""Where a formula is defined, and where its derivative formula holds: conditions collected from notation.

A condition is kept although the formula may later be cancelled: x/x is defined for x ≠ 0 only.
"""

from __future__ import annotations

from dataclasses import dataclass

from jacocalc.algebra.convert import to_sympy
from jacocalc.known_functions import KNOWN
from jacocalc.notation import (
    ZERO,
    Call,
    Comparison,
    Constant,
    Expr,
    Junction,
    Minus,
    Negative,
    Number,
    Piecewise,
    Power,
    Quotient,
    as_rational,
    children,
    names,
)


@dataclass(frozen=True)
class Condition:
    """``holds`` must be true where ``part`` is to be defined (``smooth`` False) or differentiable (True)."""

    holds: Expr
    part: Expr
    smooth: bool = False


def conditions_of(node: Expr) -> tuple[Condition, ...]:
    """The conditions that this node adds by itself, whatever its parts need."""
    match node:
        case Quotient(_, under):
            return (Condition(Comparison("!=", under, ZERO), node),)
        case Power(base, exponent):
            return _power(node, base, exponent)
        case Call(function, arguments):
            row = KNOWN[function]
            smooth = tuple(Condition(c, node, smooth=True) for c in row.smooth(*arguments))
            return tuple(Condition(c, node) for c in row.domain(*arguments)) + smooth
        case _:
            return ()


def _power(node: Expr, base: Expr, exponent: Expr) -> tuple[Condition, ...]:
    raised = as_rational(exponent)
    if raised is None:
        if _surely_positive(base):
            return ()
        return (Condition(Comparison(">", base, ZERO), node),)
    if raised.denominator == 1:
        return (Condition(Comparison("!=", base, ZERO), node),) if raised < 0 else ()
    if raised < 0:
        return (Condition(Comparison(">", base, ZERO), node),)
    found = (Condition(Comparison(">=", base, ZERO), node),)
    return found if raised >= 1 else (*found, Condition(Comparison(">", base, ZERO), node, smooth=True))


def _surely_positive(base: Expr) -> bool:
    return isinstance(base, Constant) or (as_rational(base) or 0) > 0


def collected(exprs: tuple[Expr, ...]) -> tuple[Condition, ...]:
    """All conditions of these formulas, in reading order, each once; inside piecewise branches none are collected."""
    found: dict[tuple[Expr, bool], Condition] = {}

    def visit(node: Expr) -> None:
        if isinstance(node, Piecewise):
            return
        for part in children(node):
            visit(part)
        for condition in conditions_of(node):
            found.setdefault((condition.holds, condition.smooth), condition)

    for expr in exprs:
        visit(expr)
    kept = [condition for condition in found.values() if not surely(condition.holds)]
    return tuple(c for c in kept if not any(_implies(other.holds, c.holds) for other in kept))


def _implies(strong: Expr, weak: Expr) -> bool:
    """u > v implies u ≥ v and u ≠ v."""
    match strong, weak:
        case Comparison(">" | "<" as sign, a, b), Comparison(other, c, d):
            return (a, b) == (c, d) and other in (f"{sign}=", "!=")
        case _:
            return False


def surely(condition: Expr) -> bool:
    """Whether the condition holds for all real values of its variables, as far as signs alone tell."""
    match condition:
        case Comparison(relation, left, Number(value)) if value == 0 and names(left):
            return _sign_tells(relation, left)
        case Comparison(relation, left, right):
            one, other = as_rational(left), as_rational(right)
            if one is not None and other is not None:
                return compare(relation, one, other)
            return False
        case Junction(word, parts):
            return all(map(surely, parts)) if word == "and" else any(map(surely, parts))
        case _:
            return False


def _sign_tells(relation: str, left: Expr) -> bool:
    if isinstance(left, Negative | Minus):
        return False
    value = to_sympy(left)
    known = {
        ">": value.is_positive, ">=": value.is_nonnegative, "<": value.is_negative, "<=": value.is_nonpositive,
        "!=": value.is_nonzero, "=": value.is_zero,
    }[relation]  # fmt: skip
    return known is True


def compare(relation: str, left: object, right: object) -> bool:
    """left R right for numbers."""
    match relation:
        case "<":
            return left < right  # type: ignore[operator,no-any-return]
        case "<=":
            return left <= right  # type: ignore[operator,no-any-return]
        case ">":
            return left > right  # type: ignore[operator,no-any-return]
        case ">=":
            return left >= right  # type: ignore[operator,no-any-return]
        case "=":
            return left == right
        case "!=":
            return left != right
    raise TypeError(f"no comparison {relation}")
