"""A linear map of matrices as one matrix: vec(A dX B) = (Bᵀ ⊗ A) vec dX, where vec stacks columns.

vec(W ⊙ Y) = diag(vec W) vec Y, and vec dXᵀ = K vec dX with the commutation matrix K.
"""

from __future__ import annotations

from collections.abc import Iterator

from jacocalc.derive.matrix.forms import hadamard, over, plus, scalar_product, times, transpose
from jacocalc.errors import JacocalcError
from jacocalc.program_steps import KroneckerForm, KroneckerPart
from jacocalc.terms import (
    ONE,
    Differential,
    Eye,
    Hadamard,
    Opposite,
    Over,
    Plus,
    Scaled,
    Term,
    Times,
    Transposed,
    Var,
    occurs,
)


def kronecker_form(of: Var, by: Var, change: Term) -> KroneckerForm:
    """vec df = (Σ …) vec dX.  Raises JacocalcError where df is not a sum of products A dX B."""
    dx = Differential(by)
    found: list[KroneckerPart] = []
    for coefficient, weight, body in _terms(change, dx, ONE, None):
        sides = _sides(body, dx)
        if sides is None:
            raise JacocalcError(f"{body} is no product A d{by} B, so it has no Kronecker form")
        left, right, turned = sides
        found.append(KroneckerPart(coefficient, weight, left, right, turned))
    return KroneckerForm(of, by, change, tuple(found))


def as_term(form: KroneckerForm) -> Term:
    """Σ c W ⊙ (A dX B), what the parts say."""
    parts = []
    for part in form.result:
        dx: Term = Differential(form.by)
        body = times(part.left, transpose(dx) if part.transposed else dx, part.right)
        parts.append(times(part.coefficient, body if part.weight is None else hadamard(part.weight, body)))
    return plus(*parts)


def _terms(term: Term, dx: Differential, c: Term, weight: Term | None) -> Iterator[tuple[Term, Term | None, Term]]:
    match term:
        case Plus(parts):
            for part in parts:
                yield from _terms(part, dx, c, weight)
        case Opposite(body):
            yield from _terms(body, dx, scalar_product([Opposite(ONE), c]), weight)
        case Scaled(scalar, body) if not occurs(dx, scalar):
            yield from _terms(body, dx, scalar_product([c, scalar]), weight)
        case Over(a, b) if b.is_scalar and not occurs(dx, b):
            yield from _terms(a, dx, scalar_product([c, over(ONE, b)]), weight)
        case Hadamard(factors):
            inner = [factor for factor in factors if occurs(dx, factor)]
            others = [factor for factor in factors if not occurs(dx, factor)]
            if len(inner) == 1:
                more = hadamard(*others) if weight is None else hadamard(weight, *others)
                yield from _terms(inner[0], dx, c, more)
            else:
                yield c, weight, term
        case Times(factors):
            place = next((i for i, f in enumerate(factors) if occurs(dx, f) and isinstance(f, Plus)), None)
            if place is None:
                yield c, weight, term
                return
            inside = factors[place]
            assert isinstance(inside, Plus)
            for part in inside.terms:
                yield from _terms(times(*factors[:place], part, *factors[place + 1 :]), dx, c, weight)
        case _:
            yield c, weight, term


def _sides(term: Term, dx: Differential) -> tuple[Term, Term, bool] | None:
    """(A, B, transposed) of A dX B or A dXᵀ B."""
    factors = term.factors if isinstance(term, Times) else (term,)
    places = [i for i, factor in enumerate(factors) if occurs(dx, factor)]
    if len(places) != 1 or factors[places[0]] not in (dx, Transposed(dx)):
        return None
    place = places[0]
    change = factors[place]
    left = times(*factors[:place]) if place else Eye(change.shape[0])
    right = times(*factors[place + 1 :]) if place + 1 < len(factors) else Eye(change.shape[1])
    return left, right, isinstance(change, Transposed)
