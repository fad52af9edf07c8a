"""Functions without formulas that are declared in front of what calls them, or said to be any around it.

    f: R -> R; z = y f(x^2 - y^2)            f(r); g(s); u = f(x - c t) + g(x + c t)
    f, g: R -> R; u = f(x) + g(y)            f: R^2 -> R, g: R -> R; …            f(t), g(t); …
    z = f(x - y), where f is a differentiable function            let f and g be arbitrary; u = f(x) + g(y)
"""

from __future__ import annotations

import re

from jacocalc.reading.lexer import GREEK
from jacocalc.reading.unknown_names import FUNCTION_LETTERS

Declared = list[tuple[int, str]]  # where each begins, and f: R -> R or f(r) as it is declared

_MOST = 200  # characters of a list, and of words behind a formula
_NAME = r"\\?[^\W\d]\w*"
_LET = re.compile(r"[\s$]*(?:[Ll]et\s+)?")
_ONE = re.compile(
    rf"(?P<head>{_NAME}\s*(?=[(:\\])(?:\([\w\s,]+\)\s*)?(?:(?::|\\colon)(?=[^=;\n]*[Rℝ])[^=;\n]*+)?)[;\n]"
)
_AND = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+)"
_NAMES = rf"{_NAME}(?:{_AND}{_NAME})*"
_SIZED = rf"(?P<names>{_NAMES})\s*(?P<sizes>(?::|\\colon)[^:=;,\n]*?[Rℝ][^:=;,\n]*?)"
_ITEM = re.compile(rf"{_SIZED}(?={_AND}{_NAME}[^;\n]*(?::|\\colon)|\s*\Z)|{_NAME}\s*\([\w\s,]+\)")
_BETWEEN = re.compile(_AND)
_LIST = re.compile(rf"(?P<list>[^;\n=]{{1,{_MOST}}})[;\n]")
_WORDS = (
    r"(?:an?|any|some|one|two|three|of|given|arbitrary|unknown|general|suitable|once|twice|continuously|continuous|"
    r"differentiable|smooth|real|valued|scalar|single|first|second|order|partial|derivatives?|variables?|functions?)"
)
_FUNCTION = re.compile(r"function|differentiable|derivative|smooth")
_SAID = (
    rf"(?P<names>{_NAMES})\s+(?:is|are|be|has|have|denotes?)\s+"
    rf"(?=[^;.\n]*(?:{_FUNCTION.pattern}|arbitrary))"
    rf"{_WORDS}(?:(?:\s*,\s*|\s+and\s+|[\s-]+){_WORDS})*(?:\s+of\s+(?P<of>{_NAMES}))?"
)
_BEFORE = re.compile(rf"[\s$]*(?:(?:[Ll]et|[Ii]f|[Ss]uppose(?:\s+that)?)\s+)?{_SAID}\s*[;.\n]")
_BEHIND = re.compile(rf"[,;.(]?\s?\b(?:where|with|for|if|and|[Ll]et)\s+{_SAID}[\s.)$]*\Z")


def declarations(text: str) -> tuple[Declared, str]:
    """The declarations, and the rest of the text, with blanks in their place."""
    found: Declared = []
    end = 0
    while more := _next(text, end):
        heads, end = more
        found += heads
    rest = " " * end + text[end:]
    for said in (_BEFORE.match(rest, end, end + _MOST), _BEHIND.search(rest, max(end, len(rest) - _MOST))):
        without = rest[: said.start()] + " " * len(said[0]) + rest[said.end() :] if said else rest
        if said and (heads := _by_calls(said, without)):
            rest = without
            found += heads
    return found, rest


def _next(text: str, start: int) -> tuple[Declared, int] | None:
    """What is declared from a place on up to a semicolon or the end of the line, and the place behind."""
    begins = _LET.match(text, start)
    start = begins.end() if begins else start
    listed = _LIST.match(text, start)
    if listed and (heads := _heads(listed["list"])):
        return [(start + place, head) for place, head in heads], listed.end()
    one = _ONE.match(text, start)
    if one is None or one["head"].count("[") != one["head"].count("]"):
        return None
    return [(start, one["head"])], one.end()


def _heads(listed: str) -> Declared:
    """f: R -> R and g: R -> R of “f, g: R -> R”, f(t) and g(t) of “f(t), g(t)”; nothing for any other text."""
    found: Declared = []
    end = 0
    while item := _ITEM.match(listed, end):
        names = [(item.start("names") + at, name) for at, name in _named(item["names"] or "")]
        found += [(at, f"{name}{item['sizes']}") for at, name in names] or [(end, item[0])]
        behind = _BETWEEN.match(listed, item.end())
        if not behind:
            return found if not listed[item.end() :].strip(" \t$") else []
        end = behind.end()
    return []


def _named(names: str) -> Declared:
    """f and g of “f and g”."""
    return [(one.start(), one[0]) for one in re.finditer(_NAME, names) if one[0] != "and"]


def _by_calls(said: re.Match[str], rest: str) -> Declared:
    """f: R^2 -> R for an f that is called with two arguments; f(u, v) where it is “a function of u and v”.

    Nothing where none is called: “where a is arbitrary” is said of a number.
    """
    found: Declared = []
    of = [name for _, name in _named(said["of"] or "")]
    listed = [(at, name) for at, name in _named(said["names"]) if _FUNCTION.search(said[0]) or _is_letter(name)]
    for at, name in listed:
        size = _arguments(name, rest) or 1
        inputs = f"({', '.join(of)})" if len(of) == size else f": R^{size} -> R"
        found.append((said.start("names") + at, f"{name}{inputs}"))
    return found if any(_arguments(name, rest) for _, name in listed) else []


def _is_letter(name: str) -> bool:
    """Whether books call functions so: f, g_1, φ; “where a is arbitrary” is said of a number in a(x - y) too."""
    stem = name.strip("\\").partition("_")[0].rstrip("0123456789")
    return GREEK.get(stem, stem) in FUNCTION_LETTERS


def _arguments(name: str, text: str) -> int:
    """How many arguments the first call of a function has; 0 where it is not called."""
    called = re.search(rf"(?<![^\W\d_]){re.escape(name)}\s*\(", text)
    if not called:
        return 0
    count = level = 1
    for sign in text[called.end() :]:
        level += (sign in "([{") - (sign in ")]}")
        count += sign == "," and level == 1
        if not level:
            break
    return count
