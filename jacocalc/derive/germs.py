"""What is proved of a formula beside a point: germs, the arithmetic of orders of vanishing.

Near a, with h = x − a and a size r of h such that |h_j| ≤ r^(w_j) for weights w, a germ says of u

    u(a + h) = Σ c_α h^α + O(r^order)        the terms are exact
    |u(a + h)| ≥ C r^low, of one sign        if ``low`` is known; ``above``: even |u|/r^low → ∞

On a path h = h(t), t > 0, there is the one letter t, whose exponents may be negative or fractions; every
lowest term then has a sign.  In several letters a form has one where it is definite (no zero but 0).

A germ exists only where u is proved to be defined for all small h ≠ 0: else Outside (proved undefined)
or Unknown is raised.  Of a branch that applies in a region only (``within``) all this is said of the small h ≠ 0
there: x² sin(1/x) where x ≠ 0.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache, reduce
from itertools import combinations
from math import inf
from typing import Any, TypeAlias

import sympy

from jacocalc.algebra.convert import FAILURES, from_sympy, to_sympy
from jacocalc.algebra.domain import conditions_of, moving, negation
from jacocalc.derive.forms import (
    Exponents,
    Terms,
    Unknown,
    coefficient_sign,
    even_sign,
    form_sign,
    quadratic_sign,
    weak_sign,
)
from jacocalc.derive.removable import divides
from jacocalc.evaluate.numbers import holds, sign_of
from jacocalc.known_functions import KNOWN, ORDERED, is_odd_root
from jacocalc.notation import (
    PI,
    ZERO,
    Call,
    Comparison,
    Constant,
    E,
    Expr,
    Junction,
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
    integer,
    rebuild,
)

Order: TypeAlias = Any  # a Fraction, or ± infinity
Branch: TypeAlias = tuple[Expr, tuple[Expr, ...]]  # a formula, and what holds where it applies

FLAT = Fraction(10**6)  # smaller than every power of r
_LITTLE = Fraction(1, 1000)  # |ln r| ≤ C r^(−1/1000)
_FAR = 10
_MOST_TERMS = 80
_MOST_DERIVATIVES = 10
_FEW = 4  # orders that are kept where coefficients grow long
_SHORT = 8  # operations of a coefficient that is not long
_BOUNDED = ("sin", "cos", "tanh", "atan", "erf", "sigmoid")
_AT_INFINITY = ("tanh", "erf")


class Outside(Exception):
    """Proved to be undefined for all small h ≠ 0."""


@dataclass(frozen=True)
class Germ:
    """See the module's head; ``order`` is infinite where the terms are all."""

    terms: Terms
    order: Order
    low: Order | None = None
    sign: int = 0
    above: bool = False
    size: Order = inf

    @property
    def vanishes(self) -> bool:
        """Whether u = 0 for all small h."""
        return not self.terms and self.order == inf

    @property
    def diverges(self) -> bool:
        """Whether |u| → ∞."""
        return self.low is not None and (self.low < 0 or (self.low == 0 and self.above))


def _whole(exponent: Fraction | int) -> Fraction | int:
    """An exponent that is whole as the integer that it is, which is added faster."""
    return exponent.numerator if exponent.denominator == 1 else exponent


def plus(one: Order, other: Order) -> Order:
    """The sum of two orders, −∞ being the weakest."""
    return -inf if -inf in (one, other) else one + other


