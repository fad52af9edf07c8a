"""The slips of a backward pass, each computed on purpose from the right formula.

One row is one slip: its code, how the wrong formulas are made, and what is said.  A generator gives (wrong
formula, detail); a formula whose shapes do not fit is left out, since it is reported as a shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from jacocalc.derive.matrix.forms import hadamard, number, ones, opposite, over, plus, simplified, times, transpose
from jacocalc.program_steps import AdjointOf
from jacocalc.programs import Program
from jacocalc.terms import (
    Adjoint,
    Elementwise,
    Hadamard,
    Operation,
    Opposite,
    Over,
    Plus,
    Raised,
    Scaled,
    Term,
    Times,
    Transposed,
    Var,
    parts_of,
    subterms,
    variables_of,
    with_parts,
)

Wrong = Iterator[tuple[Term, str]]


@dataclass(frozen=True)
class Slip:
    """A code, how the wrong formulas are made, and the words; {} is the detail."""

    code: str
    make: Callable[[AdjointOf, Program], Wrong]
    words: str


def in_place(term: Term, old: Term, new: Term) -> Iterator[Term]:
    """The term with one occurrence of a part replaced, once for every occurrence, where the shapes still fit."""
    if term == old:
        yield new
        return
    parts = parts_of(term)
    for place, part in enumerate(parts):
        for other in in_place(part, old, new):
            changed = (*parts[:place], other, *parts[place + 1 :])
            if other.shape == part.shape or isinstance(term, Transposed):
                yield with_parts(term, changed)
            elif isinstance(term, Times) and all(x.shape[1] == y.shape[0] for x, y in pairwise(changed)):
                yield Times(changed)


def _transposed(step: AdjointOf, program: Program) -> Wrong:
    yield transpose(step.applied), ""


def _sign(step: AdjointOf, program: Program) -> Wrong:
    yield opposite(step.applied), ""


def _factor(step: AdjointOf, program: Program) -> Wrong:
    yield times(number(2), step.applied), "2"
    yield over(step.applied, number(2)), "1/2"


def _replaced(step: AdjointOf, change: Callable[[Term], Iterator[tuple[Term, str]]]) -> Wrong:
    """Every part of the formula in turn replaced by what ``change`` makes of it."""
    for node in subterms(step.applied):
        for new, detail in change(node):
            for found in in_place(step.applied, node, new):
                yield found, detail


def _scale(step: AdjointOf, program: Program) -> Wrong:
    """A scalar factor left out."""

    def change(node: Term) -> Wrong:
        if isinstance(node, Scaled):
            yield node.body, str(node.scalar)
        elif isinstance(node, Over) and node.denominator.is_scalar:
            yield node.numerator, f"1/{node.denominator}"

    return _replaced(step, change)


def _missing_factor(step: AdjointOf, program: Program) -> Wrong:
    """A factor of an entrywise product left out: the derivative of the activation, a mask, …"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Hadamard):
            for place, factor in enumerate(node.factors):
                if not isinstance(factor, Adjoint):
                    yield hadamard(*node.factors[:place], *node.factors[place + 1 :]), str(factor)

    return _replaced(step, change)


def _missing_transpose(step: AdjointOf, program: Program) -> Wrong:
    return _replaced(step, lambda n: iter([(n.body, str(n))] if isinstance(n, Transposed) else []))


def _extra_transpose(step: AdjointOf, program: Program) -> Wrong:
    square = [var for var in variables_of(step.applied) if var.shape[0] == var.shape[1] and not var.is_scalar]
    return _replaced(step, lambda n: iter([(Transposed(n), str(n))] if n in square else []))


def _operand(step: AdjointOf, program: Program) -> Wrong:
    """Another variable of the same shape."""

    def change(node: Term) -> Wrong:
        if isinstance(node, Var):
            for other in program.variables:
                if other != node and other.shape == node.shape:
                    yield other, f"{other} stands where {node} belongs"

    return _replaced(step, change)


def _adjoint(step: AdjointOf, program: Program) -> Wrong:
    """Another adjoint of the same shape, so that a step is skipped."""

    def change(node: Term) -> Wrong:
        if isinstance(node, Adjoint):
            for var in program.variables:
                if var != node.of and var.shape == node.shape and not var.is_scalar:
                    yield Adjoint(node.loss, var), f"{Adjoint(node.loss, var)} stands where {node} belongs"

    return _replaced(step, change)


