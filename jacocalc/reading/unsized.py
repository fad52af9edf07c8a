"""I without a size: a scalar until it stands beside a square matrix, whose size it takes."""

from __future__ import annotations

from jacocalc.functions import Size
from jacocalc.terms import ZERO, Eye, Opposite, Over, Plus, Scaled, Term, Times, subterms

IDENTITY = Eye(1)


def holds(term: Term, part: Term) -> bool:
    """Whether a part stands anywhere in a term."""
    return any(node == part for node in subterms(term))


def in_size(term: Term, size: Size) -> Term | None:
    """c I with an I of this size; None where the term is no multiple of I."""
    match term:
        case Eye(1):
            return Eye(size)
        case Opposite(body):
            inner = in_size(body, size)
            return Opposite(inner) if inner is not None else None
        case Plus(terms):
            parts = [in_size(part, size) for part in terms]
            return Plus(tuple(part for part in parts if part is not None)) if None not in parts else None
        case Over(above, below):
            inner = in_size(above, size)
            return Over(inner, below) if inner is not None and not holds(below, IDENTITY) else None
        case Times(factors):
            scalars = tuple(factor for factor in factors if not holds(factor, IDENTITY))
            inner = in_size(next((f for f in factors if f not in scalars), ZERO), size)
            fits = inner is not None and len(scalars) == len(factors) - 1
            return Scaled(scalars[0] if len(scalars) == 1 else Times(scalars), inner) if fits and inner else None
    return None


def of_one_size(left: Term, right: Term) -> tuple[Term, Term]:
    """Both, an I in the one with the size of the other."""
    if left.is_scalar and not right.is_scalar and right.shape[0] == right.shape[1]:
        return in_size(left, right.shape[0]) or left, right
    if right.is_scalar and not left.is_scalar and left.shape[0] == left.shape[1]:
        return left, in_size(right, left.shape[0]) or right
    return left, right
