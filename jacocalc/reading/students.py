"""A class list (CSV) → students: the column student, and a column name if there is one."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from jacocalc.errors import ReadError
from jacocalc.reading.files import text_of
from jacocalc.reading.rosters import as_typed

_HINT = "the first line names the columns: student,name"
_LARGEST = 10_000_000
_SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True)
class Student:
    """``student`` tells one from the other; ``name`` is what is printed, if it is known."""

    student: str
    name: str = ""


def read_students(path: Path) -> list[Student]:
    """The students of a file, in order.  Raises ReadError."""
    return students_of(text_of(path, str(path), _LARGEST, "save the table as “CSV UTF-8”"), str(path))


def students_of(text: str, name: str) -> list[Student]:
    """The students that a text lists.  Raises ReadError."""
    header, *rows = _rows(text, name)
    keys = [cell.strip().casefold() for cell in header]
    if "student" not in keys:
        raise ReadError(f"{name} has no column student; its columns are {', '.join(header)}", hint=_HINT)
    found: dict[str, Student] = {}
    for cells in rows:
        values = {key: as_typed(cell).strip() for key, cell in zip(keys, cells, strict=False)}
        student = Student(values.get("student", ""), values.get("name", ""))
        if not student.student:
            raise ReadError(f"{name} has a row without a student", hint=f"the row is {', '.join(cells)}")
        if student.student in found:
            raise ReadError(f"{name} lists {student.student} twice", hint="each student needs an id of their own")
        found[student.student] = student
    if not found:
        raise ReadError(f"{name} lists no students", hint=_HINT)
    return list(found.values())


def _rows(text: str, name: str) -> list[list[str]]:
    """The rows with something in them; the separator is the one by which the first line has most cells."""
    lines = text.replace("\0", "").strip().splitlines()
    if not lines:
        raise ReadError(f"{name} is empty", hint=_HINT)
    separator = max(_SEPARATORS, key=lines[0].count)
    try:
        reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator, strict=True)
        rows = [cells for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise ReadError(f"{name} cannot be read: {error}") from None
    if not rows:
        raise ReadError(f"{name} is empty", hint=_HINT)
    return rows
