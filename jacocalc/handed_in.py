"""What Python hands in → notation: numbers, vectors and points of SymPy, NumPy, JAX and PyTorch, names, text."""

from __future__ import annotations

import numbers
import re
from collections.abc import Mapping, Sequence, Set
from ctypes import c_float
from fractions import Fraction
from typing import Any, TypeAlias

import sympy
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from jacocalc.algebra.convert import from_sympy, to_sympy
from jacocalc.errors import JacocalcError
from jacocalc.functions import Chain, Point, Size
from jacocalc.known_functions import KNOWN
from jacocalc.notation import Expr, name_key, names
from jacocalc.reading.lexer import GREEK
from jacocalc.reading.points import placed, read_changes, read_kink, read_point, read_value, read_vector
from jacocalc.reading.tokens import tokens_of
from jacocalc.reading.values import spelled

Where: TypeAlias = Any  # numbers in order, a mapping, text such as "x=1, y=2", or one number

# -- names -------------------------------------------------------------------------------------------

_ACCENTED = re.compile(r"\\(hat|bar|tilde|dot|vec)\{(\w+)\}")
_SUBSCRIPT = re.compile(r"^([^\W\d_]+)(\d*|[\d_]*\d)_*((?<=_)\d+|(?<![^\W\d_])[^\W\d_]\w*)$")
_LETTER = re.compile(r"^[^\W\d_](?=[\d_]|$)")


def plain_name(name: str) -> str:
    r"""The name of a SymPy symbol as it is read: x_1 for x_{1}, theta for \theta, xhat for \hat{x}, q1_a for q_1_a.

    Raises ReadError for letters outside of the language.
    """
    joined = re.sub(r"[\\{}]", "", _ACCENTED.sub(r"\2\1", name)).strip("_")
    plain = _SUBSCRIPT.sub(lambda found: f"{found[1]}{found[2].replace('_', '')}_{found[3].replace('_', '')}", joined)
    plain = _LETTER.sub(lambda found: GREEK.get(found[0], found[0]), plain)
    if not plain.isidentifier():
        raise JacocalcError(f"a symbol named {name!r} cannot be written", hint="names are letters and digits: x_1")
    plain = tokens_of(plain)[0].text  # ntilde for ñ
    if plain in ("and", "or", "pi", "piecewise"):
        raise JacocalcError(f"{plain} has a fixed meaning and cannot be an input", hint=f"{plain}_1 is a name")
    if plain in KNOWN:  # sin(sin) would be read as a product
        raise JacocalcError(f"a symbol has the name of the function {plain}", hint=f"{plain}_1 is a name")
    return plain


def own_name(given: Any) -> str:
    """The name of what SymPy differentiates by: x, q for q(t), qdot for its rate, x for C.x, u_0 for u[0]; else ""."""
    match given:
        case sympy.Symbol():
            return str(given.name)
        case AppliedUndef():
            return str(given.func.__name__)
        case sympy.Derivative(args=(AppliedUndef() as q, sympy.Tuple(args=(_, order)))) if order in (1, 2):
            name = own_name(q)
            stem = name.partition("_")[0].rstrip("0123456789")
            return f"{stem}{'d' * int(order)}ot{name.removeprefix(stem)}"
        case sympy.Indexed() | MatrixElement() if all(index.is_Integer for index in given.args[1:]):
            return f"{given.args[0]}_{''.join(map(str, given.args[1:]))}"
    return str(given).rpartition(".")[2] if getattr(given, "_diff_wrt", False) and given.is_Atom else ""


def name_of(key: Any) -> str:
    """The name that a key of a mapping is, of what SymPy differentiates by, or text."""
    return plain_name(own_name(key)) if isinstance(key, sympy.Basic) and own_name(key) else spelled(str(key))


def in_order(given: Any) -> list[Any]:
    """What stands in a list; what is no list, by itself.  Raises JacocalcError for a set, which has no order."""
    if isinstance(given, Set):
        raise JacocalcError("a set has no order", hint="[x, y]")
    many = isinstance(given, sympy.MatrixBase) or (hasattr(given, "__iter__") and not isinstance(given, str))
    return list(given) if many else [given]


# -- numbers -----------------------------------------------------------------------------------------

def entries_of(value: Any) -> list[Any]:
    """The entries of a tuple, a list, a SymPy matrix or an array, in order; one number is a list of one."""
    one = isinstance(value, numbers.Number | sympy.Expr) and not isinstance(value, sympy.MatrixBase)
    if one or getattr(value, "shape", None) == ():
        return [value]
    if isinstance(value, Set | bytes | Mapping | sympy.Dict) or not hasattr(value, "__getitem__"):
        raise JacocalcError(f"numbers in order are expected, not {type(value).__name__}", hint="(1, 2) or [1, 2]")
    return list(value)


