"""∂node/∂argument on a tape: one rule for each operation, the numbers of a derivative as nodes of the same tape."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from fractions import Fraction

from jacocalc.evaluate.choices import by_side, within_domain
from jacocalc.evaluate.elimination import Pairs
from jacocalc.evaluate.stable_forms import SLOPES, formulas_of
from jacocalc.evaluate.tape import UNSAID, Node, Rational, Tape
from jacocalc.known_functions import Formula


def partials(tape: Tape, node: Node, active: Container[Node] | None = None) -> Pairs:
    """(argument, ∂node/∂argument) for each argument that the node depends on directly, of those that are active.

    A piecewise node has no such rule: ``choice_row`` takes the derivative of the branch that applies.
    """
    a = tape.arguments[node]
    rule = _RULES.get(tape.names[node])
    if rule is None:
        raise TypeError(f"no partials for {tape.names[node]}")
    if active is None:
        return rule(tape, node, a)
    if len(a) == 1:
        return rule(tape, node, a) if a[0] in active else []
    return [pair for pair in rule(tape, node, a, active) if pair[0] in active]


def _sum(tape: Tape, node: Node, a: tuple[Node, ...], active: Container[Node] | None = None) -> Pairs:
    """∂(u + v)/∂u = 1"""
    one = tape.number(1)
    return [(a[0], one), (a[1], one)] if len(a) == 2 else [(term, one) for term in a]


def _difference(tape: Tape, node: Node, a: tuple[Node, ...], active: Container[Node] | None = None) -> Pairs:
    """∂(u − v)/∂u = 1, ∂(u − v)/∂v = −1"""
    return [(a[0], tape.number(1)), (a[1], tape.number(-1))]


def _product(tape: Tape, node: Node, a: tuple[Node, ...], active: Container[Node] | None = None) -> Pairs:
    """∂(u v)/∂u = v"""
    if len(a) == 2:
        return [(a[0], a[1]), (a[1], a[0])]
    return [(factor, tape.multiply((*a[:i], *a[i + 1 :]))) for i, factor in enumerate(a)]


def _negative(tape: Tape, node: Node, a: tuple[Node, ...], active: Container[Node] | None = None) -> Pairs:
    """∂(−u)/∂u = −1"""
    return [(a[0], tape.number(-1))]


def partials_of_power(tape: Tape, node: Node, a: tuple[Node, ...], active: Container[Node] | None = None) -> Pairs:
    """∂(u^k)/∂u = k u^(k−1)"""
    k = tape.payloads[node]
    lower = a[0] if k == 2 else tape.power(a[0], k - 1)
    return [(a[0], tape.multiply((tape.number(k), lower)))]  # not times: 2v stays 2v for v = 5x where it is drawn


def _quotient(tape: Tape, node: Node, a: tuple[Node, ...], active: Container[Node] | None = None) -> Pairs:
    """∂(u/v)/∂u = 1/v, ∂(u/v)/∂v = −(u/v)/v"""
    found = []
    if active is None or a[0] in active:
        found.append((a[0], tape.divide(tape.number(1), a[1])))
    if active is None or a[1] in active:
        found.append((a[1], tape.negate(tape.divide(node, a[1]))))
    return found


def _raised(tape: Tape, node: Node, a: tuple[Node, ...], active: Container[Node] | None = None) -> Pairs:
    """∂(u^v)/∂u = v u^(v−1), ∂(u^v)/∂v = u^v ln u"""
    found = []
    if active is None or a[0] in active:
        value = tape.numbers.get(a[1])
        lower = tape.number(value - 1) if value is not None else tape.add((a[1], tape.number(-1)))
        found.append((a[0], tape.multiply((a[1], tape.raised(a[0], lower, tape.numbers.get(lower))))))
    if active is None or a[1] in active:
        found.append((a[1], tape.multiply((node, tape.call("ln", (a[0],))))))
    return found


_SIDES: dict[str, tuple[Rational, Rational]] = {  # slopes for u > 0 and for u < 0
    "abs": (1, -1), "relu": (1, 0), "leaky_relu": (1, Fraction(1, 100)), "sign": (0, 0),
}  # fmt: skip


def _call(tape: Tape, node: Node, a: tuple[Node, ...], active: Container[Node] | None = None) -> Pairs:
    """The formulas of the table."""
    function = tape.payloads[node]
    if function in ("max", "min"):
        return _extreme(tape, function, a)
    if function == "logsumexp":  # e^(u_i − lse), never above 1
        return [(u, tape.call("exp", (tape.minus(u, node),))) for u in a if active is None or u in active]
    if tape.kink is not UNSAID and function in _SIDES:
        right, left = _SIDES[function]
        return [(a[0], by_side(tape, a[0], tape.number(right), tape.number(left)))]
    if tape.kink is None and function in ("floor", "ceil"):  # 0 between whole numbers, where u ≠ ⌊u⌋
        return [(a[0], tape.select((("compare", "!=", a[0], node),), (tape.number(0),)))]
    formulas = zip(a, _slopes(tape, function), strict=False)
    wanted = ((u, formula) for u, formula in formulas if (active is None or u in active) and u not in tape.numbers)
    return [(u, within_domain(tape, function, a, u, tape.formula(formula, a))) for u, formula in wanted]


def _slopes(tape: Tape, function: str) -> Sequence[Formula]:
    """The derivatives by each argument; in compiled code in forms that lose no digits."""
    stable = None if tape.kink is UNSAID else SLOPES.get(function)
    return stable or formulas_of(function).derivatives


def _extreme(tape: Tape, function: str, arguments: tuple[Node, ...]) -> Pairs:
    """∂max(a, b, …)/∂a is 1 where a is the greatest, 0 where it is not, undefined at a tie."""
    relation = ">" if function == "max" else "<"
    one, zero = tape.number(1), tape.number(0)
    result = []
    for i, argument in enumerate(arguments):
        others = [other for j, other in enumerate(arguments) if j != i]
        wins = ("and", *(("compare", relation, argument, other) for other in others))
        loses = ("or", *(("compare", relation, other, argument) for other in others))
        result.append((argument, tape.select((wins, loses), (one, zero)) if others else one))
    return result


_RULES: dict[str, Callable[..., Pairs]] = {
    **dict.fromkeys(("input", "number", "constant"), lambda tape, node, a, active=None: []),
    "add": _sum, "subtract": _difference, "multiply": _product, "negate": _negative, "divide": _quotient,
    "power": partials_of_power, "raise": _raised, "call": _call,
}  # fmt: skip
