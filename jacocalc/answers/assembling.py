"""Several lines → what is judged: entries one by one, rows or matrices on lines of their own, the last chain.

    ∂f/∂x = 2x; ∂f/∂y = 2y        f_xx = …, f_xy = …, …        H_1 = …; H_2 = …        a, b ⏎ c, d
    f(x) = x² ⏎ f′(x) = 2x         what has another name than the answer leads up to it and is not judged
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from jacocalc.answers.comparison import compare
from jacocalc.answers.kinds import is_symmetric
from jacocalc.answers.reference import Reference, as_matrix
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.samples import sampled
from jacocalc.linear import paper
from jacocalc.notation import Call, Expr, Matrix, Sum, name_key, names
from jacocalc.questions import (
    Compose,
    DifferentialOf,
    GradientOf,
    GraphOf,
    HessianOf,
    ImplicitFunction,
    JacobianOf,
    VectorJacobian,
    VolumeOf,
)
from jacocalc.reading.answer_names import tangent_name
from jacocalc.verdicts import CORRECT, Line, Side, Wanted


def assembled(reference: Reference, lines: Sequence[Line]) -> tuple[tuple[Side, ...], tuple[Line, ...]]:
    """One side from several lines, or a chain of sides; none where they are no entries, rows, … of the answer.

    And the lines beside the entries that are not judged.
    """
    found = _by_entries(reference, lines)
    if found:
        return found, _left_over(reference, lines)
    ways = (_by_rows, _by_columns, _by_matrices, _by_lines)
    return next(((side,) for way in ways if (side := way(reference, lines)) is not None), ()), ()


def incomplete(reference: Reference, lines: Sequence[Line]) -> tuple[list[Side | None], list[str]] | None:
    """The entries or Hessians by name, None for each that is not given, and the names of those; None else."""
    grid = _entry_names(reference, lines)
    by_name = _named_sides(_by_place(lines, grid), 1)
    if not by_name or set(by_name) - set().union(*grid) or not all(_of_an_entry(line.name) for line in lines):
        return None
    given = [next((by_name[name] for name in options if name in by_name), None) for options in grid]
    if len(reference.values) == 1:
        given = [side and replace(side, values=(_number(side),)) for side in given]
    elif any(side and as_matrix(side.values[0]).shape != reference.shape for side in given):
        return None
    titles = _entry_titles(reference)
    missing = dict.fromkeys(title for side, title in zip(given, titles, strict=True) if side is None)
    return (given, list(missing)) if missing and len(titles) == len(given) else None


def _of_an_entry(name: str) -> bool:
    """Whether a name says that it is one of several: it has a subscript or is a quotient."""
    return "_" in name or "/" in name


def in_strange_names(reference: Reference, lines: Sequence[Line]) -> bool:
    """Whether all lines give partials by the inputs of what the question does not name."""
    labels = {_label(line.name, reference.chain.inputs) for line in lines}
    return len(lines) > 1 and "" not in labels and not set(map(name_key, labels)) & _taken(reference)


def _taken(reference: Reference) -> set[str]:
    """The names of all functions, of their components and inputs."""
    stages = reference.chain.stages
    return {name_key(name) for stage in stages for name in (stage.name, *stage.labels, *stage.inputs)}


def set_aside(reference: Reference, lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines that are judged, and what is said beside the result: det J, |∇f|, f″, values at points of one's own."""
    named = {line.name for line in lines if not line.point}
    formula = any(_is_formula(reference, line) for line in lines)

    def beside(line: Line) -> bool:
        known = line.name in named or (formula and says_result(line.name))
        of_a_point = reference.question.at is None and line.point and known
        other = _BESIDE.match(line.name) and not isinstance(reference.question, HessianOf | VolumeOf)
        other = other or (isinstance(reference.question, _OF_ENTRIES) and _directional(reference, line.name))
        of_hessian = isinstance(reference.question, HessianOf) and _BESIDE_HESSIAN.fullmatch(line.name)
        return bool(of_a_point or other or of_hessian or equation(line) or tangent(line))

    def equation(line: Line) -> bool:
        """x^2 + y^2 - 25 = 0 before the answer"""
        before = line is not lines[-1] and len(line.sides) > 1 and not line.name
        return before and isinstance(reference.question, ImplicitFunction)

    def tangent(line: Line) -> bool:
        """y - 4 = -3/4 (x - 3), and y = 6x - 9 behind the number 6"""
        if line is not lines[-1] or _of_numbers(line.sides[-1]):
            return False
        if not line.name:
            return len(line.sides) > 1 and bool(tangent_name(line.sides[0].text))
        numbers = any(_of_numbers(other.sides[-1]) for other in lines[:-1])
        return reference.at_point and numbers and not says_result(line.name)

    kept = tuple(line for line in lines if not beside(line))
    if not any(not line.name or says_result(line.name) for line in kept):
        return tuple(lines), ()
    return kept, tuple(line for line in lines if beside(line))


