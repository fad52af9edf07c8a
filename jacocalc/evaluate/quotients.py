"""Expressions as quotients of polynomials, with their functions, roots and symbols as letters.

What is 0 there, by what is known of the letters, is 0 wherever it is defined; what is not may still be.

    e^(2u + v)        (e^u)² e^v
    √(x² − y²)        |x − y|^(1/2) |x + y|^(1/2), which is x² − y² when it is squared
    √6, |u v|         √2 √3, |u| |v|
    ln(x³/y)          3 ln|x| − ln|y|, which it is wherever it is defined

Denominators are kept in factors, and nothing is cancelled: no greatest common divisors are computed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain, product
from math import comb, lcm
from typing import Any, TypeAlias

import flint
import sympy

_Fraction: TypeAlias = tuple[Any, Counter[int]]  # a numerator, and how often each factor of the field stands below it

_LETTERS = 24
_FACTORED = 60  # terms of a polynomial that is taken apart
_LONGEST = 4_000  # terms of a polynomial
_HIGHEST = 100_000  # an exponent
_SIGNS = 4  # factors under a root, each of which may be negative
_WORK = 20_000_000  # products of terms
_PRIME = 1_000  # the largest that is looked for
_SQUARES = {  # f: g and a, b with f² = a + b g²
    sympy.sec: (sympy.tan, 1, 1), sympy.csc: (sympy.cot, 1, 1), sympy.cos: (sympy.sin, 1, -1),
    sympy.cosh: (sympy.sinh, 1, 1), sympy.sech: (sympy.tanh, 1, -1), sympy.coth: (sympy.csch, 1, 1),
}  # fmt: skip


class _TooLarge(Exception):
    """There are too many letters, or too many terms."""


def zero_quotient(expr: Any, known: Sequence[Any] = ()) -> bool:
    """Whether the expression is 0 as a quotient of polynomials, by itself or by what is known of its letters.

    ``known`` is what is not negative where that is asked.
    """
    return (
        _is_zero(expr, known)
        or (expr.has(sympy.Abs) and _is_zero(expr, known, signed=True))
        or (expr.has(sympy.log) and _is_zero(expr, known, apart=True))
    )


def _is_zero(expr: Any, known: Sequence[Any], signed: bool = False, apart: bool = False) -> bool:
    try:
        field = _Field([expr], known, signed, apart)
        over, _ = field.element(expr)
        return not over or (not field.reduced(over) and bool(field.reduced(field.below())))
    except (_TooLarge, ZeroDivisionError):
        return False


def rank_of_quotients(rows: Sequence[Sequence[Any]]) -> int:
    """The rank of a matrix of quotients, which the rank of its values never exceeds; min(rows, columns) if unknown."""
    try:
        field = _Field(list(chain.from_iterable(rows)))
        return field.rank([field.over_one(list(map(field.element, row))) for row in rows])
    except (_TooLarge, ZeroDivisionError):
        return min(len(rows), len(rows[0]))


class _Field:
    """The quotients of polynomials in the letters of some expressions, and polynomials in these that are 0."""

    def __init__(
        self, exprs: Sequence[Any], known: Sequence[Any] = (), signed: bool = False, apart: bool = False
    ) -> None:
        """``known`` is not negative; ``signed``: x is s |x| with s = ±1 where |x| stands beside it; ``apart``: the
        logarithms of products are sums."""
        self.apart = apart
        inner = _inner((*exprs, *known), apart)
        powers = [node for node in inner if node.is_Pow or isinstance(node, sympy.exp) or node == sympy.E]
        context = flint.fmpq_mpoly_ctx.get([f"_{k}" for k in range(_LETTERS)], "lex")
        self.one = context.constant(1)
        self.left = list(context.gens())
        self.index = lcm(*(int(power.exp.q) for power in powers if _is_root(power)))  # |p|^(1/index) for all p
        if self.index > _HIGHEST:
            raise _TooLarge
        self.parts = Counter[Any]()  # n of e^(u/n)
        for times, rest in (term.as_coeff_Mul(rational=True) for power in powers for term in _terms_above(power)):
            self.parts[rest] = lcm(self.parts[rest] or 1, int(times.q))
        self.made: dict[Any, _Fraction] = {}
        self.letters: dict[Any, Any] = {}
        self.sizes: list[tuple[Any, Any]] = []  # p and |p|^(1/index)
        self.logarithms: list[tuple[Any, _Fraction]] = []  # p and ln|p|
        self.positive: list[Any] = []
        self.factors: list[Any] = []
        self.relations: list[Any] = []
        self.work = 0
        for base in dict.fromkeys(power.base for power in powers if _is_root(power) and _is_letter(power.base)):
            self.letters[base] = self._positive() ** self.index  # which is not negative
            self._relate_square(base)
        for part in dict.fromkeys(size.args[0] for size in inner if isinstance(size, sympy.Abs)):
            if signed and _is_letter(part) and part not in self.letters:
                self.letters[part] = self._positive() ** self.index * self._sign()
                self._relate_square(part)
        for part in known:
            if self.element(part)[0]:
                self._relate_root(*self._parts(self.element(part)))

    def element(self, node: Any) -> _Fraction:
        """The expression.  Raises _TooLarge, ZeroDivisionError."""
        if node not in self.made:
            self.made[node] = self._element(node)
        return self.made[node]

    def _element(self, node: Any) -> _Fraction:
        if node.is_Rational:
            return self.one * flint.fmpq(int(node.p), int(node.q)), Counter()
        if node.is_Add:
            over = self.over_one(list(map(self.element, node.args)))
            return sum(over[1:], over[0]), self._common(map(self.element, node.args))
        if node.is_Mul:
            return self._product(map(self.element, node.args))
        base, exponent = node.as_base_exp()
        if isinstance(base, sympy.exp):  # (e^u)^v
            base, exponent = sympy.E, base.exp * exponent
        if base == sympy.E:
            return self._product(self._exponential(term) for term in sympy.Add.make_args(exponent))
        if exponent.is_Integer and exponent != 1:
            return self._power(self.element(base), int(exponent))
        if exponent.is_Rational and exponent != 1 and not base.is_negative:
            return self._root(self.element(base), int(exponent * self.index))
        if isinstance(node, sympy.Abs):
            return self._power(self._size(self.element(*node.args)), self.index)
        if self.apart and isinstance(node, sympy.log):
            return self._logarithm(self.element(*node.args))
        return self._letter(node), Counter()

    # -- letters --------------------------------------------------------------------------------------

    def _new(self) -> Any:
        """A letter before all others: in it stands what was made of these."""
        if not self.left:
            raise _TooLarge
        return self.left.pop()

    def _positive(self) -> Any:
        self.positive.append(self._new())
        return self.positive[-1]

    def _sign(self) -> Any:
        """s with u = s |u|, 1 or −1 also where u is 0"""
        letter = self._new()
        self.relations.append(letter**2 - 1)
        self.sizes.append((letter, self.one))
        return letter

    def _letter(self, node: Any) -> Any:
        found = self.letters.get(node)
        if found is None:
            u = self.element(*node.args) if isinstance(node, sympy.sign) else None
            found = self.letters[node] = self._new()
            self._relate_sign(found, u) if u else self._relate_square(node)
        return found

    def _relate_square(self, node: Any) -> None:
        """sec² u = 1 + tan² u, where both are there"""
        for kind, (other, a, b) in _SQUARES.items():
            if node.func not in (kind, other):
                continue
            match [self.letters[part] for part in (kind(*node.args), other(*node.args)) if part in self.letters]:
                case [f, g]:
                    self.relations.append(f**2 - a - b * g**2)

    def _relate_sign(self, letter: Any, u: _Fraction) -> None:
        """|u| sign u = u, u sign u = |u| and u sign² u = u"""
        size = self._power(self._size(u), self.index)
        for (over, under), times, other in ((size, 1, u), (u, 1, size), (u, 2, u)):
            self._relate((over * letter**times, under), other)

    def _exponential(self, term: Any) -> _Fraction:
        times, rest = term.as_coeff_Mul(rational=True)
        key = sympy.exp(rest)
        if key not in self.letters:
            self.letters[key] = self._positive()
        power = times * self.parts[rest]
        if not power.is_Integer or not power:  # of a term that was not seen before
            raise _TooLarge
        return self._power((self.letters[key], Counter()), int(power))

    def _logarithm(self, base: _Fraction) -> _Fraction:
        """ln(c pⁿ/q) = ln|c| + n ln|p| − ln|q|"""
        if not base[0]:
            raise ZeroDivisionError
        content, parts = self._parts(base)
        primes = [(self.one * prime, times) for prime, times in _primes(content) if times]
        terms = [(self._logarithm_of(part), self.one * times) for part, times in (*primes, *parts)]
        elements = [self._product([logarithm, (times, Counter())]) for logarithm, times in terms]
        over = self.over_one(elements)
        return sum(over, self.one * 0), self._common(elements)

    def _logarithm_of(self, part: Any) -> _Fraction:
        """ln|part|: a letter, u/n for e^(u/n), ln|p|/n for |p|^(1/n) and 0 for sign u, which is not 0"""
        for known, logarithm in self.logarithms:
            if known == part:
                return logarithm
        size = next((known for known, letter in self.sizes if letter == part), None)
        made_of = next((node for node, letter in self.letters.items() if letter == part), None)
        base, exponent = made_of.as_base_exp() if isinstance(made_of, sympy.Basic) else (made_of, None)
        whole = self.one * base if isinstance(base, int) else size
        if whole is not None:
            found, times = self._logarithm((whole, Counter())), self.index
        elif base == sympy.E:
            found, times = self.element(exponent), self.parts[exponent]
        else:
            found, times = (self.one * 0 if isinstance(base, sympy.sign) else self._new(), Counter()), 1
        self.logarithms.append((part, self._product([found, (self.one / times, Counter())])))
        return self.logarithms[-1][1]

    def _root(self, base: _Fraction, times: int) -> _Fraction:
        """base^(times/index), which is defined for base ≥ 0 only"""
        size = self._size(base)
        if base[0]:
            self._relate_root(*self._parts(base))
        return self._power(size, times)

    def _relate_root(self, content: Any, parts: Sequence[tuple[Any, int]]) -> None:
        """|p| |q| = p q and |p| q = p |q| where p q ≥ 0, unless p² q r or |p| q r is 0 since p is."""
        sign = 1 if content > 0 else -1
        beside = (part for part, times in parts if times > 0 and (times % 2 == 0 or part in self.positive))
        others = reduce(self._times, beside, self.one)
        moving = [(part, self._size_of(part, 1)[0]) for part, times in parts if times % 2 and part not in self.positive]
        odd = [(part, letter**self.index) for part, letter in moving]
        splits = product((1, -1), repeat=len(odd)) if len(odd) <= _SIGNS else [(1,) * len(odd)]
        for turns in (turns for turns in splits if turns[:1] == (1,)):
            plain, sizes = zip(*(pair[::turn] for pair, turn in zip(odd, turns, strict=True)), strict=True)
            self.relations.append(reduce(self._times, sizes, others) - sign * reduce(self._times, plain, others))

    def _size(self, base: _Fraction) -> _Fraction:
        """|base|^(1/index)"""
        if not base[0]:
            return base
        content, parts = self._parts(base)
        letters = [self._size_of(part, times) for part, times in parts]
        letters += [(self._root_of(prime), times) for prime, times in _primes(content)] if self.index > 1 else []
        size = self._product(self._power((letter, Counter()), times) for letter, times in letters)
        return size if self.index > 1 else (size[0] * abs(content), size[1])

    def _parts(self, element: _Fraction) -> tuple[Any, list[tuple[Any, int]]]:
        """A number, and the factors above and below with their exponents."""
        over, under = element
        content, parts = self._factored(over)
        return content, [*parts, *((self.factors[place], -times) for place, times in under.items())]

    def _size_of(self, part: Any, times: int) -> tuple[Any, int]:
        """A letter and its exponent, of |part|^(times/index)"""
        if times % self.index == 0 and part in self.positive:
            return part, times // self.index
        for known, letter in self.sizes:
            if known == part:
                return letter, times
        letter = self._positive()
        self.sizes.append((part, letter))
        power = letter**self.index
        self.relations.append(power - part if part in self.positive else power**2 - part**2)
        return letter, times

    def _root_of(self, prime: int) -> Any:
        if prime not in self.letters:
            self.letters[prime] = self._positive()
            self.relations.append(self.letters[prime] ** self.index - prime)
        return self.letters[prime]

    # -- arithmetic -----------------------------------------------------------------------------------

    def _times(self, one: Any, other: Any) -> Any:
        self._count(len(one) * len(other))
        return _short(one * other)

    def _count(self, products: int) -> None:
        self.work += products
        if self.work > _WORK:
            raise _TooLarge

    def _product(self, elements: Iterable[_Fraction]) -> _Fraction:
        over, under = self.one, Counter[int]()
        for above, below in elements:
            over, under = self._times(over, above), under + below
        return over, under

    def _power(self, element: _Fraction, times: int) -> _Fraction:
        over, under = self._inverse(element) if times < 0 else element
        times = abs(times)
        if times > _HIGHEST or comb(min(times, _LONGEST) + len(over) - 1, max(len(over) - 1, 0)) > _LONGEST:
            raise _TooLarge
        return over**times, Counter({place: times * count for place, count in under.items()})

    def _inverse(self, element: _Fraction) -> _Fraction:
        over, under = element
        if not over:
            raise ZeroDivisionError
        content, parts = self._factored(over)
        return self._multiplied_out(under) / content, Counter({self._place(part): times for part, times in parts})

    def _factored(self, poly: Any) -> tuple[Any, list[tuple[Any, int]]]:
        """A number, and the factors with their exponents, each with the coefficient 1 first."""
        poly = self.reduced(poly) or poly
        if len(poly) > _FACTORED:
            first = poly.leading_coefficient()
            return first, [(poly / first, 1)]
        content, parts = poly.factor()
        return content, [(part, int(times)) for part, times in parts]

    def _place(self, part: Any) -> int:
        for place, known in enumerate(self.factors):
            if known == part:
                return place
        self.factors.append(part)
        return len(self.factors) - 1

    def _multiplied_out(self, under: Counter[int]) -> Any:
        return reduce(self._times, (self.factors[place] for place in under.elements()), self.one)

    def _common(self, elements: Iterable[_Fraction]) -> Counter[int]:
        return reduce(Counter.__or__, (under for _, under in elements), Counter[int]())

    def over_one(self, elements: Sequence[_Fraction]) -> list[Any]:
        """The numerators over one denominator."""
        common = self._common(elements)
        return [self._times(over, self._multiplied_out(common - under)) for over, under in elements]

    def _relate(self, one: _Fraction, other: _Fraction) -> None:
        left, right = self.over_one([one, other])
        if left != right:
            self.relations.append(left - right)

    def below(self) -> Any:
        """The product of all that stands below, which is 0 nowhere where the expressions have values."""
        return reduce(self._times, self.factors, self.one)

    def reduced(self, poly: Any) -> Any:
        """What is left of a polynomial when it is divided by those that are 0."""
        before = None
        while poly != before:
            before = poly
            for relation in self.relations:
                self._count(len(poly) * len(relation))
                poly = _short(divmod(poly, relation)[1])
        return poly

    def rank(self, rows: Sequence[Sequence[Any]]) -> int:
        """The rank of a matrix of polynomials, by elimination without fractions."""
        found, before, left = 0, self.one, [list(row) for row in rows]
        for column in range(len(left[0])):
            pivot = next((row for row in left if row[column]), None)
            if pivot is None:
                continue
            left.remove(pivot)
            left = [self._without(row, pivot, column, before) for row in left]
            before, found = pivot[column], found + 1
        return found

    def _without(self, row: Sequence[Any], pivot: Sequence[Any], column: int, before: Any) -> list[Any]:
        pairs = zip(row, pivot, strict=True)
        return [(self._times(pivot[column], a) - self._times(row[column], b)) / before for a, b in pairs]


def _inner(exprs: Iterable[Any], apart: bool = False) -> list[Any]:
    """The parts outside of functions other than |u|, sign u and, where asked, ln u: defined wherever the expressions
    are."""
    found: dict[Any, None] = {}
    stack = list(exprs)
    while stack:
        node = stack.pop()
        if node not in found and (not _is_letter(node) or (apart and isinstance(node, sympy.log))):
            found[node] = None
            stack += node.args
    return list(found)


def _is_letter(node: Any) -> bool:
    """x, sin u"""
    inner = node.is_Add or node.is_Mul or node.is_Pow or isinstance(node, sympy.Abs | sympy.sign | sympy.exp)
    return not (inner or node.is_number)


def _is_root(power: Any) -> bool:
    return bool(power.is_Pow and power.exp.is_Rational and not power.exp.is_Integer)


def _terms_above(power: Any) -> Sequence[Any]:
    """u and v of e^(u + v)"""
    base, exponent = power.as_base_exp()
    if isinstance(base, sympy.exp):
        base, exponent = sympy.E, base.exp * exponent
    return sympy.Add.make_args(exponent) if base == sympy.E else ()


def _primes(number: Any) -> Iterator[tuple[int, int]]:
    """The primes of |number| and how often they stand above, or below."""
    for part, sign in ((number.p, 1), (number.q, -1)):
        for prime, times in sympy.factorint(abs(int(part)), limit=_PRIME).items():
            yield int(prime), sign * times if prime > 1 else 0


def _short(poly: Any) -> Any:
    if len(poly) > _LONGEST:
        raise _TooLarge
    return poly
