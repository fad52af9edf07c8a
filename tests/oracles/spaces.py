"""Where a tree has values: real numbers of 100 digits, complex doubles, SymPy, PyTorch, JAX.

A space gives the basic functions; all others are written by these here, once for every space (``WRITTEN``), the way a
textbook defines them.  The careful space of real numbers refuses a point that no difference should be taken at: outside
of a domain, at or near a kink, with values that are very large, and says so by ``Unfit``.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

import mpmath
import numpy as np
import sympy

DIGITS = 100
NEAR = 1e-3  # how far from kinks and borders a point must be
LARGE = 1e7  # what no value may exceed

real = mpmath.MPContext()
real.dps = DIGITS


class Unfit(Exception):
    """A value at this point is undefined, too near to a kink, or too large to be compared."""


@dataclass(frozen=True)
class Space:
    """Numbers and what can be done with them; see the module's head."""

    name: str
    number: Callable[[Fraction], Any]
    constants: Mapping[str, Any]
    basic: Mapping[str, Callable[..., Any]]
    whole_power: Callable[[Any, int], Any] = lambda u, k: u**k
    choose: Callable[..., Any] = lambda branches, otherwise: otherwise()
    quotient: Callable[[Any, Any], Any] = lambda u, v: u / v
    kept: Callable[[Any], Any] = lambda u: u
    refused: frozenset[str] = field(default_factory=frozenset)

    def apply(self, name: str, arguments: Sequence[Any]) -> Any:
        """A function by its name; Unfit where the space has none."""
        if name in self.refused:
            raise Unfit(f"{self.name} has no {name}")
        if name in self.basic:
            return self.kept(self.basic[name](*arguments))
        return WRITTEN[name](self, *arguments)

    def __call__(self, name: str, *arguments: Any) -> Any:
        return self.apply(name, arguments)


def _gelu(s: Space, u: Any) -> Any:
    return u * (1 + s("erf", u / s("sqrt", s.number(Fraction(2))))) / 2


WRITTEN: dict[str, Callable[..., Any]] = {
    "cot": lambda s, u: s.quotient(s("cos", u), s("sin", u)),
    "sec": lambda s, u: s.quotient(s.number(Fraction(1)), s("cos", u)),
    "csc": lambda s, u: s.quotient(s.number(Fraction(1)), s("sin", u)),
    "coth": lambda s, u: s.quotient(s("cosh", u), s("sinh", u)),
    "sech": lambda s, u: s.quotient(s.number(Fraction(1)), s("cosh", u)),
    "csch": lambda s, u: s.quotient(s.number(Fraction(1)), s("sinh", u)),
    "acot": lambda s, u: s("atan", s.quotient(s.number(Fraction(1)), u)),
    "asec": lambda s, u: s("acos", s.quotient(s.number(Fraction(1)), u)),
    "acsc": lambda s, u: s("asin", s.quotient(s.number(Fraction(1)), u)),
    "acoth": lambda s, u: s("atanh", s.quotient(s.number(Fraction(1)), u)),
    "asech": lambda s, u: s("acosh", s.quotient(s.number(Fraction(1)), u)),
    "acsch": lambda s, u: s("asinh", s.quotient(s.number(Fraction(1)), u)),
    "log2": lambda s, u: s("ln", u) / s("ln", s.number(Fraction(2))),
    "log10": lambda s, u: s("ln", u) / s("ln", s.number(Fraction(10))),
    "log3": lambda s, u: s("ln", u) / s("ln", s.number(Fraction(3))),
    "cbrt": lambda s, u: s("odd_root", u, 3),
    "root5": lambda s, u: s("odd_root", u, 5),
    "root4": lambda s, u: s("sqrt", s("sqrt", u)),
    "relu": lambda s, u: s("max", u, s.number(Fraction(0))),
    "leaky_relu": lambda s, u: s("max", u, u * s.number(Fraction(1, 100))),
    "elu": lambda s, u: s.choose([(">", u, s.number(Fraction(0)), lambda: u)], lambda: s("exp", u) - 1),
    "sigmoid": lambda s, u: s.quotient(s.number(Fraction(1)), 1 + s("exp", -u)),
    "softplus": lambda s, u: s("ln", 1 + s("exp", u)),
    "silu": lambda s, u: s.quotient(u, 1 + s("exp", -u)),
    "gelu": _gelu,
}


