"""Which of several lines are judged: the answer, and not what leads up to it or is said beside it.

    f(x) = x² ⏎ f′(x) = 2x         what has another name than the answer leads up to it and is not judged
    (2x, 2y), at (1, 2): (2, 4)    numbers behind formulas are values at a point of one's own
    J = [[6, 3], [3, 2]], det J = 3
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from jacocalc.answers.comparison import compare
from jacocalc.answers.entry_names import (
    OF_ENTRIES,
    by_two_inputs,
    keys_of_inputs,
    left_over,
    names_of_functions,
    of_a_stage,
    of_an_entry,
    partial_named,
    partial_names,
    says_result,
    says_whole,
)
from jacocalc.answers.reference import Reference, as_matrix
from jacocalc.evaluate.samples import sampled
from jacocalc.linear import paper
from jacocalc.notation import Call, Expr, Matrix, Sum, name_key, names
from jacocalc.questions import Compose, GradientOf, HessianOf, ImplicitFunction, JacobianOf, VolumeOf
from jacocalc.reading.answer_names import tangent_name
from jacocalc.verdicts import CORRECT, Line, Side, Wanted

_BESIDE = re.compile(
    r"[|‖]+(?:∇|[a-z]\w*'*[|‖])|∇\w*/[|‖]|(?:\|?det|rank|tr)(?![a-z])|\|J|.*''|J.*\^-1$|tangent|normal|linear"
)
_PRIME, _RULE = re.compile(r"[A-Za-z]\w*'"), re.compile(r"[^=]*'[^=]*[-+][^=]*'[^=]*")
_SLOPE = "m"  # of y = m x + b
_OF_ONE_NUMBER = Compose | GradientOf | ImplicitFunction | JacobianOf
_BESIDE_HESSIAN = re.compile(r"D(?:\([^()]*\))?|\|?det(?:H|J|∇\^2)?\w*\|?|tr(?:H|J)?\w*|rankH?")


def set_aside(reference: Reference, lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines that are judged, and what is said beside the result: det J, |∇f|, f″, values at points of one's own."""
    places = [_is_beside(reference, lines, k) for k in range(len(lines))]
    kept = tuple(line for line, beside in zip(lines, places, strict=True) if not beside)
    beside = tuple(line for line, place in zip(lines, places, strict=True) if place)
    lengths = {line.name.strip("|‖") for line in beside} - {line.name for line in beside}
    own = lengths | ({_SLOPE} if reference.shape == (1, 1) else set())
    named = any(not line.name or says_result(line.name) or line.name in own for line in kept)
    return (kept, beside) if named or (kept and tangent_name(lines[-1].name)) else (tuple(lines), ())


def _is_beside(reference: Reference, lines: Sequence[Line], k: int) -> bool:
    """Whether the line at a place says something else than what is asked for."""
    line, last = lines[k], k == len(lines) - 1
    if _is_other_quantity(reference, line.name) or _is_value_of_formula(reference, lines, line):
        return True
    return _is_tangent(reference, lines) if last else _is_equation(reference, line)


def _is_other_quantity(reference: Reference, name: str) -> bool:
    """det J, |∇f|, J⁻¹, f″, f_xy, the derivative in a direction; det H and D beside a Hessian"""
    question = reference.question
    if isinstance(question, OF_ENTRIES) and _directional(reference, name):
        return True
    if isinstance(question, HessianOf):
        return bool(_BESIDE_HESSIAN.fullmatch(name))
    if isinstance(question, OF_ENTRIES) and by_two_inputs(reference, name):
        return True
    return bool(_BESIDE.match(name)) and not isinstance(question, VolumeOf)


def _is_value_of_formula(reference: Reference, lines: Sequence[Line], line: Line) -> bool:
    """∇f(1, 2) = (4, 1) and (4, 1) at (1, 2), beside ∇f = (2xy, x²), where formulas are asked for"""
    if reference.question.at is not None or not line.point:
        return False
    if not line.name:
        formulas = [other for other in lines if not (other.point or _of_numbers(other.sides[-1]))]
        return _of_numbers(line.sides[-1]) and any(not other.name or says_result(other.name) for other in formulas)
    named = any(other.name == line.name and not other.point for other in lines)
    return named or (says_result(line.name) and any(_is_formula(reference, other) for other in lines))


def _is_equation(reference: Reference, line: Line) -> bool:
    """x^2 + y^2 - 25 = 0 before the answer"""
    return isinstance(reference.question, ImplicitFunction) and len(line.sides) > 1 and not line.name


def _is_tangent(reference: Reference, lines: Sequence[Line]) -> bool:
    """y - 4 = -3/4 (x - 3) as the last line, and y = 6x - 9 behind the number 6"""
    *before, last = lines
    if _of_numbers(last.sides[-1]):
        return False
    if not last.name:
        return len(last.sides) > 1 and bool(tangent_name(last.sides[0].text))
    numbers = any(_of_numbers(line.sides[-1]) for line in before)
    return reference.at_point and numbers and not says_result(last.name)


