"""Bracketed lists: [a, b], [[a, b], [c, d]], [a, b; c, d], {a, b}, and LaTeX matrices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from jacocalc.errors import ReadError
from jacocalc.known_functions import SPELLINGS
from jacocalc.notation import Expr, Matrix, Sum
from jacocalc.reading.brackets import CLOSERS, step
from jacocalc.reading.branches import choice
from jacocalc.reading.cursor import ENDS, SpacedProduct, SpacedRow
from jacocalc.reading.lexer import Token
from jacocalc.reading.tokens import is_latex

if TYPE_CHECKING:
    from jacocalc.reading.parser import Parser


def rows(p: Parser) -> Expr:
    """[a, b], [[a, b], [c, d]] or [a, b; c, d] (also in braces): a column, or rows; x [y + 1] is x (y + 1)."""
    opener = p.open()
    closer = ENDS[opener.text]
    if p.sees(closer):
        raise p.error("nothing stands between the brackets", opener, end=p.token.end)
    begins = [p.at]
    lines: list[list[Expr]] = [[_entry(p, opener)]]
    while p.sees(",", ";"):
        if p.take().text == ";":
            begins.append(p.at)
            lines.append([])
        lines[-1].append(_entry(p, opener))
    p.close()
    if len(lines) == len(lines[0]) == 1 and _groups(p, opener, lines[0][0], begins[0]):
        return lines[0][0]
    semicolons = len(lines) > 1
    _refuse_missing_commas(p, opener, lines, begins)
    made = _matrix(p, lines, semicolons, opener)
    if opener.text == "⟦":
        p.displayed[id(made)] = made
    return made


def _groups(p: Parser, opener: Token, entry: Expr, begin: int) -> bool:
    """Whether brackets stand around an operand, not a list: 100 [x + 1]^2, 2 + {x - 3 y}, Σ [x_i - 1], exp[-x]."""
    latex = is_latex(p.text)
    operand = latex or opener.text == "{" or isinstance(entry, Sum)
    if opener.text not in ("[", "{") or isinstance(entry, Matrix) or not operand:
        return False
    before, after = p.tokens[begin - 2] if begin > 1 else opener, p.token
    sized = p.text[opener.start - 5 : opener.start] == "\\left"
    if before.kind == "name":
        behind = before.text in SPELLINGS or opener.spaced or sized
    else:
        behind = before.kind in ("number", "sum", "product") or before.text in _OPERATORS_BEFORE
    listed = bool(p.opened) and p.opened[-1].text == "["
    factor = after.text in ("(", "[", "{") or (after.kind == "name" and p.starts_factor())
    ahead = after.text in ("+", "-", "*", "·", "/") or (factor and not listed)
    return (behind or ahead) and (latex or _whole(p, _signs_behind_blanks(p, (begin, p.at - 1)), opener))


def _whole(p: Parser, signs: Iterator[int], opener: Token) -> bool:
    """Whether no blank inside may be a comma: [x+1], and [x - 10 y], where a sign has blanks on both sides."""
    roomy = any(p.tokens[at + 1].spaced for at in signs)
    return roomy or not any(found.start > opener.start for found in p.spaced_products)


def rows_in_round_brackets(p: Parser, lines: list[list[Expr]], opener: Token) -> Matrix:
    """(a, b) is a column; (a, b; c, d) and ((a, b), (c, d)) have rows; matrices between commas stay a list."""
    entries = [entry for line in lines for entry in line]
    matrices = [entry for entry in entries if isinstance(entry, Matrix)]
    columns = len(matrices) == len(entries) and all(
        part.shape[1] == 1 and id(part) not in p.displayed for part in matrices
    )
    if matrices and not (columns and len(lines) == 1):
        return Matrix(tuple((entry,) for entry in entries), p.span(opener.start))
    return _matrix(p, lines, len(lines) > 1, opener)


_OPERATORS_BEFORE = (")", "]", "}", "|", "+", "-", "*", "·", "/", "^")


# -- blanks where a comma may be missing ------------------------------------------------------------


def _refuse_missing_commas(p: Parser, opener: Token, lines: list[list[Expr]], begins: list[int]) -> None:
    """[x y] and [x y; y x] may mean products or entries; [2s t; s] cannot, as no comma makes its rows equal."""
    depth, start = len(p.opened) + 1, opener.start
    inside = [found for found in _taken_behind(start, p.spaced_products) if found.depth == depth]
    spans = list(zip(begins, [*(begin - 1 for begin in begins[1:]), p.at - 1], strict=True))
    widths = [len(line) + _gaps(p, inside, span) for line, span in zip(lines, spans, strict=True)]
    single = inside and opener.text == "[" and all(len(line) == 1 for line in lines)
    error = _missing_comma(p, inside, start) if single else None
    if error and len(set(widths)) > 1:
        p.scope.note(f"the blanks in {p.typed_since(start)} are read as products")
        error = None
    nested = _rows_inside(p, start)
    if p.opened and p.opened[-1].text == "[" and len(lines) == 1:
        roomy = any(p.tokens[at + 1].spaced for at in _signs_behind_blanks(p, spans[0]))
        p.spaced_rows[start] = SpacedRow(widths[0], roomy, error)
    elif error:
        raise error
    _settle(p, lines[0], nested, start)


def _missing_comma(p: Parser, inside: list[SpacedProduct], opener: int) -> ReadError:
    first = inside[0]
    left, right = p.text[first.start : first.word.start].strip(), p.text[first.word.start : first.end]
    return p.ambiguous(opener, p.before.end, f"[{left}, {right}]", f"[{left}·{right}]")


def _gaps(p: Parser, inside: list[SpacedProduct], span: tuple[int, int]) -> int:
    """How many blanks of a row may stand for commas: [2 x] has one, [x -y] has one, [x - y] has none."""
    first, last = p.tokens[span[0]].start, p.tokens[span[1]].start
    products = sum(first < found.word.end <= last for found in inside)
    return products + sum(not p.tokens[at + 1].spaced for at in _signs_behind_blanks(p, span))


def _signs_behind_blanks(p: Parser, span: tuple[int, int]) -> Iterator[int]:
    """Where a sign stands behind an operand and a blank, outside inner brackets."""
    level = 0
    for at in range(*span):
        token, before = p.tokens[at], p.tokens[at - 1]
        level += step(token)
        operand = before.kind != "op" or before.text in (*CLOSERS, "|", "'")
        if level == 0 and at > span[0] and token.text in ("+", "-") and token.spaced and operand:
            yield at


def _rows_inside(p: Parser, start: int) -> dict[int, SpacedRow]:
    """The lists inside the one that begins here, no longer waiting."""
    found = {}
    while p.spaced_rows and (last := next(reversed(p.spaced_rows))) > start:
        found[last] = p.spaced_rows.pop(last)
    return dict(reversed(found.items()))


def _taken_behind(start: int, products: list[SpacedProduct]) -> list[SpacedProduct]:
    """The products that begin behind a place, no longer listed: the last, as what holds it ends later."""
    first = len(products)
    while first and products[first - 1].start > start:
        first -= 1
    taken = products[first:]
    del products[first:]
    return taken


def _settle(p: Parser, entries: list[Expr], nested: dict[int, SpacedRow], start: int) -> None:
    """[[2s t + 1], [2 s t]]: products, unless commas for blanks would make equal rows of entries without sums."""
    errors = [row.error for row in nested.values() if row.error]
    listed = [nested.get(entry.span[0]) for entry in entries if isinstance(entry, Matrix) and entry.span]
    known = [row for row in listed if row is not None]
    whole = len(known) == len(entries) > 1 and len(nested) == len(known)
    if errors and not (whole and (len({row.width for row in known}) > 1 or any(row.roomy for row in known))):
        raise errors[0]
    if errors:
        p.scope.note(f"the blanks in {p.typed_since(start)} are read as products")


def _entry(p: Parser, opener: Token) -> Expr:
    p.refuse_comma(ENDS[opener.text], "an entry")
    if p.sees(",", ";"):
        raise p.error("an entry is missing here")
    return choice(p)


def _matrix(p: Parser, lines: list[list[Expr]], semicolons: bool, opener: Token) -> Matrix:
    span = p.span(opener.start)
    only = lines[0][0] if len(lines) == len(lines[0]) == 1 else None
    if isinstance(only, Matrix) and (only.shape[1] > 1 or id(only) in p.displayed):
        return only
    nested = [entry for line in lines for entry in line if isinstance(entry, Matrix)]
    if nested and not semicolons:
        if len(nested) != len(lines[0]) or any(part.shape[1] != 1 for part in nested):
            raise p.error("rows and single entries are mixed", opener, "write [[a, b], [c, d]]", span[1])
        lines = [list(part.entries) for part in nested]
    elif nested:
        raise p.error("a matrix cannot be an entry", opener, end=span[1])
    elif not semicolons:
        lines = [[entry] for entry in lines[0]]
    lengths = [len(line) for line in lines]
    if len(set(lengths)) > 1:
        raise p.error(
            f"rows have lengths {', '.join(map(str, lengths))}",
            opener,
            "all rows need one length",
            span[1],
        )
    return Matrix(tuple(tuple(line) for line in lines), span)
