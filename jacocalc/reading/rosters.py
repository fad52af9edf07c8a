"""A table of answers (CSV) → rows: student, question, answer.

UTF-8, with or without a byte order mark, or UTF-16 with one; commas, semicolons or tabs between the cells, whichever
makes a header line with the three names; cells in quotation marks may hold all of these and new lines, blanks around a
name are no part of it.  The columns stand in any order and further ones are kept aside.  What is wrong with one row is
a ``fault`` of that row; what is wrong with the file is a ReadError of one line.

A cell that a spreadsheet would run as a formula is kept from that by an apostrophe before it (``harmless``), and the
apostrophe is taken off when it is read (``as_typed``), so marks can be read again.
"""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jacocalc.errors import JacocalcError, ReadError
from jacocalc.marks import COLUMNS, AnswerRow
from jacocalc.options import LIMITS
from jacocalc.reading.files import bytes_of

_LARGEST = 200_000_000
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_HINT = "the first line names the columns: student,question,answer"
_QUOTES = 'a quotation mark inside a cell in quotation marks is written twice: ""'
_RUNS = re.compile(r"'*(?:[\t\r\n]|[ \xa0]*[=+\-@＝＋－＠])")


def harmless(text: str) -> str:
    """A cell that no spreadsheet runs: '=1+1 for =1+1, and '-1/2 for −1/2 typed with a hyphen."""
    return f"'{text}" if _RUNS.match(text) else text


def as_typed(text: str) -> str:
    """What ``harmless`` was given."""
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text


def read_roster(path: Path, shown: str = "") -> list[AnswerRow]:
    """The rows of a file.  Raises ReadError naming the file as ``shown``."""
    name = shown or str(path)
    return roster_of(_decoded(bytes_of(path, name, _LARGEST), name), name)


def _decoded(content: bytes, name: str) -> str:
    hint = "save the table as “CSV UTF-8”"
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        content = content.decode("utf-16", "replace").encode()
    if b"\0" in content.partition(b"\n")[0]:
        raise ReadError(f"{name} is not UTF-8 text: it holds NUL bytes, as spreadsheets do", hint=hint)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        raise ReadError(f"{name} is not UTF-8 text: line {line} holds the byte {byte:#04x}", hint=hint) from None


def roster_of(text: str, name: str = "the table of answers") -> list[AnswerRow]:
    """The rows of a text.  Raises ReadError."""
    text = text.removeprefix("\ufeff")
    start, separator = _declared(text)
    limit = csv.field_size_limit(max(len(text), 1))
    try:
        return list(_rows(text[start:], name, separator))
    finally:
        csv.field_size_limit(limit)


def _declared(text: str) -> tuple[int, str]:
    """Where the table begins and the separator that a first line ``sep=;`` declares, as some spreadsheets write."""
    found = re.match(r'"?sep=([,;\t])"?\r?\n', text, re.IGNORECASE)
    return (found.end(), found[1]) if found else (0, "")


def _rows(text: str, name: str, declared: str) -> Iterator[AnswerRow]:
    separator = declared or _separator(text, name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True)
    try:
        header = next((cells for cells in reader if any(map(str.strip, cells))), [])
        places = _places(header, name)
        for cells in reader:
            if cells:
                yield _row(cells, header, places, _SEPARATORS[separator])
    except csv.Error as error:
        reason = "a quotation mark is not closed" if "end of data" in str(error) else str(error)
        raise ReadError(f"{name}, line {reader.line_num}: {reason}", hint=_QUOTES) from None


def _separator(text: str, name: str) -> str:
    """The separator whose header line has most of the columns."""
    if not text.strip():
        raise ReadError(f"{name} is empty", hint=_HINT)
    headers = {separator: _header(text, separator) for separator in _SEPARATORS}
    return max(_SEPARATORS, key=lambda one: (len(set(COLUMNS) & set(map(_key, headers[one]))), len(headers[one])))


def _header(text: str, separator: str) -> list[str]:
    try:
        cells = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
        return next((one for one in cells if any(map(str.strip, one))), [])
    except csv.Error:
        return []


def _key(heading: str) -> str:
    return heading.strip().casefold()


def _places(header: Sequence[str], name: str) -> dict[str, int]:
    """Where the three columns stand.  Raises ReadError that names the columns found."""
    keys = [_key(heading) for heading in header]
    missing = [column for column in COLUMNS if column not in keys]
    shown = ", ".join(" ".join(heading.split())[:30] or "(no name)" for heading in header[:12])
    if missing:
        raise ReadError(f"{name} has no column {', '.join(missing)}; its columns are {shown}", hint=_HINT)
    double = [column for column in COLUMNS if keys.count(column) > 1]
    if double:
        raise ReadError(f"{name} has the column {double[0]} twice; its columns are {shown}")
    return {column: keys.index(column) for column in COLUMNS}


def _row(cells: Sequence[str], header: Sequence[str], places: Mapping[str, int], separators: str) -> AnswerRow:
    """A row; what is missing is empty, and cells beyond the header are a fault: an answer was cut at a separator."""
    student, question, answer = (
        as_typed(cells[places[column]]) if places[column] < len(cells) else "" for column in COLUMNS
    )
    others = tuple((h, c) for i, (h, c) in enumerate(zip(header, cells, strict=False)) if i not in places.values())
    fault = ""
    if any(map(str.strip, cells[len(header) :])):
        fault = (f"the row has {len(cells)} cells, but there are {len(header)} columns; "
                 f"an answer with {separators} is put in quotation marks")  # fmt: skip
    return checked(AnswerRow(student.strip(), question.strip(), answer, others, fault))


def checked(row: AnswerRow) -> AnswerRow:
    """The row, with the fault that it has whatever the question is: no answer, or one that is too long."""
    fault = row.fault
    if not fault and not row.answer.strip():
        fault = "no answer"
    if not fault and len(row.answer) > LIMITS.characters:
        fault = f"the answer is longer than {LIMITS.characters:,} characters"
    return row if fault == row.fault else AnswerRow(row.student, row.question, row.answer, row.others, fault)


def rows_of(answers: Any) -> list[AnswerRow]:
    """Rows from tuples (student, question, answer), mappings, rows, or a data frame.  Raises JacocalcError."""
    if hasattr(answers, "to_dict") and hasattr(answers, "columns"):
        answers = answers.to_dict("records")
    return [_given(item, place) for place, item in enumerate(answers, 1)]


def _given(item: Any, place: int) -> AnswerRow:
    if isinstance(item, AnswerRow):
        return checked(item)
    if isinstance(item, Mapping):
        cells = {_key(str(key)): value for key, value in item.items()}
        missing = [column for column in COLUMNS if column not in cells]
        if missing:
            raise JacocalcError(f"row {place} has no {missing[0]}; it has {', '.join(map(str, item))}")
        others = tuple((str(key), _text(value)) for key, value in item.items() if _key(str(key)) not in COLUMNS)
        listed = [cells[column] for column in COLUMNS]
    else:
        listed, others = _three(item, place), ()
    student, question, answer = map(_text, listed)
    return checked(AnswerRow(student.strip(), question.strip(), answer, others))


def _three(item: Any, place: int) -> list[Any]:
    if isinstance(item, str) or not hasattr(item, "__iter__") or len(listed := list(item)) != len(COLUMNS):
        raise JacocalcError(f"row {place} is not (student, question, answer)", hint='("Ada", "exercise-1", "[1, 2]")')
    return listed


def _text(value: Any) -> str:
    """A cell as text; what is missing (None, nan) is empty."""
    return "" if value is None or value != value else str(value)
