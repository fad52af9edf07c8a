"""A term that is linear in a differential → its matrix: from ``A dx + v ⊙ (B dx)`` to A + diag(v) B.

The term must be a vector and the differential a vector; what has no matrix of that kind gives None.
"""

from __future__ import annotations

from jacocalc.derive.matrix.factoring import shortest
from jacocalc.derive.matrix.forms import (
    extent,
    eye,
    hadamard,
    is_zero,
    ones,
    operation,
    opposite,
    over,
    plus,
    times,
    transpose,
)
from jacocalc.derive.matrix.pullbacks import gradient_of
from jacocalc.terms import (
    Differential,
    Hadamard,
    Operation,
    Opposite,
    Over,
    Plus,
    Scaled,
    Term,
    Times,
    Transposed,
    Zeros,
    occurs,
)


def matrix_of(term: Term, change: Differential) -> Term | None:
    """J with term = J·change, or None."""
    found = _matrix(term, change)
    return None if found is None else shortest(found)


def _matrix(term: Term, dx: Differential) -> Term | None:
    if term == dx:
        return eye(dx.shape[0])
    if not occurs(dx, term):
        return Zeros((term.shape[0], dx.shape[0])) if is_zero(term) else None
    match term:
        case Plus(parts):
            return _all([_matrix(part, dx) for part in parts])
        case Opposite(body):
            inner = _matrix(body, dx)
            return None if inner is None else opposite(inner)
        case Scaled(scalar, body):
            return _product((scalar, body), dx) if occurs(dx, scalar) else _times((scalar,), _matrix(body, dx))
        case Times(factors):
            return _product(factors, dx)
        case Hadamard(factors):
            return _entrywise(factors, dx)
        case Over(a, b) if not occurs(dx, b):
            inner = _matrix(a, dx)
            if inner is None:
                return None
            return over(inner, b) if b.is_scalar else times(operation("diag", over(ones(*b.shape), b)), inner)
        case Transposed(body) if body.is_scalar:
            return _matrix(body, dx)
        case Operation("sum", (body,)) if body.shape[1] == 1:
            return _times((transpose(ones(body.shape[0])),), _matrix(body, dx))
        case Operation("mean", (body,)) if body.shape[1] == 1:
            inner = _matrix(operation("sum", body), dx)
            return None if inner is None else over(inner, extent(body.shape[0]))
        case Operation("tr" | "inner"):
            return transpose(gradient_of(term, dx))  # the row of a scalar that is linear in dx
    return None


def _all(parts: list[Term | None]) -> Term | None:
    kept = [part for part in parts if part is not None]
    return plus(*kept) if len(kept) == len(parts) else None


def _times(before: tuple[Term, ...], inner: Term | None) -> Term | None:
    return None if inner is None else times(*before, inner)


def _product(factors: tuple[Term, ...], dx: Differential) -> Term | None:
    """P F S with dx in F: F is a column (J = P J_F), a row f ᵀ (J = P Sᵀ J_f), a scalar, or diag(f)."""
    places = [i for i, factor in enumerate(factors) if occurs(dx, factor)]
    if len(places) != 1:
        return None
    place = places[0]
    before, factor, after = factors[:place], factors[place], factors[place + 1 :]
    if isinstance(factor, Plus) and after:
        return _all([_matrix(times(*before, part, *after), dx) for part in factor.terms])
    if factor.is_scalar:
        return _times((*before, *after), _matrix(factor, dx))
    if not after:
        return _times(before, _matrix(factor, dx))
    if factor.shape[0] == 1:
        return _times((*before, transpose(times(*after))), _matrix(transpose(factor), dx))
    if isinstance(factor, Operation) and factor.name == "diag":
        return _times((*before, operation("diag", times(*after))), _matrix(factor.arguments[0], dx))
    return None


def _entrywise(factors: tuple[Term, ...], dx: Differential) -> Term | None:
    """v ⊙ (B dx) = diag(v) B dx"""
    places = [i for i, factor in enumerate(factors) if occurs(dx, factor)]
    if len(places) != 1:
        return None
    others = hadamard(*(factor for i, factor in enumerate(factors) if i != places[0]))
    return _times((operation("diag", others),), _matrix(factors[places[0]], dx))
