"""Slips inside a formula: a part of it replaced by what somebody writes in its place.

Every maker gives (wrong formula, detail).  A part is replaced where the shapes still fit; the whole may then have
another shape than the gradient.  Formulas are tried as the backward pass applies the rules, and with short adjoints
inserted: (∂L/∂z)xᵀ and (p − y)xᵀ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from jacocalc.derive.matrix.forms import hadamard, inverse, is_zero, number, opposite, over, plus, simplified, times
from jacocalc.derive.matrix.forms import transpose as turned
from jacocalc.program_steps import AdjointOf
from jacocalc.programs import Program
from jacocalc.terms import (
    Adjoint,
    Elementwise,
    Extent,
    Hadamard,
    Inverted,
    Ones,
    Opposite,
    Over,
    Plus,
    Scalar,
    Scaled,
    Summed,
    Term,
    Times,
    Transposed,
    Var,
    Zeros,
    parts_of,
    subterms,
    tree_size,
    variables_of,
    with_parts,
)

Wrong = Iterator[tuple[Term, str]]
_SHORT = 8


def in_place(term: Term, old: Term, new: Term) -> Iterator[Term]:
    """The term with one occurrence of a part replaced, once for every occurrence, where the shapes still fit."""
    if term == old:
        yield new
        return
    parts = parts_of(term)
    for place, part in enumerate(parts):
        for other in in_place(part, old, new):
            changed = (*parts[:place], other, *parts[place + 1 :])
            if other.shape == part.shape or isinstance(term, Transposed | Opposite | Summed):
                yield with_parts(term, changed)
            elif isinstance(term, Times) and is_chain(changed):
                yield Times(changed)


def is_chain(factors: Sequence[Term]) -> bool:
    """Whether matrices can be multiplied in this order."""
    return all(a.shape[1] == b.shape[0] for a, b in pairwise(factors))


def without(factors: Sequence[Term], place: int) -> tuple[Term, ...]:
    """All but one."""
    return (*factors[:place], *factors[place + 1 :])


def replaced(step: AdjointOf, change: Callable[[Term], Wrong]) -> Wrong:
    """Every part of the formula in turn replaced by what ``change`` makes of it."""
    for formula in dict.fromkeys((step.result, step.applied)):
        for node in subterms(formula):
            for new, detail in change(node):
                for found in in_place(formula, node, new):
                    yield found, detail


def stands(new: Term, old: Term) -> str:
    """What is said of a part in the place of another."""
    return f"{new} stands where {old} belongs"


def has_adjoint(term: Term) -> bool:
    """Whether an adjoint occurs."""
    return any(isinstance(node, Adjoint) for node in subterms(term))


def same_family(a: Term, b: Term) -> bool:
    """h_t and h_{t−1}: one variable at two steps."""
    return isinstance(a, Var) and isinstance(b, Var) and a.name == b.name and None not in (a.index, b.index)


def _is_number(term: Term) -> bool:
    return isinstance(term.body if isinstance(term, Opposite) else term, Scalar)


def with_one(term: Plus) -> bool:
    """1 − h ⊙ h, 1 − y z: a sum with a number, not one of contributions."""
    return any(isinstance(part, Ones) or _is_number(part) for part in map(_unsigned, term.terms))


def _unsigned(term: Term) -> Term:
    return term.body if isinstance(term, Opposite) else term


# -- the whole formula --------------------------------------------------------------------------------


def transposed(step: AdjointOf, program: Program) -> Wrong:
    """Gᵀ for G"""
    yield turned(step.applied), ""


def sign(step: AdjointOf, program: Program) -> Wrong:
    """−G for G"""
    yield opposite(step.applied), ""


def factor(step: AdjointOf, program: Program) -> Wrong:
    """2G and G/2 for G: the ½ of ½‖·‖² forgotten, or counted though it is gone"""
    yield times(number(2), step.applied), "2"
    yield over(step.applied, number(2)), "1/2"


def zero(step: AdjointOf, program: Program) -> Wrong:
    """0 for G, in its shape or as a number"""
    if not is_zero(step.applied):
        yield Zeros(step.variable.shape), ""
        yield number(0), ""


# -- scalars ------------------------------------------------------------------------------------------


def scale(step: AdjointOf, program: Program) -> Wrong:
    """A for c A and for A/c"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Scaled) and not isinstance(node.scalar, Adjoint):
            yield node.body, str(node.scalar)
        elif isinstance(node, Over) and node.denominator.is_scalar:
            yield node.numerator, f"1/{node.denominator}"

    return replaced(step, change)


