"""Choices that are none: a branch that applies nowhere, or only where another one has the same value, is left out.

    |u| → u where u ≥ 0 everywhere      max(u, v) → u where u ≥ c ≥ v everywhere      a if u > v → a where u > c ≥ v

What a node takes is followed from the inputs by interval arithmetic: [0, ∞) of x², [−1, 1] of sin x and sgn x.  Only
what is defined everywhere is left out, so that no result appears where a part has none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple, TypeAlias

from jacocalc.evaluate.tape import Node, Tape

End: TypeAlias = Fraction | int | float  # the last for ∞ alone
_BITS = 256  # of an end; beyond, only its sign is kept
_POWER = 64  # exponents from here on keep only the sign of an end


class Range(NamedTuple):
    """low ≤ value ≤ high wherever there is a value; ``total``: there is one everywhere."""

    low: End
    high: End
    total: bool = True


_ALL = Range(-math.inf, math.inf)
_ABOVE = Range(0, math.inf)
_UNIT = Range(-1, 1)
_OF_CALLS = {  # where their arguments are defined; others may take all values, and be undefined
    **dict.fromkeys(("sin", "cos", "tanh", "sign", "erf"), _UNIT),
    **dict.fromkeys(("exp", "softplus", "lncosh", "hypot", "relu", "abs"), _ABOVE),
    **dict.fromkeys(("sinh", "asinh", "cbrt", "leaky_relu"), _ALL),
    **dict.fromkeys(("expm1", "elu", "gelu", "silu"), Range(-1, math.inf)),
    **dict.fromkeys(("sqrt", "acosh"), _ABOVE._replace(total=False)),
    **dict.fromkeys(("sigmoid", "bell", "sech"), Range(0, 1)),
    "erfc": Range(0, 2), "cosh": Range(1, math.inf), "atan": Range(-2, 2),
    "asin": Range(-2, 2, total=False), "acos": Range(0, 4, total=False), "atan2": Range(-4, 4, total=False),
}  # fmt: skip


class Ranges:
    """The ranges of the nodes of a growing tape, each found when it is first asked for."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.known: dict[Node, Range] = {}

    def decided(self, node: Node) -> Node:
        """The branch that a choice always takes, a choice among fewer branches, or the node."""
        tape, a = self.tape, self.tape.arguments[node]
        if tape.names[node] == "select":
            return self._selected(node)
        function = tape.payloads[node] if tape.names[node] == "call" else ""
        if function in ("max", "min"):
            return tape.call(function, self._extreme(function, a))
        if function in ("abs", "relu", "leaky_relu"):
            if self.of(a[0]).low >= 0:
                return a[0]
            if self.of(a[0]).high <= 0 and function == "abs":
                return tape.negate(a[0])
        return node

    def _extreme(self, function: str, listed: Sequence[Node]) -> tuple[Node, ...]:
        """The arguments without those that lie on the wrong side of a number that another one never crosses."""
        ranges = [self.of(one) for one in listed]
        if function == "min":
            ranges = [Range(-one.high, -one.low, one.total) for one in ranges]
        bound, _, first = max((one.low, one.high, -k) for k, one in enumerate(ranges))
        return tuple(u for k, (u, one) in enumerate(zip(listed, ranges, strict=True))
                     if k == -first or one.high > bound or not one.total)  # fmt: skip

    def _selected(self, node: Node) -> Node:
        conditions, count = self.tape.payloads[node]
        values = self.tape.arguments[node][:count]
        kept, rest = [], values[len(conditions) :]
        for condition, value in zip(conditions, values, strict=False):
            truth = self._truth(condition)
            if truth:
                rest = (value,)
                break
            if truth is None:
                kept.append((condition, value))
        if kept:
            return self.tape.select(tuple(condition for condition, _ in kept), [*(value for _, value in kept), *rest])
        return rest[0] if rest else node

    def _truth(self, condition: Any) -> bool | None:
        """Whether a condition holds everywhere, or nowhere; None where neither is known."""
        if condition[0] != "compare":
            parts = [self._truth(part) for part in condition[1:]]
            decisive = condition[0] == "or"
            return decisive if decisive in parts else None if None in parts else not decisive
        relation, (u, v) = condition[1], map(self.of, condition[2:])
        if not (u.total and v.total):
            return None
        if condition[2] == condition[3]:
            return relation in ("<=", ">=", "=")
        if relation[0] in "<>":
            low, high = (u, v) if relation[0] == "<" else (v, u)
            strict = relation in ("<", ">")
            if high.low > low.high or (high.low == low.high and not strict):
                return True
            return False if low.low > high.high or (low.low == high.high and strict) else None
        return relation == "!=" if u.low > v.high or v.low > u.high else None

    def of(self, node: Node) -> Range:
        """The range of a node."""
        known, stack = self.known, [node]
        while stack:
            one = stack[-1]
            missing = [part for part in self.tape.arguments[one] if part not in known]
            if missing:
                stack.extend(missing)
            else:
                stack.pop()
                if one not in known:
                    known[one] = _short(self._found(one))
        return known[node]

    def _found(self, node: Node) -> Range:
        tape = self.tape
        name, a = tape.names[node], [self.known[part] for part in tape.arguments[node]]
        total = all(one.total for one in a)
        if name == "number":
            return Range(tape.numbers[node], tape.numbers[node])
        if name == "input":
            return _ALL
        if name == "constant":
            return Range(2, 4)  # e and π
        if name == "add":
            return Range(sum(one.low for one in a), sum(one.high for one in a), total)
        if name == "subtract":
            return Range(a[0].low - a[1].high, a[0].high - a[1].low, total)
        if name == "negate":
            return Range(-a[0].high, -a[0].low, total)
        if name == "multiply":
            ends = [_times(u, v) for u, v in product(a[0][:2], a[1][:2])]
            return Range(min(ends), max(ends), total)
        if name == "divide":
            return _quotient(*a)
        if name == "power":
            return _power(a[0], tape.payloads[node])
        if name == "select":
            conditions, count = tape.payloads[node]
            hull = Range(min(one.low for one in a[:count]), max(one.high for one in a[:count]))
            return hull._replace(total=total and count > len(conditions))
        if name == "raise":
            return _ABOVE._replace(total=False) if a[0].low >= 0 else _ALL._replace(total=False)
        if tape.payloads[node] in ("max", "min"):
            fold = max if tape.payloads[node] == "max" else min
            return Range(fold(one.low for one in a), fold(one.high for one in a), total)
        found = _OF_CALLS.get(tape.payloads[node], _ALL._replace(total=False))
        return found._replace(total=found.total and total)