def _is_formula(reference: Reference, line: Line) -> bool:
    """(2x, 2y) before ∇f(1, 2) = (2, 4): no name, as many entries as the answer has, and no numbers alone."""
    count = sum(len(value.entries) for value in reference.values)
    entries = sum(len(as_matrix(value).entries) for value in line.sides[-1].values)
    return not line.name and not line.point and entries == count and not _of_numbers(line.sides[-1])


def _directional(reference: Reference, name: str) -> bool:
    """Whether D_uL is the derivative in a direction, and by none of the inputs."""
    by = partial_named(name)[1]
    inputs = {name_key(one) for stage in reference.chain.stages for one in stage.inputs}
    return bool(re.match(r"D_[a-z](?!_)", name)) and bool(by) and name_key(by) not in inputs


def whole_apart(reference: Reference, lines: Sequence[Line]) -> tuple[Line, ...]:
    """f_x = 2xy, f_y = x², at (1, 2): (4, 1): the list behind the last entry is no side of it.

    J_f = […], J_g = […], […]: nor is the matrix behind another; f' = 2x, g' = cos u, 2x cos x²: nor is the number.
    It is the answer; behind the result itself it is another step, ∇L = (2x, 3), (8, 3), unless it is the unit vector
    along it, (8, 3)/√73; numbers where formulas are asked for are that entry at a point of one's own.
    """
    beside = [line for line in lines if _BESIDE.match(line.name) or _BESIDE_HESSIAN.fullmatch(line.name)]
    if lines[-1] in beside and len(beside) < len(lines):
        return (*whole_apart(reference, [line for line in lines if line not in beside]), *beside)
    *before, last = lines
    two = last.sides[-1].values
    count = len(reference.values[0].entries) if len(reference.values) == 1 else 0
    rows = sum(len(as_matrix(value).entries) for value in two) == count
    if last.name and count and len(two) == 2 and all(map(_is_matrix, two)) and not rows:
        one, other = (replace(last.sides[-1], values=(value,), typed=(value,)) for value in two)
        first, second = replace(last, sides=(*last.sides[:-1], one)), Line("", (other,))
        of_all = len(reference.chain.stages) == 1 or last.name == "J" or "∘" in last.name
        if not of_all or not _says_whole(reference, last.name):
            return (*before, first, second)
        if reference.at_point and _of_numbers(one) and _is_unit_vector(other, one):
            return (*before, second, first)
        return (*before, replace(last, sides=(*first.sides, other)))
    if count == 1 and last.name:
        return (*before, *_number_apart(reference, last))
    listed, numbers = _lists(last.sides[-1:])[0], all(len(one) == 1 for one in _lists(last.sides[:-1]))
    if not before or len(last.sides) == 1 or not _of_an_entry(last.name) or not numbers or not 1 < len(listed) == count:
        return tuple(lines)
    whole = reference.at_point or any(map(names, listed))
    behind = Line("" if whole else last.name, last.sides[-1:], not whole)
    return (*before, replace(last, sides=last.sides[:-1], point=False), behind)


