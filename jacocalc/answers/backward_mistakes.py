"""The slips of a backward pass, each computed on purpose from the right formula.

One row is one slip: its code, how the wrong formulas are made, and what is said.  Where several slips lead to the
same formula all are said, but a general one is dropped where a more special one explains the answer (``unless``): of
2 S x, S x lacks a contribution or the factor 2, and “a factor 1/2 too much” says less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from jacocalc.answers import pass_slips, term_slips
from jacocalc.answers.term_slips import Wrong
from jacocalc.derive.matrix.forms import simplified
from jacocalc.program_steps import AdjointOf
from jacocalc.programs import Program
from jacocalc.terms import Adjoint, Term, Var, subterms


@dataclass(frozen=True)
class Slip:
    """A code, how the wrong formulas are made, and the words; {} is the detail.

    ``unless``: more special slips; this one is not said where one of them leads to the same formula.
    """

    code: str
    make: Callable[[AdjointOf, Program], Wrong]
    words: str
    unless: tuple[str, ...] = ()


SLIPS: tuple[Slip, ...] = (
    Slip("transposed", term_slips.transposed, "this is the transpose of the gradient"),
    Slip("sign", term_slips.sign, "the sign is the other way round"),
    Slip("zero", term_slips.zero, "the gradient is not 0: the loss depends on this quantity"),
    Slip("activation", term_slips.missing_factor, "the factor {} is missing", ("value-for-derivative",)),
    Slip("activation-twice", pass_slips.activation_twice, "the factor {} is there twice"),
    Slip("activation-derivative", pass_slips.activation_derivative, "{}"),
    Slip("activation-rule", pass_slips.activation_rule, "{}: tanh′ = 1 − tanh², σ′ = σ(1 − σ)"),
    Slip("value-for-derivative", pass_slips.value, "{}"),
    Slip("before-activation", pass_slips.before_activation, "{}: it is the value after the activation that counts"),
    Slip("mask-side", pass_slips.mask_side, "the mask {} is the other way round"),
    Slip("upstream", pass_slips.upstream, "the factor {} is missing: the chain rule starts at the loss"),
    Slip("adjoint", pass_slips.adjoint, "{}: a step of the backward pass is skipped", ("upstream",)),
    Slip("factor-missing", term_slips.missing_matrix, "the factor {} is missing", ("upstream",)),
    Slip("missing-transpose", term_slips.missing_transpose, "the transpose in {} is missing"),
    Slip(
        "extra-transpose", term_slips.extra_transpose, "{} is transposed where it should not be",
        ("missing-transpose", "transposed"),
    ),
    Slip("inverse", term_slips.inverted, "{}"),
    Slip("order", term_slips.order, "the factors of a product are in the other order"),
    Slip(
        "elementwise", term_slips.elementwise,
        "the entrywise product stands for a matrix product, or the other way round",
    ),
    Slip(
        "inner-for-outer", term_slips.inner_for_outer,
        "the inner product stands for an outer product, or the other way round",
    ),
    Slip("operand", term_slips.operand, "{}", ("before-activation", "use", "zero")),
    Slip("next-layer", term_slips.next_layer, "{}: it is the matrix of another layer"),
    Slip("time-step", pass_slips.time_step, "{}: it is another step"),
    Slip("last-step", pass_slips.last_step, "this is the part of {} alone: the sum over the steps is missing"),
    Slip("use", pass_slips.use, "the contribution {} is missing: the variable is used more than once"),
    Slip("use-twice", pass_slips.use_twice, "the contribution {} is counted twice"),
    Slip("difference", term_slips.difference, "{}"),
    Slip("term", term_slips.term, "the term {} is missing", ("use", "softmax-diagonal")),
    Slip("term-sign", term_slips.term_sign, "the sign of {} is the other way round"),
    Slip(
        "term-factor", term_slips.term_factor, "the term {}",
        ("use-twice", "factor", "scale", "scale-twice", "symmetric", "term"),
    ),
    Slip("factor", term_slips.factor, "there is a factor {} too much", ("scale", "use", "use-twice", "symmetric")),
    Slip("scale", term_slips.scale, "the factor {} is missing", ("upstream", "symmetric")),
    Slip("scale-twice", term_slips.scale_twice, "the factor {} is there once more than it should be"),
    Slip("batch-sum", pass_slips.batch_sum, "the sum over the examples is missing"),
    Slip("sum-axis", pass_slips.sum_axis, "the sum is over the other index"),
    Slip(
        "symmetric", pass_slips.symmetric, "the gradient by a symmetric matrix is the symmetric part (G + Gᵀ)/2 of G"
    ),
    Slip("denominator", term_slips.denominator, "the denominator {} is missing"),
    Slip("log-derivative", term_slips.log_derivative, "{}"),
    Slip(
        "softmax-diagonal", pass_slips.softmax_diagonal,
        "the Jacobian of softmax is not diagonal: ∂p_i/∂z_j = p_i (δ_ij − p_j)",
    ),
    Slip("softmax-missing", pass_slips.softmax_missing, "the Jacobian of softmax is missing"),
)  # fmt: skip

_UNLESS = {slip.code: set(slip.unless) for slip in SLIPS}


_IN_FORMULAS = ("factor", "scale", "order", "missing-transpose", "extra-transpose", "inverse", "elementwise", "term",
                "term-sign", "term-factor", "difference", "operand", "activation", "factor-missing")  # fmt: skip


def slips_in_formulas(formula: Term, by: Var, program: Program) -> Iterator[tuple[Slip, str, Term]]:
    """The slips that do not need a backward pass, on any derivative by a variable."""
    step = AdjointOf(by, (), formula, None, formula)
    for slip in SLIPS:
        if slip.code in _IN_FORMULAS:
            yield from ((slip, detail, simplified(wrong)) for wrong, detail in slip.make(step, program))


def told(slips: Iterable[tuple[Slip, str, Term]], matches: Callable[[Term], bool]) -> tuple[tuple[str, ...], str]:
    """The codes and the words of the slips that give this very answer; nothing where there is none."""
    found: dict[str, str] = {}
    for slip, detail, wrong in slips:
        if slip.code not in found and matches(wrong):
            found[slip.code] = slip.words.format(detail)
    codes = tuple(most_special(found))
    return codes, _said(found[code] for code in codes)


def _said(words: Iterable[str]) -> str:
    """“A; or b. ” of what may have happened; nothing where nothing is known."""
    said = "; or ".join(words)
    if not said:
        return ""
    first = said.split()[0]
    return f"{said[0].upper() if len(first) > 2 and first.isalpha() else said[0]}{said[1:]}. "


def most_special(codes: Iterable[str]) -> list[str]:
    """The codes without those that a more special one makes needless."""
    found = list(codes)
    return [code for code in found if not _UNLESS[code] & set(found)]


def wrong_formulas(step: AdjointOf, program: Program, derived: set[str]) -> Iterator[tuple[Slip, str, Term]]:
    """All slips on one adjoint, of whatever shape: the slip, its detail, the wrong formula in ``derived`` adjoints."""
    seen: set[tuple[str, Term]] = set()
    for slip in SLIPS:
        for wrong, detail in slip.make(step, program):
            made = simplified(wrong)
            if (slip.code, made) not in seen and _readable(made, derived):
                seen.add((slip.code, made))
                yield slip, detail, made


def _readable(term: Term, derived: set[str]) -> bool:
    """Whether all adjoints are of quantities that have one."""
    adjoints = (node for node in subterms(term) if isinstance(node, Adjoint))
    return all(isinstance(node.of, Var) and node.of.name in derived for node in adjoints)
