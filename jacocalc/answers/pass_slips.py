"""Slips of the backward pass itself: adjoints, contributions, activations, softmax, loops and batches.

Every maker gives (wrong formula, detail), as those of ``term_slips``.
"""

from __future__ import annotations

from collections.abc import Iterator

from jacocalc.answers.term_slips import Wrong, has_adjoint, is_chain, replaced, same_family, stands, with_one, without
from jacocalc.derive.matrix.elementwise import derivative
from jacocalc.derive.matrix.forms import hadamard, number, ones, operation, opposite, over, plus, times, transpose
from jacocalc.program_steps import AdjointOf
from jacocalc.programs import Program
from jacocalc.terms import (
    SAME_SHAPE,
    Adjoint,
    Elementwise,
    Hadamard,
    Index,
    Ones,
    Operation,
    Opposite,
    Plus,
    Raised,
    Scaled,
    Summed,
    Term,
    Times,
    Var,
    shifted,
    subterms,
)


def _joined(step: AdjointOf, contributions: Iterator[Term]) -> Term:
    """The sum of contributions; (G + Gᵀ)/2 for a symmetric variable."""
    total = plus(*contributions)
    return over(plus(total, transpose(total)), number(2)) if "symmetric" in step.variable.facts else total


# -- contributions ------------------------------------------------------------------------------------


def use(step: AdjointOf, program: Program) -> Wrong:
    """One of several contributions left out"""
    if len(step.uses) > 1:
        for left_out in step.uses:
            rest = (one.result for one in step.uses if one is not left_out)
            yield _joined(step, rest), f"through {left_out.statement}"


def use_twice(step: AdjointOf, program: Program) -> Wrong:
    """One of several contributions added twice"""
    if len(step.uses) > 1:
        for one in step.uses:
            yield plus(step.applied, one.result), f"through {one.statement}"


def symmetric(step: AdjointOf, program: Program) -> Wrong:
    """G, G + Gᵀ or G + Gᵀ − diag G for (G + Gᵀ)/2, where the variable is symmetric"""
    if "symmetric" in step.variable.facts:
        total = plus(*(one.result for one in step.uses))
        turned = transpose(total)
        diagonal = operation("diag", operation("diagonal", total))
        yield total, ""
        yield turned, ""
        yield plus(total, turned), ""
        yield plus(total, turned, opposite(diagonal)), ""


# -- adjoints -----------------------------------------------------------------------------------------


def adjoint(step: AdjointOf, program: Program) -> Wrong:
    """The adjoint of another quantity, so that a step is skipped"""
    computed = [formula.variable for formula in program.formulas]

    def change(node: Term) -> Wrong:
        if isinstance(node, Adjoint):
            for var in computed:
                fits = var.shape == node.shape or var.shape[1] == node.shape[1] == 1
                other = var not in (node.of, step.variable) and not same_family(var, node.of)
                if fits and other and var.key != node.loss:
                    yield Adjoint(node.loss, var), stands(Adjoint(node.loss, var), node)

    return replaced(step, change)


def upstream(step: AdjointOf, program: Program) -> Wrong:
    """σ′(z) for dh ⊙ σ′(z), 1 for dz: only the derivative of the statement itself"""

    def change(node: Term) -> Wrong:
        match node:
            case Hadamard(factors) | Times(factors):
                product = hadamard if isinstance(node, Hadamard) else times
                for place, left_out in enumerate(factors):
                    rest = without(factors, place)
                    if has_adjoint(left_out) and (product is hadamard or is_chain(rest)):
                        yield product(*rest), str(left_out)
            case Scaled(scalar, body) if has_adjoint(scalar):
                yield body, str(scalar)
            case Adjoint() if node == step.applied:
                yield ones(*node.shape), str(node)
                yield number(1), str(node)

    return replaced(step, change)


# -- activations --------------------------------------------------------------------------------------


def _activations(program: Program) -> Iterator[tuple[Var, Term, Term]]:
    """(h, z, f′(z)) of every statement h = f(z) entry by entry."""
    for formula in program.formulas:
        if isinstance(formula.term, Elementwise):
            yield formula.variable, formula.term.body, derivative(formula.term, formula.variable)


def value(step: AdjointOf, program: Program) -> Wrong:
    """σ(z) for σ′(z)"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Elementwise) and node.order:
            found = Elementwise(node.function, node.body, node.order - 1)
            yield found, stands(found, node)

    yield from replaced(step, change)
    for h, z, slope in _activations(program):
        if z == step.variable:
            for one in step.uses:
                if one.statement == h:
                    new = hadamard(Adjoint(_loss(step, program), h), h)
                    yield _joined(step, (new if o is one else o.result for o in step.uses)), stands(h, slope)


def _loss(step: AdjointOf, program: Program) -> str:
    """What the adjoints of a step are adjoints of."""
    found = (node.loss for node in subterms(step.applied) if isinstance(node, Adjoint))
    return next(found, program.output.key)


def activation_derivative(step: AdjointOf, program: Program) -> Wrong:
    """1 − h for 1 − h ⊙ h, 1 + h ⊙ h, …"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Raised):
            yield node.base, stands(node.base, node)
        elif isinstance(node, Plus) and with_one(node) and any(isinstance(part, Opposite) for part in node.terms):
            turned = plus(*(part.body if isinstance(part, Opposite) else part for part in node.terms))
            yield turned, stands(turned, node)

    return replaced(step, change)


