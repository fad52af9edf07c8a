"""Where a product is 0: factor by factor, factors that are never 0 dropped, simple equations solved.

ρ² sin φ = 0     ρ = 0, or sin φ = 0: φ = kπ
u² + v² = 0      u = 0 and v = 0
x − y = 0        x = y
2 − 2 cos t = 0  sin(t/2) = 0: t = 2kπ
e^x (x² + 1)     never
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, product
from math import gcd
from typing import Any, TypeAlias

import sympy

from jacocalc.algebra.convert import from_sympy, symbol, to_sympy
from jacocalc.algebra.domain import never, surely
from jacocalc.algebra.values import order_of
from jacocalc.derive.short_forms import factors, notation
from jacocalc.derive.signs import Facts, facts_of, sign
from jacocalc.errors import LimitReached
from jacocalc.evaluate.budget import within
from jacocalc.notation import ZERO, Comparison, Expr, Junction, Matrix, Symbol, joined, names, substitute, terms_of
from jacocalc.steps import SingularSet, ZeroCase

_CALLS = 1_000_000
_LONG = 1000  # parts of a sum that is not searched for what solves it: such a solution is no page
_NEVER = (sympy.sec, sympy.csc, sympy.sech, sympy.csch, sympy.coth)
_AT_ZERO = (sympy.sinh, sympy.tanh, sympy.asinh, sympy.atan, sympy.asin, sympy.erf, sympy.Abs, sympy.sign)
_MULTIPLES = {sympy.sin: sympy.S.Zero, sympy.tan: sympy.S.Zero, sympy.cos: sympy.pi / 2, sympy.cot: sympy.pi / 2}


def singular_set(determinant: Expr, alike: Matrix, inputs: tuple[str, ...], domain: tuple[Expr, ...]) -> SingularSet:
    """Where the determinant is 0; ``domain`` are conditions under which it is defined.

    Letters stand in the order in which ``alike`` has them.
    """
    if determinant == ZERO:
        return SingularSet(True, ())
    search = _Zeros(determinant, inputs, alike, facts_of(domain))
    found = [case for base in search.bases() for case in search.of(base)]
    inside = (case for case in _independent(found) if not _outside(case, domain))
    return SingularSet(False, tuple(replace(case, sure=_inside(case.equation, domain)) for case in inside))


def _independent(cases: Sequence[ZeroCase]) -> Iterator[ZeroCase]:
    """The cases without those that are part of another: u = 0 and v = 0 beside u = 0."""
    sets = [frozenset(_parts(case.equation)) for case in cases]
    for k, (case, own) in enumerate(zip(cases, sets, strict=True)):
        if not any(other < own or (other == own and j < k) for j, other in enumerate(sets)):
            yield case


def _parts(equation: Expr) -> tuple[Expr, ...]:
    both = isinstance(equation, Junction) and equation.word == "and"
    return equation.conditions if both else (equation,)  # type: ignore[attr-defined]


def _inside(equation: Expr, domain: tuple[Expr, ...]) -> bool:
    """Whether the equation certainly holds somewhere in the domain: its letters have no limits, or x = a lies in it."""
    letters = set(names(equation))
    limits = [c for c in domain if not (isinstance(c, Comparison) and c.relation == "!=") and letters & set(names(c))]
    if not isinstance(equation, Comparison) or not isinstance(equation.left, Symbol):
        return not limits
    value = {equation.left.name: equation.right}
    return all(surely(substitute(condition, value)) for condition in limits)


def _outside(case: ZeroCase, domain: tuple[Expr, ...]) -> bool:
    """Whether the case contradicts a condition: x = 0 where x > 0 is needed, cos v = 0 where it must not be."""
    equations = [part for part in _parts(case.equation) if isinstance(part, Comparison) and part.relation == "="]
    apart = [_difference(condition) for condition in domain if _is_inequation(condition)]
    if any(_difference(one) in apart or -_difference(one) in apart for one in equations):
        return True
    values = {one.left.name: one.right for one in equations if isinstance(one.left, Symbol)}
    if values and any(never(substitute(condition, values)) for condition in domain):
        return True
    turns = {to_sympy(u): to_sympy(a) + to_sympy(c) * _WHOLE * sympy.pi for u, a, c in case.multiples}
    return any(u.is_Symbol and gap.subs(u, value) == 0 for gap in apart for u, value in turns.items())


_WHOLE = sympy.Symbol("k", integer=True)


def _is_inequation(condition: Expr) -> bool:
    return isinstance(condition, Comparison) and condition.relation == "!="


def _difference(condition: Expr) -> Any:
    assert isinstance(condition, Comparison)
    return to_sympy(condition.left) - to_sympy(condition.right)


class _Zeros:
    """The zeros of one formula in its inputs; letters are solved for in the order of the inputs."""

    def __init__(self, formula: Expr, inputs: tuple[str, ...], alike: Expr, facts: Facts) -> None:
        self.facts = facts
        self.formula = formula
        self.alike = alike
        self.letters = [symbol(name) for name in inputs]

    def bases(self) -> list[Any]:
        """The factors of the numerator, in the order in which the formula has their letters."""
        try:
            over = within(_CALLS, _factored_numerator, to_sympy(self.formula))
        except LimitReached:
            over = to_sympy(self.formula)
        order = order_of(self.formula)

        def place(base: Any) -> int:
            return min((order[node] for node in sympy.preorder_traversal(base) if node in order), default=len(order))

        return sorted((base for base, _ in factors(over)), key=place)

    def of(self, base: Any) -> list[ZeroCase]:
        """The cases in which one factor is 0; a long sum is not solved."""
        if sum(1 for _ in islice(sympy.preorder_traversal(base), _LONG)) == _LONG:
            return [ZeroCase(self._equation(base))]
        if base.func in _NEVER or any(sign(form, self.facts).strict for form in (base, _in_exponentials(base))):
            return []
        if base.func in _MULTIPLES:
            times, angle = base.args[0].as_coeff_Mul(rational=True)
            solved = (angle, _MULTIPLES[base.func] / times, 1 / abs(times))
            return [ZeroCase(self._equation(base), (tuple(map(self._written, solved)),))]  # type: ignore[arg-type]
        if base.func in _AT_ZERO:
            return self.of(base.args[0])
        if isinstance(base, sympy.Piecewise):
            return self._by_pieces(base)
        if isinstance(base, sympy.log):
            return self.of(base.args[0] - 1)
        if base.is_Add and (half := _half_angle(base)) is not None:
            return self.of(half)
        if base.is_Add and (quarter := _quarter_turn(base)) is not None:
            return [ZeroCase(self._equation(base), (tuple(map(self._written, quarter)),))]  # type: ignore[arg-type]
        if base.is_Add and base.has(*_FRACTIONS):
            return [case for inner, _ in factors(_factored_numerator(_in_sines(base))) for case in self.of(inner)]
        if base.is_Add and self._one_sign(base):
            return self._all_zero(tuple(map(to_sympy, terms_of(self._written(base)))))
        return [ZeroCase(equation) for equation in self._solved(base)]

    def _by_pieces(self, base: Any) -> list[ZeroCase]:
        """Each piece where it applies; pieces of a derivative do not overlap."""
        cases: list[ZeroCase] = []
        for value, when in base.args:
            if when == True:  # noqa: E712
                return [ZeroCase(self._equation(base))]
            condition = from_sympy(when)
            found = [ZeroCase(condition)] if value == 0 else [_both((c, ZeroCase(condition))) for c in self.of(value)]
            cases += [case for case in found if case is not None and not self._excluded(case)]
        return cases

    def _excluded(self, case: ZeroCase) -> bool:
        """Whether x = a contradicts the other conditions of the case."""
        parts = case.equation.conditions if isinstance(case.equation, Junction) else (case.equation,)
        return any(_outside(ZeroCase(part), tuple(other for other in parts if other != part)) for part in parts)

    def _one_sign(self, base: Any) -> bool:
        signs = [sign(term, self.facts) for term in base.args]
        return all(s.upward for s in signs) or all(s.downward for s in signs)

    def _all_zero(self, terms: tuple[Any, ...]) -> list[ZeroCase]:
        """A sum of terms of one sign is 0 where every term is; terms in the order in which they are written."""
        each = [[case for base, _ in factors(term) for case in self.of(base)] for term in terms]
        return list(_independent([case for choice in product(*each) if (case := _both(choice)) is not None]))

    def _solved(self, base: Any) -> list[Expr]:
        """x = …, where the factor is linear in an input, or quadratic in its only letter."""
        for letter in self.letters:
            if not base.is_polynomial(letter):
                continue
            poly = sympy.Poly(base, letter)
            if poly.degree() == 1 and poly.LC().is_number:
                return [self._equation(letter, -poly.nth(0) / poly.LC())]
            if poly.degree() == 2 and base.free_symbols == {letter}:
                roots = sorted((root for root in sympy.roots(poly) if root.is_real), key=lambda root: root.evalf())
                return [self._equation(letter, root) for root in roots]
        return [self._equation(base)]

    def _equation(self, left: Any, right: Any = sympy.S.Zero) -> Expr:
        return Comparison("=", self._written(left), self._written(right))

    def _written(self, value: Any) -> Expr:
        return notation(value, self.alike)


def _half_angle(base: Any) -> Any | None:
    """sin(u/2) for c − c cos u, cos(u/2) for c + c cos u, which vanish together."""
    constant, term = base.as_independent(sympy.cos, as_Add=True)
    number, wave = term.as_independent(sympy.cos, as_Add=False)
    if not (isinstance(wave, sympy.cos) and constant.is_number and number in (constant, -constant)):
        return None
    return (sympy.sin if number == -constant else sympy.cos)(wave.args[0] / 2)


def _quarter_turn(base: Any) -> tuple[Any, Any, Any] | None:
    """u = 3π/2 + 2kπ for c + c sin u, u = π/2 + 2kπ for c − c sin u."""
    constant, term = base.as_independent(sympy.sin, as_Add=True)
    number, wave = term.as_independent(sympy.sin, as_Add=False)
    if not (isinstance(wave, sympy.sin) and constant.is_number and number in (constant, -constant)):
        return None
    times, angle = wave.args[0].as_coeff_Mul(rational=True)
    first = sympy.pi * sympy.Rational(3 if number == constant else 1, 2)
    return (angle, first / times, 2 / abs(times))


def _in_exponentials(value: Any) -> Any:
    """cosh u − sinh u → e^(−u)"""
    if not (value.is_Add and value.has(sympy.sinh) and value.has(sympy.cosh)):
        return value
    return sympy.expand(value.rewrite((sympy.sinh, sympy.cosh), sympy.exp))


_FRACTIONS = (sympy.tan, sympy.cot, sympy.sec, sympy.csc)


def _in_sines(value: Any) -> Any:
    """tan, cot, sec and csc as fractions of sines and cosines."""
    made = {
        sympy.tan: lambda u: sympy.sin(u) / sympy.cos(u), sympy.cot: lambda u: sympy.cos(u) / sympy.sin(u),
        sympy.sec: lambda u: 1 / sympy.cos(u), sympy.csc: lambda u: 1 / sympy.sin(u),
    }  # fmt: skip
    for kind, fraction in made.items():
        value = value.replace(kind, fraction)
    return value


def _both(cases: tuple[ZeroCase, ...]) -> ZeroCase | None:
    """The cases joined by "and", each equation once; None where they exclude each other: cos u = 0 and sin u = 0."""
    parts = tuple(dict.fromkeys(part for case in cases for part in _parts(case.equation)))
    multiples: dict[Expr, tuple[Expr, Expr, Expr]] = {}
    for u, start, step in dict.fromkeys(pair for case in cases for pair in case.multiples):
        met = _common((u, start, step), multiples[u]) if u in multiples else (u, start, step)
        if met is None:
            return None
        multiples[u] = met
    return ZeroCase(joined("and", parts), tuple(multiples.values()))


Multiple: TypeAlias = tuple[Expr, Expr, Expr]


def _common(one: Multiple, other: Multiple) -> Multiple | None:
    """The numbers a + ckπ that are b + dlπ too, if there are any (the Chinese remainder theorem)."""
    starts = [to_sympy(start) / sympy.pi for _, start, _ in (one, other)]
    steps = [to_sympy(step) for _, _, step in (one, other)]
    unit = sympy.ilcm(*(number.q for number in (*starts, *steps)))
    (a, b), (c, d) = ([int(number * unit) for number in pair] for pair in (starts, steps))
    shared = gcd(c, d)
    if (b - a) % shared:
        return None
    step = c * d // shared
    start = (a + c * ((b - a) // shared * pow(c // shared, -1, d // shared))) % step
    return one[0], from_sympy(sympy.pi * sympy.Rational(start, unit)), from_sympy(sympy.Rational(step, unit))


def _factored_numerator(value: Any) -> Any:
    return sympy.factor(sympy.fraction(sympy.together(value))[0])
