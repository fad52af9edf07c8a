"""Exact values: closed notation (``6·2 + 0·cos(4)``) → its simplest exact form (``12``), in our own order.

SymPy does the algebra; the terms of the result stand in the order in which their parts first appear in
what was given, rational numbers last.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from math import comb, prod
from typing import Any

import sympy
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.polys.polyerrors import BasePolynomialError

from jacocalc.algebra.convert import Symbols, from_sympy, symbol, to_sympy
from jacocalc.algebra.domain import conditions_of
from jacocalc.algebra.exponents import joined, lettered, rooted
from jacocalc.algebra.plain_signs import negated
from jacocalc.algebra.tidy import tidy
from jacocalc.algebra.towers import is_towering
from jacocalc.errors import DomainError, TooLarge
from jacocalc.linear import paper
from jacocalc.notation import (
    Applied,
    Call,
    Comparison,
    Constant,
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
    exponent_value,
    factors_of,
    integer,
    leading,
    names,
    postorder,
    rational,
    rebuild,
    substitute,
    tree_size,
    unsigned,
    walk,
)
from jacocalc.options import LIMITS

_SMALL = 120
_DEEP = 4
_INSIDE = 2
_INVERSES = ("atan", "acot", "asinh", "acsch")  # sinh(asinh(u)) is u; the others have a domain
_CHOOSING = frozenset({"abs", "sign", "max", "min", "relu", "leaky_relu"})
_LONG = 600
_MOST_TERMS = 500
_SHORT = 25
_SUMMED = 3
_MANY_TERMS = 5_000
_MOST_CANCELLED = 10_000  # terms above times terms below


def exact(expr: Expr, symbols: Symbols | None = None) -> Expr:
    """The exact value of a closed expression, or of every entry of a matrix.

    Raises TooLarge beyond the limits, DomainError where the value is not a real number.
    """
    if isinstance(expr, Matrix):
        return expr.map(lambda entry: exact(entry, symbols))
    known = as_rational(expr)
    check_size(expr)
    if known is not None:
        return rational(known)
    if tree_size(expr) > _LONG or is_towering(expr):
        return tidy(expr)
    polynomial, meant = _in_odd_roots(expr)
    if meant:
        return tidy(substitute(exact(polynomial, symbols), meant))
    parts: dict[str, Expr] = {}
    result = _evaluated(_lettered(expr, parts), symbols, expr)
    if parts:
        result = _evaluated(expr, symbols, expr) if _needs_signs(result) else substitute(result, parts)
    if tree_size(result) > LIMITS.operations or _bits(result) > LIMITS.bits:
        raise TooLarge("the exact result is too long to write out")
    return result


def _evaluated(expr: Expr, symbols: Symbols | None, given: Expr) -> Expr:
    """SymPy's simplest form, in our order; ``given`` is what a message names."""
    value = simplest(to_sympy(expr, symbols))
    if value.has(sympy.nan, sympy.zoo, sympy.oo) or value.is_real is False:
        raise DomainError(f"{paper(given)} is not a real number")
    if value.has(sympy.I):  # a real value that SymPy writes so
        return tidy(expr)
    found = with_unspecified(from_sympy(value, order_of(expr, symbols)), expr)
    return found if names(found) else _over_one_number(found)


def _over_one_number(number: Expr) -> Expr:
    """√2/4 + √6/4 → (√2 + √6)/4"""
    found = rebuild(number, tuple(map(_over_one_number, children(number))))
    match found:
        case Sum(terms):
            parts = list(map(unsigned, terms))
            below = parts[0].denominator if isinstance(parts[0], Quotient) else None
            same = all(isinstance(part, Quotient) and part.denominator == below for part in parts)
            if below is not None and same and as_rational(below) is not None:
                over = tidy(Sum(tuple(Product((below, leading(term))) for term in terms)))
                turned = negated(over)
                return tidy(Quotient(over, below) if turned is None else Negative(Quotient(turned, below)))
    return found