def _is_formula(reference: Reference, line: Line) -> bool:
    """(2x, 2y) before ∇f(1, 2) = (2, 4): no name, as many entries as the answer has, and no numbers alone."""
    count = sum(len(value.entries) for value in reference.values)
    entries = sum(len(as_matrix(value).entries) for value in line.sides[-1].values)
    return not line.name and not line.point and entries == count and not _of_numbers(line.sides[-1])


def _directional(reference: Reference, name: str) -> bool:
    """Whether D_uL is the derivative in a direction, and by none of the inputs."""
    by = partial_named(name)[1]
    return bool(re.match(r"D_[a-z](?!_)", name)) and bool(by) and name_key(by) not in keys_of_inputs(reference)


def _of_numbers(side: Side) -> bool:
    """Whether no letter is left."""
    return not any(map(names, side.values))


# -- what stands behind an answer ---------------------------------------------------------------------


def whole_apart(reference: Reference, lines: Sequence[Line]) -> tuple[Line, ...]:
    """f_x = 2xy, f_y = x², at (1, 2): (4, 1): what stands behind the last line, and is no side of it, as a line."""
    beside = [line for line in lines if _BESIDE.match(line.name) or _BESIDE_HESSIAN.fullmatch(line.name)]
    if lines[-1] in beside and len(beside) < len(lines):
        return (*whole_apart(reference, [line for line in lines if line not in beside]), *beside)
    *before, last = lines
    count = len(reference.values[0].entries) if len(reference.values) == 1 else 0
    if last.name and count and _ends_with_two_matrices(last, count):
        return (*before, *_matrix_apart(reference, last))
    if last.name and count == 1:
        return (*before, *_number_apart(reference, last))
    return (*before, *_list_apart(reference, last, count)) if before else tuple(lines)


def _ends_with_two_matrices(line: Line, count: int) -> bool:
    """J_g = […], […], where the two are not the rows of one."""
    two = line.sides[-1].values
    return len(two) == 2 and all(map(_is_matrix, two)) and sum(len(as_matrix(value).entries) for value in two) != count


def _matrix_apart(reference: Reference, line: Line) -> tuple[Line, ...]:
    """J_f = […], J_g = […], […]: the matrix behind that of a stage is the answer.

    Behind the result itself it is another step, ∇L = (2x, 3), (8, 3), unless it is the unit vector (8, 3)/√73 along it.
    """
    *before, pair = line.sides
    one, other = (replace(pair, values=(value,), typed=(value,)) for value in pair.values)
    first, second = replace(line, sides=(*before, one)), Line("", (other,))
    of_all = len(reference.chain.stages) == 1 or line.name == "J" or "∘" in line.name
    if not of_all or not says_whole(reference, line.name):
        return first, second
    if reference.at_point and _of_numbers(one) and _is_unit_vector(other, one):
        return second, first
    return (replace(line, sides=(*before, one, other)),)


def _list_apart(reference: Reference, line: Line, count: int) -> tuple[Line, ...]:
    """f_y = x² = (4, 1): the list is the answer; where formulas are asked for, the entry at a point of one's own."""
    *sides, last = line.sides
    numbers = bool(sides) and all(len(side.listed) == 1 for side in sides)
    if not of_an_entry(line.name) or not numbers or not 1 < len(last.listed) == count:
        return (line,)
    whole = reference.at_point or any(map(names, last.listed))
    return replace(line, sides=tuple(sides), point=False), Line("" if whole else line.name, (last,), not whole)


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


def _number_apart(reference: Reference, line: Line) -> tuple[Line, ...]:
    """g' = cos u, 2x cos x² and g' = 3, 4·3 = 12: a line with its value, and the number behind it.

    Behind the result itself, f' = 3x², 12, the value at the point is another step of it.
    """
    parts = _split_at_pair(line)
    if len(parts) == 1 or _leads_up(reference, line.name):
        return parts
    before, behind = (part.sides for part in parts)
    inserted = reference.at_point and not _of_numbers(before[-1]) and all(map(_of_numbers, behind))
    return (replace(line, sides=(*before, *behind)) if inserted else line,)


def _split_at_pair(line: Line) -> tuple[Line, ...]:
    """g' = 3, 4·3 = 12: the line up to the first of two numbers, and what is behind; the line where none are."""
    at = next((k for k, side in enumerate(line.sides) if side.flat and len(side.listed) == 2), None)
    if at is None:
        return (line,)
    pair = line.sides[at]
    typed = as_matrix(pair.typed[0]).entries
    written = typed if len(typed) == len(pair.listed) else pair.listed  # (4, 1)·2 is one product
    one, other = (
        Side((value,), (as_typed,), paper(as_typed), pair.start)
        for value, as_typed in zip(pair.listed, written, strict=True)
    )
    return replace(line, sides=(*line.sides[:at], one)), Line("", (other, *line.sides[at + 1 :]))


