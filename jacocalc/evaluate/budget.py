"""A budget for calls that could run for ever: so many function calls, then LimitReached.

Counting calls gives the same result on every machine.  The work is done in a child process that is also
ended from outside after some seconds, since a library may swallow the exception that says that the budget
is spent: in a fork where this process has one thread, in a fresh interpreter otherwise.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, BinaryIO, TypeVar

from jacocalc.errors import LimitReached

T = TypeVar("T")
_SECONDS = 6.0


class _Spent(BaseException):
    """Raised inside the call; no ``except Exception`` on the way can keep it."""


def within(calls: int, work: Callable[..., T], *arguments: Any) -> T:
    """``work(*arguments)``, which may make so many calls; all three must pickle.

    Raises LimitReached, and what ``work`` raises.
    """
    run = _in_fork if _may_fork() else _in_interpreter
    succeeded, value = run(calls, work, arguments)
    if not succeeded:
        raise value
    return value  # type: ignore[no-any-return]


def _may_fork() -> bool:
    """A fork copies one thread only, so it is safe where there is only one."""
    try:
        return hasattr(os, "fork") and len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def _attempt(calls: int, work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    """(True, the result) or (False, the exception)."""
    left = calls

    def count(_frame: FrameType, _event: str, _argument: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise _Spent

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        return True, work(*arguments)
    except (_Spent, RecursionError, MemoryError):
        return False, LimitReached("the budget for this step is spent")
    except Exception as error:
        return False, error
    finally:
        sys.setprofile(before)


def _in_fork(calls: int, work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(_pickled(_attempt(calls, work, arguments)))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        ready, _, _ = select.select([pipe], [], [], _SECONDS)
        if not ready:
            os.kill(child, signal.SIGKILL)
        answer = pipe.read() if ready else b""
    os.waitpid(child, 0)
    return _unpickled(answer)


_PROGRAM = "import sys; from jacocalc.evaluate import budget; budget.serve(sys.stdin.buffer, sys.stdout.buffer)"


def _in_interpreter(calls: int, work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    command = [sys.executable, "-c", _PROGRAM]
    try:
        done = subprocess.run(
            command, input=pickle.dumps((calls, work, arguments)), capture_output=True, timeout=_SECONDS + 2
        )
    except (subprocess.TimeoutExpired, OSError):
        return _unpickled(b"")
    return _unpickled(done.stdout)


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """The fresh interpreter's part: read the work, do it, write what came of it."""
    calls, work, arguments = pickle.load(source)
    sink.write(_pickled(_attempt(calls, work, arguments)))


def _unpickled(answer: bytes) -> tuple[bool, Any]:
    if not answer:
        return False, LimitReached("the budget for this step is spent")
    return pickle.loads(answer)  # type: ignore[no-any-return]


def _pickled(outcome: tuple[bool, Any]) -> bytes:
    try:
        return pickle.dumps(outcome)
    except Exception:
        return pickle.dumps((False, LimitReached("the result of this step cannot be kept")))
