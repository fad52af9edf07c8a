"""Numbers that are not known yet: what ordinary Python or NumPy code does to them is recorded on a tape.

The code sees numbers (``Traced``) or an array of them (``TracedArray``); each operation on them is a node.  Loops,
indexing, ``np.dot``, ``np.sum`` and the like run as they are.  What needs the value of an input, a branch above all,
has no single formula and is refused.
"""

from __future__ import annotations

import functools
import math
import numbers
import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from jacocalc.errors import JacocalcError
from jacocalc.evaluate.choices import denied
from jacocalc.evaluate.numpy_functions import COMPUTED, METHODS, PAIRS, raised
from jacocalc.evaluate.tape import Node, Rational, Tape


class _Recorded:
    """What NumPy hands over, be it a ufunc or another function, instead of computing it."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return by_ufunc(ufunc, method, inputs, options)

    def __array_function__(self, called: Any, types: Any, arguments: Any, options: Any) -> Any:
        return by_function(called, arguments, options)


class Traced(_Recorded):
    """A number that is not known yet: a node of the tape on which the operations are recorded."""

    __array_priority__ = 1000

    def __init__(self, tape: Tape, node: Node) -> None:
        self.tape = tape
        self.node = node

    def __add__(self, other: Any) -> Any:
        return self._with(other, self.tape.plus)

    def __radd__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: self.tape.plus(b, a))

    def __sub__(self, other: Any) -> Any:
        return self._with(other, self.tape.minus)

    def __rsub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: self.tape.minus(b, a))

    def __mul__(self, other: Any) -> Any:
        return self._with(other, self.tape.times)

    def __rmul__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: self.tape.times(b, a))

    def __truediv__(self, other: Any) -> Any:
        return self._with(other, self.tape.divide)

    def __rtruediv__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: self.tape.divide(b, a))

    def __pow__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: raised(self.tape, a, b))

    def __rpow__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: raised(self.tape, b, a))

    def __neg__(self) -> Traced:
        return Traced(self.tape, self.tape.negate(self.node))

    def __pos__(self) -> Traced:
        return self

    def __abs__(self) -> Traced:
        return self.called("abs")

    def _with(self, other: Any, make: Callable[[Node, Node], Node]) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return Traced(self.tape, make(self.node, self.lifted(other)))

    def lifted(self, value: Any) -> Node:
        """The node of a number."""
        if isinstance(value, Traced):
            return value.node
        return self.tape.number(as_number(value))

    def called(self, function: str, *others: Any) -> Traced:
        """A function of the table at this number."""
        return Traced(self.tape, self.tape.call(function, (self.node, *map(self.lifted, others))))

    # -- what needs a value -------------------------------------------------------------------------

    def _compared(self, relation: str, other: Any) -> Condition:
        return Condition(self, relation, other)

    def __lt__(self, other: Any) -> Condition:
        return self._compared("<", other)

    def __le__(self, other: Any) -> Condition:
        return self._compared("<=", other)

    def __gt__(self, other: Any) -> Condition:
        return self._compared(">", other)

    def __ge__(self, other: Any) -> Condition:
        return self._compared(">=", other)

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]
        return self._compared("=", other)

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]
        return self._compared("!=", other)

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise _needs_value("branches on a value")

    def __float__(self) -> float:
        hint = "np.sin for math.sin; np.zeros_like(x) for np.zeros, and no dtype=float: neither can hold traced numbers"
        raise _needs_value("needs a number", hint)

    def __int__(self) -> int:
        raise _needs_value("needs a whole number")

    __index__ = __int__
    __complex__ = __float__

    def __getattr__(self, name: str) -> Callable[..., Traced]:
        """sin(), exp(), …: how NumPy calls a function on the objects in an array."""
        function = METHODS.get(name)
        if function is None:
            raise AttributeError(f"{name} cannot be traced")
        return lambda *others: self.called(function, *others)

    def conjugate(self) -> Traced:
        return self

    @property
    def real(self) -> Traced:
        return self

    @property
    def T(self) -> Traced:
        return self

    def __repr__(self) -> str:
        return f"<traced number {self.node}>"


class Condition(_Recorded):
    """A comparison of numbers that are not known yet: for ``np.where`` only."""

    def __init__(self, left: Traced, relation: str, right: Any) -> None:
        self.left = left
        self.key: tuple[Any, ...] = ("compare", relation, left.node, left.lifted(right))

    def __bool__(self) -> bool:
        raise _needs_value("branches on a value", "np.where(condition, a, b) can be traced, and np.maximum")

    def joined(self, word: str, other: Condition) -> Condition:
        """Both, or one of the two."""
        made = Condition.__new__(Condition)
        made.left, made.key = self.left, (word, self.key, other.key)
        return made

    def __and__(self, other: Condition) -> Condition:
        return self.joined("and", other)

    def __or__(self, other: Condition) -> Condition:
        return self.joined("or", other)

    def __invert__(self) -> Condition:
        made = Condition.__new__(Condition)
        made.left, made.key = self.left, denied(self.key)
        return made

    def __repr__(self) -> str:
        return "<traced condition>"

    def chosen(self, one: Any, other: Any) -> Traced:
        """One value where the condition holds, the other elsewhere."""
        number = self.left
        return Traced(number.tape, number.tape.select((self.key,), (number.lifted(one), number.lifted(other))))


def _needs_value(what: str, hint: str = "") -> JacocalcError:
    """The error of an operation that asks what a traced number is."""
    return JacocalcError(f"the traced code {what}", hint=hint)


def as_number(value: Any) -> Rational:
    """A number as an exact fraction, a float as the decimal that it prints as.  Raises JacocalcError."""
    if isinstance(value, np.generic | np.ndarray) and np.ndim(value) == 0:
        value = value.item()
    if isinstance(value, bool | int):
        return int(value)
    if isinstance(value, numbers.Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, float) and math.isfinite(value):
        return Fraction(repr(value))
    raise JacocalcError(f"{value!r} is not a real number that can be traced")


# -- NumPy --------------------------------------------------------------------------------------------


class TracedArray(_Recorded, np.ndarray[Any, Any]):
    """An array of numbers that are not known yet; functions of NumPy act on its entries one by one."""

    def astype(self, dtype: Any, *arguments: Any, **options: Any) -> Any:
        """The same numbers as floats, which they stand for; conditions as 1 and 0."""
        if np.dtype(dtype).kind != "f":
            return super().astype(dtype, *arguments, **options)
        number = np.frompyfunc(lambda one: one.chosen(1, 0) if isinstance(one, Condition) else one, 1, 1)
        return _traced(number(_plain(self)))


_STEPS = ("rint", "trunc", "remainder", "fmod", "floor_divide")
_COMPARISONS = {
    "less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "=", "not_equal": "!=",
}  # fmt: skip
_JUNCTIONS = {"logical_and": "and", "bitwise_and": "and", "logical_or": "or", "bitwise_or": "or"}
_COUNTING = ("add", "subtract", "multiply")  # (x > 0) * x takes a condition for 1 or 0
_NEGATIONS = ("logical_not", "invert")
_NEUTRAL = {"add": 0, "multiply": 1}
_KEPT = ("axis", "keepdims", "initial", "where")  # of what reduce and accumulate are given
_REDUCED = ("axis", "out", "keepdims", "initial", "where")  # what np.max takes, in this order
_PRODUCTS = ("matmul", "vecdot", "matvec", "vecmat")


def _entry(ufunc: Any) -> Callable[..., Any]:
    """What a function of NumPy does to single entries, some of them traced."""
    name = ufunc.__name__

    def act(*values: Any) -> Any:
        if name in _NEGATIONS and isinstance(values[0], Condition):
            return ~values[0]
        if not any(name in table for table in (COMPUTED, _COMPARISONS, _JUNCTIONS)):
            steps = "it jumps; np.where can say its pieces"
            raise JacocalcError(f"np.{name} cannot be traced", hint=steps if name in _STEPS else "")
        if name in _COUNTING:
            values = tuple(value.chosen(1, 0) if isinstance(value, Condition) else value for value in values)
        first = next((value for value in values if isinstance(value, Traced | Condition)), None)
        if first is None:
            return ufunc(*values)
        if isinstance(first, Condition):
            if name not in _JUNCTIONS or not all(isinstance(value, Condition) for value in values):
                raise JacocalcError(f"np.{name} of a condition cannot be traced", hint="np.where(condition, a, b) can")
            return first.joined(_JUNCTIONS[name], values[1])
        if name in _COMPARISONS:
            relation = _COMPARISONS[name]
            return (
                Condition(first, relation, values[1])
                if first is values[0]
                else Condition(Traced(first.tape, first.lifted(values[0])), relation, first)
            )
        return Traced(first.tape, COMPUTED[name](first.tape, [first.lifted(value) for value in values]))

    return act


def by_ufunc(ufunc: Any, method: str, inputs: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """A function of NumPy on arrays with traced entries."""
    if method == "__call__" and not options and not any(isinstance(value, np.ndarray) for value in inputs):
        return _entry(ufunc)(*inputs)
    given = {key: value for key, value in options.items() if value is not np._NoValue}
    return _put(_found(ufunc, method, [_plain(value) for value in inputs], given), method, given)


def _found(ufunc: Any, method: str, plain: list[Any], options: Mapping[str, Any]) -> Any:
    name = ufunc.__name__
    if name in _PRODUCTS and method == "__call__":
        return _traced(getattr(ufunc, method)(*plain))
    if name in PAIRS and PAIRS[name] in ("max", "min") and method == "reduce":
        return _extreme(PAIRS[name], plain[0], options)
    neutral = {"identity": _NEUTRAL[name]} if name in _NEUTRAL else {}
    one = np.frompyfunc(_entry(ufunc), ufunc.nin, 1, **neutral)
    kept = {key: options[key] for key in _KEPT if key in options and method != "__call__"}
    if kept.get("axis", 0) is None and not neutral and not kept.get("keepdims"):
        plain, kept["axis"] = [np.ravel(plain[0])], 0
    return _traced(getattr(one, method)(*plain, **kept))


def _put(found: Any, method: str, options: Mapping[str, Any]) -> Any:
    """The result where ``out`` says, entry by entry where ``where`` holds."""
    out, where = options.get("out"), options.get("where", True)
    out = out[0] if isinstance(out, tuple) else out
    if method == "__call__" and where is not True:
        if out is None:
            raise JacocalcError("where= without out= leaves entries without a value", hint="np.where(condition, a, b)")
        found = _traced(np.frompyfunc(_where, 3, 1)(_plain(where), _plain(found), _plain(out)))
    if out is None:
        return found
    out[...] = found
    return out


def _extreme(function: str, array: Any, options: Mapping[str, Any]) -> Any:
    """The greatest or least of all entries at once: pair by pair there would be ties that are none of the whole."""
    axis, kept = options.get("axis", 0), bool(options.get("keepdims"))
    if options.get("where", True) is not True:
        raise JacocalcError(f"np.{function} with where= cannot be traced", hint=f"np.{function} of what is chosen")
    begin = [options["initial"]] if options.get("initial") is not None else []
    axes = tuple(range(array.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    moved = np.moveaxis(array, axes, range(-len(axes), 0))
    rest = moved.shape[: array.ndim - len(axes)]
    found = np.empty(rest, dtype=object)
    for place in np.ndindex(*rest):
        entries = [*begin, *moved[place].ravel().tolist()]
        if not entries:
            raise ValueError("zero-size array to reduction operation, which has no identity")
        first = next((one for one in entries if isinstance(one, Traced)), None)
        if first is None:
            found[place] = max(entries) if function == "max" else min(entries)
        else:
            nodes = tuple(dict.fromkeys(map(first.lifted, entries)))
            found[place] = Traced(first.tape, first.tape.call(function, nodes))
    result = np.expand_dims(found, axes) if kept else found
    return _traced(result) if result.ndim else result[()]


def _plain(value: Any) -> Any:
    """An array with entries that are objects, without the habits of a traced one."""
    if isinstance(value, Traced | Condition):
        single = np.empty((), dtype=object)
        single[()] = value
        return single
    return value.view(np.ndarray) if isinstance(value, TracedArray) else value


def _traced(value: Any) -> Any:
    return value.view(TracedArray) if isinstance(value, np.ndarray) else value


def by_function(called: Any, arguments: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """np.where, np.linalg.norm and the like; what only moves entries runs as it is."""
    name = called.__name__
    found = _FUNCTIONS[name](*arguments, **options) if name in _FUNCTIONS else NotImplemented
    if found is not NotImplemented:
        return found
    if "linalg" in (called.__module__ or "") and name != "norm":
        hint = f"up to {len(_SMALL)}×{len(_SMALL)} it can; else a program at matrix level: jc.backprop"
        raise JacocalcError(f"np.linalg.{name} cannot be traced", hint=hint if name in _BY_MINORS else "")
    change = _unwrapped(arguments), {key: _unwrapped(value) for key, value in options.items()}
    return _traced(_opened(called(*change[0], **change[1])))


def _opened(found: Any) -> Any:
    """An array whose entries are numbers, also where NumPy has taken them from lists inside a list as arrays."""
    if isinstance(found, np.ndarray) and found.dtype == object:
        for place, entry in enumerate(found.flat):
            if isinstance(entry, np.ndarray) and not entry.ndim:
                found.flat[place] = entry[()]
    return found


def _minor(array: Any, row: int, column: int) -> Any:
    """The array without a row and a column."""
    return np.delete(np.delete(array, row, 0), column, 1)


def _determinant(array: Any) -> Any:
    """Σ ± a_1j times the minor of a_1j"""
    if len(array) == 1:
        return array[0, 0]
    return sum((-1) ** j * (entry * _determinant(_minor(array, 0, j))) for j, entry in enumerate(array[0]))


def _solved(array: Any, right: Any) -> Any:
    """A⁻¹ b = adj(A) b/det A, by Cramer's rule"""
    places = range(len(array))
    if len(array) == 1:
        return _traced(right / array[0, 0])
    minors = [[(-1) ** (i + j) * _determinant(_minor(array, j, i)) for j in places] for i in places]
    return _traced(np.array(minors, dtype=object) @ right / _determinant(array))


