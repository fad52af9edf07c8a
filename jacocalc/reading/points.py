"""Text → points, vectors and matrices of numbers: ``1,2``, ``x=1, y=2``, ``pi/2, sqrt(2)``, ``[[1, 2], [3, 4]]``.

A point also as ``(x, y) = (1, 2)``, ``(x_0, y_0) = (1, 2)``, ``P(1, 2)``, ``P_0 = (1, 2)``, ``x: 1, y: 2``,
``{x: 1, y: 2}`` and ``x -> 1, y -> 2``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from jacocalc.errors import ReadError, ShapeError
from jacocalc.functions import Point, Size, count
from jacocalc.notation import Expr, Matrix, as_rational, entries_of, integer, name_key, rational
from jacocalc.options import LIMITS
from jacocalc.reading.brackets import BRACKETS, list_end
from jacocalc.reading.changes import with_changes
from jacocalc.reading.matrices import by_entries
from jacocalc.reading.parser import Parser, read_expression
from jacocalc.reading.scope import Scope
from jacocalc.reading.tokens import tokens_of

_NAMING = ("=", ":", "->")
_AT_POINT = re.compile(r"(?<=[^\W\d_])_?0\Z")  # x_0 and x0 for x
_CHANGED = re.compile(  # dx =, Δx =, dx/dt =
    r"(?P<d>(?:\\Delta(?![A-Za-z])|[Δ∆]|(?<![\w\\])d|\\mathrm\s*\{\s*d\s*\})\s*)(?P<name>\\?\w+)(?P<rate>\s*/\s*d\w)?(?=\s*=)"
)
_DECIMAL_COMMA = re.compile(r"\d,\d")
_PAUSE = re.compile(r"[,;]\s|;")


def read_point(text: str, inputs: Sequence[str], parameters: Sequence[str] = ()) -> Point:
    """The point that the text names; parameters may be given by name.

    Raises ReadError for unreadable text and unknown names, ShapeError for the wrong number of coordinates.
    """
    try:
        return _point(text, inputs, parameters)
    except ReadError as error:
        if error.message.endswith("is not declared"):
            listed = ", ".join(inputs) if len(inputs) == 1 else f"({', '.join(inputs)})"
            error.hint = f"a point has numbers; the formulas without a point hold at every {listed}"
        raise


def _point(text: str, inputs: Sequence[str], parameters: Sequence[str]) -> Point:
    parser = Parser(text, Scope(), with_changes(tokens_of(text), text))
    parser.refuse_empty("a point such as 1, 2 or x=1, y=2")
    positional: list[Expr] = []
    named: dict[str, Expr] = {}
    keys = {name_key(name): name for name in (*inputs, *parameters)}
    _skip_label(parser, keys)
    braced = parser.sees("{") and parser.tokens[2:3] and parser.tokens[2].text in _NAMING
    if braced:
        parser.open()
    end = 0 if braced else list_end(parser.tokens, 0)
    if end and parser.tokens[end].text == "=":
        return placed((), _together(parser, keys, inputs, end), inputs, parameters, text)
    while True:
        token, after = parser.token, parser.following
        if token.kind == "name" and after.text in _NAMING:
            name = _input(parser, keys, inputs)
            if name in named:
                raise parser.error(f"{name} is given twice")
            parser.take()
            parser.take()
            named[name] = _coordinate(parser, parser.sum(), name)
        else:
            value = parser.sum()
            positional += entries_of(value)
        if not (parser.sees(",", ";") or parser.sees_word("and")):
            break
        if parser.take().text != "and" and parser.sees_word("and"):
            parser.take()
    if braced:
        parser.close()
    parser.expect_end()
    return placed(positional, named, inputs, parameters, text)


def _skip_label(parser: Parser, keys: dict[str, str]) -> None:
    """P(1, 2), P = (1, 2), P_0(1, 2): the name of the point."""
    token = parser.token
    behind = parser.at + 1 + (parser.following.text == "=")
    labelled = token.text.rstrip("0123456789_") in ("P", "Q", "A") and name_key(token.text) not in keys
    if labelled and parser.tokens[behind].text in BRACKETS:
        parser.at = behind


def _input(parser: Parser, keys: dict[str, str], inputs: Sequence[str]) -> str:
    """The input or parameter that is named at the cursor."""
    word = parser.token.text
    name = keys.get(name_key(word)) or keys.get(name_key(_AT_POINT.sub("", word)))
    if name is None:
        raise parser.error(f"{word} is not an input", hint=f"the inputs are {', '.join(inputs)}")
    return name


def _together(parser: Parser, keys: dict[str, str], inputs: Sequence[str], end: int) -> dict[str, Expr]:
    """(x, y) = (1, 2)"""
    listed: list[str] = []
    while parser.at < end:
        if parser.token.kind == "name":
            listed.append(_input(parser, keys, inputs))
            if listed[-1] in listed[:-1]:
                raise parser.error(f"{listed[-1]} is given twice")
        parser.take()
    parser.take()
    value = parser.sum()
    parser.expect_end()
    entries = entries_of(value)
    if len(listed) != len(entries):
        said = f"{count(len(listed), 'name')}, but {count(len(entries), 'coordinate')}"
        raise ShapeError(said, text=parser.text, end=len(parser.text))
    return dict(zip(listed, entries, strict=True))


def _coordinate(parser: Parser, value: Expr, name: str) -> Expr:
    if isinstance(value, Matrix):
        raise parser.error(f"{name} is one number, not a list")
    return value


def placed(
    positional: Sequence[Expr],
    named: dict[str, Expr],
    inputs: Sequence[str],
    parameters: Sequence[str],
    text: str = "",
) -> Point:
    """The coordinates in the order of the inputs.  Raises ShapeError when some are missing or too many."""
    by_name = {name: value for name, value in named.items() if name in inputs}
    given = tuple((name, named[name]) for name in parameters if name in named)
    if positional and by_name:
        hint = "decimals are written with a point: 0.5" if _DECIMAL_COMMA.search(text) else ""
        raise ReadError("coordinates are given either in order or by name", text=text, end=len(text), hint=hint)
    missing = [name for name in inputs if name not in by_name]
    if by_name and missing:
        raise ShapeError(f"the point gives no value for {', '.join(missing)}", text=text, end=len(text))
    coordinates = tuple(by_name[name] for name in inputs) if by_name else tuple(positional)
    if len(coordinates) != len(inputs):
        torn = len(coordinates) == 2 * len(inputs) or (len(coordinates) > len(inputs) and _PAUSE.search(text))
        raise ShapeError(
            f"the point has {count(len(coordinates), 'coordinate')}, "
            f"but the function takes {count(len(inputs), 'input')} ({', '.join(inputs)})",
            text=text,
            end=len(text),
            hint="decimals are written with a point: 0.5" if torn and _DECIMAL_COMMA.search(text) else "",
        )
    return Point(coordinates, given)


def read_kink(text: str) -> Expr | None:
    """The weight of the right side at a kink: a number from 0 to 1, or left or right; None for nothing.

    Raises ReadError.
    """
    word = text.strip()
    if not word:
        return None
    if word in ("left", "right"):
        return integer(int(word == "right"))
    value = as_rational(read_expression(text, Scope()))
    if value is None or not 0 <= value <= 1:
        raise ReadError("a kink weight is a number from 0 to 1, or left or right", text=text, end=len(text))
    return rational(value)


def read_value(text: str, variables: Sequence[str]) -> Expr:
    """An expression or a matrix in these variables.  Raises ReadError, ShapeError."""
    return by_entries(read_expression(text, Scope.of(variables)), text)


def read_vector(text: str, size: Size = 0) -> tuple[Expr, ...]:
    """The entries of a vector: ``1, 2``, ``[1, 2]``, ``v = 3i + 4j``, and ``2i`` where its ``size`` is known.

    Raises ReadError.
    """
    parser = Parser(text, Scope(dimension=size if isinstance(size, int) and 1 < size <= LIMITS.depth else 0))
    parser.refuse_empty("a vector such as 1, 2")
    behind = [token.text for token in parser.tokens[2:]]
    if parser.token.kind == "name" and parser.following.text == "=" and (behind[0] in BRACKETS or "," not in behind):
        parser.at = 2
    entries: list[Expr] = []
    while True:
        value = by_entries(parser.sum(), text)
        entries += entries_of(value)
        if not parser.sees(",", ";"):
            break
        parser.take()
    parser.expect_end()
    return tuple(entries)


def read_changes(text: str, inputs: Sequence[str], size: Size) -> tuple[Expr, ...]:
    """The changes of the inputs: ``dx = 0.05, dy = -0.04``, ``Δx``, ``dx/dt`` or ``x = …`` in any order, or a vector.

    Raises ReadError, ShapeError.
    """
    keys = {name_key(name) for name in inputs}

    def named(change: re.Match[str]) -> str:
        """x for dx, column by column; depth stays."""
        d, name, rate = change["d"], change["name"], change["rate"] or ""
        return change[0] if name_key(d + name) in keys else " " * len(d) + name + " " * len(rate)

    typed = _CHANGED.sub(named, text)
    heads = [name_key(token.text) for token, after in pairwise(tokens_of(typed)) if after.text == "="]
    if len(heads) == size and keys.issuperset(heads):
        return _point(typed, inputs, ()).coordinates
    return read_vector(text, size)
