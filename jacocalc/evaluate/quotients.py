"""Expressions as quotients of polynomials, with their functions, roots and symbols as independent letters.

What is 0 there is 0 wherever it is defined; what is not may still be: √2·√3 and √6 are different letters.
Powers of e share letters: e^(2u + v) is (e^u)² e^v.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import lcm
from typing import Any

import sympy
from sympy.polys import fields
from sympy.polys.matrices import DomainMatrix

_LETTERS = 12


def zero_quotient(expr: Any) -> bool:
    """Whether the expression is 0 as a quotient of polynomials."""
    bound = _letters([expr])
    try:
        return bool(bound) and not _element(expr, bound)
    except ZeroDivisionError:
        return False


def rank_of_quotients(rows: Sequence[Sequence[Any]]) -> int:
    """The rank of a matrix of quotients, which the rank of its values never exceeds; min(rows, columns) if unknown."""
    most = min(len(rows), len(rows[0]))
    bound = _letters([entry for row in rows for entry in row])
    if not bound:
        return most
    try:
        entries = [[_element(entry, bound) for entry in row] for row in rows]
    except ZeroDivisionError:
        return most
    domain = next(iter(bound.values())).field.to_domain()
    return int(DomainMatrix(entries, (len(rows), len(rows[0])), domain).rank())


def _letters(exprs: Iterable[Any]) -> dict[Any, Any]:
    """Each part that is no sum, product or whole power, in the field; empty where there are none or too many."""
    kept = list(dict.fromkeys(part for expr in exprs for part in _outermost(expr)))
    powers = {part: dict(_exponents(part)) for part in kept}
    below: dict[Any, int] = {}
    for exponents in powers.values():
        for letter, times in exponents.items():
            below[letter] = lcm(below.get(letter, 1), int(times.q))
    if not 0 < len(below) <= _LETTERS:
        return {}
    field, *generators = fields.field([f"_{k}" for k in range(len(below))], sympy.QQ)
    element = dict(zip(below, generators, strict=True))
    bound = {}
    for part, exponents in powers.items():
        bound[part] = field.one
        for letter, times in exponents.items():
            bound[part] *= element[letter] ** int(times * below[letter])
    return bound


def _exponents(part: Any) -> Iterator[tuple[Any, Any]]:
    """(letter, how often): e^(2u + v/3) is (e^u)² (e^v)^(1/3), anything else itself."""
    base, exponent = part.as_base_exp()
    if base != sympy.E:
        yield part, sympy.S.One
        return
    for term in sympy.Add.make_args(exponent):
        times, rest = term.as_coeff_Mul(rational=True)
        yield sympy.exp(rest), times


def _is_arithmetic(node: Any) -> bool:
    return bool(node.is_Add or node.is_Mul or (node.is_Pow and node.exp.is_Integer and node.base != sympy.E))


def _outermost(expr: Any) -> list[Any]:
    """The parts that are no sums, products or whole powers, each once."""
    found: dict[Any, None] = {}
    stack = [expr]
    while stack:
        node = stack.pop()
        if _is_arithmetic(node):
            stack += node.args if not node.is_Pow else [node.base]
        elif not node.is_Rational:
            found.setdefault(node)
    return list(found)


def _element(node: Any, bound: dict[Any, Any]) -> Any:
    """The expression in the field of fractions."""
    if node in bound:
        return bound[node]
    if node.is_Rational:
        return next(iter(bound.values())).field(sympy.QQ(int(node.p), int(node.q)))
    parts = [_element(part, bound) for part in ([node.base] if node.is_Pow else node.args)]
    if node.is_Pow:
        return parts[0] ** int(node.exp)
    total = parts[0]
    for part in parts[1:]:
        total = total + part if node.is_Add else total * part
    return total