def _leads_up(reference: Reference, name: str) -> bool:
    """Whether g', dy/du, u, f(x) stand for something else than the derivative that is asked for."""
    label, by = partial_named(name)
    of, inputs = reference.chain.stages[-1].labels, set(map(name_key, reference.chain.inputs))
    inner = bool(by) and (name_key(by) not in inputs or (label in _taken(reference) and label not in of))
    return inner or _of_a_stage(reference, name) or not (says_result(name) or _says_whole(reference, name))


def _number_apart(reference: Reference, line: Line) -> tuple[Line, ...]:
    """g' = cos u, 2x cos x² and g' = 3, 4·3 = 12: a line with its value, and the number behind it.

    Behind the result itself, f' = 3x², 12, the value at the point is another step of it.
    """
    at = next((k for k, side in enumerate(line.sides) if side.flat and len(_lists([side])[0]) == 2), None)
    if at is None:
        return (line,)
    pair = line.sides[at]
    one, other = (
        Side((value,), (written,), paper(written), pair.start)
        for value, written in zip(_lists([pair])[0], as_matrix(pair.typed[0]).entries, strict=True)
    )  # fmt: skip
    before, behind = (*line.sides[:at], one), (other, *line.sides[at + 1 :])
    if _leads_up(reference, line.name):
        return replace(line, sides=before), Line("", behind)
    inserted = reference.at_point and not _of_numbers(one) and all(map(_of_numbers, behind))
    return (replace(line, sides=(*before, *behind)) if inserted else line,)


def _is_matrix(value: Expr) -> bool:
    """Whether a value has more than one entry."""
    return isinstance(value, Matrix) and value.shape != (1, 1)


def _is_unit_vector(given: Side, along: Side) -> bool:
    """Whether a list of numbers is the vector divided by its length."""
    vector, entries = as_matrix(along.values[0]).entries, as_matrix(given.values[0]).entries
    length = Call("sqrt", (Sum(tuple(entry**2 for entry in vector)),))
    return len(entries) == len(vector) and not names(given.values[0]) and all(
        compare(entry / length, said, sampled(()), Wanted()).outcome == CORRECT
        for entry, said in zip(vector, entries, strict=True)
    )


def own_points_apart(reference: Reference, lines: Sequence[Line]) -> tuple[Line, ...]:
    """(2x, 2y), at (1, 2): (2, 4) and f_x(1, 2) = 2x = 2: numbers behind formulas are lines at a point of one's own."""
    if reference.at_point or not any(names(entry) for value in reference.values for entry in value.entries):
        return tuple(lines)
    found: list[Line] = []
    for k, line in enumerate(lines):
        pointed = any(one.point for one in lines[: k + 1])
        count = sum(1 for _ in takewhile(_of_numbers, reversed(line.sides))) if pointed else 0
        formulas, values = line.sides[: len(line.sides) - count], line.sides[len(line.sides) - count :]
        if formulas and values:
            found += [replace(line, sides=formulas, point=False), replace(line, sides=values, point=True)]
        else:
            again = bool(values) and any(one.name == line.name and not one.point for one in found)
            found.append(replace(line, point=line.point or again))
    return tuple(found)


def _of_numbers(side: Side) -> bool:
    return not any(map(names, side.values))


_OF_ENTRIES = Compose | JacobianOf | GradientOf | HessianOf
_BESIDE = re.compile(r"[|‖]+∇|∇\w*/[|‖]|(?:\|?det|rank|tr)(?![a-z])|.*''|J.*\^-1$")
_BESIDE_HESSIAN = re.compile(r"D(?:\([^()]*\))?|\|?det(?:H|J|∇\^2)?\w*\|?|tr(?:H|J)?\w*|rankH?")
_SAYS_WHOLE = re.compile(r"J|H|∇|D(?!_)|[A-Za-z]+'$|.*∘")
_VELOCITY = re.compile(r"v(?:elocity)?(?:\(.*\))?")
_SAYS_RESULT = re.compile(r"J|H|\w+_\w\w$|[A-Za-z]+'$|∇|D|[d∂]\w*/[d∂]")