def _lettered(expr: Expr, parts: dict[str, Expr]) -> Expr:
    """The expression with letters for constants deep inside, whose exact values are put into ``parts``.

    SymPy evaluates functions of constants that stand in each other at every step, and functions of letters never.
    """
    if _needs_signs(expr):
        return expr
    made: dict[Expr, Expr] = {}
    heights: dict[Expr, int] = {}
    letters: dict[Expr, Symbol] = {}
    for node in postorder(expr):
        new = rebuild(node, tuple(made[part] for part in children(node)))
        height = _raised(node, heights)
        if height >= _INSIDE and _raises(node) and node is not expr and not _is_seen_through(node) and not names(new):
            new = _constant(new)
            height = _height(new)
            if height >= _INSIDE:
                new, height = letters.setdefault(new, Symbol(f"_{len(letters)}")), 0
        made[node], heights[node] = new, height
    parts.update((letter.name, value) for value, letter in letters.items())
    return made[expr]


@lru_cache(maxsize=1000)
def _constant(expr: Expr) -> Expr:
    return exact(expr)


def _is_seen_through(node: Expr) -> bool:
    return isinstance(node, Call) and node.function in _INVERSES


def _height(expr: Expr) -> int:
    """How many functions stand in each other, powers like 2^√2 among them."""
    heights: dict[Expr, int] = {}
    for node in postorder(expr):
        heights[node] = _raised(node, heights)
    return heights[expr]


def _raised(node: Expr, heights: Mapping[Expr, int]) -> int:
    return max((heights[part] for part in children(node)), default=0) + _raises(node)


def _raises(node: Expr) -> bool:
    return isinstance(node, Call) or (isinstance(node, Power) and exponent_value(node.exponent) is None)


def _needs_signs(expr: Expr) -> bool:
    """Whether the sign of a part decides about the value, or whether there is one."""
    return any(map(_needs_sign, walk(expr)))


def _needs_sign(node: Expr) -> bool:
    if isinstance(node, Piecewise) or (isinstance(node, Call) and node.function in _CHOOSING):
        return True
    conditions = (one.holds for one in conditions_of(node) if not one.smooth)
    return any(not isinstance(holds, Comparison) or holds.relation != "!=" for holds in conditions)


def with_unspecified(result: Expr, given: Expr) -> Expr:
    """Applied undefined functions as they were given: SymPy knows their names and the values of their arguments."""
    applied = [node for node in walk(given) if isinstance(node, Applied)]
    known = {node.name: node for node in applied}
    written = {to_sympy(node): node for node in applied}

    def visit(node: Expr) -> Expr:
        parts = tuple(visit(part) for part in children(node))
        if not isinstance(node, Applied):
            return rebuild(node, parts)
        found = rebuild(known[node.function], parts)
        return written.get(to_sympy(found), found)

    return visit(result) if known else result


def cancelled(expr: Expr, first: Sequence[Expr] = (), symbols: Symbols | None = None) -> Expr:
    """The shortest of the exact form and that over one denominator, cancelled, without fractions in fractions.

    Of forms as long the one with sums of the expression: x(a − 1)/(ay) for (ax − x)/(ay), of x(1 − a).  What is
    ``first`` stands before others, as parameters do.  Where it was defined must be kept by the caller: 2x/(2y) becomes
    x/y, defined for y ≠ 0.
    """
    polynomial, meant = _in_odd_roots(expr)
    if meant:
        letters = {children(root)[0]: Symbol(name) for name, root in meant.items()}
        first = tuple(letters.get(one, one) for one in first)
        return tidy(substitute(cancelled(polynomial, first, symbols), meant))
    plain = exact(expr, symbols)
    value = to_sympy(plain, symbols)
    if value.is_number or value.count_ops() > 2 * _SMALL or value.has(sympy.Piecewise, sympy.Max, sympy.Min):
        return plain
    plainly, powers = lettered(value)
    if plainly.count_ops() > _SMALL or _spread(plainly) > _MOST_CANCELLED:
        return plain
    try:
        whole = sympy.cancel(plainly)
        factored = sympy.factor(whole) if whole.count_ops() <= 2 * _SMALL else whole  # factoring may take for ever
        apart, roots = rooted(plainly)
        apart = joined(sympy.factor(apart), roots) if roots and whole.has(sympy.Add) else factored
    except BasePolynomialError:
        return plain
    forms = [value, *(joined(form, powers) for form in (whole, factored, _multiplied_above(factored), apart))]
    forms += [sympy.together(value)] if _compound(value) else []
    sums = {to_sympy(node, symbols): node for node in walk(expr) if isinstance(node, Sum)}
    kept = {*sums, *(-one for one in sums)}

    def rank(form: Any) -> tuple[bool, int, int, int]:
        return _compound(form), int(form.count_ops()), _shared(form), -len(kept & form.atoms(sympy.Add))

    best = without_minus(min(forms, key=rank), sums)
    order = order_of(Sum((*first, expr)), symbols)
    found = with_unspecified(from_sympy(best, order), expr)
    if best == value and (not first or tree_size(plain) < tree_size(found)):
        found = plain
    return _with_sums(found, sums, symbols)