def _leads_up(reference: Reference, name: str) -> bool:
    """Whether g', u', dy/du, u, f(x) stand for something else than the derivative that is asked for."""
    label, by = partial_named(name)
    of, inputs = reference.chain.stages[-1].labels, set(map(name_key, reference.chain.inputs))
    taken = names_of_functions(reference)
    if name.endswith("'") and name[:-1] in taken - inputs - set(map(name_key, of)):
        return True
    inner = bool(by) and (name_key(by) not in inputs or (label in taken and label not in of))
    return inner or of_a_stage(reference, name) or not (says_result(name) or says_whole(reference, name))


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


# -- the rules for products and quotients -----------------------------------------------------------------


def without_rules(reference: Reference, lines: Sequence[Line]) -> tuple[Line, ...]:
    """f'g + fg' = … has no name: the rule in names says nothing to judge; x + y y' = 0 is an equation."""
    one = reference.shape == (1, 1) and not isinstance(reference.question, ImplicitFunction)
    return tuple(replace(line, name="") if one and _RULE.fullmatch(line.name) else line for line in lines)


def factors_apart(reference: Reference, lines: Sequence[Line]) -> tuple[Line, ...]:
    """(fg)' = … behind f' = 3x², g' = eˣ, which are of factors, and what is before; nothing where f' is last."""
    own, last = f"{reference.chain.stages[-1].name}'", lines[-1]
    factors = [line for line in lines if _PRIME.fullmatch(line.name) and line.name != own]
    named = own in [line.name for line in lines] and last.name != own
    if reference.shape != (1, 1) or isinstance(reference.question, HessianOf) or not (factors and named):
        return ()
    behind = _split_at_pair(last)[1:] if last in factors[:1] else (last,)
    return (*(line for line in lines[:-1] if line.name != own and line not in factors), *behind) if behind else ()


# -- the last chain -----------------------------------------------------------------------------------


def last_chain(reference: Reference, lines: Sequence[Line]) -> tuple[Line, tuple[Line, ...]]:
    """The lines with the name of the last one as one chain of equalities, and those that are not judged.

    What has no name goes on with what has that of the result: f' = 2x ⏎ 6.
    """
    name = lines[-1].name
    start = len(lines) - 1
    while start and lines[start - 1].name == name:
        start -= 1
    own = {name} if name else set() if factors_apart(reference, lines) else _names_of_number(reference)
    kept = [line for line in lines[:start] if name_key(line.name) in own or line.name in own] + [*lines[start:]]
    return Line(name, tuple(side for line in kept for side in line.sides)), tuple(x for x in lines if x not in kept)


def _names_of_number(reference: Reference) -> set[str]:
    """f', df/dx, ∂f/∂x, J, where one number is asked for"""
    inputs = reference.free_inputs
    if reference.shape != (1, 1) or len(inputs) != 1 or not isinstance(reference.question, _OF_ONE_NUMBER):
        return set()
    return partial_names(reference.labels[0], inputs[0], 1, len(reference.chain.stages) == 1) | {"J"}


def whole_last(reference: Reference, lines: Sequence[Line]) -> tuple[Line, ...]:
    """[[6, 3], [3, 2]]; f_xx = 6 and ∇L = (8, 3), L(1, 2) = 7: the whole answer behind what is said after it.

    That are entries, and what has neither the name of the result nor, behind an answer without a name, its shape.
    """
    if len(reference.values) > 1 or not lines[-1].name:
        return tuple(lines)
    others, shape = left_over(reference, lines), reference.shape
    wholes = [line for line in others if as_matrix(line.sides[-1].values[0]).shape in (shape, shape[::-1])]
    named = [x for x in wholes if says_whole(reference, x.name) and (reference.at_point or not x.point)]
    if shape == (1, 1):
        named, wholes = _named_numbers(reference, lines), []
    if lines[-1] in named:
        return tuple(lines)
    entry = lines[-1] not in others
    behind = wholes if entry else named or [line for line in wholes if not (line.name or lines[-1] in wholes)]
    return tuple(sorted(lines, key=behind.__contains__))


def _named_numbers(reference: Reference, lines: Sequence[Line]) -> list[Line]:
    """dy/dx = 6 by its name, and f'; before the value of the function, f(3) = 9, or a list, what says a derivative."""
    others, last = left_over(reference, lines), lines[-1].name.partition("(")[0]
    of = next(iter(getattr(reference.question, "solve_for", ())), reference.chain.stages[-1].name)
    value = (last == of and not isinstance(reference.question, VolumeOf)) or _is_list(lines[-1])
    prime = "''" if isinstance(reference.question, HessianOf) else "'"
    own = [f"{of}{prime}"] if not of_a_stage(reference, f"{of}'") else []
    named = [line for line in lines if line not in others or line.name in own or "∘" in line.name
             or (value and says_result(line.name) and not of_a_stage(reference, line.name))]  # fmt: skip
    return [line for line in named if not _is_list(line)]


def _is_list(line: Line) -> bool:
    """Whether the line ends with several numbers."""
    return len(line.sides[-1].listed) > 1