def says_result(name: str) -> bool:
    """Whether a name is that of a result or of a partial: J, ∇f, f', f_xy, f_x."""
    return bool(_SAYS_RESULT.match(name) or partial_named(name)[1])


def last_chain(lines: Sequence[Line]) -> tuple[Line, tuple[Line, ...]]:
    """The lines with the name of the last one as one chain of equalities, and those that are not judged."""
    name = lines[-1].name
    start = len(lines) - 1
    while start and lines[start - 1].name == name:
        start -= 1
    kept = [line for line in lines if line.name == name] if name else lines[start:]
    return Line(name, tuple(side for line in kept for side in line.sides)), tuple(x for x in lines if x not in kept)


def whole_last(reference: Reference, lines: Sequence[Line]) -> tuple[Line, ...]:
    """[[6, 3], [3, 2]]; f_xx = 6 and ∇L = (8, 3), L(1, 2) = 7: the whole answer behind what is said after it.

    That are entries, and what has neither the name of the result nor, behind an answer without a name, its shape.
    """
    if len(reference.values) > 1 or not lines[-1].name:
        return tuple(lines)
    others, shape = _left_over(reference, lines), reference.shape
    wholes = [line for line in others if as_matrix(line.sides[-1].values[0]).shape in (shape, shape[::-1])]
    named = [x for x in wholes if _says_whole(reference, x.name) and (reference.at_point or not x.point)]
    if shape == (1, 1):
        named, wholes = _named_numbers(reference, lines), []
    if lines[-1] in named:
        return tuple(lines)
    entry = lines[-1] not in others
    behind = wholes if entry else named or [line for line in wholes if not (line.name or lines[-1] in wholes)]
    return tuple(sorted(lines, key=behind.__contains__))


def _says_whole(reference: Reference, name: str) -> bool:
    """Whether a name is that of the whole answer: J, ∇L, and v of a curve, whose a is the next derivative."""
    curve = isinstance(reference.question, JacobianOf) and reference.shape[1] == 1
    stage = _of_a_stage(reference, name)
    return bool(curve and _VELOCITY.fullmatch(name)) or (bool(_SAYS_WHOLE.match(name)) and not stage)


def _of_a_stage(reference: Reference, name: str) -> bool:
    """Whether Df or f' is the derivative of one of several stages."""
    stages = reference.chain.stages
    return len(stages) > 1 and re.sub("^D|'$", "", name) in {stage.name for stage in stages}


def _named_numbers(reference: Reference, lines: Sequence[Line]) -> list[Line]:
    """dy/dx = 6 by its name, and f'; before the value of the function, f(3) = 9, or a list, what says a derivative."""
    others, last = _left_over(reference, lines), lines[-1].name.partition("(")[0]
    of = next(iter(getattr(reference.question, "solve_for", ())), reference.chain.stages[-1].name)
    value = (last == of and not isinstance(reference.question, VolumeOf)) or _is_list(lines[-1])
    own = [f"{of}'"] if not _of_a_stage(reference, f"{of}'") else []
    named = [line for line in lines if line not in others or line.name in own or "∘" in line.name
             or (value and says_result(line.name) and not _of_a_stage(reference, line.name))]  # fmt: skip
    return [line for line in named if not _is_list(line)]


def _is_list(line: Line) -> bool:
    return len(_lists(line.sides[-1:])[0]) > 1


