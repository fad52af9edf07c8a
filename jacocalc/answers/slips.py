"""Derivatives as they come out when one rule is remembered wrongly.

``slipped(of, by, slip)`` differentiates like a person who knows every rule but one.  A slip is a row: its code, what
is said of it, and the wrong rules, each written as *right → wrong* in the words.  Rules get the parts of a formula
and their derivatives, and give a formula; u′ stands for ∂u/∂by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from jacocalc.algebra.tidy import tidy
from jacocalc.known_functions import KNOWN, ORDERED, cos, ln, sigmoid, sign, sin, sqrt, tanh
from jacocalc.notation import (
    ONE,
    ZERO,
    Call,
    E,
    Expr,
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
    depends,
    integer,
    names,
    walk,
)

Rule: TypeAlias = Callable[..., Expr]
Function: TypeAlias = str | tuple[str, Expr]  # of one number: its name, or name and order
_TWO = integer(2)


@dataclass(frozen=True)
class Slip:
    """One wrong rule: ``rule`` names the rule that it replaces, ``formula`` is what is written instead."""

    code: str
    said: str
    rule: str
    formula: Rule


# -- the right rules ----------------------------------------------------------------------------------


def _product(factors: tuple[Expr, ...], slopes: tuple[Expr, ...]) -> Expr:
    """(u v w)′ → u′ v w + u v′ w + u v w′"""
    terms = [Product((*factors[:i], slope, *factors[i + 1 :])) for i, slope in enumerate(slopes) if slope != ZERO]
    return Sum(tuple(terms)) if terms else ZERO


def _quotient(u: Expr, v: Expr, du: Expr, dv: Expr) -> Expr:
    """(u/v)′ → (u′v − uv′)/v²"""
    return (du * v - u * dv) / v**2


def _power(u: Expr, n: Expr, du: Expr) -> Expr:
    """(uⁿ)′ → n uⁿ⁻¹ u′"""
    return Product((n, _raised(u, n - 1), du))


def _raised(u: Expr, n: Expr) -> Expr:
    """uⁿ as it is written: u for n = 1"""
    exponent = tidy(n)
    return u if exponent == ONE else Power(u, exponent)


def _exponential(a: Expr, v: Expr, dv: Expr) -> Expr:
    """(aᵛ)′ → aᵛ ln a v′"""
    return Product((Power(a, v), dv)) if a == E else Product((Power(a, v), ln(a), dv))


def _over(du: Expr, c: Expr) -> Expr:
    """(u/c)′ → u′/c"""
    return du / c


def _general(u: Expr, v: Expr, du: Expr, dv: Expr) -> Expr:
    """(uᵛ)′ → uᵛ (v′ ln u + v u′/u)"""
    return Power(u, v) * (dv * ln(u) + v * du / u)


def _slope(function: Function, u: Expr) -> Expr:
    """F′(u)"""
    if isinstance(function, str):
        return KNOWN[function].derivatives[0](u)
    name, order = function
    return KNOWN[name].derivatives[1](order, u)


def _function(function: Function, u: Expr, du: Expr) -> Expr:
    """(F(u))′ → F′(u) u′"""
    return _slope(function, u) * du


def _logarithm(u: Expr, base: Expr, du: Expr) -> Expr:
    """(log_b u)′ → u′/(u ln b)"""
    return du / (u * ln(base))


def _other(_name: str) -> Expr:
    """∂y/∂x → 0"""
    return ZERO


_RIGHT: dict[str, Rule] = {
    "product": _product, "quotient": _quotient, "power": _power, "exponential": _exponential, "function": _function,
    "over": _over, "log": _logarithm, "general": _general, "other": _other,
}  # fmt: skip


# -- wrong rules --------------------------------------------------------------------------------------


def _of(function: str, wrong: Callable[[Expr], Expr]) -> Rule:
    """A wrong derivative of one function, right for all others."""
    return lambda name, u, du: wrong(u) * du if name == function else _function(name, u, du)


def _without_last(factors: tuple[Expr, ...], slopes: tuple[Expr, ...], keep: int) -> Expr:
    moving = [i for i, slope in enumerate(slopes) if slope != ZERO]
    if len(moving) < 2:
        return _product(factors, slopes)
    i = moving[keep]
    return Product((*factors[:i], slopes[i], *factors[i + 1 :]))


def _without_constant(factors: tuple[Expr, ...], slopes: tuple[Expr, ...]) -> Expr:
    """c u as u′, where the constant is a number"""
    moving = [slope for slope in slopes if slope != ZERO]
    numbers = all(as_rational(f) is not None for f, s in zip(factors, slopes, strict=True) if s == ZERO)
    return moving[0] if len(moving) == 1 and numbers else _product(factors, slopes)


def _each_differentiated(factors: tuple[Expr, ...], slopes: tuple[Expr, ...]) -> Expr:
    if sum(slope != ZERO for slope in slopes) < 2:
        return _product(factors, slopes)
    return Product(tuple(f if slope == ZERO else slope for f, slope in zip(factors, slopes, strict=True)))


def _subtracted(factors: tuple[Expr, ...], slopes: tuple[Expr, ...]) -> Expr:
    """u′v − uv′"""
    if sum(slope != ZERO for slope in slopes) < 2:
        return _product(factors, slopes)
    terms = [Product((*factors[:i], slope, *factors[i + 1 :])) for i, slope in enumerate(slopes) if slope != ZERO]
    return Sum((terms[0], *map(Minus, terms[1:])))


def _both(u: Expr, v: Expr, du: Expr, dv: Expr, wrong: Expr) -> Expr:
    """The wrong quotient rule where the denominator moves."""
    return _quotient(u, v, du, dv) if dv == ZERO else wrong


def _loose(u: Expr, n: Expr) -> Expr:
    """2xⁿ for (2x)ⁿ, xⁿ/y for (x/y)ⁿ"""
    match u:
        case Product((*first, last)):
            return Product((*first, _raised(last, n)))
        case Quotient(over, under):
            return _loose(over, n) / under
        case _:
            return _raised(u, n)


def _is_inner(u: Expr, du: Expr) -> bool:
    """Whether there is an inner derivative to be forgotten."""
    return not isinstance(u, Symbol) and du not in (ZERO, ONE)


def _is_over(du: Expr, v: Expr, dv: Expr) -> bool:
    """Whether u/v is c/v with an inner derivative v′."""
    return du == ZERO and _is_inner(v, dv)


_QUOTIENTS: tuple[tuple[str, Rule], ...] = (
    ("(u/v)′ = (u′v − uv′)/v², not u′/v′", lambda u, v, du, dv: _both(u, v, du, dv, du / dv if dv != ZERO else ZERO)),
    ("(u/v)′ = (u′v − uv′)/v², not (uv′ − u′v)/v²", lambda u, v, du, dv: _both(u, v, du, dv, (u * dv - du * v) / v**2)),
    ("(u/v)′ = (u′v − uv′)/v², not (u′v + uv′)/v²", lambda u, v, du, dv: _both(u, v, du, dv, (du * v + u * dv) / v**2)),
    ("(c/u)′ = −c u′/u², not c/u′", lambda u, v, du, dv: u / dv if _is_over(du, v, dv) else _quotient(u, v, du, dv)),
    ("(c/u)′ = −c u′/u²: the inner derivative u′ is missing",
     lambda u, v, du, dv: Negative(u / v**2) if _is_over(du, v, dv) else _quotient(u, v, du, dv)),
    ("the denominator of (u/v)′ is v², not v", lambda u, v, du, dv: _both(u, v, du, dv, (du * v - u * dv) / v)),
)  # fmt: skip
_POWERS: tuple[tuple[str, Rule], ...] = (
    ("(uⁿ)′ = n uⁿ⁻¹ u′: the exponent goes down by one", lambda u, n, du: Product((n, Power(u, n), du))),
    ("(uⁿ)′ = n uⁿ⁻¹ u′: the factor n is missing", lambda u, n, du: Product((_raised(u, n - 1), du))),
    ("(uⁿ)′ = n uⁿ⁻¹ u′, not n uⁿ⁺¹ u′", lambda u, n, du: Product((n, _raised(u, n + 1), du))),
    ("(uⁿ)′ = n uⁿ⁻¹ u′: the whole of u is raised", lambda u, n, du: Product((n, _loose(u, n - 1), du))),
    ("(uⁿ)′ = n uⁿ⁻¹ u′: the exponent behind the brackets of u goes down by one",
     lambda u, n, du: Product((n, Power(u, n), du)) if _is_inner(u, du) else _power(u, n, du)),
    ("(uⁿ)′ = n uⁿ⁻¹ u′: the factor n before the brackets of u is missing",
     lambda u, n, du: Product((_raised(u, n - 1), du)) if _is_inner(u, du) else _power(u, n, du)),
    ("(uⁿ)′ = n uⁿ⁻¹ u′, not (n − 1) uⁿ⁻¹ u′", lambda u, n, du: Product((n - 1, _raised(u, n - 1), du))),
)
_EXPONENTIALS: tuple[tuple[str, Rule], ...] = (
    ("(aᵘ)′ = aᵘ ln(a) u′, not u aᵘ⁻¹: that is the rule for powers uⁿ",
     lambda a, v, dv: Product((v, _raised(a, v - 1), dv))),
    ("(aᵘ)′ = aᵘ ln(a) u′, not u aᵘ⁻¹ without u′: that is the rule for powers uⁿ",
     lambda a, v, dv: Product((v, _raised(a, v - 1))) if _is_inner(v, dv) else _exponential(a, v, dv)),
    ("(aᵘ)′ = aᵘ ln(a) u′: the factor ln(a) is missing", lambda a, v, dv: Product((Power(a, v), dv))),
    ("(eᵘ)′ = eᵘ u′: u′ is a factor, not the exponent",
     lambda a, v, dv: Power(a, dv) if _is_inner(v, dv) else _exponential(a, v, dv)),
    ("(eᵘ)′ = eᵘ u′, not u eᵘ u′", lambda a, v, dv: Product((v, _exponential(a, v, dv)))),
)  # fmt: skip
_ROOTS: tuple[tuple[str, Rule], ...] = (
    ("(√u)′ = u′/(2√u): the 2 is missing", _of("sqrt", lambda u: 1 / sqrt(u))),
    ("(√u)′ = u′/(2√u), not √u · u′/2", _of("sqrt", lambda u: sqrt(u) / 2)),
    ("(√u)′ = u′/(2√u), not 2u′/√u", _of("sqrt", lambda u: 2 / sqrt(u))),
)
_LOGARITHMS: tuple[tuple[str, Rule], ...] = (
    ("(ln u)′ = u′/u, not 1/u′", lambda f, u, du: 1 / du if f == "ln" and _is_inner(u, du) else _function(f, u, du)),
    ("(ln u)′ = u′/u, not u u′", _of("ln", lambda u: u)),
    ("(ln u)′ = u′/u, not u′/(u ln u)", _of("ln", lambda u: 1 / (u * ln(u)))),
    ("(ln u)′ = u′/u, not u′ ln u", _of("ln", ln)),
)
_SIGMOIDS: tuple[tuple[str, Rule], ...] = (
    ("σ′ = σ(1 − σ), not σ(1 + σ)", _of("sigmoid", lambda u: sigmoid(u) * (1 + sigmoid(u)))),
    ("σ′ = σ(1 − σ), not 1 − σ", _of("sigmoid", lambda u: 1 - sigmoid(u))),
    ("σ′ = σ(1 − σ), not 1 − σ²", _of("sigmoid", lambda u: 1 - sigmoid(u) ** 2)),
    ("σ′ = σ(1 − σ), not σ", _of("sigmoid", sigmoid)),
)
_TANHS: tuple[tuple[str, Rule], ...] = (
    ("tanh′ = 1 − tanh², not 1 + tanh²", _of("tanh", lambda u: 1 + tanh(u) ** 2)),
    ("tanh′ = 1 − tanh², not 1 − tanh", _of("tanh", lambda u: 1 - tanh(u))),
    ("tanh′ = 1 − tanh², not tanh(1 − tanh)", _of("tanh", lambda u: tanh(u) * (1 - tanh(u)))),
    ("tanh′ = 1 − tanh², not tanh² − 1", _of("tanh", lambda u: tanh(u) ** 2 - 1)),
)
_TANGENTS: tuple[tuple[str, Rule], ...] = (
    ("(tan u)′ = u′/cos² u, not u′/cos u", _of("tan", lambda u: 1 / cos(u))),
    ("(tan u)′ = u′/cos² u, not −u′/sin² u", _of("tan", lambda u: Negative(1 / sin(u) ** 2))),
    ("(arctan u)′ = u′/(1 + u²), not u′/(1 − u²)", _of("atan", lambda u: 1 / (1 - u**2))),
    ("(arctan u)′ = u′/(1 + u²), not u′/√(1 + u²)", _of("atan", lambda u: 1 / sqrt(1 + u**2))),
    ("(arctan u)′ = u′/(1 + u²): the whole of u is squared", _of("atan", lambda u: 1 / (1 + _loose(u, _TWO)))),
    ("(arcsin u)′ = u′/√(1 − u²): the whole of u is squared", _of("asin", lambda u: 1 / sqrt(1 - _loose(u, _TWO)))),
    ("(arcsin u)′ = u′/√(1 − u²), not u′/(1 − u²)", _of("asin", lambda u: 1 / (1 - u**2))),
    ("(arcsin u)′ = u′/√(1 − u²), not u′/√(1 + u²)", _of("asin", lambda u: 1 / sqrt(1 + u**2))),
)
_HYPERBOLICS: tuple[tuple[str, Rule], ...] = (
    ("(cosh u)′ = sinh u · u′, without a sign", _of("cosh", lambda u: Negative(Call("sinh", (u,))))),
    ("(sinh u)′ = cosh u · u′, without a sign", _of("sinh", lambda u: Negative(Call("cosh", (u,))))),
)
_SINES: tuple[tuple[str, Rule], ...] = (
    ("(cos u)′ = −sin u · u′: the minus sign is missing", _of("cos", sin)),
    ("(sin u)′ = cos u · u′, without a minus sign", _of("sin", lambda u: Negative(cos(u)))),
)
_SAME: tuple[tuple[str, Rule], ...] = (
    ("(sin u)′ = cos u · u′, not sin u · u′", _of("sin", sin)),
    ("(cos u)′ = −sin u · u′, not cos u · u′", _of("cos", cos)),
    ("(cos u)′ = −sin u · u′, not −cos u · u′", _of("cos", lambda u: Negative(cos(u)))),
)
_ABSOLUTES: tuple[tuple[str, Rule], ...] = (
    ("|u|′ is the sign of u times u′, not u′", _of("abs", lambda _u: ONE)),
    ("|u|′ is the sign of u times u′, not minus that", _of("abs", lambda u: Negative(sign(u)))),
    ("|u|′ is the sign of u times u′, not |u| u′", _of("abs", lambda u: Call("abs", (u,)))),
)
_RELUS: tuple[tuple[str, Rule], ...] = (
    ("ReLU′(u) is 0 where u < 0 and 1 where u > 0, not 1 everywhere", _of("relu", lambda _u: ONE)),
    ("ReLU′(u) is 1 where u > 0, not u", _of("relu", lambda u: Call("relu", (u,)))),
)
_OTHERS = (("the other variables are constants: their derivative is 0", lambda _name: ONE),)

_GROUPS: tuple[tuple[str, str, tuple[tuple[str, Rule], ...]], ...] = (
    ("product-rule", "product", (
        ("(uv)′ = u′v + uv′, not u′v′", _each_differentiated),
        ("(uv)′ = u′v + uv′: only u′v is there", lambda factors, slopes: _without_last(factors, slopes, 0)),
        ("(uv)′ = u′v + uv′: only uv′ is there", lambda factors, slopes: _without_last(factors, slopes, -1)),
        ("(uv)′ = u′v + uv′, not u′v − uv′", _subtracted),
    )),
    ("quotient-rule", "quotient", _QUOTIENTS),
    ("power-rule", "power", _POWERS),
    ("power-rule", "function", _ROOTS),
    ("exponential-rule", "exponential", _EXPONENTIALS),
    ("power-rule", "general", (
        ("the rule for uⁿ needs a constant exponent: (uᵛ)′ = uᵛ (v′ ln u + v u′/u)",
         lambda u, v, du, dv: Product((v, Power(u, v - 1), du))),
    )),
    ("exponential-rule", "general", (
        ("the rule for aᵛ needs a constant base: (uᵛ)′ = uᵛ (v′ ln u + v u′/u)",
         lambda u, v, du, dv: Product((Power(u, v), ln(u), dv))),
    )),
    ("logarithm-rule", "function", _LOGARITHMS),
    ("logarithm-rule", "log", (("(log_b u)′ = u′/(u ln b): the factor ln b is missing", lambda u, _b, du: du / u),)),
    ("sine-cosine-sign", "function", _SINES),
    ("sine-cosine-rule", "function", _SAME),
    ("trigonometric-rule", "function", _TANGENTS),
    ("hyperbolic-rule", "function", _HYPERBOLICS),
    ("sigmoid-rule", "function", _SIGMOIDS),
    ("tanh-rule", "function", _TANHS),
    ("absolute-value", "function", _ABSOLUTES),
    ("relu-rule", "function", _RELUS),
    ("variable-not-constant", "other", _OTHERS),
)  # fmt: skip

RULE_SLIPS: tuple[Slip, ...] = tuple(
    Slip(code, said, rule, formula) for code, rule, group in _GROUPS for said, formula in group
)


def _inner(change: Callable[[Expr, Expr], Expr]) -> dict[str, Rule]:
    """Every rule that goes through an inner function, with something else in place of u′."""

    def power(u: Expr, n: Expr, du: Expr) -> Expr:
        return _power(u, n, change(u, du))

    def exponential(a: Expr, v: Expr, dv: Expr) -> Expr:
        return _exponential(a, v, change(v, dv))

    def function(name: Function, u: Expr, du: Expr) -> Expr:
        return _function(name, u, change(u, du))

    return {"power": power, "exponential": exponential, "function": function}


def _is_innermost(u: Expr, du: Expr) -> bool:
    """Whether u holds no further function or power."""
    composed = (isinstance(n, Call) or (isinstance(n, Power) and not isinstance(n.base, Symbol)) for n in walk(u))
    return _is_inner(u, du) and not any(composed)


def _misplaced(function: Function, u: Expr, du: Expr) -> Expr:
    """F′(u′) in place of F′(u) u′"""
    return _slope(function, du) if _is_inner(u, du) else _function(function, u, du)


def _misplaced_power(u: Expr, n: Expr, du: Expr) -> Expr:
    """n (u′)ⁿ⁻¹ in place of n uⁿ⁻¹ u′"""
    return Product((n, _raised(du, n - 1))) if _is_inner(u, du) else _power(u, n, du)


def _outside() -> dict[str, Rule]:
    """F′(x) u′ in place of F′(u) u′, where x is the only variable of u."""

    def only(u: Expr, du: Expr) -> Expr:
        inside = tuple(dict.fromkeys(names(u)))
        return Symbol(inside[0]) if len(inside) == 1 and _is_inner(u, du) else u

    return {
        "power": lambda u, n, du: Product((n, _raised(only(u, du), n - 1), du)),
        "exponential": lambda a, v, dv: _exponential(a, only(v, dv), dv),
        "function": lambda function, u, du: _slope(function, only(u, du)) * du,
    }


@dataclass(frozen=True)
class Manner:
    """A whole way of differentiating: the rules that are replaced."""

    code: str
    said: str
    rules: tuple[tuple[str, Rule], ...]


_MANNERS: tuple[Manner, ...] = (
    Manner("inner-derivative-forgotten", "(F(u))′ = F′(u) u′: the inner derivative u′ is missing",
           tuple(_inner(lambda u, du: ONE if _is_inner(u, du) else du).items())),
    Manner("inner-derivative-forgotten", "(F(u))′ = F′(u) u′: the innermost derivative is missing",
           tuple(_inner(lambda u, du: ONE if _is_innermost(u, du) else du).items())),
    Manner("inner-derivative-doubled", "(F(u))′ = F′(u) u′: the inner derivative u′ stands there twice",
           tuple(_inner(lambda u, du: du * du if _is_inner(u, du) else du).items())),
    Manner("constant-factor", "(c u)′ = c u′: the constant factor c is missing",
           (("product", _without_constant), ("over", lambda du, _v: du))),
    Manner("inner-derivative-misplaced", "(F(u))′ = F′(u) u′: F′ is taken at u, and u′ is a factor",
           (("function", _misplaced),)),
    Manner("inner-derivative-misplaced", "(uⁿ)′ = n uⁿ⁻¹ u′, not n (u′)ⁿ⁻¹", (("power", _misplaced_power),)),
    Manner("inner-derivative-misplaced", "(F(u))′ = F′(u) u′: F′ is taken at u, not at x", tuple(_outside().items())),
)  # fmt: skip


def manners() -> Iterator[Manner]:
    """Every wrong way of differentiating."""
    yield from _MANNERS
    for slip in RULE_SLIPS:
        yield Manner(slip.code, slip.said, ((slip.rule, slip.formula),))


RIGHT = Manner("", "", ())

# -- the engine ---------------------------------------------------------------------------------------


def slipped(of: Expr, by: str, manner: Manner) -> Expr:
    """∂of/∂by in this manner, tidied."""
    return tidy(slope(of, by, manner))


def slope(of: Expr, by: str, manner: Manner) -> Expr:
    """∂of/∂by in this manner, as the rules leave it."""
    return _Slipped(by, manner).slope(of)


class _Slipped:
    def __init__(self, by: str, manner: Manner) -> None:
        self.by = by
        self.rules = {**_RIGHT, **dict(manner.rules)}
        self.others = "other" in dict(manner.rules)

    def slope(self, of: Expr) -> Expr:
        """The derivative of a part."""
        if not depends(of, self.by) and not (self.others and names(of)):
            return ZERO
        match of:
            case Symbol(name):
                return ONE if name == self.by else self.rules["other"](name)
            case Sum(terms):
                slopes = [(term, self.slope(term.operand if isinstance(term, Minus) else term)) for term in terms]
                return Sum(tuple(Minus(slope) if isinstance(term, Minus) else slope for term, slope in slopes))
            case Negative(operand) | Minus(operand):
                return Negative(self.slope(operand))
            case Product(factors):
                return self.rules["product"](factors, tuple(tidy(self.slope(factor)) for factor in factors))
            case Quotient(u, v):
                du, dv = tidy(self.slope(u)), tidy(self.slope(v))
                return self.rules["over"](du, v) if dv == ZERO else self.rules["quotient"](u, v, du, dv)
            case Power(base, exponent):
                return self._power(base, exponent)
            case Call(function, arguments):
                return self._call(function, arguments)
            case Piecewise(branches, otherwise):
                last = None if otherwise is None else self.slope(otherwise)
                return Piecewise(tuple((self.slope(value), when) for value, when in branches), last)
        raise TypeError(f"no slipped rule for {type(of).__name__}")

    def _power(self, base: Expr, exponent: Expr) -> Expr:
        if not depends(exponent, self.by):
            return self.rules["power"](base, exponent, tidy(self.slope(base)))
        if not depends(base, self.by):
            return self.rules["exponential"](base, exponent, tidy(self.slope(exponent)))
        return self.rules["general"](base, exponent, tidy(self.slope(base)), tidy(self.slope(exponent)))

    def _call(self, function: str, arguments: tuple[Expr, ...]) -> Expr:
        if function == "exp":
            return self.rules["exponential"](E, arguments[0], tidy(self.slope(arguments[0])))
        if function in ("max", "min"):
            return self._extreme(function, arguments)
        if function == "log" and not depends(arguments[1], self.by):
            return self.rules["log"](*arguments, tidy(self.slope(arguments[0])))
        if len(arguments) == 1:
            return self.rules["function"](function, arguments[0], tidy(self.slope(arguments[0])))
        if function in ORDERED:
            order, u = arguments
            return self.rules["function"]((function, order), u, tidy(self.slope(u)))
        formulas = KNOWN[function].derivatives
        moving = [(f, u) for f, u in zip(formulas, arguments, strict=False) if depends(u, self.by)]
        return Sum(tuple(formula(*arguments) * self.slope(u) for formula, u in moving)) if moving else ZERO

    def _extreme(self, function: str, arguments: tuple[Expr, ...]) -> Expr:
        """max(u, v)′ by the sign of u − v, for two arguments; for more the first one's."""
        if len(arguments) != 2:
            return self.slope(arguments[0])
        (u, v), half = arguments, 1 / integer(2)
        larger = sign(u - v) if function == "max" else Negative(sign(u - v))
        mean, gap = self.slope(u) + self.slope(v), self.slope(u) - self.slope(v)
        return half * mean + half * larger * gap


