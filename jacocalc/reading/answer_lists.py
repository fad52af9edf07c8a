"""Lists in answers: which are written with rows, and where a list is meant as a row.

    [a, b]  flat        [[a], [b]], [a; b]  with rows        (a, b)·[[c, d], [e, f]]  a row, since only that fits
    (a, b)^T  a column, as people write one on a line        e^x[sin x + cos x]  square brackets around a sum
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from jacocalc.notation import Expr, Matrix, Minus, Negative, Product, Quotient, Sum, children
from jacocalc.reading.brackets import LISTS, closed_at, own_level, pairs, parts
from jacocalc.reading.lexer import Token
from jacocalc.reading.matrices import by_entries

_SIGNS = ("+", "-", "·", "*", "/", "^")
_LONGEST_DIAGONAL = 20


def listed_matrices(expr: Expr) -> tuple[Expr, ...]:
    """The matrices of ([[a, b], [c, d]], [[e, f], [g, h]])."""
    entries = expr.entries if isinstance(expr, Matrix) else ()
    return entries if all(isinstance(entry, Matrix) for entry in entries) else ()


def count_matrices(expr: Expr) -> int:
    """How many matrices stand in the expression, equal ones counted each time."""
    count, stack = 0, [expr]
    while stack:
        node = stack.pop()
        count += isinstance(node, Matrix)
        stack += children(node)
    return count


def without_square_groups(tokens: list[Token], entry: bool) -> list[Token]:
    """e^x[sin x + cos x] with round brackets: square ones without commas, beside a factor or an operator.

    Where a row may be meant, [2 sin x] in blanks, they stay, unless the whole is one ``entry``.
    """
    found = list(tokens)
    for first, at, around in pairs(tokens):
        rows = (first and tokens[first - 1].text == "]") or tokens[at + 1].text == "["  # [[x y] [z w]]
        sure = not rows and (entry or any(tokens[k].text != "(" for k in around))
        if tokens[at].text == "]" and _is_group(found, first, at) and (sure or not _has_blanks(tokens, first, at)):
            found[first], found[at] = tokens[first]._replace(text="("), tokens[at]._replace(text=")")
    return found


def without_outer_brackets(tokens: list[Token]) -> list[Token]:
    """[2 sin x cos x] and [[2 t^2]] with round brackets, where one number is asked for and no comma stands."""
    found, last = list(tokens), len(tokens) - 2
    if any(token.text in (",", ";") for token in tokens):
        return found
    for place in range(len(tokens) // 2):
        if tokens[place].text != "[" or closed_at(tokens, place) != last - place:
            break
        found[place], found[last - place] = tokens[place]._replace(text="("), tokens[last - place]._replace(text=")")
    return found


def with_rows_by_commas(tokens: list[Token]) -> list[Token]:
    """[[a, b]; [c, d]] as [[a, b], [c, d]]"""
    found = list(tokens)
    for first, at, _ in pairs(tokens):
        rows = parts(tokens[first + 1 : at], ";")
        if tokens[first].text == "[" and len(rows) > 1 and all(map(_is_row, rows)):
            inside = range(first + 1, at)
            found = [t._replace(text=",") if t.text == ";" and k in inside else t for k, t in enumerate(found)]
    return found


def _is_row(tokens: list[Token]) -> bool:
    """Whether the tokens are one list with commas, [a, b]."""
    listed = bool(tokens) and tokens[0].text == "[" and closed_at(tokens, 0) == len(tokens) - 1
    return listed and not any(token.text == ";" for token in tokens)


def with_diagonals(tokens: list[Token]) -> list[Token]:
    """diag(a, b) as [[a, 0], [0, b]]"""
    made: dict[int, list[Token]] = {}
    for first, at, _ in pairs(tokens):
        name = tokens[first - 1]
        if first and name.text == "diag" and not tokens[first].spaced and at > first + 1:
            bare = first + 1 if tokens[first + 1].text == "[" and tokens[at - 1].text == "]" else first
            entries = parts(tokens[bare + 1 : at - (bare - first)], ",")
            if len(entries) <= _LONGEST_DIAGONAL:
                made |= {first - 1: _diagonal(entries, name)} | {place: [] for place in range(first, at + 1)}
    return [new for place, token in enumerate(tokens) for new in made.get(place, [token])]


def _diagonal(entries: list[list[Token]], name: Token) -> list[Token]:
    """The tokens of a matrix with these entries on its diagonal."""
    def sign(text: str, kind: str = "op") -> Token:
        return Token(kind, text, name.start, name.end, False)

    found = [sign("[")]
    for i in range(len(entries)):
        found += [sign(","), sign("[")] if i else [sign("[")]
        for j, entry in enumerate(entries):
            found += [*([sign(",")] if j else []), *(entry if i == j else [sign("0", "number")])]
        found.append(sign("]"))
    return [*found, sign("]")]


def _is_group(tokens: list[Token], first: int, last: int) -> bool:
    """Whether brackets hold one formula and stand beside something; x[1] is an index."""
    before, after = tokens[first - 1] if first else None, tokens[last + 1]
    inside = own_level(tokens[first + 1 : last])
    listed = any(token.text in (",", ";", "[", "{", "⟦") for token in inside)
    if not inside or listed or _transpose_at(tokens, last + 1):
        return False
    if before and before.kind == "name" and last == first + 2 and not tokens[first].spaced:
        return False
    beside = before is not None and before.text not in (*LISTS, ",", ";")
    return beside or after.kind in ("number", "name", "fraction") or after.text in (*LISTS, *_SIGNS)


def _has_blanks(tokens: list[Token], first: int, last: int) -> bool:
    """Whether a blank stands between factors, or before a sign only: what may part entries."""
    inside = own_level(tokens[first + 1 : last])
    behind = [*inside[2:], *inside[-1:]]
    return any(
        right.spaced and left.text not in _SIGNS and (right.text not in _SIGNS or not after.spaced)
        for (left, right), after in zip(pairwise(inside), behind, strict=False)
    )


def has_rows(tokens: list[Token]) -> bool:
    """Whether rows are written: a display, a semicolon, a transposed list or a list in a list; not by f'(x), x^T."""
    signs = [token.text for token in tokens if token.kind != "number"]
    nested = any(a in ("[", "{", ",") and b in ("[", "{") for a, b in pairwise(signs))
    return nested or bool(turned_lists(tokens)) or any(sign in ("⟦", ";") for sign in signs)