class _SignAndLogarithm(NamedTuple):
    sign: Any
    logabsdet: Any


def _sign_and_logarithm(array: Any) -> _SignAndLogarithm:
    determinant = _determinant(array)
    return _SignAndLogarithm(np.sign(determinant), np.log(np.abs(determinant)))


def _unwrapped(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(_unwrapped(entry) for entry in value)
    return _plain(value)


# -- functions that are no ufuncs; NotImplemented where NumPy's own code is left to act ------------------


def _where(condition: Any, a: Any, b: Any) -> Any:
    if not isinstance(condition, Condition):
        return a if condition else b
    return condition.chosen(a, b)


def _chosen(condition: Any, *values: Any) -> Any:
    """np.where with two values; without any it asks for places."""
    return _traced(np.frompyfunc(_where, 3, 1)(*map(_plain, (condition, *values)))) if values else NotImplemented


def _selected(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """np.select: the value of the first condition that holds."""
    found = default
    for condition, value in reversed(list(zip(condlist, choicelist, strict=True))):
        found = np.where(condition, value, found)
    return found


def _pieces(x: Any, condlist: Sequence[Any], funclist: Sequence[Any], *more: Any, **named: Any) -> Any:
    """np.piecewise: of conditions that hold together the last, the value behind all of them where none holds."""
    conditions = list(condlist) if isinstance(condlist, list | tuple) else [condlist]
    values = [value(x, *more, **named) if callable(value) else value for value in funclist]
    found = values[len(conditions)] if len(values) > len(conditions) else 0
    for condition, value in zip(conditions, values, strict=False):
        found = np.where(condition, value, found)
    return found


def _clipped(array: Any, a_min: Any = None, a_max: Any = None, out: Any = None, **options: Any) -> Any:
    """min(max(u, a), b), or one of the two."""
    low, high = options.get("min", a_min), options.get("max", a_max)
    found = array if low is None else np.maximum(array, low)
    found = found if high is None else np.minimum(found, high)
    return _put(found, "clip", {"out": out})


def _of_all(ufunc: Any) -> Callable[..., Any]:
    """np.max and np.min: of all entries where no axis is given."""

    def act(array: Any, *given: Any, **options: Any) -> Any:
        in_order = dict(zip(_REDUCED, given, strict=False))
        return by_ufunc(ufunc, "reduce", (array,), {"axis": None, **in_order, **options})

    return act


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:  # noqa: A002 (NumPy's name)
    """√Σx² of an array; of vectors (Σ|x|^p)^(1/p), and the greatest or the least |x| for p = ±∞."""
    along = {"axis": axis, "keepdims": keepdims}
    if ord is None:
        return np.sqrt(np.sum(by_ufunc(np.multiply, "__call__", (x, x), {}), **along))
    vectors = isinstance(axis, int) or (axis is None and np.ndim(x) == 1)
    if not vectors or not isinstance(ord, int | float) or ord in (0, 2):
        return NotImplemented
    sizes = np.abs(x)
    if math.isinf(ord):
        return by_ufunc(np.maximum if ord > 0 else np.minimum, "reduce", (sizes,), along)
    return np.sum(sizes, **along) if ord == 1 else np.sum(sizes**ord, **along) ** (1 / Fraction(ord))


def _product(factors: Sequence[Any], out: Any = None) -> Any:
    """A B C, from the left."""
    return _put(functools.reduce(operator.matmul, factors), "multi_dot", {"out": out}) if factors else NotImplemented


def _if_small(by_minors: Callable[..., Any]) -> Callable[..., Any]:
    """What minors give, of a square array of some few rows."""
    return lambda array, *others: (
        by_minors(*map(_plain, (array, *others))) if np.shape(array) in _SMALL else NotImplemented
    )


_SMALL = tuple((size, size) for size in range(1, 5))
_BY_MINORS: dict[str, Callable[..., Any]] = {
    "det": _determinant, "slogdet": _sign_and_logarithm, "solve": _solved,
    "inv": lambda array: _solved(array, np.eye(len(array), dtype=object)),
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "where": _chosen, "select": _selected, "piecewise": _pieces, "clip": _clipped, "norm": _norm,
    "sinc": lambda x: _traced(np.frompyfunc(_entry(np.sinc), 1, 1)(_plain(x))),
    "matrix_power": lambda array, n: _product([array] * n), "multi_dot": _product,
    **dict.fromkeys(("max", "amax"), _of_all(np.maximum)), **dict.fromkeys(("min", "amin"), _of_all(np.minimum)),
    **{name: _if_small(by_minors) for name, by_minors in _BY_MINORS.items()},
}  # fmt: skip
