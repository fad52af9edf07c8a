"""Derivatives and what is computed from them as a textbook prints them: the shorter of equal forms, in one pass.

    2x e⁻ˣ − x² e⁻ˣ → x e⁻ˣ (2 − x)        eˣ(sin x + cos x) + eˣ(cos x − sin x) → 2eˣ cos x
    (1 − 2x²)/√(1 − x²) + 1/√(1 − x²) → 2√(1 − x²)        (−x² + 1)/(x² + 1)² → (1 − x²)/(x² + 1)²

printed            a partial derivative: letters alone stay in their sums, 3x² − 8x, in the order of the rules
printed_entries    products of Jacobians, determinants, implicit derivatives: 2x + 3y for 2(x + y) + y

What the author wrote stays as it stood.  Equal wherever both sides are defined; the conditions of what was cancelled
are kept by the caller.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import TypeGuard

from jacocalc.algebra.convert import to_sympy
from jacocalc.algebra.domain import collected
from jacocalc.algebra.expansion import length, written_out
from jacocalc.algebra.plain_signs import negated
from jacocalc.algebra.tidy import common_factor, divided, expand, number_in, over_one, squared, tidy, tidy_inside
from jacocalc.algebra.values import cancelled, divided_out, is_rational
from jacocalc.derive.pieces import in_pieces
from jacocalc.derive.short_forms import turned_alike
from jacocalc.derive.signs import Facts, Sign, facts_of, sign
from jacocalc.known_functions import sqrt
from jacocalc.linear import paper
from jacocalc.notation import (
    ONE,
    Call,
    Expr,
    Matrix,
    Minus,
    Negative,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    as_rational,
    children,
    depends,
    exponent_value,
    factors_of,
    integer,
    names,
    opposite,
    rational,
    rebuild,
    terms_of,
    tree_size,
    unsigned,
    walk,
)

_LONG = 120
_HALF = Fraction(1, 2)
_CONSTANTS = frozenset("abcdkmn")  # letters that stand before x and y also where nothing says that they are parameters


def printed(expr: Expr, given: Expr, inputs: Collection[str] | None = None) -> Expr:
    """The tidied derivative of ``given`` in its printed form; as it is where it is long."""
    if not children(expr) or tree_size(expr) > _LONG:
        return expr
    if any(isinstance(node, Call) and node.function in ("abs", "sign") for node in walk(expr)):
        expr = _without_bars(expr, facts_of(collected((given,), inputs)))
    if isinstance(pieces := in_pieces(expr), Piecewise) and pieces is not expr:
        return Piecewise(tuple((printed(value, given, inputs), when) for value, when in pieces.branches))
    expr = pieces
    order = _order(given, tuple(names(given) if inputs is None else inputs))
    expr = min(expr, tidy_inside(expr, order.nodes), key=_written_length)
    if roots := [node.arguments[0] for node in walk(expr) if _is_root_of_quotient(node)]:
        facts = (*facts_of(collected((given,), inputs)), *_positive_below(roots))
        expr = min(expr, tidy_inside(_roots_apart(expr, facts), order.nodes), key=_written_length)
    found = divided_out(_joined(expr))
    return rebuild(found, tuple(map(order.of, found.terms))) if isinstance(found, Sum) else _opened(order.of(found))


def printed_entries(matrix: Matrix, given: Matrix, inputs: Collection[str], facts: Facts = ()) -> Matrix:
    """Every entry of a result, made from the components ``given``, in its printed form; as it is where it is long.

    ``facts`` are signs that hold wherever the result does.
    """
    order = _order(given, tuple(inputs))

    def written(entry: Expr) -> Expr:
        found = tidy(entry)
        if not children(found) or tree_size(found) > _LONG:
            return found
        return _opened(order.of(turned_alike(_short(in_pieces(tidy(_without_bars(found, facts)))), given)))

    return matrix.map(written)


def _opened(expr: Expr) -> Expr:
    """−a − b for −(a + b)"""
    if isinstance(expr, Negative) and isinstance(expr.operand, Sum):
        first, *rest = map(opposite, expr.operand.terms)
        return Sum((Negative(first.operand) if isinstance(first, Minus) else first, *rest))
    return expr


def _written_length(expr: Expr) -> tuple[int, int]:
    return tree_size(expr), len(paper(expr))


def _without_bars(expr: Expr, facts: Facts) -> Expr:
    """t for |t| and 1 for sign t, where t > 0."""
    parts = tuple(_without_bars(part, facts) for part in children(expr))
    if parts != children(expr):
        expr = tidy(rebuild(expr, parts))
    match expr:
        case Call("abs" | "sign" as function, (u,)) if (found := sign(to_sympy(u), facts)).upward or found.downward:
            size = u if function == "abs" else ONE
            return size if found.upward else Negative(size)
    return expr


def _is_root_of_quotient(expr: Expr) -> TypeGuard[Call]:
    return isinstance(expr, Call) and expr.function == "sqrt" and isinstance(expr.arguments[0], Quotient)


def _positive_below(radicands: Collection[Expr]) -> Facts:
    """v > 0, where √(u/v) is there and u > 0."""
    halves = [children(one) for one in radicands]
    return tuple((to_sympy(v), Sign.POSITIVE) for u, v in halves if sign(to_sympy(u), ()) is Sign.POSITIVE)


def _roots_apart(expr: Expr, facts: Facts) -> Expr:
    """√u/√v for √(u/v), where v > 0."""
    expr = rebuild(expr, tuple(_roots_apart(part, facts) for part in children(expr)))
    match expr:
        case Call("sqrt", (Quotient(u, v),)) if sign(to_sympy(v), facts) is Sign.POSITIVE:
            return Quotient(sqrt(u), sqrt(v))
    return expr


def _short(expr: Expr) -> Expr:
    """The shorter of the joined form and, of letters alone, the multiplied and the cancelled one."""
    found = divided_out(_joined(expr))
    if not is_rational(found):
        return found
    found = min(found, expand(found), key=length)
    if not {Quotient, Sum}.issubset(map(type, walk(found))):
        return found
    whole = cancelled(found)
    return whole if length(whole) < length(found) and len(paper(whole)) < len(paper(found)) else found


def _joined(expr: Expr) -> Expr:
    """Each sum among the factors above in its shortest form."""
    match expr:
        case Negative(operand):
            return tidy(Negative(_joined(operand)))
        case Minus(operand):
            return Minus(_joined(operand))
        case Quotient(over, under):
            above = _shortest(over, 2) if isinstance(over, Sum) else _joined(over)
            return expr if above is over else tidy(Quotient(above, under))
        case Product(factors):
            found = _multiplied(factors, _letters_out(tuple(map(_joined, factors))))
            return min(found, expand(found), key=length) if any(map(_is_of_function, factors)) else found
        case Sum():
            return _shortest(expr)
    return expr


def _letters_out(factors: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """x · x(1 + y) for x · (x + xy), where letters stand before the bracket."""
    if not any(map(_is_of_letters, factors)):
        return factors
    return tuple(_shared_first(one, letters=True) if isinstance(one, Sum) else one for one in factors)


def _multiplied(factors: tuple[Expr, ...], found: tuple[Expr, ...]) -> Expr:
    """The product of what was found, tidied; powers like x^(1/x) stay as they are."""
    if found == factors:
        return Product(factors)
    whole = tidy(Product(found))
    if all(factor in walk(whole) for factor in factors if isinstance(factor, Power) and _is_tower(factor)):
        return whole
    over = tidy(Product(tuple(one.numerator if isinstance(one, Quotient) else one for one in found)))
    under = tidy(Product(tuple(one.denominator for one in found if isinstance(one, Quotient))))
    if under == ONE:
        return over
    return Negative(Quotient(over.operand, under)) if isinstance(over, Negative) else Quotient(over, under)


def _is_of_function(factor: Expr) -> bool:
    """Whether it is a power of a function, as cos² x."""
    return isinstance(factor.base if isinstance(factor, Power) else factor, Call)


def _is_tower(power: Power) -> bool:
    """Whether a letter stands below and above, as in x^(1/x)."""
    return not {*names(power.base)}.isdisjoint(names(power.exponent))


def _shortest(total: Sum, brackets: int = 0) -> Expr:
    """The shortest of the sum, that over one denominator, multiplied out where terms meet or to no more, and factored.

    ``brackets``: how many signs a sum takes more where it stands, 2 above a denominator.
    """
    if all(map(_is_of_letters, total.terms)):
        return total
    expanded, whole = expand(total), over_one(total)
    opened = [expanded] if _meets(total, expanded) else []
    forms = [total, _by_terms(total), whole if isinstance(whole, Sum) else _joined(whole), *opened]
    forms += [_shared_first(form) for form in forms if isinstance(form, Sum)]
    signs = {form: len(paper(form)) + brackets * isinstance(form, Sum) for form in forms}
    best = min(forms, key=lambda form: (*length(form), signs[form] if brackets else 0))
    return best if signs[best] <= signs[total] else total


def _by_terms(total: Sum) -> Expr:
    """1 + 2x²(1 + 2y) for 1 + x(2x + 4xy): each term in its shortest form."""
    found = tuple(map(_joined, total.terms))
    return total if found == total.terms else tidy(Sum(found))


def _meets(total: Sum, expanded: Expr) -> bool:
    """Whether a sum has no more terms multiplied out, or terms of letters met and no power of a sum was opened."""
    if not isinstance(expanded, Sum) or len(expanded.terms) <= len(total.terms):
        return True
    powers = any(isinstance(node, Power) and isinstance(node.base, Sum) for node in walk(total))
    return not powers and all(map(_is_of_letters, expanded.terms)) and len(expanded.terms) < written_out(total)


def _shared_first(total: Sum, letters: bool = False) -> Expr:
    """e⁻ˣ − x e⁻ˣ → e⁻ˣ (1 − x), where the terms share more than numbers and letters, or letters that are asked for."""
    shared = common_factor(total, letters)
    if shared == ONE:
        return total
    found = divided(total, shared)
    rest = min(found, expand(found), key=tree_size)
    if isinstance(rest, Sum) and (number := number_in(rest)) > 1:
        shared, rest = tidy(Product((integer(number), shared))), divided(rest, integer(number))
    turned = negated(rest)
    return tidy(Product((shared, rest)) if turned is None else Negative(Product((shared, turned))))


def author_letters(given: Expr, inputs: Collection[str]) -> tuple[str, ...]:
    """The letters in the author's order: parameters, then inputs, each behind those before it in a product."""
    return tuple(_order(given, tuple(inputs)).places)


