"""Functions of inverse functions, without either: cos(arcsin u) = √(1 − u²), the other side of a right triangle.

Each row holds wherever its left side is defined: arcsin and arctan end in [−π/2, π/2], where the cosine is not
negative, arccos in [0, π], where the sine is not, and arcosh is not negative.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from jacocalc.notation import (
    ONE,
    PI,
    Call,
    Expr,
    Minus,
    Negative,
    Number,
    Power,
    Quotient,
    Sum,
    as_rational,
    integer,
    unsigned,
)


def _root(*terms: Expr) -> Expr:
    return Call("sqrt", (Sum(terms),))


def _square(u: Expr) -> Expr:
    return Power(u, integer(2))


def _leg(u: Expr) -> Expr:
    """√(1 − u²)"""
    return _root(ONE, Minus(_square(u)))


def _hypotenuse(u: Expr) -> Expr:
    """√(1 + u²)"""
    return _root(ONE, _square(u))


def _hyperbolic(u: Expr) -> Expr:
    """√(u² − 1)"""
    return _root(_square(u), Minus(ONE))


_TRIANGLES: dict[str, Callable[[Expr], tuple[Expr, Expr, Expr]]] = {  # opposite the angle, beside it, and the longest
    "asin": lambda u: (u, _leg(u), ONE),
    "acos": lambda u: (_leg(u), u, ONE),
    "atan": lambda u: (u, ONE, _hypotenuse(u)),
    "asinh": lambda u: (u, _hypotenuse(u), ONE),
    "acosh": lambda u: (_hyperbolic(u), u, ONE),
    "atanh": lambda u: (u, ONE, _leg(u)),
}
_EIGHTH = Quotient(PI, integer(4))  # of a turn
_MEASURES = {  # powers of the sine and of the cosine
    "sin": (1, 0), "cos": (0, 1), "tan": (1, -1), "cot": (-1, 1), "sec": (0, -1), "csc": (-1, 0),
}  # fmt: skip
HYPERBOLIC = {f"{name}h": powers for name, powers in _MEASURES.items()}
_TABLES = (_MEASURES, HYPERBOLIC)
RECIPROCALS = {"sec": "cos", "csc": "sin", "sech": "cosh", "csch": "sinh"}


def side(outer: str, inner: str, u: Expr) -> Expr | None:
    """outer(inner(u)) without the two functions; None where that depends on the sign of u, or they are no pair."""
    table = next((table for table in _TABLES if {outer, inner[1:]}.issubset(table)), None)
    if table is None:
        return None
    (sine, cosine), own = table[outer], table[inner[1:]]
    if (sine, cosine) == own:
        return u
    if (-sine, -cosine) == own:
        return Quotient(ONE, u)
    if inner not in _TRIANGLES:
        return None
    sides = dict(zip((sine, cosine, -sine - cosine), _TRIANGLES[inner](u), strict=True))  # by their powers
    return sides[1] if sides[-1] == ONE else Quotient(sides[1], sides[-1])


def cosecant_of_twice(half: Expr, cosecant: str) -> Expr | None:
    """csc x of x/2, csch x of x/2, sec x of x/2 + π/4, −sec x of x/2 − π/4; None for other angles."""
    match half:
        case Quotient(whole, Number(2)):
            return Call(cosecant, (whole,))
        case Sum((one, other)) if cosecant == "csc" and _EIGHTH in map(unsigned, half.terms):
            eighth, rest = (one, other) if unsigned(one) == _EIGHTH else (other, one)
            if isinstance(part := unsigned(rest), Quotient) and as_rational(part.denominator) == 2:
                return Call("sec", (part.numerator,)) if eighth == _EIGHTH else Negative(Call("sec", (part.numerator,)))
    return None


def ratio(powers: Mapping[str, int]) -> dict[str, int]:
    """sin u/cos u → tan u, sec u cos u → 1, tan u cos² u → sin u cos u, cot u sec² u → sec u csc u: as one function, as
    sines and cosines or as what these are below.

    ``powers`` are those of functions of one angle; what stays as it is is given back.
    """
    found = dict(powers)
    for table in _TABLES:
        some = {name: times for name, times in powers.items() if name in table}
        if len(some) > 1 and (short := _short(some, table)) is not None:
            found = {name: times for name, times in found.items() if name not in table} | short
    return found


def _short(powers: Mapping[str, int], table: Mapping[str, tuple[int, int]]) -> dict[str, int] | None:
    sine, cosine = (sum(times * table[name][place] for name, times in powers.items()) for place in (0, 1))
    times = abs(sine or cosine)
    for name, (a, b) in table.items():
        if (sine, cosine) == (a * times, b * times):
            return {name: times} if times else {}
    first, second, *quotients, secant, cosecant = table
    if sine * cosine < 0 and not {first, second}.issuperset(powers):
        return _beside(sine, cosine, quotients, (secant, cosecant)) if min(powers.values()) < 0 else None
    if sine * cosine < 0 or max(powers.values()) < 0:
        return None
    return {first: sine, second: cosine} if sine > 0 else {secant: -cosine, cosecant: -sine}


def _beside(sine: int, cosine: int, quotients: Sequence[str], inverses: Sequence[str]) -> dict[str, int] | None:
    """sin^a u cos^(−b) u → tan^a u sec^(b − a) u, cos^a u sin^(−b) u → cot^a u csc^(b − a) u, for b > a"""
    above, below, k = (sine, -cosine, 0) if sine > 0 else (cosine, -sine, 1)
    return {inverses[k]: below - above, quotients[k]: above} if below > above else None
