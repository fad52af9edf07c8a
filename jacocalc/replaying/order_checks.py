"""The order of multiplication: every product counted again from the shapes, and every bracketing tried.

Sizes that are symbols are counted at many numbers, so that formulas of sizes are compared by their values.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import TypeAlias

from jacocalc.errors import JacocalcError
from jacocalc.evaluate.fields import Rationals, Unsettled
from jacocalc.evaluate.tape import Tape
from jacocalc.functions import Size
from jacocalc.notation import ZERO, Comparison, Expr, Sum, names
from jacocalc.replaying.balls import vanishes
from jacocalc.replaying.case import Case
from jacocalc.replaying.report import Unknown, Wrong
from jacocalc.steps import Bracketing, LocalJacobian, OrderAdvice

Shapes: TypeAlias = list[tuple[Size, Size]]
Numbers: TypeAlias = dict[str, Fraction]
Pattern: TypeAlias = list[list[bool]]
_TRIALS = 24


def _sizes(case: Case) -> list[Size]:
    """n, p, q, …, m: the sizes between the stages, the inputs first."""
    return [case.chain.stages[0].n, *(stage.m for stage in case.chain.stages)]


def _trials(case: Case, least: int = 1) -> Iterator[Numbers]:
    """Numbers for the symbols among the sizes: each in turn far above the others, and mixed ones."""
    symbols = list(dict.fromkeys(size for size in _sizes(case) if isinstance(size, str)))
    seeded = random.Random("sizes")
    yield dict.fromkeys(symbols, Fraction(least))
    for symbol in symbols:
        yield {**dict.fromkeys(symbols, Fraction(least)), symbol: Fraction(97)}
    for _ in range(_TRIALS if symbols else 0):
        yield {symbol: Fraction(seeded.randint(least, 30)) for symbol in symbols}


def _number(size: Size, numbers: Numbers) -> Fraction:
    return Fraction(size) if isinstance(size, int) else numbers[size]


def _value(name: str, expr: Expr, numbers: Mapping[str, Fraction]) -> Fraction:
    """The value of a formula of sizes.  Raises Wrong for other names and for what is no number."""
    strange = sorted(set(names(expr)) - set(numbers))
    if strange:
        raise Wrong(name, f"{strange[0]} is no size")
    tape = Tape()
    node = tape.build(expr, {letter: tape.input() for letter in numbers})
    try:
        return Fraction(tape.evaluate([node], list(numbers.values()), Rationals())[0])
    except (Unsettled, JacocalcError):
        raise Wrong(name, "it is no number") from None


# -- bracketings --------------------------------------------------------------------------------------


def bracketing(case: Case, step: Bracketing) -> None:
    """The products that the pairs say, one after the other: their shapes, number, largest and what is stored."""
    if not step.shapes or step.order not in ("only", "forward", "reverse", "best", "best-forward", "best-reverse"):
        raise Wrong("order", f"there is no order {step.order}")
    groups, products = list(case.shapes), []
    case.told("shapes[0]", list(step.shapes[0]), groups)
    case.told("shapes", len(step.shapes), len(groups))
    case.told("pairs", len(step.pairs), len(groups) - 1)
    for k, place in enumerate(step.pairs):
        if not 0 <= place < len(groups) - 1:
            raise Wrong(f"pairs[{k}]", f"there is no pair {place}")
        (rows, inner), (_, columns) = groups[place : place + 2]
        products.append((rows, inner, columns))
        groups = [*groups[:place], (rows, columns), *groups[place + 2 :]]
        case.told(f"shapes[{k + 1}]", list(step.shapes[k + 1]), groups)
    _order(case, step)
    _counts(case, step, products)
    if step.nonzero is not None:
        _nonzero(case, step)


def _counts(case: Case, step: Bracketing, products: list[tuple[Size, Size, Size]]) -> None:
    terms = step.written.terms if isinstance(step.written, Sum) else (step.written,)
    case.told("written", len(terms), len(products))
    kept = _sizes(case)[:-1]
    stored = max if step.order.endswith("forward") else sum
    for numbers in _trials(case):
        counts = [[_number(size, numbers) for size in product] for product in products]
        expected = [r * i * c for r, i, c in counts]
        case.told("written", [_value("written", term, numbers) for term in terms], expected)
        case.told("result", _value("result", step.result, numbers), sum(expected))
        case.told("largest", _value("largest", step.largest, numbers), max(r * c for r, _, c in counts))
        held = [_number(size, numbers) for size in kept]
        case.told("stored", _value("stored", step.stored, numbers), stored(held))
        case.counted += 4


def _order(case: Case, step: Bracketing) -> None:
    """Whether the pairs are what the order says, and whether the order was asked for."""
    asked, count = getattr(case.derivation.question, "order", ""), len(case.chain.stages)
    if asked not in ("", "compare") and count > 2:
        case.told("order", step.order.partition("-")[0], asked)
    plans = {"forward": tuple(range(count - 2, -1, -1)), "reverse": (0,) * (count - 1)}
    if step.order == "only":
        case.told("order", count, 2)
        return
    base, _, same = step.order.partition("-")
    for name in (base, same):
        if name in plans:
            case.told("pairs", step.pairs, plans[name])
    if base == "best":
        if not same and step.pairs in plans.values():
            raise Wrong("order", "it is forward or reverse")
        for numbers in _trials(case, least=2):
            sizes = [_number(size, numbers) for size in _sizes(case)]
            case.told("order", _value("result", step.result, numbers), _cheapest(tuple(sizes)))


def _cheapest(sizes: tuple[Fraction, ...]) -> Fraction:
    """The least number of multiplications over all bracketings."""

    @cache
    def least(first: int, last: int) -> Fraction:
        """Of the stages first … last."""
        costs = (least(first, s) + least(s + 1, last) + sizes[first] * sizes[s + 1] * sizes[last + 1]
                 for s in range(first, last))  # fmt: skip
        return min(costs, default=Fraction(0))

    return least(0, len(sizes) - 2)


def _nonzero(case: Case, step: Bracketing) -> None:
    """The pairs of entries of which neither is always 0; which these are is seen in the numbers or as written."""
    said = _value("nonzero", step.nonzero, {})  # type: ignore[arg-type]
    for patterns in (_seen(case), _written(case)):
        if patterns is None:
            continue
        case.counted += 1
        held, total = patterns[::-1], 0
        for place in step.pairs:
            left, right = held[place : place + 2]
            met = [[[a and b for a, b in zip(row, column, strict=True)] for column in zip(*right, strict=True)]
                   for row in left]  # fmt: skip
            total += sum(pair for row in met for pairs in row for pair in pairs)
            held[place : place + 2] = [[list(map(any, row)) for row in met]]
        if said == total:
            return
    raise Wrong("nonzero", f"it says {said}")


def _seen(case: Case) -> list[Pattern]:
    """Which entries of the stages' Jacobians are not 0 at some place."""
    found = []
    for places in case.local:
        grids = [place.jacobian(0, 0) for place in places]
        if not grids or any(value is None for grid in grids for row in grid for value in row):
            raise Unknown("nonzero", "no value to compare with")
        found.append([[not all(map(vanishes, entries)) for entries in zip(*rows, strict=True)]
                      for rows in zip(*grids, strict=True)])  # fmt: skip
    return found


