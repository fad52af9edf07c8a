"""Functions of NumPy and SciPy → nodes of a tape: a row for each, by the name that NumPy has for it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from jacocalc.errors import JacocalcError
from jacocalc.evaluate.tape import Node, Rational, Tape
from jacocalc.known_functions import NUMPY_NAMES

OnTape: TypeAlias = Callable[[Tape, list[Node]], Node]

_SAME = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "sqrt", "cbrt", "sign", "log1p", "expm1")
METHODS = {
    **{name: name for name in _SAME}, **{numpy: name for name, numpy in NUMPY_NAMES.items()},
    "absolute": "abs", "fabs": "abs",
}  # fmt: skip
PAIRS = {"maximum": "max", "fmax": "max", "minimum": "min", "fmin": "min", "arctan2": "atan2", "hypot": "hypot"}


def _table(function: str) -> OnTape:
    """The function of our own table."""
    return lambda tape, a: tape.call(function, tuple(a))


def _of_order(function: str, order: int) -> OnTape:
    """J₀ of u"""
    return lambda tape, a: tape.call(function, (tape.number(order), a[0]))


def _with_order(function: str) -> OnTape:
    """J_ν of u for a number ν"""

    def act(tape: Tape, a: list[Node]) -> Node:
        if a[0] not in tape.numbers:
            raise JacocalcError("the order of a Bessel function is a number")
        return tape.call(function, tuple(a))

    return act


UFUNCS: dict[str, OnTape] = {
    **{name: _table(function) for name, function in {**METHODS, **PAIRS}.items()},
    **{name: _table(name) for name in ("floor", "ceil")},
    "add": lambda tape, a: tape.plus(*a),
    "subtract": lambda tape, a: tape.minus(*a),
    "multiply": lambda tape, a: tape.times(*a),
    "divide": lambda tape, a: tape.divide(*a),
    **dict.fromkeys(("power", "float_power"), lambda tape, a: raised(tape, *a)),
    "negative": lambda tape, a: tape.negate(a[0]),
    **dict.fromkeys(("positive", "conjugate"), lambda tape, a: a[0]),
    "square": lambda tape, a: tape.power(a[0], 2),
    "reciprocal": lambda tape, a: tape.divide(tape.number(1), a[0]),
    "exp2": lambda tape, a: _two_to(tape, a[0]),
    "log2": lambda tape, a: tape.call("log", (a[0], tape.number(2))),
    "log10": lambda tape, a: tape.call("log", (a[0], tape.number(10))),
    "logaddexp": lambda tape, a: tape.call("logsumexp", tuple(a)),
    "logaddexp2": lambda tape, a: tape.call("log", (tape.plus(*(_two_to(tape, u) for u in a)), tape.number(2))),
    **dict.fromkeys(("deg2rad", "radians"), lambda tape, a: tape.times(_degree(tape), a[0])),
    **dict.fromkeys(("rad2deg", "degrees"), lambda tape, a: tape.divide(a[0], _degree(tape))),
    "heaviside": lambda tape, a: tape.select((("compare", "<", a[0], tape.number(0)),
                                              ("compare", "=", a[0], tape.number(0))),
                                             (tape.number(0), a[1], tape.number(1))),
    "copysign": lambda tape, a: tape.select((("compare", "<", a[1], tape.number(0)),),
                                            (tape.negate(tape.call("abs", (a[0],))), tape.call("abs", (a[0],)))),
}  # fmt: skip
_OTHERS: dict[str, OnTape] = {
    "sinc": lambda tape, a: _sinc(tape, a),  # a function of NumPy, no ufunc
    "clip": lambda tape, a: tape.call("min", (tape.call("max", (a[0], a[1])), a[2])),  # what x.clip(a, b) calls
    "expit": _table("sigmoid"), "erf": _table("erf"), "gamma": _table("gammafn"),  # of SciPy
    "gammaln": _table("loggamma"), "expi": _table("ExpIntegralEi"), "erfi": _table("erfi"), "erfinv": _table("erfinv"),
    "i0": _of_order("besseli", 0),  # NumPy's too
    "exp10": lambda tape, a: tape.raised(tape.number(10), a[0], None),
    "exp1": lambda tape, a: tape.negate(tape.call("ExpIntegralEi", (tape.negate(a[0]),))),
    **{name: _of_order("polygamma", 0) for name in ("psi", "digamma")},
    **{f"{letter}v": _with_order(f"bessel{letter}") for letter in "jyik"},
    **{f"{letter}{order}": _of_order(f"bessel{letter}", order) for letter in "jyik" for order in (0, 1)},
    "logit": lambda tape, a: tape.call("ln", (tape.divide(a[0], tape.minus(tape.number(1), a[0])),)),
    "log_expit": lambda tape, a: tape.negate(tape.call("softplus", (tape.negate(a[0]),))),
    "erfc": lambda tape, a: tape.minus(tape.number(1), tape.call("erf", (a[0],))),
    "ndtr": lambda tape, a: tape.divide(tape.plus(tape.number(1), tape.call("erf", (_over_root(tape, a[0]),))),
                                        tape.number(2)),
    "xlogy": lambda tape, a: _unless_0(tape, a[0], tape.times(a[0], tape.call("ln", (a[1],)))),
    "xlog1py": lambda tape, a: _unless_0(tape, a[0], tape.times(a[0], tape.call("log1p", (a[1],)))),
    "entr": lambda tape, a: _unless_0(tape, a[0], tape.negate(tape.times(a[0], tape.call("ln", (a[0],))))),
    "rel_entr": lambda tape, a: _unless_0(tape, a[0], tape.times(a[0], tape.call("ln", (tape.divide(*a),)))),
}  # fmt: skip
COMPUTED = UFUNCS | _OTHERS


def _degree(tape: Tape) -> Node:
    return tape.divide(_pi(tape), tape.number(180))


def _pi(tape: Tape) -> Node:
    return tape.add_node("constant", (), "pi")


def _sinc(tape: Tape, a: list[Node]) -> Node:
    """sin(πx)/(πx), 1 at 0"""
    angle = tape.times(_pi(tape), a[0])
    return _unless_0(tape, a[0], tape.divide(tape.call("sin", (angle,)), angle), 1)


def _two_to(tape: Tape, u: Node) -> Node:
    """2^u"""
    return tape.raised(tape.number(2), u, None)


def _over_root(tape: Tape, u: Node) -> Node:
    """u/√2"""
    return tape.divide(u, tape.call("sqrt", (tape.number(2),)))


def _unless_0(tape: Tape, x: Node, value: Node, there: Rational = 0) -> Node:
    """The value, and another one where x is 0: 0 of x ln x"""
    return tape.select((("compare", "=", x, tape.number(0)),), (tape.number(there), value))


def raised(tape: Tape, base: Node, exponent: Node) -> Node:
    """base^exponent; √ where the exponent is 1/2, for a chosen exponent the choice of the powers."""
    if tape.names[exponent] == "select":
        conditions, count = tape.payloads[exponent]
        return tape.select(conditions, [raised(tape, base, value) for value in tape.arguments[exponent][:count]])
    value = tape.numbers.get(exponent)
    return tape.call("sqrt", (base,)) if value == Fraction(1, 2) else tape.raised(base, exponent, value)