class Beside:
    """Germs of formulas near one point: ``values`` are the germs of the letters, ``weights`` those of h.

    ``path``: h = h(t) for t > 0, with one letter; else all h ≠ 0 around the point.
    """

    def __init__(self, values: Mapping[str, Terms], weights: tuple[int, ...], path: bool) -> None:
        self.weights = weights
        self.path = path
        self.values = {name: self.made(terms) for name, terms in values.items()}
        self._apart: frozenset[Any] = frozenset()  # factors that are nowhere 0
        self._ties: tuple[tuple[int, Any], ...] = ()  # steps that conditions with = give by the others
        self._done: dict[Expr, Germ | Exception] = {}

    def within(self, region: Iterable[Expr]) -> Beside:
        """The germs where these conditions hold."""
        region = tuple(region)
        factors = frozenset[Any]().union(*map(_nowhere_zero, region))
        ties = self._ties + tuple(filter(None, map(self._tie, region)))
        if not factors and ties == self._ties:
            return self
        there = copy(self)
        there._apart, there._ties, there._done = self._apart | factors, ties, {}
        return there

    def _tie(self, condition: Expr) -> tuple[int, Any] | None:
        """(j, −(c − c_j h_j)/c_j) where a condition says c = 0 for a form c of first degree in h."""
        if not isinstance(condition, Comparison) or condition.relation != "=" or self.path:
            return None
        try:
            germ = self.germ(condition.left - condition.right)
        except (Unknown, Outside):
            return None
        if germ.order != inf or not germ.terms or any(sum(k) != 1 for k in germ.terms):
            return None
        j = max((k.index(1) for k in germ.terms), key=lambda j: self.weights[j])
        form = self._polynomial(germ.terms).as_expr()
        own = form.coeff(_steps(self.weights)[j])
        return j, sympy.expand(_steps(self.weights)[j] - form / own)

    def tied(self, germ: Germ) -> Germ:
        """The germ with the steps that the region allows: h_1 = 0 where x = a_1."""
        if not self._ties or not germ.terms:
            return germ
        steps = _steps(self.weights)
        polynomial = self._polynomial(germ.terms).as_expr()
        for j, form in self._ties:
            polynomial = polynomial.subs(steps[j], form)
        found = sympy.Poly(sympy.expand(polynomial), *steps)
        return self.made({tuple(map(int, k)): c for k, c in found.terms() if c != 0}, germ.order)

    # -- making germs -------------------------------------------------------------------------------

    @property
    def origin(self) -> Exponents:
        """The exponents of the constant term."""
        return (0,) * len(self.weights)

    def degree(self, exponents: Exponents) -> Fraction | int:
        found: Fraction | int = sum(map(operator.mul, self.weights, exponents))
        return found

    def made(
        self, terms: Terms, order: Order = inf, low: Order | None = None, sign: int = 0, above: bool = False
    ) -> Germ:
        """The germ with these terms; what is known of its sign is read off its lowest form where that is definite."""
        degrees = {k: d for k, c in terms.items() if (d := self.degree(k)) < order and coefficient_sign(c)}
        if len(degrees) > _MOST_TERMS:
            order = sorted(degrees.values())[_MOST_TERMS]
        kept = {k: terms[k] for k, degree in degrees.items() if degree < order}
        lowest = min((degrees[k] for k in kept), default=None)
        size = order if lowest is None else lowest
        if lowest is not None:
            definite = self._definite({k: c for k, c in kept.items() if degrees[k] == lowest})
            if definite:
                return Germ(kept, order, lowest, definite, False, size)
            if order == inf and not sign:
                sign = weak_sign(kept)
        return Germ(kept, order, low, sign, above, size)

    def constant(self, value: Any) -> Germ:
        return self.made({self.origin: value})

    def bounded(self, order: Order, low: Order | None = None, sign: int = 0, above: bool = False) -> Germ:
        """A germ of which only bounds are known."""
        return Germ({}, order, low, sign, above, order)

    def _definite(self, form: Terms) -> int:
        """The sign of a form that vanishes at 0 only; 0 where that is not proved."""
        if self.path or set(form) == {self.origin}:
            return coefficient_sign(next(iter(form.values())))
        return even_sign(form) or (form_sign(form) if len(self.weights) == 2 else quadratic_sign(form))

    # -- arithmetic ---------------------------------------------------------------------------------

    def add(self, one: Germ, other: Germ) -> Germ:
        terms = dict(one.terms)
        for k, c in other.terms.items():
            terms[k] = terms[k] + c if k in terms else c
        low, sign, above = _sum_bound(one, other)
        return self.made(terms, min(one.order, other.order), low, sign, above)

    def scale(self, germ: Germ, factor: Any) -> Germ:
        return self.multiply(germ, self.constant(factor))

    def multiply(self, one: Germ, other: Germ) -> Germ:
        if one.vanishes or other.vanishes:
            return self.made({})
        order = min(plus(one.order, other.size), plus(other.order, one.size))
        terms: dict[Exponents, Any] = {}
        degrees = [self.degree(m) for m in other.terms]
        for k, c in one.terms.items():
            own = self.degree(k)
            for (m, d), degree in zip(other.terms.items(), degrees, strict=True):
                if own + degree < order:
                    if _swells(c, d) and own + degree > one.size + other.size:
                        order = own + degree  # of this and of later orders no more is known
                        continue
                    both = tuple(map(operator.add, k, m))
                    product = c * d
                    product = product if product.is_Rational else sympy.expand(product)
                    terms[both] = terms[both] + product if both in terms else product
        low = None if one.low is None or other.low is None else plus(one.low, other.low)
        return self.made(terms, order, low, one.sign * other.sign, one.above or other.above)

    def divide(self, one: Germ, other: Germ) -> Germ:
        if other.vanishes:
            raise Outside
        if other.low is None:
            raise Unknown
        factored = self._factored(other)
        if factored:
            return self.multiply(one, self._series(factored, -1, coefficient=1 / factored[0]))
        exact = self._polynomial_quotient(one, other)
        if exact is not None:
            return exact
        low = None if one.low is None or other.size == -inf else one.low - other.size
        return self.bounded(plus(one.size, -other.low), low, one.sign * other.sign, one.above)

    def _polynomial_quotient(self, one: Germ, other: Germ) -> Germ | None:
        """p/q form by form, as long as the lowest form of q divides what is left: (u − u³/6 + …)/u = 1 − u²/6 + …"""
        if self.path or other.order != inf or not one.terms:
            return None
        under, behind, d = self._polynomial(self._form(other, other.size)), self._behind(other), other.size
        kept: dict[Exponents, Any] = {}
        while one.terms and len(kept) < _MOST_TERMS:
            quotient, rest = sympy.div(self._polynomial(self._form(one, one.size)), under)
            if not rest.is_zero:
                return self.made(kept, one.size - d) if kept else None
            found: dict[Exponents, Any] = {tuple(map(int, k)): c for k, c in quotient.terms() if c != 0}
            kept |= found
            one = self.add(self._behind(one), self.multiply(self.made({k: -c for k, c in found.items()}), behind))
        return self.made(kept, plus(one.size, -d))

    def _form(self, germ: Germ, degree: Order) -> Terms:
        return {k: c for k, c in germ.terms.items() if self.degree(k) == degree}

    def _behind(self, germ: Germ) -> Germ:
        """The germ without its lowest form."""
        return self.made({k: c for k, c in germ.terms.items() if self.degree(k) > germ.size}, germ.order)

    def _polynomial(self, terms: Terms) -> Any:
        return sympy.Poly({tuple(map(int, k)): c for k, c in terms.items()}, *_steps(self.weights))

    def _factored(self, germ: Germ) -> tuple[Any, Exponents, Germ] | None:
        """(c, k, v) with u = c h^k (1 + v), v → 0, where the lowest form is one term that can be divided by."""
        lowest = [k for k in germ.terms if self.degree(k) == germ.size]
        if len(lowest) != 1 or not (self.path or lowest[0] == self.origin):
            return None
        k, c = lowest[0], germ.terms[lowest[0]]
        rest = {
            tuple(a - b for a, b in zip(m, k, strict=True)): d / c for m, d in germ.terms.items() if m != k
        }  # fmt: skip
        return c, k, self.made(rest, plus(germ.order, -germ.size))

    def _series(self, factored: tuple[Any, Exponents, Germ], power: Fraction | int, coefficient: Any) -> Germ:
        """(c h^k (1 + v))^p = c^p h^(kp) Σ binomial(p, i) v^i, with c^p given."""
        _, k, rest = factored
        binomials = (sympy.binomial(sympy.Rational(power.numerator, power.denominator), i) for i in range(_FAR * 4))
        series = self._expanded(list(binomials), rest)
        return self.multiply(self.made({tuple(_whole(power * e) for e in k): coefficient}), series)

    def _expanded(self, coefficients: list[Any], small: Germ) -> Germ:
        """Σ c_i v^i for v → 0, as far as it is wanted."""
        total, power = self.constant(coefficients[0]), self.constant(sympy.S.One)
        if small.vanishes:
            return total
        if small.size <= 0:
            raise Unknown
        far = _FEW if any(map(_is_long, small.terms.values())) else _FAR
        count = min(len(coefficients) - 1, max(2, int(far / small.size)))
        for coefficient in coefficients[1 : count + 1]:
            power = self.multiply(power, small)
            total = self.add(total, self.scale(power, coefficient))
        return self.add(total, self.bounded(small.size * (count + 1)))

    def whole_power(self, germ: Germ, n: int) -> Germ:
        """u^n for n ≥ 0."""
        if n > _FAR and len(germ.terms) != 1:
            low = None if germ.low is None else n * germ.low
            return self.bounded(n * germ.size, low, germ.sign**n if n % 2 else 1, germ.above)
        if n > _FAR and germ.order == inf:
            ((k, c),) = germ.terms.items()
            return self.made({tuple(n * e for e in k): c**n})
        result = reduce(self.multiply, [germ] * n, self.constant(sympy.S.One))
        if n % 2 == 0 and not result.sign:
            return Germ(result.terms, result.order, result.low, 1, result.above, result.size)
        return result

    def root_power(self, germ: Germ, p: Fraction, odd: bool = False) -> Germ:
        """u^p for u ≥ 0; with ``odd`` the real root for all u."""
        if germ.vanishes and p > 0:
            return germ
        factored = self._factored(germ)
        if factored:
            negative = coefficient_sign(factored[0]) < 0
            if negative and not odd:
                raise Outside
            root = abs(factored[0]) ** sympy.Rational(p.numerator, p.denominator)
            return self._series(factored, p, -root if negative else root)
        if germ.sign < 0 and germ.low is not None and not odd:
            raise Outside
        if (germ.sign < 1 and not odd) or (p < 0 and germ.low is None) or germ.vanishes:
            raise Unknown
        if p < 0 and germ.low is not None:
            return self.bounded(p * germ.low, p * germ.size if germ.size != -inf else None, germ.sign)
        return self.bounded(p * germ.size, None if germ.low is None else p * germ.low, germ.sign, germ.above)

    def absolute(self, germ: Germ) -> Germ:
        """|u| is u or −u where the sign is known."""
        if germ.sign or germ.vanishes:
            return germ if germ.sign >= 0 else self.scale(germ, sympy.S.NegativeOne)
        return Germ({}, germ.size, germ.low, 1, germ.above, germ.size)

    # -- from notation ------------------------------------------------------------------------------

    def germ(self, expr: Expr) -> Germ:
        """The germ of a formula.  Raises Outside, Unknown."""
        if expr not in self._done:
            try:
                self._done[expr] = self._made(expr)
            except (Outside, Unknown) as raised:
                self._done[expr] = raised
            except FAILURES:
                self._done[expr] = Unknown()
        found = self._done[expr]
        if isinstance(found, Exception):
            raise type(found)
        return found

    def _made(self, expr: Expr) -> Germ:
        match expr:
            case Number() | Constant():
                return self.constant(to_sympy(expr))
            case Symbol(name) if name in self.values:
                return self.values[name]
            case Sum(terms):
                total = reduce(self.add, map(self.germ, terms))
                return total if total.low is not None else self._above_squares(total, terms)
            case Minus(operand) | Negative(operand):
                return self.scale(self.germ(operand), sympy.S.NegativeOne)
            case Product(factors):
                return reduce(self.multiply, map(self.germ, factors))
            case Quotient(over, under):
                return self._quotient(over, under)
            case Power(base, exponent):
                return self._powered(base, exponent)
            case Call(function, arguments):
                return self._called(function, arguments)
            case Piecewise():
                return self.germ(self.branch(expr))
        raise Unknown

    def _above_squares(self, total: Germ, terms: tuple[Expr, ...]) -> Germ:
        """(|u| + √v)² ≥ u² + v, where no term is negative."""
        squares = tuple(map(_squared, terms))
        changed = any(square != Power(term, integer(2)) for square, term in zip(squares, terms, strict=True))
        if not changed or any(self.germ(term).sign < 1 for term in terms):
            return total
        low = self.germ(Sum(squares)).low
        return total if low is None else replace(total, low=Fraction(low) / 2)

    def _quotient(self, over: Expr, under: Expr) -> Germ:
        """Where the denominator is not 0 in the region it may still be as small as it likes, unless it cancels."""
        top, germ = self.germ(over), self.germ(under)
        if germ.low is not None or germ.vanishes or not self._is_apart(under):
            return self.divide(top, germ)
        if top.vanishes:
            return top
        cancels = germ.order == inf and self.is_analytic(over) and divides(under, over, self.point())
        return (self._polynomial_quotient(top, germ) if cancels else None) or self.bounded(-inf)

    def point(self) -> dict[Any, Any]:
        """The point around which the germs are."""
        return {to_sympy(Symbol(name)): germ.terms.get(self.origin, sympy.S.Zero) for name, germ in self.values.items()}

    def is_analytic(self, expr: Expr) -> bool:
        """Whether a formula is seen to be analytic at the point, not only beside it."""
        match expr:
            case Number() | Constant() | Symbol():
                return True
            case Quotient(over, under):
                value = self.limit_value(self.germ(under))
                return value is not None and value.is_zero is False and all(map(self.is_analytic, (over, under)))
            case Power(base, exponent) if base != E:
                p = exponent_value(exponent)
                return p is not None and p.denominator == 1 and p >= 0 and self.is_analytic(base)
            case Call(function, (u,)) if function != "exp":
                return self._tends_inside(function, self.germ(u)) and self.is_analytic(u)
            case Call(function, (n, u)) if function in ORDERED:
                return self._tends_inside(function, self.germ(u), (n,)) and self.is_analytic(u)
            case Sum() | Product() | Negative() | Minus() | Power() | Call("exp", _):
                return all(map(self.is_analytic, children(expr)))
        return False

    def _is_apart(self, u: Expr) -> bool:
        """Whether no factor of u is 0 in the region."""
        return bool(self._apart) and all(
            factor in self._apart or self.germ(from_sympy(factor)).low is not None for factor in _factors(u)
        )

    def _powered(self, base: Expr, exponent: Expr) -> Germ:
        p = exponent_value(exponent)
        if p is None:
            if base == E:
                return self.germ(Call("exp", (exponent,)))
            return self._raised(base, exponent)
        if p.denominator == 1 and p < 0:
            return self._quotient(integer(1), Power(base, integer(-int(p))))
        if p.denominator == 1:
            return self.whole_power(self.germ(base), int(p))
        return self.root_power(self.germ(base), p)

    def _raised(self, base: Expr, exponent: Expr) -> Germ:
        """u^v: where u ≥ 0, u^c for v = c and at most C r^(k (c − ε)) for u ≤ C r^k, v → c > 0; else e^(v ln u)."""
        u, v = self.germ(base), self.germ(exponent)
        if u.vanishes and v.sign > 0:
            return self.made({})
        c = self.limit_value(v)
        if c is not None and u.sign > 0:
            if c.is_Rational and v.order == inf and set(v.terms) <= {self.origin}:
                return self.germ(Power(base, from_sympy(c)))
            below = (int(sympy.floor(c / _LITTLE)) - 1) * _LITTLE
            if below > 0 and u.size > 0:
                return self.bounded(u.size * below, None, 1)
        return self.germ(Call("exp", (Product((exponent, Call("ln", (base,)))),)))

    def _called(self, function: str, arguments: tuple[Expr, ...]) -> Germ:
        special = _SPECIAL.get(function)
        if special:
            return special(self, arguments)
        order = arguments[:1] if function in ORDERED else ()
        germ = self.germ(arguments[len(order)])
        if self._tends_inside(function, germ, order):
            return self._analytic(function, germ, order)
        beside = self._beside_the_border(function, arguments[0], germ)
        if beside is not None:
            return beside
        if germ.diverges and function in _AT_INFINITY:
            return self.add(self.constant(sympy.Integer(germ.sign)), self.bounded(FLAT))
        if function in _BOUNDED:
            return self.bounded(0)
        lowered = KNOWN[function].lowered
        if lowered is None:
            raise Unknown
        return self.germ(lowered(*arguments))

    def limit_value(self, germ: Germ) -> Any | None:
        """lim u as h → 0, where it is finite and proved."""
        if germ.order <= 0 or any(self.degree(k) <= 0 and k != self.origin for k in germ.terms):
            return None
        return germ.terms.get(self.origin, sympy.S.Zero)

    def _tends_inside(self, function: str, germ: Germ, order: tuple[Expr, ...] = ()) -> bool:
        """Whether u tends to a point where the function is analytic."""
        value = self.limit_value(germ)
        return value is not None and _is_inside(function, value, order)

    def _analytic(self, function: str, germ: Germ, order: tuple[Expr, ...] = ()) -> Germ:
        value = self.limit_value(germ)
        assert value is not None
        small = self.add(germ, self.constant(-value))
        wanted = 0 if small.vanishes else min(_MOST_DERIVATIVES, max(2, int(_FAR / small.size)))
        return self._expanded(_taylor(function, value, wanted, order), small)

    def _beside_the_border(self, function: str, u: Expr, germ: Germ) -> Germ | None:
        """arcsin u = π/2 − 2 arcsin √((1 − u)/2) and its like, where u tends to the border of the domain."""
        if function == "atan" and germ.diverges and germ.sign:
            return self.germ(integer(germ.sign) * PI / 2 - Call("atan", (1 / u,)))
        value = self.limit_value(germ)
        rewritten = _BORDERS.get((function, int(value))) if value is not None and value.is_Integer else None
        return self.germ(rewritten(u)) if rewritten else None

    def _exponential(self, arguments: tuple[Expr, ...]) -> Germ:
        germ = self.germ(arguments[0])
        if self.limit_value(germ) is not None:
            return self._analytic("exp", germ)
        if germ.low is not None and germ.low < 0 and germ.sign:
            return self.bounded(FLAT, None, 1) if germ.sign < 0 else self.bounded(-inf, -FLAT, 1)
        if germ.size >= 0:
            return self.bounded(0, 0, 1)
        return self.bounded(0 if germ.sign < 0 else -inf, None, 1)

    def _logarithm(self, arguments: tuple[Expr, ...]) -> Germ:
        germ = self.germ(arguments[0])
        if germ.vanishes or (germ.sign < 0):
            raise Outside
        if germ.sign < 1 or germ.low is None:
            raise Unknown
        if self._tends_inside("ln", germ):
            return self._analytic("ln", germ)
        if germ.low <= -FLAT or germ.size == -inf:
            raise Unknown
        far = germ.size > 0 or germ.low < 0
        sign = -1 if germ.size > 0 else 1 if germ.low < 0 else 0
        return self.bounded(-_LITTLE, 0 if far else None, sign, far)

    def _root(self, arguments: tuple[Expr, ...]) -> Germ:
        index = as_rational(arguments[1]) if len(arguments) > 1 else Fraction(3)
        if index is None:
            raise Unknown
        odd = len(arguments) == 1 or is_odd_root(arguments[1])
        return self.root_power(self.germ(arguments[0]), 1 / index, odd)

    def _signum(self, arguments: tuple[Expr, ...]) -> Germ:
        germ = self.germ(arguments[0])
        if germ.vanishes:
            return germ
        known = germ.low is not None and germ.sign != 0
        return self.constant(sympy.Integer(germ.sign)) if known else self.bounded(0)

    def _floor(self, germ: Germ) -> Germ:
        """⌊u⌋ for u → c: ⌊c⌋, but c − 1 where c is whole and u < c."""
        value = self.limit_value(germ)
        low = None if value is None else sympy.floor(value)
        if low is None or not low.is_Integer:
            raise Unknown
        rest = self.add(germ, self.constant(-low))
        if rest.vanishes or sympy.ceiling(value) == low + 1:
            return self.constant(low)
        if rest.low is None or not rest.sign:
            return self.bounded(0)
        return self.constant(low if rest.sign > 0 else low - 1)

    def _extreme(self, sign: int, arguments: tuple[Expr, ...]) -> Germ:
        """max(u, v) = (u + v + |u − v|)/2, min(u, v) = (u + v − |u − v|)/2."""
        result = self.germ(arguments[0])
        for other in map(self.germ, arguments[1:]):
            gap = self.absolute(self.add(result, self.scale(other, sympy.S.NegativeOne)))
            both = self.add(result, other)
            result = self.scale(self.add(both, self.scale(gap, sympy.Integer(sign))), sympy.S.Half)
        return result

    def _angle(self, arguments: tuple[Expr, ...]) -> Germ:
        """atan2(y, x) is ±π/2 − atan(x/y) for ±y > 0, atan(y/x) for x > 0."""
        y, x = arguments
        above, right = self.germ(y), self.germ(x)
        if above.low is not None and above.sign:
            return self.germ(integer(above.sign) * PI / 2 - Call("atan", (x / y,)))
        if right.low is not None and right.sign > 0:
            return self.germ(Call("atan", (y / x,)))
        if above.vanishes and right.low is not None:
            return self.constant(sympy.pi)
        if above.vanishes and right.vanishes:
            raise Outside
        if self.germ(x**2 + y**2).low is None:
            raise Unknown
        return self.bounded(0)

    # -- conditions ---------------------------------------------------------------------------------

    def branch(self, expr: Piecewise, strictly: bool = False) -> Expr:
        """The value of the branch that applies for all small h ≠ 0.  Raises Outside, Unknown."""
        for value, condition in expr.branches:
            applies = self.truth(condition, strictly)
            if applies is None:
                raise Unknown
            if applies:
                return value
        if expr.otherwise is None:
            raise Outside
        return expr.otherwise

    def truth(self, condition: Expr, strictly: bool = False) -> bool | None:
        """Whether the condition holds for all small h ≠ 0, or for none; ``strictly``: and beside them too."""
        match condition:
            case Comparison(relation, left, right):
                return self._compared(relation, left - right, strictly)
            case Junction(word, parts):
                joined = _sum_of_squares(word, parts)
                known = None if joined is None else self.truth(joined, strictly)
                if known is not None:
                    return known
                found = [self.truth(part, strictly) for part in parts]
                decisive = word == "or"
                return decisive if decisive in found else None if None in found else not decisive
        raise TypeError(f"no truth for {type(condition).__name__}")

    def _compared(self, relation: str, difference: Expr, strictly: bool) -> bool | None:
        try:
            germ = self.germ(difference)
        except (Unknown, Outside):
            return None
        if germ.vanishes:
            return None if strictly and self.path else relation in ("<=", ">=", "=")
        if germ.low is not None and relation in ("=", "!="):
            return relation == "!="
        if germ.low is not None and germ.sign:
            return relation in ((">", ">=") if germ.sign > 0 else ("<", "<="))
        if strictly or not germ.sign:
            return None
        weak = {1: {">=": True, "<": False}, -1: {"<=": True, ">": False}}[germ.sign]
        return weak.get(relation)

    def resolved(self, expr: Expr, strictly: bool = False) -> Expr:
        """The formula with every piecewise part replaced by the branch that applies for all small h ≠ 0."""
        done: dict[Expr, Expr] = {}

        def resolve(node: Expr) -> Expr:
            if node not in done:
                done[node] = (resolve(self.branch(node, strictly)) if isinstance(node, Piecewise)
                              else rebuild(node, tuple(map(resolve, children(node)))))  # fmt: skip
            return done[node]

        return resolve(expr)

    def possible(self, expr: Piecewise) -> list[Branch]:
        """The branches that may apply beside the point: values, and what holds there.  Raises Unknown for none."""
        found: list[Branch] = []
        earlier: tuple[Expr, ...] = ()
        for value, condition in expr.branches:
            applies = self.truth(condition)
            if applies is not False:
                found.append((value, (*earlier, condition)))
            if applies or condition in earlier:
                return found
            earlier = (*earlier, negation(condition))
        if expr.otherwise is None:
            raise Unknown
        return [*found, (expr.otherwise, earlier)]

    def rules_hold(self, expr: Expr) -> bool:
        """Whether the rules of differentiation are proved to hold for a formula at all small h ≠ 0."""
        for node in moving((expr,)):
            smooth = [c.holds for c in conditions_of(node) if c.smooth or _closed(c.holds)]
            if isinstance(node, Call) and node.function in ("max", "min"):
                smooth += [Comparison("!=", a, b) for a, b in combinations(dict.fromkeys(node.arguments), 2)]
            if not all(self.truth(condition, strictly=True) for condition in smooth):
                return False
        return True