def _transpose_at(tokens: list[Token], at: int) -> int:
    """How many tokens of ' or ^T or ^{T} stand here."""
    signs = [token.text for token in tokens[at : at + 4]]
    return 1 if signs[:1] == ["'"] else 2 if signs[:2] == ["^", "T"] else 4 if signs == ["^", "(", "T", ")"] else 0


def turned_lists(tokens: list[Token]) -> frozenset[int]:
    """Where flat lists begin that are transposed, (a, b)^T and (2[a, b])^T: people write a column so."""
    flats = flat_lists(tokens)
    ends: dict[int, int] = {}
    for first, at, _ in pairs(tokens):
        lists = [t for t in tokens[first:at] if t.text in LISTS and (t.text != "(" or t.start in flats)]
        signs = _transpose_at(tokens, at + 1)
        if signs and len(lists) == 1 and lists[0].start in flats and tokens[first].text != "⟦":
            ends[first] = at + 1 + signs
        elif tokens[first].text == "(" and ends.get(first + 1) == at:
            ends[first] = at + 1
    return frozenset(tokens[first].start for first in ends)


def columns_where_turned(expr: Expr, turned: frozenset[int]) -> Expr:
    """(a, b)^T is the column that is meant, where no product says otherwise."""
    match expr:
        case Matrix(rows) if len(rows) == 1 and expr.span is not None and expr.span[0] in turned:
            return Matrix(expr.transposed.rows, expr.span)
        case Sum(terms):
            return Sum(tuple(columns_where_turned(term, turned) for term in terms), expr.span)
        case Minus(operand) | Negative(operand):
            return type(expr)(columns_where_turned(operand, turned), expr.span)
        case Quotient(over, under):
            return Quotient(columns_where_turned(over, turned), under, expr.span)
        case Product(factors) if sum(isinstance(factor, Matrix) for factor in factors) == 1:
            return Product(tuple(columns_where_turned(factor, turned) for factor in factors), expr.dot, expr.span)
        case Product(factors):
            return Product(tuple(_factors_turned(factors, turned)), expr.dot, expr.span)
        case _:
            return expr


def _factors_turned(factors: tuple[Expr, ...], turned: frozenset[int]) -> Iterator[Expr]:
    """A·(a, b)^T has a column; (a, b)^T·A, (a, b)·(c, d)^T have rows, since only those fit."""
    width = 0
    for factor in factors:
        made = factor
        if isinstance(factor, Matrix):
            column = columns_where_turned(factor, turned)
            made = column if isinstance(column, Matrix) and column.shape[0] == width else factor
            width = made.shape[1] if isinstance(made, Matrix) else width
        yield made


def flat_lists(tokens: list[Token]) -> frozenset[int]:
    """Where lists begin that hold commas only: [a, b], (a, b), {a, b}."""
    found: set[int] = set()
    opened: list[tuple[Token, set[str]]] = []
    for token in tokens:
        if token.text in LISTS:
            if opened and token.text != "(":
                opened[-1][1].add("list")
            opened.append((token, set()))
        elif token.text in LISTS.values() and opened:
            opener, inside = opened.pop()
            if inside == {","} and opener.text != "⟦":
                found.add(opener.start)
        elif opened and token.text in (",", ";"):
            opened[-1][1].add(token.text)
    return frozenset(found)


def rows_where_needed(expr: Expr, flats: frozenset[int], text: str) -> Expr:
    """A flat list before a matrix is the row that fits: (a, b)·[[c, d], [e, f]]; also a column before · and another."""
    match expr:
        case Sum(terms):
            return Sum(tuple(rows_where_needed(term, flats, text) for term in terms), expr.span)
        case Minus(operand) | Negative(operand):
            return type(expr)(rows_where_needed(operand, flats, text), expr.span)
        case Quotient(over, under):
            return Quotient(rows_where_needed(over, flats, text), under, expr.span)
        case Product(factors):
            return _row_product(factors, expr, flats, text)
        case _:
            return expr


def _row_product(factors: tuple[Expr, ...], expr: Product, flats: frozenset[int], text: str) -> Expr:
    changed, turned = [by_entries(factor, text) for factor in factors], False
    at = [i for i, factor in enumerate(changed) if isinstance(factor, Matrix)]
    for i, j in pairwise(at):
        left, right = changed[i], changed[j]
        if isinstance(left, Matrix) and isinstance(right, Matrix) and left.shape[0] == right.shape[0] > 1:
            is_flat = left.span is not None and left.span[0] in flats
            if left.shape[1] == 1 and (is_flat or (expr.dot and right.shape[1] == 1)):
                changed[i], turned = left.transposed, True
    if not turned:
        return expr
    value = by_entries(Product(tuple(changed), expr.dot, expr.span), text)
    return value.entries[0] if isinstance(value, Matrix) and value.shape == (1, 1) else value
