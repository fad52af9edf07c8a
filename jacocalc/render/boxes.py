"""Written forms in two dimensions: rectangles of characters with a baseline, matrices and fractions drawn.

Where a product of two matrices is written entry by entry, marks say what comes from which row of the left matrix and
from which column of the right one; they change no character.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
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
from jacocalc.notation import Call, Expr, Matrix, Minus, Negative, Number, Power, Product, Quotient, Sum, walk
from jacocalc.precedence import Place, brackets, first, joiner
from jacocalc.render.bracketing import is_bracketed_factor, signed
from jacocalc.render.inline import inline, plain


@dataclass(frozen=True)
class Mark:
    """What stands in ``line`` from character ``start`` to before ``end`` has a role of its own: row 2, column 1."""

    line: int
    start: int
    end: int
    role: str

    def moved(self, lines: int, characters: int) -> Mark:
        """Further down and further to the right."""
        return Mark(self.line + lines, self.start + characters, self.end + characters, self.role)


@dataclass(frozen=True)
class Box:
    """Lines of equal width; ``baseline`` is the line at which boxes stand beside each other."""

    lines: tuple[str, ...]
    baseline: int = 0
    marks: tuple[Mark, ...] = ()

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
    """How to draw: the manner of writing, whether fractions are stacked, the columns of the page.

    ``factors``: the two matrices whose product is written entry by entry beside what is drawn.
    """

    manner: Manner
    stacked: bool
    width: int
    factors: tuple[Grid, Grid] | None = None


def width_of(text: str) -> int:
    """Columns that a text takes."""
    return len(text) if text.isascii() else list(map(combining, text)).count(0)


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
    lines = [""] * (above + below)
    marks: list[Mark] = []
    for box in boxes:
        top = above - box.baseline
        marks += [mark.moved(top, len(lines[mark.line + top])) for mark in box.marks]
        for row in range(above + below):
            lines[row] += box.lines[row - top] if 0 <= row - top < box.height else " " * box.width
    return Box(tuple(lines), above, tuple(marks))


def stack(boxes: Sequence[Box], baseline: int = 0) -> Box:
    """Boxes below each other, left-aligned."""
    width = max((box.width for box in boxes), default=0)
    lines: list[str] = []
    marks: list[Mark] = []
    for box in boxes:
        marks += [mark.moved(len(lines), 0) for mark in box.marks]
        lines += [padded(line, width) for line in box.lines]
    return Box(tuple(lines), baseline, tuple(marks))


def paragraph(text: str, width: int) -> Box:
    """Words as lines, ragged on the right."""
    return lines_box(wrap(text, width, break_on_hyphens=False) or [""])


def lines_box(lines: Sequence[str]) -> Box:
    """Lines, filled to the longest."""
    return stack([text_box(line) for line in lines])


# -- what comes from where ----------------------------------------------------------------------------

SHADES = 5
"""So many rows, and as many columns, are told apart; then the first shade comes again."""


Role = Callable[[int, int], str]
"""What the entry (i, j) of a matrix is marked as."""


def _of_row(i: int, j: int) -> str:
    return f"row {i % SHADES}"


def _of_column(i: int, j: int) -> str:
    return f"column {j % SHADES}"


def _marked(box: Box, role: str) -> Box:
    """The box with one role."""
    return replace(box, marks=tuple(Mark(i, 0, len(line), role) for i, line in enumerate(box.lines)))


# -- brackets and matrices ----------------------------------------------------------------------------

_FENCES = {"[": ("⎡", "⎢", "⎣", "⎤", "⎥", "⎦"), "(": ("⎛", "⎜", "⎝", "⎞", "⎟", "⎠")}


def fenced(box: Box, kind: str, drawing: Drawing) -> Box:
    """The box in brackets of its own height."""
    close = {"[": "]", "(": ")"}[kind]
    if box.height == 1:
        return beside([text_box(kind), box, text_box(close)])
    signs = _FENCES[kind] if drawing.manner.unicode else (kind, kind, kind, close, close, close)
    left, right = (
        Box((top, *[middle] * (box.height - 2), end), box.baseline) for top, middle, end in (signs[:3], signs[3:])
    )
    return beside([left, box, right])


def draw(item: Written, drawing: Drawing) -> Box:
    """A formula as a box."""
    match item:
        case Matrix() | Grid():
            return _grid(item, drawing)
        case Times((Grid() as left, Grid() as right)) if (left, right) == drawing.factors:
            return _joined([_grid(left, drawing, _of_row), _grid(right, drawing, _of_column)], " · ", drawing)
        case Times(factors) if any(_tall(factor, drawing) for factor in factors):
            return _joined([_factor(factor, drawing) for factor in factors], " · ", drawing)
        case Plus(terms) if any(_tall(term, drawing) for term in terms):
            return _joined([draw(term, drawing) for term in terms], " + ", drawing)
        case Transpose(body) if _tall(body, drawing):
            return beside([draw(body, drawing), text_box("ᵀ")])
        case Inverse(body) if _tall(body, drawing):
            return beside([draw(body, drawing), text_box("⁻¹" if drawing.manner.unicode else "^-1")])
        case Opposite(body) if _tall(body, drawing):
            return beside([text_box("-"), _factor(body, drawing)])
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
    return fenced(box, "(", drawing) if is_bracketed_factor(item) else box


def _joined(boxes: list[Box], sign: str, drawing: Drawing) -> Box:
    separator = _sign_box(sign, drawing)
    return beside([boxes[0], *(part for box in boxes[1:] for part in (separator, box))])


def _sign_box(sign: str, drawing: Drawing) -> Box:
    """A sign that the page can show."""
    return text_box(sign if drawing.manner.unicode else plain(sign))


def _grid(matrix: Matrix | Grid, drawing: Drawing, role: Role | None = None) -> Box:
    """A matrix: columns centred, an empty line between rows where one of them is tall."""
    cells = [[_cell(matrix, i, j, drawing, role) for j in range(len(row))] for i, row in enumerate(matrix.rows)]
    widths = [max(row[j].width for row in cells) for j in range(len(cells[0]))]
    tall = any(cell.height > 1 for row in cells for cell in row)
    lines: list[Box] = []
    for row in cells:
        lines += [text_box("")] if lines and tall else []
        parts = [_centred(cell, width) for cell, width in zip(row, widths, strict=True)]
        lines.append(beside([part for cell in parts for part in (text_box("  "), cell)][1:]))
    box = stack(lines)
    margin = text_box(" " if box.height > 1 else "")
    return fenced(beside([margin, replace(box, baseline=(box.height - 1) // 2), margin]), "[", drawing)


def _cell(matrix: Matrix | Grid, i: int, j: int, drawing: Drawing, role: Role | None) -> Box:
    """Entry (i, j), marked if ``role`` says of what; in a product every factor as what it comes from."""
    entry = matrix.rows[i][j]
    if isinstance(matrix, Grid) and matrix.factors:
        return _worked(entry, (_of_row(i, j), _of_column(i, j)), drawing)
    box = draw(entry, drawing)
    return _marked(box, role(i, j)) if role else box


def _worked(entry: Written, roles: tuple[str, str], drawing: Drawing) -> Box:
    """Σ_k left_ik · right_kj: the left factors have the role of row i, the right ones that of column j."""
    terms = entry.terms if isinstance(entry, Sum) else (entry,)
    products = [term for term in terms if isinstance(term, Product)]
    if len(products) < len(terms):
        return draw(entry, drawing)
    return _joined([_product(term, drawing, roles) for term in products], " + ", drawing)


# -- stacked fractions --------------------------------------------------------------------------------


def _expression(expr: Expr, drawing: Drawing) -> Box:
    match expr:
        case Quotient(over, under) if drawing.stacked and _worth_stacking(expr, drawing):
            top, bottom = _expression(over, drawing), _expression(under, drawing)
            width = max(top.width, bottom.width)
            bar = text_box(("─" if drawing.manner.unicode else "-") * width)
            return stack([_centred(top, width), bar, _centred(bottom, width)], top.height)
        case Sum(terms):
            parts = [_placed(terms[0], Place.FIRST_TERM, drawing)]
            for sign, term in signed(terms):
                parts += [text_box(f" {sign} "), _placed(term, Place.TERM, drawing)]
            return beside(parts)
        case Minus(operand) | Negative(operand):
            return beside([text_box("-"), _placed(operand, Place.NEGATED, drawing)])
        case Product():
            return _product(expr, drawing)
        case Power(base, exponent) if _tall(base, drawing):
            box = _expression(base, drawing)
            raised = text_box(f"^{_raised(exponent, drawing)}")
            return beside([fenced(box, "(", drawing), raised])
        case Call(function, arguments) if any(_tall(a, drawing) for a in arguments):
            inner = _joined([_expression(a, drawing) for a in arguments], ", ", drawing)
            name = "√" if function == "sqrt" and drawing.manner.unicode else function
            return beside([text_box(name), fenced(inner, "(", drawing)])
        case _:
            return text_box(inline(expr, drawing.manner))


def _raised(exponent: Expr, drawing: Drawing) -> str:
    text = write(exponent, drawing.manner)
    return f"({text})" if brackets(exponent, Place.EXPONENT) else text


def _placed(expr: Expr, place: Place, drawing: Drawing) -> Box:
    box = _expression(expr, drawing)
    tall = isinstance(expr, Quotient) and box.height > 1
    return fenced(box, "(", drawing) if brackets(expr, place) and not tall else box


def _product(product: Product, drawing: Drawing, roles: tuple[str, ...] = ()) -> Box:
    """The factors side by side; ``roles``: those of the factors, if they have any."""
    parts: list[Box] = []
    closed = was_tall = False
    for i, factor in enumerate(product.factors):
        place = Place.FACTOR if i else Place.FIRST_FACTOR
        box = _placed(factor, place, drawing)
        tall = isinstance(factor, Quotient) and box.height > 1
        bracketed = brackets(factor, place) and not tall
        if i:
            previous = product.factors[i - 1]
            sign = _beside_fraction(previous, factor) if tall or was_tall else ""
            sign = "·" if product.dot else sign or joiner(previous, factor, closed, bracketed)
            parts.append(_sign_box(sign, drawing))
        parts.append(_marked(box, roles[i]) if roles else box)
        closed, was_tall = bracketed and box.height == 1, tall
    return beside(parts)


def _beside_fraction(left: Expr, right: Expr) -> str:
    """A space beside a fraction bar; a dot between numbers, so that 2·5/2 is no mixed number."""
    return "·" if isinstance(left, Number | Quotient) and isinstance(first(right), Number) else " "


def _centred(box: Box, width: int) -> Box:
    left = (width - box.width) // 2
    return beside([text_box(" " * left), box, text_box(" " * (width - box.width - left))])


# -- equations ----------------------------------------------------------------------------------------


_LEAST_INDENT = 2


def equation(item: Equation, drawing: Drawing) -> Box:
    """A chain of equalities: on one line where it fits, else a side a line, aligned at the sign."""
    drawing = replace(drawing, factors=next((s.factors for s in item.sides if isinstance(s, Grid) and s.factors), None))
    head = narrowed(item.sides[0], drawing)
    rest = [draw(side, drawing) for side in item.sides[1:]]
    signs = [_sign_box(f" {item.relation(i)} ", drawing) for i in range(1, len(item.sides))]
    indent = _indent(head, rest, drawing)
    lines, full = [[head]], False
    for sign, box, side in zip(signs, rest, item.sides[1:], strict=True):
        used = sum(part.width for part in lines[-1])
        below = full or used + sign.width + box.width > drawing.width
        if below and used > indent:
            lines.append([text_box(" " * indent)])
        room = drawing.width - indent - sign.width
        full = box.width > room
        lines[-1] += [sign, narrowed(side, replace(drawing, width=room)) if full else box]
    return _below_each_other([beside(line) for line in lines])


def _indent(head: Box, rest: Sequence[Box], drawing: Drawing) -> int:
    """Where the signs stand below each other: at most a quarter in, and so that what can fit a line does."""
    room = drawing.width - _SIGN
    widest = max((box.width for box in rest if box.width <= room - _LEAST_INDENT), default=0)
    return min(head.width, drawing.width // 4, room - widest)


_SIGN = 3


def _below_each_other(lines: Sequence[Box]) -> Box:
    """With an empty line above and below one that is tall."""
    result = list(lines[:1])
    for above, below in pairwise(lines):
        result += [text_box("")] if above.height > 1 or below.height > 1 else []
        result.append(below)
    return stack(result)


def narrowed(item: Written, drawing: Drawing, role: Role | None = None) -> Box:
    """A formula that is too wide: factors below each other, a matrix as a list of its entries, text wrapped."""
    box = _grid(item, drawing, role) if isinstance(item, Matrix | Grid) else draw(item, drawing)
    if box.width <= drawing.width:
        return box
    match item:
        case Times(factors):
            roles = (_of_row, _of_column) if factors == drawing.factors else (None,) * len(factors)
            closed = tuple(Bracketed(one) if is_bracketed_factor(one) else one for one in factors)
            return _below(closed, roles, "· ", drawing)
        case Plus(terms):
            return _below(terms, (None,) * len(terms), "+ ", drawing)
        case Grid() | Matrix():
            return _listed(item, drawing, role)
        case _:
            return _wrapped(inline(item, drawing.manner), drawing.width)


def _below(parts: tuple[Written, ...], roles: tuple[Role | None, ...], sign: str, drawing: Drawing) -> Box:
    """Factors or terms below each other, each behind its sign."""
    inner = replace(drawing, width=drawing.width - len(sign))
    shown = _sign_box(sign, drawing)
    boxes = [narrowed(part, inner, role) for part, role in zip(parts, roles, strict=True)]
    return stack([boxes[0], *(beside([shown, box]) for box in boxes[1:])], boxes[0].baseline)


def _listed(matrix: Matrix | Grid, drawing: Drawing, role: Role | None) -> Box:
    """[i, j]  entry, a line each."""
    if len(matrix.rows) == len(matrix.rows[0]) == 1:
        return _wrapped(f"[{inline(matrix.rows[0][0], drawing.manner)}]", drawing.width)
    single = len(matrix.rows[0]) == 1
    boxes = []
    for i, row in enumerate(matrix.rows):
        for j, entry in enumerate(row):
            label = text_box(f"[{i + 1}]  " if single else f"[{i + 1},{j + 1}]  ")
            room = drawing.width - label.width
            box = _cell(matrix, i, j, replace(drawing, stacked=False), role)
            fits = box.height == 1 and box.width <= room
            boxes.append(beside([label, box if fits else _wrapped(inline(entry, drawing.manner), room)]))
    return stack(boxes)


def _wrapped(text: str, width: int) -> Box:
    return lines_box(broken(text, max(width, 20)))


def broken(text: str, width: int, indent: str = "") -> list[str]:
    """A formula on several lines, ``indent`` before all but the first: broken outside brackets, before signs, factors.

    What has to be broken inside brackets goes on further to the right.
    """
    lines: list[str] = []
    while (reach := _reach(text, width)) < len(text):
        places = [i for i in range(1, reach + 1) if _may_break(text, i) and text[:i].strip()]
        late = [i for i in places if i > width // 3] or places
        if not late:
            return [*lines, *wrap(text, width, subsequent_indent=indent, break_on_hyphens=False)]
        place = min(late, key=lambda i: (_depth(text[:i]), not _ends_a_part(text, i), -i))
        lines.append(text[:place])
        text = indent + "  " * min(_depth("".join(lines)), 2) + text[place:].removeprefix(" ")
    return [*lines, text]


def _may_break(text: str, place: int) -> bool:
    """At a blank, before a dot and between brackets: (a + b) | ·(c + d), (a + b) | (c + d)"""
    return text[place] in " ·" or text[place - 1 : place + 1] == ")("


def _reach(text: str, width: int) -> int:
    """How many characters of the text fill so many columns, looking no further."""
    shown = (place for place, character in enumerate(text) if not combining(character))
    return next(islice(shown, width, None), len(text))


def _ends_a_part(text: str, place: int) -> bool:
    """Whether a term, a factor or an argument ends there."""
    return text[place] == " " and (text[place - 1] == "," or text[place + 1 : place + 2] in tuple("+-·*=⊙⊘"))


def _depth(text: str) -> int:
    """How many brackets are open at the end."""
    return sum(map(text.count, "([{")) - sum(map(text.count, ")]}"))
