"""Where a formula needs brackets, in whatever it is written: the rules that the renderers share."""

from __future__ import annotations

from jacocalc.document import At, Bracketed, Circle, JacobianRatio, PartialOf, Plus, Shape, Times, Written
from jacocalc.notation import Applied, Call, Expr, Negative, Sum
from jacocalc.precedence import Place, brackets
from jacocalc.term_writing import ATOM, ENTRYWISE, PRODUCT, Linear
from jacocalc.terms import Term


def is_bracketed_factor(item: Written) -> bool:
    """A · (B + C), A · (−B)"""
    return isinstance(item, Negative | Sum | Plus) or binds_loosely(item)


def is_bracketed_term(item: Written) -> bool:
    """A + (−B)"""
    return isinstance(item, Negative) or binds_loosely(item, ENTRYWISE)


def is_bracketed_before_mark(item: Written) -> bool:
    """(A + B)ᵀ, (∂F/∂y)⁻¹, (∂(x, y)/∂(s, t))⁻¹ also at a point, (g∘f)⁻¹"""
    head = item.head if isinstance(item, At) else item
    return isinstance(item, Circle) or isinstance(head, JacobianRatio | PartialOf) or binds_loosely(head, ATOM)


def is_bracketed_base(base: Expr) -> bool:
    """Of powers in two dimensions: (x + 1)², (√x)², (∂g/∂u)²"""
    drawn = isinstance(base, Call) and base.function in ("exp", "sqrt", "cbrt", "root")
    return drawn or (isinstance(base, Applied) and base.is_fraction) or brackets(base, Place.BASE)


def binds_loosely(item: Written, least: int = PRODUCT) -> bool:
    """Whether a term needs brackets at a place that demands a strength; the place of a factor, if none is said."""
    return isinstance(item, Term) and Linear().strength(item) < least


def is_shape(item: Written) -> bool:
    """Whether a factor is a shape, or shapes in brackets: those stand side by side without a dot."""
    match item:
        case Bracketed(Times(factors)):
            return all(map(is_shape, factors))
        case _:
            return isinstance(item, Shape)
