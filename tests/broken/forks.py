"""pytest in a fork of this process, which has loaded the libraries but no jacocalc: a second, not four, for each run.

The fork imports jacocalc from the tree that it is given, runs tests, and sends what it found through a pipe.  A test
that takes too long is ended by the alarm's own default, which no library can catch.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

_LIBRARIES = (
    "numpy", "sympy", "sympy.integrals", "sympy.solvers", "flint", "mpmath", "hypothesis", "_hypothesis_pytestplugin",
    "pytest", "typer", "rich.console", "email.parser", "urllib.request",
)  # fmt: skip
_MEMORY = 6 << 30
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Ended(Exception):
    """The fork died or was ended: by the alarm of a test, for want of memory, or as its time was over."""


def load_libraries() -> None:
    """What every run of tests loads anyway."""
    os.environ.update(_ONE_THREAD)
    for name in _LIBRARIES:
        importlib.import_module(name)
    assert "jacocalc" not in sys.modules


def in_fork(tree: Path, work: Callable[..., Any], *arguments: Any, seconds: float) -> Any:
    """``work(*arguments)`` in a fork that stands in the tree.  Raises Ended."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            os.setsid()
            with os.fdopen(writer, "wb") as pipe:
                pipe.write(json.dumps(_outcome(tree, work, arguments)).encode())
        finally:
            os._exit(0)
    os.close(writer)
    found = _received(reader, time.monotonic() + seconds)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # with whatever the tests have started
    _, status = os.waitpid(child, 0)
    if not found:
        raise Ended("too long" if status in (signal.SIGALRM, signal.SIGKILL) else f"ended with status {status}")
    done, value = json.loads(found)
    if not done:
        raise Ended(value)
    return value


def _outcome(tree: Path, work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    """(True, the result) or (False, what was raised)."""
    try:
        _stand_in(tree)
        return True, work(*arguments)
    except BaseException as error:
        return False, f"{type(error).__name__}: {error}"


def _received(reader: int, end: float) -> bytes:
    """All that is sent until the pipe is closed; nothing where the time is over."""
    parts: list[bytes] = []
    with os.fdopen(reader, "rb", buffering=0) as pipe:
        while select.select([pipe], [], [], max(end - time.monotonic(), 0))[0]:
            part = pipe.read(1 << 20)
            if not part:
                return b"".join(parts)
            parts.append(part)
    return b""


def _stand_in(tree: Path) -> None:
    """The tree's own modules, here and in whatever this process starts; no output."""
    here = str(tree)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    os.chdir(here)
    sys.path[:] = [here, *filter(None, sys.path)]
    os.environ.update(PYTHONPATH=here, PYTHONDONTWRITEBYTECODE="1", TABLES="whole")
    sys.dont_write_bytecode = True
    for name in [name for name in sys.modules if name.split(".")[0] == "tests"]:
        del sys.modules[name]
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)


_ARGUMENTS = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore:Module already imported"]


def pytest_here(arguments: Sequence[str], *plugins: object) -> int:
    """pytest in this process: its exit status."""
    import pytest

    return int(pytest.main([*_ARGUMENTS, *arguments], plugins=list(plugins)))
