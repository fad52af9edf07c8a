"""Functions of NumPy, PyTorch and Julia that are formulas of this language: log1p(x) is log(1 + x)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jacocalc.errors import ReadError, ShapeError
from jacocalc.reading.mismatches import sized
from jacocalc.reading.program_words import FORMULAS
from jacocalc.reading.term_names import Names
from jacocalc.terms import Term, Var, replaced

if TYPE_CHECKING:
    from jacocalc.reading.lexer import Token
    from jacocalc.reading.terms import TermParser

_LETTERS = ("x", "y")


def applied(parser: TermParser, name: str, arguments: list[Term], token: Token) -> Term:
    """The formula at the arguments, noted.  Raises ReadError where they do not fit."""
    formula = FORMULAS[name]
    letters = [letter for letter in _LETTERS if re.search(rf"\b{letter}\b", formula)]
    if len(arguments) != len(letters):
        wanted = "one argument" if len(letters) == 1 else "two arguments"
        raise parser.error(f"{name} takes {wanted}, not {len(arguments)}", token, f"write {formula}")
    places = {letter: Var(letter, term.shape) for letter, term in zip(letters, arguments, strict=True)}
    columns: set[Term] = {
        place for place, term in zip(places.values(), arguments, strict=True) if parser.names.is_column(term)
    }
    names = Names(variables=dict(places), entrywise=True, columns=columns)
    try:
        term = parser.formula(formula, names)
    except (ReadError, ShapeError):
        said = " and ".join(map(sized, arguments))
        raise parser.misfit(f"{said}: {name}({', '.join(letters)}) is {formula}", token) from None
    parser.names.note(f"{name}({', '.join(letters)}) is read as {formula}")
    return replaced(term, dict(zip(places.values(), arguments, strict=True)))
