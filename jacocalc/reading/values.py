"""Numbers for the variables of a program: text, mappings and files → rows of text, by name.

W = [[1, 2], [3, 4]], x = [1, 2], a = 0.5, sigma = tanh          also as TOML, JSON or NumPy's .npz
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from jacocalc.digits import fraction
from jacocalc.errors import JacocalcError, MissingExtra, ReadError
from jacocalc.notation import Matrix, as_rational
from jacocalc.programs import by_name
from jacocalc.reading.files import bytes_of, text_of, toml_of
from jacocalc.reading.points import read_value
from jacocalc.reading.tokens import tokens_of

Rows = tuple[tuple[str, ...], ...]
Given = tuple[tuple[str, Rows], ...]
_LARGEST = 50_000_000
_START = re.compile(r"\s*([^\W\d][\w\u0302]*)\s*=(?!=)\s*")
_POWER_OF_TEN = re.compile(r"(?<![\w.])((?:\d++(?:\.\d*+)?|\.\d++)[eE][+-]?\d{1,3})(?!\w)")
_WORD = re.compile(r"[A-Za-z_]\w*")


def read_values(text: str) -> Given:
    """The numbers that a text or a file says.  Raises ReadError, JacocalcError."""
    if "=" not in text and Path(text.strip()).suffix in (".toml", ".json", ".npz"):
        return given_values(_from_file(Path(text.strip())))
    found: list[tuple[str, Rows]] = []
    for start, end in _pieces(text):
        piece = text[start:end]
        match = _START.match(piece)
        if match is None:
            raise ReadError("a value is written name = number or matrix", text=text, start=start, end=end,
                            hint="W = [[1, 2], [3, 4]], x = [1, 2]")  # fmt: skip
        found.append((spelled(match[1]), _rows(piece[match.end() :], text, start + match.end())))
    if len({name for name, _ in found}) < len(found):
        raise ReadError("a name stands twice among the values", text=text, end=len(text))
    return tuple(found)


def spelled(name: str) -> str:
    """A name as programs spell it: epsilon for ε, yhat for ŷ."""
    try:
        tokens = tokens_of(name, matrix=True)
    except ReadError:
        return name
    return tokens[0].text if len(tokens) == 2 else name


def _pieces(text: str) -> list[tuple[int, int]]:
    """Parts between commas, semicolons and line ends outside brackets."""
    found, level, start = [], 0, 0
    for place, sign in enumerate(f"{text};"):
        level += (sign in "([{") - (sign in ")]}")
        if sign in ",;\n" and level <= 0:
            if text[start:place].strip():
                found.append((start, place))
            start = place + 1
    if text[start:].strip():
        found.append((start, len(text)))
    return found


def _rows(value: str, text: str, start: int) -> Rows:
    if _WORD.fullmatch(value.strip()) and value.strip() not in ("e", "pi"):
        return ((value.strip(),),)
    try:
        found = read_value(_POWER_OF_TEN.sub(lambda m: f"({Fraction(m[1])})", value), ())
    except ReadError as error:
        raise ReadError(
            error.message, text=text, start=start + error.start, end=start + error.end, hint=error.hint
        ) from None
    matrix = found if isinstance(found, Matrix) else Matrix(((found,),))
    rows = []
    for row in matrix.rows:
        numbers = [as_rational(entry) for entry in row]
        if None in numbers:
            raise ReadError("a value is made of numbers", text=text, start=start, end=start + len(value.rstrip()))
        rows.append(tuple(map(str, numbers)))
    return tuple(rows)


def _from_file(path: Path) -> Mapping[str, Any]:
    if path.suffix == ".npz":
        return _arrays(path)
    text = text_of(path, str(path), _LARGEST)
    try:
        return toml_of(text) if path.suffix == ".toml" else json.loads(text)
    except ValueError as error:  # also an integer of thousands of digits
        raise ReadError(f"{path} is not readable: {error}") from None
    except RecursionError:
        raise ReadError(f"{path} is not readable: it is nested too deep") from None


def _arrays(path: Path) -> Mapping[str, Any]:
    try:
        import numpy as np
    except ImportError:
        raise MissingExtra("NumPy is needed to read .npz files", hint="pip install numpy") from None
    try:
        packed = io.BytesIO(bytes_of(path, str(path), _LARGEST))
        if sum(part.file_size for part in zipfile.ZipFile(packed).infolist()) > _LARGEST:
            raise ReadError(f"{path} holds more than {_LARGEST:,} bytes")
        with np.load(packed, allow_pickle=False) as stored:
            return {name: stored[name].tolist() for name in stored.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, MemoryError) as error:  # shapes it only claims
        raise ReadError(f"{path} is not readable: {error}") from None


def given_values(values: Mapping[str, Any]) -> Given:
    """Numbers from Python: nested lists, arrays, numbers, the name of a function for σ."""
    return tuple((spelled(str(name)), _listed(str(name), value)) for name, value in by_name(values).items())


def _listed(name: str, value: Any) -> Rows:
    if isinstance(value, str):
        return ((value,),)
    plain = value.tolist() if hasattr(value, "tolist") else value
    grid = plain if isinstance(plain, list | tuple) else [plain]
    rows = [row if isinstance(row, list | tuple) else [row] for row in grid]
    if not rows or not rows[0] or len({len(row) for row in rows}) > 1:
        raise JacocalcError(f"the rows of {name} have different lengths")
    return tuple(tuple(_number(name, entry) for entry in row) for row in rows)


def _number(name: str, value: Any) -> str:
    if isinstance(value, bool | list | tuple | dict):
        raise JacocalcError(f"the value of {name} is not an array of numbers with at most two axes")
    try:
        return str(Fraction(value) if isinstance(value, int | Fraction) else fraction(str(value)))
    except (ValueError, TypeError, ZeroDivisionError):
        raise JacocalcError(f"{name} holds {value!r}, which is no finite number") from None
