"""What programming languages and computer algebra systems write for f(x, y) = …, in our words.

    def f(x: float, y): return …      f = lambda x, y: …                     Python
    f = @(x, y) …                     function f(x, y) … end                 MATLAB, Julia
    f <- function(x, y) { … }         f = (x, y) => …                        R, JavaScript
    double f(double x, double y) { return …; }                               C
    f[x_, y_Real] := …                f := Function[{x, y}, …]               Mathematica
    f(x::Real) = …                    f := proc(x, y) … end proc             Julia, Maple

Signs that are no mathematics are blanked in the text, so that every other keeps its column; heads are rewritten in
the tokens.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jacocalc.reading.brackets import closed_at, list_end, own_level
from jacocalc.reading.lexer import Token

_PATTERN = r"\s*+[^\W\d_][^\W_]*+_(?:[A-Z][^\W_]*+)?(?:\?\w++)?\s*+"
_LISTED = rf"{_PATTERN}(?:,{_PATTERN})*"
_PATTERNS = re.compile(rf"\s*+[^\W\d]\w*+\s*+\[(?:{_LISTED}|\s*+\{{{_LISTED}\}}\s*+)\]\s*+:?=")
_BLANK = re.compile(r"_\w*(?:\?\w+)?")
_CONSTANT = re.compile(r"(?<![^\W\d])(?:E|Pi)(?!\w)")
_WHERE = r"(?<=[\w)])\s*\bwhere\s*\{?\s*[A-Z]\s*(?:<:\s*\w+\s*)?\}?(?=\s*=)"
_TYPE = re.compile(rf"(?<=[\w)])\s*::\s*(?!\w*(?:Vec|Mat|Arr|Tup))[A-Z]\w*(?![\w{{])|{_WHERE}")
_ANNOTATION = re.compile(r"(?<=\w)\s*:\s*(?:float|int|complex)\b(?=\s*[,)])|(?<=\))\s*->\s*[\w.]+(?=\s*:)")
_DECLARING = re.compile(
    r"\A\s*+(?:syms?\s++[\w ]++|(?:[\w, ]++=\s*+)?(?:\w++\.)?(?:symbols|var)\s*+\([^()\n]*+\))[ \t]*+[;\n]"
)
_BRACKETED = str.maketrans("[]{}", "()  ")
_TYPES = frozenset({"double", "float", "real", "const"})
_BEHIND = (";", ",", ":", "end", "endfunction", "function", "proc")


def without_types(text: str) -> str:
    """f(x , y ) := e^x for f[x_, y_Real] := E^x, f(x      ) = … for f(x::Real) = …, and no line of declarations."""
    text = _DECLARING.sub(_blanked, text)
    if patterns := _PATTERNS.match(text):
        head = _BLANK.sub(_blanked, patterns[0]).translate(_BRACKETED)
        inputs = re.findall(r"\w+", head)
        body = text[patterns.end() :]
        return head + _CONSTANT.sub(lambda one: one[0] if one[0] in inputs else one[0].lower(), body)
    if text.lstrip().startswith("def "):
        return _ANNOTATION.sub(_blanked, text)
    return _TYPE.sub(_blanked, text) if "::" in text else text


def _blanked(found: re.Match[str]) -> str:
    return " " * len(found[0])


def coded(tokens: list[Token]) -> list[Token] | None:
    """The tokens of f(x, y) = … for what a program writes, else None."""
    words = [token.text for token in tokens]
    if words[0] in ("const", "var") and words[2:3] == ["="]:
        return coded(tokens[1:])
    if words[1:4] == ["<", "-", "function"]:
        return _anonymous(tokens, 3, tokens[0])
    if tokens[0].kind == "name" and words[1:2] == ["="] and words[2] != ">":
        return _anonymous(tokens, 2, tokens[0])
    return _anonymous(tokens, 0, None) or _named(tokens, words)


def _anonymous(tokens: list[Token], at: int, name: Token | None) -> list[Token] | None:
    """What begins there: lambda x: …, @(x) …, function(x) …, proc(x) …, Function[{x}, …] and (x) => …"""
    words = [token.text for token in tokens]
    if words[at] == "lambda" and ":" in words[at + 2 :]:
        colon = words.index(":", at + 2)
        inputs = _bracketed(tokens[at], tokens[at + 1 : colon], tokens[colon])
        return defined(name, inputs, tokens[colon + 1 :]) if list_end(inputs, 0) == len(inputs) else None
    if words[at] in ("@", "function", "proc") and (end := list_end(tokens, at + 1)):
        return defined(name, tokens[at + 1 : end], _formula(tokens[end:], words[at + 1 : end]))
    if words[at : at + 2] == ["Function", "["] and closed_at(tokens, at + 1) == len(tokens) - 2:
        return _pure(tokens, at, name)
    end = list_end(tokens, at) or at + 1
    if words[end : end + 2] == ["=", ">"] and (words[at] == "(" or tokens[at].kind == "name"):
        return defined(name, tokens[at:end], _formula(tokens[end + 2 :], words[at:end]))
    return None


def _pure(tokens: list[Token], at: int, name: Token | None) -> list[Token] | None:
    """Function[x, …] and Function[{x, y}, …]"""
    begin = at + 2
    end = closed_at(tokens, begin) if tokens[begin].text == "{" else begin
    inputs = _bracketed(tokens[at], tokens[begin + 1 : end] or [tokens[begin]], tokens[end])
    listed = list_end(inputs, 0) and tokens[end + 1].text == ","
    return defined(name, inputs, [*tokens[end + 2 : -2], tokens[-1]]) if listed else None


def _named(tokens: list[Token], words: list[str]) -> list[Token] | None:
    """def f(x): return …, function f(x) … end, function z = f(x) z = … end, double f(double x) { return …; }"""
    end = list_end(tokens, 2)
    if words[0] == "def" and end and words[end : end + 2] == [":", "return"]:
        return defined(tokens[1], tokens[2:end], tokens[end + 2 :])
    if end and (words[0] == "function" or (words[0] in _TYPES and words[end] == "{")):
        inputs = [token for token in tokens[2:end] if token.text not in _TYPES]
        return defined(tokens[1], inputs, _formula(tokens[end:], words[2:end]))
    end = list_end(tokens, 4)
    begin = end + (words[end] == ",")
    if end and words[0] == "function" and words[2] == "=" and words[begin : begin + 2] == words[1:3]:
        return defined(tokens[3], tokens[4:end], _formula(tokens[begin + 2 :], words[4:end]))
    return None


def _formula(body: list[Token], inputs: Sequence[str]) -> list[Token]:
    """The formula of { return …; } and of … end; c(a, b) of R is a list."""
    inside = _stripped(body[:-1])
    if inside and inside[0].text == "{" and closed_at(inside, 0) == len(inside) - 1 and not _is_list(inside):
        inside = _stripped(inside[1:-1])
    if inside and inside[0].text == "return":
        inside = inside[1:]
    if [token.text for token in inside[:2]] == ["c", "("] and "c" not in inputs:
        inside = inside[1:]
    return [*inside, body[-1]]


def _stripped(body: list[Token]) -> list[Token]:
    """Without the semicolons and the end behind a formula."""
    while body and body[-1].text in _BEHIND:
        body = body[:-1]
    return body


def _is_list(braced: list[Token]) -> bool:
    """Whether {x, y} has entries."""
    return any(token.text == "," for token in own_level(braced[1:-1]))


def _bracketed(first: Token, inputs: list[Token], last: Token) -> list[Token]:
    """(x, y) of x, y"""
    return [sign_at("(", first), *inputs, sign_at(")", last)]


def defined(name: Token | None, inputs: list[Token], body: Sequence[Token]) -> list[Token]:
    """f(x, y) = body, the brackets there already or not, and the name f where there is none."""
    first = inputs[0]
    begin = first._replace(end=first.start)
    head = name or Token("name", "f", first.start, first.start, False)
    listed = inputs if first.text == "(" else [sign_at("(", begin), *inputs, sign_at(")", begin)]
    return [head, *listed, sign_at("=", body[0]), *body]


def sign_at(text: str, at: Token) -> Token:
    """A sign in the place of another token."""
    return Token("op", text, at.start, at.end, at.spaced)
