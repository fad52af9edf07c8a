"""A tape → the operations that a machine has: powers are products, stable functions are written out.

What is left are numbers, inputs, + − · /, negation, choices, powers with exponents that are not whole, and calls of
functions that every back end has (``KERNEL_FUNCTIONS``), or that some have.

    x^5 = x (x²)²                         x^−2 = 1/x²                       x^(3/2) = x √x
    σ(u) = 1/(1 + t) or t/(1 + t), t = e^−|u|                               softplus(u) = max(u, 0) + log1p(e^−|u|)
    σ(u) σ(−u) = t/(1 + t)²
    logsumexp(u, …) = M + ln Σ e^(u − M), M = max(u, …)                     ⁿ√u = sgn(u) |u|^(1/n) for odd n
    e^(u − logsumexp(u, …)) = e^(u − M)/Σ e^(u − M)
    ln cosh u = log1p(2 sinh²(u/2)) or |u| + log1p((e^−2|u| − 1)/2)
    ln(1 − e^u) = log1p(−e^u) or ln(−expm1(u))                              ELU(u) = max(u, 0) + expm1(min(u, 0))
    GELU(u) = u erfc(−u/√2)/2
    sech u = 2t/(1 + t²), t = e^−|u|            acoth, asec, acsc, asech: no quotient 1/u that is rounded beside ±1
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from jacocalc.errors import JacocalcError
from jacocalc.evaluate.stable_forms import formulas_of
from jacocalc.evaluate.tape import Node, Rational, Tape, made_on
from jacocalc.known_functions import SPECIAL

KERNEL_FUNCTIONS = frozenset({
    "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "exp", "ln", "sqrt",
    "cbrt", "erf", "erfc", "abs", "sign", "max", "min", "atan2", "hypot", "log1p", "expm1",
})  # fmt: skip


def lowered(source: Tape, nodes: Sequence[Node]) -> tuple[Tape, list[Node]]:
    """The nodes on a new tape with as many inputs, made of what a machine has."""
    tape = Tape(kept=KERNEL_FUNCTIONS, machine=True)
    made: dict[Node, Node] = {node: tape.input() for node in source.inputs}
    for node in source.needed(nodes):
        if node not in made:
            made[node] = _lowered(tape, source, node, made)
    return tape, [made[node] for node in nodes]


def _lowered(tape: Tape, source: Tape, node: Node, made: dict[Node, Node]) -> Node:
    name, arguments = source.names[node], [made[argument] for argument in source.arguments[node]]
    if name == "raise":
        return _raised(tape, arguments[0], arguments[1])
    if name == "call":
        function = source.payloads[node]
        if function == "exp" and (share := _share(tape, source, source.arguments[node][0], made)) is not None:
            return share
        if function == "ln" and (rest := _logarithm_of_rest(tape, source, source.arguments[node][0], made)) is not None:
            return rest
        if function in _WRITTEN_OUT:
            return _WRITTEN_OUT[function](tape, arguments)
        if function in KERNEL_FUNCTIONS or function in SPECIAL:
            return tape.add_node("call", tuple(arguments), function)
        written = formulas_of(function).lowered
        if written is None:
            raise JacocalcError(f"{function} cannot be compiled")
        return tape.formula(written, arguments)
    return made_on(tape, source, node, made)


def _raised(tape: Tape, base: Node, exponent: Node) -> Node:
    """x^(k/2) by roots and products, other powers by the power of the machine."""
    value: Rational | None = tape.numbers.get(exponent)
    if value is None or value.denominator != 2 or not -8 < value < 8:
        return tape.add_node("raise", (base, exponent))
    root = tape.add_node("call", (base,), "sqrt")
    found = tape.times(tape.power(base, abs(value.numerator) // 2), root)
    return found if value > 0 else tape.divide(tape.number(1), found)


def _fading(tape: Tape, u: Node) -> Node:
    """e^−|u|, which never overflows, and is one for u and −u"""
    if tape.names[u] == "negate":
        u = tape.arguments[u][0]
    return tape.call("exp", (tape.negate(tape.call("abs", (u,))),))


def _sigmoid(tape: Tape, a: Sequence[Node]) -> Node:
    t, zero, one = _fading(tape, a[0]), tape.number(0), tape.number(1)
    above = tape.select((("compare", ">=", a[0], zero),), (one, t))
    return tape.divide(above, tape.plus(one, t))


def _bell(tape: Tape, a: Sequence[Node]) -> Node:
    """σ(u) σ(−u) = t/(1 + t)², t = e^−|u|"""
    t = _fading(tape, a[0])
    return tape.divide(t, tape.power(tape.plus(tape.number(1), t), 2))


def _sech(tape: Tape, a: Sequence[Node]) -> Node:
    """2t/(1 + t²), t = e^−|u|"""
    t = _fading(tape, a[0])
    return tape.divide(tape.times(tape.number(2), t), tape.plus(tape.number(1), tape.power(t, 2)))


def _elu(tape: Tape, a: Sequence[Node]) -> Node:
    zero = tape.number(0)
    above, below = (tape.call(extreme, (a[0], zero)) for extreme in ("max", "min"))
    return tape.plus(above, tape.call("expm1", (below,)))


def _gelu(tape: Tape, a: Sequence[Node]) -> Node:
    """u erfc(−u/√2)/2"""
    rest = tape.call("erfc", (tape.negate(tape.divide(a[0], tape.call("sqrt", (tape.number(2),)))),))
    return tape.times(tape.times(tape.number(Fraction(1, 2)), a[0]), rest)


def _softplus(tape: Tape, a: Sequence[Node]) -> Node:
    above = tape.call("max", (a[0], tape.number(0)))
    return tape.plus(above, tape.call("log1p", (_fading(tape, a[0]),)))


def _lncosh(tape: Tape, a: Sequence[Node]) -> Node:
    """The first form where |u| < 1, so that neither cancels or overflows."""
    size, one, half = tape.call("abs", (a[0],)), tape.number(1), tape.number(Fraction(1, 2))
    root = tape.call("sinh", (tape.times(half, tape.call("min", (size, one))),))
    fading = tape.call("expm1", (tape.negate(tape.times(tape.number(2), size)),))
    near = tape.call("log1p", (tape.times(tape.number(2), tape.power(root, 2)),))
    far = tape.plus(size, tape.call("log1p", (tape.times(half, fading),)))
    return tape.select((("compare", "<", size, one),), (near, far))


def _loggamma(tape: Tape, a: Sequence[Node]) -> Node:
    """For u > 0 only: libraries give ln |Γ(u)| beyond"""
    found = tape.add_node("call", (a[0],), "loggamma")
    return tape.select((("compare", ">", a[0], tape.number(0)),), (found,))


def _acoth(tape: Tape, a: Sequence[Node]) -> Node:
    """±log1p(2/(|u| − 1))/2"""
    size = tape.call("abs", (a[0],))
    inner = tape.divide(tape.number(2), tape.minus(size, tape.number(1)))
    half = tape.times(tape.number(Fraction(1, 2)), tape.call("log1p", (inner,)))
    return tape.times(tape.call("sign", (a[0],)), half)


def _leg_and_sign(tape: Tape, u: Node) -> tuple[Node, Node]:
    """√(|u| − 1) √(|u| + 1) and ±1: the legs of a right triangle with the hypotenuse |u|"""
    size, one = tape.call("abs", (u,)), tape.number(1)
    below, above = (tape.call("sqrt", (part,)) for part in (tape.minus(size, one), tape.plus(size, one)))
    return tape.times(below, above), tape.call("sign", (u,))


def _asech(tape: Tape, a: Sequence[Node]) -> Node:
    """log1p(t + √t √(t + 2)), t = (1 − u)/u"""
    t = tape.divide(tape.minus(tape.number(1), a[0]), a[0])
    low, high = (tape.call("sqrt", (part,)) for part in (t, tape.plus(t, tape.number(2))))
    return tape.call("log1p", (tape.plus(t, tape.times(low, high)),))


def _top_and_total(tape: Tape, a: Sequence[Node]) -> tuple[Node, Node]:
    """M = max(u, …) and Σ e^(u − M)"""
    top = tape.call("max", tuple(a))
    return top, tape.add([tape.call("exp", (tape.minus(u, top),)) for u in a])


def _logsumexp(tape: Tape, a: Sequence[Node]) -> Node:
    top, total = _top_and_total(tape, a)
    return tape.plus(top, tape.call("ln", (total,)))


def _share(tape: Tape, source: Tape, node: Node, made: dict[Node, Node]) -> Node | None:
    """e^(u − logsumexp(u, v, …)) without the difference of two numbers that may be large."""
    if source.names[node] != "subtract":
        return None
    u, other = source.arguments[node]
    if source.names[other] != "call" or source.payloads[other] != "logsumexp" or u not in source.arguments[other]:
        return None
    top, total = _top_and_total(tape, [made[part] for part in source.arguments[other]])
    return tape.divide(tape.call("exp", (tape.minus(made[u], top),)), total)


def _logarithm_of_rest(tape: Tape, source: Tape, node: Node, made: dict[Node, Node]) -> Node | None:
    """ln(1 − e^u), the first form where e^u is small."""
    inner = source.arguments[node][0] if source.names[node] == "negate" else node
    if inner == node or source.names[inner] != "call" or source.payloads[inner] != "expm1":
        return None
    u = made[source.arguments[inner][0]]
    far = tape.call("log1p", (tape.negate(tape.call("exp", (u,))),))
    return tape.select((("compare", "<", u, tape.number(-1)),), (far, tape.call("ln", (made[node],))))


def _root(tape: Tape, a: Sequence[Node]) -> Node:
    index = tape.numbers[a[1]]
    if index == 2:
        return tape.call("sqrt", (a[0],))
    if index == 3:
        return tape.call("cbrt", (a[0],))
    inverse = tape.number(1 / Fraction(index))
    if index % 2 == 0:
        return tape.add_node("raise", (a[0], inverse))
    size = tape.add_node("raise", (tape.call("abs", (a[0],)), inverse))
    return tape.times(tape.call("sign", (a[0],)), size)


_WRITTEN_OUT: dict[str, Callable[[Tape, Sequence[Node]], Node]] = {
    "coth": lambda tape, a: tape.divide(tape.number(1), tape.call("tanh", (a[0],))),
    "bose": lambda tape, a: tape.divide(tape.number(1), tape.call("expm1", (a[0],))),
    "relu": lambda tape, a: tape.call("max", (a[0], tape.number(0))),
    "leaky_relu": lambda tape, a: tape.call("max", (a[0], tape.times(tape.number(Fraction(1, 100)), a[0]))),
    "asec": lambda tape, a: tape.call("atan2", _leg_and_sign(tape, a[0])),
    "acsc": lambda tape, a: tape.call("atan2", _leg_and_sign(tape, a[0])[::-1]),
    "sigmoid": _sigmoid, "bell": _bell, "sech": _sech, "elu": _elu, "gelu": _gelu, "softplus": _softplus,
    "loggamma": _loggamma,
    "lncosh": _lncosh, "logsumexp": _logsumexp, "root": _root, "acoth": _acoth, "asech": _asech,
}  # fmt: skip