def _written(case: Case) -> list[Pattern] | None:
    """Which entries of the stages' Jacobians, each verified, are written as something else than 0."""
    steps = {one.stage: one.result for one in case.derivation.steps if isinstance(one, LocalJacobian)}
    if set(steps) != set(range(len(case.chain.stages))):
        return None
    return [[[entry != ZERO for entry in row] for row in steps[k].rows] for k in range(len(steps))]


# -- advice -------------------------------------------------------------------------------------------


def order_advice(case: Case, step: OrderAdvice) -> None:
    """The shape of J, the largest stage Jacobian, and where the multiplications of reverse are fewer."""
    sizes = _sizes(case)
    n, m = sizes[0], sizes[-1]
    case.told("m", step.m, m)
    case.told("n", step.n, n)
    case.told("shape", step.shape, "only" if len(sizes) == 3 else _shape_of(case, m, n))
    entries = [rows * columns for rows, columns in case.shapes
               if isinstance(rows, int) and isinstance(columns, int)]  # fmt: skip
    largest = None if step.largest is None else _value("largest", step.largest, {})
    case.told("largest", largest, max(entries, default=None))
    stated = len(sizes) == 4 and 1 not in (n, m) and any(isinstance(size, str) for size in sizes)
    case.told("condition", step.condition is not None, stated)
    if step.condition is not None:
        _condition(case, step.condition)


def _shape_of(case: Case, m: Size, n: Size) -> str:
    """Tall and wide where that holds for all sizes."""
    signs = {(a > b) - (a < b) for a, b in ((_number(m, t), _number(n, t)) for t in _trials(case, least=2))}
    if m == n:
        return "square"
    return "tall" if signs == {1} else "wide" if signs == {-1} else "open"


def _condition(case: Case, condition: Expr) -> None:
    """reverse < forward, where forward multiplies the inner stages first."""
    if not isinstance(condition, Comparison) or condition.relation not in ("<", ">"):
        raise Wrong("condition", "it is no comparison")
    for numbers in _trials(case, least=1):
        n, p, q, m = (_number(size, numbers) for size in _sizes(case))
        gap = _value("condition", condition.left, numbers) - _value("condition", condition.right, numbers)
        said = gap < 0 if condition.relation == "<" else gap > 0
        case.told("condition", said, m * q * p + m * p * n < q * p * n + m * q * n)
        case.counted += 1
