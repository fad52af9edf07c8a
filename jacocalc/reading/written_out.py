"""Functions of libraries and of other books that are read by what they are: log1p(x) as ln(1 + x), sh x as sinh(x).

A row of ``WRITTEN_OUT`` gives the arguments, as the note names them, and the formula.  Names that are read in two
ways are not here (sinc, lg), nor is what jumps at places where conventions differ.
"""

from __future__ import annotations

from dataclasses import dataclass

from jacocalc.known_functions import (
    SPELLINGS,
    Formula,
    absolute,
    cos,
    cosh,
    cot,
    csc,
    ln,
    sec,
    sigmoid,
    sin,
    sqrt,
    tan,
    tanh,
)
from jacocalc.linear import paper
from jacocalc.notation import (
    ONE,
    PI,
    ZERO,
    Call,
    Comparison,
    E,
    Expr,
    Piecewise,
    Power,
    Product,
    Quotient,
    Symbol,
    integer,
)


@dataclass(frozen=True)
class WrittenOut:
    """A function and what it is: erfc(x) and 1 - erf(x)."""

    name: str
    arguments: str
    formula: Formula

    @property
    def is_itself(self) -> bool:
        """Whether the formula is written so: digamma(x)"""
        return self.said.startswith(self.said.partition(" is read as ")[2])

    @property
    def said(self) -> str:
        """erfc(x) is read as 1 - erf(x)"""
        formula = self.formula(*map(Symbol, self.arguments))
        return f"{self.name}({', '.join(self.arguments)}) is read as {paper(formula)}"


def _gamma(x: Expr) -> Expr:
    return Call("gammafn", (x,))


def _log_gamma(x: Expr) -> Expr:
    return Call("loggamma", (x,))


def _bessel(name: str, order: int) -> Formula:
    return lambda x: Call(name, (integer(order), x))


def _polygamma(order: int) -> Formula:
    return lambda x: Call("polygamma", (integer(order), x))


def _turned(function: Formula) -> Formula:
    return lambda x: function(Product((PI, x)))


def _in_degrees(function: Formula) -> Formula:
    return lambda x: function(Quotient(Product((PI, x)), integer(180)))


def _to_degrees(name: str) -> Formula:
    return lambda x: Quotient(Product((integer(180), Call(name, (x,)))), PI)


def _between(x: Expr, low: Expr, high: Expr) -> Expr:
    return Call("max", (low, Call("min", (x, high))))


