"""Constants whose digits nobody can compute, e^e^e^e^5, or would write out, Γ(10^6).

SymPy would try, for minutes or until no memory is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import prod
from typing import Any, TypeAlias

from mpmath import MPContext

from jacocalc.notation import (
    Call,
    Constant,
    Expr,
    Minus,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    children,
    postorder,
)

Sizes: TypeAlias = Mapping[Expr, Any]  # the number of every closed part, None where it is not known
_BITS = 30_000  # of the exponent of a number of which a function is taken
_KNOWN = frozenset({"exp", "sinh", "cosh", "tanh", "sqrt", "ln", "sin", "cos", "atan", "asinh"})
_WRITTEN_OUT = frozenset({"gammafn", "loggamma", "polygamma"})  # by SymPy: factorials and sums of fractions
_FACTORIAL = 200  # the largest number of which that is done
_TAME = frozenset({"abs", "sign", "max", "min", "relu", "leaky_relu", "sqrt", "cbrt", "root"})  # just as large or less


def is_towering(expr: Expr) -> bool:
    """Whether a function is taken of a number beyond 2^(2^30,000), or a power with such an exponent; Γ beyond 200."""
    if not _nests(expr):
        return False
    sizes: dict[Expr, Any] = {}
    for node in postorder(expr):
        if _reached(node, sizes):
            return True
        sizes[node] = _size(node, sizes)
    return False


def _nests(expr: Expr) -> bool:
    """Whether a function or a power of constants stands in a function or an exponent; a quick look: most do not."""
    constant: set[Expr] = set()
    large: set[Expr] = set()  # those of the constants that may be
    for node in postorder(expr):
        parts = children(node)
        taken = parts[1:] if isinstance(node, Power) else parts if isinstance(node, Call) else ()
        if not large.isdisjoint(taken):
            return True
        if isinstance(node, Call) and node.function in _WRITTEN_OUT and taken[-1] in constant:
            return True
        if constant.issuperset(parts) if parts else isinstance(node, Number | Constant):
            constant.add(node)
            long = isinstance(node, Number) and max(map(int.bit_length, node.value.as_integer_ratio())) > _BITS
            if long or isinstance(node, Power | Call) or not large.isdisjoint(parts):
                large.add(node)
    return False


@cache
def _rough() -> Any:
    """Numbers of 40 bits with exponents of any size."""
    context = MPContext()
    context.prec = 40
    return context


def _reached(node: Expr, sizes: Sizes) -> bool:
    match node:
        case Power(base, exponent):
            return _is_vast(sizes[exponent]) and sizes[base] != 1
        case Call(function, arguments) if function in _WRITTEN_OUT:
            return (size := sizes[arguments[-1]]) is not None and abs(size) > _FACTORIAL
        case Call(function, arguments):
            return function not in _TAME and any(_is_vast(sizes[argument]) for argument in arguments)
    return False


def _is_vast(number: Any) -> bool:
    return number is not None and _rough().mag(number) > _BITS


def _size(node: Expr, sizes: Sizes) -> Any:
    """The number of a node, roughly; None for what is not real, has letters, or is of another kind."""
    parts = [sizes[part] for part in children(node)]
    if None in parts:
        return None
    match node:
        case Number(value):
            return _rough().mpf(value.numerator) / value.denominator
        case Constant(name):
            return +getattr(_rough(), name)
        case Sum():
            return sum(parts)
        case Minus() | Negative():
            return -parts[0]
        case Product():
            return prod(parts)
        case Quotient():
            return parts[0] / parts[1] if parts[1] else None
        case Power():
            return parts[0] ** parts[1] if parts[0] > 0 else None
        case Call("gammafn" | "loggamma" as function):
            return getattr(_rough(), function.removesuffix("fn"))(*parts) if parts[0] > 0 else None
        case Call(function) if function in _KNOWN:
            value = getattr(_rough(), function)(*parts)
            return None if isinstance(value, _rough().mpc) else value
    return None
