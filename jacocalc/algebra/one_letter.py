"""Conditions on one letter, decided exactly by the roots of the polynomials in them.

    x > −1 follows from 1 − x² > 0        (1 − x)/(1 + x) > −1 and (1 − x)/(1 + x) < 1 are x > 0
    1/x > −1 and 1/x < 1 are |x| > 1      (x − 1)/(x − 3) > 0 is x < 1 or x > 3

Between two neighbouring roots no polynomial changes its sign, so a condition holds in all of such a cell or nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from sympy import Abs, Poly, fraction, intervals, sign, together

from jacocalc.algebra.convert import from_sympy, to_sympy
from jacocalc.linear import paper
from jacocalc.notation import Call, Comparison, Expr, Junction, Symbol, names, tree_size, walk

_HIGHEST = 8
_SMALL = 60
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "!=": ne}


@dataclass(frozen=True)
class _Claim:
    """p/q R 0."""

    relation: str
    over: Any
    under: Any

    def holds(self, signs: Mapping[Any, int]) -> bool:
        above, below = signs[self.over], signs[self.under]
        return below != 0 and COMPARE[self.relation](above * below, 0)


@dataclass(frozen=True)
class _Cell:
    """A root, or what lies between two neighbouring ones: the sign of every polynomial there."""

    start: Any  # the root, or that before it; None for none or one that is not rational
    is_root: bool
    signs: Mapping[Any, int]


def settled_together(conditions: Sequence[Expr]) -> tuple[Expr, ...]:
    """Conditions without those that follow from the others on their letter; the ends of intervals where shorter."""
    claims = {condition: claim for condition in conditions if (claim := _claim(condition)) is not None}
    kept = list(conditions)
    for name in dict.fromkeys(names(condition)[0] for condition in claims):
        group = {condition: claim for condition, claim in claims.items() if names(condition)[0] == name}
        if len(group) > 1 or any(claim.under.degree() for claim in group.values()):
            cells = _cells([part for claim in group.values() for part in (claim.over, claim.under)])
            needed = _needed(group, cells)
            place = kept.index(next(iter(group)))
            kept = [one for one in kept if one not in group]
            inside = [all(claim.holds(cell.signs) for claim in group.values()) for cell in cells]
            kept[place:place] = _shorter(needed, _beyond(name, cells, inside) or _ends(name, cells, inside))
    return tuple(kept)


def cover(cases: Sequence[Expr]) -> bool:
    """Whether one of the cases holds everywhere beside the roots; False also for what is not of one letter."""
    parts = [part for case in cases for part in walk(case) if isinstance(part, Comparison)]
    claims: dict[Expr, _Claim] = {part: claim for part in parts if (claim := _claim(part)) is not None}
    if len(claims) < len(set(parts)) or len({names(part)[0] for part in parts}) != 1:
        return False
    cells = _cells([part for claim in claims.values() for part in (claim.over, claim.under)])
    return all(cell.is_root or any(_holds(case, claims, cell) for case in cases) for cell in cells)


def _holds(case: Expr, claims: Mapping[Expr, _Claim], cell: _Cell) -> bool:
    if isinstance(case, Junction):
        return (all if case.word == "and" else any)(_holds(part, claims, cell) for part in case.conditions)
    return claims[case].holds(cell.signs)


def _claim(condition: Expr) -> _Claim | None:
    """The condition as p/q R 0; None where it is none of one letter with rational numbers."""
    if not isinstance(condition, Comparison) or len(set(names(condition))) != 1 or tree_size(condition) > _SMALL:
        return None
    left, right = to_sympy(condition.left), to_sympy(condition.right)
    square = left.func is Abs and right.is_positive
    difference = left.args[0] ** 2 - right**2 if square else left - right
    letters = difference.free_symbols
    if len(letters) != 1 or not difference.is_rational_function(*letters):
        return None
    parts = [Poly(part, *letters) for part in fraction(together(difference))]
    if any(not (part.domain.is_QQ or part.domain.is_ZZ) or part.degree() > _HIGHEST for part in parts):
        return None
    return _Claim(condition.relation, *parts)


def _cells(polys: Sequence[Any]) -> list[_Cell]:
    """All cells from left to right."""
    moving = list(dict.fromkeys(poly for poly in polys if poly.degree() > 0))
    roots = intervals(moving, strict=True) if moving else []

    def signs_at(point: Any, zeros: Sequence[Any] = ()) -> dict[Any, int]:
        return {poly: 0 if poly in zeros else int(sign(poly.eval(point))) for poly in polys}

    ends = [end for (low, high), _ in roots for end in (low, high)]
    samples = [ends[0] - 1, *((a + b) / 2 for a, b in zip(ends[1:-1:2], ends[2::2], strict=True))] if ends else [0]
    found = [_Cell(None, False, signs_at(samples[0]))]
    for k, ((low, high), zeros) in enumerate(roots):
        root = low if low == high else None
        found.append(_Cell(root, True, signs_at(low, [moving[i] for i in zeros])))
        after = samples[k + 1] if k + 1 < len(samples) else high + 1
        found.append(_Cell(root, False, signs_at(after)))
    return found


def _needed(group: Mapping[Expr, _Claim], cells: Sequence[_Cell]) -> list[Expr]:
    """The conditions that do not follow from the others."""
    kept = dict(group)
    for condition in sorted(group, key=tree_size, reverse=True):
        others = [claim for one, claim in kept.items() if one != condition]
        if others and all(
            group[condition].holds(cell.signs) for cell in cells if all(one.holds(cell.signs) for one in others)
        ):
            del kept[condition]
    return [*kept]


def _beyond(name: str, cells: Sequence[_Cell], inside: list[bool]) -> list[Expr] | None:
    """x < a or x > b where the claims hold together there and nowhere else; |x| > b if a is −b."""
    if not (inside[0] and inside[-1]) or inside.count(False) < 3:
        return None
    first, last = inside.index(False), len(inside) - 1 - inside[::-1].index(False)
    low, high = cells[first], cells[last]
    if True in inside[first:last] or not (low.is_root and high.is_root) or low.start is None or high.start is None:
        return None
    letter = Symbol(name)
    if low.start == -high.start:
        return [Comparison(">", Call("abs", (letter,)), from_sympy(high.start))]
    ends = ("<", low.start), (">", high.start)
    return [Junction("or", tuple(Comparison(relation, letter, from_sympy(end)) for relation, end in ends))]


def _ends(name: str, cells: Sequence[_Cell], inside: list[bool]) -> list[Expr] | None:
    """x > a, x < b and x ≠ c where the claims hold together on that open interval but for such c, and nowhere else."""
    if True not in inside:
        return None
    first, last = inside.index(True), len(inside) - 1 - inside[::-1].index(True)
    left_out = [cells[k] for k in range(first, last + 1) if not inside[k]]
    if cells[first].is_root or cells[last].is_root or not all(cell.is_root for cell in left_out):
        return None
    ends = [(">", cells[first])] if first else []
    ends += [("<", cells[last + 1])] if last + 1 < len(cells) else []
    ends += [("!=", cell) for cell in left_out]
    if any(cell.start is None for _, cell in ends):
        return None
    return [Comparison(relation, Symbol(name), from_sympy(cell.start)) for relation, cell in ends]


def _shorter(conditions: list[Expr], ends: list[Expr] | None) -> list[Expr]:
    if ends is None or sum(len(paper(one)) for one in ends) >= sum(len(paper(one)) for one in conditions):
        return conditions
    return ends
