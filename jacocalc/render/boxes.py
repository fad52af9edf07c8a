"""Written forms in two dimensions: rectangles of characters with a baseline, matrices and fractions drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from unicodedata import combining

from jacocalc.document import (
    Absolute,
    At,
    Bracketed,
    Equation,
    Grid,
    Inverse,
    Opposite,
    Plus,
    Times,
    Transpose,
    Written,
)
from jacocalc.linear import Manner, write
from jacocalc.notation import Call, Expr, Matrix, Minus, Negative, Power, Product, Quotient, Sum, walk
from jacocalc.precedence import Place, brackets, joiner
from jacocalc.render.inline import binds_loosely, inline


@dataclass(frozen=True)
class Box:
    """Lines of equal width; ``baseline`` is the line at which boxes stand beside each other."""

    lines: tuple[str, ...]
    baseline: int = 0

    @property
    def width(self) -> int:
        """Columns."""
        return width_of(self.lines[0]) if self.lines else 0

    @property
    def height(self) -> int:
        """Lines."""
        return len(self.lines)


@dataclass(frozen=True)
class Drawing:
    """How to draw: the manner of writing, whether fractions are stacked, the columns of the page."""

    manner: Manner
    stacked: bool
    width: int


def width_of(text: str) -> int:
    """Columns that a text takes."""
    return sum(1 for character in text if not combining(character))


def padded(text: str, width: int) -> str:
    """The text filled to a width."""
    return text + " " * (width - width_of(text))


def text_box(text: str) -> Box:
    """One line."""
    return Box((text,))


def beside(boxes: Sequence[Box]) -> Box:
    """Boxes side by side, baselines aligned."""
    above = max(box.baseline for box in boxes)
    below = max(box.height - box.baseline for box in boxes)
    lines = []
    for row in range(above + below):
        line = ""
        for box in boxes:
            place = row - above + box.baseline
            line += box.lines[place] if 0 <= place < box.height else " " * box.width
        lines.append(line)
    return Box(tuple(lines), above)


def stack(boxes: Sequence[Box], baseline: int = 0) -> Box:
    """Boxes below each other, left-aligned."""
    width = max(box.width for box in boxes)
    return Box(tuple(padded(line, width) for box in boxes for line in box.lines), baseline)


_FENCES = {"[": ("⎡", "⎢", "⎣", "⎤", "⎥", "⎦"), "(": ("⎛", "⎜", "⎝", "⎞", "⎟", "⎠")}


def fenced(box: Box, kind: str, drawing: Drawing) -> Box:
    """The box in brackets of its own height."""
    close = {"[": "]", "(": ")"}[kind]
    if box.height == 1:
        return Box((f"{kind}{box.lines[0]}{close}",), 0)
    left_top, left, left_end, right_top, right, right_end = (
        _FENCES[kind] if drawing.manner.unicode else (kind, kind, kind, close, close, close)
    )
    last = box.height - 1
    lines = tuple(
        (left_top if i == 0 else left_end if i == last else left) + line
        + (right_top if i == 0 else right_end if i == last else right)
        for i, line in enumerate(box.lines)
    )  # fmt: skip
    return Box(lines, box.baseline)


def draw(item: Written, drawing: Drawing) -> Box:
    """A formula as a box."""
    match item:
        case Matrix(rows):
            return _grid(tuple(rows), drawing)
        case Grid(rows):
            return _grid(rows, drawing)
        case Times(factors) if any(_tall(factor, drawing) for factor in factors):
            return _joined([_factor(factor, drawing) for factor in factors], " · ", drawing)
        case Plus(terms) if any(_tall(term, drawing) for term in terms):
            return _joined([draw(term, drawing) for term in terms], " + ", drawing)
        case Transpose(body) if _tall(body, drawing):
            return beside([draw(body, drawing), text_box("ᵀ")])
        case Inverse(body) if _tall(body, drawing):
            return beside([draw(body, drawing), text_box("⁻¹" if drawing.manner.unicode else "^-1")])
        case Opposite(body) if _tall(body, drawing):
            box = draw(body, drawing)
            low = isinstance(body, Times) and isinstance(body.factors[0], Negative)
            return beside([text_box("-"), fenced(box, "(", drawing) if low else box])
        case Bracketed(body) if _tall(body, drawing):
            return fenced(draw(body, drawing), "(", drawing)
        case Absolute(body) if _tall(body, drawing):
            box = draw(body, drawing)
            bar = Box(("│" if drawing.manner.unicode else "|",) * box.height, box.baseline)
            return beside([bar, box, bar])
        case At(head, arguments) if any(_tall(argument, drawing) for argument in arguments):
            inner = _joined([draw(argument, drawing) for argument in arguments], ", ", drawing)
            return beside([text_box(inline(head, drawing.manner)), fenced(inner, "(", drawing)])
        case Expr() if drawing.stacked and _tall(item, drawing):
            return _expression(item, drawing)
        case _:
            return text_box(inline(item, drawing.manner))


def _tall(item: Written, drawing: Drawing) -> bool:
    match item:
        case Matrix() | Grid():
            return True
        case Times(parts) | Plus(parts):
            return any(_tall(part, drawing) for part in parts)
        case Transpose(body) | Inverse(body) | Opposite(body) | Bracketed(body) | Absolute(body):
            return _tall(body, drawing)
        case At(_, arguments):
            return any(_tall(argument, drawing) for argument in arguments)
        case Expr():
            return drawing.stacked and any(_worth_stacking(node, drawing) for node in walk(item))
        case _:
            return False


def _worth_stacking(node: Expr, drawing: Drawing) -> bool:
    """Short fractions such as π/3 and 2x/3 read better on one line."""
    return isinstance(node, Quotient) and len(write(node, drawing.manner)) > _SHORT


_SHORT = 6


def _factor(item: Written, drawing: Drawing) -> Box:
    box = draw(item, drawing)
    return fenced(box, "(", drawing) if isinstance(item, Plus | Sum) or binds_loosely(item) else box


def _joined(boxes: list[Box], sign: str, drawing: Drawing) -> Box:
    separator = text_box(sign if drawing.manner.unicode else sign.replace("·", "*"))
    parts: list[Box] = []
    for box in boxes:
        parts += [separator] if parts else []
        parts.append(box)
    return beside(parts)


def _grid(rows: tuple[tuple[Written, ...], ...], drawing: Drawing) -> Box:
    cells = [[draw(entry, drawing) for entry in row] for row in rows]
    widths = [max(row[j].width for row in cells) for j in range(len(cells[0]))]
    lines: list[str] = []
    tall = any(cell.height > 1 for row in cells for cell in row)
    for i, row in enumerate(cells):
        if i and tall:
            lines.append(" " * (sum(widths) + 2 * (len(widths) - 1)))
        parts: list[Box] = []
        for cell, width in zip(row, widths, strict=True):
            parts += [text_box("  ")] if parts else []
            left = (width - cell.width) // 2
            parts.append(Box(tuple(padded(" " * left + line, width) for line in cell.lines), cell.baseline))
        lines += beside(parts).lines
    return fenced(
        Box(tuple(f" {line} " if len(lines) > 1 else line for line in lines), (len(lines) - 1) // 2),
        "[",
        drawing,
    )


# -- stacked fractions --------------------------------------------------------------------------------


def _expression(expr: Expr, drawing: Drawing) -> Box:
    match expr:
        case Quotient(over, under) if _worth_stacking(expr, drawing):
            top, bottom = _expression(over, drawing), _expression(under, drawing)
            width = max(top.width, bottom.width)
            bar = ("─" if drawing.manner.unicode else "-") * width
            lines = (
                [_centred(line, width) for line in top.lines] + [bar] + [_centred(line, width) for line in bottom.lines]
            )
            return Box(tuple(lines), top.height)
        case Sum(terms):
            parts = [_placed(terms[0], Place.FIRST_TERM, drawing)]
            for term in terms[1:]:
                minus = isinstance(term, Minus)
                body = term.operand if isinstance(term, Minus) else term
                parts += [text_box(" - " if minus else " + "), _placed(body, Place.TERM, drawing)]
            return beside(parts)
        case Minus(operand) | Negative(operand):
            return beside([text_box("-"), _placed(operand, Place.NEGATED, drawing)])
        case Product(factors, dot):
            return _product(factors, dot, drawing)
        case Power(base, exponent) if _tall(base, drawing):
            box = _expression(base, drawing)
            raised = text_box(f"^{_raised(exponent, drawing)}")
            return beside([fenced(box, "(", drawing), raised])
        case Call(function, arguments) if any(_tall(a, drawing) for a in arguments):
            inner = _joined([_expression(a, drawing) for a in arguments], ", ", drawing)
            name = "√" if function == "sqrt" and drawing.manner.unicode else function
            return beside([text_box(name), fenced(inner, "(", drawing)])
        case _:
            return text_box(write(expr, drawing.manner))


def _raised(exponent: Expr, drawing: Drawing) -> str:
    text = write(exponent, drawing.manner)
    return f"({text})" if brackets(exponent, Place.EXPONENT) else text


def _placed(expr: Expr, place: Place, drawing: Drawing) -> Box:
    box = _expression(expr, drawing)
    return fenced(box, "(", drawing) if brackets(expr, place) and not isinstance(expr, Quotient) else box


def _product(factors: tuple[Expr, ...], dot: bool, drawing: Drawing) -> Box:
    parts: list[Box] = []
    for i, factor in enumerate(factors):
        place = Place.FACTOR if i else Place.FIRST_FACTOR
        tall = isinstance(factor, Quotient)
        bracketed = brackets(factor, place) and not tall
        if i:
            previous = factors[i - 1]
            was_tall = isinstance(previous, Quotient)
            sign = "·" if dot else " " if tall or was_tall else joiner(previous, factor, False, bracketed)
            parts.append(text_box(sign if drawing.manner.unicode else sign.replace("·", "*")))
        parts.append(_placed(factor, place, drawing))
    return beside([part for part in parts if part.lines[0]])


def _centred(line: str, width: int) -> str:
    left = (width - width_of(line)) // 2
    return padded(" " * left + line, width)


# -- equations ----------------------------------------------------------------------------------------


def equation(item: Equation, drawing: Drawing) -> list[str]:
    """A chain of equalities: on one line where it fits, else a side a line, aligned at the sign."""
    relation = [inline_sign(item.relation(i), drawing) for i in range(1, len(item.sides))]
    head = narrowed(item.sides[0], drawing)
    rest = [draw(side, drawing) for side in item.sides[1:]]
    lines: list[Box] = []
    current = [head]
    indent = min(head.width, drawing.width // 4)
    for sign, box, side in zip(relation, rest, item.sides[1:], strict=True):
        used = sum(b.width for b in current)
        if used + box.width + 3 > drawing.width and not (len(current) == 1 and not lines):
            lines.append(beside(current))
            current = [text_box(" " * indent)]
            used = indent
        if used + box.width + 3 > drawing.width:
            if len(current) == 1 and not lines and current[0] is head:
                lines.append(head)
                current = [text_box(" " * indent)]
            box = narrowed(side, Drawing(drawing.manner, drawing.stacked, drawing.width - indent - 3))
        current += [text_box(f" {sign} "), box]
    lines.append(beside(current))
    result: list[str] = []
    for i, box in enumerate(lines):
        tall = box.height > 1 or (i and lines[i - 1].height > 1)
        result += [""] if i and tall else []
        result += [line.rstrip() for line in box.lines]
    return result


def inline_sign(sign: str, drawing: Drawing) -> str:
    """A relation sign that the page can show."""
    return sign if drawing.manner.unicode else {"≈": "~"}.get(sign, sign)


def narrowed(item: Written, drawing: Drawing) -> Box:
    """A formula that is too wide: factors below each other, a matrix as a list of its entries, text wrapped."""
    box = draw(item, drawing)
    if box.width <= drawing.width:
        return box
    match item:
        case Times(factors):
            return _below(factors, "· ", drawing)
        case Plus(terms):
            return _below(terms, "+ ", drawing)
        case Grid(rows) | Matrix(rows):
            return _listed(tuple(rows), drawing)
        case _:
            return _wrapped(inline(item, drawing.manner), drawing.width)


def _below(parts: tuple[Written, ...], sign: str, drawing: Drawing) -> Box:
    """Factors or terms below each other, each behind its sign."""
    inner = Drawing(drawing.manner, drawing.stacked, drawing.width - len(sign))
    shown = sign if drawing.manner.unicode else sign.replace("·", "*")
    boxes = [beside([text_box(shown), narrowed(part, inner)]) if i else narrowed(part, inner)
             for i, part in enumerate(parts)]  # fmt: skip
    return stack(boxes, boxes[0].baseline)


def _listed(rows: tuple[tuple[Written, ...], ...], drawing: Drawing) -> Box:
    """[i, j]  entry, a line each."""
    if len(rows) == len(rows[0]) == 1:
        return _wrapped(f"[{inline(rows[0][0], drawing.manner)}]", drawing.width)
    single = len(rows[0]) == 1
    boxes = []
    for i, row in enumerate(rows, 1):
        for j, entry in enumerate(row, 1):
            label = f"[{i}]  " if single else f"[{i},{j}]  "
            boxes.append(beside([text_box(label), _wrapped(inline(entry, drawing.manner), drawing.width - len(label))]))
    return stack(boxes)


def _wrapped(text: str, width: int) -> Box:
    lines = wrap(text, max(width, 20), break_long_words=True, break_on_hyphens=False) or [""]
    widest = max(map(width_of, lines))
    return Box(tuple(padded(line, widest) for line in lines), 0)