def kink_of(value: Any) -> Expr | None:
    """The weight of the right side at a kink, if one is given."""
    return None if value is None else read_kink(str(_plain(value) if not isinstance(value, str) else value))


def coordinate(value: Any) -> Expr:
    """One real number.  Raises JacocalcError."""
    if isinstance(value, str):
        return read_value(value, ())
    if isinstance(value, list | tuple):
        raise JacocalcError(f"a coordinate is one number, not {value!r}", hint="at=(1, 2)")
    number = number_of(value)
    if number.is_extended_real is False or number.is_infinite or number is sympy.nan:
        raise JacocalcError(f"a coordinate is a real number, not {value}")
    found = from_sympy(number)
    if names(found):
        raise JacocalcError(f"a coordinate is a number, not {value}")
    return found


def number_of(value: Any) -> sympy.Expr:
    """A number, or an expression that is inserted for one, as SymPy has it.  Raises JacocalcError."""
    try:
        found = sympy.sympify(_plain(value), strict=True)
    except (sympy.SympifyError, TypeError):
        found = None
    if not isinstance(found, sympy.Expr) or isinstance(found, sympy.MatrixBase):
        raise JacocalcError(f"a coordinate is a real number, not {value!r}")
    return found


def whole(value: Any) -> Any:
    """A whole number of NumPy as Python's; anything else as it is."""
    return int(value) if hasattr(value, "__index__") else value


def _shortest(value: float) -> float:
    """The decimal that a number of 32 bits prints as: 0.1 for 0.10000000149"""
    shorter = (float(f"{value:.{digits}g}") for digits in range(1, 9))
    return next((one for one in shorter if c_float(one).value == value), value)


def _plain(value: Any) -> Any:
    """Floats as the decimals that they print as: 0.1 is 1/10, of 64 bits or of 32, of NumPy, JAX or PyTorch."""
    if hasattr(value, "item") and hasattr(value, "tolist"):
        kind, value = getattr(value, "dtype", None), value.tolist()
        while isinstance(value, list) and len(value) == 1:
            value = value[0]
        if getattr(kind, "kind", "") == "f" and not isinstance(value, list):
            value = float(str(getattr(kind, "type", float)(value)))
        elif str(kind) == "torch.float32" and isinstance(value, float):
            value = _shortest(value)
    if isinstance(value, bool | list) or value is None:
        raise JacocalcError("a coordinate is one number")
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise JacocalcError(f"a coordinate is a finite number, not {value}")
        fraction = Fraction(repr(value))
        return sympy.Rational(fraction.numerator, fraction.denominator)
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    if isinstance(value, str):
        return to_sympy(read_value(value, ()))
    return value


def vector_of(value: Any, size: Size) -> tuple[Expr, ...]:
    """A vector of this size from text, numbers or a SymPy matrix."""
    if isinstance(value, str):
        return read_vector(value, size)
    return tuple(coordinate(entry) for entry in entries_of(value))


def changes_of(value: Any, inputs: Sequence[str], size: Size) -> tuple[Expr, ...]:
    """The changes of these inputs, as vector_of; in text also by name, dx = 0.1, dy = 0.2."""
    return read_changes(value, inputs, size) if isinstance(value, str) else vector_of(value, size)


def point_of(at: Where, stages: Chain) -> Point | None:
    """The point of a chain: its inputs in order or by name, its parameters by name.  Raises JacocalcError."""
    inputs, parameters = stages.inputs, stages.parameters
    if at is None or isinstance(at, Point):
        return at
    if isinstance(at, str):
        return read_point(at, inputs, parameters)
    keys = {name_key(name): name for name in (*inputs, *parameters)}
    if isinstance(at, Mapping | sympy.Dict):
        named: dict[str, Expr] = {}
        for key, value in at.items():
            name = keys.get(name_key(name_of(key)))
            if name is None:
                raise JacocalcError(f"{key} is not an input", hint=f"the inputs are {', '.join(inputs)}")
            if name in named:
                raise JacocalcError(f"the point gives two values for {name}", hint="symbols of one name are one input")
            named[name] = coordinate(value)
        return placed((), named, inputs, parameters)
    return placed([coordinate(value) for value in entries_of(at)], {}, inputs, parameters)
