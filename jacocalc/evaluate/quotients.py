"""Expressions as quotients of polynomials, with their functions, roots and symbols as independent letters.

What is 0 there is 0 wherever it is defined; what is not may still be: √2·√3 and √6 are different letters.
Powers of e share letters: e^(2u + v) is (e^u)² e^v; roots do: |u|^(2/3) and |u|^(1/2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import lcm
from typing import Any

import sympy
from sympy.polys import fields
from sympy.polys.matrices import DomainMatrix

_LETTERS = 12
_SHORT = 20  # operations under a root
_LONGEST = 500  # terms of a numerator that is divided by what is known of its letters
_DENOMINATORS = 20  # terms of the product of denominators that such a numerator is multiplied by


@dataclass(frozen=True)
class _Letters:
    """Each part as an element of the field, and b^(1/n) and n for each letter b."""

    parts: dict[Any, Any]
    roots: dict[Any, tuple[Any, int]]

    @property
    def field(self) -> Any:
        return next(iter(self.parts.values())).field


def zero_quotient(expr: Any) -> bool:
    """Whether the expression is 0 as a quotient of polynomials, by itself or by what is known of its letters."""
    letters = _letters([expr])
    if letters is None:
        return False
    try:
        found = _element(expr, letters)
        if not found:
            return True
        relations = _relations(letters)
        if _is_zero(found.numer, relations):
            return True
        below = _denominators(expr, letters)
        return not _is_zero(below, relations) and _is_zero(found.numer * below, relations)
    except ZeroDivisionError:
        return False


def _is_zero(poly: Any, relations: Sequence[Any]) -> bool:
    return len(poly) <= _LONGEST and not poly.rem(relations)


def _denominators(expr: Any, letters: _Letters) -> Any:
    """The product of all denominators, which is 0 nowhere where the expression has a value."""
    found = letters.field.ring.one
    for part in _arithmetic_parts(expr):
        if _is_arithmetic(part) and part.is_Pow and part.exp < 0 and len(found) <= _DENOMINATORS:
            found *= _element(part.base, letters).numer
    return found


def rank_of_quotients(rows: Sequence[Sequence[Any]]) -> int:
    """The rank of a matrix of quotients, which the rank of its values never exceeds; min(rows, columns) if unknown."""
    most = min(len(rows), len(rows[0]))
    letters = _letters([entry for row in rows for entry in row])
    if letters is None:
        return most
    try:
        entries = [[_element(entry, letters) for entry in row] for row in rows]
    except ZeroDivisionError:
        return most
    domain = letters.field.to_domain()
    return int(DomainMatrix(entries, (len(rows), len(rows[0])), domain).rank())


def _letters(exprs: Iterable[Any]) -> _Letters | None:
    """Each part that is no sum, product or whole power, in the field; None where there are none or too many."""
    kept = list(dict.fromkeys(part for expr in exprs for part in _outermost(expr)))
    powers = {part: dict(_exponents(part)) for part in kept}
    below: dict[Any, int] = {}
    for exponents in powers.values():
        for letter, times in exponents.items():
            below[letter] = lcm(below.get(letter, 1), int(times.q))
    if not 0 < len(below) <= _LETTERS:
        return None
    ordered = sorted(below, key=lambda letter: (_is_replaced(letter), letter.count_ops()), reverse=True)
    field, *generators = fields.field([f"_{k}" for k in range(len(ordered))], sympy.QQ)
    roots = {letter: (root, below[letter]) for letter, root in zip(ordered, generators, strict=True)}
    parts = {}
    for part, exponents in powers.items():
        parts[part] = field.one
        for letter, times in exponents.items():
            parts[part] *= roots[letter][0] ** int(times * below[letter])
    return _Letters(parts, roots)


def _exponents(part: Any) -> Iterator[tuple[Any, Any]]:
    """(letter, how often): e^(2u + v/3) is (e^u)² (e^v)^(1/3), |u|^(2/3) is |u| so often, anything else itself."""
    base, exponent = part.as_base_exp()
    if isinstance(base, sympy.exp):  # (e^u)^v
        base, exponent = sympy.E, base.exp * exponent
    if base != sympy.E:
        yield (_expanded(base), exponent) if exponent.is_Rational else (part, sympy.S.One)
        return
    for term in sympy.Add.make_args(exponent):
        times, rest = term.as_coeff_Mul(rational=True)
        yield sympy.exp(rest), times


def _expanded(base: Any) -> Any:
    """What is under a root in one form: (1 − x)(1 + x) is 1 − x²."""
    short = _is_arithmetic(base) and base.count_ops() <= _SHORT
    return sympy.expand(base) if short and all(_is_low(power.exp) for power in base.atoms(sympy.Pow)) else base


def _is_low(exponent: Any) -> bool:
    return bool(exponent.is_Rational and abs(exponent) <= 2)


_SQUARES = {  # f: g and a, b with f² = a + b g²
    sympy.sec: (sympy.tan, 1, 1), sympy.csc: (sympy.cot, 1, 1), sympy.cos: (sympy.sin, 1, -1),
    sympy.cosh: (sympy.sinh, 1, 1), sympy.sech: (sympy.tanh, 1, -1),
}  # fmt: skip


def _is_replaced(letter: Any) -> bool:
    """Whether its powers are replaced by other letters, which come after it."""
    return type(letter) in _SQUARES or isinstance(letter, sympy.Abs | sympy.sign) or _is_arithmetic(letter)


def _relations(letters: _Letters) -> list[Any]:
    """Polynomials in the letters that are 0: |u|² − u², |u| sign u − u, sec² u − 1 − tan² u, s³ − u for s = ∛u."""
    found = []
    for letter, (root, index) in letters.roots.items():
        kind, a, b = _SQUARES.get(type(letter), (None, 0, 0))
        with suppress(KeyError):  # where a part of its own is no letter
            if kind:
                found.append(root ** (2 * index) - a - b * _letter(kind(*letter.args), letters) ** 2)
            elif isinstance(letter, sympy.Abs):
                found.append(root ** (2 * index) - _element(letter.args[0], letters) ** 2)
            elif isinstance(letter, sympy.sign):
                size = _letter(sympy.Abs(*letter.args), letters)
                found.append(root * size - _element(letter.args[0], letters))
            elif letter.is_Rational or _is_arithmetic(letter):
                found.append(root**index - _element(letter, letters))
    return [relation.numer for relation in found]


def _letter(letter: Any, letters: _Letters) -> Any:
    """Raises KeyError where there is no such letter."""
    root, index = letters.roots[letter]
    return root**index


def _is_arithmetic(node: Any) -> bool:
    return bool(node.is_Add or node.is_Mul or (node.is_Pow and node.exp.is_Integer and node.base != sympy.E))


def _outermost(expr: Any) -> list[Any]:
    """The parts that are no sums, products or whole powers, each once."""
    return [part for part in _arithmetic_parts(expr) if not _is_arithmetic(part) and not part.is_Rational]


def _arithmetic_parts(expr: Any) -> list[Any]:
    """The expression, and the parts of its sums, products and whole powers, each once."""
    found: dict[Any, None] = {}
    stack = [expr]
    while stack:
        node = stack.pop()
        if node in found:
            continue
        found[node] = None
        if _is_arithmetic(node):
            stack += node.args if not node.is_Pow else [node.base]
    return list(found)


def _element(node: Any, letters: _Letters) -> Any:
    """The expression in the field of fractions.  Raises KeyError for a part that is not there."""
    if not _is_arithmetic(node):
        return letters.field(sympy.QQ(int(node.p), int(node.q))) if node.is_Rational else letters.parts[node]
    parts = [_element(part, letters) for part in ([node.base] if node.is_Pow else node.args)]
    if node.is_Pow:
        return parts[0] ** int(node.exp)
    total = parts[0]
    for part in parts[1:]:
        total = total + part if node.is_Add else total * part
    return total
