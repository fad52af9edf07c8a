"""What the formulas of a program need: invertible matrices, positive arguments, denominators that are not 0.

Nothing is asked for that holds by itself: 1 + x², e^z and ‖x‖² + 1 are positive.
"""

from __future__ import annotations

from collections.abc import Iterator

from jacocalc.program_steps import Conditions
from jacocalc.programs import Program
from jacocalc.terms import (
    KINKED,
    SAME_SHAPE,
    Elementwise,
    Extent,
    Hadamard,
    Inverted,
    Letter,
    Ones,
    Operation,
    Over,
    Plus,
    Raised,
    Scalar,
    Scaled,
    Term,
    Times,
    Transposed,
    subterms,
    variables_of,
)

_POSITIVE = ("exp", "sigmoid", "softplus", "cosh")
_ASKED = ("sqrt", "norm")  # never negative, and what makes them positive is asked of their arguments


def conditions_of(program: Program) -> Conditions:
    """What the formulas need: invertible matrices, positive arguments, denominators that are not 0, no kinks."""
    found: dict[tuple[Term, str], None] = {}
    for assignment in program.formulas:
        for node in subterms(assignment.term):
            for one in _conditions(node):
                found[one] = None
        if assignment.implicit:
            found[assignment.variable, "solvable"] = None
    return Conditions(tuple(found))


def _conditions(node: Term) -> Iterator[tuple[Term, str]]:
    """(A, invertible) of A⁻¹, (x, positive) of ln x, (b, nonzero) of a/b, …"""
    match node:
        case Inverted(body) if not any("invertible" in v.facts for v in variables_of(body)):
            yield body, "invertible"
        case Operation("logdet", (body,)):
            yield body, "positive determinant"
        case Operation("det", (body,)):
            yield body, "invertible"
        case Operation("norm", (body,)):
            yield body, "nonzero"
        case Elementwise("ln" | "sqrt", body) if variables_of(body) and not _positive(body):
            yield body, "positive"
        case Elementwise(function, body) if function in KINKED:
            yield body, "kink"
        case Raised(base, exponent) if variables_of(exponent):
            yield base, "positive"
        case Over(_, Operation("det", _)):
            return  # an inverse is asked for
        case Over(_, below) if variables_of(below) and not _positive(below):
            yield below, "nonzero" if below.is_scalar else "nonzero entries"


def _positive(term: Term) -> bool:
    """Whether all entries are positive, once what the parts need is given: e^z, Σ e^z, 1 + x², ‖x‖ for x ≠ 0."""
    match term:
        case Scalar(value):
            return value > 0
        case Letter() | Extent() | Ones():
            return True
        case Elementwise(function, _, 0):
            return function in (*_POSITIVE, *_ASKED)
        case Operation("sum" | "mean", (body,)) | Transposed(body) | Raised(body, _):
            return _positive(body)
        case Operation(name, _):
            return name in (*SAME_SHAPE, *_ASKED)
        case Scaled(a, b) | Over(a, b):
            return _positive(a) and _positive(b)
        case Times(factors) | Hadamard(factors):
            return all(map(_positive, factors))
        case Plus(parts):
            return any(map(_positive, parts)) and all(map(_never_negative, parts))
    return False


def _never_negative(term: Term) -> bool:
    """Whether no entry is negative: var x, ‖x‖², x ⊙ x, xᵀ x, and what is positive."""
    match term:
        case Operation("var" | "norm2", _) | Elementwise("abs" | "relu", _, 0):
            return True
        case Operation("sum" | "mean", (body,)):
            return _never_negative(body)
        case Raised(_, Scalar(value)) if value.denominator == 1 and value % 2 == 0:
            return True
        case Times((Transposed(a), b)) if a == b and b.shape[1] == 1:
            return True
        case Hadamard(factors) if all(factors.count(one) % 2 == 0 or _never_negative(one) for one in factors):
            return True
        case Scaled(a, b):
            return _never_negative(a) and _never_negative(b)
        case Over(a, b):
            return _never_negative(a) and _positive(b)
    return _positive(term)
