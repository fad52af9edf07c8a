"""Formulas that lose digits → functions that do not: what a tape says is kept, how it is computed changes.

    ln(1 + u) → log1p(u)            e^u − 1 → expm1(u)              ln(1 + e^u) → softplus(u)
    1 − cos u → 2 sin²(u/2)         √(u² + v²) → hypot(u, v)        ln(e^u + e^v + …) → logsumexp(u, v, …)
    ln σ(u) → −softplus(−u)         1 − σ(u) → σ(−u)                ln e^u → u
    1 − tanh² u → sech² u           ln cosh u → lncosh u            c e^u → e^(u + ln c) in sums of powers
    a/(1 + e^u)^k → a σ(−u)^k       e^u/(1 + e^u)^k → σ(u) σ(−u)^(k − 1)
    e^u/(e^u + e^v + …) → e^(u − logsumexp(u, v, …))
    a/(e^u − 1)^k → a b(u)^k        e^u/(e^u − 1)^k → −b(−u) b(u)^(k − 1)      for Bose's b(u) = 1/(e^u − 1)
    ln u^k → k ln |u|
    (c e^u − d e^v)/(c e^u + d e^v) → tanh((u − v + ln(c/d))/2), and the inverse coth
    1 − erf u → erfc u              1 + erf u → erfc(−u)
    sinh u/cosh u → tanh u          a/cosh u → a sech u             and so cosh u/sinh u, a/sinh u

Choices that are none are left out as well (``ranges``).  All this comes before derivatives are taken, so that they are
made of the stable functions too.
"""

from __future__ import annotations

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
    rule = _RULES.get(tape.payloads[node] if name == "call" else name)
    found = rule(tape, tape.arguments[node]) if rule else None
    return node if found is None else found


def _exponent(tape: Tape, node: Node) -> tuple[Node, Rational] | None:
    """u and c of c e^u for c > 0"""
    if tape.numbers.get(node, 0) > 0:
        return tape.number(0), tape.numbers[node]
    factor: Rational = 1
    if tape.names[node] == "multiply" and tape.numbers.get(tape.arguments[node][0], 0) > 0:
        number, node = tape.arguments[node]
        factor = tape.numbers[number]
    is_power = tape.names[node] == "call" and tape.payloads[node] == "exp"
    return (tape.arguments[node][0], factor) if is_power else None


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
    terms = _terms(tape, node)
    found: dict[Node, Rational] = {}
    for pair in (_exponent(tape, term) for term in terms):
        if pair is None or len(terms) == 1:
            return None
        found[pair[0]] = found.get(pair[0], 0) + pair[1]
    return found


def _logarithm(tape: Tape, a: Sequence[Node]) -> Node | None:
    if tape.names[a[0]] == "power":
        return _of_power(tape, tape.arguments[a[0]][0], tape.payloads[a[0]])
    if tape.names[a[0]] == "call" and tape.payloads[a[0]] in ("exp", "sigmoid"):
        u = tape.arguments[a[0]][0]
        return u if tape.payloads[a[0]] == "exp" else tape.negate(tape.call("softplus", (tape.negate(u),)))
    if tape.names[a[0]] == "call" and tape.payloads[a[0]] == "cosh":
        return tape.call("lncosh", tape.arguments[a[0]])
    exponents = _exponents(tape, a[0])
    if exponents is not None:
        other = _beside_one(tape, exponents)
        return _lse(tape, exponents) if other is None else tape.call("softplus", (other,))
    if tape.names[a[0]] in ("add", "subtract"):
        left, right = tape.arguments[a[0]]
        if tape.numbers.get(left) == 1:
            return tape.call("log1p", (right if tape.names[a[0]] == "add" else tape.negate(right),))
        if tape.numbers.get(right) == 1 and tape.names[a[0]] == "add":
            return tape.call("log1p", (left,))
    return None


def _of_power(tape: Tape, root: Node, k: int) -> Node:
    """ln u^k = k ln |u|, where |u| is u for odd k"""
    size = tape.call("abs", (root,)) if k % 2 == 0 else root
    return tape.times(tape.number(k), _stable(tape, tape.call("ln", (size,))))


def _lse(tape: Tape, exponents: Mapping[Node, Rational]) -> Node:
    return tape.call("logsumexp", tuple(_whole(tape, u, c) for u, c in exponents.items()))


def _beside_one(tape: Tape, exponents: Mapping[Node, Rational]) -> Node | None:
    """u of 1 + e^u"""
    others = [_whole(tape, u, c) for u, c in exponents.items() if u != tape.number(0)]
    return others[0] if len(exponents) == 2 and exponents.get(tape.number(0)) == 1 else None


