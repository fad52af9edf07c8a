"""Equations that define functions implicitly → F with F(x, y) = 0: ``x^2 + y^2 = 25`` is x² + y² − 25, and so is
``F(x, y) = x^2 + y^2 = 25``, with the inputs in this order.

Names behind a last semicolon are parameters: ``x^2 + a y^2 = 1; a``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from jacocalc.errors import JacocalcError, ReadError
from jacocalc.functions import VectorFunction, order_note
from jacocalc.known_functions import CALLED, SPELLINGS
from jacocalc.notation import ZERO, Expr, Matrix, Minus, Sum, names, terms_of
from jacocalc.reading.definitions import read_function, unused, with_declared
from jacocalc.reading.matrices import by_entries
from jacocalc.reading.parser import Parser
from jacocalc.reading.scope import Scope
from jacocalc.reading.staged import without_parameters
from jacocalc.reading.tokens import tokens_of

_IS_LEVEL = re.compile(
    r"(?<!\w)(?P<head>(?P<name>[^\W\d]\w*)\s*\((?P<inputs>\s*[^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)+\s*)\))"
    r"\s*=\s*(?P<level>\d+|[^\W\d]\w*)\s*(?:[,;]|$)"
)
_CALL = r"(?P<{0}>(?P<{0}_name>[^\W\d]\w*)\s*\((?:\s*[^\W\d]\w*\s*,)*\s*[^\W\d]\w*\s*\))"
_EQUATED = re.compile(rf"\s*{_CALL.format('left')}\s*=\s*{_CALL.format('right')}\s*")
_HEADER = re.compile(r"\s*(?P<name>[^\W\d]\w*)\s*\([\w\s,;]*\)\s*")
_HEADED = re.compile(rf"(?P<body>\s*\$?{_HEADER.pattern}=[^=,;<>≤≥≠]+)=(?P<level>[^=,;<>≤≥≠$]+)(?P<end>\$?\s*)")
_NAMES = ("G", "H", "Phi", "K")  # of what is 0, where F is declared
_KNOWN = SPELLINGS.keys() - {"sigma", "σ"}


def is_relation(text: str) -> bool:
    """Whether the text is an equation between quantities, not F(x, y) = … or a declaration.

    The left side of a definition is a name with its inputs in brackets: F(x, y), F(x; a).  F(x, y) = 0 and
    U(x, y) = c are equations, and so is f(x) = g(y) of an f that is declared in front; f(x) = x^2 is its formula.
    """
    declared, text = with_declared(text, {})
    if _says_level(text):
        return True
    tokens = tokens_of(text)
    if not any(token.text == "=" for token in tokens):
        return False
    head = tokens[0]
    if len(tokens) < 3 or head.kind != "name" or tokens[1].text != "(" or head.text in _KNOWN:
        return True
    end = next((i for i, token in enumerate(tokens) if token.text == ")"), 0)
    inside = [token for token in tokens[2:end] if token.text not in (",", ";")]
    headed = all(token.kind == "name" for token in inside) and tokens[end + 1].text == "="
    return not headed or (head.text in declared and not _is_formula(text))


def refuse_formula(text: str) -> None:
    """x^2 + y^2 - 25 without “=”: a ReadError.  F(x, y) is a function without a formula."""
    header = _HEADER.fullmatch(text)
    named = header is not None and header["name"] not in _KNOWN
    if not named and not any(sign in text for sign in ("=", ":", "->", "→", "\\")):
        hint = "" if any(sign in text for sign in "<>≤≥") else f'write "{text.strip()} = 0"'
        raise ReadError("an equation needs “=”", text=text, end=len(text), hint=hint)


def _is_formula(text: str) -> bool:
    """f(x, y) = xy, where x and y occur and nothing else; not F(x, y) = c"""
    try:
        return any(names(value) for value in read_function(text).values)
    except JacocalcError:
        return False


def read_implicit(
    text: str, functions: Mapping[str, VectorFunction] | None = None, loose: bool | None = None, name: str = "F"
) -> VectorFunction:
    """F of F(x, y) = 0: one equation or several, separated by commas; or a definition F(x, y) = [ … ].

    Raises ReadError, ShapeError.
    """
    refuse_formula(text)
    if (headed := _HEADED.fullmatch(text)) and headed["name"] not in {*_KNOWN, *(functions or {})}:
        level = headed["level"].strip()
        text = headed["body"] + (f"-({level})" if level != "0" else "") + headed["end"]
    whole, given = text, functions or {}
    known, text = with_declared(text, given)
    if levels := _without_formulas(text, known):
        from jacocalc.questions import stacked  # only these need it

        heads = [replace(read_function(level["head"]), text=text, notes=_level(level)) for level in levels]
        return replace(stacked(tuple(heads), united=True), text=text)
    equated = _equated(text, known)
    if not equated and not is_relation(whole):
        return read_function(text, known, (), loose)
    known = {**known, **equated}
    scope = Scope(functions=known, open=True, loose=loose)
    tokens = tokens_of(text)
    before, parameters = without_parameters(tokens[:-1])
    for parameter in parameters:
        scope.declare(parameter)
    parser = Parser(text, scope, [*before, tokens[-1]])
    components: list[Expr] = []
    while True:
        components += _equation(parser, text)
        if not parser.sees(",", ";"):
            break
        parser.take()
    parser.expect_end()
    found = tuple(dict.fromkeys(one for component in components for one in names(component)))
    inputs = tuple(one for one in found if one not in parameters)
    if not inputs:
        raise ReadError("no variable occurs in the equation", text=text, end=len(text))
    if idle := [one for one in parameters if one not in found]:
        raise ReadError(f"{idle[0]} does not occur in the equation", text=text, end=len(text))
    if len(inputs) > 1:
        scope.note(order_note(inputs, inputs))
    free = next((letter for letter in (name, *_NAMES) if letter not in known), name)
    made = VectorFunction(
        free, inputs, tuple(components), len(inputs), len(components), tuple(parameters),
        scalar=len(components) == 1, notes=tuple(scope.notes),
    )  # fmt: skip
    return replace(made, text=text, notes=(*made.notes, *unused(known, given, [made])))


def _without_formulas(text: str, known: Mapping[str, VectorFunction]) -> list[re.Match[str]]:
    """F(x, y) = 0, U(x, y) = c of functions without formulas, one or several, else nothing."""
    found = list(_IS_LEVEL.finditer(text)) if _says_level(text) else []
    others = {name for name, function in known.items() if function.specified} | _KNOWN
    return [] if any(one["name"] in others for one in found) else found


def _equated(text: str, known: Mapping[str, VectorFunction]) -> dict[str, VectorFunction]:
    """F and G of F(x, y) = G(x, y), functions without formulas, else nothing."""
    found = _EQUATED.fullmatch(text)
    heads = {found["left_name"]: found["left"], found["right_name"]: found["right"]} if found else {}
    if len(heads) < 2 or any(name in _KNOWN or name in known or name in CALLED for name in heads):
        return {}
    return {function.name: function for function in map(read_function, heads.values())}


def _level(found: re.Match[str]) -> tuple[str, ...]:
    """What is said of a level that is not 0: U − c has the derivatives of U."""
    name, level = found["name"], found["level"]
    if level == "0":
        return ()
    return (f"{level} is a constant; {name} stands for {name} - {level}, with the same derivatives",)


def _says_level(text: str) -> bool:
    """F(x, y) = 0, U(x, y) = c with a constant, or several of them."""
    levels = list(_IS_LEVEL.finditer(text))
    rest = _IS_LEVEL.sub("", text).strip()
    return bool(levels) and not rest and not any(_is_formula(f"{one['head']} = {one['level']}") for one in levels)


def _equation(parser: Parser, text: str) -> list[Expr]:
    left = by_entries(parser.sum(), text)
    if not parser.sees("="):
        raise parser.error("expected “=”", hint="an equation such as x^2 + y^2 = 25")
    parser.take()
    right = by_entries(parser.sum(), text)
    if parser.sees("="):
        raise parser.error("one equation, one “=”", hint="equations are separated by commas")
    sides = [(left, right)]
    if isinstance(left, Matrix):
        others = right.entries if isinstance(right, Matrix) else (right,) * len(left.entries)
        if len(others) != len(left.entries):
            raise ReadError("the two sides have different sizes", text=text, end=len(text))
        sides = list(zip(left.entries, others, strict=True))
    elif isinstance(right, Matrix):
        raise ReadError("the two sides have different sizes", text=text, end=len(text))
    return [_difference(one, other) for one, other in sides]


def _difference(left: Expr, right: Expr) -> Expr:
    """left − right, the terms of both sides in one sum."""
    if right == ZERO:
        return left
    moved = (term.operand if isinstance(term, Minus) else Minus(term) for term in terms_of(right))
    return Sum((*terms_of(left), *moved))
