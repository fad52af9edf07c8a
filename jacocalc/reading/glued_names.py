"""Runs of letters with functions in them: sinx is sin(x), xlny is x·ln(y), and sinxcos ends in a function."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from jacocalc.known_functions import KNOWN, SPELLINGS
from jacocalc.reading.lexer import GREEK_NAMES
from jacocalc.reading.scope import LONGEST, Scope, is_known_elsewhere, is_word

_OF_ONE = sorted(
    (word for word, name in SPELLINGS.items() if len(word) > 1 and KNOWN[name].arity in ((1, 1), (1, 2))),
    key=len,
    reverse=True,
)
_WRITTEN_OUT = ("erfc", "fabs")
_WORDS = [*_WRITTEN_OUT, *_OF_ONE]
_WITH_BASE = re.compile(r"log(?:_?(?:[2-9]|1\d)\d*|_[a-z])")
_ANY_WORD = re.compile("|".join(_WORDS))
_FACTORS = re.compile("[A-Za-z]|[u-z]{2,3}")  # new letters in front of a function
_LIKELY = re.compile(r"[t-z]{1,3}(?:_\d+)?")  # new letters behind one: siny; sink and tanb may be names
_POSSIBLE = re.compile("[A-Za-z]{1,2}|[u-z]{3}")  # in front, where it is no more than a hint
OF_NUMBERS = ("ln", "sqrt", "cbrt")  # behind which a number is an argument: sin2 may be a name, sqrt2 is none
_Ends = Callable[[str], bool] | None
_OWN_WORDS = {"cost": "sint"}  # a name of its own, unless the other one stands beside it


def apart(scope: Scope, name: str, applied: bool) -> list[list[str]]:
    """The ways to cut xsiny into x, sin and y, and xsin into x and sin where it is ``applied``: three at most."""
    if scope.verbatim or is_known_elsewhere(name):
        return []
    ways = _ways(scope, name, _FACTORS, _LIKELY, _ends(scope) if applied else None)
    return [way for way in ways if not any(map(_is_doubtful, way, [*way[1:], ""]))]


def _is_doubtful(piece: str, behind: str) -> bool:
    """σ of sigmax, and log2, which is a base"""
    return (piece in GREEK_NAMES and piece in SPELLINGS) or (piece == "log" and behind.isdigit())


def meant(scope: Scope, name: str) -> str:
    """A hint for sinx, sqrt2 and ablnx: how functions and arguments without brackets are written, else nothing."""
    ways = _ways(scope, name, _POSSIBLE, _FACTORS, None, mixed=True)
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
    return piece in SPELLINGS or piece in _WRITTEN_OUT or bool(_WITH_BASE.fullmatch(piece))


def _ends(scope: Scope) -> _Ends:
    """Which names may end a run that is applied: xmax(…), xlog_2(…), and xf(…) of an f that is declared."""
    known = {*_WRITTEN_OUT, *(_OF_ONE if scope.open else (*SPELLINGS, *scope.functions))}
    return lambda word: word in known or bool(_WITH_BASE.fullmatch(word))


def _ways(
    scope: Scope, name: str, factors: re.Pattern[str], arguments: re.Pattern[str], end: _Ends, mixed: bool = False
) -> list[list[str]]:
    """All ways to cut a name into a factor, if any, and functions with their arguments; ``mixed``: kx with a new x."""
    if len(name) > LONGEST or not (end or _ANY_WORD.search(name)):
        return []

    @cache
    def functions(start: int) -> list[list[str]]:
        """The ways to cut what stands from a place on, where a function begins."""
        rest = name[start:]
        found = [[rest]] if end and end(rest) else []
        for word in filter(rest.startswith, _WORDS) if _ANY_WORD.match(rest) else ():
            begin = start + len(word)
            if name[begin:].isdigit():
                found.append([word, name[begin:]])
            found += [[word, *way] for way in functions(begin) if len(way) > 1]
            for stop in _stops(scope, name, begin, arguments, mixed):
                more = functions(stop) if stop < len(name) else [[]]
                found += [[word, name[begin:stop], *way] for way in more]
        return found[:3]

    cuts = [[name[:stop], *way] for stop in _stops(scope, name, 0, factors, mixed) for way in functions(stop)]
    return [way for way in (*functions(0), *cuts) if len(way) > 1][:3]


def _stops(scope: Scope, name: str, start: int, new: re.Pattern[str], mixed: bool) -> list[int]:
    """Where a name or a product ends that begins at a place; among the names ``new`` ones where nothing is declared."""
    places, reached = range(start, len(name) + 1), {start}
    for at in places:
        if at in reached:
            reached |= {stop for stop in places[at - start + 1 :] if scope.means_one(name[at:stop])}
    runs = {stop: name[start:stop] for stop in places[1:]}
    found = {stop for stop in reached - {start} if scope.means_one(runs[stop]) or not is_word(runs[stop])}
    if scope.open:
        behind = reached if mixed else {start}
        found |= {stop for at in behind for stop in places[1:] if stop > at and new.fullmatch(name[at:stop])}
    return sorted(found)