def _closed(condition: Expr) -> bool:
    return isinstance(condition, Comparison) and condition.relation in ("<=", ">=")


def _squared(term: Expr) -> Expr:
    """u² for |u|, u^(2n) for |u|^n, v for √v, also as factors; the square as it stands for others."""
    match term:
        case Call("abs", (u,)):
            return Power(u, integer(2))
        case Call("sqrt", (v,)):
            return v
        case Power(base, exponent) if (p := exponent_value(exponent)) is not None and p.denominator == 2:
            return Power(base, integer(int(2 * p)))
        case Power(Call("abs", (u,)), exponent) if (p := exponent_value(exponent)) is not None and p.denominator == 1:
            return Power(u, integer(int(2 * p)))
        case Product(factors) if any(_squared(factor) != Power(factor, integer(2)) for factor in factors):
            return Product(tuple(map(_squared, factors)))
    return Power(term, integer(2))


def _sum_of_squares(word: str, parts: tuple[Expr, ...]) -> Comparison | None:
    """u ≠ 0 or v ≠ 0 is u² + v² ≠ 0; u = 0 and v = 0 is u² + v² = 0."""
    relation = "!=" if word == "or" else "="
    if not all(isinstance(part, Comparison) and part.relation == relation for part in parts):
        return None
    squares = tuple(Power(p.left - p.right, integer(2)) for p in parts if isinstance(p, Comparison))
    return Comparison(relation, Sum(squares), ZERO)