def _in_odd_roots(expr: Expr) -> tuple[Expr, dict[str, Expr]]:
    """x + (∛x)² as r³ + r², and what r is; the expression itself where other functions or other roots stand in it."""
    roots = {node: _index(node) for node in walk(expr) if _index(node)}
    below = {root.arguments[0]: index for root, index in roots.items() if isinstance(root, Call) and names(root)}
    if not below or any(index != below.get(children(root)[0]) for root, index in roots.items()):
        return expr, {}
    letters = {u: Symbol(f"root {place}") for place, u in enumerate(below)}
    made: dict[Expr, Expr] = {}
    for node in postorder(expr):
        if node in roots:
            made[node] = letters[children(node)[0]]
        elif isinstance(node, Symbol) and node in letters:
            made[node] = Power(letters[node], integer(below[node]))
        else:
            made[node] = rebuild(node, tuple(made[part] for part in children(node)))
    if not is_rational(made[expr]):
        return expr, {}
    return made[expr], {letters[children(root)[0]].name: root for root in roots}


def _index(node: Expr) -> int:
    """n of a root of odd order n; 0 of anything else."""
    if not isinstance(node, Call) or node.function not in ("cbrt", "root"):
        return 0
    index = Fraction(3) if node.function == "cbrt" else as_rational(node.arguments[1])
    return int(index) if index is not None and index.denominator == 1 and index % 2 else 0


def _shared(value: Any) -> int:
    """The number that cancels: 4 of −4/(8u − 12)."""
    over, under = sympy.fraction(value)
    return int(sympy.gcd(over.as_content_primitive()[0], under.as_content_primitive()[0]))


def _with_sums(result: Expr, known: Mapping[Any, Expr], symbols: Symbols | None) -> Expr:
    """Sums that are known stand as they did: y/(x² + y²) for y/(y² + x²)."""

    def visit(node: Expr) -> Expr:
        kept = known.get(to_sympy(node, symbols)) if isinstance(node, Sum) else None
        if kept is not None and tree_size(kept) <= tree_size(node):
            return kept
        return rebuild(node, tuple(map(visit, children(node))))

    return visit(result) if known else result


def _compound(form: Any) -> bool:
    """Whether a fraction stands in the numerator or in the denominator of a fraction."""
    over, under = sympy.fraction(form)
    return under != 1 and (_has_fraction(over) or _has_fraction(under))


def _has_fraction(part: Any) -> bool:
    if part.is_Pow:
        return bool(part.exp.is_negative) or (part.exp.is_Integer and _has_fraction(part.base))
    return (part.is_Add or part.is_Mul) and any(not arg.is_Number and _has_fraction(arg) for arg in part.args)


def without_minus(form: Any, known: Collection[Any] = ()) -> Any:
    """(−a − b)/(−c − d) and −(a + b)/(c + d) instead of sums in which every term has a minus sign.

    a/(d − c) instead of −a/(c − d), where d − c is a known sum.
    """
    over, under = sympy.fraction(form)
    sides = [-part if part.is_Add and all(map(_negative, part.args)) else part for part in (over, under)]
    if under == 1:
        return form
    sign = (-1) ** ((sides[0] != over) + (sides[1] != under))
    size = -sides[0] if sides[0].is_Mul and _negative(sides[0]) else sides[0]
    turned = _turned(sides[1], known) if sign * (-1) ** (size != sides[0]) < 0 else None
    if turned is not None:
        return size / turned
    if sides == [over, under]:
        return form
    return sympy.Mul(sign, sides[0], 1 / sides[1]) if sign < 0 else sides[0] / sides[1]


