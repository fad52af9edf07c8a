"""Arrays of the caller → arrays of two axes in one precision, without a copy.

All arrays of floats have one precision, float64 or float32, which is that of the results; numbers and arrays of whole
numbers follow it, and are float64 where there is no other.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from jacocalc.compiled.arrays import as_doubles
from jacocalc.errors import JacocalcError, ShapeError
from jacocalc.evaluate.given import as_matrix, by_declared_names, check_facts, ends_of, is_given, used_variables
from jacocalc.programs import Program, by_name, unrolled
from jacocalc.terms import Var

Array = Any
_ALLOWED = "float64, float32 and whole numbers"
_WHOLE = "biu"
_LAYOUTS = 64  # how many sets of shapes are remembered


@dataclass(frozen=True)
class Flat:
    """A program at numbers of steps: its declared variables, those it computes, and those that are used."""

    ends: Mapping[str, int]
    declared: tuple[Var, ...]
    computed: tuple[Var, ...]
    used: frozenset[Var]


def flattened(program: Program, ends: Mapping[str, int]) -> Flat:
    """The program with its loops written out."""
    flat = unrolled(program, ends)
    return Flat(ends, flat.declared, tuple(one.variable for one in flat.assignments), used_variables(flat))


@dataclass(frozen=True)
class Inputs:
    """Arrays by the keys of their variables, the numbers for sizes, the precision; ``key`` is equal for like ones."""

    arrays: Mapping[str, Array]
    sizes: Mapping[str, int]
    dtype: np.dtype[Any]
    key: Hashable


def inputs_of(arrays: Mapping[str, Array], sizes: Mapping[str, int], dtype: np.dtype[Any]) -> Inputs:
    """The inputs with their key: both passes are the same for the same sizes, precision and names."""
    return Inputs(arrays, sizes, dtype, (tuple(sizes.items()), dtype.char, tuple(arrays)))


@dataclass(frozen=True)
class _Layout:
    """What was read off arrays of the same names, shapes and precision before: (name, key, shape)."""

    places: tuple[tuple[str, str, tuple[int, int]], ...]
    with_facts: tuple[Var, ...]
    first: Inputs


class Reader:
    """The declared variables of a program, read from what a caller hands in."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._flat: dict[tuple[tuple[str, int], ...], Flat] = {}
        self._layouts: dict[object, _Layout] = {}

    def flat(self, ends: Mapping[str, int]) -> Flat:
        """The program at numbers of steps, written out once."""
        key = tuple(ends.items())
        if key not in self._flat:
            self._flat[key] = flattened(self.program, ends)
        return self._flat[key]

    def read(self, given: Mapping[str, Any]) -> Inputs:
        """Raises JacocalcError, ShapeError and DomainError as ``Solution.evaluate`` does."""
        seen = _seen(given)
        layout = self._layouts.get(seen) if seen is not None else None
        if layout is not None:
            return _read_again(layout, given)
        named = by_declared_names(self.program, given)
        for name in self.program.generic:
            if name in named:
                raise JacocalcError(f"{name} is chosen when the program is compiled", hint='generic={"sigma": "tanh"}')
        flat = self.flat(ends_of(self.program, named))
        sizes = dict(flat.ends)
        raw = [(var, _array(var, named[var.key])) for var in flat.declared if is_given(var, flat.used, named)]
        dtype = _precision((var.key, named[var.key], array) for var, array in raw)
        arrays: dict[str, Array] = {}
        for var, array in raw:
            arrays[var.key] = as_matrix(var, array.astype(dtype, copy=False), sizes)
            check_facts(var, arrays[var.key])
        found = inputs_of(arrays, sizes, dtype)
        if seen is not None and all(array.dtype == dtype for _, array in raw):
            names = {key: name for name in given for key in by_declared_names(self.program, {name: 0})}
            places = tuple((names[key], key, array.shape) for key, array in arrays.items())
            if len(self._layouts) >= _LAYOUTS:
                self._layouts.clear()
            self._layouts[seen] = _Layout(places, tuple(var for var, _ in raw if var.facts), replace(found, arrays={}))
        return found


def along(flat: Flat, program: Program, inputs: Inputs, given: Mapping[str, Any]) -> dict[str, Array]:
    """A direction for some of the variables, in their shapes.  Raises JacocalcError, ShapeError."""
    variables = {var.key: var for var in flat.declared if var.key in inputs.arrays}
    found: dict[str, Array] = {}
    for key, value in by_declared_names(program, given).items():
        if key not in variables:
            raise JacocalcError(f"a direction is given for {key}, which has no value")
        array = _array(variables[key], value)
        if array.dtype.kind == "f" and hasattr(value, "dtype") and array.dtype != inputs.dtype:
            raise JacocalcError(f"the direction of {key} is {array.dtype} and its value is {inputs.dtype}")
        found[key] = as_matrix(variables[key], array.astype(inputs.dtype, copy=False), dict(inputs.sizes))
        if "symmetric" in variables[key].facts and not np.allclose(found[key], found[key].T):
            raise ShapeError(f"{key} is declared symmetric, but its direction is not")
    if not found:
        raise JacocalcError("no direction is given", hint=f"give one for {', '.join(variables)}")
    return found


def _seen(given: Mapping[str, Any]) -> object:
    """Names, precisions and shapes; None where a value is no array, so that it may say a number of steps."""
    found = []
    for name, value in by_name(given).items():
        if type(value) is not np.ndarray:
            return None
        found.append((name, value.dtype, value.shape))
    return tuple(found)


def _read_again(layout: _Layout, given: Mapping[str, Any]) -> Inputs:
    arrays: dict[str, Array] = {}
    for name, key, shape in layout.places:
        array = given[name]
        arrays[key] = array if array.shape == shape else array.reshape(shape)
    for var in layout.with_facts:
        if not _sums_to_one(var, arrays[var.key]):
            check_facts(var, arrays[var.key])
    return Inputs(arrays, layout.first.sizes, layout.first.dtype, layout.first.key)


def _sums_to_one(var: Var, array: Array) -> bool:
    """Whether that is all that is declared, and so plainly true that ``np.isclose``, which is slow, is not asked."""
    return tuple(var.facts) == ("sums to 1",) and abs(float(np.add.reduce(array, None)) - 1) <= 1e-6


def _array(var: Var, value: Any) -> Array:
    """The value as an array of numbers.  Raises JacocalcError."""
    try:
        array = as_doubles(np.asarray(value))
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.dtype in (np.float64, np.float32) and array.dtype.isnative:
        return array
    if array.dtype.kind in _WHOLE:
        return array
    if array.dtype.kind in "fc":
        raise JacocalcError(f"the value of {var.key} has dtype {array.dtype}", hint=f"allowed are {_ALLOWED}")
    raise JacocalcError(
        f"the value of {var.key} is not an array of numbers, its dtype is {array.dtype}", hint=f"allowed are {_ALLOWED}"
    )


def _precision(values: Iterable[tuple[str, Any, Array]]) -> np.dtype[Any]:
    """The one precision of all arrays of floats.  Raises JacocalcError where there are two."""
    found: dict[np.dtype[Any], str] = {}
    for key, value, array in values:
        if array.dtype.kind == "f" and hasattr(value, "dtype"):
            found.setdefault(array.dtype, key)
    if len(found) > 1:
        said = " and ".join(f"{key} is {dtype}" for dtype, key in found.items())
        raise JacocalcError(f"{said}: all arrays have one precision", hint='x.astype("float32")')
    return next(iter(found), np.dtype(np.float64))
