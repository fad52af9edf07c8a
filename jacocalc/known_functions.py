"""One row per known function: all that any room needs to know of it.

A row gives the spellings that people type, how many arguments it takes, its derivative by each argument
(as notation, for an argument ``u`` that is itself notation), where it is defined, where it is smooth, its
names in SymPy and in ball arithmetic, and its LaTeX.  ``lowered`` writes a function by others that ball
arithmetic has; ``called`` are names that are letters or products unless a bracket follows: Γ(x), Si(x).  Every row is
tested against 50-digit differences of values.

Functions beyond the elementary ones are rows of their own table.  The order of a Bessel function or of a polygamma
function is a number, and stands first.

Conditions are notation: ``domain`` must hold for the value to exist, ``smooth`` beyond that for the
derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from jacocalc.errors import JacocalcError
from jacocalc.notation import (
    ONE,
    PI,
    ZERO,
    Call,
    Comparison,
    Expr,
    Junction,
    Negative,
    Number,
    Piecewise,
    Power,
    Quotient,
    as_rational,
    integer,
    rational,
)

Formula: TypeAlias = Callable[..., Expr]
Conditions: TypeAlias = Callable[..., tuple[Expr, ...]]


def _everywhere(*_: Expr) -> tuple[Expr, ...]:
    return ()


@dataclass(frozen=True)
class KnownFunction:
    """What is known of one function; see the module's head."""

    name: str
    title: str
    spellings: tuple[str, ...]
    derivatives: tuple[Formula, ...]
    sympy: str
    latex: str
    domain: Conditions = _everywhere
    smooth: Conditions = _everywhere
    ball: str = ""
    lowered: Formula | None = None
    arity: tuple[int, int] = (1, 1)
    called: tuple[str, ...] = ()


def _f(name: str) -> Callable[..., Call]:
    def call(*arguments: Expr) -> Call:
        return Call(name, arguments)

    return call


sin, cos, tan, cot, sec, csc = map(_f, ("sin", "cos", "tan", "cot", "sec", "csc"))
sinh, cosh, tanh, coth, sech, csch = map(_f, ("sinh", "cosh", "tanh", "coth", "sech", "csch"))
ln, exp, sqrt, cbrt, root, absolute, sign, sigmoid = map(
    _f, ("ln", "exp", "sqrt", "cbrt", "root", "abs", "sign", "sigmoid")
)


def _where(relation: str, left: Expr, right: Expr | int) -> Comparison:
    return Comparison(relation, left, integer(right) if isinstance(right, int) else right)


def _nonzero(u: Expr) -> tuple[Expr, ...]:
    return (_where("!=", u, 0),)


def _positive(u: Expr) -> tuple[Expr, ...]:
    return (_where(">", u, 0),)


def _unit_interval(u: Expr) -> tuple[Expr, ...]:
    return (_where(">=", u, -1), _where("<=", u, 1))


def _open_unit_interval(u: Expr) -> tuple[Expr, ...]:
    return (_where(">", u, -1), _where("<", u, 1))


def _beyond_one(u: Expr) -> tuple[Expr, ...]:
    return (_where(">=", absolute(u), 1),)


def _strictly_beyond_one(u: Expr) -> tuple[Expr, ...]:
    return (_where(">", absolute(u), 1),)


def _step(u: Expr) -> Expr:
    return Piecewise(((ONE, _where(">", u, 0)), (ZERO, _where("<", u, 0))))


def is_odd_root(index: Expr) -> bool:
    """Whether the index of a root is an odd whole number, so that negative radicands have a real root."""
    return isinstance(index, Number) and index.value.denominator == 1 and index.value.numerator % 2 == 1


def _root_domain(u: Expr, index: Expr) -> tuple[Expr, ...]:
    return () if is_odd_root(index) else (_where(">=", u, 0),)


def _root_smooth(u: Expr, index: Expr) -> tuple[Expr, ...]:
    return (_where("!=", u, 0),) if is_odd_root(index) else (_where(">", u, 0),)


def _root_derivative(u: Expr, index: Expr) -> Expr:
    assert isinstance(index, Number)
    return 1 / (index * Power(root(u, index), integer(int(index.value) - 1)))


