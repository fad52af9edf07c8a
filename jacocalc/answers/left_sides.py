"""What stands on the left of an answer: -dy/dx = …, 2J = …, J^T = … say the same in another form; y'' = … does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from jacocalc.answers.reference import Reference, as_matrix
from jacocalc.errors import JacocalcError
from jacocalc.linear import paper_name
from jacocalc.notation import ONE, Expr, Matrix, Product, Quotient, name_key, rational
from jacocalc.questions import GradientOf, HessianOf, ImplicitFunction, VolumeOf
from jacocalc.verdicts import Line, Side

_MULTIPLE = re.compile(r"(?P<sign>-?)(?P<number>[1-9]\d*(?:/[1-9]\d*)?)?·?(?P<name>[^\d-].*)")
_RECIPROCAL = re.compile(r"1/\((?P<name>[^()]+)\)")
_TURNED = re.compile(r"(?P<name>.+)\^T")
_OTHER = re.compile(r"rank|tr(?![a-z])|.*\^-?\d+$|.*(?:'|/[d∂]\w+)\([^()]*[\w)^][-+·][^()]*\)$")
_SECOND = re.compile(r".*''|[d∂]\^[2-9]")
_DETERMINANT = re.compile(r"\|?det")
_QUOTIENT = re.compile(r"[d∂](\w+)/[d∂](\w+)|([A-Za-z]\w*?)_([A-Za-z]\w*)")


def solved_for(reference: Reference, line: Line) -> Line:
    """The line with what is asked for alone on its left.  Raises JacocalcError where that is another quantity."""
    name = line.name
    if found := _RECIPROCAL.fullmatch(name):
        return _changed(line, found["name"], lambda entry: Quotient(ONE, entry))
    found = _MULTIPLE.fullmatch(name)
    if found and (found["sign"] or found["number"]):
        scaled = rational((-1 if found["sign"] else 1) / Fraction(found["number"] or 1))
        return solved_for(reference, _changed(line, found["name"], lambda entry: Product((scaled, entry))))
    if (found := _TURNED.fullmatch(name)) and not isinstance(reference.question, GradientOf):
        sides = tuple(replace(side, values=tuple(as_matrix(v).transposed for v in side.values)) for side in line.sides)
        return replace(line, name=found["name"], sides=sides)
    if _is_another(reference, name):
        raise JacocalcError(f"{paper_name(name)} is not what is asked for",
                            hint="only that stands on the left of the last line")  # fmt: skip
    return line


def _changed(line: Line, name: str, change: Callable[[Expr], Expr]) -> Line:
    """The same change of every entry of all sides."""

    def changed(side: Side) -> Side:
        return replace(side, values=tuple(v.map(change) if isinstance(v, Matrix) else change(v) for v in side.values))

    return replace(line, name=name, sides=tuple(map(changed, line.sides)))


def _is_another(reference: Reference, name: str) -> bool:
    """Whether a name says a determinant, a power, a second derivative or the derivative by another variable."""
    question = reference.question
    if _OTHER.match(name) or (_DETERMINANT.match(name) and not isinstance(question, VolumeOf)):
        return reference.shape != (1, 1) or not _DETERMINANT.match(name)
    if _SECOND.match(name) and not isinstance(question, HessianOf):
        return True
    if not isinstance(question, ImplicitFunction):
        return False
    solved = set(map(name_key, question.solve_for))
    free = {name_key(one) for one in question.chain.inputs} - solved
    quotient = _QUOTIENT.fullmatch(name)
    label = (quotient[1] or quotient[3]) if quotient else name
    by = (quotient[2] or quotient[4]) if quotient else ""
    return name_key(label) in free or name_key(by) in solved or (bool(quotient) and label in ("F", "G"))
