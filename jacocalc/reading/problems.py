"""Problem files (TOML) and plain files of definitions → data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jacocalc.asked import OPTIONS, Asked, Problem
from jacocalc.errors import JacocalcError, ReadError, did_you_mean
from jacocalc.options import Detail
from jacocalc.programs import Program
from jacocalc.reading.definitions import read_definitions
from jacocalc.reading.files import text_of, toml_of
from jacocalc.reading.programs import read_program
from jacocalc.reading.statements import is_program
from jacocalc.verdicts import FORMS

_PRACTICE = ("title", "statement", "hints", "level", "form", "explained", "points")
_ALWAYS = ("name", "ask", "functions", "program", "answer", "detail", "digits", *_PRACTICE)
_LEVELS = (1, 2, 3)
_TOP = ("title", "functions", "programs", "question")
_HEADING = re.compile(r"^[ \t]*\[\[[ \t]*question[ \t]*\]\]", re.MULTILINE)
_DEFINITIONS = re.compile(r"^functions[ \t]*=[ \t]*(?:(?:\"\"\"|''')\n?)?", re.MULTILINE)


def read_file(path: Path, shown: str = "") -> Problem:
    """A problem file, or a plain text file with one definition a line.

    Raises ReadError naming the file as ``shown`` when it is missing, too large, not text, or unreadable.
    """
    name = shown or str(path)
    text = text_of(path, name)
    return read_problem(text, name) if path.suffix == ".toml" else _plain(text, name)


def _plain(text: str, name: str) -> Problem:
    if is_program(text):
        return Problem(name, (), (), ((Path(name).stem, read_program(text, Path(name).stem)),))
    return Problem(name, tuple(read_definitions(text, name).items()), ())


def read_problem(text: str, name: str) -> Problem:
    """The problem that a TOML text says."""
    text = text.replace("\r\n", "\n")
    try:
        record = toml_of(text)
    except ValueError as error:  # also an integer of thousands of digits
        raise ReadError(f"{name} is not valid TOML: {error}") from None
    except RecursionError:
        raise ReadError(f"{name} is not valid TOML: it is nested too deep") from None
    _refuse_unknown(record, _TOP, name)
    definitions = _string(record, "functions", name)
    questions = record.get("question", [])
    if not isinstance(questions, list):
        raise ReadError(f"{name}: questions are written under [[question]]")
    begin = _DEFINITIONS.search(text)
    functions = read_definitions(definitions, name, _line(text, begin.end()) if begin else 1)
    places = _places(text, name, len(questions))
    asked = tuple(_asked(q, i, place) for i, (q, place) in enumerate(zip(questions, places, strict=True), 1))
    return Problem(_string(record, "title", name) or name, tuple(functions.items()), asked, _programs(record, name))


def _refuse_unknown(record: dict[str, Any], known: Sequence[str], name: str) -> None:
    unknown = sorted(set(record) - set(known))
    if unknown:
        raise ReadError(f"{name} has an unknown key “{unknown[0]}”", hint=did_you_mean(unknown[0], sorted(known)))


def _programs(record: dict[str, Any], name: str) -> tuple[tuple[str, Program], ...]:
    """The texts under [programs], by name."""
    texts = record.get("programs", {})
    if not (isinstance(texts, dict) and all(isinstance(text, str) for text in texts.values())):
        raise ReadError(f"{name}: programs are texts under [programs]")
    return tuple((key, read_program(text, key)) for key, text in texts.items())


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _places(text: str, file: str, count: int) -> list[str]:
    """“p.toml, line 7: question 1” for each; without lines where headings and questions differ in number."""
    lines = [_line(text, heading.start()) for heading in _HEADING.finditer(text)]
    said = [f", line {line}" for line in lines] if len(lines) == count else [""] * count
    return [f"{file}{line}: question {i}" for i, line in enumerate(said, 1)]


def _asked(record: Any, number: int, name: str) -> Asked:
    if not isinstance(record, dict):
        raise ReadError(f"{name} is not a table")
    ask = _string(record, "ask", name)
    if ask not in OPTIONS:
        raise ReadError(f"{name} asks “{ask}”", hint=did_you_mean(ask, OPTIONS, f"known are {', '.join(OPTIONS)}"))
    functions = record.get("functions", [])
    program = _string(record, "program", name)
    if ask == "backprop" and not program:
        raise ReadError(f'{name} needs program = "…"')
    if not (isinstance(functions, list) and all(isinstance(f, str) for f in functions) and (functions or program)):
        raise ReadError(f'{name} needs functions = ["f", …]')
    _refuse_unknown(record, (*_ALWAYS, *(option.replace("_", "-") for option in OPTIONS[ask])), name)
    return Asked(
        _string(record, "name", name) or f"question-{number}", ask, tuple(functions), _string(record, "at", name),
        _string(record, "answer", name), _string(record, "kink", name), _string(record, "order", name),
        _string(record, "vector", name), _truth(record, "unit", name), _listed(record, "solve-for", name),
        _whole(record, "newton", name), _string(record, "density", name), _detail(record, name),
        _whole(record, "digits", name) or None, program, _listed(record, "wrt", name), _string(record, "of", name),
        _string(record, "loss", name), _whole(record, "random", name) if "random" in record else None,
        _string(record, "update", name), _truth(record, "second", name), _truth(record, "kronecker", name),
        _truth(record, "hessian-vector", name), _truth(record, "gauss-newton", name), _string(record, "title", name),
        _string(record, "statement", name), _hints(record, name), _level(record, name), _form(record, name),
        _truth(record, "explained", name), _points(record, name),
    )  # fmt: skip


def _hints(record: dict[str, Any], name: str) -> tuple[str, ...]:
    """The hints, the gentlest first; one may be a text."""
    hints = record.get("hints", [])
    hints = [hints] if isinstance(hints, str) else hints
    if not (isinstance(hints, list) and all(isinstance(hint, str) and hint.strip() for hint in hints)):
        raise JacocalcError(f'{name}: hints are a list of texts, ["…", …]')
    return tuple(hints)


def _level(record: dict[str, Any], name: str) -> int:
    level = _whole(record, "level", name) if "level" in record else _LEVELS[0]
    if level not in _LEVELS:
        raise JacocalcError(f"{name}: level is {_LEVELS[0]}, {_LEVELS[1]} or {_LEVELS[2]}, not {level}")
    return level


def _points(record: dict[str, Any], name: str) -> float | None:
    points = record.get("points")
    if points is None:
        return None
    if isinstance(points, bool) or not isinstance(points, int | float) or not 0 < points < 1e6:
        raise JacocalcError(f"{name}: points is a positive number, not {points}")
    return float(points)


def _form(record: dict[str, Any], name: str) -> tuple[str, ...]:
    """The forms in which an answer is wanted: a text, or a list of texts."""
    words = tuple(_listed(record, "form", name).replace(",", " ").split())
    for word in words:
        if word not in FORMS:
            hint = did_you_mean(word, FORMS)
            raise JacocalcError(f"{name}: form is any of {', '.join(FORMS)}, not {word}", hint=hint)
    return words


def _listed(record: dict[str, Any], key: str, name: str) -> str:
    """A text, or a list of texts: ``solve-for = ["y", "z"]``."""
    value = record.get(key, "")
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return _string(record, key, name)


def _truth(record: dict[str, Any], key: str, name: str) -> bool:
    value = record.get(key, False)
    if not isinstance(value, bool):
        raise JacocalcError(f"{name}: {key} is true or false, without quotation marks")
    return value


def _detail(record: dict[str, Any], name: str) -> str:
    value = _string(record, "detail", name)
    if value and value not in tuple(Detail):
        raise JacocalcError(f"{name}: detail is {', '.join(Detail)}, not {value}")
    return value


def _whole(record: dict[str, Any], key: str, name: str) -> int:
    value = record.get(key, 0)
    if not isinstance(value, int) or isinstance(value, bool):
        raise JacocalcError(f"{name}: {key} is a whole number")
    return value


def _string(record: dict[str, Any], key: str, name: str) -> str:
    value = record.get(key, "")
    if not isinstance(value, str):
        raise JacocalcError(f"{name}: {key} is written as text in quotation marks")
    return value
