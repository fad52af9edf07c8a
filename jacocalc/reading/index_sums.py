"""\\sum_{i=1}^{3} x_i^2 and \\prod_{k=1}^{3} (x + k): sums and products over an index, written out as they are read.

What follows is the term up to the next + or −. The index is a number in each copy of it: x_i is x_1, x_2, x_3,
x_{i+1} is x_2, x_3, x_4, and i itself is 1, 2, 3; x^0 is 1, as in power series.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

from jacocalc.notation import (
    Expr,
    Minus,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    as_rational,
    children,
    integer,
    rational,
    rebuild,
    tree_size,
)
from jacocalc.reading.lexer import Token

if TYPE_CHECKING:
    from jacocalc.reading.parser import Parser

_RANGE = re.compile(r"([A-Za-z])=(\w+)\.\.([\w+-]+)")
_INDEXED = re.compile(r"(\w+_)([A-Za-z0-9]+)([+-][0-9]+)?")
_POWER = 64  # below which powers of numbers are multiplied out
_SIZES = "a size that is a name belongs in a program: x: n; L = sum(x.^2)"


def over_index(p: Parser, token: Token) -> Expr:
    """The terms or factors behind the sign Σ or ∏ with its bounds, one for each value of the index."""
    letter, values = _bounds(p, token)
    place, products, copies = p.at, len(p.spaced_products), []
    for value in values:
        p.at = place
        del p.spaced_products[products:]
        with _bound(p.scope.indices, letter, value):
            copies.append(shortened(p.term()))
        p.written_out += tree_size(copies[-1])
        if p.written_out > p.scope.limits.nodes:
            raise p.error(f"written out this is longer than {p.scope.limits.nodes:,} symbols", token)
    span = p.span(token.start)
    p.indices_before.add(letter)
    p.scope.note(f"the {token.kind} over {letter} = {_listed(values)} is written out")
    if len(copies) == 1:
        return copies[0]
    if token.kind == "product":
        return Product(tuple(copies), True, span)
    signed = (Minus(term.operand, term.span) if isinstance(term, Negative) else term for term in copies[1:])
    p.series[span] = Sum((copies[0], *signed), span)
    return p.series[span]


def _listed(values: range) -> str:
    return ", ".join(map(str, values)) if len(values) < 4 else f"{values[0]}, {values[1]}, …, {values[-1]}"


def shortened(expr: Expr) -> Expr:
    """Numbers multiplied and added up, and without 1·, /1, ^1 and ^0: what a copy is written as."""
    node = rebuild(expr, tuple(map(shortened, children(expr))))
    match node:
        case Sum(parts) | Product(parts) if None not in (numbers := list(map(as_rational, parts))):
            known = [number for number in numbers if number is not None]
            return rational(sum(known, Fraction(0)) if isinstance(node, Sum) else prod(known, start=Fraction(1)))
        case Power(base, Number(value)) if (known_base := as_rational(base)) is not None and value in range(_POWER):
            return rational(known_base ** int(value))
        case Power(_, Number(value)) if value == 0:
            return integer(1)
        case Power(base, Number(value)) | Quotient(base, Number(value)) if value == 1:
            return base
        case Product(factors, dot):
            return _without_ones(factors, dot, node.span)
    return node


def _without_ones(factors: tuple[Expr, ...], dot: bool, span: tuple[int, int] | None) -> Expr:
    kept = tuple(factor for factor in factors if as_rational(factor) not in (1, -1))
    product = kept[0] if len(kept) == 1 else Product(kept, dot, span)
    minus = sum(as_rational(factor) == -1 for factor in factors) % 2
    return Negative(product, span) if minus else product


def _bounds(p: Parser, token: Token) -> tuple[str, range]:
    match = _RANGE.fullmatch(token.text)
    assert match is not None
    letter, first, last = match.groups()
    if not (first.isdigit() and last.isdigit()):
        raise p.error(f"the bounds {first} and {last} have to be numbers here", token, _SIZES)
    values = range(int(first), int(last) + 1)
    if not values:
        raise p.error(f"a {token.kind} from {first} to {last} is empty", token)
    if p.scope.variable(letter) is not None or letter in p.scope.indices:
        raise p.error(f"{letter} is the name of something else here", token, "take another letter for the index")
    return letter, values


@contextmanager
def _bound(indices: dict[str, int], letter: str, value: int) -> Iterator[None]:
    indices[letter] = value
    try:
        yield
    finally:
        del indices[letter]


def at_index(p: Parser, token: Token) -> Token:
    """A name with the values of the indices: i → 2, x_i → x_2, x_{i+1} → x_3, a_ij → a_21."""
    indices = p.scope.indices
    if token.text in indices:
        return token._replace(kind="number", text=str(indices[token.text]))
    match = _INDEXED.fullmatch(token.text)
    if match is None or not all(sign.isdigit() or sign in indices for sign in match[2]):
        return token
    below = [str(indices.get(sign, sign)) for sign in match[2]]
    if len(below) > 1 and max(map(len, below)) > 1:
        raise p.error("two indices above 9 run together", token, "write the terms out")
    number = int("".join(below)) + int(match[3] or 0)
    if number < 0:
        raise p.error(f"the index is {number} here", token)
    return token._replace(text=f"{match[1]}{number}")


def refuse_index(p: Parser, token: Token) -> None:
    """Raise for a_i x_i + x_i behind a sum over i, where the sum has ended before the last x_i."""
    match = _INDEXED.fullmatch(token.text)
    below = match[2] if match else token.text
    letter = next((sign for sign in below if sign in p.indices_before), "")
    if letter and all(sign.isdigit() or sign in p.indices_before for sign in below):
        hint = f"the sum over {letter} ends before + and -; put brackets around all that is added up"
        raise p.error(f"{token.text} stands outside the sum over {letter}", token, hint)