def activation_rule(step: AdjointOf, program: Program) -> Wrong:
    """h ⊙ (1 − h) for 1 − h ⊙ h, and the other way round"""

    def change(node: Term) -> Wrong:
        for h in dict.fromkeys(var for var in subterms(node) if isinstance(var, Var)):
            sigmoid, tanh = _complement(h), _complement(hadamard(h, h))
            if node == tanh:
                yield hadamard(h, sigmoid), stands(hadamard(h, sigmoid), tanh)
            elif isinstance(node, Hadamard) and {h, sigmoid} <= set(node.factors):
                rest = (factor for factor in node.factors if factor not in (h, sigmoid))
                yield hadamard(*rest, tanh), stands(tanh, hadamard(h, sigmoid))

    return replaced(step, change)


def _complement(term: Term) -> Term:
    return plus(ones(*term.shape), opposite(term))


def activation_twice(step: AdjointOf, program: Program) -> Wrong:
    """dh ⊙ σ′(z) ⊙ σ′(z), and (dz ⊙ σ′(z)) xᵀ, where dz has the σ′(z) already"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Adjoint):
            for _, z, slope in _activations(program):
                if z == node.of:
                    yield hadamard(node, slope), str(slope)
        elif isinstance(node, Hadamard) and has_adjoint(node):
            for factor in node.factors:
                if not has_adjoint(factor):
                    yield hadamard(node, factor), str(factor)

    return replaced(step, change)


def before_activation(step: AdjointOf, program: Program) -> Wrong:
    """z for h = σ(z)"""
    before = {h: z for h, z, _ in _activations(program) if isinstance(z, Var)}

    def change(node: Term) -> Wrong:
        if node in before and isinstance(node, Var):
            yield before[node], stands(before[node], node)

    return replaced(step, change)


def mask_side(step: AdjointOf, program: Program) -> Wrong:
    """[z ≤ 0] for [z > 0]"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Elementwise) and node.function == "step":
            yield _complement(node), str(node)

    return replaced(step, change)


# -- softmax ------------------------------------------------------------------------------------------


def _softmaxes(step: AdjointOf, program: Program) -> Iterator[tuple[Var, Adjoint]]:
    """(p, ∂L/∂p) for p = softmax(z), where the gradient is the one by z."""
    for formula in program.formulas:
        term, p = formula.term, formula.variable
        if isinstance(term, Operation) and term.name in SAME_SHAPE and term.arguments[0] == step.variable:
            for node in subterms(step.applied):
                if isinstance(node, Adjoint) and node.of == p:
                    yield p, node


def softmax_diagonal(step: AdjointOf, program: Program) -> Wrong:
    """Only the diagonal p_i (1 − p_i) of the softmax Jacobian"""
    for p, upper in _softmaxes(step, program):
        yield hadamard(upper, p), ""
        yield hadamard(upper, p, _complement(p)), ""


def softmax_missing(step: AdjointOf, program: Program) -> Wrong:
    """dp for dz: softmax taken for the identity"""
    for _, upper in _softmaxes(step, program):
        yield upper, ""


# -- loops and batches --------------------------------------------------------------------------------


def time_step(step: AdjointOf, program: Program) -> Wrong:
    """h_t for h_{t−1}"""

    def change(node: Term) -> Wrong:
        var = node.of if isinstance(node, Adjoint) else node
        if isinstance(var, Var):
            for near in _neighbours(var, program):
                new = Adjoint(node.loss, near) if isinstance(node, Adjoint) else near
                if new != Adjoint(_loss(step, program), step.variable):
                    yield new, stands(new, node)

    return replaced(step, change)


def _neighbours(var: Var, program: Program) -> Iterator[Var]:
    """The same variable one step before and one step later."""
    if var.index is None:
        return
    if not var.index.letter:
        known = (other for other in program.variables if same_family(var, other))
        yield from (o for o in known if o.index in (Index("", var.index.offset - 1), Index("", var.index.offset + 1)))
        return
    for by in (-1, 1):
        near = shifted(var, var.index.letter, Index(var.index.letter, by))
        yield near


def last_step(step: AdjointOf, program: Program) -> Wrong:
    """The last (or the first) term for the sum over all steps"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Summed):
            for index in (node.last, node.first):
                yield shifted(node.body, node.letter, index), f"{node.letter} = {index}"

    return replaced(step, change)


def batch_sum(step: AdjointOf, program: Program) -> Wrong:
    """dZ for dZ 1"""

    def change(node: Term) -> Wrong:
        if isinstance(node, Times):
            for place, factor in enumerate(node.factors):
                rest = without(node.factors, place)
                if isinstance(factor, Ones) and is_chain(rest):
                    yield times(*rest), ""

    return replaced(step, change)


def sum_axis(step: AdjointOf, program: Program) -> Wrong:
    """dZᵀ 1 for dZ 1"""

    def change(node: Term) -> Wrong:
        match node:
            case Times((matrix, Ones((_, 1)))):
                yield times(transpose(matrix), ones(matrix.shape[0])), ""

    return replaced(step, change)
