"""What is given to a judge besides text: options, and answers that are objects of Python."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sympy

from jacocalc.algebra.convert import from_sympy
from jacocalc.digits import fraction
from jacocalc.errors import JacocalcError
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
    """An answer that is no text (a SymPy object, rows of numbers, an array) as it would be typed."""
    if hasattr(answer, "tolist") and not isinstance(answer, sympy.MatrixBase):
        answer = answer.tolist()
    if isinstance(answer, sympy.MatrixBase):
        answer = [list(answer.row(i)) for i in range(answer.rows)]
    if isinstance(answer, list | tuple):
        return f"[{', '.join(map(typed, answer))}]"
    if isinstance(answer, float):
        return f"{Decimal(repr(answer)):f}"
    try:
        return strict(from_sympy(sympy.sympify(answer, strict=True)))
    except (sympy.SympifyError, TypeError):
        raise JacocalcError(f"an answer is text, a SymPy expression or numbers, not {type(answer).__name__}") from None
