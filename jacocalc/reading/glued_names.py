"""Runs of letters with functions in them: sinx is sin(x), xlny is x·ln(y), and sinxcos ends in a function."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from jacocalc.known_functions import KNOWN, SPELLINGS
from jacocalc.notation import name_key
from jacocalc.reading.lexer import GREEK_NAMES
from jacocalc.reading.scope import CONSTANTS, LONGEST, Scope, is_known_elsewhere

_OF_ONE = sorted(
    (word for word, name in SPELLINGS.items() if len(word) > 1 and KNOWN[name].arity in ((1, 1), (1, 2))),
    key=len,
    reverse=True,
)
_WORDS = [word for word in _OF_ONE if word not in GREEK_NAMES]
_WITH_BASE = re.compile(r"log(?:_?(?:[2-9]|1\d)\d*|_[a-z])")
_ANY_WORD = re.compile("|".join(_WORDS))
_FACTORS = re.compile("[A-Za-z]|[u-z]{2,3}")  # new letters in front of a function
_LIKELY = re.compile(r"[t-z]{1,3}(?:_\d+)?")  # new letters behind one: siny; sink and tanb may be names
_POSSIBLE = re.compile("[A-Za-z]{1,2}|[u-z]{3}")  # in front, where it is no more than a hint
OF_NUMBERS = ("ln", "sqrt", "cbrt")  # behind which a number is an argument: sin2 may be a name, sqrt2 is none
_OWN_WORDS = {"cost": "sint"}  # a name of its own, unless the other one stands beside it


def apart(scope: Scope, name: str, applied: bool) -> list[list[str]]:
    """The ways to cut xsiny into x, sin and y, and xsin into x and sin where it is ``applied``: three at most."""
    if scope.verbatim or is_known_elsewhere(name):
        return []
    return _ways(name, _products(scope, _FACTORS), _products(scope, _LIKELY), _ends(scope) if applied else None)


def meant(scope: Scope, name: str) -> str:
    """A hint for sinx, sqrt2 and ablnx: how functions and arguments without brackets are written, else nothing."""
    ways = _ways(name, _products(scope, _POSSIBLE), _products(scope, _FACTORS), None)
    return f"did you mean {written(ways[0])}?" if ways else ""


def ends_known(name: str) -> bool:
    """Whether some letters stand in front of a known function, xmax and absin: no name for a function."""
    return any(is_function(name[end:]) for end in (1, 2, 3) if len(name) > end + 1)


def is_own_word(name: str, others: Iterable[str]) -> bool:
    """Whether a new name is a word, the cost; x = cost beside y = sint is a cosine."""
    return name in _OWN_WORDS and _OWN_WORDS[name] not in others


def written(pieces: Sequence[str], sign: str = " ") -> str:
    """x ln(y) for x, ln, y, with a ``sign`` between them; x sin(…) where the function ends them"""
    said, waiting = list[str](), ""
    for piece in pieces:
        if is_function(piece):
            waiting += f"{' ' * bool(waiting)}{piece}"
        else:
            said.append(f"{waiting}({piece})" if waiting else piece)
            waiting = ""
    return sign.join([*said, f"{waiting}(…)"] if waiting else said)


def is_function(piece: str) -> bool:
    """Whether a piece is the name of a function and no product."""
    return piece in SPELLINGS or bool(_WITH_BASE.fullmatch(piece))


def _ends(scope: Scope) -> Callable[[str], bool]:
    """Which names may end a run that is applied: xmax(…), xlog_2(…), and xf(…) of an f that is declared."""
    known = _OF_ONE if scope.open else {*SPELLINGS, *scope.functions}
    return lambda word: word in known or bool(_WITH_BASE.fullmatch(word))


def _products(scope: Scope, new: re.Pattern[str]) -> Callable[[str], bool]:
    """Which runs are names or products of names, among them ``new`` ones where nothing is declared."""

    def is_product(run: str) -> bool:
        declared = name_key(run) in scope.variables or run in CONSTANTS or bool(scope.cut(run))
        return declared or (scope.open and bool(new.fullmatch(run)))

    return is_product


def _ways(
    name: str, factor: Callable[[str], bool], argument: Callable[[str], bool], end: Callable[[str], bool] | None
) -> list[list[str]]:
    """All ways to cut a name into a factor, if any, and functions with their arguments."""
    if len(name) > LONGEST:
        return []

    @cache
    def functions(start: int) -> list[list[str]]:
        """The ways to cut what stands from a place on, where a function begins."""
        rest = name[start:]
        found = [[rest]] if end and end(rest) else []
        for word in filter(rest.startswith, _WORDS):
            behind = rest[len(word) :]
            if behind.isdigit() and word != "log":
                found.append([word, behind])
            found += [[word, *way] for way in functions(start + len(word)) if len(way) > 1]
            for stop in range(1, len(behind) + 1):
                if argument(behind[:stop]):
                    more = functions(start + len(word) + stop) if stop < len(behind) else [[]]
                    found += [[word, behind[:stop], *way] for way in more]
        return found[:3]

    if not (_ANY_WORD.search(name) or end):
        return []
    cuts = ([[name[:at], *way] for way in functions(at)] for at in range(1, len(name)) if factor(name[:at]))
    return [way for way in (*functions(0), *(way for ways in cuts for way in ways)) if len(way) > 1][:3]
