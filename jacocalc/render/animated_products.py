"""A product of matrices, entry by entry: row and column light up, a sum is written, its value takes its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jacocalc.document import Grid
from jacocalc.frames import EntryFrame, ProductScene
from jacocalc.layers import Box
from jacocalc.render.plate_formulas import formula, product, sentence
from jacocalc.render.plates import Plate, Table, beside, drawn, gap, joined, run, square_brackets, table, toned
from jacocalc.render.sprites import FADE, LEADING, Laid, Place, Sprite, lines_of, rectangle, stacked_height

_SIZE, _SMALL, _INSET = 22.0, 16.0, 14.0
_MATRICES, _INTRODUCED, _CONCLUDED = 0.6, 2.0, 1.2  # seconds until the matrices, until the first entry, after the last
_VALUED, _LEAVES, _FLIGHT = 0.36, 0.58, 0.24  # of an entry's time: its value is written, leaves, is under way


def product_width(scene: ProductScene) -> float:
    """The least width that the scene takes."""
    working = max(part.width for frame in scene.frames for part in _parts(frame))
    equation = sum(square_brackets(laid, _SIZE)[0].width for laid in _tables(scene))
    return max(_sides(scene).width, equation + sum(_sign(sign).width for sign in "=·="), working + 2 * _INSET)


def lay_product(scene: ProductScene, place: Place, each: float) -> Laid:
    """The scene in its place; every entry takes ``each`` seconds."""
    heading, sides = toned(sentence(scene.heading, _SMALL), "dim"), _sides(scene)
    y = place.y + heading.height + 10 + sides.ascent
    shown = [Sprite(drawn(heading, place.x, place.y + heading.ascent), place.begins)]
    shown.append(_placed(sides, place.x, y, place.begins))
    y += sides.descent + 14
    factors, signs = _factors(scene, place.x, y)
    y += max(factor.laid.height for factor in factors) + 18
    forming = _Forming(scene, factors, _strip(scene, place, y), place.begins, each)
    numbers = signs + "".join(map(_filled, factors[:2]))
    shown += forming.lights()
    shown.append(Sprite(numbers, place.begins + _MATRICES, box=_around(factors)))
    shown += [*forming.words(), *forming.sums(), *forming.values()]
    return Laid(tuple(shown), y + forming.strip.height - place.y, forming.ends + _CONCLUDED)


def _placed(plate: Plate, x: float, y: float, comes: float) -> Sprite:
    return Sprite(drawn(plate, x, y), comes, box=Box(x, y - plate.ascent, plate.width, plate.height))


# -- the equation -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Factor:
    """A matrix at its place in the picture."""

    laid: Table
    x: float
    y: float

    def row(self, i: int) -> Box:
        top, bottom = self.laid.rows[i]
        return Box(self.x, self.y + top, self.laid.width, bottom - top)

    def column(self, j: int) -> Box:
        left, right = self.laid.columns[j]
        return Box(self.x + left, self.y, right - left, self.laid.height)

    def cell(self, i: int, j: int) -> Box:
        row, column = self.row(i), self.column(j)
        return Box(column.x, row.y, column.width, row.height)


def _sides(scene: ProductScene) -> Plate:
    """J_{g∘f}(1, 2) = J_g(3, 4) · J_f(1, 2)"""
    return joined([formula(side, _SIZE) for side in scene.sides], run(" = ", _SIZE))


def _tables(scene: ProductScene) -> list[Table]:
    return [_table(factor) for factor in (scene.left, scene.right, scene.result)]


def _table(factor: Grid) -> Table:
    return table([[formula(cell, _SIZE) for cell in row] for row in factor.rows], _SIZE)


def _sign(text: str) -> Plate:
    return beside(gap(0.3 * _SIZE), run(text, _SIZE), gap(0.3 * _SIZE))


def _factors(scene: ProductScene, x: float, y: float) -> tuple[list[_Factor], str]:
    """= left · right = result: the three matrices at their places, and the signs and brackets."""
    tables = _tables(scene)
    middle = y + max(laid.height for laid in tables) / 2
    factors, body = [], ""
    for sign, laid in zip("=·=", tables, strict=True):
        plate = _sign(sign)
        body += drawn(plate, x, middle + 0.25 * _SIZE)
        x += plate.width
        fence, inset = square_brackets(laid, _SIZE)
        top = middle - laid.height / 2
        body += drawn(fence, x, top)
        factors.append(_Factor(laid, x + inset, top))
        x += fence.width
    return factors, body


def _filled(factor: _Factor) -> str:
    """The entries of a matrix."""
    return "".join(drawn(plate, factor.x + x, factor.y + y) for row in factor.laid.cells for x, y, plate in row)


def _around(factors: list[_Factor]) -> Box:
    """The place of the whole equation."""
    first, last = factors[0], factors[-1]
    top = min(factor.y for factor in factors)
    highest = max(factor.laid.height for factor in factors)
    return Box(first.x, top, last.x + last.laid.width - first.x, highest)


# -- the sums -----------------------------------------------------------------------------------------


def _parts(frame: EntryFrame) -> list[Plate]:
    """row 1 times column 2:  |  1·1  |  + 1·2  |  = 3"""
    row = toned(run(f"row {frame.row + 1}", _SMALL), "row")
    column = toned(run(f"column {frame.column + 1}", _SMALL), "column")
    parts = [beside(row, run(" times ", _SMALL), column, run(":", _SMALL), gap(12))]
    for k, factors in enumerate(frame.terms):
        term = product(factors, True, _SIZE, ("row", "column"))
        parts.append(beside(run(" + " if k else "", _SIZE), term))
    return parts + [beside(run(" = ", _SIZE), toned(formula(one, _SIZE), "entry")) for one in frame.sides[1:]]


def _strip(scene: ProductScene, place: Place, y: float) -> Box:
    """The place where sums are written, high enough for the longest of them."""
    heights = [stacked_height(lines_of(_parts(frame), place.width - 2 * _INSET)) for frame in scene.frames]
    return Box(place.x, y, place.width, max(heights) + 16)


@dataclass(frozen=True)
class _Forming:
    """The entries one after the other, from the moment ``since`` on."""

    scene: ProductScene
    factors: list[_Factor]
    strip: Box
    since: float
    each: float

    def begins(self, place: int) -> float:
        """When an entry's time begins."""
        return self.since + _INTRODUCED + place * self.each

    @property
    def ends(self) -> float:
        """When the last entry is in its place."""
        return self.begins(len(self.scene.frames))

    def lights(self) -> Iterator[Sprite]:
        """Row, column and entry light up."""
        left, right, result = self.factors
        columns = len(self.scene.result.rows[0])
        for place, frame in enumerate(self.scene.frames):
            begins, i, j = self.begins(place), frame.row, frame.column
            if j == 0:
                yield Sprite(rectangle(left.row(i), "row-light"), begins, begins + columns * self.each - FADE)
            both = rectangle(right.column(j), "column-light") + rectangle(result.cell(i, j), "entry-light")
            yield Sprite(both, begins, begins + self.each - FADE, frame=f"entry {i + 1} {j + 1}")

    def words(self) -> Iterator[Sprite]:
        """The strip, and in it before and after all entries: the shapes fit."""
        yield Sprite(rectangle(self.strip, "strip", 8), self.since)
        left, right = self.scene.shapes.sides
        said = toned(sentence((left, " = ", right, "   the shapes fit"), _SMALL), "dim")
        x, y = self.strip.x + _INSET, self.strip.y + self.strip.height / 2 + 0.25 * _SMALL
        yield Sprite(drawn(said, x, y), self.since + _MATRICES, self.begins(0) - FADE)
        yield _placed(said, x, y, self.ends)

    def sums(self) -> Iterator[Sprite]:
        """The sum of products is written, a little later its value."""
        for place, frame in enumerate(self.scene.frames):
            begins, ends = self.begins(place), self.begins(place + 1) - FADE
            *terms, value = self._written(frame)
            if len(frame.sides) == 1:
                terms.append(value)
            else:
                yield Sprite(drawn(*value), begins + _VALUED * self.each, ends)
            yield Sprite("".join(drawn(*term) for term in terms), begins, ends)

    def values(self) -> Iterator[Sprite]:
        """The value of each entry goes to its place, which was empty until then."""
        result = self.factors[2]
        for place, frame in enumerate(self.scene.frames):
            x, y, plate = result.laid.cells[frame.row][frame.column]
            x, y = x + result.x, y + result.y
            last, from_x, from_y = self._written(frame)[-1]
            flies = (from_x + last.width - plate.width - x, from_y - y)
            leaves, lasting = self.begins(place) + _LEAVES * self.each, _FLIGHT * self.each
            hole = _hole(result.cell(frame.row, frame.column))
            yield Sprite(hole, self.since + _MATRICES, leaves + lasting - FADE)
            box = Box(x, y - plate.ascent, plate.width, plate.height)
            name = f"value {frame.row + 1} {frame.column + 1}"
            yield Sprite(drawn(plate, x, y), leaves, None, flies, lasting=lasting, box=box, frame=name)

    def _written(self, frame: EntryFrame) -> list[tuple[Plate, float, float]]:
        """The parts of the sum and where they stand in the strip, in as many lines as it takes."""
        lines = lines_of(_parts(frame), self.strip.width - 2 * _INSET)
        y = self.strip.y + (self.strip.height - stacked_height(lines)) / 2
        found = []
        for line in lines:
            whole, x = beside(*line), self.strip.x + _INSET
            for part in line:
                found.append((part, x, y + whole.ascent))
                x += part.width
            y += whole.height + LEADING
        return found


def _hole(cell: Box) -> str:
    """An empty place."""
    side = 0.7 * _SIZE
    x, y = cell.x + (cell.width - side) / 2, cell.y + (cell.height - side) / 2
    return rectangle(Box(x, y, side, side), "hole", 4)
