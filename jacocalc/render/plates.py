"""Rectangles with a baseline that hold runs of letters and strokes: what a formula is set in, to be drawn as SVG.

Coordinates are pixels, x to the right and y downwards from the baseline.  A *tone* names a colour of the picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TypeAlias

from jacocalc.render.type_widths import text_width


@dataclass(frozen=True)
class Run:
    """Letters of one face that stand on a baseline."""

    x: float
    y: float
    text: str
    size: float
    face: str = "roman"
    tone: str = ""


@dataclass(frozen=True)
class Stroke:
    """A line through points, or (``curved``) through the first and last with the middle one pulling."""

    points: tuple[tuple[float, float], ...]
    width: float
    curved: bool = False
    tone: str = ""


Mark: TypeAlias = Run | Stroke


@dataclass(frozen=True)
class Plate:
    """Marks in a rectangle: ``ascent`` above the baseline and ``descent`` below it."""

    width: float
    ascent: float
    descent: float
    marks: tuple[Mark, ...] = ()

    @property
    def height(self) -> float:
        """From the top to the bottom."""
        return self.ascent + self.descent


def run(text: str, size: float, face: str = "roman") -> Plate:
    """Letters as a plate; spaces at their ends take room and leave no mark."""
    width = text_width(text, size, face)
    shown = text.strip(" ")
    start = text_width(text[: len(text) - len(text.lstrip(" "))], size, face)
    marks = (Run(start, 0, shown, size, face),) if shown else ()
    return Plate(width, 0.72 * size, 0.24 * size, marks)


def gap(width: float) -> Plate:
    """Nothing, so wide."""
    return Plate(width, 0, 0)


def moved(marks: Iterable[Mark], dx: float, dy: float) -> tuple[Mark, ...]:
    """The marks at another place."""
    return tuple(
        replace(m, x=m.x + dx, y=m.y + dy)
        if isinstance(m, Run)
        else replace(m, points=tuple((x + dx, y + dy) for x, y in m.points))
        for m in marks
    )


def toned(plate: Plate, tone: str) -> Plate:
    """The plate in a colour; parts that have one keep it."""
    return replace(plate, marks=tuple(mark if mark.tone else replace(mark, tone=tone) for mark in plate.marks))


def beside(*plates: Plate) -> Plate:
    """Plates in a row on one baseline."""
    marks: tuple[Mark, ...] = ()
    x = 0.0
    for plate in plates:
        marks += moved(plate.marks, x, 0)
        x += plate.width
    return Plate(x, max((p.ascent for p in plates), default=0), max((p.descent for p in plates), default=0), marks)


def joined(plates: Sequence[Plate], between: Plate) -> Plate:
    """Plates in a row with something between them."""
    return beside(*(part for i, plate in enumerate(plates) for part in ((between, plate) if i else (plate,))))


def lifted(plate: Plate, up: float) -> Plate:
    """The plate, raised above the baseline (or lowered below it)."""
    return Plate(plate.width, plate.ascent + up, plate.descent - up, moved(plate.marks, 0, -up))


def raised(base: Plate, exponent: Plate, size: float) -> Plate:
    """An exponent at the upper right."""
    return beside(base, gap(0.05 * size), lifted(exponent, max(0.36 * size, base.ascent - 0.42 * size)))


def lowered(base: Plate, index: Plate, size: float) -> Plate:
    """An index at the lower right."""
    return beside(base, lifted(index, -max(0.2 * size, base.descent - 0.05 * size)))


def fraction(over: Plate, under: Plate, size: float) -> Plate:
    """One above the other, with a bar at the height of a minus sign."""
    width, axis, thick = max(over.width, under.width) + 0.24 * size, 0.25 * size, 0.05 * size
    up, down = axis + 0.12 * size + over.descent, -axis + 0.12 * size + under.ascent
    bar = Stroke(((0.06 * size, -axis), (width - 0.06 * size, -axis)), thick)
    marks = (
        *moved(over.marks, (width - over.width) / 2, -up), bar, *moved(under.marks, (width - under.width) / 2, down),
    )  # fmt: skip
    return Plate(width, up + over.ascent, down + under.descent, marks)


def fenced(body: Plate, size: float, kind: str = "(") -> Plate:
    """Brackets of the height of what they hold: round, square, or bars; letters where that is a line of text."""
    if kind == "(" and body.ascent < 0.95 * size and body.descent < 0.5 * size:
        return beside(run("(", size), gap(0.02 * size), body, gap(0.04 * size), run(")", size))
    side = (0.34 if kind == "(" else 0.26) * size
    top, bottom = -body.ascent - 0.06 * size, body.descent + 0.04 * size
    left = _fence(kind, 0.9 * side, 0.3 * side, top, bottom, size)
    right = _fence(kind, 0.1 * side, 0.7 * side, top, bottom, size)
    marks = (left, *moved(body.marks, side, 0), *moved((right,), side + body.width, 0))
    return Plate(2 * side + body.width, -top, bottom, marks)


def _fence(kind: str, tip: float, back: float, top: float, bottom: float, size: float) -> Stroke:
    """One bracket: its tips at ``tip``, its back at ``back``."""
    thick = 0.06 * size
    if kind == "[":
        return Stroke(((tip, top), (back, top), (back, bottom), (tip, bottom)), thick)
    if kind == "|":
        return Stroke(((back, top), (back, bottom)), thick)
    pulled = 2 * back - tip
    return Stroke(((tip, top), (pulled, (top + bottom) / 2), (tip, bottom)), thick, curved=True)


def rooted(body: Plate, size: float, index: Plate | None = None) -> Plate:
    """A root sign over the body, with the index of the root."""
    top, start = -body.ascent - 0.1 * size, 0.55 * size + (max(0.0, index.width - 0.12 * size) if index else 0)
    foot = start - 0.32 * size
    hook = Stroke(
        ((foot - 0.22 * size, -0.2 * size), (foot - 0.1 * size, -0.28 * size), (foot, body.descent),
         (start - 0.08 * size, top), (start + body.width + 0.06 * size, top)), 0.055 * size,
    )  # fmt: skip
    marks: tuple[Mark, ...] = (hook, *moved(body.marks, start, 0))
    if index:
        marks += moved(index.marks, foot - 0.1 * size - index.width, -0.42 * size)
    return Plate(start + body.width + 0.1 * size, -top + 0.05 * size, body.descent + 0.04 * size, marks)


@dataclass(frozen=True)
class Table:
    """Cells in rows and columns: where columns and rows begin and end, and each cell at its place."""

    columns: tuple[tuple[float, float], ...]
    rows: tuple[tuple[float, float], ...]
    cells: tuple[tuple[tuple[float, float, Plate], ...], ...]

    @property
    def width(self) -> float:
        """The width without brackets."""
        return self.columns[-1][1]

    @property
    def height(self) -> float:
        """The height without brackets."""
        return self.rows[-1][1]


def table(cells: Sequence[Sequence[Plate]], size: float) -> Table:
    """Cells centred in their columns, on a common baseline in each row; y is 0 at the top."""
    columns: list[tuple[float, float]] = []
    x = 0.0
    for place in range(len(cells[0])):
        width = max(row[place].width for row in cells) + 0.9 * size
        columns.append((x, x + width))
        x += width
    rows, placed, y = [], [], 0.0
    for row in cells:
        ascent = max(0.72 * size, *(cell.ascent for cell in row))
        descent = max(0.24 * size, *(cell.descent for cell in row))
        baseline, height = y + 0.22 * size + ascent, ascent + descent + 0.44 * size
        placed.append(tuple(
            ((a + b - cell.width) / 2, baseline, cell) for (a, b), cell in zip(columns, row, strict=True)
        ))  # fmt: skip
        rows.append((y, y + height))
        y += height
    return Table(tuple(columns), tuple(rows), tuple(placed))


def matrix(cells: Sequence[Sequence[Plate]], size: float) -> Plate:
    """A table in square brackets, centred on the height of a minus sign."""
    laid = table(cells, size)
    up = laid.height / 2 + 0.25 * size
    marks = [mark for row in laid.cells for x, y, cell in row for mark in moved(cell.marks, x, y - up)]
    return fenced(Plate(laid.width, up, laid.height - up, tuple(marks)), size, "[")


def square_brackets(laid: Table, size: float) -> tuple[Plate, float]:
    """The brackets around a table whose top is at 0, and how far its cells stand to the right."""
    return fenced(Plate(laid.width, 0, laid.height), size, "["), 0.26 * size


# -- SVG ----------------------------------------------------------------------------------------------


def number(value: float) -> str:
    """Pixels, to a tenth."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def drawn(plate: Plate, x: float, y: float, tone: str = "") -> str:
    """The plate as SVG, its baseline beginning at (x, y)."""
    return "".join(map(_mark, moved(toned(plate, tone).marks, x, y)))


def _mark(mark: Mark) -> str:
    if isinstance(mark, Stroke):
        return _stroke(mark)
    kinds = " ".join(kind for kind in ({"italic": "i", "bold": "b"}.get(mark.face, ""), mark.tone) if kind)
    said = f' class="{kinds}"' if kinds else ""
    fit = ""
    if len(mark.text) > 1 or not mark.text.isascii():
        fit = f' textLength="{number(text_width(mark.text, mark.size, mark.face))}" lengthAdjust="spacingAndGlyphs"'
    place = f'x="{number(mark.x)}" y="{number(mark.y)}" font-size="{number(mark.size)}"'
    return f"<text {place}{fit}{said}>{escape(mark.text)}</text>"


def _stroke(mark: Stroke) -> str:
    places = [f"{number(x)} {number(y)}" for x, y in mark.points]
    path = f"M{places[0]}Q{places[1]} {places[2]}" if mark.curved else f"M{places[0]}L{' '.join(places[1:])}"
    kinds = f"l {mark.tone}" if mark.tone else "l"
    return f'<path d="{path}" stroke-width="{number(max(mark.width, 1))}" class="{kinds}"/>'