def _turned(product: Any, known: Collection[Any]) -> Any | None:
    """−product with d − c for a factor c − d, if d − c is a known sum."""
    for factor in sympy.Mul.make_args(product):
        base, exponent = factor.as_base_exp()
        turned = _known_turned(base, known)
        if turned is not None and exponent.is_odd and not all(map(_negative, turned.args)):
            return product / factor * turned**exponent
    return None


def _known_turned(base: Any, known: Collection[Any]) -> Any | None:
    """d − c for c − d, if of the two d − c is a known sum."""
    turned = sympy.Add(*(-term for term in base.args)) if base.is_Add else None
    return turned if turned in known and base not in known else None


def _negative(term: Any) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def divided_out(expr: Expr) -> Expr:
    """(x² − 2x + 1)/(x − 1)² → 1: common factors of a quotient of polynomials in letters cancelled.

    Where it was defined must be kept by the caller: (x² − x)/(x − 1) becomes x, defined for x ≠ 1.
    """
    if isinstance(expr, Negative):
        turned = divided_out(expr.operand)
        return turned.operand if isinstance(turned, Negative) else Negative(turned)
    if not isinstance(expr, Quotient) or not _has_sum(expr.numerator) or tree_size(expr) > _SMALL:
        return expr
    over, under = to_sympy(expr.numerator), to_sympy(expr.denominator)
    if _spread(over) * _spread(under) > _MOST_CANCELLED:
        return expr
    if not (is_rational(expr) and over.is_polynomial() and under.is_polynomial()):
        found = _without_root_below(expr)
        return _divided_beside(expr) if found == expr else found
    return _without_divisor(expr, over, under) or _powers_above(expr, over)


def _without_divisor(expr: Quotient, over: Any, under: Any) -> Expr | None:
    """The quotient without what its polynomials ``over`` and ``under`` have in common; None where that is nothing."""
    if sympy.gcd(over, under).is_number:
        return None
    quotient = sympy.cancel(over / under)
    factored = sympy.factor(quotient)
    below = {to_sympy(node) for node in walk(expr.denominator) if isinstance(node, Sum)}
    best = _turned_below(min((quotient, factored, _multiplied_above(factored)), key=_length), below)
    return _signed_notation(best, expr)


def _without_root_below(expr: Quotient) -> Expr:
    """(√u + x)/(√u (1 + (x + √u)²)) → 1/(2(1 + x²)) for its one root √u, u = 1 + x²: by the conjugate of the
    denominator, where no sum with the root is left."""
    roots = {node for node in walk(expr) if isinstance(node, Call)}
    if len(roots) != 1 or not all(node.function == "sqrt" and is_rational(node.arguments[0]) for node in roots):
        return expr
    if not any(isinstance(node, Sum) and not is_rational(node) for node in walk(expr.denominator)):
        return expr
    value, letters = rooted(to_sympy(expr))
    if len(letters) != 1 or _spread(value) ** 2 > _MOST_CANCELLED:
        return expr
    ((r, root),) = letters.items()
    u = root.args[0]
    over, under = sympy.fraction(sympy.together(value))
    if not (over.is_polynomial(r, *u.free_symbols) and under.is_polynomial(r, *u.free_symbols)):
        return expr
    plain = sympy.cancel(over / under) if u.is_Symbol else _by_conjugate(over, under, r, u)
    if plain is None:
        return expr
    form = min((sympy.factor(plain), plain), key=sympy.count_ops)
    found = _signed_notation(form.xreplace({r: root}), expr)
    return found if tree_size(found) < tree_size(expr) else expr


def _by_conjugate(over: Any, under: Any, r: Any, u: Any) -> Any:
    """(r − 1)/(r (x² + (r − 1)²)) → 1/(2u) with r² = u = 1 + x²; None where a sum with r is left."""
    conjugate = under.xreplace({r: -r})
    over, under = (sympy.rem(sympy.expand(part * conjugate), r**2 - u, r) for part in (over, under))
    even, odd = over.coeff(r, 0), over.coeff(r, 1)
    if under == 0 or (even != 0 and odd != 0):
        return None
    return sympy.cancel(even / under) + sympy.cancel(odd * u / under) / r


