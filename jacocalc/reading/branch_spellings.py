"""Answers with cases, as people write them, in the one spelling that is read: piecewise(1 if x > 0, 0 otherwise).

    1[x > 0], [x > 0], 1_{x>0}       x > 0 ? 1 : 0       1 if x > 0 else 0       where(x > 0, 1, 0)
    x > 0: 1; x < 0: 0               1 if x > 0, 0 if x < 0

What is not one of these is left as it is; a “?” that is left is refused, so that no part of it is judged alone.
"""

from __future__ import annotations

import re

from jacocalc.errors import ReadError

_COMPARES = r"(?:[<>≤≥]|\\(?:g|l)(?:t|e|eq|eqslant)(?![A-Za-z]))"
_ANY = re.compile(rf"{_COMPARES}|\?")
_INSIDE = rf"[^()\[\]{{}},;:?]*?{_COMPARES}[^()\[\]{{}},;:?]*"
_CONDITION = re.compile(rf"[^\[\]{{}},;:?]*?{_COMPARES}[^\[\]{{}},;:?]*")
_ONE = r"(?:\\math(?:bb|bbm|bf|rm|ds)\s*(?:\{\s*[1I]\s*\}|1)|[𝟏𝟙χ]|\\chi|(?<![\w.^)}])[1I])"
_INDICATOR = re.compile(
    rf"{_ONE}\s*_\s*\{{(?P<below>{_INSIDE})\}}"
    rf"|{_ONE}\s*(?:\\left\s*|\\?)[\[({{](?P<called>{_INSIDE})(?:\\right\s*|\\?)[\])}}]"
    rf"|(?P<spaced>^|(?:[-+*·/(=$]|\\\[)\s*|(?<=\w))\[(?P<bare>{_INSIDE})\]"
)
_LEAD = re.compile(r"\s*(?:[\w'′∂/ ]+(?:\(\s*\w+(?:\s*,\s*\w+)*\s*\))?\s*=(?!=)\s*)?")
_LABELLED = re.compile(r"\s*(?:if\s+|for\s+)?(?P<condition>.+?)\s*:\s*(?P<value>[^:]+?)\s*", re.DOTALL)
_FOLLOWED = re.compile(r"\s*(?P<value>.+?)\s*,?\s+(?:if|for|when|where)\s+(?P<condition>.+?)\s*", re.DOTALL)
_REST = re.compile(
    r"\s*(?:(?:otherwise|else)\s*:?\s*(?P<after>[^:]+?)|(?P<before>.+?)\s*,?\s+(?:otherwise|else))\s*", re.DOTALL
)
_TERNARY = re.compile(r"(?P<condition>[^?]+)\?(?P<value>[^?:]+):(?P<rest>.+)", re.DOTALL)
_ELSE = re.compile(r"(?P<value>.+?)\s+if\s+(?P<condition>.+?)\s+else\s+(?P<rest>.+)", re.DOTALL)
_WHERE = re.compile(r"(?:(?:np|numpy)\.)?where\s*\((?P<condition>[^(),]+),(?P<value>[^(),]+),(?P<rest>[^(),]+)\)")
_BRACKETED = re.compile(rf"\(({_INSIDE})\)")
_HINT = "write piecewise(1 if x > 0, 0 otherwise)"
_DEEPEST = 20
_LONGEST = 1_000  # characters: cases are short, and searching for them takes the square of the length


def with_branches(text: str) -> str:
    """The text with its cases in one spelling.  Raises ReadError for a “?” that is no case."""
    if not _ANY.search(text):
        return text
    found = text
    if len(text) <= _LONGEST:
        found = _INDICATOR.sub(_indicator, text)
        lead = _LEAD.match(found)
        start = lead.end() if lead else 0
        whole = _whole(found[start:])
        if whole is not None:
            return found[:start] + whole
    place = found.find("?")
    if place >= 0 and _CONDITION.search(found):
        raise ReadError("cases are not read so", text=found, start=place, end=place + 1, hint=_HINT)
    return found


def _indicator(match: re.Match[str]) -> str:
    condition = (match["below"] or match["called"] or match["bare"]).strip()
    before = match["spaced"] or " "
    if "\\" in match.string or "$" in match.string:
        return rf"{before}\begin{{cases}} 1 & {condition} \\ 0 & \text{{otherwise}} \end{{cases}}"
    return f"{before}{_piecewise([(condition, '1')], '0')}"


def _piecewise(cases: list[tuple[str, str]], rest: str) -> str:
    parts = [f"{value.strip()} if {condition.strip()}" for condition, value in cases]
    return f"piecewise({', '.join([*parts, f'{rest.strip()} otherwise'] if rest else parts)})"


def _whole(text: str) -> str | None:
    """A text that is nothing but cases."""
    bare = text.strip()
    alone = _BRACKETED.fullmatch(bare)
    if alone:
        return _piecewise([(alone[1], "1")], "0")
    where = _WHERE.fullmatch(bare)
    if where and _is_condition(where["condition"]):
        return _piecewise([(where["condition"], where["value"])], where["rest"])
    inner = bare[1:-1] if bare[:1] == "(" and bare[-1:] == ")" and "?" in bare else bare
    return _chained(inner, _TERNARY) or _chained(inner, _ELSE) or _in_rows(bare)


def _chained(text: str, pattern: re.Pattern[str]) -> str | None:
    """x > 0 ? 1 : x < 0 ? -1 : 0, and a if … else b if … else c"""
    cases: list[tuple[str, str]] = []
    rest = text
    while len(cases) < _DEEPEST and (match := pattern.fullmatch(rest.strip())):
        if not _is_condition(match["condition"]):
            return None
        cases.append((match["condition"], match["value"]))
        rest = match["rest"]
    return _piecewise(cases, rest) if cases and not _ANY.search(rest) else None


def _in_rows(text: str) -> str | None:
    """x > 0: 1; x < 0: -1, and 1 if x > 0, -1 if x < 0: two rows or more, every one a case."""
    for sign in (";", "\n", ","):
        rows = [row for row in _split(text, sign) if row.strip()]
        if len(rows) < 2 or len(rows) > _DEEPEST:
            continue
        last = _REST.fullmatch(rows[-1])
        rest = (last["after"] or last["before"]) if last else ""
        cases = [_case(row) for row in (rows[:-1] if last else rows)]
        known = [case for case in cases if case is not None]
        if len(known) == len(cases):
            return _piecewise(known, rest)
    return None


def _split(text: str, sign: str) -> list[str]:
    """The rows between signs outside brackets."""
    rows, level = [""], 0
    for letter in text:
        level += (letter in "([{") - (letter in ")]}")
        if letter == sign and level == 0:
            rows.append("")
        else:
            rows[-1] += letter
    return rows


def _case(row: str) -> tuple[str, str] | None:
    for pattern in (_LABELLED, _FOLLOWED):
        match = pattern.fullmatch(row)
        if match and _is_condition(match["condition"]) and not _ANY.search(match["value"]):
            return match["condition"], match["value"]
    return None


def _is_condition(text: str) -> bool:
    return bool(_CONDITION.fullmatch(text))