_TRIGONOMETRIC: dict[str, Formula] = {"sin": sin, "cos": cos, "tan": tan, "sec": sec, "csc": csc, "cot": cot}
_ROWS: tuple[tuple[str, str, Formula], ...] = (
    ("log1p", "x", lambda x: ln(1 + x)),
    ("log1m", "x", lambda x: ln(1 - x)),
    ("log1psq", "x", lambda x: ln(1 + x**2)),
    ("log1pexp", "x", lambda x: Call("softplus", (x,))),
    ("log1mexp", "x", lambda x: ln(1 - Power(E, x))),
    ("log2mexp", "x", lambda x: ln(2 - Power(E, x))),
    ("logexpm1", "x", lambda x: ln(Power(E, x) - 1)),
    ("logcosh", "x", lambda x: ln(cosh(x))),
    ("expm1", "x", lambda x: Power(E, x) - 1),
    ("exp2", "x", lambda x: Power(integer(2), x)),
    ("exp10", "x", lambda x: Power(integer(10), x)),
    ("erfc", "x", lambda x: 1 - Call("erf", (x,))),
    ("erfcx", "x", lambda x: Power(E, x**2) * (1 - Call("erf", (x,)))),
    ("dawson", "x", lambda x: sqrt(PI) / 2 * Power(E, -(x**2)) * Call("erfi", (x,))),
    *((f"{name}gamma", "x", _polygamma(k)) for k, name in enumerate(("di", "tri", "tetra"))),
    ("factorial", "x", lambda x: _gamma(x + 1)),
    *((name, "xy", lambda x, y: _gamma(x) * _gamma(y) / _gamma(x + y)) for name in ("beta", "Beta")),
    *((name, "xy", lambda x, y: _log_gamma(x) + _log_gamma(y) - _log_gamma(x + y))
      for name in ("betaln", "lbeta", "logbeta")),
    *((f"{name}{n}", "x", _bessel(name, n)) for name in ("besselj", "bessely", "besseli", "besselk") for n in (0, 1)),
    *((name, "x", lambda x: Piecewise(((ONE, Comparison(">", x, ZERO)), (ZERO, Comparison("<", x, ZERO)))))
      for name in ("heaviside", "Heaviside", "HeavisideTheta")),
    ("UnitStep", "x", lambda x: Piecewise(((ONE, Comparison(">=", x, ZERO)),), ZERO)),
    *((f"{name}pi", "x", _turned(function)) for name, function in (("sin", sin), ("cos", cos), ("tan", tan))),
    *((f"{name}d", "x", _in_degrees(function)) for name, function in _TRIGONOMETRIC.items()),
    *((f"{name}d", "x", _to_degrees(name)) for name in ("asin", "acos", "atan", "asec", "acsc", "acot")),
    *((name, "x", _in_degrees(lambda x: x)) for name in ("radians", "deg2rad")),
    *((name, "x", lambda x: Quotient(Product((integer(180), x)), PI)) for name in ("degrees", "rad2deg")),
    *((name, "x", lambda x: x**2) for name in ("square", "sqr", "abs2")),
    *((name, "x", lambda x: 1 / x) for name in ("reciprocal", "inv")),
    ("negative", "x", lambda x: -x),
    ("rsqrt", "x", lambda x: 1 / sqrt(x)),
    ("logit", "x", lambda x: ln(x / (1 - x))),
    *((name, "x", lambda x: ln(sigmoid(x))) for name in ("logsigmoid", "log_sigmoid")),
    ("ndtr", "x", lambda x: (1 + Call("erf", (x / sqrt(integer(2)),))) / 2),
    ("entr", "x", lambda x: -(x * ln(x))),
    ("tanhshrink", "x", lambda x: x - tanh(x)),
    ("mish", "x", lambda x: x * tanh(Call("softplus", (x,)))),
    ("softsign", "x", lambda x: x / (1 + absolute(x))),
    ("relu6", "x", lambda x: _between(x, integer(0), integer(6))),
    ("hardtanh", "x", lambda x: _between(x, integer(-1), integer(1))),
    *((name, "xab", _between) for name in ("clip", "clamp")),
    *((name, "xp", Power) for name in ("pow", "power")),
    ("hypot", "xy", lambda x, y: sqrt(x**2 + y**2)),
    ("logaddexp", "xy", lambda x, y: ln(Power(E, x) + Power(E, y))),
    ("xlogy", "xy", lambda x, y: Product((x, ln(y)))),
    ("xlog1py", "xy", lambda x, y: Product((x, ln(1 + y)))),
    *((name, "xyz", lambda x, y, z: Product((x, y)) + z) for name in ("fma", "muladd")),
    ("xdivy", "xy", Quotient),
    ("squared_difference", "xy", lambda x, y: (x - y) ** 2),
    *((name, "x", absolute) for name in ("fabs", "absolute")),
    *((name, "xy", lambda x, y: Call("max", (x, y))) for name in ("maximum", "fmax")),
    *((name, "xy", lambda x, y: Call("min", (x, y))) for name in ("minimum", "fmin")),
    ("inv_logit", "x", sigmoid),
    ("fdim", "xy", lambda x, y: Call("max", (x - y, ZERO))),
    ("add", "xy", lambda x, y: x + y),
    ("subtract", "xy", lambda x, y: x - y),
    ("multiply", "xy", lambda x, y: Product((x, y))),
    ("divide", "xy", Quotient),
)
BARE = frozenset({  # with an argument that needs no brackets, as sin x has; inv sin x is no reciprocal
    "erfc", "fabs", "erfcx", "digamma", "trigamma", "tetragamma", "sinpi", "cospi", "tanpi", "sind", "cosd", "tand",
})  # fmt: skip
WRITTEN_OUT = {name: WrittenOut(name, arguments, formula) for name, arguments, formula in _ROWS}
_OF_OTHER_BOOKS = {  # Russian, French, Italian, Spanish and Polish
    "sh": "sinh", "ch": "cosh", "th": "tanh", "cth": "coth", "arsh": "asinh", "arch": "acosh", "arth": "atanh",
    "arcth": "acoth", "arcsh": "asinh", "arcch": "acosh", "argsh": "asinh", "argch": "acosh", "argth": "atanh",
    "settsh": "asinh", "settch": "acosh", "settth": "atanh", "sen": "sin", "senh": "sinh", "tgh": "tanh",
    "tang": "tan", "cotg": "cot", "ctgh": "coth", "cotgh": "coth", "arcsen": "asin", "arctang": "atan",
    "arccotg": "acot",
}  # fmt: skip
_PRINCIPAL = {
    name.title(): row
    for name, row in (SPELLINGS | _OF_OTHER_BOOKS).items()
    if name.startswith("ar") and row != "atan2"
}  # Arcsin x
ABBREVIATED = _OF_OTHER_BOOKS | _PRINCIPAL
