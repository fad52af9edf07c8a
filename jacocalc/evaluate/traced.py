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
from typing import Any

import numpy as np

from jacocalc.errors import JacocalcError
from jacocalc.evaluate.choices import denied
from jacocalc.evaluate.numpy_arrays import SMALL, WRITTEN
from jacocalc.evaluate.numpy_functions import COMPUTED, METHODS, PAIRS, raised
from jacocalc.evaluate.tape import Node, Rational, Tape

_PIECES = "np.where can say its pieces"
_JUMPS = f"it jumps; {_PIECES}"


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
        return Condition(self.tape, ("compare", relation, self.node, self.lifted(other)))

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
        raise _needs_value("branches on a value", "np.where(condition, a, b) can be traced, and np.maximum")

    def _jumps(self, *others: Any) -> Any:
        raise _needs_value("takes a remainder or rounds", _JUMPS)

    __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = __divmod__ = __rdivmod__ = __round__ = __trunc__ = _jumps
    rint = trunc = _jumps

    def __floor__(self) -> Traced:
        return self.called("floor")

    def __ceil__(self) -> Traced:
        return self.called("ceil")

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

    item = conjugate

    @property
    def real(self) -> Traced:
        return self

    @property
    def T(self) -> Traced:
        return self

    def __repr__(self) -> str:
        return f"<traced number {self.node}>"


class Condition(Traced):
    """A comparison of numbers that are not known yet: for ``np.where``, and 1 or 0 where a number is expected."""

    def __init__(self, tape: Tape, key: tuple[Any, ...]) -> None:
        super().__init__(tape, tape.select((key,), (tape.number(1), tape.number(0))))
        self.key = key

    def __and__(self, other: Any) -> Any:
        return self._joined("and", other) if isinstance(other, Condition) else self if other else False

    def __or__(self, other: Any) -> Any:
        return self._joined("or", other) if isinstance(other, Condition) else True if other else self

    def __xor__(self, other: Any) -> Any:
        return (self | other) & ~(self & other) if isinstance(other, Condition) else ~self if other else self

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __eq__(self, other: object) -> Any:
        return self ^ other ^ True if isinstance(other, Condition | bool) else super().__eq__(other)

    def __ne__(self, other: object) -> Any:
        return self ^ other if isinstance(other, Condition | bool) else super().__ne__(other)

    __hash__ = object.__hash__

    def _joined(self, word: str, other: Condition) -> Condition:
        """Both, or one of the two."""
        return Condition(self.tape, (word, self.key, other.key))

    def __invert__(self) -> Condition:
        return Condition(self.tape, denied(self.key))

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Condition):  # 2 of Python's, True of NumPy's
            raise _needs_value("adds conditions", "np.where(condition, 1, 0) can be added, a | b joins")
        return super().__add__(other)

    def __repr__(self) -> str:
        return "<traced condition>"

    def chosen(self, one: Any, other: Any) -> Traced:
        """One value where the condition holds, the other elsewhere."""
        return Traced(self.tape, self.tape.select((self.key,), (self.lifted(one), self.lifted(other))))


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
        """The same numbers as floats, which they stand for; conditions as 1 and 0, numbers as conditions."""
        conditions, kind = all(isinstance(one, Condition) for one in self.flat), np.dtype(dtype).kind
        if kind == "b":
            return self if conditions else self != 0
        if kind != "f" and not conditions:
            return super().astype(dtype, *arguments, **options)
        return _counted(self)

    def __setitem__(self, index: Any, value: Any) -> None:
        """Also where a condition holds: one value for all entries there."""
        entries = index.ravel().tolist() if isinstance(index, TracedArray) else [index]
        if all(isinstance(one, Condition) for one in entries) and np.ndim(value) <= self.ndim - np.ndim(index):
            whole = np.expand_dims(index, tuple(range(np.ndim(index), self.ndim)))
            index, value = ..., np.where(whole, value, self)
        super().__setitem__(index, value)


def _counted(value: Any) -> Any:
    """Conditions in an array or list as numbers, 1 or 0."""
    if isinstance(value, list | tuple):
        return type(value)(map(_counted, value))
    if not isinstance(value, TracedArray):
        return value
    number = np.frompyfunc(lambda one: one.chosen(1, 0) if isinstance(one, Condition) else one, 1, 1)
    return _traced(number(_plain(value)))


_STEPS = ("rint", "trunc", "remainder", "fmod", "floor_divide")
_COMPARISONS = {
    "less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "=", "not_equal": "!=",
}  # fmt: skip
_JUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {  # of conditions alone; with a number they are 1 or 0
    **dict.fromkeys(("logical_and", "bitwise_and", "multiply"), operator.and_),
    **dict.fromkeys(("logical_or", "bitwise_or", "add"), operator.or_),
    **dict.fromkeys(("logical_xor", "bitwise_xor", "not_equal"), operator.xor),
    "equal": lambda one, other: one ^ other ^ True,
}  # fmt: skip
_COUNTING = ("sum", "mean", "var", "std", "prod", "cumsum", "dot", "average")
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
        if name in _JUNCTIONS and all(isinstance(value, Condition | bool) for value in values):
            one, other = sorted(values, key=lambda value: not isinstance(value, Condition))
            return _JUNCTIONS[name](one, other)
        if name not in COMPUTED and name not in _COMPARISONS:
            of_numpy = "np." if hasattr(np, name) else ""
            raise JacocalcError(f"{of_numpy}{name} cannot be traced", hint=_JUMPS if name in _STEPS else "")
        first = next((value for value in values if isinstance(value, Traced)), None)
        if first is None:
            return ufunc(*values)
        nodes = [first.lifted(value) for value in values]
        if name in _COMPARISONS:
            return Condition(first.tape, ("compare", _COMPARISONS[name], *nodes))
        return Traced(first.tape, COMPUTED[name](first.tape, nodes))

    return act


