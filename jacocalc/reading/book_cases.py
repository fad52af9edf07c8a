"""Cases behind a definition as books write them without a brace, and conditions that say where the inputs lie.

    f(x) = x^2 for x >= 0, -x for x < 0          x^2, x >= 0; -x, x < 0          {x^2 if x >= 0, -x otherwise}
    f(x) = x^2 sin(1/x) for x != 0, f(0) = 0     f(x, y) = xy/(x^2 + y^2), f(0, 0) = 0
    f(x) = ln x for x > 0                        one condition alone is left out, with a note

They are read where a definition cannot be read without them, so they change no other reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from jacocalc.linear import strict
from jacocalc.notation import Comparison, Expr, Junction, Piecewise, Symbol, joined, walk
from jacocalc.reading.brackets import closed_at, step
from jacocalc.reading.branches import RELATIONS, condition, condition_next
from jacocalc.reading.lexer import Token

if TYPE_CHECKING:
    from jacocalc.reading.parser import Parser

_LIES = ("for", "where", "with", "when")
_WORDS = (*_LIES, "if")
_REST = ("otherwise", "else")


def book_cases(p: Parser, name: str, inputs: Sequence[str]) -> Expr:
    """The cases at the cursor up to the end, or the formula in front of one condition.  Raises ReadError."""
    p.tokens = list(_parted(p, name))
    return _Cases(p, name, inputs).read()


def place_left_out(p: Parser) -> bool:
    """Step over “, r > 0” and “for 0 < t < 1” at the cursor, with a note; False where none stands there."""
    start = p.at
    if p.sees(",", ";"):
        p.take()
    if p.sees_word(*_LIES):
        p.take()
    first = p.token.start
    if p.at > start and _first_relation(p.tokens[p.at :]) not in ("", "="):
        _note(p, condition(p), first)
        return True
    p.at = start
    return False


def _first_relation(tokens: Sequence[Token]) -> str:
    """The first sign that compares, outside brackets and before the next comma, or nothing."""
    level = 0
    for token in tokens:
        level += step(token)
        if level < 0 or (level == 0 and token.text in (",", ";", *RELATIONS)):
            return token.text if token.text in RELATIONS else ""
    return ""


def _note(p: Parser, when: Expr, start: int) -> None:
    """The note on a condition that was read from a column on; x = 1 is a point, and no condition."""
    if any(isinstance(part, Comparison) and part.relation == "=" for part in walk(when)):
        raise p.unexpected("the end")
    p.scope.note(place_note(p.typed_since(start)))


def place_note(typed: str) -> str:
    """The note on what says where the inputs lie."""
    return f"“{typed}” says where the inputs lie; it is left out"


def _parted(p: Parser, name: str) -> Iterator[Token]:
    """The tokens with one word for “where” and “when”, and with a comma for the “and” in front of another case."""
    for at, token in enumerate(p.tokens):
        called = [one.text for one in p.tokens[at + 1 : at + 3]] == [name, "("]
        if token.text == "and" and (called or _is_case(p.tokens[at + 1 :])):
            yield token._replace(kind="op", text=",")
        elif token.text in _LIES and p.scope.variable(token.text) is None:
            yield token._replace(text="for")
        else:
            yield token


def _is_case(tokens: Sequence[Token]) -> bool:
    """Whether “if” or “otherwise” stands there before the next sign that parts cases."""
    level = 0
    for token in tokens:
        level += step(token)
        if level < 0 or (level == 0 and token.text in (",", ";", "and", *_WORDS, *_REST)):
            return token.text in (*_WORDS, *_REST)
    return False


class _Cases:
    """Branches as they are typed; ``points``: how many are f(0) = 0; ``formula``: a value without any condition."""

    def __init__(self, p: Parser, name: str, inputs: Sequence[str]) -> None:
        self.p = p
        self.name = name
        self.inputs = inputs
        self.branches: list[tuple[Expr, Expr]] = []
        self.points = 0
        self.formula: Expr | None = None
        self.rest: Expr | None = None
        self.place_at: int | None = None

    def read(self) -> Expr:
        """x^2 for x >= 0, -x otherwise"""
        p, start = self.p, self.p.token.start
        braced = p.sees("{") and p.tokens[closed_at(p.tokens, p.at) + 1].kind == "end"
        if braced:
            p.open()
        self._case()
        while p.sees(",", ";"):
            p.take()
            self._case()
        value = self._value(start)
        if braced:
            p.close()
        p.expect_end()
        return value

    def _value(self, start: int) -> Expr:
        """One condition alone says where the inputs lie, but “if” leaves a value to be said."""
        alone = len(self.branches) == 1 and self.rest is self.formula is None
        if alone and self.place_at is not None:
            value, when = self.branches[0]
            _note(self.p, when, self.place_at)
            return value
        beside = self.formula is not None and (self.rest is not None or self.points < len(self.branches))
        if alone or beside or not self.branches:
            raise self.p.unexpected("another case")
        return Piecewise(tuple(self.branches), self.rest or self.formula, self.p.span(start))

    def _case(self) -> None:
        p = self.p
        if p.sees_word(*_REST):
            p.take()
            self.rest = p.sum()
        elif self._sees_point():
            self._at_point()
        elif self.branches and condition_next(p):  # x > 0, y > 0
            value, before = self.branches.pop()
            self.branches.append((value, Junction("and", (before, condition(p)))))
        else:
            self._with_condition(p.sum())

    def _with_condition(self, value: Expr) -> None:
        """x^2 for x >= 0; x^2, x >= 0; x^2 otherwise; x^2 alone"""
        p = self.p
        start = p.at
        comma = p.sees(",") and bool(p.take())
        if p.sees_word(*_REST):
            p.take()
            self.rest = value
        elif p.sees_word(*_WORDS) or (comma and not self._sees_point() and condition_next(p)):
            chosen = p.sees_word("if") and "if" in p.typed(p.token)
            if p.sees_word(*_WORDS):
                p.take()
            self.place_at = None if chosen else p.token.start
            self.branches.append((value, condition(p)))
        elif self.formula is None and not self.branches:
            p.at, self.formula = start, value
        else:
            raise p.unexpected("a condition")

    def _sees_point(self) -> bool:
        return self.p.sees_word(self.name) and self.p.following.text == "("

    def _at_point(self) -> None:
        """f(0, 0) = 0; f(0, y) = 0 says nothing of y"""
        p = self.p
        p.take()
        p.open()
        numbers = [p.sum()]
        while p.sees(",") and p.take():
            numbers.append(p.sum())
        p.close()
        if len(numbers) != len(self.inputs) or not p.sees("="):
            raise p.unexpected("the value at a point")
        p.take()
        said = [(one, number) for one, number in zip(self.inputs, numbers, strict=True) if strict(number) != one]
        places = tuple(Comparison("=", Symbol(one), number) for one, number in said)
        if not places:
            raise p.unexpected("the value at a point")
        self.branches.append((p.sum(), joined("and", places)))
        self.points += 1
