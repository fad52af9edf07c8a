"""What is judged already, kept in a file beside the marks, so that an interrupted grading goes on and repeats nothing.

One line of JSON for each judgement: a digest of the question, the answer and the limits, and the verdict.  A line is
written at once when an answer is judged; one that was cut off in the middle is left out when the file is read.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, fields
from math import isfinite
from pathlib import Path
from types import TracebackType
from typing import IO, Any, TypeVar

from jacocalc.errors import JacocalcError
from jacocalc.marks import OUTCOMES
from jacocalc.verdicts import EntryVerdict, Verdict


def verdict_record(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON says it."""
    return asdict(verdict)


def verdict_of(record: dict[str, Any]) -> Verdict:
    """The verdict of a record.  Raises TypeError, ValueError, KeyError for what is none."""
    entries = tuple(_typed(EntryVerdict(**_frozen(entry))) for entry in record["entries"])
    return _typed(Verdict(**{**_frozen(record), "entries": entries}))


_V = TypeVar("_V", Verdict, EntryVerdict)


def _typed(verdict: _V) -> _V:
    """The same, where its fields are what they should be: what a damaged file says is not believed."""
    for one in fields(verdict):
        value = getattr(verdict, one.name)
        if isinstance(one.default, str) or one.name in ("name", "outcome"):
            fits = isinstance(value, str)
        elif isinstance(one.default, float):
            fits = isinstance(value, int | float) and isfinite(value)
        else:
            fits = isinstance(value, tuple) and all(isinstance(part, str | EntryVerdict) for part in value)
        if not fits:
            raise TypeError(f"{one.name} is {value!r}")
    if verdict.outcome not in OUTCOMES:
        raise ValueError(f"{verdict.outcome} is no outcome")
    return verdict


def _frozen(record: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in record.items()}


class Journal:
    """The judgements so far (``taken``), and a place to add to; without a path nothing is kept.

    Raises JacocalcError where the file cannot be written, or another grading is writing it.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.taken: dict[str, Verdict] = {}
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Journal:
        if self.path is not None:
            if self.path.exists() and not self.path.is_file():
                raise JacocalcError(f"{self.path} is not a file")
            try:
                self._file = open(self.path, "a+b")
                self._lock()
                self._read(self._file)
            except OSError as error:
                raise JacocalcError(f"{self.path} cannot be written: {error.strerror}") from None
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._file is not None:
            with suppress(OSError):  # what ``add`` could not write, and said
                self._file.close()

    def _lock(self) -> None:
        """Two gradings into one file would each do the work of the other."""
        try:
            import fcntl
        except ImportError:
            return
        assert self._file is not None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise JacocalcError(f"{self.path} is being written by another grading") from None

    def _read(self, file: IO[bytes]) -> None:
        file.seek(0)
        content = file.read()
        for line in content.split(b"\n"):
            try:
                record = json.loads(line)
                self.taken[record["digest"]] = verdict_of(record["verdict"])
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                continue
        if content and not content.endswith(b"\n"):
            file.write(b"\n")
            file.flush()

    def add(self, digest: str, verdict: Verdict) -> None:
        """Keep a judgement; it is in the file when this returns.  Raises JacocalcError where the disk is full."""
        self.taken[digest] = verdict
        if self._file is None:
            return
        try:
            self._file.write(json.dumps({"digest": digest, "verdict": verdict_record(verdict)}).encode() + b"\n")
            self._file.flush()
        except OSError as error:
            hint = "what is judged so far is kept; the same command goes on from there"
            raise JacocalcError(f"{self.path} cannot be written: {error.strerror}", hint=hint) from None

    def remove(self) -> None:
        """The marks are written, and this is needed no more."""
        if self._file is not None and self.path is not None:
            os.unlink(self.path)