def partials_before(reference: Reference, lines: Sequence[Line]) -> tuple[tuple[Side, ...], tuple[Line, ...]]:
    """f_x = 2xy, f_y = x^2 before ∇f = …: the sides with which the chain begins, and the lines that are no entries.

    An entry that is not given stands there as it is.  Where stages share the name of an input, f_x is of either.
    """
    inputs = [name for stage in reference.chain.stages for name in stage.inputs]
    others = _left_over(reference, lines)
    given = [line for line in lines if line not in others and (reference.at_point or not line.point)]
    one = isinstance(reference.question, _OF_ENTRIES) and len(reference.values) == 1
    if not (one and given and len(set(inputs)) == len(inputs)):
        return (), tuple(lines)
    try:
        some = incomplete(reference, given)
        sides = (_joined(reference, _filled(reference, some[0])),) if some else _by_entries(reference, given)
    except JacocalcError:
        sides = ()
    return sides, tuple(line for line in lines if line not in given or not sides)


def _filled(reference: Reference, sides: Sequence[Side | None]) -> list[Side]:
    """The right entry where none is given."""
    right = reference.values[0].entries
    return [side or Side((entry,), (entry,), paper(entry), 0) for side, entry in zip(sides, right, strict=True)]


# -- entries ------------------------------------------------------------------------------------------


def _by_entries(reference: Reference, lines: Sequence[Line]) -> tuple[Side, ...]:
    """Every entry by its name; where a line is a chain of equalities, so is the whole."""
    if len(lines) < 2:
        return ()
    grid, joined = _entry_names(reference, lines), []
    if not all(_may_stand_beside(reference, line.name) for line in _left_over(reference, lines)):
        return ()
    lines = _by_place(lines, grid)
    for step in range(max(len(line.sides) for line in lines), 0, -1):
        sides = _picked(_named_sides(lines, step), grid)
        if sides and (step == 1 or len(reference.values) == 1):
            joined.append(_joined(reference, sides))
    return tuple(joined)


def _by_place(lines: Sequence[Line], grid: Sequence[set[str]]) -> list[Line]:
    """A line for every name; what is said of one entry twice is a chain of equalities: f_x = 2x; ∂f/∂x = 4."""
    found: dict[tuple[int | None, int], Line] = {}
    for line in (one for listed in lines for one in _one_by_one(listed)):
        for name in line.name.split(", "):
            place = next((k for k, options in enumerate(grid) if name_key(name) in options), None)
            key = place, len(found) if place is None else 0
            before = found[key].sides if key in found else ()
            found[key] = Line(name, (*before, *line.sides))
    return list(found.values())


def _one_by_one(line: Line) -> list[Line]:
    """f_x, f_y = 4, 1 as two lines; f_xy = f_yx = 2 says the same of both."""
    names = line.name.split(", ")
    listed = _lists(line.sides)
    if len(names) == 1 or any(len(values) != len(names) for values in listed):
        return [line]
    pairs = list(zip(line.sides, listed, strict=True))
    return [
        replace(line, name=name, sides=tuple(replace(side, values=(v[k],), typed=(v[k],)) for side, v in pairs))
        for k, name in enumerate(names)
    ]


