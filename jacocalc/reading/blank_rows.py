"""Rows with blanks between their entries, as MATLAB, Julia and NumPy print them: text → text, column by column.

    [4 1; 3 4]    [[4. 1.] ⏎ [3. 4.]]    4 1 ⏎ 3 4        commas where the blanks are
    [6 -4; 4 -2], [1 1/2; 2 3/4]                          stay: 6 - 4 and 1½ are numbers too
    [4 -1], Row 1: 4 -1, 2x y  x^2 ⏎ 5  cos y             commas where the shape that is asked for leaves nothing else
    [a, b ⏎ c, d]    [a, b] [c, d]                        a semicolon, a comma between the rows
    | a | b | ⏎ |---|---| ⏎ | c | d |                     the rule of a table is nothing
    [2 y z; 3 x z; 4 x y]                                 products where a column is asked for: [2 y z, 3 x z, 4 x y]

Where no shape says more, the blanks are commas only if all rows have one length in one way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_NUMBER = r"[-+−]?(?:\d+(?:\.\d*)?|\.\d+)(?:/\d+)?"
_ROW = rf"{_NUMBER}(?:[ \t]+{_NUMBER})+"
_LINE = rf"[ \t]*[\[(|]?[ \t]*{_ROW}[ \t]*[\])|]?[ \t]*,?[ \t]*"
_ROWS = re.compile(
    rf"\[[ \t]*{_ROW}[ \t]*(?:[;\n]\s*{_ROW}[ \t]*)+\]"
    rf"|(?P<nested>\[\s*\[[ \t]*{_ROW}[ \t]*\](?:[,\s]\s*\[[ \t]*{_ROW}[ \t]*\])+\s*\])"
    rf"|(?P<lines>^{_LINE}(?:\n+{_LINE})+$)",
    re.MULTILINE,
)
_ONE_ROW = re.compile(_ROW)
_ROW_ALONE = re.compile(  # with no comma beside it: [[3 -2, 0], [0, 5 -4]] has differences
    rf"(?<![\w.^/*),])(?<!,[ \t])(?>{_ROW})(?![\w.^(/*])(?=[ \t]*(?:[\])}};.|&$\n]|\Z|,?\s*[A-Za-z]{{3}}))"
)
_LIST_OF_BLANKS = re.compile(rf"(?P<factor>[\w)])?\[[ \t]*(?P<row>{_ROW})[ \t]*\](?P<inner>\s*[,;)\]])?")
_SIGN = r"(?:[^\n\\]|(?<!\\)\\(?!\\))"
_LINE_OF_ENTRIES = re.compile(rf"(?=\S){_SIGN}(?:{_SIGN}*[^\s\\])?")
_BETWEEN = [re.compile(rf"(?<=\S)[ \t]*{sign}[ \t]*(?=\S)") for sign in ("&", r"\|", r"(?:\t|  )")]
_ENTRY = re.compile(r"(?![*/^·+&|]|[-−] ).*[^-−+*/^·&|\s]")
_RULE = re.compile(r"^[ \t]*\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$", re.MULTILINE)
_CELL = re.compile(r"^([ \t]*)\|([^|\n]*)\|[ \t]*$", re.MULTILINE)
_IN_LINES = re.compile(r"\[\s*(?P<rows>[^\[\];\\\n]+(?:\n[^\[\];\\\n]+)+?)\s*\]")
_ARGUMENTS = re.compile(r"\([^()]*\)")
_LIST = r"(?:\[[^\[\];]*\]|\((?:[^();]|\([^()]*\))*\))"
_SIDE_BY_SIDE = re.compile(rf"(?:\A|(?<=[=:\n]))[ \t]*{_LIST}(?:[ \t]+{_LIST})+(?=[ \t]*(?:[.\n]|\Z))")
_COLUMN = re.compile(r"\[[^\[\];,\\]+(?:;[^\[\];,\\]+)+\]")
_LONGEST = 2_000


def with_commas(text: str, rows: int, columns: int, units: bool = False) -> str:
    """The text with commas for what parts entries, where it can be nothing else; 0×0: the shape is not known.

    ``units``: there are unit vectors, and 2x i  - 2y j is a vector already.
    """
    if len(text) > _LONGEST:
        return text
    if _RULE.search(text):
        text = _CELL.sub(r"\1 \2 ", _RULE.sub(lambda rule: " " * len(rule[0]), text))
    text = _ROWS.sub(lambda found: _by_commas(found, rows, columns), text)
    if min(rows, columns) > 1:
        text = _numbers_in_rows(text, rows, columns) or _entries_in_lines(text, rows, columns) or text
        text = _SIDE_BY_SIDE.sub(lambda found: _beside(found[0], rows, columns), text)
    else:
        text = _LIST_OF_BLANKS.sub(lambda found: _list_of(found, rows * columns), text)
        text = (not units and _entries_in_lines(text, 1, rows * columns)) or text
        text = _COLUMN.sub(lambda found: _listed(found[0], rows), text)
    return _IN_LINES.sub(lambda found: _by_semicolons(found, rows * columns), text)


def _listed(column: str, rows: int) -> str:
    """[a, b, c] for [a; b; c], of so many rows: a blank between two factors parts no entries there."""
    return column.replace(";", ",") if column.count(";") + 1 == rows else column


def _by_semicolons(match: re.Match[str], size: int) -> str:
    """[a, b; c, d] for [a, b ⏎ c, d], where every line has as many entries, two at least; no list of the size asked."""
    lines = match["rows"].split("\n")
    commas = {_entries(line) for line in lines}
    whole = all(_ENTRY.fullmatch(line.strip()) and not line.rstrip().endswith(",") for line in lines)
    if not whole or _entries(match["rows"]) == size:
        return match[0]
    return match[0].replace(match["rows"], ";".join(lines)) if len(commas) == 1 < min(commas) else match[0]


def _beside(typed: str, rows: int, columns: int) -> str:
    """[a, b],[c, d] for [a, b] [c, d], the rows of the matrix that is asked for."""
    found = list(re.finditer(_LIST, typed))
    if len(found) != rows or {_entries(one[0][1:-1]) for one in found} != {columns}:
        return typed
    signs = list(typed)
    for one in found[1:]:
        signs[one.start() - 1] = ","
    return "".join(signs)


def _entries(row: str) -> int:
    return _ARGUMENTS.sub("", row).count(",") + 1


def _numbers_in_rows(text: str, rows: int, columns: int) -> str:
    """Row 1: 4, -1 ⏎ Row 2: 3, 2 for Row 1: 4 -1 ⏎ Row 2: 3 2; nothing for another shape."""
    found = [] if "\\" in text else list(_ROW_ALONE.finditer(text))
    fits = len(found) == rows and all(len(row[0].split()) == columns for row in found)
    return _ROW_ALONE.sub(lambda row: _commas(row[0]), text) if fits else ""


def _entries_in_lines(text: str, rows: int, columns: int) -> str:
    """2x y, x^2 ⏎ 5, cos y for lines of entries with wide blanks, tabs, & or | between them; nothing for others."""
    lines = [] if columns < 2 or re.search(r"[=,;]|\\(?:begin|left)", text) else list(_LINE_OF_ENTRIES.finditer(text))
    if len(lines) != rows:
        return ""
    barred = all(line[0].lstrip().startswith("|") and line[0].endswith("|") for line in lines)
    typed = [re.sub(r"\A(\s*)\||\|\Z", r"\1 ", line[0]) if barred else line[0] for line in lines]
    for sign in _BETWEEN:
        pieces = [sign.split(line.strip()) for line in typed]
        if all(len(row) == columns and all(map(_ENTRY.fullmatch, row)) for row in pieces):
            signs = list(text)
            for found, line in zip(lines, typed, strict=True):
                signs[slice(*found.span())] = sign.sub(lambda between: ",".ljust(len(between[0])), line)
            return "".join(signs)
    return ""


def _list_of(found: re.Match[str], size: int) -> str:
    """[2, 4] for [2 4], where so many numbers are asked for; 2[3 -1] and ([3 -1], 4) stay."""
    row = found["row"].split()
    alone = _in_one_way([row]) or not (found["factor"] or found["inner"])
    return found[0].replace(found["row"], _commas(found["row"])) if len(row) == size and alone else found[0]


def _commas(row: str) -> str:
    return re.sub(r"(?<=\S)[ \t]", ",", row)


def _by_commas(match: re.Match[str], rows: int, columns: int) -> str:
    found = [row[0].split() for row in _ONE_ROW.finditer(match[0])]
    fits = len(found) == rows and all(len(row) == columns for row in found)
    if not (fits or _in_one_way(found)):
        return match[0]
    typed = _ONE_ROW.sub(lambda row: _commas(row[0]), match[0])
    if match["lines"]:
        return typed.replace("|", " ")
    return re.sub(r"(?<=\])\s", ",", typed) if match["nested"] else typed


def _in_one_way(rows: Sequence[Sequence[str]]) -> bool:
    """Whether all rows have one length, and could have no other: no sign may be a minus, no fraction part of 1½."""
    longest = {len(row) for row in rows}
    shortest = max(len(row) - sum(piece[0] in "-+−" for piece in row[1:]) for row in rows)
    mixed = any("/" in piece and before.isdigit() for row in rows for before, piece in pairwise(row))
    return longest == {shortest} and not mixed
