"""The other reading of a spelling that can be taken in two ways: e^2x as e^(2x), x^1/2 as x^(1/2), 1/2 x as 1/(2x).

Of an answer also what it is with the brackets that may have been forgotten: 2x/x^2 + 1 as 2x/(x^2 + 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from jacocalc.linear import paper
from jacocalc.notation import Call, Constant, Expr, Negative, Number, Power, Product, Quotient, Sum, Symbol, rebuild
from jacocalc.notation import children as parts_of
from jacocalc.verdicts import Side


def other_readings(side: Side) -> Iterator[tuple[str, str, tuple[Expr, ...]]]:
    """(as typed, as it may be meant, the values then) of the first such spelling in plain text, for each kind of it."""
    if "\\" in side.text or "{" in side.text:
        return
    for meaning in (_meant, _bracketed):
        found: list[tuple[Expr, Expr]] = []
        values = tuple(_other(value, found, meaning) for value in side.values)
        if found:
            typed, meant = found[0]
            yield paper(typed), paper(meant), values


def otherwise_read(expr: Expr) -> Expr | None:
    """The formula with every such spelling read the other way; None without one."""
    found: list[tuple[Expr, Expr]] = []
    meant = _other(expr, found, _meant)
    return meant if found else None


def _other(expr: Expr, found: list[tuple[Expr, Expr]], meaning: Callable[[Expr], Expr | None]) -> Expr:
    meant = meaning(expr)
    if meant is not None:
        found.append((expr, meant))
        return meant
    parts = parts_of(expr)
    return rebuild(expr, tuple(_other(part, found, meaning) for part in parts)) if parts else expr


def _meant(expr: Expr) -> Expr | None:
    match expr:
        case Product(factors):
            return _raised_further(factors)
        case Quotient(Power(base, Number(value)), Number() as under) if value == 1:
            return Power(base, Quotient(Number(value), under))
        case _:
            return None


def _bracketed(expr: Expr) -> Expr | None:
    """2x/x^2 + 1 as 2x/(x^2 + 1), x/√1 - x^2 as x/√(1 - x^2)"""
    match expr:
        case Sum((first, *rest)):
            return _reaching(first, rest)
        case _:
            return None


def _reaching(term: Expr, rest: Sequence[Expr]) -> Expr | None:
    """The term with its denominator, or its root, over all that follows."""
    match term:
        case Negative(operand):
            reached = _reaching(operand, rest)
            return None if reached is None else Negative(reached)
        case Quotient(over, under):
            return Quotient(over, _reaching(under, rest) or Sum((under, *rest)))
        case Product((*factors, Call("sqrt" as root, (inner,)))):
            return Product((*factors, Call(root, (Sum((inner, *rest)),))))
        case Call("sqrt" as root, (inner,)):
            return Call(root, (Sum((inner, *rest)),))
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
