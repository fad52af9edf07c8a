"""Terms by the functions that they are: 1/(1 + e^−u) is sigmoid(u), e^u/Σ e^u is softmax(u).

A program in, written out as its author did; out comes what has a short derivative.
"""

from __future__ import annotations

from jacocalc.derive.matrix.forms import ones, transpose
from jacocalc.terms import (
    Elementwise,
    Ones,
    Operation,
    Opposite,
    Over,
    Plus,
    Scalar,
    Scaled,
    Term,
    Times,
    Transposed,
    parts_of,
    with_parts,
)


def for_derivation(term: Term) -> Term:
    """The author's term with its transposes carried to the variables, and with what is a sigmoid or softmax as that.

    No rule is spent on Sᵀ = S or (Aᵀ)ᵀ = A, and 1/(1 + e^−u) has the derivative s(1 − s).
    """
    parts = parts_of(term)
    changed = tuple(map(for_derivation, parts))
    if isinstance(term, Transposed):
        return transpose(changed[0])
    term = term if changed == parts else with_parts(term, changed)
    return recognised(term) or term


def recognised(term: Term) -> Term | None:
    """1/(1 + e^−u) = e^u/(1 + e^u) = sigmoid(u), entry by entry or of a number, e^u/Σ e^u = softmax(u)

    diag(1 ⊘ (e^U 1))e^U = e^U ⊘ (e^U 1 1ᵀ) and e^U diag(1 ⊘ (e^Uᵀ 1)) are the softmax of rows and of columns;
    (e^u − e^−u) ⊘ (e^u + e^−u) = tanh(u).
    """
    match term:
        case Scaled(Over(Scalar(1), below), above):
            return recognised(Over(above, below))
        case Over(above, Plus((a, b))) if (one := ones(*term.shape)) in (a, b):
            match a if b == one else b:
                case Elementwise("exp", Opposite(u)) if above == one:
                    return Elementwise("sigmoid", u)
                case Elementwise("exp", u) as power if above == power:
                    return Elementwise("sigmoid", u)
        case Over(Elementwise("exp", u, 0), below) if u == of_total(below):
            return Operation("softmax", (u,))
        case Over(Elementwise("exp", u, 0) as power, Times(factors)):
            return _share_of_all(power, factors)
        case Over(Plus((Elementwise("exp", u, 0) as up, Opposite(Elementwise("exp", Opposite(w), 0) as down))), below):
            return Elementwise("tanh", u) if u == w and below in (Plus((up, down)), Plus((down, up))) else None
        case Times((Operation("diag", (Over(Ones(), Times((total, Ones()))),)), Elementwise("exp", u, 0) as power)):
            return Operation("softmax_rows", (u,)) if total == power else None
        case Times((Elementwise("exp", u, 0) as power, Operation("diag", (Over(Ones(), Times((total, Ones()))),)))):
            return Operation("softmax_columns", (u,)) if total == Transposed(power) else None
    return None


def _share_of_all(power: Elementwise, below: tuple[Term, ...]) -> Term | None:
    """e^U ⊘ (e^U 1 1ᵀ) and e^U ⊘ (1 1ᵀ e^U)"""
    match below:
        case (first, Ones((_, 1)), Transposed(Ones())) | (Times((first, Ones((_, 1)))), Transposed(Ones())) if (
            first == power
        ):
            return Operation("softmax_rows", (power.body,))
        case (Ones((_, 1)), Transposed(Ones()), last) if last == power:
            return Operation("softmax_columns", (power.body,))
    return None


def of_total(term: Term) -> Term | None:
    """z of Σ e^z, of 1ᵀ e^z, and of such a number times 1"""
    match term:
        case Operation("sum", (Elementwise("exp", z, 0),)) if z.shape[1] == 1:
            return z
        case Times((Transposed(Ones()), Elementwise("exp", z, 0))) if z.shape[1] == 1:
            return z
        case Scaled(number_, Ones()):
            return of_total(number_)
    return None
