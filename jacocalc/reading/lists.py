"""Bracketed lists: [a, b], [[a, b], [c, d]], [a, b; c, d], {a, b}, and LaTeX matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jacocalc.notation import Expr, Matrix
from jacocalc.reading.cursor import CLOSERS
from jacocalc.reading.lexer import Token

if TYPE_CHECKING:
    from jacocalc.reading.parser import Parser


def rows(p: Parser) -> Matrix:
    """[a, b], [[a, b], [c, d]] or [a, b; c, d] (also in braces): a column, or rows."""
    opener = p.open()
    closer = CLOSERS[opener.text]
    if p.sees(closer):
        raise p.error("nothing stands between the brackets", opener, end=p.token.end)
    lines: list[list[Expr]] = [[_entry(p, opener)]]
    semicolons = False
    while p.sees(",", ";"):
        if p.take().text == ";":
            semicolons = True
            lines.append([])
        lines[-1].append(_entry(p, opener))
    p.close()
    _refuse_missing_commas(p, opener, lines, semicolons)
    made = _matrix(p, lines, semicolons, opener)
    if opener.text == "⟦":
        p.displayed[id(made)] = made
    return made


def _refuse_missing_commas(p: Parser, opener: Token, lines: list[list[Expr]], semicolons: bool) -> None:
    """[x y] and [x y; y x] may mean products or entries."""
    depth, start = len(p.opened) + 1, opener.start
    inside = [found for found in p.spaced_products if found[0] > start and found[2] == depth]
    p.spaced_products = [found for found in p.spaced_products if found[0] <= start]
    single = all(len(line) == 1 for line in lines) if semicolons else len(lines[0]) == 1
    if opener.text == "[" and single and inside:
        start, end, _ = inside[0]
        left, _, right = p.text[start:end].strip().rpartition(" ")
        close = p.tokens[p.at - 1].end
        raise p.ambiguous(opener.start, close, f"[{left}, {right}]", f"[{left}·{right}]")


def _entry(p: Parser, opener: Token) -> Expr:
    if p.sees(",", ";", CLOSERS[opener.text]):
        raise p.error("an entry is missing here")
    return p.sum()


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