# -- the author's order -------------------------------------------------------------------------------


class _Order:
    """The order in which an author writes letters and terms."""

    def __init__(self, given: Expr, inputs: Collection[str]) -> None:
        self.nodes = frozenset(walk(given))
        self.known = {node for node in self.nodes if isinstance(node, Sum | Product)}
        self.sums = {frozenset(node.terms): node for node in walk(given) if isinstance(node, Sum)}
        sums = [node.terms for node in self.sums.values()]
        ends = [[as_rational(unsigned(terms[k])) is not None for k in (0, -1)] for terms in sums]
        self.rooted = any(isinstance(node, Call) and node.function == "sqrt" for node in self.nodes)
        self.rising = [True, False] in ends and [False, True] not in ends
        rows = [[name for _, name in _letters(node.factors)] for node in self.known if isinstance(node, Product)]
        letters = [name for name in names(given) if name not in inputs]
        letters += sorted((name for name in inputs if depends(given, name)), key=lambda name: name not in _CONSTANTS)
        self.places = {name: place for place, name in enumerate(_in_rows(letters, rows))}

    def of(self, expr: Expr) -> Expr:
        """2xy for 2yx, 1 + x² where 1 stands first, 1 − x² for −x² + 1, √x for x^(1/2) beside √x; what the author
        wrote as it stands."""
        if expr in self.known:
            return expr
        expr = rebuild(expr, tuple(map(self.of, children(expr))))
        match expr:
            case Negative(Negative(u)) | Minus(Negative(u)):
                return u
            case Quotient(over, under) if (minus := isinstance(over, Negative)) or isinstance(under, Negative):
                ratio = Quotient(unsigned(over), unsigned(under))
                return ratio if minus and isinstance(under, Negative) else Negative(ratio)
            case Sum(terms):
                return self.sums.get(frozenset(terms)) or Sum(self._terms(terms))
            case Product(factors):
                minus, parted = self._parted(factors)
                whole = replace(expr, factors=self._factors(parted))
                return Negative(whole) if minus else whole
            case Power(base, exponent) if self.rooted and expr not in self.nodes and exponent_value(exponent) == _HALF:
                return Call("sqrt", (base,))
            case Negative(Quotient(Sum(terms), under)) if any(isinstance(term, Minus | Negative) for term in terms):
                return Quotient(_turned(terms), under)
        return expr

    def _terms(self, terms: tuple[Expr, ...]) -> tuple[Expr, ...]:
        """A polynomial in one letter by its degrees, x² + y² by its letters; no minus first in these or two terms."""
        found = [_monomial(term) for term in terms]
        if None not in found and len({name for name, degree in filter(None, found) if degree}) == 1:
            degrees = [degree for _, degree in filter(None, found)]
            if self.rising or degrees != sorted(degrees):
                places = sorted(range(len(terms)), key=degrees.__getitem__, reverse=not self.rising)
                terms = tuple(terms[k] for k in places)
        signed = [(isinstance(term, Minus | Negative), unsigned(term)) for term in terms]
        if _is_homogeneous(found):
            places = [self.places.get(name, 0) for name, _ in filter(None, found)]
            order = sorted(range(len(terms)), key=places.__getitem__)
            if signed[order[0]][0]:
                order.sort(key=lambda k: signed[k][0])
            signed = [signed[k] for k in order]
        if [minus for minus, _ in signed] == [True, False]:
            signed.reverse()
        (minus, first), *rest = signed
        return (Negative(first) if minus else first, *(Minus(term) if minus else term for minus, term in rest))

    def _parted(self, factors: tuple[Expr, ...]) -> tuple[bool, tuple[Expr, ...]]:
        """8x(1 − x²) for 4x(2 − 2x²), eˣ (1 − x)² for eˣ (1 − 2x + x²), and whether the product has turned its sign."""
        number, minus, rest = Fraction(1), False, list[Expr]()
        for factor in factors:
            if isinstance(factor, Negative):
                factor, minus = factor.operand, not minus
            if isinstance(factor, Sum) and factor not in self.known:
                shared = number_in(factor)
                turned, whole = _as_square(divided(factor, integer(shared)) if shared > 1 else factor)
                factor = factor if whole is factor else self.of(whole)
                number, minus = number * shared, minus != turned
            rest.append(factor)
        if number > 1:
            front = [value for value in map(as_rational, rest[:1]) if value is not None]
            rest[: len(front)] = [rational(prod(front, start=number))]
        return minus, tuple(rest)

    def _factors(self, factors: tuple[Expr, ...]) -> tuple[Expr, ...]:
        """The letters among the factors in the order of the author's products."""
        letters = _letters(factors)
        ordered = iter(sorted(letters, key=lambda letter: self.places.get(letter[1], 0)))
        slots = {factor for factor, _ in letters}
        return _coefficients_first(tuple(next(ordered)[0] if factor in slots else factor for factor in factors))


