"""Formulas that lose digits → functions that do not: what a tape says is kept, how it is computed changes.

    ln(1 + u) → log1p(u)            e^u − 1 → expm1(u)              ln(1 + e^u) → softplus(u)
    1 − cos u → 2 sin²(u/2)         √(u² + v²) → hypot(u, v)        ln(e^u + e^v + …) → logsumexp(u, v, …)
    1 + cos u → 2 cos²(u/2)         cosh u − 1 → 2 sinh²(u/2)       softplus(u) − u → softplus(−u)
    1 ± tanh u → 2 σ(±2u)           2 σ(u) − 1 → tanh(u/2)          e^u − e^−u → 2 sinh u
    ln σ(u) → −softplus(−u)         1 − σ(u) → σ(−u)                ln e^u → u
    1 − tanh² u → sech² u           ln cosh u → lncosh u            c e^u → e^(u + ln c) in sums of powers
    a/(1 + e^u)^k → a σ(−u)^k       e^u/(1 + e^u)^k → σ(u) σ(−u)^(k − 1)            b^u → e^(u ln b) in all of these
    e^u/(e^u + e^v + …) → e^(u − logsumexp(u, v, …))
    a/(e^u − 1)^k → a b(u)^k        e^u/(e^u − 1)^k → −b(−u) b(u)^(k − 1)      for Bose's b(u) = 1/(e^u − 1)
    ln u^k → k ln |u|               ln((1 + u)/(1 − u)) → 2 artanh u
    (c e^u − d e^v)/(c e^u + d e^v) → tanh((u − v + ln(c/d))/2), and the inverse coth
    1 − erf u → erfc u              1 + erf u → erfc(−u)
    sinh u/cosh u → tanh u          a/cosh u → a sech u             and so cosh u/sinh u, a/sinh u, 2/(e^u + e^−u)
    (cosh u − 1)/sinh u → tanh(u/2) and (cosh u + 1)/sinh u → coth(u/2)

Numbers before these are carried along: 3e^u − 3, 1/2 + tanh(u)/2, ln((e^u + e^v)/2).

Choices that are none are left out as well (``ranges``).  All this comes before derivatives are taken, so that they are
made of the stable functions too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from jacocalc.compiled.ranges import Ranges
from jacocalc.evaluate.stable_forms import STABLE
from jacocalc.evaluate.tape import Kink, Node, Rational, Tape, made_on
from jacocalc.known_functions import KNOWN

KEPT = frozenset({*STABLE, *KNOWN} - {"log", "silu"})  # by their own rows; these two are made of stable parts


def recognised(source: Tape, nodes: Sequence[Node], kink: Kink) -> tuple[Tape, list[Node]]:
    """The nodes on a new tape with as many inputs, in their stable forms; its derivatives at kinks as ``kink`` says."""
    tape = Tape(kept=KEPT, kink=kink)
    ranges = Ranges(tape)
    inputs = [tape.input() for _ in source.inputs]
    made: dict[Node, Node] = dict(zip(source.inputs, inputs, strict=True))
    for node in source.needed(nodes):
        if node not in made:
            made[node] = ranges.decided(_stable(tape, made_on(tape, source, node, made)))
    return tape, [made[node] for node in nodes]


def _stable(tape: Tape, node: Node) -> Node:
    """The stable form of a node, or the node."""
    name = tape.names[node]
    if name == "power":
        rest = _inverse(tape, tape.arguments[node], tape.payloads[node])
        return node if rest is None else rest
    rule = _RULES.get(tape.payloads[node] if name == "call" else name)
    found = rule(tape, tape.arguments[node]) if rule else None
    return node if found is None else found


def _factored(tape: Tape, node: Node) -> tuple[Rational, Node]:
    """c > 0 and u of c u"""
    number, rest = tape.arguments[node] if tape.names[node] == "multiply" else (-1, node)
    return (tape.numbers[number], rest) if tape.numbers.get(number, 0) > 0 else (1, node)


def _exponent(tape: Tape, node: Node) -> tuple[Node, Rational] | None:
    """u and c of c e^u for c > 0"""
    if tape.numbers.get(node, 0) > 0:
        return tape.number(0), tape.numbers[node]
    factor, node = _factored(tape, node)
    if _is(tape, node, "exp"):
        return tape.arguments[node][0], factor
    if tape.names[node] == "raise" and tape.numbers.get(tape.arguments[node][0], 0) > 0:
        base, u = tape.arguments[node]
        return tape.times(u, tape.call("ln", (base,))), factor
    return None


def _is(tape: Tape, node: Node, function: str) -> bool:
    return tape.names[node] == "call" and tape.payloads[node] == function


def _whole(tape: Tape, u: Node, factor: Rational) -> Node:
    """u + ln c"""
    return u if factor == 1 else tape.plus(u, tape.call("ln", (tape.number(factor),)))


def _terms(tape: Tape, node: Node) -> list[Node]:
    """The terms of a sum, those of the sum at its head among them."""
    found: list[Node] = []
    while tape.names[node] == "add":
        node, last = tape.arguments[node]
        found.append(last)
    return [node, *reversed(found)]


def _exponents(tape: Tape, node: Node) -> dict[Node, Rational] | None:
    """{u: c, v: d, …} of c e^u + d e^v + …; None for other sums"""
    factor, whole = _factored(tape, node)
    terms = _terms(tape, whole)
    found: dict[Node, Rational] = {}
    for pair in (_exponent(tape, term) for term in terms):
        if pair is None or len(terms) == 1:
            return None
        found[pair[0]] = found.get(pair[0], 0) + factor * pair[1]
    return found


def _symmetric(tape: Tape, exponents: Mapping[Node, Rational]) -> tuple[Node, Rational] | None:
    """u and 2c of c e^u + c e^−u = 2c cosh u"""
    (u, c), *rest = exponents.items()
    return (u, 2 * c) if rest == [(tape.negate(u), c)] else None


def _logarithm(tape: Tape, a: Sequence[Node]) -> Node | None:
    factor, inner = _factored(tape, a[0])
    exponents = _exponents(tape, a[0])
    if exponents is not None:
        pair, other = _symmetric(tape, exponents), _beside_one(tape, exponents)
        if pair is not None:
            return _whole(tape, tape.call("lncosh", (pair[0],)), pair[1])
        return _lse(tape, exponents) if other is None else tape.call("softplus", (other,))
    found = _of_call(tape, inner)
    return None if found is None else _whole(tape, found, factor)


def _of_call(tape: Tape, node: Node) -> Node | None:
    """ln of e^u, σ(u), cosh u, sech u, u^k, 1 + u and (1 + u)/(1 − u)"""
    if tape.names[node] == "power":
        return _of_power(tape, tape.arguments[node][0], tape.payloads[node])
    if tape.names[node] == "call" and tape.payloads[node] in _LOGARITHMS:
        return _LOGARITHMS[tape.payloads[node]](tape, tape.arguments[node][0])
    if tape.names[node] == "divide":
        over, under = (_beside(tape, part) for part in tape.arguments[node])
        if over is not None and under == tape.negate(over):
            return tape.times(tape.number(2), tape.call("atanh", (over,)))
        return None
    u = _beside(tape, node)
    return None if u is None else tape.call("log1p", (u,))


_LOGARITHMS: dict[str, Callable[[Tape, Node], Node]] = {
    "exp": lambda tape, u: u, "cosh": lambda tape, u: tape.call("lncosh", (u,)),
    "sech": lambda tape, u: tape.negate(tape.call("lncosh", (u,))),
    "sigmoid": lambda tape, u: tape.negate(tape.call("softplus", (tape.negate(u),))),
}  # fmt: skip


def _beside(tape: Tape, node: Node) -> Node | None:
    """u of 1 + u"""
    left, right = tape.arguments[node] if tape.names[node] in ("add", "subtract") else (-1, -1)
    if tape.numbers.get(left) == 1:
        return right if tape.names[node] == "add" else tape.negate(right)
    return left if tape.numbers.get(right) == 1 and tape.names[node] == "add" else None


def _of_power(tape: Tape, root: Node, k: int) -> Node:
    """ln u^k = k ln |u|, where |u| is u for odd k and for a u above 0"""
    positive = _exponents(tape, root) or (tape.names[root] == "call" and tape.payloads[root] in _LOGARITHMS)
    size = root if k % 2 or positive else tape.call("abs", (root,))
    return tape.times(tape.number(k), _stable(tape, tape.call("ln", (size,))))


def _lse(tape: Tape, exponents: Mapping[Node, Rational]) -> Node:
    return tape.call("logsumexp", tuple(_whole(tape, u, c) for u, c in exponents.items()))


def _beside_one(tape: Tape, exponents: Mapping[Node, Rational]) -> Node | None:
    """u of 1 + e^u"""
    return _against(tape, exponents, tape.number(0)) if exponents.get(tape.number(0)) == 1 else None


def _against(tape: Tape, exponents: Mapping[Node, Rational], v: Node) -> Node | None:
    """w of c e^v (1 + e^w), for two powers"""
    if len(exponents) != 2 or v not in exponents:
        return None
    (other,) = exponents.keys() - {v}
    return tape.minus(_whole(tape, other, Fraction(exponents[other]) / exponents[v]), v)


def _sum(tape: Tape, a: Sequence[Node]) -> Node | None:
    for one, other in (a, a[::-1]):
        if _is(tape, one, "softplus") and tape.arguments[one] == (tape.negate(other),):
            return tape.call("softplus", (other,))
    return _beside_number(tape, a, 1)


def _difference(tape: Tape, a: Sequence[Node]) -> Node | None:
    for one, other, sign in ((a[0], a[1], 1), (a[1], a[0], -1)):
        if _is(tape, one, "softplus") and tape.arguments[one] == (other,):
            return tape.times(tape.number(sign), tape.call("softplus", (tape.negate(other),)))
    power = _exponent(tape, a[0])
    if power is not None and _exponent(tape, a[1]) == (tape.negate(power[0]), power[1]):
        return tape.times(tape.number(2 * power[1]), tape.call("sinh", (power[0],)))
    return _beside_number(tape, a, -1)


def _beside_number(tape: Tape, a: Sequence[Node], sign: int) -> Node | None:
    """c + d f(u) by the table for its d/c, from a sum or a difference"""
    for number, other, outer, inner in ((a[0], a[1], 1, sign), (a[1], a[0], sign, 1)):
        if tape.numbers.get(number):
            whole = outer * tape.numbers[number]
            factor, rest = _factored(tape, other)
            function, u = _function(tape, rest)
            form = _BESIDE_ONE.get((function, Fraction(inner * factor) / whole))
            if form:
                return tape.times(tape.number(whole), form(tape, u))
    return None


def _function(tape: Tape, node: Node) -> tuple[str, Node]:
    """f and u of f(u), with b^u an exponential and tanh² a function"""
    power = _exponent(tape, node)
    if power is not None:
        return "exp", power[0]
    if tape.names[node] == "power" and tape.payloads[node] == 2:
        function, u = _function(tape, tape.arguments[node][0])
        return f"{function}²", u
    return (tape.payloads[node], tape.arguments[node][0]) if tape.names[node] == "call" else ("", node)


def _half(tape: Tape, u: Node) -> Node:
    return tape.times(tape.number(Fraction(1, 2)), u)


def _twice_square(function: str) -> Callable[[Tape, Node], Node]:
    """2 f(u/2)²"""
    return lambda tape, u: tape.times(tape.number(2), tape.power(tape.call(function, (_half(tape, u),)), 2))


def _twice_sigmoid(tape: Tape, u: Node) -> Node:
    """2 σ(2u)"""
    return tape.times(tape.number(2), tape.call("sigmoid", (tape.times(tape.number(2), u),)))


_BESIDE_ONE: dict[tuple[str, Rational], Callable[[Tape, Node], Node]] = {  # f and c: 1 + c f(u)
    ("exp", -1): lambda tape, u: tape.negate(tape.call("expm1", (u,))),
    ("cos", -1): _twice_square("sin"), ("cos", 1): _twice_square("cos"),
    ("cosh", -1): lambda tape, u: tape.negate(_twice_square("sinh")(tape, u)), ("cosh", 1): _twice_square("cosh"),
    ("erf", -1): lambda tape, u: tape.call("erfc", (u,)),
    ("erf", 1): lambda tape, u: tape.call("erfc", (tape.negate(u),)),
    ("sigmoid", -1): lambda tape, u: tape.call("sigmoid", (tape.negate(u),)),
    ("sigmoid", -2): lambda tape, u: tape.negate(tape.call("tanh", (_half(tape, u),))),
    ("tanh", 1): _twice_sigmoid, ("tanh", -1): lambda tape, u: _twice_sigmoid(tape, tape.negate(u)),
    ("tanh²", -1): lambda tape, u: tape.power(tape.call("sech", (u,)), 2),
    ("sech²", -1): lambda tape, u: tape.power(tape.call("tanh", (u,)), 2),
}  # fmt: skip


def _root(tape: Tape, a: Sequence[Node]) -> Node | None:
    if tape.names[a[0]] == "power" and tape.payloads[a[0]] % 2 == 0:
        return tape.call("abs", (tape.power(tape.arguments[a[0]][0], tape.payloads[a[0]] // 2),))
    if tape.names[a[0]] != "add":
        return None
    roots = [root for root in (_square_root(tape, term) for term in tape.arguments[a[0]]) if root is not None]
    return tape.call("hypot", tuple(roots)) if len(roots) == 2 else None


def _square_root(tape: Tape, node: Node) -> Node | None:
    """c u of c² u²"""
    factor, square = _factored(tape, node)
    root = Fraction(math.isqrt(factor.numerator), math.isqrt(factor.denominator))
    if root**2 != factor or tape.names[square] != "power" or tape.payloads[square] != 2:
        return None
    return tape.times(tape.number(root), tape.arguments[square][0])


def _half_power(tape: Tape, a: Sequence[Node]) -> Node | None:
    """u^(k/2) = (√u)^k where √u has a form of its own; for k > 1 that would have no derivative at 0"""
    exponent = Fraction(tape.numbers.get(a[1], 0))
    root = _root(tape, a) if exponent.denominator == 2 and exponent < 1 else None
    return None if root is None else tape.power(root, exponent.numerator)


_HYPERBOLIC = {"cosh": ("sinh", "tanh", "sech"), "sinh": ("cosh", "coth", "csch")}


def _is_hyperbolic(tape: Tape, node: Node) -> bool:
    """cosh u or sinh u"""
    return tape.names[node] == "call" and tape.payloads[node] in _HYPERBOLIC


def _hyperbolic(tape: Tape, top: Node, under: Node, k: int) -> Node:
    """a/cosh(u)^k or a/sinh(u)^k, where a may be c sinh(u)^m or c cosh(u)^m

    sinh u below either of u/2 is 2 sinh(u/2) cosh(u/2).
    """
    u = tape.arguments[under]
    other, quotient, inverse = _HYPERBOLIC[tape.payloads[under]]
    factor, above = _factored(tape, top)
    m, function = (tape.payloads[above], tape.arguments[above][0]) if tape.names[above] == "power" else (1, above)
    half = tape.arguments[function]
    if m > 0 and k == 1 and quotient == "coth" and _is_hyperbolic(tape, function) and half == (_half(tape, *u),):
        rest = tape.times(tape.number(Fraction(factor) / 2), tape.power(function, m - 1))
        return _hyperbolic(tape, rest, tape.call(_HYPERBOLIC[tape.payloads[function]][0], half), 1)
    if m > 0 and _is(tape, function, other) and tape.arguments[function] == u:
        shared = min(k, m)
        quotients = tape.power(tape.call(quotient, u), shared)
        top, k = tape.multiply((tape.number(factor), quotients, tape.power(function, m - shared))), k - shared
    return tape.times(top, tape.power(tape.call(inverse, u), k))


def _bose(tape: Tape, top: Node, u: Node, k: int) -> Node:
    """a/(e^u − 1)^k"""
    inner, factor = _exponent(tape, top) or (-1, 0)
    below = tape.call("bose", (u,))
    if inner != u:
        return tape.times(top, tape.power(below, k))
    opposite = tape.negate(tape.call("bose", (tape.negate(u),)))
    return tape.multiply((tape.number(factor), opposite, tape.power(below, k - 1)))


def _opposed(tape: Tape, node: Node) -> list[tuple[Node, Rational]]:
    """u, c, v and d of c e^u − d e^v; nothing for others"""
    factor, inner = _factored(tape, node)
    if _is(tape, inner, "expm1"):
        return [(tape.arguments[inner][0], factor), (tape.number(0), factor)]
    if _is(tape, inner, "sinh"):
        u, half = tape.arguments[inner][0], Fraction(factor) / 2
        return [(u, half), (tape.negate(u), half)]
    if tape.names[node] != "subtract":
        return []
    found = [_exponent(tape, part) for part in tape.arguments[node]]
    return [pair for pair in found if pair] if all(found) else []


def _half_angle(tape: Tape, over: Node, under: Node) -> Node | None:
    """(c e^u − d e^v)/(c e^u + d e^v) = tanh(w/2) with w = u − v + ln(c/d), and the inverse"""
    for name, one, other in (("tanh", over, under), ("coth", under, over)):
        difference, total = _opposed(tape, one), _exponents(tape, other) or {}
        ratios = {Fraction(c) / total[u] for u, c in difference if u in total}
        if len(difference) == len(total) == 2 and len(ratios) == 1 and total.keys() == dict(difference).keys():
            ((u, c), (v, d)), (ratio,) = difference, ratios
            whole = tape.minus(_whole(tape, u, Fraction(c) / d), v)
            return tape.times(tape.number(ratio if name == "tanh" else 1 / ratio),
                              tape.call(name, (_half(tape, whole),)))  # fmt: skip
    return None


def _quotient(tape: Tape, a: Sequence[Node]) -> Node | None:
    found = _half_angle(tape, *a)
    if found is not None:
        return found
    factor, under = _factored(tape, a[1])
    k = tape.payloads[under] if tape.names[under] == "power" and tape.payloads[under] > 1 else 1
    if k > 1:
        inner, under = _factored(tape, tape.arguments[under][0])
        factor *= inner**k
    found = _over(tape, a[0], under, k)
    return None if found is None else tape.times(tape.number(1 / Fraction(factor)), found)


def _over(tape: Tape, a: Node, under: Node, k: int) -> Node | None:
    """a/u^k"""
    if _is_hyperbolic(tape, under):
        return _hyperbolic(tape, a, under, k)
    if _is(tape, under, "expm1"):
        return _bose(tape, a, tape.arguments[under][0], k)
    exponents = _exponents(tape, under)
    if exponents is None:
        return None
    top, factor = _exponent(tape, a) or (-1, 0)
    ratio, zero = tape.number(Fraction(factor) / exponents.get(top, 1)), tape.number(0)
    pair, other, rest = _symmetric(tape, exponents), _against(tape, exponents, zero), _against(tape, exponents, top)
    if other is not None:
        scale = 1 / Fraction(exponents[zero]) ** k
        below = tape.call("sigmoid", (tape.negate(other),))
        if rest is None or top == zero:
            return tape.multiply((tape.number(scale), a, tape.power(below, k)))
        ratio = tape.number(scale * exponents[zero] * Fraction(factor) / exponents[top])
        if k > 1:
            return tape.multiply((ratio, tape.call("bell", (other,)), tape.power(below, k - 2)))
    if rest is not None and k == 1:
        return tape.times(ratio, tape.call("sigmoid", (tape.negate(rest),)))
    if pair is not None:
        inverse = tape.power(tape.call("sech", (pair[0],)), k)
        return tape.multiply((tape.number(1 / Fraction(pair[1]) ** k), a, inverse))
    if k > 1 or top not in exponents:
        return None
    share = tape.minus(_whole(tape, top, exponents[top]), _lse(tape, exponents))
    return tape.times(ratio, tape.call("exp", (share,)))


def _inverse(tape: Tape, a: Sequence[Node], k: int) -> Node | None:
    """u^−k"""
    return _quotient(tape, (tape.number(1), tape.power(a[0], -k))) if k < 0 else None


def _product(tape: Tape, a: Sequence[Node]) -> Node | None:
    """σ(u) σ(−u)"""
    if not (_is(tape, a[0], "sigmoid") and _is(tape, a[1], "sigmoid")):
        return None
    u = tape.arguments[a[0]]
    return tape.call("bell", u) if tape.arguments[a[1]] == (tape.negate(u[0]),) else None


def _opposite(tape: Tape, a: Sequence[Node]) -> Node | None:
    """−(u/v) of what was u/(−v)"""
    found = _quotient(tape, tape.arguments[a[0]]) if tape.names[a[0]] == "divide" else None
    return None if found is None else tape.negate(found)


_RULES: dict[str, Callable[[Tape, Sequence[Node]], Node | None]] = {
    "ln": _logarithm, "add": _sum, "subtract": _difference, "sqrt": _root, "divide": _quotient, "negate": _opposite,
    "multiply": _product, "raise": _half_power,
}  # fmt: skip
