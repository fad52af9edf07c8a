"""The rules of the backward pass: from the adjoint of a term to the adjoints of its parts.

For Y = f(A, B, …) and G = ∂L/∂Y the part A gets the contribution G·∂Y/∂A: the one linear map that satisfies
⟨G, dY⟩ = ⟨contribution, dA⟩ for every change dA (Frobenius inner products).  One function per kind of term; the
docstring is the rule, the name is what the page says.

    Y = A B     A gets G Bᵀ, B gets Aᵀ G        Y = σ(Z)   Z gets G ⊙ σ′(Z)        Y = A⁻¹   A gets −A⁻ᵀ G A⁻ᵀ
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from jacocalc.derive.matrix import softmax
from jacocalc.derive.matrix.elementwise import derivative
from jacocalc.derive.matrix.forms import (
    extent,
    eye,
    hadamard,
    inverse,
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
from jacocalc.derive.matrix.rule_names import function_name
from jacocalc.terms import (
    ONE,
    Elementwise,
    Hadamard,
    Inverted,
    Operation,
    Opposite,
    Over,
    Plus,
    Raised,
    Scaled,
    Summed,
    Term,
    Times,
    Transposed,
    Var,
    Zeros,
    parts_of,
    subterms,
    variables_of,
)

Contributions = list[tuple[Term, Term]]


@dataclass(frozen=True)
class Rule:
    """A named rule; ``pull`` gives what each part of a term gets from the adjoint of the term."""

    name: str
    pull: Callable[[Any, Term, Term], Contributions]


def inner(a: Term, b: Term) -> Term:
    """⟨a, b⟩ = tr(aᵀ b), the sum of the products of all entries"""
    return operation("inner", a, b)


def _sum(node: Plus, g: Term, out: Term) -> Contributions:
    """Y = A + B: each term gets G"""
    return [(part, g) for part in node.terms]


def _opposite(node: Opposite, g: Term, out: Term) -> Contributions:
    """Y = −A: A gets −G"""
    return [(node.body, opposite(g))]


def _product(node: Times, g: Term, out: Term) -> Contributions:
    """Y = P A Q: A gets Pᵀ G Qᵀ; of scalars the product of the others"""
    factors = node.factors
    found: Contributions = []
    if all(factor.is_scalar for factor in factors):
        for i, factor in enumerate(factors):
            found.append((factor, scalar_product([g, *(f for j, f in enumerate(factors) if j != i)])))
        return found
    for i, factor in enumerate(factors):
        before = [transpose(f) for f in reversed(factors[:i])]
        after = [transpose(f) for f in reversed(factors[i + 1 :])]
        found.append((factor, times(*before, g, *after)))
    return found


def _scaled(node: Scaled, g: Term, out: Term) -> Contributions:
    """Y = c A: A gets c G, c gets ⟨A, G⟩"""
    return [(node.scalar, inner(node.body, g)), (node.body, times(g, node.scalar))]


def _hadamard(node: Hadamard, g: Term, out: Term) -> Contributions:
    """Y = A ⊙ B: A gets G ⊙ B"""
    factors = node.factors
    return [(f, hadamard(g, *(o for j, o in enumerate(factors) if j != i))) for i, f in enumerate(factors)]


def _over(node: Over, g: Term, out: Term) -> Contributions:
    """Y = A/c: A gets G/c, c gets −⟨A, G⟩/c²; entry by entry likewise"""
    a, b = node.numerator, node.denominator
    if b.is_scalar:
        below = opposite(scalar_product([inner(a, g), over(ONE, b), over(ONE, b)]))
        return [(a, over(g, b)), (b, below)]
    return [(a, over(g, b)), (b, opposite(over(hadamard(g, a), hadamard(b, b))))]


def _raised(node: Raised, g: Term, out: Term) -> Contributions:
    """Y = A^k entry by entry: A gets k G ⊙ A^(k−1), k gets ⟨G, A^k ⊙ ln A⟩"""
    base, k = node.base, node.exponent
    less = raised(base, plus(k, opposite(ONE)))
    found = [(base, times(k, hadamard(g, less)))]
    if any(isinstance(part, Var) for part in subterms(k)):
        found.append((k, inner(g, hadamard(node, Elementwise("ln", base)))))
    return found


def _transposed(node: Transposed, g: Term, out: Term) -> Contributions:
    """Y = Aᵀ: A gets Gᵀ"""
    return [(node.body, transpose(g))]


def _inverse(node: Inverted, g: Term, out: Term) -> Contributions:
    """Y = A⁻¹: A gets −A⁻ᵀ G A⁻ᵀ"""
    turned = transpose(out)
    return [(node.body, opposite(times(turned, g, turned)))]


def _elementwise(node: Elementwise, g: Term, out: Term) -> Contributions:
    """Y = σ(Z): Z gets G ⊙ σ′(Z)"""
    return [(node.body, hadamard(g, derivative(node, out)))]


def _trace(a: Term, g: Term, out: Term) -> Term:
    """tr A: A gets G I"""
    return times(g, eye(a.shape[0]))


def _det(a: Term, g: Term, out: Term) -> Term:
    """det A: A gets G det(A) A⁻ᵀ"""
    return times(g, out, transpose(inverse(a)))


def _logdet(a: Term, g: Term, out: Term) -> Term:
    """log det A: A gets G A⁻ᵀ"""
    return times(g, transpose(inverse(a)))


def _entries(a: Term, g: Term, out: Term) -> Term:
    """Σ A_ij: A gets G 1"""
    return times(g, ones(*a.shape))


def _mean(a: Term, g: Term, out: Term) -> Term:
    """mean A: A gets (G/mn) 1"""
    return times(over(g, _count(a)), ones(*a.shape))


def _count(a: Term) -> Term:
    return scalar_product([extent(a.shape[0]), extent(a.shape[1])])


def _variance(x: Term, g: Term, out: Term) -> Term:
    """var x = Σ (x_i − x̄)²/n: x gets (2G/n)(x − x̄ 1)"""
    centred = plus(x, opposite(times(operation("mean", x), ones(*x.shape))))
    return times(over(times(number(2), g), _count(x)), centred)


def _norm(a: Term, g: Term, out: Term) -> Term:
    """‖A‖: A gets (G/‖A‖) A"""
    return times(over(g, out), a)


def _norm2(a: Term, g: Term, out: Term) -> Term:
    """‖A‖²: A gets 2G A"""
    return times(number(2), g, a)


def _diag(a: Term, g: Term, out: Term) -> Term:
    """diag(v): v gets the diagonal of G"""
    return operation("diagonal", g)


def _diagonal(a: Term, g: Term, out: Term) -> Term:
    """the diagonal of A: A gets diag(G)"""
    return operation("diag", g)


def _logsumexp(z: Term, g: Term, out: Term) -> Term:
    """log Σ e^{z_i}: z gets G softmax(z)"""
    return times(g, operation("softmax", z))


_OPERATIONS: dict[str, Callable[[Term, Term, Term], Term]] = {
    "tr": _trace,
    "det": _det,
    "logdet": _logdet,
    "sum": _entries,
    "mean": _mean,
    "var": _variance,
    "norm": _norm,
    "norm2": _norm2,
    "diag": _diag,
    "diagonal": _diagonal,
    "softmax": softmax.by_vector,
    "softmax_rows": softmax.by_rows,
    "softmax_columns": softmax.by_columns,
    "logsumexp": _logsumexp,
}


def _operation(node: Operation, g: Term, out: Term) -> Contributions:
    if node.name == "inner":
        a, b = node.arguments
        return [(a, times(g, b)), (b, times(g, a))]
    return [(node.arguments[0], _OPERATIONS[node.name](node.arguments[0], g, out))]


RULES: dict[type, Rule] = {
    Plus: Rule("sum", _sum),
    Opposite: Rule("sum", _opposite),
    Times: Rule("product", _product),
    Scaled: Rule("scalar multiple", _scaled),
    Hadamard: Rule("Hadamard product", _hadamard),
    Over: Rule("quotient", _over),
    Raised: Rule("power, entry by entry", _raised),
    Transposed: Rule("transpose", _transposed),
    Inverted: Rule("inverse", _inverse),
    Elementwise: Rule("elementwise function", _elementwise),
    Operation: Rule("", _operation),
}


def rule_name(node: Term) -> str:
    """What the page calls the rule for this kind of term."""
    if isinstance(node, Operation | Elementwise):
        return function_name(node)
    if isinstance(node, Times) and node.is_scalar and not variables_of(node.factors[0]):
        return "scalar multiple"
    if isinstance(node, Over) and not variables_of(node.denominator):
        return "scalar multiple"
    if isinstance(node, Raised) and node.is_scalar:
        return "power"
    return RULES[type(node)].name


def pulled(node: Term, adjoint: Term, out: Term) -> Contributions:
    """What the direct parts of a term get from its adjoint; ``out`` is the name of the term, or itself.

    Raises TypeError for a kind without a rule.
    """
    rule = RULES.get(type(node))
    if rule is None:
        raise TypeError(f"no pullback for {type(node).__name__}")
    return rule.pull(node, adjoint, out)


@dataclass(frozen=True)
class Pulled:
    """A part of a statement and its contribution, with the rules that led there, outermost first."""

    part: Term
    rules: tuple[str, ...]
    result: Term


def contributions(term: Term, adjoint: Term, out: Term, wanted: Callable[[Term], bool]) -> Iterator[Pulled]:
    """The contributions of one statement to the leaves that are wanted, from the outside inwards."""
    stack: list[tuple[Term, Term, Term, tuple[str, ...]]] = [(term, adjoint, out, ())]
    while stack:
        node, g, name, rules = stack.pop()
        if wanted(node):
            yield Pulled(node, rules, g)
        elif isinstance(node, Summed):
            for one in contributions(node.body, g, node.body, wanted):
                own = isinstance(one.part, Var) and one.part.index is not None and one.part.index.letter == node.letter
                result = one.result if own else summed(node.letter, node.first, node.last, one.result)
                yield Pulled(one.part, (*rules, "sum over the steps", *one.rules), result)
        elif parts_of(node) and any(wanted(part) for part in subterms(node)):
            named = rules if rule_name(node) == "sum" and len(parts_of(node)) == 1 else (*rules, rule_name(node))
            found = [(part, given, part, named) for part, given in pulled(node, g, name)]
            stack += reversed([one for one in found if any(wanted(part) for part in subterms(one[0]))])


def gradient_of(term: Term, by: Term, seed: Term | None = None) -> Term:
    """∂term/∂by for a scalar term, or the contribution of ``seed`` in the shape of the term."""
    start = ONE if seed is None else seed
    parts = [one.result for one in contributions(term, start, term, lambda node: node == by)]
    return plus(*parts) if parts else Zeros(by.shape)