def _ordered(name: str) -> Callable[[Expr, int, Expr], Call]:
    """name(n + k, u) for an order n that is a number."""

    def call(n: Expr, k: int, u: Expr) -> Call:
        order = as_rational(n)
        assert order is not None
        return Call(name, (rational(order + k), u))

    return call


def _neighbours(name: str, below: int, above: int) -> Formula:
    """F_ν′ = (± F_(ν−1) ± F_(ν+1))/2, and ± F_1 for ν = 0: DLMF 10.6.1, 10.29.1"""
    at = _ordered(name)

    def slope(n: Expr, u: Expr) -> Expr:
        if as_rational(n) == 0:
            return at(n, 1, u) if above > 0 else Negative(at(n, 1, u))
        first = at(n, -1, u) if below > 0 else Negative(at(n, -1, u))
        return (first + at(n, 1, u) if above > 0 else first - at(n, 1, u)) / 2

    return slope


def _of_order(*_: Expr) -> Expr:
    raise JacocalcError("the order is a number: there is no derivative by it")


_ORDER = 1000  # the largest of a polygamma function


def is_whole(order: Expr) -> bool:
    """Whether an order is a whole number."""
    value = as_rational(order)
    return value is not None and value.denominator == 1


def order_fault(name: str, arguments: Sequence[Expr]) -> str:
    """What is wrong with the order of a function that has one, else nothing."""
    if name not in ORDERED:
        return ""
    order = as_rational(arguments[0])
    if name == "polygamma":
        fits = order is not None and order.denominator == 1 and 0 <= order <= _ORDER
        return "" if fits else f"the order of polygamma is a whole number up to {_ORDER}: polygamma(1, x)"
    return "" if order is not None else f"the order of {name} is a number: {name}(0, x)"


def _no_pole(u: Expr) -> tuple[Expr, ...]:
    """Γ and ψ have poles at 0, −1, −2, …"""
    return (Junction("or", (_where(">", u, 0), _where("!=", sin(PI * u), 0))),)


def _between_whole(u: Expr) -> tuple[Expr, ...]:
    return (_where("!=", sin(PI * u), 0),)


def _bessel_domain(n: Expr, u: Expr) -> tuple[Expr, ...]:
    return () if is_whole(n) else _positive(u)


_TWO = integer(2)
_SLOPE = Quotient(ONE, integer(100))  # of the leaky rectifier, as PyTorch and JAX have it

