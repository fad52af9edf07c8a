"""What a learner has done, kept in a small file that no crash and no second program can harm.

The file is written whole beside the old one and then takes its place.  Under a lock it is read again before the new
counts are added to it, so two programs at once lose nothing.  A damaged file is set aside, never overwritten.  Where
nothing can be kept, one line says so and practice goes on.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jacocalc.saving import replaced

FILE = "progress.json"
_LOCK = "progress.lock"
_SCHEMA = 1
_LARGEST = 10_000_000
_PATIENCE = 3.0
_PAUSE = 0.02
_STALE = 20.0


@dataclass(frozen=True)
class Record:
    """Of one exercise: answers given, how often it was solved, and hints taken."""

    attempts: int = 0
    solved: int = 0
    hints: int = 0

    def __add__(self, other: Record) -> Record:
        return Record(self.attempts + other.attempts, self.solved + other.solved, self.hints + other.hints)


Records = Mapping[str, Record]


def data_folder() -> Path:
    """$JACOCALC_DATA, or the user's data folder."""
    import typer

    return Path(os.environ.get("JACOCALC_DATA") or typer.get_app_dir("jacocalc"))


class _Newer(Exception):
    """The file was written by a later version."""


class Progress:
    """The records of a folder; ``warn`` is told what goes wrong, once where nothing can be kept."""

    def __init__(self, folder: Path, warn: Callable[[str], None]) -> None:
        self.folder = folder
        self.path = folder / FILE
        self._tell = warn
        self._warned = False
        self._unkept: dict[str, Record] = {}

    def read(self) -> dict[str, Record]:
        """All records; what could not be kept in the file counts for this run."""
        try:
            kept = self._load(aside=False)
        except (OSError, _Newer) as error:
            self._warn(error)
            kept = {}
        return _added(kept, self._unkept)

    def add(self, name: str, attempts: int = 0, solved: int = 0, hints: int = 0) -> None:
        """Add to the record of an exercise."""
        self._unkept = _added(self._unkept, {name: Record(attempts, solved, hints)})
        self._change(lambda kept: _added(kept, self._unkept))

    def forget(self, belongs: Callable[[str], bool]) -> int:
        """Drop the records of the exercises that belong; how many there were."""
        dropped = [name for name in self.read() if belongs(name)]
        self._unkept = {name: record for name, record in self._unkept.items() if name not in dropped}
        self._change(lambda kept: {name: record for name, record in kept.items() if name not in dropped})
        return len(dropped)

    def _change(self, change: Callable[[dict[str, Record]], dict[str, Record]]) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with _locked(self.folder / _LOCK):
                self._write(change(self._load(aside=True)))
            self._unkept = {}
        except (OSError, _Newer) as error:
            self._warn(error)

    def _warn(self, error: Exception) -> None:
        if isinstance(error, OSError):
            reason = error.strerror or str(error)
        else:
            reason = f"{FILE} was written by a later version of jacocalc"
        if not self._warned:
            self._warned = True
            self._tell(f"progress is not kept: {self.folder}: {reason}")

    # -- the file -----------------------------------------------------------------------------------

    def _load(self, aside: bool) -> dict[str, Record]:
        """The records of the file.  A damaged one is set ``aside`` where the lock is held."""
        if self.path.exists() and not self.path.is_file():  # a pipe or a device may have no end
            raise OSError(f"{FILE} is not a file")
        try:
            content = self.path.read_bytes() if self.path.stat().st_size <= _LARGEST else b""
            return _records(json.loads(content.decode("utf-8")))
        except FileNotFoundError:
            return {}
        except (ValueError, RecursionError):
            if aside:
                self._set_aside()
            return {}

    def _set_aside(self) -> None:
        place = self.path.with_name(f"{FILE}.damaged")
        number = 1
        while place.exists():
            number += 1
            place = self.path.with_name(f"{FILE}.damaged-{number}")
        os.replace(self.path, place)
        self._tell(f"{FILE} was damaged; it is kept as {place.name}, and a new one is begun")

    def _write(self, records: Records) -> None:
        """The whole file beside the old one, then in its place."""
        rows = {name: vars(record) for name, record in sorted(records.items())}
        text = json.dumps({"schema": _SCHEMA, "exercises": rows}, ensure_ascii=False, indent=1) + "\n"
        replaced(self.path, text.encode("utf-8"))


def _added(first: Records, second: Records) -> dict[str, Record]:
    """Both counts together."""
    return {name: first.get(name, Record()) + second.get(name, Record()) for name in {**first, **second}}


def _records(content: Any) -> dict[str, Record]:
    """The records that a file says.  Raises ValueError where it is damaged, _Newer for a later schema."""
    if not isinstance(content, dict) or not isinstance(content.get("schema"), int):
        raise ValueError("no schema")
    if content["schema"] > _SCHEMA:
        raise _Newer
    rows = content.get("exercises")
    if not isinstance(rows, dict):
        raise ValueError("no exercises")
    return {name: _record(row) for name, row in rows.items()}


def _record(row: Any) -> Record:
    if not isinstance(row, dict):
        raise ValueError("no record")
    counts = [row.get(key, 0) for key in ("attempts", "solved", "hints")]
    if not all(isinstance(count, int) and not isinstance(count, bool) and count >= 0 for count in counts):
        raise ValueError("counts are whole numbers")
    return Record(*counts)


# -- the lock -----------------------------------------------------------------------------------------


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock; the system frees it when the program ends, however it does.  Raises OSError after a while."""
    try:
        import fcntl
    except ImportError:
        with _locked_by_name(path):
            yield
        return
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _tried(lambda: fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB))
        yield
    finally:
        os.close(handle)


@contextmanager
def _locked_by_name(path: Path) -> Iterator[None]:
    """Where the system has no locks on files: the file's existence is the lock; one that is old was left behind."""

    def take() -> None:
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE:
                path.unlink()
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))

    _tried(take)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _tried(take: Callable[[], None]) -> None:
    """Try again for a while.  Raises OSError."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            take()
            return
        except (BlockingIOError, FileExistsError, PermissionError):
            if time.monotonic() > end:
                raise OSError("another program holds the lock") from None
            time.sleep(_PAUSE)
