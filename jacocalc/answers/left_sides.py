"""What stands on the left of an answer: what says the same in another form, and what says something else.

-dy/dx = …, 2J = …, J^T = … and ∂(x, y)/∂(v, u) = …, in an order of its own, are solved for what is asked for;
y'' = … is not.  Where nobody has said an order, entries in that of the letters are right too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

from jacocalc.answers.chains import judge_line
from jacocalc.answers.entry_names import left_over, of_first_order, partial_named
from jacocalc.answers.marking import Marker
from jacocalc.answers.reference import Reference, as_matrix
from jacocalc.errors import JacocalcError
from jacocalc.functions import ordered_by_appearance
from jacocalc.linear import paper_name
from jacocalc.notation import ONE, Expr, Matrix, Negative, Product, Quotient, name_key, rational
from jacocalc.questions import GradientOf, HessianOf, ImplicitFunction, VolumeOf
from jacocalc.reading.answer_names import product_name
from jacocalc.verdicts import CORRECT, Line, Side, Submission, Verdict, Wanted

_MULTIPLE = re.compile(r"(?P<sign>-?)(?P<number>[1-9]\d*(?:/[1-9]\d*)?)?·?(?P<name>[^\d-].*)")
_BY_PLACE = re.compile(r"(?P<name>[A-Za-z]\w*_\d)\([^()]*\)")
_RECIPROCAL = re.compile(r"1/\((?P<name>[^()]+)\)")
_TURNED = re.compile(r"(?P<name>.+)\^T")
_OTHER = re.compile(r"rank|tr(?![a-z])|(?![d∂]\^\d\w*/[d∂]\w+\^\d$).*\^-?\d+$")
_SECOND = re.compile(r".*''|[d∂]\^[2-9]")
_TWICE = re.compile(r"[d∂]\^2\w+/[d∂](?P<by>\w+)\^2")
_HELD = re.compile(r"\((?P<name>[d∂]\w+/[d∂](?P<by>\w+))\)_(?P<held>[\w,]+)")
_DETERMINANT = re.compile(r"\|?det|\|J")
_LISTED = re.compile(r"[d∂]\((?P<outputs>[\w,]+)\)/[d∂]\((?P<inputs>[\w,]+)\)(?:\([^()]*\))?")


def solved_for(reference: Reference, line: Line) -> Line:
    """The line with what is asked for alone on its left.  Raises JacocalcError where that is another quantity."""
    name = line.name
    if found := _RECIPROCAL.fullmatch(name):
        return _changed(line, found["name"], lambda entry: Quotient(ONE, entry))
    if (single := _single(line)) is not line:
        return solved_for(reference, single)
    if (found := _TURNED.fullmatch(name)) and not isinstance(reference.question, GradientOf):
        sides = tuple(replace(side, values=tuple(as_matrix(v).transposed for v in side.values)) for side in line.sides)
        return replace(line, name=found["name"], sides=sides)
    if found := _LISTED.fullmatch(name):
        return _in_our_order(reference, line, found["outputs"].split(","), found["inputs"].split(","))
    if _is_another(reference, name):
        raise JacocalcError(f"{paper_name(name)} is not what is asked for",
                            hint="only that stands on the left of the last line")  # fmt: skip
    return line


def unsolved(reference: Reference, lines: Sequence[Line]) -> tuple[Line, ...]:
    """z z_x = -x and x + y y′ = 0, equations that hold the derivative.  Raises JacocalcError where nothing else is."""
    held = tuple(line for line in lines if _holds(reference, _single(line).name))
    if held and len(held) == len(lines):
        raise JacocalcError("this is an equation that holds the derivative",
                            hint="solve it: only the derivative stands on the left of the last line")  # fmt: skip
    return held


def without_multiples(lines: Sequence[Line]) -> tuple[Line, ...]:
    """f_x = 2xy for 2f_x = 4xy, beside f_y = x²"""
    return tuple(single if partial_named((single := _single(line)).name)[1] else line for line in lines)


def by_places(reference: Reference, lines: Sequence[Line]) -> tuple[Line, ...]:
    """f_1 for f_1(1, 2), where f has one component: its derivative by the first input."""
    if len(reference.chain.stages) > 1:
        return tuple(lines)
    bare = [replace(line, name=found["name"]) if (found := _BY_PLACE.fullmatch(line.name)) else line for line in lines]
    none = left_over(reference, bare)
    return tuple(line if one in none else one for line, one in zip(lines, bare, strict=True))


def _single(line: Line) -> Line:
    """J = … for 2J = … and -J = …"""
    found = _MULTIPLE.fullmatch(line.name)
    if not found or not (found["sign"] or found["number"]):
        return line
    scaled = rational((-1 if found["sign"] else 1) / Fraction(found["number"] or 1))
    return _changed(line, found["name"], lambda entry: Product((scaled, entry)))


def without_constants(reference: Reference, submission: Submission) -> Submission:
    """∂P/∂V for (∂P/∂V)_T, where V and T are the inputs."""
    found = [(line, _HELD.fullmatch(line.name)) for line in submission.lines]
    lines = [replace(line, name=held["name"]) if held and _are_others(reference, held["by"], held["held"]) else line
             for line, held in found]  # fmt: skip
    return replace(submission, lines=tuple(lines))


def _are_others(reference: Reference, by: str, held: str) -> bool:
    """Whether these are all inputs but one, or all but it that nothing is solved for."""
    inputs = sorted(map(name_key, reference.free_inputs))
    return any(sorted(map(name_key, (by, *named))) == inputs for named in (held.split(","), held))


def _in_our_order(reference: Reference, line: Line, outputs: Sequence[str], inputs: Sequence[str]) -> Line:
    """∂(x, y)/∂(v, u) = … with rows and columns in the order of the question; a determinant with the sign of that."""
    rows, columns = _places(reference.labels, outputs), _places(reference.free_inputs, inputs)
    if not (rows and columns) or (rows == sorted(rows) and columns == sorted(columns)):
        return line
    if isinstance(reference.question, VolumeOf):
        odd = len(rows) == len(columns) and (_inversions(rows) + _inversions(columns)) % 2
        return _changed(line, line.name, Negative) if odd else line
    if isinstance(reference.question, HessianOf):
        rows = columns

    def sorted_out(value: Expr) -> Expr:
        if not isinstance(value, Matrix):
            return value
        if value.shape == (len(columns), 1):
            return Matrix(tuple(value.rows[j] for j in columns))
        if value.shape != (len(rows), len(columns)):
            return value
        return Matrix(tuple(tuple(value.rows[i][j] for j in columns) for i in rows))

    sides = tuple(replace(side, values=tuple(map(sorted_out, side.values))) for side in line.sides)
    return replace(line, sides=sides)


def right_by_letters(marker: Marker, submission: Submission, line: Line, wanted: Wanted) -> Verdict | None:
    """The verdict where the line is right by x, y in the order of the letters, and no author has said another one.

    z = y/x: ∇z = (−y/x², 1/x), where the inputs, by first appearance, are (y, x).
    """
    reference = marker.reference
    ours = reference.free_inputs
    theirs = sorted(ours, key=name_key)
    listed = f"({','.join(ours)})"  # of J(v, u) and ∂(v, u)
    said = re.findall(r"[\w∂](\([\w,]+\))", re.sub(r"[\s\\]", "", submission.text))
    if theirs == ours or not ordered_by_appearance(reference.chain.stages[0]):
        return None
    if listed in said or _LISTED.fullmatch(line.name):
        return None
    found = judge_line(marker, _in_our_order(reference, line, reference.labels, theirs), wanted)
    if found.outcome != CORRECT:
        return None
    order, other = (", ".join(map(paper_name, one)) for one in (theirs, ours))
    note = f"Note: by ({order}); the page has the inputs as they first appear, ({other})."
    return replace(found, message=f"{found.message} {note}")


def _places(ours: Sequence[str], theirs: Sequence[str]) -> list[int]:
    """Where each of our names stands in theirs; nothing where those are other names."""
    listed = list(map(name_key, theirs))
    keys = list(map(name_key, ours))
    return [listed.index(key) for key in keys] if sorted(listed) == sorted(keys) else []


def _inversions(places: Sequence[int]) -> int:
    return sum(left > right for left, right in combinations(places, 2))


def _changed(line: Line, name: str, change: Callable[[Expr], Expr]) -> Line:
    """The same change of every entry of all sides."""

    def changed(side: Side) -> Side:
        return replace(side, values=tuple(v.map(change) if isinstance(v, Matrix) else change(v) for v in side.values))

    return replace(line, name=name, sides=tuple(map(changed, line.sides)))


def _holds(reference: Reference, name: str) -> bool:
    """Whether more than the derivative of what is solved for stands there: x + y y', 2x dx + 2y dy, z z_x."""
    if not isinstance(reference.question, ImplicitFunction):
        return False
    known = (reference.question.solve_for, reference.free_inputs)
    solved, free = ("|".join(map(re.escape, sorted(names, key=len, reverse=True))) for names in known)
    by = rf"(?:{free})(?!{free}|\d)"
    derivative = rf"[d∂](?:{solved})(?:\([^()]*\))?/[d∂]{by}|(?:{solved})(?:'|_{by})|(?<!/)d(?:{solved})(?!\w)"
    rests = (re.sub(r"\([^()]*\)$", "", re.sub(derivative, "′", one)) for one in re.split(", |=", name))
    return any("′" in rest and re.search(r"\w|′[+-]", rest) for rest in rests)