def _difference(tape: Tape, a: Sequence[Node]) -> Node | None:
    for one, other, sign in ((a[0], a[1], 1), (a[1], a[0], -1)):
        if tape.numbers.get(other) == 1 and tape.names[one] == "power" and tape.payloads[one] == 2:
            root = tape.arguments[one][0]
            if tape.names[root] == "call" and tape.payloads[root] == "tanh":
                found = tape.power(tape.call("sech", tape.arguments[root]), 2)
                return tape.negate(found) if sign > 0 else found
        if tape.numbers.get(other) == 1 and tape.names[one] == "call":
            inner = tape.arguments[one]
            if tape.payloads[one] == "sigmoid" and sign < 0:
                return tape.call("sigmoid", (tape.negate(inner[0]),))
            if tape.payloads[one] == "erf":
                found = tape.call("erfc", inner)
                return tape.negate(found) if sign > 0 else found
            if tape.payloads[one] == "exp":
                found = tape.call("expm1", inner)
                return found if sign > 0 else tape.negate(found)
            if tape.payloads[one] == "cos":
                half = tape.times(tape.number(Fraction(1, 2)), inner[0])
                found = tape.times(tape.number(2), tape.power(tape.call("sin", (half,)), 2))
                return tape.negate(found) if sign > 0 else found
    return None


def _sum(tape: Tape, a: Sequence[Node]) -> Node | None:
    """1 + erf u"""
    for one, other in ((a[0], a[1]), (a[1], a[0])):
        if tape.numbers.get(other) == 1 and tape.names[one] == "call" and tape.payloads[one] == "erf":
            return tape.call("erfc", (tape.negate(tape.arguments[one][0]),))
    return None


def _root(tape: Tape, a: Sequence[Node]) -> Node | None:
    if tape.names[a[0]] == "power" and tape.payloads[a[0]] % 2 == 0:
        return tape.call("abs", (tape.power(tape.arguments[a[0]][0], tape.payloads[a[0]] // 2),))
    if tape.names[a[0]] != "add":
        return None
    squares = [tape.arguments[t][0] for t in tape.arguments[a[0]] if tape.names[t] == "power" and tape.payloads[t] == 2]
    return tape.call("hypot", tuple(squares)) if len(squares) == 2 else None


_HYPERBOLIC = {"cosh": ("sinh", "tanh", "sech"), "sinh": ("cosh", "coth", "csch")}


def _hyperbolic(tape: Tape, top: Node, under: Node) -> Node:
    u = tape.arguments[under]
    other, quotient, inverse = _HYPERBOLIC[tape.payloads[under]]
    if tape.names[top] == "call" and tape.payloads[top] == other and tape.arguments[top] == u:
        return tape.call(quotient, u)
    return tape.times(top, tape.call(inverse, u))


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
    if tape.names[node] == "call" and tape.payloads[node] == "expm1":
        return [(tape.arguments[node][0], 1), (tape.number(0), 1)]
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
            half = tape.times(tape.number(Fraction(1, 2)), whole)
            return tape.times(tape.number(ratio if name == "tanh" else 1 / ratio), tape.call(name, (half,)))
    return None


def _quotient(tape: Tape, a: Sequence[Node]) -> Node | None:
    found = _half_angle(tape, *a)
    if found is not None:
        return found
    under, k = a[1], 1
    if tape.names[under] == "call" and tape.payloads[under] in _HYPERBOLIC:
        return _hyperbolic(tape, *a)
    if tape.names[under] == "power" and tape.payloads[under] > 1:
        under, k = tape.arguments[under][0], tape.payloads[under]
    if tape.names[under] == "call" and tape.payloads[under] == "expm1":
        return _bose(tape, a[0], tape.arguments[under][0], k)
    exponents = _exponents(tape, under)
    if exponents is None:
        return None
    top, factor = _exponent(tape, a[0]) or (-1, 0)
    ratio = tape.number(Fraction(factor) / exponents.get(top, 1))
    other = _beside_one(tape, exponents)
    if other is not None:
        below = tape.call("sigmoid", (tape.negate(other),))
        if top in exponents and top != tape.number(0):
            return tape.multiply((ratio, tape.call("sigmoid", (other,)), tape.power(below, k - 1)))
        return tape.times(a[0], tape.power(below, k))
    if k > 1 or top not in exponents:
        return None
    share = tape.minus(_whole(tape, top, exponents[top]), _lse(tape, exponents))
    return tape.times(ratio, tape.call("exp", (share,)))


def _opposite(tape: Tape, a: Sequence[Node]) -> Node | None:
    """−(u/v) of what was u/(−v)"""
    found = _quotient(tape, tape.arguments[a[0]]) if tape.names[a[0]] == "divide" else None
    return None if found is None else tape.negate(found)


_RULES: dict[str, Callable[[Tape, Sequence[Node]], Node | None]] = {
    "ln": _logarithm, "add": _sum, "subtract": _difference, "sqrt": _root, "divide": _quotient, "negate": _opposite,
}  # fmt: skip