K = KnownFunction
_ROWS: tuple[KnownFunction, ...] = (
    K("sin", "sine", ("sin",), (lambda u: cos(u),), "sin", r"\sin", ball="sin"),
    K("cos", "cosine", ("cos",), (lambda u: -sin(u),), "cos", r"\cos", ball="cos"),
    K("tan", "tangent", ("tan", "tg"), (lambda u: sec(u) ** 2,), "tan", r"\tan",
      domain=lambda u: _nonzero(cos(u)), lowered=lambda u: sin(u) / cos(u)),
    K("cot", "cotangent", ("cot", "ctg", "cotan"), (lambda u: -(csc(u) ** 2),), "cot", r"\cot",
      domain=lambda u: _nonzero(sin(u)), lowered=lambda u: cos(u) / sin(u)),
    K("sec", "secant", ("sec",), (lambda u: sec(u) * tan(u),), "sec", r"\sec",
      domain=lambda u: _nonzero(cos(u)), lowered=lambda u: 1 / cos(u)),
    K("csc", "cosecant", ("csc", "cosec"), (lambda u: -(csc(u) * cot(u)),), "csc", r"\csc",
      domain=lambda u: _nonzero(sin(u)), lowered=lambda u: 1 / sin(u)),
    K("asin", "inverse sine", ("asin", "arcsin"), (lambda u: 1 / sqrt(1 - u**2),), "asin", r"\arcsin",
      domain=_unit_interval, smooth=_open_unit_interval, ball="asin"),
    K("acos", "inverse cosine", ("acos", "arccos"), (lambda u: -(1 / sqrt(1 - u**2)),), "acos", r"\arccos",
      domain=_unit_interval, smooth=_open_unit_interval, ball="acos"),
    K("atan", "inverse tangent", ("atan", "arctan", "arctg"), (lambda u: 1 / (1 + u**2),), "atan", r"\arctan",
      ball="atan"),
    K("acot", "inverse cotangent", ("acot", "arccot", "arcctg"), (lambda u: -(1 / (1 + u**2)),), "acot",
      r"\operatorname{arccot}", domain=_nonzero, lowered=lambda u: Call("atan", (1 / u,))),
    K("asec", "inverse secant", ("asec", "arcsec"), (lambda u: 1 / (absolute(u) * sqrt(u**2 - 1)),), "asec",
      r"\operatorname{arcsec}", domain=_beyond_one, smooth=_strictly_beyond_one,
      lowered=lambda u: Call("acos", (1 / u,))),
    K("acsc", "inverse cosecant", ("acsc", "arccsc"), (lambda u: -(1 / (absolute(u) * sqrt(u**2 - 1))),),
      "acsc", r"\operatorname{arccsc}", domain=_beyond_one, smooth=_strictly_beyond_one,
      lowered=lambda u: Call("asin", (1 / u,))),
    K("sinh", "hyperbolic sine", ("sinh",), (lambda u: cosh(u),), "sinh", r"\sinh", ball="sinh"),
    K("cosh", "hyperbolic cosine", ("cosh",), (lambda u: sinh(u),), "cosh", r"\cosh", ball="cosh"),
    K("tanh", "hyperbolic tangent", ("tanh",), (lambda u: 1 - tanh(u) ** 2,), "tanh", r"\tanh", ball="tanh"),
    K("coth", "hyperbolic cotangent", ("coth",), (lambda u: -(csch(u) ** 2),), "coth", r"\coth",
      domain=_nonzero, lowered=lambda u: cosh(u) / sinh(u)),
    K("sech", "hyperbolic secant", ("sech",), (lambda u: -(sech(u) * tanh(u)),), "sech",
      r"\operatorname{sech}", lowered=lambda u: 1 / cosh(u)),
    K("csch", "hyperbolic cosecant", ("csch", "cosech"), (lambda u: -(csch(u) * coth(u)),), "csch",
      r"\operatorname{csch}", domain=_nonzero, lowered=lambda u: 1 / sinh(u)),
    K("asinh", "inverse hyperbolic sine", ("asinh", "arsinh", "arcsinh"),
      (lambda u: 1 / sqrt(u**2 + 1),), "asinh", r"\operatorname{arsinh}", ball="asinh"),
    K("acosh", "inverse hyperbolic cosine", ("acosh", "arcosh", "arccosh"),
      (lambda u: 1 / sqrt(u**2 - 1),), "acosh", r"\operatorname{arcosh}",
      domain=lambda u: (_where(">=", u, 1),), smooth=lambda u: (_where(">", u, 1),), ball="acosh"),
    K("atanh", "inverse hyperbolic tangent", ("atanh", "artanh", "arctanh"), (lambda u: 1 / (1 - u**2),),
      "atanh", r"\operatorname{artanh}", domain=_open_unit_interval, ball="atanh"),
    K("acoth", "inverse hyperbolic cotangent", ("acoth", "arcoth", "arccoth"), (lambda u: 1 / (1 - u**2),),
      "acoth", r"\operatorname{arcoth}", domain=_strictly_beyond_one,
      lowered=lambda u: Call("atanh", (1 / u,))),
    K("asech", "inverse hyperbolic secant", ("asech", "arsech", "arcsech"),
      (lambda u: -(1 / (u * sqrt(1 - u**2))),), "asech", r"\operatorname{arsech}",
      domain=lambda u: (_where(">", u, 0), _where("<=", u, 1)), smooth=lambda u: (_where("<", u, 1),),
      lowered=lambda u: Call("acosh", (1 / u,))),
    K("acsch", "inverse hyperbolic cosecant", ("acsch", "arcsch", "arccsch"),
      (lambda u: -(1 / (absolute(u) * sqrt(1 + u**2))),), "acsch", r"\operatorname{arcsch}",
      domain=_nonzero, lowered=lambda u: Call("asinh", (1 / u,))),
    K("exp", "exponential", ("exp",), (lambda u: exp(u),), "exp", r"\exp", ball="exp"),
    K("ln", "logarithm", ("ln", "log", "log_e"), (lambda u: 1 / u,), "log", r"\ln", domain=_positive, ball="log"),
    K("log", "logarithm to a base", (), (
        lambda u, b: 1 / (u * ln(b)),
        lambda u, b: -(ln(u) / (b * ln(b) ** 2)),
      ), "log", r"\log", domain=lambda u, b: (*_positive(u), *_positive(b), _where("!=", b, 1)),
      lowered=lambda u, b: ln(u) / ln(b), arity=(2, 2)),
    K("sqrt", "square root", ("sqrt",), (lambda u: 1 / (2 * sqrt(u)),), "sqrt", r"\sqrt",
      domain=lambda u: (_where(">=", u, 0),), smooth=_positive, ball="sqrt"),
    K("cbrt", "cube root", ("cbrt", "CubeRoot"), (lambda u: 1 / (3 * cbrt(u) ** 2),), "real_root", r"\sqrt[3]",
      smooth=_nonzero, lowered=lambda u: root(u, Number(Fraction(3)))),
    K("root", "root", ("root", "real_root", "nthroot", "nthRoot", "surd", "Surd"), (_root_derivative,), "real_root",
      r"\sqrt", domain=_root_domain, smooth=_root_smooth, ball="root", arity=(2, 2)),
    K("abs", "absolute value", ("abs", "Abs"), (lambda u: sign(u),), "Abs", r"\operatorname{abs}",
      smooth=_nonzero, ball="abs"),
    K("sign", "sign", ("sign", "sgn", "signum"), (lambda _u: ZERO,), "sign", r"\operatorname{sgn}", smooth=_nonzero,
      ball="sign"),
    K("max", "maximum", ("max", "Max"), (), "Max", r"\max", ball="max", arity=(1, 100)),
    K("min", "minimum", ("min", "Min"), (), "Min", r"\min", ball="min", arity=(1, 100)),
    K("relu", "rectifier", ("relu", "ReLU", "ReLu"), (_step,), "Max", r"\operatorname{ReLU}",
      smooth=_nonzero, lowered=lambda u: Call("max", (u, ZERO))),
    K("sigmoid", "sigmoid", ("sigmoid", "sigma", "σ", "logistic", "expit"),
      (lambda u: sigmoid(u) * (1 - sigmoid(u)),), "", r"\sigma", lowered=lambda u: 1 / (1 + exp(Negative(u)))),
    K("leaky_relu", "leaky rectifier", ("leaky_relu", "LeakyReLU"),
      (lambda u: Piecewise(((ONE, _where(">", u, 0)), (_SLOPE, _where("<", u, 0)))),), "",
      r"\operatorname{LeakyReLU}", smooth=_nonzero, lowered=lambda u: Call("max", (u, _SLOPE * u))),
    K("elu", "exponential linear unit", ("elu", "ELU"),
      (lambda u: Piecewise(((ONE, _where(">", u, 0)),), exp(u)),), "", r"\operatorname{ELU}",
      lowered=lambda u: Call("max", (u, ZERO)) + exp(Call("min", (u, ZERO))) - 1),
    K("gelu", "Gaussian error linear unit", ("gelu", "GELU"),
      (lambda u: (1 + Call("erf", (u / sqrt(_TWO),))) / 2 + u * exp(Negative(u**2 / 2)) / sqrt(2 * PI),), "",
      r"\operatorname{GELU}", lowered=lambda u: u * (1 + Call("erf", (u / sqrt(_TWO),))) / 2),
    K("silu", "sigmoid linear unit", ("silu", "SiLU", "swish"),
      (lambda u: sigmoid(u) + u * sigmoid(u) * (1 - sigmoid(u)),), "", r"\operatorname{SiLU}",
      lowered=lambda u: u / (1 + exp(Negative(u)))),
    K("softplus", "softplus", ("softplus",), (lambda u: sigmoid(u),), "", r"\operatorname{softplus}",
      lowered=lambda u: ln(1 + exp(u))),
    K("erf", "error function", ("erf",),
      (lambda u: Quotient(integer(2), sqrt(PI)) * exp(Negative(u**2)),), "erf", r"\operatorname{erf}",
      ball="erf"),
    K("atan2", "two-argument inverse tangent", ("atan2", "arctan2"), (
        lambda y, x: x / (x**2 + y**2),
        lambda y, x: -(y / (x**2 + y**2)),
      ), "atan2", r"\operatorname{atan2}",
      domain=lambda y, x: (Junction("or", (_where("!=", y, 0), _where("!=", x, 0))),),
      smooth=lambda y, x: (Junction("or", (_where("!=", y, 0), _where(">", x, 0))),),
      ball="atan2", arity=(2, 2)),
)  # fmt: skip