def by_ufunc(ufunc: Any, method: str, inputs: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """A function of NumPy on arrays with traced entries."""
    if ufunc.types == [f"{'O' * ufunc.nin}->{'O' * ufunc.nout}"]:  # made of a Python function, by np.vectorize
        return _traced(getattr(ufunc, method)(*map(_plain, inputs), **options))
    if method == "__call__" and not options and not any(isinstance(value, np.ndarray) for value in inputs):
        return _entry(ufunc)(*inputs)
    given = {key: value for key, value in options.items() if value is not np._NoValue}
    return _put(_found(ufunc, method, [_plain(value) for value in inputs], given), method, given)


def _found(ufunc: Any, method: str, plain: list[Any], options: Mapping[str, Any]) -> Any:
    name = ufunc.__name__
    if name in _PRODUCTS and method == "__call__":
        return _traced(getattr(ufunc, method)(*plain))
    if method in ("reduce", "accumulate") and name in _NEUTRAL:
        plain = [_plain(_counted(_traced(value))) for value in plain]
        if options.get("where", True) is not True:
            plain = [np.frompyfunc(_where, 3, 1)(_plain(options["where"]), plain[0], _NEUTRAL[name])]
            options = {**options, "where": True}
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
    if name in _REFUSED:
        raise JacocalcError(f"np.{name} cannot be traced", hint=_REFUSED[name])
    if name in _COUNTING:
        arguments = [_counted(value) for value in arguments]
    given = {key: value for key, value in options.items() if key != "dtype" or np.dtype(value).kind != "f"}
    for table in (_FUNCTIONS, WRITTEN):
        found = table[name](*arguments, **given) if name in table else NotImplemented
        if found is not NotImplemented:
            return _traced(found)
    change = _unwrapped(arguments), {key: _unwrapped(value) for key, value in given.items()}
    try:
        return _traced(_opened(called(*change[0], **change[1])))
    except TypeError:
        if "linalg" not in (called.__module__ or ""):
            raise
    hint = f"up to {len(SMALL)}×{len(SMALL)} it can; else a program at matrix level: jc.backprop"
    raise JacocalcError(f"np.linalg.{name} cannot be traced", hint=hint if name in WRITTEN else "")


def _opened(found: Any) -> Any:
    """An array whose entries are numbers, also where NumPy has taken them from lists inside a list as arrays."""
    if isinstance(found, np.ndarray) and found.dtype == object:
        for place, entry in enumerate(found.flat):
            if isinstance(entry, np.ndarray) and not entry.ndim:
                found.flat[place] = entry[()]
    return found


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


def _clipped(array: Any, a_min: Any = None, a_max: Any = None, out: Any = None, **options: Any) -> Any:
    """min(max(u, a), b), or one of the two."""
    low, high = options.get("min", a_min), options.get("max", a_max)
    found = array if low is None else np.maximum(array, low)
    found = found if high is None else np.minimum(found, high)
    return _put(found, "clip", {"out": out})


def _of_all(ufunc: Any) -> Callable[..., Any]:
    """np.max, np.any and so on: of all entries where no axis is given."""

    def act(array: Any, *given: Any, **options: Any) -> Any:
        in_order = dict(zip(_REDUCED, given, strict=False))
        return by_ufunc(ufunc, "reduce", (array,), {"axis": None, **in_order, **options})

    return act


def _of_some(ufunc: Any) -> Callable[..., Any]:
    """np.sum and np.prod where= holds."""
    reduced = _of_all(ufunc)
    return lambda *given, **options: reduced(*given, **options) if "where" in options else NotImplemented


_REFUSED = {**dict.fromkeys(("round", "around", "fix"), _JUMPS), "nan_to_num": _PIECES}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "where": _chosen, "clip": _clipped, "astype": TracedArray.astype,
    "multi_dot": lambda factors, out=None: _put(functools.reduce(operator.matmul, factors), "multi_dot", {"out": out}),
    **{one.__name__: lambda x, one=one: np.frompyfunc(_entry(one), 1, 1)(_plain(x)) for one in (np.sinc, np.i0)},
    **dict.fromkeys(("max", "amax"), _of_all(np.maximum)), **dict.fromkeys(("min", "amin"), _of_all(np.minimum)),
    "any": _of_all(np.logical_or), "all": _of_all(np.logical_and),
    "sum": _of_some(np.add), "prod": _of_some(np.multiply),
}  # fmt: skip
