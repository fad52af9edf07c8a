"""``--pager``: what a command writes to a terminal goes through the reader's pager.

The page is kept until the command is done, so that its limits of time do not count the reading; an error keeps its
exit status.  JACOCALC_PAGER comes before PAGER and that before less; without any, or where it fails, the page is
printed as it is.
"""

from __future__ import annotations

import io
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import PurePath
from tempfile import TemporaryFile


class _Kept(io.TextIOWrapper):
    """A terminal to all who ask, and a file."""

    def isatty(self) -> bool:
        return True


def paged(work: Callable[[], int]) -> int:
    """The exit status of ``work``, after its page was read."""
    screen = sys.stdout
    if screen is None or not screen.isatty():
        return work()
    with TemporaryFile() as file:
        kept = _Kept(file, encoding=screen.encoding, errors=screen.errors, newline="\n")
        sys.stdout = kept
        try:
            status = work()
            kept.flush()
        finally:
            sys.stdout = screen
            kept.detach()
        file.seek(0)
        _show(file.read())
    return status


def _show(page: bytes) -> None:
    command = command_of(os.environ)
    if page and not (command and _read_in(command, page)):
        sys.stdout.buffer.write(page)
        sys.stdout.flush()


def command_of(environment: Mapping[str, str]) -> list[str]:
    """The pager and its options; none where a terminal cannot move its cursor, or nothing but ``cat`` is asked for."""
    found = next((environment[name] for name in ("JACOCALC_PAGER", "PAGER") if name in environment), None)
    if found is None:
        found = "less" if shutil.which("less") else ""
    try:
        words = shlex.split(found)
    except ValueError:
        return [found]
    if not words or words == ["cat"] or environment.get("TERM") == "dumb":
        return []
    return [*words, "-R"] if PurePath(words[0]).stem == "less" else words


def _read_in(command: list[str], page: bytes) -> bool:
    """Whether the pager showed the page; leaving it in the middle is no error."""
    environment = {"LESS": "FRX", "LESSCHARSET": "utf-8", "LV": "-c", **os.environ}
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
    except OSError as error:
        print(f"warning: the pager {command[0]} cannot be started: {error.strerror}", file=sys.stderr)
        return False
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the pager
    try:
        with suppress(BrokenPipeError):
            process.communicate(page)
        return process.wait() == 0
    finally:
        signal.signal(signal.SIGINT, before)
