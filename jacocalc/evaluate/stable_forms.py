"""Functions that lose no digits where the formulas that define them do: one row each.

ln(1 + u) for a small u, e^u − 1, 1/(e^u − 1) (of Bose), σ(u) σ(−u), √(u² + v²), 1 − erf u, 1 − u² beside ±1,
ln cosh u and ln Σ e^u have operations of their own in compiled code.
People do not type them; they are recognised when a function is compiled (``compiled.recognition``).  A row has what a
tape needs, as for the functions that are typed (``known_functions``): the formula by other functions, and the
derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass

from jacocalc.known_functions import KNOWN, Formula, KnownFunction
from jacocalc.notation import ONE, PI, Call, Expr, integer, summed


@dataclass(frozen=True)
class StableForm:
    """name(u, …) = lowered(u, …), with the derivative by each argument; one formula serves any number of them."""

    name: str
    lowered: Formula
    derivatives: tuple[Formula, ...]


def _exp(u: Expr) -> Expr:
    return Call("exp", (u,))


def _squares(u: Expr, v: Expr) -> Expr:
    return u**2 + v**2


_ROWS = (
    StableForm("log1p", lambda u: Call("ln", (1 + u,)), (lambda u: 1 / (1 + u),)),
    StableForm("expm1", lambda u: _exp(u) - 1, (lambda u: _exp(u),)),
    StableForm("bose", lambda u: 1 / (_exp(u) - 1), (lambda u: Call("bose", (u,)) * Call("bose", (-u,)),)),
    StableForm("bell", lambda u: Call("sigmoid", (u,)) * Call("sigmoid", (-u,)),
               (lambda u: -(Call("bell", (u,)) * Call("tanh", (u / 2,))),)),
    StableForm("hypot", lambda u, v: Call("sqrt", (_squares(u, v),)),
               (lambda u, v: u / Call("hypot", (u, v)), lambda u, v: v / Call("hypot", (u, v)))),
    StableForm("erfc", lambda u: 1 - Call("erf", (u,)), (lambda u: -(2 / Call("sqrt", (PI,)) * _exp(-(u**2))),)),
    StableForm("inside", lambda u: (1 - u) * (1 + u), (lambda u: -2 * u,)),
    StableForm("lncosh", lambda u: Call("ln", (Call("cosh", (u,)),)), (lambda u: Call("tanh", (u,)),)),
    StableForm("logsumexp", lambda *us: Call("ln", (summed([_exp(u) for u in us]),)), ()),
)  # fmt: skip
STABLE: dict[str, StableForm] = {row.name: row for row in _ROWS}


def _absolute(u: Expr) -> Expr:
    return Call("abs", (u,))


def _normal(u: Expr) -> Expr:
    """Φ(u) = erfc(−u/√2)/2, with its digits where it is small"""
    return Call("erfc", (-u / Call("sqrt", (integer(2),)),)) / 2


def _inside(u: Expr) -> Expr:
    """1 − u²"""
    return Call("inside", (u,))


def _root_inside(u: Expr) -> Expr:
    """√(1 − u²)"""
    return Call("sqrt", (_inside(u),))


def _root_beyond(u: Expr) -> Expr:
    """√(u² − 1) for u > 0, exact beside 1, where u² may overflow"""
    return Call("sqrt", (u - 1,)) * Call("sqrt", (u + 1,))


def _root_above(u: Expr) -> Expr:
    """√(u² + 1), where u² may overflow"""
    return Call("hypot", (u, ONE))


# Derivatives in compiled code, where those of the table cancel or overflow.
SLOPES: dict[str, tuple[Formula, ...]] = {
    "gelu": (lambda u: _normal(u) + u * _exp(-(u**2) / 2) / Call("sqrt", (2 * PI,)),),
    "asin": (lambda u: 1 / _root_inside(u),),
    "acos": (lambda u: -(1 / _root_inside(u)),),
    "asec": (lambda u: 1 / (_absolute(u) * _root_beyond(_absolute(u))),),
    "acsc": (lambda u: -(1 / (_absolute(u) * _root_beyond(_absolute(u)))),),
    "asinh": (lambda u: 1 / _root_above(u),),
    "acosh": (lambda u: 1 / _root_beyond(u),),
    "atanh": (lambda u: 1 / _inside(u),),
    "acoth": (lambda u: 1 / _inside(u),),
    "asech": (lambda u: -(1 / (u * _root_inside(u))),),
    "acsch": (lambda u: -(1 / (_absolute(u) * _root_above(u))),),
    "sigmoid": (lambda u: Call("bell", (u,)),),
    "tanh": (lambda u: Call("sech", (u,)) ** 2,),
}


def formulas_of(function: str) -> KnownFunction | StableForm:
    """The row of a function in either table."""
    row = KNOWN.get(function)
    return STABLE[function] if row is None else row