def _difference(step: AdjointOf, program: Program) -> Wrong:
    """y − ŷ for ŷ − y inside a formula"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Plus) and any(isinstance(part, Opposite) for part in node.terms):
            yield opposite(node), f"{opposite(node)} stands where {node} belongs"

    return _replaced(step, change)


def _use(step: AdjointOf, program: Program) -> Wrong:
    """One of several uses left out."""
    if len(step.uses) > 1:
        for left_out in step.uses:
            yield plus(*(use.result for use in step.uses if use is not left_out)), f"through {left_out.statement}"


def _entrywise(step: AdjointOf, program: Program) -> Wrong:
    """An entrywise product for a matrix product, or the other way round."""

    def change(node: Term) -> Wrong:
        if isinstance(node, Times) and len({factor.shape for factor in node.factors}) == 1 and not node.is_scalar:
            yield Hadamard(node.factors), ""
        elif isinstance(node, Hadamard) and node.shape[0] == node.shape[1]:
            yield Times(node.factors), ""

    return _replaced(step, change)


def _order(step: AdjointOf, program: Program) -> Wrong:
    def change(node: Term) -> Wrong:
        if isinstance(node, Times) and len(node.factors) == 2 and not node.is_scalar:
            a, b = node.factors
            if b.shape[1] == a.shape[0]:
                yield Times((b, a)), ""

    return _replaced(step, change)


def _value(step: AdjointOf, program: Program) -> Wrong:
    """σ(z) for σ′(z)"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Elementwise) and node.order:
            value = Elementwise(node.function, node.body, node.order - 1)
            yield value, f"{value} stands where {node} belongs"

    return _replaced(step, change)


def _activation_derivative(step: AdjointOf, program: Program) -> Wrong:
    """1 − h for 1 − h ⊙ h, 1 + h ⊙ h, …"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Raised):
            yield node.base, f"{node.base} stands where {node} belongs"
        elif isinstance(node, Plus) and any(isinstance(part, Opposite) for part in node.terms):
            turned = plus(*(part.body if isinstance(part, Opposite) else part for part in node.terms))
            yield turned, f"{turned} stands where {node} belongs"

    return _replaced(step, change)


def _softmax_diagonal(step: AdjointOf, program: Program) -> Wrong:
    """Only the diagonal p_i (1 − p_i) of the softmax Jacobian"""
    for assignment in program.assignments:
        term, p = assignment.term, assignment.variable
        if isinstance(term, Operation) and term.name == "softmax" and term.arguments[0] == step.variable:
            for node in subterms(step.applied):
                if isinstance(node, Adjoint):
                    yield hadamard(node, p), ""
                    yield hadamard(node, p, plus(ones(*p.shape), opposite(p))), ""


SLIPS: tuple[Slip, ...] = (
    Slip("transposed", _transposed, "this is the transpose of the gradient"),
    Slip("sign", _sign, "the sign is the other way round"),
    Slip("activation", _missing_factor, "the factor {} is missing"),
    Slip("missing-transpose", _missing_transpose, "the transpose in {} is missing"),
    Slip("extra-transpose", _extra_transpose, "{} is transposed where it should not be"),
    Slip("operand", _operand, "{}"),
    Slip("adjoint", _adjoint, "{}: a step of the backward pass is skipped"),
    Slip("difference", _difference, "{}"),
    Slip("use", _use, "the contribution {} is missing: the variable is used more than once"),
    Slip("factor", _factor, "there is a factor {} too much"),
    Slip("scale", _scale, "the factor {} is missing"),
    Slip("elementwise", _entrywise, "an entrywise product stands for a matrix product, or the other way round"),
    Slip("order", _order, "the factors of a product are in the other order"),
    Slip("value-for-derivative", _value, "{}"),
    Slip("activation-derivative", _activation_derivative, "{}"),
    Slip(
        "softmax-diagonal", _softmax_diagonal, "the Jacobian of softmax is not diagonal: ∂p_i/∂z_j = p_i (δ_ij − p_j)"
    ),
)


def other_operands(step: AdjointOf, program: Program) -> Wrong:
    """Another vector for a vector, of whatever size: h for x in the outer product (∂L/∂z)xᵀ."""
    for right in variables_of(step.applied):
        for other in program.variables:
            if other.shape != right.shape and other.shape[1] == right.shape[1] == 1:
                for found in in_place(step.applied, right, other):
                    yield found, f"{other} stands where {right} belongs"


def wrong_formulas(step: AdjointOf, program: Program, derived: set[str]) -> Iterator[tuple[Slip, str, Term]]:
    """All slips on one adjoint: the slip, its detail, the wrong formula; adjoints only of the ``derived`` names."""
    seen: set[tuple[str, Term]] = set()
    for slip in SLIPS:
        for wrong, detail in slip.make(step, program):
            made = simplified(wrong)
            if made.shape != step.variable.shape or (slip.code, made) in seen:
                continue
            if all(
                not isinstance(n, Adjoint) or (isinstance(n.of, Var) and n.of.name in derived) for n in subterms(made)
            ):
                seen.add((slip.code, made))
                yield slip, detail, made