def _times(u: End, v: End) -> End:
    """u v, where 0 · ∞ is 0"""
    return 0 if u == 0 or v == 0 else u * v


def _quotient(over: Range, under: Range) -> Range:
    """By the signs alone."""
    total = over.total and under.total and (under.low > 0 or under.high < 0)
    if under.high <= 0:
        over, under = Range(-over.high, -over.low), Range(-under.high, -under.low)
    if under.low < 0 or (over.low < 0 < over.high):
        return _ALL._replace(total=total)
    return Range(0, math.inf, total) if over.low >= 0 else Range(-math.inf, 0, total)


def _power(base: Range, k: int) -> Range:
    """u^k"""
    if k < 0:
        total = base.total and (base.low > 0 or base.high < 0)
        return Range(0 if k % 2 == 0 or base.low >= 0 else -math.inf, math.inf, total)
    low, high = (end**k if k < _POWER else _times(end, math.inf) ** k for end in base[:2])
    if k % 2:
        return Range(low, high, base.total)
    return Range(0 if base.low < 0 < base.high else min(low, high), max(low, high), base.total)


def _short(found: Range) -> Range:
    """The range with ends of few digits, wider at most."""
    low, high = found.low, found.high
    if _is_long(low):
        low = 0 if low > 0 else -math.inf
    if _is_long(high):
        high = 0 if high < 0 else math.inf
    return Range(low, high, found.total)


def _is_long(end: End) -> bool:
    return not isinstance(end, float) and max(abs(end.numerator), end.denominator).bit_length() > _BITS