def _left_over(reference: Reference, lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines that give no entry by its name."""
    known = set().union(*_entry_names(reference, lines))
    return tuple(line for line in lines if not known.intersection(map(name_key, line.name.split(", "))))


def _may_stand_beside(reference: Reference, name: str) -> bool:
    """Whether a name may stand beside all entries: f, u, an adjoint, a partial by an input of some stage.

    J = … beside the partials is the answer itself, and f_z of f(x, y) is a mistake.
    """
    if not name or re.match(r"(?:\|?det)?[JHD](?![a-z])|∇|Hess|Jac", name):
        return False
    _, by = partial_named(name)
    inputs = {name_key(one) for stage in reference.chain.stages for one in stage.inputs}
    return not by or name.endswith("bar") or name_key(by) in inputs


def _named_sides(lines: Sequence[Line], step: int) -> dict[str, Side]:
    """By its name the side of each line that is so many from its end, or its first; none where one is no number."""
    sides = [(name, line.sides[max(0, len(line.sides) - step)]) for line in lines for name in line.name.split(", ")]
    return {name_key(name): side for name, side in sides} if all(len(side.values) == 1 for _, side in sides) else {}


def _picked(by_name: Mapping[str, Side], places: Sequence[set[str]]) -> list[Side]:
    """The side for each place, which may have several names; none where one is missing."""
    found = [options & set(by_name) for options in places]
    if not all(found):
        return []
    return [by_name[next(iter(names))] for names in found]


def _joined(reference: Reference, sides: Sequence[Side]) -> Side:
    """Sides with one value each as the entries of the answer, or as its matrices."""
    text = "; ".join(side.text for side in sides)
    typed, values = tuple(side.typed[0] for side in sides), tuple(side.values[0] for side in sides)
    if len(reference.values) == len(sides) > 1:
        return Side(values, typed, text, sides[0].start)
    rows, columns = reference.shape
    values = tuple(map(_number, sides))
    matrix = Matrix(tuple(values[i * columns : (i + 1) * columns] for i in range(rows)))
    return Side((matrix,), typed, text, sides[0].start)


def _number(side: Side) -> Expr:
    """What an entry is, without brackets around it.  Raises JacocalcError for a list."""
    value = side.values[0]
    if isinstance(value, Matrix) and value.shape != (1, 1):
        raise JacocalcError(f"an entry is one number, and not {side.text}", hint="one value stands behind each name")
    return value.entries[0] if isinstance(value, Matrix) else value


def _entry_titles(reference: Reference) -> list[str]:
    """∂f/∂x, …; f_xx, … of a Hessian; H_1, … of several"""
    question, inputs = reference.question, reference.chain.stages[0].inputs
    labels: Sequence[str] = getattr(question, "solve_for", ()) or reference.chain.stages[-1].labels
    if isinstance(question, HessianOf):
        several = [f"H_{k}" for k, _ in enumerate(labels, 1)]
        return [f"{labels[0]}_{a}{b}" for a in inputs for b in inputs] if len(labels) == 1 else several
    return [f"∂{label}/∂{name}" for label in labels for name in inputs if name not in labels]


def _own_labels(reference: Reference, lines: Sequence[Line], count: int) -> list[str]:
    """z of z_x and z_y, u and v of u_x, …, v_y, h_1 and h_2: names of the student's own, one for each component."""
    names = (name for line in lines for name in line.name.split(", "))
    found = {label for name in names if (label := _label(name, reference.chain.inputs))}
    own = len(found) == count and not set(map(name_key, found)) & _taken(reference)
    return sorted(found, key=lambda label: (len(label), label)) if own else []


def _label(name: str, inputs: Sequence[str]) -> str:
    """z of ∂z/∂x, z_x and ∂_xz, where x is an input; of z' and ż, where it is the only one."""
    if len(inputs) == 1 and name.endswith(("'", "dot")):
        return name.removesuffix("'").removesuffix("dot")
    label, by = partial_named(name)
    return label if by and name_key(by) in map(name_key, inputs) else ""


def _own_letter(reference: Reference, lines: Sequence[Line]) -> set[str]:
    """g of g_xx, g_xy and g_yy, ∂²g/∂x²: a name of the student's own, where the second partials are of one."""
    inputs, places = reference.chain.inputs, range(len(reference.chain.inputs))
    found = set()
    for name in (one for line in lines for one in line.name.split(", ")):
        match = _SECOND_PARTIAL.match(name)
        label = match and (match[1] or match[2])
        if label and any(name_key(name) in _second(label, inputs, i, j) for i in places for j in places):
            found.add(label)
    return found - {"H"} if len(found - {"H"}) == 1 and not set(map(name_key, found)) & _taken(reference) else set()


_SECOND_PARTIAL = re.compile(r"[d∂]\^2(\w+)/|([A-Za-z]\w*?)(?:'')?_")


def partial_named(name: str) -> tuple[str, str]:
    """z and x of ∂z/∂x, z_x and ∂_xz; nothing for another name."""
    match = _PARTIAL.fullmatch(name.replace("'", "", 1))
    if not match:
        return "", ""
    return (match[1], match[2]) if match[2] else (match[3], match[4]) if match[4] else (match[6], match[5])


_PARTIAL = re.compile(r"[d∂](\w+)/[d∂](\w+)|([A-Za-z]\w*?)_([A-Za-z]\w*)|[∂D]_([A-Za-z]+?)([A-Za-z](?:_\d+)?)")


def _entry_names(reference: Reference, lines: Sequence[Line]) -> list[set[str]]:
    """For every entry of the answer the names that it may have."""
    question, stages = reference.question, reference.chain.stages
    inner, outer = stages[0], stages[-1]
    if isinstance(question, HessianOf) and len(reference.values) > 1:
        return [_hessian(k, label) for k, label in enumerate(outer.labels, 1)]
    if isinstance(question, HessianOf):
        places = range(len(inner.inputs))
        letters = (outer.labels[0], *_own_letter(reference, lines))
        turned = is_symmetric(reference) is False
        second = {
            (i, j): set().union(*(_second(letter, inner.inputs, i, j, turned) for letter in letters))
            for i in places for j in places
        }  # fmt: skip
        given = {name_key(name) for line in lines for name in line.name.split(", ")}
        return [second[i, j] if second[i, j] & given else second[j, i] for i in places for j in places]
    rows, columns = reference.shape
    solved = getattr(question, "solve_for", ())
    inputs = [name for name in inner.inputs if name not in solved]
    labels = list(solved) or list(outer.labels)
    if rows * columns == len(inputs) and (len(labels) == 1 or isinstance(question, GraphOf | VectorJacobian)):
        own = _own_labels(reference, lines, 1)
        return [
            _of(labels[0], name, j) | {f"{name_key(name)}bar", f"d{name_key(name)}"}
            | {name_key(f"{labels[0]}_{j}"), name_key(f"∂/∂{name}"), name_key(f"d/d{name}")}
            | {key for label in own for key in _of(label, name, j)}
            for j, name in enumerate(inputs, 1)
        ]  # fmt: skip
    if isinstance(question, DifferentialOf) and (rows, columns) == (len(labels), 1):
        return [{name_key(f"d{label}")} for label in labels]
    if rows != len(labels) or columns != len(inputs):
        return []
    own = _own_labels(reference, lines, rows) or [""] * rows
    return [
        {name_key(f"{letter}_{i}{mark}{j}") for letter in "JjAa" for mark in ("", "_")}.union(
            *(_of(one, name, j, columns == 1) for one in (label, other) if one)
        )
        for i, (label, other) in enumerate(zip(labels, own, strict=True), 1)
        for j, name in enumerate(inputs, 1)
    ]


def _hessian(k: int, label: str) -> set[str]:
    """H_1, H_f1, Hf_1, ∇²f_1, f_1: the matrix of one component"""
    return {name_key(one) for one in (f"H_{k}", f"H_{label}", f"H{label}", f"∇^2{label}", f"Hess{label}", label)}


def _second(label: str, inputs: Sequence[str], i: int, j: int, turned: bool = False) -> set[str]:
    """f_xy, f″_xy, f_12, H_12, ∂²f/∂x∂y; where none is given the entry is that of f_yx, a Hessian being symmetric.

    ``turned``: where it is not, f_xy = (f_x)_y is ∂²f/∂y∂x.
    """
    x, y = inputs[i], inputs[j]
    index, places = (f"{y}{x}", f"{j + 1}{i + 1}") if turned else (f"{x}{y}", f"{i + 1}{j + 1}")
    written = {f"{label}_{index}", f"{label}''_{index}", f"{label}_{places}", f"H_{i + 1}{j + 1}"}
    for d in "∂d":
        written |= {f"{d}^2{label}/{d}{x}{d}{y}"} | ({f"{d}^2{label}/{d}{x}^2"} if i == j else set())
    return {name_key(one) for one in written}


def _of(label: str, name: str, j: int, alone: bool = False) -> set[str]:
    """∂f/∂x, df/dx, f_x, f'_x, ∂_x f, D_1 f: by the input x or its place; f', ḟ where x is alone"""
    written = {f"∂{label}/∂{name}", f"d{label}/d{name}", f"{label}_{name}", f"{label}'_{name}", f"{label}_{name}'"}
    written |= {f"{label}'", f"{label}dot"} if alone else set()
    written |= {f"{sign}_{by}{label}" for sign in "∂D" for by in (name, j)}
    return {name_key(one) for one in written}


# -- rows and matrices --------------------------------------------------------------------------------


def _by_rows(reference: Reference, lines: Sequence[Line]) -> Side | None:
    """a, b ⏎ c, d or ∇f_1 = (a, b); ∇f_2 = (c, d): a row on every line."""
    rows, columns = reference.shape
    gradients = [f"∇{label}" for label in reference.chain.stages[-1].labels]
    unnamed = [line.name for line in lines] != gradients
    sides = [line.sides[0] for line in lines if not (unnamed and line.name) and len(line.sides) == 1]
    if len(sides) != len(lines) or len(lines) != rows or rows < 2 or columns < 2 or len(reference.values) > 1:
        return None
    listed = _lists(sides)
    if not all(side.flat or len(side.values) > 1 for side in sides) or any(len(row) != columns for row in listed):
        return None
    matrix = Matrix(tuple(tuple(row) for row in listed))
    return Side((matrix,), (matrix,), "; ".join(side.text for side in sides), sides[0].start)


def _lists(sides: Sequence[Side]) -> list[Sequence[Expr]]:
    """What each side lists, as a matrix or as several values."""
    return [as_matrix(side.values[0]).entries if len(side.values) == 1 else side.values for side in sides]


def _by_columns(reference: Reference, lines: Sequence[Line]) -> Side | None:
    """F_x = (a, c), F_y = (b, d): the column of each input."""
    rows, columns = reference.shape
    if rows < 2 or len(lines) != columns or len(reference.values) > 1 or any(len(line.sides) != 1 for line in lines):
        return None
    by_name = {name_key(line.name): line.sides[0] for line in lines}
    name = reference.chain.stages[-1].name
    inputs = reference.chain.stages[0].inputs
    if len(inputs) != columns:
        return None
    sides = _picked(by_name, [_of(name, one, j) for j, one in enumerate(inputs, 1)])
    listed = _lists(sides)
    if not sides or any(len(column) != rows for column in listed):
        return None
    matrix = Matrix(tuple(zip(*listed, strict=True)))
    return Side((matrix,), (matrix,), "; ".join(side.text for side in sides), sides[0].start)


def _by_lines(reference: Reference, lines: Sequence[Line]) -> Side | None:
    """2 ⏎ 1: one entry of a vector on every line."""
    sides = [line.sides[0] for line in lines if not line.name and len(line.sides) == 1]
    one = all(len(side.values) == 1 and not isinstance(side.values[0], Matrix) for side in sides)
    rows, columns = reference.shape
    fits = len(sides) == len(lines) == rows * columns > 1 and 1 in (rows, columns) and len(reference.values) == 1
    return _joined(reference, sides) if fits and one else None


def _by_matrices(reference: Reference, lines: Sequence[Line]) -> Side | None:
    """A matrix on every line, one for each component."""
    sides = [line.sides[0] for line in lines if not line.name and len(line.sides) == 1]
    if len(lines) < 2 or len(sides) != len(lines) or len(lines) != len(reference.values):
        return None
    return _joined(reference, sides)
