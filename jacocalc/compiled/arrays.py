"""Arrays of a caller as rows of numbers that a kernel reads, and the arrays that results go to.

All floats float32: so are the results; otherwise float64, as which whole numbers and fractions count too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np

from jacocalc.compiled.kernels import Array
from jacocalc.errors import JacocalcError, ShapeError

_LINE, _LARGE = 64, 100_000  # bytes
_TYPES = (np.dtype(np.float64), np.dtype(np.float32))


# -- in -----------------------------------------------------------------------------------------------


def is_ready(X: Any, n: int) -> bool:
    """Whether an array can be handed to a kernel as it is, the usual case."""
    return type(X) is np.ndarray and X.flags.carray and X.dtype in _TYPES and X.shape[-1:] == (n,)


def array_of(value: Any) -> Array:
    """An array of numbers.  Raises JacocalcError for other types, ShapeError for rows of different lengths."""
    if np.ma.is_masked(value):
        raise JacocalcError("some entries of a masked array are masked", hint="fill them, or leave their points out")
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ShapeError(f"this is no array of numbers: {error}") from None
    array = as_doubles(array)
    if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8 or array.dtype == np.float16:
        allowed = "float64 and float32 (whole numbers count as float64)"
        raise JacocalcError(f"arrays of {array.dtype} cannot hold the results; {allowed} can")
    return array


def as_doubles(array: Array) -> Array:
    """Fractions and whole numbers of any size as doubles, other arrays as they are.

    Raises JacocalcError for numbers beyond the largest double.
    """
    if array.dtype != object or not all(isinstance(one, Real) for one in array.flat):
        return array
    try:
        return array.astype(np.float64)
    except OverflowError:
        raise JacocalcError("float64 cannot hold a number of the array") from None


def with_last_axis(array: Array, size: int, says: str) -> Array:
    """The array, a single number as one entry; ``says``: what has so many entries.  Raises ShapeError."""
    if array.ndim == 0 and size == 1:
        return array.reshape(1)
    if array.shape[-1:] != (size,):
        by_rows = array.size and array.size % size == 0 and array.ndim > 1 < size
        more = f"; row by row it is the array.reshape(-1, {size})" if by_rows else ""
        raise ShapeError(
            f"{says}, the last axis of an array of the shape {array.shape} has "
            f"{array.shape[-1] if array.ndim else 'no entries'}",
            hint=f"the expected shape is (…, {size}){more}",
        )
    return array


def side_by_side(parts: Sequence[Array]) -> tuple[Array, tuple[int, ...]]:
    """Rows of all last axes, one after the other in memory; and the batch shape.  Raises ShapeError."""
    dtype = _common(parts)
    try:
        batch = np.broadcast_shapes(*(part.shape[:-1] for part in parts))
    except ValueError:
        shapes = " and ".join(str(part.shape[:-1]) for part in parts)
        raise ShapeError(f"the batch axes do not fit together: {shapes}") from None
    if len(parts) == 1:
        rows = np.ascontiguousarray(parts[0], dtype)
    else:
        spread = [np.broadcast_to(part, (*batch, part.shape[-1])) for part in parts]
        rows = np.ascontiguousarray(np.concatenate(spread, -1, dtype=dtype))  # which may keep an order of its own
    return rows.reshape(-1, sum(part.shape[-1] for part in parts)), batch


def _common(parts: Sequence[Array]) -> np.dtype[Any]:
    """float32 if all arrays of floats are; single numbers go with the others."""
    floats = (part for part in parts if part.dtype.kind == "f" and (part.size > 1 or part is parts[0]))
    kinds = {part.dtype.newbyteorder("=") for part in floats}
    return _TYPES[1] if kinds == {_TYPES[1]} else _TYPES[0]


# -- out ----------------------------------------------------------------------------------------------


def check_out(out: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Raises ShapeError, JacocalcError where a result cannot be put into ``out``."""
    if out is None:
        return
    if not (isinstance(out, np.ndarray) and out.flags.writeable):
        raise JacocalcError("out is an array that can be written to")
    if out.shape != shape:
        raise ShapeError(f"out has the shape {out.shape}, the result {shape}")
    if not np.can_cast(dtype, out.dtype, "same_kind"):
        raise JacocalcError(f"an array of {out.dtype} cannot hold a result of {dtype}")


def can_be_filled(out: Array, points: Array) -> bool:
    """Whether a kernel can write to the array itself."""
    plain = type(out) is np.ndarray and out.flags.carray and out.dtype == points.dtype
    return plain and not np.may_share_memory(out, points)


def empty(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """A new array; a large one begins where a line of the cache does, so that its rows are written faster."""
    size = math.prod(shape) * dtype.itemsize
    if size < _LARGE:
        return np.empty(shape, dtype)
    room = np.empty(size + _LINE, np.uint8)
    start = -room.ctypes.data % _LINE
    return room[start : start + size].view(dtype).reshape(shape)