def _nowhere_zero(condition: Expr) -> frozenset[Any]:
    """The factors that cannot be 0 where a condition holds."""
    match condition:
        case Comparison("!=" | "<" | ">", left, right):
            return frozenset(_factors(left - right))
        case Junction("and", parts):
            return frozenset[Any]().union(*map(_nowhere_zero, parts))
        case Junction(word, parts):
            squares = _sum_of_squares(word, parts)
            joined = frozenset(() if squares is None else _factors(squares.left))
            return joined | frozenset.intersection(*map(_nowhere_zero, parts))
    return frozenset()


def _steps(weights: tuple[int, ...]) -> tuple[Any, ...]:
    """h_1, …, h_n"""
    return tuple(sympy.symbols(f"h1:{len(weights) + 1}"))


@lru_cache(maxsize=512)
def _factors(u: Expr) -> tuple[Any, ...]:
    """What u is a product of, numbers left out.  Raises Unknown for what SymPy does not take."""
    try:
        value = to_sympy(u)
        return tuple(factor for factor, _ in sympy.factor_list(value)[1])
    except sympy.PolynomialError:
        return (value,)
    except FAILURES:
        raise Unknown from None


def _sum_bound(one: Germ, other: Germ) -> tuple[Order | None, int, bool]:
    """(low, sign, above) of u + v: of the one that outweighs the other, or of two with one sign."""
    for a, b in ((one, other), (other, one)):
        if a.low is not None and (a.low < b.size or (a.low == b.size and a.above)):
            return a.low, a.sign, a.above
    if one.sign and one.sign == other.sign:
        known = [g for g in (one, other) if g.low is not None]
        best = min(known, key=lambda g: (g.low, not g.above), default=None)
        return (best.low, one.sign, best.above) if best else (None, one.sign, False)
    return None, 0, False