def _signed_notation(value: Any, alike: Expr) -> Expr:
    """As notation, the sign in front, where another one may cancel it"""
    if _negative(value):
        return Negative(from_sympy(-value, order_of(alike)))
    return from_sympy(value, order_of(alike))


def _turned_below(form: Any, known: Collection[Any]) -> Any:
    """a/(1 − x)³ for −a/(x − 1)³, where 1 − x is a known sum."""
    for factor in sympy.Mul.make_args(sympy.fraction(form)[1]):
        base, exponent = factor.as_base_exp()
        turned = _known_turned(base, known)
        if turned is not None and exponent.is_Integer:
            form = (-1) ** exponent * form.xreplace({1 / factor: turned**-exponent})
    return form


def _divided_beside(expr: Quotient) -> Expr:
    """e^x (1 − x)/(√x·(1 + x)) for e^x (1 − x²)/(√x·(1 + x)²), (1 + ln x)/(1 + x) for (1 + x)(1 + ln x)/(1 + x)²:
    sums of letters below are cancelled beside what else is there."""
    above, below = factors_of(expr.numerator), factors_of(expr.denominator)
    sums = tuple(one for one in above if isinstance(one, Sum))
    powers = tuple(filter(_is_sum_of_letters, below))
    over, under = (sympy.Mul(*map(to_sympy, side)) for side in (sums, powers))
    letters = over.free_symbols | over.atoms(sympy.Function) - over.atoms(sympy.exp)
    if not (sums and powers and over.is_polynomial(*letters)):
        return expr
    found = _without_divisor(expr, over, under)
    if found is None:
        return expr
    rest_above = Product(tuple(one for one in above if one not in sums))
    rest_below = Product(tuple(one for one in below if one not in powers))
    return tidy(Product((Quotient(rest_above, rest_below), found)))


def _is_sum_of_letters(factor: Expr) -> bool:
    """Whether it is a sum, or a whole power of one, in which only numbers, letters and their powers stand."""
    base = factor.base if isinstance(factor, Power) else factor
    return isinstance(base, Sum) and is_rational(factor) and bool(to_sympy(factor).is_polynomial())


def _powers_above(expr: Quotient, over: Any) -> Expr:
    """(x − 2)²(2x + 11)/(x + 3)² for (2x³ + 3x² − 36x + 44)/(x + 3)²: a numerator with the power of a sum in it."""
    factored = min(sympy.factor(over), sympy.factor_terms(sympy.sqf(over)), key=_length)
    powers = [factor for factor in sympy.Mul.make_args(factored) if factor.is_Pow and factor.base.is_Add]
    if not powers or _length(factored) >= _length(over):
        return expr
    return Quotient(from_sympy(factored, order_of(expr)), expr.denominator)


def _multiplied_above(factored: Any) -> Any:
    """2x(x² − y²)/(x² + y²)³ for 2x(x − y)(x + y)/(x² + y²)³: the sums in a numerator as one, if that is not long."""
    over, _ = sympy.fraction(factored)
    sums = sympy.Mul(*(factor for factor in sympy.Mul.make_args(over) if factor.is_Add))
    return factored / sums * sympy.expand(sums) if _spread(sums) <= _MOST_TERMS else factored


def _has_sum(over: Expr) -> bool:
    """Whether a sum stands in a numerator: x + y, or 2x (x + y)"""
    factors = factors_of(over)
    return any(isinstance(factor, Sum) for factor in factors)


def is_rational(expr: Expr) -> bool:
    """Whether only numbers, letters and powers of them stand in the expression."""
    return not any(isinstance(node, Call | Applied | Constant | Piecewise) for node in walk(expr))


def order_of(expr: Expr, symbols: Symbols | None = None) -> dict[Any, int]:
    """The place of first appearance of each function value, constant and symbol."""
    order: dict[Any, int] = {}
    for node in walk(expr):
        if isinstance(node, Symbol):
            order.setdefault(symbol(node.name, symbols), len(order))
        elif isinstance(node, Applied | Call | Power | Constant):
            value = to_sympy(node, symbols)
            if not value.is_Rational:
                order.setdefault(value, len(order))
    return order


