"""The value of a SymPy expression in real numbers of 100 digits, node by node: none of SymPy's own numbers.

A kind of node that is not in the table raises TypeError, so that nothing unknown passes for a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import sympy

from tests.oracles.spaces import REAL, real


def value_of(expr: Any, names: Mapping[str, Any]) -> Any:
    """The value at the values of the symbols, by their names."""
    expr = sympy.sympify(expr)
    if expr.is_Symbol:
        return names[expr.name]
    if expr.is_Rational:
        return REAL.number(Fraction(expr.p, expr.q))
    if isinstance(expr, sympy.Piecewise):
        return next(value_of(given, names) for given, condition in expr.args if holds(condition, names))
    kind = type(expr).__name__
    if kind in _CONSTANTS:
        return _CONSTANTS[kind]
    if kind not in _KINDS:
        raise TypeError(f"{kind} in a result: {expr}")
    if isinstance(expr, sympy.Pow) and expr.exp.is_Integer:
        return value_of(expr.base, names) ** int(expr.exp)
    return _real(_KINDS[kind](*(value_of(part, names) for part in expr.args)), expr)


def _real(found: Any, expr: Any) -> Any:
    if isinstance(found, real.mpc):
        raise ValueError(f"{expr} is not real")
    return found


def holds(condition: Any, names: Mapping[str, Any]) -> bool:
    """Whether a condition holds at the values."""
    if condition in (sympy.true, sympy.false):
        return bool(condition)
    if isinstance(condition, sympy.And | sympy.Or):
        return (all if isinstance(condition, sympy.And) else any)(holds(part, names) for part in condition.args)
    if isinstance(condition, sympy.Not):
        return not holds(condition.args[0], names)
    if isinstance(condition, sympy.ITE):
        return holds(condition.args[1 if holds(condition.args[0], names) else 2], names)
    left, right = (value_of(side, names) for side in condition.args)
    return bool(_RELATIONS[condition.rel_op](left, right))


def _product(*parts: Any) -> Any:
    found = real.mpf(1)
    for part in parts:
        found = found * part
    return found


_RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    ">": lambda a, b: a > b, "<": lambda a, b: a < b, ">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip
_CONSTANTS = {"Exp1": real.e + 0, "Pi": real.pi + 0, "EulerGamma": real.euler + 0, "Catalan": real.catalan + 0}
_KINDS: dict[str, Callable[..., Any]] = {
    "Add": lambda *parts: sum(parts, real.mpf(0)), "Mul": _product, "Pow": lambda u, v: real.power(u, v),
    "Abs": abs, "sign": real.sign, "Max": max, "Min": min, "atan2": real.atan2, "erf": real.erf,
    "exp": real.exp, "log": lambda u, *b: real.log(u) / (real.log(b[0]) if b else 1),
    "gamma": real.gamma, "loggamma": real.loggamma, "polygamma": lambda n, u: real.psi(int(n), u), "zeta": real.zeta,
    "floor": real.floor, "ceiling": real.ceil, "LambertW": lambda u: real.lambertw(u).real,
    "airyaiprime": lambda u: real.airyai(u, derivative=1), "airybiprime": lambda u: real.airybi(u, derivative=1),
    **{name: getattr(real, name.lower()) for name in (
        "besselj", "bessely", "besseli", "besselk", "erfi", "erfinv", "Ei", "li", "Si", "Ci", "Shi", "Chi", "fresnels",
        "fresnelc", "airyai", "airybi")},
    "Heaviside": lambda u, *_: real.mpf(1 if u > 0 else 0),
    **{name: getattr(real, name) for name in (
        "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch", "asin", "acos",
        "atan", "acot", "asec", "acsc", "asinh", "acosh", "atanh", "acoth", "asech", "acsch")},
}  # fmt: skip