# -- integrated instead -------------------------------------------------------------------------------


def integrated(of: Expr, by: str) -> Expr | None:
    """∫ of d(by) where a table gives it: sums of c xⁿ, c sin x, c cos x, c eˣ; None for anything else."""
    x = Symbol(by)
    if not depends(of, by):
        return of * x
    match of:
        case Symbol():
            return x**2 / 2
        case Sum(terms):
            parts = [(t, integrated(t.operand if isinstance(t, Minus) else t, by)) for t in terms]
            if any(part is None for _, part in parts):
                return None
            return Sum(tuple(Minus(part) if isinstance(t, Minus) else part for t, part in parts if part is not None))
        case Negative(operand):
            inner = integrated(operand, by)
            return None if inner is None else Negative(inner)
        case Product(factors):
            moving = [factor for factor in factors if depends(factor, by)]
            inner = integrated(moving[0], by) if len(moving) == 1 else None
            still = tuple(factor for factor in factors if not depends(factor, by))
            return None if inner is None else Product((*still, inner))
        case Quotient(u, v) if not depends(v, by):
            inner = integrated(u, by)
            return None if inner is None else inner / v
        case Power(base, Number(n)) if base == x:
            return Power(x, Number(n + 1)) / Number(n + 1)
        case Power(base, exponent) if base == E and exponent == x:
            return of
        case Call("sin", (u,)) if u == x:
            return Negative(cos(x))
        case Call("cos", (u,)) if u == x:
            return sin(x)
        case _:
            return None
