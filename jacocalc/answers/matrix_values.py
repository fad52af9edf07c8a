"""Values that an answer says beside a Jacobian or a Hessian → those that are wrong.

    [[2, 1], [4, 2]], det J = 3         rank 2            trace = 0
    [[2, 0], [0, -2]], det H = 4        D = f_xx f_yy - f_xy² = 4 > 0        eigenvalues 2 and -2
    D(0, 0) = 4 at the point of the question
    D = -4 < 0, f_xx = 2 > 0            entries by the name of the function

D is that of a Hessian by two inputs, and either sign is taken for it, since f_xy² − f_xx f_yy has its name too; of a
Jacobian in bars, |J|, which may be |det J|.  A number beside a matrix of formulas may be meant at any point, so it is
not judged; nor is a formula for |det J|, which may leave bars out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from jacocalc.algebra.values import exact
from jacocalc.answers.comparison import compare
from jacocalc.answers.reference import Reference
from jacocalc.derive.matrices import determinant, rank
from jacocalc.linear import paper
from jacocalc.notation import Call, Expr, Matrix, Negative, Number, integer, names, summed
from jacocalc.questions import Compose, HessianOf, JacobianOf
from jacocalc.steps import CriticalPoint
from jacocalc.verdicts import WRONG, Line, Submission, Wanted

_VALUE = r"[-−]?\d+(?:\.\d+|/\d+)?"
_END = r"(?=\s*(?:[<>,;.()⇒→]|=>|\\|[A-Za-z]{2}|$))"
_SAID = re.compile(
    r"(?<![\w|])(?P<name>\|H\||det(?:erminant)?|D|tr(?:ace)?|[A-Za-z]_?\{?[A-Za-z]{2}\}?)\s*(?:\(?H\)?\s*)?"
    rf"(?:=[^=<>,;]*)*?=\s*(?P<value>{_VALUE}){_END}(?:\s*(?P<sign>[<>])\s*0(?![\d./]))?"
)
_EIGENVALUES = re.compile(
    rf"eigen-?values?\s*(?:are|[=:])?\s*(?P<values>{_VALUE}(?:\s*(?:,|and)\s*{_VALUE})*){_END}", re.IGNORECASE
)
_NAMES = {"d": "det", "|": "det", "t": "tr", "r": "rank"}
_PARTIAL = re.compile(r"(?P<of>[A-Za-z])_?\{?(?P<first>[A-Za-z])(?P<second>[A-Za-z])\}?")
_LARGEST = 4
_EIGENVALUE = "an eigenvalue"
_SIZES = ("|detJ|", "|det(J)|", "abs(detJ)")
_OF_MATRIX = JacobianOf | Compose | HessianOf
_LINE = re.compile(r"\|[HJ]\||\|det\(?J\)?\||abs\(detJ\)|D|(?:det|tr|trace|rank)(?:[HJ]|\([HJ]\))?")


@dataclass(frozen=True)
class Said:
    """A value under the name that it is said by, and those that are right."""

    name: str
    value: Expr
    right: tuple[Expr, ...]


def of_matrix(reference: Reference) -> bool:
    """Whether the answer is one matrix of which a determinant may be said."""
    return isinstance(reference.question, _OF_MATRIX) and len(reference.values) == 1


def letter(reference: Reference) -> str:
    """H of a Hessian, J of a Jacobian"""
    return "H" if isinstance(reference.question, HessianOf) else "J"


def values_said(reference: Reference, submission: Submission) -> list[Said]:
    """Determinants, traces, ranks and eigenvalues that are named unmistakably."""
    if not of_matrix(reference):
        return []
    found = [(match["name"], _number(match["value"])) for said in submission.kinds for match in _SAID.finditer(said)]
    lines = ((_bare(line.name), _of_line(reference, line)) for line in submission.lines)
    found += [(name, value) for name, value in lines if value and set(names(value)) <= set(reference.variables)]
    named = [
        Said(_name(reference, name), value, right)
        for name, value in found
        if (right := _right(reference, name, value))
    ]
    return [*named, *(one for said in submission.kinds for one in _eigenvalues(reference, said))]


def without_values(reference: Reference, said: str) -> str:
    """What is left beside the values that are right with their signs, and all of the eigenvalues."""
    if not of_matrix(reference):
        return said
    said = _SAID.sub(lambda match: " " if _is_right(reference, match) else match[0], said)
    return _EIGENVALUES.sub(lambda match: " " if _are_all(reference, match[0]) else match[0], said)


def wrong_value(reference: Reference, submission: Submission) -> Said | None:
    """The first value that is wrong."""
    return next((one for one in values_said(reference, submission) if _is_wrong(reference, one)), None)


def judges(reference: Reference, line: Line) -> bool:
    """Whether a line says such a value."""
    return bool(values_said(reference, Submission("", (line,))))


def _of_line(reference: Reference, line: Line) -> Expr | None:
    """What D or D(0, 0) is said to be, at the point of the question."""
    value, at = line.sides[-1].values[0], reference.question.at
    named = _LINE.fullmatch(_bare(line.name)) and len(line.sides[-1].values) == 1
    here = at is not None and line.name == f"D({','.join(map(paper, at.coordinates))})"
    return value if named and (here or not line.point) and not isinstance(value, Matrix) else None


def _bare(name: str) -> str:
    """D of D(0,0)"""
    return "D" if name.startswith("D(") else name


def _number(text: str) -> Expr:
    value = Fraction(text.replace("−", "-"))
    size = Number(abs(value), text.lstrip("-−") if "." in text else "")
    return Negative(size) if value < 0 else size


def _name(reference: Reference, name: str) -> str:
    """det H, tr J or rank J, by the first letter; |det J|; D and f_xx as they are."""
    if name in _SIZES:
        return "|det J|"
    if name == "D" or (_PARTIAL.fullmatch(name) and not _LINE.fullmatch(name)):
        return name
    return f"{_NAMES[name[:1]]} {letter(reference)}"


def _right(reference: Reference, name: str, value: Expr) -> tuple[Expr, ...]:
    """What is right under a name; nothing where it is unknown, or a formula for which a number is said."""
    right = _known(reference, name)
    return () if not names(value) and any(map(names, right)) else right


def _known(reference: Reference, name: str) -> tuple[Expr, ...]:
    """det, tr, rank, D or f_xy; no determinant beyond 4×4, and no D but for two inputs."""
    matrix, other = reference.values[0], {"H": "J", "J": "H"}[letter(reference)]
    if _name(reference, name) == name != "D":
        return _entry(reference, name) if other == "J" else ()
    if other in name or (name == "D" and (matrix.shape != (2, 2) or other == "H")):
        return ()
    if name.startswith("r"):
        found = None if names(matrix) else rank(matrix)
        return () if found is None else (integer(found),)
    size, columns = matrix.shape
    if size != columns:
        return ()
    if name.startswith("t"):
        return (exact(summed(tuple(row[k] for k, row in enumerate(matrix.rows)))),)
    if size > _LARGEST:
        return ()
    value = determinant(matrix)[1]
    if name == "D":
        return value, exact(Negative(value))
    absolute = exact(Call("abs", (value,)))
    if name in _SIZES:
        return () if names(value) else (absolute,)
    return (value, absolute) if name == "|J|" else (value,)


def _entry(reference: Reference, name: str) -> tuple[Expr, ...]:
    """f_xy of the function that the question names."""
    match, inputs = _PARTIAL.fullmatch(name), reference.chain.inputs
    stage = reference.chain.stages[-1]
    if not match or match["of"] != stage.name or not {match["first"], match["second"]} <= set(inputs):
        return ()
    return (reference.values[0].rows[inputs.index(match["first"])][inputs.index(match["second"])],)


def _is_right(reference: Reference, match: re.Match[str]) -> bool:
    """D = 4 > 0"""
    value = _number(match["value"])
    right = _right(reference, match["name"], value)
    size = Fraction(match["value"].replace("−", "-"))
    signed = not match["sign"] or (size > 0 if match["sign"] == ">" else size < 0)
    return bool(right) and signed and not _is_wrong(reference, Said("", value, right))


def _are_all(reference: Reference, said: str) -> bool:
    """Whether each eigenvalue is said, and no other."""
    found = list(_eigenvalues(reference, said))
    values, right = tuple(one.value for one in found), found[0].right if found else ()
    pairs = [(one, values) for one in right] + [(one, right) for one in values]
    return bool(found) and not any(_is_wrong(reference, Said("", one, among)) for one, among in pairs)


def _eigenvalues(reference: Reference, said: str) -> Iterator[Said]:
    steps = [step for step in reference.derivation.steps if isinstance(step, CriticalPoint)]
    right = steps[0].eigenvalues if steps and not steps[0].decimals else ()
    for match in _EIGENVALUES.finditer(said) if right else ():
        yield from (Said(_EIGENVALUE, _number(one), right) for one in re.findall(_VALUE, match["values"]))


def _is_wrong(reference: Reference, said: Said) -> bool:
    """Whether it is another value, and not one with too few digits."""
    compared = [compare(one, said.value, reference.samples, Wanted()) for one in said.right]
    return all(found.outcome == WRONG and not found.code for found in compared)


def correction(said: Said) -> str:
    """D is -4, and not 3"""
    right = [paper(one) for one in said.right]
    what = (f"the eigenvalues are {', '.join(right)}" if len(right) > 1 and said.name == _EIGENVALUE
            else f"{said.name} is {right[0]}")  # fmt: skip
    return f"{what}, and not {paper(said.value)}"