# -- real numbers of 100 digits -----------------------------------------------------------------------

def _real_number(q: Fraction) -> Any:
    return real.mpf(q.numerator) / q.denominator


def _sure(u: Any) -> Any:
    """A real number of ordinary size, else Unfit."""
    if isinstance(u, real.mpc) or not real.isfinite(u) or abs(u) > LARGE:
        raise Unfit(str(u))
    return u


def _away(u: Any) -> Any:
    if abs(u) < NEAR:
        raise Unfit("near a kink")
    return u


def _above(u: Any, bound: float = 0) -> Any:
    if u < bound + NEAR:
        raise Unfit("near the border of the domain")
    return u


def _inside(u: Any) -> Any:
    _above(1 - abs(u))
    return u


def _extreme(pick: Callable[..., Any]) -> Callable[..., Any]:
    def found(*arguments: Any) -> Any:
        best = pick(arguments)
        if sum(abs(u - best) < NEAR for u in arguments) > 1:
            raise Unfit("near a tie")
        return best

    return found


def _real_odd_root(u: Any, k: int) -> Any:
    return real.sign(_away(u)) * abs(u) ** (real.mpf(1) / k)


def _real_atan2(y: Any, x: Any) -> Any:
    if abs(x) + abs(y) < NEAR or (abs(y) < NEAR and x < 0):
        raise Unfit("near the cut of atan2")
    return real.atan2(y, x)


def _real_power(u: Any, v: Any) -> Any:
    return real.exp(_sure(v * real.log(_above(u))))


def _holds(relation: str, left: Any, right: Any) -> bool:
    _away(left - right)
    return bool(left > right) if relation[0] == ">" else bool(left < right) if relation[0] == "<" else relation == "!="


def _real_choose(branches: Sequence[Any], otherwise: Callable[[], Any]) -> Any:
    for relation, left, right, given in branches:
        if _holds(relation, left, right):
            return given()
    return otherwise()


def _real_whole_power(u: Any, k: int) -> Any:
    return _sure(u**k if k >= 0 else _away(u) ** k)


def _no_pole(u: Any) -> Any:
    if u < NEAR:
        _away(real.sinpi(u))
    return u


def _between_whole(u: Any) -> Any:
    _away(real.sinpi(u))
    return u


