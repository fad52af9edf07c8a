"""Document → lines of text; the terminal shows the same lines in colour.

Each line carries the role of its block (title, heading, key, formula, working, prose, source) and the marks of what
has a role of its own in it; that is all that the terminal needs to choose its styles.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from textwrap import wrap

from jacocalc import document
from jacocalc.document import Block, Document, Section, Text, as_tree
from jacocalc.linear import ASCII, PAPER
from jacocalc.render.boxes import (
    Box,
    Drawing,
    Mark,
    beside,
    broken,
    equation,
    lines_box,
    padded,
    paragraph,
    stack,
    text_box,
    width_of,
)
from jacocalc.render.inline import inline, prose

_INDENT = "  "


@dataclass(frozen=True)
class Row:
    """A line of the page, its role, and what is marked in it."""

    text: str
    role: str = "prose"
    marks: tuple[Mark, ...] = ()


def to_text(page: Document, width: int = 80, unicode: bool = True) -> str:
    """The page as plain text: matrices drawn, fractions on one line."""
    return "\n".join(row.text for row in rows(page, width, unicode, stacked=False)) + "\n"


def rows(page: Document, width: int, unicode: bool = True, stacked: bool = True) -> list[Row]:
    """The lines of the page with their roles."""
    manner = PAPER if unicode else ASCII
    drawing = Drawing(manner, stacked, max(width, 30) - len(_INDENT))
    result = [Row(line, "source") for source in page.sources for line in _wrapped((source,), drawing, width)]
    result += [Row("")] if result else []
    result += [Row(line, "title") for line in _wrapped(page.title, drawing, width)]
    for section in page.sections:
        result += _section(section, drawing)
    return [replace(row, text=row.text.rstrip()) for row in result]


def _wrapped(text: Text, drawing: Drawing, width: int) -> list[str]:
    return wrap(prose(text, drawing.manner), width, break_on_hyphens=False) or [""]


def _section(section: Section, drawing: Drawing) -> list[Row]:
    role = "key" if section.key else "heading"
    width = drawing.width + len(_INDENT)
    result = [Row(""), *(Row(line, role) for line in _wrapped(section.heading, drawing, width))]
    above: tuple[Block, Box] | None = None
    for block in section.blocks:
        box = _block(block, drawing)
        if above is not None and (_is_tall(*above) or _is_tall(block, box)):
            result.append(Row(""))
        role = _ROLES[type(block)]
        result += _rows(box, "key" if section.key and role == "formula" else role)
        above = block, box
    return result


def _is_tall(block: Block, box: Box) -> bool:
    return isinstance(block, document.Equation) and box.height > 1


def _rows(box: Box, role: str) -> list[Row]:
    """The lines of a block, indented."""
    marks: list[list[Mark]] = [[] for _ in box.lines]
    for mark in box.marks:
        marks[mark.line].append(mark.moved(0, len(_INDENT)))
    return [Row(_INDENT + line, role, tuple(own)) for line, own in zip(box.lines, marks, strict=True)]


_ROLES = {
    document.Prose: "prose",
    document.Equation: "formula",
    document.Line: "working",
    document.Branches: "working",
    document.Table: "working",
    document.Sparkline: "working",
    document.Network: "working",
    document.Figure: "prose",
}


def _block(block: Block, drawing: Drawing) -> Box:
    match block:
        case document.Prose(text) | document.Figure(_, text):
            return paragraph(prose(text, drawing.manner), drawing.width)
        case document.Equation():
            return _with_remark(equation(block, drawing), block, drawing)
        case document.Line():
            return lines_box(_line(block, drawing))
        case document.Branches():
            return lines_box(_branches(block, drawing))
        case document.Table():
            return lines_box(_table(block, drawing))
        case document.Network():
            return lines_box(_branches(as_tree(block), drawing))
        case document.Sparkline(levels, caption):
            bars = block.bars if drawing.manner.unicode else "".join(map(str, levels))
            return paragraph(f"{bars}  {prose(caption, drawing.manner)}", drawing.width)
    raise TypeError(f"no text for {type(block).__name__}")


def _table(block: document.Table, drawing: Drawing) -> list[str]:
    """Columns as wide as they need; else the last one is broken, or the cells of a row stand below each other."""
    grid = [[prose(cell, drawing.manner) for cell in line] for line in (block.headings, *block.rows)]
    widths = [max(width_of(line[j]) for line in grid) for j in range(len(grid[0]))]
    room = drawing.width - sum(widths[:-1]) - 2 * (len(widths) - 1)
    if widths[-1] > room and room < _NARROWEST:
        return _cells(grid, drawing)
    widths[-1] = min(widths[-1], room)
    head, *rows = (_row(row, widths) for row in grid)
    rule = ("─" if drawing.manner.unicode else "-") * (sum(widths) + 2 * (len(widths) - 1))
    return [*head, rule, *(line for row in rows for line in row)]


_NARROWEST = 24


def _row(cells: list[str], widths: list[int]) -> list[str]:
    """The line of a row, and what is left of its last cell below that."""
    first, *rest = wrap(cells[-1], widths[-1], break_on_hyphens=False) or [""]
    parts = [padded(cell, width) for cell, width in zip([*cells[:-1], first], widths, strict=True)]
    indent = " " * (sum(widths[:-1]) + 2 * (len(widths) - 1))
    return ["  ".join(parts).rstrip(), *(indent + line for line in rest)]


def _cells(grid: list[list[str]], drawing: Drawing) -> list[str]:
    lines: list[str] = []
    for cells in grid[1:]:
        for place, (heading, cell) in enumerate(zip(grid[0], cells, strict=True)):
            indent = "   " if place else ""
            lines += wrap(f"{heading}: {cell}", drawing.width, initial_indent=indent, subsequent_indent="      ",
                          break_on_hyphens=False)  # fmt: skip
    return lines


def _branches(block: document.Branches, drawing: Drawing) -> list[str]:
    """A tree with its lines drawn: ├─ where a sibling follows, └─ at the last."""
    turn, end, bar = ("├─ ", "└─ ", "│  ") if drawing.manner.unicode else ("|- ", "`- ", "|  ")
    depths = [depth for depth, _ in block.rows]
    lines = []
    for i, (depth, text) in enumerate(block.rows):
        prefix = "".join(bar if _goes_on(depths, i, level) else "   " for level in range(1, depth))
        goes_on = _goes_on(depths, i, depth)
        own, under = ("", "") if not depth else (turn, bar) if goes_on else (end, "   ")
        under += bar if _goes_on(depths, i, depth + 1) else "   "
        lines += wrap(prose(text, drawing.manner), drawing.width, initial_indent=prefix + own,
                      subsequent_indent=prefix + under, break_on_hyphens=False)  # fmt: skip
    return lines


def _goes_on(depths: list[int], place: int, level: int) -> bool:
    """Whether another branch of this level follows below the same parent."""
    following = next((depth for depth in depths[place + 1 :] if depth <= level), -1)
    return following == level


def _with_remark(box: Box, block: document.Equation, drawing: Drawing) -> Box:
    if not block.remark:
        return box
    remark = f"({prose(block.remark, drawing.manner)})"
    if box.height == 1 and box.width + len(remark) + 4 <= drawing.width:
        return beside([box, text_box(f"    {remark}")])
    return stack([box, paragraph(remark, drawing.width)])


_REMARK_COLUMN = 46


def _line(block: document.Line, drawing: Drawing) -> list[str]:
    """left = … = right, the remark in a column of its own or below."""
    indent = "   " * block.depth
    formula = _broken([inline(side, drawing.manner) for side in block.sides], indent, drawing.width)
    remark = prose(block.remark, drawing.manner)
    if (
        len(formula) == 1
        and width_of(formula[0]) <= _REMARK_COLUMN - 2
        and _REMARK_COLUMN + len(remark) <= drawing.width
    ):
        return [f"{padded(formula[0], _REMARK_COLUMN)}{remark}"]
    return formula + wrap(remark, drawing.width, initial_indent=f"{indent}      ", subsequent_indent=f"{indent}      ")


def _broken(sides: list[str], indent: str, width: int) -> list[str]:
    """The sides joined by equals signs, broken before a sign where the line is full."""
    lines = broken(indent + sides[0], width, f"{indent}  ")
    for side in sides[1:]:
        if width_of(lines[-1]) + width_of(side) + 3 <= width:
            lines[-1] += f" = {side}"
        else:
            lines += broken(f"{indent}   = {side}", width, f"{indent}     ")
    return lines
