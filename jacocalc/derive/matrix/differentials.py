"""The rules of differentials: from dA, dB to d f(A, B).  One function per kind of term; its docstring is the rule.

Every rule gives the part of f(A + dA) − f(A) that is linear in dA, so the result is linear in the differentials
of the variables; a constant has the differential 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jacocalc.derive.matrix import softmax
from jacocalc.derive.matrix.elementwise import derivative
from jacocalc.derive.matrix.forms import (
    extent,
    hadamard,
    inverse,
    is_zero,
    number,
    ones,
    operation,
    opposite,
    over,
    plus,
    raised,
    scalar_product,
    summed,
    times,
    transpose,
)
from jacocalc.derive.matrix.recognition import for_derivation
from jacocalc.derive.matrix.rule_names import function_name
from jacocalc.program_steps import DifferentialLine
from jacocalc.terms import (
    ONE,
    Differential,
    Elementwise,
    Hadamard,
    Inverted,
    Operation,
    Opposite,
    Over,
    Plus,
    Raised,
    Scalar,
    Scaled,
    Summed,
    Term,
    Times,
    Transposed,
    Var,
    Zeros,
    parts_of,
)

Push = Callable[[Term], Term]


@dataclass(frozen=True)
class Rule:
    """A named rule; ``push`` gives the differential of a term from those of its parts."""

    name: str
    push: Callable[[Any, Push, Term], Term]


def _sum(node: Plus, d: Push, out: Term) -> Term:
    """d(A + B) = dA + dB"""
    return plus(*map(d, node.terms))


def _opposite(node: Opposite, d: Push, out: Term) -> Term:
    """d(−A) = −dA"""
    return opposite(d(node.body))


def _product(node: Times, d: Push, out: Term) -> Term:
    """d(A B) = dA B + A dB"""
    factors = node.factors
    return plus(*(times(*factors[:i], d(factor), *factors[i + 1 :]) for i, factor in enumerate(factors)))


def _scaled(node: Scaled, d: Push, out: Term) -> Term:
    """d(c A) = dc A + c dA"""
    return plus(times(d(node.scalar), node.body), times(node.scalar, d(node.body)))


def _hadamard(node: Hadamard, d: Push, out: Term) -> Term:
    """d(A ⊙ B) = dA ⊙ B + A ⊙ dB"""
    factors = node.factors
    return plus(*(hadamard(*factors[:i], d(factor), *factors[i + 1 :]) for i, factor in enumerate(factors)))


def _over(node: Over, d: Push, out: Term) -> Term:
    """d(A/c) = dA/c − A dc/c²; entry by entry likewise"""
    a, b = node.numerator, node.denominator
    first = over(d(a), b)
    if b.is_scalar:
        return plus(first, opposite(times(scalar_product([d(b), over(ONE, b), over(ONE, b)]), a)))
    return plus(first, opposite(over(hadamard(a, d(b)), hadamard(b, b))))


def _raised(node: Raised, d: Push, out: Term) -> Term:
    """d(A^k) = k A^(k−1) ⊙ dA + A^k ⊙ ln A dk, entry by entry"""
    base, k = node.base, node.exponent
    first = times(k, hadamard(raised(base, plus(k, opposite(ONE))), d(base)))
    change = d(k)
    return first if is_zero(change) else plus(first, times(change, hadamard(node, Elementwise("ln", base))))


def _transposed(node: Transposed, d: Push, out: Term) -> Term:
    """d(Aᵀ) = (dA)ᵀ"""
    return transpose(d(node.body))


def _inverse(node: Inverted, d: Push, out: Term) -> Term:
    """d(A⁻¹) = −A⁻¹ dA A⁻¹"""
    return opposite(times(out, d(node.body), out))


def _elementwise(node: Elementwise, d: Push, out: Term) -> Term:
    """dσ(Z) = σ′(Z) ⊙ dZ"""
    return hadamard(derivative(node, out), d(node.body))


def _det(a: Term, da: Term, out: Term) -> Term:
    """d det A = det(A) tr(A⁻¹ dA)"""
    return times(out, operation("tr", times(inverse(a), da)))


def _logdet(a: Term, da: Term, out: Term) -> Term:
    """d log det A = tr(A⁻¹ dA)"""
    return operation("tr", times(inverse(a), da))


def _variance(x: Term, dx: Term, out: Term) -> Term:
    """d var x = (2/n) (x − x̄ 1)ᵀ dx"""
    centred = plus(x, opposite(times(operation("mean", x), ones(*x.shape))))
    size = scalar_product([extent(x.shape[0]), extent(x.shape[1])])
    return times(over(number(2), size), operation("inner", centred, dx))


def _norm(a: Term, da: Term, out: Term) -> Term:
    """d‖A‖ = ⟨A, dA⟩/‖A‖"""
    return over(operation("inner", a, da), out)


def _norm2(a: Term, da: Term, out: Term) -> Term:
    """d‖A‖² = 2⟨A, dA⟩"""
    return times(number(2), operation("inner", a, da))


def _logsumexp(z: Term, dz: Term, out: Term) -> Term:
    """d log Σ e^{z_i} = softmax(z)ᵀ dz"""
    return times(transpose(operation("softmax", z)), dz)


def _same(name: str) -> Callable[[Term, Term, Term], Term]:
    """d f(A) = f(dA) for a linear f"""
    return lambda a, da, out: operation(name, da)


_OPERATIONS: dict[str, Callable[[Term, Term, Term], Term]] = {
    "tr": _same("tr"),
    "det": _det,
    "logdet": _logdet,
    "sum": _same("sum"),
    "mean": _same("mean"),
    "var": _variance,
    "norm": _norm,
    "norm2": _norm2,
    "diag": _same("diag"),
    "diagonal": _same("diagonal"),
    "softmax": softmax.by_vector,
    "softmax_rows": softmax.by_rows,
    "softmax_columns": softmax.by_columns,
    "logsumexp": _logsumexp,
}


def _operation(node: Operation, d: Push, out: Term) -> Term:
    if node.name == "inner":
        a, b = node.arguments
        return plus(operation("inner", d(a), b), operation("inner", a, d(b)))
    change = d(node.arguments[0])
    return Zeros(node.shape) if is_zero(change) else _OPERATIONS[node.name](node.arguments[0], change, out)


def _summed(node: Summed, d: Push, out: Term) -> Term:
    """d Σ_t A_t = Σ_t dA_t"""
    change = d(node.body)
    return Zeros(node.shape) if is_zero(change) else summed(node.letter, node.first, node.last, change)


RULES: dict[type, Rule] = {
    Plus: Rule("sum rule", _sum),
    Opposite: Rule("sum rule", _opposite),
    Times: Rule("product rule", _product),
    Scaled: Rule("linearity", _scaled),
    Hadamard: Rule("Hadamard product", _hadamard),
    Over: Rule("quotient rule", _over),
    Raised: Rule("power, entry by entry", _raised),
    Transposed: Rule("transpose", _transposed),
    Inverted: Rule("inverse", _inverse),
    Elementwise: Rule("elementwise function", _elementwise),
    Operation: Rule("", _operation),
    Summed: Rule("sum rule", _summed),
}


def rule_name(node: Term) -> str:
    """What the page calls the rule for this kind of term."""
    if isinstance(node, Operation | Elementwise):
        return function_name(node)
    if isinstance(node, Raised) and node.is_scalar:
        return "power rule"
    if isinstance(node, Times) and all(factor.is_scalar for factor in node.factors):
        return "linearity" if isinstance(node.factors[0], Scalar) else "product rule"
    return RULES[type(node)].name


def differential(term: Term, changes: dict[Term, Term], out: Term | None = None) -> Term:
    """d(term), where ``changes`` gives the differentials of the variables; others are constant."""
    lines: list[DifferentialLine] = []
    return differential_lines(term, changes, lines, out)


def differential_lines(
    term: Term, changes: dict[Term, Term], lines: list[DifferentialLine], out: Term | None = None
) -> Term:
    """d(term), with one line for every rule that is used, parts before wholes.

    Raises TypeError for a kind without a rule.
    """
    done: dict[Term, Term] = {}
    term = for_derivation(term)

    def d(node: Term) -> Term:
        if node in changes:
            return changes[node]
        if not parts_of(node):
            return Zeros(node.shape)
        if node not in done:
            found = RULES[type(node)].push(node, d, (out if out is not None and node is term else node))
            done[node] = found
            if not is_zero(found) and not isinstance(node, Opposite):
                lines.append(DifferentialLine(node, rule_name(node), found, found))
        return done[node]

    return d(term)


def changes_of(variables: tuple[Var, ...]) -> dict[Term, Term]:
    """dX for every variable."""
    return {var: Differential(var) for var in variables}