_SPECIAL: dict[str, Callable[..., Any]] = {
    "gammafn": lambda u: real.gamma(_no_pole(u)), "loggamma": lambda u: real.loggamma(_above(u)),
    "polygamma": lambda n, u: real.psi(int(n), _no_pole(u)),
    "floor": lambda u: real.floor(_between_whole(u)), "ceil": lambda u: real.ceil(_between_whole(u)),
    "besselj": real.besselj, "bessely": lambda n, u: real.bessely(n, _above(u)),
    "besseli": real.besseli, "besselk": lambda n, u: real.besselk(n, _above(u)),
    "lambertw": lambda u: real.lambertw(_above(u, -1 / math.e)).real,
    "erfi": real.erfi, "erfinv": lambda u: real.erfinv(_inside(u)),
    "ExpIntegralEi": lambda u: real.ei(_away(u)), "LogIntegral": lambda u: real.li(_above(_away(u - 1) + 1)),
    "SinIntegral": lambda u: real.si(_away(u)), "CosIntegral": lambda u: real.ci(_above(u)),
    "SinhIntegral": lambda u: real.shi(_away(u)), "CoshIntegral": lambda u: real.chi(_above(u)),
    "fresnels": real.fresnels, "fresnelc": real.fresnelc,
    "airyai": real.airyai, "airyaiprime": lambda u: real.airyai(u, derivative=1),
    "airybi": real.airybi, "airybiprime": lambda u: real.airybi(u, derivative=1),
}
REAL = Space(
    "mpmath", _real_number, {"e": real.e + 0, "pi": real.pi + 0},
    {
        "sin": real.sin, "cos": real.cos, "tan": lambda u: real.sin(u) / _away(real.cos(u)),
        "asin": lambda u: real.asin(_inside(u)), "acos": lambda u: real.acos(_inside(u)), "atan": real.atan,
        "sinh": real.sinh, "cosh": real.cosh, "tanh": real.tanh,
        "asinh": real.asinh, "acosh": lambda u: real.acosh(_above(u, 1)), "atanh": lambda u: real.atanh(_inside(u)),
        "exp": lambda u: real.exp(u if u < 50 else _sure(real.inf)), "ln": lambda u: real.log(_above(u)),
        "sqrt": lambda u: real.sqrt(_above(u)), "erf": real.erf, "abs": lambda u: abs(_away(u)),
        "sign": lambda u: real.sign(_away(u)), "max": _extreme(max), "min": _extreme(min), "atan2": _real_atan2,
        "odd_root": _real_odd_root, "power": _real_power, **_SPECIAL,
    },
    _real_whole_power, _real_choose, lambda u, v: _sure(u / _away(v)), _sure,
)  # fmt: skip


# -- complex doubles, for the complex step ------------------------------------------------------------

def _complex_choose(branches: Sequence[Any], otherwise: Callable[[], Any]) -> Any:
    compared = [(relation, left.real, right.real, given) for relation, left, right, given in branches]
    return _real_choose(compared, otherwise)


COMPLEX = Space(
    "the complex step", lambda q: complex(q), {"e": complex(math.e), "pi": complex(math.pi)},
    {
        "sin": cmath.sin, "cos": cmath.cos, "tan": cmath.tan, "atan": cmath.atan, "sinh": cmath.sinh,
        "cosh": cmath.cosh, "tanh": cmath.tanh, "exp": cmath.exp, "ln": cmath.log, "sqrt": cmath.sqrt,
        "asin": cmath.asin, "acos": cmath.acos, "asinh": cmath.asinh, "acosh": cmath.acosh, "atanh": cmath.atanh,
        "abs": lambda u: u if u.real > 0 else -u, "sign": lambda u: complex(math.copysign(1, u.real)),
        "max": lambda *us: max(us, key=lambda u: u.real), "min": lambda *us: min(us, key=lambda u: u.real),
        "odd_root": lambda u, k: u ** (1 / k) if u.real > 0 else -((-u) ** (1 / k)),
        "power": lambda u, v: cmath.exp(v * cmath.log(u)),
        "atan2": lambda y, x: 2 * cmath.atan(y / (cmath.sqrt(x * x + y * y) + x)),
    },
    choose=_complex_choose, refused=frozenset({"erf", *_SPECIAL}),
)  # fmt: skip


# -- SymPy --------------------------------------------------------------------------------------------

def _two(positive: Any, negative: Any, u: Any) -> Any:
    return sympy.Piecewise((positive, u > 0), (negative, True))


def _larger(*us: Any) -> Any:
    best = us[0]
    for u in us[1:]:
        best = _two(best, u, best - u)
    return best


def _smaller(*us: Any) -> Any:
    return -_larger(*(-u for u in us))


_SYMBOLIC = {">": sympy.StrictGreaterThan, ">=": sympy.GreaterThan, "<": sympy.StrictLessThan, "<=": sympy.LessThan,
             "!=": sympy.Ne, "=": sympy.Eq}  # fmt: skip


