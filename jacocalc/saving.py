"""Files written in one stroke: whoever reads one sees the old content or the new, and a full disk costs neither.

The new content is written beside the old one and then takes its place.  What is no file, such as a pipe or a terminal,
is written as it is.
"""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress

from jacocalc.errors import JacocalcError

Name = str | os.PathLike[str]


def save(path: Name, content: bytes) -> None:
    """Write a file.  Raises JacocalcError."""
    try:
        replaced(path, content)
    except OSError as error:
        raise JacocalcError(f"{os.fspath(path)} cannot be written: {error.strerror or error}") from None
    except ValueError:  # a NUL in the name
        raise JacocalcError("the name of a file holds a NUL") from None


def replaced(path: Name, content: bytes) -> None:
    """As ``save``.  Raises OSError, ValueError."""
    path = os.fspath(path)
    if os.path.exists(path) and not os.path.isfile(path):
        _into(path, content)
        return
    path = os.path.realpath(path)  # a link stays one
    if os.path.exists(path) and not os.access(os.path.dirname(path), os.W_OK):
        with open(path, "wb") as file:  # the file may be changed, but its folder may not
            file.write(content)
        return
    _beside(path, content)


def _beside(path: str, content: bytes) -> None:
    mode = os.stat(path).st_mode & 0o777 if os.path.exists(path) else 0o666 & ~_mask()
    number, made = tempfile.mkstemp(prefix=".jacocalc-", dir=os.path.dirname(path))
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(made, mode)
        os.replace(made, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(made)
        raise


def _into(path: str, content: bytes) -> None:
    """What is no file; a pipe that nobody reads would be waited for."""
    if hasattr(os, "O_NONBLOCK") and stat.S_ISFIFO(os.stat(path).st_mode):
        try:
            number = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            raise OSError("nobody reads this pipe") from None
        os.set_blocking(number, True)
        file = os.fdopen(number, "wb")
    else:
        file = open(path, "wb")  # noqa: SIM115
    with file:
        file.write(content)


def _mask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
