"""What other systems print, in our words: tokens → tokens.

    Matrix([[a, b], [c, d]]), Matrix(2, 2, [[a, b], [c, d]]), matrix([a, b], [c, d])        [[a, b], [c, d]]
    Matrix(2, 2, [a, b, c, d])                                                              [[a, b], [c, d]]
    tensor([[1., 2.]], dtype=float32), Array([[1., 2.]])                                    [[1., 2.]]
    transpose([[a, b], [c, d]]), Transpose[{{a, b}, {c, d}}]                                [[a, b], [c, d]]'
    Piecewise[{{a, x > 0}, {b, x < 0}}, c]                    Piecewise((a, x > 0), (b, x < 0), (c, True))
    Sin[x], ArcTan[x y]        sin(x), arctan(x y)             %e, %pi        e, pi
    Log[2, x], ArcTan[x, y]    log(x, 2), atan2(y, x)          E^Sin[Pi x]    e^sin(pi x)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

from jacocalc.known_functions import CALLED, SPELLINGS
from jacocalc.reading.brackets import pairs, parts
from jacocalc.reading.lexer import Token
from jacocalc.reading.written_out import WRITTEN_OUT

_MAKERS = ("Matrix", "ImmutableMatrix", "ImmutableDenseMatrix", "MutableDenseMatrix", "array", "matrix", "tensor",
           "Array", "DeviceArray", "Vector", "vector")  # fmt: skip
_OPTIONS = ("dtype", "requires_grad", "grad_fn", "device", "weak_type")
_TURNERS = ("transpose", "Transpose")
_CONSTANTS = ("e", "pi")
_CALLED = {word.title(): word for word in SPELLINGS if word.isalpha() and len(word) > 1} | {
    f"Arc{word.title()}": f"arc{word}" for word in SPELLINGS if f"arc{word}" in SPELLINGS
} | {word: word for word in (*SPELLINGS, *WRITTEN_OUT, "If") if word[0].isupper()} | {
    "Gamma": CALLED["Gamma"], "Atan2": "atan2", "Log2": "log2", "Log10": "log10", "Power": "pow",
    "Erfc": "erfc", "Factorial": "factorial", "LogisticSigmoid": "sigmoid", "Ramp": "relu",
}  # fmt: skip
_NAMED = {"E": "e", "Pi": "pi"}  # beside Sin[x]
_TURNED = {"Log": "Log", "ArcTan": "Atan2"}  # with two arguments
_WORDS = {*_MAKERS, *_TURNERS, *_CALLED, "Piecewise"}


def in_our_words(tokens: list[Token]) -> list[Token]:
    """The tokens as they are typed here."""
    if not any(token.text in _WORDS or token.text == "%" for token in tokens):
        return tokens
    tokens = _turned(tokens)
    ends = {first: last for first, last, _ in pairs(tokens)}
    changed: dict[int, list[Token]] = {}
    for place, token in enumerate(tokens[:-1]):
        start = place + 1
        glued = start in ends and not tokens[start].spaced
        if token.text in _MAKERS and glued and tokens[start].text == "(":
            changed |= _list_made(tokens, place, ends)
        elif token.text in _TURNERS and glued and _is_one_list(tokens, start, ends):
            close = tokens[ends[start]]
            changed |= {place: [], start: [], ends[start]: [close._replace(text="'", spaced=False)]}
        elif token.text in _CALLED and glued and tokens[start].text == "[":
            changed[place] = [token._replace(text=_CALLED[token.text])]
            changed[start] = [tokens[start]._replace(text="(")]
            changed[ends[start]] = [tokens[ends[start]]._replace(text=")")]
        elif token.text == "Piecewise" and glued and tokens[start].text == "[":
            changed |= _cases(tokens, start, ends)
        elif token.text == "%" and tokens[start].text in _CONSTANTS and not tokens[start].spaced:
            changed |= {place: [], start: [tokens[start]._replace(spaced=token.spaced)]}
    if any(tokens[place].text == "[" and new and new[0].text == "(" for place, new in changed.items()):
        changed |= {k: [one._replace(text=_NAMED[one.text])] for k, one in enumerate(tokens) if one.text in _NAMED}
    return [new for place, token in enumerate(tokens) for new in changed.get(place, [token])]


def _turned(tokens: list[Token]) -> list[Token]:
    """Log[x, 2] for Log[2, x], atan2[y, x] for ArcTan[x, y], the arguments in the order that is read here."""
    found = list(tokens)
    for first, last, _ in list(pairs(tokens)):
        word = found[first - 1] if first else found[first]
        listed = parts(found[first + 1 : last], ",") if found[first].text == "[" and word.text in _TURNED else []
        if len(listed) == 2 and not found[first].spaced:
            comma = found[first + 1 + len(listed[0])]
            found[first - 1] = word._replace(text=_TURNED[word.text])
            found[first + 1 : last] = [*listed[1], comma, *listed[0]]
    return found


def _cases(tokens: Sequence[Token], start: int, ends: Mapping[int, int]) -> dict[int, list[Token]]:
    """[{{a, x > 0}, {b, x < 0}}, c] with the brackets of SymPy's pairs; what is not said is 0."""
    first, end = start + 1, ends[start]
    if tokens[first].text != "{" or first not in ends:
        return {}
    last, close = ends[first], tokens[ends[start]]

    def made(text: str, kind: str = "op") -> Token:
        return close._replace(kind=kind, text=text)

    changed = {start: [tokens[start]._replace(text="(")], first: [], last: []}
    bars = (place for place in range(first, last) if tokens[place].text == "||")
    changed |= {place: [tokens[place]._replace(kind="name", text="or")] for place in bars}
    for opener, closer in ends.items():
        if first < opener < closer < last and tokens[opener].text == "{":
            changed |= {opener: [tokens[opener]._replace(text="(")], closer: [tokens[closer]._replace(text=")")]}
    rest = [made(","), made("True", "name"), made(")"), made(")")]
    if last + 1 == end:
        otherwise = [] if tokens[last - 2].text == "True" else [made(","), made("("), made("0", "number"), *rest[:-1]]
        return changed | {end: [*otherwise, rest[-1]]}
    return changed | {last + 1: [tokens[last + 1], made("(")], end: rest}


