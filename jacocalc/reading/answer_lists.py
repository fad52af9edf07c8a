"""Lists in answers: which are written with rows, and where a list is meant as a row.

    [a, b]  flat        [[a], [b]], [a; b]  with rows        (a, b)·[[c, d], [e, f]]  a row, since only that fits
"""

from __future__ import annotations

from itertools import pairwise

from jacocalc.notation import Expr, Matrix, Minus, Negative, Product, Sum, children
from jacocalc.reading.lexer import Token
from jacocalc.reading.matrices import by_entries


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


def has_rows(tokens: list[Token]) -> bool:
    """Whether rows are written: a display, a semicolon, a transpose or a list in a list."""
    signs = [token.text for token in tokens if token.kind != "number"]
    nested = any(a in ("[", "{") and b in ("[", "{") for a, b in pairwise(signs))
    return nested or any(sign in ("⟦", ";", "'") for sign in signs) or "^ T" in " ".join(signs)


def flat_lists(tokens: list[Token]) -> frozenset[int]:
    """Where lists begin that hold commas only: [a, b], (a, b), {a, b}."""
    found: set[int] = set()
    opened: list[tuple[Token, set[str]]] = []
    for token in tokens:
        if token.text in ("[", "(", "{", "⟦"):
            if opened and token.text != "(":
                opened[-1][1].add("list")
            opened.append((token, set()))
        elif token.text in ("]", ")", "}", "⟧") and opened:
            opener, inside = opened.pop()
            if inside == {","} and opener.text != "⟦":
                found.add(opener.start)
        elif opened and token.text in (",", ";"):
            opened[-1][1].add(token.text)
    return frozenset(found)


def rows_where_needed(expr: Expr, flats: frozenset[int], text: str) -> Expr:
    """A flat list before a matrix is the row that fits: (a, b)·[[c, d], [e, f]], (a, b)·(c, d)."""
    match expr:
        case Sum(terms):
            return Sum(tuple(rows_where_needed(term, flats, text) for term in terms), expr.span)
        case Minus(operand) | Negative(operand):
            return type(expr)(rows_where_needed(operand, flats, text), expr.span)
        case Product(factors):
            return _row_product(factors, expr, flats, text)
        case _:
            return expr


def _row_product(factors: tuple[Expr, ...], expr: Product, flats: frozenset[int], text: str) -> Expr:
    at = [i for i, factor in enumerate(factors) if isinstance(factor, Matrix)]
    changed = list(factors)
    for i, j in pairwise(at):
        left, right = factors[i], factors[j]
        if isinstance(left, Matrix) and isinstance(right, Matrix) and left.shape[0] == right.shape[0] > 1:
            is_flat = left.span is not None and left.span[0] in flats
            changed[i] = left.transposed if is_flat else left
    if tuple(changed) == factors:
        return expr
    value = by_entries(Product(tuple(changed), expr.dot, expr.span), text)
    return value.entries[0] if isinstance(value, Matrix) and value.shape == (1, 1) else value
