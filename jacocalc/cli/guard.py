"""Limits of time and memory that hold whatever was typed.

The work is done in a forked child; the parent waits, and ends it from outside when its time is over.  The
child's memory is bounded by the system, so even a library that aborts costs one line and status 3.  Where
the platform cannot fork, a thread ends the process at its time; memory is then not bounded.

What stands at the fork is no garbage: the child's searches for cycles pass it over, so that its pages stay shared,
and they are rare, since most of what is made is modules.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
import threading
from collections.abc import Callable

LIMIT_STATUS = 3
_SLACK = 0.2
_LONGEST = 1e6  # seconds that a system can wait for
_MADE = 50_000  # objects, a few megabytes, between two searches for cycles


def guarded(work: Callable[[], int], timeout: float, memory: int) -> int:
    """The exit status of ``work``, or 3 with one line on stderr when a limit (seconds, megabytes) is reached."""
    _open_streams()
    timeout = min(timeout, _LONGEST)
    if not hasattr(os, "fork"):
        return _by_thread(work, timeout)
    sys.stdout.flush()
    gc.freeze()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os._exit(_limited(work, memory))
    os.close(writer)
    return _watched(child, reader, timeout, memory)


def unguarded(work: Callable[[], int]) -> int:
    """The exit status of ``work`` that bounds its own parts."""
    _open_streams()
    return work()


def _open_streams() -> None:
    """Those that were closed before the program began lead nowhere, and no pipe of ours takes their number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115


def _limited(work: Callable[[], int], memory: int) -> int:
    """The child: run under the memory limit and leave no exception unanswered."""
    import resource

    gc.set_threshold(_MADE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent too, which ends this process
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]  # beyond which nobody may go
    most = sys.maxsize if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_AS, (min(memory * 1024 * 1024, most), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        status = work()
        sys.stdout.flush()
        return status
    except MemoryError:
        return _said(f"the limit of {memory:,} MB of memory is reached", "raise it with --memory MB")
    except BrokenPipeError:
        return 0


def _watched(child: int, reader: int, timeout: float, memory: int) -> int:
    """The parent: wait for the child, at most so many seconds."""
    try:
        ready, _, _ = select.select([reader], [], [], timeout + _SLACK)
    except KeyboardInterrupt:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print("interrupted", file=sys.stderr, flush=True)
        return 130
    if not ready:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return _said(f"the limit of {timeout:g} s is reached", "raise it with --timeout S")
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGKILL, -signal.SIGBUS):
        return _said(f"the limit of {memory:,} MB of memory is reached", "raise it with --memory MB")
    return 128 - code if code < 0 else code


def _by_thread(work: Callable[[], int], timeout: float) -> int:
    def end() -> None:
        _said(f"the limit of {timeout:g} s is reached", "raise it with --timeout S")
        sys.stderr.flush()
        os._exit(LIMIT_STATUS)

    watch = threading.Timer(timeout + _SLACK, end)
    watch.daemon = True
    watch.start()
    try:
        return work()
    finally:
        watch.cancel()


def _said(message: str, hint: str) -> int:
    print(f"error: {message}\nhint: {hint}", file=sys.stderr, flush=True)
    return LIMIT_STATUS