def _is_one_list(tokens: Sequence[Token], start: int, ends: Mapping[int, int]) -> bool:
    """Whether brackets hold one list, or what makes one."""
    inside = start + 1 + (tokens[start + 1].text in (*_MAKERS, *_TURNERS))
    return ends.get(inside) == ends[start] - 1


def _list_made(tokens: Sequence[Token], place: int, ends: Mapping[int, int]) -> dict[int, list[Token]]:
    """What becomes of Matrix( … ): the list in it, behind its sizes if they are said, or its rows as a list."""
    first, last = place + 1, ends[place + 1]
    at = first + 1
    sized = [token.kind if token.kind == "number" else token.text for token in tokens[at : at + 4]]
    if sized == ["number", ",", "number", ","]:
        at += 4
    if tokens[at].text == "[" and ends.get(at) == last - 1 and (at > first + 1 or not _is_row_of_maxima(tokens, place)):
        sizes = [int(token.text) for token in tokens[first + 1 : at : 2] if token.text.isdigit()]
        return {k: [] for k in (*range(place, at), last)} | _in_rows(tokens, at, last - 1, sizes)
    if tokens[at].text == "[" and _are_options(tokens, ends.get(at, last) + 1):
        return {k: [] for k in (*range(place, at), *range(ends[at] + 1, last + 1))}
    rows = [at]
    while rows[-1] in ends and tokens[rows[-1]].text == "[" and tokens[ends[rows[-1]] + 1].text == ",":
        rows.append(ends[rows[-1]] + 2)
    if at > first + 1 or tokens[rows[-1]].text != "[" or ends.get(rows[-1]) != last - 1:
        return {}
    return {place: [], first: [tokens[first]._replace(text="[")], last: [tokens[last]._replace(text="]")]}


def _in_rows(tokens: Sequence[Token], first: int, last: int, sizes: Sequence[int]) -> dict[int, list[Token]]:
    """The brackets of rows in a list of m·n entries, where the sizes m, n > 1 are said."""
    entries = parts(tokens[first + 1 : last], ",")
    if len(sizes) != 2 or sizes[1] < 2 or len(entries) != sizes[0] * sizes[1]:
        return {}
    opened, shut = tokens[first], tokens[last]
    commas = list(accumulate((len(entry) + 1 for entry in entries), initial=first))[sizes[1] : -1 : sizes[1]]
    between = {at: [shut._replace(spaced=False), tokens[at], opened._replace(spaced=True)] for at in commas}
    return {first: [opened, opened._replace(spaced=False)], **between, last: [shut, shut]}


def _are_options(tokens: Sequence[Token], start: int) -> bool:
    """Whether “, dtype=…” begins there."""
    comma, name, equals = ([token.text for token in tokens[start : start + 3]] + [""] * 3)[:3]
    return (comma, equals) == (",", "=") and name in _OPTIONS


def _is_row_of_maxima(tokens: Sequence[Token], place: int) -> bool:
    """matrix([a, b]) is one row to Maxima and NumPy; Matrix([a, b]) is a column to SymPy."""
    return tokens[place].text == "matrix" and tokens[place + 3].text != "["
