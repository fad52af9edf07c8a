"""Several lines → one side: entries one by one, rows or matrices on lines of their own.

    ∂f/∂x = 2x; ∂f/∂y = 2y        f_xx = …, f_xy = …, …        H_1 = …; H_2 = …        a, b ⏎ c, d
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from jacocalc.answers.entry_names import (
    OF_ENTRIES,
    entry_names,
    entry_titles,
    keys_of_inputs,
    left_over,
    of_an_entry,
    partial_named,
    partial_names,
    row_named,
    says_whole,
)
from jacocalc.answers.reference import Reference, as_matrix
from jacocalc.errors import JacocalcError
from jacocalc.linear import paper
from jacocalc.notation import Expr, Matrix, Negative, name_key
from jacocalc.verdicts import Line, Side


def assembled(reference: Reference, lines: Sequence[Line]) -> tuple[tuple[Side, ...], tuple[Line, ...]]:
    """One side from several lines, or a chain of sides; none where they are no entries, rows, … of the answer.

    And the lines beside the entries that are not judged.
    """
    found = by_entries(reference, lines)
    if found:
        return found, left_over(reference, lines)
    ways = (_by_rows, _by_columns, _by_matrices, _by_lines)
    return next(((side,) for way in ways if (side := way(reference, lines)) is not None), ()), ()


def incomplete(reference: Reference, lines: Sequence[Line]) -> tuple[list[Side | None], list[str]] | None:
    """The entries or Hessians by name, None for each that is not given, and the names of those; None else."""
    grid = entry_names(reference, lines)
    by_name = _named_sides(_by_place(lines, grid), 1)
    if not by_name or set(by_name) - set().union(*grid) or not all(of_an_entry(line.name) for line in lines):
        return None
    given = [next((by_name[name] for name in options if name in by_name), None) for options in grid]
    if len(reference.values) == 1:
        given = [side and replace(side, values=(_number(side),)) for side in given]
    elif any(side and as_matrix(side.values[0]).shape != reference.shape for side in given):
        return None
    titles = entry_titles(reference)
    missing = dict.fromkeys(title for side, title in zip(given, titles, strict=True) if side is None)
    return (given, list(missing)) if missing and len(titles) == len(given) else None


def partials_before(reference: Reference, lines: Sequence[Line]) -> tuple[tuple[Side, ...], tuple[Line, ...]]:
    """f_x = 2xy, f_y = x^2 before ∇f = …: the sides with which the chain begins, and the lines that are no entries.

    An entry that is not given stands there as it is.  Where stages share the name of an input, f_x is of either.
    """
    inputs = [name for stage in reference.chain.stages for name in stage.inputs]
    others = left_over(reference, lines)
    given = [line for line in lines if line not in others and (reference.at_point or not line.point)]
    one = isinstance(reference.question, OF_ENTRIES) and len(reference.values) == 1
    if not (one and given and len(set(inputs)) == len(inputs)):
        return (), tuple(lines)
    try:
        some = incomplete(reference, given)
        sides = (_joined(reference, _filled(reference, some[0])),) if some else by_entries(reference, given)
    except JacocalcError:
        sides = ()
    return sides, tuple(line for line in lines if line not in given or not sides)


def _filled(reference: Reference, sides: Sequence[Side | None]) -> list[Side]:
    """The right entry where none is given."""
    right = reference.values[0].entries
    return [side or Side((entry,), (entry,), paper(entry), 0) for side, entry in zip(sides, right, strict=True)]


# -- entries ------------------------------------------------------------------------------------------


def by_entries(reference: Reference, lines: Sequence[Line]) -> tuple[Side, ...]:
    """Every entry by its name; where a line is a chain of equalities, so is the whole."""
    if sum(len(line.names) for line in lines) < 2:
        return ()
    grid, joined = entry_names(reference, lines), []
    left = left_over(reference, lines)
    if len(left) == len(lines) or not all(_may_stand_beside(reference, line) for line in left):
        return ()
    lines = _by_place([line for line in lines if line not in left], grid)
    for step in range(max(len(line.sides) for line in lines), 0, -1):
        sides = _picked(_named_sides(lines, step), grid)
        if sides and (step == 1 or len(reference.values) == 1):
            joined.append(_joined(reference, sides))
    return tuple(joined)


def _by_place(lines: Sequence[Line], grid: Sequence[set[str]]) -> list[Line]:
    """A line for every name; what is said of one entry twice is a chain of equalities: f_x = 2x; ∂f/∂x = 4."""
    found: dict[tuple[int | None, int], Line] = {}
    for line in (one for listed in lines for one in _one_by_one(listed)):
        for name in line.names:
            place = next((k for k, options in enumerate(grid) if name_key(name) in options), None)
            key = place, len(found) if place is None else 0
            before = found[key].sides if key in found else ()
            found[key] = Line(name, (*before, *line.sides))
    return list(found.values())


def _one_by_one(line: Line) -> list[Line]:
    """f_x, f_y = 4, 1 as two lines; f_xy = f_yx = 2 says the same of both, u_y = -v_x = 2 the opposite."""
    if any(name.startswith("-") for name in line.names):
        return [_with_sign(line, name) for name in line.names]
    if len(line.names) == 1 or any(len(side.listed) != len(line.names) for side in line.sides):
        return [line]

    def sides(k: int) -> tuple[Side, ...]:
        return tuple(replace(side, values=(side.listed[k],), typed=(side.listed[k],)) for side in line.sides)

    return [replace(line, name=name, sides=sides(k)) for k, name in enumerate(line.names)]


def _with_sign(line: Line, name: str) -> Line:
    """v_x = -2 for -v_x = 2"""
    if not name.startswith("-"):
        return replace(line, name=name)
    sides = tuple(
        replace(side, values=tuple(Negative(v) if not isinstance(v, Matrix) else v.map(Negative) for v in side.values))
        for side in line.sides
    )
    return replace(line, name=name[1:], sides=sides)


def _may_stand_beside(reference: Reference, line: Line) -> bool:
    """Whether a line may stand beside all entries: r² = x² + y², f, u, an adjoint, a partial by an input of some stage.

    J = … beside the partials is the answer itself, and f_z of f(x, y) is a mistake.
    """
    name = line.name
    if not name:
        return len(line.sides) > 1 and not any(isinstance(v, Matrix) for side in line.sides for v in side.values)
    if re.match(r"\|?(?:det)?[JHD](?![a-z])|∇|Hess|Jac", name):
        return False
    _, by = partial_named(name)
    return not by or name.endswith("bar") or name_key(by) in keys_of_inputs(reference)


def _named_sides(lines: Sequence[Line], step: int) -> dict[str, Side]:
    """By its name the side of each line that is so many from its end, or its first; none where one is no number."""
    sides = [(name, line.sides[max(0, len(line.sides) - step)]) for line in lines for name in line.names]
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


# -- rows and matrices --------------------------------------------------------------------------------


def bare_sides(lines: Sequence[Line]) -> list[Side]:
    """The sides of lines of one side without a name; none where a line is another."""
    bare = all(not line.name and len(line.sides) == 1 for line in lines)
    return [line.sides[0] for line in lines] if bare else []


def rows_joined(reference: Reference, lines: Sequence[Line]) -> tuple[Line, ...]:
    """J = a, b ⏎ c, d: the rows of one matrix, the first of them behind its name or without one, as one line."""
    found, place = [], 0
    while place < len(lines):
        rows = _shape_named(reference, lines[place].name)[0]
        joined = _matrix_of_rows(reference, lines[place : place + rows], len(lines) == rows)
        found.append(joined or lines[place])
        place += rows if joined else 1
    return tuple(found)


def _matrix_of_rows(reference: Reference, lines: Sequence[Line], alone: bool) -> Line | None:
    """J = [[a, b], [c, d]] of J = a, b and c, d, whatever the name where they stand alone; None of other lines."""
    first, *others = lines
    rows, columns = _shape_named(reference, first.name)
    sides = [first.sides[-1], *bare_sides(others)]
    whole = alone or says_whole(reference, first.name) if first.name else len(first.sides) == 1
    if not whole or 1 in (rows, columns) or len(sides) != rows or not all(map(_is_row(columns), sides)):
        return None
    return replace(first, sides=(*first.sides[:-1], _as_side(Matrix(tuple(side.listed for side in sides)), sides)))


def _shape_named(reference: Reference, name: str) -> tuple[int, int]:
    """The shape of J_f, of one of several stages, and of the answer for another name."""
    stages = reference.chain.stages
    own = [stage for stage in stages if name_key(f"J_{stage.name}") == name_key(name)] if len(stages) > 1 else []
    return (len(own[0].labels), len(own[0].inputs)) if own else reference.shape


def _is_row(columns: int) -> Callable[[Side], bool]:
    """Whether a side is a flat list of so many entries."""
    return lambda side: (side.flat or len(side.values) > 1) and len(side.listed) == columns


def _by_rows(reference: Reference, lines: Sequence[Line]) -> Side | None:
    """a, b ⏎ c, d or ∇f_1 = (a, b); ∇f_2 = (c, d): a row on every line."""
    rows, columns = reference.shape
    places = [row_named(reference, line.name) for line in lines]
    if sorted(places) == list(range(1, rows + 1)):
        lines = [replace(lines[places.index(k)], name="") for k in sorted(places)]
    sides = bare_sides(lines)
    if len(sides) != rows or rows < 2 or columns < 2 or len(reference.values) > 1:
        return None
    if not all(map(_is_row(columns), sides)):
        return None
    return _as_side(Matrix(tuple(side.listed for side in sides)), sides)


def _by_columns(reference: Reference, lines: Sequence[Line]) -> Side | None:
    """F_x = (a, c), F_y = (b, d): the column of each input."""
    rows, columns = reference.shape
    inputs, name = reference.chain.stages[0].inputs, reference.chain.stages[-1].name
    if rows < 2 or not len(lines) == columns == len(inputs) or len(reference.values) > 1:
        return None
    if any(len(line.sides) != 1 for line in lines):
        return None
    by_name = {name_key(line.name): line.sides[0] for line in lines}
    sides = _picked(by_name, [partial_names(name, one, j) for j, one in enumerate(inputs, 1)])
    if not sides or any(len(side.listed) != rows for side in sides):
        return None
    return _as_side(Matrix(tuple(zip(*(side.listed for side in sides), strict=True))), sides)


def _as_side(matrix: Matrix, sides: Sequence[Side]) -> Side:
    """A matrix that is made of what stands on these sides."""
    return Side((matrix,), (matrix,), "; ".join(side.text for side in sides), sides[0].start)


def _by_lines(reference: Reference, lines: Sequence[Line]) -> Side | None:
    """2 ⏎ 1: one entry of a vector on every line."""
    sides = bare_sides(lines)
    one = all(len(side.values) == 1 and not isinstance(side.values[0], Matrix) for side in sides)
    rows, columns = reference.shape
    fits = len(sides) == rows * columns > 1 and 1 in (rows, columns) and len(reference.values) == 1
    return _joined(reference, sides) if fits and one else None


def _by_matrices(reference: Reference, lines: Sequence[Line]) -> Side | None:
    """A matrix on every line, one for each component."""
    sides = bare_sides(lines)
    return _joined(reference, sides) if len(sides) == len(reference.values) > 1 else None
