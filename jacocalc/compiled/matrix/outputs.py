"""The arrays that results go to: new ones, or those that the caller hands in, which share no memory with the inputs."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from jacocalc.compiled.matrix.inputs import Array, Inputs
from jacocalc.errors import JacocalcError, ShapeError
from jacocalc.terms import Var

_Place = tuple[int, int, str, bool]


def plain_shape(var: Var, shape: tuple[int, int]) -> tuple[int, ...]:
    """() of a scalar, one axis of a column, else both."""
    return () if var.is_scalar else shape[:1] if var.shape[1] == 1 else shape


class Outputs:
    """Results of these shapes; arrays that were found fit for them are known again."""

    def __init__(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        self.shapes = shapes
        self._fit: tuple[weakref.ref[Any], ...] = ()

    def arrays(self, out: Mapping[str, Array], inputs: Inputs, given: Mapping[str, Any]) -> dict[str, Array]:
        """An array for every result.  Raises JacocalcError or ShapeError where one cannot take its result."""
        if out:
            self._check(out, inputs, given)
        return {key: out[key] if key in out else np.empty(shape, inputs.dtype) for key, shape in self.shapes.items()}

    def _check(self, out: Mapping[str, Array], inputs: Inputs, given: Mapping[str, Any]) -> None:
        """Once for the same arrays: where they lie takes longer to find out than a small program runs."""
        together = (*out.values(), *given.values())
        fit = self._fit
        if len(fit) == len(together) and all(ref() is array for ref, array in zip(fit, together, strict=True)):
            return
        for name, array in out.items():
            self._check_one(name, array, inputs)
        _check_apart(out, inputs.arrays)
        if all(type(array) is np.ndarray for array in together):
            self._fit = tuple(map(weakref.ref, together))

    def _check_one(self, name: str, array: Array, inputs: Inputs) -> None:
        if name not in self.shapes:
            raise JacocalcError(f"there is no gradient by {name}", hint=f"there are {', '.join(self.shapes)}")
        if not isinstance(array, np.ndarray) or array.dtype != inputs.dtype:
            kind = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
            raise JacocalcError(f"out[{name!r}] is {kind}, but its result is {inputs.dtype}")
        if array.shape != self.shapes[name]:
            raise ShapeError(f"out[{name!r}] has the shape {array.shape}, but its result {self.shapes[name]}")
        if not (array.flags.c_contiguous and array.flags.writeable):
            raise JacocalcError(f"out[{name!r}] must be writeable and lie in one piece")


def _check_apart(out: Mapping[str, Array], inputs: Mapping[str, Array]) -> None:
    """Raise JacocalcError where what is written shares memory with anything else."""
    places = [place for name, array in out.items() for place in _places(array, f"out[{name!r}]", True)]
    places += [place for name, array in inputs.items() for place in _places(array, f"the value of {name}", False)]
    ends: dict[bool, tuple[int, str]] = {}
    for start, end, name, written in sorted(places):
        for other_written, (other_end, other) in ends.items():
            if start < other_end and (written or other_written):
                raise JacocalcError(f"{name} shares memory with {other}")
        if end > ends.get(written, (0, ""))[0]:
            ends[written] = (end, name)


def _places(array: Array, name: str, written: bool) -> Iterator[_Place]:
    """Where the memory of an array begins and ends."""
    if array.size:
        reach = [(n - 1) * stride for n, stride in zip(array.shape, array.strides, strict=True)]
        start = array.__array_interface__["data"][0]
        below, above = sum(min(0, r) for r in reach), sum(max(0, r) for r in reach)
        yield start + below, start + above + array.itemsize, name, written
