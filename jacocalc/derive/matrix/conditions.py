"""What the formulas of a program need: invertible matrices, positive arguments, denominators that are not 0.

Nothing is asked for that holds by itself or was declared: 1 + x², e^z and ‖x‖² + 1 are positive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from jacocalc.program_steps import Conditions
from jacocalc.programs import Program
from jacocalc.terms import (
    DEFINITE,
    KINKED,
    SAME_SHAPE,
    Elementwise,
    Extent,
    Eye,
    Hadamard,
    Inverted,
    Letter,
    Ones,
    Operation,
    Opposite,
    Over,
    Plus,
    Raised,
    Scalar,
    Scaled,
    Term,
    Times,
    Transposed,
    Var,
    subterms,
    variables_of,
)

_POSITIVE = ("exp", "sigmoid", "softplus", "cosh")
_ASKED = ("sqrt", "norm")  # never negative, and what makes them positive is asked of their arguments


def conditions_of(program: Program) -> Conditions:
    """What the formulas need: invertible matrices, positive arguments, denominators that are not 0, no kinks."""
    signs = _Signs({one.variable: one.term for one in program.assignments if not one.implicit})
    found: dict[tuple[Term, str], None] = {}
    for assignment in program.formulas:
        for node in subterms(assignment.term):
            for one in _conditions(node, signs):
                found[one] = None
        if assignment.implicit:
            found[assignment.variable, "solvable"] = None
    return Conditions(tuple(one for one in found if not _follows(one, found)))


def _follows(condition: tuple[Term, str], found: Collection[tuple[Term, str]]) -> bool:
    """A is invertible where det A is positive."""
    term, word = condition
    stronger = ((term, "positive determinant"), (Operation("det", (term,)), "positive"))
    return word == "invertible" and any(one in found for one in stronger)


def _conditions(node: Term, signs: _Signs) -> Iterator[tuple[Term, str]]:
    """(A, invertible) of A⁻¹, (x, positive) of ln x, (b, nonzero) of a/b, …"""
    match node:
        case Inverted(body) | Operation("det", (body,)) if not _is_invertible(body) and not signs.definite(body):
            yield body, "invertible"
        case Operation("logdet", (body,)) if not signs.definite(body):
            yield body, "positive determinant"
        case Operation("norm", (body,)):
            yield body, "nonzero"
        case Elementwise("ln" | "sqrt", body) if variables_of(body) and not signs.positive(body):
            yield body, "positive"
        case Elementwise(function, body) if function in KINKED:
            yield body, "kink"
        case Raised(base, Opposite(Scalar(value))) if value.denominator == 1 and not signs.positive(base):
            yield base, "nonzero" if base.is_scalar else "nonzero entries"
        case Raised(base, exponent) if not _is_whole(exponent) and not signs.positive(base):
            yield base, "positive"
        case Over(_, Operation("det", _)):
            return  # an inverse is asked for
        case Over(_, below) if variables_of(below) and not signs.positive(below):
            yield below, "nonzero" if below.is_scalar else "nonzero entries"


def _is_whole(exponent: Term) -> bool:
    """Whether a power is one of whole numbers: x², x⁻², xⁿ; not x^(1/2), x^k"""
    match exponent:
        case Scalar(value) | Opposite(Scalar(value)):
            return value.denominator == 1
    return isinstance(exponent, Extent)


def _is_invertible(term: Term) -> bool:
    """Whether A⁻¹ exists by what was declared: of X that is invertible, Xᵀ, −X and X Y."""
    match term:
        case Var(facts=facts):
            return "invertible" in facts
        case Transposed(body) | Inverted(body) | Opposite(body):
            return _is_invertible(body)
        case Times(factors):
            return all(map(_is_invertible, factors))
    return isinstance(term, Eye)


@dataclass(frozen=True)
class _Signs:
    """What is positive by itself; ``formulas``: what the program computes each variable by."""

    formulas: Mapping[Term, Term]

    def positive(self, term: Term) -> bool:
        """Whether all entries are positive, once what the parts need is given: e^z, Σ e^z, 1 + x², ‖x‖ for x ≠ 0."""
        match term:
            case Scalar(value):
                return value > 0
            case Letter() | Extent() | Ones():
                return True
            case Var(facts=facts):
                return "positive" in facts or (term in self.formulas and self.positive(self.formulas[term]))
            case Elementwise(function, _, 0):
                return function in (*_POSITIVE, *_ASKED)
            case Operation("sum" | "mean", (body,)) | Transposed(body) | Raised(body, _):
                return self.positive(body)
            case Operation("det", (body,)):
                return self.definite(body)
            case Operation(name, _):
                return name in (*SAME_SHAPE, *_ASKED)
            case Scaled(a, b) | Over(a, b):
                return self.positive(a) and self.positive(b)
            case Times(factors) | Hadamard(factors):
                return all(map(self.positive, factors))
            case Plus((Scalar(Fraction(numerator=1, denominator=1)) | Ones(), Opposite(body))):
                return self._below_one(body)
            case Plus(parts):
                return any(map(self.positive, parts)) and all(map(self._never_negative, parts))
        return False

    def definite(self, term: Term) -> bool:
        """Whether a matrix is positive definite by what was declared: S, S⁻¹, c S for c > 0, S + T."""
        match term:
            case Var(facts=facts):
                return DEFINITE in facts or (term in self.formulas and self.definite(self.formulas[term]))
            case Inverted(body) | Transposed(body):
                return self.definite(body)
            case Scaled(scalar, body):
                return self.positive(scalar) and self.definite(body)
            case Plus(parts):
                return all(map(self.definite, parts))
        return isinstance(term, Eye)

    def _below_one(self, term: Term) -> bool:
        """Whether all entries are less than 1: those of σ(z)."""
        term = self.formulas.get(term, term)
        return isinstance(term, Elementwise) and term.function == "sigmoid" and not term.order

    def _never_negative(self, term: Term) -> bool:
        """Whether no entry is negative: var x, ‖x‖², x ⊙ x, xᵀ x, and what is positive."""
        match term:
            case Operation("var" | "norm2", _) | Elementwise("abs" | "relu", _, 0):
                return True
            case Var() if term in self.formulas:
                return self.positive(term) or self._never_negative(self.formulas[term])
            case Operation("sum" | "mean", (body,)):
                return self._never_negative(body)
            case Raised(_, Scalar(value)) if value.denominator == 1 and value % 2 == 0:
                return True
            case Times((Transposed(a), b)) if a == b and b.shape[1] == 1:
                return True
            case Times((Transposed(a), middle, b)) if a == b and b.shape[1] == 1:
                return self.definite(middle)
            case Hadamard(factors) if all(
                factors.count(one) % 2 == 0 or self._never_negative(one) for one in factors
            ):
                return True
            case Scaled(a, b):
                return self._never_negative(a) and self._never_negative(b)
            case Over(a, b):
                return self._never_negative(a) and self.positive(b)
        return self.positive(term)
