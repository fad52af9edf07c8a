"""I and 1 without a size: scalars until they stand beside a matrix, whose size they take."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from jacocalc.functions import Size
from jacocalc.terms import SCALAR, ZERO, Eye, Ones, Opposite, Over, Plus, Scaled, Shape, Term, Times, Transposed, occurs

IDENTITY = Eye(1)
VECTOR = Ones(SCALAR)  # a 1 that is a vector of ones


def in_size(term: Term, size: Size) -> Term | None:
    """c I with an I of this size, also 1 1ᵀ; None where the term is no multiple of I."""
    ones = ones_in_shape(term, (size, size))
    if ones is not None:
        return ones
    match term:
        case Eye(1):
            return Eye(size)
        case Opposite(body) | Transposed(body):
            inner = in_size(body, size)
            return type(term)(inner) if inner is not None else None
        case Plus(terms):
            parts = [in_size(part, size) for part in terms]
            return Plus(tuple(part for part in parts if part is not None)) if None not in parts else None
        case Over(above, below):
            inner = in_size(above, size)
            return Over(inner, below) if inner is not None and not occurs(IDENTITY, below) else None
        case Times(factors):
            scalars = tuple(factor for factor in factors if not occurs(IDENTITY, factor))
            inner = in_size(next((f for f in factors if f not in scalars), ZERO), size)
            fits = inner is not None and len(scalars) == len(factors) - 1
            return Scaled(scalars[0] if len(scalars) == 1 else Times(scalars), inner) if fits and inner else None
    return None


def sized_ones(factors: Sequence[Term]) -> list[Term]:
    """1ᵀ A, A 1 and 1 1ᵀ A with each 1 as long as its neighbour; one without a neighbour stays."""
    made = list(factors)
    if all(factor.is_scalar for factor in made) or not any(map(is_unsized, made)):
        return made
    places = [at for at, factor in enumerate(made) if not factor.is_scalar or is_unsized(factor)]
    for at, behind in reversed([*pairwise(places)]):
        match made[at], made[behind]:
            case Transposed(Ones((1, 1))), right if not right.is_scalar:
                made[at] = Transposed(Ones((right.shape[0], 1)))
            case Ones((1, 1)), Transposed(Ones((size, 1))) if size != 1:
                made[at] = Ones((size, 1))
    for before, at in pairwise(places):
        match made[before], made[at]:
            case left, Ones((1, 1)) if left.shape[1] != 1:
                made[at] = Ones((left.shape[1], 1))
            case Ones((size, 1)), Transposed(Ones((1, 1))) if size != 1:
                made[at] = Transposed(Ones((size, 1)))
    return made


def is_unsized(factor: Term) -> bool:
    """Whether a factor is a 1 or a 1ᵀ whose length is not known yet."""
    return isinstance(factor, Ones | Transposed) and factor in (VECTOR, Transposed(VECTOR))


def ones_in_shape(term: Term, shape: Shape) -> Term | None:
    """c 1, c b 1ᵀ, c 1 bᵀ and c 1 1ᵀ in this shape; None where the term is none of them."""
    if isinstance(term, Opposite):
        inner = ones_in_shape(term.body, shape)
        return inner and Opposite(inner)
    scalar, body = (term.scalar, term.body) if isinstance(term, Scaled) else (term, None)
    factors = scalar.factors if isinstance(scalar, Times) else (scalar,)
    left = Ones((shape[0], 1)) if VECTOR in factors else body
    right = Transposed(Ones((shape[1], 1))) if Transposed(VECTOR) in factors else body
    chain = [factor for factor in (left, right) if factor is not None]
    if left is right or shape == SCALAR or (chain[0].shape[0], chain[-1].shape[1]) != shape:
        return None
    if len(chain) > 1 and chain[0].shape[1] != chain[1].shape[0]:
        return None
    scalars = tuple(factor for factor in factors if factor not in (VECTOR, Transposed(VECTOR)))
    product = Times(tuple(chain)) if len(chain) > 1 else chain[0]
    return product if not scalars else Scaled(scalars[0] if len(scalars) == 1 else Times(scalars), product)


def of_one_size(left: Term, right: Term) -> tuple[Term, Term]:
    """Both, an I or a 1 in the one with the size of the other."""
    left, right = ones_in_shape(left, right.shape) or left, ones_in_shape(right, left.shape) or right
    if left.is_scalar and not right.is_scalar and right.shape[0] == right.shape[1]:
        return in_size(left, right.shape[0]) or left, right
    if right.is_scalar and not left.is_scalar and left.shape[0] == left.shape[1]:
        return left, in_size(right, left.shape[0]) or right
    return left, right