# -- functions ----------------------------------------------------------------------------------------


_BY_SERIES = ("SinIntegral", "SinhIntegral")  # analytic at 0 too, where sin(u)/u has no value


@lru_cache(maxsize=512)
def _is_inside(function: str, value: Any, order: tuple[Expr, ...]) -> bool:
    """Whether the function is analytic at the value: every condition holds there, and beside it."""
    u = (*order, from_sympy(value))
    row = KNOWN[function]
    if function in ("abs", "sign", "relu") or row.arity != (len(u), len(u)):
        return False
    if function in _BY_SERIES:
        return True
    return all(holds(_open(condition), sign_of) for condition in (*row.domain(*u), *row.smooth(*u)))


def _open(condition: Expr) -> Expr:
    """A condition with < and > for ≤ and ≥."""
    if isinstance(condition, Comparison):
        relation = {"<=": "<", ">=": ">"}.get(condition.relation, condition.relation)
        return Comparison(relation, condition.left, condition.right)
    assert isinstance(condition, Junction)
    return Junction(condition.word, tuple(map(_open, condition.conditions)))


@lru_cache(maxsize=512)
def _taylor(function: str, value: Any, count: int, order: tuple[Expr, ...]) -> list[Any]:
    """g(c), g′(c), g″(c)/2!, …: a few of them where they grow long."""
    z = sympy.Symbol("z", real=True)
    current = to_sympy(Call(function, (*order, Symbol("z"))))
    if function in _BY_SERIES and value == 0:
        current = current.series(z, 0, count + 1).removeO()
    found: list[Any] = []
    for k in range(count + 1):
        if k > _FEW and any(map(_is_long, found[-2:])):
            break
        found.append(sympy.expand(current.subs(z, value) / sympy.factorial(k)))
        current = current.diff(z)
    return found