def scale_twice(step: AdjointOf, program: Program) -> Wrong:
    """c² A for c A; A/N for A, where the next adjoint has the 1/N already"""
    for node in subterms(step.result):
        if isinstance(node, Scaled) and not _is_number(node.scalar) and not has_adjoint(node.scalar):
            for found in in_place(step.result, node, times(node.scalar, node)):
                yield found, str(node.scalar)
    sizes = (node for formula in program.formulas for node in subterms(formula.term) if isinstance(node, Extent))
    for size in dict.fromkeys(sizes):
        yield over(step.applied, size), f"1/{size}"


# -- transposes and inverses --------------------------------------------------------------------------


def missing_transpose(step: AdjointOf, program: Program) -> Wrong:
    """A for Aᵀ inside a formula"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Transposed) and node != step.applied:
            yield node.body, str(node)

    yield from replaced(step, change)
    for formula in dict.fromkeys((step.result, step.applied)):
        square = [node for node in subterms(formula) if _is_square_transpose(node)]
        if square:
            yield _without_transposes(formula), " and ".join(dict.fromkeys(map(str, square)))


def _is_square_transpose(node: Term) -> bool:
    return isinstance(node, Transposed) and node.shape[0] == node.shape[1] and not node.is_scalar


def _without_transposes(term: Term) -> Term:
    """A for Aᵀ everywhere, where A is square."""
    if isinstance(term, Transposed) and _is_square_transpose(term):
        return _without_transposes(term.body)
    parts = parts_of(term)
    return with_parts(term, tuple(map(_without_transposes, parts))) if parts else term


def extra_transpose(step: AdjointOf, program: Program) -> Wrong:
    """Aᵀ for A, where A is square"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Var | Adjoint) and node.shape[0] == node.shape[1] and not node.is_scalar:
            yield turned(node), str(node)

    return replaced(step, change)


def inverted(step: AdjointOf, program: Program) -> Wrong:
    """A for A⁻¹, A⁻¹ for Aᵀ"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Inverted):
            yield node.body, stands(node.body, node)
        elif isinstance(node, Transposed) and isinstance(node.body, Var) and node.shape[0] == node.shape[1]:
            yield inverse(node.body), stands(inverse(node.body), node)

    return replaced(step, change)


# -- products -----------------------------------------------------------------------------------------


def missing_factor(step: AdjointOf, program: Program) -> Wrong:
    """dh for dh ⊙ σ′(z): the derivative of the activation, a mask, … left out"""
    for node in subterms(step.applied):
        if isinstance(node, Hadamard):
            for place, left_out in enumerate(node.factors):
                if not has_adjoint(left_out):
                    for found in in_place(step.applied, node, hadamard(*without(node.factors, place))):
                        yield found, str(left_out)


def missing_matrix(step: AdjointOf, program: Program) -> Wrong:
    """dz for Wᵀ dz or for dz xᵀ"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Times):
            for place, left_out in enumerate(node.factors):
                rest = without(node.factors, place)
                plain = has_adjoint(left_out) or isinstance(left_out, Ones) or _is_number(left_out)
                if not plain and is_chain(rest):
                    yield times(*rest), str(left_out)

    return replaced(step, change)


def elementwise(step: AdjointOf, program: Program) -> Wrong:
    """A ⊙ B for A B, a ⊙ b for a bᵀ, and the other way round"""

    def change(node: Term) -> Wrong:
        match node:
            case Times(factors) if len({factor.shape for factor in factors}) == 1 and not node.is_scalar:
                yield Hadamard(factors), ""
            case Times((a, b)) if a.shape == b.shape[::-1] and a.shape[1] == 1 and not a.is_scalar:
                yield hadamard(a, turned(b)), ""
            case Hadamard(factors) if node.shape[0] == node.shape[1]:
                yield Times(factors), ""
            case Hadamard((a, b)) if node.shape[1] == 1:
                yield times(turned(a), b), ""

    return replaced(step, change)


