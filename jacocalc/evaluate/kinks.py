"""Where formulas change branches, and points that show what lies between.

A switch is an expression whose sign chooses a branch: the inside of |u|, the difference of two arguments of max, the
base under √(u²), both sides of a condition.  A border is one that is compared with “=” or “≠”.  Along lines through
sample points the zeros of all of them are found, exactly where they are linear; points on borders, between
neighbouring zeros and beyond the outermost ones are what random points miss.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

from jacocalc.algebra.domain import collected, surely
from jacocalc.evaluate.reaching import off_the_middle, simplest
from jacocalc.evaluate.samples import Coordinates, Missing, Program, Samples, Value
from jacocalc.notation import (
    ZERO,
    Call,
    Comparison,
    Expr,
    Junction,
    Number,
    Piecewise,
    Power,
    Product,
    exponent_value,
    names,
    walk,
)

_MOST_SWITCHES = 40
_LINES = 2
_GRID = tuple(sign * Fraction(size) for size in (0, "0.3", 1, 3, 10, 30, 100, 1000) for sign in (-1, 1))
_HALVINGS = 60
_SHARE = Fraction(1, 16)
_PARTS = 12


def switches(expr: Expr) -> Iterator[Expr]:
    """The expressions whose sign chooses a branch."""
    for node in walk(expr):
        match node:
            case Call("abs" | "sign" | "relu" | "leaky_relu" | "elu", (u,)):
                yield u
            case Call("max" | "min", arguments):
                yield from (a - b for a, b in combinations(dict.fromkeys(arguments), 2))
            case Call("sqrt", (Power(base, Number(exponent)),)) if exponent % 2 == 0:
                yield base
            case Call("sqrt", (Product(factors),)):
                yield from (f.base for f in factors if isinstance(f, Power) and _is_even(f.exponent))
            case Power(Power(base, Number(exponent)), outer) if exponent % 2 == 0 and _fractional(outer):
                yield base
            case Piecewise(branches, _):
                yield from (side for _, when in branches for side in _sides(when, "<>"))


def borders(expr: Expr) -> Iterator[Expr]:
    """The expressions that are compared with = or ≠."""
    for node in walk(expr):
        if isinstance(node, Piecewise):
            yield from (side for _, when in node.branches for side in _sides(when, "=!"))


def _is_even(exponent: Expr) -> bool:
    value = exponent_value(exponent)
    return value is not None and value % 2 == 0


def _fractional(exponent: Expr) -> bool:
    value = exponent_value(exponent)
    return value is not None and value.denominator != 1


def _sides(condition: Expr, signs: str) -> Iterator[Expr]:
    match condition:
        case Comparison(relation, left, right) if relation[0] in signs:
            yield left if right == ZERO else left - right
        case Junction(_, conditions):
            for part in conditions:
                yield from _sides(part, signs)


# -- points between zeros -----------------------------------------------------------------------------


def points_between(expected: Expr, given: Expr, samples: Samples) -> list[Coordinates]:
    """Points on borders, between neighbouring zeros of switches and beyond the outermost, along lines."""
    pair = (expected, given)
    turning = list(dict.fromkeys(s for expr in pair for s in switches(expr)))[:_MOST_SWITCHES]
    equal = list(dict.fromkeys(b for expr in pair for b in borders(expr)))[:_MOST_SWITCHES]
    if not samples.free or not (turning or equal):
        return []
    found: dict[Coordinates, None] = {}
    for line in _lines(samples):
        zeros = {zero for switch in turning for zero in line.zeros(switch)}
        on = {zero for border in equal for zero in line.zeros(border)}
        every = sorted({*zeros, *on})
        found.update(dict.fromkeys(line.at(value) for value in (*_around(every), *every)))
    return list(found)


def points_within(pair: tuple[Expr, Expr], samples: Samples) -> Iterator[Coordinates]:
    """Points spread evenly from one border of the domain to the next, along lines."""
    limits = [c.left - c.right for c in collected(pair) if isinstance(c, Comparison)][:_MOST_SWITCHES]
    for line in _lines(samples):
        for low, high in pairwise(sorted({zero for limit in limits for zero in line.zeros(limit)})):
            step = (high - low) / _PARTS
            yield from (line.at(simplest(low + k * step, low + (k + 1) * step)) for k in range(_PARTS))


def _lines(samples: Samples) -> Iterator[_Line]:
    """Lines in the direction of each variable through the first points; for one variable there is only one."""
    count = len(samples.variables)
    for start in samples.points[: _LINES if count > 1 else 1]:
        yield from (_Line(samples.variables, start, place) for place in range(count))


def _around(zeros: Sequence[Fraction]) -> Iterator[Fraction]:
    """Values between neighbouring zeros and beyond the outermost ones."""
    for low, high in pairwise(zeros):
        yield from off_the_middle(low, high)
    for zero in zeros:
        yield zero - abs(zero) * _SHARE - _SHARE
        yield zero + abs(zero) * _SHARE + _SHARE


class _Line:
    """A line in the direction of one variable through a point."""

    def __init__(self, variables: tuple[str, ...], start: Coordinates, place: int) -> None:
        self.variables = variables
        self.start = start
        self.place = place

    def at(self, value: Fraction) -> Coordinates:
        """The point at which the variable has this value."""
        return (*self.start[: self.place], value, *self.start[self.place + 1 :])

    def zeros(self, switch: Expr) -> list[Fraction]:
        """Where the expression is 0 along the line: exactly where it is linear, else by bisection."""
        if self.variables[self.place] not in names(switch):
            return []
        program = Program(switch, self.variables)
        exact = [program.rational(self.at(value)) for value in (Fraction(0), Fraction(1), Fraction(2))]
        found = set()
        if None not in exact:
            a, b, c = (value for value in exact if value is not None)
            if a - 2 * b + c == 0 and a != b:
                found.add(a / (a - b))
        found |= set(self._by_bisection(program))
        return [zero for zero in found if program.rational(self.at(zero)) == 0] or list(found)[:4]

    def _by_bisection(self, program: Program) -> Iterator[Fraction]:
        found = [(value, program.at(self.at(value))) for value in sorted(set(_GRID))]
        yield from (value for value, there in found if not isinstance(there, Missing) and there.is_zero())
        signs = [(value, sign_of(there)) for value, there in found]
        for (low, below), (high, above) in pairwise(signs):
            if below * above < 0:
                yield self._bisected(program, low, high, below)

    def _bisected(self, program: Program, low: Fraction, high: Fraction, below: int) -> Fraction:
        exact = program.straight_zero(self.at(low), self.at(high))
        if exact is not None:
            found: Fraction = exact[self.place]
            return found
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            sign = sign_of(program.at(self.at(middle)))
            if sign == 0:
                return middle
            low, high = (middle, high) if sign == below else (low, middle)
        return ((low + high) / 2).limit_denominator(10**9)


def sign_of(value: Value) -> int:
    """−1, 0 or 1; 0 where nothing is known."""
    if isinstance(value, Missing):
        return 0
    return 1 if value > 0 else -1 if value < 0 else 0


# -- what was not seen --------------------------------------------------------------------------------


def unreached(expected: Expr, given: Expr, lots: Sequence[Samples]) -> Iterator[Expr]:
    """The sides of switches and the branches at which the two were never compared.

    A side that occurs only where the expected formula is undefined is none, nor is one that is empty.
    """
    for switch in dict.fromkeys((*switches(expected), *switches(given))):
        seen: set[int] = set()
        outside: set[int] = set()
        for samples in lots:
            signs = [sign_of(value) for value in samples.values(switch)]
            compared = _compared(expected, given, samples)
            seen |= {sign for sign, here in zip(signs, compared, strict=True) if here}
            left = samples.values(expected)
            outside |= {sign for sign, value in zip(signs, left, strict=True) if value is Missing.UNDEFINED}
            if samples.rejected:
                program = Program(switch, samples.variables)
                outside |= {sign_of(program.at(point)) for point in samples.rejected}
        for sign, relation, opposite in ((1, ">", "<"), (-1, "<", ">")):
            if sign not in seen and sign not in outside and not surely(Comparison(f"{opposite}=", switch, ZERO)):
                yield Comparison(relation, switch, ZERO)
    yield from _branches_unreached(expected, given, lots)


def _compared(expected: Expr, given: Expr, samples: Samples) -> list[bool]:
    pairs = zip(samples.values(expected), samples.values(given), strict=True)
    return [not isinstance(a, Missing) and not isinstance(b, Missing) for a, b in pairs]


def _branches_unreached(expected: Expr, given: Expr, lots: Sequence[Samples]) -> Iterator[Expr]:
    """The conditions of branches of which no point was compared."""
    for node in dict.fromkeys((*walk(expected), *walk(given))):
        if isinstance(node, Piecewise):
            for _, when in node.branches:
                if isinstance(when, Comparison) and when.relation not in ("=", "!="):
                    continue  # its sides are switches
                if not any(
                    held and here
                    for samples in lots
                    for held, here in zip(_held(when, samples), _compared(expected, given, samples), strict=True)
                ):
                    yield when


def _held(condition: Expr, samples: Samples) -> list[bool]:
    """At which points a condition holds, as far as balls tell."""
    match condition:
        case Comparison(relation, left, right):
            values = samples.values(left - right)
            if relation in ("=", "!="):
                return [not isinstance(v, Missing) and bool(v.is_zero()) == (relation == "=") for v in values]
            wanted = 1 if relation in (">", ">=") else -1
            return [sign_of(value) == wanted for value in values]
        case Junction(word, conditions):
            parts = [_held(part, samples) for part in conditions]
            join = all if word == "and" else any
            return [join(column) for column in zip(*parts, strict=True)]
    raise TypeError(f"no truth for {type(condition).__name__}")
