"""The shortest form of a whole term: what all terms of a sum have in common is taken out, or products multiplied out.

    A x + Aᵀ x = (A + Aᵀ) x        (a + b) c − a c = b c
"""

from __future__ import annotations

from itertools import combinations

from jacocalc.derive.matrix.forms import (
    common_scalar,
    eye,
    hadamard,
    plus,
    scalar_product,
    simplified,
    taken_apart,
    times,
    transpose,
)
from jacocalc.terms import (
    ONE,
    Hadamard,
    Over,
    Plus,
    Scaled,
    Term,
    Times,
    parts_of,
    subterms,
    tree_size,
    with_parts,
)

_MULTIPLIED, _SUMS = 50, 4  # nodes, sums: beyond that nothing is multiplied out, since the terms double with each sum
_SHORTER = 0.62  # what multiplying out must gain, so that 1 − h ⊙ h and W(WᵀW − I) stay as people write them
_WITH_FEWER_SUMS = 0.8  # where terms cancel


def factored(term: Term) -> Term:
    """A x + Aᵀ x → (A + Aᵀ) x, in every sum: scalars and factors that all terms begin or end with, taken out."""
    parts = parts_of(term)
    if parts:
        changed = tuple(map(factored, parts))
        term = term if changed == parts else simplified(with_parts(term, changed))
    if not isinstance(term, Plus) or term.is_scalar:
        return term
    taken = [taken_apart(part) for part in term.terms]
    scalar = common_scalar([scalar for scalar, _ in taken])
    if scalar is not None:
        rest = plus(*(times(_divided(own, scalar), *chain) for own, chain in taken))
        return times(scalar, factored(rest))
    for side in (-1, 0):
        ends = {chain[side] for _, chain in taken}
        whole = all(len(chain) > 1 for _, chain in taken)
        bare = side == -1 and term.shape[1] == 1 and any(len(chain) > 1 for _, chain in taken)
        if len(ends) == 1 and (whole or bare):
            end = ends.pop()
            unit = eye(term.shape[0] if side else end.shape[1])
            rest = plus(*(times(own, unit, *(chain[:-1] if side else chain[1:])) for own, chain in taken))
            return times(factored(rest), end) if side else times(end, factored(rest))
    return _of_quadratic_form(term)


def _of_quadratic_form(term: Plus) -> Term:
    """A x + Aᵀ x + b → (A + Aᵀ)x + b: of terms that have no factor in common with the rest, two that have one."""
    taken = [taken_apart(part) for part in term.terms]
    for (i, (scalar, chain)), (j, (other, turned)) in combinations(enumerate(taken), 2):
        if len(chain) > 1 and scalar == other and chain[-1] == turned[-1]:
            matrix = times(*chain[:-1])
            if len(turned) > 1 and times(*turned[:-1]) == transpose(matrix):
                both = times(scalar, Plus((matrix, transpose(matrix))), chain[-1])
                return plus(*term.terms[:i], both, *term.terms[i + 1 : j], *term.terms[j + 1 :])
    return term


def shortest(term: Term) -> Term:
    """The factored form of a term, or of the term multiplied out where that is much shorter; its parts come first."""
    parts = parts_of(term)
    changed = tuple(map(shortest, parts))
    if changed != parts:
        term = simplified(with_parts(term, changed))
    found = factored(term)
    if not 1 <= _sums(term) <= _SUMS or tree_size(term) > _MULTIPLIED:
        return found
    other = factored(_multiplied_out(term))
    shorter = _SHORTER if _sums(found) - _sums(other) < 2 else _WITH_FEWER_SUMS
    return other if tree_size(other) < shorter * tree_size(found) else found


def _sums(term: Term) -> int:
    """How many sums a term has."""
    return sum(isinstance(node, Plus) for node in subterms(term))


def _multiplied_out(term: Term) -> Term:
    """Products of sums as sums of products."""
    parts = tuple(map(_multiplied_out, parts_of(term)))
    place = next((i for i, part in enumerate(parts) if isinstance(part, Plus)), None)
    if place is None or not isinstance(term, Times | Scaled | Hadamard):
        return simplified(with_parts(term, parts))
    build = hadamard if isinstance(term, Hadamard) else times
    inside = parts[place]
    assert isinstance(inside, Plus)
    return _multiplied_out(plus(*(build(*parts[:place], part, *parts[place + 1 :]) for part in inside.terms)))


def _divided(scalar: Term, common: Term) -> Term:
    """c/d, cancelled"""
    return scalar_product([scalar, Over(ONE, common)])
