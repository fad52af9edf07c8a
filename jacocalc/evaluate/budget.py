"""A budget for calls that could run for ever: so many function calls, then LimitReached.

Counting calls gives the same result on every machine.  The work is done in a child process that is also
ended after some seconds, since a library may swallow the exception that says that the budget is spent: in a
fork where this process has one thread, in a child interpreter that is kept warm otherwise (in a notebook,
say).  The seconds of a budget are the processor's, so that a busy machine finds the same as an idle one.
"""

from __future__ import annotations

import atexit
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import IO, Any, BinaryIO, ClassVar, TypeAlias, TypeVar

from jacocalc.errors import LimitReached

T = TypeVar("T")
Budget: TypeAlias = tuple[int, float]  # calls, and seconds of the processor
_SECONDS = 6.0
_SLACK = 2.0
_BUSY = 5  # times as long as the processor's seconds may a busy machine take
_COLD = 2  # times as many calls for a child interpreter, which does not remember what libraries made here
_SOON = 4  # calls: to be out of the hook that counts on
_COUNTS_SECONDS = hasattr(signal, "setitimer")


class _Spent(BaseException):
    """Raised inside the call; no ``except Exception`` on the way can keep it.

    ``counting``: whether a budget is being counted in this process.
    """

    counting: ClassVar[bool] = False


def within(calls: int, work: Callable[..., T], *arguments: Any, seconds: float = _SECONDS) -> T:
    """``work(*arguments)``, which may make so many calls, and so many seconds of the processor; all must pickle.

    Raises LimitReached, and what ``work`` raises.
    """
    return _result(seconds, calls, work, arguments)  # type: ignore[no-any-return]


def until(seconds: float, work: Callable[..., T], *arguments: Any) -> T:
    """``work(*arguments)``, which may take so many seconds; all three must pickle.

    Raises LimitReached, and what ``work`` raises.
    """
    try:
        return _result(seconds, None, work, arguments)  # type: ignore[no-any-return]
    except _TimeIsOver:
        raise LimitReached(f"the limit of {seconds:g} s is reached", hint="raise it with timeout=") from None


class _TimeIsOver(LimitReached):
    """The child was ended from outside."""


