"""Values that an answer says beside a Hessian, as a reason for the kind of the point → those that are wrong.

    [[2, 0], [0, -2]], det H = 4        D = f_xx f_yy - f_xy² = 4 > 0        trace = 0        eigenvalues 2 and -2

D is that of two inputs, and either sign is taken for it, since f_xy² − f_xx f_yy has its name too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from jacocalc.algebra.values import exact
from jacocalc.answers.comparison import compare
from jacocalc.answers.reference import Reference
from jacocalc.derive.matrices import determinant
from jacocalc.linear import paper
from jacocalc.notation import Expr, Matrix, Negative, Number, names, summed
from jacocalc.questions import HessianOf
from jacocalc.steps import CriticalPoint
from jacocalc.verdicts import WRONG, Line, Submission, Wanted

_VALUE = r"[-−]?\d+(?:\.\d+|/\d+)?"
_END = r"(?=\s*(?:[<>,;.()⇒→]|=>|\\|[A-Za-z]{2}|$))"
_SAID = re.compile(
    r"(?<![\w|])(?P<name>\|H\||det(?:erminant)?|D|tr(?:ace)?)\s*(?:\(?H\)?\s*)?(?:=[^=<>,;]*)*?"
    rf"=\s*(?P<value>{_VALUE}){_END}"
)
_EIGENVALUES = re.compile(
    rf"eigen-?values?\s*(?:are|[=:])?\s*(?P<values>{_VALUE}(?:\s*(?:,|and)\s*{_VALUE})*){_END}", re.IGNORECASE
)
_NAMES = {"d": "det H", "|": "det H", "t": "tr H", "D": "D"}
_LARGEST = 4
_LINE = re.compile(r"\|H\||D|(?:det|tr|trace)(?:H|\(H\))?")


@dataclass(frozen=True)
class Said:
    """A value under the name that it is said by, and those that are right."""

    name: str
    value: Expr
    right: tuple[Expr, ...]


def values_said(reference: Reference, submission: Submission) -> list[Said]:
    """Determinants, traces and eigenvalues that are named unmistakably."""
    if not isinstance(reference.question, HessianOf) or len(reference.values) != 1:
        return []
    found = [(match["name"], _number(match["value"])) for said in submission.kinds for match in _SAID.finditer(said)]
    lines = ((line.name, _of_line(line)) for line in submission.lines)
    found += [(name, value) for name, value in lines if value and set(names(value)) <= set(reference.variables)]
    named = [Said(_NAMES[name[:1]], value, right) for name, value in found if (right := _right(reference, name[:1]))]
    return [*named, *(one for said in submission.kinds for one in _eigenvalues(reference, said))]


def wrong_value(reference: Reference, submission: Submission) -> Said | None:
    """The first value that is wrong."""
    return next((one for one in values_said(reference, submission) if _is_wrong(reference, one)), None)


def judges(reference: Reference, line: Line) -> bool:
    """Whether a line says such a value."""
    return bool(values_said(reference, Submission("", (line,))))


def _of_line(line: Line) -> Expr | None:
    value = line.sides[-1].values[0]
    named = _LINE.fullmatch(line.name) and not line.point and len(line.sides[-1].values) == 1
    return value if named and not isinstance(value, Matrix) else None


def _number(text: str) -> Expr:
    value = Fraction(text.replace("−", "-"))
    size = Number(abs(value), text.lstrip("-−") if "." in text else "")
    return Negative(size) if value < 0 else size


def _right(reference: Reference, name: str) -> tuple[Expr, ...]:
    """det H or tr H, by the first letter of its name; none beyond 4×4, or for D of other than two inputs."""
    hessian = reference.values[0]
    size = len(hessian.rows)
    if name == "t":
        return (exact(summed(tuple(row[k] for k, row in enumerate(hessian.rows)))),)
    if size > _LARGEST or (name == "D" and size != 2):
        return ()
    value = determinant(hessian)[1]
    return (value, exact(Negative(value))) if name == "D" else (value,)


def _eigenvalues(reference: Reference, said: str) -> Iterator[Said]:
    steps = [step for step in reference.derivation.steps if isinstance(step, CriticalPoint)]
    right = steps[0].eigenvalues if steps and not steps[0].decimals else ()
    for match in _EIGENVALUES.finditer(said) if right else ():
        yield from (Said("an eigenvalue", _number(one), right) for one in re.findall(_VALUE, match["values"]))


def _is_wrong(reference: Reference, said: Said) -> bool:
    """Whether it is another value, and not one with too few digits."""
    compared = [compare(one, said.value, reference.samples, Wanted()) for one in said.right]
    return all(found.outcome == WRONG and not found.code for found in compared)


def correction(said: Said) -> str:
    """D is -4, and not 3"""
    right = [paper(one) for one in said.right]
    what = (f"{said.name} is {right[0]}" if len(right) == 1 or said.name == "D"
            else f"the eigenvalues are {', '.join(right)}")  # fmt: skip
    return f"{what}, and not {paper(said.value)}"
