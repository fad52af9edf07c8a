"""What is given to a judge besides text: options, and answers that are objects of Python."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import sympy

from jacocalc.algebra.convert import from_sympy
from jacocalc.digits import fraction
from jacocalc.errors import JacocalcError, ReadError
from jacocalc.linear import strict
from jacocalc.verdicts import FORMS, Wanted


def wanted_with(
    wanted: Wanted | None = None, *, exact: bool = False, rtol: Any = None, form: str | Sequence[str] = ()
) -> Wanted:
    """How the answer is wanted, with options added.  Raises JacocalcError."""
    wanted = wanted or Wanted()
    forms = tuple(form.replace(",", " ").split()) if isinstance(form, str) else tuple(form)
    for one in forms:
        if one not in FORMS:
            raise JacocalcError(f"form is one of {', '.join(FORMS)}, not {one}")
    tolerance = wanted.rtol
    if rtol not in (None, ""):
        try:
            tolerance = fraction(str(rtol))
        except (ValueError, ZeroDivisionError):
            raise JacocalcError(f"rtol is a number such as 0.01, not {rtol}") from None
        if not 0 < tolerance < 1:
            raise JacocalcError(f"rtol is a number between 0 and 1, not {rtol}")
    return Wanted(wanted.exact or exact, tolerance, forms or wanted.form)


def typed(answer: Any) -> str:
    """An answer that is no text (a SymPy object, rows of numbers, an array) as it would be typed.

    Raises JacocalcError for what is no answer, ReadError for a SymPy object that is not read, such as infinity.
    """
    digits = _DIGITS.get(str(getattr(answer, "dtype", "")), _DIGITS["float64"])
    answer = _listed(answer)
    return _typed(answer, digits, max(map(abs, _floats(answer)), default=0.0))


def is_function(answer: Any) -> bool:
    """Whether an answer is a function from arrays to gradients; a SymPy polynomial can be called, too."""
    return callable(answer) and not isinstance(answer, sympy.Basic)


def refuse_options(options: Iterable[str]) -> None:
    """Raise JacocalcError for options that no check of a formula has."""
    for name in options:
        raise JacocalcError(f"{name} is no option of a check", hint="exact, rtol and form say how an answer is wanted")


_NO_VALUES = (sympy.zoo, sympy.nan, sympy.oo, -sympy.oo)
_DIGITS = {"float64": 17, "float32": 4, "float16": 3}  # of which a computation leaves the last one nearly right
_NOISE = (1e-18, 1e-15)  # parts of the largest entry between which an entry is what is left of 0, as in cos(π/2)


def _listed(answer: Any) -> Any:
    """Arrays and matrices as lists of rows."""
    if isinstance(answer, sympy.MatrixBase):
        return [list(answer.row(i)) for i in range(answer.rows)]
    if hasattr(answer, "tolist"):
        return answer.tolist()
    return list(map(_listed, answer)) if isinstance(answer, list | tuple) else answer


def _floats(answer: Any) -> Iterator[float]:
    if isinstance(answer, float) and math.isfinite(answer):
        yield answer
    elif isinstance(answer, list | tuple):
        for part in answer:
            yield from _floats(part)


def _typed(answer: Any, digits: int, largest: float) -> str:
    if isinstance(answer, list | tuple):
        return f"[{', '.join(_typed(part, digits, largest) for part in answer)}]"
    if isinstance(answer, float):
        written = repr(answer) if digits == _DIGITS["float64"] else f"{answer:.{digits}g}"
        noise = _NOISE[0] * largest < abs(answer) < _NOISE[1] * largest
        return "0" if noise else f"{Decimal(written):f}"
    if isinstance(answer, str):  # an entry of a list
        return f"({answer})"
    try:
        if isinstance(answer, bool):
            raise TypeError
        given = sympy.sympify(answer, strict=True)
    except (sympy.SympifyError, TypeError):
        raise JacocalcError(f"an answer is text, a SymPy expression or numbers, not {type(answer).__name__}") from None
    try:
        return strict(from_sympy(given.as_expr() if isinstance(given, sympy.Poly) else given))
    except JacocalcError as error:
        said = f"{given} is no value" if given.has(*_NO_VALUES) else error.message
        raise ReadError(said, text=str(given), end=len(str(given))) from None