def _as_square(total: Expr) -> tuple[bool, Expr]:
    """(1 − x)² for −1 + 2x − x², and that it has turned its sign; others as they are."""
    turned = squared(Sum(tuple(map(opposite, terms_of(total)))))
    return (True, turned) if isinstance(turned, Power) else (False, squared(total))


def _turned(terms: tuple[Expr, ...]) -> Sum:
    """2x² − y² − z² for −(y² + z² − 2x²)"""
    signed = sorted(terms, key=lambda term: not isinstance(term, Minus | Negative))
    first, *rest = map(opposite, signed)
    return Sum((first, *rest))


def _coefficients_first(factors: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """(1 − α) x^α y^(−α) for x^α (1 − α) y^(−α): sums of what stands in exponents before the powers."""
    powers = [f for f in factors if isinstance(f, Power) and isinstance(f.base, Symbol) and not _is_plain(f)]
    above = {name for power in powers for name in names(power.exponent)}.difference(*(names(p.base) for p in powers))
    sums = [one for one in factors if isinstance(one, Sum) and names(one) and above.issuperset(names(one))]
    if not sums:
        return factors
    place = factors.index(powers[0])
    front = [factor for factor in factors[:place] if factor not in sums]
    return (*front, *sums, *(factor for factor in factors[place:] if factor not in sums))


@lru_cache(maxsize=2)  # the entries of a matrix ask for the same one
def _order(given: Expr, inputs: tuple[str, ...]) -> _Order:
    return _Order(given, inputs)


def _in_rows(letters: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The letters in their order, but each behind those that stand before it in a row."""
    before = {letter: {one for row in rows if letter in row for one in row[: row.index(letter)]} for letter in letters}
    left, found = list(dict.fromkeys(letters)), list[str]()
    while left:
        free = [letter for letter in left if not (before[letter] - {letter}) & set(left)]
        found.append((free or left)[0])
        left.remove(found[-1])
    return found


def _letters(factors: tuple[Expr, ...]) -> list[tuple[Expr, str]]:
    """The letters and their powers among the factors, with their names."""
    bases = [(factor, factor.base if isinstance(factor, Power) else factor) for factor in factors]
    return [(factor, base.name) for factor, base in bases if isinstance(base, Symbol) and _is_plain(factor)]


def _is_plain(factor: Expr) -> bool:
    return not isinstance(factor, Power) or exponent_value(factor.exponent) is not None


def _monomial(term: Expr) -> tuple[str, Fraction] | None:
    """The letter and the degree of a term c xⁿ, "" and 0 of a number; None for others."""
    term = unsigned(term)
    factors = factors_of(term)
    letters = _letters(factors)
    others = [factor for factor in factors if as_rational(factor) is None]
    if len(letters) != len(others) or len(letters) > 1:
        return None
    if not letters:
        return "", Fraction(0)
    ((factor, name),) = letters
    return name, (exponent_value(factor.exponent) or Fraction(1)) if isinstance(factor, Power) else Fraction(1)


def _is_homogeneous(found: Sequence[tuple[str, Fraction] | None]) -> bool:
    """Whether the terms are multiples of one power of different letters, as in x² + 2y²."""
    pairs = [pair for pair in found if pair is not None and pair[1]]
    return len(pairs) == len({name for name, _ in pairs}) == len(found) and len({degree for _, degree in pairs}) == 1


def _is_of_letters(term: Expr) -> bool:
    """Whether a term is a product of numbers and of powers of letters."""
    term = unsigned(term)
    factors = factors_of(term)
    bases = [factor.base if isinstance(factor, Power) and _is_plain(factor) else factor for factor in factors]
    return all(isinstance(base, Symbol | Number) for base in bases)