def simplest(value: Any) -> Any:
    """The shortest among a few equal forms, for small expressions; SymPy's own evaluation for others."""
    if value.is_Rational or value.is_Symbol or value.count_ops() > _SMALL or _nested(value):
        return value
    value = _plain_roots(value) if value.is_number else value
    forms = [value]
    if (value.is_Add or value.is_Mul or value.is_Pow) and _spread(value) <= _MOST_TERMS:
        forms.append(sympy.expand(value))
        if _has_root_below(value) and not _has_tangled_root(value):
            forms.append(sympy.radsimp(value))
            if forms[1].is_algebraic and forms[1].count_ops() <= _SHORT:  # beside π it takes minutes
                forms.append(sympy.radsimp(forms[1]))
        if len(value.atoms(sympy.sin, sympy.cos)) > 1:
            forms += [_pythagoras(forms[1]), *_of_sums(value)]
    forms += _of_logarithms(value) if value.is_number else []
    return min(forms, key=_length)


def _of_logarithms(value: Any) -> list[Any]:
    """sinh(ln 2) → 3/4, cosh(ln(1 + √2)) → √2"""
    waves = [wave for wave in value.atoms(HyperbolicFunction) if wave.args[0].has(sympy.log)]
    plain = {wave: sympy.radsimp(sympy.expand(wave.rewrite(sympy.exp))) for wave in waves}
    return [value.xreplace(plain)] if plain else []


def _plain_roots(value: Any) -> Any:
    """√(1/2 − √2/4) → √(2 − √2)/2, and √(2 − √2) √(2 + √2) → √2: roots of sums of numbers."""
    value = value.replace(_is_root_of_sum, _without_fraction)
    return value.replace(lambda part: part.is_Mul, _joined_roots)


def _is_root_of_sum(part: Any) -> bool:
    return bool(part.is_Pow and part.base.is_Add and abs(part.exp) == sympy.S.Half)


def _without_fraction(root: Any) -> Any:
    """√(5/8 − √5/8) → √(10 − 2√5)/4, √(3 + 2√2) → 1 + √2"""
    plain = sympy.sqrtdenest(sympy.sqrt(root.base)) if len(_irrational_atoms(root.base)) == 1 else root
    if not _is_root_of_sum(plain) and not any(map(_is_root_of_sum, plain.args)):
        return plain ** (2 * root.exp)
    content, rest = root.base.as_content_primitive()
    inside, outside = sympy.Integer(content.p * content.q), sympy.Integer(content.q)
    square = sympy.sqrt(inside).as_coeff_Mul()[0]
    size = sympy.Add(*(inside / square**2 * term for term in sympy.Add.make_args(rest)))
    return (sympy.sqrt(size) * square / outside) ** (2 * root.exp)


def _joined_roots(product: Any) -> Any:
    """√(2 − √2) √(2 + √2) → √2, where the product under the root is a rational number"""
    roots = [factor for factor in product.args if _is_root_of_sum(factor)]
    for one, other in combinations(roots, 2):
        inside = sympy.expand((one.base ** (2 * one.exp)) * (other.base ** (2 * other.exp)))
        inside = inside if inside.is_Rational else sympy.radsimp(inside)
        if inside.is_Rational and inside > 0:
            return _joined_roots(product / one / other * sympy.sqrt(inside))
    return product


def shorter_expanded(value: Any) -> Any:
    """The shorter of a value and its terms, where they are not too many: √2 (π + 1) − √2 π → √2."""
    forms = [value, sympy.expand(value)] if _spread(value) <= _MANY_TERMS else [value]
    return simplest(min(forms, key=_length))


def _spread(value: Any) -> int:
    """How many terms come of multiplying a value out, numerators and denominators, at most.

    (a + b)^12 has 13, (a + b)^12/(c + d)^12 has 13·13.
    """
    terms: dict[Any, int] = {}
    for node in sympy.postorder_traversal(value):
        parts = [terms[part] for part in node.args]
        if node.is_Pow and node.exp.is_Integer:
            terms[node] = comb(parts[0] + abs(int(node.exp)) - 1, parts[0] - 1)
        else:
            terms[node] = sum(parts) if node.is_Add else prod(parts) if node.is_Mul else 1
    return max(terms.values())