def _result(seconds: float, calls: int | None, work: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    if _Spent.counting:  # the budget around this one holds
        return work(*arguments)
    run = _in_fork if _may_fork() else _in_interpreter
    patience = seconds if calls is None or not _COUNTS_SECONDS else seconds * _BUSY
    succeeded, value = run(patience, None if calls is None else (calls, seconds), work, arguments)
    if not succeeded:
        raise value
    return value


def _may_fork() -> bool:
    """A fork copies one thread only, so it is safe where there is only one."""
    try:
        return hasattr(os, "fork") and len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def _attempt(budget: Budget | None, work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    """(True, the result) or (False, the exception); where the seconds are over, this process ends."""
    left, seconds = budget or (0, 0.0)

    def count(_frame: FrameType, _event: str, _argument: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise _Spent

    def lost(unraisable: Any) -> None:
        """Where a generator or an object ends nobody can be told, and Python counts no more: soon once more."""
        nonlocal left
        if not isinstance(unraisable.exc_value, _Spent):
            hook(unraisable)
            return
        left = _SOON
        sys.setprofile(count)

    before, hook = sys.getprofile(), sys.unraisablehook
    if budget is not None:
        sys.unraisablehook = lost
        _Spent.counting = True
        _bound_seconds(seconds)
        sys.setprofile(count)
    try:
        return True, work(*arguments)
    except (_Spent, RecursionError, MemoryError):
        return False, LimitReached("the budget for this step is spent")
    except Exception as error:
        return False, error
    finally:
        if budget is not None:
            sys.setprofile(before)
            sys.unraisablehook = hook
            _bound_seconds(0)
            _Spent.counting = False


def _bound_seconds(seconds: float) -> None:
    """In a child: end it when it has used so many more seconds of the processor; 0 takes that back."""
    if _COUNTS_SECONDS:
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _in_fork(
    seconds: float, budget: Budget | None, work: Callable[..., Any], arguments: tuple[Any, ...]
) -> tuple[bool, Any]:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            signal.setitimer(signal.ITIMER_REAL, seconds + _SLACK)  # also where nobody is left to end it
            _bound_memory()
            with os.fdopen(writer, "wb") as pipe:
                pipe.write(_pickled(_attempt(budget, work, arguments)))
        finally:
            os._exit(0)  # whatever is raised, Ctrl-C too, the child never goes on with the parent's program
    os.close(writer)
    answer = b""
    try:
        with os.fdopen(reader, "rb") as pipe:
            ready, _, _ = select.select([pipe], [], [], seconds)
            answer = pipe.read() if ready else b""
    finally:
        if not answer:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return _unpickled(answer)


_MORE_MEMORY = 1 << 30


def _bound_memory() -> None:
    """In a child: at most so much memory beyond what its parent had."""
    import resource

    with suppress(OSError, ValueError):
        with open("/proc/self/statm", "rb") as file:
            size = int(file.read().split()[0]) * resource.getpagesize() + _MORE_MEMORY
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        if soft == resource.RLIM_INFINITY or size < soft:
            resource.setrlimit(resource.RLIMIT_AS, (size, hard))


_PROGRAM = "import sys; from jacocalc.evaluate import budget; budget.serve(sys.stdin.buffer, sys.stdout.buffer)"
_ALONE = "import sys; from jacocalc.evaluate import budget; budget.serve_alone(int(sys.argv[1]))"
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_SIZE = struct.Struct("!Q")
_STARTING = 5.0
_SELECTS = os.name == "posix"  # elsewhere only sockets can be waited for


class _Interpreter:
    """A child interpreter that does one piece of work after another; ended from outside when its time is over."""

    def __init__(self) -> None:
        self.process = self._started()
        self.fresh = True
        self.late = False
        self.owner = os.getpid()
        atexit.register(self.end)

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def do(self, request: bytes, seconds: float) -> bytes:
        """The answer; nothing where the time was over (``late``) or the child died, and then it is ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            _send(self.process.stdin, request)
            patience = seconds + _STARTING * self.fresh
            received = _received(self.process.stdout, patience)
            self.fresh = False
            self.late = received is None
            answer = received or b""
        except BaseException as error:
            self.end()
            if isinstance(error, OSError):
                return b""
            raise
        if not answer:
            self.end()
        return answer

    def end(self) -> None:
        """Kill the child."""
        atexit.unregister(self.end)
        self.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    def kill(self) -> None:
        """End the child's work, from any thread; whoever waits for it sees that it is gone."""
        if self.process.poll() is None:
            self.process.kill()

    @property
    def alive(self) -> bool:
        """Whether it can be asked again: not by a fork of the process that started it."""
        return self.owner == os.getpid() and self.process.poll() is None


class Seat(_Interpreter):
    """A child interpreter of one's own, for work that may be hostile: it may use so many megabytes of memory.

    It has a process group of its own, so what it starts ends with it, and Ctrl-C at the terminal does not reach it.
    """

    def __init__(self, memory: int) -> None:
        self.memory = memory
        super().__init__()

    def _started(self) -> subprocess.Popen[bytes]:
        command, pipe = [sys.executable, "-c", _ALONE, str(self.memory)], subprocess.PIPE
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, start_new_session=True,
                                env={**os.environ, **_ONE_THREAD})  # fmt: skip

    def ask(self, seconds: float, work: Callable[..., T], *arguments: Any) -> T:
        """``work(*arguments)``, all of which must pickle.

        Raises LimitReached where the time or the memory is over or the child died, and what ``work`` raises.
        """
        answer = self.do(pickle.dumps((None, work, arguments)), seconds)
        if answer:
            succeeded, value = pickle.loads(answer)
        else:
            said = f"the limit of {seconds:g} s is reached" if self.late else "the computation was ended by the system"
            succeeded, value = False, LimitReached(said)
        if not succeeded:
            raise value
        return value  # type: ignore[no-any-return]

    def kill(self) -> None:
        """End the child and all that it started."""
        if self.owner == os.getpid() and self.process.poll() is None:
            if hasattr(os, "killpg"):
                with suppress(OSError):
                    os.killpg(self.process.pid, signal.SIGKILL)
            self.process.kill()


def serve_alone(memory: int) -> None:
    """The part of a Seat's child: as ``serve``, with so many megabytes of memory."""
    with suppress(ImportError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory * 1024 * 1024,) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sink, sys.stdout = sys.stdout.buffer, sys.stderr  # what a library prints is no answer
    serve(sys.stdin.buffer, sink)


_lock = threading.Lock()
_interpreters: list[_Interpreter] = []


def _in_interpreter(
    seconds: float, budget: Budget | None, work: Callable[..., Any], arguments: tuple[Any, ...]
) -> tuple[bool, Any]:
    if budget:
        budget = (_COLD * budget[0], budget[1])
    request = pickle.dumps((budget, work, arguments))
    with _lock:
        if not (_interpreters and _interpreters[0].alive):
            _interpreters[:] = [_Interpreter()]
        return _unpickled(_interpreters[0].do(request, seconds))


def _send(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(_SIZE.pack(len(content)) + content)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    head = pipe.read(_SIZE.size)
    return pipe.read(_SIZE.unpack(head)[0]) if len(head) == _SIZE.size else b""


def _received(pipe: IO[bytes], seconds: float) -> bytes | None:
    """What comes within so many seconds, or None; b"" where the pipe was closed."""
    if _SELECTS:
        ready, _, _ = select.select([pipe], [], [], seconds)
        return _receive(pipe) if ready else None
    found: list[bytes] = []
    thread = threading.Thread(target=lambda: found.append(_receive(pipe)), daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else None


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """The child's part: read work, do it, write what came of it, until nothing more comes or Ctrl-C does."""
    with suppress(KeyboardInterrupt):
        while request := _receive(source):
            budget, work, arguments = pickle.loads(request)
            _send(sink, _pickled(_attempt(budget, work, arguments)))


def _unpickled(answer: bytes) -> tuple[bool, Any]:
    if not answer:
        return False, _TimeIsOver("the budget for this step is spent")
    return pickle.loads(answer)  # type: ignore[no-any-return]


def _pickled(outcome: tuple[bool, Any]) -> bytes:
    try:
        return pickle.dumps(outcome)
    except Exception:
        return pickle.dumps((False, LimitReached("the result of this step cannot be kept")))