def order(step: AdjointOf, program: Program) -> Wrong:
    """B A for A B"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Times) and not node.is_scalar:
            for place, (a, b) in enumerate(pairwise(node.factors)):
                swapped = (*node.factors[:place], b, a, *node.factors[place + 2 :])
                if is_chain(swapped) and Times(swapped).shape == node.shape:
                    yield Times(swapped), ""

    return replaced(step, change)


def inner_for_outer(step: AdjointOf, program: Program) -> Wrong:
    """aᵀ b for a bᵀ, and the other way round"""

    def change(node: Term) -> Wrong:
        match node:
            case Times((a, b)) if a.shape == b.shape[::-1] and 1 in a.shape and not a.is_scalar:
                yield times(turned(a), turned(b)), ""

    return replaced(step, change)


# -- sums ---------------------------------------------------------------------------------------------


def difference(step: AdjointOf, program: Program) -> Wrong:
    """y − ŷ for ŷ − y inside a formula"""

    def change(node: Term) -> Wrong:
        short = isinstance(node, Plus) and tree_size(node) <= _SHORT and not has_adjoint(node) and not with_one(node)
        if short and any(isinstance(part, Opposite) for part in parts_of(node)):
            yield opposite(node), stands(opposite(node), node)

    return replaced(step, change)


def term(step: AdjointOf, program: Program) -> Wrong:
    """p for p − y"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Plus) and not with_one(node):
            for left_out in node.terms:
                yield plus(*(part for part in node.terms if part is not left_out)), str(left_out)

    return replaced(step, change)


def term_sign(step: AdjointOf, program: Program) -> Wrong:
    """p + y for p − y"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Plus) and not with_one(node):
            for one in node.terms:
                flipped = tuple(opposite(part) if part is one else part for part in node.terms)
                if flipped != opposite(node):
                    yield plus(*flipped), str(_unsigned(one))

    return replaced(step, change)


def term_factor(step: AdjointOf, program: Program) -> Wrong:
    """Xᵀ r + ½ λ w for Xᵀ r + λ w: one term twice or half"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Plus) and not with_one(node):
            for one in node.terms:
                for new, said in ((times(number(2), one), "2"), (over(one, number(2)), "1/2")):
                    terms = (new if part is one else part for part in node.terms)
                    yield plus(*terms), f"{_unsigned(one)} has a factor {said} too much"

    return replaced(step, change)


# -- operands -----------------------------------------------------------------------------------------


def operand(step: AdjointOf, program: Program) -> Wrong:
    """Another variable of the same shape, or another vector in a product"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Var):
            for other in program.variables:
                fits = other.shape == node.shape or other.shape[1] == node.shape[1] == 1
                if other != node and fits and not same_family(node, other):
                    yield other, stands(other, node)

    return ((found, detail) for found, detail in replaced(step, change) if not is_zero(simplified(found)))


def next_layer(step: AdjointOf, program: Program) -> Wrong:
    """U for Wᵀ, where the matrix of another layer happens to fit"""
    known = {var for var in variables_of(step.applied) if var.shape[1] != 1}

    def change(node: Term) -> Wrong:
        if isinstance(node, Transposed) and node.body in known:
            for other in program.declared:
                if other != node.body and other.shape == node.shape and other.shape[0] != 1:
                    yield other, stands(other, node)

    return replaced(step, change)


# -- quotients ----------------------------------------------------------------------------------------


def denominator(step: AdjointOf, program: Program) -> Wrong:
    """y for y ⊘ p"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Over) and not node.denominator.is_scalar:
            yield node.numerator, str(node.denominator)

    return replaced(step, change)


def log_derivative(step: AdjointOf, program: Program) -> Wrong:
    """ln p for 1/p"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Over) and isinstance(node.denominator, Var):
            value = Elementwise("ln", node.denominator)
            product = hadamard if value.shape == node.shape else times
            yield product(value, node.numerator), stands(value, over(number(1), node.denominator))

    return replaced(step, change)
