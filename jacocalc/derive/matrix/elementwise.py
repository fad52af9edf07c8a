"""The derivative of an elementwise function, as a term: σ′(z), 1 − tanh²(z), σ(1 − σ).

``out`` is what the function itself is called in the program, so that 1 − h ⊙ h can be written for h = tanh(z).
Functions without a row of their own here take the derivative from the table of known functions.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from jacocalc.derive.matrix.forms import hadamard, number, ones, opposite, over, plus, raised, times
from jacocalc.errors import LimitReached
from jacocalc.known_functions import KNOWN
from jacocalc.notation import (
    Call,
    Constant,
    Expr,
    Minus,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    names,
)
from jacocalc.options import LIMITS
from jacocalc.terms import (
    Elementwise,
    Hadamard,
    Letter,
    Opposite,
    Over,
    Plus,
    Raised,
    Scalar,
    Scaled,
    Term,
    Zeros,
    parts_of,
    tree_size,
    with_parts,
)

Formula = Callable[[Term, Term], Term]


def _one(u: Term) -> Term:
    return ones(*u.shape)


def _times(u: Term, scalar: Term) -> Term:
    return times(scalar, _one(u))


def _step(u: Term) -> Term:
    return Elementwise("step", u)


_OWN: dict[str, Formula] = {
    "sigmoid": lambda u, out: hadamard(out, plus(_one(u), opposite(out))),
    "tanh": lambda u, out: plus(_one(u), opposite(hadamard(out, out))),
    "exp": lambda u, out: out,
    "sqrt": lambda u, out: over(_one(u), times(number(2), out)),
    "abs": lambda u, out: Elementwise("sign", u),
    "sign": lambda u, out: Zeros(u.shape),
    "step": lambda u, out: Zeros(u.shape),
    "relu": lambda u, out: _step(u),
    "leaky_relu": lambda u, out: plus(
        _step(u), times(number(Fraction(1, 100)), plus(_one(u), opposite(_step(u))))
    ),
    "elu": lambda u, out: Elementwise("exp", opposite(Elementwise("relu", opposite(u)))),  # 1 for u > 0, else e^u
    "silu": lambda u, out: plus(
        Elementwise("sigmoid", u),
        hadamard(out, plus(_one(u), opposite(Elementwise("sigmoid", u)))),
    ),
}  # fmt: skip


def derivative(node: Elementwise, out: Term) -> Term:
    """f′(u), in the shape of u."""
    name, u = node.function, node.body
    if name not in KNOWN and name != "step":
        return Elementwise(name, u, node.order + 1)
    if node.order:
        return derivative_of_term(concrete(node), u)
    if name in _OWN:
        return _OWN[name](u, out)
    return _term(KNOWN[name].derivatives[0](Symbol("u")), u)


def concrete(node: Elementwise) -> Term:
    """tanh′(z) as 1 − tanh(z) ⊙ tanh(z); a generic function stays."""
    if not node.order or (node.function not in KNOWN and node.function != "step"):
        return node
    found: Term = Elementwise(node.function, node.body)
    for _ in range(node.order):
        found = derivative_of_term(found, node.body)
    return found


def without_primes(term: Term) -> Term:
    """The term with every f′ of a known function written out.  Raises LimitReached."""
    parts = parts_of(term)
    made = with_parts(term, tuple(map(without_primes, parts))) if parts else term
    found = concrete(made) if isinstance(made, Elementwise) else made
    if found is not made and tree_size(found) > LIMITS.nodes:
        raise LimitReached(f"{term} has more than {LIMITS.nodes:,} parts when it is written out")
    return found


def derivative_of_term(term: Term, u: Term) -> Term:
    """∂term/∂u where term is built entry by entry from u."""
    if term == u:
        return _one(u)
    match term:
        case Elementwise(_, body):
            return hadamard(derivative(term, term), derivative_of_term(body, u))
        case Plus(parts):
            return plus(*(derivative_of_term(part, u) for part in parts))
        case Opposite(body):
            return opposite(derivative_of_term(body, u))
        case Scaled(scalar, body):
            return times(scalar, derivative_of_term(body, u))
        case Hadamard(factors):
            return plus(*(
                hadamard(*(derivative_of_term(f, u) if i == j else f for j, f in enumerate(factors)))
                for i in range(len(factors))
            ))  # fmt: skip
        case Over(a, b):
            top = plus(hadamard(derivative_of_term(a, u), b), opposite(hadamard(a, derivative_of_term(b, u))))
            return over(top, hadamard(b, b))
        case Raised(base, Scalar(value)):
            lower = raised(base, number(value - 1))
            return times(number(value), hadamard(lower, derivative_of_term(base, u)))
    return Zeros(u.shape)


def _term(expr: Expr, u: Term) -> Term:
    """A formula of the table, entry by entry."""
    match expr:
        case Number(value):
            return _times(u, number(value))
        case Constant(name):
            return _times(u, Letter(name))
        case Symbol():
            return u
        case Sum(terms):
            return plus(*(_term(term, u) for term in terms))
        case Minus(operand) | Negative(operand):
            return opposite(_term(operand, u))
        case Product(factors):
            return hadamard(*(_term(factor, u) for factor in factors))
        case Quotient(a, b):
            return over(_term(a, u), _term(b, u))
        case Power(base, Number(value)):
            return raised(_term(base, u), Scalar(value))
        case Call("sqrt", (argument,)) if not names(argument):
            return _times(u, Elementwise("sqrt", _number(argument)))
        case Call(function, (argument,)):
            return Elementwise(function, _term(argument, u))
    raise TypeError(f"no term for {type(expr).__name__}")


def _number(expr: Expr) -> Term:
    return _term(expr, number(1))
