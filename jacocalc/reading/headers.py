"""The heads that definitions have in books → the one that is read, f(x, y) = …

f: R^2 -> R^2, f(x, y) = …    f: R^2 -> R^2, (x, y) ↦ …    f: (x, y) ↦ …    (x, y) ↦ …    z = f(x, y) = …
(u, v) = f(x, y) = …    f(x, y) = (f_1(x, y), f_2(x, y)) = …    f of a column of names    a group around it all
f = (x, y) -> …    x = x(t) = …, y = y(t) = …    x = g(t) = …, y = h(t) = …

What programming languages write is read in ``coded``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jacocalc.known_functions import SPELLINGS
from jacocalc.options import LIMITS
from jacocalc.reading.brackets import BRACKETS, CLOSERS, closed_at, list_end, step
from jacocalc.reading.coded import coded, defined, sign_at
from jacocalc.reading.lexer import Token
from jacocalc.reading.own_stages import BETWEEN_EQUATIONS

_REALS = ("R", "ℝ")
_ENDS = (",", ";", ":", "")
_NUMBERED = re.compile(r"([A-Za-z]+_?)(\d{1,4})")
_REALS_OF = re.compile("[Rℝ][0-9]*")


@dataclass(frozen=True)
class Head:
    """The tokens of f(x, y) = …, of the sizes that stood before it, R^2 and R^3, and of names of its components."""

    tokens: list[Token]
    sizes: tuple[list[Token], ...] = ()
    components: tuple[Token, ...] = ()


def plain_head(tokens: list[Token]) -> Head:
    """The definition with the head that is read; as it is, where it has none of the others."""
    head = _plain_head(_named_once(_rounded(_ungrouped(_filled(tokens)))))
    again, names = _named_again(head.tokens)
    return Head([*head.tokens[: again.start], *head.tokens[again.stop :]], head.sizes, names) if names else head


def _plain_head(tokens: list[Token]) -> Head:
    words = [token.text for token in tokens]
    if program := coded(tokens):
        return Head(program)
    if tokens[0].kind == "name" and words[1:2] == ["="] and (mapped := _mapped(tokens, 2, tokens[0])):
        return Head(mapped)
    if tokens[0].kind == "name" and words[1:2] == [":"]:
        return _declared(tokens)
    if tokens[0].kind == "name" and words[1:2] == ["="] and _header_at(tokens, 2):
        return Head(tokens[2:])
    if (end := list_end(tokens, 0)) and words[end] == "=" and _header_at(tokens, end + 1):
        return Head(tokens[end + 1 :])
    return Head(_mapped(tokens, 0, None) or tokens)


def _named_once(tokens: list[Token]) -> list[Token]:
    """x(t) = …, y(t) = … for x = x(t) = …, y = g(t) = …: of equations beside each other it is x and y that are used."""
    begins = (at for at, token in enumerate(tokens) if not at or token.text in BETWEEN_EQUATIONS)
    places = [at + bool(at) for at in begins if _is_named_twice(tokens, at + bool(at))]
    if not any(places):
        return tokens
    return [token for at, token in enumerate(tokens) if at - 1 not in places and at - 2 not in places]


def _is_named_twice(tokens: list[Token], at: int) -> bool:
    """Whether x = g(t) = stands here."""
    return tokens[at].kind == "name" and tokens[at + 1].text == "=" and _header_at(tokens, at + 2)


def _filled(tokens: list[Token]) -> list[Token]:
    """x_1, …, x_4 with the names that the dots stand for."""
    filled: list[Token] = []
    for at, token in enumerate(tokens):
        filled.append(token)
        if token.text != "..." or not 2 <= at < len(tokens) - 2:
            continue
        first, last = (_NUMBERED.fullmatch(tokens[place].text) for place in (at - 2, at + 2))
        if first and last and first[1] == last[1] and 0 < int(last[2]) - int(first[2]) <= LIMITS.depth:
            comma, name = tokens[at + 1], tokens[at + 2]
            between = (name._replace(text=f"{first[1]}{i}") for i in range(int(first[2]) + 1, int(last[2])))
            filled[-2:] = [sign for one in between for sign in (comma, one)]
    return filled


def _ungrouped(tokens: list[Token]) -> list[Token]:
    """{x = …} without the brackets around the whole, as an encyclopedia groups its formulas."""
    if not any(token.text == "=" for token in tokens):
        return tokens
    for _ in range(LIMITS.depth):
        if tokens[0].text not in ("(", "{") or closed_at(tokens, 0) != len(tokens) - 2:
            break
        tokens = [*tokens[1:-2], tokens[-1]]
    return tokens


def _rounded(tokens: list[Token]) -> list[Token]:
    """[u; v] = …, f([x; y]) = …, f((x, y)) = …, [x, y] -> … and f: [x; y] -> … with their names in round brackets."""
    arrows = (at for at, token in enumerate(tokens) if token.text == "->" and tokens[at - 1].text in CLOSERS)
    before = tokens[: max(arrows, default=0)]
    behind = (at + 1 for at, token in enumerate(before) if token.text in (":", ",", ";", "="))
    for at in (1 if tokens[0].kind == "name" else 0, *behind):
        first = tokens[at].text if at < len(tokens) else ""
        end = closed_at(tokens, at) if first in BRACKETS else 0
        inside = [token for token in tokens[at:end] if token.text not in "([{⟦)]}⟧"]
        twice = first != "(" or tokens[at + 1].text in BRACKETS
        sign = tokens[end + 1].text if end else ""
        if twice and (sign == "->" or (sign == "=" and at < 2)) and _alternate(inside):
            listed = [token if token.kind == "name" else sign_at(",", token) for token in inside]
            return [*tokens[:at], sign_at("(", tokens[at]), *listed, sign_at(")", tokens[end]), *tokens[end + 1 :]]
    return tokens


def _alternate(inside: list[Token]) -> bool:
    """Whether these are names with signs between them, and no others."""
    names, signs = inside[::2], inside[1::2]
    return len(names) == len(signs) + 1 and (
        all(token.kind == "name" for token in names) and all(token.text in (",", ";") for token in signs)
    )


def _named_again(tokens: list[Token]) -> tuple[slice, tuple[Token, ...]]:
    """Where (u, v) = or (u(x, y), v(x, y)) = stands behind f(x, y) =, and the names of the components in it."""
    begin = list_end(tokens, 1)
    if not begin or tokens[begin].text != "=" or tokens[begin + 1].text not in BRACKETS:
        return slice(0), ()
    end, header = closed_at(tokens, begin + 1), [token.text for token in tokens[1:begin]]
    inside: list[Token] = []
    place = begin + 1
    while place < end:
        inside.append(tokens[place])
        called = [token.text for token in tokens[place + 1 : place + 1 + len(header)]] == header
        place += 1 + len(header) * called
    inside = [token for token in inside if not step(token)]
    names = inside[::2]
    known = any(token.text in SPELLINGS or token.text in header for token in names)
    again = end and tokens[end + 1].text == "=" and _alternate(inside) and not known
    return slice(begin, end + 1), tuple(names) if again else ()


def _declared(tokens: list[Token]) -> Head:
    """f: … with what follows: sizes, a mapping, or both."""
    mapped = _mapped(tokens, 2, tokens[0])
    if mapped:
        return Head(mapped)
    for at, token in enumerate(tokens[3:], 3):
        if token.text in (",", ":", ";"):
            again = tokens[at + 1].text == tokens[0].text and _header_at(tokens, at + 1)
            if body := tokens[at + 1 :] if again else _mapped(tokens, at + 1, tokens[0]):
                arrow = next((k for k in range(2, at) if tokens[k].text == "->"), at)
                return Head(body, (tokens[2:arrow], tokens[arrow + 1 : at]))
    return Head(tokens)


def _mapped(tokens: list[Token], at: int, name: Token | None) -> list[Token] | None:
    """What begins here, (x, y) ↦ … or x ↦ …, as f(x, y) = …"""
    first = tokens[at]
    end = list_end(tokens, at) or (at + 1 if first.kind == "name" and first.text not in _REALS else 0)
    if not end or tokens[end].text != "->":
        return None
    if tokens[end + 1].text in _REALS and tokens[end + 2].text in ("^", *_ENDS):
        return None
    sizes = all(_REALS_OF.fullmatch(token.text) for token in (first, tokens[end + 1]))
    if sizes and tokens[end + 2].text in _ENDS:  # f: R2 -> R2, f(x, y) = …
        return None
    return defined(name, tokens[at:end], tokens[end + 1 :])


def _header_at(tokens: list[Token], at: int) -> bool:
    """Whether f(x, y) = stands here."""
    end = list_end(tokens, at + 1) if tokens[at].kind == "name" else 0
    return bool(end and tokens[end].text == "=")
