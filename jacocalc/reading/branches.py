"""piecewise(a if x < 0, b otherwise), and the conditions in it: comparisons joined by and, or.

Also as SymPy prints them: Piecewise((a, (x > 0) & (x < 1)), (b, Ne(x, 0)), (c, True)); and as programs write them:
a if x < 0 else b, x < 0 ? a : b, where(x < 0, a, b), If(x < 0, a, x < 1, b, c), piecewise(x < 0, a, b).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from jacocalc.notation import Comparison, Expr, Piecewise, joined
from jacocalc.reading.brackets import closed_at, own_level, step
from jacocalc.reading.cursor import CASES
from jacocalc.reading.lexer import Token

if TYPE_CHECKING:
    from jacocalc.reading.parser import Parser

RELATIONS = ("<=", ">=", "!=", "<", ">", "=")
_NAMED = {"Eq": "=", "Ne": "!="}
_CHOOSERS = frozenset({"If", "IF", "ifelse", "IfElse", "where", "if_else", "select", "cond"})


def piecewise(p: Parser, token: Token) -> Expr:
    """piecewise(a if x < 0, b otherwise)"""
    if not p.sees("("):
        raise p.error(f"{token.text} needs branches", token, CASES)
    p.open()
    if token.text == "Piecewise" and p.sees("("):
        return _pairs(p, token)
    if condition_next(p):
        return _conditions_first(p, token)
    branches: list[tuple[Expr, Expr]] = []
    otherwise: Expr | None = None
    while True:
        value = p.sum()
        if p.sees_word("otherwise", "else"):
            p.take()
            otherwise = value
            break
        if not p.sees_word("if", "for"):
            raise p.unexpected("“if” and a condition, or “otherwise”", CASES)
        p.take()
        branches.append((value, condition(p)))
        if not p.sees(",", ";"):
            break
        p.take()
    p.close()
    if not branches:
        raise p.error("piecewise needs a branch with a condition", token)
    return Piecewise(tuple(branches), otherwise, p.span(token.start))


def condition_next(p: Parser) -> bool:
    """Whether a condition stands before the next comma, and no value with “if” behind it."""
    if p.sees_word(*_NAMED) or (p.sees("(") and _bracketed_condition(p)):
        return True
    level = 0
    for token in p.tokens[p.at :]:
        level += step(token)
        if level < 0 or (level == 0 and token.text in (",", "if", "for")):
            return False
        if level == 0 and token.text in RELATIONS:
            return True
    return False


def _conditions_first(p: Parser, token: Token) -> Expr:
    """x < 0, a, x < 1, b, c)"""
    branches: list[tuple[Expr, Expr]] = []
    while condition_next(p):
        when = condition(p)
        _skip(p, ",", "a comma")
        branches.append((p.sum(), when))
        if not p.sees(","):
            raise p.error(f"{token.text} says no value for where no condition holds", token, CASES)
        p.take()
    otherwise = p.sum()
    p.close()
    return Piecewise(tuple(branches), otherwise, p.span(token.start))


def _pairs(p: Parser, token: Token) -> Expr:
    """SymPy's (a, x < 0), (b, True))"""
    branches: list[tuple[Expr, Expr]] = []
    otherwise: Expr | None = None
    while otherwise is None:
        if not p.sees("("):
            raise p.unexpected("a pair (value, condition)")
        p.open()
        value = p.sum()
        _skip(p, ",", "a comma")
        if p.sees_word("True"):
            p.take()
            otherwise = value
        else:
            branches.append((value, condition(p)))
        p.close()
        if not p.sees(","):
            break
        p.take()
    p.close()
    if not branches:
        raise p.error("Piecewise needs a branch with a condition", token)
    return Piecewise(tuple(branches), otherwise, p.span(token.start))


def choice(p: Parser) -> Expr:
    """A sum; a if x < 0 else b; x < 0 ? a : b"""
    start = p.token.start
    branches: list[tuple[Expr, Expr]] = []
    p.descend("cases are nested too deep")
    while True:
        if _asks(p):
            when = condition(p)
            _skip(p, "?", "“?” and a value")
            value = p.sum()
            _skip(p, ":", "“:” and the other value")
        else:
            value = p.sum()
            if not p.sees_word("if"):
                break
            p.take()
            when = condition(p)
            _skip(p, "else", "“else” and a value")
        branches.append((value, when))
    p.depth -= 1
    return Piecewise(tuple(branches), value, p.span(start)) if branches else value


def _asks(p: Parser) -> bool:
    """Whether “?” stands before the next comma outside brackets."""
    level = 0
    for token in p.tokens[p.at :]:
        level += step(token)
        if level < 0 or (level == 0 and token.text in (",", ";", "?")):
            return token.text == "?"
    return False


def _skip(p: Parser, sign: str, wanted: str) -> None:
    if p.token.text != sign:
        raise p.unexpected(wanted, CASES)
    p.take()


def chooses(p: Parser, token: Token) -> bool:
    """Whether a name is If or where, called with a condition and what is chosen by it."""
    if token.text not in _CHOOSERS or not p.sees("("):
        return False
    p.at += 1
    found = condition_next(p)
    p.at -= 1
    return found


def chosen(p: Parser, token: Token) -> Expr:
    """If(x < 0, a, x < 1, b, c)"""
    p.open()
    return _conditions_first(p, token)


def condition_or_sum(p: Parser) -> Expr:
    """A condition where one is written, else an expression."""
    level = 0
    for token in p.tokens[p.at :]:
        level += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if level == 0 and (token.text in RELATIONS or token.text in ("and", "or")):
            return condition(p)
    return p.sum()


def condition(p: Parser) -> Expr:
    """Comparisons joined by ``and`` and ``or``, also ``&`` and ``|``; ``and`` binds tighter."""
    return _listed(p, "or", ("|", "||"), lambda: _listed(p, "and", ("&",), lambda: _comparison(p)))


def _listed(p: Parser, word: str, signs: tuple[str, ...], part: Callable[[], Expr]) -> Expr:
    conditions = [part()]
    while p.sees_word(word) or p.sees(*signs):
        if p.take().text == "&" and p.sees("&"):
            p.take()
        conditions.append(part())
    return joined(word, conditions)


def _comparison(p: Parser) -> Expr:
    if p.sees("(") and _bracketed_condition(p):
        p.open()
        inner = condition(p)
        p.close()
        return inner
    start = p.token.start
    if p.sees_word(*_NAMED) and p.following.text == "(":
        return _named(p, start)
    sides = [p.sum()]
    relations: list[str] = []
    while p.sees(*RELATIONS):
        relations.append(p.take().text)
        sides.append(p.sum())
    if not relations:
        raise p.unexpected("a comparison such as <, <=, =, !=, >=, >")
    parts = tuple(Comparison(relation, sides[i], sides[i + 1], p.span(start)) for i, relation in enumerate(relations))
    return joined("and", parts)


def _named(p: Parser, start: int) -> Expr:
    """Eq(x, 0) and Ne(x, 0)"""
    relation = _NAMED[p.take().text]
    p.open()
    left = p.sum()
    _skip(p, ",", "a comma")
    right = p.sum()
    p.close()
    return Comparison(relation, left, right, p.span(start))


def _bracketed_condition(p: Parser) -> bool:
    """Whether the bracket at the cursor holds a condition rather than an expression."""
    inside = own_level(p.tokens[p.at + 1 : closed_at(p.tokens, p.at) or None])
    return any(token.text in RELATIONS for token in inside)
