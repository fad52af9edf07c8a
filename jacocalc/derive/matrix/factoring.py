"""The shortest form of a whole term: what all terms of a sum have in common is taken out, or products multiplied out.

    A x + Aᵀ x = (A + Aᵀ) x        (a + b) c − a c = b c
"""

from __future__ import annotations

from itertools import combinations, takewhile
from math import prod

from jacocalc.derive.matrix.forms import (
    common_scalar,
    eye,
    hadamard,
    opposite,
    over,
    plus,
    scalar_product,
    shared_entries,
    simplified,
    taken_apart,
    times,
    transpose,
)
from jacocalc.terms import (
    ONE,
    Hadamard,
    Opposite,
    Over,
    Plus,
    Scaled,
    Term,
    Times,
    Transposed,
    parts_of,
    subterms,
    tree_size,
    variables_of,
    with_parts,
)

_MULTIPLIED, _SUMS = 50, 4  # nodes, sums: beyond that nothing is multiplied out, since the terms double with each sum
_SHORTER = 0.62  # what multiplying out must gain, so that 1 − h ⊙ h and W(WᵀW − I) stay as people write them
_WITH_FEWER_SUMS = 0.8  # where a and −a cancel, any gain is enough


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
    if all(len(chain) == 1 and isinstance(chain[0], Transposed) for _, chain in taken):
        return transpose(factored(transpose(term)))
    return _by_ends(term) or _by_entries(term) or _in_groups(term)


def _by_ends(term: Plus) -> Term | None:
    """A x + B x = (A + B)x, A x − A y = A(x − y), a A + c A = (a + c)A"""
    taken = [taken_apart(part) for part in term.terms]
    if len({chain for _, chain in taken}) == 1:
        return times(plus(*(scalar for scalar, _ in taken)), *taken[0][1])
    for side in (-1, 0):
        ends = {chain[side] for _, chain in taken}
        whole = all(len(chain) > 1 for _, chain in taken)
        bare = side == -1 and term.shape[1] == 1 and any(len(chain) > 1 for _, chain in taken)
        if len(ends) == 1 and (whole or bare):
            end = ends.pop()
            unit = eye(term.shape[0] if side else end.shape[1])
            rest = plus(*(times(own, unit, *(chain[:-1] if side else chain[1:])) for own, chain in taken))
            return times(factored(rest), end) if side else times(end, factored(rest))
    return None


def _by_entries(term: Plus) -> Term | None:
    """u ⊙ s − v ⊙ s = (u − v) ⊙ s; p ⊙ v − p stays."""
    shared = shared_entries(term.terms)
    if shared is None:
        return None
    rest = factored(plus(*(over(part, shared) for part in term.terms)))
    return hadamard(shared, rest) if _begins_with(term.terms[0], shared) else hadamard(rest, shared)


def _begins_with(term: Term, shared: Term) -> bool:
    """Whether a product of entries has its first factor from the shared ones."""
    chain = taken_apart(term)[1]
    first = chain[0].factors[0] if len(chain) == 1 and isinstance(chain[0], Hadamard) else None
    return first is not None and first in (shared.factors if isinstance(shared, Hadamard) else (shared,))


def _in_groups(term: Plus) -> Term:
    """A x + Aᵀ x + b = (A + Aᵀ)x + b: two terms that have something in common, taken together.

    A x + A B x + b stays, and A X X + X A X + X X A, where a term would go with either of two others.
    """
    parts = [(part, *taken_apart(part)) for part in term.terms]
    alike = {frozenset((i, j)) for (i, one), (j, other) in combinations(enumerate(parts), 2) if _alike(one, other)}
    for i, j in sorted(map(sorted, alike)):
        others = [k for k in range(len(parts)) if k not in (i, j)]
        if all(({i, k} in alike) == ({j, k} in alike) for k in others):
            both = factored(plus(parts[i][0], parts[j][0]))
            if not isinstance(both, Plus):
                return factored(plus(*term.terms[:i], both, *(term.terms[k] for k in others if k > i)))
    return term


def _alike(one: tuple[Term, Term, tuple[Term, ...]], other: tuple[Term, Term, tuple[Term, ...]]) -> bool:
    """Whether two terms, each with its scalar and its chain, share a letter, an end of the chains, or entries."""
    (part, scalar, chain), (rest, factor, turned) = one, other
    if chain == turned or (variables_of(scalar) and scalar in (factor, opposite(factor))):
        return True
    if _nested(chain, turned):
        return False
    ends = len(chain) > 1 and len(turned) > 1 and (chain[0] == turned[0] or chain[-1] == turned[-1])
    return ends or shared_entries((part, rest)) is not None


def _nested(chain: tuple[Term, ...], other: tuple[Term, ...]) -> bool:
    """Whether one chain is the beginning of the other followed by its end, A x of A B x."""
    short, long = sorted((chain, other), key=len)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(short, long, strict=False))
    start = sum(1 for _ in same)
    return short[start:] == long[len(long) - len(short) + start :]


def shortest(term: Term) -> Term:
    """The factored form of a term, or of the term multiplied out where terms cancel or that is much shorter.

    Its parts come first.
    """
    parts = parts_of(term)
    changed = tuple(map(shortest, parts))
    if changed != parts:
        term = simplified(with_parts(term, changed))
    found = factored(term)
    if not 1 <= _sums(term) <= _SUMS or tree_size(term) > _MULTIPLIED:
        return found
    other = factored(multiplied_out(term))
    if _products(term) - _products(other) > 1 or _quotients(other) < _quotients(found):
        return other if tree_size(other) < tree_size(found) else found
    shorter = _SHORTER if _sums(found) - _sums(other) < 2 else _WITH_FEWER_SUMS
    return other if tree_size(other) < shorter * tree_size(found) else found


def _products(term: Term) -> int:
    """How many products of a term multiplied out, before any cancel: 4 of (a + b)(c + d)."""
    match term:
        case Plus(parts):
            return sum(map(_products, parts))
        case Opposite(body):
            return _products(body)
        case Times(factors) | Hadamard(factors):
            return prod(map(_products, factors))
        case Scaled(scalar, body):
            return _products(scalar) * _products(body)
    return 1


def _quotients(term: Term) -> int:
    """How many quotients a term has: one of p ⊙ (a − b ⊘ p), none of p ⊙ a − b."""
    return sum(isinstance(node, Over) for node in subterms(term))


def _sums(term: Term) -> int:
    """How many sums a term has."""
    return sum(isinstance(node, Plus) for node in subterms(term))


def multiplied_out(term: Term) -> Term:
    """Products of sums as sums of products."""
    parts = tuple(map(_transposed_inside, map(multiplied_out, parts_of(term))))
    place = next((i for i, part in enumerate(parts) if isinstance(part, Plus)), None)
    if place is None or not isinstance(term, Times | Scaled | Hadamard):
        return simplified(with_parts(term, parts))
    build = hadamard if isinstance(term, Hadamard) else times
    inside = parts[place]
    assert isinstance(inside, Plus)
    return multiplied_out(plus(*(build(*parts[:place], part, *parts[place + 1 :]) for part in inside.terms)))


def _transposed_inside(term: Term) -> Term:
    """(A + B)ᵀ = Aᵀ + Bᵀ"""
    match term:
        case Transposed(Plus(parts)):
            return plus(*map(transpose, parts))
    return term


def _divided(scalar: Term, common: Term) -> Term:
    """c/d, cancelled"""
    return scalar_product([scalar, Over(ONE, common)])