def _swells(one: Any, other: Any) -> bool:
    """Whether the product of two coefficients has more terms than are worth having."""
    return len(sympy.Add.make_args(one)) * len(sympy.Add.make_args(other)) > _MOST_TERMS


def _is_long(coefficient: Any) -> bool:
    """Whether the powers of a coefficient would swell when they are expanded."""
    return not coefficient.is_Rational and coefficient.count_ops() > _SHORT


def _arc(name: str, u: Expr) -> Expr:
    return Call(name, (Call("sqrt", (u / 2,)),))


_BORDERS: dict[tuple[str, int], Callable[[Expr], Expr]] = {
    ("asin", 1): lambda u: PI / 2 - 2 * _arc("asin", 1 - u),
    ("asin", -1): lambda u: 2 * _arc("asin", 1 + u) - PI / 2,
    ("acos", 1): lambda u: 2 * _arc("asin", 1 - u),
    ("acos", -1): lambda u: PI - 2 * _arc("asin", 1 + u),
    ("acosh", 1): lambda u: 2 * _arc("asinh", u - 1),
    ("atanh", 1): lambda u: Call("ln", ((1 + u) / (1 - u),)) / 2,
    ("atanh", -1): lambda u: Call("ln", ((1 + u) / (1 - u),)) / 2,
}