def _symbolic_choose(branches: Sequence[Any], otherwise: Callable[[], Any]) -> Any:
    listed = [(given(), _SYMBOLIC[relation](left, right)) for relation, left, right, given in branches]
    return sympy.Piecewise(*listed, (otherwise(), True))


SYMBOLIC = Space(
    "SymPy", lambda q: sympy.Rational(q.numerator, q.denominator), {"e": sympy.E, "pi": sympy.pi},
    {
        **{name: getattr(sympy, name) for name in (
            "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "exp",
            "sqrt", "erf", "atan2", "loggamma", "polygamma", "besselj", "bessely", "besseli", "besselk", "erfi",
            "erfinv", "fresnels", "fresnelc", "airyai", "airyaiprime", "airybi", "airybiprime")},
        "gammafn": sympy.gamma, "lambertw": sympy.LambertW, "ExpIntegralEi": sympy.Ei, "LogIntegral": sympy.li,
        "SinIntegral": sympy.Si, "CosIntegral": sympy.Ci, "SinhIntegral": sympy.Shi, "CoshIntegral": sympy.Chi,
        "ln": sympy.log, "abs": lambda u: _two(u, -u, u), "sign": lambda u: _two(sympy.S.One, -sympy.S.One, u),
        "max": _larger, "min": _smaller, "power": sympy.Pow,
        "odd_root": lambda u, k: _two(u ** sympy.Rational(1, k), -((-u) ** sympy.Rational(1, k)), u),
    },
    choose=_symbolic_choose, refused=frozenset({"floor", "ceil"}),  # whose derivatives SymPy does not take
)  # fmt: skip


# -- PyTorch and JAX ----------------------------------------------------------------------------------

def _compared(relation: str, left: Any, right: Any) -> Any:
    return left > right if relation[0] == ">" else left < right if relation[0] == "<" else left != right


def _selecting(where: Callable[..., Any]) -> Callable[..., Any]:
    """Of a number only the branch that holds is computed: an undefined one would make its gradient NaN."""

    def choose(branches: Sequence[Any], otherwise: Callable[[], Any]) -> Any:
        for k, (relation, left, right, given) in enumerate(branches):
            holds = _compared(relation, left, right)
            if holds.ndim:
                return where(holds, given(), choose(branches[k + 1 :], otherwise))
            if bool(holds):
                return given()
        return otherwise()

    return choose


def _folded(pair: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def found(*us: Any) -> Any:
        best = us[0]
        for u in us[1:]:
            best = pair(best, u)
        return best

    return found


def _array_space(name: str, number: Callable[[Fraction], Any], module: Any, erf: Any, inverse: str) -> Space:
    """A space of an array library; its inverse functions are called arcsin or asin."""
    simple = {one: getattr(module, one) for one in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "sqrt", "sign")}
    inverses = {
        f"a{one}": getattr(module, f"{inverse}{one}") for one in ("sin", "cos", "tan", "sinh", "cosh", "tanh")
    }  # fmt: skip
    return Space(
        name, number, {"e": number(Fraction(math.e)), "pi": number(Fraction(math.pi))},
        {
            **simple, **inverses, "ln": module.log, "erf": erf, "abs": module.abs,
            "atan2": getattr(module, f"{inverse}tan2"),
            "max": _folded(module.maximum), "min": _folded(module.minimum), "power": lambda u, v: u**v,
            "odd_root": lambda u, k: module.sign(u) * module.abs(u) ** (1 / k),
        },
        choose=_selecting(module.where),
    )  # fmt: skip


@cache
def torch_space() -> Space:
    """Doubles of PyTorch; ImportError where it is not installed."""
    import torch

    return _array_space("PyTorch", lambda q: torch.tensor(float(q), dtype=torch.float64), torch, torch.erf, "arc")


@cache
def jax_space() -> Space:
    """Doubles of JAX; ImportError where it is not installed."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    return _array_space("JAX", lambda q: np.float64(q), jnp, jax.scipy.special.erf, "arc")
