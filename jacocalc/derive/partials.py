"""Partial derivatives, rule by rule: ∂of/∂by → Partial.

Each rule is one function whose docstring is its mathematics; u′ stands for ∂u/∂by.  The result of every
rule is tidied notation that equals ∂of/∂by wherever ``of`` is differentiable.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import reduce

from jacocalc.algebra.domain import decided, interior, negation, reached
from jacocalc.algebra.one_letter import cover
from jacocalc.algebra.plain_signs import without_minus
from jacocalc.algebra.tidy import tidy
from jacocalc.algebra.values import divided_out
from jacocalc.derive.book_forms import printed
from jacocalc.known_functions import KNOWN, ln
from jacocalc.notation import (
    ONE,
    ZERO,
    Applied,
    Call,
    Comparison,
    E,
    Expr,
    Junction,
    Minus,
    Negative,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    as_rational,
    depends,
    factors_of,
    joined,
    leading,
    summed,
    walk,
)
from jacocalc.steps import Partial

_EXTREMES = ("max", "min")
_MANY = 8  # terms without the variable; more of them are left out at once


def partial(of: Expr, by: str, inputs: Collection[str] | None = None) -> Partial:
    """∂of/∂by with the rule at each level.  Total: every expression that can be read has one.

    A condition without any of the inputs, such as a > 0 of a parameter, chooses a formula and has no border to cross.
    """
    found = _Rules(by, inputs).partial(of)
    result = without_minus(found.result) if found.rule == "quotient" else found.result
    return replace(found, result=printed(result, of, inputs))


class _Rules:
    """The rules for one variable; equal parts are derived once."""

    def __init__(self, by: str, inputs: Collection[str] | None = None) -> None:
        self.by = by
        self.inputs = inputs
        self.done: dict[Expr, Partial] = {}

    def partial(self, of: Expr) -> Partial:
        if of not in self.done:
            self.done[of] = self._choose(of)
        return self.done[of]

    def _choose(self, of: Expr) -> Partial:
        if not depends(of, self.by):
            return Partial("constant", of, self.by, (), ZERO, ZERO, None)
        match of:
            case Symbol():
                return self._step("variable", of, (), ONE)
            case Sum(terms):
                return self._sum(of, terms)
            case Negative(operand) | Minus(operand):
                return self._negative(of, operand)
            case Product(factors):
                return self._product(of, factors)
            case Quotient(over, under):
                return self._quotient(of, over, under)
            case Power(base, exponent):
                return self._power(of, base, exponent)
            case Call("max" | "min", arguments):
                return self._extreme(of, arguments)
            case Call(function, arguments):
                return self._call(of, function, arguments)
            case Piecewise(branches, otherwise):
                return self._piecewise(of, branches, otherwise)
            case Applied():
                return self._unspecified(of)
        raise TypeError(f"no rule for {type(of).__name__}")

    def _step(
        self, rule: str, of: Expr, parts: tuple[Partial, ...], applied: Expr, inner: Expr | None = None
    ) -> Partial:
        return Partial(rule, of, self.by, parts, applied, tidy(applied), inner)

    def _free(self, expr: Expr) -> bool:
        return not depends(expr, self.by)

    # -- the rules ----------------------------------------------------------------------------------

    def _sum(self, of: Expr, terms: tuple[Expr, ...]) -> Partial:
        """(u + v)′ → u′ + v′; (u + c)′ → u′ where c is many terms"""
        moving = tuple(term for term in terms if not self._free(term))
        if len(terms) - len(moving) > _MANY:
            part = self.partial(summed((leading(moving[0]), *moving[1:])))
            return self._step("constant terms", of, (part,), part.result)
        parts = tuple(self.partial(t.operand if isinstance(t, Minus) else t) for t in terms)
        signed = tuple(
            Minus(part.result) if isinstance(term, Minus) else part.result
            for term, part in zip(terms, parts, strict=True)
        )
        return self._step("sum", of, parts, Sum(signed))

    def _negative(self, of: Expr, operand: Expr) -> Partial:
        """(−u)′ → −u′"""
        part = self.partial(operand)
        return self._step("negative", of, (part,), Negative(part.result))

    def _product(self, of: Expr, factors: tuple[Expr, ...]) -> Partial:
        """(c u)′ → c u′; (u v w)′ → u′ v w + u v′ w + u v w′"""
        moving = [i for i, factor in enumerate(factors) if not self._free(factor)]
        parts = tuple(self.partial(factors[i]) for i in moving)
        terms = tuple(
            _times((*factors[:i], part.result, *factors[i + 1 :])) for i, part in zip(moving, parts, strict=True)
        )
        if len(moving) == 1:
            return self._step("constant multiple", of, parts, terms[0])
        return self._step("product", of, parts, Sum(terms))

    def _quotient(self, of: Expr, over: Expr, under: Expr) -> Partial:
        """(u/c)′ → u′/c; (c/v)′ → −c v′/v²; (u/v)′ → (u′ v − u v′)/v²"""
        if self._free(under):
            part = self.partial(over)
            return self._step("constant multiple", of, (part,), Quotient(part.result, under))
        below = self.partial(under)
        if self._free(over):
            return self._step("reciprocal", of, (below,), Negative(Quotient(Product((over, below.result)), under**2)))
        above = self.partial(over)
        top = Product((above.result, under)) - Product((over, below.result))
        found = self._step("quotient", of, (above, below), Quotient(top, under**2))
        return replace(found, result=divided_out(found.result))

    def _power(self, of: Expr, base: Expr, exponent: Expr) -> Partial:
        """(uⁿ)′ → n uⁿ⁻¹ u′; (aᵘ)′ → aᵘ ln(a) u′, (0ᵘ)′ → 0; (uᵛ)′ → uᵛ (v′ ln u + v u′/u)"""
        if self._free(exponent):
            inner = self.partial(base)
            lowered = tidy(exponent - 1)
            outer = _times((exponent, base if lowered == ONE else Power(base, lowered)))
            return self._through(of, "power", base, inner, outer)
        if self._free(base):
            inner = self.partial(exponent)
            growth: Expr = {E: of, ZERO: ZERO}.get(base, Product((of, ln(base))))
            return self._through(of, "exponential", exponent, inner, growth)
        below, above = self.partial(base), self.partial(exponent)
        factor = Product((above.result, ln(base))) + Quotient(Product((exponent, below.result)), base)
        return self._step("general power", of, (below, above), Product((of, factor)))

    def _through(self, of: Expr, rule: str, u: Expr, inner: Partial, outer: Expr) -> Partial:
        """(F(u))′ → F′(u) u′, and F′(x) where u is the variable itself"""
        if isinstance(u, Symbol):
            return self._step(rule, of, (), outer)
        return self._step(f"chain {rule}", of, (inner,), _times((outer, inner.result)), u)

    def _call(self, of: Expr, function: str, arguments: tuple[Expr, ...]) -> Partial:
        """(F(u, v))′ → ∂F/∂u u′ + ∂F/∂v v′, ∂F/∂u from the table of known functions"""
        formulas = KNOWN[function].derivatives
        moving = [i for i, argument in enumerate(arguments) if not self._free(argument)]
        outers = [formulas[i](*arguments) for i in moving]
        parts = tuple(self.partial(arguments[i]) for i in moving)
        if len(moving) == 1:
            return self._through(of, "function", arguments[moving[0]], parts[0], outers[0])
        terms = tuple(Product((outer, part.result)) for outer, part in zip(outers, parts, strict=True))
        return self._step("function of several", of, parts, Sum(terms))

    def _extreme(self, of: Call, arguments: tuple[Expr, ...]) -> Partial:
        """max(u, v)′ → u′ where u > v, v′ where v > u (undefined at a tie unless both agree)"""
        arguments = _level(of.function, arguments)
        relation = ">" if of.function == "max" else "<"
        parts = tuple(self.partial(argument) for argument in arguments)
        if len({part.result for part in parts}) == 1:
            return self._step("maximum", of, parts, parts[0].result)
        branches = []
        for i, part in enumerate(parts):
            rivals = (Comparison(f"{relation}=", arguments[i], v) for j, v in enumerate(arguments) if j != i)
            wins = tuple(won for rival in rivals if (won := self._interior(rival)) is not None)
            branches.append((part.result, joined("and", wins)))
        found = self._step("maximum", of, parts, Piecewise(tuple(branches)))
        return replace(found, result=_flat(branches)) if any(map(_nests, branches)) else found

    def _piecewise(self, of: Expr, branches: tuple[tuple[Expr, Expr], ...], otherwise: Expr | None) -> Partial:
        """(u if C, v otherwise)′ → u′ inside C, v′ inside its complement; at the border the definition decides"""
        branches, otherwise = reached(branches, otherwise)
        if not branches and otherwise is not None:
            last = self.partial(otherwise)
            return self._step("piecewise", of, (last,), last.result)
        parts = tuple(self.partial(value) for value, _ in branches)
        inside = [(part.result, self._interior(when)) for part, (_, when) in zip(parts, branches, strict=True)]
        kept = [(value, when) for value, when in inside if when is not None]
        if otherwise is not None:
            last = self.partial(otherwise)
            parts = (*parts, last)
            outside = self._outside([when for _, when in branches])
            if outside is not None:
                kept.append((last.result, outside))
        constant = all(value == ZERO for value, _ in kept)
        return self._step("piecewise", of, parts, ZERO if constant else Piecewise(tuple(kept)))

    def _outside(self, cases: Sequence[Expr]) -> Expr | None:
        """Where none of the cases holds, without its border; None for x < 0 and x ≥ 0, which leave nothing."""
        rest = None if cover(cases) else self._interior(reduce(_both, map(negation, cases)))
        return None if rest is None or decided(rest) is False else rest

    def _interior(self, condition: Expr) -> Expr | None:
        return interior(condition, self.inputs)

    def _unspecified(self, of: Applied) -> Partial:
        """g(u, v)′ → ∂g/∂u u′ + ∂g/∂v v′"""
        moving = [k for k, argument in enumerate(of.arguments) if not self._free(argument)]
        parts = tuple(self.partial(of.arguments[k]) for k in moving)
        outers = [
            Applied(of.function, of.component, tuple(sorted((*of.derivatives, k + 1))), of.arguments, of.inputs)
            for k in moving
        ]
        pairs = zip(outers, parts, strict=True)
        terms = tuple(outer if part.result == ONE else Product((outer, part.result)) for outer, part in pairs)
        plain = of.inputs or all(isinstance(argument, Symbol) for argument in of.arguments)
        return self._step("unspecified" if plain else "called", of, parts, summed(terms))


def _times(factors: tuple[Expr, ...]) -> Product:
    """The product as a rule writes it: with dots where a factor is a number (2·1·y)."""
    flat = tuple(f for factor in factors for f in factors_of(factor))
    numbers = sum(as_rational(factor) is not None for factor in flat)
    return Product(flat, dot=numbers > 1 or (numbers == 1 and as_rational(flat[0]) is None) or flat[0] == ONE)


def _level(function: str, arguments: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """x, y and z of max(x, max(y, z)), each once"""
    inner = (one.arguments if isinstance(one, Call) and one.function == function else (one,) for one in arguments)
    return tuple(dict.fromkeys(part for some in inner for part in some))


def _nests(branch: tuple[Expr, Expr]) -> bool:
    """Whether pieces, or max and min, stand in a piece or in its condition."""
    kinds = (node for part in branch for node in walk(part))
    return any(isinstance(node, Piecewise) or (isinstance(node, Call) and node.function in _EXTREMES) for node in kinds)


def _flat(branches: Sequence[tuple[Expr, Expr]]) -> Piecewise:
    """(u if A, v if B) if C → u if A and C, v if B and C; without pieces that are nowhere."""
    found: list[tuple[Expr, Expr]] = []
    for value, when in branches:
        nested = value.branches if isinstance(value, Piecewise) and value.otherwise is None else ()
        for inner, whole in [(one, decided(_both(when, also))) for one, also in nested] or [(value, decided(when))]:
            if not isinstance(whole, bool):
                found.append((inner, whole))
    return Piecewise(tuple(found)) if found else Piecewise(tuple(branches))


# -- conditions ---------------------------------------------------------------------------------------


def _both(left: Expr, right: Expr) -> Expr:
    def parts(c: Expr) -> tuple[Expr, ...]:
        return c.conditions if isinstance(c, Junction) and c.word == "and" else (c,)

    return Junction("and", (*parts(left), *parts(right)))