_SPECIAL: dict[str, Callable[[Beside, tuple[Expr, ...]], Germ]] = {
    "exp": Beside._exponential,
    "ln": Beside._logarithm,
    "sqrt": lambda beside, a: beside.root_power(beside.germ(a[0]), Fraction(1, 2)),
    "cbrt": Beside._root,
    "root": Beside._root,
    "abs": lambda beside, a: beside.absolute(beside.germ(a[0])),
    "sign": Beside._signum,
    "floor": lambda beside, a: beside._floor(beside.germ(a[0])),
    "ceil": lambda beside, a: beside.scale(
        beside._floor(beside.scale(beside.germ(a[0]), sympy.S.NegativeOne)), sympy.S.NegativeOne
    ),
    "relu": lambda beside, a: beside._extreme(1, (a[0], ZERO)),
    "max": lambda beside, a: beside._extreme(1, a),
    "min": lambda beside, a: beside._extreme(-1, a),
    "atan2": Beside._angle,
}


def letters(start: Mapping[str, Any], inputs: tuple[str, ...]) -> Mapping[str, Terms]:
    """x_j = a_j + h_j around a point; parameters are constants."""
    origin = (0,) * len(inputs)
    result: dict[str, dict[Exponents, Any]] = {name: {origin: value} for name, value in start.items()}
    for j, name in enumerate(inputs):
        result[name] = {origin: start[name], tuple(int(i == j) for i in range(len(inputs))): sympy.S.One}
    return result


def along(start: Mapping[str, Any], inputs: tuple[str, ...], path: Iterable[Mapping[int, Any]]) -> Mapping[str, Terms]:
    """x_j = a_j + Σ c t^p on a path."""
    result: dict[str, Terms] = {name: {(0,): value} for name, value in start.items()}
    for name, powers in zip(inputs, path, strict=True):
        moved: dict[Exponents, Any] = {(p,): sympy.S(c) for p, c in powers.items()}
        result[name] = {(0,): start[name], **moved}
    return result