def _of_higher_order(name: str) -> bool:
    """f″′ and d³f/dx³"""
    return name.endswith("'''") or bool(re.match(r"[d∂]\^[3-9]", name))


def _by_another(reference: Reference, name: str) -> bool:
    """d²x/df² of an f of x"""
    inputs = set(map(name_key, reference.chain.inputs))
    match = _TWICE.fullmatch(name)
    return match is not None and name_key(match["by"]) not in inputs


def _is_another(reference: Reference, name: str) -> bool:
    """Whether a name says a determinant, a power, a product, a second derivative or the derivative by another."""
    question = reference.question
    if product_name(name):
        return True
    if isinstance(question, HessianOf) and _SECOND.match(name):
        return _of_higher_order(name) or _by_another(reference, name)
    if len(reference.chain.inputs) == 1 and of_first_order(reference, name):
        return True
    if _OTHER.match(name) or (_DETERMINANT.match(name) and not isinstance(question, VolumeOf)):
        return reference.shape != (1, 1) or not _DETERMINANT.match(name)
    if _SECOND.match(name):
        return True
    if not isinstance(question, ImplicitFunction):
        return False
    solved, free = (set(map(name_key, names)) for names in (question.solve_for, reference.free_inputs))
    label, by = partial_named(name)
    return name_key(label or name) in free or name_key(by) in solved or label in ("F", "G")
