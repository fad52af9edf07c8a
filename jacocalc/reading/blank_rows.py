"""Rows of numbers with blanks between them, as MATLAB, Julia and NumPy print them: text → text, column by column.

    [4 1; 3 4]    [[4. 1.] ⏎ [3. 4.]]    4 1 ⏎ 3 4        commas where the blanks are
    [6 -4; 4 -2], [1 1/2; 2 3/4]                          stay: 6 - 4 and 1½ are numbers too

Only where all rows have one length in one way are the blanks commas.
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
_LONGEST = 2_000


def with_commas(text: str) -> str:
    """The text with commas for the blanks between numbers, where they can be nothing else."""
    return _ROWS.sub(_by_commas, text) if len(text) <= _LONGEST else text


def _by_commas(match: re.Match[str]) -> str:
    if not _in_one_way([row[0].split() for row in _ONE_ROW.finditer(match[0])]):
        return match[0]
    typed = _ONE_ROW.sub(lambda row: re.sub(r"(?<=\S)[ \t]", ",", row[0]), match[0])
    if match["lines"]:
        return typed.replace("|", " ")
    return re.sub(r"(?<=\])\s", ",", typed) if match["nested"] else typed.replace("\n", ";")


def _in_one_way(rows: Sequence[Sequence[str]]) -> bool:
    """Whether all rows have one length, and could have no other: no sign may be a minus, no fraction part of 1½."""
    longest = {len(row) for row in rows}
    shortest = max(len(row) - sum(piece[0] in "-+−" for piece in row[1:]) for row in rows)
    mixed = any("/" in piece and before.isdigit() for row in rows for before, piece in pairwise(row))
    return longest == {shortest} and not mixed
