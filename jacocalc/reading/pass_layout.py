"""How a backward pass is laid out: text → lines ``dW = side = side``, from plain text, Markdown or LaTeX.

    - dW = dz x'                           $dW = dz x^T$, $db = dz$                 two lines
    dz &= dh \\odot \\tanh'(z) \\\\           dW = dz x' = (h - y) x'                  one line, two sides
    The gradients are:                     no formula: skipped
    dW = X.T @ dz;  dW += c * W            dW = (X.T @ dz) + (c * W)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from jacocalc.errors import ReadError
from jacocalc.reading.answer_names import LEAD_WORDS
from jacocalc.reading.lexer import over_index
from jacocalc.reading.number_rows import number_rows

_ROW = re.compile(
    r"\\\\(?:\s*\[[-0-9.]+[a-z]+\])?|\\cr(?![A-Za-z])|(?<!\\);|\\[\[\]]|\$\$"
    r"|\\(?:begin|end)\s*\{(?:align|aligned|alignat|alignedat|flalign|equation|gather|gathered|split|multline|eqnarray"
    r"|displaymath|math)\*?\}(?:\s*\{[0-9]+\})?"
)
_COMMENT = re.compile(r"#[^\n]*|(?<!\\)%[^\n]*")
_LAYOUT = re.compile(
    r"\\(?:tag|label)\*?\s*\{[^{}]*\}|\\(?:displaystyle|ds|textstyle|nonumber|notag|quad|qquad)(?![A-Za-z])"
    r"|\\[()]|\$+|&|`{1,3}\w*(?=\n)|`"
)
_WORDS = re.compile(r"\\(?:text|textrm|textbf|textit|mbox)\s*\{([^{}]*)\}")
_BOX = re.compile(r"\\(?:boxed|fbox)\s*\{(.*)\}")
_BULLET = re.compile(r"\s*(?:[-*•>–]\s+|\(?(?:[0-9]{1,2}|[a-z])[.)]\s+)")
_GOES_ON = re.compile(r"\s*(?:=|[-+*/⊙⊘·@]|\.[*/]|\\(?:odot|cdot|times|oslash)(?![A-Za-z]))")
_OPEN_END = re.compile(r"(?:[-=+*/⊙⊘·@]|\\(?:odot|cdot|times|oslash))\s*$")
_EQUALS = re.compile(r":=|==|=")
_JOINTS = re.compile(r"(?<!\\),|(?<!\.)\b(?:and|where|with)\b(?!\()")
_CHANGED = re.compile(r"(?P<name>\S+)\s*(?P<sign>[-+*/])")
_NEAR = 20
_LONGEST = 60
_MOST_ROWS = 60


@dataclass(frozen=True)
class PassLine:
    """``left = side = side`` and its number among the lines; without “=” there is no side."""

    number: int
    text: str
    left: str
    sides: tuple[str, ...]

    @property
    def said(self) -> str:
        """line 2 (“dW = dz x'”)"""
        short = self.text if len(self.text) <= _LONGEST else f"{self.text[: _LONGEST - 1]}…"
        return f"line {self.number} (“{short}”)"


def pass_lines(text: str) -> list[PassLine]:
    """The lines of an answer, without what is prose."""
    rows = _joined(_ROW.sub("\n", number_rows(text)))
    return _with_changes(line for number, row in enumerate(rows, 1) for line in _lines(number, row))


def _with_changes(lines: Iterable[PassLine]) -> list[PassLine]:
    """dz /= N as a part of dz = … before it, where no line between them reads dz."""
    made: list[PassLine] = []
    for line in lines:
        change = _CHANGED.fullmatch(line.left) if len(line.sides) == 1 else None
        place = _last(made, change["name"]) if change else None
        if change is None or place is None:
            made.append(line)
            continue
        before = made[place]
        side = f"({before.sides[-1]}) {change['sign']} ({line.sides[0]})"
        made[place] = replace(before, text=f"{before.text}; {line.text}", sides=(side,))
    return made


def _last(lines: list[PassLine], name: str) -> int | None:
    """Where a gradient was given a few lines ago, and nothing has read it since."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    for place in reversed(range(max(len(lines) - _NEAR, 0), len(lines))):
        if lines[place].left == name and lines[place].sides:
            return place
        if any(map(word.search, lines[place].sides)):
            return None
    return None


def _joined(text: str) -> list[str]:
    """The rows that are not empty; what goes on is joined with the row before."""
    rows: list[list[str]] = []
    for raw in text.split("\n"):
        row = _without_layout(raw).strip()
        if not row:
            continue
        if rows and _continues(rows[-1], row):
            rows[-1].append(row)
        else:
            rows.append([row])
        if len(rows[-1]) > _MOST_ROWS:
            raise ReadError(f"one line goes on over more than {_MOST_ROWS} rows")
    return [" ".join(parts) for parts in rows]


def _without_layout(row: str) -> str:
    plain = _LAYOUT.sub(" ", _COMMENT.sub("", row) + "\n")
    return _BOX.sub(r"\1", _WORDS.sub(r" \1 ", plain))


def _continues(parts: list[str], row: str) -> bool:
    """Whether a row is the rest of those before: it begins with a sign, or they are open at their end."""
    if row.startswith("="):
        return True
    if len(_sides(row)) > 1:
        return bool(_OPEN_END.search(parts[-1])) and not _BULLET.match(row)
    before = " ".join(parts)
    return len(_sides(before)) > 1 and bool(_OPEN_END.search(before) or _GOES_ON.match(row) or _depth(before) > 0)


def _depth(row: str) -> int:
    return sum((sign in "([{") - (sign in ")]}") for sign in row)


def _lines(number: int, row: str) -> Iterator[PassLine]:
    bullet = _BULLET.match(row)
    if bullet and len(_sides(row)) > 1:
        row = row[bullet.end() :]
    if len(_sides(row)) == 1:
        if not _is_prose(row):
            yield PassLine(number, row, row, ())
        return
    for part in _parts(row):
        left, *sides = (side.strip() for side in _sides(part))
        yield PassLine(number, part.strip(), _name_in(left), tuple(sides))


def _parts(row: str) -> list[str]:
    """The lines in one row, between commas and “and”."""
    found: list[str] = []
    place = begin = 0
    for match in [*_outside(row, _JOINTS), None]:
        end = match.start() if match else len(row)
        if len(_sides(row[place:end])) > 1:
            found.append(row[place:end])
        elif found and row[place:end].strip(" ."):
            found[-1] += row[begin:end]
        begin, place = match.span() if match else (end, end)
    return [re.sub(r"(?<!\s)(?:\s*\*\*)?[\s.]*$", "", part) for part in found]


def _sides(row: str) -> list[str]:
    """What stands between the equals signs outside brackets."""
    cuts = [match.span() for match in _outside(row, _EQUALS)]
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(row)]
    return [row[start:end] for start, end in zip(starts, ends, strict=True)]


def _outside(row: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The matches outside brackets and outside the bounds of sums."""
    level, place = 0, 0
    while place < len(row):
        bounds = over_index(row, place)
        match = pattern.match(row, place) if level == 0 and not bounds else None
        if match:
            yield match
        level = max(0, level + (row[place] in "([{") - (row[place] in ")]}"))
        place = bounds[3] if bounds else match.end() if match else place + 1


def _is_prose(row: str) -> bool:
    """Words without a formula: “The gradients are:”."""
    words = re.findall(r"(?<![\w\\])[A-Za-z]{2,}(?!\w)", row)
    if not words or re.search(r"[*/^+'@_0-9\\(]", row.rstrip(".:")):
        return row.endswith(":") or not re.search(r"\w", row)
    return (
        row.endswith(":")
        or len(words) > 2
        or any(word.lower() in LEAD_WORDS for word in words)
        or (len(words) == 2 and all(len(word) > 3 for word in words))
    )


def _name_in(left: str) -> str:
    """The name on the left, without a label and the words before it."""
    words = left.replace("**", " ").rpartition(":")[2].split()
    while len(words) > 1 and words[0].lower().rstrip(",") in LEAD_WORDS:
        del words[0]
    return words[-1] if any(word.lower() in LEAD_WORDS for word in words) else " ".join(words)