def _nested(value: Any) -> bool:
    """Whether functions of constants stand deep in each other: SymPy evaluates them all at every product."""
    height: dict[Any, int] = {}
    for node in sympy.postorder_traversal(value):
        height[node] = max((height[part] for part in node.args), default=0) + bool(node.is_Function or node.is_Pow)
    return height[value] > _DEEP


def _length(value: Any) -> tuple[int, int, str]:
    text = sympy.sstr(value, order="none")  # the usual order of printing evaluates every constant
    return (int(value.count_ops()), len(text), text)


def _has_root_below(value: Any) -> bool:
    below = (p for p in value.atoms(sympy.Pow) if p.exp.is_negative and p.base.is_number)
    return any(p.exp == sympy.Rational(-1, 2) or _irrational_atoms(p.base) for p in below)


def _has_tangled_root(value: Any) -> bool:
    """Whether a root is taken of a sum like √2 + π + 1: no denominator gets shorter there, and SymPy tries for long."""
    roots = (p.base for p in value.atoms(sympy.Pow) if p.base.is_number and p.exp.is_Rational and not p.exp.is_Integer)
    return any(len(_irrational_atoms(base)) > 1 or base.is_algebraic is not True for base in roots if base.is_Add)


def _irrational_atoms(value: Any) -> set[Any]:
    """The different roots in a number."""
    return {p for p in value.atoms(sympy.Pow) if not p.exp.is_Integer}


def _of_sums(value: Any) -> list[Any]:
    """sin(u + v) cos u − cos(u + v) sin u → sin v, for angles that are short sums"""
    sums = [atom.args[0] for atom in value.atoms(sympy.sin, sympy.cos) if atom.args[0].is_Add and atom.free_symbols]
    terms = [term for angle in sums for term in angle.args]
    if not sums or len(terms) > _SUMMED * len(sums) or any(abs(term.as_coeff_Mul()[0]) != 1 for term in terms):
        return []
    resolved = sympy.expand_trig(value)
    return [_pythagoras(sympy.expand(resolved))] if _spread(resolved) <= _MOST_TERMS else []


def _pythagoras(value: Any) -> Any:
    """a sin² u + a cos² u → a, for every u that occurs."""
    for cosine in sorted(value.atoms(sympy.cos), key=str):
        sine = sympy.sin(cosine.args[0])
        if value.has(sine):
            replaced = sympy.expand(sympy.expand(value).subs(cosine**2, 1 - sine**2))
            if replaced.count_ops() < value.count_ops():
                value = replaced
    return value


def check_size(expr: Expr) -> None:
    """Raise TooLarge when the value would be too long to write, judged before anything is calculated."""
    if tree_size(expr) > LIMITS.operations:
        raise TooLarge("the exact result is too long to write out")
    if _bits(expr) > 2 * LIMITS.bits:
        raise TooLarge(f"the exact result has more than {LIMITS.bits:,} bits")


def _bits(expr: Expr) -> int:
    """An upper estimate of the bits of the largest number that arises."""
    sizes: dict[Expr, tuple[int, int]] = {}
    for node in postorder(expr):
        sizes[node] = _node_bits(node, [sizes[part] for part in children(node)])
    return max((size for pair in sizes.values() for size in pair), default=0)


def _node_bits(node: Expr, parts: list[tuple[int, int]]) -> tuple[int, int]:
    """(bits of the numerator, bits of the denominator) of a node."""
    match node:
        case Number(value):
            return value.numerator.bit_length(), value.denominator.bit_length() - 1
        case Sum():
            under = sum(p[1] for p in parts)
            return max((p[0] + under - p[1] for p in parts), default=0) + len(parts).bit_length(), under
        case Product():
            return sum(p[0] for p in parts), sum(p[1] for p in parts)
        case Quotient():
            return parts[0][0] + parts[1][1], parts[0][1] + parts[1][0]
        case Power(_, exponent):
            raised = exponent_value(exponent)
            times = abs(int(raised)) + 1 if raised is not None and as_rational(node.base) is not None else 1
            return parts[0][0] * times, parts[0][1] * times
        case Negative() | Minus():
            return parts[0]
        case _:
            return (1, 0)
