"""piecewise(a if x < 0, b otherwise), and the conditions in it: comparisons joined by and, or."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jacocalc.notation import Comparison, Expr, Junction, Piecewise
from jacocalc.reading.lexer import Token

if TYPE_CHECKING:
    from jacocalc.reading.parser import Parser

RELATIONS = ("<=", ">=", "!=", "<", ">", "=")


def piecewise(p: Parser, token: Token) -> Expr:
    """piecewise(a if x < 0, b otherwise)"""
    if not p.sees("("):
        raise p.error("piecewise needs branches: piecewise(x if x > 0, 0 otherwise)", token)
    p.open()
    branches: list[tuple[Expr, Expr]] = []
    otherwise: Expr | None = None
    while True:
        value = p.sum()
        if p.sees_word("otherwise", "else"):
            p.take()
            otherwise = value
            break
        if not p.sees_word("if", "for"):
            raise p.unexpected("“if” and a condition, or “otherwise”")
        p.take()
        branches.append((value, condition(p)))
        if not p.sees(",", ";"):
            break
        p.take()
    p.close()
    if not branches:
        raise p.error("piecewise needs a branch with a condition", token)
    return Piecewise(tuple(branches), otherwise, p.span(token.start))


def condition_or_sum(p: Parser) -> Expr:
    """A condition where one is written, else an expression."""
    level = 0
    for token in p.tokens[p.at :]:
        level += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if level == 0 and (token.text in RELATIONS or token.text in ("and", "or")):
            return condition(p)
    return p.sum()


def condition(p: Parser) -> Expr:
    """Comparisons joined by ``and`` and ``or``; ``and`` binds tighter."""
    return _joined(p, "or", lambda: _joined(p, "and", lambda: _comparison(p)))


def _joined(p: Parser, word: str, part: object) -> Expr:
    assert callable(part)
    conditions = [part()]
    while p.sees_word(word):
        p.take()
        conditions.append(part())
    return conditions[0] if len(conditions) == 1 else Junction(word, tuple(conditions))


def _comparison(p: Parser) -> Expr:
    if p.sees("(") and _bracketed_condition(p):
        p.open()
        inner = condition(p)
        p.close()
        return inner
    start = p.token.start
    sides = [p.sum()]
    relations: list[str] = []
    while p.sees(*RELATIONS):
        relations.append(p.take().text)
        sides.append(p.sum())
    if not relations:
        raise p.unexpected("a comparison such as <, <=, =, !=, >=, >")
    parts = tuple(Comparison(relation, sides[i], sides[i + 1], p.span(start)) for i, relation in enumerate(relations))
    return parts[0] if len(parts) == 1 else Junction("and", parts)


def _bracketed_condition(p: Parser) -> bool:
    """Whether the bracket at the cursor holds a condition rather than an expression."""
    level = 0
    for token in p.tokens[p.at :]:
        if token.text in ("(", "["):
            level += 1
        elif token.text in (")", "]"):
            level -= 1
            if level == 0:
                return False
        elif level == 1 and token.text in RELATIONS:
            return True
    return False