_polygamma = _ordered("polygamma")
_ROOT_PI = sqrt(PI)
_SPECIAL_ROWS: tuple[KnownFunction, ...] = (
    K("gammafn", "gamma function", ("gammafn", "tgamma"),
      (lambda u: Call("gammafn", (u,)) * _polygamma(ZERO, 0, u),), "gamma", r"\Gamma",  # DLMF 5.2.2
      domain=_no_pole, ball="gamma", called=("gamma", "Gamma")),
    K("loggamma", "logarithm of the gamma function", ("loggamma", "lgamma", "gammaln", "lngamma", "LogGamma"),
      (lambda u: _polygamma(ZERO, 0, u),), "loggamma", r"\operatorname{loggamma}", domain=_positive, ball="lgamma"),
    K("polygamma", "polygamma function", ("polygamma", "PolyGamma"),
      (_of_order, lambda n, u: _polygamma(n, 1, u)), "polygamma", r"\operatorname{polygamma}",  # DLMF 5.15
      domain=lambda n, u: _no_pole(u), ball="polygamma", arity=(2, 2)),
    K("floor", "floor", ("floor", "Floor"), (lambda _u: ZERO,), "floor", r"\operatorname{floor}",
      smooth=_between_whole, ball="floor"),
    K("ceil", "ceiling", ("ceil", "ceiling", "Ceiling"), (lambda _u: ZERO,), "ceiling", r"\operatorname{ceil}",
      smooth=_between_whole, ball="ceil"),
    K("besselj", "Bessel function of the first kind", ("besselj", "BesselJ"),
      (_of_order, _neighbours("besselj", 1, -1)), "besselj", r"\operatorname{besselj}",
      domain=_bessel_domain, ball="bessel_j", arity=(2, 2)),
    K("bessely", "Bessel function of the second kind", ("bessely", "BesselY"),
      (_of_order, _neighbours("bessely", 1, -1)), "bessely", r"\operatorname{bessely}",
      domain=lambda n, u: _positive(u), ball="bessel_y", arity=(2, 2)),
    K("besseli", "modified Bessel function of the first kind", ("besseli", "BesselI"),
      (_of_order, _neighbours("besseli", 1, 1)), "besseli", r"\operatorname{besseli}",
      domain=_bessel_domain, ball="bessel_i", arity=(2, 2)),
    K("besselk", "modified Bessel function of the second kind", ("besselk", "BesselK"),
      (_of_order, _neighbours("besselk", -1, -1)), "besselk", r"\operatorname{besselk}",
      domain=lambda n, u: _positive(u), ball="bessel_k", arity=(2, 2)),
    K("lambertw", "Lambert W function", ("lambertw", "LambertW", "ProductLog"),
      (lambda u: exp(Negative(Call("lambertw", (u,)))) / (1 + Call("lambertw", (u,))),),  # DLMF 4.13.4
      "LambertW", r"\operatorname{lambertw}",
      domain=lambda u: (_where(">=", u, Negative(exp(Negative(ONE)))),),
      smooth=lambda u: (_where(">", u, Negative(exp(Negative(ONE)))),), ball="lambertw"),
    K("erfi", "imaginary error function", ("erfi", "Erfi"), (lambda u: Quotient(_TWO, _ROOT_PI) * exp(u**2),),
      "erfi", r"\operatorname{erfi}", ball="erfi"),
    K("erfinv", "inverse error function", ("erfinv", "InverseErf"),
      (lambda u: Quotient(_ROOT_PI, _TWO) * exp(Call("erfinv", (u,)) ** 2),), "erfinv", r"\operatorname{erfinv}",
      domain=_open_unit_interval, ball="erfinv"),
    K("ExpIntegralEi", "exponential integral", ("ExpIntegralEi",), (lambda u: exp(u) / u,), "Ei", r"\operatorname{Ei}",
      domain=_nonzero, ball="ei", called=("Ei",)),
    K("LogIntegral", "logarithmic integral", ("LogIntegral",), (lambda u: 1 / ln(u),), "li", r"\operatorname{li}",
      domain=lambda u: (*_positive(u), _where("!=", u, 1)), ball="li", called=("li",)),
    K("SinIntegral", "sine integral", ("SinIntegral", "sinint"), (lambda u: sin(u) / u,), "Si", r"\operatorname{Si}",
      smooth=_nonzero, ball="si", called=("Si",)),
    K("CosIntegral", "cosine integral", ("CosIntegral", "cosint"), (lambda u: cos(u) / u,), "Ci", r"\operatorname{Ci}",
      domain=_positive, ball="ci", called=("Ci",)),
    K("SinhIntegral", "hyperbolic sine integral", ("SinhIntegral",), (lambda u: sinh(u) / u,), "Shi",
      r"\operatorname{Shi}", smooth=_nonzero, ball="shi", called=("Shi",)),
    K("CoshIntegral", "hyperbolic cosine integral", ("CoshIntegral",), (lambda u: cosh(u) / u,), "Chi",
      r"\operatorname{Chi}", domain=_positive, ball="chi", called=("Chi",)),
    K("fresnels", "Fresnel sine integral", ("fresnels", "FresnelS"), (lambda u: sin(PI * u**2 / 2),), "fresnels",
      r"\operatorname{fresnels}", ball="fresnel_s"),
    K("fresnelc", "Fresnel cosine integral", ("fresnelc", "FresnelC"), (lambda u: cos(PI * u**2 / 2),), "fresnelc",
      r"\operatorname{fresnelc}", ball="fresnel_c"),
    K("airyai", "Airy function Ai", ("airyai", "AiryAi"), (lambda u: Call("airyaiprime", (u,)),), "airyai",
      r"\operatorname{Ai}", ball="airy_ai", called=("Ai",)),
    K("airyaiprime", "derivative of the Airy function Ai", ("airyaiprime", "AiryAiPrime"),
      (lambda u: u * Call("airyai", (u,)),), "airyaiprime", r"\operatorname{airyaiprime}", ball="airy_ai"),
    K("airybi", "Airy function Bi", ("airybi", "AiryBi"), (lambda u: Call("airybiprime", (u,)),), "airybi",
      r"\operatorname{Bi}", ball="airy_bi", called=("Bi",)),
    K("airybiprime", "derivative of the Airy function Bi", ("airybiprime", "AiryBiPrime"),
      (lambda u: u * Call("airybi", (u,)),), "airybiprime", r"\operatorname{airybiprime}", ball="airy_bi"),
)  # fmt: skip

