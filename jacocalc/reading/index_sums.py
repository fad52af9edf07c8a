"""\\sum_{i=1}^{3} x_i^2 and \\prod_{k=1}^{3} (x + k): sums and products over an index, written out as they are read.

What follows is the term up to the next + or −. The index is a number in each copy of it: x_i is x_1, x_2, x_3,
x_{i+1} is x_2, x_3, x_4, and i itself is 1, 2, 3; x^0 is 1, as in power series. A sum over j = i + 1, …, 3 is empty
where i is 3, and is 0 there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from itertools import accumulate
from math import isqrt, prod
from typing import TYPE_CHECKING

from jacocalc.known_functions import SPELLINGS
from jacocalc.notation import (
    Call,
    Expr,
    Minus,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    as_rational,
    children,
    integer,
    rational,
    rebuild,
    tree_size,
)
from jacocalc.reading.brackets import step
from jacocalc.reading.lexer import GREEK_NAMES, Token
from jacocalc.reading.scope import CONSTANTS, Scope

if TYPE_CHECKING:
    from jacocalc.reading.parser import Parser

_RANGE = re.compile(r"([A-Za-z])=(.+)\.\.(.+)")
_INDEXED = re.compile(r"(\w+_)([A-Za-z0-9·+,-]+)")
_AFFINE = re.compile(r"(-?[0-9]{0,6})·?([A-Za-z]?)(?:([+-])([0-9]{1,6}|[A-Za-z]))?")
_BEFORE = re.compile(r"(\S+)(?: \^ (?:\( )?[0-9]+(?: \))?)?(?: -)*\Z")
_INDICES = 9
_BITS = 1000  # below which products and powers of numbers are multiplied out
_READ_AGAIN = 2  # times the symbols of a text, the words that may be read in all copies
_SIZES = "a size that is a name belongs in a program: x: n; L = sum(x.^2)"


def over_index(p: Parser, token: Token) -> Expr:
    """The terms or factors behind the sign Σ or ∏ with its bounds, one for each value of the index."""
    letter, values = _bounds(p, token)
    if not values:
        return _empty(p, token, letter)
    nonlinear = token.kind == "product" or _applied(p)
    place, products, copies = p.at, len(p.spaced_products), []
    for value in values:
        p.at = place
        del p.spaced_products[products:]
        with _bound(p.scope.indices, letter, value):
            copies.append(shortened(p.term()))
        if nonlinear and value == values[0]:
            _refuse_factors_behind(p, token, letter, place)
        p.written_out += tree_size(copies[-1])
        p.read_again += p.at - place
        _refuse_long(p, token)
    span = p.span(token.start)
    p.indices_before.add(letter)
    if token.kind == "sum":
        copies = [copy for copy in copies if as_rational(copy) != 0] or copies[:1]
    p.scope.note(f"the {token.kind} over {letter} = {_listed(values)} is written out")
    if len(copies) == 1:
        return copies[0]
    if token.kind == "product":
        return Product(tuple(copies), True, span)
    signed = (Minus(term.operand, term.span) if isinstance(term, Negative) else term for term in copies[1:])
    p.series[span] = Sum((copies[0], *signed), span)
    return p.series[span]


def _refuse_long(p: Parser, token: Token) -> None:
    most = p.scope.limits.nodes
    if p.written_out > most or p.read_again > _READ_AGAIN * most:
        raise p.error(f"written out this is longer than {most:,} symbols", token)


def _applied(p: Parser) -> bool:
    """Whether the sign of a sum stands behind sin, sin^2, /, ^ or √, without brackets."""
    before = _BEFORE.search(" ".join(one.text for one in p.tokens[max(p.at - 8, 0) : p.at - 1]))
    return before is not None and (before[1] in SPELLINGS or before[1] in ("/", "^", "√", "∛"))


def _refuse_factors_behind(p: Parser, sign: Token, letter: str, first: int) -> None:
    """∏ x_i y is (∏ x_i) y or ∏ (x_i y), sin Σ x_i y is sin(Σ x_i) y or sin(Σ x_i y)."""
    inside = p.tokens[first : p.at]
    last = _last_with(p, inside, letter)
    for sign_inside in (one for one in inside[: last + 1] if one.kind in ("sum", "product")):
        last = max(last, _last_with(p, inside, sign_inside.text[0]))
    levels = accumulate(map(step, inside))
    bars = accumulate(one.text in ("|", "||") for one in inside)
    outside = [not level and not bar % 2 for level, bar in zip(levels, bars, strict=True)]
    ends = (at for at in range(last, len(inside)) if outside[at] and not _goes_on(inside[at], inside[at + 1 :]))
    factor = next(ends, len(inside) - 1)
    if factor < len(inside) - 1:
        head, term = p.text[sign.start : sign.end], p.text[inside[0].start : inside[factor].end]
        rest, end = p.text[inside[factor].end : inside[-1].end], inside[-1].end
        raise p.ambiguous(sign.start, end, f"({head} {term}){rest}", f"{head} ({term}{rest})")


def _last_with(p: Parser, inside: list[Token], letter: str) -> int:
    return max((at for at, one in enumerate(inside) if _mentions(p, one, letter)), default=len(inside))


def _mentions(p: Parser, token: Token, letter: str) -> bool:
    """Whether a name is or has the index: i, x_i, ix."""
    stem, _, below = token.text.partition("_")
    known = p.scope.variable(token.text) or token.text in SPELLINGS or token.text in (*GREEK_NAMES, *CONSTANTS)
    return token.kind == "name" and not known and letter in (below or stem)


def _goes_on(token: Token, behind: list[Token]) -> bool:
    """Whether the factor that ends here goes on with an exponent or a sign: x_i^2, k!, the 2 of ^2 not."""
    return token.text in ("^", "-") or (bool(behind) and behind[0].text in ("^", "!", "'"))


def _listed(values: range) -> str:
    return ", ".join(map(str, values)) if len(values) < 4 else f"{values[0]}, {values[1]}, …, {values[-1]}"


def shortened(expr: Expr) -> Expr:
    """Numbers multiplied and added up, and without 1·, /1, ^1 and ^0: what a copy is written as."""
    node = rebuild(expr, tuple(map(shortened, children(expr))))
    match node:
        case Sum(parts) | Product(parts) if None not in (numbers := list(map(as_rational, parts))):
            known = [number for number in numbers if number is not None]
            if sum(map(_bits, known)) < _BITS:
                return rational(sum(known, Fraction(0)) if isinstance(node, Sum) else prod(known, start=Fraction(1)))
        case Power(base, Number(value)) if (known_base := as_rational(base)) is not None and value.denominator == 1:
            if _bits(known_base) * value < _BITS:
                return rational(known_base ** int(value))
        case Call("sqrt", (under,)) if (square := as_rational(under)) is not None and _root(square) ** 2 == square:
            return rational(_root(square))
        case Quotient(Negative(over), under):
            return shortened(Negative(Quotient(over, under, node.span), node.span))
        case Power(_, Number(0)):
            return integer(1)
        case Power(base, Number(1)) | Quotient(base, Number(1)):
            return base
        case Product(factors, dot):
            return _without_ones(factors, dot, node.span)
    return node


def _root(square: Fraction) -> Fraction:
    return Fraction(isqrt(square.numerator), isqrt(square.denominator)) if square >= 0 else Fraction(0)


def _bits(number: Fraction) -> int:
    return number.numerator.bit_length() + number.denominator.bit_length() - 1


def _without_ones(factors: tuple[Expr, ...], dot: bool, span: tuple[int, int] | None) -> Expr:
    """1·x·(−2) → −x·2 with the sign in front, from where a sum takes it; 0·x^k → 0."""
    values = [as_rational(factor) for factor in factors]
    if 0 in values and all(map(_is_power, factors)):
        return integer(0)
    minus = sum(value is not None and value < 0 for value in values) % 2
    sized = (factor if value is None or value >= 0 else rational(-value)
             for factor, value in zip(factors, values, strict=True))  # fmt: skip
    kept = tuple(factor for factor in sized if as_rational(factor) != 1)
    product = kept[0] if len(kept) == 1 else Product(kept, dot, span)
    return Negative(product, span) if minus else product


def _is_power(factor: Expr) -> bool:
    """3, x and x^k, also x^(-1): the term 0·x^(-1) of the derivative of a power series is 0."""
    base = factor.base if isinstance(factor, Power) and as_rational(factor.exponent) is not None else factor
    return isinstance(base, Symbol) or as_rational(base) is not None


def _bounds(p: Parser, token: Token) -> tuple[str, range]:
    match = _RANGE.fullmatch(token.text)
    assert match is not None
    letter, first, last = match.groups()
    low, high = _value(p, first), _value(p, last)
    if low is None or high is None:
        raise p.error(f"the bounds {first} and {last} have to be numbers here", token, _SIZES)
    values = range(low, high + 1)
    if not values and not re.search("[A-Za-z]", first + last):
        raise p.error(f"a {token.kind} from {first} to {last} is empty", token)
    if p.scope.variable(letter) is not None or letter in p.scope.indices or letter in CONSTANTS:
        raise p.error(f"{letter} is the name of something else here", token, "take another letter for the index")
    return letter, values


def _value(p: Parser, text: str) -> int | None:
    """3, -1, 2i - 1 and 3 - i in a sum over i; None for anything else."""
    affine = _AFFINE.fullmatch(text)
    if affine is None or not text.strip("-"):
        return None
    times, letter, sign, more = affine.groups("")
    values = p.scope.indices
    if any(name.isalpha() and name not in values for name in (letter, more)):
        return None
    step = values.get(more) or int(more if more.isdigit() else 0)
    return int(times if times.strip("-") else f"{times}1") * values.get(letter, 1) + (-step if sign == "-" else step)


def _empty(p: Parser, token: Token, letter: str) -> Expr:
    """0 for the sum over j = i + 1, …, 3 where i is 3, 1 for the product; what is added up is stepped over."""
    p.read_again += len(p.tokens)
    _refuse_long(p, token)
    anything = Scope(open=True, functions=p.scope.functions, indices={**p.scope.indices, letter: 1})
    reader = type(p)(p.text, anything, p.tokens)
    reader.at = p.at
    reader.term()
    p.at = reader.at
    return Number(Fraction(token.kind == "product"), "", p.span(token.start))


@contextmanager
def _bound(indices: dict[str, int], letter: str, value: int) -> Iterator[None]:
    indices[letter] = value
    try:
        yield
    finally:
        del indices[letter]


def index_value(p: Parser, token: Token) -> Expr | None:
    """The number that an index is in this copy; None for any other name."""
    value = p.scope.indices.get(token.text)
    if value is None:
        return None
    size = Number(Fraction(abs(value)), "", (token.start, token.end))
    return size if value >= 0 else Negative(size, size.span)


def at_index(p: Parser, token: Token) -> Token:
    """A name with the values of the indices: x_i → x_2, x_{i+1} → x_3, x_{2i-1} → x_3, a_ij and a_{i,j} → a_21."""
    match = _INDEXED.fullmatch(token.text)
    letters = re.findall("[A-Za-z]", match[2]) if match else []
    if match is None or not all(letter in p.scope.indices for letter in letters):
        if match and not match[2].isalnum():
            refuse_index(p, token)
        return token
    below = [number for part in match[2].split(",") for number in _numbers(p, token, match[1], part)]
    if len(below) > _INDICES:
        raise p.error(f"{len(below)} indices; at most {_INDICES} are read", token)
    if any(number < 0 for number in below):
        raise p.error(f"the index is {min(below)} here", token)
    if len(below) > 1 and max(below) > 9:
        raise p.error("two indices above 9 run together", token, "write the terms out")
    return token._replace(text=match[1] + "".join(map(str, below)))


def _numbers(p: Parser, token: Token, stem: str, part: str) -> list[int]:
    """The values of what stands between commas: one of i, 12, 2i-1 and 3-i, one for each sign of ij and i1."""
    signs = [p.scope.indices.get(sign, 0) if sign.isalpha() else int(sign) for sign in part if sign.isalnum()]
    value = _value(p, part)
    if value is None:
        if part.isalnum():
            return signs
        raise p.error(f"{p.text[token.start : token.end]} can be read in two ways", token, "write a_{i,j+1} for two")
    if not part.isalnum() or part.isdigit() or len(part) == 1:
        return [value]
    return signs if part[:-1] == "1" or _is_run(p, token, stem, signs, value) else [value]


def _is_run(p: Parser, token: Token, stem: str, signs: list[int], product: int) -> bool:
    """Whether x_{2i} has the indices 2 and i, not the index 2·i; the declared names say so.  Raises ReadError."""
    either = p.scope.variable(stem + "".join(map(str, signs))) is not None
    if p.scope.open or (either and p.scope.variable(f"{stem}{product}") is not None):
        below = token.text.removeprefix(stem)
        hint = f"write {stem}{{{below[:-1]}·{below[-1]}}}, or {stem}{{{','.join(below)}}} for two indices"
        raise p.error(f"{p.text[token.start : token.end]} can be read in two ways", token, hint)
    return either


def refuse_index(p: Parser, token: Token) -> None:
    """Raise for a_i x_i + x_i behind a sum over i, where the sum has ended before the last x_i."""
    match = _INDEXED.fullmatch(token.text)
    letters = re.findall("[A-Za-z]", match[2] if match else token.text)
    if letters and all(sign in p.indices_before for sign in letters):
        hint = f"the sum over {letters[0]} ends before + and -; put brackets around all that is added up"
        raise p.error(f"{token.text} stands outside the sum over {letters[0]}", token, hint)
    if match and not match[2].isalnum():
        typed = p.text[token.start : token.end]
        raise p.error(f"{typed} has an index without a value", token, "a sum gives its index values, i=1 to 3")
