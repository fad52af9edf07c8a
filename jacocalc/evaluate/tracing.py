"""Python functions → tape: ordinary Python or NumPy code, run once on numbers that record what is done to them.

Code that cannot be traced is refused with the line that asked for what a traced number lacks (``traced``).
"""

from __future__ import annotations

import inspect
import math
import numbers
import re
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from jacocalc.errors import JacocalcError
from jacocalc.evaluate.tape import Node, Tape
from jacocalc.evaluate.traced import Traced, TracedArray, as_number
from jacocalc.known_functions import KNOWN, SPELLINGS
from jacocalc.notation import name_key

_PACKAGE = Path(__file__).parents[1]
_LOGSUMEXP = "np.logaddexp.reduce(x) is ln Σ e^x, np.exp(x - np.logaddexp.reduce(x)) its softmax"
_NO_ARRAY = ("'Traced' object is not subscriptable", "'Traced' object is not iterable", "'Traced' has no len()")


class Trace:
    """What a Python function does with n inputs: a tape, the names of the inputs, and the nodes of the outputs."""

    def __init__(self, function: Callable[..., Any], shape: int | tuple[int, ...]) -> None:
        dimensions = tuple(shape) if isinstance(shape, list | tuple) else (shape,)
        if not dimensions or not all(isinstance(size, numbers.Integral) and size > 0 for size in dimensions):
            raise JacocalcError(f"the number of inputs is a whole number from 1 on, not {shape!r}")
        self.tape = Tape(kept=KNOWN)
        count = math.prod(dimensions)
        nodes = [self.tape.input() for _ in range(count)]
        names = _parameters(function)
        entries = [Traced(self.tape, node) for node in nodes]
        if not isinstance(shape, list | tuple) and (names is None or len(names) == count):
            self.inputs = tuple(names or ()) or _numbered("x", count)
            found = _run(function, entries)
        else:
            if names and len(names) > 1:
                hint = f"n = {len(names)} for {len(names)} numbers; one argument is an array"
                raise JacocalcError(f"the code takes {len(names)} arguments, but is traced with {shape!r}", hint=hint)
            self.inputs = _numbered(names[0] if names else "x", count)
            whole = np.empty(count, dtype=object)
            whole[:] = entries
            found = _run(function, [whole.reshape(dimensions).view(TracedArray)])
        self.scalar = isinstance(found, Traced | float | int)
        self.outputs = [self._output(entry) for entry in _entries(found)]
        if not self.outputs:
            raise JacocalcError("the traced code returns nothing")

    def _output(self, entry: Any) -> Node:
        if isinstance(entry, Traced):
            if entry.tape is not self.tape:
                raise JacocalcError("the traced code returns a number of another trace")
            return entry.node
        return self.tape.number(as_number(entry))


def _run(function: Callable[..., Any], inputs: Sequence[Any]) -> Any:
    """What the code returns.  Raises JacocalcError, with the line, for whatever the code raises."""
    try:
        return function(*inputs)
    except Exception as error:  # the code is the user's: anything may come
        place, hint = "", error.hint if isinstance(error, JacocalcError) else _hint(error)
        for frame in traceback.extract_tb(error.__traceback__):
            hint = _LOGSUMEXP if frame.filename.endswith("_logsumexp.py") else hint
            if not _of_library(frame.filename):
                place = f": line {frame.lineno} of {frame.name}" + (f": {frame.line}" if frame.line else "")
        if isinstance(error, JacocalcError):
            raise JacocalcError(f"{error.message}{place}", hint=hint) from None
        raise JacocalcError(f"the code cannot be traced ({type(error).__name__}: {error}){place}", hint=hint) from error


def _of_library(filename: str) -> bool:
    """Whether a line is of this package, of NumPy or of SciPy."""
    path = filename.replace("\\", "/")
    return Path(filename).is_relative_to(_PACKAGE) or "/numpy/" in path or "/scipy/" in path


def _hint(error: Exception) -> str:
    """What to write instead of code that NumPy or Python refuses."""
    if isinstance(error, IndexError) and "boolean" in str(error):
        return "np.where(condition, a, b) keeps the shape"
    if isinstance(error, TypeError) and any(said in str(error) for said in _NO_ARRAY):
        return "an input of size 1 is a number; (1,) gives an array with one entry"
    if isinstance(error, TypeError) and re.search(r"from dtype\('O'\)|^loop of ufunc", str(error)):
        return "np.stack([a, b]) makes an array of traced numbers; or one input that is an array"
    if isinstance(error, TypeError | AttributeError):
        return "np.zeros_like(x) makes an array that can hold traced numbers; np.where and np.maximum branch"
    return ""


def _numbered(stem: str, count: int) -> tuple[str, ...]:
    return tuple(f"{stem}_{i}" for i in range(1, count + 1))


def _parameters(function: Callable[..., Any]) -> list[str] | None:
    """The names of the inputs that a function takes by position; None where it takes any number of them.

    Names that mean something else in formulas, or that would be written alike, are none.
    """
    try:
        listed = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []
    if any(one.kind is inspect.Parameter.VAR_POSITIONAL for one in listed):
        return None
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [one.name for one in listed if one.kind in positional and one.default is inspect.Parameter.empty]
    taken = any(name in SPELLINGS or name in ("e", "pi") or name.strip("_") != name for name in names)
    alike = len({name_key(name) for name in names}) < len(names)
    return [f"x_{i}" for i in range(1, len(names) + 1)] if taken or alike else names


def _entries(found: Any) -> Iterable[Any]:
    """The outputs in order, those of arrays and of nested lists row by row."""
    if isinstance(found, np.ndarray):
        yield from found.ravel().tolist()
    elif isinstance(found, list | tuple):
        if isinstance(found, list) and len({np.shape(np.array(one, dtype=object)) for one in found}) > 1:
            raise JacocalcError("the rows of the list that the traced code returns have different lengths")
        for one in found:
            yield from _entries(one)
    elif found is not None:
        yield found
