"""The other reading of a spelling that can be taken in two ways: e^2x as e^(2x), x^1/2 as x^(1/2), 1/2 x as 1/(2x)."""

from __future__ import annotations

from itertools import pairwise

from jacocalc.linear import paper
from jacocalc.notation import Constant, Expr, Negative, Number, Power, Product, Quotient, Symbol, rebuild
from jacocalc.notation import children as parts_of
from jacocalc.verdicts import Side


def other_reading(side: Side) -> tuple[str, str, tuple[Expr, ...]] | None:
    """(as typed, as it may be meant, the values then) of the first such spelling in plain text; None without one."""
    if "\\" in side.text or "{" in side.text:
        return None
    found: list[tuple[Expr, Expr]] = []
    values = tuple(_other(value, found) for value in side.values)
    if not found:
        return None
    typed, meant = found[0]
    return paper(typed), paper(meant), values


def otherwise_read(expr: Expr) -> Expr | None:
    """The formula with every such spelling read the other way; None without one."""
    found: list[tuple[Expr, Expr]] = []
    meant = _other(expr, found)
    return meant if found else None


def _other(expr: Expr, found: list[tuple[Expr, Expr]]) -> Expr:
    meant = _meant(expr)
    if meant is not None:
        found.append((expr, meant))
        return meant
    parts = parts_of(expr)
    return rebuild(expr, tuple(_other(part, found) for part in parts)) if parts else expr


def _meant(expr: Expr) -> Expr | None:
    match expr:
        case Product(factors):
            return _raised_further(factors)
        case Quotient(Power(base, Number(value)), Number() as under) if value == 1:
            return Power(base, Quotient(Number(value), under))
        case _:
            return None


def _raised_further(factors: tuple[Expr, ...]) -> Expr | None:
    """2 e^2x as 2·e^(2x), e^-3x as e^(-3x); 1/2 x as 1/(2x)"""
    for k, factor in enumerate(factors[:-1]):
        rest = factors[k + 1 :]
        match factor:
            case Power(Constant() | Number() as base, Number() | Negative(Number()) as n) if run := _glued(factors[k:]):
                size = n.operand if isinstance(n, Negative) else n
                product = Product((size, *rest[:run]))
                raised = Power(base, product if size is n else Negative(product))
                every = (*factors[:k], raised, *rest[run:])
                return Product(every) if len(every) > 1 else raised
            case Quotient(Number() as over, Number() as under) if k == 0:
                return Quotient(over, Product((under, *rest)))
    return None


def _glued(factors: tuple[Expr, ...]) -> int:
    """How many letters follow the first factor without a space."""
    count = 0
    for left, right in pairwise(factors):
        if not isinstance(right, Symbol) or left.span is None or right.span is None or left.span[1] != right.span[0]:
            break
        count += 1
    return count
