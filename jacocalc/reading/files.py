"""What is in a file that somebody names: a file, no folder and no device, of bounded size."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from jacocalc.errors import ReadError

LARGEST = 1_000_000
_LONG_KEY = re.compile(r"(?<![\w.\"'-])(?:[\w\"'-]+[ \t]*\.[ \t]*){32}")


def bytes_of(path: Path, name: str, largest: int = LARGEST) -> bytes:
    """The bytes of a file.  Raises ReadError, which calls it ``name``."""
    try:
        if str(path).strip() == "-" and not path.exists():
            raise ReadError("standard input is not read here", hint="give the name of a file")
        if not path.is_file():
            reason = "is a folder" if path.is_dir() else "does not exist" if not path.exists() else "is not a file"
            raise ReadError(f"{name} {reason}")
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise ReadError(f"{name} cannot be read: {error.strerror}") from None
    except ValueError:  # a NUL in the name
        raise ReadError("the name of a file holds a NUL") from None
    if len(content) > largest:
        raise ReadError(f"{name} is larger than {largest:,} bytes")
    return content


def text_of(path: Path, name: str, largest: int = LARGEST, hint: str = "") -> str:
    """The text of a file.  Raises ReadError; the ``hint`` says what to do about a text that is not UTF-8."""
    try:
        return bytes_of(path, name, largest).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReadError(f"{name} is not UTF-8 text", hint=hint) from None


def text_or_file(text: str) -> str:
    """What a text says, or the file that it names (.txt, .md, .tex)."""
    path = Path(text.strip())
    return text_of(path, text.strip()) if path.suffix in (".txt", ".md", ".tex") and "=" not in text else text


def toml_of(text: str) -> dict[str, Any]:
    """What a TOML text says.  Raises ValueError, RecursionError."""
    if _LONG_KEY.search(text):  # each part of a key is walked to from the first
        raise ValueError("a key has more than 30 parts")
    return tomllib.loads(text)
