"""Formulas with pieces in them as one formula in pieces.

    x·{1 if x > 0, −1 if x < 0} → {x if x > 0, −x if x < 0}
    2 max(x, y)·{1 if x > y, 0 if y > x} → {2x if x > y, 0 if y > x}

All pieces have to be chosen by the same conditions, which exclude each other.  Equal wherever both are defined.
"""

from __future__ import annotations

from functools import partial

from jacocalc.algebra.tidy import tidy
from jacocalc.notation import ZERO, Call, Comparison, Expr, Piecewise, children, rebuild, tree_size, walk


def in_pieces(expr: Expr) -> Expr:
    """The formula in pieces, where it is no longer so; as it is where it has none, or other conditions choose some."""
    first = next(filter(_has_two_sides, walk(expr)), None)
    if not isinstance(first, Piecewise) or first is expr:
        return expr
    values = tuple(tidy(_chosen(expr, _rising(when))) for _, when in first.branches)
    if any(isinstance(node, Piecewise) for value in values for node in walk(value)):
        return expr
    if values[0] == values[1]:
        return values[0]
    found = Piecewise(tuple((value, when) for value, (_, when) in zip(values, first.branches, strict=True)))
    return found if tree_size(found) <= tree_size(expr) else expr


def _has_two_sides(node: Expr) -> bool:
    """Whether it is u where a > b and v where a < b."""
    match node:
        case Piecewise(((_, Comparison(">" | "<") as one), (_, Comparison(">" | "<") as other)), None):
            return _rising(other) == _turned(_rising(one))
    return False


def _chosen(expr: Expr, condition: Expr) -> Expr:
    """The formula where the condition, one between two formulas, holds."""
    match expr:
        case Piecewise(branches, otherwise):
            for value, when in branches:
                known = _rising(when)
                if known == condition:
                    return _chosen(value, condition)
                if known != _turned(condition):
                    return expr
            return expr if otherwise is None else _chosen(otherwise, condition)
        case Call("max" | "min" as function, (u, v)) if condition in (Comparison(">", u, v), Comparison(">", v, u)):
            return u if (condition == Comparison(">", u, v)) == (function == "max") else v
        case Call("relu", (u,)) if condition in (Comparison(">", u, ZERO), Comparison(">", ZERO, u)):
            return u if condition == Comparison(">", u, ZERO) else ZERO
    return rebuild(expr, tuple(map(partial(_chosen, condition=condition), children(expr))))


def _rising(condition: Expr) -> Expr:
    """u > v for v < u, and for what holds beside it where both sides are equal"""
    match condition:
        case Comparison("<" | "<=", left, right):
            return Comparison(">", right, left)
        case Comparison(">=", left, right):
            return Comparison(">", left, right)
    return condition


def _turned(condition: Expr) -> Expr | None:
    """v > u for u > v"""
    match condition:
        case Comparison(">", left, right):
            return Comparison(">", right, left)
    return None
