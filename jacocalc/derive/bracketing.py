"""The order of multiplication: for J = J_h · J_g · J_f with shapes (m×q)(q×p)(p×n), who is multiplied first?

    forward   J_h (J_g J_f): from the innermost stage outwards     q·p·n + m·q·n multiplications
    reverse   (J_h J_g) J_f: from the outermost stage inwards      m·q·p + m·p·n
    best      the cheapest of all bracketings, by dynamic programming over the sizes
              (S. S. Godbole, On efficient computation of matrix chain products, 1973)

A plan is a tuple of (first, split, last): stages split+1 … last times stages first … split.  Structural
zeros are entries that are 0 for every input.  Best among bracketings is not the least over all ways of
computing J.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import TypeAlias

from jacocalc.algebra.tidy import tidy
from jacocalc.functions import Chain, Size
from jacocalc.notation import (
    Call,
    Comparison,
    Expr,
    Product,
    Quotient,
    Sum,
    Symbol,
    as_rational,
    factors_of,
    integer,
    rational,
    summed,
)
from jacocalc.steps import Bracketing, OrderAdvice, Step

Plan: TypeAlias = tuple[tuple[int, int, int], ...]
Pattern: TypeAlias = tuple[tuple[bool, ...], ...]


def sizes_of(chain: Chain) -> tuple[Size, ...]:
    """n, p, q, …, m: the sizes between the stages, the inputs first."""
    return (chain.stages[0].n, *(stage.m for stage in chain.stages))


def forward(count: int) -> Plan:
    """From the inside out."""
    return tuple((0, last - 1, last) for last in range(1, count))


def reverse(count: int) -> Plan:
    """From the outside in."""
    return tuple((first, first, count - 1) for first in range(count - 2, -1, -1))


def best(sizes: Sequence[int]) -> Plan:
    """The bracketing with the fewest multiplications; among equals the one nearest to reverse."""

    @cache
    def cheapest(first: int, last: int) -> tuple[int, int]:
        if first == last:
            return 0, first
        return min(
            (cheapest(first, s)[0] + cheapest(s + 1, last)[0] + sizes[first] * sizes[s + 1] * sizes[last + 1], s)
            for s in range(first, last)
        )

    def products(first: int, last: int) -> Plan:
        if first == last:
            return ()
        split = cheapest(first, last)[1]
        return (*products(split + 1, last), *products(first, split), (first, split, last))

    return products(0, len(sizes) - 2)


def plan_of(order: str, chain: Chain) -> Plan:
    """The plan of an order; forward where nothing is asked, and where sizes are symbols and best is asked."""
    count, sizes = len(chain.stages), sizes_of(chain)
    if order == "reverse":
        return reverse(count)
    if order == "best":
        return _best_known(sizes) or forward(count)
    return forward(count)


def _best_known(sizes: tuple[Size, ...]) -> Plan | None:
    """The best bracketing where it is known: sizes are numbers, or one end is 1 and the others are at least 2.

    For m = 1 and q, n ≥ 2: q p n ≥ p (q + n), since q n ≥ q + n; so no product of two matrices pays.
    """
    numbers = [size for size in sizes if isinstance(size, int)]
    if len(numbers) == len(sizes):
        return best(numbers)
    if sizes.count(1) > 1:
        return None
    if sizes[-1] == 1:
        return reverse(len(sizes) - 1)
    return forward(len(sizes) - 1) if sizes[0] == 1 else None


# -- steps --------------------------------------------------------------------------------------------


def order_steps(order: str, chain: Chain, patterns: Sequence[Pattern] | None) -> list[Step]:
    """What the order that is asked for costs, or all of them beside each other, and advice."""
    count, sizes = len(chain.stages), sizes_of(chain)
    if count < 2:
        return []
    plans: dict[str, Plan | None] = {
        "forward": forward(count), "reverse": reverse(count), "best": _best_known(sizes),
    }  # fmt: skip
    wanted = plans if order == "compare" else {order: plans[order]}
    if count == 2:
        wanted = {"only": forward(2)}
    elif "best" in wanted:
        wanted = {_best_name(plans) if name == "best" else name: plan for name, plan in wanted.items()}
    steps: list[Step] = [_bracketing(name, plan, sizes, patterns) for name, plan in wanted.items() if plan is not None]
    return [*steps, advice(sizes)]


def _best_name(plans: dict[str, Plan | None]) -> str:
    """best, or which of the two others it is."""
    same = next((name for name in ("reverse", "forward") if plans[name] == plans["best"]), "")
    return f"best-{same}" if same else "best"


def _bracketing(order: str, plan: Plan, sizes: tuple[Size, ...], patterns: Sequence[Pattern] | None) -> Bracketing:
    groups = [(k, k) for k in range(len(sizes) - 2, -1, -1)]
    lines, pairs = [_shapes(groups, sizes)], []
    for first, split, last in plan:
        place = groups.index((split + 1, last))
        pairs.append(place)
        groups[place : place + 2] = [(first, last)]
        lines.append(_shapes(groups, sizes))
    written = summed([_cost(sizes, *product) for product in plan])
    return Bracketing(
        order, tuple(lines), tuple(pairs), written, tidy(written), _without_zeros(plan, patterns),
        _largest([line[place] for line, place in zip(lines[1:], pairs, strict=True)]), _stored(order, sizes),
    )  # fmt: skip


def _shapes(groups: Sequence[tuple[int, int]], sizes: tuple[Size, ...]) -> tuple[tuple[Size, Size], ...]:
    return tuple((sizes[last + 1], sizes[first]) for first, last in groups)


def _cost(sizes: tuple[Size, ...], first: int, split: int, last: int) -> Expr:
    """rows · inner · columns"""
    return Product(tuple(_size(sizes[k]) for k in (last + 1, split + 1, first)), dot=True)


def _size(size: Size) -> Expr:
    return integer(size) if isinstance(size, int) else Symbol(size)


def _without_zeros(plan: Plan, patterns: Sequence[Pattern] | None) -> Expr | None:
    """Σ over all products of the pairs of entries of which neither is always 0."""
    if patterns is None:
        return None
    held = {(k, k): pattern for k, pattern in enumerate(patterns)}
    total = 0
    for first, split, last in plan:
        left, right = held[split + 1, last], held[first, split]
        total += sum(
            left[i][k] and right[k][j]
            for i in range(len(left))
            for k in range(len(right))
            for j in range(len(right[0]))
        )
        held[first, last] = tuple(
            tuple(any(row[k] and right[k][j] for k in range(len(right))) for j in range(len(right[0]))) for row in left
        )
    return integer(total)


def _largest(shapes: list[tuple[Size, Size]]) -> Expr:
    """The entries of the largest product that is held; all products where sizes are symbols."""
    counts = tuple(dict.fromkeys(tidy(Product((_size(rows), _size(columns)), dot=True)) for rows, columns in shapes))
    numbers = [as_rational(count) for count in counts]
    known = [number for number in numbers if number is not None]
    if len(known) == len(numbers):
        return rational(max(known))
    kept = tuple(one for one in counts if not any(other != one and _divides(one, other) for other in counts))
    return kept[0] if len(kept) == 1 else Call("max", kept)


def _divides(one: Expr, other: Expr) -> bool:
    """n is at most q n, whatever the sizes are."""
    parts = [*factors_of(other)]
    for factor in factors_of(one):
        if factor not in parts:
            return factor == integer(1)
        parts.remove(factor)
    return True


def _stored(order: str, sizes: tuple[Size, ...]) -> Expr:
    """Numbers of the forward pass to be kept: the inputs of all stages, for forward those of one stage."""
    if order.endswith("forward"):
        return _largest([(size, 1) for size in sizes[:-1]])
    return tidy(summed([_size(size) for size in sizes[:-1]]))


def advice(sizes: tuple[Size, ...]) -> OrderAdvice:
    """Tall → forward, wide → reverse, and where one is cheaper than the other for three stages."""
    m, n = sizes[-1], sizes[0]
    known = isinstance(m, int) and isinstance(n, int)
    tall = (known and m > n) or (n == 1 and m != 1)  # type: ignore[operator]
    wide = (known and m < n) or (m == 1 and n != 1)  # type: ignore[operator]
    entries = (_entries(sizes, k) for k in range(len(sizes) - 1))
    largest = max((as_rational(count) or 0 for count in entries), default=0)
    shape = "only" if len(sizes) == 3 else "tall" if tall else "wide" if wide else "square" if m == n else "open"
    return OrderAdvice(shape, m, n, _condition(sizes), rational(Fraction(largest)) if largest else None)


def _entries(sizes: tuple[Size, ...], stage: int) -> Expr:
    return tidy(Product((_size(sizes[stage + 1]), _size(sizes[stage])), dot=True))


def _condition(sizes: tuple[Size, ...]) -> Expr | None:
    """(m×q)(q×p)(p×n): reverse costs less where m p (q + n) < q n (m + p), that is 1/n + 1/q < 1/m + 1/p."""
    if len(sizes) != 4 or 1 in (sizes[0], sizes[-1]) or all(isinstance(size, int) for size in sizes):
        return None
    n, p, q, m = map(_size, sizes)
    left, right = (Sum((Quotient(integer(1), a), Quotient(integer(1), b))) for a, b in ((n, q), (m, p)))
    return Comparison("<", left, right)