BESSEL = {letter: f"bessel{letter.lower()}" for letter in "JYIK"}  # as books write them, J_0(x)
ENTRYWISE = tuple(row.name for row in _ROWS if row.arity == (1, 1))  # what programs apply to every entry
SPECIAL = frozenset(row.name for row in _SPECIAL_ROWS)
ORDERED = frozenset(row.name for row in _SPECIAL_ROWS if row.arity == (2, 2))
KNOWN: dict[str, KnownFunction] = {row.name: row for row in (*_ROWS, *_SPECIAL_ROWS)}
POWERS_OF_E = frozenset({  # in themselves or derivatives
    "exp", "sigmoid", "elu", "gelu", "silu", "softplus", "erf", "lambertw", "erfi", "erfinv", "ExpIntegralEi",
})  # fmt: skip
BENT = ("abs", "max", "min", "relu")  # linear pieces that meet in kinks
JUMPING = ("sign", "floor", "ceil")  # where they are not smooth
SMALL_DERIVATIVES = ("sigmoid", "tanh", "relu", "softplus", "erf", "atan", "sin", "cos")  # |f′| ≤ 2/√π
NUMPY_NAMES = {  # where NumPy, JAX and PyTorch have another name
    "ln": "log", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh",
    "atanh": "arctanh",
}  # fmt: skip
SPELLINGS: dict[str, str] = {spelling: row.name for row in KNOWN.values() for spelling in row.spellings}
CALLED: dict[str, str] = {spelling: row.name for row in KNOWN.values() for spelling in row.called}


def shown(function: str) -> str:
    """The name as it is written: Si for SinIntegral"""
    row = KNOWN.get(function)
    return row.called[0] if row is not None and row.called else function
