"""Signs that follow from where a formula is defined, and from conditions on single letters.

    1 + tan² x ≠ 0        x + √(x² + 1) > 0        x eˣ > 0 and x + √x > 0 where x > 0

A part that has a value has a real one, and an even root one that is not negative; SymPy knows the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Add, Dummy, Rational, S, Symbol, expand
from sympy.core.facts import InconsistentAssumptions

from jacocalc.algebra.convert import symbol, to_sympy
from jacocalc.notation import Comparison, Expr, Number, as_rational, rational, tree_size
from jacocalc.notation import Symbol as Letter

_LARGEST = 60
_ASSUMED = {">": "positive", ">=": "nonnegative", "<": "negative", "<=": "nonpositive", "!=": "nonzero"}


def without_implied(conditions: Sequence[Expr]) -> list[Expr]:
    """Conditions without those that hold wherever the ones on single letters do."""
    known = known_letters(conditions)
    return [one for one in conditions if _of_letter(one) or not _follows(one, known)]


def _of_letter(condition: Expr) -> tuple[str, str] | None:
    """(name, what is assumed of it) for x > 0, x ≥ 1, x ≠ 0"""
    match condition:
        case Comparison(relation, Letter(name), bound) if relation in _ASSUMED:
            value = as_rational(bound)
            if value == 0:
                return name, _ASSUMED[relation]
            if value is not None and relation != "!=" and (value > 0) == relation.startswith(">"):
                return name, _ASSUMED[relation[0]]
    return None


def known_letters(conditions: Sequence[Expr]) -> dict[Any, Any]:
    """A letter with its sign for each whose sign is told; none where the conditions exclude each other."""
    told: dict[str, dict[str, bool]] = {}
    for name, assumed in filter(None, map(_of_letter, conditions)):
        told.setdefault(name, {"real": True})[assumed] = True
    try:
        return {symbol(name): Symbol(name, **assumed) for name, assumed in told.items()}
    except InconsistentAssumptions:
        return {}


@dataclass(frozen=True)
class Region:
    """Where formulas are compared: letters within their bounds, and what is not negative there."""

    letters: Mapping[Any, Any]
    known: tuple[Any, ...]


EVERYWHERE = Region({}, ())


def region(conditions: Sequence[Expr]) -> Region:
    """Where these conditions hold."""
    return Region(letters_within(conditions), tuple(_not_negative(conditions)))


def _not_negative(conditions: Sequence[Expr]) -> Iterator[Any]:
    for condition in conditions:
        match condition:
            case Comparison(">" | ">=", left, right):
                yield to_sympy(left) - to_sympy(right)
            case Comparison("<" | "<=", left, right):
                yield to_sympy(right) - to_sympy(left)


def letters_within(conditions: Sequence[Expr]) -> dict[Any, Any]:
    """x as a letter of its sign where that is told, as t − 1/2 with t > 0 where x > −1/2, t + 1 where x > 1."""
    found: dict[Any, Any] = {}
    for condition in conditions:
        match condition:
            case Comparison(">" | "<" as relation, Letter(name), bound) if (value := as_rational(bound)) is not None:
                size = Dummy(name, positive=True)
                if symbol(name) not in found or value == 0:  # of 0 < x < 1 the sign
                    found[symbol(name)] = to_sympy(rational(value)) + (size if relation == ">" else -size)
    return {**known_letters(conditions), **found}


def _follows(condition: Expr, known: Mapping[Any, Any]) -> bool:
    match condition:
        case Comparison(relation, left, Number(value)) if (
            value == 0 and relation in _ASSUMED and tree_size(left) <= _LARGEST
        ):
            found = to_sympy(left).xreplace(known)
            sure = getattr(_opened(found), f"is_{_ASSUMED[relation]}") is True
            return sure or (relation in (">", ">=", "!=") and _root_outweighs(found))
    return False


def _opened(value: Any) -> Any:
    """tan² x + 1 → t² + 1: what SymPy does not know to be real is a real letter, an even root one of its sign."""
    letters: dict[Any, Any] = {}

    def letter(part: Any) -> Any:
        sign = {"real": True} if part.is_Function else {"positive" if part.exp < 0 else "nonnegative": True}
        return letters.setdefault(part, Dummy(**sign))

    return value.replace(lambda part: (part.is_Function and part.is_real is None) or _is_root(part), letter)


def _is_root(part: Any) -> bool:
    """Whether it is an even root of what SymPy knows no sign of."""
    even = part.is_Pow and isinstance(part.exp, Rational) and part.exp.q % 2 == 0
    return bool(even) and part.base.is_nonnegative is None


def _root_outweighs(value: Any) -> bool:
    """u + √v > 0 where v > u²"""
    terms = Add.make_args(value)
    roots = [term for term in terms if term.is_Pow and term.exp == S.Half]
    if len(roots) != 1:
        return False
    rest = Add(*(term for term in terms if term != roots[0]))
    return _opened(expand(roots[0].base - rest**2)).is_positive is True
